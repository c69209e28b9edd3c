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
use crate::auth::standing::Identity;
use crate::demo::logins::{OPERATOR, PASSWORD, client_id};
use crate::demo::marketplaces::Definition;
use crate::demo::people::People;
use crate::http::problem::{Problem, there};
use crate::memory::profile::StoredProfile;
use crate::platform::marketplaces::{create, moves};
use crate::platform::operators::{self, NewOperator, NotAdded};
use crate::transaction::{Write, by_program};
use domain::access::{Organization, Role, RoleName};
use domain::id::MarketplaceId;
use domain::marketplace::Move;
use domain::party::MarketplaceStatus;
use provisioning::mock::MockPartnerCenter;
use std::cell::Cell;
use store::{Conn, api_clients, tenants, users};

/// Loads what is missing.
pub fn load(app: &App) -> Result<(), Problem> {
    app.refresh()?;
    refuse_beside_others(app)?;
    let hash = app.passwords.hash(PASSWORD)?;
    operator(app)?;
    for definition in marketplaces::all() {
        let known = app.marketplaces.by_slug(definition.slug);
        let id = match &known {
            Some(record) => record.marketplace.id,
            None => by_program(app, &Identity::of_platform("demo"), |write| create(write, &definition, &hash))?,
        };
        app.refresh()?;
        if app.catalogs.of(id).version == 0 {
            products::publish(app, id, &definition)?;
        }
        products::set_selling_prices(app, id, &definition)?;
        open(app, definition.slug)?;
    }
    app.refresh()?;
    Ok(())
}

/// Somebody who runs the installation.
fn operator(app: &App) -> Result<(), Problem> {
    let (first_name, last_name) = ("Olga".to_owned(), "Peters".to_owned());
    let (email, password) = (OPERATOR.to_owned(), Some(PASSWORD.to_owned()));
    match operators::let_in(app, NewOperator { email, first_name, last_name, password }, false) {
        Ok(_) | Err(NotAdded::Exists) => Ok(()),
        Err(NotAdded::Problem(problem)) => Err(problem),
    }
}

/// Opens it once it has something to sell.
fn open(app: &App, slug: &str) -> Result<(), Problem> {
    app.refresh()?;
    if app.marketplaces.by_slug(slug).is_none_or(|record| record.marketplace.status != MarketplaceStatus::Draft) {
        return Ok(());
    }
    let identity = Identity::of_platform("demo");
    by_program(app, &identity, |write| moves::make(write, slug, Move::Open).map(drop))
}

/// Demo log-ins are known to everybody: they must not come into an installation that is somebody's. Where they are
/// already, what was made beside them stays.
fn refuse_beside_others(app: &App) -> Result<(), Problem> {
    let all = app.marketplaces.all();
    for record in &all {
        let client = client_id(&record.marketplace.slug);
        let client = app.store.read(|conn| there(api_clients::by_id_unscoped(conn, client)))?;
        if client.is_some_and(|client| client.marketplace_id == record.marketplace.id) {
            return Ok(());
        }
    }
    if let Some(other) = all.first() {
        let slug = &other.marketplace.slug;
        let why = format!("the database holds {slug}, which is not of the demo: it gets no demo data");
        return Err(Problem::internal(why));
    }
    let role = RoleName::from(Role::PlatformOperator);
    let first = |conn: &mut Conn| {
        Ok::<_, Problem>(users::with_role_unscoped(conn, MarketplaceId::PLATFORM, Organization::Platform, &role, 1)?)
    };
    match app.store.read(first)?.first() {
        Some(other) if other.login != OPERATOR => {
            Err(Problem::internal("somebody runs this installation, who is not of the demo: it gets no demo data"))
        }
        _ => Ok(()),
    }
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

/// Makes a marketplace by the write that makes any, and puts people and products into it.
fn create(write: &mut Write<'_>, definition: &Definition, hash: &str) -> Result<MarketplaceId, Problem> {
    let made = create::create(write, &definition.marketplace()?)?;
    let profile: StoredProfile = serde_json::from_value(made.profile).map_err(Problem::internal)?;
    let (tx, id, now) = (&mut *write.tx, made.marketplace.id, write.now);
    let people = People { marketplace: id, slug: definition.slug, hash, now, count: Cell::new(0) };
    people.user(tx, &format!("provider@{}.example", definition.slug), Role::ProviderAdmin, Organization::Provider)?;
    people.client(tx)?;
    people.customers(tx)?;
    if definition.slug == "terra" {
        people.resellers(tx)?;
        people.customer_numbers(tx)?;
    }
    consents::give(tx, id, definition.slug, now)?;
    products::introduce_products(tx, id, definition.slug, &profile)?;
    if definition.slug == examples::SLUG {
        examples::fill_cart(tx, id, now)?;
        examples::set_up_branch(tx, id, now)?;
    }
    Ok(id)
}
