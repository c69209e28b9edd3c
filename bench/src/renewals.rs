//! Renewals of a great many subscriptions on one day, against the same rows in plain SQL.
//!
//! They belong to a hundred customers and are due at the same midnight; the sandbox's clock is moved over it. Each
//! round begins with a fresh copy of the database for either side.

use crate::client::{Client, PROVIDER};
use crate::database::{Database, Engine};
use crate::load::median;
use crate::process::Server;
use crate::renewal_sql::RenewalSql;
use crate::report::{Figure, Ratios};
use crate::{Bench, Result, Settings, processor, purchases, seed};
use domain::calendar::{Day, DaySpan};
use domain::subscription::Subscription;
use serde_json::json;
use std::time::Instant;

const LEAST: f64 = 0.4;
const CUSTOMERS: usize = 100;

/// Measures the clock job as it runs in the worker and when a sandbox's clock is moved.
pub(crate) fn measure(bench: &mut Bench<'_>, demo: &Database) -> Result<()> {
    let settings = bench.settings;
    let seeded = demo.copy()?;
    let day = prepare(settings, &seeded)?;
    let renewed = seeded.copy()?;
    renew(settings, &renewed, day)?;
    let plain = RenewalSql::of(&seeded, &renewed, settings.renewals)?;
    drop(renewed);
    let (rounds, others) = bench.quiet.rounds(settings.rounds, || round(settings, &seeded, day, &plain))?;
    bench.report.add(figure(settings, &rounds, seeded.engine()).others(others));
    Ok(())
}

/// What a round brought: renewals per second, and microseconds of processor for one, the database's included.
struct Turn {
    kontor: f64,
    plain: f64,
    used: f64,
    used_plain: f64,
}

fn round(settings: &Settings, seeded: &Database, day: Day, plain: &RenewalSql) -> Result<Turn> {
    let (ours, theirs) = (seeded.copy()?, seeded.copy()?);
    let (kontor, used) = renew(settings, &ours, day)?;
    let postmaster = processor::postmaster(&theirs)?;
    let before = processor::seconds(&own(postmaster, std::process::id()))?;
    let seconds = plain.run(&theirs)?;
    let used_plain = processor::seconds(&own(postmaster, std::process::id()))? - before;
    plain.check_same_rows(&ours, &theirs)?;
    let number = settings.renewals as f64;
    Ok(Turn {
        kontor: number / kontor,
        plain: number / seconds,
        used: used * 1e6 / number,
        used_plain: used_plain * 1e6 / number,
    })
}

fn own(postmaster: Option<u32>, process: u32) -> Vec<u32> {
    postmaster.into_iter().chain([process]).collect()
}

fn figure(settings: &Settings, rounds: &[Turn], engine: Engine) -> Figure {
    let of = |value: fn(&Turn) -> f64| rounds.iter().map(value).collect::<Vec<_>>();
    let middle = |value| median(of(value));
    let ratios = Ratios::of(&of(|turn| turn.kontor), &of(|turn| turn.plain));
    let subject = format!("renewal of {} on one day", settings.renewals);
    Figure::new(&subject, engine, format!("{:.0}/s", middle(|turn| turn.kontor)))
        .against(format!("plain SQL {:.0}/s", middle(|turn| turn.plain)), ratios)
        .aim("≥ 0.40", ratios.median >= LEAST)
        .note(format!(
            "one thread; {:.0} µs of processor with the database's, against {:.0} µs",
            middle(|turn| turn.used),
            middle(|turn| turn.used_plain)
        ))
}

/// Seeds the subscriptions; the day on which they renew.
fn prepare(settings: &Settings, database: &Database) -> Result<Day> {
    let server = Server::kontor(settings, &database.url(), &[])?;
    let mut client = Client::log_in(server.address, PROVIDER)?;
    let tomorrow = seed::today(&server, "cancom")?.plus_days(1);
    if tomorrow.of_month() == 1 {
        // On the first of a month the bought one would be charged, too.
        let moved = client.send("PUT", "/v1/sandbox/clock", &json!({"now": format!("{tomorrow}T12:00:00Z")}))?;
        client.followed(moved)?;
    }
    let bought = seed::buy(&server, "cancom", ("P1Y", "monthly"))?;
    let customers: Vec<_> = (0..CUSTOMERS).map(|n| purchases::customer(&mut client, n)).collect::<Result<_>>()?;
    let customers: Vec<_> = customers.iter().map(|id| id.parse()).collect::<std::result::Result<_, _>>()?;
    // Tomorrow: what the bought one does by itself is far away.
    let day = seed::today(&server, "cancom")?.plus_days(1);
    server.stop()?;
    let term = DaySpan::new(day.plus_months(-12), day.plus_days(-1));
    let shape = |n: usize, copy: Subscription| {
        seed::in_term(Subscription { customer_id: customers[n % CUSTOMERS], ..copy }, term)
    };
    seed::multiply(database, "cancom", bought, settings.renewals, shape)?;
    Ok(day)
}

/// Moves the clock over the renewals; the seconds that took, and the processor's.
fn renew(settings: &Settings, database: &Database, day: Day) -> Result<(f64, f64)> {
    let server = Server::kontor(settings, &database.url(), &[])?;
    let ours = own(processor::postmaster(database)?, server.id());
    let mut client = Client::log_in(server.address, PROVIDER)?;
    let (before, begun) = (processor::seconds(&ours)?, Instant::now());
    let moved = client.send("PUT", "/v1/sandbox/clock", &json!({"now": format!("{day}T00:30:00Z")}))?;
    client.followed(moved)?;
    let (seconds, used) = (begun.elapsed().as_secs_f64(), processor::seconds(&ours)? - before);
    server.stop()?;
    Ok((seconds, used))
}
