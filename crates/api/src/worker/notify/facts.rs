//! What a mail says: what has happened, as it now stands.

use crate::App;
use crate::http::problem::Problem;
use crate::mail::templates::{self, Values};
use crate::memory::catalogs::catalog::Catalog;
use crate::texts::lang::Lang;
use crate::worker::notify::changes;
use crate::worker::notify::pages::{self, title};
use crate::worker::notify::people::subject;
use crate::worker::notify::reader::{Reader, Roles};
use crate::worker::notify::reminders::TermEnds;
use crate::worker::notify::sending::Said;
use crate::worker::outcome::Trouble;
use domain::access::Scope;
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
        Kind::TenantConfirmation => say.tenant(),
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
        let (order, customer) = self.app.store.read(|conn| {
            let order = store::orders::get(conn, &self.scope, id)?;
            let customer = store::customers::get(conn, &self.scope, order.customer_id)?.value;
            Ok::<_, Trouble>((order, customer.name))
        })?;
        let values = self.person().line("order", name_of(&order)).line("customer", customer);
        let catalog = self.app.catalogs.of(self.event.marketplace_id);
        let lines = order.lines.iter().map(|line| self.line(&catalog, line)).collect::<Result<Vec<_>, _>>()?;
        let to = || format!("orders/{id}");
        let see = self.see(order.customer_id, order.reseller_id, "see.order", to)?;
        Ok(Said::Values(values.lines("lines", &lines).line("link", self.page(&to())?).line("see", see)))
    }

    fn line(&self, catalog: &Catalog, line: &OrderLine) -> Result<String, Problem> {
        let key = match line.status {
            OrderLineStatus::Active => "line.active",
            OrderLineStatus::Failed => "line.failed",
            OrderLineStatus::Placed | OrderLineStatus::Ordered => "line.open",
        };
        let values = Values::new()
            .line("quantity", line.quantity.to_string())
            .line("title", title(catalog, line.offer_id))
            .line("code", line.failure.as_deref().unwrap_or_default());
        templates::word(self.lang, key, &values)
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
        let see = self.see(customer.id, subscription.reseller_id, "see.subscription", || {
            format!("subscriptions/{}", subscription.id)
        })?;
        let values = self
            .person()
            .line("subscription", title(&catalog, subscription.offer_id))
            .line("customer", customer.name)
            .lines("changes", &changes::lines(self.lang, &change, &subscription, &catalog)?);
        Ok(Said::Values(values.line("see", see)))
    }

    /// K-02: which keys were redeemed for what.
    fn keys(&self) -> Result<Said, Trouble> {
        let id: RedemptionId = subject(self.event)?;
        let (redemption, customer, events) = self.app.store.read(|conn| {
            let redemption = store::redemptions::get(conn, &self.scope, id)?;
            let customer = store::customers::get(conn, &self.scope, redemption.customer_id)?.value;
            let events = store::outbox::events_of(conn, &self.scope, &self.event.subject)?;
            Ok::<_, Trouble>((redemption, customer, events))
        })?;
        let catalog = self.app.catalogs.of(self.event.marketplace_id);
        let redeemed = events.iter().filter(|event| event.kind == EventKind::ProductKeyRedeemed);
        let key = |event: &Event<Value>| {
            let offer = event.payload["offer_id"].as_str().and_then(|id| id.parse::<OfferId>().ok());
            let values = Values::new()
                .line("quantity", event.payload["quantity"].as_u64().unwrap_or_default().to_string())
                .line("title", offer.map(|offer| title(&catalog, offer)).unwrap_or_default())
                .line("key", event.payload["last_five"].as_str().unwrap_or_default());
            templates::word(self.lang, "line.key", &values)
        };
        let lines = redeemed.map(key).collect::<Result<Vec<_>, _>>()?;
        let see = self.see(customer.id, redemption.reseller_id, "see.subscriptions", || "subscriptions".to_owned())?;
        let values = self.person().line("customer", customer.name).lines("lines", &lines);
        Ok(Said::Values(values.line("see", see)))
    }

    /// Where it is to be seen, for who finds it there.
    fn see(
        &self,
        customer: CustomerId,
        reseller: Option<ResellerId>,
        key: &str,
        to: impl FnOnce() -> String,
    ) -> Result<String, Problem> {
        if !self.reader.is_some_and(|reader| reader.finds(customer, reseller)) {
            return Ok(String::new());
        }
        templates::word(self.lang, key, &Values::new().line("link", self.page(&to())?))
    }

    fn reduction_refused(&self) -> Result<Said, Trouble> {
        let number = |name: &str| self.event.payload[name].as_u64().unwrap_or_default().to_string();
        let values = self.subscription()?.line("wanted", number("wanted"));
        Ok(Said::Values(values.line("must_give_up", number("must_give_up"))))
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
        Ok(self
            .person()
            .line("subscription", title(&catalog, subscription.offer_id))
            .line("customer", customer)
            .line("quantity", subscription.quantity.to_string())
            .line("link", self.page(&format!("subscriptions/{id}"))?))
    }

    fn tenant(&self) -> Result<Said, Trouble> {
        let id: CustomerId = subject(self.event)?;
        let read = |conn: &mut Conn| Ok::<_, Trouble>(store::customers::get(conn, &self.scope, id)?.value);
        let customer = self.app.store.read_one(read)?;
        let link = self.app.partner_center.invitation_url()?;
        let name = format!("{} {}", customer.contact.first_name, customer.contact.last_name);
        let domain = self.event.payload["domain"].as_str().unwrap_or_default();
        let values = Values::new().person(&name).line("customer", customer.name).line("domain", domain);
        Ok(Said::Values(values.line("link", link)))
    }

    /// Activation and password reset: a link that works once. Its token is made again from its id and is nowhere kept.
    fn link(&self, page: &str) -> Result<Said, Trouble> {
        let Some(user) = &self.user else { return Ok(Said::Nothing(GONE)) };
        let Some((token, until)) = self.token()? else { return Ok(Said::Nothing("the link works no longer")) };
        let values = greeting(user).line("login", &user.login).line("until", until);
        Ok(Said::Values(values.line("link", self.page(&format!("{page}/{token}"))?)))
    }

    /// C-13: only to the address itself, which is the recipient's.
    fn known(&self) -> Result<Said, Trouble> {
        let values = Values::new().line("email", &self.record.recipient).line("login_link", self.page("login")?);
        Ok(Said::Values(values.line("reset_link", self.page("passwordReset")?)))
    }

    /// C-06, T-07: names the address and carries the link. No name: whoever registers could write anything there.
    fn registration_link(&self, page: &str) -> Result<Said, Trouble> {
        let Some((token, until)) = self.token()? else { return Ok(Said::Nothing("the link works no longer")) };
        let values = Values::new().line("email", &self.record.recipient).line("until", until);
        Ok(Said::Values(values.line("link", self.page(&format!("{page}/{token}"))?)))
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
        let organization = referred_to.as_deref().or(company).unwrap_or_default();
        Ok(Said::Values(
            self.person()
                .line("email", &registration.email)
                .line("reason", registration.reason.unwrap_or_default())
                .line("organization", organization)
                .line("customer_number", registration.customer_number.unwrap_or_default())
                .line("login_link", self.page("login")?)
                .line("link", self.page("users")?),
        ))
    }

    /// T-12: with the customer number, so that the provider knows who it is.
    fn reseller_ids(&self) -> Result<Said, Trouble> {
        let mut changes = vec![];
        for (name, key) in [("partner_id", "change.partner_id"), ("microsoft_id", "change.microsoft_id")] {
            let now = self.event.payload[name].as_str().map_or_else(|| self.none(), |id| Ok(id.to_owned()))?;
            changes.push(templates::word(self.lang, key, &Values::new().line("after", now))?);
        }
        Ok(Said::Values(self.reseller()?.lines("changes", &changes)))
    }

    /// T-09: access has not followed within the hour.
    fn reseller_overdue(&self) -> Result<Said, Trouble> {
        let id: ResellerId = subject(self.event)?;
        let read = |conn: &mut Conn| Ok::<_, Trouble>(store::resellers::get(conn, &self.scope, id)?.value);
        let onboarding = self.app.store.read_one(read)?.onboarding;
        let since = onboarding.ids_completed_at.unwrap_or(self.event.occurred_at);
        Ok(Said::Values(self.reseller()?.line("since", templates::instant(self.lang, since))))
    }

    fn reseller(&self) -> Result<Values, Trouble> {
        let payload = &self.event.payload;
        let number = payload["customer_number"].as_str().map_or_else(|| self.none(), |number| Ok(number.to_owned()))?;
        let name = payload["name"].as_str().unwrap_or_default();
        Ok(Values::new().line("reseller", name).line("customer_number", number))
    }

    fn none(&self) -> Result<String, Problem> {
        templates::word(self.lang, "none", &Values::new())
    }

    /// The event's token, and until when it works; none where it does not any more.
    fn token(&self) -> Result<Option<(String, String)>, Trouble> {
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
        Ok(Some((text, templates::instant(self.lang, token.expires_at))))
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
            Some(until) => templates::word(
                self.lang,
                "unlocked.at",
                &Values::new().line("at", templates::instant(self.lang, until)),
            )?,
            None => templates::word(self.lang, "unlocked.admin", &Values::new())?,
        };
        Ok(Said::Values(self.account_at(user, lock.since)?.line("unlocked", unlocked)))
    }

    fn account_at(&self, user: &StoredUser, at: OffsetDateTime) -> Result<Values, Trouble> {
        let at = templates::instant(self.lang, at);
        let values = greeting(user).line("login", &user.login).line("at", at);
        Ok(values.line("reset_link", self.page("passwordReset")?))
    }

    /// Whom the mail greets.
    fn person(&self) -> Values {
        self.user.as_ref().map_or_else(|| Values::new().person(""), greeting)
    }

    /// A page of the shop.
    fn page(&self, page: &str) -> Result<String, Problem> {
        pages::page(self.app, self.event.marketplace_id, page)
    }
}

fn greeting(user: &StoredUser) -> Values {
    Values::new().person(&format!("{} {}", user.first_name, user.last_name))
}

fn name_of(order: &Order) -> String {
    order.name.clone().unwrap_or_else(|| order.id.to_string())
}
