//! Adding a line to a cart.

use crate::http::problem::{Code, Problem};
use crate::ids::New as _;
use crate::ordering::carts::change::{change, known_branch, known_offer};
use crate::transaction::Write;
use domain::cart::{Cart, CartLine, MAX_LINES};
use domain::id::{CartId, LineId, OfferId};

/// A line that is asked for.
pub struct NewLine {
    /// The offer to buy.
    pub offer_id: OfferId,
    /// How many licences.
    pub quantity: u32,
    /// Printed on the invoice position.
    pub reference: Option<String>,
    /// The branch whose invoice address is used.
    pub branch: Option<String>,
}

/// Adds a line, unless the cart is full.
pub fn add_line(write: &mut Write<'_>, id: CartId, line: &NewLine) -> Result<Cart, Problem> {
    let known = known_offer(write, line.offer_id).and_then(|()| known_branch(write, id, line.branch.as_deref()));
    change(write, id, |cart| {
        known?;
        if cart.lines.len() >= MAX_LINES {
            return Err(Problem::new(Code::CartFull).with("limit", MAX_LINES));
        }
        let NewLine { offer_id, quantity, reference, branch } = line;
        let line = CartLine {
            id: LineId::new(),
            offer_id: *offer_id,
            quantity: *quantity,
            reference: reference.clone(),
            branch: branch.clone(),
        };
        cart.lines.push(line);
        Ok(())
    })
}
