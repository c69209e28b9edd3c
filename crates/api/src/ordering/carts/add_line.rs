//! Adding a line to a cart.

use crate::http::problem::{Code, Problem};
use crate::ids::New as _;
use crate::ordering::carts::change::{editable, known_branch, miss_price, of_a_trial, of_an_add_on, sold};
use crate::transaction::Write;
use domain::base::BaseId;
use domain::cart::{Cart, CartLine, MAX_LINES};
use domain::id::{CartId, LineId, OfferId};
use domain::trial::TrialThen;

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
    /// What follows, where the offer is a trial.
    pub trial_then: Option<TrialThen>,
    /// What it is an add-on of, where that is said.
    pub base: Option<BaseId>,
}

impl NewLine {
    /// The line of a cart, with an id of its own.
    pub fn line(&self) -> CartLine {
        CartLine {
            id: LineId::new(),
            offer_id: self.offer_id,
            quantity: self.quantity,
            reference: self.reference.clone(),
            branch: self.branch.clone(),
            trial_then: self.trial_then,
            base: self.base,
        }
    }
}

/// Adds a line, unless the cart is full.
pub fn add_line(write: &mut Write<'_>, id: CartId, wanted: &NewLine) -> Result<Cart, Problem> {
    let mut cart = editable(write, id)?;
    sold(write, wanted.offer_id, wanted.quantity)?;
    of_a_trial(write, wanted.offer_id, wanted.trial_then)?;
    of_an_add_on(write, wanted.offer_id, wanted.base)?;
    known_branch(write, &cart, wanted.branch.as_deref())?;
    if cart.lines.len() >= MAX_LINES {
        return Err(Problem::new(Code::CartFull).with("limit", MAX_LINES));
    }
    let line = wanted.line();
    cart.version = store::carts::add_line(write.tx, &cart, &line, write.meta.expected(cart.version))?;
    cart.lines.push(line);
    miss_price(write, &cart, std::iter::once(wanted.offer_id))?;
    Ok(cart)
}
