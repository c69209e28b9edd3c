//! Who calls, as the answer shows it.

use crate::auth::standing::Identity;
use crate::http::wire::codes::{AccountConsentKind, Permission};
use domain::party::Marketplace;
use serde::Serialize;
use utoipa::ToSchema;

/// Who calls, what it may do, and whose data it sees.
#[derive(Debug, Serialize, ToSchema)]
pub struct Me {
    /// The id of the user or API client that calls.
    #[schema(example = "usr_01kagy2qk8e3vrc6h1x0m4t7ws")]
    pub id: String,
    /// Whether it is an API client, that is a script or portal, and no person.
    pub machine: bool,
    /// First and last name of a person, or what the API client is called.
    #[schema(example = "Erika Muster")]
    pub name: String,
    /// The person's e-mail address; null for an API client.
    #[schema(required, example = "admin@kunde.cancom.example")]
    pub email: Option<String>,
    /// The language of the person's mails: `de`, `en` or `pl`; null is its organisation's.
    #[schema(required, pattern = "^(de|en|pl)$", example = "de")]
    pub language: Option<String>,
    /// The key of its role at its organisation: a shipped one, or one of the marketplace's own.
    #[schema(example = "customer_admin")]
    pub role: String,
    /// Who acts in this person's name; null where the person does itself.
    #[schema(required, example = "usr_01kagy2qk8e3vrc6h1x0m4t7ws")]
    pub impersonator: Option<String>,
    /// Everything that it may do; operations say which one they need.
    pub permissions: Vec<Permission>,
    /// The texts that the account needs agreement to, and that were not agreed to in the version in force.
    pub consents_outdated: Vec<AccountConsentKind>,
    /// The slug of the marketplace, as log-in takes it.
    #[schema(example = "cancom")]
    pub marketplace: String,
    /// The id of the marketplace.
    #[schema(example = "mkt_01kagy2qk8e3vrc6h1x0m4t7ws")]
    pub marketplace_id: String,
    /// The reseller it belongs to; null where it belongs to none.
    #[schema(required, example = "rsl_01kagy2qk8e3vrc6h1x0m4t7ws")]
    pub reseller_id: Option<String>,
    /// The customer it belongs to; null where it belongs to none.
    #[schema(required, example = "cus_01kagy2qk8e3vrc6h1x0m4t7ws")]
    pub customer_id: Option<String>,
}

/// What is stored of who calls.
pub struct Person {
    /// First and last name, or what the API client is called.
    pub name: String,
    /// E-mail address; none of an API client.
    pub email: Option<String>,
    /// The language of its mails, where it has chosen one.
    pub language: Option<String>,
    /// Kinds of texts that are to be agreed to.
    pub outdated: Vec<domain::people::AccountConsentKind>,
}

/// Who calls, on the wire.
pub fn view(identity: Identity, person: Person, marketplace: &Marketplace) -> Me {
    Me {
        id: identity.actor,
        machine: identity.machine,
        name: person.name,
        email: person.email,
        language: person.language,
        role: identity.role.to_string(),
        impersonator: identity.impersonator.map(|id| id.to_string()),
        permissions: identity.permissions.iter().map(Permission).collect(),
        consents_outdated: person.outdated.into_iter().map(AccountConsentKind).collect(),
        marketplace: marketplace.slug.clone(),
        marketplace_id: marketplace.id.to_string(),
        reseller_id: identity.scope.reseller().map(|id| id.to_string()),
        customer_id: identity.scope.customer().map(|id| id.to_string()),
    }
}
