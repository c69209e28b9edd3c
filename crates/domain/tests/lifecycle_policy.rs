//! Each conflict between the manuals (X-01…X-33), shown on a running subscription: the same order under each
//! value of one policy key. Amounts are computed by hand.

#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

mod lifecycle;

use domain::id::{OfferId, ProductId};
use domain::policy::*;
use domain::refusal::Refusal;
use domain::subscription::change::{Change, Decision, Facts, Starts, Timing, When};
use domain::subscription::renewal::Happened;
use domain::subscription::{Effect, SubscriptionStatus as Status, rules};
use domain::zone::Zone;
use lifecycle::{ORDERED, World, at, charges, five, ordered, played};
use time::OffsetDateTime;
use time::macros::datetime;

fn happened(world: &mut World, to: OffsetDateTime) -> Vec<(String, Happened)> {
    let days = |played: lifecycle::Played| {
        played.happened.into_iter().map(move |happened| (Zone::UTC.day(played.at).to_string(), happened))
    };
    world.advance(to).into_iter().flat_map(days).collect()
}

/// When a change takes effect, or why not: `now`, a day, or a refusal's code and rule.
fn told(decided: &Result<Decision, Refusal>) -> String {
    match decided {
        Ok(Decision { timing: Timing::Now, .. }) => "now".to_owned(),
        Ok(Decision { timing: Timing::At(at), .. }) => Zone::UTC.day(*at).to_string(),
        Err(refusal) => format!("{} {}", refusal.code(), refusal.rule().map_or("", RuleKey::code)),
    }
}

/// The three answers to a change: as early as possible, now, at the renewal.
fn answers(world: &World, change: Change) -> [String; 3] {
    [When::Earliest, When::Now, When::AtRenewal].map(|when| told(&world.decide(change, when)))
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
    assert_eq!(stops(&world), "2027-09-06");
    world.advance(at("2027-08-30"));
    assert_eq!(stops(&world), "notice_missed notice_days");
    // No window, no notice: nothing to miss.
    let world = five("cancom_monthly12", |rules| rules.notice_days = None);
    assert_eq!((world.main.subscription.cancel_until, stops(&world).as_str()), (None, "2027-09-06"));
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
    assert_eq!(of(Cancel::FeePercent(100)), ["2027-09-06", "now", "2027-09-06"]);
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
        (charges(&decision), decision.after.status, Zone::UTC.day(decision.after.ending.unwrap().ends_at).to_string())
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
    // Two of 14 hours, whole; then five of 4 days and 12 hours: four blocks are complete.
    let decision = world.decide(Change::Cancel, When::Now).unwrap();
    assert_eq!(
        charges(&decision),
        [
            "cancel 2026-09-10…2026-10-05 -1 * 16.29 = -16.29",
            "cancel 2026-09-10…2026-10-05 -1 * 5 * 9.40 * 26 / 30 = -40.73"
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
fn x16_only_one_order_of_a_thing_is_a_rule_of_the_cart() {
    let keys = ["cancom_monthly12", "ahd_rental", "colt_nce"];
    let one = keys.map(|key| lifecycle::preset(key).rules.one_active_per);
    assert_eq!(one, [OneActivePer::None, OneActivePer::Sku, OneActivePer::None]);
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

/// U-84: Microsoft's list stands over the price: what it names is an upgrade, of whatever product, and back is down.
#[test]
fn u84_what_microsoft_names_is_an_upgrade() {
    let offers = [("E1 P1Y monthly", "9.40"), ("E3 P1Y monthly", "5.00")];
    let mut world = ordered("terra_nce_p1y_m", |_| {}, &offers, 5, ORDERED);
    world.advance(at("2026-10-01"));
    let change = Change::Transition { offer: OfferId::from_u128(1), quantity: None };
    let of = |named: fn(&mut Facts)| {
        let mut facts = world.facts();
        facts.offers[1].product_id = ProductId::from_u128(77);
        named(&mut facts);
        rules::decide(&facts, &world.request(change, When::Earliest), world.now)
    };
    assert_eq!(told(&of(|_| {})), "transition_not_offered ");
    let up = of(|facts| facts.offers[1].upgrade_of = vec![facts.subscription.sku_id]).unwrap();
    assert_eq!((up.timing, up.after.product_id), (Timing::Now, ProductId::from_u128(77)));
    assert_eq!(
        charges(&up),
        [
            "transition 2026-10-01…2026-10-05 -1 * 5 * 9.40 * 5 / 30 = -7.83",
            "transition 2026-10-01…2026-10-05 5 * 5.00 * 5 / 30 = 4.17",
        ]
    );
    let down = of(|facts| facts.offers[0].upgrade_of = vec![facts.offers[1].offer.sku_id]);
    assert_eq!(told(&down), "2027-09-06");
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
