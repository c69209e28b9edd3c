//! Setting up, changing and removing branches of a customer (C-34). A branch is part of its customer's data.

use crate::http::problem::{Code, Problem};
use crate::http::reply::Reply;
use crate::ids::New as _;
use crate::organizations::branches;
use crate::transaction::Write;
use domain::event::EventKind;
use domain::id::{BranchId, CustomerId};
use domain::party::{Address, Branch};
use serde_json::{Value, json};
use store::Versioned;

/// Sets up a branch of a customer that the caller sees.
pub fn create(write: &mut Write<'_>, customer: CustomerId, name: &str, address: &Address) -> Result<Reply, Problem> {
    let scope = write.identity.scope;
    store::customers::get(write.tx, &scope, customer)?;
    let value = Branch {
        id: BranchId::new(),
        marketplace_id: scope.marketplace(),
        customer_id: customer,
        name: name.to_owned(),
        address: address.clone(),
    };
    store::branches::insert(write.tx, &value, write.now)?;
    let record = Versioned { value, version: 1, created_at: write.now };
    let view = branches::view(&record);
    changed(write, customer, Value::Null, json!({"branch": &view}))?;
    let path = format!("/v1/customers/{customer}/branches/{}", view.id);
    Ok(Reply::json(201, &view)?.version(1).location(path))
}

/// Changes a branch.
pub fn update(
    write: &mut Write<'_>,
    customer: CustomerId,
    id: BranchId,
    change: impl FnOnce(&mut Branch) -> Result<(), Problem>,
) -> Result<Reply, Problem> {
    let scope = write.identity.scope;
    // Who changes another field at the same time does it before or after.
    store::customers::lock(write.tx, &scope, customer)?;
    let mut record = store::branches::get(write.tx, &scope, customer, id)?;
    let before = json!({"branch": branches::view(&record)});
    change(&mut record.value)?;
    record.version = store::branches::update(write.tx, &scope, &record.value, write.meta.if_match)?;
    let view = branches::view(&record);
    changed(write, customer, before, json!({"branch": &view}))?;
    Ok(Reply::json(200, &view)?.version(record.version))
}

/// Removes a branch.
pub fn delete(write: &mut Write<'_>, customer: CustomerId, id: BranchId) -> Result<Reply, Problem> {
    let scope = write.identity.scope;
    store::customers::lock(write.tx, &scope, customer)?;
    let record = store::branches::get(write.tx, &scope, customer, id)?;
    if write.meta.if_match.is_some_and(|version| version != record.version) {
        return Err(Problem::new(Code::PreconditionFailed));
    }
    store::branches::delete(write.tx, &scope, customer, id)?;
    changed(write, customer, json!({"branch": branches::view(&record)}), Value::Null)?;
    Ok(Reply::empty())
}

fn changed(write: &mut Write<'_>, customer: CustomerId, before: Value, after: Value) -> Result<(), Problem> {
    write.changed(EventKind::CustomerChanged, Some(customer), customer.to_string(), before, after)
}
