//! A registration becomes an organisation with its administrator.

use crate::auth::standing::Identity;
use crate::http::problem::Problem;
use crate::ids::New as _;
use crate::organizations::customer_numbers::register_reseller::register_reseller;
use crate::organizations::customers::create::keep;
use crate::organizations::resellers::view as reseller_view;
use crate::people::consents::agree;
use crate::transaction::Write;
use domain::access::{Covered, Organization, OrganizationKind, Power, Role, Scope};
use domain::customer_number::{CompanyFacts, Mismatch, match_record};
use domain::event::EventKind;
use domain::id::{CustomerId, ResellerId, UserId};
use domain::language::Language;
use domain::party::{Contact, Country, Customer, Reseller};
use domain::people::{GivenConsent, UserState};
use domain::registration::Applicant;
use domain::tax::standing::VatCheck;
use serde_json::json;
use store::registrations::StoredRegistration;
use store::{StoreError, Versioned, users};

/// Beside the codes of [`Mismatch`]: no number was given at all.
const NO_NUMBER: &str = "no_customer_number";

/// What an account is opened from.
pub struct Account<'a> {
    /// The address, which is the log-in name (C-03, T-02).
    pub email: &'a str,
    /// The language of the mails.
    pub language: Option<&'a str>,
    /// Who, and for which company.
    pub applicant: &'a Applicant,
    /// The hash of the password.
    pub password_hash: &'a str,
    /// What was agreed to.
    pub consents: &'a [GivenConsent],
    /// From which network address it was agreed to.
    pub address: &'a str,
}

/// The account that was opened.
pub struct Opened {
    /// The organisation that it belongs to.
    pub organization: Organization,
    /// The administrator of the organisation.
    pub user_id: UserId,
}

/// What does not fit the provider's records, as codes; nothing where all fits (T-04). Who gave no number always needs
/// the provider, which gives one (T-01).
pub fn mismatches(write: &mut Write<'_>, record: &StoredRegistration) -> Result<Vec<&'static str>, Problem> {
    let Some(number) = &record.customer_number else { return Ok(vec![NO_NUMBER]) };
    let company = applicant(record)?.company;
    // Without an address nothing fits that the records say of it.
    let (postal_code, country, region) =
        company.address.map_or((String::new(), Country::NOWHERE, None), |at| (at.postal_code, at.country, at.region));
    let facts = CompanyFacts { name: company.name, postal_code, country, region };
    match store::customer_numbers::get(write.tx, &Scope::Marketplace(record.marketplace_id), number) {
        // Somebody is registered under it: that is for the provider to clear up.
        Ok(known) if known.value.is_taken() => Ok(vec![Mismatch::Number.code()]),
        Ok(known) => match match_record(&known.value, number, &facts) {
            Ok(()) => Ok(vec![]),
            Err(wrong) => Ok(wrong.into_iter().map(Mismatch::code).collect()),
        },
        Err(StoreError::NotFound) => Ok(vec![Mismatch::Number.code()]),
        Err(error) => Err(error.into()),
    }
}

/// What was filled in at once.
fn applicant(record: &StoredRegistration) -> Result<Applicant, Problem> {
    let form = record.form.clone().ok_or_else(incomplete)?;
    serde_json::from_value(form).map_err(Problem::internal)
}

fn incomplete() -> Problem {
    Problem::internal("a registration without what was filled in")
}

/// The role of who registers: it runs the organisation that is opened. Whoever lets it in holds as much.
pub fn let_in(write: &Write<'_>, by: &Identity) -> Result<Covered<Role>, Problem> {
    let kind = match write.app.marketplaces.people(write.identity.scope.marketplace())?.registers {
        OrganizationKind::Reseller => OrganizationKind::Reseller,
        OrganizationKind::Customer | OrganizationKind::Provider | OrganizationKind::Platform => {
            OrganizationKind::Customer
        }
    };
    by.covers(Power::greatest(kind), kind.administrator())
}

/// The same where nobody decides: by a link that somebody had sent, or by the provider's records, as the rules of the
/// marketplace say.
pub fn let_in_by_rules(write: &Write<'_>) -> Result<Covered<Role>, Problem> {
    let_in(write, &Identity::of_program("registrations", write.identity.scope.marketplace()))
}

/// Opens the account of a registration that was complete from the start (T-01).
pub fn open_kept(
    write: &mut Write<'_>,
    record: &StoredRegistration,
    role: &Covered<Role>,
    customer_number: Option<&str>,
) -> Result<Opened, Problem> {
    let applicant = applicant(record)?;
    let consents = record.consents.clone().ok_or_else(incomplete)?;
    let consents: Vec<GivenConsent> = serde_json::from_value(consents).map_err(Problem::internal)?;
    let account = Account {
        email: &record.email,
        language: record.language.as_deref(),
        applicant: &applicant,
        password_hash: record.password_hash.as_deref().ok_or_else(incomplete)?,
        consents: &consents,
        address: &record.address,
    };
    open(write, &account, role, customer_number)
}

/// Opens an organisation of the kind that registers here, with its administrator, who is ready at once (C-11).
pub fn open(
    write: &mut Write<'_>,
    account: &Account<'_>,
    role: &Covered<Role>,
    customer_number: Option<&str>,
) -> Result<Opened, Problem> {
    let organization = match role.organization() {
        OrganizationKind::Reseller => Organization::Reseller(reseller(write, account, customer_number)?),
        OrganizationKind::Customer | OrganizationKind::Provider | OrganizationKind::Platform => {
            Organization::Customer(customer(write, account)?)
        }
    };
    let user_id = administrator(write, account, **role, organization)?;
    Ok(Opened { organization, user_id })
}

fn contact(account: &Account<'_>) -> Contact {
    Contact {
        first_name: account.applicant.first_name.clone(),
        last_name: account.applicant.last_name.clone(),
        email: account.email.to_owned(),
        phone: account.applicant.company.phone.clone(),
    }
}

fn customer(write: &mut Write<'_>, account: &Account<'_>) -> Result<CustomerId, Problem> {
    let company = &account.applicant.company;
    let customer = Customer {
        id: CustomerId::new(),
        marketplace_id: write.identity.scope.marketplace(),
        reseller_id: None,
        name: company.name.clone(),
        contact: contact(account),
        address: company.address.clone(),
        vat_id: company.vat_id.clone(),
        vat: VatCheck::default(),
        size: company.size,
        invoice_email: company.invoice_email.clone(),
        external_ref: None,
        partner_of_record: None,
        language: account.language.and_then(Language::from_code),
    };
    Ok(keep(write, customer)?.value.id)
}

fn reseller(write: &mut Write<'_>, account: &Account<'_>, number: Option<&str>) -> Result<ResellerId, Problem> {
    let company = &account.applicant.company;
    let reseller = Reseller {
        customer_number: number.map(str::to_owned),
        address: company.address.clone(),
        contact: Some(contact(account)),
        language: account.language.and_then(Language::from_code),
        ..Reseller::new(ResellerId::new(), write.identity.scope.marketplace(), &company.name)
    };
    let id = reseller.id;
    store::resellers::insert(write.tx, &reseller, write.now)?;
    if let Some(number) = number {
        register_reseller(write, number, id)?;
    }
    let record = Versioned { value: reseller, version: 1, created_at: write.now, updated_at: None };
    let after = serde_json::to_value(reseller_view::view(&record)).map_err(Problem::internal)?;
    write.record(EventKind::ResellerCreated, None, id.to_string(), after)?;
    Ok(id)
}

fn administrator(
    write: &mut Write<'_>,
    account: &Account<'_>,
    role: Role,
    organization: Organization,
) -> Result<UserId, Problem> {
    let (applicant, now) = (account.applicant, write.now);
    let user = users::StoredUser {
        id: UserId::new(),
        marketplace_id: write.identity.scope.marketplace(),
        organization,
        login: account.email.to_owned(),
        email: account.email.to_owned(),
        notification_email: None,
        first_name: applicant.first_name.clone(),
        last_name: applicant.last_name.clone(),
        phone: applicant.company.phone.clone(),
        address: None,
        language: account.language.map(str::to_owned),
        role: role.into(),
        areas: None,
        external_ref: None,
        password_hash: Some(account.password_hash.to_owned()),
        state: UserState { disabled: false, activated_at: Some(now), lock: None },
        deleted_at: None,
        created_at: now,
        updated_at: now,
        version: 1,
    };
    users::insert(write.tx, &user)?;
    let after = json!({"login": user.login, "role": role, "status": "ready"});
    write.record(EventKind::UserCreated, organization.customer(), user.id.to_string(), after)?;
    // C-09, T-06: which text, in which version, when.
    agree(write, &user, account.consents, account.address)?;
    Ok(user.id)
}

/// Keeps that the registration has become an account: what was kept only for that is forgotten.
pub fn finish(
    write: &mut Write<'_>,
    record: StoredRegistration,
    opened: &Opened,
    reviewed: bool,
) -> Result<StoredRegistration, Problem> {
    let record = StoredRegistration {
        customer_id: opened.organization.customer(),
        reseller_id: opened.organization.reseller(),
        user_id: Some(opened.user_id),
        password_hash: None,
        updated_at: write.now,
        ..record
    };
    store::registrations::update(write.tx, &record, None)?;
    let payload = json!({"reviewed": reviewed, "user_id": opened.user_id.to_string()});
    write.record(EventKind::RegistrationActivated, record.customer_id, record.id.to_string(), payload)?;
    Ok(record)
}
