//! Forms as data (N-15): what a frontend asks for, so that it holds no rule of its own.
//!
//! Built from the same rules and limits that requests are checked by: [`limits`], [`crate::address`],
//! [`crate::organization`] and [`crate::people`].

mod field;
mod forms;
pub mod limits;
pub mod password;

pub use field::{Field, FieldKind, Form, Required, With};
pub use forms::all;
