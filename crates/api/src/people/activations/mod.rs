//! Activating an account by the link of its mail (L-08, L-09, C-06). Public: the link is all that one has.

pub mod activate;
pub mod view;

use crate::App;
use crate::auth::one_time;
use crate::auth::standing::Identity;
use crate::http::meta::Meta;
use crate::http::origin::Origin;
use crate::http::problem::Problem;
use crate::http::reply::{self, Reply};
use crate::http::routes::Routes;
use crate::http::wire::body::Body;
use crate::http::wire::checks::Checks;
use crate::http::wire::consents::{self, GivenConsent};
use crate::people::activations::activate::FilledIn;
use crate::transaction::{self, Write};
use actix_web::{HttpResponse, post, web};
use domain::form::limits;
use serde::Deserialize;
use store::one_time_tokens::Purpose;
use store::users::StoredUser;
use utoipa::ToSchema;
use view::{Activated, ActivationForm};

/// The token of a link in a mail.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ActivationLink {
    /// The token of the link: what stands behind its last slash.
    #[schema(max_length = 200, example = "4bKmT0iB6qg8pGv2r8x0ZJQmS6oT1c2J3vEwWm1yQkU")]
    token: String,
}

/// What activates an account: a password, and the consents that are needed.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ActivationRequest {
    /// The token of the link: what stands behind its last slash.
    #[schema(max_length = 200, example = "4bKmT0iB6qg8pGv2r8x0ZJQmS6oT1c2J3vEwWm1yQkU")]
    token: String,
    /// The password to log in with from now on, by what `POST /v1/activations/show` says of it.
    #[schema(max_length = 1024, example = "Kontor-demo-1!")]
    password: String,
    /// First name, where it is another than the one shown.
    #[serde(default)]
    #[schema(max_length = 50, example = "Erika")]
    first_name: Option<String>,
    /// Last name, where it is another than the one shown.
    #[serde(default)]
    #[schema(max_length = 50, example = "Muster")]
    last_name: Option<String>,
    /// Every consent that is needed, in the version that was shown.
    #[serde(default)]
    #[schema(max_items = 10)]
    consents: Vec<GivenConsent>,
}

/// Show what a link is for
///
/// For the page that a link in a mail opens: an activation, or a new password. Says who it is for, until when it works,
/// what the password must be and which consents are needed. Uses nothing up.
#[utoipa::path(tag = "auth", request_body = ActivationLink, responses((status = 200, body = ActivationForm)))]
#[post("/activations/show")]
pub async fn show_activation(app: web::Data<App>, body: Body<ActivationLink>) -> Result<HttpResponse, Problem> {
    let form = transaction::read(&app, move |app, conn| {
        let token = one_time::find(conn, &body.value.token, &[Purpose::Activation, Purpose::PasswordReset])?;
        one_time::still_works(&token, app.now_in(conn, token.marketplace_id)?)?;
        let user = one_time::user(conn, &token)?;
        let rules = app.marketplaces.people(user.marketplace_id)?;
        let marketplace = app.marketplaces.get(user.marketplace_id)?;
        Ok(view::form(&token, user, &marketplace.marketplace, &rules))
    });
    reply::ok(&form.await?)
}

/// Activate an account
///
/// With the token of the activation mail. Sets the password, and keeps which texts were agreed to, when, and from which
/// address. The link works once, until its time is over; the newest mail's only.
#[utoipa::path(tag = "auth", request_body = ActivationRequest, responses((status = 200, body = Activated)))]
#[post("/activations")]
pub async fn activate_account(
    app: web::Data<App>,
    origin: Origin,
    meta: Meta,
    body: Body<ActivationRequest>,
) -> Result<HttpResponse, Problem> {
    let text = body.value.token.clone();
    let user = transaction::read(&app, move |_, conn| {
        let token = one_time::find(conn, &text, &[Purpose::Activation])?;
        one_time::user(conn, &token)
    });
    let user = user.await?;
    let identity = Identity::by_link(&user);
    let request = checked(&app, &user, body.value, origin).await?;
    let activate = move |write: &mut Write<'_>| {
        let user = activate::activate(write, &request)?;
        let marketplace = write.app.marketplaces.get(user.marketplace_id)?.marketplace.slug.clone();
        Reply::json(200, &Activated { login: user.login, marketplace })
    };
    transaction::write(&app, identity, meta, body.digest, activate).await
}

/// Everything that is wrong with the form at once; the password is hashed only where nothing is.
async fn checked(app: &App, user: &StoredUser, form: ActivationRequest, origin: Origin) -> Result<FilledIn, Problem> {
    let rules = app.marketplaces.people(user.marketplace_id)?;
    let mut checks = Checks::new();
    let first_name = form.first_name.as_deref().map(|name| checks.name("/first_name", name, limits::NAME.into()));
    let last_name = form.last_name.as_deref().map(|name| checks.name("/last_name", name, limits::NAME.into()));
    checks.password("/password", &form.password, &rules.password, &user.login);
    consents::complete(&mut checks, &rules.consents, &form.consents);
    checks.done()?;
    let password_hash = app.passwords.hash_in_turn(form.password).await?;
    let consents = form.consents.into_iter().map(Into::into).collect();
    let (token, address) = (form.token, origin.address);
    Ok(FilledIn { token, password_hash, first_name, last_name, consents, address })
}

/// The routes of this noun.
pub fn routes(config: &mut Routes<'_, '_>) {
    config.service(show_activation).service(activate_account);
}
