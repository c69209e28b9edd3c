//! Removing a line from a cart.

use crate::http::problem::{Code, Problem};
use crate::ordering::carts::change::change;
use crate::transaction::Write;
use domain::cart::Cart;
use domain::id::{CartId, LineId};

/// Removes a line; the cart may be empty after it.
pub fn remove_line(write: &mut Write<'_>, id: CartId, line: LineId) -> Result<Cart, Problem> {
    change(write, id, |cart| {
        let before = cart.lines.len();
        cart.lines.retain(|known| known.id != line);
        if cart.lines.len() < before { Ok(()) } else { Err(Problem::new(Code::NotFound)) }
    })
}
