### Policies in words: a sentence for each value of a rule that a buyer notices, in the order of
### `texts/keys/policy.rs`. All languages have the same keys with the same places.

## What it costs

period_anchor_calendar_month = Rozliczenie według miesięcy kalendarzowych.
period_anchor_order_day = Rozliczenie od dnia zamówienia.
period_anchor_day_of_month = Rozliczenie od { $day }. dnia miesiąca.
day_zone_utc = Dni zaczynają się o północy UTC.
day_zone_marketplace = Dni zaczynają się o północy strefy czasowej platformy.
first_period_prorate_inclusive = Pierwszy okres jest naliczany proporcjonalnie, łącznie z dniem zamówienia.
first_period_prorate_exclusive = Pierwszy okres jest naliczany proporcjonalnie, bez dnia zamówienia.
first_period_full_backdated = Rozpoczyna się pierwszego dnia bieżącego miesiąca, naliczanego w całości.
first_period_full = Pierwszy okres jest naliczany w całości.
first_period_free = Bezpłatnie do następnego okresu.
proration_actual_days = Części okresu są naliczane według jego rzeczywistej liczby dni.
proration_fixed_30 = Części okresu są naliczane za dzień, każdy jako jedna trzydziesta miesiąca.
proration_d30360 = Części okresu są naliczane według miesięcy po 30 dni.
proration_fixed_365 = Części okresu są naliczane za dzień, 365 dni to rok.
proration_daily_rate =
    { $n ->
        [one] Części okresu są naliczane za dzień, według stawki o dokładności { $n } miejsca po przecinku.
        [few] Części okresu są naliczane za dzień, według stawki o dokładności { $n } miejsc po przecinku.
       *[many] Części okresu są naliczane za dzień, według stawki o dokładności { $n } miejsc po przecinku.
    }
proration_ratio =
    { $n ->
        [one] Części okresu są naliczane jako udział o dokładności { $n } miejsca po przecinku.
        [few] Części okresu są naliczane jako udział o dokładności { $n } miejsc po przecinku.
       *[many] Części okresu są naliczane jako udział o dokładności { $n } miejsc po przecinku.
    }
proration_none = Okres nigdy nie jest naliczany w części.
proration_calendar_months = Każdy miesiąc kalendarzowy jest naliczany według własnej liczby dni: rok rozpoczęty w trakcie lutego kosztuje nieco więcej lub mniej niż dwanaście miesięcy, jeśli tylko jeden z jego dwóch lutych ma 29 dni.
quantity_peak = Naliczana jest największa liczba licencji w okresie, za cały okres.
repricing_refund_and_rebill = Zmiana zwraca pozostałą część okresu i nalicza ją na nowo.
rounding_unit = Kwoty są zaokrąglane dla jednej licencji, potem mnożone.
unconfirmed_vat_id_charged = VAT jest naliczany, dopóki rejestr nie potwierdzi numeru VAT UE.
price_lock_none = Brak gwarancji ceny.
price_lock_period = Cena obowiązuje przez okres rozliczeniowy.
price_lock_term = Cena obowiązuje do końca okresu umowy.
increase_prorate = Więcej licencji: od razu, naliczane proporcjonalnie do końca okresu.
increase_full_cycle = Więcej licencji: od razu, naliczane za cały okres.

## What may be changed, and what is given back

decrease_month_end = Mniej licencji: w każdej chwili, z końcem miesiąca.
decrease_term_end = Mniej licencji: z końcem okresu umowy.
decrease_window_else_reject = Mniej licencji: tylko w oknie czasowym.
decrease_window_else_schedule = Mniej licencji: w oknie czasowym od razu, w innym razie z końcem okresu umowy.
decrease_any_time = Mniej licencji: w każdej chwili, od razu.
decrease_never = Mniej licencji: niemożliwe, anulować można tylko całość.
assigned_take_back = Zaplanowane zmniejszenie odbiera licencje przydzielone jako ostatnie.
assigned_refuse = Zaplanowane zmniejszenie nie wchodzi w życie, dopóki licencje są przydzielone.
zero_quantity_cancel = Brak licencji oznacza anulowanie.
window_each_term =
    { $n ->
        [one] Okno czasowe: { $n } godzina od początku każdego okresu umowy.
        [few] Okno czasowe: { $n } godziny od początku każdego okresu umowy.
       *[many] Okno czasowe: { $n } godzin od początku każdego okresu umowy.
    }
window_first_term =
    { $n ->
        [one] Okno czasowe: { $n } godzina od początku pierwszego okresu umowy.
        [few] Okno czasowe: { $n } godziny od początku pierwszego okresu umowy.
       *[many] Okno czasowe: { $n } godzin od początku pierwszego okresu umowy.
    }
window_each_renewal =
    { $n ->
        [one] Okno czasowe: { $n } godzina od każdego odnowienia.
        [few] Okno czasowe: { $n } godziny od każdego odnowienia.
       *[many] Okno czasowe: { $n } godzin od każdego odnowienia.
    }
window_each_increase =
    { $n ->
        [one] Okno czasowe: { $n } godzina od każdego zwiększenia, dla dodanych licencji.
        [few] Okno czasowe: { $n } godziny od każdego zwiększenia, dla dodanych licencji.
       *[many] Okno czasowe: { $n } godzin od każdego zwiększenia, dla dodanych licencji.
    }
refund_unused = W oknie czasowym niewykorzystana część jest zwracana.
refund_full =
    { $n ->
        [one] Zwrot w ciągu { $n } godziny: całość.
        [few] Zwrot w ciągu { $n } godzin: całość.
       *[many] Zwrot w ciągu { $n } godzin: całość.
    }
refund_none =
    { $n ->
        [one] Zwrot w ciągu { $n } godziny: brak.
        [few] Zwrot w ciągu { $n } godzin: brak.
       *[many] Zwrot w ciągu { $n } godzin: brak.
    }
refund_day_included =
    { $n ->
        [one] Zwrot w ciągu { $n } godziny: niewykorzystana część, według dni, łącznie z dniem zmiany.
        [few] Zwrot w ciągu { $n } godzin: niewykorzystana część, według dni, łącznie z dniem zmiany.
       *[many] Zwrot w ciągu { $n } godzin: niewykorzystana część, według dni, łącznie z dniem zmiany.
    }
refund_calendar_day =
    { $n ->
        [one] Zwrot w ciągu { $n } godziny: niewykorzystana część, według dni, dzień zmiany jest wykorzystany.
        [few] Zwrot w ciągu { $n } godzin: niewykorzystana część, według dni, dzień zmiany jest wykorzystany.
       *[many] Zwrot w ciągu { $n } godzin: niewykorzystana część, według dni, dzień zmiany jest wykorzystany.
    }
refund_block_24h =
    { $n ->
        [one] Zwrot w ciągu { $n } godziny: niewykorzystana część, według pełnych bloków po 24 godziny.
        [few] Zwrot w ciągu { $n } godzin: niewykorzystana część, według pełnych bloków po 24 godziny.
       *[many] Zwrot w ciągu { $n } godzin: niewykorzystana część, według pełnych bloków po 24 godziny.
    }
refund_hour =
    { $n ->
        [one] Zwrot w ciągu { $n } godziny: niewykorzystana część, według godzin.
        [few] Zwrot w ciągu { $n } godzin: niewykorzystana część, według godzin.
       *[many] Zwrot w ciągu { $n } godzin: niewykorzystana część, według godzin.
    }
edition_change_at_once = Inna edycja: w tej samej subskrypcji, od razu.
edition_change_term_end = Inna edycja: w tej samej subskrypcji, z końcem okresu umowy.
edition_change_new_order = Inna edycja: tylko przez nowe zamówienie.
term_change_longer_now = Dłuższy okres umowy: od razu; krótszy: z końcem bieżącego.
term_change_term_end = Inny okres umowy: z końcem bieżącego.
pending_slot_overwrite = Jedna zmiana może czekać: nowa ją zastępuje.
pending_slot_reject = Jedna zmiana może czekać: w tym czasie inna nie jest przyjmowana.
pending_after_change_delete = Zmiana wchodząca w życie od razu usuwa tę, która czeka.
pending_after_change_keep = Zmiana wchodząca w życie od razu pozostawia tę, która czeka.
max_changes =
    { $n ->
        [one] Najwyżej { $n } zmiana.
        [few] Najwyżej { $n } zmiany.
       *[many] Najwyżej { $n } zmian.
    }
one_active_per_product = Jedno aktywne zamówienie na produkt.
one_active_per_sku = Jedno aktywne zamówienie na edycję.

## How it ends, and what comes after

cancel_fee = Wcześniejsze rozwiązanie kosztuje { $percent } % pozostałej kwoty.
cancel_month_end = Można anulować z końcem miesiąca.
cancel_reject_after_window = Po upływie okna czasowego subskrypcja pozostaje i jest naliczana do końca okresu umowy.
cancel_reject = Subskrypcja pozostaje i jest naliczana do końca okresu umowy.
cancel_window_only = Można anulować tylko w oknie czasowym, usługa kończy się od razu.
cancel_window_else_term_end = Można anulować w oknie czasowym od razu, w innym razie z końcem okresu umowy.
cancel_term_end = Można anulować z końcem okresu umowy.
cancel_any_time = Można anulować każdego dnia; niewykorzystana część jest zwracana.
access_until_end = Po anulowaniu usługa działa do końca okresu umowy.
access_immediate = Po anulowaniu usługa jest od razu wyłączona.
notice_days =
    { $n ->
        [one] Odnowienie można zatrzymać do { $n } dnia przed końcem.
        [few] Odnowienie można zatrzymać do { $n } dni przed końcem.
       *[many] Odnowienie można zatrzymać do { $n } dni przed końcem.
    }
end_renew_same = Odnawia się na taki sam okres.
end_renew_to_year = Odnawia się na dwanaście miesięcy.
end_renew_to_month = Odnawia się na jeden miesiąc.
end_extended = Trwa dalej z miesiąca na miesiąc w cenie przedłużonego okresu świadczenia usługi.
end_as_ordered = To, co następuje po okresie umowy, wybiera się przy zamówieniu; inaczej subskrypcja się kończy.
end_expire = Kończy się wraz z okresem umowy.
extended_term = Przedłużony okres świadczenia usługi: { $monthly } % do ceny miesiąca albo { $longer } % do ceny dłuższego okresu.
without_price_last_price = Co nie jest już sprzedawane, odnawia się po ostatniej cenie.
without_price_end = Co nie jest już sprzedawane, kończy się wraz z okresem umowy.
renewal_start_immediately = Można odnowić także od razu; pozostałe dni przepadają.
add_on_term_until_base_ends = Dodatek, którego subskrypcja kończy się wcześniej, jest naliczany za dni do tego czasu.
add_on_term_own = Dodatek jest naliczany za cały okres, nawet gdy jego subskrypcja kończy się wcześniej.
add_on_refund_give_back = Kwota naliczona za dodatek po zakończeniu jego subskrypcji jest zwracana.
add_on_refund_keep = Kwota naliczona za dodatek po zakończeniu jego subskrypcji nie jest zwracana.
reminders_none = Brak przypomnień przed końcem.
reminders_days = Przypomnienia przed końcem, w dniach: { $days }.
reminded_not_renewing = O tym, co odnawia się samo, nie ma przypomnień.
reminded_long_terms = O okresach od trzech miesięcy są przypomnienia także wtedy, gdy odnawiają się same.
grace_none = Wraz z końcem usługa jest wyłączona.
grace_days =
    { $n ->
        [one] Po zakończeniu z subskrypcji można korzystać jeszcze { $n } dzień.
        [few] Po zakończeniu z subskrypcji można korzystać jeszcze { $n } dni.
       *[many] Po zakończeniu z subskrypcji można korzystać jeszcze { $n } dni.
    }
disabled_none = Dane są wtedy usuwane.
disabled_days =
    { $n ->
        [one] Dane są potem przechowywane jeszcze { $n } dzień.
        [few] Dane są potem przechowywane jeszcze { $n } dni.
       *[many] Dane są potem przechowywane jeszcze { $n } dni.
    }
suspended_kept_days =
    { $n ->
        [one] Subskrypcja zawieszona w chwili zakończenia jest przechowywana { $n } dzień, ale nie można z niej korzystać.
        [few] Subskrypcja zawieszona w chwili zakończenia jest przechowywana { $n } dni, ale nie można z niej korzystać.
       *[many] Subskrypcja zawieszona w chwili zakończenia jest przechowywana { $n } dni, ale nie można z niej korzystać.
    }
reactivate_never = Zakończonej subskrypcji nie można przywrócić: trzeba złożyć nowe zamówienie.
reactivate_until =
    { $n ->
        [one] Można ją przywrócić do { $n } dnia po zakończeniu.
        [few] Można ją przywrócić do { $n } dni po zakończeniu.
       *[many] Można ją przywrócić do { $n } dni po zakończeniu.
    }
