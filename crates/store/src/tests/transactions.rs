//! Transactions, errors and connections.

use super::fixture::{self, NOW, fresh, world};
use super::{Place, TestStore, both};
use crate::connection::{Conn, Engine, OpenError, Options};
use crate::error::{Failure, Result, StoreError};
use crate::transaction::Store;
use crate::{marketplaces, resellers, users};
use diesel::connection::SimpleConnection;
use domain::access::{Organization, Role};
use domain::id::{MarketplaceId, ResellerId};
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;

both!(
    an_error_rolls_back,
    a_panic_rolls_back,
    foreign_keys_hold,
    readers_cannot_write,
    reading_then_writing_waits,
    a_read_sees_one_state,
    busy_work_runs_again,
    a_unique_thing_conflicts,
    a_row_of_nonsense_is_corrupt,
    an_empty_pool_is_busy,
    it_answers,
    a_statement_that_is_worked_on_is_waited_for,
);

fn an_error_rolls_back(test: &TestStore) {
    let record = fixture::marketplace(MarketplaceId::from_u128(fresh()));
    let result: Result<()> = test.write(|tx| {
        marketplaces::insert(tx, &record)?;
        Err(StoreError::NotFound)
    });
    assert_eq!(result, Err(StoreError::NotFound));
    assert_eq!(fixture::marketplaces(test), 0);
    test.write(|tx| marketplaces::insert(tx, &record)).unwrap();
    assert_eq!(test.read(|c| marketplaces::by_id_unscoped(c, record.marketplace.id)), Ok(record));
}

fn a_panic_rolls_back(test: &TestStore) {
    let record = fixture::marketplace(MarketplaceId::from_u128(fresh()));
    let work = || {
        test.write(|tx| -> Result<()> {
            marketplaces::insert(tx, &record)?;
            panic!("a fault in the work");
        })
    };
    assert!(std::panic::catch_unwind(std::panic::AssertUnwindSafe(work)).is_err());
    assert_eq!(fixture::marketplaces(test), 0);
    test.write(|tx| marketplaces::insert(tx, &record)).unwrap();
}

fn foreign_keys_hold(test: &TestStore) {
    let world = world(test);
    let orphan = fixture::reseller(&world, ResellerId::from_u128(fresh()), "Orphan");
    let orphan = domain::party::Reseller { marketplace_id: MarketplaceId::from_u128(fresh()), ..orphan };
    let result = test.write(|tx| resellers::insert(tx, &orphan, NOW));
    assert!(matches!(result, Err(StoreError::Other(_))), "{result:?}");
}

fn readers_cannot_write(test: &TestStore) {
    let record = fixture::marketplace(MarketplaceId::from_u128(fresh()));
    let result = test.read(|conn| marketplaces::insert(conn, &record));
    assert!(matches!(result, Err(StoreError::Unwritable(_))), "{result:?}");
    assert_eq!(fixture::marketplaces(test), 0);
}

/// Eight threads read a counter and write it back; none is lost, none fails.
fn reading_then_writing_waits(test: &TestStore) {
    let world = world(test);
    std::thread::scope(|scope| {
        for _ in 0..8 {
            scope.spawn(|| {
                for _ in 0..25 {
                    test.write(|tx| {
                        marketplaces::by_id_unscoped(tx, world.marketplace)?;
                        marketplaces::bump_catalog_version(tx, world.marketplace)
                    })
                    .unwrap();
                }
            });
        }
    });
    assert_eq!(test.read(|c| marketplaces::by_id_unscoped(c, world.marketplace)).unwrap().catalog_version, 200);
}

fn a_read_sees_one_state(test: &TestStore) {
    let world = world(test);
    test.read(|conn| {
        let before = marketplaces::by_id_unscoped(conn, world.marketplace)?.catalog_version;
        test.write(|tx| marketplaces::bump_catalog_version(tx, world.marketplace))?;
        assert_eq!(marketplaces::by_id_unscoped(conn, world.marketplace)?.catalog_version, before);
        Ok(())
    })
    .unwrap();
    assert_eq!(test.read(|conn| marketplaces::by_id_unscoped(conn, world.marketplace)).unwrap().catalog_version, 1);
}

fn busy_work_runs_again(test: &TestStore) {
    let attempts = AtomicU32::new(0);
    let result: Result<()> = test.write(|_| {
        attempts.fetch_add(1, Ordering::Relaxed);
        Err(StoreError::Busy)
    });
    assert_eq!((result, attempts.load(Ordering::Relaxed)), (Err(StoreError::Busy), 5));
}

fn user(marketplace: MarketplaceId, login: &str) -> users::StoredUser {
    fixture::person(marketplace, Organization::Provider, Role::ProviderAdmin, login)
}

fn a_unique_thing_conflicts(test: &TestStore) {
    let (one, other) = (world(test), world(test));
    test.write(|tx| users::insert(tx, &user(one.marketplace, "Ada@Example.com"))).unwrap();
    let again = test.write(|tx| users::insert(tx, &user(one.marketplace, "ada@example.COM")));
    assert_eq!(again, Err(StoreError::Conflict("users.login")));
    test.write(|tx| users::insert(tx, &user(other.marketplace, "ada@example.com"))).unwrap();
    let found =
        |marketplace| test.read(|conn| users::by_login_unscoped(conn, "ADA@example.com", marketplace)).unwrap().len();
    assert_eq!((found(None), found(Some(one.marketplace))), (2, 1));
    let same_slug = marketplaces::StoredMarketplace {
        marketplace: domain::party::Marketplace {
            id: MarketplaceId::from_u128(fresh()),
            ..fixture::marketplace(one.marketplace).marketplace
        },
        ..fixture::marketplace(one.marketplace)
    };
    let again = test.write(|tx| marketplaces::insert(tx, &same_slug));
    assert_eq!(again, Err(StoreError::Conflict("marketplaces.slug")));
}

fn a_row_of_nonsense_is_corrupt(test: &TestStore) {
    let world = world(test);
    test.execute("UPDATE marketplaces SET currency = 'XXX'").unwrap();
    let result = test.read(|conn| marketplaces::by_id_unscoped(conn, world.marketplace));
    assert!(matches!(&result, Err(StoreError::Corrupt(text)) if text.contains("XXX")), "{result:?}");
    test.execute("UPDATE marketplaces SET currency = 'EUR', time_zone = 'Europe/Berlni'").unwrap();
    // U-08: refused by name.
    let result = test.read(|conn| marketplaces::by_id_unscoped(conn, world.marketplace));
    assert!(matches!(&result, Err(StoreError::Corrupt(text)) if text.contains("Europe/Berlni")), "{result:?}");
    test.execute("UPDATE marketplaces SET time_zone = 'Europe/Berlin', profile = '[1]'").unwrap();
    assert!(test.read(|conn| marketplaces::by_id_unscoped(conn, world.marketplace)).is_ok());
}

fn an_empty_pool_is_busy(test: &TestStore) {
    let options = Options { pool_size: 1, acquire_timeout: Duration::from_millis(100), ..test.options.clone() };
    let store = Store::open(&options).unwrap();
    let result: Result<()> = store.read(|_| store.ping());
    assert_eq!(result, Err(StoreError::Busy));
    assert_eq!(store.ping(), Ok(()));
}

fn it_answers(test: &TestStore) {
    assert_eq!(test.store.ping(), Ok(()));
    let pool = test.store.pool();
    assert!(pool.idle >= 1 && pool.idle <= pool.connections && pool.connections <= pool.max, "{pool:?}");
    let engine = if matches!(test.place, Place::Sqlite { .. }) { Engine::Sqlite } else { Engine::Postgres };
    assert_eq!(test.store.engine(), engine);
}

/// An error of somebody else's, with a store's inside.
#[derive(Debug, PartialEq)]
enum Foreign {
    Store(StoreError),
    Refused,
}

impl From<StoreError> for Foreign {
    fn from(error: StoreError) -> Self {
        Self::Store(error)
    }
}

impl Failure for Foreign {
    fn store_error(&self) -> Option<&StoreError> {
        match self {
            Self::Store(error) => Some(error),
            Self::Refused => None,
        }
    }
}

#[test]
fn another_error_passes_through_once() {
    let test = TestStore::sqlite();
    let mut attempts = 0;
    let result: std::result::Result<(), Foreign> = test.store.write(|_| {
        attempts += 1;
        Err(Foreign::Refused)
    });
    assert_eq!((result, attempts), (Err(Foreign::Refused), 1));
}

#[test]
fn a_misspelt_url_opens_nothing() {
    for (url, named) in [
        ("postgres_typo://secret@host/db", "postgres_typo"),
        ("kontor.db", "kontor.db"),
        ("mysql://host/db", "mysql"),
        ("sqlite::memory:", "sqlite::memory:"),
        ("sqlite:", "sqlite:"),
    ] {
        let error = Store::open(&Options::new(url)).err();
        assert_eq!(error, Some(OpenError::UnsupportedUrl(named.to_owned())), "{url}");
    }
}

#[test]
fn a_file_that_cannot_be_written_is_named() {
    let dir = tempfile::tempdir().unwrap();
    let missing = dir.path().join("nowhere").join("kontor.db");
    for path in [missing.as_path(), dir.path()] {
        match Store::open(&Options::new(&format!("sqlite:{}", path.display()))).err() {
            Some(OpenError::NotWritable { path: named, .. }) => assert_eq!(named, path),
            other => panic!("{other:?}"),
        }
    }
}

#[test]
fn a_sqlite_file_is_made() {
    let dir = tempfile::tempdir().unwrap();
    for (name, prefix) in [("one.db", "sqlite:"), ("two.db", "sqlite://")] {
        let path = dir.path().join(name);
        Store::open(&Options::new(&format!("{prefix}{}", path.display()))).unwrap();
        assert!(path.exists());
    }
}

#[test]
fn another_process_that_writes_is_waited_for() {
    let test = TestStore::sqlite();
    let other = Store::open(&test.options).unwrap();
    let record = fixture::marketplace(MarketplaceId::from_u128(fresh()));
    std::thread::scope(|scope| {
        let (begun, wait) = std::sync::mpsc::channel();
        scope.spawn(move || {
            other.write(|_| {
                begun.send(()).unwrap();
                std::thread::sleep(Duration::from_millis(200));
                Ok::<_, StoreError>(())
            })
        });
        wait.recv().unwrap();
        test.write(|tx| marketplaces::insert(tx, &record)).unwrap();
    });
}

#[test]
fn an_unreachable_server_is_told_at_once() {
    let error = Store::open(&Options::new("postgres://nobody@127.0.0.1:1/none")).err();
    assert!(matches!(error, Some(OpenError::Unreachable(_))), "{error:?}");
}

/// As after a restart of the server: every pooled connection is dead.
#[test]
fn dead_connections_are_replaced() {
    let Some(test) = TestStore::postgres() else { return };
    let world = world(&test);
    for _ in 0..2 {
        fill_pool(&test, 6);
        let Place::Postgres { server, database } = &test.place else { return };
        let kill = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname";
        super::administer(server, &format!("{kill} = '{database}'"));
        test.write(|tx| marketplaces::bump_catalog_version(tx, world.marketplace)).unwrap();
        super::administer(server, &format!("{kill} = '{database}'"));
        test.read(|conn| marketplaces::by_id_unscoped(conn, world.marketplace)).unwrap();
        super::administer(server, &format!("{kill} = '{database}'"));
        assert_eq!(test.store.ping(), Ok(()));
    }
}

/// Takes so many connections at the same time.
fn fill_pool(test: &TestStore, connections: u32) {
    if connections > 0 {
        test.read(|_| {
            fill_pool(test, connections - 1);
            Ok(())
        })
        .unwrap();
    }
}

/// A connection that dies in the middle: nothing is known of what was done, so it is not done again.
#[test]
fn a_connection_lost_in_the_middle_is_told() {
    let Some(test) = TestStore::postgres() else { return };
    let mut attempts = 0;
    let result = test.write(|tx| {
        attempts += 1;
        let Conn::Postgres(c) = tx else { return Ok(()) };
        c.batch_execute("SELECT pg_terminate_backend(pg_backend_pid())")?;
        Ok(())
    });
    assert!(matches!(result, Err(StoreError::Unavailable(_))), "{result:?}");
    assert_eq!(attempts, 1);
    assert_eq!(test.store.ping(), Ok(()));
}

/// U-95: only what the server does not work on is given up.
fn a_statement_that_is_worked_on_is_waited_for(test: &TestStore) {
    let slept: Result<()> = test.store.read_one(|conn| match conn {
        Conn::Postgres(c) => Ok(c.batch_execute("SELECT pg_sleep(7.5)")?),
        Conn::Sqlite(_) => Ok(()),
    });
    assert_eq!(slept, Ok(()));
}
