//! Answers kept as bytes while the prices in them hold.

use actix_web::web::Bytes;
use time::OffsetDateTime;

/// A product as bytes, without its last member `owned_quantity`.
pub struct Rendered {
    /// `{"id":…,"skus":[…]`: the answer up to what the customer owns.
    pub bytes: Bytes,
    /// A digest of the bytes.
    pub digest: String,
    /// When it was written.
    pub from: OffsetDateTime,
    /// Until one of its prices begins or ends.
    pub until: Option<OffsetDateTime>,
}

/// A page of products as it goes out.
pub struct RenderedPage {
    /// The whole answer.
    pub bytes: Bytes,
    /// Its entity tag.
    pub tag: String,
    /// When it was written.
    pub from: OffsetDateTime,
    /// Until a price in it begins or ends.
    pub until: Option<OffsetDateTime>,
}

impl RenderedPage {
    /// Whether its prices hold at an instant.
    pub fn holds(&self, now: OffsetDateTime) -> bool {
        self.from <= now && self.until.is_none_or(|until| now < until)
    }
}

impl Rendered {
    /// Whether its prices hold at an instant.
    pub fn holds(&self, now: OffsetDateTime) -> bool {
        self.from <= now && self.until.is_none_or(|until| now < until)
    }

    /// Appends the whole product with what the customer owns of it.
    pub fn write(&self, owned_quantity: u32, out: &mut Vec<u8>) {
        out.extend_from_slice(&self.bytes);
        out.extend_from_slice(b",\"owned_quantity\":");
        out.extend_from_slice(owned_quantity.to_string().as_bytes());
        out.push(b'}');
    }
}
