//! Carts on the wire, as they were put in; what they cost is the preview's.

use crate::catalog::summary::{OfferSummary, Summaries};
use crate::clock::instant;
use crate::http::wire::party::Address;
use crate::page;
use domain::cart;
use serde::Serialize;
use utoipa::ToSchema;

/// A cart as it was put together: what a buyer is about to order.
#[derive(Debug, Serialize, ToSchema)]
pub struct Cart {
    /// The id of the cart, by which it is filled, previewed and ordered.
    #[schema(example = "crt_01kagy2qk8e3vrc6h1x0m4t7ws")]
    pub id: String,
    /// The customer that it is for.
    #[schema(example = "cus_01kagy2qk8e3vrc6h1x0m4t7ws")]
    pub customer_id: String,
    /// The order's name as the buyer gave it; null where there is none.
    #[schema(required, example = "Neue Arbeitsplätze")]
    pub name: Option<String>,
    /// The invoice address, where it is not the customer's; null where it is.
    #[schema(required)]
    pub billing_address: Option<Address>,
    /// The offers in it, in the order they were added.
    pub lines: Vec<CartLine>,
    /// The order that it became; null while it is not ordered.
    #[schema(required, example = "ord_01kagy2qk8e3vrc6h1x0m4t7ws")]
    pub order_id: Option<String>,
    /// When it was begun, by the marketplace's clock.
    #[schema(format = DateTime, example = "2026-11-20T10:15:00Z")]
    pub created_at: String,
}

/// One offer in a cart.
#[derive(Debug, Serialize, ToSchema)]
pub struct CartLine {
    /// The line's id; the order's line keeps it.
    #[schema(example = "lin_01kagy2qk8e3vrc6h1x0m4t7ws")]
    pub id: String,
    /// The offer to buy.
    #[schema(example = "ofr_01kagy2qk8e3vrc6h1x0m4t7ws")]
    pub offer_id: String,
    /// What that offer sells; null where it is no longer in the catalogue.
    #[schema(required)]
    pub offer: Option<OfferSummary>,
    /// How many licences in all.
    #[schema(example = 5)]
    pub quantity: u32,
    /// Printed in the text of the invoice position; null where there is nothing to print.
    #[schema(required, example = "Kostenstelle 4711")]
    pub reference: Option<String>,
    /// The branch whose invoice address is used; null for the cart's.
    #[schema(required, example = "Werk Nord")]
    pub branch: Option<String>,
    /// What follows a trial: `end`, or the id of a paid offer; null where it is not said.
    #[schema(required, example = "end")]
    pub trial_then: Option<String>,
    /// What it is an add-on of, a subscription or a line of this cart; null where it is not said.
    #[schema(required, example = "sub_01kagy2qk8e3vrc6h1x0m4t7ws")]
    pub base_id: Option<String>,
}

page!(
    /// A page of carts, newest first.
    CartPage of Cart
);

/// A cart on the wire, as somebody reads the catalogue.
pub fn view(summaries: &Summaries, cart: &cart::Cart) -> Cart {
    let line = |line: &cart::CartLine| CartLine {
        id: line.id.to_string(),
        offer_id: line.offer_id.to_string(),
        offer: summaries.of_offer(line.offer_id),
        quantity: line.quantity,
        reference: line.reference.clone(),
        branch: line.branch.clone(),
        trial_then: line.trial_then.map(|then| then.to_string()),
        base_id: line.base.map(|base| base.to_string()),
    };
    Cart {
        id: cart.id.to_string(),
        customer_id: cart.customer_id.to_string(),
        name: cart.name.clone(),
        billing_address: cart.billing_address.as_ref().map(Address::from),
        lines: cart.lines.iter().map(line).collect(),
        order_id: cart.ordered_as.map(|id| id.to_string()),
        created_at: instant(cart.created_at),
    }
}
