//! Notifications: what people are told by mail, one for each event and person.

use crate::coded::coded_enum;
use serde::{Deserialize, Serialize};

coded_enum! {
    /// What a mail is about; each kind has a text in every language.
    NotificationKind {
        /// Somebody was given a log-in, to be activated (L-08).
        Activation = "activation",
        /// A request for a log-in was approved: the link to the account form (C-05, C-06).
        RegistrationApproved = "registration_approved",
        /// The address of a registration is to be confirmed (T-02, T-07).
        RegistrationConfirm = "registration_confirm",
        /// A registration was rejected, and why.
        RegistrationRejected = "registration_rejected",
        /// Who asks for a log-in has one (C-13).
        RegistrationKnown = "registration_known",
        /// The organisation has an account: its administrator adds people (C-04).
        RegistrationReferred = "registration_referred",
        /// The same for that administrator.
        RegistrationReferral = "registration_referral",
        /// What a registration asked for is there: one can log in.
        RegistrationActive = "registration_active",
        /// The link to a new password.
        PasswordReset = "password_reset",
        /// The password was changed.
        PasswordChanged = "password_changed",
        /// The log-in is locked after wrong passwords.
        UserLocked = "user_locked",
        /// A log-in that was used twice was ended.
        SessionReused = "session_reused",
        /// An order runs.
        OrderReady = "order_ready",
        /// An order could not be provided, or only in part.
        OrderFailed = "order_failed",
        /// A customer's order runs, or could not be provided: for its reseller and the partner that it names.
        CustomerOrder = "customer_order",
        /// Terms end soon (K-16): of one subscription, or of all that are to be told to a person on a day.
        TermEnding = "term_ending",
        /// A subscription was changed, or is to be.
        SubscriptionChanged = "subscription_changed",
        /// Microsoft refused a change.
        ChangeFailed = "change_failed",
        /// Product keys were redeemed.
        KeysRedeemed = "keys_redeemed",
        /// A term was to be renewed, but what it would renew to is not sold any more.
        SubscriptionNotRenewed = "subscription_not_renewed",
        /// A reduction that waited did not take effect: its licences are in use.
        ReductionRefused = "reduction_refused",
        /// Few changes of a subscription are left.
        UpdatesLow = "updates_low",
        /// A customer wants what has no price for it; for its reseller (U-42).
        PriceMissing = "price_missing",
        /// A reseller's ids at Microsoft were changed; for the provider (T-12).
        ResellerIdsChanged = "reseller_ids_changed",
        /// A reseller still has no access after an hour; for the provider's support (T-09).
        ResellerAccessOverdue = "reseller_access_overdue",
        /// A tenant's administrator is to confirm the relationship (T-26).
        TenantConfirmation = "tenant_confirmation",
        /// A partner offers to administer for the customer (K-13).
        DelegationOffered = "delegation_offered",
        /// The customer declined what its reseller offered; for that reseller (K-13).
        DelegationDeclined = "delegation_declined",
    }
}

coded_enum! {
    /// What became of a mail.
    NotificationStatus {
        /// To be sent.
        Pending = "pending",
        /// The mail server took it.
        Sent = "sent",
        /// The mail server refused the recipient, or there was no use in sending it any more.
        Failed = "failed",
    }
}
