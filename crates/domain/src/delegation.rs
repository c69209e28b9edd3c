//! Delegated administration: a partner offers to administer, the customer accepts (K-13, K-14).

use crate::access::Scope;
use crate::coded::coded_enum;
use crate::policy::DelegatedAdministration;
use crate::refusal::Refusal;
use serde::{Deserialize, Serialize};

coded_enum! {
    /// Where a partner's offer to administer for a customer stands.
    DelegationStatus {
        /// Nothing was offered.
        None = "none",
        /// Offered, not answered.
        Offered = "offered",
        /// The customer accepted.
        Accepted = "accepted",
        /// The customer declined; it may be offered again.
        Declined = "declined",
    }
}

/// Whether a caller may act on a customer's behalf (K-13). A customer acts for itself; its reseller and the provider
/// need its acceptance where the policy asks for it.
pub fn may_act(by: Scope, status: DelegationStatus, rule: DelegatedAdministration) -> Result<(), Refusal> {
    match (by, rule) {
        (Scope::Customer(..) | Scope::Assigned(..), _) | (_, DelegatedAdministration::Implied) => Ok(()),
        (Scope::Reseller(..) | Scope::Marketplace(_), DelegatedAdministration::Required) => match status {
            DelegationStatus::Accepted => Ok(()),
            DelegationStatus::None | DelegationStatus::Offered | DelegationStatus::Declined => {
                Err(Refusal::DelegationRequired)
            }
        },
    }
}

/// Whether it can be offered to a customer: by a registered partner (K-14), as long as it was not accepted.
/// `partner_id` is that of the customer's reseller; a customer without one is the provider's, which is registered.
pub fn may_offer(status: DelegationStatus, partner_id: Option<Option<&str>>) -> Result<(), Refusal> {
    if partner_id == Some(None) {
        return Err(Refusal::PartnerIdRequired);
    }
    match status {
        DelegationStatus::Accepted => Err(Refusal::DelegationExists),
        DelegationStatus::None | DelegationStatus::Offered | DelegationStatus::Declined => Ok(()),
    }
}

/// What an answer makes of an offer; there must be one that was not answered.
pub fn answer(status: DelegationStatus, accepts: bool) -> Result<DelegationStatus, Refusal> {
    match (status, accepts) {
        (DelegationStatus::Offered, true) => Ok(DelegationStatus::Accepted),
        (DelegationStatus::Offered, false) => Ok(DelegationStatus::Declined),
        (DelegationStatus::None | DelegationStatus::Accepted | DelegationStatus::Declined, _) => {
            Err(Refusal::DelegationNotOffered)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::id::{CustomerId, MarketplaceId, ResellerId};
    use DelegationStatus::{Accepted, Declined, None as Nothing, Offered};

    #[test]
    fn k13_the_customer_accepts_before_any_act_on_its_behalf() {
        let marketplace = MarketplaceId::from_u128(1);
        let partners = [Scope::Marketplace(marketplace), Scope::Reseller(marketplace, ResellerId::from_u128(2))];
        let customer = Scope::Customer(marketplace, CustomerId::from_u128(3));
        for status in DelegationStatus::ALL {
            for by in partners {
                let expected = if *status == Accepted { Ok(()) } else { Err(Refusal::DelegationRequired) };
                assert_eq!(may_act(by, *status, DelegatedAdministration::Required), expected, "{status:?}");
                assert_eq!(may_act(by, *status, DelegatedAdministration::Implied), Ok(()));
            }
            assert_eq!(may_act(customer, *status, DelegatedAdministration::Required), Ok(()));
        }
    }

    #[test]
    fn k14_a_registered_partner_offers() {
        assert_eq!(may_offer(Nothing, Some(None)), Err(Refusal::PartnerIdRequired));
        for status in [Nothing, Offered, Declined] {
            assert_eq!(may_offer(status, Some(Some("5357564"))), Ok(()));
            assert_eq!(may_offer(status, None), Ok(()), "the provider's own customer");
        }
        assert_eq!(may_offer(Accepted, None), Err(Refusal::DelegationExists));
    }

    #[test]
    fn an_offer_is_answered_once() {
        assert_eq!((answer(Offered, true), answer(Offered, false)), (Ok(Accepted), Ok(Declined)));
        for status in [Nothing, Accepted, Declined] {
            assert_eq!(answer(status, true), Err(Refusal::DelegationNotOffered));
        }
    }
}
