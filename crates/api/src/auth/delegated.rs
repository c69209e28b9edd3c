//! The one gate before whatever is done for a customer by somebody who is not of it (K-13). No write passes it by:
//! where none has asked here before something is recorded about a customer, whoever records it does, for what is
//! administered.

use crate::App;
use crate::http::problem::Problem;
use domain::access::Scope;
use domain::delegation::{self, Act, DelegationStatus, Standing};
use domain::id::CustomerId;
use domain::policy::DelegatedAdministration as Rule;
use domain::refusal::Refusal;
use store::Conn;
use time::OffsetDateTime;

/// Whether a caller may do something for a customer that falls under the rules of some policies, or why not.
pub fn may_act(
    conn: &mut Conn,
    scope: &Scope,
    customer: CustomerId,
    act: Act,
    rules: impl IntoIterator<Item = Rule>,
) -> Result<Result<(), Refusal>, Problem> {
    let rule = delegation::strictest(rules);
    // Mostly it need not be looked up.
    if delegation::may_act(*scope, act, Standing::NONE, rule).is_ok() {
        return Ok(Ok(()));
    }
    let record = store::delegations::get(conn, scope, customer)?;
    let status = record.map_or(DelegationStatus::None, |record| record.status);
    let open = act != Act::Buy && status != DelegationStatus::Accepted;
    let sets_up = open && store::redemptions::sets_up(conn, scope, customer)?;
    let nobody_in = open && act == Act::People && !store::users::anybody_in(conn, scope, customer)?;
    Ok(delegation::may_act(*scope, act, Standing { status, sets_up, nobody_in }, rule))
}

/// Whether a caller may do something for a customer that is about nothing sold: that falls under every policy of what
/// is sold here.
pub fn may_administer(
    app: &App,
    conn: &mut Conn,
    scope: &Scope,
    customer: CustomerId,
    act: Act,
    now: OffsetDateTime,
) -> Result<Result<(), Refusal>, Problem> {
    let rule = app.catalogs.of(scope.marketplace()).delegated_administration(now);
    may_act(conn, scope, customer, act, [rule])
}
