//! What a price sheet changes besides prices, and what a draft says of it before it is published.

use crate::operation::price_lists::{below, counts, crc32, left_out, new_product};
use serde_json::{Value, json};
use tests::shop::{
    self, Cart, RETAIL, Row, YEAR_MONTHLY, cart_with, column, edition, edition_for, followed, import, offer, plan_of,
    price, price_of, publish, rows, set_clock, sheet, text, told, try_publish, wrong,
};
use tests::{Client, both};

/// Rows of a draft, by a parameter of the query.
fn of(provider: &Client, list: &Value, query: &str) -> Vec<Value> {
    rows(&provider.get(&below(list, &format!("/rows?{query}"))).expect(200))
}

/// Two products of a vendor that sells nothing else.
fn two_products() -> [Row; 2] {
    let vendor = |row: Row| Row { publisher: "Lagerhaus GmbH".to_owned(), ..row };
    let second = Row::of("Lagerplatz", "DZH318Z0BBBB", "0001", "Lagerplatz Basis").priced("24.00", "36.00");
    [vendor(new_product()), vendor(second)]
}

fn sale(provider: &Client, offer: &str, end: Value) -> tests::Answer {
    provider.put(&format!("/v1/offers/{offer}/sale"), json!({"end_of_sale": end}))
}

both! {
    /// U-11: a price that is said again with an end is a change, and afterwards there is none.
    u11_an_end_is_a_change_and_ends_the_sale(app) {
        let (provider, buyer) = (app.provider("cancom"), app.admin("cancom"));
        publish(&provider, RETAIL, &[new_product()]);
        let again = import(&provider, RETAIL, sheet(&[new_product()]));
        assert_eq!(counts(&again), [1, 0, 0, 1, 0]);
        let ended = Row { until: "2026-09-30".to_owned(), ..new_product() };
        let list = import(&provider, RETAIL, sheet(&[ended]));
        assert_eq!(counts(&list), [1, 0, 1, 0, 0]);
        let row = of(&provider, &list, "change=changed").remove(0);
        assert_eq!(
            (&row["previous"], &row["previous_valid_until"], &row["valid_until"]),
            (&price("4.00"), &json!(null), &json!("2026-10-01T00:00:00Z"))
        );
        try_publish(&provider, &list).expect(200);
        let cart = cart_with(&buyer, "Zeiterfassung Basis", YEAR_MONTHLY, 3);
        assert_eq!(told(&cart.preview()), wrong([]));
        set_clock(&provider, "2026-10-01T00:00:00Z");
        assert_eq!(told(&cart.preview()), wrong([("/lines/0/offer_id", "no_price")]));
    }
}

both! {
    /// U-11: what a whole sheet does not have is shown as removed and closed for new orders; another sheet resumes it,
    /// but not what a person has ended.
    u11_what_a_whole_sheet_does_not_have_is_removed(app) {
        let (provider, buyer) = (app.provider("cancom"), app.admin("cancom"));
        let both = two_products();
        publish(&provider, RETAIL, &both);
        let cart = cart_with(&buyer, "Lagerplatz Basis", YEAR_MONTHLY, 3);
        let running = shop::buy(&app, &buyer, "Lagerplatz Basis", YEAR_MONTHLY, 2);
        let part = import(&provider, RETAIL, sheet(&both[..1]));
        assert_eq!((&part["whole_sheet"], &part["removed"]), (&json!(false), &json!(0)));
        let list = import(&provider, &format!("{RETAIL}&whole_sheet=true"), sheet(&both[..1]));
        assert_eq!((counts(&list), &list["whole_sheet"], &list["removed"]), ([1, 0, 0, 1, 0], &json!(true), &json!(1)));
        let removed = of(&provider, &list, "change=removed");
        assert_eq!(column(&removed, "/external_id"), ["DZH318Z0BBBB:0001"]);
        assert_eq!((&removed[0]["line"], &removed[0]["previous"]), (&json!(3), &price("3.00")));
        assert_eq!(told(&cart.preview()), wrong([]), "a draft ends nothing");
        try_publish(&provider, &list).expect(200);
        assert_eq!(told(&cart.preview()), wrong([("/lines/0/offer_id", "sale_ended")]));
        cart.try_order().refused(422, "sale_ended");
        assert_eq!(rows(&buyer.get("/v1/products?q=lagerplatz").expect(200)), Vec::<Value>::new());
        let closed = plan_of(&edition(&provider, "Lagerplatz Basis"), YEAR_MONTHLY);
        assert!(text(&closed["end_of_sale"]).starts_with("2026-09-06T10:1"), "at once: {closed}");
        // What runs goes on.
        let kept = buyer.get(&format!("/v1/subscriptions/{}", text(&running["id"]))).expect(200).body;
        assert_eq!(kept, running);
        let back = import(&provider, RETAIL, sheet(&both));
        assert_eq!(counts(&back), [2, 1, 0, 1, 0]);
        assert_eq!(of(&provider, &back, "noted=true")[0]["notes"], json!(["resumed"]));
        try_publish(&provider, &back).expect(200);
        assert_eq!(told(&cart.preview()), wrong([]));
        // By hand it is another thing.
        let id = text(&closed["id"]);
        assert_eq!(sale(&provider, &id, json!("2026-09-06T10:15:00Z")).expect(200).body["on_sale"], json!(false));
        assert_eq!(told(&cart.preview()), wrong([("/lines/0/offer_id", "sale_ended")]));
        let again = import(&provider, RETAIL, sheet(&both));
        assert_eq!(of(&provider, &again, "noted=true")[0]["notes"], json!(["not_on_sale"]));
        try_publish(&provider, &again).expect(200);
        assert_eq!(told(&cart.preview()), wrong([("/lines/0/offer_id", "sale_ended")]));
        assert_eq!(sale(&provider, &id, json!(null)).expect(200).body["on_sale"], json!(true));
        assert_eq!(told(&cart.preview()), wrong([]));
    }
}

both! {
    /// U-10: the end of a sale is a state of its own, never before the sale begins, and the provider's to say.
    u10_a_sale_ends_at_its_instant(app) {
        let (provider, buyer) = (app.provider("cancom"), app.admin("cancom"));
        publish(&provider, RETAIL, &[new_product().from("2026-12-01"), two_products()[1].clone()]);
        let later = text(&plan_of(&edition(&provider, "Zeiterfassung Basis"), YEAR_MONTHLY)["id"]);
        let refused = sale(&provider, &later, json!("2026-11-01T00:00:00Z")).refused(422, "sale_ends_before_start");
        assert_eq!(told(&refused), wrong([("/end_of_sale", "sale_ends_before_start")]));
        let id = offer(&buyer, "Lagerplatz Basis", YEAR_MONTHLY);
        // What is said to have ended ends at once.
        let ended = sale(&provider, &id, json!("2026-09-05T00:00:00Z")).expect(200).body;
        assert_eq!(ended["on_sale"], json!(false));
        assert!(text(&ended["end_of_sale"]).starts_with("2026-09-06T10:1"), "{ended}");
        assert_eq!(sale(&provider, &id, json!(null)).expect(200).body["on_sale"], json!(true));
        provider.put(&format!("/v1/offers/{id}/sale"), json!({})).refused(422, "missing_field");
        sale(&buyer, &id, json!(null)).refused(403, "forbidden");
        sale(&app.provider("terra"), &id, json!(null)).refused(404, "not_found");
        let cart = cart_with(&buyer, "Lagerplatz Basis", YEAR_MONTHLY, 1);
        assert_eq!(sale(&provider, &id, json!("2026-09-10T00:00:00Z")).expect(200).body["on_sale"], json!(true));
        assert_eq!(told(&cart.preview()), wrong([]));
        set_clock(&provider, "2026-09-10T00:00:00Z");
        assert_eq!(told(&cart.preview()), wrong([("/lines/0/offer_id", "sale_ended")]));
        assert_eq!(rows(&buyer.get("/v1/products?q=lagerplatz").expect(200)), Vec::<Value>::new());
    }
}

both! {
    /// U-12: of two rows that overlap the earlier is valid to its end, and the draft lists the one that waits.
    u12_the_earlier_of_two_rows_is_valid_to_its_end(app) {
        let (provider, buyer) = (app.provider("cancom"), app.admin("cancom"));
        let earlier = Row { until: "9/30/2026 06:57:30 AM".to_owned(), ..new_product().priced("9", "120") };
        let list = import(&provider, RETAIL, sheet(&[new_product().priced("9", "240").from("2026-09-28"), earlier]));
        assert_eq!((&list["overlapping"], counts(&list)), (&json!(1), [2, 2, 0, 0, 0]));
        let noted = of(&provider, &list, "noted=true");
        assert_eq!((&noted[0]["line"], &noted[0]["notes"]), (&json!(2), &json!(["overlap"])));
        try_publish(&provider, &list).expect(200);
        let now = || price_of(&buyer, "Zeiterfassung Basis", YEAR_MONTHLY);
        assert_eq!(now(), "10.00");
        set_clock(&provider, "2026-09-29T12:00:00Z");
        assert_eq!(now(), "10.00");
        set_clock(&provider, "2026-09-30T06:57:30Z");
        assert_eq!(now(), "20.00");
    }
}

both! {
    /// U-13: another cost is a change, and a price below its cost is noted and counted.
    u13_a_cost_is_compared_too(app) {
        let provider = app.provider("cancom");
        publish(&provider, RETAIL, &[new_product().priced("60.00", "144.00")]);
        let list = import(&provider, RETAIL, sheet(&[new_product().priced("168.00", "144.00")]));
        assert_eq!((counts(&list), &list["below_cost"]), ([1, 0, 1, 0, 0], &json!(1)));
        let row = of(&provider, &list, "noted=true").remove(0);
        assert_eq!((&row["previous_cost"], &row["cost"]), (&price("5.00"), &price("14.00")));
        assert_eq!((&row["previous"], &row["price"]), (&price("12.00"), &price("12.00")));
        assert_eq!(row["notes"], json!(["below_cost"]));
        let refused = provider.get(&below(&list, "/rows?noted=true&change=changed")).refused(422, "invalid_value");
        assert_eq!(told(&refused), wrong([("noted", "invalid_value")]));
    }
}

both! {
    /// U-17: what a customer may have of a SKU is said, and counted over all of its subscriptions and the cart.
    u17_a_limit_of_the_customer_is_previewed_and_refused(app) {
        let buyer = app.admin("cancom");
        let title = "Microsoft 365 Business Basic";
        assert_eq!(edition(&buyer, title)["customer_limit"], json!(300));
        let running = shop::buy(&app, &buyer, title, YEAR_MONTHLY, 200);
        let cart = cart_with(&buyer, title, YEAR_MONTHLY, 60);
        let line = cart.add(&offer(&buyer, title, shop::MONTH), 41);
        let preview = cart.preview();
        assert_eq!(told(&preview), wrong([("/lines/1/quantity", "customer_limit")]));
        assert!(preview.text.contains("40"), "{}", preview.text);
        cart.try_order().refused(422, "customer_limit");
        cart.change(&line, json!({"quantity": 40})).expect(200);
        cart.order();
        app.drain();
        let path = format!("/v1/subscriptions/{}/changes/preview", text(&running["id"]));
        let more = buyer.post(&path, json!({"type": "set_quantity", "quantity": 201})).refused(422, "customer_limit");
        assert_eq!(told(&more), wrong([("/quantity", "customer_limit")]));
    }
}

both! {
    /// U-17: what waits for a renewal counts as if it were there.
    u17_what_waits_counts_against_the_limit(app) {
        let buyer = app.admin("cancom");
        let title = "Microsoft 365 Business Basic";
        let [first, second] = [100, 150].map(|quantity| shop::buy(&app, &buyer, title, YEAR_MONTHLY, quantity));
        let ask = |of: &Value, quantity: u32| {
            let change = json!({"type": "set_quantity", "quantity": quantity, "when": "at_renewal"});
            buyer.post(&format!("/v1/subscriptions/{}/changes", text(&of["id"])), change)
        };
        ask(&first, 140).expect(201);
        app.drain();
        ask(&second, 161).refused(422, "customer_limit");
        let cart = cart_with(&buyer, title, YEAR_MONTHLY, 11);
        assert_eq!(told(&cart.preview()), wrong([("/lines/0/quantity", "customer_limit")]));
        ask(&second, 160).expect(201);
        app.drain();
    }
}

both! {
    /// U-27: a sheet of four markets and two currencies. Each buyer sees its own market, and the first line of a cart
    /// decides its currency.
    u27_a_buyer_sees_its_market_and_pays_in_its_currency(app) {
        let (provider, buyer) = (app.provider("cancom"), app.admin("cancom"));
        let of = |market: &str, currency: &str, retail: &str| Row {
            market: market.to_owned(),
            currency: currency.to_owned(),
            ..new_product().priced("36.00", retail)
        };
        let sold = [of("DE", "EUR", "48"), of("AT", "EUR", "60"), of("FR", "EUR", "72"), of("CH", "CHF", "84")];
        publish(&provider, RETAIL, &sold);
        let seen = |client: &Client, more: &str| {
            let sold = edition_for(client, "Zeiterfassung Basis", more);
            let offers = sold["offers"].as_array().expect("offers");
            let told = |offer: &Value| format!("{} {}", text(&offer["country"]), text(&offer["price"]["amount"]));
            offers.iter().map(told).collect::<Vec<_>>()
        };
        assert_eq!(seen(&buyer, ""), ["DE 4.00"]);
        assert_eq!(seen(&provider, "").len(), 4);
        let customer = provider.post(
            "/v1/customers",
            json!({
                "name": "Bergbahn AG",
                "contact": {
                    "first_name": "Reto", "last_name": "Berger",
                    "email": "reto@bergbahn.example", "phone": "+41 44 1234567",
                },
                "address": {"street": "Talweg 1", "postal_code": "8001", "city": "Zürich", "country": "CH"},
            }),
        );
        let swiss = text(&customer.expect(201).body["id"]);
        let for_swiss = format!("&customer_id={swiss}");
        assert_eq!(seen(&provider, &for_swiss), ["CH 7.00"]);
        let franc = edition_for(&provider, "Zeiterfassung Basis", &for_swiss);
        assert_eq!(franc["from_price"], json!({"amount": "7.00", "currency": "CHF"}));
        let cart = Cart::of(&provider, &swiss);
        cart.add(&text(&franc["offers"][0]["id"]), 2);
        let preview = cart.preview();
        assert_eq!(preview.body["due_now"]["currency"], "CHF", "{}", preview.text);
        assert!(told(&preview).iter().all(|(pointer, _)| pointer == "/customer_id"), "{}", preview.text);
        cart.add(&offer(&buyer, "Office 365 E1", YEAR_MONTHLY), 1);
        assert!(told(&cart.preview()).contains(&("/lines/1/offer_id".to_owned(), "mixed_currencies".to_owned())));
    }
}

both! {
    /// U-27: yen have no decimals and dinars three, in prices and on documents.
    u27_yen_and_dinars_have_their_own_decimals(app) {
        let (provider, buyer) = (app.provider("cancom"), app.admin("cancom"));
        let of = |row: &Row, currency: &str, retail: &str| Row {
            currency: currency.to_owned(),
            ..row.clone().priced("1", retail).planned("P1Y", "Annual")
        };
        let [one, other] = two_products();
        publish(&provider, RETAIL, &[of(&one, "JPY", "1234.5"), of(&other, "KWD", "1.2345")]);
        let due = |title: &str| {
            let cart = cart_with(&buyer, title, shop::YEAR_ANNUAL, 1);
            let due = cart.preview().body["due_now"].clone();
            ["net", "tax", "gross", "currency"].map(|name| text(&due[name]))
        };
        // 19 % of 1235 yen are 234.65.
        assert_eq!(due("Zeiterfassung Basis"), ["1235", "235", "1470", "JPY"]);
        assert_eq!(due("Lagerplatz Basis"), ["1.235", "0.235", "1.470", "KWD"]);
    }
}

both! {
    /// U-31: a sheet of which no row can be read is no draft: the job fails and says where the reasons are.
    u31_a_sheet_without_a_readable_row_fails(app) {
        let provider = app.provider("cancom");
        let accepted = shop::ask_import(&provider, RETAIL, sheet(&[Row::e1().priced("x", "1")])).expect(202);
        let job = followed(&provider, &accepted);
        assert_eq!((&job["state"], &job["problem"]["code"]), (&json!("failed"), &json!("sheet_without_rows")), "{job}");
        let list = json!({"id": job["problem"]["price_list_id"]});
        assert_eq!(left_out(&provider, &list), ["2 UnitPrice x malformed"]);
        let shown = provider.get(&below(&list, "")).expect(200).body;
        assert_eq!((&shown["status"], counts(&shown)), (&json!("discarded"), [0, 0, 0, 0, 1]));
    }
}

both! {
    /// U-32: rows of other vendors are read, with the name of what is sold.
    u32_rows_of_other_vendors_are_sold(app) {
        let (provider, buyer) = (app.provider("cancom"), app.admin("cancom"));
        let [cores, years] = two_products();
        let cores = Row { unit: "Core".to_owned(), ..cores.planned("P1Y", "None") };
        publish(&provider, RETAIL, &[cores, years.planned("P1Y", "OneTime").priced("100.00", "365.00")]);
        assert_eq!(edition(&buyer, "Zeiterfassung Basis")["unit"], "Core");
        let cart = cart_with(&buyer, "Lagerplatz Basis", ("P1Y", "one_time"), 1);
        assert_eq!(cart.preview().body["due_now"]["net"], "365.00");
    }
}

both! {
    /// U-33: a new title renames, and the product is still found by the old one.
    u33_a_new_title_renames(app) {
        let (provider, buyer) = (app.provider("cancom"), app.admin("cancom"));
        publish(&provider, RETAIL, &[new_product()]);
        let row = Row { product_title: "Stempeluhr".to_owned(), title: "Stempeluhr Basis".to_owned(), ..new_product() };
        let list = import(&provider, RETAIL, sheet(std::slice::from_ref(&row)));
        assert_eq!((counts(&list), &list["renamed"]), ([1, 0, 0, 1, 0], &json!(1)));
        let noted = of(&provider, &list, "noted=true").remove(0);
        assert_eq!((&noted["previous_title"], &noted["notes"]), (&json!("Zeiterfassung Basis"), &json!(["renamed"])));
        assert_eq!(edition(&buyer, "Zeiterfassung Basis")["title"], "Zeiterfassung Basis");
        try_publish(&provider, &list).expect(200);
        assert_eq!(text(&edition(&buyer, "Stempeluhr Basis")["title"]), "Stempeluhr Basis");
        let found = rows(&buyer.get("/v1/products?q=zeiterfassung").expect(200));
        assert_eq!(column(&found, "/title"), ["Stempeluhr"]);
        assert_eq!(found[0]["aliases"], json!(["Zeiterfassung Süd"]));
        assert_eq!(import(&provider, RETAIL, sheet(&[row]))["renamed"], json!(0));
    }
}

/// What gzip makes of bytes that it does not make smaller.
fn gzipped(bytes: &[u8]) -> Vec<u8> {
    let mut packed = vec![0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 255];
    let mut pieces = bytes.chunks(0xffff).peekable();
    while let Some(piece) = pieces.next() {
        let size = piece.len() as u16;
        packed.push(u8::from(pieces.peek().is_none()));
        packed.extend_from_slice(&size.to_le_bytes());
        packed.extend_from_slice(&(!size).to_le_bytes());
        packed.extend_from_slice(piece);
    }
    packed.extend_from_slice(&crc32(bytes).to_le_bytes());
    packed.extend_from_slice(&(bytes.len() as u32).to_le_bytes());
    packed
}

both! {
    /// U-34: a sheet may come packed with gzip; a form, JSON and other packings are refused with what to send.
    u34_an_upload_is_what_it_says(app) {
        let provider = app.provider("cancom");
        let csv = sheet(&[Row::e1()]);
        let path = format!("/v1/price-lists?name=Herbst&{RETAIL}");
        let send = |client: &Client, media: &str, body: &[u8]| client.send_raw("POST", &path, media, body.to_vec());
        let packed = provider.with("Content-Encoding", "gzip");
        for accepted in [
            send(&packed, "text/csv", &gzipped(csv.as_bytes())),
            send(&provider, "application/gzip", &gzipped(csv.as_bytes())),
            send(&provider, "application/vnd.ms-excel", csv.as_bytes()),
            send(&provider, "text/csv; charset=utf-8", csv.as_bytes()),
        ] {
            let job = followed(&provider, &accepted.expect(202));
            let list = provider.get(&format!("/v1/price-lists/{}", text(&job["result"]["price_list_id"]))).expect(200);
            assert_eq!(counts(&list.body), [1, 0, 0, 1, 0]);
        }
        send(&packed, "text/csv", csv.as_bytes()).refused(422, "sheet_unreadable");
        let broken = &gzipped(csv.as_bytes())[..40];
        send(&packed, "text/csv", broken).refused(422, "sheet_unreadable");
        send(&provider.with("Content-Encoding", "br"), "text/csv", csv.as_bytes()).refused(415, "unsupported_encoding");
        for media in ["multipart/form-data; boundary=x", "application/json", "text/html"] {
            let refused = send(&provider, media, csv.as_bytes()).refused(415, "unsupported_media_type");
            assert!(refused.text_at("/hint").contains("text/csv"), "{}", refused.text);
        }
        let body = gzipped(b"{}");
        packed.send_raw("POST", "/v1/carts", "application/json", body).refused(415, "unsupported_encoding");
    }
}
