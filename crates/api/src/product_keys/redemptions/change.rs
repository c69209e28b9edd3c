//! Changing an open redemption.

use crate::http::problem::{Code, Problem};
use crate::http::wire::body::patched;
use crate::http::wire::checks::Checks;
use crate::people::users::first::is_free;
use crate::product_keys::redemptions::new_customer::NewCustomer;
use crate::product_keys::redemptions::open::{entered, hints, noted, open};
use crate::product_keys::redemptions::set_up::ADMINISTRATOR;
use crate::transaction::Write;
use domain::id::{RedemptionId, SubscriptionId};
use domain::product_key::action::KeyAction;
use domain::product_key::{self, EnteredKey, ProductKey, Redemption};
use domain::subscription::change::Starts;
use serde_json::{Value, json};

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
    /// What changes about the customer that comes into being.
    pub new_customer: Option<Value>,
}

/// Changes the keys of an open redemption, what they are to do, or its partner.
pub fn change(write: &mut Write<'_>, id: RedemptionId, wanted: &RedemptionChange) -> Result<Redemption, Problem> {
    let mut redemption = open(write, id)?;
    if let Some(entries) = &wanted.keys {
        let entries = entries.iter().enumerate();
        redemption.keys = entries.map(|(n, entry)| changed(write, &redemption, n, entry)).collect::<Result<_, _>>()?;
    }
    if let Some(patch) = &wanted.new_customer {
        redemption.new_customer = Some(another(write, &redemption, patch)?);
    }
    if let Some(partner) = &wanted.partner_of_record {
        redemption.partner_of_record.clone_from(partner);
    }
    redemption.version = store::redemptions::save(write.tx, &redemption, write.meta.if_match)?;
    let after = json!({"keys": hints(&redemption), "partner_of_record": redemption.partner_of_record});
    noted(write, &redemption);
    write.audit("redemption.changed", redemption.customer_id, id.to_string(), None, Some(after))?;
    Ok(redemption)
}

/// The new customer as it then is; of a redemption for one that there is none can be made.
fn another(write: &mut Write<'_>, of: &Redemption, patch: &Value) -> Result<product_key::NewCustomer, Problem> {
    let Some(current) = &of.new_customer else {
        let expected = "nothing: the redemption is for a customer that there is";
        return Err(Problem::field("/new_customer", Code::InvalidValue).with("expected", expected));
    };
    let new: NewCustomer = patched("/new_customer", Some(&NewCustomer::from(current)), patch)?;
    let mut checks = Checks::new();
    let checked = new.check(write.app, of.marketplace_id, &mut checks)?;
    let checked = checks.finish(checked)?;
    is_free(write, ADMINISTRATOR, &checked.administrator.email)?;
    Ok(checked)
}

fn changed(write: &mut Write<'_>, of: &Redemption, n: usize, entry: &KeyEntry) -> Result<EnteredKey, Problem> {
    let mut key = match &entry.source {
        KeySource::New(key) => entered(write, key)?,
        KeySource::Entered(position) => of.keys.get(*position).cloned().ok_or_else(|| {
            let most = of.keys.len().saturating_sub(1);
            Problem::field(format!("/keys/{n}/position"), Code::OutOfRange).with("limit", format!("0-{most}"))
        })?,
    };
    let wanted = &mut key.wanted;
    wanted.action = entry.action.unwrap_or(wanted.action);
    wanted.subscription_id = entry.subscription_id.unwrap_or(wanted.subscription_id);
    wanted.starts = entry.starts.unwrap_or(wanted.starts);
    Ok(key)
}
