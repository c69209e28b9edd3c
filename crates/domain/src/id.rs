//! Typed, prefixed ids over UUIDv7: `ord_` + 26 characters of Crockford base32.
//!
//! The type keeps a customer's id from being passed for a reseller's; the time-ordered UUID inside
//! keeps new rows together. Ids are made in `api` and passed in.

use serde::{Deserialize, Deserializer, Serialize, Serializer};
use std::fmt;
use std::str::FromStr;

const ALPHABET: &[u8; 32] = b"0123456789abcdefghjkmnpqrstvwxyz";
const LENGTH: usize = 26;

/// A text that is not an id of the wanted kind.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("not an id: expected {prefix} and 26 characters of Crockford base32")]
pub struct InvalidId {
    /// The prefix that was expected, with its underscore.
    pub prefix: &'static str,
}

fn encode(prefix: &str, value: u128, f: &mut fmt::Formatter<'_>) -> fmt::Result {
    let mut text = [0_u8; LENGTH];
    for (place, byte) in text.iter_mut().rev().enumerate() {
        *byte = ALPHABET[((value >> (5 * place)) & 31) as usize];
    }
    f.write_str(prefix)?;
    f.write_str(std::str::from_utf8(&text).map_err(|_| fmt::Error)?)
}

fn decode(prefix: &'static str, text: &str) -> Result<u128, InvalidId> {
    let wrong = InvalidId { prefix };
    let digits = text.strip_prefix(prefix).ok_or_else(|| wrong.clone())?;
    // 26 × 5 bits are 130: a first digit above 7 would not fit 128.
    if digits.len() != LENGTH || digits.as_bytes()[0] > b'7' {
        return Err(wrong);
    }
    digits.bytes().try_fold(0_u128, |value, byte| {
        let digit = ALPHABET.iter().position(|known| *known == byte).ok_or_else(|| wrong.clone())?;
        Ok((value << 5) | digit as u128)
    })
}

macro_rules! ids {
    ($($(#[$doc:meta])* $name:ident = $prefix:literal;)+) => {$(
        $(#[$doc])*
        #[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub struct $name(u128);

        impl $name {
            /// What every id of this kind starts with.
            pub const PREFIX: &'static str = $prefix;

            /// The id around a UUID's 128 bits.
            pub const fn from_u128(value: u128) -> Self {
                Self(value)
            }

            /// The UUID's 128 bits.
            pub const fn as_u128(self) -> u128 {
                self.0
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                encode(Self::PREFIX, self.0, f)
            }
        }

        impl fmt::Debug for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                fmt::Display::fmt(self, f)
            }
        }

        impl FromStr for $name {
            type Err = InvalidId;
            fn from_str(text: &str) -> Result<Self, InvalidId> {
                decode(Self::PREFIX, text).map(Self)
            }
        }

        impl Serialize for $name {
            fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                serializer.collect_str(self)
            }
        }

        impl<'de> Deserialize<'de> for $name {
            fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                let text = <std::borrow::Cow<'de, str>>::deserialize(deserializer)?;
                text.parse().map_err(serde::de::Error::custom)
            }
        }
    )+};
}

/// Every id there is: `$made! { documentation, name = prefix; … }`. Whoever needs something for each of them, a column
/// or a maker, hands in a macro and keeps no list of its own.
#[macro_export]
macro_rules! for_each_id {
    ($made:ident) => {
        $made! {
            /// A marketplace: one storefront of a provider.
            MarketplaceId = "mkt_";
            /// A reseller: sells to customers, buys from the provider.
            ResellerId = "rsl_";
            /// A customer: the end organisation. Never Microsoft's tenant id.
            CustomerId = "cus_";
            /// A branch: another invoice address of a customer (C-34).
            BranchId = "brn_";
            /// A person who can log in.
            UserId = "usr_";
            /// An API client: a script or portal that gets in by client credentials.
            ApiClientId = "key_";
            /// A secret of an API client.
            ClientSecretId = "sec_";
            /// A log-in of a person: the family of its refresh tokens.
            SessionId = "ses_";
            /// A link that works once: activation, password reset.
            OneTimeTokenId = "ott_";
            /// A try to log in.
            LoginAttemptId = "att_";
            /// A product: a group of SKUs.
            ProductId = "prd_";
            /// A SKU (edition) of a product.
            SkuId = "sku_";
            /// An offer: the thing one can buy.
            OfferId = "ofr_";
            /// A price list.
            PriceListId = "prl_";
            /// An offer matrix: what Microsoft says of its SKUs.
            OfferMatrixId = "mtx_";
            /// A cart: what a buyer is about to order.
            CartId = "crt_";
            /// A line of a cart, and later of its order.
            LineId = "lin_";
            /// An order: what a buyer asked for.
            OrderId = "ord_";
            /// A subscription: one offer of one customer, in terms.
            SubscriptionId = "sub_";
            /// A change of a subscription.
            ChangeId = "chn_";
            /// A batch of product keys.
            KeyBatchId = "pkb_";
            /// A redemption of product keys.
            RedemptionId = "rdm_";
            /// A charge: an amount for a span of days.
            ChargeId = "chg_";
            /// An event: a fact, written once.
            EventId = "evt_";
            /// An answer of a register of VAT ids.
            VatCheckId = "vck_";
            /// A registration: a stranger who wants to be let in.
            RegistrationId = "reg_";
            /// A notification: what one person is told about one event.
            NotificationId = "ntf_";
            /// A job: long work that somebody asked for.
            JobId = "job_";
            /// A task: one event's work for one consumer.
            TaskId = "tsk_";
        }
    };
}

for_each_id!(ids);

impl MarketplaceId {
    /// Where those belong who run the installation: no marketplace, though their log-ins, their work and what they did
    /// are kept like one's.
    pub const PLATFORM: Self = Self::from_u128(u128::MAX);
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn only_the_exact_form_is_an_id() {
        let id = CustomerId::from_u128(u128::MAX).to_string();
        assert_eq!(id, "cus_7zzzzzzzzzzzzzzzzzzzzzzzzz");
        let wrong = [
            String::new(),
            id.replace("cus_", "rsl_"),
            id.replace("cus_7", "cus_8"),
            id.replace("cus_7", "cus_"),
            id.replace('z', "Z"),
            id.replacen('z', "u", 1),
            format!("{id}0"),
        ];
        for text in wrong {
            assert_eq!(text.parse::<CustomerId>(), Err(InvalidId { prefix: "cus_" }), "{text}");
        }
    }

    proptest! {
        #[test]
        fn an_id_survives_being_written(value: u128) {
            let id = OrderId::from_u128(value);
            prop_assert_eq!(id.to_string().parse(), Ok(id));
            prop_assert_eq!(id.as_u128(), value);
            let json = serde_json::to_string(&id).unwrap();
            prop_assert_eq!(serde_json::from_str::<OrderId>(&json).unwrap(), id);
        }

        #[test]
        fn texts_sort_like_ids(left: u128, right: u128) {
            let (left, right) = (EventId::from_u128(left), EventId::from_u128(right));
            prop_assert_eq!(left.to_string().cmp(&right.to_string()), left.cmp(&right));
        }

        #[test]
        fn no_other_text_of_the_same_length_is_an_id(text in "ord_[0-9a-zA-Z]{26}") {
            if let Ok(id) = text.parse::<OrderId>() {
                prop_assert_eq!(id.to_string(), text);
            }
        }
    }
}
