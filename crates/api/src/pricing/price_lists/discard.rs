//! Giving a draft up.

use crate::http::problem::Problem;
use crate::pricing::price_lists::draft::draft;
use crate::transaction::Write;
use domain::id::PriceListId;
use store::price_lists::Status;

/// Gives a draft up; it stays in the list, as discarded.
pub fn discard(write: &mut Write<'_>, id: PriceListId) -> Result<(), Problem> {
    let mut list = draft(write, id)?;
    list.status = Status::Discarded;
    store::price_lists::update(write.tx, &list, write.meta.expected(list.version))?;
    write.audit("price_list.discarded", None, id.to_string(), None, None)
}
