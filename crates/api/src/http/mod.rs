//! The edge of the service: reading requests, answering them, problems, paging, shared wire shapes. It knows no noun.

pub mod amounts;
pub mod arrival;
pub mod bounds;
pub mod condition;
pub mod connection;
pub mod edge;
pub mod explained;
pub mod heeded;
pub mod held;

pub mod json;
pub mod mending;
pub mod meta;
pub mod origin;
pub mod packing;
pub mod problem;
pub mod reading;
pub mod reply;
pub mod routes;
pub mod screen;
pub mod security;
pub mod served;
pub mod unmatched;
pub mod wire;
