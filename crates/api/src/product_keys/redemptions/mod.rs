//! Redemptions of product keys: entered, reviewed, resumed whenever, completed once.

pub mod abandon;
pub mod change;
pub mod complete;
pub mod enter;
pub mod new_customer;
pub mod open;
pub mod review;
pub mod set_up;
pub mod view;

use crate::auth::caller::Caller;
use crate::auth::permits::ProductKeysRedeem;
use crate::catalog::summary::Summaries;
use crate::http::meta::{Meta, language};
use crate::http::problem::{Code, Problem, named};
use crate::http::reply::{self, Reply};
use crate::http::routes::Routes;
use crate::http::wire::body::{Body, PathId, Query, present};
use crate::http::wire::checks::Checks;
use crate::http::wire::codes::{KeyAction, RedemptionStatus, Starts};
use crate::http::wire::list::{self, BY_CREATION, Walk};
use crate::texts::lang::Lang;
use crate::texts::phrases::Phrase;
use crate::texts::place::Place;
use crate::transaction::{self, NO_BODY, Write};
use crate::{App, microsoft};
use actix_web::{HttpRequest, HttpResponse, delete, get, patch, post, web};
use change::{KeyEntry, KeySource, RedemptionChange};
use domain::form::limits;
use domain::id::{CustomerId, MarketplaceId, RedemptionId, SubscriptionId};
use domain::product_key::{self, MAX_KEYS, ProductKey};
use domain::refusal::Refusal;
use enter::NewRedemption;
use new_customer::{NewCustomer, NewCustomerUpdate};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use store::Conn;
use store::page::SortedRequest;
use utoipa::{IntoParams, ToSchema};
use view::{Redemption, RedemptionPage};

/// Product keys that are to be redeemed for a customer.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct RedemptionCreate {
    /// The customer that they are for; a customer's own is implied.
    #[schema(max_length = 30, example = "cus_01kagy2qk8e3vrc6h1x0m4t7ws")]
    customer_id: Option<String>,
    /// Instead of it the customer that comes into being once the redemption is completed. Only for whoever creates
    /// customers.
    new_customer: Option<NewCustomer>,
    /// The keys: 25 letters and digits, with separators of any kind or without.
    #[schema(min_items = 1, max_items = 25, example = json!(["ABCDE-FGHJK-LMNPQ-RSTUV-23456"]))]
    keys: Vec<String>,
    /// That whoever redeems is responsible for it; nothing is redeemed without.
    responsible: bool,
    /// The partner's number that the customer names.
    #[schema(max_length = 20, example = "5357564")]
    partner_of_record: Option<String>,
}

/// What changes about an open redemption; a field left out stays.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct RedemptionUpdate {
    /// All keys that it then has; one that is not named is taken out.
    #[serde(default, deserialize_with = "crate::http::wire::body::given")]
    #[schema(value_type = Vec<RedemptionKeyUpdate>, required = false, max_items = 25)]
    keys: Option<Vec<RedemptionKeyUpdate>>,
    /// The partner's number; null clears.
    #[serde(default, deserialize_with = "present")]
    #[schema(value_type = Option<String>, max_length = 20, example = "5357564")]
    partner_of_record: Option<Option<String>>,
    /// What changes about the customer that comes into being with it; parts left out stay.
    #[serde(default, deserialize_with = "crate::http::wire::body::given")]
    #[schema(value_type = NewCustomerUpdate, required = false)]
    new_customer: Option<Value>,
}

/// A key that a redemption then has: one more, or one that it has already. What is left out stays; null leaves it to
/// what the customer has.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
#[serde(remote = "Self", deny_unknown_fields)]
pub struct RedemptionKeyUpdate {
    /// A key that is added: 25 letters and digits, with separators of any kind or without.
    #[schema(max_length = 200, example = "ABCDE-FGHJK-LMNPQ-RSTUV-23456")]
    key: Option<String>,
    /// The place of one that was entered already, from 0.
    #[schema(maximum = 24, example = 0)]
    position: Option<usize>,
    /// What the key is to do; null leaves it to what the customer has.
    #[serde(default, deserialize_with = "present", skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<KeyAction>)]
    action: Option<Option<KeyAction>>,
    /// With which subscription, where several run.
    #[serde(default, deserialize_with = "present", skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>, max_length = 30, example = "sub_01kagy2qk8e3vrc6h1x0m4t7ws")]
    subscription_id: Option<Option<String>>,
    /// When its renewal starts: with the term's end or at once.
    #[serde(default, deserialize_with = "present", skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<Starts>)]
    starts: Option<Option<Starts>>,
}

crate::only_object!(RedemptionKeyUpdate);

/// Which redemptions are listed; every filter that is given holds.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct RedemptionFilter {
    /// Only the redemptions of this customer.
    #[param(example = "cus_01kagy2qk8e3vrc6h1x0m4t7ws")]
    customer_id: Option<String>,
    /// Only redemptions that stand so.
    #[param(value_type = Option<RedemptionStatus>)]
    status: Option<String>,
    /// Only those begun at this instant or later.
    #[param(format = DateTime, example = "2026-11-01T00:00:00Z")]
    created_from: Option<String>,
    /// Only those begun before this instant.
    #[param(format = DateTime, example = "2026-12-01T00:00:00Z")]
    created_to: Option<String>,
    /// How many rows the page has at most.
    #[param(minimum = 1, maximum = 200, default = 50)]
    limit: Option<u32>,
    /// Where the last page ended: its `next_cursor`.
    cursor: Option<String>,
    /// The order by creation: `created_at`, or `-created_at` for the newest first.
    #[param(example = "-created_at")]
    sort: Option<String>,
}

/// Enter product keys
///
/// Nothing is consumed: the answer says what completing it would do with each key, and everything that keeps it from
/// being completed. It can be resumed at any time, by anybody who may redeem for the customer. A reseller
/// or provider names the customer, or enters a new one with its administrator: it comes into being once the redemption
/// is completed. A customer's own is implied.
#[utoipa::path(
    tag = "product_keys",
    request_body = RedemptionCreate,
    responses((status = 201, body = Redemption)),
    security(("bearer" = ["product_keys.redeem"])),
)]
#[post("/product-keys/redemptions")]
pub async fn create_redemption(
    app: web::Data<App>,
    caller: Caller<ProductKeysRedeem>,
    request: HttpRequest,
    meta: Meta,
    body: Body<RedemptionCreate>,
) -> Result<HttpResponse, Problem> {
    let wanted = body.value.check(&app, caller.scope().marketplace())?;
    if let Some(new) = &wanted.new_customer
        && !microsoft::domain_available(&app, new.domain.clone()).await?
    {
        return Err(Problem::refusals(vec![(set_up::DOMAIN.to_owned(), Refusal::TenantDomainTaken)]));
    }
    let lang = crate::http::meta::language(request.headers());
    transaction::write(&app, caller.identity(), meta, body.digest, move |write| {
        let entered = enter::enter(write, &wanted)?;
        shown(write, 201, &entered, lang)
    })
    .await
}

/// List redemptions
///
/// Newest first, without their reviews.
#[utoipa::path(
    tag = "product_keys",
    params(RedemptionFilter),
    responses((status = 200, body = RedemptionPage)),
    security(("bearer" = ["product_keys.redeem"])),
)]
#[get("/product-keys/redemptions")]
pub async fn list_redemptions(
    app: web::Data<App>,
    caller: Caller<ProductKeysRedeem>,
    request: HttpRequest,
    query: Query<RedemptionFilter>,
) -> Result<HttpResponse, Problem> {
    let (page, filter) = query.0.check()?;
    let (scope, lang) = (caller.scope(), language(request.headers()));
    let (found, known) = transaction::read(&app, move |_, conn| {
        if let Some(customer) = filter.customer_id {
            named("customer_id", store::customers::get(conn, &scope, customer))?;
        }
        let found = store::redemptions::list(conn, &scope, &filter, &page)?;
        let digests: Vec<_> = found.items.iter().flat_map(|one| one.keys.iter().map(|key| key.digest)).collect();
        Ok((found, store::product_keys::by_digests_unscoped(conn, scope.marketplace(), &digests)?))
    })
    .await?;
    let summaries = Summaries::of(&app, scope.marketplace(), lang);
    let page = RedemptionPage::of(found, |redemption| view::plain(&redemption, &known, &summaries));
    Ok(reply::in_language(reply::ok(&page)?, lang))
}

/// Show a redemption
///
/// While it is open with its review as of now: what completing it would do, and what keeps it from being completed.
#[utoipa::path(
    tag = "product_keys",
    params(("redemption_id" = String, Path, description = "The redemption's id")),
    responses((status = 200, body = Redemption)),
    security(("bearer" = ["product_keys.redeem"])),
)]
#[get("/product-keys/redemptions/{redemption_id}")]
pub async fn show_redemption(
    app: web::Data<App>,
    caller: Caller<ProductKeysRedeem>,
    request: HttpRequest,
    id: PathId<RedemptionId>,
) -> Result<HttpResponse, Problem> {
    let scope = caller.scope();
    let lang = crate::http::meta::language(request.headers());
    let (version, shown) = transaction::read(&app, move |app, conn| {
        let now = app.now_in(conn, scope.marketplace())?;
        let redemption = store::redemptions::get(conn, &scope, id.0)?;
        Ok((redemption.version, view::shown(app, conn, &scope, &redemption, lang, now)?))
    })
    .await?;
    reply::reviewed(&request, version, &shown)
}

/// Change an open redemption
///
/// Its keys, and what each of them is to do: begin a subscription, add licences to one, or renew one, with its term's
/// end or at once.
#[utoipa::path(
    tag = "product_keys",
    params(("redemption_id" = String, Path, description = "The redemption's id")),
    request_body = RedemptionUpdate,
    responses((status = 200, body = Redemption)),
    security(("bearer" = ["product_keys.redeem"])),
)]
#[patch("/product-keys/redemptions/{redemption_id}")]
pub async fn update_redemption(
    app: web::Data<App>,
    caller: Caller<ProductKeysRedeem>,
    request: HttpRequest,
    meta: Meta,
    id: PathId<RedemptionId>,
    body: Body<RedemptionUpdate>,
) -> Result<HttpResponse, Problem> {
    let wanted = body.value.check()?;
    let lang = crate::http::meta::language(request.headers());
    transaction::write(&app, caller.identity(), meta, body.digest, move |write| {
        let patch = body.value.new_customer.as_ref();
        let changed = change::change(write, id.0, &wanted, |app, of| {
            patch.map(|patch| new_customer::another(app, of, patch)).transpose()
        })?;
        shown(write, 200, &changed, lang)
    })
    .await
}

/// Abandon an open redemption
///
/// Its keys were not consumed and can be redeemed elsewhere. One that is completed stays.
#[utoipa::path(
    tag = "product_keys",
    params(("redemption_id" = String, Path, description = "The redemption's id")),
    responses((status = 204, description = "The redemption is given up")),
    security(("bearer" = ["product_keys.redeem"])),
)]
#[delete("/product-keys/redemptions/{redemption_id}")]
pub async fn abandon_redemption(
    app: web::Data<App>,
    caller: Caller<ProductKeysRedeem>,
    meta: Meta,
    id: PathId<RedemptionId>,
) -> Result<HttpResponse, Problem> {
    transaction::write(&app, caller.identity(), meta, NO_BODY, move |write| {
        abandon::abandon(write, id.0).map(|()| Reply::empty())
    })
    .await
}

/// Complete a redemption
///
/// All of it or nothing: exactly what its review says. Every key is consumed, once and for all; where somebody else
/// was faster with one of them, none is. Nothing is charged: the keys were paid before. A new customer comes into
/// being, with its administrator, who has a mail to activate the account, with its agreement and with its tenant, which
/// Microsoft creates afterwards. Until the administrator has come in, whoever sees the customer sets it up: adds its
/// people, and gives them licences.
#[utoipa::path(
    tag = "product_keys",
    params(("redemption_id" = String, Path, description = "The redemption's id")),
    responses((status = 200, body = Redemption)),
    security(("bearer" = ["product_keys.redeem"])),
)]
#[post("/product-keys/redemptions/{redemption_id}/complete")]
pub async fn complete_redemption(
    app: web::Data<App>,
    caller: Caller<ProductKeysRedeem>,
    request: HttpRequest,
    meta: Meta,
    id: PathId<RedemptionId>,
) -> Result<HttpResponse, Problem> {
    let lang = crate::http::meta::language(request.headers());
    let scope = caller.scope();
    let read = move |_: &App, conn: &mut Conn| Ok(store::redemptions::get(conn, &scope, id.0)?.new_customer);
    let free = match transaction::read(&app, read).await? {
        Some(new) => microsoft::domain_available(&app, new.domain).await?,
        None => true,
    };
    transaction::write(&app, caller.identity(), meta, NO_BODY, move |write| {
        let completed = complete::complete(write, id.0, free)?;
        shown(write, 200, &completed, lang)
    })
    .await
}

fn shown(
    write: &mut Write<'_>,
    status: u16,
    redemption: &product_key::Redemption,
    lang: Lang,
) -> Result<Reply, Problem> {
    let shown = view::shown(write.app, write.tx, &write.identity.scope, redemption, lang, write.now)?;
    let location = format!("/v1/product-keys/redemptions/{}", redemption.id);
    Ok(Reply::json(status, &shown)?.reviewed(redemption.version).in_language(lang).location(location))
}

/// The routes of this noun.
pub fn routes(config: &mut Routes<'_, '_>) {
    config
        .service(create_redemption)
        .service(list_redemptions)
        .service(show_redemption)
        .service(update_redemption)
        .service(abandon_redemption)
        .service(complete_redemption);
}

fn key(checks: &mut Checks, pointer: &str, text: &str) -> Option<ProductKey> {
    let key = ProductKey::parse(text).ok();
    if key.is_none() {
        checks.note(pointer, Code::ProductKeyInvalid, vec![]);
    }
    key
}

fn count(checks: &mut Checks, keys: usize) {
    if !(1..=MAX_KEYS).contains(&keys) {
        checks.note("/keys", Code::OutOfRange, vec![("limit", Place::Range(1, MAX_KEYS as u64))]);
    }
}

impl RedemptionCreate {
    fn check(&self, app: &App, marketplace: MarketplaceId) -> Result<NewRedemption, Problem> {
        product_key::confirm(self.responsible)
            .map_err(|refusal: Refusal| Problem::refusals(vec![("/responsible".to_owned(), refusal)]))?;
        let mut checks = Checks::new();
        let customer_id = self.customer_id.as_deref().and_then(|id| checks.id::<CustomerId>("/customer_id", id));
        let new_customer =
            self.new_customer.as_ref().map(|new| new.check(app, marketplace, &mut checks)).transpose()?;
        if self.customer_id.is_some() && new_customer.is_some() {
            let expected = vec![("expected", Place::wire("customer_id or new_customer"))];
            checks.note("/new_customer", Code::InvalidValue, expected);
        }
        count(&mut checks, self.keys.len());
        let texts = self.keys.iter().take(MAX_KEYS).enumerate();
        let keys = texts.filter_map(|(n, text)| key(&mut checks, &format!("/keys/{n}"), text)).collect();
        let partner_of_record =
            checks.optional("/partner_of_record", self.partner_of_record.as_deref(), limits::PARTNER_OF_RECORD.into());
        checks.done()?;
        Ok(NewRedemption { customer_id, new_customer: new_customer.flatten(), keys, partner_of_record })
    }
}

impl RedemptionUpdate {
    fn check(&self) -> Result<RedemptionChange, Problem> {
        let mut checks = Checks::new();
        let keys = self.keys.as_ref().map(|keys| {
            count(&mut checks, keys.len());
            let entries = keys.iter().take(MAX_KEYS).enumerate();
            entries.filter_map(|(n, entry)| entry.check(&mut checks, &format!("/keys/{n}"))).collect()
        });
        let partner = self.partner_of_record.as_ref();
        let partner_of_record = partner
            .map(|text| checks.optional("/partner_of_record", text.as_deref(), limits::PARTNER_OF_RECORD.into()));
        checks.done()?;
        Ok(RedemptionChange { keys, partner_of_record })
    }
}

impl RedemptionKeyUpdate {
    fn check(&self, checks: &mut Checks, at: &str) -> Option<KeyEntry> {
        let source = match (&self.key, self.position) {
            (Some(text), None) => key(checks, &format!("{at}/key"), text).map(KeySource::New),
            (None, Some(position)) => Some(KeySource::Entered(position)),
            (None, None) => {
                checks.note(&format!("{at}/key"), Code::Required, vec![]);
                None
            }
            (Some(_), Some(_)) => {
                let expected = vec![("expected", Phrase::KeyOrPosition.into())];
                checks.note(&format!("{at}/position"), Code::InvalidValue, expected);
                None
            }
        };
        let subscription_id = self.subscription_id.as_ref().map(|id| {
            let at = format!("{at}/subscription_id");
            id.as_deref().and_then(|id| checks.id::<SubscriptionId>(&at, id))
        });
        Some(KeyEntry {
            source: source?,
            action: self.action.map(|action| action.map(|action| action.0)),
            subscription_id,
            starts: self.starts.map(|starts| starts.map(|starts| starts.0)),
        })
    }
}

impl RedemptionFilter {
    fn check(&self) -> Result<(SortedRequest, store::redemptions::Filter), Problem> {
        let mut checks = Checks::new();
        let customer_id = self.customer_id.as_deref().and_then(|id| checks.id::<CustomerId>("customer_id", id));
        let status = self.status.as_deref().and_then(|code| {
            checks.code("status", code, product_key::RedemptionStatus::from_code, Place::wire("open, completed"))
        });
        let created = [("created_from", self.created_from.as_deref()), ("created_to", self.created_to.as_deref())];
        let times = list::times(&mut checks, created, None);
        let walk = Walk { limit: self.limit, cursor: self.cursor.as_deref(), sort: self.sort.as_deref() };
        let page = walk.read(&mut checks, BY_CREATION, times);
        checks.done()?;
        Ok((page, store::redemptions::Filter { customer_id, status, times }))
    }
}
