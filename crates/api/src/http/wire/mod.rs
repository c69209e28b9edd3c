//! Shapes that every operation shares: money, charges, addresses, pages, closed sets of codes.

pub mod base;
pub mod body;
pub mod charge;
pub mod checks;
pub mod codes;
pub mod consents;
pub mod job;
pub mod lines;
pub mod list;
pub mod money;
pub mod party;
pub mod purchase_consents;
