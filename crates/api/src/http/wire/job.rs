//! Long work as it is shown, and as it is answered to whoever asked for it.

use crate::clock::instant;
use crate::http::problem::{Problem, schema};
use crate::http::reply::Reply;
use crate::texts::lang::Lang;
use actix_web::HttpResponse;
use actix_web::http::header::LOCATION;
use domain::id::JobId;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use store::jobs::{self, StoredJob};
use utoipa::ToSchema;

/// What is to be done.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum JobKind {
    /// A price sheet becomes a draft with a diff.
    PriceListImport,
    /// A draft comes into force.
    PriceListPublication,
    /// An offer matrix becomes a draft that says what it does.
    OfferMatrixImport,
    /// The draft of an offer matrix comes into force.
    OfferMatrixPublication,
    /// A sandbox's clock goes forward, and everything on its way happens.
    SandboxClock,
}

/// Where a job stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum JobState {
    /// Waits for somebody to do it.
    Queued,
    /// Is being done; after a crash another process takes it up.
    Running,
    /// Over: all of it has happened, and `result` says what came of it.
    Done,
    /// Over: `problem` says why nothing came of it.
    Failed,
    /// Over: canceled on the way.
    Canceled,
}

/// How far a job is.
#[derive(Debug, Serialize, ToSchema)]
pub struct JobProgress {
    /// How much of it is done, in `unit`.
    #[schema(example = 1_048_576)]
    pub done: i64,
    /// How much there is to do; null where that is not known yet.
    #[schema(required, example = 26_214_400)]
    pub total: Option<i64>,
    /// What is counted.
    pub unit: JobUnit,
}

/// What the progress of a job is counted in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum JobUnit {
    /// Bytes of the file that came with the request.
    Bytes,
    /// Rows of the price list or offer matrix.
    Rows,
    /// Seconds of the sandbox's time.
    Seconds,
}

/// What came of a job; which member is set depends on its kind.
#[derive(Debug, Default, Serialize, Deserialize, ToSchema)]
#[serde(default)]
pub struct JobResult {
    /// The draft that an import made, or the list that is in force.
    #[schema(required, example = "prl_01kagy2qk8e3vrc6h1x0m4t7ws")]
    pub price_list_id: Option<String>,
    /// The draft of an offer matrix that an import made, or the one that is in force.
    #[schema(required, example = "mtx_01kagy2qk8e3vrc6h1x0m4t7ws")]
    pub offer_matrix_id: Option<String>,
    /// Where the sandbox's clock stood when everything until then had happened.
    #[schema(required, format = DateTime, example = "2027-04-06T09:00:00Z")]
    pub now: Option<String>,
}

/// Long work that somebody asked for. Its instants are of real time, whatever a sandbox's clock says.
#[derive(Debug, Serialize, ToSchema)]
pub struct Job {
    /// The id to follow it by.
    #[schema(example = "job_01kagy2qk8e3vrc6h1x0m4t7ws")]
    pub id: String,
    /// What is to be done.
    pub kind: JobKind,
    /// Where it stands.
    pub state: JobState,
    /// The id of what it is done to: a price list, an offer matrix, or the marketplace. What an import makes is there
    /// once it has begun.
    #[schema(example = "prl_01kagy2qk8e3vrc6h1x0m4t7ws")]
    pub subject: String,
    /// How far it is by now.
    pub progress: JobProgress,
    /// What came of it; null until it is done.
    #[schema(required)]
    pub result: Option<JobResult>,
    /// Why it failed, as the answer of a request would have said it; null where it did not.
    #[schema(required, value_type = Option<schema::Problem>)]
    pub problem: Option<Value>,
    /// Whether it is to stop as soon as that is safe.
    #[schema(example = false)]
    pub cancel_requested: bool,
    /// The user or API client that asked for it.
    #[schema(example = "usr_01kagy2qk8e3vrc6h1x0m4t7ws")]
    pub requested_by: String,
    /// When it was asked for.
    #[schema(format = DateTime, example = "2026-11-20T10:15:00Z")]
    pub created_at: String,
    /// When somebody first worked on it; null as long as nobody has.
    #[schema(required, format = DateTime, example = "2026-11-20T10:15:01Z")]
    pub started_at: Option<String>,
    /// When it was over; null until then.
    #[schema(required, format = DateTime, example = "2026-11-20T10:15:09Z")]
    pub finished_at: Option<String>,
}

/// A job on the wire, its problem in a language.
pub fn view(job: &StoredJob, lang: Lang) -> Job {
    let (kind, unit) = match job.kind {
        jobs::JobKind::PriceListImport => (JobKind::PriceListImport, JobUnit::Bytes),
        jobs::JobKind::PriceListPublication => (JobKind::PriceListPublication, JobUnit::Rows),
        jobs::JobKind::OfferMatrixImport => (JobKind::OfferMatrixImport, JobUnit::Bytes),
        jobs::JobKind::OfferMatrixPublication => (JobKind::OfferMatrixPublication, JobUnit::Rows),
        jobs::JobKind::SandboxClock => (JobKind::SandboxClock, JobUnit::Seconds),
    };
    let done = job.state == jobs::JobState::Done;
    Job {
        id: job.id.to_string(),
        kind,
        state: match job.state {
            jobs::JobState::Queued => JobState::Queued,
            jobs::JobState::Running => JobState::Running,
            jobs::JobState::Done => JobState::Done,
            jobs::JobState::Failed => JobState::Failed,
            jobs::JobState::Canceled => JobState::Canceled,
        },
        subject: job.subject.clone(),
        progress: JobProgress { done: job.progress, total: Some(job.total).filter(|total| *total > 0), unit },
        result: job.result.clone().filter(|_| done).map(|result| serde_json::from_value(result).unwrap_or_default()),
        problem: job.problem.as_ref().and_then(|problem| problem.get(lang.code())).cloned(),
        cancel_requested: job.cancel_requested,
        requested_by: job.requested_by.clone(),
        created_at: instant(job.created_at),
        started_at: job.started_at.map(instant),
        finished_at: job.finished_at.map(instant),
    }
}

const PATH: &str = "/v1/jobs/";

/// The answer to whoever asked for long work: 202 with the job, and where it is followed.
pub fn accepted(job: &StoredJob) -> Result<Reply, Problem> {
    let location = format!("{PATH}{}", job.id);
    Ok(Reply::json(202, &view(job, Lang::En))?.reviewed(job.version).location(location))
}

/// The job that an answer says is to be followed.
pub fn of_answer(answer: &HttpResponse) -> Option<JobId> {
    answer.headers().get(LOCATION)?.to_str().ok()?.strip_prefix(PATH)?.parse().ok()
}
