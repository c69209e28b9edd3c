//! Roles: the shipped ones that are given here, and those that the marketplace defines for itself.

pub mod define;
pub mod remove;
pub mod view;

use crate::App;
use crate::auth::caller::Caller;
use crate::auth::permits::{RolesManage, UsersRead};
use crate::auth::power;
use crate::http::meta::Meta;
use crate::http::problem::{Code, Problem};
use crate::http::reply::{self, Reply};
use crate::http::routes::Routes;
use crate::http::wire::body::{Body, Query};
use crate::http::wire::checks::Checks;
use crate::http::wire::codes::{OrganizationKind, Permission};
use crate::http::wire::list::ShortQuery;
use crate::texts::phrases::Phrase;
use crate::texts::place::Place;
use crate::transaction::{self, NO_BODY, Write};
use actix_web::{HttpRequest, HttpResponse, delete, get, put, web};
use domain::access::{Covered, OwnRole, Power, RoleKey, Scope};
use domain::people::Title;
use serde::Deserialize;
use store::roles::Titled;
use utoipa::{IntoParams, ToSchema};
use view::{RoleDescription, RolePage, Titles, own, shipped};

/// A role that a marketplace defines for itself.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct PutRole {
    /// At which kind of organisation people have it; stays what it was at first.
    organization: OrganizationKind,
    /// What people call it, in each language.
    title: Titles,
    /// What it may do: some of what those who run such an organisation may.
    #[schema(
        min_items = 1,
        max_items = 64,
        example = json!(["catalog.read", "carts.write", "orders.place", "orders.read"]),
    )]
    permissions: Vec<Permission>,
}

/// Which roles are listed.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct RoleFilter {
    /// Only those of this kind of organisation.
    organization: Option<OrganizationKind>,
    /// Rows of the page.
    #[param(minimum = 1, maximum = 200, default = 50)]
    limit: Option<u32>,
    /// Where the last page ended.
    cursor: Option<String>,
}

/// Whether somebody of a scope has to do with a kind of organisation: its own, or one below.
const fn concerns(scope: Scope, kind: domain::access::OrganizationKind) -> bool {
    use domain::access::OrganizationKind::{Customer, Platform, Reseller};
    match scope {
        Scope::Platform => matches!(kind, Platform),
        Scope::Marketplace(_) => !matches!(kind, Platform),
        Scope::Reseller(..) => matches!(kind, Reseller | Customer),
        Scope::Customer(..) | Scope::Assigned(..) => matches!(kind, Customer),
    }
}

/// List the roles
///
/// Those that an administrator of one's own organisation gives: shipped ones with the marketplace's words for them, and
/// the marketplace's own.
#[utoipa::path(
    tag = "users",
    params(RoleFilter),
    responses((status = 200, body = RolePage)),
    security(("bearer" = ["users.read"])),
)]
#[get("/roles")]
pub async fn list_roles(
    app: web::Data<App>,
    caller: Caller<UsersRead>,
    query: Query<RoleFilter>,
) -> Result<HttpResponse, Problem> {
    let scope = caller.scope();
    let mut all = all(&app, scope).await?;
    all.retain(|role| query.0.organization.is_none_or(|kind| kind.0 == role.organization.0));
    let (data, next_cursor) = ShortQuery::new(query.0.limit, query.0.cursor).page(all, |role| &role.key)?;
    reply::ok(&RolePage { data, next_cursor })
}

/// Every role that concerns a scope, by name.
async fn all(app: &web::Data<App>, scope: Scope) -> Result<Vec<RoleDescription>, Problem> {
    let rules = app.marketplaces.people(scope.marketplace())?;
    let own_roles = transaction::read_one(app, move |_, conn| Ok(store::roles::all(conn, &scope)?)).await?;
    let mut all: Vec<_> = rules.roles.iter().map(shipped).collect();
    all.extend(own_roles.iter().map(|role| own(&role.value)));
    all.retain(|role| concerns(scope, role.organization.0));
    all.sort_by(|one, other| one.key.cmp(&other.key));
    Ok(all)
}

/// Show a role
///
/// A shipped one that is given here, or one of the marketplace's own.
#[utoipa::path(
    tag = "users",
    params(("role" = String, Path, description = "The key of the role", example = "customer_admin", max_length = 40)),
    responses((status = 200, body = RoleDescription)),
    security(("bearer" = ["users.read"])),
)]
#[get("/roles/{role}")]
pub async fn show_role(
    app: web::Data<App>,
    caller: Caller<UsersRead>,
    request: HttpRequest,
    key: web::Path<String>,
) -> Result<HttpResponse, Problem> {
    let all = all(&app, caller.scope()).await?;
    let role = all.iter().find(|role| role.key == *key).ok_or_else(|| Problem::new(Code::NotFound))?;
    reply::by_content(&request, role)
}

/// Define a role
///
/// Creates a role of the marketplace's own, or replaces what it may. That holds from the next request of everybody who
/// has it, also for tokens that are out. Only by who may itself all that the role may, before and after.
#[utoipa::path(
    tag = "users",
    params(
        (
            "role" = String,
            Path,
            description = "The key of the role: small letters, digits and _; no shipped role's",
            example = "purchaser",
            max_length = 40,
        ),
    ),
    request_body = PutRole,
    responses((status = 200, body = RoleDescription), (status = 201, body = RoleDescription)),
    security(("bearer" = ["roles.manage"])),
)]
#[put("/roles/{role}")]
pub async fn put_role(
    app: web::Data<App>,
    caller: Caller<RolesManage>,
    meta: Meta,
    key: web::Path<String>,
    body: Body<PutRole>,
) -> Result<HttpResponse, Problem> {
    let role = body.value.check(&key, caller.power())?;
    let define = move |write: &mut Write<'_>| {
        let new = define::define(write, &role)?;
        let reply = Reply::json(if new { 201 } else { 200 }, &own(&role))?.by_content();
        Ok(if new { reply.location(format!("/v1/roles/{}", role.role.key.as_str())) } else { reply })
    };
    transaction::write(&app, caller.identity(), meta, body.digest, define).await
}

/// Remove a role
///
/// One of the marketplace's own that nobody has any more. Only by who may itself all that the role may.
#[utoipa::path(
    tag = "users",
    params(("role" = String, Path, description = "The key of the role", example = "purchaser", max_length = 40)),
    responses((status = 204, description = "The role is removed")),
    security(("bearer" = ["roles.manage"])),
)]
#[delete("/roles/{role}")]
pub async fn remove_role(
    app: web::Data<App>,
    caller: Caller<RolesManage>,
    meta: Meta,
    key: web::Path<String>,
) -> Result<HttpResponse, Problem> {
    let key = RoleKey::new(&key).ok_or_else(|| Problem::new(Code::NotFound))?;
    let remove = move |write: &mut Write<'_>| remove::remove(write, &key).map(|()| Reply::empty());
    transaction::write(&app, caller.identity(), meta, NO_BODY, remove).await
}

/// The routes of this noun.
pub fn routes(config: &mut Routes<'_, '_>) {
    config.service(list_roles).service(show_role).service(put_role).service(remove_role);
}

impl PutRole {
    /// The role, where every field is right and the caller may itself what it is to do.
    fn check(&self, key: &str, own: Power) -> Result<Covered<Titled>, Problem> {
        let mut checks = Checks::new();
        let key = RoleKey::new(key);
        if key.is_none() {
            checks.note("role", Code::InvalidValue, vec![("expected", Phrase::ShortName.into())]);
        }
        let title = Title {
            de: checks.text("/title/de", &self.title.de, 100),
            en: checks.text("/title/en", &self.title.en, 100),
            pl: checks.text("/title/pl", &self.title.pl, 100),
        };
        let kind = self.organization.0;
        let beyond = |permission: &Permission| !kind.ceiling().contains(permission.0);
        for (n, permission) in self.permissions.iter().enumerate().filter(|(_, permission)| beyond(permission)) {
            let arguments =
                vec![("permission", Place::wire(permission.0.code())), ("organization", Phrase::from(kind).into())];
            checks.note(&format!("/permissions/{n}"), Code::PermissionBeyondRole, arguments);
        }
        if self.permissions.is_empty() {
            checks.note("/permissions", Code::Required, vec![]);
        }
        let key = checks.finish(key)?;
        let permissions: Vec<_> = self.permissions.iter().map(|permission| permission.0).collect();
        let role = OwnRole { key, organization: kind, permissions: permissions.iter().copied().collect() };
        power::gives(own, &permissions, kind, Titled { role, title })
    }
}
