//! What people call a plan: for how long, and how it is paid.

use crate::texts::lang::Lang;
use domain::calendar::{BillingCycle, Term};

/// A plan in words: `1 year, billed monthly`.
pub fn plan(lang: Lang, term: Term, cycle: BillingCycle) -> String {
    format!("{}, {}", bound(lang, term), paid(lang, cycle))
}

const fn bound(lang: Lang, term: Term) -> &'static str {
    match (lang, term) {
        (Lang::En, Term::P1M) => "1 month",
        (Lang::En, Term::P1Y) => "1 year",
        (Lang::En, Term::P3Y) => "3 years",
        (Lang::En, Term::None) => "for good",
        (Lang::De, Term::P1M) => "1 Monat",
        (Lang::De, Term::P1Y) => "1 Jahr",
        (Lang::De, Term::P3Y) => "3 Jahre",
        (Lang::De, Term::None) => "unbefristet",
        (Lang::Pl, Term::P1M) => "1 miesiąc",
        (Lang::Pl, Term::P1Y) => "1 rok",
        (Lang::Pl, Term::P3Y) => "3 lata",
        (Lang::Pl, Term::None) => "bezterminowo",
    }
}

const fn paid(lang: Lang, cycle: BillingCycle) -> &'static str {
    match (lang, cycle) {
        (Lang::En, BillingCycle::Monthly) => "billed monthly",
        (Lang::En, BillingCycle::Annual) => "billed yearly",
        (Lang::En, BillingCycle::Triennial) => "billed every three years",
        (Lang::En, BillingCycle::OneTime) => "billed once",
        (Lang::En, BillingCycle::None) => "free of charge",
        (Lang::De, BillingCycle::Monthly) => "monatliche Zahlung",
        (Lang::De, BillingCycle::Annual) => "jährliche Zahlung",
        (Lang::De, BillingCycle::Triennial) => "Zahlung alle drei Jahre",
        (Lang::De, BillingCycle::OneTime) => "einmalige Zahlung",
        (Lang::De, BillingCycle::None) => "kostenlos",
        (Lang::Pl, BillingCycle::Monthly) => "płatność miesięczna",
        (Lang::Pl, BillingCycle::Annual) => "płatność roczna",
        (Lang::Pl, BillingCycle::Triennial) => "płatność co trzy lata",
        (Lang::Pl, BillingCycle::OneTime) => "płatność jednorazowa",
        (Lang::Pl, BillingCycle::None) => "bezpłatnie",
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
