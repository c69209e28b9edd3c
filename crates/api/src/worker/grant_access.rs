//! Lets a reseller buy once Microsoft says that all is there, and tells once where that takes too long.

use crate::App;
use crate::events;
use crate::http::problem::Problem;
use crate::organizations::onboarding::facts::told;
use crate::worker::outcome::{Outcome, Trouble};
use crate::worker::report::{self, Report};
use domain::access::Scope;
use domain::event::EventKind;
use domain::id::{MarketplaceId, ResellerId};
use domain::onboarding::Standing;
use domain::party::Reseller;
use store::Conn;
use store::outbox::Task;
use time::{Duration, OffsetDateTime};

/// How often Microsoft is asked.
const ASK_EVERY: Duration = Duration::MINUTE;

/// After the ids of a reseller were entered: asks until access can be granted, or is overdue.
pub fn handle(app: &App, task: &Task) -> Result<Outcome, Trouble> {
    let marketplace = task.event.marketplace_id;
    let scope = Scope::Marketplace(marketplace);
    let Ok(id) = task.event.subject.parse::<ResellerId>() else { return report::finish(app, task) };
    let reseller = app.store.read(|conn| Ok::<_, Trouble>(store::resellers::get(conn, &scope, id)?))?.value;
    let way = reseller.onboarding;
    let current = way.ids_completed_at == Some(task.event.occurred_at);
    // Other ids have their own event.
    let Some(partner_id) = reseller.partner_id.filter(|_| current && way.access_granted_at.is_none()) else {
        return report::finish(app, task);
    };
    let standing = app.partner_center.reseller_standing(&partner_id)?;
    let (granted, now) = app.store.write(|tx| {
        let mut report = Report::begin(app, tx, task)?;
        let granted = granted(&mut report, id, &partner_id, standing)?;
        Ok::<_, Trouble>((granted, report.now))
    })?;
    let minutes = app.marketplaces.people(marketplace)?.access_minutes;
    let overdue = way.due_at(minutes).is_some_and(|due| due <= now);
    match (granted, overdue) {
        (true, _) => Ok(Outcome::Done),
        (false, true) => report::finish(app, task),
        (false, false) => Ok(Outcome::Wait(ASK_EVERY)),
    }
}

/// Writes how the reseller stands; says whether there is nothing more to ask.
fn granted(report: &mut Report<'_>, id: ResellerId, partner_id: &str, standing: Standing) -> Result<bool, Trouble> {
    let scope = Scope::Marketplace(report.task.marketplace_id);
    store::resellers::lock(report.tx, &scope, id)?;
    let mut reseller = store::resellers::get(report.tx, &scope, id)?.value;
    let way = reseller.onboarding;
    if reseller.partner_id.as_deref() != Some(partner_id) || way.access_granted_at.is_some() {
        report.finish()?;
        return Ok(true);
    }
    let needs = &report.app.marketplaces.organizations(reseller.marketplace_id)?.reseller_needs;
    reseller.onboarding = way.told(standing, needs, report.now);
    if reseller.onboarding != way {
        store::resellers::update(report.tx, &scope, &reseller, None)?;
    }
    let granted = reseller.onboarding.access_granted_at.is_some();
    if granted {
        tell(report.app, report.tx, EventKind::ResellerAccessGranted, &reseller, report.now)?;
        report.finish()?;
    }
    Ok(granted)
}

/// Tells of every reseller of a marketplace whose access was due until an instant, once; says of how many.
pub fn overdue(app: &App, marketplace: MarketplaceId, until: OffsetDateTime) -> Result<usize, Problem> {
    let minutes = app.marketplaces.people(marketplace)?.access_minutes;
    let completed_until = until - Duration::minutes(minutes.into());
    let late =
        |conn: &mut Conn| Ok::<_, Problem>(store::resellers::overdue_unscoped(conn, marketplace, completed_until)?);
    if app.store.read_one(late)?.is_empty() {
        return Ok(0);
    }
    let scope = Scope::Marketplace(marketplace);
    app.store.write(|tx| {
        let late = store::resellers::overdue_unscoped(tx, marketplace, completed_until)?;
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
    events::append(app, tx, &event)
}
