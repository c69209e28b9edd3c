### Phrases: words of ours that stand in places of other texts, and how days, instants and plans are written. All
### languages have the same keys with the same places, in the order of `texts/keys/phrase.rs`.

## What a value must be

possible_value = einer der möglichen Werte
an_instant = ein Zeitpunkt mit Zeitzone
a_day = ein Tag des Kalenders
not_in_the_future = ein Zeitpunkt, der nicht in der Zukunft liegt
not_in_the_past = ein Zeitpunkt, der nicht in der Vergangenheit liegt
printable = Text ohne Steuerzeichen
name_with_letter = ein Name mit einem Buchstaben
name_with_letter_or_digit = ein Name mit einem Buchstaben oder einer Ziffer
email = eine E-Mail-Adresse
country = ein Land mit seinen zwei Großbuchstaben
once = diese Angabe nur einmal
whole_number = eine ganze Zahl
not_negative = eine ganze Zahl, nicht negativ
text = ein Text
yes_or_no = ja oder nein
object = ein Objekt
array = eine Liste
five_to_ten_digits = 5 bis 10 Ziffern
three_to_254 = 3 bis 254 Zeichen
one_to_50 = 1 bis 50 Zeichen
letters_of_logins = Buchstaben a bis z, Ziffern und die Zeichen von E-Mail-Adressen
short_name = ein noch freier Name aus kleinen Buchstaben, Ziffern und Unterstrichen
customer_number = eine Kundennummer
digits_capitals_dashes = 1 bis 20 Ziffern, Großbuchstaben und Bindestriche
microsoft_id = 8, 4, 4, 4 und 12 hexadezimale Ziffern mit Bindestrichen dazwischen
iban = eine IBAN
bic = ein BIC
key_or_position = ein Schlüssel oder eine Position
list_for_everybody = eine Liste für alle
secure_address = eine Webadresse, die mit https beginnt
registers_buyers = ein Kunde oder ein Reseller
registers_reseller = ein Reseller, wo eine Kundennummer Zugang gibt
administrators_among = unter anderem die Administratoren von Anbieter und Kunden
areas_where_by_area = Bereiche genau dort, wo die Rolle nach Bereichen geht
some_days_after_end = einige Tage, die der Dienst nach seinem Ende aufbewahrt wird
cycle_within_term = ein Abrechnungszeitraum, der nicht länger als die Laufzeit ist
languages_offered = Sprachen, die der Marktplatz anbietet, jede einmal
days_reminded = eine Zahl von Tagen vor dem Laufzeitende, an denen eine Ihrer Richtlinien erinnert

## Classes of characters that a password lacks

letter = ein Buchstabe
capital = ein Großbuchstabe
small = ein Kleinbuchstabe
digit = eine Ziffer
special = ein Sonderzeichen

## Segments of customers

commercial = Wirtschaft
education = Bildung
government = Behörden
nonprofit = Gemeinnützigkeit

## What people agree to

terms = Geschäfts- und Lizenzbedingungen
privacy = Datenschutzhinweise
vendor_terms = ergänzende Nutzungsbedingungen des Herstellers
microsoft_account = ein Microsoft-Konto in meinem Namen
terms_and_privacy = Allgemeine Geschäftsbedingungen und Datenschutzhinweise
general_terms = Allgemeine Geschäftsbedingungen
data_protection = Datenschutzrichtlinie

## What a reseller needs before it buys

its_ids = seine Kennungen bei Microsoft
partner_agreement = die unterzeichnete Microsoft-Partnervereinbarung
relationship = die Beziehung zum Anbieter

## Parts of a reseller's work

general_access = allgemeiner Zugang
dashboard = Übersicht
customer_management = Kundenverwaltung
csp = Lizenzvertrieb

## Kinds of organisations

platform = Plattform
provider = Anbieter
reseller = Reseller
customer = Kunde

## How a marketplace stands, and whom one reaches there

marketplace_draft = wird noch eingerichtet
marketplace_open = ist geöffnet
marketplace_suspended = ist ausgesetzt
marketplace_closed = ist geschlossen
about_orders = Bestellungen
about_support = Unterstützung

## What a product key does

activate = ein Abonnement beginnen
add_users = Lizenzen hinzufügen
renew = verlängern

## Where a job stands

queued = in der Warteschlange
running = in Arbeit
done = erledigt
failed = gescheitert
canceled = abgebrochen

## Why a sheet cannot be read

sheet_empty = sie ist leer
sheet_no_rows = sie enthält keine Zeilen
sheet_other = ihre erste Zeile nennt keine der Spalten
sheet_columns = Spalten fehlen
sheet_column_twice = eine Spalte kommt zweimal vor
sheet_header = ihre erste Zeile ist zu lang
sheet_archive = das Archiv ist beschädigt, verschlüsselt oder enthält nicht genau eine CSV-Datei
sheet_too_large = sie ist zu groß
sheet_broken_off = sie bricht ab
sheet_not_packed = sie ist nicht mit gzip gepackt, obwohl das angegeben ist

## What else there can be

this_name = dieser Name
this_entry = dieser Eintrag
a_product = ein Produkt, das nicht mehr verkauft wird
your_company = Ihr Unternehmen
none_given = keine
the_support = den Support

## How a day, an instant and bounds are written

day = { $day }. { $month ->
        [1] Januar
        [2] Februar
        [3] März
        [4] April
        [5] Mai
        [6] Juni
        [7] Juli
        [8] August
        [9] September
        [10] Oktober
        [11] November
       *[12] Dezember
    } { $year }
instant = { $day }, { $time } Uhr ({ $zone ->
        [CET] MEZ
        [CEST] MESZ
       *[other] { $zone }
    })
bounds = { $first } bis { $last }

## For how long a plan binds, and how it is paid

term_p1m = 1 Monat
term_p1y = 1 Jahr
term_p3y = 3 Jahre
term_none = unbefristet
billed_monthly = monatliche Zahlung
billed_annual = jährliche Zahlung
billed_triennial = Zahlung alle drei Jahre
billed_one_time = einmalige Zahlung
billed_none = kostenlos

## What a cart warns of

add_on_ends_with_base = Die Erweiterung endet am { $day } mit dem Abonnement, zu dem sie gehört.

## Who sets up branches

branches_by_customer = Weitere Rechnungsadressen richten Sie selbst ein.
branches_by_provider = Weitere Rechnungsadressen richten wir auf Anfrage für Sie ein.
