//! What `/metrics` tells: Prometheus' text format.

use actix_web::http::Method;
use prometheus_client::encoding::{EncodeLabelSet, text::encode};
use prometheus_client::metrics::counter::Counter;
use prometheus_client::metrics::family::Family;
use prometheus_client::metrics::gauge::Gauge;
use prometheus_client::metrics::histogram::Histogram;
use prometheus_client::registry::Registry;
use std::sync::atomic::Ordering;
use std::time::Duration;

#[derive(Debug, Clone, PartialEq, Eq, Hash, EncodeLabelSet)]
struct RequestLabels {
    method: String,
    /// The route's pattern, never its values: the number of series stays bounded.
    route: String,
    status_class: String,
}

#[derive(Debug, Clone, PartialEq, Eq, Hash, EncodeLabelSet)]
struct TaskLabels {
    consumer: String,
    result: &'static str,
}

#[derive(Debug, Clone, PartialEq, Eq, Hash, EncodeLabelSet)]
struct LimitLabels {
    class: &'static str,
}

#[derive(Debug, Clone, PartialEq, Eq, Hash, EncodeLabelSet)]
struct ParkedLabels {
    marketplace: String,
    subscription: String,
}

/// What is counted in the database when the metrics are asked for.
pub struct Counted {
    /// How much work waits.
    pub backlog: store::outbox::Backlog,
    /// How many subscriptions are set aside.
    pub parked: i64,
    /// Those that have been so longest: the marketplace's slug and the id.
    pub named: Vec<(String, String)>,
    /// How many prices the process holds in memory.
    pub prices: usize,
    /// How many requests wait until it is their turn to write.
    pub writers_waiting: usize,
}

/// The process' metrics.
pub struct Metrics {
    registry: Registry,
    requests: Family<RequestLabels, Counter>,
    durations: Family<RequestLabels, Histogram>,
    tasks: Family<TaskLabels, Counter>,
    replays: Counter,
    limited: Family<LimitLabels, Counter>,
    pool: [Gauge; 2],
    backlog: [Gauge; 2],
    asked: [Counter; 2],
    /// Connections that are open.
    pub connections: Gauge,
    prices: Gauge,
    writers_waiting: Gauge,
    parked: (Gauge, Family<ParkedLabels, Gauge>),
}

impl Default for Metrics {
    fn default() -> Self {
        let mut metrics = Self {
            registry: Registry::default(),
            requests: Family::default(),
            durations: Family::new_with_constructor(|| {
                Histogram::new([0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 1.0, 5.0])
            }),
            tasks: Family::default(),
            replays: Counter::default(),
            limited: Family::default(),
            pool: <[Gauge; 2]>::default(),
            backlog: <[Gauge; 2]>::default(),
            asked: <[Counter; 2]>::default(),
            connections: Gauge::default(),
            prices: Gauge::default(),
            writers_waiting: Gauge::default(),
            parked: <(Gauge, Family<ParkedLabels, Gauge>)>::default(),
        };
        let registry = &mut metrics.registry;
        registry.register("http_requests", "Requests answered", metrics.requests.clone());
        registry.register("http_request_duration_seconds", "Time to answer", metrics.durations.clone());
        registry.register("tasks", "Tasks worked on, by result", metrics.tasks.clone());
        registry.register("idempotent_replays", "Answers given again for a known key", metrics.replays.clone());
        registry.register("rate_limited", "Requests refused for being too many, by class", metrics.limited.clone());
        registry.register("db_pool_in_use", "Database connections in use", metrics.pool[0].clone());
        registry.register("db_pool_idle", "Database connections idle", metrics.pool[1].clone());
        registry.register("outbox_pending", "Tasks waiting", metrics.backlog[0].clone());
        registry.register("log_lines_dropped", "Log lines that could not be written", crate::log::DROPPED.clone());
        registry.register("http_connections", "Connections open", metrics.connections.clone());
        registry.register("outbox_parked", "Tasks given up, to be replayed", metrics.backlog[1].clone());
        registry.register("database_statements", "Statements, BEGIN and COMMIT included", metrics.asked[0].clone());
        registry.register("database_transactions", "Transactions begun", metrics.asked[1].clone());
        registry.register("db_writers_waiting", "Requests that wait to write", metrics.writers_waiting.clone());
        registry.register("catalog_prices", "Prices held in memory", metrics.prices.clone());
        let (all, named) = &metrics.parked;
        registry.register("subscriptions_parked", "Subscriptions that the clock could not take further", all.clone());
        registry.register("subscription_parked", "Those that have been so longest", named.clone());
        metrics
    }
}

impl Metrics {
    /// A request was answered.
    pub fn request(&self, method: &Method, route: &str, status: u16, elapsed: Duration) {
        // Anybody can make up a method; a label must not grow with them.
        let method = match method.as_str() {
            known @ ("GET" | "HEAD" | "POST" | "PUT" | "PATCH" | "DELETE" | "OPTIONS") => known,
            _ => "other",
        };
        let labels = RequestLabels {
            method: method.to_owned(),
            route: route.to_owned(),
            status_class: format!("{}xx", status / 100),
        };
        self.requests.get_or_create(&labels).inc();
        self.durations.get_or_create(&labels).observe(elapsed.as_secs_f64());
    }

    /// A task was worked on.
    pub fn task(&self, consumer: &str, result: &'static str) {
        self.tasks.get_or_create(&TaskLabels { consumer: consumer.to_owned(), result }).inc();
    }

    /// An answer was given again.
    pub fn replayed(&self) {
        self.replays.inc();
    }

    /// A request was one too many of its class.
    pub fn limited(&self, class: &'static str) {
        self.limited.get_or_create(&LimitLabels { class }).inc();
    }

    /// The text of `/metrics`.
    pub fn text(&self, store: &store::Store, counted: Counted) -> String {
        let (pool, asked) = (store.pool(), store.asked());
        self.asked[0].inner().store(asked.statements, Ordering::Relaxed);
        self.asked[1].inner().store(asked.transactions, Ordering::Relaxed);
        self.writers_waiting.set(i64::try_from(counted.writers_waiting).unwrap_or(i64::MAX));
        self.prices.set(i64::try_from(counted.prices).unwrap_or(i64::MAX));
        self.pool[0].set(i64::from(pool.connections.saturating_sub(pool.idle)));
        self.pool[1].set(i64::from(pool.idle));
        self.backlog[0].set(counted.backlog.pending);
        self.backlog[1].set(counted.backlog.parked);
        let (all, named) = &self.parked;
        all.set(counted.parked);
        named.clear();
        for (marketplace, subscription) in counted.named {
            named.get_or_create(&ParkedLabels { marketplace, subscription }).set(1);
        }
        let mut text = String::new();
        // Writing to a String cannot fail.
        let _ = encode(&mut text, &self.registry);
        text
    }
}
