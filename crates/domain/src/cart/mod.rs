//! A cart and its quotation: all charges and all problems at once.

mod facts;
mod totals;

pub use facts::{BuyerFacts, Cart, CartLine, LineFacts, OfferFacts, PricedLine};

use crate::base::{self, Base, BaseId};
use crate::billing::{self, Beginning, Plan, TermStart};
use crate::calendar::BillingCycle;
use crate::catalog::{Offer, Segment};
use crate::consent;
use crate::money::{Currency, MoneyError};
use crate::policy::{AddOnTerm, ConsentRule, OneActivePer, PaymentMethod, ZeroQuantity};
use crate::purchase;
use crate::refusal::Refusal;
use crate::tax::{Payable, TaxRule, Taxed};
use crate::tenant::TenantStatus;
use crate::trial;
use time::OffsetDateTime;
use totals::{share_tax, totals};

/// The most lines in a cart.
pub const MAX_LINES: usize = 100;

/// Something that keeps a cart from being ordered.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Problem {
    /// The index of the line in the cart; none is the cart or order itself.
    pub line: Option<usize>,
    /// The field it is about.
    pub field: &'static str,
    /// Why it cannot be ordered so.
    pub refusal: Refusal,
}

/// What a cart costs and what keeps it from being ordered.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Quotation {
    /// The lines that could be priced.
    pub lines: Vec<PricedLine>,
    /// Due with the order.
    pub due_now: Payable,
    /// Due each later cycle, one entry a cycle, shortest first.
    pub recurring: Vec<(BillingCycle, Payable)>,
    /// The tax at the order's invoice address, where there is one; lines with a branch have their own.
    pub tax_rule: Option<TaxRule>,
    /// What must be agreed to, each once.
    pub consents_required: Vec<ConsentRule>,
    /// How may be paid: what every line's policy allows.
    pub payment_methods: Vec<PaymentMethod>,
    /// Everything that keeps it from being ordered.
    pub problems: Vec<Problem>,
}

/// Prices a cart: every line's charges, the tax of the whole, and all problems at once. A line with a
/// problem is still priced where it can be, so that a buyer sees what the mended cart would cost.
pub fn quote(lines: &[LineFacts], buyer: &BuyerFacts, now: OffsetDateTime) -> Quotation {
    let currency = currency_of(lines).unwrap_or(buyer.currency);
    let mut problems = cart_problems(lines, buyer);
    let mut priced = Vec::with_capacity(lines.len());
    for (index, line) in lines.iter().enumerate() {
        let on_line = |(field, refusal)| Problem { line: Some(index), field, refusal };
        problems.extend(line_problems(index, lines, buyer, currency, now).into_iter().map(on_line));
        let base = base_of(index, lines).ok().flatten();
        match price_line(line, base, buyer, currency, now) {
            Ok(line) => priced.extend(line),
            Err(_) => problems.push(on_line(("quantity", Refusal::AmountOutOfRange))),
        }
    }
    let unconfirmed = facts_of(lines).next().map(|facts| facts.policy.rules.unconfirmed_vat_id);
    let tax_rule = buyer.billed.as_ref().map(|billed| buyer.tax_rule(billed, unconfirmed.unwrap_or_default()));
    let totals = share_tax(&mut priced).and_then(|()| totals(&priced, currency));
    let (due_now, recurring) = totals.unwrap_or_else(|_| {
        problems.push(Problem { line: None, field: "lines", refusal: Refusal::AmountOutOfRange });
        (Payable::Taxed(Taxed::zero(currency)), Vec::new())
    });
    Quotation {
        lines: priced,
        due_now,
        recurring,
        tax_rule,
        consents_required: consents_required(lines),
        payment_methods: purchase::payment_methods(facts_of(lines).map(|facts| &facts.policy.rules)),
        problems,
    }
}

/// The currency that the first line which can be bought in its own decides for the whole cart; none where no line has a
/// price.
fn currency_of(lines: &[LineFacts]) -> Option<Currency> {
    let priced = || facts_of(lines).filter_map(|facts| Some((facts.sold_in, facts.price?.unit_price.currency)));
    let first = priced().find(|(sold_in, _)| sold_in.is_none()).or_else(|| priced().next());
    first.map(|(_, currency)| currency)
}

/// What keeps the cart as a whole from being ordered.
fn cart_problems(lines: &[LineFacts], buyer: &BuyerFacts) -> Vec<Problem> {
    let checks = [
        (buyer.tenant != Some(TenantStatus::Linked), "customer_id", Refusal::TenantRequired),
        (!buyer.agreement_accepted, "customer_id", Refusal::AgreementRequired),
        (buyer.billed.is_none(), "billing_address", Refusal::InvoiceAddressRequired),
        (lines.is_empty(), "lines", Refusal::CartEmpty),
    ];
    let failed = checks.into_iter().filter(|(wrong, ..)| *wrong);
    failed.map(|(_, field, refusal)| Problem { line: None, field, refusal }).collect()
}

/// What keeps one line from being ordered: the field, and the refusal.
fn line_problems(
    index: usize,
    lines: &[LineFacts],
    buyer: &BuyerFacts,
    currency: Currency,
    now: OffsetDateTime,
) -> Vec<(&'static str, Refusal)> {
    let LineFacts { line, offer: facts, .. } = &lines[index];
    let Some(facts) = facts else { return vec![("offer_id", Refusal::OfferUnknown)] };
    let quantity = quantity_problem(line.quantity, facts).or_else(|| ceiling_problem(index, facts, lines));
    let base = base_of(index, lines).err();
    let (no_base, which_base) = match base {
        Some(("offer_id", refusal)) => (Some(refusal), None),
        other => (None, other),
    };
    let offer = [
        market_problem(facts, buyer),
        segment_problem(&facts.offer, buyer),
        facts.offer.sale_ended(now).map(Refusal::SaleEnded),
        price_problem(facts, currency),
        no_base,
        facts.active.refusal(facts.policy.rules.one_active_per),
        twice_problem(index, facts, lines),
        trial_problem(index, facts, lines),
        subscriptions_problem(index, facts, lines),
    ];
    let quantity = quantity.map(|refusal| ("quantity", refusal));
    let then = facts.trial.as_ref().and_then(|trial| trial.then(line.trial_then, line.quantity).err());
    let offer = offer.into_iter().flatten().map(|refusal| ("offer_id", refusal));
    quantity.into_iter().chain(offer).chain(which_base).chain(then.map(|refusal| ("trial_then", refusal))).collect()
}

/// In a cart there is nothing to cancel, so a zero that is not refused by X-14 is out of range.
fn quantity_problem(quantity: u32, facts: &OfferFacts) -> Option<Refusal> {
    let limits = facts.offer.limits;
    if quantity == 0 && facts.policy.rules.zero_quantity == ZeroQuantity::Reject {
        return Some(Refusal::UseCancel);
    }
    (!limits.allow(quantity)).then_some(Refusal::QuantityOutOfRange(limits))
}

/// An offer is made for the marketplace's market; a buyer abroad may buy it too (an Austrian customer of a
/// German marketplace). So its country is the seller's or the buyer's; and the buyer's has the service (K-09).
fn market_problem(facts: &OfferFacts, buyer: &BuyerFacts) -> Option<Refusal> {
    // Where it is not known, that is what is wrong with the cart.
    let country = buyer.country()?;
    let sold = [buyer.seller_country, country].contains(&facts.offer.market.country);
    let served = &facts.policy.rules.served_countries;
    let served = served.is_empty() || served.contains(&country);
    (!sold || !served).then_some(Refusal::OfferNotInMarket(country))
}

fn segment_problem(offer: &Offer, buyer: &BuyerFacts) -> Option<Refusal> {
    let proven = offer.segment == Segment::Commercial || buyer.segments.contains(&offer.segment);
    (!proven).then_some(Refusal::SegmentRequired(offer.segment))
}

/// what has no price is not free.
fn price_problem(facts: &OfferFacts, of_cart: Currency) -> Option<Refusal> {
    let Some(price) = facts.price else { return Some(Refusal::NoPrice) };
    if let Some(currency) = facts.sold_in {
        return Some(Refusal::OfferNotInCurrency(currency));
    }
    let currency = price.unit_price.currency;
    (currency != of_cart).then_some(Refusal::MixedCurrencies(of_cart, currency))
}

/// What the customer has of the SKU, what the lines before ask for, and this one, against what it may have; told of
/// the line that is too much.
fn ceiling_problem(index: usize, facts: &OfferFacts, lines: &[LineFacts]) -> Option<Refusal> {
    let ceiling = facts.ceiling?;
    let before: u64 = of_same_sku(facts, &lines[..index]).map(|line| u64::from(line.line.quantity)).sum();
    Refusal::beyond(ceiling, before, lines[index].line.quantity)
}

/// The subscriptions that the customer has of the SKU, and those of the lines before, against how many it may have:
/// each line is one.
fn subscriptions_problem(index: usize, facts: &OfferFacts, lines: &[LineFacts]) -> Option<Refusal> {
    let ceiling = facts.subscriptions?;
    let left = ceiling.left(of_same_sku(facts, &lines[..index]).count() as u64);
    (left == 0).then_some(Refusal::SubscriptionLimit(ceiling.limit))
}

fn of_same_sku<'a>(facts: &OfferFacts, lines: &'a [LineFacts]) -> impl Iterator<Item = &'a LineFacts> {
    let sku = facts.offer.sku_id;
    lines.iter().filter(move |line| line.offer.as_ref().is_some_and(|of| of.offer.sku_id == sku))
}

/// What a line is an add-on of, of what the customer has and of the other lines of the cart; none where it is no
/// add-on. Else the field, and why.
fn base_of(index: usize, lines: &[LineFacts]) -> Result<Option<Base>, (&'static str, Refusal)> {
    let LineFacts { line, offer: Some(facts), .. } = &lines[index] else { return Ok(None) };
    if !facts.needs_base && facts.offer.prerequisites.is_empty() {
        return Ok(None);
    }
    let begins = |LineFacts { line, offer, .. }: &LineFacts| {
        let of = offer.as_ref().filter(|of| facts.offer.prerequisites.contains(&of.offer.sku_id))?;
        Some(Base { id: BaseId::Line(line.id), name: of.name.clone(), quantity: line.quantity, ends_on: None })
    };
    let others = lines[..index].iter().chain(&lines[index + 1..]);
    // No more than a person could choose from.
    let candidates = facts.bases.iter().cloned().chain(others.filter_map(begins)).take(MAX_LINES).collect();
    match base::chosen(candidates, line.base) {
        Ok(base) => Ok(Some(base)),
        Err(none) if none.is_empty() => Err(("offer_id", Refusal::PrerequisiteMissing)),
        Err(candidates) => Err(("base_id", Refusal::BaseRequired(candidates))),
    }
}

/// A-11 within the cart; told of the later line.
fn twice_problem(index: usize, facts: &OfferFacts, lines: &[LineFacts]) -> Option<Refusal> {
    let same = |unit: OneActivePer, other: &OfferFacts| match unit {
        OneActivePer::None => false,
        OneActivePer::Product => other.product_id == facts.product_id,
        OneActivePer::Sku => other.offer.sku_id == facts.offer.sku_id,
    };
    let unit = |facts: &OfferFacts| facts.policy.rules.one_active_per;
    let twice = facts_of(&lines[..index]).any(|other| same(unit(facts), other) || same(unit(other), other));
    twice.then_some(Refusal::ProductTwiceInCart)
}

/// One trial a customer and product, in one cart as well; told of the later line.
fn trial_problem(index: usize, facts: &OfferFacts, lines: &[LineFacts]) -> Option<Refusal> {
    let trial = facts.trial.as_ref()?;
    let same = |other: &OfferFacts| other.trial.is_some() && other.product_id == facts.product_id;
    let twice = facts_of(&lines[..index]).any(same);
    (trial.had || twice).then_some(Refusal::TrialHad)
}

/// A line's price and charges; none where it has no quantity or no price in the cart's currency.
fn price_line(
    line: &LineFacts,
    base: Option<Base>,
    buyer: &BuyerFacts,
    currency: Currency,
    now: OffsetDateTime,
) -> Result<Option<PricedLine>, MoneyError> {
    let LineFacts { line, offer: Some(facts), branch } = line else { return Ok(None) };
    let Some(price) = facts.price.filter(|price| price.unit_price.currency == currency) else { return Ok(None) };
    if line.quantity == 0 {
        return Ok(None);
    }
    let OfferFacts { offer, policy, .. } = facts;
    let (rules, quantity, unit_price) = (&policy.rules, line.quantity, price.unit_price);
    let plan = Plan { rules, term: offer.term, cycle: offer.billing_cycle, unit_price, quantity };
    let own = TermStart::on(policy.zone.day(now));
    let begins = billing::order(plan, own)?;
    let base_ends_on = base.as_ref().and_then(|base| base.ends_on);
    let ends_with_base = base_ends_on.filter(|last| begins.term_span.is_some_and(|term| *last <= term.last));
    let begins = match ends_with_base.filter(|_| rules.add_on_term == AddOnTerm::UntilBaseEnds) {
        Some(last) => until_base_ends(billing::order(plan, TermStart { aligned_to: Some(last), ..own })?),
        None => begins,
    };
    let billed = branch.as_ref().or(buyer.billed.as_ref());
    let tax_rule = billed.map(|billed| buyer.tax_rule(billed, rules.unconfirmed_vat_id));
    let then = facts.trial.as_ref().and_then(|trial| trial.then(line.trial_then, line.quantity).ok());
    let chosen = facts.trial.as_ref().and_then(|trial| trial.chosen(then, line.quantity));
    let following =
        chosen.zip(begins.term_span).map(|(plan, span)| trial::following(plan, line.quantity, span, tax_rule));
    Ok(Some(PricedLine {
        line: line.clone(),
        facts: facts.clone(),
        billed: billed.cloned(),
        tax_rule,
        price,
        charges: begins.charge.into_iter().collect(),
        recurring: begins.recurring.map(Payable::Net),
        term_span: begins.term_span,
        next_charge_on: begins.next_charge_on,
        base: base.map(|base| base.id),
        ends_with_base,
        then,
        following: following.transpose()?,
    }))
}

/// No term follows: what recurs does so within this one.
fn until_base_ends(begins: Beginning) -> Beginning {
    Beginning { recurring: begins.recurring.filter(|_| begins.next_charge_on.is_some()), ..begins }
}

/// What any line's policy asks for, each text once, sorted.
fn consents_required(lines: &[LineFacts]) -> Vec<ConsentRule> {
    // What follows a trial begins without another order.
    let follows = lines.iter().filter_map(|LineFacts { line, offer, .. }| {
        let facts = offer.as_ref()?;
        let plan = facts.trial.as_ref()?.chosen(line.trial_then, line.quantity)?;
        Some((&plan.policy.rules, facts.publisher.as_str()))
    });
    let own = facts_of(lines).map(|facts| (&facts.policy.rules, facts.publisher.as_str()));
    consent::required(own.chain(follows))
}

fn facts_of(lines: &[LineFacts]) -> impl Iterator<Item = &OfferFacts> + Clone {
    lines.iter().filter_map(|line| line.offer.as_ref())
}

#[cfg(test)]
mod tests;
