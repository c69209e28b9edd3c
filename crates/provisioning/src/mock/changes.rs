//! Serves the changes of subscriptions.

use super::desk::{Answer, Desk, transient};
use super::fact::Fact;
use super::rules::{code, refuse};
use super::{change_rules, derive, state};
use crate::{RemoteChange, RemoteSubscription, RequestId};
use time::OffsetDateTime;

impl Desk {
    pub(super) fn change_subscription(
        &mut self,
        request: &RequestId,
        tenant_id: &str,
        subscription_id: &str,
        change: &RemoteChange,
        now: OffsetDateTime,
    ) -> Answer<RemoteSubscription> {
        let RequestId(request) = request;
        self.known_tenant(tenant_id)?;
        let key = state::change_request(tenant_id, request);
        if self.answered(&key, &state::content_of_change(subscription_id, change))?.is_none() {
            self.new_change(request, tenant_id, subscription_id, change, now)?;
        }
        self.state.changes.get(&key).cloned().ok_or_else(|| transient("the change is gone"))
    }

    fn new_change(
        &mut self,
        request: &str,
        tenant_id: &str,
        subscription_id: &str,
        change: &RemoteChange,
        now: OffsetDateTime,
    ) -> Answer<()> {
        let Some(found) = self.owned(tenant_id, subscription_id) else {
            return refuse(code::NO_SUBSCRIPTION, format!("There is no subscription {subscription_id}."));
        };
        change_rules::check(&self.state, found, change, self.behavior.windows.then_some(now))?;
        if !found.provided && self.is_provided(found, now) {
            self.record(Fact::SubscriptionProvided { subscription_id: subscription_id.to_owned() })?;
        }
        let new_subscription_id = matches!(change, RemoteChange::Split(_))
            .then(|| derive::guid(self.seed, &["split", tenant_id, subscription_id, request]));
        self.record(Fact::SubscriptionChanged {
            request: request.to_owned(),
            entra_tenant_id: tenant_id.to_owned(),
            subscription_id: subscription_id.to_owned(),
            change: change.clone(),
            at: now,
            new_subscription_id,
        })
    }
}
