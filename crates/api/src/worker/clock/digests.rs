//! The mails of a day (U-60): reminders wait for one hour of the day, and everybody who is told of some of them gets one
//! mail about all.

use crate::App;
use crate::clock::instant;
use crate::events;
use crate::http::problem::Problem;
use domain::event::EventKind;
use domain::id::MarketplaceId;
use serde_json::json;
use store::Conn;
use store::digests::{self, Reminder};
use time::{Duration, OffsetDateTime, Time};

/// Has reminders wait for today's mails; for tomorrow's where these are on their way.
pub fn collect(
    app: &App,
    tx: &mut Conn,
    marketplace: MarketplaceId,
    reminders: &[Reminder],
) -> Result<(), Problem> {
    let now = app.now_in(tx, marketplace)?;
    let mut due_at = of_day(now, app.marketplaces.people(marketplace)?.digest_hour);
    while !digests::join(tx, marketplace, due_at)? {
        due_at += Duration::DAY;
    }
    Ok(digests::add(tx, marketplace, due_at, reminders)?)
}

/// When the mails of the day of an instant go out.
fn of_day(now: OffsetDateTime, hour: u8) -> OffsetDateTime {
    now.to_offset(time::UtcOffset::UTC).replace_time(Time::from_hms(hour, 0, 0).unwrap_or(Time::MIDNIGHT))
}

/// Begins the first mails that are due by an instant; says how many days' there were. Not before every subscription that
/// is due by then has been taken further: those that somebody else has claimed are waited for.
pub fn begin(
    app: &App,
    tx: &mut Conn,
    marketplace: MarketplaceId,
    until: OffsetDateTime,
) -> Result<usize, Problem> {
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

#[cfg(test)]
mod tests {
    use super::*;
    use time::macros::datetime;

    #[test]
    fn u60_the_mails_of_a_day_go_at_its_hour() {
        for now in [datetime!(2027-07-07 00:00 UTC), datetime!(2027-07-07 23:59 UTC), datetime!(2027-07-08 01:00 +2)] {
            assert_eq!(of_day(now, 6), datetime!(2027-07-07 06:00 UTC), "{now}");
        }
    }
}
