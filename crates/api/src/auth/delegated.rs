//! The one gate before whatever is done for a customer by somebody who is not of it (K-13). No write passes it by:
//! where none has asked here before something is recorded about a customer, whoever records it does, for what is
//! administered.

use crate::App;
use crate::auth::power;
use crate::http::problem::Problem;
use domain::access::Scope;
use domain::delegation::{self, Act, DelegationStatus, Standing, Unbound};
use domain::id::CustomerId;
use domain::policy::DelegatedAdministration as Rule;
use domain::refusal::Refusal;
use std::collections::HashMap;
use store::Conn;
use time::OffsetDateTime;

/// For which customers a write was let through, and for what: what was asked once is not asked again.
#[derive(Debug, Default)]
pub struct Passed(HashMap<CustomerId, Vec<Let>>);

#[derive(Debug, PartialEq, Eq)]
enum Let {
    Act(Act),
    Unbound(Unbound),
}

impl Passed {
    /// Whether nothing more is to be asked for this; everything is let through for a customer that comes into being.
    pub fn has(&self, customer: CustomerId, act: Act) -> bool {
        self.of(customer).any(|passed| matches!(passed, Let::Unbound(Unbound::NewCustomer)) || *passed == Let::Act(act))
    }

    /// Whether it was let through for something.
    pub fn has_any(&self, customer: CustomerId) -> bool {
        self.of(customer).next().is_some()
    }

    /// Remembers that a customer's acceptance is there, or not needed, for this.
    pub fn add(&mut self, customer: CustomerId, act: Act) {
        self.0.entry(customer).or_default().push(Let::Act(act));
    }

    /// Remembers that something is done which needs no acceptance.
    pub fn unbound(&mut self, customer: CustomerId, kind: Unbound) {
        self.0.entry(customer).or_default().push(Let::Unbound(kind));
    }

    fn of(&self, customer: CustomerId) -> impl Iterator<Item = &Let> {
        self.0.get(&customer).into_iter().flatten()
    }
}

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
    let open = status != DelegationStatus::Accepted;
    let sets_up =
        open && matches!(act, Act::People | Act::SetUp) && store::redemptions::sets_up(conn, scope, customer)?;
    let nobody_answers = open && act == Act::People && !power::anybody_answers(conn, scope, customer)?;
    Ok(delegation::may_act(*scope, act, Standing { status, sets_up, nobody_answers }, rule))
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
