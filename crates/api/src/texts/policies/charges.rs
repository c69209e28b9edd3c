//! What it costs.

use crate::texts::policies::words::{Text, Words};
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
        words.part("calendar_months").say([
            "Each calendar month is charged by its own days: a year that begins within a February comes to slightly \
             more or less than twelve months where only one of its two Februaries has 29.",
            "Jeder Kalendermonat wird nach seinen eigenen Tagen berechnet: ein Jahr, das innerhalb eines Februars \
             beginnt, ergibt etwas mehr oder weniger als zwölf Monate, wenn nur einer seiner beiden Februare 29 hat.",
            "Każdy miesiąc kalendarzowy jest naliczany według własnej liczby dni: rok rozpoczęty w trakcie lutego \
             kosztuje nieco więcej lub mniej niż dwanaście miesięcy, jeśli tylko jeden z jego dwóch lutych ma 29 dni.",
        ]);
    }
    if rules.quantity_basis == QuantityBasis::PeakInPeriod {
        words.about(RuleKey::QuantityBasis).say([
            "The highest quantity of a period is charged for all of it.",
            "Berechnet wird die höchste Anzahl eines Zeitraums, für den ganzen Zeitraum.",
            "Naliczana jest największa liczba licencji w okresie, za cały okres.",
        ]);
    }
    if rules.repricing == Repricing::RefundAndRebill {
        words.about(RuleKey::Repricing).say([
            "A change gives back what is left of the period and charges it anew.",
            "Eine Änderung erstattet den Rest des Zeitraums und berechnet ihn neu.",
            "Zmiana zwraca pozostałą część okresu i nalicza ją na nowo.",
        ]);
    }
    if rules.rounding.scope == RoundingScope::Unit {
        words.about(RuleKey::Rounding).say([
            "Amounts are rounded for one licence, then multiplied.",
            "Beträge werden für eine Lizenz gerundet, dann vervielfacht.",
            "Kwoty są zaokrąglane dla jednej licencji, potem mnożone.",
        ]);
    }
    if rules.unconfirmed_vat_id == UnconfirmedVatId::ChargeVat {
        words.about(RuleKey::UnconfirmedVatId).say([
            "VAT is charged until the register has confirmed a VAT id.",
            "Umsatzsteuer wird berechnet, bis das Register eine USt-IdNr. bestätigt hat.",
            "VAT jest naliczany, dopóki rejestr nie potwierdzi numeru VAT UE.",
        ]);
    }
    words.about(RuleKey::PriceLock).say(price_lock(rules.price_lock));
    words.about(RuleKey::Increase).say(increase(rules.increase));
}

fn anchor(rule: PeriodAnchor, words: &mut Words) {
    match rule {
        PeriodAnchor::CalendarMonth => words.say([
            "Charged by calendar month.",
            "Abrechnung je Kalendermonat.",
            "Rozliczenie według miesięcy kalendarzowych.",
        ]),
        PeriodAnchor::Anniversary => words.say([
            "Charged from the day of the order.",
            "Abrechnung ab dem Bestelltag.",
            "Rozliczenie od dnia zamówienia.",
        ]),
        PeriodAnchor::DayOfMonth(day) => words.count(
            [
                "Charged from day {n} of the month.",
                "Abrechnung ab dem {n}. des Monats.",
                "Rozliczenie od {n}. dnia miesiąca.",
            ],
            day,
        ),
    }
}

const fn day_zone(rule: DayZone) -> Text {
    match rule {
        DayZone::Utc => {
            ["Days begin at midnight UTC.", "Tage beginnen um Mitternacht UTC.", "Dni zaczynają się o północy UTC."]
        }
        DayZone::Marketplace => [
            "Days begin at midnight of the marketplace's time zone.",
            "Tage beginnen um Mitternacht der Zeitzone des Marktplatzes.",
            "Dni zaczynają się o północy strefy czasowej platformy.",
        ],
    }
}

const fn first_period(rule: FirstPeriod, day: ChangeDay) -> Text {
    match (rule, day) {
        (FirstPeriod::Prorate, ChangeDay::Inclusive) => [
            "The first period is charged in proportion, the day of the order included.",
            "Der erste Zeitraum wird anteilig berechnet, der Bestelltag zählt mit.",
            "Pierwszy okres jest naliczany proporcjonalnie, łącznie z dniem zamówienia.",
        ],
        (FirstPeriod::Prorate, ChangeDay::Exclusive) => [
            "The first period is charged in proportion, without the day of the order.",
            "Der erste Zeitraum wird anteilig berechnet, ohne den Bestelltag.",
            "Pierwszy okres jest naliczany proporcjonalnie, bez dnia zamówienia.",
        ],
        (FirstPeriod::FullBackdated, _) => [
            "Starts on the first of the current month, which is charged in full.",
            "Beginnt am Ersten des laufenden Monats, der voll berechnet wird.",
            "Rozpoczyna się pierwszego dnia bieżącego miesiąca, naliczanego w całości.",
        ],
        (FirstPeriod::Full, _) => [
            "The first period is charged in full.",
            "Der erste Zeitraum wird voll berechnet.",
            "Pierwszy okres jest naliczany w całości.",
        ],
        (FirstPeriod::Free, _) => {
            ["Free until the next period.", "Kostenfrei bis zum nächsten Zeitraum.", "Bezpłatnie do następnego okresu."]
        }
    }
}

fn proration(rule: ProrationBasis, words: &mut Words) {
    match rule {
        ProrationBasis::ActualDays => words.say([
            "Parts of a period are charged by its actual days.",
            "Teile eines Zeitraums werden nach seinen tatsächlichen Tagen berechnet.",
            "Części okresu są naliczane według jego rzeczywistej liczby dni.",
        ]),
        ProrationBasis::Fixed30 => words.say([
            "Parts of a period are charged by the day, each a thirtieth of a month.",
            "Teile eines Zeitraums werden je Tag berechnet, mit einem Dreißigstel des Monats.",
            "Części okresu są naliczane za dzień, każdy jako jedna trzydziesta miesiąca.",
        ]),
        ProrationBasis::D30360 => words.say([
            "Parts of a period are charged by months of 30 days.",
            "Teile eines Zeitraums werden nach Monaten zu 30 Tagen berechnet.",
            "Części okresu są naliczane według miesięcy po 30 dni.",
        ]),
        ProrationBasis::Fixed365 => words.say([
            "Parts of a period are charged by the day, 365 of which are a year.",
            "Teile eines Zeitraums werden je Tag berechnet, 365 sind ein Jahr.",
            "Części okresu są naliczane za dzień, 365 dni to rok.",
        ]),
        ProrationBasis::DailyRateRounded(decimals) => words.count(
            [
                "Parts of a period are charged by the day, at a rate of {n} {decimal|decimals}.",
                "Teile eines Zeitraums werden je Tag berechnet, zu einem Satz mit {n} \
                 {Nachkommastelle|Nachkommastellen}.",
                "Części okresu są naliczane za dzień, według stawki o dokładności {n} {miejsca|miejsc|miejsc} po \
                 przecinku.",
            ],
            decimals,
        ),
        ProrationBasis::RatioRounded(decimals) => words.count(
            [
                "Parts of a period are charged as a share of it with {n} {decimal|decimals}.",
                "Teile eines Zeitraums werden als Anteil mit {n} {Nachkommastelle|Nachkommastellen} berechnet.",
                "Części okresu są naliczane jako udział o dokładności {n} {miejsca|miejsc|miejsc} po przecinku.",
            ],
            decimals,
        ),
        ProrationBasis::None => words.say([
            "A period is never charged in parts.",
            "Ein Zeitraum wird nie anteilig berechnet.",
            "Okres nigdy nie jest naliczany w części.",
        ]),
    }
}

const fn price_lock(rule: PriceLock) -> Text {
    match rule {
        PriceLock::None => ["No price protection.", "Keine Preisgarantie.", "Brak gwarancji ceny."],
        PriceLock::Period => [
            "The price holds for the period.",
            "Der Preis gilt für den Abrechnungszeitraum.",
            "Cena obowiązuje przez okres rozliczeniowy.",
        ],
        PriceLock::Term => [
            "The price holds to the end of the term.",
            "Der Preis gilt bis zum Ende der Laufzeit.",
            "Cena obowiązuje do końca okresu umowy.",
        ],
    }
}

const fn increase(rule: Increase) -> Text {
    match rule {
        Increase::Prorate => [
            "More licences: at once, charged in proportion to the end of the period.",
            "Mehr Lizenzen: sofort, anteilig berechnet bis zum Ende des Zeitraums.",
            "Więcej licencji: od razu, naliczane proporcjonalnie do końca okresu.",
        ],
        Increase::FullCycle => [
            "More licences: at once, charged for the whole period.",
            "Mehr Lizenzen: sofort, berechnet für den ganzen Zeitraum.",
            "Więcej licencji: od razu, naliczane za cały okres.",
        ],
    }
}
