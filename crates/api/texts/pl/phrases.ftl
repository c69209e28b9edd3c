### Phrases: words of ours that stand in places of other texts, and how days, instants and plans are written. All
### languages have the same keys with the same places, in the order of `texts/keys/phrase.rs`.

## What a value must be

possible_value = jedna z możliwych wartości
an_instant = czas wraz ze strefą
a_day = dzień kalendarzowy
not_in_the_future = czas, który nie leży w przyszłości
not_in_the_past = czas, który nie leży w przeszłości
printable = tekst bez znaków sterujących
name_with_letter = nazwa lub imię z literą
name_with_letter_or_digit = nazwa z literą lub cyfrą
email = adres e-mail
country = kraj oznaczony dwiema wielkimi literami
once = ta wartość tylko raz
whole_number = liczba całkowita
not_negative = liczba całkowita, nieujemna
text = tekst
yes_or_no = tak albo nie
object = obiekt
array = lista
five_to_ten_digits = od 5 do 10 cyfr
three_to_254 = od 3 do 254 znaków
one_to_50 = od 1 do 50 znaków
letters_of_logins = litery od a do z, cyfry i znaki adresów e-mail
short_name = wolna nazwa z małych liter, cyfr i podkreśleń
customer_number = numer klienta
digits_capitals_dashes = od 1 do 20 cyfr, wielkich liter i łączników
microsoft_id = 8, 4, 4, 4 i 12 cyfr szesnastkowych oddzielonych łącznikami
iban = numer IBAN
bic = kod BIC
key_or_position = klucz albo pozycja
list_for_everybody = cennik dla wszystkich
secure_address = adres internetowy zaczynający się od https
registers_buyers = klient albo reseller
registers_reseller = reseller, jeśli dostęp daje numer klienta
administrators_among = między innymi administratorzy dostawcy i klientów
areas_where_by_area = obszary dokładnie tam, gdzie rola zależy od obszarów
some_days_after_end = kilka dni zachowania usługi po jej końcu
cycle_within_term = okres rozliczeniowy nie dłuższy niż okres umowy
languages_offered = języki oferowane przez platformę, każdy raz
days_reminded = liczba dni przed końcem okresu, w których przypomina jedna z Państwa zasad

## Classes of characters that a password lacks

letter = litera
capital = wielka litera
small = mała litera
digit = cyfra
special = znak specjalny

## Segments of customers

commercial = biznes
education = edukacja
government = administracja publiczna
nonprofit = organizacje non-profit

## What people agree to

terms = regulamin i warunki licencji
privacy = informacja o prywatności
vendor_terms = uzupełniające warunki korzystania producenta
microsoft_account = konto Microsoft w moim imieniu
terms_and_privacy = regulamin i informacja o prywatności
general_terms = regulamin
data_protection = zasady ochrony danych

## What a reseller needs before it buys

its_ids = identyfikatory w firmie Microsoft
partner_agreement = podpisana umowa Microsoft Partner Agreement
relationship = relacja z dostawcą

## Parts of a reseller's work

general_access = dostęp ogólny
dashboard = pulpit
customer_management = zarządzanie klientami
csp = sprzedaż licencji

## Kinds of organisations

platform = platforma
provider = dostawca
reseller = reseller
customer = klient

## How a marketplace stands, and whom one reaches there

marketplace_draft = jest dopiero przygotowywana
marketplace_open = jest otwarta
marketplace_suspended = jest zawieszona
marketplace_closed = jest zamknięta
about_orders = zamówienia
about_support = wsparcie

## What a product key does

activate = rozpoczęcie subskrypcji
add_users = dodanie licencji
renew = przedłużenie

## Where a job stands

queued = w kolejce
running = w toku
done = wykonane
failed = nieudane
canceled = anulowane

## Why a sheet cannot be read

sheet_empty = jest pusty
sheet_no_rows = nie zawiera wierszy
sheet_other = pierwszy wiersz nie zawiera żadnej z kolumn
sheet_columns = brakuje kolumn
sheet_column_twice = kolumna występuje dwa razy
sheet_header = pierwszy wiersz jest za długi
sheet_archive = archiwum jest uszkodzone, zaszyfrowane albo nie zawiera dokładnie jednego pliku CSV
sheet_too_large = jest za duży
sheet_broken_off = jest niekompletny
sheet_not_packed = nie jest spakowany programem gzip, choć tak podano

## What else there can be

this_name = ta nazwa
this_entry = ten wpis
a_product = produkt, który nie jest już sprzedawany
your_company = Państwa firma
none_given = brak
the_support = pomoc techniczną

## How a day, an instant and bounds are written

day = { $day } { $month ->
        [1] stycznia
        [2] lutego
        [3] marca
        [4] kwietnia
        [5] maja
        [6] czerwca
        [7] lipca
        [8] sierpnia
        [9] września
        [10] października
        [11] listopada
       *[12] grudnia
    } { $year }
instant = { $day }, { $time } ({ $zone })
bounds = od { $first } do { $last }

## For how long a plan binds, and how it is paid

term_p1m = 1 miesiąc
term_p1y = 1 rok
term_p3y = 3 lata
term_none = bezterminowo
billed_monthly = płatność miesięczna
billed_annual = płatność roczna
billed_triennial = płatność co trzy lata
billed_one_time = płatność jednorazowa
billed_none = bezpłatnie

## What a cart warns of

add_on_ends_with_base = Dodatek kończy się { $day } wraz z subskrypcją, do której należy.

## Who sets up branches

branches_by_customer = Dalsze adresy do faktur zakładają Państwo sami.
branches_by_provider = Dalsze adresy do faktur zakładamy na Państwa prośbę.
