//! Policies in words: one sentence per rule that a buyer notices, in English, German and Polish.

use crate::wire::Lang;
use domain::policy::{Cancel, Decrease, EndOfTerm, FirstPeriod, PeriodAnchor, PriceLock, Rules};

/// The sentences of a policy.
pub fn of(rules: &Rules, lang: Lang) -> Vec<String> {
    let mut words = vec![
        anchor(rules.period_anchor, lang),
        first_period(rules.first_period, lang).to_owned(),
        decrease(rules.decrease, lang).to_owned(),
        cancel(rules.cancel, lang),
        end_of_term(rules.end_of_term, lang).to_owned(),
        price_lock(rules.price_lock, lang).to_owned(),
    ];
    words.extend(rules.notice_days.map(|days| notice(days, lang)));
    words.extend(rules.window_hours.map(|hours| window(hours, lang)));
    if rules.one_active_per_product {
        words.push(
            pick(
                lang,
                "One active order per product.",
                "Eine aktive Bestellung je Produkt.",
                "Jedno aktywne zamówienie na produkt.",
            )
            .to_owned(),
        );
    }
    words
}

const fn pick<'a>(lang: Lang, en: &'a str, de: &'a str, pl: &'a str) -> &'a str {
    match lang {
        Lang::En => en,
        Lang::De => de,
        Lang::Pl => pl,
    }
}

fn anchor(rule: PeriodAnchor, lang: Lang) -> String {
    match rule {
        PeriodAnchor::CalendarMonth => pick(
            lang,
            "Charged by calendar month.",
            "Abrechnung je Kalendermonat.",
            "Rozliczenie według miesięcy kalendarzowych.",
        )
        .to_owned(),
        PeriodAnchor::Anniversary => pick(
            lang,
            "Charged from the day of the order.",
            "Abrechnung ab dem Bestelltag.",
            "Rozliczenie od dnia zamówienia.",
        )
        .to_owned(),
        PeriodAnchor::DayOfMonth(day) => pick(
            lang,
            "Charged from day {n} of the month.",
            "Abrechnung ab dem {n}. des Monats.",
            "Rozliczenie od {n}. dnia miesiąca.",
        )
        .replace("{n}", &day.to_string()),
    }
}

const fn first_period(rule: FirstPeriod, lang: Lang) -> &'static str {
    match rule {
        FirstPeriod::Prorate => pick(
            lang,
            "The first period is charged in proportion, the day of the order included.",
            "Der erste Zeitraum wird anteilig berechnet, der Bestelltag zählt mit.",
            "Pierwszy okres jest naliczany proporcjonalnie, łącznie z dniem zamówienia.",
        ),
        FirstPeriod::FullBackdated => pick(
            lang,
            "Starts on the first of the current month, which is charged in full.",
            "Beginnt am Ersten des laufenden Monats, der voll berechnet wird.",
            "Rozpoczyna się pierwszego dnia bieżącego miesiąca, naliczanego w całości.",
        ),
        FirstPeriod::Full => pick(
            lang,
            "The first period is charged in full.",
            "Der erste Zeitraum wird voll berechnet.",
            "Pierwszy okres jest naliczany w całości.",
        ),
        FirstPeriod::Free => pick(
            lang,
            "Free until the next period.",
            "Kostenfrei bis zum nächsten Zeitraum.",
            "Bezpłatnie do następnego okresu.",
        ),
    }
}

const fn decrease(rule: Decrease, lang: Lang) -> &'static str {
    match rule {
        Decrease::AnyTimeMonthEnd => pick(
            lang,
            "Fewer licences: any time, from the end of the month.",
            "Weniger Lizenzen: jederzeit, zum Monatsende.",
            "Mniej licencji: w każdej chwili, z końcem miesiąca.",
        ),
        Decrease::ScheduleToTermEnd => pick(
            lang,
            "Fewer licences: from the end of the term.",
            "Weniger Lizenzen: zum Ende der Laufzeit.",
            "Mniej licencji: z końcem okresu umowy.",
        ),
        Decrease::WindowElseReject => pick(
            lang,
            "Fewer licences: only in the window.",
            "Weniger Lizenzen: nur im Zeitfenster.",
            "Mniej licencji: tylko w oknie czasowym.",
        ),
        Decrease::WindowElseSchedule => pick(
            lang,
            "Fewer licences: in the window at once, else from the end of the term.",
            "Weniger Lizenzen: im Zeitfenster sofort, sonst zum Ende der Laufzeit.",
            "Mniej licencji: w oknie czasowym od razu, w innym razie z końcem okresu umowy.",
        ),
        Decrease::AnyTime => pick(
            lang,
            "Fewer licences: any time, at once.",
            "Weniger Lizenzen: jederzeit, sofort.",
            "Mniej licencji: w każdej chwili, od razu.",
        ),
        Decrease::Never => pick(
            lang,
            "Fewer licences: not possible, only the whole can be canceled.",
            "Weniger Lizenzen: nicht möglich, nur das Ganze ist kündbar.",
            "Mniej licencji: niemożliwe, anulować można tylko całość.",
        ),
    }
}

fn cancel(rule: Cancel, lang: Lang) -> String {
    let text = match rule {
        Cancel::FeePercent(percent) => {
            let text = pick(
                lang,
                "Canceling early costs {n} % of what remains.",
                "Vorzeitige Kündigung kostet {n} % der Restlaufzeit.",
                "Wcześniejsze rozwiązanie kosztuje {n} % pozostałej kwoty.",
            );
            return text.replace("{n}", &percent.to_string());
        }
        Cancel::MonthEnd => pick(
            lang,
            "Can be canceled to the end of the month.",
            "Kündbar zum Monatsende.",
            "Można anulować z końcem miesiąca.",
        ),
        Cancel::RejectBilledToTermEnd => pick(
            lang,
            "After the window it is kept and charged to the end of the term.",
            "Nach dem Zeitfenster bleibt es bestehen und wird bis zum Ende der Laufzeit berechnet.",
            "Po upływie okna czasowego pozostaje i jest naliczana do końca okresu umowy.",
        ),
        Cancel::WindowOnly => pick(
            lang,
            "Can be canceled in the window only, with loss of the service at once.",
            "Nur im Zeitfenster kündbar, der Dienst endet dann sofort.",
            "Można anulować tylko w oknie czasowym, usługa kończy się od razu.",
        ),
        Cancel::AtTermEnd => pick(
            lang,
            "Can be canceled in the window at once, else to the end of the term.",
            "Im Zeitfenster sofort kündbar, sonst zum Ende der Laufzeit.",
            "Można anulować w oknie czasowym od razu, w innym razie z końcem okresu umowy.",
        ),
        Cancel::AnyTime => pick(
            lang,
            "Can be canceled any day; what was not used is given back.",
            "Jederzeit kündbar; was nicht genutzt wurde, wird erstattet.",
            "Można anulować każdego dnia; niewykorzystana część jest zwracana.",
        ),
    };
    text.to_owned()
}

const fn end_of_term(rule: EndOfTerm, lang: Lang) -> &'static str {
    match rule {
        EndOfTerm::RenewSame => pick(
            lang,
            "Renews for the same term.",
            "Verlängert sich um dieselbe Laufzeit.",
            "Odnawia się na taki sam okres.",
        ),
        EndOfTerm::RenewToYear => pick(
            lang,
            "Renews for twelve months.",
            "Verlängert sich um zwölf Monate.",
            "Odnawia się na dwanaście miesięcy.",
        ),
        EndOfTerm::RenewToMonth => {
            pick(lang, "Renews for one month.", "Verlängert sich um einen Monat.", "Odnawia się na jeden miesiąc.")
        }
        EndOfTerm::ExtendedServiceTerm => pick(
            lang,
            "Goes on month by month at the price of the extended service term.",
            "Läuft monatlich weiter zum Preis der verlängerten Dienstlaufzeit.",
            "Trwa dalej co miesiąc w cenie przedłużonego okresu świadczenia usługi.",
        ),
        EndOfTerm::Expire => {
            pick(lang, "Ends with the term.", "Endet mit der Laufzeit.", "Kończy się wraz z okresem umowy.")
        }
    }
}

const fn price_lock(rule: PriceLock, lang: Lang) -> &'static str {
    match rule {
        PriceLock::None => pick(lang, "No price protection.", "Keine Preisgarantie.", "Brak gwarancji ceny."),
        PriceLock::Period => pick(
            lang,
            "The price holds for the period.",
            "Der Preis gilt für den Abrechnungszeitraum.",
            "Cena obowiązuje przez okres rozliczeniowy.",
        ),
        PriceLock::Term => pick(
            lang,
            "The price holds to the end of the term.",
            "Der Preis gilt bis zum Ende der Laufzeit.",
            "Cena obowiązuje do końca okresu umowy.",
        ),
    }
}

fn notice(days: u16, lang: Lang) -> String {
    pick(
        lang,
        "A renewal can be stopped until {n} days before the end.",
        "Die Verlängerung kann bis {n} Tage vor dem Ende verhindert werden.",
        "Odnowienie można zatrzymać do {n} dni przed końcem.",
    )
    .replace("{n}", &days.to_string())
}

fn window(hours: u16, lang: Lang) -> String {
    pick(
        lang,
        "Window: {n} hours from the start of each term.",
        "Zeitfenster: {n} Stunden ab Beginn jeder Laufzeit.",
        "Okno czasowe: {n} godzin od początku każdego okresu umowy.",
    )
    .replace("{n}", &hours.to_string())
}
