//! Invitations: people whose accounts are not activated yet (C-61).

pub mod withdraw;

use crate::App;
use crate::auth::caller::Caller;
use crate::auth::permits::{UsersManage, UsersRead};
use crate::http::meta::Meta;
use crate::http::problem::Problem;
use crate::http::reply::{self, Reply};
use crate::http::routes::Routes;
use crate::http::wire::body::{Body, PathId, Query};
use crate::http::wire::checks::Checks;
use crate::http::wire::codes::Area;
use crate::http::wire::list::PageQuery;
use crate::people::users::add::{self, NewUser};
use crate::people::users::fields::{areas, at_most, language, name, organization, role};
use crate::people::users::view::{self, UserBatch, UserPage};
use crate::transaction::{self, NO_BODY, Write};
use actix_web::{HttpResponse, delete, get, post, web};
use domain::access::{Organization, Role};
use domain::id::UserId;
use domain::people::manage;
use domain::people::{PeopleRules, UserStatus};
use serde::Deserialize;
use store::users::Filter;
use utoipa::ToSchema;

/// Addresses that are to be invited, all or none.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct InvitationCreate {
    /// The e-mail addresses to invite, 1 to 100; each becomes the log-in name of a person.
    #[schema(min_items = 1, max_items = 100, example = json!(["erika@kunde.example", "max@kunde.example"]))]
    emails: Vec<String>,
    /// The key of one of the roles that `GET /v1/roles` lists, for all of them; never one that may more than the
    /// caller. Left out it is the one that may least where they will belong.
    #[schema(max_length = 40, example = "customer_user")]
    role: Option<String>,
    /// The areas of a reseller's work they are let into: with a role that goes by area, and with no other.
    #[schema(max_items = 4, example = json!(["general_access", "csp"]))]
    areas: Option<Vec<Area>>,
    /// The language of their mails: `de`, `en`, `pl`; by default their organisation's.
    #[schema(pattern = "^(de|en|pl)$", example = "de")]
    language: Option<String>,
    /// The customer they will belong to; one's own organisation is implied.
    #[schema(max_length = 30, example = "cus_01kagy2qk8e3vrc6h1x0m4t7ws")]
    customer_id: Option<String>,
    /// The reseller they will belong to; one's own organisation is implied.
    #[schema(max_length = 30, example = "rsl_01kagy2qk8e3vrc6h1x0m4t7ws")]
    reseller_id: Option<String>,
}

/// Invite people
///
/// By their e-mail addresses, up to 100 at once, all or none: each is added and sent a mail by whose link it activates
/// its account. Whoever is there already is named by its id (409 `already_exists`); an address that belongs to another
/// organisation is taken (422 `login_taken`), and whose it is is not told.
#[utoipa::path(
    tag = "users",
    request_body = InvitationCreate,
    responses((status = 201, body = UserBatch)),
    security(("bearer" = ["users.manage"])),
)]
#[post("/invitations")]
pub async fn invite_users(
    app: web::Data<App>,
    caller: Caller<UsersManage>,
    meta: Meta,
    body: Body<InvitationCreate>,
) -> Result<HttpResponse, Problem> {
    let rules = app.marketplaces.people(caller.scope().marketplace())?;
    let new = body.value.check(&rules, caller.scope().into())?;
    let add = move |write: &mut Write<'_>| {
        let users = add::add(write, &new)?;
        let shown = view::batch(write.tx, &users, write.app.clock.now())?;
        Ok(Reply::json(201, &shown)?.location("/v1/invitations".to_owned()))
    };
    transaction::write(&app, caller.identity(), meta, body.digest, add).await
}

/// List open invitations
///
/// The people who have not activated their accounts yet, newest first, with until when their links work.
#[utoipa::path(
    tag = "users",
    params(PageQuery),
    responses((status = 200, body = UserPage)),
    security(("bearer" = ["users.read"])),
)]
#[get("/invitations")]
pub async fn list_invitations(
    app: web::Data<App>,
    caller: Caller<UsersRead>,
    query: Query<PageQuery>,
) -> Result<HttpResponse, Problem> {
    let (page, scope, now) = (query.0.read()?, caller.scope(), app.clock.now());
    let found = transaction::read(&app, move |_, conn| {
        let filter = Filter { status: Some((UserStatus::NotActivated, now)), ..Filter::default() };
        let found = store::users::list(conn, &scope, &filter, &page.into())?;
        let links = view::links(conn, found.items.iter())?;
        Ok(view::page(found, &links, now))
    })
    .await?;
    reply::ok(&found)
}

/// Withdraw an invitation
///
/// Its link works no longer, and the person is removed. Not once the account is activated.
#[utoipa::path(
    tag = "users",
    params(("user_id" = String, Path, description = "The id of the user")),
    responses((status = 204, description = "The invitation is withdrawn")),
    security(("bearer" = ["users.manage"])),
)]
#[delete("/invitations/{user_id}")]
pub async fn withdraw_invitation(
    app: web::Data<App>,
    caller: Caller<UsersManage>,
    meta: Meta,
    id: PathId<UserId>,
) -> Result<HttpResponse, Problem> {
    let withdraw = move |write: &mut Write<'_>| withdraw::withdraw(write, id.0).map(|()| Reply::empty());
    transaction::write(&app, caller.identity(), meta, NO_BODY, withdraw).await
}

/// The routes of this noun.
pub fn routes(config: &mut Routes<'_, '_>) {
    config.service(invite_users).service(list_invitations).service(withdraw_invitation);
}

impl InvitationCreate {
    /// The people, where every address is right.
    fn check(&self, rules: &PeopleRules, own: Organization) -> Result<Vec<NewUser>, Problem> {
        at_most("/emails", self.emails.len())?;
        let mut checks = Checks::new();
        let language = language("/language", self.language.as_deref(), &rules.languages, &mut checks);
        let organization = organization("", self.customer_id.as_deref(), self.reseller_id.as_deref(), &mut checks);
        let least = manage::least(rules, organization.unwrap_or(own).kind());
        let (role, areas) = match (&self.role, self.areas.as_deref().map(areas), least) {
            (None, chosen, Some((least, its))) => (Some(least.into()), chosen.or(its)),
            (None, chosen, None) => (role("/role", "", &mut checks), chosen),
            (Some(named), chosen, _) => (role("/role", named, &mut checks), chosen),
        };
        let mut users = vec![];
        for (n, email) in self.emails.iter().enumerate() {
            let at = format!("/emails/{n}");
            let email = checks.email(&at, email);
            users.push(NewUser {
                login: name(&at, &email, rules.login_kind, &mut checks),
                at,
                login_field: "",
                email,
                notification_email: None,
                first_name: String::new(),
                last_name: String::new(),
                phone: None,
                address: None,
                language: language.clone(),
                external_ref: None,
                areas: areas.clone(),
                organization,
                // Where it is none, this is not used.
                role: role.clone().unwrap_or(Role::CustomerUser.into()),
                send_activation_mail: true,
                password_hash: None,
            });
        }
        checks.finish(Some(users))
    }
}
