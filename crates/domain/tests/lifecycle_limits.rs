//! What a customer may have of what is sold, and what may still be sold to it: limits of a customer and SKU (U-17),
//! offers that are closed for new orders (U-10), and terms that product keys have paid (U-38).

#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

mod lifecycle;

use domain::catalog::Ceiling;
use domain::id::OfferId;
use domain::policy::{RenewalWithoutPrice, Rules};
use domain::refusal::Refusal;
use domain::subscription::change::{Change, Decision, When};
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
