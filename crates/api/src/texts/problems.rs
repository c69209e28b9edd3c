//! Title and detail of each problem in English, German and Polish: `texts/{en,de,pl}.json`.

use crate::texts::lang::Lang;
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

static PHRASES: LazyLock<HashMap<String, Phrase>> =
    LazyLock::new(|| serde_json::from_str(include_str!("../../texts/phrases.json")).unwrap_or_default());

fn parse(text: &str) -> Texts {
    serde_json::from_str(text).unwrap_or_default()
}

/// What stands for an argument in the other languages.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Phrase {
    de: String,
    pl: String,
}

/// Title and detail of the problem with a code.
pub fn of(code: &str, lang: Lang, arguments: &[(&'static str, String)]) -> (String, String) {
    let texts = match lang {
        Lang::En => &*ENGLISH,
        Lang::De => &*GERMAN,
        Lang::Pl => &*POLISH,
    };
    match texts.get(code) {
        Some(text) => (text.title.clone(), fill(&text.detail, arguments, lang)),
        None => (code.to_owned(), code.to_owned()),
    }
}

fn fill(detail: &str, arguments: &[(&'static str, String)], lang: Lang) -> String {
    arguments
        .iter()
        .fold(detail.to_owned(), |text, (name, value)| text.replace(&format!("{{{name}}}"), &phrases(value, lang)))
}

/// What an argument says in a language, or each of several.
fn phrases(value: &str, lang: Lang) -> String {
    if PHRASES.contains_key(value) {
        return phrase(value, lang).to_owned();
    }
    value.split(", ").map(|one| phrase(one, lang)).collect::<Vec<_>>().join(", ")
}

/// What an argument says in a language: a phrase of ours, or as it is (numbers, codes, names).
fn phrase(value: &str, lang: Lang) -> &str {
    let translated = PHRASES.get(value);
    match lang {
        Lang::En => value,
        Lang::De => translated.map_or(value, |phrase| &phrase.de),
        Lang::Pl => translated.map_or(value, |phrase| &phrase.pl),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::http::problem::code::Code;

    fn placeholders(text: &str) -> Vec<String> {
        let mut found: Vec<_> =
            text.split('{').skip(1).filter_map(|rest| rest.split_once('}')).map(|(name, _)| name.to_owned()).collect();
        found.sort();
        found.dedup();
        found
    }

    #[test]
    fn phrases_are_translated_and_codes_are_not() {
        let of = |lang, value: &str| of(Code::InvalidValue.as_str(), lang, &[("expected", value.to_owned())]).1;
        assert!(of(Lang::De, "an e-mail address").contains("eine E-Mail-Adresse"));
        assert!(of(Lang::Pl, "an e-mail address").contains("adres e-mail"));
        assert!(of(Lang::De, "created_at, -created_at").contains("created_at, -created_at"));
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
