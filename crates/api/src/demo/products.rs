//! The demo's catalogue: products, and a price sheet that comes in as any provider's does.

use crate::App;
use crate::auth::delegated::Passed;
use crate::auth::standing::Identity;
use crate::demo::marketplaces::Definition;
use crate::demo::stable::numbered;
use crate::http::meta::Meta;
use crate::http::problem::Problem;
use crate::ids::New as _;
use crate::jobs::Stopped;
use crate::memory::profile::StoredProfile;
use crate::pricing::price_lists::import::{self, ImportedAs};
use crate::pricing::price_lists::publish;
use crate::transaction::Write;
use domain::access::Scope;
use domain::calendar::{BillingCycle, Term};
use domain::catalog::{Offer, OfferKind, PriceOwner, Product, QuantityLimits, Segment, Sku};
use domain::id::{MarketplaceId, OfferId, PriceListId, ProductId, SkuId};
use domain::language::{Language, Translations};
use domain::money::Currency;
use domain::offer_matrix::SkuRules;
use domain::party::{Country, Customer, Market};
use domain::pricing::Margin;
use rust_decimal::Decimal;
use serde::Deserialize;
use std::collections::{BTreeMap, HashMap};
use store::page::PageRequest;
use store::{Conn, catalog, price_lists};

const PRICE_SHEET: &[u8] = include_bytes!("price-sheet.csv");
const PRODUCTS: &str = include_str!("products.json");
const TEXTS: &str = include_str!("texts.json");
/// The customers of the demo that buy from a reseller.
const RESOLD: [&str; 2] = ["Kunde 1 GmbH", "Kunde 2 GmbH"];

/// The catalogue comes in as any provider's does: a price sheet, imported and published.
pub fn publish(app: &App, marketplace: MarketplaceId, definition: &Definition) -> Result<(), Problem> {
    publish_list(app, marketplace, definition, &imported("Demo", PriceOwner::Everybody, Decimal::ZERO))
}

/// A list at the suggested prices less so many percent.
fn imported(name: &str, owner: PriceOwner, percent_off: Decimal) -> ImportedAs {
    ImportedAs {
        name: name.to_owned(),
        margin: Margin::PercentOffRetail(percent_off),
        owner,
        category: "other".to_owned(),
        whole_sheet: false,
    }
}

/// What the customers of resellers pay them: a tenth more than what the resellers pay.
pub fn set_selling_prices(app: &App, marketplace: MarketplaceId, definition: &Definition) -> Result<(), Problem> {
    let scope = Scope::Marketplace(marketplace);
    let first = PageRequest { limit: 200, after: None, descending: false };
    let (all, of_all) = (first.into(), Default::default());
    let read = |conn: &mut Conn| Ok::<_, Problem>(store::customers::list(conn, &scope, &of_all, &all)?);
    let customers = app.store.read(read)?.items;
    // Not those that somebody has added since.
    let of_demo = |customer: &Customer| customer.reseller_id.is_some() && RESOLD.contains(&customer.name.as_str());
    for customer in customers.into_iter().map(|record| record.value).filter(of_demo) {
        let owner = PriceOwner::Customer(customer.id);
        let lists = app.store.read(|conn| Ok::<_, Problem>(price_lists::list(conn, &scope, &first)?))?.items;
        if lists.iter().all(|list| list.owner != owner || list.status == price_lists::Status::Draft) {
            // It is compared with what was published just before.
            app.refresh()?;
            publish_list(app, marketplace, definition, &imported(&customer.name, owner, Decimal::from(-10)))?;
        }
    }
    Ok(())
}

fn publish_list(
    app: &App,
    marketplace: MarketplaceId,
    definition: &Definition,
    request: &ImportedAs,
) -> Result<(), Problem> {
    let identity = Identity::of_program("demo", marketplace);
    let meta = Meta::of_work("demo");
    let id = match unpublished(app, &identity.scope, request.owner)? {
        Some(id) => id,
        None => {
            let id = match request.owner {
                PriceOwner::Everybody => price_list_id(definition.slug),
                _ => PriceListId::new(),
            };
            let sheet = std::io::Cursor::new(definition.sheet(PRICE_SHEET));
            let list =
                import::import(app, &identity, request, id, sheet, &mut |_| Ok(())).map_err(Stopped::into_problem)?;
            write(app, &identity, &meta, |write| import::finish(write, &list))?.id
        }
    };
    write(app, &identity, &meta, |write| publish::publish(write, id))?;
    Ok(())
}

fn write<T>(
    app: &App,
    identity: &Identity,
    meta: &Meta,
    work: impl Fn(&mut Write<'_>) -> Result<T, Problem>,
) -> Result<T, Problem> {
    let now = app.now(identity.scope.marketplace());
    app.store.write(|tx| work(&mut Write { app, tx, identity, meta, now, forget: false, passed: Passed::default() }))
}

/// The draft that an interrupted load has left: a list is one only once all of its rows are there.
fn unpublished(app: &App, scope: &Scope, owner: PriceOwner) -> Result<Option<PriceListId>, Problem> {
    let first = PageRequest { limit: 200, after: None, descending: false };
    let lists = app.store.read(|conn| Ok::<_, Problem>(price_lists::list(conn, scope, &first)?))?.items;
    let is_draft =
        |list: &price_lists::StoredPriceList| list.status == price_lists::Status::Draft && list.owner == owner;
    Ok(lists.into_iter().find(is_draft).map(|list| list.id))
}

/// What a price sheet does not say: categories, former names, limits, which SKU needs which.
#[derive(Deserialize)]
struct ProductData {
    external_id: String,
    title: String,
    category: String,
    aliases: Vec<String>,
    description: String,
    skus: Vec<SkuData>,
    prerequisites: Vec<String>,
    /// What each of its SKUs can be upgraded to.
    #[serde(default)]
    upgrade_targets: Vec<String>,
    /// The most licences of it that Microsoft sells to one customer.
    max_quantity: Option<u32>,
}

#[derive(Deserialize)]
struct SkuData {
    external_id: String,
    title: String,
}

/// The first of the ids of products, of SKUs (ten of a product at most) and of offers (ten of a SKU).
const PRODUCTS_FROM: u32 = 1_000;
const SKUS_FROM: u32 = 10_000;
const OFFERS_FROM: u32 = 100_000;
/// Whose offers have ids that are the same everywhere, as their examples have.
const SHOWN: &str = "Office 365 Enterprise (NCE)";

/// The id of an offer of a plan (as [`special_offers`] has them) of a SKU, both by their places in the data.
pub fn offer_id(slug: &str, product: u32, sku: u32, plan: u32) -> OfferId {
    OfferId::from_u128(numbered(slug, OFFERS_FROM + 100 * product + 10 * sku + plan))
}

/// The id of the first price list, everybody's.
pub fn price_list_id(slug: &str) -> PriceListId {
    PriceListId::from_u128(numbered(slug, PRODUCTS_FROM - 1))
}

/// The id of a product by its place in the data.
pub fn product_id(slug: &str, product: u32) -> ProductId {
    ProductId::from_u128(numbered(slug, PRODUCTS_FROM + product))
}

/// The id of a SKU by its place in a product.
pub fn sku_id(slug: &str, product: u32, sku: u32) -> SkuId {
    SkuId::from_u128(numbered(slug, SKUS_FROM + 10 * product + sku))
}

/// Categories, products and SKUs, the offers that a price sheet cannot make, and those that examples show.
pub fn introduce_products(
    tx: &mut Conn,
    marketplace: MarketplaceId,
    slug: &str,
    profile: &StoredProfile,
) -> Result<(), Problem> {
    let data: Vec<ProductData> = serde_json::from_str(PRODUCTS).map_err(Problem::internal)?;
    let products: Vec<_> = (0..).zip(&data).map(|(place, data)| product(slug, place, data)).collect();
    catalog::insert_products(tx, marketplace, &products)?;
    // Prerequisites name SKUs, so these exist before the price sheet brings them.
    let skus: HashMap<String, Sku> = (0..).zip(&data).flat_map(|(place, data)| skus_of(slug, place, data)).collect();
    catalog::insert_skus(tx, marketplace, &skus.values().cloned().collect::<Vec<_>>())?;
    translate(tx, marketplace, &products, skus.values())?;
    catalog::insert_rules(tx, marketplace, &data.iter().flat_map(rules).collect())?;
    let special = (0..).zip(&data).filter(|(_, data)| !data.prerequisites.is_empty() || data.title == SHOWN);
    let offers = special
        .map(|(place, data)| special_offers(slug, place, data, &skus, profile))
        .collect::<Result<Vec<_>, _>>()?
        .concat();
    Ok(catalog::insert_offers(tx, marketplace, &offers)?)
}

/// What the demo's catalogue says in other languages.
#[derive(Deserialize)]
struct TextData {
    /// Titles of categories, by slug.
    categories: HashMap<String, BTreeMap<Language, String>>,
    /// Descriptions of products and of their SKUs, by Microsoft's id.
    products: HashMap<String, BTreeMap<Language, String>>,
}

fn translate<'a>(
    tx: &mut Conn,
    marketplace: MarketplaceId,
    products: &[Product],
    skus: impl Iterator<Item = &'a Sku> + Clone,
) -> Result<(), Problem> {
    let TextData { categories, products: descriptions } = serde_json::from_str(TEXTS).map_err(Problem::internal)?;
    for (slug, title) in categories {
        catalog::set_texts(tx, marketplace, &slug, &Translations { title, ..Translations::default() })?;
    }
    for product in products {
        let Some(description) = descriptions.get(&product.external_id) else { continue };
        let texts = Translations { description: description.clone(), ..Translations::default() };
        catalog::set_texts(tx, marketplace, &product.id.to_string(), &texts)?;
        for sku in skus.clone().filter(|sku| sku.product_id == product.id) {
            catalog::set_texts(tx, marketplace, &sku.id.to_string(), &texts)?;
        }
    }
    Ok(())
}

fn product(slug: &str, place: u32, data: &ProductData) -> Product {
    Product {
        id: product_id(slug, place),
        external_id: data.external_id.clone(),
        title: data.title.clone(),
        publisher: "Microsoft Corporation".to_owned(),
        description: data.description.clone(),
        category: data.category.clone(),
        aliases: data.aliases.clone(),
    }
}

fn skus_of(slug: &str, place: u32, data: &ProductData) -> Vec<(String, Sku)> {
    let sku = |(at, one): (u32, &SkuData)| {
        let (external_id, title) = (one.external_id.clone(), one.title.clone());
        let sku = Sku {
            id: sku_id(slug, place, at),
            product_id: product_id(slug, place),
            external_id,
            title,
            description: data.description.clone(),
            unit: None,
            own_limit: None,
            rules: None,
            default_plan: None,
        };
        (format!("{}:{}", data.external_id, one.external_id), sku)
    };
    (0..).zip(&data.skus).map(sku).collect()
}

/// What Microsoft says of add-ons, of upgrades, and of what has a limit.
fn rules(data: &ProductData) -> Vec<((String, String), SkuRules)> {
    let rules = SkuRules {
        customer_limit: data.max_quantity,
        prerequisites: data.prerequisites.clone(),
        upgrade_targets: data.upgrade_targets.clone(),
        ..SkuRules::default()
    };
    let told = data.skus.iter().filter(|_| rules != SkuRules::default());
    told.map(|sku| ((data.external_id.clone(), sku.external_id.clone()), rules.clone())).collect()
}

/// Offers that differ from what a price sheet makes of itself: add-ons, and those whose ids are known before.
fn special_offers(
    slug: &str,
    place: u32,
    data: &ProductData,
    skus: &HashMap<String, Sku>,
    profile: &StoredProfile,
) -> Result<Vec<Offer>, Problem> {
    // One that is missing must not make the add-on free for all.
    let sku_id =
        |key: &String| skus.get(key).map(|sku| sku.id).ok_or_else(|| Problem::internal(format!("no SKU {key}")));
    let prerequisites = data.prerequisites.iter().map(sku_id).collect::<Result<Vec<_>, _>>()?;
    let plans =
        [(Term::P1Y, BillingCycle::Monthly), (Term::P1Y, BillingCycle::Annual), (Term::P1M, BillingCycle::Monthly)];
    let own = (0..).zip(&data.skus);
    let own = own.filter_map(|(at, one)| Some((at, skus.get(&format!("{}:{}", data.external_id, one.external_id))?)));
    let market = Country::from_code("DE").map(|country| Market { country, currency: Currency::Eur });
    let offers =
        own.flat_map(|(at, sku)| (0..).zip(&plans).map(move |(plan, of)| (offer_id(slug, place, at, plan), sku, of)));
    let offer = |(id, sku, (term, billing_cycle)): (OfferId, &Sku, &(Term, BillingCycle))| {
        let rule = profile
            .offer_policies
            .iter()
            .find(|rule| rule.term.0 == *term && rule.billing_cycle.0 == *billing_cycle)?;
        Some(Offer {
            id,
            sku_id: sku.id,
            term: *term,
            billing_cycle: *billing_cycle,
            segment: Segment::Commercial,
            market: market?,
            kind: if prerequisites.is_empty() { OfferKind::Licensed } else { OfferKind::AddOn },
            limits: QuantityLimits::ANY,
            prerequisites: prerequisites.clone(),
            policy_key: rule.policy_key.clone(),
            preselected: rule.preselected,
            end_of_sale: None,
        })
    };
    Ok(offers.filter_map(offer).collect())
}
