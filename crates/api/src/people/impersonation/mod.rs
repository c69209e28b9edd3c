//! Acting in somebody else's name (L-13): an access token of that person, with who really acts in its `act` claim.

pub mod begin;
pub mod view;

use crate::App;
use crate::auth::caller::InPerson;
use crate::auth::permits::UsersImpersonate;
use crate::http::meta::Meta;
use crate::http::origin::Origin;
use crate::http::problem::Problem;
use crate::http::reply::Reply;
use crate::http::routes::Routes;
use crate::http::wire::body::PathId;
use crate::transaction::{self, NO_BODY, Write};
use actix_web::{HttpResponse, post, web};
use domain::id::UserId;
use view::Impersonation;

/// Act as a user
///
/// Somebody who may not more than oneself. Both are named in the audit log with whatever is done. What reads is done in
/// its name, and what is bought and changed for the customer; people, roles, API clients, passwords, consents,
/// agreements and everything else that would outlive it is not (`not_while_impersonating`). It ends with the token, and
/// at once where one of the two may no longer. The token is told once: under the same `Idempotency-Key` the answer is
/// 409 `secret_told_before`.
#[utoipa::path(
    tag = "users",
    params(("user_id" = String, Path, description = "The id of the user")),
    responses((status = 200, body = Impersonation)),
    security(("bearer" = ["users.impersonate"])),
)]
#[post("/users/{user_id}/impersonation")]
pub async fn impersonate_user(
    app: web::Data<App>,
    caller: InPerson<UsersImpersonate>,
    origin: Origin,
    meta: Meta,
    id: PathId<UserId>,
) -> Result<HttpResponse, Problem> {
    let own = caller.user;
    let begin = move |write: &mut Write<'_>| {
        let session = begin::begin(write, own, id.0, &origin)?;
        Ok(Reply::json(200, &view::view(write.app, &session)?)?.telling_secret_of(format!("/v1/users/{}", id.0)))
    };
    transaction::write(&app, caller.identity(), meta, NO_BODY, begin).await
}

/// The routes of this noun.
pub fn routes(config: &mut Routes<'_, '_>) {
    config.service(impersonate_user);
}
