//! `registration.received`: looks up whether the address is known, and goes on accordingly.
//!
//! That is done here and not while somebody waits for the answer: nobody can tell by the answer, or by how long it
//! takes, whether an address has a log-in.

use crate::App;
use crate::auth::one_time;
use crate::http::problem::Problem;
use crate::worker::outcome::Outcome;
use crate::worker::outcome::Trouble;
use domain::event::EventKind;
use domain::id::RegistrationId;
use domain::people::RegistrationMode;
use domain::registration::{Again, Open, RegistrationStatus, Step, again, step};
use serde_json::{Value, json};
use store::one_time_tokens::{Owner, Purpose};
use store::outbox::{self, Task};
use store::registrations::{self, StoredRegistration};
use store::{Conn, StoreError};
use time::Duration;

/// Mails to an address within an hour that say that it is known; whoever asks for more gets none.
const KNOWN_PER_HOUR: u32 = 3;

/// Does it, unless it is done.
pub fn handle(app: &App, task: &Task) -> Result<Outcome, Trouble> {
    let id: RegistrationId = task.event.subject.parse().map_err(Problem::internal)?;
    app.store.write(|tx| {
        if !outbox::finish(tx, task)? {
            return Err(Trouble::LeaseLost);
        }
        match registrations::by_id_unscoped(tx, task.marketplace_id, id) {
            Ok(record) if record.status == RegistrationStatus::Received => decide(app, tx, task, record)?,
            Ok(_) | Err(StoreError::NotFound) => {}
            Err(error) => return Err(error.into()),
        }
        Ok(Outcome::Done)
    })
}

fn decide(app: &App, tx: &mut Conn, task: &Task, record: StoredRegistration) -> Result<(), Trouble> {
    if !store::users::by_login_unscoped(tx, &record.email, Some(record.marketplace_id))?.is_empty() {
        return known(app, tx, task, &record);
    }
    match (registrations::open_of_unscoped(tx, record.marketplace_id, &record.email)?, record.mode) {
        (Some(open), _) => ask_again(app, tx, task, record, open),
        (None, RegistrationMode::CustomerNumber) => ask_to_confirm(app, tx, task, record),
        (None, RegistrationMode::Approval) => ask(app, tx, task, record),
        (None, RegistrationMode::InviteOnly) => Ok(registrations::delete(tx, record.marketplace_id, record.id)?),
    }
}

/// One is under way: another would only be in its way.
fn ask_again(
    app: &App,
    tx: &mut Conn,
    task: &Task,
    record: StoredRegistration,
    open: StoredRegistration,
) -> Result<(), Trouble> {
    let (marketplace, now) = (record.marketplace_id, app.now(record.marketplace_id));
    let ttl = app.marketplaces.people(marketplace)?.activation.ttl();
    let same_origin = open.address == record.address;
    match again(Open { status: open.status, expired: now >= open.updated_at + ttl, same_origin }) {
        Again::Replace => {
            let owner = Owner::Registration(open.id.as_u128());
            store::one_time_tokens::revoke(tx, marketplace, owner, Purpose::Confirmation, now)?;
            registrations::delete(tx, marketplace, open.id)?;
            ask_to_confirm(app, tx, task, record)
        }
        Again::Resend => {
            registrations::delete(tx, marketplace, record.id)?;
            let owner = Owner::Registration(open.id.as_u128());
            let token = one_time::issue(app, tx, marketplace, owner, Purpose::Registration, ttl, now)?;
            let subject = open.id.to_string();
            registrations::update(tx, &StoredRegistration { updated_at: now, ..open }, None)?;
            let payload = json!({"token_id": token.to_string(), "confirms": false});
            crate::worker::remember::remember(app, tx, task, EventKind::RegistrationLinkResent, subject, payload)
        }
        Again::Keep => Ok(registrations::delete(tx, marketplace, record.id)?),
    }
}

/// C-13: there is a log-in. Only its owner is told.
fn known(app: &App, tx: &mut Conn, task: &Task, record: &StoredRegistration) -> Result<(), Trouble> {
    let now = app.now(record.marketplace_id);
    let since = now - Duration::HOUR;
    let told = store::notifications::count_to_unscoped(tx, record.marketplace_id, &record.email, since)?;
    if told < KNOWN_PER_HOUR {
        let payload = json!({"email": record.email, "language": record.language});
        remember(app, tx, task, EventKind::RegistrationKnown, payload)?;
    }
    Ok(registrations::delete(tx, record.marketplace_id, record.id)?)
}

fn ask(app: &App, tx: &mut Conn, task: &Task, record: StoredRegistration) -> Result<(), Trouble> {
    go_on(app, tx, record, Step::Ask)?;
    remember(app, tx, task, EventKind::RegistrationRequested, json!({}))
}

fn ask_to_confirm(app: &App, tx: &mut Conn, task: &Task, record: StoredRegistration) -> Result<(), Trouble> {
    let (marketplace, owner) = (record.marketplace_id, Owner::Registration(record.id.as_u128()));
    let ttl = app.marketplaces.people(marketplace)?.activation.ttl();
    go_on(app, tx, record, Step::AskToConfirm)?;
    let now = app.now(marketplace);
    let token = one_time::issue(app, tx, marketplace, owner, Purpose::Confirmation, ttl, now)?;
    remember(app, tx, task, EventKind::RegistrationConfirmationRequested, json!({"token_id": token.to_string()}))
}

fn go_on(app: &App, tx: &mut Conn, record: StoredRegistration, next: Step) -> Result<(), Trouble> {
    let status = step(record.status, next).map_err(Problem::from)?;
    let record = StoredRegistration { status, updated_at: app.now(record.marketplace_id), ..record };
    registrations::update(tx, &record, None)?;
    Ok(())
}

fn remember(app: &App, tx: &mut Conn, task: &Task, kind: EventKind, payload: Value) -> Result<(), Trouble> {
    crate::worker::remember::remember(app, tx, task, kind, task.event.subject.clone(), payload)
}
