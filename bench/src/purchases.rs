//! Whole purchases, against the same rows in plain SQL.
//!
//! A purchase is four requests: a cart, two lines of different products, the order. The provider buys in the
//! name of a hundred customers in turn; one customer that owns thousands of subscriptions is not what happens.

use crate::client::{Client, PROVIDER, text};
use crate::database::{Database, Engine};
use crate::http::{Connection, request};
use crate::load::{self, CLIENTS, Round, median};
use crate::plain_sql::{self, PlainSql};
use crate::process::Server;
use crate::report::{Figure, Ratios};
use crate::{Bench, Result, Settings, processor};
use serde_json::{Value, json};
use std::sync::Arc;
use std::time::{Duration, Instant};

const LEAST: f64 = 0.4;
const CUSTOMERS: usize = 100;
/// The longest that the worker is waited for.
const PATIENCE: Duration = Duration::from_secs(300);

/// Measures with the worker in the same process, as `kontor serve` runs, and without any.
pub(crate) fn measure(bench: &mut Bench<'_>, demo: &Database) -> Result<()> {
    let settings = bench.settings;
    let plain = sample(settings, &demo.copy()?)?;
    let prepared = demo.copy()?;
    let goods = Arc::new(prepare(settings, &prepared)?);
    let (worked, idle, bare) = (prepared.copy()?, prepared.copy()?, prepared.copy()?);
    let sides = Sides {
        postmaster: processor::postmaster(&prepared)?,
        with: Server::kontor(settings, &worked.url(), &[])?,
        without: Server::kontor(settings, &idle.url(), &["--no-worker"])?,
        goods,
        bare,
        plain,
    };
    sides.round(0, Duration::from_secs(1))?;
    let mut number = 0;
    let (rounds, others) = bench.quiet.rounds(settings.rounds, || {
        number += 1;
        sides.round(number, settings.round())
    })?;
    sides.with.stop()?;
    sides.without.stop()?;
    plain_sql::check_same_rows(&prepared, &idle, &sides.bare)?;
    for figure in figures(&rounds, prepared.engine()) {
        bench.report.add(figure.others(others));
    }
    Ok(())
}

/// What takes turns in a round.
struct Sides {
    postmaster: Option<u32>,
    with: Server,
    without: Server,
    goods: Arc<Goods>,
    bare: Database,
    plain: PlainSql,
}

/// What a round brought: purchases per second, and milliseconds of processor for one, the database's included.
struct Turn {
    with: f64,
    provisioned: f64,
    without: f64,
    plain: f64,
    used_with: f64,
    used_without: f64,
    used_plain: f64,
}

impl Sides {
    fn round(&self, number: usize, length: Duration) -> Result<Turn> {
        let ((bought, drained), used) = self.used(self.with.id(), || {
            let bought = buy(&self.with, &self.goods, length)?;
            Ok((bought, drain(&self.with)?))
        })?;
        let (alone, used_alone) = self.used(self.without.id(), || buy(&self.without, &self.goods, length))?;
        let (plain, used_plain) = self.used(std::process::id(), || self.plain.run(&self.bare, number, length))?;
        Ok(Turn {
            with: bought.rate(),
            provisioned: bought.units as f64 / (bought.length + drained).as_secs_f64(),
            without: alone.rate(),
            plain,
            used_with: used / bought.units as f64,
            used_without: used_alone / alone.units as f64,
            used_plain: used_plain / (plain * length.as_secs_f64()),
        })
    }

    /// Does something; milliseconds of processor that a process and the database's server used for it.
    fn used<T>(&self, process: u32, work: impl FnOnce() -> Result<T>) -> Result<(T, f64)> {
        let ours: Vec<_> = self.postmaster.into_iter().chain([process]).collect();
        let before = processor::seconds(&ours)?;
        let result = work()?;
        Ok((result, (processor::seconds(&ours)? - before) * 1e3))
    }
}

fn figures(rounds: &[Turn], engine: Engine) -> [Figure; 2] {
    let of = |value: fn(&Turn) -> f64| rounds.iter().map(value).collect::<Vec<_>>();
    let middle = |value| median(of(value));
    let yardstick = format!("plain SQL {:.0}/s", middle(|turn| turn.plain));
    let used_plain = middle(|turn| turn.used_plain);
    let ratios = Ratios::of(&of(|turn| turn.with), &of(|turn| turn.plain));
    let with = Figure::new("purchase, worker beside", engine, format!("{:.0}/s", middle(|turn| turn.with)))
        .against(yardstick.clone(), ratios)
        .aim("≥ 0.40", ratios.median >= LEAST)
        .note(format!(
            "{:.0}/s until the worker has provisioned them all; {:.1} ms of processor with that, \
             against {used_plain:.1} ms",
            middle(|turn| turn.provisioned),
            middle(|turn| turn.used_with)
        ));
    let ratios = Ratios::of(&of(|turn| turn.without), &of(|turn| turn.plain));
    let without = Figure::new("purchase, no worker", engine, format!("{:.0}/s", middle(|turn| turn.without)))
        .against(yardstick, ratios)
        .note(format!("{:.1} ms of processor against {used_plain:.1} ms", middle(|turn| turn.used_without)));
    [with, without]
}

/// What is bought, and by whom.
struct Goods {
    offers: [String; 2],
    customers: Vec<String>,
}

/// The rows of one purchase that no worker has touched.
fn sample(settings: &Settings, database: &Database) -> Result<PlainSql> {
    let server = Server::kontor(settings, &database.url(), &["--no-worker"])?;
    let mut client = Client::log_in(server.address, PROVIDER)?;
    let customers = client.get("/v1/customers?name=Musterfirma")?;
    let goods = Goods { offers: offers(&mut client)?, customers: vec![text(&customers, "/data/0/id")?.to_owned()] };
    let mut buyer = Buyer::new(&server, &client.token, &Arc::new(goods), 0)?;
    let order = buyer.purchase()?;
    server.stop()?;
    PlainSql::of_purchase(database, &order)
}

/// A hundred customers, each with its tenant and its agreement.
fn prepare(settings: &Settings, database: &Database) -> Result<Goods> {
    let server = Server::kontor(settings, &database.url(), &[])?;
    let mut client = Client::log_in(server.address, PROVIDER)?;
    let agreement = json!({"first_name": "Erika", "last_name": "Muster", "email": "erika@bench.example"});
    let mut customers = vec![];
    for number in 0..CUSTOMERS {
        let id = customer(&mut client, number)?;
        let tenant = json!({"mode": "create", "prefix": format!("messkunde{number}")});
        client.send("PUT", &format!("/v1/customers/{id}/tenant"), &tenant)?;
        client.send("POST", &format!("/v1/customers/{id}/agreements"), &agreement)?;
        customers.push(id);
    }
    drain(&server)?;
    let goods = Goods { offers: offers(&mut client)?, customers };
    server.stop()?;
    Ok(goods)
}

/// Makes a customer; its id.
pub(crate) fn customer(client: &mut Client, number: usize) -> Result<String> {
    let contact = json!({"first_name": "Erika", "last_name": "Muster", "email": "erika@bench.example"});
    let address = json!({"street": "Kalker Hauptstraße 1", "postal_code": "51063", "city": "Köln", "country": "DE"});
    let name = format!("Messkunde {number} GmbH");
    let body = json!({"name": name, "contact": contact, "address": address, "vat_id": "DE136695976"});
    Ok(text(&client.send("POST", "/v1/customers", &body)?, "/id")?.to_owned())
}

fn offers(client: &mut Client) -> Result<[String; 2]> {
    let offer = |answer: &Value| Ok::<_, crate::Error>(text(answer, "/data/0/skus/0/offers/0/id")?.to_owned());
    Ok([
        offer(&client.get("/v1/products?q=Office%20365%20E1")?)?,
        offer(&client.get("/v1/products?q=Microsoft%20365%20E3")?)?,
    ])
}

/// Waits until the worker has nothing left to do; says how long that took.
pub(crate) fn drain(server: &Server) -> Result<Duration> {
    let begun = Instant::now();
    let mut connection = Connection::open(server.address)?;
    while begun.elapsed() < PATIENCE {
        let answer = connection.exchange(&request("GET", "/metrics", "", "", b""))?;
        let metrics = String::from_utf8_lossy(answer.body);
        let gauge = |name: &str| metrics.lines().find_map(|line| line.strip_prefix(name)?.trim().parse::<u64>().ok());
        match (gauge("outbox_pending "), gauge("outbox_parked ")) {
            (Some(0), Some(0)) => return Ok(begun.elapsed()),
            (_, Some(parked)) if parked > 0 => return Err(format!("the worker gave up on {parked} tasks").into()),
            (None, _) => return Err("the metrics do not tell the outbox".into()),
            _ => std::thread::sleep(Duration::from_millis(50)),
        }
    }
    Err("the worker does not get done".into())
}

fn buy(server: &Server, goods: &Arc<Goods>, length: Duration) -> Result<Round> {
    let token = Client::log_in(server.address, PROVIDER)?.token;
    let client = |number| {
        let mut buyer = Buyer::new(server, &token, goods, number)?;
        Ok(move || buyer.purchase().map(drop))
    };
    load::round((0..CLIENTS).map(client).collect::<Result<_>>()?, length)
}

/// A client that buys, each time for another customer.
struct Buyer {
    connection: Connection,
    token: String,
    goods: Arc<Goods>,
    next: usize,
}

impl Buyer {
    fn new(server: &Server, token: &str, goods: &Arc<Goods>, number: usize) -> Result<Self> {
        let next = number * goods.customers.len() / CLIENTS;
        Ok(Self {
            connection: Connection::open(server.address)?,
            token: token.to_owned(),
            goods: Arc::clone(goods),
            next,
        })
    }

    /// Buys; the order's id.
    fn purchase(&mut self) -> Result<String> {
        let goods = Arc::clone(&self.goods);
        let customer = &goods.customers[self.next % goods.customers.len()];
        self.next += 1;
        let cart = self.post("/v1/carts", &format!("{{\"customer_id\":\"{customer}\"}}"))?;
        for offer in &goods.offers {
            self.post(&format!("/v1/carts/{cart}/lines"), &format!("{{\"offer_id\":\"{offer}\",\"quantity\":5}}"))?;
        }
        let consents = r#"[{"kind":"vendor_terms","version":"2026-01"}]"#;
        self.post(
            "/v1/orders",
            &format!("{{\"cart_id\":\"{cart}\",\"payment_method\":\"invoice\",\"consents\":{consents}}}"),
        )
    }

    /// The id of what was created: the first field of every answer. Reading JSON would only cost processor time.
    fn post(&mut self, path: &str, body: &str) -> Result<String> {
        let answer =
            self.connection.exchange(&request("POST", path, &self.token, "application/json", body.as_bytes()))?;
        let text = String::from_utf8_lossy(answer.body);
        let id = text.strip_prefix("{\"id\":\"").and_then(|rest| rest.split('"').next());
        match (answer.status, id) {
            (201, Some(id)) => Ok(id.to_owned()),
            (status, _) => Err(format!("POST {path}: {status} {text}").into()),
        }
    }
}
