//! What strangers do: ask to be let in, confirm their address, fill in the account form.

use crate::App;
use crate::auth::one_time;
use crate::auth::standing::Identity;
use crate::http::origin::Origin;
use crate::http::problem::{Code, Problem};
use crate::http::reply::Reply;
use crate::http::wire::consents::GivenConsent;
use crate::ids::New as _;
use crate::people::registrations::open_account::{self, Account};
use crate::people::registrations::{RegistrationOutcome, RegistrationReceipt};
use crate::transaction::Write;
use domain::access::Permissions;
use domain::event::EventKind;
use domain::id::{MarketplaceId, RegistrationId};
use domain::people::RegistrationMode;
use domain::registration::bank::BankData;
use domain::registration::{Applicant, RegistrationStatus, Step, step};
use serde_json::json;
use store::Conn;
use store::one_time_tokens::{OneTimeToken, Owner, Purpose};
use store::registrations::{self, StoredRegistration};

/// Somebody whom nobody knows, at a network address: may nothing.
pub fn stranger(origin: &Origin, marketplace: MarketplaceId) -> Identity {
    let permissions = Permissions::NONE;
    Identity { permissions, ..Identity::of_program(&format!("anonymous {}", origin.address), marketplace) }
}

/// What a stranger asks for.
pub struct Request {
    /// By which way.
    pub mode: RegistrationMode,
    /// Whose marketplace, as the answer names it.
    pub slug: String,
    /// The address.
    pub email: String,
    /// The language of the mails.
    pub language: Option<String>,
    /// Everything else, where it is asked for at once (T-01).
    pub form: Option<Form>,
    /// From which network address.
    pub address: String,
}

/// What is asked for at once (T-01…T-06).
pub struct Form {
    /// Who, and for which company.
    pub applicant: Applicant,
    /// The hash of the password.
    pub password_hash: String,
    /// The customer number.
    pub customer_number: Option<String>,
    /// Bank data of who has none.
    pub bank_data: Option<BankData>,
    /// What was agreed to.
    pub consents: Vec<GivenConsent>,
}

/// What a registration's sealed bank data are bound to.
pub fn seal_context(id: RegistrationId) -> String {
    format!("registration bank data {id}")
}

/// Takes a registration. Whether the address is known is looked up later: the answer and its time are the same.
pub fn take(write: &mut Write<'_>, request: &Request) -> Result<Reply, Problem> {
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
    write.record(EventKind::RegistrationReceived, None, id.to_string(), json!({"mode": request.mode}))?;
    Reply::json(202, &RegistrationReceipt { marketplace: request.slug.clone(), email: request.email.clone() })
}

fn seal(app: &App, id: RegistrationId, data: &BankData) -> Result<Vec<u8>, Problem> {
    let plain = serde_json::to_vec(data).map_err(Problem::internal)?;
    app.keys.seal(&seal_context(id), &plain).map_err(Problem::internal)
}

/// The registration that a link leads to, whatever has become of the link.
pub fn led_to(conn: &mut Conn, text: &str) -> Result<(OneTimeToken, StoredRegistration), Problem> {
    let invalid = || Problem::field("/token", Code::LinkInvalid);
    let token = match store::one_time_tokens::by_hash_unscoped(conn, &crate::keys::sha256(text.as_bytes())) {
        Ok(token) => token,
        Err(store::StoreError::NotFound) => return Err(invalid()),
        Err(error) => return Err(error.into()),
    };
    let Owner::Registration(id) = token.owner else { return Err(invalid()) };
    let record = registrations::by_id_unscoped(conn, token.marketplace_id, RegistrationId::from_u128(id));
    // One that was replaced by a newer form is gone.
    record.map(|record| (token, record)).map_err(|_| invalid())
}

/// The registration of a link that is used up by this.
fn used(write: &mut Write<'_>, text: &str, purpose: Purpose) -> Result<StoredRegistration, Problem> {
    let token = one_time::open(write.app, write.tx, text, purpose)?;
    let (_, record) = led_to(write.tx, text)?;
    registrations::lock(write.tx, record.marketplace_id, record.id)?;
    one_time::use_up(write.tx, &token, write.now)?;
    Ok(record)
}

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
    /// From which network address.
    pub address: String,
}

/// C-11: the account form is sent, and the shop can be used at once.
pub fn complete(write: &mut Write<'_>, request: &Completion) -> Result<Reply, Problem> {
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
    let opened = open_account::open(write, &account, None)?;
    finish(write, StoredRegistration { status, form: None, ..record }, &opened, false)
}

/// T-07: the address is confirmed. What fits the provider's records is active at once; the rest is reviewed.
pub fn confirm(write: &mut Write<'_>, text: &str) -> Result<Reply, Problem> {
    let record = used(write, text, Purpose::Confirmation)?;
    let mismatches = open_account::mismatches(write, &record)?;
    let fits = mismatches.is_empty();
    let status = step(record.status, Step::Confirm { fits })?;
    if fits {
        let opened = open_account::open_kept(write, &record, record.customer_number.as_deref())?;
        return finish(write, StoredRegistration { status, ..record }, &opened, false);
    }
    let record = StoredRegistration { status, mismatches: Some(json!(mismatches)), updated_at: write.now, ..record };
    registrations::update(write.tx, &record, None)?;
    write.record(EventKind::RegistrationRequested, None, record.id.to_string(), json!({}))?;
    Reply::json(200, &RegistrationOutcome::of(&record))
}

/// The registration has become an account: what was kept only for that is forgotten.
pub fn finish(
    write: &mut Write<'_>,
    record: StoredRegistration,
    opened: &open_account::Opened,
    reviewed: bool,
) -> Result<Reply, Problem> {
    let record = StoredRegistration {
        customer_id: opened.organization.customer(),
        reseller_id: opened.organization.reseller(),
        user_id: Some(opened.user_id),
        password_hash: None,
        updated_at: write.now,
        ..record
    };
    registrations::update(write.tx, &record, None)?;
    let payload = json!({"reviewed": reviewed, "user_id": opened.user_id.to_string()});
    write.record(EventKind::RegistrationActivated, record.customer_id, record.id.to_string(), payload)?;
    Reply::json(200, &RegistrationOutcome::of(&record))
}
