//! The only place that divides a price by days.

use crate::calendar::DaySpan;
use crate::money::{Amount, Money, MoneyError, Rounding, UnitPrice, round_ratio};
use crate::policy::{ProrationBasis, RoundingRule, RoundingScope};

/// A part of a billing cycle.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Part {
    /// The days paid for.
    pub service: DaySpan,
    /// The whole cycle that they are a part of.
    pub cycle: DaySpan,
}

/// An amount and the arithmetic expression that gives it once rounded (N-02).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Explained {
    /// The amount, rounded by the rule.
    pub money: Money,
    /// `5 * 9.40 * 25 / 30`. `round(x, n)` stands where a profile rounds to `n` decimals before the end
    /// (P-UNIT, P-DAY2, P-RATIO2), by the same mode as the end result.
    pub formula: String,
}

/// The price of one licence's share of a cycle, exact, and how it was computed.
struct Share {
    amount: Amount,
    formula: String,
}

/// The price of a part of a cycle for so many licences, rounded once by the rule. A part that is the whole
/// cycle costs the whole price under every basis.
pub fn prorate(
    unit_price: UnitPrice,
    quantity: u32,
    part: Part,
    basis: ProrationBasis,
    rounding: RoundingRule,
) -> Result<Explained, MoneyError> {
    if part.service == part.cycle {
        return whole(unit_price, quantity, rounding);
    }
    times_quantity(share(unit_price, part, basis, rounding.mode)?, quantity, rounding)
}

/// The price of a whole cycle for so many licences, rounded once by the rule.
pub fn whole(unit_price: UnitPrice, quantity: u32, rounding: RoundingRule) -> Result<Explained, MoneyError> {
    times_quantity(undivided(unit_price), quantity, rounding)
}

fn times_quantity(one: Share, quantity: u32, rounding: RoundingRule) -> Result<Explained, MoneyError> {
    let Share { amount, formula } = one;
    let (amount, formula) = match rounding.scope {
        RoundingScope::Line => (amount, formula),
        RoundingScope::Unit => (amount.round(rounding.mode)?.exact(), format!("round({formula}, 2)")),
    };
    let money = amount.times(i64::from(quantity), 1)?.round(rounding.mode)?;
    Ok(Explained { money, formula: format!("{quantity} * {formula}") })
}

fn share(unit_price: UnitPrice, part: Part, basis: ProrationBasis, mode: Rounding) -> Result<Share, MoneyError> {
    let (days, of) = (part.service.days(), part.cycle.days());
    match basis {
        ProrationBasis::ActualDays => fraction(unit_price, days, of),
        ProrationBasis::Fixed30 => {
            let of = 30 * part.cycle.months();
            // 364 days of a year are more than 360: never more than the whole.
            fraction(unit_price, days.min(of), of)
        }
        ProrationBasis::D30360 => fraction(unit_price, part.service.days_360(), part.cycle.days_360()),
        ProrationBasis::Fixed365 => of_yearly_price(unit_price, days, part.cycle.months()),
        ProrationBasis::DailyRateRounded(decimals) => {
            let amount = unit_price.times(1).times(1, of)?.round_to_decimals(decimals, mode)?.times(days, 1)?;
            Ok(Share { amount, formula: format!("round({unit_price} / {of}, {decimals}) * {days}") })
        }
        ProrationBasis::RatioRounded(decimals) => {
            let amount = unit_price.times(1).times_rate(round_ratio(days, of, decimals, mode)?)?;
            Ok(Share { amount, formula: format!("{unit_price} * round({days} / {of}, {decimals})") })
        }
        ProrationBasis::None => Ok(undivided(unit_price)),
    }
}

fn undivided(unit_price: UnitPrice) -> Share {
    Share { amount: unit_price.times(1), formula: unit_price.to_string() }
}

fn fraction(unit_price: UnitPrice, part: i64, of: i64) -> Result<Share, MoneyError> {
    Ok(Share { amount: unit_price.times(1).times(part, of)?, formula: format!("{unit_price} * {part} / {of}") })
}

fn of_yearly_price(unit_price: UnitPrice, days: i64, months: i64) -> Result<Share, MoneyError> {
    if months == 12 {
        return fraction(unit_price, days, 365);
    }
    let amount = unit_price.times(1).times(12, months)?.times(days, 365)?;
    Ok(Share { amount, formula: format!("{unit_price} * 12 / {months} * {days} / 365") })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::calendar::Day;
    use crate::money::Currency;
    use proptest::prelude::*;

    const LINE: RoundingRule = RoundingRule::default_value();
    const UNIT: RoundingRule = RoundingRule { scope: RoundingScope::Unit, mode: Rounding::HalfUp };

    fn price(text: &str) -> UnitPrice {
        UnitPrice::from_decimal(text.parse().unwrap(), Currency::Eur).unwrap()
    }

    fn span(first: &str, last: &str) -> DaySpan {
        DaySpan::new(first.parse().unwrap(), last.parse().unwrap())
    }

    /// From 6 September 2026: 25 of 30 days.
    fn september() -> Part {
        Part { service: span("2026-09-06", "2026-09-30"), cycle: span("2026-09-01", "2026-09-30") }
    }

    fn explained(unit_price: &str, quantity: u32, part: Part, basis: ProrationBasis, rule: RoundingRule) -> String {
        let Explained { money, formula } = prorate(price(unit_price), quantity, part, basis, rule).unwrap();
        format!("{formula} = {money}")
    }

    #[test]
    fn c39_line_is_rounded_once_not_the_unit() {
        let basis = ProrationBasis::ActualDays;
        assert_eq!(explained("9.40", 5, september(), basis, LINE), "5 * 9.40 * 25 / 30 = 39.17");
        assert_eq!(explained("9.40", 5, september(), basis, UNIT), "5 * round(9.40 * 25 / 30, 2) = 39.15");
    }

    #[test]
    fn x04_each_basis_divides_in_its_own_way() {
        use ProrationBasis::{D30360, DailyRateRounded, Fixed30, Fixed365, RatioRounded};
        let january = Part { service: span("2026-01-16", "2026-01-31"), cycle: span("2026-01-01", "2026-01-31") };
        let cases = [
            (Fixed30, "2 * 10.00 * 16 / 30 = 10.67"),
            (D30360, "2 * 10.00 * 15 / 30 = 10.00"),
            (Fixed365, "2 * 10.00 * 12 / 1 * 16 / 365 = 10.52"),
            (DailyRateRounded(2), "2 * round(10.00 / 31, 2) * 16 = 10.24"),
            (RatioRounded(2), "2 * 10.00 * round(16 / 31, 2) = 10.40"),
            (ProrationBasis::None, "2 * 10.00 = 20.00"),
        ];
        for (basis, expected) in cases {
            assert_eq!(explained("10.00", 2, january, basis, LINE), expected, "{basis:?}");
        }
    }

    #[test]
    fn x04_a_year_has_365_or_360_days() {
        let year = Part { service: span("2026-01-02", "2026-12-31"), cycle: span("2026-01-01", "2026-12-31") };
        let by = |basis| explained("365.00", 1, year, basis, LINE);
        assert_eq!(by(ProrationBasis::Fixed365), "1 * 365.00 * 364 / 365 = 364.00");
        assert_eq!(by(ProrationBasis::Fixed30), "1 * 365.00 * 360 / 360 = 365.00");
    }

    #[test]
    fn x04_a_whole_cycle_costs_the_whole_price_under_every_basis() {
        let cycle = span("2026-01-01", "2026-01-31");
        for basis in ALL {
            let part = Part { service: cycle, cycle };
            assert_eq!(explained("4.00", 2, part, basis, LINE), "2 * 4.00 = 8.00", "{basis:?}");
        }
    }

    #[test]
    fn c45_a_price_with_more_decimals_is_rounded_with_its_line() {
        let of = |rule| whole(price("44.802"), 92, rule).unwrap();
        assert_eq!(of(LINE), Explained { money: Money::new(412_178, Currency::Eur), formula: "92 * 44.802".into() });
        assert_eq!(of(UNIT).formula, "92 * round(44.802, 2)");
        assert_eq!(of(UNIT).money.minor, 412_160);
    }

    #[test]
    fn an_amount_beyond_the_representable_is_an_error() {
        let huge = UnitPrice::from_micros(i64::MAX, Currency::Eur);
        assert_eq!(whole(huge, u32::MAX, LINE), Err(MoneyError::OutOfRange));
    }

    const ALL: [ProrationBasis; 7] = [
        ProrationBasis::ActualDays,
        ProrationBasis::Fixed30,
        ProrationBasis::D30360,
        ProrationBasis::Fixed365,
        ProrationBasis::DailyRateRounded(3),
        ProrationBasis::RatioRounded(2),
        ProrationBasis::None,
    ];

    /// The two parts of a cycle of a month, a year or three that is split on some day.
    fn split_cycles() -> impl Strategy<Value = (Part, Part)> {
        (0_i64..20_000, prop::sample::select(vec![1, 12, 36]), any::<u16>()).prop_map(|(start, months, place)| {
            let first = Day::from_ymd(2020, 1, 1).unwrap().plus_days(start);
            let cycle = DaySpan::new(first, first.plus_months(months).plus_days(-1));
            let middle = first.plus_days(i64::from(place) % (cycle.days() - 1));
            let tail = DaySpan::new(middle.plus_days(1), cycle.last);
            (Part { service: DaySpan::new(first, middle), cycle }, Part { service: tail, cycle })
        })
    }

    proptest! {
        #[test]
        fn two_parts_of_a_cycle_are_the_whole(
            (head, tail) in split_cycles(), micros in 0_i64..2_000_000_000, quantity in 1_u32..100_000,
        ) {
            let price = UnitPrice::from_micros(micros, Currency::Eur);
            for basis in [ProrationBasis::ActualDays, ProrationBasis::D30360] {
                let exact = |part| share(price, part, basis, Rounding::HalfUp).unwrap().amount;
                prop_assert_eq!(exact(head).checked_add(exact(tail)), Ok(price.times(1)));

                let rounded = |part| prorate(price, quantity, part, basis, LINE).unwrap().money;
                let whole = whole(price, quantity, LINE).unwrap().money.minor;
                let sum = rounded(head).checked_add(rounded(tail)).unwrap().minor;
                prop_assert!((sum - whole).abs() <= 1, "{} and {}", sum, whole);
            }
        }

        #[test]
        fn a_part_never_costs_more_than_the_whole(
            (head, tail) in split_cycles(), cents in 0_i64..100_000, quantity in 1_u32..1_000,
        ) {
            let price = UnitPrice::from_micros(cents * 10_000, Currency::Eur);
            let whole = whole(price, quantity, LINE).unwrap().money;
            for basis in [ProrationBasis::ActualDays, ProrationBasis::Fixed30, ProrationBasis::D30360,
                ProrationBasis::Fixed365, ProrationBasis::RatioRounded(2)] {
                for part in [head, tail] {
                    let money = prorate(price, quantity, part, basis, LINE).unwrap().money;
                    prop_assert!((0..=whole.minor).contains(&money.minor), "{:?}: {} of {}", basis, money, whole);
                }
            }
        }
    }
}
