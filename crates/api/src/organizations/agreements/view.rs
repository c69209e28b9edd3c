//! Acceptances of Microsoft's agreement as they are shown.

use crate::http::wire::instant;
use serde::Serialize;
use store::agreements::Record;
use utoipa::ToSchema;

/// An acceptance.
#[derive(Debug, Serialize, ToSchema)]
pub struct Agreement {
    /// The customer.
    #[schema(example = "cus_01kagy2qk8e3vrc6h1x0m4t7ws")]
    pub customer_id: String,
    /// Which agreement.
    #[schema(example = "microsoft_customer_agreement")]
    pub kind: String,
    /// Who accepted: first name.
    #[schema(example = "Erika")]
    pub first_name: String,
    /// Last name.
    #[schema(example = "Muster")]
    pub last_name: String,
    /// E-mail address.
    #[schema(format = Email, example = "erika@kunde.example")]
    pub email: String,
    /// When.
    #[schema(format = DateTime, example = "2026-11-20T10:00:00Z")]
    pub agreed_at: String,
}

/// An acceptance on the wire.
pub fn view(record: &Record) -> Agreement {
    Agreement {
        customer_id: record.customer_id.to_string(),
        kind: record.kind.clone(),
        first_name: record.first_name.clone(),
        last_name: record.last_name.clone(),
        email: record.email.clone(),
        agreed_at: instant(record.agreed_at),
    }
}
