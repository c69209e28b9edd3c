//! Lets a reseller buy once Microsoft says that all is there, and tells once where that takes too long (T-09, X-32).

use crate::App;
use crate::events;
use crate::http::problem::Problem;
use crate::organizations::onboarding::facts::told;
use crate::worker::outcome::Outcome;
use crate::worker::outcome::Trouble;
use domain::access::Scope;
use domain::event::EventKind;
use domain::id::{MarketplaceId, ResellerId};
use domain::party::Reseller;
use store::Conn;
use store::outbox::{self, Task};
use time::{Duration, OffsetDateTime};

/// How often Microsoft is asked.
const ASK_EVERY: Duration = Duration::MINUTE;

/// After the ids of a reseller were entered: asks until access can be granted, or is overdue.
pub fn handle(app: &App, task: &Task) -> Result<Outcome, Trouble> {
    let marketplace = task.event.marketplace_id;
    let scope = Scope::Marketplace(marketplace);
    let Ok(id) = task.event.subject.parse::<ResellerId>() else { return finish(app, task) };
    let reseller = app.store.read(|conn| Ok::<_, Trouble>(store::resellers::get(conn, &scope, id)?))?.value;
    let way = reseller.onboarding;
    let current = way.ids_completed_at == Some(task.event.occurred_at);
    // Other ids have their own event.
    let Some(partner_id) = reseller.partner_id.filter(|_| current && way.access_granted_at.is_none()) else {
        return finish(app, task);
    };
    let standing = app.partner_center.reseller_standing(&partner_id)?;
    let now = app.now(marketplace);
    let granted = app.store.write(|tx| {
        store::resellers::lock(tx, &scope, id)?;
        let mut record = store::resellers::get(tx, &scope, id)?;
        if record.value.partner_id.as_deref() != Some(&partner_id)
            || record.value.onboarding.access_granted_at.is_some()
        {
            done(tx, task)?;
            return Ok::<_, Trouble>(true);
        }
        let needs = &app.marketplaces.organizations(marketplace)?.reseller_needs;
        record.value.onboarding = record.value.onboarding.told(standing, needs, now);
        if record.value.onboarding != way {
            store::resellers::update(tx, &scope, &record.value, None)?;
        }
        let granted = record.value.onboarding.access_granted_at.is_some();
        if granted {
            tell(app, tx, EventKind::ResellerAccessGranted, &record.value, now)?;
            done(tx, task)?;
        }
        Ok(granted)
    })?;
    let minutes = app.marketplaces.people(marketplace)?.access_minutes;
    let overdue = way.due_at(minutes).is_some_and(|due| due <= now);
    match (granted, overdue) {
        (true, _) => Ok(Outcome::Done),
        (false, true) => finish(app, task),
        (false, false) => Ok(Outcome::Wait(ASK_EVERY)),
    }
}

fn finish(app: &App, task: &Task) -> Result<Outcome, Trouble> {
    app.store.write(|tx| done(tx, task))?;
    Ok(Outcome::Done)
}

/// Finished in the transaction of its result, unless somebody else took it over.
fn done(tx: &mut Conn, task: &Task) -> Result<(), Trouble> {
    if outbox::finish(tx, task)? { Ok(()) } else { Err(Trouble::LeaseLost) }
}

/// Tells of every reseller of a marketplace whose access was due until an instant, once; says of how many.
pub fn overdue(app: &App, marketplace: MarketplaceId, until: OffsetDateTime) -> Result<usize, Problem> {
    let minutes = app.marketplaces.people(marketplace)?.access_minutes;
    let completed_until = until - Duration::minutes(minutes.into());
    let late = |conn: &mut Conn| Ok::<_, Problem>(store::resellers::overdue(conn, marketplace, completed_until)?);
    if app.store.read_one(late)?.is_empty() {
        return Ok(0);
    }
    let scope = Scope::Marketplace(marketplace);
    app.store.write(|tx| {
        let late = store::resellers::overdue(tx, marketplace, completed_until)?;
        for id in &late {
            let mut record = store::resellers::get(tx, &scope, *id)?;
            let due = record.value.onboarding.due_at(minutes).unwrap_or(until);
            record.value.onboarding.access_overdue_at = Some(due);
            store::resellers::update(tx, &scope, &record.value, None)?;
            tell(app, tx, EventKind::ResellerAccessOverdue, &record.value, due)?;
        }
        Ok(late.len())
    })
}

fn tell(app: &App, tx: &mut Conn, kind: EventKind, reseller: &Reseller, at: OffsetDateTime) -> Result<(), Problem> {
    let event = events::event(reseller.marketplace_id, None, kind, reseller.id.to_string(), at, told(reseller));
    events::append(tx, &event, app.clock.now())
}
