//! What people call a plan: for how long, and how it is paid.

use crate::texts::lang::Lang;
use crate::texts::phrases::Wording;
use domain::calendar::{BillingCycle, Term};

/// A plan in words: `1 year, billed monthly`.
pub fn plan(lang: Lang, term: Term, cycle: BillingCycle) -> String {
    format!("{}, {}", bound(term).said(lang, &[]), paid(cycle).said(lang, &[]))
}

const fn bound(term: Term) -> Wording {
    match term {
        Term::P1M => Wording::TermP1m,
        Term::P1Y => Wording::TermP1y,
        Term::P3Y => Wording::TermP3y,
        Term::None => Wording::TermNone,
    }
}

const fn paid(cycle: BillingCycle) -> Wording {
    match cycle {
        BillingCycle::Monthly => Wording::BilledMonthly,
        BillingCycle::Annual => Wording::BilledAnnual,
        BillingCycle::Triennial => Wording::BilledTriennial,
        BillingCycle::OneTime => Wording::BilledOneTime,
        BillingCycle::None => Wording::BilledNone,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::HashSet;

    #[test]
    fn u80_every_plan_has_other_words() {
        assert_eq!(plan(Lang::De, Term::P1Y, BillingCycle::Monthly), "1 Jahr, monatliche Zahlung");
        let plans = || Term::ALL.into_iter().flat_map(|term| BillingCycle::ALL.map(|cycle| (term, cycle)));
        for lang in Lang::ALL {
            let words: HashSet<_> = plans().map(|(term, cycle)| plan(lang, term, cycle)).collect();
            assert_eq!(words.len(), plans().count(), "{}", lang.code());
        }
    }
}
