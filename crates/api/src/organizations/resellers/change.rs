//! Changing what is recorded of a reseller.

use crate::http::problem::{Code, Problem};
use crate::organizations::customer_numbers::register_reseller::register_reseller;
use crate::organizations::resellers::lock::lock;
use crate::organizations::resellers::view::view;
use crate::transaction::Write;
use domain::event::EventKind;
use domain::id::ResellerId;
use domain::party::Reseller;
use store::Versioned;

/// Changes a reseller. Its customer number is the provider's to change.
pub fn change(
    write: &mut Write<'_>,
    id: ResellerId,
    change: impl FnOnce(&mut Reseller) -> Result<(), Problem>,
) -> Result<Versioned<Reseller>, Problem> {
    let mut reseller = lock(write, id)?;
    let before = serde_json::to_value(view(&reseller)).map_err(Problem::internal)?;
    let number = reseller.value.customer_number.clone();
    change(&mut reseller.value)?;
    if reseller.value.customer_number != number {
        if write.identity.scope.reseller().is_some() {
            return Err(Problem::new(Code::Forbidden));
        }
        if let Some(number) = &reseller.value.customer_number {
            register_reseller(write, number, id)?;
        }
    }
    let scope = write.identity.scope;
    reseller.version =
        store::resellers::update(write.tx, &scope, &reseller.value, write.meta.expected(reseller.version))?;
    let after = serde_json::to_value(view(&reseller)).map_err(Problem::internal)?;
    write.changed(EventKind::ResellerChanged, None, id.to_string(), before, after)?;
    Ok(reseller)
}
