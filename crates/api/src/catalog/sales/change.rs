//! Ending the sale of an offer, and resuming it.

use crate::catalog::sales::view::view;
use crate::http::problem::{Code, Problem, found};
use crate::transaction::Write;
use domain::id::OfferId;
use time::OffsetDateTime;

/// Closes an offer for new orders from an instant on, or opens it again; until when it is sold then.
pub fn change(
    write: &mut Write<'_>,
    id: OfferId,
    end: Option<OffsetDateTime>,
) -> Result<Option<OffsetDateTime>, Problem> {
    let (marketplace, now) = (write.identity.scope.marketplace(), write.now);
    // As publications of price lists: one after the other.
    store::marketplaces::lock(write.tx, marketplace)?;
    let catalog = write.app.catalog_in(write.tx, marketplace)?;
    let before = found(catalog.offer(id))?.offer.end_of_sale;
    let mut end = end;
    if let Some(end) = &mut end {
        let first = catalog.prices_of(id).iter().map(|entry| entry.valid_from).min();
        if let Some(start) = first.filter(|start| *end < *start) {
            return Err(Problem::field("/end_of_sale", Code::SaleEndsBeforeStart).with("start", start));
        }
        // What was sold meanwhile was sold: what is to have ended ends at once.
        if before != Some(*end) {
            *end = now.max(*end);
        }
    }
    store::catalog::set_end_of_sale(write.tx, marketplace, id, end)?;
    store::marketplaces::bump_catalog_version(write.tx, marketplace)?;
    let shown = |end| serde_json::to_value(view(id, end, now)).map_err(Problem::internal);
    write.audit("offer.sale_changed", None, id.to_string(), Some(shown(before)?), Some(shown(end)?))?;
    Ok(end)
}
