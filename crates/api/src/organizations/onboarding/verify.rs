//! Taking up what Partner Center says of a reseller.

use crate::http::problem::Problem;
use crate::organizations::onboarding::facts::told;
use crate::organizations::resellers::lock::lock;
use crate::transaction::Write;
use domain::event::EventKind;
use domain::id::ResellerId;
use domain::onboarding::Standing;
use domain::party::Reseller;
use store::Versioned;

/// What Partner Center said when it was asked just now.
pub struct Verified {
    /// The partner id that it was asked about; none where the reseller had none.
    pub partner_id: Option<String>,
    /// What it said; none where it was not asked.
    pub standing: Option<Standing>,
}

/// Takes up what was said; grants access where all is there.
pub fn verify(write: &mut Write<'_>, id: ResellerId, verified: &Verified) -> Result<Versioned<Reseller>, Problem> {
    let mut reseller = lock(write, id)?;
    // Other ids were entered meanwhile: what was said is not about them.
    let Some(standing) = verified.standing.filter(|_| reseller.value.partner_id == verified.partner_id) else {
        return Ok(reseller);
    };
    let needs = &write.app.marketplaces.organizations(reseller.value.marketplace_id)?.reseller_needs;
    let before = reseller.value.onboarding;
    reseller.value.onboarding = before.told(standing, needs, write.now);
    if reseller.value.onboarding != before {
        reseller.version = store::resellers::update(write.tx, &write.identity.scope, &reseller.value, None)?;
    }
    if before.access_granted_at.is_none() && reseller.value.onboarding.access_granted_at.is_some() {
        write.record(EventKind::ResellerAccessGranted, None, id.to_string(), told(&reseller.value))?;
    }
    Ok(reseller)
}
