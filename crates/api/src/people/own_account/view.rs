//! One's own log-ins and consents as answers show them.

use crate::clock::instant;
use crate::http::wire::codes::AccountConsentKind;
use crate::page;
use domain::id::SessionId;
use domain::people::PeopleRules;
use serde::Serialize;
use store::account_consents::StoredConsent;
use store::sessions;
use utoipa::ToSchema;

/// One of one's own log-ins that goes on.
#[derive(Debug, Serialize, ToSchema)]
pub struct Session {
    /// The id of the log-in; it stays the same when tokens are refreshed.
    #[schema(example = "ses_01kagy2qk8e3vrc6h1x0m4t7ws")]
    pub id: String,
    /// Whether it is the log-in by which this was asked.
    pub current: bool,
    /// The network address it began from.
    #[schema(example = "192.0.2.1")]
    pub address: String,
    /// The program it began with, as that calls itself (`User-Agent`).
    #[schema(example = "Mozilla/5.0")]
    pub user_agent: String,
    /// Who acts in one's name by it; null where one is it oneself.
    #[schema(required, example = "usr_01kagy2qk8e3vrc6h1x0m4t7ws")]
    pub impersonator: Option<String>,
    /// When it began, by real time also in a sandbox.
    #[schema(format = DateTime, example = "2026-11-20T10:15:00Z")]
    pub started_at: String,
    /// When its tokens were refreshed last.
    #[schema(format = DateTime, example = "2026-11-20T11:15:00Z")]
    pub last_used_at: String,
    /// When it ends, unless it is refreshed before.
    #[schema(format = DateTime, example = "2026-11-27T11:15:00Z")]
    pub ends_at: String,
}

impl Session {
    /// A log-in as it goes on; `current` is the one that asks.
    pub fn of(record: sessions::StoredSession, current: Option<SessionId>, rules: &PeopleRules) -> Self {
        Self {
            id: record.id.to_string(),
            current: current == Some(record.id),
            address: record.address,
            user_agent: record.user_agent,
            impersonator: record.impersonator.map(|id| id.to_string()),
            started_at: instant(record.started_at),
            last_used_at: instant(record.last_used_at),
            ends_at: instant((record.last_used_at + rules.sessions.idle()).min(record.absolute_until)),
        }
    }
}

page!(
    /// A page of log-ins, newest first.
    SessionPage of Session
);

/// Where a consent stands: `outdated` and `missing` ones are to be given.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum ConsentStatus {
    /// Agreed to, and in force.
    Agreed,
    /// Agreed to once; another text is in force, or none is needed any more.
    Replaced,
    /// Needed in this version; an older one was agreed to.
    Outdated,
    /// Needed, and never agreed to.
    Missing,
}

/// A text that was agreed to, or that is to be.
#[derive(Debug, Serialize, ToSchema)]
pub struct OwnConsent {
    /// The kind of text that is agreed to.
    pub kind: AccountConsentKind,
    /// The version of the text.
    #[schema(example = "2026-01")]
    pub version: String,
    /// Where it stands: whether something is to be done about it.
    pub status: ConsentStatus,
    /// Where the text can be read; null for texts that are not in force.
    #[schema(required, example = "https://shop.cancom.example/legal/terms")]
    pub url: Option<String>,
    /// When it was agreed to, by the marketplace's clock; null where it was not.
    #[schema(required, format = DateTime, example = "2026-11-20T10:15:00Z")]
    pub agreed_at: Option<String>,
}

/// A page of one's own consents: what is in force first.
#[derive(Debug, Serialize, ToSchema)]
pub struct OwnConsentPage {
    /// The rows of this page.
    pub data: Vec<OwnConsent>,
    /// What to pass as `cursor` for the next page; null at the end.
    #[schema(required, example = "Z2VuZXJhbF90ZXJtcyAyMDI2LTAx")]
    pub next_cursor: Option<String>,
}

/// What is in force, agreed to or not, then what was agreed to before.
pub fn own_consents(rules: &PeopleRules, agreed: &[StoredConsent]) -> Vec<OwnConsent> {
    let needed = rules.consents.iter().map(|need| {
        let of_kind = || agreed.iter().filter(|one| one.kind == need.kind);
        let given = of_kind().find(|one| one.version == need.version);
        let status = match given {
            Some(_) => ConsentStatus::Agreed,
            None if of_kind().next().is_some() => ConsentStatus::Outdated,
            None => ConsentStatus::Missing,
        };
        OwnConsent {
            kind: AccountConsentKind(need.kind),
            version: need.version.clone(),
            status,
            url: Some(need.url.clone()),
            agreed_at: given.map(|one| instant(one.agreed_at)),
        }
    });
    let in_force =
        |one: &StoredConsent| rules.consents.iter().any(|need| need.kind == one.kind && need.version == one.version);
    let replaced = agreed.iter().rev().filter(|one| !in_force(one)).map(|one| OwnConsent {
        kind: AccountConsentKind(one.kind),
        version: one.version.clone(),
        status: ConsentStatus::Replaced,
        url: None,
        agreed_at: Some(instant(one.agreed_at)),
    });
    needed.chain(replaced).collect()
}
