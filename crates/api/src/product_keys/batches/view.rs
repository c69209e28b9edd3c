//! Batches of product keys on the wire. The keys themselves are in the answer that made them, and nowhere else.

use crate::clock::instant;
use crate::page;
use domain::product_key::KeyBatch;
use serde::Serialize;
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

page!(
    /// A page of batches, newest first.
    ProductKeyBatchPage of ProductKeyBatch
);

/// A batch on the wire.
pub fn view(batch: &KeyBatch, used: u32, keys: Option<Vec<String>>) -> ProductKeyBatch {
    ProductKeyBatch {
        id: batch.id.to_string(),
        offer_id: batch.offer_id.to_string(),
        quantity: batch.quantity,
        count: batch.count,
        used,
        keys,
        created_by: batch.created_by.clone(),
        created_at: instant(batch.created_at),
        revoked_at: batch.revoked_at.map(instant),
    }
}
