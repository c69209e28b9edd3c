//! The mails of a day (U-60): reminders wait for one hour of the day, and everybody who is told of some of them gets
//! one mail about all.

use crate::App;
use crate::clock::instant;
use crate::events;
use crate::http::problem::Problem;
use domain::event::EventKind;
use domain::id::MarketplaceId;
use serde_json::json;
use std::collections::BTreeMap;
use store::Conn;
use store::digests::{self, Reminder};
use time::OffsetDateTime;

/// Has reminders wait for the mails that follow the instant at which each was due. What is late, because nobody was
/// there at its time, waits for none but the last of them: after a stop everybody gets one mail.
pub fn collect(
    app: &App,
    tx: &mut Conn,
    marketplace: MarketplaceId,
    reminders: &[(OffsetDateTime, Reminder)],
) -> Result<(), Problem> {
    let now = app.now_in(tx, marketplace)?;
    let (zone, hour) = (app.marketplaces.zone(marketplace), app.marketplaces.people(marketplace)?.digest_hour);
    let last = zone.plus_days(zone.next_hour(now, hour), -1);
    let mut waiting = BTreeMap::<OffsetDateTime, Vec<Reminder>>::new();
    for (at, reminder) in reminders {
        waiting.entry(zone.next_hour(*at, hour).max(last)).or_default().push(*reminder);
    }
    for (mut due_at, reminders) in waiting {
        while !digests::join(tx, marketplace, due_at)? {
            // They are on their way already.
            due_at = zone.plus_days(due_at, 1);
        }
        digests::add(tx, marketplace, due_at, &reminders)?;
    }
    Ok(())
}

/// Begins the first mails that are due by an instant; says how many days' there were. Not before every subscription
/// that is due by then has been taken further: those that somebody else has claimed are waited for.
pub fn begin(app: &App, tx: &mut Conn, marketplace: MarketplaceId, until: OffsetDateTime) -> Result<usize, Problem> {
    let Some(due_at) = digests::lock_due(tx, marketplace, until)? else { return Ok(0) };
    if !store::subscriptions::due_ids_unscoped(tx, marketplace, until, 1)?.is_empty() {
        return Ok(0);
    }
    let payload = json!({"due_at": instant(due_at)});
    let subject = marketplace.to_string();
    let event = events::event(marketplace, None, EventKind::RemindersCollected, subject, until, payload);
    events::append(app, tx, &event)?;
    digests::begin(tx, marketplace, due_at, event.id)?;
    Ok(1)
}
