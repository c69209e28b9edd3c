//! Idempotency keys, also of requests that come at the same time.

use super::fixture::{self, NOW, fresh};
use super::{TestStore, both};
use crate::error::{Result, StoreError};
use crate::idempotency::{Begun, StoredAnswer, begin, finish, purge};
use crate::marketplaces;
use domain::id::MarketplaceId;
use std::sync::Barrier;
use time::Duration;

both!(the_same_request_is_answered_alike, twins_work_once, a_failure_frees_the_key, old_keys_are_forgotten);

fn answer() -> StoredAnswer {
    StoredAnswer { status: 201, body: vec![0, 1, 255], headers: vec![("etag".to_owned(), "\"1\"".to_owned())] }
}

fn the_same_request_is_answered_alike(test: &TestStore) {
    let ask = |caller: &str, key: &str, fingerprint: &[u8]| test.write(|tx| begin(tx, caller, key, fingerprint, NOW));
    let first = test.write(|tx| {
        let begun = begin(tx, "usr_1", "key", b"print", NOW)?;
        finish(tx, "usr_1", "key", &answer())?;
        Ok(begun)
    });
    assert_eq!(first, Ok(Begun::Fresh));
    assert_eq!(ask("usr_1", "key", b"print"), Ok(Begun::Replay(answer())));
    assert_eq!(ask("usr_1", "key", b"other"), Ok(Begun::Reused));
    assert_eq!(ask("usr_2", "key", b"other"), Ok(Begun::Fresh));
    let unanswered = ask("usr_2", "key", b"other");
    assert!(matches!(unanswered, Err(StoreError::Corrupt(_))), "{unanswered:?}");
    assert_eq!(test.write(|tx| finish(tx, "usr_3", "key", &answer())), Err(StoreError::NotFound));
}

/// Sixteen at once with one key: one does the work, the others get its answer.
fn twins_work_once(test: &TestStore) {
    let barrier = Barrier::new(16);
    let ask = || {
        barrier.wait();
        test.write(|tx| {
            let begun = begin(tx, "usr", "key", b"print", NOW)?;
            if begun == Begun::Fresh {
                marketplaces::insert(tx, &fixture::marketplace(MarketplaceId::from_u128(fresh())))?;
                std::thread::sleep(std::time::Duration::from_millis(20));
                finish(tx, "usr", "key", &answer())?;
            }
            Ok(begun)
        })
    };
    let answers: Vec<Result<Begun>> = std::thread::scope(|scope| {
        let threads: Vec<_> = (0..16).map(|_| scope.spawn(ask)).collect();
        threads.into_iter().map(|thread| thread.join().unwrap()).collect()
    });
    let fresh = answers.iter().filter(|answer| **answer == Ok(Begun::Fresh)).count();
    let replayed = answers.iter().filter(|begun| **begun == Ok(Begun::Replay(answer()))).count();
    assert_eq!((fresh, replayed), (1, 15), "{answers:?}");
    assert_eq!(fixture::marketplaces(test), 1);
}

fn a_failure_frees_the_key(test: &TestStore) {
    let failed: Result<()> = test.write(|tx| {
        begin(tx, "usr", "key", b"print", NOW)?;
        Err(StoreError::Stale)
    });
    assert_eq!(failed, Err(StoreError::Stale));
    assert_eq!(test.write(|tx| begin(tx, "usr", "key", b"other", NOW)), Ok(Begun::Fresh));
}

fn old_keys_are_forgotten(test: &TestStore) {
    for (key, days) in [("old", 0), ("new", 30)] {
        test.write(|tx| begin(tx, "usr", key, b"print", NOW + Duration::days(days))).unwrap();
    }
    assert_eq!(test.write(|tx| purge(tx, NOW + Duration::days(30))), Ok(1));
    assert_eq!(test.write(|tx| begin(tx, "usr", "old", b"other", NOW)), Ok(Begun::Fresh));
    assert_eq!(test.write(|tx| begin(tx, "usr", "new", b"other", NOW)), Ok(Begun::Reused));
}
