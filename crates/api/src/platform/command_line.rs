//! `kontor admin`: what operators do, by whoever is at the machine. The same writes as over HTTP, under the name of the
//! command line.

use crate::App;
use crate::auth::standing::Identity;
use crate::http::json::parse;
use crate::http::problem::Problem;
use crate::platform::marketplaces::requests::MarketplaceCreate;
use crate::platform::marketplaces::{create, moves};
use crate::platform::operators::{self, NewOperator, NotAdded, told};
use crate::transaction::by_program;
use clap::Subcommand;
use domain::marketplace::Move;
use std::io::Read as _;
use std::path::PathBuf;
use store::marketplaces::StoredMarketplace;

/// What can be asked for.
#[derive(Subcommand)]
pub enum Admin {
    /// Add who runs the installation, and print the link by which the password is set.
    CreateOperator {
        /// The e-mail address, which is the log-in name
        #[arg(long)]
        email: String,
        /// The first name, as people write it
        #[arg(long)]
        first_name: String,
        /// The last name, as people write it
        #[arg(long)]
        last_name: String,
        /// Take the password from the first line of standard input, instead of printing a link
        #[arg(long)]
        password_stdin: bool,
        /// Add one where there is one already
        #[arg(long)]
        another: bool,
    },
    /// List the marketplaces, and how each stands.
    ListMarketplaces,
    /// Make a marketplace: a draft, whose administrator is invited by mail.
    CreateMarketplace {
        /// The document that `POST /v1/marketplaces` takes; `-` is standard input
        document: PathBuf,
    },
    /// Open a marketplace, or say what it lacks.
    OpenMarketplace {
        /// The marketplace's short name
        slug: String,
    },
    /// Keep a marketplace from selling for the time being.
    SuspendMarketplace {
        /// The marketplace's short name
        slug: String,
    },
    /// End a marketplace for good.
    CloseMarketplace {
        /// The marketplace's short name
        slug: String,
    },
}

/// Why something was not done.
#[derive(Debug, thiserror::Error)]
pub enum NotDone {
    /// Nobody was added who would run the installation.
    #[error("{0}")]
    Operator(#[from] NotAdded),
    /// It was refused.
    #[error("{}", told(.0))]
    Refused(#[from] Problem),
    /// What it is to be made of cannot be read.
    #[error("{0}: {1}")]
    Unreadable(String, std::io::Error),
}

/// Does what was asked for; what to say of it.
pub fn run(app: &App, command: Admin) -> Result<String, NotDone> {
    match command {
        Admin::CreateOperator { email, first_name, last_name, password_stdin, another } => {
            let password = password_stdin.then(first_line).transpose()?;
            let new = NewOperator { email, first_name, last_name, password };
            Ok(match operators::let_in(app, new, another)? {
                Some(link) => format!("{link}\nThe password is set with this link, once, within two days."),
                None => "The operator can log in.".to_owned(),
            })
        }
        Admin::ListMarketplaces => {
            Ok(app.marketplaces.all().iter().map(|one| line(one)).collect::<Vec<_>>().join("\n"))
        }
        Admin::CreateMarketplace { document } => {
            let new = parse::<MarketplaceCreate>(&read(&document)?)?.check()?;
            Ok(line(&by_program(app, &at_command_line(), |write| create::create(write, &new))?))
        }
        Admin::OpenMarketplace { slug } => moved(app, &slug, Move::Open),
        Admin::SuspendMarketplace { slug } => moved(app, &slug, Move::Suspend),
        Admin::CloseMarketplace { slug } => moved(app, &slug, Move::Close),
    }
}

fn at_command_line() -> Identity {
    Identity::of_platform("command line")
}

fn moved(app: &App, slug: &str, wanted: Move) -> Result<String, NotDone> {
    Ok(line(&by_program(app, &at_command_line(), |write| moves::make(write, slug, wanted))?))
}

fn line(record: &StoredMarketplace) -> String {
    let marketplace = &record.marketplace;
    let kind = if marketplace.sandbox { "sandbox" } else { "real" };
    format!("{:<20} {:<9} {kind:<8} {}", marketplace.slug, marketplace.status.code(), marketplace.name)
}

fn first_line() -> Result<String, NotDone> {
    let mut line = String::new();
    std::io::stdin().read_line(&mut line).map_err(|error| NotDone::Unreadable("standard input".to_owned(), error))?;
    Ok(line.trim_end_matches(['\r', '\n']).to_owned())
}

fn read(document: &PathBuf) -> Result<Vec<u8>, NotDone> {
    let mut bytes = vec![];
    let read = match document.to_str() {
        Some("-") => std::io::stdin().read_to_end(&mut bytes).map(|_| bytes),
        _ => std::fs::read(document),
    };
    read.map_err(|error| NotDone::Unreadable(document.display().to_string(), error))
}
