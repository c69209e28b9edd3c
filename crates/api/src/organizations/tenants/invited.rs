//! Whom the administrator of a tenant confirms when it is linked (T-27).

use crate::http::problem::Problem;
use domain::access::Scope;
use domain::id::{CustomerId, ResellerId};
use provisioning::IndirectReseller;
use store::Conn;

/// The reseller that is confirmed together with the provider; none of a customer that buys directly.
#[derive(Debug, Clone, Default)]
pub struct Invited {
    /// The customer's reseller.
    pub reseller_id: Option<ResellerId>,
    /// What Microsoft knows it by, where it has entered that.
    pub reseller: Option<IndirectReseller>,
}

/// Who is confirmed with the tenant of a customer that the scope sees.
pub fn invited(conn: &mut Conn, scope: &Scope, id: CustomerId) -> Result<Invited, Problem> {
    let Some(reseller_id) = store::customers::get(conn, scope, id)?.value.reseller_id else {
        return Ok(Invited::default());
    };
    let of_marketplace = Scope::Marketplace(scope.marketplace());
    let reseller = store::resellers::get(conn, &of_marketplace, reseller_id)?.value;
    let known = |partner_id| IndirectReseller { partner_id, microsoft_id: reseller.microsoft_id };
    Ok(Invited { reseller_id: Some(reseller_id), reseller: reseller.partner_id.map(known) })
}
