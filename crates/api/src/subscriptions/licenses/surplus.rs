//! Licences that there are no more after a change, and those that come back where Microsoft refuses it.

use crate::http::problem::Problem;
use crate::people::users::licenses::{count, payload};
use crate::subscriptions::licenses::facts::record;
use crate::transaction::Write;
use domain::access::Scope;
use domain::event::EventKind;
use domain::id::{SubscriptionId, UserId};
use domain::license;
use domain::subscription::Subscription;
use serde_json::Value;
use store::Conn;
use store::assignments;
use time::OffsetDateTime;

/// Takes licences back that there are no more after a change, from who got theirs last; from whom, and what the event
/// says. The version is counted with the change.
pub fn take_from(tx: &mut Conn, after: &Subscription) -> Result<Option<(Vec<UserId>, Value)>, Problem> {
    let most = license::most(after.status, after.quantity);
    let lost = assignments::keep(tx, after.marketplace_id, after.id, most)?;
    let payload = payload(&lost, after.quantity, most);
    Ok((!lost.is_empty()).then_some((lost, payload)))
}

/// The same for several subscriptions that somebody changes: who lost licences of which.
pub fn take<'a>(
    write: &mut Write<'_>,
    afters: impl Iterator<Item = &'a Subscription>,
) -> Result<Vec<(SubscriptionId, Vec<UserId>)>, Problem> {
    let mut taken = vec![];
    for after in afters {
        if let Some((users, payload)) = take_from(write.tx, after)? {
            write.record(EventKind::LicenseTakenBack, Some(after.customer_id), after.id.to_string(), payload)?;
            taken.push((after.id, users));
        }
    }
    Ok(taken)
}

/// Gives licences again to who lost them by a change that Microsoft refused, as far as they are free; what the event
/// says. The version is counted with the change.
pub fn give_again(
    tx: &mut Conn,
    restored: &Subscription,
    lost: &[UserId],
    now: OffsetDateTime,
) -> Result<Option<Value>, Problem> {
    let holders = assignments::holders(tx, &Scope::Marketplace(restored.marketplace_id), restored.id, lost)?;
    let assigned = count(tx, restored)?;
    let free = restored.quantity.saturating_sub(assigned) as usize;
    // Who lost theirs first had it last.
    let users: Vec<_> = lost.iter().rev().copied().filter(|user| !holders.contains(user)).take(free).collect();
    let records: Vec<_> = users.iter().map(|user| record(restored, *user, None, now)).collect();
    assignments::insert_all(tx, &records)?;
    let assigned = assigned + u32::try_from(users.len()).unwrap_or(u32::MAX);
    Ok((!users.is_empty()).then(|| payload(&users, restored.quantity, assigned)))
}
