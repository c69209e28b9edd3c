//! Offer matrices: what Microsoft says of its SKUs comes in as a draft, is compared, and is published.

pub mod compare;
pub mod discard;
pub mod draft;
pub mod import;
pub mod publish;
pub mod view;

use crate::App;
use crate::auth::caller::Caller;
use crate::auth::permits::PriceListsManage;
use crate::http::meta::Meta;
use crate::http::problem::Problem;
use crate::http::reply::{self, Reply};
use crate::http::routes::Routes;
use crate::http::wire::body::{PathId, Query};
use crate::http::wire::checks::Checks;
use crate::http::wire::codes::MatrixEffect;
use crate::http::wire::job::{self, Job};
use crate::http::wire::lines::{LineQuery, line_page, next_line};
use crate::http::wire::list::PageQuery;
use crate::pricing::offer_matrices::import::ImportedAs;
use crate::pricing::offer_matrices::view::{
    OfferMatrix, OfferMatrixErrorPage, OfferMatrixPage, OfferMatrixRowPage, error_view, row_view, view,
};
use crate::pricing::price_lists::receive::{self, Upload};
use crate::transaction::{self, NO_BODY};
use actix_web::{HttpRequest, HttpResponse, delete, get, post, web};
use domain::id::OfferMatrixId;
use serde::Deserialize;
use utoipa::IntoParams;

/// How an offer matrix is imported.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct MatrixImportQuery {
    /// What the offer matrix is to be called.
    #[param(example = "Dezember 2026", max_length = 200)]
    name: String,
    /// Products and editions keep their titles: a matrix is in English, whatever language the shop has.
    #[serde(default)]
    #[param(default = false, example = true)]
    keep_titles: bool,
}

/// Which rows of an offer matrix are shown.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct MatrixRowQuery {
    /// Only rows that do this.
    effect: Option<MatrixEffect>,
    /// The most rows that the page may have.
    #[param(minimum = 1, maximum = 200, default = 50)]
    limit: Option<u32>,
    /// The `next_cursor` of the page before; left out for the first page.
    cursor: Option<String>,
}

/// Import an offer matrix
///
/// The body is Microsoft's offer matrix of new commerce licences, the file itself: CSV in UTF-8 or UTF-16, packed with
/// gzip (`Content-Encoding: gzip`, or a `.gz`) or not, or a zip with one. It becomes a draft that says what its
/// publication does: limits of licences and subscriptions that a customer may have, the fewest licences of one, what an
/// add-on needs, and other titles. Rows with errors are listed by line and left out; of two rows of a SKU the first
/// holds. A matrix without a row that can be read is none: the job fails. The work is a job: the answer comes once the
/// file is there, `Location` says where the job is followed (`GET /v1/jobs/{job_id}`, which needs `jobs.manage`), and
/// its `result` names the draft. Canceled or failed, it leaves a discarded matrix without rows; failed, with what was
/// wrong with them.
#[utoipa::path(
    tag = "offer_matrices",
    params(MatrixImportQuery),
    request_body(
        content = String,
        content_type = "text/csv",
        description = "CSV, packed with gzip or not, or a zip with one; up to 256 MiB and 100,000 rows",
    ),
    responses((status = 202, body = Job, description = "Accepted: `Location` is where the job is followed")),
    security(("bearer" = ["price_lists.manage"])),
)]
#[post("/offer-matrices")]
pub async fn import_offer_matrix(
    app: web::Data<App>,
    caller: Caller<PriceListsManage>,
    meta: Meta,
    query: Query<MatrixImportQuery>,
    http: HttpRequest,
    payload: web::Payload,
) -> Result<HttpResponse, Problem> {
    let request = query.0.check()?;
    receive::check(http.headers())?;
    let Upload { file, digest } = receive::receive(http.headers(), payload).await?;
    let mut file = receive::looked_at(file, import::check).await?;
    let accepted = transaction::write(&app, caller.identity(), meta, digest, move |write| {
        job::accepted(&import::ask(write, &request, &mut file)?)
    })
    .await?;
    app.wake_jobs();
    Ok(accepted)
}

/// List offer matrices
///
/// Newest first: drafts, those in force, and what was given up.
#[utoipa::path(
    tag = "offer_matrices",
    params(PageQuery),
    responses((status = 200, body = OfferMatrixPage)),
    security(("bearer" = ["price_lists.manage"])),
)]
#[get("/offer-matrices")]
pub async fn list_offer_matrices(
    app: web::Data<App>,
    caller: Caller<PriceListsManage>,
    query: Query<PageQuery>,
) -> Result<HttpResponse, Problem> {
    let (page, scope) = (query.0.read()?, caller.scope());
    let found = transaction::read(&app, move |_, conn| Ok(store::offer_matrices::list(conn, &scope, &page)?)).await?;
    reply::ok(&OfferMatrixPage::of(found, |matrix| view(&matrix)))
}

/// Show an offer matrix
///
/// With how many of its rows do what.
#[utoipa::path(
    tag = "offer_matrices",
    params(("offer_matrix_id" = String, Path, description = "The id of the offer matrix")),
    responses((status = 200, body = OfferMatrix)),
    security(("bearer" = ["price_lists.manage"])),
)]
#[get("/offer-matrices/{offer_matrix_id}")]
pub async fn show_offer_matrix(
    app: web::Data<App>,
    caller: Caller<PriceListsManage>,
    request: HttpRequest,
    id: PathId<OfferMatrixId>,
) -> Result<HttpResponse, Problem> {
    let scope = caller.scope();
    let matrix = transaction::read(&app, move |_, conn| Ok(store::offer_matrices::get(conn, &scope, id.0)?)).await?;
    reply::resource(&request, matrix.version, &view(&matrix))
}

/// List the rows of an offer matrix
///
/// By line, with what each does to what held when it was imported.
#[utoipa::path(
    tag = "offer_matrices",
    params(("offer_matrix_id" = String, Path, description = "The id of the offer matrix"), MatrixRowQuery),
    responses((status = 200, body = OfferMatrixRowPage)),
    security(("bearer" = ["price_lists.manage"])),
)]
#[get("/offer-matrices/{offer_matrix_id}/rows")]
pub async fn list_offer_matrix_rows(
    app: web::Data<App>,
    caller: Caller<PriceListsManage>,
    id: PathId<OfferMatrixId>,
    query: Query<MatrixRowQuery>,
) -> Result<HttpResponse, Problem> {
    let (limit, after) = line_page(query.0.limit, query.0.cursor.as_deref())?;
    let (scope, effect) = (caller.scope(), query.0.effect.map(|effect| effect.0));
    let mut rows = transaction::read(&app, move |_, conn| {
        store::offer_matrices::get(conn, &scope, id.0)?;
        Ok(store::offer_matrices::rows(conn, &scope, id.0, effect, after, limit + 1)?)
    })
    .await?;
    let next_cursor = next_line(&mut rows, limit, |row| row.line);
    reply::ok(&OfferMatrixRowPage { data: rows.iter().map(row_view).collect(), next_cursor })
}

/// List the rows that were left out of an offer matrix
///
/// By line, with column, value and reason.
#[utoipa::path(
    tag = "offer_matrices",
    params(("offer_matrix_id" = String, Path, description = "The id of the offer matrix"), LineQuery),
    responses((status = 200, body = OfferMatrixErrorPage)),
    security(("bearer" = ["price_lists.manage"])),
)]
#[get("/offer-matrices/{offer_matrix_id}/errors")]
pub async fn list_offer_matrix_errors(
    app: web::Data<App>,
    caller: Caller<PriceListsManage>,
    id: PathId<OfferMatrixId>,
    query: Query<LineQuery>,
) -> Result<HttpResponse, Problem> {
    let (limit, after) = line_page(query.0.limit, query.0.cursor.as_deref())?;
    let scope = caller.scope();
    let mut rows = transaction::read(&app, move |_, conn| {
        store::offer_matrices::get(conn, &scope, id.0)?;
        Ok(store::offer_matrices::failures(conn, &scope, id.0, after, limit + 1)?)
    })
    .await?;
    let next_cursor = next_line(&mut rows, limit, |row| row.line);
    reply::ok(&OfferMatrixErrorPage { data: rows.iter().map(error_view).collect(), next_cursor })
}

/// Publish an offer matrix
///
/// What it says of SKUs holds for all of their offers, also those that a price list brings later; carts, orders and
/// changes are held against it from now on, and who has more keeps what it has. Of SKUs that it does not have stays
/// what was known, and what was set by hand stays as well. What the draft shows as renamed becomes so. Refused with
/// `offer_matrix_stale` where the catalogue has changed since the import, because what the draft says would no longer
/// be true. The work is a job: `Location` says where it is followed (`GET /v1/jobs/{job_id}`, which needs
/// `jobs.manage`). Canceled or failed, it leaves the draft and what holds as they were.
#[utoipa::path(
    tag = "offer_matrices",
    params(("offer_matrix_id" = String, Path, description = "The id of the offer matrix")),
    responses((status = 202, body = Job, description = "Accepted: `Location` is where the job is followed")),
    security(("bearer" = ["price_lists.manage"])),
)]
#[post("/offer-matrices/{offer_matrix_id}/publish")]
pub async fn publish_offer_matrix(
    app: web::Data<App>,
    caller: Caller<PriceListsManage>,
    meta: Meta,
    id: PathId<OfferMatrixId>,
) -> Result<HttpResponse, Problem> {
    let accepted = transaction::write(&app, caller.identity(), meta, NO_BODY, move |write| {
        job::accepted(&publish::ask(write, id.0)?)
    })
    .await?;
    app.wake_jobs();
    Ok(accepted)
}

/// Discard the draft of an offer matrix
///
/// It stays in the list, as discarded; a published one cannot be taken back, only followed by another.
#[utoipa::path(
    tag = "offer_matrices",
    params(("offer_matrix_id" = String, Path, description = "The id of the offer matrix")),
    responses((status = 204, description = "The draft is discarded")),
    security(("bearer" = ["price_lists.manage"])),
)]
#[delete("/offer-matrices/{offer_matrix_id}")]
pub async fn discard_offer_matrix(
    app: web::Data<App>,
    caller: Caller<PriceListsManage>,
    meta: Meta,
    id: PathId<OfferMatrixId>,
) -> Result<HttpResponse, Problem> {
    transaction::write(&app, caller.identity(), meta, NO_BODY, move |write| {
        discard::discard(write, id.0)?;
        Ok(Reply::empty())
    })
    .await
}

/// The routes of this noun.
pub fn routes(config: &mut Routes<'_, '_>) {
    config
        .service(import_offer_matrix)
        .service(list_offer_matrices)
        .service(show_offer_matrix)
        .service(list_offer_matrix_rows)
        .service(list_offer_matrix_errors)
        .service(publish_offer_matrix)
        .service(discard_offer_matrix);
}

impl MatrixImportQuery {
    fn check(self) -> Result<ImportedAs, Problem> {
        let mut checks = Checks::new();
        let name = checks.text("name", &self.name, 200);
        checks.done()?;
        Ok(ImportedAs { name, keep_titles: self.keep_titles })
    }
}
