//! Who names a customer's partner of record (K-15).

use crate::http::problem::{Code, Problem};
use domain::access::Scope;

/// Nobody names a partner for a customer, however much else they may do.
pub fn only_the_customer(scope: &Scope) -> Result<(), Problem> {
    match scope {
        Scope::Customer(..) => Ok(()),
        Scope::Marketplace(_) | Scope::Reseller(..) => Err(Problem::new(Code::Forbidden)),
    }
}
