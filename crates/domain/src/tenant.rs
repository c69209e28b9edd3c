//! The customer's Microsoft tenant: creating one, or linking the one that exists (T-19…T-29, X-26).

use crate::access::codes;
use crate::refusal::Refusal;
use serde::{Deserialize, Serialize};

codes! {
    /// Where a customer's tenant stands.
    TenantStatus {
        /// Asked for, not yet made by Microsoft.
        Creating = "creating",
        /// To be confirmed by the tenant's own administrator (T-26).
        AwaitingConfirmation = "awaiting_confirmation",
        /// Ready for orders.
        Linked = "linked",
        /// Refused by Microsoft; choose again (T-28).
        Failed = "failed",
    }
}

/// What a customer has at Microsoft.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Tenant {
    /// Where it stands.
    pub status: TenantStatus,
    /// `muellergmbh.onmicrosoft.com`, or any default domain of a linked one (T-25).
    pub domain: String,
    /// Microsoft's id of the directory, once known.
    pub entra_tenant_id: Option<String>,
    /// Why it failed: Microsoft's or our stable code.
    pub failure: Option<String>,
}

/// A prefix for a company's new tenant: „Müller GmbH" → `muellergmbh` (T-23, G-28): umlauts spelt out,
/// other accents dropped, only letters and digits, lower case, at most 27 characters. Empty where nothing is left.
pub fn suggest_prefix(company: &str) -> String {
    let _ = company;
    todo!()
}

/// The domain of a prefix, where Microsoft takes it: 1–27 letters and digits, not beginning with a digit only rule; lower-cased.
pub fn domain_of_prefix(prefix: &str) -> Result<String, Refusal> {
    let _ = prefix;
    todo!()
}

/// A default domain of an existing tenant, normalised; any domain name with a dot.
pub fn normalize_domain(domain: &str) -> Result<String, Refusal> {
    let _ = domain;
    todo!()
}
