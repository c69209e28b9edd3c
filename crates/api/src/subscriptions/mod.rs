//! Subscriptions: what runs for a customer.

pub mod changes;
pub mod history;
pub mod licenses;
pub mod name_partner;
pub mod update;
pub mod view;

use crate::auth::caller::Caller;
use crate::auth::permits::{SubscriptionsChange, SubscriptionsRead};
use crate::auth::standing::Identity;
use crate::catalog::summary::Summaries;
use crate::http::meta::{Meta, language};
use crate::http::problem::{Problem, named};
use crate::http::reply::{self, Reply};
use crate::http::routes::Routes;
use crate::http::wire::body::{Body, PathId, Query, present};
use crate::http::wire::checks::Checks;
use crate::http::wire::codes::{OfferKind, SubscriptionStatus};
use crate::http::wire::list::{self, Orders, Walk};
use crate::memory::catalogs::catalog::Catalog;
use crate::texts::phrases::Phrase;
use crate::texts::place::Place;
use crate::{App, transaction};
use actix_web::{HttpRequest, HttpResponse, get, patch, web};
use domain::calendar::Day;
use domain::id::{CustomerId, OfferId, ProductId, SubscriptionId, UserId};
use domain::subscription;
use serde::Deserialize;
use store::page::{Order, SortedRequest};
use update::Update;
use utoipa::{IntoParams, ToSchema};
use view::{Beside, Context, Subscription, SubscriptionPage, view};

/// Which subscriptions are listed; every filter that is given holds.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct SubscriptionFilter {
    /// Only the subscriptions of this customer.
    #[param(example = "cus_01kagy2qk8e3vrc6h1x0m4t7ws")]
    customer_id: Option<String>,
    /// Only subscriptions that stand so; several with commas between them: `active,suspended`.
    #[param(value_type = Option<Vec<SubscriptionStatus>>, style = Form, explode = false, max_items = 7)]
    status: Option<String>,
    /// Only subscriptions of this offer.
    #[param(example = "ofr_01kagy2qk8e3vrc6h1x0m4t7ws")]
    offer_id: Option<String>,
    /// Only subscriptions of this product.
    #[param(example = "prd_01kagy2qk8e3vrc6h1x0m4t7ws")]
    product_id: Option<String>,
    /// Only subscriptions of products of this category, or of one within it: a category's slug.
    #[param(example = "productivity", max_length = 50)]
    category: Option<String>,
    /// Only subscriptions of these kinds of offers; several with commas between them: `licensed,trial`.
    #[param(value_type = Option<Vec<OfferKind>>, style = Form, explode = false, max_items = 4)]
    kind: Option<String>,
    /// Only those that renew at their term's end, or only those that do not.
    #[param(example = false)]
    auto_renew: Option<bool>,
    /// Only those whose term ends on this day or before.
    #[param(format = Date, example = "2027-09-30")]
    term_ends_before: Option<String>,
    /// Only those that this user is responsible for.
    #[param(max_length = 30, example = "usr_01kagy2qk8e3vrc6h1x0m4t7ws")]
    responsible_user: Option<String>,
    /// Only those that somebody has a licence of: a user's id, or `me` for oneself. Whoever sees only what is assigned
    /// to it sees no others anyway.
    #[param(max_length = 30, example = "me")]
    assigned_to: Option<String>,
    /// Only those of which each of these words begins a word of the customer's name, or that are of a product which the
    /// search of products finds by them.
    #[param(example = "office", max_length = 200)]
    q: Option<String>,
    /// Only those ordered at this instant or later.
    #[param(format = DateTime, example = "2026-11-01T00:00:00Z")]
    created_from: Option<String>,
    /// Only those ordered before this instant.
    #[param(format = DateTime, example = "2026-12-01T00:00:00Z")]
    created_to: Option<String>,
    /// Only those changed at this instant or later, by the marketplace's clock, the oldest change first.
    #[param(format = DateTime, example = "2026-11-20T10:15:00Z")]
    updated_since: Option<String>,
    /// How many rows the page has at most.
    #[param(minimum = 1, maximum = 200, default = 50)]
    limit: Option<u32>,
    /// Where the last page ended: its `next_cursor`.
    cursor: Option<String>,
    /// The order: by creation, by the last change or by the last day of the term, where those without a term come as if
    /// theirs never ended; with a minus the last first. Left out it is `-created_at`; with `updated_since` it is
    /// `updated_at`.
    #[param(example = "-created_at", pattern = "^-?(created_at|updated_at|term_ends_on)$")]
    sort: Option<String>,
}

/// What changes about a subscription besides its changes (RFC 7396); a field left out stays.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct SubscriptionUpdate {
    /// The number of the partner that the customer names for it; null has the one hold that it names for all it has.
    #[serde(default, deserialize_with = "present")]
    #[schema(value_type = Option<String>, max_length = 10, example = "5357564")]
    partner_of_record: Option<Option<String>>,
    /// Printed in the text of its positions on invoices from now on; null prints nothing.
    #[serde(default, deserialize_with = "present")]
    #[schema(value_type = Option<String>, max_length = 200, example = "Kostenstelle 4711")]
    reference: Option<Option<String>>,
}

impl SubscriptionFilter {
    fn check(
        &self,
        caller: &Identity,
        catalog: &Catalog,
    ) -> Result<(SortedRequest, store::subscriptions::Filter), Problem> {
        let mut checks = Checks::new();
        let created = [("created_from", self.created_from.as_deref()), ("created_to", self.created_to.as_deref())];
        let somebody = |text: &str| if text == "me" { caller.actor.parse().ok() } else { text.parse::<UserId>().ok() };
        let filter = store::subscriptions::Filter {
            customer_id: self.customer_id.as_deref().and_then(|id| checks.id::<CustomerId>("customer_id", id)),
            offer_id: self.offer_id.as_deref().and_then(|id| checks.id::<OfferId>("offer_id", id)),
            product_id: self.product_id.as_deref().and_then(|id| checks.id::<ProductId>("product_id", id)),
            responsible_user: self
                .responsible_user
                .as_deref()
                .and_then(|id| checks.id::<UserId>("responsible_user", id)),
            assigned_to: self.assigned_to.as_deref().and_then(|text| {
                checks.code("assigned_to", text, somebody, Place::wire("a user's id, or me for a user itself"))
            }),
            statuses: checks.codes(
                "status",
                self.status.as_deref(),
                subscription::SubscriptionStatus::from_code,
                "pending, active, suspended, extended, expired, disabled, canceled",
            ),
            products: checks.optional("category", self.category.as_deref(), 50).map(|slug| within(catalog, &slug)),
            kinds: checks.codes(
                "kind",
                self.kind.as_deref(),
                domain::catalog::OfferKind::from_code,
                "licensed, trial, perpetual, add_on",
            ),
            term_ends_before: self.term_ends_before.as_deref().and_then(|day| {
                let read = |text: &str| text.parse::<Day>().ok();
                checks.code("term_ends_before", day, read, Phrase::ADay)
            }),
            auto_renew: self.auto_renew,
            search: list::search(&mut checks, self.q.as_deref()).map(|search| (search, self.meant(catalog))),
            times: list::times(&mut checks, created, self.updated_since.as_deref()),
        };
        let walk = Walk { limit: self.limit, cursor: self.cursor.as_deref(), sort: self.sort.as_deref() };
        let page = walk.read(&mut checks, ORDERS, filter.times);
        checks.done()?;
        Ok((page, filter))
    }

    /// The products that a search means best.
    fn meant(&self, catalog: &Catalog) -> Vec<ProductId> {
        let found = catalog.search(self.q.as_deref().unwrap_or_default());
        found.into_iter().take(MOST_PRODUCTS).map(|position| catalog.products[position].product.id).collect()
    }
}

/// The products of a category and of those within it.
fn within(catalog: &Catalog, slug: &str) -> Vec<ProductId> {
    let products = catalog.products.iter().map(|node| &node.product);
    products.filter(|product| catalog.within(&product.category, slug)).map(|product| product.id).collect()
}

/// The most products whose subscriptions a search finds.
const MOST_PRODUCTS: usize = 100;

/// The orders in which subscriptions are listed.
const ORDERS: Orders =
    &[("created_at", Order::Created), ("updated_at", Order::Updated), ("term_ends_on", Order::TermEnd)];

/// List subscriptions
///
/// Newest first, unless another order is chosen: the service list, with the quantity used, the fee with and without
/// tax, and the contract's end. Who may only manage assigned services sees those that it has a licence of;
/// `assigned_to=me` lists these for everybody.
#[utoipa::path(
    tag = "subscriptions",
    params(SubscriptionFilter),
    responses((status = 200, body = SubscriptionPage)),
    security(("bearer" = ["subscriptions.read"])),
)]
#[get("/subscriptions")]
pub async fn list_subscriptions(
    app: web::Data<App>,
    caller: Caller<SubscriptionsRead>,
    request: HttpRequest,
    query: Query<SubscriptionFilter>,
) -> Result<HttpResponse, Problem> {
    let scope = caller.scope();
    let (page, filter) = query.0.check(&caller, &app.catalogs.of(scope.marketplace()))?;
    let (found, beside) = transaction::read(&app, move |_, conn| {
        if let Some(customer) = filter.customer_id {
            named("customer_id", store::customers::get(conn, &scope, customer))?;
        }
        let found = store::subscriptions::list(conn, &scope, &filter, &page)?;
        let beside = Beside::read(conn, &scope, &found.items)?;
        Ok((found, beside))
    })
    .await?;
    let lang = language(request.headers());
    let summaries = Summaries::of(&app, scope.marketplace(), lang);
    let context = Context { app: &app, summaries, identity: &caller, beside };
    let page = reply::ok(&SubscriptionPage::of(found, |subscription| view(&context, &subscription)))?;
    Ok(reply::in_language(page, lang))
}

/// Show a subscription
///
/// With its running term, the price that holds, what waits, and until when it may be canceled.
#[utoipa::path(
    tag = "subscriptions",
    params(("subscription_id" = String, Path, description = "The subscription's id")),
    responses((status = 200, body = Subscription)),
    security(("bearer" = ["subscriptions.read"])),
)]
#[get("/subscriptions/{subscription_id}")]
pub async fn show_subscription(
    app: web::Data<App>,
    caller: Caller<SubscriptionsRead>,
    request: HttpRequest,
    id: PathId<SubscriptionId>,
) -> Result<HttpResponse, Problem> {
    let scope = caller.scope();
    let (subscription, beside) = transaction::read(&app, move |_, conn| {
        let subscription = store::subscriptions::get(conn, &scope, id.0)?;
        let beside = Beside::read(conn, &scope, std::slice::from_ref(&subscription))?;
        Ok((subscription, beside))
    })
    .await?;
    let summaries = Summaries::of(&app, subscription.marketplace_id, language(request.headers()));
    let context = Context { app: &app, summaries, identity: &caller, beside };
    reply::reviewed(&request, subscription.version, &view(&context, &subscription))
}

/// Update a subscription
///
/// Its reference, which is printed in its positions on invoices; and its partner of record, who is told when the term
/// ends, as the reseller is: only the customer's own people name it. What costs money or takes effect at Microsoft is a
/// change: `POST /v1/subscriptions/{subscription_id}/changes`.
#[utoipa::path(
    tag = "subscriptions",
    params(("subscription_id" = String, Path, description = "The subscription's id")),
    request_body = SubscriptionUpdate,
    responses((status = 200, body = Subscription)),
    security(("bearer" = ["subscriptions.change"])),
)]
#[patch("/subscriptions/{subscription_id}")]
pub async fn update_subscription(
    app: web::Data<App>,
    caller: Caller<SubscriptionsChange>,
    meta: Meta,
    id: PathId<SubscriptionId>,
    body: Body<SubscriptionUpdate>,
) -> Result<HttpResponse, Problem> {
    let mut checks = Checks::new();
    let (partner, reference) = (body.value.partner_of_record.as_ref(), body.value.reference.as_ref());
    let wanted = Update {
        partner_of_record: partner.map(|number| checks.partner_id("/partner_of_record", number.as_deref())),
        reference: reference.map(|text| checks.optional("/reference", text.as_deref(), 200)),
    };
    checks.done()?;
    transaction::write(&app, caller.identity(), meta, body.digest, move |write| {
        let scope = write.identity.scope;
        let subscription = update::update(write, id.0, &wanted)?;
        let beside = Beside::read(write.tx, &scope, std::slice::from_ref(&subscription))?;
        let lang = write.meta.lang;
        let summaries = Summaries::of(write.app, subscription.marketplace_id, lang);
        let context = Context { app: write.app, summaries, identity: write.identity, beside };
        Ok(Reply::json(200, &view(&context, &subscription))?.reviewed(subscription.version).in_language(lang))
    })
    .await
}

/// The routes of this noun.
pub fn routes(config: &mut Routes<'_, '_>) {
    config
        .service(list_subscriptions)
        .service(show_subscription)
        .service(update_subscription)
        .service(history::list_history);
}
