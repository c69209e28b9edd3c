//! Who is told about an event.

use crate::App;
use crate::http::problem::Problem;
use crate::texts::lang::Lang;
use crate::worker::outcome::Trouble;
use domain::access::{Organization, Scope};
use domain::event::{Event, EventKind};
use domain::id::{CustomerId, MarketplaceId, OrderId, RegistrationId, ResellerId, SubscriptionId, UserId};
use domain::notification::NotificationKind as Kind;
use domain::order::OrderStatus;
use domain::tenant::TenantStatus;
use serde_json::Value;
use std::collections::HashSet;
use std::str::FromStr;
use store::{Conn, StoreError};

/// The most administrators of an organisation that are told.
const MOST: u32 = 20;

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

/// Who is told about an event, each address once. Who is kept out is not told.
pub fn told(app: &App, conn: &mut Conn, event: &Event<Value>) -> Result<Vec<Person>, Trouble> {
    let marketplace = app.marketplaces.get(event.marketplace_id)?;
    let locale = marketplace.profile["public"]["locale"].as_str().and_then(Lang::from_code).unwrap_or_default();
    let mut told = Told { conn, marketplace: event.marketplace_id, locale, people: vec![] };
    match event.kind {
        EventKind::OrderCompleted => told.of_order(event)?,
        EventKind::SubscriptionReminded => told.of_subscription(event, Kind::TermEnding)?,
        EventKind::SubscriptionNotRenewed => told.of_subscription(event, Kind::SubscriptionNotRenewed)?,
        EventKind::SubscriptionReductionRefused => told.of_subscription(event, Kind::ReductionRefused)?,
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
    locale: Lang,
    people: Vec<Person>,
}

impl Told<'_> {
    const fn scope(&self) -> Scope {
        Scope::Marketplace(self.marketplace)
    }

    /// Who ordered; where a script did, the company's administrators.
    fn of_order(&mut self, event: &Event<Value>) -> Result<(), Trouble> {
        let order = store::orders::get(self.conn, &self.scope(), subject::<OrderId>(event)?)?;
        let completed = event.payload["status"] == OrderStatus::Completed.code();
        let kind = if completed { Kind::OrderReady } else { Kind::OrderFailed };
        match order.placed_by.parse::<UserId>() {
            Ok(id) => self.user(kind, id),
            Err(_) => self.administrators(kind, Organization::Customer(order.customer_id)),
        }
    }

    /// Who is responsible, else the company's administrators; the reseller; and the partner of record that the customer
    /// names for it, or for all that it has, where that is one of the marketplace's (K-15, K-16).
    fn of_subscription(&mut self, event: &Event<Value>, kind: Kind) -> Result<(), Trouble> {
        let subscription = store::subscriptions::get(self.conn, &self.scope(), subject::<SubscriptionId>(event)?)?;
        if let Some(id) = subscription.responsible_user {
            self.user(kind, id)?;
        }
        if self.people.is_empty() {
            self.administrators(kind, Organization::Customer(subscription.customer_id))?;
        }
        if let Some(id) = subscription.reseller_id {
            self.administrators(kind, Organization::Reseller(id))?;
        }
        let scope = self.scope();
        let partner = match subscription.partner_of_record {
            Some(number) => Some(number),
            None => store::customers::get(self.conn, &scope, subscription.customer_id)?.value.partner_of_record,
        };
        let Some(number) = partner else { return Ok(()) };
        for id in store::resellers::of_partner_id(self.conn, &scope, &number)? {
            self.administrators(kind, Organization::Reseller(id))?;
        }
        Ok(())
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
            language: self.locale,
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
                language: self.locale,
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

    /// Somebody who is told without being one who can log in.
    fn stranger(&mut self, kind: Kind, address: String, language: Option<String>) {
        let language = language.as_deref().and_then(Lang::from_code).unwrap_or(self.locale);
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

    fn add(&mut self, kind: Kind, user: &store::users::StoredUser) -> Result<(), Trouble> {
        if user.state.disabled {
            return Ok(());
        }
        let customer_id = user.organization.customer();
        let reseller_id = match customer_id {
            Some(id) => store::customers::get(self.conn, &self.scope(), id)?.value.reseller_id,
            None => user.organization.reseller(),
        };
        self.people.push(Person {
            kind,
            address: user.notified_at().to_owned(),
            language: user.language.as_deref().and_then(Lang::from_code).unwrap_or(self.locale),
            user_id: Some(user.id),
            customer_id,
            reseller_id,
        });
        Ok(())
    }
}
