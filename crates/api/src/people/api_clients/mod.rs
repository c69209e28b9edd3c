//! API clients: scripts and portals of an organisation, and their secrets.

pub mod edit;

use crate::auth::caller::Caller;
use crate::auth::permits::ApiClientsManage;
use crate::http::meta::Meta;
use crate::http::problem::{Code, Problem};
use crate::http::reply;
use crate::http::wire::body::{Body, PathId, Query, given};
use crate::http::wire::checks::Checks;
use crate::http::wire::codes::Permission;
use crate::http::wire::instant;
use crate::http::wire::list::PageQuery;
use crate::transaction::{self, NO_BODY};
use crate::{App, page};
use actix_web::http::header::{CACHE_CONTROL, HeaderValue};
use actix_web::{HttpRequest, HttpResponse, delete, get, patch, post, web};
use domain::access::{Organization, Permissions};
use domain::id::{ApiClientId, ClientSecretId};
use serde::{Deserialize, Serialize};
use store::api_clients::{Record, Secret};
use utoipa::ToSchema;
use utoipa_actix_web::service_config::ServiceConfig;

/// A script or portal that is to be let in.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ApiClientCreate {
    /// What it is called.
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
    /// What it is called.
    #[serde(default, deserialize_with = "given")]
    #[schema(value_type = String, required = false, max_length = 100, example = "ERP and warehouse")]
    name: Option<String>,
    /// All that it may do from now on: some of one's own permissions.
    #[serde(default, deserialize_with = "given")]
    #[schema(value_type = Vec<Permission>, required = false, min_items = 1, max_items = 64, example = json!(["catalog.read", "orders.read"]))]
    permissions: Option<Vec<Permission>>,
}

/// An API client.
#[derive(Debug, Serialize, ToSchema)]
pub struct ApiClient {
    /// Its id: `client_id` at `POST /v1/oauth/token`.
    #[schema(example = "key_01kagy2qk8e3vrc6h1x0m4t7ws")]
    pub id: String,
    /// What it is called.
    #[schema(example = "ERP")]
    pub name: String,
    /// What it may do.
    pub permissions: Vec<Permission>,
    /// Its live secrets, the older first; two at most, so that they can be changed without a pause.
    pub secrets: Vec<ApiClientSecret>,
    /// The new secret: only in the answer to its creation.
    #[schema(required, example = "4bKmT0iB6qg8pGv2r8x0ZJQmS6oT1c2J3vEwWm1yQkU")]
    pub secret: Option<String>,
    /// Whether it is kept out, for good.
    pub revoked: bool,
    /// Who created it.
    #[schema(example = "usr_01kagy2qk8e3vrc6h1x0m4t7ws")]
    pub created_by: String,
    /// When it was created.
    #[schema(format = DateTime, example = "2026-11-20T10:15:00Z")]
    pub created_at: String,
}

/// A secret of an API client, without the secret.
#[derive(Debug, Serialize, ToSchema)]
pub struct ApiClientSecret {
    /// Its id.
    #[schema(example = "sec_01kagy2qk8e3vrc6h1x0m4t7ws")]
    pub id: String,
    /// Its last characters.
    #[schema(example = "yQkU")]
    pub hint: String,
    /// When it was made.
    #[schema(format = DateTime, example = "2026-11-20T10:15:00Z")]
    pub created_at: String,
    /// When a token was issued for it last.
    #[schema(required, format = DateTime, example = "2026-11-20T10:20:00Z")]
    pub last_used_at: Option<String>,
}

page!(
    /// A page of API clients, newest first.
    ApiClientPage of ApiClient
);

/// The last characters of a secret, to tell it from others.
pub fn hint(secret: &str) -> String {
    let mut last: Vec<char> = secret.chars().rev().take(4).collect();
    last.reverse();
    last.into_iter().collect()
}

/// An API client on the wire; `secret` is a new one, shown this once.
pub fn view(client: &Record, secrets: &[Secret], secret: Option<String>) -> ApiClient {
    let shown = |secret: &Secret| ApiClientSecret {
        id: secret.id.to_string(),
        hint: secret.hint.clone(),
        created_at: instant(secret.created_at),
        last_used_at: secret.last_used_at.map(instant),
    };
    let permissions = client.permissions.unwrap_or(client.role.permissions());
    ApiClient {
        id: client.id.to_string(),
        name: client.name.clone(),
        permissions: permissions.iter().map(Permission).collect(),
        secrets: secrets.iter().filter(|secret| secret.client_id == client.id).map(shown).collect(),
        secret,
        revoked: client.revoked,
        created_by: client.created_by.clone(),
        created_at: instant(client.created_at),
    }
}

/// Create an API client
///
/// For one's own organisation, with some of one's own permissions. Its secret is in this answer and nowhere else: only
/// its hash is kept. So this is not answered again under an `Idempotency-Key`; where the answer was lost, revoke the
/// client and create another.
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
    mut meta: Meta,
    body: Body<ApiClientCreate>,
) -> Result<HttpResponse, Problem> {
    let mut checks = Checks::new();
    let name = checks.text("/name", &body.value.name, 100);
    let permissions = own(&mut checks, &body.value.permissions, caller.permissions);
    checks.done()?;
    meta.idempotency_key = None;
    let create = move |write: &mut transaction::Write<'_>| edit::create(write, &name, permissions);
    Ok(unstored(transaction::write(&app, caller.identity(), meta, body.digest, create).await?))
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
        let found = store::api_clients::list(conn, scope.marketplace(), Organization::from(scope), &page)?;
        let ids: Vec<_> = found.items.iter().map(|client| client.id).collect();
        let secrets = store::api_clients::secrets(conn, &ids)?;
        Ok((found, secrets))
    })
    .await?;
    reply::ok(&ApiClientPage::of(found, |client| view(&client, &secrets, None)))
}

/// Show an API client
///
/// With its live secrets' ends and when each was used last.
#[utoipa::path(
    tag = "api_clients",
    params(("client_id" = String, Path, description = "The API client's id")),
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
        let client = store::api_clients::owned(conn, scope.marketplace(), Organization::from(scope), id.0)?;
        let secrets = store::api_clients::secrets(conn, &[client.id])?;
        Ok((client, secrets))
    })
    .await?;
    reply::reviewed(&request, client.version, &view(&client, &secrets, None))
}

/// Change an API client
///
/// Its name, or what it may do; both hold from its next request on, also for tokens that are out.
#[utoipa::path(
    tag = "api_clients",
    params(("client_id" = String, Path, description = "The API client's id")),
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
    let permissions = wanted.map(|permissions| own(&mut checks, permissions, caller.permissions));
    checks.done()?;
    transaction::write(&app, caller.identity(), meta, body.digest, move |write| {
        edit::update(write, id.0, name.as_deref(), permissions)
    })
    .await
}

/// Revoke an API client
///
/// For good, from its next request on, also for tokens that are out. Again is fine.
#[utoipa::path(
    tag = "api_clients",
    params(("client_id" = String, Path, description = "The API client's id")),
    responses((status = 204, description = "Revoked")),
    security(("bearer" = ["api_clients.manage"])),
)]
#[delete("/api-clients/{client_id}")]
pub async fn revoke_api_client(
    app: web::Data<App>,
    caller: Caller<ApiClientsManage>,
    meta: Meta,
    id: PathId<ApiClientId>,
) -> Result<HttpResponse, Problem> {
    transaction::write(&app, caller.identity(), meta, NO_BODY, move |write| edit::revoke(write, id.0)).await
}

/// Add a secret
///
/// A second one beside the first, so that a script can be given the new one before the old one is revoked. It is in
/// this answer and nowhere else, and is not answered again under an `Idempotency-Key`.
#[utoipa::path(
    tag = "api_clients",
    params(("client_id" = String, Path, description = "The API client's id")),
    responses((status = 201, body = ApiClient)),
    security(("bearer" = ["api_clients.manage"])),
)]
#[post("/api-clients/{client_id}/secrets")]
pub async fn add_api_client_secret(
    app: web::Data<App>,
    caller: Caller<ApiClientsManage>,
    mut meta: Meta,
    id: PathId<ApiClientId>,
) -> Result<HttpResponse, Problem> {
    meta.idempotency_key = None;
    let add = move |write: &mut transaction::Write<'_>| edit::add_secret(write, id.0);
    Ok(unstored(transaction::write(&app, caller.identity(), meta, NO_BODY, add).await?))
}

/// Revoke a secret
///
/// Tokens that were issued for it are refused from the next request on; the other secret goes on working.
#[utoipa::path(
    tag = "api_clients",
    params(
        ("client_id" = String, Path, description = "The API client's id"),
        ("secret_id" = String, Path, description = "The secret's id"),
    ),
    responses((status = 204, description = "Revoked")),
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
    let revoke = move |write: &mut transaction::Write<'_>| edit::revoke_secret(write, id.0, secret.0);
    transaction::write(&app, caller.identity(), meta, NO_BODY, revoke).await
}

/// The routes of this noun.
pub fn routes(config: &mut ServiceConfig<'_>) {
    config
        .service(create_api_client)
        .service(list_api_clients)
        .service(show_api_client)
        .service(update_api_client)
        .service(revoke_api_client)
        .service(add_api_client_secret)
        .service(revoke_api_client_secret);
}

/// The permissions of a request; nobody gives what it has not itself.
fn own(checks: &mut Checks, wanted: &[Permission], own: Permissions) -> Permissions {
    for (n, permission) in wanted.iter().enumerate().filter(|(_, permission)| !own.contains(permission.0)) {
        checks.note(
            &format!("/permissions/{n}"),
            Code::PermissionNotHeld,
            vec![("permission", permission.0.code().to_owned())],
        );
    }
    if wanted.is_empty() {
        checks.note("/permissions", Code::Required, vec![]);
    }
    wanted.iter().map(|permission| permission.0).collect()
}

fn unstored(mut response: HttpResponse) -> HttpResponse {
    response.headers_mut().insert(CACHE_CONTROL, HeaderValue::from_static("no-store"));
    response
}
