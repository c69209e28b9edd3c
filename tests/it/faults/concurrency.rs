//! Many at once: what only one may have, only one gets, and nobody's change is lost.

use serde_json::json;
use std::collections::BTreeSet;
use tests::client::at_once;
use tests::running::E1;
use tests::shop::{self, Cart, MONTH, YEAR_MONTHLY, cart_with, column, offer, rows, text};
use tests::{Answer, TestApp, both};

/// The one answer that has this status, and all others, which do not.
#[track_caller]
fn one_of(answers: Vec<Answer>, status: u16) -> (Answer, Vec<Answer>) {
    let (mut those, others): (Vec<_>, Vec<_>) = answers.into_iter().partition(|answer| answer.status == status);
    assert_eq!(those.len(), 1, "{:?}", those.iter().chain(&others).map(|answer| &answer.text).collect::<Vec<_>>());
    (those.remove(0), others)
}

/// The customer that has no tenant yet.
fn new_customer(app: &TestApp) -> String {
    shop::customer(&app.provider("cancom"), "Neukunde GmbH")
}

both! {
    /// A-11, G-20: thirty carts of one product, ordered at the same moment, are one subscription.
    one_of_thirty_orders_of_a_product_wins(app) {
        let buyer = app.admin("ahd");
        let offer = offer(&buyer, E1, MONTH);
        let requests: Vec<_> = (0..30)
            .map(|_| {
                let cart = Cart::new(&buyer);
                cart.add(&offer, 3);
                cart.request()
            })
            .collect();
        let (won, lost) = one_of(at_once(&requests, |request| buyer.post("/v1/orders", request.clone())), 201);
        for answer in lost {
            let answer = answer.refused(409, "active_order_exists");
            assert_eq!(answer.body["subscription_id"], won.body["lines"][0]["subscription_id"]);
            assert_eq!(answer.body["quantity"], 3);
        }
        app.drain();
        assert_eq!(column(&rows(&buyer.get("/v1/orders").expect(200)), "/status"), ["completed"]);
        assert_eq!(column(&rows(&buyer.get("/v1/subscriptions").expect(200)), "/status"), ["active"]);
        assert_eq!(app.mock.effects().carts_checked_out.len(), 1);
    }
}

both! {
    /// The same key at the same moment (G4): one order, and everybody gets its answer.
    twenty_retries_of_a_key_are_one_order(app) {
        let buyer = app.admin("cancom");
        for round in 1..=5 {
            let request = cart_with(&buyer, E1, YEAR_MONTHLY, 5).request();
            let keyed = buyer.with("Idempotency-Key", &format!("round-{round}"));
            let answers = at_once(&[(); 20], |()| keyed.post("/v1/orders", request.clone()));
            let bodies: BTreeSet<_> = answers.iter().map(|answer| answer.text.clone()).collect();
            assert_eq!(bodies.len(), 1, "{bodies:?}");
            assert!(answers.iter().all(|answer| answer.status == 201));
            let replayed = answers.iter().filter(|answer| answer.header("idempotent-replayed") == "true").count();
            assert_eq!(replayed, 19);
            assert_eq!(rows(&buyer.get("/v1/orders").expect(200)).len(), round);
        }
        app.drain();
        assert_eq!(app.mock.effects().carts_checked_out.len(), 5);
    }
}

both! {
    /// A cart is ordered once, also by ten who give no key.
    a_cart_is_ordered_once(app) {
        let buyer = app.admin("cancom");
        let request = cart_with(&buyer, E1, YEAR_MONTHLY, 5).request();
        let (_, lost) = one_of(at_once(&[(); 10], |()| buyer.post("/v1/orders", request.clone())), 201);
        for answer in lost {
            answer.refused(409, "cart_ordered");
        }
        app.drain();
        assert_eq!(app.mock.effects().carts_checked_out.len(), 1);
    }
}

both! {
    /// Two who change the same version of a customer: one does, the other is told to look again.
    one_of_two_changes_of_a_version_wins(app) {
        let provider = app.provider("cancom");
        let path = format!("/v1/customers/{}", new_customer(&app));
        for round in 0..10 {
            let version = provider.get(&path).expect(200).header("etag").to_owned();
            let changes = [json!({"name": format!("Nord {round} GmbH")}), json!({"name": format!("Süd {round} GmbH")})];
            let guarded = provider.with("If-Match", &version);
            let (won, lost) = one_of(at_once(&changes, |change| guarded.patch(&path, change.clone())), 200);
            lost.into_iter().for_each(|answer| drop(answer.refused(412, "precondition_failed")));
            assert_eq!(provider.get(&path).expect(200).body["name"], won.body["name"]);
        }
    }
}

both! {
    /// Twenty who read, change and write with If-Match until it works: as many versions as changes (G20).
    every_change_is_one_version(app) {
        let provider = app.provider("cancom");
        let path = format!("/v1/customers/{}", new_customer(&app));
        let version = || {
            let tag = provider.get(&path).expect(200).header("etag").trim_matches('"').to_owned();
            tag.split('-').next().expect("a version").parse::<i64>().expect("a number")
        };
        let before = version();
        let changed = at_once(&[(); 20], |()| {
            loop {
                let read = provider.get(&path).expect(200);
                let name = format!("{}x", read.text_at("/name"));
                let answer = provider.with("If-Match", read.header("etag")).patch(&path, json!({"name": name}));
                if answer.status != 412 {
                    break answer;
                }
            }
        });
        assert!(changed.iter().all(|answer| answer.status == 200));
        assert_eq!(version(), before + 20);
        assert_eq!(provider.get(&path).expect(200).body["name"], format!("Neukunde GmbH{}", "x".repeat(20)));
    }
}

both! {
    /// Two who change different fields of the same thing without If-Match: neither change is lost.
    changes_of_different_fields_are_both_kept(app) {
        let terra = app.provider("terra");
        let customer = format!("/v1/customers/{}", shop::customer(&terra, "Neukunde GmbH"));
        let resellers = rows(&terra.get("/v1/resellers").expect(200));
        let reseller = format!("/v1/resellers/{}", text(&resellers[0]["id"]));
        for round in 0..15 {
            let name = json!({"name": format!("Runde {round} GmbH")});
            let vat_ids = ["DE136695976", "DE811569869"];
            for (path, field, value) in [
                (&customer, "vat_id", vat_ids[round % 2].to_owned()),
                (&reseller, "external_ref", format!("crm-{round}")),
            ] {
                let changes = [name.clone(), json!({ field: value })];
                for answer in at_once(&changes, |change| terra.patch(path, change.clone())) {
                    answer.expect(200);
                }
                let now = terra.get(path).expect(200).body;
                assert_eq!((&now["name"], &now[field]), (&name["name"], &json!(value)), "round {round}");
            }
        }
        app.drain();
    }
}

both! {
    /// A frontend that fills a cart with six requests at the same moment has six lines in it.
    lines_added_at_once_are_all_in_the_cart(app) {
        let buyer = app.admin("cancom");
        let offer = offer(&buyer, E1, YEAR_MONTHLY);
        for _ in 0..3 {
            let cart = Cart::new(&buyer);
            let quantities = [1, 2, 3, 4, 5, 6];
            for answer in
                at_once(&quantities, |quantity| cart.try_add(json!({"offer_id": offer, "quantity": quantity})))
            {
                answer.expect(201);
            }
            let filled = buyer.get(&cart.path("")).expect(200);
            let mut found = column(filled.body["lines"].as_array().expect("lines"), "/quantity");
            found.sort();
            assert_eq!(found, ["1", "2", "3", "4", "5", "6"]);
            assert!(filled.header("etag").starts_with("\"7-"), "{}", filled.header("etag"));
        }
    }
}

both! {
    /// T-19: ten wishes for a tenant at the same moment are one tenant.
    a_customer_gets_one_tenant(app) {
        let provider = app.provider("cancom");
        let path = format!("/v1/customers/{}/tenant", new_customer(&app));
        let wishes: Vec<_> = (0..10).map(|n| json!({"mode": "create", "prefix": format!("neukunde{n}")})).collect();
        let (won, lost) = one_of(at_once(&wishes, |wish| provider.put(&path, wish.clone())), 202);
        lost.into_iter().for_each(|answer| drop(answer.refused(409, "tenant_exists")));
        app.drain();
        let tenant = provider.get(&path).expect(200).body;
        assert_eq!((&tenant["status"], &tenant["domain"]), (&json!("linked"), &won.body["domain"]));
        assert_eq!(app.mock.effects().tenants_created, [text(&won.body["domain"])]);
    }
}

both! {
    /// T-22: a domain that several customers want at the same moment becomes one customer's.
    a_domain_goes_to_one_customer(app) {
        let provider = app.provider("cancom");
        let like = provider.get(&format!("/v1/customers/{}", new_customer(&app))).expect(200).body;
        let paths: Vec<_> = (0..6)
            .map(|n| {
                let body =
                    json!({"name": format!("Kunde {n}"), "contact": like["contact"], "address": like["address"]});
                format!("/v1/customers/{}/tenant", provider.post("/v1/customers", body).expect(201).text_at("/id"))
            })
            .collect();
        let answers = at_once(&paths, |path| provider.put(path, json!({"mode": "create", "prefix": "begehrt"})));
        for answer in answers.into_iter().filter(|answer| answer.status != 202) {
            answer.refused(409, "tenant_domain_taken");
        }
        app.drain();
        let statuses = paths.iter().filter_map(|path| provider.get(path).body["status"].as_str().map(str::to_owned));
        assert_eq!(statuses.filter(|status| status == "linked").count(), 1);
        assert_eq!(app.mock.effects().tenants_created, ["begehrt.onmicrosoft.com"]);
    }
}

both! {
    /// T-24: of ten who take the first administrator's password, one gets it.
    the_first_password_is_handed_out_once(app) {
        let provider = app.provider("cancom");
        let path = format!("/v1/customers/{}/tenant", new_customer(&app));
        provider.put(&path, json!({"mode": "create", "prefix": "neukunde"})).expect(202);
        app.drain();
        let answers = at_once(&[(); 10], |()| provider.post(&format!("{path}/credentials"), json!({})));
        let (_, lost) = one_of(answers, 200);
        lost.into_iter().for_each(|answer| drop(answer.refused(409, "credentials_taken")));
        assert_eq!(provider.get(&path).expect(200).body["credentials_available"], false);
    }
}

both! {
    /// T-20: an agreement is accepted once.
    an_agreement_is_accepted_once(app) {
        let provider = app.provider("cancom");
        let path = format!("/v1/customers/{}/agreements", new_customer(&app));
        let person = json!({"first_name": "Erika", "last_name": "Muster", "email": "erika@neukunde.example"});
        let (_, lost) = one_of(at_once(&[(); 10], |()| provider.post(&path, person.clone())), 201);
        lost.into_iter().for_each(|answer| drop(answer.refused(409, "agreement_exists")));
    }
}

both! {
    /// Two publish the same draft at the same moment: it is published once.
    a_price_list_is_published_once(app) {
        let provider = app.provider("cancom");
        let list = shop::import(&provider, shop::RETAIL, shop::sheet(&[shop::Row::e1().priced("96.00", "120.00")]));
        let (won, lost) = one_of(at_once(&[(); 6], |()| shop::try_publish(&provider, &list)), 200);
        assert_eq!(won.body["status"], "published");
        for answer in lost {
            let codes = ["job_under_way", "price_list_not_draft", "price_list_stale"];
            assert!(codes.contains(&answer.code()), "{}", answer.text);
            assert_eq!(answer.status, 409);
        }
        let events = provider.get(&format!("/v1/audit-log?subject={}", text(&list["id"]))).expect(200);
        let actions = column(&rows(&events), "/action");
        assert_eq!(actions.iter().filter(|action| *action == "price_list.published").count(), 1, "{actions:?}");
    }
}
