//! Sentences in one of the languages, as they are collected.

use crate::texts::lang::Lang;
use std::fmt::Display;

/// A sentence in the three languages: English, German, Polish.
pub(super) type Text = [&'static str; 3];

/// The sentences so far.
pub(super) struct Words {
    lang: Lang,
    pub(super) sentences: Vec<String>,
}

impl Words {
    /// No sentences yet, in a language.
    pub(super) fn new(lang: Lang) -> Self {
        Self { lang, sentences: vec![] }
    }

    pub(super) fn pick(&self, [en, de, pl]: Text) -> &'static str {
        match self.lang {
            Lang::En => en,
            Lang::De => de,
            Lang::Pl => pl,
        }
    }

    /// Adds a sentence.
    pub(super) fn say(&mut self, text: Text) {
        let sentence = self.pick(text).to_owned();
        self.sentences.push(sentence);
    }

    /// Adds a sentence with a number, which stands for `{n}`.
    pub(super) fn count(&mut self, text: Text, number: impl Display) {
        let sentence = self.pick(text).replace("{n}", &self.number(number));
        self.sentences.push(sentence);
    }

    /// A number as the language writes it.
    pub(super) fn number(&self, number: impl Display) -> String {
        let plain = number.to_string();
        if self.lang == Lang::En { plain } else { plain.replace('.', ",") }
    }
}
