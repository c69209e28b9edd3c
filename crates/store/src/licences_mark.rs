//! Which customers' licences this process has changed: what was read of them before is known to be old.

use domain::id::CustomerId;
use std::cell::RefCell;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

/// More places than customers who buy at the same moment; two that share one are read once too often.
const PLACES: usize = 1024;

thread_local! {
    /// Whose licences the transaction of this thread has changed; a transaction never leaves its thread.
    static TOUCHED: RefCell<Vec<CustomerId>> = const { RefCell::new(Vec::new()) };
}

/// Notes that the open transaction changes what a customer owns.
pub(crate) fn touch(customers: impl IntoIterator<Item = CustomerId>) {
    TOUCHED.with_borrow_mut(|touched| touched.extend(customers));
}

/// A number for each customer that moves on whenever a transaction which changed its licences is over.
#[derive(Debug, Clone)]
pub(crate) struct LicencesMarks(Arc<[AtomicU64; PLACES]>);

impl Default for LicencesMarks {
    fn default() -> Self {
        Self(Arc::new(std::array::from_fn(|_| AtomicU64::new(0))))
    }
}

impl LicencesMarks {
    pub(crate) fn of(&self, customer: CustomerId) -> u64 {
        self.0[place(customer)].load(Ordering::Acquire)
    }

    /// Moves on those that the transaction of this thread has touched; one rolled back has changed nothing, but a
    /// commit that seemed to fail may have.
    pub(crate) fn move_on(&self) {
        for customer in TOUCHED.take() {
            self.0[place(customer)].fetch_add(1, Ordering::Release);
        }
    }
}

fn place(customer: CustomerId) -> usize {
    // The low bits of an id are its random ones.
    (customer.as_u128() % PLACES as u128) as usize
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_customers_that_a_transaction_touched_move_on() {
        let marks = LicencesMarks::default();
        let [one, other] = [1, 2].map(CustomerId::from_u128);
        touch([one, one]);
        assert_eq!([marks.of(one), marks.of(other)], [0, 0], "not before it is over");
        marks.move_on();
        assert_eq!([marks.of(one), marks.of(other)], [2, 0]);
        marks.move_on();
        assert_eq!(marks.of(one), 2, "a transaction answers for its own");
    }
}
