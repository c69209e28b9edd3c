//! A mock to try things on, for the tests of the mock.

use domain::calendar::{BillingCycle, Term};
use domain::id::LineId;
use provisioning::mock::{Clock, MockPartnerCenter};
use provisioning::{CheckOut, LineOutcome, PartnerCenter, ProvisioningError, RemoteLine, RequestId};
use std::io;
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, AtomicU32, Ordering};
use time::macros::datetime;
use time::{Duration, OffsetDateTime};

pub const START: OffsetDateTime = datetime!(2026-11-20 09:00 UTC);
pub const DEMO: &str = "11111111-1111-4111-8111-111111111111";

/// A mock with one adopted tenant, and its clock.
pub struct Bench {
    pub pc: MockPartnerCenter,
    seconds: Arc<AtomicI64>,
    requests: AtomicU32,
}

pub fn clock(seconds: &Arc<AtomicI64>) -> Clock {
    let seconds = Arc::clone(seconds);
    Arc::new(move || START + Duration::seconds(seconds.load(Ordering::Relaxed)))
}

impl Bench {
    pub fn new() -> Self {
        let seconds = Arc::new(AtomicI64::new(0));
        let pc = MockPartnerCenter::in_memory(clock(&seconds), 7);
        pc.adopt_tenant("demo.example", DEMO).expect("adopted");
        Self { pc, seconds, requests: AtomicU32::new(0) }
    }

    pub fn advance(&self, by: Duration) {
        self.seconds.fetch_add(by.whole_seconds(), Ordering::Relaxed);
    }

    pub fn request(&self) -> RequestId {
        RequestId(format!("request-{}", self.requests.fetch_add(1, Ordering::Relaxed)))
    }

    pub fn cart(&self, lines: &[RemoteLine]) -> String {
        self.pc.create_cart(&self.request(), DEMO, lines).expect("cart").id
    }

    pub fn check_out(&self, cart: &str) -> Result<CheckOut, ProvisioningError> {
        self.pc.check_out(&self.request(), DEMO, cart)
    }

    /// Buys lines and says what became of each.
    pub fn buy(&self, lines: &[RemoteLine]) -> Vec<LineOutcome> {
        let bought = self.check_out(&self.cart(lines)).expect("bought");
        bought.lines.into_iter().map(|(_, outcome)| outcome).collect()
    }
}

pub fn line(id: u128, quantity: u32) -> RemoteLine {
    RemoteLine {
        line: LineId::from_u128(id),
        product_external_id: "CFQ7TTC0LF8Q".to_owned(),
        sku_external_id: "0001".to_owned(),
        quantity,
        term: Term::P1Y,
        billing_cycle: BillingCycle::Monthly,
        partner_of_record: None,
        renews_to: None,
    }
}

pub fn code<T: std::fmt::Debug>(answer: Result<T, ProvisioningError>) -> String {
    match answer {
        Err(ProvisioningError::Refused { code, .. }) => code,
        other => panic!("not refused: {other:?}"),
    }
}

pub fn subscription(outcome: &LineOutcome) -> &str {
    match outcome {
        LineOutcome::Ordered { subscription_id, .. } => subscription_id,
        LineOutcome::Refused { .. } => panic!("not ordered: {outcome:?}"),
    }
}

/// A mock over a journal whose clock stands still.
pub fn open(path: &std::path::Path) -> io::Result<MockPartnerCenter> {
    MockPartnerCenter::with_journal(path, Arc::new(|| START), 7)
}
