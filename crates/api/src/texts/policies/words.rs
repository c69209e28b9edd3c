//! Sentences in one of the languages, as they are collected.

use crate::texts::dates;
use crate::texts::lang::Lang;
use domain::policy::RuleKey;
use std::fmt::Display;

/// A sentence in the three languages: English, German, Polish. `{n}` stands for its number; `{day|days}` for the form
/// that goes with it, three of them in Polish.
pub(super) type Text = [&'static str; 3];

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

    pub(super) fn pick(&self, [en, de, pl]: Text) -> &'static str {
        match self.lang {
            Lang::En => en,
            Lang::De => de,
            Lang::Pl => pl,
        }
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
    pub(super) fn say(&mut self, text: Text) {
        let sentence = self.pick(text).to_owned();
        self.add(sentence);
    }

    /// Adds a sentence with a number, which stands for `{n}`.
    pub(super) fn count(&mut self, text: Text, number: impl Display) {
        let plain = number.to_string();
        let sentence = match plain.parse() {
            Ok(whole) => formed(self.lang, self.pick(text), whole).replace("{n}", &dates::number(self.lang, whole)),
            Err(_) => self.pick(text).replace("{n}", &self.number(plain)),
        };
        self.add(sentence);
    }

    /// Adds what is a sentence already.
    pub(super) fn add(&mut self, text: String) {
        let part = self.part.as_ref().map(|part| format!("/{part}")).unwrap_or_default();
        self.sentences.push(Sentence { key: format!("{}{part}", self.about.code()), text });
    }

    /// A number as the language writes it.
    pub(super) fn number(&self, number: impl Display) -> String {
        let plain = number.to_string();
        if self.lang == Lang::En { plain } else { plain.replace('.', ",") }
    }
}

/// A sentence with the forms that go with a number in the place of all forms.
fn formed(lang: Lang, text: &str, number: u64) -> String {
    let mut formed = String::with_capacity(text.len());
    let mut rest = text;
    while let Some((before, after)) = rest.split_once('{') {
        let Some((inside, behind)) = after.split_once('}') else { break };
        formed.push_str(before);
        match inside.split('|').nth(form(lang, number)) {
            Some(word) if inside.contains('|') => formed.push_str(word),
            _ => formed.push_str(&rest[before.len()..before.len() + inside.len() + 2]),
        }
        rest = behind;
    }
    formed + rest
}

/// Which form of a word goes with a number.
const fn form(lang: Lang, number: u64) -> usize {
    match (lang, number % 10, number % 100) {
        _ if number == 1 => 0,
        (Lang::Pl, 2..=4, 12..=14) => 2,
        (Lang::Pl, 2..=4, _) => 1,
        (Lang::Pl, ..) => 2,
        _ => 1,
    }
}

#[test]
fn u62_a_word_has_the_form_that_goes_with_its_number() {
    let said = |number| {
        let text = ["{n} {day|days}", "{n} {Tag|Tage}", "{n} {dzień|dni|dni}, {n} {zmiana|zmiany|zmian}"];
        [Lang::En, Lang::De, Lang::Pl].map(|lang| {
            let mut words = Words::new(lang);
            words.count(text, number);
            words.sentences.remove(0).text
        })
    };
    assert_eq!(said(1), ["1 day", "1 Tag", "1 dzień, 1 zmiana"]);
    assert_eq!(said(3), ["3 days", "3 Tage", "3 dni, 3 zmiany"]);
    assert_eq!(said(12), ["12 days", "12 Tage", "12 dni, 12 zmian"]);
    assert_eq!(said(22), ["22 days", "22 Tage", "22 dni, 22 zmiany"]);
    assert_eq!(said(1_200), ["1,200 days", "1.200 Tage", "1200 dni, 1200 zmian"]);
}
