//! Canceling long work.

use crate::http::problem::{Code, Problem};
use crate::texts::phrases::Phrase;
use crate::transaction::Write;
use domain::id::JobId;
use store::jobs::{self, StoredJob};

/// Cancels a job: at once where nobody works on it, else whoever does stops where that is safe.
pub fn cancel(write: &mut Write<'_>, id: JobId) -> Result<StoredJob, Problem> {
    let scope = write.identity.scope;
    let job = jobs::get(write.tx, &scope, id)?;
    if job.is_over() {
        return Err(Problem::new(Code::JobOver).with("state", Phrase::from(job.state)));
    }
    if job.cancel_requested {
        return Ok(job);
    }
    jobs::cancel(write.tx, &job, write.app.clock.now())?;
    write.audit("job.canceled", None, id.to_string(), None, None)?;
    Ok(jobs::get(write.tx, &scope, id)?)
}
