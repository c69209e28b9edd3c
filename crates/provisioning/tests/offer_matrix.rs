//! Offer matrices as Microsoft's documentation shows them, and what may be wrong with them.

use domain::offer_matrix::{CountedOver, SkuRules, SubscriptionLimit};
use provisioning::offer_matrix::{self, MatrixRow};
use provisioning::price_sheet::{RowError, SheetError, reason};
use std::io::Cursor;

/// The documented header; a blank follows it there.
const HEADER: &str = "\"ProductTitle\",\"ProductId\",\"SkuId\",\"SkuTitle\",\"ProvisioningId\",\"ProvisioningString\",\
    \"MinLicenses\",\"MaxLicenses\",\"AssetOwnershipLimit\",\"AssetOwnershipLimitType\",\"ProductSkuPreRequisites\",\
    \"ProductSkuConversion\",\"Description\",\"AllowedCountries\" ";
const ROW: [&str; 14] = [
    "Microsoft 365 Business Basic",
    "CFQ7TTC0LH18",
    "0001",
    "Microsoft 365 Business Basic",
    "3b555118-da6a-4418-894f-7df1e2096870",
    "O365_BUSINESS_ESSENTIALS",
    "1",
    "300",
    "2",
    "ConcurrentCount",
    "",
    "CFQ7TTC0LDPB/0001,CFQ7TTC0LF8Q/0001",
    "Best for businesses that need professional...",
    "AD;AE;AF;AG;AI;AL;AM;AO...",
];

fn rows(text: &str) -> Vec<Result<MatrixRow, RowError>> {
    let mut matrix = offer_matrix::read(Cursor::new(text.as_bytes())).expect("a matrix");
    matrix.rows().expect("a header").map(|row| row.expect("rows")).collect()
}

/// The documented row with other cells.
fn row_with(cells: &[(&str, &str)]) -> Result<MatrixRow, RowError> {
    let names: Vec<_> = HEADER.trim().split(',').map(|name| name.trim_matches('"')).collect();
    let cell = |(name, usual): (&&str, &str)| {
        let other = cells.iter().find(|(column, _)| column == name).map_or(usual, |(_, text)| text);
        format!("\"{other}\"")
    };
    let line: Vec<_> = names.iter().zip(ROW).map(cell).collect();
    rows(&format!("{HEADER}\n{}\n", line.join(","))).remove(0)
}

#[test]
fn u33_the_documented_row_is_read() {
    let row = row_with(&[]).unwrap();
    assert_eq!((row.line, row.product_external_id.as_str(), row.sku_external_id.as_str()), (2, "CFQ7TTC0LH18", "0001"));
    assert_eq!((row.product_title.as_str(), row.sku_title.as_str()), (ROW[0], ROW[3]));
    let rules = SkuRules {
        min_quantity: Some(1),
        customer_limit: Some(300),
        subscription_limit: Some(SubscriptionLimit { most: 2, counted: CountedOver::AtOnce }),
        prerequisites: vec![],
        upgrade_targets: ["CFQ7TTC0LDPB:0001", "CFQ7TTC0LF8Q:0001"].map(str::to_owned).to_vec(),
    };
    assert_eq!(row.rules, rules);
    assert_eq!(row.countries.len(), 7, "the sample breaks off in the eighth");
}

#[test]
fn u33_what_limits_nothing_is_no_limit() {
    let blank = ["MinLicenses", "MaxLicenses", "AssetOwnershipLimit", "AssetOwnershipLimitType"].map(|name| (name, ""));
    let upgrade_targets = row_with(&[]).unwrap().rules.upgrade_targets;
    let no_limits = SkuRules { upgrade_targets, ..SkuRules::default() };
    assert_eq!(row_with(&blank).unwrap().rules, no_limits);
    let zero = [("MinLicenses", "0"), ("MaxLicenses", "2147483647"), ("AssetOwnershipLimit", "0")];
    assert_eq!(row_with(&zero).unwrap().rules, no_limits);
    let ever = row_with(&[("AssetOwnershipLimitType", "LifetimeCount")]).unwrap().rules.subscription_limit;
    assert_eq!(ever, Some(SubscriptionLimit { most: 2, counted: CountedOver::Ever }));
}

#[test]
fn u33_a_row_that_is_not_understood_says_why() {
    for (column, value, why) in [
        ("ProductId", "CFQ7", reason::MALFORMED),
        ("ProductId", "", reason::MISSING),
        ("SkuId", "00001", reason::MALFORMED),
        ("SkuTitle", "", reason::MISSING),
        ("MinLicenses", "one", reason::MALFORMED),
        ("MaxLicenses", "300 seats", reason::MALFORMED),
        ("AssetOwnershipLimit", "-1", reason::MALFORMED),
        ("AssetOwnershipLimitType", "PerMoon", reason::UNKNOWN),
        ("AssetOwnershipLimitType", "", reason::MISSING),
        ("ProductSkuPreRequisites", "CFQ7TTC0LDPB", reason::MALFORMED),
        ("ProductSkuConversion", "CFQ7TTC0LDPB/1/2", reason::MALFORMED),
    ] {
        let error = row_with(&[(column, value)]).unwrap_err();
        assert_eq!((error.line, error.column, error.reason), (2, column, why), "{value}");
    }
    let error = row_with(&[("MinLicenses", "301")]).unwrap_err();
    assert_eq!((error.column, error.value.as_str(), error.reason), ("MaxLicenses", "300", reason::BELOW_MINIMUM));
    assert_eq!(error.sku, Some(("CFQ7TTC0LH18".to_owned(), "0001".to_owned())));
    let own = row_with(&[("ProductSkuPreRequisites", "CFQ7TTC0LH18/0001,CFQ7TTC0LDPB/0001")]).unwrap();
    assert_eq!(own.rules.prerequisites, ["CFQ7TTC0LDPB:0001"]);
}

#[test]
fn u33_another_sheet_is_no_matrix() {
    let header = |text: &str| offer_matrix::read(Cursor::new(text.as_bytes().to_vec())).unwrap().rows().err();
    let prices = "ProductTitle,ProductId,SkuId,SkuTitle,Publisher,TermDuration,BillingPlan\n";
    let Some(SheetError::MissingColumns(missing)) = header(prices) else { panic!("a price sheet") };
    assert_eq!(missing, ["MinLicenses", "MaxLicenses", "ProductSkuPreRequisites"]);
    assert!(matches!(header("a,b\n1,2\n"), Some(SheetError::NoSuchSheet)));
}
