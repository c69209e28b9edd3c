//! Delegated administration: a partner offers to administer, the customer accepts (K-13, K-14).

use crate::access::Scope;
use crate::coded::coded_enum;
use crate::policy::DelegatedAdministration;
use crate::refusal::{Bounds, Refusal};
use serde::{Deserialize, Serialize};
use time::{Duration, OffsetDateTime};

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

/// What is done for a customer by somebody who is not of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Act {
    /// Orders, changes, redemptions: what runs and costs. The policies of the offers rule it.
    Buy,
    /// Its people: who is added, and what becomes of them.
    People,
    /// What a new customer is set up with: the tenant that it gets, and who has a licence of what runs.
    SetUp,
    /// Everything else: its data, its tenant's passwords, acting in the name of its people.
    Administer,
}

/// How a partner stands with a customer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Standing {
    /// What became of the offer to administer.
    pub status: DelegationStatus,
    /// Whether it is the partner that redeemed keys for the new customer, which it still sets up: until the
    /// administrator that it entered has come in (K-08, K-12).
    pub sets_up: bool,
    /// Whether nobody of the customer is there who could accept.
    pub nobody_answers: bool,
}

impl Standing {
    /// Nothing was offered, and nothing is set up.
    pub const NONE: Self = Self { status: DelegationStatus::None, sets_up: false, nobody_answers: false };
}

/// What is done for a customer without its acceptance wherever it is done: the whole list.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Unbound {
    /// The customer comes into being with it: there was nobody who could have accepted.
    NewCustomer,
    /// The offer to administer itself, and its answer.
    Offer,
    /// What is only noted down and does nothing yet: keys that were entered.
    Draft,
}

/// Whether a caller may act on a customer's behalf (K-13). A customer acts for itself; its reseller and the provider
/// need its acceptance where the policy asks for it. Who sets a new customer up gets it its tenant (K-08), adds its
/// people and gives them licences (K-12), and somebody must add the first who can accept.
pub fn may_act(by: Scope, act: Act, standing: Standing, rule: DelegatedAdministration) -> Result<(), Refusal> {
    match (by, rule) {
        (Scope::Customer(..) | Scope::Assigned(..), _) | (_, DelegatedAdministration::Implied) => Ok(()),
        (Scope::Reseller(..) | Scope::Marketplace(_) | Scope::Platform, DelegatedAdministration::Required) => {
            match (standing.status, act) {
                (DelegationStatus::Accepted, _) => Ok(()),
                (_, Act::People | Act::SetUp) if standing.sets_up => Ok(()),
                (_, Act::People) if standing.nobody_answers => Ok(()),
                (DelegationStatus::None | DelegationStatus::Offered | DelegationStatus::Declined, _) => {
                    Err(Refusal::DelegationRequired)
                }
            }
        }
    }
}

/// The strictest of the rules that something falls under; of none nothing is asked.
pub fn strictest(rules: impl IntoIterator<Item = DelegatedAdministration>) -> DelegatedAdministration {
    let required = |rule| rule == DelegatedAdministration::Required;
    if rules.into_iter().any(required) { DelegatedAdministration::Required } else { DelegatedAdministration::Implied }
}

/// So long an offer waits before it is sent again.
const SENT_AGAIN: Duration = Duration::days(1);

/// Whether it can be offered to a customer: by a registered partner (K-14), as long as it was not accepted; one that
/// waits once a day, since each is a mail to the customer. `before` is the last offer: where it stands, and since when.
/// `partner_id` is that of the customer's reseller; a customer without one is the provider's, which is registered.
pub fn may_offer(
    before: Option<(DelegationStatus, OffsetDateTime)>,
    partner_id: Option<Option<&str>>,
    now: OffsetDateTime,
) -> Result<(), Refusal> {
    if partner_id == Some(None) {
        return Err(Refusal::PartnerIdRequired);
    }
    match before {
        Some((DelegationStatus::Accepted, _)) => Err(Refusal::DelegationExists),
        Some((DelegationStatus::Offered, at)) if now < at + SENT_AGAIN => {
            Err(Refusal::DelegationWaits(Bounds { next_allowed_at: Some(at + SENT_AGAIN), ..Bounds::default() }))
        }
        Some((DelegationStatus::None | DelegationStatus::Offered | DelegationStatus::Declined, _)) | None => Ok(()),
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
    use time::macros::datetime;

    #[test]
    fn k13_the_customer_accepts_before_any_act_on_its_behalf() {
        let marketplace = MarketplaceId::from_u128(1);
        let partners = [Scope::Marketplace(marketplace), Scope::Reseller(marketplace, ResellerId::from_u128(2))];
        let customer = Scope::Customer(marketplace, CustomerId::from_u128(3));
        for status in DelegationStatus::ALL {
            let standing = Standing { status: *status, ..Standing::NONE };
            for act in [Act::Buy, Act::Administer, Act::SetUp, Act::People] {
                for by in partners {
                    let expected = if *status == Accepted { Ok(()) } else { Err(Refusal::DelegationRequired) };
                    assert_eq!(may_act(by, act, standing, DelegatedAdministration::Required), expected, "{status:?}");
                    assert_eq!(may_act(by, act, standing, DelegatedAdministration::Implied), Ok(()));
                }
                assert_eq!(may_act(customer, act, standing, DelegatedAdministration::Required), Ok(()));
            }
        }
    }

    #[test]
    fn u43_k12_who_sets_a_new_customer_up_adds_its_people_and_gives_licences_and_no_more() {
        let by = Scope::Marketplace(MarketplaceId::from_u128(1));
        for status in [Nothing, Offered, Declined] {
            let may = |act, standing| may_act(by, act, standing, DelegatedAdministration::Required);
            let refused = || Err(Refusal::DelegationRequired);
            let all = |sets_up, nobody_answers| {
                let standing = Standing { status, sets_up, nobody_answers };
                [Act::People, Act::SetUp, Act::Administer, Act::Buy].map(|act| may(act, standing))
            };
            assert_eq!(all(true, true), [Ok(()), Ok(()), refused(), refused()]);
            assert_eq!(all(false, true), [Ok(()), refused(), refused(), refused()]);
            assert_eq!(all(false, false), [refused(), refused(), refused(), refused()]);
        }
    }

    #[test]
    fn u43_the_strictest_rule_holds() {
        use DelegatedAdministration::{Implied, Required};
        assert_eq!(strictest([]), Implied);
        assert_eq!(strictest([Implied, Implied]), Implied);
        assert_eq!(strictest([Implied, Required, Implied]), Required);
    }

    #[test]
    fn k14_a_registered_partner_offers() {
        let at = datetime!(2026-09-01 08:00 UTC);
        assert_eq!(may_offer(None, Some(None), at), Err(Refusal::PartnerIdRequired));
        for before in [None, Some((Nothing, at)), Some((Declined, at))] {
            assert_eq!(may_offer(before, Some(Some("5357564")), at), Ok(()));
            assert_eq!(may_offer(before, None, at), Ok(()), "the provider's own customer");
        }
        assert_eq!(may_offer(Some((Accepted, at)), None, at), Err(Refusal::DelegationExists));
    }

    #[test]
    fn u43_an_offer_that_waits_is_sent_once_a_day() {
        let (at, next) = (datetime!(2026-09-01 08:00 UTC), datetime!(2026-09-02 08:00 UTC));
        let again = |now| may_offer(Some((Offered, at)), None, now);
        let waits = Refusal::DelegationWaits(Bounds { next_allowed_at: Some(next), ..Bounds::default() });
        assert_eq!(again(next - Duration::SECOND), Err(waits));
        assert_eq!(again(next), Ok(()));
    }

    #[test]
    fn an_offer_is_answered_once() {
        assert_eq!((answer(Offered, true), answer(Offered, false)), (Ok(Accepted), Ok(Declined)));
        for status in [Nothing, Accepted, Declined] {
            assert_eq!(answer(status, true), Err(Refusal::DelegationNotOffered));
        }
    }
}
