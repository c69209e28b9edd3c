//! Changing a line of a cart.

use crate::http::problem::{Code, Problem};
use crate::ordering::carts::change::{editable, known_branch, miss_price, of_a_trial, of_an_add_on, sold};
use crate::transaction::Write;
use domain::base::BaseId;
use domain::cart::Cart;
use domain::id::{CartId, LineId, OfferId};
use domain::trial::TrialThen;

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
    /// What else follows a trial, or not said.
    pub trial_then: Option<Option<TrialThen>>,
    /// What else it is an add-on of, or not said.
    pub base: Option<Option<BaseId>>,
}

/// Changes what is said of a line, the rest stays.
pub fn change_line(write: &mut Write<'_>, id: CartId, line: LineId, wanted: &LineChange) -> Result<Cart, Problem> {
    let mut cart = editable(write, id)?;
    let place = cart.lines.iter().position(|known| known.id == line).ok_or_else(|| Problem::new(Code::NotFound))?;
    known_branch(write, &cart, wanted.branch.as_ref().and_then(Option::as_deref))?;
    let mut line = cart.lines[place].clone();
    if wanted.offer_id.is_some_and(|other| other != line.offer_id) {
        // It was said of the offer that it takes the place of.
        line.trial_then = None;
        line.base = None;
    }
    line.offer_id = wanted.offer_id.unwrap_or(line.offer_id);
    line.quantity = wanted.quantity.unwrap_or(line.quantity);
    if wanted.offer_id.is_some() || wanted.quantity.is_some() {
        sold(write, line.offer_id, line.quantity)?;
    }
    if let Some(then) = wanted.trial_then {
        of_a_trial(write, line.offer_id, then)?;
        line.trial_then = then;
    }
    if let Some(base) = wanted.base {
        of_an_add_on(write, line.offer_id, base)?;
        line.base = base;
    }
    if let Some(reference) = &wanted.reference {
        line.reference.clone_from(reference);
    }
    if let Some(branch) = &wanted.branch {
        line.branch.clone_from(branch);
    }
    cart.version = store::carts::change_line(write.tx, &cart, &line, write.meta.expected(cart.version))?;
    cart.lines[place] = line;
    miss_price(write, &cart, wanted.offer_id.into_iter())?;
    Ok(cart)
}
