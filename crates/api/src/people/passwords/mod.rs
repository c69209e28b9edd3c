//! Passwords: changed by who is logged in, or reset by the link of a mail (L-11).

pub mod change;
pub mod put;
pub mod send_link;

use crate::App;
use crate::auth::caller::InPerson;
use crate::auth::one_time;
use crate::auth::permits::MeWrite;
use crate::auth::shared_counts;
use crate::auth::standing::Identity;
use crate::http::meta::Meta;
use crate::http::origin::Origin;
use crate::http::problem::{Code, Problem};
use crate::http::reply::Reply;
use crate::http::routes::Routes;
use crate::http::wire::body::Body;
use crate::http::wire::checks::Checks;
use crate::people::sessions::try_password;
use crate::threads;
use crate::transaction::{self, Write};
use actix_web::{HttpResponse, post, put, web};
use domain::id::MarketplaceId;
use domain::people::LoginName;
use serde::Deserialize;
use std::time::Duration;
use store::one_time_tokens::Purpose;
use store::request_counts::RequestKind;
use store::users::StoredUser;
use utoipa::ToSchema;

/// When a request for a link is answered: later than whatever it causes is done, so that the time tells nothing.
const ANSWERED_AFTER: Duration = Duration::from_millis(250);

/// Another password for oneself, with the present one.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct PasswordChange {
    /// The present password; a wrong one counts as a failed log-in.
    #[schema(max_length = 1024, example = "Kontor-demo-1!")]
    current_password: String,
    /// The password from now on, by the `password` rules that `GET /v1/marketplaces/{slug}` shows.
    #[schema(max_length = 1024, example = "Kontor-demo-2!")]
    new_password: String,
}

/// Whose password was forgotten, and where.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct PasswordResetRequest {
    /// The log-in name: the e-mail address, unless the marketplace leaves log-in names free.
    #[schema(max_length = 254, example = "admin@kunde.cancom.example")]
    email: String,
    /// The marketplace's slug; without, a link is sent for each that knows the name.
    #[schema(max_length = 50, example = "cancom")]
    marketplace: Option<String>,
}

/// A new password, by the link of a mail.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct PasswordReset {
    /// The token of the link: what stands behind its last slash.
    #[schema(max_length = 200, example = "4bKmT0iB6qg8pGv2r8x0ZJQmS6oT1c2J3vEwWm1yQkU")]
    token: String,
    /// The new password, by the `password` rules that `GET /v1/marketplaces/{slug}` shows.
    #[schema(max_length = 1024, example = "Kontor-demo-2!")]
    password: String,
}

/// Change my password
///
/// Only in person. Ends every other log-in and keeps this one. A wrong current password counts as a failed log-in does.
#[utoipa::path(
    tag = "auth",
    request_body = PasswordChange,
    responses((status = 204, description = "The password is changed")),
    security(("bearer" = ["me.write"])),
)]
#[put("/me/password")]
pub async fn change_password(
    app: web::Data<App>,
    person: InPerson<MeWrite>,
    origin: Origin,
    meta: Meta,
    body: Body<PasswordChange>,
) -> Result<HttpResponse, Problem> {
    let PasswordChange { current_password, new_password } = body.value;
    let (marketplace, id, session) = (person.scope().marketplace(), person.user, person.session);
    let user =
        transaction::read_one(&app, move |_, conn| Ok(store::users::by_id_unscoped(conn, marketplace, id)?)).await?;
    checked(&app, "/new_password", &new_password, &user)?;
    if !try_password::knows_password(&app, user.clone(), current_password, origin).await? {
        return Err(Problem::field("/current_password", Code::PasswordWrong));
    }
    let hash = app.passwords.hash_in_turn(new_password).await?;
    let change = move |write: &mut Write<'_>| change::change(write, session, &user, &hash).map(|()| Reply::empty());
    transaction::write(&app, person.identity(), meta, body.digest, change).await
}

/// Ask for a link to set a new password
///
/// Always the same answer, after the same time, whether or not somebody has that name. The link goes to the person's
/// address, works once within an hour, and three are sent within an hour at most. A network that asks too often within
/// an hour is answered 429 until `Retry-After`.
#[utoipa::path(
    tag = "auth",
    request_body = PasswordResetRequest,
    responses((status = 202, description = "If somebody has that name, a link is sent")),
)]
#[post("/auth/password-reset")]
pub async fn request_password_reset(
    app: web::Data<App>,
    origin: Origin,
    body: Body<PasswordResetRequest>,
) -> Result<HttpResponse, Problem> {
    let answer_at = tokio::time::Instant::now() + ANSWERED_AFTER;
    shared_counts::count(&app, RequestKind::PasswordReset, &origin).await?;
    let PasswordResetRequest { email, marketplace } = body.value;
    let mut checks = Checks::new();
    checks.text("/email", &email, 254);
    checks.optional("/marketplace", marketplace.as_deref(), 50);
    checks.done()?;
    let login = LoginName::meant(&email);
    match marketplace.map(|slug| app.marketplaces.by_slug(&slug)) {
        None => send_links(&app, login, None).await?,
        Some(Some(record)) => send_links(&app, login, Some(record.marketplace.id)).await?,
        // A marketplace that there is not has nobody.
        Some(None) => {}
    }
    tokio::time::sleep_until(answer_at).await;
    Ok(HttpResponse::Accepted().finish())
}

async fn send_links(app: &web::Data<App>, login: String, marketplace: Option<MarketplaceId>) -> Result<(), Problem> {
    let send = move |app: &App| {
        let before = app.caused();
        app.store.write(|tx| send_link::send_links(app, tx, &login, marketplace))?;
        app.wake_caused(before);
        Ok(())
    };
    threads::writing(app, send).await
}

/// Set a new password
///
/// With the token of the mail. Ends every log-in, and a lock unless only an administrator ends locks here.
#[utoipa::path(
    tag = "auth",
    request_body = PasswordReset,
    responses((status = 204, description = "The password is set")),
)]
#[post("/auth/password-reset/confirm")]
pub async fn confirm_password_reset(
    app: web::Data<App>,
    meta: Meta,
    body: Body<PasswordReset>,
) -> Result<HttpResponse, Problem> {
    let PasswordReset { token, password } = body.value;
    let text = token.clone();
    let user = transaction::read(&app, move |_, conn| {
        let token = one_time::find(conn, &text, &[Purpose::PasswordReset])?;
        one_time::user(conn, &token)
    });
    let user = user.await?;
    checked(&app, "/password", &password, &user)?;
    let hash = app.passwords.hash_in_turn(password).await?;
    let reset = move |write: &mut Write<'_>| change::reset(write, &token, &hash).map(|()| Reply::empty());
    transaction::write(&app, Identity::by_link(&user), meta, body.digest, reset).await
}

fn checked(app: &App, pointer: &str, password: &str, user: &StoredUser) -> Result<(), Problem> {
    let rules = app.marketplaces.people(user.marketplace_id)?;
    let mut checks = Checks::new();
    checks.password(pointer, password, &rules.password, &user.login);
    checks.done()
}

/// The routes of this noun.
pub fn routes(config: &mut Routes<'_, '_>) {
    config.service(change_password).service(request_password_reset).service(confirm_password_reset);
}
