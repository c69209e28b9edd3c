//! `make bench`: how fast Kontor is, as fractions of what this machine can do.
//!
//! Absolute numbers of a shared machine say little. So every speed is measured in short rounds that alternate
//! with rounds of a yardstick that does the same with nothing around it: the same bytes from a bare actix-web
//! server, the same rows in plain SQL. What is reported is the median of the rounds' ratios.

#![allow(clippy::float_arithmetic, reason = "rates and medians; no money here")]
#![allow(clippy::print_stdout, reason = "a program for the command line: its table is its output")]

mod client;
mod database;
mod http;
mod import;
mod load;
mod logins;
mod machine;
mod plain_sql;
mod process;
mod processor;
mod purchases;
mod reads;
mod renewal_sql;
mod renewals;
mod report;
mod sandbox;
mod seed;
mod start;
mod yardstick;

use clap::{Parser, Subcommand};
use database::Database;
use processor::Quiet;
use report::Report;
use std::path::PathBuf;
use std::process::ExitCode;
use std::time::Duration;

/// Whatever went wrong, in words.
type Error = Box<dyn std::error::Error + Send + Sync>;
type Result<T> = std::result::Result<T, Error>;

/// Measures Kontor.
#[derive(Parser)]
struct Arguments {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Measure everything, print the table and write it into a page.
    Run(Settings),
    /// Serve the bytes of a file to everybody: the yardstick of the reads.
    ServeBytes {
        /// The file.
        file: PathBuf,
        /// Threads that answer.
        workers: usize,
    },
}

/// How it is measured.
#[derive(clap::Args)]
struct Settings {
    /// The program to measure, built as it is shipped.
    #[arg(long)]
    kontor: PathBuf,
    /// The day of the run, for the page.
    #[arg(long)]
    date: String,
    /// The page whose figures are replaced.
    #[arg(long)]
    page: PathBuf,
    /// A PostgreSQL server to measure on, too; its user may create databases.
    #[arg(long)]
    postgres: Option<String>,
    /// Rounds of each measurement.
    #[arg(long, default_value_t = 5)]
    rounds: usize,
    /// Seconds of each round.
    #[arg(long, default_value_t = 4)]
    seconds: u64,
    /// Rows of the price sheet.
    #[arg(long, default_value_t = 100_000)]
    sheet_rows: usize,
    /// Subscriptions that renew on one day.
    #[arg(long, default_value_t = 100_000)]
    renewals: usize,
    /// Subscriptions of the sandbox whose clock is moved.
    #[arg(long, default_value_t = 10_000)]
    sandbox: usize,
    /// How many years that sandbox's clock is moved.
    #[arg(long, default_value_t = 3)]
    years: i32,
    /// Measure nothing but this: may be given several times.
    #[arg(long)]
    only: Vec<Part>,
    /// Seconds to wait in all for the machine to be quiet.
    #[arg(long, default_value_t = 900)]
    patience: u64,
}

/// A part of what is measured.
#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
enum Part {
    /// Start-up and memory.
    Start,
    /// Products.
    Reads,
    /// Orders.
    Purchases,
    /// Price sheets.
    Import,
    /// Logging in.
    Logins,
    /// Previews of changes.
    Previews,
    /// Renewals on one day.
    Renewals,
    /// A sandbox's clock.
    Sandbox,
}

impl Part {
    const ALL: [Self; 8] = [
        Self::Start,
        Self::Reads,
        Self::Logins,
        Self::Purchases,
        Self::Import,
        Self::Previews,
        Self::Renewals,
        Self::Sandbox,
    ];

    fn measure(self, bench: &mut Bench<'_>, demo: &Database) -> Result<()> {
        match self {
            Self::Start => start::measure(bench, demo),
            Self::Reads => reads::measure(bench, demo),
            Self::Purchases => purchases::measure(bench, demo),
            Self::Import => import::measure(bench, demo),
            Self::Logins => logins::measure(bench, demo),
            Self::Previews => reads::measure_previews(bench, demo),
            Self::Renewals => renewals::measure(bench, demo),
            Self::Sandbox => sandbox::measure(bench, demo),
        }
    }
}

impl Settings {
    fn wants(&self, part: Part) -> bool {
        self.only.is_empty() || self.only.contains(&part)
    }

    fn round(&self) -> Duration {
        Duration::from_secs(self.seconds)
    }
}

fn main() -> ExitCode {
    let done = match Arguments::parse().command {
        Command::Run(settings) => run(&settings),
        Command::ServeBytes { file, workers } => yardstick::serve(&file, workers),
    };
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("bench: {error}");
            ExitCode::FAILURE
        }
    }
}

/// A run: how, when, and what it brought so far.
struct Bench<'a> {
    settings: &'a Settings,
    quiet: Quiet,
    report: Report,
}

fn run(settings: &Settings) -> Result<()> {
    let mut databases = vec![Database::sqlite()?];
    databases.extend(settings.postgres.as_deref().map(Database::postgres).transpose()?);
    let mut quiet = Quiet::new(settings, &databases)?;
    let (machine, _) = quiet.once(machine::describe)?;
    let mut bench = Bench { settings, quiet, report: Report::new(&settings.date, machine) };
    for empty in databases {
        let demo = database::with_demo_data(settings, empty)?;
        for part in Part::ALL.into_iter().filter(|part| settings.wants(*part)) {
            part.measure(&mut bench, &demo)?;
        }
    }
    println!("{}", bench.report.table());
    bench.report.write_into(&settings.page)
}
