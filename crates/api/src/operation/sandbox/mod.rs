//! The clock of a sandbox marketplace: only forward; everything due until then happens.

pub mod move_clock;

use crate::auth::caller::Caller;
use crate::auth::permits::SandboxManage;
use crate::http::meta::Meta;
use crate::http::problem::{Code, Problem};
use crate::http::reply::Reply;
use crate::http::wire::body::Body;
use crate::http::wire::checks::Checks;
use crate::http::wire::instant;
use crate::worker::rounds;
use crate::{App, transaction};
use actix_web::{HttpResponse, get, put, web};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use utoipa_actix_web::service_config::ServiceConfig;

/// A sandbox's clock.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct SandboxClock {
    /// The marketplace's now.
    #[schema(format = DateTime, max_length = 40, example = "2027-04-06T09:00:00Z")]
    pub now: String,
}

/// Show the sandbox's clock
///
/// The marketplace's now: real time, moved forward by as much as was asked for.
#[utoipa::path(
    tag = "sandbox",
    responses(
        (status = 200, body = SandboxClock),
        (
            status = 409,
            body = crate::http::problem::schema::Problem,
            content_type = "application/problem+json",
            description = "Not a sandbox",
        ),
    ),
    security(("bearer" = ["sandbox.manage"])),
)]
#[get("/sandbox/clock")]
pub async fn show_sandbox_clock(app: web::Data<App>, caller: Caller<SandboxManage>) -> Result<HttpResponse, Problem> {
    let marketplace = caller.scope().marketplace();
    let record = app.marketplaces.get(marketplace)?;
    if !record.marketplace.sandbox {
        return Err(Problem::new(Code::NotASandbox));
    }
    // The tag stands for how far the clock was moved, not for the time that passes by itself.
    Ok(Reply::json(200, &SandboxClock { now: instant(app.now(marketplace)) })?
        .version(record.clock_offset_us)
        .respond())
}

/// Move the sandbox's clock
///
/// Only forward. Answers once everything that is due until then has happened. The clock goes on from there.
#[utoipa::path(
    tag = "sandbox",
    request_body = SandboxClock,
    responses((status = 200, body = SandboxClock)),
    security(("bearer" = ["sandbox.manage"])),
)]
#[put("/sandbox/clock")]
pub async fn move_sandbox_clock(
    app: web::Data<App>,
    caller: Caller<SandboxManage>,
    meta: Meta,
    body: Body<SandboxClock>,
) -> Result<HttpResponse, Problem> {
    let mut checks = Checks::new();
    let target = checks.instant("/now", &body.value.now);
    let target = checks.finish(target)?;
    let marketplace = caller.scope().marketplace();
    let (running, if_match) = (app.clone(), meta.if_match);
    web::block(move || {
        move_clock::check(&running, marketplace, if_match, target)?;
        move_clock::play(&running, marketplace, target)
    })
    .await
    .map_err(Problem::internal)??;
    let identity = caller.identity();
    let response =
        transaction::write(&app, identity, meta, body.digest, move |write| move_clock::forward(write, target)).await?;
    let running = app.clone();
    web::block(move || {
        running.refresh()?;
        rounds::settle(&running, marketplace)
    })
    .await
    .map_err(Problem::internal)??;
    Ok(response)
}

/// The routes of this noun.
pub fn routes(config: &mut ServiceConfig<'_>) {
    config.service(show_sandbox_clock).service(move_sandbox_clock);
}
