//! A database per test: a copy of one that was migrated and filled once per run.

use crate::START;
use api::clock::ManualClock;
use api::http::bounds::Bounds;
use api::vat::mock::MockRegistry;
use api::{App, Parts, demo};
use diesel::connection::SimpleConnection as _;
use diesel::{Connection as _, RunQueryDsl as _};
use provisioning::mock::MockPartnerCenter;
use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Arc, LazyLock};
use store::{Options, Store};
use tempfile::TempDir;

/// A test's database; removed at its end.
pub struct Database {
    url: String,
    admin: Option<(String, String)>,
    _directory: Option<TempDir>,
}

static SQLITE_TEMPLATE: LazyLock<TempDir> = LazyLock::new(|| {
    let directory = TempDir::new().expect("a temporary directory");
    fill(&format!("sqlite:{}", directory.path().join("template.db").display()));
    directory
});

static POSTGRES_TEMPLATE: LazyLock<Option<(String, String)>> = LazyLock::new(|| {
    let admin = server_url()?;
    let name = format!("kontor_template_{}", std::process::id());
    execute(&admin, &format!("CREATE DATABASE {name}"));
    fill(&beside(&admin, &name));
    Some((admin, name))
});

static NUMBER: AtomicU32 = AtomicU32::new(1);

#[allow(clippy::disallowed_methods, reason = "how the Makefile hands the server over")]
fn server_url() -> Option<String> {
    std::env::var("KONTOR_TEST_POSTGRES_URL").ok()
}

impl Database {
    /// A new SQLite file.
    pub fn sqlite() -> Arc<Self> {
        let directory = TempDir::new().expect("a temporary directory");
        let path = directory.path().join("kontor.db");
        std::fs::copy(SQLITE_TEMPLATE.path().join("template.db"), &path).expect("the template is copied");
        Arc::new(Self { url: format!("sqlite:{}", path.display()), admin: None, _directory: Some(directory) })
    }

    /// A new PostgreSQL database; none where no server is given.
    pub fn postgres() -> Option<Arc<Self>> {
        let (admin, template) = POSTGRES_TEMPLATE.as_ref()?;
        Some(Self::create(admin, &format!("TEMPLATE {template}")))
    }

    /// A new PostgreSQL database with nothing in it; none where no server is given.
    pub fn empty_postgres() -> Option<Arc<Self>> {
        Some(Self::create(&server_url()?, ""))
    }

    fn create(admin: &str, how: &str) -> Arc<Self> {
        let name = format!("kontor_test_{}_{}", std::process::id(), NUMBER.fetch_add(1, Ordering::Relaxed));
        execute(admin, &format!("CREATE DATABASE {name} {how}"));
        Arc::new(Self { url: beside(admin, &name), admin: Some((admin.to_owned(), name)), _directory: None })
    }

    /// Its address.
    pub fn url(&self) -> &str {
        &self.url
    }

    /// Changes rows beside the service, as a fault or somebody with a console would.
    pub fn execute(&self, sql: &str) {
        match self.url.strip_prefix("sqlite:") {
            Some(path) => {
                let mut connection = diesel::SqliteConnection::establish(path).expect("the file is there");
                let sql = format!("PRAGMA busy_timeout = 5000; PRAGMA ignore_check_constraints = ON; {sql}");
                connection.batch_execute(&sql).unwrap_or_else(|error| panic!("{sql}: {error}"));
            }
            None => execute(&self.url, sql),
        }
    }

    /// Opens it.
    pub fn open(&self) -> Store {
        Store::open(&Options { pool_size: 6, durable: false, ..Options::new(&self.url) }).expect("the database opens")
    }
}

impl Drop for Database {
    fn drop(&mut self) {
        if let Some((admin, name)) = &self.admin {
            execute(admin, &format!("DROP DATABASE IF EXISTS {name} WITH (FORCE)"));
        }
    }
}

fn execute(url: &str, sql: &str) {
    let mut connection = diesel::PgConnection::establish(url).expect("the PostgreSQL server of the test run");
    diesel::sql_query(sql).execute(&mut connection).unwrap_or_else(|error| panic!("{sql}: {error}"));
}

/// The address of another database on the same server.
fn beside(url: &str, name: &str) -> String {
    let (server, _) = url.rsplit_once('/').expect("an address with a database");
    format!("{server}/{name}")
}

/// Migrates a database and loads the demo data.
fn fill(url: &str) {
    let store = Store::open(&Options { durable: false, ..Options::new(url) }).expect("the template opens");
    store.migrate().expect("the template is migrated");
    let clock = Arc::new(ManualClock::at(START));
    let app = App::build(Parts {
        store,
        partner_center: Arc::new(MockPartnerCenter::in_memory(Arc::new(|| START), 1)),
        vat_registry: Arc::new(MockRegistry::default()),
        clock,
        secret_keys: ([7; 32], None),
        public_url: "http://kontor.test".to_owned(),
        post: crate::post(Arc::new(api::mail::Collecting::default())),
        cors_origins: vec![],
        trusted_proxies: 0,
        job_lease: time::Duration::MINUTE,
        limits: crate::UNLIMITED,
        bounds: Bounds::default(),
        lane_tasks: 4,
        cheap_passwords: true,
    });
    let app = app.expect("the application is built");
    demo::load(&app).expect("the demo data load");
    // Nothing is open any more when the file is copied: closing the last connection folds the WAL in.
    drop(app);
}
