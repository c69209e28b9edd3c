//! [000] CANCOM Marketplace, in the words of its rows.

use serde_json::{Value, json};
use tests::{Client, both};

/// The offer of an edition by term and billing cycle.
fn offer(client: &Client, sku: &str, term: &str, cycle: &str) -> String {
    let page = client.get("/v1/products?q=office+365+enterprise").expect(200);
    let skus = page.body["data"]
        .as_array()
        .expect("products")
        .iter()
        .flat_map(|product| product["skus"].as_array().expect("skus"));
    let sku = skus.into_iter().find(|one| one["title"] == sku).expect("the edition is found");
    let fits = |offer: &&Value| offer["term"] == term && offer["billing_cycle"] == cycle;
    sku["offers"].as_array().expect("offers").iter().find(fits).expect("the plan is found")["id"]
        .as_str()
        .expect("an id")
        .to_owned()
}

both! {
    /// C-32, C-38, C-39, G-01…G-03: five E1 on the 6th of a 30-day month.
    five_e1_on_the_6th_cost_46_61_today_and_47_00_a_month(app) {
        let buyer = app.client("admin@kunde.cancom.example");
        let offer = offer(&buyer, "Office 365 E1", "P1Y", "monthly");
        let cart = buyer.post("/v1/carts", json!({"name": "Neue Arbeitsplätze"})).expect(201);
        let path = format!("/v1/carts/{}", cart.text_at("/id"));
        buyer.post(&format!("{path}/lines"), json!({"offer_id": offer, "quantity": 5})).expect(201);
        let preview = buyer.post(&format!("{path}/preview"), json!({})).expect(200);
        assert_eq!(preview.body["due_now"], json!({"net": "39.17", "tax": "7.44", "gross": "46.61", "currency": "EUR"}));
        assert_eq!(preview.body["recurring"][0]["money"]["net"], "47.00");
        assert_eq!(preview.body["problems"], json!([]));
        let order = buyer.post("/v1/orders", json!({
            "cart_id": cart.text_at("/id"),
            "preview_token": preview.text_at("/preview_token"),
            "payment_method": "invoice",
            "consents": [{"kind": "vendor_terms", "version": "2026-01"}],
        })).expect(201);
        assert_eq!(order.body["due_now"], preview.body["due_now"]);
        app.drain();
        let order = buyer.get(&format!("/v1/orders/{}", order.text_at("/id"))).expect(200);
        assert_eq!(order.body["status"], "completed", "{}", order.text);
        let subscription = buyer.get("/v1/subscriptions").expect(200);
        assert_eq!(subscription.body["data"][0]["status"], "active");
        assert_eq!(subscription.body["data"][0]["quantity"], 5);
    }
}
