//! What the mock knows: facts, added up.

use super::fact::Fact;
use super::subscription::Subscription;
use crate::{CheckOut, LineOutcome, RemoteCart, RemoteChange, RemoteLine, RemotePlan, RemoteSubscription};
use domain::id::LineId;
use domain::onboarding::Standing;
use std::collections::HashMap;
use time::{Duration, OffsetDateTime};

/// A cart that is not checked out lives so long (`create-a-cart`).
const CART_LIFETIME: Duration = Duration::days(7);

/// What a mock did, each thing as often as it was done: for tests that nothing is done twice.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Effects {
    /// The domains of the tenants created.
    pub tenants_created: Vec<String>,
    /// The ids of the tenants whose agreement was recorded.
    pub agreements_confirmed: Vec<String>,
    /// The ids of the carts created.
    pub carts_created: Vec<String>,
    /// The ids of the carts checked out.
    pub carts_checked_out: Vec<String>,
    /// The ids of the subscriptions changed, and how.
    pub subscriptions_changed: Vec<(String, RemoteChange)>,
}

/// A tenant that has confirmed our relationship.
#[derive(Debug, Default)]
pub(super) struct Tenant {
    /// The agreement was accepted before the mock was there.
    pub(super) accepted: bool,
    /// Who accepted the agreement and when, in the words of the fact.
    pub(super) agreements: Vec<(String, String, String, OffsetDateTime)>,
}

impl Tenant {
    pub(super) fn has_agreement(&self) -> bool {
        self.accepted || !self.agreements.is_empty()
    }
}

/// A cart as the mock keeps it, also after it was checked out.
#[derive(Debug)]
pub(super) struct Cart {
    pub(super) entra_tenant_id: String,
    pub(super) created_at: OffsetDateTime,
    pub(super) lines: Vec<RemoteLine>,
    pub(super) line_errors: Vec<(LineId, String)>,
    /// When it was checked out, and what came of it.
    pub(super) checked_out: Option<(OffsetDateTime, CheckOut)>,
}

impl Cart {
    pub(super) fn view(&self, id: &str) -> RemoteCart {
        RemoteCart { id: id.to_owned(), ordered: self.checked_out.is_some(), line_errors: self.line_errors.clone() }
    }

    fn has_expired(&self, now: OffsetDateTime) -> bool {
        self.checked_out.is_none() && now - self.created_at >= CART_LIFETIME
    }
}

/// A request id in use: by which call, for which tenant.
pub(super) type RequestKey = (&'static str, String, String);

/// Everything the mock knows.
#[derive(Debug, Default)]
pub(super) struct State {
    /// What was said of resellers, by partner id.
    pub(super) resellers: HashMap<String, Standing>,
    /// The tenant of each domain.
    pub(super) domains: HashMap<String, String>,
    pub(super) tenants: HashMap<String, Tenant>,
    pub(super) carts: HashMap<String, Cart>,
    pub(super) subscriptions: HashMap<String, Subscription>,
    /// How many licences there are of each SKU: by tenant, then product and SKU.
    seats: HashMap<String, HashMap<String, u64>>,
    /// What each answered request was for (its content) and the id that it gave.
    pub(super) requests: HashMap<RequestKey, (String, String)>,
    /// What each answered change of a subscription was told.
    pub(super) changes: HashMap<RequestKey, RemoteSubscription>,
    pub(super) effects: Effects,
}

impl State {
    /// A cart of a tenant, while Microsoft knows it.
    pub(super) fn cart(&self, tenant_id: &str, cart_id: &str, now: OffsetDateTime) -> Option<&Cart> {
        let cart = self.carts.get(cart_id)?;
        (cart.entra_tenant_id == tenant_id && !cart.has_expired(now)).then_some(cart)
    }

    /// How many licences of a SKU a tenant has.
    pub(super) fn seats(&self, tenant_id: &str, product: &str, sku: &str) -> u64 {
        let seats = self.seats.get(tenant_id).and_then(|seats| seats.get(&catalog_item(product, sku)));
        seats.copied().unwrap_or_default()
    }

    /// Adds a fact.
    pub(super) fn apply(&mut self, fact: Fact) {
        match fact {
            Fact::TenantCreated { request, fingerprint, entra_tenant_id, domain } => {
                self.requests.insert(tenant_request(&request), (fingerprint, entra_tenant_id.clone()));
                self.effects.tenants_created.push(domain.clone());
                self.add_tenant(domain, entra_tenant_id);
            }
            Fact::TenantLinked { entra_tenant_id, domain } => {
                self.add_tenant(domain, entra_tenant_id);
            }
            Fact::TenantAdopted { entra_tenant_id, domain } => self.add_tenant(domain, entra_tenant_id).accepted = true,
            Fact::AgreementConfirmed { entra_tenant_id, first_name, last_name, email, agreed_at } => {
                self.effects.agreements_confirmed.push(entra_tenant_id.clone());
                let tenant = self.tenants.entry(entra_tenant_id).or_default();
                tenant.agreements.push((first_name, last_name, email, agreed_at));
            }
            Fact::CartCreated { request, entra_tenant_id, cart_id, at, lines, line_errors } => {
                let key = cart_request(&entra_tenant_id, &request);
                self.requests.insert(key, (content_of_lines(&lines), cart_id.clone()));
                self.effects.carts_created.push(cart_id.clone());
                let cart = Cart { entra_tenant_id, created_at: at, lines, line_errors, checked_out: None };
                self.carts.insert(cart_id, cart);
            }
            Fact::CartCheckedOut { request, cart_id, at, outcomes } => self.check_out(&request, cart_id, at, outcomes),
            Fact::ResellerSet { partner_id, standing } => {
                self.resellers.insert(partner_id, standing);
            }
            Fact::SubscriptionAwaited { subscription_id } => {
                if let Some(subscription) = self.subscriptions.get_mut(&subscription_id) {
                    subscription.polls += 1;
                }
            }
            Fact::SubscriptionProvided { subscription_id } => {
                if let Some(subscription) = self.subscriptions.get_mut(&subscription_id) {
                    subscription.provided = true;
                }
            }
            Fact::SubscriptionChanged {
                request,
                entra_tenant_id,
                subscription_id,
                change,
                at,
                new_subscription_id,
            } => {
                let key = change_request(&entra_tenant_id, &request);
                self.change(key, subscription_id, change, at, new_subscription_id);
            }
        }
    }

    fn add_tenant(&mut self, domain: String, entra_tenant_id: String) -> &mut Tenant {
        self.domains.insert(domain, entra_tenant_id.clone());
        self.tenants.entry(entra_tenant_id).or_default()
    }

    fn check_out(&mut self, request: &str, cart_id: String, at: OffsetDateTime, outcomes: Vec<(LineId, LineOutcome)>) {
        let Some(cart) = self.carts.get_mut(&cart_id) else { return };
        for (line, (_, outcome)) in cart.lines.iter().zip(&outcomes) {
            let LineOutcome::Ordered { subscription_id, .. } = outcome else { continue };
            let subscription = Subscription::bought(&cart.entra_tenant_id, line, at);
            let seats = self.seats.entry(cart.entra_tenant_id.clone()).or_default();
            *seats.entry(item_of(&subscription.plan)).or_default() += subscription.seats();
            self.subscriptions.insert(subscription_id.clone(), subscription);
        }
        let key = check_out_request(&cart.entra_tenant_id, request);
        self.requests.insert(key, (cart_id.clone(), cart_id.clone()));
        cart.checked_out = Some((at, CheckOut { lines: outcomes }));
        self.effects.carts_checked_out.push(cart_id);
    }

    fn change(
        &mut self,
        key: RequestKey,
        id: String,
        change: RemoteChange,
        at: OffsetDateTime,
        new_id: Option<String>,
    ) {
        let Some(found) = self.subscriptions.get_mut(&id) else { return };
        let seats = self.seats.entry(found.entra_tenant_id.clone()).or_default();
        let before = seats.entry(item_of(&found.plan)).or_default();
        *before = before.saturating_sub(found.seats());
        let split = found.change(&change, at);
        *seats.entry(item_of(&found.plan)).or_default() += found.seats();
        let mut answer = found.view(&id);
        if let Some((split, new_id)) = split.zip(new_id) {
            *seats.entry(item_of(&split.plan)).or_default() += split.seats();
            answer = split.view(&new_id);
            self.subscriptions.insert(new_id, split);
        }
        self.requests.insert(key.clone(), (content_of_change(&id, &change), answer.id.clone()));
        self.changes.insert(key, answer);
        self.effects.subscriptions_changed.push((id, change));
    }
}

/// Product and SKU, as Microsoft writes them (`product-resources`).
pub(super) fn catalog_item(product: &str, sku: &str) -> String {
    format!("{product}:{sku}")
}

fn item_of(plan: &RemotePlan) -> String {
    catalog_item(&plan.product_external_id, &plan.sku_external_id)
}

pub(super) fn tenant_request(request: &str) -> RequestKey {
    ("create_tenant", String::new(), request.to_owned())
}

pub(super) fn cart_request(tenant_id: &str, request: &str) -> RequestKey {
    ("create_cart", tenant_id.to_owned(), request.to_owned())
}

pub(super) fn check_out_request(tenant_id: &str, request: &str) -> RequestKey {
    ("check_out", tenant_id.to_owned(), request.to_owned())
}

pub(super) fn change_request(tenant_id: &str, request: &str) -> RequestKey {
    ("change_subscription", tenant_id.to_owned(), request.to_owned())
}

/// What a request for a cart asks for, to tell its repetition from another use of its id.
pub(super) fn content_of_lines(lines: &[RemoteLine]) -> String {
    serde_json::to_string(lines).unwrap_or_default()
}

/// The same for a change of a subscription.
pub(super) fn content_of_change(subscription_id: &str, change: &RemoteChange) -> String {
    serde_json::to_string(&(subscription_id, change)).unwrap_or_default()
}
