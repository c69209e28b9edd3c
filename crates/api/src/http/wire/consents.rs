//! Consents for accounts on the wire: which are needed, which are given (C-09, T-06).

use crate::http::problem::{Arguments, Code};
use crate::http::wire::checks::Checks;
use crate::http::wire::codes::AccountConsentKind;
use crate::only_object;
use crate::texts::phrases::Phrase;
use crate::texts::place::Place;
use domain::people::AccountConsent;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// A consent that is given, and the version of its text that was shown.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
#[serde(remote = "Self", deny_unknown_fields)]
pub struct GivenConsent {
    /// What is agreed to.
    pub kind: AccountConsentKind,
    /// The version of the text that was shown to the person.
    #[schema(max_length = 40, example = "2026-01")]
    pub version: String,
}

only_object!(GivenConsent);

impl From<GivenConsent> for domain::people::GivenConsent {
    fn from(given: GivenConsent) -> Self {
        Self { kind: given.kind.0, version: given.version }
    }
}

/// A consent that an account needs.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct NeededConsent {
    /// What is to be agreed to.
    pub kind: AccountConsentKind,
    /// The version of the text that is in force; it is sent back with the consent.
    #[schema(example = "2026-01")]
    pub version: String,
    /// The address of the text, to show it or link to it.
    #[schema(example = "https://shop.cancom.example/legal/terms")]
    pub url: String,
}

impl From<&AccountConsent> for NeededConsent {
    fn from(consent: &AccountConsent) -> Self {
        Self { kind: AccountConsentKind(consent.kind), version: consent.version.clone(), url: consent.url.clone() }
    }
}

/// Holds every given consent to the text in force: none that is not needed, none twice, none to an older text.
pub fn in_force(checks: &mut Checks, needed: &[AccountConsent], given: &[GivenConsent]) {
    for (at, one) in given.iter().enumerate() {
        let (pointer, kind) = (format!("/consents/{at}"), one.kind.0);
        match needed.iter().find(|need| need.kind == kind) {
            _ if given[..at].iter().any(|before| before.kind.0 == kind) => {
                checks.note(&pointer, Code::Repeated, vec![])
            }
            Some(need) if need.version == one.version => {}
            Some(need) => checks.note(&pointer, Code::ConsentOutdated, arguments(need)),
            None => {
                let kinds: Vec<_> = needed.iter().map(|need| need.kind.code()).collect();
                checks.note(
                    &format!("{pointer}/kind"),
                    Code::InvalidValue,
                    vec![("expected", Place::wire(kinds.join(", ")))],
                );
            }
        }
    }
}

/// The same, and none that is needed may be missing.
pub fn complete(checks: &mut Checks, needed: &[AccountConsent], given: &[GivenConsent]) {
    in_force(checks, needed, given);
    for need in needed.iter().filter(|need| given.iter().all(|one| one.kind.0 != need.kind)) {
        checks.note("/consents", Code::ConsentRequired, arguments(need));
    }
}

fn arguments(need: &AccountConsent) -> Arguments {
    vec![
        ("kind", Phrase::from(need.kind).into()),
        ("version", Place::text(&need.version)),
        ("consent", Place::wire(need.kind.code())),
    ]
}
