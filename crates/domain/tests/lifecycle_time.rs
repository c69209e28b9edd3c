//! What time does to a subscription: ends of months, reminders, the days after a term, the extended service term,
//! aligned terms, and add-ons that end with their base. Amounts and days are computed by hand.

#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

mod lifecycle;

use domain::calendar::{DaySpan, Term};
use domain::id::{OfferId, SubscriptionId};
use domain::policy::*;
use domain::subscription::change::{AlignTo, Change, Neighbor, Starts, Timing, When};
use domain::subscription::renewal::Happened;
use domain::subscription::{AtTermEnd, Effect, SubscriptionStatus as Status};
use domain::zone::Zone;
use lifecycle::{Account, ORDERED, Ordered, World, at, charged, charges, five, ordered, played, whole_term};
use time::macros::datetime;
use time::{Duration, OffsetDateTime};

/// The days on which a kind of thing happened.
fn days(world: &mut World, to: OffsetDateTime, which: fn(Happened) -> bool) -> Vec<String> {
    let of = |played: lifecycle::Played| {
        let fits = played.happened.into_iter().filter(move |happened| which(*happened));
        fits.map(move |happened| match happened {
            Happened::Reminded(days) => format!("{} {days}", Zone::UTC.day(played.at)),
            _ => Zone::UTC.day(played.at).to_string(),
        })
    };
    world.advance(to).into_iter().flat_map(of).collect()
}

/// `first…last` of each charge of an account.
fn spans(account: &Account) -> Vec<String> {
    let span = |charge: &domain::billing::Charge| format!("{}…{}", charge.service_span.first, charge.service_span.last);
    account.ledger.iter().map(|(_, charge)| span(charge)).collect()
}

#[test]
fn a_month_from_the_31st_drifts_at_microsoft_and_comes_back_elsewhere() {
    let of = |month_end| {
        let turn = move |rules: &mut Rules| rules.month_end = month_end;
        let mut world = ordered("terra_nce_p1m_m", turn, &[("E1 P1M monthly", "11.28")], 1, at("2026-01-31"));
        world.advance(at("2026-05-01"));
        spans(&world.main)
    };
    let february = ["2026-01-31…2026-02-27", "2026-02-28…2026-03-27"];
    let drifted = ["2026-03-28…2026-04-27", "2026-04-28…2026-05-27"];
    assert_eq!(of(MonthEnd::Microsoft), [february, drifted].concat());
    let kept = ["2026-01-31…2026-02-27", "2026-02-28…2026-03-30", "2026-03-31…2026-04-29", "2026-04-30…2026-05-30"];
    assert_eq!(of(MonthEnd::KeepDay), kept);
}

#[test]
fn a_month_from_near_its_end_renews_on_the_day_that_microsoft_names() {
    for (bought, renewed) in [
        ("2026-05-31", "2026-06-30"),
        ("2026-06-30", "2026-07-30"),
        ("2026-07-31", "2026-08-31"),
        ("2026-01-30", "2026-02-28"),
        ("2026-02-27", "2026-03-27"),
        ("2026-06-29", "2026-07-29"),
        ("2028-01-31", "2028-02-29"),
    ] {
        let mut world = ordered("default_nce", |_| (), &[("E1 P1M monthly", "11.28")], 1, at(bought));
        let renewals = days(&mut world, at(bought) + Duration::days(40), |happened| happened == Happened::Renewed);
        assert_eq!(renewals, [renewed], "{bought}");
    }
}

#[test]
fn months_of_a_year_keep_their_distance_from_the_months_end() {
    let of = |bought| {
        let mut world = ordered("default_nce", |_| (), &[("E1 P1Y monthly", "9.40")], 1, at(bought));
        world.advance(at("2026-06-30"));
        let term = world.main.subscription.term_span.unwrap();
        (spans(&world.main).iter().map(|span| span[..10].to_owned()).collect::<Vec<_>>(), term.last.to_string())
    };
    let last = ["2026-01-31", "2026-02-28", "2026-03-31", "2026-04-30", "2026-05-31", "2026-06-30"].map(str::to_owned);
    assert_eq!(of("2026-01-31"), (last.to_vec(), "2027-01-30".to_owned()));
    let next = ["2026-01-30", "2026-02-27", "2026-03-30", "2026-04-29", "2026-05-30", "2026-06-29"].map(str::to_owned);
    assert_eq!(of("2026-01-30"), (next.to_vec(), "2027-01-29".to_owned()));
}

#[test]
fn k16_reminders_60_30_7_and_1_days_before_the_end_once_each() {
    let of = |steps: &[&str]| {
        let mut world = ordered("ms_product_key", |_| (), &[("E1 P1Y annual", "112.80")], 1, ORDERED);
        let told = |happened| matches!(happened, Happened::Reminded(_));
        steps.iter().flat_map(|step| days(&mut world, at(step), told)).collect::<Vec<_>>()
    };
    let expected = ["2027-07-07 60", "2027-08-06 30", "2027-08-29 7", "2027-09-04 1"];
    assert_eq!(of(&["2029-01-01"]), expected, "the clock jumps");
    let steps = ["2027-07-06", "2027-07-07", "2027-07-07", "2027-08-29", "2027-09-03", "2027-09-04", "2028-01-01"];
    assert_eq!(of(&steps), expected, "the clock goes slowly");
}

#[test]
fn k16_each_term_has_its_reminders_and_a_month_only_those_within_it() {
    let told = |happened| matches!(happened, Happened::Reminded(_));
    let long = |rules: &mut Rules| rules.reminder_audience = ReminderAudience::LongTerms;
    let mut world = ordered("terra_nce_p1y_y", long, &[("E1 P1Y annual", "112.80")], 1, ORDERED);
    assert_eq!(days(&mut world, at("2029-09-06"), told).len(), 12);
    let expires = |rules: &mut Rules| rules.end_of_term = EndOfTerm::Expire;
    let mut world = ordered("terra_nce_p1m_m", expires, &[("E1 P1M monthly", "11.28")], 1, ORDERED);
    assert_eq!(days(&mut world, at("2026-11-06"), told), ["2026-09-28 7", "2026-10-04 1"]);
    let mut world = ordered("ms_product_key", |_| (), &[("E1 P1Y annual", "112.80")], 1, ORDERED);
    world.advance(at("2027-08-20"));
    world.ask(Change::Renew(Starts::Immediately), When::Now).unwrap();
    let renewed = ["2028-06-20 60", "2028-07-20 30", "2028-08-12 7", "2028-08-18 1"];
    assert_eq!(days(&mut world, at("2028-08-20"), told), renewed, "those of the old term are gone");
}

#[test]
fn k17_with_a_key_the_term_is_followed_by_another() {
    let mut world = ordered("ms_product_key", |_| (), &[("E1 P1Y annual", "112.80")], 1, ORDERED);
    assert_eq!(world.main.subscription.at_term_end, AtTermEnd::End);
    let refused = world.decide(Change::SetAutoRenew(true), When::Now).unwrap_err();
    assert_eq!((refused.code(), refused.rule()), ("not_offered", Some(RuleKey::EndOfTerm)));
    world.ask(Change::Renew(Starts::AtTermEnd), When::Now).unwrap();
    world.advance(datetime!(2027-09-05 23:59 UTC));
    assert_eq!(played(&mut world, at("2027-09-06")), ["renew 2027-09-06…2028-09-05 1 * 112.80 = 112.80"]);
    assert_eq!(world.main.subscription.at_term_end, AtTermEnd::End, "the next term needs its own key");
}

#[test]
fn k18_direct_billing_starts_at_once_and_the_days_left_are_lost() {
    let mut world = ordered("ms_product_key", |_| (), &[("E1 P1Y annual", "112.80")], 1, ORDERED);
    world.advance(at("2027-08-27"));
    let decision = world.ask(Change::Renew(Starts::Immediately), When::Now).unwrap();
    assert_eq!(
        (decision.days_lost, charges(&decision)),
        (10, vec!["renew 2027-08-27…2028-08-26 1 * 112.80 = 112.80".to_owned()])
    );
}

#[test]
fn k19_k20_thirty_days_of_use_and_a_hundred_and_twenty_of_data() {
    let mut world = ordered("ms_product_key", |_| (), &[("E1 P1Y annual", "112.80")], 1, ORDERED);
    world.advance(datetime!(2027-10-05 23:59:59 UTC));
    assert!(world.main.subscription.status.serves(), "{:?}", world.main.subscription.status);
    world.advance(at("2027-10-06"));
    assert_eq!(world.main.subscription.status, Status::Disabled);
    world.advance(at("2028-01-03"));
    let back = world.ask(Change::Reactivate, When::Now).unwrap();
    assert_eq!(charges(&back), ["renew 2028-01-03…2029-01-02 1 * 112.80 = 112.80"]);
    assert_eq!((back.after.status, back.after.ending), (Status::Active, None));
}

const E1: &[(&str, &str)] = &[("E1 P1Y monthly", "9.40"), ("E1 P1M monthly", "11.28")];

/// In the extended service term since 6 September 2027: 11.28 and 3 % are 11.6184 a licence and month.
fn extended() -> World {
    let mut world = ordered("ms_nce_2026", |_| (), E1, 5, ORDERED);
    world.ask(Change::SetAutoRenew(false), When::Now).unwrap();
    world.advance(datetime!(2027-09-06 08:00 UTC));
    assert_eq!(world.main.subscription.status, Status::Extended);
    world
}

#[test]
fn g72_the_extended_service_term_goes_on_month_by_month_at_the_months_price() {
    let mut world = extended();
    world.reprice(OfferId::from_u128(1), Some(lifecycle::price("12.00")));
    let months = ["2027-10-06…2027-11-05 5 * 12.36 = 61.80", "2027-11-06…2027-12-05 5 * 12.36 = 61.80"];
    assert_eq!(played(&mut world, at("2027-12-01")), months.map(|month| format!("renew {month}")));
}

#[test]
fn g72_in_the_extended_service_term_everything_is_possible_on_any_day() {
    let mut world = extended();
    world.advance(at("2027-09-21"));
    let fewer = world.ask(Change::SetQuantity(3), When::Now).unwrap();
    assert_eq!(charges(&fewer), ["remove_quantity 2027-09-21…2027-10-05 -1 * 2 * 11.6184 * 15 / 30 = -11.62"]);
    let more = world.ask(Change::SetQuantity(4), When::Now).unwrap();
    assert_eq!(charges(&more), ["add_quantity 2027-09-21…2027-10-05 1 * 11.6184 * 15 / 30 = 5.81"]);
    let year = world.decide(Change::ChangeOffer(OfferId::from_u128(0)), When::Now).unwrap();
    assert_eq!(year.after.term_span.unwrap().last.to_string(), "2028-09-20");
    assert_eq!((year.after.status, year.after.at_term_end), (Status::Active, AtTermEnd::Renew));
    assert_eq!(year.net().unwrap().to_string(), "14.36", "3 × 5.8092 and 5.81 back of 23.24, and 37.60 for the month");
    for change in [Change::Suspend, Change::Transition { offer: OfferId::from_u128(0), quantity: None }] {
        assert_eq!(world.decide(change, When::Now).unwrap_err().code(), "not_offered");
    }
}

#[test]
fn g72_out_of_the_extended_service_term_it_renews_or_ends() {
    let mut world = extended();
    world.ask(Change::SetAutoRenew(true), When::Now).unwrap();
    assert_eq!(played(&mut world, at("2027-10-06")), ["renew 2027-10-06…2027-11-05 5 * 9.40 = 47.00"]);
    assert_eq!(world.main.subscription.term_span.unwrap().last.to_string(), "2028-10-05");
    let mut world = extended();
    world.ask(Change::SetAtTermEnd(AtTermEnd::End), When::Now).unwrap();
    world.advance(at("2027-10-06"));
    assert_eq!(world.main.subscription.status, Status::Canceled);
}

#[test]
fn r25_licences_added_do_not_move_an_aligned_end_and_the_term_after_is_full() {
    let offers = [("E1 P1Y annual", "112.80")];
    let mut world = ordered("terra_nce_p1y_y", |_| (), &offers, 1, ORDERED);
    let last = "2027-12-31".parse().unwrap();
    world.neighbors = vec![Neighbor { id: SubscriptionId::from_u128(9), term: Term::P1Y, last, renews: true }];
    world.advance(at("2027-01-01"));
    world.ask(Change::AlignTermEnd(AlignTo::Subscription(SubscriptionId::from_u128(9))), When::Earliest).unwrap();
    world.advance(at("2027-12-01"));
    let more = world.ask(Change::SetQuantity(3), When::Now).unwrap();
    assert_eq!(charges(&more), ["add_quantity 2027-12-01…2027-12-31 2 * 112.80 * 31 / 366 = 19.11"]);
    assert_eq!(more.after.term_span.unwrap().last, last);
    assert_eq!(played(&mut world, at("2028-01-01")), ["renew 2028-01-01…2028-12-31 3 * 112.80 = 338.40"]);
}

#[test]
fn r25_calendar_months_are_the_only_ends_without_other_subscriptions() {
    let of = |plan, bought: &str| {
        let offers = [(plan, "10.00")];
        let world = ordered("default_nce", |_| (), &offers, 1, at(bought));
        let full = whole_term(&world.main.subscription, world.today());
        let dates = domain::subscription::alignment::end_dates(world.main.subscription.term, full, &[]);
        dates.into_iter().map(|date| date.day.to_string()).collect::<Vec<_>>()
    };
    assert_eq!(of("E1 P1Y monthly", "2022-07-15"), ["2023-06-30"]);
    assert_eq!(of("E1 P3Y annual", "2022-07-15"), ["2025-06-30"]);
    assert_eq!(of("E1 P1M monthly", "2022-07-15"), ["2022-07-31"]);
}

#[test]
fn r25_a_month_is_not_aligned_to_the_28th_to_30th_unless_that_ends_the_month() {
    let of = |last: &str| {
        let full = DaySpan::new("2026-01-15".parse().unwrap(), "2026-02-14".parse().unwrap());
        let other =
            Neighbor { id: SubscriptionId::from_u128(9), term: Term::P1Y, last: last.parse().unwrap(), renews: true };
        let dates = domain::subscription::alignment::end_dates(Term::P1M, full, &[other]);
        dates.iter().any(|date| date.with == [SubscriptionId::from_u128(9)])
    };
    assert_eq!(["2026-01-27", "2026-01-28", "2026-01-30", "2026-01-31"].map(of), [true, false, false, true]);
}

/// A base of a year and an add-on a month, bought on the same day.
fn with_add_on(key: &str, turn: impl Fn(&mut Rules), add_on: &str) -> World {
    let mut world = ordered(key, turn, &[("E1 P1Y monthly", "9.40"), (add_on, "3.00")], 5, ORDERED);
    world.add(&Ordered { offer: OfferId::from_u128(1), quantity: 2, at: ORDERED, aligned_to: None });
    world
}

fn pending(account: &Account) -> Option<Effect> {
    account.subscription.pending.as_ref().map(|pending| pending.effect)
}

#[test]
fn a16_c51_add_ons_wait_for_the_end_with_their_base_and_stay_when_that_is_replaced() {
    let mut world = with_add_on("terra_nce_p1y_m", |_| (), "AddOn P1M monthly");
    world.advance(at("2026-10-10"));
    world.ask(Change::Cancel, When::AtRenewal).unwrap();
    assert_eq!((pending(&world.main), pending(&world.add_ons[0])), (Some(Effect::End), Some(Effect::End)));
    world.advance(at("2026-12-10"));
    assert_eq!(pending(&world.add_ons[0]), Some(Effect::End), "two renewals later");
    let more = world.ask(Change::SetQuantity(6), When::Now).unwrap();
    assert_eq!(more.replaced.map(|replaced| replaced.effect), Some(Effect::End));
    assert_eq!((pending(&world.main), pending(&world.add_ons[0])), (None, None));
    world.advance(at("2027-09-06"));
    assert_eq!(
        world.accounts().iter().map(|account| account.subscription.status).collect::<Vec<_>>(),
        [Status::Active; 2]
    );
}

#[test]
fn a16_an_add_on_is_paid_for_until_its_base_ends() {
    let turn = |rules: &mut Rules| rules.cancel = Cancel::MonthEnd;
    let mut world = with_add_on("terra_nce_p1y_m", turn, "AddOn P1M monthly");
    world.advance(at("2026-10-20"));
    let decision = world.ask(Change::Cancel, When::Earliest).unwrap();
    assert_eq!(decision.timing, Timing::At(at("2026-11-01")));
    let mut world = with_add_on("terra_nce_p1y_m", |_| (), "AddOn P1M monthly");
    world.advance(at("2026-10-20"));
    world.add(&Ordered { offer: OfferId::from_u128(1), quantity: 2, at: world.now, aligned_to: None });
    world.ask(Change::Cancel, When::AtRenewal).unwrap();
    world.advance(at("2027-09-06"));
    let last: Vec<_> = world.add_ons.iter().map(|add_on| charged(&add_on.ledger.last().unwrap().1)).collect();
    assert_eq!(
        last,
        ["renew 2027-08-06…2027-09-05 2 * 3.00 = 6.00", "renew 2027-08-20…2027-09-05 2 * 3.00 * 17 / 31 = 3.29"]
    );
    assert!(world.accounts().iter().all(|account| account.subscription.status == Status::Expired));
}

#[test]
fn a16_an_add_on_that_ends_before_its_base_keeps_its_end() {
    let turn = |rules: &mut Rules| rules.cancel = Cancel::AtTermEnd;
    let mut world = with_add_on("terra_nce_p1y_m", turn, "AddOn P1M monthly");
    world.advance(at("2026-10-10"));
    world.add_ons[0].subscription.at_term_end = AtTermEnd::End;
    let decision = world.ask(Change::Cancel, When::Earliest).unwrap();
    assert!(decision.add_ons.is_empty());
    world.advance(at("2026-11-06"));
    assert_eq!(world.add_ons[0].subscription.status, Status::Expired);
}

#[test]
fn a16_c51_add_ons_follow_their_base_to_another_end() {
    let turn = |rules: &mut Rules| rules.cancel = Cancel::MonthEnd;
    let mut world = with_add_on("terra_nce_p1y_m", turn, "AddOn P1M monthly");
    world.advance(at("2026-10-20"));
    let ends = |account: &Account| account.subscription.pending.as_ref().map(|pending| pending.effective_at);
    for (change, end) in [(Change::Cancel, "2026-11-01"), (Change::SetAtTermEnd(AtTermEnd::End), "2027-09-06")] {
        world.ask(change, When::Earliest).unwrap();
        assert_eq!((ends(&world.main), ends(&world.add_ons[0])), (Some(at(end)), Some(at(end))), "{change:?}");
    }
    world.advance(at("2027-09-06"));
    assert!(world.accounts().iter().all(|account| account.subscription.status == Status::Expired));
}

#[test]
fn a16_in_its_window_a_base_goes_with_its_add_ons_and_what_their_windows_give_back() {
    let mut world = with_add_on("terra_nce_p1y_m", |_| (), "AddOn P1Y monthly");
    world.advance(at("2026-09-10"));
    let decision = world.ask(Change::Cancel, When::Now).unwrap();
    let add_on: Vec<_> = decision.add_ons[0].charges.iter().map(charged).collect();
    assert_eq!(charges(&decision), ["cancel 2026-09-10…2026-10-05 -1 * 5 * 9.40 * 26 / 30 = -40.73"]);
    assert_eq!(add_on, ["cancel 2026-09-10…2026-10-05 -1 * 2 * 3.00 * 26 / 30 = -5.20"]);
    assert!(world.accounts().iter().all(|account| account.subscription.status == Status::Canceled));
}

#[test]
fn c29_a_fee_is_due_for_the_add_ons_too_and_they_end_with_their_base() {
    let mut world = with_add_on("cancom_monthly12", |_| (), "AddOn P1Y monthly");
    world.advance(at("2026-12-15"));
    world.add(&Ordered { offer: OfferId::from_u128(1), quantity: 1, at: world.now, aligned_to: None });
    world.advance(at("2027-07-15"));
    let decision = world.ask(Change::Cancel, When::Now).unwrap();
    let fees: Vec<_> = decision.all_charges().map(charged).collect();
    assert_eq!(
        fees,
        [
            "cancel 2027-08-01…2027-09-05 54.83 * 100 / 100 = 54.83",
            "cancel 2027-08-01…2027-09-05 7.00 * 100 / 100 = 7.00",
            "cancel 2027-08-01…2027-12-14 13.35 * 100 / 100 = 13.35"
        ]
    );
    world.advance(at("2027-09-06"));
    assert!(world.accounts().iter().all(|account| account.subscription.status == Status::Canceled));
}

#[test]
fn g121_add_ons_are_suspended_and_resumed_with_their_base() {
    let mut world = with_add_on("terra_nce_p1y_m", |_| (), "AddOn P1Y monthly");
    world.ask(Change::Suspend, When::Now).unwrap();
    assert!(world.accounts().iter().all(|account| account.subscription.status == Status::Suspended));
    world.advance(at("2026-10-06"));
    assert!(world.accounts().iter().all(|account| account.ledger.len() == 2), "billing goes on");
    world.ask(Change::Resume, When::Now).unwrap();
    assert!(world.accounts().iter().all(|account| account.subscription.status == Status::Active));
}

#[test]
fn a_base_that_is_not_renewed_takes_its_add_ons_along() {
    let mut world = with_add_on("terra_nce_p1y_m", |_| (), "AddOn P1Y monthly");
    world.ask(Change::SetAutoRenew(false), When::Now).unwrap();
    world.advance(at("2027-09-06"));
    assert!(world.accounts().iter().all(|account| account.subscription.status == Status::Expired));
    assert_eq!(world.add_ons[0].ledger.len(), 12, "and nothing is charged for another term");
}

#[test]
fn an_offer_that_is_not_sold_any_more_is_not_renewed_where_the_policy_lets_it_end() {
    let end = |rules: &mut Rules| rules.renewal_without_price = domain::policy::RenewalWithoutPrice::End;
    let mut world = ordered("terra_nce_p1y_m", end, &[("E1 P1Y monthly", "9.40")], 5, ORDERED);
    world.advance(at("2027-01-01"));
    world.reprice(OfferId::from_u128(0), None);
    let ends = |happened| matches!(happened, Happened::NotRenewed | Happened::Expired);
    assert_eq!(days(&mut world, at("2027-09-06"), ends), ["2027-09-06", "2027-09-06"]);
}

#[test]
fn a_trial_becomes_what_its_policy_says() {
    let offers = [("E1 P1M none", "0.00"), ("E1 P1Y monthly", "9.40")];
    let mut world = ordered("terra_nce_p1y_m", |_| (), &offers, 25, ORDERED);
    assert_eq!(played(&mut world, at("2026-10-06")), ["convert 2026-10-06…2026-11-05 25 * 9.40 = 235.00"]);
    let of = &world.main.subscription;
    assert_eq!((of.offer_id, of.term_span.unwrap().last.to_string()), (OfferId::from_u128(1), "2027-10-05".to_owned()));
    let mut alone = ordered("terra_nce_p1y_m", |_| (), &offers[..1], 25, ORDERED);
    alone.advance(at("2026-10-06"));
    assert_eq!(alone.main.subscription.status, Status::Expired);
}

#[test]
fn a_scheduled_offer_that_is_not_sold_any_more_leaves_the_old_one() {
    let mut world = ordered("terra_nce_p1y_m", |_| (), E1, 5, ORDERED);
    world.ask(Change::ChangeOffer(OfferId::from_u128(1)), When::AtRenewal).unwrap();
    world.advance(at("2027-01-01"));
    world.reprice(OfferId::from_u128(1), None);
    world.advance(datetime!(2027-09-05 23:00 UTC));
    let applied = |happened| matches!(happened, Happened::NotApplied | Happened::Applied | Happened::Renewed);
    assert_eq!(days(&mut world, at("2027-09-06"), applied).len(), 2);
    assert_eq!(world.main.subscription.offer_id, OfferId::from_u128(0));
}

#[test]
fn a_longer_term_starts_today_and_the_old_one_gives_back_its_days() {
    let offers = [("E1 P1M monthly", "11.28"), ("E1 P1Y annual", "112.80")];
    let mut world = ordered("terra_nce_p1m_m", |_| (), &offers, 2, ORDERED);
    world.advance(at("2026-09-21"));
    let decision = world.ask(Change::ChangeOffer(OfferId::from_u128(1)), When::Now).unwrap();
    assert_eq!(
        charges(&decision),
        [
            "transition 2026-09-21…2026-10-05 -1 * 2 * 11.28 * 15 / 30 = -11.28",
            "transition 2026-09-21…2027-09-20 2 * 112.80 = 225.60"
        ]
    );
    let shorter = world.decide(Change::ChangeOffer(OfferId::from_u128(0)), When::Now).unwrap_err();
    assert_eq!((shorter.code(), shorter.bounds().next_allowed_at), ("only_later", Some(at("2027-09-21"))));
}

#[test]
fn some_licences_move_to_a_subscription_of_their_own() {
    let offers = [("E1 P1Y monthly", "9.40"), ("E3 P1Y monthly", "25.10")];
    let mut world = ordered("terra_nce_p1y_m", |_| (), &offers, 5, ORDERED);
    world.advance(at("2026-11-21"));
    world.ask(Change::Transition { offer: OfferId::from_u128(1), quantity: Some(2) }, When::Now).unwrap();
    world.advance(at("2026-12-06"));
    let new: Vec<_> = world.splits[0].ledger.iter().map(|(_, charge)| charged(charge)).collect();
    assert_eq!(
        new,
        [
            "transition 2026-11-21…2026-12-05 2 * 25.10 * 15 / 30 = 25.10",
            "cycle 2026-12-06…2027-01-05 2 * 25.10 = 50.20"
        ]
    );
    // Three months of five, less half a month of two, and a month of three.
    assert_eq!(world.main.balance().to_string(), "159.80");
}

#[test]
fn u08_a_term_begins_on_the_day_after_the_last_one_whatever_zone_it_is_begun_under() {
    let mut world = five("terra_nce_p1y_m", |_| ());
    // At midnight of UTC it is still the evening of the 5th there.
    world.offers[0].policy.zone = "America/New_York".parse().unwrap();
    world.advance(at("2027-09-06"));
    let of = &world.main.subscription;
    assert_eq!(
        (of.policy.zone.name(), of.term_span.unwrap().first.to_string()),
        ("America/New_York", "2027-09-06".into())
    );
}
