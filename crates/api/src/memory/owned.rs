//! What customers own, kept for a moment: a shop's pages ask for it again and again.
//!
//! What this process changes is forgotten at once ([`store::Store::licences_mark`]); what another one changes is seen
//! within half a second, as fast as revoked access is.

use domain::id::{CustomerId, ProductId, SkuId};
use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

/// How long what was read holds.
const AGE: Duration = Duration::from_millis(500);

/// The most customers that are kept.
const MOST: usize = 10_000;

/// Licences by product and by edition.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct LicencesOwned {
    /// Of each product.
    pub products: HashMap<ProductId, u32>,
    /// Of each edition.
    pub skus: HashMap<SkuId, u32>,
}

impl LicencesOwned {
    /// Adds what is owned of an edition.
    pub fn add(&mut self, product: ProductId, sku: SkuId, quantity: u32) {
        for owned in [self.products.entry(product).or_default(), self.skus.entry(sku).or_default()] {
            *owned = owned.saturating_add(quantity);
        }
    }
}

/// What a customer owns, shared by those who look.
pub type Licences = Arc<LicencesOwned>;

/// The licences of the customers that lately looked at the shop.
#[derive(Default)]
pub struct OwnedLicences(Mutex<HashMap<CustomerId, Kept>>);

struct Kept {
    licences: Licences,
    /// The customer's mark before they were read.
    mark: u64,
    read_at: Instant,
}

impl OwnedLicences {
    /// What a customer owns, where that is kept and still holds by the customer's mark.
    pub fn get(&self, customer: CustomerId, mark: u64) -> Option<Licences> {
        let all = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let kept = all.get(&customer)?;
        (kept.mark == mark && kept.read_at.elapsed() < AGE).then(|| Arc::clone(&kept.licences))
    }

    /// Keeps what was read of a customer; `mark` and `read_at` are from before the read.
    pub fn keep(&self, customer: CustomerId, mark: u64, read_at: Instant, licences: Licences) {
        let mut all = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if all.len() >= MOST {
            all.retain(|_, kept| kept.read_at.elapsed() < AGE);
        }
        // Many more than are kept look at once: then most are read anew anyway.
        if all.len() < MOST {
            all.insert(customer, Kept { licences, mark, read_at });
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn licences(number: u32) -> Licences {
        let mut owned = LicencesOwned::default();
        owned.add(ProductId::from_u128(7), SkuId::from_u128(7), number);
        Arc::new(owned)
    }

    #[test]
    fn editions_are_counted_each_and_with_their_product() {
        let mut owned = LicencesOwned::default();
        let (product, e1, e3) = (ProductId::from_u128(7), SkuId::from_u128(1), SkuId::from_u128(3));
        for (sku, number) in [(e1, 5), (e3, 2), (e1, u32::MAX)] {
            owned.add(product, sku, number);
        }
        assert_eq!(owned.products, HashMap::from([(product, u32::MAX)]));
        assert_eq!(owned.skus, HashMap::from([(e1, u32::MAX), (e3, 2)]));
    }

    #[test]
    fn what_was_read_before_a_change_is_not_shown_after_it() {
        let owned = OwnedLicences::default();
        let customer = CustomerId::from_u128(1);
        owned.keep(customer, 0, Instant::now(), licences(5));
        assert_eq!(owned.get(customer, 0), Some(licences(5)));
        assert_eq!(owned.get(customer, 1), None);
        assert_eq!(owned.get(CustomerId::from_u128(2), 0), None);
    }

    #[test]
    fn what_is_old_is_read_again() {
        let owned = OwnedLicences::default();
        let customer = CustomerId::from_u128(1);
        owned.keep(customer, 0, Instant::now().checked_sub(AGE).expect("a machine that ran a second"), licences(5));
        assert_eq!(owned.get(customer, 0), None);
    }

    #[test]
    fn no_more_customers_are_kept_than_there_is_room_for() {
        let owned = OwnedLicences::default();
        let now = Instant::now();
        (0..=MOST as u128).for_each(|id| owned.keep(CustomerId::from_u128(id), 0, now, licences(1)));
        assert!(owned.0.lock().expect("nobody else").len() <= MOST);
    }
}
