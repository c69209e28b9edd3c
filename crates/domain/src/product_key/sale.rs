//! Selling a batch of product keys to a reseller, who sells its keys on (K-03), and what is given back of its price.

use crate::billing::ChargeKind;
use crate::id::{ChargeId, ResellerId};
use crate::money::{Money, MoneyError, UnitPrice};
use crate::policy::RoundingRule;
use crate::product_key::KeyBatch;
use crate::refusal::Refusal;
use crate::tax::{self, Payable, TaxRule, Taxed};
use time::OffsetDateTime;

/// What a batch cost the reseller that it was sold to, or what is given back of that: a fact, never changed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KeyCharge {
    /// What a credit names.
    pub id: ChargeId,
    /// Who pays, or is given back.
    pub reseller_id: ResellerId,
    /// [`ChargeKind::New`] for the sale, [`ChargeKind::Cancel`] for what is given back.
    pub kind: ChargeKind,
    /// For how many keys.
    pub keys: u32,
    /// Licences of each key.
    pub quantity: u32,
    /// The price of one licence and the whole term that a key pays.
    pub unit_price: UnitPrice,
    /// The amount, rounded once; below zero for a credit.
    pub net: Money,
    /// The tax on it; none where it is not known where the reseller is, or was not kept then.
    pub tax: Option<Money>,
    /// The formula in numbers; it gives `net` once rounded.
    pub explain: String,
    /// The charge that this one gives back.
    pub reverses: Option<ChargeId>,
    /// Who caused it: a user's or an API client's id.
    pub created_by: String,
    /// When, by the marketplace's clock.
    pub created_at: OffsetDateTime,
}

impl KeyCharge {
    /// The amount, with its tax where that is known.
    pub fn payable(&self) -> Payable {
        let taxed = self.tax.and_then(|tax| Taxed::of(self.net, tax).ok());
        taxed.map_or(Payable::Net(self.net), Payable::Taxed)
    }
}

/// By whom, when and as which charge.
#[derive(Debug, Clone)]
pub struct Booking {
    /// The id of the charge that comes of it.
    pub id: ChargeId,
    /// A user's or an API client's id.
    pub by: String,
    /// The marketplace's now.
    pub at: OffsetDateTime,
}

/// Whether a batch can be sold: once, whole, and while its keys are worth something.
pub const fn sellable(batch: &KeyBatch, used: u32) -> Result<(), Refusal> {
    if batch.reseller_id.is_some() {
        Err(Refusal::KeysAlreadySold)
    } else if batch.revoked_at.is_some() || used > 0 {
        Err(Refusal::KeysNotSellable)
    } else {
        Ok(())
    }
}

/// What a reseller is charged for a batch, at its price of a licence and term, and with the tax of where it is.
pub fn charge(
    batch: &KeyBatch,
    reseller_id: ResellerId,
    unit_price: UnitPrice,
    tax_rule: Option<TaxRule>,
    rounding: RoundingRule,
    booking: Booking,
) -> Result<KeyCharge, MoneyError> {
    let (keys, quantity) = (batch.count, batch.quantity);
    let net = unit_price.times(quantity).times(keys.into(), 1)?.round(rounding.mode)?;
    let taxed = tax::payable(net.currency, &[(tax_rule, net)], rounding.mode)?.taxed();
    Ok(KeyCharge {
        id: booking.id,
        reseller_id,
        kind: ChargeKind::New,
        keys,
        quantity,
        unit_price,
        net,
        tax: taxed.map(|taxed| taxed.tax),
        explain: format!("{keys} * {quantity} * {unit_price}"),
        reverses: None,
        created_by: booking.by,
        created_at: booking.at,
    })
}

/// What is given back where a batch that was sold is revoked: the price of the keys that were not redeemed; none
/// where all of them were. Made of what was charged, so that never more is given back, however it was rounded.
pub fn credit(
    of: &KeyCharge,
    used: u32,
    rounding: RoundingRule,
    booking: Booking,
) -> Result<Option<KeyCharge>, MoneyError> {
    let unused = of.keys.saturating_sub(used);
    if unused == 0 {
        return Ok(None);
    }
    let part = |of_all: Money| of_all.exact().times(unused.into(), of.keys.into())?.round(rounding.mode);
    let given = part(of.net)?;
    Ok(Some(KeyCharge {
        id: booking.id,
        kind: ChargeKind::Cancel,
        keys: unused,
        net: given.negated(),
        tax: of.tax.map(part).transpose()?.map(Money::negated),
        explain: format!("-{} * {unused} / {}", of.net, of.keys),
        reverses: Some(of.id),
        created_by: booking.by,
        created_at: booking.at,
        ..of.clone()
    }))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::id::{KeyBatchId, MarketplaceId, OfferId};
    use crate::money::Currency;
    use proptest::prelude::*;
    use time::macros::datetime;

    const RESELLER: ResellerId = ResellerId::from_u128(7);
    const ROUNDING: RoundingRule = RoundingRule::default_value();

    fn batch(quantity: u32, count: u32) -> KeyBatch {
        KeyBatch {
            id: KeyBatchId::from_u128(1),
            marketplace_id: MarketplaceId::from_u128(2),
            offer_id: OfferId::from_u128(3),
            quantity,
            count,
            reseller_id: None,
            sold_at: None,
            created_by: "usr_1".to_owned(),
            created_at: datetime!(2026-09-06 10:00 UTC),
            revoked_at: None,
            version: 1,
        }
    }

    fn booking(id: u128) -> Booking {
        Booking { id: ChargeId::from_u128(id), by: "usr_1".to_owned(), at: datetime!(2026-09-07 10:00 UTC) }
    }

    fn sold(quantity: u32, count: u32, micros: i64) -> KeyCharge {
        let price = UnitPrice::from_micros(micros, Currency::Eur);
        charge(&batch(quantity, count), RESELLER, price, None, ROUNDING, booking(4)).unwrap()
    }

    #[test]
    fn u36_a_batch_is_charged_at_its_price() {
        let charge = sold(5, 3, 112_800_000);
        assert_eq!((charge.net.to_string(), charge.explain.as_str()), ("1692.00".to_owned(), "3 * 5 * 112.80"));
        // Rounded once: a third of a cent a licence.
        let charge = sold(3, 7, 3_333);
        assert_eq!((charge.net.to_string(), charge.kind), ("0.07".to_owned(), ChargeKind::New));
    }

    #[test]
    fn u36_what_was_not_redeemed_of_a_revoked_batch_is_given_back() {
        let charge = sold(5, 3, 112_800_000);
        let back = credit(&charge, 1, ROUNDING, booking(5)).unwrap().unwrap();
        assert_eq!((back.net.to_string(), back.explain.as_str()), ("-1128.00".to_owned(), "-1692.00 * 2 / 3"));
        assert_eq!((back.kind, back.keys, back.reverses), (ChargeKind::Cancel, 2, Some(charge.id)));
        assert_eq!(credit(&charge, 3, ROUNDING, booking(5)), Ok(None));
    }

    #[test]
    fn u36_a_batch_is_sold_once_whole_and_while_it_is_worth_something() {
        let fresh = batch(5, 3);
        assert_eq!(sellable(&fresh, 0), Ok(()));
        assert_eq!(sellable(&fresh, 1), Err(Refusal::KeysNotSellable));
        let revoked = KeyBatch { revoked_at: Some(fresh.created_at), ..fresh.clone() };
        assert_eq!(sellable(&revoked, 0), Err(Refusal::KeysNotSellable));
        assert_eq!(sellable(&KeyBatch { reseller_id: Some(RESELLER), ..revoked }, 2), Err(Refusal::KeysAlreadySold));
    }

    proptest! {
        #[test]
        fn u36_never_more_is_given_back_than_was_charged(
            quantity in 1..1_000_u32, count in 1..=1_000_u32, micros in 1..1_000_000_000_i64, used in 0..=1_000_u32,
        ) {
            let charge = sold(quantity, count, micros);
            let back = credit(&charge, used, ROUNDING, booking(5)).unwrap();
            let given = back.map_or(0, |back| -back.net.minor);
            prop_assert!(0 <= given && given <= charge.net.minor);
            prop_assert_eq!(given, if used == 0 { charge.net.minor } else { given });
        }
    }
}
