//! What people agreed to for their accounts: keeping it, and what is still to be agreed to.

use crate::http::problem::Problem;
use crate::transaction::Write;
use domain::event::EventKind;
use domain::people::{AccountConsent, GivenConsent, PeopleRules};
use serde_json::json;
use store::account_consents::{self, StoredConsent};
use store::users::StoredUser;

/// Remembers to what somebody agreed, when, and from which network address.
pub fn agree(
    write: &mut Write<'_>,
    user: &StoredUser,
    consents: &[GivenConsent],
    address: &str,
) -> Result<(), Problem> {
    if consents.is_empty() {
        return Ok(());
    }
    let record = |one: &GivenConsent| StoredConsent {
        marketplace_id: user.marketplace_id,
        user_id: user.id,
        kind: one.kind,
        version: one.version.clone(),
        agreed_at: write.now,
        address: address.to_owned(),
    };
    let records: Vec<_> = consents.iter().map(record).collect();
    account_consents::insert(write.tx, &records)?;
    let (customer, payload) = (user.organization.customer(), json!({ "consents": consents }));
    write.record(EventKind::UserConsented, customer, user.id.to_string(), payload)
}

/// The needed consents that somebody has not given to the text in force.
pub fn open<'a>(rules: &'a PeopleRules, agreed: &[StoredConsent]) -> Vec<&'a AccountConsent> {
    let given = |need: &AccountConsent| agreed.iter().any(|one| one.kind == need.kind && one.version == need.version);
    rules.consents.iter().filter(|need| !given(need)).collect()
}
