//! Bad input: each gives the documented problem, names its field, and changes nothing.

use serde_json::{Value, json};
use tests::shop::{
    self, Cart, MONTH, RETAIL, Row, YEAR_ANNUAL, YEAR_MONTHLY, cart_with, column, customer, edition, euros, offer,
    plan_of, price, publish, rows, text, told, wrong,
};
use tests::{Answer, Client, both};

/// A cart of five E1.
fn five(client: &Client) -> Cart {
    cart_with(client, "Office 365 E1", YEAR_MONTHLY, 5)
}

fn nothing_was_ordered(client: &Client) {
    assert_eq!(rows(&client.get("/v1/orders").expect(200)).len(), 0);
    assert_eq!(rows(&client.get("/v1/subscriptions").expect(200)).len(), 0);
}

both! {
    /// A quantity is a whole number within the offer's limits.
    a_quantity_is_a_whole_number_within_limits(app) {
        let buyer = app.admin("cancom");
        let (cart, e1) = (Cart::new(&buyer), offer(&buyer, "Office 365 E1", YEAR_MONTHLY));
        for (quantity, code) in [
            (json!(-1), "invalid_value"),
            (json!(1.5), "invalid_type"),
            (json!(5.0), "invalid_type"),
            (json!("5"), "invalid_type"),
            (json!(null), "invalid_type"),
            (json!([5]), "invalid_type"),
            (json!(4_294_967_296_u64), "invalid_value"),
        ] {
            let refused = cart.try_add(json!({"offer_id": e1, "quantity": quantity})).refused(422, code);
            assert_eq!(told(&refused), wrong([("/quantity", code)]), "{quantity}");
        }
        let missing = cart.try_add(json!({"offer_id": e1})).refused(422, "missing_field");
        assert_eq!(told(&missing), wrong([("/quantity", "missing_field")]));
        assert_eq!(buyer.get(&cart.path("")).expect(200).body["lines"], json!([]));
        let line = cart.add(&e1, 100_000);
        assert_eq!(told(&cart.preview()), wrong([]));
        // U-19: what the offer's limits do not allow is refused at the line.
        for quantity in [100_001_u32, 10_000_001, u32::MAX] {
            let changed = cart.change(&line, json!({"quantity": quantity}));
            let added = cart.try_add(json!({"offer_id": e1, "quantity": quantity}));
            for refused in [changed, added] {
                let refused = refused.refused(422, "quantity_out_of_range");
                assert_eq!(told(&refused), wrong([("/quantity", "quantity_out_of_range")]));
                assert!(refused.text.contains("100,000"), "{}", refused.text);
            }
        }
        let kept = buyer.get(&cart.path("")).expect(200).body["lines"].clone();
        assert_eq!((&kept[0]["quantity"], kept.as_array().map(Vec::len)), (&json!(100_000), Some(1)));
        assert_eq!(
            told(&cart.change(&line, json!({"quantity": -5})).refused(422, "invalid_value")),
            wrong([("/quantity", "invalid_value")])
        );
        cart.change(&line, json!({"quantity": 0})).expect(200);
        assert_eq!(told(&cart.try_order().refused(422, "use_cancel")), wrong([("/lines/0/quantity", "use_cancel")]));
        nothing_was_ordered(&buyer);
    }
}

both! {
    /// R-28: a suite of which Microsoft sells 300 licences says so, and more are refused.
    an_offer_says_its_limits(app) {
        let buyer = app.admin("cancom");
        let basic = plan_of(&edition(&buyer, "Microsoft 365 Business Basic"), YEAR_MONTHLY);
        assert_eq!(basic["limits"], json!({"min": 1, "max": 300, "step": 1}));
        let cart = Cart::new(&buyer);
        let refused = cart.try_add(json!({"offer_id": basic["id"], "quantity": 301}));
        assert_eq!(
            told(&refused.refused(422, "quantity_out_of_range")),
            wrong([("/quantity", "quantity_out_of_range")])
        );
        cart.add(&text(&basic["id"]), 300);
        let order = cart.order();
        app.drain();
        assert_eq!(shop::order_now(&buyer, &order)["status"], "completed");
    }
}

both! {
    /// An offer that is not, that is no offer, and that is another marketplace's.
    an_unknown_offer_is_refused(app) {
        let buyer = app.admin("cancom");
        let cart = five(&buyer);
        let colt = offer(&app.admin("colt"), "Office 365 E1", YEAR_MONTHLY);
        let line = text(&buyer.get(&cart.path("")).expect(200).body["lines"][0]["id"]);
        for (id, code) in [
            ("ofr_01kagy2qk8e3vrc6h1x0m4t7ws", "offer_unknown"),
            (colt.as_str(), "offer_unknown"),
            (cart.id.as_str(), "invalid_id"),
            ("", "invalid_id"),
            ("ofr_", "invalid_id"),
            ("ofr_01kagy2qk8e3vrc6h1x0m4t7wsx", "invalid_id"),
            ("' OR 1=1 --", "invalid_id"),
        ] {
            let refused = cart.try_add(json!({"offer_id": id, "quantity": 1})).refused(422, code);
            assert_eq!(told(&refused), wrong([("/offer_id", code)]), "{id}");
            let refused = cart.change(&line, json!({"offer_id": id})).refused(422, code);
            assert_eq!(told(&refused), wrong([("/offer_id", code)]), "{id}");
        }
        buyer.get(&format!("/v1/offers/{colt}")).refused(404, "not_found");
        assert_eq!(cart.preview().body["due_now"], euros("39.17", "7.44", "46.61"));
    }
}

both! {
    /// A sheet may bring dollars: what is sold in them does not stand in a cart of euros.
    a_cart_has_one_currency(app) {
        let (provider, buyer) = (app.provider("cancom"), app.admin("cancom"));
        let row = Row { currency: "USD".to_owned(), ..Row::e1().priced("1.20", "1.20") };
        publish(&provider, RETAIL, &[row]);
        let office = edition(&buyer, "Office 365 E1");
        let in_dollars = |of: &Value| {
            of["offers"].as_array().expect("offers").iter().find(|offer| offer["currency"] == "USD").cloned()
        };
        // U-27: a buyer is not shown what is sold in another currency than its market's; the provider is.
        assert_eq!(in_dollars(&office), None);
        let dollars = in_dollars(&edition(&provider, "Office 365 E1"));
        let dollars = text(&dollars.expect("an offer in dollars")["id"]);
        // C-16: "from" is in the currency of the shop.
        assert_eq!(office["from_price"], price("9.40"));
        let cart = five(&buyer);
        cart.add(&dollars, 5);
        let preview = cart.preview();
        assert_eq!(told(&preview), wrong([("/lines/1/offer_id", "offer_not_in_currency")]));
        // What can be priced still is.
        assert_eq!(preview.body["due_now"], euros("39.17", "7.44", "46.61"));
        assert_eq!(
            told(&cart.try_order().refused(422, "offer_not_in_currency")),
            wrong([("/lines/1/offer_id", "offer_not_in_currency")])
        );
        // U-27: nor by itself: what is not shown is not sold, however its id is known.
        let alone = Cart::new(&buyer);
        alone.add(&dollars, 5);
        assert_eq!(told(&alone.preview()), wrong([("/lines/0/offer_id", "offer_not_in_currency")]));
        let refused = alone.try_order().refused(422, "offer_not_in_currency");
        assert!(text(&refused.body["errors"][0]["detail"]).contains("EUR"), "{}", refused.text);
        nothing_was_ordered(&buyer);
    }
}

both! {
    /// A-06, C-41, X-27: a consent that is missing, outdated, unknown; one more than asked for does no harm.
    a_consent_is_to_the_text_in_force(app) {
        let buyer = app.admin("cancom");
        let cart = five(&buyer);
        let order = |consents: Value| {
            let mut request = cart.request();
            request["consents"] = consents;
            buyer.post("/v1/orders", request)
        };
        assert_eq!(
            told(&order(json!([])).refused(422, "consent_required")),
            wrong([("/consents", "consent_required")])
        );
        let old = order(json!([{"kind": "vendor_terms", "version": "2025-07"}])).refused(422, "consent_outdated");
        assert_eq!(told(&old), wrong([("/consents", "consent_outdated")]));
        assert!(text(&old.body["errors"][0]["detail"]).contains("2026-01"), "{}", old.text);
        let other = order(json!([{"kind": "terms", "version": "2026-01"}])).refused(422, "consent_required");
        assert_eq!(told(&other), wrong([("/consents", "consent_required")]));
        let unknown = order(json!([{"kind": "everything", "version": "2026-01"}])).refused(422, "invalid_value");
        assert_eq!(told(&unknown), wrong([("/consents/0/kind", "invalid_value")]));
        let blank = order(json!([{"kind": "vendor_terms", "version": " "}])).refused(422, "required");
        assert_eq!(told(&blank), wrong([("/consents/0/version", "required")]));
        let more =
            order(json!([{"kind": "vendor_terms", "version": "2026-01", "read": true}])).refused(422, "unknown_field");
        assert_eq!(told(&more), wrong([("/consents/0/read", "unknown_field")]));
        nothing_was_ordered(&buyer);
        let superfluous =
            json!([{"kind": "vendor_terms", "version": "2026-01"}, {"kind": "privacy", "version": "2026-01"}]);
        let ordered = order(superfluous).expect(201);
        let kept = ordered.body["consents"].as_array().expect("consents");
        assert_eq!(column(kept, "/kind"), ["vendor_terms", "privacy"]);
        app.drain();
    }
}

both! {
    /// A cart that belongs to somebody else, or to nobody, is not there.
    a_foreign_cart_is_not_there(app) {
        let (buyer, stranger) = (app.admin("cancom"), app.admin("colt"));
        let cart = five(&buyer);
        let line = text(&buyer.get(&cart.path("")).expect(200).body["lines"][0]["id"]);
        let e1 = offer(&stranger, "Office 365 E1", YEAR_MONTHLY);
        stranger.get(&cart.path("")).refused(404, "not_found");
        stranger.patch(&cart.path(""), json!({"name": "mine"})).refused(404, "not_found");
        stranger.post(&cart.path("/lines"), json!({"offer_id": e1, "quantity": 1})).refused(404, "not_found");
        stranger.patch(&cart.path(&format!("/lines/{line}")), json!({"quantity": 1})).refused(404, "not_found");
        stranger.delete(&cart.path(&format!("/lines/{line}"))).refused(404, "not_found");
        stranger.post(&cart.path("/preview"), json!({})).refused(404, "not_found");
        stranger.delete(&cart.path("")).refused(404, "not_found");
        stranger.post("/v1/orders", cart.request()).refused(422, "not_found");
        let mut nobodys = cart.request();
        nobodys["cart_id"] = json!("crt_01kagy2qk8e3vrc6h1x0m4t7ws");
        buyer.post("/v1/orders", nobodys.clone()).refused(422, "not_found");
        nobodys["cart_id"] = json!("crt_1");
        assert_eq!(
            told(&buyer.post("/v1/orders", nobodys).refused(422, "invalid_id")),
            wrong([("/cart_id", "invalid_id")])
        );
        // A customer's cart for another customer.
        let neighbor = customer(&app.provider("cancom"), "Neukunde GmbH");
        buyer.post("/v1/carts", json!({"customer_id": neighbor})).refused(422, "not_found");
        assert_eq!(buyer.get(&cart.path("")).expect(200).body["lines"][0]["quantity"], 5);
    }
}

both! {
    /// What was previewed no longer holds: the order answers the new preview, whose token orders.
    a_stale_preview_answers_the_new_one(app) {
        let buyer = app.admin("cancom");
        let cart = five(&buyer);
        let mut request = cart.request();
        cart.add(&offer(&buyer, "Office 365 E3", YEAR_MONTHLY), 1);
        let edited = buyer.post("/v1/orders", request.clone()).refused(409, "preview_stale");
        assert_eq!(edited.body["preview"], cart.preview().body);
        assert_eq!(edited.body["preview"]["due_now"]["net"], "60.09");
        request["preview_token"] = edited.body["preview"]["preview_token"].clone();
        publish(&app.provider("cancom"), RETAIL, &[Row::e1().priced("96.00", "120.00")]);
        let published = buyer.post("/v1/orders", request.clone()).refused(409, "preview_stale");
        assert_eq!(published.body["preview"]["due_now"]["net"], "62.59");
        nothing_was_ordered(&buyer);
        request["preview_token"] = published.body["preview"]["preview_token"].clone();
        let order = buyer.post("/v1/orders", request).expect(201);
        assert_eq!(order.body["due_now"], published.body["preview"]["due_now"]);
        app.drain();
    }
}

both! {
    /// A token of another cart, a token that was made up, and an order without one.
    a_token_is_for_its_cart(app) {
        let buyer = app.admin("cancom");
        let (one, other) = (five(&buyer), five(&buyer));
        let mut request = one.request();
        for token in [other.request()["preview_token"].clone(), json!("made-up"), json!("x".repeat(100))] {
            request["preview_token"] = token;
            buyer.post("/v1/orders", request.clone()).refused(409, "preview_stale");
        }
        request["preview_token"] = json!("x".repeat(101));
        assert_eq!(
            told(&buyer.post("/v1/orders", request.clone()).refused(422, "too_long")),
            wrong([("/preview_token", "too_long")])
        );
        // The token may be left out: who trusts the price orders without.
        request.as_object_mut().expect("an object").remove("preview_token");
        buyer.post("/v1/orders", request).expect(201);
        app.drain();
    }
}

both! {
    /// U-77: an id in a body or a query names nothing, or something of others: a wrong field, with the same words.
    u77_an_id_that_names_nothing_is_a_wrong_field(app) {
        let (buyer, provider) = (app.admin("cancom"), app.provider("cancom"));
        let elsewhere = app.provider("terra");
        let foreign = text(&rows(&elsewhere.get("/v1/customers").expect(200))[0]["id"]);
        let reseller = text(&rows(&elsewhere.get("/v1/resellers").expect(200))[0]["id"]);
        let cart = Cart::of(&elsewhere, &foreign).id;
        let person = |field: &str, id: &str| {
            json!({"email": "neu@kunde.example", "first_name": "Erika", "last_name": "Muster", "role": "customer_user",
                "send_activation_mail": true, field: id})
        };
        let contact = json!({"first_name": "Erika", "last_name": "Muster", "email": "erika@kunde.example"});
        let place = json!({"street": "Kalker Hauptstraße 1", "postal_code": "51063", "city": "Köln", "country": "DE"});
        let refused = |method: &str, path: &str, body: Option<Value>, field: &str| {
            let client = if path == "/v1/orders" { &buyer } else { &provider };
            let problem = client.send(method, path, body).refused(422, "not_found");
            assert_eq!(told(&problem), wrong([(field, "not_found")]), "{path}");
            let error = &problem.body["errors"][0];
            let parameter = error.get("parameter").and_then(Value::as_str);
            assert_eq!(parameter, (!field.starts_with('/')).then_some(field), "{path}");
            (text(&problem.body["title"]), text(&problem.body["detail"]), text(&error["detail"]))
        };
        let nobody = |prefix: &str| format!("{prefix}_01kagy2qk8e3vrc6h1x0m4t7ws");
        let mut words = std::collections::BTreeSet::new();
        for (customer, reseller, cart) in [(foreign, reseller, cart), (nobody("cus"), nobody("rsl"), nobody("crt"))] {
            let order = json!({"cart_id": cart, "payment_method": "invoice"});
            let company = json!({"name": "Müller GmbH", "contact": contact, "address": place, "reseller_id": reseller});
            let several = json!({"users": [person("customer_id", &customer)]});
            let invited = json!({"emails": ["neu@kunde.example"], "role": "customer_user", "customer_id": customer});
            for (path, body, field) in [
                ("/v1/carts", json!({"customer_id": customer}), "/customer_id"),
                ("/v1/orders", order, "/cart_id"),
                ("/v1/customers", company, "/reseller_id"),
                ("/v1/users", person("customer_id", &customer), "/customer_id"),
                ("/v1/users", person("reseller_id", &reseller), "/reseller_id"),
                ("/v1/users/bulk", several, "/users/0/customer_id"),
                ("/v1/invitations", invited, "/customer_id"),
            ] {
                words.insert(refused("POST", path, Some(body), field));
            }
            for list in ["products", "subscriptions", "users", "product-keys/redemptions"] {
                let path = format!("/v1/{list}?customer_id={customer}");
                words.insert(refused("GET", &path, None, "customer_id"));
            }
            words.insert(refused("GET", &format!("/v1/customers?reseller_id={reseller}"), None, "reseller_id"));
        }
        assert_eq!(words.len(), 1, "{words:?}");
    }
}

both! {
    /// The same key with another body is refused; with the same body it never orders twice.
    a_key_is_for_one_order(app) {
        let buyer = app.admin("cancom");
        let (one, other) = (five(&buyer), five(&buyer));
        let keyed = buyer.with("Idempotency-Key", "order-1");
        let request = one.request();
        let first = keyed.post("/v1/orders", request.clone()).expect(201);
        let again = keyed.post("/v1/orders", request.clone()).expect(201);
        assert_eq!((&again.text, again.header("idempotent-replayed")), (&first.text, "true"));
        let reused = keyed.post("/v1/orders", other.request()).refused(422, "idempotency_key_reused");
        assert_eq!(told(&reused), wrong([("Idempotency-Key", "idempotency_key_reused")]));
        let mut changed = request;
        changed["consents"] = json!([]);
        keyed.post("/v1/orders", changed).refused(422, "idempotency_key_reused");
        app.drain();
        assert_eq!(rows(&buyer.get("/v1/subscriptions").expect(200)).len(), 1);
        // A refusal takes no key: mended, the same one orders.
        let keyed = buyer.with("Idempotency-Key", "order-2");
        let mut request = other.request();
        let consents = request["consents"].take();
        request["consents"] = json!([]);
        keyed.post("/v1/orders", request.clone()).refused(422, "consent_required");
        request["consents"] = consents;
        keyed.post("/v1/orders", request).expect(201);
        app.drain();
    }
}

both! {
    /// A cart is ordered once, and is then as it was ordered.
    an_ordered_cart_is_closed(app) {
        let buyer = app.admin("cancom");
        let cart = five(&buyer);
        let line = text(&buyer.get(&cart.path("")).expect(200).body["lines"][0]["id"]);
        let order = cart.order();
        cart.try_order().refused(409, "cart_ordered");
        cart.try_add(json!({"offer_id": order["lines"][0]["offer_id"], "quantity": 1})).refused(409, "cart_ordered");
        cart.change(&line, json!({"quantity": 6})).refused(409, "cart_ordered");
        buyer.delete(&cart.path(&format!("/lines/{line}"))).refused(409, "cart_ordered");
        buyer.patch(&cart.path(""), json!({"name": "later"})).refused(409, "cart_ordered");
        buyer.delete(&cart.path("")).refused(409, "cart_ordered");
        let kept = buyer.get(&cart.path("")).expect(200);
        assert_eq!((&kept.body["order_id"], &kept.body["lines"][0]["quantity"]), (&order["id"], &json!(5)));
        app.drain();
        assert_eq!(rows(&buyer.get("/v1/orders").expect(200)).len(), 1);
    }
}

both! {
    /// An empty cart costs nothing and is not ordered; a discarded one is gone.
    an_empty_cart_is_not_ordered(app) {
        let buyer = app.admin("cancom");
        let cart = Cart::new(&buyer);
        let preview = cart.preview();
        assert_eq!(told(&preview), wrong([("/lines", "cart_empty")]));
        assert_eq!(
            (&preview.body["due_now"], &preview.body["recurring"]),
            (&euros("0.00", "0.00", "0.00"), &json!([]))
        );
        assert_eq!(told(&cart.try_order().refused(422, "cart_empty")), wrong([("/lines", "cart_empty")]));
        buyer.delete(&cart.path("")).expect(204);
        buyer.get(&cart.path("")).refused(404, "not_found");
        buyer.delete(&cart.path("")).refused(404, "not_found");
    }
}

both! {
    /// A cart has a hundred lines and no more.
    a_cart_has_a_hundred_lines(app) {
        let buyer = app.admin("cancom");
        let (cart, e1) = (Cart::new(&buyer), offer(&buyer, "Office 365 E1", YEAR_ANNUAL));
        for _ in 0..100 {
            cart.add(&e1, 1);
        }
        let full = cart.try_add(json!({"offer_id": e1, "quantity": 1})).refused(422, "cart_full");
        assert!(full.text_at("/detail").contains("100"), "{}", full.text);
        assert_eq!(cart.preview().body["due_now"], euros("11280.00", "2143.20", "13423.20"));
        assert_eq!(cart.order()["lines"].as_array().map(Vec::len), Some(100));
        app.drain();
        let running = rows(&buyer.get("/v1/subscriptions?limit=200&status=active").expect(200));
        assert_eq!(running.len(), 100);
    }
}

both! {
    /// Texts: control characters, direction overrides, too many characters; emoji count as one each.
    a_text_is_printable_and_short_enough(app) {
        let buyer = app.admin("cancom");
        let cart = five(&buyer);
        let line = text(&buyer.get(&cart.path("")).expect(200).body["lines"][0]["id"]);
        let name = |name: &str| buyer.patch(&cart.path(""), json!({"name": name}));
        for text in [
            "a\u{0}b",
            "a\u{7}b",
            "a\nb",
            "a\tb",
            "a\u{7f}b",
            "a\u{85}b",
            "Rechnung\u{202e}gpj.exe",
            "\u{2066}a",
            "a\u{2069}b",
        ] {
            assert_eq!(
                told(&name(text).refused(422, "invalid_value")),
                wrong([("/name", "invalid_value")]),
                "{text:?}"
            );
            let refused = cart.change(&line, json!({"reference": text})).refused(422, "invalid_value");
            assert_eq!(told(&refused), wrong([("/reference", "invalid_value")]), "{text:?}");
        }
        for long in ["x".repeat(201), "x".repeat(10_000), "🦊".repeat(201)] {
            assert_eq!(told(&name(&long).refused(422, "too_long")), wrong([("/name", "too_long")]));
        }
        let both = name(&"\u{80}".repeat(201)).refused(422, "validation_failed");
        assert_eq!(told(&both), wrong([("/name", "too_long"), ("/name", "invalid_value")]));
        assert_eq!(
            told(&cart.change(&line, json!({"branch": "🦊".repeat(101)})).refused(422, "too_long")),
            wrong([("/branch", "too_long")])
        );
        assert_eq!(buyer.get(&cart.path("")).expect(200).body["name"], json!(null));
        for right in [
            "🦊".repeat(200),
            "<script>alert('x')</script>".to_owned(),
            "\u{e9}=cmd|' /C calc'!A0 %00 {{7*7}}".to_owned(),
            "مرحبا שלום".to_owned(),
        ] {
            assert_eq!(name(&right).expect(200).body["name"], json!(right));
        }
        name("  Kostenstelle  ").expect(200);
        let order = cart.order();
        assert_eq!(order["name"], "Kostenstelle");
        app.drain();
    }
}

both! {
    /// A half emoji is no text: the body is refused as a whole.
    a_lone_surrogate_is_no_json(app) {
        let buyer = app.admin("cancom");
        let body = br#"{"name": "\ud83e"}"#.to_vec();
        buyer.send_raw("POST", "/v1/carts", "application/json", body).refused(400, "malformed_json");
    }
}

both! {
    /// A field that is not known is refused and named, wherever it stands.
    an_unknown_field_is_named(app) {
        let buyer = app.admin("cancom");
        let cart = five(&buyer);
        let known = |answer: tests::Answer| told(&answer.refused(422, "unknown_field"));
        assert_eq!(known(buyer.post("/v1/carts", json!({"nmae": "x"}))), wrong([("/nmae", "unknown_field")]));
        assert_eq!(
            known(buyer.patch(&cart.path(""), json!({"status": "ordered"}))),
            wrong([("/status", "unknown_field")])
        );
        let line = json!({"offer_id": offer(&buyer, "Office 365 E1", MONTH), "quantity": 1, "price": "0.01"});
        assert_eq!(known(cart.try_add(line)), wrong([("/price", "unknown_field")]));
        let mut request = cart.request();
        request["discount"] = json!("100");
        assert_eq!(known(buyer.post("/v1/orders", request)), wrong([("/discount", "unknown_field")]));
        assert_eq!(
            told(&buyer.get("/v1/products?category=email&sortby=price").expect(422)),
            wrong([("sortby", "unknown_field")])
        );
    }
}

both! {
    /// C-40, R-19: VAT by the invoice address and the VAT id: at home, in the EU, outside it.
    vat_follows_address_and_vat_id(app) {
        let buyer = app.admin("cancom");
        let own = format!("/v1/customers/{}", buyer.customer());
        let cart = five(&buyer);
        let postal_codes = [
            ("DE", "51063", "NW"),
            ("AT", "1010", "9"),
            ("PL", "00-838", "14"),
            ("FI", "00100", ""),
            ("CH", "8001", "ZH"),
        ];
        for (country, vat_id, valid, tax, due) in [
            ("DE", json!("DE136695976"), true, ("S", "19"), ("7.44", "46.61")),
            ("DE", json!(null), false, ("S", "19"), ("7.44", "46.61")),
            ("AT", json!("ATU13585627"), true, ("AE", "0"), ("0.00", "39.17")),
            ("AT", json!("atu 135.856-27"), true, ("AE", "0"), ("0.00", "39.17")),
            ("AT", json!(null), false, ("S", "20"), ("7.83", "47.00")),
            // A form that is not known is kept and marked; only a typing error for certain is refused (below).
            ("AT", json!("ATU1358562"), false, ("S", "20"), ("7.83", "47.00")),
            ("AT", json!("DE136695976"), true, ("S", "20"), ("7.83", "47.00")),
            ("PL", json!("PL5260001246"), true, ("AE", "0"), ("0.00", "39.17")),
            ("FI", json!(null), false, ("S", "25.5"), ("9.99", "49.16")),
            ("CH", json!(null), false, ("O", "0"), ("0.00", "39.17")),
            ("CH", json!("ATU13585627"), true, ("O", "0"), ("0.00", "39.17")),
        ] {
            let (_, code, region) = postal_codes.iter().find(|known| known.0 == country).expect("a postal code");
            let address =
                json!({"street": "Ring 1", "postal_code": code, "city": "Ort", "country": country, "region": region});
            let changed = buyer.patch(&own, json!({"address": address, "vat_id": vat_id})).expect(200);
            assert_eq!(changed.body["vat_id_valid"], valid, "{vat_id}");
            let preview = cart.preview();
            assert_eq!(told(&preview), wrong([]), "{country}");
            assert_eq!(
                preview.body["tax"],
                json!({"category": tax.0, "percent": tax.1, "country": country}),
                "{vat_id}"
            );
            assert_eq!(preview.body["due_now"], euros("39.17", due.0, due.1), "{country} {vat_id}");
        }
        let mistyped = buyer.patch(&own, json!({"vat_id": "ATU13585628"})).refused(422, "vat_id_mistyped");
        assert!(mistyped.text_at("/detail").contains("ATU99999999"), "{}", mistyped.text);
        let order = cart.order();
        assert_eq!(
            (&order["due_now"]["tax"], &order["recurring"][0]["money"]),
            (&json!("0.00"), &euros("47.00", "0.00", "47.00"))
        );
        app.drain();
    }
}

both! {
    /// U-89: a merge patch changes what it names: where a cart is billed at its customer's address, that is its start.
    u89_a_part_of_an_address_is_a_change_of_it(app) {
        let buyer = app.admin("cancom");
        let cart = Cart::new(&buyer);
        let own = format!("/v1/customers/{}", buyer.customer());
        let mut expected = buyer.get(&own).expect(200).body["address"].clone();
        let patch = |part: Value| buyer.patch(&cart.path(""), json!({"billing_address": part}));
        expected["postal_code"] = json!("50670");
        assert_eq!(patch(json!({"postal_code": "50670"})).expect(200).body["billing_address"], expected);
        expected["street"] = json!("Hansaring 97");
        assert_eq!(patch(json!({"street": "Hansaring 97"})).expect(200).body["billing_address"], expected);
        assert_eq!(
            told(&patch(json!({"city": null})).refused(422, "invalid_type")),
            wrong([("/billing_address/city", "invalid_type",)])
        );
        assert_eq!(patch(Value::Null).expect(200).body["billing_address"], Value::Null);
        assert_ne!(buyer.get(&own).expect(200).body["address"]["postal_code"], json!("50670"));
    }
}

both! {
    /// U-89: what a new line answers leads to the line.
    u89_the_location_of_a_new_line_is_the_line(app) {
        let buyer = app.admin("cancom");
        let (cart, e1) = (Cart::new(&buyer), offer(&buyer, "Office 365 E1", YEAR_MONTHLY));
        for quantity in [2, 3] {
            let added = buyer.post(&cart.path("/lines"), json!({"offer_id": e1, "quantity": quantity})).expect(201);
            let line = added.body["lines"].as_array().and_then(|lines| lines.last()).expect("a line").clone();
            let path = cart.path(&format!("/lines/{}", text(&line["id"])));
            assert_eq!((added.header("location"), &line["quantity"]), (path.as_str(), &json!(quantity)));
            let shown = buyer.get(&path).expect(200);
            let version = |answer: &Answer| answer.header("etag").split('-').next().map(str::to_owned);
            assert_eq!((&shown.body, version(&shown)), (&line, version(&added)), "of the cart");
            app.provider("terra").get(&path).refused(404, "not_found");
        }
        buyer.get(&cart.path("/lines/lin_01kagy2qk8e3vrc6h1x0m4t7ws")).refused(404, "not_found");
    }
}

both! {
    /// A wrong address names each of its fields, wherever an address is given.
    a_wrong_address_names_its_fields(app) {
        let buyer = app.admin("cancom");
        let cart = five(&buyer);
        let long = "x".repeat(21);
        let bad = json!({"street": "", "postal_code": long, "city": "a\u{80}b", "country": "de", "region": long});
        let expected = |at: &str| {
            [
                ("country", "invalid_value"),
                ("street", "required"),
                ("postal_code", "too_long"),
                ("city", "invalid_value"),
                ("region", "too_long"),
            ]
            .map(|(field, code)| (format!("{at}/{field}"), code.to_owned()))
            .to_vec()
        };
        let patched = buyer.patch(&cart.path(""), json!({"billing_address": bad})).refused(422, "validation_failed");
        assert_eq!(told(&patched), expected("/billing_address"));
        let mut request = cart.request();
        request["billing_address"] = bad.clone();
        assert_eq!(
            told(&buyer.post("/v1/orders", request).refused(422, "validation_failed")),
            expected("/billing_address")
        );
        let own = format!("/v1/customers/{}", buyer.customer());
        assert_eq!(
            told(&buyer.patch(&own, json!({"address": bad})).refused(422, "validation_failed")),
            expected("/address")
        );
        nothing_was_ordered(&buyer);
    }
}

both! {
    /// A token of another marketplace sees nothing of this one.
    a_token_of_another_marketplace_sees_nothing(app) {
        let (provider, buyer, stranger) = (app.provider("cancom"), app.admin("cancom"), app.provider("colt"));
        let order = five(&buyer).order();
        app.drain();
        let open = five(&buyer);
        let own = text(&order["customer_id"]);
        let office = shop::product(&buyer, "Office 365 Enterprise (NCE)", "");
        let paths = [
            open.path(""),
            format!("/v1/orders/{}", text(&order["id"])),
            format!("/v1/subscriptions/{}", text(&order["lines"][0]["subscription_id"])),
            format!("/v1/customers/{own}"),
            format!("/v1/customers/{own}/tenant"),
            format!("/v1/customers/{own}/agreements"),
            format!("/v1/products/{}", text(&office["id"])),
            format!("/v1/products/{}?customer_id={own}", text(&office["id"])),
            format!("/v1/offers/{}", text(&order["lines"][0]["offer_id"])),
            format!("/v1/price-lists/{}", text(&rows(&provider.get("/v1/price-lists").expect(200))[0]["id"])),
            format!("/v1/tasks/{}", text(&rows(&provider.get("/v1/tasks").expect(200))[0]["id"])),
        ];
        for path in &paths {
            provider.get(path).expect(200);
            stranger.get(path).refused(if path.contains('?') { 422 } else { 404 }, "not_found");
        }
        for path in ["/v1/orders", "/v1/subscriptions", "/v1/tasks"] {
            assert_eq!(rows(&stranger.get(path).expect(200)).len(), 0, "{path}");
        }
        assert!(!stranger.get("/v1/customers").expect(200).text.contains(&own));
        stranger.patch(&format!("/v1/customers/{own}"), json!({"name": "mine"})).refused(404, "not_found");
        stranger.post("/v1/carts", json!({"customer_id": own})).refused(422, "not_found");
        stranger
            .put(&format!("/v1/customers/{own}/tenant"), json!({"mode": "create", "prefix": "mine"}))
            .refused(404, "not_found");
        // Nor is one log-in another's: the address belongs to its marketplace.
        let elsewhere = json!({
            "email": "admin@kunde.cancom.example", "password": api::demo::logins::PASSWORD, "marketplace": "colt",
        });
        app.anonymous().post("/v1/auth/login", elsewhere).refused(401, "invalid_credentials");
    }
}

both! {
    /// Everything that is wrong is told at once, by the preview and by the refusal, and nothing is half done.
    everything_wrong_is_told_at_once(app) {
        let provider = app.provider("cancom");
        let newcomer = customer(&provider, "Neukunde GmbH");
        let cart = Cart::of(&provider, &newcomer);
        cart.add(&offer(&provider, "Office 365 E5", YEAR_MONTHLY), 0);
        cart.add(&offer(&provider, "Visio Plan 1", YEAR_MONTHLY), 0);
        cart.add(&offer(&provider, "Microsoft Purview Suite", MONTH), 1);
        cart.add(&offer(&provider, "Exchange Online (Plan 1)", YEAR_ANNUAL), 10);
        let problems = [
            ("/customer_id", "tenant_required"),
            ("/customer_id", "agreement_required"),
            ("/lines/0/quantity", "use_cancel"),
            ("/lines/1/quantity", "use_cancel"),
            ("/lines/2/offer_id", "prerequisite_missing"),
        ];
        let preview = cart.preview();
        assert_eq!(told(&preview), wrong(problems));
        let details = preview.body["problems"].as_array().expect("problems").iter().map(|one| text(&one["detail"]));
        assert!(details.clone().all(|detail| detail.len() > 10 && !detail.contains('{')), "{}", preview.text);
        let mut request = cart.request();
        request["consents"] = json!([]);
        let refused = provider.post("/v1/orders", request).refused(409, "tenant_required");
        let mut all = wrong(problems);
        all.push(("/consents".to_owned(), "consent_required".to_owned()));
        assert_eq!(told(&refused), all);
        let german = provider.with("Accept-Language", "de").post(&cart.path("/preview"), json!({})).expect(200);
        assert_ne!(german.body["problems"][0]["detail"], preview.body["problems"][0]["detail"]);
        assert_eq!(german.body["preview_token"], preview.body["preview_token"]);
        nothing_was_ordered(&provider);
    }
}
