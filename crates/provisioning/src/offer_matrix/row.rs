//! A row of the matrix: from cells to the domain's words, or the first thing that is wrong with it.

use crate::sheet::cells::Cells;
use crate::sheet::cursor::{self, RowError, country, product_id, sku_id};
use crate::sheet::header::{Header, columns};
use crate::sheet::reason;
use domain::catalog::MOST;
use domain::offer_matrix::{CountedOver, SkuRules, SubscriptionLimit};
use domain::party::Country;
use domain::text::nfc;

// In the order of the documented header.
columns! {
    ProductTitle = "ProductTitle", true;
    ProductId = "ProductId", true;
    SkuId = "SkuId", true;
    SkuTitle = "SkuTitle", true;
    MinLicenses = "MinLicenses", true;
    MaxLicenses = "MaxLicenses", true;
    AssetOwnershipLimit = "AssetOwnershipLimit", false;
    AssetOwnershipLimitType = "AssetOwnershipLimitType", false;
    ProductSkuPreRequisites = "ProductSkuPreRequisites", true;
    ProductSkuConversion = "ProductSkuConversion", false;
    AllowedCountries = "AllowedCountries", false;
}

/// A row of an offer matrix: a SKU.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MatrixRow {
    /// The line in the file where it begins, from 1.
    pub line: u64,
    /// `ProductId`, twelve characters.
    pub product_external_id: String,
    /// `ProductTitle`, in the language of the matrix.
    pub product_title: String,
    /// `SkuId`, four characters: spreadsheets eat leading zeros, here they are again.
    pub sku_external_id: String,
    /// `SkuTitle`, in the language of the matrix.
    pub sku_title: String,
    /// What holds for whoever buys it.
    pub rules: SkuRules,
    /// `AllowedCountries`; where it is blank, everywhere.
    pub countries: Vec<Country>,
}

type Cursor<'a> = cursor::Cursor<'a, Column>;

/// The row in cells, or the first thing that is wrong.
pub(super) fn parse(header: &Header<Column>, cells: &Cells, line: u64) -> Result<MatrixRow, RowError> {
    cursor::parse(header, cells, line, (Column::ProductId, Column::SkuId), read)
}

fn read(cursor: &Cursor<'_>) -> Result<MatrixRow, RowError> {
    let product_external_id = cursor.read(Column::ProductId, product_id)?;
    let sku_external_id = cursor.read(Column::SkuId, sku_id)?;
    let own = format!("{product_external_id}:{sku_external_id}");
    let min_quantity = cursor.read_if_any(Column::MinLicenses, limit)?.flatten();
    let customer_limit = cursor.read_if_any(Column::MaxLicenses, limit)?.flatten();
    if customer_limit.is_some_and(|most| most < min_quantity.unwrap_or(1)) {
        return Err(cursor.error(Column::MaxLicenses, reason::BELOW_MINIMUM));
    }
    // Nothing is an add-on of itself, or an upgrade.
    let others = |column| -> Result<Vec<String>, RowError> {
        let named = cursor.read_if_any(column, skus)?.unwrap_or_default();
        Ok(named.into_iter().filter(|sku| *sku != own).collect())
    };
    Ok(MatrixRow {
        line: cursor.line,
        product_title: nfc(cursor.needed(Column::ProductTitle)?).into_owned(),
        sku_title: nfc(cursor.needed(Column::SkuTitle)?).into_owned(),
        rules: SkuRules {
            min_quantity,
            customer_limit,
            subscription_limit: subscription_limit(cursor)?,
            prerequisites: others(Column::ProductSkuPreRequisites)?,
            upgrade_targets: others(Column::ProductSkuConversion)?,
        },
        countries: cursor.read_if_any(Column::AllowedCountries, |text| Ok(countries(text)))?.unwrap_or_default(),
        product_external_id,
        sku_external_id,
    })
}

fn subscription_limit(cursor: &Cursor<'_>) -> Result<Option<SubscriptionLimit>, RowError> {
    let Some(most) = cursor.read_if_any(Column::AssetOwnershipLimit, limit)?.flatten() else { return Ok(None) };
    let counted = cursor.read(Column::AssetOwnershipLimitType, |text| match text.to_ascii_lowercase().as_str() {
        "concurrentcount" => Ok(CountedOver::AtOnce),
        lifetime if lifetime.starts_with("lifetime") => Ok(CountedOver::Ever),
        _ => Err(reason::UNKNOWN),
    })?;
    Ok(Some(SubscriptionLimit { most, counted }))
}

/// A number that limits something; none where it does not.
fn limit(text: &str) -> Result<Option<u32>, &'static str> {
    if text.len() > 20 || !text.bytes().all(|byte| byte.is_ascii_digit()) {
        return Err(reason::MALFORMED);
    }
    // Also what is larger than any number.
    let limit = text.parse::<u32>().unwrap_or(u32::MAX);
    Ok((1..MOST).contains(&limit).then_some(limit))
}

fn parts(text: &str) -> impl Iterator<Item = &str> {
    text.split(|letter: char| matches!(letter, ',' | ';') || letter.is_whitespace()).filter(|part| !part.is_empty())
}

/// SKUs by Microsoft's ids, as `CFQ7TTC0LH18:0001`, each once.
fn skus(text: &str) -> Result<Vec<String>, &'static str> {
    let mut skus = Vec::new();
    for part in parts(text) {
        let (product, sku) = part.split_once(['/', ':']).ok_or(reason::MALFORMED)?;
        let sku = format!("{}:{}", product_id(product)?, sku_id(sku)?);
        if !skus.contains(&sku) {
            skus.push(sku);
        }
    }
    Ok(skus)
}

/// Nothing is refused by them: what is none is passed over.
fn countries(text: &str) -> Vec<Country> {
    parts(text).filter_map(|part| country(part).ok()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn u33_a_limit_is_a_number_that_limits() {
        for (text, expected) in [("300", Some(300)), ("1", Some(1)), ("0", None), ("9999999", Some(9_999_999))] {
            assert_eq!(limit(text), Ok(expected), "{text}");
        }
        for text in ["10000000", "2147483647", "99999999999999999999"] {
            assert_eq!(limit(text), Ok(None), "{text}");
        }
        for text in ["-1", "300.0", "1,000", "unlimited", "٣", "999999999999999999999"] {
            assert_eq!(limit(text), Err(reason::MALFORMED), "{text}");
        }
    }

    #[test]
    fn u33_lists_are_taken_apart() {
        let expected = ["CFQ7TTC0LDPB:0001", "CFQ7TTC0LF8Q:000P"].map(str::to_owned).to_vec();
        for text in [
            "CFQ7TTC0LDPB/0001,CFQ7TTC0LF8Q/000P",
            "CFQ7TTC0LDPB/0001, CFQ7TTC0LF8Q/000P,",
            "cfq7ttc0ldpb:1; CFQ7TTC0LF8Q:000p;CFQ7TTC0LDPB/0001",
        ] {
            assert_eq!(skus(text).as_ref(), Ok(&expected), "{text}");
        }
        for text in ["CFQ7TTC0LDPB", "CFQ7TTC0LDPB/", "CFQ7TTC0LDPB-0001", "CFQ7/0001", "CFQ7TTC0LDPB/00001"] {
            assert_eq!(skus(text), Err(reason::MALFORMED), "{text}");
        }
        let codes: Vec<_> = countries("AD;AE; de;AO...").iter().map(ToString::to_string).collect();
        assert_eq!(codes, ["AD", "AE", "DE"]);
    }
}
