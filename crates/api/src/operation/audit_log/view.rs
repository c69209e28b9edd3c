//! The audit log as it is shown.

use crate::clock::instant;
use crate::http::amounts;
use crate::page;
use domain::pricing::Payer;
use serde::Serialize;
use serde_json::Value;
use store::audit::Entry;
use utoipa::ToSchema;

/// One thing that somebody did.
#[derive(Debug, Serialize, ToSchema)]
pub struct AuditEntry {
    /// When, by the marketplace's clock.
    #[schema(format = DateTime, example = "2026-11-20T10:15:00Z")]
    pub at: String,
    /// Who: a user's or API client's id.
    #[schema(example = "usr_01kagy2qk8e3vrc6h1x0m4t7ws")]
    pub actor: String,
    /// The user who acted in the actor's name; null where nobody did.
    #[schema(required, example = "usr_01kagy2qk8e3vrc6h1x0m4t7ws")]
    pub impersonator: Option<String>,
    /// Whether a person or a script did it: `user` or `api_client`.
    #[schema(example = "user")]
    pub actor_kind: String,
    /// What was done: mostly the kind of the event; of a refused request its method and path.
    #[schema(example = "order.placed")]
    pub action: String,
    /// The id of what it was done to; of a refused request its path.
    #[schema(example = "ord_01kagy2qk8e3vrc6h1x0m4t7ws")]
    pub subject: String,
    /// What it looked like before; null where there was nothing.
    #[schema(required, value_type = Option<Object>)]
    pub before: Option<Value>,
    /// What it looks like after; null where there is nothing.
    #[schema(required, value_type = Option<Object>)]
    pub after: Option<Value>,
    /// The request it was done by.
    #[schema(example = "req_0199b1c8e0f57d3cbb7a1f2e3d4c5b6a")]
    pub request_id: String,
    /// `done`, or the code of the problem that refused it.
    #[schema(example = "done")]
    pub outcome: String,
}

page!(
    /// A page of the audit log, newest first.
    AuditPage of AuditEntry
);

/// An entry as who buys from a reseller is told of it: without amounts of what does not say that the customer pays it.
pub fn of_resold(entry: Entry) -> AuditEntry {
    let told = |value: Option<Value>| {
        value.map(|mut value| {
            if value["payer"] != Payer::Customer.code() {
                amounts::withhold(&mut value);
            }
            value
        })
    };
    let whole = view(entry);
    AuditEntry { before: told(whole.before), after: told(whole.after), ..whole }
}

/// An entry on the wire.
pub fn view(entry: Entry) -> AuditEntry {
    AuditEntry {
        at: instant(entry.at),
        actor: entry.actor,
        impersonator: entry.impersonator,
        actor_kind: entry.actor_kind,
        action: entry.action,
        subject: entry.subject,
        before: entry.before,
        after: entry.after,
        request_id: entry.request_id,
        outcome: entry.outcome,
    }
}
