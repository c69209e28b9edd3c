//! Setting up branches. A branch is part of its customer's data: its events are the customer's.

use crate::http::problem::Problem;
use crate::ids::New as _;
use crate::organizations::branches::view::view;
use crate::transaction::Write;
use domain::event::EventKind;
use domain::id::{BranchId, CustomerId};
use domain::organization;
use domain::party::{Address, Branch};
use serde_json::{Value, json};
use store::Versioned;

/// Sets up a branch of a customer that the caller sees.
pub fn create(
    write: &mut Write<'_>,
    customer: CustomerId,
    name: &str,
    address: &Address,
) -> Result<Versioned<Branch>, Problem> {
    let scope = write.identity.scope;
    store::customers::get(write.tx, &scope, customer)?;
    write.administers(customer)?;
    let rules = write.app.marketplaces.organizations(scope.marketplace())?;
    organization::may_set_up_branches(scope, rules.branches)?;
    let value = Branch {
        id: BranchId::new(),
        marketplace_id: scope.marketplace(),
        customer_id: customer,
        name: name.to_owned(),
        address: address.clone(),
        retired_at: None,
    };
    store::branches::insert(write.tx, &value, write.now)?;
    let branch = Versioned { value, version: 1, created_at: write.now, updated_at: None };
    let after = json!({"branch": view(&branch)});
    write.changed(EventKind::CustomerChanged, Some(customer), customer.to_string(), Value::Null, after)?;
    Ok(branch)
}
