//! What strangers are shown of their registrations.

use crate::clock::instant;
use crate::http::wire::codes::RegistrationStatus;
use crate::http::wire::consents::NeededConsent;
use domain::party::Marketplace;
use domain::people::PeopleRules;
use serde::Serialize;
use store::one_time_tokens::OneTimeToken;
use store::registrations::StoredRegistration;
use utoipa::ToSchema;

/// That a registration was taken. It says nothing about whether the address is known.
#[derive(Serialize, ToSchema)]
pub struct RegistrationReceipt {
    /// The slug of the marketplace, as it was sent.
    #[schema(example = "cancom")]
    pub marketplace: String,
    /// The e-mail address that a mail goes to.
    #[schema(example = "erika@mueller.example")]
    pub email: String,
}

/// What has become of a registration.
#[derive(Serialize, ToSchema)]
pub struct RegistrationOutcome {
    /// `active`: log in. `requested`: the provider reviews it first.
    pub status: RegistrationStatus,
    /// The log-in name: the e-mail address.
    #[schema(example = "erika@mueller.example")]
    pub login: String,
}

impl RegistrationOutcome {
    /// Of a registration as it now stands.
    pub fn of(record: &StoredRegistration) -> Self {
        Self { status: RegistrationStatus(record.status), login: record.email.clone() }
    }
}

/// What the link of a registration is for, and what its page needs to know.
#[derive(Serialize, ToSchema)]
pub struct RegistrationForm {
    /// The slug of the marketplace; `GET /v1/marketplaces/{slug}` has its form rules.
    #[schema(example = "cancom")]
    marketplace: String,
    /// The e-mail address, which becomes the log-in name.
    #[schema(example = "erika@mueller.example")]
    email: String,
    /// Where the registration stands: with `activation_sent` the account form is next, with `awaiting_confirmation` the
    /// confirmation.
    status: RegistrationStatus,
    /// Until when the link works, by the marketplace's clock.
    #[schema(format = DateTime, example = "2026-11-22T10:15:00Z")]
    expires_at: String,
    /// The consents that the account needs, each in the version in force.
    consents: Vec<NeededConsent>,
}

/// What the page of a link shows of the registration it leads to.
pub fn form(
    token: &OneTimeToken,
    record: StoredRegistration,
    marketplace: &Marketplace,
    rules: &PeopleRules,
) -> RegistrationForm {
    RegistrationForm {
        marketplace: marketplace.slug.clone(),
        email: record.email,
        status: RegistrationStatus(record.status),
        expires_at: instant(token.expires_at),
        consents: rules.consents.iter().map(NeededConsent::from).collect(),
    }
}
