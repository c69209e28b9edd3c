//! A mail on its way: written, handed over, and what became of it.

use crate::App;
use crate::http::problem::Problem;
use crate::mail::{Mail, SendError, templates};
use crate::texts::lang::Lang;
use crate::texts::place::Place;
use crate::worker::outcome::Trouble;
use domain::notification::NotificationStatus;
use store::notifications::{self, StoredNotification};

/// Tries after which a mail that the server puts off is given up: some four days.
const MOST_TRIES: i32 = 100;

/// What there is to say.
pub enum Said {
    /// These values, to fill the mail's template with.
    Values(templates::Values),
    /// Nothing any more, and why.
    Nothing(&'static str),
}

/// In which language somebody is told.
pub fn language(record: &StoredNotification) -> Lang {
    Lang::from_code(&record.language).unwrap_or_default()
}

/// What became of a try.
pub enum Sent {
    /// It is sent, or never will be.
    Settled,
    /// The server asks to try again later.
    PutOff(String),
    /// There is no server.
    Unavailable(String),
}

/// Sends what is said to somebody, and keeps what became of it.
pub fn send(app: &App, record: &StoredNotification, said: Said) -> Result<Sent, Trouble> {
    let mail = match said {
        Said::Nothing(why) => return failed(app, record, why),
        Said::Values(values) => write(app, record, language(record), values)?,
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
    let profile: crate::memory::profile::StoredProfile =
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
