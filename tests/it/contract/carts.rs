//! Carts as a shop uses them: begun with their lines, priced without being stored, found again.

use serde_json::{Value, json};
use tests::shop::{self, MONTH, YEAR_MONTHLY, column, euros, price, rows, told, wrong};
use tests::{Client, both};

both! {
    /// U-81: a cart is begun with its lines; all that is wrong with them is told at once, and then there is none.
    u81_a_cart_is_begun_with_its_lines(app) {
        let buyer = app.admin("cancom");
        let [e1, e3] = ["Office 365 E1", "Office 365 E3"].map(|title| shop::offer(&buyer, title, YEAR_MONTHLY));
        let two = json!([{"offer_id": e1, "quantity": 5, "reference": "KST 1"}, {"offer_id": e3, "quantity": 2}]);
        let cart = buyer.post("/v1/carts", json!({"name": "Neue", "lines": two})).expect(201);
        let lines = |cart: &Value| cart["lines"].as_array().expect("lines").clone();
        assert_eq!(column(&lines(&cart.body), "/offer_id"), [e1.clone(), e3]);
        assert_eq!(column(&lines(&cart.body), "/quantity"), ["5", "2"]);
        assert_eq!(buyer.get(cart.header("Location")).expect(200).body, cart.body);
        let unknown = "ofr_00000000000000000000000001";
        let bad = json!([
            {"offer_id": unknown, "quantity": 1},
            {"offer_id": e1, "quantity": 1, "branch": "Werk Nord", "trial_then": "end"},
        ]);
        let refused = buyer.post("/v1/carts", json!({"lines": bad}));
        assert_eq!(
            told(&refused),
            wrong([
                ("/lines/0/offer_id", "offer_unknown"),
                ("/lines/1/trial_then", "not_a_trial"),
                ("/lines/1/branch", "branch_unknown"),
            ])
        );
        assert_eq!(column(&rows(&buyer.get("/v1/carts").expect(200)), "/id"), [cart.text_at("/id")]);
    }
}

both! {
    /// U-81, A-05: the price of lines that no cart holds: the same as the cart's, and nothing is there afterwards.
    u81_a05_lines_are_priced_without_a_cart(app) {
        let buyer = app.admin("cancom");
        let lines = json!([
            {"offer_id": shop::offer(&buyer, "Office 365 E1", YEAR_MONTHLY), "quantity": 5},
            {"offer_id": "ofr_00000000000000000000000001", "quantity": 1},
            {"offer_id": shop::offer(&buyer, "Office 365 E3", MONTH), "quantity": 1},
        ]);
        let live = buyer.post("/v1/carts/preview", json!({"lines": lines})).expect(200);
        assert_eq!((&live.body["cart_id"], &live.body["preview_token"]), (&Value::Null, &Value::Null));
        assert_eq!(column(live.body["lines"].as_array().expect("lines"), "/position"), ["0", "2"]);
        assert_eq!(live.body["lines"][0]["line_id"], Value::Null);
        assert_eq!(live.body["lines"][0]["unit_price"], price("9.40"));
        assert_eq!(told(&live)[0], ("/lines/1/offer_id".to_owned(), "offer_unknown".to_owned()));
        assert!(rows(&buyer.get("/v1/carts").expect(200)).is_empty());
        // The same as a cart's preview says.
        let one = json!([lines[0]]);
        let live = buyer.post("/v1/carts/preview", json!({"lines": one})).expect(200);
        let cart = buyer.post("/v1/carts", json!({"lines": one})).expect(201);
        let stored = buyer.post(&format!("/v1/carts/{}/preview", cart.text_at("/id")), Value::Null).expect(200);
        for part in ["due_now", "recurring", "tax", "consents_required", "payment_methods", "problems"] {
            assert_eq!(live.body[part], stored.body[part], "{part}");
        }
        assert_eq!(live.body["recurring"][0]["money"], euros("47.00", "8.93", "55.93"));
        buyer.post("/v1/carts/preview", json!({"lines": []})).refused(422, "required");
    }
}

both! {
    /// U-81: the carts that wait are one's own and those of the customers below; what was ordered is none of them.
    u81_carts_that_wait_are_listed(app) {
        let reseller = app.reseller(1);
        let customer = column(&rows(&reseller.get("/v1/customers").expect(200)), "/id")[0].clone();
        let offer = shop::offer(&reseller, "Microsoft 365 Business Basic", MONTH);
        let open = |lines: Value| {
            let cart = reseller.post("/v1/carts", json!({"customer_id": customer, "lines": lines})).expect(201);
            cart.text_at("/id").to_owned()
        };
        let [first, second] = [open(json!([])), open(json!([{"offer_id": offer, "quantity": 2}]))];
        let listed =
            |client: &Client, query: &str| column(&rows(&client.get(&format!("/v1/carts{query}")).expect(200)), "/id");
        // What the demo has is older.
        let of_demo = listed(&reseller, "").split_off(2);
        assert_eq!(listed(&reseller, "")[..2], [second.clone(), first.clone()]);
        let oldest_first = format!("?customer_id={customer}&sort=created_at");
        assert!(listed(&reseller, &oldest_first).ends_with(&[first.clone(), second.clone()]));
        let provider = app.provider("terra");
        assert_eq!(listed(&provider, "")[..2], [second.clone(), first.clone()]);
        assert_eq!(listed(&app.reseller(2), ""), [""; 0]);
        let page = reseller.get("/v1/carts?limit=1").expect(200);
        assert_eq!(page.body["data"][0]["lines"][0]["quantity"], 2);
        let next = format!("?limit=1&cursor={}", page.text_at("/next_cursor"));
        assert_eq!(listed(&reseller, &next), [first.as_str()]);
        reseller.delete(&format!("/v1/carts/{first}")).expect(204);
        assert_eq!(listed(&reseller, ""), [vec![second], of_demo].concat());
        reseller.get("/v1/carts?customer_id=cus_00000000000000000000000001").refused(422, "not_found");
        app.drain();
    }
}

both! {
    /// U-82: a filter takes several values.
    u82_a_filter_takes_several_values(app) {
        let buyer = app.admin("cancom");
        let running = shop::buy(&app, &buyer, "Office 365 E1", YEAR_MONTHLY, 1);
        let waiting = shop::cart_with(&buyer, "Office 365 E3", MONTH, 1).order();
        let ids = |path: &str| column(&rows(&buyer.get(path).expect(200)), "/id");
        let [running, pending] = [shop::text(&running["id"]), shop::text(&waiting["lines"][0]["subscription_id"])];
        for (statuses, expected) in [
            ("active", vec![running.clone()]),
            ("pending,active", vec![pending.clone(), running.clone()]),
            ("pending,suspended,pending", vec![pending.clone()]),
            ("suspended,expired", vec![]),
        ] {
            assert_eq!(ids(&format!("/v1/subscriptions?status={statuses}")), expected, "{statuses}");
        }
        let first = shop::text(&waiting["id"]);
        assert_eq!(ids("/v1/orders?status=placed,provisioning"), [first.as_str()]);
        assert_eq!(ids("/v1/orders?status=completed,placed").len(), 2);
        let wrong_ones = buyer.get("/v1/orders?status=placed,gone,lost").expect(422);
        assert_eq!(told(&wrong_ones), wrong([("status", "invalid_value")]));
        app.drain();
    }
}
