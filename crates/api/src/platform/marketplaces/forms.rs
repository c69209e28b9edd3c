//! Forms on the wire, with the rules of countries and passwords that they refer to (N-15).

use crate::http::wire::codes::{AccountConsentKind, FormFieldKind, FormFieldRequired, PasswordClass};
use crate::platform::marketplaces::{FormRules, PasswordRules, PostalCodeRule};
use domain::address::{self, AddressField};
use domain::form;
use domain::organization::OrganizationRules;
use domain::people::{self, PeopleRules};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// A form, and the operation that takes it.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
pub struct Form {
    /// Its name.
    #[schema(example = "customer")]
    pub key: String,
    /// What it is sent to.
    #[schema(example = "POST /v1/customers")]
    pub operation: String,
    /// Its fields, in the order in which they are asked for. Texts are taken without blanks around them; an empty one
    /// counts as left out.
    pub fields: Vec<FormField>,
}

/// A field of a form.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
pub struct FormField {
    /// Where its value goes in the request, and where a problem with it points to.
    #[schema(example = "/address/postal_code")]
    pub pointer: String,
    /// What it holds.
    pub kind: FormFieldKind,
    /// When it must be filled in.
    pub required: FormFieldRequired,
    /// Characters, at most.
    #[schema(required, example = 20)]
    pub max_length: Option<u16>,
    /// A regular expression of ECMAScript, in Unicode mode, that it must match.
    #[schema(required, example = "^[0-9A-Z-]{1,20}$")]
    pub pattern: Option<String>,
    /// What can be chosen.
    #[schema(example = json!(["1-9", "10-49", "50+"]))]
    pub options: Vec<String>,
    /// The pointer of the country whose rules hold for it.
    #[schema(required, example = "/address/country")]
    pub country: Option<String>,
    /// The pointer of the optional part that it is in: `always` means where the part is filled in.
    #[schema(required, example = "/bank_data")]
    pub within: Option<String>,
    /// The pointer of the part that it can be replaced by: one of the two, never both.
    #[schema(required, example = json!(null))]
    pub instead_of: Option<String>,
}

/// What a country asks of an address. A country without an entry leaves postal code and region free.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
pub struct AddressRule {
    /// The country.
    #[schema(example = "PL")]
    pub country: String,
    /// Whether a postal code is needed.
    pub postal_code_required: bool,
    /// A regular expression that it must match.
    #[schema(required, example = "^[0-9]{2}-[0-9]{3}$")]
    pub postal_code_pattern: Option<String>,
    /// Its forms, for people: 9 stands for a digit, A for a letter, * for either; a blank may be left out.
    #[schema(example = json!(["99-999"]))]
    pub postal_code_forms: Vec<String>,
    /// Whether a region is needed.
    pub region_required: bool,
    /// Its regions; none: free.
    pub regions: Vec<RegionOption>,
}

/// A region of a country.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
pub struct RegionOption {
    /// Its code (ISO 3166-2 without the country): what an address carries.
    #[schema(example = "14")]
    pub code: String,
    /// Its name there.
    #[schema(example = "Mazowieckie")]
    pub name: String,
}

/// A consent that an account needs, and the version of its text in force.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
pub struct AccountConsentRule {
    /// To what.
    pub kind: AccountConsentKind,
    /// Which text of it.
    #[schema(example = "2026-01")]
    pub version: String,
    /// Where the text is.
    #[schema(example = "https://shop.cancom.example/legal/terms")]
    pub url: String,
}

/// The rules as they are served: what follows from other rules of the marketplace is filled in from these.
pub fn filled(stored: FormRules, people: &PeopleRules, organizations: &OrganizationRules) -> FormRules {
    let needed = AddressField::ALL.iter().filter(|field| {
        let always = [AddressField::Street, AddressField::City, AddressField::Country];
        always.contains(field) || organizations.address_fields.contains(field)
    });
    FormRules {
        password: password(&people.password),
        required_address_fields: needed.map(|field| field.code().to_owned()).collect(),
        postal_codes: address::all().iter().filter_map(postal_code).collect(),
        countries: address::countries().map(str::to_owned).collect(),
        addresses: address::all().iter().map(address_rule).collect(),
        account_consents: people.consents.iter().map(consent).collect(),
        forms: form::all(people, organizations).iter().map(Form::from).collect(),
        ..stored
    }
}

fn password(rules: &people::PasswordRules) -> PasswordRules {
    let classes = |classes: &[people::PasswordClass]| classes.iter().copied().map(PasswordClass).collect();
    PasswordRules {
        min_length: rules.min_length.into(),
        max_length: rules.max_length.into(),
        all_of: classes(&rules.all_of),
        any_of: classes(&rules.any_of),
        allowed_specials: rules.allowed_specials.clone(),
        pattern: form::password::pattern(rules),
        not_login: rules.not_login,
    }
}

fn postal_code(rules: &address::CountryRules) -> Option<PostalCodeRule> {
    Some(PostalCodeRule { country: rules.country.to_owned(), pattern: rules.postal_code_pattern()? })
}

fn address_rule(rules: &address::CountryRules) -> AddressRule {
    let region = |region: &address::Region| RegionOption { code: region.code.to_owned(), name: region.name.to_owned() };
    AddressRule {
        country: rules.country.to_owned(),
        postal_code_required: rules.postal_code_required,
        postal_code_pattern: rules.postal_code_pattern(),
        postal_code_forms: rules.postal_codes.iter().map(|mask| mask.0.to_owned()).collect(),
        region_required: rules.region_required,
        regions: rules.regions.iter().map(region).collect(),
    }
}

fn consent(consent: &people::AccountConsent) -> AccountConsentRule {
    AccountConsentRule {
        kind: AccountConsentKind(consent.kind),
        version: consent.version.clone(),
        url: consent.url.clone(),
    }
}

impl From<&form::Form> for Form {
    fn from(form: &form::Form) -> Self {
        Self {
            key: form.key.to_owned(),
            operation: form.operation.to_owned(),
            fields: form.fields.iter().map(FormField::from).collect(),
        }
    }
}

impl From<&form::Field> for FormField {
    fn from(field: &form::Field) -> Self {
        Self {
            pointer: field.pointer.clone(),
            kind: FormFieldKind(field.kind),
            required: FormFieldRequired(field.required),
            max_length: field.max_length,
            pattern: field.pattern.clone(),
            options: field.options.clone(),
            country: field.country.clone(),
            within: field.within.clone(),
            instead_of: field.instead_of.clone(),
        }
    }
}
