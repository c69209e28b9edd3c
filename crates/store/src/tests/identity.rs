//! Marketplaces, policies, resellers, customers and who can log in.

use super::fixture::{self, ALL, NOW, World, fresh, world};
use super::{TestStore, both};
use crate::error::{Result, StoreError};
use crate::page::{Page, PageRequest, Place, SortedRequest};
use crate::{agreements, customers, marketplaces, policies, resellers, tenants, users};
use domain::access::{Organization, Role, Scope};
use domain::id::{CustomerId, MarketplaceId, OfferId, ProductId, ResellerId};
use domain::party::{Customer, Reseller};
use domain::policy::{Partial, Subject, Version};
use domain::tax::standing::{VatCheck, VatStanding};
use domain::tenant::{Tenant, TenantStatus};
use time::Duration;

both!(
    a_marketplace_is_found_and_set,
    a_version_of_a_policy_is_published_once,
    an_override_keeps_its_versions_by_subject,
    resellers_are_seen_by_their_own,
    a_reseller_is_changed_once_per_version,
    customers_are_seen_by_their_own,
    customers_are_filtered,
    a_customer_is_changed_once_per_version,
    racing_changes_all_count,
    a_tenant_is_put_and_seen,
    credentials_are_taken_once,
    an_agreement_is_recorded_once,
    a_walk_meets_each_row_once,
);

fn a_marketplace_is_found_and_set(test: &TestStore) {
    let id = MarketplaceId::from_u128(fresh());
    let record = fixture::marketplace(id);
    test.write(|tx| marketplaces::insert(tx, &record)).unwrap();
    assert_eq!(test.read(|c| marketplaces::by_id_unscoped(c, id)), Ok(record));
    test.write(|tx| marketplaces::set_clock_offset(tx, id, -5)).unwrap();
    assert_eq!(test.read(|c| marketplaces::by_id_unscoped(c, id)).unwrap().clock_offset_us, -5);
    let nobody = MarketplaceId::from_u128(fresh());
    assert_eq!(test.write(|tx| marketplaces::set_clock_offset(tx, nobody, 1)), Err(StoreError::NotFound));
    assert_eq!(test.write(|tx| marketplaces::bump_catalog_version(tx, nobody)), Err(StoreError::NotFound));
}

fn a_version_of_a_policy_is_published_once(test: &TestStore) {
    let world = world(test);
    let publish = |key: &str, version, days| {
        let version = Version { version, valid_from: NOW + Duration::days(days), content: fixture::policy().rules };
        test.write(|tx| policies::insert(tx, world.marketplace, key, &version))
    };
    publish("a", 1, 0).unwrap();
    publish("a", 2, 1).unwrap();
    publish("b", 1, 2).unwrap();
    assert_eq!(publish("a", 2, 11), Err(StoreError::Conflict("policies.version")));
    let book = test.read(|c| policies::load_unscoped(c, world.marketplace)).unwrap();
    assert_eq!(book.keys().collect::<Vec<_>>(), ["a", "b"]);
    assert_eq!(book.versions("a").iter().map(|version| version.version).collect::<Vec<_>>(), [1, 2]);
    assert_eq!(book.versions("b")[0].valid_from, NOW + Duration::days(2));
    assert_eq!(book.versions("b")[0].content, fixture::policy().rules);
}

fn an_override_keeps_its_versions_by_subject(test: &TestStore) {
    let world = world(test);
    let (product, offer) = (Subject::Product(ProductId::from_u128(7)), Subject::Offer(OfferId::from_u128(7)));
    let rules: Partial = [("notice_days".to_owned(), 9.into())].into_iter().collect();
    let publish = |subject, version| {
        let version = Version { version, valid_from: NOW, content: rules.clone() };
        test.write(|tx| policies::insert_override(tx, world.marketplace, subject, &version))
    };
    publish(product, 1).unwrap();
    publish(offer, 1).unwrap();
    publish(offer, 2).unwrap();
    assert_eq!(publish(offer, 2), Err(StoreError::Conflict("policy_overrides.version")));
    let book = test.read(|c| policies::load_unscoped(c, world.marketplace)).unwrap();
    assert_eq!([product, offer].map(|subject| book.overrides(subject).len()), [1, 2]);
    assert_eq!(book.overrides(offer)[1].content, rules);
}

fn resellers_are_seen_by_their_own(test: &TestStore) {
    let world = world(test);
    let [first, second] = world.resellers;
    let listed = |scope: Scope| {
        let page = test.read(|c| resellers::list(c, &scope, (None, None), &ALL)).unwrap();
        page.items.iter().map(|reseller| reseller.value.id).collect::<Vec<_>>()
    };
    assert_eq!(listed(world.provider()), [first, second]);
    assert_eq!(listed(world.reseller(0)), [first]);
    assert_eq!(listed(world.customer(0)), []);
    let found = |scope: Scope| test.read(|c| resellers::get(c, &scope, first)).map(|reseller| reseller.value.name);
    assert_eq!(found(world.provider()), Ok("Nord GmbH".to_owned()));
    assert_eq!(found(world.reseller(0)), Ok("Nord GmbH".to_owned()));
    for stranger in [world.reseller(1), world.customer(0), Scope::Marketplace(MarketplaceId::from_u128(fresh()))] {
        assert_eq!(found(stranger), Err(StoreError::NotFound), "{stranger:?}");
    }
}

fn a_reseller_is_changed_once_per_version(test: &TestStore) {
    let world = world(test);
    let changed =
        Reseller { partner_id: Some("4711".to_owned()), ..fixture::reseller(&world, world.resellers[0], "Nord AG") };
    let change = |scope: Scope, expected| test.write(|tx| resellers::update(tx, &scope, &changed, expected));
    assert_eq!(change(world.provider(), Some(1)), Ok(2));
    assert_eq!(change(world.provider(), Some(1)), Err(StoreError::Stale));
    assert_eq!(change(world.reseller(0), None), Ok(3));
    assert_eq!(change(world.reseller(1), None), Err(StoreError::NotFound));
    let stored = test.read(|c| resellers::get(c, &world.provider(), changed.id)).unwrap();
    assert_eq!((stored.value, stored.version, stored.created_at), (changed, 3, NOW));
}

fn customers_are_seen_by_their_own(test: &TestStore) {
    let world = world(test);
    let [first, second, third] = world.customers;
    let listed = |scope: Scope| names_and_ids(test, &scope, &customers::Filter::default()).1;
    assert_eq!(listed(world.provider()), [first, second, third]);
    assert_eq!(listed(world.reseller(0)), [first]);
    assert_eq!(listed(world.customer(1)), [second]);
    for scope in world.insiders() {
        assert_eq!(test.read(|c| customers::get(c, &scope, first)).unwrap().value.id, first);
    }
    for scope in world.strangers() {
        assert_eq!(test.read(|c| customers::get(c, &scope, first)), Err(StoreError::NotFound), "{scope:?}");
        assert_eq!(
            test.write(|tx| customers::update(tx, &scope, &someone(&world), None, NOW)),
            Err(StoreError::NotFound)
        );
    }
    assert_eq!(test.write(|tx| customers::lock(tx, &world.provider(), first)), Ok(()));
}

fn names_and_ids(test: &TestStore, scope: &Scope, filter: &customers::Filter<'_>) -> (Vec<String>, Vec<CustomerId>) {
    let page = test.read(|c| customers::list(c, scope, filter, &ALL.into())).unwrap();
    page.items.into_iter().map(|customer| (customer.value.name, customer.value.id)).unzip()
}

fn customers_are_filtered(test: &TestStore) {
    let world = world(test);
    let names = |name: Option<&str>, reseller_id| {
        names_and_ids(test, &world.provider(), &customers::Filter { reseller_id, name, ..customers::Filter::default() })
            .0
            .join(", ")
    };
    assert_eq!(names(Some("mül"), None), "Müller GmbH, MÜLLEREI AG");
    assert_eq!(names(Some("MÜLLERE"), None), "MÜLLEREI AG");
    assert_eq!(names(Some("%"), None), "");
    assert_eq!(names(Some("z"), None), "Zander");
    assert_eq!(names(Some("mül"), Some(world.resellers[0])), "Müller GmbH");
    assert_eq!(names(None, Some(ResellerId::from_u128(fresh()))), "");
}

fn someone(world: &World) -> Customer {
    Customer {
        vat_id: Some("DE129273398".to_owned()),
        vat: VatCheck {
            standing: VatStanding::Valid,
            checked_at: Some(NOW),
            consultation_number: Some("WAPIAAAAY1".to_owned()),
        },
        ..fixture::customer(world, world.customers[0], Some(world.resellers[0]), "Åkesson")
    }
}

fn a_customer_is_changed_once_per_version(test: &TestStore) {
    let world = world(test);
    let changed = someone(&world);
    let change = |expected| test.write(|tx| customers::update(tx, &world.provider(), &changed, expected, NOW));
    assert_eq!((change(Some(1)), change(Some(1)), change(None)), (Ok(2), Err(StoreError::Stale), Ok(3)));
    let stored = test.read(|c| customers::get(c, &world.provider(), changed.id)).unwrap();
    assert_eq!((stored.value, stored.version, stored.created_at), (changed, 3, NOW));
    assert_eq!(
        names_and_ids(test, &world.provider(), &customers::Filter { name: Some("åk"), ..customers::Filter::default() })
            .0
            .len(),
        1
    );
}

/// Eight threads change one customer without saying which version: each change is a version.
fn racing_changes_all_count(test: &TestStore) {
    let world = world(test);
    std::thread::scope(|scope| {
        for _ in 0..8 {
            scope.spawn(|| {
                for _ in 0..10 {
                    change_at_last(test, &world);
                }
            });
        }
    });
    let stored = test.read(|c| customers::get(c, &world.provider(), world.customers[0])).unwrap();
    assert_eq!(stored.version, 81);
}

/// So many at once on one row may all be too slow five times: whoever is told so asks again.
fn change_at_last(test: &TestStore, world: &World) {
    loop {
        match test.write(|tx| customers::update(tx, &world.provider(), &someone(world), None, NOW)) {
            Ok(_) => return,
            Err(error) => assert_eq!(error, StoreError::Busy),
        }
    }
}

fn tenant(world: &World, status: TenantStatus) -> tenants::StoredTenant {
    tenants::StoredTenant {
        customer_id: world.customers[0],
        marketplace_id: world.marketplace,
        tenant: Tenant {
            status,
            domain: "muellergmbh.onmicrosoft.com".to_owned(),
            entra_tenant_id: None,
            failure: None,
        },
        mode: "create".to_owned(),
        credentials: Some(vec![1, 2, 3]),
        credentials_taken_at: None,
        requested_at: NOW,
        updated_at: NOW,
        version: 1,
    }
}

fn a_tenant_is_put_and_seen(test: &TestStore) {
    let world = world(test);
    let in_use_beside = |customer| {
        let domain = "muellergmbh.onmicrosoft.com";
        test.read(|c| tenants::domain_in_use_unscoped(c, world.marketplace, domain, customer)).unwrap()
    };
    let domain_in_use = || in_use_beside(world.customers[1]);
    assert_eq!(test.read(|c| tenants::get(c, &world.customer(0), world.customers[0])), Ok(None));
    test.write(|tx| tenants::put(tx, &tenant(&world, TenantStatus::Creating))).unwrap();
    assert!(domain_in_use());
    assert!(!in_use_beside(world.customers[0]), "its own is no other's");
    let linked = tenant(&world, TenantStatus::Linked);
    test.write(|tx| tenants::put(tx, &linked)).unwrap();
    for scope in world.insiders() {
        let stored = test.read(|c| tenants::get(c, &scope, world.customers[0])).unwrap();
        assert_eq!(stored, Some(tenants::StoredTenant { version: 2, ..linked.clone() }));
    }
    for scope in world.strangers() {
        assert_eq!(test.read(|c| tenants::get(c, &scope, world.customers[0])), Ok(None), "{scope:?}");
    }
    test.write(|tx| tenants::put(tx, &tenant(&world, TenantStatus::Failed))).unwrap();
    assert!(!domain_in_use());
}

fn credentials_are_taken_once(test: &TestStore) {
    let world = world(test);
    test.write(|tx| tenants::put(tx, &tenant(&world, TenantStatus::Linked))).unwrap();
    let take = |scope: Scope| test.write(|tx| tenants::take_credentials(tx, &scope, world.customers[0], NOW)).unwrap();
    assert_eq!(take(world.customer(1)), None);
    let taken: Vec<_> = std::thread::scope(|scope| {
        let threads: Vec<_> = (0..8).map(|_| scope.spawn(|| take(world.customer(0)))).collect();
        threads.into_iter().filter_map(|thread| thread.join().unwrap()).collect()
    });
    assert_eq!(taken, [vec![1, 2, 3]]);
    let stored = test.read(|c| tenants::get(c, &world.provider(), world.customers[0])).unwrap().unwrap();
    assert_eq!((stored.credentials, stored.credentials_taken_at), (None, Some(NOW)));
}

fn an_agreement_is_recorded_once(test: &TestStore) {
    let world = world(test);
    let agreement = agreements::StoredAgreement {
        customer_id: world.customers[0],
        marketplace_id: world.marketplace,
        kind: "microsoft_customer_agreement".to_owned(),
        first_name: "Ada".to_owned(),
        last_name: "Müller".to_owned(),
        email: "ada@example.com".to_owned(),
        agreed_at: NOW,
        recorded_by: "usr".to_owned(),
        recorded_at: NOW,
    };
    test.write(|tx| agreements::insert(tx, &agreement)).unwrap();
    let again = test.write(|tx| agreements::insert(tx, &agreement));
    assert_eq!(again, Err(StoreError::Conflict("agreements.customer_id")));
    for scope in world.insiders() {
        assert_eq!(test.read(|c| agreements::get(c, &scope, world.customers[0])), Ok(Some(agreement.clone())));
    }
    for scope in world.strangers() {
        assert_eq!(test.read(|c| agreements::get(c, &scope, world.customers[0])), Ok(None), "{scope:?}");
    }
}

pub(super) fn user(world: &World) -> users::StoredUser {
    let employer = Organization::Reseller(world.resellers[0]);
    fixture::person(world.marketplace, employer, Role::ResellerEmployee, "ada@example.com")
}

/// A walk in pages of three, both ways, while others add rows: what was there is met exactly once.
fn a_walk_meets_each_row_once(test: &TestStore) {
    let world = world(test);
    let add = || {
        let id = CustomerId::from_u128(fresh());
        let customer = fixture::customer(&world, id, None, "Walker");
        test.write(|tx| customers::insert(tx, &customer, NOW)).unwrap();
        id
    };
    let mut before: Vec<CustomerId> = world.customers.into_iter().chain((0..10).map(|_| add())).collect();
    for descending in [false, true] {
        let mut seen = Vec::new();
        let mut request = SortedRequest::from(PageRequest { limit: 3, after: None, descending });
        loop {
            let page = page(test, &world, &request).unwrap();
            assert!(page.items.len() == 3 || page.next.is_none());
            seen.extend(page.items);
            add();
            match page.next {
                Some(next) => request.after = Some(next),
                None => break,
            }
        }
        if descending {
            before.reverse();
        }
        seen.retain(|id| before.contains(id));
        assert_eq!(seen, before);
        before = page(test, &world, &ALL.into()).unwrap().items;
    }
}

fn page(test: &TestStore, world: &World, request: &SortedRequest) -> Result<Page<CustomerId, Place>> {
    let page = test.read(|c| customers::list(c, &world.provider(), &customers::Filter::default(), request))?;
    Ok(page.map(|customer| customer.value.id))
}
