//! Devices that somebody has logged in from before. They show it by a token that is signed and kept nowhere: it lets
//! nobody in, but strangers who have an account locked by guessing do not lock its devices out (OWASP, "Slow Down
//! Online Guessing Attacks with Device Cookies").

use crate::ids;
use crate::keys::Keys;
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use domain::id::{MarketplaceId, UserId};
use time::{Duration, OffsetDateTime};

/// How long a token is believed after the log-in that gave it; tries of a device are remembered as long.
pub const BELIEVED: Duration = Duration::days(180);
/// Bytes of a token before its signature: device, marketplace, user, when it was given.
const CONTENT: usize = 16 + 16 + 16 + 8;

/// A device that an account was logged in from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Device {
    /// What its tries are counted under.
    pub id: u128,
    /// Whose account it was.
    pub user: (MarketplaceId, UserId),
}

impl Device {
    /// One that an account is logged in from for the first time.
    pub fn new(user: (MarketplaceId, UserId)) -> Self {
        Self { id: ids::fresh(), user }
    }

    /// The token by which it shows at its next log-in that it is known.
    pub fn token(&self, keys: &Keys, now: OffsetDateTime) -> String {
        let mut token = Vec::with_capacity(CONTENT + 32);
        for id in [self.id, self.user.0.as_u128(), self.user.1.as_u128()] {
            token.extend(id.to_be_bytes());
        }
        token.extend(now.unix_timestamp().to_be_bytes());
        token.extend(keys.sign_device(&token));
        URL_SAFE_NO_PAD.encode(token)
    }

    /// The device of a token; none where it is not ours or too old.
    pub fn of_token(keys: &Keys, text: &str, now: OffsetDateTime) -> Option<Self> {
        let token = URL_SAFE_NO_PAD.decode(text).ok()?;
        let (content, signature) = token.split_at_checked(CONTENT)?;
        if !keys.is_device(content, signature) {
            return None;
        }
        let (ids, given) = content.split_at_checked(48)?;
        let id = |n: usize| Some(u128::from_be_bytes(ids.get(n * 16..(n + 1) * 16)?.try_into().ok()?));
        let age = now.unix_timestamp().saturating_sub(i64::from_be_bytes(given.try_into().ok()?));
        let user = (MarketplaceId::from_u128(id(1)?), UserId::from_u128(id(2)?));
        (age < BELIEVED.whole_seconds()).then_some(Self { id: id(0)?, user })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use time::macros::datetime;

    #[test]
    fn only_what_was_signed_here_and_not_long_ago_is_believed() {
        let (keys, now) = (Keys::derive(&[7; 32], None).unwrap(), datetime!(2026-09-06 10:15 UTC));
        let device = Device::new((MarketplaceId::from_u128(1), UserId::from_u128(2)));
        let token = device.token(&keys, now);
        let read = |keys: &Keys, text: &str, after| Device::of_token(keys, text, now + after);
        assert_eq!(read(&keys, &token, BELIEVED - Duration::SECOND), Some(device));
        assert_eq!(read(&keys, &token, BELIEVED), None);
        for wrong in ["", "A", &token[1..], &format!("B{}", &token[1..]), &format!("{token}AAAA"), "\u{e4}"] {
            assert_eq!(read(&keys, wrong, Duration::ZERO), None, "{wrong}");
        }
        let rotated = Keys::derive(&[8; 32], Some(&[7; 32])).unwrap();
        assert_eq!(read(&rotated, &token, Duration::ZERO), Some(device));
        assert_eq!(read(&Keys::derive(&[8; 32], None).unwrap(), &token, Duration::ZERO), None);
    }
}
