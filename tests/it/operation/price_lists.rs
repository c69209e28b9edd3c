//! Price lists: a Partner Center price sheet comes in as a draft, is compared, and is published.

use serde_json::{Value, json};
use std::io::Write as _;
use std::net::TcpStream;
use tests::shop::{
    self, Cart, HEADER, MONTH, RETAIL, Row, YEAR_ANNUAL, YEAR_MONTHLY, ask_import, cart_with, column, edition, euros,
    import, offer, order_now, plan_of, price, price_of, product, publish, rows, set_clock, sheet, subscriptions, text,
    told, try_import, try_publish, wrong,
};
use tests::{Client, TestApp, both};

/// A product that nobody has.
pub(crate) fn new_product() -> Row {
    Row::of("Zeiterfassung Süd", "DZH318Z0AAAA", "0001", "Zeiterfassung Basis").priced("36.00", "48.00")
}

/// Rows, added, changed, unchanged, errors.
pub(crate) fn counts(list: &Value) -> [i64; 5] {
    ["rows", "added", "changed", "unchanged", "errors"].map(|name| list[name].as_i64().expect("a count"))
}

pub(crate) fn below(list: &Value, part: &str) -> String {
    format!("/v1/price-lists/{}{part}", text(&list["id"]))
}

/// Line, column, value and reason of what was left out.
pub(crate) fn left_out(provider: &Client, list: &Value) -> Vec<String> {
    let errors = rows(&provider.get(&below(list, "/errors")).expect(200));
    let told = |one: &Value| ["line", "column", "value", "reason"].map(|name| text(&one[name])).join(" ");
    errors.iter().map(told).collect()
}

/// What a sheet with one E1 row costs its buyer, as the draft says.
fn drafted(provider: &Client, sheet: impl Into<Vec<u8>>) -> (String, String, String) {
    let list = import(provider, RETAIL, sheet);
    assert_eq!(counts(&list)[4], 0, "{:?}", left_out(provider, &list));
    let row = rows(&provider.get(&below(&list, "/rows")).expect(200)).remove(0);
    (text(&row["external_id"]), text(&row["price"]["amount"]), text(&row["valid_from"]))
}

/// A zip archive that holds files as they are.
fn zip(files: &[(&str, &[u8])]) -> Vec<u8> {
    let (mut body, mut directory) = (vec![], vec![]);
    for (name, content) in files {
        let (offset, size, crc) = (body.len() as u32, content.len() as u32, crc32(content));
        let mut entry = vec![];
        // Version 2.0, no flags, stored, no time; then checksum, both sizes, the name's length, no extra field.
        entry.extend_from_slice(&[20, 0, 0, 0, 0, 0, 0, 0, 33, 0]);
        [crc, size, size].iter().for_each(|number| entry.extend_from_slice(&number.to_le_bytes()));
        entry.extend_from_slice(&(name.len() as u16).to_le_bytes());
        entry.extend_from_slice(&[0, 0]);
        body.extend_from_slice(b"PK\x03\x04");
        body.extend_from_slice(&entry);
        body.extend_from_slice(name.as_bytes());
        body.extend_from_slice(content);
        directory.extend_from_slice(b"PK\x01\x02\x14\x00");
        directory.extend_from_slice(&entry);
        directory.extend_from_slice(&[0; 10]);
        directory.extend_from_slice(&offset.to_le_bytes());
        directory.extend_from_slice(name.as_bytes());
    }
    let (offset, size, count) = (body.len() as u32, directory.len() as u32, files.len() as u16);
    body.extend_from_slice(&directory);
    body.extend_from_slice(b"PK\x05\x06\0\0\0\0");
    [count, count].iter().for_each(|number| body.extend_from_slice(&number.to_le_bytes()));
    [size, offset].iter().for_each(|number| body.extend_from_slice(&number.to_le_bytes()));
    body.extend_from_slice(&[0, 0]);
    body
}

pub(crate) fn crc32(bytes: &[u8]) -> u32 {
    let step = |crc: u32, _| if crc & 1 == 1 { (crc >> 1) ^ 0xedb8_8320 } else { crc >> 1 };
    !bytes.iter().fold(!0, |crc, byte| (0..8).fold(crc ^ u32::from(*byte), step))
}

both! {
    /// An import is a draft with a diff; once published, catalog and carts have the new prices at once.
    a_sheet_is_compared_and_published(app) {
        let (provider, buyer) = (app.provider("cancom"), app.admin("cancom"));
        let cart = cart_with(&buyer, "Office 365 E1", YEAR_MONTHLY, 5);
        let list = import(
            &provider,
            RETAIL,
            sheet(&[Row::e1().priced("96.00", "120.00"), Row::e1().planned("P1Y", "Annual"), new_product()]),
        );
        assert_eq!((&list["status"], counts(&list)), (&json!("draft"), [3, 1, 1, 1, 0]));
        assert_eq!((&list["name"], &list["published_at"]), (&json!("Herbst"), &json!(null)));
        let of = |change: &str| rows(&provider.get(&below(&list, &format!("/rows?change={change}"))).expect(200));
        let changed = of("changed");
        assert_eq!(changed.len(), 1);
        assert_eq!((&changed[0]["line"], &changed[0]["external_id"]), (&json!(2), &json!("CFQ7TTC0LF8Q:0001")));
        assert_eq!((&changed[0]["previous"], &changed[0]["price"]), (&price("9.40"), &price("10.00")));
        assert_eq!((&of("unchanged")[0]["line"], &of("unchanged")[0]["previous"]), (&json!(3), &price("112.80")));
        assert_eq!((&of("added")[0]["line"], &of("added")[0]["previous"]), (&json!(4), &json!(null)));
        assert_eq!((&of("added")[0]["cost"], &of("added")[0]["price"]), (&price("3.00"), &price("4.00")));
        // Nothing is sold by a draft.
        assert_eq!(price_of(&buyer, "Office 365 E1", YEAR_MONTHLY), "9.40");
        assert_eq!(rows(&buyer.get("/v1/products?q=zeiterfassung").expect(200)).len(), 0);
        let before = buyer.get("/v1/products?q=office+365+e1").expect(200);
        let published = try_publish(&provider, &list).expect(200);
        assert_eq!(
            (published.text_at("/status"), published.text_at("/published_at")),
            ("published", "2026-09-06T10:15:00Z")
        );
        assert_eq!(price_of(&buyer, "Office 365 E1", YEAR_MONTHLY), "10.00");
        assert_eq!(plan_of(&edition(&buyer, "Office 365 E1"), YEAR_MONTHLY)["price_list_id"], list["id"]);
        assert_eq!(cart.preview().body["due_now"]["net"], "41.67");
        // Who asks whether it changed is told that it did.
        let again = buyer.with("If-None-Match", before.header("etag"));
        again.get("/v1/products?q=office+365+e1").expect(200);
    }
}

both! {
    /// A product that is new is found by its words at once, in the category it was imported for.
    a_new_product_is_found_and_bought(app) {
        let (provider, buyer) = (app.provider("cancom"), app.admin("cancom"));
        let list = import(&provider, &format!("{RETAIL}&category=business"), sheet(&[new_product()]));
        try_publish(&provider, &list).expect(200);
        let found = product(&buyer, "Zeiterfassung Süd", "&category=business");
        assert_eq!((&found["from_price"], &found["publisher"]), (&price("4.00"), &json!("Microsoft Corporation")));
        assert_eq!(column(&rows(&buyer.get("/v1/products?q=sued+zeit").expect(200)), "/title"), ["Zeiterfassung Süd"]);
        let subscription = shop::buy(&app, &buyer, "Zeiterfassung Basis", YEAR_MONTHLY, 3);
        assert_eq!(
            (&subscription["status"], &subscription["policy_key"]),
            (&json!("active"), &json!("cancom_monthly12"))
        );
    }
}

both! {
    /// U-31: header by name, byte-order mark, UTF-16, CRLF, CR, a typographic quote, padded and eaten ids, blank lines
    /// at the end.
    a_sheet_is_read_as_it_comes(app) {
        let provider = app.provider("cancom");
        let expected = ("CFQ7TTC0LF8Q:0001".to_owned(), "9.40".to_owned(), "2026-09-01T00:00:00Z".to_owned());
        let plain = sheet(&[Row::e1()]);
        let padded = sheet(&[Row { sku: " 0001 ".to_owned(), product: "CFQ7TTC0LF8Q ".to_owned(), ..Row::e1() }]);
        let eaten = sheet(&[Row { sku: "1".to_owned(), ..Row::e1() }]);
        let lines: Vec<Vec<&str>> = plain.lines().map(|line| line.split(',').rev().collect()).collect();
        let reversed = lines.iter().map(|line| line.join(",") + "\n").collect::<String>();
        let typographic = plain.replace("\"Commercial\"\n", "\"Commercial”\n").replace("\"Segment\"\n", "\"Segment”\n");
        for (name, sheet) in [
            ("plain", plain.clone()),
            ("a byte-order mark", format!("\u{feff}{plain}")),
            ("CRLF", plain.replace('\n', "\r\n")),
            ("CR", plain.replace('\n', "\r")),
            ("a typographic quote", typographic),
            ("padded ids", padded),
            ("an id without its zeros", eaten),
            ("columns in another order", reversed),
            ("blank lines", format!("{plain}\r\n\r\n\n")),
            ("no last line break", plain.trim_end().to_owned()),
            ("no quotes", plain.replace('"', "")),
        ] {
            assert_eq!(drafted(&provider, sheet), expected, "{name}");
        }
        for (name, bytes) in [("UTF-16LE", u16::to_le_bytes as fn(u16) -> [u8; 2]), ("UTF-16BE", u16::to_be_bytes)] {
            let wide: Vec<u8> = format!("\u{feff}{plain}").encode_utf16().flat_map(bytes).collect();
            assert_eq!(drafted(&provider, wide), expected, "{name}");
        }
    }
}

both! {
    /// U-30: a date is an ISO day, an ISO instant, or American, with seconds or half of the day, or without.
    u30_a_date_has_many_forms(app) {
        let provider = app.provider("cancom");
        for from in [
            "2026-08-01",
            "2026-08-01T00:00:00.0000000Z",
            "8/1/2026 12:00:00 AM",
            "8/1/2026 12:00 AM",
            "8/1/2026 0:00",
            "08/01/2026 00:00:00",
            "8/1/2026",
        ] {
            let (_, _, valid_from) = drafted(&provider, sheet(&[Row::e1().from(from)]));
            assert_eq!(valid_from, "2026-08-01T00:00:00Z", "{from}");
        }
        let until = |(sku, until): (&str, &str)| Row { sku: sku.to_owned(), until: until.to_owned(), ..Row::e1() };
        let ends = [("0001", "2026-12-31"), ("0002", "12/31/2026 11:59:59 PM"), ("0003", "11/30/9999 23:59")];
        let list = import(&provider, RETAIL, sheet(&ends.map(until)));
        let ends = column(&rows(&provider.get(&below(&list, "/rows")).expect(200)), "/valid_until");
        assert_eq!(ends, ["2027-01-01T00:00:00Z", "2027-01-01T00:00:00Z", "null"]);
    }
}

both! {
    /// A zip archive with one sheet is taken as the sheet; with two, or none, it is not.
    a_zip_is_taken_for_the_sheet_in_it(app) {
        let provider = app.provider("cancom");
        let csv = sheet(&[Row::e1()]);
        let archive = zip(&[("Sept_NCE_LicenseBasedPL_GA_DE.csv", csv.as_bytes())]);
        assert_eq!(drafted(&provider, archive).1, "9.40");
        let two = zip(&[("a.csv", csv.as_bytes()), ("b.csv", csv.as_bytes())]);
        try_import(&provider, RETAIL, two).refused(422, "sheet_unreadable");
        try_import(&provider, RETAIL, zip(&[])).refused(422, "sheet_unreadable");
        try_import(&provider, RETAIL, &b"PK\x03\x04 no archive at all"[..]).refused(422, "sheet_unreadable");
    }
}

both! {
    /// A bad row is reported by its line and left out; the others are taken and published.
    a_bad_row_is_reported_by_line_and_left_out(app) {
        let (provider, buyer) = (app.provider("cancom"), app.admin("cancom"));
        let bad = [
            Row::e1().priced("12,x", "1"),
            Row::e1().priced("-1", "1"),
            Row { currency: "XXX".to_owned(), ..Row::e1() },
            Row { product: "CFQ".to_owned(), ..Row::e1() },
            Row::e1().planned("P1M", "Annual"),
            Row::e1().planned("P7Y", "Annual"),
            Row::e1().from("31.12.2026"),
            Row { title: String::new(), ..Row::e1() },
            Row { until: "2020-01-01".to_owned(), ..Row::e1() },
            Row { retail: String::new(), ..Row::e1() },
        ];
        let mut all = vec![Row::e1().priced("96.00", "120.00")];
        all.extend(bad);
        all.push(new_product());
        let list = import(&provider, RETAIL, sheet(&all) + "\"too\",\"few\"\n");
        assert_eq!(counts(&list), [2, 1, 1, 0, 11]);
        assert_eq!(
            left_out(&provider, &list),
            [
                "3 UnitPrice 12,x malformed",
                "4 UnitPrice -1 negative",
                "5 Currency XXX not_supported",
                "6 ProductId CFQ malformed",
                "7 BillingPlan Annual inconsistent",
                "8 TermDuration P7Y unknown",
                "9 EffectiveStartDate 31.12.2026 malformed",
                "10 SkuTitle  missing",
                "11 EffectiveEndDate 2020-01-01 ends_before_start",
                "12 ERP Price  missing",
                r#"14  "too","few" column_count"#,
            ]
        );
        let first = provider.get(&below(&list, "/errors?limit=3")).expect(200);
        assert_eq!(column(&rows(&first), "/line"), ["3", "4", "5"]);
        let next = format!("/errors?limit=200&cursor={}", first.text_at("/next_cursor"));
        assert_eq!(rows(&provider.get(&below(&list, &next)).expect(200)).len(), 8);
        try_publish(&provider, &list).expect(200);
        assert_eq!(price_of(&buyer, "Office 365 E1", YEAR_MONTHLY), "10.00");
    }
}

both! {
    /// Two rows that say the same offer's price from the same instant: the later line is taken, the earlier reported.
    a_price_is_said_once(app) {
        let (provider, buyer) = (app.provider("cancom"), app.admin("cancom"));
        let list = import(
            &provider,
            RETAIL,
            sheet(&[
                Row::e1().priced("96.00", "120.00"),
                Row::e1().priced("97.00", "126.00").from("9/1/2026 12:00:00 AM"),
                Row::e1().priced("98.00", "132.00").from("2026-10-01"),
            ]),
        );
        assert_eq!(left_out(&provider, &list), ["2 EffectiveStartDate 2026-09-01T00:00:00Z repeated"]);
        assert_eq!(counts(&list), [2, 0, 2, 0, 1]);
        try_publish(&provider, &list).expect(200);
        assert_eq!(price_of(&buyer, "Office 365 E1", YEAR_MONTHLY), "10.50");
        set_clock(&provider, "2026-10-01T00:00:00Z");
        assert_eq!(price_of(&buyer, "Office 365 E1", YEAR_MONTHLY), "11.00");
    }
}

both! {
    /// A column that must be there and is not: the sheet is refused, and every missing one is named.
    a_sheet_without_its_columns_is_refused(app) {
        let provider = app.provider("cancom");
        let without = sheet(&[Row::e1()]).replace("\"UnitPrice\"", "\"Price\"").replace("\"Market\"", "\"Land\"");
        let refused = try_import(&provider, RETAIL, without).refused(422, "sheet_columns_missing");
        assert!(refused.text_at("/detail").contains("Market, UnitPrice"), "{}", refused.text);
        let twice = sheet(&[Row::e1()]).replace("\"Publisher\"", "\"UnitPrice\"");
        try_import(&provider, RETAIL, twice).refused(422, "sheet_unreadable");
    }
}

both! {
    /// An empty file, a file that is no sheet, and a sheet without rows.
    what_is_no_sheet_is_refused(app) {
        let provider = app.provider("cancom");
        try_import(&provider, RETAIL, "").refused(422, "sheet_unreadable");
        try_import(&provider, RETAIL, "Dear Sir or Madam,\nplease find attached\n").refused(422, "sheet_unreadable");
        try_import(&provider, RETAIL, [0xff_u8, 0xfe, 0, 1, 2].repeat(1_000)).refused(422, "sheet_unreadable");
        try_import(&provider, RETAIL, HEADER).refused(422, "sheet_unreadable");
        // What was refused stands as discarded and is never published.
        let lists = rows(&provider.get("/v1/price-lists").expect(200));
        assert!(lists.iter().filter(|list| list["name"] == "Herbst").all(|list| list["status"] == "discarded"));
    }
}

both! {
    /// A draft whose diff is no longer true is refused; imported again, it is published.
    a_stale_draft_is_refused(app) {
        let (provider, buyer) = (app.provider("cancom"), app.admin("cancom"));
        let first = import(&provider, RETAIL, sheet(&[Row::e1().priced("96.00", "120.00")]));
        let second = import(&provider, RETAIL, sheet(&[Row::e1().priced("99.00", "132.00")]));
        try_publish(&provider, &first).expect(200);
        try_publish(&provider, &second).refused(409, "price_list_stale");
        assert_eq!(price_of(&buyer, "Office 365 E1", YEAR_MONTHLY), "10.00");
        let again = import(&provider, RETAIL, sheet(&[Row::e1().priced("99.00", "132.00")]));
        assert_eq!(rows(&provider.get(&below(&again, "/rows")).expect(200))[0]["previous"], price("10.00"));
        try_publish(&provider, &again).expect(200);
        assert_eq!(price_of(&buyer, "Office 365 E1", YEAR_MONTHLY), "11.00");
    }
}

both! {
    /// A draft is discarded, and a list is published once.
    a_list_is_published_once_or_never(app) {
        let provider = app.provider("cancom");
        let list = import(&provider, RETAIL, sheet(&[Row::e1()]));
        try_publish(&provider, &list).expect(200);
        try_publish(&provider, &list).refused(409, "price_list_not_draft");
        provider.delete(&below(&list, "")).refused(409, "price_list_not_draft");
        let other = import(&provider, RETAIL, sheet(&[Row::e1()]));
        provider.delete(&below(&other, "")).expect(204);
        assert_eq!(provider.get(&below(&other, "")).expect(200).text_at("/status"), "discarded");
        try_publish(&provider, &other).refused(409, "price_list_not_draft");
        provider.delete(&below(&other, "")).refused(409, "price_list_not_draft");
    }
}

both! {
    /// A margin makes a price of a cost, or of the suggested retail price.
    a_margin_makes_the_price(app) {
        let provider = app.provider("cancom");
        let priced = |parameters: &str| {
            let list = import(&provider, parameters, sheet(&[Row::e1()]));
            let row = rows(&provider.get(&below(&list, "/rows")).expect(200)).remove(0);
            [&row["cost"]["amount"], &row["price"]["amount"]].map(text).join(" ")
        };
        assert_eq!(priced("percent_on_cost=25"), "7.52 9.40");
        assert_eq!(priced("percent_on_cost=0"), "7.52 7.52");
        assert_eq!(priced("percent_on_cost=8"), "7.52 8.1216");
        assert_eq!(priced("percent_off_retail=0"), "7.52 9.40");
        assert_eq!(priced("percent_off_retail=2.5"), "7.52 9.165");
        for wrong in [
            "",
            "percent_on_cost=1&percent_off_retail=1",
            "percent_on_cost=abc",
            "percent_on_cost=-1",
            "percent_off_retail=100",
        ] {
            let refused = try_import(&provider, wrong, sheet(&[Row::e1()])).expect(422);
            assert!(told(&refused)[0].0.starts_with("percent_"), "{wrong}: {}", refused.text);
        }
    }
}

both! {
    /// A price with more than two decimals is multiplied before it is rounded.
    a_price_keeps_its_decimals(app) {
        let (provider, buyer) = (app.provider("cancom"), app.admin("cancom"));
        publish(&provider, "percent_on_cost=8", &[Row::e1().planned("P1M", "Monthly").priced("7.52", "9.40")]);
        let cart = cart_with(&buyer, "Office 365 E1", MONTH, 5);
        assert_eq!(cart.preview().body["lines"][0]["unit_price"], price("8.1216"));
        // 5 × 8.1216 × 25/30 = 33.84.
        assert_eq!(cart.preview().body["due_now"], euros("33.84", "6.43", "40.27"));
        assert_eq!(cart.preview().body["recurring"][0]["money"]["net"], "40.61");
    }
}

both! {
    /// A price with a future day is in force from that day on, in the catalog and in the cart.
    a_future_price_waits_for_its_day(app) {
        let (provider, buyer) = (app.provider("cancom"), app.admin("cancom"));
        let cart = cart_with(&buyer, "Office 365 E1", YEAR_ANNUAL, 5);
        publish(&provider, RETAIL, &[Row::e1().planned("P1Y", "Annual").priced("100.00", "125.21").from("2026-10-01")]);
        let now = || (price_of(&buyer, "Office 365 E1", YEAR_ANNUAL), text(&cart.preview().body["due_now"]["net"]));
        assert_eq!(now(), ("112.80".into(), "564.00".into()));
        let stale = cart.request();
        set_clock(&provider, "2026-09-30T23:59:59Z");
        assert_eq!(now(), ("112.80".into(), "564.00".into()));
        set_clock(&provider, "2026-10-01T00:00:00Z");
        assert_eq!(now(), ("125.21".into(), "626.05".into()));
        // A preview of yesterday's price does not buy today.
        let refused = buyer.post("/v1/orders", stale).refused(409, "preview_stale");
        assert_eq!(refused.body["preview"]["due_now"]["net"], "626.05");
        assert_eq!(cart.order()["due_now"]["net"], "626.05");
        app.drain();
    }
}

both! {
    /// A price that ends is followed by the one that goes on; where none does, nothing can be ordered.
    a_price_ends_with_its_last_day(app) {
        let (provider, buyer) = (app.provider("cancom"), app.admin("cancom"));
        let offered = |until: &str, row: Row| Row { until: until.to_owned(), ..row };
        publish(
            &provider,
            RETAIL,
            &[
                offered("2026-09-30", Row::e1().planned("P1M", "Monthly").priced("7.00", "8.00")),
                offered("2026-09-30", new_product()),
            ],
        );
        let cart = cart_with(&buyer, "Zeiterfassung Basis", YEAR_MONTHLY, 3);
        assert_eq!(price_of(&buyer, "Office 365 E1", MONTH), "8.00");
        assert_eq!(edition(&buyer, "Office 365 E1")["from_price"], price("8.00"));
        set_clock(&provider, "2026-10-01T00:00:00Z");
        assert_eq!(price_of(&buyer, "Office 365 E1", MONTH), "11.28");
        assert_eq!(edition(&buyer, "Office 365 E1")["from_price"], price("9.40"));
        let gone = plan_of(&edition(&buyer, "Zeiterfassung Basis"), YEAR_MONTHLY);
        assert_eq!((&gone["price"], &gone["price_list_id"]), (&json!(null), &json!(null)));
        assert_eq!(told(&cart.preview()), wrong([("/lines/0/offer_id", "no_price")]));
        cart.try_order().refused(422, "no_price");
    }
}

both! {
    /// C-47: a running subscription keeps the price it was bought at; a new one has today's.
    a_running_subscription_keeps_its_price(app) {
        let (provider, buyer) = (app.provider("cancom"), app.admin("cancom"));
        let before = shop::buy(&app, &buyer, "Office 365 E1", YEAR_MONTHLY, 5);
        publish(&provider, RETAIL, &[Row::e1().priced("100.00", "125.16")]);
        let kept = buyer.get(&format!("/v1/subscriptions/{}", text(&before["id"]))).expect(200).body;
        assert_eq!(kept, before);
        assert_eq!(kept["unit_price"], price("9.40"));
        // G-29's 10.43.
        assert_eq!(shop::buy(&app, &buyer, "Office 365 E1", YEAR_MONTHLY, 5)["unit_price"], price("10.43"));
    }
}

both! {
    /// A-04: a reseller's or customer's own list is for them alone; its diff is to what they alone have.
    a_list_can_be_for_one_buyer(app) {
        let (provider, buyer) = (app.provider("cancom"), app.admin("cancom"));
        let own = shop::customer(&provider, "Musterfirma GmbH");
        let for_customer = format!("{RETAIL}&customer_id={own}");
        let list = import(&provider, &for_customer, sheet(&[Row::e1().priced("90.24", "108.00")]));
        assert_eq!(
            (counts(&list), &list["customer_id"], &list["reseller_id"]),
            ([1, 1, 0, 0, 0], &json!(own), &json!(null))
        );
        try_publish(&provider, &list).expect(200);
        assert_eq!(
            (price_of(&buyer, "Office 365 E1", YEAR_MONTHLY), price_of(&provider, "Office 365 E1", YEAR_MONTHLY)),
            ("9.00".into(), "9.40".into())
        );
        let again = import(&provider, &for_customer, sheet(&[Row::e1().priced("90.24", "106.80")]));
        assert_eq!(counts(&again), [1, 0, 1, 0, 0]);
        assert_eq!(rows(&provider.get(&below(&again, "/rows")).expect(200))[0]["previous"], price("9.00"));
        // A newer list for everybody does not take the own price away.
        publish(&provider, RETAIL, &[Row::e1().priced("100.00", "125.16").from("2026-09-05")]);
        assert_eq!(price_of(&buyer, "Office 365 E1", YEAR_MONTHLY), "9.00");
        let unknown = format!("{RETAIL}&customer_id=cus_01kagy2qk8e3vrc6h1x0m4t7ws");
        try_import(&provider, &unknown, sheet(&[Row::e1()])).refused(422, "not_found");
        let two = format!("{for_customer}&reseller_id=rsl_01kagy2qk8e3vrc6h1x0m4t7ws");
        assert_eq!(
            told(&try_import(&provider, &two, sheet(&[Row::e1()])).expect(422)),
            wrong([("customer_id", "invalid_value")])
        );
    }
}

both! {
    /// A-14: an add-on stays one when a sheet brings its price anew.
    an_add_on_stays_one_when_its_price_changes(app) {
        let (provider, buyer) = (app.provider("cancom"), app.admin("cancom"));
        let row = Row::of("Audio Conferencing", "CFQ7TTC0LHSL", "0001", "Audio Conferencing").priced("40.00", "48.00");
        publish(&provider, RETAIL, &[row]);
        let cart = cart_with(&buyer, "Audio Conferencing", YEAR_MONTHLY, 3);
        assert_eq!(told(&cart.preview()), wrong([("/lines/0/offer_id", "prerequisite_missing")]));
        cart.try_order().refused(422, "prerequisite_missing");
        let base = offer(&buyer, "Office 365 E1", YEAR_MONTHLY);
        let prerequisites = plan_of(&edition(&buyer, "Audio Conferencing"), YEAR_MONTHLY)["prerequisites"].clone();
        let sku = edition(&buyer, "Office 365 E1")["id"].clone();
        assert!(prerequisites.as_array().expect("prerequisites").contains(&sku), "{prerequisites}");
        cart.add(&base, 3);
        assert_eq!(told(&cart.preview()), wrong([]));
        let order = cart.order();
        app.drain();
        assert_eq!(order_now(&buyer, &order)["status"], "completed");
        assert_eq!(column(&subscriptions(&buyer, &order), "/status"), ["active", "active"]);
    }
}

both! {
    /// T-38, T-42: a perpetual licence is charged once and used without end.
    a_perpetual_licence_is_charged_once(app) {
        let (provider, buyer) = (app.provider("cancom"), app.admin("cancom"));
        let row = Row {
            tags: "License;Perpetual".to_owned(),
            ..Row::of("Office LTSC Standard 2024", "DG7GMGF0PN5L", "0001", "Office LTSC Standard 2024")
        };
        publish(&provider, RETAIL, &[row.planned("OneTime", "OneTime").priced("300.00", "499.00")]);
        let sold = product(&buyer, "Office LTSC Standard 2024", "&kind=perpetual");
        assert_eq!(sold["from_price"], json!(null));
        let cart = Cart::new(&buyer);
        cart.add(&text(&sold["skus"][0]["offers"][0]["id"]), 1);
        let preview = cart.preview();
        // G-08.
        assert_eq!(preview.body["due_now"], euros("499.00", "94.81", "593.81"));
        assert_eq!((&preview.body["recurring"], &preview.body["lines"][0]["term_end"]), (&json!([]), &json!(null)));
        let order = cart.order();
        app.drain();
        assert_eq!(order_now(&buyer, &order)["status"], "completed");
        assert_eq!(subscriptions(&buyer, &order)[0]["next_charge_on"], json!(null));
    }
}

both! {
    /// A retry with the same key gives the same draft, however its bytes come; another sheet or margin does not.
    an_import_is_retried_without_a_second_draft(app) {
        let provider = app.provider("cancom");
        let csv = sheet(&[Row::e1().priced("96.00", "120.00")]);
        let keyed = provider.with("Idempotency-Key", "herbst-2026");
        let first = ask_import(&keyed, RETAIL, csv.clone()).expect(202);
        assert_eq!(first.header("idempotent-replayed"), "");
        let again = ask_import(&keyed, RETAIL, csv.clone()).expect(202);
        assert_eq!((&again.body, again.header("idempotent-replayed")), (&first.body, "true"));
        assert_eq!((again.header("location"), again.header("etag")), (first.header("location"), first.header("etag")));
        // The same in small pieces.
        assert!(in_pieces(&app, keyed.token(), "herbst-2026", &csv).starts_with("HTTP/1.1 202"));
        let herbst = || {
            rows(&provider.get("/v1/price-lists").expect(200)).iter().filter(|list| list["name"] == "Herbst").count()
        };
        let draft = shop::followed(&provider, &first)["result"]["price_list_id"].clone();
        assert_eq!(herbst(), 1);
        try_import(&keyed, RETAIL, sheet(&[Row::e1()])).refused(422, "idempotency_key_reused");
        try_import(&keyed, "percent_on_cost=25", csv).refused(422, "idempotency_key_reused");
        assert_eq!(herbst(), 1);
        try_publish(&provider, &json!({"id": draft})).expect(200);
    }
}

/// Sends a sheet in chunks of 100 bytes; says the answer's head.
fn in_pieces(app: &TestApp, token: &str, key: &str, sheet: &str) -> String {
    let mut stream = TcpStream::connect(app.url.trim_start_matches("http://")).expect("the service listens");
    let head = format!(
        "POST /v1/price-lists?name=Herbst&{RETAIL} HTTP/1.1\r\nHost: kontor.test\r\nAuthorization: Bearer {token}\r\n\
         Idempotency-Key: {key}\r\nContent-Type: text/csv\r\nTransfer-Encoding: chunked\r\nConnection: close\r\n\r\n"
    );
    stream.write_all(head.as_bytes()).expect("the head is sent");
    for piece in sheet.as_bytes().chunks(100) {
        stream.write_all(format!("{:x}\r\n", piece.len()).as_bytes()).expect("a chunk's head is sent");
        stream.write_all(&[piece, b"\r\n"].concat()).expect("a chunk is sent");
        stream.flush().expect("it is on its way");
    }
    stream.write_all(b"0\r\n\r\n").expect("the end is sent");
    std::io::read_to_string(stream).expect("an answer")
}

both! {
    /// A sheet of 5,000 rows is read as a stream and stored in batches; its rows can be walked.
    a_large_sheet_is_streamed(app) {
        let (provider, buyer) = (app.provider("cancom"), app.admin("cancom"));
        let row = |n: usize| {
            let (product, sku) = (format!("DZH318Z{:05}", n / 10), format!("{:04}", n % 10));
            let title = format!("Lager {n}");
            Row::of(&format!("Lagerhaus {}", n / 10), &product, &sku, &title).priced("36.00", "48.00").line()
        };
        let lines: String = (0..5_000).map(|n| row(n) + "\n").collect();
        let list = import(&provider, RETAIL, format!("{HEADER}\n{lines}"));
        assert_eq!(counts(&list), [5_000, 5_000, 0, 0, 0]);
        try_publish(&provider, &list).expect(200);
        let mut last = provider.get(&below(&list, "/rows?limit=200")).expect(200);
        while let Some(next) = last.body["next_cursor"].as_str() {
            last = provider.get(&below(&list, &format!("/rows?limit=200&cursor={next}"))).expect(200);
        }
        assert_eq!(rows(&last)[199]["line"], json!(5_001));
        assert_eq!(rows(&provider.get(&below(&list, "/rows?limit=200")).expect(200)).len(), 200);
        let found = product(&buyer, "Lagerhaus 499", "");
        assert_eq!(found["skus"].as_array().map(Vec::len), Some(10));
        assert_eq!(price_of(&buyer, "Lager 4999", YEAR_MONTHLY), "4.00");
        let again = import(&provider, RETAIL, format!("{HEADER}\n{lines}"));
        assert_eq!(counts(&again), [5_000, 0, 0, 5_000, 0]);
    }
}

both! {
    /// Only the provider has price lists; another marketplace's are not there.
    price_lists_are_the_providers(app) {
        let provider = app.provider("cancom");
        let list = import(&provider, RETAIL, sheet(&[Row::e1()]));
        try_import(&app.admin("cancom"), RETAIL, sheet(&[Row::e1()])).refused(403, "forbidden");
        app.reseller(1).get("/v1/price-lists").refused(403, "forbidden");
        let foreign = app.provider("terra");
        for part in ["", "/rows", "/errors"] {
            foreign.get(&below(&list, part)).refused(404, "not_found");
        }
        try_publish(&foreign, &list).refused(404, "not_found");
        foreign.delete(&below(&list, "")).refused(404, "not_found");
        try_publish(&provider, &list).expect(200);
        assert_eq!(price_of(&app.admin("terra"), "Office 365 E1", YEAR_MONTHLY), "9.40");
    }
}
