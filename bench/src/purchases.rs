//! Whole purchases, against the same rows in plain SQL.
//!
//! A purchase is four requests: a cart, two lines of different products, the order. The provider buys in the
//! name of a hundred customers in turn; one customer that owns thousands of subscriptions is not what happens.

use crate::client::{Client, PROVIDER, text};
use crate::database::Database;
use crate::http::{Connection, request};
use crate::load::{self, CLIENTS, Round, median};
use crate::plain_sql::PlainSql;
use crate::process::Server;
use crate::report::{Figure, Ratios, Report};
use crate::{Result, Settings};
use serde_json::{Value, json};
use std::sync::Arc;
use std::time::{Duration, Instant};

const LEAST: f64 = 0.4;
const CUSTOMERS: usize = 100;
/// The longest that the worker is waited for.
const PATIENCE: Duration = Duration::from_secs(300);

/// Measures with the worker in the same process, as `kontor serve` runs, and without any.
pub(crate) fn measure(settings: &Settings, demo: &Database, report: &mut Report) -> Result<()> {
    let plain = sample(settings, &demo.copy()?)?;
    let prepared = demo.copy()?;
    let goods = Arc::new(prepare(settings, &prepared)?);
    let (worked, idle, bare) = (prepared.copy()?, prepared.copy()?, prepared.copy()?);
    let (with, without) =
        (Server::kontor(settings, &worked.url(), &[])?, Server::kontor(settings, &idle.url(), &["--no-worker"])?);
    let mut rates = Rates::default();
    for number in 0..=settings.rounds {
        let bought = buy(&with, &goods, settings.round())?;
        let provisioned = bought.units as f64 / (bought.length + drain(&with)?).as_secs_f64();
        let alone = buy(&without, &goods, settings.round())?;
        let floor = plain.run(&bare, number, settings.round())?;
        if number > 0 {
            // The first round warms up.
            rates.push([bought.rate(), provisioned, alone.rate(), floor]);
        }
    }
    with.stop()?;
    without.stop()?;
    rates.report(prepared.engine(), report);
    Ok(())
}

/// Purchases per second, a column for each way.
#[derive(Default)]
struct Rates([Vec<f64>; 4]);

impl Rates {
    fn push(&mut self, round: [f64; 4]) {
        for (column, rate) in self.0.iter_mut().zip(round) {
            column.push(rate);
        }
    }

    fn report(self, engine: crate::database::Engine, report: &mut Report) {
        let [with, provisioned, without, floor] = self.0;
        let yardstick = format!("plain SQL {:.0}/s", median(floor.clone()));
        let ratios = Ratios::of(&with, &floor);
        report.add(
            Figure::new("purchase, worker beside", engine, format!("{:.0}/s", median(with)))
                .against(yardstick.clone(), ratios)
                .aim("≥ 0.40", ratios.median >= LEAST)
                .note(format!("until the worker has provisioned them all: {:.0}/s", median(provisioned))),
        );
        let ratios = Ratios::of(&without, &floor);
        report.add(
            Figure::new("purchase, no worker", engine, format!("{:.0}/s", median(without)))
                .against(yardstick, ratios)
                .note("`kontor serve --no-worker`".to_owned()),
        );
    }
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
    let contact = json!({"first_name": "Erika", "last_name": "Muster", "email": "erika@bench.example"});
    let address = json!({"street": "Kalker Hauptstraße 1", "postal_code": "51063", "city": "Köln", "country": "DE"});
    let agreement = json!({"first_name": "Erika", "last_name": "Muster", "email": "erika@bench.example"});
    let mut customers = vec![];
    for number in 0..CUSTOMERS {
        let name = format!("Messkunde {number} GmbH");
        let body = json!({"name": name, "contact": contact, "address": address, "vat_id": "DE136695976"});
        let id = text(&client.send("POST", "/v1/customers", &body)?, "/id")?.to_owned();
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

fn offers(client: &mut Client) -> Result<[String; 2]> {
    let offer = |answer: &Value| Ok::<_, crate::Error>(text(answer, "/data/0/skus/0/offers/0/id")?.to_owned());
    Ok([
        offer(&client.get("/v1/products?q=Office%20365%20E1")?)?,
        offer(&client.get("/v1/products?q=Microsoft%20365%20E3")?)?,
    ])
}

/// Waits until the worker has nothing left to do; says how long that took.
fn drain(server: &Server) -> Result<Duration> {
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
