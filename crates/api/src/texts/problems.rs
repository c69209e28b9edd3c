//! Title and detail of each problem in English, German and Polish: `texts/{en,de,pl}.json`. `texts/hints.json` says in
//! English what whoever writes a client can do about it: operations, fields and codes stand there alone.

use crate::texts::lang::Lang;
use crate::texts::place::Place;
use domain::zone::Zone;
use serde::Deserialize;
use std::collections::{BTreeMap, HashMap};
use std::sync::LazyLock;

/// What a code says in a language; `{name}` is replaced by the place of that name.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Text {
    /// The same for every occurrence.
    pub title: String,
    /// This occurrence, with its numbers and the way out.
    pub detail: String,
    /// Sentences behind it, each only where its place is filled.
    #[serde(default, rename = "where")]
    pub further: BTreeMap<String, String>,
}

type Texts = HashMap<String, Text>;

/// The places of a text, filled.
pub type Places = [(&'static str, Place)];

/// What is said of a problem.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Told {
    /// The problem in a few words.
    pub title: String,
    /// This occurrence for people.
    pub detail: String,
    /// What a client can do about it, where there is more to say than people are told.
    pub hint: Option<String>,
}

// A test parses the files and holds that no code is missing, so that a broken file cannot ship.
static ENGLISH: LazyLock<Texts> = LazyLock::new(|| parse(include_str!("../../texts/en.json")));
static GERMAN: LazyLock<Texts> = LazyLock::new(|| parse(include_str!("../../texts/de.json")));
static POLISH: LazyLock<Texts> = LazyLock::new(|| parse(include_str!("../../texts/pl.json")));
static HINTS: LazyLock<HashMap<String, String>> =
    LazyLock::new(|| serde_json::from_str(include_str!("../../texts/hints.json")).unwrap_or_default());

fn parse(text: &str) -> Texts {
    serde_json::from_str(text).unwrap_or_default()
}

/// What a client can do about any problem with a code; `<name>` stands for what an occurrence names.
pub fn hint(code: &str) -> Option<&'static str> {
    HINTS.get(code).map(String::as_str)
}

/// The title of the problem with a code.
pub fn title(code: &str, lang: Lang) -> String {
    of(code, lang, &[], &Zone::UTC).title
}

/// What is said of the problem with a code; instants as the clocks of a zone show them.
pub fn of(code: &str, lang: Lang, places: &Places, zone: &Zone) -> Told {
    let texts = match lang {
        Lang::En => &*ENGLISH,
        Lang::De => &*GERMAN,
        Lang::Pl => &*POLISH,
    };
    let said: Vec<_> = places.iter().map(|(name, place)| (*name, place.said(lang, zone))).collect();
    let hint = HINTS.get(code).and_then(|hint| hinted(hint, places));
    let Some(text) = texts.get(code) else {
        return Told { title: code.to_owned(), detail: code.to_owned(), hint };
    };
    let further = text.further.iter().filter(|(name, _)| said.iter().any(|(filled, _)| filled == name));
    let sentences = [&text.detail].into_iter().chain(further.map(|(_, sentence)| sentence));
    let detail = sentences.map(|sentence| fill(sentence, &said)).collect::<Vec<_>>().join(" ");
    Told { title: text.title.clone(), detail, hint }
}

fn fill(text: &str, said: &[(&str, String)]) -> String {
    let mut filled = String::with_capacity(text.len());
    let mut rest = text;
    while let Some((before, after)) = rest.split_once('{') {
        let Some((name, behind)) = after.split_once('}') else { break };
        filled.push_str(before);
        match said.iter().find(|(known, _)| *known == name) {
            Some((_, value)) => filled.push_str(value),
            // The meaning of a code, of no occurrence.
            None => filled.push('…'),
        }
        rest = behind;
    }
    filled.push_str(rest);
    filled
}

/// A hint, its `<name>` replaced by what only a client reads; none where that is not known, or people are told it.
fn hinted(hint: &str, places: &Places) -> Option<String> {
    let mut told = hint.to_owned();
    for (name, place) in places {
        let named = format!("<{name}>");
        if told.contains(&named) {
            told = told.replace(&named, place.hinted()?);
        }
    }
    (!told.contains('<')).then_some(told)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::http::problem::code::Code;
    use crate::texts::flaws::{flaw, placeholders};
    use crate::texts::phrases::Phrase;
    use std::collections::BTreeSet;
    use store::jobs::JobState;
    use time::macros::datetime;

    fn texts() -> [(Lang, &'static Texts); 3] {
        [(Lang::En, &*ENGLISH), (Lang::De, &*GERMAN), (Lang::Pl, &*POLISH)]
    }

    fn berlin() -> Zone {
        "Europe/Berlin".parse().unwrap()
    }

    fn phrases<T: Copy + Into<Phrase>>(all: &[T]) -> Vec<Place> {
        all.iter().map(|one| Place::Phrases(vec![(*one).into()])).collect()
    }

    /// Every kind of value that stands in the place of a name; a name without some is a test to write.
    fn values(name: &str) -> Vec<Place> {
        let at = datetime!(2026-11-30 23:05 UTC);
        match name {
            "expected" | "what" => {
                let mut all = phrases(Phrase::ALL);
                all.extend([Place::text("99-999, 99999"), Place::wire("created_at, -created_at")]);
                all
            }
            "limit" => vec![
                Place::Count(1),
                Place::Count(12_000),
                Place::Range(1, 5_000),
                Place::Span(at, at),
                Place::text("64 KiB"),
                Place::Day(domain::calendar::Day::from_ymd(2026, 11, 30).unwrap()),
            ],
            "min" | "max" | "step" | "left" | "quantity" | "quantity_now" | "assigned" | "count" | "needed"
            | "given" | "errors" => vec![Place::Count(0), Place::Count(1), Place::Count(5), Place::Count(1_200)],
            "since" | "start" | "now" | "next_allowed_at" | "allowed_until" => vec![Place::Instant(at)],
            "segment" => phrases(domain::catalog::Segment::ALL),
            "kind" => {
                let of_vendor = vec![Place::Of(Phrase::VendorTerms, "Microsoft Corporation".to_owned())];
                [phrases(domain::policy::ConsentKind::ALL), phrases(domain::people::AccountConsentKind::ALL), of_vendor]
                    .concat()
            }
            "action" => phrases(domain::product_key::action::KeyAction::ALL),
            "state" => {
                phrases(&[JobState::Queued, JobState::Running, JobState::Done, JobState::Failed, JobState::Canceled])
            }
            "area" => phrases(domain::access::Area::ALL),
            "organization" => phrases(domain::access::OrganizationKind::ALL),
            "class" | "classes" => phrases(domain::people::PasswordClass::ALL),
            "missing" => phrases(domain::onboarding::ResellerNeed::ALL),
            "reason" => phrases(Phrase::ALL),
            "bases" => vec![Place::text("Office 365 E1 (5), Office 365 E3 (2)")],
            "one" | "other" | "currency" => vec![Place::text("EUR"), Place::text("PLN")],
            "version" => vec![Place::text("2026-01")],
            "branch" => vec![Place::text("Werk Süd"), Place::text("Łódź"), Place::text("東京")],
            "country" => vec![Place::text("XX")],
            "origin" => vec![Place::text("https://evil.example")],
            "contact" => vec![Place::text("support@cancom.example"), Phrase::TheSupport.into()],
            "columns" => vec![Place::text("ProductId, SkuId")],
            "allowed" => vec![Place::text("! $ % & / (")],
            other => panic!("nobody says what stands in {{{other}}}"),
        }
    }

    #[test]
    fn every_code_has_a_text_in_three_languages_with_the_same_places() {
        for code in Code::ALL {
            let english = &ENGLISH[code.as_str()];
            for (lang, texts) in texts() {
                let other = texts.get(code.as_str()).unwrap_or_else(|| panic!("{lang:?} has no {}", code.as_str()));
                assert_eq!(placeholders(&english.detail), placeholders(&other.detail), "{lang:?} {}", code.as_str());
                assert!(english.further.keys().eq(other.further.keys()), "{lang:?} {}", code.as_str());
                for (name, sentence) in &other.further {
                    assert_eq!(placeholders(sentence), BTreeSet::from([name.as_str()]), "{lang:?} {}", code.as_str());
                }
                assert!(!other.title.is_empty() && !other.detail.is_empty());
            }
        }
        for (_, texts) in texts() {
            assert_eq!(texts.len(), Code::ALL.len(), "a text without a code");
        }
        assert!(HINTS.len() > 50 && HINTS.keys().all(|code| ENGLISH.contains_key(code)), "a hint without a code");
    }

    /// U-62: every text with every value that its places can take.
    #[test]
    fn u62_no_problem_shows_a_code_an_id_a_raw_instant_or_an_empty_place() {
        let mut rendered = 0;
        for code in Code::ALL {
            for (lang, texts) in texts() {
                let text = &texts[code.as_str()];
                let further = text.further.keys().map(String::as_str);
                let names: Vec<_> = placeholders(&text.detail).into_iter().chain(further).collect();
                let most = names.iter().map(|name| values(name).len()).max().unwrap_or(1);
                for n in 0..most {
                    let value = |name: &str| values(name)[n % values(name).len()].clone();
                    // The names of places live as long as the program.
                    let places: Vec<(&'static str, Place)> =
                        names.iter().map(|name| (&*String::leak((*name).to_owned()), value(name))).collect();
                    // Without what may be missing, too.
                    let all = (0..=text.further.len()).map(|missing| &places[..places.len() - missing]);
                    for places in all {
                        let told = of(code.as_str(), lang, places, &berlin());
                        for text in [&told.title, &told.detail] {
                            assert_eq!(flaw(text), None, "{lang:?} {}: {text}", code.as_str());
                        }
                        rendered += 1;
                    }
                }
            }
        }
        assert!(rendered > 1_000, "{rendered}");
    }

    #[test]
    fn u62_what_only_a_client_reads_is_in_the_hint_alone() {
        let told = |expected: Place| of(Code::InvalidValue.as_str(), Lang::De, &[("expected", expected)], &Zone::UTC);
        let codes = told(Place::wire("created_at, -created_at"));
        assert!(codes.detail.contains("einer der möglichen Werte"), "{}", codes.detail);
        assert_eq!(codes.hint.as_deref(), Some("Expected: created_at, -created_at."));
        let phrase = told(Phrase::Email.into());
        assert!(phrase.detail.contains("eine E-Mail-Adresse"), "{}", phrase.detail);
        assert_eq!(phrase.hint, None, "people are told already");
        let way = of(Code::CartEmpty.as_str(), Lang::Pl, &[], &Zone::UTC).hint;
        assert_eq!(way.as_deref(), Some("Add a line with POST /v1/carts/{id}/lines."));
    }

    /// U-62: „It opens again at -".
    #[test]
    fn u62_a_sentence_whose_place_is_empty_is_not_said() {
        let told = |places: &Places| of(Code::WindowClosed.as_str(), Lang::De, places, &berlin()).detail;
        assert_eq!(told(&[]), "Das Zeitfenster dafür ist geschlossen.");
        let at = ("next_allowed_at", Place::Instant(datetime!(2026-11-30 23:05 UTC)));
        assert_eq!(
            told(&[at]),
            "Das Zeitfenster dafür ist geschlossen. Es öffnet sich wieder am 1. Dezember 2026, 00:05 Uhr (MEZ)."
        );
    }
}
