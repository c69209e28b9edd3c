//! Entering product keys: a redemption begins, nothing is consumed.

use crate::http::problem::{Code, Problem};
use crate::ids::New as _;
use crate::product_keys::redemptions::open::{entered, hints};
use crate::transaction::Write;
use domain::id::{CustomerId, RedemptionId};
use domain::product_key::{ProductKey, Redemption, RedemptionStatus};
use serde_json::json;

/// Keys that are entered.
pub struct NewRedemption {
    /// The customer; none is the caller's own.
    pub customer_id: Option<CustomerId>,
    /// The keys, in the order they were entered.
    pub keys: Vec<ProductKey>,
    /// The partner's number.
    pub partner_of_record: Option<String>,
}

/// Begins a redemption for a customer that the caller sees. Nothing is consumed.
pub fn enter(write: &mut Write<'_>, wanted: &NewRedemption) -> Result<Redemption, Problem> {
    let scope = write.identity.scope;
    let Some(customer_id) = wanted.customer_id.or(scope.customer()) else {
        return Err(Problem::field("/customer_id", Code::Required));
    };
    let customer = store::customers::get(write.tx, &scope, customer_id)?.value;
    let keys = wanted.keys.iter().map(|key| entered(write, key)).collect::<Result<_, _>>()?;
    let redemption = Redemption {
        id: RedemptionId::new(),
        marketplace_id: customer.marketplace_id,
        customer_id,
        reseller_id: customer.reseller_id,
        status: RedemptionStatus::Open,
        keys,
        partner_of_record: wanted.partner_of_record.clone(),
        confirmed_by: write.identity.actor.clone(),
        created_at: write.now,
        completed_at: None,
        order_id: None,
        version: 1,
    };
    store::redemptions::insert(write.tx, &redemption)?;
    let after = json!({"keys": hints(&redemption), "responsible": true});
    write.audit("redemption.begun", Some(customer_id), redemption.id.to_string(), None, Some(after))?;
    Ok(redemption)
}
