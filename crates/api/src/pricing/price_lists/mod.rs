//! Price lists: a Partner Center price sheet comes in as a draft, is compared, and is published.

pub mod import;
pub mod publish;

use crate::auth::caller::Caller;
use crate::auth::permits::PriceListsManage;
use crate::http::meta::Meta;
use crate::http::problem::{Code, Problem};
use crate::http::reply;
use crate::http::wire::body::{PathId, Query};
use crate::http::wire::checks::Checks;
use crate::http::wire::codes::{BillingCycle, Segment, Term};
use crate::http::wire::instant;
use crate::http::wire::list::PageQuery;
use crate::http::wire::money::Price;
use crate::transaction::{self, NO_BODY};
use crate::{App, page};
use actix_web::{HttpRequest, HttpResponse, delete, get, post, web};
use domain::catalog::PriceOwner;
use domain::id::{CustomerId, PriceListId, ResellerId};
use domain::pricing::Margin;
use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};
use store::price_lists::{Change, Record, Row, RowFailure, Status};
use utoipa::{IntoParams, ToSchema};
use utoipa_actix_web::service_config::ServiceConfig;

/// How a sheet is imported.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct ImportQuery {
    /// The price list's name.
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
    /// The category of products that are new; `other` where left out.
    #[param(example = "productivity", max_length = 50)]
    category: Option<String>,
}

/// Where a price list stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum PriceListStatus {
    /// Imported, not in force.
    Draft,
    /// In force.
    Published,
    /// Given up; also an import that broke off.
    Discarded,
}

/// What a row does to the prices in force.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum PriceChange {
    /// There was none.
    Added,
    /// There was another.
    Changed,
    /// It is the same.
    Unchanged,
}

/// A price list.
#[derive(Debug, Serialize, ToSchema)]
pub struct PriceList {
    /// Its id.
    #[schema(example = "prl_01kagy2qk8e3vrc6h1x0m4t7ws")]
    pub id: String,
    /// Its name.
    #[schema(example = "Dezember 2026")]
    pub name: String,
    /// Where it stands.
    pub status: PriceListStatus,
    /// The reseller it is for; null is everybody.
    #[schema(required, example = "rsl_01kagy2qk8e3vrc6h1x0m4t7ws")]
    pub reseller_id: Option<String>,
    /// The customer it is for; null is everybody.
    #[schema(required, example = "cus_01kagy2qk8e3vrc6h1x0m4t7ws")]
    pub customer_id: Option<String>,
    /// Rows taken.
    #[schema(example = 60)]
    pub rows: i64,
    /// Rows left out, listed under `errors`.
    #[schema(example = 1)]
    pub errors: i64,
    /// Rows with a price that was not there.
    #[schema(example = 2)]
    pub added: i64,
    /// Rows with another price than now.
    #[schema(example = 3)]
    pub changed: i64,
    /// Rows with the price of now.
    #[schema(example = 55)]
    pub unchanged: i64,
    /// Who imported it.
    #[schema(example = "usr_01kagy2qk8e3vrc6h1x0m4t7ws")]
    pub created_by: String,
    /// When.
    #[schema(format = DateTime, example = "2026-11-20T10:15:00Z")]
    pub created_at: String,
    /// When it came into force.
    #[schema(required, format = DateTime, example = "2026-11-20T10:20:00Z")]
    pub published_at: Option<String>,
}

/// A row of a price list, with what it does to the prices in force.
#[derive(Debug, Serialize, ToSchema)]
pub struct PriceListRow {
    /// The line of the file.
    #[schema(example = 2)]
    pub line: i64,
    /// What it does.
    pub change: PriceChange,
    /// Microsoft's product and SKU id.
    #[schema(example = "CFQ7TTC0LH0Z:0001")]
    pub external_id: String,
    /// The SKU's title.
    #[schema(example = "Office 365 E1")]
    pub sku_title: String,
    /// Term.
    pub term: Term,
    /// Billing cycle.
    pub billing_cycle: BillingCycle,
    /// Segment.
    pub segment: Segment,
    /// Country.
    #[schema(example = "DE")]
    pub country: String,
    /// What the provider pays per licence and billing cycle.
    pub cost: Price,
    /// What a buyer will pay.
    pub price: Price,
    /// What a buyer pays now.
    #[schema(required)]
    pub previous: Option<Price>,
    /// From this instant on.
    #[schema(format = DateTime, example = "2026-12-01T00:00:00Z")]
    pub valid_from: String,
    /// Until before this instant.
    #[schema(required, format = DateTime, example = "2027-12-01T00:00:00Z")]
    pub valid_until: Option<String>,
}

/// A row that was left out.
#[derive(Debug, Serialize, ToSchema)]
pub struct PriceListError {
    /// The line of the file.
    #[schema(example = 3)]
    pub line: i64,
    /// The column.
    #[schema(example = "UnitPrice")]
    pub column: String,
    /// What stood there.
    #[schema(example = "12,x")]
    pub value: String,
    /// Why it was left out.
    #[schema(example = "not_a_number")]
    pub reason: String,
}

page!(
    /// A page of price lists, newest first.
    PriceListPage of PriceList
);

/// A page of rows, by line.
#[derive(Debug, Serialize, ToSchema)]
pub struct PriceListRowPage {
    /// The rows.
    pub data: Vec<PriceListRow>,
    /// What to pass as `cursor` for the next page; null at the end.
    #[schema(required, example = "51")]
    pub next_cursor: Option<String>,
}

/// A page of errors, by line.
#[derive(Debug, Serialize, ToSchema)]
pub struct PriceListErrorPage {
    /// The rows.
    pub data: Vec<PriceListError>,
    /// What to pass as `cursor` for the next page; null at the end.
    #[schema(required, example = "51")]
    pub next_cursor: Option<String>,
}

/// Which rows.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct RowQuery {
    /// Only rows that do this.
    change: Option<PriceChange>,
    /// Rows of the page.
    #[param(minimum = 1, maximum = 200, default = 50)]
    limit: Option<u32>,
    /// Where the last page ended.
    cursor: Option<String>,
}

/// Which errors.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct ErrorQuery {
    /// Rows of the page.
    #[param(minimum = 1, maximum = 200, default = 50)]
    limit: Option<u32>,
    /// Where the last page ended.
    cursor: Option<String>,
}

/// A price list on the wire.
pub fn view(record: &Record) -> PriceList {
    let (reseller, customer) = match record.owner {
        PriceOwner::Everybody => (None, None),
        PriceOwner::Reseller(id) => (Some(id.to_string()), None),
        PriceOwner::Customer(id) => (None, Some(id.to_string())),
    };
    PriceList {
        id: record.id.to_string(),
        name: record.name.clone(),
        status: match record.status {
            Status::Draft => PriceListStatus::Draft,
            Status::Published => PriceListStatus::Published,
            Status::Discarded => PriceListStatus::Discarded,
        },
        reseller_id: reseller,
        customer_id: customer,
        rows: record.rows,
        errors: record.errors,
        added: record.added,
        changed: record.changed,
        unchanged: record.unchanged,
        created_by: record.created_by.clone(),
        created_at: instant(record.created_at),
        published_at: record.published_at.map(instant),
    }
}

fn row_view(row: &Row) -> PriceListRow {
    PriceListRow {
        line: row.line,
        change: match row.change {
            Change::Added => PriceChange::Added,
            Change::Changed => PriceChange::Changed,
            Change::Unchanged => PriceChange::Unchanged,
        },
        external_id: format!("{}:{}", row.product_external_id, row.sku_external_id),
        sku_title: row.sku_title.clone(),
        term: Term(row.term),
        billing_cycle: BillingCycle(row.billing_cycle),
        segment: Segment(row.segment),
        country: row.market.country.to_string(),
        cost: row.cost.into(),
        price: row.list_price.into(),
        previous: row.previous.map(Price::from),
        valid_from: instant(row.valid_from),
        valid_until: row.valid_until.map(instant),
    }
}

fn error_view(failure: &RowFailure) -> PriceListError {
    let RowFailure { line, column, value, reason } = failure;
    PriceListError { line: *line, column: column.clone(), value: value.clone(), reason: reason.clone() }
}

/// Import a price sheet
///
/// The body is a Partner Center price sheet: CSV, or a zip with one. It becomes a draft with a diff to the prices in
/// force; rows with errors are listed by line and left out. Nothing is sold by it before it is published.
#[utoipa::path(
    tag = "price_lists",
    params(ImportQuery),
    request_body(content = String, content_type = "text/csv", description = "CSV, or a zip with one; up to 256 MiB"),
    responses((status = 201, body = PriceList)),
    security(("bearer" = ["price_lists.manage"])),
)]
#[post("/price-lists")]
pub async fn import_price_list(
    app: web::Data<App>,
    caller: Caller<PriceListsManage>,
    meta: Meta,
    query: Query<ImportQuery>,
    payload: web::Payload,
) -> Result<HttpResponse, Problem> {
    let request = query.0.check()?;
    let upload = import::receive(payload).await?;
    let (imported, replayed) = import::import(&app, caller.identity(), &meta, request, upload).await?;
    Ok(transaction::respond(&app, imported, replayed))
}

/// List price lists
///
/// Newest first.
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
/// By line, with what each does to the prices in force when it was imported: the diff.
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
    let change = query.0.change.map(|change| match change {
        PriceChange::Added => Change::Added,
        PriceChange::Changed => Change::Changed,
        PriceChange::Unchanged => Change::Unchanged,
    });
    let scope = caller.scope();
    let mut rows = transaction::read(&app, move |_, conn| {
        store::price_lists::get(conn, &scope, id.0)?;
        Ok(store::price_lists::rows(conn, &scope, id.0, change, after, limit + 1)?)
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
    params(("price_list_id" = String, Path, description = "The price list's id"), ErrorQuery),
    responses((status = 200, body = PriceListErrorPage)),
    security(("bearer" = ["price_lists.manage"])),
)]
#[get("/price-lists/{price_list_id}/errors")]
pub async fn list_price_list_errors(
    app: web::Data<App>,
    caller: Caller<PriceListsManage>,
    id: PathId<PriceListId>,
    query: Query<ErrorQuery>,
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
/// Its prices are in force at once, each from its own day on; running terms keep theirs. Refused with
/// `price_list_stale` where another was published since the import, because the diff would no longer be true.
#[utoipa::path(
    tag = "price_lists",
    params(("price_list_id" = String, Path, description = "The price list's id")),
    responses((status = 200, body = PriceList)),
    security(("bearer" = ["price_lists.manage"])),
)]
#[post("/price-lists/{price_list_id}/publish")]
pub async fn publish_price_list(
    app: web::Data<App>,
    caller: Caller<PriceListsManage>,
    meta: Meta,
    id: PathId<PriceListId>,
) -> Result<HttpResponse, Problem> {
    let response =
        transaction::write(&app, caller.identity(), meta, NO_BODY, move |write| publish::publish(write, id.0)).await?;
    let fresh = app.clone();
    web::block(move || fresh.refresh()).await.map_err(Problem::internal)??;
    Ok(response)
}

/// Discard a draft
///
/// It stays in the list, as discarded; a published list cannot be taken back, only followed by another.
#[utoipa::path(
    tag = "price_lists",
    params(("price_list_id" = String, Path, description = "The price list's id")),
    responses((status = 204, description = "Discarded")),
    security(("bearer" = ["price_lists.manage"])),
)]
#[delete("/price-lists/{price_list_id}")]
pub async fn discard_price_list(
    app: web::Data<App>,
    caller: Caller<PriceListsManage>,
    meta: Meta,
    id: PathId<PriceListId>,
) -> Result<HttpResponse, Problem> {
    transaction::write(&app, caller.identity(), meta, NO_BODY, move |write| publish::discard(write, id.0)).await
}

/// The routes of this noun.
pub fn routes(config: &mut ServiceConfig<'_>) {
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
    fn check(self) -> Result<import::Request, Problem> {
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
                    vec![("expected", "percent_on_cost or percent_off_retail".to_owned())],
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
                    vec![("expected", "reseller_id or customer_id".to_owned())],
                );
                PriceOwner::Everybody
            }
        };
        let category = checks.optional("category", self.category.as_deref(), 50).unwrap_or_else(|| "other".to_owned());
        let margin = checks.finish(margin)?;
        Ok(import::Request { name, margin, owner, category })
    }
}

fn percentage(checks: &mut Checks, pointer: &str, text: &str, max: i64) -> Option<Decimal> {
    let percent = text
        .parse::<Decimal>()
        .ok()
        .filter(|percent| (Decimal::ZERO..=Decimal::from(max)).contains(percent) && percent.scale() <= 4);
    if percent.is_none() {
        checks.note(pointer, Code::OutOfRange, vec![("limit", format!("0-{max}"))]);
    }
    percent
}

/// Rows are walked by their line in the file.
fn line_page(limit: Option<u32>, cursor: Option<&str>) -> Result<(u32, Option<i64>), Problem> {
    let limit = crate::http::wire::list::page_request(limit, None, None)?.limit;
    let after = cursor.map(|text| text.parse::<i64>().map_err(|_| Problem::field("cursor", Code::InvalidCursor)));
    Ok((limit, after.transpose()?))
}

fn next_line<T>(rows: &mut Vec<T>, limit: u32, line: impl Fn(&T) -> i64) -> Option<String> {
    let more = rows.len() > limit as usize;
    rows.truncate(limit as usize);
    rows.last().filter(|_| more).map(|row| line(row).to_string())
}
