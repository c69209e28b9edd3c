//! What is told of a reseller's access.

use domain::party;
use serde_json::{Value, json};

/// What an event tells of a reseller's access: the number that support asks for.
pub fn told(reseller: &party::Reseller) -> Value {
    json!({
        "name": reseller.name, "customer_number": reseller.customer_number, "partner_id": reseller.partner_id,
        "missing_standing": reseller.onboarding.standing,
    })
}
