//! Subscriptions after the order: changed, renewed, reminded of, assigned, ended; by the rules of each marketplace, and
//! by those that all have.

mod ahd;
mod cancom;
mod cancom_editions;
mod changes;
mod charged;
mod colt;
mod days;
mod keys;
mod licenses;
mod refused;
mod reminders;
mod terra;
mod trials;
mod wishes;
