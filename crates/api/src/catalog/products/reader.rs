//! Who reads the catalogue: whose prices, and what the customer owns.

use crate::auth::standing::Identity;
use crate::http::problem::{Problem, named};
use crate::http::wire::checks::Checks;
use crate::memory::owned::{Licences, LicencesOwned};
use crate::{App, transaction};
use actix_web::web;
use domain::access::{Permission, Scope};
use domain::id::CustomerId;
use domain::party::Country;
use domain::pricing::{Buyer, Payer};
use std::time::Instant;
use store::Conn;

/// A reader of the catalogue.
pub struct Reader {
    /// Whose prices are shown.
    pub buyer: Buyer,
    /// Whether it sees what the provider pays.
    pub cost: bool,
    /// Where the customer is whose offers are shown; none where no customer is asked about.
    pub country: Option<Country>,
    owned: Licences,
}

impl Reader {
    /// Whether the customer owns nothing at all.
    pub fn owns_nothing(&self) -> bool {
        self.owned.products.is_empty()
    }

    /// What the customer owns; nothing where no customer is asked about.
    pub fn owned(&self) -> &LicencesOwned {
        &self.owned
    }
}

/// The reader that a caller is, for a customer where one is named.
pub async fn reader(app: &web::Data<App>, identity: Identity, customer_id: Option<&str>) -> Result<Reader, Problem> {
    let cost = identity.may(Permission::CostsRead);
    let mut checks = Checks::new();
    let asked = customer_id.and_then(|text| checks.id::<CustomerId>("customer_id", text));
    checks.done()?;
    let Some(customer) = asked.or(identity.scope.customer()) else {
        return Ok(Reader {
            buyer: identity.scope.reseller().map_or(Buyer::Anybody, Buyer::Reseller),
            cost,
            country: None,
            owned: Licences::default(),
        });
    };
    let scope = identity.scope;
    let catalog = app.catalogs.of(scope.marketplace());
    // What was kept may be shown only where it is known whose it is without a question; one's own is known but for its
    // country, which matters only where there are several.
    if scope.customer() == Some(customer) && !catalog.has_markets() {
        let buyer = Buyer::of(Payer::Customer, customer, identity.buys_through);
        let owned = own_licences(app, scope, customer).await?;
        return Ok(Reader { buyer, cost, country: Some(catalog.market.country), owned });
    }
    transaction::read_one(app, move |_, conn| {
        let record = named("customer_id", store::customers::get(conn, &scope, customer))?.value;
        let owned = licences(conn, &scope, customer)?;
        let payer = Payer::of(scope.customer().is_some(), record.reseller_id);
        let buyer = Buyer::of(payer, customer, record.reseller_id);
        // Who has not said where it is sees what is sold at home.
        let country = record.address.map_or(catalog.market.country, |address| address.country);
        Ok(Reader { buyer, cost, country: Some(country), owned })
    })
    .await
}

/// What the caller's own organisation owns, as far as the caller sees it.
async fn own_licences(app: &web::Data<App>, scope: Scope, customer: CustomerId) -> Result<Licences, Problem> {
    if let Scope::Assigned(..) = scope {
        // What is kept is all that the customer owns.
        return transaction::read_one(app, move |_, conn| licences(conn, &scope, customer)).await;
    }
    let (mark, read_at) = (app.store.licences_mark(customer), Instant::now());
    if let Some(kept) = app.owned.get(customer, mark) {
        return Ok(kept);
    }
    let read = transaction::read_one(app, move |_, conn| licences(conn, &scope, customer)).await?;
    app.owned.keep(customer, mark, read_at, Licences::clone(&read));
    Ok(read)
}

fn licences(conn: &mut Conn, scope: &Scope, customer: CustomerId) -> Result<Licences, Problem> {
    let mut owned = LicencesOwned::default();
    for subscription in store::subscriptions::owned(conn, scope, customer)? {
        owned.add(subscription.product_id, subscription.sku_id, subscription.quantity);
    }
    Ok(Licences::new(owned))
}
