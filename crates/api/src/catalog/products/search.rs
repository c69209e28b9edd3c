//! One page of the catalogue: which products it shows, and its bytes.

use crate::catalog::products::reader::Reader;
use crate::catalog::products::view;
use crate::http::problem::Problem;
use crate::http::wire::list;
use crate::memory::catalogs::catalog::Catalog;
use crate::memory::catalogs::nodes::Audience;
use crate::memory::catalogs::rendered::{Rendered, RenderedPage};
use domain::catalog::{OfferKind, Segment};
use std::sync::Arc;
use time::OffsetDateTime;

/// Which products are asked for.
pub struct WantedProducts {
    /// Words of what is said of a product.
    pub q: String,
    /// A category's slug.
    pub category: Option<String>,
    /// The name of who makes it.
    pub publisher: Option<String>,
    /// A segment that an offer of it must have.
    pub segment: Option<Segment>,
    /// A kind that an offer of it must be of.
    pub kind: Option<OfferKind>,
    /// The most products.
    pub limit: usize,
    /// Where the product that the page before ended with stands in the catalogue.
    pub after: Option<usize>,
}

/// A product as bytes, from memory where it was rendered before.
pub fn rendered(
    catalog: &Catalog,
    position: usize,
    audience: Audience,
    now: OffsetDateTime,
) -> Result<Arc<Rendered>, Problem> {
    catalog.rendered(position, audience, now, |node, until| view::render(catalog, node, audience, now, until))
}

/// Writes a page of products for a reader.
pub fn write_page(
    catalog: &Catalog,
    wanted: &WantedProducts,
    reader: &Reader,
    audience: Audience,
    now: OffsetDateTime,
) -> Result<RenderedPage, Problem> {
    let (positions, more) = select(catalog, wanted, audience, now);
    let next_cursor =
        more.then(|| positions.last().map(|last| list::cursor(catalog.products[*last].product.id.as_u128()))).flatten();
    let (mut digests, mut until) = (String::new(), None);
    let mut body = Vec::with_capacity(64 + positions.len() * 2_048);
    body.extend_from_slice(b"{\"data\":[");
    for (n, position) in positions.into_iter().enumerate() {
        let rendered = rendered(catalog, position, audience, now)?;
        until = [until, rendered.until].into_iter().flatten().min();
        if n > 0 {
            body.push(b',');
        }
        let owned = rendered.write(catalog.products[position].product.id, reader.owned(), &mut body);
        digests.push_str(&format!("{}{owned} ", rendered.digest));
    }
    body.extend_from_slice(b"],\"next_cursor\":");
    body.extend_from_slice(next_cursor.map_or_else(|| "null".to_owned(), |cursor| format!("\"{cursor}\"")).as_bytes());
    body.push(b'}');
    let digest = crate::keys::sha256(digests.as_bytes());
    let tag = format!("\"{:032x}\"", u128::from_be_bytes(digest[..16].try_into().unwrap_or_default()));
    Ok(RenderedPage { bytes: body.into(), tag, from: now, until })
}

/// Positions of one page, and whether more follow.
fn select(catalog: &Catalog, wanted: &WantedProducts, audience: Audience, now: OffsetDateTime) -> (Vec<usize>, bool) {
    let WantedProducts { category, publisher, segment, kind, limit, after, .. } = wanted;
    let fits = |position: &usize| {
        let node = &catalog.products[*position];
        let mut offers = node.skus.iter().flat_map(|sku| &sku.offers);
        catalog.is_seen(node, audience, now)
            && category.as_ref().is_none_or(|slug| catalog.within(&node.product.category, slug))
            && publisher.as_ref().is_none_or(|publisher| node.product.publisher == *publisher)
            && ((segment.is_none() && kind.is_none())
                || offers.any(|offer| {
                    segment.is_none_or(|wanted| offer.segment == wanted)
                        && kind.is_none_or(|wanted| offer.kind == wanted)
                }))
    };
    let mut found = catalog.search(&wanted.q).into_iter();
    if let Some(last) = after {
        found.find(|position| position == last);
    }
    let mut positions: Vec<_> = found.filter(fits).take(limit + 1).collect();
    let more = positions.len() > *limit;
    positions.truncate(*limit);
    (positions, more)
}
