//! A person's name has one limit, whichever way the person comes in (U-55), and the document says it everywhere.

use serde_json::{Value, json};
use std::collections::BTreeSet;
use tests::schema::DOCUMENT;
use tests::shop::{customer, text};
use tests::{Answer, Client, TestApp, both};

/// Microsoft takes no longer one.
const MOST: usize = 50;

/// What a person can be called: of letters that take one, two and four bytes.
fn named(letters: usize) -> Vec<String> {
    ["x", "ł", "𝔘"].map(|letter| letter.repeat(letters)).to_vec()
}

/// Sends a person of a name by each way in; what the way is, and what is answered.
fn ways(app: &TestApp, name: &str, n: usize) -> Vec<(&'static str, Answer)> {
    let (provider, admin) = (app.provider("terra"), app.admin("terra"));
    let email = |way: &str| format!("{way}{n}@kunde.example");
    let user = |way: &str| json!({"email": email(way), "first_name": name, "last_name": name, "role": "customer_user"});
    let contact = |way: &str| json!({"first_name": name, "last_name": name, "email": email(way), "phone": "+49 221 1"});
    let address = json!({
        "street": "Domstraße 2", "postal_code": "50668", "city": "Köln", "region": "NW", "country": "DE",
    });
    let me = app.user("terra").id();
    let own = format!("/v1/customers/{}", customer(&provider, "Musterfirma GmbH"));
    let register = |way: &str| {
        let mut form = crate::people::registrations::request("terra", &email(way));
        form["first_name"] = json!(name);
        form["last_name"] = json!(name);
        app.anonymous().post("/v1/registrations", form)
    };
    let new = json!({"name": format!("Neu {n} GmbH"), "contact": contact("customer"), "address": address});
    let signed = json!({"first_name": name, "last_name": name, "email": email("agreement")});
    let newcomer = format!("/v1/customers/{}", customer(&provider, "Neukunde GmbH"));
    vec![
        ("create_user", admin.post("/v1/users", user("one"))),
        ("create_users", admin.post("/v1/users/bulk", json!({"users": [user("many")]}))),
        ("update_user", admin.patch(&format!("/v1/users/{me}"), json!({"first_name": name, "last_name": name}))),
        ("create_customer", provider.post("/v1/customers", new)),
        ("update_customer", provider.patch(&own, json!({"contact": contact("known")}))),
        ("create_reseller", provider.post("/v1/resellers", json!({"name": "West", "contact": contact("reseller")}))),
        ("request_registration", register("register")),
        ("accept_agreement", provider.post(&format!("{newcomer}/agreements"), signed)),
        ("activate_account", activate(app, &provider, name, &email("activate"))),
    ]
}

/// Somebody who was added, and follows the mail with another name.
fn activate(app: &TestApp, by: &Client, name: &str, email: &str) -> Answer {
    let id = customer(by, "Musterfirma GmbH");
    let person = json!({
        "email": email, "first_name": "Erika", "last_name": "Muster", "role": "customer_user", "customer_id": id,
    });
    by.post("/v1/users", person).expect(201);
    app.drain();
    let token = app.last_mail(email).token();
    let mut form = app.activation_form(&token);
    form["first_name"] = json!(name);
    form["last_name"] = json!(name);
    app.anonymous().post("/v1/activations", form)
}

/// The ends of the pointers that are told to be too long.
fn too_long(answer: &Answer) -> BTreeSet<String> {
    let errors = answer.body["errors"].as_array().into_iter().flatten().filter(|error| error["code"] == "too_long");
    errors.map(|error| text(&error["pointer"]).rsplit('/').next().unwrap_or_default().to_owned()).collect()
}

both! {
    /// Fifty letters are taken by every way in, fifty-one by none.
    u55_a_name_has_one_limit_by_every_way_in(app) {
        let both: BTreeSet<_> = ["first_name", "last_name"].map(str::to_owned).into();
        for (n, name) in named(MOST).iter().enumerate() {
            for (way, answer) in ways(&app, name, n) {
                // The agreement is there since the first of them.
                let there = way == "accept_agreement" && answer.code() == "agreement_exists";
                assert!(answer.status < 300 || there, "{way} {name}: {}", answer.text);
            }
        }
        for (n, name) in named(MOST + 1).iter().enumerate() {
            for (way, answer) in ways(&app, name, 10 + n) {
                assert_eq!((answer.status, too_long(&answer)), (422, both.clone()), "{way} {name}: {}", answer.text);
            }
        }
        app.drain();
    }
}

/// Every request that takes a person's name says the same limit, also one that is added tomorrow.
#[test]
fn u55_the_document_says_one_limit_of_names() {
    let schemas = DOCUMENT["components"]["schemas"].as_object().expect("schemas");
    let mut limits = vec![];
    for (name, schema) in schemas {
        let members = schema["properties"].as_object().into_iter().flatten();
        limits.extend(
            members
                .filter(|(member, _)| ["first_name", "last_name"].contains(&member.as_str()))
                .filter_map(|(member, value)| Some((format!("{name}.{member}"), value["maxLength"].as_u64()?))),
        );
    }
    assert!(limits.len() >= 14, "{limits:?}");
    assert!(limits.iter().all(|(_, most)| *most == MOST as u64), "{limits:?}");
}

both! {
    /// „UK" gets the hint at GB, Greece's EL at GR, and so on; what means nothing gets the form.
    u55_a_near_miss_of_a_country_is_named(app) {
        let provider = app.provider("cancom");
        let path = format!("/v1/customers/{}", customer(&provider, "Musterfirma GmbH"));
        let told = |country: &str, language: &str| {
            let patch = json!({"address": {"country": country}});
            let refused = provider.with("Accept-Language", language).patch(&path, patch);
            assert_eq!((refused.status, refused.text_at("/errors/0/pointer")), (422, "/address/country"));
            (refused.code().to_owned(), refused.text_at("/errors/0/detail").to_owned())
        };
        for (country, code, meant) in [
            ("UK", "country_unknown", "GB"),
            ("EL", "country_unknown", "GR"),
            ("de", "invalid_value", "DE"),
            ("DEU", "invalid_value", "DE"),
            ("D", "invalid_value", "DE"),
            ("pol", "invalid_value", "PL"),
            ("XX", "country_unknown", "a country, by its two capital letters"),
            ("Germany", "invalid_value", "a country, by its two capital letters"),
        ] {
            let (found, detail) = told(country, "en");
            assert_eq!(found, code, "{country}");
            let expected = detail.to_lowercase().contains(&format!("expected: {}", meant.to_lowercase()));
            assert!(expected, "{country}: {detail}");
        }
        let german = "Ein Land „UK“ gibt es nicht. Erwartet: GB.";
        assert_eq!(told("UK", "de").1, german);
        let xx = told("XX", "pl").1;
        assert!(xx.contains("dwiema wielkimi literami"), "{xx}");
        let record = json!({"company": "X", "postal_code": "1", "country": "uk"});
        let number = provider.put("/v1/customer-numbers/K-1", record);
        assert!(number.text_at("/errors/0/detail").ends_with("Expected: GB."), "{}", number.text);
        assert_eq!(provider.get(&path).expect(200).body["address"]["country"], Value::from("DE"));
    }
}
