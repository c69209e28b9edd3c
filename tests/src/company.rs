//! Companies as a form asks for them: with everything that any marketplace wants to know.

use serde_json::{Value, json};

/// A company in Cologne.
pub fn company(name: &str) -> Value {
    json!({
        "name": name,
        "contact": {
            "first_name": "Erika", "last_name": "Müller", "email": "erika@mueller.example", "phone": "+49 221 1234567",
        },
        "address": {
            "street": "Hauptstraße 1", "postal_code": "51063", "city": "Köln", "region": "NW", "country": "DE",
        },
    })
}

/// A company in Warsaw.
pub fn polish_company(name: &str) -> Value {
    json!({
        "name": name,
        "contact": {
            "first_name": "Anna", "last_name": "Nowak", "email": "anna@nowak.example", "phone": "+48 22 1234567",
        },
        "address": {
            "street": "ul. Prosta 1", "postal_code": "00-838", "city": "Warszawa", "region": "14", "country": "PL",
        },
    })
}
