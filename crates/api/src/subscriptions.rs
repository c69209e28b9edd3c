//! Subscriptions: what runs for a customer.

use crate::App;
use crate::auth::caller::Caller;
use crate::auth::permits::SubscriptionsRead;
use crate::problem::Problem;
use crate::reply;
use crate::wire::body::{PathId, Query};
use crate::wire::checks::Checks;
use crate::wire::codes::{BillingCycle, SubscriptionStatus, Term};
use crate::wire::money::Price;
use crate::wire::{instant, list};
use crate::{page, work};
use actix_web::{HttpRequest, HttpResponse, get, web};
use domain::id::{CustomerId, OfferId, ProductId, SubscriptionId};
use domain::subscription;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use utoipa_actix_web::service_config::ServiceConfig;

/// A subscription: one offer, one customer, one quantity.
#[derive(Debug, Serialize, ToSchema)]
pub struct Subscription {
    /// Its id.
    #[schema(example = "sub_01kagy2qk8e3vrc6h1x0m4t7ws")]
    pub id: String,
    /// Where it stands.
    pub status: SubscriptionStatus,
    /// Who uses it.
    #[schema(example = "cus_01kagy2qk8e3vrc6h1x0m4t7ws")]
    pub customer_id: String,
    /// Through which reseller it was bought.
    #[schema(required, example = "rsl_01kagy2qk8e3vrc6h1x0m4t7ws")]
    pub reseller_id: Option<String>,
    /// The product.
    #[schema(example = "prd_01kagy2qk8e3vrc6h1x0m4t7ws")]
    pub product_id: String,
    /// The SKU.
    #[schema(example = "sku_01kagy2qk8e3vrc6h1x0m4t7ws")]
    pub sku_id: String,
    /// The SKU's title; null where it is no longer in the catalogue.
    #[schema(required, example = "Office 365 E1")]
    pub sku_title: Option<String>,
    /// The offer.
    #[schema(example = "ofr_01kagy2qk8e3vrc6h1x0m4t7ws")]
    pub offer_id: String,
    /// For how long.
    pub term: Term,
    /// How often it is charged.
    pub billing_cycle: BillingCycle,
    /// Licences.
    #[schema(example = 5)]
    pub quantity: u32,
    /// The price that was agreed, per licence and billing cycle (C-47).
    pub unit_price: Price,
    /// The first day of the running term.
    #[schema(required, format = Date, example = "2026-11-06")]
    pub term_start: Option<String>,
    /// Its last day, itself included.
    #[schema(required, format = Date, example = "2027-11-05")]
    pub term_end: Option<String>,
    /// The day of the next charge.
    #[schema(required, format = Date, example = "2026-12-01")]
    pub next_charge_on: Option<String>,
    /// Whether it renews at the term's end.
    pub auto_renew: bool,
    /// Until when it may be canceled in its policy's window; null where there is none.
    #[schema(required, format = DateTime, example = "2026-11-27T10:15:00Z")]
    pub cancel_until: Option<String>,
    /// The policy as it was at the start of the term.
    #[schema(example = "cancom_monthly12")]
    pub policy_key: String,
    /// The policy's version.
    #[schema(example = 1)]
    pub policy_version: u32,
    /// The order it came from.
    #[schema(example = "ord_01kagy2qk8e3vrc6h1x0m4t7ws")]
    pub order_id: String,
    /// Who is responsible for it.
    #[schema(required, example = "usr_01kagy2qk8e3vrc6h1x0m4t7ws")]
    pub responsible_user: Option<String>,
    /// Microsoft's id of it, once provided.
    #[schema(required, example = "5f2c9c1e-7b4e-4c8f-9a37-0d1e2f3a4b5c")]
    pub external_id: Option<String>,
    /// When it was ordered.
    #[schema(format = DateTime, example = "2026-11-20T10:15:00Z")]
    pub created_at: String,
    /// When it began to run.
    #[schema(required, format = DateTime, example = "2026-11-20T10:15:02Z")]
    pub activated_at: Option<String>,
}

page!(
    /// A page of subscriptions, newest first.
    SubscriptionPage of Subscription
);

/// Which subscriptions.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct SubscriptionFilter {
    /// Only this customer's.
    #[param(example = "cus_01kagy2qk8e3vrc6h1x0m4t7ws")]
    customer_id: Option<String>,
    /// Only those that stand so.
    #[param(value_type = Option<SubscriptionStatus>)]
    status: Option<String>,
    /// Only of this offer.
    #[param(example = "ofr_01kagy2qk8e3vrc6h1x0m4t7ws")]
    offer_id: Option<String>,
    /// Only of this product.
    #[param(example = "prd_01kagy2qk8e3vrc6h1x0m4t7ws")]
    product_id: Option<String>,
    /// Rows of the page.
    #[param(minimum = 1, maximum = 200, default = 50)]
    limit: Option<u32>,
    /// Where the last page ended.
    cursor: Option<String>,
    /// `created_at` or `-created_at`.
    #[param(example = "-created_at")]
    sort: Option<String>,
}

fn view(app: &App, subscription: &subscription::Subscription) -> Subscription {
    let catalog = app.catalogs.of(subscription.marketplace_id);
    let span = subscription.term_span;
    Subscription {
        id: subscription.id.to_string(),
        status: SubscriptionStatus(subscription.status),
        customer_id: subscription.customer_id.to_string(),
        reseller_id: subscription.reseller_id.map(|id| id.to_string()),
        product_id: subscription.product_id.to_string(),
        sku_id: subscription.sku_id.to_string(),
        sku_title: catalog.offer(subscription.offer_id).map(|found| found.sku.title.clone()),
        offer_id: subscription.offer_id.to_string(),
        term: Term(subscription.term),
        billing_cycle: BillingCycle(subscription.billing_cycle),
        quantity: subscription.quantity,
        unit_price: subscription.unit_price.into(),
        term_start: span.map(|span| span.first.to_string()),
        term_end: span.map(|span| span.last.to_string()),
        next_charge_on: subscription.next_charge_on.map(|day| day.to_string()),
        auto_renew: subscription.auto_renew(),
        cancel_until: subscription.cancel_until.map(instant),
        policy_key: subscription.policy.key.clone(),
        policy_version: subscription.policy.version,
        order_id: subscription.order_id.to_string(),
        responsible_user: subscription.responsible_user.map(|id| id.to_string()),
        external_id: subscription.external_id.clone(),
        created_at: instant(subscription.created_at),
        activated_at: subscription.activated_at.map(instant),
    }
}

/// List subscriptions
///
/// Newest first.
#[utoipa::path(tag = "subscriptions", params(SubscriptionFilter), responses((status = 200, body = SubscriptionPage)), security(("bearer" = ["subscriptions.read"])))]
#[get("/subscriptions")]
pub async fn list_subscriptions(
    app: web::Data<App>,
    caller: Caller<SubscriptionsRead>,
    query: Query<SubscriptionFilter>,
) -> Result<HttpResponse, Problem> {
    let page = list::page_request(query.0.limit, query.0.cursor.as_deref(), query.0.sort.as_deref())?;
    let mut checks = Checks::new();
    let filter = store::subscriptions::Filter {
        customer_id: query.0.customer_id.as_deref().and_then(|id| checks.id::<CustomerId>("customer_id", id)),
        offer_id: query.0.offer_id.as_deref().and_then(|id| checks.id::<OfferId>("offer_id", id)),
        product_id: query.0.product_id.as_deref().and_then(|id| checks.id::<ProductId>("product_id", id)),
        status: query.0.status.as_deref().and_then(|code| {
            let expected = "pending, active, suspended, extended, expired, disabled, canceled";
            checks.code("status", code, subscription::SubscriptionStatus::from_code, expected)
        }),
    };
    checks.done()?;
    let scope = caller.scope();
    let found = work::read(&app, move |_, conn| {
        if let Some(customer) = filter.customer_id {
            store::customers::get(conn, &scope, customer)?;
        }
        Ok(store::subscriptions::list(conn, &scope, &filter, &page)?)
    })
    .await?;
    reply::ok(&SubscriptionPage::of(found, |subscription| view(&app, &subscription)))
}

/// Show a subscription
///
/// With its running term, the price that was agreed, and until when it may be canceled.
#[utoipa::path(tag = "subscriptions", params(("subscription_id" = String, Path, description = "The subscription's id")), responses((status = 200, body = Subscription)), security(("bearer" = ["subscriptions.read"])))]
#[get("/subscriptions/{subscription_id}")]
pub async fn show_subscription(
    app: web::Data<App>,
    caller: Caller<SubscriptionsRead>,
    request: HttpRequest,
    id: PathId<SubscriptionId>,
) -> Result<HttpResponse, Problem> {
    let scope = caller.scope();
    let subscription = work::read(&app, move |_, conn| Ok(store::subscriptions::get(conn, &scope, id.0)?)).await?;
    reply::resource(&request, subscription.version, &view(&app, &subscription))
}

/// The routes of this noun.
pub fn routes(config: &mut ServiceConfig<'_>) {
    config.service(list_subscriptions).service(show_subscription);
}
