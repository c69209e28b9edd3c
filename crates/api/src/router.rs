//! Every route on one screen.

use crate::http::routes::Routes;
use crate::{
    catalog, operation, ordering, organizations, people, platform, policies, pricing, product_keys, subscriptions,
};

/// The operations of the document: everything but the document itself.
pub fn routes(config: &mut Routes<'_, '_>) {
    config.below("/v1", |v1| {
        v1.configure(platform::marketplaces::routes)
            .configure(people::sessions::routes)
            .configure(people::activations::routes)
            .configure(people::oauth::routes)
            .configure(people::me::routes)
            .configure(people::roles::routes)
            .configure(people::impersonation::routes)
            .configure(people::own_account::routes)
            .configure(people::passwords::routes)
            .configure(people::api_clients::routes)
            .configure(catalog::categories::routes)
            .configure(catalog::products::routes)
            .configure(catalog::sales::routes)
            .configure(catalog::skus::routes)
            .configure(catalog::texts::routes)
            .configure(policies::routes)
            .configure(people::people_rules::routes)
            .configure(ordering::carts::routes)
            .configure(ordering::orders::routes)
            .configure(subscriptions::routes)
            .configure(subscriptions::changes::routes)
            .configure(subscriptions::licenses::routes)
            .configure(people::registrations::routes)
            .configure(people::reviews::routes)
            .configure(organizations::resellers::routes)
            .configure(organizations::onboarding::routes)
            .configure(organizations::customer_numbers::routes)
            .configure(organizations::customers::routes)
            .configure(organizations::branches::routes)
            .configure(organizations::vat_checks::routes)
            .configure(people::users::routes)
            .configure(people::logins::routes)
            .configure(people::invitations::routes)
            .configure(organizations::tenants::routes)
            .configure(organizations::agreements::routes)
            .configure(organizations::delegations::routes)
            .configure(product_keys::batches::routes)
            .configure(product_keys::redemptions::routes)
            .configure(pricing::price_lists::routes)
            .configure(pricing::offer_matrices::routes)
            .configure(operation::jobs::routes)
            .configure(operation::tasks::routes)
            .configure(operation::notifications::routes)
            .configure(operation::audit_log::routes)
            .configure(operation::sandbox::routes);
    });
    config.service(people::oauth::show_jwks).service(people::oauth::show_authorization_server);
    config.configure(operation::health::routes);
    config.configure(operation::problems::routes);
}
