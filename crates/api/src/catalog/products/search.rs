//! One page of the catalogue: which products it shows, and its bytes.

use crate::catalog::products::reader::Reader;
use crate::catalog::products::view::{self, CategoryCount, ProductFacets, PublisherCount};
use crate::http::problem::Problem;
use crate::http::wire::list;
use crate::memory::catalogs::catalog::Catalog;
use crate::memory::catalogs::nodes::{Audience, ProductNode};
use crate::memory::catalogs::rendered::{Rendered, RenderedPage};
use domain::catalog::{OfferKind, Segment};
use std::collections::HashMap;
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
    /// Whether the whole result is counted by publisher and category.
    pub facets: bool,
}

impl WantedProducts {
    fn is_of_publisher(&self, node: &ProductNode) -> bool {
        self.publisher.as_ref().is_none_or(|publisher| node.product.publisher == *publisher)
    }

    fn is_of_category(&self, catalog: &Catalog, node: &ProductNode) -> bool {
        self.category.as_ref().is_none_or(|slug| catalog.within(&node.product.category, slug))
    }

    /// Whether the audience sees a product, and some offer of it is of the segment and the kind.
    fn is_offered(&self, catalog: &Catalog, node: &ProductNode, audience: Audience, now: OffsetDateTime) -> bool {
        let (segment, kind) = (self.segment, self.kind);
        let mut offers = node.skus.iter().flat_map(|sku| &sku.offers);
        catalog.is_seen(node, audience, now)
            && ((segment.is_none() && kind.is_none())
                || offers.any(|offer| {
                    segment.is_none_or(|wanted| offer.segment == wanted)
                        && kind.is_none_or(|wanted| offer.kind == wanted)
                }))
    }
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
    if wanted.facets {
        let facets = serde_json::to_string(&facets(catalog, wanted, audience, now)).map_err(Problem::internal)?;
        body.extend_from_slice(b",\"facets\":");
        body.extend_from_slice(facets.as_bytes());
        digests.push_str(&facets);
    }
    body.push(b'}');
    let digest = crate::keys::sha256(digests.as_bytes());
    let tag = format!("\"{:032x}\"", u128::from_be_bytes(digest[..16].try_into().unwrap_or_default()));
    Ok(RenderedPage { bytes: body.into(), tag, from: now, until })
}

/// Positions of one page, and whether more follow.
fn select(catalog: &Catalog, wanted: &WantedProducts, audience: Audience, now: OffsetDateTime) -> (Vec<usize>, bool) {
    let WantedProducts { limit, after, .. } = wanted;
    let fits = |position: &usize| {
        let node = &catalog.products[*position];
        wanted.is_of_category(catalog, node)
            && wanted.is_of_publisher(node)
            && wanted.is_offered(catalog, node, audience, now)
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

/// How the whole result is spread, each facet counted without its own filter.
fn facets(catalog: &Catalog, wanted: &WantedProducts, audience: Audience, now: OffsetDateTime) -> ProductFacets {
    let (mut publishers, mut own): (HashMap<&str, usize>, HashMap<&str, usize>) = Default::default();
    for position in catalog.search(&wanted.q) {
        let node = &catalog.products[position];
        let (of_publisher, of_category) = (wanted.is_of_publisher(node), wanted.is_of_category(catalog, node));
        if !(of_publisher || of_category) || !wanted.is_offered(catalog, node, audience, now) {
            continue;
        }
        if of_category {
            *publishers.entry(&node.product.publisher).or_default() += 1;
        }
        if of_publisher {
            *own.entry(&node.product.category).or_default() += 1;
        }
    }
    let count = |(publisher, count): (&str, usize)| PublisherCount { publisher: publisher.to_owned(), count };
    let mut publishers: Vec<_> = publishers.into_iter().map(count).collect();
    publishers.sort_by(|one, other| (other.count, &one.publisher).cmp(&(one.count, &other.publisher)));
    let categories = catalog.categories.iter().map(|category| {
        let within = own.iter().filter(|(slug, _)| catalog.within(slug, &category.slug));
        let title = catalog.title(&category.slug, audience.language, &category.title).to_owned();
        CategoryCount { category: category.slug.clone(), title, count: within.map(|(_, count)| count).sum() }
    });
    ProductFacets { publishers, categories: categories.filter(|category| category.count > 0).collect() }
}
