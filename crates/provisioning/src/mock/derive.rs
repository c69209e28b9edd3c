//! Ids and passwords that follow from a seed: the same story twice gives the same ids twice.
//!
//! Good enough for a mock and for nothing else: who knows the seed knows every password.

/// 128 well-spread bits of a seed and some texts: FNV-1a, then a finalizer, because FNV alone leaves
/// texts that differ in their last letter with almost the same bits.
pub(super) fn bits(seed: u64, parts: &[&str]) -> u128 {
    const OFFSET: u128 = 0x6c62_272e_07bb_0142_62b8_2175_6295_c58d;
    const PRIME: u128 = 0x0000_0000_0100_0000_0000_0000_0000_013b;
    let mut hash = OFFSET;
    let mut eat = |byte: u8| hash = (hash ^ u128::from(byte)).wrapping_mul(PRIME);
    seed.to_le_bytes().into_iter().for_each(&mut eat);
    for part in parts {
        part.bytes().for_each(&mut eat);
        // No text has this byte, so that ("ab", "c") and ("a", "bc") differ.
        eat(0xff);
    }
    let (high, low) = ((hash >> 64) as u64, hash as u64);
    let low = spread(low ^ high);
    let high = spread(high.wrapping_add(low));
    (u128::from(high) << 64) | u128::from(low)
}

/// The finalizer of SplitMix64.
fn spread(value: u64) -> u64 {
    let value = (value ^ (value >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    let value = (value ^ (value >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    value ^ (value >> 31)
}

/// An id in the shape of a GUID, as tenants, carts and subscriptions have.
pub(super) fn guid(seed: u64, parts: &[&str]) -> String {
    let bits = bits(seed, parts);
    format!(
        "{:08x}-{:04x}-4{:03x}-{:04x}-{:012x}",
        (bits >> 96) as u32,
        (bits >> 80) as u16,
        (bits >> 64) as u16 & 0xfff,
        (bits >> 48) as u16 & 0x3fff | 0x8000,
        bits as u64 & 0xffff_ffff_ffff
    )
}

/// An id of twelve hex digits, as orders have (`order-resources`).
pub(super) fn order_id(seed: u64, parts: &[&str]) -> String {
    format!("{:012x}", bits(seed, parts) as u64 & 0xffff_ffff_ffff)
}

/// A password of sixteen characters, of all four kinds that Microsoft wants.
pub(super) fn password(seed: u64, parts: &[&str]) -> String {
    const KINDS: [&[u8]; 4] = [b"ABCDEFGHJKLMNPQRSTUVWXYZ", b"abcdefghijkmnopqrstuvwxyz", b"23456789", b"!#%+-=?@"];
    let mut rest = bits(seed, parts);
    let pick = |place: usize| {
        let kind = KINDS[place % KINDS.len()];
        let chosen = (rest % kind.len() as u128) as usize;
        rest /= kind.len() as u128;
        char::from(kind[chosen])
    };
    (0..16).map(pick).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_of_neighbours_have_nothing_in_common() {
        let (one, two) = (guid(7, &["tenant", "a1"]), guid(7, &["tenant", "a2"]));
        let equal = one.bytes().zip(two.bytes()).filter(|(left, right)| left == right).count();
        assert!(equal < 14, "{one} {two}");
        let orders: std::collections::HashSet<_> =
            (0..10_000).map(|n| order_id(7, &["order", &n.to_string()])).collect();
        assert_eq!(orders.len(), 10_000);
    }

    #[test]
    fn the_parts_of_an_id_are_kept_apart() {
        assert_ne!(bits(1, &["ab", "c"]), bits(1, &["a", "bc"]));
        assert_ne!(bits(1, &["a"]), bits(2, &["a"]));
    }

    #[test]
    fn a_password_has_every_kind_of_character() {
        let password = password(7, &["tenant"]);
        assert_eq!(password.len(), 16);
        assert!(password.bytes().any(|byte| byte.is_ascii_uppercase()));
        assert!(password.bytes().any(|byte| byte.is_ascii_lowercase()));
        assert!(password.bytes().any(|byte| byte.is_ascii_digit()));
        assert!(password.bytes().any(|byte| byte.is_ascii_punctuation()));
    }
}
