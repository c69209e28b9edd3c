//! Of which terms' ends people are reminded, on which days, and until when what can be done about them (K-16, R-03).

#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

mod lifecycle;

use domain::calendar::Term;
use domain::policy::{ReminderAudience, Rules};
use domain::subscription::change::{Change, Starts, When};
use domain::subscription::reminders::Choice;
use domain::subscription::renewal::Happened;
use domain::subscription::{AtTermEnd, SubscriptionStatus as Status};
use domain::zone::Zone;
use lifecycle::{ORDERED, World, at, five, ordered};
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
    assert_eq!(world.main.subscription.choices(), [(Choice::Renew, last), (Choice::BringBack, back)]);
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
    assert_eq!(world.main.subscription.choices(), [(Choice::StopRenewal, notice), (Choice::NextQuantity, last)]);
    holds(&world, notice, Change::SetAutoRenew(false), When::Earliest);
    let mut late = world.clone();
    late.advance(last);
    assert!(late.decide(Change::SetQuantity(3), When::Earliest).is_ok());

    let mut suspended = five("terra_nce_p1y_y", |_| ());
    suspended.ask(Change::Suspend, When::Now).unwrap();
    assert_eq!(suspended.main.subscription.choices(), []);
}
