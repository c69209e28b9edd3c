//! Title and detail of each problem in English, German and Polish: `texts/{en,de,pl}.json`.

use super::Code;
use crate::wire::Lang;
use serde::Deserialize;
use std::collections::HashMap;
use std::sync::LazyLock;

/// What a code says in a language; `{name}` is replaced by the argument of that name.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Text {
    /// The same for every occurrence.
    pub title: String,
    /// This occurrence, with its numbers and the way out.
    pub detail: String,
}

type Texts = HashMap<String, Text>;

// A test parses the three files and holds that no code is missing, so that a broken file cannot ship.
static ENGLISH: LazyLock<Texts> = LazyLock::new(|| parse(include_str!("../../texts/en.json")));
static GERMAN: LazyLock<Texts> = LazyLock::new(|| parse(include_str!("../../texts/de.json")));
static POLISH: LazyLock<Texts> = LazyLock::new(|| parse(include_str!("../../texts/pl.json")));

fn parse(text: &str) -> Texts {
    serde_json::from_str(text).unwrap_or_default()
}

/// Title and detail of a problem.
pub fn of(code: Code, lang: Lang, arguments: &[(&'static str, String)]) -> (String, String) {
    let texts = match lang {
        Lang::En => &*ENGLISH,
        Lang::De => &*GERMAN,
        Lang::Pl => &*POLISH,
    };
    match texts.get(code.as_str()) {
        Some(text) => (text.title.clone(), fill(&text.detail, arguments)),
        None => (code.as_str().to_owned(), code.as_str().to_owned()),
    }
}

fn fill(detail: &str, arguments: &[(&'static str, String)]) -> String {
    arguments.iter().fold(detail.to_owned(), |text, (name, value)| text.replace(&format!("{{{name}}}"), value))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn placeholders(text: &str) -> Vec<String> {
        let mut found: Vec<_> =
            text.split('{').skip(1).filter_map(|rest| rest.split_once('}')).map(|(name, _)| name.to_owned()).collect();
        found.sort();
        found.dedup();
        found
    }

    #[test]
    fn every_code_has_a_text_in_three_languages_with_the_same_arguments() {
        for code in Code::ALL {
            let english = &ENGLISH[code.as_str()];
            for (name, other) in [("de", &*GERMAN), ("pl", &*POLISH)] {
                let other =
                    other.get(code.as_str()).unwrap_or_else(|| panic!("{name} has no text for {}", code.as_str()));
                assert_eq!(placeholders(&english.detail), placeholders(&other.detail), "{name} {}", code.as_str());
                assert!(!other.title.is_empty() && !other.detail.is_empty());
            }
        }
        for texts in [&*ENGLISH, &*GERMAN, &*POLISH] {
            assert_eq!(texts.len(), Code::ALL.len(), "a text without a code");
        }
    }
}
