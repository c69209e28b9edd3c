//! What a cart costs in all, and the shares of its lines in the tax of that.

use super::facts::PricedLine;
use crate::billing;
use crate::calendar::BillingCycle;
use crate::money::{Currency, Money, MoneyError, Rounding};
use crate::policy::RoundingRule;
use crate::tax::{self, Payable, TaxRule};

pub(super) type Totals = (Payable, Vec<(BillingCycle, Payable)>);

/// The cart is one document, and each later cycle's invoice another: tax is rounded once in each for every rule that
/// its lines fall under, by the mode of the first line's policy.
pub(super) fn totals(lines: &[PricedLine], currency: Currency) -> Result<Totals, MoneyError> {
    let mode = rounding_of(lines);
    let document = |nets: &[(Option<TaxRule>, Money)]| tax::payable(currency, nets, mode);
    let charged = |line: &'_ PricedLine| {
        let rule = line.tax_rule;
        line.charges.iter().map(move |charge| (rule, charge.net)).collect::<Vec<_>>()
    };
    let charges: Vec<_> = lines.iter().flat_map(charged).collect();
    let recurring = BillingCycle::ALL.into_iter().filter_map(|cycle| {
        let of_cycle = lines.iter().filter(|line| line.facts.offer.billing_cycle == cycle);
        let nets: Vec<_> = of_cycle.filter_map(|line| Some((line.tax_rule, line.recurring?.net()))).collect();
        (!nets.is_empty()).then(|| Ok((cycle, document(&nets)?)))
    });
    Ok((document(&charges)?, recurring.collect::<Result<_, MoneyError>>()?))
}

/// How the documents of some lines are rounded.
fn rounding_of(lines: &[PricedLine]) -> Rounding {
    lines.first().map_or(RoundingRule::default_value(), |line| line.facts.policy.rules.rounding).mode
}

/// Gives lines their shares of the tax of the documents that [`totals`] makes of them: the cart's and each cycle's.
/// As there, no tax is known where that of one line is not.
pub(super) fn share_tax(lines: &mut [PricedLine]) -> Result<(), MoneyError> {
    let mode = rounding_of(lines);
    let taxed = |lines: &[&mut PricedLine]| lines.iter().all(|line| line.tax_rule.is_some());
    let charging: Vec<_> = lines.iter_mut().filter(|line| !line.charges.is_empty()).collect();
    if taxed(&charging) {
        let ruled = charging.into_iter().filter_map(|line| Some((line.tax_rule?, &mut line.charges)));
        let charges = ruled.flat_map(|(rule, charges)| charges.iter_mut().map(move |charge| (rule, charge)));
        billing::share_taxes(charges, mode)?;
    }
    for cycle in BillingCycle::ALL {
        let of_cycle = |line: &&mut PricedLine| line.facts.offer.billing_cycle == cycle && line.recurring.is_some();
        let recurring: Vec<_> = lines.iter_mut().filter(of_cycle).collect();
        if taxed(&recurring) {
            let nets = recurring.iter().filter_map(|line| Some((line.tax_rule?, line.recurring?.net())));
            let shares = tax::shares(nets.collect::<Vec<_>>(), mode)?;
            for (line, share) in recurring.into_iter().zip(shares) {
                line.recurring = Some(Payable::Taxed(share));
            }
        }
    }
    Ok(())
}
