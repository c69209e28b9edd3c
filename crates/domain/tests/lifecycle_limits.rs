//! What a customer may have of what is sold, and what may still be sold to it: limits of a customer and SKU (U-17),
//! offers that are closed for new orders (U-10), and terms that product keys have paid (U-38).

#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

mod lifecycle;

use domain::active_order::{ActiveOrder, ActiveOrders};
use domain::catalog::Ceiling;
use domain::id::{OfferId, SubscriptionId};
use domain::policy::{OneActivePer, RenewalWithoutPrice, Rules};
use domain::pricing::Payer;
use domain::refusal::Refusal;
use domain::subscription::change::{Change, Decision, Offered, Starts, When};
use domain::subscription::{SubscriptionStatus as Status, rules};
use lifecycle::{ORDERED, World, at, ordered, played, price};

const E1: OfferId = OfferId::from_u128(0);
const E3: OfferId = OfferId::from_u128(1);

/// Five licences of E1, which can become E3.
fn world() -> World {
    ordered("terra_nce_p1y_m", |_| (), &[("E1 P1Y monthly", "9.40"), ("E3 P1Y monthly", "25.10")], 5, ORDERED)
}

fn up() -> Change {
    Change::Transition { offer: E3, quantity: None }
}

#[test]
fn u17_no_change_brings_a_customer_more_of_a_sku_than_it_may_have() {
    let world = world();
    let decide = |offer: OfferId, taken: u64, change: Change| -> Result<Decision, Refusal> {
        let mut facts = world.facts();
        let of = facts.offers.iter_mut().find(|offered| offered.offer.id == offer).unwrap();
        of.ceiling = Some(Ceiling { limit: 300, taken });
        rules::decide(&facts, &world.request(change, When::Earliest), world.now)
    };
    let beyond = |left| Err(Refusal::CustomerLimit { limit: 300, left });
    assert_eq!(decide(E1, 200, Change::SetQuantity(101)), beyond(100));
    assert!(decide(E1, 200, Change::SetQuantity(100)).is_ok());
    assert_eq!(decide(E3, 296, up()), beyond(4));
    assert!(decide(E3, 295, up()).is_ok());
    // A limit that came later takes nothing away: fewer is never too many.
    assert!(decide(E1, 400, Change::SetQuantity(4)).is_ok());
}

#[test]
fn u10_what_is_closed_for_new_orders_is_not_changed_to_and_what_runs_goes_on_at_its_price() {
    let mut world = world();
    for listed in &mut world.offers {
        listed.offer.end_of_sale = Some(at("2027-01-01"));
    }
    assert!(world.decide(up(), When::Earliest).is_ok());
    world.advance(at("2027-01-01"));
    assert_eq!(world.decide(up(), When::Earliest), Err(Refusal::SaleEnded(at("2027-01-01"))));
    world.reprice(E1, Some(price("10.43")));
    let charges = played(&mut world, at("2027-09-06"));
    assert_eq!(world.main.subscription.status, Status::Active);
    assert_eq!(charges.last().unwrap(), "renew 2027-09-06…2027-10-05 5 * 10.43 = 52.15");
}

#[test]
fn u38_what_product_keys_have_paid_is_a_term_of_its_offer_whatever_becomes_of_that() {
    let offers = [("E1 P1Y monthly", "9.40"), ("E3 P1Y monthly", "25.10"), ("E1 P3Y monthly", "9.00")];
    let ends = |rules: &mut Rules| rules.renewal_without_price = RenewalWithoutPrice::End;
    let mut world = ordered("terra_nce_p1y_m", ends, &offers, 5, ORDERED);
    world.main.subscription.prepaid = 5;
    let longer = Change::ChangeOffer(OfferId::from_u128(2));
    for change in [up(), longer] {
        assert_eq!(world.decide(change, When::Earliest), Err(Refusal::NextTermPrepaid), "{change:?}");
    }
    world.advance(at("2027-09-01"));
    world.reprice(E1, None);
    assert_eq!(played(&mut world, at("2027-09-06")), Vec::<String>::new());
    let of = &world.main.subscription;
    assert_eq!(
        (of.status, of.prepaid, of.term_span.unwrap().first.to_string()),
        (Status::Active, 0, "2027-09-06".into())
    );
}

/// What becomes of a change where something else is known of the offer that it is to.
fn told(world: &World, offer: OfferId, turn: impl Fn(&mut Offered), change: Change) -> Option<&'static str> {
    let mut facts = world.facts();
    turn(facts.offers.iter_mut().find(|offered| offered.offer.id == offer).unwrap());
    rules::decide(&facts, &world.request(change, When::Earliest), world.now).err().map(|refusal| refusal.code())
}

#[test]
fn u33_no_change_brings_a_customer_more_subscriptions_of_a_sku_than_it_may_have() {
    let world = world();
    let of = |taken: u64, change| {
        told(&world, E3, |offered| offered.subscriptions = Some(Ceiling { limit: 2, taken }), change)
    };
    let some = Change::Transition { offer: E3, quantity: Some(2) };
    for change in [up(), some] {
        assert_eq!([of(1, change), of(2, change)], [None, Some("subscription_limit")], "{change:?}");
    }
}

#[test]
fn u48_no_change_makes_two_active_orders_of_what_there_is_one_of() {
    let world = world();
    let there = Some(ActiveOrder { subscription_id: SubscriptionId::from_u128(9), quantity: 2 });
    let of = |unit: OneActivePer, active: ActiveOrders, change| {
        let turn = |offered: &mut Offered| {
            offered.policy.rules.one_active_per = unit;
            offered.active = active;
        };
        told(&world, E3, turn, change)
    };
    let (nothing, same) = (ActiveOrders::default(), ActiveOrders { of_sku: there, of_product: there });
    let product = ActiveOrders { of_product: there, ..nothing };
    let some = Change::Transition { offer: E3, quantity: Some(2) };
    assert_eq!(of(OneActivePer::Sku, nothing, up()), None);
    assert_eq!(of(OneActivePer::Sku, product, up()), None);
    assert_eq!(of(OneActivePer::Sku, same, up()), Some("active_order_exists"));
    assert_eq!(of(OneActivePer::None, same, up()), None);
    assert_eq!(of(OneActivePer::Product, product, up()), None, "it stays one of its product");
    assert_eq!(of(OneActivePer::Product, nothing, some), Some("active_order_exists"), "it would be two of its product");
    assert_eq!(of(OneActivePer::Sku, nothing, some), None);
}

#[test]
fn u42_a_customer_asks_for_nothing_that_its_reseller_pays() {
    let world = world();
    let told = |by_customer: bool, payer: Payer, change: Change| {
        let mut facts = world.facts();
        (facts.by_customer, facts.subscription.payer) = (by_customer, payer);
        rules::decide(&facts, &world.request(change, When::Earliest), world.now).err().map(|refusal| refusal.code())
    };
    let costs = [Change::SetQuantity(6), up(), Change::Transition { offer: E3, quantity: Some(2) }];
    for change in costs {
        assert_eq!(told(true, Payer::Reseller, change), Some("no_price"), "{change:?}");
        for (by_customer, payer) in [(false, Payer::Reseller), (true, Payer::Customer), (false, Payer::Customer)] {
            assert_eq!(told(by_customer, payer, change), None, "{change:?}");
        }
    }
    for free in [Change::SetQuantity(4), Change::Cancel, Change::SetAutoRenew(false), Change::Suspend] {
        assert_eq!(told(true, Payer::Reseller, free), None, "{free:?}");
    }
    // What is refused anyhow is refused for that.
    assert_eq!(told(true, Payer::Reseller, Change::Renew(Starts::AtTermEnd)), Some("nothing_changes"));
}

#[test]
fn u54_changes_are_counted_down_and_few_are_left_from_four_fifths_on() {
    let left = |most: Option<u32>, made: u32| {
        let mut of = world().main.subscription;
        (of.policy.rules.max_changes, of.changes) = (most, made);
        (of.updates_left(), of.few_updates_left())
    };
    assert_eq!(left(Some(1_200), 0), (Some(1_200), false));
    assert_eq!(left(Some(1_200), 959), (Some(241), false));
    assert_eq!(left(Some(1_200), 960), (Some(240), true));
    assert_eq!(left(Some(1_200), 1_201), (Some(0), true));
    assert_eq!(left(Some(3), 2), (Some(1), false));
    assert_eq!(left(Some(u32::MAX), u32::MAX), (Some(0), true));
    assert_eq!(left(None, u32::MAX), (None, false));
}
