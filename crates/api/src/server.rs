//! The HTTP server: the application behind its edge, the documentation, and a stop that loses nothing.

use crate::auth::refusals;
use crate::config::{Config, ConfigError};
use crate::http::edge::edge;
use crate::http::problem::Problem;
use crate::http::unmatched::{self, Methods};
use crate::http::wire;
use crate::mail::Post;
use crate::worker::{lanes, watch};
use crate::{App, Parts, clock, openapi, router};
use actix_cors::Cors;
use actix_web::dev::ServerHandle;
use actix_web::middleware::from_fn;
use actix_web::{HttpServer, web};
use provisioning::PartnerCenter;
use provisioning::mock::MockPartnerCenter;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;
use store::{OpenError, Options, Store};
use utoipa_actix_web::AppExt as _;
use utoipa_swagger_ui::SwaggerUi;

/// Above the idle timeout of usual load balancers (60 s), so that they close first.
const KEEP_ALIVE: Duration = Duration::from_secs(75);
/// How long a client may take to send its request's head.
const REQUEST_HEAD: Duration = Duration::from_secs(15);
/// How long accepted requests are waited for at a stop.
const SHUTDOWN_SECONDS: u64 = 30;
/// How long load balancers have to see that `/readyz` says no.
const NOTICE: Duration = Duration::from_secs(1);
/// Threads that wait for the database, per request thread; more requests queue.
const BLOCKING_THREADS: usize = 8;

/// Why the program could not start.
#[derive(Debug, thiserror::Error)]
pub enum StartError {
    /// A variable of the environment is missing or wrong.
    #[error("configuration: {0}")]
    Config(#[from] ConfigError),
    /// The database cannot be opened: its URL, its file or its server.
    #[error("database: {0}")]
    Database(#[from] OpenError),
    /// A migration could not be applied; nothing is served.
    #[error("migration: {0}")]
    Migration(store::StoreError),
    /// The address of `KONTOR_BIND` cannot be listened on.
    #[error("cannot listen on {0}: {1}")]
    Bind(String, std::io::Error),
    /// Partner Center's journal.
    #[error("partner center journal: {0}")]
    Journal(std::io::Error),
    /// Anything else that stands in the way of serving.
    #[error("{0}")]
    Other(#[from] Problem),
}

impl StartError {
    /// The exit code: 3 configuration, 4 database, 5 migration, 70 the rest.
    pub const fn exit_code(&self) -> u8 {
        match self {
            Self::Config(_) => 3,
            Self::Database(_) => 4,
            Self::Migration(_) => 5,
            Self::Bind(..) | Self::Journal(_) | Self::Other(_) => 70,
        }
    }
}

/// Opens the database of a configuration.
pub fn open_store(config: &Config) -> Result<Store, StartError> {
    Ok(Store::open(&Options { pool_size: config.pool_size, ..Options::new(&config.database_url) })?)
}

/// The application and the mock behind it.
pub struct Built {
    /// The application, ready to serve requests.
    pub app: web::Data<App>,
    /// The Partner Center that the application speaks to; tests set its faults.
    pub mock: Arc<MockPartnerCenter>,
}

/// Builds the application over a migrated database.
pub fn build(config: &Config, store: Store) -> Result<Built, StartError> {
    let clock: Arc<dyn clock::Clock> = Arc::new(clock::SystemClock);
    let mock_clock = Arc::clone(&clock);
    let now = Arc::new(move || mock_clock.now());
    // The seed makes the mock's passwords: derived, so that two installations differ.
    let seed = u64::from_be_bytes(crate::keys::sha256(&config.secret_key)[..8].try_into().unwrap_or_default());
    let mock =
        MockPartnerCenter::with_journal(&config.partner_center_journal, now, seed).map_err(StartError::Journal)?;
    let mock = Arc::new(mock);
    let app = App::build(Parts {
        store,
        partner_center: Arc::clone(&mock) as Arc<dyn PartnerCenter>,
        clock,
        secret_keys: (config.secret_key, config.secret_key_previous),
        public_url: config.public_url.clone(),
        post: Post::of(&config.mail, &config.public_url),
        cors_origins: config.cors_origins.clone(),
        trusted_proxies: config.trusted_proxies,
        job_lease: config.job_lease,
        lane_tasks: config.lane_tasks,
        cheap_passwords: false,
    })?;
    Ok(Built { app: web::Data::new(app), mock })
}

/// A server that listens.
pub struct Listening {
    /// To be awaited until it stops.
    pub server: actix_web::dev::Server,
    /// To stop it.
    pub handle: ServerHandle,
    /// Where it listens; the port that was picked for 0.
    pub address: SocketAddr,
}

/// Listens; the worker is started beside by [`spawn_worker`].
pub fn listen(app: web::Data<App>, bind: &str, threads: Option<usize>) -> Result<Listening, StartError> {
    let methods = web::Data::new(Methods::of(openapi::operations().into_iter().map(|one| (one.method, one.path))));
    let mut server = HttpServer::new(move || {
        let (routed, _) = actix_web::App::new().into_utoipa_app().configure(router::routes).split_for_parts();
        routed
            .app_data(app.clone())
            .app_data(methods.clone())
            .app_data(web::PayloadConfig::new(wire::body::MAX_BODY))
            .route("/openapi.json", web::get().to(openapi::show_document))
            .route("/docs", web::get().to(docs_redirect))
            .service(swagger())
            .default_service(web::to(unmatched::unmatched))
            .wrap(from_fn(refusals::record))
            .wrap(cors(&app.cors_origins))
            .wrap(from_fn(edge))
    })
    .keep_alive(KEEP_ALIVE)
    .client_request_timeout(REQUEST_HEAD)
    .shutdown_timeout(SHUTDOWN_SECONDS)
    .worker_max_blocking_threads(BLOCKING_THREADS)
    .disable_signals();
    if let Some(threads) = threads {
        server = server.workers(threads);
    }
    let failed = |error| StartError::Bind(bind.to_owned(), error);
    let server = server.bind(bind).map_err(failed)?;
    let address = server.addrs().first().copied().ok_or_else(|| failed(std::io::Error::other("no address")))?;
    let server = server.run();
    Ok(Listening { handle: server.handle(), server, address })
}

/// Runs the worker in this process.
pub fn spawn_worker(app: &web::Data<App>) {
    actix_web::rt::spawn(lanes::run(app.clone()));
}

/// Takes up what other processes change, and wakes the worker where something is due, until this process stops.
pub fn spawn_watch(app: &web::Data<App>) {
    actix_web::rt::spawn(watch::run(app.clone()));
}

/// Stops in order when told to: `/readyz` says so first, then nothing new is accepted, then what is
/// under way is finished. SIGINT (Ctrl-C) leaves out the waiting.
pub fn stop_on_signal(app: &web::Data<App>, server: Option<ServerHandle>) {
    use tokio::signal::unix::{SignalKind, signal};
    let app = app.clone();
    actix_web::rt::spawn(async move {
        let (Ok(mut terminate), Ok(mut interrupt)) = (signal(SignalKind::terminate()), signal(SignalKind::interrupt()))
        else {
            tracing::error!("signals cannot be received");
            return;
        };
        tokio::select! {
            _ = terminate.recv() => {
                app.drain();
                tokio::time::sleep(NOTICE).await;
            }
            _ = interrupt.recv() => app.drain(),
        }
        if let Some(server) = server {
            server.stop(true).await;
        }
    });
}

fn swagger() -> SwaggerUi {
    let config = utoipa_swagger_ui::Config::from("/openapi.json").try_it_out_enabled(true).persist_authorization(true);
    SwaggerUi::new("/docs/{_:.*}").config(config)
}

async fn docs_redirect() -> actix_web::HttpResponse {
    actix_web::HttpResponse::PermanentRedirect().insert_header(("Location", "/docs/")).finish()
}

fn cors(origins: &[String]) -> Cors {
    let cors = Cors::default()
        .allowed_methods(["GET", "POST", "PUT", "PATCH", "DELETE"])
        .allow_any_header()
        .expose_headers(["ETag", "Location", "Retry-After", "X-Request-Id", "Idempotent-Replayed"])
        .max_age(3_600);
    origins.iter().fold(cors, |cors, origin| cors.allowed_origin(origin))
}
