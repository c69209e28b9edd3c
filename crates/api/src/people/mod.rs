//! People and scripts: who they are, how they get in, what they may.

pub mod activations;
pub mod api_clients;
pub mod consents;
pub mod impersonation;
pub mod invitations;
pub mod logins;
pub mod me;
pub mod oauth;
pub mod own_account;
pub mod passwords;
pub mod people_rules;
pub mod registrations;
pub mod reviews;
pub mod roles;
pub mod sessions;
pub mod users;
