//! What Microsoft accepts: codes, limits and magic values. Pure; the desk acts on it.

use super::state::{self, State};
use crate::{LineOutcome, NewTenant, ProvisioningError, RemoteLine};
use domain::calendar::{BillingCycle, Term};
use domain::onboarding::Standing;
use domain::tenant;

/// What every domain ends with that Microsoft gives away.
const MICROSOFT_DOMAIN: &str = ".onmicrosoft.com";

/// Domains that strangers have.
const TAKEN: [&str; 2] = ["contoso.onmicrosoft.com", "fabrikam.onmicrosoft.com"];

/// So many of anything fail Microsoft's risk check.
pub(super) const REFUSED_QUANTITY: u32 = 4_242;

/// What the risk check says.
pub(super) const RISK_WORDS: &str = "The order failed the risk management check.";

/// The most licences of a SKU that a tenant may have.
const SEATS: u64 = 100_000;

/// The products of which a tenant may have fewer: Microsoft 365 Business Basic, Standard and Premium (U-17).
const SMALL_BUSINESS: [&str; 3] = ["CFQ7TTC0LH18", "CFQ7TTC0LDPB", "CFQ7TTC0LCHC"];
const SMALL_BUSINESS_SEATS: u64 = 300;

/// Microsoft's codes (`error-codes`).
pub(super) mod code {
    /// Invalid property. Microsoft publishes no code for a domain that is taken or wrong; the words tell.
    pub(crate) const INVALID_PROPERTY: &str = "3000";
    /// Invalid input. Microsoft publishes no code for a bad address; the words tell.
    pub(crate) const INVALID_INPUT: &str = "800002";
    /// No commerce relationship with the customer.
    pub(crate) const NO_RELATIONSHIP: &str = "20002";
    /// Cart not found.
    pub(crate) const NO_CART: &str = "800008";
    /// The customer's agreement is missing.
    pub(crate) const NO_AGREEMENT: &str = "13605";
    /// The cart was already submitted.
    pub(crate) const SUBMITTED: &str = "800065";
    /// The line has an error.
    pub(super) const LINE_ERROR: &str = "800009";
    /// Risk check failed.
    pub(crate) const RISK: &str = "800069";
    /// Too many seats.
    pub(crate) const SEATS: &str = "800088";
    /// Subscription not found.
    pub(crate) const NO_SUBSCRIPTION: &str = "20003";
    /// The subscription is deleted.
    pub(crate) const DELETED: &str = "2011";
    /// The subscription is suspended: its quantity stays, and so does the rest.
    pub(crate) const SUSPENDED_QUANTITY: &str = "2001";
    pub(crate) const SUSPENDED: &str = "800091";
    /// Quantity outside of what is possible.
    pub(crate) const QUANTITY: &str = "2002";
    /// The item is not eligible.
    pub(crate) const NOT_ELIGIBLE: &str = "800062";
    /// Product not found, SKU not found.
    pub(crate) const NO_PRODUCT: &str = "400013";
    pub(crate) const NO_SKU: &str = "400018";
    /// Term and billing cycle do not go together; the term is shorter than the running one; a trial keeps its term.
    pub(crate) const NO_PLAN: &str = "800121";
    pub(crate) const SHORTER_TERM: &str = "800122";
    pub(crate) const TRIAL_TERM: &str = "800107";
    /// The window for fewer licences has passed; the one for a cancellation.
    pub(crate) const DECREASE: &str = "800090";
    pub(crate) const CANCEL: &str = "900117";
    /// Of a cart's line (`cart-resources`): unknown catalogue item, invalid input, billing plan not supported.
    pub(super) const LINE_ITEM: &str = "10001";
    pub(super) const LINE_INPUT: &str = "10010";
    pub(super) const LINE_PLAN: &str = "10013";
}

/// A domain as the mock compares it.
pub(super) fn normal(domain: &str) -> String {
    domain.trim().to_ascii_lowercase()
}

/// Whether somebody has a domain (normal).
pub(super) fn is_taken(state: &State, domain: &str) -> bool {
    TAKEN.contains(&domain) || state.domains.contains_key(domain)
}

/// What a stranger's tenant of a domain (normal) says to our relationship; none where there is no such tenant.
pub(super) fn stranger_confirms(domain: &str) -> Option<bool> {
    let exists = domain.contains('.') && !domain.starts_with("unknown");
    exists.then(|| !domain.starts_with("unconfirmed"))
}

/// Whether a tenant may be created.
pub(super) fn check_tenant(state: &State, new: &NewTenant) -> Result<(), ProvisioningError> {
    let domain = normal(&new.domain);
    let prefix = domain.strip_suffix(MICROSOFT_DOMAIN).unwrap_or_default();
    if tenant::domain_of_prefix(prefix).is_err() {
        return refuse(code::INVALID_PROPERTY, format!("The domain {domain} is not valid."));
    }
    if is_taken(state, &domain) {
        return refuse(code::INVALID_PROPERTY, format!("The domain {domain} is not available."));
    }
    let address = &new.address;
    let needed = [&address.street, &address.city, &address.postal_code, &new.company, &new.contact.email];
    if prefix.starts_with("refused") || needed.iter().any(|text| text.trim().is_empty()) {
        let words = "Address field invalid for property: 'Street', 'City', 'PostalCode'.";
        return refuse(code::INVALID_INPUT, words);
    }
    Ok(())
}

/// What is wrong with a line as soon as it is in a cart.
pub(super) fn line_error(line: &RemoteLine) -> Option<&'static str> {
    if !is_product(&line.product_external_id) || !is_sku(&line.sku_external_id) {
        Some(code::LINE_ITEM)
    } else if line.quantity == 0 || line.partner_of_record.as_deref().is_some_and(|id| id.trim().is_empty()) {
        Some(code::LINE_INPUT)
    } else if !has_plan(line.term, line.billing_cycle) {
        Some(code::LINE_PLAN)
    } else {
        None
    }
}

/// Whether a text has the form of a product's id.
pub(super) fn is_product(id: &str) -> bool {
    is_id(id, 12)
}

/// Whether a text has the form of a SKU's id.
pub(super) fn is_sku(id: &str) -> bool {
    is_id(id, 4)
}

fn is_id(id: &str, length: usize) -> bool {
    id.len() == length && id.bytes().all(|byte| byte.is_ascii_uppercase() || byte.is_ascii_digit())
}

/// The terms and billing cycles that go together; a trial has no cycle, a perpetual licence no term.
pub(super) fn has_plan(term: Term, cycle: BillingCycle) -> bool {
    use BillingCycle::{Annual, Monthly, None, OneTime, Triennial};
    match term {
        Term::P1M => matches!(cycle, Monthly | None),
        Term::P1Y => matches!(cycle, Monthly | Annual | None),
        Term::P3Y => matches!(cycle, Monthly | Annual | Triennial),
        Term::None => cycle == OneTime,
    }
}

/// Why a line of a cart is not bought when the cart is, with `seats` of its SKU already there.
pub(super) fn refusal(line: &RemoteLine, line_error: Option<&str>, seats: u64) -> Option<LineOutcome> {
    let (code, message) = if let Some(error) = line_error {
        (code::LINE_ERROR, format!("The cart's line has an error: {error}."))
    } else if line.quantity == REFUSED_QUANTITY {
        (code::RISK, RISK_WORDS.to_owned())
    } else {
        let (product, sku) = (&line.product_external_id, &line.sku_external_id);
        (code::SEATS, beyond_limit(product, sku, line.quantity, seats)?)
    };
    Some(LineOutcome::Refused { code: code.to_owned(), message })
}

/// Why so many licences more of a SKU are too many, with `seats` of it already there.
pub(super) fn beyond_limit(product: &str, sku: &str, asked: u32, seats: u64) -> Option<String> {
    let limit = if SMALL_BUSINESS.contains(&product) { SMALL_BUSINESS_SEATS } else { SEATS };
    let left = limit.saturating_sub(seats);
    let item = state::catalog_item(product, sku);
    let words = || format!("The requested number of {asked} seats exceeds the remaining limit of {left} for {item}.");
    (u64::from(asked) > left).then(words)
}

/// A refusal with Microsoft's code and words, as a result of any kind.
pub(super) fn refuse<T>(code: &str, message: impl Into<String>) -> Result<T, ProvisioningError> {
    Err(ProvisioningError::refused(code, message))
}

/// What Microsoft says of a reseller that nobody has set: see the magic values.
pub(super) fn standing(partner_id: &str) -> Standing {
    let known = partner_id.len() == 7 && partner_id.bytes().all(|byte| byte.is_ascii_digit());
    let known = known && !partner_id.starts_with("60");
    let agreement_signed = known && !partner_id.starts_with("61");
    Standing { known, agreement_signed, related: agreement_signed && !partner_id.starts_with("62") }
}
