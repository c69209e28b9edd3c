//! Setting by hand how many of a SKU a customer may have.

use crate::http::problem::{Code, Problem};
use crate::texts::place::Place;
use crate::transaction::Write;
use domain::catalog::{MOST, Sku};

/// Sets the limit of a SKU, or leaves it to Microsoft, where that is asked; the limit that is set then.
pub fn change(write: &mut Write<'_>, sku: &Sku, limit: Option<Option<u32>>) -> Result<Option<u32>, Problem> {
    let Some(limit) = limit.filter(|limit| *limit != sku.own_limit) else { return Ok(sku.own_limit) };
    let least = sku.rules.as_ref().and_then(|rules| rules.min_quantity).unwrap_or(1);
    if limit.is_some_and(|limit| !(least..=MOST).contains(&limit)) {
        return Err(
            Problem::field("/own_limit", Code::OutOfRange).with("limit", Place::Range(least.into(), MOST.into()))
        );
    }
    let marketplace = write.identity.scope.marketplace();
    store::catalog::set_own_limit(write.tx, marketplace, sku.id, limit)?;
    // What was compared before is compared again.
    store::marketplaces::bump_catalog_version(write.tx, marketplace)?;
    Ok(limit)
}
