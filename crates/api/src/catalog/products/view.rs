//! Products, SKUs and offers on the wire, with the price that their reader pays.

use crate::http::problem::Problem;
use crate::http::wire::codes::{BillingCycle, OfferKind, Segment, Term};
use crate::http::wire::money::Price;
use crate::memory::catalogs::catalog::Catalog;
use crate::memory::catalogs::nodes::Audience;
use crate::memory::catalogs::nodes::Found;
use crate::memory::catalogs::nodes::ProductNode;
use crate::memory::catalogs::rendered::Rendered;
use domain::money::{Amount, Rounding};
use domain::pricing;
use serde::Serialize;
use time::OffsetDateTime;
use utoipa::ToSchema;

/// A product with its SKUs (editions) and their offers.
#[derive(Debug, Serialize, ToSchema)]
pub struct Product {
    /// Its id.
    #[schema(example = "prd_01kagy2qk8e3vrc6h1x0m4t7ws")]
    pub id: String,
    /// Its title.
    #[schema(example = "Office 365 Enterprise (NCE)")]
    pub title: String,
    /// Who makes it.
    #[schema(example = "Microsoft Corporation")]
    pub publisher: String,
    /// What it is for.
    #[schema(example = "Office applications, e-mail and collaboration for companies.")]
    pub description: String,
    /// The slug of its category.
    #[schema(example = "productivity")]
    pub category: String,
    /// Former names.
    #[schema(example = json!(["Office 365 Business Essentials"]))]
    pub aliases: Vec<String>,
    /// What its cheapest offer costs a licence and month; null where nothing recurs or has a price.
    #[schema(required)]
    pub from_price: Option<Price>,
    /// Its editions.
    pub skus: Vec<Sku>,
    /// Licences of it that the customer owns already; 0 where no customer is asked about.
    #[schema(example = 5)]
    pub owned_quantity: u32,
}

/// An edition of a product.
#[derive(Debug, Serialize, ToSchema)]
pub struct Sku {
    /// Its id.
    #[schema(example = "sku_01kagy2qk8e3vrc6h1x0m4t7ws")]
    pub id: String,
    /// Its title.
    #[schema(example = "Office 365 E1")]
    pub title: String,
    /// What is in it.
    #[schema(example = "Office in the browser, e-mail with 50 GB, Teams.")]
    pub description: String,
    /// What its cheapest offer costs a licence and month (C-16).
    #[schema(required)]
    pub from_price: Option<Price>,
    /// Its offers, the preselected first.
    pub offers: Vec<Offer>,
}

/// The thing one can buy: SKU + term + billing cycle + segment + market.
#[derive(Debug, Serialize, ToSchema)]
pub struct Offer {
    /// Its id.
    #[schema(example = "ofr_01kagy2qk8e3vrc6h1x0m4t7ws")]
    pub id: String,
    /// Its SKU.
    #[schema(example = "sku_01kagy2qk8e3vrc6h1x0m4t7ws")]
    pub sku_id: String,
    /// Its product.
    #[schema(example = "prd_01kagy2qk8e3vrc6h1x0m4t7ws")]
    pub product_id: String,
    /// How long the buyer is bound.
    pub term: Term,
    /// How often a charge is raised.
    pub billing_cycle: BillingCycle,
    /// Who may buy it.
    pub segment: Segment,
    /// The country it is sold in.
    #[schema(example = "DE")]
    pub country: String,
    /// What it is.
    pub kind: OfferKind,
    /// Preselected among its SKU's offers (C-25).
    pub preselected: bool,
    /// What this reader pays per licence and billing cycle; null where there is no price now, and then it cannot be
    /// ordered.
    #[schema(required)]
    pub price: Option<Price>,
    /// The price list that says so.
    #[schema(required, example = "prl_01kagy2qk8e3vrc6h1x0m4t7ws")]
    pub price_list_id: Option<String>,
    /// What the provider pays; only in the provider's own answers.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub cost: Option<Price>,
    /// How many may be bought.
    pub limits: QuantityLimits,
    /// SKUs of which the customer must own one first.
    #[schema(example = json!(["sku_01kagy2qk8e3vrc6h1x0m4t7ws"]))]
    pub prerequisites: Vec<String>,
    /// The policy that rules it.
    #[schema(example = "cancom_monthly12")]
    pub policy_key: String,
}

/// How many licences may be bought.
#[derive(Debug, Serialize, ToSchema)]
pub struct QuantityLimits {
    /// The fewest.
    #[schema(example = 1)]
    pub min: u32,
    /// The most.
    #[schema(example = 100_000)]
    pub max: u32,
    /// Only multiples of this.
    #[schema(example = 1)]
    pub step: u32,
}

const TAIL: &[u8] = b",\"owned_quantity\":0}";

/// Renders a product for an audience.
pub fn render(
    catalog: &Catalog,
    node: &ProductNode,
    audience: Audience,
    now: OffsetDateTime,
    until: Option<OffsetDateTime>,
) -> Result<Rendered, Problem> {
    let mut bytes = serde_json::to_vec(&product(catalog, node, audience, now)).map_err(Problem::internal)?;
    debug_assert!(bytes.ends_with(TAIL), "owned_quantity is the last member");
    bytes.truncate(bytes.len() - TAIL.len());
    let digest: String = crate::keys::sha256(&bytes)[..12].iter().map(|byte| format!("{byte:02x}")).collect();
    Ok(Rendered { bytes: bytes.into(), digest, from: now, until })
}

fn product(catalog: &Catalog, node: &ProductNode, audience: Audience, now: OffsetDateTime) -> Product {
    let product = &node.product;
    let per_sku: Vec<_> = node.skus.iter().map(|sku| from_price(catalog, &sku.offers, audience, now)).collect();
    let skus = node.skus.iter().zip(&per_sku).map(|(node, from)| Sku {
        id: node.sku.id.to_string(),
        title: node.sku.title.clone(),
        description: node.sku.description.clone(),
        from_price: from.as_ref().map(|(_, price)| price.clone()),
        offers: node
            .offers
            .iter()
            .map(|one| offer(catalog, Found { product, sku: &node.sku, offer: one }, audience, now))
            .collect(),
    });
    Product {
        id: product.id.to_string(),
        title: product.title.clone(),
        publisher: product.publisher.clone(),
        description: product.description.clone(),
        category: product.category.clone(),
        aliases: product.aliases.clone(),
        skus: skus.collect(),
        from_price: per_sku.into_iter().flatten().min_by_key(|(minor, _)| *minor).map(|(_, price)| price),
        owned_quantity: 0,
    }
}

/// The cheapest of some offers per licence and month, in minor units and as shown (C-16).
fn from_price(
    catalog: &Catalog,
    offers: &[domain::catalog::Offer],
    audience: Audience,
    now: OffsetDateTime,
) -> Option<(i64, Price)> {
    // What everybody may buy here; a sheet also has other currencies and segments.
    let usual = |offer: &&domain::catalog::Offer| {
        offer.market.currency == catalog.currency && offer.segment == domain::catalog::Segment::Commercial
    };
    let per_month = |offer: &domain::catalog::Offer| -> Option<Amount> {
        pricing::per_month(catalog.price(offer.id, audience.buyer, now)?.unit_price, offer.billing_cycle)
    };
    let rounded =
        offers.iter().filter(usual).filter_map(per_month).filter_map(|amount| amount.round(Rounding::HalfUp).ok());
    rounded.min_by_key(|money| money.minor).map(|money| (money.minor, money.into()))
}

/// An offer for an audience.
pub fn offer(catalog: &Catalog, found: Found<'_>, audience: Audience, now: OffsetDateTime) -> Offer {
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
        kind: OfferKind(offer.kind),
        preselected: offer.preselected,
        price: quote.map(|quote| quote.unit_price.into()),
        price_list_id: quote.map(|quote| quote.price_list_id.to_string()),
        cost: quote.filter(|_| audience.cost).and_then(|quote| quote.cost).map(Price::from),
        limits: QuantityLimits { min: offer.limits.min, max: offer.limits.max, step: offer.limits.step },
        prerequisites: offer.prerequisites.iter().map(ToString::to_string).collect(),
        policy_key: offer.policy_key.clone(),
    }
}
