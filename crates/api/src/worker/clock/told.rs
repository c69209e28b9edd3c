//! What a batch tells of the subscriptions that it took further.

use crate::App;
use crate::clock::{deadline, instant};
use crate::events::{self, Consumer};
use crate::http::problem::Problem;
use crate::http::wire::money::Price;
use crate::subscriptions::changes::snapshot::snapshot;
use crate::worker::clock::digests;
use domain::event::{Event, EventKind};
use domain::id::{EventId, MarketplaceId, SubscriptionId};
use domain::notification::NotificationKind;
use domain::people::PeopleRules;
use domain::policy::AssignedAtRenewal;
use domain::subscription::add_ons::Outlook;
use domain::subscription::due::Due;
use domain::subscription::renewal::{Happened, Step};
use domain::subscription::{ScheduledChange, Subscription, SubscriptionStatus, follows};
use serde_json::{Value, json};
use std::sync::Arc;
use store::Conn;
use store::digests::Reminder;
use time::OffsetDateTime;

/// Events of a batch, collected so that they are written in few statements.
pub struct Told {
    marketplace: MarketplaceId,
    /// Who is told of what there.
    people: Arc<PeopleRules>,
    events: Vec<(Event<Value>, &'static [Consumer])>,
    /// Reminders that wait for the mails of their day, with the instants at which they were due.
    reminders: Vec<(OffsetDateTime, Reminder)>,
}

impl Told {
    /// Nothing is told yet.
    pub const fn new(marketplace: MarketplaceId, people: Arc<PeopleRules>) -> Self {
        Self { marketplace, people, events: vec![], reminders: vec![] }
    }

    /// Tells what happened to a subscription at an instant. The offers are with the prices of its next term.
    pub fn step(&mut self, due: &Due<'_>, step: &Step, at: OffsetDateTime) {
        let before = due.subscription;
        for happened in &step.happened {
            let kind = match happened {
                Happened::CycleCharged => continue,
                Happened::Applied | Happened::NotApplied => EventKind::SubscriptionChanged,
                Happened::Renewed => EventKind::SubscriptionRenewed,
                Happened::Converted => EventKind::SubscriptionConverted,
                Happened::Extended => EventKind::SubscriptionExtended,
                Happened::StillAssigned(more) => {
                    let wanted = step.applied.as_ref().and_then(ScheduledChange::quantity);
                    let change_id = step.applied.as_ref().map(|applied| applied.change_id);
                    // No change that Microsoft is asked for: told by another name.
                    let payload = json!({"wanted": wanted, "must_give_up": more, "refused_change_id": change_id});
                    self.event(before, EventKind::SubscriptionReductionRefused, at, payload);
                    continue;
                }
                Happened::NotRenewed => EventKind::SubscriptionNotRenewed,
                Happened::Expired => EventKind::SubscriptionExpired,
                Happened::Disabled => EventKind::SubscriptionDisabled,
                Happened::Canceled => EventKind::SubscriptionCanceled,
                Happened::Reminded(days) => {
                    self.reminder(before, *days, at, reminder(due, *days));
                    continue;
                }
            };
            let mut payload = json!({"before": snapshot(before), "after": snapshot(&step.after)});
            if let Some(applied) = &step.applied {
                payload["change_id"] = json!(applied.change_id);
                payload["applied"] = json!(*happened != Happened::NotApplied);
            }
            self.event(before, kind, at, payload);
        }
    }

    /// Tells that a term ends soon: at once, or with the mails of the day, as people are to be told.
    fn reminder(&mut self, of: &Subscription, days: i64, at: OffsetDateTime, payload: Value) {
        let kind = EventKind::SubscriptionReminded;
        let event = events::event(self.marketplace, Some(of.customer_id), kind, of.id.to_string(), at, payload);
        let told = self.people.told(NotificationKind::TermEnding).iter().filter(|told| told.at(days));
        let (mut at_once, mut later) = (false, false);
        told.for_each(|told| if told.in_digest() { later = true } else { at_once = true });
        if later {
            self.reminders.push((at, waiting(event.id, of.id, days)));
        }
        self.events.push((event, if at_once { events::consumers_of(kind) } else { &[] }));
    }

    /// Tells one fact of a subscription.
    pub fn event(&mut self, of: &Subscription, kind: EventKind, at: OffsetDateTime, payload: Value) {
        let event = events::event(self.marketplace, Some(of.customer_id), kind, of.id.to_string(), at, payload);
        // What time alone did is not asked of Microsoft.
        let asks = event.payload.get("change_id").is_some();
        let consumers = events::consumers_of(kind);
        let heard = asks || !consumers.contains(&Consumer::ApplyChange);
        self.events.push((event, if heard { consumers } else { &[] }));
    }

    /// Tells that an add-on ended with its base.
    pub fn ended_with_base(
        &mut self,
        base: &Subscription,
        before: &Subscription,
        after: &Subscription,
        at: OffsetDateTime,
    ) {
        let told = json!({"base_id": base.id, "before": snapshot(before), "after": snapshot(after)});
        self.event(before, ended_kind(after.status), at, told);
    }

    /// Writes all of it with the work that it causes, which is due by real time.
    pub fn write(&mut self, app: &App, tx: &mut Conn) -> Result<(), Problem> {
        let with_tasks = |(event, consumers): (Event<Value>, &[_])| (event, events::tasks(app, consumers));
        let events: Vec<_> = self.events.drain(..).map(with_tasks).collect();
        store::outbox::append_all(tx, &events)?;
        if self.reminders.is_empty() {
            return Ok(());
        }
        digests::collect(app, tx, self.marketplace, &self.reminders)
    }
}

fn waiting(event_id: EventId, subscription_id: SubscriptionId, days: i64) -> Reminder {
    Reminder { event_id, subscription_id, days: i32::try_from(days).unwrap_or(i32::MAX) }
}

const fn ended_kind(status: SubscriptionStatus) -> EventKind {
    match status {
        SubscriptionStatus::Expired => EventKind::SubscriptionExpired,
        SubscriptionStatus::Disabled => EventKind::SubscriptionDisabled,
        _ => EventKind::SubscriptionCanceled,
    }
}

/// What its people need to decide before the term ends.
fn reminder(due: &Due<'_>, days: i64) -> Value {
    let Due { subscription, offers, assigned, base } = *due;
    let next = follows::next_term(subscription, offers);
    let fewer = subscription.pending.as_ref().and_then(ScheduledChange::quantity);
    let must_give_up = fewer.map_or(0, |quantity| assigned.saturating_sub(quantity));
    json!({
        "days": days,
        "term_end": subscription.term_span.map(|span| span.last),
        "at_term_end": Outlook::of(subscription, base).at_term_end,
        "quantity": subscription.quantity,
        "assigned": assigned,
        "unit_price": Price::from(subscription.unit_price),
        "next_unit_price": next.map(|next| Price::from(next.unit_price)),
        "next_price_valid_from": next.and_then(|next| next.price_valid_from).map(instant),
        "currency": subscription.unit_price.currency,
        "renewal_can_be_stopped_until": subscription.notice_until().map(deadline),
        "must_give_up": must_give_up,
        "takes_back": subscription.policy.rules.assigned_at_renewal == AssignedAtRenewal::TakeBack,
        "pending_change_id": subscription.pending.as_ref().map(|pending| pending.change_id),
    })
}
