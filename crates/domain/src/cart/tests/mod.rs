use super::*;
use crate::active_order::{ActiveOrder, ActiveOrders};
use crate::billing::ChargeKind;
use crate::calendar::{Day, DaySpan, Term};
use crate::catalog::{Ceiling, OfferKind, PriceOwner, QuantityLimits};
use crate::id::{LineId, OfferId, PriceListId, ProductId, SkuId, SubscriptionId};
use crate::money::{Money, UnitPrice};
use crate::party::{Country, Market};
use crate::policy::{ConsentKind, Policy, Rules, presets};
use crate::pricing::PriceQuote;
use crate::tax::billed::{Billed, InvoiceAddress};
use crate::tax::place::TaxPlace;
use crate::tax::standing::{UnconfirmedVatId, VatStanding};
use crate::trial::{PaidPlan, TrialFacts, TrialThen};
use time::macros::datetime;

mod active_orders;
mod add_ons;
mod trials;

const NOW: OffsetDateTime = datetime!(2026-09-06 10:15 UTC);

fn day(text: &str) -> Day {
    text.parse().unwrap()
}

fn country(code: &str) -> Country {
    Country::from_code(code).unwrap()
}

fn price(amount: &str, currency: Currency) -> PriceQuote {
    PriceQuote {
        unit_price: UnitPrice::from_decimal(amount.parse().unwrap(), currency).unwrap(),
        cost: None,
        price_list_id: PriceListId::from_u128(1),
        owner: PriceOwner::Everybody,
        valid_from: OffsetDateTime::UNIX_EPOCH,
    }
}

fn policy(key: &str) -> Policy {
    let (_, rules) = presets::all().unwrap().into_iter().find(|(known, _)| *known == key).unwrap();
    Policy::new(key.to_owned(), 1, rules)
}

/// Office 365 E1, twelve months, monthly: the offer of C-17.
fn e1(policy_key: &str) -> OfferFacts {
    OfferFacts {
        offer: Offer {
            id: OfferId::from_u128(1),
            sku_id: SkuId::from_u128(1),
            term: Term::P1Y,
            billing_cycle: BillingCycle::Monthly,
            segment: Segment::Commercial,
            market: Market { country: country("DE"), currency: Currency::Eur },
            kind: OfferKind::Licensed,
            limits: QuantityLimits::ANY,
            prerequisites: Vec::new(),
            policy_key: policy_key.to_owned(),
            preselected: true,
            end_of_sale: None,
        },
        product_id: ProductId::from_u128(1),
        publisher: "Microsoft Corporation".to_owned(),
        policy: policy(policy_key),
        price: Some(price("9.40", Currency::Eur)),
        name: "Office 365 E1".to_owned(),
        sold_in: None,
        active: ActiveOrders::default(),
        bases: Vec::new(),
        ceiling: None,
        trial: None,
        needs_base: false,
        subscriptions: None,
    }
}

/// The same of another product and SKU.
fn other(policy_key: &str) -> OfferFacts {
    let facts = e1(policy_key);
    let offer = Offer { sku_id: SkuId::from_u128(2), id: OfferId::from_u128(2), ..facts.offer };
    OfferFacts { offer, product_id: ProductId::from_u128(2), ..facts }
}

fn line(quantity: u32, facts: OfferFacts) -> LineFacts {
    let line = CartLine {
        id: LineId::from_u128(1),
        offer_id: facts.offer.id,
        quantity,
        reference: None,
        branch: None,
        trial_then: None,
        base: None,
    };
    LineFacts { line, offer: Some(facts), branch: None }
}

fn billed(code: &str) -> Billed {
    Billed { place: TaxPlace::of_country(country(code)), ..Billed::default() }
}

fn buyer() -> BuyerFacts {
    BuyerFacts {
        billed: Some(billed("DE")),
        seller_country: country("DE"),
        vat_id: None,
        vat_standing: VatStanding::Pending,
        currency: Currency::Eur,
        segments: Vec::new(),
        tenant: Some(TenantStatus::Linked),
        agreement_accepted: true,
    }
}

type Told = (Option<usize>, &'static str, &'static str);

fn problems(lines: &[LineFacts], buyer: &BuyerFacts) -> Vec<Told> {
    let tell = |problem: &Problem| (problem.line, problem.field, problem.refusal.code());
    quote(lines, buyer, NOW).problems.iter().map(tell).collect()
}

/// The problems of a cart of one line, by code.
fn codes(quantity: u32, facts: OfferFacts) -> Vec<&'static str> {
    problems(&[line(quantity, facts)], &buyer()).into_iter().map(|(_, _, code)| code).collect()
}

fn told(payable: Payable) -> String {
    let Some(taxed) = payable.taxed() else { return format!("{} + ?", payable.net()) };
    format!("{} + {} = {}", taxed.net, taxed.tax, taxed.gross)
}

#[test]
fn c38_due_today_and_recurring_are_apart() {
    let quotation = quote(&[line(5, e1("cancom_monthly12"))], &buyer(), NOW);
    assert_eq!(quotation.problems, []);
    assert_eq!(told(quotation.due_now), "39.17 + 7.44 = 46.61");
    let [(BillingCycle::Monthly, recurring)] = quotation.recurring[..] else { panic!("{:?}", quotation.recurring) };
    assert_eq!(told(recurring), "47.00 + 8.93 = 55.93");
    assert_eq!(quotation.lines[0].charges[0].explain, "5 * 9.40 * 25 / 30");
    assert_eq!(quotation.lines[0].next_charge_on, Day::from_ymd(2026, 10, 1));
}

#[test]
fn r05_lines_of_several_cycles_are_one_document_and_recur_apart() {
    let annual = |mut facts: OfferFacts| {
        facts.offer.billing_cycle = BillingCycle::Annual;
        facts.price = Some(price("112.80", Currency::Eur));
        facts
    };
    let lines =
        [line(1, annual(e1("cancom_annual12"))), line(5, e1("cancom_monthly12")), line(1, other("cancom_monthly12"))];
    let quotation = quote(&lines, &buyer(), NOW);
    // 112.80 + 39.17 + 7.83 (9.40 × 25/30), and 19 % of the sum.
    assert_eq!(told(quotation.due_now), "159.80 + 30.36 = 190.16");
    let recurring: Vec<_> = quotation.recurring.iter().map(|(cycle, taxed)| (*cycle, told(*taxed))).collect();
    let expected = [
        (BillingCycle::Monthly, "56.40 + 10.72 = 67.12".to_owned()),
        (BillingCycle::Annual, "112.80 + 21.43 = 134.23".to_owned()),
    ];
    assert_eq!(recurring, expected);
}

#[test]
fn r19_an_austrian_business_pays_no_german_tax() {
    let buyer = BuyerFacts { billed: Some(billed("AT")), vat_id: Some("ATU13585627".to_owned()), ..buyer() };
    let quotation = quote(&[line(5, e1("cancom_monthly12"))], &buyer, NOW);
    assert_eq!(quotation.problems, []);
    assert_eq!(told(quotation.due_now), "39.17 + 0.00 = 39.17");
    assert_eq!(quotation.tax_rule.unwrap().category.code(), "AE");
}

#[test]
fn u22_a_cart_is_without_tax_only_where_the_vat_id_counts() {
    let of = |vat_standing, unconfirmed| {
        let vat_id = Some("ATU13585627".to_owned());
        let buyer = BuyerFacts { billed: Some(billed("AT")), vat_id, vat_standing, ..buyer() };
        let mut facts = e1("cancom_monthly12");
        facts.policy.rules.unconfirmed_vat_id = unconfirmed;
        let quotation = quote(&[line(5, facts)], &buyer, NOW);
        format!("{} {}", told(quotation.due_now), quotation.tax_rule.unwrap().category.code())
    };
    let (without, with) = ("39.17 + 0.00 = 39.17 AE", "39.17 + 7.83 = 47.00 S");
    assert_eq!(of(VatStanding::Valid, UnconfirmedVatId::ChargeVat), without);
    assert_eq!(of(VatStanding::Invalid, UnconfirmedVatId::ReverseCharge), with);
    assert_eq!(of(VatStanding::Pending, UnconfirmedVatId::ChargeVat), with);
    assert_eq!(of(VatStanding::Pending, UnconfirmedVatId::ReverseCharge), without);
}

#[test]
fn g37_without_tenant_or_agreement_nothing_is_ordered() {
    let customer = |code| (None, "customer_id", code);
    for tenant in TenantStatus::ALL.iter().copied().map(Some).chain([None]) {
        let buyer = BuyerFacts { tenant, ..buyer() };
        let expected =
            if tenant == Some(TenantStatus::Linked) { Vec::new() } else { vec![customer("tenant_required")] };
        assert_eq!(problems(&[line(1, e1("terra_nce_p1y_m"))], &buyer), expected, "{tenant:?}");
    }
    let neither = BuyerFacts { tenant: None, agreement_accepted: false, ..buyer() };
    assert_eq!(
        problems(&[], &neither),
        [customer("tenant_required"), customer("agreement_required"), (None, "lines", "cart_empty")]
    );
}

#[test]
fn an_empty_cart_costs_nothing() {
    let quotation = quote(&[], &buyer(), NOW);
    assert_eq!((quotation.due_now, quotation.recurring), (Payable::Taxed(Taxed::zero(Currency::Eur)), Vec::new()));
    assert_eq!((quotation.consents_required, quotation.payment_methods), (Vec::new(), vec![PaymentMethod::Invoice]));
}

#[test]
fn g36_a_quantity_of_zero_is_no_cancellation() {
    assert_eq!(codes(0, e1("terra_nce_p1y_m")), ["use_cancel"]);
    let mut lenient = e1("terra_nce_p1y_m");
    lenient.policy.rules.zero_quantity = ZeroQuantity::Cancel;
    assert_eq!(codes(0, lenient), ["quantity_out_of_range"]);
}

#[test]
fn r28_a_quantity_keeps_to_the_offers_limits() {
    let limits = QuantityLimits { min: 10, max: 300, step: 5 };
    for (quantity, fits) in [(9, false), (10, true), (12, false), (15, true), (300, true), (305, false)] {
        let mut facts = e1("terra_nce_p1y_m");
        facts.offer.limits = limits;
        let expected: &[&str] = if fits { &[] } else { &["quantity_out_of_range"] };
        assert_eq!(codes(quantity, facts), expected, "{quantity}");
    }
    let lines = [line(100_001, e1("terra_nce_p1y_m"))];
    let refusal = &quote(&lines, &buyer(), NOW).problems[0].refusal;
    assert_eq!(*refusal, Refusal::QuantityOutOfRange(QuantityLimits::ANY));
}

#[test]
fn an_offer_is_sold_in_the_sellers_and_the_buyers_country() {
    let of_market = |market: &str, buyer_country: &str| {
        let mut facts = e1("terra_nce_p1y_m");
        facts.offer.market.country = country(market);
        problems(&[line(1, facts)], &BuyerFacts { billed: Some(billed(buyer_country)), ..buyer() })
    };
    assert_eq!(of_market("DE", "AT"), []);
    assert_eq!(of_market("AT", "AT"), []);
    assert_eq!(of_market("PL", "AT"), [(Some(0), "offer_id", "offer_not_in_market")]);
}

#[test]
fn l26_a_segment_must_be_proven() {
    let of_segment = |segment, proven: &[Segment]| {
        let mut facts = e1("terra_nce_p1y_m");
        facts.offer.segment = segment;
        problems(&[line(1, facts)], &BuyerFacts { segments: proven.to_vec(), ..buyer() })
    };
    assert_eq!(of_segment(Segment::Commercial, &[]), []);
    assert_eq!(of_segment(Segment::Education, &[Segment::Education]), []);
    assert_eq!(of_segment(Segment::Education, &[Segment::Nonprofit]), [(Some(0), "offer_id", "segment_required")]);
}

#[test]
fn r10_what_has_no_price_is_not_free() {
    let facts = OfferFacts { price: None, ..e1("terra_nce_p1y_m") };
    let lines = [line(1, facts), line(5, other("terra_nce_p1y_m"))];
    let quotation = quote(&lines, &buyer(), NOW);
    assert_eq!(problems(&lines, &buyer()), [(Some(0), "offer_id", "no_price")]);
    assert_eq!(quotation.lines.len(), 1);
    assert_eq!(quotation.due_now.net(), Money::new(4_700, Currency::Eur));
}

#[test]
fn a_cart_has_one_currency() {
    let facts = OfferFacts { price: Some(price("40.00", Currency::Pln)), ..e1("terra_nce_p1y_m") };
    let quotation = quote(&[line(5, e1("terra_nce_p1y_m")), line(1, facts)], &buyer(), NOW);
    assert_eq!(quotation.problems[0].refusal, Refusal::MixedCurrencies(Currency::Eur, Currency::Pln));
    assert_eq!((quotation.lines.len(), quotation.due_now.net()), (1, Money::new(4_700, Currency::Eur)));
}

#[test]
fn u27_an_offer_in_another_currency_than_is_sold_there_is_refused() {
    let dollars = || OfferFacts {
        price: Some(price("1.20", Currency::Usd)),
        sold_in: Some(Currency::Eur),
        ..other("terra_nce_p1y_m")
    };
    let refused = |line| (Some(line), "offer_id", "offer_not_in_currency");
    assert_eq!(problems(&[line(1, dollars())], &buyer()), [refused(0)]);
    // It does not decide what the others are paid in.
    let both = [line(1, dollars()), line(5, e1("terra_nce_p1y_m"))];
    assert_eq!(problems(&both, &buyer()), [refused(0)]);
    assert_eq!(told(quote(&both, &buyer(), NOW).due_now), "47.00 + 8.93 = 55.93");
    assert_eq!(codes(1, OfferFacts { price: None, ..dollars() }), ["no_price"]);
}

#[test]
fn u27_the_first_line_decides_the_currency_of_a_cart() {
    let zloty = || OfferFacts { price: Some(price("40.00", Currency::Pln)), ..e1("terra_nce_p1y_m") };
    let quotation = quote(&[line(1, zloty())], &buyer(), NOW);
    assert_eq!((&quotation.problems[..], quotation.due_now.net()), (&[][..], Money::new(4_000, Currency::Pln)));
    let yen = OfferFacts { price: Some(price("1234.5", Currency::Jpy)), ..other("terra_nce_p1y_m") };
    let quotation = quote(&[line(1, yen), line(1, zloty())], &buyer(), NOW);
    assert_eq!(quotation.problems[0].refusal, Refusal::MixedCurrencies(Currency::Jpy, Currency::Pln));
    // JPY has no minor unit, and half of one is rounded up: 1235 yen, and 235 of tax at 19 %.
    assert_eq!(told(quotation.due_now), "1235 + 235 = 1470");
}

#[test]
fn u10_an_offer_that_is_closed_for_new_orders_is_not_ordered() {
    let closed =
        |end| OfferFacts { offer: Offer { end_of_sale: Some(end), ..e1("ahd_rental").offer }, ..e1("ahd_rental") };
    assert_eq!(codes(1, closed(NOW)), ["sale_ended"]);
    assert_eq!(codes(1, closed(NOW + time::Duration::SECOND)), Vec::<&str>::new());
}

#[test]
fn u17_what_a_customer_may_have_of_a_sku_is_counted_over_everything() {
    let limited = |taken| OfferFacts { ceiling: Some(Ceiling { limit: 300, taken }), ..e1("terra_nce_p1y_m") };
    let of = |taken, quantities: [u32; 2]| {
        let mut lines = quantities.map(|quantity| line(quantity, limited(taken)));
        // Another offer of the same SKU.
        lines[1].offer.as_mut().unwrap().offer.id = OfferId::from_u128(9);
        problems(&lines, &buyer())
    };
    assert_eq!(of(0, [200, 100]), []);
    assert_eq!(of(0, [200, 200]), [(Some(1), "quantity", "customer_limit")]);
    assert_eq!(of(200, [101, 1]), [(Some(0), "quantity", "customer_limit"), (Some(1), "quantity", "customer_limit")]);
    assert_eq!(
        Refusal::beyond(Ceiling { limit: 300, taken: 200 }, 50, 51),
        Some(Refusal::CustomerLimit { limit: 300, left: 50 })
    );
    // A limit that came later than what the customer has.
    assert_eq!(
        Refusal::beyond(Ceiling { limit: 300, taken: 400 }, 0, 1),
        Some(Refusal::CustomerLimit { limit: 300, left: 0 })
    );
}

#[test]
fn u17_so_many_subscriptions_of_a_sku_and_no_more() {
    let limited = |taken| OfferFacts { subscriptions: Some(Ceiling { limit: 2, taken }), ..e1("terra_nce_p1y_m") };
    let of = |taken, lines: usize| problems(&vec![line(5, limited(taken)); lines], &buyer());
    assert_eq!(of(0, 2), []);
    assert_eq!(of(0, 3), [(Some(2), "offer_id", "subscription_limit")]);
    assert_eq!(of(1, 2), [(Some(1), "offer_id", "subscription_limit")]);
    assert_eq!(of(2, 1), [(Some(0), "offer_id", "subscription_limit")]);
    // One that came later than what the customer has.
    assert_eq!(of(7, 1), [(Some(0), "offer_id", "subscription_limit")]);
}

#[test]
fn an_amount_beyond_the_representable_is_a_problem_of_its_line_or_of_the_cart() {
    let of_micros = |micros: i64| {
        let mut facts = e1("cancom_annual12");
        facts.price =
            Some(PriceQuote { unit_price: UnitPrice::from_micros(micros, Currency::Eur), ..price("0", Currency::Eur) });
        facts
    };
    assert_eq!(codes(100_000, of_micros(i64::MAX)), ["amount_out_of_range"]);
    let lines: Vec<_> = [1, 2].map(|_| line(10_000, of_micros(i64::MAX))).into();
    assert_eq!(problems(&lines, &buyer()), [(None, "lines", "amount_out_of_range")]);
    assert_eq!(quote(&lines, &buyer(), NOW).due_now, Payable::Taxed(Taxed::zero(Currency::Eur)));
}

#[test]
fn every_problem_is_told_at_once_and_in_order() {
    let mut wrong = e1("ahd_rental");
    wrong.offer.market.country = country("PL");
    wrong.offer.segment = Segment::Government;
    wrong.price = None;
    wrong.offer.prerequisites = vec![SkuId::from_u128(9)];
    let eighteen = ActiveOrder { subscription_id: SubscriptionId::from_u128(7), quantity: 18 };
    wrong.active = ActiveOrders { of_sku: Some(eighteen), ..ActiveOrders::default() };
    let unknown = LineFacts { offer: None, ..line(0, e1("ahd_rental")) };
    let lines = [line(1, e1("ahd_rental")), unknown, line(0, wrong)];
    let buyer = BuyerFacts { tenant: None, agreement_accepted: false, ..buyer() };
    assert_eq!(
        problems(&lines, &buyer),
        [
            (None, "customer_id", "tenant_required"),
            (None, "customer_id", "agreement_required"),
            (Some(1), "offer_id", "offer_unknown"),
            (Some(2), "quantity", "use_cancel"),
            (Some(2), "offer_id", "offer_not_in_market"),
            (Some(2), "offer_id", "segment_required"),
            (Some(2), "offer_id", "no_price"),
            (Some(2), "offer_id", "prerequisite_missing"),
            (Some(2), "offer_id", "active_order_exists"),
            (Some(2), "offer_id", "product_twice_in_cart"),
        ]
    );
}

#[test]
fn x27_consents_of_all_lines_are_asked_for_once() {
    let lines = [line(1, e1("terra_nce_p1y_m")), line(1, e1("ahd_rental")), line(1, other("cancom_monthly12"))];
    let kinds: Vec<_> = quote(&lines, &buyer(), NOW).consents_required.iter().map(|rule| rule.kind).collect();
    assert_eq!(kinds, [ConsentKind::Terms, ConsentKind::VendorTerms, ConsentKind::MicrosoftAccount]);
}

#[test]
fn x25_a_cart_is_paid_as_every_line_allows() {
    let nobody = |facts: OfferFacts| {
        let rules = Rules { payment_methods: Vec::new(), ..facts.policy.rules };
        OfferFacts { policy: Policy { rules, ..facts.policy }, ..facts }
    };
    let methods = |lines: &[LineFacts]| quote(lines, &buyer(), NOW).payment_methods;
    let invoiced = || line(1, e1("terra_nce_p1y_m"));
    assert_eq!(methods(&[invoiced(), invoiced()]), [PaymentMethod::Invoice]);
    assert_eq!(methods(&[invoiced(), line(1, nobody(other("terra_nce_p1y_m")))]), []);
}

#[test]
fn u01_a_line_whose_branch_is_elsewhere_is_taxed_there() {
    let vienna = Billed { address: InvoiceAddress::Branch, ..billed("AT") };
    let las_palmas = TaxPlace { country: country("ES"), postal_code: "35001".to_owned() };
    let canaries = Billed { place: las_palmas, ..vienna.clone() };
    let of = |branch: Option<&Billed>| LineFacts { branch: branch.cloned(), ..line(1, e1("cancom_monthly12")) };
    let quotation = quote(&[of(None), of(Some(&vienna)), of(Some(&canaries))], &buyer(), NOW);
    let taxed: Vec<_> = quotation
        .lines
        .iter()
        .map(|line| (line.billed.as_ref().unwrap().address.code(), line.tax_rule.unwrap()))
        .map(|(billed, rule)| (billed, rule.category.code(), rule.percent.to_string()))
        .collect();
    let taxed: Vec<_> =
        taxed.iter().map(|(billed, category, percent)| (*billed, *category, percent.as_str())).collect();
    assert_eq!(taxed, [("customer", "S", "19"), ("branch", "S", "20"), ("branch", "O", "0")]);
    assert_eq!(quotation.tax_rule.unwrap().country, country("DE"));
    let [(cycle, recurring)] = &quotation.recurring[..] else { panic!("{:?}", quotation.recurring) };
    let recurring = recurring.taxed().unwrap();
    // Thrice 9.40: 19 % are 1.79, 20 % are 1.88.
    let amounts = [recurring.net, recurring.tax, recurring.gross].map(|amount| amount.minor);
    assert_eq!((*cycle, amounts), (BillingCycle::Monthly, [2_820, 367, 3_187]));
}

#[test]
fn u26_without_an_invoice_address_nothing_is_guessed_and_the_cart_says_so() {
    let nowhere = BuyerFacts { billed: None, vat_id: Some("DE136695976".to_owned()), ..buyer() };
    let lines = [line(5, e1("cancom_monthly12"))];
    assert_eq!(problems(&lines, &nowhere), [(None, "billing_address", "invoice_address_required")]);
    let quotation = quote(&lines, &nowhere, NOW);
    assert_eq!((told(quotation.due_now), quotation.tax_rule), ("39.17 + ?".to_owned(), None));
    let recurring: Vec<_> = quotation.recurring.iter().map(|(cycle, payable)| (*cycle, told(*payable))).collect();
    assert_eq!(recurring, [(BillingCycle::Monthly, "47.00 + ?".to_owned())]);
    assert_eq!((&quotation.lines[0].billed, quotation.lines[0].tax_rule), (&None, None));
    // Once the cart or the customer has one, nothing is left open.
    let quotation = quote(&lines, &buyer(), NOW);
    assert_eq!((told(quotation.due_now), quotation.problems), ("39.17 + 7.44 = 46.61".to_owned(), vec![]));
}

#[test]
fn u26_a_branch_is_taxed_though_the_order_has_no_address_yet() {
    let nowhere = BuyerFacts { billed: None, ..buyer() };
    let vienna = Billed { address: InvoiceAddress::Branch, ..billed("AT") };
    let of = |branch: Option<&Billed>| LineFacts { branch: branch.cloned(), ..line(5, e1("cancom_monthly12")) };
    let quotation = quote(&[of(Some(&vienna))], &nowhere, NOW);
    assert_eq!((told(quotation.due_now), quotation.tax_rule), ("39.17 + 7.83 = 47.00".to_owned(), None));
    let quotation = quote(&[of(Some(&vienna)), of(None)], &nowhere, NOW);
    let percents: Vec<_> =
        quotation.lines.iter().map(|line| line.tax_rule.map(|rule| rule.percent.to_string())).collect();
    assert_eq!((told(quotation.due_now), percents), ("78.34 + ?".to_owned(), vec![Some("20".to_owned()), None]));
}

#[test]
fn u26_where_the_buyer_is_decides_on_a_market_only_once_it_is_known() {
    let mut abroad = e1("cancom_monthly12");
    abroad.offer.market.country = country("AT");
    let nowhere = BuyerFacts { billed: None, ..buyer() };
    let wrong = (None, "billing_address", "invoice_address_required");
    assert_eq!(problems(&[line(1, abroad.clone())], &nowhere), [wrong]);
    assert_eq!(problems(&[line(1, abroad)], &buyer()), [(Some(0), "offer_id", "offer_not_in_market")]);
}
