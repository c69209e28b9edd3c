//! A registration and its row.

use crate::schema::registrations::registrations;
use crate::types::{At, Coded, Id, Json};
use diesel::prelude::*;
use domain::id::{CustomerId, MarketplaceId, RegistrationId, ResellerId, UserId};
use domain::people::RegistrationMode;
use domain::registration::RegistrationStatus;
use serde_json::Value;
use time::OffsetDateTime;

/// What a stranger has sent, and how far it has come.
#[derive(Debug, Clone, PartialEq)]
pub struct StoredRegistration {
    /// Into which marketplace they want.
    pub marketplace_id: MarketplaceId,
    /// The id that its mails and events name.
    pub id: RegistrationId,
    /// By which way.
    pub mode: RegistrationMode,
    /// Where it stands.
    pub status: RegistrationStatus,
    /// The address, and the log-in name to be; in small letters.
    pub email: String,
    /// The language of its mails; none is the marketplace's.
    pub language: Option<String>,
    /// What was filled in, as a document.
    pub form: Option<Value>,
    /// The hash of the password that was chosen.
    pub password_hash: Option<String>,
    /// Bank data, sealed (T-05).
    pub bank_data: Option<Vec<u8>>,
    /// The last four characters of the account number.
    pub iban_last_four: Option<String>,
    /// The customer number that was given (T-01).
    pub customer_number: Option<String>,
    /// What does not fit the provider's records (T-04), as a list of codes.
    pub mismatches: Option<Value>,
    /// What was agreed to, as a document.
    pub consents: Option<Value>,
    /// From which network address.
    pub address: String,
    /// Why it was rejected.
    pub reason: Option<String>,
    /// The organisation whose administrator was told (C-04).
    pub referred_to: Option<CustomerId>,
    /// Who decided: a user's or an API client's id.
    pub decided_by: Option<String>,
    /// When they decided.
    pub decided_at: Option<OffsetDateTime>,
    /// The customer that it became.
    pub customer_id: Option<CustomerId>,
    /// The reseller that it became.
    pub reseller_id: Option<ResellerId>,
    /// The user that it became.
    pub user_id: Option<UserId>,
    /// When it came, by the marketplace's clock.
    pub created_at: OffsetDateTime,
    /// When it last changed, by the marketplace's clock.
    pub updated_at: OffsetDateTime,
    /// Counts each change; the ETag.
    pub version: i64,
}

#[derive(Queryable, Selectable, Insertable, AsChangeset)]
#[diesel(table_name = registrations, primary_key(marketplace_id, id))]
#[diesel(treat_none_as_default_value = false, treat_none_as_null = true)]
pub(super) struct Row {
    marketplace_id: Id<MarketplaceId>,
    pub(super) id: Id<RegistrationId>,
    mode: Coded<RegistrationMode>,
    status: Coded<RegistrationStatus>,
    email: String,
    language: Option<String>,
    form: Option<Json<Value>>,
    password_hash: Option<String>,
    bank_data: Option<Vec<u8>>,
    iban_last_four: Option<String>,
    customer_number: Option<String>,
    mismatches: Option<Json<Value>>,
    consents: Option<Json<Value>>,
    address: String,
    reason: Option<String>,
    referred_to: Option<Id<CustomerId>>,
    decided_by: Option<String>,
    decided_at: Option<At>,
    customer_id: Option<Id<CustomerId>>,
    reseller_id: Option<Id<ResellerId>>,
    user_id: Option<Id<UserId>>,
    pub(super) created_at: At,
    updated_at: At,
    version: i64,
}

impl From<&StoredRegistration> for Row {
    fn from(record: &StoredRegistration) -> Self {
        let record = record.clone();
        Self {
            marketplace_id: Id(record.marketplace_id),
            id: Id(record.id),
            mode: Coded(record.mode),
            status: Coded(record.status),
            email: record.email,
            language: record.language,
            form: record.form.map(Json),
            password_hash: record.password_hash,
            bank_data: record.bank_data,
            iban_last_four: record.iban_last_four,
            customer_number: record.customer_number,
            mismatches: record.mismatches.map(Json),
            consents: record.consents.map(Json),
            address: record.address,
            reason: record.reason,
            referred_to: record.referred_to.map(Id),
            decided_by: record.decided_by,
            decided_at: record.decided_at.map(At),
            customer_id: record.customer_id.map(Id),
            reseller_id: record.reseller_id.map(Id),
            user_id: record.user_id.map(Id),
            created_at: At(record.created_at),
            updated_at: At(record.updated_at),
            version: record.version,
        }
    }
}

impl From<Row> for StoredRegistration {
    fn from(row: Row) -> Self {
        Self {
            marketplace_id: row.marketplace_id.0,
            id: row.id.0,
            mode: row.mode.0,
            status: row.status.0,
            email: row.email,
            language: row.language,
            form: row.form.map(|document| document.0),
            password_hash: row.password_hash,
            bank_data: row.bank_data,
            iban_last_four: row.iban_last_four,
            customer_number: row.customer_number,
            mismatches: row.mismatches.map(|document| document.0),
            consents: row.consents.map(|document| document.0),
            address: row.address,
            reason: row.reason,
            referred_to: row.referred_to.map(|id| id.0),
            decided_by: row.decided_by,
            decided_at: row.decided_at.map(|at| at.0),
            customer_id: row.customer_id.map(|id| id.0),
            reseller_id: row.reseller_id.map(|id| id.0),
            user_id: row.user_id.map(|id| id.0),
            created_at: row.created_at.0,
            updated_at: row.updated_at.0,
            version: row.version,
        }
    }
}
