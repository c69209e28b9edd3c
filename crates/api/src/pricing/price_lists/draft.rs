//! The draft that a price list is until it is published or given up.

use crate::http::problem::{Code, Problem};
use crate::transaction::Write;
use domain::id::PriceListId;
use store::price_lists::{Status, StoredPriceList};

/// A price list that is a draft still.
pub fn draft(write: &mut Write<'_>, id: PriceListId) -> Result<StoredPriceList, Problem> {
    let list = store::price_lists::get(write.tx, &write.identity.scope, id)?;
    if list.status == Status::Draft { Ok(list) } else { Err(Problem::new(Code::PriceListNotDraft)) }
}
