//! Products, SKUs and offers on the wire, with the price that their reader pays.

use crate::catalog::skus::view::SubscriptionLimit;
use crate::clock::instant;
use crate::http::problem::Problem;
use crate::http::wire::codes::{BillingCycle, OfferKind, Segment, Term};
use crate::http::wire::money::Price;
use crate::memory::catalogs::catalog::Catalog;
use crate::memory::catalogs::nodes::Audience;
use crate::memory::catalogs::nodes::Found;
use crate::memory::catalogs::nodes::{ProductNode, SkuNode};
use crate::memory::catalogs::rendered::Rendered;
use crate::policies::view::Policy;
use domain::id::SkuId;
use domain::language::Language;
use domain::money::{Amount, Rounding};
use domain::pricing;
use serde::Serialize;
use time::OffsetDateTime;
use utoipa::ToSchema;

/// A product with its SKUs (editions) and their offers.
#[derive(Debug, Serialize, ToSchema)]
pub struct Product {
    /// The product's id.
    #[schema(example = "prd_01kagy2qk8e3vrc6h1x0m4t7ws")]
    pub id: String,
    /// What the product is called.
    #[schema(example = "Office 365 Enterprise (NCE)")]
    pub title: String,
    /// The name of who makes it.
    #[schema(example = "Microsoft Corporation")]
    pub publisher: String,
    /// What the product is for, in a sentence or two.
    #[schema(example = "Office applications, e-mail and collaboration for companies.")]
    pub description: String,
    /// The slug of its category.
    #[schema(example = "productivity")]
    pub category: String,
    /// Former names; a search finds it by them, too.
    #[schema(example = json!(["Office 365 Business Essentials"]))]
    pub aliases: Vec<String>,
    /// What its cheapest offer costs a licence and month; null where nothing recurs or has a price.
    #[schema(required)]
    pub from_price: Option<Price>,
    /// Its editions, each with its offers.
    pub skus: Vec<Sku>,
    /// Licences of it that the customer owns already, as far as the caller sees its subscriptions; 0 where no customer
    /// is asked about.
    #[schema(example = 5)]
    pub owned_quantity: u32,
}

/// An edition of a product.
#[derive(Debug, Serialize, ToSchema)]
pub struct Sku {
    /// The id of the edition.
    #[schema(example = "sku_01kagy2qk8e3vrc6h1x0m4t7ws")]
    pub id: String,
    /// What the edition is called.
    #[schema(example = "Office 365 E1")]
    pub title: String,
    /// What is in the edition.
    #[schema(example = "Office in the browser, e-mail with 50 GB, Teams.")]
    pub description: String,
    /// What one of it is called, where it is no licence; null where it is one.
    #[schema(required, example = "Core")]
    pub unit: Option<String>,
    /// The most that one customer may have of it, over all of its subscriptions; null where no limit is known.
    #[schema(required, example = 300)]
    pub customer_limit: Option<u32>,
    /// How many subscriptions of it one customer may have; null where no limit is known.
    #[schema(required)]
    pub subscription_limit: Option<SubscriptionLimit>,
    /// What its cheapest offer costs a licence and month; null where nothing recurs or has a price.
    #[schema(required)]
    pub from_price: Option<Price>,
    /// Its offers, the preselected first; a customer's are those that are sold in its market.
    pub offers: Vec<Offer>,
    /// What Microsoft names as its upgrades, also of other products; those of the same product that cost more a month
    /// are upgrades as well.
    pub upgrade_targets: Vec<UpgradeTarget>,
    /// Licences of it that the customer owns already; 0 where no customer is asked about.
    #[schema(example = 5)]
    pub owned_quantity: u32,
}

/// An edition that another can be upgraded to.
#[derive(Debug, Serialize, ToSchema)]
pub struct UpgradeTarget {
    /// The edition's id.
    #[schema(example = "sku_01kagy2qk8e3vrc6h1x0m4t7ws")]
    pub sku_id: String,
    /// The product that it is an edition of.
    #[schema(example = "prd_01kagy2qk8e3vrc6h1x0m4t7ws")]
    pub product_id: String,
    /// What the edition is called.
    #[schema(example = "Microsoft 365 Business Standard")]
    pub title: String,
}

/// The thing one can buy: SKU + term + billing cycle + segment + market.
#[derive(Debug, Serialize, ToSchema)]
pub struct Offer {
    /// The offer's id: what a line of a cart says.
    #[schema(example = "ofr_01kagy2qk8e3vrc6h1x0m4t7ws")]
    pub id: String,
    /// The edition that it sells.
    #[schema(example = "sku_01kagy2qk8e3vrc6h1x0m4t7ws")]
    pub sku_id: String,
    /// The product that the edition belongs to.
    #[schema(example = "prd_01kagy2qk8e3vrc6h1x0m4t7ws")]
    pub product_id: String,
    /// How long the buyer is bound.
    pub term: Term,
    /// How often a charge is raised.
    pub billing_cycle: BillingCycle,
    /// The customers that may buy it.
    pub segment: Segment,
    /// The country it is sold in: two capital letters of ISO 3166-1.
    #[schema(example = "DE")]
    pub country: String,
    /// The currency that it is sold in, by its three letters of ISO 4217.
    #[schema(example = "EUR", pattern = "^[A-Z]{3}$")]
    pub currency: String,
    /// From this instant on it is closed for new orders; what runs goes on. Null where it has no end.
    #[schema(required, format = DateTime, example = "2026-12-31T23:00:00Z")]
    pub end_of_sale: Option<String>,
    /// Whether it is licensed by term, a trial, perpetual, or an add-on to another.
    pub kind: OfferKind,
    /// Whether a frontend selects it first among the offers of its SKU: exactly one in each market. The plan that is
    /// set for the edition, else the one that the marketplace names, else twelve months charged monthly, twelve months
    /// at once, one month, three years; what has no price now comes after what has one.
    pub preselected: bool,
    /// What this reader pays per licence and billing cycle; null where there is no price now, and then it cannot be
    /// ordered.
    #[schema(required)]
    pub price: Option<Price>,
    /// The price list that the price comes from; null where there is no price.
    #[schema(required, example = "prl_01kagy2qk8e3vrc6h1x0m4t7ws")]
    pub price_list_id: Option<String>,
    /// What the provider pays; only in the provider's own answers.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub cost: Option<Price>,
    /// How many licences may be bought at once.
    pub limits: QuantityLimits,
    /// SKUs of which the customer must own one first; empty where it needs none.
    #[schema(example = json!(["sku_01kagy2qk8e3vrc6h1x0m4t7ws"]))]
    pub prerequisites: Vec<String>,
    /// The key of the policy that rules it.
    #[schema(example = "cancom_monthly12")]
    pub policy_key: String,
}

/// How many licences may be bought.
#[derive(Debug, Serialize, ToSchema)]
pub struct QuantityLimits {
    /// The fewest licences that can be bought.
    #[schema(example = 1)]
    pub min: u32,
    /// The most licences that can be bought.
    #[schema(example = 100_000)]
    pub max: u32,
    /// The quantity must be a multiple of this.
    #[schema(example = 1)]
    pub step: u32,
}

/// A category that products are found in.
#[derive(Debug, Serialize, ToSchema)]
pub struct Category {
    /// What queries and products call it.
    #[schema(example = "productivity")]
    pub slug: String,
    /// What people call it.
    #[schema(example = "Office und Produktivität")]
    pub title: String,
    /// The slug of the category it is in; null at the top.
    #[schema(required, example = "main")]
    pub parent: Option<String>,
    /// Its place among the others: the lowest comes first.
    #[schema(example = 2)]
    pub position: i32,
}

/// The categories of a marketplace.
#[derive(Debug, Serialize, ToSchema)]
pub struct CategoryPage {
    /// The categories of the page, in the marketplace's order.
    pub data: Vec<Category>,
    /// What to pass as `cursor` for the next page; null at the end.
    #[schema(required, example = "cHJvZHVjdGl2aXR5")]
    pub next_cursor: Option<String>,
}

/// A page of products by title.
#[derive(Debug, Serialize, ToSchema)]
pub struct ProductPage {
    /// The products of the page, by title.
    pub data: Vec<Product>,
    /// What to pass as `cursor` for the next page; null at the end.
    #[schema(required, example = "AZqRzcKncdONM9lKx5JebA")]
    pub next_cursor: Option<String>,
    /// How the whole result is spread, on all its pages; only with `include_facets=true`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub facets: Option<ProductFacets>,
}

/// How many products a search finds by publisher and by category. Each is counted without its own filter: what else
/// could be chosen in its place.
#[derive(Debug, Serialize, ToSchema)]
pub struct ProductFacets {
    /// Publishers with products in the result of all other filters, those with the most first.
    pub publishers: Vec<PublisherCount>,
    /// Categories with products in the result of all other filters, in the marketplace's order.
    pub categories: Vec<CategoryCount>,
}

/// How many products of the result a publisher has.
#[derive(Debug, Serialize, ToSchema)]
pub struct PublisherCount {
    /// The publisher, as the filter takes it.
    #[schema(example = "Microsoft Corporation")]
    pub publisher: String,
    /// How many products the filter would find.
    #[schema(example = 12)]
    pub count: usize,
}

/// How many products of the result are in a category or in one within it.
#[derive(Debug, Serialize, ToSchema)]
pub struct CategoryCount {
    /// The slug of the category, as the filter takes it.
    #[schema(example = "productivity")]
    pub category: String,
    /// What people call the category.
    #[schema(example = "Office und Produktivität")]
    pub title: String,
    /// How many products the filter would find.
    #[schema(example = 8)]
    pub count: usize,
}

/// An offer with its product, SKU and policy.
#[derive(Debug, Serialize, ToSchema)]
pub struct OfferDetails {
    /// What is sold, and at which price.
    #[serde(flatten)]
    pub offer: Offer,
    /// What the product is called.
    #[schema(example = "Office 365 Enterprise (NCE)")]
    pub product_title: String,
    /// What the edition is called.
    #[schema(example = "Office 365 E1")]
    pub sku_title: String,
    /// The policy that rules it now, with overrides put over it.
    pub policy: Policy,
}

/// Stands for what a customer owns until it is known. A text in the answer cannot look like it: its quotes are escaped.
const GAP: u32 = u32::MAX;

/// Renders a product for an audience.
pub fn render(
    catalog: &Catalog,
    node: &ProductNode,
    audience: Audience,
    now: OffsetDateTime,
    until: Option<OffsetDateTime>,
) -> Result<Rendered, Problem> {
    let (product, skus) = product(catalog, node, audience, now);
    let text = serde_json::to_string(&product).map_err(Problem::internal)?;
    let (mut bytes, mut gaps) = (Vec::with_capacity(text.len()), Vec::with_capacity(skus.len() + 1));
    let mut of = skus.into_iter().map(Some).chain([None]);
    let gap = format!("\"owned_quantity\":{GAP}");
    let mut pieces = text.split(&gap);
    bytes.extend_from_slice(pieces.next().unwrap_or_default().as_bytes());
    for piece in pieces {
        bytes.extend_from_slice(b"\"owned_quantity\":");
        gaps.push((bytes.len(), of.next().flatten()));
        bytes.extend_from_slice(piece.as_bytes());
    }
    debug_assert!(of.next().is_none(), "a gap for each edition and the product");
    let digest: String = crate::keys::sha256(&bytes)[..12].iter().map(|byte| format!("{byte:02x}")).collect();
    Ok(Rendered { bytes: bytes.into(), gaps, digest, from: now, until })
}

/// A product with gaps for what is owned, and its editions in their order.
fn product(catalog: &Catalog, node: &ProductNode, audience: Audience, now: OffsetDateTime) -> (Product, Vec<SkuId>) {
    let (product, language) = (&node.product, audience.language);
    let seen: Vec<_> = node.skus.iter().map(|sku| (sku, catalog.seen(sku, audience, now))).collect();
    // What had offers, and has none for these readers, is not theirs to see.
    let seen: Vec<_> = seen.into_iter().filter(|(sku, offers)| !offers.is_empty() || sku.offers.is_empty()).collect();
    let per_sku: Vec<_> = seen.iter().map(|(_, offers)| from_price(catalog, offers, audience, now)).collect();
    let skus = seen.iter().zip(&per_sku).map(|((node, offers), from)| Sku {
        id: node.sku.id.to_string(),
        title: catalog.title(&node.sku.id.to_string(), language, &node.sku.title).to_owned(),
        description: catalog.description(&node.sku.id.to_string(), language, &node.sku.description).to_owned(),
        unit: node.sku.unit.clone(),
        customer_limit: node.sku.customer_limit(),
        subscription_limit: node.sku.rules.as_ref().and_then(|rules| rules.subscription_limit).map(Into::into),
        from_price: from.as_ref().map(|(_, price)| price.clone()),
        offers: offers_of(catalog, product, node, offers, audience, now),
        upgrade_targets: upgrade_targets(catalog, node, audience),
        owned_quantity: GAP,
    });
    let id = product.id.to_string();
    let shown = Product {
        id: id.clone(),
        title: catalog.title(&id, language, &product.title).to_owned(),
        publisher: product.publisher.clone(),
        description: catalog.description(&id, language, &product.description).to_owned(),
        category: product.category.clone(),
        aliases: product.aliases.clone(),
        skus: skus.collect(),
        from_price: per_sku.into_iter().flatten().min_by_key(|(minor, _)| *minor).map(|(_, price)| price),
        owned_quantity: GAP,
    };
    (shown, seen.iter().map(|(node, _)| node.sku.id).collect())
}

/// Of what an edition can be upgraded to the editions that are these readers' to see, now or later.
fn upgrade_targets(catalog: &Catalog, node: &SkuNode, audience: Audience) -> Vec<UpgradeTarget> {
    let country = |offer: &domain::catalog::Offer| audience.country.is_none_or(|own| own == offer.market.country);
    let home = |offer: &domain::catalog::Offer| offer.market == catalog.market;
    let targets = catalog.upgrade_targets(node.sku.id);
    let seen = targets.filter(|(_, target)| target.offers.iter().any(|offer| country(offer) || home(offer)));
    let shown = seen.map(|(product, target)| UpgradeTarget {
        sku_id: target.sku.id.to_string(),
        product_id: product.id.to_string(),
        title: catalog.title(&target.sku.id.to_string(), audience.language, &target.sku.title).to_owned(),
    });
    shown.collect()
}

/// The offers of an edition that readers see, the preselected first.
fn offers_of(
    catalog: &Catalog,
    product: &domain::catalog::Product,
    node: &SkuNode,
    seen: &[&domain::catalog::Offer],
    audience: Audience,
    now: OffsetDateTime,
) -> Vec<Offer> {
    let first = catalog.preselected(node, seen, audience, now);
    let shown = |one: &&domain::catalog::Offer| {
        let found = Found { product, sku: &node.sku, offer: one };
        offer(catalog, found, first.get(&one.market) == Some(&one.id), audience, now)
    };
    let mut offers: Vec<_> = seen.iter().map(shown).collect();
    offers.sort_by_key(|offer| !offer.preselected);
    offers
}

/// The cheapest of some offers per licence and month, in minor units and as shown.
fn from_price(
    catalog: &Catalog,
    offers: &[&domain::catalog::Offer],
    audience: Audience,
    now: OffsetDateTime,
) -> Option<(i64, Price)> {
    // What everybody may buy here; a sheet also has other currencies and segments. A buyer whose market has another
    // currency sees that.
    let currency = match offers.iter().any(|offer| offer.market.currency == catalog.market.currency) {
        true => Some(catalog.market.currency),
        false => offers.first().map(|offer| offer.market.currency),
    };
    let usual = |offer: &&&domain::catalog::Offer| {
        Some(offer.market.currency) == currency
            && offer.segment == domain::catalog::Segment::Commercial
            && offer.sale_ended(now).is_none()
    };
    let per_month = |offer: &&domain::catalog::Offer| -> Option<Amount> {
        pricing::per_month(catalog.price(offer.id, audience.buyer, now)?.unit_price, offer.billing_cycle)
    };
    let rounded =
        offers.iter().filter(usual).filter_map(per_month).filter_map(|amount| amount.round(Rounding::HalfUp).ok());
    let lowest = rounded.min_by_key(|money| money.minor)?;
    Some((lowest.minor, lowest.exact().unit_price().ok()?.into()))
}

/// What is sold, and at which price.
pub fn offer(catalog: &Catalog, found: Found<'_>, preselected: bool, audience: Audience, now: OffsetDateTime) -> Offer {
    let Found { product, sku, offer } = found;
    let quote = catalog.price(offer.id, audience.buyer, now);
    Offer {
        id: offer.id.to_string(),
        sku_id: sku.id.to_string(),
        product_id: product.id.to_string(),
        term: Term(offer.term),
        billing_cycle: BillingCycle(offer.billing_cycle),
        segment: Segment(offer.segment),
        country: offer.market.country.to_string(),
        currency: offer.market.currency.code().to_owned(),
        end_of_sale: offer.end_of_sale.map(instant),
        kind: OfferKind(offer.kind),
        preselected,
        price: quote.map(|quote| quote.unit_price.into()),
        price_list_id: quote.map(|quote| quote.price_list_id.to_string()),
        cost: quote.filter(|_| audience.cost).and_then(|quote| quote.cost).map(Price::from),
        limits: QuantityLimits { min: offer.limits.min, max: offer.limits.max, step: offer.limits.step },
        prerequisites: offer.prerequisites.iter().map(ToString::to_string).collect(),
        policy_key: offer.policy_key.clone(),
    }
}

/// A category as the marketplace keeps it, in its own words.
pub fn plain(category: &store::catalog::Category) -> Category {
    Category {
        slug: category.slug.clone(),
        title: category.title.clone(),
        parent: category.parent.clone(),
        position: category.position,
    }
}

/// A category on the wire, in a language.
pub fn category(catalog: &Catalog, category: &store::catalog::Category, language: Language) -> Category {
    let title = catalog.title(&category.slug, language, &category.title).to_owned();
    Category { title, ..plain(category) }
}
