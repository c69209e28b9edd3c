//! For load balancers and monitoring: outside `/v1`, without a token.

use crate::App;
use crate::http::problem::{Code, Problem};
use crate::http::routes::Routes;
use crate::metrics::Counted;
use actix_web::{HttpResponse, get, web};
use serde::Serialize;
use store::Conn;
use store::subscriptions::Parked;
use utoipa::ToSchema;

/// That the process lives, or is ready.
#[derive(Debug, Serialize, ToSchema)]
pub struct Health {
    /// Always `ok`: otherwise the answer is a problem.
    #[schema(example = "ok")]
    pub status: &'static str,
    /// The version of the program.
    #[schema(example = "0.1.0")]
    pub version: &'static str,
}

const OK: Health = Health { status: "ok", version: env!("CARGO_PKG_VERSION") };

/// Say that the process lives
///
/// Answers as long as the process runs; asks nothing else, not even the database.
#[utoipa::path(tag = "operation", responses((status = 200, body = Health)))]
#[get("/healthz")]
pub async fn show_health() -> HttpResponse {
    HttpResponse::Ok().json(OK)
}

/// Say whether the process can work
///
/// 503 while it starts or stops, and while the database is away.
#[utoipa::path(tag = "operation", responses((status = 200, body = Health)))]
#[get("/readyz")]
pub async fn show_readiness(app: web::Data<App>) -> Result<HttpResponse, Problem> {
    if app.draining() {
        return Err(Problem::unavailable(Code::Unavailable, "stopping"));
    }
    web::block(move || app.store.ping()).await.map_err(Problem::internal)??;
    Ok(HttpResponse::Ok().json(OK))
}

/// Show the metrics
///
/// In Prometheus' text format.
#[utoipa::path(
    tag = "operation",
    responses((status = 200, body = String, content_type = "application/openmetrics-text")),
)]
#[get("/metrics")]
pub async fn show_metrics(app: web::Data<App>) -> Result<HttpResponse, Problem> {
    let reading = app.clone();
    let counted = web::block(move || reading.store.read(|conn| count(&reading, conn)));
    let text = app.metrics.text(&app.store, counted.await.map_err(Problem::internal)??);
    Ok(HttpResponse::Ok().content_type("application/openmetrics-text; version=1.0.0; charset=utf-8").body(text))
}

/// The subscriptions that are named, at most; all are counted.
const NAMED: u32 = 20;

fn count(app: &App, conn: &mut Conn) -> Result<Counted, Problem> {
    let (parked, longest) = store::subscriptions::parked_unscoped(conn, NAMED)?;
    let slug = |id| app.marketplaces.get(id).map_or_else(|_| String::new(), |of| of.marketplace.slug.clone());
    let name = |one: Parked| (slug(one.marketplace_id), one.subscription_id.to_string());
    let named = longest.into_iter().map(name).collect();
    Ok(Counted {
        backlog: store::outbox::backlog_unscoped(conn)?,
        parked,
        named,
        prices: app.catalogs.prices_held(),
        writers_waiting: app.gates.writers_waiting(),
    })
}

/// The routes of this noun.
pub fn routes(config: &mut Routes<'_, '_>) {
    config.service(show_health).service(show_readiness).service(show_metrics);
}
