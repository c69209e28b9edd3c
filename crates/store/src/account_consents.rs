//! Consents for accounts: who agreed to which text in which version, when (C-09, T-06). Never changed.

use crate::connection::Conn;
use crate::error::Result;
use crate::schema::people::account_consents;
use crate::types::{At, Coded, Id};
use diesel::prelude::*;
use domain::id::{MarketplaceId, UserId};
use domain::people::AccountConsentKind;
use time::OffsetDateTime;

/// That somebody agreed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StoredConsent {
    /// In whose marketplace they are.
    pub marketplace_id: MarketplaceId,
    /// The user who agreed.
    pub user_id: UserId,
    /// What the text is about.
    pub kind: AccountConsentKind,
    /// To which text of it.
    pub version: String,
    /// When, by the marketplace's clock.
    pub agreed_at: OffsetDateTime,
    /// From which network address.
    pub address: String,
}

#[derive(Queryable, Selectable, Insertable)]
#[diesel(table_name = account_consents, treat_none_as_default_value = false)]
struct Row {
    marketplace_id: Id<MarketplaceId>,
    user_id: Id<UserId>,
    kind: Coded<AccountConsentKind>,
    version: String,
    agreed_at: At,
    address: String,
}

/// Adds consents; who agreed to the same text before keeps the earlier instant.
pub fn insert(tx: &mut Conn, consents: &[StoredConsent]) -> Result<()> {
    for consent in consents {
        let row = Row {
            marketplace_id: Id(consent.marketplace_id),
            user_id: Id(consent.user_id),
            kind: Coded(consent.kind),
            version: consent.version.clone(),
            agreed_at: At(consent.agreed_at),
            address: consent.address.clone(),
        };
        on!(tx, c => diesel::insert_into(account_consents::table).values(row).on_conflict_do_nothing().execute(c))?;
    }
    Ok(())
}

/// What a user has agreed to, in the order of time.
pub fn of_user_unscoped(c: &mut Conn, marketplace: MarketplaceId, user: UserId) -> Result<Vec<StoredConsent>> {
    let query = account_consents::table
        .filter(account_consents::marketplace_id.eq(Id(marketplace)))
        .filter(account_consents::user_id.eq(Id(user)))
        .order((account_consents::agreed_at, account_consents::kind, account_consents::version));
    let rows: Vec<Row> = on!(c, c => query.select(Row::as_select()).load(c))?;
    Ok(rows
        .into_iter()
        .map(|row| StoredConsent {
            marketplace_id: row.marketplace_id.0,
            user_id: row.user_id.0,
            kind: row.kind.0,
            version: row.version,
            agreed_at: row.agreed_at.0,
            address: row.address,
        })
        .collect())
}
