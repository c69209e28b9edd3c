//! What may be changed, and what is given back.

use crate::texts::keys::policy::Point;
use crate::texts::policies::words::Words;
use domain::policy::{
    AssignedAtRenewal, Decrease, EditionChange, OneActivePer, PendingAfterChange, PendingSlot, RefundKind, RefundStep,
    RefundUnit, RuleKey, Rules, TermChange, WindowAnchor, ZeroQuantity,
};

pub(super) fn tell(rules: &Rules, words: &mut Words) {
    words.about(RuleKey::Decrease).say(decrease(rules.decrease));
    if rules.decrease != Decrease::Never {
        words.about(RuleKey::AssignedAtRenewal).say(assigned(rules.assigned_at_renewal));
    }
    if rules.zero_quantity == ZeroQuantity::Cancel {
        words.about(RuleKey::ZeroQuantity).say(Point::ZeroQuantityCancel);
    }
    if let Some(hours) = rules.window_hours {
        windows(&rules.window_anchors, hours, words.about(RuleKey::WindowHours));
        refunds(&rules.refund, words.about(RuleKey::Refund));
    }
    words.about(RuleKey::EditionChange).say(edition_change(rules.edition_change));
    words.about(RuleKey::TermChange).say(term_change(rules.term_change));
    words.about(RuleKey::PendingSlot).say(pending_slot(rules.pending_slot));
    words.about(RuleKey::PendingAfterChange).say(pending_after_change(rules.pending_after_change));
    if let Some(changes) = rules.max_changes {
        words.about(RuleKey::MaxChanges).count(Point::MaxChanges, changes);
    }
    let words = words.about(RuleKey::OneActivePer);
    match rules.one_active_per {
        OneActivePer::None => {}
        OneActivePer::Product => words.say(Point::OneActivePerProduct),
        OneActivePer::Sku => words.say(Point::OneActivePerSku),
    }
}

const fn decrease(rule: Decrease) -> Point {
    match rule {
        Decrease::AnyTimeMonthEnd => Point::DecreaseMonthEnd,
        Decrease::ScheduleToTermEnd => Point::DecreaseTermEnd,
        Decrease::WindowElseReject => Point::DecreaseWindowElseReject,
        Decrease::WindowElseSchedule => Point::DecreaseWindowElseSchedule,
        Decrease::AnyTime => Point::DecreaseAnyTime,
        Decrease::Never => Point::DecreaseNever,
    }
}

const fn assigned(rule: AssignedAtRenewal) -> Point {
    match rule {
        AssignedAtRenewal::TakeBack => Point::AssignedTakeBack,
        AssignedAtRenewal::Refuse => Point::AssignedRefuse,
    }
}

/// A first term and a renewal are both the start of a term.
fn windows(anchors: &[WindowAnchor], hours: u16, words: &mut Words) {
    let opens = |anchor| anchors.contains(&anchor);
    match (opens(WindowAnchor::TermStart), opens(WindowAnchor::Renewal)) {
        (true, true) => words.count(Point::WindowEachTerm, hours),
        (true, false) => words.count(Point::WindowFirstTerm, hours),
        (false, true) => words.count(Point::WindowEachRenewal, hours),
        (false, false) => {}
    }
    if opens(WindowAnchor::SeatBatch) {
        words.about(RuleKey::WindowAnchors).count(Point::WindowEachIncrease, hours);
    }
}

fn refunds(steps: &[RefundStep], words: &mut Words) {
    if steps.is_empty() {
        words.say(Point::RefundUnused);
    }
    for (n, step) in steps.iter().enumerate() {
        words.part(&n.to_string()).count(refund(step), step.until_hours);
    }
}

const fn refund(step: &RefundStep) -> Point {
    match (step.kind, step.unit) {
        (RefundKind::Full, _) => Point::RefundFull,
        (RefundKind::None, _) => Point::RefundNone,
        (RefundKind::Prorated, RefundUnit::DayIncluded) => Point::RefundDayIncluded,
        (RefundKind::Prorated, RefundUnit::CalendarDay) => Point::RefundCalendarDay,
        (RefundKind::Prorated, RefundUnit::Block24h) => Point::RefundBlock24h,
        (RefundKind::Prorated, RefundUnit::Hour) => Point::RefundHour,
    }
}

const fn edition_change(rule: EditionChange) -> Point {
    match rule {
        EditionChange::InPlaceImmediate => Point::EditionChangeAtOnce,
        EditionChange::AtTermEnd => Point::EditionChangeTermEnd,
        EditionChange::NewSubscription => Point::EditionChangeNewOrder,
    }
}

const fn term_change(rule: TermChange) -> Point {
    match rule {
        TermChange::LongerNow => Point::TermChangeLongerNow,
        TermChange::AtTermEnd => Point::TermChangeTermEnd,
    }
}

const fn pending_slot(rule: PendingSlot) -> Point {
    match rule {
        PendingSlot::SingleOverwrite => Point::PendingSlotOverwrite,
        PendingSlot::RejectIfPending => Point::PendingSlotReject,
    }
}

const fn pending_after_change(rule: PendingAfterChange) -> Point {
    match rule {
        PendingAfterChange::Delete => Point::PendingAfterChangeDelete,
        PendingAfterChange::Keep => Point::PendingAfterChangeKeep,
    }
}
