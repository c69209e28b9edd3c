//! Keeping the provider's records of customer numbers (T-01, T-04).

use crate::http::problem::{Code, Problem};
use crate::http::reply::Reply;
use crate::ids;
use crate::organizations::customer_numbers;
use crate::transaction::Write;
use domain::access::Scope;
use domain::customer_number::{CompanyFacts, CustomerRecord};
use domain::id::ResellerId;
use store::{StoreError, Versioned};

/// Puts the record of a number: a new one, or what it says from now on. Who is registered under it stays.
pub fn put(write: &mut Write<'_>, number: &str, company: &CompanyFacts) -> Result<Reply, Problem> {
    match store::customer_numbers::get(write.tx, &write.identity.scope, number) {
        Ok(record) => change(write, record, company),
        Err(StoreError::NotFound) if write.meta.if_match.is_some() => Err(Problem::new(Code::PreconditionFailed)),
        Err(StoreError::NotFound) => create(write, number, company),
        Err(error) => Err(error.into()),
    }
}

fn create(write: &mut Write<'_>, number: &str, company: &CompanyFacts) -> Result<Reply, Problem> {
    let value = CustomerRecord {
        marketplace_id: write.identity.scope.marketplace(),
        number: number.to_owned(),
        company: company.clone(),
        reseller_id: None,
        customer_id: None,
    };
    store::customer_numbers::insert(write.tx, ids::fresh(), &value, write.now)?;
    let view = customer_numbers::view(&Versioned { value, version: 1, created_at: write.now });
    let after = serde_json::to_value(&view).map_err(Problem::internal)?;
    write.audit("customer_number.created", None, number.to_owned(), None, Some(after))?;
    Ok(Reply::json(201, &view)?.version(1).location(format!("/v1/customer-numbers/{number}")))
}

fn change(
    write: &mut Write<'_>,
    mut record: Versioned<CustomerRecord>,
    company: &CompanyFacts,
) -> Result<Reply, Problem> {
    let before = serde_json::to_value(customer_numbers::view(&record)).map_err(Problem::internal)?;
    record.value.company = company.clone();
    record.version = store::customer_numbers::update(write.tx, &record.value, write.meta.if_match)?;
    let view = customer_numbers::view(&record);
    let after = serde_json::to_value(&view).map_err(Problem::internal)?;
    write.audit("customer_number.changed", None, view.number.clone(), Some(before), Some(after))?;
    Ok(Reply::json(200, &view)?.version(record.version))
}

/// Removes the record of a number that nobody is registered under.
pub fn delete(write: &mut Write<'_>, number: &str) -> Result<Reply, Problem> {
    let marketplace = write.identity.scope.marketplace();
    let record = store::customer_numbers::get(write.tx, &write.identity.scope, number)?;
    if write.meta.if_match.is_some_and(|version| version != record.version) {
        return Err(Problem::new(Code::PreconditionFailed));
    }
    if record.value.is_taken() {
        return Err(Problem::new(Code::CustomerNumberInUse));
    }
    store::customer_numbers::delete(write.tx, marketplace, number)?;
    let before = serde_json::to_value(customer_numbers::view(&record)).map_err(Problem::internal)?;
    write.audit("customer_number.removed", None, number.to_owned(), Some(before), None)?;
    Ok(Reply::empty())
}

/// Notes in the provider's record of a number, where there is one, which reseller is registered under it.
pub fn register_reseller(write: &mut Write<'_>, number: &str, reseller: ResellerId) -> Result<(), Problem> {
    // The records are the provider's, whoever is registered under one.
    let provider = Scope::Marketplace(write.identity.scope.marketplace());
    match store::customer_numbers::get(write.tx, &provider, number) {
        Ok(record) if record.value.reseller_id == Some(reseller) => Ok(()),
        Ok(record) if record.value.is_taken() => Err(Problem::field("/customer_number", Code::CustomerNumberTaken)),
        Ok(mut record) => {
            record.value.reseller_id = Some(reseller);
            store::customer_numbers::update(write.tx, &record.value, None)?;
            Ok(())
        }
        Err(StoreError::NotFound) => Ok(()),
        Err(error) => Err(error.into()),
    }
}
