//! The demo's catalogue: products, and a price sheet that comes in as any provider's does.

use crate::App;
use crate::auth::standing::Identity;
use crate::demo::marketplaces::{self, Definition};
use crate::http::meta::Meta;
use crate::http::problem::Problem;
use crate::ids::New as _;
use crate::jobs::Stopped;
use crate::platform::marketplaces::profile::StoredProfile;
use crate::pricing::price_lists::import::{self, ImportedAs};
use crate::pricing::price_lists::publish;
use crate::transaction::Write;
use domain::access::Scope;
use domain::calendar::{BillingCycle, Term};
use domain::catalog::{Offer, OfferKind, PriceOwner, Product, QuantityLimits, Segment, Sku};
use domain::id::{MarketplaceId, OfferId, PriceListId, ProductId, SkuId};
use domain::money::Currency;
use domain::offer_matrix::SkuRules;
use domain::party::{Country, Market};
use domain::pricing::Margin;
use rust_decimal::Decimal;
use serde::Deserialize;
use std::collections::HashMap;
use store::page::PageRequest;
use store::{Conn, catalog, price_lists};

const PRICE_SHEET: &[u8] = include_bytes!("price-sheet.csv");
const PRODUCTS: &str = include_str!("products.json");

/// The catalogue comes in as any provider's does: a price sheet, imported and published.
pub fn publish(app: &App, marketplace: MarketplaceId, definition: &Definition) -> Result<(), Problem> {
    let identity = Identity::of_program("demo", marketplace);
    let meta = Meta::of_work("demo");
    let request = ImportedAs {
        name: "Demo".to_owned(),
        margin: Margin::PercentOffRetail(Decimal::ZERO),
        owner: PriceOwner::Everybody,
        category: "other".to_owned(),
        whole_sheet: false,
    };
    let id = match unpublished(app, &identity.scope)? {
        Some(id) => id,
        None => {
            let sheet = std::io::Cursor::new(definition.sheet(PRICE_SHEET));
            let list = import::import(app, &identity, &request, PriceListId::new(), sheet, &mut |_| Ok(()))
                .map_err(Stopped::into_problem)?;
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
    app.store.write(|tx| work(&mut Write { app, tx, identity, meta, now, forget: false, stands_for: None }))
}

/// The draft that an interrupted load has left: a list is one only once all of its rows are there.
fn unpublished(app: &App, scope: &Scope) -> Result<Option<PriceListId>, Problem> {
    let first = PageRequest { limit: 200, after: None, descending: false };
    let lists = app.store.read(|conn| Ok::<_, Problem>(price_lists::list(conn, scope, &first)?))?.items;
    Ok(lists.into_iter().find(|list| list.status == price_lists::Status::Draft).map(|list| list.id))
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
    /// The most licences of it that Microsoft sells to one customer.
    max_quantity: Option<u32>,
}

#[derive(Deserialize)]
struct SkuData {
    external_id: String,
    title: String,
}

/// Categories, products and SKUs, and the offers that a price sheet cannot make.
pub fn introduce_products(tx: &mut Conn, marketplace: MarketplaceId, profile: &StoredProfile) -> Result<(), Problem> {
    let data: Vec<ProductData> = serde_json::from_str(PRODUCTS).map_err(Problem::internal)?;
    catalog::insert_categories(tx, marketplace, &marketplaces::categories(marketplace))?;
    let products: Vec<_> = data.iter().map(product).collect();
    catalog::insert_products(tx, marketplace, &products)?;
    // Prerequisites name SKUs, so these exist before the price sheet brings them.
    let skus: HashMap<String, Sku> =
        data.iter().zip(&products).flat_map(|(data, product)| skus_of(data, product)).collect();
    catalog::insert_skus(tx, marketplace, &skus.values().cloned().collect::<Vec<_>>())?;
    catalog::insert_rules(tx, marketplace, &data.iter().flat_map(rules).collect())?;
    let special = data.iter().filter(|data| !data.prerequisites.is_empty());
    let offers = special.map(|data| special_offers(data, &skus, profile)).collect::<Result<Vec<_>, _>>()?.concat();
    Ok(catalog::insert_offers(tx, marketplace, &offers)?)
}

fn product(data: &ProductData) -> Product {
    Product {
        id: ProductId::new(),
        external_id: data.external_id.clone(),
        title: data.title.clone(),
        publisher: "Microsoft Corporation".to_owned(),
        description: data.description.clone(),
        category: data.category.clone(),
        aliases: data.aliases.clone(),
    }
}

fn skus_of(data: &ProductData, product: &Product) -> Vec<(String, Sku)> {
    let sku = |one: &SkuData| {
        let (external_id, title) = (one.external_id.clone(), one.title.clone());
        let sku = Sku {
            id: SkuId::new(),
            product_id: product.id,
            external_id,
            title,
            description: data.description.clone(),
            unit: None,
            own_limit: None,
            rules: None,
        };
        (format!("{}:{}", data.external_id, one.external_id), sku)
    };
    data.skus.iter().map(sku).collect()
}

/// What Microsoft says of add-ons, and of what has a limit.
fn rules(data: &ProductData) -> Vec<((String, String), SkuRules)> {
    let rules = SkuRules {
        customer_limit: data.max_quantity,
        prerequisites: data.prerequisites.clone(),
        ..SkuRules::default()
    };
    let told = data.skus.iter().filter(|_| rules != SkuRules::default());
    told.map(|sku| ((data.external_id.clone(), sku.external_id.clone()), rules.clone())).collect()
}

/// Offers that differ from what a price sheet makes of itself: add-ons.
fn special_offers(
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
    let own = data.skus.iter().filter_map(|one| skus.get(&format!("{}:{}", data.external_id, one.external_id)));
    let market = Country::from_code("DE").map(|country| Market { country, currency: Currency::Eur });
    let offers = own.flat_map(|sku| plans.iter().map(move |plan| (sku, plan))).zip(std::iter::repeat(market));
    let offer = |((sku, (term, billing_cycle)), market): ((&Sku, &(Term, BillingCycle)), Option<Market>)| {
        let rule = profile
            .offer_policies
            .iter()
            .find(|rule| rule.term.0 == *term && rule.billing_cycle.0 == *billing_cycle)?;
        Some(Offer {
            id: OfferId::new(),
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
