//! N-02 at random: the explanation of an amount, computed by an independent reader, gives the amount.

#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

mod evaluator;

use domain::calendar::{Day, DaySpan};
use domain::money::{Currency, Rounding, UnitPrice};
use domain::policy::{ProrationBasis, RoundingRule, RoundingScope};
use domain::proration::{Part, prorate};
use proptest::prelude::*;

fn bases() -> impl Strategy<Value = ProrationBasis> {
    prop_oneof![
        Just(ProrationBasis::ActualDays),
        Just(ProrationBasis::Fixed30),
        Just(ProrationBasis::D30360),
        Just(ProrationBasis::Fixed365),
        (2_u8..=6).prop_map(ProrationBasis::DailyRateRounded),
        (2_u8..=6).prop_map(ProrationBasis::RatioRounded),
        Just(ProrationBasis::None),
    ]
}

fn rules() -> impl Strategy<Value = RoundingRule> {
    let scopes = prop::sample::select(vec![RoundingScope::Unit, RoundingScope::Line]);
    let modes = prop::sample::select(vec![Rounding::HalfUp, Rounding::HalfEven, Rounding::Down]);
    (scopes, modes).prop_map(|(scope, mode)| RoundingRule { scope, mode })
}

/// Some days within a cycle of a month, a year or three.
fn parts() -> impl Strategy<Value = Part> {
    let months = prop::sample::select(vec![1, 12, 36]);
    (0_i64..20_000, months, any::<u16>(), any::<u16>()).prop_map(|(start, months, from, to)| {
        let first = Day::from_ymd(2020, 1, 1).unwrap().plus_days(start);
        let cycle = DaySpan::new(first, first.plus_months(months).plus_days(-1));
        let inner = |place: u16| first.plus_days(i64::from(place) % cycle.days());
        let service = DaySpan::new(inner(from).min(inner(to)), inner(from).max(inner(to)));
        Part { service, cycle }
    })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(4_000))]

    #[test]
    fn n02_an_explanation_comes_to_its_amount(
        micros in 0_i64..10_000_000_000, quantity in 1_u32..=100_000, part in parts(),
        basis in bases(), rule in rules(),
    ) {
        let price = UnitPrice::from_micros(micros, Currency::Eur);
        let explained = prorate(price, quantity, part, basis, rule).unwrap();
        let again = evaluator::cents(&explained.formula, rule.mode);
        prop_assert_eq!(again, explained.money.minor, "{}", explained.formula);
    }
}
