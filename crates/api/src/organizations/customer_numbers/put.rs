//! Recording who has a customer number, or correcting the record (T-01, T-04).

use crate::http::problem::{Problem, there};
use crate::ids;
use crate::organizations::customer_numbers::view::view;
use crate::transaction::Write;
use domain::customer_number::{CompanyFacts, CustomerRecord};
use store::Versioned;

/// What became of a record that was put.
pub enum Put {
    /// There was none of the number.
    Recorded(Versioned<CustomerRecord>),
    /// It says something else now.
    Corrected(Versioned<CustomerRecord>),
}

/// Puts the record of a number: a new one, or what it says from now on. Who is registered under it stays.
pub fn put(write: &mut Write<'_>, number: &str, company: &CompanyFacts) -> Result<Put, Problem> {
    let known = there(store::customer_numbers::get(write.tx, &write.identity.scope, number))?;
    match known {
        Some(record) => Ok(Put::Corrected(correct(write, record, company)?)),
        None => Ok(Put::Recorded(record(write, number, company)?)),
    }
}

fn record(write: &mut Write<'_>, number: &str, company: &CompanyFacts) -> Result<Versioned<CustomerRecord>, Problem> {
    write.expect_version(None)?;
    let value = CustomerRecord {
        marketplace_id: write.identity.scope.marketplace(),
        number: number.to_owned(),
        company: company.clone(),
        reseller_id: None,
        customer_id: None,
    };
    store::customer_numbers::insert(write.tx, ids::fresh(), &value, write.now)?;
    let recorded = Versioned { value, version: 1, created_at: write.now, updated_at: None };
    let after = serde_json::to_value(view(&recorded)).map_err(Problem::internal)?;
    write.audit("customer_number.created", None, number.to_owned(), None, Some(after))?;
    Ok(recorded)
}

fn correct(
    write: &mut Write<'_>,
    mut record: Versioned<CustomerRecord>,
    company: &CompanyFacts,
) -> Result<Versioned<CustomerRecord>, Problem> {
    let before = serde_json::to_value(view(&record)).map_err(Problem::internal)?;
    record.value.company = company.clone();
    record.version = store::customer_numbers::update(write.tx, &record.value, write.meta.expected(record.version))?;
    let after = serde_json::to_value(view(&record)).map_err(Problem::internal)?;
    write.audit("customer_number.changed", None, record.value.number.clone(), Some(before), Some(after))?;
    Ok(record)
}
