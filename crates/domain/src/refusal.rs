//! Every reason we say no, with its stable code and its numbers.

use crate::access::{Area, Permissions};
use crate::base::Base;
use crate::calendar::Day;
use crate::catalog::{Ceiling, QuantityLimits, Segment};
use crate::id::{SubscriptionId, UserId};
use crate::money::{Currency, MoneyError};
use crate::onboarding::ResellerNeed;
use crate::party::{Country, MarketplaceStatus};
use crate::policy::{ConsentKind, RuleKey};
use crate::product_key::action::KeyAction;
use time::OffsetDateTime;

/// When a change that was refused could have been asked for, or can be again.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Bounds {
    /// Until when it could.
    pub allowed_until: Option<OffsetDateTime>,
    /// From when on it can again.
    pub next_allowed_at: Option<OffsetDateTime>,
    /// How many licences could go now.
    pub quantity_now: Option<u32>,
    /// The last day that is charged in any case (G-23).
    pub billed_until: Option<Day>,
}

/// A rule said no. The caller can mend it; the texts for people are the `api` crate's.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Refusal {
    /// The quantity is zero: use the cancellation (T-45, G-36).
    UseCancel,
    /// The quantity is below, above or between what may be bought.
    QuantityOutOfRange(QuantityLimits),
    /// There is no such offer in this marketplace.
    OfferUnknown,
    /// The offer is not sold in the buyer's country.
    OfferNotInMarket(Country),
    /// The offer is for another segment than the customer has proven.
    SegmentRequired(Segment),
    /// The offer has no price for this buyer now.
    NoPrice,
    /// The offer is closed for new orders, since this instant.
    SaleEnded(OffsetDateTime),
    /// The customer would have more of the SKU than anybody may, over all of its subscriptions.
    CustomerLimit {
        /// The most that a customer may have.
        limit: u32,
        /// How many it can still have.
        left: u32,
    },
    /// The customer has, or had, as many subscriptions of the SKU as anybody may: so many.
    SubscriptionLimit(u32),
    /// The cart holds two currencies.
    MixedCurrencies(Currency, Currency),
    /// The cart is empty.
    CartEmpty,
    /// The cart has been ordered.
    CartOrdered,
    /// A consent is missing: to which kind of text, in which version, and of which vendor, where it is one's.
    ConsentRequired(ConsentKind, String, Option<String>),
    /// A consent was given to a text that is not in force; which is, as with one that is missing.
    ConsentOutdated(ConsentKind, String, Option<String>),
    /// The payment method is not offered.
    PaymentMethodNotOffered,
    /// The customer has no tenant (T-21, G-37).
    TenantRequired,
    /// Neither the cart nor its customer has an invoice address (C-37): what is due cannot be taxed.
    InvoiceAddressRequired,
    /// The customer has not accepted Microsoft's agreement (T-20, G-37).
    AgreementRequired,
    /// The edition is sold in another currency where the offer is sold, in this one.
    OfferNotInCurrency(Currency),
    /// The add-on needs a subscription that the customer has not.
    PrerequisiteMissing,
    /// What the add-on is for is not said, and there are several; or what was said is none of them. Those that there
    /// are.
    BaseRequired(Vec<Base>),
    /// There is an active order of this product or edition already (A-11, G-20).
    ActiveOrderExists {
        /// The one that there is.
        subscription_id: SubscriptionId,
        /// How many licences it has.
        quantity: u32,
    },
    /// The same product or edition stands twice in the cart, and its policy allows one.
    ProductTwiceInCart,
    /// The marketplace does not let this happen as it stands.
    MarketplaceNotOpen(MarketplaceStatus),
    /// A marketplace that stands so does not become what was asked for.
    MarketplaceMove(MarketplaceStatus),
    /// The category would be in itself.
    CategoryWithinItself,
    /// The category, or what it holds, would lie deeper than categories do.
    CategoryTooDeep,
    /// The amount is beyond what can be represented.
    AmountOutOfRange,
    /// Microsoft has not provided the subscription yet.
    SubscriptionNotReady,
    /// The subscription has ended, or its end is settled.
    SubscriptionEnded,
    /// The subscription is suspended: resume it first.
    SubscriptionSuspended,
    /// Microsoft is being asked for an earlier change.
    ChangeInProgress,
    /// A change waits, and the policy allows one at a time.
    ChangePending,
    /// The subscription was changed as often as Microsoft allows.
    TooManyChanges,
    /// It is as it is asked to be.
    NothingChanges,
    /// This is not offered; the policy's key, and when it would be. None: by no policy, to what it was asked of.
    NotOffered(Option<RuleKey>, Bounds),
    /// Not now, but it can be scheduled; the policy's key, and from when on. None: by no policy at once.
    OnlyLater(Option<RuleKey>, Bounds),
    /// The window is closed (L-36, T-41); the policy's key.
    WindowClosed(RuleKey, Bounds),
    /// The notice period has begun (C-31, G-11).
    NoticeMissed(Bounds),
    /// Nothing can be scheduled for a renewal that is turned off (G-123).
    NotRenewing,
    /// More people have a licence than would be left; who got theirs last must give it up.
    LicensesAssigned {
        /// People who must lose theirs first, those who got it last.
        must_give_up: Vec<UserId>,
    },
    /// Every licence has its user (C-60).
    NoLicenseFree {
        /// The subscription's licences.
        quantity: u32,
        /// How many people have one.
        assigned: u32,
    },
    /// The user has a licence of the subscription.
    LicenseAssigned,
    /// There is no such user at the subscription's customer.
    UserNotOfCustomer,
    /// The user is disabled (L-20).
    UserDisabled,
    /// The customer has had a trial of the product; whatever became of it, there is no other.
    TrialHad,
    /// What follows a trial was not said, or cannot follow it.
    TrialThenRequired,
    /// A trial has its quantity (U-18).
    TrialFixed,
    /// The subscription cannot be changed to this offer.
    TransitionNotOffered,
    /// Add-ons of the subscription, these, are for none that has the other SKU.
    AddOnsNotCarried(Vec<SubscriptionId>),
    /// The day is none that the term may end on.
    DateNotOffered,
    /// The day is behind the end of the full term (G-113).
    BeyondTerm(Day),
    /// It is too late to bring the subscription back.
    ReactivationOver(Bounds),
    /// The text is not a domain prefix that Microsoft takes (T-22).
    TenantPrefixInvalid,
    /// The text is not a domain name.
    TenantDomainInvalid,
    /// The domain belongs to somebody (T-22).
    TenantDomainTaken,
    /// The customer has a tenant; there is exactly one (T-19).
    TenantExists,
    /// The agreement was recorded already.
    AgreementExists,
    /// The text is no product key (K-01, G-26).
    ProductKeyInvalid,
    /// There is no such product key in this marketplace.
    ProductKeyUnknown,
    /// The product key was redeemed, or stands twice in the redemption (G-26).
    KeyAlreadyUsed,
    /// The product key can no longer be redeemed.
    KeyRevoked,
    /// Product keys have no service in the country (K-09).
    CountryNotServed(Country),
    /// The batch of product keys was sold to a reseller (K-03).
    KeysAlreadySold,
    /// Some of the batch's keys were redeemed, or it was revoked.
    KeysNotSellable,
    /// Redeeming starts with a confirmation of being responsible (K-04).
    ResponsibilityRequired,
    /// A key cannot be used like this for this customer (K-02).
    KeyActionNotPossible(KeyAction),
    /// There is no subscription of the key's offer that could be renewed.
    NothingToRenew,
    /// Other keys of the redemption want something else with the same subscription.
    KeyActionsMixed,
    /// The keys renew fewer licences than the subscription has.
    RenewalNotCovered {
        /// What it has.
        needed: u32,
        /// What the keys are for.
        given: u32,
    },
    /// Product keys have paid the next term already (K-17).
    NextTermPrepaid,
    /// A key pays one whole term: not of an offer that is charged more often, or never.
    OfferNotPrepayable,
    /// The redemption is completed.
    RedemptionCompleted,
    /// The customer has not accepted that its partner administers for it (K-13).
    DelegationRequired,
    /// Only a reseller with a partner id offers to administer (K-14).
    PartnerIdRequired,
    /// There is no offer to answer.
    DelegationNotOffered,
    /// The customer has accepted already.
    DelegationExists,
    /// The offer waits for its answer, and is not sent again so soon.
    DelegationWaits(Bounds),
    /// The registration is not at the point where this could be done.
    RegistrationNotWaiting,
    /// The customer has no branch of this name (C-34).
    BranchUnknown(String),
    /// Branches are set up by the provider or reseller, on the customer's request (C-34).
    BranchesByProvider,
    /// The reseller lacks something before its first purchase (T-12…T-16).
    ResellerNotReady(Vec<ResellerNeed>),
    /// The role is not given at this kind of organisation here.
    RoleNotOffered,
    /// What is given, changed or removed holds more power than whoever does it; the permissions that it lacks.
    RoleExceedsOwn(Permissions),
    /// The role goes by area, and none is named (T-11).
    AreasRequired,
    /// The role does not go by area.
    AreasNotChosen,
    /// The area is not offered for the role here.
    AreaNotOffered(Area),
    /// Nobody else runs the organisation.
    LastAdministrator,
}

impl Refusal {
    /// Why a customer cannot have so many of a SKU beside so many others that it asks for; none where it can.
    pub fn beyond(ceiling: Ceiling, others: u64, quantity: u32) -> Option<Self> {
        let left = ceiling.left(others);
        (quantity > left).then_some(Self::CustomerLimit { limit: ceiling.limit, left })
    }

    /// The stable code, `snake_case`; clients branch on it.
    #[allow(clippy::too_many_lines, reason = "a table: one line for each refusal")]
    pub const fn code(&self) -> &'static str {
        match self {
            Self::UseCancel => "use_cancel",
            Self::QuantityOutOfRange(_) => "quantity_out_of_range",
            Self::OfferUnknown => "offer_unknown",
            Self::OfferNotInMarket(_) => "offer_not_in_market",
            Self::SegmentRequired(_) => "segment_required",
            Self::NoPrice => "no_price",
            Self::SaleEnded(_) => "sale_ended",
            Self::CustomerLimit { .. } => "customer_limit",
            Self::SubscriptionLimit(_) => "subscription_limit",
            Self::MixedCurrencies(..) => "mixed_currencies",
            Self::CartEmpty => "cart_empty",
            Self::CartOrdered => "cart_ordered",
            Self::ConsentRequired(..) => "consent_required",
            Self::ConsentOutdated(..) => "consent_outdated",
            Self::PaymentMethodNotOffered => "payment_method_not_offered",
            Self::TenantRequired => "tenant_required",
            Self::InvoiceAddressRequired => "invoice_address_required",
            Self::AgreementRequired => "agreement_required",
            Self::OfferNotInCurrency(_) => "offer_not_in_currency",
            Self::PrerequisiteMissing => "prerequisite_missing",
            Self::BaseRequired(_) => "base_required",
            Self::ActiveOrderExists { .. } => "active_order_exists",
            Self::ProductTwiceInCart => "product_twice_in_cart",
            Self::MarketplaceNotOpen(_) => "marketplace_not_open",
            Self::MarketplaceMove(_) => "marketplace_moved_on",
            Self::CategoryWithinItself => "category_within_itself",
            Self::CategoryTooDeep => "category_too_deep",
            Self::AmountOutOfRange => "amount_out_of_range",
            Self::SubscriptionNotReady => "subscription_not_ready",
            Self::SubscriptionEnded => "subscription_ended",
            Self::SubscriptionSuspended => "subscription_suspended",
            Self::ChangeInProgress => "change_in_progress",
            Self::ChangePending => "change_pending",
            Self::TooManyChanges => "too_many_changes",
            Self::NothingChanges => "nothing_changes",
            Self::NotOffered(..) => "not_offered",
            Self::OnlyLater(..) => "only_later",
            Self::WindowClosed(..) => "window_closed",
            Self::NoticeMissed(_) => "notice_missed",
            Self::NotRenewing => "not_renewing",
            Self::LicensesAssigned { .. } => "licenses_assigned",
            Self::NoLicenseFree { .. } => "no_license_free",
            Self::LicenseAssigned => "license_assigned",
            Self::UserNotOfCustomer => "user_not_of_customer",
            Self::UserDisabled => "user_disabled",
            Self::TrialHad => "trial_had",
            Self::TrialThenRequired => "trial_then_required",
            Self::TrialFixed => "trial_fixed",
            Self::TransitionNotOffered => "transition_not_offered",
            Self::AddOnsNotCarried(_) => "add_ons_not_carried",
            Self::DateNotOffered => "date_not_offered",
            Self::BeyondTerm(_) => "beyond_term",
            Self::ReactivationOver(_) => "reactivation_over",
            Self::TenantPrefixInvalid => "tenant_prefix_invalid",
            Self::TenantDomainInvalid => "tenant_domain_invalid",
            Self::TenantDomainTaken => "tenant_domain_taken",
            Self::TenantExists => "tenant_exists",
            Self::AgreementExists => "agreement_exists",
            Self::ProductKeyInvalid => "product_key_invalid",
            Self::ProductKeyUnknown => "product_key_unknown",
            Self::KeyAlreadyUsed => "key_already_used",
            Self::KeyRevoked => "key_revoked",
            Self::CountryNotServed(_) => "country_not_served",
            Self::KeysAlreadySold => "keys_already_sold",
            Self::KeysNotSellable => "keys_not_sellable",
            Self::ResponsibilityRequired => "responsibility_required",
            Self::KeyActionNotPossible(_) => "key_action_not_possible",
            Self::NothingToRenew => "nothing_to_renew",
            Self::KeyActionsMixed => "key_actions_mixed",
            Self::RenewalNotCovered { .. } => "renewal_not_covered",
            Self::NextTermPrepaid => "next_term_prepaid",
            Self::OfferNotPrepayable => "offer_not_prepayable",
            Self::RedemptionCompleted => "redemption_completed",
            Self::DelegationRequired => "delegation_required",
            Self::PartnerIdRequired => "partner_id_required",
            Self::DelegationNotOffered => "delegation_not_offered",
            Self::DelegationExists => "delegation_exists",
            Self::DelegationWaits(_) => "delegation_waits",
            Self::RegistrationNotWaiting => "registration_not_waiting",
            Self::BranchUnknown(_) => "branch_unknown",
            Self::BranchesByProvider => "branches_by_provider",
            Self::ResellerNotReady(_) => "reseller_not_ready",
            Self::RoleNotOffered => "role_not_offered",
            Self::RoleExceedsOwn(_) => "role_exceeds_own",
            Self::AreasRequired => "areas_required",
            Self::AreasNotChosen => "areas_not_chosen",
            Self::AreaNotOffered(_) => "area_not_offered",
            Self::LastAdministrator => "last_administrator",
        }
    }

    /// When it could have been asked for, or can be again, where that is known.
    pub fn bounds(&self) -> Bounds {
        match self {
            Self::NotOffered(_, bounds)
            | Self::OnlyLater(_, bounds)
            | Self::WindowClosed(_, bounds)
            | Self::NoticeMissed(bounds)
            | Self::DelegationWaits(bounds)
            | Self::ReactivationOver(bounds) => *bounds,
            _ => Bounds::default(),
        }
    }

    /// The policy key that decided, where one did.
    pub const fn rule(&self) -> Option<RuleKey> {
        match self {
            Self::UseCancel => Some(RuleKey::ZeroQuantity),
            Self::ConsentRequired(..) | Self::ConsentOutdated(..) => Some(RuleKey::Consents),
            Self::PaymentMethodNotOffered => Some(RuleKey::PaymentMethods),
            Self::DelegationRequired => Some(RuleKey::DelegatedAdministration),
            Self::ActiveOrderExists { .. } | Self::ProductTwiceInCart => Some(RuleKey::OneActivePer),
            Self::NotOffered(rule, _) | Self::OnlyLater(rule, _) => *rule,
            Self::WindowClosed(rule, _) => Some(*rule),
            Self::NoticeMissed(_) => Some(RuleKey::NoticeDays),
            Self::ChangePending => Some(RuleKey::PendingSlot),
            Self::TooManyChanges => Some(RuleKey::MaxChanges),
            Self::ReactivationOver(_) => Some(RuleKey::ReactivateUntil),
            _ => None,
        }
    }
}

impl From<MoneyError> for Refusal {
    fn from(_: MoneyError) -> Self {
        Self::AmountOutOfRange
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_refusal_names_the_key_that_decided_or_none() {
        let active = Refusal::ActiveOrderExists { subscription_id: SubscriptionId::from_u128(0), quantity: 18 };
        for (refusal, key) in [
            (Refusal::UseCancel, Some(RuleKey::ZeroQuantity)),
            (Refusal::ConsentRequired(ConsentKind::Terms, String::new(), None), Some(RuleKey::Consents)),
            (Refusal::ConsentOutdated(ConsentKind::Terms, String::new(), None), Some(RuleKey::Consents)),
            (Refusal::PaymentMethodNotOffered, Some(RuleKey::PaymentMethods)),
            (active, Some(RuleKey::OneActivePer)),
            (Refusal::ProductTwiceInCart, Some(RuleKey::OneActivePer)),
            (Refusal::DelegationRequired, Some(RuleKey::DelegatedAdministration)),
            (Refusal::NotOffered(Some(RuleKey::Increase), Bounds::default()), Some(RuleKey::Increase)),
            (Refusal::NotOffered(None, Bounds::default()), None),
            (Refusal::OnlyLater(Some(RuleKey::TermChange), Bounds::default()), Some(RuleKey::TermChange)),
            (Refusal::WindowClosed(RuleKey::Cancel, Bounds::default()), Some(RuleKey::Cancel)),
            (Refusal::NoticeMissed(Bounds::default()), Some(RuleKey::NoticeDays)),
            (Refusal::ChangePending, Some(RuleKey::PendingSlot)),
            (Refusal::TooManyChanges, Some(RuleKey::MaxChanges)),
            (Refusal::ReactivationOver(Bounds::default()), Some(RuleKey::ReactivateUntil)),
            (Refusal::TenantRequired, None),
        ] {
            assert_eq!(refusal.rule(), key, "{}", refusal.code());
        }
    }
}
