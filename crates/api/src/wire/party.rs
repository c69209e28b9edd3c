//! Addresses and contacts on the wire.

use super::checks::Checks;
use crate::only_object;
use domain::party;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// A postal address (C-37).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(remote = "Self", deny_unknown_fields)]
pub struct Address {
    /// The company on the envelope, where it differs from the customer.
    #[serde(default)]
    #[schema(max_length = 200, example = "Musterfirma GmbH, Buchhaltung", required)]
    pub company: Option<String>,
    /// Street and number.
    #[schema(max_length = 200, example = "Kalker Hauptstraße 1")]
    pub street: String,
    /// Postal code in the country's form.
    #[schema(max_length = 20, example = "51063")]
    pub postal_code: String,
    /// City.
    #[schema(max_length = 100, example = "Köln")]
    pub city: String,
    /// Region or province code.
    #[serde(default)]
    #[schema(max_length = 20, example = "NW", required)]
    pub region: Option<String>,
    /// Country: two capital letters of ISO 3166-1.
    #[schema(pattern = "^[A-Z]{2}$", example = "DE")]
    pub country: String,
    /// Phone.
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
    /// The company on the envelope, where it differs from the customer.
    #[schema(max_length = 200, example = "Musterfirma GmbH, Buchhaltung")]
    company: Option<String>,
    /// Street and number.
    #[schema(value_type = String, required = false, max_length = 200, example = "Kalker Hauptstraße 1")]
    street: Option<String>,
    /// Postal code in the country's form.
    #[schema(value_type = String, required = false, max_length = 20, example = "51063")]
    postal_code: Option<String>,
    /// City.
    #[schema(value_type = String, required = false, max_length = 100, example = "Köln")]
    city: Option<String>,
    /// Region or province code.
    #[schema(max_length = 20, example = "NW")]
    region: Option<String>,
    /// Country: two capital letters of ISO 3166-1.
    #[schema(value_type = String, required = false, pattern = "^[A-Z]{2}$", example = "DE")]
    country: Option<String>,
    /// Phone.
    #[schema(max_length = 50, example = "+49 221 1234567")]
    phone: Option<String>,
}

impl Address {
    /// The address, where every field of it is right.
    pub fn check(&self, at: &str, checks: &mut Checks) -> Option<party::Address> {
        let pointer = |name: &str| format!("{at}/{name}");
        let country = checks.code(
            &pointer("country"),
            &self.country,
            party::Country::from_code,
            "two capital letters of ISO 3166-1",
        );
        let address = party::Address {
            company: checks.optional(&pointer("company"), self.company.as_deref(), 200),
            street: checks.text(&pointer("street"), &self.street, 200),
            postal_code: checks.text(&pointer("postal_code"), &self.postal_code, 20),
            city: checks.text(&pointer("city"), &self.city, 100),
            region: checks.optional(&pointer("region"), self.region.as_deref(), 20),
            phone: checks.optional(&pointer("phone"), self.phone.as_deref(), 50),
            country: country?,
        };
        Some(address)
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

/// A person to reach at an organisation (T-18).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(remote = "Self", deny_unknown_fields)]
pub struct Contact {
    /// First name.
    #[schema(max_length = 50, example = "Erika")]
    pub first_name: String,
    /// Last name.
    #[schema(max_length = 50, example = "Muster")]
    pub last_name: String,
    /// E-mail address.
    #[schema(format = Email, max_length = 254, example = "erika@kunde.example")]
    pub email: String,
    /// Phone.
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
    /// First name.
    #[schema(value_type = String, required = false, max_length = 50, example = "Erika")]
    first_name: Option<String>,
    /// Last name.
    #[schema(value_type = String, required = false, max_length = 50, example = "Muster")]
    last_name: Option<String>,
    /// E-mail address.
    #[schema(value_type = String, required = false, format = Email, max_length = 254, example = "erika@kunde.example")]
    email: Option<String>,
    /// Phone.
    #[schema(max_length = 50, example = "+49 221 1234567")]
    phone: Option<String>,
}

impl Contact {
    /// The contact; what is wrong with it is noted.
    pub fn check(&self, at: &str, checks: &mut Checks) -> party::Contact {
        party::Contact {
            first_name: checks.text(&format!("{at}/first_name"), &self.first_name, 50),
            last_name: checks.text(&format!("{at}/last_name"), &self.last_name, 50),
            email: checks.email(&format!("{at}/email"), &self.email),
            phone: checks.optional(&format!("{at}/phone"), self.phone.as_deref(), 50),
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
