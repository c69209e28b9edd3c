//! Reading products, and previewing a change, against the same bytes from a bare actix-web server.

use crate::client::{CUSTOMER, Client, PROVIDER, text};
use crate::database::Database;
use crate::http::{Connection, request};
use crate::load::{self, CLIENTS, median};
use crate::process::Server;
use crate::report::{Figure, Ratios};
use crate::{Bench, Result, processor, seed};
use std::net::SocketAddr;
use std::time::Duration;

const LEAST: f64 = 0.7;
const LIST: &str = "/v1/products?limit=20";
const WARM_UP: Duration = Duration::from_secs(1);
/// What the customer of the previews runs besides.
const NEIGHBORS: usize = 19;

/// Measures the list and one product, for the provider and for a customer that owns nothing yet.
pub(crate) fn measure(bench: &mut Bench<'_>, demo: &Database) -> Result<()> {
    let database = demo.copy()?;
    let server = Server::kontor(bench.settings, &database.url(), &[])?;
    for (reader, email) in [("provider", PROVIDER), ("customer", CUSTOMER)] {
        let first = Client::log_in(server.address, email)?.get(LIST)?;
        let single = format!("/v1/products/{}", text(&first, "/data/0/id")?);
        for (subject, path) in [("list of 20 products", LIST), ("one product", single.as_str())] {
            let (figure, ratios) = compare(bench, &server, email, &Question { method: "GET", path, body: "" })?;
            let figure = figure.aim("≥ 0.70", ratios.median >= LEAST);
            bench.report.add(figure.named(&format!("{subject}, {reader}"), database.engine()));
        }
    }
    server.stop()
}

/// Measures the preview of more licences for a customer with twenty subscriptions: a dozen queries and a decision.
pub(crate) fn measure_previews(bench: &mut Bench<'_>, demo: &Database) -> Result<()> {
    let database = demo.copy()?;
    let server = Server::kontor(bench.settings, &database.url(), &[])?;
    let bought = seed::buy(&server, "cancom", ("P1Y", "monthly"))?;
    server.stop()?;
    seed::multiply(&database, "cancom", bought, NEIGHBORS, |_, copy| copy)?;
    let server = Server::kontor(bench.settings, &database.url(), &[])?;
    let path = format!("/v1/subscriptions/{bought}/changes/preview");
    let body = format!("{{\"type\":\"set_quantity\",\"quantity\":{}}}", seed::QUANTITY + 3);
    let (figure, _) = compare(bench, &server, CUSTOMER, &Question { method: "POST", path: &path, body: &body })?;
    bench.report.add(figure.named("preview of a change, customer", database.engine()));
    server.stop()
}

/// What is asked again and again.
struct Question<'a> {
    method: &'static str,
    path: &'a str,
    body: &'a str,
}

impl Question<'_> {
    /// Its bytes, by whom a token names.
    fn request(&self, token: &str) -> Vec<u8> {
        let content_type = if self.body.is_empty() { "" } else { "application/json" };
        request(self.method, self.path, token, content_type, self.body.as_bytes())
    }
}

/// Requests per second, and the microseconds of processor that the server used for one.
#[derive(Clone, Copy)]
struct Speed {
    rate: f64,
    microseconds: f64,
}

/// A round against one server. Its processor time says what a request costs whatever else runs here.
fn speed(server: &Server, request: &[u8], length: Duration) -> Result<Speed> {
    let clients = clients(server.address, request)?;
    let before = processor::seconds(&[server.id()])?;
    let round = load::round(clients, length)?;
    let used = processor::seconds(&[server.id()])? - before;
    Ok(Speed { rate: round.rate(), microseconds: used * 1e6 / round.units as f64 })
}

fn compare(bench: &mut Bench<'_>, kontor: &Server, email: &str, asked: &Question<'_>) -> Result<(Figure, Ratios)> {
    let token = Client::log_in(kontor.address, email)?.token;
    let body = Connection::open(kontor.address)?.exchange(&asked.request(&token))?.body.to_vec();
    let file = tempfile::NamedTempFile::new()?;
    std::fs::write(file.path(), &body)?;
    let bare = Server::yardstick(file.path())?;
    for server in [kontor, &bare] {
        speed(server, &asked.request(&token), WARM_UP)?;
    }
    let length = bench.settings.round();
    let (rounds, others) = bench.quiet.rounds(bench.settings.rounds, || {
        // A fresh token each time: the wait for a quiet machine may be longer than one lives.
        let request = asked.request(&Client::log_in(kontor.address, email)?.token);
        Ok((speed(kontor, &request, length)?, speed(&bare, &request, length)?))
    })?;
    bare.stop()?;
    let (ours, theirs): (Vec<_>, Vec<_>) = rounds.into_iter().unzip();
    let rates = |side: &[Speed]| side.iter().map(|speed| speed.rate).collect::<Vec<_>>();
    let used = |side: &[Speed]| median(side.iter().map(|speed| speed.microseconds).collect());
    let ratios = Ratios::of(&rates(&ours), &rates(&theirs));
    let figure = Figure::unnamed(format!("{:.0}/s", median(rates(&ours))))
        .against(format!("bare actix-web {:.0}/s", median(rates(&theirs))), ratios)
        .others(others)
        .note(format!(
            "{:.1} kB; {:.0} µs of processor against {:.0} µs",
            body.len() as f64 / 1e3,
            used(&ours),
            used(&theirs)
        ));
    Ok((figure, ratios))
}

fn clients(address: SocketAddr, request: &[u8]) -> Result<Vec<impl FnMut() -> Result<()> + Send + use<>>> {
    let client = || {
        let (mut connection, request) = (Connection::open(address)?, request.to_vec());
        Ok(move || match connection.exchange(&request)?.status {
            200 => Ok(()),
            status => Err(format!("a read was answered with {status}").into()),
        })
    };
    (0..CLIENTS).map(|_| client()).collect()
}
