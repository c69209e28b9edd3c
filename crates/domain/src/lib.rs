//! What is true: the rules of selling cloud licences, pure and exact.
//!
//! Every function is `(facts, request, now) -> Result<decision, refusal>`. This crate never reads a
//! clock, makes an id, opens a file, or knows HTTP or SQL, and computes no money with floats.

pub mod access;
pub mod active_order;
pub mod address;
pub mod base;
pub mod billing;
pub mod calendar;
pub mod cart;
pub mod catalog;
pub mod category;
mod coded;
pub mod consent;
pub mod customer_number;
pub mod cycles;
pub mod delegation;
pub mod event;
pub mod form;
pub mod id;
pub mod language;
pub mod license;
pub mod mail_address;
pub mod marketplace;
pub mod money;
pub mod notification;
pub mod offer_matrix;
pub mod onboarding;
pub mod order;
pub mod organization;
pub mod party;
pub mod people;
pub mod policy;
pub mod pricing;
pub mod product_key;
pub mod proration;
pub mod purchase;
pub mod refusal;
pub mod registration;
pub mod spelling;
pub mod subscription;
pub mod tax;
pub mod tenant;
pub mod text;
pub mod trial;
pub mod zone;
