//! Who takes part: marketplace, reseller, customer; country, address, VAT id.

use crate::coded::coded_enum;
use crate::id::{BranchId, CustomerId, MarketplaceId, ResellerId};
use crate::language::Language;
use crate::money::Currency;
use crate::onboarding::Onboarding;
use crate::tax::standing::VatCheck;
use crate::zone::Zone;
use serde::{Deserialize, Serialize};
use std::fmt;
use time::OffsetDateTime;

/// A country: two capital letters of ISO 3166-1.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Country([u8; 2]);

impl Country {
    /// Stands for one that is not known: no country has these letters, so no rule is about it.
    pub const NOWHERE: Self = Self(*b"ZZ");

    /// The country of two capital letters; does not look it up in a list.
    pub fn from_code(code: &str) -> Option<Self> {
        match code.as_bytes() {
            [first, second] if first.is_ascii_uppercase() && second.is_ascii_uppercase() => {
                Some(Self([*first, *second]))
            }
            _ => None,
        }
    }

    /// The two letters.
    pub fn code(&self) -> &str {
        std::str::from_utf8(&self.0).unwrap_or("??")
    }
}

impl fmt::Display for Country {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.code())
    }
}

impl fmt::Debug for Country {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.code())
    }
}

impl Serialize for Country {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.code())
    }
}

impl<'de> Deserialize<'de> for Country {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = <std::borrow::Cow<'de, str>>::deserialize(deserializer)?;
        Self::from_code(&text).ok_or_else(|| serde::de::Error::custom("expected two capital letters of ISO 3166-1"))
    }
}

/// Where prices hold: a country and the currency it is sold in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Market {
    /// The buyer's country.
    pub country: Country,
    /// The currency of the prices.
    pub currency: Currency,
}

/// A postal address, as an invoice carries it (C-37).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Address {
    /// The company on the envelope, where it differs from the customer.
    pub company: Option<String>,
    /// Street and number.
    pub street: String,
    /// Postal code, in the country's form.
    pub postal_code: String,
    /// The city, without the postal code.
    pub city: String,
    /// Region or province code (C-37: `NW`).
    pub region: Option<String>,
    /// The country: decides on the tax and on the form of the postal code.
    pub country: Country,
    /// A phone number as people write it, for the carrier.
    pub phone: Option<String>,
}

coded_enum! {
    /// Where a marketplace stands between being set up and being over.
    MarketplaceStatus {
        /// Its provider sets it up; nobody else comes in or buys.
        Draft = "draft",
        /// It sells, and lets people in.
        Open = "open",
        /// It sells nothing new for the time being; what runs goes on and can be changed.
        Suspended = "suspended",
        /// It is over: what it did can be read.
        Closed = "closed",
    }
}

/// The storefront of a provider: whose rules, currency and seller's country hold.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Marketplace {
    /// Ours; every row that belongs to the marketplace carries it.
    pub id: MarketplaceId,
    /// Its name in paths and log-ins: `cancom`.
    pub slug: String,
    /// Its name for people.
    pub name: String,
    /// The seller's country: decides what is domestic (C-40).
    pub country: Country,
    /// The currency it sells in.
    pub currency: Currency,
    /// Where its days begin, for the policies that count them.
    pub time_zone: Zone,
    /// Whether it has its own clock and no real Partner Center behind it.
    pub sandbox: bool,
    /// What it lets happen at the moment.
    pub status: MarketplaceStatus,
}

/// A company that sells to customers under a provider.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reseller {
    /// Ours; Microsoft's ids of it are `partner_id` and `microsoft_id`.
    pub id: ResellerId,
    /// The marketplace whose provider it buys from.
    pub marketplace_id: MarketplaceId,
    /// The company's name, as its customers see it.
    pub name: String,
    /// Microsoft's id of the reseller, sent as partner of record on every order line (T-12).
    pub partner_id: Option<String>,
    /// Microsoft's id of its tenant as a partner (T-12).
    pub microsoft_id: Option<String>,
    /// The number that the provider knows it by (T-01).
    pub customer_number: Option<String>,
    /// Where it sits; none where nobody has entered it.
    pub address: Option<Address>,
    /// Whom to reach.
    pub contact: Option<Contact>,
    /// What the provider's scripts call it.
    pub external_ref: Option<String>,
    /// The language of its people who have chosen none; none is that of its country.
    pub language: Option<Language>,
    /// Its way to the first purchase.
    pub onboarding: Onboarding,
}

impl Reseller {
    /// One with nothing but its name.
    pub fn new(id: ResellerId, marketplace_id: MarketplaceId, name: impl Into<String>) -> Self {
        Self {
            id,
            marketplace_id,
            name: name.into(),
            partner_id: None,
            microsoft_id: None,
            customer_number: None,
            address: None,
            contact: None,
            external_ref: None,
            language: None,
            onboarding: Onboarding::default(),
        }
    }
}

coded_enum! {
    /// How many people work at a company; it decides what is recommended (C-08).
    CompanySize {
        /// Up to nine.
        UpTo9 = "1-9",
        /// Ten to forty-nine.
        UpTo49 = "10-49",
        /// Fifty and more.
        From50 = "50+",
    }
}

/// Another invoice address of a customer, chosen per line of an order (C-34).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Branch {
    /// Ours; orders keep name and address instead, so that a branch may go.
    pub id: BranchId,
    /// The marketplace of its customer.
    pub marketplace_id: MarketplaceId,
    /// The customer that it is a branch of.
    pub customer_id: CustomerId,
    /// Its name: one of the customer's has it.
    pub name: String,
    /// The invoice address of lines that name the branch.
    pub address: Address,
    /// Since when nobody orders for it any more; what is billed to it stays so.
    pub retired_at: Option<OffsetDateTime>,
}

/// An end organisation.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Customer {
    /// Ours; Microsoft's id of its tenant is another.
    pub id: CustomerId,
    /// The marketplace that it buys in.
    pub marketplace_id: MarketplaceId,
    /// The reseller it buys from; none buys from the provider directly.
    pub reseller_id: Option<ResellerId>,
    /// The company's name, as invoices carry it.
    pub name: String,
    /// Contact: first name, last name.
    pub contact: Contact,
    /// Primary invoice address; none as long as nobody has said it: the first order asks for it.
    pub address: Option<Address>,
    /// VAT id; whether it is valid is for [`crate::tax`] to say.
    pub vat_id: Option<String>,
    /// What a register of VAT ids says of it.
    pub vat: VatCheck,
    /// How many people work there (C-08).
    pub size: Option<CompanySize>,
    /// Who gets the invoices, where it is not the contact (C-08).
    pub invoice_email: Option<String>,
    /// What the owner's scripts call it; one of the owner's customers has it.
    pub external_ref: Option<String>,
    /// The number of the partner that it names for all that it has (K-15); only the customer itself does.
    pub partner_of_record: Option<String>,
    /// The language of its people who have chosen none; none is that of its country.
    pub language: Option<Language>,
}

/// A person to reach at an organisation (T-18).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Contact {
    /// The given name, as people write it.
    pub first_name: String,
    /// The family name, as people write it.
    pub last_name: String,
    /// Where mails to the organisation go; not proven to be read.
    pub email: String,
    /// A phone number as people write it.
    pub phone: Option<String>,
}
