//! Logging in: whether the time tells who there is, and what reads are left while many log in.

use crate::client::{CUSTOMER, Client, PASSWORD, PROVIDER};
use crate::database::Database;
use crate::http::{Connection, request};
use crate::load::{self, median};
use crate::process::Server;
use crate::report::{Figure, Ratios};
use crate::{Bench, Result};
use serde_json::{Value, json};
use std::net::SocketAddr;
use std::time::{Duration, Instant};

/// Wrong log-ins of each kind in a round, in turns.
const SAMPLES: usize = 60;
/// Wrong log-ins that lock somebody out here: the most that the rules let be.
const MOST: usize = 100;
/// Who log in at once, each again and again.
const COMING: usize = 16;
/// Log-ins after which it is looked how much memory is left.
const MANY: usize = 500;
/// So long after the last log-in its memory has been given back.
const GIVEN_BACK: Duration = Duration::from_secs(4);
/// A person who is locked out before the rounds.
const LOCKED: &str = "billing@kunde.cancom.example";
const READ: &str = "/v1/products?limit=20";

/// Measures both.
pub(crate) fn measure(bench: &mut Bench<'_>, demo: &Database) -> Result<()> {
    measure_times(bench, demo)?;
    measure_memory(bench, demo)?;
    measure_reads(bench, demo)
}

/// What is resident after many log-ins, once nobody logs in any more, as a fraction of what was before.
fn measure_memory(bench: &mut Bench<'_>, demo: &Database) -> Result<()> {
    let database = demo.copy()?;
    let server = Server::kontor(bench.settings, &database.url(), &[])?;
    let before = server.memory("VmRSS")?;
    let mut connection = Connection::open(server.address)?;
    for _ in 0..MANY {
        try_to_log_in(&mut connection, CUSTOMER, PASSWORD, 200)?;
    }
    let most = server.memory("VmHWM")?;
    std::thread::sleep(GIVEN_BACK);
    let after = server.memory("VmRSS")?;
    let ratio = after / before;
    let figure = Figure::new("memory after 500 log-ins", database.engine(), format!("{:.1} MB", after / 1e6))
        .aim("≤ 1.3 × before", ratio <= 1.3)
        .note(format!("{:.1} MB before, at most {:.1} MB meanwhile", before / 1e6, most / 1e6));
    bench.report.add(figure);
    server.stop()
}

/// How long the answer to a wrong password takes, for a name that nobody has and for a locked account, as fractions of
/// what it takes for an account that is ready.
fn measure_times(bench: &mut Bench<'_>, demo: &Database) -> Result<()> {
    let database = demo.copy()?;
    let server = Server::kontor(bench.settings, &database.url(), &[])?;
    lock_one(&server)?;
    let mut connection = Connection::open(server.address)?;
    let (rounds, others) = bench.quiet.rounds(bench.settings.rounds, || {
        // Being right once begins the count anew.
        try_to_log_in(&mut connection, CUSTOMER, PASSWORD, 200)?;
        let names = [CUSTOMER, "nobody@kunde.cancom.example", LOCKED];
        let mut times = names.map(|_| Vec::with_capacity(SAMPLES));
        for _ in 0..SAMPLES {
            for (name, times) in names.iter().zip(&mut times) {
                times.push(refused(&mut connection, name)?);
            }
        }
        Ok(times.map(median))
    })?;
    let side = |n: usize| rounds.iter().map(|round| round[n]).collect::<Vec<_>>();
    let known = side(0);
    for (subject, n) in [("wrong log-in, unknown name", 1), ("wrong log-in, locked account", 2)] {
        let ratios = Ratios::of(&side(n), &known);
        let figure = Figure::new(subject, database.engine(), format!("{:.1} ms", median(side(n)) * 1e3))
            .against(format!("known account {:.1} ms", median(known.clone()) * 1e3), ratios)
            .aim("0.95–1.05", (0.95..=1.05).contains(&ratios.median))
            .others(others)
            .note(format!("medians of {SAMPLES} in turns"));
        bench.report.add(figure);
    }
    server.stop()
}

/// Makes the rules so generous that a benchmark may fail as often as it likes, and locks one person out for a day.
fn lock_one(server: &Server) -> Result<()> {
    let mut provider = Client::log_in(server.address, PROVIDER)?;
    let mut rules = provider.get("/v1/people-rules")?;
    rules["rules"]["lockout"] =
        json!({"max_attempts": MOST, "window_minutes": 60, "duration_minutes": 1440, "max_per_address": 100_000});
    provider.send("PUT", "/v1/people-rules", &rules)?;
    let mut connection = Connection::open(server.address)?;
    (0..MOST).try_for_each(|_| refused(&mut connection, LOCKED).map(drop))
}

/// Seconds that a wrong password takes.
fn refused(connection: &mut Connection, name: &str) -> Result<f64> {
    try_to_log_in(connection, name, "wrong", 401)
}

/// Seconds that a log-in takes. It names the marketplace: else the strictest rules of all would count failures.
fn try_to_log_in(connection: &mut Connection, name: &str, password: &str, expected: u16) -> Result<f64> {
    let body = json!({"email": name, "password": password, "marketplace": "cancom"});
    let asked = request("POST", "/v1/auth/login", "", "application/json", body.to_string().as_bytes());
    let began = Instant::now();
    let status = connection.exchange(&asked)?.status;
    let time = began.elapsed().as_secs_f64();
    if status == expected { Ok(time) } else { Err(format!("a log-in was answered with {status}").into()) }
}

/// Reads per second while many log in, as a fraction of those while nobody does; and how many log in.
fn measure_reads(bench: &mut Bench<'_>, demo: &Database) -> Result<()> {
    let database = demo.copy()?;
    let server = Server::kontor(bench.settings, &database.url(), &[])?;
    let (address, length) = (server.address, bench.settings.round());
    let (rounds, others) = bench.quiet.rounds(bench.settings.rounds, || {
        let token = Client::log_in(address, PROVIDER)?.token;
        let alone = load::round(readers(address, &token)?, length)?;
        let (beside, log_ins) = std::thread::scope(|scope| {
            let coming = scope.spawn(|| load::round(coming(address)?, length));
            let beside = load::round(readers(address, &token)?, length)?;
            let log_ins = coming.join().map_err(|_| "a client panicked")??;
            Ok::<_, crate::Error>((beside, log_ins))
        })?;
        Ok([alone.rate(), beside.rate(), log_ins.rate()])
    })?;
    let side = |n: usize| rounds.iter().map(|round| round[n]).collect::<Vec<_>>();
    let ratios = Ratios::of(&side(1), &side(0));
    let figure = Figure::new("reads while many log in", database.engine(), format!("{:.0}/s", median(side(1))))
        .against(format!("nobody logs in {:.0}/s", median(side(0))), ratios)
        .aim("≥ 0.40", ratios.median >= 0.4)
        .others(others)
        .note(format!("{COMING} people at once bring {:.0} log-ins/s", median(side(2))));
    bench.report.add(figure);
    server.stop()
}

fn readers(address: SocketAddr, token: &str) -> Result<Vec<impl FnMut() -> Result<()> + Send + use<>>> {
    repeated(address, load::CLIENTS, request("GET", READ, token, "", b""))
}

fn coming(address: SocketAddr) -> Result<Vec<impl FnMut() -> Result<()> + Send + use<>>> {
    let body: Value = json!({"email": CUSTOMER, "password": PASSWORD, "marketplace": "cancom"});
    let asked = request("POST", "/v1/auth/login", "", "application/json", body.to_string().as_bytes());
    repeated(address, COMING, asked)
}

fn repeated(
    address: SocketAddr,
    clients: usize,
    asked: Vec<u8>,
) -> Result<Vec<impl FnMut() -> Result<()> + Send + use<>>> {
    let client = |_| {
        let (mut connection, asked) = (Connection::open(address)?, asked.clone());
        Ok(move || match connection.exchange(&asked)?.status {
            200 => Ok(()),
            status => Err(format!("answered with {status}").into()),
        })
    };
    (0..clients).map(client).collect()
}
