//! Giving licences to people, under the lock of the subscription whose they are, and as one of its versions: a
//! subscription shows how many of its licences are given.

use crate::http::problem::Problem;
use crate::people::users::licenses::payload;
use crate::subscriptions::licenses::facts::{Candidates, record};
use crate::transaction::Write;
use domain::access::{Organization, Role, Scope};
use domain::delegation::Act;
use domain::event::EventKind;
use domain::id::{SubscriptionId, UserId};
use domain::license::{self, Denied};
use domain::subscription::Subscription;
use serde_json::Value;
use store::Conn;
use store::assignments::{self, Holder};
use store::users;
use time::OffsetDateTime;

/// Licences that were given.
pub struct Assigned {
    /// The subscription, as it stands after it.
    pub subscription: Subscription,
    /// How many of its licences somebody has now.
    pub assigned: u32,
    /// Who got one, in the order of the request.
    pub holders: Vec<Holder>,
}

/// Gives each of these people a licence, or nobody; a pointer says where the request names whom.
pub fn assign(write: &mut Write<'_>, id: SubscriptionId, wanted: &[(String, UserId)]) -> Result<Assigned, Problem> {
    let scope = write.identity.scope;
    // Of two who take the last licence at the same time one gets it.
    let subscription = store::subscriptions::lock(write.tx, &scope, id)?;
    let rule = subscription.policy.rules.delegated_administration;
    write.acts_for(subscription.customer_id, Act::SetUp, [rule])?;
    let ids: Vec<_> = wanted.iter().map(|(_, user)| *user).collect();
    let known = Candidates::read(write.tx, &subscription, &ids)?;
    license::assign(&known.facts(&subscription), &ids).map_err(|denied| refuse(denied, wanted))?;
    let by = Some(write.identity.actor.clone());
    let records: Vec<_> = ids.iter().map(|user| record(&subscription, *user, by.clone(), write.now)).collect();
    assignments::insert_all(write.tx, &records)?;
    store::subscriptions::save(write.tx, &subscription, write.now)?;
    let assigned = known.assigned + u32::try_from(ids.len()).unwrap_or(u32::MAX);
    let payload = payload(&ids, subscription.quantity, assigned);
    write.record(EventKind::LicenseAssigned, Some(subscription.customer_id), id.to_string(), payload)?;
    let holders = records.iter().filter_map(|record| known.holder(record)).collect();
    let subscription = Subscription { version: subscription.version + 1, updated_at: write.now, ..subscription };
    Ok(Assigned { subscription, assigned, holders })
}

fn refuse(denied: Denied, wanted: &[(String, UserId)]) -> Problem {
    match denied {
        Denied::Subscription(refusal) => refusal.into(),
        Denied::People(refusals) => {
            let named = |(place, refusal)| Some((wanted.get::<usize>(place)?.0.clone(), refusal));
            Problem::refusals(refusals.into_iter().filter_map(named).collect())
        }
    }
}

/// Gives the customer's first administrator a licence of a subscription that has just begun to run, where its policy
/// says so; what the event says, where one was given.
pub fn assign_administrator(
    tx: &mut Conn,
    subscription: &Subscription,
    now: OffsetDateTime,
) -> Result<Option<Value>, Problem> {
    let rules = &subscription.policy.rules;
    if !rules.auto_assign_admin_licence {
        return Ok(None);
    }
    let marketplace = subscription.marketplace_id;
    let (of, role) = (Organization::Customer(subscription.customer_id), Role::CustomerAdmin.into());
    let Some(first) = users::with_role_unscoped(tx, marketplace, of, &role, 1)?.pop() else {
        return Ok(None);
    };
    let held = assignments::of_user(tx, &Scope::Marketplace(marketplace), first.id)?;
    let has_one = held.iter().any(|one| one.sku_id == subscription.sku_id && license::in_use(one.status, true));
    let known = Candidates::read(tx, subscription, &[first.id])?;
    if !license::automatic(rules, &known.facts(subscription), first.id, has_one) {
        return Ok(None);
    }
    assignments::insert_all(tx, &[record(subscription, first.id, None, now)])?;
    store::subscriptions::save(tx, subscription, now)?;
    Ok(Some(payload(&[first.id], subscription.quantity, known.assigned + 1)))
}
