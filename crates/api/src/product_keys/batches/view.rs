//! Batches of product keys on the wire. The keys themselves are in the answer that made them, and nowhere else.

use crate::clock::instant;
use crate::http::wire::codes::{ChargeKind, KeyState};
use crate::http::wire::money::{Payable, Price};
use crate::page;
use domain::product_key::sale::KeyCharge;
use domain::product_key::{self, KeyBatch};
use serde::Serialize;
use store::product_keys::ListedKey;
use utoipa::ToSchema;

/// Keys of one kind that were made together.
#[derive(Debug, Serialize, ToSchema)]
pub struct ProductKeyBatch {
    /// The id of the batch that the keys were made in.
    #[schema(example = "pkb_01kagy2qk8e3vrc6h1x0m4t7ws")]
    pub id: String,
    /// The offer that each key pays a term of.
    #[schema(example = "ofr_01kagy2qk8e3vrc6h1x0m4t7ws")]
    pub offer_id: String,
    /// How many licences each key pays.
    #[schema(example = 5)]
    pub quantity: u32,
    /// How many keys were made.
    #[schema(example = 20)]
    pub count: u32,
    /// How many of the keys were redeemed.
    #[schema(example = 3)]
    pub used: u32,
    /// The keys; only in the answer that made them, and never again.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(example = json!(["ABCDE-FGHJK-LMNPQ-RSTUV-23456"]))]
    pub keys: Option<Vec<String>>,
    /// The reseller that they were sold to; null where they were not sold.
    #[schema(required, example = "rsl_01kagy2qk8e3vrc6h1x0m4t7ws")]
    pub reseller_id: Option<String>,
    /// When they were sold, by the marketplace's clock; null where they were not.
    #[schema(required, format = DateTime, example = "2026-11-25T09:00:00Z")]
    pub sold_at: Option<String>,
    /// What the reseller was charged for them, and what was given back; empty where they were not sold.
    pub charges: Vec<ProductKeyCharge>,
    /// Who made them: the id of a user or of an API client.
    #[schema(example = "usr_01kagy2qk8e3vrc6h1x0m4t7ws")]
    pub created_by: String,
    /// When they were made, by the marketplace's clock.
    #[schema(format = DateTime, example = "2026-11-20T10:15:00Z")]
    pub created_at: String,
    /// Since when its unused keys can no longer be redeemed; null while they can.
    #[schema(required, format = DateTime, example = "2026-12-20T10:15:00Z")]
    pub revoked_at: Option<String>,
}

/// What a reseller was charged for a batch of product keys, or given back of that.
#[derive(Debug, Serialize, ToSchema)]
pub struct ProductKeyCharge {
    /// The id of the charge.
    #[schema(example = "chg_01kagy2qk8e3vrc6h1x0m4t7ws")]
    pub id: String,
    /// `new` for the sale, `cancel` for what was given back when the batch was revoked.
    pub kind: ChargeKind,
    /// For how many keys.
    #[schema(example = 20)]
    pub keys: u32,
    /// How many licences each key pays.
    #[schema(example = 5)]
    pub quantity: u32,
    /// The price of one licence and the whole term that a key pays.
    pub unit_price: Price,
    /// The amount, below zero where something is given back; with its tax, where it is known where the reseller is.
    pub money: Payable,
    /// The formula in numbers; it gives `money.net` once rounded.
    #[schema(example = "20 * 5 * 112.80")]
    pub explain: String,
    /// The id of the charge that this one gives back, wholly or in part; null where it gives nothing back.
    #[schema(required, example = "chg_01kagy2qk8e3vrc6h1x0m4t7wr")]
    pub reverses: Option<String>,
    /// When it was charged, by the marketplace's clock.
    #[schema(format = DateTime, example = "2026-11-25T09:00:00Z")]
    pub created_at: String,
}

/// What selling or revoking a batch would charge at this moment.
#[derive(Debug, Serialize, ToSchema)]
pub struct ProductKeyPreview {
    /// The charge that it would make; null where nothing would be given back.
    #[schema(required)]
    pub charge: Option<PreviewedKeyCharge>,
}

/// A charge for product keys that was not made.
#[derive(Debug, Serialize, ToSchema)]
pub struct PreviewedKeyCharge {
    /// `new` for a sale, `cancel` for what would be given back.
    pub kind: ChargeKind,
    /// For how many keys.
    #[schema(example = 20)]
    pub keys: u32,
    /// How many licences each key pays.
    #[schema(example = 5)]
    pub quantity: u32,
    /// The price of one licence and the whole term that a key pays.
    pub unit_price: Price,
    /// The amount, below zero where something is given back; with its tax, where it is known where the reseller is.
    pub money: Payable,
    /// The formula in numbers; it gives `money.net` once rounded.
    #[schema(example = "20 * 5 * 112.80")]
    pub explain: String,
}

/// A key of a batch, and what became of it. The key itself is not kept.
#[derive(Debug, Serialize, ToSchema)]
pub struct BatchKey {
    /// Its place in the batch, from 0: that of the key in the answer that made them.
    #[schema(example = 0)]
    pub position: u32,
    /// Its last group of five characters, by which it is told from others.
    #[schema(example = "23456")]
    pub last_five: String,
    /// What became of it.
    pub state: KeyState,
    /// When it was redeemed, by the marketplace's clock; null where it was not.
    #[schema(required, format = DateTime, example = "2026-12-01T08:00:00Z")]
    pub redeemed_at: Option<String>,
    /// The redemption that consumed it; null where none did, or that of a customer whom the caller does not see.
    #[schema(required, example = "rdm_01kagy2qk8e3vrc6h1x0m4t7ws")]
    pub redemption_id: Option<String>,
    /// The customer that it was redeemed for; null where there is none, or the caller does not see it.
    #[schema(required, example = "cus_01kagy2qk8e3vrc6h1x0m4t7ws")]
    pub customer_id: Option<String>,
}

page!(
    /// A page of the keys of a batch, in the order of their places.
    BatchKeyPage of BatchKey
);

page!(
    /// A page of batches, newest first.
    ProductKeyBatchPage of ProductKeyBatch
);

/// A batch on the wire.
pub fn view(batch: &KeyBatch, used: u32, charges: &[KeyCharge], keys: Option<Vec<String>>) -> ProductKeyBatch {
    ProductKeyBatch {
        id: batch.id.to_string(),
        offer_id: batch.offer_id.to_string(),
        quantity: batch.quantity,
        count: batch.count,
        used,
        keys,
        reseller_id: batch.reseller_id.map(|id| id.to_string()),
        sold_at: batch.sold_at.map(instant),
        charges: charges.iter().map(ProductKeyCharge::from).collect(),
        created_by: batch.created_by.clone(),
        created_at: instant(batch.created_at),
        revoked_at: batch.revoked_at.map(instant),
    }
}

/// A key of a batch on the wire.
pub fn key(batch: &KeyBatch, key: ListedKey) -> BatchKey {
    let redemption = key.redeemed.and_then(|redeemed| redeemed.redemption);
    BatchKey {
        position: key.position,
        last_five: key.last_five,
        state: KeyState(product_key::KeyState::of(batch, key.redeemed.is_some())),
        redeemed_at: key.redeemed.map(|redeemed| instant(redeemed.at)),
        redemption_id: redemption.map(|(id, _)| id.to_string()),
        customer_id: redemption.map(|(_, customer)| customer.to_string()),
    }
}

impl ProductKeyPreview {
    /// What a charge that was not made would be.
    pub fn of(charge: Option<&KeyCharge>) -> Self {
        let previewed = |charge: &KeyCharge| PreviewedKeyCharge {
            kind: ChargeKind(charge.kind),
            keys: charge.keys,
            quantity: charge.quantity,
            unit_price: charge.unit_price.into(),
            money: charge.payable().into(),
            explain: charge.explain.clone(),
        };
        Self { charge: charge.map(previewed) }
    }
}

impl From<&KeyCharge> for ProductKeyCharge {
    fn from(charge: &KeyCharge) -> Self {
        Self {
            id: charge.id.to_string(),
            kind: ChargeKind(charge.kind),
            keys: charge.keys,
            quantity: charge.quantity,
            unit_price: charge.unit_price.into(),
            money: charge.payable().into(),
            explain: charge.explain.clone(),
            reverses: charge.reverses.map(|id| id.to_string()),
            created_at: instant(charge.created_at),
        }
    }
}
