//! `registration.received`: looks up whether the address is known, and goes on accordingly.
//!
//! That is done here and not while somebody waits for the answer: nobody can tell by the answer, or by how long it
//! takes, whether an address has a log-in.

use crate::App;
use crate::auth::one_time;
use crate::http::problem::Problem;
use crate::worker::outcome::{Outcome, Trouble};
use crate::worker::report::Report;
use domain::event::EventKind;
use domain::id::RegistrationId;
use domain::people::RegistrationMode;
use domain::registration::{Again, Open, RegistrationStatus, Step, again, step};
use serde_json::{Value, json};
use store::StoreError;
use store::one_time_tokens::{Owner, Purpose};
use store::outbox::Task;
use store::registrations::{self, StoredRegistration};
use time::Duration;

/// Mails to an address within an hour that say that it is known; whoever asks for more gets none.
const KNOWN_PER_HOUR: u32 = 3;

/// Does it, unless it is done.
pub fn handle(app: &App, task: &Task) -> Result<Outcome, Trouble> {
    let id: RegistrationId = task.event.subject.parse().map_err(Problem::internal)?;
    app.store.write(|tx| {
        let mut report = Report::begin(app, tx, task)?;
        report.finish()?;
        match registrations::by_id_unscoped(report.tx, task.marketplace_id, id) {
            Ok(record) if record.status == RegistrationStatus::Received => decide(&mut report, record)?,
            Ok(_) | Err(StoreError::NotFound) => {}
            Err(error) => return Err(error.into()),
        }
        Ok(Outcome::Done)
    })
}

fn decide(report: &mut Report<'_>, record: StoredRegistration) -> Result<(), Trouble> {
    if !store::users::by_login_unscoped(report.tx, &record.email, Some(record.marketplace_id))?.is_empty() {
        return known(report, &record);
    }
    match (registrations::open_of_unscoped(report.tx, record.marketplace_id, &record.email)?, record.mode) {
        (Some(open), _) => ask_again(report, record, open),
        (None, RegistrationMode::CustomerNumber) => ask_to_confirm(report, record),
        (None, RegistrationMode::Approval) => ask(report, record),
        (None, RegistrationMode::InviteOnly) => Ok(registrations::delete(report.tx, record.marketplace_id, record.id)?),
    }
}

/// One is under way: another would only be in its way.
fn ask_again(report: &mut Report<'_>, record: StoredRegistration, open: StoredRegistration) -> Result<(), Trouble> {
    let (marketplace, now) = (record.marketplace_id, report.now);
    let ttl = report.app.marketplaces.people(marketplace)?.activation.ttl();
    let same_origin = open.address == record.address;
    let owner = Owner::Registration(open.id.as_u128());
    match again(Open { status: open.status, expired: now >= open.updated_at + ttl, same_origin }) {
        Again::Replace => {
            store::one_time_tokens::revoke(report.tx, marketplace, owner, Purpose::Confirmation, now)?;
            registrations::delete(report.tx, marketplace, open.id)?;
            ask_to_confirm(report, record)
        }
        Again::Resend => {
            registrations::delete(report.tx, marketplace, record.id)?;
            let token = one_time::issue(report.app, report.tx, marketplace, owner, Purpose::Registration, ttl, now)?;
            let subject = open.id.to_string();
            registrations::update(report.tx, &StoredRegistration { updated_at: now, ..open }, None)?;
            let payload = json!({"token_id": token.to_string(), "confirms": false});
            report.remember(EventKind::RegistrationLinkResent, subject, payload)
        }
        Again::Keep => Ok(registrations::delete(report.tx, marketplace, record.id)?),
    }
}

/// There is a log-in (C-13). Only its owner is told.
fn known(report: &mut Report<'_>, record: &StoredRegistration) -> Result<(), Trouble> {
    let since = report.now - Duration::HOUR;
    let told = store::notifications::count_to_unscoped(report.tx, record.marketplace_id, &record.email, since)?;
    if told < KNOWN_PER_HOUR {
        let payload = json!({"email": record.email, "language": record.language});
        remember(report, EventKind::RegistrationKnown, payload)?;
    }
    Ok(registrations::delete(report.tx, record.marketplace_id, record.id)?)
}

fn ask(report: &mut Report<'_>, record: StoredRegistration) -> Result<(), Trouble> {
    go_on(report, record, Step::Ask)?;
    remember(report, EventKind::RegistrationRequested, json!({}))
}

fn ask_to_confirm(report: &mut Report<'_>, record: StoredRegistration) -> Result<(), Trouble> {
    let (marketplace, owner) = (record.marketplace_id, Owner::Registration(record.id.as_u128()));
    let ttl = report.app.marketplaces.people(marketplace)?.activation.ttl();
    go_on(report, record, Step::AskToConfirm)?;
    let purpose = Purpose::Confirmation;
    let token = one_time::issue(report.app, report.tx, marketplace, owner, purpose, ttl, report.now)?;
    remember(report, EventKind::RegistrationConfirmationRequested, json!({"token_id": token.to_string()}))
}

fn go_on(report: &mut Report<'_>, record: StoredRegistration, next: Step) -> Result<(), Trouble> {
    let status = step(record.status, next).map_err(Problem::from)?;
    registrations::update(report.tx, &StoredRegistration { status, updated_at: report.now, ..record }, None)?;
    Ok(())
}

fn remember(report: &mut Report<'_>, kind: EventKind, payload: Value) -> Result<(), Trouble> {
    report.remember(kind, report.task.event.subject.clone(), payload)
}
