//! How a reseller gets ready to buy: its ids, Microsoft's agreement, the indirect relationship (T-09, T-12…T-16).

use crate::coded::coded_enum;
use serde::{Deserialize, Serialize};
use time::{Duration, OffsetDateTime};

coded_enum! {
    /// What a reseller must have before its first purchase (T-12…T-16).
    ResellerNeed {
        /// Its partner id and its Microsoft id.
        Ids = "ids",
        /// The Microsoft Partner Agreement, signed.
        PartnerAgreement = "partner_agreement",
        /// The indirect relationship with the provider.
        Relationship = "relationship",
    }
}

/// What Partner Center says of a partner id.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Standing {
    /// Whether there is such a partner.
    pub known: bool,
    /// Whether it has signed the Microsoft Partner Agreement.
    pub agreement_signed: bool,
    /// Whether it is an indirect reseller of ours.
    pub related: bool,
}

/// A reseller's way to its first purchase so far.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Onboarding {
    /// What Partner Center last said.
    pub standing: Option<Standing>,
    /// Since when both ids are there.
    pub ids_completed_at: Option<OffsetDateTime>,
    /// When access followed.
    pub access_granted_at: Option<OffsetDateTime>,
    /// When it was told that access is overdue.
    pub access_overdue_at: Option<OffsetDateTime>,
}

coded_enum! {
    /// Where a reseller starts.
    Scenario {
        /// T-13: it is an indirect reseller of somebody already.
        AlreadyReseller = "already_reseller",
        /// T-14: it has a partner id.
        HasPartnerId = "has_partner_id",
        /// T-15: it has none.
        New = "new",
    }
}

coded_enum! {
    /// What a reseller does on its way.
    StepKind {
        /// Enrol as a partner: in Partner Center, or first in the partner network (T-14, T-15).
        Enrol = "enrol",
        /// Enter partner id and Microsoft id (T-12).
        EnterIds = "enter_ids",
        /// Sign the Microsoft Partner Agreement.
        SignAgreement = "sign_agreement",
        /// Open the provider's link and accept the indirect relationship (T-16).
        EstablishRelationship = "establish_relationship",
    }
}

coded_enum! {
    /// Where access stands (T-09).
    AccessState {
        /// An id is missing.
        MissingIds = "missing_ids",
        /// It follows by itself within minutes.
        Waiting = "waiting",
        /// It is there.
        Granted = "granted",
        /// It has not followed in time: the provider helps, by the customer number.
        Overdue = "overdue",
    }
}

impl Onboarding {
    /// Where it starts; `has_partner_id` as entered.
    pub fn scenario(&self, has_partner_id: bool) -> Scenario {
        let standing = self.standing.unwrap_or_default();
        match (has_partner_id, standing.known && standing.agreement_signed) {
            (true, true) => Scenario::AlreadyReseller,
            (true, false) => Scenario::HasPartnerId,
            (false, _) => Scenario::New,
        }
    }

    /// Each step, and whether it is done, in the order of the scenario.
    pub fn steps(&self, has_partner_id: bool) -> Vec<(StepKind, bool)> {
        let standing = self.standing.unwrap_or_default();
        let enrol = (StepKind::Enrol, standing.known);
        let ids = (StepKind::EnterIds, self.ids_completed_at.is_some());
        let agreement = (StepKind::SignAgreement, standing.agreement_signed);
        let relationship = (StepKind::EstablishRelationship, standing.related);
        match self.scenario(has_partner_id) {
            Scenario::AlreadyReseller => vec![ids, agreement, relationship],
            Scenario::HasPartnerId | Scenario::New => vec![enrol, ids, agreement, relationship],
        }
    }

    /// What it lacks of what its marketplace needs; empty: it may buy.
    pub fn missing(&self, needs: &[ResellerNeed]) -> Vec<ResellerNeed> {
        let standing = self.standing.unwrap_or_default();
        let lacks = |need: &ResellerNeed| match need {
            ResellerNeed::Ids => self.ids_completed_at.is_none() || !standing.known,
            ResellerNeed::PartnerAgreement => !standing.agreement_signed,
            ResellerNeed::Relationship => !standing.related,
        };
        needs.iter().copied().filter(lacks).collect()
    }

    /// When access is due, where the ids are there.
    pub fn due_at(&self, access_minutes: u32) -> Option<OffsetDateTime> {
        Some(self.ids_completed_at? + Duration::minutes(access_minutes.into()))
    }

    /// Where access stands; at its last instant it is overdue.
    pub fn access(&self, access_minutes: u32, now: OffsetDateTime) -> AccessState {
        match self.due_at(access_minutes) {
            None => AccessState::MissingIds,
            Some(_) if self.access_granted_at.is_some() => AccessState::Granted,
            Some(due) if due <= now => AccessState::Overdue,
            Some(_) => AccessState::Waiting,
        }
    }

    /// After the ids were entered anew: whatever was known is of other ids.
    pub const fn with_ids(complete: bool, now: OffsetDateTime) -> Self {
        let ids_completed_at = if complete { Some(now) } else { None };
        Self { standing: None, ids_completed_at, access_granted_at: None, access_overdue_at: None }
    }

    /// After Partner Center was asked: access is granted once nothing is missing any more.
    pub fn told(self, standing: Standing, needs: &[ResellerNeed], now: OffsetDateTime) -> Self {
        let asked = Self { standing: Some(standing), ..self };
        let ready = asked.ids_completed_at.is_some() && asked.missing(needs).is_empty();
        let access_granted_at = asked.access_granted_at.or(ready.then_some(now));
        Self { access_granted_at, ..asked }
    }
}

/// Whether a text can be a partner id (MPN): 5 to 10 digits.
pub fn is_partner_id(text: &str) -> bool {
    (5..=10).contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_digit())
}

/// Whether a text can be a Microsoft id: a GUID in small letters.
pub fn is_microsoft_id(text: &str) -> bool {
    let groups: Vec<_> = text.split('-').collect();
    let hex = |group: &str| group.bytes().all(|byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f'));
    groups.iter().map(|group| group.len()).eq([8, 4, 4, 4, 12]) && groups.iter().all(|group| hex(group))
}

#[cfg(test)]
mod tests {
    use super::*;
    use time::macros::datetime;

    const NOW: OffsetDateTime = datetime!(2026-11-26 10:00 UTC);
    const READY: Standing = Standing { known: true, agreement_signed: true, related: true };

    #[test]
    fn t09_x32_access_is_overdue_sixty_minutes_after_the_ids() {
        let waiting = Onboarding::with_ids(true, NOW);
        assert_eq!(Onboarding::default().access(60, NOW), AccessState::MissingIds);
        assert_eq!(waiting.access(60, NOW + Duration::minutes(60) - Duration::NANOSECOND), AccessState::Waiting);
        assert_eq!(waiting.access(60, NOW + Duration::minutes(60)), AccessState::Overdue);
        let granted = waiting.told(READY, ResellerNeed::ALL, NOW + Duration::minutes(3));
        assert_eq!(granted.access_granted_at, Some(NOW + Duration::minutes(3)));
        assert_eq!(granted.access(60, NOW + Duration::days(1)), AccessState::Granted);
    }

    #[test]
    fn t12_t13_nothing_is_bought_before_ids_agreement_and_relationship() {
        let ids = Onboarding::with_ids(true, NOW);
        assert_eq!(Onboarding::default().missing(ResellerNeed::ALL), ResellerNeed::ALL);
        let unrelated = ids.told(Standing { related: false, ..READY }, ResellerNeed::ALL, NOW);
        assert_eq!(unrelated.missing(ResellerNeed::ALL), [ResellerNeed::Relationship]);
        assert_eq!(unrelated.access_granted_at, None);
        assert_eq!(ids.told(READY, ResellerNeed::ALL, NOW).missing(ResellerNeed::ALL), []);
        assert_eq!(Onboarding::default().missing(&[]), []);
    }

    #[test]
    fn t13_t14_t15_three_scenarios() {
        let ids = Onboarding::with_ids(true, NOW);
        assert_eq!(Onboarding::default().scenario(false), Scenario::New);
        assert_eq!(ids.scenario(true), Scenario::HasPartnerId);
        let asked = ids.told(Standing { related: false, ..READY }, ResellerNeed::ALL, NOW);
        assert_eq!(asked.scenario(true), Scenario::AlreadyReseller);
        assert_eq!(
            asked.steps(true),
            [(StepKind::EnterIds, true), (StepKind::SignAgreement, true), (StepKind::EstablishRelationship, false)]
        );
        assert_eq!(Onboarding::default().steps(false)[0], (StepKind::Enrol, false));
    }

    #[test]
    fn t12_ids_have_their_forms() {
        assert!(is_partner_id("5357564") && !is_partner_id("535756x") && !is_partner_id("1"));
        assert!(is_microsoft_id("2b3c9d3e-6f0a-4b1c-8d2e-3f4a5b6c7d8e") && !is_microsoft_id("2B3C9D3E-6F0A"));
    }
}
