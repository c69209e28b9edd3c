//! Who is told what, and strangers who want to be let in.

use super::fixture::{ALL, NOW, World, event, fresh, world};
use super::{TestStore, both};
use crate::error::StoreError;
use crate::notifications::{self, Filter};
use crate::outbox::{self, NewTask, Want};
use crate::page::Times;
use crate::{registrations, users};
use domain::access::{Organization, Role, Scope};
use domain::id::{EventId, NotificationId, RegistrationId, TaskId, UserId};
use domain::notification::{NotificationKind, NotificationStatus};
use domain::people::RegistrationMode;
use domain::registration::RegistrationStatus as Status;
use serde_json::json;
use time::Duration;

both!(
    one_person_is_told_once_about_an_event,
    what_became_of_a_mail_is_noted_once,
    notifications_are_seen_by_their_own,
    mails_have_a_lane_of_their_own,
    registrations_come_back,
    an_address_has_one_open_registration,
    organizations_are_found_by_a_domain,
);

fn told(world: &World, event_id: EventId, recipient: &str) -> notifications::StoredNotification {
    notifications::StoredNotification {
        id: NotificationId::from_u128(fresh()),
        marketplace_id: world.marketplace,
        event_id,
        subject: "ord_1".to_owned(),
        kind: NotificationKind::OrderReady,
        recipient: recipient.to_owned(),
        language: "de".to_owned(),
        user_id: Some(UserId::from_u128(fresh())),
        customer_id: Some(world.customers[0]),
        reseller_id: Some(world.resellers[0]),
        status: NotificationStatus::Pending,
        attempts: 0,
        failure: None,
        created_at: NOW,
        sent_at: None,
    }
}

fn happened(test: &TestStore, world: &World) -> EventId {
    let event = event(world, Some(world.customers[0]), "ord_1");
    test.write(|tx| outbox::append(tx, &event, &[])).unwrap();
    event.id
}

fn one_person_is_told_once_about_an_event(test: &TestStore) {
    let world = world(test);
    let id = happened(test, &world);
    let first = told(&world, id, "a@b.example");
    let other = told(&world, id, "c@d.example");
    let again = told(&world, id, "a@b.example");
    test.write(|tx| notifications::insert_all(tx, &[first.clone(), other.clone()])).unwrap();
    test.write(|tx| notifications::insert_all(tx, std::slice::from_ref(&again))).unwrap();
    let of_event = test.read(|c| notifications::of_event_unscoped(c, world.marketplace, id)).unwrap();
    assert_eq!(of_event, [first, other]);
    let count = |since| test.read(|c| notifications::count_to_unscoped(c, world.marketplace, "a@b.example", since));
    assert_eq!((count(NOW - Duration::SECOND), count(NOW)), (Ok(1), Ok(0)));
}

fn what_became_of_a_mail_is_noted_once(test: &TestStore) {
    let world = world(test);
    let record = told(&world, happened(test, &world), "a@b.example");
    test.write(|tx| notifications::insert_all(tx, std::slice::from_ref(&record))).unwrap();
    let note = |status, failure, sent_at| test.write(|tx| notifications::note(tx, &record, status, failure, sent_at));
    note(NotificationStatus::Pending, Some("later"), None).unwrap();
    note(NotificationStatus::Sent, None, Some(NOW)).unwrap();
    note(NotificationStatus::Failed, Some("too late"), None).unwrap();
    let kept = test.read(|c| notifications::of_event_unscoped(c, world.marketplace, record.event_id)).unwrap();
    let sent = notifications::StoredNotification {
        status: NotificationStatus::Sent,
        attempts: 2,
        sent_at: Some(NOW),
        ..record
    };
    assert_eq!(kept, [sent]);
}

fn notifications_are_seen_by_their_own(test: &TestStore) {
    let world = world(test);
    let record = told(&world, happened(test, &world), "a@b.example");
    test.write(|tx| notifications::insert_all(tx, std::slice::from_ref(&record))).unwrap();
    let seen =
        |scope: &Scope, filter: Filter<'_>| test.read(|c| notifications::list(c, scope, &filter, &ALL)).unwrap().items;
    for scope in world.insiders() {
        assert_eq!(seen(&scope, Filter::default()), std::slice::from_ref(&record), "{scope:?}");
    }
    for scope in world.strangers() {
        assert_eq!(seen(&scope, Filter::default()), [], "{scope:?}");
    }
    let of = |filter| seen(&world.provider(), filter).len();
    let none = Filter::default();
    assert_eq!(of(Filter { status: Some(NotificationStatus::Pending), kind: Some(record.kind), ..none }), 1);
    assert_eq!(of(Filter { user_id: record.user_id, subject: Some("ord_1"), ..none }), 1);
    assert_eq!(of(Filter { status: Some(NotificationStatus::Sent), ..none }), 0);
    assert_eq!(of(Filter { subject: Some("ord_2"), ..none }), 0);
}

fn mails_have_a_lane_of_their_own(test: &TestStore) {
    let world = world(test);
    let task = |consumer, lane| NewTask { id: TaskId::from_u128(fresh()), consumer, lane, due_at: NOW };
    let tasks = [task("provision", "work"), task("notify", "mail"), task("webhooks", "work")];
    test.write(|tx| outbox::append(tx, &event(&world, None, "ord_1"), &tasks)).unwrap();
    let claim = |lane| {
        let until = NOW + Duration::MINUTE;
        let want = Want { lease_until: until, limit: 10, only: None, lane, one_each: false };
        let claimed = test.write(|tx| outbox::claim(tx, NOW, &want)).unwrap().tasks;
        claimed.into_iter().map(|task| task.consumer).collect::<Vec<_>>()
    };
    assert_eq!(claim(Some("mail")), ["notify"]);
    assert_eq!(claim(Some("work")), ["provision", "webhooks"]);
    assert_eq!(claim(None), Vec::<String>::new());
}

fn asked(world: &World, email: &str, status: Status) -> registrations::StoredRegistration {
    registrations::StoredRegistration {
        marketplace_id: world.marketplace,
        id: RegistrationId::from_u128(fresh()),
        mode: RegistrationMode::CustomerNumber,
        status,
        email: email.to_owned(),
        language: Some("pl".to_owned()),
        form: Some(json!({"first_name": "Jan"})),
        password_hash: Some("$argon2id$".to_owned()),
        bank_data: Some(vec![1, 2, 3]),
        iban_last_four: Some("2874".to_owned()),
        customer_number: None,
        mismatches: Some(json!(["region"])),
        consents: Some(json!([])),
        address: "192.0.2.1".to_owned(),
        reason: None,
        referred_to: Some(world.customers[0]),
        decided_by: None,
        decided_at: Some(NOW),
        customer_id: None,
        reseller_id: Some(world.resellers[0]),
        user_id: None,
        created_at: NOW,
        updated_at: NOW,
        version: 1,
    }
}

fn registrations_come_back(test: &TestStore) {
    let world = world(test);
    let mut record = asked(&world, "a@b.example", Status::Received);
    test.write(|tx| registrations::insert(tx, &record)).unwrap();
    let listed = |status| {
        test.read(|c| registrations::list(c, &world.provider(), (status, Times::default()), &ALL.into())).unwrap().items
    };
    assert_eq!(listed(None), [], "nobody has looked into it yet");
    record.status = Status::Requested;
    record.version = test.write(|tx| registrations::update(tx, &record, Some(1))).unwrap();
    assert_eq!(test.read(|c| registrations::by_id_unscoped(c, world.marketplace, record.id)), Ok(record.clone()));
    assert_eq!(listed(None), [record.clone()]);
    let seen = |scope| test.read(|c| registrations::get(c, &scope, record.id));
    assert_eq!((seen(world.provider()), seen(world.reseller(0))), (Ok(record.clone()), Err(StoreError::NotFound)));
    assert_eq!(listed(Some(Status::Rejected)), []);
    assert_eq!(test.write(|tx| registrations::update(tx, &record, Some(1))), Err(StoreError::Stale));
    test.write(|tx| registrations::delete(tx, world.marketplace, record.id)).unwrap();
    assert_eq!(
        test.read(|c| registrations::by_id_unscoped(c, world.marketplace, record.id)),
        Err(StoreError::NotFound)
    );
}

fn an_address_has_one_open_registration(test: &TestStore) {
    let world = world(test);
    let add = |status| test.write(|tx| registrations::insert(tx, &asked(&world, "a@b.example", status)));
    let open = || test.read(|c| registrations::open_of_unscoped(c, world.marketplace, "a@b.example")).unwrap();
    for status in [Status::Received, Status::Received, Status::Rejected, Status::Active] {
        add(status).unwrap();
    }
    assert_eq!(open(), None);
    add(Status::Requested).unwrap();
    assert_eq!(open().map(|open| open.status), Some(Status::Requested));
    assert_eq!(add(Status::AwaitingConfirmation), Err(StoreError::Conflict("registrations.email")));
}

fn organizations_are_found_by_a_domain(test: &TestStore) {
    let world = world(test);
    for (customer, email) in [(0, "a@my_firm.example"), (1, "b@myXfirm.example"), (0, "c@my_firm.example")] {
        let organization = Organization::Customer(world.customers[customer]);
        let person = super::fixture::person(world.marketplace, organization, Role::CustomerUser, email);
        let user = users::StoredUser { email: email.to_owned(), ..person };
        test.write(|tx| users::insert(tx, &user)).unwrap();
    }
    let all = |domains: &[&str]| {
        test.read(|c| registrations::organizations_of_unscoped(c, world.marketplace, domains)).unwrap()
    };
    let found = |domain: &str| all(&[domain]).remove(domain).unwrap_or_default();
    let ids: Vec<_> = found("my_firm.example").into_iter().map(|(id, _)| id).collect();
    assert_eq!(ids, [world.customers[0]], "an underscore stands for itself");
    assert_eq!(found("firm.example"), []);
    assert_eq!(all(&[]).len(), 0);
    // U-52: for several at once each is what it is alone.
    let both = all(&["my_firm.example", "myXfirm.example", "firm.example"]);
    assert_eq!(both.len(), 2);
    assert!(both.iter().all(|(domain, known)| *known == found(domain)));
}
