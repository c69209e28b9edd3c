//! Of which terms' ends people are reminded, on which days, and until when what can be done about them (K-16, R-03).

#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

mod lifecycle;

use domain::calendar::Term;
use domain::id::OfferId;
use domain::policy::{EndOfTerm, ReminderAudience, Rules};
use domain::pricing::Payer;
use domain::subscription::add_ons::Outlook;
use domain::subscription::change::{Change, Starts, When};
use domain::subscription::due::Due;
use domain::subscription::reminders::Choice;
use domain::subscription::renewal::Happened;
use domain::subscription::{AtTermEnd, SubscriptionStatus as Status, reminders};
use domain::zone::Zone;
use lifecycle::{ORDERED, Ordered, World, at, five, ordered};
use time::macros::datetime;
use time::{Duration, OffsetDateTime};

/// The reminders until an instant: the day, and how many days before.
fn reminded(world: &mut World, to: OffsetDateTime) -> Vec<String> {
    let days = |happened: &Happened| if let Happened::Reminded(days) = happened { Some(*days) } else { None };
    let of = |played: lifecycle::Played| {
        let day = Zone::UTC.day(played.at);
        played.happened.iter().filter_map(days).map(|days| format!("{day} {days}")).collect::<Vec<_>>()
    };
    world.advance(to).into_iter().flat_map(of).collect()
}

fn all(rules: &mut Rules) {
    rules.reminder_audience = ReminderAudience::LongTerms;
}

fn monthly(turn: impl Fn(&mut Rules)) -> World {
    ordered("terra_nce_p1m_m", turn, &[("E1 P1M monthly", "11.28")], 1, ORDERED)
}

#[test]
fn u60_what_renews_by_itself_needs_nobody() {
    assert_eq!(reminded(&mut monthly(|_| ()), at("2027-09-06")), [""; 0]);
    assert_eq!(reminded(&mut monthly(all), at("2027-09-06")), [""; 0], "a month is no long term");
    let yearly = |turn: fn(&mut Rules)| ordered("terra_nce_p1y_y", turn, &[("E1 P1Y annual", "112.80")], 1, ORDERED);
    assert_eq!(reminded(&mut yearly(|_| ()), at("2029-09-06")), [""; 0]);
    let told = reminded(&mut yearly(all), at("2028-09-06"));
    let of_a_year = ["2027-07-07 60", "2027-08-06 30", "2027-08-29 7", "2027-09-04 1"];
    let of_the_next = ["2028-07-07 60", "2028-08-06 30", "2028-08-29 7", "2028-09-04 1"];
    assert_eq!(told, [of_a_year, of_the_next].concat());
}

#[test]
fn u60_what_ends_or_becomes_something_else_is_told() {
    let mut world = monthly(|_| ());
    world.advance(at("2026-12-10"));
    world.ask(Change::SetAutoRenew(false), When::Earliest).unwrap();
    assert_eq!(reminded(&mut world, at("2027-09-06")), ["2026-12-29 7", "2027-01-04 1"]);
    let mut world = monthly(|_| ());
    world.ask(Change::Suspend, When::Now).unwrap();
    assert_eq!(reminded(&mut world, at("2027-09-06")), ["2026-09-28 7", "2026-10-04 1"]);
    let trial = [("E1 P1M none", "0"), ("E1 P1M monthly", "11.28"), ("E1 P1Y monthly", "9.40")];
    let mut world = ordered("ms_trial", |_| (), &trial, 25, ORDERED);
    assert_eq!(world.main.subscription.term, Term::P1M);
    assert_eq!(reminded(&mut world, at("2026-10-06")), ["2026-09-28 7", "2026-10-04 1"], "it becomes paid");
}

#[test]
fn u60_the_extended_service_term_is_told_before_it_begins_and_not_each_month() {
    let mut world = five("ms_nce_2026", |_| ());
    world.ask(Change::SetAutoRenew(false), When::Earliest).unwrap();
    assert_eq!(world.main.subscription.at_term_end, AtTermEnd::Extend);
    let before = ["2027-07-07 60", "2027-08-06 30", "2027-08-29 7", "2027-09-04 1"];
    assert_eq!(reminded(&mut world, at("2028-03-06")), before);
    assert_eq!(world.main.subscription.status, Status::Extended);
}

#[test]
fn u60_a_reduction_that_needs_somebody_is_told_though_it_renews() {
    let fewer = |people: u128| {
        let mut world = five("cancom_monthly12", |_| ());
        world.assigned = (1..=people).map(domain::id::UserId::from_u128).collect();
        world.ask(Change::SetQuantity(3), When::AtRenewal).unwrap();
        reminded(&mut world, at("2027-08-30")).len()
    };
    assert_eq!([fewer(3), fewer(4)], [0, 3]);
}

#[test]
fn u64_only_the_latest_reminder_that_is_due_holds() {
    let world = ordered("ms_product_key", |_| (), &[("E1 P1Y annual", "112.80")], 1, ORDERED);
    let of = &world.main.subscription;
    for (now, days) in [
        (datetime!(2027-07-06 23:59:59 UTC), None),
        (datetime!(2027-07-07 00:00 UTC), Some(60)),
        (datetime!(2027-08-05 23:59:59 UTC), Some(60)),
        (datetime!(2027-08-06 00:00 UTC), Some(30)),
        (datetime!(2027-08-29 00:00 UTC), Some(7)),
        (datetime!(2027-09-04 00:00 UTC), Some(1)),
        (datetime!(2027-09-05 23:59:59 UTC), Some(1)),
        (datetime!(2027-09-06 00:00 UTC), None),
    ] {
        assert_eq!(of.reminder_stage(now), days, "{now}");
    }
}

/// Holds what a reminder says against what a change then does, on the last instant and right after it.
#[track_caller]
fn holds(world: &World, until: OffsetDateTime, change: Change, when: When) {
    let mut before = world.clone();
    before.advance(until);
    assert!(before.decide(change, when).is_ok(), "{change:?} at {until}: {:?}", before.decide(change, when));
    let mut after = world.clone();
    after.advance(until + Duration::MICROSECOND);
    assert!(after.decide(change, when).is_err(), "{change:?} after {until}");
}

#[test]
fn u64_each_choice_can_be_made_until_its_deadline() {
    let world = ordered("ms_product_key", |_| (), &[("E1 P1Y annual", "112.80")], 1, ORDERED);
    let last = datetime!(2027-09-05 23:59:59.999999 UTC);
    let back = datetime!(2028-01-03 23:59:59.999999 UTC);
    assert_eq!(
        world.main.subscription.choices(&Outlook::of(&world.main.subscription, None), false),
        [(Choice::Renew, last), (Choice::BringBack, back)]
    );
    holds(&world, last, Change::Renew(Starts::AtTermEnd), When::Earliest);
    let mut ended = world.clone();
    ended.advance(back);
    assert!(ended.decide(Change::Reactivate, When::Now).is_ok());
    ended.advance(back + Duration::MICROSECOND);
    assert!(ended.decide(Change::Reactivate, When::Now).is_err());

    let world = five("cancom_monthly12", |_| ());
    let notice = world.main.subscription.notice_until().unwrap();
    let last = world.main.subscription.term_ends_at().unwrap() - Duration::MICROSECOND;
    assert!(notice < last, "{notice} {last}");
    assert_eq!(
        world.main.subscription.choices(&Outlook::of(&world.main.subscription, None), false),
        [(Choice::StopRenewal, notice), (Choice::NextQuantity, last)]
    );
    holds(&world, notice, Change::SetAutoRenew(false), When::Earliest);
    let mut late = world.clone();
    late.advance(last);
    assert!(late.decide(Change::SetQuantity(3), When::Earliest).is_ok());

    let mut suspended = five("terra_nce_p1y_y", |_| ());
    suspended.ask(Change::Suspend, When::Now).unwrap();
    assert_eq!(suspended.main.subscription.choices(&Outlook::of(&suspended.main.subscription, None), false), []);
}

const ADD_ON: OfferId = OfferId::from_u128(1);

/// A base of a year, which is stopped or not, and an add-on that is bought on a day after.
fn with_add_on(offer: &str, stopped: bool, day: &str) -> World {
    let offers = [("E1 P1Y monthly", "9.40"), (offer, "3.00")];
    let mut world = ordered("terra_nce_p1y_m", |_| (), &offers, 5, ORDERED);
    world.advance(at(day));
    if stopped {
        world.ask(Change::SetAutoRenew(false), When::Earliest).unwrap();
    }
    world.add(&Ordered { offer: ADD_ON, quantity: 2, at: world.now, aligned_to: None });
    world
}

/// What becomes of the add-on, and whether its people are reminded.
fn outlook(world: &World) -> (Outlook, bool) {
    let (base, subscription) = (Some(&world.main.subscription), &world.add_ons[0].subscription);
    let offers = world.offered(world.now);
    let told = reminders::is_told(&Due { subscription, offers: &offers, assigned: 0, base });
    (Outlook::of(subscription, base), told)
}

#[test]
fn a16_an_add_on_ends_with_its_base_whenever_it_was_bought() {
    for (stopped, day) in [(true, "2027-07-26"), (true, "2027-08-30"), (false, "2027-07-26")] {
        let mut world = with_add_on("AddOn P1Y annual", stopped, day);
        if !stopped {
            let (goes_on, told) = outlook(&world);
            assert_eq!((goes_on.at_term_end, goes_on.ending, told), (AtTermEnd::Renew, None, false));
            world.ask(Change::SetAutoRenew(false), When::Earliest).unwrap();
        }
        let (ends, told) = outlook(&world);
        let base = world.main.subscription.expected_ending();
        assert_eq!((ends.at_term_end, ends.ending, ends.with_base, told), (AtTermEnd::End, base, true, true));
        // What is its base's to decide is no choice of its own.
        assert_eq!(world.add_ons[0].subscription.choices(&ends, false), []);
        world.ask(Change::SetAutoRenew(true), When::Earliest).unwrap();
        let (goes_on, told) = outlook(&world);
        assert_eq!((goes_on.at_term_end, goes_on.with_base, told), (AtTermEnd::Renew, false, false));
        assert!(!world.add_ons[0].subscription.choices(&goes_on, false).is_empty());
    }
}

#[test]
fn a16_an_add_on_by_the_month_is_renewed_until_its_base_ends() {
    let mut world = with_add_on("AddOn P1M monthly", true, "2027-06-20");
    let (renews, told) = outlook(&world);
    assert_eq!((renews.at_term_end, renews.with_base, told), (AtTermEnd::Renew, false, false));
    assert_eq!(renews.ending, world.main.subscription.expected_ending(), "some day it ends all the same");
    world.advance(at("2027-08-25"));
    let (ends, told) = outlook(&world);
    assert_eq!((ends.at_term_end, ends.with_base, told), (AtTermEnd::End, true, true));
}

#[test]
fn a16_what_needs_another_key_or_was_suspended_ends_its_add_ons() {
    let turn = |rules: &mut Rules| rules.end_of_term = EndOfTerm::Expire;
    let offers = [("E1 P1Y annual", "112.80"), ("AddOn P1Y annual", "36.00")];
    let mut world = ordered("terra_nce_p1y_y", turn, &offers, 5, ORDERED);
    world.add(&Ordered { offer: ADD_ON, quantity: 2, at: world.now, aligned_to: None });
    world.add_ons[0].subscription.at_term_end = AtTermEnd::Renew;
    let (ends, told) = outlook(&world);
    assert_eq!((ends.at_term_end, ends.with_base, told), (AtTermEnd::End, true, true));
    world.ask(Change::Renew(Starts::AtTermEnd), When::Earliest).unwrap();
    assert_eq!(outlook(&world).0.at_term_end, AtTermEnd::Renew);
    let mut world = with_add_on("AddOn P1Y annual", false, "2026-09-07");
    world.ask(Change::Suspend, When::Now).unwrap();
    world.add_ons[0].subscription.at_term_end = AtTermEnd::Renew;
    assert_eq!(outlook(&world).0.at_term_end, AtTermEnd::End);
}

#[test]
fn a16_an_add_on_that_ends_first_is_told_by_itself() {
    let mut world = with_add_on("AddOn P1M monthly", true, "2027-06-20");
    let add_on = &mut world.add_ons[0].subscription;
    add_on.at_term_end = AtTermEnd::End;
    let own = add_on.expected_ending();
    let (ends, told) = outlook(&world);
    assert_eq!((ends.at_term_end, ends.ending, ends.with_base, told), (AtTermEnd::End, own, false, true));
}

#[test]
fn u42_what_its_reseller_pays_is_no_choice_of_the_customer() {
    let choices = |world: &World, by_customer: bool| {
        let of = &world.main.subscription;
        let all = of.choices(&Outlook::of(of, None), by_customer);
        all.into_iter().map(|(choice, _)| choice).collect::<Vec<_>>()
    };
    let mut keys = ordered("ms_product_key", |_| (), &[("E1 P1Y annual", "112.80")], 1, ORDERED);
    let mut yearly = five("cancom_monthly12", |_| ());
    for payer in [Payer::Customer, Payer::Reseller] {
        (keys.main.subscription.payer, yearly.main.subscription.payer) = (payer, payer);
        assert_eq!(choices(&keys, false), [Choice::Renew, Choice::BringBack]);
        let own = if payer == Payer::Customer { choices(&keys, false) } else { vec![] };
        assert_eq!(choices(&keys, true), own);
        // To have less costs nothing.
        for by_customer in [true, false] {
            assert_eq!(choices(&yearly, by_customer), [Choice::StopRenewal, Choice::NextQuantity]);
        }
    }
}
