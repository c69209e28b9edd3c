//! Changing a cart. What is wrong with its content is said by the quotation; here only what cannot be stored is
//! refused.

use crate::http::problem::{Code, Problem};
use crate::memory::catalogs::nodes::Found;
use crate::transaction::Write;
use domain::base::BaseId;
use domain::cart::Cart;
use domain::catalog::OfferKind;
use domain::event::EventKind;
use domain::id::{CartId, OfferId};
use domain::party::{Address, Branch};
use domain::pricing::Buyer;
use domain::refusal::Refusal;
use domain::trial::TrialThen;
use serde_json::json;
use time::Duration;

/// A reseller is told again after so long that a customer wants what has no price for it.
const TOLD_AGAIN_AFTER: Duration = Duration::DAY;

/// A cart that is not ordered yet.
pub fn editable(write: &mut Write<'_>, id: CartId) -> Result<Cart, Problem> {
    let cart = store::carts::get(write.tx, &write.identity.scope, id)?;
    if cart.ordered_as.is_some() { Err(Refusal::CartOrdered.into()) } else { Ok(cart) }
}

/// Changes the head of a cart that is not ordered yet, if it is still the version that the caller knows.
pub fn change(
    write: &mut Write<'_>,
    id: CartId,
    edit: impl FnOnce(&mut Write<'_>, &mut Cart) -> Result<(), Problem>,
) -> Result<Cart, Problem> {
    let mut cart = editable(write, id)?;
    edit(write, &mut cart)?;
    cart.version = store::carts::save(write.tx, &cart, write.meta.expected(cart.version))?;
    Ok(cart)
}

/// Where a cart is billed: at its own address, else its customer's; none where that has none yet.
pub fn billed_to(write: &mut Write<'_>, cart: &Cart) -> Result<Option<Address>, Problem> {
    if cart.billing_address.is_some() {
        return Ok(cart.billing_address.clone());
    }
    Ok(store::customers::get(write.tx, &write.identity.scope, cart.customer_id)?.value.address)
}

/// An offer is one that is sold here, and so many of it may be bought. None at all has its own rule, which the preview
/// tells.
pub fn sold(write: &Write<'_>, offer: OfferId, quantity: u32) -> Result<(), Problem> {
    let catalog = write.app.catalogs.of(write.identity.scope.marketplace());
    let refuse = |pointer: &str, refusal| Err(Problem::refusals(vec![(pointer.to_owned(), refusal)]));
    match catalog.offer(offer).map(|found| found.offer.limits) {
        None => refuse("/offer_id", Refusal::OfferUnknown),
        Some(limits) if quantity > 0 && !limits.allow(quantity) => {
            refuse("/quantity", Refusal::QuantityOutOfRange(limits))
        }
        Some(_) => Ok(()),
    }
}

/// What follows is said of trials only; whether it can follow, the preview tells.
pub fn of_a_trial(write: &Write<'_>, offer: OfferId, then: Option<TrialThen>) -> Result<(), Problem> {
    let catalog = write.app.catalogs.of(write.identity.scope.marketplace());
    let trial = catalog.offer(offer).is_some_and(|found| found.offer.kind == OfferKind::Trial);
    if trial || then.is_none() {
        return Ok(());
    }
    Err(Problem::field("/trial_then", Code::NotATrial))
}

/// What it is of is said of add-ons only; whether it can be, the preview tells.
pub fn of_an_add_on(write: &Write<'_>, offer: OfferId, base: Option<BaseId>) -> Result<(), Problem> {
    let catalog = write.app.catalogs.of(write.identity.scope.marketplace());
    let needs = |found: Found<'_>| found.sku.needs_base() || !found.offer.prerequisites.is_empty();
    if base.is_none() || catalog.offer(offer).is_some_and(needs) {
        return Ok(());
    }
    Err(Problem::field("/base_id", Code::NotAnAddOn))
}

/// Tells the reseller of a customer that this wants something that has no price for it, at most once a day.
pub fn miss_price(
    write: &mut Write<'_>,
    cart: &Cart,
    mut offers: impl Iterator<Item = OfferId>,
) -> Result<(), Problem> {
    let Some(reseller) = cart.reseller_id.filter(|_| write.identity.scope.customer().is_some()) else { return Ok(()) };
    let catalog = write.app.catalogs.of(cart.marketplace_id);
    let priced = |offer, buyer| catalog.price(offer, buyer, write.now).is_some();
    let missing = |offer: &OfferId| {
        !priced(*offer, Buyer::Resold(Some(cart.customer_id))) && priced(*offer, Buyer::Reseller(reseller))
    };
    let Some(offer) = offers.find(missing) else { return Ok(()) };
    let (now, before) = (write.now, write.now - TOLD_AGAIN_AFTER);
    if store::missing_prices::tell(write.tx, cart.marketplace_id, cart.customer_id, now, before)? {
        let (kind, customer) = (EventKind::CustomerPriceMissing, cart.customer_id);
        write.record(
            kind,
            Some(customer),
            customer.to_string(),
            json!({"reseller_id": reseller, "offer_id": offer}),
        )?;
    }
    Ok(())
}

/// The name of a branch is one of the customer's.
pub fn known_branch(write: &mut Write<'_>, cart: &Cart, branch: Option<&str>) -> Result<(), Problem> {
    let Some(name) = branch else { return Ok(()) };
    let scope = write.identity.scope;
    known(&store::branches::of_names(write.tx, &scope, cart.customer_id, &[name])?, branch)
}

/// The same, where the customer's branches of such names are at hand.
pub fn known(branches: &[Branch], branch: Option<&str>) -> Result<(), Problem> {
    match branch.filter(|name| branches.iter().all(|branch| branch.name != *name)) {
        None => Ok(()),
        Some(name) => Err(Problem::refusals(vec![("/branch".to_owned(), Refusal::BranchUnknown(name.to_owned()))])),
    }
}
