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

use self::sql::{Code, Document, Instant, Uid};
use crate::error::StoreError;
use diesel::deserialize::{self, FromSql, FromSqlRow};
use diesel::expression::AsExpression;
use diesel::pg::{Pg, PgValue};
use diesel::serialize::{self, IsNull, Output, ToSql};
use diesel::sql_types::BigInt;
use diesel::sqlite::{Sqlite, SqliteValue};
use domain::access::{OrganizationKind, Role, RoleName};
use domain::base::BaseId;
use domain::billing::ChargeKind;
use domain::calendar::{BillingCycle, Term};
use domain::catalog::{OfferKind, Segment};
use domain::delegation::DelegationStatus;
use domain::event::EventKind;
use domain::language::Language;
use domain::money::Currency;
use domain::notification::{NotificationKind, NotificationStatus};
use domain::order::{OrderLineStatus, OrderStatus};
use domain::party::MarketplaceStatus;
use domain::party::{CompanySize, Country};
use domain::people::{AccountConsentKind, RegistrationMode};
use domain::policy::PaymentMethod;
use domain::pricing::Payer;
use domain::product_key::RedemptionStatus;
use domain::product_key::action::KeyAction;
use domain::registration::RegistrationStatus;
use domain::subscription::change::{ChangeKind, Starts};
use domain::subscription::{AtTermEnd, SubscriptionStatus};
use domain::tax::billed::InvoiceAddress;
use domain::tax::standing::VatStanding;
use domain::tenant::TenantStatus;
use domain::trial::TrialThen;
use domain::zone::Zone;
use serde::Serialize;
use serde::de::DeserializeOwned;
use std::fmt::Debug;
use std::io::Write;
use time::OffsetDateTime;

/// The SQL types.
pub(crate) mod sql {
    #![allow(unreachable_pub, reason = "diesel makes columns public, and their types must be, too")]

    use diesel::query_builder::QueryId;
    use diesel::sql_types::SqlType;

    /// An id: a UUID.
    #[derive(Debug, Clone, Copy, SqlType, QueryId)]
    #[diesel(postgres_type(oid = 2950, array_oid = 2951), sqlite_type(name = "Binary"))]
    pub struct Uid;

    /// An instant, to the microsecond.
    #[derive(Debug, Clone, Copy, SqlType, QueryId)]
    #[diesel(postgres_type(oid = 1184, array_oid = 1185), sqlite_type(name = "Long"))]
    pub struct Instant;

    impl diesel::sql_types::SqlOrd for Instant {}

    /// A JSON document.
    #[derive(Debug, Clone, Copy, SqlType, QueryId)]
    #[diesel(postgres_type(oid = 3802, array_oid = 3807), sqlite_type(name = "Text"))]
    pub struct Document;

    /// A value of a closed set, by its stable code.
    #[derive(Debug, Clone, Copy, SqlType, QueryId)]
    #[diesel(postgres_type(oid = 25, array_oid = 1009), sqlite_type(name = "Text"))]
    pub struct Code;
}

/// An id in a column.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, AsExpression, FromSqlRow)]
#[diesel(sql_type = Uid)]
pub(crate) struct Id<T>(pub(crate) T);

/// What is 128 bits.
pub(crate) trait Bits: Copy + Debug {
    fn bits(self) -> u128;
    fn of_bits(bits: u128) -> Self;
}

/// `bits!`: every id of the domain stands in a column by its bits.
macro_rules! bits {
    ($($(#[$doc:meta])* $id:ident = $prefix:literal;)+) => {$(
        impl Bits for domain::id::$id {
            fn bits(self) -> u128 {
                self.as_u128()
            }
            fn of_bits(bits: u128) -> Self {
                Self::from_u128(bits)
            }
        }
    )+};
}
domain::for_each_id!(bits);

impl Bits for u128 {
    fn bits(self) -> u128 {
        self
    }
    fn of_bits(bits: u128) -> Self {
        bits
    }
}

fn id<T: Bits>(bytes: &[u8]) -> deserialize::Result<Id<T>> {
    let bytes = bytes.try_into().map_err(|_| format!("an id of {} bytes", bytes.len()))?;
    Ok(Id(T::of_bits(u128::from_be_bytes(bytes))))
}

impl<T: Bits> FromSql<Uid, Pg> for Id<T> {
    fn from_sql(value: PgValue<'_>) -> deserialize::Result<Self> {
        id(value.as_bytes())
    }
}

impl<T: Bits> FromSql<Uid, Sqlite> for Id<T> {
    fn from_sql(mut value: SqliteValue<'_, '_, '_>) -> deserialize::Result<Self> {
        id(value.read_blob())
    }
}

impl<T: Bits> ToSql<Uid, Pg> for Id<T> {
    fn to_sql<'b>(&'b self, out: &mut Output<'b, '_, Pg>) -> serialize::Result {
        out.write_all(&self.0.bits().to_be_bytes())?;
        Ok(IsNull::No)
    }
}

impl<T: Bits> ToSql<Uid, Sqlite> for Id<T> {
    fn to_sql<'b>(&'b self, out: &mut Output<'b, '_, Sqlite>) -> serialize::Result {
        out.set_value(self.0.bits().to_be_bytes().to_vec());
        Ok(IsNull::No)
    }
}

/// A value of a closed set in a column.
#[derive(Debug, Clone, Copy, PartialEq, AsExpression, FromSqlRow)]
#[diesel(sql_type = Code)]
pub(crate) struct Coded<T>(pub(crate) T);

/// What has a stable code.
pub(crate) trait HasCode: Debug + Sized {
    fn to_code(&self) -> &str;
    fn of_code(code: &str) -> Option<Self>;
}

/// `stored_codes!(Term, Segment)`: closed sets that stand in columns by their own `code` and `from_code`.
macro_rules! stored_codes {
    ($($code:ty),+ $(,)?) => {$(
        impl $crate::types::HasCode for $code {
            fn to_code(&self) -> &str {
                self.code()
            }
            fn of_code(code: &str) -> Option<Self> {
                Self::from_code(code)
            }
        }
    )+};
}

stored_codes!(
    AccountConsentKind,
    AtTermEnd,
    BillingCycle,
    CompanySize,
    ChangeKind,
    ChargeKind,
    Country,
    Currency,
    DelegationStatus,
    EventKind,
    InvoiceAddress,
    KeyAction,
    Language,
    NotificationKind,
    NotificationStatus,
    OfferKind,
    OrderLineStatus,
    OrderStatus,
    OrganizationKind,
    PaymentMethod,
    Payer,
    RedemptionStatus,
    RegistrationMode,
    MarketplaceStatus,
    RegistrationStatus,
    Role,
    RoleName,
    Segment,
    Starts,
    SubscriptionStatus,
    TenantStatus,
    Term,
    VatStanding,
);

impl HasCode for Zone {
    fn to_code(&self) -> &str {
        self.name()
    }
    fn of_code(code: &str) -> Option<Self> {
        code.parse().ok()
    }
}

/// Declares a closed set of the store's own, by the codes that stand in columns.
macro_rules! closed_set {
    ($(#[$doc:meta])* $name:ident { $($(#[$vdoc:meta])* $variant:ident = $code:literal),+ $(,)? }) => {
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
        pub enum $name { $($(#[$vdoc])* $variant),+ }

        impl $name {
            /// The stable code.
            pub const fn code(self) -> &'static str {
                match self { $(Self::$variant => $code),+ }
            }

            /// The value of a code.
            pub fn from_code(code: &str) -> Option<Self> {
                match code { $($code => Some(Self::$variant),)+ _ => None }
            }
        }

        $crate::types::stored_codes!($name);
    };
}
pub(crate) use {closed_set, stored_codes};

fn coded<T: HasCode>(code: &str) -> deserialize::Result<Coded<T>> {
    match T::of_code(code) {
        Some(value) => Ok(Coded(value)),
        None => Err(format!("{code:?} is no {}", std::any::type_name::<T>()).into()),
    }
}

impl<T: HasCode> FromSql<Code, Pg> for Coded<T> {
    fn from_sql(value: PgValue<'_>) -> deserialize::Result<Self> {
        coded(std::str::from_utf8(value.as_bytes())?)
    }
}

impl<T: HasCode> FromSql<Code, Sqlite> for Coded<T> {
    fn from_sql(mut value: SqliteValue<'_, '_, '_>) -> deserialize::Result<Self> {
        coded(value.read_text())
    }
}

impl<T: HasCode> ToSql<Code, Pg> for Coded<T> {
    fn to_sql<'b>(&'b self, out: &mut Output<'b, '_, Pg>) -> serialize::Result {
        out.write_all(self.0.to_code().as_bytes())?;
        Ok(IsNull::No)
    }
}

impl<T: HasCode> ToSql<Code, Sqlite> for Coded<T> {
    fn to_sql<'b>(&'b self, out: &mut Output<'b, '_, Sqlite>) -> serialize::Result {
        out.set_value(self.0.to_code());
        Ok(IsNull::No)
    }
}

/// An instant in a column.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, AsExpression, FromSqlRow)]
#[diesel(sql_type = Instant)]
pub(crate) struct At(pub(crate) OffsetDateTime);

/// 1970-01-01 to 2000-01-01, PostgreSQL's first instant, in microseconds.
const PG_EPOCH_US: i64 = 946_684_800_000_000;

impl At {
    /// Microseconds since 1970; what is finer is cut off, as PostgreSQL would.
    fn micros(self) -> Result<i64, std::num::TryFromIntError> {
        i64::try_from(self.0.unix_timestamp_nanos().div_euclid(1_000))
    }

    fn of_micros(micros: i64) -> deserialize::Result<Self> {
        Ok(Self(OffsetDateTime::from_unix_timestamp_nanos(i128::from(micros) * 1_000)?))
    }
}

impl FromSql<Instant, Pg> for At {
    fn from_sql(value: PgValue<'_>) -> deserialize::Result<Self> {
        let micros = <i64 as FromSql<BigInt, Pg>>::from_sql(value)?;
        Self::of_micros(micros.checked_add(PG_EPOCH_US).ok_or("an instant out of range")?)
    }
}

impl FromSql<Instant, Sqlite> for At {
    fn from_sql(value: SqliteValue<'_, '_, '_>) -> deserialize::Result<Self> {
        Self::of_micros(<i64 as FromSql<BigInt, Sqlite>>::from_sql(value)?)
    }
}

impl ToSql<Instant, Pg> for At {
    fn to_sql<'b>(&'b self, out: &mut Output<'b, '_, Pg>) -> serialize::Result {
        let micros = self.micros()?.checked_sub(PG_EPOCH_US).ok_or("an instant out of range")?;
        ToSql::<BigInt, Pg>::to_sql(&micros, &mut out.reborrow())
    }
}

impl ToSql<Instant, Sqlite> for At {
    fn to_sql<'b>(&'b self, out: &mut Output<'b, '_, Sqlite>) -> serialize::Result {
        out.set_value(self.micros()?);
        Ok(IsNull::No)
    }
}

/// A value kept as a document.
#[derive(Debug, Clone, PartialEq, AsExpression, FromSqlRow)]
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

/// What a column says of what follows a trial.
pub(crate) fn trial_then(text: Option<&str>) -> Result<Option<TrialThen>, StoreError> {
    let read = |text: &str| text.parse().map_err(|_| StoreError::Corrupt(format!("after a trial: {text:?}")));
    text.map(read).transpose()
}

/// What a column says of what an add-on is of.
pub(crate) fn base(text: Option<&str>) -> Result<Option<BaseId>, StoreError> {
    let read = |text: &str| text.parse().map_err(|_| StoreError::Corrupt(format!("an add-on of {text:?}")));
    text.map(read).transpose()
}

/// A count from a column; databases have no unsigned numbers.
pub(crate) fn count(number: i64) -> Result<u32, StoreError> {
    u32::try_from(number).map_err(|_| StoreError::Corrupt(format!("a count of {number}")))
}
