//! Configuration: the environment, read once at the start.
//!
//! Every `KONTOR_…` variable is listed in [`VARIABLES`]; an unknown one is an error, so that a typing
//! error does not pass silently. A secret may come from a file: `KONTOR_SECRET_KEY_FILE`.

use crate::auth::limiter::{Limit, Limits};
use crate::http::bounds::Bounds;
use crate::mail::setting::{self, MailSetting, Way};
use crate::vat::setting::VatSetting;
use actix_web::http::Uri;
use base64::Engine as _;
use std::collections::BTreeMap;
use std::ffi::OsString;
use std::fmt::Display;
use std::path::{Path, PathBuf};
use std::time::Duration;

/// Every variable with its default and meaning, as README and `kontor check-config` show them.
pub const VARIABLES: &[(&str, &str, &str)] = &[
    ("KONTOR_DATABASE_URL", "sqlite:kontor.db", "sqlite:FILE or postgres://USER:PASSWORD@HOST/NAME?sslmode=require"),
    ("KONTOR_BIND", "127.0.0.1:8080", "address and port; port 0 picks one, which the ready line names"),
    ("KONTOR_PUBLIC_URL", "http://127.0.0.1:8080", "what clients call; issuer and audience of the tokens"),
    ("KONTOR_PARTNER_CENTER", "mock", "mock: the in-memory Partner Center"),
    (
        "KONTOR_PARTNER_CENTER_JOURNAL",
        "beside the SQLite file",
        "where the mock keeps what it did; all processes of one machine share it",
    ),
    ("KONTOR_SECRET_KEY", "a file beside the SQLite file", "32 random bytes, base64; demanded with PostgreSQL"),
    ("KONTOR_SECRET_KEY_PREVIOUS", "", "the key before a rotation: its tokens and secrets stay readable"),
    ("KONTOR_POOL_SIZE", "8", "database connections, at most"),
    ("KONTOR_HTTP_WORKERS", "number of cores", "threads that answer requests"),
    ("KONTOR_MAX_CONNECTIONS", "10000", "connections at a time; never more than open files allow"),
    ("KONTOR_KEEP_ALIVE", "75", "seconds that a connection may wait for its next request; more than a load balancer's"),
    (
        "KONTOR_BODY_TIMEOUT",
        "20",
        "seconds in which a body must be there; a large one gets a second more for each 64 KiB",
    ),
    ("KONTOR_STOP_NOTICE", "5", "seconds between SIGTERM and the stop: /readyz says no, answers end their connections"),
    ("KONTOR_CORS_ORIGINS", "", "origins of browser frontends, separated by commas: https://shop.example"),
    ("KONTOR_TRUSTED_PROXIES", "0", "how many proxies in front are ours: their X-Forwarded-For says who calls"),
    ("KONTOR_LIMIT_READ", "2000/10", "reads of one caller: requests/seconds, or off; without a token, of one network"),
    ("KONTOR_LIMIT_WRITE", "300/10", "the same for whatever may change something"),
    ("KONTOR_LIMIT_LOGIN", "60/60", "tries to log in with one name, or one client id, from one network"),
    ("KONTOR_LIMIT_EXPORT", "600/60", "pages of the audit log, of a price list's rows and errors"),
    ("KONTOR_LIMIT_LINKS", "60", "registrations, and password resets, that one network may ask for in an hour"),
    ("KONTOR_OPEN_CARTS", "100", "carts of a customer that wait to be ordered, at most"),
    ("KONTOR_JOB_LEASE", "60", "seconds until the work of a process that died is taken up by another"),
    ("KONTOR_LANE_TASKS", "8", "tasks that the worker does at once, mails apart from the rest; per customer one"),
    (
        "KONTOR_MAIL",
        "file:kontor.mails",
        "file:FOLDER (beside the SQLite file), smtp://USER:PASSWORD@HOST:587 (STARTTLS; ?tls=none without) \
         or smtps://…",
    ),
    ("KONTOR_MAIL_FROM", "kontor@localhost", "sender of all mails: an address or Name <address>; demanded with SMTP"),
    (
        "KONTOR_SHOP_URL",
        "KONTOR_PUBLIC_URL/shop/{marketplace}",
        "where links in mails lead, unless a marketplace says so",
    ),
    ("KONTOR_VAT_REGISTRY", "mock", "mock, vies (the EU's), or the https:// address of the like"),
    ("KONTOR_VAT_REQUESTER", "", "our own VAT id: only with it VIES gives the number that proves a question"),
    ("KONTOR_LOG_FORMAT", "text", "text or json"),
    ("KONTOR_LOG_LEVEL", "info", "error, warn, info, debug, trace; or a filter such as api=debug"),
];

/// The configuration of a process.
#[derive(Clone)]
pub struct Config {
    /// `KONTOR_DATABASE_URL`: an SQLite file or a PostgreSQL server.
    pub database_url: String,
    /// `KONTOR_BIND`: address and port; port 0 picks a free one.
    pub bind: String,
    /// `KONTOR_PUBLIC_URL`, without a slash at its end.
    pub public_url: String,
    /// `KONTOR_PARTNER_CENTER_JOURNAL`: the file in which the mock keeps what it did.
    pub partner_center_journal: PathBuf,
    /// `KONTOR_SECRET_KEY`, decoded: all other keys are derived from it.
    pub secret_key: [u8; 32],
    /// `KONTOR_SECRET_KEY_PREVIOUS`, decoded; none unless a rotation is under way.
    pub secret_key_previous: Option<[u8; 32]>,
    /// `KONTOR_POOL_SIZE`: the most database connections at a time.
    pub pool_size: u32,
    /// `KONTOR_HTTP_WORKERS`: threads that answer requests; none means one per core.
    pub http_workers: Option<usize>,
    /// `KONTOR_MAX_CONNECTIONS`, `KONTOR_KEEP_ALIVE`, `KONTOR_BODY_TIMEOUT`, `KONTOR_STOP_NOTICE`.
    pub bounds: Bounds,
    /// `KONTOR_CORS_ORIGINS`: origins of browser frontends that may call.
    pub cors_origins: Vec<String>,
    /// `KONTOR_TRUSTED_PROXIES`: how many proxies in front are ours.
    pub trusted_proxies: usize,
    /// `KONTOR_JOB_LEASE`: how long until the work of a process that died is taken up.
    pub job_lease: time::Duration,
    /// `KONTOR_LIMIT_…` and `KONTOR_OPEN_CARTS`: what may be asked how often.
    pub limits: Limits,
    /// `KONTOR_LANE_TASKS`: how many tasks each lane of the worker does at once.
    pub lane_tasks: usize,
    /// `KONTOR_MAIL`, `KONTOR_MAIL_FROM`, `KONTOR_SHOP_URL`.
    pub mail: MailSetting,
    /// `KONTOR_VAT_REGISTRY`, `KONTOR_VAT_REQUESTER`: who is asked about VAT ids.
    pub vat: VatSetting,
    /// `KONTOR_LOG_FORMAT` is `json`.
    pub log_json: bool,
    /// `KONTOR_LOG_LEVEL`: a level, or a filter such as `api=debug`.
    pub log_level: String,
}

/// What is wrong with the environment, in words for the operator.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub struct ConfigError(pub String);

impl Config {
    /// Reads the process environment.
    pub fn from_env() -> Result<Self, ConfigError> {
        let known = |(name, value): (OsString, OsString)| {
            let name = name.into_string().ok().filter(|name| name.starts_with("KONTOR_"))?;
            Some(match value.into_string() {
                Ok(value) => Ok((name, value)),
                Err(_) => Err(ConfigError(format!("{name} is not text (UTF-8)"))),
            })
        };
        Self::from_variables(std::env::vars_os().filter_map(known).collect::<Result<_, _>>()?)
    }

    /// Reads a set of variables.
    pub fn from_variables(all: BTreeMap<String, String>) -> Result<Self, ConfigError> {
        let given = Given::new(all)?;
        let database_url = given.text("KONTOR_DATABASE_URL")?.unwrap_or_else(|| "sqlite:kontor.db".to_owned());
        if !["sqlite:", "postgres:", "postgresql:"].iter().any(|scheme| database_url.starts_with(scheme)) {
            // Only the scheme is told: the rest may be secret.
            let scheme = database_url.split_once(':').map_or("", |(scheme, _)| scheme);
            return Err(ConfigError(format!(
                "KONTOR_DATABASE_URL begins with {scheme:?}: expected sqlite:FILE or postgres://…"
            )));
        }
        let beside = database_url.strip_prefix("sqlite:").map(|path| path.trim_start_matches("//").to_owned());
        if let Some(other) = given.text("KONTOR_PARTNER_CENTER")?.filter(|value| value != "mock") {
            return Err(ConfigError(format!(
                "KONTOR_PARTNER_CENTER is {other:?}: only \"mock\" is supported; \
                 the real Partner Center is not built yet"
            )));
        }
        let journal = given.text("KONTOR_PARTNER_CENTER_JOURNAL")?.map(PathBuf::from);
        Ok(Self {
            bind: given.bind()?,
            public_url: given.public_url()?,
            // Processes that share a database share what their Microsoft knows.
            partner_center_journal: journal.unwrap_or_else(|| {
                beside
                    .as_ref()
                    .map_or_else(|| "kontor.partner-center".into(), |path| format!("{path}.partner-center").into())
            }),
            secret_key: given.secret_key(beside.as_deref())?,
            secret_key_previous: given.key("KONTOR_SECRET_KEY_PREVIOUS")?,
            pool_size: given.number("KONTOR_POOL_SIZE", 1..=200)?.unwrap_or(8) as u32,
            http_workers: given.number("KONTOR_HTTP_WORKERS", 1..=256)?,
            bounds: given.bounds()?,
            cors_origins: given.cors_origins()?,
            trusted_proxies: given.number("KONTOR_TRUSTED_PROXIES", 0..=10)?.unwrap_or(0),
            job_lease: time::Duration::seconds(given.number("KONTOR_JOB_LEASE", 5..=3_600)?.unwrap_or(60) as i64),
            limits: given.limits()?,
            lane_tasks: given.number("KONTOR_LANE_TASKS", 1..=100)?.unwrap_or(8),
            mail: given.mail(beside.as_deref())?,
            vat: VatSetting::read(
                given.text("KONTOR_VAT_REGISTRY")?.as_deref(),
                given.text("KONTOR_VAT_REQUESTER")?.as_deref(),
            )
            .map_err(ConfigError)?,
            log_json: given.one_of("KONTOR_LOG_FORMAT", &["text", "json"])?.as_deref() == Some("json"),
            log_level: given.log_level()?,
            database_url,
        })
    }

    /// The values with secrets left out, for `kontor check-config`.
    pub fn describe(&self) -> Vec<(&'static str, String)> {
        vec![
            ("KONTOR_DATABASE_URL", without_password(&self.database_url)),
            ("KONTOR_BIND", self.bind.clone()),
            ("KONTOR_PUBLIC_URL", self.public_url.clone()),
            ("KONTOR_PARTNER_CENTER", "mock".to_owned()),
            ("KONTOR_POOL_SIZE", self.pool_size.to_string()),
            ("KONTOR_MAX_CONNECTIONS", self.bounds.affordable().connections.to_string()),
            ("KONTOR_KEEP_ALIVE", self.bounds.keep_alive.as_secs().to_string()),
            ("KONTOR_BODY_TIMEOUT", self.bounds.body.as_secs().to_string()),
            ("KONTOR_STOP_NOTICE", self.bounds.stop_notice.as_secs().to_string()),
            ("KONTOR_CORS_ORIGINS", self.cors_origins.join(",")),
            ("KONTOR_LIMIT_READ", limit_text(self.limits.read)),
            ("KONTOR_LIMIT_WRITE", limit_text(self.limits.write)),
            ("KONTOR_LIMIT_LOGIN", limit_text(self.limits.login)),
            ("KONTOR_LIMIT_EXPORT", limit_text(self.limits.export)),
            ("KONTOR_LIMIT_LINKS", self.limits.links.to_string()),
            ("KONTOR_OPEN_CARTS", self.limits.open_carts.to_string()),
            ("KONTOR_JOB_LEASE", self.job_lease.whole_seconds().to_string()),
            ("KONTOR_LANE_TASKS", self.lane_tasks.to_string()),
            ("KONTOR_MAIL", self.mail.way.to_string()),
            ("KONTOR_MAIL_FROM", self.mail.from.clone()),
            ("KONTOR_VAT_REGISTRY", self.vat.url.clone().unwrap_or_else(|| "mock".to_owned())),
            ("KONTOR_VAT_REQUESTER", self.vat.requester.as_ref().map(|(c, n)| format!("{c}{n}")).unwrap_or_default()),
            ("KONTOR_LOG_FORMAT", if self.log_json { "json" } else { "text" }.to_owned()),
            ("KONTOR_TRUSTED_PROXIES", self.trusted_proxies.to_string()),
            ("KONTOR_LOG_LEVEL", self.log_level.clone()),
            ("KONTOR_SECRET_KEY", "***".to_owned()),
        ]
    }
}

/// The variables that were set, all of them known.
struct Given(BTreeMap<String, String>);

impl Given {
    fn new(all: BTreeMap<String, String>) -> Result<Self, ConfigError> {
        let ours: BTreeMap<_, _> = all.into_iter().filter(|(name, _)| name.starts_with("KONTOR_")).collect();
        for name in ours.keys() {
            let plain = name.strip_suffix("_FILE").unwrap_or(name);
            // The suite's own variables share the prefix.
            if !plain.starts_with("KONTOR_TEST_") && !VARIABLES.iter().any(|(known, ..)| *known == plain) {
                return Err(ConfigError(format!(
                    "{name} is not a setting of Kontor; `kontor check-config` lists them"
                )));
            }
        }
        Ok(Self(ours))
    }

    fn text(&self, name: &str) -> Result<Option<String>, ConfigError> {
        if let Some(value) = self.0.get(name) {
            return Ok(Some(value.clone()).filter(|value| !value.is_empty()));
        }
        let Some(path) = self.0.get(&format!("{name}_FILE")) else { return Ok(None) };
        let text =
            std::fs::read_to_string(path).map_err(|error| ConfigError(format!("{name}_FILE {path}: {error}")))?;
        Ok(Some(text.trim().to_owned()).filter(|value| !value.is_empty()))
    }

    fn number(&self, name: &str, range: std::ops::RangeInclusive<usize>) -> Result<Option<usize>, ConfigError> {
        let Some(text) = self.text(name)? else { return Ok(None) };
        let wrong =
            || ConfigError(format!("{name} is {text:?}: expected a number from {} to {}", range.start(), range.end()));
        let number = text.parse().map_err(|_| wrong())?;
        if range.contains(&number) { Ok(Some(number)) } else { Err(wrong()) }
    }

    fn limit(&self, name: &str, default: Option<Limit>) -> Result<Option<Limit>, ConfigError> {
        match self.text(name)?.as_deref() {
            None => Ok(default),
            Some("off") => Ok(None),
            Some(text) => Limit::parse(text).map(Some).ok_or_else(|| {
                ConfigError(format!("{name} is {text:?}: expected requests/seconds such as 300/10, or off"))
            }),
        }
    }

    fn limits(&self) -> Result<Limits, ConfigError> {
        let default = Limits::default();
        let number = |name, default: u32| {
            let given = self.number(name, 1..=1_000_000)?;
            Ok::<_, ConfigError>(given.and_then(|number| u32::try_from(number).ok()).unwrap_or(default))
        };
        Ok(Limits {
            read: self.limit("KONTOR_LIMIT_READ", default.read)?,
            write: self.limit("KONTOR_LIMIT_WRITE", default.write)?,
            login: self.limit("KONTOR_LIMIT_LOGIN", default.login)?,
            export: self.limit("KONTOR_LIMIT_EXPORT", default.export)?,
            links: number("KONTOR_LIMIT_LINKS", default.links)?,
            open_carts: number("KONTOR_OPEN_CARTS", default.open_carts)?,
        })
    }

    fn mail(&self, sqlite_path: Option<&str>) -> Result<MailSetting, ConfigError> {
        let wrong = |name: &'static str| move |error: String| ConfigError(format!("{name}: {error}"));
        let folder = || sqlite_path.map_or_else(|| "kontor.mails".to_owned(), |path| format!("{path}.mails"));
        let way = match self.text("KONTOR_MAIL")? {
            Some(text) => setting::way(&text).map_err(wrong("KONTOR_MAIL"))?,
            None => Way::File(folder().into()),
        };
        let (from, from_name) = match (self.text("KONTOR_MAIL_FROM")?, &way) {
            (Some(text), _) => setting::sender(&text).map_err(wrong("KONTOR_MAIL_FROM"))?,
            (None, Way::File(_)) => ("kontor@localhost".to_owned(), None),
            (None, Way::Smtp(_)) => {
                return Err(ConfigError("KONTOR_MAIL_FROM is missing: an SMTP server asks who sends".to_owned()));
            }
        };
        let shop_url =
            self.text("KONTOR_SHOP_URL")?.map(|text| setting::shop_url(&text).map_err(wrong("KONTOR_SHOP_URL")));
        Ok(MailSetting { way, from, from_name, shop_url: shop_url.transpose()? })
    }

    fn log_level(&self) -> Result<String, ConfigError> {
        let level = self.text("KONTOR_LOG_LEVEL")?.unwrap_or_else(|| "info".to_owned());
        match tracing_subscriber::EnvFilter::try_new(&level) {
            Ok(_) => Ok(level),
            Err(error) => Err(ConfigError(format!("KONTOR_LOG_LEVEL is {level:?}: {error}"))),
        }
    }

    fn one_of(&self, name: &str, values: &[&str]) -> Result<Option<String>, ConfigError> {
        match self.text(name)? {
            Some(text) if !values.contains(&text.as_str()) => {
                Err(ConfigError(format!("{name} is {text:?}: expected one of {}", values.join(", "))))
            }
            other => Ok(other),
        }
    }

    fn bind(&self) -> Result<String, ConfigError> {
        let bind = self.text("KONTOR_BIND")?.unwrap_or_else(|| "127.0.0.1:8080".to_owned());
        let parts = bind.rsplit_once(':').filter(|(host, port)| !host.is_empty() && port.parse::<u16>().is_ok());
        if parts.is_some() {
            return Ok(bind);
        }
        Err(ConfigError(format!("KONTOR_BIND is {bind:?}: expected an address and a port, such as 0.0.0.0:8080")))
    }

    fn bounds(&self) -> Result<Bounds, ConfigError> {
        let seconds = |name: &str, range, default: Duration| -> Result<_, ConfigError> {
            Ok(self.number(name, range)?.map_or(default, |seconds| Duration::from_secs(seconds as u64)))
        };
        let default = Bounds::default();
        let connections = self.number("KONTOR_MAX_CONNECTIONS", 16..=1_000_000)?;
        Ok(Bounds {
            connections: connections.unwrap_or(default.connections),
            keep_alive: seconds("KONTOR_KEEP_ALIVE", 1..=3_600, default.keep_alive)?,
            body: seconds("KONTOR_BODY_TIMEOUT", 1..=120, default.body)?,
            stop_notice: seconds("KONTOR_STOP_NOTICE", 0..=300, default.stop_notice)?,
        })
    }

    fn cors_origins(&self) -> Result<Vec<String>, ConfigError> {
        let origins = self.text("KONTOR_CORS_ORIGINS")?.map(|list| split(&list)).unwrap_or_default();
        match origins.iter().find(|origin| !is_origin(origin)) {
            None => Ok(origins),
            Some(wrong) => Err(ConfigError(format!(
                "KONTOR_CORS_ORIGINS names {wrong:?}: expected origins as browsers send them, such as \
                 https://shop.example or http://localhost:3000, without a path and without *"
            ))),
        }
    }

    fn public_url(&self) -> Result<String, ConfigError> {
        let url = self.text("KONTOR_PUBLIC_URL")?.unwrap_or_else(|| "http://127.0.0.1:8080".to_owned());
        match url.parse::<Uri>() {
            Ok(uri) if is_web(&uri) && uri.query().is_none() => Ok(url.trim_end_matches('/').to_owned()),
            _ => Err(ConfigError(format!(
                "KONTOR_PUBLIC_URL is {url:?}: expected an address that starts with http:// or https://"
            ))),
        }
    }

    fn key(&self, name: &str) -> Result<Option<[u8; 32]>, ConfigError> {
        self.text(name)?.map(|text| decode_key(name, &text)).transpose()
    }

    fn secret_key(&self, sqlite_path: Option<&str>) -> Result<[u8; 32], ConfigError> {
        match (self.key("KONTOR_SECRET_KEY")?, sqlite_path) {
            (Some(key), _) => Ok(key),
            (None, Some(path)) => key_file(PathBuf::from(format!("{path}.key"))),
            (None, None) => Err(ConfigError(
                "KONTOR_SECRET_KEY is missing: with PostgreSQL all processes share one key; \
                 make it with `openssl rand -base64 32`"
                    .to_owned(),
            )),
        }
    }
}

fn limit_text(limit: Option<Limit>) -> String {
    limit.map_or_else(|| "off".to_owned(), |limit| limit.to_string())
}

/// A database's address as it may be shown: libpq takes a password before the host, and as a parameter.
fn without_password(url: &str) -> String {
    let (address, parameters) = url.split_once('?').unwrap_or((url, ""));
    let address = match address.rsplit_once('@') {
        Some((before, host)) => {
            match before.split_once("://").and_then(|(scheme, user)| Some((scheme, user.split_once(':')?))) {
                Some((scheme, (user, _))) => format!("{scheme}://{user}:***@{host}"),
                None => address.to_owned(),
            }
        }
        None => address.to_owned(),
    };
    let shown = |parameter: &str| match parameter.split_once('=') {
        Some((name, _)) if name.contains("password") => format!("{name}=***"),
        _ => parameter.to_owned(),
    };
    let parameters: Vec<_> = parameters.split('&').filter(|parameter| !parameter.is_empty()).map(shown).collect();
    if parameters.is_empty() { address } else { format!("{address}?{}", parameters.join("&")) }
}

fn split(list: &str) -> Vec<String> {
    list.split(',').map(|origin| origin.trim().to_owned()).filter(|origin| !origin.is_empty()).collect()
}

fn is_web(uri: &Uri) -> bool {
    matches!(uri.scheme_str(), Some("http" | "https")) && uri.host().is_some_and(|host| !host.is_empty())
}

/// Whether a text is an origin as browsers write one: scheme, host and port, in small letters.
fn is_origin(text: &str) -> bool {
    let small = !text.bytes().any(|byte| byte.is_ascii_uppercase() || byte == b'*' || byte == b'@');
    small
        && text
            .parse::<Uri>()
            .is_ok_and(|uri| is_web(&uri) && uri.authority().is_some_and(|host| text.ends_with(&format!("://{host}"))))
}

fn decode_key(name: &str, text: &str) -> Result<[u8; 32], ConfigError> {
    let bytes = base64::engine::general_purpose::STANDARD.decode(text.trim()).ok();
    bytes.and_then(|bytes| bytes.try_into().ok()).ok_or_else(|| {
        ConfigError(format!("{name} is not the base64 text of 32 bytes; make it with `openssl rand -base64 32`"))
    })
}

/// The key of an embedded database, made at the first start and readable only for its owner. The file appears
/// with its content: who starts at the same time, or after a kill, finds all of it or nothing.
fn key_file(path: PathBuf) -> Result<[u8; 32], ConfigError> {
    let wrong = |error: &dyn Display| ConfigError(format!("secret key file {}: {error}", path.display()));
    let read = || {
        let text = std::fs::read_to_string(&path).map_err(|error| wrong(&error))?;
        decode_key("", &text).map_err(|_| wrong(&"it does not hold 32 bytes as base64"))
    };
    if path.exists() {
        return read();
    }
    let draft = PathBuf::from(format!("{}.{}", path.display(), std::process::id()));
    let made = write_key(&draft).and_then(|()| std::fs::hard_link(&draft, &path));
    // Whatever became of it, the draft has done its service.
    let _ = std::fs::remove_file(&draft);
    match made {
        Err(error) if error.kind() != std::io::ErrorKind::AlreadyExists => Err(wrong(&error)),
        _ => read(),
    }
}

fn write_key(path: &Path) -> std::io::Result<()> {
    use std::io::Write as _;
    use std::os::unix::fs::OpenOptionsExt as _;
    let mut key = [0_u8; 32];
    aws_lc_rs::rand::fill(&mut key).map_err(|_| std::io::Error::other("the system gives no random bytes"))?;
    let mut file = std::fs::OpenOptions::new().write(true).create(true).truncate(true).mode(0o600).open(path)?;
    file.write_all(base64::engine::general_purpose::STANDARD.encode(key).as_bytes())?;
    file.sync_all()
}
