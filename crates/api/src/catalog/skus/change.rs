//! Setting by hand how many of a SKU a customer may have, and which of its plans is selected first.

use crate::http::problem::{Code, Problem};
use crate::memory::catalogs::nodes::SkuNode;
use crate::texts::place::Place;
use crate::transaction::Write;
use domain::catalog::{MOST, Offer, Sku, TermPlan};
use std::collections::BTreeSet;

/// What is set of a SKU; none stays, and none within leaves it to what decides else.
#[derive(Clone, Copy)]
pub struct SkuChange {
    /// The most that one customer may have of it.
    pub own_limit: Option<Option<u32>>,
    /// The plan that is selected first.
    pub default_plan: Option<Option<TermPlan>>,
}

/// Sets what is asked of a SKU; how it is then.
pub fn change(write: &mut Write<'_>, node: &SkuNode, wanted: SkuChange) -> Result<Sku, Problem> {
    let own_limit = limit(write, &node.sku, wanted.own_limit)?;
    let default_plan = plan(write, node, wanted.default_plan)?;
    let after = Sku { own_limit, default_plan, ..node.sku.clone() };
    if after != node.sku {
        // What was compared before is compared again.
        store::marketplaces::bump_catalog_version(write.tx, write.identity.scope.marketplace())?;
    }
    Ok(after)
}

/// One of the plans that it is sold in, so that nobody waits for another to be selected.
fn plan(write: &mut Write<'_>, node: &SkuNode, plan: Option<Option<TermPlan>>) -> Result<Option<TermPlan>, Problem> {
    let Some(plan) = plan.filter(|plan| *plan != node.sku.default_plan) else { return Ok(node.sku.default_plan) };
    if plan.is_some_and(|plan| node.offers.iter().all(|offer| offer.plan() != plan)) {
        let sold: BTreeSet<_> = node.offers.iter().map(Offer::plan).collect();
        let named = |plan: &TermPlan| format!("{} {}", plan.term.code(), plan.billing_cycle.code());
        let sold = sold.iter().map(named).collect::<Vec<_>>().join(", ");
        return Err(Problem::field("/default_plan", Code::InvalidValue).with("expected", Place::wire(sold)));
    }
    store::catalog::set_default_plan(write.tx, write.identity.scope.marketplace(), node.sku.id, plan)?;
    Ok(plan)
}

fn limit(write: &mut Write<'_>, sku: &Sku, limit: Option<Option<u32>>) -> Result<Option<u32>, Problem> {
    let Some(limit) = limit.filter(|limit| *limit != sku.own_limit) else { return Ok(sku.own_limit) };
    let least = sku.rules.as_ref().and_then(|rules| rules.min_quantity).unwrap_or(1);
    if limit.is_some_and(|limit| !(least..=MOST).contains(&limit)) {
        return Err(
            Problem::field("/own_limit", Code::OutOfRange).with("limit", Place::Range(least.into(), MOST.into()))
        );
    }
    store::catalog::set_own_limit(write.tx, write.identity.scope.marketplace(), sku.id, limit)?;
    Ok(limit)
}
