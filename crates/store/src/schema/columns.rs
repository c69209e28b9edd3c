//! The SQL types of the columns, and how tables are declared with them.

pub(super) use crate::types::sql::{Code, Document, Instant, Uid};
pub(super) use diesel::sql_types::{BigInt, Binary, Bool, Date, Integer, Nullable, Text};

/// Declares tables whose columns are of the types above.
macro_rules! tables {
    ($($table:ident ($($key:ident),+) { $($columns:tt)+ })+) => {$(
        diesel::table! {
            use crate::schema::columns::*;
            $table ($($key),+) { $($columns)+ }
        }
    )+};
}
