//! Entering product keys: a redemption begins, nothing is consumed.

use crate::http::problem::{Code, Problem, named};
use crate::ids::New as _;
use crate::people::users::first::is_free;
use crate::product_keys::redemptions::open::{entered, hints, noted};
use crate::product_keys::redemptions::set_up::ADMINISTRATOR;
use crate::transaction::Write;
use domain::access::Permission;
use domain::id::{CustomerId, RedemptionId};
use domain::product_key::{NewCustomer, ProductKey, Redemption, RedemptionStatus};
use serde_json::json;

/// Keys that are entered.
pub struct NewRedemption {
    /// The customer; none is the caller's own.
    pub customer_id: Option<CustomerId>,
    /// The customer that comes into being with it.
    pub new_customer: Option<NewCustomer>,
    /// The keys, in the order they were entered.
    pub keys: Vec<ProductKey>,
    /// The partner's number.
    pub partner_of_record: Option<String>,
}

/// Begins a redemption for a customer that the caller sees, or that comes into being with it. Nothing is consumed.
pub fn enter(write: &mut Write<'_>, wanted: &NewRedemption) -> Result<Redemption, Problem> {
    let scope = write.identity.scope;
    let (customer_id, reseller_id) = match &wanted.new_customer {
        Some(new) if write.identity.may(Permission::CustomersCreate) => {
            is_free(write, ADMINISTRATOR, &new.administrator.email)?;
            (None, scope.reseller())
        }
        Some(_) => return Err(Problem::field("/new_customer", Code::Forbidden)),
        None => {
            let id = wanted.customer_id.or(scope.customer());
            let id = id.ok_or_else(|| Problem::field("/customer_id", Code::Required))?;
            let customer = named("/customer_id", store::customers::get(write.tx, &scope, id))?;
            (Some(id), customer.value.reseller_id)
        }
    };
    let keys = wanted.keys.iter().map(|key| entered(write, key)).collect::<Result<_, _>>()?;
    let redemption = Redemption {
        id: RedemptionId::new(),
        marketplace_id: scope.marketplace(),
        customer_id,
        new_customer: wanted.new_customer.clone(),
        administrator_id: None,
        reseller_id,
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
    noted(write, &redemption);
    write.audit("redemption.begun", customer_id, redemption.id.to_string(), None, Some(after))?;
    Ok(redemption)
}
