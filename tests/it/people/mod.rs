//! Organisations and their people: how they get in and out, what they may, in whose name, what they are told.

pub mod access;
mod account_mails;
pub mod activation;
pub mod api_clients;
mod assigned;
mod behalf;
mod customers;
mod impersonation;
mod invitations;
mod invoice_data;
mod languages;
pub mod login;
mod mails;
mod oauth;
mod partners;
mod power;
pub mod registrations;
mod resellers;
mod roles;
mod rules;
mod sessions;
mod tokens;
pub mod users;
mod vat_registry;
mod who_is_told;
