//! An in-memory Partner Center with Microsoft's rules and codes, for sandboxes and tests.
//!
//! Magic values, for sandbox users too:
//!
//! | Value | What happens |
//! |---|---|
//! | domains `contoso.onmicrosoft.com`, `fabrikam.onmicrosoft.com` | are taken |
//! | a new tenant's prefix that starts with `refused` | creation is refused for its address (`800002`) |
//! | linking a domain that starts with `unknown` | no tenant has it |
//! | linking a domain that starts with `unconfirmed` | its tenant never confirms the relationship |
//! | linking any other domain with a dot | a stranger's tenant has it and confirms on the first check, free or not |
//! | a partner id of seven digits | is a reseller of ours that has signed Microsoft's agreement |
//! | … that starts with `60`, `61`, `62` | is unknown, has not signed, is no reseller of ours |
//! | 4,242 licences of anything | refused at check-out, and as the quantity of a change (`800069`) |
//! | more than 100,000 licences of a SKU, 300 of Microsoft 365 Business | refused, in a change, too (`800088`) |
//!
//! Product ids have twelve and SKU ids four capital letters or digits; a line with others has the error `10001`,
//! a change to others is refused (`400013`, `400018`).
//!
//! A running subscription changes as Microsoft's rules say: not to no licences (`2002`) or to a part that
//! is all of them, not while it is suspended (`2001`, `800091`), not once it is deleted (`2011`) but to reactivate it,
//! not to a plan that there is not (`800121`) or of a shorter term (`800122`), no trial to another trial (`800107`) and
//! no perpetual licence but to give it back (`800062`). Nothing renews or expires here, and the windows of seven days
//! count only where [`Behavior::windows`] is set.
//!
//! The state is the sum of facts; with a journal these survive the process, and a process killed at any point
//! finds its tenants and orders again. Whoever opens a journal must give the seed that it began with: ids and
//! passwords follow from it.

mod behavior;
mod change_rules;
mod changes;
mod derive;
mod desk;
mod fact;
mod fault;
mod journal;
mod rules;
mod state;
mod subscription;

pub use behavior::{Behavior, Provisioning, RepeatedCheckOut};
pub use fault::{Call, Fault};
pub use state::Effects;

use crate::{
    AgreementConfirmation, CheckOut, CreatedTenant, IndirectReseller, NewTenant, PartnerCenter, ProvisioningError,
    RemoteCart, RemoteChange, RemoteLine, RemoteSubscription, RequestId, TenantRelation,
};
use desk::Desk;
use domain::onboarding::Standing;
use fault::Faults;
use journal::Journal;
use std::fmt;
use std::io;
use std::path::Path;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use time::OffsetDateTime;

/// What the mock takes for now: it never reads a clock itself.
pub type Clock = Arc<dyn Fn() -> OffsetDateTime + Send + Sync>;

/// A Partner Center in memory.
pub struct MockPartnerCenter {
    clock: Clock,
    inner: Mutex<Inner>,
}

struct Inner {
    desk: Desk,
    faults: Faults,
}

impl fmt::Debug for MockPartnerCenter {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("MockPartnerCenter").finish_non_exhaustive()
    }
}

impl MockPartnerCenter {
    /// A mock that knows nobody and forgets everything with its process. The same seed and calls give the same ids.
    pub fn in_memory(clock: Clock, seed: u64) -> Self {
        Self::of(clock, Desk::new(seed))
    }

    /// A mock that writes what happens into a file, and begins with what is in it. Several processes may share it.
    pub fn with_journal(path: impl AsRef<Path>, clock: Clock, seed: u64) -> io::Result<Self> {
        let journal = Journal::open(path.as_ref())?;
        Ok(Self::of(clock, Desk::with_journal(seed, journal)?))
    }

    fn of(clock: Clock, desk: Desk) -> Self {
        Self { clock, inner: Mutex::new(Inner { desk, faults: Faults::default() }) }
    }

    /// Takes a tenant for one that was linked and had its agreement accepted before the mock was there, for demo
    /// customers; again changes nothing.
    pub fn adopt_tenant(&self, domain: &str, entra_tenant_id: &str) -> Result<(), ProvisioningError> {
        self.lock().desk.serve(|desk| desk.adopt_tenant(domain, entra_tenant_id))
    }

    /// From now on Microsoft says this of a reseller.
    pub fn set_reseller(&self, partner_id: &str, standing: Standing) -> Result<(), ProvisioningError> {
        self.lock().desk.serve(|desk| desk.set_reseller(partner_id, standing))
    }

    /// From now on behaves otherwise.
    pub fn set_behavior(&self, behavior: Behavior) {
        self.lock().desk.behavior = behavior;
    }

    /// Lets the next call of a kind that has no fault waiting yet go wrong.
    pub fn fail_next(&self, call: Call, fault: Fault) {
        self.lock().faults.push(call, fault);
    }

    /// How often a call was made, faults included.
    pub fn calls(&self, call: Call) -> usize {
        self.lock().faults.calls(call)
    }

    /// What was really done.
    pub fn effects(&self) -> Effects {
        self.lock().desk.state.effects.clone()
    }

    /// A panic elsewhere left no half-made fact: facts are applied as a whole.
    fn lock(&self) -> MutexGuard<'_, Inner> {
        self.inner.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Serves a call, or lets it go wrong.
    fn call<T>(
        &self,
        call: Call,
        act: impl FnOnce(&mut Desk, OffsetDateTime) -> Result<T, ProvisioningError>,
    ) -> Result<T, ProvisioningError> {
        // Before the lock: the clock is not ours and may call back.
        let now = (self.clock)();
        let mut inner = self.lock();
        let fault = inner.faults.enter(call);
        match fault {
            None => inner.desk.serve(|desk| act(desk, now)),
            Some(Fault::TransientBefore) => Err(ProvisioningError::Transient("injected".to_owned())),
            Some(Fault::TimeoutAfterEffect) => {
                // Whatever the answer was, it is lost.
                let _ = inner.desk.serve(|desk| act(desk, now));
                Err(ProvisioningError::Unknown("injected".to_owned()))
            }
            Some(Fault::ThrottledFor(after)) => Err(ProvisioningError::Throttled { after }),
            Some(Fault::RefusedWith(code)) => Err(ProvisioningError::refused(code, "injected")),
        }
    }
}

impl PartnerCenter for MockPartnerCenter {
    fn pretends(&self) -> bool {
        true
    }

    fn domain_available(&self, domain: &str) -> Result<bool, ProvisioningError> {
        self.call(Call::DomainAvailable, |desk, _| Ok(desk.domain_available(domain)))
    }

    fn create_tenant(&self, request: &RequestId, tenant: &NewTenant) -> Result<CreatedTenant, ProvisioningError> {
        self.call(Call::CreateTenant, |desk, _| desk.create_tenant(request, tenant))
    }

    fn find_tenant(&self, domain: &str) -> Result<Option<TenantRelation>, ProvisioningError> {
        self.call(Call::FindTenant, |desk, _| desk.find_tenant(domain))
    }

    fn invitation_url(&self, reseller: Option<&IndirectReseller>) -> Result<String, ProvisioningError> {
        self.call(Call::InvitationUrl, |desk, _| Ok(desk.invitation_url(reseller)))
    }

    fn reseller_standing(&self, partner_id: &str) -> Result<Standing, ProvisioningError> {
        self.call(Call::ResellerStanding, |desk, _| Ok(desk.reseller_standing(partner_id)))
    }

    fn relationship_url(&self) -> Result<String, ProvisioningError> {
        self.call(Call::RelationshipUrl, |desk, _| Ok(desk.relationship_url()))
    }

    fn confirm_agreement(&self, tenant_id: &str, agreement: &AgreementConfirmation) -> Result<(), ProvisioningError> {
        self.call(Call::ConfirmAgreement, |desk, _| desk.confirm_agreement(tenant_id, agreement))
    }

    fn create_cart(
        &self,
        request: &RequestId,
        tenant_id: &str,
        lines: &[RemoteLine],
    ) -> Result<RemoteCart, ProvisioningError> {
        self.call(Call::CreateCart, |desk, now| desk.create_cart(request, tenant_id, lines, now))
    }

    fn cart(&self, tenant_id: &str, cart_id: &str) -> Result<Option<RemoteCart>, ProvisioningError> {
        self.call(Call::Cart, |desk, now| desk.cart(tenant_id, cart_id, now))
    }

    fn check_out(&self, request: &RequestId, tenant_id: &str, cart_id: &str) -> Result<CheckOut, ProvisioningError> {
        self.call(Call::CheckOut, |desk, now| desk.check_out(request, tenant_id, cart_id, now))
    }

    fn orders_of_cart(&self, tenant_id: &str, cart_id: &str) -> Result<Option<CheckOut>, ProvisioningError> {
        self.call(Call::OrdersOfCart, |desk, now| desk.orders_of_cart(tenant_id, cart_id, now))
    }

    fn subscription(
        &self,
        tenant_id: &str,
        subscription_id: &str,
    ) -> Result<Option<RemoteSubscription>, ProvisioningError> {
        self.call(Call::Subscription, |desk, now| desk.subscription(tenant_id, subscription_id, now))
    }

    fn change_subscription(
        &self,
        request: &RequestId,
        tenant_id: &str,
        subscription_id: &str,
        change: &RemoteChange,
    ) -> Result<RemoteSubscription, ProvisioningError> {
        self.call(Call::ChangeSubscription, |desk, now| {
            desk.change_subscription(request, tenant_id, subscription_id, change, now)
        })
    }
}
