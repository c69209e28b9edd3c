//! The sale of an offer, as it is shown.

use crate::clock::instant;
use domain::id::OfferId;
use serde::Serialize;
use time::OffsetDateTime;
use utoipa::ToSchema;

/// Until when an offer is sold.
#[derive(Debug, Serialize, ToSchema)]
pub struct OfferSale {
    /// The id of the offer whose sale it is.
    #[schema(example = "ofr_01kagy2qk8e3vrc6h1x0m4t7ws")]
    pub offer_id: String,
    /// Whether it can be ordered now, where it has a price.
    pub on_sale: bool,
    /// From this instant on it is closed for new orders; null where it is sold without an end.
    #[schema(required, format = DateTime, example = "2026-12-31T23:00:00Z")]
    pub end_of_sale: Option<String>,
}

/// The sale of an offer on the wire.
pub fn view(offer: OfferId, end: Option<OffsetDateTime>, now: OffsetDateTime) -> OfferSale {
    OfferSale { offer_id: offer.to_string(), on_sale: end.is_none_or(|end| now < end), end_of_sale: end.map(instant) }
}
