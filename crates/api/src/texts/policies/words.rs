//! Sentences in one of the languages, as they are collected.

use crate::texts::keys::policy::Point;
use crate::texts::lang::Lang;
use crate::texts::library;
use crate::texts::place::Place;
use domain::policy::RuleKey;
use domain::zone::Zone;

/// A sentence, and what of a policy it says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Sentence {
    /// The key of the rule; behind a slash a part of it, where it has several.
    pub key: String,
    /// What it says.
    pub text: String,
}

/// The sentences so far.
pub(super) struct Words {
    lang: Lang,
    about: RuleKey,
    part: Option<String>,
    pub(super) sentences: Vec<Sentence>,
}

impl Words {
    /// No sentences yet, in a language.
    pub(super) fn new(lang: Lang) -> Self {
        Self { lang, about: RuleKey::PeriodAnchor, part: None, sentences: vec![] }
    }

    /// What comes next is about a rule.
    pub(super) fn about(&mut self, rule: RuleKey) -> &mut Self {
        (self.about, self.part) = (rule, None);
        self
    }

    /// What comes next is about a part of that rule.
    pub(super) fn part(&mut self, part: &str) -> &mut Self {
        self.part = Some(part.to_owned());
        self
    }

    /// Adds a sentence.
    pub(super) fn say(&mut self, point: Point) {
        self.fill(point, &[]);
    }

    /// Adds a sentence with a number of things.
    pub(super) fn count(&mut self, point: Point, number: impl Into<Place>) {
        self.fill(point, &[("n", number.into())]);
    }

    /// Adds a sentence with its places filled: no instants among them.
    pub(super) fn fill(&mut self, point: Point, places: &[(&'static str, Place)]) {
        let said: Vec<_> = places.iter().map(|(name, place)| (*name, place.said(self.lang, &Zone::UTC))).collect();
        let text = library::of(self.lang).point(point).filled(&said);
        let part = self.part.as_ref().map(|part| format!("/{part}")).unwrap_or_default();
        self.sentences.push(Sentence { key: format!("{}{part}", self.about.code()), text });
    }
}

#[test]
fn u62_a_word_has_the_form_that_goes_with_its_number() {
    let said = |number: u64| {
        [Lang::En, Lang::De, Lang::Pl].map(|lang| {
            let mut words = Words::new(lang);
            words.count(Point::MaxChanges, number);
            words.sentences.remove(0).text
        })
    };
    assert_eq!(said(1), ["At most 1 change.", "Höchstens 1 Änderung.", "Najwyżej 1 zmiana."]);
    assert_eq!(said(3), ["At most 3 changes.", "Höchstens 3 Änderungen.", "Najwyżej 3 zmiany."]);
    assert_eq!(said(12), ["At most 12 changes.", "Höchstens 12 Änderungen.", "Najwyżej 12 zmian."]);
    assert_eq!(said(22), ["At most 22 changes.", "Höchstens 22 Änderungen.", "Najwyżej 22 zmiany."]);
    assert_eq!(said(1_200), ["At most 1,200 changes.", "Höchstens 1.200 Änderungen.", "Najwyżej 1200 zmian."]);
}
