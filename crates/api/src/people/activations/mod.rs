//! Activating an account by the link of its mail (L-08, L-09, C-06). Public: the link is all that one has.

pub mod activate;

use crate::auth::one_time;
use crate::auth::standing::Identity;
use crate::http::meta::Meta;
use crate::http::origin::Origin;
use crate::http::problem::Problem;
use crate::http::reply;
use crate::http::wire::body::Body;
use crate::http::wire::checks::Checks;
use crate::http::wire::codes::PasswordClass;
use crate::http::wire::consents::{self, GivenConsent, NeededConsent};
use crate::http::wire::instant;
use crate::people::activations::activate::{Activate, activate};
use crate::{App, transaction};
use actix_web::{HttpResponse, post, web};
use domain::people::PasswordRules;
use serde::{Deserialize, Serialize};
use store::one_time_tokens::Purpose;
use store::users::StoredUser;
use utoipa::ToSchema;
use utoipa_actix_web::service_config::ServiceConfig;

/// The token of a link.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ActivationLink {
    /// What stands behind the last slash of the link.
    #[schema(max_length = 200, example = "4bKmT0iB6qg8pGv2r8x0ZJQmS6oT1c2J3vEwWm1yQkU")]
    token: String,
}

/// What a link is for.
#[derive(Debug, Clone, Copy, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum LinkPurpose {
    /// Activates an account.
    Activation,
    /// Sets a new password.
    PasswordReset,
}

/// What the page that a link opens shows, and what its form must hold to.
#[derive(Debug, Serialize, ToSchema)]
pub struct ActivationForm {
    /// What the link is for.
    pub purpose: LinkPurpose,
    /// The log-in name.
    #[schema(example = "erika@kunde.cancom.example")]
    pub login: String,
    /// First name, as far as it is known.
    #[schema(example = "Erika")]
    pub first_name: String,
    /// Last name, as far as it is known.
    #[schema(example = "Muster")]
    pub last_name: String,
    /// The marketplace's slug.
    #[schema(example = "cancom")]
    pub marketplace: String,
    /// The consents that must be given.
    pub consents: Vec<NeededConsent>,
    /// What the password must be.
    pub password: PasswordRequirements,
    /// From when on the link does not work any more.
    #[schema(format = DateTime, example = "2026-11-22T10:15:00Z")]
    pub expires_at: String,
}

/// What a password must be. Characters are Unicode's; a password is taken exactly as typed.
#[derive(Debug, Serialize, ToSchema)]
pub struct PasswordRequirements {
    /// Characters, at least.
    #[schema(example = 8)]
    pub min_length: u16,
    /// Characters, at most.
    #[schema(example = 128)]
    pub max_length: u16,
    /// Classes of which it must have one character each.
    pub all_of: Vec<PasswordClass>,
    /// Classes of which one must be there; none asks for nothing.
    pub any_of: Vec<PasswordClass>,
    /// Whether it must differ from the log-in name.
    pub not_login: bool,
    /// The special characters that are accepted; null where all are.
    #[schema(required, example = "!$%&/()=?+*#-_.:,;@")]
    pub allowed_specials: Option<String>,
}

impl From<&PasswordRules> for PasswordRequirements {
    fn from(rules: &PasswordRules) -> Self {
        let classes = |all: &[domain::people::PasswordClass]| all.iter().copied().map(PasswordClass).collect();
        Self {
            min_length: rules.min_length,
            max_length: rules.max_length,
            all_of: classes(&rules.all_of),
            any_of: classes(&rules.any_of),
            not_login: rules.not_login,
            allowed_specials: rules.allowed_specials.clone(),
        }
    }
}

/// What activates an account.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ActivationRequest {
    /// What stands behind the last slash of the link.
    #[schema(max_length = 200, example = "4bKmT0iB6qg8pGv2r8x0ZJQmS6oT1c2J3vEwWm1yQkU")]
    token: String,
    /// The password to log in with.
    #[schema(max_length = 1024, example = "Kontor-demo-1!")]
    password: String,
    /// First name, where it is another than the one shown.
    #[serde(default)]
    #[schema(max_length = 100, example = "Erika")]
    first_name: Option<String>,
    /// Last name, where it is another than the one shown.
    #[serde(default)]
    #[schema(max_length = 100, example = "Muster")]
    last_name: Option<String>,
    /// Every consent that is needed, in the version that was shown.
    #[serde(default)]
    #[schema(max_items = 10)]
    consents: Vec<GivenConsent>,
}

/// An account that can be logged in to.
#[derive(Debug, Serialize, ToSchema)]
pub struct Activated {
    /// The name to log in with.
    #[schema(example = "erika@kunde.cancom.example")]
    pub login: String,
    /// The slug of the marketplace to log in to.
    #[schema(example = "cancom")]
    pub marketplace: String,
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
        one_time::still_works(app, &token)?;
        let user = one_time::user(conn, &token)?;
        let rules = app.marketplaces.people(user.marketplace_id)?;
        let (purpose, consents) = match token.purpose {
            Purpose::Activation => (LinkPurpose::Activation, rules.consents.iter().map(NeededConsent::from).collect()),
            _ => (LinkPurpose::PasswordReset, vec![]),
        };
        let marketplace = app.marketplaces.get(user.marketplace_id)?.marketplace.slug.clone();
        let (password, expires_at) = (PasswordRequirements::from(&rules.password), instant(token.expires_at));
        let StoredUser { login, first_name, last_name, .. } = user;
        Ok(ActivationForm { purpose, login, first_name, last_name, marketplace, consents, password, expires_at })
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
    transaction::write(&app, identity, meta, body.digest, move |write| activate(write, &request)).await
}

/// Everything that is wrong with the form at once; the password is hashed only where nothing is.
async fn checked(app: &App, user: &StoredUser, form: ActivationRequest, origin: Origin) -> Result<Activate, Problem> {
    let rules = app.marketplaces.people(user.marketplace_id)?;
    let mut checks = Checks::new();
    let first_name = form.first_name.as_deref().map(|name| checks.text("/first_name", name, 100));
    let last_name = form.last_name.as_deref().map(|name| checks.text("/last_name", name, 100));
    checks.password("/password", &form.password, &rules.password, &user.login);
    consents::complete(&mut checks, &rules.consents, &form.consents);
    checks.done()?;
    let password_hash = app.passwords.hash_in_turn(form.password).await?;
    let (token, consents, address) = (form.token, form.consents, origin.address);
    Ok(Activate { token, password_hash, first_name, last_name, consents, address })
}

/// The routes of this noun.
pub fn routes(config: &mut ServiceConfig<'_>) {
    config.service(show_activation).service(activate_account);
}
