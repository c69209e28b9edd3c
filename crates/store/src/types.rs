//! What the two databases store differently: the SQL types of our columns, and the domain types that stand in them.
//!
//! | SQL type | PostgreSQL | SQLite | stands for |
//! |---|---|---|---|
//! | [`Uid`] | `uuid` | 16-byte BLOB | ids |
//! | [`Instant`] | `timestamptz` | INTEGER, microseconds since 1970 | instants |
//! | [`Document`] | `jsonb` | JSON as TEXT | what is never searched |
//! | [`Code`] | `text` with a CHECK | TEXT with a CHECK | closed sets |
//!
//! A code that the domain does not know is an error of the row: nothing that was read is trusted.

use diesel::backend::Backend;
use diesel::deserialize::{self, FromSql, FromSqlRow, Queryable};
use diesel::expression::AsExpression;
use diesel::internal::derives::as_expression::Bound;
use diesel::pg::{Pg, PgValue};
use diesel::query_builder::QueryId;
use diesel::serialize::{self, IsNull, Output, ToSql};
use diesel::sql_types::{BigInt, SqlType};
use diesel::sqlite::{Sqlite, SqliteValue};
use domain::access::Role;
use domain::billing::ChargeKind;
use domain::calendar::{BillingCycle, Term};
use domain::catalog::{OfferKind, Segment};
use domain::event::EventKind;
use domain::id::{
    ApiClientId, CartId, ChargeId, CustomerId, EventId, LineId, MarketplaceId, OfferId, OrderId, PriceListId,
    ProductId, ResellerId, SkuId, SubscriptionId, TaskId, UserId,
};
use domain::money::Currency;
use domain::order::{OrderLineStatus, OrderStatus};
use domain::party::Country;
use domain::policy::PaymentMethod;
use domain::subscription::SubscriptionStatus;
use domain::tenant::TenantStatus;
use serde::Serialize;
use serde::de::DeserializeOwned;
use std::fmt::Debug;
use std::io::Write;
use time::OffsetDateTime;

use crate::outbox::TaskStatus;
use crate::price_lists::{Change, Status as PriceListStatus};

/// An id: a UUID.
#[derive(Debug, Clone, Copy, SqlType, QueryId)]
#[diesel(postgres_type(oid = 2950, array_oid = 2951), sqlite_type(name = "Binary"))]
pub(crate) struct Uid;

/// An instant, to the microsecond.
#[derive(Debug, Clone, Copy, SqlType, QueryId)]
#[diesel(postgres_type(oid = 1184, array_oid = 1185), sqlite_type(name = "Long"))]
pub(crate) struct Instant;

/// A JSON document.
#[derive(Debug, Clone, Copy, SqlType, QueryId)]
#[diesel(postgres_type(oid = 3802, array_oid = 3807), sqlite_type(name = "Text"))]
pub(crate) struct Document;

/// A value of a closed set, by its stable code.
#[derive(Debug, Clone, Copy, SqlType, QueryId)]
#[diesel(postgres_type(oid = 25, array_oid = 1009), sqlite_type(name = "Text"))]
pub(crate) struct Code;

/// Lets a type that converts to and from a column be read and bound as one.
macro_rules! column_value {
    ($sql:ty, $rust:ty) => {
        impl<DB: Backend> Queryable<$sql, DB> for $rust
        where
            $rust: FromSql<$sql, DB>,
        {
            type Row = Self;
            fn build(row: Self) -> deserialize::Result<Self> {
                Ok(row)
            }
        }

        impl AsExpression<$sql> for $rust {
            type Expression = Bound<$sql, Self>;
            fn as_expression(self) -> Self::Expression {
                Bound::new(self)
            }
        }

        impl<'a> AsExpression<$sql> for &'a $rust {
            type Expression = Bound<$sql, Self>;
            fn as_expression(self) -> Self::Expression {
                Bound::new(self)
            }
        }
    };
}

fn bits(bytes: &[u8]) -> deserialize::Result<u128> {
    let bytes = bytes.try_into().map_err(|_| format!("an id of {} bytes", bytes.len()))?;
    Ok(u128::from_be_bytes(bytes))
}

macro_rules! ids {
    ($($id:ty: $to:expr, $from:expr;)+) => {$(
        column_value!(Uid, $id);

        impl FromSql<Uid, Pg> for $id {
            fn from_sql(value: PgValue<'_>) -> deserialize::Result<Self> {
                bits(value.as_bytes()).map($from)
            }
        }

        impl FromSql<Uid, Sqlite> for $id {
            fn from_sql(mut value: SqliteValue<'_, '_, '_>) -> deserialize::Result<Self> {
                bits(value.read_blob()).map($from)
            }
        }

        impl ToSql<Uid, Pg> for $id {
            fn to_sql<'b>(&'b self, out: &mut Output<'b, '_, Pg>) -> serialize::Result {
                out.write_all(&$to(*self).to_be_bytes())?;
                Ok(IsNull::No)
            }
        }

        impl ToSql<Uid, Sqlite> for $id {
            fn to_sql<'b>(&'b self, out: &mut Output<'b, '_, Sqlite>) -> serialize::Result {
                out.set_value($to(*self).to_be_bytes().to_vec());
                Ok(IsNull::No)
            }
        }
    )+};
    ($($id:ident),+ $(,)?) => { ids! { $($id: $id::as_u128, $id::from_u128;)+ } };
}

ids!(
    ApiClientId,
    CartId,
    ChargeId,
    CustomerId,
    EventId,
    LineId,
    MarketplaceId,
    OfferId,
    OrderId,
    PriceListId,
    ProductId,
    ResellerId,
    SkuId,
    SubscriptionId,
    TaskId,
    UserId,
);
ids! { u128: std::convert::identity, std::convert::identity; }

macro_rules! codes {
    ($($code:ty),+ $(,)?) => {$(
        column_value!(Code, $code);

        impl FromSql<Code, Pg> for $code {
            fn from_sql(value: PgValue<'_>) -> deserialize::Result<Self> {
                let code = std::str::from_utf8(value.as_bytes())?;
                Self::from_code(code).ok_or_else(|| unknown_code(stringify!($code), code))
            }
        }

        impl FromSql<Code, Sqlite> for $code {
            fn from_sql(mut value: SqliteValue<'_, '_, '_>) -> deserialize::Result<Self> {
                let code = value.read_text();
                Self::from_code(code).ok_or_else(|| unknown_code(stringify!($code), code))
            }
        }

        impl ToSql<Code, Pg> for $code {
            fn to_sql<'b>(&'b self, out: &mut Output<'b, '_, Pg>) -> serialize::Result {
                out.write_all(self.code().as_bytes())?;
                Ok(IsNull::No)
            }
        }

        impl ToSql<Code, Sqlite> for $code {
            fn to_sql<'b>(&'b self, out: &mut Output<'b, '_, Sqlite>) -> serialize::Result {
                out.set_value(self.code());
                Ok(IsNull::No)
            }
        }
    )+};
}

fn unknown_code(kind: &str, code: &str) -> Box<dyn std::error::Error + Send + Sync> {
    format!("{code:?} is no {kind}").into()
}

codes!(
    BillingCycle,
    Change,
    ChargeKind,
    Country,
    Currency,
    EventKind,
    OfferKind,
    OrderLineStatus,
    OrderStatus,
    PaymentMethod,
    PriceListStatus,
    Role,
    Segment,
    SubscriptionStatus,
    TaskStatus,
    TenantStatus,
    Term,
);

/// 1970-01-01 to 2000-01-01, PostgreSQL's first instant, in microseconds.
const PG_EPOCH_US: i64 = 946_684_800_000_000;

/// Microseconds since 1970; what is finer is cut off, as PostgreSQL would.
fn to_micros(instant: OffsetDateTime) -> Result<i64, std::num::TryFromIntError> {
    i64::try_from(instant.unix_timestamp_nanos().div_euclid(1_000))
}

fn from_micros(micros: i64) -> deserialize::Result<OffsetDateTime> {
    Ok(OffsetDateTime::from_unix_timestamp_nanos(i128::from(micros) * 1_000)?)
}

// `OffsetDateTime` is a column value for diesel already.
impl AsExpression<Instant> for OffsetDateTime {
    type Expression = Bound<Instant, Self>;
    fn as_expression(self) -> Self::Expression {
        Bound::new(self)
    }
}

impl<'a> AsExpression<Instant> for &'a OffsetDateTime {
    type Expression = Bound<Instant, Self>;
    fn as_expression(self) -> Self::Expression {
        Bound::new(self)
    }
}

impl FromSql<Instant, Pg> for OffsetDateTime {
    fn from_sql(value: PgValue<'_>) -> deserialize::Result<Self> {
        let micros = <i64 as FromSql<BigInt, Pg>>::from_sql(value)?;
        from_micros(micros.checked_add(PG_EPOCH_US).ok_or("an instant out of range")?)
    }
}

impl FromSql<Instant, Sqlite> for OffsetDateTime {
    fn from_sql(value: SqliteValue<'_, '_, '_>) -> deserialize::Result<Self> {
        from_micros(<i64 as FromSql<BigInt, Sqlite>>::from_sql(value)?)
    }
}

impl ToSql<Instant, Pg> for OffsetDateTime {
    fn to_sql<'b>(&'b self, out: &mut Output<'b, '_, Pg>) -> serialize::Result {
        let micros = to_micros(*self)?.checked_sub(PG_EPOCH_US).ok_or("an instant out of range")?;
        ToSql::<BigInt, Pg>::to_sql(&micros, &mut out.reborrow())
    }
}

impl ToSql<Instant, Sqlite> for OffsetDateTime {
    fn to_sql<'b>(&'b self, out: &mut Output<'b, '_, Sqlite>) -> serialize::Result {
        out.set_value(to_micros(*self)?);
        Ok(IsNull::No)
    }
}

/// A value kept as a document.
#[derive(Debug, Clone, AsExpression, FromSqlRow)]
#[diesel(sql_type = Document)]
pub(crate) struct Json<T>(pub(crate) T);

/// The version byte before the text of a `jsonb` on PostgreSQL's wire.
const JSONB_VERSION: u8 = 1;

impl<T: DeserializeOwned> FromSql<Document, Pg> for Json<T> {
    fn from_sql(value: PgValue<'_>) -> deserialize::Result<Self> {
        match value.as_bytes() {
            [JSONB_VERSION, text @ ..] => Ok(Self(serde_json::from_slice(text)?)),
            _ => Err("a jsonb of an unknown version".into()),
        }
    }
}

impl<T: DeserializeOwned> FromSql<Document, Sqlite> for Json<T> {
    fn from_sql(mut value: SqliteValue<'_, '_, '_>) -> deserialize::Result<Self> {
        Ok(Self(serde_json::from_str(value.read_text())?))
    }
}

impl<T: Serialize + Debug> ToSql<Document, Pg> for Json<T> {
    fn to_sql<'b>(&'b self, out: &mut Output<'b, '_, Pg>) -> serialize::Result {
        out.write_all(&[JSONB_VERSION])?;
        serde_json::to_writer(out, &self.0)?;
        Ok(IsNull::No)
    }
}

impl<T: Serialize + Debug> ToSql<Document, Sqlite> for Json<T> {
    fn to_sql<'b>(&'b self, out: &mut Output<'b, '_, Sqlite>) -> serialize::Result {
        out.set_value(serde_json::to_string(&self.0)?);
        Ok(IsNull::No)
    }
}
