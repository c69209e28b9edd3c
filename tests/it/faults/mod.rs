//! What goes wrong: bad input, attacks, many at once, processes that are killed, neighbours that are slow or away.

mod bad_input;
pub mod concurrency;
mod connections;
mod control_characters;
pub mod crash;
mod crash_clock;
mod lanes;
mod limits;
mod mail_server;
mod mass_assignment;
mod provisioning;
mod two_processes;
