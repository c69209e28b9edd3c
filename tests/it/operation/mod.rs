//! What a provider sets and an operator runs: price lists, policies, the program, its database, jobs and logs.

mod database;
mod jobs;
mod logs;
pub mod offer_matrices;
mod plans;
mod policies;
mod price_lists;
mod program;
mod sheets;
