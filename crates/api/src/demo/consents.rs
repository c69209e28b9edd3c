//! What the demo's people have agreed to.

use crate::http::problem::Problem;
use domain::access::Scope;
use domain::id::MarketplaceId;
use domain::people::presets;
use store::account_consents::{self, StoredConsent};
use store::page::PageRequest;
use store::{Conn, users};
use time::OffsetDateTime;

/// Everybody at a marketplace has agreed to the texts that are in force.
pub fn give(tx: &mut Conn, marketplace: MarketplaceId, slug: &str, now: OffsetDateTime) -> Result<(), Problem> {
    let needed = presets::of(slug).map(|rules| rules.consents).unwrap_or_default();
    let page = PageRequest { limit: 200, after: None, descending: false };
    let (scope, all) = (Scope::Marketplace(marketplace), users::Filter::default());
    for user in users::list(tx, &scope, &all, &page.into())?.items {
        let record = |kind, version: &String| StoredConsent {
            marketplace_id: marketplace,
            user_id: user.id,
            kind,
            version: version.clone(),
            agreed_at: now,
            address: "127.0.0.1".to_owned(),
        };
        let records: Vec<_> = needed.iter().map(|need| record(need.kind, &need.version)).collect();
        account_consents::insert(tx, &records)?;
    }
    Ok(())
}
