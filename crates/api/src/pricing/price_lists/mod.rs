//! Price lists: a Partner Center price sheet comes in as a draft, is compared, and is published.

pub mod compare;
pub mod discard;
pub mod draft;
pub mod import;
pub mod keep;
pub mod publish;
pub mod receive;
pub mod view;

use crate::App;
use crate::auth::caller::Caller;
use crate::auth::permits::PriceListsManage;
use crate::http::meta::Meta;
use crate::http::problem::{Code, Problem};
use crate::http::reply::{self, Reply};
use crate::http::routes::Routes;
use crate::http::wire::body::{PathId, Query};
use crate::http::wire::checks::Checks;
use crate::http::wire::job::{self, Job};
use crate::http::wire::lines::{LineQuery, line_page, next_line};
use crate::http::wire::list::PageQuery;
use crate::pricing::price_lists::import::ImportedAs;
use crate::pricing::price_lists::receive::Upload;
use crate::pricing::price_lists::view::{
    PriceChange, PriceList, PriceListErrorPage, PriceListPage, PriceListRowPage, error_view, row_view, view,
};
use crate::texts::phrases::Phrase;
use crate::texts::place::Place;
use crate::transaction::{self, NO_BODY};
use actix_web::{HttpRequest, HttpResponse, delete, get, post, web};
use domain::catalog::PriceOwner;
use domain::id::{CustomerId, PriceListId, ResellerId};
use domain::pricing::Margin;
use rust_decimal::Decimal;
use serde::Deserialize;
use store::price_lists::{Change, Shown};
use utoipa::IntoParams;

/// How a sheet is imported.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct ImportQuery {
    /// What the price list is to be called.
    #[param(example = "Dezember 2026", max_length = 200)]
    name: String,
    /// Prices are cost plus so many percent. Give this or `percent_off_retail`.
    #[param(example = "25", pattern = "^\\d{1,4}(\\.\\d{1,4})?$")]
    percent_on_cost: Option<String>,
    /// Prices are the suggested retail price less so many percent; 0 sells at the suggested price.
    #[param(example = "0", pattern = "^\\d{1,2}(\\.\\d{1,4})?$")]
    percent_off_retail: Option<String>,
    /// Prices for this reseller and its customers only.
    #[param(example = "rsl_01kagy2qk8e3vrc6h1x0m4t7ws")]
    reseller_id: Option<String>,
    /// Prices for this customer only.
    #[param(example = "cus_01kagy2qk8e3vrc6h1x0m4t7ws")]
    customer_id: Option<String>,
    /// This is the whole sheet: what is sold and not in it is shown as `removed` in the draft, and closed for new
    /// orders by its publication. It speaks for the markets, currencies, segments and publishers that it has rows of,
    /// and for licences with a term or those without one, whichever it has.
    #[serde(default)]
    #[param(default = false, example = true)]
    whole_sheet: bool,
    /// The category of products that are new; `other` where left out.
    #[param(example = "productivity", max_length = 50)]
    category: Option<String>,
}

/// Which rows of a price list are shown.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct RowQuery {
    /// Only rows that do this to the prices in force. Give this or `noted`.
    change: Option<PriceChange>,
    /// Only rows with a note, which a person should look at.
    #[serde(default)]
    #[param(default = false, example = true)]
    noted: bool,
    /// The most rows that the page may have.
    #[param(minimum = 1, maximum = 200, default = 50)]
    limit: Option<u32>,
    /// The `next_cursor` of the page before; left out for the first page.
    cursor: Option<String>,
}

/// Import a price sheet
///
/// The body is a Partner Center price sheet, the file itself: CSV in UTF-8 or UTF-16, packed with gzip
/// (`Content-Encoding: gzip`, or a `.gz`) or not, or a zip with one. It becomes a draft with a diff to the prices in
/// force; rows with errors are listed by line and left out. A sheet without a row that can be read is none: the job
/// fails. Nothing is sold by it before it is published. The work is a
/// job: the answer comes once the file is there, `Location` says where the job is followed (`GET /v1/jobs/{job_id}`,
/// which needs `jobs.manage`), and its `result` names the draft. Canceled or failed, it leaves a discarded list without
/// rows; failed, with what was wrong with them.
#[utoipa::path(
    tag = "price_lists",
    params(ImportQuery),
    request_body(
        content = String,
        content_type = "text/csv",
        description = "CSV, packed with gzip or not, or a zip with one; up to 256 MiB",
    ),
    responses((status = 202, body = Job, description = "Accepted: `Location` is where the job is followed")),
    security(("bearer" = ["price_lists.manage"])),
)]
#[post("/price-lists")]
pub async fn import_price_list(
    app: web::Data<App>,
    caller: Caller<PriceListsManage>,
    meta: Meta,
    query: Query<ImportQuery>,
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

/// List price lists
///
/// Newest first: drafts, lists in force, and what was given up.
#[utoipa::path(
    tag = "price_lists",
    params(PageQuery),
    responses((status = 200, body = PriceListPage)),
    security(("bearer" = ["price_lists.manage"])),
)]
#[get("/price-lists")]
pub async fn list_price_lists(
    app: web::Data<App>,
    caller: Caller<PriceListsManage>,
    query: Query<PageQuery>,
) -> Result<HttpResponse, Problem> {
    let (page, scope) = (query.0.read()?, caller.scope());
    let found = transaction::read(&app, move |_, conn| Ok(store::price_lists::list(conn, &scope, &page)?)).await?;
    reply::ok(&PriceListPage::of(found, |record| view(&record)))
}

/// Show a price list
///
/// With how many rows it adds, changes and leaves as they are.
#[utoipa::path(
    tag = "price_lists",
    params(("price_list_id" = String, Path, description = "The price list's id")),
    responses((status = 200, body = PriceList)),
    security(("bearer" = ["price_lists.manage"])),
)]
#[get("/price-lists/{price_list_id}")]
pub async fn show_price_list(
    app: web::Data<App>,
    caller: Caller<PriceListsManage>,
    request: HttpRequest,
    id: PathId<PriceListId>,
) -> Result<HttpResponse, Problem> {
    let scope = caller.scope();
    let record = transaction::read(&app, move |_, conn| Ok(store::price_lists::get(conn, &scope, id.0)?)).await?;
    reply::resource(&request, record.version, &view(&record))
}

/// List the rows of a price list
///
/// By line, with what each does to the prices in force when it was imported: the diff. After the last line comes what a
/// whole sheet does not have any more.
#[utoipa::path(
    tag = "price_lists",
    params(("price_list_id" = String, Path, description = "The price list's id"), RowQuery),
    responses((status = 200, body = PriceListRowPage)),
    security(("bearer" = ["price_lists.manage"])),
)]
#[get("/price-lists/{price_list_id}/rows")]
pub async fn list_price_list_rows(
    app: web::Data<App>,
    caller: Caller<PriceListsManage>,
    id: PathId<PriceListId>,
    query: Query<RowQuery>,
) -> Result<HttpResponse, Problem> {
    let (limit, after) = line_page(query.0.limit, query.0.cursor.as_deref())?;
    let shown = match (query.0.change, query.0.noted) {
        (None, false) => Shown::All,
        (Some(change), false) => Shown::With(asked_change(change)),
        (None, true) => Shown::Noted,
        (Some(_), true) => {
            return Err(Problem::field("noted", Code::InvalidValue).with("expected", Place::wire("change or noted")));
        }
    };
    let scope = caller.scope();
    let mut rows = transaction::read(&app, move |_, conn| {
        store::price_lists::get(conn, &scope, id.0)?;
        Ok(store::price_lists::rows(conn, &scope, id.0, shown, after, limit + 1)?)
    })
    .await?;
    let next_cursor = next_line(&mut rows, limit, |row| row.line);
    reply::ok(&PriceListRowPage { data: rows.iter().map(row_view).collect(), next_cursor })
}

/// List the rows that were left out of a price list
///
/// By line, with column, value and reason.
#[utoipa::path(
    tag = "price_lists",
    params(("price_list_id" = String, Path, description = "The price list's id"), LineQuery),
    responses((status = 200, body = PriceListErrorPage)),
    security(("bearer" = ["price_lists.manage"])),
)]
#[get("/price-lists/{price_list_id}/errors")]
pub async fn list_price_list_errors(
    app: web::Data<App>,
    caller: Caller<PriceListsManage>,
    id: PathId<PriceListId>,
    query: Query<LineQuery>,
) -> Result<HttpResponse, Problem> {
    let (limit, after) = line_page(query.0.limit, query.0.cursor.as_deref())?;
    let scope = caller.scope();
    let mut rows = transaction::read(&app, move |_, conn| {
        store::price_lists::get(conn, &scope, id.0)?;
        Ok(store::price_lists::failures(conn, &scope, id.0, after, limit + 1)?)
    })
    .await?;
    let next_cursor = next_line(&mut rows, limit, |row| row.line);
    reply::ok(&PriceListErrorPage { data: rows.iter().map(error_view).collect(), next_cursor })
}

/// Publish a price list
///
/// Its prices come into force together, each from its own day on; running terms keep theirs, and until then everybody
/// buys at the old ones. Of rows that overlap, the earlier is valid to its end; a price without an end holds until the
/// next without an end begins. What the draft shows as renamed, removed or resumed becomes so. Refused with
/// `price_list_stale` where another was published since the import, because the diff would no longer be true. The work
/// is a job: `Location` says where it is followed (`GET /v1/jobs/{job_id}`, which needs `jobs.manage`). Canceled or
/// failed, it leaves the draft and the prices as they were.
#[utoipa::path(
    tag = "price_lists",
    params(("price_list_id" = String, Path, description = "The price list's id")),
    responses((status = 202, body = Job, description = "Accepted: `Location` is where the job is followed")),
    security(("bearer" = ["price_lists.manage"])),
)]
#[post("/price-lists/{price_list_id}/publish")]
pub async fn publish_price_list(
    app: web::Data<App>,
    caller: Caller<PriceListsManage>,
    meta: Meta,
    id: PathId<PriceListId>,
) -> Result<HttpResponse, Problem> {
    let accepted = transaction::write(&app, caller.identity(), meta, NO_BODY, move |write| {
        job::accepted(&publish::ask(write, id.0)?)
    })
    .await?;
    app.wake_jobs();
    Ok(accepted)
}

/// Discard a draft
///
/// It stays in the list, as discarded; a published list cannot be taken back, only followed by another.
#[utoipa::path(
    tag = "price_lists",
    params(("price_list_id" = String, Path, description = "The price list's id")),
    responses((status = 204, description = "The draft is discarded")),
    security(("bearer" = ["price_lists.manage"])),
)]
#[delete("/price-lists/{price_list_id}")]
pub async fn discard_price_list(
    app: web::Data<App>,
    caller: Caller<PriceListsManage>,
    meta: Meta,
    id: PathId<PriceListId>,
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
        .service(import_price_list)
        .service(list_price_lists)
        .service(show_price_list)
        .service(list_price_list_rows)
        .service(list_price_list_errors)
        .service(publish_price_list)
        .service(discard_price_list);
}

impl ImportQuery {
    fn check(self) -> Result<ImportedAs, Problem> {
        let mut checks = Checks::new();
        let name = checks.text("name", &self.name, 200);
        let margin = match (&self.percent_on_cost, &self.percent_off_retail) {
            (Some(percent), None) => {
                percentage(&mut checks, "percent_on_cost", percent, 1_000).map(Margin::PercentOnCost)
            }
            (None, Some(percent)) => {
                percentage(&mut checks, "percent_off_retail", percent, 99).map(Margin::PercentOffRetail)
            }
            _ => {
                checks.note(
                    "percent_on_cost",
                    Code::InvalidValue,
                    vec![("expected", Place::wire("percent_on_cost or percent_off_retail"))],
                );
                None
            }
        };
        let reseller = self.reseller_id.as_deref().and_then(|id| checks.id::<ResellerId>("reseller_id", id));
        let customer = self.customer_id.as_deref().and_then(|id| checks.id::<CustomerId>("customer_id", id));
        let owner = match (reseller, customer) {
            (None, None) => PriceOwner::Everybody,
            (Some(reseller), None) => PriceOwner::Reseller(reseller),
            (None, Some(customer)) => PriceOwner::Customer(customer),
            (Some(_), Some(_)) => {
                checks.note(
                    "customer_id",
                    Code::InvalidValue,
                    vec![("expected", Place::wire("reseller_id or customer_id"))],
                );
                PriceOwner::Everybody
            }
        };
        if self.whole_sheet && owner != PriceOwner::Everybody {
            // What a buyer's own list does not have is sold to it at everybody's price.
            checks.note("whole_sheet", Code::InvalidValue, vec![("expected", Phrase::ListForEverybody.into())]);
        }
        let category = checks.optional("category", self.category.as_deref(), 50).unwrap_or_else(|| "other".to_owned());
        let margin = checks.finish(margin)?;
        Ok(ImportedAs { name, margin, owner, category, whole_sheet: self.whole_sheet })
    }
}

fn percentage(checks: &mut Checks, pointer: &str, text: &str, max: i64) -> Option<Decimal> {
    let percent = text
        .parse::<Decimal>()
        .ok()
        .filter(|percent| (Decimal::ZERO..=Decimal::from(max)).contains(percent) && percent.scale() <= 4);
    if percent.is_none() {
        checks.note(pointer, Code::OutOfRange, vec![("limit", Place::Range(0, max.unsigned_abs()))]);
    }
    percent
}

const fn asked_change(change: PriceChange) -> Change {
    match change {
        PriceChange::Added => Change::Added,
        PriceChange::Changed => Change::Changed,
        PriceChange::Unchanged => Change::Unchanged,
        PriceChange::Removed => Change::Removed,
    }
}
