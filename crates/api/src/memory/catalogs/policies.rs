//! What rules the offers of a catalogue, worked out when it is loaded: a request merges nothing.

use crate::memory::catalogs::nodes::ProductNode;
use domain::catalog::Offer;
use domain::id::{OfferId, ProductId};
use domain::policy::{Book, Policy, Sold, Subject, Timeline};
use std::collections::HashMap;
use std::sync::Arc;
use time::OffsetDateTime;

/// The policies of a catalogue by instant. Offers with the same key and no override share one timeline.
#[derive(Default)]
pub struct Policies {
    book: Book,
    plain: HashMap<String, Timeline>,
    /// Only offers that an override is put over; none where its rules cannot be read.
    overridden: HashMap<OfferId, Option<Arc<Timeline>>>,
}

/// Everything sold with its key, by offer.
pub fn sold(products: &[ProductNode]) -> impl Iterator<Item = (Sold<'_>, &Offer)> {
    products.iter().flat_map(|node| {
        node.skus.iter().flat_map(|sku| &sku.offers).map(|offer| (of_product(node.product.id, offer), offer))
    })
}

const fn of_product(product: ProductId, offer: &Offer) -> Sold<'_> {
    Sold { offer: offer.id, product, policy_key: offer.policy_key.as_str() }
}

impl Policies {
    pub(super) fn new(book: Book, products: &[ProductNode]) -> Self {
        let plain = book.keys().map(|key| (key.to_owned(), book.plain(key))).collect();
        let mut policies = Self { book, plain, overridden: HashMap::new() };
        if policies.book.has_overrides() {
            policies.overridden = overridden(&policies.book, products);
        }
        policies
    }

    /// What rules an offer, over time.
    pub fn of(&self, offer: &Offer) -> Option<&Timeline> {
        match self.overridden.get(&offer.id) {
            Some(own) => own.as_deref(),
            None => self.plain.get(&offer.policy_key),
        }
    }

    /// Every policy in force at an instant as it was published, by key.
    pub fn in_force(&self, at: OffsetDateTime) -> Vec<&Policy> {
        self.book.keys().filter_map(|key| self.plain.get(key)?.at(at)).collect()
    }

    /// All versions of everything.
    pub const fn book(&self) -> &Book {
        &self.book
    }
}

fn overridden(book: &Book, products: &[ProductNode]) -> HashMap<OfferId, Option<Arc<Timeline>>> {
    let mut shared: HashMap<(&str, Vec<Subject>), Option<Arc<Timeline>>> = HashMap::new();
    let mut all = HashMap::new();
    for (sold, offer) in sold(products) {
        let subjects = book.subjects(&sold);
        if subjects.is_empty() {
            continue;
        }
        let timeline = shared.entry((sold.policy_key, subjects)).or_insert_with_key(|(key, subjects)| {
            book.overridden(key, subjects)
                .inspect_err(|error| {
                    tracing::error!(offer = %offer.id, %error, "an override cannot be read: the offer is not sold");
                })
                .ok()
                .map(Arc::new)
        });
        all.insert(offer.id, timeline.clone());
    }
    all
}
