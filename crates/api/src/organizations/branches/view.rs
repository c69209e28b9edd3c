//! Branches as they are shown.

use crate::clock::instant;
use crate::http::wire::party::Address;
use crate::page;
use domain::party;
use serde::Serialize;
use store::Versioned;
use utoipa::ToSchema;

/// A branch: another invoice address of a customer, chosen per line of an order.
#[derive(Debug, Serialize, ToSchema)]
pub struct Branch {
    /// The branch's id.
    #[schema(example = "brn_01kagy2qk8e3vrc6h1x0m4t7ws")]
    pub id: String,
    /// The customer whose branch it is.
    #[schema(example = "cus_01kagy2qk8e3vrc6h1x0m4t7ws")]
    pub customer_id: String,
    /// What lines of a cart call it; only one branch of the customer has it.
    #[schema(example = "Werk Nord")]
    pub name: String,
    /// What invoices for this branch are addressed to.
    pub address: Address,
    /// When it was set up.
    #[schema(format = DateTime, example = "2026-11-20T10:15:00Z")]
    pub created_at: String,
    /// Since when nothing can be ordered for it any more; null as long as it can. What is billed to it stays so.
    #[schema(required, format = DateTime, example = json!(null))]
    pub retired_at: Option<String>,
}

page!(
    /// A page of branches, newest first.
    BranchPage of Branch
);

/// A branch on the wire.
pub fn view(record: &Versioned<party::Branch>) -> Branch {
    Branch {
        id: record.value.id.to_string(),
        customer_id: record.value.customer_id.to_string(),
        name: record.value.name.clone(),
        address: (&record.value.address).into(),
        created_at: instant(record.created_at),
        retired_at: record.value.retired_at.map(instant),
    }
}
