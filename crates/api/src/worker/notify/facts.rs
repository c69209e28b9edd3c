//! What a mail says: what has happened, as it now stands.

use crate::App;
use crate::http::problem::{Code, Problem};
use crate::mail::shop;
use crate::mail::templates::{self, Sentence, Values, Word};
use crate::memory::catalogs::catalog::Catalog;
use crate::organizations::tenants::invited::invited;
use crate::texts::lang::Lang;
use crate::texts::phrases::Phrase;
use crate::texts::place::Place;
use crate::texts::problems;
use crate::worker::notify::changes;
use crate::worker::notify::ordered::Ordered;
use crate::worker::notify::people::subject;
use crate::worker::notify::reader::{Reader, Roles};
use crate::worker::notify::reminders::TermEnds;
use crate::worker::notify::sending::Said;
use crate::worker::notify::titles::title;
use crate::worker::outcome::Trouble;
use domain::access::Scope;
use domain::delegation::DelegationStatus;
use domain::event::{Event, EventKind};
use domain::id::{
    ChangeId, CustomerId, MarketplaceId, OfferId, OneTimeTokenId, OrderId, RedemptionId, RegistrationId, ResellerId,
    SubscriptionId, UserId,
};
use domain::notification::NotificationKind as Kind;
use domain::order::{Order, OrderLine, OrderLineStatus};
use domain::people::told;
use serde_json::Value;
use store::Conn;
use store::notifications::StoredNotification;
use store::users::StoredUser;
use time::OffsetDateTime;

/// Why somebody is not told.
const GONE: &str = "the person is here no longer, or may not see it";

/// What a notification says about its event. What only some may see is not said to who is kept out by now, or may see
/// it no longer.
pub fn say(app: &App, event: &Event<Value>, record: &StoredNotification, lang: Lang) -> Result<Said, Trouble> {
    let (user, reader) = match record.user_id {
        Some(id) => app.store.read_one(|conn| who_reads(conn, record.marketplace_id, id))?,
        None => (None, None),
    };
    if let Some(needed) = told::needs(record.kind) {
        let here = user.as_ref().is_some_and(|user| !user.state.disabled);
        if !here || !reader.is_some_and(|reader| reader.may(needed)) {
            return Ok(Said::Nothing(GONE));
        }
    }
    let say = Say { app, event, record, lang, scope: Scope::Marketplace(event.marketplace_id), user, reader };
    match record.kind {
        Kind::OrderReady | Kind::OrderFailed | Kind::CustomerOrder => say.order(),
        Kind::TermEnding => say.term_ending(),
        Kind::SubscriptionNotRenewed => say.not_renewed(),
        Kind::ReductionRefused => say.reduction_refused(),
        Kind::SubscriptionChanged | Kind::ChangeFailed => say.change(),
        Kind::KeysRedeemed => say.keys(),
        Kind::UpdatesLow => say.updates_low(),
        Kind::PriceMissing => say.price_missing(),
        Kind::TenantConfirmation => say.tenant(),
        Kind::DelegationOffered => say.delegation(),
        Kind::DelegationDeclined => say.declined(),
        Kind::Activation => say.link("activation"),
        Kind::PasswordReset => say.link("passwordReset"),
        Kind::PasswordChanged | Kind::SessionReused => say.account(),
        Kind::UserLocked => say.locked(),
        Kind::RegistrationKnown => say.known(),
        Kind::RegistrationApproved => say.registration_link("accountSetup"),
        Kind::RegistrationConfirm => say.registration_link("registrationConfirm"),
        Kind::RegistrationRejected
        | Kind::RegistrationReferred
        | Kind::RegistrationReferral
        | Kind::RegistrationActive => say.registration(),
        Kind::ResellerIdsChanged => say.reseller_ids(),
        Kind::ResellerAccessOverdue => say.reseller_overdue(),
    }
}

/// Who is told, where it is still here, and what it may see.
fn who_reads(
    conn: &mut Conn,
    marketplace: MarketplaceId,
    id: UserId,
) -> Result<(Option<StoredUser>, Option<Reader>), Trouble> {
    let user = store::users::of_ids_unscoped(conn, marketplace, &[id])?.pop();
    let roles = Roles::of(conn, marketplace, user.iter())?;
    let reader = user.as_ref().map(|user| Reader::of(user, &roles));
    Ok((user, reader))
}

struct Say<'a> {
    app: &'a App,
    event: &'a Event<Value>,
    record: &'a StoredNotification,
    lang: Lang,
    scope: Scope,
    /// Who is told, where it is somebody who is still here.
    user: Option<StoredUser>,
    /// What that person may see.
    reader: Option<Reader>,
}

impl Say<'_> {
    fn order(&self) -> Result<Said, Trouble> {
        let id: OrderId = subject(self.event)?;
        let (order, customer, ordered) = self.app.store.read(|conn| {
            let order = store::orders::get(conn, &self.scope, id)?;
            let customer = store::customers::get(conn, &self.scope, order.customer_id)?.value;
            let ordered = Ordered::of(self.app, conn, &order)?;
            Ok::<_, Trouble>((order, customer.name, ordered))
        })?;
        let catalog = self.app.catalogs.of(self.event.marketplace_id);
        let values = self.person().sentence("order", &self.name_of(&catalog, &order)?);
        let lines = order.lines.iter().map(|line| self.line(&catalog, line)).collect::<Result<Vec<_>, _>>()?;
        let to = || format!("orders/{id}");
        let see = self.see(order.customer_id, order.reseller_id, Word::SeeOrder, to)?;
        let values = values.line("customer", Place::text(&customer)).lines("lines", &lines);
        let finds = self.reader.is_some_and(|reader| reader.finds(order.customer_id, order.reseller_id));
        let values = ordered.fill(values, &customer, self.record.user_id, finds)?;
        Ok(Said::Values(values.link("link", &self.page(&to())?).paragraph("see", see)))
    }

    /// What people call an order: the name that it was given, else its day and what was ordered.
    fn name_of(&self, catalog: &Catalog, order: &Order) -> Result<Sentence, Problem> {
        if let Some(name) = &order.name {
            return templates::word(Word::OrderNamed, &self.values().line("name", Place::text(name)));
        }
        let first = order
            .lines
            .first()
            .map_or_else(|| Phrase::AProduct.into(), |line| title(catalog, line.offer_id, self.lang));
        let day = self.app.marketplaces.zone(self.event.marketplace_id).day(order.placed_at);
        let key = if order.lines.len() > 1 { Word::OrderOfMany } else { Word::OrderOf };
        templates::word(key, &self.values().line("day", day).line("title", first))
    }

    fn line(&self, catalog: &Catalog, line: &OrderLine) -> Result<Sentence, Problem> {
        // Microsoft's own codes say nothing to people; ours have a title.
        let refused = line.failure.as_deref().and_then(Code::from_text);
        let key = match line.status {
            OrderLineStatus::Active => Word::LineActive,
            OrderLineStatus::Failed if refused.is_some() => Word::LineRefused,
            OrderLineStatus::Failed => Word::LineFailed,
            OrderLineStatus::Placed | OrderLineStatus::Ordered => Word::LineOpen,
        };
        let mut values =
            self.values().line("quantity", line.quantity).line("title", title(catalog, line.offer_id, self.lang));
        if let Some(code) = refused {
            values = values.line("reason", Place::text(problems::title(code, self.lang)));
        }
        templates::word(key, &values)
    }

    /// Of one term, to who is told at once.
    fn term_ending(&self) -> Result<Said, Trouble> {
        let id: SubscriptionId = subject(self.event)?;
        let of = |conn: &mut Conn| TermEnds::of(self.app, conn, self.event.marketplace_id, &[id]);
        let ends = self.app.store.read(of)?;
        let days = self.event.payload["days"].as_i64().unwrap_or_default();
        let (Some(end), Some(reader)) = (ends.due(id, days), self.reader) else {
            return Ok(Said::Nothing("the term ends no longer as it was to be told"));
        };
        Ok(Said::Values(self.person().and(ends.say(self.app, self.lang, reader, &[end], 0)?)))
    }

    /// What a change of a subscription does, as it stands by now.
    fn change(&self) -> Result<Said, Trouble> {
        let id = self.event.payload["change_id"].as_str().and_then(|id| id.parse::<ChangeId>().ok());
        let id = id.ok_or_else(|| Problem::internal("an event of a change without its id"))?;
        let (change, subscription, customer) = self.app.store.read(|conn| {
            let change = store::changes::get(conn, &self.scope, id)?;
            let subscription = store::subscriptions::get(conn, &self.scope, change.subscription_id)?;
            let customer = store::customers::get(conn, &self.scope, subscription.customer_id)?.value;
            Ok::<_, Trouble>((change, subscription, customer))
        })?;
        let catalog = self.app.catalogs.of(self.event.marketplace_id);
        let see = self.see(customer.id, subscription.reseller_id, Word::SeeSubscription, || {
            format!("subscriptions/{}", subscription.id)
        })?;
        let values = self
            .person()
            .line("subscription", title(&catalog, subscription.offer_id, self.lang))
            .line("customer", Place::text(customer.name))
            .lines("changes", &changes::lines(self.lang, &change, &subscription, &catalog)?);
        Ok(Said::Values(values.paragraph("see", see)))
    }

    /// K-02: which keys were redeemed for what.
    fn keys(&self) -> Result<Said, Trouble> {
        let id: RedemptionId = subject(self.event)?;
        let (redemption, customer, events) = self.app.store.read(|conn| {
            let redemption = store::redemptions::get(conn, &self.scope, id)?;
            let customer = redemption.customer_id.ok_or_else(|| Problem::internal("redeemed for nobody"))?;
            let customer = store::customers::get(conn, &self.scope, customer)?.value;
            let events = store::outbox::events_of(conn, &self.scope, &self.event.subject)?;
            Ok::<_, Trouble>((redemption, customer, events))
        })?;
        let catalog = self.app.catalogs.of(self.event.marketplace_id);
        let redeemed = events.iter().filter(|event| event.kind == EventKind::ProductKeyRedeemed);
        let key = |event: &Event<Value>| {
            let offer = event.payload["offer_id"].as_str().and_then(|id| id.parse::<OfferId>().ok());
            let title = offer.map_or_else(|| Phrase::AProduct.into(), |offer| title(&catalog, offer, self.lang));
            let ending = event.payload["last_five"].as_str().map(str::to_owned);
            let values = self
                .values()
                .line("quantity", event.payload["quantity"].as_u64().unwrap_or_default())
                .line("title", title)
                .line("key", Place::text_or(ending, Phrase::NoneGiven));
            templates::word(Word::LineKey, &values)
        };
        let lines = redeemed.map(key).collect::<Result<Vec<_>, _>>()?;
        let see =
            self.see(customer.id, redemption.reseller_id, Word::SeeSubscriptions, || "subscriptions".to_owned())?;
        let values = self.person().line("customer", Place::text(customer.name)).lines("lines", &lines);
        Ok(Said::Values(values.paragraph("see", see)))
    }

    /// Where it is to be seen, for who finds it there.
    fn see(
        &self,
        customer: CustomerId,
        reseller: Option<ResellerId>,
        key: Word,
        to: impl FnOnce() -> String,
    ) -> Result<Option<Sentence>, Problem> {
        if !self.reader.is_some_and(|reader| reader.finds(customer, reseller)) {
            return Ok(None);
        }
        templates::word(key, &self.values().link("link", &self.page(&to())?)).map(Some)
    }

    fn reduction_refused(&self) -> Result<Said, Trouble> {
        let number = |name: &str| self.event.payload[name].as_u64().unwrap_or_default();
        let values = self.subscription()?.line("wanted", number("wanted"));
        Ok(Said::Values(values.line("must_give_up", number("must_give_up"))))
    }

    fn updates_low(&self) -> Result<Said, Trouble> {
        let number = |name: &str| self.event.payload[name].as_u64().unwrap_or_default();
        let values = self.subscription()?.line("left", number("updates_left"));
        Ok(Said::Values(values.line("most", number("most"))))
    }

    fn price_missing(&self) -> Result<Said, Trouble> {
        let id: CustomerId = subject(self.event)?;
        let read = |conn: &mut Conn| Ok::<_, Trouble>(store::customers::get(conn, &self.scope, id)?.value);
        let customer = self.app.store.read_one(read)?;
        let catalog = self.app.catalogs.of(self.event.marketplace_id);
        let offer = self.event.payload["offer_id"].as_str().and_then(|id| id.parse::<OfferId>().ok());
        let Some(offer) = offer.filter(|offer| catalog.offer(*offer).is_some()) else {
            return Ok(Said::Nothing("it is sold no more"));
        };
        let values = self.person().line("customer", Place::text(customer.name));
        let values = values.line("offer", title(&catalog, offer, self.lang));
        Ok(Said::Values(values.link("link", &self.page(&format!("customers/{id}"))?)))
    }

    fn not_renewed(&self) -> Result<Said, Trouble> {
        Ok(Said::Values(self.subscription()?))
    }

    fn subscription(&self) -> Result<Values, Trouble> {
        let id: SubscriptionId = subject(self.event)?;
        let (subscription, customer) = self.app.store.read(|conn| {
            let subscription = store::subscriptions::get(conn, &self.scope, id)?;
            let customer = store::customers::get(conn, &self.scope, subscription.customer_id)?.value;
            Ok::<_, Trouble>((subscription, customer.name))
        })?;
        let catalog = self.app.catalogs.of(self.event.marketplace_id);
        let to = || format!("subscriptions/{id}");
        let see = self.see(subscription.customer_id, subscription.reseller_id, Word::SeeSubscription, to)?;
        Ok(self
            .person()
            .line("subscription", title(&catalog, subscription.offer_id, self.lang))
            .line("customer", Place::text(customer))
            .line("quantity", subscription.quantity)
            .paragraph("see", see))
    }

    fn tenant(&self) -> Result<Said, Trouble> {
        let id: CustomerId = subject(self.event)?;
        let (customer, invited, tenant) = self.app.store.read(|conn| {
            let customer = store::customers::get(conn, &self.scope, id)?.value;
            let tenant = store::tenants::get(conn, &self.scope, id)?.map(|record| record.tenant);
            Ok::<_, Trouble>((customer, invited(conn, &self.scope, id)?, tenant))
        })?;
        if tenant.is_none_or(|tenant| self.event.payload["domain"] != tenant.domain) {
            return Ok(Said::Nothing("another tenant was asked for since"));
        }
        let link = self.app.partner_center.invitation_url(invited.reseller.as_ref())?;
        let name = format!("{} {}", customer.contact.first_name, customer.contact.last_name);
        let domain = self.event.payload["domain"].as_str().unwrap_or_default();
        let values = self.values().person(&name).line("customer", Place::text(customer.name));
        Ok(Said::Values(values.line("domain", Place::text(domain)).link("link", &link)))
    }

    /// K-13: what the partner wrote, and where the offer is answered.
    fn delegation(&self) -> Result<Said, Trouble> {
        let id: CustomerId = subject(self.event)?;
        let (customer, offered) = self.app.store.read(|conn| {
            let customer = store::customers::get(conn, &self.scope, id)?.value;
            let reseller = customer.reseller_id.map(|id| store::resellers::get(conn, &self.scope, id)).transpose()?;
            let offered = store::delegations::get(conn, &self.scope, id)?;
            Ok::<_, Trouble>(((customer, reseller.map(|reseller| reseller.value.name)), offered))
        })?;
        let (customer, reseller) = customer;
        let Some(offered) = offered.filter(|offered| offered.status == DelegationStatus::Offered) else {
            return Ok(Said::Nothing("the offer is answered"));
        };
        let marketplace = self.app.marketplaces.get(self.event.marketplace_id)?;
        let partner = reseller.unwrap_or_else(|| marketplace.marketplace.name.clone());
        let introduction = templates::word(Word::LetterOf, &self.values().line("partner", Place::text(&partner)))?;
        let contact = format!("{} {}", customer.contact.first_name, customer.contact.last_name);
        let values = self.user.as_ref().map_or_else(|| self.values().person(&contact), |user| self.greeting(user));
        let values = values.line("partner", Place::text(partner)).line("customer", Place::text(customer.name));
        let values = values.letter("letter", &introduction, offered.message.as_deref());
        Ok(Said::Values(values.link("link", &self.page("delegatedAdministration")?)))
    }

    /// K-13: who declined and when, and where it can be offered again.
    fn declined(&self) -> Result<Said, Trouble> {
        let id: CustomerId = subject(self.event)?;
        let read = |conn: &mut Conn| Ok::<_, Trouble>(store::customers::get(conn, &self.scope, id)?.value);
        let customer = self.app.store.read_one(read)?;
        let values = self.person().line("customer", Place::text(customer.name)).line("at", self.event.occurred_at);
        Ok(Said::Values(values.link("link", &self.page(&format!("customers/{id}"))?)))
    }

    /// Activation and password reset: a link that works once. Its token is made again from its id and is nowhere kept.
    fn link(&self, page: &str) -> Result<Said, Trouble> {
        let Some(user) = &self.user else { return Ok(Said::Nothing(GONE)) };
        let Some((token, until)) = self.token()? else { return Ok(Said::Nothing("the link works no longer")) };
        let values = self.greeting(user).line("login", Place::text(&user.login)).line("until", until);
        Ok(Said::Values(values.link("link", &self.page(&format!("{page}/{token}"))?)))
    }

    /// C-13: only to the address itself, which is the recipient's.
    fn known(&self) -> Result<Said, Trouble> {
        let values = self.values().line("email", Place::text(&self.record.recipient));
        let values = values.link("login_link", &self.page("login")?);
        Ok(Said::Values(values.link("reset_link", &self.page("passwordReset")?)))
    }

    /// C-06, T-07: names the address and carries the link. No name: whoever registers could write anything there.
    fn registration_link(&self, page: &str) -> Result<Said, Trouble> {
        let Some((token, until)) = self.token()? else { return Ok(Said::Nothing("the link works no longer")) };
        let values = self.values().line("email", Place::text(&self.record.recipient)).line("until", until);
        Ok(Said::Values(values.link("link", &self.page(&format!("{page}/{token}"))?)))
    }

    /// What was decided about a registration, for who registered and for the administrator it was referred to.
    fn registration(&self) -> Result<Said, Trouble> {
        let id: RegistrationId = subject(self.event)?;
        let (registration, referred_to) = self.app.store.read(|conn| {
            let registration = store::registrations::by_id_unscoped(conn, self.event.marketplace_id, id)?;
            let customer =
                registration.referred_to.map(|id| store::customers::get(conn, &self.scope, id)).transpose()?;
            Ok::<_, Trouble>((registration, customer.map(|customer| customer.value.name)))
        })?;
        let company = registration.form.as_ref().and_then(|form| form["company"]["name"].as_str());
        let organization = referred_to.as_deref().or(company).map(str::to_owned);
        Ok(Said::Values(
            self.person()
                .line("email", Place::text(&registration.email))
                .line("reason", Place::text_or(registration.reason, Phrase::NoneGiven))
                .line("organization", Place::text_or(organization, Phrase::YourCompany))
                .line("customer_number", Place::text_or(registration.customer_number, Phrase::NoneGiven))
                .link("login_link", &self.page("login")?)
                .link("link", &self.page("users")?),
        ))
    }

    /// T-12: with the customer number, so that the provider knows who it is.
    fn reseller_ids(&self) -> Result<Said, Trouble> {
        let mut changes = vec![];
        for (name, key) in [("partner_id", Word::ChangePartnerId), ("microsoft_id", Word::ChangeMicrosoftId)] {
            let now = self.event.payload[name].as_str().map(str::to_owned);
            changes.push(templates::word(key, &self.values().line("after", Place::text_or(now, Phrase::NoneGiven)))?);
        }
        Ok(Said::Values(self.reseller()?.lines("changes", &changes)))
    }

    /// T-09: access has not followed within the hour.
    fn reseller_overdue(&self) -> Result<Said, Trouble> {
        let id: ResellerId = subject(self.event)?;
        let read = |conn: &mut Conn| Ok::<_, Trouble>(store::resellers::get(conn, &self.scope, id)?.value);
        let onboarding = self.app.store.read_one(read)?.onboarding;
        let since = onboarding.ids_completed_at.unwrap_or(self.event.occurred_at);
        Ok(Said::Values(self.reseller()?.line("since", since)))
    }

    fn reseller(&self) -> Result<Values, Trouble> {
        let payload = &self.event.payload;
        let text = |name: &str| payload[name].as_str().map(str::to_owned);
        let values = self.values().line("reseller", Place::text_or(text("name"), Phrase::Reseller));
        Ok(values.line("customer_number", Place::text_or(text("customer_number"), Phrase::NoneGiven)))
    }

    /// The event's token, and until when it works; none where it does not any more.
    fn token(&self) -> Result<Option<(String, OffsetDateTime)>, Trouble> {
        let id = self.event.payload["token_id"].as_str().and_then(|id| id.parse::<OneTimeTokenId>().ok());
        let id = id.ok_or_else(|| Problem::internal("an event with a link and without a token"))?;
        let (token, now) = self.app.store.read(|conn| {
            let now = self.app.now_in(conn, self.event.marketplace_id)?;
            Ok::<_, Trouble>((store::one_time_tokens::by_id_unscoped(conn, id)?, now))
        })?;
        let over = token.used_at.is_some() || token.revoked_at.is_some();
        if over || now >= token.expires_at {
            return Ok(None);
        }
        let text = crate::auth::one_time::text(self.app, &token)?;
        Ok(Some((text, token.expires_at)))
    }

    /// What happened to an account, when, and where a new password is asked for.
    fn account(&self) -> Result<Said, Trouble> {
        let Some(user) = &self.user else { return Ok(Said::Nothing(GONE)) };
        Ok(Said::Values(self.account_at(user, self.event.occurred_at)?))
    }

    fn locked(&self) -> Result<Said, Trouble> {
        let Some(user) = &self.user else { return Ok(Said::Nothing(GONE)) };
        let Some(lock) = user.state.lock else { return Ok(Said::Nothing("the lock is over")) };
        let unlocked = match lock.until {
            Some(until) => templates::word(Word::UnlockedAt, &self.values().line("at", until))?,
            None => templates::word(Word::UnlockedAdmin, &self.values())?,
        };
        Ok(Said::Values(self.account_at(user, lock.since)?.sentence("unlocked", &unlocked)))
    }

    fn account_at(&self, user: &StoredUser, at: OffsetDateTime) -> Result<Values, Trouble> {
        let values = self.greeting(user).line("login", Place::text(&user.login)).line("at", at);
        Ok(values.link("reset_link", &self.page("passwordReset")?))
    }

    /// Whom the mail greets.
    fn person(&self) -> Values {
        self.user.as_ref().map_or_else(|| self.values().person(""), |user| self.greeting(user))
    }

    fn greeting(&self, user: &StoredUser) -> Values {
        self.values().person(&format!("{} {}", user.first_name, user.last_name))
    }

    /// No values yet, in the language of who is told and by the clocks of the marketplace.
    fn values(&self) -> Values {
        Values::new(self.lang, self.app.marketplaces.zone(self.event.marketplace_id))
    }

    /// A page of the shop.
    fn page(&self, page: &str) -> Result<String, Problem> {
        shop::page(self.app, self.event.marketplace_id, page)
    }
}
