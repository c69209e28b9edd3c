//! What becomes of a trial (U-18): what its order says, until somebody says something else.

#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

mod lifecycle;

use domain::billing::ChargeKind;
use domain::catalog::OfferKind;
use domain::id::OfferId;
use domain::refusal::Refusal;
use domain::subscription::change::{Change, When};
use domain::subscription::renewal::Happened;
use domain::subscription::{AtTermEnd, SubscriptionStatus as Status};
use domain::trial::TrialThen;
use lifecycle::{ORDERED, World, at, charged, ordered};

const OFFERS: &[(&str, &str)] = &[("E1 P1M none", "0.00"), ("E1 P1M monthly", "11.28"), ("E1 P1Y monthly", "9.40")];
const MONTH: OfferId = OfferId::from_u128(1);
const YEAR: OfferId = OfferId::from_u128(2);

/// A trial of 25 licences whose order says what follows.
fn trial(then: TrialThen) -> World {
    let mut world = ordered("ms_trial", |_| (), OFFERS, 25, ORDERED);
    let of = &mut world.main.subscription;
    of.trial_then = Some(then);
    of.at_term_end = if then == TrialThen::End { AtTermEnd::End } else { AtTermEnd::Renew };
    world
}

fn happened(world: &mut World, to: &str) -> Vec<Happened> {
    let not_told = |happened: &Happened| !matches!(happened, Happened::Reminded(_));
    world.advance(at(to)).into_iter().flat_map(|played| played.happened).filter(not_told).collect()
}

#[test]
fn u18_a_trial_becomes_what_its_order_says_at_the_price_of_the_day() {
    let mut world = trial(TrialThen::Paid(MONTH));
    world.advance(at("2026-09-20"));
    world.reprice(MONTH, Some(lifecycle::price("12.00")));
    assert_eq!(happened(&mut world, "2026-10-06"), [Happened::Converted]);
    let of = &world.main.subscription;
    assert_eq!((of.kind, of.offer_id, of.trial_then), (OfferKind::Licensed, MONTH, None));
    let (_, charge) = world.main.ledger.last().unwrap();
    assert_eq!(charge.kind, ChargeKind::Convert);
    assert_eq!(charged(charge), "convert 2026-10-06…2026-11-05 25 * 12.00 = 300.00");
}

#[test]
fn u18_a_trial_whose_order_says_so_ends() {
    let mut world = trial(TrialThen::End);
    assert_eq!(world.main.subscription.expected_ending().unwrap().ends_at, at("2026-10-06"));
    assert_eq!(world.ask(Change::SetAutoRenew(true), When::Earliest), Err(Refusal::TrialThenRequired));
    assert_eq!(world.ask(Change::SetAtTermEnd(AtTermEnd::Renew), When::Earliest), Err(Refusal::TrialThenRequired));
    for (change, when) in [(Change::Cancel, When::AtRenewal), (Change::SetAtTermEnd(AtTermEnd::End), When::Earliest)] {
        assert_eq!(world.decide(change, when), Err(Refusal::NothingChanges), "it ends already");
    }
    assert_eq!(happened(&mut world, "2026-10-06"), [Happened::Expired]);
    assert_eq!((world.main.subscription.status, world.main.ledger.len()), (Status::Expired, 0));
}

#[test]
fn u18_what_is_said_later_takes_the_place_of_the_end() {
    let mut world = trial(TrialThen::End);
    let decision = world.ask(Change::ChangeOffer(YEAR), When::AtRenewal).unwrap();
    assert_eq!(decision.replaced_at_term_end, Some(AtTermEnd::End));
    assert_eq!(world.main.subscription.at_term_end, AtTermEnd::Renew);
    let freed = world.main.subscription.freed();
    assert_eq!((freed.pending, freed.at_term_end), (None, AtTermEnd::End), "taken back, it ends again");
    assert_eq!(happened(&mut world, "2026-10-06"), [Happened::Applied, Happened::Converted]);
    assert_eq!(world.main.subscription.offer_id, YEAR);
}

#[test]
fn u18_the_renewal_of_a_trial_can_be_turned_off_and_on() {
    let mut world = trial(TrialThen::Paid(YEAR));
    world.ask(Change::SetAutoRenew(false), When::Earliest).unwrap();
    let mut stopped = world.clone();
    assert_eq!(happened(&mut stopped, "2026-10-06"), [Happened::Expired]);
    world.ask(Change::SetAutoRenew(true), When::Earliest).unwrap();
    assert_eq!(happened(&mut world, "2026-10-06"), [Happened::Converted]);
    assert_eq!(world.main.subscription.offer_id, YEAR);
}

#[test]
fn u18_a_trial_ends_where_what_was_to_follow_is_sold_no_more() {
    let mut world = trial(TrialThen::Paid(MONTH));
    world.reprice(MONTH, None);
    assert_eq!(happened(&mut world, "2026-10-06"), [Happened::NotRenewed, Happened::Expired]);
    assert_eq!(world.main.ledger.len(), 0, "nobody pays for a year that nobody asked for");
}

#[test]
fn u18_a_trial_has_rules_of_its_own() {
    let mut world = trial(TrialThen::Paid(YEAR));
    assert_eq!(world.decide(Change::SetQuantity(26), When::Earliest), Err(Refusal::TrialFixed));
    assert_eq!(world.decide(Change::SetQuantity(24), When::Earliest), Err(Refusal::TrialFixed));
    // It can be left on any day; a paid subscription at Microsoft only within its first seven.
    world.advance(at("2026-09-30"));
    let left = world.ask(Change::Cancel, When::Now).unwrap();
    assert_eq!((left.after.status, left.all_charges().count()), (Status::Canceled, 0));
}
