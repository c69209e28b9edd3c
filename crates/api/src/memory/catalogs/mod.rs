//! The published catalogues, held in memory as they are sold: loaded at a publish, read by every request.
//!
//! The database says which version is in force; [`Catalogs::refresh`] takes up a newer one. Answers are
//! rendered once per product and audience and kept as bytes until a price or a policy begins or ends.

mod policies;
pub mod search;

pub use policies::{Policies, sold};

use crate::App;
use crate::http::problem::Problem;
use arc_swap::ArcSwap;
use domain::catalog::{Offer, PriceEntry, PriceOwner, Product, Sku};
use domain::id::{MarketplaceId, OfferId, ProductId};
use domain::money::Currency;
use domain::policy::{Book, Policy};
use domain::pricing::{self, Buyer, PriceQuote};
use search::Index;
use std::collections::{HashMap, HashSet};
use std::sync::Arc;
use store::Conn;
use store::catalog::{CatalogData, Category};
use store::marketplaces::Record;
use time::OffsetDateTime;

/// Rendered products kept per catalogue, in bytes.
const RENDERED_BYTES: u64 = 16 * 1024 * 1024;

/// The catalogues of all marketplaces.
#[derive(Default)]
pub struct Catalogs(ArcSwap<HashMap<MarketplaceId, Arc<Catalog>>>);

impl Catalogs {
    /// A marketplace's catalogue; an empty one where nothing is published yet.
    pub fn of(&self, marketplace: MarketplaceId) -> Arc<Catalog> {
        self.0.load().get(&marketplace).cloned().unwrap_or_else(|| Arc::new(Catalog::empty()))
    }

    /// Takes up the version in force, where it is newer than the one held; the catalogue that then holds.
    pub fn refresh(&self, conn: &mut Conn, record: &Record) -> Result<Arc<Catalog>, Problem> {
        let id = record.marketplace.id;
        if let Some(held) = self.0.load().get(&id).filter(|held| held.version >= record.catalog_version) {
            return Ok(Arc::clone(held));
        }
        let data = store::catalog::load(conn, id)?;
        let policies = store::policies::load(conn, id)?;
        let fresh = Arc::new(Catalog::new(record.catalog_version, record.marketplace.currency, data, policies));
        self.0.rcu(|held| {
            let mut next = HashMap::clone(held);
            // Another thread may have been faster, with a newer one.
            if next.get(&id).is_none_or(|held| held.version < fresh.version) {
                next.insert(id, Arc::clone(&fresh));
            }
            next
        });
        Ok(self.of(id))
    }
}

/// A marketplace's now and catalogue as the database has them: a clock moved or a list published by another process
/// is seen here, so that a preview and what it is a preview of agree.
pub fn now_of(app: &App, conn: &mut Conn, id: MarketplaceId) -> Result<(OffsetDateTime, Arc<Catalog>), Problem> {
    let marketplace = store::marketplaces::get(conn, id)?;
    let real = app.clock.now();
    let now = real.checked_add(time::Duration::microseconds(marketplace.clock_offset_us)).unwrap_or(real);
    Ok((now, app.catalogs.refresh(conn, &marketplace)?))
}

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
    rendered: moka::sync::Cache<(Audience, usize), Arc<crate::catalog::products::view::Rendered>>,
    pages: moka::sync::Cache<PageKey, Arc<crate::catalog::products::view::Page>>,
}

/// A product with its SKUs.
pub struct ProductNode {
    /// The product.
    pub product: Product,
    /// Its SKUs by title.
    pub skus: Vec<SkuNode>,
}

/// A SKU with its offers.
pub struct SkuNode {
    /// The SKU.
    pub sku: Sku,
    /// Its offers: the preselected first, then by term and billing cycle.
    pub offers: Vec<Offer>,
}

/// Readers who see the same amounts: only those with prices of their own are told apart.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Audience {
    /// Whose prices.
    pub buyer: Buyer,
    /// Whether cost is shown: to the provider only (N-07).
    pub cost: bool,
}

/// Who asks, and for which page: the query string as it came.
pub type PageKey = (Audience, String);

/// An offer found in the catalogue.
#[derive(Clone, Copy)]
pub struct Found<'a> {
    /// Its product.
    pub product: &'a Product,
    /// Its SKU.
    pub sku: &'a Sku,
    /// The offer.
    pub offer: &'a Offer,
}

impl Catalog {
    fn empty() -> Self {
        Self::new(0, Currency::Eur, CatalogData::default(), Book::default())
    }

    fn new(version: i64, currency: Currency, data: CatalogData, policies: Book) -> Self {
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
                .weigher(|key: &PageKey, page: &Arc<crate::catalog::products::view::Page>| {
                    u32::try_from(key.1.len() + page.bytes.len()).unwrap_or(u32::MAX)
                })
                .build(),
            rendered: moka::sync::Cache::builder()
                .max_capacity(RENDERED_BYTES)
                .weigher(|_, rendered: &Arc<crate::catalog::products::view::Rendered>| {
                    u32::try_from(rendered.bytes.len()).unwrap_or(u32::MAX)
                })
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
    pub fn page(&self, key: &PageKey, now: OffsetDateTime) -> Option<Arc<crate::catalog::products::view::Page>> {
        self.pages.get(key).filter(|held| held.holds(now))
    }

    /// Keeps a page for whoever asks the same.
    pub fn keep_page(&self, key: PageKey, page: crate::catalog::products::view::Page) {
        self.pages.insert(key, Arc::new(page));
    }

    /// A product as bytes for an audience, rendered at most once until its prices change.
    pub fn rendered(
        &self,
        position: usize,
        audience: Audience,
        now: OffsetDateTime,
    ) -> Result<Arc<crate::catalog::products::view::Rendered>, Problem> {
        if let Some(held) = self.rendered.get(&(audience, position)).filter(|held| held.holds(now)) {
            return Ok(held);
        }
        let node = &self.products[position];
        let fresh =
            Arc::new(crate::catalog::products::view::render(self, node, audience, now, self.next_change(node, now))?);
        self.rendered.insert((audience, position), Arc::clone(&fresh));
        Ok(fresh)
    }
}

fn assemble(products: Vec<Product>, skus: Vec<Sku>, offers: Vec<Offer>) -> Vec<ProductNode> {
    let mut offers_of: HashMap<_, Vec<Offer>> = HashMap::new();
    for offer in offers {
        offers_of.entry(offer.sku_id).or_default().push(offer);
    }
    let mut skus_of: HashMap<_, Vec<SkuNode>> = HashMap::new();
    for sku in skus {
        let mut offers = offers_of.remove(&sku.id).unwrap_or_default();
        offers.sort_by_key(|offer| {
            (!offer.preselected, offer.term, offer.billing_cycle, offer.segment, offer.market, offer.id)
        });
        skus_of.entry(sku.product_id).or_default().push(SkuNode { sku, offers });
    }
    let mut nodes: Vec<_> = products
        .into_iter()
        .map(|product| {
            let mut skus = skus_of.remove(&product.id).unwrap_or_default();
            skus.sort_by(|one, other| (&one.sku.title, one.sku.id).cmp(&(&other.sku.title, other.sku.id)));
            ProductNode { product, skus }
        })
        .collect();
    nodes.sort_by(|one, other| (&one.product.title, one.product.id).cmp(&(&other.product.title, other.product.id)));
    nodes
}
