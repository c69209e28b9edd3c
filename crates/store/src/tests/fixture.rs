//! A small marketplace: two resellers, three customers, one offer.

use super::TestStore;
use crate::catalog::{self, Category};
use crate::connection::Conn;
use crate::error::Result;
use crate::page::PageRequest;
use crate::{customers, marketplaces, orders, price_lists, resellers, subscriptions};
use domain::access::{Organization, Role, Scope};
use domain::base::BaseId;
use domain::billing::{Charge, ChargeKind};
use domain::calendar::{BillingCycle, Day, DaySpan, Term};
use domain::cart::{Cart, CartLine};
use domain::catalog::{Offer, OfferKind, PriceOwner, Product, QuantityLimits, Segment, Sku, TermPlan};
use domain::consent::Consent;
use domain::event::{Event, EventKind};
use domain::id::{
    CartId, CustomerId, EventId, LineId, MarketplaceId, OfferId, OrderId, PriceListId, ProductId, ResellerId, SkuId,
    SubscriptionId, UserId,
};
use domain::money::{Currency, Money, UnitPrice};
use domain::order::{self, FirstTerm, Order, OrderLine, OrderLineStatus, OrderStatus};
use domain::party::MarketplaceStatus;
use domain::party::{Address, Contact, Country, Customer, Market, Marketplace, Reseller};
use domain::people::UserState;
use domain::policy::{ConsentKind, PaymentMethod, Policy, presets};
use domain::pricing::Payer;
use domain::subscription::Subscription;
use domain::tax::Taxed;
use domain::tax::billed::Billed;
use domain::tax::standing::VatCheck;
use domain::trial::TrialThen;
use serde_json::{Value, json};
use std::sync::atomic::{AtomicU64, Ordering};
use time::OffsetDateTime;
use time::macros::datetime;

pub(super) const NOW: OffsetDateTime = datetime!(2026-11-20 12:00:00.123456 UTC);

pub(super) const ALL: PageRequest = PageRequest { limit: 200, after: None, descending: false };

/// The bits of an id that is greater than all before.
pub(super) fn fresh() -> u128 {
    static LAST: AtomicU64 = AtomicU64::new(1);
    u128::from(LAST.fetch_add(1, Ordering::Relaxed))
}

/// Who and what there is.
pub(super) struct World {
    pub(super) marketplace: MarketplaceId,
    pub(super) resellers: [ResellerId; 2],
    /// The first two are the resellers', the third buys from the provider.
    pub(super) customers: [CustomerId; 3],
    pub(super) product: ProductId,
    pub(super) sku: SkuId,
    pub(super) offer: OfferId,
    pub(super) price_list: PriceListId,
}

impl World {
    /// The marketplace's provider.
    pub(super) fn provider(&self) -> Scope {
        Scope::Marketplace(self.marketplace)
    }

    /// One of the resellers.
    pub(super) fn reseller(&self, index: usize) -> Scope {
        Scope::Reseller(self.marketplace, self.resellers[index])
    }

    /// One of the customers.
    pub(super) fn customer(&self, index: usize) -> Scope {
        Scope::Customer(self.marketplace, self.customers[index])
    }

    /// Everybody who must not see what is the first customer's.
    pub(super) fn strangers(&self) -> [Scope; 4] {
        let elsewhere = MarketplaceId::from_u128(fresh());
        [
            Scope::Marketplace(elsewhere),
            self.reseller(1),
            self.customer(1),
            Scope::Customer(elsewhere, self.customers[0]),
        ]
    }

    /// Everybody who may see what is the first customer's.
    pub(super) fn insiders(&self) -> [Scope; 3] {
        [self.provider(), self.reseller(0), self.customer(0)]
    }
}

/// Fills a database.
pub(super) fn world(test: &TestStore) -> World {
    let world = World {
        marketplace: MarketplaceId::from_u128(fresh()),
        resellers: [(); 2].map(|()| ResellerId::from_u128(fresh())),
        customers: [(); 3].map(|()| CustomerId::from_u128(fresh())),
        product: ProductId::from_u128(fresh()),
        sku: SkuId::from_u128(fresh()),
        offer: OfferId::from_u128(fresh()),
        price_list: PriceListId::from_u128(fresh()),
    };
    test.write(|tx| fill(tx, &world)).unwrap();
    world
}

fn fill(tx: &mut Conn, world: &World) -> Result<()> {
    marketplaces::insert(tx, &marketplace(world.marketplace))?;
    for (id, name) in world.resellers.into_iter().zip(["Nord GmbH", "Süd GmbH"]) {
        resellers::insert(tx, &reseller(world, id, name), NOW)?;
    }
    let owners = [Some(world.resellers[0]), Some(world.resellers[1]), None];
    for ((id, owner), name) in world.customers.into_iter().zip(owners).zip(["Müller GmbH", "MÜLLEREI AG", "Zander"]) {
        customers::insert(tx, &customer(world, id, owner, name), NOW)?;
    }
    catalog::insert_categories(tx, world.marketplace, &categories(world))?;
    catalog::insert_products(tx, world.marketplace, &[product(world)])?;
    catalog::insert_skus(tx, world.marketplace, &[sku(world)])?;
    catalog::insert_offers(tx, world.marketplace, &[offer(world)])?;
    price_lists::insert(tx, &price_list(world))
}

/// How many marketplaces there are: without the platform, which is none.
pub(super) fn marketplaces(test: &TestStore) -> usize {
    let all = test.read(marketplaces::versions_unscoped).unwrap();
    all.iter().filter(|(id, _)| *id != MarketplaceId::PLATFORM).count()
}

pub(super) fn marketplace(id: MarketplaceId) -> marketplaces::StoredMarketplace {
    marketplaces::StoredMarketplace {
        marketplace: Marketplace {
            id,
            slug: format!("market-{}", id.as_u128()),
            name: "Market".to_owned(),
            country: country("DE"),
            currency: Currency::Eur,
            time_zone: "Europe/Berlin".parse().unwrap(),
            sandbox: true,
            status: MarketplaceStatus::Open,
        },
        profile: json!({"support": "help@example.com"}),
        clock_offset_us: 0,
        catalog_version: 0,
        access_version: 0,
        version: 1,
    }
}

pub(super) fn country(code: &str) -> Country {
    Country::from_code(code).unwrap()
}

pub(super) fn reseller(world: &World, id: ResellerId, name: &str) -> Reseller {
    Reseller::new(id, world.marketplace, name)
}

pub(super) fn customer(world: &World, id: CustomerId, reseller: Option<ResellerId>, name: &str) -> Customer {
    Customer {
        id,
        marketplace_id: world.marketplace,
        reseller_id: reseller,
        name: name.to_owned(),
        contact: Contact {
            first_name: "Ada".to_owned(),
            last_name: "Müller".to_owned(),
            email: "ada@example.com".to_owned(),
            phone: None,
        },
        address: Some(address()),
        vat_id: None,
        vat: VatCheck::default(),
        size: None,
        invoice_email: None,
        external_ref: None,
        partner_of_record: None,
        language: None,
    }
}

pub(super) fn address() -> Address {
    Address {
        company: None,
        street: "Hauptstraße 1".to_owned(),
        postal_code: "50667".to_owned(),
        city: "Köln".to_owned(),
        region: Some("NW".to_owned()),
        country: country("DE"),
        phone: None,
    }
}

/// A child before its parent.
fn categories(world: &World) -> [Category; 2] {
    let category = |slug: &str, parent: Option<&str>, position| Category {
        marketplace_id: world.marketplace,
        slug: slug.to_owned(),
        title: slug.to_uppercase(),
        parent: parent.map(str::to_owned),
        position,
    };
    [category("office", Some("software"), 2), category("software", None, 1)]
}

pub(super) fn product(world: &World) -> Product {
    Product {
        id: world.product,
        external_id: "CFQ7TTC0LDPB".to_owned(),
        title: "Microsoft 365 Business Premium".to_owned(),
        publisher: "Microsoft".to_owned(),
        description: "Office and security".to_owned(),
        category: "office".to_owned(),
        aliases: vec!["M365 BP".to_owned()],
    }
}

pub(super) fn sku(world: &World) -> Sku {
    Sku {
        id: world.sku,
        product_id: world.product,
        external_id: "0001".to_owned(),
        title: "Business Premium".to_owned(),
        description: "All of it".to_owned(),
        unit: None,
        own_limit: Some(300),
        default_plan: Some(TermPlan { term: Term::P3Y, billing_cycle: BillingCycle::Annual }),
        rules: None,
    }
}

pub(super) fn offer(world: &World) -> Offer {
    Offer {
        id: world.offer,
        sku_id: world.sku,
        term: Term::P1Y,
        billing_cycle: BillingCycle::Monthly,
        segment: Segment::Commercial,
        market: Market { country: country("DE"), currency: Currency::Eur },
        kind: OfferKind::Licensed,
        limits: QuantityLimits::ANY,
        prerequisites: vec![],
        policy_key: "cancom_monthly12".to_owned(),
        preselected: true,
        end_of_sale: None,
    }
}

pub(super) fn price_list(world: &World) -> price_lists::StoredPriceList {
    price_lists::StoredPriceList {
        id: world.price_list,
        marketplace_id: world.marketplace,
        name: "November".to_owned(),
        status: price_lists::Status::Draft,
        owner: PriceOwner::Everybody,
        margin: json!({"percent_on_cost": "20"}),
        valid_from: None,
        rows: 1,
        errors: 0,
        added: 1,
        changed: 0,
        unchanged: 0,
        whole_sheet: false,
        removed: 0,
        renamed: 0,
        below_cost: 0,
        overlapping: 0,
        catalog_version: 0,
        created_by: "usr".to_owned(),
        created_at: NOW,
        published_at: None,
        version: 1,
    }
}

/// A cart of the first customer with so many lines.
pub(super) fn cart(world: &World, lines: usize) -> Cart {
    let line = |_| CartLine {
        id: LineId::from_u128(fresh()),
        offer_id: world.offer,
        quantity: u32::MAX,
        reference: Some("Ä'\"".to_owned()),
        branch: None,
        trial_then: Some(TrialThen::Paid(world.offer)),
        base: Some(BaseId::Subscription(SubscriptionId::from_u128(fresh()))),
    };
    Cart {
        id: CartId::from_u128(fresh()),
        marketplace_id: world.marketplace,
        customer_id: world.customers[0],
        reseller_id: Some(world.resellers[0]),
        name: None,
        billing_address: Some(address()),
        lines: (0..lines).map(line).collect(),
        ordered_as: None,
        created_at: NOW,
        version: 1,
    }
}

fn taxed(net: i64) -> Taxed {
    let money = |minor| Money::new(minor, Currency::Eur);
    Taxed { net: money(net), tax: money(net / 5), gross: money(net + net / 5) }
}

pub(super) fn charge() -> Charge {
    Charge {
        kind: ChargeKind::New,
        service_span: span(),
        cycle_span: None,
        quantity: 5,
        unit_price: UnitPrice::from_micros(9_400_000, Currency::Eur),
        net: Money::new(1723, Currency::Eur),
        tax: Some(Money::new(327, Currency::Eur)),
        explain: "5 * 9.40 * 11 / 30".to_owned(),
        reverses: None,
    }
}

fn span() -> DaySpan {
    DaySpan::new(Day::from_ymd(2026, 11, 20).unwrap(), Day::from_ymd(2026, 11, 30).unwrap())
}

/// An order with so many lines.
pub(super) fn order(world: &World, customer: usize, reseller: Option<ResellerId>, lines: usize) -> Order {
    let line = |_| OrderLine {
        id: LineId::from_u128(fresh()),
        status: OrderLineStatus::Placed,
        offer_id: world.offer,
        sku_id: world.sku,
        product_id: world.product,
        term: Term::P1Y,
        billing_cycle: BillingCycle::Monthly,
        quantity: 5,
        unit_price: UnitPrice::from_micros(9_400_000, Currency::Eur),
        reference: None,
        branch: Some("Süd".to_owned()),
        branch_address: Some(address()),
        subscription_id: SubscriptionId::from_u128(fresh()),
        charges: vec![charge()],
        failure: None,
        trial_then: Some(TrialThen::End),
    };
    Order {
        id: OrderId::from_u128(fresh()),
        marketplace_id: world.marketplace,
        customer_id: world.customers[customer],
        reseller_id: reseller,
        payer: Payer::of(false, reseller),
        cart_id: CartId::from_u128(fresh()),
        name: Some("Licences".to_owned()),
        external_ref: None,
        status: OrderStatus::Placed,
        due_now: taxed(1723),
        recurring: vec![(BillingCycle::Monthly, taxed(4700))],
        payment_method: PaymentMethod::Invoice,
        consents: vec![Consent::given(ConsentKind::Terms, "2026-01".to_owned(), None)],
        billing_address: address(),
        placed_by: "usr".to_owned(),
        placed_at: NOW,
        updated_at: NOW,
        lines: (0..lines).map(line).collect(),
        version: 1,
    }
}

pub(super) fn policy() -> Policy {
    let presets = presets::all().unwrap();
    let (_, rules) = presets.into_iter().find(|(key, _)| *key == "cancom_monthly12").unwrap();
    Policy::new("cancom_monthly12".to_owned(), 1, rules)
}

/// The subscription that each line of an order makes, of whose end nobody is reminded.
pub(super) fn subscriptions_of(order: &Order) -> Vec<Subscription> {
    let policy = policy();
    let billed = Billed::to_customer(&address());
    let first = FirstTerm {
        kind: OfferKind::Licensed,
        policy: &policy,
        span: Some(span()),
        next_charge_on: None,
        base_id: None,
        billed: &billed,
        then: None,
    };
    let begun = |line| Subscription { next_reminder_on: None, ..order::begin(order, line, first) };
    order.lines.iter().map(begun).collect()
}

/// Stores an order with its subscriptions.
pub(super) fn place(test: &TestStore, order: &Order) {
    test.write(|tx| {
        orders::insert(tx, order)?;
        subscriptions::insert_all(tx, &subscriptions_of(order))
    })
    .unwrap();
}

/// Something that happened to a thing of a customer.
pub(super) fn event(world: &World, customer: Option<CustomerId>, subject: &str) -> Event<Value> {
    Event {
        id: EventId::from_u128(fresh()),
        marketplace_id: world.marketplace,
        customer_id: customer,
        kind: EventKind::OrderPlaced,
        subject: subject.to_owned(),
        occurred_at: NOW,
        payload: json!({"n": 1.5, "t": "ü"}),
    }
}

/// Somebody who is activated and has a role.
pub(super) fn person(
    marketplace: MarketplaceId,
    organization: Organization,
    role: Role,
    login: &str,
) -> crate::users::StoredUser {
    crate::users::StoredUser {
        id: UserId::from_u128(fresh()),
        marketplace_id: marketplace,
        organization,
        login: login.to_owned(),
        email: "ada@example.com".to_owned(),
        notification_email: None,
        first_name: "Ada".to_owned(),
        last_name: "Müller".to_owned(),
        phone: None,
        address: None,
        language: None,
        role: role.into(),
        areas: None,
        external_ref: None,
        password_hash: Some("$argon2id$".to_owned()),
        state: UserState { disabled: false, activated_at: Some(NOW), lock: None },
        deleted_at: None,
        created_at: NOW,
        updated_at: NOW,
        version: 1,
    }
}
