//! Selling a batch of product keys to a reseller (K-03): it is charged at the reseller's price, and its keys are then
//! the reseller's to sell on.

use crate::http::problem::{Problem, named};
use crate::ids::New as _;
use crate::transaction::Write;
use domain::billing::ChargeKind;
use domain::id::{ChargeId, KeyBatchId, ResellerId};
use domain::policy::RoundingRule;
use domain::pricing::Buyer;
use domain::product_key::KeyBatch;
use domain::product_key::sale::{self, Booking, KeyCharge};
use domain::refusal::Refusal;
use domain::tax;
use serde_json::{Value, json};

/// A batch with its money.
pub struct Charged {
    /// The batch as it now stands.
    pub batch: KeyBatch,
    /// How many of its keys were redeemed.
    pub used: u32,
    /// What was charged and given back, oldest first.
    pub charges: Vec<KeyCharge>,
}

/// Sells a whole, unused batch to a reseller that may buy.
pub fn sell(write: &mut Write<'_>, id: KeyBatchId, reseller: ResellerId) -> Result<Charged, Problem> {
    let refuse = |refusal| Problem::refusals(vec![("/reseller_id".to_owned(), refusal)]);
    let scope = write.identity.scope;
    let mut batch = store::product_keys::get(write.tx, &scope, id)?;
    write.expect_version(batch.version)?;
    let company = named("/reseller_id", store::resellers::get(write.tx, &scope, reseller))?.value;
    let missing =
        company.onboarding.missing(&write.app.marketplaces.organizations(batch.marketplace_id)?.reseller_needs);
    if !missing.is_empty() {
        return Err(refuse(Refusal::ResellerNotReady(missing)));
    }
    sale::sellable(&batch, 0)?;
    let catalog = write.app.catalog_in(write.tx, batch.marketplace_id)?;
    let buyer = Buyer::Reseller(reseller);
    let price = catalog.price(batch.offer_id, buyer, write.now).ok_or_else(|| refuse(Refusal::NoPrice))?;
    let rounding = rounding(write, &batch)?;
    let seller = write.app.marketplaces.get(batch.marketplace_id)?.marketplace.country;
    let tax_rule = company.address.as_ref().map(|address| tax::rule(seller, &address.into(), None));
    let charge = sale::charge(&batch, reseller, price.unit_price, tax_rule, rounding, booking(write))
        .map_err(|_| Problem::from(Refusal::AmountOutOfRange))?;
    (batch.reseller_id, batch.sold_at) = (Some(reseller), Some(write.now));
    store::product_keys::sell(write.tx, &batch)?;
    batch.version += 1;
    // Now nobody redeems one of them meanwhile.
    let used = used(write, id)?;
    sale::sellable(&KeyBatch { reseller_id: None, ..batch.clone() }, used)?;
    store::key_charges::insert(write.tx, &batch, &charge)?;
    let mut after = said(&charge);
    after["reseller_id"] = json!(reseller);
    write.audit("product_keys.sold", None, id.to_string(), None, Some(after))?;
    Ok(Charged { batch, used, charges: vec![charge] })
}

/// What the keys of a batch that was sold cost, given back as far as they were not redeemed; nothing where it was not
/// sold.
pub fn give_back(write: &mut Write<'_>, batch: &KeyBatch, used: u32) -> Result<Vec<KeyCharge>, Problem> {
    let mut charges = charges(write, batch.id)?;
    let Some(sold) = charges.iter().find(|charge| charge.kind == ChargeKind::New).cloned() else { return Ok(charges) };
    let credit = sale::credit(&sold, used, rounding(write, batch)?, booking(write)).map_err(Problem::internal)?;
    if let Some(credit) = credit {
        store::key_charges::insert(write.tx, batch, &credit)?;
        charges.push(credit);
    }
    Ok(charges)
}

/// What was charged for a batch and given back.
pub fn charges(write: &mut Write<'_>, id: KeyBatchId) -> Result<Vec<KeyCharge>, Problem> {
    let mut charges = store::key_charges::of_batches(write.tx, &write.identity.scope, &[id])?;
    Ok(charges.remove(&id).unwrap_or_default())
}

/// How many keys of a batch were redeemed.
pub fn used(write: &mut Write<'_>, id: KeyBatchId) -> Result<u32, Problem> {
    let used = store::product_keys::used(write.tx, &write.identity.scope, &[id])?;
    Ok(used.get(&id).copied().unwrap_or_default())
}

/// A charge in the audit log.
pub fn said(charge: &KeyCharge) -> Value {
    let taxed = charge.payable().taxed();
    json!({
        "charge_id": charge.id,
        "net": charge.net.to_string(),
        "tax": taxed.map(|taxed| taxed.tax.to_string()),
        "gross": taxed.map(|taxed| taxed.gross.to_string()),
        "currency": charge.net.currency,
        "keys": charge.keys,
    })
}

/// How the offer's policy rounds; as most do where the offer has left the catalogue.
fn rounding(write: &mut Write<'_>, batch: &KeyBatch) -> Result<RoundingRule, Problem> {
    let catalog = write.app.catalog_in(write.tx, batch.marketplace_id)?;
    let policy = catalog.offer(batch.offer_id).and_then(|found| catalog.policy(found.offer, write.now));
    Ok(policy.map_or_else(RoundingRule::default_value, |policy| policy.rules.rounding))
}

fn booking(write: &Write<'_>) -> Booking {
    Booking { id: ChargeId::new(), by: write.identity.actor.clone(), at: write.now }
}
