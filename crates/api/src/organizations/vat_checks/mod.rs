//! What registers of VAT ids have said of a customer's: the evidence, and asking anew.

pub mod view;

use crate::auth::caller::Caller;
use crate::auth::permits::{BillingWrite, CustomersRead};
use crate::http::meta::Meta;
use crate::http::problem::{Code, Problem};
use crate::http::reply::{self, Reply};
use crate::http::routes::Routes;
use crate::http::wire::body::{PathId, Query};
use crate::http::wire::list::PageQuery;
use crate::organizations::customers::ask_register::ask_register;
use crate::organizations::customers::lock::lock;
use crate::organizations::vat_checks::view::{VatCheckPage, VatCheckRequested, view};
use crate::{App, transaction};
use actix_web::{HttpResponse, get, post, web};
use domain::id::CustomerId;

/// List the answers about a VAT id
///
/// What a register of VAT ids has answered about the customer's, newest first: the evidence for invoices without VAT.
/// The newest answer about the id that the customer has decides on its tax.
#[utoipa::path(
    tag = "customers",
    params(("customer_id" = String, Path, description = "The customer's id"), PageQuery),
    responses((status = 200, body = VatCheckPage)),
    security(("bearer" = ["customers.read"])),
)]
#[get("/customers/{customer_id}/vat-checks")]
pub async fn list_vat_checks(
    app: web::Data<App>,
    caller: Caller<CustomersRead>,
    customer: PathId<CustomerId>,
    query: Query<PageQuery>,
) -> Result<HttpResponse, Problem> {
    let (page, scope) = (query.0.read()?, caller.scope());
    let found =
        transaction::read(&app, move |_, conn| Ok(store::vat_checks::list(conn, &scope, customer.0, &page)?)).await?;
    reply::ok(&VatCheckPage::of(found, |kept| view(&kept)))
}

/// Have a VAT id checked anew
///
/// The register of VAT ids is asked outside the request; its answer is the next of the list. Until then the last one
/// holds. Refused where the customer has no VAT id that a register can be asked about.
#[utoipa::path(
    tag = "customers",
    params(("customer_id" = String, Path, description = "The customer's id")),
    responses((status = 202, body = VatCheckRequested)),
    security(("bearer" = ["billing.write"])),
)]
#[post("/customers/{customer_id}/vat-checks")]
pub async fn request_vat_check(
    app: web::Data<App>,
    caller: Caller<BillingWrite>,
    meta: Meta,
    customer: PathId<CustomerId>,
) -> Result<HttpResponse, Problem> {
    transaction::write(&app, caller.identity(), meta, transaction::NO_BODY, move |write| {
        let known = lock(write, customer.0)?.value;
        write.administers(customer.0)?;
        if !ask_register(write, &known)? {
            return Err(Problem::new(Code::VatIdNotCheckable));
        }
        Ok(Reply::json(202, &VatCheckRequested { vat_id: known.vat_id.unwrap_or_default() })?.by_content())
    })
    .await
}

/// The routes of this noun.
pub fn routes(config: &mut Routes<'_, '_>) {
    config.service(list_vat_checks).service(request_vat_check);
}
