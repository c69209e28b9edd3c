//! Letting in who registered.

use crate::http::problem::{Code, Problem};
use crate::people::registrations::link;
use crate::people::registrations::open_account::{finish, let_in, open_kept};
use crate::people::reviews::decided::{begin, decided, keep};
use crate::texts::place::Place;
use crate::transaction::Write;
use domain::event::EventKind;
use domain::id::RegistrationId;
use domain::people::RegistrationMode;
use domain::registration::Step;
use serde_json::json;
use store::one_time_tokens::Purpose;
use store::registrations::StoredRegistration;

/// Sends the link to the account form (C-06); what is complete already is opened with the number that the provider
/// gives. Whoever decides it lets in an administrator, and holds as much.
pub fn approve(write: &mut Write<'_>, id: RegistrationId, customer_number: Option<&str>) -> Result<(), Problem> {
    let record = begin(write, id)?;
    let role = let_in(write, write.identity)?;
    match (record.mode, customer_number) {
        (RegistrationMode::CustomerNumber, None) => Err(Problem::field("/customer_number", Code::Required)),
        (RegistrationMode::CustomerNumber, Some(number)) => {
            let record = StoredRegistration {
                customer_number: Some(number.to_owned()),
                ..decided(write, record, Step::GiveNumber)?
            };
            let opened = open_kept(write, &record, &role, Some(number))?;
            finish(write, record, &opened, true).map(drop)
        }
        (_, Some(_)) => {
            Err(Problem::field("/customer_number", Code::UnknownField).with("field", Place::wire("customer_number")))
        }
        (_, None) => {
            let record = decided(write, record, Step::Approve)?;
            let token = link::issue(write, &record, Purpose::Registration)?;
            keep(write, &record, EventKind::RegistrationApproved, json!({"token_id": token}))
        }
    }
}
