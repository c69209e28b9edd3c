//! A marketplace's life: what it lets happen in each state, and what must be there before it opens.

use crate::coded::coded_enum;
use crate::party::MarketplaceStatus;
use crate::people::PeopleRules;
use crate::policy::ConsentKind;
use crate::refusal::Refusal;
use serde::{Deserialize, Serialize};

coded_enum! {
    /// What a new marketplace begins with: the rules of one of the five manuals, or as few as can be.
    MarketplaceTemplate {
        /// Nobody is let in without a review, and nothing is asked that need not be.
        Plain = "plain",
        /// Registration by review, vendor terms, terms of a month and of a year.
        Cancom = "cancom",
        /// By invitation, monthly rental.
        Ahd = "ahd",
        /// By invitation, log-in names of one's own.
        Colt = "colt",
        /// By invitation, product keys.
        Mskeys = "mskeys",
        /// Resellers that register by their customer number.
        Terra = "terra",
    }
}

/// What a marketplace lets happen, or not, as it stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Doing {
    /// Anybody finds it in the list of marketplaces.
    BeFound,
    /// Somebody asks to be let in.
    Register,
    /// Something new is bought: by an order, or by a product key.
    Buy,
    /// What runs is changed.
    Change,
}

/// What the platform's operators do with a marketplace.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Move {
    /// Let it sell, for the first time or again.
    Open,
    /// Keep it from selling for the time being.
    Suspend,
    /// End it for good.
    Close,
}

impl MarketplaceStatus {
    /// Whether a marketplace that stands so lets something happen.
    pub const fn lets(self, doing: Doing) -> bool {
        match (self, doing) {
            (Self::Open, _) | (Self::Suspended, Doing::BeFound | Doing::Change) => true,
            (Self::Suspended | Self::Draft | Self::Closed, _) => false,
        }
    }

    /// Refuses what a marketplace that stands so does not let happen.
    ///
    /// # Errors
    /// [`Refusal::MarketplaceNotOpen`].
    pub const fn check(self, doing: Doing) -> Result<(), Refusal> {
        if self.lets(doing) { Ok(()) } else { Err(Refusal::MarketplaceNotOpen(self)) }
    }

    /// How it stands after a move. What was done already is done again without effect.
    ///
    /// # Errors
    /// [`Refusal::MarketplaceMove`]: what was never open cannot be suspended, and what is closed stays so.
    pub const fn after(self, wanted: Move) -> Result<Self, Refusal> {
        match (self, wanted) {
            (Self::Draft | Self::Open | Self::Suspended, Move::Open) => Ok(Self::Open),
            (Self::Open | Self::Suspended, Move::Suspend) => Ok(Self::Suspended),
            (_, Move::Close) => Ok(Self::Closed),
            (Self::Draft, Move::Suspend) | (Self::Closed, Move::Open | Move::Suspend) => {
                Err(Refusal::MarketplaceMove(self))
            }
        }
    }
}

/// What opening a marketplace is decided by.
#[derive(Debug, Clone)]
pub struct Readiness<'a> {
    /// The rules for its people.
    pub people: &'a PeopleRules,
    /// Its order consents: the kind of text, and where it can be read.
    pub consents: &'a [(ConsentKind, Option<&'a str>)],
    /// The concerns that somebody can be reached for.
    pub concerns: &'a [&'a str],
    /// How many of its provider's people run it and can log in.
    pub administrators: u32,
    /// Whether anything can be bought: an offer on sale, with a price that holds now.
    pub sells: bool,
    /// Whether it has its own clock, and no money in it.
    pub sandbox: bool,
    /// Whether it would provision at a Partner Center that only pretends.
    pub pretends: bool,
}

/// Something without which a marketplace does not open.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Missing {
    /// Nobody who runs it can log in yet.
    Administrator,
    /// There is nothing to buy.
    Offers,
    /// Nobody can be reached for this concern.
    Contact(Concern),
    /// Links in mails lead to no address of its own.
    ShopUrl,
    /// An order asks for a consent, the one at this place, to a text that cannot be read anywhere.
    ConsentText(usize),
    /// An account asks for a consent, the one at this place, to a text that cannot be read anywhere.
    AccountText(usize),
    /// It sells for real money what a Partner Center provisions that only pretends.
    PartnerCenter,
}

coded_enum! {
    /// What every marketplace names somebody for (T-67).
    Concern {
        /// What is ordered, and what is paid for it.
        Orders = "orders",
        /// Getting in, and everything else.
        Support = "support",
    }
}

impl Readiness<'_> {
    /// Everything that is missing, at once. A sandbox is for trying: its texts and its shop may be nowhere.
    pub fn missing(&self) -> Vec<Missing> {
        let mut missing = vec![];
        let mut unless = |there: bool, what| missing.extend((!there).then_some(what));
        unless(self.administrators > 0, Missing::Administrator);
        unless(self.sells, Missing::Offers);
        for concern in Concern::ALL {
            unless(self.concerns.contains(&concern.code()), Missing::Contact(*concern));
        }
        if self.sandbox {
            return missing;
        }
        unless(self.people.shop_url.starts_with("https://"), Missing::ShopUrl);
        for (n, (_, url)) in self.consents.iter().enumerate() {
            unless(url.is_some_and(readable), Missing::ConsentText(n));
        }
        for (n, consent) in self.people.consents.iter().enumerate() {
            unless(readable(&consent.url), Missing::AccountText(n));
        }
        unless(!self.pretends, Missing::PartnerCenter);
        missing
    }
}

fn readable(url: &str) -> bool {
    url.starts_with("https://")
}

#[cfg(test)]
mod tests {
    use super::*;
    use MarketplaceStatus::{Closed, Draft, Open, Suspended};

    #[test]
    fn c02_what_a_marketplace_lets_happen_as_it_stands() {
        let all = [Doing::BeFound, Doing::Register, Doing::Buy, Doing::Change];
        let lets = |status: MarketplaceStatus| all.map(|doing| status.lets(doing));
        assert_eq!(lets(Draft), [false, false, false, false]);
        assert_eq!(lets(Open), [true, true, true, true]);
        assert_eq!(lets(Suspended), [true, false, false, true]);
        assert_eq!(lets(Closed), [false, false, false, false]);
        assert_eq!(Suspended.check(Doing::Buy), Err(Refusal::MarketplaceNotOpen(Suspended)));
    }

    #[test]
    fn c02_a_marketplace_opens_is_suspended_and_ends() {
        let moves = [Move::Open, Move::Suspend, Move::Close];
        let after = |status: MarketplaceStatus| moves.map(|wanted| status.after(wanted).ok());
        assert_eq!(after(Draft), [Some(Open), None, Some(Closed)]);
        assert_eq!(after(Open), [Some(Open), Some(Suspended), Some(Closed)]);
        assert_eq!(after(Suspended), [Some(Open), Some(Suspended), Some(Closed)]);
        assert_eq!(after(Closed), [None, None, Some(Closed)]);
        assert_eq!(Draft.after(Move::Suspend), Err(Refusal::MarketplaceMove(Draft)));
    }

    #[test]
    fn c02_all_that_is_missing_is_said_at_once() {
        let people = crate::people::presets::of("cancom").unwrap();
        let mut people = PeopleRules { shop_url: String::new(), ..people };
        people.consents.iter_mut().for_each(|consent| consent.url.clear());
        let bare = Readiness {
            people: &people,
            consents: &[(ConsentKind::VendorTerms, None)],
            concerns: &["orders"],
            administrators: 0,
            sells: false,
            sandbox: false,
            pretends: true,
        };
        let accounts = (0..people.consents.len()).map(Missing::AccountText);
        let first = [Missing::Administrator, Missing::Offers, Missing::Contact(Concern::Support), Missing::ShopUrl];
        let expected: Vec<_> = first
            .into_iter()
            .chain([Missing::ConsentText(0)])
            .chain(accounts)
            .chain([Missing::PartnerCenter])
            .collect();
        assert_eq!(bare.missing(), expected);
        let sandbox = Readiness { sandbox: true, ..bare.clone() };
        assert_eq!(sandbox.missing(), &first[..3]);
        let ready = Readiness { concerns: &["orders", "support"], administrators: 1, sells: true, ..sandbox };
        assert_eq!(ready.missing(), []);
    }
}
