//! Entering Microsoft's ids of a reseller (T-12).

use crate::http::problem::Problem;
use crate::organizations::onboarding::announce::announce_ids;
use crate::organizations::resellers::lock::lock;
use crate::organizations::resellers::view::view;
use crate::transaction::Write;
use domain::id::ResellerId;
use domain::onboarding::Onboarding;
use domain::party::Reseller;
use store::Versioned;

/// Both of Microsoft's ids of a reseller.
pub struct Ids {
    /// The partner id (MPN).
    pub partner_id: String,
    /// The id of its tenant as a partner.
    pub microsoft_id: String,
}

/// Enters both ids, or others: announced to the provider, and access is asked for anew.
pub fn enter_ids(write: &mut Write<'_>, id: ResellerId, ids: &Ids) -> Result<Versioned<Reseller>, Problem> {
    let mut reseller = lock(write, id)?;
    let before = serde_json::to_value(view(&reseller)).map_err(Problem::internal)?;
    let entered = (Some(ids.partner_id.clone()), Some(ids.microsoft_id.clone()));
    let same = (&reseller.value.partner_id, &reseller.value.microsoft_id) == (&entered.0, &entered.1);
    if !same {
        (reseller.value.partner_id, reseller.value.microsoft_id) = entered;
        reseller.value.onboarding = Onboarding::with_ids(true, write.now);
    }
    let scope = write.identity.scope;
    reseller.version =
        store::resellers::update(write.tx, &scope, &reseller.value, write.meta.expected(reseller.version))?;
    if !same {
        announce_ids(write, &reseller.value, Some(before))?;
    }
    Ok(reseller)
}
