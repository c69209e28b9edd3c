//! Random lives of subscriptions: any shipped policy with some rules turned, any offer, any change at any time, prices
//! that move. Whatever happens, money adds up, what is listed as possible is, and time has one history.

#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

mod evaluator;
mod lifecycle;
mod lives;

use domain::billing::{self, Charge, ChargeKind};
use domain::id::{ChargeId, OfferId, SubscriptionId, UserId};
use domain::policy::Cancel;
use domain::subscription::actions::{self, Action};
use domain::subscription::change::{AlignTo, Change, Starts, When};
use domain::subscription::due::Due;
use domain::subscription::renewal::{self, Happened};
use domain::subscription::rules;
use domain::subscription::{AtTermEnd, Effect, Subscription, SubscriptionStatus, alignment};
use lifecycle::{Account, World};
use lives::{Command, Life, lives, lives_in};
use proptest::prelude::*;
use proptest::test_runner::TestCaseError;
use time::Duration;

type Checked = Result<(), TestCaseError>;

fn config(cases: u32) -> ProptestConfig {
    ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(cases) }
}

/// Runs a life; looks at the world after each command.
fn live(life: &Life, mut look: impl FnMut(&World) -> Checked) -> Checked {
    let mut world = life.begin();
    look(&world)?;
    for command in &life.commands {
        command.run(&mut world);
        look(&world)?;
    }
    Ok(())
}

/// What holds of a subscription at any time.
fn is_sound(subscription: &Subscription, now: time::OffsetDateTime) -> Checked {
    use SubscriptionStatus as Status;
    let Subscription { status, quantity, lots, .. } = subscription;
    prop_assert!(*quantity >= 1);
    prop_assert_eq!(lots.iter().map(|lot| lot.quantity).sum::<u32>(), *quantity, "{:?}", lots);
    prop_assert!(lots.iter().all(|lot| lot.quantity > 0 && lot.added_at <= now), "{:?}", lots);
    prop_assert!(lots.is_sorted_by_key(|lot| lot.added_at), "{:?}", lots);
    prop_assert!(subscription.peak_quantity >= *quantity);
    let ends = subscription.term_ends_at();
    if status.owned() {
        prop_assert!(
            subscription.term_span.is_none_or(|term| term.contains(subscription.day(now))),
            "the term is over"
        );
        prop_assert!(
            subscription.ending.is_none_or(|ending| ending.ends_at > now && ends.is_none_or(|at| ending.ends_at <= at))
        );
        prop_assert!(subscription.ending.is_none() || subscription.at_term_end == AtTermEnd::End);
    }
    if let Some(pending) = &subscription.pending {
        prop_assert!(status.owned() && subscription.ending.is_none() && pending.effective_at > now);
        let add_on_ends = subscription.base_id.is_some() && pending.effect == Effect::End;
        prop_assert!(add_on_ends || ends.is_none_or(|at| pending.effective_at <= at), "{:?}", pending);
    }
    if let Some(next) = subscription.next_charge_on {
        prop_assert!(subscription.start(next) > now && subscription.term_span.is_some_and(|term| term.contains(next)));
        prop_assert!(status.owned());
    }
    prop_assert!(subscription.next_reminder_on.is_none_or(|next| subscription.start(next) > now));
    let ending = subscription.ending;
    match status {
        Status::Expired => prop_assert!(ending.is_some_and(|end| end.ends_at <= now && now < end.access_ends_at)),
        Status::Disabled => {
            prop_assert!(ending.is_some_and(|end| end.access_ends_at <= now && now < end.data_deleted_at))
        }
        Status::Canceled => prop_assert!(ending.is_some_and(|end| end.ends_at <= now)),
        // Only its end can wait while it is suspended (G-121).
        Status::Suspended => {
            let pending = subscription.pending.as_ref();
            prop_assert!(subscription.at_term_end == AtTermEnd::End);
            prop_assert!(pending.is_none_or(|pending| pending.effect == Effect::End));
        }
        Status::Pending | Status::Active | Status::Extended => {}
    }
    Ok(())
}

/// There is always something that follows, or nothing to follow.
fn has_a_next_step(world: &World) -> Checked {
    let subscription = &world.main.subscription;
    let due = renewal::due_at(subscription);
    prop_assert!(due.is_none_or(|due| due > world.now), "{:?} is due at {:?}", due, world.now);
    let ended = subscription.status == SubscriptionStatus::Canceled || subscription.term_span.is_none();
    prop_assert!(due.is_some() || ended, "nothing follows {:?}", subscription);
    Ok(())
}

/// whatever ends a base ends its add-ons, no later; and none outlives it.
fn ends_with_its_base(world: &World) -> Checked {
    let base = &world.main.subscription;
    let waits = base.pending.as_ref().filter(|pending| pending.effect == Effect::End);
    let settled = base.ending.map(|ending| ending.ends_at).or(waits.map(|pending| pending.effective_at));
    for add_on in &world.add_ons {
        let add_on = &add_on.subscription;
        let ends = add_on.expected_ending().map(|ending| ending.ends_at);
        let in_time = settled.is_none_or(|settled| ends.is_some_and(|ends| ends <= settled));
        prop_assert!(in_time, "{:?} after {:?}", ends, settled);
        prop_assert!(base.status.owned() || !add_on.status.owned());
    }
    Ok(())
}

/// Of no charge more is given back than it was, and each explanation gives its amount.
fn adds_up(account: &Account) -> Checked {
    let mode = account.subscription.policy.rules.rounding.mode;
    for (id, charge) in &account.ledger {
        prop_assert_eq!(evaluator::cents(&charge.explain, mode), charge.net.minor, "{}", charge.explain);
        let of = charge.reverses.map(|of| &account.ledger.iter().find(|(known, _)| *known == of).unwrap().1);
        match of {
            None => prop_assert!(charge.net.minor >= 0, "a credit of nothing: {:?}", charge),
            Some(of) => {
                prop_assert!(charge.net.minor <= 0 && of.net.minor >= 0);
                prop_assert_eq!(charge.service_span.within(of.service_span), Some(charge.service_span));
                prop_assert!(charge.quantity <= of.quantity && charge.unit_price == of.unit_price);
            }
        }
        let given: i64 = credits(account, *id).map(|credit| credit.net.minor).sum();
        prop_assert!(charge.net.minor < 0 || charge.net.minor + given >= 0, "{:?} less {}", charge, given);
    }
    Ok(())
}

fn credits(account: &Account, id: ChargeId) -> impl Iterator<Item = &Charge> {
    account.ledger.iter().map(|(_, charge)| charge).filter(move |charge| charge.reverses == Some(id))
}

/// Changes of every kind with every value that could matter.
fn every_change(world: &World) -> Vec<Change> {
    let subscription = &world.main.subscription;
    let quantity = subscription.quantity;
    let mut changes: Vec<Change> = (0..=quantity + 3).map(Change::SetQuantity).collect();
    changes.extend([Change::SetQuantity(99_999), Change::Cancel, Change::Suspend, Change::Resume, Change::Reactivate]);
    changes.extend([true, false].map(Change::SetAutoRenew));
    changes.extend(AtTermEnd::ALL.iter().map(|then| Change::SetAtTermEnd(*then)));
    changes.extend(Starts::ALL.iter().map(|starts| Change::Renew(*starts)));
    changes.push(Change::TakeOver(UserId::from_u128(1)));
    for place in 0..=world.offers.len() as u128 {
        let offer = OfferId::from_u128(place);
        changes.push(Change::ChangeOffer(offer));
        for quantity in [None, Some(1), Some(quantity - 1), Some(quantity), Some(quantity + 1)] {
            changes.push(Change::Transition { offer, quantity });
        }
    }
    let last = subscription.term_span.map_or(world.today(), |term| term.last);
    let days = (0..60).chain([365, 366, 1_095, 1_096]).map(|days| AlignTo::Date(last.plus_days(days)));
    let options = alignment::options(&world.facts()).unwrap_or_default();
    let options = options.iter().map(|quoted| AlignTo::Date(quoted.date.day));
    let others = (500..504).map(|id| AlignTo::Subscription(SubscriptionId::from_u128(id)));
    changes.extend(days.chain(options).chain(others).map(Change::AlignTermEnd));
    changes
}

/// What is listed as allowed is what can be done, and everything that can be done is of a kind that is listed.
fn actions_are_true(world: &World) -> Checked {
    let facts = world.facts();
    let listed = actions::allowed(&facts, world.now);
    for change in every_change(world) {
        let decided = rules::decide(&facts, &world.request(change, When::Now), world.now);
        let named = listed.iter().find(|action| action.change == change);
        if let Some(action) = named {
            prop_assert_eq!(action.allowed, decided.is_ok(), "{:?}: {:?}", change, decided);
            prop_assert_eq!(action.reason.as_ref(), decided.as_ref().err(), "{:?}", change);
            let net = decided.as_ref().ok().map(|decision| decision.net().unwrap());
            prop_assert!(!action.allowed || action.net == net);
        }
        if decided.is_ok() {
            prop_assert!(listed.iter().any(|action| stands_for(action, change, world)), "{:?} is not listed", change);
        }
    }
    Ok(())
}

/// Whether an action that is allowed tells of a change: the same, or as much more or fewer licences.
fn stands_for(action: &Action, change: Change, world: &World) -> bool {
    let quantity = world.main.subscription.quantity;
    let same = match (action.change, change) {
        (listed, asked) if listed == asked => true,
        // The quantity that there is takes back what waits; zero is the cancellation.
        (_, Change::SetQuantity(to)) if to == quantity => return true,
        (Change::Cancel, Change::SetQuantity(0)) => true,
        (Change::SetQuantity(listed), Change::SetQuantity(asked)) => (listed > quantity) == (asked > quantity),
        (Change::Transition { offer, quantity: None }, Change::Transition { offer: asked, .. }) => offer == asked,
        (Change::AlignTermEnd(_), Change::AlignTermEnd(_)) => true,
        (Change::TakeOver(_), Change::TakeOver(_)) => true,
        _ => false,
    };
    same && (action.allowed || matches!(change, Change::Transition { quantity: Some(_), .. }))
}

/// An action is possible until the instant that it names, and then not.
fn actions_close_in_time(world: &World) -> Checked {
    let facts = world.facts();
    for action in actions::allowed(&facts, world.now).iter().filter(|action| action.allowed) {
        let Some(until) = action.until else { continue };
        prop_assert!(until >= world.now, "{:?} closed at {}", action.change, until);
        let later = |at| {
            let request = world.request(action.change, When::Now);
            rules::decide(&facts, &request, at)
        };
        let subscription = &world.main.subscription;
        let deleted = subscription.ending.map(|ending| ending.data_deleted_at);
        let its_end = subscription.term_ends_at() == Some(until) || deleted == Some(until);
        let at = if its_end { until - Duration::MICROSECOND } else { until };
        prop_assert!(later(at).is_ok(), "{:?} until {}: {:?}", action.change, until, later(at));
        // Out of the window it may still be cancelled, but for a fee (C-29).
        let for_a_fee = action.change == Change::Cancel && matches!(subscription.rules().cancel, Cancel::FeePercent(_));
        let after = later(until + Duration::MICROSECOND);
        prop_assert!(its_end || for_a_fee || after.is_err(), "{:?} after {}: {:?}", action.change, until, after);
    }
    Ok(())
}

/// A day at a time comes to the same as all at once, and in between nothing is due.
fn by_days(life: &Life) -> Checked {
    let (mut jumping, mut walking) = (life.begin(), life.begin());
    for command in &life.commands {
        let Some(target) = command.target(&jumping) else {
            command.run(&mut jumping);
            command.run(&mut walking);
            continue;
        };
        let at_once = jumping.advance(target);
        let mut day_by_day = Vec::new();
        while walking.now < target {
            let offers = walking.offered(walking.now);
            let subscription = &walking.main.subscription;
            let idle =
                renewal::step(&Due { subscription, offers: &offers, assigned: 0, base: None }, walking.now).unwrap();
            prop_assert!(idle.after == *subscription && idle.charges.is_empty() && idle.happened.is_empty());
            day_by_day.extend(walking.advance((walking.now + Duration::hours(37)).min(target)));
        }
        prop_assert_eq!(&at_once, &day_by_day);
        prop_assert_eq!(jumping.accounts(), walking.accounts());
    }
    Ok(())
}

/// Should Microsoft refuse a change, the ledger stands as before.
fn can_be_undone(world: &World) -> Checked {
    let facts = world.facts();
    let offers = world.offers.iter().map(|listed| listed.offer.id);
    let moves = offers.flat_map(|offer| {
        [
            Change::ChangeOffer(offer),
            Change::Transition { offer, quantity: Some(1) },
            Change::Transition { offer, quantity: None },
        ]
    });
    let quantity = world.main.subscription.quantity;
    let changes = [Change::SetQuantity(quantity + 2), Change::SetQuantity(1), Change::Cancel].into_iter().chain(moves);
    for change in changes {
        let Ok(decision) = rules::decide(&facts, &world.request(change, When::Now), world.now) else { continue };
        let mut ledger = world.main.ledger.clone();
        let charged: Vec<_> = (90_000..).map(ChargeId::from_u128).zip(decision.charges.iter().cloned()).collect();
        ledger.extend(charged.clone());
        let undone: Vec<_> = charged.iter().map(|(id, charge)| billing::undo(*id, charge)).collect();
        for charge in &undone {
            let again = evaluator::cents(&charge.explain, facts.subscription.policy.rules.rounding.mode);
            prop_assert_eq!(again, charge.net.minor, "{}", charge.explain);
        }
        ledger.extend((95_000..).map(ChargeId::from_u128).zip(undone));
        prop_assert_eq!(billing::open_charges(&ledger), world.open_charges(), "{:?}", decision.charges);
    }
    Ok(())
}

/// A term begins on the day after the one before, and within it what was charged for the same licences leaves out no
/// day and pays for none twice.
fn goes_on_without_a_hole(life: &Life) -> Checked {
    let mut world = life.begin();
    // A term that was backdated may be over already.
    world.advance(world.now);
    let mut before = world.main.subscription.clone();
    for command in &life.commands {
        let target = command.target(&world);
        let Some(target) = target else {
            command.run(&mut world);
            before = world.main.subscription.clone();
            continue;
        };
        while let Some((at, _)) = world.next_due().filter(|(at, _)| *at <= target) {
            for played in world.advance(at) {
                let after = &world.main.subscription;
                let begins = played
                    .happened
                    .iter()
                    .any(|happened| matches!(happened, Happened::Renewed | Happened::Extended | Happened::Converted));
                let paid_to = before.next_charge_on.or(before.term_span.map(|term| term.last.plus_days(1)));
                let cycle = played.charges.iter().find(|charge| charge.kind == ChargeKind::Cycle);
                prop_assert!(cycle.is_none_or(|charge| Some(charge.service_span.first) == paid_to), "{:?}", cycle);
                if begins {
                    let (old, new) = (before.term_span.unwrap(), after.term_span.unwrap());
                    prop_assert_eq!(old.last.plus_days(1), new.first);
                    prop_assert_eq!(after.start(new.first), at);
                    let first = played.charges.iter().find(|charge| charge.kind != ChargeKind::Cycle);
                    prop_assert!(first.is_none_or(|charge| charge.service_span.first == new.first), "{:?}", first);
                }
                before = after.clone();
            }
        }
        world.advance(target);
    }
    Ok(())
}

proptest! {
    #![proptest_config(config(lives::count(100)))]

    #[test]
    fn u08_lives_in_berlin_leave_out_no_day_and_count_none_twice(life in lives_in("Europe/Berlin")) {
        goes_on_without_a_hole(&life)?;
    }

    #[test]
    fn u08_lives_in_new_york_leave_out_no_day_and_count_none_twice(life in lives_in("America/New_York")) {
        goes_on_without_a_hole(&life)?;
    }

    #[test]
    fn u08_lives_in_berlin_have_one_history_however_far_the_clock_jumps(life in lives_in("Europe/Berlin")) {
        by_days(&life)?;
    }

    #[test]
    fn u08_lives_in_new_york_have_one_history_however_far_the_clock_jumps(life in lives_in("America/New_York")) {
        by_days(&life)?;
    }
}

proptest! {
    #![proptest_config(config(lives::count(1_000)))]

    #[test]
    fn a_subscription_is_sound_whatever_happens(life in lives()) {
        live(&life, |world| {
            has_a_next_step(world)?;
            world.accounts().iter().try_for_each(|account| is_sound(&account.subscription, world.now))
        })?;
    }

    #[test]
    fn a16_add_ons_end_with_their_base(life in lives()) {
        live(&life, ends_with_its_base)?;
    }

    #[test]
    fn r15_credits_never_exceed_what_they_give_back(life in lives()) {
        live(&life, |world| world.accounts().iter().try_for_each(|account| adds_up(account)))?;
    }

    #[test]
    fn a_change_that_is_refused_afterwards_leaves_no_trace(life in lives()) {
        live(&life, can_be_undone)?;
    }

    #[test]
    fn a_preview_is_what_is_then_done(life in lives()) {
        let mut world = life.begin();
        for command in &life.commands {
            let preview = match command {
                Command::Ask(ask, when) => ask.change(&world).map(|change| world.decide(change, *when)),
                _ => None,
            };
            let before = world.main.subscription.clone();
            if let (lives::Became::Decided(decision), Some(preview)) = (command.run(&mut world), preview) {
                prop_assert_eq!(Ok(*decision), preview);
                prop_assert!(before != world.main.subscription);
            }
        }
    }
}

proptest! {
    #![proptest_config(config(lives::count(400)))]

    #[test]
    fn time_has_one_history_however_far_the_clock_jumps(life in lives()) {
        by_days(&life)?;
    }

    #[test]
    fn r02_an_action_is_possible_until_it_says(life in lives()) {
        live(&life, actions_close_in_time)?;
    }

    #[test]
    fn r02_n03_what_is_listed_is_what_can_be_done(life in lives()) {
        live(&life, actions_are_true)?;
    }
}
