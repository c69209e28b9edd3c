//! A job and its row.

use crate::schema::jobs::jobs;
use crate::types::{At, Coded, Id, Json, closed_set};
use diesel::prelude::*;
use domain::id::{JobId, MarketplaceId};
use serde_json::Value;
use time::OffsetDateTime;

closed_set! {
    /// What is to be done.
    JobKind {
        /// A price sheet becomes a draft.
        PriceListImport = "price_list_import",
        /// A draft comes into force.
        PriceListPublication = "price_list_publication",
        /// An offer matrix becomes a draft.
        OfferMatrixImport = "offer_matrix_import",
        /// The draft of an offer matrix comes into force.
        OfferMatrixPublication = "offer_matrix_publication",
        /// A sandbox's clock goes forward, and everything on its way happens.
        SandboxClock = "sandbox_clock",
    }
}

closed_set! {
    /// Where a job stands.
    JobState {
        /// Nobody works on it yet.
        Queued = "queued",
        /// A process works on it, or was killed while it did.
        Running = "running",
        /// Over: all of it has happened.
        Done = "done",
        /// Over: it was refused or given up.
        Failed = "failed",
        /// Over: somebody did not want it any more.
        Canceled = "canceled",
    }
}

/// Long work that somebody asked for. Instants are of the real clock.
#[derive(Debug, Clone, PartialEq)]
pub struct StoredJob {
    /// The id that its asker follows it by.
    pub id: JobId,
    /// Whose work it is.
    pub marketplace_id: MarketplaceId,
    /// What is to be done.
    pub kind: JobKind,
    /// Where it stands.
    pub state: JobState,
    /// The id of what it is done to: one job of a kind at a time.
    pub subject: String,
    /// What else was asked for, by kind.
    pub asked: Value,
    /// The user or API client that asked.
    pub requested_by: String,
    /// Whether that is an API client.
    pub machine: bool,
    /// Who asked in that user's name.
    pub impersonator: Option<String>,
    /// The request's id.
    pub request_id: String,
    /// How far it is, in the kind's own unit.
    pub progress: i64,
    /// How far it will be when it is done; 0 where that is not known.
    pub total: i64,
    /// What came of it.
    pub result: Option<Value>,
    /// Why it failed.
    pub problem: Option<Value>,
    /// Whether it is to stop where that is safe.
    pub cancel_requested: bool,
    /// Counts the claims.
    pub attempts: i32,
    /// Counts the tries that broke off by a fault.
    pub failures: i32,
    /// From when on it may be worked on; none once it is over.
    pub due_at: Option<OffsetDateTime>,
    /// Until when nobody else claims it.
    pub leased_until: Option<OffsetDateTime>,
    /// When it was asked for.
    pub created_at: OffsetDateTime,
    /// When somebody first worked on it.
    pub started_at: Option<OffsetDateTime>,
    /// When it was over.
    pub finished_at: Option<OffsetDateTime>,
    /// Counts each change; the ETag.
    pub version: i64,
}

impl StoredJob {
    /// Whether nothing is to be done for it any more.
    pub const fn is_over(&self) -> bool {
        matches!(self.state, JobState::Done | JobState::Failed | JobState::Canceled)
    }
}

#[derive(Queryable, Selectable, Insertable)]
#[diesel(table_name = jobs, treat_none_as_default_value = false)]
pub(super) struct Row {
    pub(super) marketplace_id: Id<MarketplaceId>,
    pub(super) id: Id<JobId>,
    kind: Coded<JobKind>,
    state: Coded<JobState>,
    subject: String,
    asked: Json<Value>,
    requested_by: String,
    machine: bool,
    impersonator: Option<String>,
    request_id: String,
    progress: i64,
    total: i64,
    result: Option<Json<Value>>,
    problem: Option<Json<Value>>,
    cancel_requested: bool,
    attempts: i32,
    failures: i32,
    due_at: Option<At>,
    leased_until: Option<At>,
    created_at: At,
    started_at: Option<At>,
    finished_at: Option<At>,
    version: i64,
}

impl From<&StoredJob> for Row {
    fn from(job: &StoredJob) -> Self {
        let job = job.clone();
        Self {
            marketplace_id: Id(job.marketplace_id),
            id: Id(job.id),
            kind: Coded(job.kind),
            state: Coded(job.state),
            subject: job.subject,
            asked: Json(job.asked),
            requested_by: job.requested_by,
            machine: job.machine,
            impersonator: job.impersonator,
            request_id: job.request_id,
            progress: job.progress,
            total: job.total,
            result: job.result.map(Json),
            problem: job.problem.map(Json),
            cancel_requested: job.cancel_requested,
            attempts: job.attempts,
            failures: job.failures,
            due_at: job.due_at.map(At),
            leased_until: job.leased_until.map(At),
            created_at: At(job.created_at),
            started_at: job.started_at.map(At),
            finished_at: job.finished_at.map(At),
            version: job.version,
        }
    }
}

impl From<Row> for StoredJob {
    fn from(row: Row) -> Self {
        Self {
            id: row.id.0,
            marketplace_id: row.marketplace_id.0,
            kind: row.kind.0,
            state: row.state.0,
            subject: row.subject,
            asked: row.asked.0,
            requested_by: row.requested_by,
            machine: row.machine,
            impersonator: row.impersonator,
            request_id: row.request_id,
            progress: row.progress,
            total: row.total,
            result: row.result.map(|document| document.0),
            problem: row.problem.map(|document| document.0),
            cancel_requested: row.cancel_requested,
            attempts: row.attempts,
            failures: row.failures,
            due_at: row.due_at.map(|at| at.0),
            leased_until: row.leased_until.map(|at| at.0),
            created_at: row.created_at.0,
            started_at: row.started_at.map(|at| at.0),
            finished_at: row.finished_at.map(|at| at.0),
            version: row.version,
        }
    }
}
