//! Long work that somebody asked for: how it is asked for, and what whoever does it must heed.
//!
//! A job runs outside of any request, under a lease. Each of its steps says in its own transaction that the job is
//! still its own: a process that was taken for dead can write nothing any more. Whatever kills it, another begins
//! again.

use crate::App;
use crate::auth::delegated::Passed;
use crate::auth::standing::Identity;
use crate::http::meta::Meta;
use crate::http::problem::Problem;
use crate::ids::New as _;
use crate::texts::lang::Lang;
use crate::transaction::Write;
use domain::access::Permissions;
use domain::id::JobId;
use serde_json::Value;
use std::str::FromStr;
use store::jobs::{Beat, JobKind, JobState, StoredJob};
use store::{Conn, Failure, StoreError};

/// Asks for long work on a thing, `total` of the kind's units; refused while the same is under way.
pub fn ask(
    write: &mut Write<'_>,
    kind: JobKind,
    subject: String,
    asked: Value,
    total: i64,
) -> Result<StoredJob, Problem> {
    let now = write.app.clock.now();
    let job = StoredJob {
        id: JobId::new(),
        marketplace_id: write.identity.scope.marketplace(),
        kind,
        state: JobState::Queued,
        subject,
        asked,
        requested_by: write.identity.actor.clone(),
        machine: write.identity.machine,
        impersonator: write.identity.impersonator.map(|id| id.to_string()),
        request_id: write.meta.request_id.clone(),
        progress: 0,
        total,
        result: None,
        problem: None,
        cancel_requested: false,
        attempts: 0,
        failures: 0,
        due_at: Some(now),
        leased_until: None,
        created_at: now,
        started_at: None,
        finished_at: None,
        version: 1,
    };
    store::jobs::insert(write.tx, &job)?;
    Ok(job)
}

/// Why work on a job stops before it is done.
#[derive(Debug)]
pub enum Stopped {
    /// Somebody does not want it any more.
    Canceled,
    /// Another process has it.
    Lost,
    /// This process is about to end: another is to go on.
    Leaving,
    /// A rule said no, or something broke.
    Problem(Problem),
}

impl Stopped {
    /// What is told where nobody could have canceled it.
    pub fn into_problem(self) -> Problem {
        match self {
            Self::Problem(problem) => problem,
            other => Problem::internal(format!("{other:?}")),
        }
    }
}

impl From<Problem> for Stopped {
    fn from(problem: Problem) -> Self {
        Self::Problem(problem)
    }
}

impl From<StoreError> for Stopped {
    fn from(error: StoreError) -> Self {
        Self::Problem(error.into())
    }
}

impl Failure for Stopped {
    fn store_error(&self) -> Option<&StoreError> {
        match self {
            Self::Problem(problem) => problem.store_error(),
            Self::Canceled | Self::Lost | Self::Leaving => None,
        }
    }
}

/// A job that this process has claimed.
pub struct Held<'a> {
    /// What all work shares.
    pub app: &'a App,
    /// The job as it was claimed.
    pub job: StoredJob,
}

impl Held<'_> {
    /// Says in the transaction of a step that the job goes on, and how far it is: done, and of how much.
    pub fn go_on(&self, tx: &mut Conn, progress: Option<(i64, i64)>) -> Result<(), Stopped> {
        if self.app.draining() {
            return Err(Stopped::Leaving);
        }
        match store::jobs::beat(tx, &self.job, self.app.clock.now() + self.app.job_lease, progress)? {
            Beat::GoOn => Ok(()),
            Beat::Cancel => Err(Stopped::Canceled),
            Beat::Lost => Err(Stopped::Lost),
        }
    }

    /// Says in the transaction of the last step that it is done, and what came of it.
    pub fn done(&self, tx: &mut Conn, result: Value) -> Result<(), Stopped> {
        let ended = store::jobs::finish(tx, &self.job, JobState::Done, Some(result), None, self.app.clock.now())?;
        if ended { Ok(()) } else { Err(Stopped::Lost) }
    }

    /// Works in one transaction in the name of whoever asked, at the marketplace's now.
    pub fn write<T>(&self, mut work: impl FnMut(&mut Write<'_>) -> Result<T, Stopped>) -> Result<T, Stopped> {
        let (identity, meta) = (self.asker(), Meta::of_work(&self.job.request_id));
        self.app.store.write(|tx| {
            let now = self.app.now_in(tx, self.job.marketplace_id)?;
            let (identity, meta) = (&identity, &meta);
            work(&mut Write { app: self.app, tx, identity, meta, now, forget: false, passed: Passed::default() })
        })
    }

    /// The id of what the job is about.
    pub fn subject<T: FromStr>(&self) -> Result<T, Stopped> {
        self.job.subject.parse().map_err(|_| Problem::internal("a job about nothing").into())
    }

    /// Who asked. What it may was checked then: here it may nothing of itself.
    pub fn asker(&self) -> Identity {
        Identity {
            actor: self.job.requested_by.clone(),
            machine: self.job.machine,
            impersonator: self.job.impersonator.as_deref().and_then(|id| id.parse().ok()),
            permissions: Permissions::NONE,
            ..Identity::of_program("job", self.job.marketplace_id)
        }
    }
}

/// A problem in every language, as a job keeps it.
pub fn told(problem: &Problem, request_id: &str) -> Value {
    Lang::ALL
        .iter()
        .map(|lang| (lang.code().to_owned(), problem.body(*lang, request_id)))
        .collect::<serde_json::Map<_, _>>()
        .into()
}
