//! The mock keeps the contract, in memory and with a journal, whatever Microsoft leaves open.

use provisioning::contract::{World, contract};
use provisioning::mock::{Behavior, Clock, MockPartnerCenter, Provisioning, RepeatedCheckOut};
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};
use time::macros::datetime;
use time::{Duration, OffsetDateTime};

const START: OffsetDateTime = datetime!(2026-11-20 09:00 UTC);

/// A clock that goes on by a minute whenever somebody waits.
fn clock() -> (Clock, Arc<AtomicI64>) {
    let minutes = Arc::new(AtomicI64::new(0));
    let read = Arc::clone(&minutes);
    (Arc::new(move || START + Duration::minutes(read.load(Ordering::Relaxed))), minutes)
}

fn check(pc: &MockPartnerCenter, minutes: &AtomicI64) {
    let wait = || {
        minutes.fetch_add(1, Ordering::Relaxed);
    };
    let world = World {
        run: "kontor1",
        taken_domain: "contoso.onmicrosoft.com",
        unknown_domain: "unknown.example",
        item: ("CFQ7TTC0LF8Q", "0001"),
        upgrade: ("CFQ7TTC0LF8R", "0001"),
        now: START,
        wait: &wait,
    };
    contract(pc, &world);
}

#[test]
fn the_mock_keeps_the_contract_in_memory() {
    let (clock, minutes) = clock();
    check(&MockPartnerCenter::in_memory(clock, 1), &minutes);
}

#[test]
fn the_mock_keeps_the_contract_with_a_journal() {
    let (clock, minutes) = clock();
    let file = tempfile::NamedTempFile::new().unwrap();
    check(&MockPartnerCenter::with_journal(file.path(), clock, 1).unwrap(), &minutes);
}

#[test]
fn the_mock_keeps_the_contract_when_it_is_slow_and_whatever_it_repeats() {
    for repeated_check_out in [RepeatedCheckOut::AlwaysRefused, RepeatedCheckOut::SameAnswer] {
        let (clock, minutes) = clock();
        let pc = MockPartnerCenter::in_memory(clock, 1);
        pc.set_behavior(Behavior {
            provisioning: Provisioning::After(Duration::minutes(20)),
            order_lag: Duration::minutes(15),
            repeated_check_out,
            windows: true,
        });
        check(&pc, &minutes);
    }
}
