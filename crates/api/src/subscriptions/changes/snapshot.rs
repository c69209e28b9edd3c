//! What events and the audit log tell of a subscription.

use crate::clock::instant;
use crate::http::wire::money::Price;
use domain::subscription::Subscription;
use serde_json::{Value, json};

/// A subscription as events and the audit log tell of it, before and after what happened.
pub fn snapshot(subscription: &Subscription) -> Value {
    json!({
        "status": subscription.status,
        "quantity": subscription.quantity,
        "offer_id": subscription.offer_id,
        "unit_price": Price::from(subscription.unit_price),
        "payer": subscription.payer,
        "term_start": subscription.term_span.map(|span| span.first),
        "term_end": subscription.term_span.map(|span| span.last),
        "at_term_end": subscription.at_term_end,
        "responsible_user": subscription.responsible_user,
        "ends_at": subscription.expected_ending().map(|ending| instant(ending.ends_at)),
    })
}
