//! Acceptances of Microsoft's agreement as they are shown.

use crate::clock::instant;
use serde::Serialize;
use store::agreements::StoredAgreement;
use utoipa::ToSchema;

/// A customer's acceptance of Microsoft's agreement.
#[derive(Debug, Serialize, ToSchema)]
pub struct Agreement {
    /// The customer that the agreement was accepted for.
    #[schema(example = "cus_01kagy2qk8e3vrc6h1x0m4t7ws")]
    pub customer_id: String,
    /// Which agreement was accepted; there is one so far.
    #[schema(example = "microsoft_customer_agreement")]
    pub kind: String,
    /// The first name of the person who accepted.
    #[schema(example = "Erika")]
    pub first_name: String,
    /// The last name of the person who accepted.
    #[schema(example = "Muster")]
    pub last_name: String,
    /// The e-mail address of the person who accepted.
    #[schema(format = Email, example = "erika@kunde.example")]
    pub email: String,
    /// When it was accepted, in UTC.
    #[schema(format = DateTime, example = "2026-11-20T10:00:00Z")]
    pub agreed_at: String,
}

/// An acceptance on the wire.
pub fn view(record: &StoredAgreement) -> Agreement {
    Agreement {
        customer_id: record.customer_id.to_string(),
        kind: record.kind.clone(),
        first_name: record.first_name.clone(),
        last_name: record.last_name.clone(),
        email: record.email.clone(),
        agreed_at: instant(record.agreed_at),
    }
}
