//! Serves the calls: looks at the state, decides by the rules, records the facts.

use super::behavior::{Behavior, Provisioning, RepeatedCheckOut};
use super::derive;
use super::fact::Fact;
use super::journal::Journal;
use super::rules::{self, code, normal, refuse};
use super::state::{self, RequestKey, State};
use super::subscription::Subscription;
use crate::{
    AgreementConfirmation, CheckOut, CreatedTenant, IndirectReseller, LineOutcome, NewTenant, ProvisioningError,
    RemoteCart, RemoteLine, RemoteSubscription, RequestId, Secret, TenantRelation,
};
use domain::calendar::Term;
use domain::id::LineId;
use domain::onboarding::Standing;
use std::collections::{HashMap, HashSet};
use std::io;
use time::OffsetDateTime;

pub(super) type Answer<T> = Result<T, ProvisioningError>;

/// The mock behind its lock.
#[derive(Debug)]
pub(super) struct Desk {
    pub(super) behavior: Behavior,
    pub(super) state: State,
    pub(super) seed: u64,
    journal: Option<Journal>,
}

impl Desk {
    pub(super) fn new(seed: u64) -> Self {
        let (behavior, state) = (Behavior::default(), State::default());
        Self { behavior, state, seed, journal: None }
    }

    /// A desk that begins with what is in a journal, and goes on with it.
    pub(super) fn with_journal(seed: u64, journal: Journal) -> io::Result<Self> {
        let mut desk = Self { journal: Some(journal), ..Self::new(seed) };
        desk.read_journal()?;
        desk.close_journal();
        Ok(desk)
    }

    /// Serves one call with the journal in hand.
    pub(super) fn serve<T>(&mut self, call: impl FnOnce(&mut Self) -> Answer<T>) -> Answer<T> {
        self.read_journal().map_err(transient)?;
        let answer = call(self);
        self.close_journal();
        answer
    }

    fn read_journal(&mut self) -> io::Result<()> {
        if let Some(journal) = &mut self.journal {
            journal.lock()?.into_iter().for_each(|fact| self.state.apply(fact));
        }
        Ok(())
    }

    fn close_journal(&self) {
        if let Some(journal) = &self.journal {
            journal.unlock();
        }
    }

    pub(super) fn record(&mut self, fact: Fact) -> Answer<()> {
        if let Some(journal) = &mut self.journal {
            journal.append(&fact).map_err(transient)?;
        }
        self.state.apply(fact);
        Ok(())
    }

    /// The id that an earlier call with this request id gave; refused where that call asked for something else.
    pub(super) fn answered(&self, key: &RequestKey, content: &str) -> Answer<Option<String>> {
        match self.state.requests.get(key) {
            None => Ok(None),
            Some((same, id)) if same == content => Ok(Some(id.clone())),
            Some(_) => refuse(code::INVALID_INPUT, "The request id was used for another request."),
        }
    }

    pub(super) fn known_tenant(&self, tenant_id: &str) -> Answer<()> {
        if self.state.tenants.contains_key(tenant_id) {
            return Ok(());
        }
        refuse(
            code::NO_RELATIONSHIP,
            format!("The partner has no commerce relationship with the customer {tenant_id}."),
        )
    }

    pub(super) fn domain_available(&self, domain: &str) -> bool {
        !rules::is_taken(&self.state, &normal(domain))
    }

    pub(super) fn create_tenant(&mut self, request: &RequestId, new: &NewTenant) -> Answer<CreatedTenant> {
        let RequestId(request) = request;
        let fingerprint = self.fingerprint(new)?;
        let domain = normal(&new.domain);
        if let Some(id) = self.answered(&state::tenant_request(request), &fingerprint)? {
            return Ok(self.credentials(id, domain));
        }
        rules::check_tenant(&self.state, new)?;
        let entra_tenant_id = derive::guid(self.seed, &["tenant", &domain]);
        let id = entra_tenant_id.clone();
        self.record(Fact::TenantCreated {
            request: request.clone(),
            fingerprint,
            entra_tenant_id,
            domain: domain.clone(),
        })?;
        Ok(self.credentials(id, domain))
    }

    fn fingerprint(&self, new: &NewTenant) -> Answer<String> {
        let content = (&new.domain, &new.company, &new.contact, &new.address, &new.partner_id);
        let content = serde_json::to_string(&content).map_err(transient)?;
        Ok(format!("{:032x}", derive::bits(self.seed, &[&content])))
    }

    /// The first administrator of a tenant: always the same, so that a repeated request gets the same password.
    fn credentials(&self, entra_tenant_id: String, domain: String) -> CreatedTenant {
        CreatedTenant {
            admin_user_name: format!("admin@{domain}"),
            admin_password: Secret::new(derive::password(self.seed, &["password", &entra_tenant_id])),
            entra_tenant_id,
            domain,
        }
    }

    pub(super) fn find_tenant(&mut self, domain: &str) -> Answer<Option<TenantRelation>> {
        let domain = normal(domain);
        if let Some(id) = self.state.domains.get(&domain) {
            return Ok(Some(TenantRelation { entra_tenant_id: id.clone(), confirmed: true }));
        }
        let Some(confirmed) = rules::stranger_confirms(&domain) else { return Ok(None) };
        let entra_tenant_id = derive::guid(self.seed, &["tenant", &domain]);
        if confirmed {
            self.record(Fact::TenantLinked { entra_tenant_id: entra_tenant_id.clone(), domain })?;
        }
        Ok(Some(TenantRelation { entra_tenant_id, confirmed }))
    }

    pub(super) fn adopt_tenant(&mut self, domain: &str, entra_tenant_id: &str) -> Answer<()> {
        let domain = normal(domain);
        let known = self.state.domains.get(&domain).is_some_and(|id| id == entra_tenant_id);
        if known && self.state.tenants.get(entra_tenant_id).is_some_and(|tenant| tenant.accepted) {
            return Ok(());
        }
        self.record(Fact::TenantAdopted { entra_tenant_id: entra_tenant_id.to_owned(), domain })
    }

    pub(super) fn invitation_url(&self, reseller: Option<&IndirectReseller>) -> String {
        let partner = derive::guid(self.seed, &["partner"]);
        let (kind, named) = match reseller {
            None => ("ResellerRelationship", "&msppId=0".to_owned()),
            Some(IndirectReseller { partner_id, microsoft_id }) => {
                let id = microsoft_id.as_ref().map(|id| format!("&indirectCSPId={id}")).unwrap_or_default();
                ("IndirectResellerRelationship", format!("&msppId={partner_id}{id}"))
            }
        };
        format!(
            "https://admin.microsoft.com/Adminportal/Home?invType={kind}&partnerId={partner}{named}\
             #/partners/invitation"
        )
    }

    pub(super) fn reseller_standing(&self, partner_id: &str) -> Standing {
        self.state.resellers.get(partner_id).copied().unwrap_or_else(|| rules::standing(partner_id))
    }

    pub(super) fn set_reseller(&mut self, partner_id: &str, standing: Standing) -> Answer<()> {
        self.record(Fact::ResellerSet { partner_id: partner_id.to_owned(), standing })
    }

    pub(super) fn relationship_url(&self) -> String {
        let provider = derive::guid(self.seed, &["partner"]);
        format!("https://partner.microsoft.com/dashboard/v2/invitation/indirectprovider?partnerId={provider}")
    }

    pub(super) fn confirm_agreement(&mut self, tenant_id: &str, agreement: &AgreementConfirmation) -> Answer<()> {
        self.known_tenant(tenant_id)?;
        let AgreementConfirmation { first_name, last_name, email, agreed_at } = agreement.clone();
        if [&first_name, &last_name, &email].iter().any(|text| text.trim().is_empty()) {
            return refuse(code::INVALID_INPUT, "The primary contact of the agreement is incomplete.");
        }
        let content = (first_name, last_name, email, agreed_at);
        // Microsoft answers 600061 here, which says that all is well.
        if self.state.tenants.get(tenant_id).is_some_and(|tenant| tenant.agreements.contains(&content)) {
            return Ok(());
        }
        let (first_name, last_name, email, agreed_at) = content;
        let entra_tenant_id = tenant_id.to_owned();
        self.record(Fact::AgreementConfirmed { entra_tenant_id, first_name, last_name, email, agreed_at })
    }

    pub(super) fn create_cart(
        &mut self,
        request: &RequestId,
        tenant_id: &str,
        lines: &[RemoteLine],
        now: OffsetDateTime,
    ) -> Answer<RemoteCart> {
        let RequestId(request) = request;
        self.known_tenant(tenant_id)?;
        let answered = self.answered(&state::cart_request(tenant_id, request), &state::content_of_lines(lines))?;
        let cart_id = match answered {
            Some(cart_id) => cart_id,
            None => self.new_cart(request, tenant_id, lines, now)?,
        };
        let cart = self.state.carts.get(&cart_id).map(|cart| cart.view(&cart_id));
        cart.ok_or_else(|| transient("the cart is gone"))
    }

    fn new_cart(
        &mut self,
        request: &str,
        tenant_id: &str,
        lines: &[RemoteLine],
        now: OffsetDateTime,
    ) -> Answer<String> {
        let distinct: HashSet<_> = lines.iter().map(|line| line.line).collect();
        if lines.is_empty() || distinct.len() < lines.len() {
            return refuse(code::INVALID_INPUT, "A cart needs lines, and each only once.");
        }
        // Of the request id, which is new each time, so that an id never comes again after a restart without a journal.
        let cart_id = derive::guid(self.seed, &["cart", tenant_id, request]);
        let error = |line: &RemoteLine| rules::line_error(line).map(|code| (line.line, code.to_owned()));
        self.record(Fact::CartCreated {
            request: request.to_owned(),
            entra_tenant_id: tenant_id.to_owned(),
            cart_id: cart_id.clone(),
            at: now,
            lines: lines.to_vec(),
            line_errors: lines.iter().filter_map(error).collect(),
        })?;
        Ok(cart_id)
    }

    pub(super) fn cart(&self, tenant_id: &str, cart_id: &str, now: OffsetDateTime) -> Answer<Option<RemoteCart>> {
        self.known_tenant(tenant_id)?;
        Ok(self.state.cart(tenant_id, cart_id, now).map(|cart| cart.view(cart_id)))
    }

    pub(super) fn check_out(
        &mut self,
        request: &RequestId,
        tenant_id: &str,
        cart_id: &str,
        now: OffsetDateTime,
    ) -> Answer<CheckOut> {
        let RequestId(request) = request;
        self.known_tenant(tenant_id)?;
        let repeated = self.answered(&state::check_out_request(tenant_id, request), cart_id)?.is_some();
        let Some(cart) = self.state.cart(tenant_id, cart_id, now) else {
            return refuse(code::NO_CART, format!("There is no cart {cart_id}."));
        };
        if let Some((_, check_out)) = &cart.checked_out {
            let again = match self.behavior.repeated_check_out {
                RepeatedCheckOut::Refused => repeated,
                RepeatedCheckOut::AlwaysRefused => false,
                RepeatedCheckOut::SameAnswer => true,
            };
            if again {
                return Ok(check_out.clone());
            }
            return refuse(code::SUBMITTED, format!("The cart {cart_id} is already submitted."));
        }
        if !self.state.tenants.get(tenant_id).is_some_and(state::Tenant::has_agreement) {
            return refuse(code::NO_AGREEMENT, "The customer has not accepted the Microsoft Customer Agreement.");
        }
        let outcomes = self.outcomes(cart, cart_id);
        let check_out = CheckOut { lines: outcomes.clone() };
        let (request, cart_id) = (request.clone(), cart_id.to_owned());
        self.record(Fact::CartCheckedOut { request, cart_id, at: now, outcomes })?;
        Ok(check_out)
    }

    /// What becomes of each line, one order each, in the order of the cart.
    fn outcomes(&self, cart: &state::Cart, cart_id: &str) -> Vec<(LineId, LineOutcome)> {
        let mut seats: HashMap<String, u64> = HashMap::new();
        let mut outcomes = Vec::with_capacity(cart.lines.len());
        for line in &cart.lines {
            let (product, sku) = (&line.product_external_id, &line.sku_external_id);
            let there = || self.state.seats(&cart.entra_tenant_id, product, sku);
            let seats = seats.entry(state::catalog_item(product, sku)).or_insert_with(there);
            let error = cart.line_errors.iter().find(|(id, _)| *id == line.line).map(|(_, error)| error.as_str());
            let outcome = rules::refusal(line, error, *seats).unwrap_or_else(|| {
                *seats += u64::from(line.quantity);
                self.order(line, cart_id)
            });
            outcomes.push((line.line, outcome));
        }
        outcomes
    }

    fn order(&self, line: &RemoteLine, cart_id: &str) -> LineOutcome {
        let number = line.line.to_string();
        let order_id = derive::order_id(self.seed, &["order", cart_id, &number]);
        let subscription_id = match line.term {
            // Perpetual: the line of the order stands for the subscription that there is not.
            Term::None => format!("{order_id}/0"),
            _ => derive::guid(self.seed, &["subscription", cart_id, &number]),
        };
        LineOutcome::Ordered { order_id, subscription_id }
    }

    pub(super) fn orders_of_cart(
        &self,
        tenant_id: &str,
        cart_id: &str,
        now: OffsetDateTime,
    ) -> Answer<Option<CheckOut>> {
        self.known_tenant(tenant_id)?;
        let cart = self.state.cart(tenant_id, cart_id, now);
        let listed = |(at, _): &&(OffsetDateTime, CheckOut)| now - *at >= self.behavior.order_lag;
        let checked_out = cart.and_then(|cart| cart.checked_out.as_ref()).filter(listed);
        Ok(checked_out.map(|(_, check_out)| check_out.clone()))
    }

    pub(super) fn subscription(
        &mut self,
        tenant_id: &str,
        subscription_id: &str,
        now: OffsetDateTime,
    ) -> Answer<Option<RemoteSubscription>> {
        self.known_tenant(tenant_id)?;
        let Some(found) = self.owned(tenant_id, subscription_id) else { return Ok(None) };
        let (provided, view) = (self.is_provided(found, now), found.view(subscription_id));
        if !found.provided {
            let subscription_id = subscription_id.to_owned();
            self.record(if provided {
                Fact::SubscriptionProvided { subscription_id }
            } else {
                Fact::SubscriptionAwaited { subscription_id }
            })?;
        }
        Ok(Some(RemoteSubscription { provided, ..view }))
    }

    /// A subscription of a tenant.
    pub(super) fn owned(&self, tenant_id: &str, subscription_id: &str) -> Option<&Subscription> {
        self.state.subscriptions.get(subscription_id).filter(|found| found.entra_tenant_id == tenant_id)
    }

    pub(super) fn is_provided(&self, found: &Subscription, now: OffsetDateTime) -> bool {
        found.provided
            || match self.behavior.provisioning {
                Provisioning::AfterPolls(needed) => found.polls >= needed,
                Provisioning::After(duration) => now - found.bought_at >= duration,
            }
    }
}

/// The journal failed before anything was done.
pub(super) fn transient(error: impl ToString) -> ProvisioningError {
    ProvisioningError::Transient(error.to_string())
}
