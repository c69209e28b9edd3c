//! What a random life costs, computed a second time: each day that was paid for costs its share of its cycle's price,
//! for as many licences and at the price that it ended with. The ledger comes to the same, within a cent a line.

#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

mod lifecycle;
mod lives;

use domain::billing::ChargeKind;
use domain::calendar::{BillingCycle, Day, DaySpan};
use domain::id::OfferId;
use domain::policy::{Cancel, Decrease, Repricing};
use domain::subscription::change::{Change, Starts, Timing, When};
use domain::subscription::{Subscription, SubscriptionStatus, alignment};
use domain::zone::Zone;
use lifecycle::{Ordered, World};
use lives::{Became, Command, Life, lives, lives_by_days};
use proptest::prelude::*;
use proptest::test_runner::TestCaseError;
use std::collections::BTreeMap;
use time::Duration;

/// Fractions of a micro-unit that a day's share is computed in.
const FINE: i128 = 1_000_000;

/// What each day that was paid for costs, in fine micro-units.
#[derive(Default)]
struct Days {
    cost: BTreeMap<Day, i128>,
    /// Days that were paid for twice: a renewal that starts at once loses what is left (K-18).
    lost: i128,
}

impl Days {
    /// From a day on as the subscription now stands, to the end of what is paid.
    fn repaint(&mut self, subscription: &Subscription, from: Day) {
        self.cost.split_off(&from);
        let price = i128::from(subscription.quantity) * i128::from(subscription.unit_price.micros) * FINE;
        let Some(term) = subscription.term_span else {
            let bought = subscription.day(subscription.created_at);
            if from <= bought {
                self.cost.insert(bought, price);
            }
            return;
        };
        let last = subscription.next_charge_on.map_or(term.last, |next| next.plus_days(-1));
        let mut day = from;
        while day <= last && subscription.billing_cycle != BillingCycle::None {
            let cycle = subscription.cycle_at(day).unwrap_or(term);
            self.cost.insert(day, price / i128::from(cycle.days()));
            day = day.plus_days(1);
        }
    }

    fn changed(&mut self, before: &Subscription, world: &World, change: &Change) {
        let (after, today) = (&world.main.subscription, world.today());
        let costs = |of: &Subscription| (of.quantity, of.unit_price, of.term_span, of.billing_cycle);
        if after.status == SubscriptionStatus::Canceled {
            let in_window = before.cancel_until.is_some_and(|until| world.now <= until);
            if in_window || before.rules().cancel == Cancel::AnyTime {
                self.cost.split_off(&today);
            }
        } else if *change == Change::Renew(Starts::Immediately) {
            self.lost += self.cost.range(today..).map(|(_, cost)| cost).sum::<i128>();
            self.repaint(after, today);
        } else if costs(before) != costs(after) {
            let rules = before.rules();
            let in_term = before.term_span == after.term_span && before.billing_cycle.months().is_some();
            let given_back = after.quantity < before.quantity
                && after.unit_price == before.unit_price
                && matches!(change, Change::SetQuantity(_))
                && rules.repricing == Repricing::Difference;
            let paid_today = self.cost.get(&today).copied().unwrap_or_default();
            // The day of a change within a term is the old one's where the policy says so.
            self.repaint(after, if in_term && !given_back { rules.first_paid(today) } else { today });
            // What is given back makes no day dearer: licences that came today may be paid from tomorrow on only.
            if let Some(cost) = self.cost.get_mut(&today).filter(|_| given_back) {
                *cost = paid_today.min(*cost);
            }
        }
    }

    /// The difference to what was charged, fees aside, in cents.
    fn missed_by(&self, world: &World) -> i128 {
        let fee = |kind, minor| kind == ChargeKind::Cancel && minor > 0;
        let ledger = world.main.ledger.iter().map(|(_, charge)| charge);
        let charged = ledger.filter(|charge| !fee(charge.kind, charge.net.minor)).map(|charge| charge.net.minor);
        let cent = 10_000 * FINE;
        let by_days = self.cost.values().sum::<i128>() + self.lost;
        (i128::from(charged.sum::<i64>()) * cent - by_days).abs() / cent
    }
}

fn costs_its_days(life: &Life) -> Result<(), TestCaseError> {
    let mut world = life.begin();
    let mut days = Days::default();
    if let Some((_, charge)) = world.main.ledger.first() {
        days.repaint(&world.main.subscription.clone(), charge.service_span.first);
    }
    for command in &life.commands {
        match command {
            Command::Advance(_) | Command::TermEnd(_) => {
                let target = command.target(&world).unwrap_or(world.now);
                while let Some((at, _)) = world.next_due().filter(|(at, _)| *at <= target) {
                    if world.advance(at).iter().any(|played| !played.charges.is_empty()) {
                        let subscription = world.main.subscription.clone();
                        days.repaint(&subscription, subscription.day(at));
                    }
                }
                world.advance(target);
            }
            Command::Ask(ask, _) => {
                let (before, change) = (world.main.subscription.clone(), ask.change(&world));
                if let (Became::Decided(decision), Some(change)) = (command.run(&mut world), change)
                    && decision.timing == Timing::Now
                {
                    days.changed(&before, &world, &change);
                }
            }
            _ => drop(command.run(&mut world)),
        }
        let lines = world.main.ledger.len() as i128;
        prop_assert!(days.missed_by(&world) <= lines, "{} cents in {lines} lines", days.missed_by(&world));
    }
    Ok(())
}

/// whoever chooses a day pays exactly what was quoted for it.
fn costs_what_was_quoted(life: &Life) -> Result<(), TestCaseError> {
    let mut world = life.begin();
    for command in &life.commands {
        command.run(&mut world);
    }
    // What keys have paid is not in the quote.
    world.main.subscription.prepaid = 0;
    for quoted in alignment::options(&world.facts()).unwrap_or_default() {
        let mut then = world.clone();
        let change = Change::AlignTermEnd(domain::subscription::change::AlignTo::Date(quoted.date.day));
        if then.ask(change, When::Earliest).is_err() {
            continue;
        }
        let start = then.main.subscription.term_ends_at().unwrap();
        then.advance(start - Duration::SECOND);
        let unlocked = then.main.subscription.unit_price;
        let played = then.advance(start);
        let first: i64 = played.iter().flat_map(|played| &played.charges).map(|charge| charge.net.minor).sum();
        let term = then.main.subscription.term_span.unwrap();
        prop_assert_eq!(term, DaySpan::new(then.main.subscription.day(start), quoted.date.day));
        prop_assert_eq!(term, quoted.term_span);
        prop_assert_eq!(first, quoted.first_charge.minor, "{:?} after {:?}", quoted, unlocked);
        let rest = then.advance(then.main.subscription.end(term.last) - Duration::SECOND);
        let rest: i64 = rest.iter().flat_map(|played| &played.charges).map(|charge| charge.net.minor).sum();
        prop_assert_eq!(first + rest, quoted.whole_term.minor);
    }
    Ok(())
}

/// T-58: by days of April to June and the quantities then asked for, each month costs its highest quantity.
fn costs_its_peaks(changes: &BTreeMap<i64, u32>) -> Result<(), TestCaseError> {
    let mut policy = lifecycle::preset("terra_legacy_m");
    policy.rules.decrease = Decrease::AnyTime;
    let first = Day::from_ymd(2026, 4, 1).unwrap();
    let order = Ordered { offer: OfferId::from_u128(0), quantity: 10, at: Zone::UTC.start(first), aligned_to: None };
    let mut world = World::new(lifecycle::catalog(&[("E1 P1Y monthly", "10.00")], &policy), &order);
    let mut peaks = BTreeMap::from([(first, 10)]);
    for (days, quantity) in changes {
        let day = first.plus_days(*days);
        for month in [1, 2].map(|months| first.plus_months(months)).into_iter().filter(|month| *month <= day) {
            peaks.entry(month).or_insert(world.main.subscription.quantity);
        }
        world.advance(Zone::UTC.start(day) + Duration::HOUR);
        if world.ask(Change::SetQuantity(*quantity), When::Now).is_ok() {
            let peak = peaks.entry(day.month_start()).or_insert(*quantity);
            *peak = (*peak).max(*quantity);
        }
    }
    let last = world.main.subscription.quantity;
    world.advance(Zone::UTC.start(first.plus_months(3)) - Duration::HOUR);
    let months = (0..3).map(|months| peaks.get(&first.plus_months(months)).copied().unwrap_or(last));
    prop_assert_eq!(world.main.balance().minor, months.map(|peak| i64::from(peak) * 1_000).sum::<i64>());
    Ok(())
}

fn config(cases: u32) -> ProptestConfig {
    ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(cases) }
}

proptest! {
    #![proptest_config(config(lives::count(600)))]

    #[test]
    fn every_life_costs_its_days(life in lives_by_days()) {
        costs_its_days(&life)?;
    }

    #[test]
    fn t58_every_month_costs_its_highest_quantity(
        changes in prop::collection::btree_map(0_i64..91, 1_u32..30, 0..12),
    ) {
        costs_its_peaks(&changes)?;
    }

    #[test]
    fn r25_an_aligned_term_costs_what_was_quoted(life in lives()) {
        costs_what_was_quoted(&life)?;
    }
}
