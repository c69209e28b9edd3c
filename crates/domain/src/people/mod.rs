//! How people get into a marketplace and what holds for their log-ins: rules as data, one document per marketplace.
//!
//! The conflicts between the five manuals (X-18…) are values here, never an `if`. The
//! documents that ship are in [`presets`].

mod check;
mod languages;
pub mod login;
pub mod manage;
pub mod password;
pub mod presets;
mod rules;
mod status;
pub mod told;

pub use languages::Languages;
pub use login::{LoginFlaw, LoginName};
pub use password::PasswordFlaw;
pub use rules::{
    AccountConsent, AccountConsentKind, Activation, BankData, GivenConsent, Lockout, LoginKind, PasswordClass,
    PasswordRules, PeopleRules, RegistrationMode, RoleOffer, Sessions, Title, Unlock,
};
pub use status::{Lock, UserState, UserStatus};
pub use told::{Audience, Recipients, Told};
