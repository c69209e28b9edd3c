//! Every reason we say no, with its stable code and its numbers.

use crate::catalog::{QuantityLimits, Segment};
use crate::id::SubscriptionId;
use crate::money::Currency;
use crate::party::Country;
use crate::policy::ConsentKind;

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
    /// The cart holds two currencies.
    MixedCurrencies(Currency, Currency),
    /// The cart is empty.
    CartEmpty,
    /// The cart has been ordered.
    CartOrdered,
    /// A consent is missing.
    ConsentRequired(ConsentKind, String),
    /// A consent was given to a text that is not in force.
    ConsentOutdated(ConsentKind, String),
    /// The payment method is not offered.
    PaymentMethodNotOffered,
    /// The customer has no tenant (T-21, G-37).
    TenantRequired,
    /// The customer has not accepted Microsoft's agreement (T-20, G-37).
    AgreementRequired,
    /// The add-on needs a subscription that the customer has not.
    PrerequisiteMissing,
    /// There is an active order of this product already (A-11, G-20).
    ActiveOrderExists {
        /// The one that there is.
        subscription_id: SubscriptionId,
        /// Its licences.
        quantity: u32,
    },
    /// The same product stands twice in the cart, and its policy allows one.
    ProductTwiceInCart,
    /// The amount is beyond what can be represented.
    AmountOutOfRange,
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
}

impl Refusal {
    /// The stable code, `snake_case`; clients branch on it.
    pub const fn code(&self) -> &'static str {
        match self {
            Self::UseCancel => "use_cancel",
            Self::QuantityOutOfRange(_) => "quantity_out_of_range",
            Self::OfferUnknown => "offer_unknown",
            Self::OfferNotInMarket(_) => "offer_not_in_market",
            Self::SegmentRequired(_) => "segment_required",
            Self::NoPrice => "no_price",
            Self::MixedCurrencies(..) => "mixed_currencies",
            Self::CartEmpty => "cart_empty",
            Self::CartOrdered => "cart_ordered",
            Self::ConsentRequired(..) => "consent_required",
            Self::ConsentOutdated(..) => "consent_outdated",
            Self::PaymentMethodNotOffered => "payment_method_not_offered",
            Self::TenantRequired => "tenant_required",
            Self::AgreementRequired => "agreement_required",
            Self::PrerequisiteMissing => "prerequisite_missing",
            Self::ActiveOrderExists { .. } => "active_order_exists",
            Self::ProductTwiceInCart => "product_twice_in_cart",
            Self::AmountOutOfRange => "amount_out_of_range",
            Self::TenantPrefixInvalid => "tenant_prefix_invalid",
            Self::TenantDomainInvalid => "tenant_domain_invalid",
            Self::TenantDomainTaken => "tenant_domain_taken",
            Self::TenantExists => "tenant_exists",
            Self::AgreementExists => "agreement_exists",
        }
    }

    /// The policy key that decided, where one did.
    pub const fn rule(&self) -> Option<&'static str> {
        match self {
            Self::UseCancel => Some("zero_quantity"),
            Self::ConsentRequired(..) | Self::ConsentOutdated(..) => Some("consents"),
            Self::PaymentMethodNotOffered => Some("payment_methods"),
            Self::ActiveOrderExists { .. } | Self::ProductTwiceInCart => Some("one_active_per_product"),
            _ => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::policy::presets;

    #[test]
    fn a_refusals_rule_is_a_key_of_the_policy() {
        let (_, rules) = presets::all().unwrap().remove(0);
        let document = serde_json::to_value(rules).unwrap();
        let by_rule = [
            Refusal::UseCancel,
            Refusal::ConsentRequired(ConsentKind::Terms, String::new()),
            Refusal::ConsentOutdated(ConsentKind::Terms, String::new()),
            Refusal::PaymentMethodNotOffered,
            Refusal::ActiveOrderExists { subscription_id: SubscriptionId::from_u128(0), quantity: 18 },
            Refusal::ProductTwiceInCart,
        ];
        for refusal in by_rule {
            let key = refusal.rule().unwrap();
            assert!(document.get(key).is_some(), "{}: {key}", refusal.code());
        }
        assert_eq!(Refusal::TenantRequired.rule(), None);
    }
}
