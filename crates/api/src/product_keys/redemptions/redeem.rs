//! Redeeming product keys: entered and reviewed as often as wanted, completed once. The decision is
//! `domain::product_key::review`; completing writes exactly what it says and consumes every key, or nothing at all.

use crate::App;
use crate::http::problem::{Code, Problem};
use crate::http::reply::Reply;
use crate::ids::New as _;
use crate::memory::catalogs::catalog::Catalog;
use crate::ordering::carts::preview::PreviewProblem;
use crate::ordering::carts::quote;
use crate::ordering::orders::place;
use crate::organizations::delegations::check as delegations;
use crate::product_keys::redemptions::view::{self, Redemption as Shown};
use crate::subscriptions::changes::commit;
use crate::subscriptions::changes::facts::{self, Loaded};
use crate::texts::lang::Lang;
use crate::transaction::Write;
use domain::access::Scope;
use domain::cart::Cart;
use domain::event::EventKind;
use domain::id::{CartId, ChangeId, CustomerId, LineId, OfferId, OrderId, RedemptionId, SubscriptionId};
use domain::order::PlaceOrder;
use domain::party::Customer;
use domain::policy::{DelegatedAdministration, PaymentMethod};
use domain::pricing::Buyer;
use domain::product_key::action::KeyAction;
use domain::product_key::review::{self, Activation, Entered, Facts, KeyChange, Review};
use domain::product_key::{EnteredKey, ProductKey, Redemption, RedemptionStatus, Wanted};
use domain::refusal::Refusal;
use domain::subscription::Subscription;
use domain::subscription::change::{self, Starts};
use serde_json::json;
use std::collections::BTreeSet;
use std::sync::Arc;
use store::Conn;
use store::page::{MAX_LIMIT, PageRequest};
use store::product_keys::{Known, Use};
use time::OffsetDateTime;

/// Keys that are entered.
pub struct NewRedemption {
    /// For whom; none is the caller's own.
    pub customer_id: Option<CustomerId>,
    /// The keys.
    pub keys: Vec<ProductKey>,
    /// The partner's number.
    pub partner_of_record: Option<String>,
}

/// Where a key of a changed redemption comes from.
pub enum Source {
    /// Entered now.
    New(ProductKey),
    /// Entered before, at this place.
    Entered(usize),
}

/// A key of a changed redemption; what is none stays.
pub struct Entry {
    /// Which.
    pub source: Source,
    /// What it is to do.
    pub action: Option<Option<KeyAction>>,
    /// With which subscription.
    pub subscription_id: Option<Option<SubscriptionId>>,
    /// When its renewal starts.
    pub starts: Option<Option<Starts>>,
}

/// What changes; none stays.
pub struct Change {
    /// All keys that it then has.
    pub keys: Option<Vec<Entry>>,
    /// The partner's number, or none.
    pub partner_of_record: Option<Option<String>>,
}

/// Begins a redemption for a customer that the caller sees. Nothing is consumed.
pub fn create(write: &mut Write<'_>, request: &NewRedemption, lang: Lang) -> Result<Reply, Problem> {
    let scope = write.identity.scope;
    let Some(customer_id) = request.customer_id.or(scope.customer()) else {
        return Err(Problem::field("/customer_id", Code::Required));
    };
    let customer = store::customers::get(write.tx, &scope, customer_id)?.value;
    let keys = request.keys.iter().map(|key| entered(write, key)).collect::<Result<_, _>>()?;
    let redemption = Redemption {
        id: RedemptionId::new(),
        marketplace_id: customer.marketplace_id,
        customer_id,
        reseller_id: customer.reseller_id,
        status: RedemptionStatus::Open,
        keys,
        partner_of_record: request.partner_of_record.clone(),
        confirmed_by: write.identity.actor.clone(),
        created_at: write.now,
        completed_at: None,
        order_id: None,
        version: 1,
    };
    store::redemptions::insert(write.tx, &redemption)?;
    let after = json!({"keys": hints(&redemption), "responsible": true});
    write.audit("redemption.begun", Some(customer_id), redemption.id.to_string(), None, Some(after))?;
    reply(write, 201, &redemption, lang)
}

/// A key as it is kept: under the secret key that it was made with, where there is such a key.
fn entered(write: &mut Write<'_>, key: &ProductKey) -> Result<EnteredKey, Problem> {
    let digests = write.app.keys.product_key_digests(key);
    let known = store::product_keys::known(write.tx, write.identity.scope.marketplace(), &digests)?;
    let digest = known.first().map_or_else(|| write.app.keys.product_key_digest(key), |known| known.digest);
    Ok(EnteredKey { digest, last_five: key.last_five(), wanted: Wanted::default() })
}

/// The keys in the audit log: never whole.
fn hints(redemption: &Redemption) -> Vec<&str> {
    redemption.keys.iter().map(|key| key.last_five.as_str()).collect()
}

fn reply(write: &mut Write<'_>, status: u16, redemption: &Redemption, lang: Lang) -> Result<Reply, Problem> {
    let shown = shown(write.app, write.tx, &write.identity.scope, redemption, lang, write.now)?;
    let location = format!("/v1/product-keys/redemptions/{}", redemption.id);
    Ok(Reply::json(status, &shown)?.reviewed(redemption.version).location(location))
}

/// A redemption on the wire: with its review as of now while it is open.
pub fn shown(
    app: &App,
    conn: &mut Conn,
    scope: &Scope,
    redemption: &Redemption,
    lang: Lang,
    now: OffsetDateTime,
) -> Result<Shown, Problem> {
    let known = known_keys(conn, redemption)?;
    if redemption.status == RedemptionStatus::Completed {
        return Ok(view::plain(redemption, &known, &app.catalogs.of(redemption.marketplace_id)));
    }
    let loaded = load(app, conn, scope, redemption, known, store::subscriptions::get, now)?;
    let review = review::review(&loaded.facts, loaded.now);
    let problems = problems(&review, lang);
    Ok(view::reviewed(view::plain(redemption, &loaded.known, &loaded.catalog), &review, problems))
}

fn problems(review: &Review, lang: Lang) -> Vec<PreviewProblem> {
    quote::told(refusals(review), lang)
}

/// Everything that keeps it from being completed, each with where it is: `/keys/0/action`.
fn refusals(review: &Review) -> Vec<(String, Refusal)> {
    let pointer = |line: Option<usize>, field: &str| match (line, field) {
        (Some(line), "") => format!("/keys/{line}"),
        (Some(line), field) => format!("/keys/{line}/{field}"),
        (None, field) => format!("/{field}"),
    };
    review.problems.iter().map(|problem| (pointer(problem.line, problem.field), problem.refusal.clone())).collect()
}

/// What decides a redemption, with what it was loaded from.
struct Considered {
    facts: Facts,
    known: Vec<Known>,
    customer: Customer,
    catalog: Arc<Catalog>,
    now: OffsetDateTime,
}

fn known_keys(conn: &mut Conn, redemption: &Redemption) -> Result<Vec<Known>, Problem> {
    let digests: Vec<_> = redemption.keys.iter().map(|key| key.digest).collect();
    Ok(store::product_keys::known(conn, redemption.marketplace_id, &digests)?)
}

/// How a subscription is read: just so, or locked until the transaction ends.
type Read = fn(&mut Conn, &Scope, SubscriptionId) -> store::Result<Subscription>;

fn load(
    app: &App,
    conn: &mut Conn,
    scope: &Scope,
    redemption: &Redemption,
    known: Vec<Known>,
    read: Read,
    now: OffsetDateTime,
) -> Result<Considered, Problem> {
    let catalog = app.catalog_in(conn, redemption.marketplace_id)?;
    let customer = store::customers::get(conn, scope, redemption.customer_id)?.value;
    let owned = store::subscriptions::owned(conn, scope, customer.id)?;
    let buyer = Buyer { customer: Some(customer.id), reseller: customer.reseller_id };
    let key = |key: &EnteredKey| {
        let found = known.iter().find(|known| known.digest == key.digest);
        Entered {
            digest: key.digest,
            wanted: key.wanted,
            known: found.map(|found| review::Known {
                offer_id: found.offer_id,
                offer: quote::offer_facts(&catalog, found.offer_id, buyer, &owned, now),
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
    for offer in offers {
        subscriptions.extend(candidates(app, conn, scope, customer.id, offer, read, now)?);
    }
    let buyer = quote::buyer_facts(app, conn, scope, &customer, &customer.address)?;
    Ok(Considered { facts: Facts { buyer, keys, subscriptions }, known, customer, catalog, now })
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
    let found = store::subscriptions::list(conn, scope, &filter, &page)?.items;
    let over = domain::subscription::SubscriptionStatus::Canceled;
    let found: Vec<_> = found.iter().filter(|one| one.status != over).map(|one| one.id).collect();
    let mut candidates = vec![];
    for id in found {
        let subscription = read(conn, scope, id)?;
        candidates.push(facts::load(app, conn, scope, subscription, None, None, now)?.facts);
    }
    Ok(candidates)
}

/// Changes an open redemption.
pub fn update(write: &mut Write<'_>, id: RedemptionId, change: &Change, lang: Lang) -> Result<Reply, Problem> {
    let mut redemption = open(write, id)?;
    if let Some(entries) = &change.keys {
        let entries = entries.iter().enumerate();
        redemption.keys = entries.map(|(n, entry)| changed(write, &redemption, n, entry)).collect::<Result<_, _>>()?;
    }
    if let Some(partner) = &change.partner_of_record {
        redemption.partner_of_record.clone_from(partner);
    }
    redemption.version = store::redemptions::save(write.tx, &redemption, write.meta.if_match)?;
    let after = json!({"keys": hints(&redemption), "partner_of_record": redemption.partner_of_record});
    write.audit("redemption.changed", Some(redemption.customer_id), id.to_string(), None, Some(after))?;
    reply(write, 200, &redemption, lang)
}

fn changed(write: &mut Write<'_>, of: &Redemption, n: usize, entry: &Entry) -> Result<EnteredKey, Problem> {
    let mut key = match &entry.source {
        Source::New(key) => entered(write, key)?,
        Source::Entered(position) => of.keys.get(*position).cloned().ok_or_else(|| {
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

/// A redemption that can still be changed, and is not by anybody else meanwhile.
fn open(write: &mut Write<'_>, id: RedemptionId) -> Result<Redemption, Problem> {
    let scope = write.identity.scope;
    let customer = store::redemptions::get(write.tx, &scope, id)?.customer_id;
    store::customers::lock(write.tx, &scope, customer)?;
    let redemption = store::redemptions::get(write.tx, &scope, id)?;
    if redemption.status == RedemptionStatus::Completed {
        return Err(Refusal::RedemptionCompleted.into());
    }
    if write.meta.if_match.is_some_and(|version| version != redemption.version) {
        return Err(Problem::new(Code::PreconditionFailed));
    }
    Ok(redemption)
}

/// Gives up an open redemption: its keys were not consumed.
pub fn abandon(write: &mut Write<'_>, id: RedemptionId) -> Result<Reply, Problem> {
    let redemption = open(write, id)?;
    store::redemptions::delete(write.tx, &write.identity.scope, id)?;
    write.audit("redemption.abandoned", Some(redemption.customer_id), id.to_string(), None, None)?;
    Ok(Reply::empty())
}

/// Completes a redemption: what its review says, and every key consumed.
pub fn complete(write: &mut Write<'_>, id: RedemptionId, lang: Lang) -> Result<Reply, Problem> {
    let mut redemption = open(write, id)?;
    let scope = write.identity.scope;
    let known = known_keys(write.tx, &redemption)?;
    let considered = load(write.app, write.tx, &scope, &redemption, known, store::subscriptions::lock, write.now)?;
    delegations::check(write.tx, &scope, redemption.customer_id, rule(&considered))?;
    let review = review::review(&considered.facts, considered.now);
    if !review.problems.is_empty() {
        return Err(Problem::refusals(refusals(&review)));
    }
    redemption.order_id = activate(write, &redemption, &considered, &review)?;
    for change in &review.changes {
        apply(write, &considered, change)?;
    }
    settle(write, &mut redemption, &review)?;
    reply(write, 200, &redemption, lang)
}

/// Whether any of the keys' offers asks for the customer's acceptance before a partner acts (K-13).
fn rule(considered: &Considered) -> DelegatedAdministration {
    let offers = considered.facts.keys.iter().filter_map(|key| key.known.as_ref()?.offer.as_ref());
    let mut rules = offers.map(|offer| offer.policy.rules.delegated_administration);
    let required = rules.any(|rule| rule == DelegatedAdministration::Required);
    if required { DelegatedAdministration::Required } else { DelegatedAdministration::Implied }
}

/// Consumes every key, in the order of what they are known by, so that two redemptions never wait for each other.
fn consume(write: &mut Write<'_>, redemption: &Redemption, review: &Review) -> Result<(), Problem> {
    let mut keys: Vec<_> = redemption.keys.iter().enumerate().collect();
    keys.sort_by_key(|(_, key)| key.digest);
    for (place, key) in keys {
        let change = review.changes.iter().find(|change| change.keys.contains(&place));
        let change = change.map(|change| change.request.id.as_u128());
        let begun = key.wanted.subscription_id.map(SubscriptionId::as_u128);
        let used_for = change.or(begun).ok_or_else(|| Problem::internal("a key without an effect"))?;
        let by = Use { redemption_id: redemption.id, used_for, at: write.now };
        if !store::product_keys::consume(write.tx, redemption.marketplace_id, &key.digest, by)? {
            return Err(Problem::refusals(vec![(format!("/keys/{place}"), Refusal::KeyAlreadyUsed)]));
        }
    }
    Ok(())
}

/// The order of what begins: the keys paid, so nothing is due.
fn activate(
    write: &mut Write<'_>,
    redemption: &Redemption,
    considered: &Considered,
    review: &Review,
) -> Result<Option<OrderId>, Problem> {
    if review.activations.is_empty() {
        return Ok(None);
    }
    let customer = &considered.customer;
    let mut quoted = quote::Quoted {
        cart: cart(write, redemption, &review.activations)?,
        customer: customer.clone(),
        billing_address: customer.address.clone(),
        quotation: review.quotation(&considered.facts.buyer),
    };
    let payment_method = PaymentMethod::ProductKey;
    let request = PlaceOrder { payment_method, consents: Vec::new(), external_ref: None };
    Ok(Some(place::write_order(write, &mut quoted, &request)?.id))
}

/// The cart of that order: an order is always of one.
fn cart(write: &mut Write<'_>, redemption: &Redemption, activations: &[Activation]) -> Result<Cart, Problem> {
    let line = |activation: &Activation| activation.line.line.clone();
    let cart = Cart {
        id: CartId::new(),
        marketplace_id: redemption.marketplace_id,
        customer_id: redemption.customer_id,
        reseller_id: redemption.reseller_id,
        name: None,
        billing_address: None,
        lines: activations.iter().map(line).collect(),
        ordered_as: None,
        created_at: write.now,
        version: 1,
    };
    store::carts::insert(write.tx, &cart)?;
    Ok(cart)
}

/// A change as any other, but that its charges were dropped.
fn apply(write: &mut Write<'_>, considered: &Considered, change: &KeyChange) -> Result<(), Problem> {
    let known = considered.facts.subscriptions.iter().find(|known| known.subscription.id == change.subscription_id);
    let facts = known.ok_or_else(|| Problem::internal("a change without its subscription"))?.clone();
    let tax_rule = commit::tax_rule(write.app, write.tx, &write.identity.scope, &facts.subscription)?;
    let loaded = Loaded { facts, now: considered.now, catalog: Arc::clone(&considered.catalog) };
    let decided = commit::Decided { loaded, request: change.request, decision: change.decision.clone(), tax_rule };
    commit::commit(write, &decided)?;
    Ok(())
}

/// Remembers what each key did, and tells it.
fn settle(write: &mut Write<'_>, redemption: &mut Redemption, review: &Review) -> Result<(), Problem> {
    let order = redemption.order_id.map(|id| store::orders::get(write.tx, &write.identity.scope, id)).transpose()?;
    let begun = |place: usize| {
        let activation = review.activations.iter().find(|begun| begun.keys.contains(&place))?;
        let lines = &order.as_ref()?.lines;
        lines.iter().find(|line| line.id == activation.line.line.id).map(|line| line.subscription_id)
    };
    for (place, (key, reviewed)) in redemption.keys.iter_mut().zip(&review.keys).enumerate() {
        let subscription_id = reviewed.subscription_id.or_else(|| begun(place));
        key.wanted = Wanted { action: reviewed.action, subscription_id, starts: reviewed.starts };
    }
    consume(write, redemption, review)?;
    redemption.status = RedemptionStatus::Completed;
    redemption.completed_at = Some(write.now);
    redemption.version = store::redemptions::save(write.tx, redemption, None)?;
    let (id, customer) = (redemption.id.to_string(), Some(redemption.customer_id));
    for (key, reviewed) in redemption.keys.iter().zip(&review.keys) {
        let payload = json!({
            "last_five": key.last_five,
            "offer_id": reviewed.offer_id,
            "quantity": reviewed.quantity,
            "action": key.wanted.action,
            "subscription_id": key.wanted.subscription_id,
            "starts": key.wanted.starts,
        });
        write.record(EventKind::ProductKeyRedeemed, customer, id.clone(), payload)?;
    }
    let payload = json!({
        "customer_id": redemption.customer_id,
        "order_id": redemption.order_id,
        "keys": redemption.keys.len(),
        "partner_of_record": redemption.partner_of_record,
    });
    write.record(EventKind::RedemptionCompleted, customer, id, payload)
}
