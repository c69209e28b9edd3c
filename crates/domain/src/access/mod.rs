//! Who may do what: roles, permissions and whose data.
//!
//! The tables in `access/tables.rs` are the only place that says what a shipped role may do (C-62…C-64, L-21, T-10,
//! T-11); a marketplace's own role is a set of permissions within what its kind of organisation may. Who acts on
//! what another can do holds as much: `access/power.rs`.

mod permissions;
mod power;
mod roles;
mod scope;
mod tables;

pub use permissions::{Permission, Permissions};
pub use power::{Covered, Lacking, Power};
pub use roles::{Area, OrganizationKind, OwnRole, Role, RoleKey, RoleName};
pub use scope::{Organization, Scope};
