//! What is asked for, on the wire: one flat object whose fields depend on its type.

use crate::auth::standing::Identity;
use crate::http::problem::{Code, Problem};
use crate::http::wire::checks::Checks;
use crate::http::wire::codes::{AtTermEnd, ChangeType, PaymentMethod, Starts, When};
use crate::http::wire::purchase_consents::{self, Consent};
use crate::subscriptions::changes::decide::Asked;
use crate::texts::phrases::Phrase;
use crate::texts::place::Place;
use domain::calendar::Day;
use domain::id::{OfferId, SubscriptionId, UserId};
use domain::subscription::change::{self, AlignTo, Change, ChangeKind, Terms};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// A change to make. Which of the other fields belong to it is said by `type`:
/// `set_quantity` needs `quantity` (the new total); `set_auto_renew` needs `auto_renew`; `set_at_term_end` needs
/// `at_term_end`; `transition` needs `offer_id` and takes `quantity` (some licences only); `change_offer` needs
/// `offer_id`; `align_term_end` needs `date` or `subscription_id`; `renew` needs `starts`; the others need none. All
/// take what an order takes: `reference`, `branch`, `payment_method`, `consents`.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ChangeRequest {
    /// What is to change; says which of the other fields are needed.
    #[serde(rename = "type")]
    pub kind: ChangeType,
    /// When it is to take effect; `earliest` where nothing is said.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub when: Option<When>,
    /// How many licences in all, not how many more.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(example = 12)]
    pub quantity: Option<u32>,
    /// Whether another term follows.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub auto_renew: Option<bool>,
    /// What is to follow the term.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub at_term_end: Option<AtTermEnd>,
    /// The offer to change to.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(max_length = 30, example = "ofr_01kagy2qk8e3vrc6h1x0m4t7ws")]
    pub offer_id: Option<String>,
    /// The last day that the next term is to have.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(format = Date, max_length = 10, example = "2028-06-30")]
    pub date: Option<String>,
    /// The subscription with which the next term is to end.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(max_length = 30, example = "sub_01kagy2qk8e3vrc6h1x0m4t7ws")]
    pub subscription_id: Option<String>,
    /// When the renewal starts.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub starts: Option<Starts>,
    /// The preview that was seen; the change is refused with `preview_stale` where it would now do something else.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(max_length = 100, example = "hrWkQwZ2bH6kDkWq3m0ZrO2sF7aXJt8P")]
    pub preview_token: Option<String>,
    /// Printed in the text of the subscription's invoice positions from now on, also where the change itself waits.
    /// Left out it stays as it is.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(max_length = 200, example = "Kostenstelle 4711")]
    pub reference: Option<String>,
    /// The name of the branch whose invoice address the subscription has from now on, also where the change itself
    /// waits: it decides the tax. Left out it stays as it is.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(max_length = 100, example = "Werk Nord")]
    pub branch: Option<String>,
    /// How the change is paid: one of the preview's `payment_methods`. Left out it is paid as its order was.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub payment_method: Option<PaymentMethod>,
    /// What the buyer agrees to: each of the preview's `consents_required`.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    #[schema(max_items = 20)]
    pub consents: Vec<Consent>,
}

impl ChangeRequest {
    /// Reads it; every missing or superfluous field is named. Who asks takes over, so a script cannot.
    pub fn check(self, by: Option<UserId>) -> Result<Asked, Problem> {
        let mut checks = Checks::new();
        self.only_its_fields(&mut checks);
        let change = self.change(by, &mut checks);
        let preview_token = checks.optional("/preview_token", self.preview_token.as_deref(), 100);
        let terms = Terms {
            reference: checks.optional("/reference", self.reference.as_deref(), 200),
            branch: checks.optional("/branch", self.branch.as_deref(), 100),
            payment_method: self.payment_method.map(|method| method.0),
            consents: purchase_consents::read(&mut checks, &self.consents),
        };
        let change = checks.finish(change)?;
        let when = self.when.map_or(change::When::Earliest, |when| when.0);
        Ok(Asked { change, when, terms, preview_token, by })
    }

    fn change(&self, by: Option<UserId>, checks: &mut Checks) -> Option<Change> {
        match self.kind.0 {
            ChangeKind::SetQuantity => needed("/quantity", self.quantity, checks).map(Change::SetQuantity),
            ChangeKind::Cancel => Some(Change::Cancel),
            ChangeKind::SetAutoRenew => needed("/auto_renew", self.auto_renew, checks).map(Change::SetAutoRenew),
            ChangeKind::SetAtTermEnd => {
                needed("/at_term_end", self.at_term_end, checks).map(|then| Change::SetAtTermEnd(then.0))
            }
            ChangeKind::Transition => Some(Change::Transition { offer: self.offer(checks)?, quantity: self.quantity }),
            ChangeKind::ChangeOffer => self.offer(checks).map(Change::ChangeOffer),
            ChangeKind::AlignTermEnd => self.align_to(checks).map(Change::AlignTermEnd),
            ChangeKind::Suspend => Some(Change::Suspend),
            ChangeKind::Resume => Some(Change::Resume),
            ChangeKind::Reactivate => Some(Change::Reactivate),
            ChangeKind::Renew => needed("/starts", self.starts, checks).map(|starts| Change::Renew(starts.0)),
            ChangeKind::TakeOver => {
                if by.is_none() {
                    checks.note("/type", Code::PersonRequired, vec![]);
                }
                by.map(Change::TakeOver)
            }
        }
    }

    fn offer(&self, checks: &mut Checks) -> Option<OfferId> {
        let id = needed("/offer_id", self.offer_id.as_deref(), checks)?;
        checks.id("/offer_id", id)
    }

    fn align_to(&self, checks: &mut Checks) -> Option<AlignTo> {
        match (&self.date, &self.subscription_id) {
            (Some(date), None) => {
                let read = |text: &str| text.parse::<Day>().ok();
                checks.code("/date", date, read, Phrase::ADay).map(AlignTo::Date)
            }
            (None, Some(id)) => checks.id::<SubscriptionId>("/subscription_id", id).map(AlignTo::Subscription),
            _ => {
                checks.note("/date", Code::InvalidValue, vec![("expected", Place::wire("date or subscription_id"))]);
                None
            }
        }
    }

    /// A field of another type would be ignored: it is refused.
    fn only_its_fields(&self, checks: &mut Checks) {
        let (needed, taken) = fields(self.kind.0);
        let given = [
            ("quantity", self.quantity.is_some()),
            ("auto_renew", self.auto_renew.is_some()),
            ("at_term_end", self.at_term_end.is_some()),
            ("offer_id", self.offer_id.is_some()),
            ("date", self.date.is_some()),
            ("subscription_id", self.subscription_id.is_some()),
            ("starts", self.starts.is_some()),
        ];
        for (field, _) in
            given.into_iter().filter(|(field, given)| *given && !needed.contains(field) && !taken.contains(field))
        {
            checks.note(&format!("/{field}"), Code::UnknownField, vec![("field", Place::wire(field))]);
        }
    }
}

/// The fields that every kind of change takes.
pub const ALWAYS: &[&str] = &["when", "preview_token", "reference", "branch", "payment_method", "consents"];

/// The fields that a kind of change needs, and those that it takes besides.
pub const fn fields(kind: ChangeKind) -> (&'static [&'static str], &'static [&'static str]) {
    match kind {
        ChangeKind::SetQuantity => (&["quantity"], &[]),
        ChangeKind::SetAutoRenew => (&["auto_renew"], &[]),
        ChangeKind::SetAtTermEnd => (&["at_term_end"], &[]),
        ChangeKind::Transition => (&["offer_id"], &["quantity"]),
        ChangeKind::ChangeOffer => (&["offer_id"], &[]),
        // One of the two.
        ChangeKind::AlignTermEnd => (&[], &["date", "subscription_id"]),
        ChangeKind::Renew => (&["starts"], &[]),
        ChangeKind::Cancel
        | ChangeKind::Suspend
        | ChangeKind::Resume
        | ChangeKind::Reactivate
        | ChangeKind::TakeOver => (&[], &[]),
    }
}

fn needed<T>(pointer: &str, value: Option<T>, checks: &mut Checks) -> Option<T> {
    if value.is_none() {
        let field = Place::wire(pointer.trim_start_matches('/'));
        checks.note(pointer, Code::MissingField, vec![("field", field)]);
    }
    value
}

/// The person who asks; none for a script.
pub fn person(identity: &Identity) -> Option<UserId> {
    identity.actor.parse().ok()
}

/// A change as it was asked for, with what was said besides; what was agreed to is shown apart.
pub fn with_terms(change: &Change, when: change::When, terms: &Terms) -> ChangeRequest {
    ChangeRequest {
        reference: terms.reference.clone(),
        branch: terms.branch.clone(),
        payment_method: terms.payment_method.map(PaymentMethod),
        ..of(change, when)
    }
}

/// A change as it could be asked for.
pub fn of(change: &Change, when: change::When) -> ChangeRequest {
    let mut request = ChangeRequest {
        kind: ChangeType(change.kind()),
        when: Some(When(when)),
        quantity: None,
        auto_renew: None,
        at_term_end: None,
        offer_id: None,
        date: None,
        subscription_id: None,
        starts: None,
        preview_token: None,
        reference: None,
        branch: None,
        payment_method: None,
        consents: vec![],
    };
    match change {
        Change::SetQuantity(quantity) => request.quantity = Some(*quantity),
        Change::SetAutoRenew(renew) => request.auto_renew = Some(*renew),
        Change::SetAtTermEnd(then) => request.at_term_end = Some(AtTermEnd(*then)),
        Change::Transition { offer, quantity } => {
            request.offer_id = Some(offer.to_string());
            request.quantity = *quantity;
        }
        Change::ChangeOffer(offer) => request.offer_id = Some(offer.to_string()),
        Change::AlignTermEnd(AlignTo::Date(day)) => request.date = Some(day.to_string()),
        Change::AlignTermEnd(AlignTo::Subscription(id)) => request.subscription_id = Some(id.to_string()),
        Change::Renew(starts) => request.starts = Some(Starts(*starts)),
        Change::Cancel | Change::Suspend | Change::Resume | Change::Reactivate | Change::TakeOver(_) => {}
    }
    request
}
