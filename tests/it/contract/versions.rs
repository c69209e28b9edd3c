//! Versions of resources: `ETag`, `If-None-Match`, `If-Match`; and PATCH, which changes what it names and nothing else.

use crate::contract::world::World;
use api::openapi::operations;
use serde_json::{Value, json};
use std::collections::BTreeSet;
use tests::schema::operation;
use tests::shop::{self, Cart, YEAR_MONTHLY, text};
use tests::{Answer, Client, TestApp, both};

/// The paths of what can be changed or removed, with a change that it takes.
fn changes(app: &TestApp, client: &Client) -> Vec<(&'static str, String, Option<Value>, String)> {
    let customer = shop::customer(client, "Neukunde GmbH");
    let reseller = client.post("/v1/resellers", json!({"name": "Systemhaus West GmbH"})).expect(201);
    let (cart, whole) = (Cart::of(client, &customer), Cart::of(client, &customer));
    let offer = shop::offer(client, "Office 365 E1", YEAR_MONTHLY);
    let (line, other) = (cart.add(&offer, 1), cart.add(&offer, 2));
    let draft = shop::import(client, shop::RETAIL, shop::sheet(&[shop::Row::e1()]));
    let list = format!("/v1/price-lists/{}", text(&draft["id"]));
    let of_customer = |below: &str| format!("/v1/customers/{customer}{below}");
    let redemption = || {
        let keys = json!({"customer_id": customer, "keys": ["ABCDE-FGHJK-LMNPQ-RSTUV-23456"], "responsible": true});
        let begun = client.post("/v1/product-keys/redemptions", keys).expect(201);
        format!("/v1/product-keys/redemptions/{}", begun.text_at("/id"))
    };
    let (redemption, abandoned) = (redemption(), redemption());
    let clock = client.get("/v1/sandbox/clock").expect(200).body;
    client.put(&of_customer("/tenant"), json!({"mode": "create", "prefix": "freifirma"})).expect(202);
    app.drain();
    let tenant = json!({"mode": "create", "prefix": "freifirma"});
    // Method, path, change, and where the version is read that the change is about.
    vec![
        ("PATCH", of_customer(""), Some(json!({"name": "Neukunde AG"})), of_customer("")),
        ("PATCH", of_customer("/invoice-data"), Some(json!({"name": "Neukunde SE"})), of_customer("")),
        ("PUT", of_customer("/tenant"), Some(tenant), of_customer("/tenant")),
        (
            "PATCH",
            format!("/v1/resellers/{}", reseller.text_at("/id")),
            Some(json!({"name": "Systemhaus West AG"})),
            format!("/v1/resellers/{}", reseller.text_at("/id")),
        ),
        ("PATCH", cart.path(""), Some(json!({"name": "Herbst"})), cart.path("")),
        ("PATCH", cart.path(&format!("/lines/{line}")), Some(json!({"quantity": 3})), cart.path("")),
        ("DELETE", cart.path(&format!("/lines/{other}")), None, cart.path("")),
        ("DELETE", whole.path(""), None, whole.path("")),
        ("PATCH", redemption.clone(), Some(json!({"partner_of_record": "5357564"})), redemption),
        ("DELETE", abandoned.clone(), None, abandoned),
        ("DELETE", list.clone(), None, list),
        ("PUT", "/v1/sandbox/clock".to_owned(), Some(clock), "/v1/sandbox/clock".to_owned()),
    ]
}

both! {
    /// RFC 9110 13.1.2, on every resource that the document says has a version.
    a_reader_who_has_the_version_gets_304(app) {
        let world = World::new(&app, "terra", "Kunde 1 GmbH");
        let client = app.provider("terra");
        let mut seen = BTreeSet::new();
        for one in operations()
            .iter()
            .filter(|one| one.method == "GET" && operation(&one.id)["responses"].get("304").is_some())
            // Of what browsers are shown as a page, the page has the tag.
            .filter(|one| operation(&one.id)["responses"]["200"]["content"].get("text/html").is_none())
        {
            let ask =
                |condition: &str| world.call(&client.with("If-None-Match", condition), "GET", one).expect("an answer");
            let first = world.call(&client, "GET", one).expect("an answer").expect(200);
            let tag = first.header("etag").to_owned();
            assert!(tag.len() > 2 && tag.starts_with('"') && tag.ends_with('"'), "{}: {tag} is no strong tag", one.id);
            for condition in [tag.clone(), format!("W/{tag}"), format!("\"x\", {tag}"), "*".to_owned()] {
                let known = ask(&condition).expect(304);
                assert_eq!((known.header("etag"), known.text.as_str()), (tag.as_str(), ""), "{} {condition}", one.id);
            }
            assert_eq!(ask("\"x\"").expect(200).body, first.body, "{}", one.id);
            for condition in ["", "garbage", tag.trim_matches('"')] {
                ask(condition).refused(400, "invalid_header");
            }
            seen.insert(one.id.clone());
        }
        let named = [
            "show_agreement",
            "show_cart",
            "show_customer",
            "show_job",
            "show_task",
            "show_marketplace",
            "show_me",
            "show_offer",
            "show_order",
            "show_policy",
            "show_price_list",
            "show_offer_matrix",
            "show_sku",
            "show_product",
            "show_reseller",
            "show_subscription",
            "show_tenant",
        ];
        assert!(named.iter().all(|id| seen.contains(*id)), "{seen:?}");
    }
}

both! {
    /// RFC 9110 13.1.1: who overwrites what he has not seen is stopped, and nothing changes.
    a_change_of_an_older_version_is_412(app) {
        let client = app.provider("terra");
        for (method, path, change, of) in changes(&app, &client) {
            let before = client.get(&of).expect(200);
            let attempt = |condition: &str| client.with("If-Match", condition).send(method, &path, change.clone());
            attempt("garbage").refused(400, "invalid_header");
            for condition in ["\"999999\"", "\"\"", "\"x\", \"999999\"", "W/\"999999\""] {
                attempt(condition).refused(412, "precondition_failed");
                let after = client.get(&of).expect(200);
                assert_eq!(
                    (&after.body, after.header("etag")),
                    (&before.body, before.header("etag")),
                    "{method} {path}"
                );
            }
            // As a compressing proxy hands it on.
            let done = attempt(&format!("W/{}", before.header("etag")));
            assert!((200..300).contains(&done.status), "{method} {path}: {}", done.text);
            if method == "PATCH" {
                assert_ne!(done.header("etag"), before.header("etag"), "{path}");
                attempt(before.header("etag")).refused(412, "precondition_failed");
                let again = attempt("*").expect(200);
                assert_eq!(client.get(&of).expect(200).header("etag"), again.header("etag"), "{path}");
            }
        }
    }
}

both! {
    /// A version says one thing: whenever the body differs, the tag does.
    an_order_changes_its_tag_with_its_body(app) {
        let client = app.admin("cancom");
        let order = shop::cart_with(&client, "Office 365 E1", YEAR_MONTHLY, 1).request();
        let placed = client.post("/v1/orders", order).expect(201);
        let path = format!("/v1/orders/{}", placed.text_at("/id"));
        let subscription = format!("/v1/subscriptions/{}", placed.text_at("/lines/0/subscription_id"));
        let early = [client.get(&path).expect(200), client.get(&subscription).expect(200)];
        assert_eq!((early[0].header("etag"), &early[0].body), (placed.header("etag"), &placed.body));
        app.drain();
        for (early, late) in early.iter().zip([client.get(&path).expect(200), client.get(&subscription).expect(200)]) {
            assert_ne!(early.body, late.body);
            assert_ne!(early.header("etag"), late.header("etag"), "{}", late.text);
        }
    }
}

#[test]
fn another_language_is_another_version() {
    let app = TestApp::sqlite();
    let client = app.admin("cancom");
    let offer = shop::offer(&client, "Office 365 E1", YEAR_MONTHLY);
    for path in [format!("/v1/offers/{offer}"), "/v1/policies/cancom_monthly12".to_owned()] {
        let german = client.with("Accept-Language", "de").get(&path).expect(200);
        let english = client.with("If-None-Match", german.header("etag")).get(&path).expect(200);
        assert_ne!(english.body, german.body);
        assert!(english.header("vary").contains("Accept-Language"), "{}", english.header("vary"));
    }
}

/// What a PATCH changes: the paths of the members that differ, below the resource.
fn differing(before: &Answer, after: &Answer) -> Vec<String> {
    let mut found = vec![];
    fn walk(at: &str, before: &Value, after: &Value, found: &mut Vec<String>) {
        match (before.as_object(), after.as_object()) {
            (Some(one), Some(_)) => {
                one.keys().for_each(|name| walk(&format!("{at}/{name}"), &before[name], &after[name], found))
            }
            _ if before != after => found.push(at.to_owned()),
            _ => {}
        }
    }
    walk("", &before.body, &after.body, &mut found);
    found
}

both! {
    /// RFC 7396: a field left out stays, also within an object; null clears.
    a_patch_changes_what_it_names(app) {
        let client = app.provider("terra");
        let customer = format!("/v1/customers/{}", shop::customer(&client, "Musterfirma GmbH"));
        let reseller =
            client.post("/v1/resellers", json!({"name": "Systemhaus West GmbH", "partner_id": "5357564"})).expect(201);
        let reseller = format!("/v1/resellers/{}", reseller.text_at("/id"));
        let cart = Cart::of(&client, &shop::customer(&client, "Kunde 1 GmbH"));
        let line = cart.add(&shop::offer(&client, "Office 365 E1", YEAR_MONTHLY), 2);
        let address = json!({
            "street": "Domstraße 1", "postal_code": "50668", "city": "Köln", "region": "NW", "country": "DE",
            "phone": "+49 221 1",
        });
        client.patch(&cart.path(""), json!({"name": "Herbst", "billing_address": address})).expect(200);
        let branch = json!({"name": "Nord", "address": address});
        client.post(&format!("/v1/customers/{}/branches", shop::customer(&client, "Kunde 1 GmbH")), branch).expect(201);
        cart.change(&line, json!({"reference": "4711", "branch": "Nord"})).expect(200);
        let cart = cart.path("");
        for (path, patch, changed) in [
            (&customer, json!({}), vec![]),
            (&customer, json!({"name": "Musterfirma AG"}), vec!["/name"]),
            (&customer, json!({"contact": {"email": "neu@kunde.example"}}), vec!["/contact/email"]),
            (&customer, json!({"contact": {"phone": "+49 221 2"}}), vec!["/contact/phone"]),
            (&customer, json!({"address": {"city": "Bonn", "phone": null}}), vec!["/address/city", "/address/phone"]),
            (&customer, json!({"vat_id": null}), vec!["/vat_check", "/vat_id", "/vat_id_valid"]),
            (&customer, json!({"size": "10-49"}), vec!["/size"]),
            (&customer, json!({"invoice_email": "rechnung@kunde.example"}), vec!["/invoice_email"]),
            (&customer, json!({"external_ref": "crm-4711"}), vec!["/external_ref"]),
            (&customer, json!({"external_ref": null}), vec!["/external_ref"]),
            (&reseller, json!({"name": "Systemhaus West AG"}), vec!["/name"]),
            (&reseller, json!({"external_ref": "crm-1"}), vec!["/external_ref"]),
            (
                &reseller,
                json!({"contact": {"first_name": "Anna", "last_name": "Nowak", "email": "anna@nord.example"}}),
                vec!["/contact"],
            ),
            (&reseller, json!({"contact": null}), vec!["/contact"]),
            (&cart, json!({"billing_address": {"city": "Bonn"}}), vec!["/billing_address/city"]),
            (&cart, json!({"name": null}), vec!["/name"]),
            (&cart, json!({"billing_address": null}), vec!["/billing_address"]),
        ] {
            let before = client.get(path).expect(200);
            let after = client.patch(path, patch.clone()).expect(200);
            assert_eq!(differing(&before, &after), changed, "{path} {patch}");
            assert_eq!(client.get(path).expect(200).body, after.body, "{path} {patch}");
        }
        let lines =
            |patch: Value| client.patch(&format!("{cart}/lines/{line}"), patch).expect(200).body["lines"][0].clone();
        let before = lines(json!({}));
        assert_eq!(
            (&before["reference"], &before["branch"], &before["quantity"]),
            (&json!("4711"), &json!("Nord"), &json!(2))
        );
        let after = lines(json!({"quantity": 3, "branch": null}));
        assert_eq!(
            (&after["reference"], &after["branch"], &after["quantity"]),
            (&json!("4711"), &Value::Null, &json!(3))
        );
    }
}

both! {
    /// What a resource must have cannot be cleared, and what it does not have cannot be set.
    a_patch_that_does_not_fit_is_refused_and_changes_nothing(app) {
        let client = app.provider("terra");
        let customer = format!("/v1/customers/{}", shop::customer(&client, "Musterfirma GmbH"));
        let cart = Cart::of(&client, &shop::customer(&client, "Kunde 1 GmbH")).path("");
        for (path, patch, pointer, code) in [
            (&customer, json!({"name": null}), "/name", "invalid_type"),
            (&customer, json!({"contact": null}), "/contact", "invalid_type"),
            (&customer, json!({"contact": {"email": null}}), "/contact/email", "invalid_type"),
            (&customer, json!({"address": {"country": "Germany"}}), "/address/country", "invalid_value"),
            (&customer, json!({"address": {"planet": null}}), "/address/planet", "unknown_field"),
            (&customer, json!({"id": "x"}), "/id", "unknown_field"),
            (&customer, json!({"reseller_id": null}), "/reseller_id", "unknown_field"),
            (&cart, json!({"billing_address": {"street": null}}), "/billing_address/street", "invalid_type"),
            (&cart, json!({"customer_id": "x"}), "/customer_id", "unknown_field"),
        ] {
            let before = client.get(path).expect(200);
            let refused = client.patch(path, patch).refused(422, code);
            assert_eq!(shop::told(&refused), shop::wrong([(pointer, code)]));
            let after = client.get(path).expect(200);
            assert_eq!((&after.body, after.header("etag")), (&before.body, before.header("etag")));
        }
        for patch in [json!([]), json!("x"), Value::Null] {
            client.patch(&customer, patch).refused(422, "invalid_type");
        }
    }
}
