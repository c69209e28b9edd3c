//! What is said of a problem: title and detail for people in every language (`texts/*/problems.ftl`), and in English
//! what whoever writes a client can do about it (`texts/en/hints.ftl`).

use crate::http::problem::code::Code;
use crate::texts::lang::Lang;
use crate::texts::library;
use crate::texts::place::Place;
use crate::texts::reading::Said;
use domain::zone::Zone;

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

/// What a client can do about any problem with a code; `<name>` stands for what an occurrence names.
pub fn hint(code: Code) -> Option<String> {
    let hint = library::hint(code)?;
    let named: Vec<_> = hint.places().iter().map(|name| (*name, Said::Text(format!("<{name}>")))).collect();
    Some(hint.filled(&named))
}

/// The title of the problem with a code.
pub fn title(code: Code, lang: Lang) -> String {
    library::of(lang).problem(code).title.filled(&[])
}

/// What is said of the problem with a code; instants as the clocks of a zone show them.
pub fn of(code: Code, lang: Lang, places: &Places, zone: &Zone) -> Told {
    let text = library::of(lang).problem(code);
    let said: Vec<_> = places.iter().map(|(name, place)| (*name, place.said(lang, zone))).collect();
    let further = text.further.iter().filter(|(name, _)| said.iter().any(|(filled, _)| filled == name));
    let sentences = [&text.detail].into_iter().chain(further.map(|(_, sentence)| sentence));
    let detail = sentences.map(|sentence| sentence.filled(&said)).collect::<Vec<_>>().join(" ");
    Told { title: text.title.filled(&[]), detail, hint: hinted(code, places) }
}

/// A hint, filled with what only a client reads; none where that is not known, or people are told it.
fn hinted(code: Code, places: &Places) -> Option<String> {
    let hint = library::hint(code)?;
    let read = |name: &'static str| {
        let (_, place) = places.iter().find(|(known, _)| *known == name)?;
        Some((name, Said::Text(place.hinted()?.to_owned())))
    };
    let said = hint.places().iter().map(|name| read(name)).collect::<Option<Vec<_>>>()?;
    Some(hint.filled(&said))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::texts::flaws::flaw;
    use crate::texts::phrases::Phrase;
    use store::jobs::JobState;
    use time::macros::datetime;

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
            | "given" | "errors" | "products" | "categories" => {
                vec![Place::Count(0), Place::Count(1), Place::Count(5), Place::Count(1_200)]
            }
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
            "status" => phrases(domain::party::MarketplaceStatus::ALL),
            "concern" => phrases(domain::marketplace::Concern::ALL),
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

    /// U-62: every text with every value that its places can take.
    #[test]
    fn u62_no_problem_shows_a_code_an_id_a_raw_instant_or_an_empty_place() {
        let mut rendered = 0;
        for code in Code::ALL {
            for lang in Lang::ALL {
                let text = library::of(lang).problem(*code);
                let further = text.further.iter().map(|(name, _)| *name);
                let names: Vec<_> = text.detail.places().iter().copied().chain(further).collect();
                let most = names.iter().map(|name| values(name).len()).max().unwrap_or(1);
                for n in 0..most {
                    let value = |name: &str| values(name)[n % values(name).len()].clone();
                    let places: Vec<_> = names.iter().map(|name| (*name, value(name))).collect();
                    // Without what may be missing, too.
                    let all = (0..=text.further.len()).map(|missing| &places[..places.len() - missing]);
                    for places in all {
                        let told = of(*code, lang, places, &berlin());
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
        let told = |expected: Place| of(Code::InvalidValue, Lang::De, &[("expected", expected)], &Zone::UTC);
        let codes = told(Place::wire("created_at, -created_at"));
        assert!(codes.detail.contains("einer der möglichen Werte"), "{}", codes.detail);
        assert_eq!(codes.hint.as_deref(), Some("Expected: created_at, -created_at."));
        let phrase = told(Phrase::Email.into());
        assert!(phrase.detail.contains("eine E-Mail-Adresse"), "{}", phrase.detail);
        assert_eq!(phrase.hint, None, "people are told already");
        let way = of(Code::CartEmpty, Lang::Pl, &[], &Zone::UTC).hint;
        assert_eq!(way.as_deref(), Some("Add a line with POST /v1/carts/{id}/lines."));
    }

    #[test]
    fn the_meaning_of_a_code_names_what_an_occurrence_says() {
        let told = of(Code::InvalidType, Lang::De, &[], &Zone::UTC);
        assert!(told.detail.ends_with("Erwartet: …."), "{}", told.detail);
        assert_eq!((told.hint, hint(Code::InvalidType).as_deref()), (None, Some("Expected: <expected>.")));
    }

    /// What is filled in is never read as a text.
    #[test]
    fn what_stands_in_a_place_is_not_filled_itself() {
        let evil = "{ $kind }{ iban }\n    .title = x <kind> {\"{\"}";
        let told = of(Code::UnknownField, Lang::En, &[("field", Place::wire(evil))], &Zone::UTC);
        assert!(told.hint.is_some_and(|hint| hint.contains(evil)));
        let told = of(Code::CountryUnknown, Lang::En, &[("country", Place::text(evil))], &Zone::UTC);
        assert!(told.detail.contains("“{ $kind }{ iban } .title = x <kind> {\"{\"}”"), "{}", told.detail);
    }

    /// U-62: „It opens again at -".
    #[test]
    fn u62_a_sentence_whose_place_is_empty_is_not_said() {
        let told = |places: &Places| of(Code::WindowClosed, Lang::De, places, &berlin()).detail;
        assert_eq!(told(&[]), "Das Zeitfenster dafür ist geschlossen.");
        let at = ("next_allowed_at", Place::Instant(datetime!(2026-11-30 23:05 UTC)));
        assert_eq!(
            told(&[at]),
            "Das Zeitfenster dafür ist geschlossen. Es öffnet sich wieder am 1. Dezember 2026, 00:05 Uhr (MEZ)."
        );
    }
}
