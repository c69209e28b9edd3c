//! Operators: who runs the installation. The first comes in by the command line; every other one is invited by one,
//! like anybody else.

pub mod create;

use crate::App;
use crate::auth::standing::Identity;
use crate::http::problem::{FieldProblem, Problem};
use crate::http::wire::checks::Checks;
use crate::people::users::first;
use crate::texts::lang::Lang;
use crate::transaction::by_program;
use domain::access::{Organization, Role, RoleName};
use domain::form::limits;
use domain::id::MarketplaceId;
use domain::party::Contact;
use domain::people::PeopleRules;
use domain::zone::Zone;
use store::users::{self, StoredUser};
use store::{Failure, StoreError};

/// Who is to run the installation.
pub struct NewOperator {
    /// The e-mail address, which is the log-in name.
    pub email: String,
    /// First name, as people write it.
    pub first_name: String,
    /// Last name, as people write it.
    pub last_name: String,
    /// The first password; without one a link is made by which it is set.
    pub password: Option<String>,
}

/// Why nobody was added.
#[derive(Debug, thiserror::Error)]
pub enum NotAdded {
    /// There is somebody already who could invite more.
    #[error("somebody runs this installation already and can invite others; --another adds one all the same")]
    Exists,
    /// What was said of the operator is wrong, or the database does not take it.
    #[error("{}", told(.0))]
    Problem(#[from] Problem),
}

/// What is wrong, field by field, for whoever is at the command line.
pub fn told(problem: &Problem) -> String {
    let zone = Zone::UTC;
    match problem.fields.as_slice() {
        [] => problem.body(Lang::En, "")["detail"].as_str().unwrap_or_default().to_owned(),
        fields => {
            let line = |field: &FieldProblem| format!("{}: {}", field.pointer, field.told(Lang::En, &zone).detail);
            fields.iter().map(line).collect::<Vec<_>>().join("\n")
        }
    }
}

impl From<StoreError> for NotAdded {
    fn from(error: StoreError) -> Self {
        Self::Problem(error.into())
    }
}

impl Failure for NotAdded {
    fn store_error(&self) -> Option<&StoreError> {
        match self {
            Self::Problem(problem) => problem.store_error(),
            Self::Exists => None,
        }
    }
}

/// Adds an operator; the link by which it sets its password, where it has none yet. Where somebody runs the
/// installation already, only if `another` says so.
pub fn let_in(app: &App, new: NewOperator, another: bool) -> Result<Option<String>, NotAdded> {
    let user = checked(app, new)?;
    by_program(app, &Identity::of_platform("command line"), |write| {
        store::marketplaces::lock(write.tx, MarketplaceId::PLATFORM)?;
        let role = RoleName::from(Role::PlatformOperator);
        let there = users::with_role_unscoped(write.tx, MarketplaceId::PLATFORM, Organization::Platform, &role, 1);
        if !another && !there?.is_empty() {
            return Err(NotAdded::Exists);
        }
        Ok(create::create(write, &user)?)
    })
}

fn checked(app: &App, new: NewOperator) -> Result<StoredUser, Problem> {
    let mut checks = Checks::new();
    let email = checks.email("--email", &new.email);
    let first_name = checks.name("--first-name", &new.first_name, limits::NAME.into());
    let last_name = checks.name("--last-name", &new.last_name, limits::NAME.into());
    if let Some(password) = &new.password {
        checks.password("--password-stdin", password, &PeopleRules::of_the_platform().password, &email);
    }
    checks.done()?;
    let (person, now) = (Contact { first_name, last_name, email, phone: None }, app.clock.now());
    let mut user = first::newcomer(MarketplaceId::PLATFORM, Organization::Platform, &person, None, now);
    if let Some(password) = &new.password {
        user.password_hash = Some(app.passwords.hash(password)?);
        user.state.activated_at = Some(now);
    }
    Ok(user)
}
