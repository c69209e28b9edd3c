//! Whether somebody may act on a customer's behalf: asked by everything that a partner does for a customer.

use crate::http::problem::Problem;
use domain::access::Scope;
use domain::delegation::{self, DelegationStatus as Status};
use domain::id::CustomerId;
use domain::policy::DelegatedAdministration;
use domain::refusal::Refusal;
use store::Conn;

/// Refuses what a partner does for a customer that has not accepted it, where its policy asks for that: for
/// every operation that acts on somebody's behalf.
pub fn check(
    conn: &mut Conn,
    scope: &Scope,
    customer: CustomerId,
    rule: DelegatedAdministration,
) -> Result<(), Problem> {
    Ok(may_act(conn, scope, customer, rule)??)
}

/// Whether a caller may act on a customer's behalf, or why not.
pub fn may_act(
    conn: &mut Conn,
    scope: &Scope,
    customer: CustomerId,
    rule: DelegatedAdministration,
) -> Result<Result<(), Refusal>, Problem> {
    // Most need not be looked up.
    if delegation::may_act(*scope, Status::None, rule).is_ok() {
        return Ok(Ok(()));
    }
    let record = store::delegations::get(conn, scope, customer)?;
    Ok(delegation::may_act(*scope, record.map_or(Status::None, |record| record.status), rule))
}
