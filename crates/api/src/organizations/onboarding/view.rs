//! A reseller's way to its first purchase as it is shown.

use crate::App;
use crate::clock::instant;
use crate::http::problem::Problem;
use crate::http::wire::codes::{AccessState, OnboardingScenario, OnboardingStepKind, ResellerNeed};
use domain::onboarding::StepKind;
use domain::party;
use serde::Serialize;
use time::OffsetDateTime;
use utoipa::ToSchema;

/// Where a company enrols as Microsoft's partner, and signs its agreement.
const ENROL: &str = "https://partner.microsoft.com/membership";
const AGREEMENT: &str = "https://partner.microsoft.com/dashboard/v2/account-settings/agreements";

/// A reseller's way to its first purchase.
#[derive(Debug, Serialize, ToSchema)]
pub struct Onboarding {
    /// The reseller whose way it is.
    #[schema(example = "rsl_01kagy2qk8e3vrc6h1x0m4t7ws")]
    pub reseller_id: String,
    /// From where the reseller starts.
    pub scenario: OnboardingScenario,
    /// What the reseller does, in this order.
    pub steps: Vec<OnboardingStep>,
    /// What it still needs before it may buy here; empty: it may.
    pub missing: Vec<ResellerNeed>,
    /// Where the access stands that it needs to buy.
    pub access: Access,
}

/// Something that a reseller does before its first purchase.
#[derive(Debug, Serialize, ToSchema)]
pub struct OnboardingStep {
    /// What is to be done.
    pub step: OnboardingStepKind,
    /// Whether it is done, as Partner Center last said.
    pub done: bool,
    /// What to open with one's own log-in at Partner Center; null where there is nothing to open.
    #[schema(required, example = "https://partner.microsoft.com/membership")]
    pub link: Option<String>,
}

/// Where a reseller's access stands.
#[derive(Debug, Serialize, ToSchema)]
pub struct Access {
    /// Whether it is granted, and if not, why.
    pub state: AccessState,
    /// When it is overdue: an hour after both ids are there, unless the marketplace says otherwise; null before.
    #[schema(required, format = DateTime, example = "2026-11-20T11:15:00Z")]
    pub due_at: Option<String>,
    /// When it was granted; null as long as it is not.
    #[schema(required, format = DateTime, example = "2026-11-20T10:17:00Z")]
    pub granted_at: Option<String>,
    /// When the provider was told that it is overdue; null where that was not needed.
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
