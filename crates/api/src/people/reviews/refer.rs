//! Leaving somebody who registered to the administrator of an organisation that is here already.

use crate::http::problem::{Problem, named};
use crate::people::reviews::decided::{begin, decided, keep};
use crate::transaction::Write;
use domain::event::EventKind;
use domain::id::{CustomerId, RegistrationId};
use domain::registration::Step;
use serde_json::json;
use store::registrations::StoredRegistration;

/// Leaves it to the organisation's administrator (C-04).
pub fn refer(write: &mut Write<'_>, id: RegistrationId, customer: CustomerId) -> Result<(), Problem> {
    let record = begin(write, id)?;
    named("/customer_id", store::customers::get(write.tx, &write.identity.scope, customer))?;
    let record = StoredRegistration {
        referred_to: Some(customer),
        password_hash: None,
        bank_data: None,
        ..decided(write, record, Step::Refer)?
    };
    let payload = json!({"customer_id": customer.to_string()});
    keep(write, &record, EventKind::RegistrationReferred, payload)
}
