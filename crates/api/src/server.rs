//! The HTTP server: the application behind its edge, the documentation, and a stop that loses nothing.

use crate::auth::{amounts, limits, refusals};
use crate::config::{Config, ConfigError};
use crate::http::connection::{Connection, REQUEST_HEAD, longest_silence};
use crate::http::edge::edge;
use crate::http::heeded::{self, Reads};
use crate::http::held;
use crate::http::packing;
use crate::http::problem::Problem;
use crate::http::routes::Routes;
use crate::http::screen::screen;
use crate::http::unmatched::{self, Methods};
use crate::http::wire;
use crate::mail::Post;
use crate::microsoft;
use crate::platform::command_line::NotDone;
use crate::texts::reading::Flaw;
use crate::worker::{lanes, run_jobs, watch};
use crate::{App, Parts, clock, openapi, pages, router};
use actix_cors::Cors;
use actix_http::error::DispatchError;
use actix_http::{HttpServiceBuilder, Request};
use actix_service::{IntoServiceFactory as _, ServiceFactory, ServiceFactoryExt as _, fn_service, map_config};
use actix_web::dev::{AppConfig, ServerHandle, ServiceResponse};
use actix_web::middleware::from_fn;
use actix_web::rt::net::TcpStream;
use actix_web::{HttpResponse, web};
use domain::party::MarketplaceStatus;
use provisioning::PartnerCenter;
use provisioning::mock::MockPartnerCenter;
use std::net::{SocketAddr, TcpListener, ToSocketAddrs as _};
use std::sync::Arc;
use std::time::Duration;
use store::marketplaces::StoredMarketplace;
use store::{OpenError, Options, Store};
use tokio::net::TcpSocket;

/// How long accepted requests are waited for at a stop.
const SHUTDOWN_SECONDS: u64 = 30;
/// How long a client is waited for that is to close its side.
const DISCONNECT: Duration = Duration::from_secs(1);
/// Connections that wait to be accepted.
const BACKLOG: u32 = 1_024;

/// The headers of answers that scripts of other origins may read.
const EXPOSED: [&str; 7] =
    ["ETag", "Location", "Retry-After", "X-Request-Id", "Idempotent-Replayed", "RateLimit", "RateLimit-Policy"];

/// Why the program could not start.
#[derive(Debug, thiserror::Error)]
pub enum StartError {
    /// A variable of the environment is missing or wrong.
    #[error("configuration: {0}")]
    Config(#[from] ConfigError),
    /// The database cannot be opened: its URL, its file or its server.
    #[error("database: {0}")]
    Database(#[from] OpenError),
    /// The database was deleted or replaced under the running process.
    #[error("the database is lost: {0}; nothing more is served")]
    Lost(String),
    /// A migration could not be applied; nothing is served.
    #[error("migration: {0}")]
    Migration(store::StoreError),
    /// The address of `KONTOR_BIND` cannot be listened on.
    #[error("cannot listen on {0}: {1}")]
    Bind(String, std::io::Error),
    /// Partner Center's journal.
    #[error("configuration: KONTOR_PARTNER_CENTER_JOURNAL {0}: {1}")]
    Journal(String, std::io::Error),
    /// What operators asked for at the command line was not done.
    #[error("{0}")]
    NotDone(#[from] NotDone),
    /// A text that people read is missing, or cannot be said.
    #[error("texts: {0}")]
    Texts(#[from] Flaw),
    /// Anything else that stands in the way of serving.
    #[error("{0}")]
    Other(#[from] Problem),
}

impl StartError {
    /// The exit code: 3 configuration, 4 database, 5 migration, 70 the rest.
    pub const fn exit_code(&self) -> u8 {
        match self {
            Self::Config(_) | Self::Journal(..) => 3,
            Self::Database(_) | Self::Lost(_) => 4,
            Self::Migration(_) => 5,
            Self::Bind(..) | Self::NotDone(_) | Self::Texts(_) | Self::Other(_) => 70,
        }
    }
}

/// Says of each marketplace that sells for real money that what it orders at Microsoft is only pretended. None opens
/// so, but a database may have been made otherwise.
pub fn say_what_is_pretended(app: &App) {
    let real = |record: &StoredMarketplace| {
        !record.marketplace.sandbox && record.marketplace.status == MarketplaceStatus::Open
    };
    if !microsoft::pretends(app) {
        return;
    }
    for record in app.marketplaces.all().iter().filter(|record| real(record)) {
        let slug = &record.marketplace.slug;
        tracing::error!(marketplace = slug, "it sells for real money, and its orders at Microsoft are only pretended");
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
    let journal = &config.partner_center_journal;
    let mock = MockPartnerCenter::with_journal(journal, now, seed)
        .map_err(|error| StartError::Journal(journal.display().to_string(), error))?;
    let mock = Arc::new(mock);
    let app = App::build(Parts {
        store,
        partner_center: Arc::clone(&mock) as Arc<dyn PartnerCenter>,
        clock,
        secret_keys: (config.secret_key, config.secret_key_previous),
        public_url: config.public_url.clone(),
        vat_registry: config.vat.open(),
        post: Post::of(&config.mail, &config.public_url),
        cors_origins: config.cors_origins.clone(),
        trusted_proxies: config.trusted_proxies,
        job_lease: config.job_lease,
        limits: config.limits,
        bounds: config.bounds,
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
    let threads_that_wait = app.gates.threads();
    let operations = openapi::operations();
    let methods = operations.iter().map(|one| (one.method.clone(), one.path.clone()));
    let looked_at = pages::PATHS.map(|path| ("GET".to_owned(), path.to_owned()));
    let methods = web::Data::new(Methods::of(methods.chain(looked_at)));
    let reads = web::Data::new(Reads::of(operations.into_iter().map(|one| (one.method, one.path, one.reads))));
    let failed = |error| StartError::Bind(bind.to_owned(), error);
    let threads = threads.or_else(|| std::thread::available_parallelism().map(Into::into).ok()).unwrap_or(2);
    let bounds = app.bounds;
    let mut server = actix_server::Server::build()
        .workers(threads)
        .max_concurrent_connections(bounds.connections.div_ceil(threads))
        .worker_max_blocking_threads(threads_that_wait)
        .shutdown_timeout(SHUTDOWN_SECONDS)
        .disable_signals();
    let (stopping, mut addresses) = (server.graceful_shutdown_signal(), vec![]);
    for listener in listeners(bind).map_err(failed)? {
        addresses.push(listener.local_addr().map_err(failed)?);
        let (app, methods, stopping) = (app.clone(), (methods.clone(), reads.clone()), stopping.clone());
        let service = move || {
            let (open, stopping) = (app.metrics.connections.clone(), stopping.clone());
            let silence = longest_silence(bounds.keep_alive);
            let http = HttpServiceBuilder::default()
                .graceful_shutdown_signal(move || {
                    let stopping = stopping.clone();
                    async move { stopping.notified().await }
                })
                .keep_alive(bounds.keep_alive)
                .client_request_timeout(REQUEST_HEAD)
                .client_disconnect_timeout(DISCONNECT)
                .h1(map_config(application(app.clone(), methods.clone()), |()| AppConfig::default()));
            fn_service(move |stream: TcpStream| {
                let peer = stream.peer_addr().ok();
                let connection = Connection::new(stream, open.clone(), silence);
                async move { Ok::<_, DispatchError>((connection, peer)) }
            })
            .and_then(http)
        };
        server = server.listen("http", listener, service).map_err(failed)?;
    }
    let address = addresses.first().copied().ok_or_else(|| failed(std::io::Error::other("no address")))?;
    let server = server.run();
    Ok(Listening { handle: server.handle(), server, address })
}

/// Every address that the name stands for, and at least one.
fn listeners(bind: &str) -> std::io::Result<Vec<TcpListener>> {
    let (mut listeners, mut failed) = (vec![], None);
    for address in bind.to_socket_addrs()? {
        let socket = if address.is_ipv4() { TcpSocket::new_v4() } else { TcpSocket::new_v6() };
        let listener = socket.and_then(|socket| {
            socket.set_reuseaddr(true)?;
            socket.bind(address)?;
            socket.listen(BACKLOG)?.into_std()
        });
        match listener {
            Ok(listener) => listeners.push(listener),
            Err(error) => failed = Some(error),
        }
    }
    failed.filter(|_| listeners.is_empty()).map_or(Ok(listeners), Err)
}

/// Everything that is served, behind its edge.
fn application(
    app: web::Data<App>,
    (methods, reads): (web::Data<Methods>, web::Data<Reads>),
) -> impl ServiceFactory<Request, Config = AppConfig, Response = ServiceResponse, Error = HttpResponse, InitError = ()>
{
    let cors = cors(&app.cors_origins);
    actix_web::App::new()
        .configure(|config| router::routes(&mut Routes::Served(config)))
        .app_data(app)
        .app_data(methods)
        .app_data(reads)
        .app_data(web::PayloadConfig::new(wire::body::MAX_BODY))
        .route("/openapi.json", web::get().to(openapi::show_document))
        .route("/docs/openapi.json", web::get().to(openapi::show_document_with_log_in))
        .configure(pages::routes)
        .default_service(web::to(unmatched::unmatched))
        .wrap(from_fn(heeded::heed))
        .wrap(from_fn(held::answer))
        .wrap(from_fn(amounts::withhold))
        .wrap(from_fn(refusals::record))
        .wrap(from_fn(limits::hold))
        .wrap(from_fn(screen))
        .wrap(cors)
        .wrap(from_fn(edge))
        .wrap(from_fn(packing::pack))
        .into_factory()
        .map_err(|error: actix_web::Error| error.error_response())
}

/// Does long work in this process.
pub fn spawn_jobs(app: &web::Data<App>) {
    actix_web::rt::spawn(run_jobs::run(app.clone()));
}

/// Runs the worker in this process, with long work.
pub fn spawn_worker(app: &web::Data<App>) {
    spawn_jobs(app);
    actix_web::rt::spawn(lanes::run(app.clone()));
}

/// Takes up what other processes change, and wakes the worker where something is due, until this process stops.
pub fn spawn_watch(app: &web::Data<App>) {
    actix_web::rt::spawn(watch::run(app.clone()));
}

/// Stops in order when told to: `/readyz` says so first and every answer ends its connection, then nothing new is
/// accepted, then what is under way is finished. SIGINT (Ctrl-C) leaves out the waiting.
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
                let notice = if server.is_some() { app.bounds.stop_notice } else { Duration::ZERO };
                tokio::select! {
                    () = tokio::time::sleep(notice) => {}
                    _ = interrupt.recv() => {}
                }
            }
            _ = interrupt.recv() => app.drain(),
        }
        if let Some(server) = server {
            server.stop(true).await;
        }
    });
}

fn cors(origins: &[String]) -> Cors {
    let cors = Cors::default()
        .allowed_methods(["GET", "POST", "PUT", "PATCH", "DELETE"])
        .allow_any_header()
        .expose_headers(EXPOSED)
        .max_age(3_600);
    origins.iter().fold(cors, |cors, origin| cors.allowed_origin(origin))
}
