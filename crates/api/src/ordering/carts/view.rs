//! Carts on the wire, as they were put in; what they cost is the preview's.

use crate::http::wire::instant;
use crate::http::wire::party::Address;
use domain::cart;
use serde::Serialize;
use utoipa::ToSchema;

/// A cart.
#[derive(Debug, Serialize, ToSchema)]
pub struct Cart {
    /// Its id.
    #[schema(example = "crt_01kagy2qk8e3vrc6h1x0m4t7ws")]
    pub id: String,
    /// For whom.
    #[schema(example = "cus_01kagy2qk8e3vrc6h1x0m4t7ws")]
    pub customer_id: String,
    /// The order's name.
    #[schema(required, example = "Neue Arbeitsplätze")]
    pub name: Option<String>,
    /// The invoice address, where it is not the customer's.
    #[schema(required)]
    pub billing_address: Option<Address>,
    /// What is in it.
    pub lines: Vec<CartLine>,
    /// The order it became.
    #[schema(required, example = "ord_01kagy2qk8e3vrc6h1x0m4t7ws")]
    pub order_id: Option<String>,
    /// When it was begun.
    #[schema(format = DateTime, example = "2026-11-20T10:15:00Z")]
    pub created_at: String,
}

/// One offer in a cart.
#[derive(Debug, Serialize, ToSchema)]
pub struct CartLine {
    /// Its id.
    #[schema(example = "lin_01kagy2qk8e3vrc6h1x0m4t7ws")]
    pub id: String,
    /// What.
    #[schema(example = "ofr_01kagy2qk8e3vrc6h1x0m4t7ws")]
    pub offer_id: String,
    /// How many licences.
    #[schema(example = 5)]
    pub quantity: u32,
    /// Printed on the invoice position.
    #[schema(required, example = "Kostenstelle 4711")]
    pub reference: Option<String>,
    /// The branch.
    #[schema(required, example = "Werk Nord")]
    pub branch: Option<String>,
}

impl From<&cart::Cart> for Cart {
    fn from(cart: &cart::Cart) -> Self {
        let line = |line: &cart::CartLine| CartLine {
            id: line.id.to_string(),
            offer_id: line.offer_id.to_string(),
            quantity: line.quantity,
            reference: line.reference.clone(),
            branch: line.branch.clone(),
        };
        Self {
            id: cart.id.to_string(),
            customer_id: cart.customer_id.to_string(),
            name: cart.name.clone(),
            billing_address: cart.billing_address.as_ref().map(Address::from),
            lines: cart.lines.iter().map(line).collect(),
            order_id: cart.ordered_as.map(|id| id.to_string()),
            created_at: instant(cart.created_at),
        }
    }
}
