//! One published catalogue, held in memory as it is sold. Answers are rendered once per product and audience and kept
//! as bytes until a price or a policy begins or ends.

use crate::http::problem::Problem;
use crate::memory::catalogs::nodes::{Audience, Found, ProductNode, SkuNode, assemble};
use crate::memory::catalogs::policies::Policies;
use crate::memory::catalogs::rendered::{Rendered, RenderedPage};
use crate::memory::catalogs::search::Index;
use crate::memory::catalogs::upgrades::Upgrades;
use domain::catalog::{Offer, PriceEntry, PriceOwner, Product, TermPlan, preselected, ruled, sold_to};
use domain::delegation::strictest;
use domain::id::{CustomerId, OfferId, ProductId, SkuId};
use domain::language::{Language, Translations};
use domain::money::Currency;
use domain::party::{Country, Market};
use domain::policy::{Book, DelegatedAdministration, Policy};
use domain::pricing::{self, Buyer, PriceQuote};
use domain::product_key::prepayable;
use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};
use std::ops::Range;
use std::sync::Arc;
use store::catalog::{CatalogData, Category};
use time::OffsetDateTime;

/// Rendered products kept per catalogue, in bytes.
const RENDERED_BYTES: u64 = 16 * 1024 * 1024;

/// One marketplace's published catalogue.
pub struct Catalog {
    /// Counts up with each publish.
    pub version: i64,
    /// The seller's country, and the currency that the marketplace sells in.
    pub market: Market,
    /// Categories in their order.
    pub categories: Vec<Category>,
    /// Products by title.
    pub products: Vec<ProductNode>,
    positions: HashMap<ProductId, usize>,
    /// Positions in the order of Microsoft's ids.
    by_external_id: Vec<u32>,
    offers: HashMap<OfferId, (u32, u32, u32)>,
    /// Those of an offer stand together.
    prices: Vec<PriceEntry>,
    prices_of: HashMap<OfferId, Range<usize>>,
    /// What rules the offers, and when.
    pub policies: Policies,
    with_own_prices: HashSet<PriceOwner>,
    /// The countries that anything is sold in.
    countries: HashSet<Country>,
    /// Of what product keys can pay one offer for each policy and market: what says where keys have service.
    prepaid: Vec<OfferId>,
    /// By product, SKU and category.
    texts: HashMap<String, Translations>,
    /// Languages that anything has a text in.
    spoken: BTreeSet<Language>,
    /// One offer for each of the policies that, at some time, ask for a customer's acceptance of its partner (K-13).
    delegated: Vec<OfferId>,
    index: Index,
    upgrades: Upgrades,
    rendered: moka::sync::Cache<(Audience, usize), Arc<Rendered>>,
    pages: moka::sync::Cache<PageKey, Arc<RenderedPage>>,
}

/// Who asks, and for which page: the query string as it came.
pub type PageKey = (Audience, String);

impl Catalog {
    /// Nothing is sold yet.
    pub fn empty() -> Self {
        let nowhere = Market { country: Country::NOWHERE, currency: Currency::Eur };
        Self::new(0, nowhere, CatalogData::default(), Book::default())
    }

    /// The catalogue of a version, as the database has it.
    pub fn new(version: i64, market: Market, data: CatalogData, policies: Book) -> Self {
        let CatalogData { mut categories, products, skus, mut offers, mut prices, texts } = data;
        ruled(&products, &skus, &mut offers);
        let texts: HashMap<String, Translations> = texts.into_iter().collect();
        let spoken = texts.values().flat_map(Translations::languages).chain([Language::En]).collect();
        categories.sort_by(|one, other| (one.position, &one.slug).cmp(&(other.position, &other.slug)));
        let countries = offers.iter().map(|offer| offer.market.country).collect();
        let products = assemble(products, skus, offers);
        prices.sort_by_key(|entry| entry.offer_id);
        prices.shrink_to_fit();
        let (mut prices_of, mut begun) = (HashMap::new(), 0);
        for of_offer in prices.chunk_by(|one, other| one.offer_id == other.offer_id) {
            prices_of.insert(of_offer[0].offer_id, begun..begun + of_offer.len());
            begun += of_offer.len();
        }
        let offers = (0..).zip(&products).flat_map(|(p, node)| {
            let skus = (0..).zip(&node.skus);
            skus.flat_map(move |(s, sku)| (0..).zip(&sku.offers).map(move |(o, offer)| (offer.id, (p, s, o))))
        });
        let mut by_external_id: Vec<u32> = (0..).take(products.len()).collect();
        by_external_id.sort_by_key(|at| products[*at as usize].product.external_id.as_str());
        let policies = Policies::new(policies, &products);
        Self {
            version,
            market,
            countries,
            categories,
            prepaid: prepaid(&products, &policies),
            delegated: delegated(&products, &policies),
            positions: products.iter().enumerate().map(|(position, node)| (node.product.id, position)).collect(),
            offers: offers.collect(),
            by_external_id,
            with_own_prices: prices.iter().map(|entry| entry.owner).collect(),
            prices,
            prices_of,
            policies,
            index: Index::build(&products, &texts),
            upgrades: Upgrades::among(&products),
            texts,
            spoken,
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

    /// The product that Microsoft knows by an id.
    pub fn by_external_id(&self, id: &str) -> Option<&ProductNode> {
        let place = self
            .by_external_id
            .binary_search_by_key(&id, |at| self.products[*at as usize].product.external_id.as_str())
            .ok()?;
        Some(&self.products[self.by_external_id[place] as usize])
    }

    /// An offer with what it belongs to.
    pub fn offer(&self, id: OfferId) -> Option<Found<'_>> {
        let (product, sku, offer) = *self.offers.get(&id)?;
        let product = &self.products[product as usize];
        let sku = &product.skus[sku as usize];
        Some(Found { product: &product.product, sku: &sku.sku, offer: &sku.offers[offer as usize] })
    }

    /// All offers of the SKU of one.
    pub fn siblings(&self, id: OfferId) -> &[Offer] {
        self.sku_of(id).map_or(&[], |sku| &sku.offers)
    }

    /// The SKU that an offer is of.
    pub fn sku_of(&self, id: OfferId) -> Option<&SkuNode> {
        let (product, sku, _) = self.offers.get(&id)?;
        Some(&self.products[*product as usize].skus[*sku as usize])
    }

    /// A SKU with its product and its offers; looked for among all, so not for what is asked often.
    pub fn sku(&self, id: SkuId) -> Option<(&Product, &SkuNode)> {
        let of = |node: &'_ ProductNode| node.skus.iter().position(|sku| sku.sku.id == id);
        self.products.iter().find_map(|node| of(node).map(|at| (&node.product, &node.skus[at])))
    }

    /// SKUs that Microsoft names one as an upgrade of.
    pub fn upgrade_of(&self, sku: SkuId) -> &[SkuId] {
        self.upgrades.sources(sku)
    }

    /// The SKUs that one can be upgraded to, with their products, as far as they are sold here.
    pub fn upgrade_targets(&self, sku: SkuId) -> impl Iterator<Item = (&Product, &SkuNode)> {
        self.upgrades.targets(sku).iter().map(|place| self.at(*place))
    }

    /// What a subscription of a product may become: each SKU of the product, and those of others that Microsoft names.
    pub fn reachable(&self, product: ProductId) -> impl Iterator<Item = (&Product, &SkuNode)> {
        let node = self.position(product).map(|position| &self.products[position]);
        let own = node.into_iter().flat_map(|node| node.skus.iter().map(|sku| (&node.product, sku)));
        own.chain(self.upgrades.akin(product).iter().map(|place| self.at(*place)))
    }

    fn at(&self, (product, sku): (u32, u32)) -> (&Product, &SkuNode) {
        let node = &self.products[product as usize];
        (&node.product, &node.skus[sku as usize])
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
        pricing::select(self.prices_of(offer), buyer, at)
    }

    /// The countries whose customers can redeem product keys, where the seller sits in a country (K-09); none where
    /// keys have service everywhere.
    pub fn countries_of_keys(&self, seller: Country, now: OffsetDateTime) -> Option<BTreeSet<Country>> {
        let mut countries = BTreeSet::new();
        for found in self.prepaid.iter().filter_map(|id| self.offer(*id)) {
            let Some(policy) = self.policy(found.offer, now) else { continue };
            let (served, market) = (&policy.rules.served_countries, found.offer.market.country);
            match (market == seller, served.is_empty()) {
                (true, true) => return None,
                (true, false) => countries.extend(served),
                (false, everywhere) => countries.extend((everywhere || served.contains(&market)).then_some(market)),
            }
        }
        Some(countries)
    }

    /// What a partner needs before it administers for a customer here: its acceptance, where the policy of anything
    /// that is sold asks for that (K-13).
    pub fn delegated_administration(&self, now: OffsetDateTime) -> DelegatedAdministration {
        let policies = self.delegated.iter().filter_map(|id| self.policy(self.offer(*id)?.offer, now));
        strictest(policies.map(|policy| policy.rules.delegated_administration))
    }

    /// What an offer costs whom, from when until when: everything that can hold from two weeks ago on.
    pub fn prices_of(&self, offer: OfferId) -> &[PriceEntry] {
        self.prices_of.get(&offer).map_or(&[], |range| &self.prices[range.clone()])
    }

    /// Whether anything can be bought: an offer whose sale has not ended, with a price that holds.
    pub fn sells(&self, now: OffsetDateTime) -> bool {
        let holds = |entry: &PriceEntry| entry.valid_from <= now && entry.valid_until.is_none_or(|until| now < until);
        let mut offers = self.products.iter().flat_map(|node| &node.skus).flat_map(|sku| &sku.offers);
        offers.any(|offer| offer.sale_ended(now).is_none() && self.prices_of(offer.id).iter().any(holds))
    }

    /// How many prices are held: what is past or superseded is not.
    pub const fn prices_held(&self) -> usize {
        self.prices.len()
    }

    /// The texts of a product or SKU, by its id, or of a category, by its slug.
    pub fn texts(&self, subject: &str) -> Option<&Translations> {
        self.texts.get(subject)
    }

    /// What something is called in a language, where that has a word for it.
    pub fn title<'a>(&'a self, subject: &str, language: Language, as_it_came: &'a str) -> &'a str {
        self.texts.get(subject).and_then(|texts| texts.title.get(&language)).map_or(as_it_came, String::as_str)
    }

    /// The same for what it is for.
    pub fn description<'a>(&'a self, subject: &str, language: Language, as_it_came: &'a str) -> &'a str {
        self.texts.get(subject).and_then(|texts| texts.description.get(&language)).map_or(as_it_came, String::as_str)
    }

    /// The language in which whoever wants one reads the catalogue: English, where nothing is there in it.
    pub fn read_in(&self, wanted: Language) -> Language {
        if self.spoken.contains(&wanted) { wanted } else { Language::En }
    }

    /// Whose prices a buyer sees: its own, where it has some.
    pub fn alike(&self, buyer: Buyer) -> Buyer {
        let own = |owner: PriceOwner| self.with_own_prices.contains(&owner);
        let of_customer = |id: &CustomerId| own(PriceOwner::Customer(*id));
        match buyer {
            Buyer::Anybody => Buyer::Anybody,
            Buyer::Reseller(id) if own(PriceOwner::Reseller(id)) => buyer,
            Buyer::Direct(id) if of_customer(&id) => buyer,
            Buyer::Reseller(_) | Buyer::Direct(_) => Buyer::Anybody,
            Buyer::Resold(id) => Buyer::Resold(id.filter(of_customer)),
        }
    }

    /// The readers among whom a buyer is, who reads in a language.
    pub fn audience(&self, buyer: Buyer, cost: bool, country: Option<Country>, language: Language) -> Audience {
        Audience {
            buyer: self.alike(buyer),
            cost,
            language: self.read_in(language),
            country: country
                .map(|country| if self.countries.contains(&country) { country } else { self.market.country }),
        }
    }

    /// Whether buyers of different countries see different offers.
    pub fn has_markets(&self) -> bool {
        self.countries.len() > 1
    }

    /// The offers of a SKU that readers see.
    pub fn seen<'a>(&self, sku: &'a SkuNode, audience: Audience, now: OffsetDateTime) -> Vec<&'a Offer> {
        match audience.country {
            None => sku.offers.iter().collect(),
            Some(country) => sold_to(&sku.offers, country, self.market, now),
        }
    }

    /// Of the offers of a SKU that readers see those that are selected first: one in each market, by what they can buy.
    pub fn preselected(
        &self,
        sku: &SkuNode,
        seen: &[&Offer],
        audience: Audience,
        now: OffsetDateTime,
    ) -> BTreeMap<Market, OfferId> {
        let plans = TermPlan::by_preference(&sku.sku, &sku.offers);
        let can_be_bought =
            |offer: &Offer| offer.sale_ended(now).is_none() && self.price(offer.id, audience.buyer, now).is_some();
        let mut markets: BTreeMap<Market, Vec<&Offer>> = BTreeMap::new();
        for offer in seen {
            markets.entry(offer.market).or_default().push(offer);
        }
        let first =
            |(market, offers): (Market, Vec<&Offer>)| Some((market, preselected(&offers, &plans, can_be_bought)?.id));
        markets.into_iter().filter_map(first).collect()
    }

    /// Whether readers see anything of a product; what has no offers at all is told of.
    pub fn is_seen(&self, node: &ProductNode, audience: Audience, now: OffsetDateTime) -> bool {
        let shown = |sku: &SkuNode| {
            let first = sku.offers.first();
            // Mostly the first is: nothing more is looked at then.
            first.is_some_and(|first| first.market == self.market && first.sale_ended(now).is_none())
                || !self.seen(sku, audience, now).is_empty()
        };
        audience.country.is_none() || node.skus.iter().all(|sku| sku.offers.is_empty()) || node.skus.iter().any(shown)
    }

    /// Positions of the products that a text finds, the best first; all in the list's order for an empty text.
    pub fn search(&self, text: &str) -> Vec<usize> {
        self.index.find(text).unwrap_or_else(|| (0..self.products.len()).collect())
    }

    /// When a price or a policy of a product next changes.
    fn next_change(&self, node: &ProductNode, now: OffsetDateTime) -> Option<OffsetDateTime> {
        let offers = || node.skus.iter().flat_map(|sku| &sku.offers);
        let entries = offers().flat_map(|offer| self.prices_of(offer.id));
        let prices = entries.flat_map(|entry| [Some(entry.valid_from), entry.valid_until]).flatten();
        let policies = offers().filter_map(|offer| self.policies.of(offer)).filter_map(|timeline| timeline.next(now));
        let sales = offers().filter_map(|offer| offer.end_of_sale);
        prices.chain(sales).filter(|change| *change > now).chain(policies).min()
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

fn prepaid(products: &[ProductNode], policies: &Policies) -> Vec<OfferId> {
    let mut seen = HashSet::new();
    let offers = products.iter().flat_map(|node| &node.skus).flat_map(|sku| &sku.offers);
    let rules = |offer: &Offer| (policies.of(offer).map(std::ptr::from_ref), offer.market.country);
    offers.filter(|offer| prepayable(offer).is_ok() && seen.insert(rules(offer))).map(|offer| offer.id).collect()
}

fn delegated(products: &[ProductNode], policies: &Policies) -> Vec<OfferId> {
    let mut seen = HashSet::new();
    let offers = products.iter().flat_map(|node| &node.skus).flat_map(|sku| &sku.offers);
    let asks = |(_, policy): &(OffsetDateTime, Policy)| {
        policy.rules.delegated_administration == DelegatedAdministration::Required
    };
    let mut first = |offer: &&Offer| policies.of(offer).is_some_and(|of| seen.insert(std::ptr::from_ref(of)));
    let one_each = offers.filter(|offer| first(offer));
    let asking = one_each.filter(|offer| policies.of(offer).is_some_and(|of| of.entries().iter().any(asks)));
    asking.map(|offer| offer.id).collect()
}
