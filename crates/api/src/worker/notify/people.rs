//! Who is told about an event.

use crate::App;
use crate::http::problem::Problem;
use crate::ids::New as _;
use crate::texts::lang::Lang;
use crate::worker::notify::chosen::language_of;
use crate::worker::notify::directory::{Directory, MOST, Topic};
use crate::worker::outcome::Trouble;
use domain::access::{Organization, Scope};
use domain::event::{Event, EventKind};
use domain::id::{
    ChangeId, CustomerId, MarketplaceId, NotificationId, OrderId, RedemptionId, RegistrationId, ResellerId,
    SubscriptionId, UserId,
};
use domain::language::Language;
use domain::notification::{NotificationKind as Kind, NotificationStatus};
use domain::order::OrderStatus;
use domain::party::{Address, Customer};
use domain::people::{PeopleRules, Recipients};
use domain::tenant::TenantStatus;
use serde_json::Value;
use std::collections::HashSet;
use std::str::FromStr;
use std::sync::Arc;
use store::notifications::StoredNotification;
use store::users::StoredUser;
use store::{Conn, StoreError};
use time::OffsetDateTime;

/// Somebody who is told something.
pub struct Person {
    /// What the person is told.
    pub kind: Kind,
    /// At which address.
    pub address: String,
    /// In which language.
    pub language: Lang,
    /// Who it is, where it can log in.
    pub user_id: Option<UserId>,
    /// The customer whose person it is.
    pub customer_id: Option<CustomerId>,
    /// Whose reseller, or of whose customer.
    pub reseller_id: Option<ResellerId>,
}

impl Person {
    /// A user who is told something about a customer; in which language, the directory knows.
    pub fn of(kind: Kind, user: &StoredUser, customer: &Customer, language: Lang) -> Self {
        let customer_id = user.organization.customer();
        let through = customer.reseller_id.filter(|_| customer_id == Some(customer.id));
        Self {
            kind,
            address: user.notified_at().to_owned(),
            language,
            user_id: Some(user.id),
            customer_id,
            reseller_id: user.organization.reseller().or(through),
        }
    }

    /// What is kept of it: to be told about an event, as decided at an instant.
    pub fn record(self, event: &Event<Value>, now: OffsetDateTime) -> StoredNotification {
        StoredNotification {
            id: NotificationId::new(),
            marketplace_id: event.marketplace_id,
            event_id: event.id,
            subject: event.subject.clone(),
            kind: self.kind,
            recipient: self.address,
            language: self.language.code().to_owned(),
            user_id: self.user_id,
            customer_id: self.customer_id,
            reseller_id: self.reseller_id,
            status: NotificationStatus::Pending,
            attempts: 0,
            failure: None,
            created_at: now,
            sent_at: None,
        }
    }
}

/// Who is told about an event, each address once. Who is kept out is not told.
pub fn told(app: &App, conn: &mut Conn, event: &Event<Value>) -> Result<Vec<Person>, Trouble> {
    let marketplace = app.marketplaces.get(event.marketplace_id)?;
    let rules = app.marketplaces.people(event.marketplace_id)?;
    let mut told = Told { conn, marketplace: event.marketplace_id, rules, people: vec![] };
    match event.kind {
        EventKind::OrderCompleted => told.of_order(event)?,
        EventKind::SubscriptionReminded => told.of_reminder(event)?,
        EventKind::SubscriptionNotRenewed => told.of_subscription(event, Kind::SubscriptionNotRenewed, |_| true)?,
        EventKind::SubscriptionReductionRefused => told.of_subscription(event, Kind::ReductionRefused, |_| true)?,
        EventKind::SubscriptionChanged
        | EventKind::SubscriptionCanceled
        | EventKind::SubscriptionChangeScheduled
        | EventKind::SubscriptionChangeWithdrawn
        | EventKind::SubscriptionChangeConfirmed
        | EventKind::SubscriptionChangeFailed => told.of_change(event)?,
        EventKind::RedemptionCompleted => told.of_redemption(event)?,
        EventKind::SubscriptionUpdatesLow => told.of_subscription(event, Kind::UpdatesLow, |_| true)?,
        EventKind::CustomerPriceMissing => told.of_customer(event, Kind::PriceMissing)?,
        EventKind::DelegationDeclined => told.of_customer(event, Kind::DelegationDeclined)?,
        EventKind::TenantRequested => told.of_tenant(event)?,
        EventKind::DelegationOffered => told.of_offer(event)?,
        EventKind::UserInvited => told.user(Kind::Activation, subject(event)?)?,
        EventKind::UserPasswordResetRequested => told.user(Kind::PasswordReset, subject(event)?)?,
        EventKind::UserPasswordChanged => told.user(Kind::PasswordChanged, subject(event)?)?,
        EventKind::UserLocked => told.user(Kind::UserLocked, subject(event)?)?,
        EventKind::SessionReused => told.user(Kind::SessionReused, subject(event)?)?,
        EventKind::ResellerIdsChanged => told.support(Kind::ResellerIdsChanged, &marketplace.profile),
        EventKind::ResellerAccessOverdue => told.support(Kind::ResellerAccessOverdue, &marketplace.profile),
        EventKind::RegistrationKnown => told.of_known(event),
        EventKind::RegistrationConfirmationRequested => told.of_registration(event, Kind::RegistrationConfirm)?,
        EventKind::RegistrationApproved => told.of_registration(event, Kind::RegistrationApproved)?,
        EventKind::RegistrationLinkResent if event.payload["confirms"] == true => {
            told.of_registration(event, Kind::RegistrationConfirm)?;
        }
        EventKind::RegistrationLinkResent => told.of_registration(event, Kind::RegistrationApproved)?,
        EventKind::RegistrationRejected => told.of_registration(event, Kind::RegistrationRejected)?,
        EventKind::RegistrationReferred => told.of_referral(event)?,
        EventKind::RegistrationActivated if event.payload["reviewed"] == true => {
            told.of_registration(event, Kind::RegistrationActive)?;
        }
        _ => {}
    }
    let mut seen = HashSet::new();
    told.people.retain(|person| seen.insert(person.address.to_lowercase()));
    Ok(told.people)
}

/// The thing that an event happened to.
pub fn subject<T: FromStr>(event: &Event<Value>) -> Result<T, Problem> {
    event.subject.parse().map_err(|_| Problem::internal(format!("{} is about {}", event.kind.code(), event.subject)))
}

struct Told<'a> {
    conn: &'a mut Conn,
    marketplace: MarketplaceId,
    /// Who is told of what there.
    rules: Arc<PeopleRules>,
    people: Vec<Person>,
}

impl Told<'_> {
    const fn scope(&self) -> Scope {
        Scope::Marketplace(self.marketplace)
    }

    /// Who ordered, and who has a part in the customer's purchases.
    fn of_order(&mut self, event: &Event<Value>) -> Result<(), Trouble> {
        let order = store::orders::get(self.conn, &self.scope(), subject::<OrderId>(event)?)?;
        let completed = event.payload["status"] == OrderStatus::Completed.code();
        let kind = if completed { Kind::OrderReady } else { Kind::OrderFailed };
        let customer = self.customer(order.customer_id)?;
        let topic = Topic {
            customer: order.customer_id,
            reseller: order.reseller_id,
            partner: customer.partner_of_record.clone(),
            responsible: None,
            actor: order.placed_by.parse().ok(),
        };
        self.by_rules(&[kind, Kind::CustomerOrder], &topic, &customer, |_| true)
    }

    /// Who is told at once that a term ends: not those whom the mails of the day tell.
    fn of_reminder(&mut self, event: &Event<Value>) -> Result<(), Trouble> {
        let days = event.payload["days"].as_i64().unwrap_or_default();
        self.of_subscription(event, Kind::TermEnding, |to| to.at(days) && !to.in_digest())
    }

    fn of_subscription(
        &mut self,
        event: &Event<Value>,
        kind: Kind,
        wanted: impl Fn(&Recipients) -> bool,
    ) -> Result<(), Trouble> {
        let subscription = store::subscriptions::get(self.conn, &self.scope(), subject::<SubscriptionId>(event)?)?;
        let customer = self.customer(subscription.customer_id)?;
        self.by_rules(&[kind], &Topic::of(&subscription, &customer), &customer, wanted)
    }

    /// A change of a subscription, told once: where Microsoft was asked for it, when that has answered. Who made it
    /// knows of it, unless it failed.
    fn of_change(&mut self, event: &Event<Value>) -> Result<(), Trouble> {
        let Some(id) = event.payload["change_id"].as_str().and_then(|id| id.parse::<ChangeId>().ok()) else {
            return Ok(());
        };
        let change = store::changes::get(self.conn, &self.scope(), id)?;
        let own = change.subscription_id.to_string() == event.subject;
        let answered = matches!(
            event.kind,
            EventKind::SubscriptionChangeConfirmed
                | EventKind::SubscriptionChangeFailed
                | EventKind::SubscriptionChangeWithdrawn
        );
        if !own || (change.undo.is_some() && !answered) {
            return Ok(());
        }
        let failed = event.kind == EventKind::SubscriptionChangeFailed;
        let kind = if failed { Kind::ChangeFailed } else { Kind::SubscriptionChanged };
        let subscription = store::subscriptions::get(self.conn, &self.scope(), change.subscription_id)?;
        let customer = self.customer(subscription.customer_id)?;
        let actor = change.requested_by.parse().ok();
        let topic = Topic { actor, ..Topic::of(&subscription, &customer) };
        self.by_rules(&[kind], &topic, &customer, |_| true)?;
        self.people.retain(|person| failed || person.user_id.is_none() || person.user_id != actor);
        Ok(())
    }

    /// Product keys that were redeemed.
    fn of_redemption(&mut self, event: &Event<Value>) -> Result<(), Trouble> {
        let redemption = store::redemptions::get(self.conn, &self.scope(), subject::<RedemptionId>(event)?)?;
        let customer = redemption.customer_id.ok_or_else(|| Problem::internal("redeemed for nobody"))?;
        let customer = self.customer(customer)?;
        let topic = Topic {
            customer: customer.id,
            reseller: redemption.reseller_id,
            partner: redemption.partner_of_record.clone().or_else(|| customer.partner_of_record.clone()),
            responsible: None,
            actor: redemption.confirmed_by.parse().ok(),
        };
        self.by_rules(&[Kind::KeysRedeemed], &topic, &customer, |_| true)
    }

    /// Those whom the marketplace's rules name for these kinds (U-63).
    fn by_rules(
        &mut self,
        kinds: &[Kind],
        topic: &Topic,
        customer: &Customer,
        wanted: impl Fn(&Recipients) -> bool,
    ) -> Result<(), Trouble> {
        let rules = Arc::clone(&self.rules);
        let mut named = kinds.iter().flat_map(|kind| rules.told(*kind));
        if !named.any(|to| wanted(to) && topic.has(to.who)) {
            return Ok(());
        }
        let directory = Directory::of(self.conn, self.marketplace, std::slice::from_ref(topic))?;
        for kind in kinds {
            let told = directory.told(topic, *kind, rules.told(*kind).iter().filter(|to| wanted(to)));
            let person = |user| Person::of(*kind, user, customer, directory.language(&rules.languages, user, customer));
            self.people.extend(told.into_iter().map(person));
        }
        Ok(())
    }

    /// The reseller that the customer has now: it sets the price, and it offered.
    fn of_customer(&mut self, event: &Event<Value>, kind: Kind) -> Result<(), Trouble> {
        let customer = self.customer(subject(event)?)?;
        let (reseller, actor) = (customer.reseller_id, None);
        let topic = Topic { customer: customer.id, reseller, partner: None, responsible: None, actor };
        self.by_rules(&[kind], &topic, &customer, |_| true)
    }

    fn customer(&mut self, id: CustomerId) -> Result<Customer, Trouble> {
        let scope = self.scope();
        Ok(store::customers::get(self.conn, &scope, id)?.value)
    }

    /// The end customer's contact (T-26), unless another domain was chosen since, or there is no such tenant.
    fn of_tenant(&mut self, event: &Event<Value>) -> Result<(), Trouble> {
        let id: CustomerId = subject(event)?;
        let record = store::tenants::get(self.conn, &self.scope(), id)?;
        let asked = record.is_some_and(|record| {
            record.tenant.status != TenantStatus::Failed && record.tenant.domain == event.payload["domain"]
        });
        if event.payload["mode"] != "link" || !asked {
            return Ok(());
        }
        let customer = store::customers::get(self.conn, &self.scope(), id)?.value;
        self.people.push(Person {
            kind: Kind::TenantConfirmation,
            address: customer.contact.email,
            language: self.language_of(None, customer.language, customer.address.as_ref()),
            user_id: None,
            customer_id: Some(id),
            reseller_id: customer.reseller_id,
        });
        Ok(())
    }

    /// The provider's own support, at the address that the marketplace names (T-09, T-12).
    fn support(&mut self, kind: Kind, profile: &Value) {
        let contacts = profile["public"]["support"].as_array().map(Vec::as_slice).unwrap_or_default();
        let support = contacts.iter().find(|contact| contact["concern"] == "support").or_else(|| contacts.first());
        if let Some(address) = support.and_then(|contact| contact["email"].as_str()) {
            self.stranger(kind, address.to_owned(), None);
        }
    }

    /// Who answers for the customer: its administrators; where none is there yet, its contact (K-13).
    fn of_offer(&mut self, event: &Event<Value>) -> Result<(), Trouble> {
        let id: CustomerId = subject(event)?;
        self.administrators(Kind::DelegationOffered, Organization::Customer(id))?;
        if self.people.is_empty() {
            let customer = store::customers::get(self.conn, &self.scope(), id)?.value;
            self.people.push(Person {
                kind: Kind::DelegationOffered,
                address: customer.contact.email,
                language: self.language_of(None, customer.language, customer.address.as_ref()),
                user_id: None,
                customer_id: Some(id),
                reseller_id: customer.reseller_id,
            });
        }
        Ok(())
    }

    /// Who has a log-in already; the registration is gone.
    fn of_known(&mut self, event: &Event<Value>) {
        let text = |name: &str| event.payload[name].as_str();
        if let Some(email) = text("email") {
            let language = text("language").map(str::to_owned);
            self.stranger(Kind::RegistrationKnown, email.to_owned(), language);
        }
    }

    /// Who registers; nobody where a newer form took the place of this one.
    fn of_registration(&mut self, event: &Event<Value>, kind: Kind) -> Result<(), Trouble> {
        match store::registrations::by_id_unscoped(self.conn, self.marketplace, subject(event)?) {
            Ok(record) => self.stranger(kind, record.email, record.language),
            // A newer form took its place.
            Err(StoreError::NotFound) => {}
            Err(error) => return Err(error.into()),
        }
        Ok(())
    }

    /// Who registers, and who runs the organisation (C-04).
    fn of_referral(&mut self, event: &Event<Value>) -> Result<(), Trouble> {
        self.of_registration(event, Kind::RegistrationReferred)?;
        let record =
            store::registrations::by_id_unscoped(self.conn, self.marketplace, subject::<RegistrationId>(event)?)?;
        match record.referred_to {
            Some(id) => self.administrators(Kind::RegistrationReferral, Organization::Customer(id)),
            None => Ok(()),
        }
    }

    fn language_of(&self, own: Option<&str>, company: Option<Language>, address: Option<&Address>) -> Lang {
        language_of(&self.rules.languages, own, company, address)
    }

    /// Somebody who is told without being one who can log in.
    fn stranger(&mut self, kind: Kind, address: String, language: Option<String>) {
        let language = self.language_of(language.as_deref(), None, None);
        let (user_id, customer_id, reseller_id) = (None, None, None);
        self.people.push(Person { kind, address, language, user_id, customer_id, reseller_id });
    }

    /// One person; nobody where it is gone or kept out.
    fn user(&mut self, kind: Kind, id: UserId) -> Result<(), Trouble> {
        match store::users::by_id_unscoped(self.conn, self.marketplace, id) {
            Ok(user) => self.add(kind, &user),
            Err(StoreError::NotFound) => Ok(()),
            Err(error) => Err(error.into()),
        }
    }

    /// Who runs an organisation.
    fn administrators(&mut self, kind: Kind, organization: Organization) -> Result<(), Trouble> {
        let role = organization.kind().administrator().into();
        for user in store::users::with_role_unscoped(self.conn, self.marketplace, organization, &role, MOST)? {
            self.add(kind, &user)?;
        }
        Ok(())
    }

    fn add(&mut self, kind: Kind, user: &StoredUser) -> Result<(), Trouble> {
        if user.state.disabled {
            return Ok(());
        }
        let (customer_id, own) = (user.organization.customer(), user.language.as_deref());
        let (reseller_id, language) = match user.organization {
            Organization::Customer(id) => {
                let customer = store::customers::get(self.conn, &self.scope(), id)?.value;
                (customer.reseller_id, self.language_of(own, customer.language, customer.address.as_ref()))
            }
            Organization::Reseller(id) => {
                let reseller = store::resellers::get(self.conn, &self.scope(), id)?.value;
                (Some(id), self.language_of(own, reseller.language, reseller.address.as_ref()))
            }
            Organization::Platform | Organization::Provider => (None, self.language_of(own, None, None)),
        };
        let (user_id, address) = (Some(user.id), user.notified_at().to_owned());
        self.people.push(Person { kind, address, language, user_id, customer_id, reseller_id });
        Ok(())
    }
}
