//! The clock of a sandbox marketplace: only forward; everything due until then happens.

pub mod move_clock;
pub mod view;

use crate::auth::caller::Caller;
use crate::auth::permits::SandboxManage;
use crate::http::meta::Meta;
use crate::http::problem::{Code, Problem};
use crate::http::reply::Reply;
use crate::http::wire::body::Body;
use crate::http::wire::checks::Checks;
use crate::operation::sandbox::view::{SandboxClock, view};
use crate::{App, transaction};
use actix_web::{HttpResponse, get, put, web};
use utoipa_actix_web::service_config::ServiceConfig;

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
            description = "The marketplace is no sandbox",
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
    Ok(Reply::json(200, &view(app.now(marketplace)))?.version(record.clock_offset_us).respond())
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
    let (running, asked) = (app.clone(), meta.clone());
    let played = web::block(move || move_clock::play(&running, marketplace, &asked, target));
    played.await.map_err(Problem::internal)??;
    let response = transaction::write(&app, caller.identity(), meta, body.digest, move |write| {
        let ahead = move_clock::forward(write, target)?;
        Ok(Reply::json(200, &view(target))?.version(ahead))
    })
    .await?;
    let settled = web::block(move || move_clock::settle(&app, marketplace));
    settled.await.map_err(Problem::internal)??;
    Ok(response)
}

/// The routes of this noun.
pub fn routes(config: &mut ServiceConfig<'_>) {
    config.service(show_sandbox_clock).service(move_sandbox_clock);
}
