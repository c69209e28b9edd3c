//! One active order of a thing in a cart (A-11, U-48).

use super::*;

/// E3 beside E1: another edition of the same product.
fn e3(policy_key: &str) -> OfferFacts {
    let facts = e1(policy_key);
    let offer = Offer { sku_id: SkuId::from_u128(3), id: OfferId::from_u128(3), ..facts.offer };
    OfferFacts { offer, ..facts }
}

fn per(unit: OneActivePer, mut facts: OfferFacts) -> OfferFacts {
    facts.policy.rules.one_active_per = unit;
    facts
}

#[test]
fn g20_u48_one_active_order_of_what_the_policy_says() {
    let subscription_id = SubscriptionId::from_u128(7);
    let active = ActiveOrder { subscription_id, quantity: 18 };
    let owned = |unit, of_sku: Option<ActiveOrder>| {
        let active = ActiveOrders { of_product: Some(active), of_sku };
        let quotation = quote(&[line(1, OfferFacts { active, ..per(unit, e1("ahd_rental")) })], &buyer(), NOW);
        quotation.problems.into_iter().map(|problem| problem.refusal).collect::<Vec<_>>()
    };
    let there = vec![Refusal::ActiveOrderExists { subscription_id, quantity: 18 }];
    assert_eq!(owned(OneActivePer::Product, None), there);
    assert_eq!(owned(OneActivePer::Sku, None), [], "another edition of the product");
    assert_eq!(owned(OneActivePer::Sku, Some(active)), there);
    assert_eq!(owned(OneActivePer::None, Some(active)), []);
}

#[test]
fn a11_u48_a_thing_stands_once_in_the_cart_where_the_policy_says_so() {
    let of = |one: OfferFacts, other: OfferFacts| problems(&[line(1, one), line(2, other)], &buyer());
    let twice = [(Some(1), "offer_id", "product_twice_in_cart")];
    for (unit, same_edition, same_product) in
        [(OneActivePer::None, false, false), (OneActivePer::Sku, true, false), (OneActivePer::Product, true, true)]
    {
        let told = |is: bool| if is { twice.to_vec() } else { vec![] };
        assert_eq!(of(per(unit, e1("ahd_rental")), per(unit, e1("ahd_rental"))), told(same_edition), "{unit:?}");
        assert_eq!(of(per(unit, e1("ahd_rental")), per(unit, e3("ahd_rental"))), told(same_product), "{unit:?}");
        // The policy of either is enough.
        assert_eq!(of(e1("colt_nce"), per(unit, e1("ahd_rental"))), told(same_edition), "{unit:?}");
        assert_eq!(of(per(unit, e1("ahd_rental")), e3("colt_nce")), told(same_product), "{unit:?}");
        assert_eq!(of(per(unit, e1("ahd_rental")), per(unit, other("ahd_rental"))), []);
    }
}
