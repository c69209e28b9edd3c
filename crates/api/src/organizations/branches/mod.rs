//! Branches: other invoice addresses of a customer, chosen per line of an order (C-34).

pub mod change;
pub mod create;
pub mod remove;
pub mod view;

use crate::auth::caller::Caller;
use crate::auth::permits::{BillingWrite, CustomersRead};
use crate::http::meta::Meta;
use crate::http::problem::Problem;
use crate::http::reply::{self, Reply};
use crate::http::routes::Routes;
use crate::http::wire::body::{Body, PathId, Query, given, patched};
use crate::http::wire::checks::Checks;
use crate::http::wire::list::PageQuery;
use crate::http::wire::party::{Address, AddressUpdate};
use crate::organizations::branches::view::{Branch, BranchPage, view};
use crate::{App, transaction};
use actix_web::{HttpRequest, HttpResponse, delete, get, patch, post, web};
use domain::address::AddressField;
use domain::form::limits;
use domain::id::{BranchId, CustomerId};
use domain::party;
use serde::Deserialize;
use serde_json::Value;
use utoipa::ToSchema;

/// A branch to set up: another invoice address of a customer.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct BranchCreate {
    /// Its name: what a line of a cart says; only one branch of the customer has it.
    #[schema(max_length = 100, example = "Werk Nord")]
    name: String,
    /// Its invoice address.
    address: Address,
}

/// What changes about a branch; a field left out stays.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct BranchUpdate {
    /// Its name: what a line of a cart says; only one branch of the customer has it.
    #[serde(default, deserialize_with = "given")]
    #[schema(value_type = String, required = false, max_length = 100, example = "Werk Nord")]
    name: Option<String>,
    /// What changes about its invoice address; parts left out stay.
    #[serde(default, deserialize_with = "given")]
    #[schema(value_type = AddressUpdate, required = false)]
    address: Option<Value>,
}

/// Set up a branch
///
/// Another invoice address of the customer; lines of its carts name it by its name. Where the marketplace says so
/// (`form_rules.branches`), only the provider or reseller sets it up, on request (403 `branches_by_provider`).
#[utoipa::path(
    tag = "customers",
    params(("customer_id" = String, Path, description = "The customer's id")),
    request_body = BranchCreate,
    responses((status = 201, body = Branch)),
    security(("bearer" = ["billing.write"])),
)]
#[post("/customers/{customer_id}/branches")]
pub async fn create_branch(
    app: web::Data<App>,
    caller: Caller<BillingWrite>,
    meta: Meta,
    customer: PathId<CustomerId>,
    body: Body<BranchCreate>,
) -> Result<HttpResponse, Problem> {
    let rules = app.marketplaces.organizations(caller.scope().marketplace())?;
    let (name, address) = body.value.check(&rules.address_fields)?;
    transaction::write(&app, caller.identity(), meta, body.digest, move |write| {
        let branch = create::create(write, customer.0, &name, &address)?;
        let location = format!("/v1/customers/{}/branches/{}", customer.0, branch.value.id);
        Ok(Reply::json(201, &view(&branch))?.version(branch.version).location(location))
    })
    .await
}

/// List branches
///
/// The customer's other invoice addresses, newest first, but for those that are retired.
#[utoipa::path(
    tag = "customers",
    params(("customer_id" = String, Path, description = "The customer's id"), PageQuery),
    responses((status = 200, body = BranchPage)),
    security(("bearer" = ["customers.read"])),
)]
#[get("/customers/{customer_id}/branches")]
pub async fn list_branches(
    app: web::Data<App>,
    caller: Caller<CustomersRead>,
    customer: PathId<CustomerId>,
    query: Query<PageQuery>,
) -> Result<HttpResponse, Problem> {
    let (page, scope) = (query.0.read()?, caller.scope());
    let found =
        transaction::read(&app, move |_, conn| Ok(store::branches::list(conn, &scope, customer.0, &page)?)).await?;
    reply::ok(&BranchPage::of(found, |record| view(&record)))
}

/// Show a branch
///
/// One of the customer's other invoice addresses.
#[utoipa::path(
    tag = "customers",
    params(
        ("customer_id" = String, Path, description = "The customer's id"),
        ("branch_id" = String, Path, description = "The id of the branch"),
    ),
    responses((status = 200, body = Branch)),
    security(("bearer" = ["customers.read"])),
)]
#[get("/customers/{customer_id}/branches/{branch_id}")]
pub async fn show_branch(
    app: web::Data<App>,
    caller: Caller<CustomersRead>,
    request: HttpRequest,
    customer: PathId<CustomerId>,
    id: PathId<BranchId>,
) -> Result<HttpResponse, Problem> {
    let scope = caller.scope();
    let record =
        transaction::read(&app, move |_, conn| Ok(store::branches::get(conn, &scope, customer.0, id.0)?)).await?;
    reply::resource(&request, record.version, &view(&record))
}

/// Change a branch
///
/// Its name and address; a field left out stays. What was ordered for it keeps the name and address it had; what is
/// billed later is billed to the address it then has.
#[utoipa::path(
    tag = "customers",
    params(
        ("customer_id" = String, Path, description = "The customer's id"),
        ("branch_id" = String, Path, description = "The id of the branch"),
    ),
    request_body = BranchUpdate,
    responses((status = 200, body = Branch)),
    security(("bearer" = ["billing.write"])),
)]
#[patch("/customers/{customer_id}/branches/{branch_id}")]
pub async fn update_branch(
    app: web::Data<App>,
    caller: Caller<BillingWrite>,
    meta: Meta,
    customer: PathId<CustomerId>,
    id: PathId<BranchId>,
    body: Body<BranchUpdate>,
) -> Result<HttpResponse, Problem> {
    let rules = app.marketplaces.organizations(caller.scope().marketplace())?;
    transaction::write(&app, caller.identity(), meta, body.digest, move |write| {
        let apply = |branch: &mut party::Branch| body.value.apply(branch, &rules.address_fields);
        let branch = change::change(write, customer.0, id.0, apply)?;
        Ok(Reply::json(200, &view(&branch))?.version(branch.version))
    })
    .await
}

/// Remove a branch
///
/// What was ordered for it keeps its name and address; a cart that still names it is refused with `branch_unknown`.
/// Where anything is billed to it, it is retired: lists leave it out, its name is free again, it can still be shown and
/// its address changed, and what runs is billed to it as before.
#[utoipa::path(
    tag = "customers",
    params(
        ("customer_id" = String, Path, description = "The customer's id"),
        ("branch_id" = String, Path, description = "The id of the branch"),
    ),
    responses((status = 204, description = "The branch is removed, or retired")),
    security(("bearer" = ["billing.write"])),
)]
#[delete("/customers/{customer_id}/branches/{branch_id}")]
pub async fn delete_branch(
    app: web::Data<App>,
    caller: Caller<BillingWrite>,
    meta: Meta,
    customer: PathId<CustomerId>,
    id: PathId<BranchId>,
) -> Result<HttpResponse, Problem> {
    transaction::write(&app, caller.identity(), meta, transaction::NO_BODY, move |write| {
        remove::remove(write, customer.0, id.0)?;
        Ok(Reply::empty())
    })
    .await
}

/// The routes of this noun.
pub fn routes(config: &mut Routes<'_, '_>) {
    config
        .service(create_branch)
        .service(list_branches)
        .service(show_branch)
        .service(update_branch)
        .service(delete_branch);
}

impl BranchCreate {
    fn check(self, needed: &[AddressField]) -> Result<(String, party::Address), Problem> {
        let mut checks = Checks::new();
        let name = checks.text("/name", &self.name, limits::BRANCH.into());
        let address = self.address.check("/address", &mut checks, needed);
        Ok((name, checks.finish(address)?))
    }
}

impl BranchUpdate {
    fn apply(&self, branch: &mut party::Branch, needed: &[AddressField]) -> Result<(), Problem> {
        let address =
            self.address.as_ref().map(|patch| patched("/address", Some(&Address::from(&branch.address)), patch));
        let address: Option<Address> = address.transpose()?;
        let mut checks = Checks::new();
        if let Some(name) = &self.name {
            branch.name = checks.text("/name", name, limits::BRANCH.into());
        }
        if let Some(address) = address.and_then(|address| address.check("/address", &mut checks, needed)) {
            branch.address = address;
        }
        checks.done()
    }
}
