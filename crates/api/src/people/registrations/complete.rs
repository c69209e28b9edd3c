//! What strangers do with the links of their mails: fill in the account form, confirm their address.

use crate::http::problem::Problem;
use crate::people::registrations::link::used;
use crate::people::registrations::open_account::{self, Account, finish};
use crate::transaction::Write;
use domain::event::EventKind;
use domain::people::GivenConsent;
use domain::registration::{Applicant, Step, step};
use serde_json::json;
use store::one_time_tokens::Purpose;
use store::registrations::{self, StoredRegistration};

/// What the account form says.
pub struct Completion {
    /// The link's token.
    pub token: String,
    /// Who, and for which company.
    pub applicant: Applicant,
    /// The hash of the password.
    pub password_hash: String,
    /// What was agreed to.
    pub consents: Vec<GivenConsent>,
    /// The network address that it came from.
    pub address: String,
}

/// C-11: the account form is sent, and the shop can be used at once.
pub fn complete(write: &mut Write<'_>, request: &Completion) -> Result<StoredRegistration, Problem> {
    let record = used(write, &request.token, Purpose::Registration)?;
    let status = step(record.status, Step::Complete)?;
    let account = Account {
        email: &record.email,
        language: record.language.as_deref(),
        applicant: &request.applicant,
        password_hash: &request.password_hash,
        consents: &request.consents,
        address: &request.address,
    };
    let role = open_account::let_in_by_rules(write)?;
    let opened = open_account::open(write, &account, &role, None)?;
    finish(write, StoredRegistration { status, form: None, ..record }, &opened, false)
}

/// T-07: the address is confirmed. What fits the provider's records is active at once; the rest is reviewed.
pub fn confirm(write: &mut Write<'_>, text: &str) -> Result<StoredRegistration, Problem> {
    let record = used(write, text, Purpose::Confirmation)?;
    let mismatches = open_account::mismatches(write, &record)?;
    let fits = mismatches.is_empty();
    let status = step(record.status, Step::Confirm { fits })?;
    if fits {
        let role = open_account::let_in_by_rules(write)?;
        let opened = open_account::open_kept(write, &record, &role, record.customer_number.as_deref())?;
        return finish(write, StoredRegistration { status, ..record }, &opened, false);
    }
    let record = StoredRegistration { status, mismatches: Some(json!(mismatches)), updated_at: write.now, ..record };
    registrations::update(write.tx, &record, None)?;
    write.record(EventKind::RegistrationRequested, None, record.id.to_string(), json!({}))?;
    Ok(record)
}
