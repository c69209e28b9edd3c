//! Texts of the catalogue on the wire.

use domain::language::{Language, Translations};
use serde::Serialize;
use std::collections::BTreeMap;
use utoipa::ToSchema;

/// What something of the catalogue is called and described as, in each language.
#[derive(Debug, Serialize, ToSchema)]
pub struct CatalogTexts {
    /// What people call it.
    pub title: TextByLanguage,
    /// What it is for, in a sentence or two.
    pub description: TextByLanguage,
}

/// A text by language; null where it is shown as it was imported.
#[derive(Debug, Serialize, ToSchema)]
pub struct TextByLanguage {
    /// The text in German.
    #[schema(required, example = "Office-Apps, E-Mail und Teams")]
    pub de: Option<String>,
    /// The text in English.
    #[schema(required, example = "Office apps, e-mail and Teams")]
    pub en: Option<String>,
    /// The text in Polish.
    #[schema(required, example = "Aplikacje Office, poczta i Teams")]
    pub pl: Option<String>,
}

/// Texts on the wire.
pub fn view(texts: &Translations) -> CatalogTexts {
    CatalogTexts { title: by_language(&texts.title), description: by_language(&texts.description) }
}

fn by_language(texts: &BTreeMap<Language, String>) -> TextByLanguage {
    let text = |language| texts.get(&language).cloned();
    TextByLanguage { de: text(Language::De), en: text(Language::En), pl: text(Language::Pl) }
}
