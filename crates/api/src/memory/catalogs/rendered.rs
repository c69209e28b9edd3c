//! Answers kept as bytes while the prices in them hold.

use crate::memory::owned::LicencesOwned;
use actix_web::web::Bytes;
use domain::id::{ProductId, SkuId};
use time::OffsetDateTime;

/// A product as bytes, without the numbers that each customer has its own of.
pub struct Rendered {
    /// The answer without what the customer owns.
    pub bytes: Bytes,
    /// Where that belongs in the bytes, in order, and of which edition it is; none is of the product.
    pub gaps: Vec<(usize, Option<SkuId>)>,
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

    /// Appends the whole product with what the customer owns of it; the numbers, for what tells the answer from others.
    pub fn write(&self, product: ProductId, owned: &LicencesOwned, out: &mut Vec<u8>) -> String {
        let (mut written, mut numbers) = (0, String::new());
        for (gap, sku) in &self.gaps {
            let number = match sku {
                Some(sku) => owned.skus.get(sku),
                None => owned.products.get(&product),
            };
            let number = number.copied().unwrap_or_default().to_string();
            out.extend_from_slice(&self.bytes[written..*gap]);
            out.extend_from_slice(number.as_bytes());
            written = *gap;
            numbers.push('-');
            numbers.push_str(&number);
        }
        out.extend_from_slice(&self.bytes[written..]);
        numbers
    }
}
