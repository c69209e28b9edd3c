//! `reminders.collected`: the mails of a day. Who is told of which terms is decided page by page and kept; then the
//! mails go, some at a time, so that none is sent by two workers and whoever goes on after a stop sends only the rest.

use crate::App;
use crate::http::problem::Problem;
use crate::worker::back_off::back_off;
use crate::worker::notify::directory::{Directory, Topic};
use crate::worker::notify::people::Person;
use crate::worker::notify::reader::{Reader, Roles};
use crate::worker::notify::reminders::{TermEnd, TermEnds};
use crate::worker::notify::sending::{Said, Sent, language, send};
use crate::worker::outcome::{Outcome, Trouble};
use crate::worker::report::Report;
use domain::access::Permission;
use domain::id::{NotificationId, SubscriptionId, UserId};
use domain::notification::NotificationKind;
use std::collections::HashMap;
use store::digests::{self, Line, Reminder};
use store::notifications::{self, StoredNotification};
use store::outbox::{self, Task};
use store::users::StoredUser;
use time::{Duration, OffsetDateTime};

/// Reminders that are decided on in one transaction.
const PAGE: u32 = 500;
/// Mails that go before the task is given back: far fewer than a lease allows for.
const MAILS: u32 = 50;
/// Terms that one mail names; that there are more is said.
const LINES: i32 = 50;

/// Decides on some reminders, or sends some mails.
pub fn handle(app: &App, task: &Task) -> Result<Outcome, Trouble> {
    let (marketplace, event) = (task.marketplace_id, task.event.id);
    let due = app.store.read_one(|conn| Ok::<_, Trouble>(digests::of_event_unscoped(conn, marketplace, event)?))?;
    if let Some(due_at) = due
        && decide(app, task, due_at)?
    {
        return Ok(Outcome::Next);
    }
    send_some(app, task)
}

/// Keeps who is told of the reminders that are next; false where none is left.
fn decide(app: &App, task: &Task, due_at: OffsetDateTime) -> Result<bool, Trouble> {
    app.store.write(|tx| {
        let mut report = Report::begin(app, tx, task)?;
        report.still_ours()?;
        let waiting = digests::waiting_unscoped(report.tx, task.marketplace_id, due_at, PAGE)?;
        if waiting.is_empty() {
            return Ok(false);
        }
        plan(app, &mut report, &waiting)?;
        let decided: Vec<_> = waiting.iter().map(|reminder| reminder.event_id).collect();
        digests::decided(report.tx, task.marketplace_id, &decided)?;
        Ok(true)
    })
}

/// A mail that is to be, and what it adds to what it tells of.
struct Planned {
    person: Person,
    of: Vec<(SubscriptionId, i32)>,
}

fn plan(app: &App, report: &mut Report<'_>, waiting: &[Reminder]) -> Result<(), Trouble> {
    let task = report.task;
    let (marketplace, event) = (task.marketplace_id, &task.event);
    let rules = app.marketplaces.people(marketplace)?;
    let mut ids: Vec<_> = waiting.iter().map(|reminder| reminder.subscription_id).collect();
    ids.sort_unstable();
    ids.dedup();
    let ends = TermEnds::of(app, report.tx, marketplace, &ids)?;
    let due = waiting.iter().filter_map(|of| Some((of, ends.due(of.subscription_id, of.days.into())?)));
    let due: Vec<(&Reminder, &TermEnd, Topic)> = due.map(|(of, end)| (of, end, end.topic())).collect();
    let topics: Vec<_> = due.iter().map(|(.., topic)| topic.clone()).collect();
    let directory = Directory::of(report.tx, marketplace, &topics)?;
    let (mut planned, mut places) = (Vec::<Planned>::new(), HashMap::<String, usize>::new());
    for (reminder, end, topic) in &due {
        let kind = NotificationKind::TermEnding;
        let to = rules.told(kind).iter().filter(|to| to.in_digest() && to.at(reminder.days.into()));
        for user in directory.told(topic, kind, to) {
            let place = *places.entry(user.notified_at().to_lowercase()).or_insert(planned.len());
            if place == planned.len() {
                let language = directory.language(&rules.languages, user, end.customer());
                planned.push(Planned { person: Person::of(kind, user, end.customer(), language), of: vec![] });
            }
            planned[place].of.push((reminder.subscription_id, reminder.days));
        }
    }
    let addresses: Vec<_> = planned.iter().map(|planned| planned.person.address.as_str()).collect();
    let known = notifications::of_recipients_unscoped(report.tx, marketplace, event.id, &addresses)?;
    let known: HashMap<_, _> = known.into_iter().map(|record| (record.recipient.to_lowercase(), record.id)).collect();
    let begun: Vec<_> = known.values().copied().collect();
    let begun = digests::counts_unscoped(report.tx, marketplace, &begun)?;
    let (mut records, mut lines) = (vec![], vec![]);
    for Planned { person, of } in planned {
        let id = known.get(&person.address.to_lowercase()).copied().unwrap_or_else(|| {
            let record = person.record(event, report.now);
            let id = record.id;
            records.push(record);
            id
        });
        let first = begun.get(&id).copied().unwrap_or_default();
        let placed = (i32::try_from(first).unwrap_or(i32::MAX)..).zip(of);
        lines.extend(placed.map(|(place, (subscription_id, days))| Line {
            notification_id: id,
            place,
            subscription_id,
            days,
        }));
    }
    notifications::insert_all(report.tx, &records)?;
    Ok(digests::add_lines(report.tx, marketplace, &lines)?)
}

/// Sends the mails that are next, and gives the task back where there may be more.
fn send_some(app: &App, task: &Task) -> Result<Outcome, Trouble> {
    let now = app.clock.now();
    if let Some(until) = app.outage.until(now) {
        return Ok(Outcome::Hold(until - now, "the mail server is unavailable".to_owned()));
    }
    let (marketplace, event) = (task.marketplace_id, task.event.id);
    let (next, tells) = app.store.read(|conn| {
        let next = notifications::pending_unscoped(conn, marketplace, event, MAILS)?;
        let tells = Tells::of(app, conn, task, &next)?;
        Ok::<_, Trouble>((next, tells))
    })?;
    let (mut settled, mut put_off) = (false, None);
    for record in &next {
        if app.clock.now() >= task.lease {
            // Others may send the rest.
            return Err(Trouble::LeaseLost);
        }
        match send(app, record, tells.say(app, record)?)? {
            Sent::Settled => settled = true,
            Sent::PutOff(why) => put_off = Some(why),
            Sent::Unavailable(why) => return Ok(Outcome::Hold(app.outage.failed(now) - now, why)),
        }
    }
    match put_off {
        Some(why) if !settled => Ok(Outcome::Hold(back_off(task.waits + 1), why)),
        None if next.len() < MAILS as usize => end(app, task),
        _ => Ok(Outcome::Hold(Duration::ZERO, "more mails of the day are to go".to_owned())),
    }
}

fn end(app: &App, task: &Task) -> Result<Outcome, Trouble> {
    app.store.write(|tx| {
        if !outbox::finish(tx, task)? {
            return Err(Trouble::LeaseLost);
        }
        digests::end(tx, task.marketplace_id, task.event.id)?;
        Ok(Outcome::Done)
    })
}

/// What some mails tell.
struct Tells {
    ends: TermEnds,
    lines: HashMap<NotificationId, Vec<Line>>,
    counts: HashMap<NotificationId, u32>,
    users: HashMap<UserId, StoredUser>,
    roles: Roles,
}

impl Tells {
    fn of(app: &App, conn: &mut store::Conn, task: &Task, mails: &[StoredNotification]) -> Result<Self, Trouble> {
        let marketplace = task.marketplace_id;
        let ids: Vec<_> = mails.iter().map(|record| record.id).collect();
        let all = digests::lines_unscoped(conn, marketplace, &ids, LINES)?;
        let counts = digests::counts_unscoped(conn, marketplace, &ids)?;
        let mut subscriptions: Vec<_> = all.iter().map(|line| line.subscription_id).collect();
        subscriptions.sort_unstable();
        subscriptions.dedup();
        let ends = TermEnds::of(app, conn, marketplace, &subscriptions)?;
        let users: Vec<_> = mails.iter().filter_map(|record| record.user_id).collect();
        let users = store::users::of_ids_unscoped(conn, marketplace, &users)?;
        let roles = Roles::of(conn, marketplace, users.iter())?;
        let mut lines: HashMap<_, Vec<_>> = HashMap::new();
        for line in all {
            lines.entry(line.notification_id).or_default().push(line);
        }
        Ok(Self { ends, lines, counts, users: users.into_iter().map(|user| (user.id, user)).collect(), roles })
    }

    /// What one of them says: of the terms that are still to be told of, to somebody who still may see them.
    fn say(&self, app: &App, record: &StoredNotification) -> Result<Said, Problem> {
        let user = record.user_id.and_then(|id| self.users.get(&id)).filter(|user| !user.state.disabled);
        let reader = user.map(|user| (user, Reader::of(user, &self.roles)));
        let Some((user, reader)) = reader.filter(|(_, reader)| reader.may(Permission::SubscriptionsRead)) else {
            return Ok(Said::Nothing("the person is here no longer, or may not see it"));
        };
        let lines = self.lines.get(&record.id).map(Vec::as_slice).unwrap_or_default();
        let ends: Vec<_> =
            lines.iter().filter_map(|line| self.ends.due(line.subscription_id, line.days.into())).collect();
        if ends.is_empty() {
            return Ok(Said::Nothing("no term ends of which it was to tell"));
        }
        let all = self.counts.get(&record.id).copied().unwrap_or_default();
        let more = all.saturating_sub(u32::try_from(lines.len()).unwrap_or(u32::MAX));
        let values = self.ends.say(app, language(record), reader, &ends, more)?;
        Ok(Said::Values(values.person(&format!("{} {}", user.first_name, user.last_name))))
    }
}
