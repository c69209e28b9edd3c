//! Removing a line from a cart.

use crate::http::problem::{Code, Problem};
use crate::ordering::carts::change::editable;
use crate::transaction::Write;
use domain::cart::Cart;
use domain::id::{CartId, LineId};

/// Removes a line; the cart may be empty after it.
pub fn remove_line(write: &mut Write<'_>, id: CartId, line: LineId) -> Result<Cart, Problem> {
    let mut cart = editable(write, id)?;
    if !cart.lines.iter().any(|known| known.id == line) {
        return Err(Problem::new(Code::NotFound));
    }
    cart.version = store::carts::remove_line(write.tx, &cart, line, write.meta.expected(cart.version))?;
    cart.lines.retain(|known| known.id != line);
    Ok(cart)
}
