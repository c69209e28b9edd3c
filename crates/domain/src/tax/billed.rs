//! Whose invoice address is the one of something that was sold, and where it is taxed by it (C-34, C-37, C-40).

use crate::coded::coded_enum;
use crate::id::BranchId;
use crate::party::{Address, Country};
use crate::tax::place::TaxPlace;
use serde::{Deserialize, Serialize};

coded_enum! {
    /// Which invoice address it is.
    InvoiceAddress {
        /// The customer's primary one.
        Customer = "customer",
        /// One that the order has for itself; it never changes.
        Order = "order",
        /// That of a branch.
        Branch = "branch",
    }
}

/// Where something that was sold is billed to. It stays with what was sold: another address of another order changes
/// nothing about it, only a change of this address does.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Billed {
    /// Which address it is.
    pub address: InvoiceAddress,
    /// The branch, where it is a branch's.
    pub branch_id: Option<BranchId>,
    /// Where that is: it decides the tax.
    pub place: TaxPlace,
}

impl Billed {
    /// The customer's primary invoice address.
    pub fn to_customer(address: &Address) -> Self {
        Self { address: InvoiceAddress::Customer, branch_id: None, place: address.into() }
    }

    /// An address that an order has for itself.
    pub fn to_order(address: &Address) -> Self {
        Self { address: InvoiceAddress::Order, ..Self::to_customer(address) }
    }

    /// A branch's address.
    pub fn to_branch(id: BranchId, address: &Address) -> Self {
        Self { address: InvoiceAddress::Branch, branch_id: Some(id), place: address.into() }
    }
}

/// For documents of before it was kept: nothing that is written by them is read from here.
impl Default for Billed {
    fn default() -> Self {
        let place = TaxPlace::of_country(Country::NOWHERE);
        Self { address: InvoiceAddress::Customer, branch_id: None, place }
    }
}
