//! How it ends, and what comes after.

use crate::texts::keys::policy::Point;
use crate::texts::place::Place;
use crate::texts::policies::words::Words;
use domain::policy::{
    AccessAfterCancel, AddOnRefund, AddOnTerm, Cancel, EndOfTerm, ExtendedTerm, ReactivateUntil, ReminderAudience,
    RenewalStart, RenewalWithoutPrice, RuleKey, Rules,
};

pub(super) fn tell(rules: &Rules, words: &mut Words) {
    cancel(rules, words.about(RuleKey::Cancel));
    if let Some(days) = rules.notice_days {
        words.about(RuleKey::NoticeDays).count(Point::NoticeDays, days);
    }
    words.about(RuleKey::EndOfTerm).say(end_of_term(rules.end_of_term));
    if rules.end_of_term == EndOfTerm::ExtendedServiceTerm {
        extended(rules.extended_term, words.about(RuleKey::ExtendedTerm));
    }
    if rules.auto_renews() {
        words.about(RuleKey::RenewalWithoutPrice).say(without_price(rules.renewal_without_price));
    }
    if rules.renewal_start == RenewalStart::Immediately {
        words.about(RuleKey::RenewalStart).say(Point::RenewalStartImmediately);
    }
    add_ons(rules, words);
    reminders(rules, words.about(RuleKey::Reminders));
    after(rules, words);
}

fn cancel(rules: &Rules, words: &mut Words) {
    let window = rules.window_hours.is_some();
    match rules.cancel {
        Cancel::FeePercent(percent) => {
            words.fill(Point::CancelFee, &[("percent", percent.into())]);
            words.about(RuleKey::AccessAfterCancel).say(access(rules.access_after_cancel));
        }
        Cancel::MonthEnd => words.say(Point::CancelMonthEnd),
        Cancel::RejectBilledToTermEnd if window => words.say(Point::CancelRejectAfterWindow),
        Cancel::RejectBilledToTermEnd => words.say(Point::CancelReject),
        Cancel::WindowOnly => words.say(Point::CancelWindowOnly),
        Cancel::AtTermEnd if window => words.say(Point::CancelWindowElseTermEnd),
        Cancel::AtTermEnd => words.say(Point::CancelTermEnd),
        Cancel::AnyTime => words.say(Point::CancelAnyTime),
    }
}

const fn access(rule: AccessAfterCancel) -> Point {
    match rule {
        AccessAfterCancel::UntilEnd => Point::AccessUntilEnd,
        AccessAfterCancel::Immediate => Point::AccessImmediate,
    }
}

const fn end_of_term(rule: EndOfTerm) -> Point {
    match rule {
        EndOfTerm::RenewSame => Point::EndRenewSame,
        EndOfTerm::RenewToYear => Point::EndRenewToYear,
        EndOfTerm::RenewToMonth => Point::EndRenewToMonth,
        EndOfTerm::ExtendedServiceTerm => Point::EndExtended,
        EndOfTerm::AsOrdered => Point::EndAsOrdered,
        EndOfTerm::Expire => Point::EndExpire,
    }
}

fn add_ons(rules: &Rules, words: &mut Words) {
    words.about(RuleKey::AddOnTerm).say(match rules.add_on_term {
        AddOnTerm::UntilBaseEnds => Point::AddOnTermUntilBaseEnds,
        AddOnTerm::Own => Point::AddOnTermOwn,
    });
    words.about(RuleKey::AddOnRefund).say(match rules.add_on_refund {
        AddOnRefund::GiveBack => Point::AddOnRefundGiveBack,
        AddOnRefund::Keep => Point::AddOnRefundKeep,
    });
}

const fn without_price(rule: RenewalWithoutPrice) -> Point {
    match rule {
        RenewalWithoutPrice::LastPrice => Point::WithoutPriceLastPrice,
        RenewalWithoutPrice::End => Point::WithoutPriceEnd,
    }
}

fn extended(rule: ExtendedTerm, words: &mut Words) {
    let [monthly, longer] =
        [rule.percent_on_monthly, rule.percent_on_longer].map(|percent| Place::Percent(percent.normalize()));
    words.fill(Point::ExtendedTerm, &[("monthly", monthly), ("longer", longer)]);
}

fn reminders(rules: &Rules, words: &mut Words) {
    let days = &rules.reminders;
    if days.is_empty() {
        return words.say(Point::RemindersNone);
    }
    let list = days.iter().map(ToString::to_string).collect::<Vec<_>>().join(", ");
    words.fill(Point::RemindersDays, &[("days", Place::text(list))]);
    words.about(RuleKey::ReminderAudience).say(match rules.reminder_audience {
        ReminderAudience::NotRenewing => Point::RemindedNotRenewing,
        ReminderAudience::LongTerms => Point::RemindedLongTerms,
    });
}

/// What is left of a service that was not renewed.
fn after(rules: &Rules, words: &mut Words) {
    words.about(RuleKey::GraceDays);
    match rules.grace_days {
        0 => words.say(Point::GraceNone),
        days => words.count(Point::GraceDays, days),
    }
    words.about(RuleKey::DisabledDays);
    match rules.disabled_days {
        0 => words.say(Point::DisabledNone),
        days => words.count(Point::DisabledDays, days),
    }
    if let Some(days) = rules.suspended_kept_days {
        words.about(RuleKey::SuspendedKeptDays).count(Point::SuspendedKeptDays, days);
    }
    words.about(RuleKey::ReactivateUntil);
    match rules.reactivate_until {
        ReactivateUntil::None => words.say(Point::ReactivateNever),
        ReactivateUntil::Days(days) => words.count(Point::ReactivateUntil, days),
    }
}
