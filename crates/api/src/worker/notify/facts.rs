//! What a mail says: what has happened, as it now stands.

use crate::App;
use crate::clock::parse_instant;
use crate::http::problem::Problem;
use crate::mail::templates::{self, Values};
use crate::memory::catalogs::catalog::Catalog;
use crate::organizations::tenants::invited::invited;
use crate::texts::lang::Lang;
use crate::worker::notify::people::subject;
use crate::worker::outcome::Trouble;
use domain::access::Scope;
use domain::delegation::DelegationStatus;
use domain::event::Event;
use domain::id::{CustomerId, OfferId, OneTimeTokenId, OrderId, RegistrationId, ResellerId, SubscriptionId};
use domain::notification::NotificationKind as Kind;
use domain::order::{Order, OrderLine, OrderLineStatus};
use serde_json::Value;
use store::notifications::StoredNotification;
use store::users::StoredUser;
use time::OffsetDateTime;

/// Why somebody is not told.
const GONE: &str = "the person is here no longer";

/// What there is to say.
pub enum Said {
    /// These values, to fill the mail's template with.
    Values(Values),
    /// Nothing any more, and why.
    Nothing(&'static str),
}

/// What a notification says about its event.
pub fn say(app: &App, event: &Event<Value>, record: &StoredNotification, lang: Lang) -> Result<Said, Trouble> {
    let say = Say { app, event, record, lang, scope: Scope::Marketplace(event.marketplace_id) };
    match record.kind {
        Kind::OrderReady | Kind::OrderFailed => say.order(),
        Kind::TermEnding => say.term_ending(),
        Kind::SubscriptionNotRenewed => say.not_renewed(),
        Kind::ReductionRefused => say.reduction_refused(),
        Kind::TenantConfirmation => say.tenant(),
        Kind::DelegationOffered => say.delegation(),
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

struct Say<'a> {
    app: &'a App,
    event: &'a Event<Value>,
    record: &'a StoredNotification,
    lang: Lang,
    scope: Scope,
}

impl Say<'_> {
    fn order(&self) -> Result<Said, Trouble> {
        let id: OrderId = subject(self.event)?;
        let (order, customer) = self.app.store.read(|conn| {
            let order = store::orders::get(conn, &self.scope, id)?;
            let customer = store::customers::get(conn, &self.scope, order.customer_id)?.value;
            Ok::<_, Trouble>((order, customer.name))
        })?;
        let values = self.person()?.line("order", name_of(&order)).line("customer", customer);
        let catalog = self.app.catalogs.of(self.event.marketplace_id);
        let lines = order.lines.iter().map(|line| self.line(&catalog, line)).collect::<Result<Vec<_>, _>>()?;
        Ok(Said::Values(values.lines("lines", &lines).line("link", self.page(&format!("orders/{id}"))?)))
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

    fn term_ending(&self) -> Result<Said, Trouble> {
        let payload = &self.event.payload;
        let days = payload["days"].as_i64().unwrap_or_default();
        let term_end = serde_json::from_value(payload["term_end"].clone()).map_err(Problem::internal)?;
        let values = self
            .subscription()?
            .line("days", templates::days(self.lang, days)?)
            .line("term_end", templates::day(self.lang, term_end))
            .lines("then", &self.then()?);
        Ok(Said::Values(values))
    }

    /// What follows the term, as things stood when the reminder was due.
    fn then(&self) -> Result<Vec<String>, Problem> {
        let payload = &self.event.payload;
        let stoppable = payload["renewal_can_be_stopped_until"].as_str().and_then(parse_instant);
        let follows = match payload["at_term_end"].as_str() {
            Some("renew") if stoppable.is_some() => "then.renew_until",
            Some("renew") => "then.renew",
            Some("extend") => "then.extend",
            _ => "then.end",
        };
        let until = stoppable.map(|at| templates::instant(self.lang, at)).unwrap_or_default();
        let mut then = vec![templates::word(self.lang, follows, &Values::new().line("at", until))?];
        if !payload["pending_change_id"].is_null() {
            then.push(templates::word(self.lang, "then.pending", &Values::new())?);
        }
        if let Some(count) = payload["must_give_up"].as_u64().filter(|count| *count > 0) {
            let values = Values::new().line("n", count.to_string());
            let key = if payload["takes_back"] == true { "then.taken_back" } else { "then.give_up" };
            then.push(templates::word(self.lang, key, &values)?);
        }
        Ok(then)
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
            .person()?
            .line("subscription", title(&catalog, subscription.offer_id))
            .line("customer", customer)
            .line("quantity", subscription.quantity.to_string())
            .line("link", self.page(&format!("subscriptions/{id}"))?))
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
        let values = Values::new().person(&name).line("customer", customer.name).line("domain", domain);
        Ok(Said::Values(values.line("link", link)))
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
        let introduction = templates::word(self.lang, "letter.of", &Values::new().line("partner", &partner))?;
        let contact = format!("{} {}", customer.contact.first_name, customer.contact.last_name);
        let values = match self.user()? {
            Some(user) => self.greeting(&user),
            None => Values::new().person(&contact),
        };
        Ok(Said::Values(
            values
                .line("partner", partner)
                .line("customer", customer.name)
                .letter("letter", &introduction, offered.message.as_deref())
                .line("link", self.page("delegatedAdministration")?),
        ))
    }

    /// Activation and password reset: a link that works once. Its token is made again from its id and is nowhere kept.
    fn link(&self, page: &str) -> Result<Said, Trouble> {
        let Some(user) = self.user()? else { return Ok(Said::Nothing(GONE)) };
        let Some((token, until)) = self.token()? else { return Ok(Said::Nothing("the link works no longer")) };
        let values = self.greeting(&user).line("login", &user.login).line("until", until);
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
            self.person()?
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
        let read = |conn: &mut store::Conn| Ok::<_, Trouble>(store::resellers::get(conn, &self.scope, id)?.value);
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
        let Some(user) = self.user()? else { return Ok(Said::Nothing(GONE)) };
        Ok(Said::Values(self.account_at(&user, self.event.occurred_at)?))
    }

    fn locked(&self) -> Result<Said, Trouble> {
        let Some(user) = self.user()? else { return Ok(Said::Nothing(GONE)) };
        let Some(lock) = user.state.lock else { return Ok(Said::Nothing("the lock is over")) };
        let unlocked = match lock.until {
            Some(until) => templates::word(
                self.lang,
                "unlocked.at",
                &Values::new().line("at", templates::instant(self.lang, until)),
            )?,
            None => templates::word(self.lang, "unlocked.admin", &Values::new())?,
        };
        Ok(Said::Values(self.account_at(&user, lock.since)?.line("unlocked", unlocked)))
    }

    fn account_at(&self, user: &StoredUser, at: OffsetDateTime) -> Result<Values, Trouble> {
        let at = templates::instant(self.lang, at);
        let values = self.greeting(user).line("login", &user.login).line("at", at);
        Ok(values.line("reset_link", self.page("passwordReset")?))
    }

    /// Whom the mail greets.
    fn person(&self) -> Result<Values, Trouble> {
        Ok(self.user()?.map_or_else(|| Values::new().person(""), |user| self.greeting(&user)))
    }

    fn greeting(&self, user: &StoredUser) -> Values {
        Values::new().person(&format!("{} {}", user.first_name, user.last_name))
    }

    /// Who is told, where it is still here.
    fn user(&self) -> Result<Option<StoredUser>, Trouble> {
        let Some(id) = self.record.user_id else { return Ok(None) };
        self.app.store.read_one(|conn| match store::users::by_id_unscoped(conn, self.record.marketplace_id, id) {
            Ok(user) => Ok(Some(user)),
            Err(store::StoreError::NotFound) => Ok(None),
            Err(error) => Err(error.into()),
        })
    }

    /// A page of the shop.
    fn page(&self, page: &str) -> Result<String, Problem> {
        let own = &self.app.marketplaces.people(self.event.marketplace_id)?.shop_url;
        if !own.is_empty() {
            return Ok(format!("{own}/{page}"));
        }
        let marketplace = self.app.marketplaces.get(self.event.marketplace_id)?;
        let shop = self.app.post.shop_url.replace("{marketplace}", &marketplace.marketplace.slug);
        Ok(format!("{shop}/{page}"))
    }
}

fn name_of(order: &Order) -> String {
    order.name.clone().unwrap_or_else(|| order.id.to_string())
}

/// What an offer is called; its id where it is no longer in the catalogue.
fn title(catalog: &Catalog, offer: OfferId) -> String {
    catalog.offer(offer).map_or_else(|| offer.to_string(), |found| found.sku.title.clone())
}
