//! Licences on the wire: who has them, and what a customer has of each SKU.

use crate::clock::instant;
use crate::http::wire::codes::SubscriptionStatus;
use crate::memory::catalogs::catalog::Catalog;
use crate::page;
use crate::subscriptions::licenses::assign::Assigned;
use crate::texts::lang::Lang;
use domain::license;
use domain::subscription;
use serde::Serialize;
use store::assignments::Holder;
use utoipa::ToSchema;

/// A licence of a subscription that somebody has.
#[derive(Debug, Serialize, ToSchema)]
pub struct Assignment {
    /// The user who has it.
    #[schema(example = "usr_01kagy2qk8e3vrc6h1x0m4t7ws")]
    pub user_id: String,
    /// The user's e-mail address.
    #[schema(example = "erika@kunde.example")]
    pub email: String,
    /// The user's first and last name.
    #[schema(example = "Erika Muster")]
    pub name: String,
    /// Whether it can be used now: the subscription serves and the user is not disabled.
    pub in_use: bool,
    /// When it was given, by the marketplace's clock.
    #[schema(format = DateTime, example = "2026-11-20T10:15:00Z")]
    pub assigned_at: String,
    /// Who gave it: the id of a user or of an API client; null where it came by itself: from the policy, or again
    /// after a change that Microsoft refused.
    #[schema(required, example = "usr_01kagy2qk8e3vrc6h1x0m4t7ws")]
    pub assigned_by: Option<String>,
}

page!(
    /// A page of who has a licence.
    AssignmentPage of Assignment
);

/// Licences that were given.
#[derive(Debug, Serialize, ToSchema)]
pub struct AssignedLicenses {
    /// The subscription whose licences they are.
    #[schema(example = "sub_01kagy2qk8e3vrc6h1x0m4t7ws")]
    pub subscription_id: String,
    /// How many licences the subscription has.
    #[schema(example = 5)]
    pub quantity: u32,
    /// How many of them somebody has now.
    #[schema(example = 2)]
    pub assigned: u32,
    /// Who got one, in the order of the request.
    pub data: Vec<Assignment>,
}

/// What a customer has of a SKU, over all subscriptions and terms.
#[derive(Debug, Serialize, ToSchema)]
pub struct LicenseSummary {
    /// The product that was bought.
    #[schema(example = "prd_01kagy2qk8e3vrc6h1x0m4t7ws")]
    pub product_id: String,
    /// The SKU of that product.
    #[schema(example = "sku_01kagy2qk8e3vrc6h1x0m4t7ws")]
    pub sku_id: String,
    /// The SKU's title; null where it is no longer in the catalogue.
    #[schema(required, example = "Office 365 E1")]
    pub sku_title: Option<String>,
    /// Licences of subscriptions that are ordered, run or are suspended; what was not renewed is not owned.
    #[schema(example = 15)]
    pub owned: u64,
    /// How many of them somebody has.
    #[schema(example = 11)]
    pub assigned: u64,
    /// How many of them nobody has.
    #[schema(example = 4)]
    pub free: u64,
    /// The same by subscription, the one whose term ends first at the top.
    pub by_term_end: Vec<LicenseHolding>,
}

/// A subscription's part of what a customer has of a SKU.
#[derive(Debug, Serialize, ToSchema)]
pub struct LicenseHolding {
    /// The last day of its term, itself included; null for a perpetual licence.
    #[schema(required, format = Date, example = "2027-11-05")]
    pub term_end: Option<String>,
    /// The subscription that has them.
    #[schema(example = "sub_01kagy2qk8e3vrc6h1x0m4t7ws")]
    pub subscription_id: String,
    /// Where the subscription stands; only one that serves has licences to give.
    pub status: SubscriptionStatus,
    /// How many licences the subscription has.
    #[schema(example = 10)]
    pub quantity: u32,
    /// How many of them somebody has.
    #[schema(example = 9)]
    pub assigned: u32,
}

/// What a customer has, by SKU.
#[derive(Debug, Serialize, ToSchema)]
pub struct LicenseSummaryPage {
    /// The rows of the page, ordered by SKU.
    pub data: Vec<LicenseSummary>,
    /// What to pass as `cursor` for the next page; null at the end.
    #[schema(required, example = "c2t1XzAxa2FneTJxazhlM3ZyYzZoMXgwbTR0N3dz")]
    pub next_cursor: Option<String>,
}

/// A licence on the wire.
pub fn assignment(holder: Holder, status: subscription::SubscriptionStatus) -> Assignment {
    Assignment {
        user_id: holder.user_id.to_string(),
        email: holder.email,
        name: format!("{} {}", holder.first_name, holder.last_name),
        in_use: license::in_use(status, !holder.disabled),
        assigned_at: instant(holder.assigned_at),
        assigned_by: holder.assigned_by,
    }
}

/// Licences that were given, with who has them now.
pub fn assigned(assigned: Assigned) -> AssignedLicenses {
    let Assigned { subscription, assigned, holders } = assigned;
    AssignedLicenses {
        subscription_id: subscription.id.to_string(),
        quantity: subscription.quantity,
        assigned,
        data: holders.into_iter().map(|holder| assignment(holder, subscription.status)).collect(),
    }
}

/// What a customer has of a SKU, with the SKU's title in a language.
pub fn summary(catalog: &Catalog, lang: Lang, summary: license::SkuSummary) -> LicenseSummary {
    let skus = catalog.position(summary.product_id).map(|position| &catalog.products[position].skus);
    let sku = skus.and_then(|skus| skus.iter().find(|node| node.sku.id == summary.sku_id));
    let language = catalog.read_in(lang.into());
    let holding = |one: license::Holding| LicenseHolding {
        term_end: one.term_last.map(|day| day.to_string()),
        subscription_id: one.subscription_id.to_string(),
        status: SubscriptionStatus(one.status),
        quantity: one.quantity,
        assigned: one.assigned,
    };
    LicenseSummary {
        product_id: summary.product_id.to_string(),
        sku_id: summary.sku_id.to_string(),
        sku_title: sku.map(|node| catalog.title(&node.sku.id.to_string(), language, &node.sku.title).to_owned()),
        owned: summary.owned,
        assigned: summary.assigned,
        free: summary.free,
        by_term_end: summary.holdings.into_iter().map(holding).collect(),
    }
}
