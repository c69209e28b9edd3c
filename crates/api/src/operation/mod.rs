//! Running the service: the work it does by itself, what it told whom, who did what.

pub mod audit_log;
pub mod health;
pub mod jobs;
pub mod notifications;
pub mod problems;
pub mod sandbox;
pub mod tasks;
