//! A reseller's way to its first purchase: Microsoft's ids, the agreement, the relationship, access (T-09, T-12…T-16).

use crate::auth::caller::Caller;
use crate::auth::permits::{ResellersRead, ResellersWrite};
use crate::http::meta::Meta;
use crate::http::problem::{Code, Problem};
use crate::http::reply;
use crate::http::wire::body::{Body, PathId};
use crate::http::wire::checks::Checks;
use crate::http::wire::codes::{AccessState, OnboardingScenario, OnboardingStepKind, ResellerNeed};
use crate::http::wire::instant;
use crate::organizations::resellers::{Reseller, edit, microsoft_id, partner_id};
use crate::{App, microsoft, transaction};
use actix_web::{HttpRequest, HttpResponse, get, post, put, web};
use domain::id::ResellerId;
use domain::onboarding::StepKind;
use domain::party;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use time::OffsetDateTime;
use utoipa::ToSchema;
use utoipa_actix_web::service_config::ServiceConfig;

/// Where a company enrols as Microsoft's partner, and signs its agreement.
const ENROL: &str = "https://partner.microsoft.com/membership";
const AGREEMENT: &str = "https://partner.microsoft.com/dashboard/v2/account-settings/agreements";

/// Microsoft's ids of a reseller.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct MicrosoftIds {
    /// The partner id (MPN).
    #[schema(max_length = 10, example = "5357564")]
    partner_id: String,
    /// The id of its tenant as a partner: a GUID.
    #[schema(max_length = 36, example = "2b3c9d3e-6f0a-4b1c-8d2e-3f4a5b6c7d8e")]
    microsoft_id: String,
}

/// A reseller's way to its first purchase.
#[derive(Debug, Serialize, ToSchema)]
pub struct Onboarding {
    /// Whose.
    #[schema(example = "rsl_01kagy2qk8e3vrc6h1x0m4t7ws")]
    pub reseller_id: String,
    /// Where it starts.
    pub scenario: OnboardingScenario,
    /// What to do, in order.
    pub steps: Vec<OnboardingStep>,
    /// What it still needs before it may buy here; empty: it may.
    pub missing: Vec<ResellerNeed>,
    /// Its access.
    pub access: Access,
}

/// Something to do.
#[derive(Debug, Serialize, ToSchema)]
pub struct OnboardingStep {
    /// What.
    pub step: OnboardingStepKind,
    /// Whether it is done, as Partner Center last said.
    pub done: bool,
    /// What to open with one's own log-in at Partner Center.
    #[schema(required, example = "https://partner.microsoft.com/membership")]
    pub link: Option<String>,
}

/// Where access stands.
#[derive(Debug, Serialize, ToSchema)]
pub struct Access {
    /// Where.
    pub state: AccessState,
    /// When it is overdue: an hour after both ids are there, unless the marketplace says otherwise.
    #[schema(required, format = DateTime, example = "2026-11-20T11:15:00Z")]
    pub due_at: Option<String>,
    /// When it was granted.
    #[schema(required, format = DateTime, example = "2026-11-20T10:17:00Z")]
    pub granted_at: Option<String>,
    /// When the provider was told that it is overdue.
    #[schema(required, format = DateTime, example = json!(null))]
    pub escalated_at: Option<String>,
}

/// The way of a reseller on the wire; without the provider's link where Partner Center did not say it.
pub fn view(
    app: &App,
    reseller: &party::Reseller,
    relationship_url: Option<String>,
    now: OffsetDateTime,
) -> Result<Onboarding, Problem> {
    let way = reseller.onboarding;
    let minutes = app.marketplaces.people(reseller.marketplace_id)?.access_minutes;
    let needs = &app.marketplaces.organizations(reseller.marketplace_id)?.reseller_needs;
    let link = |step: StepKind| match step {
        StepKind::Enrol => Some(ENROL.to_owned()),
        StepKind::EnterIds => None,
        StepKind::SignAgreement => Some(AGREEMENT.to_owned()),
        StepKind::EstablishRelationship => relationship_url.clone(),
    };
    let steps = way.steps(reseller.partner_id.is_some()).into_iter();
    Ok(Onboarding {
        reseller_id: reseller.id.to_string(),
        scenario: OnboardingScenario(way.scenario(reseller.partner_id.is_some())),
        steps: steps
            .map(|(step, done)| OnboardingStep { step: OnboardingStepKind(step), done, link: link(step) })
            .collect(),
        missing: way.missing(needs).into_iter().map(ResellerNeed).collect(),
        access: Access {
            state: AccessState(way.access(minutes, now)),
            due_at: way.due_at(minutes).map(instant),
            granted_at: way.access_granted_at.map(instant),
            escalated_at: way.access_overdue_at.map(instant),
        },
    })
}

/// What an event tells of a reseller's access: the number that support asks for (T-09).
pub fn told(reseller: &party::Reseller) -> Value {
    json!({
        "name": reseller.name, "customer_number": reseller.customer_number, "partner_id": reseller.partner_id,
        "missing_standing": reseller.onboarding.standing,
    })
}

/// Enter Microsoft's ids of a reseller
///
/// The ids are locked: they are entered and changed here only, both at once (T-12). A change is announced to the
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
    let (partner_id, microsoft_id) = body.value.check()?;
    transaction::write(&app, caller.identity(), meta, body.digest, move |write| {
        edit::set_ids(write, id.0, &partner_id, &microsoft_id)
    })
    .await
}

/// Show a reseller's way to its first purchase
///
/// The scenario, each step with its link, what is missing, and where access stands (T-09, T-13…T-16). It is as Partner
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
    transaction::write(&app, caller.identity(), meta, transaction::NO_BODY, move |write| {
        edit::verified(write, id, reseller.partner_id.as_deref(), standing, url.clone())
    })
    .await
}

/// The routes of this noun.
pub fn routes(config: &mut ServiceConfig<'_>) {
    config.service(put_microsoft_ids).service(show_onboarding).service(verify_onboarding);
}

impl MicrosoftIds {
    fn check(self) -> Result<(String, String), Problem> {
        let mut checks = Checks::new();
        let partner_id = partner_id("/partner_id", Some(&self.partner_id), &mut checks);
        let microsoft_id = microsoft_id("/microsoft_id", Some(&self.microsoft_id), &mut checks);
        for (pointer, id) in [("/partner_id", &partner_id), ("/microsoft_id", &microsoft_id)] {
            if id.is_none() {
                checks.note(pointer, Code::Required, vec![]);
            }
        }
        checks.finish(partner_id.zip(microsoft_id))
    }
}
