//! A reseller's way to its first purchase: Microsoft's ids, the agreement, the relationship, access (T-09, T-12…T-16).

pub mod announce;
pub mod enter_ids;
pub mod facts;
pub mod verify;
pub mod view;

use crate::auth::caller::Caller;
use crate::auth::permits::{ResellersRead, ResellersWrite};
use crate::http::meta::Meta;
use crate::http::problem::{Code, Problem};
use crate::http::reply::{self, Reply};
use crate::http::routes::Routes;
use crate::http::wire::body::{Body, PathId};
use crate::http::wire::checks::Checks;
use crate::organizations::onboarding::enter_ids::Ids;
use crate::organizations::onboarding::verify::Verified;
use crate::organizations::onboarding::view::{Onboarding, view};
use crate::organizations::resellers::checks::{microsoft_id, partner_id};
use crate::organizations::resellers::view::{self as reseller_view, Reseller};
use crate::{App, microsoft, transaction};
use actix_web::{HttpRequest, HttpResponse, get, post, put, web};
use domain::id::ResellerId;
use serde::Deserialize;
use utoipa::ToSchema;

/// Microsoft's ids of a reseller.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct MicrosoftIds {
    /// The partner id (MPN): 5 to 10 digits.
    #[schema(max_length = 10, example = "5357564")]
    partner_id: String,
    /// The id of its tenant as a partner: a GUID.
    #[schema(max_length = 36, example = "2b3c9d3e-6f0a-4b1c-8d2e-3f4a5b6c7d8e")]
    microsoft_id: String,
}

/// Enter Microsoft's ids of a reseller
///
/// The ids are locked: they are entered and changed here only, both at once. A change is announced to the
/// provider with the customer number, and access is asked for anew.
#[utoipa::path(
    tag = "resellers",
    params(("reseller_id" = String, Path, description = "The reseller's id")),
    request_body = MicrosoftIds,
    responses((status = 200, body = Reseller)),
    security(("bearer" = ["resellers.write"])),
)]
#[put("/resellers/{reseller_id}/microsoft-ids")]
pub async fn put_microsoft_ids(
    app: web::Data<App>,
    caller: Caller<ResellersWrite>,
    meta: Meta,
    id: PathId<ResellerId>,
    body: Body<MicrosoftIds>,
) -> Result<HttpResponse, Problem> {
    let ids = body.value.check()?;
    transaction::write(&app, caller.identity(), meta, body.digest, move |write| {
        let reseller = enter_ids::enter_ids(write, id.0, &ids)?;
        Ok(Reply::json(200, &reseller_view::view(&reseller))?.version(reseller.version))
    })
    .await
}

/// Show a reseller's way to its first purchase
///
/// The scenario, each step with its link, what is missing, and where access stands. It is as Partner
/// Center last said; POST …/verify asks again.
#[utoipa::path(
    tag = "resellers",
    params(("reseller_id" = String, Path, description = "The reseller's id")),
    responses((status = 200, body = Onboarding)),
    security(("bearer" = ["resellers.read"])),
)]
#[get("/resellers/{reseller_id}/onboarding")]
pub async fn show_onboarding(
    app: web::Data<App>,
    caller: Caller<ResellersRead>,
    request: HttpRequest,
    id: PathId<ResellerId>,
) -> Result<HttpResponse, Problem> {
    let scope = caller.scope();
    let record = transaction::read(&app, move |_, conn| Ok(store::resellers::get(conn, &scope, id.0)?)).await?;
    let url = microsoft::relationship_url(&app).await.ok();
    let view = view(&app, &record.value, url, app.now(scope.marketplace()))?;
    reply::reviewed(&request, record.version, &view)
}

/// Ask Partner Center about a reseller
///
/// Whether its partner id is known, its agreement signed, the relationship established; grants access where all is
/// there.
#[utoipa::path(
    tag = "resellers",
    params(("reseller_id" = String, Path, description = "The reseller's id")),
    responses((status = 200, body = Onboarding)),
    security(("bearer" = ["resellers.write"])),
)]
#[post("/resellers/{reseller_id}/onboarding/verify")]
pub async fn verify_onboarding(
    app: web::Data<App>,
    caller: Caller<ResellersWrite>,
    meta: Meta,
    id: PathId<ResellerId>,
) -> Result<HttpResponse, Problem> {
    let (scope, id) = (caller.scope(), id.0);
    let reseller = transaction::read(&app, move |_, conn| Ok(store::resellers::get(conn, &scope, id)?)).await?.value;
    let url = microsoft::relationship_url(&app).await.ok();
    let standing = match reseller.partner_id.clone() {
        Some(partner_id) => Some(microsoft::reseller_standing(&app, partner_id).await?),
        None => None,
    };
    let verified = Verified { partner_id: reseller.partner_id, standing };
    transaction::write(&app, caller.identity(), meta, transaction::NO_BODY, move |write| {
        let reseller = verify::verify(write, id, &verified)?;
        let body = view(write.app, &reseller.value, url.clone(), write.now)?;
        Ok(Reply::json(200, &body)?.reviewed(reseller.version))
    })
    .await
}

/// The routes of this noun.
pub fn routes(config: &mut Routes<'_, '_>) {
    config.service(put_microsoft_ids).service(show_onboarding).service(verify_onboarding);
}

impl MicrosoftIds {
    fn check(self) -> Result<Ids, Problem> {
        let mut checks = Checks::new();
        let partner_id = partner_id("/partner_id", Some(&self.partner_id), &mut checks);
        let microsoft_id = microsoft_id("/microsoft_id", Some(&self.microsoft_id), &mut checks);
        for (pointer, id) in [("/partner_id", &partner_id), ("/microsoft_id", &microsoft_id)] {
            if id.is_none() {
                checks.note(pointer, Code::Required, vec![]);
            }
        }
        let (partner_id, microsoft_id) = checks.finish(partner_id.zip(microsoft_id))?;
        Ok(Ids { partner_id, microsoft_id })
    }
}
