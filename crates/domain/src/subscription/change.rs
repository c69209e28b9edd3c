//! What can be asked of a subscription, the facts that decide it, and what was decided.

use super::{AtTermEnd, ScheduledChange, Subscription};
use crate::active_order::ActiveOrders;
use crate::billing::{self, Charge, ChargeKind, OpenCharge};
use crate::calendar::{Day, Term};
use crate::catalog::{Ceiling, Offer};
use crate::coded::coded_enum;
use crate::consent::Consent;
use crate::id::{ChangeId, OfferId, ProductId, SkuId, SubscriptionId, UserId};
use crate::money::{Money, MoneyError, UnitPrice};
use crate::policy::{PaymentMethod, Policy};
use crate::tax::TaxRule;
use serde::{Deserialize, Serialize};
use time::OffsetDateTime;

/// A change that somebody asks for, as `POST /v1/subscriptions/{id}/changes` takes it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Change {
    /// Another quantity: the new total (C-49).
    SetQuantity(u32),
    /// The end of it.
    Cancel,
    /// Whether another term follows.
    SetAutoRenew(bool),
    /// What follows the term.
    SetAtTermEnd(AtTermEnd),
    /// Another SKU of the product, for all licences or some (C-53, U-84).
    Transition {
        /// The offer of that SKU.
        offer: OfferId,
        /// How many licences; none is all.
        quantity: Option<u32>,
    },
    /// Another term or billing cycle of the same SKU.
    ChangeOffer(OfferId),
    /// The next term ends with something else.
    AlignTermEnd(AlignTo),
    /// The service off, billing on (G-121).
    Suspend,
    /// The service on again.
    Resume,
    /// Back after its end (K-20).
    Reactivate,
    /// Another term (K-17, K-18).
    Renew(Starts),
    /// Somebody else becomes responsible (C-59).
    TakeOver(UserId),
}

coded_enum! {
    /// The kinds of changes, as on the wire.
    ChangeKind {
        /// A new total of licences ([`Change::SetQuantity`]).
        SetQuantity = "set_quantity",
        /// The end, at once or later ([`Change::Cancel`]).
        Cancel = "cancel",
        /// The renewal on or off ([`Change::SetAutoRenew`]).
        SetAutoRenew = "set_auto_renew",
        /// What follows the term ([`Change::SetAtTermEnd`]).
        SetAtTermEnd = "set_at_term_end",
        /// Another SKU of the product ([`Change::Transition`]).
        Transition = "transition",
        /// Another term or billing cycle ([`Change::ChangeOffer`]).
        ChangeOffer = "change_offer",
        /// Another end of the next term ([`Change::AlignTermEnd`]).
        AlignTermEnd = "align_term_end",
        /// The service off, billing on ([`Change::Suspend`]).
        Suspend = "suspend",
        /// The service on again ([`Change::Resume`]).
        Resume = "resume",
        /// A new term after the end ([`Change::Reactivate`]).
        Reactivate = "reactivate",
        /// Another term ([`Change::Renew`]).
        Renew = "renew",
        /// Another responsible person ([`Change::TakeOver`]).
        TakeOver = "take_over",
    }
}

impl Change {
    /// The offer that it names.
    pub const fn offer(&self) -> Option<OfferId> {
        match self {
            Self::Transition { offer, .. } | Self::ChangeOffer(offer) => Some(*offer),
            _ => None,
        }
    }

    /// Whether something is bought by it, of what there are so many licences: it asks for consents as an order does.
    pub const fn buys(&self, quantity: u32) -> bool {
        match self {
            Self::SetQuantity(to) => *to > quantity,
            Self::Transition { .. } | Self::ChangeOffer(_) | Self::Reactivate | Self::Renew(_) => true,
            Self::Cancel
            | Self::SetAutoRenew(_)
            | Self::SetAtTermEnd(_)
            | Self::AlignTermEnd(_)
            | Self::Suspend
            | Self::Resume
            | Self::TakeOver(_) => false,
        }
    }

    /// Which of the kinds it is, without its values.
    pub const fn kind(&self) -> ChangeKind {
        match self {
            Self::SetQuantity(_) => ChangeKind::SetQuantity,
            Self::Cancel => ChangeKind::Cancel,
            Self::SetAutoRenew(_) => ChangeKind::SetAutoRenew,
            Self::SetAtTermEnd(_) => ChangeKind::SetAtTermEnd,
            Self::Transition { .. } => ChangeKind::Transition,
            Self::ChangeOffer(_) => ChangeKind::ChangeOffer,
            Self::AlignTermEnd(_) => ChangeKind::AlignTermEnd,
            Self::Suspend => ChangeKind::Suspend,
            Self::Resume => ChangeKind::Resume,
            Self::Reactivate => ChangeKind::Reactivate,
            Self::Renew(_) => ChangeKind::Renew,
            Self::TakeOver(_) => ChangeKind::TakeOver,
        }
    }
}

/// With what the next term is to end.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum AlignTo {
    /// On this day.
    Date(Day),
    /// With this subscription.
    Subscription(SubscriptionId),
}

coded_enum! {
    /// When a renewal that somebody asks for starts.
    Starts {
        /// With the old term's end.
        AtTermEnd = "at_term_end",
        /// At once; the days that are left are lost.
        Immediately = "immediately",
    }
}

coded_enum! {
    /// When a change is to take effect.
    When {
        /// As soon as the policy lets it.
        Earliest = "earliest",
        /// Now, or not at all.
        Now = "now",
        /// With the renewal.
        AtRenewal = "at_renewal",
    }
}

/// What a change is asked for with, as an order is: nothing of it has to be said.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Terms {
    /// What is printed with the subscription's positions on invoices from now on (C-33).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub reference: Option<String>,
    /// The branch whose invoice address the subscription has from now on (C-34).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub branch: Option<String>,
    /// How it is paid (L-32).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub payment_method: Option<PaymentMethod>,
    /// What is agreed to.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub consents: Vec<Consent>,
}

/// A change with how it is asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ChangeRequest {
    /// Its id, should it be scheduled.
    pub id: ChangeId,
    /// What is asked for.
    pub change: Change,
    /// When it is wanted: at once, with the renewal, or as soon as it is possible.
    pub when: When,
}

/// An offer that could be changed to, with what holds for this buyer now.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Offered {
    /// The offer as it is sold now.
    pub offer: Offer,
    /// The product that the offer is of.
    pub product_id: ProductId,
    /// SKUs that Microsoft names its SKU as an upgrade of, also of other products.
    pub upgrade_of: Vec<SkuId>,
    /// The policy in force.
    pub policy: Policy,
    /// The buyer's price; none where it is not sold to this buyer now.
    pub price: Option<UnitPrice>,
    /// Since when that is the price.
    pub price_valid_from: Option<OffsetDateTime>,
    /// How many of its SKU the customer may have beside this subscription; none where no limit is known.
    pub ceiling: Option<Ceiling>,
    /// How many subscriptions of its SKU the customer may have beside this one; none where no limit is known.
    pub subscriptions: Option<Ceiling>,
    /// What the customer has of the same beside this subscription.
    pub active: ActiveOrders,
}

/// Another subscription of the customer, to align with.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Neighbor {
    /// Which subscription one may align to.
    pub id: SubscriptionId,
    /// The length of its terms: decides in which steps its end moves on.
    pub term: Term,
    /// Its last day.
    pub last: Day,
    /// Whether it renews.
    pub renews: bool,
}

/// An add-on of the subscription, which ends with it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AddOn {
    /// The add-on as it stands.
    pub subscription: Subscription,
    /// Its charges that stand.
    pub charges: Vec<OpenCharge>,
    /// SKUs of which it needs one; empty where nothing is known of that.
    pub needs: Vec<SkuId>,
}

/// What decides a change.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Facts {
    /// The subscription as it stands before the change.
    pub subscription: Subscription,
    /// Its charges that stand, oldest first.
    pub charges: Vec<OpenCharge>,
    /// The offers of its product and of what its SKUs can be upgraded to or from, and whichever a change names, where
    /// the marketplace sells them.
    pub offers: Vec<Offered>,
    /// The same, but for what a change names, with the prices that are known for the day on which the next term begins;
    /// needed where that term is priced before: where its end is chosen.
    pub next_offers: Vec<Offered>,
    /// The customer's other subscriptions that run.
    pub neighbors: Vec<Neighbor>,
    /// Its add-ons that run.
    pub add_ons: Vec<AddOn>,
    /// Who has a licence, oldest first.
    pub assigned: Vec<UserId>,
    /// The subscription that it is an add-on of.
    pub base: Option<Subscription>,
    /// Who asks, where it is a person.
    pub by: Option<UserId>,
    /// Whether the customer itself asks, by one of its people or its scripts.
    pub by_customer: bool,
}

impl Facts {
    /// An offer that is sold here.
    pub fn offered(&self, id: OfferId) -> Option<&Offered> {
        self.offers.iter().find(|offered| offered.offer.id == id)
    }

    /// Whether the subscription that it is an add-on of is on; true where it is none.
    pub(super) fn base_serves(&self) -> bool {
        self.base.as_ref().is_none_or(|base| base.status.serves())
    }

    /// The subscription's own offer, while it is sold.
    pub fn own(&self) -> Option<&Offered> {
        self.offered(self.subscription.offer_id)
    }
}

/// When a decision takes effect.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Timing {
    /// At once, in the request itself.
    Now,
    /// At an instant.
    At(OffsetDateTime),
}

/// A subscription with what its change costs.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Outcome {
    /// The subscription as it then stands.
    pub after: Subscription,
    /// What is charged and given back at once.
    pub charges: Vec<Charge>,
}

/// Licences that go to a subscription of their own: a part of them that is upgraded.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Split {
    /// The new subscription, all but its id, which is the old one's.
    pub subscription: Subscription,
    /// What it is charged at once.
    pub charges: Vec<Charge>,
}

/// What a change does.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Decision {
    /// When it takes effect.
    pub timing: Timing,
    /// The subscription as it stands right after the request.
    pub after: Subscription,
    /// What is charged and given back at once.
    pub charges: Vec<Charge>,
    /// The change that waited and no longer does.
    pub replaced: Option<ScheduledChange>,
    /// What was to follow the term before, where that is another now.
    pub replaced_at_term_end: Option<AtTermEnd>,
    /// Who has a licence and must give it up before the change takes effect, those who got theirs last.
    pub must_give_up: Vec<UserId>,
    /// What happens to its add-ons.
    pub add_ons: Vec<Outcome>,
    /// What will be given back of them when it ends, as they were charged until now.
    pub add_on_credits: Vec<(SubscriptionId, Vec<Charge>)>,
    /// A subscription that comes of it.
    pub split: Option<Split>,
    /// Paid days that are lost (K-18, G-27).
    pub days_lost: i64,
}

impl Decision {
    /// At once, with what is charged and given back.
    pub fn now(after: Subscription, charges: Vec<Charge>) -> Self {
        Self {
            timing: Timing::Now,
            after,
            charges,
            replaced: None,
            replaced_at_term_end: None,
            must_give_up: Vec::new(),
            add_ons: Vec::new(),
            add_on_credits: Vec::new(),
            split: None,
            days_lost: 0,
        }
    }

    pub(super) fn scheduled(after: Subscription, at: OffsetDateTime) -> Self {
        Self { timing: Timing::At(at), ..Self::now(after, Vec::new()) }
    }

    /// All charges and credits of it, those of add-ons and of a new subscription included.
    pub fn all_charges(&self) -> impl Iterator<Item = &Charge> {
        let add_ons = self.add_ons.iter().flat_map(|outcome| &outcome.charges);
        let split = self.split.iter().flat_map(|split| &split.charges);
        self.charges.iter().chain(add_ons).chain(split)
    }

    /// Gives what is charged its share of the tax of all that is due with the change; what add-ons will be given back
    /// is a document an add-on.
    pub fn share_tax(&mut self, rule: TaxRule) -> Result<(), MoneyError> {
        let mode = self.after.policy.rules.rounding.mode;
        // In the order of `all_charges`.
        let add_ons = self.add_ons.iter_mut().flat_map(|outcome| &mut outcome.charges);
        let split = self.split.iter_mut().flat_map(|split| &mut split.charges);
        billing::share_tax(self.charges.iter_mut().chain(add_ons).chain(split), rule, mode)?;
        self.add_on_credits.iter_mut().try_for_each(|(_, credits)| billing::share_tax(credits, rule, mode))
    }

    /// Whether it costs to end: more is charged than what runs is worth (C-29).
    pub fn ends_for_a_fee(&self) -> bool {
        self.all_charges().any(|charge| charge.kind == ChargeKind::Cancel && charge.net.minor > 0)
    }

    /// What is due at once, net; below zero what is given back.
    pub fn net(&self) -> Result<Money, MoneyError> {
        Money::sum(self.after.unit_price.currency, self.all_charges().map(|charge| charge.net))
    }
}
