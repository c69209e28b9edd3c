//! The worker: does what events cause, outside the transactions that caused it.
//!
//! At-least-once: a task is leased, worked on, and finished in the same transaction as its result.
//! Whatever kills the process, the lease runs out and the task is taken up again; consumers ask
//! before they act, so that nothing is done twice.

pub mod apply_change;
pub mod back_off;
pub mod check_vat_id;
pub mod clock;
pub mod create_tenant;
pub mod grant_access;
pub mod housekeeping;
pub mod import_matrix;
pub mod import_sheet;
pub mod lanes;
pub mod notify;
pub mod outcome;
pub mod play_clock;
pub mod provision;
pub mod publish_list;
pub mod publish_matrix;
pub mod received;
pub mod register;
pub mod release_keys;
pub mod report;
pub mod rounds;
pub mod run_jobs;
pub mod watch;
