//! How it ends, and what comes after.

use crate::texts::policies::words::{Text, Words};
use domain::policy::{
    AccessAfterCancel, AddOnRefund, AddOnTerm, Cancel, EndOfTerm, ExtendedTerm, ReactivateUntil, ReminderAudience,
    RenewalStart, RenewalWithoutPrice, RuleKey, Rules,
};

pub(super) fn tell(rules: &Rules, words: &mut Words) {
    cancel(rules, words.about(RuleKey::Cancel));
    if let Some(days) = rules.notice_days {
        words.about(RuleKey::NoticeDays).count(
            [
                "A renewal can be stopped until {n} {day|days} before the end.",
                "Die Verlängerung kann bis {n} {Tag|Tage} vor dem Ende verhindert werden.",
                "Odnowienie można zatrzymać do {n} {dnia|dni|dni} przed końcem.",
            ],
            days,
        );
    }
    words.about(RuleKey::EndOfTerm).say(end_of_term(rules.end_of_term));
    if rules.end_of_term == EndOfTerm::ExtendedServiceTerm {
        extended(rules.extended_term, words.about(RuleKey::ExtendedTerm));
    }
    if rules.auto_renews() {
        words.about(RuleKey::RenewalWithoutPrice).say(without_price(rules.renewal_without_price));
    }
    if rules.renewal_start == RenewalStart::Immediately {
        words.about(RuleKey::RenewalStart).say([
            "Can also be renewed at once; the days that are left are lost.",
            "Kann auch sofort verlängert werden; die restlichen Tage verfallen.",
            "Można odnowić także od razu; pozostałe dni przepadają.",
        ]);
    }
    add_ons(rules, words);
    reminders(rules, words.about(RuleKey::Reminders));
    after(rules, words);
}

fn cancel(rules: &Rules, words: &mut Words) {
    let window = rules.window_hours.is_some();
    match rules.cancel {
        Cancel::FeePercent(percent) => {
            words.count(
                [
                    "Canceling early costs {n} % of what remains.",
                    "Vorzeitige Kündigung kostet {n} % der Restlaufzeit.",
                    "Wcześniejsze rozwiązanie kosztuje {n} % pozostałej kwoty.",
                ],
                percent,
            );
            words.about(RuleKey::AccessAfterCancel).say(access(rules.access_after_cancel));
        }
        Cancel::MonthEnd => words.say([
            "Can be canceled to the end of the month.",
            "Kündbar zum Monatsende.",
            "Można anulować z końcem miesiąca.",
        ]),
        Cancel::RejectBilledToTermEnd if window => words.say([
            "After the window it is kept and charged to the end of the term.",
            "Nach dem Zeitfenster bleibt das Abonnement bestehen und wird bis zum Ende der Laufzeit berechnet.",
            "Po upływie okna czasowego subskrypcja pozostaje i jest naliczana do końca okresu umowy.",
        ]),
        Cancel::RejectBilledToTermEnd => words.say([
            "It is kept and charged to the end of the term.",
            "Das Abonnement bleibt bis zum Ende der Laufzeit bestehen und wird bis dahin berechnet.",
            "Subskrypcja pozostaje i jest naliczana do końca okresu umowy.",
        ]),
        Cancel::WindowOnly => words.say([
            "Can be canceled in the window only, with loss of the service at once.",
            "Nur im Zeitfenster kündbar, der Dienst endet dann sofort.",
            "Można anulować tylko w oknie czasowym, usługa kończy się od razu.",
        ]),
        Cancel::AtTermEnd if window => words.say([
            "Can be canceled in the window at once, else to the end of the term.",
            "Im Zeitfenster sofort kündbar, sonst zum Ende der Laufzeit.",
            "Można anulować w oknie czasowym od razu, w innym razie z końcem okresu umowy.",
        ]),
        Cancel::AtTermEnd => words.say([
            "Can be canceled to the end of the term.",
            "Kündbar zum Ende der Laufzeit.",
            "Można anulować z końcem okresu umowy.",
        ]),
        Cancel::AnyTime => words.say([
            "Can be canceled any day; what was not used is given back.",
            "Jederzeit kündbar; was nicht genutzt wurde, wird erstattet.",
            "Można anulować każdego dnia; niewykorzystana część jest zwracana.",
        ]),
    }
}

const fn access(rule: AccessAfterCancel) -> Text {
    match rule {
        AccessAfterCancel::UntilEnd => [
            "After a cancellation the service is on to the end of the term.",
            "Nach einer Kündigung läuft der Dienst bis zum Ende der Laufzeit weiter.",
            "Po anulowaniu usługa działa do końca okresu umowy.",
        ],
        AccessAfterCancel::Immediate => [
            "After a cancellation the service is off at once.",
            "Nach einer Kündigung ist der Dienst sofort aus.",
            "Po anulowaniu usługa jest od razu wyłączona.",
        ],
    }
}

const fn end_of_term(rule: EndOfTerm) -> Text {
    match rule {
        EndOfTerm::RenewSame => {
            ["Renews for the same term.", "Verlängert sich um dieselbe Laufzeit.", "Odnawia się na taki sam okres."]
        }
        EndOfTerm::RenewToYear => {
            ["Renews for twelve months.", "Verlängert sich um zwölf Monate.", "Odnawia się na dwanaście miesięcy."]
        }
        EndOfTerm::RenewToMonth => {
            ["Renews for one month.", "Verlängert sich um einen Monat.", "Odnawia się na jeden miesiąc."]
        }
        EndOfTerm::ExtendedServiceTerm => [
            "Goes on month by month at the price of the extended service term.",
            "Läuft monatlich weiter zum Preis der verlängerten Dienstlaufzeit.",
            "Trwa dalej z miesiąca na miesiąc w cenie przedłużonego okresu świadczenia usługi.",
        ],
        EndOfTerm::AsOrdered => [
            "What follows the term is chosen with the order; else it ends.",
            "Was auf die Laufzeit folgt, wird bei der Bestellung gewählt; sonst endet es.",
            "To, co następuje po okresie umowy, wybiera się przy zamówieniu; inaczej subskrypcja się kończy.",
        ],
        EndOfTerm::Expire => ["Ends with the term.", "Endet mit der Laufzeit.", "Kończy się wraz z okresem umowy."],
    }
}

fn add_ons(rules: &Rules, words: &mut Words) {
    words.about(RuleKey::AddOnTerm).say(match rules.add_on_term {
        AddOnTerm::UntilBaseEnds => [
            "An add-on whose subscription ends first is charged for the days until then.",
            "Eine Erweiterung, deren Abonnement vorher endet, wird für die Tage bis dahin berechnet.",
            "Dodatek, którego subskrypcja kończy się wcześniej, jest naliczany za dni do tego czasu.",
        ],
        AddOnTerm::Own => [
            "An add-on is charged for its whole term, even where its subscription ends first.",
            "Eine Erweiterung wird für ihre ganze Laufzeit berechnet, auch wenn ihr Abonnement vorher endet.",
            "Dodatek jest naliczany za cały okres, nawet gdy jego subskrypcja kończy się wcześniej.",
        ],
    });
    words.about(RuleKey::AddOnRefund).say(match rules.add_on_refund {
        AddOnRefund::GiveBack => [
            "What an add-on was charged for days after the end of its subscription is given back.",
            "Was für eine Erweiterung nach dem Ende ihres Abonnements berechnet wurde, wird erstattet.",
            "Kwota naliczona za dodatek po zakończeniu jego subskrypcji jest zwracana.",
        ],
        AddOnRefund::Keep => [
            "What an add-on was charged for days after the end of its subscription is kept.",
            "Was für eine Erweiterung nach dem Ende ihres Abonnements berechnet wurde, wird einbehalten.",
            "Kwota naliczona za dodatek po zakończeniu jego subskrypcji nie jest zwracana.",
        ],
    });
}

const fn without_price(rule: RenewalWithoutPrice) -> Text {
    match rule {
        RenewalWithoutPrice::LastPrice => [
            "What is no longer sold renews at its last price.",
            "Was nicht mehr verkauft wird, verlängert sich zum letzten Preis.",
            "Co nie jest już sprzedawane, odnawia się po ostatniej cenie.",
        ],
        RenewalWithoutPrice::End => [
            "What is no longer sold ends with its term.",
            "Was nicht mehr verkauft wird, endet mit der Laufzeit.",
            "Co nie jest już sprzedawane, kończy się wraz z okresem umowy.",
        ],
    }
}

fn extended(rule: ExtendedTerm, words: &mut Words) {
    let text = words.pick([
        "Extended service term: {m} % on the price of the month, or {y} % on that of a longer term.",
        "Verlängerte Dienstlaufzeit: {m} % auf den Preis des Monats, oder {y} % auf den einer längeren Laufzeit.",
        "Przedłużony okres świadczenia usługi: {m} % do ceny miesiąca albo {y} % do ceny dłuższego okresu.",
    ]);
    let (monthly, longer) = (rule.percent_on_monthly.normalize(), rule.percent_on_longer.normalize());
    let sentence = text.replace("{m}", &words.number(monthly)).replace("{y}", &words.number(longer));
    words.add(sentence);
}

fn reminders(rules: &Rules, words: &mut Words) {
    let days = &rules.reminders;
    if days.is_empty() {
        return words.say([
            "No reminder before the end.",
            "Keine Erinnerung vor dem Ende.",
            "Brak przypomnień przed końcem.",
        ]);
    }
    let list = days.iter().map(ToString::to_string).collect::<Vec<_>>().join(", ");
    let text = words.pick([
        "Reminders before the end, in days: {n}.",
        "Erinnerungen vor dem Ende, in Tagen: {n}.",
        "Przypomnienia przed końcem, w dniach: {n}.",
    ]);
    words.add(text.replace("{n}", &list));
    words.about(RuleKey::ReminderAudience).say(match rules.reminder_audience {
        ReminderAudience::NotRenewing => [
            "What renews by itself is not reminded of.",
            "An das, was sich von selbst verlängert, wird nicht erinnert.",
            "O tym, co odnawia się samo, nie ma przypomnień.",
        ],
        ReminderAudience::LongTerms => [
            "Terms of three months and more are reminded of even if they renew by themselves.",
            "An Laufzeiten ab drei Monaten wird auch erinnert, wenn sie sich von selbst verlängern.",
            "O okresach od trzech miesięcy są przypomnienia także wtedy, gdy odnawiają się same.",
        ],
    });
}

/// What is left of a service that was not renewed.
fn after(rules: &Rules, words: &mut Words) {
    words.about(RuleKey::GraceDays);
    match rules.grace_days {
        0 => words.say([
            "The service is off when it ends.",
            "Mit dem Ende ist der Dienst aus.",
            "Wraz z końcem usługa jest wyłączona.",
        ]),
        days => words.count(
            [
                "It can still be used for {n} {day|days} after the end.",
                "Nach dem Ende ist das Abonnement noch {n} {Tag|Tage} nutzbar.",
                "Po zakończeniu z subskrypcji można korzystać jeszcze {n} {dzień|dni|dni}.",
            ],
            days,
        ),
    }
    words.about(RuleKey::DisabledDays);
    match rules.disabled_days {
        0 => words.say(["The data are deleted then.", "Die Daten werden dann gelöscht.", "Dane są wtedy usuwane."]),
        days => words.count(
            [
                "The data are kept for another {n} {day|days}.",
                "Die Daten werden danach noch {n} {Tag|Tage} aufbewahrt.",
                "Dane są potem przechowywane jeszcze {n} {dzień|dni|dni}.",
            ],
            days,
        ),
    }
    if let Some(days) = rules.suspended_kept_days {
        words.about(RuleKey::SuspendedKeptDays).count(
            [
                "What is suspended when it ends is kept for {n} {day|days}, but cannot be used.",
                "Was am Ende ausgesetzt ist, wird {n} {Tag|Tage} aufbewahrt, ist aber nicht nutzbar.",
                "Subskrypcja zawieszona w chwili zakończenia jest przechowywana {n} {dzień|dni|dni}, ale nie można \
                 z niej korzystać.",
            ],
            days,
        );
    }
    words.about(RuleKey::ReactivateUntil);
    match rules.reactivate_until {
        ReactivateUntil::None => words.say([
            "What has ended cannot be brought back: order anew.",
            "Ein beendetes Abonnement kann nicht zurückgeholt werden: Bestellen Sie neu.",
            "Zakończonej subskrypcji nie można przywrócić: trzeba złożyć nowe zamówienie.",
        ]),
        ReactivateUntil::Days(days) => words.count(
            [
                "It can be brought back until {n} {day|days} after the end.",
                "Es kann bis {n} {Tag|Tage} nach dem Ende zurückgeholt werden.",
                "Można ją przywrócić do {n} {dnia|dni|dni} po zakończeniu.",
            ],
            days,
        ),
    }
}
