//! Acceptances of Microsoft's agreement as they are shown.

use crate::clock::instant;
use crate::http::wire::codes::AgreementStatus;
use domain::id::CustomerId;
use domain::tenant::AgreementState;
use serde::Serialize;
use store::agreements::StoredAgreement;
use utoipa::ToSchema;

/// What is accepted: there is one agreement so far.
pub const KIND: &str = "microsoft_customer_agreement";

/// A customer's acceptance of Microsoft's agreement, or that there is none yet.
#[derive(Debug, Serialize, ToSchema)]
pub struct Agreement {
    /// The customer that the agreement was accepted for.
    #[schema(example = "cus_01kagy2qk8e3vrc6h1x0m4t7ws")]
    pub customer_id: String,
    /// Whether it was accepted.
    pub status: AgreementStatus,
    /// Which agreement it is; there is one so far.
    #[schema(example = "microsoft_customer_agreement")]
    pub kind: String,
    /// The first name of the person who accepted; null as long as nobody has.
    #[schema(required, example = "Erika")]
    pub first_name: Option<String>,
    /// The last name of the person who accepted; null as long as nobody has.
    #[schema(required, example = "Muster")]
    pub last_name: Option<String>,
    /// The e-mail address of the person who accepted; null as long as nobody has.
    #[schema(required, format = Email, example = "erika@kunde.example")]
    pub email: Option<String>,
    /// When it was accepted, in UTC; null as long as it was not.
    #[schema(required, format = DateTime, example = "2026-11-20T10:00:00Z")]
    pub agreed_at: Option<String>,
}

/// What there is of a customer's acceptance, on the wire.
pub fn view(customer: CustomerId, record: Option<&StoredAgreement>) -> Agreement {
    let status = record.map_or(AgreementState::None, |_| AgreementState::Accepted);
    Agreement {
        customer_id: customer.to_string(),
        status: AgreementStatus(status),
        kind: record.map_or_else(|| KIND.to_owned(), |record| record.kind.clone()),
        first_name: record.map(|record| record.first_name.clone()),
        last_name: record.map(|record| record.last_name.clone()),
        email: record.map(|record| record.email.clone()),
        agreed_at: record.map(|record| instant(record.agreed_at)),
    }
}
