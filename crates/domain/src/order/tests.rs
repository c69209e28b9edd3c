use super::*;
use crate::active_order::ActiveOrders;
use crate::base::Base;
use crate::cart::{self, BuyerFacts, CartLine, LineFacts, OfferFacts};
use crate::catalog::{Offer, PriceOwner, QuantityLimits, Segment};
use crate::id::PriceListId;
use crate::money::Currency;
use crate::party::{Contact, Country, Customer, Market};
use crate::policy::{ConsentKind, ConsentRule, presets};
use crate::pricing::PriceQuote;
use crate::tax;
use crate::tax::place::TaxPlace;
use crate::tax::standing::{VatCheck, VatStanding};
use crate::tenant::TenantStatus;
use crate::trial::{PaidPlan, TrialFacts};
use std::collections::BTreeMap;
use time::macros::datetime;

fn quotation(problems: Vec<Problem>) -> Quotation {
    let germany = Country::from_code("DE").unwrap();
    let version = || "2026-01".to_owned();
    let (title, url) = (BTreeMap::new(), BTreeMap::new());
    let rule = |kind| ConsentRule { kind, version: version(), vendor: None, title: title.clone(), url: url.clone() };
    Quotation {
        lines: Vec::new(),
        due_now: Payable::Taxed(Taxed::zero(Currency::Eur)),
        recurring: Vec::new(),
        tax_rule: Some(tax::rule(germany, &TaxPlace::of_country(germany), None)),
        consents_required: vec![rule(ConsentKind::Terms), rule(ConsentKind::MicrosoftAccount)],
        payment_methods: vec![PaymentMethod::Invoice],
        problems,
    }
}

fn request(consents: &[(ConsentKind, &str)]) -> PlaceOrder {
    let consent = |(kind, version): &(ConsentKind, &str)| Consent::given(*kind, (*version).to_owned(), None);
    let consents = consents.iter().map(consent).collect();
    PlaceOrder { payment_method: PaymentMethod::Invoice, consents, external_ref: None }
}

fn codes(quotation: &Quotation, request: &PlaceOrder) -> Vec<(&'static str, &'static str)> {
    let problems = check(quotation, request).err().unwrap_or_default();
    problems.iter().map(|problem| (problem.field, problem.refusal.code())).collect()
}

#[test]
fn a06_an_order_needs_every_consent_in_the_version_in_force() {
    use ConsentKind::{MicrosoftAccount, Privacy, Terms};
    let all = [(Terms, "2026-01"), (MicrosoftAccount, "2026-01"), (Privacy, "2025-07")];
    assert_eq!(check(&quotation(Vec::new()), &request(&all)), Ok(()));
    let old = [(Terms, "2025-07")];
    assert_eq!(
        codes(&quotation(Vec::new()), &request(&old)),
        [("consents", "consent_outdated"), ("consents", "consent_required")]
    );
}

#[test]
fn x25_the_payment_method_must_be_offered() {
    let none = Quotation { payment_methods: Vec::new(), consents_required: Vec::new(), ..quotation(Vec::new()) };
    assert_eq!(codes(&none, &request(&[])), [("payment_method", "payment_method_not_offered")]);
}

#[test]
fn every_problem_is_told_at_once_the_carts_first() {
    let tenant = Problem { line: None, field: "customer_id", refusal: Refusal::TenantRequired };
    let quotation = Quotation { payment_methods: Vec::new(), ..quotation(vec![tenant]) };
    assert_eq!(
        codes(&quotation, &request(&[])),
        [
            ("customer_id", "tenant_required"),
            ("consents", "consent_required"),
            ("consents", "consent_required"),
            ("payment_method", "payment_method_not_offered"),
        ]
    );
}

#[test]
fn an_order_stands_where_its_lines_stand() {
    use OrderLineStatus::{Active, Failed, Ordered, Placed};
    let cases: [(&[OrderLineStatus], OrderStatus); 9] = [
        (&[Placed, Placed], OrderStatus::Placed),
        (&[Placed, Ordered], OrderStatus::Provisioning),
        (&[Placed, Active], OrderStatus::Provisioning),
        (&[Ordered, Failed], OrderStatus::Provisioning),
        (&[Ordered], OrderStatus::Provisioning),
        (&[Active, Active], OrderStatus::Completed),
        (&[Active, Failed], OrderStatus::PartiallyFailed),
        (&[Failed, Failed], OrderStatus::Failed),
        (&[], OrderStatus::Placed),
    ];
    for (lines, status) in cases {
        assert_eq!(status_of(lines.iter().copied()), status, "{lines:?}");
    }
}

const NOW: OffsetDateTime = datetime!(2026-09-06 10:15 UTC);

fn germany() -> Country {
    Country::from_code("DE").unwrap()
}

fn address() -> Address {
    Address {
        company: None,
        street: "Ring 1".to_owned(),
        postal_code: "51063".to_owned(),
        city: "Köln".to_owned(),
        region: None,
        country: germany(),
        phone: None,
    }
}

fn owned(id: u128) -> Base {
    let id = BaseId::Subscription(SubscriptionId::from_u128(id));
    Base { id, name: "Office".to_owned(), quantity: 2, ends_on: None }
}

/// Two licences of an offer of a SKU for 12 months, monthly at 9.40, with what it needs and what of that is owned.
fn line_of(sku: u128, needs: &[u128], base_owned: Option<u128>) -> LineFacts {
    let (_, rules) = presets::all().unwrap().into_iter().find(|(key, _)| *key == "cancom_monthly12").unwrap();
    let offer = Offer {
        id: OfferId::from_u128(sku),
        sku_id: SkuId::from_u128(sku),
        term: Term::P1Y,
        billing_cycle: BillingCycle::Monthly,
        segment: Segment::Commercial,
        market: Market { country: germany(), currency: Currency::Eur },
        kind: if needs.is_empty() { OfferKind::Licensed } else { OfferKind::AddOn },
        limits: QuantityLimits::ANY,
        prerequisites: needs.iter().copied().map(SkuId::from_u128).collect(),
        policy_key: "cancom_monthly12".to_owned(),
        preselected: false,
        end_of_sale: None,
    };
    let price = PriceQuote {
        unit_price: UnitPrice::from_decimal("9.40".parse().unwrap(), Currency::Eur).unwrap(),
        cost: None,
        price_list_id: PriceListId::from_u128(1),
        owner: PriceOwner::Everybody,
        valid_from: OffsetDateTime::UNIX_EPOCH,
    };
    LineFacts {
        line: CartLine {
            id: LineId::from_u128(sku),
            offer_id: offer.id,
            quantity: 2,
            reference: Some("Office".to_owned()),
            branch: None,
            trial_then: None,
            base: None,
        },
        offer: Some(OfferFacts {
            offer,
            product_id: ProductId::from_u128(sku),
            publisher: "Microsoft Corporation".to_owned(),
            policy: Policy::new("cancom_monthly12".to_owned(), 3, rules),
            price: Some(price),
            name: "Office".to_owned(),
            sold_in: None,
            active: ActiveOrders::default(),
            bases: base_owned.into_iter().map(owned).collect(),
            ceiling: None,
            trial: None,
            needs_base: false,
            subscriptions: None,
        }),
        branch: None,
    }
}

/// What comes of the order of some lines; the order's id is 100, the subscriptions' are those after it.
fn placed(lines: &[LineFacts], agree: bool) -> Result<Placed, Vec<Problem>> {
    placed_at(Some(germany()), lines, agree)
}

/// The same where the cart and its customer may have no address.
fn placed_at(country: Option<Country>, lines: &[LineFacts], agree: bool) -> Result<Placed, Vec<Problem>> {
    let billed = country.map(|country| Billed { place: TaxPlace::of_country(country), ..Billed::default() });
    let buyer = BuyerFacts {
        billed,
        seller_country: germany(),
        vat_id: None,
        vat_standing: VatStanding::Pending,
        currency: Currency::Eur,
        segments: Vec::new(),
        tenant: Some(TenantStatus::Linked),
        agreement_accepted: true,
    };
    let quotation = cart::quote(lines, &buyer, NOW);
    let consents = quotation.consents_required.iter();
    let consents = consents.map(Consent::from);
    let request = PlaceOrder {
        consents: consents.filter(|_| agree).collect(),
        external_ref: Some("po-1".to_owned()),
        ..request(&[])
    };
    let cart = Cart {
        id: CartId::from_u128(1),
        marketplace_id: MarketplaceId::from_u128(2),
        customer_id: CustomerId::from_u128(3),
        reseller_id: Some(ResellerId::from_u128(5)),
        name: Some("September".to_owned()),
        billing_address: None,
        lines: lines.iter().map(|line| line.line.clone()).collect(),
        ordered_as: None,
        created_at: NOW,
        version: 1,
    };
    let billing_address = address();
    let mut ids = 100..;
    let billing_address = country.map(|_| &billing_address);
    let quoted =
        QuotedCart { cart: &cart, billing_address, quotation: &quotation, payer: Payer::Reseller, branches: &[] };
    place(&quoted, &request, &UserId::from_u128(4).to_string(), || ids.next().unwrap(), NOW)
}

#[test]
fn an_order_makes_a_pending_subscription_of_each_line_and_its_charges() {
    let Placed { order, subscriptions, charges } =
        placed(&[line_of(1, &[], None), line_of(2, &[], None)], true).unwrap();
    assert_eq!((order.id, order.status, order.placed_at), (OrderId::from_u128(100), OrderStatus::Placed, NOW));
    assert_eq!((order.name.as_deref(), order.external_ref.as_deref()), (Some("September"), Some("po-1")));
    let ids: Vec<_> = subscriptions.iter().map(|subscription| subscription.id.as_u128()).collect();
    assert_eq!(ids, [101, 102]);
    for (line, subscription) in order.lines.iter().zip(&subscriptions) {
        assert_eq!((line.subscription_id, line.status), (subscription.id, OrderLineStatus::Placed));
        assert_eq!((subscription.order_id, subscription.order_line_id), (order.id, line.id));
        assert_eq!((subscription.status, subscription.at_term_end), (SubscriptionStatus::Pending, AtTermEnd::Renew));
        assert_eq!((subscription.policy.version, subscription.quantity, subscription.peak_quantity), (3, 2, 2));
        assert_eq!(subscription.responsible_user, Some(UserId::from_u128(4)));
        assert_eq!((order.payer, subscription.payer), (Payer::Reseller, Payer::Reseller));
        assert_eq!((subscription.created_at, subscription.activated_at), (NOW, None));
        let span = subscription.term_span.unwrap();
        assert_eq!((span.first, subscription.anchor_day), (subscription.day(NOW), 6));
        assert_eq!(subscription.next_reminder_on, Some(span.last.plus_days(-60)));
    }
    // 25 of the 30 days of September: 2 * 9.40 * 25 / 30.
    let charged: Vec<_> = charges.iter().map(|(id, charge)| (id.as_u128(), charge.net.to_string())).collect();
    assert_eq!(charged, [(101, "15.67".to_owned()), (102, "15.67".to_owned())]);
}

#[test]
fn a14_u49_an_add_on_belongs_to_what_runs_already_or_to_what_is_ordered_with_it() {
    let base_of = |lines: &[LineFacts]| placed(lines, true).unwrap().subscriptions.last().unwrap().base_id;
    let beside = [line_of(1, &[], None), line_of(2, &[7, 1], None)];
    assert_eq!(base_of(&beside), Some(SubscriptionId::from_u128(101)));
    assert_eq!(base_of(&[line_of(2, &[7, 1], Some(50))]), Some(SubscriptionId::from_u128(50)));
    let both = |base: &str| {
        let mut both = [line_of(1, &[], None), line_of(2, &[7, 1], Some(50))];
        both[1].line.base = base.parse().ok();
        both
    };
    let (runs, begins) = (SubscriptionId::from_u128(50), LineId::from_u128(1));
    assert_eq!(base_of(&both(&runs.to_string())), Some(runs));
    assert_eq!(base_of(&both(&begins.to_string())), Some(SubscriptionId::from_u128(101)));
    assert_eq!(base_of(&both("")[..1]), None);
    let problems = placed(&both(""), true).unwrap_err();
    assert_eq!(
        problems.iter().map(|one| (one.line, one.refusal.code())).collect::<Vec<_>>(),
        [(Some(1), "base_required")]
    );
}

#[test]
fn what_is_refused_places_nothing() {
    let problems = placed(&[line_of(2, &[7], None)], false).unwrap_err();
    let codes: Vec<_> = problems.iter().map(|problem| problem.refusal.code()).collect();
    assert_eq!((codes[0], codes[1]), ("prerequisite_missing", "consent_required"));
}

#[test]
fn u26_without_an_invoice_address_nothing_is_ordered_not_even_where_the_quotation_is_silent() {
    let problems = placed_at(None, &[line_of(1, &[], None)], true).unwrap_err();
    let told: Vec<_> = problems.iter().map(|problem| (problem.field, problem.refusal.code())).collect();
    assert_eq!(told, [("billing_address", "invoice_address_required")]);
    // Nor where only the place of a branch is known, by which all that is due is taxed.
    let branch = Some(Billed { place: TaxPlace::of_country(germany()), ..Billed::default() });
    let problems = placed_at(None, &[LineFacts { branch, ..line_of(1, &[], None) }], true).unwrap_err();
    assert_eq!(problems.len(), 1);
    let silent = Quotation { consents_required: Vec::new(), ..quotation(Vec::new()) };
    let cart = Cart {
        id: CartId::from_u128(1),
        marketplace_id: MarketplaceId::from_u128(2),
        customer_id: CustomerId::from_u128(3),
        reseller_id: None,
        name: None,
        billing_address: None,
        lines: Vec::new(),
        ordered_as: None,
        created_at: NOW,
        version: 1,
    };
    let quoted =
        QuotedCart { cart: &cart, billing_address: None, quotation: &silent, payer: Payer::Customer, branches: &[] };
    let problems = place(&quoted, &request(&[]), "script", || 1, NOW).unwrap_err();
    assert_eq!((problems[0].field, problems[0].refusal.code()), ("billing_address", "invoice_address_required"));
}

#[test]
fn u01_a_subscription_is_taxed_by_the_address_of_its_order_not_by_its_customers_own() {
    let of = |code: &str| Country::from_code(code).unwrap();
    let begun = |lines: &[LineFacts]| placed_at(Some(of("AT")), lines, true).unwrap().subscriptions.remove(0);
    let branch = Some(Billed { place: TaxPlace::of_country(of("FR")), ..Billed::default() });
    let subscription = begun(&[line_of(1, &[], None)]);
    let of_branch = begun(&[LineFacts { branch, ..line_of(1, &[], None) }]);
    let told = |subscription: &Subscription, vat_id: Option<&str>, standing| {
        let rule = subscription.tax_rule(germany(), &customer(vat_id, standing));
        format!("{} {} {}", rule.country, rule.category.code(), rule.percent)
    };
    assert_eq!(told(&subscription, None, VatStanding::Pending), "AT S 20");
    assert_eq!(told(&of_branch, None, VatStanding::Pending), "FR S 20");
    // U-22: no reverse charge for what the register has not.
    let vat_id = Some("ATU13585627");
    assert_eq!(told(&subscription, vat_id, VatStanding::Valid), "AT AE 0");
    assert_eq!(told(&subscription, vat_id, VatStanding::Invalid), "AT S 20");
}

/// A customer in Germany.
fn customer(vat_id: Option<&str>, standing: VatStanding) -> Customer {
    let contact =
        Contact { first_name: "Erika".into(), last_name: "M".into(), email: "e@k.example".into(), phone: None };
    Customer {
        id: CustomerId::from_u128(3),
        marketplace_id: MarketplaceId::from_u128(2),
        reseller_id: None,
        name: "Kunde".to_owned(),
        contact,
        address: Some(address()),
        vat_id: vat_id.map(str::to_owned),
        vat: VatCheck { standing, ..VatCheck::default() },
        size: None,
        invoice_email: None,
        external_ref: None,
        partner_of_record: None,
        language: None,
    }
}

#[test]
fn u18_what_follows_a_trial_is_kept_with_its_order() {
    let mut trial = line_of(1, &[], None);
    let facts = trial.offer.as_mut().unwrap();
    let plan = PaidPlan {
        offer: Offer { id: OfferId::from_u128(31), ..facts.offer.clone() },
        policy: facts.policy.clone(),
        price: facts.price.unwrap(),
    };
    (facts.offer.kind, facts.offer.billing_cycle, facts.offer.term) = (OfferKind::Trial, BillingCycle::None, Term::P1M);
    facts.trial = Some(TrialFacts { had: false, plans: vec![plan] });
    for (then, at_term_end) in
        [(TrialThen::End, AtTermEnd::End), (TrialThen::Paid(OfferId::from_u128(31)), AtTermEnd::Renew)]
    {
        trial.line.trial_then = Some(then);
        let Placed { order, subscriptions, .. } = placed(&[trial.clone()], true).unwrap();
        assert_eq!((order.lines[0].trial_then, subscriptions[0].trial_then), (Some(then), Some(then)));
        assert_eq!(subscriptions[0].at_term_end, at_term_end);
    }
}
