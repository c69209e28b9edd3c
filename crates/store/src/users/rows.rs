//! A user and its row.

use crate::schema::users;
use crate::types::{At, Coded, Id, Json};
use diesel::prelude::*;
use domain::access::{Area, Organization, RoleName};
use domain::id::{CustomerId, MarketplaceId, ResellerId, UserId};
use domain::party::Address;
use domain::people::{Lock, UserState};
use time::OffsetDateTime;

/// A person who can log in, with what only the service knows of them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StoredUser {
    /// The id that tokens and the audit log name.
    pub id: UserId,
    /// The marketplace that it logs in to.
    pub marketplace_id: MarketplaceId,
    /// Where it belongs.
    pub organization: Organization,
    /// Its log-in name, in small letters.
    pub login: String,
    /// Its e-mail address.
    pub email: String,
    /// Another address for notifications (L-06).
    pub notification_email: Option<String>,
    /// The person's first name.
    pub first_name: String,
    /// The person's last name.
    pub last_name: String,
    /// A phone number, as it was typed.
    pub phone: Option<String>,
    /// Postal address (L-10).
    pub address: Option<Address>,
    /// The language of its mails; none is its organisation's.
    pub language: Option<String>,
    /// What it may do.
    pub role: RoleName,
    /// The areas it is let into, where its role goes by area (T-11).
    pub areas: Option<Vec<Area>>,
    /// What its owner knows it by.
    pub external_ref: Option<String>,
    /// The hash of its password; none before one is set.
    pub password_hash: Option<String>,
    /// What its status follows from.
    pub state: UserState,
    /// When it was deleted.
    pub deleted_at: Option<OffsetDateTime>,
    /// When it was created.
    pub created_at: OffsetDateTime,
    /// When it was changed last; the store says so.
    pub updated_at: OffsetDateTime,
    /// Counts each change; the ETag.
    pub version: i64,
}

impl StoredUser {
    /// Where to reach it with notifications: account and system updates (L-06).
    pub fn notified_at(&self) -> &str {
        self.notification_email.as_deref().unwrap_or(&self.email)
    }
}

#[derive(Queryable, Selectable, Insertable, AsChangeset)]
#[diesel(table_name = users, primary_key(marketplace_id, id))]
#[diesel(treat_none_as_default_value = false, treat_none_as_null = true)]
pub(super) struct Row {
    marketplace_id: Id<MarketplaceId>,
    pub(super) id: Id<UserId>,
    login: String,
    first_name: String,
    last_name: String,
    role: Coded<RoleName>,
    reseller_id: Option<Id<ResellerId>>,
    customer_id: Option<Id<CustomerId>>,
    password_hash: String,
    disabled: bool,
    created_at: At,
    pub(super) version: i64,
    email: String,
    notification_email: Option<String>,
    phone: Option<String>,
    address: Option<Json<Address>>,
    language: Option<String>,
    areas: Option<Json<Vec<Area>>>,
    external_ref: Option<String>,
    activated_at: Option<At>,
    locked_at: Option<At>,
    locked_until: Option<At>,
    deleted_at: Option<At>,
    /// The reseller that sees the user: its own one, or its customer's. Neither ever changes.
    #[diesel(skip_update)]
    seen_by_reseller_id: Option<Id<ResellerId>>,
    /// What stands behind the `@`: who has addresses of a domain is looked for by it.
    email_domain: Option<String>,
    pub(super) updated_at: At,
}

impl Row {
    pub(super) fn seen_by(user: &StoredUser, reseller: Option<ResellerId>) -> Self {
        Self { seen_by_reseller_id: reseller.map(Id), ..Self::from(user) }
    }
}

impl From<&StoredUser> for Row {
    fn from(record: &StoredUser) -> Self {
        let record = record.clone();
        Self {
            marketplace_id: Id(record.marketplace_id),
            id: Id(record.id),
            login: record.login.to_ascii_lowercase(),
            first_name: record.first_name,
            last_name: record.last_name,
            role: Coded(record.role),
            reseller_id: record.organization.reseller().map(Id),
            customer_id: record.organization.customer().map(Id),
            password_hash: record.password_hash.unwrap_or_default(),
            disabled: record.state.disabled,
            created_at: At(record.created_at),
            version: record.version,
            email_domain: record.email.rsplit_once('@').map(|(_, domain)| domain.to_owned()),
            email: record.email,
            notification_email: record.notification_email,
            phone: record.phone,
            address: record.address.map(Json),
            language: record.language,
            areas: record.areas.map(Json),
            external_ref: record.external_ref,
            activated_at: record.state.activated_at.map(At),
            locked_at: record.state.lock.map(|lock| At(lock.since)),
            locked_until: record.state.lock.and_then(|lock| lock.until).map(At),
            deleted_at: record.deleted_at.map(At),
            seen_by_reseller_id: record.organization.reseller().map(Id),
            updated_at: At(record.updated_at),
        }
    }
}

impl From<Row> for StoredUser {
    fn from(row: Row) -> Self {
        let organization = match (row.customer_id, row.reseller_id) {
            (Some(id), _) => Organization::Customer(id.0),
            (None, Some(id)) => Organization::Reseller(id.0),
            (None, None) => Organization::head(row.marketplace_id.0),
        };
        let lock = row.locked_at.map(|since| Lock { since: since.0, until: row.locked_until.map(|at| at.0) });
        let activated_at = row.activated_at.map(|at| at.0);
        Self {
            id: row.id.0,
            marketplace_id: row.marketplace_id.0,
            organization,
            login: row.login,
            email: row.email,
            notification_email: row.notification_email,
            first_name: row.first_name,
            last_name: row.last_name,
            phone: row.phone,
            address: row.address.map(|document| document.0),
            language: row.language,
            role: row.role.0,
            areas: row.areas.map(|document| document.0),
            external_ref: row.external_ref,
            password_hash: Some(row.password_hash).filter(|hash| !hash.is_empty()),
            state: UserState { disabled: row.disabled, activated_at, lock },
            deleted_at: row.deleted_at.map(|at| at.0),
            created_at: row.created_at.0,
            updated_at: row.updated_at.0,
            version: row.version,
        }
    }
}
