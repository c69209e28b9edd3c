//! Each conflict between the manuals (requirements.md 1.6), shown on a running subscription: the same order under each
//! value of one policy key. Amounts are computed by hand.

#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

mod lifecycle;

use domain::calendar::Day;
use domain::id::OfferId;
use domain::money::Rounding;
use domain::policy::*;
use domain::refusal::Refusal;
use domain::subscription::change::{Change, Decision, Starts, Timing, When};
use domain::subscription::renewal::Happened;
use domain::subscription::{Effect, SubscriptionStatus as Status};
use lifecycle::{Ordered, World, charged};
use time::macros::datetime;
use time::{Duration, OffsetDateTime};

/// The 6th of a month of 30 days, in the morning.
const ORDERED: OffsetDateTime = datetime!(2026-09-06 08:00 UTC);
const YEARLY: &[(&str, &str)] = &[("E1 P1Y monthly", "9.40")];

/// The first of the offers, ordered under a preset with some rules turned.
fn ordered(key: &str, turn: impl Fn(&mut Rules), offers: &[(&str, &str)], quantity: u32, at: OffsetDateTime) -> World {
    let mut policy = lifecycle::preset(key);
    turn(&mut policy.rules);
    let order = Ordered { offer: OfferId::from_u128(0), quantity, at, aligned_to: None };
    World::new(lifecycle::catalog(offers, &policy), &order)
}

/// Five licences for a year, ordered on 6 September 2026.
fn five(key: &str, turn: impl Fn(&mut Rules)) -> World {
    ordered(key, turn, YEARLY, 5, ORDERED)
}

fn at(text: &str) -> OffsetDateTime {
    text.parse::<Day>().unwrap().start()
}

/// Everything that was charged.
fn ledger(world: &World) -> Vec<String> {
    world.main.ledger.iter().map(|(_, charge)| charged(charge)).collect()
}

fn charges(decision: &Decision) -> Vec<String> {
    decision.charges.iter().map(charged).collect()
}

fn played(world: &mut World, to: OffsetDateTime) -> Vec<String> {
    let charges = |played: lifecycle::Played| played.charges;
    world.advance(to).into_iter().flat_map(charges).map(|charge| charged(&charge)).collect()
}

fn happened(world: &mut World, to: OffsetDateTime) -> Vec<(String, Happened)> {
    let days = |played: lifecycle::Played| {
        played.happened.into_iter().map(move |happened| (Day::of(played.at).to_string(), happened))
    };
    world.advance(to).into_iter().flat_map(days).collect()
}

/// When a change takes effect, or why not: `now`, a day, or a refusal's code and rule.
fn told(decided: &Result<Decision, Refusal>) -> String {
    match decided {
        Ok(Decision { timing: Timing::Now, .. }) => "now".to_owned(),
        Ok(Decision { timing: Timing::At(at), .. }) => Day::of(*at).to_string(),
        Err(refusal) => format!("{} {}", refusal.code(), refusal.rule().unwrap_or_default()),
    }
}

/// The three answers to a change: as early as possible, now, at the renewal.
fn answers(world: &World, change: Change) -> [String; 3] {
    [When::Earliest, When::Now, When::AtRenewal].map(|when| told(&world.decide(change, when)))
}

#[test]
fn x01_cycles_begin_with_the_month_with_the_order_or_on_a_day() {
    let of = |anchor| {
        let mut world = five("cancom_monthly12", |rules| rules.period_anchor = anchor);
        world.advance(at("2026-10-20"));
        ledger(&world)
    };
    assert_eq!(
        of(PeriodAnchor::CalendarMonth),
        ["new 2026-09-06…2026-09-30 5 * 9.40 * 25 / 30 = 39.17", "cycle 2026-10-01…2026-10-31 5 * 9.40 = 47.00"]
    );
    assert_eq!(
        of(PeriodAnchor::Anniversary),
        ["new 2026-09-06…2026-10-05 5 * 9.40 = 47.00", "cycle 2026-10-06…2026-11-05 5 * 9.40 = 47.00"]
    );
    assert_eq!(
        of(PeriodAnchor::DayOfMonth(15)),
        [
            "new 2026-09-06…2026-09-14 5 * 9.40 * 9 / 31 = 13.65",
            "cycle 2026-09-15…2026-10-14 5 * 9.40 = 47.00",
            "cycle 2026-10-15…2026-11-14 5 * 9.40 = 47.00"
        ]
    );
}

#[test]
fn x02_the_first_period_is_a_part_backdated_whole_or_free() {
    let of = |first_period| {
        let mut world = five("cancom_monthly12", |rules| rules.first_period = first_period);
        world.advance(at("2026-10-01"));
        ledger(&world)
    };
    let october = "cycle 2026-10-01…2026-10-31 5 * 9.40 = 47.00";
    assert_eq!(of(FirstPeriod::Prorate), ["new 2026-09-06…2026-09-30 5 * 9.40 * 25 / 30 = 39.17", october]);
    assert_eq!(of(FirstPeriod::FullBackdated), ["new 2026-09-01…2026-09-30 5 * 9.40 = 47.00", october]);
    assert_eq!(of(FirstPeriod::Full), ["new 2026-09-06…2026-09-30 5 * 9.40 = 47.00", october]);
    assert_eq!(of(FirstPeriod::Free), [october]);
}

#[test]
fn x02_a_whole_price_for_fewer_days_is_given_back_by_those_days() {
    let mut world = five("cancom_monthly12", |rules| {
        (rules.first_period, rules.decrease) = (FirstPeriod::Full, Decrease::AnyTime);
    });
    world.advance(at("2026-09-16"));
    let fewer = world.ask(Change::SetQuantity(4), When::Now).unwrap();
    assert_eq!(charges(&fewer), ["remove_quantity 2026-09-16…2026-09-30 -1 * 1 * 9.40 * 15 / 25 = -5.64"]);
}

#[test]
fn x03_the_day_of_a_change_is_paid_for_or_not() {
    let of = |change_day| {
        let mut world = five("terra_nce_p1y_m", |rules| rules.change_day = change_day);
        world.advance(at("2026-09-16"));
        charges(&world.ask(Change::SetQuantity(6), When::Now).unwrap())
    };
    assert_eq!(of(ChangeDay::Inclusive), ["add_quantity 2026-09-16…2026-10-05 1 * 9.40 * 20 / 30 = 6.27"]);
    assert_eq!(of(ChangeDay::Exclusive), ["add_quantity 2026-09-17…2026-10-05 1 * 9.40 * 19 / 30 = 5.95"]);
}

#[test]
fn x03_on_the_last_day_of_a_cycle_nothing_is_left_to_pay() {
    let offers = [("E1 P1Y monthly", "9.40"), ("E3 P1Y monthly", "25.10")];
    let turn = |rules: &mut Rules| rules.change_day = ChangeDay::Exclusive;
    let mut world = ordered("terra_nce_p1y_m", turn, &offers, 5, ORDERED);
    world.advance(at("2026-10-05"));
    assert_eq!(charges(&world.ask(Change::SetQuantity(6), When::Now).unwrap()), Vec::<String>::new());
    let up = Change::Transition { offer: OfferId::from_u128(1), quantity: None };
    assert_eq!(charges(&world.ask(up, When::Now).unwrap()), Vec::<String>::new());
    assert_eq!(played(&mut world, at("2026-10-06")), ["cycle 2026-10-06…2026-11-05 6 * 25.10 = 150.60"]);
}

#[test]
fn x04_a_part_of_a_cycle_is_divided_as_the_policy_says() {
    let of = |basis| {
        let prices = [("E1 P1Y monthly", "31.00")];
        let turn = |rules: &mut Rules| rules.proration_basis = basis;
        let mut world = ordered("cancom_monthly12", turn, &prices, 1, at("2027-01-01"));
        world.advance(at("2027-01-16"));
        charges(&world.ask(Change::SetQuantity(2), When::Now).unwrap()).remove(0)
    };
    let january = |formula: &str| format!("add_quantity 2027-01-16…2027-01-31 1 * 31.00 {formula}");
    assert_eq!(of(ProrationBasis::ActualDays), january("* 16 / 31 = 16.00"));
    assert_eq!(of(ProrationBasis::Fixed30), january("* 16 / 30 = 16.53"));
    assert_eq!(of(ProrationBasis::D30360), january("* 15 / 30 = 15.50"));
    assert_eq!(of(ProrationBasis::Fixed365), january("* 12 / 1 * 16 / 365 = 16.31"));
    assert_eq!(of(ProrationBasis::Seconds), january("* 1382400 / 2678400 = 16.00"));
    assert_eq!(of(ProrationBasis::RatioRounded(2)), january("* round(16 / 31, 2) = 16.12"));
    assert_eq!(of(ProrationBasis::None), january("= 31.00"));
    let daily = of(ProrationBasis::DailyRateRounded(2));
    assert_eq!(daily, "add_quantity 2027-01-16…2027-01-31 1 * round(31.00 / 31, 2) * 16 = 16.00");
}

#[test]
fn x05_a_line_is_rounded_once_or_its_unit_first() {
    let of = |scope, mode| {
        let world = five("cancom_monthly12", |rules| rules.rounding = RoundingRule { scope, mode });
        ledger(&world).remove(0)
    };
    let part = |formula: &str| format!("new 2026-09-06…2026-09-30 5 * {formula}");
    assert_eq!(of(RoundingScope::Line, Rounding::HalfUp), part("9.40 * 25 / 30 = 39.17"));
    assert_eq!(of(RoundingScope::Line, Rounding::Down), part("9.40 * 25 / 30 = 39.16"));
    assert_eq!(of(RoundingScope::Unit, Rounding::HalfUp), part("round(9.40 * 25 / 30, 2) = 39.15"));
    assert_eq!(of(RoundingScope::Unit, Rounding::HalfEven), part("round(9.40 * 25 / 30, 2) = 39.15"));
}

#[test]
fn x06_fewer_licences_outside_a_window() {
    let of = |decrease| {
        let mut world = five("terra_nce_p1y_m", |rules| rules.decrease = decrease);
        world.advance(at("2026-09-20"));
        answers(&world, Change::SetQuantity(4))
    };
    assert_eq!(of(Decrease::AnyTimeMonthEnd), ["2026-10-06", "only_later decrease", "2027-09-06"]);
    assert_eq!(of(Decrease::ScheduleToTermEnd), ["2027-09-06", "only_later decrease", "2027-09-06"]);
    assert_eq!(of(Decrease::WindowElseSchedule), ["2027-09-06", "window_closed decrease", "2027-09-06"]);
    assert_eq!(of(Decrease::WindowElseReject), ["window_closed decrease"; 3]);
    assert_eq!(of(Decrease::AnyTime), ["now", "now", "2027-09-06"]);
    assert_eq!(of(Decrease::Never), ["not_offered decrease"; 3]);
}

#[test]
fn x06_fewer_licences_within_a_window() {
    for decrease in [Decrease::WindowElseReject, Decrease::WindowElseSchedule, Decrease::ScheduleToTermEnd] {
        let mut world = five("terra_nce_p1y_m", |rules| rules.decrease = decrease);
        world.advance(at("2026-09-08"));
        let fewer = world.ask(Change::SetQuantity(4), When::Earliest).unwrap();
        assert_eq!(charges(&fewer), ["remove_quantity 2026-09-08…2026-10-05 -1 * 1 * 9.40 * 28 / 30 = -8.77"]);
        assert_eq!(fewer.timing, Timing::Now, "{decrease:?}");
    }
}

#[test]
fn r26_only_the_licences_whose_window_is_open_can_go() {
    let mut world = five("ms_nce_2026", |rules| rules.refund.clear());
    world.advance(at("2026-09-20"));
    world.ask(Change::SetQuantity(8), When::Now).unwrap();
    world.advance(at("2026-09-22"));
    let refused = world.decide(Change::SetQuantity(4), When::Now).unwrap_err();
    assert_eq!((refused.code(), refused.bounds().quantity_now), ("window_closed", Some(3)));
    assert_eq!(refused.bounds().allowed_until, Some(at("2026-09-27")));
    let fewer = world.ask(Change::SetQuantity(6), When::Now).unwrap();
    assert_eq!(charges(&fewer), ["remove_quantity 2026-09-22…2026-10-05 -1 * 2 * 9.40 * 14 / 30 = -8.77"]);
    assert_eq!(fewer.after.lots.iter().map(|lot| lot.quantity).collect::<Vec<_>>(), [5, 1]);
}

#[test]
fn x07_seven_days_before_the_end_and_seven_after_the_start_are_two_rules() {
    let mut world = five("cancom_monthly12", |rules| rules.window_hours = Some(168));
    let off = Change::SetAutoRenew(false);
    let stops = |world: &World| told(&world.decide(off, When::Now));
    assert_eq!(
        charges(&world.decide(Change::Cancel, When::Now).unwrap())[0],
        "cancel 2026-09-06…2026-09-30 -1 * 39.17 = -39.17"
    );
    world.advance(datetime!(2026-09-13 08:00:01 UTC));
    let fee = charges(&world.decide(Change::Cancel, When::Now).unwrap());
    assert_eq!(fee, ["cancel 2026-10-01…2027-09-05 524.83 * 100 / 100 = 524.83"]);
    world.advance(datetime!(2027-08-29 23:59:59 UTC));
    assert_eq!(stops(&world), "now");
    world.advance(at("2027-08-30"));
    assert_eq!(stops(&world), "notice_missed notice_days");
    // No window, no notice: nothing to miss.
    let world = five("cancom_monthly12", |rules| rules.notice_days = None);
    assert_eq!((world.main.subscription.cancel_until, stops(&world).as_str()), (None, "now"));
}

#[test]
fn x08_a_window_of_one_day() {
    let mut world = five("terra_nce_p1y_m", |rules| rules.window_hours = Some(24));
    world.advance(datetime!(2026-09-07 08:00 UTC));
    assert_eq!(told(&world.decide(Change::Cancel, When::Now)), "now");
    world.advance(datetime!(2026-09-07 08:00:01 UTC));
    assert_eq!(told(&world.decide(Change::Cancel, When::Now)), "window_closed cancel");
    world.advance(datetime!(2027-09-06 23:00 UTC));
    assert_eq!(told(&world.decide(Change::Cancel, When::Now)), "now");
    world.advance(datetime!(2027-09-07 01:00 UTC));
    assert_eq!(told(&world.decide(Change::Cancel, When::Now)), "window_closed cancel");
}

#[test]
fn x09_a_cancellation_in_mid_term() {
    let of = |cancel| {
        let mut world = five("terra_nce_p1y_m", |rules| rules.cancel = cancel);
        world.advance(at("2027-01-20"));
        answers(&world, Change::Cancel)
    };
    assert_eq!(of(Cancel::FeePercent(100)), ["now", "now", "2027-09-06"]);
    assert_eq!(of(Cancel::MonthEnd), ["2027-02-01", "only_later cancel", "2027-09-06"]);
    assert_eq!(of(Cancel::AtTermEnd), ["2027-09-06", "only_later cancel", "2027-09-06"]);
    for cancel in [Cancel::RejectBilledToTermEnd, Cancel::WindowOnly] {
        assert_eq!(of(cancel), ["window_closed cancel", "window_closed cancel", "2027-09-06"], "{cancel:?}");
    }
    assert_eq!(of(Cancel::AnyTime), ["now", "now", "2027-09-06"]);
}

#[test]
fn x09_after_a_cancellation_for_a_fee_the_service_is_on_to_the_end_or_off_at_once() {
    let of = |access, percent| {
        let mut world = five("cancom_monthly12", |rules| {
            (rules.access_after_cancel, rules.cancel) = (access, Cancel::FeePercent(percent));
        });
        world.advance(at("2026-10-15"));
        let decision = world.ask(Change::Cancel, When::Now).unwrap();
        (charges(&decision), decision.after.status, Day::of(decision.after.ending.unwrap().ends_at).to_string())
    };
    // Ten months from November and five of the 30 days of September: 470.00 + 7.83.
    let whole = vec!["cancel 2026-11-01…2027-09-05 477.83 * 100 / 100 = 477.83".to_owned()];
    assert_eq!(of(AccessAfterCancel::UntilEnd, 100), (whole.clone(), Status::Active, "2027-09-06".to_owned()));
    assert_eq!(of(AccessAfterCancel::Immediate, 100), (whole, Status::Canceled, "2026-10-15".to_owned()));
    let half = vec!["cancel 2026-11-01…2027-09-05 477.83 * 50 / 100 = 238.92".to_owned()];
    assert_eq!(of(AccessAfterCancel::UntilEnd, 50), (half, Status::Active, "2027-09-06".to_owned()));
    assert_eq!(of(AccessAfterCancel::UntilEnd, 0).0, Vec::<String>::new());
}

#[test]
fn x10_before_march_2022_the_window_was_three_days_and_everything_came_back() {
    let mut world = five("terra_nce_p1y_m", |rules| {
        rules.window_hours = Some(72);
        rules.refund = vec![RefundStep { until_hours: 72, kind: RefundKind::Full, unit: RefundUnit::DayIncluded }];
    });
    world.advance(datetime!(2026-09-09 08:00 UTC));
    assert_eq!(
        charges(&world.decide(Change::Cancel, When::Now).unwrap()),
        ["cancel 2026-09-06…2026-10-05 -1 * 47.00 = -47.00"]
    );
    world.advance(datetime!(2026-09-09 08:00:01 UTC));
    assert_eq!(told(&world.decide(Change::Cancel, When::Now)), "window_closed cancel");
}

#[test]
fn x10_past_the_last_step_nothing_comes_back() {
    let mut world = five("terra_nce_p1y_m", |rules| {
        rules.refund = vec![RefundStep { until_hours: 24, kind: RefundKind::Full, unit: RefundUnit::DayIncluded }];
    });
    world.advance(at("2026-09-08"));
    let decision = world.ask(Change::Cancel, When::Now).unwrap();
    assert_eq!((decision.after.status, charges(&decision)), (Status::Canceled, vec![]));
}

#[test]
fn x10_seats_come_back_by_their_own_purchase() {
    let mut world = five("ms_nce_2026", |_| ());
    world.advance(datetime!(2026-09-10 06:00 UTC));
    world.ask(Change::SetQuantity(7), When::Now).unwrap();
    world.advance(datetime!(2026-09-10 20:00 UTC));
    // Two of 14 hours, whole; then five of 4 days and 12 hours: five blocks were begun.
    let decision = world.decide(Change::Cancel, When::Now).unwrap();
    assert_eq!(
        charges(&decision),
        [
            "cancel 2026-09-10…2026-10-05 -1 * 16.29 = -16.29",
            "cancel 2026-09-11…2026-10-05 -1 * 5 * 9.40 * 25 / 30 = -39.17"
        ]
    );
}

#[test]
fn x11_days_of_use_and_days_of_data_after_the_term() {
    let of = |grace, disabled| {
        let mut world = five("terra_nce_p1y_m", |rules| (rules.grace_days, rules.disabled_days) = (grace, disabled));
        world.ask(Change::SetAutoRenew(false), When::Now).unwrap();
        world.advance(datetime!(2027-09-05 23:59:59 UTC));
        happened(&mut world, at("2028-09-01"))
    };
    let day = |day: &str, happened| (day.to_owned(), happened);
    assert_eq!(
        of(30, 90),
        [
            day("2027-09-06", Happened::Expired),
            day("2027-10-06", Happened::Disabled),
            day("2028-01-04", Happened::Canceled)
        ]
    );
    assert_eq!(of(0, 90), [day("2027-09-06", Happened::Disabled), day("2027-12-05", Happened::Canceled)]);
    assert_eq!(of(30, 0), [day("2027-09-06", Happened::Expired), day("2027-10-06", Happened::Canceled)]);
    assert_eq!(of(0, 0), [day("2027-09-06", Happened::Canceled)]);
}

#[test]
fn x12_what_follows_a_term() {
    let of = |end_of_term| {
        let offers = [("E1 P1Y monthly", "9.40"), ("E1 P1M monthly", "11.28")];
        let mut world = ordered("terra_nce_p1y_m", |rules| rules.end_of_term = end_of_term, &offers, 5, ORDERED);
        world.advance(datetime!(2027-09-05 23:59:59 UTC));
        let played = played(&mut world, at("2027-09-06"));
        (world.main.subscription.status, played.first().cloned())
    };
    let renewed = |charge: &str| (Status::Active, Some(charge.to_owned()));
    assert_eq!(of(EndOfTerm::RenewSame), renewed("renew 2027-09-06…2027-10-05 5 * 9.40 = 47.00"));
    assert_eq!(of(EndOfTerm::RenewToYear), renewed("renew 2027-09-06…2027-10-05 5 * 9.40 = 47.00"));
    assert_eq!(of(EndOfTerm::RenewToMonth), renewed("renew 2027-09-06…2027-10-05 5 * 11.28 = 56.40"));
    assert_eq!(of(EndOfTerm::ExtendedServiceTerm), renewed("renew 2027-09-06…2027-10-05 5 * 9.40 = 47.00"));
    assert_eq!(of(EndOfTerm::Expire), (Status::Expired, None));
}

#[test]
fn x12_c48_a_contract_of_a_month_is_followed_by_a_year_where_the_policy_says_so() {
    let offers = [("E1 P1M monthly", "11.28"), ("E1 P1Y monthly", "9.40")];
    let turn = |rules: &mut Rules| rules.end_of_term = EndOfTerm::RenewToYear;
    let mut world = ordered("cancom_monthly1", turn, &offers, 1, at("2023-04-03"));
    world.advance(at("2023-05-03"));
    let term = world.main.subscription.term_span.unwrap();
    assert_eq!((term.first.to_string(), term.last.to_string()), ("2023-05-03".to_owned(), "2024-05-02".to_owned()));
}

/// A year from a day of 2022; on 1 April 2023 the price rises by 11 %.
fn with_a_rise(key: &str, offers: &[(&str, &str)], day: &str, price: &str) -> World {
    let mut world = ordered(key, |_| (), offers, 1, at(day));
    world.advance(at("2023-01-05"));
    let rise = (at("2023-04-01"), Some(lifecycle::price(price)));
    world.offers[0].prices.push(rise);
    world
}

#[test]
fn x13_t55_a_term_keeps_its_price_and_a_renewal_takes_the_days() {
    let renewed_on = |day: &str, renewal: &str| {
        let mut world = with_a_rise("terra_nce_p1y_y", &[("E1 P1Y annual", "100.00")], day, "111.00");
        world.advance(at(renewal) - Duration::SECOND);
        played(&mut world, at(renewal)).remove(0)
    };
    assert_eq!(renewed_on("2022-03-31", "2023-03-31"), "renew 2023-03-31…2024-03-30 1 * 100.00 = 100.00");
    assert_eq!(renewed_on("2022-04-01", "2023-04-01"), "renew 2023-04-01…2024-03-31 1 * 111.00 = 111.00");
}

#[test]
fn x13_r16_a_price_list_makes_no_line_in_a_running_term() {
    let mut world = with_a_rise("terra_nce_p1y_m", &[("E1 P1Y monthly", "10.00")], "2022-07-10", "11.10");
    world.advance(at("2023-03-31"));
    assert_eq!(played(&mut world, at("2023-04-09")), Vec::<String>::new());
    assert_eq!(played(&mut world, at("2023-04-10")), ["cycle 2023-04-10…2023-05-09 1 * 10.00 = 10.00"]);
    let more = world.ask(Change::SetQuantity(2), When::Now).unwrap();
    assert_eq!(charges(&more), ["add_quantity 2023-04-10…2023-05-09 1 * 10.00 = 10.00"], "added at the locked price");
    world.advance(datetime!(2023-07-09 23:59 UTC));
    assert_eq!(played(&mut world, at("2023-07-10")), ["renew 2023-07-10…2023-08-09 2 * 11.10 = 22.20"]);
}

#[test]
fn x13_a_month_keeps_its_price_only_for_the_month() {
    let mut world = with_a_rise("terra_nce_p1m_m", &[("E1 P1M monthly", "10.00")], "2022-12-20", "11.10");
    world.advance(at("2023-03-19"));
    let renewals = played(&mut world, at("2023-04-20"));
    let march = "renew 2023-03-20…2023-04-19 1 * 10.00 = 10.00";
    assert_eq!(renewals, [march, "renew 2023-04-20…2023-05-19 1 * 11.10 = 11.10"]);
    let mut world = with_a_rise("ahd_rental", &[("E1 P1M monthly", "10.00")], "2022-12-20", "11.10");
    world.advance(at("2023-03-31"));
    assert_eq!(played(&mut world, at("2023-04-01")), ["renew 2023-04-01…2023-04-30 1 * 11.10 = 11.10"]);
}

#[test]
fn x13_a_price_that_is_locked_for_the_cycle_rises_within_a_term() {
    let of = |price_lock| {
        let offers = [("E1 P1Y monthly", "10.00")];
        let turn = move |rules: &mut Rules| rules.price_lock = price_lock;
        let mut world = ordered("terra_nce_p1y_m", turn, &offers, 1, at("2022-12-10"));
        world.advance(at("2023-01-05"));
        world.offers[0].prices.push((at("2023-04-01"), Some(lifecycle::price("11.10"))));
        world.advance(at("2023-04-09"));
        played(&mut world, at("2023-04-10")).remove(0)
    };
    assert_eq!(of(PriceLock::Term), "cycle 2023-04-10…2023-05-09 1 * 10.00 = 10.00");
    assert_eq!(of(PriceLock::Period), "cycle 2023-04-10…2023-05-09 1 * 11.10 = 11.10");
    assert_eq!(of(PriceLock::None), "cycle 2023-04-10…2023-05-09 1 * 11.10 = 11.10");
}

#[test]
fn x14_zero_licences_are_refused_or_a_cancellation() {
    let of =
        |zero| five("terra_nce_p1y_m", |rules| rules.zero_quantity = zero).decide(Change::SetQuantity(0), When::Now);
    assert_eq!(told(&of(ZeroQuantity::Reject)), "use_cancel zero_quantity");
    assert_eq!(of(ZeroQuantity::Cancel).unwrap().after.status, Status::Canceled);
}

#[test]
fn x15_the_last_change_wins_or_waits_for_the_first() {
    let of = |slot| {
        let mut world = five("cancom_monthly12", |rules| rules.pending_slot = slot);
        world.ask(Change::SetQuantity(4), When::Earliest).unwrap();
        world.decide(Change::SetQuantity(3), When::Earliest)
    };
    let decision = of(PendingSlot::SingleOverwrite).unwrap();
    assert_eq!(decision.replaced.map(|replaced| replaced.effect), Some(Effect::Quantity(4)));
    assert_eq!(decision.after.pending.map(|pending| pending.effect), Some(Effect::Quantity(3)));
    assert_eq!(told(&of(PendingSlot::RejectIfPending)), "change_pending pending_slot");
}

#[test]
fn x16_only_one_order_of_a_product_is_a_rule_of_the_cart() {
    let keys = ["cancom_monthly12", "ahd_rental", "colt_nce"];
    let one = keys.map(|key| lifecycle::preset(key).rules.one_active_per_product);
    assert_eq!(one, [false, true, false]);
}

#[test]
fn x17_another_edition_at_once_at_the_terms_end_or_only_by_an_order() {
    let of = |edition_change| {
        let offers = [("E1 P1Y monthly", "9.40"), ("E3 P1Y monthly", "25.10")];
        let mut world = ordered("terra_nce_p1y_m", |rules| rules.edition_change = edition_change, &offers, 5, ORDERED);
        world.advance(at("2026-10-01"));
        answers(&world, Change::Transition { offer: OfferId::from_u128(1), quantity: None })
    };
    assert_eq!(of(EditionChange::InPlaceImmediate), ["now", "now", "2027-09-06"]);
    assert_eq!(of(EditionChange::AtTermEnd), ["2027-09-06", "only_later edition_change", "2027-09-06"]);
    assert_eq!(of(EditionChange::NewSubscription), ["not_offered edition_change"; 3]);
}

#[test]
fn x28_t58_the_highest_quantity_of_a_month_is_billed() {
    let of = |basis| {
        let offers = [("E1 P1Y monthly", "10.00")];
        let turn = move |rules: &mut Rules| (rules.quantity_basis, rules.decrease) = (basis, Decrease::AnyTime);
        let mut world = ordered("terra_legacy_m", turn, &offers, 10, at("2026-04-01"));
        for (day, quantity) in
            [("2026-04-10", 15), ("2026-04-15", 7), ("2026-04-20", 13), ("2026-04-25", 17), ("2026-04-28", 5)]
        {
            world.advance(at(day));
            world.ask(Change::SetQuantity(quantity), When::Now).unwrap();
        }
        world.advance(at("2026-05-01"));
        ledger(&world)
    };
    assert_eq!(
        of(QuantityBasis::PeakInPeriod),
        [
            "new 2026-04-01…2026-04-30 10 * 10.00 = 100.00",
            "add_quantity 2026-04-01…2026-04-30 5 * 10.00 = 50.00",
            "add_quantity 2026-04-01…2026-04-30 2 * 10.00 = 20.00",
            "cycle 2026-05-01…2026-05-31 5 * 10.00 = 50.00"
        ]
    );
    let running = of(QuantityBasis::Running);
    assert_eq!(running[2], "remove_quantity 2026-04-15…2026-04-30 -1 * 5 * 10.00 * 16 / 30 = -26.67");
    assert_eq!(running[3], "remove_quantity 2026-04-15…2026-04-30 -1 * 3 * 10.00 * 16 / 30 = -16.00");
}

#[test]
fn x28_t58_another_edition_has_its_own_highest_quantity() {
    let offers = [("E1 P1Y monthly", "10.00"), ("E3 P1Y monthly", "20.00")];
    let turn = |rules: &mut Rules| rules.decrease = Decrease::AnyTime;
    let mut world = ordered("terra_legacy_m", turn, &offers, 10, at("2026-04-01"));
    world.advance(at("2026-04-16"));
    world.ask(Change::SetQuantity(4), When::Now).unwrap();
    let up = world.ask(Change::Transition { offer: OfferId::from_u128(1), quantity: None }, When::Now).unwrap();
    assert_eq!(
        charges(&up),
        [
            "transition 2026-04-16…2026-04-30 -1 * 4 * 10.00 * 15 / 30 = -20.00",
            "transition 2026-04-16…2026-04-30 4 * 20.00 * 15 / 30 = 40.00"
        ]
    );
    let more = world.ask(Change::SetQuantity(10), When::Now).unwrap();
    assert_eq!(charges(&more), ["add_quantity 2026-04-01…2026-04-30 6 * 20.00 = 120.00"]);
}

#[test]
fn x29_only_product_keys_give_the_administrator_a_licence() {
    for (key, rules) in presets::all().unwrap() {
        assert_eq!(rules.auto_assign_admin_licence, key == "ms_product_key", "{key}");
    }
}

#[test]
fn x30_a_renewal_starts_at_once_or_at_the_old_terms_end() {
    let of = |renewal_start| {
        let mut world = five("ms_product_key", |rules| rules.renewal_start = renewal_start);
        world.advance(at("2027-08-01"));
        world.decide(Change::Renew(Starts::Immediately), When::Now)
    };
    assert_eq!(told(&of(RenewalStart::AtTermEnd)), "not_offered renewal_start");
    let decision = of(RenewalStart::Immediately).unwrap();
    assert_eq!((decision.days_lost, charges(&decision).len()), (36, 1));
    assert_eq!(decision.after.term_span.unwrap().last.to_string(), "2028-07-31");
}

#[test]
fn x33_k20_until_when_it_can_be_brought_back() {
    let of = |until, at_instant| {
        let mut world = five("ms_product_key", |rules| rules.reactivate_until = until);
        world.advance(at_instant);
        told(&world.decide(Change::Reactivate, When::Now))
    };
    // The term ends with 5 September 2027; 120 days later the data are gone.
    let last = datetime!(2028-01-03 23:59:59 UTC);
    assert_eq!(of(ReactivateUntil::Days(120), at("2027-09-06")), "now");
    assert_eq!(of(ReactivateUntil::Days(120), last), "now");
    assert_eq!(of(ReactivateUntil::Days(120), at("2028-01-04")), "subscription_ended ");
    assert_eq!(of(ReactivateUntil::Days(30), at("2027-10-06")), "now");
    assert_eq!(of(ReactivateUntil::Days(30), datetime!(2027-10-06 00:00:01 UTC)), "reactivation_over reactivate_until");
    assert_eq!(of(ReactivateUntil::None, at("2027-09-06")), "not_offered reactivate_until");
}
