//! What people wish for the end of a term: one wish, one state, and the last change wins (U-05, U-09, U-10, U-14…U-16).

#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

mod lifecycle;

use domain::id::{OfferId, UserId};
use domain::policy::{AddOnRefund, AddOnTerm, AssignedAtRenewal, Cancel, RenewalWithoutPrice, Rules};
use domain::refusal::Refusal;
use domain::subscription::change::{Change, Decision, Timing, When};
use domain::subscription::due::Due;
use domain::subscription::renewal::{self, Happened};
use domain::subscription::{AtTermEnd, Effect, Ending, SubscriptionStatus as Status, alignment};
use lifecycle::{Account, ORDERED, Ordered, World, at, charged, charges, five, ordered, played, price};

const FIRST: OfferId = OfferId::from_u128(0);
const ADD_ON: OfferId = OfferId::from_u128(1);

/// The three ways to say that nothing is to follow the term.
const WISHES: [(Change, When); 3] = [
    (Change::Cancel, When::AtRenewal),
    (Change::SetAutoRenew(false), When::Earliest),
    (Change::SetAtTermEnd(AtTermEnd::End), When::Earliest),
];

fn at_end(decision: &Decision) -> bool {
    decision.timing == Timing::At(at("2027-09-06"))
}

#[test]
fn u14_a_cancellation_costs_no_fee_unless_it_is_asked_for() {
    let mut world = five("cancom_monthly12", |_| ());
    world.advance(at("2026-10-15"));
    let free = world.decide(Change::Cancel, When::Earliest).unwrap();
    assert!(at_end(&free) && !free.ends_for_a_fee() && charges(&free).is_empty(), "{free:?}");
    let fee = world.decide(Change::Cancel, When::Now).unwrap();
    assert!(fee.ends_for_a_fee());
    assert_eq!(charges(&fee), ["cancel 2026-11-01…2027-09-05 477.83 * 100 / 100 = 477.83"]);
    // Past its notice it is renewed already, and cannot be bought out of the term either (C-31).
    world.advance(at("2027-09-01"));
    for when in [When::Earliest, When::Now] {
        let refused = world.decide(Change::Cancel, when).unwrap_err();
        assert!(matches!(refused, Refusal::NoticeMissed(_)), "{refused:?}");
    }
    // Where no other term follows, no notice is needed.
    let mut world = five("cancom_monthly12", |_| ());
    world.advance(at("2027-08-20"));
    world.ask(Change::SetAutoRenew(false), When::Earliest).unwrap();
    world.advance(at("2027-09-03"));
    assert!(world.decide(Change::Cancel, When::Now).is_ok());
    // In its window it ends at once, and what is left is given back (T-46).
    let mut world = five("terra_nce_p1y_m", |_| ());
    world.advance(at("2026-09-10"));
    let now = world.decide(Change::Cancel, When::Earliest).unwrap();
    assert_eq!((now.timing, now.after.status, now.ends_for_a_fee()), (Timing::Now, Status::Canceled, false));
}

#[test]
fn u15_three_ways_to_say_it_are_one_state() {
    let stands = |(change, when): (Change, When)| {
        let mut world = five("terra_nce_p1y_m", |_| ());
        world.advance(at("2026-10-10"));
        let decision = world.ask(change, when).unwrap();
        assert!(at_end(&decision), "{decision:?}");
        assert_eq!(decision.replaced_at_term_end, Some(AtTermEnd::Renew));
        for (again, when) in WISHES {
            assert_eq!(world.decide(again, when), Err(Refusal::NothingChanges), "{change:?}, {again:?}");
        }
        let subscription = world.main.subscription.clone();
        world.advance(at("2027-09-06"));
        (subscription, world.main.subscription)
    };
    let [canceled, turned_off, ended] = WISHES.map(stands);
    assert_eq!((&canceled, &canceled), (&turned_off, &ended));
    let (before, after) = canceled;
    assert_eq!((before.at_term_end, before.pending.unwrap().effect), (AtTermEnd::End, Effect::End));
    let ending = after.ending.unwrap();
    assert_eq!((after.status, ending.access_ends_at), (Status::Expired, at("2027-10-06")));
    assert_eq!(ending.requested_at, Some(at("2026-10-10")));
}

#[test]
fn u15_c51_the_last_change_replaces_the_wish_and_says_so() {
    for (change, when) in WISHES {
        let mut world = five("terra_nce_p1y_m", |_| ());
        world.advance(at("2026-10-10"));
        let wished = world.ask(change, when).unwrap().after.pending.unwrap();
        // Fewer for the renewal, more at once, and the quantity that runs: all bring the renewal back.
        for (quantity, when) in [(3, When::AtRenewal), (7, When::Now), (5, When::Earliest)] {
            let decision = world.decide(Change::SetQuantity(quantity), when).unwrap();
            assert_eq!(decision.replaced.as_ref(), Some(&wished), "{quantity}");
            assert_eq!(decision.replaced_at_term_end, Some(AtTermEnd::End));
            assert_eq!(decision.after.at_term_end, AtTermEnd::Renew, "{quantity}");
        }
        world.ask(Change::SetQuantity(3), When::AtRenewal).unwrap();
        world.advance(at("2027-09-06"));
        assert_eq!((world.main.subscription.status, world.main.subscription.quantity), (Status::Active, 3));
    }
}

#[test]
fn u15_where_the_policy_keeps_what_waits_an_increase_leaves_the_end() {
    let keep = |rules: &mut Rules| rules.pending_after_change = domain::policy::PendingAfterChange::Keep;
    let mut world = five("terra_nce_p1y_m", keep);
    world.advance(at("2026-10-10"));
    world.ask(Change::SetAutoRenew(false), When::Earliest).unwrap();
    let more = world.ask(Change::SetQuantity(7), When::Now).unwrap();
    assert_eq!((more.replaced, more.replaced_at_term_end), (None, None));
    assert_eq!(world.main.subscription.at_term_end, AtTermEnd::End);
}

#[test]
fn u15_g123_what_nobody_wished_is_not_brought_back() {
    let mut world = five("terra_nce_p1y_m", |_| ());
    world.ask(Change::Suspend, When::Now).unwrap();
    world.ask(Change::Resume, When::Now).unwrap();
    assert_eq!(world.decide(Change::SetQuantity(3), When::AtRenewal), Err(Refusal::NotRenewing));
}

/// Three of three licences given, and two wanted from the renewal on.
fn reduced(rule: AssignedAtRenewal) -> World {
    let mut world = ordered(
        "cancom_monthly12",
        |rules| rules.assigned_at_renewal = rule,
        &[("E1 P1Y monthly", "9.40")],
        3,
        ORDERED,
    );
    world.assigned = (1..=3).map(UserId::from_u128).collect();
    world.advance(at("2026-10-15"));
    let decision = world.ask(Change::SetQuantity(2), When::Earliest).unwrap();
    assert!(at_end(&decision));
    assert_eq!(decision.must_give_up, [UserId::from_u128(3)]);
    world
}

#[test]
fn u16_a_later_reduction_is_taken_and_decided_at_the_renewal() {
    let happened = |mut world: World| {
        let last = world.advance(at("2027-09-06")).pop().unwrap();
        (world.main.subscription.quantity, last.happened[0])
    };
    assert_eq!(happened(reduced(AssignedAtRenewal::TakeBack)), (2, Happened::Applied));
    assert_eq!(happened(reduced(AssignedAtRenewal::Refuse)), (3, Happened::StillAssigned(1)));
    // Given up in time it takes effect under both.
    let mut world = reduced(AssignedAtRenewal::Refuse);
    world.assigned.pop();
    assert_eq!(happened(world), (2, Happened::Applied));
}

#[test]
fn u16_a_reduction_at_once_still_needs_the_licences() {
    let mut world = ordered("terra_nce_p1m_m", |_| (), &[("E1 P1M monthly", "11.28")], 3, ORDERED);
    world.assigned = (1..=3).map(UserId::from_u128).collect();
    let refused = world.decide(Change::SetQuantity(2), When::Earliest);
    assert_eq!(refused, Err(Refusal::LicensesAssigned { must_give_up: vec![UserId::from_u128(3)] }));
    assert!(world.decide(Change::SetQuantity(2), When::AtRenewal).is_ok());
}

#[test]
fn u06_an_end_that_waits_comes_at_its_instant_however_far_the_clock_jumps() {
    // Nothing else is due on that day: the next charge is a year away.
    let mut world = ordered("ahd_rental", |_| (), &[("E1 P1Y annual", "112.80")], 3, ORDERED);
    assert_eq!(world.ask(Change::Cancel, When::Earliest).unwrap().timing, Timing::At(at("2026-10-01")));
    let ended = world.advance(at("2026-12-24")).pop().unwrap();
    assert_eq!((ended.at, ended.happened), (at("2026-10-01"), vec![Happened::Canceled]));
    assert_eq!(world.main.subscription.ending.unwrap().ends_at, at("2026-10-01"));
}

#[test]
fn u16_a_reduction_at_a_months_end_is_taken_with_the_licences_that_are_given() {
    let mut world = ordered("ahd_rental", |_| (), &[("E1 P1M monthly", "11.28")], 3, ORDERED);
    world.assigned = [11, 12, 13].map(UserId::from_u128).to_vec();
    let fewer = world.decide(Change::SetQuantity(2), When::Earliest).unwrap();
    assert_eq!((fewer.timing, fewer.must_give_up), (Timing::At(at("2026-10-01")), vec![UserId::from_u128(13)]));
}

#[test]
fn u10_what_lost_its_price_renews_at_the_last_one_unless_the_policy_lets_it_end() {
    let of = |rule: RenewalWithoutPrice| {
        let mut world = five("terra_nce_p1y_m", |rules| rules.renewal_without_price = rule);
        world.advance(at("2027-03-01"));
        world.reprice(FIRST, None);
        let last = world.advance(at("2027-09-06")).pop().unwrap();
        let charges: Vec<_> = last.charges.iter().map(charged).collect();
        (world.main.subscription.status, last.happened, charges)
    };
    let renewed = vec!["renew 2027-09-06…2027-10-05 5 * 9.40 = 47.00".to_owned()];
    assert_eq!(of(RenewalWithoutPrice::LastPrice), (Status::Active, vec![Happened::Renewed], renewed));
    let ended = (Status::Expired, vec![Happened::NotRenewed, Happened::Expired], vec![]);
    assert_eq!(of(RenewalWithoutPrice::End), ended);
}

#[test]
fn u10_in_the_extended_service_term_the_last_price_is_raised_once() {
    let mut world = five("ms_nce_2026", |_| ());
    world.advance(at("2027-03-01"));
    world.reprice(FIRST, None);
    world.ask(Change::SetAutoRenew(false), When::Earliest).unwrap();
    let played = played(&mut world, at("2027-10-06"));
    let raised = "2027-09-06…2027-10-05 5 * 11.562 = 57.81";
    assert_eq!(
        played[played.len() - 2..],
        [format!("renew {raised}"), raised.replace("2027-09-06…2027-10-05", "renew 2027-10-06…2027-11-05")]
    );
}

#[test]
fn u38_prepaid_terms_renew_whatever_the_catalogue_says_and_quotes_deduct_them() {
    let mut world = ordered("ms_product_key", |_| (), &[("E1 P1Y annual", "112.80")], 5, ORDERED);
    world.main.subscription.prepaid = 5;
    world.main.subscription.at_term_end = AtTermEnd::Renew;
    world.advance(at("2027-03-01"));
    let quoted = alignment::options(&world.facts()).unwrap();
    assert!(!quoted.is_empty() && quoted.iter().all(|quoted| quoted.first_charge.minor == 0), "{quoted:?}");
    world.main.subscription.prepaid = 3;
    let quoted = alignment::options(&world.facts()).unwrap().pop().unwrap();
    assert_eq!(
        (quoted.date.day.to_string(), quoted.whole_term.to_string()),
        ("2028-08-31".to_owned(), "222.52".to_owned())
    );
    // Not even the offer is there any more.
    world.main.subscription.prepaid = 5;
    world.offers.clear();
    let last = world.advance(at("2027-09-06")).pop().unwrap();
    assert_eq!((last.happened, last.charges), (vec![Happened::Renewed], vec![]));
    assert_eq!(world.main.subscription.term_span.unwrap().last.to_string(), "2028-09-05");
}

#[test]
fn u09_the_next_term_is_quoted_at_the_price_of_its_first_day() {
    let mut world = five("terra_nce_p1y_m", |_| ());
    world.offers[0].prices.push((at("2027-09-01"), Some(price("10.43"))));
    world.advance(at("2027-03-01"));
    let quoted = alignment::options(&world.facts()).unwrap().pop().unwrap();
    assert_eq!((quoted.unit_price, quoted.price_valid_from), (price("10.43"), Some(at("2027-09-01"))));
}

#[test]
fn u09_an_instant_is_previewed_with_what_is_due_at_it_and_nothing_before() {
    let mut world = five("terra_nce_p1y_m", |_| ());
    world.offers[0].prices.push((at("2027-09-01"), Some(price("10.43"))));
    world.advance(at("2027-03-01"));
    let expected = |day: &str| {
        let due =
            Due { subscription: &world.main.subscription, offers: &world.offered(at(day)), assigned: 0, base: None };
        renewal::expected(&due, at(day)).unwrap().charges.iter().map(charged).collect::<Vec<_>>()
    };
    assert_eq!(expected("2027-03-06"), ["cycle 2027-03-06…2027-04-05 5 * 9.40 = 47.00"]);
    assert_eq!(expected("2027-09-06"), ["renew 2027-09-06…2027-10-05 5 * 10.43 = 52.15"]);
}

/// A base of a year with an add-on of a year that is paid at once, bought so many weeks before the base's end.
fn with_add_on(turn: impl Fn(&mut Rules), ends: bool) -> World {
    let offers = [("E1 P1Y monthly", "9.40"), ("AddOn P1Y annual", "1348.80")];
    let mut world = ordered("terra_nce_p1y_m", turn, &offers, 5, ORDERED);
    world.advance(at("2027-07-26"));
    if ends {
        world.ask(Change::SetAutoRenew(false), When::Earliest).unwrap();
    }
    world.add(&Ordered { offer: ADD_ON, quantity: 1, at: world.now, aligned_to: None });
    world
}

#[test]
fn u05_an_add_on_is_bought_until_its_base_ends() {
    let bought = |world: &World| {
        let add_on = &world.add_ons[0];
        (add_on.subscription.term_span.unwrap().last.to_string(), charged(&add_on.ledger[0].1))
    };
    let cut = with_add_on(|_| (), true);
    assert_eq!(
        bought(&cut),
        ("2027-09-05".to_owned(), "new 2027-07-26…2027-09-05 1 * 1348.80 * 42 / 366 = 154.78".to_owned())
    );
    let whole = ("2028-07-25".to_owned(), "new 2027-07-26…2028-07-25 1 * 1348.80 = 1348.80".to_owned());
    assert_eq!(bought(&with_add_on(|rules| rules.add_on_term = AddOnTerm::Own, true)), whole);
    // A base that renews has no end that would be settled.
    assert_eq!(bought(&with_add_on(|_| (), false)), whole);
}

#[test]
fn u05_what_an_add_on_was_charged_for_later_days_comes_back_with_its_base() {
    let mut world = with_add_on(|_| (), false);
    world.advance(at("2027-08-10"));
    let stops = world.ask(Change::SetAutoRenew(false), When::Earliest).unwrap();
    // Its add-ons are named, and what comes back of them.
    assert_eq!(stops.add_ons.len(), 1);
    let (_, credits) = &stops.add_on_credits[0];
    let expected = "cancel 2027-09-06…2028-07-25 -1 * 1 * 1348.80 * 324 / 366 = -1194.02";
    assert_eq!(credits.iter().map(charged).collect::<Vec<_>>(), [expected]);
    world.advance(at("2027-09-06"));
    let add_on = &world.add_ons[0];
    assert_eq!((add_on.subscription.status, charged(&add_on.ledger[1].1)), (Status::Expired, expected.to_owned()));
    // Not where the policy keeps it.
    let mut world = with_add_on(|rules| rules.add_on_refund = AddOnRefund::Keep, false);
    world.advance(at("2027-08-10"));
    assert!(world.ask(Change::SetAutoRenew(false), When::Earliest).unwrap().add_on_credits.is_empty());
    world.advance(at("2027-09-06"));
    assert_eq!(world.add_ons[0].ledger.len(), 1);
}

#[test]
fn u05_a_base_that_ends_at_once_gives_its_add_ons_days_back() {
    let mut world = with_add_on(|rules| rules.cancel = Cancel::AnyTime, false);
    world.advance(at("2027-08-26"));
    let decision = world.decide(Change::Cancel, When::Now).unwrap();
    let add_on: Vec<_> = decision.add_ons[0].charges.iter().map(charged).collect();
    assert_eq!(add_on, ["cancel 2027-08-26…2028-07-25 -1 * 1 * 1348.80 * 335 / 366 = -1234.56"]);
    // In the window of its renewal, too, though the add-on's own is long over.
    let mut world = with_add_on(|_| (), false);
    world.advance(at("2027-09-08"));
    let decision = world.decide(Change::Cancel, When::Earliest).unwrap();
    let add_on: Vec<_> = decision.add_ons[0].charges.iter().map(charged).collect();
    assert_eq!(add_on, ["cancel 2027-09-08…2028-07-25 -1 * 1 * 1348.80 * 322 / 366 = -1186.65"]);
}

#[test]
fn u05_an_add_on_whose_end_was_settled_before_gives_nothing_back_again() {
    let mut world = with_add_on(|_| (), false);
    world.advance(at("2027-08-10"));
    let add_on = &mut world.add_ons[0].subscription;
    add_on.ending = Some(Ending::canceled(&add_on.policy, Some(world.now), add_on.term_ends_at().unwrap()));
    let stops = world.ask(Change::SetAutoRenew(false), When::Earliest).unwrap();
    assert!(stops.add_on_credits.is_empty(), "{stops:?}");
    world.advance(at("2027-09-06"));
    assert_eq!(world.add_ons[0].ledger.len(), 1);
}

#[test]
fn u39_an_add_on_that_was_to_end_by_itself_does_so_though_its_base_was_suspended() {
    let mut world = with_add_on(|_| (), false);
    world.add_ons[0].subscription.at_term_end = AtTermEnd::End;
    world.ask(Change::Suspend, When::Now).unwrap();
    world.ask(Change::Resume, When::Now).unwrap();
    world.ask(Change::SetAutoRenew(true), When::Earliest).unwrap();
    let ends = |account: &Account| account.subscription.at_term_end;
    assert_eq!((ends(&world.main), ends(&world.add_ons[0])), (AtTermEnd::Renew, AtTermEnd::End));
}

#[test]
fn u39_what_was_to_follow_an_add_on_is_known_after_a_second_suspension_too() {
    let mut world = with_add_on(|_| (), false);
    for _ in 0..2 {
        world.ask(Change::Suspend, When::Now).unwrap();
        world.ask(Change::Resume, When::Now).unwrap();
    }
    assert_eq!(world.add_ons[0].subscription.at_term_end, AtTermEnd::End);
    world.ask(Change::SetAutoRenew(true), When::Earliest).unwrap();
    assert_eq!(world.add_ons[0].subscription.at_term_end, AtTermEnd::Renew);
}

#[test]
fn u05_an_add_on_that_is_over_keeps_its_own_end() {
    let mut world = with_add_on(|_| (), false);
    world.advance(at("2027-08-10"));
    let add_on = &mut world.add_ons[0].subscription;
    (add_on.status, add_on.next_reminder_on) = (Status::Canceled, None);
    add_on.ending = Some(Ending::canceled(&add_on.policy, Some(world.now), world.now));
    let over = world.add_ons[0].clone();
    world.ask(Change::SetAutoRenew(false), When::Earliest).unwrap();
    world.advance(at("2027-12-24"));
    assert_eq!((world.main.subscription.status.owned(), &world.add_ons[0]), (false, &over));
}

#[test]
fn u15_the_extended_service_term_is_a_wish_that_a_later_change_replaces() {
    let mut world = five("ms_nce_2026", |_| ());
    world.advance(at("2026-10-10"));
    let off = world.ask(Change::SetAutoRenew(false), When::Earliest).unwrap();
    assert_eq!(off.after.at_term_end, AtTermEnd::Extend);
    let fewer = world.ask(Change::SetQuantity(3), When::AtRenewal).unwrap();
    assert_eq!((fewer.replaced_at_term_end, fewer.after.at_term_end), (Some(AtTermEnd::Extend), AtTermEnd::Renew));
}

#[test]
fn u39_what_is_suspended_says_how_long_its_data_are_kept_before_its_term_ends() {
    let mut world = five("ms_nce_2026", |_| ());
    world.ask(Change::Suspend, When::Now).unwrap();
    let expected = world.main.subscription.expected_ending().unwrap();
    assert_eq!((expected.access_ends_at, expected.data_deleted_at), (at("2027-09-06"), at("2028-01-04")));
    world.advance(at("2027-09-06"));
    let of = &world.main.subscription;
    assert_eq!((of.status, of.ending), (Status::Disabled, Some(expected)));
}
