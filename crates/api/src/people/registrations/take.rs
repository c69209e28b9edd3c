//! Taking what a stranger asks for; what becomes of it is decided by the worker.

use crate::App;
use crate::http::problem::Problem;
use crate::ids::New as _;
use crate::transaction::Write;
use domain::event::EventKind;
use domain::id::RegistrationId;
use domain::people::{GivenConsent, RegistrationMode};
use domain::registration::bank::BankData;
use domain::registration::{Applicant, RegistrationStatus};
use serde_json::json;
use store::registrations::{self, StoredRegistration};

/// What a stranger asks for.
pub struct RegistrationToTake {
    /// The way that the marketplace lets people in.
    pub mode: RegistrationMode,
    /// The e-mail address, which becomes the log-in name.
    pub email: String,
    /// The language of the mails.
    pub language: Option<String>,
    /// Everything else of the form, where it is asked for at once (T-01).
    pub form: Option<WholeForm>,
    /// The network address that it came from.
    pub address: String,
}

/// What is asked for at once, where people register with a customer number (T-01…T-06).
pub struct WholeForm {
    /// Who, and for which company.
    pub applicant: Applicant,
    /// The hash of the password.
    pub password_hash: String,
    /// The customer number, where one was given.
    pub customer_number: Option<String>,
    /// Bank data of who has none.
    pub bank_data: Option<BankData>,
    /// What was agreed to.
    pub consents: Vec<GivenConsent>,
}

/// What a registration's sealed bank data are bound to.
fn seal_context(id: RegistrationId) -> String {
    format!("registration bank data {id}")
}

/// Takes a registration. Whether the address is known is looked up later: the answer and its time are the same.
pub fn take(write: &mut Write<'_>, request: &RegistrationToTake) -> Result<(), Problem> {
    let id = RegistrationId::new();
    let form = request.form.as_ref();
    let bank_data = form.and_then(|form| form.bank_data.as_ref()).map(|data| seal(write.app, id, data)).transpose()?;
    let last_four = form.and_then(|form| form.bank_data.as_ref()).map(|data| data.iban.last_four().to_owned());
    let applicant = form.map(|form| serde_json::to_value(&form.applicant)).transpose().map_err(Problem::internal)?;
    let record = StoredRegistration {
        marketplace_id: write.identity.scope.marketplace(),
        id,
        mode: request.mode,
        status: RegistrationStatus::Received,
        email: request.email.clone(),
        language: request.language.clone(),
        form: applicant,
        password_hash: form.map(|form| form.password_hash.clone()),
        bank_data,
        iban_last_four: last_four,
        customer_number: form.and_then(|form| form.customer_number.clone()),
        mismatches: None,
        consents: form.map(|form| json!(form.consents)),
        address: request.address.clone(),
        reason: None,
        referred_to: None,
        decided_by: None,
        decided_at: None,
        customer_id: None,
        reseller_id: None,
        user_id: None,
        created_at: write.now,
        updated_at: write.now,
        version: 1,
    };
    registrations::insert(write.tx, &record)?;
    write.record(EventKind::RegistrationReceived, None, id.to_string(), json!({"mode": request.mode}))
}

fn seal(app: &App, id: RegistrationId, data: &BankData) -> Result<Vec<u8>, Problem> {
    let plain = serde_json::to_vec(data).map_err(Problem::internal)?;
    app.keys.seal(&seal_context(id), &plain).map_err(Problem::internal)
}
