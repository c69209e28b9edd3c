//! Manual 001 (my.ahd, chapter Marketplace) from its first to its last page, in its own order, by the company alone;
//! and what its screens ask for: an edition beside another (U-48), an add-on to a chosen order (U-49).

use serde_json::{Value, json};
use tests::running::E1;
use tests::running::E3;
use tests::shop::{
    self, Cart, MONTH, cart_with, column, edition, euros, offer, order_now, plan_of, price, product, rows, set_clock,
    subscriptions, text, told, wrong,
};
use tests::{Answer, Client, TestApp, both};

const AUDIO: &str = "Audio Conferencing";
const OFFICE: &str = "Office 365 Enterprise (NCE)";

/// The end of September in Berlin.
const MONTH_END: &str = "2026-09-30T22:00:00Z";

/// What "my orders" shows of each order: edition, quantity, provisioned, start, end.
fn my_orders(client: &Client) -> Vec<[String; 5]> {
    let orders = rows(&client.get("/v1/subscriptions?sort=created_at").expect(200));
    let shown = |order: &Value| {
        let provisioned = text(&order["activated_at"])[..10].to_owned();
        let [title, quantity, start, end] = ["/offer/sku_title", "/quantity", "/term_start", "/ends_at"]
            .map(|name| order.pointer(name).map(text).expect("a value"));
        [title, quantity, provisioned, start, end]
    };
    orders.iter().map(shown).collect()
}

fn shows(rows: &[[&str; 5]]) -> Vec<[String; 5]> {
    rows.iter().map(|row| row.map(str::to_owned)).collect()
}

/// What the product page shows of the editions that the company has: their licences.
fn booked(client: &Client, title: &str) -> Vec<(String, u64)> {
    let page = client.get(&format!("/v1/products/{}", text(&product(client, title, "")["id"]))).expect(200);
    let editions = page.body["skus"].as_array().expect("editions").clone();
    let owned = |edition: &Value| edition["owned_quantity"].as_u64().expect("a number");
    let all: Vec<_> = editions.iter().map(|one| (text(&one["title"]), owned(one))).collect();
    assert_eq!(page.body["owned_quantity"], all.iter().map(|(_, owned)| owned).sum::<u64>());
    all.into_iter().filter(|(_, owned)| *owned > 0).collect()
}

fn change(client: &Client, subscription: &str, body: Value) -> Answer {
    let preview = client.post(&format!("/v1/subscriptions/{subscription}/changes/preview"), body.clone()).expect(200);
    let mut body = body;
    body["preview_token"] = preview.body["preview_token"].clone();
    client.post(&format!("/v1/subscriptions/{subscription}/changes"), body).expect(201)
}

fn set(quantity: u32) -> Value {
    json!({"type": "set_quantity", "quantity": quantity})
}

/// A-02…A-09: the overview, the order form, the order, and where it is seen; the order.
fn rents(app: &TestApp, company: &Client) -> String {
    // the overview lists what is there, each by the month.
    let overview = rows(&company.get("/v1/products?limit=200").expect(200));
    assert!(column(&overview, "/title").contains(&OFFICE.to_owned()));
    // "all details" is the order form, with the only plan selected.
    let page = product(company, OFFICE, "");
    let details = company.get(&format!("/v1/products/{}", text(&page["id"]))).expect(200);
    assert!(!details.text_at("/description").is_empty());
    let e1 = plan_of(&edition(company, E1), MONTH);
    assert_eq!((&e1["preselected"], &e1["price"]), (&json!(true), &price("11.28")));
    // the company's price; what the quantity costs is shown as it is typed.
    let cart = Cart::new(company);
    let line = cart.add(&text(&e1["id"]), 1);
    for (quantity, total) in [(1, "11.28"), (18, "203.04")] {
        cart.change(&line, json!({"quantity": quantity})).expect(200);
        let shown = cart.preview().body["lines"][0].clone();
        assert_eq!((&shown["recurring"]["net"], &shown["unit_price"]), (&json!(total), &price("11.28")));
    }
    // neither of the two boxes may be left out.
    let mut request = cart.request();
    let both = request["consents"].clone();
    assert_eq!(column(both.as_array().expect("consents"), "/kind"), ["terms", "microsoft_account"]);
    for given in [json!([]), json!([both[0]]), json!([both[1]])] {
        request["consents"] = given;
        company.post("/v1/orders", request.clone()).refused(422, "consent_required");
    }
    request["consents"] = both;
    let order = company.post("/v1/orders", request).expect(201).body;
    assert_eq!(order["due_now"], euros("203.04", "38.58", "241.62"));
    let subscription = text(&order["lines"][0]["subscription_id"]);
    // what is not provisioned yet carries no add-on.
    let early = cart_with(company, AUDIO, MONTH, 3);
    assert_eq!(told(&early.preview()), wrong([("/lines/0/offer_id", "prerequisite_missing")]));
    app.drain();
    assert_eq!(order_now(company, &order)["status"], "completed");
    // "my orders"; it starts on the 1st, whatever the day.
    assert_eq!(my_orders(company), shows(&[[E1, "18", "2026-09-17", "2026-09-01", "null"]]));
    subscription
}

both! {
    /// From the overview to the last page, with the company's log-in only.
    manual_001_holds_from_its_first_to_its_last_page(app) {
        set_clock(&app.provider("ahd"), "2026-09-17T14:30:00Z");
        let company = app.admin("ahd");
        let e1 = rents(&app, &company);
        // the product page shows the 18 instead of another order of the edition. E3 is another edition.
        assert_eq!(booked(&company, OFFICE), [(E1.to_owned(), 18)]);
        cart_with(&company, E1, MONTH, 5).try_order().refused(409, "active_order_exists");
        let e3 = text(&shop::buy(&app, &company, E3, MONTH, 2)["id"]);
        assert_eq!(booked(&company, OFFICE), [(E1.to_owned(), 18), (E3.to_owned(), 2)]);
        // from the product page the order is found by its offer; the new total is 40, 22 more.
        let offer_id = offer(&company, E1, MONTH);
        let found = rows(&company.get(&format!("/v1/subscriptions?offer_id={offer_id}")).expect(200));
        assert_eq!(column(&found, "/id"), std::slice::from_ref(&e1));
        let more = change(&company, &e1, set(40));
        assert_eq!(more.body["outcome"]["due_now"]["net"], "248.16");
        app.drain();
        assert_eq!(booked(&company, OFFICE), [(E1.to_owned(), 40), (E3.to_owned(), 2)]);
        // The same from the list of orders; fewer from the end of the month on.
        let fewer = change(&company, &e1, set(30));
        assert_eq!((fewer.text_at("/status"), fewer.text_at("/effective_at")), ("scheduled", MONTH_END));
        // an add-on to an order; there are two that it could be for, so the company says which.
        let cart = Cart::new(&company);
        let line = cart.add(&offer(&company, AUDIO, MONTH), 2);
        let preview = cart.preview();
        assert_eq!(told(&preview), wrong([("/lines/0/base_id", "base_required")]));
        let bases = json!([
            {"id": e1, "name": E1, "quantity": 40},
            {"id": e3, "name": E3, "quantity": 2},
        ]);
        assert_eq!(preview.body["problems"][0]["bases"], bases);
        cart.change(&line, json!({"base_id": e3})).expect(200);
        let preview = cart.preview();
        assert_eq!((told(&preview), &preview.body["lines"][0]["base_id"]), (wrong([]), &json!(e3)));
        let order = cart.order();
        app.drain();
        let audio = subscriptions(&company, &order).remove(0);
        assert_eq!((&audio["base_id"], &audio["status"]), (&json!(e3), &json!("active")));
        // which add-ons there are differs by product; who is asked for another is said by the marketplace.
        assert_eq!(rows(&company.get("/v1/products?kind=add_on&limit=200").expect(200)).len(), 7);
        let shop = app.anonymous().get("/v1/marketplaces/ahd").expect(200).body;
        assert_eq!(column(shop["support"].as_array().expect("contacts"), "/concern"), ["orders", "support"]);
        // canceled completely it ends with the month, and so does its add-on; the other edition goes on.
        let canceled = change(&company, &e3, json!({"type": "cancel"}));
        let add_ons = canceled.body["outcome"]["add_ons"].as_array().expect("add-ons");
        assert_eq!(column(add_ons, "/subscription_id"), [text(&audio["id"])]);
        app.drain();
        assert_eq!(
            my_orders(&company),
            shows(&[
                [E1, "40", "2026-09-17", "2026-09-01", "null"],
                [E3, "2", "2026-09-17", "2026-09-01", MONTH_END],
                [AUDIO, "2", "2026-09-17", "2026-09-01", MONTH_END],
            ])
        );
        set_clock(&app.provider("ahd"), MONTH_END);
        app.drain();
        assert_eq!(booked(&company, OFFICE), [(E1.to_owned(), 30)]);
        let active = rows(&company.get("/v1/subscriptions?status=active").expect(200));
        assert_eq!(column(&active, "/id"), [e1]);
    }
}

both! {
    /// U-48: the unit of one active order is the edition; a policy may say the product, or nothing.
    u48_the_unit_of_one_active_order_is_a_policy_value(app) {
        let (provider, company) = (app.provider("ahd"), app.admin("ahd"));
        let e1 = shop::buy(&app, &company, E1, MONTH, 18);
        let refused = cart_with(&company, E1, MONTH, 1).try_order().refused(409, "active_order_exists");
        assert_eq!((&refused.body["rule"], &refused.body["quantity"]), (&json!("one_active_per"), &json!(18)));
        assert_eq!(refused.body["subscription_id"], e1["id"]);
        // Not twice in one cart, either.
        let twice = cart_with(&company, E3, MONTH, 1);
        twice.add(&offer(&company, E3, MONTH), 2);
        assert_eq!(told(&twice.preview()), wrong([("/lines/1/offer_id", "product_twice_in_cart")]));
        // What E1 is to become at the month's end is not ordered beside it.
        let e3 = offer(&company, E3, MONTH);
        let id = text(&e1["id"]);
        let becomes = change(&company, &id, json!({"type": "transition", "offer_id": e3}));
        let late = cart_with(&company, E3, MONTH, 1);
        assert_eq!(told(&late.preview()), wrong([("/lines/0/offer_id", "active_order_exists")]));
        company.delete(&format!("/v1/subscriptions/{id}/changes/{}", becomes.text_at("/id"))).expect(204);
        app.drain();
        assert_eq!(told(&late.preview()), wrong([]));
        // Nor does it become what runs beside it.
        let order = late.order();
        app.drain();
        let into = json!({"type": "transition", "offer_id": e3});
        let changes = format!("/v1/subscriptions/{id}/changes");
        let refused = company.post(&changes, into).refused(409, "active_order_exists");
        assert_eq!(refused.body["subscription_id"], order["lines"][0]["subscription_id"]);
        let product = text(&e1["product_id"]);
        let unit = |unit: &str| {
            provider.post("/v1/policies", json!({"product_id": product, "rules": {"one_active_per": unit}}))
        };
        let again = cart_with(&company, "Office 365 E5", MONTH, 1);
        assert_eq!(told(&again.preview()), wrong([]));
        unit("product").expect(201);
        assert_eq!(told(&again.preview()), wrong([("/lines/0/offer_id", "active_order_exists")]));
        unit("none").expect(201);
        assert_eq!(told(&cart_with(&company, E1, MONTH, 1).preview()), wrong([]));
        assert_eq!(unit("edition").status, 422, "no such unit");
    }
}

/// Two orders that an add-on can be for.
fn two_bases(app: &TestApp, company: &Client) -> [String; 2] {
    [E1, E3].map(|title| text(&shop::buy(app, company, title, MONTH, 5)["id"]))
}

both! {
    /// U-49: two bases of which one ends: what was chosen is no longer there, and is not taken for the other.
    u49_a_base_that_has_ended_is_not_replaced_by_another(app) {
        let (provider, company) = (app.provider("ahd"), app.admin("ahd"));
        let [e1, e3] = two_bases(&app, &company);
        let cart = Cart::new(&company);
        cart.try_add(json!({"offer_id": offer(&company, AUDIO, MONTH), "quantity": 2, "base_id": e3})).expect(201);
        let token = cart.request();
        change(&company, &e3, json!({"type": "cancel"}));
        app.drain();
        // Until it ends it carries the add-on, which ends with it: that is said.
        assert_eq!(told(&cart.preview()), wrong([]));
        set_clock(&provider, MONTH_END);
        app.drain();
        let preview = cart.preview();
        assert_eq!(told(&preview), wrong([("/lines/0/base_id", "base_required")]));
        let left = json!([{"id": e1, "name": E1, "quantity": 5}]);
        assert_eq!(preview.body["problems"][0]["bases"], left);
        company.post("/v1/orders", token).refused(409, "preview_stale");
        let refused = cart.try_order().refused(422, "base_required");
        assert_eq!((told(&refused), &refused.body["bases"]), (wrong([("/lines/0/base_id", "base_required")]), &left));
        // With nothing said, the only one that there is will do.
        let line = text(&company.get(&cart.path("")).expect(200).body["lines"][0]["id"]);
        cart.change(&line, json!({"base_id": null})).expect(200);
        let order = cart.order();
        app.drain();
        assert_eq!(subscriptions(&company, &order)[0]["base_id"], json!(e1));
    }
}

both! {
    /// U-49: of two in the same cart, and beside one that runs; what is no add-on has no base.
    u49_a_base_may_be_a_line_of_the_same_cart(app) {
        let company = app.admin("ahd");
        let cart = cart_with(&company, E1, MONTH, 5);
        let e3 = cart.add(&offer(&company, E3, MONTH), 2);
        let audio = cart.add(&offer(&company, AUDIO, MONTH), 2);
        let preview = cart.preview();
        assert_eq!(told(&preview), wrong([("/lines/2/base_id", "base_required")]));
        let bases = preview.body["problems"][0]["bases"].as_array().expect("bases").clone();
        assert_eq!((column(&bases, "/name"), &bases[1]["id"]), (vec![E1.to_owned(), E3.to_owned()], &json!(e3)));
        cart.change(&audio, json!({"base_id": e3})).expect(200);
        let order = cart.order();
        app.drain();
        let begun = subscriptions(&company, &order);
        assert_eq!(begun[2]["base_id"], begun[1]["id"]);
        let alone = Cart::new(&company);
        let line = json!({"offer_id": offer(&company, E1, MONTH), "quantity": 1, "base_id": begun[1]["id"]});
        let refused = alone.try_add(line).refused(422, "not_an_add_on");
        assert_eq!(told(&refused), wrong([("/base_id", "not_an_add_on")]));
        let wrong_id = json!({"offer_id": offer(&company, AUDIO, MONTH), "quantity": 1, "base_id": "ord_1"});
        assert_eq!(told(&alone.try_add(wrong_id).refused(422, "invalid_id")), wrong([("/base_id", "invalid_id")]));
    }
}
