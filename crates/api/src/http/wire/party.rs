//! Addresses and contacts on the wire.

use crate::http::problem::Code;
use crate::http::wire::checks::Checks;
use crate::only_object;
use crate::texts::phrases::Phrase;
use crate::texts::place::Place;
use domain::address::{self, AddressField, Flaw};
use domain::form::limits;
use domain::party;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// A postal address, by the rules of its country.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(remote = "Self", deny_unknown_fields)]
pub struct Address {
    /// The company on the envelope, where it differs from the customer's name; null where it does not.
    #[serde(default)]
    #[schema(max_length = 200, example = "Musterfirma GmbH, Buchhaltung", required)]
    pub company: Option<String>,
    /// Street and house number, on one line.
    #[schema(max_length = 200, example = "Kalker Hauptstraße 1")]
    pub street: String,
    /// Postal code in the country's form; empty where the country has none.
    #[serde(default)]
    #[schema(max_length = 20, example = "51063", required)]
    pub postal_code: String,
    /// The town or city, as it is written on an envelope.
    #[schema(max_length = 100, example = "Köln")]
    pub city: String,
    /// The region or province, by the country's own code for it where it has such codes; null where there is none.
    #[serde(default)]
    #[schema(max_length = 20, example = "NW", required)]
    pub region: Option<String>,
    /// The country, by its two capital letters of ISO 3166-1.
    #[schema(pattern = "^[A-Z]{2}$", example = "DE")]
    pub country: String,
    /// The phone number at the address; null where there is none.
    #[serde(default)]
    #[schema(max_length = 50, example = "+49 221 1234567", required)]
    pub phone: Option<String>,
}

only_object!(Address);

/// What changes about an address; a field left out stays, null clears.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[allow(dead_code, reason = "the shape of a merge patch of an address")]
pub struct AddressUpdate {
    /// The company on the envelope, where it differs from the customer's name; null clears it.
    #[schema(max_length = 200, example = "Musterfirma GmbH, Buchhaltung")]
    company: Option<String>,
    /// Street and house number, on one line.
    #[schema(value_type = String, required = false, max_length = 200, example = "Kalker Hauptstraße 1")]
    street: Option<String>,
    /// The postal code in the country's form.
    #[schema(value_type = String, required = false, max_length = 20, example = "51063")]
    postal_code: Option<String>,
    /// The town or city, as it is written on an envelope.
    #[schema(value_type = String, required = false, max_length = 100, example = "Köln")]
    city: Option<String>,
    /// The region or province, by the country's own code for it where it has such codes; null clears it.
    #[schema(max_length = 20, example = "NW")]
    region: Option<String>,
    /// The country, by its two capital letters of ISO 3166-1.
    #[schema(value_type = String, required = false, pattern = "^[A-Z]{2}$", example = "DE")]
    country: Option<String>,
    /// The phone number at the address; null clears it.
    #[schema(max_length = 50, example = "+49 221 1234567")]
    phone: Option<String>,
}

impl Address {
    /// The address as it is kept, where every field of it is right: by its country, and with the fields that
    /// the marketplace needs (T-18).
    pub fn check(&self, at: &str, checks: &mut Checks, needed: &[AddressField]) -> Option<party::Address> {
        let pointer = |name: &str| format!("{at}/{name}");
        let country = country(&pointer("country"), &self.country, checks);
        let address = party::Address {
            company: checks.optional(&pointer("company"), self.company.as_deref(), limits::COMPANY.into()),
            street: checks.text(&pointer("street"), &self.street, limits::STREET.into()),
            postal_code: checks
                .optional(&pointer("postal_code"), Some(&self.postal_code), limits::POSTAL_CODE.into())
                .unwrap_or_default(),
            city: checks.name(&pointer("city"), &self.city, limits::CITY.into()),
            region: checks.optional(&pointer("region"), self.region.as_deref(), limits::REGION.into()),
            phone: checks.optional(&pointer("phone"), self.phone.as_deref(), limits::PHONE.into()),
            country: country.unwrap_or(UNKNOWN),
        };
        for flaw in address::check(&address, needed) {
            // A text that is no country at all was noted above.
            if country.is_some() || flaw != Flaw::CountryUnknown {
                note(at, &flaw, address.country, checks);
            }
        }
        country.map(|_| address::normalized(address))
    }
}

/// Stands for a country that was not understood: it has no rules.
const UNKNOWN: party::Country = party::Country::NOWHERE;

/// A country, by its two letters.
pub fn country(pointer: &str, text: &str, checks: &mut Checks) -> Option<party::Country> {
    let meant = address::meant(text).map(|country| Place::text(country.code()));
    checks.code(pointer, text, party::Country::from_code, meant.unwrap_or_else(|| Phrase::Country.into()))
}

/// Notes what is wrong with an address that stands at `at`; a field that is too long is wrong already.
pub fn note(at: &str, flaw: &Flaw, country: party::Country, checks: &mut Checks) {
    let pointer = format!("{at}/{}", flaw.field().code());
    let code = match flaw {
        Flaw::Missing(_) => Code::Required,
        Flaw::CountryUnknown => Code::CountryUnknown,
        Flaw::PostalCode(_) => Code::PostalCodeInvalid,
        Flaw::Region(_) => Code::RegionUnknown,
    };
    let meant =
        || address::meant(country.code()).map_or_else(|| Phrase::Country.into(), |country| Place::text(country.code()));
    let arguments = match flaw {
        Flaw::Missing(_) => vec![],
        Flaw::CountryUnknown => vec![("country", Place::text(country.code())), ("expected", meant())],
        Flaw::PostalCode(_) => {
            vec![("country", Place::wire(country.code())), ("expected", Place::text(flaw.expected()))]
        }
        Flaw::Region(_) => vec![("country", Place::wire(country.code())), ("expected", Place::wire(flaw.expected()))],
    };
    if !checks.is_wrong(&pointer) {
        checks.note(&pointer, code, arguments);
    }
}

impl From<&party::Address> for Address {
    fn from(address: &party::Address) -> Self {
        Self {
            company: address.company.clone(),
            street: address.street.clone(),
            postal_code: address.postal_code.clone(),
            city: address.city.clone(),
            region: address.region.clone(),
            country: address.country.to_string(),
            phone: address.phone.clone(),
        }
    }
}

/// A person to reach at an organisation.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(remote = "Self", deny_unknown_fields)]
pub struct Contact {
    /// The person's first name.
    #[schema(max_length = 50, example = "Erika")]
    pub first_name: String,
    /// The person's last name.
    #[schema(max_length = 50, example = "Muster")]
    pub last_name: String,
    /// The e-mail address at which the person is reached.
    #[schema(format = Email, max_length = 254, example = "erika@kunde.example")]
    pub email: String,
    /// The phone number of the person; null where there is none.
    #[serde(default)]
    #[schema(max_length = 50, example = "+49 221 1234567", required)]
    pub phone: Option<String>,
}

only_object!(Contact);

/// What changes about a contact; a field left out stays, null clears.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[allow(dead_code, reason = "the shape of a merge patch of a contact")]
pub struct ContactUpdate {
    /// The person's first name.
    #[schema(value_type = String, required = false, max_length = 50, example = "Erika")]
    first_name: Option<String>,
    /// The person's last name.
    #[schema(value_type = String, required = false, max_length = 50, example = "Muster")]
    last_name: Option<String>,
    /// The e-mail address at which the person is reached.
    #[schema(value_type = String, required = false, format = Email, max_length = 254, example = "erika@kunde.example")]
    email: Option<String>,
    /// The phone number of the person; null clears it.
    #[schema(max_length = 50, example = "+49 221 1234567")]
    phone: Option<String>,
}

impl Contact {
    /// The same where the marketplace may need a phone (T-18).
    pub fn check_with(&self, at: &str, checks: &mut Checks, needs_phone: bool) -> party::Contact {
        let contact = self.check(at, checks);
        if needs_phone && contact.phone.is_none() {
            checks.note(&format!("{at}/phone"), Code::Required, vec![]);
        }
        contact
    }

    /// The contact; what is wrong with it is noted.
    pub fn check(&self, at: &str, checks: &mut Checks) -> party::Contact {
        party::Contact {
            first_name: checks.name(&format!("{at}/first_name"), &self.first_name, limits::NAME.into()),
            last_name: checks.name(&format!("{at}/last_name"), &self.last_name, limits::NAME.into()),
            email: checks.email(&format!("{at}/email"), &self.email),
            phone: checks.optional(&format!("{at}/phone"), self.phone.as_deref(), limits::PHONE.into()),
        }
    }
}

impl From<&party::Contact> for Contact {
    fn from(contact: &party::Contact) -> Self {
        Self {
            first_name: contact.first_name.clone(),
            last_name: contact.last_name.clone(),
            email: contact.email.clone(),
            phone: contact.phone.clone(),
        }
    }
}
