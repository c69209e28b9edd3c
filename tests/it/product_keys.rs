//! [003] Microsoft product keys, in the words of its rows: what is bought runs its term and expires.

use crate::shop::{
    self, Cart, MONTH, Plan, YEAR_ANNUAL, YEAR_MONTHLY, cart_with, column, customer, edition, euros, offer, order_now,
    subscriptions, text, told, wrong,
};
use serde_json::json;
use tests::{Client, TestApp, both};

fn buyer(app: &TestApp) -> Client {
    app.client("admin@kunde.mskeys.example")
}

both! {
    /// K-02, K-17: a subscription of a year is paid once, and ends with its year unless it is renewed.
    a_year_is_paid_once_and_expires(app) {
        let buyer = buyer(&app);
        let offers = edition(&buyer, "Office 365 E1")["offers"].as_array().cloned().expect("offers");
        assert_eq!((&offers[0]["preselected"], &offers[0]["billing_cycle"]), (&json!(true), &json!("annual")));
        assert!(offers.iter().all(|offer| offer["policy_key"] == "ms_product_key"));
        let preview = cart_with(&buyer, "Office 365 E1", YEAR_ANNUAL, 5).preview();
        assert_eq!(preview.body["due_now"], euros("564.00", "107.16", "671.16"));
        assert_eq!((&preview.body["recurring"], &preview.body["lines"][0]["recurring"]), (&json!([]), &json!(null)));
        let subscription = shop::buy(&app, &buyer, "Office 365 E1", YEAR_ANNUAL, 5);
        assert_eq!((&subscription["status"], &subscription["auto_renew"]), (&json!("active"), &json!(false)));
        assert_eq!((&subscription["term_end"], &subscription["next_charge_on"]), (&json!("2027-09-05"), &json!(null)));
        assert_eq!(subscription["cancel_until"], json!(null));
    }
}

both! {
    /// without renewal a charge recurs only within the term.
    a_charge_recurs_within_the_term_only(app) {
        let buyer = buyer(&app);
        let shown = |plan: Plan| {
            let preview = cart_with(&buyer, "Office 365 E1", plan, 5).preview();
            (
                text(&preview.body["due_now"]["net"]),
                preview.body["recurring"].clone(),
                text(&preview.body["lines"][0]["next_charge_on"]),
            )
        };
        let monthly = json!([{"billing_cycle": "monthly", "money": euros("47.00", "8.93", "55.93")}]);
        assert_eq!(shown(YEAR_MONTHLY), ("47.00".into(), monthly, "2026-10-06".into()));
        assert_eq!(shown(MONTH), ("56.40".into(), json!([]), "null".into()));
        let words = buyer.get(&format!("/v1/offers/{}", offer(&buyer, "Office 365 E1", YEAR_ANNUAL))).expect(200);
        let words = column(words.body["policy"]["words"].as_array().expect("words"), "");
        assert!(words.contains(&"Ends with the term.".to_owned()), "{words:?}");
    }
}

both! {
    /// K-06: a review page asks whether everything is right: what is ordered is what was shown, to the letter.
    what_is_ordered_is_what_was_reviewed(app) {
        let buyer = buyer(&app);
        let cart = cart_with(&buyer, "Office 365 E1", YEAR_ANNUAL, 5);
        let reviewed = cart.request();
        cart.add(&offer(&buyer, "Office 365 E3", YEAR_ANNUAL), 1);
        let stale = buyer.post("/v1/orders", reviewed).refused(409, "preview_stale");
        assert_eq!(stale.body["preview"]["due_now"]["net"], "865.20");
        let order = cart.order();
        assert_eq!(order["due_now"], euros("865.20", "164.39", "1029.59"));
        app.drain();
        assert_eq!(order_now(&buyer, &order)["status"], "completed");
    }
}

both! {
    /// K-08: an account needs the customer's admin person: country, organization, name; what is missing is named.
    an_account_needs_country_organization_and_admin(app) {
        let provider = app.client("provider@mskeys.example");
        let missing = |body: serde_json::Value| told(&provider.post("/v1/customers", body).expect(422));
        assert_eq!(missing(json!({})), wrong([("/name", "missing_field")]));
        let nobody = json!({
            "name": "Neu GmbH",
            "contact": {"first_name": "", "last_name": " ", "email": ""},
            "address": {"street": "Hauptstraße 1", "postal_code": "51063", "city": "Köln", "country": "Germany"},
        });
        assert_eq!(
            missing(nobody),
            wrong([
                ("/contact/first_name", "required"),
                ("/contact/last_name", "required"),
                ("/contact/email", "required"),
                ("/address/country", "invalid_value"),
            ])
        );
        let whole = json!({
            "name": "Neu GmbH",
            "contact": {"first_name": "Erika", "last_name": "Muster", "email": "Erika@Neu.example"},
            "address": {"street": "Hauptstraße 1", "postal_code": "51063", "city": "Köln", "country": "DE"},
        });
        let created = provider.post("/v1/customers", whole).expect(201);
        assert_eq!(created.text_at("/contact/email"), "erika@neu.example");
        assert_eq!(created.body["contact"]["phone"], json!(null));
    }
}

both! {
    /// K-08, K-10: the new account's admin person gets the first log-in, and the first subscription runs.
    a_new_account_gets_its_admin_and_its_subscription(app) {
        let provider = app.client("provider@mskeys.example");
        let id = customer(&provider, "Neukunde GmbH");
        let tenant = format!("/v1/customers/{id}/tenant");
        provider.put(&tenant, json!({"mode": "create", "prefix": "neukundekeys"})).expect(202);
        app.drain();
        let admin = provider.post(&format!("{tenant}/credentials"), json!({})).expect(200);
        assert_eq!(admin.text_at("/user_name"), "admin@neukundekeys.onmicrosoft.com");
        let agreed = json!({"first_name": "Erika", "last_name": "Muster", "email": "admin@neukunde.mskeys.example"});
        provider.post(&format!("/v1/customers/{id}/agreements"), agreed).expect(201);
        let cart = Cart::of(&provider, &id);
        cart.add(&offer(&provider, "Office 365 E1", YEAR_ANNUAL), 5);
        let order = cart.order();
        app.drain();
        assert_eq!(order_now(&provider, &order)["status"], "completed");
        assert_eq!(subscriptions(&provider, &order)[0]["status"], "active");
    }
}

both! {
    /// K-13: the customer must accept the partner before anything is done on its behalf.
    nothing_is_done_before_the_customer_accepts(app) {
        let provider = app.client("provider@mskeys.example");
        let id = customer(&provider, "Neukunde GmbH");
        let tenant = format!("/v1/customers/{id}/tenant");
        let agreed = json!({"first_name": "Erika", "last_name": "Muster", "email": "admin@neukunde.mskeys.example"});
        provider.post(&format!("/v1/customers/{id}/agreements"), agreed).expect(201);
        provider.put(&tenant, json!({"mode": "link", "domain": "unconfirmed-neukunde.example"})).expect(202);
        app.drain();
        let offered = provider.get(&tenant).expect(200);
        assert_eq!(offered.text_at("/status"), "awaiting_confirmation");
        let cart = Cart::of(&provider, &id);
        cart.add(&offer(&provider, "Office 365 E1", YEAR_ANNUAL), 5);
        assert_eq!(
            told(&cart.try_order().refused(409, "tenant_required")),
            wrong([("/customer_id", "tenant_required")])
        );
        assert_eq!(app.mock.effects(), provisioning::mock::Effects::default());
    }
}
