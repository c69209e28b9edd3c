//! What any [`PartnerCenter`] must do; each broken promise is a panic that names it.
//!
//! Run for the mock by this crate's tests, and for the wire against whatever speaks it. The checks create
//! tenants and buy licences: never point them at anything but a sandbox.

use crate::{
    AgreementConfirmation, CheckOut, CreatedTenant, IndirectReseller, LineOutcome, NewTenant, PartnerCenter,
    ProvisioningError, RemoteCart, RemoteChange, RemoteLine, RemotePlan, RemoteStatus, RemoteSubscription, RequestId,
};
use domain::calendar::{BillingCycle, Term};
use domain::id::LineId;
use domain::onboarding::{Standing, is_microsoft_id};
use domain::party::{Address, Contact, Country};
use std::cell::Cell;
use time::OffsetDateTime;

/// How often a thing that takes Microsoft some time is asked for.
const POLLS: u32 = 60;

/// What the checks find on the other side.
pub struct World<'a> {
    /// A short text of small letters and digits that no earlier run had: new domains and request ids begin with it.
    pub run: &'a str,
    /// A domain that somebody has.
    pub taken_domain: &'a str,
    /// A domain that nobody has and no check creates.
    pub unknown_domain: &'a str,
    /// Product and SKU of something that is sold for P1M, paid monthly.
    pub item: (&'a str, &'a str),
    /// Product and SKU of something that it can be upgraded to, for P1M, paid monthly.
    pub upgrade: (&'a str, &'a str),
    /// Now, for the dates that are sent.
    pub now: OffsetDateTime,
    /// Lets some time pass between two polls.
    pub wait: &'a dyn Fn(),
}

/// Checks every promise, one after the other; panics at the first that is not kept.
pub fn contract(pc: &dyn PartnerCenter, world: &World) {
    let check = Check { pc, world, used: Cell::new(0) };
    check.domains();
    let tenant = check.tenant_is_created_once();
    check.tenant_is_found(&tenant);
    check.invitation();
    check.resellers();
    check.carts(&tenant);
    check.bad_line_is_named_and_left_out(&tenant);
    check.nothing_is_bought_without_agreement(&tenant);
    check.agreement_may_be_sent_twice(&tenant);
    let bought = check.cart_is_bought_once(&tenant);
    check.licences_are_provided(&tenant, &bought);
    check.good_lines_are_bought_beside_bad_ones(&tenant);
    let subscription = subscriptions(&bought)[0];
    check.quantity_changes_once_per_request(&tenant, subscription);
    check.a_suspended_subscription_waits(&tenant, subscription);
    check.an_upgrade_is_full_or_partial(&tenant, subscription);
    check.a_longer_term_begins_and_no_shorter_one(&tenant, subscription);
    check.a_cancelled_subscription_is_deleted(&tenant, subscription);
    check.strangers_are_kept_out(&tenant);
}

type Changed = Result<RemoteSubscription, ProvisioningError>;

struct Check<'a> {
    pc: &'a dyn PartnerCenter,
    world: &'a World<'a>,
    used: Cell<u32>,
}

impl Check<'_> {
    /// A number that this run has not had.
    fn next(&self) -> u32 {
        self.used.set(self.used.get() + 1);
        self.used.get()
    }

    fn request(&self) -> RequestId {
        RequestId(format!("{}-{:04}", self.world.run, self.next()))
    }

    fn domain(&self) -> String {
        format!("{}x{}.onmicrosoft.com", self.world.run, self.next())
    }

    fn line(&self, quantity: u32) -> RemoteLine {
        let (product, sku) = self.world.item;
        RemoteLine {
            line: LineId::from_u128(u128::from(self.next())),
            product_external_id: product.to_owned(),
            sku_external_id: sku.to_owned(),
            quantity,
            term: Term::P1M,
            billing_cycle: BillingCycle::Monthly,
            partner_of_record: None,
            renews_to: None,
        }
    }

    /// A line that Microsoft sells to nobody: a month, paid every three years.
    fn bad_line(&self) -> RemoteLine {
        RemoteLine { billing_cycle: BillingCycle::Triennial, ..self.line(1) }
    }

    fn cart(&self, tenant: &CreatedTenant, lines: &[RemoteLine]) -> RemoteCart {
        done("create_cart", self.pc.create_cart(&self.request(), &tenant.entra_tenant_id, lines))
    }

    /// Asks until there is an answer.
    fn poll<T>(&self, what: &str, mut ask: impl FnMut() -> Option<T>) -> T {
        for _ in 0..POLLS {
            if let Some(answer) = ask() {
                return answer;
            }
            (self.world.wait)();
        }
        panic!("{what} never came");
    }

    fn resellers(&self) {
        let standing = done("reseller_standing", self.pc.reseller_standing("not a partner id"));
        assert_eq!(standing, Standing::default(), "who is no partner has signed nothing and is no reseller of ours");
        let url = done("relationship_url", self.pc.relationship_url());
        assert!(url.starts_with("https://"), "{url} is no address");
        let guid = url.split(|letter: char| !letter.is_ascii_hexdigit() && letter != '-').any(is_microsoft_id);
        assert!(guid, "{url} carries no GUID of the provider");
    }

    fn domains(&self) {
        let free = |domain: &str| done("domain_available", self.pc.domain_available(domain));
        assert!(free(&self.domain()), "a new domain is free");
        assert!(!free(self.world.taken_domain), "a domain that somebody has is not free");
        let found = done("find_tenant", self.pc.find_tenant(self.world.unknown_domain));
        assert_eq!(found, None, "no tenant has a domain that nobody has");
    }

    fn tenant_is_created_once(&self) -> CreatedTenant {
        let (request, new) = (self.request(), new_tenant(self.domain()));
        let created = done("create_tenant", self.pc.create_tenant(&request, &new));
        assert_eq!(created.domain, new.domain, "a tenant gets the domain that was asked for");
        assert_eq!(created.admin_user_name, format!("admin@{}", new.domain), "the user name is whole");
        assert!(!created.entra_tenant_id.is_empty(), "a tenant has an id");
        assert!(created.admin_password.expose().len() >= 8, "there is a password");
        assert!(!format!("{created:?}").contains(created.admin_password.expose()), "a password is not printed");
        let again = done("create_tenant", self.pc.create_tenant(&request, &new));
        assert_eq!(again, created, "the same request gives the same tenant and the same credentials");
        let other = self.pc.create_tenant(&self.request(), &new);
        assert!(is_refused(&other, None), "a domain is given once: {other:?}");
        created
    }

    fn tenant_is_found(&self, tenant: &CreatedTenant) {
        assert!(!done("domain_available", self.pc.domain_available(&tenant.domain)), "a created domain is taken");
        let relation = self.poll("a created tenant", || done("find_tenant", self.pc.find_tenant(&tenant.domain)));
        assert_eq!(relation.entra_tenant_id, tenant.entra_tenant_id, "a tenant is found by its domain");
        assert!(relation.confirmed, "a tenant that we created needs no confirmation");
    }

    fn invitation(&self) {
        let url = done("invitation_url", self.pc.invitation_url(None));
        assert!(url.starts_with("https://"), "an invitation is an address: {url}");
        let reseller = IndirectReseller { partner_id: "5357564".to_owned(), microsoft_id: None };
        let url = done("invitation_url", self.pc.invitation_url(Some(&reseller)));
        assert!(url.contains("5357564"), "an invitation names the reseller: {url}");
    }

    fn carts(&self, tenant: &CreatedTenant) {
        let (request, lines) = (self.request(), [self.line(1), self.line(2)]);
        let id = &tenant.entra_tenant_id;
        let cart = done("create_cart", self.pc.create_cart(&request, id, &lines));
        assert!(!cart.ordered, "a new cart is not ordered");
        assert_eq!(cart.line_errors, [], "good lines have no errors");
        let again = done("create_cart", self.pc.create_cart(&request, id, &lines));
        assert_eq!(again, cart, "the same request gives the same cart");
        let seen = done("cart", self.pc.cart(id, &cart.id));
        assert_eq!(seen, Some(cart.clone()), "a cart can be looked at");
        assert_ne!(self.cart(tenant, &lines).id, cart.id, "another request gives another cart");
        assert_eq!(done("orders_of_cart", self.pc.orders_of_cart(id, &cart.id)), None, "nothing is ordered yet");
    }

    fn bad_line_is_named_and_left_out(&self, tenant: &CreatedTenant) {
        let (good, bad) = (self.line(1), self.bad_line());
        let cart = self.cart(tenant, &[good, bad.clone()]);
        let named: Vec<LineId> = cart.line_errors.iter().map(|(line, _)| *line).collect();
        assert_eq!(named, [bad.line], "the bad line has an error, and no other");
        assert!(cart.line_errors.iter().all(|(_, code)| !code.is_empty()), "an error has a code");
    }

    fn nothing_is_bought_without_agreement(&self, tenant: &CreatedTenant) {
        let (id, cart) = (&tenant.entra_tenant_id, self.cart(tenant, &[self.line(1)]));
        let refused = self.pc.check_out(&self.request(), id, &cart.id);
        assert!(is_refused(&refused, Some("13605")), "no purchase without the customer's agreement: {refused:?}");
        let seen = done("cart", self.pc.cart(id, &cart.id));
        assert!(seen.is_some_and(|cart| !cart.ordered), "a refused check-out orders nothing");
    }

    fn agreement_may_be_sent_twice(&self, tenant: &CreatedTenant) {
        let agreement = AgreementConfirmation {
            first_name: "Erika".to_owned(),
            last_name: "Mustermann".to_owned(),
            email: "erika@mustermann.example".to_owned(),
            agreed_at: self.world.now,
        };
        for _ in 0..2 {
            done("confirm_agreement", self.pc.confirm_agreement(&tenant.entra_tenant_id, &agreement));
        }
    }

    fn cart_is_bought_once(&self, tenant: &CreatedTenant) -> CheckOut {
        let (id, lines) = (&tenant.entra_tenant_id, [self.line(3), self.line(5)]);
        let (cart, request) = (self.cart(tenant, &lines), self.request());
        let bought = done("check_out", self.pc.check_out(&request, id, &cart.id));
        let named: Vec<LineId> = bought.lines.iter().map(|(line, _)| *line).collect();
        assert_eq!(named, lines.map(|line| line.line), "each line is answered once, in the order of the cart");
        let ids = subscriptions(&bought);
        assert_eq!(ids.len(), 2, "good lines are bought: {bought:?}");
        assert_ne!(ids[0], ids[1], "each line becomes a subscription of its own");
        // Whether a check-out minds its request id is not documented.
        for request in [request, self.request()] {
            match self.pc.check_out(&request, id, &cart.id) {
                Ok(again) => assert_eq!(again, bought, "a cart is bought once"),
                refused => assert!(is_refused(&refused, Some("800065")), "a cart is bought once: {refused:?}"),
            }
        }
        let seen = done("cart", self.pc.cart(id, &cart.id));
        assert!(seen.is_some_and(|cart| cart.ordered), "a cart says that it was ordered");
        let listed = self.poll("an order", || done("orders_of_cart", self.pc.orders_of_cart(id, &cart.id)));
        assert_eq!(listed, bought, "the orders of a cart are those of its check-out");
        bought
    }

    fn licences_are_provided(&self, tenant: &CreatedTenant, bought: &CheckOut) {
        for (subscription, quantity) in subscriptions(bought).into_iter().zip([3, 5]) {
            let ask = || done("subscription", self.pc.subscription(&tenant.entra_tenant_id, subscription));
            let provided = self.poll("a subscription", || ask().filter(|found| found.provided));
            let (id, status) = (subscription.to_owned(), RemoteStatus::Active);
            let wanted = RemoteSubscription { id, provided: true, quantity, status, auto_renew: true };
            assert_eq!(provided, wanted, "what was bought is provided, runs and renews itself");
            assert_eq!(ask(), Some(provided), "what is provided stays so");
        }
    }

    fn good_lines_are_bought_beside_bad_ones(&self, tenant: &CreatedTenant) {
        let (good, bad) = (self.line(1), self.bad_line());
        let cart = self.cart(tenant, &[bad.clone(), good.clone()]);
        let bought = done("check_out", self.pc.check_out(&self.request(), &tenant.entra_tenant_id, &cart.id));
        let outcome = |line: LineId| bought.lines.iter().find(|(id, _)| *id == line).map(|(_, outcome)| outcome);
        assert!(matches!(outcome(bad.line), Some(LineOutcome::Refused { .. })), "a bad line is not bought: {bought:?}");
        assert!(matches!(outcome(good.line), Some(LineOutcome::Ordered { .. })), "a good line is: {bought:?}");
    }

    /// Changes a subscription with a new request id.
    fn change(&self, tenant: &CreatedTenant, id: &str, change: &RemoteChange) -> Changed {
        self.pc.change_subscription(&self.request(), &tenant.entra_tenant_id, id, change)
    }

    /// The same; it must succeed, and the subscription must then be seen as it was answered.
    fn changed(&self, tenant: &CreatedTenant, id: &str, change: &RemoteChange) -> RemoteSubscription {
        let answer = done("change_subscription", self.change(tenant, id, change));
        let ask = || done("subscription", self.pc.subscription(&tenant.entra_tenant_id, &answer.id));
        let stands = |found: &RemoteSubscription| (found.quantity, found.status, found.auto_renew);
        self.poll("a change", || ask().filter(|found| stands(found) == stands(&answer)));
        answer
    }

    fn plan(&self, (product, sku): (&str, &str), term: Term, quantity: u32) -> RemotePlan {
        RemotePlan {
            product_external_id: product.to_owned(),
            sku_external_id: sku.to_owned(),
            term,
            billing_cycle: BillingCycle::Monthly,
            quantity,
        }
    }

    fn quantity_changes_once_per_request(&self, tenant: &CreatedTenant, id: &str) {
        let (request, tenant_id) = (self.request(), &tenant.entra_tenant_id);
        let change = |quantity| self.pc.change_subscription(&request, tenant_id, id, &RemoteChange::Quantity(quantity));
        let more = done("change_subscription", change(7));
        assert_eq!((more.id.as_str(), more.quantity), (id, 7), "a quantity is the new total");
        let fewer = self.changed(tenant, id, &RemoteChange::Quantity(6));
        assert_eq!(fewer.quantity, 6, "licences can be given back while they are new");
        assert_eq!(done("change_subscription", change(7)), more, "the same request gives the same answer");
        let now = done("subscription", self.pc.subscription(tenant_id, id));
        assert_eq!(now.map(|now| now.quantity), Some(6), "the same request has its effect once");
        let refused = self.change(tenant, id, &RemoteChange::Quantity(0));
        assert!(is_refused(&refused, None), "no licences is no quantity: {refused:?}");
    }

    fn a_suspended_subscription_waits(&self, tenant: &CreatedTenant, id: &str) {
        let stands = |found: &RemoteSubscription| (found.status, found.auto_renew);
        let off = self.changed(tenant, id, &RemoteChange::AutoRenew(false));
        assert_eq!(stands(&off), (RemoteStatus::Active, false), "the renewal is off");
        self.changed(tenant, id, &RemoteChange::AutoRenew(true));
        let suspended = self.changed(tenant, id, &RemoteChange::Suspend);
        assert_eq!(stands(&suspended), (RemoteStatus::Suspended, false), "who suspends turns the renewal off");
        let refused = self.change(tenant, id, &RemoteChange::Quantity(7));
        assert!(is_refused(&refused, Some("2001")), "no other quantity while suspended: {refused:?}");
        let resumed = self.changed(tenant, id, &RemoteChange::Resume);
        assert_eq!(stands(&resumed), (RemoteStatus::Active, false), "it runs again; the renewal stays off");
        let renewing = self.changed(tenant, id, &RemoteChange::AutoRenew(true));
        assert_eq!(stands(&renewing), (RemoteStatus::Active, true), "the renewal is on");
    }

    fn an_upgrade_is_full_or_partial(&self, tenant: &CreatedTenant, id: &str) {
        let plan = |quantity| self.plan(self.world.upgrade, Term::P1M, quantity);
        let part = self.changed(tenant, id, &RemoteChange::Split(plan(2)));
        assert_ne!(part.id, id, "a partial upgrade is a new subscription");
        assert_eq!((part.quantity, part.status), (2, RemoteStatus::Active), "so many licences go there");
        let rest = done("subscription", self.pc.subscription(&tenant.entra_tenant_id, id));
        assert_eq!(rest.map(|rest| rest.quantity), Some(4), "the others stay");
        let full = self.changed(tenant, id, &RemoteChange::Replace(plan(4)));
        assert_eq!((full.id.as_str(), full.quantity), (id, 4), "a full upgrade is the same subscription");
    }

    fn a_longer_term_begins_and_no_shorter_one(&self, tenant: &CreatedTenant, id: &str) {
        let change = |term| RemoteChange::Replace(self.plan(self.world.upgrade, term, 4));
        let longer = self.changed(tenant, id, &change(Term::P1Y));
        assert_eq!((longer.id.as_str(), longer.quantity), (id, 4), "a longer term is the same subscription");
        let refused = self.change(tenant, id, &change(Term::P1M));
        assert!(is_refused(&refused, Some("800122")), "no shorter term now: {refused:?}");
    }

    fn a_cancelled_subscription_is_deleted(&self, tenant: &CreatedTenant, id: &str) {
        let cancelled = self.changed(tenant, id, &RemoteChange::Cancel);
        assert_eq!((cancelled.status, cancelled.auto_renew), (RemoteStatus::Deleted, false), "it ends at once");
        for change in [RemoteChange::Quantity(5), RemoteChange::Resume, RemoteChange::AutoRenew(true)] {
            let refused = self.change(tenant, id, &change);
            assert!(is_refused(&refused, Some("2011")), "a deleted subscription stays so: {refused:?}");
        }
    }

    fn strangers_are_kept_out(&self, tenant: &CreatedTenant) {
        const NOBODY: &str = "00000000-0000-4000-8000-000000000000";
        let id = &tenant.entra_tenant_id;
        assert_eq!(done("cart", self.pc.cart(id, NOBODY)), None, "an unknown cart is none");
        assert_eq!(done("orders_of_cart", self.pc.orders_of_cart(id, NOBODY)), None, "an unknown cart has no orders");
        let refused = self.pc.check_out(&self.request(), id, NOBODY);
        assert!(is_refused(&refused, Some("800008")), "an unknown cart is not bought: {refused:?}");
        assert_eq!(done("subscription", self.pc.subscription(id, NOBODY)), None, "an unknown subscription is none");
        let refused = self.change(tenant, NOBODY, &RemoteChange::Suspend);
        assert!(is_refused(&refused, Some("20003")), "an unknown subscription is not changed: {refused:?}");
        let refused = self.pc.create_cart(&self.request(), NOBODY, &[self.line(1)]);
        assert!(is_refused(&refused, None), "nothing is sold to a tenant that is not ours: {refused:?}");
    }
}

fn new_tenant(domain: String) -> NewTenant {
    NewTenant {
        domain,
        company: "Mustermann GmbH".to_owned(),
        contact: Contact {
            first_name: "Erika".to_owned(),
            last_name: "Mustermann".to_owned(),
            email: "erika@mustermann.example".to_owned(),
            phone: Some("+49 221 12345".to_owned()),
        },
        address: Address {
            company: None,
            street: "Heumarkt 1".to_owned(),
            postal_code: "50667".to_owned(),
            city: "Köln".to_owned(),
            region: Some("NW".to_owned()),
            country: Country::from_code("DE").expect("DE is a country"),
            phone: None,
        },
        partner_id: None,
    }
}

fn subscriptions<'a>(bought: &'a CheckOut) -> Vec<&'a str> {
    let id = |outcome: &'a LineOutcome| match outcome {
        LineOutcome::Ordered { subscription_id, .. } => Some(subscription_id.as_str()),
        LineOutcome::Refused { .. } => None,
    };
    bought.lines.iter().filter_map(|(_, outcome)| id(outcome)).collect()
}

/// The answer of a call that must not fail.
fn done<T>(call: &str, answer: Result<T, ProvisioningError>) -> T {
    answer.unwrap_or_else(|error| panic!("{call}: {error}"))
}

fn is_refused<T>(answer: &Result<T, ProvisioningError>, wanted: Option<&str>) -> bool {
    match answer {
        Err(ProvisioningError::Refused { code, .. }) => wanted.is_none_or(|wanted| wanted == code),
        _ => false,
    }
}
