//! Which country a text means that is not its code: small letters, codes of other lists, codes of former times. What
//! may mean several is not guessed.

use crate::address::countries;
use crate::party::Country;

/// Codes that people write for a country, and its code of ISO 3166-1: of the EU's institutions, of cars, of
/// ISO 3166-1's three letters, of countries that have another name by now.
const OTHERS: &str = "\
    UK GB EL GR DD DE FX FR BU MM TP TL ZR CD \
    A AT B BE D DE E ES F FR H HU I IT L LU N NO P PT S SE BIH BA EST EE FIN FI FL LI GBZ GI GBM IM HKJ JO \
    IRL IE IRQ IQ KSA SA MNE ME NMK MK RSM SM RUS RU SCV VA SLO SI SRB RS TUR TR UAE AE USA US \
    ALB AL AND AD AUS AU AUT AT BEL BE BGR BG BRA BR CAN CA CHE CH CHN CN CYP CY CZE CZ DEU DE DNK DK ESP ES FRA FR \
    GBR GB GIB GI GRC GR HRV HR HUN HU IND IN ISL IS ISR IL ITA IT JPN JP KAZ KZ KOR KR LIE LI LTU LT LUX LU LVA LV \
    MCO MC MDA MD MEX MX MKD MK MLT MT NLD NL NOR NO NZL NZ POL PL PRT PT ROU RO SGP SG SMR SM SVK SK SVN SI SWE SE \
    UKR UA VAT VA ZAF ZA";

fn exists(country: Country) -> bool {
    countries::ALL.split_ascii_whitespace().any(|code| code == country.code())
}

/// The country that a text means which is not its code; none where it is a country's code as it stands, or where nobody
/// can say.
pub fn meant(text: &str) -> Option<Country> {
    let wanted = text.trim().to_ascii_uppercase();
    let known = Country::from_code(&wanted).filter(|country| exists(*country));
    if let Some(country) = known {
        return (wanted != text).then_some(country);
    }
    let mut codes = OTHERS.split_ascii_whitespace();
    while let (Some(other), Some(code)) = (codes.next(), codes.next()) {
        if other == wanted {
            return Country::from_code(code).filter(|country| exists(*country));
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeSet;

    #[test]
    fn u55_a_near_miss_of_a_countrys_code_is_known() {
        let code = |text| meant(text).map(|country| country.code().to_owned());
        for (text, expected) in [
            ("UK", "GB"),
            ("uk", "GB"),
            ("EL", "GR"),
            ("de", "DE"),
            (" De ", "DE"),
            ("D", "DE"),
            ("DEU", "DE"),
            ("pol", "PL"),
            ("A", "AT"),
            ("USA", "US"),
        ] {
            assert_eq!(code(text).as_deref(), Some(expected), "{text}");
        }
        for text in ["DE", "GB", "GR", "XX", "ZZ", "", " ", "Germany", "YU", "CS", "1", "ß"] {
            assert_eq!(code(text), None, "{text}");
        }
    }

    #[test]
    fn u55_each_of_the_other_codes_means_one_country_and_is_none_itself() {
        let all: Vec<_> = OTHERS.split_ascii_whitespace().collect();
        let mut seen = BTreeSet::new();
        for pair in all.chunks(2) {
            let [other, code] = *pair else { panic!("{pair:?}") };
            assert!(seen.insert(other), "{other} stands twice");
            assert!(Country::from_code(other).is_none_or(|country| !exists(country)), "{other} is a country itself");
            assert!(Country::from_code(code).is_some_and(exists), "{code}");
        }
    }
}
