//! U-42: what a reseller pays and what its customer pays are two prices; the customer knows of its own only.

use serde_json::{Value, json};
use tests::people::PASSWORD;
use tests::running::E1;
use tests::running::E3;
use tests::shop::{
    Cart, MONTH, Plan, Row, YEAR_ANNUAL, YEAR_MONTHLY, cart_with, customer, edition, edition_for, euros, offer,
    order_now, plan_of, price, price_of, publish, rows, set_clock, subscriptions, text, told, wrong,
};
use tests::{Client, TestApp, both};

fn price_for(client: &Client, title: &str, plan: Plan, customer: &str) -> Value {
    plan_of(&edition_for(client, title, &format!("&customer_id={customer}")), plan)["price"].clone()
}

/// Another customer of the reseller, with everything but a price: its tenant, the agreement, and who runs it.
fn unpriced(app: &TestApp) -> (String, Client) {
    let reseller = app.reseller(1);
    let company = json!({
        "name": "Müller GmbH",
        "contact": {"first_name": "Anna", "last_name": "Nowak", "email": "anna@mueller.example", "phone": "+49 221 1"},
        "address": {"street": "Hauptstraße 1", "postal_code": "51063", "city": "Köln", "region": "NW", "country": "DE"},
    });
    let id = text(&reseller.post("/v1/customers", company).expect(201).body["id"]);
    let tenant = json!({"mode": "create", "prefix": "muellergmbh"});
    reseller.put(&format!("/v1/customers/{id}/tenant"), tenant).expect(202);
    app.drain();
    let who = json!({"first_name": "Anna", "last_name": "Nowak", "email": "anna@mueller.example"});
    reseller.post(&format!("/v1/customers/{id}/agreements"), who).expect(201);
    let person = json!({
        "email": "anna@mueller.example", "first_name": "Anna", "last_name": "Nowak", "role": "customer_admin",
        "customer_id": id,
    });
    app.joined(&app.provider("terra"), person);
    (id, anna(app))
}

fn anna(app: &TestApp) -> Client {
    app.logged_in("anna@mueller.example", PASSWORD)
}

fn mails(app: &TestApp) -> Vec<tests::SentMail> {
    app.mails().into_iter().filter(|mail| mail.kind == "price_missing").collect()
}

both! {
    /// The demo's selling prices are a tenth above what the reseller pays; each sees and orders at its own.
    u42_a_customer_sees_and_orders_at_its_own_price_and_its_reseller_at_what_it_pays(app) {
        let (provider, reseller, buyer) = (app.provider("terra"), app.reseller(1), app.customer_of_reseller(1));
        let id = customer(&reseller, "Kunde 1 GmbH");
        for (title, plan, pays, sells) in
            [(E1, YEAR_MONTHLY, "9.40", "10.34"), (E1, YEAR_ANNUAL, "112.80", "124.08"), (E3, MONTH, "30.12", "33.132")]
        {
            assert_eq!(price_of(&buyer, title, plan), sells);
            assert_eq!(price_of(&reseller, title, plan), pays);
            for seller in [&provider, &reseller] {
                assert_eq!(price_for(seller, title, plan, &id), price(pays), "{title}");
            }
        }
        assert_eq!(edition(&buyer, E1)["from_price"], price("10.34"));
        // The same cart costs each what it pays; what one previewed is stale for the other.
        let offer_id = offer(&buyer, E1, YEAR_MONTHLY);
        let cart = Cart::new(&buyer);
        cart.add(&offer_id, 5);
        assert_eq!(cart.preview().body["due_now"], euros("51.70", "9.82", "61.52"));
        let by_reseller = reseller.post(&cart.path("/preview"), json!({})).expect(200).body;
        assert_eq!(by_reseller["due_now"], euros("47.00", "8.93", "55.93"));
        let mut request = cart.request();
        request["preview_token"] = by_reseller["preview_token"].clone();
        buyer.post("/v1/orders", request).refused(409, "preview_stale");
        let order = cart.order();
        app.drain();
        let own = subscriptions(&buyer, &order).remove(0);
        assert_eq!((&order["payer"], &own["payer"]), (&json!("customer"), &json!("customer")));
        assert_eq!(own["unit_price"], price("10.34"));
        assert_eq!(subscriptions(&reseller, &order)[0]["unit_price"], price("10.34"), "what it sells it sees");
        // It goes on at its own price, whoever changes it.
        let more = json!({"type": "set_quantity", "quantity": 6});
        let preview = format!("/v1/subscriptions/{}/changes/preview", text(&own["id"]));
        for client in [&buyer, &reseller] {
            let preview = client.post(&preview, more.clone()).expect(200);
            assert_eq!(preview.body["outcome"]["recurring"]["net"], "62.04");
        }
        // And through a new term: the selling price of that day.
        publish(
            &provider,
            &format!("percent_off_retail=0&customer_id={id}"),
            &[Row::e1().priced("90.24", "132.00").from("2027-09-01")],
        );
        publish(&provider, "percent_off_retail=0", &[Row::e1().priced("90.24", "120.00").from("2027-09-01")]);
        set_clock(&provider, "2027-09-06T00:00:00Z");
        app.drain();
        assert_eq!(subscriptions(&buyer, &order)[0]["unit_price"], price("11.00"));
    }
}

both! {
    /// Without a selling price there is none: not in the catalogue, not in a cart, not for an order; the reseller
    /// orders at what it pays, and its customer is told no amount of that.
    u42_without_a_selling_price_a_customer_has_none_and_its_reseller_is_told(app) {
        let reseller = app.reseller(1);
        let (id, buyer) = unpriced(&app);
        let e1 = edition(&buyer, E1);
        assert_eq!((&e1["from_price"], &plan_of(&e1, YEAR_MONTHLY)["price"]), (&json!(null), &json!(null)));
        let cart = cart_with(&buyer, E1, YEAR_MONTHLY, 5);
        assert_eq!(told(&cart.preview()), wrong([("/lines/0/offer_id", "no_price")]));
        cart.try_order().refused(422, "no_price");
        cart.add(&offer(&buyer, E3, YEAR_MONTHLY), 5);
        app.drain();
        // Once for the customer and day, however much it wants.
        let mail = mails(&app);
        assert_eq!(mail.iter().map(|one| one.to.as_str()).collect::<Vec<_>>(), ["admin@reseller1.terra.example"]);
        assert!(mail[0].text.contains("Müller GmbH") && mail[0].text.contains(E1), "{}", mail[0].text);
        // Its reseller knows what it does itself.
        let order = {
            let cart = Cart::of(&reseller, &id);
            cart.add(&offer(&reseller, E1, YEAR_MONTHLY), 5);
            cart.order()
        };
        app.drain();
        assert_eq!(mails(&app).len(), 1);
        assert_eq!((&order["payer"], &order["due_now"]), (&json!("reseller"), &euros("47.00", "8.93", "55.93")));
        assert_eq!(order_now(&reseller, &order)["due_now"], order["due_now"]);
        let subscription = text(&order["lines"][0]["subscription_id"]);
        for path in [
            format!("/v1/orders/{}", text(&order["id"])),
            "/v1/orders".to_owned(),
            "/v1/subscriptions".to_owned(),
            format!("/v1/subscriptions/{subscription}"),
            format!("/v1/subscriptions/{subscription}/history"),
            format!("/v1/subscriptions/{subscription}/changes"),
            format!("/v1/subscriptions/{subscription}/allowed-actions"),
            format!("/v1/subscriptions/{subscription}/coterm-options"),
            format!("/v1/audit-log?subject={}", text(&order["id"])),
            format!("/v1/audit-log?subject={subscription}"),
        ] {
            let seen = buyer.get(&path).expect(200).text;
            for amount in ["9.40", "47.00", "55.93", "8.93", "unit_price\":{", "explain"] {
                assert!(!seen.contains(amount), "{amount} in {path}: {seen}");
            }
            // The answers that hold amounts say who pays them.
            if !["audit-log", "/changes", "allowed-actions", "coterm-options"].iter().any(|one| path.contains(one)) {
                assert!(reseller.get(&path).expect(200).text.contains("\"payer\":\"reseller\""), "{path}");
            }
        }
        app.advance(time::Duration::hours(25));
        cart_with(&anna(&app), E3, YEAR_MONTHLY, 1);
        app.drain();
        assert_eq!(mails(&app).len(), 2, "and again on another day");
    }
}

both! {
    /// What a reseller pays its customer does not raise: what costs is the reseller's to ask for, what does not is its
    /// own.
    u42_a_customer_asks_for_nothing_that_its_reseller_pays(app) {
        let (reseller, buyer) = (app.reseller(1), app.customer_of_reseller(1));
        let cart = Cart::of(&reseller, &customer(&reseller, "Kunde 1 GmbH"));
        cart.add(&offer(&reseller, E1, YEAR_MONTHLY), 5);
        let order = cart.order();
        app.drain();
        let subscription = subscriptions(&reseller, &order).remove(0);
        assert_eq!(subscription["unit_price"], price("9.40"));
        let changes = format!("/v1/subscriptions/{}/changes", text(&subscription["id"]));
        let e3 = offer(&reseller, E3, YEAR_MONTHLY);
        for costs in [json!({"type": "set_quantity", "quantity": 6}), json!({"type": "transition", "offer_id": e3})] {
            buyer.post(&format!("{changes}/preview"), costs.clone()).refused(422, "no_price");
            buyer.post(&changes, costs).refused(422, "no_price");
        }
        let fewer = buyer.post(&changes, json!({"type": "set_quantity", "quantity": 4})).expect(201);
        assert!(!fewer.text.contains("9.40") && !fewer.text.contains("due_now"), "{}", fewer.text);
        app.drain();
        buyer.post(&changes, json!({"type": "set_auto_renew", "auto_renew": false})).expect(201);
        app.drain();
        buyer.post(&changes, json!({"type": "set_auto_renew", "auto_renew": true})).refused(422, "no_price");
        let more = reseller.post(&changes, json!({"type": "set_quantity", "quantity": 6})).expect(201);
        assert_eq!(more.body["outcome"]["recurring"]["net"], "56.40");
        let actions = format!("/v1/subscriptions/{}/allowed-actions", text(&subscription["id"]));
        let actions = buyer.get(&actions).expect(200);
        let by = |kind: &str| {
            let all = actions.body["actions"].as_array().expect("actions");
            all.iter().find(|one| one["request"]["type"] == kind).expect("an action")["reason_code"].clone()
        };
        assert_ne!(by("set_quantity"), json!(null));
        app.drain();
    }
}

both! {
    /// What ran before there were selling prices goes on at its price, which its customer is not told; and a customer
    /// that its reseller has lost is the provider's.
    u42_a_key_is_redeemed_and_what_follows_is_the_partners_to_pay(app) {
        let (provider, buyer) = (app.provider("terra"), app.customer_of_reseller(1));
        let id = customer(&provider, "Kunde 1 GmbH");
        let batch = json!({"offer_id": offer(&provider, E1, YEAR_ANNUAL), "quantity": 5, "count": 1});
        let keys = provider.post("/v1/product-keys/batches", batch).expect(201).body["keys"].clone();
        let entering = json!({"keys": keys, "responsible": true});
        let entered = buyer.post("/v1/product-keys/redemptions", entering).expect(201);
        let path = format!("/v1/product-keys/redemptions/{}/complete", entered.text_at("/id"));
        buyer.post(&path, json!({})).expect(200);
        app.drain();
        let begun = rows(&buyer.get("/v1/subscriptions").expect(200)).remove(0);
        assert_eq!((&begun["payer"], &begun["customer_id"]), (&json!("reseller"), &json!(id)));
        assert_eq!(begun.get("unit_price"), None);
    }
}
