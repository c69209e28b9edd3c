//! Giving licences to people and taking them back, each under the lock of the subscription whose they are, and as one
//! of its versions: a subscription shows how many of its licences are given.

use crate::http::problem::{Code, Problem};
use crate::http::reply::Reply;
use crate::ids;
use crate::organizations::delegations::check as delegations;
use crate::subscriptions::licenses::{self, AssignedLicenses};
use crate::transaction::Write;
use domain::access::{Organization, Role, Scope};
use domain::event::EventKind;
use domain::id::{SubscriptionId, UserId};
use domain::license::{self, Denied, Facts, Person};
use domain::subscription::Subscription;
use serde_json::{Value, json};
use store::Conn;
use store::assignments::{self, Holder, Record};
use store::users;
use time::OffsetDateTime;

/// Gives each of these people a licence, or nobody; a pointer says where the request names whom.
pub fn assign(write: &mut Write<'_>, id: SubscriptionId, wanted: &[(String, UserId)]) -> Result<Reply, Problem> {
    let scope = write.identity.scope;
    // Of two who take the last licence at the same time one gets it.
    let subscription = store::subscriptions::lock(write.tx, &scope, id)?;
    delegated(write.tx, &scope, &subscription)?;
    let ids: Vec<_> = wanted.iter().map(|(_, user)| *user).collect();
    let known = Known::read(write.tx, &subscription, &ids)?;
    license::assign(&known.facts(&subscription), &ids).map_err(|denied| refuse(denied, wanted))?;
    let by = Some(write.identity.actor.clone());
    let records: Vec<_> = ids.iter().map(|user| record(&subscription, *user, by.clone(), write.now)).collect();
    assignments::insert_all(write.tx, &records)?;
    store::subscriptions::save(write.tx, &subscription)?;
    let assigned = known.assigned + u32::try_from(ids.len()).unwrap_or(u32::MAX);
    let payload = payload(&ids, subscription.quantity, assigned);
    write.record(EventKind::LicenseAssigned, Some(subscription.customer_id), id.to_string(), payload)?;
    let holders = records.iter().filter_map(|record| known.holder(record));
    let view = AssignedLicenses {
        subscription_id: id.to_string(),
        quantity: subscription.quantity,
        assigned,
        data: holders.map(|holder| licenses::view(holder, subscription.status)).collect(),
    };
    let location = format!("/v1/subscriptions/{id}/assignments");
    Ok(Reply::json(201, &view)?.version(subscription.version + 1).location(location))
}

/// Takes somebody's licence back.
pub fn take_back(write: &mut Write<'_>, id: SubscriptionId, user: UserId) -> Result<Reply, Problem> {
    let scope = write.identity.scope;
    let subscription = store::subscriptions::lock(write.tx, &scope, id)?;
    delegated(write.tx, &scope, &subscription)?;
    let marketplace = subscription.marketplace_id;
    if assignments::holders(write.tx, marketplace, id, &[user])?.is_empty() {
        return Err(Problem::new(Code::NotFound));
    }
    if write.meta.if_match.is_some_and(|version| version != subscription.version) {
        return Err(Problem::new(Code::PreconditionFailed));
    }
    assignments::remove(write.tx, marketplace, id, &[user])?;
    store::subscriptions::save(write.tx, &subscription)?;
    let assigned = count(write.tx, &subscription)?;
    let payload = payload(&[user], subscription.quantity, assigned);
    write.record(EventKind::LicenseTakenBack, Some(subscription.customer_id), id.to_string(), payload)?;
    Ok(Reply::empty())
}

/// Takes all licences back from somebody who goes.
pub fn take_all_back(write: &mut Write<'_>, user: &users::Record) -> Result<(), Problem> {
    let (marketplace, scope) = (user.marketplace_id, Scope::Marketplace(user.marketplace_id));
    for held in assignments::of_user(write.tx, marketplace, user.id)? {
        let subscription = store::subscriptions::lock(write.tx, &scope, held.subscription_id)?;
        if assignments::remove(write.tx, marketplace, subscription.id, &[user.id])? == 0 {
            continue;
        }
        store::subscriptions::save(write.tx, &subscription)?;
        let assigned = count(write.tx, &subscription)?;
        let payload = payload(&[user.id], subscription.quantity, assigned);
        let (customer, subject) = (Some(subscription.customer_id), subscription.id.to_string());
        write.record(EventKind::LicenseTakenBack, customer, subject, payload)?;
    }
    Ok(())
}

/// A partner gives and takes no licences before the customer has accepted it, where the policy asks for that (K-13).
fn delegated(tx: &mut Conn, scope: &Scope, subscription: &Subscription) -> Result<(), Problem> {
    let rule = subscription.policy.rules.delegated_administration;
    delegations::check(tx, scope, subscription.customer_id, rule)
}

/// Gives the customer's first administrator a licence of a subscription that has just begun to run, where its policy
/// says so (K-10, X-29); what the event says, where one was given.
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
    let Some(first) = users::with_role(tx, marketplace, of, &role, 1)?.pop() else {
        return Ok(None);
    };
    let held = assignments::of_user(tx, marketplace, first.id)?;
    let has_one = held.iter().any(|one| one.sku_id == subscription.sku_id && license::in_use(one.status, true));
    let known = Known::read(tx, subscription, &[first.id])?;
    if !license::automatic(rules, &known.facts(subscription), first.id, has_one) {
        return Ok(None);
    }
    assignments::insert_all(tx, &[record(subscription, first.id, None, now)])?;
    store::subscriptions::save(tx, subscription)?;
    Ok(Some(payload(&[first.id], subscription.quantity, known.assigned + 1)))
}

/// Takes licences back that there are no more after a change, from who got theirs last; from whom, and what the event
/// says. The version is counted with the change.
pub fn surplus(tx: &mut Conn, after: &Subscription) -> Result<Option<(Vec<UserId>, Value)>, Problem> {
    let most = license::most(after.status, after.quantity);
    let lost = assignments::keep(tx, after.marketplace_id, after.id, most)?;
    let payload = payload(&lost, after.quantity, most);
    Ok((!lost.is_empty()).then_some((lost, payload)))
}

/// The same for several subscriptions that somebody changes: who lost licences of which.
pub fn take_surplus<'a>(
    write: &mut Write<'_>,
    afters: impl Iterator<Item = &'a Subscription>,
) -> Result<Vec<(SubscriptionId, Vec<UserId>)>, Problem> {
    let mut taken = vec![];
    for after in afters {
        if let Some((users, payload)) = surplus(write.tx, after)? {
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
    let holders = assignments::holders(tx, restored.marketplace_id, restored.id, lost)?;
    let assigned = count(tx, restored)?;
    let free = restored.quantity.saturating_sub(assigned) as usize;
    // Who lost theirs first had it last.
    let users: Vec<_> = lost.iter().rev().copied().filter(|user| !holders.contains(user)).take(free).collect();
    let records: Vec<_> = users.iter().map(|user| record(restored, *user, None, now)).collect();
    assignments::insert_all(tx, &records)?;
    let assigned = assigned + u32::try_from(users.len()).unwrap_or(u32::MAX);
    Ok((!users.is_empty()).then(|| payload(&users, restored.quantity, assigned)))
}

/// What the events of licences say.
fn payload(users: &[UserId], quantity: u32, assigned: u32) -> Value {
    json!({"user_ids": users, "quantity": quantity, "assigned": assigned})
}

/// What is known of people who are to get a licence.
struct Known {
    users: Vec<users::Record>,
    people: Vec<Person>,
    holders: Vec<UserId>,
    assigned: u32,
}

impl Known {
    fn read(tx: &mut Conn, subscription: &Subscription, wanted: &[UserId]) -> Result<Self, Problem> {
        let marketplace = subscription.marketplace_id;
        let users = users::of_ids(tx, marketplace, wanted)?;
        let person = |user: &users::Record| Person {
            id: user.id,
            customer_id: user.organization.customer(),
            usable: !user.state.disabled,
        };
        let people = users.iter().map(person).collect();
        let holders = assignments::holders(tx, marketplace, subscription.id, wanted)?;
        Ok(Self { users, people, holders, assigned: count(tx, subscription)? })
    }

    fn facts(&self, subscription: &Subscription) -> Facts<'_> {
        Facts {
            customer_id: subscription.customer_id,
            status: subscription.status,
            quantity: subscription.quantity,
            assigned: self.assigned,
            holders: &self.holders,
            people: &self.people,
        }
    }

    fn holder(&self, record: &Record) -> Option<Holder> {
        let user = self.users.iter().find(|user| user.id == record.user_id)?;
        Some(Holder {
            user_id: user.id,
            email: user.email.clone(),
            first_name: user.first_name.clone(),
            last_name: user.last_name.clone(),
            disabled: user.state.disabled,
            assigned_at: record.assigned_at,
            assigned_by: record.assigned_by.clone(),
        })
    }
}

/// How many people have a licence of a subscription.
fn count(tx: &mut Conn, subscription: &Subscription) -> Result<u32, Problem> {
    let scope = Scope::Marketplace(subscription.marketplace_id);
    let counted = assignments::counts(tx, &scope, &[subscription.id])?;
    Ok(counted.get(&subscription.id).copied().unwrap_or(0))
}

fn record(subscription: &Subscription, user: UserId, by: Option<String>, now: OffsetDateTime) -> Record {
    Record {
        marketplace_id: subscription.marketplace_id,
        subscription_id: subscription.id,
        user_id: user,
        id: ids::fresh(),
        customer_id: subscription.customer_id,
        reseller_id: subscription.reseller_id,
        assigned_at: now,
        assigned_by: by,
    }
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
