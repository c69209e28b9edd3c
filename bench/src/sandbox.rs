//! How long it takes to move a sandbox's clock over years: every renewal and every reminder at its own instant.

use crate::client::Client;
use crate::database::Database;
use crate::http::{Connection, request};
use crate::process::Server;
use crate::report::Figure;
use crate::{Bench, Result, Settings, seed};
use domain::calendar::{Day, DaySpan};
use domain::subscription::Subscription;
use serde_json::json;
use std::time::{Duration, Instant};

const MARKETPLACE: &str = "terra";
/// Days on which the monthly terms begin: every month has them.
const DAYS: usize = 28;
/// A request plays time for some hundred seconds; then it is to be repeated.
const PATIENCE: Duration = Duration::from_secs(3_600);

/// Measures a sandbox of monthly subscriptions (NCE, policy of terra) whose terms begin on all days of a month.
pub(crate) fn measure(bench: &mut Bench<'_>, demo: &Database) -> Result<()> {
    let settings = bench.settings;
    let database = demo.copy()?;
    let today = prepare(settings, &database)?;
    let target = today.plus_months(12 * settings.years);
    let before = steps(&database)?;
    let (seconds, others) = bench.quiet.once(|| play(settings, &database, target))?;
    let steps = (steps(&database)? - before) as f64;
    let subject = format!("{} subscriptions over {} years", settings.sandbox, settings.years);
    bench.report.add(
        Figure::new(&subject, database.engine(), format!("{seconds:.0} s"))
            .others(others)
            .note(format!("monthly terms; {steps:.0} renewals and reminders, {:.0}/s", steps / seconds)),
    );
    Ok(())
}

/// Seeds the subscriptions; the sandbox's today.
fn prepare(settings: &Settings, database: &Database) -> Result<Day> {
    let server = Server::kontor(settings, &database.url(), &[])?;
    let bought = seed::buy(&server, MARKETPLACE, ("P1M", "monthly"))?;
    let today = seed::today(&server, MARKETPLACE)?;
    server.stop()?;
    let shape = |n: usize, copy: Subscription| {
        let last = today.plus_days(i64::try_from(n % DAYS).unwrap_or_default());
        seed::in_term(copy, DaySpan::new(last.plus_days(1).plus_months(-1), last))
    };
    seed::multiply(database, MARKETPLACE, bought, settings.sandbox, shape)?;
    Ok(today)
}

/// Each step tells exactly one fact.
fn steps(database: &Database) -> Result<u64> {
    let query = "SELECT CAST(count(*) AS TEXT) FROM events WHERE kind LIKE 'subscription.%'";
    Ok(database.query(query)?.concat().parse()?)
}

/// Moves the clock; the seconds that took.
fn play(settings: &Settings, database: &Database, target: Day) -> Result<f64> {
    let server = Server::kontor(settings, &database.url(), &[])?;
    let begun = Instant::now();
    let body = json!({"now": format!("{target}T23:00:00Z")}).to_string();
    while begun.elapsed() < PATIENCE {
        let token = Client::log_in(server.address, &seed::provider(MARKETPLACE))?.token;
        let request = request("PUT", "/v1/sandbox/clock", &token, "application/json", body.as_bytes());
        let mut connection = Connection::open(server.address)?;
        let answer = connection.exchange(&request)?;
        match answer.status {
            200 => {
                let seconds = begun.elapsed().as_secs_f64();
                server.stop()?;
                return Ok(seconds);
            }
            // It takes longer than a request waits: asked for again, it is joined.
            202 | 503 => {}
            status => return Err(format!("{status} {}", String::from_utf8_lossy(answer.body)).into()),
        }
    }
    Err("the clock does not get there".into())
}
