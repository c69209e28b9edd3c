//! What is filled in to be let in, field by field.

use crate::http::problem::Code;
use crate::http::wire::checks::Checks;
use crate::http::wire::codes::CompanySize;
use crate::http::wire::party::Address;
use crate::only_object;
use crate::texts::phrases::Phrase;
use crate::texts::place::Place;
use domain::customer_number::is_number;
use domain::form::limits;
use domain::organization::{Asked, OrganizationRules};
use domain::registration::bank::{self, Iban};
use domain::registration::{Applicant, Company};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// The company that somebody registers for.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
#[serde(remote = "Self", deny_unknown_fields)]
pub struct CompanyForm {
    /// The name of the company, as it stands on invoices.
    #[schema(max_length = 200, example = "Müller GmbH")]
    pub name: String,
    /// How many people work there; null where it was not said.
    #[serde(default)]
    #[schema(required)]
    pub size: Option<CompanySize>,
    /// Phone number, written in any way; needed where the form rules of the marketplace say so.
    #[serde(default)]
    #[schema(max_length = 50, example = "+49 221 1234567", required)]
    pub phone: Option<String>,
    /// VAT id with its country code, with or without blanks; null where there is none.
    #[serde(default)]
    #[schema(max_length = 20, example = "DE136695976", required)]
    pub vat_id: Option<String>,
    /// The e-mail address that invoices go to; needed where the form of the marketplace says so.
    #[serde(default)]
    #[schema(max_length = 254, example = "rechnung@mueller.example", required)]
    pub invoice_email: Option<String>,
    /// Where the company is: also its first invoice address. Null where the form of the marketplace has no address: the
    /// first order asks for it.
    #[serde(default)]
    #[schema(required)]
    pub address: Option<Address>,
}

only_object!(CompanyForm);

/// Bank data of who has no customer number: where the provider finds the company.
#[derive(Clone, Serialize, Deserialize, ToSchema)]
#[serde(remote = "Self", deny_unknown_fields)]
pub struct BankDataForm {
    /// The name of the holder of the account.
    #[schema(max_length = 200, example = "Nowak Sp. z o.o.")]
    pub account_holder: String,
    /// The IBAN of the account, with or without blanks; its check digits must be right.
    #[schema(max_length = 42, example = "PL61 1090 1014 0000 0712 1981 2874")]
    pub iban: String,
    /// The BIC of the bank, 8 or 11 characters.
    #[schema(max_length = 11, example = "WBKPPLPP")]
    pub bic: String,
}

only_object!(BankDataForm);

/// The person and its company, as they are kept; the form of the marketplace says what is asked for.
pub fn applicant(
    checks: &mut Checks,
    rules: &OrganizationRules,
    (first_name, last_name): (&str, &str),
    company: &CompanyForm,
) -> Applicant {
    let first_name = checks.name("/first_name", first_name, limits::NAME.into());
    let last_name = checks.name("/last_name", last_name, limits::NAME.into());
    let name = checks.organization("/company/name", &company.name);
    let phone = checks.optional("/company/phone", company.phone.as_deref(), limits::PHONE.into());
    let invoice_email = checks.optional_email("/company/invoice_email", company.invoice_email.as_deref());
    let given = company.address.as_ref();
    let address = given.and_then(|address| address.check("/company/address", checks, &rules.address_fields));
    let country = address.as_ref().map(|address| address.country);
    let vat_id = checks.vat_id("/company/vat_id", company.vat_id.as_deref(), country);
    let size = company.size.map(|size| size.0);
    let asked = &rules.registration;
    for (name, asked, given) in [
        ("size", asked.size, size.is_some()),
        ("phone", asked.phone, phone.is_some()),
        ("vat_id", asked.vat_id, vat_id.is_some()),
        ("invoice_email", asked.invoice_email, invoice_email.is_some()),
        ("address", asked.address, given.is_some()),
    ] {
        let pointer = format!("/company/{name}");
        match (asked, given) {
            (Asked::Required, false) => checks.note(&pointer, Code::Required, vec![]),
            (Asked::No, true) => checks.note(&pointer, Code::UnknownField, vec![("field", Place::wire(name))]),
            _ => {}
        }
    }
    Applicant { first_name, last_name, company: Company { name, size, phone, vat_id, invoice_email, address } }
}

/// Bank data, held to their check digits.
pub fn bank_data(checks: &mut Checks, form: &BankDataForm) -> Option<bank::BankData> {
    let account_holder = checks.organization("/bank_data/account_holder", &form.account_holder);
    let iban = Iban::new(&form.iban);
    if iban.is_none() {
        checks.note("/bank_data/iban", Code::InvalidValue, vec![("expected", Phrase::Iban.into())]);
    }
    let bic = form.bic.trim().to_ascii_uppercase();
    if !bank::is_bic(&bic) {
        checks.note("/bank_data/bic", Code::InvalidValue, vec![("expected", Phrase::Bic.into())]);
    }
    Some(bank::BankData { account_holder, iban: iban?, bic })
}

/// A customer number, where one is given; how it is written does not matter: `k-4711` is `K-4711`.
pub fn customer_number(checks: &mut Checks, text: Option<&str>) -> Option<String> {
    let number = text.map(|text| text.trim().to_ascii_uppercase()).filter(|number| !number.is_empty())?;
    if !is_number(&number) {
        checks.note("/customer_number", Code::InvalidValue, vec![("expected", Phrase::CustomerNumber.into())]);
    }
    Some(number)
}
