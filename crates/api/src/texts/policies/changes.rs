//! What may be changed, and what is given back.

use crate::texts::policies::words::{Text, Words};
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
        words.about(RuleKey::ZeroQuantity).say([
            "No licence left is a cancellation.",
            "Keine Lizenz mehr ist eine Kündigung.",
            "Brak licencji oznacza anulowanie.",
        ]);
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
        words.about(RuleKey::MaxChanges).count(
            [
                "At most {n} {change|changes}.",
                "Höchstens {n} {Änderung|Änderungen}.",
                "Najwyżej {n} {zmiana|zmiany|zmian}.",
            ],
            changes,
        );
    }
    let words = words.about(RuleKey::OneActivePer);
    match rules.one_active_per {
        OneActivePer::None => {}
        OneActivePer::Product => words.say([
            "One active order per product.",
            "Eine aktive Bestellung je Produkt.",
            "Jedno aktywne zamówienie na produkt.",
        ]),
        OneActivePer::Sku => words.say([
            "One active order per edition.",
            "Eine aktive Bestellung je Edition.",
            "Jedno aktywne zamówienie na edycję.",
        ]),
    }
}

const fn decrease(rule: Decrease) -> Text {
    match rule {
        Decrease::AnyTimeMonthEnd => [
            "Fewer licences: any time, from the end of the month.",
            "Weniger Lizenzen: jederzeit, zum Monatsende.",
            "Mniej licencji: w każdej chwili, z końcem miesiąca.",
        ],
        Decrease::ScheduleToTermEnd => [
            "Fewer licences: from the end of the term.",
            "Weniger Lizenzen: zum Ende der Laufzeit.",
            "Mniej licencji: z końcem okresu umowy.",
        ],
        Decrease::WindowElseReject => [
            "Fewer licences: only in the window.",
            "Weniger Lizenzen: nur im Zeitfenster.",
            "Mniej licencji: tylko w oknie czasowym.",
        ],
        Decrease::WindowElseSchedule => [
            "Fewer licences: in the window at once, else from the end of the term.",
            "Weniger Lizenzen: im Zeitfenster sofort, sonst zum Ende der Laufzeit.",
            "Mniej licencji: w oknie czasowym od razu, w innym razie z końcem okresu umowy.",
        ],
        Decrease::AnyTime => [
            "Fewer licences: any time, at once.",
            "Weniger Lizenzen: jederzeit, sofort.",
            "Mniej licencji: w każdej chwili, od razu.",
        ],
        Decrease::Never => [
            "Fewer licences: not possible, only the whole can be canceled.",
            "Weniger Lizenzen: nicht möglich, nur das Ganze ist kündbar.",
            "Mniej licencji: niemożliwe, anulować można tylko całość.",
        ],
    }
}

const fn assigned(rule: AssignedAtRenewal) -> Text {
    match rule {
        AssignedAtRenewal::TakeBack => [
            "A reduction that waited takes back the licences that were given last.",
            "Eine vorgemerkte Reduzierung nimmt die zuletzt vergebenen Lizenzen zurück.",
            "Zaplanowane zmniejszenie odbiera licencje przydzielone jako ostatnie.",
        ],
        AssignedAtRenewal::Refuse => [
            "A reduction that waited does not take effect while its licences are in use.",
            "Eine vorgemerkte Reduzierung wird nicht wirksam, solange die Lizenzen vergeben sind.",
            "Zaplanowane zmniejszenie nie wchodzi w życie, dopóki licencje są przydzielone.",
        ],
    }
}

/// A first term and a renewal are both the start of a term.
fn windows(anchors: &[WindowAnchor], hours: u16, words: &mut Words) {
    let opens = |anchor| anchors.contains(&anchor);
    match (opens(WindowAnchor::TermStart), opens(WindowAnchor::Renewal)) {
        (true, true) => words.count(
            [
                "Window: {n} {hour|hours} from the start of each term.",
                "Zeitfenster: {n} {Stunde|Stunden} ab Beginn jeder Laufzeit.",
                "Okno czasowe: {n} {godzina|godziny|godzin} od początku każdego okresu umowy.",
            ],
            hours,
        ),
        (true, false) => words.count(
            [
                "Window: {n} {hour|hours} from the start of the first term.",
                "Zeitfenster: {n} {Stunde|Stunden} ab Beginn der ersten Laufzeit.",
                "Okno czasowe: {n} {godzina|godziny|godzin} od początku pierwszego okresu umowy.",
            ],
            hours,
        ),
        (false, true) => words.count(
            [
                "Window: {n} {hour|hours} from each renewal.",
                "Zeitfenster: {n} {Stunde|Stunden} ab jeder Verlängerung.",
                "Okno czasowe: {n} {godzina|godziny|godzin} od każdego odnowienia.",
            ],
            hours,
        ),
        (false, false) => {}
    }
    if opens(WindowAnchor::SeatBatch) {
        words.about(RuleKey::WindowAnchors).count(
            [
                "Window: {n} {hour|hours} from each increase, for the licences that it added.",
                "Zeitfenster: {n} {Stunde|Stunden} ab jeder Aufstockung, für die hinzugekommenen Lizenzen.",
                "Okno czasowe: {n} {godzina|godziny|godzin} od każdego zwiększenia, dla dodanych licencji.",
            ],
            hours,
        );
    }
}

fn refunds(steps: &[RefundStep], words: &mut Words) {
    if steps.is_empty() {
        words.say([
            "In the window what was not used is given back.",
            "Im Zeitfenster wird erstattet, was nicht genutzt wurde.",
            "W oknie czasowym niewykorzystana część jest zwracana.",
        ]);
    }
    for (n, step) in steps.iter().enumerate() {
        words.part(&n.to_string()).count(refund(step), step.until_hours);
    }
}

const fn refund(step: &RefundStep) -> Text {
    match (step.kind, step.unit) {
        (RefundKind::Full, _) => [
            "Given back within {n} {hour|hours}: everything.",
            "Erstattung innerhalb von {n} {Stunde|Stunden}: alles.",
            "Zwrot w ciągu {n} {godziny|godzin|godzin}: całość.",
        ],
        (RefundKind::None, _) => [
            "Given back within {n} {hour|hours}: nothing.",
            "Erstattung innerhalb von {n} {Stunde|Stunden}: nichts.",
            "Zwrot w ciągu {n} {godziny|godzin|godzin}: brak.",
        ],
        (RefundKind::Prorated, RefundUnit::DayIncluded) => [
            "Given back within {n} {hour|hours}: what was not used, by days, that of the change included.",
            "Erstattung innerhalb von {n} {Stunde|Stunden}: was nicht genutzt wurde, nach Tagen, der Tag der Änderung \
             zählt mit.",
            "Zwrot w ciągu {n} {godziny|godzin|godzin}: niewykorzystana część, według dni, łącznie z dniem zmiany.",
        ],
        (RefundKind::Prorated, RefundUnit::CalendarDay) => [
            "Given back within {n} {hour|hours}: what was not used, by days, that of the change is used.",
            "Erstattung innerhalb von {n} {Stunde|Stunden}: was nicht genutzt wurde, nach Tagen, der Tag der Änderung \
             gilt als genutzt.",
            "Zwrot w ciągu {n} {godziny|godzin|godzin}: niewykorzystana część, według dni, dzień zmiany jest \
             wykorzystany.",
        ],
        (RefundKind::Prorated, RefundUnit::Block24h) => [
            "Given back within {n} {hour|hours}: what was not used, by completed blocks of 24 hours.",
            "Erstattung innerhalb von {n} {Stunde|Stunden}: was nicht genutzt wurde, nach vollendeten Blöcken von \
             24 Stunden.",
            "Zwrot w ciągu {n} {godziny|godzin|godzin}: niewykorzystana część, według pełnych bloków po 24 godziny.",
        ],
        (RefundKind::Prorated, RefundUnit::Hour) => [
            "Given back within {n} {hour|hours}: what was not used, by hours.",
            "Erstattung innerhalb von {n} {Stunde|Stunden}: was nicht genutzt wurde, nach Stunden.",
            "Zwrot w ciągu {n} {godziny|godzin|godzin}: niewykorzystana część, według godzin.",
        ],
    }
}

const fn edition_change(rule: EditionChange) -> Text {
    match rule {
        EditionChange::InPlaceImmediate => [
            "Another edition: on the same subscription, at once.",
            "Andere Edition: im selben Abonnement, sofort.",
            "Inna edycja: w tej samej subskrypcji, od razu.",
        ],
        EditionChange::AtTermEnd => [
            "Another edition: on the same subscription, from the end of the term.",
            "Andere Edition: im selben Abonnement, zum Ende der Laufzeit.",
            "Inna edycja: w tej samej subskrypcji, z końcem okresu umowy.",
        ],
        EditionChange::NewSubscription => [
            "Another edition: only by a new order.",
            "Andere Edition: nur mit einer neuen Bestellung.",
            "Inna edycja: tylko przez nowe zamówienie.",
        ],
    }
}

const fn term_change(rule: TermChange) -> Text {
    match rule {
        TermChange::LongerNow => [
            "A longer term: at once; a shorter one: from the end of the running term.",
            "Längere Laufzeit: sofort; kürzere: zum Ende der laufenden.",
            "Dłuższy okres umowy: od razu; krótszy: z końcem bieżącego.",
        ],
        TermChange::AtTermEnd => [
            "Another term: from the end of the running one.",
            "Andere Laufzeit: zum Ende der laufenden.",
            "Inny okres umowy: z końcem bieżącego.",
        ],
    }
}

const fn pending_slot(rule: PendingSlot) -> Text {
    match rule {
        PendingSlot::SingleOverwrite => [
            "One change can wait: a new one takes its place.",
            "Eine Änderung kann vorgemerkt sein: eine neue ersetzt sie.",
            "Jedna zmiana może czekać: nowa ją zastępuje.",
        ],
        PendingSlot::RejectIfPending => [
            "One change can wait: no other is taken meanwhile.",
            "Eine Änderung kann vorgemerkt sein: solange wird keine andere angenommen.",
            "Jedna zmiana może czekać: w tym czasie inna nie jest przyjmowana.",
        ],
    }
}

const fn pending_after_change(rule: PendingAfterChange) -> Text {
    match rule {
        PendingAfterChange::Delete => [
            "A change that takes effect at once deletes the one that waits.",
            "Eine sofort wirksame Änderung löscht die vorgemerkte.",
            "Zmiana wchodząca w życie od razu usuwa tę, która czeka.",
        ],
        PendingAfterChange::Keep => [
            "A change that takes effect at once leaves the one that waits.",
            "Eine sofort wirksame Änderung lässt die vorgemerkte bestehen.",
            "Zmiana wchodząca w życie od razu pozostawia tę, która czeka.",
        ],
    }
}
