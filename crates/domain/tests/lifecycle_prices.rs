//! The conflicts between the manuals (X-01…X-33) about what a cycle costs, shown on a running subscription:
//! the same order under each value of one policy key. Amounts are computed by hand.

#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

mod lifecycle;

use domain::billing::{self, ChargeKind, TermStart};
use domain::id::OfferId;
use domain::money::Rounding;
use domain::policy::*;
use domain::subscription::change::{Change, When};
use lifecycle::{ORDERED, World, at, charged, charges, five, ledger, ordered, played};
use time::Duration;
use time::macros::datetime;

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

/// What came on a day with nothing left to pay is given back as it came, whatever the policy gives back.
#[test]
fn x03_licences_that_cost_nothing_give_nothing_back() {
    let steps = [
        None,
        Some((RefundKind::Full, RefundUnit::DayIncluded)),
        Some((RefundKind::Prorated, RefundUnit::CalendarDay)),
        Some((RefundKind::Prorated, RefundUnit::Block24h)),
        Some((RefundKind::Prorated, RefundUnit::Hour)),
    ];
    for step in steps {
        let mut world = five("terra_nce_p1y_m", |rules| {
            (rules.change_day, rules.decrease) = (ChangeDay::Exclusive, Decrease::AnyTime);
            rules.refund = step.map(|(kind, unit)| RefundStep { until_hours: 168, kind, unit }).into_iter().collect();
        });
        world.advance(at("2026-10-05"));
        for quantity in [13, 5] {
            let change = world.ask(Change::SetQuantity(quantity), When::Now).unwrap();
            assert_eq!(charges(&change), Vec::<String>::new(), "{step:?}");
        }
        assert_eq!(played(&mut world, at("2026-10-06")), ["cycle 2026-10-06…2026-11-05 5 * 9.40 = 47.00"]);
    }
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
fn u04_a_part_of_a_cycle_is_the_rest_of_it_only_for_as_many_licences_and_by_the_same_rules() {
    let renewed = |turn: fn(&mut World)| {
        let mut world = ordered("cancom_monthly12", |_| (), &[("E1 P1Y monthly", "10.43")], 1, at("2026-09-16"));
        world.advance(at("2027-09-01"));
        turn(&mut world);
        played(&mut world, at("2027-09-16")).pop().unwrap()
    };
    let half = |formula: &str| format!("renew 2027-09-16…2027-09-30 {formula}");
    assert_eq!(renewed(|_| ()), half("10.43 - 5.22 = 5.21"));
    let divided = |world: &mut World| world.offers[0].policy.rules.proration_basis = ProrationBasis::D30360;
    assert_eq!(renewed(divided), half("1 * 10.43 * 15 / 30 = 5.22"));
    let world = ordered("cancom_monthly12", |_| (), &[("E1 P1Y monthly", "10.43")], 1, at("2026-09-16"));
    let of = &world.main.subscription;
    let start = TermStart { earlier: of.earlier_part(), ..TermStart::on("2027-09-16".parse().unwrap()) };
    let begun = |quantity| {
        let begins = billing::start_term(of.plan(&of.policy.rules, quantity), start, ChargeKind::Renew).unwrap();
        charged(&begins.charge.unwrap())
    };
    assert_eq!(begun(1), half("10.43 - 5.22 = 5.21"));
    assert_eq!(begun(3), half("3 * 10.43 * 15 / 30 = 15.65"));
}
