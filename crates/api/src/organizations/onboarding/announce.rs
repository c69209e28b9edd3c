//! Announcing Microsoft's ids of a reseller to the provider: what asks Microsoft for access follows from it.

use crate::http::problem::Problem;
use crate::transaction::Write;
use domain::event::EventKind;
use domain::party::Reseller;
use serde_json::{Value, json};

/// Announces the ids that a reseller has; `before` is what it looked like where it had others.
pub fn announce_ids(write: &mut Write<'_>, reseller: &Reseller, before: Option<Value>) -> Result<(), Problem> {
    let ids = json!({
        "name": reseller.name, "customer_number": reseller.customer_number,
        "partner_id": reseller.partner_id, "microsoft_id": reseller.microsoft_id,
    });
    let subject = reseller.id.to_string();
    match before {
        Some(before) => write.changed(EventKind::ResellerIdsChanged, None, subject, before, ids),
        None => write.record(EventKind::ResellerIdsChanged, None, subject, ids),
    }
}
