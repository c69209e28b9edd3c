//! Changing a line of a cart.

use crate::http::problem::{Code, Problem};
use crate::ordering::carts::change::{editable, known_branch, sold};
use crate::transaction::Write;
use domain::cart::Cart;
use domain::id::{CartId, LineId, OfferId};

/// What changes about a line; none stays.
pub struct LineChange {
    /// Another offer, or the same.
    pub offer_id: Option<OfferId>,
    /// Another quantity, or the same.
    pub quantity: Option<u32>,
    /// Another reference, or none.
    pub reference: Option<Option<String>>,
    /// Another branch, or none.
    pub branch: Option<Option<String>>,
}

/// Changes what is said of a line, the rest stays.
pub fn change_line(write: &mut Write<'_>, id: CartId, line: LineId, wanted: &LineChange) -> Result<Cart, Problem> {
    let mut cart = editable(write, id)?;
    let place = cart.lines.iter().position(|known| known.id == line).ok_or_else(|| Problem::new(Code::NotFound))?;
    known_branch(write, &cart, wanted.branch.as_ref().and_then(Option::as_deref))?;
    let mut line = cart.lines[place].clone();
    line.offer_id = wanted.offer_id.unwrap_or(line.offer_id);
    line.quantity = wanted.quantity.unwrap_or(line.quantity);
    if wanted.offer_id.is_some() || wanted.quantity.is_some() {
        sold(write, line.offer_id, line.quantity)?;
    }
    if let Some(reference) = &wanted.reference {
        line.reference.clone_from(reference);
    }
    if let Some(branch) = &wanted.branch {
        line.branch.clone_from(branch);
    }
    cart.version = store::carts::change_line(write.tx, &cart, &line, write.meta.if_match)?;
    cart.lines[place] = line;
    Ok(cart)
}
