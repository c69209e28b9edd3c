//! Replaying work that was given up.

use crate::http::problem::{Code, Problem};
use crate::transaction::Write;
use domain::id::TaskId;
use store::outbox::{TaskRecord, TaskStatus};

/// Makes parked work due again at once, with its tries counted anew.
pub fn replay(write: &mut Write<'_>, id: TaskId) -> Result<TaskRecord, Problem> {
    let scope = write.identity.scope;
    if store::outbox::task(write.tx, &scope, id)?.status != TaskStatus::Parked {
        return Err(Problem::new(Code::TaskNotParked));
    }
    store::outbox::replay(write.tx, &scope, id, write.app.clock.now())?;
    write.audit("task.replayed", None, id.to_string(), None, None)?;
    Ok(store::outbox::task(write.tx, &scope, id)?)
}
