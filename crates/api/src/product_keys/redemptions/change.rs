//! Changing an open redemption.

use crate::App;
use crate::http::problem::{Code, Problem};
use crate::people::users::first::is_free;
use crate::product_keys::redemptions::open::{entered, hints, noted, open};
use crate::product_keys::redemptions::set_up::ADMINISTRATOR;
use crate::texts::place::Place;
use crate::transaction::Write;
use domain::id::{RedemptionId, SubscriptionId};
use domain::product_key::action::KeyAction;
use domain::product_key::{EnteredKey, NewCustomer, ProductKey, Redemption};
use domain::subscription::change::Starts;
use serde_json::json;

/// Where a key of a changed redemption comes from.
pub enum KeySource {
    /// One that is entered now.
    New(ProductKey),
    /// One that was entered before, at this place.
    Entered(usize),
}

/// A key of a changed redemption; what is none stays.
pub struct KeyEntry {
    /// Which key it is.
    pub source: KeySource,
    /// What it is to do.
    pub action: Option<Option<KeyAction>>,
    /// With which subscription.
    pub subscription_id: Option<Option<SubscriptionId>>,
    /// When its renewal starts.
    pub starts: Option<Option<Starts>>,
}

/// What changes about a redemption; none stays.
pub struct RedemptionChange {
    /// All keys that it then has.
    pub keys: Option<Vec<KeyEntry>>,
    /// The partner's number, or none.
    pub partner_of_record: Option<Option<String>>,
}

/// Changes the keys of an open redemption, what they are to do, its partner, or the customer that comes into being with
/// it: `another` is what that is to be, where it changes.
pub fn change(
    write: &mut Write<'_>,
    id: RedemptionId,
    wanted: &RedemptionChange,
    another: impl FnOnce(&App, &Redemption) -> Result<Option<NewCustomer>, Problem>,
) -> Result<Redemption, Problem> {
    let mut redemption = open(write, id)?;
    if let Some(entries) = &wanted.keys {
        let entries = entries.iter().enumerate();
        redemption.keys = entries.map(|(n, entry)| changed(write, &redemption, n, entry)).collect::<Result<_, _>>()?;
    }
    if let Some(new) = another(write.app, &redemption)? {
        is_free(write, ADMINISTRATOR, &new.administrator.email)?;
        redemption.new_customer = Some(new);
    }
    if let Some(partner) = &wanted.partner_of_record {
        redemption.partner_of_record.clone_from(partner);
    }
    redemption.version = store::redemptions::save(write.tx, &redemption, write.meta.expected(redemption.version))?;
    let after = json!({"keys": hints(&redemption), "partner_of_record": redemption.partner_of_record});
    noted(write, &redemption);
    write.audit("redemption.changed", redemption.customer_id, id.to_string(), None, Some(after))?;
    Ok(redemption)
}

fn changed(write: &mut Write<'_>, of: &Redemption, n: usize, entry: &KeyEntry) -> Result<EnteredKey, Problem> {
    let mut key = match &entry.source {
        KeySource::New(key) => entered(write, key)?,
        KeySource::Entered(position) => of.keys.get(*position).cloned().ok_or_else(|| {
            let most = of.keys.len().saturating_sub(1);
            Problem::field(format!("/keys/{n}/position"), Code::OutOfRange).with("limit", Place::Range(0, most as u64))
        })?,
    };
    let wanted = &mut key.wanted;
    wanted.action = entry.action.unwrap_or(wanted.action);
    wanted.subscription_id = entry.subscription_id.unwrap_or(wanted.subscription_id);
    wanted.starts = entry.starts.unwrap_or(wanted.starts);
    Ok(key)
}
