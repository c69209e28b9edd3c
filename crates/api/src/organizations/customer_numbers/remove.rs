//! Removing the record of a customer number.

use crate::http::problem::{Code, Problem};
use crate::organizations::customer_numbers::view::view;
use crate::transaction::Write;

/// Removes the record of a number that nobody is registered under.
pub fn remove(write: &mut Write<'_>, number: &str) -> Result<(), Problem> {
    let marketplace = write.identity.scope.marketplace();
    let record = store::customer_numbers::get(write.tx, &write.identity.scope, number)?;
    write.expect_version(record.version)?;
    if record.value.is_taken() {
        return Err(Problem::new(Code::CustomerNumberInUse));
    }
    store::customer_numbers::delete(write.tx, marketplace, number)?;
    let before = serde_json::to_value(view(&record)).map_err(Problem::internal)?;
    write.audit("customer_number.removed", None, number.to_owned(), Some(before), None)
}
