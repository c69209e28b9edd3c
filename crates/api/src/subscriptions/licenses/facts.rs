//! What decides whether licences can be given, and what is kept of those that are.

use crate::http::problem::Problem;
use crate::ids;
use crate::people::users::licenses::count;
use domain::access::Scope;
use domain::id::UserId;
use domain::license::{Facts, Person};
use domain::subscription::Subscription;
use store::Conn;
use store::assignments::{self, Holder, LicenseAssignment};
use store::users;
use time::OffsetDateTime;

/// People who are to get a licence, with what decides whether they can.
pub struct Candidates {
    users: Vec<users::StoredUser>,
    people: Vec<Person>,
    holders: Vec<UserId>,
    /// How many licences of the subscription somebody has.
    pub assigned: u32,
}

impl Candidates {
    /// Reads them, and who has a licence already.
    pub fn read(tx: &mut Conn, subscription: &Subscription, wanted: &[UserId]) -> Result<Self, Problem> {
        let marketplace = subscription.marketplace_id;
        let users = users::of_ids_unscoped(tx, marketplace, wanted)?;
        let person = |user: &users::StoredUser| Person {
            id: user.id,
            customer_id: user.organization.customer(),
            usable: !user.state.disabled,
        };
        let people = users.iter().map(person).collect();
        let holders = assignments::holders(tx, &Scope::Marketplace(marketplace), subscription.id, wanted)?;
        Ok(Self { users, people, holders, assigned: count(tx, subscription)? })
    }

    /// What the decision goes by.
    pub fn facts(&self, subscription: &Subscription) -> Facts<'_> {
        Facts {
            customer_id: subscription.customer_id,
            status: subscription.status,
            quantity: subscription.quantity,
            assigned: self.assigned,
            holders: &self.holders,
            people: &self.people,
        }
    }

    /// Somebody with the licence that was just given.
    pub fn holder(&self, record: &LicenseAssignment) -> Option<Holder> {
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

/// A licence as it is kept; nobody gave it where it came by itself.
pub fn record(subscription: &Subscription, user: UserId, by: Option<String>, now: OffsetDateTime) -> LicenseAssignment {
    LicenseAssignment {
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
