//! Reading products, against the same bytes from a bare actix-web server.

use crate::client::{CUSTOMER, Client, PROVIDER, text};
use crate::database::Database;
use crate::http::{Connection, request};
use crate::load::{self, CLIENTS, median};
use crate::process::Server;
use crate::report::{Figure, Ratios, Report};
use crate::{Result, Settings};
use std::net::SocketAddr;
use std::time::Duration;

const LEAST: f64 = 0.7;
const LIST: &str = "/v1/products?limit=20";
const WARM_UP: Duration = Duration::from_secs(1);

/// Measures the list and one product, for the provider and for a customer that owns nothing yet.
pub(crate) fn measure(settings: &Settings, demo: &Database, report: &mut Report) -> Result<()> {
    let database = demo.copy()?;
    let server = Server::kontor(settings, &database.url(), &[])?;
    for (reader, email) in [("provider", PROVIDER), ("customer", CUSTOMER)] {
        let first = Client::log_in(server.address, email)?.get(LIST)?;
        let single = format!("/v1/products/{}", text(&first, "/data/0/id")?);
        for (subject, path) in [("list of 20 products", LIST), ("one product", single.as_str())] {
            let figure = compare(settings, &server, email, path)?;
            report.add(figure.named(&format!("{subject}, {reader}"), database.engine()));
        }
    }
    server.stop()
}

/// One side of a comparison.
struct Side<'a> {
    server: &'a Server,
    request: Vec<u8>,
    rates: Vec<f64>,
    microseconds: Vec<f64>,
}

impl Side<'_> {
    /// A round, with the server's processor time for a request: that does not depend on what else runs here.
    fn round(&mut self, length: Duration) -> Result<()> {
        let before = self.server.processor_seconds()?;
        let round = load::round(clients(self.server.address, &self.request)?, length)?;
        let used = self.server.processor_seconds()? - before;
        self.rates.push(round.rate());
        self.microseconds.push(used * 1e6 / round.units as f64);
        Ok(())
    }
}

fn compare(settings: &Settings, kontor: &Server, email: &str, path: &str) -> Result<Figure> {
    let mut client = Client::log_in(kontor.address, email)?;
    let body = client.get_bytes(path)?;
    let file = tempfile::NamedTempFile::new()?;
    std::fs::write(file.path(), &body)?;
    let bare = Server::yardstick(file.path())?;
    let side = |server| Side {
        server,
        request: request("GET", path, &client.token, "", b""),
        rates: vec![],
        microseconds: vec![],
    };
    let (mut ours, mut theirs) = (side(kontor), side(&bare));
    for side in [&ours, &theirs] {
        load::round(clients(side.server.address, &side.request)?, WARM_UP)?;
    }
    for _ in 0..settings.rounds {
        ours.round(settings.round())?;
        theirs.round(settings.round())?;
    }
    let ratios = Ratios::of(&ours.rates, &theirs.rates);
    let (used, least) = (median(ours.microseconds), median(theirs.microseconds));
    let figure = Figure::unnamed(format!("{:.0}/s", median(ours.rates)))
        .against(format!("bare actix-web {:.0}/s", median(theirs.rates)), ratios)
        .aim("≥ 0.70", ratios.median >= LEAST)
        .note(format!("{:.1} kB; {used:.0} µs of processor against {least:.0} µs", body.len() as f64 / 1e3));
    bare.stop()?;
    Ok(figure)
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
