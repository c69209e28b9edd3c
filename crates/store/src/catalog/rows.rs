//! The rows of categories, products, SKUs and offers.

use crate::error::{Result, StoreError};
use crate::schema::{categories, offers, products, skus};
use crate::types::{At, Coded, Id, Json, count};
use diesel::prelude::*;
use domain::calendar::{BillingCycle, Term};
use domain::catalog::{Offer, OfferKind, Product, QuantityLimits, Segment, Sku, TermPlan};
use domain::id::{MarketplaceId, OfferId, ProductId, SkuId};
use domain::money::Currency;
use domain::party::{Country, Market};

/// `read!(conn, query, ProductRow)`: the things that a query's rows say, each converted as it comes. PostgreSQL, too,
/// hands out row by row: a whole answer is never held beside what is made of it.
macro_rules! read {
    ($conn:expr, $query:expr, $row:ty) => {
        each!($conn, $query, $row, rows => rows.map(|row| row?.try_into()).collect::<Result<Vec<_>>>())
    };
}
pub(super) use read;

/// `each!(conn, query, ProductRow, rows => …)`: the rows of a query, one after the other.
macro_rules! each {
    ($conn:expr, $query:expr, $row:ty, $rows:ident => $body:expr) => {
        match $conn {
            #[cfg(feature = "postgres")]
            $crate::connection::Conn::Postgres(pooled) => {
                let c: &mut diesel::PgConnection = pooled;
                let $rows = $query
                    .select(<$row>::as_select())
                    .load_iter::<$row, diesel::pg::PgRowByRowLoadingMode>(c)?
                    .map(|row| row.map_err(StoreError::from));
                $body
            }
            $crate::connection::Conn::Sqlite(pooled) => {
                let c: &mut diesel::SqliteConnection = pooled;
                let $rows = $query
                    .select(<$row>::as_select())
                    .load_iter::<$row, DefaultLoadingMode>(c)?
                    .map(|row| row.map_err(StoreError::from));
                $body
            }
        }
    };
}
pub(super) use each;

/// A category of products.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Category {
    /// Whose catalogue it is of.
    pub marketplace_id: MarketplaceId,
    /// Its name in paths, unique within the marketplace.
    pub slug: String,
    /// What people read.
    pub title: String,
    /// The slug of the category above it.
    pub parent: Option<String>,
    /// Its place among its siblings.
    pub position: i32,
}

#[derive(Queryable, Selectable, Insertable)]
#[diesel(table_name = categories, treat_none_as_default_value = false)]
pub(super) struct CategoryRow {
    marketplace_id: Id<MarketplaceId>,
    slug: String,
    title: String,
    parent: Option<String>,
    position: i32,
}

impl CategoryRow {
    pub(super) fn new(marketplace: MarketplaceId, category: &Category) -> Self {
        let category = category.clone();
        Self {
            marketplace_id: Id(marketplace),
            slug: category.slug,
            title: category.title,
            parent: category.parent,
            position: category.position,
        }
    }
}

impl TryFrom<CategoryRow> for Category {
    type Error = StoreError;
    fn try_from(row: CategoryRow) -> Result<Self> {
        Ok(Self {
            marketplace_id: row.marketplace_id.0,
            slug: row.slug,
            title: row.title,
            parent: row.parent,
            position: row.position,
        })
    }
}

#[derive(Queryable, Selectable, Insertable)]
#[diesel(table_name = products)]
pub(super) struct ProductRow {
    marketplace_id: Id<MarketplaceId>,
    id: Id<ProductId>,
    external_id: String,
    title: String,
    publisher: String,
    description: String,
    category: String,
    aliases: Json<Vec<String>>,
}

impl ProductRow {
    pub(super) fn new(marketplace: MarketplaceId, product: &Product) -> Self {
        let product = product.clone();
        Self {
            marketplace_id: Id(marketplace),
            id: Id(product.id),
            external_id: product.external_id,
            title: product.title,
            publisher: product.publisher,
            description: product.description,
            category: product.category,
            aliases: Json(product.aliases),
        }
    }
}

impl TryFrom<ProductRow> for Product {
    type Error = StoreError;
    fn try_from(row: ProductRow) -> Result<Self> {
        Ok(Self {
            id: row.id.0,
            external_id: row.external_id,
            title: row.title,
            publisher: row.publisher,
            description: row.description,
            category: row.category,
            aliases: row.aliases.0,
        })
    }
}

#[derive(Queryable, Selectable, Insertable)]
#[diesel(table_name = skus, treat_none_as_default_value = false)]
pub(super) struct SkuRow {
    marketplace_id: Id<MarketplaceId>,
    id: Id<SkuId>,
    product_id: Id<ProductId>,
    external_id: String,
    title: String,
    description: String,
    unit: Option<String>,
    own_limit: Option<i64>,
    default_term: Option<Coded<Term>>,
    default_billing_cycle: Option<Coded<BillingCycle>>,
}

impl SkuRow {
    pub(super) fn new(marketplace: MarketplaceId, sku: &Sku) -> Self {
        let sku = sku.clone();
        Self {
            marketplace_id: Id(marketplace),
            id: Id(sku.id),
            product_id: Id(sku.product_id),
            external_id: sku.external_id,
            title: sku.title,
            description: sku.description,
            unit: sku.unit,
            own_limit: sku.own_limit.map(i64::from),
            default_term: sku.default_plan.map(|plan| Coded(plan.term)),
            default_billing_cycle: sku.default_plan.map(|plan| Coded(plan.billing_cycle)),
        }
    }
}

impl TryFrom<SkuRow> for Sku {
    type Error = StoreError;
    fn try_from(row: SkuRow) -> Result<Self> {
        Ok(Self {
            id: row.id.0,
            product_id: row.product_id.0,
            external_id: row.external_id,
            title: row.title,
            description: row.description,
            unit: row.unit,
            own_limit: row.own_limit.map(count).transpose()?,
            rules: None,
            default_plan: row
                .default_term
                .zip(row.default_billing_cycle)
                .map(|(term, cycle)| TermPlan { term: term.0, billing_cycle: cycle.0 }),
        })
    }
}

#[derive(Queryable, Selectable, Insertable)]
#[diesel(table_name = offers, treat_none_as_default_value = false)]
pub(super) struct OfferRow {
    marketplace_id: Id<MarketplaceId>,
    id: Id<OfferId>,
    sku_id: Id<SkuId>,
    term: Coded<Term>,
    billing_cycle: Coded<BillingCycle>,
    segment: Coded<Segment>,
    country: Coded<Country>,
    currency: Coded<Currency>,
    kind: Coded<OfferKind>,
    min_quantity: i64,
    max_quantity: i64,
    quantity_step: i64,
    prerequisites: Json<Vec<SkuId>>,
    policy_key: String,
    preselected: bool,
    end_of_sale: Option<At>,
}

impl OfferRow {
    pub(super) fn new(marketplace: MarketplaceId, offer: &Offer) -> Self {
        Self {
            marketplace_id: Id(marketplace),
            id: Id(offer.id),
            sku_id: Id(offer.sku_id),
            term: Coded(offer.term),
            billing_cycle: Coded(offer.billing_cycle),
            segment: Coded(offer.segment),
            country: Coded(offer.market.country),
            currency: Coded(offer.market.currency),
            kind: Coded(offer.kind),
            min_quantity: offer.limits.min.into(),
            max_quantity: offer.limits.max.into(),
            quantity_step: offer.limits.step.into(),
            prerequisites: Json(offer.prerequisites.clone()),
            policy_key: offer.policy_key.clone(),
            preselected: offer.preselected,
            end_of_sale: offer.end_of_sale.map(At),
        }
    }
}

impl TryFrom<OfferRow> for Offer {
    type Error = StoreError;
    fn try_from(row: OfferRow) -> Result<Self> {
        Ok(Self {
            id: row.id.0,
            sku_id: row.sku_id.0,
            term: row.term.0,
            billing_cycle: row.billing_cycle.0,
            segment: row.segment.0,
            market: Market { country: row.country.0, currency: row.currency.0 },
            kind: row.kind.0,
            limits: QuantityLimits {
                min: count(row.min_quantity)?,
                max: count(row.max_quantity)?,
                step: count(row.quantity_step)?,
            },
            prerequisites: row.prerequisites.0,
            policy_key: row.policy_key,
            preselected: row.preselected,
            end_of_sale: row.end_of_sale.map(|at| at.0),
        })
    }
}
