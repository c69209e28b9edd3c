//! The languages that Kontor speaks.

use domain::language::Language;

/// The language of titles and details, from `Accept-Language`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Lang {
    /// English; also for everything else.
    #[default]
    En,
    /// German, as in Germany.
    De,
    /// Polish, as in Poland.
    Pl,
}

impl From<Language> for Lang {
    fn from(language: Language) -> Self {
        match language {
            Language::De => Self::De,
            Language::En => Self::En,
            Language::Pl => Self::Pl,
        }
    }
}

impl From<Lang> for Language {
    fn from(lang: Lang) -> Self {
        match lang {
            Lang::De => Self::De,
            Lang::En => Self::En,
            Lang::Pl => Self::Pl,
        }
    }
}

impl Lang {
    /// Every language, by its tag.
    pub const ALL: [Self; 3] = [Self::De, Self::En, Self::Pl];

    /// Its tag of two letters (BCP 47).
    pub const fn code(self) -> &'static str {
        match self {
            Self::De => "de",
            Self::En => "en",
            Self::Pl => "pl",
        }
    }

    /// The language of a tag such as `de` or `de-AT`, if we know it.
    pub fn from_code(tag: &str) -> Option<Self> {
        let primary = tag.split(['-', '_']).next().unwrap_or_default().to_ascii_lowercase();
        Self::ALL.into_iter().find(|lang| lang.code() == primary)
    }

    /// The language we know that stands first in the header with the highest weight.
    pub fn from_header(header: &str) -> Self {
        let mut best = (Self::En, 0_u32);
        for (tag, weight) in weighed(header) {
            let lang = match tag.get(..2) {
                Some("en") => Self::En,
                Some("de") => Self::De,
                Some("pl") => Self::Pl,
                _ => continue,
            };
            if weight > best.1 {
                best = (lang, weight);
            }
        }
        best.0
    }
}

/// What a list in a header names (RFC 9110 12.4.2), in small letters, each with its weight in thousandths: weights are
/// compared, not computed with.
pub fn weighed(list: &str) -> impl Iterator<Item = (String, u32)> {
    list.split(',').map(|one| {
        let mut parts = one.split(';').map(|part| part.trim().to_ascii_lowercase());
        let name = parts.next().unwrap_or_default();
        (name, parts.find_map(|part| part.strip_prefix("q=").map(thousandths)).unwrap_or(1_000))
    })
}

/// `0.8` as 800; at most 1.
fn thousandths(weight: &str) -> u32 {
    let (whole, part) = weight.trim().split_once('.').unwrap_or((weight.trim(), ""));
    let digits: String = part.chars().chain("000".chars()).take(3).collect();
    (whole.parse::<u32>().unwrap_or(0).min(1) * 1_000 + digits.parse().unwrap_or(0)).min(1_000)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_language_is_the_best_weighted_one_that_we_know() {
        assert_eq!(Lang::from_header("de-AT,de;q=0.9,en;q=0.8"), Lang::De);
        assert_eq!(Lang::from_header("fr,pl;q=0.5,en;q=0.4"), Lang::Pl);
        assert_eq!(Lang::from_header("*"), Lang::En);
        assert_eq!(Lang::from_header("de;q=0,en"), Lang::En);
    }
}
