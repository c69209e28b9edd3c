//! Who is told of what by mail (U-60, U-63): kind by kind, to whom, how many days before, and at once or once a day.

use crate::access::Permission;
use crate::coded::coded_enum;
use crate::notification::NotificationKind as Kind;
use crate::policy::{Fault, Flaw};
use serde::{Deserialize, Serialize};
use std::collections::BTreeSet;

coded_enum! {
    /// In which part people are told.
    Audience {
        /// Who ordered, asked for the change or entered the keys; where a script did, the customer's administrators.
        Actor = "actor",
        /// Who is responsible for the subscription; where nobody is, the customer's administrators.
        Responsible = "responsible",
        /// The customer's administrators.
        CustomerAdmins = "customer_admins",
        /// The customer's billing administrators.
        CustomerBilling = "customer_billing",
        /// The administrators of the reseller that it was bought through.
        Reseller = "reseller",
        /// The administrators of the partner that the customer names (K-15, K-16).
        PartnerOfRecord = "partner_of_record",
    }
}

/// Who is told of a kind of thing. What is in no such entry nobody is told of.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Told {
    /// Of which kind of thing.
    pub kind: Kind,
    /// To whom; somebody who is in several of these is told once.
    pub to: Vec<Recipients>,
}

/// People who are told, and how.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Recipients {
    /// In which part of the business they are.
    pub who: Audience,
    /// For reminders: which of the policy's days before the end; all of them where nothing is said.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub days: Option<Vec<u16>>,
    /// For reminders: whether one mail a day tells of all that are due; it does where nothing is said. All else is told
    /// at once.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub digest: Option<bool>,
}

impl Recipients {
    const fn new(who: Audience) -> Self {
        Self { who, days: None, digest: None }
    }

    /// Whether they are told so many days before.
    pub fn at(&self, days: i64) -> bool {
        self.days.as_ref().is_none_or(|wanted| wanted.iter().any(|wanted| i64::from(*wanted) == days))
    }

    /// Whether what they are told of a term's end waits for the mail of the day.
    pub fn in_digest(&self) -> bool {
        self.digest.unwrap_or(true)
    }
}

/// What one must be allowed to see to be told of a kind of thing; none where the rules do not say who is told of it.
pub const fn needs(kind: Kind) -> Option<Permission> {
    match kind {
        Kind::OrderReady | Kind::OrderFailed | Kind::CustomerOrder => Some(Permission::OrdersRead),
        Kind::TermEnding
        | Kind::SubscriptionNotRenewed
        | Kind::ReductionRefused
        | Kind::SubscriptionChanged
        | Kind::ChangeFailed
        | Kind::UpdatesLow
        | Kind::KeysRedeemed => Some(Permission::SubscriptionsRead),
        Kind::PriceMissing | Kind::DelegationDeclined => Some(Permission::CustomersRead),
        Kind::Activation
        | Kind::RegistrationApproved
        | Kind::RegistrationConfirm
        | Kind::RegistrationRejected
        | Kind::RegistrationKnown
        | Kind::RegistrationReferred
        | Kind::RegistrationReferral
        | Kind::RegistrationActive
        | Kind::PasswordReset
        | Kind::PasswordChanged
        | Kind::UserLocked
        | Kind::SessionReused
        | Kind::ResellerIdsChanged
        | Kind::ResellerAccessOverdue
        | Kind::DelegationOffered
        | Kind::TenantConfirmation => None,
    }
}

/// Where a marketplace's document says nothing.
pub(super) fn unless_said() -> Vec<Told> {
    use Audience::{Actor, PartnerOfRecord, Reseller, Responsible};
    let told = |kind, who: &[Audience]| Told { kind, to: who.iter().map(|who| Recipients::new(*who)).collect() };
    vec![
        told(Kind::OrderReady, &[Actor]),
        told(Kind::OrderFailed, &[Actor]),
        told(Kind::CustomerOrder, &[Reseller, PartnerOfRecord]),
        told(Kind::TermEnding, &[Responsible, Reseller, PartnerOfRecord]),
        told(Kind::SubscriptionNotRenewed, &[Responsible, Reseller, PartnerOfRecord]),
        told(Kind::ReductionRefused, &[Responsible, Reseller, PartnerOfRecord]),
        told(Kind::UpdatesLow, &[Responsible, Reseller, PartnerOfRecord]),
        told(Kind::PriceMissing, &[Reseller]),
        told(Kind::DelegationDeclined, &[Reseller]),
        told(Kind::SubscriptionChanged, &[Reseller, PartnerOfRecord]),
        told(Kind::ChangeFailed, &[Actor, Responsible, Reseller, PartnerOfRecord]),
        told(Kind::KeysRedeemed, &[Actor, Reseller, PartnerOfRecord]),
    ]
}

/// What does not fit in a list of who is told.
pub(super) fn check(all: &[Told]) -> Vec<Fault> {
    let mut faults = Vec::new();
    let mut note = |pointer: String, flaw| faults.push(Fault { pointer, flaw });
    for (n, told) in all.iter().enumerate() {
        if all[..n].iter().any(|before| before.kind == told.kind) {
            note(format!("/told/{n}/kind"), Flaw::Repeated);
        }
        if needs(told.kind).is_none() {
            note(format!("/told/{n}/kind"), Flaw::Mismatch("a kind of which the rules say who is told"));
        }
        let reminds = told.kind == Kind::TermEnding;
        for (m, to) in told.to.iter().enumerate() {
            let at = format!("/told/{n}/to/{m}");
            if told.to[..m].iter().any(|before| before.who == to.who) {
                note(format!("{at}/who"), Flaw::Repeated);
            }
            if !reminds && to.days.is_some() {
                note(format!("{at}/days"), Flaw::Mismatch("days of term_ending only"));
            }
            if !reminds && to.digest == Some(true) {
                note(format!("{at}/digest"), Flaw::Mismatch("a digest of term_ending only"));
            }
            for (place, days) in to.days.iter().flatten().enumerate() {
                if !(1..=366).contains(days) {
                    note(format!("{at}/days/{place}"), Flaw::OutOfRange(1, 366));
                }
            }
            if to.days.as_ref().is_some_and(|days| days.len() > 20) {
                note(format!("{at}/days"), Flaw::OutOfRange(0, 20));
            }
        }
    }
    faults
}

/// Days of reminders on which no policy reminds: nobody would be told of a term's end on them.
pub fn check_days(all: &[Told], reminded: &BTreeSet<u16>) -> Vec<Fault> {
    let reminders = all.iter().enumerate().filter(|(_, told)| told.kind == Kind::TermEnding);
    let recipients = reminders.flat_map(|(n, told)| told.to.iter().enumerate().map(move |(m, to)| (n, m, to)));
    let days = recipients.flat_map(|(n, m, to)| {
        let days = to.days.iter().flatten().enumerate();
        days.map(move |(place, days)| (format!("/told/{n}/to/{m}/days/{place}"), days))
    });
    let flaw = Flaw::Mismatch("days before the end on which a policy reminds");
    let unknown = days.filter(|(_, days)| !reminded.contains(days));
    unknown.map(|(pointer, _)| Fault { pointer, flaw: flaw.clone() }).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn faults(document: serde_json::Value) -> Vec<(String, Flaw)> {
        let all: Vec<Told> = serde_json::from_value(document).unwrap();
        check(&all).into_iter().map(|fault| (fault.pointer, fault.flaw)).collect()
    }

    #[test]
    fn u63_who_is_told_is_checked_place_by_place() {
        assert_eq!(check(&unless_said()), []);
        let found = faults(json!([
            {"kind": "order_ready", "to": [{"who": "actor", "digest": true}, {"who": "actor", "days": [7]}]},
            {"kind": "activation", "to": []},
            {"kind": "order_ready", "to": []},
            {"kind": "term_ending", "to": [{"who": "reseller", "days": [60, 0], "digest": false}]},
        ]));
        let expected = [
            ("/told/0/to/0/digest", Flaw::Mismatch("a digest of term_ending only")),
            ("/told/0/to/1/who", Flaw::Repeated),
            ("/told/0/to/1/days", Flaw::Mismatch("days of term_ending only")),
            ("/told/1/kind", Flaw::Mismatch("a kind of which the rules say who is told")),
            ("/told/2/kind", Flaw::Repeated),
            ("/told/3/to/0/days/1", Flaw::OutOfRange(1, 366)),
        ];
        assert_eq!(found, expected.map(|(pointer, flaw)| (pointer.to_owned(), flaw)));
    }

    #[test]
    fn u63_days_on_which_no_policy_reminds_are_named() {
        let all: Vec<Told> = serde_json::from_value(json!([
            {"kind": "order_ready", "to": [{"who": "actor"}]},
            {"kind": "term_ending", "to": [{"who": "reseller"}, {"who": "responsible", "days": [60, 59, 7]}]},
        ]))
        .unwrap();
        let found = check_days(&all, &BTreeSet::from([60, 30, 7, 1]));
        let pointers: Vec<_> = found.iter().map(|fault| fault.pointer.as_str()).collect();
        assert_eq!(pointers, ["/told/1/to/1/days/1"]);
        assert_eq!(check_days(&all, &BTreeSet::from([60, 59, 7])), []);
    }

    #[test]
    fn u63_each_kind_that_the_rules_decide_on_is_in_the_default() {
        let kinds: Vec<_> = unless_said().iter().map(|told| told.kind).collect();
        let expected: Vec<_> = Kind::ALL.iter().copied().filter(|kind| needs(*kind).is_some()).collect();
        assert_eq!(kinds.len(), expected.len());
        assert!(expected.iter().all(|kind| kinds.contains(kind)), "{kinds:?}");
    }

    #[test]
    fn u60_recipients_say_on_which_days_and_whether_together() {
        let all: Recipients = serde_json::from_value(json!({"who": "reseller"})).unwrap();
        assert_eq!((all.at(60), all.in_digest()), (true, true));
        let some = json!({"who": "reseller", "days": [30, 7], "digest": false});
        let some: Recipients = serde_json::from_value(some).unwrap();
        assert_eq!([60, 30, 7, 1].map(|days| some.at(days)), [false, true, true, false]);
        assert!(!some.in_digest());
    }
}
