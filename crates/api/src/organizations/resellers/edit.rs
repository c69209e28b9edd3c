//! Creating and changing resellers, their locked ids, and their way to the first purchase.

use crate::http::problem::{Code, Problem};
use crate::http::reply::Reply;
use crate::ids::New as _;
use crate::organizations::customer_numbers::edit::register_reseller;
use crate::organizations::{onboarding, resellers};
use crate::transaction::Write;
use domain::event::EventKind;
use domain::id::ResellerId;
use domain::onboarding::{Onboarding, Standing};
use domain::party::{Address, Contact, Reseller};
use serde_json::json;
use store::Versioned;

/// A reseller that is asked for.
pub struct NewReseller {
    /// Company name.
    pub name: String,
    /// Microsoft's partner id.
    pub partner_id: Option<String>,
    /// Microsoft's id of its tenant.
    pub microsoft_id: Option<String>,
    /// The provider's number of it.
    pub customer_number: Option<String>,
    /// Its address.
    pub address: Option<Address>,
    /// Whom to reach.
    pub contact: Option<Contact>,
    /// What the provider's scripts call it.
    pub external_ref: Option<String>,
}

/// Creates a reseller of the caller's marketplace.
pub fn create(write: &mut Write<'_>, request: &NewReseller) -> Result<Reply, Problem> {
    let NewReseller { name, partner_id, microsoft_id, customer_number, address, contact, external_ref } = request;
    let complete = partner_id.is_some() && microsoft_id.is_some();
    let reseller = Reseller {
        partner_id: partner_id.clone(),
        microsoft_id: microsoft_id.clone(),
        customer_number: customer_number.clone(),
        address: address.clone(),
        contact: contact.clone(),
        external_ref: external_ref.clone(),
        onboarding: Onboarding::with_ids(complete, write.now),
        ..Reseller::new(ResellerId::new(), write.identity.scope.marketplace(), name)
    };
    store::resellers::insert(write.tx, &reseller, write.now)?;
    if let Some(number) = customer_number {
        register_reseller(write, number, reseller.id)?;
    }
    let record = Versioned { value: reseller, version: 1, created_at: write.now };
    let view = resellers::view(&record);
    let after = serde_json::to_value(&view).map_err(Problem::internal)?;
    write.record(EventKind::ResellerCreated, None, view.id.clone(), after)?;
    if complete {
        announce_ids(write, &record.value, None)?;
    }
    Ok(Reply::json(201, &view)?.version(1).location(format!("/v1/resellers/{}", view.id)))
}

/// Changes a reseller.
pub fn update(
    write: &mut Write<'_>,
    id: ResellerId,
    change: impl FnOnce(&mut Reseller) -> Result<(), Problem>,
) -> Result<Reply, Problem> {
    let (record, before) = locked(write, id)?;
    let mut changed = record.value.clone();
    change(&mut changed)?;
    if changed.customer_number != record.value.customer_number {
        if write.identity.scope.reseller().is_some() {
            return Err(Problem::new(Code::Forbidden));
        }
        if let Some(number) = &changed.customer_number {
            register_reseller(write, number, id)?;
        }
    }
    let version = store::resellers::update(write.tx, &write.identity.scope, &changed, write.meta.if_match)?;
    let view = resellers::view(&Versioned { value: changed, version, ..record });
    let after = serde_json::to_value(&view).map_err(Problem::internal)?;
    write.changed(EventKind::ResellerChanged, None, id.to_string(), before, after)?;
    Ok(Reply::json(200, &view)?.version(version))
}

/// Enters both of Microsoft's ids, or others (T-12): announced to the provider; access is asked for anew.
pub fn set_ids(write: &mut Write<'_>, id: ResellerId, partner_id: &str, microsoft_id: &str) -> Result<Reply, Problem> {
    let (mut record, before) = locked(write, id)?;
    let reseller = &mut record.value;
    let same =
        reseller.partner_id.as_deref() == Some(partner_id) && reseller.microsoft_id.as_deref() == Some(microsoft_id);
    if !same {
        reseller.partner_id = Some(partner_id.to_owned());
        reseller.microsoft_id = Some(microsoft_id.to_owned());
        reseller.onboarding = Onboarding::with_ids(true, write.now);
    }
    record.version = store::resellers::update(write.tx, &write.identity.scope, &record.value, write.meta.if_match)?;
    if !same {
        announce_ids(write, &record.value, Some(before))?;
    }
    Ok(Reply::json(200, &resellers::view(&record))?.version(record.version))
}

/// What Partner Center said of it when it was asked just now.
pub fn verified(
    write: &mut Write<'_>,
    id: ResellerId,
    partner_id: Option<&str>,
    standing: Option<Standing>,
    relationship_url: Option<String>,
) -> Result<Reply, Problem> {
    let (mut record, _) = locked(write, id)?;
    // Other ids were entered meanwhile: what was said is not about them.
    let told = standing.filter(|_| record.value.partner_id.as_deref() == partner_id);
    if let Some(standing) = told {
        let marketplace = record.value.marketplace_id;
        let needs = &write.app.marketplaces.organizations(marketplace)?.reseller_needs;
        let before = record.value.onboarding;
        record.value.onboarding = before.told(standing, needs, write.now);
        if record.value.onboarding != before {
            record.version = store::resellers::update(write.tx, &write.identity.scope, &record.value, None)?;
        }
        if before.access_granted_at.is_none() && record.value.onboarding.access_granted_at.is_some() {
            let payload = onboarding::told(&record.value);
            write.record(EventKind::ResellerAccessGranted, None, id.to_string(), payload)?;
        }
    }
    let view = onboarding::view(write.app, &record.value, relationship_url, write.now)?;
    Ok(Reply::json(200, &view)?.reviewed(record.version))
}

fn announce_ids(write: &mut Write<'_>, reseller: &Reseller, before: Option<serde_json::Value>) -> Result<(), Problem> {
    let ids = |reseller: &Reseller| {
        json!({
            "name": reseller.name, "customer_number": reseller.customer_number,
            "partner_id": reseller.partner_id, "microsoft_id": reseller.microsoft_id,
        })
    };
    let subject = reseller.id.to_string();
    match before {
        Some(before) => write.changed(EventKind::ResellerIdsChanged, None, subject, before, ids(reseller)),
        None => write.record(EventKind::ResellerIdsChanged, None, subject, ids(reseller)),
    }
}

/// A reseller that the caller sees, and how it looked; who changes it at the same time does it before or after.
fn locked(write: &mut Write<'_>, id: ResellerId) -> Result<(Versioned<Reseller>, serde_json::Value), Problem> {
    let scope = write.identity.scope;
    store::resellers::lock(write.tx, &scope, id)?;
    let record = store::resellers::get(write.tx, &scope, id)?;
    let before = serde_json::to_value(resellers::view(&record)).map_err(Problem::internal)?;
    Ok((record, before))
}
