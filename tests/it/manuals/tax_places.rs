//! Where what was sold is taxed, and by which address: the invoice address of an order, a branch, the customer's own;
//! territories outside the area of VAT; VAT ids and addresses as people write them.

use serde_json::{Value, json};
use tests::shop::{self, Cart, YEAR_ANNUAL, YEAR_MONTHLY, cart_with, euros, offer, subscriptions, text, told, wrong};
use tests::{Client, TestApp, both};

fn vienna() -> Value {
    json!({"street": "Kärntner Ring 1", "postal_code": "1010", "city": "Wien", "country": "AT"})
}

fn standard(percent: &str, country: &str) -> Value {
    json!({"category": "S", "percent": percent, "country": country})
}

/// Orders a cart with an invoice address of its own; says the order's subscriptions once they run.
fn order_to(app: &TestApp, client: &Client, cart: &Cart, address: &Value) -> Vec<Value> {
    let mut request = cart.request();
    request["billing_address"] = address.clone();
    request["preview_token"] = Value::Null;
    let order = client.post("/v1/orders", request).expect(201).body;
    app.drain();
    subscriptions(client, &order)
}

fn seen(client: &Client, subscription: &Value) -> Value {
    client.get(&format!("/v1/subscriptions/{}", text(&subscription["id"]))).expect(200).body
}

/// What one more licence is due with, by its preview.
fn one_more(client: &Client, subscription: &Value) -> Value {
    let path = format!("/v1/subscriptions/{}/changes/preview", text(&subscription["id"]));
    let quantity = subscription["quantity"].as_u64().expect("a quantity") + 1;
    client.post(&path, json!({"type": "set_quantity", "quantity": quantity})).expect(200).body["outcome"]["due_now"]
        .clone()
}

both! {
    /// U-01, C-40: what was ordered to an address in Austria is taxed there: on the subscription, in the preview of a
    /// change and in what could be changed, whatever the customer's own address is. Only that address changes it.
    u01_a_subscription_is_taxed_by_the_invoice_address_of_its_order(app) {
        let buyer = app.admin("cancom");
        let customer = format!("/v1/customers/{}", shop::customer(&buyer, "Musterfirma GmbH"));
        let german = shop::buy(&app, &buyer, "Office 365 E3", YEAR_MONTHLY, 1);
        let cart = cart_with(&buyer, "Office 365 E1", YEAR_MONTHLY, 5);
        let austrian = order_to(&app, &buyer, &cart, &vienna()).remove(0);
        assert_eq!(austrian["tax"], standard("20", "AT"));
        let billed = json!({"address": "order", "branch_id": null, "country": "AT", "postal_code": "1010"});
        assert_eq!(austrian["billed_to"], billed);
        assert_eq!(austrian["recurring"], euros("47.00", "9.40", "56.40"));
        assert_eq!((&german["tax"], &german["billed_to"]["address"]), (&standard("19", "DE"), &json!("customer")));
        // One more E1 for 25 of September's 30 days.
        assert_eq!(one_more(&buyer, &austrian), euros("7.83", "1.57", "9.40"));
        let actions = buyer.get(&format!("/v1/subscriptions/{}/allowed-actions", text(&austrian["id"]))).expect(200);
        let actions = actions.body["actions"].as_array().expect("actions").clone();
        let rates = actions.iter().filter(|action| action["money"].is_object()).map(|action| {
            let cents = |name: &str| text(&action["money"][name]).replace('.', "").parse::<i64>().expect("cents");
            (cents("tax") * 5 - cents("net")).abs() <= 3
        });
        assert!(rates.clone().count() > 0 && rates.into_iter().all(|right| right), "{actions:?}");
        // The customer moves to Italy: what is billed there moves along, the order's own address does not.
        let rome = json!({"address": {
            "street": "Via Roma 1", "postal_code": "00184", "city": "Roma", "region": null, "country": "IT",
        }});
        buyer.patch(&customer, rome).expect(200);
        let moved = seen(&buyer, &german);
        assert_eq!((&moved["tax"], &moved["billed_to"]["country"]), (&standard("22", "IT"), &json!("IT")));
        assert_eq!(seen(&buyer, &austrian)["tax"], standard("20", "AT"));
        assert_eq!(one_more(&buyer, &austrian), euros("7.83", "1.57", "9.40"));
        let known = buyer.get(&format!("/v1/subscriptions/{}", text(&german["id"])));
        assert_ne!(known.header("etag"), format!("\"{}\"", 1), "it is another version");
    }
}

both! {
    /// U-01, C-34: a line whose branch is in another country is taxed there, in the preview, in the order and ever
    /// after; it changes with the branch's address, and stays where the branch goes.
    u01_a_line_is_taxed_where_its_branch_is(app) {
        let buyer = app.admin("cancom");
        let branches = format!("/v1/customers/{}/branches", shop::customer(&buyer, "Musterfirma GmbH"));
        let north =
            app.provider("cancom").post(&branches, json!({"name": "Werk Wien", "address": vienna()})).expect(201);
        let cart = Cart::new(&buyer);
        cart.add(&offer(&buyer, "Office 365 E1", YEAR_ANNUAL), 1);
        let e3 = offer(&buyer, "Office 365 E3", YEAR_ANNUAL);
        cart.try_add(json!({"offer_id": e3, "quantity": 1, "branch": "Werk Wien"})).expect(201);
        let preview = cart.preview();
        assert_eq!(told(&preview), wrong([]));
        let taxes: Vec<_> = (0..2).map(|line| preview.body["lines"][line]["tax"].clone()).collect();
        assert_eq!(taxes, [standard("19", "DE"), standard("20", "AT")]);
        assert_eq!(preview.body["tax"], standard("19", "DE"));
        // A year of each: 19 % of 112.80 is 21.43, 20 % of 301.20 is 60.24.
        let recurring = json!([{"billing_cycle": "annual", "money": euros("414.00", "81.67", "495.67")}]);
        assert_eq!(preview.body["recurring"], recurring);
        let order = cart.order();
        app.drain();
        let [_, austrian] = <[Value; 2]>::try_from(subscriptions(&buyer, &order)).expect("two");
        assert_eq!((&austrian["tax"], &austrian["billed_to"]["branch_id"]), (&taxes[1], &north.body["id"]));
        let path = format!("{branches}/{}", north.text_at("/id"));
        let prague = json!({"street": "Na Příkopě 1", "postal_code": "11000", "city": "Praha", "country": "CZ"});
        buyer.patch(&path, json!({"address": prague})).expect(200);
        assert_eq!(seen(&buyer, &austrian)["tax"], standard("21", "CZ"));
        buyer.delete(&path).expect(204);
        assert_eq!(seen(&buyer, &austrian)["tax"], standard("21", "CZ"));
    }
}

both! {
    /// U-01: what is charged later, by the cycle and by the renewal, is taxed where the subscription is billed to.
    u01_cycles_and_renewals_are_taxed_by_the_same_address(app) {
        let (provider, buyer) = (app.provider("cancom"), app.admin("cancom"));
        shop::buy(&app, &buyer, "Office 365 E3", YEAR_MONTHLY, 1);
        let cart = cart_with(&buyer, "Office 365 E1", YEAR_MONTHLY, 5);
        let austrian = order_to(&app, &buyer, &cart, &vienna()).remove(0);
        for now in ["2026-11-02T09:00:00Z", "2027-10-02T09:00:00Z"] {
            shop::set_clock(&provider, now);
            let later = seen(&buyer, &austrian);
            assert_eq!((&later["tax"], &later["billed_to"]), (&austrian["tax"], &austrian["billed_to"]), "{now}");
            assert_eq!(later["recurring"], euros("47.00", "9.40", "56.40"), "{now}");
        }
        assert_eq!(seen(&buyer, &austrian)["term_start"], "2027-09-06");
    }
}

both! {
    /// U-28, C-37: the first order's invoice address becomes the customer's primary one, and what is ordered with it is
    /// billed to that; later only where the order says so.
    u28_the_first_orders_address_becomes_the_customers(app) {
        let (provider, buyer) = (app.provider("cancom"), app.admin("cancom"));
        let customer = format!("/v1/customers/{}", shop::customer(&buyer, "Musterfirma GmbH"));
        let city = || buyer.get(&customer).expect(200).text_at("/address/city").to_owned();
        let before = city();
        let cart = cart_with(&buyer, "Office 365 E1", YEAR_MONTHLY, 1);
        buyer.patch(&cart.path(""), json!({"billing_address": vienna()})).expect(200);
        assert_eq!(city(), before, "a cart is no order");
        let order = cart.order();
        app.drain();
        let first = subscriptions(&buyer, &order).remove(0);
        assert_eq!((city().as_str(), &first["billed_to"]["address"]), ("Wien", &json!("customer")));
        assert_eq!((&first["tax"], &order["billing_address"]["city"]), (&standard("20", "AT"), &json!("Wien")));
        let changed = provider.get("/v1/audit-log?limit=200").expect(200);
        let moves = |entry: &&Value| entry["after"]["address"]["city"] == "Wien";
        let entries = changed.body["data"].as_array().expect("entries");
        assert_eq!(entries.iter().filter(moves).count(), 1, "{}", changed.text);
        // Another order's address is its own.
        let graz = json!({"street": "Ring 2", "postal_code": "8010", "city": "Graz", "country": "AT"});
        let cart = cart_with(&buyer, "Office 365 E3", YEAR_MONTHLY, 1);
        let second = order_to(&app, &buyer, &cart, &graz).remove(0);
        assert_eq!((city().as_str(), &second["billed_to"]["address"]), ("Wien", &json!("order")));
        // Unless it is to be kept.
        let cart = cart_with(&buyer, "Office 365 E5", YEAR_MONTHLY, 1);
        let mut request = cart.request();
        (request["billing_address"], request["save"]) = (graz, json!(true));
        let third = buyer.post("/v1/orders", request).expect(201);
        assert_eq!((city().as_str(), third.text_at("/billing_address/city")), ("Graz", "Graz"));
        assert_eq!(seen(&buyer, &first)["billed_to"]["postal_code"], "8010", "the first is billed to the customer");
        app.drain();
    }
}

both! {
    /// U-20: territories outside the area of VAT, though their country is inside; Monaco is France.
    u20_a_territory_outside_the_area_of_vat_is_not_taxed(app) {
        let buyer = app.admin("cancom");
        let cart = cart_with(&buyer, "Office 365 E1", YEAR_ANNUAL, 1);
        for (country, postal_code, category, percent) in [
            ("ES", "35001", "O", "0"),
            ("ES", "51001", "O", "0"),
            ("ES", "52001", "O", "0"),
            ("ES", "28013", "S", "21"),
            ("IT", "23041", "O", "0"),
            ("IT", "22061", "O", "0"),
            ("DE", "78266", "O", "0"),
            ("DE", "27498", "O", "0"),
            ("DE", "51063", "S", "19"),
            ("FI", "22100", "O", "0"),
            ("GR", "63086", "O", "0"),
            ("FR", "97400", "O", "0"),
            ("RE", "97400", "O", "0"),
            ("PT", "9000-064", "S", "22"),
            ("MC", "98000", "S", "20"),
            ("IM", "IM1 1AA", "O", "0"),
            ("GB", "BT1 5GS", "O", "0"),
        ] {
            let address = json!({"street": "1", "postal_code": postal_code, "city": "Ort", "country": country});
            buyer.patch(&cart.path(""), json!({"billing_address": address})).expect(200);
            let tax = &cart.preview().body["tax"];
            let expected = (&json!(category), &json!(percent));
            assert_eq!((&tax["category"], &tax["percent"]), expected, "{country} {postal_code}");
        }
    }
}

fn company(address: Value, vat_id: &str) -> Value {
    json!({
        "name": "Muster GmbH",
        "contact": {"first_name": "Anna", "last_name": "Nowak", "email": "anna@nowak.example"},
        "address": address,
        "vat_id": vat_id,
    })
}

both! {
    /// U-21, U-22: a VAT id is kept in one writing, with its country in front, and shown so; wrong check digits are
    /// refused for every country that has some.
    u21_u22_vat_ids_are_kept_in_one_writing_and_held_to_their_check_digits(app) {
        let provider = app.provider("cancom");
        let athens = json!({"street": "Ermou 1", "postal_code": "105 63", "city": "Athina", "country": "GR"});
        let prague = json!({"street": "Ring 1", "postal_code": "11000", "city": "Praha", "country": "CZ"});
        let zurich = json!({"street": "Ring 1", "postal_code": "8001", "city": "Zürich", "country": "CH"});
        for (address, given, kept) in [
            (vienna(), "U13585627", "ATU13585627"),
            (athens.clone(), "094259216", "EL094259216"),
            (athens, "GR094259216", "EL094259216"),
            (vienna(), "\u{200b}ATU13585627", "ATU13585627"),
            (vienna(), "\u{202d}ATU13585627\u{202c}", "ATU13585627"),
            (prague, "CZ640903/926", "CZ640903926"),
            (zurich, "CHE-123.456.788 MWST", "CHE123456788MWST"),
        ] {
            let made = provider.post("/v1/customers", company(address, given)).expect(201);
            assert_eq!((&made.body["vat_id"], &made.body["vat_id_valid"]), (&json!(kept), &json!(true)), "{given:?}");
        }
        let found = provider.get("/v1/customers?vat_id=GR094259216").expect(200);
        assert_eq!(found.body["data"].as_array().map(Vec::len), Some(2), "{}", found.text);
        for wrong_digits in [
            "BG175074751",
            "CY10259033Z",
            "CZ25123890",
            "ESB58378432",
            "IE6433435E",
            "LV40003521601",
            "SK2022749618",
            "FRK8399859412",
            "LT119511516",
            "RO18547291",
            "MT11679113",
            "GB980780685",
            "CHE123456787",
        ] {
            let given = company(vienna(), wrong_digits);
            let refused = provider.post("/v1/customers", given).refused(422, "vat_id_mistyped");
            assert_eq!(told(&refused), wrong([("/vat_id", "vat_id_mistyped")]), "{wrong_digits}");
        }
        app.drain();
    }
}

both! {
    /// U-25: postal codes by Microsoft's patterns, however separated; regions of the list in capitals or not; the
    /// United States need a ZIP code and a state; a name has a letter. All of it at once.
    u25_addresses_and_names_are_taken_as_people_write_them(app) {
        let provider = app.provider("cancom");
        let address = |country: &str, postal_code: &str, region: Value| {
            json!({"street": "Ring 1", "postal_code": postal_code, "city": "Ort", "region": region, "country": country})
        };
        for (country, postal_code, region, kept) in [
            ("PT", "1000", Value::Null, ("1000", Value::Null)),
            ("PT", "1000205", Value::Null, ("1000-205", Value::Null)),
            ("IE", "X91-PK81", Value::Null, ("X91 PK81", Value::Null)),
            ("SK", "811\u{a0}01", json!("bl"), ("811 01", json!("BL"))),
            ("DE", "51063", json!("nw"), ("51063", json!("NW"))),
            ("US", "98052 6399", json!("wa"), ("98052-6399", json!("WA"))),
        ] {
            let mut body = company(address(country, postal_code, region), "");
            body["vat_id"] = Value::Null;
            let made = provider.post("/v1/customers", body).expect(201);
            let shown = (&made.body["address"]["postal_code"], &made.body["address"]["region"]);
            assert_eq!(shown, (&json!(kept.0), &kept.1), "{country} {postal_code}");
        }
        for (postal_code, region, expected) in [
            ("98052", json!("ZZ"), wrong([("/address/region", "region_unknown")])),
            ("9805", json!("WA"), wrong([("/address/postal_code", "postal_code_invalid")])),
        ] {
            let refused = provider.post("/v1/customers", company(address("US", postal_code, region), "")).expect(422);
            assert_eq!(told(&refused), expected);
        }
        let none = company(address("US", "", Value::Null), "");
        let refused = provider.post("/v1/customers", none).expect(422);
        assert_eq!(told(&refused), wrong([("/address/postal_code", "required"), ("/address/region", "required")]));
        let mut nameless = company(address("DE", "51063", Value::Null), "");
        nameless["name"] = json!("-");
        nameless["contact"]["first_name"] = json!("7");
        nameless["address"]["city"] = json!("--");
        let refused = provider.post("/v1/customers", nameless).expect(422);
        let expected =
            [("/name", "invalid_value"), ("/contact/first_name", "invalid_value"), ("/address/city", "invalid_value")];
        assert_eq!(told(&refused), wrong(expected));
    }
}
