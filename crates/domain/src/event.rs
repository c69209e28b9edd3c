//! The closed set of facts that Kontor remembers and tells.

use crate::coded::coded_enum;
use crate::id::{CustomerId, EventId, MarketplaceId};
use serde::{Deserialize, Serialize};
use time::OffsetDateTime;

coded_enum! {
    /// What happened: `noun.past_tense`.
    EventKind {
        /// A tenant was asked for.
        TenantRequested = "tenant.requested",
        /// A tenant is ready.
        TenantLinked = "tenant.linked",
        /// Microsoft refused a tenant.
        TenantFailed = "tenant.failed",
        /// The Microsoft Customer Agreement was accepted.
        AgreementAccepted = "agreement.accepted",
        /// A customer was created.
        CustomerCreated = "customer.created",
        /// A customer was changed.
        CustomerChanged = "customer.changed",
        /// A customer has given a VAT id, or its is to be asked about anew: a register is asked.
        VatIdGiven = "customer.vat_id_given",
        /// A register of VAT ids has answered about a customer's.
        VatIdChecked = "customer.vat_id_checked",
        /// A customer wants what its reseller has set no price for; told at most once a day.
        CustomerPriceMissing = "customer.price_missing",
        /// A reseller was created.
        ResellerCreated = "reseller.created",
        /// A reseller was changed.
        ResellerChanged = "reseller.changed",
        /// A reseller's partner id or Microsoft id was changed: to be announced to the provider (T-12).
        ResellerIdsChanged = "reseller.ids_changed",
        /// A reseller has all that it needs to buy (T-09).
        ResellerAccessGranted = "reseller.access_granted",
        /// A reseller's access has not followed in time (T-09).
        ResellerAccessOverdue = "reseller.access_overdue",
        /// A person was added, ready to log in or by an activation mail.
        UserCreated = "user.created",
        /// An activation mail is to be sent.
        UserInvited = "user.invited",
        /// A person has activated the account, or was activated by an administrator.
        UserActivated = "user.activated",
        /// A person's data, role or areas were changed.
        UserChanged = "user.changed",
        /// A person is kept out.
        UserDisabled = "user.disabled",
        /// A person is let in again.
        UserEnabled = "user.enabled",
        /// Too many failed log-ins.
        UserLocked = "user.locked",
        /// An administrator has ended a lock.
        UserUnlocked = "user.unlocked",
        /// A person is here no longer.
        UserDeleted = "user.deleted",
        /// A person has another password.
        UserPasswordChanged = "user.password_changed",
        /// A link to set a new password is to be sent.
        UserPasswordResetRequested = "user.password_reset_requested",
        /// Somebody acts as somebody else (L-13).
        UserImpersonated = "user.impersonated",
        /// A person has agreed to the texts that an account needs.
        UserConsented = "user.consented",
        /// A refresh token was used twice: somebody else may have it. The log-in was ended.
        SessionReused = "session.refresh_token_reused",
        /// Log-ins were ended before their time.
        SessionsEnded = "session.ended",
        /// A marketplace's own role was defined or changed.
        RoleDefined = "role.defined",
        /// A marketplace's own role is there no longer.
        RoleRemoved = "role.removed",
        /// A script or portal is let in.
        ApiClientCreated = "api_client.created",
        /// An API client has another name, other permissions, one secret more or fewer.
        ApiClientChanged = "api_client.changed",
        /// An API client is kept out, for good.
        ApiClientRevoked = "api_client.revoked",
        /// An order was placed.
        OrderPlaced = "order.placed",
        /// Microsoft took an order line.
        OrderLineOrdered = "order_line.ordered",
        /// Microsoft refused an order line.
        OrderLineFailed = "order_line.failed",
        /// An order has no open line left.
        OrderCompleted = "order.completed",
        /// A subscription runs.
        SubscriptionActivated = "subscription.activated",
        /// A subscription is over: canceled, ended, or refused by Microsoft with its order line.
        SubscriptionCanceled = "subscription.canceled",
        /// A subscription was changed.
        SubscriptionChanged = "subscription.changed",
        /// A change of a subscription waits for its instant.
        SubscriptionChangeScheduled = "subscription.change_scheduled",
        /// A change that waited does no longer.
        SubscriptionChangeWithdrawn = "subscription.change_withdrawn",
        /// Microsoft made a change.
        SubscriptionChangeConfirmed = "subscription.change_confirmed",
        /// Microsoft refused a change; it is undone.
        SubscriptionChangeFailed = "subscription.change_failed",
        /// A new term started.
        SubscriptionRenewed = "subscription.renewed",
        /// A trial became paid.
        SubscriptionConverted = "subscription.converted",
        /// A month of the extended service term started.
        SubscriptionExtended = "subscription.extended",
        /// A term was to be renewed, but what it would renew to is not sold any more.
        SubscriptionNotRenewed = "subscription.not_renewed",
        /// A reduction that waited did not take effect: more people have a licence than would have been left.
        SubscriptionReductionRefused = "subscription.reduction_refused",
        /// Few changes are left of those that the policy of a subscription allows.
        SubscriptionUpdatesLow = "subscription.updates_low",
        /// A term is over and was not renewed; the service can still be used.
        SubscriptionExpired = "subscription.expired",
        /// The service cannot be used any more; the data are kept.
        SubscriptionDisabled = "subscription.disabled",
        /// A reminder of its term's end is due.
        SubscriptionReminded = "subscription.reminded",
        /// The reminders of a day go out, to each person in one mail.
        RemindersCollected = "reminders.collected",
        /// People got licences of a subscription.
        LicenseAssigned = "license.assigned",
        /// People gave licences of a subscription back.
        LicenseTakenBack = "license.taken_back",
        /// A product key was consumed (K-02).
        ProductKeyRedeemed = "product_key.redeemed",
        /// A product key can be redeemed again: Microsoft refused what it was used for.
        ProductKeyReleased = "product_key.released",
        /// A redemption is completed, its keys with it.
        RedemptionCompleted = "redemption.completed",
        /// A partner offered to administer for a customer (K-13).
        DelegationOffered = "delegation.offered",
        /// The customer accepted.
        DelegationAccepted = "delegation.accepted",
        /// The customer declined.
        DelegationDeclined = "delegation.declined",
        /// Somebody asks to be let in; whether the address is known is yet to be looked up.
        RegistrationReceived = "registration.received",
        /// Who asks to be let in has a log-in already (C-13).
        RegistrationKnown = "registration.known",
        /// The address of a registration is to be confirmed (T-07).
        RegistrationConfirmationRequested = "registration.confirmation_requested",
        /// A registration waits for the provider's review (C-05).
        RegistrationRequested = "registration.requested",
        /// The provider approved: the link to the account form is to be sent (C-06).
        RegistrationApproved = "registration.approved",
        /// The link that was sent last is to be sent anew.
        RegistrationLinkResent = "registration.link_resent",
        /// The provider refused a registration.
        RegistrationRejected = "registration.rejected",
        /// The organisation's administrator is to let somebody in (C-04).
        RegistrationReferred = "registration.referred",
        /// A registration has become an account (C-11).
        RegistrationActivated = "registration.activated",
        /// A price list was published.
        PriceListPublished = "price_list.published",
        /// Other rules hold for people.
        PeopleRulesChanged = "people_rules.changed",
        /// A version of a policy, or of an override, was published.
        PolicyPublished = "policy.published",
        /// A marketplace was made; it is a draft.
        MarketplaceCreated = "marketplace.created",
        /// A marketplace says something else of itself.
        MarketplaceChanged = "marketplace.changed",
        /// A marketplace sells, for the first time or again.
        MarketplaceOpened = "marketplace.opened",
        /// A marketplace sells nothing new for the time being.
        MarketplaceSuspended = "marketplace.suspended",
        /// A marketplace is over.
        MarketplaceClosed = "marketplace.closed",
    }
}

/// A fact: what happened to which thing, when.
#[derive(Debug, Clone, PartialEq)]
pub struct Event<P> {
    /// Its id; consumers use it to do a thing once.
    pub id: EventId,
    /// The marketplace in which it happened.
    pub marketplace_id: MarketplaceId,
    /// Whose customer, where there is one.
    pub customer_id: Option<CustomerId>,
    /// What happened, as `noun.past_tense`; it decides the shape of the payload.
    pub kind: EventKind,
    /// The id of the thing it happened to.
    pub subject: String,
    /// When, by the marketplace's clock.
    pub occurred_at: OffsetDateTime,
    /// The rest, as a document.
    pub payload: P,
}
