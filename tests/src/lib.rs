//! The suite's equipment: a whole service on either database, one client per person, a clock that
//! only moves by [`TestApp::advance`], and the worker run by hand.
//!
//! A test that leaves work behind fails when its [`TestApp`] is dropped.

pub mod client;
pub mod cluster;
pub mod company;
pub mod database;
pub mod partner_center;
pub mod people;
pub mod program;
pub mod proxy;
pub mod running;
pub mod schema;
pub mod shop;
pub mod smtp;

pub use client::{Answer, Client};

use actix_web::web;
use api::auth::limiter::Limits;
use api::clock::{Clock, ManualClock};
use api::http::bounds::Bounds;
use api::mail::{Collecting, Mail, Post, Transport};
use api::vat::VatRegistry;
use api::vat::mock::MockRegistry;
use api::worker::{lanes, rounds, watch};
use api::{App, Parts, demo, server};
use database::Database;
use provisioning::PartnerCenter;
use provisioning::mock::MockPartnerCenter;
use std::collections::HashMap;
use std::sync::{Arc, Mutex, mpsc};
use time::OffsetDateTime;
use time::macros::datetime;

/// When every test begins: the 6th of a month of 30 days, as in C-39.
pub const START: OffsetDateTime = datetime!(2026-09-06 10:15:00 UTC);

/// What the suite lets itself ask: time stands still here, and nothing that is used up would come back.
pub const UNLIMITED: Limits = Limits { read: None, write: None, login: None, export: None, links: 60, open_carts: 100 };

/// A mail that was sent.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SentMail {
    /// To whom.
    pub to: String,
    /// Its subject.
    pub subject: String,
    /// Its text.
    pub text: String,
    /// What it is about, by its code: `order_ready`.
    pub kind: String,
    /// `de`, `en` or `pl`.
    pub language: String,
}

impl From<&Mail> for SentMail {
    fn from(mail: &Mail) -> Self {
        Self {
            to: mail.to.clone(),
            subject: mail.subject.clone(),
            text: mail.text.clone(),
            kind: mail.kind.code().to_owned(),
            language: mail.language.code().to_owned(),
        }
    }
}

impl SentMail {
    /// What follows the last slash of the first link: a token.
    #[track_caller]
    pub fn token(&self) -> String {
        let link = self.text.split_whitespace().find(|word| word.starts_with("http"));
        let link = link.unwrap_or_else(|| panic!("no link in {}", self.text));
        link.rsplit('/').next().unwrap_or_default().to_owned()
    }
}

/// What a process does not take with it when it is killed.
struct Outside {
    clock: Arc<ManualClock>,
    mock: Arc<MockPartnerCenter>,
    collected: Arc<Collecting>,
    cheap_passwords: bool,
}

impl Outside {
    fn new() -> Self {
        let clock = Arc::new(ManualClock::at(START));
        let now = Arc::clone(&clock);
        let mock = Arc::new(MockPartnerCenter::in_memory(Arc::new(move || now.now()), 1));
        Self { clock, mock, collected: Arc::default(), cheap_passwords: true }
    }
}

/// A running service with its own database.
pub struct TestApp {
    /// The application inside, for the worker and the mock.
    pub app: web::Data<App>,
    /// Partner Center.
    pub mock: Arc<MockPartnerCenter>,
    /// Where it listens: `http://127.0.0.1:…`.
    pub url: String,
    collected: Arc<Collecting>,
    clock: Arc<ManualClock>,
    server: actix_web::dev::ServerHandle,
    thread: Option<std::thread::JoinHandle<()>>,
    clients: Mutex<HashMap<String, Client>>,
    database: Arc<Database>,
    leaves_work: bool,
}

/// Another process on the same database, as long as it is held.
pub struct Beside {
    /// Where it listens.
    pub url: String,
    server: actix_web::dev::ServerHandle,
    thread: Option<std::thread::JoinHandle<()>>,
}

impl Drop for Beside {
    fn drop(&mut self) {
        drop(self.server.stop(false));
        if let Some(thread) = self.thread.take() {
            let _ = thread.join();
        }
    }
}

/// A worker that runs in this process as it does in the program, until it is dropped: its lanes, and the watch that
/// wakes them.
pub struct Worker {
    /// Its application, with connections and memory of its own.
    pub app: web::Data<App>,
    thread: Option<std::thread::JoinHandle<()>>,
}

impl Drop for Worker {
    fn drop(&mut self) {
        self.app.drain();
        if let Some(thread) = self.thread.take() {
            let _ = thread.join();
        }
    }
}

impl TestApp {
    /// On a new SQLite file with the demo data.
    pub fn sqlite() -> Self {
        Self::start(Database::sqlite(), None)
    }

    /// The same, with passwords hashed as slowly as they are for people.
    pub fn with_slow_passwords() -> Self {
        Self::start(Database::sqlite(), Some(Outside { cheap_passwords: false, ..Outside::new() }))
    }

    /// On a new PostgreSQL database with the demo data; none where no server is given.
    pub fn postgres() -> Option<Self> {
        Some(Self::start(Database::postgres()?, None))
    }

    fn start(database: Arc<Database>, old: Option<Outside>) -> Self {
        let Outside { clock, mock, collected, cheap_passwords } = old.unwrap_or_else(Outside::new);
        let partner_center = Arc::clone(&mock) as Arc<dyn PartnerCenter>;
        let app = build(
            &database,
            Arc::clone(&clock),
            partner_center,
            Arc::clone(&collected) as Arc<dyn Transport>,
            Arc::new(MockRegistry::default()),
            (cheap_passwords, UNLIMITED, 0),
        );
        app.refresh().expect("the catalogues load");
        demo::adopt_tenants(&app, &mock).expect("the demo's tenants exist");
        let (url, server, thread) = serve(app.clone(), true);
        Self {
            app,
            mock,
            url,
            collected,
            clock,
            server,
            thread: Some(thread),
            clients: Mutex::default(),
            database,
            leaves_work: false,
        }
    }

    /// Ends this process and starts another on the same database, as after a kill: whatever was in memory is gone.
    pub fn restart(mut self) -> Self {
        self.leaves_work = true;
        let database = Arc::clone(&self.database);
        let (clock, mock, collected) = (Arc::clone(&self.clock), Arc::clone(&self.mock), Arc::clone(&self.collected));
        drop(self);
        Self::start(database, Some(Outside { clock, mock, collected, cheap_passwords: true }))
    }

    /// What another process would be: its own connections and memory, the same database and clock, and a
    /// Partner Center of the caller's choice. It serves nobody; it can work.
    pub fn beside(&self, partner_center: Arc<dyn PartnerCenter>) -> web::Data<App> {
        self.beside_with(partner_center, Arc::clone(&self.collected) as Arc<dyn Transport>, (UNLIMITED, 0))
    }

    fn beside_with(
        &self,
        partner_center: Arc<dyn PartnerCenter>,
        transport: Arc<dyn Transport>,
        (limits, trusted_proxies): (Limits, usize),
    ) -> web::Data<App> {
        let set = (true, limits, trusted_proxies);
        let registry = Arc::new(MockRegistry::default());
        let app = build(&self.database, Arc::clone(&self.clock), partner_center, transport, registry, set);
        app.refresh().expect("the catalogues load");
        app
    }

    /// The same with a register of VAT ids of the caller's choice; it asks it all that is due.
    pub fn ask_register(&self, registry: Arc<dyn VatRegistry>) {
        let (mock, collected) = (Arc::clone(&self.mock), Arc::clone(&self.collected));
        let app = build(&self.database, Arc::clone(&self.clock), mock, collected, registry, (true, UNLIMITED, 0));
        app.refresh().expect("the catalogues load");
        rounds::drain(&app, None).expect("what is due is done");
    }

    /// The same, and it works by itself, as the program does.
    pub fn worker(&self, partner_center: Arc<dyn PartnerCenter>) -> Worker {
        let app = self.beside(partner_center);
        let working = app.clone();
        let thread = std::thread::spawn(move || {
            actix_web::rt::System::new().block_on(async move {
                actix_web::rt::spawn(watch::run(working.clone()));
                lanes::run(working).await;
            });
        });
        Worker { app, thread: Some(thread) }
    }

    /// Changes rows beside the service, as a fault or somebody with a console would.
    pub fn execute(&self, sql: &str) {
        self.database.execute(sql);
    }

    /// The same, and it serves: what it holds in memory is as of now, and it does not look what others change.
    pub fn serve_beside(&self) -> Beside {
        let (url, server, thread) = serve(self.beside(Arc::clone(&self.mock) as Arc<dyn PartnerCenter>), false);
        Beside { url, server, thread: Some(thread) }
    }

    /// The same with a Partner Center of the caller's choice.
    pub fn serve_beside_by(&self, partner_center: Arc<dyn PartnerCenter>) -> Beside {
        let (url, server, thread) = serve(self.beside(partner_center), false);
        Beside { url, server, thread: Some(thread) }
    }

    /// The same with limits of its own, and behind a proxy that is ours: `X-Forwarded-For` says who calls.
    pub fn serve_beside_with(&self, limits: Limits) -> Beside {
        let (mock, transport) = (Arc::clone(&self.mock), Arc::clone(&self.collected));
        let (url, server, thread) = serve(self.beside_with(mock, transport, (limits, 1)), false);
        Beside { url, server, thread: Some(thread) }
    }

    /// The same with another way for mails.
    pub fn beside_with_mail(&self, transport: Arc<dyn Transport>) -> web::Data<App> {
        let partner_center = Arc::clone(&self.mock) as Arc<dyn PartnerCenter>;
        self.beside_with(partner_center, transport, (UNLIMITED, 0))
    }

    /// What was sent so far, in order, a mail that was sent again again.
    pub fn mails(&self) -> Vec<SentMail> {
        self.collected.mails().iter().map(SentMail::from).collect()
    }

    /// What was sent to an address so far.
    pub fn mails_to(&self, address: &str) -> Vec<SentMail> {
        self.mails().into_iter().filter(|mail| mail.to == address).collect()
    }

    /// The newest mail to an address.
    #[track_caller]
    pub fn last_mail(&self, address: &str) -> SentMail {
        self.mails_to(address).pop().unwrap_or_else(|| panic!("a mail to {address}"))
    }

    /// A client that is logged in as a demo person.
    pub fn client(&self, email: &str) -> Client {
        let mut clients = self.clients.lock().expect("no test panics while it logs in");
        clients.entry(email.to_owned()).or_insert_with(|| Client::log_in(&self.url, email)).clone()
    }

    /// A client that is not logged in.
    pub fn anonymous(&self) -> Client {
        Client::anonymous(&self.url)
    }

    /// Moves real time.
    pub fn advance(&self, by: time::Duration) {
        self.clock.advance(by);
        self.clients.lock().expect("no test panics while it logs in").clear();
    }

    /// What moves real time from within a call.
    pub fn clock(&self) -> Arc<ManualClock> {
        Arc::clone(&self.clock)
    }

    /// Real time.
    pub fn now(&self) -> OffsetDateTime {
        self.clock.now()
    }

    /// Runs the worker as long as something is due now; no time passes.
    pub fn work(&self) {
        rounds::drain(&self.app, None).expect("the worker works");
    }

    /// Works as another process would whose mails go this way, for so many steps of time.
    pub fn work_by_mail(&self, transport: Arc<dyn Transport>, steps: u32, step: time::Duration) {
        let beside = self.beside_with_mail(transport);
        for _ in 0..steps {
            rounds::drain(&beside, None).expect("the worker works");
            self.advance(step);
        }
    }

    /// Runs the worker until nothing waits any more, letting time pass where work is due later.
    pub fn drain(&self) {
        for _ in 0..200 {
            rounds::drain(&self.app, None).expect("the worker works");
            let backlog = self.backlog();
            let Some(due) = backlog.oldest_due else { return };
            let now = self.clock.now();
            if due > now {
                self.advance(due - now);
            }
        }
        panic!("the worker does not come to an end");
    }

    /// Where its database is, as drivers know it.
    pub fn database_url(&self) -> String {
        self.database.url().trim_start_matches("sqlite:").to_owned()
    }

    /// Says that the test leaves work behind on purpose.
    pub fn leave_work(&mut self) {
        self.leaves_work = true;
    }

    fn backlog(&self) -> store::outbox::Backlog {
        self.app.store.read(store::outbox::backlog_unscoped).expect("the backlog is read")
    }
}

impl Drop for TestApp {
    fn drop(&mut self) {
        let waiting = if std::thread::panicking() || self.leaves_work { 0 } else { self.backlog().pending };
        // The server's thread ends with its system.
        drop(self.server.stop(false));
        if let Some(thread) = self.thread.take() {
            let _ = thread.join();
        }
        assert_eq!(waiting, 0, "the test leaves work behind: call drain()");
    }
}

/// By this transport, to a shop that nobody has.
pub fn post(transport: Arc<dyn Transport>) -> Post {
    Post {
        transport,
        from: "no-reply@kontor.test".to_owned(),
        from_name: None,
        shop_url: "https://shop.test/{marketplace}".to_owned(),
    }
}

fn build(
    database: &Database,
    clock: Arc<ManualClock>,
    partner_center: Arc<dyn PartnerCenter>,
    transport: Arc<dyn Transport>,
    vat_registry: Arc<dyn VatRegistry>,
    (cheap_passwords, limits, trusted_proxies): (bool, Limits, usize),
) -> web::Data<App> {
    let parts = Parts {
        store: database.open(),
        partner_center,
        vat_registry,
        clock,
        secret_keys: ([7; 32], None),
        public_url: "http://kontor.test".to_owned(),
        post: post(transport),
        cors_origins: vec!["https://shop.example".to_owned()],
        trusted_proxies,
        job_lease: time::Duration::MINUTE,
        limits,
        bounds: Bounds::default(),
        lane_tasks: 4,
        cheap_passwords,
    };
    web::Data::new(App::build(parts).expect("the application is built"))
}

/// Serves; tests run the worker by hand, but long work is waited for by whoever asked for it.
fn serve(app: web::Data<App>, jobs: bool) -> (String, actix_web::dev::ServerHandle, std::thread::JoinHandle<()>) {
    let (sender, receiver) = mpsc::channel();
    let thread = std::thread::spawn(move || {
        actix_web::rt::System::new().block_on(async move {
            let listening = server::listen(app.clone(), "127.0.0.1:0", Some(1)).expect("a port is free");
            if jobs {
                server::spawn_jobs(&app);
            }
            sender.send((format!("http://{}", listening.address), listening.handle)).expect("the test waits for it");
            listening.server.await.expect("the server ends well");
        });
    });
    let (url, handle) = receiver.recv().expect("the server starts");
    (url, handle, thread)
}

/// Declares a test that runs on both databases.
#[macro_export]
macro_rules! both {
    ($(#[doc = $doc:literal])* $name:ident($app:ident) $body:block) => {
        $(#[doc = $doc])*
        mod $name {
            use super::*;

            fn run(#[allow(unused_mut, reason = "some tests restart it")] mut $app: $crate::TestApp) $body

            #[test]
            fn sqlite() {
                run($crate::TestApp::sqlite());
            }

            #[test]
            fn postgres() {
                if let Some(app) = $crate::TestApp::postgres() {
                    run(app);
                }
            }
        }
    };
}
