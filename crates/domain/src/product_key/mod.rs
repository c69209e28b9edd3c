//! Product keys: paid before, redeemed later (K-01…K-20).
//!
//! A key is 25 characters; what it is for is known by its batch. A redemption holds the keys that a customer entered
//! until it is completed; [`review`](review::review) says what completing it does, and consumes nothing.

pub mod action;
pub mod review;
pub mod sale;

use crate::calendar::BillingCycle;
use crate::catalog::{Offer, OfferKind};
use crate::coded::coded_enum;
use crate::id::{
    CustomerId, KeyBatchId, MarketplaceId, OfferId, OrderId, RedemptionId, ResellerId, SubscriptionId, UserId,
};
use crate::party::{Address, Contact, Customer};
use crate::product_key::action::KeyAction;
use crate::refusal::Refusal;
use crate::subscription::change::Starts;
use crate::tax::standing::VatCheck;
use serde::{Deserialize, Serialize};
use std::fmt;
use time::OffsetDateTime;

/// The characters of a key (K-01).
const LENGTH: usize = 25;
/// The characters of a group, where it is written in groups.
const GROUP: usize = 5;
/// What a mail, a spreadsheet or a scan puts between the characters of a key: blanks and dashes of any kind, marks
/// that are printed between groups, and what cannot be seen.
fn separates(letter: char) -> bool {
    let blank = letter.is_whitespace() || matches!(letter, '\u{2800}' | '\u{3164}');
    let dash = matches!(
        letter,
        '-' | '\u{58a}' | '\u{5be}' | '\u{1806}' | '\u{2010}'
            ..='\u{2015}'
                | '\u{2043}'
                | '\u{2212}'
                | '\u{2d7}'
                | '\u{2e3a}'
                | '\u{2e3b}'
                | '\u{30fb}'
                | '\u{fe31}'
                | '\u{fe32}'
                | '\u{fe58}'
                | '\u{fe63}'
                | '\u{ff0d}'
    );
    let mark = matches!(letter, '_' | '.' | ':' | '/' | '|' | '\u{b7}' | '\u{2022}' | '\u{2027}');
    let unseen = matches!(
        letter,
        '\u{ad}'
            | '\u{34f}'
            | '\u{61c}'
            | '\u{180e}'
            | '\u{200b}'..='\u{200f}'
            | '\u{202a}'..='\u{202e}'
            | '\u{2060}'..='\u{206f}'
            | '\u{fe00}'..='\u{fe0f}'
            | '\u{feff}'
    );
    blank || dash || mark || unseen
}

/// What new keys are made of: letters and digits that are not taken for one another.
const ALPHABET: &[u8; 32] = b"ABCDEFGHJKLMNPQRSTUVWXYZ23456789";

/// The most keys of one batch.
pub const MAX_BATCH: u32 = 1_000;
/// The most keys of one redemption (K-05).
pub const MAX_KEYS: usize = 25;

/// A product key in its normal form: capitals in five groups. It is a secret: whoever has it has what was paid.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct ProductKey([u8; LENGTH]);

impl ProductKey {
    /// Reads a key as people write or paste it: 25 letters and digits, in one piece or with separators of any kind
    /// between them (G-26).
    pub fn parse(text: &str) -> Result<Self, Refusal> {
        let letters = text.chars().filter(|letter| !separates(*letter));
        // One more than a key has tells that there are too many.
        let letters: Option<Vec<u8>> = letters
            .take(LENGTH + 1)
            .map(|letter| u8::try_from(letter.to_ascii_uppercase()).ok().filter(u8::is_ascii_alphanumeric))
            .collect();
        letters.and_then(|letters| letters.try_into().ok()).map(Self).ok_or(Refusal::ProductKeyInvalid)
    }

    /// The key that random bytes make; five bits of each are used.
    pub fn of_random(bytes: &[u8; LENGTH]) -> Self {
        Self(bytes.map(|byte| ALPHABET[usize::from(byte & 31)]))
    }

    /// The bytes of the normal form, without dashes: what it is known by.
    pub const fn as_bytes(&self) -> &[u8] {
        &self.0
    }

    /// The last group: enough to tell keys apart, too little to redeem them.
    pub fn last_five(&self) -> String {
        String::from_utf8_lossy(&self.0[LENGTH - GROUP..]).into_owned()
    }
}

/// The normal form, for whoever the key is handed to.
impl fmt::Display for ProductKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let groups: Vec<_> = self.0.chunks(GROUP).map(String::from_utf8_lossy).collect();
        f.write_str(&groups.join("-"))
    }
}

/// Logs show no key.
impl fmt::Debug for ProductKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "ProductKey(…{})", self.last_five())
    }
}

coded_enum! {
    /// Where a redemption stands.
    RedemptionStatus {
        /// Begun; nothing is consumed (K-07).
        Open = "open",
        /// Its keys are consumed.
        Completed = "completed",
    }
}

coded_enum! {
    /// What became of a key.
    KeyState {
        /// It can be redeemed.
        Unused = "unused",
        /// It was consumed.
        Redeemed = "redeemed",
        /// It can no longer be redeemed.
        Revoked = "revoked",
    }
}

impl KeyState {
    /// Of a key of a batch: what was redeemed stays so when the batch is revoked.
    pub const fn of(batch: &KeyBatch, redeemed: bool) -> Self {
        match (redeemed, batch.revoked_at) {
            (true, _) => Self::Redeemed,
            (false, Some(_)) => Self::Revoked,
            (false, None) => Self::Unused,
        }
    }
}

/// Keys of one kind that were made together.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KeyBatch {
    /// What the batch is called in requests; its keys have no ids.
    pub id: KeyBatchId,
    /// The marketplace in which its keys can be redeemed.
    pub marketplace_id: MarketplaceId,
    /// What each key pays a term of.
    pub offer_id: OfferId,
    /// Licences of each key.
    pub quantity: u32,
    /// How many keys.
    pub count: u32,
    /// The reseller that it was sold to (K-03).
    pub reseller_id: Option<ResellerId>,
    /// When it was sold.
    pub sold_at: Option<OffsetDateTime>,
    /// Who made it: a user's or an API client's id.
    pub created_by: String,
    /// When its keys were made, by the marketplace's clock.
    pub created_at: OffsetDateTime,
    /// Since when its unused keys can no longer be redeemed.
    pub revoked_at: Option<OffsetDateTime>,
    /// Counts each change; the ETag.
    pub version: i64,
}

/// Whether a key can pay a term of an offer: licences for a term that is charged once.
pub fn prepayable(offer: &Offer) -> Result<(), Refusal> {
    let once = offer.billing_cycle == BillingCycle::OneTime || offer.billing_cycle.months() == offer.term.months();
    let right = offer.kind == OfferKind::Licensed && offer.term.months().is_some() && once;
    if right { Ok(()) } else { Err(Refusal::OfferNotPrepayable) }
}

/// What somebody wants a key to do; what is left open is decided by what the customer has.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct KeyUse {
    /// Which of the three.
    pub action: Option<KeyAction>,
    /// With which subscription.
    pub subscription_id: Option<SubscriptionId>,
    /// When a renewal starts (K-18, X-30).
    pub starts: Option<Starts>,
}

/// A key as it was entered: its keyed hash and its last group are kept, never the key.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EnteredKey {
    /// What it is known by.
    pub digest: [u8; 32],
    /// Its last group.
    pub last_five: String,
    /// What it is to do; once completed, what it did.
    pub wanted: KeyUse,
}

/// A redemption: resumable, and without effect until it is completed (K-07).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Redemption {
    /// What it is called in requests while it is resumed.
    pub id: RedemptionId,
    /// The marketplace whose keys can be entered.
    pub marketplace_id: MarketplaceId,
    /// The customer that gets what the keys pay; none as long as it does not exist.
    pub customer_id: Option<CustomerId>,
    /// The customer that comes into being once it is completed; none where there is one.
    pub new_customer: Option<NewCustomer>,
    /// The first administrator of a customer that came into being with it.
    pub administrator_id: Option<UserId>,
    /// Through which reseller.
    pub reseller_id: Option<ResellerId>,
    /// Where it stands.
    pub status: RedemptionStatus,
    /// What was entered, in that order.
    pub keys: Vec<EnteredKey>,
    /// The partner's number that the customer names (K-15).
    pub partner_of_record: Option<String>,
    /// Who confirmed being responsible (K-04): a user's or an API client's id.
    pub confirmed_by: String,
    /// When it was begun.
    pub created_at: OffsetDateTime,
    /// When it was completed.
    pub completed_at: Option<OffsetDateTime>,
    /// The order of what its keys activated.
    pub order_id: Option<OrderId>,
    /// Counts each change; the ETag.
    pub version: i64,
}

/// A customer that comes into being with a redemption (K-08). Stored redemptions keep it in this shape.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct NewCustomer {
    /// What the company is called.
    pub name: String,
    /// Where it is; its country says whether there is service (K-09).
    pub address: Address,
    /// Its VAT id, where it has one.
    pub vat_id: Option<String>,
    /// Who gets admin rights and the first licence (K-10).
    pub administrator: Contact,
    /// The language of that person's mails.
    pub language: Option<String>,
    /// The whole domain of the tenant that is created.
    pub domain: String,
    /// Whether that person has accepted Microsoft's agreement for the company.
    pub agreement_accepted: bool,
}

impl NewCustomer {
    /// The customer as it will be.
    pub fn customer(&self, id: CustomerId, marketplace_id: MarketplaceId, reseller_id: Option<ResellerId>) -> Customer {
        Customer {
            id,
            marketplace_id,
            reseller_id,
            name: self.name.clone(),
            contact: self.administrator.clone(),
            address: Some(self.address.clone()),
            vat_id: self.vat_id.clone(),
            vat: VatCheck::default(),
            size: None,
            invoice_email: None,
            external_ref: None,
            partner_of_record: None,
        }
    }
}

/// K-04: redeeming starts with an explicit confirmation.
pub const fn confirm(responsible: bool) -> Result<(), Refusal> {
    if responsible { Ok(()) } else { Err(Refusal::ResponsibilityRequired) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::calendar::Term;
    use crate::catalog::{QuantityLimits, Segment};
    use crate::id::SkuId;
    use crate::money::Currency;
    use crate::party::{Country, Market};
    use proptest::prelude::*;

    #[test]
    fn g26_k01_a_key_is_25_letters_and_digits_with_or_without_dashes() {
        let normal = "ABCDE-FGHJK-LMNPQ-RSTUV-23456";
        for text in [normal, "abcdefghjklmnpqrstuv23456", " abcde-fghjk-LMNPQ-rstuv-23456\n"] {
            assert_eq!(ProductKey::parse(text).map(|key| key.to_string()).as_deref(), Ok(normal), "{text}");
        }
        for text in [
            "ABCDEFGHJKLMNPQRSTUV2345",
            "ABCDEFGHJKLMNPQRSTUV234567",
            "ABCDEFGHJKLMNPQRSTUV2345!",
            "",
            "ABCDE-FGHJK-LMNPQ-RSTUV-2345",
            "ÄBCDEFGHJKLMNPQRSTUV23456",
            "ABCDEFGHJKLMNPQRSTUV2345\u{661}",
            "\u{ff21}BCDEFGHJKLMNPQRSTUV23456",
        ] {
            assert_eq!(ProductKey::parse(text), Err(Refusal::ProductKeyInvalid), "{text}");
        }
    }

    #[test]
    fn u35_separators_of_any_kind_are_taken_off() {
        let groups = ["ABCDE", "FGHJK", "LMNPQ", "RSTUV", "23456"];
        for separator in [
            " ",
            "  ",
            " - ",
            "-",
            "--",
            "\u{2011}",
            "\u{2013}",
            "\u{2014}",
            "\u{2212}",
            "\u{200b}",
            "\u{feff}",
            "\u{ad}",
            "\u{a0}",
            "\u{202f}",
            "\u{3000}",
            "\t",
            "\r\n",
            "_",
            ".",
            "\u{b7}",
            " \u{2022} ",
            "\u{2060}-\u{2060}",
        ] {
            let text = format!("{separator}{}{separator}", groups.join(separator));
            let key = ProductKey::parse(&text).map(|key| key.to_string());
            assert_eq!(key.as_deref(), Ok("ABCDE-FGHJK-LMNPQ-RSTUV-23456"), "{text:?}");
        }
        // Wherever they stand.
        let key = ProductKey::parse("ABCDEFG-HJKLMNPQRSTUV 23456-").map(|key| key.to_string());
        assert_eq!(key.as_deref(), Ok("ABCDE-FGHJK-LMNPQ-RSTUV-23456"));
        for mark in ["!", ",", "+", "\"", "\u{e4}"] {
            assert_eq!(ProductKey::parse(&groups.join(mark)), Err(Refusal::ProductKeyInvalid), "{mark}");
        }
    }

    proptest! {
        #[test]
        fn u35_what_stands_between_the_characters_changes_nothing(
            bytes: [u8; 25],
            between in proptest::collection::vec("[ \\-_.\u{a0}\u{2010}-\u{2015}\u{200b}\u{feff}]{0,3}", 26),
        ) {
            let key = ProductKey::of_random(&bytes);
            let letters = std::str::from_utf8(key.as_bytes()).unwrap().chars().map(String::from);
            let pasted: String = between
                .into_iter()
                .zip(letters.chain([String::new()]))
                .map(|(gap, letter)| gap + &letter)
                .collect();
            prop_assert_eq!(ProductKey::parse(&pasted.to_lowercase()), Ok(key));
        }
    }

    #[test]
    fn a_key_of_random_bytes_reads_like_any_other_and_is_not_logged() {
        let key = ProductKey::of_random(&std::array::from_fn(|n| u8::try_from(n * 10).unwrap_or(u8::MAX)));
        assert_eq!(ProductKey::parse(&key.to_string()), Ok(key));
        assert_eq!(format!("{key:?}"), format!("ProductKey(…{})", &key.to_string()[24..]));
    }

    #[test]
    fn a_key_pays_one_whole_term() {
        let of = |kind, term, billing_cycle| {
            let market = Market { country: Country::from_code("DE").unwrap(), currency: Currency::Eur };
            prepayable(&Offer {
                id: OfferId::from_u128(1),
                sku_id: SkuId::from_u128(1),
                term,
                billing_cycle,
                segment: Segment::Commercial,
                market,
                kind,
                limits: QuantityLimits::ANY,
                prerequisites: Vec::new(),
                policy_key: String::new(),
                preselected: false,
                end_of_sale: None,
            })
        };
        use BillingCycle::{Annual, Monthly, OneTime, Triennial};
        for (term, cycle) in [(Term::P1M, Monthly), (Term::P1Y, Annual), (Term::P3Y, Triennial), (Term::P1Y, OneTime)] {
            assert_eq!(of(OfferKind::Licensed, term, cycle), Ok(()));
        }
        for (kind, term, cycle) in [
            (OfferKind::Licensed, Term::P1Y, Monthly),
            (OfferKind::Licensed, Term::P3Y, Annual),
            (OfferKind::Perpetual, Term::None, OneTime),
            (OfferKind::Trial, Term::P1M, BillingCycle::None),
            (OfferKind::AddOn, Term::P1Y, Annual),
        ] {
            assert_eq!(of(kind, term, cycle), Err(Refusal::OfferNotPrepayable));
        }
    }
}
