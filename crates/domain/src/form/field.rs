//! What a form is made of.

use crate::coded::coded_enum;
use crate::form::limits;
use serde::{Deserialize, Serialize};

coded_enum! {
    /// What a field holds.
    FieldKind {
        /// A line of text.
        Text = "text",
        /// An e-mail address.
        Email = "email",
        /// A phone number.
        Phone = "phone",
        /// A password, by the password rules.
        Password = "password",
        /// A country: one of the list of countries.
        Country = "country",
        /// A postal code, in the form of the country.
        PostalCode = "postal_code",
        /// A region of the country; free where the country has no list.
        Region = "region",
        /// A VAT id: its check digits must be right where it is written as its country does.
        VatId = "vat_id",
        /// An IBAN, by its check digits (ISO 13616).
        Iban = "iban",
        /// One of the options.
        Choice = "choice",
        /// Yes or no: a boolean, one of the options.
        Flag = "flag",
        /// Several of the options: a list.
        Choices = "choices",
        /// Product keys: a list, each of 25 letters and digits, with separators or without.
        ProductKeys = "product_keys",
        /// All account consents, each in the version in force.
        Consents = "consents",
    }
}

coded_enum! {
    /// When a field must be filled in.
    Required {
        /// Always; of an optional part, where the part is filled in.
        Always = "always",
        /// It may be left out in any case.
        Never = "never",
        /// Where the country's rules say so.
        ByCountry = "by_country",
        /// Unless the part it can be replaced by is filled in; never both.
        InsteadOf = "instead_of",
        /// Where another field has one of some options, and nowhere else.
        WithOption = "with_option",
    }
}

/// A form, and the operation that takes it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Form {
    /// Its name: `customer`.
    pub key: &'static str,
    /// What it is sent to: `POST /v1/customers`.
    pub operation: &'static str,
    /// Its fields, in the order in which they are asked for.
    pub fields: Vec<Field>,
}

/// A field of a form. Texts are taken without blanks around them; an empty one counts as left out.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Field {
    /// Where its value goes in the request, and where a problem with it points to.
    pub pointer: String,
    /// What it holds.
    pub kind: FieldKind,
    /// When it must be filled in.
    pub required: Required,
    /// Characters, at most.
    pub max_length: Option<u16>,
    /// A regular expression that it must match.
    pub pattern: Option<String>,
    /// What can be chosen.
    pub options: Vec<String>,
    /// The pointer of the country that decides on it.
    pub country: Option<String>,
    /// The pointer of the optional part that it is in.
    pub within: Option<String>,
    /// The pointer of the part that it can be replaced by.
    pub instead_of: Option<String>,
    /// The field, and those of its options, with which alone it is filled in.
    pub with: Option<With>,
}

/// Options of another field.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct With {
    /// The other field's pointer.
    pub pointer: String,
    /// Some of its options.
    pub options: Vec<String>,
}

impl Field {
    pub(super) fn new(pointer: impl Into<String>, kind: FieldKind, max_length: u16) -> Self {
        let pattern = match kind {
            FieldKind::Text | FieldKind::Phone | FieldKind::Region => Some(limits::PRINTABLE),
            FieldKind::Email => Some(limits::EMAIL_PATTERN),
            _ => None,
        };
        Self {
            pointer: pointer.into(),
            kind,
            required: Required::Never,
            max_length: Some(max_length),
            pattern: pattern.map(str::to_owned),
            options: vec![],
            country: None,
            within: None,
            instead_of: None,
            with: None,
        }
    }

    pub(super) fn required(self) -> Self {
        Self { required: Required::Always, ..self }
    }

    pub(super) fn required_if(self, needed: bool) -> Self {
        if needed { self.required() } else { self }
    }

    pub(super) fn only_with(self, pointer: &str, options: impl IntoIterator<Item = &'static str>) -> Self {
        let options = options.into_iter().map(str::to_owned).collect();
        let with = With { pointer: pointer.to_owned(), options };
        Self { required: Required::WithOption, with: Some(with), ..self }
    }

    pub(super) fn matching(self, pattern: &str) -> Self {
        Self { pattern: Some(pattern.to_owned()), ..self }
    }

    pub(super) fn choice(pointer: &str, options: impl IntoIterator<Item = &'static str>) -> Self {
        let options = options.into_iter().map(str::to_owned).collect();
        Self { max_length: None, options, ..Self::new(pointer, FieldKind::Choice, 0) }
    }
}
