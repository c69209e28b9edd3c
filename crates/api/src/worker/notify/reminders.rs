//! What mails say of terms that end: licences in use, the next price, and until when each choice can be made.
//! All of it as it stands when the mail is written.

use crate::App;
use crate::http::problem::Problem;
use crate::mail::shop::page;
use crate::mail::templates::{self, Sentence, Values, Word};
use crate::memory::catalogs::catalog::Catalog;
use crate::subscriptions::changes::facts::offers_of;
use crate::texts::lang::Lang;
use crate::texts::place::Place;
use crate::worker::notify::directory::Topic;
use crate::worker::notify::reader::Reader;
use crate::worker::notify::titles::title;
use crate::worker::outcome::Trouble;
use domain::access::Scope;
use domain::calendar::{BillingCycle, Day};
use domain::id::{CustomerId, MarketplaceId, SubscriptionId};
use domain::money::UnitPrice;
use domain::party::Customer;
use domain::policy::AssignedAtRenewal;
use domain::subscription::add_ons::Outlook;
use domain::subscription::change::Offered;
use domain::subscription::due::Due;
use domain::subscription::reminders::Choice;
use domain::subscription::{AtTermEnd, ScheduledChange, Subscription, SubscriptionStatus};
use domain::subscription::{follows, reminders, renewal};
use std::collections::HashMap;
use std::sync::Arc;
use store::Conn;
use time::OffsetDateTime;

/// Terms that end, by subscription, with what mails say of them.
pub struct TermEnds {
    catalog: Arc<Catalog>,
    now: OffsetDateTime,
    ends: HashMap<SubscriptionId, TermEnd>,
}

/// The end of a subscription's term.
pub struct TermEnd {
    subscription: Subscription,
    customer: Arc<Customer>,
    /// What it is an add-on of.
    base: Option<Arc<Subscription>>,
    /// How many people have a licence.
    assigned: u32,
    /// What a licence costs in the term that follows, and how often, as far as is known.
    next: Option<(UnitPrice, BillingCycle)>,
    /// Whether its people are reminded of it.
    told: bool,
}

impl TermEnds {
    /// Reads them, in few queries however many there are. Those that are not there any more are left out.
    pub fn of(app: &App, conn: &mut Conn, marketplace: MarketplaceId, ids: &[SubscriptionId]) -> Result<Self, Trouble> {
        let scope = Scope::Marketplace(marketplace);
        let (catalog, now) = (app.catalog_in(conn, marketplace)?, app.now_in(conn, marketplace)?);
        let subscriptions = store::subscriptions::of_ids(conn, &scope, ids)?;
        let mut customers: Vec<_> = subscriptions.iter().map(|subscription| subscription.customer_id).collect();
        customers.sort_unstable();
        customers.dedup();
        let customers = store::customers::of_ids(conn, &scope, &customers)?;
        let customers: HashMap<CustomerId, Arc<Customer>> =
            customers.into_iter().map(|customer| (customer.id, Arc::new(customer))).collect();
        let assigned = store::assignments::counts(conn, &scope, ids)?;
        let bases = bases(conn, &scope, &subscriptions)?;
        let end = |subscription: Subscription| {
            let customer = Arc::clone(customers.get(&subscription.customer_id)?);
            let assigned = assigned.get(&subscription.id).copied().unwrap_or_default();
            let base = subscription.base_id.and_then(|base| bases.get(&base)).cloned();
            Some((subscription.id, TermEnd::new(subscription, customer, base, assigned, &catalog)))
        };
        let ends = subscriptions.into_iter().filter_map(end).collect();
        Ok(Self { catalog, now, ends })
    }

    /// The end of a subscription's term, where the reminder of so many days before it is still to be told: no later one
    /// is due, the term is not over, and nobody has decided meanwhile.
    pub fn due(&self, id: SubscriptionId, days: i64) -> Option<&TermEnd> {
        let end = self.ends.get(&id)?;
        (end.told && end.subscription.reminder_stage(self.now) == Some(days)).then_some(end)
    }

    /// What a mail says of some of them to somebody: that `more` end besides is said, too.
    pub fn say(&self, app: &App, lang: Lang, reader: Reader, ends: &[&TermEnd], more: u32) -> Result<Values, Problem> {
        let mut ends = ends.to_vec();
        ends.sort_by_key(|end| end.last_day());
        let Some(first) = ends.first() else { return Err(Problem::internal("a mail of no term that ends")) };
        let number = u32::try_from(ends.len()).unwrap_or(u32::MAX).saturating_add(more);
        let none = || Values::new(lang, first.subscription.policy.zone.clone());
        let values =
            none().line("n", number).line("subscription", title(&self.catalog, first.subscription.offer_id, lang));
        let values = first.last_day().map_or_else(|| values.clone(), |day| values.clone().line("term_end", day));
        let blocks = ends.iter().map(|end| self.block(app, lang, reader, end)).collect::<Result<Vec<_>, _>>()?;
        let rest = (more > 0).then(|| templates::word(Word::EndMore, &none().line("n", more))).transpose()?;
        Ok(none()
            .sentence("subject", &templates::word(Word::EndSubject, &values)?)
            .sentence("intro", &templates::word(Word::EndIntro, &values)?)
            .blocks("terms", &blocks)
            .paragraph("more", rest))
    }

    fn block(&self, app: &App, lang: Lang, reader: Reader, end: &TermEnd) -> Result<Vec<Sentence>, Problem> {
        let subscription = &end.subscription;
        let word = templates::word;
        let none = || end.values(lang);
        let mut lines = vec![end.head(lang, self.now, title(&self.catalog, subscription.offer_id, lang))?];
        let licences = none().line("quantity", subscription.quantity).line("assigned", end.assigned);
        lines.push(word(Word::EndLicences, &licences)?);
        if reader.sees_prices(subscription) {
            let price = |unit_price: UnitPrice, cycle: BillingCycle| -> Result<Values, Problem> {
                let cycle = word(charged(cycle), &none())?;
                Ok(none().line("price", unit_price).sentence("cycle", &cycle))
            };
            lines.push(word(Word::EndPrice, &price(subscription.unit_price, subscription.billing_cycle)?)?);
            if let Some((unit_price, cycle)) = end.next.filter(|_| !end.outlook().with_base) {
                lines.push(word(Word::EndNextPrice, &price(unit_price, cycle)?)?);
            }
        }
        let base = end.base.as_ref().map(|base| title(&self.catalog, base.offer_id, lang));
        lines.extend(end.then(lang, base)?);
        for (choice, until) in subscription.choices(&end.outlook(), reader.is_customer()) {
            lines.push(word(chosen(choice), &none().line("day", subscription.day(until)))?);
        }
        if reader.finds(subscription.customer_id, subscription.reseller_id) {
            let to = format!("subscriptions/{}", subscription.id);
            lines.push(Sentence::address(page(app, subscription.marketplace_id, &to)?));
        }
        Ok(lines)
    }
}

impl TermEnd {
    fn new(
        subscription: Subscription,
        customer: Arc<Customer>,
        base: Option<Arc<Subscription>>,
        assigned: u32,
        catalog: &Catalog,
    ) -> Self {
        let buyer = subscription.buyer();
        let renewal = subscription.term_ends_at().map(|at| renewal::in_force_at(&subscription, at));
        let offers = renewal.map(|at| offers_of(catalog, subscription.product_id, buyer, at)).unwrap_or_default();
        let runs = matches!(
            subscription.status,
            SubscriptionStatus::Active | SubscriptionStatus::Suspended | SubscriptionStatus::Extended
        );
        let due = Due { subscription: &subscription, offers: &offers, assigned, base: base.as_deref() };
        let told = runs && reminders::is_told(&due);
        let next = next_price(&subscription, &offers);
        Self { subscription, customer, base, assigned, next, told }
    }

    fn outlook(&self) -> Outlook {
        Outlook::of(&self.subscription, self.base.as_deref())
    }

    /// Who has a part in it.
    pub fn topic(&self) -> Topic {
        Topic::of(&self.subscription, &self.customer)
    }

    /// Whose subscription it is.
    pub fn customer(&self) -> &Customer {
        &self.customer
    }

    fn last_day(&self) -> Option<Day> {
        self.subscription.term_span.map(|span| span.last)
    }

    /// No values yet, in a language and by the clocks of whose days the subscription counts.
    fn values(&self, lang: Lang) -> Values {
        Values::new(lang, self.subscription.policy.zone.clone())
    }

    fn head(&self, lang: Lang, now: OffsetDateTime, title: Place) -> Result<Sentence, Problem> {
        let Some(last) = self.last_day() else { return Err(Problem::internal("a term without an end")) };
        let left = (last.date() - self.subscription.day(now).date()).whole_days();
        let values = self
            .values(lang)
            .line("subscription", title)
            .line("customer", Place::text(&self.customer.name))
            .line("term_end", last);
        if left <= 0 {
            return templates::word(Word::EndToday, &values);
        }
        let days = templates::days(left.unsigned_abs(), &self.values(lang))?;
        templates::word(Word::EndHead, &values.sentence("days", &days))
    }

    /// What follows the term; of an add-on with what it is added to.
    fn then(&self, lang: Lang, base: Option<Place>) -> Result<Vec<Sentence>, Problem> {
        let (subscription, none) = (&self.subscription, self.values(lang));
        if let Some(base) = base.filter(|_| self.outlook().with_base) {
            return Ok(vec![templates::word(Word::ThenEndWithBase, &none.line("base", base))?]);
        }
        let runs = subscription.status != SubscriptionStatus::Suspended && subscription.ending.is_none();
        let follows = match subscription.at_term_end {
            AtTermEnd::Renew if runs => Word::ThenRenew,
            AtTermEnd::Extend if runs => Word::ThenExtend,
            AtTermEnd::Renew | AtTermEnd::Extend | AtTermEnd::End => Word::ThenEnd,
        };
        let mut then = vec![templates::word(follows, &none)?];
        if subscription.pending.is_some() {
            then.push(templates::word(Word::ThenPending, &none)?);
        }
        let wanted = subscription.pending.as_ref().and_then(ScheduledChange::quantity);
        let must_give_up = wanted.map_or(0, |quantity| self.assigned.saturating_sub(quantity));
        if must_give_up > 0 {
            let takes_back = subscription.policy.rules.assigned_at_renewal == AssignedAtRenewal::TakeBack;
            let key = if takes_back { Word::ThenTakenBack } else { Word::ThenGiveUp };
            then.push(templates::word(key, &none.line("n", must_give_up))?);
        }
        Ok(then)
    }
}

/// What some of these subscriptions are add-ons of.
fn bases(
    conn: &mut Conn,
    scope: &Scope,
    add_ons: &[Subscription],
) -> Result<HashMap<SubscriptionId, Arc<Subscription>>, Trouble> {
    let mut ids: Vec<_> = add_ons.iter().filter_map(|add_on| add_on.base_id).collect();
    ids.sort_unstable();
    ids.dedup();
    let bases = if ids.is_empty() { vec![] } else { store::subscriptions::of_ids(conn, scope, &ids)? };
    Ok(bases.into_iter().map(|base| (base.id, Arc::new(base))).collect())
}

/// What a licence costs in the term that follows: the next one, or the extended service term's month.
fn next_price(subscription: &Subscription, offers: &[Offered]) -> Option<(UnitPrice, BillingCycle)> {
    if subscription.at_term_end == AtTermEnd::Extend {
        let raised = follows::extended_price(subscription, offers).ok().flatten();
        return raised.map(|price| (price, BillingCycle::Monthly));
    }
    follows::next_term(subscription, offers).map(|next| (next.unit_price, next.billing_cycle))
}

/// How often a price is charged.
const fn charged(cycle: BillingCycle) -> Word {
    match cycle {
        BillingCycle::Monthly => Word::CycleMonthly,
        BillingCycle::Annual => Word::CycleAnnual,
        BillingCycle::Triennial => Word::CycleTriennial,
        BillingCycle::OneTime => Word::CycleOneTime,
        BillingCycle::None => Word::CycleNone,
    }
}

/// Until when something can be decided.
const fn chosen(choice: Choice) -> Word {
    match choice {
        Choice::StopRenewal => Word::ChoiceStopRenewal,
        Choice::NextQuantity => Word::ChoiceNextQuantity,
        Choice::Renew => Word::ChoiceRenew,
        Choice::BringBack => Word::ChoiceBringBack,
    }
}
