//! What decides a change, loaded in one go: the same for a preview, the real thing and what is allowed.

use crate::App;
use crate::http::problem::Problem;
use crate::memory::catalogs::catalog::Catalog;
use crate::memory::catalogs::nodes::Found;
use crate::ordering::carts::beside::{Beside, ever_ordered};
use domain::access::Scope;
use domain::active_order::ActiveOrders;
use domain::billing;
use domain::calendar::Day;
use domain::id::{ProductId, UserId};
use domain::pricing::Buyer;
use domain::subscription::change::{AddOn, Change, Facts, Neighbor, Offered};
use domain::subscription::renewal;
use domain::subscription::{Subscription, SubscriptionStatus};
use std::sync::Arc;
use store::Conn;
use store::subscriptions::Owned;
use time::OffsetDateTime;

/// Charges that ended so many days ago may still be given back: the longest window there is, and a day.
const DAYS_BACK: i64 = 31;

/// The facts with when they hold, and the catalogue they are from.
pub struct Loaded {
    /// What decides a change of the subscription.
    pub facts: Facts,
    /// The marketplace's now.
    pub now: OffsetDateTime,
    /// The catalogue that they are from.
    pub catalog: Arc<Catalog>,
}

impl Loaded {
    /// What the subscription may become, with the prices that are known for an instant.
    pub fn offers_at(&self, at: OffsetDateTime) -> Vec<Offered> {
        let subscription = &self.facts.subscription;
        let buyer = subscription.buyer();
        offers_of(&self.catalog, subscription.product_id, buyer, renewal::in_force_at(subscription, at))
    }
}

/// Loads the facts of a subscription that the scope has found. All that the customer has decides, whoever asks; only
/// what is seen is aligned with.
pub fn load(
    app: &App,
    conn: &mut Conn,
    scope: &Scope,
    subscription: Subscription,
    change: Option<&Change>,
    by: Option<UserId>,
    now: OffsetDateTime,
) -> Result<Loaded, Problem> {
    let catalog = app.catalog_in(conn, subscription.marketplace_id)?;
    let buyer = subscription.buyer();
    let (seen, scope) = (scope, &scope.whole());
    let running = store::subscriptions::of_customer(conn, scope, subscription.customer_id)?;
    let mut offers = offers_of(&catalog, subscription.product_id, buyer, now);
    if let Some(named) = change.and_then(Change::offer).filter(|id| offers.iter().all(|known| known.offer.id != *id)) {
        offers.extend(catalog.offer(named).and_then(|found| offered(&catalog, found, buyer, now)));
    }
    // Only where the end of the next term is chosen is it priced before anything is decided.
    let prices_next = matches!(change, None | Some(Change::AlignTermEnd(_)));
    let next = subscription.term_ends_at().filter(|_| prices_next).map(|at| renewal::in_force_at(&subscription, at));
    let mut next_offers = next.map(|at| offers_of(&catalog, subscription.product_id, buyer, at)).unwrap_or_default();
    let since = subscription.day(now).plus_days(-DAYS_BACK);
    let charges = billing::open_charges(&store::charges::standing(conn, scope, subscription.id, since)?);
    let add_ons = add_ons(conn, &catalog, scope, &subscription, since)?;
    let others: Vec<_> = running.iter().filter(|other| other.id != subscription.id).map(Owned::from).collect();
    let wanted = change.and_then(Change::offer);
    let ever = ever_ordered(conn, scope, &catalog, subscription.customer_id, wanted.into_iter())?;
    for offered in offers.iter_mut().chain(&mut next_offers) {
        let Some(found) = catalog.offer(offered.offer.id) else { continue };
        let beside = Beside { catalog: &catalog, owned: &others, ever: &ever };
        offered.ceiling = beside.ceiling(found.sku);
        offered.subscriptions = beside.subscriptions(found.sku);
        offered.active = beside.active(found.product.id, found.sku.id);
    }
    let others = || running.iter().filter(|other| other.id != subscription.id);
    let mut neighbors: Vec<_> = others().filter_map(neighbor).collect();
    if seen != scope {
        let seen = store::subscriptions::of_customer(conn, seen, subscription.customer_id)?;
        neighbors.retain(|neighbor| seen.iter().any(|seen| seen.id == neighbor.id));
    }
    let assigned = store::assignments::of_subscription(conn, scope, subscription.id)?;
    let base = subscription.base_id.map(|id| store::subscriptions::get(conn, scope, id)).transpose()?;
    let facts = Facts {
        charges,
        offers,
        next_offers,
        neighbors,
        add_ons,
        assigned,
        base,
        by,
        by_customer: scope.customer().is_some(),
        subscription,
    };
    Ok(Loaded { facts, now, catalog })
}

/// Every offer of a product, and of what its SKUs can be upgraded to or from, with its policy and the buyer's price at
/// an instant; whether a limit of the customer's is reached is not looked at.
pub fn offers_of(catalog: &Catalog, product: ProductId, buyer: Buyer, at: OffsetDateTime) -> Vec<Offered> {
    let found = catalog
        .reachable(product)
        .flat_map(|(product, node)| node.offers.iter().map(move |offer| Found { product, sku: &node.sku, offer }));
    found.filter_map(|found| offered(catalog, found, buyer, at)).collect()
}

fn offered(catalog: &Catalog, found: Found<'_>, buyer: Buyer, at: OffsetDateTime) -> Option<Offered> {
    let quote = catalog.price(found.offer.id, buyer, at);
    let policy = catalog.policy(found.offer, at)?.clone();
    let (price, price_valid_from) = quote.map(|quote| (quote.unit_price, quote.valid_from)).unzip();
    Some(Offered {
        offer: found.offer.clone(),
        product_id: found.product.id,
        upgrade_of: catalog.upgrade_of(found.sku.id).to_vec(),
        policy,
        price,
        price_valid_from,
        ceiling: None,
        subscriptions: None,
        active: ActiveOrders::default(),
    })
}

/// The add-ons that run, each with its charges: two queries, however many there are.
fn add_ons(
    conn: &mut Conn,
    catalog: &Catalog,
    scope: &Scope,
    base: &Subscription,
    since: Day,
) -> Result<Vec<AddOn>, Problem> {
    let add_ons = store::subscriptions::add_ons(conn, scope, base.id)?;
    let ids: Vec<_> = add_ons.iter().map(|add_on| add_on.id).collect();
    let mut ledgers = store::charges::of_subscriptions(conn, scope, &ids, since)?;
    let with_charges = |subscription: Subscription| {
        let ledger = ledgers.remove(&subscription.id).unwrap_or_default();
        let needs = catalog.offer(subscription.offer_id).map(|found| found.offer.prerequisites.clone());
        AddOn { charges: billing::open_charges(&ledger), needs: needs.unwrap_or_default(), subscription }
    };
    Ok(add_ons.into_iter().map(with_charges).collect())
}

fn neighbor(other: &Subscription) -> Option<Neighbor> {
    if other.status == SubscriptionStatus::Pending {
        return None;
    }
    let last = other.term_span?.last;
    Some(Neighbor { id: other.id, term: other.term, last, renews: other.auto_renew() })
}
