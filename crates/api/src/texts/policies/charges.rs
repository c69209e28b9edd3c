//! What it costs.

use crate::texts::keys::policy::Point;
use crate::texts::policies::words::Words;
use domain::policy::{
    ChangeDay, DayZone, FirstPeriod, Increase, PeriodAnchor, PriceLock, ProrationBasis, QuantityBasis, Repricing,
    RoundingScope, RuleKey, Rules,
};
use domain::tax::standing::UnconfirmedVatId;

pub(super) fn tell(rules: &Rules, words: &mut Words) {
    anchor(rules.period_anchor, words.about(RuleKey::PeriodAnchor));
    words.about(RuleKey::DayZone).say(day_zone(rules.day_zone));
    words.about(RuleKey::FirstPeriod).say(first_period(rules.first_period, rules.change_day));
    proration(rules.proration_basis, words.about(RuleKey::ProrationBasis));
    let calendar = rules.period_anchor == PeriodAnchor::CalendarMonth;
    if calendar && rules.proration_basis == ProrationBasis::ActualDays {
        words.part("calendar_months").say(Point::ProrationCalendarMonths);
    }
    if rules.quantity_basis == QuantityBasis::PeakInPeriod {
        words.about(RuleKey::QuantityBasis).say(Point::QuantityPeak);
    }
    if rules.repricing == Repricing::RefundAndRebill {
        words.about(RuleKey::Repricing).say(Point::RepricingRefundAndRebill);
    }
    if rules.rounding.scope == RoundingScope::Unit {
        words.about(RuleKey::Rounding).say(Point::RoundingUnit);
    }
    if rules.unconfirmed_vat_id == UnconfirmedVatId::ChargeVat {
        words.about(RuleKey::UnconfirmedVatId).say(Point::UnconfirmedVatIdCharged);
    }
    words.about(RuleKey::PriceLock).say(price_lock(rules.price_lock));
    words.about(RuleKey::Increase).say(increase(rules.increase));
}

fn anchor(rule: PeriodAnchor, words: &mut Words) {
    match rule {
        PeriodAnchor::CalendarMonth => words.say(Point::PeriodAnchorCalendarMonth),
        PeriodAnchor::Anniversary => words.say(Point::PeriodAnchorOrderDay),
        PeriodAnchor::DayOfMonth(day) => words.fill(Point::PeriodAnchorDayOfMonth, &[("day", day.into())]),
    }
}

const fn day_zone(rule: DayZone) -> Point {
    match rule {
        DayZone::Utc => Point::DayZoneUtc,
        DayZone::Marketplace => Point::DayZoneMarketplace,
    }
}

const fn first_period(rule: FirstPeriod, day: ChangeDay) -> Point {
    match (rule, day) {
        (FirstPeriod::Prorate, ChangeDay::Inclusive) => Point::FirstPeriodProrateInclusive,
        (FirstPeriod::Prorate, ChangeDay::Exclusive) => Point::FirstPeriodProrateExclusive,
        (FirstPeriod::FullBackdated, _) => Point::FirstPeriodFullBackdated,
        (FirstPeriod::Full, _) => Point::FirstPeriodFull,
        (FirstPeriod::Free, _) => Point::FirstPeriodFree,
    }
}

fn proration(rule: ProrationBasis, words: &mut Words) {
    match rule {
        ProrationBasis::ActualDays => words.say(Point::ProrationActualDays),
        ProrationBasis::Fixed30 => words.say(Point::ProrationFixed30),
        ProrationBasis::D30360 => words.say(Point::ProrationD30360),
        ProrationBasis::Fixed365 => words.say(Point::ProrationFixed365),
        ProrationBasis::DailyRateRounded(decimals) => words.count(Point::ProrationDailyRate, decimals),
        ProrationBasis::RatioRounded(decimals) => words.count(Point::ProrationRatio, decimals),
        ProrationBasis::None => words.say(Point::ProrationNone),
    }
}

const fn price_lock(rule: PriceLock) -> Point {
    match rule {
        PriceLock::None => Point::PriceLockNone,
        PriceLock::Period => Point::PriceLockPeriod,
        PriceLock::Term => Point::PriceLockTerm,
    }
}

const fn increase(rule: Increase) -> Point {
    match rule {
        Increase::Prorate => Point::IncreaseProrate,
        Increase::FullCycle => Point::IncreaseFullCycle,
    }
}
