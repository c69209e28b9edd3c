//! Languages that texts are there in, and texts by language.

use crate::coded::coded_enum;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

coded_enum! {
    /// A language that texts are there in.
    Language {
        /// German, as in Germany.
        De = "de",
        /// English, as in Ireland.
        En = "en",
        /// Polish, as in Poland.
        Pl = "pl",
    }
}

/// What something of the catalogue is called and described as, by language. What a language has no text for is shown as
/// it came: products and SKUs in the words of Microsoft's sheets, which are English, categories in the marketplace's.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Translations {
    /// What it is called.
    #[serde(default)]
    pub title: BTreeMap<Language, String>,
    /// What it is for.
    #[serde(default)]
    pub description: BTreeMap<Language, String>,
}

impl Translations {
    /// Whether there is no text at all.
    pub fn is_empty(&self) -> bool {
        self.title.is_empty() && self.description.is_empty()
    }

    /// The languages that it has a text in.
    pub fn languages(&self) -> impl Iterator<Item = Language> {
        self.title.keys().chain(self.description.keys()).copied()
    }
}
