//! The yardstick of renewals: what one wrote, written for every subscription, in transactions of as many.
//!
//! The statements are made from the rows of a real renewal: the columns of the subscription that it changed, its
//! charge, its event. On SQLite each is prepared once and run row by row; on PostgreSQL one statement writes the rows
//! of a batch and none of them crosses the wire. Nothing is asked or decided.

use crate::database::{Database, Engine};
use crate::plain_sql::{Row, rows, without_colons};
use crate::{Result, seed};
use std::process::Command;
use std::time::Instant;

/// Subscriptions of one transaction: `crates/api/src/worker/clock.rs`.
const BATCH: usize = 500;
/// The rows that must be the same on both sides, besides their number.
const LOOKED_AT: [usize; 2] = [0, 1];

/// The writes of one renewal, as SQL with a place for the subscription's id.
pub(crate) struct RenewalSql {
    number: usize,
    /// Name and value of each column that is set.
    set: Row,
    /// Table, and names and values of the row.
    added: [(&'static str, Row); 2],
}

impl RenewalSql {
    /// From a database before and after the renewal of so many seeded subscriptions.
    pub(crate) fn of(before: &Database, after: &Database, number: usize) -> Result<Self> {
        let id = uuid_literal(before.engine(), 0);
        let subscription = |database| one(rows(database, "subscriptions", &format!("id = {id}"))?);
        let (old, new) = (subscription(before)?, subscription(after)?);
        let set: Row = new.into_iter().filter(|column| !old.contains(column)).collect();
        let charge = one(rows(after, "charges", &format!("subscription_id = {id}"))?)?;
        let event = one(rows(after, "events", &format!("subject = '{}'", seed::id(0)))?)?;
        Ok(Self { number, set, added: [("charges", charge), ("events", event)] })
    }

    /// Writes all of them; the seconds that took.
    pub(crate) fn run(&self, database: &Database) -> Result<f64> {
        match database.engine() {
            Engine::Sqlite => self.run_sqlite(database),
            Engine::Postgres => self.run_pgbench(database),
        }
    }

    fn run_sqlite(&self, database: &Database) -> Result<f64> {
        let connection = database.open_sqlite()?;
        let set: Vec<_> = self.set.iter().map(|(name, value)| format!("{name} = {value}")).collect();
        let update = format!("UPDATE subscriptions SET {} WHERE {} AND id = ?1", set.join(", "), self.marketplace());
        let inserts = self.added.iter().map(|(table, row)| {
            let values: Vec<_> = row.iter().map(|column| value(column, "?1", "'sub_' || substr(hex(?1), 7)")).collect();
            format!("INSERT INTO {table} ({}) VALUES ({})", names(row), values.join(", "))
        });
        let statements = std::iter::once(update).chain(inserts);
        let mut statements: Vec<_> = statements.map(|sql| connection.prepare(&sql)).collect::<rusqlite::Result<_>>()?;
        let begun = Instant::now();
        for first in (0..self.number).step_by(BATCH) {
            connection.execute_batch("BEGIN IMMEDIATE")?;
            for statement in &mut statements {
                for number in first..self.number.min(first + BATCH) {
                    statement.execute([&seed::id(number).as_u128().to_be_bytes()[..]])?;
                }
            }
            connection.execute_batch("COMMIT")?;
        }
        Ok(begun.elapsed().as_secs_f64())
    }

    /// PostgreSQL's own load generator, as one client.
    fn run_pgbench(&self, database: &Database) -> Result<f64> {
        let id = "('01990000-0000-0000-0000-' || lpad(to_hex(n), 12, '0'))::uuid";
        let batch =
            format!("generate_series(:first::int, least(:first::int + {}, {})) AS n", BATCH - 1, self.number - 1);
        let set: Vec<_> = self.set.iter().map(|(name, value)| format!("{name} = {}", without_colons(value))).collect();
        let update = format!(
            "UPDATE subscriptions SET {} WHERE {} AND id = ANY (ARRAY(SELECT {id} FROM {batch}))",
            set.join(", "),
            self.marketplace()
        );
        let inserts = self.added.iter().map(|(table, row)| {
            let subject = "'sub_' || lpad(to_hex(n), 26, '0')";
            let values: Vec<_> = row.iter().map(|column| without_colons_of(column, id, subject)).collect();
            format!("INSERT INTO {table} ({}) SELECT {} FROM {batch}", names(row), values.join(", "))
        });
        let statements: Vec<_> = std::iter::once(update).chain(inserts).collect();
        let file = tempfile::NamedTempFile::new()?;
        std::fs::write(
            file.path(),
            format!("BEGIN;\n{};\nCOMMIT;\n\\set first :first + {BATCH}\n", statements.join(";\n")),
        )?;
        let mut command = Command::new("pgbench");
        command.args(["-n", "-M", "prepared", "-D", "first=0", "-c", "1", "-t"]);
        let output = command
            .arg(self.number.div_ceil(BATCH).to_string())
            .arg("-f")
            .arg(file.path())
            .arg(database.url())
            .output()?;
        let text = String::from_utf8_lossy(&output.stdout);
        let rate = text.lines().find_map(|line| line.strip_prefix("tps = ")?.split(' ').next()?.parse::<f64>().ok());
        match rate {
            Some(rate) if output.status.success() => Ok(self.number.div_ceil(BATCH) as f64 / rate),
            _ => Err(format!("pgbench: {text}{}", String::from_utf8_lossy(&output.stderr)).into()),
        }
    }

    fn marketplace(&self) -> String {
        let row = &self.added[0].1;
        let value = row.iter().find(|(name, _)| name == "marketplace_id").map_or("NULL", |(_, value)| value);
        format!("marketplace_id = {value}")
    }

    /// A yardstick that wrote less than Kontor would be unfair, and one that wrote more would flatter: refuses both.
    pub(crate) fn check_same_rows(&self, ours: &Database, theirs: &Database) -> Result<()> {
        for table in ["subscriptions", "charges", "events", "tasks"] {
            let count = |database: &Database| database.query(&format!("SELECT CAST(count(*) AS TEXT) FROM {table}"));
            let (kontor, plain) = (count(ours)?, count(theirs)?);
            if kontor != plain {
                return Err(format!("{kontor:?} rows in {table}, the yardstick has {plain:?}").into());
            }
        }
        for number in LOOKED_AT.into_iter().chain([self.number - 1]) {
            let id = uuid_literal(ours.engine(), number);
            let row = |database| rows(database, "subscriptions", &format!("id = {id}"));
            let (kontor, plain) = (row(ours)?, row(theirs)?);
            if kontor != plain {
                return Err(format!("a subscription stands as {kontor:?}, the yardstick's as {plain:?}").into());
            }
        }
        Ok(())
    }
}

fn one(mut rows: Vec<Row>) -> Result<Row> {
    if rows.len() == 1 { Ok(rows.remove(0)) } else { Err(format!("one row, not {}", rows.len()).into()) }
}

fn names(row: &Row) -> String {
    row.iter().map(|(name, _)| name.as_str()).collect::<Vec<_>>().join(", ")
}

/// A column's value in the row of another subscription.
fn value((name, value): &(String, String), id: &str, subject: &str) -> String {
    match name.as_str() {
        "id" | "subscription_id" => id.to_owned(),
        "subject" => subject.to_owned(),
        _ => value.clone(),
    }
}

fn without_colons_of(column: &(String, String), id: &str, subject: &str) -> String {
    match column.0.as_str() {
        "id" | "subscription_id" | "subject" => value(column, id, subject),
        _ => without_colons(&column.1),
    }
}

fn uuid_literal(engine: Engine, number: usize) -> String {
    let hex = format!("{:032x}", seed::id(number).as_u128());
    match engine {
        Engine::Sqlite => format!("x'{hex}'"),
        Engine::Postgres => format!("'{hex}'::uuid"),
    }
}
