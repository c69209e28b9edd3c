//! What could be changed now, until when, and with which money; the days a next term may end on.

pub mod view;

use crate::auth::caller::Caller;
use crate::auth::delegated;
use crate::auth::permits::SubscriptionsRead;
use crate::auth::standing::Identity;
use crate::clock::instant;
use crate::http::problem::{Code, Problem};
use crate::http::reply;
use crate::http::routes::Routes;
use crate::http::wire::body::PathId;
use crate::http::wire::codes::Payer;
use crate::subscriptions::changes::decide::tax_rule;
use crate::subscriptions::changes::facts;
use crate::subscriptions::changes::request::person;
use crate::{App, transaction};
use actix_web::{HttpRequest, HttpResponse, get, web};
use domain::access::Permission;
use domain::delegation::Act;
use domain::id::SubscriptionId;
use domain::subscription::{actions, alignment};
use store::Conn;
use view::{AllowedActions, CotermOptions};

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
    let identity = caller.identity();
    let allowed = transaction::read(&app, move |app, conn| allowed(app, conn, &identity, id.0)).await?;
    reply::by_content(&request, &allowed)
}

fn allowed(app: &App, conn: &mut Conn, identity: &Identity, id: SubscriptionId) -> Result<AllowedActions, Problem> {
    let scope = identity.scope;
    let now = app.now_in(conn, scope.marketplace())?;
    let subscription = store::subscriptions::get(conn, &scope, id)?;
    let rule = tax_rule(app, conn, &scope, &subscription)?;
    let delegation = subscription.policy.rules.delegated_administration;
    let may_act = delegated::may_act(conn, &scope, subscription.customer_id, Act::Buy, [delegation])?;
    let loaded = facts::load(app, conn, &scope, subscription, None, person(identity), now)?;
    let found = actions::allowed(&loaded.facts, loaded.now);
    let mut actions = found.iter().map(|found| view::action(found, rule)).collect::<Result<Vec<_>, _>>()?;
    // Who may only look is told what there is, and that it is for others; so is a partner that the customer has not
    // accepted.
    let reason = may_act.err().and_then(|refusal| Code::from_text(refusal.code()));
    if let Some(reason) = if identity.may(Permission::SubscriptionsChange) { reason } else { Some(Code::Forbidden) } {
        actions.iter_mut().for_each(|action| view::forbid(action, reason));
    }
    let payer = Payer(loaded.facts.subscription.payer);
    Ok(AllowedActions { subscription_id: id.to_string(), payer, as_of: instant(loaded.now), actions })
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
        let data = quoted.iter().map(|quoted| view::option(quoted, rule)).collect::<Result<_, _>>()?;
        Ok(CotermOptions { payer: Payer(loaded.facts.subscription.payer), data })
    })
    .await?;
    reply::by_content(&request, &options)
}

/// The routes of this noun.
pub fn routes(config: &mut Routes<'_, '_>) {
    config.service(show_allowed_actions).service(show_coterm_options);
}
