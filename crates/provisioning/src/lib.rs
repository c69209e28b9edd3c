//! What Microsoft does: Partner Center behind one trait, in the domain's words.
//!
//! Microsoft's own words (customers, catalogue items, order groups) stay inside the implementations.
//! All calls block; none is made while a database transaction is open. What any implementation must do
//! is in [`contract`]. Names such as `create-a-cart` are of pages in Microsoft's documentation of Partner Center, which
//! `docs/rules.md` lists.

pub mod contract;
pub mod mock;
pub mod offer_matrix;
pub mod price_sheet;

mod sheet;

use domain::calendar::{BillingCycle, Term};
use domain::id::LineId;
use domain::onboarding::Standing;
use domain::party::{Address, Contact};
use serde::{Deserialize, Serialize};
use std::fmt;
use time::OffsetDateTime;

/// Microsoft's side of the business.
///
/// A call that ends in [`ProvisioningError::Unknown`] may have had its effect: repeat it with the same
/// request id where it takes one, and after [`PartnerCenter::check_out`] ask [`PartnerCenter::cart`] first.
pub trait PartnerCenter: Send + Sync {
    /// Whether it only pretends: nothing that it takes is ever ordered or paid.
    fn pretends(&self) -> bool {
        false
    }

    /// Whether a domain is free (`verify-domain-availability`).
    fn domain_available(&self, domain: &str) -> Result<bool, ProvisioningError>;

    /// Creates a tenant (`create-a-customer`). The same request id gives the same answer, credentials included.
    fn create_tenant(&self, request: &RequestId, tenant: &NewTenant) -> Result<CreatedTenant, ProvisioningError>;

    /// The tenant that a domain belongs to and whether it has confirmed our reseller relationship (T-27);
    /// none where no tenant has the domain.
    fn find_tenant(&self, domain: &str) -> Result<Option<TenantRelation>, ProvisioningError>;

    /// The address that a tenant's administrator opens to confirm the relationship (T-26): with us, and with the
    /// reseller that the customer buys through, so that both are among the tenant's partners (T-27).
    fn invitation_url(&self, reseller: Option<&IndirectReseller>) -> Result<String, ProvisioningError>;

    /// What Microsoft says of a reseller by its partner id (T-12…T-15).
    fn reseller_standing(&self, partner_id: &str) -> Result<Standing, ProvisioningError>;

    /// The address that a reseller opens with its own log-in to become an indirect reseller of ours; it carries our
    /// GUID (T-16).
    fn relationship_url(&self) -> Result<String, ProvisioningError>;

    /// Records the customer's acceptance of Microsoft's agreement; again with the same content is fine.
    fn confirm_agreement(&self, tenant_id: &str, agreement: &AgreementConfirmation) -> Result<(), ProvisioningError>;

    /// Puts lines in a new remote cart (`create-a-cart`). Lines with errors are in it too, and named in the answer.
    fn create_cart(
        &self,
        request: &RequestId,
        tenant_id: &str,
        lines: &[RemoteLine],
    ) -> Result<RemoteCart, ProvisioningError>;

    /// A remote cart as it stands: ordered or not; none where Microsoft does not know it (any more).
    fn cart(&self, tenant_id: &str, cart_id: &str) -> Result<Option<RemoteCart>, ProvisioningError>;

    /// Buys a cart (`checkout-a-cart`). Partial success is normal. After a timeout ask [`PartnerCenter::cart`]
    /// first, never check out twice.
    fn check_out(&self, request: &RequestId, tenant_id: &str, cart_id: &str) -> Result<CheckOut, ProvisioningError>;

    /// What became of a checked-out cart: for after a timeout. None where it was not checked out, and for up to
    /// a quarter of an hour after it was: an order may take that long to be listed.
    fn orders_of_cart(&self, tenant_id: &str, cart_id: &str) -> Result<Option<CheckOut>, ProvisioningError>;

    /// A remote subscription: whether it is provided yet, and how it stands.
    fn subscription(
        &self,
        tenant_id: &str,
        subscription_id: &str,
    ) -> Result<Option<RemoteSubscription>, ProvisioningError>;

    /// Changes a running subscription and answers it as it is then; after [`RemoteChange::Split`] the new one.
    /// After an answer that was lost, ask [`PartnerCenter::subscription`] or repeat with the same request id: the same
    /// request id has its effect once and gives the same answer.
    fn change_subscription(
        &self,
        request: &RequestId,
        tenant_id: &str,
        subscription_id: &str,
        change: &RemoteChange,
    ) -> Result<RemoteSubscription, ProvisioningError>;
}

/// Names one call, so that repeating it after a timeout does nothing twice. After an answer, whichever, the
/// next call needs a new one.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct RequestId(pub String);

/// A tenant to create (`create-a-customer`).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewTenant {
    /// The domain that the tenant gets: `muellergmbh.onmicrosoft.com`.
    pub domain: String,
    /// The customer's name.
    pub company: String,
    /// The person to reach there.
    pub contact: Contact,
    /// The customer's postal address, by the rules of its country.
    pub address: Address,
    /// Microsoft's id of the indirect reseller, where the customer has one (T-16).
    pub partner_id: Option<String>,
}

/// A tenant as Microsoft created it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CreatedTenant {
    /// Microsoft's id of the directory.
    pub entra_tenant_id: String,
    /// The domain that Microsoft gave it: `muellergmbh.onmicrosoft.com`.
    pub domain: String,
    /// The first administrator: `admin@muellergmbh.onmicrosoft.com`.
    pub admin_user_name: String,
    /// The administrator's first password. Microsoft says it once.
    pub admin_password: Secret,
}

/// A text that must not get into logs: its `Debug` shows `***`.
#[derive(Clone, PartialEq, Eq)]
pub struct Secret(String);

impl Secret {
    /// Hides a text.
    pub fn new(text: impl Into<String>) -> Self {
        Self(text.into())
    }

    /// The hidden text, for whom it is meant.
    pub fn expose(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("***")
    }
}

/// Where a tenant stands towards us (T-27).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TenantRelation {
    /// Microsoft's id of the directory.
    pub entra_tenant_id: String,
    /// Whether its administrator has confirmed the reseller relationship.
    pub confirmed: bool,
}

/// A reseller as Microsoft knows it, which a customer confirms together with its provider (T-27).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct IndirectReseller {
    /// Its partner id (MPN).
    pub partner_id: String,
    /// The GUID of its tenant as a partner, where it is known.
    pub microsoft_id: Option<String>,
}

/// That a customer accepted Microsoft's agreement, and who did (T-20).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AgreementConfirmation {
    /// First name of who accepted.
    pub first_name: String,
    /// Last name of who accepted.
    pub last_name: String,
    /// E-mail address of who accepted.
    pub email: String,
    /// The instant at which the customer accepted.
    pub agreed_at: OffsetDateTime,
}

/// A line for a remote cart (`cart-resources`).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RemoteLine {
    /// Our line, by which answers name it.
    pub line: LineId,
    /// Microsoft's `ProductId`: twelve characters, `CFQ7TTC0LCHC`.
    pub product_external_id: String,
    /// Microsoft's `SkuId`: four characters, leading zeros included.
    pub sku_external_id: String,
    /// How many licences.
    pub quantity: u32,
    /// How long the buyer is bound.
    pub term: Term,
    /// How often Microsoft charges.
    pub billing_cycle: BillingCycle,
    /// Microsoft's id of the reseller that gets the credit, where there is one (T-12).
    pub partner_of_record: Option<String>,
    /// The term of what follows a trial; none ends it, and for anything else none is said.
    pub renews_to: Option<Term>,
}

/// A remote cart.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RemoteCart {
    /// Microsoft's id of the cart, to check it out with.
    pub id: String,
    /// Whether it was checked out.
    pub ordered: bool,
    /// Lines that cannot be bought, with Microsoft's code as text, e.g. `10002` (`cart-resources`).
    pub line_errors: Vec<(LineId, String)>,
}

/// What came of buying a cart: each line of it, in its order.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CheckOut {
    /// The lines and what became of them.
    pub lines: Vec<(LineId, LineOutcome)>,
}

/// What became of a line.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum LineOutcome {
    /// Bought: Microsoft has an order for it.
    Ordered {
        /// Microsoft's id of the order that the line is in.
        order_id: String,
        /// What to ask [`PartnerCenter::subscription`] for. A perpetual licence has no subscription at Microsoft
        /// (`csp-software-subscriptions`): there it names the line of the order.
        subscription_id: String,
    },
    /// Not bought, and not charged; other lines may be.
    Refused {
        /// Microsoft's error code as text, to branch on.
        code: String,
        /// Microsoft's own words, in English, for operators.
        message: String,
    },
}

/// A subscription at Microsoft.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RemoteSubscription {
    /// Microsoft's id of the subscription, the same for its whole life.
    pub id: String,
    /// Whether its licences were provided; whether they can be used now, its status says.
    pub provided: bool,
    /// How many licences.
    pub quantity: u32,
    /// How it stands.
    pub status: RemoteStatus,
    /// Whether it renews itself at the end of its term.
    pub auto_renew: bool,
}

/// How a subscription at Microsoft stands (`subscription-resources`).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RemoteStatus {
    /// It runs: its licences can be used.
    Active,
    /// It is charged and cannot be used (G-121).
    Suspended,
    /// It was cancelled.
    Deleted,
}

/// What to change about a subscription at Microsoft: one thing per call (`update-a-subscription-by-id`).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum RemoteChange {
    /// So many licences from now on: the new total, not the difference (`change-the-quantity-of-a-subscription`).
    Quantity(u32),
    /// Whether it renews itself.
    AutoRenew(bool),
    /// Its licences cannot be used until it is resumed. Turns the renewal off (G-121).
    Suspend,
    /// Its licences can be used again. The renewal stays off until it is turned on.
    Resume,
    /// It ends at once (G-120).
    Cancel,
    /// A full upgrade, or another term or billing cycle: the same subscription.
    Replace(RemotePlan),
    /// A partial upgrade: so many of its licences go to a new subscription, which is the answer.
    Split(RemotePlan),
    /// A new term starts, with any quantity, SKU, term or billing cycle: what was scheduled for it.
    Renew(RemotePlan),
    /// It runs again, where the marketplace's policy allows (K-20).
    Reactivate,
}

/// What a subscription at Microsoft is for.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RemotePlan {
    /// Microsoft's `ProductId`: twelve characters, `CFQ7TTC0LCHC`.
    pub product_external_id: String,
    /// Microsoft's `SkuId`: four characters, leading zeros included.
    pub sku_external_id: String,
    /// How long the buyer is bound.
    pub term: Term,
    /// How often Microsoft charges.
    pub billing_cycle: BillingCycle,
    /// How many licences.
    pub quantity: u32,
}

/// Why Microsoft did not do it, or did not say.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ProvisioningError {
    /// Nothing happened; the same call later may succeed.
    #[error("Partner Center cannot be reached: {0}")]
    Transient(String),
    /// Nothing happened; not before this time (`api-throttling-guidance`).
    #[error("Partner Center asks to wait {} s", after.as_secs())]
    Throttled {
        /// How long to wait at least.
        after: std::time::Duration,
    },
    /// Nothing happened, and the same call will not succeed (`error-codes`).
    #[error("Partner Center refuses ({code}): {message}")]
    Refused {
        /// Microsoft's error code as text, to branch on.
        code: String,
        /// Microsoft's own words, in English, for operators.
        message: String,
    },
    /// The effect may or may not have happened: ask before trying again.
    #[error("Partner Center did not answer: {0}")]
    Unknown(String),
}

impl ProvisioningError {
    /// A refusal with Microsoft's code and words.
    pub fn refused(code: impl Into<String>, message: impl Into<String>) -> Self {
        Self::Refused { code: code.into(), message: message.into() }
    }
}
