//! Search in the catalogue: every word of the query is found in what is said of a product, best matches first. It is
//! forgiving: words that begin alike (T-47), are written together or apart, have another ending or one wrong letter.
//! The same answers on both databases, because neither is asked.

use crate::memory::catalogs::nodes::ProductNode;
use domain::language::Translations;
use domain::text::words;
use std::collections::{BTreeMap, HashMap};

/// What a word is worth by where it stands.
mod worth {
    pub const FIRST_OF_TITLE: u32 = 12;
    pub const TITLE: u32 = 8;
    pub const OTHER_NAME: u32 = 6;
    pub const PUBLISHER: u32 = 2;
    pub const DESCRIPTION: u32 = 1;
}

/// What a match is worth by how well it fits, of what the word is.
mod fit {
    pub const WHOLE: u32 = 4;
    pub const BEGINS: u32 = 3;
    pub const OTHERWISE: u32 = 1;
}

/// Words that are shorter are not forgiven a letter or an ending: nearly everything would be found.
const FORGIVEN_FROM: usize = 5;
/// Endings of German, Polish and English words, the longest first; what is left must be long enough to mean something.
const ENDINGS: [&str; 19] = [
    "owych", "ungen", "ami", "ach", "owy", "owa", "owe", "ung", "ing", "ow", "en", "er", "es", "em", "e", "n", "s",
    "y", "i",
];
/// So many letters of a word are left without its ending.
const STEM: usize = 4;

/// A product in which a word stands, and what that is worth.
#[derive(Clone, Copy)]
struct Hit {
    place: u32,
    worth: u32,
}

/// The words of a catalogue with the products they stand in.
pub struct Index(BTreeMap<String, Vec<Hit>>);

impl Index {
    /// Reads the products in their order, in every language.
    pub fn build(products: &[ProductNode], translations: &HashMap<String, Translations>) -> Self {
        let mut index = Self(BTreeMap::new());
        for (position, node) in products.iter().enumerate() {
            let place = u32::try_from(position).unwrap_or(u32::MAX);
            let product = &node.product;
            let mut titles = vec![&product.title];
            let mut names: Vec<_> = product.aliases.iter().chain([&product.external_id]).collect();
            let mut said = vec![&product.description];
            for sku in &node.skus {
                names.extend([&sku.sku.title, &sku.sku.external_id]);
                said.push(&sku.sku.description);
                if let Some(texts) = translations.get(&sku.sku.id.to_string()) {
                    names.extend(texts.title.values());
                    said.extend(texts.description.values());
                }
            }
            if let Some(texts) = translations.get(&product.id.to_string()) {
                titles.extend(texts.title.values());
                said.extend(texts.description.values());
            }
            titles.iter().for_each(|text| index.read(place, text, (worth::FIRST_OF_TITLE, worth::TITLE)));
            names.iter().for_each(|text| index.read(place, text, (worth::OTHER_NAME, worth::OTHER_NAME)));
            index.read(place, &product.publisher, (worth::PUBLISHER, worth::PUBLISHER));
            said.iter().for_each(|text| index.read(place, text, (worth::DESCRIPTION, worth::DESCRIPTION)));
        }
        index
    }

    /// Reads a text of a product: its words, each pair of neighbours as one (`e-mail` is also `email`), and what people
    /// make of a name with a number (`Microsoft 365` is also `M365`).
    fn read(&mut self, place: u32, text: &str, (first, other): (u32, u32)) {
        let words = words(text);
        let hit = |n| Hit { place, worth: if n == 0 { first } else { other } };
        for (n, word) in words.iter().enumerate() {
            self.add(word.clone(), hit(n));
        }
        for (n, pair) in words.windows(2).enumerate() {
            self.add(pair.concat(), hit(n));
            if pair[1].bytes().all(|byte| byte.is_ascii_digit()) {
                let initial = pair[0].chars().take(1);
                self.add(initial.chain(pair[1].chars()).collect(), hit(n));
            }
        }
    }

    fn add(&mut self, word: String, hit: Hit) {
        let hits = self.0.entry(word).or_default();
        match hits.last_mut().filter(|last| last.place == hit.place) {
            Some(last) => last.worth = last.worth.max(hit.worth),
            None => hits.push(hit),
        }
    }

    /// Positions of the products in which every word of the text is found, the best first and those that are as good in
    /// their order; none where the text has no word.
    pub fn find(&self, text: &str) -> Option<Vec<usize>> {
        let words = words(text);
        let mut found: Option<BTreeMap<u32, u32>> = None;
        let mut n = 0;
        while let Some(word) = words.get(n) {
            let mut matches = self.beginning_with(word);
            // Written apart what is one word: one of the two is none.
            if let Some(next) = words.get(n + 1)
                && (matches.is_empty() || self.beginning_with(next).is_empty())
            {
                let together = self.beginning_with(&format!("{word}{next}"));
                if !together.is_empty() {
                    (matches, n) = (together, n + 1);
                }
            }
            if matches.is_empty() {
                matches = self.forgiving(word);
            }
            found = Some(match found {
                None => matches,
                Some(before) => both(before, &matches),
            });
            n += 1;
        }
        found.map(|found| {
            let mut ranked: Vec<_> = found.into_iter().collect();
            ranked.sort_by_key(|(place, worth)| (u32::MAX - worth, *place));
            ranked.into_iter().map(|(place, _)| place as usize).collect()
        })
    }

    fn beginning_with(&self, word: &str) -> BTreeMap<u32, u32> {
        let range = self.0.range(word.to_owned()..).take_while(|(known, _)| known.starts_with(word));
        best(range.map(|(known, hits)| (if known == word { fit::WHOLE } else { fit::BEGINS }, hits)))
    }

    /// What is meant by a word that nothing begins with: the same with another ending, else with one letter wrong.
    fn forgiving(&self, word: &str) -> BTreeMap<u32, u32> {
        if word.chars().count() < FORGIVEN_FROM || word.bytes().any(|byte| byte.is_ascii_digit()) {
            return BTreeMap::new();
        }
        let stems = ENDINGS.iter().filter_map(|ending| word.strip_suffix(ending));
        for stem in stems.filter(|stem| stem.chars().count() >= STEM) {
            let range = self.0.range(stem.to_owned()..).take_while(|(known, _)| known.starts_with(stem));
            let matches = best(range.map(|(_, hits)| (fit::OTHERWISE, hits)));
            if !matches.is_empty() {
                return matches;
            }
        }
        let letters: Vec<_> = word.chars().collect();
        best(self.0.iter().filter(|(known, _)| nearly_begins(known, &letters)).map(|(_, hits)| (fit::OTHERWISE, hits)))
    }
}

/// Products with the best that some words of theirs are worth.
fn best<'a>(words: impl Iterator<Item = (u32, &'a Vec<Hit>)>) -> BTreeMap<u32, u32> {
    let mut all = BTreeMap::new();
    for (fit, hits) in words {
        for hit in hits {
            let worth = all.entry(hit.place).or_insert(0);
            *worth = (hit.worth * fit).max(*worth);
        }
    }
    all
}

/// Those that are in both, with what they are worth together.
fn both(one: BTreeMap<u32, u32>, other: &BTreeMap<u32, u32>) -> BTreeMap<u32, u32> {
    one.into_iter().filter_map(|(place, worth)| Some((place, worth + other.get(&place)?))).collect()
}

/// Whether a word begins with some letters but for one that is wrong, missing, too many, or in its neighbour's place.
fn nearly_begins(known: &str, letters: &[char]) -> bool {
    let known: Vec<_> = known.chars().take(letters.len() + 1).collect();
    let same = known.iter().zip(letters).take_while(|(one, other)| one == other).count();
    let rest = |from: usize, of: &[char]| of.get(from..).unwrap_or_default().to_vec();
    let begins = |from: usize, with: Vec<char>| rest(from, &known).starts_with(&with);
    let swapped = known.len() > same + 1
        && letters.len() > same + 1
        && known[same] == letters[same + 1]
        && known[same + 1] == letters[same];
    // The first letter is rarely the wrong one, and a word of which nothing else is left is another one.
    same > 0
        && (begins(same + 1, rest(same + 1, letters))
            || begins(same + 1, rest(same, letters))
            || begins(same, rest(same + 1, letters))
            || (swapped && begins(same + 2, rest(same + 2, letters))))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// An index of titles, each with what is said of the product.
    fn index(products: &[(&str, &str)]) -> Index {
        let mut index = Index(BTreeMap::new());
        for (place, (title, said)) in (0..).zip(products) {
            index.read(place, title, (worth::FIRST_OF_TITLE, worth::TITLE));
            index.read(place, "Microsoft Corporation", (worth::PUBLISHER, worth::PUBLISHER));
            index.read(place, said, (worth::DESCRIPTION, worth::DESCRIPTION));
        }
        index
    }

    fn found(index: &Index, text: &str) -> Vec<usize> {
        index.find(text).expect("a word")
    }

    #[test]
    fn u83_the_best_match_comes_first() {
        let index = index(&[
            ("Audio Conferencing", "For calls from Office apps."),
            ("Exchange Online", "E-mail with 50 GB; works with Office."),
            ("Home and Office", ""),
            ("Office 365 E1", "Office in the browser, teamwork."),
            ("Officers' Choice", ""),
        ]);
        // First of a title, begun by it, in a title, in what is said of it; those that are as good in their order.
        assert_eq!(found(&index, "office"), [3, 4, 2, 0, 1]);
        assert_eq!(found(&index, "teamwork"), [3]);
        assert_eq!(found(&index, "microsoft"), [0, 1, 2, 3, 4]);
        assert_eq!(found(&index, "office browser"), [3]);
        assert!(index.find(" - ").is_none());
    }

    #[test]
    fn u83_words_may_be_written_together_or_apart() {
        let index = index(&[
            ("Microsoft 365 Business", ""),
            ("Office 365 E1", "E-mail."),
            ("Sharepoint", ""),
            ("Defender for Office 365", ""),
        ]);
        for (text, places) in [
            ("m365", vec![0]),
            ("microsoft365 business", vec![0]),
            ("office365", vec![1, 3]),
            ("o365 e1", vec![1]),
            ("email", vec![1]),
            ("e-mail", vec![1]),
            ("share point", vec![2]),
            ("m366", vec![]),
        ] {
            assert_eq!(found(&index, text), places, "{text}");
        }
    }

    #[test]
    fn u83_an_ending_or_one_letter_is_forgiven() {
        let index = index(&[("Exchange Online", ""), ("Lizenz Büro", ""), ("Pakiet biurowy", ""), ("Visio", "")]);
        for (text, places) in [
            ("exchnage", vec![0]),
            ("exchage", vec![0]),
            ("exchaange", vec![0]),
            ("exchunge", vec![0]),
            ("exchunng", vec![]),
            ("lizenzen", vec![1]),
            ("pakiety biurowych", vec![2]),
            ("vosio", vec![3]),
            ("vsio", vec![]),
            ("xxchange", vec![]),
        ] {
            assert_eq!(found(&index, text), places, "{text}");
        }
    }
}
