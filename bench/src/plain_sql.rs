//! The yardstick of a purchase: the rows that one wrote, written again and again with new ids.
//!
//! The statements are made from the rows of a real purchase, so that they stay true to the tables. They are
//! grouped into as many transactions as a purchase has requests, and prepared once; nothing is read.

use crate::database::{Database, Engine};
use crate::load::CLIENTS;
use crate::{Result, machine};
use std::collections::BTreeMap;
use std::process::Command;
use std::time::{Duration, Instant};

/// Every table whose rows come and go with orders, and some that a purchase should leave alone.
const TABLES: [&str; 12] = [
    "carts",
    "cart_lines",
    "orders",
    "order_lines",
    "subscriptions",
    "charges",
    "provisionings",
    "events",
    "tasks",
    "idempotency_keys",
    "audit_entries",
    "agreements",
];

/// The transactions of a purchase, as SQL.
pub(crate) struct PlainSql(Vec<Vec<String>>);

/// A row's columns and values; a value is a literal of the engine's SQL.
pub(crate) type Row = Vec<(String, String)>;

impl PlainSql {
    /// From a database that has seen one purchase.
    pub(crate) fn of_purchase(database: &Database, order: &str) -> Result<Self> {
        let read = |table, filter: &str| rows(database, table, filter);
        let carts = read("carts", "true")?;
        let lines = read("cart_lines", "true ORDER BY position")?;
        let of_order: Vec<(&str, Vec<Row>)> = vec![
            ("orders", read("orders", "true")?),
            ("order_lines", read("order_lines", "true")?),
            ("subscriptions", read("subscriptions", "true")?),
            ("charges", read("charges", "true")?),
            ("events", read("events", &format!("subject = '{order}'"))?),
            ("tasks", read("tasks", "consumer = 'provision'")?),
            ("audit_entries", read("audit_entries", &format!("subject = '{order}'"))?),
        ];
        if let Some((table, _)) = of_order.iter().find(|(_, rows)| rows.is_empty()) {
            return Err(format!("the purchase wrote nothing into {table}").into());
        }
        let fresh = Fresh::new(
            database.engine(),
            order,
            of_order.iter().flat_map(|(_, rows)| rows).chain(&carts).chain(&lines),
        );
        let cart = carts.first().ok_or("no cart")?;
        let mut transactions =
            vec![vec![fresh.insert("carts", &[with(cart, &[("ordered_as", "NULL"), ("version", "1")])])]];
        for (number, line) in lines.iter().enumerate() {
            let touched =
                fresh.update_cart(&with(cart, &[("ordered_as", "NULL"), ("version", &(number + 2).to_string())]));
            transactions.push(vec![touched, fresh.insert("cart_lines", std::slice::from_ref(line))]);
        }
        let rest = of_order.iter().map(|(table, rows)| fresh.insert(table, rows));
        transactions.push(std::iter::once(fresh.update_cart(cart)).chain(rest).collect());
        Ok(Self(transactions))
    }

    /// Purchases per second in a round.
    pub(crate) fn run(&self, database: &Database, round: usize, length: Duration) -> Result<f64> {
        match database.engine() {
            Engine::Sqlite => self.run_sqlite(database, round, length),
            Engine::Postgres => self.run_pgbench(database, round, length),
        }
    }

    /// One thread with prepared statements: more would wait for the same lock.
    fn run_sqlite(&self, database: &Database, round: usize, length: Duration) -> Result<f64> {
        let connection = database.open_sqlite()?;
        let mut begin = connection.prepare("BEGIN IMMEDIATE")?;
        let mut commit = connection.prepare("COMMIT")?;
        let prepare = |sql: &String| connection.prepare(sql);
        let transactions = self.0.iter().map(|statements| statements.iter().map(prepare).collect());
        let mut transactions: Vec<Vec<_>> = transactions.collect::<rusqlite::Result<_>>()?;
        let (begun, mut units) = (Instant::now(), 0_u32);
        while begun.elapsed() < length {
            let unit = (round as u128) << 32 | u128::from(units);
            for statements in &mut transactions {
                begin.execute([])?;
                for statement in statements {
                    for number in 1..=statement.parameter_count() {
                        let id = (0x0199_u128 << 112) | unit << 8 | number as u128;
                        statement.raw_bind_parameter(number, &id.to_be_bytes()[..])?;
                    }
                    statement.raw_execute()?;
                }
                commit.execute([])?;
            }
            units += 1;
        }
        Ok(f64::from(units) / begun.elapsed().as_secs_f64())
    }

    /// PostgreSQL's own load generator, with as many clients as buy.
    fn run_pgbench(&self, database: &Database, round: usize, length: Duration) -> Result<f64> {
        let transaction = |statements: &Vec<String>| format!("BEGIN;\n{};\nCOMMIT;\n", statements.join(";\n"));
        let script: String = self.0.iter().map(transaction).collect();
        let file = tempfile::NamedTempFile::new()?;
        // Each client counts on from its own number, so that no id comes twice.
        std::fs::write(
            file.path(),
            format!("\\set n :n + 1\n\\set unit (:round * 1000 + :client_id) * 16777216 + :n\n{script}"),
        )?;
        let mut command = Command::new("pgbench");
        command.args(["-n", "-M", "prepared", "-D", "n=0", "-D", &format!("round={round}")]);
        command.args([
            "-c",
            &CLIENTS.to_string(),
            "-j",
            &machine::cores().to_string(),
            "-T",
            &length.as_secs().to_string(),
        ]);
        let output = command.arg("-f").arg(file.path()).arg(database.url()).output()?;
        let text = String::from_utf8_lossy(&output.stdout);
        let rate = text.lines().find_map(|line| line.strip_prefix("tps = ")?.split(' ').next()?.parse().ok());
        match rate {
            Some(rate) if output.status.success() => Ok(rate),
            _ => Err(format!("pgbench: {text}{}", String::from_utf8_lossy(&output.stderr)).into()),
        }
    }
}

/// A yardstick that wrote less than Kontor would be unfair, and one that wrote more would flatter: refuses both.
pub(crate) fn check_same_rows(before: &Database, ours: &Database, plain: &Database) -> Result<()> {
    let count = |database: &Database, table: &str| -> Result<f64> {
        Ok(database.query(&format!("SELECT CAST(count(*) AS TEXT) FROM {table}"))?.concat().parse()?)
    };
    let per_order = |database: &Database, table: &str| -> Result<f64> {
        let written = |table: &str| Ok::<_, crate::Error>(count(database, table)? - count(before, table)?);
        Ok(written(table)? / written("orders")?)
    };
    for table in TABLES {
        let (kontor, plain) = (per_order(ours, table)?, per_order(plain, table)?);
        if (kontor - plain).abs() > f64::EPSILON {
            return Err(format!("an order has {kontor} rows in {table}, the yardstick's {plain}").into());
        }
    }
    Ok(())
}

/// The rows of a table as literals, without the number that the database gives by itself.
pub(crate) fn rows(database: &Database, table: &str, filter: &str) -> Result<Vec<Row>> {
    let (names, literal, array) = match database.engine() {
        Engine::Sqlite => (format!("SELECT name FROM pragma_table_info('{table}')"), "quote", "json_array"),
        Engine::Postgres => {
            let all = "SELECT column_name FROM information_schema.columns";
            (
                format!("{all} WHERE table_schema = 'public' AND table_name = '{table}' ORDER BY ordinal_position"),
                "quote_nullable",
                "json_build_array",
            )
        }
    };
    let names: Vec<_> = database.query(&names)?.into_iter().filter(|name| name != "seq").collect();
    let values: Vec<_> = names.iter().map(|name| format!("{literal}({name})")).collect();
    let lines = database.query(&format!("SELECT {array}({}) FROM {table} WHERE {filter}", values.join(", ")))?;
    let row = |line: &String| {
        let values: Vec<String> = serde_json::from_str(line)?;
        Ok(names.iter().cloned().zip(values).collect())
    };
    lines.iter().map(row).collect()
}

/// The same row with other values.
fn with(row: &Row, changes: &[(&str, &str)]) -> Row {
    let changed =
        |name: &str| changes.iter().find(|(changed, _)| *changed == name).map(|(_, value)| (*value).to_owned());
    row.iter().map(|(name, value)| (name.clone(), changed(name).unwrap_or_else(|| value.clone()))).collect()
}

/// Writes statements in which every id of the sample is a new one.
struct Fresh {
    engine: Engine,
    /// The sample's ids, each with its number.
    ids: BTreeMap<String, usize>,
    /// The order as facts name it.
    subject: String,
}

impl Fresh {
    fn new<'a>(engine: Engine, order: &str, rows: impl Iterator<Item = &'a Row>) -> Self {
        let mut ids = BTreeMap::new();
        for (_, value) in rows.flatten().filter(|(name, _)| name == "id") {
            let number = ids.len() + 1;
            ids.entry(value.clone()).or_insert(number);
        }
        Self { engine, ids, subject: format!("'{order}'") }
    }

    fn insert(&self, table: &str, rows: &[Row]) -> String {
        let names: Vec<_> = rows.iter().take(1).flatten().map(|(name, _)| name.as_str()).collect();
        let tuple =
            |row: &Row| format!("({})", row.iter().map(|(_, value)| self.value(value)).collect::<Vec<_>>().join(", "));
        let tuples: Vec<_> = rows.iter().map(tuple).collect();
        format!("INSERT INTO {table} ({}) VALUES {}", names.join(", "), tuples.join(", "))
    }

    fn update_cart(&self, cart: &Row) -> String {
        let value = |wanted: &str| {
            cart.iter().find(|(name, _)| name == wanted).map_or_else(String::new, |(_, value)| self.value(value))
        };
        let (ordered_as, version) = (value("ordered_as"), value("version"));
        let (marketplace, id) = (value("marketplace_id"), value("id"));
        format!(
            "UPDATE carts SET ordered_as = {ordered_as}, version = {version} \
             WHERE marketplace_id = {marketplace} AND id = {id}"
        )
    }

    fn value(&self, literal: &str) -> String {
        let hex = |number: &usize| format!("to_hex(:unit::bigint * 256 + {number})");
        match (self.engine, self.ids.get(literal)) {
            (Engine::Sqlite, Some(number)) => format!("?{number}"),
            (Engine::Postgres, Some(number)) => format!("lpad({}, 32, '0')::uuid", hex(number)),
            (Engine::Sqlite, None) if literal == self.subject => "'ord_' || substr(hex(?1), 7)".to_owned(),
            (Engine::Postgres, None) if literal == self.subject => format!("'ord_' || lpad({}, 26, '0')", hex(&1)),
            (Engine::Sqlite, None) => literal.to_owned(),
            (Engine::Postgres, None) => without_colons(literal),
        }
    }
}

/// pgbench takes `:name` for a variable, also within quotes.
pub(crate) fn without_colons(literal: &str) -> String {
    if !literal.contains(':') {
        return literal.to_owned();
    }
    // PostgreSQL itself writes E'…' where there is a backslash, and doubles it.
    format!("E{}", literal.trim_start_matches('E').replace(':', "\\x3a"))
}
