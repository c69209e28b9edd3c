//! Who reads the catalogue: whose prices, and what the customer owns.

use crate::auth::standing::Identity;
use crate::http::problem::Problem;
use crate::http::wire::checks::Checks;
use crate::{App, transaction};
use actix_web::web;
use domain::access::Permission;
use domain::id::{CustomerId, ProductId};
use domain::party::Country;
use domain::pricing::Buyer;
use std::collections::HashMap;

/// A reader of the catalogue.
pub struct Reader {
    /// Whose prices are shown.
    pub buyer: Buyer,
    /// Whether it sees what the provider pays.
    pub cost: bool,
    /// Where the customer is whose offers are shown; none where no customer is asked about.
    pub country: Option<Country>,
    owned: HashMap<ProductId, u32>,
}

impl Reader {
    /// Whether the customer owns nothing at all.
    pub fn owns_nothing(&self) -> bool {
        self.owned.is_empty()
    }

    /// How many licences of a product the customer owns; 0 where no customer is asked about.
    pub fn owned(&self, product: ProductId) -> u32 {
        self.owned.get(&product).copied().unwrap_or(0)
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
            buyer: Buyer { customer: None, reseller: identity.scope.reseller() },
            cost,
            country: None,
            owned: HashMap::new(),
        });
    };
    let scope = identity.scope;
    let own = scope.customer() == Some(customer);
    let catalog = app.catalogs.of(scope.marketplace());
    transaction::read_one(app, move |_, conn| {
        // One's own is known but for its country, which matters only where there are several.
        let known = own && !catalog.has_markets();
        let (reseller, country) = if known {
            (identity.buys_through, catalog.market.country)
        } else {
            let customer = store::customers::get(conn, &scope, customer)?.value;
            (customer.reseller_id, customer.address.country)
        };
        let mut owned = HashMap::new();
        for subscription in store::subscriptions::owned(conn, &scope, customer)? {
            *owned.entry(subscription.product_id).or_default() += subscription.quantity;
        }
        Ok(Reader { buyer: Buyer { customer: Some(customer), reseller }, cost, country: Some(country), owned })
    })
    .await
}
