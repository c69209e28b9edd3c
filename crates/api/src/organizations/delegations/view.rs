//! Offers to administer as they are shown.

use crate::clock::instant;
use crate::http::wire::codes::DelegationStatus;
use domain::delegation::DelegationStatus as Status;
use domain::id::CustomerId;
use domain::policy::DelegatedAdministration;
use serde::Serialize;
use store::delegations::StoredDelegation;
use utoipa::ToSchema;

/// Whether a partner may administer for a customer.
#[derive(Debug, Serialize, ToSchema)]
pub struct Delegation {
    /// The customer that is asked, or was.
    #[schema(example = "cus_01kagy2qk8e3vrc6h1x0m4t7ws")]
    pub customer_id: String,
    /// Where the offer stands.
    pub status: DelegationStatus,
    /// Whether it must be accepted before the reseller or provider does anything on the customer's behalf: adds people,
    /// changes data, sets up a tenant. What is ordered or changed falls under the policies of its offers.
    pub required: bool,
    /// What the partner wrote to the customer; null where it wrote nothing.
    #[schema(required, example = "Wir richten Ihre Postfächer ein und helfen Ihren Leuten.")]
    pub message: Option<String>,
    /// Which user or API client offered; null as long as nobody has.
    #[schema(required, example = "usr_01kagy2qk8e3vrc6h1x0m4t7ws")]
    pub offered_by: Option<String>,
    /// When it was offered; null as long as it was not.
    #[schema(required, format = DateTime, example = "2026-11-20T10:15:00Z")]
    pub offered_at: Option<String>,
    /// Which user of the customer answered; null as long as nobody has.
    #[schema(required, example = "usr_01kagy2qk8e3vrc6h1x0m4t7ws")]
    pub answered_by: Option<String>,
    /// When the customer answered; null as long as it has not.
    #[schema(required, format = DateTime, example = "2026-11-21T08:00:00Z")]
    pub answered_at: Option<String>,
}

/// An offer on the wire.
pub fn view(customer: CustomerId, record: Option<&StoredDelegation>, rule: DelegatedAdministration) -> Delegation {
    Delegation {
        customer_id: customer.to_string(),
        status: DelegationStatus(record.map_or(Status::None, |record| record.status)),
        required: rule == DelegatedAdministration::Required,
        message: record.and_then(|record| record.message.clone()),
        offered_by: record.map(|record| record.offered_by.clone()),
        offered_at: record.map(|record| instant(record.offered_at)),
        answered_by: record.and_then(|record| record.answered_by.clone()),
        answered_at: record.and_then(|record| record.answered_at).map(instant),
    }
}
