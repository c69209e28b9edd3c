//! A Partner Center with something happening right after its calls: between an effect and its commit.

use domain::onboarding::Standing;
use provisioning::mock::{Call, MockPartnerCenter};
use provisioning::{
    AgreementConfirmation, CheckOut, CreatedTenant, IndirectReseller, NewTenant, PartnerCenter, ProvisioningError,
    RemoteCart, RemoteChange, RemoteLine, RemoteSubscription, RequestId, TenantRelation,
};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

type Answer<T> = Result<T, ProvisioningError>;

/// The mock, and what happens after each of its calls before the caller has its answer.
pub struct Watched<F> {
    mock: Arc<MockPartnerCenter>,
    after: F,
    forgets: AtomicUsize,
}

impl<F: Fn(Call) + Send + Sync> Watched<F> {
    /// The same Partner Center, watched.
    pub fn new(mock: &Arc<MockPartnerCenter>, after: F) -> Arc<Self> {
        Self::forgetful(mock, 0, after)
    }

    /// The same, but so many times it does not know the cart that it is asked for.
    pub fn forgetful(mock: &Arc<MockPartnerCenter>, forgets: usize, after: F) -> Arc<Self> {
        Arc::new(Self { mock: Arc::clone(mock), after, forgets: AtomicUsize::new(forgets) })
    }

    fn after<T>(&self, call: Call, answer: T) -> T {
        (self.after)(call);
        answer
    }
}

impl<F: Fn(Call) + Send + Sync> PartnerCenter for Watched<F> {
    fn domain_available(&self, domain: &str) -> Answer<bool> {
        self.after(Call::DomainAvailable, self.mock.domain_available(domain))
    }

    fn create_tenant(&self, request: &RequestId, tenant: &NewTenant) -> Answer<CreatedTenant> {
        self.after(Call::CreateTenant, self.mock.create_tenant(request, tenant))
    }

    fn find_tenant(&self, domain: &str) -> Answer<Option<TenantRelation>> {
        self.after(Call::FindTenant, self.mock.find_tenant(domain))
    }

    fn invitation_url(&self, reseller: Option<&IndirectReseller>) -> Answer<String> {
        self.after(Call::InvitationUrl, self.mock.invitation_url(reseller))
    }

    fn reseller_standing(&self, partner_id: &str) -> Answer<Standing> {
        self.after(Call::ResellerStanding, self.mock.reseller_standing(partner_id))
    }

    fn relationship_url(&self) -> Answer<String> {
        self.after(Call::RelationshipUrl, self.mock.relationship_url())
    }

    fn confirm_agreement(&self, tenant_id: &str, agreement: &AgreementConfirmation) -> Answer<()> {
        self.after(Call::ConfirmAgreement, self.mock.confirm_agreement(tenant_id, agreement))
    }

    fn create_cart(&self, request: &RequestId, tenant_id: &str, lines: &[RemoteLine]) -> Answer<RemoteCart> {
        self.after(Call::CreateCart, self.mock.create_cart(request, tenant_id, lines))
    }

    fn cart(&self, tenant_id: &str, cart_id: &str) -> Answer<Option<RemoteCart>> {
        let left = |left: usize| left.checked_sub(1);
        let forgotten = self.forgets.fetch_update(Ordering::Relaxed, Ordering::Relaxed, left).is_ok();
        let answer = self.mock.cart(tenant_id, cart_id).map(|cart| cart.filter(|_| !forgotten));
        self.after(Call::Cart, answer)
    }

    fn check_out(&self, request: &RequestId, tenant_id: &str, cart_id: &str) -> Answer<CheckOut> {
        self.after(Call::CheckOut, self.mock.check_out(request, tenant_id, cart_id))
    }

    fn orders_of_cart(&self, tenant_id: &str, cart_id: &str) -> Answer<Option<CheckOut>> {
        self.after(Call::OrdersOfCart, self.mock.orders_of_cart(tenant_id, cart_id))
    }

    fn subscription(&self, tenant_id: &str, subscription_id: &str) -> Answer<Option<RemoteSubscription>> {
        self.after(Call::Subscription, self.mock.subscription(tenant_id, subscription_id))
    }

    fn change_subscription(
        &self,
        request: &RequestId,
        tenant_id: &str,
        subscription_id: &str,
        change: &RemoteChange,
    ) -> Answer<RemoteSubscription> {
        let answer = self.mock.change_subscription(request, tenant_id, subscription_id, change);
        self.after(Call::ChangeSubscription, answer)
    }
}
