//! API clients: scripts and portals of an organisation, and their secrets.

pub mod change;
pub mod create;
pub mod owned;
pub mod secrets;
pub mod view;

use crate::App;
use crate::auth::caller::Caller;
use crate::auth::permits::ApiClientsManage;
use crate::auth::power;
use crate::http::meta::Meta;
use crate::http::problem::{Code, Problem};
use crate::http::reply::{self, Reply};
use crate::http::routes::Routes;
use crate::http::wire::body::{Body, PathId, Query, given};
use crate::http::wire::checks::Checks;
use crate::http::wire::codes::Permission;
use crate::http::wire::list::PageQuery;
use crate::transaction::{self, NO_BODY, Write};
use actix_web::{HttpRequest, HttpResponse, delete, get, patch, post, web};
use domain::access::{Covered, Organization, Permissions};
use domain::id::{ApiClientId, ClientSecretId};
use serde::Deserialize;
use store::api_clients::StoredApiClient;
use utoipa::ToSchema;
use view::{ApiClient, ApiClientPage};

/// A script or portal that is to be let in.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ApiClientCreate {
    /// What to call it, at most 100 characters.
    #[schema(max_length = 100, example = "ERP")]
    name: String,
    /// What it may do: some of one's own permissions.
    #[schema(min_items = 1, max_items = 64, example = json!(["catalog.read", "orders.place", "orders.read"]))]
    permissions: Vec<Permission>,
}

/// What changes about an API client (RFC 7396); a field left out stays.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ApiClientUpdate {
    /// What to call it, at most 100 characters.
    #[serde(default, deserialize_with = "given")]
    #[schema(value_type = String, required = false, max_length = 100, example = "ERP and warehouse")]
    name: Option<String>,
    /// All that it may do from now on: some of one's own permissions.
    #[serde(default, deserialize_with = "given")]
    #[schema(
        value_type = Vec<Permission>,
        required = false,
        min_items = 1,
        max_items = 64,
        example = json!(["catalog.read", "orders.read"]),
    )]
    permissions: Option<Vec<Permission>>,
}

/// Create an API client
///
/// For one's own organisation, with some of one's own permissions. Its secret is in this answer and nowhere else: only
/// its hash is kept. Under the same `Idempotency-Key` no second client is created: 409 `secret_told_before` names the
/// first. Where the answer was lost, revoke that one, or give it another secret.
#[utoipa::path(
    tag = "api_clients",
    request_body = ApiClientCreate,
    responses((status = 201, body = ApiClient)),
    security(("bearer" = ["api_clients.manage"])),
)]
#[post("/api-clients")]
pub async fn create_api_client(
    app: web::Data<App>,
    caller: Caller<ApiClientsManage>,
    meta: Meta,
    body: Body<ApiClientCreate>,
) -> Result<HttpResponse, Problem> {
    let mut checks = Checks::new();
    let name = checks.text("/name", &body.value.name, 100);
    given_any(&mut checks, &body.value.permissions);
    checks.done()?;
    let permissions = gives(&caller, &body.value.permissions)?;
    let create = move |write: &mut Write<'_>| {
        let (client, secret) = create::create(write, &name, &permissions)?;
        shown(write, &client, 201, Some(secret))
    };
    transaction::write(&app, caller.identity(), meta, body.digest, create).await
}

/// List the API clients
///
/// One's own organisation's, newest first, those that were revoked too.
#[utoipa::path(
    tag = "api_clients",
    params(PageQuery),
    responses((status = 200, body = ApiClientPage)),
    security(("bearer" = ["api_clients.manage"])),
)]
#[get("/api-clients")]
pub async fn list_api_clients(
    app: web::Data<App>,
    caller: Caller<ApiClientsManage>,
    query: Query<PageQuery>,
) -> Result<HttpResponse, Problem> {
    let (page, scope) = (query.0.read()?, caller.scope());
    let (found, secrets) = transaction::read(&app, move |_, conn| {
        let found = store::api_clients::list(conn, &scope, &page)?;
        let ids: Vec<_> = found.items.iter().map(|client| client.id).collect();
        let secrets = store::api_clients::secrets_unscoped(conn, &ids)?;
        Ok((found, secrets))
    })
    .await?;
    reply::ok(&ApiClientPage::of(found, |client| view::view(&client, &secrets, None)))
}

/// Show an API client
///
/// With its live secrets' ends and when each was used last.
#[utoipa::path(
    tag = "api_clients",
    params(("client_id" = String, Path, description = "The id of the API client")),
    responses((status = 200, body = ApiClient)),
    security(("bearer" = ["api_clients.manage"])),
)]
#[get("/api-clients/{client_id}")]
pub async fn show_api_client(
    app: web::Data<App>,
    caller: Caller<ApiClientsManage>,
    request: HttpRequest,
    id: PathId<ApiClientId>,
) -> Result<HttpResponse, Problem> {
    let scope = caller.scope();
    let (client, secrets) = transaction::read(&app, move |_, conn| {
        let client = store::api_clients::get(conn, &scope, id.0)?;
        let secrets = store::api_clients::secrets_unscoped(conn, &[client.id])?;
        Ok((client, secrets))
    })
    .await?;
    reply::reviewed(&request, client.version, &view::view(&client, &secrets, None))
}

/// Change an API client
///
/// Its name, or what it may do; both hold from its next request on, also for tokens that are out. Only by who may all
/// that the client may, before and after.
#[utoipa::path(
    tag = "api_clients",
    params(("client_id" = String, Path, description = "The id of the API client")),
    request_body = ApiClientUpdate,
    responses((status = 200, body = ApiClient)),
    security(("bearer" = ["api_clients.manage"])),
)]
#[patch("/api-clients/{client_id}")]
pub async fn update_api_client(
    app: web::Data<App>,
    caller: Caller<ApiClientsManage>,
    meta: Meta,
    id: PathId<ApiClientId>,
    body: Body<ApiClientUpdate>,
) -> Result<HttpResponse, Problem> {
    let mut checks = Checks::new();
    let name = body.value.name.as_deref().map(|name| checks.text("/name", name, 100));
    let wanted = body.value.permissions.as_deref();
    if let Some(permissions) = wanted {
        given_any(&mut checks, permissions);
    }
    checks.done()?;
    let permissions = wanted.map(|permissions| gives(&caller, permissions)).transpose()?;
    let change = move |write: &mut Write<'_>| {
        let client = change::change(write, id.0, name.as_deref(), permissions.as_ref())?;
        shown(write, &client, 200, None)
    };
    transaction::write(&app, caller.identity(), meta, body.digest, change).await
}

/// Revoke an API client
///
/// For good, from its next request on, also for tokens that are out. Only by who may all that the client may. Again is
/// fine.
#[utoipa::path(
    tag = "api_clients",
    params(("client_id" = String, Path, description = "The id of the API client")),
    responses((status = 204, description = "The client is kept out")),
    security(("bearer" = ["api_clients.manage"])),
)]
#[delete("/api-clients/{client_id}")]
pub async fn revoke_api_client(
    app: web::Data<App>,
    caller: Caller<ApiClientsManage>,
    meta: Meta,
    id: PathId<ApiClientId>,
) -> Result<HttpResponse, Problem> {
    let revoke = move |write: &mut Write<'_>| change::revoke(write, id.0).map(|()| Reply::empty());
    transaction::write(&app, caller.identity(), meta, NO_BODY, revoke).await
}

/// Add a secret
///
/// A second one beside the first, so that a script can be given the new one before the old one is revoked. It is in
/// this answer and nowhere else; under the same `Idempotency-Key` no second one is added: 409 `secret_told_before`.
/// Whoever has it may what the client may: so only who may all of that gets one.
#[utoipa::path(
    tag = "api_clients",
    params(("client_id" = String, Path, description = "The id of the API client")),
    responses((status = 201, body = ApiClient)),
    security(("bearer" = ["api_clients.manage"])),
)]
#[post("/api-clients/{client_id}/secrets")]
pub async fn add_api_client_secret(
    app: web::Data<App>,
    caller: Caller<ApiClientsManage>,
    meta: Meta,
    id: PathId<ApiClientId>,
) -> Result<HttpResponse, Problem> {
    let add = move |write: &mut Write<'_>| {
        let (client, secret) = secrets::add(write, id.0)?;
        shown(write, &client, 201, Some(secret))
    };
    transaction::write(&app, caller.identity(), meta, NO_BODY, add).await
}

/// Revoke a secret
///
/// Tokens that were issued for it are refused from the next request on; the other secret goes on working. Only by who
/// may all that the client may.
#[utoipa::path(
    tag = "api_clients",
    params(
        ("client_id" = String, Path, description = "The id of the API client"),
        ("secret_id" = String, Path, description = "The id of the secret"),
    ),
    responses((status = 204, description = "The secret works no longer")),
    security(("bearer" = ["api_clients.manage"])),
)]
#[delete("/api-clients/{client_id}/secrets/{secret_id}")]
pub async fn revoke_api_client_secret(
    app: web::Data<App>,
    caller: Caller<ApiClientsManage>,
    meta: Meta,
    id: PathId<ApiClientId>,
    secret: PathId<ClientSecretId>,
) -> Result<HttpResponse, Problem> {
    let revoke = move |write: &mut Write<'_>| secrets::revoke(write, id.0, secret.0).map(|()| Reply::empty());
    transaction::write(&app, caller.identity(), meta, NO_BODY, revoke).await
}

/// What a write answers of the client it is about; who has a new secret is told where the client is.
fn shown(
    write: &mut Write<'_>,
    client: &StoredApiClient,
    status: u16,
    secret: Option<String>,
) -> Result<Reply, Problem> {
    let secrets = store::api_clients::secrets_unscoped(write.tx, &[client.id])?;
    let reply = Reply::json(status, &view::view(client, &secrets, secret))?.reviewed(client.version);
    let path = format!("/v1/api-clients/{}", client.id);
    Ok(if status == 201 { reply.location(path.clone()).telling_secret_of(path) } else { reply })
}

/// The routes of this noun.
pub fn routes(config: &mut Routes<'_, '_>) {
    config
        .service(create_api_client)
        .service(list_api_clients)
        .service(show_api_client)
        .service(update_api_client)
        .service(revoke_api_client)
        .service(add_api_client_secret)
        .service(revoke_api_client_secret);
}

fn given_any(checks: &mut Checks, wanted: &[Permission]) {
    if wanted.is_empty() {
        checks.note("/permissions", Code::Required, vec![]);
    }
}

/// The permissions of a request; nobody gives what it has not itself.
fn gives(caller: &Caller<ApiClientsManage>, wanted: &[Permission]) -> Result<Covered<Permissions>, Problem> {
    let wanted: Vec<_> = wanted.iter().map(|permission| permission.0).collect();
    let all = wanted.iter().copied().collect();
    power::gives(caller.power(), &wanted, Organization::from(caller.scope()).kind(), all)
}
