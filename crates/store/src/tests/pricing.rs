//! The catalogue, prices and price lists.

use super::fixture::{self, ALL, NOW, World, fresh, world};
use super::{TestStore, both};
use crate::catalog::{self, CatalogData};
use crate::error::{Result, StoreError};
use crate::migrate;
use crate::policies;
use crate::price_lists::{self, Change, Does, NewOffers, Notes, OfferRule, RowFailure, SheetRow, Shown, Status};
use domain::calendar::Term;
use domain::catalog::{Offer, OfferKind, PriceEntry, PriceOwner, Product, QuantityLimits, Sku};
use domain::id::{OfferId, ProductId, SkuId};
use domain::money::{Currency, UnitPrice};
use domain::policy::{Version, presets};
use time::{Duration, OffsetDateTime};

both!(
    a_catalogue_comes_back,
    what_is_there_is_kept,
    a_published_list_adds_what_is_not_there,
    u18_trials_that_are_sold_get_a_policy_of_their_own,
    large_batches_are_split,
    a_price_list_goes_on,
    rows_are_walked,
    failures_of_a_line_stay_together,
);

fn eur(micros: i64) -> UnitPrice {
    UnitPrice::from_micros(micros, Currency::Eur)
}

fn price(world: &World, owner: PriceOwner, days: i64) -> PriceEntry {
    PriceEntry {
        price_list_id: world.price_list,
        offer_id: world.offer,
        owner,
        cost: Some(eur(7_833_333)),
        list_price: eur(9_400_000),
        valid_from: day(days),
        valid_until: None,
    }
}

fn day(days: i64) -> OffsetDateTime {
    NOW + Duration::days(days)
}

fn load(test: &TestStore, world: &World) -> CatalogData {
    test.read(|c| catalog::load_unscoped(c, world.marketplace, |_| {})).unwrap()
}

fn a_catalogue_comes_back(test: &TestStore) {
    let (world, other) = (world(test), world(test));
    let owners =
        [PriceOwner::Everybody, PriceOwner::Reseller(world.resellers[0]), PriceOwner::Customer(world.customers[0])];
    let mut prices: Vec<_> = owners.into_iter().zip(0..).map(|(owner, days)| price(&world, owner, days)).collect();
    prices[2].cost = None;
    prices[2].valid_until = Some(day(9));
    test.write(|tx| catalog::insert_prices(tx, world.marketplace, &prices)).unwrap();
    let loaded = load(test, &world);
    let slugs: Vec<_> = loaded.categories.iter().map(|category| category.slug.as_str()).collect();
    assert_eq!(slugs, ["software", "office"]);
    assert_eq!(loaded.products, [fixture::product(&world)]);
    assert_eq!(loaded.skus, [fixture::sku(&world)]);
    assert_eq!(loaded.offers, [fixture::offer(&world)]);
    assert_eq!(loaded.prices, prices);
    assert_eq!(load(test, &other).prices, []);
}

fn what_is_there_is_kept(test: &TestStore) {
    let world = world(test);
    let product = Product {
        id: ProductId::from_u128(fresh()),
        title: "Renamed".to_owned(),
        description: "Not taken".to_owned(),
        ..fixture::product(&world)
    };
    let sku = Sku { id: SkuId::from_u128(fresh()), title: "Renamed".to_owned(), ..fixture::sku(&world) };
    let offer = Offer { id: OfferId::from_u128(fresh()), preselected: false, ..fixture::offer(&world) };
    let trial = Offer { id: OfferId::from_u128(fresh()), term: Term::P1M, ..fixture::offer(&world) };
    test.write(|tx| {
        catalog::insert_products(tx, world.marketplace, std::slice::from_ref(&product))?;
        catalog::insert_skus(tx, world.marketplace, std::slice::from_ref(&sku))?;
        catalog::insert_offers(tx, world.marketplace, &[offer.clone(), trial.clone()])
    })
    .unwrap();
    let loaded = load(test, &world);
    assert_eq!(loaded.products, [Product { title: "Renamed".to_owned(), ..fixture::product(&world) }]);
    assert_eq!(loaded.skus, [Sku { title: "Renamed".to_owned(), ..fixture::sku(&world) }]);
    assert_eq!(loaded.offers, [fixture::offer(&world), trial]);
}

fn u18_trials_that_are_sold_get_a_policy_of_their_own(test: &TestStore) {
    let world = world(test);
    let shipped = |wanted: &str| presets::all().unwrap().into_iter().find(|(key, _)| *key == wanted).unwrap().1;
    let usual = Version { version: 1, valid_from: NOW, content: shipped("default_nce") };
    let sold = |place, kind, policy_key: &str| Offer {
        id: OfferId::from_u128(fresh()),
        term: place,
        kind,
        policy_key: policy_key.to_owned(),
        ..fixture::offer(&world)
    };
    let (ours, theirs) = (sold(Term::P1M, OfferKind::Trial, "default_nce"), sold(Term::P3Y, OfferKind::Trial, "own"));
    test.write(|tx| {
        policies::insert(tx, world.marketplace, "default_nce", &usual)?;
        catalog::insert_offers(tx, world.marketplace, &[ours.clone(), theirs.clone()])?;
        migrate::revert_from(tx, "20261201000010")
    })
    .unwrap();
    test.store.migrate().unwrap();
    let book = test.read(|c| policies::load_unscoped(c, world.marketplace)).unwrap();
    assert_eq!(book.versions("ms_trial"), [Version { content: shipped("ms_trial"), ..usual }]);
    let offers = load(test, &world).offers;
    let key_of = |id| offers.iter().find(|offer| offer.id == id).map(|offer| offer.policy_key.as_str());
    assert_eq!([ours.id, theirs.id].map(key_of), [Some("ms_trial"), Some("own")]);
}

fn a_published_list_adds_what_is_not_there(test: &TestStore) {
    let world = world(test);
    // Line 1 is the offer that there is, line 2 another SKU, line 3 another offer of that.
    let mut rows: Vec<_> = (1..=3).map(|line| row(&world, line)).collect();
    rows[0].sku_external_id = fixture::sku(&world).external_id;
    rows[2] = SheetRow { sku_external_id: rows[1].sku_external_id.clone(), term: Term::P1M, ..rows[2].clone() };
    let rule = OfferRule {
        term: Term::P1M,
        billing_cycle: rows[2].billing_cycle,
        policy_key: "monthly".to_owned(),
        preselected: true,
    };
    let new = NewOffers {
        category: "office",
        policy_key: "usual",
        trial_policy_key: "trials",
        rules: &[rule],
        usual: (Currency::Eur, rows[2].segment),
        limits: QuantityLimits::ANY,
        trial_limits: QuantityLimits { max: 25, ..QuantityLimits::ANY },
    };
    let publish = |rows: &[SheetRow], count| {
        test.write(|tx| {
            price_lists::insert_rows(tx, world.price_list, world.marketplace, rows)?;
            price_lists::publish(
                tx,
                world.marketplace,
                world.price_list,
                Does { rows: count, ..Does::default() },
                NOW,
                &new,
            )
        })
        .unwrap();
    };
    publish(&rows, 3);
    let loaded = load(test, &world);
    assert_eq!((loaded.products.len(), loaded.skus.len(), loaded.prices.len()), (1, 2, 3));
    let fresh: Vec<_> = loaded.offers.iter().filter(|offer| offer.id != world.offer).collect();
    let told = |offer: &&Offer| (offer.policy_key.clone(), offer.preselected, offer.limits);
    let expected =
        [("monthly".to_owned(), true, QuantityLimits::ANY), ("usual".to_owned(), false, QuantityLimits::ANY)];
    let mut found: Vec<_> = fresh.iter().map(told).collect();
    found.sort_by(|one, other| one.0.cmp(&other.0));
    assert_eq!(found, expected);
    // As of a UUIDv7: the instant, the version, the variant.
    let id = fresh[0].id.as_u128();
    assert_eq!(id >> 80, (NOW.unix_timestamp_nanos() / 1_000_000) as u128);
    assert_eq!(((id >> 76) & 0xf, (id >> 62) & 0b11), (7, 0b10));
    // So many rows that PostgreSQL is told how to look them up.
    test.write(|tx| price_lists::clear(tx, world.price_list, world.marketplace)).unwrap();
    let later = |line| SheetRow { valid_from: day(1), ..row(&world, line) };
    publish(&(1..=2_500).map(later).collect::<Vec<_>>(), 2_500);
    assert_eq!(load(test, &world).skus.len(), 2_500);
}

/// More rows than one statement of either database takes.
fn large_batches_are_split(test: &TestStore) {
    let world = world(test);
    let skus: Vec<_> = (0..2_000)
        .map(|n| Sku { id: SkuId::from_u128(fresh()), external_id: format!("S{n}"), ..fixture::sku(&world) })
        .collect();
    let offers: Vec<_> = skus
        .iter()
        .map(|sku| Offer { id: OfferId::from_u128(fresh()), sku_id: sku.id, ..fixture::offer(&world) })
        .collect();
    test.write(|tx| {
        catalog::insert_skus(tx, world.marketplace, &skus)?;
        catalog::insert_offers(tx, world.marketplace, &offers)
    })
    .unwrap();
    let loaded = load(test, &world);
    assert_eq!((loaded.skus.len(), loaded.offers.len()), (2_001, 2_001));
}

fn a_price_list_goes_on(test: &TestStore) {
    let world = world(test);
    let scope = world.provider();
    let get = || test.read(|c| price_lists::get(c, &scope, world.price_list));
    let draft = fixture::price_list(&world);
    assert_eq!(get(), Ok(draft.clone()));
    let mut published = price_lists::StoredPriceList {
        status: Status::Published,
        owner: PriceOwner::Reseller(world.resellers[0]),
        published_at: Some(NOW),
        catalog_version: 1,
        ..draft.clone()
    };
    assert_eq!(test.write(|tx| price_lists::update(tx, &published, Some(7))), Err(StoreError::Stale));
    published.version = test.write(|tx| price_lists::update(tx, &published, Some(1))).unwrap();
    assert_eq!((get(), published.version), (Ok(published.clone()), 2));
    let listed = |scope| test.read(|c| price_lists::list(c, &scope, &ALL)).unwrap().items;
    assert_eq!(listed(scope), [published]);
    for stranger in [world.reseller(0), world.customer(0)] {
        assert_eq!(listed(stranger), []);
        assert_eq!(test.read(|c| price_lists::get(c, &stranger, world.price_list)), Err(StoreError::NotFound));
    }
}

fn row(world: &World, line: i64) -> SheetRow {
    let change = if line % 2 == 0 { Change::Added } else { Change::Changed };
    let offer = fixture::offer(world);
    SheetRow {
        line,
        product_external_id: "CFQ7TTC0LDPB".to_owned(),
        product_title: "Premium".to_owned(),
        publisher: "Microsoft".to_owned(),
        sku_external_id: format!("{line:04}"),
        sku_title: "Edition".to_owned(),
        description: "Text".to_owned(),
        term: offer.term,
        billing_cycle: offer.billing_cycle,
        segment: offer.segment,
        market: offer.market,
        kind: offer.kind,
        cost: eur(line),
        list_price: eur(line * 2),
        valid_from: NOW,
        valid_until: (line % 2 == 0).then_some(day(30)),
        change,
        previous: (change == Change::Changed).then_some(eur(1)),
        previous_cost: (change == Change::Changed).then_some(eur(2)),
        previous_until: (change == Change::Changed).then_some(day(3)),
        previous_title: (line % 4 == 1).then(|| "Once".to_owned()),
        unit: (line % 4 == 2).then(|| "Core".to_owned()),
        notes: Notes { renamed: line % 4 == 1, below_cost: line % 8 == 1, ..Notes::default() },
    }
}

fn insert_rows(test: &TestStore, world: &World, count: i64) -> Result<()> {
    let rows: Vec<_> = (1..=count).map(|line| row(world, line)).collect();
    test.write(|tx| price_lists::insert_rows(tx, world.price_list, world.marketplace, &rows))
}

fn rows_are_walked(test: &TestStore) {
    let world = world(test);
    insert_rows(test, &world, 1_100).unwrap();
    let rows = |change, after, limit| {
        test.read(|c| price_lists::rows(c, &world.provider(), world.price_list, change, after, limit)).unwrap()
    };
    assert_eq!(rows(Shown::All, None, 2_000).len(), 1_100);
    assert_eq!(rows(Shown::All, Some(1_098), 10), [row(&world, 1_099), row(&world, 1_100)]);
    assert_eq!(rows(Shown::With(Change::Added), Some(2), 1), [row(&world, 4)]);
    assert_eq!(rows(Shown::With(Change::Unchanged), None, 10), []);
    let noted = || rows(Shown::Noted, None, 2);
    assert_eq!(noted(), [row(&world, 1), row(&world, 5)]);
    test.write(|tx| price_lists::note_overlaps(tx, world.price_list, world.marketplace, &[2, 5])).unwrap();
    let overlaps: Vec<_> = rows(Shown::Noted, Some(1), 3).iter().map(|row| (row.line, row.notes.overlap)).collect();
    assert_eq!(overlaps, [(2, true), (5, true), (9, false)]);
    let foreign = test.read(|c| price_lists::rows(c, &world.reseller(0), world.price_list, Shown::All, None, 10));
    assert_eq!(foreign, Err(StoreError::NotFound));
    assert_eq!(insert_rows(test, &world, 1), Err(StoreError::Conflict("price_list_rows.line")));
}

fn failures_of_a_line_stay_together(test: &TestStore) {
    let world = world(test);
    let failure = |line, column: &str| RowFailure {
        line,
        column: column.to_owned(),
        value: "x".to_owned(),
        reason: "not_a_number".to_owned(),
    };
    let all = [failure(3, "a"), failure(3, "b"), failure(5, "a"), failure(9, "b")];
    let insert = || {
        test.write(|tx| price_lists::insert_failures(tx, world.price_list, world.marketplace, &all)).unwrap();
    };
    insert();
    insert();
    let failures = |after, limit| {
        test.read(|c| price_lists::failures(c, &world.provider(), world.price_list, after, limit)).unwrap()
    };
    assert_eq!(failures(None, 1), all[..2]);
    assert_eq!(failures(None, 2), all[..3]);
    assert_eq!(failures(Some(3), 9), all[2..]);
    assert_eq!(failures(Some(9), 9), []);
}
