//! Shapes and conventions that every operation shares (api.md, Conventions).

pub mod body;
pub mod charge;
pub mod checks;
pub mod codes;
pub mod consents;
pub mod list;
pub mod money;
pub mod party;

use time::OffsetDateTime;
use time::format_description::well_known::Rfc3339;

/// An instant as on the wire: RFC 3339 in UTC with `Z`.
pub fn instant(at: OffsetDateTime) -> String {
    at.to_offset(time::UtcOffset::UTC).format(&Rfc3339).unwrap_or_default()
}

/// The instant of a text on the wire.
pub fn parse_instant(text: &str) -> Option<OffsetDateTime> {
    let at = OffsetDateTime::parse(text, &Rfc3339).ok()?.checked_to_offset(time::UtcOffset::UTC)?;
    Some(crate::clock::truncate(at))
}
