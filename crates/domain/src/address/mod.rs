//! What a country, and a marketplace, ask of a postal address (X-31, T-18, K-09): rules as data.
//!
//! The same table checks an address and is served to frontends, so that neither can say what the other does not.

mod countries;
pub mod mask;
mod meant;

use crate::address::mask::Mask;
use crate::coded::coded_enum;
use crate::party::{Address, Country, Customer};
use crate::spelling::single_blanks;
use crate::tax::vat_id;
pub use countries::{CountryRules, Region};
pub use meant::meant;
use serde::{Deserialize, Serialize};

coded_enum! {
    /// A field of an address.
    AddressField {
        /// The company on the envelope.
        Company = "company",
        /// Street and number.
        Street = "street",
        /// The postal code, in its country's writing.
        PostalCode = "postal_code",
        /// The city, without the postal code.
        City = "city",
        /// Region or province.
        Region = "region",
        /// The country's two letters.
        Country = "country",
        /// A phone number as people write it.
        Phone = "phone",
    }
}

/// What is wrong with an address; each names its field.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Flaw {
    /// The field is empty, and the country or the marketplace needs it.
    Missing(AddressField),
    /// There is no such country (K-09).
    CountryUnknown,
    /// The postal code has not the country's form; the forms it could have.
    PostalCode(&'static [Mask]),
    /// The region is none of the country's; these are.
    Region(&'static [Region]),
}

impl Flaw {
    /// The field it is about.
    pub const fn field(&self) -> AddressField {
        match self {
            Self::Missing(field) => *field,
            Self::CountryUnknown => AddressField::Country,
            Self::PostalCode(_) => AddressField::PostalCode,
            Self::Region(_) => AddressField::Region,
        }
    }

    /// The form that is expected, for people: `99-999`, or the codes of the regions.
    pub fn expected(&self) -> String {
        match self {
            Self::Missing(_) | Self::CountryUnknown => String::new(),
            Self::PostalCode(masks) => masks.iter().map(|mask| mask.0).collect::<Vec<_>>().join(", "),
            Self::Region(regions) => regions.iter().map(|region| region.code).collect::<Vec<_>>().join(", "),
        }
    }
}

const FREE: CountryRules =
    CountryRules { country: "", postal_code_required: false, postal_codes: &[], region_required: false, regions: &[] };

/// Every country there is, in the order of its letters.
pub fn countries() -> impl Iterator<Item = &'static str> {
    countries::ALL.split_ascii_whitespace()
}

/// Whether there is such a country.
pub fn exists(country: Country) -> bool {
    countries().any(|code| code == country.code())
}

/// The countries with rules of their own.
pub const fn all() -> &'static [CountryRules] {
    countries::RULES
}

/// What a country asks of an address; one without rules of its own leaves everything free.
pub fn rules(country: Country) -> CountryRules {
    countries::RULES.iter().find(|rules| rules.country == country.code()).copied().unwrap_or(FREE)
}

/// Everything that is wrong with an address, by its country and by the fields that its marketplace needs besides.
pub fn check(address: &Address, needed: &[AddressField]) -> Vec<Flaw> {
    let rules = rules(address.country);
    let mut flaws = vec![];
    for field in AddressField::ALL {
        let by_country = match field {
            AddressField::Street | AddressField::City => true,
            AddressField::PostalCode => rules.postal_code_required,
            AddressField::Region => rules.region_required,
            AddressField::Company | AddressField::Country | AddressField::Phone => false,
        };
        // A country without postal codes has none to give, whatever the marketplace needs.
        let by_marketplace = needed.contains(field) && *field != AddressField::PostalCode;
        if (by_country || by_marketplace) && value(address, *field).is_empty() {
            flaws.push(Flaw::Missing(*field));
        }
    }
    flaws.extend(check_place(address.country, &address.postal_code, address.region.as_deref().unwrap_or_default()));
    flaws
}

/// What is wrong with the forms of a country, postal code and region; empty ones are left out.
pub fn check_place(country: Country, postal_code: &str, region: &str) -> Vec<Flaw> {
    let rules = rules(country);
    let mut flaws = vec![];
    if !exists(country) {
        flaws.push(Flaw::CountryUnknown);
    }
    if !postal_code.is_empty() && !rules.postal_codes.is_empty() && normal_code(rules, postal_code).is_none() {
        flaws.push(Flaw::PostalCode(rules.postal_codes));
    }
    if !region.is_empty() && !rules.regions.is_empty() && known_region(rules, region).is_none() {
        flaws.push(Flaw::Region(rules.regions));
    }
    flaws
}

/// A postal code in its country's writing; one of another form as it is.
pub fn normalized_postal_code(country: Country, code: &str) -> String {
    normal_code(rules(country), code).unwrap_or_else(|| single_blanks(code))
}

/// A region by the code that its country's list has for it; another one as it is.
pub fn normalized_region(country: Country, region: &str) -> String {
    known_region(rules(country), region).map_or_else(|| single_blanks(region), |known| known.code.to_owned())
}

/// The address as it is kept: postal code and region in their country's writing, blanks single.
pub fn normalized(address: Address) -> Address {
    Address {
        company: address.company.as_deref().map(single_blanks),
        street: single_blanks(&address.street),
        postal_code: normalized_postal_code(address.country, &address.postal_code),
        city: single_blanks(&address.city),
        region: address.region.as_deref().map(|region| normalized_region(address.country, region)),
        ..address
    }
}

/// Gives a customer another primary invoice address. A VAT id that was given without its country's letters gets those
/// of the address, where it fits.
pub fn move_to(customer: &mut Customer, address: Address) {
    customer.vat_id = customer.vat_id.as_deref().map(|id| vat_id::written(id, Some(address.country)));
    customer.address = Some(address);
}

fn normal_code(rules: CountryRules, code: &str) -> Option<String> {
    rules.postal_codes.iter().find_map(|mask| mask.normalize(code))
}

fn known_region(rules: CountryRules, region: &str) -> Option<&'static Region> {
    rules.regions.iter().find(|known| known.code.eq_ignore_ascii_case(region))
}

fn value(address: &Address, field: AddressField) -> &str {
    match field {
        AddressField::Company => address.company.as_deref().unwrap_or_default(),
        AddressField::Street => &address.street,
        AddressField::PostalCode => &address.postal_code,
        AddressField::City => &address.city,
        AddressField::Region => address.region.as_deref().unwrap_or_default(),
        AddressField::Country => address.country.code(),
        AddressField::Phone => address.phone.as_deref().unwrap_or_default(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::id::{CustomerId, MarketplaceId};
    use crate::party::Contact;
    use crate::tax::standing::VatCheck;
    use proptest::prelude::*;
    use std::collections::BTreeSet;

    fn address(country: &str, postal_code: &str, region: Option<&str>) -> Address {
        Address {
            company: None,
            street: "Ring 1".to_owned(),
            postal_code: postal_code.to_owned(),
            city: "Ort".to_owned(),
            region: region.map(str::to_owned),
            country: Country::from_code(country).unwrap(),
            phone: None,
        }
    }

    fn flaws(country: &str, postal_code: &str, region: Option<&str>) -> Vec<Flaw> {
        check(&address(country, postal_code, region), &[])
    }

    #[test]
    fn k09_there_are_249_countries_and_no_other() {
        let all: BTreeSet<_> = countries().collect();
        assert_eq!((all.len(), countries().count()), (249, 249));
        assert!(countries().zip(countries().skip(1)).all(|(one, next)| one < next));
        assert_eq!(flaws("XX", "1", None), [Flaw::CountryUnknown]);
        assert_eq!(flaws("HK", "", None), []);
    }

    #[test]
    fn x31_the_table_is_of_countries_that_exist_once_with_each_region_once() {
        let countries: Vec<_> = all().iter().map(|rules| rules.country).collect();
        assert!(countries.windows(2).all(|pair| pair[0] < pair[1]), "{countries:?}");
        assert!(countries.iter().all(|code| exists(Country::from_code(code).unwrap())));
        for (country, regions) in [
            ("DE", 16),
            ("AT", 9),
            ("CH", 26),
            ("PL", 16),
            ("BE", 11),
            ("SK", 8),
            ("CZ", 14),
            ("NL", 12),
            ("FR", 0),
            ("US", 51),
            ("CA", 13),
        ] {
            let rules = rules(Country::from_code(country).unwrap());
            let codes: BTreeSet<_> = rules.regions.iter().map(|region| region.code).collect();
            assert_eq!((codes.len(), rules.regions.len()), (regions, regions), "{country}");
        }
    }

    #[test]
    fn x31_region_nw_and_postal_code_51063_are_german() {
        assert_eq!(flaws("DE", "51063", Some("NW")), []);
        assert_eq!(flaws("DE", "51063", None), []);
        assert_eq!(flaws("DE", "", None), [Flaw::Missing(AddressField::PostalCode)]);
        let wrong = flaws("DE", "D-51063", Some("Nordrhein-Westfalen"));
        assert_eq!(
            wrong.iter().map(|flaw| (flaw.field().code(), flaw.expected())).collect::<Vec<_>>(),
            [
                ("postal_code", "99999".to_owned()),
                ("region", "BB, BE, BW, BY, HB, HE, HH, MV, NI, NW, RP, SH, SL, SN, ST, TH".to_owned())
            ]
        );
    }

    #[test]
    fn t18_poland_has_a_dash_and_a_province() {
        assert_eq!(flaws("PL", "00-838", Some("14")), []);
        assert_eq!(flaws("PL", "0083", Some("14")), [Flaw::PostalCode(&[Mask("99-999")])]);
        assert_eq!(flaws("PL", "00-838", None), [Flaw::Missing(AddressField::Region)]);
    }

    #[test]
    fn u25_postal_codes_by_microsofts_patterns_however_they_are_separated() {
        let kept = |country, code| normalized(address(country, code, None)).postal_code;
        for (country, code, written) in [
            ("PT", "1000", "1000"),
            ("PT", "1000205", "1000-205"),
            ("PT", "1000 205", "1000-205"),
            ("IE", "X91-PK81", "X91 PK81"),
            ("IE", "x91pk81", "X91 PK81"),
            ("SK", "811\u{a0}01", "811 01"),
            ("PL", "00838", "00-838"),
            ("GR", "63086", "630 86"),
            ("LV", "lv1010", "LV-1010"),
            ("LV", "1010", "1010"),
            ("LT", "LT 01100", "LT-01100"),
            ("MT", "VLT1117", "VLT 1117"),
            ("CA", "K1A-0B1", "K1A 0B1"),
            ("US", "98052 6399", "98052-6399"),
            ("DE", "51063\u{200b}", "51063"),
        ] {
            let flaws = flaws(country, code, None);
            assert!(flaws.iter().all(|flaw| flaw.field() == AddressField::Region), "{country} {code}: {flaws:?}");
            assert_eq!(kept(country, code), written, "{country} {code}");
        }
    }

    #[test]
    fn u25_regions_are_of_the_list_in_capitals_or_not() {
        assert_eq!(flaws("DE", "51063", Some("nw")), []);
        let kept = normalized(address("DE", "51063", Some("nw")));
        assert_eq!(kept.region.as_deref(), Some("NW"));
        assert_eq!(normalized(address("FR", "75001", Some("Île-de-France"))).region.as_deref(), Some("Île-de-France"));
    }

    #[test]
    fn u26_a_vat_id_given_before_the_address_gets_the_letters_of_its_country() {
        let mut customer = Customer {
            id: CustomerId::from_u128(1),
            marketplace_id: MarketplaceId::from_u128(1),
            reseller_id: None,
            name: "Huber".to_owned(),
            contact: Contact {
                first_name: "Anna".to_owned(),
                last_name: "Huber".to_owned(),
                email: "anna@huber.example".to_owned(),
                phone: None,
            },
            address: None,
            vat_id: Some("U13585627".to_owned()),
            vat: VatCheck::default(),
            size: None,
            invoice_email: None,
            external_ref: None,
            partner_of_record: None,
            language: None,
        };
        move_to(&mut customer, address("DE", "51063", None));
        assert_eq!(customer.vat_id.as_deref(), Some("U13585627"));
        move_to(&mut customer, address("AT", "1010", None));
        assert_eq!(customer.vat_id.as_deref(), Some("ATU13585627"));
        assert_eq!(customer.address.map(|address| address.postal_code).as_deref(), Some("1010"));
    }

    #[test]
    fn u25_the_united_states_need_a_zip_code_and_a_state_that_is_one() {
        assert_eq!(flaws("US", "98052", Some("WA")), []);
        assert_eq!(flaws("US", "98052-6399", Some("wa")), []);
        let fields = |postal_code, region| {
            let flaws = flaws("US", postal_code, region);
            flaws.iter().map(|flaw| (flaw.field().code(), matches!(flaw, Flaw::Missing(_)))).collect::<Vec<_>>()
        };
        assert_eq!(fields("98052", Some("ZZ")), [("region", false)]);
        assert_eq!(fields("", None), [("postal_code", true), ("region", true)]);
        assert_eq!(fields("9805", Some("WA")), [("postal_code", false)]);
    }

    #[test]
    fn t18_a_marketplace_needs_more() {
        let needed = [AddressField::Region, AddressField::Phone];
        assert_eq!(
            check(&address("DE", "51063", None), &needed),
            [Flaw::Missing(AddressField::Region), Flaw::Missing(AddressField::Phone)]
        );
    }

    #[test]
    fn x31_postal_codes_are_kept_in_one_writing() {
        let kept = |country, code| normalized(address(country, code, None)).postal_code;
        assert_eq!((kept("SK", "81101").as_str(), kept("GB", "sw1a1aa").as_str()), ("811 01", "SW1A 1AA"));
        assert_eq!((kept("NL", "1012AB").as_str(), kept("US", "10001").as_str()), ("1012 AB", "10001"));
    }

    proptest! {
        #[test]
        fn x31_what_is_kept_is_right_and_kept_so(n in 0..all().len(), code in "[0-9A-Z]{2,4}[- ]?[0-9A-Z]{1,4}") {
            let country = all()[n].country;
            let given = address(country, &code, None);
            let wrong = |address: &Address| check(address, &[]).iter().any(|flaw| matches!(flaw, Flaw::PostalCode(_)));
            let kept = normalized(given.clone());
            prop_assert_eq!(wrong(&given), wrong(&kept));
            prop_assert_eq!(normalized(kept.clone()), kept);
        }
    }
}
