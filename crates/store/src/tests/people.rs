//! People, scripts, and what they get in by.

use super::fixture::{self, ALL, NOW, World, fresh, world};
use super::{TestStore, both};
use crate::error::StoreError;
use crate::login_attempts::{self, LoginOutcome};
use crate::migrate;
use crate::one_time_tokens::{self, Owner, Purpose};
use crate::sessions::{self, EndReason};
use crate::{account_consents, api_clients, refresh_tokens, roles, users};
use domain::access::{Organization, OrganizationKind, OwnRole, Permission, Permissions, Role, RoleKey, Scope};
use domain::id::{ApiClientId, ClientSecretId, LoginAttemptId, MarketplaceId, OneTimeTokenId, SessionId, UserId};
use domain::people::{AccountConsentKind, Lock, Title, UserState, UserStatus};
use time::Duration;

both!(
    users_come_back,
    users_are_seen_by_their_own,
    users_are_filtered,
    an_external_reference_is_unique_within_an_organization,
    administrators_are_counted,
    clients_come_back_with_their_live_secrets,
    a_refresh_token_is_used_once,
    a_session_ends_once,
    failures_count_until_the_password_was_right,
    requests_of_an_hour_are_counted_by_slot,
    of_one_purpose_the_newest_token_works_once,
    a_consent_keeps_its_first_instant,
    a_role_is_defined_changed_and_removed,
    u40_who_saw_amounts_and_all_of_its_company_does_so_after_the_migration,
);

fn person(world: &World, organization: Organization, role: Role) -> users::StoredUser {
    fixture::person(world.marketplace, organization, role, &format!("{}@example.com", fresh()))
}

fn added(test: &TestStore, user: users::StoredUser) -> users::StoredUser {
    test.write(|tx| users::insert(tx, &user)).unwrap();
    user
}

fn users_come_back(test: &TestStore) {
    let world = world(test);
    let lock = Some(Lock { since: NOW, until: None });
    let user = users::StoredUser {
        notification_email: Some("post@example.com".to_owned()),
        language: Some("pl".to_owned()),
        areas: Some(vec![domain::access::Area::Csp]),
        password_hash: None,
        state: UserState { disabled: true, activated_at: None, lock },
        ..person(&world, Organization::Reseller(world.resellers[0]), Role::ResellerEmployee)
    };
    let mut user = added(test, user);
    assert_eq!(test.read(|c| users::by_id_unscoped(c, world.marketplace, user.id)), Ok(user.clone()));
    let elsewhere = MarketplaceId::from_u128(fresh());
    assert_eq!(test.read(|c| users::by_id_unscoped(c, elsewhere, user.id)), Err(StoreError::NotFound));
    user.deleted_at = Some(NOW);
    test.write(|tx| users::update(tx, &mut user, Some(1), NOW)).unwrap();
    assert_eq!(user.version, 2);
    assert_eq!(test.read(|c| users::by_id_unscoped(c, world.marketplace, user.id)), Err(StoreError::NotFound));
    assert_eq!(test.write(|tx| users::update(tx, &mut user.clone(), Some(1), NOW)), Err(StoreError::Stale));
}

fn users_are_seen_by_their_own(test: &TestStore) {
    let world = world(test);
    let of = |organization, role| added(test, person(&world, organization, role)).id;
    let provider = of(Organization::Provider, Role::ProviderAdmin);
    let reseller = of(Organization::Reseller(world.resellers[0]), Role::ResellerAdmin);
    let customer = of(Organization::Customer(world.customers[0]), Role::CustomerAdmin);
    let seen = |scope: Scope| {
        let page = test.read(|c| users::list(c, &scope, &users::Filter::default(), &ALL.into())).unwrap();
        page.items.into_iter().map(|user| user.id).collect::<Vec<_>>()
    };
    assert_eq!(seen(world.provider()), [provider, reseller, customer]);
    assert_eq!(seen(world.reseller(0)), [reseller, customer]);
    assert_eq!(seen(world.customer(0)), [customer]);
    for scope in world.strangers() {
        assert_eq!(seen(scope), [], "{scope:?}");
        assert_eq!(test.read(|c| users::get(c, &scope, customer)), Err(StoreError::NotFound));
    }
    assert_eq!(test.read(|c| users::get(c, &world.customer(0), reseller)), Err(StoreError::NotFound));
}

fn users_are_filtered(test: &TestStore) {
    let world = world(test);
    let with = |state: UserState| {
        let user = person(&world, Organization::Customer(world.customers[0]), Role::CustomerUser);
        added(test, users::StoredUser { state, ..user }).id
    };
    let ready = UserState { disabled: false, activated_at: Some(NOW), lock: None };
    let locked = |until| UserState { lock: Some(Lock { since: NOW, until }), ..ready };
    let all = [
        with(ready),
        with(locked(Some(NOW + Duration::HOUR))),
        with(locked(None)),
        with(locked(Some(NOW))),
        with(UserState { activated_at: None, ..ready }),
        with(UserState { disabled: true, ..ready }),
    ];
    let in_state = |status| {
        let filter = users::Filter { status: Some((status, NOW)), ..users::Filter::default() };
        let page = test.read(|c| users::list(c, &world.provider(), &filter, &ALL.into())).unwrap();
        page.items.into_iter().map(|user| user.id).collect::<Vec<UserId>>()
    };
    assert_eq!(in_state(UserStatus::Ready), [all[0], all[3]]);
    assert_eq!(in_state(UserStatus::Locked), [all[1], all[2]]);
    assert_eq!(in_state(UserStatus::NotActivated), [all[4]]);
    assert_eq!(in_state(UserStatus::Disabled), [all[5]]);
}

fn an_external_reference_is_unique_within_an_organization(test: &TestStore) {
    let world = world(test);
    let named = |organization| users::StoredUser {
        external_ref: Some("hr-17".to_owned()),
        ..person(&world, organization, Role::CustomerUser)
    };
    let (one, other) = (Organization::Customer(world.customers[0]), Organization::Customer(world.customers[1]));
    added(test, named(one));
    added(test, named(other));
    for again in [one, other] {
        let user = named(again);
        let twice = test.write(|tx| users::insert(tx, &user));
        assert_eq!(twice, Err(StoreError::Conflict("users.external_ref")));
    }
}

fn administrators_are_counted(test: &TestStore) {
    let world = world(test);
    let of = Organization::Customer(world.customers[0]);
    let admin = |state: UserState| added(test, users::StoredUser { state, ..person(&world, of, Role::CustomerAdmin) });
    let ready = UserState { disabled: false, activated_at: Some(NOW), lock: None };
    admin(ready);
    admin(UserState { disabled: true, ..ready });
    admin(UserState { activated_at: None, ..ready });
    added(test, person(&world, of, Role::CustomerUser));
    let count = test.write(|tx| users::count_active(tx, world.marketplace, of, &Role::CustomerAdmin.into()));
    assert_eq!(count, Ok(1));
}

fn clients_come_back_with_their_live_secrets(test: &TestStore) {
    let world = world(test);
    let client = api_clients::StoredApiClient {
        id: ApiClientId::from_u128(fresh()),
        marketplace_id: world.marketplace,
        name: "portal".to_owned(),
        role: Role::CustomerAdmin,
        permissions: Some(Permissions::of(&[Permission::OrdersRead])),
        organization: Organization::Customer(world.customers[0]),
        revoked: false,
        created_by: "usr_1".to_owned(),
        created_at: NOW,
        version: 1,
    };
    let secret = || api_clients::Secret {
        id: ClientSecretId::from_u128(fresh()),
        marketplace_id: world.marketplace,
        client_id: client.id,
        hash: vec![0, 255],
        hint: "wxyz".to_owned(),
        created_at: NOW,
        last_used_at: None,
        revoked_at: None,
    };
    let (old, new) = (secret(), secret());
    test.write(|tx| {
        api_clients::insert(tx, &client)?;
        api_clients::insert_secret(tx, &old)?;
        api_clients::insert_secret(tx, &new)?;
        api_clients::secret_used(tx, new.id, NOW)?;
        api_clients::revoke_secret(tx, old.id, NOW)
    })
    .unwrap();
    assert_eq!(test.read(|c| api_clients::by_id_unscoped(c, client.id)), Ok(client.clone()));
    assert_eq!(
        test.read(|c| api_clients::by_id_unscoped(c, ApiClientId::from_u128(fresh()))),
        Err(StoreError::NotFound)
    );
    let live = api_clients::Secret { last_used_at: Some(NOW), ..new };
    assert_eq!(test.read(|c| api_clients::secrets_unscoped(c, &[client.id])), Ok(vec![live]));
    let seen = |scope| test.read(|c| api_clients::get(c, &scope, client.id));
    let listed = |scope| test.read(|c| api_clients::list(c, &scope, &ALL)).unwrap().items;
    let own = client.organization.scope(world.marketplace);
    assert_eq!((seen(own), listed(own)), (Ok(client.clone()), vec![client.clone()]));
    for other in [world.provider(), world.customer(1)] {
        assert_eq!((seen(other), listed(other)), (Err(StoreError::NotFound), vec![]));
    }
}

fn session(user: &users::StoredUser) -> sessions::StoredSession {
    sessions::StoredSession {
        id: SessionId::from_u128(fresh()),
        marketplace_id: user.marketplace_id,
        user_id: user.id,
        impersonator: None,
        started_at: NOW,
        last_used_at: NOW,
        absolute_until: NOW + Duration::days(30),
        ended: None,
        address: "192.0.2.1".to_owned(),
        user_agent: "curl/8".to_owned(),
        generation: 0,
    }
}

fn a_refresh_token_is_used_once(test: &TestStore) {
    let world = world(test);
    let user = added(test, person(&world, Organization::Provider, Role::ProviderAdmin));
    let session = session(&user);
    let token = |hash: u8, days| refresh_tokens::RefreshToken {
        hash: vec![hash; 32],
        session_id: session.id,
        generation: 0,
        marketplace_id: world.marketplace,
        user_id: user.id,
        issued_at: NOW,
        expires_at: NOW + Duration::days(days),
        used_at: None,
    };
    test.write(|tx| {
        sessions::insert(tx, &session)?;
        refresh_tokens::insert(tx, &token(1, 1))?;
        refresh_tokens::insert(tx, &token(2, 30))
    })
    .unwrap();
    let used: usize = std::thread::scope(|scope| {
        let mark = || test.write(|tx| refresh_tokens::mark_used(tx, &[1; 32], NOW)).unwrap();
        let threads: Vec<_> = (0..8).map(|_| scope.spawn(mark)).collect();
        threads.into_iter().map(|thread| usize::from(thread.join().unwrap())).sum()
    });
    assert_eq!(used, 1);
    let stored = |hash: u8| test.read(|c| refresh_tokens::by_hash_unscoped(c, &[hash; 32]));
    assert_eq!(stored(1).unwrap().used_at, Some(NOW));
    assert_eq!(stored(2), Ok(token(2, 30)));
    assert_eq!(test.write(|tx| refresh_tokens::purge_expired(tx, NOW + Duration::days(2))), Ok(1));
    assert_eq!((stored(1), stored(2).is_ok()), (Err(StoreError::NotFound), true));
}

fn a_session_ends_once(test: &TestStore) {
    let world = world(test);
    let user = added(test, person(&world, Organization::Provider, Role::ProviderAdmin));
    let all: Vec<_> = (0..3).map(|_| session(&user)).collect();
    test.write(|tx| all.iter().try_for_each(|session| sessions::insert(tx, session))).unwrap();
    let open = || {
        let page = test
            .read(|c| sessions::open_of_unscoped(c, world.marketplace, user.id, NOW, NOW - Duration::DAY, &ALL))
            .unwrap();
        page.items.into_iter().map(|session| session.id).collect::<Vec<_>>()
    };
    let end = |reason| test.write(|tx| sessions::end(tx, all[0].id, reason, NOW));
    assert_eq!((end(EndReason::LoggedOut), end(EndReason::EndedByUser)), (Ok(true), Ok(false)));
    let ended = test.read(|c| sessions::by_id_unscoped(c, all[0].id)).unwrap().ended;
    assert_eq!((ended, open()), (Some((NOW, EndReason::LoggedOut)), vec![all[1].id, all[2].id]));
    let but = Some(all[2].id);
    let others = test
        .write(|tx| sessions::end_all(tx, world.marketplace, user.id, but, EndReason::PasswordChanged, NOW))
        .unwrap();
    assert_eq!((others, open()), (1, vec![all[2].id]));
}

fn failures_count_until_the_password_was_right(test: &TestStore) {
    let world = world(test);
    let user = added(test, person(&world, Organization::Provider, Role::ProviderAdmin));
    let tried = |minute: i64, outcome, device| {
        let attempt = login_attempts::StoredLoginAttempt {
            id: LoginAttemptId::from_u128(fresh()),
            user: Some((world.marketplace, user.id)),
            address: "192.0.2.1".to_owned(),
            user_agent: "curl/8".to_owned(),
            outcome,
            at: NOW + Duration::minutes(minute),
            counted: login_attempts::CountedUnder { name: Some(7), network: Some(1), device },
        };
        test.write(|tx| login_attempts::insert(tx, &attempt)).unwrap();
    };
    let attempt = |minute, outcome| tried(minute, outcome, None);
    let failures = |minute: i64| {
        let since = NOW + Duration::minutes(minute);
        test.read(|c| login_attempts::failures_of_unscoped(c, world.marketplace, user.id, since)).unwrap()
    };
    attempt(0, LoginOutcome::WrongPassword);
    attempt(1, LoginOutcome::WrongPassword);
    attempt(2, LoginOutcome::Locked);
    assert_eq!((failures(0), failures(1)), (2, 1));
    attempt(3, LoginOutcome::Succeeded);
    attempt(4, LoginOutcome::WrongPassword);
    assert_eq!((failures(0), failures(5)), (1, 0));
    let since = NOW - Duration::SECOND;
    let from = |network, last| test.read(|c| login_attempts::failure_from_unscoped(c, network, since, last)).unwrap();
    assert_eq!(from(1, 1), Some(NOW + Duration::minutes(4)));
    assert_eq!((from(1, 4), from(1, 5), from(2, 1)), (Some(NOW), None, None));
    // Of one name only what came after it got in.
    let named = |network, name, last| {
        test.read(|c| login_attempts::failure_of_name_unscoped(c, network, name, since, last)).unwrap()
    };
    assert_eq!((named(1, 7, 1), named(1, 7, 2)), (Some(NOW + Duration::minutes(4)), None));
    assert_eq!((named(2, 7, 1), named(1, 8, 1)), (None, None));
    // What a device tried is counted by itself, until it was right there.
    let by_device = |device| test.read(|c| login_attempts::failures_by_device_unscoped(c, device)).unwrap();
    tried(6, LoginOutcome::WrongPassword, Some(9));
    tried(7, LoginOutcome::WrongPassword, Some(9));
    assert_eq!((by_device(9), by_device(10), failures(0)), (2, 0, 1));
    tried(8, LoginOutcome::Succeeded, Some(9));
    assert_eq!((by_device(9), failures(0)), (0, 1));
}

fn requests_of_an_hour_are_counted_by_slot(test: &TestStore) {
    use crate::request_counts::{RequestKind, count, purge};
    let count = |kind, slot, minute: i64| {
        let now = NOW + Duration::minutes(minute);
        test.write(|tx| count(tx, kind, slot, now, now - Duration::HOUR)).unwrap()
    };
    let (registration, reset) = (RequestKind::Registration, RequestKind::PasswordReset);
    assert_eq!((count(registration, 1, 0), count(registration, 1, 59)), ((1, NOW), (2, NOW)));
    assert_eq!((count(registration, u16::MAX, 0), count(reset, 1, 0)), ((1, NOW), (1, NOW)));
    let later = NOW + Duration::HOUR;
    assert_eq!((count(registration, 1, 60), count(registration, 1, 61)), ((1, later), (2, later)));
    assert_eq!(test.write(|tx| purge(tx, NOW)).unwrap(), 2);
    assert_eq!(count(registration, 1, 62), (3, later));
}

fn of_one_purpose_the_newest_token_works_once(test: &TestStore) {
    let world = world(test);
    let user = added(test, person(&world, Organization::Provider, Role::ProviderAdmin));
    let token = |hash: u8, purpose| one_time_tokens::OneTimeToken {
        id: OneTimeTokenId::from_u128(fresh()),
        marketplace_id: world.marketplace,
        purpose,
        hash: vec![hash; 32],
        owner: Owner::User(user.id),
        created_at: NOW,
        expires_at: NOW + Duration::hours(48),
        used_at: None,
        revoked_at: None,
    };
    let (old, reset) = (token(1, Purpose::Activation), token(2, Purpose::PasswordReset));
    let new = token(3, Purpose::Activation);
    for one in [&old, &reset, &new] {
        test.write(|tx| one_time_tokens::replace(tx, one)).unwrap();
    }
    let used = |id| test.write(|tx| one_time_tokens::mark_used(tx, id, NOW)).unwrap();
    assert_eq!((used(old.id), used(new.id), used(new.id), used(reset.id)), (false, true, false, true));
    let stored = test.read(|c| one_time_tokens::by_hash_unscoped(c, &[3; 32])).unwrap();
    assert_eq!(stored, one_time_tokens::OneTimeToken { used_at: Some(NOW), ..new });
}

fn a_consent_keeps_its_first_instant(test: &TestStore) {
    let world = world(test);
    let user = added(test, person(&world, Organization::Provider, Role::ProviderAdmin));
    let consent = |version: &str, minutes: i64| account_consents::StoredConsent {
        marketplace_id: world.marketplace,
        user_id: user.id,
        kind: AccountConsentKind::GeneralTerms,
        version: version.to_owned(),
        agreed_at: NOW + Duration::minutes(minutes),
        address: "192.0.2.1".to_owned(),
    };
    test.write(|tx| {
        account_consents::insert(tx, &[consent("1", 0), consent("2", 1)])?;
        account_consents::insert(tx, &[consent("1", 2)])
    })
    .unwrap();
    let found = test.read(|c| account_consents::of_user_unscoped(c, world.marketplace, user.id)).unwrap();
    assert_eq!(found, [consent("1", 0), consent("2", 1)]);
}

fn u40_who_saw_amounts_and_all_of_its_company_does_so_after_the_migration(test: &TestStore) {
    use Permission as P;
    let world = world(test);
    let text = || "Einkauf".to_owned();
    let of = |key: &str, organization, permissions: &[Permission]| {
        let role = OwnRole { key: RoleKey::new(key).unwrap(), organization, permissions: Permissions::of(permissions) };
        roles::Titled { role, title: Title { de: text(), en: text(), pl: text() } }
    };
    let (customer, reseller) = (OrganizationKind::Customer, OrganizationKind::Reseller);
    let all = [
        of("buyer", customer, &[P::SubscriptionsRead, P::CustomersWrite]),
        of("seller", reseller, &[P::SubscriptionsRead]),
        of("guest", customer, &[P::MeRead]),
    ];
    test.write(|tx| all.iter().try_for_each(|role| roles::insert(tx, world.marketplace, role, NOW))).unwrap();
    test.write(|tx| migrate::revert_from(tx, "20261202000000")).unwrap();
    test.store.migrate().unwrap();
    let kept = |role: &roles::Titled| {
        let kept = test.read(|c| roles::by_key_unscoped(c, world.marketplace, &role.role.key)).unwrap();
        kept.value.role.permissions
    };
    let all_of_it = [P::SubscriptionsRead, P::CustomersWrite, P::MoneyRead, P::BillingWrite, P::SubscriptionsReadAll];
    assert_eq!(kept(&all[0]), Permissions::of(&all_of_it));
    assert_eq!(kept(&all[1]), Permissions::of(&[P::SubscriptionsRead, P::MoneyRead]));
    assert_eq!(kept(&all[2]), Permissions::of(&[P::MeRead]));
}

fn a_role_is_defined_changed_and_removed(test: &TestStore) {
    let world = world(test);
    let key = RoleKey::new("purchaser").unwrap();
    let text = || "Einkauf".to_owned();
    let mut role = roles::Titled {
        role: OwnRole {
            key: key.clone(),
            organization: OrganizationKind::Customer,
            permissions: Permissions::of(&[Permission::OrdersPlace]),
        },
        title: Title { de: text(), en: text(), pl: text() },
    };
    test.write(|tx| roles::insert(tx, world.marketplace, &role, NOW)).unwrap();
    let twice = test.write(|tx| roles::insert(tx, world.marketplace, &role, NOW));
    assert_eq!(twice, Err(StoreError::Conflict("roles.key")));
    role.role.permissions = Permissions::NONE;
    assert_eq!(test.write(|tx| roles::update(tx, world.marketplace, &role, None)), Ok(2));
    assert_eq!(test.read(|c| roles::by_key_unscoped(c, world.marketplace, &key)).unwrap().value, role);
    assert_eq!(test.read(|c| roles::all(c, &world.provider())).unwrap().len(), 1);
    test.write(|tx| roles::remove(tx, world.marketplace, &key)).unwrap();
    assert_eq!(test.read(|c| roles::by_key_unscoped(c, world.marketplace, &key)), Err(StoreError::NotFound));
}
