use super::*;
use crate::active_order::ActiveOrders;
use crate::billing::TermStart;
use crate::calendar::{BillingCycle, Day, Term};
use crate::cart::Cart;
use crate::catalog::{Offer, OfferKind, PriceOwner, QuantityLimits, Segment};
use crate::id::{CartId, CustomerId, MarketplaceId, PriceListId, ProductId, SkuId};
use crate::money::{Currency, UnitPrice};
use crate::order::{self, PlaceOrder, Placed, QuotedCart};
use crate::party::{Address, Country, Market};
use crate::policy::{Policy, Rules, presets};
use crate::pricing::{Payer, PriceQuote};
use crate::subscription::change::Offered;
use crate::subscription::renewal;
use crate::subscription::{AtTermEnd, Subscription};
use crate::tax::billed::Billed;
use crate::tax::place::TaxPlace;
use crate::tax::standing::VatStanding;
use crate::tenant::TenantStatus;
use time::macros::datetime;

const NOW: OffsetDateTime = datetime!(2026-09-06 10:15 UTC);

fn country(code: &str) -> Country {
    Country::from_code(code).unwrap()
}

fn price() -> UnitPrice {
    UnitPrice::from_decimal("112.80".parse().unwrap(), Currency::Eur).unwrap()
}

fn policy() -> Policy {
    let (_, rules) = presets::all().unwrap().into_iter().find(|(key, _)| *key == "ms_product_key").unwrap();
    Policy::new("ms_product_key".to_owned(), 1, rules)
}

/// Twelve months, charged once, of one of two SKUs.
fn offer(sku: u128) -> OfferFacts {
    OfferFacts {
        offer: Offer {
            id: OfferId::from_u128(sku),
            sku_id: SkuId::from_u128(sku),
            term: Term::P1Y,
            billing_cycle: BillingCycle::Annual,
            segment: Segment::Commercial,
            market: Market { country: country("DE"), currency: Currency::Eur },
            kind: OfferKind::Licensed,
            limits: QuantityLimits::ANY,
            prerequisites: Vec::new(),
            policy_key: "ms_product_key".to_owned(),
            preselected: true,
            end_of_sale: None,
        },
        product_id: ProductId::from_u128(1),
        publisher: "Microsoft Corporation".to_owned(),
        policy: policy(),
        price: Some(PriceQuote {
            unit_price: price(),
            cost: None,
            price_list_id: PriceListId::from_u128(1),
            owner: PriceOwner::Everybody,
            valid_from: OffsetDateTime::UNIX_EPOCH,
        }),
        name: "Office".to_owned(),
        sold_in: None,
        active: ActiveOrders::default(),
        bases: Vec::new(),
        ceiling: None,
        trial: None,
        needs_base: false,
        subscriptions: None,
    }
}

/// The n-th key: five licences of the first SKU.
fn key(n: u8) -> Entered {
    let known =
        KnownKey { offer_id: OfferId::from_u128(1), offer: Some(offer(1)), quantity: 5, used: false, revoked: false };
    Entered {
        digest: [n; 32],
        wanted: KeyUse::default(),
        known: Some(known),
        line_id: LineId::from_u128(n.into()),
        change_id: ChangeId::from_u128(n.into()),
    }
}

fn of_other_sku(entered: Entered) -> Entered {
    let known = KnownKey { offer_id: OfferId::from_u128(2), offer: Some(offer(2)), ..entered.known.unwrap() };
    Entered { known: Some(known), ..entered }
}

fn wants(entered: Entered, action: KeyAction, starts: Option<Starts>) -> Entered {
    Entered { wanted: KeyUse { action: Some(action), subscription_id: None, starts }, ..entered }
}

/// The order of so many licences of the first SKU, paid with keys.
fn ordered(id: u128, quantity: u32, now: OffsetDateTime) -> Placed {
    let known = KnownKey { quantity, ..key(1).known.unwrap() };
    let redemption = facts(vec![Entered { known: Some(known), ..key(1) }], Vec::new());
    let quotation = review(&redemption, now).quotation(&redemption.buyer);
    let cart = Cart {
        id: CartId::from_u128(1),
        marketplace_id: MarketplaceId::from_u128(1),
        customer_id: CustomerId::from_u128(1),
        reseller_id: None,
        name: None,
        billing_address: None,
        lines: Vec::new(),
        ordered_as: None,
        created_at: now,
        version: 1,
    };
    let billing_address = Address {
        company: None,
        street: "Ring 1".to_owned(),
        postal_code: "51063".to_owned(),
        city: "Köln".to_owned(),
        region: None,
        country: country("DE"),
        phone: None,
    };
    let payment_method = PaymentMethod::ProductKey;
    let request = PlaceOrder { payment_method, consents: Vec::new(), external_ref: None };
    let billing_address = Some(&billing_address);
    let quoted =
        QuotedCart { cart: &cart, billing_address, quotation: &quotation, payer: Payer::Customer, branches: &[] };
    order::place(&quoted, &request, "script", || id, now).unwrap()
}

#[test]
fn k02_the_order_of_what_begins_is_paid_with_keys_and_charges_nothing() {
    let placed = ordered(7, 10, NOW);
    let [begun] = &placed.subscriptions[..] else { panic!("{:?}", placed.subscriptions) };
    assert_eq!((begun.quantity, begun.status, begun.at_term_end), (10, SubscriptionStatus::Pending, AtTermEnd::End));
    let span = begun.term_span.map(|span| (span.first, span.last));
    assert_eq!(span, Day::from_ymd(2026, 9, 6).zip(Day::from_ymd(2027, 9, 5)));
    assert_eq!((begun.next_charge_on, begun.base_id), (None, None));
    assert_eq!((placed.charges, placed.order.recurring), (Vec::new(), Vec::new()));
    assert_eq!(placed.order.due_now, Taxed::zero(Currency::Eur));
}

/// A subscription of the first SKU with so many licences, in its first year since a day.
fn runs(id: u128, quantity: u32, since: OffsetDateTime) -> change::Facts {
    let facts = offer(1);
    let [begun] = <[Subscription; 1]>::try_from(ordered(id, quantity, since).subscriptions).unwrap();
    let subscription = Subscription {
        status: SubscriptionStatus::Active,
        external_id: Some("remote".to_owned()),
        activated_at: Some(since),
        ..begun
    };
    let plan = subscription.plan(&facts.policy.rules, quantity);
    let start = TermStart::on(subscription.day(since));
    let charge = crate::billing::order(plan, start).unwrap().charge.unwrap();
    let charges = crate::billing::open_charges(&[(crate::id::ChargeId::from_u128(1), charge)]);
    let OfferFacts { offer, product_id, policy, price, .. } = facts;
    let (price, price_valid_from) = price.map(|price| (price.unit_price, price.valid_from)).unzip();
    let (ceiling, subscriptions, active) = (None, None, ActiveOrders::default());
    let upgrade_of = Vec::new();
    let own =
        Offered { offer, product_id, upgrade_of, policy, price, price_valid_from, ceiling, subscriptions, active };
    change::Facts {
        subscription,
        charges,
        offers: vec![own],
        next_offers: Vec::new(),
        neighbors: Vec::new(),
        add_ons: Vec::new(),
        assigned: Vec::new(),
        base: None,
        by: None,
        by_customer: false,
    }
}

fn with_status(facts: change::Facts, status: SubscriptionStatus) -> change::Facts {
    change::Facts { subscription: Subscription { status, ..facts.subscription }, ..facts }
}

fn billed(code: &str) -> Option<Billed> {
    Some(Billed { place: TaxPlace::of_country(country(code)), ..Billed::default() })
}

fn facts(keys: Vec<Entered>, subscriptions: Vec<change::Facts>) -> Facts {
    let buyer = BuyerFacts {
        billed: billed("DE"),
        seller_country: country("DE"),
        vat_id: None,
        vat_standing: VatStanding::Pending,
        currency: Currency::Eur,
        segments: Vec::new(),
        tenant: Some(TenantStatus::Linked),
        agreement_accepted: true,
    };
    Facts { buyer, keys, subscriptions }
}

type Told = (Option<usize>, &'static str, &'static str);

fn problems(facts: &Facts) -> Vec<Told> {
    let tell = |problem: &Problem| (problem.line, problem.field, problem.refusal.code());
    review(facts, NOW).problems.iter().map(tell).collect()
}

fn actions(facts: &Facts) -> Vec<Option<KeyAction>> {
    review(facts, NOW).keys.iter().map(|key| key.action).collect()
}

const LAST_MONTH: OffsetDateTime = datetime!(2026-08-06 09:00 UTC);

#[test]
fn k02_a_key_activates_where_nothing_runs_and_nothing_is_charged() {
    let review = review(&facts(vec![key(1)], Vec::new()), NOW);
    assert_eq!((review.problems, review.keys[0].possible.as_slice()), (Vec::new(), &[KeyAction::Activate][..]));
    let [Activation { keys, line }] = &review.activations[..] else { panic!("{:?}", review.activations) };
    assert_eq!((keys.as_slice(), line.line.quantity, line.charges.as_slice()), (&[0][..], 5, &[][..]));
    assert_eq!((line.recurring, line.next_charge_on, line.price.unit_price), (None, None, price()));
    assert_eq!(
        line.term_span.map(|span| (span.first, span.last)),
        Day::from_ymd(2026, 9, 6).zip(Day::from_ymd(2027, 9, 5))
    );
}

#[test]
fn k05_keys_of_one_offer_begin_one_subscription() {
    let review = review(&facts(vec![key(1), of_other_sku(key(2)), key(3)], Vec::new()), NOW);
    let lines: Vec<_> = review.activations.iter().map(|begun| (begun.keys.clone(), begun.line.line.quantity)).collect();
    assert_eq!((lines, review.problems), (vec![(vec![0, 2], 10), (vec![1], 5)], Vec::new()));
}

#[test]
fn k02_a_key_adds_users_to_what_runs_and_nothing_is_charged() {
    let review = review(&facts(vec![key(1), key(2)], vec![runs(7, 10, LAST_MONTH)]), NOW);
    assert_eq!((&review.problems, &review.activations), (&Vec::new(), &Vec::new()));
    assert_eq!(review.keys[0].possible, [KeyAction::AddUsers, KeyAction::Renew]);
    let [changed] = &review.changes[..] else { panic!("{:?}", review.changes) };
    assert_eq!((changed.keys.as_slice(), changed.request.change), (&[0, 1][..], Change::SetQuantity(20)));
    let after = &changed.decision.after;
    assert_eq!((after.quantity, changed.decision.all_charges().count()), (20, 0));
    assert_eq!(after.term_span, runs(7, 10, LAST_MONTH).subscription.term_span);
}

#[test]
fn k17_a_key_renews_with_the_terms_end() {
    let renews = |entered| wants(entered, KeyAction::Renew, None);
    let review = review(&facts(vec![renews(key(1)), renews(key(2))], vec![runs(7, 10, LAST_MONTH)]), NOW);
    assert_eq!(review.problems, []);
    assert_eq!((review.keys[0].starts, review.keys[1].starts), (Some(Starts::AtTermEnd), Some(Starts::AtTermEnd)));
    let [changed] = &review.changes[..] else { panic!("{:?}", review.changes) };
    assert_eq!(changed.request.change, Change::Renew(Starts::AtTermEnd));
    assert_eq!((changed.decision.after.at_term_end, changed.decision.days_lost), (AtTermEnd::Renew, 0));
    let span = changed.term_span.map(|span| (span.first, span.last));
    assert_eq!(span, Day::from_ymd(2027, 8, 6).zip(Day::from_ymd(2028, 8, 5)));
}

/// A subscription whose next term was paid with keys, taken to its end.
fn renewed(quantity: u32) -> (Subscription, Vec<String>) {
    let known = runs(7, 5, LAST_MONTH);
    let renewal = wants(key(1), KeyAction::Renew, None);
    let review = review(&facts(vec![renewal], vec![known.clone()]), NOW);
    let after = Subscription { quantity, ..review.changes[0].decision.after.clone() };
    let at = after.term_ends_at().unwrap();
    let step = renewal::step(
        &crate::subscription::due::Due { subscription: &after, offers: &known.offers, assigned: 0, base: None },
        at,
    )
    .unwrap();
    assert_eq!(step.happened, [renewal::Happened::Renewed]);
    (step.after, step.charges.iter().map(|charge| format!("{} = {}", charge.explain, charge.net)).collect())
}

#[test]
fn k17_what_the_keys_paid_is_not_charged_at_the_terms_end() {
    let (after, charges) = renewed(5);
    assert_eq!((after.prepaid, after.at_term_end, after.next_charge_on), (0, AtTermEnd::End, None));
    assert_eq!(after.term_span.map(|span| span.first), Day::from_ymd(2027, 8, 6));
    assert_eq!(charges, Vec::<String>::new());
    // Two more were added meanwhile.
    assert_eq!(renewed(7).1, ["2 * 112.80 = 225.60"]);
}

#[test]
fn the_next_term_is_paid_once() {
    let renewal = || wants(key(1), KeyAction::Renew, None);
    let mut paid = runs(7, 5, LAST_MONTH);
    paid.subscription.prepaid = 5;
    assert_eq!(problems(&facts(vec![renewal()], vec![paid])), [(Some(0), "", "next_term_prepaid")]);
    // One that renews by itself is paid all the same.
    let mut renews = runs(7, 5, LAST_MONTH);
    renews.subscription.at_term_end = AtTermEnd::Renew;
    let review = review(&facts(vec![renewal()], vec![renews]), NOW);
    assert_eq!((&review.problems, review.changes[0].decision.after.prepaid), (&Vec::new(), 5));
}

#[test]
fn k18_g27_a_renewal_at_once_loses_the_days_that_are_left() {
    let at_once = |entered| wants(entered, KeyAction::Renew, Some(Starts::Immediately));
    // Its last day is 15 October 2026: 40 days, today included.
    let term = runs(7, 5, datetime!(2025-10-16 09:00 UTC));
    let review = review(&facts(vec![at_once(key(1))], vec![term]), NOW);
    assert_eq!(review.problems, []);
    let decision = &review.changes[0].decision;
    assert_eq!((decision.days_lost, decision.all_charges().count()), (40, 0));
    let span = decision.after.term_span.map(|span| (span.first, span.last));
    assert_eq!(span, Day::from_ymd(2026, 9, 6).zip(Day::from_ymd(2027, 9, 5)));
    assert_eq!((decision.after.next_charge_on, decision.after.auto_renew()), (None, false));
}

#[test]
fn k20_a_term_that_is_over_is_renewed_at_once() {
    let mut lapsed = with_status(runs(7, 5, datetime!(2025-08-20 09:00 UTC)), SubscriptionStatus::Expired);
    let end = lapsed.subscription.term_ends_at().unwrap();
    lapsed.subscription.ending = Some(crate::subscription::Ending::not_renewed(&lapsed.subscription.policy, end));
    let facts = facts(vec![key(1)], vec![lapsed]);
    let review = review(&facts, NOW);
    assert_eq!((&review.problems, review.keys[0].starts), (&Vec::new(), Some(Starts::Immediately)));
    assert_eq!(review.keys[0].possible, [KeyAction::Renew, KeyAction::Activate]);
    assert_eq!(review.changes[0].decision.after.status, SubscriptionStatus::Active);
    let anew = Facts { keys: vec![wants(key(1), KeyAction::Activate, None)], ..facts };
    assert_eq!((actions(&anew), problems(&anew)), (vec![Some(KeyAction::Activate)], vec![]));
}

#[test]
fn keys_renew_as_many_licences_as_there_are() {
    let renews = wants(key(1), KeyAction::Renew, None);
    let facts = facts(vec![renews], vec![runs(7, 6, LAST_MONTH)]);
    assert_eq!(problems(&facts), [(Some(0), "", "renewal_not_covered")]);
    let refusal = review(&facts, NOW).problems.remove(0).refusal;
    assert_eq!(refusal, Refusal::RenewalNotCovered { needed: 6, given: 5 });
}

#[test]
fn what_a_customer_has_decides_what_a_key_can_do() {
    let wanted = |action, subscriptions| problems(&facts(vec![wants(key(1), action, None)], subscriptions));
    assert_eq!(wanted(KeyAction::Renew, vec![]), [(Some(0), "action", "nothing_to_renew")]);
    assert_eq!(wanted(KeyAction::AddUsers, vec![]), [(Some(0), "action", "key_action_not_possible")]);
    let running = || vec![runs(7, 5, LAST_MONTH)];
    assert_eq!(wanted(KeyAction::Activate, running()), [(Some(0), "action", "key_action_not_possible")]);
    let over = vec![with_status(runs(7, 5, LAST_MONTH), SubscriptionStatus::Canceled)];
    assert_eq!(wanted(KeyAction::Activate, over.clone()), []);
    assert_eq!(wanted(KeyAction::Renew, over), [(Some(0), "action", "nothing_to_renew")]);
    // Of another offer.
    assert_eq!(actions(&facts(vec![of_other_sku(key(1))], running())), [Some(KeyAction::Activate)]);
    let suspended = vec![with_status(runs(7, 5, LAST_MONTH), SubscriptionStatus::Suspended)];
    assert_eq!(wanted(KeyAction::AddUsers, suspended), [(Some(0), "", "subscription_suspended")]);
}

#[test]
fn a_subscription_can_be_named_where_several_run() {
    let named = |id: u128| Entered {
        wanted: KeyUse { subscription_id: Some(SubscriptionId::from_u128(id)), ..KeyUse::default() },
        ..key(1)
    };
    let of = |entered| facts(vec![entered], vec![runs(7, 5, LAST_MONTH), runs(8, 5, LAST_MONTH)]);
    let target = |entered| review(&of(entered), NOW).changes[0].subscription_id;
    assert_eq!((target(key(1)), target(named(8))), (SubscriptionId::from_u128(7), SubscriptionId::from_u128(8)));
    assert_eq!(problems(&of(named(9))), [(Some(0), "subscription_id", "key_action_not_possible")]);
}

#[test]
fn keys_want_one_thing_with_one_subscription() {
    let keys = vec![key(1), wants(key(2), KeyAction::Renew, None)];
    assert_eq!(problems(&facts(keys, vec![runs(7, 5, LAST_MONTH)])), [(Some(1), "action", "key_actions_mixed")]);
    let keys = vec![
        wants(key(1), KeyAction::Renew, Some(Starts::AtTermEnd)),
        wants(key(2), KeyAction::Renew, Some(Starts::Immediately)),
    ];
    assert_eq!(problems(&facts(keys, vec![runs(7, 5, LAST_MONTH)])), [(Some(1), "action", "key_actions_mixed")]);
}

#[test]
fn g26_a_key_counts_once() {
    let known = |change: fn(&mut KnownKey)| {
        let mut entered = key(3);
        change(entered.known.as_mut().unwrap());
        entered
    };
    let keys = vec![
        key(1),
        key(1),
        known(|key| key.used = true),
        Entered { digest: [4; 32], ..known(|key| key.revoked = true) },
        Entered { known: None, ..key(5) },
    ];
    let facts = facts(keys, Vec::new());
    assert_eq!(
        problems(&facts),
        [
            (Some(1), "", "key_already_used"),
            (Some(2), "", "key_already_used"),
            (Some(3), "", "key_revoked"),
            (Some(4), "", "product_key_unknown"),
        ]
    );
    let review = review(&facts, NOW);
    assert_eq!(review.activations[0].line.line.quantity, 5, "what is right is shown all the same");
    assert_eq!((review.keys[4].offer_id, review.keys[3].quantity), (None, Some(5)));
}

#[test]
fn k09_a_country_that_is_not_listed_has_no_service() {
    let buyer = |code| {
        let facts = facts(vec![key(1)], Vec::new());
        Facts { buyer: BuyerFacts { billed: billed(code), ..facts.buyer.clone() }, ..facts }
    };
    assert_eq!(problems(&buyer("AT")), []);
    assert_eq!(problems(&buyer("KP")), [(Some(0), "offer_id", "offer_not_in_market")]);
    let mut elsewhere = buyer("DE");
    let sold = elsewhere.keys[0].known.as_mut().and_then(|known| known.offer.as_mut()).unwrap();
    sold.offer.market.country = country("US");
    assert_eq!(problems(&elsewhere), [(Some(0), "offer_id", "offer_not_in_market")]);
    let everywhere = Rules { served_countries: Vec::new(), ..policy().rules };
    let mut listed = buyer("KP");
    listed.keys[0].known.as_mut().and_then(|known| known.offer.as_mut()).unwrap().policy.rules = everywhere;
    assert_eq!(problems(&listed), []);
}

#[test]
fn g37_without_tenant_or_agreement_nothing_begins() {
    let facts = facts(vec![key(1)], Vec::new());
    let buyer = BuyerFacts { tenant: None, agreement_accepted: false, ..facts.buyer.clone() };
    assert_eq!(
        problems(&Facts { buyer, ..facts }),
        [(None, "customer_id", "tenant_required"), (None, "customer_id", "agreement_required")]
    );
}

#[test]
fn what_is_no_longer_sold_begins_nothing() {
    let mut gone = key(1);
    gone.known.as_mut().unwrap().offer = None;
    assert_eq!(problems(&facts(vec![gone], Vec::new())), [(Some(0), "offer_id", "offer_unknown")]);
}

#[test]
fn u26_keys_begin_nothing_for_a_customer_without_an_invoice_address() {
    let facts = facts(vec![key(1)], Vec::new());
    let buyer = BuyerFacts { billed: None, ..facts.buyer.clone() };
    assert_eq!(problems(&Facts { buyer, ..facts }), [(None, "customer_id", "invoice_address_required")]);
}
