//! Creating and changing resellers.

use crate::ids::New as _;
use crate::problem::Problem;
use crate::reply::Reply;
use crate::resellers;
use crate::work::Write;
use domain::event::EventKind;
use domain::id::ResellerId;
use domain::party::Reseller;
use store::Versioned;

/// Creates a reseller of the caller's marketplace.
pub fn create(write: &mut Write<'_>, name: &str, partner_id: Option<&str>) -> Result<Reply, Problem> {
    let reseller = Reseller {
        id: ResellerId::new(),
        marketplace_id: write.identity.scope.marketplace(),
        name: name.to_owned(),
        partner_id: partner_id.map(str::to_owned),
    };
    store::resellers::insert(write.tx, &reseller, write.now)?;
    let record = Versioned { value: reseller, version: 1, created_at: write.now };
    let view = resellers::view(&record);
    let after = serde_json::to_value(&view).map_err(Problem::internal)?;
    write.record(EventKind::ResellerCreated, None, view.id.clone(), after)?;
    Ok(Reply::json(201, &view)?.version(1).location(format!("/v1/resellers/{}", view.id)))
}

/// Changes a reseller; none stays.
pub fn update(
    write: &mut Write<'_>,
    id: ResellerId,
    name: Option<&str>,
    partner_id: Option<&Option<String>>,
) -> Result<Reply, Problem> {
    let scope = write.identity.scope;
    // Who changes another field at the same time does it before or after.
    store::resellers::lock(write.tx, &scope, id)?;
    let mut record = store::resellers::get(write.tx, &scope, id)?;
    let before = serde_json::to_value(resellers::view(&record)).map_err(Problem::internal)?;
    if let Some(name) = name {
        name.clone_into(&mut record.value.name);
    }
    if let Some(partner_id) = partner_id {
        record.value.partner_id.clone_from(partner_id);
    }
    record.version = store::resellers::update(write.tx, &scope, &record.value, write.meta.if_match)?;
    let view = resellers::view(&record);
    let after = serde_json::to_value(&view).map_err(Problem::internal)?;
    write.changed(EventKind::ResellerChanged, None, id.to_string(), before, after)?;
    Ok(Reply::json(200, &view)?.version(record.version))
}
