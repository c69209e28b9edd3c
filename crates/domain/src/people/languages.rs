//! The languages of a marketplace, and in which somebody is written to.

use crate::language::Language;
use crate::party::Country;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// The languages of a marketplace. Whoever has chosen none is written to in that of its country.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Languages {
    /// Those that can be chosen; the first is the marketplace's own.
    pub offered: Vec<Language>,
    /// What is spoken in a country; elsewhere it is the marketplace's own.
    #[serde(default)]
    pub by_country: BTreeMap<String, Language>,
}

impl Default for Languages {
    fn default() -> Self {
        Self::beginning_with(Language::De)
    }
}

impl Languages {
    /// Every language, one of them the marketplace's own; where Polish and German are spoken they are.
    pub fn beginning_with(own: Language) -> Self {
        let others = Language::ALL.iter().copied().filter(|other| *other != own);
        let spoken = [("AT", Language::De), ("DE", Language::De), ("LI", Language::De), ("PL", Language::Pl)];
        Self {
            offered: [own].into_iter().chain(others).collect(),
            by_country: spoken.into_iter().map(|(country, language)| (country.to_owned(), language)).collect(),
        }
    }

    /// The marketplace's own language.
    pub fn own(&self) -> Language {
        self.offered.first().copied().unwrap_or(Language::En)
    }

    /// Whether it can be chosen.
    pub fn offers(&self, language: Language) -> bool {
        self.offered.contains(&language)
    }

    /// In which language somebody is written to: the first choice that is still offered, of the person before the
    /// organisation; else what is spoken in the country; else the marketplace's own.
    pub fn of(&self, choices: &[Option<Language>], country: Option<Country>) -> Language {
        let spoken = country.and_then(|country| self.by_country.get(country.code()).copied());
        let wanted = choices.iter().copied().flatten().chain(spoken);
        wanted.into_iter().find(|language| self.offers(*language)).unwrap_or_else(|| self.own())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use Language::{De, En, Pl};

    fn country(code: &str) -> Option<Country> {
        Country::from_code(code)
    }

    #[test]
    fn u61_a_person_is_written_to_in_its_own_language_then_the_companys_then_the_countrys() {
        let languages = Languages::default();
        assert_eq!(languages.of(&[Some(En), Some(Pl)], country("DE")), En);
        assert_eq!(languages.of(&[None, Some(Pl)], country("DE")), Pl);
        assert_eq!(languages.of(&[None, None], country("PL")), Pl);
        assert_eq!(languages.of(&[None, None], country("FR")), De);
        assert_eq!(languages.of(&[], None), De);
        assert_eq!(Languages::beginning_with(Pl).of(&[], country("FR")), Pl);
    }

    #[test]
    fn u61_a_language_that_was_removed_gives_way_to_the_next() {
        let languages = Languages { offered: vec![De, En], ..Languages::default() };
        assert_eq!(languages.of(&[Some(Pl), Some(En)], country("PL")), En);
        assert_eq!(languages.of(&[Some(Pl), None], country("PL")), De);
        assert!(!languages.offers(Pl));
    }
}
