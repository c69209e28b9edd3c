//! The customer of a redemption comes into being (K-08, K-10): with its administrator, its agreement and its tenant.

use crate::http::problem::{Code, Problem};
use crate::organizations::agreements::accept::{self, Acceptance};
use crate::organizations::customers::create;
use crate::organizations::tenants::request::{self, RequestedTenant};
use crate::people::users::first::{first_administrator, is_free};
use crate::transaction::Write;
use domain::party::Customer;
use domain::product_key::Redemption;
use domain::refusal::Refusal;

/// Where the request names whom the administrator's mails go to.
pub const ADMINISTRATOR: &str = "/new_customer/administrator/email";

/// Where it names the domain of the tenant.
pub const DOMAIN: &str = "/new_customer/domain_prefix";

/// Creates the customer that a redemption is for, and has its tenant created; `domain_free` is what Microsoft says.
pub fn set_up(
    write: &mut Write<'_>,
    redemption: &mut Redemption,
    customer: &Customer,
    domain_free: bool,
) -> Result<(), Problem> {
    let Some(new) = redemption.new_customer.take() else { return Ok(()) };
    is_free(write, ADMINISTRATOR, &new.administrator.email)?;
    let id = customer.id;
    create::keep(write, customer.clone())?;
    let administrator = first_administrator(write, id, &new.administrator, new.language.as_deref())?;
    let acceptance = Acceptance {
        first_name: new.administrator.first_name,
        last_name: new.administrator.last_name,
        email: new.administrator.email,
        agreed_at: None,
    };
    accept::accept(write, id, &acceptance)?;
    let tenant = RequestedTenant { domain: new.domain, create: true, free: domain_free };
    request::begin(write, customer, &tenant, 1).map_err(|problem| match problem.code {
        Code::TenantDomainTaken => problem.naming(vec![(DOMAIN.to_owned(), Refusal::TenantDomainTaken)]),
        _ => problem,
    })?;
    redemption.customer_id = Some(id);
    redemption.administrator_id = Some(administrator.id);
    Ok(())
}
