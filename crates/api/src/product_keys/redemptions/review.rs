//! Reviewing a redemption: the facts are loaded, the decision is `domain::product_key::review`. Showing and completing
//! share it.

use crate::App;
use crate::auth::delegated;
use crate::http::problem::Problem;
use crate::ids::New as _;
use crate::memory::catalogs::catalog::Catalog;
use crate::ordering::carts::beside::{Beside, ever_ordered};
use crate::ordering::carts::quote::{Asking, buyer_facts, offer_facts};
use crate::subscriptions::changes::facts;
use domain::access::Scope;
use domain::delegation::Act;
use domain::id::{ChangeId, CustomerId, LineId, OfferId, SubscriptionId};
use domain::party::Customer;
use domain::pricing::{Buyer, Payer};
use domain::product_key::review::{self, Entered, Facts, Review};
use domain::product_key::{EnteredKey, Redemption};
use domain::refusal::Refusal;
use domain::subscription::Subscription;
use domain::subscription::change;
use domain::tax::billed::Billed;
use domain::tenant::TenantStatus;
use std::collections::BTreeSet;
use std::sync::Arc;
use store::Conn;
use store::customers::BuyingCustomer;
use store::page::{MAX_LIMIT, PageRequest};
use store::product_keys::KnownKey;
use time::OffsetDateTime;

/// What decides a redemption, with what it was loaded from.
pub struct Considered {
    /// The facts of the decision.
    pub facts: Facts,
    /// The keys that there are, as they are kept.
    pub known: Vec<KnownKey>,
    /// The customer who redeems.
    pub customer: Customer,
    /// The catalogue that the facts are from.
    pub catalog: Arc<Catalog>,
    /// The marketplace's now.
    pub now: OffsetDateTime,
    /// Who pays what follows the keys' terms.
    pub payer: Payer,
    /// Why a partner does not complete it: the customer has not accepted it (K-13).
    pub undelegated: Option<Refusal>,
}

impl Considered {
    /// What completing it does, and everything that keeps it from being completed, each with where it is:
    /// `/keys/0/action`.
    pub fn reviewed(&self, redemption: &Redemption) -> (Review, Vec<(String, Refusal)>) {
        let review = review::review(&self.facts, self.now);
        let undelegated = self.undelegated.clone().map(|refusal| ("/customer_id".to_owned(), refusal));
        let problems = undelegated.into_iter().chain(refusals(&review, redemption)).collect();
        (review, problems)
    }
}

/// The keys of a redemption that there are.
pub fn known_keys(conn: &mut Conn, redemption: &Redemption) -> Result<Vec<KnownKey>, Problem> {
    let digests: Vec<_> = redemption.keys.iter().map(|key| key.digest).collect();
    Ok(store::product_keys::by_digests_unscoped(conn, redemption.marketplace_id, &digests)?)
}

/// How a subscription is read: just so, or locked until the transaction ends.
pub type Read = fn(&mut Conn, &Scope, SubscriptionId) -> store::Result<Subscription>;

/// Loads what decides a redemption; the subscriptions of its keys are read as asked for.
pub fn consider(
    app: &App,
    conn: &mut Conn,
    scope: &Scope,
    redemption: &Redemption,
    known: Vec<KnownKey>,
    read: Read,
    now: OffsetDateTime,
) -> Result<Considered, Problem> {
    let (buying, catalog) = buying(app, conn, scope, redemption)?;
    let (customer, exists) = (&buying.customer, redemption.customer_id.is_some());
    let owned = if exists { store::subscriptions::owned(conn, scope, customer.id)? } else { vec![] };
    let of_keys = known.iter().map(|known| known.offer_id);
    let ever = ever_ordered(conn, scope, &catalog, customer.id, of_keys)?;
    // The partner keeps billing the customer (K-17): whoever redeems, what follows is the partner's to pay.
    let payer = Payer::of(false, customer.reseller_id);
    let buyer = Buyer::of(payer, customer.id, customer.reseller_id);
    let asking = Asking { buyer, beside: Beside { catalog: &catalog, owned: &owned, ever: &ever }, now };
    let key = |key: &EnteredKey| {
        let found = known.iter().find(|known| known.digest == key.digest);
        Entered {
            digest: key.digest,
            wanted: key.wanted,
            known: found.map(|found| review::KnownKey {
                offer_id: found.offer_id,
                offer: offer_facts(&asking, found.offer_id),
                quantity: found.quantity,
                used: found.redemption_id.is_some(),
                revoked: found.revoked,
            }),
            line_id: LineId::new(),
            change_id: ChangeId::new(),
        }
    };
    let keys: Vec<_> = redemption.keys.iter().map(key).collect();
    let offers: BTreeSet<OfferId> = known.iter().map(|known| known.offer_id).collect();
    let mut subscriptions = vec![];
    for offer in offers.into_iter().filter(|_| exists) {
        subscriptions.extend(candidates(app, conn, scope, customer.id, offer, read, now)?);
    }
    let rules =
        keys.iter().filter_map(|key| Some(key.known.as_ref()?.offer.as_ref()?.policy.rules.delegated_administration));
    let undelegated = match redemption.customer_id {
        Some(customer) => delegated::may_act(conn, scope, customer, Act::Buy, rules)?.err(),
        None => None,
    };
    let buyer = buyer_facts(app, &buying, customer.address.as_ref().map(Billed::to_customer))?;
    let facts = Facts { buyer, keys, subscriptions };
    Ok(Considered { facts, known, customer: buying.customer, catalog, now, payer, undelegated })
}

/// Who buys: the customer as it is, or as it will be once the redemption is completed, its tenant with it.
fn buying(
    app: &App,
    conn: &mut Conn,
    scope: &Scope,
    redemption: &Redemption,
) -> Result<(BuyingCustomer, Arc<Catalog>), Problem> {
    let marketplace = redemption.marketplace_id;
    if let Some(id) = redemption.customer_id {
        let buying = store::customers::buying(conn, scope, id)?;
        let catalog = app.catalog_at(conn, marketplace, buying.catalog_version)?;
        return Ok((buying, catalog));
    }
    let new = redemption.new_customer.as_ref().ok_or_else(|| Problem::internal("a redemption for nobody"))?;
    let catalog = app.catalog_in(conn, marketplace)?;
    let buying = BuyingCustomer {
        customer: new.customer(CustomerId::new(), marketplace, redemption.reseller_id),
        tenant: Some(TenantStatus::Linked),
        agreement_accepted: new.agreement_accepted,
        seller: None,
        catalog_version: catalog.version,
        clock_offset_us: 0,
    };
    Ok((buying, catalog))
}

/// The customer's subscriptions of an offer, oldest first, with what decides a change of them.
fn candidates(
    app: &App,
    conn: &mut Conn,
    scope: &Scope,
    customer: CustomerId,
    offer: OfferId,
    read: Read,
    now: OffsetDateTime,
) -> Result<Vec<change::Facts>, Problem> {
    let filter =
        store::subscriptions::Filter { customer_id: Some(customer), offer_id: Some(offer), ..Default::default() };
    let page = PageRequest { limit: MAX_LIMIT, after: None, descending: false };
    let found = store::subscriptions::list(conn, scope, &filter, &page.into())?.items;
    let over = domain::subscription::SubscriptionStatus::Canceled;
    let found: Vec<_> = found.iter().filter(|one| one.status != over).map(|one| one.id).collect();
    let mut candidates = vec![];
    for id in found {
        let subscription = read(conn, scope, id)?;
        let facts = facts::load(app, conn, scope, subscription, None, None, now)?.facts;
        // The keys paid: who redeems them is asked for nothing.
        candidates.push(change::Facts { by_customer: false, ..facts });
    }
    Ok(candidates)
}

fn refusals(review: &Review, redemption: &Redemption) -> impl Iterator<Item = (String, Refusal)> {
    let new = redemption.new_customer.is_some();
    review.problems.iter().map(move |problem| match (&problem.refusal, problem.line, problem.field) {
        // What is wrong with a customer that is not there yet is wrong with what was entered of it.
        (Refusal::AgreementRequired, ..) if new => {
            ("/new_customer/agreement_accepted".to_owned(), problem.refusal.clone())
        }
        (Refusal::OfferNotInMarket(country), ..) if new => {
            ("/new_customer/address/country".to_owned(), Refusal::CountryNotServed(*country))
        }
        // A key is what it is: of how many licences and which offer it is cannot be corrected.
        (refusal, Some(line), "" | "quantity" | "offer_id") => (format!("/keys/{line}"), refusal.clone()),
        (refusal, Some(line), field) => (format!("/keys/{line}/{field}"), refusal.clone()),
        (refusal, None, field) => (format!("/{field}"), refusal.clone()),
    })
}
