//! Which of what it can be added to an add-on of a cart is for.

use super::{LineFacts, MAX_LINES, OfferFacts};
use crate::base::{Base, BaseId};
use crate::refusal::Refusal;

/// What a line can be an add-on of: what the customer has, then the other lines of the cart; no more than a person
/// could choose from.
fn candidates(index: usize, facts: &OfferFacts, lines: &[LineFacts]) -> Vec<Base> {
    let beside = lines.iter().enumerate().filter(|(other, _)| *other != index).filter_map(
        |(_, LineFacts { line, offer, .. })| {
            let of = offer.as_ref().filter(|of| facts.offer.prerequisites.contains(&of.offer.sku_id))?;
            Some(Base { id: BaseId::Line(line.id), name: of.name.clone(), quantity: line.quantity, ends_on: None })
        },
    );
    facts.bases.iter().cloned().chain(beside).take(MAX_LINES).collect()
}

/// What a line is an add-on of: the one that it names, else the only one that there is; none where it is no add-on.
///
/// # Errors
/// The field, and why: there is none, there are several and none is named, or the one that is named is none of them.
pub(super) fn of(index: usize, lines: &[LineFacts]) -> Result<Option<Base>, (&'static str, Refusal)> {
    let LineFacts { line, offer: Some(facts), .. } = &lines[index] else { return Ok(None) };
    if !facts.needs_base && facts.offer.prerequisites.is_empty() {
        return Ok(None);
    }
    let mut candidates = candidates(index, facts, lines);
    let found = match line.base {
        Some(named) => candidates.iter().position(|base| base.id == named),
        None => (candidates.len() == 1).then_some(0),
    };
    match found {
        Some(found) => Ok(Some(candidates.swap_remove(found))),
        None if candidates.is_empty() => Err(("offer_id", Refusal::PrerequisiteMissing)),
        None => Err(("base_id", Refusal::BaseRequired(candidates))),
    }
}
