### Mails: of each kind its text, and its subject as an attribute. The keys are the kinds of notifications, in their
### order; behind them stand the words that fill places of mails. All languages have the same keys with the same
### places.
###
### An empty line parts paragraphs. Blanks at the beginning of a line are quoted, or else they may be lost.

## What is told

activation =
    Dzień dobry{ $person },

    utworzono dla Państwa dostęp do { $marketplace }. Nazwa logowania:

    { "  " }{ $login }

    Aby aktywować dostęp, proszę otworzyć ten odnośnik i ustalić hasło:

    { "  " }{ $link }

    Odnośnik działa jeden raz, do { $until }. Później administrator może wysłać nowy.
    .subject = Dostęp do { $marketplace }

registration_approved =
    Dzień dobry,

    rejestracja z adresem { $email } została sprawdzona i zatwierdzona. Proszę otworzyć ten odnośnik, uzupełnić dane osoby i firmy oraz ustalić hasło:

    { "  " }{ $link }

    Odnośnik działa jeden raz, do { $until }. Po wybraniu hasła z konta można korzystać od razu.
    .subject = Rejestracja w { $marketplace } została zatwierdzona

registration_confirm =
    Dzień dobry,

    rozpoczęto rejestrację w { $marketplace } z adresem { $email }. Prosimy o jej potwierdzenie tym odnośnikiem:

    { "  " }{ $link }

    Odnośnik działa jeden raz, do { $until }. Bez potwierdzenia rejestracja pozostanie niepełna. Jeśli to pomyłka, nie trzeba nic robić.
    .subject = Prosimy o potwierdzenie rejestracji w { $marketplace }

registration_rejected =
    Dzień dobry,

    niestety nie mogliśmy zatwierdzić rejestracji z adresem { $email }. Powód:

    { "  " }{ $reason }

    W razie pytań prosimy o kontakt pod adresem podanym poniżej.
    .subject = Rejestracja w { $marketplace }

registration_known =
    Dzień dobry,

    poproszono o rejestrację w { $marketplace } z adresem { $email }. Dla tego adresu dostęp już istnieje.

    Logowanie:

    { "  " }{ $login_link }

    Zapomniane hasło:

    { "  " }{ $reset_link }

    Jeśli to pomyłka, nie trzeba nic robić.
    .subject = Dostęp do { $marketplace } już istnieje

registration_referred =
    Dzień dobry,

    poproszono o dostęp do { $marketplace } z adresem { $email }. Państwa firma ma już konto:

    { "  " }{ $organization }

    Ponowna rejestracja nie jest potrzebna: administrator firmy może dodać Państwa jako użytkownika. Przekazaliśmy mu tę prośbę.
    .subject = Rejestracja w { $marketplace }

registration_referral =
    Dzień dobry{ $person },

    poproszono o dostęp do { $marketplace } z adresem { $email }. Zarządzają Państwo kontem tej firmy:

    { "  " }{ $organization }

    Jeśli ta osoba należy do firmy, można ją dodać jako użytkownika tutaj:

    { "  " }{ $link }

    W przeciwnym razie nie trzeba nic robić.
    .subject = Prośba o dostęp do { $marketplace }

registration_active =
    Dzień dobry,

    rejestracja z adresem { $email } została sprawdzona, a konto jest aktywne.

    { "  " }Firma: { $organization }
    { "  " }Numer klienta: { $customer_number }

    Proszę zalogować się wybranym hasłem:

    { "  " }{ $login_link }
    .subject = Konto w { $marketplace } jest aktywne

password_reset =
    Dzień dobry{ $person },

    poproszono o nowe hasło dla nazwy logowania { $login }. Można je ustalić tym odnośnikiem:

    { "  " }{ $link }

    Odnośnik działa jeden raz, do { $until }. Jeśli to pomyłka, nie trzeba nic robić: hasło się nie zmieni.
    .subject = Nowe hasło do { $marketplace }

password_changed =
    Dzień dobry{ $person },

    hasło dla nazwy logowania { $login } zostało zmienione { $at }. Inne sesje zostały zakończone.

    Jeśli to nie Państwo, proszę poprosić tutaj o nowe hasło i skontaktować się pod adresem podanym poniżej:

    { "  " }{ $reset_link }
    .subject = Hasło do { $marketplace } zostało zmienione

user_locked =
    Dzień dobry{ $person },

    dostęp { $login } został zablokowany { $at } po kilku błędnych hasłach, { $unlocked }.

    Jeśli hasło zostało zapomniane, nowe można ustalić tutaj:

    { "  " }{ $reset_link }

    Jeśli to nie Państwo, ktoś inny próbował zalogować się na to konto.
    .subject = Dostęp do { $marketplace } jest zablokowany

session_reused =
    Dzień dobry{ $person },

    sesja dla nazwy logowania { $login } została { $at } użyta po raz drugi z innego miejsca. Może to oznaczać, że została skradziona. Zakończyliśmy ją; prosimy zalogować się ponownie.

    Dla bezpieczeństwa proszę ustalić nowe hasło:

    { "  " }{ $reset_link }
    .subject = Sesja w { $marketplace } została zakończona

order_ready =
    Dzień dobry{ $person },

    { $ready }

    { $lines }

    Szczegóły są tutaj:

    { "  " }{ $link }
    .subject = { $ready_subject }

order_failed =
    Dzień dobry{ $person },

    { $failed }

    { $lines }

    To, czego nie dostarczono, nie zostanie naliczone. Szczegóły są tutaj:

    { "  " }{ $link }
    .subject = { $failed_subject }

customer_order =
    Dzień dobry{ $person },

    { $placed } Stan zamówienia { $order }:

    { $lines }

    { $see }
    .subject = Zamówienie { $order } dla { $customer }

term_ending =
    Dzień dobry{ $person },

    { $intro }

    { $terms }

    { $more }
    .subject = { $subject }

subscription_changed =
    Dzień dobry{ $person },

    w subskrypcji { $subscription } dla { $customer } coś się zmieniło:

    { $changes }

    { $see }
    .subject = { $subscription } dla { $customer }: zmiana

change_failed =
    Dzień dobry{ $person },

    Microsoft odrzucił zmianę w subskrypcji { $subscription } dla { $customer }. Wszystko jest jak przedtem, także koszty.

    { $changes }

    { $see }
    .subject = { $subscription } dla { $customer }: zmiana odrzucona

keys_redeemed =
    Dzień dobry{ $person },

    dla { $customer } zrealizowano klucze produktów:

    { $lines }

    { $see }
    .subject = Zrealizowano klucze produktów dla { $customer }

subscription_not_renewed =
    Dzień dobry{ $person },

    subskrypcja { $subscription } dla { $customer } (liczba licencji: { $quantity }) miała zostać przedłużona, ale w tej postaci nie jest już oferowana. Dlatego nie została przedłużona.

    Co można teraz zrobić, widać przy subskrypcji.

    { $see }
    .subject = { $subscription }: bez przedłużenia

reduction_refused =
    Dzień dobry{ $person },

    subskrypcja { $subscription } dla { $customer } miała mieć od nowego okresu mniej licencji. Tak się nie stało, ponieważ licencje są przydzielone:

    { "  " }Zamówiono: { $wanted }
    { "  " }Nadal jest: { $quantity }
    { "  " }Do odebrania: { $must_give_up }

    Proszę odebrać licencje i ponownie zamówić zmniejszenie.

    { $see }
    .subject = { $subscription }: zmniejszenie nie weszło w życie

updates_low =
    Dzień dobry{ $person },

    subskrypcja { $subscription } dla { $customer } była często zmieniana. Największa dozwolona liczba zmian to { $most }, pozostało: { $left }. Potem tej subskrypcji nie będzie można zmienić.

    Prosimy łączyć zmiany albo w porę zamówić drugą subskrypcję.

    { $see }
    .subject = { $subscription }: pozostało niewiele zmian

price_missing =
    Dzień dobry{ $person },

    klient { $customer } chce zamówić { $offer }. Nie ma jeszcze Państwa ceny sprzedaży, dlatego klient nie może złożyć zamówienia.

    Prosimy zamówić w imieniu klienta albo zlecić wprowadzenie ceny sprzedaży:

    { "  " }{ $link }
    .subject = { $customer }: brak ceny za { $offer }

reseller_ids_changed =
    Dzień dobry,

    reseller zmienił swoje identyfikatory w firmie Microsoft:

    { "  " }Reseller: { $reseller }
    { "  " }Numer klienta: { $customer_number }

    { $changes }
    .subject = Zmiana identyfikatorów Microsoft: { $reseller }, numer klienta { $customer_number }

reseller_access_overdue =
    Dzień dobry,

    reseller wpisał swoje identyfikatory Microsoft i w przewidzianym czasie nadal nie ma dostępu:

    { "  " }Reseller: { $reseller }
    { "  " }Numer klienta: { $customer_number }
    { "  " }Wpisano: { $since }

    Prosimy o sprawdzenie konfiguracji.
    .subject = Brak dostępu: { $reseller }, numer klienta { $customer_number }

tenant_confirmation =
    Dzień dobry{ $person },

    { $customer } ma korzystać z usług Microsoft przez { $marketplace }. W tym celu administrator dzierżawy musi jeden raz potwierdzić relację handlową:

    { "  " }Dzierżawa: { $domain }

    Proszę otworzyć ten odnośnik, najlepiej w prywatnym oknie przeglądarki, i zalogować się kontem administratora dzierżawy:

    { "  " }{ $link }
    .subject = Prosimy o potwierdzenie powiązania dzierżawy Microsoft

delegation_offered =
    Dzień dobry{ $person },

    { $partner } chce administrować usługami Microsoft firmy { $customer }: użytkownikami, licencjami i zamówieniami.{ $letter }

    Bez Państwa zgody nic nie zostanie zrobione w Państwa imieniu. Tutaj można przyjąć ofertę albo ją odrzucić:

    { "  " }{ $link }
    .subject = { $partner } chce administrować Państwa usługami Microsoft

delegation_declined =
    Dzień dobry{ $person },

    firma { $customer } odrzuciła Państwa ofertę administrowania jej usługami Microsoft ({ $at }). Pozostaje Państwa klientem; tam, gdzie potrzebna jest jej zgoda, bez niej nic nie zostanie zrobione w jej imieniu.

    Tutaj można złożyć ofertę ponownie:

    { "  " }{ $link }
    .subject = { $customer }: oferta administrowania odrzucona

## How long, and what comes then

days =
    { $n ->
        [one] { $n } dzień
        [few] { $n } dni
       *[many] { $n } dni
    }
then_renew = Potem zaczyna się nowy okres.
then_end = Potem subskrypcja się kończy.
then_end_with_base = Kończy się razem z produktem { $base }, do którego należy.
then_extend = Potem trwa dalej z miesiąca na miesiąc.
then_pending = Wejdzie w życie zaplanowana zmiana.
then_give_up = Aby weszła w życie, do tego czasu trzeba jeszcze odebrać licencje: { $n }.
then_taken_back = Ostatnio przydzielone licencje zostaną wtedy odebrane: { $n }.

## Lines of orders and of redeemed keys

line_active = { $quantity } × { $title }: gotowe
line_failed = { $quantity } × { $title }: odrzucone
line_refused = { $quantity } × { $title }: odrzucone ({ $reason })
line_open = { $quantity } × { $title }: w toku
line_key = { $quantity } × { $title }, klucz o końcówce { $key }

## How long a log-in is locked

unlocked_at = do { $at }
unlocked_admin = aż administrator zdejmie blokadę

## What changed about a reseller

change_partner_id = Identyfikator partnera: { $after }
change_microsoft_id = Identyfikator Microsoft: { $after }

## Terms that end

end_subject =
    { $n ->
        [one] { $subscription }: okres kończy się { $term_end }
        [few] Kończące się okresy: { $n }, pierwszy { $term_end }
       *[many] Kończące się okresy: { $n }, pierwszy { $term_end }
    }
end_intro =
    { $n ->
        [one] wkrótce kończy się okres:
        [few] wkrótce kończą się okresy, liczba: { $n }
       *[many] wkrótce kończą się okresy, liczba: { $n }
    }
end_head = { $subscription } dla { $customer }: koniec za { $days }, { $term_end }
end_today = { $subscription } dla { $customer }: koniec dzisiaj, { $term_end }
end_licences = Licencje: { $quantity }, w tym przydzielone: { $assigned }
end_price = Cena licencji: { $price } { $cycle }
end_next_price = Cena licencji w następnym okresie: { $price } { $cycle }
end_more = Kończą się też inne okresy, liczba: { $n }
cycle_monthly = miesięcznie
cycle_annual = rocznie
cycle_triennial = za trzy lata
cycle_one_time = jednorazowo
cycle_none = bez opłat
choice_stop_renewal = Wyłączenie odnowienia: do { $day }
choice_next_quantity = Mniej licencji w następnym okresie: do { $day }
choice_renew = Odnowienie: do { $day }
choice_bring_back = Przywrócenie po zakończeniu: do { $day }

## Where to look

see_order = Zamówienie jest tutaj: { $link }
see_subscription = Subskrypcja jest tutaj: { $link }
see_subscriptions = Subskrypcje są tutaj: { $link }

## What became of a subscription

what_quantity = Licencje: { $quantity }
what_cancel = Rozwiązanie
what_renews = Po okresie zaczyna się nowy.
what_ends = Subskrypcja kończy się wraz z okresem.
what_extends = Po okresie trwa dalej z miesiąca na miesiąc.
what_edition = Inna edycja: { $title }
what_edition_of_some = Inna edycja, licencje: { $quantity }: { $title }
what_term = Inny okres lub rozliczenie
what_aligned = Inny koniec następnego okresu
what_suspended = Usługa jest wstrzymana.
what_resumed = Usługa znów działa.
what_reactivated = Subskrypcja jest przywrócona.
what_renewed = Subskrypcja jest odnowiona.
what_responsible = Odpowiedzialna jest inna osoba.
fate_done = Obowiązuje od: { $day }
fate_scheduled = Będzie obowiązywać od: { $day }
fate_failed = Odrzucono: { $day }
fate_withdrawn = Planowano na: { $day }; wycofano

## What an order is called

order_named = „{ $name }”
order_of = z { $day } ({ $title })
order_of_many = z { $day } ({ $title } i inne)

## Who ordered, and what is told of it to whom

ordered_by_customer = firma { $customer } złożyła zamówienie.
ordered_by_partner = firma { $partner } złożyła zamówienie dla { $customer }.
ordered_by_system = system firmy { $customer } automatycznie złożył zamówienie.
ordered_by_partner_system = system firmy { $partner } automatycznie złożył zamówienie dla { $customer }.
ordered_by_somebody = dla { $customer } złożono zamówienie.
ready_yours = zamówienie { $order } dla { $customer } jest gotowe:
ready_placed = { $placed } Zamówienie { $order } jest gotowe:
failed_yours = Microsoft nie przyjął zamówienia { $order } dla { $customer } albo przyjął tylko jego część:
failed_placed = { $placed } Microsoft nie przyjął zamówienia { $order } albo przyjął tylko jego część:
ready_subject_yours = Państwa zamówienie { $order } jest gotowe
ready_subject = Zamówienie { $order } jest gotowe
failed_subject_yours = Państwa zamówienie { $order } nie zostało w pełni zrealizowane
failed_subject = Zamówienie { $order } nie zostało w pełni zrealizowane

## Who writes

letter_of = { $partner } pisze:

## What stands under every mail

footer =
    Z poważaniem
    { $marketplace }
    { $support }
