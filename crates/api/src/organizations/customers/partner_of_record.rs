//! Who names a customer's partner of record (K-15).

use crate::auth::standing::Identity;
use crate::http::problem::{Code, Problem};
use domain::access::Scope;

/// Nobody names a partner for a customer, however much else they may do, nor in the name of one of its people.
pub fn only_the_customer(identity: &Identity) -> Result<(), Problem> {
    if identity.impersonator.is_some() {
        return Err(Problem::new(Code::NotWhileImpersonating));
    }
    match identity.scope {
        Scope::Customer(..) | Scope::Assigned(..) => Ok(()),
        Scope::Platform | Scope::Marketplace(_) | Scope::Reseller(..) => Err(Problem::new(Code::Forbidden)),
    }
}
