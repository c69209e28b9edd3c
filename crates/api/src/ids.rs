//! Where ids are made: UUIDv7, so that new rows lie together and lists walk in the order of creation.

/// 128 bits of a new UUIDv7.
#[allow(clippy::disallowed_methods, reason = "the one place that makes ids")]
pub fn fresh() -> u128 {
    uuid::Uuid::now_v7().as_u128()
}

/// A kind of id that can be made.
pub trait New: Sized {
    /// A new id.
    fn new() -> Self;
}

macro_rules! new {
    ($($(#[$doc:meta])* $id:ident = $prefix:literal;)+) => {
        $(impl New for domain::id::$id { fn new() -> Self { Self::from_u128(fresh()) } })+
    };
}

domain::for_each_id!(new);
