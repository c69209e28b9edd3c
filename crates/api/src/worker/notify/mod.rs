//! Events that people are told about by mail: who is told is decided once and kept, then each mail goes by itself.
//!
//! A mail goes once per event and person. Where a process is killed between the mail server's yes and our commit the
//! same mail goes again, under the same Message-ID, so that mailboxes show it once.

mod changes;
mod chosen;
mod digest;
mod directory;
mod facts;
mod ordered;
mod people;
mod reader;
mod reminders;
mod sending;
mod titles;

use crate::App;
use crate::worker::back_off::back_off;
use crate::worker::outcome::{Outcome, Trouble};
use crate::worker::report::{self, Report};
use domain::event::EventKind;
use domain::notification::NotificationStatus;
use sending::{Sent, language, send};
use store::notifications;
use store::outbox::Task;

/// Decides who is told, or sends what was decided.
pub fn handle(app: &App, task: &Task) -> Result<Outcome, Trouble> {
    if task.event.kind == EventKind::RemindersCollected {
        return digest::handle(app, task);
    }
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
        match send(app, record, facts::say(app, &task.event, record, language(record))?)? {
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
        let now = report.now;
        let records: Vec<_> = people.into_iter().map(|person| person.record(&task.event, now)).collect();
        notifications::insert_all(report.tx, &records)?;
        Ok(Outcome::Next)
    })
}
