//! Opening, suspending and closing a marketplace.

use crate::http::problem::{Code, FieldProblem, Problem};
use crate::memory::marketplaces::people_rules;
use crate::memory::profile::StoredProfile;
use crate::microsoft;
use crate::platform::marketplaces::facts::facts;
use crate::platform::marketplaces::find;
use crate::texts::phrases::Phrase;
use crate::transaction::Write;
use domain::access::{Organization, Role};
use domain::event::EventKind;
use domain::marketplace::{Missing, Move, Readiness};
use store::marketplaces::StoredMarketplace;

/// Moves a marketplace on. One that stands so already is answered as it is, and nothing is recorded.
pub fn make(write: &mut Write<'_>, slug: &str, wanted: Move) -> Result<StoredMarketplace, Problem> {
    let mut record = find::locked(write, slug)?;
    let status = record.marketplace.status.after(wanted)?;
    if status == record.marketplace.status {
        return Ok(record);
    }
    match wanted {
        Move::Open => ready(write, &record)?,
        Move::Close => unused(write, &record)?,
        Move::Suspend => {}
    }
    record.marketplace.status = status;
    store::marketplaces::update(write.tx, &record)?;
    record.version += 1;
    let kind = match wanted {
        Move::Open => EventKind::MarketplaceOpened,
        Move::Suspend => EventKind::MarketplaceSuspended,
        Move::Close => EventKind::MarketplaceClosed,
    };
    let (id, after) = (record.marketplace.id, facts(&record)?);
    write.audit(kind.code(), None, id.to_string(), None, Some(after.clone()))?;
    write.within(id, |within| within.record(kind, None, id.to_string(), after))?;
    Ok(record)
}

/// Everything that is missing, at once, each with the field that it would stand in.
fn ready(write: &mut Write<'_>, record: &StoredMarketplace) -> Result<(), Problem> {
    let marketplace = &record.marketplace;
    let profile: StoredProfile = serde_json::from_value(record.profile.clone()).map_err(Problem::internal)?;
    let administrator = Role::ProviderAdmin.into();
    let administrators = store::users::count_active(write.tx, marketplace.id, Organization::Provider, &administrator)?;
    let catalog = write.app.catalog_in(write.tx, marketplace.id)?;
    let public = &profile.public;
    let readiness = Readiness {
        people: &people_rules(record),
        consents: &public.form_rules.consents.iter().map(|rule| (rule.kind.0, rule.url.as_deref())).collect::<Vec<_>>(),
        concerns: &public.support.iter().map(|contact| contact.concern.as_str()).collect::<Vec<_>>(),
        administrators,
        sells: catalog.sells(write.app.now_ahead(record.clock_offset_us)),
        sandbox: marketplace.sandbox,
        pretends: microsoft::pretends(write.app),
    };
    let missing = readiness.missing();
    if missing.is_empty() {
        return Ok(());
    }
    Err(Problem::new(Code::MarketplaceNotReady).with_fields(missing.into_iter().map(told).collect()))
}

fn told(missing: Missing) -> FieldProblem {
    let (pointer, code, arguments) = match missing {
        Missing::Administrator => ("/administrator".to_owned(), Code::NoAdministrator, vec![]),
        Missing::Offers => ("/offers".to_owned(), Code::NothingForSale, vec![]),
        Missing::Contact(concern) => {
            ("/support".to_owned(), Code::ContactMissing, vec![("concern", Phrase::from(concern).into())])
        }
        Missing::ShopUrl => ("/shop_url".to_owned(), Code::Required, vec![]),
        Missing::ConsentText(n) => (format!("/consents/{n}/url"), Code::Required, vec![]),
        Missing::AccountText(n) => (format!("/account_consents/{n}/url"), Code::Required, vec![]),
        Missing::PartnerCenter => ("/sandbox".to_owned(), Code::OnlyPretends, vec![]),
    };
    FieldProblem { pointer, code, arguments }
}

/// Refuses to end what customers still own something of.
fn unused(write: &mut Write<'_>, record: &StoredMarketplace) -> Result<(), Problem> {
    let count = store::marketplaces::running_unscoped(write.tx, record.marketplace.id)?;
    if count == 0 {
        return Ok(());
    }
    Err(Problem::new(Code::MarketplaceInUse).with("count", count.unsigned_abs()).with_extra("subscriptions", count))
}
