//! Customer numbers: the provider's records, which registrations are compared with (T-01, T-04).

pub mod put;
pub mod register_reseller;
pub mod remove;
pub mod view;

use crate::auth::caller::Caller;
use crate::auth::permits::CustomerNumbersManage;
use crate::http::meta::Meta;
use crate::http::problem::{Code, Problem};
use crate::http::reply::{self, Reply};
use crate::http::routes::Routes;
use crate::http::wire::body::{Body, Query};
use crate::http::wire::checks::Checks;
use crate::http::wire::list::PageQuery;
use crate::http::wire::party;
use crate::organizations::customer_numbers::put::Put;
use crate::organizations::customer_numbers::view::{CustomerNumber, CustomerNumberPage, view};
use crate::texts::phrases::Phrase;
use crate::{App, transaction};
use actix_web::{HttpRequest, HttpResponse, delete, get, put, web};
use domain::address;
use domain::customer_number::{CompanyFacts, is_number};
use serde::Deserialize;
use utoipa::ToSchema;

/// What the records say of an organisation.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct CustomerNumberPut {
    /// Company name; compared without regard to capitals and repeated blanks.
    #[schema(max_length = 200, example = "Nowak Sp. z o.o.")]
    company: String,
    /// Postal code, in the form of the country.
    #[schema(max_length = 20, example = "00-838")]
    postal_code: String,
    /// Country: two capital letters of ISO 3166-1.
    #[schema(pattern = "^[A-Z]{2}$", example = "PL")]
    country: String,
    /// Region or province code; left out, a registration's is not compared.
    #[schema(max_length = 20, example = "14")]
    region: Option<String>,
}

/// List customer numbers
///
/// The provider's records, newest first.
#[utoipa::path(
    tag = "resellers",
    params(PageQuery),
    responses((status = 200, body = CustomerNumberPage)),
    security(("bearer" = ["customer_numbers.manage"])),
)]
#[get("/customer-numbers")]
pub async fn list_customer_numbers(
    app: web::Data<App>,
    caller: Caller<CustomerNumbersManage>,
    query: Query<PageQuery>,
) -> Result<HttpResponse, Problem> {
    let (page, scope) = (query.0.read()?, caller.scope());
    let found = transaction::read(&app, move |_, conn| Ok(store::customer_numbers::list(conn, &scope, &page)?)).await?;
    reply::ok(&CustomerNumberPage::of(found, |record| view(&record)))
}

/// Show a customer number
///
/// What the records say of the organisation, and who is registered under it.
#[utoipa::path(
    tag = "resellers",
    params(
        (
            "number" = String,
            Path,
            description = "The number: digits, capital letters and dashes",
            example = "4711",
            max_length = 20,
        ),
    ),
    responses((status = 200, body = CustomerNumber)),
    security(("bearer" = ["customer_numbers.manage"])),
)]
#[get("/customer-numbers/{number}")]
pub async fn show_customer_number(
    app: web::Data<App>,
    caller: Caller<CustomerNumbersManage>,
    request: HttpRequest,
    number: web::Path<String>,
) -> Result<HttpResponse, Problem> {
    let scope = caller.scope();
    let record =
        transaction::read(&app, move |_, conn| Ok(store::customer_numbers::get(conn, &scope, &number)?)).await?;
    reply::resource(&request, record.version, &view(&record))
}

/// Put a customer number
///
/// Records an organisation that has a number, or corrects its record; who is registered under it stays.
#[utoipa::path(
    tag = "resellers",
    params(
        (
            "number" = String,
            Path,
            description = "The number: digits, capital letters and dashes",
            example = "4711",
            max_length = 20,
        ),
    ),
    request_body = CustomerNumberPut,
    responses((status = 200, body = CustomerNumber), (status = 201, body = CustomerNumber)),
    security(("bearer" = ["customer_numbers.manage"])),
)]
#[put("/customer-numbers/{number}")]
pub async fn put_customer_number(
    app: web::Data<App>,
    caller: Caller<CustomerNumbersManage>,
    meta: Meta,
    number: web::Path<String>,
    body: Body<CustomerNumberPut>,
) -> Result<HttpResponse, Problem> {
    let company = body.value.check(&number)?;
    transaction::write(&app, caller.identity(), meta, body.digest, move |write| {
        match put::put(write, &number, &company)? {
            Put::Corrected(record) => Ok(Reply::json(200, &view(&record))?.version(record.version)),
            Put::Recorded(record) => {
                let location = format!("/v1/customer-numbers/{number}");
                Ok(Reply::json(201, &view(&record))?.version(record.version).location(location))
            }
        }
    })
    .await
}

/// Remove a customer number
///
/// Only while nobody is registered under it.
#[utoipa::path(
    tag = "resellers",
    params(
        (
            "number" = String,
            Path,
            description = "The number: digits, capital letters and dashes",
            example = "4711",
            max_length = 20,
        ),
    ),
    responses((status = 204)),
    security(("bearer" = ["customer_numbers.manage"])),
)]
#[delete("/customer-numbers/{number}")]
pub async fn delete_customer_number(
    app: web::Data<App>,
    caller: Caller<CustomerNumbersManage>,
    meta: Meta,
    number: web::Path<String>,
) -> Result<HttpResponse, Problem> {
    transaction::write(&app, caller.identity(), meta, transaction::NO_BODY, move |write| {
        remove::remove(write, &number)?;
        Ok(Reply::empty())
    })
    .await
}

/// The routes of this noun.
pub fn routes(config: &mut Routes<'_, '_>) {
    config
        .service(list_customer_numbers)
        .service(show_customer_number)
        .service(put_customer_number)
        .service(delete_customer_number);
}

impl CustomerNumberPut {
    fn check(self, number: &str) -> Result<CompanyFacts, Problem> {
        let mut checks = Checks::new();
        if !is_number(number) {
            checks.note("number", Code::InvalidValue, vec![("expected", Phrase::DigitsCapitalsDashes.into())]);
        }
        let name = checks.text("/company", &self.company, 200);
        let postal_code = checks.optional("/postal_code", Some(&self.postal_code), 20).unwrap_or_default();
        let region = checks.optional("/region", self.region.as_deref(), 20);
        let country = party::country("/country", &self.country, &mut checks);
        if let Some(country) = country {
            for flaw in address::check_place(country, &postal_code, region.as_deref().unwrap_or_default()) {
                party::note("", &flaw, country, &mut checks);
            }
        }
        let country = checks.finish(country)?;
        let postal_code = address::normalized_postal_code(country, &postal_code);
        let region = region.map(|region| address::normalized_region(country, &region));
        Ok(CompanyFacts { name, postal_code, country, region })
    }
}
