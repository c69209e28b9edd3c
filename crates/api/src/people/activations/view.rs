//! What links in mails are for, and what became of an activation, as answers show it.

use crate::clock::instant;
use crate::http::wire::codes::PasswordClass;
use crate::http::wire::consents::NeededConsent;
use domain::party::Marketplace;
use domain::people::{PasswordRules, PeopleRules};
use serde::Serialize;
use store::one_time_tokens::{OneTimeToken, Purpose};
use store::users::StoredUser;
use utoipa::ToSchema;

/// What a link in a mail is for.
#[derive(Debug, Clone, Copy, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum LinkPurpose {
    /// It activates an account, with a first password.
    Activation,
    /// It sets a new password in the place of a forgotten one.
    PasswordReset,
}

/// What the page that a link opens shows, and what its form must hold to.
#[derive(Debug, Serialize, ToSchema)]
pub struct ActivationForm {
    /// What the link is for; the form is sent to another operation by it.
    pub purpose: LinkPurpose,
    /// The log-in name of the account.
    #[schema(example = "erika@kunde.cancom.example")]
    pub login: String,
    /// First name; empty where it is not known yet.
    #[schema(example = "Erika")]
    pub first_name: String,
    /// Last name; empty where it is not known yet.
    #[schema(example = "Muster")]
    pub last_name: String,
    /// The slug of the marketplace.
    #[schema(example = "cancom")]
    pub marketplace: String,
    /// The consents that must be given; none for a new password.
    pub consents: Vec<NeededConsent>,
    /// What the password must be, for the form to check as it is typed.
    pub password: PasswordRequirements,
    /// From when on the link does not work any more.
    #[schema(format = DateTime, example = "2026-11-22T10:15:00Z")]
    pub expires_at: String,
}

/// What a password must be. Characters are Unicode's; a password is taken exactly as typed.
#[derive(Debug, Serialize, ToSchema)]
pub struct PasswordRequirements {
    /// How many characters it has at least.
    #[schema(example = 8)]
    pub min_length: u16,
    /// How many characters it has at most.
    #[schema(example = 128)]
    pub max_length: u16,
    /// Classes of which it must have one character each.
    pub all_of: Vec<PasswordClass>,
    /// Classes of which one must be there; none asks for nothing.
    pub any_of: Vec<PasswordClass>,
    /// Whether it must differ from the log-in name.
    pub not_login: bool,
    /// The special characters that are accepted; null where all are.
    #[schema(required, example = "!$%&/()=?+*#-_.:,;@")]
    pub allowed_specials: Option<String>,
}

impl From<&PasswordRules> for PasswordRequirements {
    fn from(rules: &PasswordRules) -> Self {
        let classes = |all: &[domain::people::PasswordClass]| all.iter().copied().map(PasswordClass).collect();
        Self {
            min_length: rules.min_length,
            max_length: rules.max_length,
            all_of: classes(&rules.all_of),
            any_of: classes(&rules.any_of),
            not_login: rules.not_login,
            allowed_specials: rules.allowed_specials.clone(),
        }
    }
}

/// An account that can be logged in to.
#[derive(Debug, Serialize, ToSchema)]
pub struct Activated {
    /// The name to log in with.
    #[schema(example = "erika@kunde.cancom.example")]
    pub login: String,
    /// The slug of the marketplace to log in to.
    #[schema(example = "cancom")]
    pub marketplace: String,
}

/// What the page of a link shows of the person it leads to.
pub fn form(token: &OneTimeToken, user: StoredUser, marketplace: &Marketplace, rules: &PeopleRules) -> ActivationForm {
    let (purpose, consents) = match token.purpose {
        Purpose::Activation => (LinkPurpose::Activation, rules.consents.iter().map(NeededConsent::from).collect()),
        _ => (LinkPurpose::PasswordReset, vec![]),
    };
    ActivationForm {
        purpose,
        login: user.login,
        first_name: user.first_name,
        last_name: user.last_name,
        marketplace: marketplace.slug.clone(),
        consents,
        password: PasswordRequirements::from(&rules.password),
        expires_at: instant(token.expires_at),
    }
}
