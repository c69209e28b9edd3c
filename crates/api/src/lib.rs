//! Who may ask, and what happens then: the HTTP API of Kontor and the worker behind it.
//!
//! A handler names who may call it and calls one write; the write is one transaction around one pure decision of the
//! domain; whatever must happen elsewhere is a row in the outbox.

pub mod auth;
pub mod catalog;
pub mod clock;
pub mod config;
pub mod demo;
pub mod events;
pub mod gates;
pub mod http;
pub mod ids;
pub mod jobs;
pub mod keys;
pub mod lane;
pub mod log;
pub mod mail;
pub mod memory;
pub mod metrics;
pub mod microsoft;
pub mod openapi;
pub mod operation;
pub mod ordering;
pub mod organizations;
pub mod pages;
pub mod people;
pub mod platform;
pub mod policies;
pub mod pricing;
pub mod product_keys;
pub mod router;
pub mod server;
pub mod subscriptions;
pub mod texts;
pub mod threads;
pub mod transaction;
pub mod vat;
pub mod worker;

use crate::auth::limiter::{Limiter, Limits};
use crate::auth::password::Passwords;
use crate::auth::standing::Standings;
use crate::auth::token::Tokens;
use crate::clock::Clock;
use crate::gates::Gates;
use crate::http::bounds::Bounds;
use crate::http::problem::Problem;
use crate::keys::Keys;
use crate::lane::Lane;
use crate::mail::{Outage, Post};
use crate::memory::catalogs::Catalogs;
use crate::memory::catalogs::catalog::Catalog;
use crate::memory::marketplaces::Marketplaces;
use crate::memory::owned::OwnedLicences;
use crate::metrics::Metrics;
use crate::vat::VatRegistry;
use domain::id::MarketplaceId;
use provisioning::PartnerCenter;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use store::{Conn, Store, StoreError};
use time::OffsetDateTime;
use tokio::sync::futures::Notified;
use tokio::sync::{Notify, watch};

/// Everything that handlers and the worker share; built once.
pub struct App {
    /// What is remembered.
    pub store: Store,
    /// Who waits for it on a thread.
    pub gates: Gates,
    /// What Microsoft does.
    pub partner_center: Arc<dyn PartnerCenter>,
    /// Real time; each marketplace's own is an offset to it.
    pub clock: Arc<dyn Clock>,
    /// Keys derived from the secret key, one for each purpose.
    pub keys: Keys,
    /// Makes and checks access tokens.
    pub tokens: Tokens,
    /// Who may what at this moment.
    pub standings: Standings,
    /// Hashes passwords and compares them, a few at a time.
    pub passwords: Passwords,
    /// The published catalogues.
    pub catalogs: Catalogs,
    /// What customers own.
    pub owned: OwnedLicences,
    /// The marketplaces with their clocks.
    pub marketplaces: Marketplaces,
    /// The register of VAT ids.
    pub vat_registry: Arc<dyn VatRegistry>,
    /// What `/metrics` tells.
    pub metrics: Metrics,
    /// How mails go.
    pub post: Post,
    /// Whether the mail server is away.
    pub outage: Outage,
    /// What this process lets be asked of it.
    pub limits: Limits,
    /// How often who has asked.
    pub limiter: Limiter,
    /// Origins of browser frontends.
    pub cors_origins: Vec<String>,
    /// How many proxies in front of us are ours: their `X-Forwarded-For` is believed.
    pub trusted_proxies: usize,
    /// How long a worker has a job for itself.
    pub job_lease: time::Duration,
    /// How many tasks each lane of the worker does at once.
    pub lane_tasks: usize,
    caused: [AtomicU64; Lane::ALL.len()],
    wakes: [Notify; Lane::ALL.len()],
    /// What bounds connections and requests.
    pub bounds: Bounds,
    https: bool,
    wake_jobs: Notify,
    job_over: Notify,
    draining: AtomicBool,
    lost: watch::Sender<Option<String>>,
}

/// What an [`App`] is built from.
pub struct Parts {
    /// The database, migrated.
    pub store: Store,
    /// Microsoft's side: the mock, or whatever else implements the trait.
    pub partner_center: Arc<dyn PartnerCenter>,
    /// The register of VAT ids.
    pub vat_registry: Arc<dyn VatRegistry>,
    /// Real time; tests bring one that stands still.
    pub clock: Arc<dyn Clock>,
    /// The secret key and the one before.
    pub secret_keys: ([u8; 32], Option<[u8; 32]>),
    /// Issuer and audience of the tokens.
    pub public_url: String,
    /// How mails go.
    pub post: Post,
    /// Origins of browser frontends.
    pub cors_origins: Vec<String>,
    /// How many proxies in front of us are ours.
    pub trusted_proxies: usize,
    /// How long a worker has a job for itself.
    pub job_lease: time::Duration,
    /// What bounds connections and requests.
    pub bounds: Bounds,
    /// What the process lets be asked of it.
    pub limits: Limits,
    /// How many tasks each lane of the worker does at once.
    pub lane_tasks: usize,
    /// Passwords hashed as cheaply as the algorithm goes: for tests only.
    pub cheap_passwords: bool,
}

impl App {
    /// Builds the application; the catalogues are loaded by [`App::refresh`].
    pub fn build(parts: Parts) -> Result<Self, Problem> {
        let keys = Keys::derive(&parts.secret_keys.0, parts.secret_keys.1.as_ref()).map_err(Problem::internal)?;
        Ok(Self {
            tokens: Tokens::new(&parts.public_url, &keys).map_err(Problem::internal)?,
            standings: Standings::default(),
            passwords: Passwords::new(parts.cheap_passwords)?,
            limiter: Limiter::new(&parts.limits, &parts.clock),
            limits: parts.limits,
            keys,
            gates: Gates::of(&parts.store),
            store: parts.store,
            partner_center: parts.partner_center,
            vat_registry: parts.vat_registry,
            clock: parts.clock,
            catalogs: Catalogs::default(),
            owned: OwnedLicences::default(),
            marketplaces: Marketplaces::default(),
            metrics: Metrics::default(),
            post: parts.post,
            outage: Outage::default(),
            cors_origins: parts.cors_origins,
            trusted_proxies: parts.trusted_proxies,
            job_lease: parts.job_lease,
            bounds: parts.bounds.affordable(),
            https: parts.public_url.starts_with("https://"),
            wake_jobs: Notify::new(),
            job_over: Notify::new(),
            lane_tasks: parts.lane_tasks,
            caused: <[AtomicU64; Lane::ALL.len()]>::default(),
            wakes: <[Notify; Lane::ALL.len()]>::default(),
            draining: AtomicBool::new(false),
            lost: watch::Sender::new(None),
        })
    }

    /// The marketplace's now: real time, or a sandbox's own clock.
    pub fn now(&self, marketplace: MarketplaceId) -> OffsetDateTime {
        let real = self.clock.now();
        real.checked_add(self.marketplaces.clock_offset(marketplace)).unwrap_or(real)
    }

    /// The same as the database has it: another process may have moved a sandbox's clock. For whatever is written, and
    /// for what must agree with it.
    pub fn now_in(&self, conn: &mut Conn, marketplace: MarketplaceId) -> Result<OffsetDateTime, Problem> {
        let real = self.clock.now();
        if self.marketplaces.get(marketplace).is_ok_and(|known| !known.marketplace.sandbox) {
            return Ok(real);
        }
        Ok(self.now_ahead(store::marketplaces::clock_offset_unscoped(conn, marketplace)?))
    }

    /// The now of a marketplace whose clock is so many microseconds ahead, as the database was just read to say.
    pub fn now_ahead(&self, offset_us: i64) -> OffsetDateTime {
        let real = self.clock.now();
        real.checked_add(time::Duration::microseconds(offset_us)).unwrap_or(real)
    }

    /// A marketplace's catalogue in the version that the database says is in force: another process may have published.
    pub fn catalog_in(&self, conn: &mut Conn, marketplace: MarketplaceId) -> Result<Arc<Catalog>, Problem> {
        let record = store::marketplaces::by_id_unscoped(conn, marketplace)?;
        self.catalogs.refresh(conn, &record, self.clock.now())
    }

    /// The same where the version in force was read with something else.
    pub fn catalog_at(
        &self,
        conn: &mut Conn,
        marketplace: MarketplaceId,
        version: i64,
    ) -> Result<Arc<Catalog>, Problem> {
        match self.catalogs.held(marketplace, version) {
            Some(held) => Ok(held),
            None => self.catalog_in(conn, marketplace),
        }
    }

    /// Takes up what other processes changed: marketplaces, their clocks, published catalogues. Only what has another
    /// version than the one held is read. Says whether all of it could be read.
    pub fn refresh(&self) -> Result<bool, Problem> {
        let versions = self.store.read_one(|conn| Ok::<_, Problem>(store::marketplaces::versions_unscoped(conn)?))?;
        let changed: Vec<_> = self.marketplaces.other_than(&versions);
        let mut complete = true;
        if !changed.is_empty() {
            let of_ids = |conn: &mut Conn| Ok::<_, Problem>(store::marketplaces::of_ids_unscoped(conn, &changed)?);
            let (records, unreadable) = self.store.read_one(of_ids)?;
            self.marketplaces.take_up(records);
            for (id, error) in unreadable {
                complete = false;
                tracing::error!(marketplace = %id, %error, "the marketplace cannot be read; what is held of it stays");
            }
        }
        self.standings.heed(self.marketplaces.access_versions());
        for record in self.marketplaces.all() {
            if !self.catalogs.is_behind(&record) {
                continue;
            }
            // One catalogue that cannot be read must not keep the others, or the worker, from going on.
            if let Err(problem) = self.store.read(|conn| self.catalogs.refresh(conn, &record, self.clock.now())) {
                complete = false;
                let slug = &record.marketplace.slug;
                tracing::error!(marketplace = slug, %problem, "the catalogue cannot be loaded; the one held stays");
            }
        }
        Ok(complete)
    }

    /// Notes that a transaction causes work in a lane.
    pub fn cause(&self, lane: Lane) {
        self.caused[lane as usize].fetch_add(1, Ordering::Relaxed);
    }

    /// How much work was caused so far; read before a transaction.
    pub fn caused(&self) -> [u64; Lane::ALL.len()] {
        std::array::from_fn(|lane| self.caused[lane].load(Ordering::Relaxed))
    }

    /// Wakes the lanes that work was caused in since; called once it is committed.
    pub fn wake_caused(&self, before: [u64; Lane::ALL.len()]) {
        let now = self.caused();
        for lane in Lane::ALL {
            if now[lane as usize] != before[lane as usize] {
                self.wake(lane);
            }
        }
    }

    /// Tells a lane of the worker that there may be something to do.
    pub fn wake(&self, lane: Lane) {
        self.wakes[lane as usize].notify_one();
    }

    /// Waits until there may be something to do in a lane.
    pub async fn woken(&self, lane: Lane) {
        self.wakes[lane as usize].notified().await;
    }

    /// Tells whoever does long work that there is some.
    pub fn wake_jobs(&self) {
        self.wake_jobs.notify_one();
    }

    /// Waits until there may be long work to do.
    pub async fn jobs_woken(&self) {
        self.wake_jobs.notified().await;
    }

    /// Tells whoever waits for a job that one is over.
    pub fn job_over(&self) {
        self.job_over.notify_waiters();
    }

    /// Waits until a job of this process is over.
    pub fn until_job_over(&self) -> Notified<'_> {
        self.job_over.notified()
    }

    /// Stops taking new work: `/readyz` says so.
    pub fn drain(&self) {
        self.draining.store(true, Ordering::Relaxed);
        Lane::ALL.into_iter().for_each(|lane| self.wake(lane));
    }

    /// Whether the process is about to stop.
    pub fn draining(&self) -> bool {
        self.draining.load(Ordering::Relaxed)
    }

    /// Ends the process unless the database is still the one that was opened: whatever is answered now would be gone.
    /// Says whether it goes on.
    pub fn check_database(&self) -> bool {
        if let Err(StoreError::Lost(reason)) = self.store.still_there() {
            self.drain();
            self.lost.send_replace(Some(reason));
            return false;
        }
        true
    }

    /// Waits until the database is lost; says how.
    pub async fn database_lost(&self) -> String {
        let mut lost = self.lost.subscribe();
        match lost.wait_for(Option::is_some).await {
            Ok(reason) => reason.clone().unwrap_or_default(),
            // The sender is ours.
            Err(_) => std::future::pending().await,
        }
    }

    /// Whether clients call by https.
    pub const fn is_https(&self) -> bool {
        self.https
    }

    /// Whether pages of this origin may call.
    pub fn allows_origin(&self, origin: &str) -> bool {
        self.cors_origins.iter().any(|allowed| allowed == origin)
    }

    /// Whether so many connections are open that none is kept without a request.
    pub fn is_crowded(&self) -> bool {
        self.bounds.is_crowded(usize::try_from(self.metrics.connections.get()).unwrap_or_default())
    }
}
