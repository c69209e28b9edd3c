//! The one gate before whatever is done for a customer by somebody who is not of it (K-13). No write passes it by:
//! where none has asked here before something is recorded about a customer, [`Write::record`] does, for what is
//! administered.
//!
//! [`Write::record`]: crate::transaction::Write::record

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
    let sets_up = act == Act::Administer
        && status != DelegationStatus::Accepted
        && store::redemptions::sets_up(conn, scope, customer)?;
    Ok(delegation::may_act(*scope, act, Standing { status, sets_up }, rule))
}

/// Whether a caller may administer for a customer: its people, its tenant, its data. That falls under every policy of
/// what is sold here.
pub fn may_administer(
    app: &App,
    conn: &mut Conn,
    scope: &Scope,
    customer: CustomerId,
    now: OffsetDateTime,
) -> Result<Result<(), Refusal>, Problem> {
    let rule = app.catalogs.of(scope.marketplace()).delegated_administration(now);
    may_act(conn, scope, customer, Act::Administer, [rule])
}
