//! What people are told by mail: in whose words, about what, and who sees that they were.

use api::mail::templates::{Values, Word, days, word, write};
use api::texts::lang::Lang;
use api::texts::place::Place;
use domain::calendar::Day;
use domain::notification::NotificationKind;
use domain::zone::Zone;
use provisioning::mock::{Call, Fault};
use serde_json::json;
use std::fmt::Write as _;
use std::path::Path;
use tests::running::{E1, Running};
use tests::shop::{self, Cart, YEAR_MONTHLY, column, rows};
use tests::{SentMail, both};
use time::macros::datetime;

/// Something for every placeholder that there is.
fn samples(lang: Lang) -> Values {
    let zone: Zone = "Europe/Berlin".parse().expect("a zone");
    let (at, until) = (datetime!(2026-09-06 10:15 UTC), datetime!(2026-09-08 10:15 UTC));
    let day = zone.day(until);
    let values = || Values::new(lang, zone.clone());
    let word = |key: Word, values: &Values| word(key, values).expect("a phrase");
    let text = Place::text;
    let counted = values().line("n", 2_u32).line("at", until);
    let ending = values()
        .line("n", 1_u32)
        .line("subscription", text("Office 365 E1"))
        .line("customer", text("Musterfirma GmbH"))
        .line("term_end", day)
        .line("day", day)
        .line("quantity", 5_u32)
        .line("assigned", 3_u32)
        .sentence("days", &days(30, &values()).expect("days"));
    let line = |key, quantity: u32, title: &str| {
        word(key, &values().line("quantity", quantity).line("title", Place::text(title)))
    };
    ordered(values(), day)
        .person("Erika Muster")
        .line("marketplace", text("CANCOM Marketplace"))
        .line("support", text("support@cancom.example, +49 800 1234567"))
        .line("login", text("erika@kunde.example"))
        .line("email", text("erika@kunde.example"))
        .link("link", "https://shop.example/accountSetup/0Ld6oHkAZ1Yw0yqsyDd3xk0Q6mPzvZ8wN0e9b2c4d6f8")
        .link("login_link", "https://shop.example/login")
        .link("reset_link", "https://shop.example/passwordReset")
        .line("until", until)
        .line("at", at)
        .sentence("unlocked", &word(Word::UnlockedAt, &counted))
        .line("reason", text("Zu dieser Adresse fanden wir kein Unternehmen."))
        .line("organization", text("Musterfirma GmbH"))
        .line("customer", text("Musterfirma GmbH"))
        .lines("lines", &[line(Word::LineActive, 5, "Office 365 E1"), line(Word::LineFailed, 2, "Office 365 E3")])
        .line("subscription", text("Office 365 E1"))
        .line("quantity", 5_u32)
        .line("wanted", 3_u32)
        .line("must_give_up", 2_u32)
        .line("left", 240_u32)
        .line("most", 1_200_u32)
        .line("offer", text("Office 365 E3"))
        .sentence("subject", &word(Word::EndSubject, &ending))
        .sentence("intro", &word(Word::EndIntro, &ending))
        .blocks(
            "terms",
            &[
                vec![
                    word(Word::EndHead, &ending),
                    word(Word::EndLicences, &ending),
                    word(Word::ChoiceStopRenewal, &ending),
                ],
                vec![word(Word::EndToday, &ending)],
            ],
        )
        .paragraph("more", None)
        .paragraph("see", Some(word(Word::SeeOrder, &values().link("link", "https://shop.example/orders"))))
        .line("reseller", text("Systemhaus Nord GmbH"))
        .line("customer_number", text("K-4711"))
        .lines("changes", &[word(Word::ChangePartnerId, &values().line("after", text("4847383")))])
        .line("since", at)
        .line("domain", text("musterfirma.onmicrosoft.com"))
        .line("partner", text("Systemhaus Nord GmbH"))
        .letter(
            "letter",
            &word(Word::LetterOf, &values().line("partner", text("Systemhaus Nord GmbH"))),
            Some("Wir richten Ihre Postfächer ein und helfen Ihren Leuten."),
        )
}

/// What mails say of an order, and of who placed it.
fn ordered(none: Values, day: Day) -> Values {
    let word = |key: Word, values: &Values| word(key, values).expect("a phrase");
    let text = Place::text;
    let order = word(Word::OrderOf, &none.clone().line("day", day).line("title", text("Office 365 E1")));
    let parties = none.clone().line("customer", text("Musterfirma GmbH")).line("partner", text("Systemhaus Nord GmbH"));
    let placed = word(Word::OrderedByPartnerSystem, &parties);
    let of = parties.sentence("order", &order).sentence("placed", &placed);
    none.sentence("order", &order)
        .sentence("placed", &placed)
        .sentence("ready", &word(Word::ReadyYours, &of))
        .sentence("ready_subject", &word(Word::ReadySubjectYours, &of))
        .sentence("failed", &word(Word::FailedPlaced, &of))
        .sentence("failed_subject", &word(Word::FailedSubject, &of))
}

/// `KONTOR_TEST_WRITE=1` writes them anew.
#[test]
#[allow(clippy::disallowed_methods, reason = "how one asks for the files")]
fn every_mail_in_three_languages_is_the_committed_one() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("it/people/mails");
    for kind in NotificationKind::ALL {
        let mut text = String::new();
        for lang in Lang::ALL {
            let mail = write(*kind, &samples(lang)).expect("a mail");
            let _ = writeln!(text, "=== {}\nSubject: {}\n\n{}", lang.code(), mail.subject, mail.text);
        }
        let path = folder.join(format!("{}.txt", kind.code()));
        if std::env::var("KONTOR_TEST_WRITE").is_ok() {
            std::fs::write(&path, &text).expect("the mail is written");
        }
        let committed = std::fs::read_to_string(&path).unwrap_or_default();
        assert_eq!(text, committed, "{}: write it by KONTOR_TEST_WRITE=1, and read it", path.display());
    }
}

#[track_caller]
fn only(mails: Vec<SentMail>) -> SentMail {
    assert_eq!(mails.len(), 1, "{mails:#?}");
    mails.into_iter().next().expect("one")
}

both! {
    /// Who ordered is told once that it runs, in the language of the company's country, with a link to it.
    who_ordered_is_told_when_it_runs(app) {
        let buyer = app.billing("cancom");
        let cart = Cart::with(&buyer, json!({"name": "Herbst 2026"}));
        cart.add(&shop::offer(&buyer, E1, YEAR_MONTHLY), 5);
        let order = cart.order();
        assert_eq!(app.mails(), [], "not before");
        app.drain();
        let mail = only(app.mails());
        assert_eq!(
            (mail.to.as_str(), mail.kind.as_str(), mail.language.as_str()),
            ("billing@kunde.cancom.example", "order_ready", "de")
        );
        assert_eq!(mail.subject, "Ihre Bestellung „Herbst 2026“ ist bereitgestellt");
        let id = order["id"].as_str().expect("an id");
        for part in [
            "Guten Tag Bernd Beispiel,",
            "für Musterfirma GmbH",
            "  5 × Office 365 E1: bereitgestellt",
            &format!("/orders/{id}\n"),
            "CANCOM Marketplace\nsupport@cancom.example",
        ] {
            assert!(mail.text.contains(part), "{part} in {}", mail.text);
        }
    }
}

both! {
    /// What Microsoft refused is not called ready.
    who_ordered_is_told_what_microsoft_refused(app) {
        let buyer = app.admin("cancom");
        let cart = shop::cart_with(&buyer, E1, YEAR_MONTHLY, 5);
        app.mock.fail_next(Call::CheckOut, Fault::RefusedWith("800002".to_owned()));
        cart.order();
        app.drain();
        let mail = only(app.mails());
        assert_eq!(mail.kind, "order_failed");
        assert!(mail.text.contains("5 × Office 365 E1: abgelehnt\n"), "{}", mail.text);
    }
}

both! {
    /// T-26: the end customer gets the link that the tenant's administrator confirms, at the address of its contact,
    /// in the language of its country (U-61).
    t26_the_end_customer_is_sent_the_link_to_confirm(app) {
        let reseller = app.reseller(1);
        let created = reseller.post(
            "/v1/customers",
            json!({
                "name": "Zażółć Sp. z o.o.",
                "contact": {
                    "first_name": "Jan", "last_name": "Kowalski", "email": "jan@zazolc.example",
                    "phone": "+48 22 1234567",
                },
                "address": {
                    "street": "Prosta 1", "postal_code": "00-001", "city": "Warszawa", "region": "14", "country": "PL",
                },
            }),
        );
        let path = format!("/v1/customers/{}/tenant", created.expect(201).text_at("/id"));
        let tenant = reseller.put(&path, json!({"mode": "link", "domain": "contoso.onmicrosoft.com"})).expect(202);
        app.drain();
        let mail = only(app.mails());
        assert_eq!((mail.to.as_str(), mail.kind.as_str()), ("jan@zazolc.example", "tenant_confirmation"));
        for part in [
            "Dzień dobry Jan Kowalski,",
            "Zażółć Sp. z o.o. ma korzystać",
            "contoso.onmicrosoft.com",
            tenant.text_at("/invitation_url"),
        ] {
            assert!(mail.text.contains(part), "{part} in {}", mail.text);
        }
    }
}

both! {
    /// A tenant that is created needs nobody's confirmation.
    t26_nobody_confirms_a_tenant_of_ones_own(app) {
        let provider = app.provider("cancom");
        let id = shop::customer(&provider, "Neukunde GmbH");
        provider
            .put(&format!("/v1/customers/{id}/tenant"), json!({"mode": "create", "prefix": "neukunde1"}))
            .expect(202);
        app.drain();
        assert_eq!(app.mails(), []);
    }
}

both! {
    /// The provider sees every mail's fate, a customer's administrator those to its own people; nobody what they say.
    who_was_told_can_be_looked_up(app) {
        let buyer = app.admin("cancom");
        let order = shop::cart_with(&buyer, E1, YEAR_MONTHLY, 5).order();
        app.drain();
        let provider = app.provider("cancom");
        let page = provider.get("/v1/notifications").expect(200);
        let told = &rows(&page)[0];
        assert_eq!((rows(&page).len(), &told["subject"], &told["status"]), (1, &order["id"], &json!("sent")));
        assert_eq!((&told["kind"], &told["recipient"]), (&json!("order_ready"), &json!("admin@kunde.cancom.example")));
        assert_eq!((&told["attempts"], &told["failure"]), (&json!(1), &json!(null)));
        assert!(!page.text.contains("Guten Tag"), "{}", page.text);
        assert_eq!(rows(&buyer.get("/v1/notifications").expect(200)), rows(&page));
        let of = |query: &str| rows(&provider.get(&format!("/v1/notifications?{query}")).expect(200)).len();
        let user = told["user_id"].as_str().expect("a user");
        assert_eq!(
            [of("status=sent"), of("status=failed"), of("kind=order_ready"), of("kind=term_ending")],
            [1, 0, 1, 0]
        );
        assert_eq!(
            [of(&format!("user_id={user}")), of("user_id=usr_01kagy2qk8e3vrc6h1x0m4t7ws"), of("subject=x")],
            [1, 0, 0]
        );
        app.billing("cancom").get("/v1/notifications").refused(403, "forbidden");
        assert_eq!(rows(&app.provider("ahd").get("/v1/notifications").expect(200)), Vec::<serde_json::Value>::new());
    }
}

both! {
    /// A name that would be a header is a name.
    names_stay_on_their_line(app) {
        let buyer = app.admin("cancom");
        // A line break is refused where the name comes in; what separates lines elsewhere is a blank in the mail.
        buyer.post("/v1/carts", json!({"name": "x\r\nBcc: all@world.example"})).refused(422, "invalid_value");
        let cart = Cart::with(&buyer, json!({"name": "x\u{2028}Bcc: all@world.example {link}"}));
        cart.add(&shop::offer(&buyer, E1, YEAR_MONTHLY), 1);
        cart.order();
        app.drain();
        assert_eq!(only(app.mails()).subject, "Ihre Bestellung „x Bcc: all@world.example {link}“ ist bereitgestellt");
    }
}

both! {
    /// The lists of a marketplace's provider show every kind of mail that went.
    kinds_are_told_apart(app) {
        Running::buy(&app, "cancom", E1, YEAR_MONTHLY, 3);
        let provider = app.provider("cancom");
        assert_eq!(column(&rows(&provider.get("/v1/notifications").expect(200)), "/kind"), ["order_ready"]);
    }
}

both! {
    /// Who has a log-in is told that one was ended because its refresh token was used twice.
    the_owner_is_told_of_a_stolen_log_in(app) {
        let anonymous = app.anonymous();
        let login = json!({"email": "billing@kunde.cancom.example", "password": api::demo::logins::PASSWORD});
        let pair = anonymous.post("/v1/auth/login", login).expect(200);
        let refresh = json!({"refresh_token": pair.text_at("/refresh_token")});
        anonymous.post("/v1/auth/refresh", refresh.clone()).expect(200);
        app.advance(time::Duration::minutes(5));
        for _ in 0..2 {
            anonymous.post("/v1/auth/refresh", refresh.clone()).refused(401, "invalid_credentials");
        }
        app.drain();
        let mail = only(app.mails());
        assert_eq!((mail.to.as_str(), mail.kind.as_str()), ("billing@kunde.cancom.example", "session_reused"));
        for part in ["am 6. September 2026, 12:20 Uhr (MESZ)", "https://shop.cancom.example/passwordReset\n"] {
            assert!(mail.text.contains(part), "{part} in {}", mail.text);
        }
    }
}
