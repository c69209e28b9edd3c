//! Price sheets as Microsoft sends them, as spreadsheets leave them, and as nobody should.

mod sample;

use domain::calendar::{BillingCycle, Term};
use domain::catalog::{OfferKind, Segment};
use domain::money::Currency;
use proptest::prelude::{Strategy, any, prop_assert, prop_oneof, proptest};
use provisioning::price_sheet::{self, RowError, SheetError, SheetRow, reason};
use sample::{HEADER, ROW};
use std::io::Cursor;
use time::macros::datetime;

const NAMES: [&str; 18] = [
    "ProductTitle",
    "ProductId",
    "SkuId",
    "SkuTitle",
    "Publisher",
    "SkuDescription",
    "UnitOfMeasure",
    "TermDuration",
    "BillingPlan",
    "Market",
    "Currency",
    "UnitPrice",
    "PricingTierRangeMin",
    "PricingTierRangeMax",
    "EffectiveStartDate",
    "EffectiveEndDate",
    "Tags",
    "ERP Price",
];

type Outcome = Result<SheetRow, RowError>;

fn rows(sheet: &str) -> Vec<Outcome> {
    rows_of(sheet.as_bytes())
}

fn rows_of(sheet: &[u8]) -> Vec<Outcome> {
    let mut sheet = price_sheet::read(Cursor::new(sheet)).expect("a sheet");
    sheet.rows().expect("a header").collect::<Result<_, _>>().expect("an end")
}

/// The only row of a sheet of documented form in which some cells are changed.
fn row_with(changes: &[(&str, &str)]) -> Outcome {
    let mut cells: Vec<String> = ROW.split(',').map(|cell| cell.trim_matches('"').to_owned()).collect();
    let mut names = NAMES.to_vec();
    for (name, value) in changes {
        match names.iter().position(|known| known == name) {
            Some(index) => cells[index] = (*value).to_owned(),
            None => {
                names.push(name);
                cells.push((*value).to_owned());
            }
        }
    }
    let quote = |cells: Vec<String>| cells.iter().map(|cell| format!("\"{cell}\"")).collect::<Vec<_>>().join(",");
    let names = names.into_iter().map(str::to_owned).collect();
    let mut rows = rows(&format!("{}\r\n{}\r\n", quote(names), quote(cells)));
    assert_eq!(rows.len(), 1);
    rows.remove(0)
}

/// Column and reason of the error of such a row.
fn error_with(changes: &[(&str, &str)]) -> (&'static str, &'static str) {
    let error = row_with(changes).expect_err("a bad row");
    assert_eq!(error.line, 2);
    (error.column, error.reason)
}

fn sheet_error(sheet: &str) -> SheetError {
    let mut sheet = match price_sheet::read(Cursor::new(sheet.as_bytes())) {
        Ok(sheet) => sheet,
        Err(error) => return error,
    };
    sheet.rows().map(|_| ()).expect_err("no sheet")
}

#[test]
fn the_documented_sample_is_read() {
    let rows = rows(&format!("{HEADER}\r\n{ROW}\r\n"));
    let row = rows[0].as_ref().unwrap();
    assert_eq!(row.line, 2);
    assert_eq!((row.product_external_id.as_str(), row.sku_external_id.as_str()), ("CFQ7TTC0HDK0", "0001"));
    assert_eq!(
        (row.product_title.as_str(), row.sku_title.as_str()),
        ("Advanced Communications", "Advanced Communications")
    );
    assert_eq!((row.publisher.as_str(), row.description.as_str()), ("Microsoft Corporation", "For Teams"));
    assert_eq!((row.term, row.billing_cycle), (Term::P1Y, BillingCycle::Annual));
    assert_eq!((row.segment, row.kind), (Segment::Commercial, OfferKind::Licensed));
    assert_eq!((row.market.country.code(), row.market.currency), ("US", Currency::Usd));
    assert_eq!(row.cost_of_term.to_string(), "115.2");
    assert_eq!(row.retail_of_term.unwrap().to_string(), "144");
    assert_eq!(row.valid_from, datetime!(2019-02-01 0:00 UTC));
    assert_eq!(row.valid_until, Some(datetime!(2021-02-04 20:35:31 UTC)));
}

#[test]
fn columns_come_in_any_order_and_unknown_ones_are_ignored() {
    let sheet = "ChangeIndicator,ERP Price,Tags,EffectiveEndDate,EffectiveStartDate,UnitPrice,Currency,Market,\
        BillingPlan,TermDuration,SkuTitle,SkuId,ProductId,ProductTitle,Previous Values\n\
        Changed,144,License,9999-12-31,2026-11-01,115.2,EUR,DE,Monthly,P1Y,E3,0001,CFQ7TTC0LF8Q,\
        Office 365 E3,\"a,b\"\n";
    let rows = rows(sheet);
    let row = rows[0].as_ref().unwrap();
    assert_eq!((row.product_title.as_str(), row.sku_title.as_str()), ("Office 365 E3", "E3"));
    assert_eq!((row.publisher.as_str(), row.description.as_str()), ("", ""));
    assert_eq!(row.cost_of_term.to_string(), "115.2");
    assert_eq!(row.valid_until, None);
}

#[test]
fn a_byte_order_mark_and_blank_lines_are_tolerated() {
    let rows = rows(&format!("\u{feff}{HEADER}\n\n{ROW}\n\n\r\n{ROW}"));
    let lines: Vec<_> = rows.iter().map(|row| row.as_ref().unwrap().line).collect();
    assert_eq!(lines, [3, 6]);
}

#[test]
fn typographic_quotes_are_tolerated_in_header_and_cells() {
    let header = HEADER.replace('"', "“");
    let row = ROW.replace("\"144\"", "\"144”").replace("\"115.2\"", "“115.2”");
    let rows = rows(&format!("{header}\r\n{row}\r\n{ROW}\r\n"));
    assert_eq!(rows.len(), 2);
    let row = rows[0].as_ref().unwrap();
    assert_eq!((row.cost_of_term.to_string(), row.retail_of_term.unwrap().to_string()), ("115.2".into(), "144".into()));
    assert_eq!(rows[1].as_ref().unwrap().line, 3);
}

#[test]
fn quoted_commas_quotes_and_line_breaks_are_part_of_a_cell() {
    let row = ROW.replace("\"For Teams\"", "\"Calls, chats\r\nand \"\"more\"\" – “now”\"");
    let rows = rows(&format!("{HEADER}\r\n{row}\r\n{ROW}\r\n"));
    assert_eq!(rows[0].as_ref().unwrap().description, "Calls, chats\r\nand \"more\" – “now”");
    assert_eq!(rows[1].as_ref().unwrap().line, 4);
}

#[test]
fn sku_ids_are_padded_and_product_ids_checked() {
    assert_eq!(row_with(&[("SkuId", "1")]).unwrap().sku_external_id, "0001");
    assert_eq!(row_with(&[("SkuId", "000P")]).unwrap().sku_external_id, "000P");
    assert_eq!(row_with(&[("ProductId", "cfq7ttc0hdk0")]).unwrap().product_external_id, "CFQ7TTC0HDK0");
    assert_eq!(error_with(&[("SkuId", "00001")]), ("SkuId", reason::MALFORMED));
    assert_eq!(error_with(&[("ProductId", "CFQ7")]), ("ProductId", reason::MALFORMED));
    for column in
        ["ProductId", "SkuId", "ProductTitle", "SkuTitle", "Market", "Currency", "UnitPrice", "EffectiveStartDate"]
    {
        assert_eq!(error_with(&[(column, " ")]), (column, reason::MISSING));
    }
}

#[test]
fn every_term_and_billing_plan_that_is_sold_is_read() {
    let plan = |term, plan| {
        let row = row_with(&[("TermDuration", term), ("BillingPlan", plan)]).unwrap();
        (row.term, row.billing_cycle, row.kind)
    };
    use BillingCycle::{Annual, Monthly, OneTime, Triennial};
    for (term_text, term) in [("P1M", Term::P1M), ("P1Y", Term::P1Y), ("P3Y", Term::P3Y)] {
        assert_eq!(plan(term_text, "Monthly"), (term, Monthly, OfferKind::Licensed));
    }
    assert_eq!(plan("p3y", "ANNUAL"), (Term::P3Y, Annual, OfferKind::Licensed));
    assert_eq!(plan("P3Y", "Triennial"), (Term::P3Y, Triennial, OfferKind::Licensed));
    for term in ["", "OneTime"] {
        assert_eq!(plan(term, ""), (Term::None, OneTime, OfferKind::Perpetual));
    }
}

#[test]
fn tags_tell_trials_and_perpetual_licences() {
    let trial = [("Tags", "License; Trial"), ("TermDuration", "P1M"), ("BillingPlan", "None"), ("UnitPrice", "0")];
    let row = row_with(&trial).unwrap();
    assert_eq!((row.kind, row.billing_cycle), (OfferKind::Trial, BillingCycle::None));
    let row = row_with(&[("Tags", "Software;Perpetual"), ("TermDuration", "OneTime"), ("BillingPlan", "")]).unwrap();
    assert_eq!((row.kind, row.billing_cycle), (OfferKind::Perpetual, BillingCycle::OneTime));
}

#[test]
fn what_does_not_go_together_is_refused() {
    let inconsistent = ("BillingPlan", reason::INCONSISTENT);
    assert_eq!(error_with(&[("TermDuration", "P1M"), ("BillingPlan", "Annual")]), inconsistent);
    let perpetual = ("BillingPlan", reason::PERPETUAL_PLAN);
    assert_eq!(error_with(&[("TermDuration", "OneTime"), ("BillingPlan", "Monthly")]), perpetual);
    assert_eq!(error_with(&[("Tags", "License;Trial")]), ("BillingPlan", reason::TRIAL_PLAN));
    assert_eq!(error_with(&[("Tags", "Software;Perpetual")]), perpetual);
    assert_eq!(error_with(&[("BillingPlan", "")]), ("BillingPlan", reason::MISSING));
}

#[test]
fn what_kontor_does_not_sell_is_named() {
    for (column, value) in [
        ("TermDuration", "P5Y"),
        ("TermDuration", "NoTerm"),
        ("BillingPlan", "Biennial"),
        ("Currency", "XAU"),
        ("PricingTierRangeMin", "101"),
        ("PricingTierRangeMin", "0"),
    ] {
        assert_eq!(error_with(&[(column, value)]), (column, reason::NOT_SUPPORTED), "{value}");
    }
    let metered = [("UnitOfMeasure", "1 Hour"), ("TermDuration", ""), ("BillingPlan", "")];
    assert_eq!(error_with(&metered), ("UnitOfMeasure", reason::METERED));
    assert_eq!(error_with(&[("TermDuration", "P2Y")]), ("TermDuration", reason::UNKNOWN));
    assert_eq!(error_with(&[("BillingPlan", "Weekly")]), ("BillingPlan", reason::UNKNOWN));
}

/// Software for a term is paid once, other vendors write `None` for it, and name what is sold.
#[test]
fn u32_rows_of_other_vendors_are_read() {
    let read = |cells: &[(&str, &str)]| {
        let row = row_with(cells).unwrap();
        (row.term, row.billing_cycle, row.kind, row.unit)
    };
    let once = |unit: Option<&str>| (Term::P1Y, BillingCycle::OneTime, OfferKind::Licensed, unit.map(str::to_owned));
    assert_eq!(read(&[("TermDuration", "P1Y"), ("BillingPlan", "OneTime"), ("Tags", "Software")]), once(None));
    assert_eq!(
        read(&[("TermDuration", "P1Y"), ("BillingPlan", "None"), ("UnitOfMeasure", " Core ")]),
        once(Some("Core"))
    );
    let free = [("TermDuration", "P1Y"), ("BillingPlan", "None"), ("UnitPrice", "0"), ("ERP Price", "0.00")];
    assert_eq!(read(&free), (Term::P1Y, BillingCycle::None, OfferKind::Licensed, None));
    // What is wrong names its SKU all the same.
    let error = row_with(&[("UnitPrice", "x")]).unwrap_err();
    assert!(error.sku.is_some_and(|(product, sku)| product.len() == 12 && sku.len() == 4));
}

#[test]
fn segments_are_optional_and_charity_is_nonprofit() {
    let segment = |text| row_with(&[("Segment", text)]).unwrap().segment;
    for (text, expected) in [
        ("", Segment::Commercial),
        ("Commercial", Segment::Commercial),
        ("Education", Segment::Education),
        ("Government", Segment::Government),
        ("Charity", Segment::Nonprofit),
        ("nonprofit", Segment::Nonprofit),
    ] {
        assert_eq!(segment(text), expected, "{text}");
    }
    assert_eq!(error_with(&[("Segment", "Pirates")]), ("Segment", reason::UNKNOWN));
}

#[test]
fn a_row_may_end_before_the_optional_columns_and_go_on_with_blanks() {
    let header = format!("{},Segment", HEADER.replace('”', "\""));
    let rows = rows(&format!("{header}\n{ROW}\n{ROW},Charity,,\n{ROW},Charity,,x\nshort,row\n"));
    assert_eq!(rows[0].as_ref().unwrap().segment, Segment::Commercial);
    assert_eq!(rows[1].as_ref().unwrap().segment, Segment::Nonprofit);
    for (row, line) in rows[2..].iter().zip([4, 5]) {
        let error = row.as_ref().unwrap_err();
        assert_eq!((error.line, error.column, error.reason), (line, "", reason::COLUMN_COUNT));
    }
}

#[test]
fn markets_are_country_and_currency() {
    let row = row_with(&[("Market", "de"), ("Currency", "eur")]).unwrap();
    assert_eq!((row.market.country.code(), row.market.currency), ("DE", Currency::Eur));
    assert_eq!(error_with(&[("Market", "Germany")]), ("Market", reason::MALFORMED));
}

#[test]
fn a_retail_price_may_be_blank() {
    assert_eq!(row_with(&[("ERP Price", "")]).unwrap().retail_of_term, None);
}

#[test]
fn bad_prices_are_refused() {
    for (value, reason) in [
        ("-1", reason::NEGATIVE),
        ("NaN", reason::MALFORMED),
        ("1e400", reason::MALFORMED),
        ("12 €", reason::MALFORMED),
        ("99999999999", reason::OUT_OF_RANGE),
    ] {
        assert_eq!(error_with(&[("UnitPrice", value)]), ("UnitPrice", reason), "{value}");
        assert_eq!(error_with(&[("ERP Price", value)]), ("ERP Price", reason), "{value}");
    }
}

#[test]
fn tiers_from_the_first_licence_on_are_read() {
    let row = row_with(&[("PricingTierRangeMin", "1"), ("PricingTierRangeMax", "300")]);
    assert!(row.is_ok(), "{row:?}");
    assert_eq!(error_with(&[("PricingTierRangeMax", "many")]), ("PricingTierRangeMax", reason::MALFORMED));
    assert_eq!(error_with(&[("PricingTierRangeMax", "0")]), ("PricingTierRangeMax", reason::OUT_OF_RANGE));
    assert_eq!(error_with(&[("PricingTierRangeMin", "99999999999")]), ("PricingTierRangeMin", reason::OUT_OF_RANGE));
}

#[test]
fn dates_come_in_three_forms_and_may_be_open() {
    let valid = |from, until| {
        let row = row_with(&[("EffectiveStartDate", from), ("EffectiveEndDate", until)]).unwrap();
        (row.valid_from, row.valid_until)
    };
    let october = datetime!(2021-10-01 0:00 UTC);
    let november = Some(datetime!(2021-11-01 0:00 UTC));
    assert_eq!(valid("10/1/2021 12:00:00 AM", "10/31/2021 11:59:59 PM"), (october, november));
    assert_eq!(valid("2021-10-01T00:00:00.0000000Z", "2021-10-31T23:59:59.9999999Z"), (october, november));
    assert_eq!(valid("2021-10-01", "2021-10-31"), (october, november));
    assert_eq!(valid("1753-01-01T00:00:00Z", "9999-12-31T23:59:59.9999999Z"), (datetime!(1753-01-01 0:00 UTC), None));
    assert_eq!(valid("2021-10-01", ""), (october, None));
    assert_eq!(error_with(&[("EffectiveStartDate", "soon")]), ("EffectiveStartDate", reason::MALFORMED));
    assert_eq!(error_with(&[("EffectiveEndDate", "2/30/2021")]), ("EffectiveEndDate", reason::MALFORMED));
    assert_eq!(error_with(&[("EffectiveEndDate", "2018-01-31")]), ("EffectiveEndDate", reason::ENDS_BEFORE_START));
}

#[test]
fn reading_goes_on_after_a_bad_row() {
    let bad = ROW.replace("115.2", &"9".repeat(500));
    let unclosed = ROW.replace("\"For Teams\"", "\"For Teams,");
    let rows = rows(&format!("{HEADER}\n{ROW}\n{bad}\n{ROW}\n{unclosed}\n{ROW}\n"));
    assert_eq!(rows.iter().map(Result::is_ok).collect::<Vec<_>>(), [true, false, true, false, true]);
    let error = rows[1].as_ref().unwrap_err();
    assert_eq!((error.line, error.column, error.value.len()), (3, "UnitPrice", 100));
    assert_eq!(rows[3].as_ref().unwrap_err().line, 5);
    assert!(error.to_string().starts_with("line 3: UnitPrice \"999"));
}

#[test]
fn a_row_beyond_64_kib_is_refused() {
    let long = ROW.replace("For Teams", &"x".repeat(70_000));
    let broken = ROW.replace("For Teams", &"x\n".repeat(35_000));
    let rows = rows(&format!("{HEADER}\n{long}\n{ROW}\n{broken}\n{ROW}\n"));
    let error = rows[0].as_ref().unwrap_err();
    assert_eq!((error.line, error.column, error.reason, error.value.len()), (2, "", reason::TOO_LONG, 100));
    assert_eq!(rows[1].as_ref().unwrap().line, 3);
    assert_eq!(rows[2].as_ref().unwrap_err().line, 4);
    assert_eq!(rows.iter().filter(|row| row.is_ok()).count(), 2);
    assert_eq!(rows.last().unwrap().as_ref().unwrap().line, 4 + 35_000 + 1);
}

#[test]
fn a_row_that_is_no_text_is_refused() {
    let mut sheet = format!("{HEADER}\n").into_bytes();
    for bad in [&b"M\xfcller"[..], b"a\0b"] {
        let (before, after) = ROW.split_once("For Teams").unwrap();
        sheet.extend([before.as_bytes(), bad, after.as_bytes(), b"\n"].concat());
    }
    for row in rows_of(&sheet) {
        assert_eq!(row.unwrap_err().reason, reason::ENCODING);
    }
}

#[test]
fn what_is_no_price_sheet_is_refused_as_a_whole() {
    assert!(matches!(sheet_error(""), SheetError::Empty));
    assert!(matches!(sheet_error("\n\r\n \n"), SheetError::Empty));
    for text in [
        "<html><body>Sign in</body></html>",
        "{\"error\":{\"code\":\"unAuthorized\"},\"x\":1}",
        "a;b;c\n1;2;3",
        "\0\0\0",
    ] {
        assert!(matches!(sheet_error(text), SheetError::NoSuchSheet), "{text}");
    }
    assert!(matches!(sheet_error(&format!("{HEADER},{}\n", "x".repeat(70_000))), SheetError::HeaderTooLong));
    assert!(matches!(sheet_error(&format!("{HEADER},Tags\n")), SheetError::DuplicateColumn("Tags")));
}

#[test]
fn missing_columns_are_all_named_at_once() {
    let header = HEADER.replace("\"UnitPrice\",", "").replace("\"SkuId\",", "").replace("\"SkuDescription\",", "");
    let error = sheet_error(&format!("{header}\n{ROW}\n"));
    assert!(matches!(&error, SheetError::MissingColumns(names) if *names == ["SkuId", "UnitPrice"]), "{error}");
    assert_eq!(error.to_string(), "the sheet has no column SkuId, UnitPrice");
}

#[test]
fn a_sheet_may_have_no_rows_and_be_read_again() {
    assert_eq!(rows(HEADER), []);
    let text = format!("{HEADER}\n{ROW}\n");
    let mut sheet = price_sheet::read(Cursor::new(text.as_bytes())).unwrap();
    for _ in 0..2 {
        assert_eq!(sheet.rows().unwrap().count(), 1);
    }
}

proptest! {
    #[test]
    fn whatever_comes_is_read_to_its_end(pieces in proptest::collection::vec(piece(), 0..60)) {
        let text: String = pieces.concat();
        let mut sheet = price_sheet::read(Cursor::new(format!("{HEADER}\n{text}").into_bytes())).unwrap();
        let mut last = 1;
        for row in sheet.rows().unwrap() {
            let line = row.unwrap().map_or_else(|error| error.line, |row| row.line);
            prop_assert!(line > last, "line {} after line {}", line, last);
            last = line;
        }
        prop_assert!(last <= 1 + text.split('\n').count() as u64);
        // A good row behind whatever came is found, unless an open quote before it takes in its first quote.
        let closed = format!("{HEADER}\n{text}\n\n{ROW}\n{ROW}\n");
        prop_assert!(rows(&closed).last().is_some_and(Result::is_ok));
    }
}

/// What sheets are made of, and what they are broken with.
fn piece() -> impl Strategy<Value = String> {
    let known = proptest::sample::select(vec![
        "\"", "\"\"", ",", "\n", "\r\n", "\r", "”", "“", " ", "x\",\"", "\0", ROW, "115.2", "ü",
    ]);
    prop_oneof![8 => known.prop_map(str::to_owned), 1 => any::<String>()]
}
