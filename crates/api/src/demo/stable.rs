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

/// An id of a marketplace's demo data: in the order of its number among these, and before all that come later.
pub fn numbered(slug: &str, number: u32) -> u128 {
    const BEGINNING: u128 = 1_735_689_600_000; // 2025 began so many milliseconds after 1970
    let random = stable(&format!("{slug} {number}"));
    let (of_time, of_chance) = (BEGINNING + u128::from(number), random & 0x0fff_0000_0000_0000_0000);
    of_time << 80 | 0x7 << 76 | of_chance | 0x2 << 62 | random & 0x3fff_ffff_ffff_ffff
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbered_ids_are_uuids_of_version_7_in_the_order_of_their_numbers() {
        let (first, second) = (numbered("terra", 1), numbered("terra", 2));
        assert!(first < second && second < crate::ids::fresh());
        assert_ne!(first, numbered("cancom", 1));
        assert_eq!((first >> 76 & 0xf, first >> 62 & 0x3), (7, 2));
    }
}
