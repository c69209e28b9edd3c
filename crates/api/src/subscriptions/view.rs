//! A subscription on the wire: the fields of the service list, "my orders" and the contract.

use crate::App;
use crate::auth::standing::Identity;
use crate::catalog::summary::{OfferSummary, Summaries};
use crate::clock::{deadline, instant};
use crate::http::problem::Problem;
use crate::http::wire::codes::{
    AtTermEnd, BillingCycle, ChangeType, InvoiceAddress, OfferKind, Payer, SubscriptionStatus, Term,
};
use crate::http::wire::money::{Money, Price, TaxRule};
use crate::memory::catalogs::catalog::Catalog;
use crate::page;
use crate::policies::view::{PolicyOverride, overrides};
use crate::subscriptions::changes::outcome;
use domain::access::{Permission, Scope};
use domain::id::{ChangeId, CustomerId, SubscriptionId, UserId};
use domain::party::Customer;
use domain::policy::EndOfTerm;
use domain::subscription;
use domain::subscription::add_ons::Outlook;
use domain::subscription::change::ChangeKind;
use domain::tax;
use domain::tax::billed::Billed;
use domain::trial::TrialThen;
use serde::Serialize;
use std::collections::{BTreeSet, HashMap};
use store::Conn;
use utoipa::ToSchema;

/// A subscription: one offer, one customer, one quantity.
#[derive(Debug, Serialize, ToSchema)]
pub struct Subscription {
    /// The subscription's id.
    #[schema(example = "sub_01kagy2qk8e3vrc6h1x0m4t7ws")]
    pub id: String,
    /// Where the subscription stands.
    pub status: SubscriptionStatus,
    /// The customer who uses it.
    #[schema(example = "cus_01kagy2qk8e3vrc6h1x0m4t7ws")]
    pub customer_id: String,
    /// What the customer is called.
    #[schema(example = "Musterfirma GmbH")]
    pub customer_name: String,
    /// The reseller that it was bought through; null where there is none.
    #[schema(required, example = "rsl_01kagy2qk8e3vrc6h1x0m4t7ws")]
    pub reseller_id: Option<String>,
    /// Who pays its price. Where that is the reseller, the customer is told no amounts of it, and asks its reseller for
    /// what would cost something.
    pub payer: Payer,
    /// The subscription that it is an add-on of, and ends with; null where it is none.
    #[schema(required, example = "sub_01kagy2qk8e3vrc6h1x0m4t7ws")]
    pub base_id: Option<String>,
    /// The product that was bought.
    #[schema(example = "prd_01kagy2qk8e3vrc6h1x0m4t7ws")]
    pub product_id: String,
    /// The SKU of that product.
    #[schema(example = "sku_01kagy2qk8e3vrc6h1x0m4t7ws")]
    pub sku_id: String,
    /// The offer that holds: the SKU for a term and a billing cycle.
    #[schema(example = "ofr_01kagy2qk8e3vrc6h1x0m4t7ws")]
    pub offer_id: String,
    /// What that offer sells; null where it is no longer in the catalogue.
    #[schema(required)]
    pub offer: Option<OfferSummary>,
    /// What the offer is.
    pub kind: OfferKind,
    /// For how long the buyer is bound.
    pub term: Term,
    /// How often it is charged.
    pub billing_cycle: BillingCycle,
    /// How many licences it has.
    #[schema(example = 5)]
    pub quantity: u32,
    /// Licences that somebody has; for who sees only what is assigned to it, its own.
    #[schema(example = 3)]
    pub assigned: u32,
    /// The licences by when they came, oldest first.
    pub quantity_lots: Vec<QuantityLot>,
    /// The price that holds, per licence and billing cycle, without tax.
    pub unit_price: Price,
    /// What each later billing cycle costs, with its tax; null where nothing recurs.
    #[schema(required)]
    pub recurring: Option<Money>,
    /// Which VAT holds for it: that of where it is billed to.
    #[schema(required)]
    pub tax: Option<TaxRule>,
    /// Where it is billed to: by that address its tax is decided, and stays until that address changes.
    pub billed_to: BilledTo,
    /// The first day of the running term; null for a perpetual licence.
    #[schema(required, format = Date, example = "2026-11-06")]
    pub term_start: Option<String>,
    /// The last day of the running term, itself included; null for a perpetual licence.
    #[schema(required, format = Date, example = "2027-11-05")]
    pub term_end: Option<String>,
    /// When it renews; null where it does not.
    #[schema(required, format = DateTime, example = "2027-11-06T00:00:00Z")]
    pub renews_at: Option<String>,
    /// For how long it then renews; null where it does not renew.
    #[schema(required)]
    pub follow_up_term: Option<Term>,
    /// The day of the next charge within the term; null where none follows.
    #[schema(required, format = Date, example = "2026-12-01")]
    pub next_charge_on: Option<String>,
    /// Whether it renews at the term's end; an add-on does not where its base is over by then.
    pub auto_renew: bool,
    /// What follows the term; `end` for an add-on whose base is over by then.
    pub at_term_end: AtTermEnd,
    /// What its order says of what follows a trial: `end`, or the id of a paid offer; null for anything else.
    #[schema(required, example = "ofr_01kagy2qk8e3vrc6h1x0m4t7ws")]
    pub trial_then: Option<String>,
    /// Until when the renewal can be stopped; null where any day will do.
    #[schema(required, format = DateTime, example = "2027-10-29T23:59:59Z")]
    pub renewal_can_be_stopped_until: Option<String>,
    /// Until when it may be canceled in its policy's window; null where there is none.
    #[schema(required, format = DateTime, example = "2026-11-27T10:15:00Z")]
    pub cancel_until: Option<String>,
    /// The change that waits for its instant; null where none does.
    #[schema(required)]
    pub pending_change: Option<PendingChange>,
    /// The change that Microsoft is being asked for, no other is taken meanwhile; null where none is.
    #[schema(required, example = "chn_01kagy2qk8e3vrc6h1x0m4t7ws")]
    pub applying_change_id: Option<String>,
    /// When somebody asked for its end; null where nobody did.
    #[schema(required, format = DateTime, example = "2026-11-20T10:15:00Z")]
    pub cancel_requested_at: Option<String>,
    /// From when on nothing is paid for, where that is settled; null while it goes on.
    #[schema(required, format = DateTime, example = "2026-12-01T00:00:00Z")]
    pub ends_at: Option<String>,
    /// From when on the service is off, where that is settled; null while it goes on.
    #[schema(required, format = DateTime, example = "2026-12-31T00:00:00Z")]
    pub access_ends_at: Option<String>,
    /// From when on the data are gone, where that is settled; null while it goes on.
    #[schema(required, format = DateTime, example = "2027-03-31T00:00:00Z")]
    pub data_deleted_at: Option<String>,
    /// How often it was changed; a policy may set a limit.
    #[schema(example = 2)]
    pub changes: u32,
    /// How many more changes its policy allows; null where it sets no limit.
    #[schema(required, example = 1198)]
    pub updates_left: Option<u32>,
    /// Whether four fifths of the changes that its policy allows are made: put changes together, or order a second
    /// subscription in time.
    #[schema(example = false)]
    pub few_updates_left: bool,
    /// The policy as it was at the start of the term.
    #[schema(example = "cancom_monthly12")]
    pub policy_key: String,
    /// The version of that policy.
    #[schema(example = 1)]
    pub policy_version: u32,
    /// The overrides that are in its rules: the product's, then the offer's.
    pub policy_overrides: Vec<PolicyOverride>,
    /// The order it came from.
    #[schema(example = "ord_01kagy2qk8e3vrc6h1x0m4t7ws")]
    pub order_id: String,
    /// Who is responsible for it; null where nobody is.
    #[schema(required)]
    pub responsible_user: Option<ResponsibleUser>,
    /// Printed in the text of its positions on invoices; null where there is nothing to print.
    #[schema(required, example = "Kostenstelle 4711")]
    pub reference: Option<String>,
    /// The number of the partner that the customer names for it; null where the one that it names for all that it has
    /// holds.
    #[schema(required, example = "5357564")]
    pub partner_of_record: Option<String>,
    /// Whether the caller may change it: `view` or `view_and_edit`.
    pub permission: CallerPermission,
    /// Microsoft's id of it; null until it is provided.
    #[schema(required, example = "5f2c9c1e-7b4e-4c8f-9a37-0d1e2f3a4b5c")]
    pub external_id: Option<String>,
    /// When it was ordered, by the marketplace's clock.
    #[schema(format = DateTime, example = "2026-11-20T10:15:00Z")]
    pub created_at: String,
    /// When it was changed last, also by its licences being given to people, by the marketplace's clock.
    #[schema(format = DateTime, example = "2026-11-20T10:15:00Z")]
    pub updated_at: String,
    /// When it began to run; null while Microsoft is being asked.
    #[schema(required, format = DateTime, example = "2026-11-20T10:15:02Z")]
    pub activated_at: Option<String>,
}

page!(
    /// A page of subscriptions, newest first.
    SubscriptionPage of Subscription
);

/// Who is responsible for a subscription: somebody of the customer, or of a partner that redeemed its keys.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct ResponsibleUser {
    /// The id of the user who is responsible.
    #[schema(example = "usr_01kagy2qk8e3vrc6h1x0m4t7ws")]
    pub id: String,
    /// The user's first and last name; null where the user was deleted.
    #[schema(required, example = "Erika Muster")]
    pub name: Option<String>,
}

/// What the caller may do with a subscription.
#[derive(Debug, Clone, Copy, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum CallerPermission {
    /// The caller may see it.
    View,
    /// The caller may see and change it.
    ViewAndEdit,
}

/// Licences of a subscription that came together.
#[derive(Debug, Serialize, ToSchema)]
pub struct QuantityLot {
    /// How many are left of them.
    #[schema(example = 3)]
    pub quantity: u32,
    /// When they were added, by the marketplace's clock.
    #[schema(format = DateTime, example = "2026-11-20T10:15:00Z")]
    pub added_at: String,
    /// Until when they can be given back; null where there is no window.
    #[schema(required, format = DateTime, example = "2026-11-27T10:15:00Z")]
    pub reducible_until: Option<String>,
}

/// Where a subscription is billed to.
#[derive(Debug, Serialize, ToSchema)]
pub struct BilledTo {
    /// Which invoice address it is: the customer's own, one that its order has for itself, or a branch's.
    pub address: InvoiceAddress,
    /// The branch, where it is a branch's; null otherwise.
    #[schema(required, example = "brn_01kagy2qk8e3vrc6h1x0m4t7ws")]
    pub branch_id: Option<String>,
    /// The country of that address.
    #[schema(example = "DE")]
    pub country: String,
    /// Its postal code; empty where the country has none.
    #[schema(example = "51063")]
    pub postal_code: String,
}

/// A change of a subscription that waits for its instant.
#[derive(Debug, Serialize, ToSchema)]
pub struct PendingChange {
    /// The id of the change that waits.
    #[schema(example = "chn_01kagy2qk8e3vrc6h1x0m4t7ws")]
    pub id: String,
    /// What was asked for.
    #[serde(rename = "type")]
    pub kind: ChangeType,
    /// When it was asked for.
    #[schema(format = DateTime, example = "2026-11-20T10:15:00Z")]
    pub requested_at: String,
    /// When it takes effect.
    #[schema(format = DateTime, example = "2027-09-06T00:00:00Z")]
    pub effective_at: String,
    /// How many licences it then has; null where that stays.
    #[schema(required, example = 7)]
    pub quantity: Option<u32>,
    /// The offer that then holds; null where it stays.
    #[schema(required, example = "ofr_01kagy2qk8e3vrc6h1x0m4t7ws")]
    pub offer_id: Option<String>,
    /// The last day of the term that then begins; null where that stays its usual length.
    #[schema(required, format = Date, example = "2028-06-30")]
    pub term_end: Option<String>,
    /// Whether the subscription ends then.
    pub ends: bool,
}

/// What the rows of a page share: the catalogue, the customers with their tax, who has licences.
pub struct Context<'a> {
    /// The application with its catalogues and marketplaces.
    pub app: &'a App,
    /// The catalogue as it is read.
    pub summaries: Summaries,
    /// Who asks, and may change it or only look.
    pub identity: &'a Identity,
    /// What was read for the rows.
    pub beside: Beside,
}

/// What the rows of a page need besides themselves.
pub struct Beside {
    /// The customers of the rows.
    customers: HashMap<CustomerId, Customer>,
    /// How many licences are given to people.
    assigned: HashMap<SubscriptionId, u32>,
    /// What those who are responsible are called.
    names: HashMap<UserId, String>,
    /// What was asked for by the changes that wait.
    waiting: HashMap<ChangeId, ChangeKind>,
    /// What the add-ons among them end with.
    bases: HashMap<SubscriptionId, subscription::Subscription>,
}

impl Beside {
    /// Reads it, with one query each, however many rows there are.
    pub fn read(conn: &mut Conn, scope: &Scope, rows: &[subscription::Subscription]) -> Result<Self, Problem> {
        let mut customers: Vec<_> = rows.iter().map(|row| row.customer_id).collect();
        customers.sort_unstable();
        customers.dedup();
        let customers = store::customers::of_ids(conn, scope, &customers)?;
        let customers = customers.into_iter().map(|customer| (customer.id, customer)).collect();
        let ids: Vec<_> = rows.iter().map(|row| row.id).collect();
        let assigned = store::assignments::counts(conn, scope, &ids)?;
        let waiting: Vec<_> = rows.iter().filter_map(|row| Some(row.pending.as_ref()?.change_id)).collect();
        let waiting = store::changes::kinds(conn, scope, &waiting)?;
        let bases: Vec<_> = BTreeSet::from_iter(rows.iter().filter_map(|row| row.base_id)).into_iter().collect();
        // Who has an add-on is told when it ends, though it may not see what that is added to.
        let bases = if bases.is_empty() { vec![] } else { store::subscriptions::of_ids(conn, &scope.whole(), &bases)? };
        let bases = bases.into_iter().map(|base| (base.id, base)).collect();
        Ok(Self { customers, assigned, names: names(conn, scope, rows)?, waiting, bases })
    }
}

/// What those who are responsible for some subscriptions are called, whoever's people they are.
fn names(
    conn: &mut Conn,
    scope: &Scope,
    rows: &[subscription::Subscription],
) -> Result<HashMap<UserId, String>, Problem> {
    let mut responsible: Vec<_> = rows.iter().filter_map(|row| row.responsible_user).collect();
    responsible.sort_unstable();
    responsible.dedup();
    if responsible.is_empty() {
        return Ok(HashMap::new());
    }
    let people = store::users::of_ids_unscoped(conn, scope.marketplace(), &responsible)?;
    Ok(people.into_iter().map(|user| (user.id, format!("{} {}", user.first_name, user.last_name))).collect())
}

impl Context<'_> {
    fn responsible(&self, id: UserId) -> ResponsibleUser {
        ResponsibleUser { id: id.to_string(), name: self.beside.names.get(&id).cloned() }
    }

    fn customer_name(&self, of: &subscription::Subscription) -> String {
        self.beside.customers.get(&of.customer_id).map(|customer| customer.name.clone()).unwrap_or_default()
    }

    fn tax_rule(&self, of: &subscription::Subscription) -> Option<tax::TaxRule> {
        let customer = self.beside.customers.get(&of.customer_id)?;
        let marketplace = self.app.marketplaces.get(of.marketplace_id).ok()?;
        Some(of.tax_rule(marketplace.marketplace.country, customer))
    }

    fn outlook(&self, of: &subscription::Subscription) -> Outlook {
        Outlook::of(of, of.base_id.and_then(|base| self.beside.bases.get(&base)))
    }

    fn recurring(&self, of: &subscription::Subscription) -> Option<Money> {
        outcome::recurring(of, self.tax_rule(of)?).ok().flatten().map(Money::from)
    }
}

/// A subscription on the wire.
pub fn view(context: &Context<'_>, subscription: &subscription::Subscription) -> Subscription {
    let catalog = context.app.catalogs.of(subscription.marketplace_id);
    let span = subscription.term_span;
    let outlook = context.outlook(subscription);
    let ending = outlook.ending;
    let may_change = context.identity.may(Permission::SubscriptionsChange);
    Subscription {
        id: subscription.id.to_string(),
        status: SubscriptionStatus(subscription.status),
        customer_id: subscription.customer_id.to_string(),
        customer_name: context.customer_name(subscription),
        reseller_id: subscription.reseller_id.map(|id| id.to_string()),
        payer: Payer(subscription.payer),
        base_id: subscription.base_id.map(|id| id.to_string()),
        product_id: subscription.product_id.to_string(),
        sku_id: subscription.sku_id.to_string(),
        offer_id: subscription.offer_id.to_string(),
        offer: context.summaries.of_offer(subscription.offer_id),
        kind: OfferKind(subscription.kind),
        term: Term(subscription.term),
        billing_cycle: BillingCycle(subscription.billing_cycle),
        quantity: subscription.quantity,
        assigned: context.beside.assigned.get(&subscription.id).copied().unwrap_or_default(),
        quantity_lots: subscription.lots.iter().map(lot).collect(),
        unit_price: subscription.unit_price.into(),
        recurring: context.recurring(subscription),
        tax: context.tax_rule(subscription).as_ref().map(TaxRule::from),
        billed_to: billed_to(&subscription.billed),
        term_start: span.map(|span| span.first.to_string()),
        term_end: span.map(|span| span.last.to_string()),
        renews_at: renews_at(subscription, &outlook).map(instant),
        follow_up_term: follow_up_term(&catalog, subscription, &outlook).map(Term),
        next_charge_on: subscription.next_charge_on.map(|day| day.to_string()),
        auto_renew: outlook.renews(),
        at_term_end: AtTermEnd(outlook.at_term_end),
        trial_then: subscription.trial_then.map(|then| then.to_string()),
        renewal_can_be_stopped_until: subscription.notice_until().map(deadline),
        cancel_until: subscription.cancel_until.map(instant),
        pending_change: subscription.pending.as_ref().map(|waits| pending(waits, &context.beside.waiting)),
        applying_change_id: subscription.applying.map(|id| id.to_string()),
        cancel_requested_at: ending.and_then(|ending| ending.requested_at).map(instant),
        ends_at: ending.map(|ending| instant(ending.ends_at)),
        access_ends_at: ending.map(|ending| instant(ending.access_ends_at)),
        data_deleted_at: ending.map(|ending| instant(ending.data_deleted_at)),
        changes: subscription.changes,
        updates_left: subscription.updates_left(),
        few_updates_left: subscription.few_updates_left(),
        policy_key: subscription.policy.key.clone(),
        policy_version: subscription.policy.version,
        policy_overrides: overrides(&subscription.policy),
        order_id: subscription.order_id.to_string(),
        responsible_user: subscription.responsible_user.map(|id| context.responsible(id)),
        reference: subscription.reference.clone(),
        partner_of_record: subscription.partner_of_record.clone(),
        permission: if may_change { CallerPermission::ViewAndEdit } else { CallerPermission::View },
        external_id: subscription.external_id.clone(),
        created_at: instant(subscription.created_at),
        updated_at: instant(subscription.updated_at),
        activated_at: subscription.activated_at.map(instant),
    }
}

fn billed_to(billed: &Billed) -> BilledTo {
    BilledTo {
        address: InvoiceAddress(billed.address),
        branch_id: billed.branch_id.map(|id| id.to_string()),
        country: billed.place.country.to_string(),
        postal_code: billed.place.postal_code.clone(),
    }
}

fn lot(lot: &subscription::QuantityLot) -> QuantityLot {
    QuantityLot {
        quantity: lot.quantity,
        added_at: instant(lot.added_at),
        reducible_until: lot.reducible_until.map(instant),
    }
}

fn pending(pending: &subscription::ScheduledChange, known: &HashMap<ChangeId, ChangeKind>) -> PendingChange {
    use subscription::Effect;
    // What a product key brings was asked for by no change.
    let of_effect = match pending.effect {
        Effect::Quantity(_) => ChangeKind::SetQuantity,
        Effect::Offer(_) => ChangeKind::ChangeOffer,
        Effect::TermEnd(_) => ChangeKind::AlignTermEnd,
        Effect::End => ChangeKind::Cancel,
    };
    PendingChange {
        id: pending.change_id.to_string(),
        kind: ChangeType(known.get(&pending.change_id).copied().unwrap_or(of_effect)),
        requested_at: instant(pending.requested_at),
        effective_at: instant(pending.effective_at),
        quantity: match pending.effect {
            Effect::Quantity(quantity) => Some(quantity),
            _ => None,
        },
        offer_id: match pending.effect {
            Effect::Offer(offer) => Some(offer.to_string()),
            _ => None,
        },
        term_end: match pending.effect {
            Effect::TermEnd(day) => Some(day.to_string()),
            _ => None,
        },
        ends: pending.effect == Effect::End,
    }
}

/// What is to end some day is renewed until then.
fn renews(subscription: &subscription::Subscription, outlook: &Outlook) -> bool {
    outlook.renews() && subscription.status.owned() && !outlook.ends_in_term(subscription)
}

fn renews_at(subscription: &subscription::Subscription, outlook: &Outlook) -> Option<time::OffsetDateTime> {
    subscription.term_ends_at().filter(|_| renews(subscription, outlook))
}

/// The follow-up term (C-48) is the subscription's own, by its policy or by what is scheduled.
fn follow_up_term(
    catalog: &Catalog,
    subscription: &subscription::Subscription,
    outlook: &Outlook,
) -> Option<domain::calendar::Term> {
    use EndOfTerm::{AsOrdered, Expire, ExtendedServiceTerm, RenewSame};
    use domain::calendar::Term as Length;
    if !renews(subscription, outlook) {
        return None;
    }
    let scheduled = subscription.pending.as_ref().and_then(|pending| match pending.effect {
        subscription::Effect::Offer(offer) => catalog.offer(offer).map(|found| found.offer.term),
        _ => None,
    });
    let rules = &subscription.policy.rules;
    let after_trial = match subscription.trial_then {
        Some(TrialThen::Paid(offer)) => catalog.offer(offer).map(|found| found.offer.term),
        Some(TrialThen::End) => None,
        None => (subscription.kind == domain::catalog::OfferKind::Trial).then_some(rules.trial_converts_to.term),
    };
    let by_policy = match rules.end_of_term {
        EndOfTerm::RenewToYear => Length::P1Y,
        EndOfTerm::RenewToMonth => Length::P1M,
        RenewSame | AsOrdered | ExtendedServiceTerm | Expire => subscription.term,
    };
    scheduled.or(after_trial).or(Some(by_policy))
}
