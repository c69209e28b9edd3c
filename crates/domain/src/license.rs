//! Licences given to people: who may get one, and what a customer has of them (C-60, L-07, L-20, R-13).

use crate::calendar::Day;
use crate::id::{CustomerId, ProductId, SkuId, SubscriptionId, UserId};
use crate::policy::Rules;
use crate::refusal::Refusal;
use crate::subscription::SubscriptionStatus;
use std::collections::BTreeMap;

/// The most people who get or lose a licence at once (L-04).
pub const MAX_AT_ONCE: usize = 100;

/// Somebody who is to get a licence.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Person {
    /// The person, by the id that its log-in has.
    pub id: UserId,
    /// The customer that the person works for; none for the provider's and resellers' people.
    pub customer_id: Option<CustomerId>,
    /// Whether the person can use anything: a disabled user cannot (L-20).
    pub usable: bool,
}

/// What is known when licences are asked for.
#[derive(Debug, Clone, Copy)]
pub struct Facts<'a> {
    /// Whose subscription it is.
    pub customer_id: CustomerId,
    /// Where the subscription stands.
    pub status: SubscriptionStatus,
    /// Licences of the subscription, given or free.
    pub quantity: u32,
    /// How many of them somebody has.
    pub assigned: u32,
    /// Those of the wanted people who have one.
    pub holders: &'a [UserId],
    /// Those of the wanted people who are known.
    pub people: &'a [Person],
}

/// Why nobody gets a licence.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Denied {
    /// The subscription has none to give.
    Subscription(Refusal),
    /// These people cannot have one, by their place in the request; all of them at once.
    People(Vec<(usize, Refusal)>),
}

/// Whether every one of these people gets a licence; else nobody does (L-07, C-60). Who is wanted twice gets none.
pub fn assign(facts: &Facts<'_>, wanted: &[UserId]) -> Result<(), Denied> {
    serving(facts.status).map_err(Denied::Subscription)?;
    let problems: Vec<_> = (0..wanted.len()).filter_map(|n| Some((n, eligible(facts, wanted, n).err()?))).collect();
    if !problems.is_empty() {
        return Err(Denied::People(problems));
    }
    let (quantity, assigned) = (facts.quantity, facts.assigned);
    if (quantity.saturating_sub(assigned) as usize) < wanted.len() {
        return Err(Denied::Subscription(Refusal::NoLicenseFree { quantity, assigned }));
    }
    Ok(())
}

/// Whether a licence can be used, so that somebody can get it.
fn serving(status: SubscriptionStatus) -> Result<(), Refusal> {
    match status {
        _ if status.serves() => Ok(()),
        SubscriptionStatus::Pending => Err(Refusal::SubscriptionNotReady),
        SubscriptionStatus::Suspended => Err(Refusal::SubscriptionSuspended),
        _ => Err(Refusal::SubscriptionEnded),
    }
}

/// An unknown user and one of somebody else are the same to whoever asks.
fn eligible(facts: &Facts<'_>, wanted: &[UserId], place: usize) -> Result<(), Refusal> {
    let id = wanted[place];
    let person = facts.people.iter().find(|person| person.id == id);
    let own = person.filter(|person| person.customer_id == Some(facts.customer_id));
    let own = own.ok_or(Refusal::UserNotOfCustomer)?;
    if !own.usable {
        return Err(Refusal::UserDisabled);
    }
    if facts.holders.contains(&id) || wanted[..place].contains(&id) {
        return Err(Refusal::LicenseAssigned);
    }
    Ok(())
}

/// How many people may have a licence: as many as there are licences, and nobody once the subscription has ended for
/// good. One that is suspended or disabled may come back: its people keep theirs, and use nothing meanwhile.
pub const fn most(status: SubscriptionStatus, quantity: u32) -> u32 {
    match status {
        SubscriptionStatus::Canceled => 0,
        _ => quantity,
    }
}

/// Whether somebody who has a licence can use it now (L-20).
pub const fn in_use(status: SubscriptionStatus, usable: bool) -> bool {
    status.serves() && usable
}

/// Whether a subscription that has just begun to run gives the customer's administrator a licence by itself: where
/// its policy says so, to one who has none of the SKU (K-10, X-29).
pub fn automatic(rules: &Rules, facts: &Facts<'_>, administrator: UserId, has_one: bool) -> bool {
    rules.auto_assign_admin_licence && !has_one && assign(facts, &[administrator]).is_ok()
}

/// A subscription and how many people have a licence of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Holding {
    /// The subscription whose licences are given.
    pub subscription_id: SubscriptionId,
    /// The product that it is an offer of.
    pub product_id: ProductId,
    /// The edition that a licence lets somebody use.
    pub sku_id: SkuId,
    /// Where it stands.
    pub status: SubscriptionStatus,
    /// Licences of the subscription, given or free.
    pub quantity: u32,
    /// How many of them somebody has.
    pub assigned: u32,
    /// The last day of its term; none for a perpetual licence.
    pub term_last: Option<Day>,
}

/// What a customer has of a SKU, whatever the terms.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SkuSummary {
    /// The product that the SKU is an edition of.
    pub product_id: ProductId,
    /// The SKU over whose subscriptions it is summed.
    pub sku_id: SkuId,
    /// Licences that are owned and paid for.
    pub owned: u64,
    /// How many of them somebody has.
    pub assigned: u64,
    /// How many nobody has.
    pub free: u64,
    /// The subscriptions, by the end of their terms; perpetual ones last.
    pub holdings: Vec<Holding>,
}

/// Counts what a customer has, by SKU in the order of their ids. Only what is owned counts: a subscription that was
/// not renewed does not, though it may serve for some days more (K-19).
pub fn summary(holdings: impl IntoIterator<Item = Holding>) -> Vec<SkuSummary> {
    let mut by_sku = BTreeMap::<SkuId, Vec<Holding>>::new();
    for holding in holdings.into_iter().filter(|holding| holding.status.owned()) {
        by_sku.entry(holding.sku_id).or_default().push(holding);
    }
    by_sku.into_iter().filter_map(|(sku_id, holdings)| of_sku(sku_id, holdings)).collect()
}

fn of_sku(sku_id: SkuId, mut holdings: Vec<Holding>) -> Option<SkuSummary> {
    holdings.sort_by_key(|holding| (holding.term_last.is_none(), holding.term_last, holding.subscription_id));
    let sum = |of: fn(&Holding) -> u32| holdings.iter().map(|holding| u64::from(of(holding))).sum();
    let (owned, assigned) = (sum(|holding| holding.quantity), sum(|holding| holding.assigned));
    let free = sum(|holding| holding.quantity.saturating_sub(holding.assigned));
    let product_id = holdings.first()?.product_id;
    Some(SkuSummary { product_id, sku_id, owned, assigned, free, holdings })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::policy::presets;

    const OURS: CustomerId = CustomerId::from_u128(1);
    const ADA: UserId = UserId::from_u128(10);
    const BEN: UserId = UserId::from_u128(11);
    const CLEO: UserId = UserId::from_u128(12);
    const RESELLER: UserId = UserId::from_u128(13);
    const STRANGER: UserId = UserId::from_u128(14);
    const DISABLED: UserId = UserId::from_u128(15);

    fn people() -> Vec<Person> {
        let person = |id, customer: Option<u128>| Person {
            id,
            customer_id: customer.map(CustomerId::from_u128),
            usable: id != DISABLED,
        };
        let ours = [ADA, BEN, CLEO, DISABLED].map(|id| person(id, Some(1)));
        ours.into_iter().chain([person(RESELLER, None), person(STRANGER, Some(2))]).collect()
    }

    fn facts<'a>(quantity: u32, holders: &'a [UserId], people: &'a [Person]) -> Facts<'a> {
        let assigned = u32::try_from(holders.len()).unwrap();
        Facts { customer_id: OURS, status: SubscriptionStatus::Active, quantity, assigned, holders, people }
    }

    fn give(quantity: u32, assigned: &[UserId], wanted: &[UserId]) -> Result<(), Denied> {
        let people = people();
        assign(&facts(quantity, assigned, &people), wanted)
    }

    #[test]
    fn c60_as_many_people_as_licences_and_no_more() {
        assert_eq!(give(2, &[ADA], &[BEN]), Ok(()));
        assert_eq!(give(3, &[ADA], &[BEN, CLEO]), Ok(()));
        let denied = |quantity, assigned| Err(Denied::Subscription(Refusal::NoLicenseFree { quantity, assigned }));
        assert_eq!(give(1, &[ADA], &[BEN]), denied(1, 1));
        assert_eq!(give(2, &[ADA], &[BEN, CLEO]), denied(2, 1), "one is free, and nobody gets it");
        assert_eq!(give(1, &[ADA, CLEO], &[BEN]), denied(1, 2), "more than there are");
    }

    #[test]
    fn l07_only_people_of_the_customer_each_once_and_all_that_is_wrong_is_told() {
        let wanted = [ADA, RESELLER, STRANGER, UserId::from_u128(99), DISABLED, BEN, CLEO, CLEO];
        let told = vec![
            (0, Refusal::LicenseAssigned),
            (1, Refusal::UserNotOfCustomer),
            (2, Refusal::UserNotOfCustomer),
            (3, Refusal::UserNotOfCustomer),
            (4, Refusal::UserDisabled),
            (7, Refusal::LicenseAssigned),
        ];
        assert_eq!(give(100, &[ADA], &wanted), Err(Denied::People(told)));
    }

    #[test]
    fn a_licence_is_given_while_the_subscription_serves() {
        let people = people();
        let give = |status| assign(&Facts { status, ..facts(5, &[], &people) }, &[ADA]);
        for status in SubscriptionStatus::ALL {
            let refusal = match status {
                SubscriptionStatus::Active | SubscriptionStatus::Extended | SubscriptionStatus::Expired => None,
                SubscriptionStatus::Pending => Some(Refusal::SubscriptionNotReady),
                SubscriptionStatus::Suspended => Some(Refusal::SubscriptionSuspended),
                SubscriptionStatus::Disabled | SubscriptionStatus::Canceled => Some(Refusal::SubscriptionEnded),
            };
            assert_eq!(give(*status).err(), refusal.map(Denied::Subscription), "{}", status.code());
        }
    }

    #[test]
    fn l20_a_disabled_user_uses_nothing() {
        for status in SubscriptionStatus::ALL {
            assert!(!in_use(*status, false));
            assert_eq!(in_use(*status, true), status.serves());
        }
    }

    #[test]
    fn k10_the_administrator_gets_one_licence_where_the_policy_says_so() {
        let people = people();
        for (_, rules) in presets::all().unwrap() {
            let gives = |quantity, assigned: &[UserId], has_one| {
                automatic(&rules, &facts(quantity, assigned, &people), ADA, has_one)
            };
            assert_eq!(gives(1, &[], false), rules.auto_assign_admin_licence);
            assert!(!gives(1, &[], true) && !gives(1, &[BEN], false) && !gives(2, &[ADA], false));
        }
    }

    fn holding(id: u128, sku: u128, quantity: u32, assigned: u32, last: Option<&str>) -> Holding {
        Holding {
            subscription_id: SubscriptionId::from_u128(id),
            product_id: ProductId::from_u128(1),
            sku_id: SkuId::from_u128(sku),
            status: SubscriptionStatus::Active,
            quantity,
            assigned,
            term_last: last.map(|day| day.parse().unwrap()),
        }
    }

    #[test]
    fn r13_a_sku_is_summed_over_its_terms_and_shown_by_renewal() {
        let first = holding(1, 7, u32::MAX, 4, None);
        let second = holding(2, 7, 10, 10, Some("2027-03-31"));
        let third = holding(3, 7, 5, 1, Some("2026-12-31"));
        let expired = Holding { status: SubscriptionStatus::Expired, ..holding(4, 7, 99, 9, Some("2026-10-31")) };
        let other = holding(5, 6, 1, 0, Some("2026-12-31"));
        let found = summary([first.clone(), second.clone(), expired, third.clone(), other.clone()]);
        let product_id = ProductId::from_u128(1);
        let sku_id = SkuId::from_u128;
        let one = SkuSummary { product_id, sku_id: sku_id(6), owned: 1, assigned: 0, free: 1, holdings: vec![other] };
        let (owned, free) = (u64::from(u32::MAX) + 15, u64::from(u32::MAX));
        let holdings = vec![third, second, first];
        assert_eq!(found, [one, SkuSummary { product_id, sku_id: sku_id(7), owned, assigned: 15, free, holdings }]);
    }
}
