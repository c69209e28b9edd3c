//! What is recorded: facts that happened, each with the work it causes, in the transaction of its cause.

use crate::App;
use crate::http::problem::Problem;
use crate::ids::New as _;
use crate::lane::Lane;
use domain::event::{Event, EventKind};
use domain::id::{CustomerId, EventId, MarketplaceId, TaskId};
use serde_json::Value;
use store::Conn;
use store::outbox::NewTask;
use store::users::StoredUser;
use time::OffsetDateTime;

/// Who works on events.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Consumer {
    /// Creates or links a tenant.
    CreateTenant,
    /// Orders at Microsoft and activates subscriptions.
    Provision,
    /// Changes subscriptions at Microsoft.
    ApplyChange,
    /// Lets resellers buy.
    GrantAccess,
    /// Writes mails about events and sends them.
    Notify,
    /// Looks into registrations.
    Register,
    /// Asks the register of VAT ids.
    CheckVatId,
}

impl Consumer {
    /// Its name in the database.
    pub const fn name(self) -> &'static str {
        match self {
            Self::CreateTenant => "create_tenant",
            Self::Provision => "provision",
            Self::ApplyChange => "apply_change",
            Self::GrantAccess => "grant_access",
            Self::Notify => "notify",
            Self::Register => "register",
            Self::CheckVatId => "check_vat_id",
        }
    }

    /// In which lane its tasks wait.
    pub const fn lane(self) -> Lane {
        match self {
            Self::Notify => Lane::Mail,
            Self::CreateTenant | Self::Provision | Self::ApplyChange | Self::GrantAccess => Lane::Work,
            Self::Register | Self::CheckVatId => Lane::Work,
        }
    }

    /// Whether it has something done at Microsoft.
    pub const fn asks_microsoft(self) -> bool {
        match self {
            Self::CreateTenant | Self::Provision | Self::ApplyChange | Self::GrantAccess => true,
            Self::Notify | Self::Register | Self::CheckVatId => false,
        }
    }

    /// The consumer of a name; none where a newer process has one that this one does not know.
    pub fn from_name(name: &str) -> Option<Self> {
        let work = [Self::CreateTenant, Self::Provision, Self::ApplyChange, Self::GrantAccess];
        work.into_iter()
            .chain([Self::Notify, Self::Register, Self::CheckVatId])
            .find(|consumer| consumer.name() == name)
    }
}

/// Who wants to know of an event: the one place that says so.
#[allow(clippy::too_many_lines, reason = "a table: one line for each kind of event")]
pub const fn consumers_of(kind: EventKind) -> &'static [Consumer] {
    match kind {
        EventKind::TenantRequested => &[Consumer::CreateTenant, Consumer::Notify],
        EventKind::ResellerIdsChanged => &[Consumer::GrantAccess, Consumer::Notify],
        EventKind::OrderPlaced => &[Consumer::Provision],
        // A cancellation is asked of Microsoft, too; what ended by itself has no change to ask for.
        EventKind::SubscriptionChanged | EventKind::SubscriptionCanceled => &[Consumer::ApplyChange, Consumer::Notify],
        EventKind::OrderCompleted
        | EventKind::SubscriptionReminded
        | EventKind::RemindersCollected
        | EventKind::SubscriptionChangeScheduled
        | EventKind::SubscriptionChangeWithdrawn
        | EventKind::SubscriptionChangeConfirmed
        | EventKind::SubscriptionChangeFailed
        | EventKind::RedemptionCompleted
        | EventKind::SubscriptionNotRenewed
        | EventKind::SubscriptionReductionRefused
        | EventKind::SubscriptionUpdatesLow
        | EventKind::CustomerPriceMissing
        | EventKind::UserInvited
        | EventKind::UserLocked
        | EventKind::UserPasswordChanged
        | EventKind::UserPasswordResetRequested
        | EventKind::SessionReused
        | EventKind::ResellerAccessOverdue
        | EventKind::RegistrationKnown
        | EventKind::RegistrationConfirmationRequested
        | EventKind::RegistrationApproved
        | EventKind::RegistrationLinkResent
        | EventKind::RegistrationRejected
        | EventKind::RegistrationReferred
        | EventKind::RegistrationActivated
        | EventKind::DelegationOffered
        | EventKind::DelegationDeclined => &[Consumer::Notify],
        EventKind::RegistrationReceived => &[Consumer::Register],
        EventKind::VatIdGiven => &[Consumer::CheckVatId],
        EventKind::TenantLinked
        | EventKind::TenantFailed
        | EventKind::AgreementAccepted
        | EventKind::CustomerCreated
        | EventKind::CustomerChanged
        | EventKind::VatIdChecked
        | EventKind::ResellerCreated
        | EventKind::ResellerChanged
        | EventKind::ResellerAccessGranted
        | EventKind::UserCreated
        | EventKind::UserActivated
        | EventKind::UserChanged
        | EventKind::UserDisabled
        | EventKind::UserEnabled
        | EventKind::UserUnlocked
        | EventKind::UserDeleted
        | EventKind::UserImpersonated
        | EventKind::UserConsented
        | EventKind::SessionsEnded
        | EventKind::RoleDefined
        | EventKind::RoleRemoved
        | EventKind::ApiClientCreated
        | EventKind::ApiClientChanged
        | EventKind::ApiClientRevoked
        | EventKind::OrderLineOrdered
        | EventKind::OrderLineFailed
        | EventKind::SubscriptionActivated
        | EventKind::SubscriptionRenewed
        | EventKind::SubscriptionConverted
        | EventKind::SubscriptionExtended
        | EventKind::SubscriptionExpired
        | EventKind::SubscriptionDisabled
        | EventKind::ProductKeyRedeemed
        | EventKind::ProductKeyReleased
        | EventKind::DelegationAccepted
        | EventKind::LicenseAssigned
        | EventKind::LicenseTakenBack
        | EventKind::RegistrationRequested
        | EventKind::PriceListPublished
        | EventKind::PeopleRulesChanged
        | EventKind::PolicyPublished
        | EventKind::MarketplaceCreated
        | EventKind::MarketplaceChanged
        | EventKind::MarketplaceOpened
        | EventKind::MarketplaceSuspended
        | EventKind::MarketplaceClosed => &[],
    }
}

/// A new event of a marketplace.
pub fn event(
    marketplace_id: MarketplaceId,
    customer_id: Option<CustomerId>,
    kind: EventKind,
    subject: String,
    occurred_at: OffsetDateTime,
    payload: Value,
) -> Event<Value> {
    Event { id: EventId::new(), marketplace_id, customer_id, kind, subject, occurred_at, payload }
}

/// Remembers a fact with one task per consumer that wants it. Tasks are due by real time.
pub fn append(app: &App, tx: &mut Conn, event: &Event<Value>) -> Result<(), Problem> {
    Ok(store::outbox::append(tx, event, &tasks(app, consumers_of(event.kind)))?)
}

/// A task for each consumer, due at once. Their lanes are woken by [`App::wake_caused`] once that is committed.
pub fn tasks(app: &App, consumers: &[Consumer]) -> Vec<NewTask<'static>> {
    let due_at = app.clock.now();
    let task = |consumer: &Consumer| {
        app.cause(consumer.lane());
        NewTask { id: TaskId::new(), consumer: consumer.name(), lane: consumer.lane().name(), due_at }
    };
    consumers.iter().map(task).collect()
}

/// Remembers what happened to somebody's log-in while nobody is logged in who could be named in the audit log.
pub fn happened(app: &App, tx: &mut Conn, user: &StoredUser, kind: EventKind, payload: Value) -> Result<(), Problem> {
    let (marketplace, customer) = (user.marketplace_id, user.organization.customer());
    let now = app.now_in(tx, marketplace)?;
    append(app, tx, &event(marketplace, customer, kind, user.id.to_string(), now, payload))
}
