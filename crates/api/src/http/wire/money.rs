//! Money on the wire: decimal strings, never JSON numbers; net, tax and gross always together (C-46).

use crate::http::wire::codes::TaxCategory;
use domain::money::UnitPrice;
use domain::tax::{self, Taxed};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// An amount of money without and with tax, as decimal texts: never compute with them as floating-point numbers.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Money {
    /// The amount without tax, with the decimals of its currency: two in most, none in yen, three in dinars.
    #[schema(example = "39.17", pattern = "^-?\\d+(\\.\\d{2,4})?$")]
    pub net: String,
    /// The tax on it, with the decimals of its currency.
    #[schema(example = "7.44", pattern = "^-?\\d+(\\.\\d{2,4})?$")]
    pub tax: String,
    /// The amount with tax, with the decimals of its currency: `net` and `tax` together.
    #[schema(example = "46.61", pattern = "^-?\\d+(\\.\\d{2,4})?$")]
    pub gross: String,
    /// The currency, by its three letters of ISO 4217.
    #[schema(example = "EUR", pattern = "^[A-Z]{3}$")]
    pub currency: String,
}

impl From<Taxed> for Money {
    fn from(taxed: Taxed) -> Self {
        Self {
            net: taxed.net.to_string(),
            tax: taxed.tax.to_string(),
            gross: taxed.gross.to_string(),
            currency: taxed.net.currency.code().to_owned(),
        }
    }
}

/// What would be paid, as decimal texts. Without an invoice address the tax is not known, and not guessed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct Payable {
    /// The amount without tax, with the decimals of its currency: two in most, none in yen, three in dinars.
    #[schema(example = "39.17", pattern = "^-?\\d+(\\.\\d{2,4})?$")]
    pub net: String,
    /// The tax on it, with the decimals of its currency; null as long as there is no invoice address.
    #[schema(required, example = "7.44", pattern = "^-?\\d+(\\.\\d{2,4})?$")]
    pub tax: Option<String>,
    /// The amount with tax, `net` and `tax` together; null as long as there is no invoice address.
    #[schema(required, example = "46.61", pattern = "^-?\\d+(\\.\\d{2,4})?$")]
    pub gross: Option<String>,
    /// The currency, by its three letters of ISO 4217.
    #[schema(example = "EUR", pattern = "^[A-Z]{3}$")]
    pub currency: String,
}

impl From<tax::Payable> for Payable {
    fn from(payable: tax::Payable) -> Self {
        let (net, taxed) = (payable.net(), payable.taxed());
        Self {
            net: net.to_string(),
            tax: taxed.map(|taxed| taxed.tax.to_string()),
            gross: taxed.map(|taxed| taxed.gross.to_string()),
            currency: net.currency.code().to_owned(),
        }
    }
}

/// The price of one licence without tax, as a decimal text of up to six decimals. Whatever is paid or given back is an
/// amount with its tax.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Price {
    /// The price without tax, from the decimals of its currency to six.
    #[schema(example = "9.40", pattern = "^-?\\d+(\\.\\d{1,6})?$")]
    pub amount: String,
    /// The currency, by its three letters of ISO 4217.
    #[schema(example = "EUR", pattern = "^[A-Z]{3}$")]
    pub currency: String,
}

impl From<UnitPrice> for Price {
    fn from(price: UnitPrice) -> Self {
        Self { amount: price.to_string(), currency: price.currency.code().to_owned() }
    }
}

/// Which VAT holds for the buyer, and by whose rule.
#[derive(Debug, Serialize, ToSchema)]
pub struct TaxRule {
    /// The category of EN 16931.
    pub category: TaxCategory,
    /// The rate in percent, as a decimal.
    #[schema(example = "19", pattern = "^\\d+(\\.\\d+)?$")]
    pub percent: String,
    /// The country whose rule it is.
    #[schema(example = "DE")]
    pub country: String,
}

impl From<&domain::tax::TaxRule> for TaxRule {
    fn from(rule: &domain::tax::TaxRule) -> Self {
        Self {
            category: TaxCategory(rule.category),
            percent: rule.percent.normalize().to_string(),
            country: rule.country.to_string(),
        }
    }
}
