//! An order: what a buyer asked for, and what became of each line.

use crate::base::BaseId;
use crate::billing::Charge;
use crate::calendar::{BillingCycle, Day, DaySpan, Term};
use crate::cart::{Cart, PricedLine, Problem, Quotation};
use crate::catalog::OfferKind;
use crate::coded::coded_enum;
use crate::consent::{self, Consent};
use crate::id::{
    CartId, CustomerId, LineId, MarketplaceId, OfferId, OrderId, ProductId, ResellerId, SkuId, SubscriptionId, UserId,
};
use crate::money::UnitPrice;
use crate::party::{Address, Branch};
use crate::policy::{PaymentMethod, Policy, WindowAnchor};
use crate::pricing::Payer;
use crate::purchase;
use crate::refusal::Refusal;
use crate::subscription::{AtTermEnd, Subscription, SubscriptionStatus};
use crate::tax::billed::Billed;
use crate::tax::{Payable, Taxed};
use crate::trial::TrialThen;
use serde::{Deserialize, Serialize};
use time::OffsetDateTime;

coded_enum! {
    /// Where an order stands: the sum of its lines.
    OrderStatus {
        /// Taken; Microsoft is yet to be asked.
        Placed = "placed",
        /// Microsoft is working on it.
        Provisioning = "provisioning",
        /// Every line runs.
        Completed = "completed",
        /// Some lines run, some were refused.
        PartiallyFailed = "partially_failed",
        /// Every line was refused.
        Failed = "failed",
    }
}

coded_enum! {
    /// Where an order line stands.
    OrderLineStatus {
        /// Taken; Microsoft is yet to be asked.
        Placed = "placed",
        /// Ordered at Microsoft.
        Ordered = "ordered",
        /// Its subscription runs.
        Active = "active",
        /// Refused by Microsoft.
        Failed = "failed",
    }
}

/// What the buyer says when ordering.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PlaceOrder {
    /// How the order is paid; one of the quotation's methods.
    pub payment_method: PaymentMethod,
    /// What is agreed to; more than the quotation asks for does no harm.
    pub consents: Vec<Consent>,
    /// What a script calls the order; whether another order has it already is for the store to say.
    pub external_ref: Option<String>,
}

/// A cart as it was quoted: what is ordered, and whose invoice it will be.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct QuotedCart<'a> {
    /// The cart that becomes the order.
    pub cart: &'a Cart,
    /// The invoice address: the cart's, else the customer's; an order needs one.
    pub billing_address: Option<&'a Address>,
    /// What the cart costs, and what keeps it from being ordered.
    pub quotation: &'a Quotation,
    /// Who pays the prices that it was quoted at.
    pub payer: Payer,
    /// The branches that its lines name.
    pub branches: &'a [Branch],
}

/// An order that was taken, with everything that comes of it at once.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Placed {
    /// The order; its lines are in the order of the quotation's.
    pub order: Order,
    /// The subscription of each line, pending, in the order of the lines.
    pub subscriptions: Vec<Subscription>,
    /// What is charged at once, each with the subscription that it is for.
    pub charges: Vec<(SubscriptionId, Charge)>,
}

/// What a buyer asked for, as it was agreed; only the lines' progress changes it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Order {
    /// Ours; Microsoft's orders are renewals' too and have other ids.
    pub id: OrderId,
    /// The marketplace that it was placed in.
    pub marketplace_id: MarketplaceId,
    /// The customer that uses and pays what is ordered.
    pub customer_id: CustomerId,
    /// Through which reseller.
    pub reseller_id: Option<ResellerId>,
    /// Who pays it, and what comes of it: decides who may know what it costs (U-42).
    pub payer: Payer,
    /// The cart it was.
    pub cart_id: CartId,
    /// Its name (T-36).
    pub name: Option<String>,
    /// What a script calls it; one order of the customer has it.
    pub external_ref: Option<String>,
    /// Where it stands.
    pub status: OrderStatus,
    /// What was due with it.
    pub due_now: Taxed,
    /// What recurs, one entry a cycle.
    pub recurring: Vec<(BillingCycle, Taxed)>,
    /// How it is paid.
    pub payment_method: PaymentMethod,
    /// What was agreed to.
    pub consents: Vec<Consent>,
    /// The invoice address.
    pub billing_address: Address,
    /// Who placed it: a user's or an API client's id.
    pub placed_by: String,
    /// When, by the marketplace's clock.
    pub placed_at: OffsetDateTime,
    /// When it was changed last, by that clock; the store says so.
    pub updated_at: OffsetDateTime,
    /// What was ordered, at least one, in the cart's order.
    pub lines: Vec<OrderLine>,
    /// Counts each change; the ETag.
    pub version: i64,
}

/// One offer of an order.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OrderLine {
    /// Its id: the cart line's.
    pub id: LineId,
    /// Where it stands.
    pub status: OrderLineStatus,
    /// The offer that was ordered.
    pub offer_id: OfferId,
    /// The SKU that the offer is of.
    pub sku_id: SkuId,
    /// The product that the SKU is of.
    pub product_id: ProductId,
    /// For how long.
    pub term: Term,
    /// How often it is charged.
    pub billing_cycle: BillingCycle,
    /// How many licences.
    pub quantity: u32,
    /// At which price per licence and cycle.
    pub unit_price: UnitPrice,
    /// Printed on the invoice position (C-33).
    pub reference: Option<String>,
    /// Whose invoice address (C-34).
    pub branch: Option<String>,
    /// That address, as it was when the order was placed.
    pub branch_address: Option<Address>,
    /// What follows, where the offer is a trial.
    pub trial_then: Option<TrialThen>,
    /// The subscription it made.
    pub subscription_id: SubscriptionId,
    /// What was charged with it.
    pub charges: Vec<Charge>,
    /// Microsoft's or our code, where it was refused.
    pub failure: Option<String>,
}

/// Places the order of a quoted cart; else says every problem at once: the quotation's, then those of the request.
/// `placed_by` is a user's or an API client's id, and a user is responsible for what begins (C-43); `fresh` gives 128
/// new bits for the id of the order and then of each line's subscription.
pub fn place(
    quoted: &QuotedCart<'_>,
    request: &PlaceOrder,
    placed_by: &str,
    mut fresh: impl FnMut() -> u128,
    now: OffsetDateTime,
) -> Result<Placed, Vec<Problem>> {
    check(quoted.quotation, request)?;
    let QuotedCart { cart, billing_address, quotation, payer, branches } = *quoted;
    let agreed = billing_address.zip(quotation.due_now.taxed()).zip(taxed(&quotation.recurring));
    let Some(((billing_address, due_now), recurring)) = agreed else {
        let refusal = Refusal::InvoiceAddressRequired;
        return Err(vec![Problem { line: None, field: "billing_address", refusal }]);
    };
    let order = Order {
        id: OrderId::from_u128(fresh()),
        marketplace_id: cart.marketplace_id,
        customer_id: cart.customer_id,
        reseller_id: cart.reseller_id,
        payer,
        cart_id: cart.id,
        name: cart.name.clone(),
        external_ref: request.external_ref.clone(),
        status: OrderStatus::Placed,
        due_now,
        recurring,
        payment_method: request.payment_method,
        consents: consent::kept(&quotation.consents_required, &request.consents),
        billing_address: billing_address.clone(),
        placed_by: placed_by.to_owned(),
        placed_at: now,
        updated_at: now,
        lines: quotation
            .lines
            .iter()
            .map(|priced| line(priced, SubscriptionId::from_u128(fresh()), branches))
            .collect(),
        version: 1,
    };
    let to_order = Billed::to_order(billing_address);
    let begun = |(priced, line): (&PricedLine, &OrderLine)| {
        let first = FirstTerm {
            kind: priced.facts.offer.kind,
            policy: &priced.facts.policy,
            span: priced.term_span,
            next_charge_on: priced.next_charge_on,
            base_id: base(priced, &order),
            billed: priced.billed.as_ref().unwrap_or(&to_order),
            then: priced.then,
        };
        begin(&order, line, first)
    };
    let subscriptions = quotation.lines.iter().zip(&order.lines).map(begun).collect();
    let charges = order.lines.iter().flat_map(|line| line.charges.iter().map(|charge| (line.subscription_id, charge)));
    let charges = charges.map(|(id, charge)| (id, charge.clone())).collect();
    Ok(Placed { subscriptions, charges, order })
}

/// What recurs, where the tax of all of it is known.
fn taxed(recurring: &[(BillingCycle, Payable)]) -> Option<Vec<(BillingCycle, Taxed)>> {
    recurring.iter().map(|(cycle, payable)| Some((*cycle, payable.taxed()?))).collect()
}

fn line(priced: &PricedLine, subscription_id: SubscriptionId, branches: &[Branch]) -> OrderLine {
    let offer = &priced.facts.offer;
    let branch = priced.line.branch.as_ref().and_then(|name| branches.iter().find(|branch| branch.name == *name));
    OrderLine {
        id: priced.line.id,
        status: OrderLineStatus::Placed,
        offer_id: offer.id,
        sku_id: offer.sku_id,
        product_id: priced.facts.product_id,
        term: offer.term,
        billing_cycle: offer.billing_cycle,
        quantity: priced.line.quantity,
        unit_price: priced.price.unit_price,
        reference: priced.line.reference.clone(),
        branch: priced.line.branch.clone(),
        branch_address: branch.map(|branch| branch.address.clone()),
        trial_then: priced.then,
        subscription_id,
        charges: priced.charges.clone(),
        failure: None,
    }
}

/// The subscription that an add-on belongs to: one that runs already, or one of the same order.
fn base(priced: &PricedLine, order: &Order) -> Option<SubscriptionId> {
    match priced.base? {
        BaseId::Subscription(id) => Some(id),
        BaseId::Line(id) => order.lines.iter().find(|line| line.id == id).map(|line| line.subscription_id),
    }
}

/// What an order line does not say of its subscription's first term.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct FirstTerm<'a> {
    /// What the offer is: licensed, a trial, an add-on, perpetual.
    pub kind: OfferKind,
    /// The policy in force when it was ordered; the subscription keeps it for the term.
    pub policy: &'a Policy,
    /// The days of the term, both ends included; none for a perpetual licence.
    pub span: Option<DaySpan>,
    /// The day of the second charge; none where none follows within the term.
    pub next_charge_on: Option<Day>,
    /// The subscription that it is an add-on of.
    pub base_id: Option<SubscriptionId>,
    /// Where it is billed to: the branch of its line, else the address of its order.
    pub billed: &'a Billed,
    /// What follows a trial.
    pub then: Option<TrialThen>,
}

/// The subscription of an order line, as it is until Microsoft provides it. Every subscription begins here, but for
/// those that are split off another.
pub fn begin(order: &Order, line: &OrderLine, first: FirstTerm<'_>) -> Subscription {
    let (rules, now) = (&first.policy.rules, order.placed_at);
    let begun = Subscription {
        id: line.subscription_id,
        marketplace_id: order.marketplace_id,
        customer_id: order.customer_id,
        reseller_id: order.reseller_id,
        payer: order.payer,
        base_id: first.base_id,
        status: SubscriptionStatus::Pending,
        product_id: line.product_id,
        sku_id: line.sku_id,
        offer_id: line.offer_id,
        kind: first.kind,
        term: line.term,
        billing_cycle: line.billing_cycle,
        quantity: line.quantity,
        lots: Subscription::first_lots(rules, line.quantity, now),
        peak_quantity: line.quantity,
        unit_price: line.unit_price,
        term_span: first.span,
        anchor_day: first.span.map_or(1, |span| span.first.of_month()),
        next_charge_on: first.next_charge_on,
        at_term_end: match first.then {
            Some(TrialThen::End) => AtTermEnd::End,
            Some(TrialThen::Paid(_)) => AtTermEnd::Renew,
            None => AtTermEnd::unless_said(rules),
        },
        at_term_end_before: None,
        trial_then: first.then,
        prepaid: 0,
        pending: None,
        applying: None,
        cancel_until: rules.window_end(WindowAnchor::TermStart, now),
        ending: None,
        next_reminder_on: None,
        changes: 0,
        policy: first.policy.clone(),
        reference: line.reference.clone(),
        billed: first.billed.clone(),
        order_id: order.id,
        order_line_id: line.id,
        responsible_user: order.placed_by.parse::<UserId>().ok(),
        partner_of_record: None,
        external_id: None,
        created_at: now,
        updated_at: now,
        activated_at: None,
        version: 1,
    };
    Subscription { next_reminder_on: begun.reminder_after(begun.day(now)), ..begun }
}

/// Whether a quoted cart can be ordered like this; else every problem at once: the quotation's, then
/// missing or outdated consents, then the payment method.
fn check(quotation: &Quotation, request: &PlaceOrder) -> Result<(), Vec<Problem>> {
    let refused = purchase::refused(
        &quotation.consents_required,
        &request.consents,
        &quotation.payment_methods,
        Some(request.payment_method),
    );
    let refused = refused.into_iter().map(|(field, refusal)| Problem { line: None, field, refusal });
    let problems: Vec<_> = quotation.problems.iter().cloned().chain(refused).collect();
    if problems.is_empty() { Ok(()) } else { Err(problems) }
}

/// Where an order stands when its lines stand like this.
pub fn status_of(lines: impl IntoIterator<Item = OrderLineStatus>) -> OrderStatus {
    let lines: Vec<_> = lines.into_iter().collect();
    let all = |status| lines.iter().all(|line| *line == status);
    let open = |line: &OrderLineStatus| matches!(line, OrderLineStatus::Placed | OrderLineStatus::Ordered);
    if all(OrderLineStatus::Placed) {
        OrderStatus::Placed
    } else if lines.iter().any(open) {
        OrderStatus::Provisioning
    } else if all(OrderLineStatus::Active) {
        OrderStatus::Completed
    } else if all(OrderLineStatus::Failed) {
        OrderStatus::Failed
    } else {
        OrderStatus::PartiallyFailed
    }
}

#[cfg(test)]
mod tests;
