//! Customer numbers: what the provider's records say of an organisation, and whether a registration fits (T-01, T-04).

use crate::coded::coded_enum;
use crate::id::{CustomerId, MarketplaceId, ResellerId};
use crate::party::Country;
use serde::{Deserialize, Serialize};

/// The provider's record of an organisation it has given a number.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CustomerRecord {
    /// The marketplace whose provider gave the number.
    pub marketplace_id: MarketplaceId,
    /// The number; see [`is_number`].
    pub number: String,
    /// What the records call the organisation.
    pub company: CompanyFacts,
    /// The reseller that is registered under it.
    pub reseller_id: Option<ResellerId>,
    /// The customer that is registered under it.
    pub customer_id: Option<CustomerId>,
}

impl CustomerRecord {
    /// Whether an organisation is registered under the number already.
    pub const fn is_taken(&self) -> bool {
        self.reseller_id.is_some() || self.customer_id.is_some()
    }
}

/// What is compared between the records and a registration.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CompanyFacts {
    /// The company's name as written; compared without regard to case and blanks.
    pub name: String,
    /// Postal code, in the writing of [`crate::address::normalized`].
    pub postal_code: String,
    /// The country of the company's seat.
    pub country: Country,
    /// Region code; none where the records have none, and then any is right.
    pub region: Option<String>,
}

coded_enum! {
    /// What does not fit the records.
    Mismatch {
        /// Another number than the record is kept under.
        Number = "customer_number",
        /// Another company name.
        Company = "company",
        /// Another postal code.
        PostalCode = "postal_code",
        /// The company sits in another country than the records say.
        Country = "country",
        /// Another region: its spelling matters (T-04).
        Region = "region",
    }
}

/// Whether a text can be a customer number: 1 to 20 digits, capital letters and dashes.
pub fn is_number(text: &str) -> bool {
    (1..=20).contains(&text.len())
        && text.bytes().all(|byte| byte.is_ascii_digit() || byte.is_ascii_uppercase() || byte == b'-')
}

/// Whether what a registration says fits the provider's record; everything that does not, at once (T-04).
///
/// Company names are compared without regard to capitals and to how many blanks stand between words.
pub fn match_record(record: &CustomerRecord, number: &str, form: &CompanyFacts) -> Result<(), Vec<Mismatch>> {
    let known = &record.company;
    let differs = [
        (Mismatch::Number, record.number != number),
        (Mismatch::Company, folded(&known.name) != folded(&form.name)),
        (Mismatch::PostalCode, known.postal_code != form.postal_code),
        (Mismatch::Country, known.country != form.country),
        (Mismatch::Region, known.region.is_some() && known.region != form.region),
    ];
    let wrong: Vec<_> = differs.into_iter().filter(|(_, differs)| *differs).map(|(mismatch, _)| mismatch).collect();
    if wrong.is_empty() { Ok(()) } else { Err(wrong) }
}

/// A name for comparing: in small letters, with single blanks.
pub fn folded(name: &str) -> String {
    name.split_whitespace().collect::<Vec<_>>().join(" ").to_lowercase()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn facts(name: &str, postal_code: &str, region: Option<&str>) -> CompanyFacts {
        CompanyFacts {
            name: name.to_owned(),
            postal_code: postal_code.to_owned(),
            country: Country::from_code("PL").unwrap(),
            region: region.map(str::to_owned),
        }
    }

    fn record(region: Option<&str>) -> CustomerRecord {
        CustomerRecord {
            marketplace_id: MarketplaceId::from_u128(1),
            number: "4711".to_owned(),
            company: facts("Nowak Sp. z o.o.", "00-838", region),
            reseller_id: None,
            customer_id: None,
        }
    }

    #[test]
    fn t04_spelling_matters_but_capitals_and_blanks_do_not() {
        let record = record(Some("14"));
        assert_eq!(match_record(&record, "4711", &facts("NOWAK  sp. z o.o.", "00-838", Some("14"))), Ok(()));
        assert_eq!(
            match_record(&record, "4711", &facts("Nowak sp z oo", "00-839", Some("Mazowieckie"))),
            Err(vec![Mismatch::Company, Mismatch::PostalCode, Mismatch::Region])
        );
        assert_eq!(
            match_record(&record, "4712", &facts("Nowak Sp. z o.o.", "00-838", None)),
            Err(vec![Mismatch::Number, Mismatch::Region])
        );
    }

    #[test]
    fn t04_what_the_records_do_not_know_is_not_compared() {
        assert_eq!(match_record(&record(None), "4711", &facts("nowak sp. z o.o.", "00-838", Some("14"))), Ok(()));
    }

    #[test]
    fn t01_a_number_is_short_and_plain() {
        assert!(["4711", "K-4711", "0"].iter().all(|text| is_number(text)));
        assert!(["", "k4711", "47 11", "４７", "123456789012345678901"].iter().all(|text| !is_number(text)));
    }
}
