//! Demo data: five marketplaces after the five manuals, with people, customers and the same catalogue.
//!
//! Loaded once; what an interrupted start left out is added by the next.

mod consents;
pub mod examples;
pub mod guide;
pub mod living;
pub mod logins;
mod marketplaces;
mod organizations;
mod people;
mod products;
mod stable;

use crate::App;
use crate::demo::logins::{PASSWORD, client_id};
use crate::demo::marketplaces::{Definition, germany};
use crate::demo::people::People;
use crate::http::problem::{Problem, there};
use crate::ids::New as _;
use domain::access::{Organization, Role};
use domain::id::MarketplaceId;
use domain::money::Currency;
use domain::party::Marketplace;
use domain::policy::{Version, presets};
use provisioning::mock::MockPartnerCenter;
use std::cell::Cell;
use store::{Conn, api_clients, tenants};
use time::OffsetDateTime;

/// Loads what is missing.
pub fn load(app: &App) -> Result<(), Problem> {
    app.refresh()?;
    refuse_beside_others(app)?;
    let hash = app.passwords.hash(PASSWORD)?;
    for definition in marketplaces::all() {
        let known = app.marketplaces.by_slug(definition.slug);
        let id = match &known {
            Some(record) => record.marketplace.id,
            None => app.store.write(|tx| create(tx, &definition, &hash, app.clock.now()))?,
        };
        app.refresh()?;
        if app.catalogs.of(id).version == 0 {
            products::publish(app, id, &definition)?;
        }
        products::set_selling_prices(app, id, &definition)?;
    }
    app.refresh()?;
    Ok(())
}

/// Demo log-ins are known to everybody: they must not come into an installation that sells.
fn refuse_beside_others(app: &App) -> Result<(), Problem> {
    for record in app.marketplaces.all() {
        let slug = &record.marketplace.slug;
        let client = app.store.read(|conn| there(api_clients::by_id_unscoped(conn, client_id(slug))))?;
        if client.is_none_or(|client| client.marketplace_id != record.marketplace.id) {
            return Err(Problem::internal(format!(
                "the database holds {slug}, which is not of the demo: it gets no demo data"
            )));
        }
    }
    Ok(())
}

/// Tells the mock which tenants exist already: it must not give their domains away.
pub fn adopt_tenants(app: &App, mock: &MockPartnerCenter) -> Result<(), Problem> {
    for record in app.marketplaces.all() {
        let linked = app.store.read(|conn| Ok::<_, Problem>(tenants::linked_unscoped(conn, record.marketplace.id)?))?;
        for (domain, entra_tenant_id) in linked {
            mock.adopt_tenant(&domain, &entra_tenant_id).map_err(Problem::internal)?;
        }
    }
    Ok(())
}

fn create(tx: &mut Conn, definition: &Definition, hash: &str, now: OffsetDateTime) -> Result<MarketplaceId, Problem> {
    let id = MarketplaceId::new();
    let marketplace = Marketplace {
        id,
        slug: definition.slug.to_owned(),
        name: definition.name.to_owned(),
        country: germany()?,
        currency: Currency::Eur,
        time_zone: marketplaces::berlin()?,
        sandbox: true,
    };
    let profile = serde_json::to_value(definition.profile()).map_err(Problem::internal)?;
    store::marketplaces::insert(
        tx,
        &store::marketplaces::StoredMarketplace {
            marketplace,
            profile,
            clock_offset_us: 0,
            catalog_version: 0,
            access_version: 0,
            version: 1,
        },
    )?;
    for (key, rules) in presets::all().map_err(Problem::internal)? {
        store::policies::insert(tx, id, key, &Version { version: 1, valid_from: now, content: rules })?;
    }
    let people = People { marketplace: id, slug: definition.slug, hash, now, count: Cell::new(0) };
    people.user(tx, &format!("provider@{}.example", definition.slug), Role::ProviderAdmin, Organization::Provider)?;
    people.client(tx)?;
    people.customers(tx)?;
    if definition.slug == "terra" {
        people.resellers(tx)?;
        people.customer_numbers(tx)?;
    }
    consents::give(tx, id, definition.slug, now)?;
    products::introduce_products(tx, id, definition)?;
    if definition.slug == examples::SLUG {
        examples::fill_cart(tx, id, now)?;
        examples::set_up_branch(tx, id, now)?;
    }
    Ok(id)
}
