//! What may be done in somebody else's name (L-13): a closed list. What is not on it and changes anything is refused,
//! so that nothing outlives the impersonation but what was ordered and changed for the customer, and nothing lets
//! whoever acted in again: no addresses, passwords, roles, clients, secrets, agreements or delegations.

use crate::http::heeded::plain;
use actix_web::HttpRequest;

/// The method and the path of each change that may be done in somebody else's name.
pub const ON_BEHALF: &[(&str, &str)] = &[
    ("POST", "/v1/carts"),
    ("PATCH", "/v1/carts/{cart_id}"),
    ("DELETE", "/v1/carts/{cart_id}"),
    ("POST", "/v1/carts/{cart_id}/lines"),
    ("PATCH", "/v1/carts/{cart_id}/lines/{line_id}"),
    ("DELETE", "/v1/carts/{cart_id}/lines/{line_id}"),
    ("POST", "/v1/carts/{cart_id}/preview"),
    ("POST", "/v1/orders"),
    ("POST", "/v1/subscriptions/{subscription_id}/changes"),
    ("POST", "/v1/subscriptions/{subscription_id}/changes/preview"),
    ("DELETE", "/v1/subscriptions/{subscription_id}/changes/{change_id}"),
    ("POST", "/v1/subscriptions/{subscription_id}/assignments"),
    ("DELETE", "/v1/subscriptions/{subscription_id}/assignments/{user_id}"),
    ("POST", "/v1/product-keys/redemptions"),
    ("PATCH", "/v1/product-keys/redemptions/{redemption_id}"),
    ("DELETE", "/v1/product-keys/redemptions/{redemption_id}"),
    ("POST", "/v1/product-keys/redemptions/{redemption_id}/complete"),
    ("POST", "/v1/customers"),
    ("PATCH", "/v1/customers/{customer_id}"),
    ("PATCH", "/v1/customers/{customer_id}/invoice-data"),
    ("POST", "/v1/customers/{customer_id}/branches"),
    ("PATCH", "/v1/customers/{customer_id}/branches/{branch_id}"),
    ("DELETE", "/v1/customers/{customer_id}/branches/{branch_id}"),
    ("PUT", "/v1/customers/{customer_id}/tenant"),
    ("DELETE", "/v1/customers/{customer_id}/tenant"),
    ("POST", "/v1/customers/{customer_id}/tenant/verify"),
    ("PATCH", "/v1/resellers/{reseller_id}"),
    ("POST", "/v1/resellers/{reseller_id}/onboarding/verify"),
];

/// Whether a request may be made in somebody else's name: it reads, or is on the list.
pub fn allowed(request: &HttpRequest) -> bool {
    let reads = request.method().is_safe();
    reads || request.match_pattern().is_some_and(|path| listed(request.method().as_str(), &plain(&path)))
}

/// Whether an operation is on the list, by its method and its path as the API document shows it.
pub fn listed(method: &str, path: &str) -> bool {
    ON_BEHALF.contains(&(method, path))
}
