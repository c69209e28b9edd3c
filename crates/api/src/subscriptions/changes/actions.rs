//! What could be changed now, until when, and with which money (R-02, N-03); the days a next term may end on.

use crate::auth::caller::Caller;
use crate::auth::permits::SubscriptionsRead;
use crate::http::problem::{Code, Problem};
use crate::http::reply;
use crate::http::wire::body::PathId;
use crate::http::wire::instant;
use crate::http::wire::money::Money;
use crate::organizations::delegations::check as delegations;
use crate::subscriptions::changes::commit::tax_rule;
use crate::subscriptions::changes::{facts, person, request};
use crate::{App, transaction};
use actix_web::{HttpRequest, HttpResponse, get, web};
use domain::access::Permission;
use domain::id::SubscriptionId;
use domain::subscription::actions::{self, Action};
use domain::subscription::alignment::{self, Quoted};
use domain::subscription::change::When;
use domain::tax::{self, TaxRule};
use request::ChangeRequest;
use serde::Serialize;
use utoipa::ToSchema;
use utoipa_actix_web::service_config::ServiceConfig;

/// What could be changed now.
#[derive(Debug, Serialize, ToSchema)]
pub struct AllowedActions {
    /// Of which subscription.
    #[schema(example = "sub_01kagy2qk8e3vrc6h1x0m4t7ws")]
    pub subscription_id: String,
    /// When this held.
    #[schema(format = DateTime, example = "2026-11-20T10:15:00Z")]
    pub as_of: String,
    /// Every action, allowed or not.
    pub actions: Vec<AllowedAction>,
}

/// An action, and what would become of it.
#[derive(Debug, Serialize, ToSchema)]
pub struct AllowedAction {
    /// The change to ask for, as POST /v1/subscriptions/{id}/changes takes it.
    pub request: ChangeRequest,
    /// Whether it takes effect at once, asked for with `when` = `now` in this second.
    pub allowed: bool,
    /// Until when, where that ends by itself.
    #[schema(required, format = DateTime, example = "2026-11-27T10:15:00Z")]
    pub until: Option<String>,
    /// When it takes effect instead, where it can be scheduled.
    #[schema(required, format = DateTime, example = "2027-09-06T00:00:00Z")]
    pub else_effective_at: Option<String>,
    /// What is due with it; below zero what is given back.
    #[schema(required)]
    pub money: Option<Money>,
    /// Why it does not take effect at once.
    #[schema(required)]
    pub reason_code: Option<Code>,
}

/// The days on which a subscription's next term may end.
#[derive(Debug, Serialize, ToSchema)]
pub struct CotermOptions {
    /// The days, the earliest first; any other is refused.
    pub data: Vec<CotermOption>,
}

/// A day on which a next term may end.
#[derive(Debug, Serialize, ToSchema)]
pub struct CotermOption {
    /// The last day of the next term.
    #[schema(format = Date, example = "2028-06-30")]
    pub date: String,
    /// The subscriptions that end on it, too; none is the end of a calendar month.
    #[schema(example = json!(["sub_01kagy2qk8e3vrc6h1x0m4t7ws"]))]
    pub with_subscriptions: Vec<String>,
    /// The first day of the next term.
    #[schema(format = Date, example = "2027-09-06")]
    pub term_start: String,
    /// Its first charge, at today's price.
    pub first_charge: Money,
    /// All its charges together, at today's price.
    pub whole_term: Money,
}

fn action(action: &Action, as_of: When, rule: TaxRule) -> Result<AllowedAction, Problem> {
    let money = action.net.map(|net| tax::document(rule, net.currency, [net], domain::money::Rounding::HalfUp));
    Ok(AllowedAction {
        request: request::of(&action.change, as_of),
        allowed: action.allowed,
        until: action.until.map(instant),
        else_effective_at: action.else_effective_at.map(instant),
        money: money.transpose().map_err(Problem::internal)?.map(Money::from),
        reason_code: action.reason.as_ref().and_then(|refusal| Code::from_text(refusal.code())),
    })
}

fn forbid(action: &mut AllowedAction, reason: Code) {
    action.allowed = false;
    action.until = None;
    action.else_effective_at = None;
    action.reason_code = Some(reason);
}

fn option(quoted: &Quoted, rule: TaxRule) -> Result<CotermOption, Problem> {
    let money = |net: domain::money::Money| -> Result<Money, Problem> {
        let taxed = tax::document(rule, net.currency, [net], domain::money::Rounding::HalfUp);
        Ok(taxed.map_err(Problem::internal)?.into())
    };
    Ok(CotermOption {
        date: quoted.date.day.to_string(),
        with_subscriptions: quoted.date.with.iter().map(ToString::to_string).collect(),
        term_start: quoted.term_span.first.to_string(),
        first_charge: money(quoted.first_charge)?,
        whole_term: money(quoted.whole_term)?,
    })
}

/// Show what could be changed now
///
/// Every action with whether it takes effect at once, until when, else from when, for which money, or why not. What
/// this says is what a change in the same second does: both ask the same decision.
#[utoipa::path(
    tag = "changes",
    params(("subscription_id" = String, Path, description = "The subscription's id")),
    responses((status = 200, body = AllowedActions)),
    security(("bearer" = ["subscriptions.read"])),
)]
#[get("/subscriptions/{subscription_id}/allowed-actions")]
pub async fn show_allowed_actions(
    app: web::Data<App>,
    caller: Caller<SubscriptionsRead>,
    request: HttpRequest,
    id: PathId<SubscriptionId>,
) -> Result<HttpResponse, Problem> {
    let (scope, by) = (caller.scope(), person(&caller));
    let may_change = caller.may(Permission::SubscriptionsChange);
    let allowed = transaction::read(&app, move |app, conn| {
        let now = app.now_in(conn, scope.marketplace())?;
        let subscription = store::subscriptions::get(conn, &scope, id.0)?;
        let rule = tax_rule(app, conn, &scope, &subscription)?;
        let delegated = subscription.policy.rules.delegated_administration;
        let may_act = delegations::may_act(conn, &scope, subscription.customer_id, delegated)?;
        let loaded = facts::load(app, conn, &scope, subscription, None, by, now)?;
        let found = actions::allowed(&loaded.facts, loaded.now);
        let mut actions = found
            .iter()
            .map(|found| action(found, When::Now, rule))
            .collect::<Result<Vec<AllowedAction>, Problem>>()?;
        // Who may only look is told what there is, and that it is for others; so is a partner that the customer has not
        // accepted (K-13).
        let reason = may_act.as_ref().err().and_then(|refusal| Code::from_text(refusal.code()));
        if let Some(reason) = if may_change { reason } else { Some(Code::Forbidden) } {
            actions.iter_mut().for_each(|action| forbid(action, reason));
        }
        let subscription_id = loaded.facts.subscription.id.to_string();
        Ok(AllowedActions { subscription_id, as_of: instant(loaded.now), actions })
    })
    .await?;
    reply::by_content(&request, &allowed)
}

/// Show the days the next term may end on
///
/// With what the then shorter term costs. Choose one with the change `align_term_end`.
#[utoipa::path(
    tag = "changes",
    params(("subscription_id" = String, Path, description = "The subscription's id")),
    responses((status = 200, body = CotermOptions)),
    security(("bearer" = ["subscriptions.read"])),
)]
#[get("/subscriptions/{subscription_id}/coterm-options")]
pub async fn show_coterm_options(
    app: web::Data<App>,
    caller: Caller<SubscriptionsRead>,
    request: HttpRequest,
    id: PathId<SubscriptionId>,
) -> Result<HttpResponse, Problem> {
    let scope = caller.scope();
    let options = transaction::read(&app, move |app, conn| {
        let now = app.now_in(conn, scope.marketplace())?;
        let subscription = store::subscriptions::get(conn, &scope, id.0)?;
        let rule = tax_rule(app, conn, &scope, &subscription)?;
        let loaded = facts::load(app, conn, &scope, subscription, None, None, now)?;
        let quoted = alignment::options(&loaded.facts).unwrap_or_default();
        Ok(CotermOptions { data: quoted.iter().map(|quoted| option(quoted, rule)).collect::<Result<_, _>>()? })
    })
    .await?;
    reply::by_content(&request, &options)
}

/// The routes of this noun.
pub fn routes(config: &mut ServiceConfig<'_>) {
    config.service(show_allowed_actions).service(show_coterm_options);
}
