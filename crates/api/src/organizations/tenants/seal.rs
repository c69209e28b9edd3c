//! What a sealed secret of a tenant is bound to.

use domain::id::CustomerId;

/// What the first credentials are sealed with, so that they open for their customer only.
pub fn seal_context(customer: CustomerId) -> String {
    format!("tenant credentials {customer}")
}
