//! U-61, U-62, U-65: who is written to in which language, what the catalogue and the marketplace are called in each,
//! and texts as their speakers read them.

use serde_json::{Value, json};
use tests::running::{E1, Running, auto_renew};
use tests::shop::{self, Cart, YEAR_MONTHLY, column, rows, told, wrong};
use tests::{Answer, Client, SentMail, TestApp, both};

const RULES: &str = "/v1/people-rules";

/// A customer of reseller 1 of terra's, in a country.
fn company(name: &str, country: &str, postal_code: &str) -> Value {
    json!({
        "name": name,
        "contact": {"first_name": "Jan", "last_name": "Kowalski", "email": "jan@firma.example", "phone": "+48 22 1"},
        "address": {
            "street": "Prosta 1", "postal_code": postal_code, "city": "Miasto", "country": country,
            "region": if country == "PL" { json!("14") } else { json!("NW") },
        },
    })
}

#[track_caller]
fn create(client: &Client, company: Value) -> String {
    client.post("/v1/customers", company).expect(201).text_at("/id").to_owned()
}

/// Invites somebody of a customer; the mail.
#[track_caller]
fn invited(app: &TestApp, client: &Client, customer: &str, email: &str, more: &Value) -> SentMail {
    let mut request = json!({"emails": [email], "role": "customer_user", "customer_id": customer});
    for (name, value) in more.as_object().expect("members") {
        request[name] = value.clone();
    }
    client.post("/v1/invitations", request).expect(201);
    app.drain();
    app.last_mail(email)
}

/// The rules for people with one of them changed, put in force.
#[track_caller]
fn rule(provider: &Client, name: &str, value: Value) -> Answer {
    let mut rules = provider.get(RULES).expect(200).body;
    rules["rules"][name] = value;
    provider.put(RULES, rules)
}

both! {
    /// U-61: who has chosen no language is written to in its company's, and that in its country's.
    u61_people_are_written_to_in_their_companys_language(app) {
        let reseller = app.reseller(1);
        let polish = create(&reseller, company("Zażółć Sp. z o.o.", "PL", "00-001"));
        let german = create(&reseller, company("Müller GmbH", "DE", "51063"));
        let none = json!({});
        let mail = invited(&app, &reseller, &polish, "a@firma.example", &none);
        assert_eq!((mail.language.as_str(), mail.subject.as_str()), ("pl", "Dostęp do TERRA CLOUD"));
        // A Polish request adds somebody at a German company: the company's language counts.
        let speaker = reseller.with("Accept-Language", "pl");
        assert_eq!(invited(&app, &speaker, &german, "b@firma.example", &none).language, "de");
        assert_eq!(invited(&app, &speaker, &german, "c@firma.example", &json!({"language": "en"})).language, "en");
        // What the company chooses goes before its country, and what a person chooses before that.
        let path = format!("/v1/customers/{polish}");
        let changed = reseller.patch(&path, json!({"language": "en"})).expect(200);
        assert_eq!(changed.body["language"], "en");
        assert_eq!(invited(&app, &reseller, &polish, "d@firma.example", &none).language, "en");
        assert_eq!(invited(&app, &reseller, &polish, "e@firma.example", &json!({"language": "pl"})).language, "pl");
        let wrong_one = reseller.patch(&path, json!({"language": "fr"})).refused(422, "invalid_value");
        assert_eq!(told(&wrong_one), wrong([("/language", "invalid_value")]));
        assert_eq!(reseller.patch(&path, json!({"language": null})).expect(200).body["language"], Value::Null);
        assert_eq!(invited(&app, &reseller, &polish, "f@firma.example", &none).language, "pl");
        // The reseller's own people, too.
        let own = format!("/v1/resellers/{}", reseller.get("/v1/me").expect(200).text_at("/reseller_id"));
        assert_eq!(reseller.patch(&own, json!({"language": "pl"})).expect(200).body["language"], "pl");
        let request = json!({"emails": ["g@firma.example"], "role": "reseller_admin"});
        reseller.post("/v1/invitations", request).expect(201);
        app.drain();
        assert_eq!(app.mails_to("g@firma.example")[0].language, "pl");
    }
}

both! {
    /// U-61: people choose the language of their mails, their name and their number themselves, and nothing else.
    u61_people_choose_their_own_language(app) {
        let user = app.user("terra");
        let before = user.get("/v1/me").expect(200);
        assert_eq!(before.body["language"], Value::Null);
        let change = json!({"language": "pl", "first_name": "Zofia", "last_name": "Nowak"});
        let changed = user.patch("/v1/me", change).expect(200);
        assert_eq!((changed.text_at("/language"), changed.text_at("/name")), ("pl", "Zofia Nowak"));
        assert_eq!(user.get("/v1/me").expect(200).body, changed.body);
        let reset = json!({"email": "user@kunde.terra.example"});
        app.anonymous().post("/v1/auth/password-reset", reset).expect(202);
        app.drain();
        assert_eq!(app.last_mail("user@kunde.terra.example").language, "pl");
        let unfit = json!({"language": "fr", "first_name": " "});
        let wrong_ones = user.patch("/v1/me", unfit).refused(422, "validation_failed");
        assert_eq!(told(&wrong_ones), wrong([("/first_name", "required"), ("/language", "invalid_value")]));
        for name in ["email", "role", "login", "areas", "customer_id"] {
            let refused = user.patch("/v1/me", json!({name: "x"})).refused(422, "unknown_field");
            assert_eq!(told(&refused), wrong([(format!("/{name}").as_str(), "unknown_field")]));
        }
        let stale = user.with("If-Match", before.header("ETag")).patch("/v1/me", json!({"language": null}));
        stale.refused(412, "precondition_failed");
        let log = app.provider("terra").get("/v1/audit-log").expect(200);
        let told: Vec<_> = rows(&log).iter().filter(|entry| entry["action"] == "user.changed").cloned().collect();
        assert_eq!((&told[0]["before"]["language"], &told[0]["after"]["language"]), (&Value::Null, &json!("pl")));
    }
}

both! {
    /// U-61: a language that a marketplace no longer offers is chosen by nobody any more, and who had it gets the next.
    u61_a_language_that_is_taken_away_gives_way(app) {
        let (provider, reseller) = (app.provider("terra"), app.reseller(1));
        let polish = create(&reseller, company("Zażółć Sp. z o.o.", "PL", "00-001"));
        reseller.patch(&format!("/v1/customers/{polish}"), json!({"language": "pl"})).expect(200);
        let none = json!({});
        assert_eq!(invited(&app, &reseller, &polish, "a@firma.example", &none).language, "pl");
        let unfit = json!({"offered": ["de", "en"], "by_country": {"PL": "pl"}});
        let refused = rule(&provider, "languages", unfit).refused(422, "invalid_value");
        assert_eq!(told(&refused), wrong([("/rules/languages/by_country/PL", "invalid_value")]));
        rule(&provider, "languages", json!({"offered": ["de", "en"], "by_country": {"DE": "de"}})).expect(200);
        let shop = app.anonymous().get("/v1/marketplaces/terra").expect(200).body;
        assert_eq!((&shop["locale"], &shop["languages"]), (&json!("de"), &json!(["de", "en"])));
        assert_eq!(invited(&app, &reseller, &polish, "b@firma.example", &none).language, "de");
        let mut chosen = json!({"emails": ["c@firma.example"], "role": "customer_user", "language": "pl"});
        chosen["customer_id"] = json!(polish);
        let refused = reseller.post("/v1/invitations", chosen).refused(422, "invalid_value");
        assert_eq!(refused.text_at("/errors/0/hint"), "Expected: de, en.");
        let refused = reseller.patch(&format!("/v1/customers/{polish}"), json!({"language": "pl"}));
        assert_eq!(told(&refused.refused(422, "invalid_value")), wrong([("/language", "invalid_value")]));
        // It is kept, and counts again where the language comes back.
        let all = json!({"offered": ["en", "de", "pl"], "by_country": {}});
        rule(&provider, "languages", all).expect(200);
        assert_eq!(invited(&app, &reseller, &polish, "d@firma.example", &none).language, "pl");
        assert_eq!(app.anonymous().get("/v1/marketplaces/terra").expect(200).body["locale"], "en");
    }
}

both! {
    /// U-61: names and addresses in other scripts stand in mails as they were written, and say nothing of the language.
    u61_a_name_in_another_script_stays_as_it_is(app) {
        let reseller = app.reseller(1);
        for (n, (name, person, country, language)) in [
            ("東京システム株式会社", "山田", "JP", "de"),
            ("ООО «Вектор»", "Иванов", "PL", "pl"),
            ("شركة النور", "أحمد", "AE", "de"),
        ]
        .into_iter()
        .enumerate()
        {
            let mut foreign = company(name, country, if country == "PL" { "00-001" } else { "100-0001" });
            foreign["contact"]["last_name"] = json!(person);
            foreign["contact"]["email"] = json!(format!("post{n}@firma.example"));
            foreign["address"]["city"] = json!("東京");
            let path = format!("/v1/customers/{}/tenant", create(&reseller, foreign));
            reseller.put(&path, json!({"mode": "link", "domain": format!("firma{n}.onmicrosoft.com")})).expect(202);
            app.drain();
            let mails = app.mails_to(&format!("post{n}@firma.example"));
            assert_eq!(mails.iter().map(|mail| mail.language.as_str()).collect::<Vec<_>>(), [language], "{name}");
            assert!(mails[0].text.contains(name) && mails[0].text.contains(person), "{}", mails[0].text);
        }
    }
}

/// The title of a category and the language that the answer says it is in.
fn category(client: &Client, language: &str, slug: &str) -> (String, String) {
    let page = client.with("Accept-Language", language).get("/v1/categories?limit=200").expect(200);
    assert!(page.header("vary").starts_with("Accept-Language"));
    let found = rows(&page).into_iter().find(|one| one["slug"] == slug).expect("a category");
    (shop::text(&found["title"]), page.header("content-language").to_owned())
}

both! {
    /// U-61: categories, products and editions are read in the language that is asked for, and say so.
    u61_the_catalogue_is_read_in_the_language_that_is_asked_for(app) {
        let buyer = app.admin("cancom");
        for (language, title) in
            [("de", "Zusammenarbeit"), ("en", "Collaboration"), ("pl", "Współpraca"), ("fr", "Collaboration")]
        {
            let spoken = if language == "fr" { "en" } else { language };
            assert_eq!(category(&buyer, language, "collaboration"), (title.to_owned(), spoken.to_owned()));
        }
        let office = shop::product(&buyer, "Office 365 Enterprise (NCE)", "");
        let path = format!("/v1/products/{}", shop::text(&office["id"]));
        let read = |language: &str, path: &str| buyer.with("Accept-Language", language).get(path).expect(200);
        for (language, description) in [
            ("de", "Office-Apps, E-Mail und Teamarbeit für größere Unternehmen."),
            ("en", "Office apps, e-mail and teamwork for larger organisations."),
            ("pl", "Aplikacje Office, poczta i praca zespołowa dla większych organizacji."),
        ] {
            let shown = read(language, &path);
            assert_eq!((shown.text_at("/description"), shown.header("content-language")), (description, language));
            assert_eq!(shown.text_at("/skus/0/description"), description);
            assert!(shown.header("vary").starts_with("Accept-Language"));
            let page = read(language, "/v1/products?q=office+365+enterprise");
            let found = shop::rows(&page).into_iter().find(|found| found["id"] == office["id"]).expect("it is found");
            assert_eq!(found["description"], description);
            assert_eq!(page.header("content-language"), language);
            // What one language has said of itself is not another's.
            let again = buyer.with("Accept-Language", language).with("If-None-Match", shown.header("etag")).get(&path);
            assert_eq!(again.status, 304);
            let other = if language == "de" { "pl" } else { "de" };
            let other = buyer.with("Accept-Language", other).with("If-None-Match", shown.header("etag")).get(&path);
            assert_eq!(other.status, 200);
        }
        let offer = shop::offer(&buyer, E1, YEAR_MONTHLY);
        let details = read("pl", &format!("/v1/offers/{offer}"));
        let says = |answer: &Answer, language: &str| {
            let varies = answer.header("vary").starts_with("Accept-Language");
            assert!(varies && answer.header("content-language") == language, "{:?}", answer.headers());
        };
        says(&details, "pl");
        let refused = buyer.with("Accept-Language", "pl").get("/v1/nowhere").refused(404, "not_found");
        says(&refused, "pl");
        let cart = shop::cart_with(&buyer, E1, YEAR_MONTHLY, 1);
        let preview = buyer.with("Accept-Language", "de").post(&cart.path("/preview"), json!({})).expect(200);
        says(&preview, "de");
    }
}

both! {
    /// U-61: the provider names editions and categories in each language; they are found and mailed by these names.
    u61_the_provider_translates_its_catalogue(app) {
        let (provider, buyer) = (app.provider("cancom"), app.admin("cancom"));
        let edition = shop::text(&shop::edition(&buyer, E1)["id"]);
        let path = format!("/v1/catalog-texts/{edition}");
        let before = provider.get(&path).expect(200);
        assert_eq!(before.body["title"], json!({"de": null, "en": null, "pl": null}));
        let texts = json!({"title": {"de": "Büropaket E1", "pl": "Pakiet biurowy E1"}});
        let put = provider.with("If-Match", before.header("etag")).put(&path, texts.clone()).expect(200);
        assert_eq!(put.text_at("/title/pl"), "Pakiet biurowy E1");
        assert_eq!(provider.get(&path).expect(200).header("etag"), put.header("etag"));
        provider.with("If-Match", before.header("etag")).put(&path, texts).refused(412, "precondition_failed");
        let offer = shop::offer(&buyer, E1, YEAR_MONTHLY);
        let title = |language: &str| {
            let details = buyer.with("Accept-Language", language).get(&format!("/v1/offers/{offer}")).expect(200);
            details.text_at("/sku_title").to_owned()
        };
        assert_eq!(["de", "en", "pl"].map(title), ["Büropaket E1", "Office 365 E1", "Pakiet biurowy E1"]);
        let found = rows(&buyer.get("/v1/products?q=pakiet+biurowy").expect(200));
        assert_eq!(column(&found, "/title"), ["Office 365 Enterprise (NCE)"]);
        let cart = Cart::with(&buyer, json!({}));
        cart.add(&offer, 2);
        cart.order();
        app.drain();
        let mail = app.last_mail("admin@kunde.cancom.example");
        assert!(mail.text.contains("2 × Büropaket E1: bereitgestellt"), "{}", mail.text);
        // What cannot be said is refused where it stands.
        let slug = "/v1/catalog-texts/productivity";
        let described = json!({"title": {"en": "Work"}, "description": {"en": "All of it"}});
        provider.put(slug, described).refused(422, "unknown_field");
        let long = provider.put(slug, json!({"title": {"pl": "x".repeat(201)}, "sum": 1}));
        assert_eq!(long.status, 422, "{}", long.text);
        assert_eq!(provider.put(slug, json!({"title": {"en": "Work"}})).expect(200).body["title"]["pl"], Value::Null);
        assert_eq!(category(&buyer, "en", "productivity").0, "Work");
        assert_eq!(category(&buyer, "pl", "productivity").0, "Office und Produktivität", "as it came");
        provider.put("/v1/catalog-texts/nothing", json!({})).refused(404, "not_found");
        buyer.get(slug).refused(403, "forbidden");
        let log = provider.get("/v1/audit-log?subject=productivity").expect(200);
        assert_eq!(log.text_at("/data/0/action"), "catalog.texts_changed");
    }
}

both! {
    /// U-65: what roles and the button that orders are called is the marketplace's to say.
    u65_roles_and_the_button_are_called_what_the_marketplace_says(app) {
        let roles = |slug: &str| rows(&app.provider(slug).get("/v1/roles").expect(200));
        for slug in ["cancom", "ahd", "terra"] {
            let billing = roles(slug).into_iter().find(|role| role["key"] == "customer_billing").expect("a role");
            assert_eq!(billing["title"]["de"], "Abrechnungsadministrator", "{slug}");
        }
        let buttons = |slug: &str| {
            let shop = app.anonymous().get(&format!("/v1/marketplaces/{slug}")).expect(200).body;
            shop["form_rules"]["order_button"].clone()
        };
        assert_eq!(
            buttons("terra"),
            json!([
                {"language": "de", "text": "Zahlungspflichtig bestellen"},
                {"language": "en", "text": "Order with obligation to pay"},
                {"language": "pl", "text": "Zamów z obowiązkiem zapłaty"},
            ])
        );
        assert_eq!(buttons("cancom")[0]["text"], "Kauf abschließen");
        let terra = app.provider("terra");
        let label = json!({"de": "Jetzt kaufen", "en": "Buy now", "pl": "Kupuję i płacę"});
        rule(&terra, "order_button", label.clone()).expect(200);
        assert_eq!(buttons("terra")[2], json!({"language": "pl", "text": "Kupuję i płacę"}));
        let mut empty = label;
        empty["pl"] = json!(" ");
        let refused = rule(&terra, "order_button", empty).refused(422, "out_of_range");
        assert_eq!(told(&refused), wrong([("/rules/order_button/pl", "out_of_range")]));
    }
}

both! {
    /// U-62, G-11: a refusal says its instant as the clocks of the policy's zone show it, in words.
    u62_a_refusal_writes_its_instant_as_people_do(app) {
        let running = Running::buy(&app, "cancom", E1, YEAR_MONTHLY, 5);
        app.go_to("cancom", "2027-09-02T10:00:00Z");
        let ask = |language: &str| {
            let client = running.buyer.with("Accept-Language", language);
            let refused = running.by(&client).ask(auto_renew(false)).refused(422, "notice_missed");
            assert_eq!(refused.text_at("/allowed_until"), "2027-08-29T21:59:59Z");
            refused.text_at("/detail").to_owned()
        };
        let german = ask("de");
        assert!(german.ends_with("Verhindern ließ sie sich bis zum 29. August 2027, 23:59 Uhr (MESZ)."), "{german}");
        let polish = ask("pl");
        assert!(polish.ends_with("Można je było zatrzymać do 29 sierpnia 2027, 23:59 (CEST)."), "{polish}");
    }
}

both! {
    /// U-62: an order without a name is called by its day and what was ordered, never by its id.
    u62_an_order_without_a_name_is_called_by_its_day(app) {
        let buyer = app.admin("cancom");
        shop::cart_with(&buyer, E1, YEAR_MONTHLY, 5).order();
        let cart = shop::cart_with(&buyer, E1, YEAR_MONTHLY, 1);
        cart.add(&shop::offer(&buyer, "Exchange Online (Plan 1)", YEAR_MONTHLY), 1);
        cart.order();
        app.drain();
        let subjects: Vec<_> = app.mails().into_iter().map(|mail| mail.subject).collect();
        assert_eq!(
            subjects,
            [
                "Ihre Bestellung vom 6. September 2026 (Office 365 E1) ist bereitgestellt",
                "Ihre Bestellung vom 6. September 2026 (Office 365 E1 und weitere) ist bereitgestellt",
            ]
        );
    }
}
