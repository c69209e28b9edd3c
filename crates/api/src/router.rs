//! Every route on one screen.

use crate::problem::{Code, Problem};
use crate::{
    activations, agreements, api_clients, audit_log, branches, carts, changes, customer_numbers, customers,
    delegations, health, impersonation, invitations, jobs, licenses, marketplaces, me, notifications, oauth,
    onboarding, openapi, orders, own_account, passwords, people_rules, policies, price_lists, product_keys, products,
    redemptions, registrations, resellers, roles, sandbox, sessions, subscriptions, tenants, users,
};
use actix_web::{HttpRequest, HttpResponse, web};
use utoipa_actix_web::scope;
use utoipa_actix_web::service_config::ServiceConfig;

/// The operations of the document: everything but the document itself.
pub fn routes(config: &mut ServiceConfig<'_>) {
    config.service(
        scope("/v1")
            .configure(marketplaces::routes)
            .configure(sessions::routes)
            .configure(activations::routes)
            .configure(oauth::routes)
            .configure(me::routes)
            .configure(roles::routes)
            .configure(impersonation::routes)
            .configure(own_account::routes)
            .configure(passwords::routes)
            .configure(own_account::routes)
            .configure(passwords::routes)
            .configure(roles::routes)
            .configure(impersonation::routes)
            .configure(api_clients::routes)
            .configure(products::routes)
            .configure(policies::routes)
            .configure(people_rules::routes)
            .configure(carts::routes)
            .configure(orders::routes)
            .configure(subscriptions::routes)
            .configure(changes::routes)
            .configure(licenses::routes)
            .configure(registrations::routes)
            .configure(resellers::routes)
            .configure(onboarding::routes)
            .configure(customer_numbers::routes)
            .configure(customers::routes)
            .configure(branches::routes)
            .configure(users::routes)
            .configure(invitations::routes)
            .configure(tenants::routes)
            .configure(agreements::routes)
            .configure(delegations::routes)
            .configure(product_keys::routes)
            .configure(redemptions::routes)
            .configure(price_lists::routes)
            .configure(jobs::routes)
            .configure(notifications::routes)
            .configure(audit_log::routes)
            .configure(sandbox::routes),
    );
    config.service(oauth::show_jwks);
    config.configure(health::routes);
}

/// What no route matches: 405 where the path is known under another method, else 404.
pub async fn unmatched(request: HttpRequest, methods: web::Data<openapi::Methods>) -> Result<HttpResponse, Problem> {
    match methods.allowed(request.path()) {
        None => Err(Problem::new(Code::NotFound)),
        // The path would be known, but for its id, which is none.
        Some(allow) if allow.split(", ").any(|method| request.method() == method) => Err(Problem::new(Code::NotFound)),
        Some(allow) => Err(Problem::new(Code::MethodNotAllowed).with("allowed", &allow).allowing(allow)),
    }
}
