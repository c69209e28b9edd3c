//! What an offer sells, in the words of its summaries: on every line that names one, so that nobody asks for each.

use crate::App;
use crate::http::wire::codes::{BillingCycle, OfferKind, Term};
use crate::memory::catalogs::catalog::Catalog;
use crate::texts::lang::Lang;
use crate::texts::plans;
use domain::id::{MarketplaceId, OfferId};
use serde::Serialize;
use std::sync::Arc;
use utoipa::ToSchema;

/// What an offer sells, in the language of the request.
#[derive(Debug, Serialize, ToSchema)]
pub struct OfferSummary {
    /// The product that it sells.
    #[schema(example = "prd_01kagy2qk8e3vrc6h1x0m4t7ws")]
    pub product_id: String,
    /// What the product is called.
    #[schema(example = "Office 365 Enterprise (NCE)")]
    pub product_title: String,
    /// The name of who makes it.
    #[schema(example = "Microsoft Corporation")]
    pub publisher: String,
    /// The slug of the product's category.
    #[schema(example = "productivity")]
    pub category: String,
    /// The edition of the product.
    #[schema(example = "sku_01kagy2qk8e3vrc6h1x0m4t7ws")]
    pub sku_id: String,
    /// What the edition is called.
    #[schema(example = "Office 365 E1")]
    pub sku_title: String,
    /// What one of it is called, where it is no licence; null where it is one.
    #[schema(required, example = "Core")]
    pub unit: Option<String>,
    /// Whether it is licensed by term, a trial, perpetual, or an add-on to another.
    pub kind: OfferKind,
    /// How long the buyer is bound.
    pub term: Term,
    /// How often a charge is raised.
    pub billing_cycle: BillingCycle,
    /// Term and billing cycle in words.
    #[schema(example = "1 year, billed monthly")]
    pub plan: String,
}

/// The catalogue of a marketplace as one reader sees it.
pub struct Summaries {
    catalog: Arc<Catalog>,
    lang: Lang,
}

impl Summaries {
    /// Of a marketplace's catalogue, in a language.
    pub fn of(app: &App, marketplace: MarketplaceId, lang: Lang) -> Self {
        Self { catalog: app.catalogs.of(marketplace), lang }
    }

    /// What an offer sells; none where the catalogue does not know it.
    pub fn of_offer(&self, id: OfferId) -> Option<OfferSummary> {
        let found = self.catalog.offer(id)?;
        let language = self.catalog.read_in(self.lang.into());
        let title = |id: String, as_it_came: &str| self.catalog.title(&id, language, as_it_came).to_owned();
        let (product, sku, offer) = (found.product, found.sku, found.offer);
        Some(OfferSummary {
            product_id: product.id.to_string(),
            product_title: title(product.id.to_string(), &product.title),
            publisher: product.publisher.clone(),
            category: product.category.clone(),
            sku_id: sku.id.to_string(),
            sku_title: title(sku.id.to_string(), &sku.title),
            unit: sku.unit.clone(),
            kind: OfferKind(offer.kind),
            term: Term(offer.term),
            billing_cycle: BillingCycle(offer.billing_cycle),
            plan: plans::plan(self.lang, offer.term, offer.billing_cycle),
        })
    }
}
