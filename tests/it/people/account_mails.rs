//! What people are told about their own accounts, and the provider about resellers.

use serde_json::{Value, json};
use tests::shop::text;
use tests::{SentMail, TestApp, both};
use time::Duration;

const BILLING: &str = "billing@kunde.cancom.example";

fn invite(app: &TestApp, email: &str) -> Value {
    let invited =
        app.admin("cancom").post("/v1/invitations", json!({"emails": [email], "role": "customer_user"})).expect(201);
    app.drain();
    invited.body["data"][0].clone()
}

#[track_caller]
fn last(app: &TestApp, address: &str, kind: &str) -> SentMail {
    let mail = app.last_mail(address);
    assert_eq!(mail.kind, kind, "{}", mail.text);
    mail
}

/// The id of somebody that the administrator sees.
fn id_of(app: &TestApp, email: &str) -> String {
    let all = app.admin("cancom").get("/v1/users?limit=200").expect(200);
    let found = all.body["data"].as_array().expect("rows").iter().find(|user| user["email"] == email).cloned();
    text(&found.unwrap_or_else(|| panic!("{email}"))["id"])
}

both! {
    /// C-61, L-08, G-21: an invitation brings one mail with a link that works for 48 hours; sent again, only the newer
    /// works.
    c61_who_is_invited_activates_by_the_mails_link(app) {
        let user = invite(&app, "neu@kunde.cancom.example");
        let mail = last(&app, "neu@kunde.cancom.example", "activation");
        let link = format!("https://shop.cancom.example/activation/{}\n", mail.token());
        let until = "bis zum 8. September 2026, 12:15 Uhr (MESZ)";
        for part in ["Guten Tag,", "  neu@kunde.cancom.example\n", &link, until] {
            assert!(mail.text.contains(part), "{part} in {}", mail.text);
        }
        let again = format!("/v1/users/{}/activation-mail", text(&user["id"]));
        let sent = app.admin("cancom").post(&again, json!({}));
        assert!((200..300).contains(&sent.status), "{}", sent.text);
        app.drain();
        let newer = last(&app, "neu@kunde.cancom.example", "activation").token();
        let activate = |token: &str| {
            let consents = json!([{"kind": "terms_and_privacy", "version": "2026-01"}]);
            let names = ("Nina", "Neu");
            app.anonymous().post(
                "/v1/activations",
                json!({
                    "token": token, "password": "Neu-2026!", "first_name": names.0,
                    "last_name": names.1, "consents": consents,
                }),
            )
        };
        activate(&mail.token()).refused(409, "link_used");
        activate(&newer).expect(200);
        app.log_in("neu@kunde.cancom.example", "Neu-2026!").expect(200);
        assert_eq!(app.mails().len(), 2);
    }
}

both! {
    /// A link that works no longer when the mail could be sent is not sent.
    a_link_that_is_over_is_not_sent(app) {
        app.admin("cancom")
            .post("/v1/invitations", json!({"emails": ["neu@kunde.cancom.example"], "role": "customer_user"}))
            .expect(201);
        app.advance(Duration::hours(48));
        app.drain();
        assert_eq!(app.mails(), []);
        let told = app.admin("cancom").get("/v1/notifications").expect(200).body["data"][0].clone();
        assert_eq!((&told["status"], &told["failure"]), (&json!("failed"), &json!("the link works no longer")));
    }
}

both! {
    /// L-06, L-22: mails go to the notification address, in the person's language.
    l06_mails_go_to_the_notification_address(app) {
        let path = format!("/v1/users/{}", id_of(&app, BILLING));
        let change = json!({"notification_email": "post@kunde.cancom.example", "language": "pl"});
        app.admin("cancom").patch(&path, change).expect(200);
        let reset = app.admin("cancom").post(&format!("{path}/password-reset"), json!({}));
        assert!((200..300).contains(&reset.status), "{}", reset.text);
        app.drain();
        let mail = last(&app, "post@kunde.cancom.example", "password_reset");
        assert_eq!(mail.language, "pl");
        for part in
            ["Dzień dobry Bernd Beispiel,", &format!("https://shop.cancom.example/passwordReset/{}", mail.token())]
        {
            assert!(mail.text.contains(part), "{part} in {}", mail.text);
        }
        assert_eq!(app.mails_to(BILLING), []);
        // Who is kept out is told nothing.
        app.admin("cancom").post(&format!("{path}/disable"), json!({})).expect(200);
        app.admin("cancom").post(&format!("{path}/enable"), json!({})).expect(200);
        app.admin("cancom").post(&format!("{path}/password-reset"), json!({}));
        app.admin("cancom").post(&format!("{path}/disable"), json!({})).expect(200);
        app.drain();
        assert_eq!(app.mails_to("post@kunde.cancom.example").len(), 1);
    }
}

both! {
    /// the owner is told of a lock, once, with its end and the way to a new password.
    x23_the_owner_is_told_of_a_lock(app) {
        for _ in 0..7 {
            assert_eq!(app.log_in(BILLING, "wrong").status, 401);
        }
        app.drain();
        let mail = last(&app, BILLING, "user_locked");
        for part in [
            "am 6. September 2026, 12:15 Uhr (MESZ)",
            "bis zum 6. September 2026, 12:30 Uhr (MESZ)",
            "https://shop.cancom.example/passwordReset\n",
        ] {
            assert!(mail.text.contains(part), "{part} in {}", mail.text);
        }
        assert_eq!(app.mails().len(), 1);
    }
}

both! {
    /// T-12: a change of a reseller's ids is announced to the provider with the customer number.
    t12_a_change_of_ids_is_announced(app) {
        let provider = app.provider("terra");
        let me = app.reseller(1).get("/v1/me").expect(200);
        let reseller = format!("/v1/resellers/{}", me.text_at("/reseller_id"));
        let ids = json!({"partner_id": "5999001", "microsoft_id": "2b3c9d3e-6f0a-4b1c-8d2e-3f4a5b6c7d8e"});
        provider.put(&format!("{reseller}/microsoft-ids"), ids).expect(200);
        app.drain();
        let mail = last(&app, "support@terra.example", "reseller_ids_changed");
        for part in
            ["Systemhaus Nord GmbH", "Partner-ID: 5999001", "Microsoft-ID: 2b3c9d3e-6f0a-4b1c-8d2e-3f4a5b6c7d8e"]
        {
            assert!(mail.text.contains(part), "{part} in {}", mail.text);
        }
    }
}

both! {
    /// T-09: access that has not followed within the hour is told to the provider's support with the customer number,
    /// once.
    t09_overdue_access_is_told_to_support(app) {
        let provider = app.provider("terra");
        let reseller = json!({"name": "Systemhaus West GmbH", "customer_number": "K-77"});
        let path = format!("/v1/resellers/{}", provider.post("/v1/resellers", reseller).expect(201).text_at("/id"));
        let ids = json!({"partner_id": "6200001", "microsoft_id": "2b3c9d3e-6f0a-4b1c-8d2e-3f4a5b6c7d8e"});
        provider.put(&format!("{path}/microsoft-ids"), ids).expect(200);
        let overdue = || {
            app.mails_to("support@terra.example")
                .into_iter()
                .filter(|mail| mail.kind == "reseller_access_overdue")
                .collect::<Vec<_>>()
        };
        app.work();
        app.advance(Duration::minutes(59));
        app.work();
        assert_eq!(overdue(), []);
        for _ in 0..3 {
            app.advance(Duration::minutes(61));
            app.work();
        }
        let mails = overdue();
        assert_eq!(mails.len(), 1, "{mails:#?}");
        assert_eq!(mails[0].subject, "Zugang überfällig: Systemhaus West GmbH, Kundennummer K-77");
        assert!(mails[0].text.contains("Eingetragen: 6. September 2026, 12:15 Uhr (MESZ)"), "{}", mails[0].text);
        let standing = domain::onboarding::Standing { known: true, agreement_signed: true, related: true };
        app.mock.set_reseller("6200001", standing).expect("the mock");
        app.provider("terra").post(&format!("{path}/onboarding/verify"), Value::Null).expect(200);
        app.drain();
    }
}
