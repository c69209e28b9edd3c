//! Ids of the demo that are the same in every installation.

use crate::keys::sha256;

/// 128 bits that look like a UUIDv7, the same for the same name.
pub fn stable(name: &str) -> u128 {
    let digest = sha256(name.as_bytes());
    let value = u128::from_be_bytes(digest[..16].try_into().unwrap_or_default());
    (value & 0x0fff_ffff_ffff_0fff_3fff_ffff_ffff_ffff) >> 16 | 0x0000_0000_0000_7000_8000_0000_0000_0000
}

/// A GUID of some bits.
pub fn guid(value: u128) -> String {
    let hex = format!("{value:032x}");
    format!("{}-{}-{}-{}-{}", &hex[..8], &hex[8..12], &hex[12..16], &hex[16..20], &hex[20..])
}
