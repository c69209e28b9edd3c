//! How things stand again should Microsoft refuse a change; kept with the change while Microsoft is being asked.

use domain::billing::Charge;
use domain::id::{SubscriptionId, UserId};
use domain::subscription::Subscription;
use provisioning::RemoteChange;
use serde::{Deserialize, Serialize};

/// What Microsoft is asked for, and how things stand again should it refuse.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Undo {
    /// What Microsoft is asked for.
    pub remote: RemoteChange,
    /// Whether it is to renew, where Microsoft must be told that, too.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub renewal: Option<RemoteChange>,
    /// The subscription to go back to.
    pub before: Subscription,
    /// The charges that put the ledger right again, each with its subscription.
    pub charges: Vec<(SubscriptionId, Charge)>,
    /// The add-ons to go back to.
    pub add_ons: Vec<Subscription>,
    /// The subscription that came of the change, and then does not.
    pub new_subscription: Option<SubscriptionId>,
    /// Who lost licences by it.
    #[serde(default)]
    pub licenses: Vec<(SubscriptionId, Vec<UserId>)>,
}
