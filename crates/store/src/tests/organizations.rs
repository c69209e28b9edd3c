//! Branches, references, look-alikes, customer numbers, and resellers that wait for access.

use super::fixture::{self, ALL, NOW, fresh, world};
use super::{TestStore, both};
use crate::error::StoreError;
use crate::{branches, customer_numbers, customers, marketplaces, migrate, resellers};
use diesel::dsl::sql;
use diesel::prelude::*;
use diesel::sql_types::BigInt;
use domain::customer_number::{CompanyFacts, CustomerRecord};
use domain::id::{BranchId, CustomerId};
use domain::onboarding::{Onboarding, Standing};
use domain::party::{Branch, CompanySize, Customer, Reseller};
use time::Duration;

both!(
    a_reference_is_unique_for_its_owner,
    look_alikes_are_those_that_the_scope_sees,
    a_branch_is_of_its_customer_and_has_its_name_alone,
    a_customer_number_is_kept_once,
    who_waits_for_access_is_told_of_once,
    u26_a_customer_may_have_no_address_yet_and_one_that_has_keeps_it_whatever_is_migrated,
    u26_the_form_of_a_marketplace_that_compares_addresses_asks_for_one_after_the_migration,
);

fn a_reference_is_unique_for_its_owner(test: &TestStore) {
    let world = world(test);
    let customer = |reseller, name: &str| Customer {
        external_ref: Some("crm-1".to_owned()),
        size: Some(CompanySize::From50),
        ..fixture::customer(&world, CustomerId::from_u128(fresh()), reseller, name)
    };
    let insert = |customer: &Customer| test.write(|tx| customers::insert(tx, customer, NOW));
    let [first, second] = world.resellers;
    for owner in [None, Some(first), Some(second)] {
        let one = customer(owner, "Eins");
        insert(&one).unwrap();
        assert_eq!(insert(&customer(owner, "Zwei")), Err(StoreError::Conflict("customers.external_ref")));
        assert_eq!(test.read(|c| customers::get(c, &world.provider(), one.id)).unwrap().value, one);
    }
    let filter = customers::Filter { external_ref: Some("crm-1"), ..customers::Filter::default() };
    let found = |scope| test.read(|c| customers::list(c, &scope, &filter, &ALL.into())).unwrap().items.len();
    assert_eq!((found(world.provider()), found(world.reseller(0))), (3, 1));
}

fn look_alikes_are_those_that_the_scope_sees(test: &TestStore) {
    let world = world(test);
    let [first, second] = world.resellers;
    let twin = |reseller, name: &str, vat_id: Option<&str>| Customer {
        vat_id: vat_id.map(str::to_owned),
        ..fixture::customer(&world, CustomerId::from_u128(fresh()), Some(reseller), name)
    };
    let (one, same_vat_id) = (twin(first, "Nowak", Some("PL1")), twin(first, "Nowak Polska", Some("PL1")));
    let (same_name, foreign) = (twin(first, "NOWAK", None), twin(second, "Nowak", Some("PL1")));
    for customer in [&one, &same_vat_id, &same_name, &foreign] {
        test.write(|tx| customers::insert(tx, customer, NOW)).unwrap();
    }
    let alike = |scope, of: &Customer| {
        let found = test.read(|c| customers::look_alikes(c, &scope, of)).unwrap();
        let mut found: Vec<_> = found.into_iter().map(|alike| (alike.id, alike.same_vat_id)).collect();
        found.sort_unstable();
        found
    };
    let mut expected = vec![(same_vat_id.id, true), (same_name.id, false)];
    expected.sort_unstable();
    assert_eq!(alike(world.reseller(0), &one), expected);
    assert_eq!(alike(world.reseller(1), &foreign), []);
    assert_eq!(alike(world.provider(), &one).len(), 3);
}

fn a_branch_is_of_its_customer_and_has_its_name_alone(test: &TestStore) {
    let world = world(test);
    let [customer, other, _] = world.customers;
    let branch = |customer_id, name: &str| Branch {
        id: BranchId::from_u128(fresh()),
        marketplace_id: world.marketplace,
        customer_id,
        name: name.to_owned(),
        address: fixture::address(),
        retired_at: None,
    };
    let north = branch(customer, "Nord");
    let insert = |branch: &Branch| test.write(|tx| branches::insert(tx, branch, NOW));
    insert(&north).unwrap();
    insert(&branch(other, "Nord")).unwrap();
    assert_eq!(insert(&branch(customer, "Nord")), Err(StoreError::Conflict("branches.name")));
    let provider = world.provider();
    let get = |scope, customer| test.read(|c| branches::get(c, &scope, customer, north.id));
    assert_eq!(get(provider, customer).unwrap().value, north);
    assert_eq!(get(provider, other), Err(StoreError::NotFound));
    assert_eq!(get(world.reseller(1), customer), Err(StoreError::NotFound));
    let known = |names: &[&str]| {
        let found = test.read(|c| branches::of_names(c, &provider, customer, names)).unwrap();
        found.into_iter().map(|branch| branch.name).collect::<Vec<_>>()
    };
    assert_eq!((known(&["Nord", "Süd"]), known(&[])), (vec!["Nord".to_owned()], vec![]));
    let moved = Branch { name: "Nordost".to_owned(), ..north.clone() };
    let update = |expected| test.write(|tx| branches::update(tx, &provider, &moved, expected));
    assert_eq!((update(Some(1)), update(Some(1))), (Ok(2), Err(StoreError::Stale)));
    assert_eq!(test.read(|c| branches::list(c, &provider, customer, &ALL)).unwrap().items[0].value, moved);
    // U-50: one that is retired is read alone, and its name is free.
    let retired = Branch { retired_at: Some(NOW), ..moved.clone() };
    test.write(|tx| branches::update(tx, &provider, &retired, None)).unwrap();
    assert_eq!(get(provider, customer).unwrap().value, retired);
    assert_eq!(
        (known(&["Nordost"]), test.read(|c| branches::list(c, &provider, customer, &ALL)).unwrap().items),
        (vec![], vec![])
    );
    let again = branch(customer, "Nordost");
    insert(&again).unwrap();
    assert_eq!(known(&["Nordost"]), ["Nordost"]);
    test.write(|tx| branches::delete(tx, &provider, customer, again.id)).unwrap();
    test.write(|tx| branches::delete(tx, &provider, customer, north.id)).unwrap();
    assert_eq!(get(provider, customer), Err(StoreError::NotFound));
}

fn a_customer_number_is_kept_once(test: &TestStore) {
    let world = world(test);
    let company = CompanyFacts {
        name: "Nowak".to_owned(),
        postal_code: "00-838".to_owned(),
        country: fixture::country("PL"),
        region: Some("14".to_owned()),
    };
    let record = CustomerRecord {
        marketplace_id: world.marketplace,
        number: "4711".to_owned(),
        company,
        reseller_id: None,
        customer_id: None,
    };
    let insert = || test.write(|tx| customer_numbers::insert(tx, fresh(), &record, NOW));
    insert().unwrap();
    assert_eq!(insert(), Err(StoreError::Conflict("customer_numbers.number")));
    let taken = CustomerRecord { reseller_id: Some(world.resellers[0]), ..record.clone() };
    let update = |expected| test.write(|tx| customer_numbers::update(tx, &taken, expected));
    assert_eq!((update(Some(1)), update(Some(1))), (Ok(2), Err(StoreError::Stale)));
    let get = || test.read(|c| customer_numbers::get(c, &world.provider(), "4711"));
    assert_eq!(get().unwrap().value, taken);
    let listed = |scope| test.read(|c| customer_numbers::list(c, &scope, &ALL)).unwrap().items.len();
    assert_eq!((listed(world.provider()), listed(world.reseller(0))), (1, 0));
    let foreign = test.read(|c| customer_numbers::get(c, &world.reseller(0), "4711"));
    assert_eq!(foreign, Err(StoreError::NotFound));
    test.write(|tx| customer_numbers::delete(tx, world.marketplace, "4711")).unwrap();
    assert_eq!(get(), Err(StoreError::NotFound));
}

fn who_waits_for_access_is_told_of_once(test: &TestStore) {
    let world = world(test);
    let provider = world.provider();
    let put = |change: &dyn Fn(&mut Reseller)| {
        let mut reseller = test.read(|c| resellers::get(c, &provider, world.resellers[0])).unwrap().value;
        change(&mut reseller);
        test.write(|tx| resellers::update(tx, &provider, &reseller, None)).unwrap();
        assert_eq!(test.read(|c| resellers::get(c, &provider, reseller.id)).unwrap().value, reseller);
    };
    let overdue = |until| test.read(|c| resellers::overdue_unscoped(c, world.marketplace, until)).unwrap();
    assert_eq!(overdue(NOW), []);
    put(&|reseller| reseller.onboarding = Onboarding::with_ids(true, NOW));
    assert_eq!((overdue(NOW - Duration::SECOND), overdue(NOW)), (vec![], vec![world.resellers[0]]));
    put(&|reseller| reseller.onboarding.access_overdue_at = Some(NOW));
    assert_eq!(overdue(NOW), []);
    put(&|reseller| {
        let standing = Some(Standing { known: true, agreement_signed: true, related: true });
        reseller.onboarding = Onboarding { standing, access_granted_at: Some(NOW), ..Onboarding::with_ids(true, NOW) };
    });
    assert_eq!(overdue(NOW), []);
}

fn u26_a_customer_may_have_no_address_yet_and_one_that_has_keeps_it_whatever_is_migrated(test: &TestStore) {
    let world = world(test);
    let of = |address| Customer { address, ..fixture::customer(&world, CustomerId::from_u128(fresh()), None, "Neu") };
    let (without, with) = (of(None), of(Some(fixture::address())));
    for customer in [&without, &with] {
        test.write(|tx| customers::insert(tx, customer, NOW)).unwrap();
    }
    let kept = |id| test.read(|c| customers::get(c, &world.provider(), id)).unwrap().value;
    assert_eq!((kept(without.id), kept(with.id)), (without.clone(), with.clone()));
    let before = number(test, "SELECT count(*) FROM customers");
    test.write(|tx| migrate::revert_from(tx, "20261201000060")).unwrap();
    // Taxed at home, and seen to be no address.
    let stand_in = "SELECT count(*) FROM customers AS c JOIN marketplaces AS m ON m.id = c.marketplace_id \
        WHERE c.country = m.country AND CAST(c.address AS TEXT) LIKE '%\"street\":%\"\"%'";
    assert_eq!(number(test, stand_in), 1);
    assert_eq!(number(test, "SELECT count(*) FROM customers"), before);
    test.store.migrate().unwrap();
    assert_eq!((kept(without.id), kept(with.id)), (without, with));
}

fn u26_the_form_of_a_marketplace_that_compares_addresses_asks_for_one_after_the_migration(test: &TestStore) {
    let world = world(test);
    test.write(|tx| migrate::revert_from(tx, "20261201000060")).unwrap();
    let profile = |mode: &str| {
        let profile = serde_json::json!({
            "people": {"registration_mode": mode}, "organizations": {"contact_phone": true},
        });
        format!("UPDATE marketplaces SET profile = '{profile}'")
    };
    let asked = || {
        let found = test.read(|c| marketplaces::by_id_unscoped(c, world.marketplace)).unwrap();
        found.profile["organizations"]["registration"].clone()
    };
    test.execute(&profile("customer_number")).unwrap();
    test.store.migrate().unwrap();
    let compared = serde_json::json!({"phone": "required", "invoice_email": "optional", "address": "required"});
    assert_eq!(asked(), compared);
    test.write(|tx| migrate::revert_from(tx, "20261201000060")).unwrap();
    test.execute(&profile("approval")).unwrap();
    test.store.migrate().unwrap();
    assert_eq!(asked(), serde_json::Value::Null);
}

fn number(test: &TestStore, query: &str) -> i64 {
    test.read(|c| Ok(on!(c, c => sql::<BigInt>(query).get_result(c))?)).unwrap()
}
