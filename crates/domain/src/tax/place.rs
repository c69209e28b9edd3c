//! Where a sale is taxed: the country and postal code of the invoice address, with the territories that a country's
//! letters alone say nothing about.
//!
//! Source: Council Directive 2006/112/EC, Articles 5 to 7, as amended to 2019/475 (Campione d'Italia and the Italian
//! waters of Lake Lugano are in the customs territory since 2020, and still outside the area of VAT); the postal codes
//! are those of the countries' posts. Madeira's and the Azores' rates: Código do IVA, Article 18(3).

use crate::party::{Address, Country};
use serde::{Deserialize, Serialize};

/// Where a sale is taxed; kept with what was sold.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct TaxPlace {
    /// The country of the invoice address.
    pub country: Country,
    /// Its postal code, as the address writes it; empty where the country has none.
    pub postal_code: String,
}

impl TaxPlace {
    /// A country without more: no territory of it.
    pub const fn of_country(country: Country) -> Self {
        Self { country, postal_code: String::new() }
    }

    /// What is special about it; none where the country's own rules hold.
    pub fn territory(&self) -> Option<&'static Territory> {
        let code: String = self.postal_code.chars().filter(char::is_ascii_alphanumeric).collect();
        let holds = |territory: &&Territory| {
            let (country, codes) = territory.within;
            country == self.country.code() && (codes.is_empty() || codes.iter().any(|range| range.holds(&code)))
        };
        TERRITORIES.iter().find(holds)
    }
}

impl From<&Address> for TaxPlace {
    fn from(address: &Address) -> Self {
        Self { country: address.country, postal_code: address.postal_code.clone() }
    }
}

/// A part of the world that is taxed otherwise than its letters say.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Territory {
    /// What it is called.
    pub name: &'static str,
    /// The letters of the country that addresses there have, and the postal codes; none are all of the country.
    pub within: (&'static str, &'static [Codes]),
    /// How it is taxed.
    pub status: Status,
    /// The rule that says so.
    pub source: &'static str,
}

/// How a territory is taxed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Status {
    /// Outside the area of VAT: nothing is taxed.
    Outside,
    /// As if it were another country.
    PartOf(&'static str),
    /// With a standard rate of its own, in tenths of a percent.
    Rate(i64),
    /// In the EU for goods, outside for services; licences are services.
    GoodsOnly,
}

/// Postal codes that begin with one of these, the first and the last included. Both are as long.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Codes(&'static str, &'static str);

impl Codes {
    fn holds(self, code: &str) -> bool {
        let Self(first, last) = self;
        code.get(..first.len()).is_some_and(|begins| (first..=last).contains(&begins))
    }
}

const fn outside(name: &'static str, within: (&'static str, &'static [Codes]), source: &'static str) -> Territory {
    Territory { name, within, status: Status::Outside, source }
}

/// Every territory with a rule of its own.
///
/// Those with letters of their own that are neither in the EU nor taxed like a member (Åland's `AX`, Réunion's `RE`,
/// Greenland's `GL`, San Marino's `SM`) have no standard rate and need no row.
pub const TERRITORIES: &[Territory] = &[
    outside("Büsingen am Hochrhein", ("DE", &[Codes("78266", "78266")]), "2006/112/EC Art. 6(2)(b)"),
    outside("Helgoland", ("DE", &[Codes("27498", "27498")]), "2006/112/EC Art. 6(2)(a)"),
    outside("Kalaallit Nunaat", ("DK", &[Codes("39", "39")]), "TFEU Art. 355(2), Annex II"),
    outside("Ceuta", ("ES", &[Codes("51", "51")]), "2006/112/EC Art. 6(2)(c)"),
    outside("Islas Canarias", ("ES", &[Codes("35", "35"), Codes("38", "38")]), "2006/112/EC Art. 6(1)(b)"),
    outside("Melilla", ("ES", &[Codes("52", "52")]), "2006/112/EC Art. 6(2)(d)"),
    outside("Åland", ("FI", &[Codes("22", "22")]), "2006/112/EC Art. 6(1)(d)"),
    // Guadeloupe, Martinique, Guyane, La Réunion, Mayotte; Saint-Pierre, Saint-Barthélemy, Saint-Martin; the Pacific
    // and the Southern lands. 980 is Monaco's, which is France.
    outside(
        "France d'outre-mer",
        ("FR", &[Codes("971", "978"), Codes("984", "984"), Codes("986", "988")]),
        "2006/112/EC Art. 6(1)(c); TFEU Art. 349, 355",
    ),
    outside("Agion Oros", ("GR", &[Codes("63086", "63087")]), "2006/112/EC Art. 6(1)(a)"),
    outside("Campione d'Italia", ("IT", &[Codes("22061", "22061")]), "2006/112/EC Art. 6(1)(f)"),
    outside("Livigno", ("IT", &[Codes("23041", "23041")]), "2006/112/EC Art. 6(2)(e)"),
    Territory {
        name: "Açores",
        within: ("PT", &[Codes("95", "99")]),
        status: Status::Rate(160),
        source: "2006/112/EC Art. 105(2); CIVA Art. 18(3)(a)",
    },
    Territory {
        name: "Madeira",
        within: ("PT", &[Codes("90", "94")]),
        status: Status::Rate(220),
        source: "2006/112/EC Art. 105(2); CIVA Art. 18(3)(b)",
    },
    Territory { name: "Monaco", within: ("MC", &[]), status: Status::PartOf("FR"), source: "2006/112/EC Art. 7(1)(a)" },
    Territory {
        name: "Isle of Man",
        within: ("IM", &[]),
        status: Status::PartOf("GB"),
        source: "2006/112/EC Art. 7(1)(b); Withdrawal Agreement, Protocol on Ireland/Northern Ireland, Art. 8",
    },
    Territory {
        name: "Northern Ireland",
        within: ("GB", &[Codes("BT", "BT")]),
        status: Status::GoodsOnly,
        source: "Withdrawal Agreement, Protocol on Ireland/Northern Ireland, Art. 8 and Annex 3",
    },
];

/// The country whose VAT holds where addresses have a country's letters.
pub fn vat_country(country: Country) -> Country {
    match TaxPlace::of_country(country).territory().map(|territory| territory.status) {
        Some(Status::PartOf(other)) => Country::from_code(other).unwrap_or(country),
        _ => country,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::address;
    use std::collections::BTreeSet;

    fn place(country: &str, postal_code: &str) -> TaxPlace {
        TaxPlace { country: Country::from_code(country).unwrap(), postal_code: postal_code.to_owned() }
    }

    fn name(country: &str, postal_code: &str) -> Option<&'static str> {
        place(country, postal_code).territory().map(|territory| territory.name)
    }

    #[test]
    fn u20_a_territory_is_found_by_country_and_postal_code() {
        for (country, code, expected) in [
            ("ES", "35001", Some("Islas Canarias")),
            ("ES", "38400", Some("Islas Canarias")),
            ("ES", "51001", Some("Ceuta")),
            ("ES", "52006", Some("Melilla")),
            ("ES", "07001", None),
            ("ES", "28013", None),
            ("IT", "23041", Some("Livigno")),
            ("IT", "22061", Some("Campione d'Italia")),
            ("IT", "23030", None),
            ("DE", "78266", Some("Büsingen am Hochrhein")),
            ("DE", "27498", Some("Helgoland")),
            ("DE", "27499", None),
            ("FI", "22100", Some("Åland")),
            ("FI", "21100", None),
            ("GR", "630 86", Some("Agion Oros")),
            ("GR", "63088", None),
            ("FR", "97110", Some("France d'outre-mer")),
            ("FR", "97419", Some("France d'outre-mer")),
            ("FR", "97600", Some("France d'outre-mer")),
            ("FR", "98714", Some("France d'outre-mer")),
            ("FR", "98000", None),
            ("FR", "20000", None),
            ("DK", "3900", Some("Kalaallit Nunaat")),
            ("DK", "3800", None),
            ("PT", "9000-064", Some("Madeira")),
            ("PT", "9500-150", Some("Açores")),
            ("PT", "8900-001", None),
            ("MC", "98000", Some("Monaco")),
            ("IM", "IM1 1AA", Some("Isle of Man")),
            ("GB", "BT1 5GS", Some("Northern Ireland")),
            ("GB", "B1 1AA", None),
            ("GB", "", None),
        ] {
            assert_eq!(name(country, code), expected, "{country} {code}");
        }
    }

    #[test]
    fn u20_every_row_has_its_source_and_postal_codes_of_one_length() {
        for territory in TERRITORIES {
            let (country, codes) = territory.within;
            assert!(address::exists(Country::from_code(country).unwrap()), "{}", territory.name);
            assert!(codes.iter().all(|Codes(first, last)| first.len() == last.len() && first <= last));
            assert!(territory.source.contains("Art."), "{}", territory.name);
        }
        let names: BTreeSet<_> = TERRITORIES.iter().map(|territory| territory.name).collect();
        assert_eq!(names.len(), TERRITORIES.len());
    }
}
