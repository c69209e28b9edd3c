//! One published catalogue, held in memory as it is sold. Answers are rendered once per product and audience and kept
//! as bytes until a price or a policy begins or ends.

use crate::http::problem::Problem;
use crate::memory::catalogs::nodes::{Audience, Found, ProductNode, assemble};
use crate::memory::catalogs::policies::Policies;
use crate::memory::catalogs::rendered::{Rendered, RenderedPage};
use crate::memory::catalogs::search::Index;
use domain::catalog::{Offer, PriceEntry, PriceOwner};
use domain::id::{OfferId, ProductId};
use domain::money::Currency;
use domain::policy::{Book, Policy};
use domain::pricing::{self, Buyer, PriceQuote};
use std::collections::{HashMap, HashSet};
use std::sync::Arc;
use store::catalog::{CatalogData, Category};
use time::OffsetDateTime;

/// Rendered products kept per catalogue, in bytes.
const RENDERED_BYTES: u64 = 16 * 1024 * 1024;

/// One marketplace's published catalogue.
pub struct Catalog {
    /// Counts up with each publish.
    pub version: i64,
    /// What the marketplace sells in.
    pub currency: Currency,
    /// Categories in their order.
    pub categories: Vec<Category>,
    /// Products by title.
    pub products: Vec<ProductNode>,
    positions: HashMap<ProductId, usize>,
    offers: HashMap<OfferId, (usize, usize, usize)>,
    prices: HashMap<OfferId, Vec<PriceEntry>>,
    /// What rules the offers, and when.
    pub policies: Policies,
    with_own_prices: HashSet<PriceOwner>,
    index: Index,
    rendered: moka::sync::Cache<(Audience, usize), Arc<Rendered>>,
    pages: moka::sync::Cache<PageKey, Arc<RenderedPage>>,
}

/// Who asks, and for which page: the query string as it came.
pub type PageKey = (Audience, String);

impl Catalog {
    /// Nothing is sold yet.
    pub fn empty() -> Self {
        Self::new(0, Currency::Eur, CatalogData::default(), Book::default())
    }

    /// The catalogue of a version, as the database has it.
    pub fn new(version: i64, currency: Currency, data: CatalogData, policies: Book) -> Self {
        let CatalogData { mut categories, products, skus, offers, prices: entries } = data;
        categories.sort_by(|one, other| (one.position, &one.slug).cmp(&(other.position, &other.slug)));
        let products = assemble(products, skus, offers);
        let mut prices: HashMap<OfferId, Vec<PriceEntry>> = HashMap::new();
        for entry in entries {
            prices.entry(entry.offer_id).or_default().push(entry);
        }
        let offers = products.iter().enumerate().flat_map(|(p, node)| {
            let skus = node.skus.iter().enumerate();
            skus.flat_map(move |(s, sku)| sku.offers.iter().enumerate().map(move |(o, offer)| (offer.id, (p, s, o))))
        });
        Self {
            version,
            currency,
            categories,
            positions: products.iter().enumerate().map(|(position, node)| (node.product.id, position)).collect(),
            offers: offers.collect(),
            with_own_prices: prices.values().flatten().map(|entry| entry.owner).collect(),
            prices,
            policies: Policies::new(policies, &products),
            index: Index::build(&products),
            products,
            pages: moka::sync::Cache::builder()
                .max_capacity(RENDERED_BYTES)
                .weigher(|key: &PageKey, page: &Arc<RenderedPage>| {
                    u32::try_from(key.1.len() + page.bytes.len()).unwrap_or(u32::MAX)
                })
                .build(),
            rendered: moka::sync::Cache::builder()
                .max_capacity(RENDERED_BYTES)
                .weigher(|_, rendered: &Arc<Rendered>| u32::try_from(rendered.bytes.len()).unwrap_or(u32::MAX))
                .build(),
        }
    }

    /// Where a product stands in the list.
    pub fn position(&self, product: ProductId) -> Option<usize> {
        self.positions.get(&product).copied()
    }

    /// An offer with what it belongs to.
    pub fn offer(&self, id: OfferId) -> Option<Found<'_>> {
        let (product, sku, offer) = *self.offers.get(&id)?;
        let product = &self.products[product];
        let sku = &product.skus[sku];
        Some(Found { product: &product.product, sku: &sku.sku, offer: &sku.offers[offer] })
    }

    /// The policy that rules an offer at an instant, the overrides of its product and its own put over it.
    pub fn policy(&self, offer: &Offer, at: OffsetDateTime) -> Option<&Policy> {
        self.policies.of(offer).and_then(|timeline| timeline.at(at))
    }

    /// Whether a category is another or within it.
    pub fn within(&self, slug: &str, ancestor: &str) -> bool {
        let parent = |slug: &str| self.categories.iter().find(|category| category.slug == slug)?.parent.as_deref();
        // Bounded: a circle of parents must not hang a request.
        std::iter::successors(Some(slug), |slug| parent(slug)).take(8).any(|slug| slug == ancestor)
    }

    /// What an offer costs a buyer.
    pub fn price(&self, offer: OfferId, buyer: Buyer, at: OffsetDateTime) -> Option<PriceQuote> {
        pricing::select(self.prices.get(&offer).map_or(&[][..], Vec::as_slice), buyer, at)
    }

    /// The readers among whom a buyer is.
    pub fn audience(&self, buyer: Buyer, cost: bool) -> Audience {
        let own = |owner: PriceOwner| self.with_own_prices.contains(&owner);
        Audience {
            buyer: Buyer {
                customer: buyer.customer.filter(|id| own(PriceOwner::Customer(*id))),
                reseller: buyer.reseller.filter(|id| own(PriceOwner::Reseller(*id))),
            },
            cost,
        }
    }

    /// Positions of the products that a text finds, in the list's order; all for an empty text.
    pub fn search(&self, text: &str) -> Vec<usize> {
        self.index.find(text).unwrap_or_else(|| (0..self.products.len()).collect())
    }

    /// When a price or a policy of a product next changes.
    fn next_change(&self, node: &ProductNode, now: OffsetDateTime) -> Option<OffsetDateTime> {
        let offers = || node.skus.iter().flat_map(|sku| &sku.offers);
        let entries = offers().filter_map(|offer| self.prices.get(&offer.id)).flatten();
        let prices = entries.flat_map(|entry| [Some(entry.valid_from), entry.valid_until]).flatten();
        let policies = offers().filter_map(|offer| self.policies.of(offer)).filter_map(|timeline| timeline.next(now));
        prices.filter(|change| *change > now).chain(policies).min()
    }

    /// A page of products that was written before, while its prices hold.
    pub fn page(&self, key: &PageKey, now: OffsetDateTime) -> Option<Arc<RenderedPage>> {
        self.pages.get(key).filter(|held| held.holds(now))
    }

    /// Keeps a page for whoever asks the same.
    pub fn keep_page(&self, key: PageKey, page: RenderedPage) {
        self.pages.insert(key, Arc::new(page));
    }

    /// A product as bytes for an audience, rendered at most once until its prices change: `render` is told until when
    /// they hold.
    pub fn rendered(
        &self,
        position: usize,
        audience: Audience,
        now: OffsetDateTime,
        render: impl FnOnce(&ProductNode, Option<OffsetDateTime>) -> Result<Rendered, Problem>,
    ) -> Result<Arc<Rendered>, Problem> {
        if let Some(held) = self.rendered.get(&(audience, position)).filter(|held| held.holds(now)) {
            return Ok(held);
        }
        let node = &self.products[position];
        let fresh = Arc::new(render(node, self.next_change(node, now))?);
        self.rendered.insert((audience, position), Arc::clone(&fresh));
        Ok(fresh)
    }
}
