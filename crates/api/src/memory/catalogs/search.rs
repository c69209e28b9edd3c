//! Search in the catalogue: every word of the query begins a word of the product, its SKUs or its
//! former names (T-47). The same answers on both databases, because neither is asked.

use crate::memory::catalogs::nodes::ProductNode;
use domain::language::Translations;
use domain::text;
use std::collections::{BTreeMap, HashMap};

/// The words of a catalogue with the products they stand in.
pub struct Index(BTreeMap<String, Vec<u32>>);

impl Index {
    /// Reads the products in their order, in every language.
    pub fn build(products: &[ProductNode], translations: &HashMap<String, Translations>) -> Self {
        let mut words: BTreeMap<String, Vec<u32>> = BTreeMap::new();
        for (position, node) in products.iter().enumerate() {
            let position = u32::try_from(position).unwrap_or(u32::MAX);
            let product = &node.product;
            let texts = [&product.title, &product.publisher, &product.external_id].into_iter().chain(&product.aliases);
            let skus = node.skus.iter().flat_map(|sku| [&sku.sku.title, &sku.sku.external_id]);
            let ids = [product.id.to_string()].into_iter().chain(node.skus.iter().map(|sku| sku.sku.id.to_string()));
            let translated: Vec<_> = match translations.is_empty() {
                true => vec![],
                false => ids.filter_map(|id| translations.get(&id)).flat_map(|texts| texts.title.values()).collect(),
            };
            for word in texts.chain(skus).chain(translated).flat_map(|text| words_of(text)) {
                let places = words.entry(word).or_default();
                if places.last() != Some(&position) {
                    places.push(position);
                }
            }
        }
        Self(words)
    }

    /// Positions of the products in which every word of the text begins a word; none where the text has no word.
    pub fn find(&self, text: &str) -> Option<Vec<usize>> {
        let mut found: Option<Vec<u32>> = None;
        for word in words_of(text) {
            let places = self.beginning_with(&word);
            found = Some(match found {
                None => places,
                Some(before) => before.into_iter().filter(|place| places.binary_search(place).is_ok()).collect(),
            });
        }
        found.map(|places| places.into_iter().map(|place| place as usize).collect())
    }

    fn beginning_with(&self, word: &str) -> Vec<u32> {
        let range = self.0.range(word.to_owned()..).take_while(|(known, _)| known.starts_with(word));
        let mut places: Vec<u32> = range.flat_map(|(_, places)| places.iter().copied()).collect();
        places.sort_unstable();
        places.dedup();
        places
    }
}

/// Lower-case words of letters and digits, umlauts as they are typed without them.
fn words_of(words: &str) -> Vec<String> {
    let folded: String = text::nfc(&words.to_lowercase()).chars().flat_map(fold).collect();
    folded.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty()).map(str::to_owned).collect()
}

fn fold(c: char) -> impl Iterator<Item = char> {
    let text = match c {
        'ä' => "ae",
        'ö' => "oe",
        'ü' => "ue",
        'ß' => "ss",
        'ł' => "l",
        'é' | 'è' | 'ê' | 'ę' => "e",
        'á' | 'à' | 'ą' => "a",
        'ó' => "o",
        'ś' => "s",
        'ć' => "c",
        'ń' => "n",
        'ż' | 'ź' => "z",
        _ => "",
    };
    text.chars().chain(text.is_empty().then_some(c))
}
