//! Trials in a cart (U-18).

use super::*;

#[test]
fn a_trial_is_free_and_does_not_recur() {
    let mut trial = e1("default_nce");
    (trial.offer.kind, trial.offer.billing_cycle, trial.offer.term) = (OfferKind::Trial, BillingCycle::None, Term::P1M);
    trial.price = Some(price("0.00", Currency::Eur));
    let quotation = quote(&[line(25, trial)], &buyer(), NOW);
    assert_eq!(quotation.problems, []);
    assert_eq!((quotation.due_now, quotation.recurring), (Payable::Taxed(Taxed::zero(Currency::Eur)), Vec::new()));
    assert_eq!(quotation.lines[0].charges, []);
}

/// A trial of a month with the plans that may follow it: a month and a year, both monthly.
fn trial(had: bool, plans: &[(u128, Term, &str)]) -> OfferFacts {
    let mut facts = e1("ms_trial");
    (facts.offer.kind, facts.offer.billing_cycle, facts.offer.term) = (OfferKind::Trial, BillingCycle::None, Term::P1M);
    facts.price = Some(price("0.00", Currency::Eur));
    let plan = |(id, term, amount): &(u128, Term, &str)| {
        let OfferFacts { offer, policy, .. } = e1("cancom_monthly12");
        let offer = Offer { id: OfferId::from_u128(*id), term: *term, ..offer };
        PaidPlan { offer, policy, price: price(amount, Currency::Eur) }
    };
    OfferFacts { trial: Some(TrialFacts { had, plans: plans.iter().map(plan).collect() }), ..facts }
}

const PLANS: &[(u128, Term, &str)] = &[(31, Term::P1M, "11.28"), (32, Term::P1Y, "9.40")];

fn then(then: &str, quantity: u32, facts: OfferFacts) -> LineFacts {
    let facts = line(quantity, facts);
    LineFacts { line: CartLine { trial_then: then.parse().ok(), ..facts.line }, ..facts }
}

#[test]
fn u18_a_customer_has_one_trial_of_a_product() {
    assert_eq!(problems(&[then("end", 25, trial(true, PLANS))], &buyer()), [(Some(0), "offer_id", "trial_had")]);
    let twice = [then("end", 25, trial(false, PLANS)), then("end", 25, trial(false, PLANS))];
    assert_eq!(problems(&twice, &buyer()), [(Some(1), "offer_id", "trial_had")]);
    let other = OfferFacts { product_id: ProductId::from_u128(2), ..trial(false, PLANS) };
    let paid = line(5, e1("terra_nce_p1y_m"));
    assert_eq!(problems(&[then("end", 25, trial(false, PLANS)), then("end", 25, other), paid], &buyer()), []);
}

#[test]
fn u18_what_follows_a_trial_is_asked_for() {
    let of = |said: &str, facts| {
        let quotation = quote(&[then(said, 25, facts)], &buyer(), NOW);
        let codes: Vec<_> = quotation.problems.iter().map(|one| (one.field, one.refusal.code())).collect();
        (codes, quotation.lines[0].then)
    };
    let paid = |id| TrialThen::Paid(OfferId::from_u128(id));
    assert_eq!(of("-", trial(false, PLANS)), (vec![("trial_then", "trial_then_required")], None));
    assert_eq!(of(&paid(33).to_string(), trial(false, PLANS)), (vec![("trial_then", "trial_then_required")], None));
    assert_eq!(of(&paid(32).to_string(), trial(false, PLANS)), (vec![], Some(paid(32))));
    assert_eq!(of("end", trial(false, PLANS)), (vec![], Some(TrialThen::End)));
    assert_eq!(of("-", trial(false, &[])), (vec![], Some(TrialThen::End)), "nothing paid can follow");
    let mut few = trial(false, &PLANS[..1]);
    few.trial.as_mut().unwrap().plans[0].offer.limits.max = 24;
    assert_eq!(of("-", few.clone()), (vec![], Some(TrialThen::End)), "nor for so many");
    assert_eq!(of(&paid(31).to_string(), few), (vec![("trial_then", "trial_then_required")], None));
}

#[test]
fn u18_what_follows_a_trial_is_priced_and_agreed_to() {
    let paid = TrialThen::Paid(OfferId::from_u128(32)).to_string();
    let quotation = quote(&[then(&paid, 25, trial(false, PLANS))], &buyer(), datetime!(2026-09-06 8:00 UTC));
    let following = quotation.lines[0].following.as_ref().unwrap();
    assert_eq!(following.term_span, Some(DaySpan::new(day("2026-10-06"), day("2027-10-05"))));
    let charge = following.charge.as_ref().unwrap();
    assert_eq!(
        (charge.kind, charge.explain.as_str(), charge.net.minor),
        (ChargeKind::Convert, "25 * 9.40 * 26 / 31", 19_710)
    );
    let recurring = following.recurring.and_then(Payable::taxed).unwrap();
    assert_eq!([recurring.net.minor, recurring.tax.minor, recurring.gross.minor], [23_500, 4_465, 27_965]);
    assert_eq!(charge.tax.map(|tax| tax.minor), Some(3_745));
    assert_eq!((quotation.due_now, quotation.lines[0].charges.len()), (Payable::Taxed(Taxed::zero(Currency::Eur)), 0));
    let kinds = |said: &str| {
        let quotation = quote(&[then(said, 25, trial(false, PLANS))], &buyer(), NOW);
        quotation.consents_required.iter().map(|rule| rule.kind).collect::<Vec<_>>()
    };
    assert!(kinds(&paid).len() > kinds("end").len(), "{:?}", kinds(&paid));
}

#[test]
fn u08_what_follows_a_trial_has_the_price_of_the_day_that_its_policys_zone_shows() {
    let OfferFacts { offer, policy, .. } = trial(false, PLANS);
    let followed = |zone: &str| {
        let policy = Policy { zone: zone.parse().unwrap(), ..policy.clone() };
        trial::followed_at(&policy, &offer, datetime!(2026-09-30 22:30 UTC)).unwrap()
    };
    // A month from the last of September, or from the first of October; price sheets begin with days of UTC.
    assert_eq!(followed("UTC"), datetime!(2026-10-30 0:00 UTC));
    assert_eq!(followed("Europe/Berlin"), datetime!(2026-11-01 0:00 UTC));
    assert_eq!(followed("America/New_York"), datetime!(2026-10-30 4:00 UTC));
}

#[test]
fn u18_only_what_is_paid_and_sold_of_the_same_sku_may_follow_a_trial() {
    let OfferFacts { offer: of, .. } = trial(false, PLANS);
    let OfferFacts { offer: paid, .. } = e1("cancom_monthly12");
    let may = |offer: Offer| trial::may_follow(&of, &offer, NOW);
    assert!(may(paid.clone()));
    assert!(!may(of.clone()), "another trial");
    assert!(!may(Offer { billing_cycle: BillingCycle::OneTime, ..paid.clone() }));
    assert!(!may(Offer { sku_id: SkuId::from_u128(2), ..paid.clone() }));
    assert!(!may(Offer { segment: Segment::Education, ..paid.clone() }));
    assert!(!may(Offer { market: Market { country: country("AT"), ..paid.market }, ..paid.clone() }));
    assert!(!may(Offer { end_of_sale: Some(NOW), ..paid.clone() }));
    assert!(may(Offer { end_of_sale: Some(NOW + time::Duration::SECOND), ..paid }));
}
