//! Registrations as the provider is shown them.

use crate::clock::instant;
use crate::http::problem::Problem;
use crate::http::wire::codes::{CompanySize, RegistrationStatus};
use crate::http::wire::party::Address;
use crate::page;
use crate::people::registrations::form::CompanyForm;
use domain::id::{CustomerId, MarketplaceId};
use domain::registration::{Applicant, company_domain};
use serde::Serialize;
use std::collections::{BTreeSet, HashMap};
use store::Conn;
use store::registrations::StoredRegistration;
use utoipa::ToSchema;

/// An organisation that somebody who registers may belong to, by the domain of the address.
#[derive(Debug, Serialize, ToSchema)]
pub struct KnownOrganization {
    /// The id of the customer, to refer the registration to.
    #[schema(example = "cus_01kagy2qk8e3vrc6h1x0m4t7ws")]
    pub customer_id: String,
    /// The name of the customer.
    #[schema(example = "Musterfirma GmbH")]
    pub name: String,
}

/// Somebody who wants to be let in, with what was filled in and what became of it.
#[derive(Debug, Serialize, ToSchema)]
pub struct Registration {
    /// The id of the registration.
    #[schema(example = "reg_01kagy2qk8e3vrc6h1x0m4t7ws")]
    pub id: String,
    /// Where the registration stands.
    pub status: RegistrationStatus,
    /// The e-mail address of who registers.
    #[schema(example = "erika@mueller.example")]
    pub email: String,
    /// First name; null as long as it is not filled in.
    #[schema(required, example = "Jan")]
    pub first_name: Option<String>,
    /// Last name; null as long as it is not filled in.
    #[schema(required, example = "Nowak")]
    pub last_name: Option<String>,
    /// The company; null as long as it is not filled in.
    #[schema(required)]
    pub company: Option<CompanyForm>,
    /// The customer number that was given, or that the provider gave; null where there is none.
    #[schema(required, example = "K-4711")]
    pub customer_number: Option<String>,
    /// What does not fit the provider's records: `customer_number`, `company`, `postal_code`, `country`, `region`, or
    /// `no_customer_number` where none was given.
    #[schema(example = json!(["postal_code"]))]
    pub mismatches: Vec<String>,
    /// The last four characters of the IBAN; null where no bank data were given.
    #[schema(required, example = "2874")]
    pub iban_last_four: Option<String>,
    /// Organisations whose people have addresses of the same domain: to be referred to.
    pub known_organizations: Vec<KnownOrganization>,
    /// Why it was rejected; null where it was not.
    #[schema(required, example = "Zu dieser Adresse fanden wir kein Unternehmen.")]
    pub reason: Option<String>,
    /// The id of the customer whose administrator was told; null where it was not referred.
    #[schema(required, example = "cus_01kagy2qk8e3vrc6h1x0m4t7ws")]
    pub referred_to: Option<String>,
    /// The id of the user or API client that decided; null as long as nobody has.
    #[schema(required, example = "usr_01kagy2qk8e3vrc6h1x0m4t7ws")]
    pub decided_by: Option<String>,
    /// When it was decided, by the marketplace's clock; null as long as it is not.
    #[schema(required, format = DateTime, example = "2026-11-20T10:15:00Z")]
    pub decided_at: Option<String>,
    /// The id of the customer that it became; null where it became none.
    #[schema(required, example = "cus_01kagy2qk8e3vrc6h1x0m4t7ws")]
    pub customer_id: Option<String>,
    /// The id of the reseller that it became; null where it became none.
    #[schema(required, example = "rsl_01kagy2qk8e3vrc6h1x0m4t7ws")]
    pub reseller_id: Option<String>,
    /// The id of the administrator that it became; null as long as there is none.
    #[schema(required, example = "usr_01kagy2qk8e3vrc6h1x0m4t7ws")]
    pub user_id: Option<String>,
    /// When it came in, by the marketplace's clock.
    #[schema(format = DateTime, example = "2026-11-20T10:15:00Z")]
    pub created_at: String,
    /// When it changed last, by the marketplace's clock.
    #[schema(format = DateTime, example = "2026-11-20T10:15:00Z")]
    pub updated_at: String,
}

page!(
    /// A page of registrations, newest first.
    RegistrationPage of Registration
);

/// A registration on the wire.
pub fn view(record: &StoredRegistration, known: &Known) -> Registration {
    let applicant = record.form.clone().and_then(|form| serde_json::from_value::<Applicant>(form).ok());
    let company = applicant.as_ref().map(|applicant| CompanyForm {
        name: applicant.company.name.clone(),
        size: applicant.company.size.map(CompanySize),
        phone: applicant.company.phone.clone(),
        vat_id: applicant.company.vat_id.clone(),
        invoice_email: applicant.company.invoice_email.clone(),
        address: applicant.company.address.as_ref().map(Address::from),
    });
    let mismatches = record.mismatches.clone().and_then(|codes| serde_json::from_value(codes).ok());
    Registration {
        id: record.id.to_string(),
        status: RegistrationStatus(record.status),
        email: record.email.clone(),
        first_name: applicant.as_ref().map(|applicant| applicant.first_name.clone()),
        last_name: applicant.map(|applicant| applicant.last_name),
        company,
        customer_number: record.customer_number.clone(),
        mismatches: mismatches.unwrap_or_default(),
        iban_last_four: record.iban_last_four.clone(),
        known_organizations: known.of(record),
        reason: record.reason.clone(),
        referred_to: record.referred_to.map(|id| id.to_string()),
        decided_by: record.decided_by.clone(),
        decided_at: record.decided_at.map(instant),
        customer_id: record.customer_id.map(|id| id.to_string()),
        reseller_id: record.reseller_id.map(|id| id.to_string()),
        user_id: record.user_id.map(|id| id.to_string()),
        created_at: instant(record.created_at),
        updated_at: instant(record.updated_at),
    }
}

/// For each registration the organisations whose people have addresses of the same domain, which says something only
/// where it is no free mail's; for all of them in the same few queries.
pub fn known_organizations(
    conn: &mut Conn,
    marketplace: MarketplaceId,
    records: &[StoredRegistration],
) -> Result<Known, Problem> {
    let domains: BTreeSet<_> = records.iter().filter_map(|record| company_domain(&record.email)).collect();
    let domains: Vec<_> = domains.into_iter().collect();
    Ok(Known(store::registrations::organizations_of_unscoped(conn, marketplace, &domains)?))
}

/// Organisations by the domain of their people's addresses.
pub struct Known(HashMap<String, Vec<(CustomerId, String)>>);

impl Known {
    fn of(&self, record: &StoredRegistration) -> Vec<KnownOrganization> {
        let known = company_domain(&record.email).and_then(|domain| self.0.get(domain));
        let organization =
            |(id, name): &(CustomerId, String)| KnownOrganization { customer_id: id.to_string(), name: name.clone() };
        known.into_iter().flatten().map(organization).collect()
    }
}
