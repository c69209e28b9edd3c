//! Collecting the sentences of a policy in one language.

use crate::texts::lang::Lang;
use std::fmt::Display;

/// A sentence in the three languages: English, German, Polish.
pub type Text = [&'static str; 3];

/// The sentences that a policy is told in, so far.
pub struct Words {
    /// The language of the sentences.
    pub lang: Lang,
    /// In the order in which they were said.
    pub sentences: Vec<String>,
}

impl Words {
    /// The sentence in the language of these words.
    pub fn pick(&self, [en, de, pl]: Text) -> &'static str {
        match self.lang {
            Lang::En => en,
            Lang::De => de,
            Lang::Pl => pl,
        }
    }

    /// Adds a sentence.
    pub fn say(&mut self, text: Text) {
        let sentence = self.pick(text).to_owned();
        self.sentences.push(sentence);
    }

    /// Adds a sentence with a number, which stands for `{n}`.
    pub fn count(&mut self, text: Text, number: impl Display) {
        let sentence = self.pick(text).replace("{n}", &self.number(number));
        self.sentences.push(sentence);
    }

    /// A number as the language writes it.
    pub fn number(&self, number: impl Display) -> String {
        let plain = number.to_string();
        if self.lang == Lang::En { plain } else { plain.replace('.', ",") }
    }
}
