//! Random lives: what is on offer, which policy rules it, what is ordered, and what is asked for as time goes by.

#![allow(dead_code, reason = "each of the tests that share it uses its part")]

use crate::lifecycle::{self, Listed, Ordered, Played, World};
use domain::calendar::{BillingCycle, Term};
use domain::catalog::{Offer, OfferKind, QuantityLimits};
use domain::id::{OfferId, SubscriptionId, UserId};
use domain::money::{Currency, Rounding, UnitPrice};
use domain::policy::*;
use domain::subscription::change::{AlignTo, Change, Decision, Neighbor, Starts, When};
use domain::subscription::{AtTermEnd, Subscription, SubscriptionStatus, alignment};
use proptest::prelude::*;
use time::macros::datetime;
use time::{Duration, OffsetDateTime};

/// A rule turned into something else.
pub(crate) type Turn = fn(&mut Rules);

/// Turns that leave what a day costs as it is: its share of the price of the cycle that it is in.
pub(crate) const TURNS_OF_TIME: &[Turn] = &[
    |rules| rules.change_day = ChangeDay::Exclusive,
    |rules| rules.period_anchor = PeriodAnchor::CalendarMonth,
    |rules| rules.period_anchor = PeriodAnchor::Anniversary,
    |rules| rules.period_anchor = PeriodAnchor::DayOfMonth(15),
    |rules| rules.period_anchor = PeriodAnchor::DayOfMonth(31),
    |rules| rules.month_end = MonthEnd::KeepDay,
    |rules| rules.month_end = MonthEnd::Microsoft,
    |rules| rules.repricing = Repricing::RefundAndRebill,
    |rules| rules.decrease = Decrease::AnyTimeMonthEnd,
    |rules| rules.decrease = Decrease::ScheduleToTermEnd,
    |rules| rules.decrease = Decrease::WindowElseReject,
    |rules| rules.decrease = Decrease::WindowElseSchedule,
    |rules| rules.decrease = Decrease::AnyTime,
    |rules| rules.decrease = Decrease::Never,
    |rules| rules.notice_days = None,
    |rules| rules.notice_days = Some(7),
    |rules| rules.notice_days = Some(30),
    |rules| rules.window_hours = None,
    |rules| rules.window_hours = Some(24),
    |rules| rules.window_hours = Some(168),
    |rules| rules.window_hours = Some(720),
    |rules| rules.window_anchors = vec![WindowAnchor::TermStart],
    |rules| rules.window_anchors = vec![WindowAnchor::Renewal, WindowAnchor::SeatBatch],
    |rules| rules.cancel = Cancel::FeePercent(50),
    |rules| rules.cancel = Cancel::MonthEnd,
    |rules| rules.cancel = Cancel::RejectBilledToTermEnd,
    |rules| rules.cancel = Cancel::WindowOnly,
    |rules| rules.cancel = Cancel::AtTermEnd,
    |rules| rules.cancel = Cancel::AnyTime,
    |rules| rules.end_of_term = EndOfTerm::RenewSame,
    |rules| rules.end_of_term = EndOfTerm::RenewToYear,
    |rules| rules.end_of_term = EndOfTerm::RenewToMonth,
    |rules| rules.end_of_term = EndOfTerm::ExtendedServiceTerm,
    |rules| rules.end_of_term = EndOfTerm::Expire,
    |rules| (rules.grace_days, rules.disabled_days) = (0, 0),
    |rules| (rules.grace_days, rules.disabled_days) = (30, 90),
    |rules| (rules.grace_days, rules.disabled_days) = (0, 90),
    |rules| rules.reactivate_until = ReactivateUntil::Days(45),
    |rules| rules.renewal_start = RenewalStart::Immediately,
    |rules| rules.reminders = vec![],
    |rules| rules.reminder_audience = ReminderAudience::LongTerms,
    |rules| rules.pending_slot = PendingSlot::RejectIfPending,
    |rules| rules.pending_after_change = PendingAfterChange::Keep,
    |rules| rules.edition_change = EditionChange::InPlaceImmediate,
    |rules| rules.edition_change = EditionChange::AtTermEnd,
    |rules| rules.edition_change = EditionChange::NewSubscription,
    |rules| rules.term_change = TermChange::AtTermEnd,
    |rules| rules.upgrade_window = UpgradeWindow::None,
    |rules| rules.max_changes = Some(3),
    |rules| rules.price_lock = PriceLock::None,
    |rules| rules.price_lock = PriceLock::Period,
    |rules| rules.price_lock = PriceLock::Term,
    |rules| rules.zero_quantity = ZeroQuantity::Cancel,
    |rules| rules.renewal_without_price = RenewalWithoutPrice::End,
    |rules| rules.assigned_at_renewal = AssignedAtRenewal::Refuse,
    |rules| rules.add_on_term = AddOnTerm::Own,
    |rules| rules.add_on_refund = AddOnRefund::Keep,
];

/// Turns of what parts of a cycle cost, and of what is given back.
pub(crate) const TURNS_OF_MONEY: &[Turn] = &[
    |rules| rules.first_period = FirstPeriod::Prorate,
    |rules| rules.first_period = FirstPeriod::FullBackdated,
    |rules| rules.first_period = FirstPeriod::Full,
    |rules| rules.first_period = FirstPeriod::Free,
    |rules| rules.increase = Increase::FullCycle,
    |rules| rules.quantity_basis = QuantityBasis::PeakInPeriod,
    |rules| rules.access_after_cancel = AccessAfterCancel::Immediate,
    |rules| rules.rounding = RoundingRule { scope: RoundingScope::Unit, mode: Rounding::HalfUp },
    |rules| rules.rounding = RoundingRule { scope: RoundingScope::Line, mode: Rounding::HalfEven },
    |rules| rules.rounding = RoundingRule { scope: RoundingScope::Line, mode: Rounding::Down },
    |rules| rules.proration_basis = ProrationBasis::ActualDays,
    |rules| rules.proration_basis = ProrationBasis::Fixed30,
    |rules| rules.proration_basis = ProrationBasis::D30360,
    |rules| rules.proration_basis = ProrationBasis::Fixed365,
    |rules| rules.proration_basis = ProrationBasis::DailyRateRounded(3),
    |rules| rules.proration_basis = ProrationBasis::RatioRounded(2),
    |rules| rules.proration_basis = ProrationBasis::None,
    |rules| rules.refund = refund(&[(24, RefundKind::Full, RefundUnit::DayIncluded)]),
    |rules| rules.refund = refund(&[(720, RefundKind::Full, RefundUnit::DayIncluded)]),
    |rules| rules.refund = refund(&[(720, RefundKind::Prorated, RefundUnit::Hour)]),
    |rules| rules.refund = refund(&[(720, RefundKind::Prorated, RefundUnit::CalendarDay)]),
    |rules| {
        rules.refund = refund(&[
            (24, RefundKind::Full, RefundUnit::DayIncluded),
            (720, RefundKind::Prorated, RefundUnit::Block24h),
        ]);
    },
];

fn refund(steps: &[(u16, RefundKind, RefundUnit)]) -> Vec<RefundStep> {
    steps
        .iter()
        .map(|(until_hours, kind, unit)| RefundStep { until_hours: *until_hours, kind: *kind, unit: *unit })
        .collect()
}

/// SKU, term, billing cycle, and a licence's price in percent of the SKU's month. SKU 4 is an add-on's.
const OFFERS: &[(u128, Term, BillingCycle, i64)] = &[
    (1, Term::P1M, BillingCycle::Monthly, 120),
    (1, Term::P1Y, BillingCycle::Monthly, 100),
    (1, Term::P1Y, BillingCycle::Annual, 1200),
    (1, Term::P3Y, BillingCycle::Monthly, 95),
    (1, Term::P3Y, BillingCycle::Annual, 1150),
    (1, Term::P3Y, BillingCycle::Triennial, 3400),
    (2, Term::P1M, BillingCycle::Monthly, 120),
    (2, Term::P1Y, BillingCycle::Monthly, 100),
    (2, Term::P1Y, BillingCycle::Annual, 1200),
    (2, Term::P3Y, BillingCycle::Annual, 1150),
    (3, Term::P1M, BillingCycle::Monthly, 120),
    (3, Term::P1Y, BillingCycle::Monthly, 100),
    (3, Term::P1Y, BillingCycle::Annual, 1200),
    (1, Term::P1M, BillingCycle::None, 0),
    (3, Term::None, BillingCycle::OneTime, 1000),
    (3, Term::P1Y, BillingCycle::OneTime, 1200),
    (4, Term::P1M, BillingCycle::Monthly, 120),
    (4, Term::P1Y, BillingCycle::Monthly, 100),
    (4, Term::P1Y, BillingCycle::Annual, 1200),
];

/// Whose days are counted.
const ZONES: &[&str] = &["UTC", "UTC", "Europe/Berlin", "America/New_York"];

/// The first of the add-on's offers.
const ADD_ON: usize = 16;

/// From here on a place is one among all offers.
const ANY: usize = 100;

/// Where a life begins.
#[derive(Debug, Clone)]
pub(crate) struct Setup {
    preset: usize,
    zone: &'static str,
    by_days: bool,
    turns: Vec<(bool, usize)>,
    /// The SKUs' prices a month, in cents.
    months: [i64; 4],
    withdrawn: Vec<usize>,
    limits: usize,
    offer: usize,
    quantity: u32,
    hours: i64,
    neighbors: Vec<(Term, i64, bool)>,
}

/// What is asked for; offers and options by their place: for an offer among those that could be meant, or, from
/// [`ANY`] on, among all.
#[derive(Debug, Clone)]
pub(crate) enum Ask {
    Quantity(u32),
    Cancel,
    AutoRenew(bool),
    AtTermEnd(usize),
    Transition(usize, Option<u32>),
    Offer(usize),
    AlignOption(usize),
    AlignDate(i64),
    AlignWith(usize),
    Suspend,
    Resume,
    Reactivate,
    Renew(usize),
    TakeOver(u128),
}

/// What happens next.
#[derive(Debug, Clone)]
pub(crate) enum Command {
    Ask(Ask, When),
    /// So many minutes pass.
    Advance(i64),
    /// The term ends, but for so many minutes.
    TermEnd(i64),
    Reprice(usize, Option<i64>),
    Assign(u128),
    AddOn(usize, u32),
    /// Product keys pay for the licences of the next term (K-17).
    Prepay,
}

/// A life: where it begins, and what is then done, in order.
#[derive(Debug, Clone)]
pub(crate) struct Life {
    setup: Setup,
    pub(crate) commands: Vec<Command>,
}

/// What became of a command.
pub(crate) enum Became {
    Nothing,
    Decided(Box<Decision>),
    Played(Vec<Played>),
}

/// How many random lives a test looks at: the variable `LIVES`, where it is set.
#[allow(clippy::disallowed_methods, reason = "the one variable that the tests read")]
pub(crate) fn count(usual: u32) -> u32 {
    std::env::var("LIVES").ok().and_then(|count| count.parse().ok()).unwrap_or(usual)
}

/// Lives under any rules.
pub(crate) fn lives() -> impl Strategy<Value = Life> {
    let command = prop_oneof![30 => commands(), 1 => Just(Command::Prepay)];
    (setups(true, ZONES), prop::collection::vec(command, 1..14)).prop_map(|(setup, commands)| Life { setup, commands })
}

/// Lives at a marketplace of a time zone.
pub(crate) fn lives_in(zone: &'static str) -> impl Strategy<Value = Life> {
    let setups = setups(true, &[zone]);
    (setups, prop::collection::vec(commands(), 1..14)).prop_map(|(setup, commands)| Life { setup, commands })
}

/// Lives in which a day costs its share of its cycle's price, whatever happens.
pub(crate) fn lives_by_days() -> impl Strategy<Value = Life> {
    (setups(false, ZONES), prop::collection::vec(commands(), 1..14))
        .prop_map(|(setup, commands)| Life { setup, commands })
}

fn setups(money: bool, zones: &[&'static str]) -> impl Strategy<Value = Setup> + use<> {
    let zone = prop::sample::select(zones.to_vec());
    let turn = (prop::bool::weighted(if money { 0.4 } else { 0.0 }), any::<usize>());
    let ordered = prop_oneof![4 => 0_usize..13, 1 => 0..OFFERS.len()];
    let preset = prop_oneof![4 => 0_usize..15, 1 => Just(10_usize)];
    let neighbor = (prop::sample::select(vec![Term::P1M, Term::P1Y, Term::P3Y]), 1_i64..900, any::<bool>());
    (
        (preset, prop::collection::vec(turn, 0..5), prop::collection::vec(0..OFFERS.len(), 0..3), 0_usize..8),
        (zone, [100_i64..2_000, 100_i64..6_000, 100_i64..6_000, 50_i64..500], ordered, 1_u32..20),
        (0_i64..35_000, prop::collection::vec(neighbor, 0..3)),
    )
        .prop_map(
            move |((preset, turns, withdrawn, limits), (zone, months, offer, quantity), (hours, neighbors))| Setup {
                preset,
                zone,
                by_days: !money,
                turns,
                months,
                withdrawn,
                limits,
                offer,
                quantity,
                hours,
                neighbors,
            },
        )
}

fn commands() -> impl Strategy<Value = Command> {
    let when = prop::sample::select(vec![When::Earliest, When::Earliest, When::Now, When::AtRenewal]);
    prop_oneof![
        6 => (asks(), when).prop_map(|(ask, when)| Command::Ask(ask, when)),
        2 => (1_i64..3_000).prop_map(Command::Advance),
        2 => (1_i64..60).prop_map(|days| Command::Advance(days * 1_440)),
        1 => (1_i64..14).prop_map(|months| Command::Advance(months * 43_830)),
        2 => (-20_000_i64..4_000).prop_map(Command::TermEnd),
        1 => (0..OFFERS.len(), prop::option::weighted(0.8, 50_i64..20_000))
            .prop_map(|(offer, cents)| Command::Reprice(offer, cents)),
        1 => (0_u128..20).prop_map(Command::Assign),
        1 => (ADD_ON..OFFERS.len(), 1_u32..20).prop_map(|(offer, quantity)| Command::AddOn(offer, quantity)),
    ]
}

fn places() -> impl Strategy<Value = usize> {
    prop_oneof![5 => 0..ANY, 1 => ANY..2 * ANY]
}

fn asks() -> impl Strategy<Value = Ask> {
    prop_oneof![
        6 => (0_u32..30).prop_map(Ask::Quantity),
        2 => Just(Ask::Cancel),
        2 => any::<bool>().prop_map(Ask::AutoRenew),
        1 => (0_usize..3).prop_map(Ask::AtTermEnd),
        5 => (places(), prop::option::weighted(0.3, 0_u32..20))
            .prop_map(|(offer, quantity)| Ask::Transition(offer, quantity)),
        3 => places().prop_map(Ask::Offer),
        2 => (0_usize..4).prop_map(Ask::AlignOption),
        1 => (-5_i64..400).prop_map(Ask::AlignDate),
        1 => (0_usize..3).prop_map(Ask::AlignWith),
        1 => Just(Ask::Suspend),
        1 => Just(Ask::Resume),
        1 => Just(Ask::Reactivate),
        1 => (0_usize..2).prop_map(Ask::Renew),
        1 => (0_u128..3).prop_map(Ask::TakeOver),
    ]
}

impl Life {
    /// The world right after the order.
    pub(crate) fn begin(&self) -> World {
        let setup = &self.setup;
        let (key, mut rules) = presets::all().unwrap().swap_remove(setup.preset);
        for (money, turn) in &setup.turns {
            let turns = if *money { TURNS_OF_MONEY } else { TURNS_OF_TIME };
            turns[turn % turns.len()](&mut rules);
        }
        if setup.by_days {
            divide_by_days(&mut rules);
        }
        let policy = Policy { zone: setup.zone.parse().unwrap(), ..Policy::new(key.to_owned(), 1, rules) };
        let at = datetime!(2026-01-01 0:00 UTC) + Duration::hours(setup.hours) + Duration::minutes(setup.hours % 60);
        let limits = [(1, 60, 1), (2, 40, 2)].get(setup.limits).copied().unwrap_or((1, 100_000, 1));
        let listed = OFFERS.iter().enumerate().map(|(place, offer)| {
            let sold = place == setup.offer || place >= ADD_ON || !setup.withdrawn.contains(&place);
            listed(place, *offer, setup.months, &policy, limits, sold)
        });
        let ordered = Ordered { offer: id(setup.offer), quantity: setup.quantity, at, aligned_to: None };
        let ordered = Ordered { quantity: setup.quantity.next_multiple_of(limits.2), ..ordered };
        let mut world = World::new(listed.collect(), &ordered);
        let neighbor = |(place, (term, days, renews)): (u128, &(Term, i64, bool))| Neighbor {
            id: SubscriptionId::from_u128(500 + place),
            term: *term,
            last: world.today().plus_days(*days),
            renews: *renews,
        };
        world.neighbors = (0..).zip(&setup.neighbors).map(neighbor).collect();
        world.by = Some(UserId::from_u128(1));
        world
    }
}

/// A day costs its share of the price of the cycle that it is in, from the day of a change on.
fn divide_by_days(rules: &mut Rules) {
    rules.proration_basis = ProrationBasis::ActualDays;
    rules.rounding = RoundingRule { scope: RoundingScope::Line, mode: Rounding::HalfUp };
    rules.quantity_basis = QuantityBasis::Running;
    rules.increase = Increase::Prorate;
    rules.access_after_cancel = AccessAfterCancel::UntilEnd;
    rules.refund = Vec::new();
    if rules.first_period == FirstPeriod::Full {
        rules.first_period = FirstPeriod::Prorate;
    }
}

fn id(place: usize) -> OfferId {
    OfferId::from_u128(place as u128)
}

fn listed(
    place: usize,
    (sku, term, cycle, percent): (u128, Term, BillingCycle, i64),
    months: [i64; 4],
    policy: &Policy,
    (min, max, step): (u32, u32, u32),
    sold: bool,
) -> Listed {
    let mut offer = lifecycle::offer(place as u128, sku, term, cycle, policy);
    offer.limits = QuantityLimits { min, max, step };
    if place >= ADD_ON {
        offer.kind = OfferKind::AddOn;
    }
    let month = months[usize::try_from(sku - 1).unwrap()];
    let price = UnitPrice::from_micros(month * percent * 100, Currency::Eur);
    Listed { offer, policy: policy.clone(), prices: vec![(OffsetDateTime::UNIX_EPOCH, sold.then_some(price))] }
}

/// An offer that could be meant, or any.
fn meant(world: &World, place: usize, fits: impl Fn(&Offer, &Offer) -> bool) -> OfferId {
    let offers: Vec<&Offer> = world.offers.iter().map(|listed| &listed.offer).collect();
    let own = offers.iter().find(|offer| offer.id == world.main.subscription.offer_id);
    let meant: Vec<_> = offers
        .iter()
        .filter(|offer| {
            let kind = matches!(offer.kind, OfferKind::Licensed | OfferKind::AddOn);
            place >= ANY
                || (kind
                    && own.is_some_and(|own| own.kind != OfferKind::AddOn || own.kind == offer.kind)
                    && own.is_some_and(|own| fits(own, offer)))
        })
        .collect();
    meant.get(place % meant.len().max(1)).map_or(id(place), |offer| offer.id)
}

impl Ask {
    /// The change, where there is such a one.
    pub(crate) fn change(&self, world: &World) -> Option<Change> {
        let last = world.main.subscription.term_span.map(|term| term.last);
        Some(match self {
            Self::Quantity(quantity) => Change::SetQuantity(*quantity),
            Self::Cancel => Change::Cancel,
            Self::AutoRenew(renew) => Change::SetAutoRenew(*renew),
            Self::AtTermEnd(then) => Change::SetAtTermEnd(AtTermEnd::ALL[*then]),
            Self::Transition(place, quantity) => {
                let offer = meant(world, *place, |own, other| own.sku_id != other.sku_id);
                Change::Transition { offer, quantity: *quantity }
            }
            Self::Offer(place) => Change::ChangeOffer(meant(world, *place, |own, other| own.sku_id == other.sku_id)),
            Self::AlignOption(place) => {
                let options = alignment::options(&world.facts()).ok()?;
                Change::AlignTermEnd(AlignTo::Date(options.get(*place)?.date.day))
            }
            Self::AlignDate(days) => Change::AlignTermEnd(AlignTo::Date(last?.plus_days(*days))),
            Self::AlignWith(place) => Change::AlignTermEnd(AlignTo::Subscription(world.neighbors.get(*place)?.id)),
            Self::Suspend => Change::Suspend,
            Self::Resume => Change::Resume,
            Self::Reactivate => Change::Reactivate,
            Self::Renew(starts) => Change::Renew(Starts::ALL[*starts]),
            Self::TakeOver(user) => Change::TakeOver(UserId::from_u128(*user)),
        })
    }
}

impl Command {
    /// The instant that it moves on to.
    pub(crate) fn target(&self, world: &World) -> Option<OffsetDateTime> {
        let target = match self {
            Self::Advance(minutes) => world.now + Duration::minutes(*minutes),
            Self::TermEnd(minutes) => world.main.subscription.term_ends_at()? + Duration::minutes(*minutes),
            _ => return None,
        };
        Some(target).filter(|target| *target > world.now)
    }

    /// Does it to a world, and says what became of it.
    pub(crate) fn run(&self, world: &mut World) -> Became {
        match self {
            Self::Ask(ask, when) => {
                let decision = ask.change(world).and_then(|change| world.ask(change, *when).ok());
                return decision.map_or(Became::Nothing, |decision| Became::Decided(Box::new(decision)));
            }
            Self::Advance(_) | Self::TermEnd(_) => {
                return self.target(world).map_or(Became::Nothing, |target| Became::Played(world.advance(target)));
            }
            Self::Reprice(offer, cents) => {
                world.reprice(id(*offer), cents.map(|cents| UnitPrice::from_micros(cents * 10_000, Currency::Eur)));
            }
            Self::Assign(users) => {
                let users = (*users).min(world.main.subscription.quantity.into());
                world.assigned = (1..=users).map(UserId::from_u128).collect();
            }
            Self::AddOn(offer, quantity) => buy_add_on(world, *offer, *quantity),
            Self::Prepay => prepay(&mut world.main.subscription),
        }
        Became::Nothing
    }
}

/// Only for what runs and ends with a term.
fn prepay(subscription: &mut Subscription) {
    let runs = subscription.status == SubscriptionStatus::Active && subscription.ending.is_none();
    if runs && subscription.kind == OfferKind::Licensed && subscription.term_span.is_some() {
        subscription.prepaid = subscription.quantity;
        subscription.at_term_end = AtTermEnd::Renew;
    }
}

/// Only for what runs on, and only where it is sold.
fn buy_add_on(world: &mut World, offer: usize, quantity: u32) {
    let base = &world.main.subscription;
    let runs_on = base.status == SubscriptionStatus::Active && base.expected_ending().is_none();
    let offered = world.offered(world.now).into_iter().find(|offered| offered.offer.id == id(offer));
    let sold = offered.filter(|offered| offered.price.is_some() && runs_on && world.add_ons.len() < 2);
    if let Some(sold) = sold {
        let quantity = quantity.next_multiple_of(sold.offer.limits.step);
        world.add(&Ordered { offer: id(offer), quantity, at: world.now, aligned_to: None });
    }
}
