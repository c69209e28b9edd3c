//! `kontor`: serves the API, works on events, migrates, loads demo data.

use api::config::{Config, ConfigError, VARIABLES};
use api::log::Output;
use api::platform::command_line::{self, Admin};
use api::server::{self, Built, StartError};
use api::texts::library;
use api::worker::lanes;
use api::{demo, openapi};
use clap::{Parser, Subcommand};
use std::path::PathBuf;
use std::process::ExitCode;

/// The open backend for selling cloud licences.
#[derive(Parser)]
#[command(version)]
struct Arguments {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Serve the API, with the worker inside.
    Serve {
        /// Migrate, and load the demo data where the database is empty.
        #[arg(long)]
        demo: bool,
        /// Leave the work on events to other processes.
        #[arg(long)]
        no_worker: bool,
    },
    /// Work on events, without the API.
    Worker,
    /// Bring the database to this version.
    Migrate,
    /// Load the demo data into an empty database.
    Demo,
    /// Write openapi.json and operations.txt into a directory.
    Openapi {
        /// The directory that gets both files
        directory: PathBuf,
    },
    /// Run the installation: its operators, and its marketplaces.
    Admin {
        #[command(subcommand)]
        command: Admin,
    },
    /// Check the environment and show the settings, secrets left out.
    CheckConfig,
}

#[actix_web::main]
async fn main() -> ExitCode {
    let command = Arguments::parse().command;
    let output = Output::start();
    let code = match run(command, &output).await {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            output.say(&format!("kontor: {error}"));
            ExitCode::from(error.exit_code())
        }
    };
    output.finish();
    code
}

async fn run(command: Command, output: &Output) -> Result<(), StartError> {
    library::check()?;
    if let Command::Openapi { directory } = command {
        return write_openapi(&directory);
    }
    let config = Config::from_env()?;
    if matches!(command, Command::CheckConfig) {
        check_config(&config, output);
        return Ok(());
    }
    output.trace(&config.log_level, config.log_json);
    match command {
        Command::Serve { demo, no_worker } => serve(&config, demo, no_worker, output).await,
        Command::Worker => work(&config, output).await,
        Command::Migrate => server::open_store(&config)?.migrate().map_err(StartError::Migration),
        Command::Demo => load_demo(&config, output),
        Command::Admin { command } => administer(&config, command, output),
        Command::Openapi { .. } | Command::CheckConfig => Ok(()),
    }
}

async fn serve(config: &Config, with_demo: bool, no_worker: bool, output: &Output) -> Result<(), StartError> {
    let store = server::open_store(config)?;
    store.migrate().map_err(StartError::Migration)?;
    let Built { app, mock } = server::build(config, store)?;
    let listening = server::listen(app.clone(), &config.bind, config.http_workers)?;
    if with_demo {
        demo::load(&app)?;
        demo::living::begin(&app)?;
    }
    app.refresh()?;
    demo::adopt_tenants(&app, &mock)?;
    server::say_what_is_pretended(&app);
    server::spawn_watch(&app);
    if !no_worker {
        server::spawn_worker(&app);
    }
    server::stop_on_signal(&app, Some(listening.handle.clone()));
    ready(listening.address, with_demo, output);
    tokio::select! {
        ended = listening.server => ended.map_err(|error| StartError::Bind(config.bind.clone(), error)),
        reason = app.database_lost() => Err(StartError::Lost(reason)),
    }
}

async fn work(config: &Config, output: &Output) -> Result<(), StartError> {
    let store = server::open_store(config)?;
    let Built { app, mock } = server::build(config, store)?;
    app.refresh()?;
    demo::adopt_tenants(&app, &mock)?;
    server::say_what_is_pretended(&app);
    server::spawn_watch(&app);
    server::stop_on_signal(&app, None);
    output.say("kontor works on events");
    server::spawn_jobs(&app);
    tokio::select! {
        () = lanes::run(app.clone()) => Ok(()),
        reason = app.database_lost() => Err(StartError::Lost(reason)),
    }
}

fn load_demo(config: &Config, output: &Output) -> Result<(), StartError> {
    let store = server::open_store(config)?;
    store.migrate().map_err(StartError::Migration)?;
    let app = server::build(config, store)?.app;
    demo::load(&app)?;
    demo::living::begin(&app)?;
    output.say(&demo::guide::guide("http://127.0.0.1:8080"));
    Ok(())
}

fn administer(config: &Config, command: Admin, output: &Output) -> Result<(), StartError> {
    let store = server::open_store(config)?;
    store.migrate().map_err(StartError::Migration)?;
    let app = server::build(config, store)?.app;
    app.refresh()?;
    output.say(&command_line::run(&app, command)?);
    Ok(())
}

fn ready(address: std::net::SocketAddr, with_demo: bool, output: &Output) {
    let url = format!("http://{address}");
    if with_demo {
        output.say(&demo::guide::guide(&url));
    }
    output.say(&format!("kontor is ready: API {url}/v1  documentation {url}/docs/"));
}

fn write_openapi(directory: &std::path::Path) -> Result<(), StartError> {
    let write = |name: &str, text: String| {
        let path = directory.join(name);
        std::fs::write(&path, text)
            .map_err(|error| StartError::Config(ConfigError(format!("{}: {error}", path.display()))))
    };
    write("openapi.json", openapi::text())?;
    write("operations.txt", openapi::operations_table())
}

fn check_config(config: &Config, output: &Output) {
    for (name, value) in config.describe() {
        output.say(&format!("{name}={value}"));
    }
    output.say("\nSettings, their defaults and meanings:");
    for (name, default, meaning) in VARIABLES {
        output.say(&format!("  {name:<30} {default:<30} {meaning}"));
    }
}
