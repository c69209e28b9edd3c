//! Events that people are told about by mail: who is told is decided once and kept, then each mail goes by itself.
//!
//! A mail goes once per event and person. Where a process is killed between the mail server's yes and our commit the
//! same mail goes again, under the same Message-ID, so that mailboxes show it once.

mod facts;
mod people;

use crate::App;
use crate::http::problem::Problem;
use crate::ids::New as _;
use crate::mail::{Mail, SendError, templates};
use crate::texts::lang::Lang;
use crate::texts::place::Place;
use crate::worker::back_off::back_off;
use crate::worker::outcome::{Outcome, Trouble};
use crate::worker::report::{self, Report};
use domain::id::NotificationId;
use domain::notification::NotificationStatus;
use facts::Said;
use store::notifications::{self, StoredNotification};
use store::outbox::Task;

/// Tries after which a mail that the server puts off is given up: some four days.
const MOST_TRIES: i32 = 100;

/// Decides who is told, or sends what was decided.
pub fn handle(app: &App, task: &Task) -> Result<Outcome, Trouble> {
    let of_event = |conn: &mut store::Conn| {
        Ok::<_, Trouble>(notifications::of_event_unscoped(conn, task.marketplace_id, task.event.id)?)
    };
    let decided = app.store.read_one(of_event)?;
    if decided.is_empty() {
        return decide(app, task);
    }
    // Who is told is decided and can be seen before it is known whether there is a server.
    let now = app.clock.now();
    if let Some(until) = app.outage.until(now) {
        return Ok(Outcome::Hold(until - now, "the mail server is unavailable".to_owned()));
    }
    let mut put_off = None;
    for record in decided.iter().filter(|record| record.status == NotificationStatus::Pending) {
        match send(app, task, record)? {
            Sent::Settled => {}
            Sent::PutOff(why) => put_off = Some(why),
            Sent::Unavailable(why) => return Ok(Outcome::Hold(app.outage.failed(now) - now, why)),
        }
    }
    match put_off {
        Some(why) => Ok(Outcome::Hold(back_off(task.waits + 1), why)),
        None => report::finish(app, task),
    }
}

/// Keeps who is told: each address once.
fn decide(app: &App, task: &Task) -> Result<Outcome, Trouble> {
    app.store.write(|tx| {
        let mut report = Report::begin(app, tx, task)?;
        let people = people::told(app, report.tx, &task.event)?;
        if people.is_empty() {
            report.finish()?;
            return Ok(Outcome::Done);
        }
        report.still_ours()?;
        let record = |person: people::Person| StoredNotification {
            id: NotificationId::new(),
            marketplace_id: task.marketplace_id,
            event_id: task.event.id,
            subject: task.event.subject.clone(),
            kind: person.kind,
            recipient: person.address,
            language: person.language.code().to_owned(),
            user_id: person.user_id,
            customer_id: person.customer_id,
            reseller_id: person.reseller_id,
            status: NotificationStatus::Pending,
            attempts: 0,
            failure: None,
            created_at: report.now,
            sent_at: None,
        };
        let records: Vec<_> = people.into_iter().map(record).collect();
        notifications::insert_all(report.tx, &records)?;
        Ok(Outcome::Next)
    })
}

/// What became of a try.
enum Sent {
    /// It is sent, or never will be.
    Settled,
    /// The server asks to try again later.
    PutOff(String),
    /// There is no server.
    Unavailable(String),
}

fn send(app: &App, task: &Task, record: &StoredNotification) -> Result<Sent, Trouble> {
    let language = Lang::from_code(&record.language).unwrap_or_default();
    let mail = match facts::say(app, &task.event, record, language)? {
        Said::Nothing(why) => return failed(app, record, why),
        Said::Values(values) => write(app, record, language, values)?,
    };
    let sent = app.post.transport.send(&mail);
    if !matches!(sent, Err(SendError::Unavailable(_))) {
        app.outage.over();
    }
    match sent {
        Ok(()) => {
            note(app, record, NotificationStatus::Sent, None)?;
            Ok(Sent::Settled)
        }
        Err(SendError::Refused(why)) => failed(app, record, &why),
        Err(SendError::Later(why)) if record.attempts + 1 >= MOST_TRIES => failed(app, record, &why),
        Err(SendError::Later(why)) => {
            note(app, record, NotificationStatus::Pending, Some(&why))?;
            Ok(Sent::PutOff(why))
        }
        Err(SendError::Unavailable(why)) => {
            tracing::warn!(notification = %record.id, why, "the mail server is unavailable");
            note(app, record, NotificationStatus::Pending, Some(&why))?;
            Ok(Sent::Unavailable(why))
        }
    }
}

fn failed(app: &App, record: &StoredNotification, why: &str) -> Result<Sent, Trouble> {
    tracing::info!(notification = %record.id, why, "a mail does not go");
    note(app, record, NotificationStatus::Failed, Some(why))?;
    Ok(Sent::Settled)
}

/// Keeps what became of a try; when it was sent, where it was.
fn note(
    app: &App,
    record: &StoredNotification,
    status: NotificationStatus,
    failure: Option<&str>,
) -> Result<(), Trouble> {
    app.store.write(|tx| {
        let now = app.now_in(tx, record.marketplace_id)?;
        let sent_at = (status == NotificationStatus::Sent).then_some(now);
        Ok(notifications::note(tx, record, status, failure, sent_at)?)
    })
}

/// The mail with the marketplace's name and support under it.
fn write(app: &App, record: &StoredNotification, language: Lang, values: templates::Values) -> Result<Mail, Trouble> {
    let marketplace = app.marketplaces.get(record.marketplace_id)?;
    let profile: crate::platform::marketplaces::profile::StoredProfile =
        serde_json::from_value(marketplace.profile.clone()).map_err(Problem::internal)?;
    let support = &profile.public.support;
    let support = support.iter().find(|contact| contact.concern == "support").or_else(|| support.first());
    let phone = support.and_then(|contact| contact.phone.clone());
    let reached = support.map(|contact| [Some(contact.email.clone()), phone].into_iter().flatten().collect::<Vec<_>>());
    let name = &marketplace.marketplace.name;
    let values = values.line("marketplace", Place::text(name));
    let values = values.line("support", Place::text(reached.map_or_else(|| name.clone(), |ways| ways.join(", "))));
    let written = templates::write(record.kind, &values)?;
    Ok(Mail {
        id: record.id.to_string(),
        kind: record.kind,
        language,
        from_name: app.post.from_name.clone().unwrap_or_else(|| name.clone()),
        from: app.post.from.clone(),
        reply_to: support.map(|contact| contact.email.clone()),
        to: record.recipient.clone(),
        subject: written.subject,
        text: written.text,
        date: app.clock.now(),
    })
}
