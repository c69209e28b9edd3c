//! Phrases that stand in the places of a text: a closed set in three languages, so that no code of ours can stand
//! there.

use crate::texts::lang::Lang;
use domain::access::{Area, OrganizationKind};
use domain::catalog::Segment;
use domain::onboarding::ResellerNeed;
use domain::people::{AccountConsentKind, PasswordClass};
use domain::policy::ConsentKind;
use domain::product_key::action::KeyAction;
use provisioning::price_sheet::SheetError;
use store::jobs::JobState;

macro_rules! phrases {
    ($($name:ident: $en:literal, $de:literal, $pl:literal;)+) => {
        /// A phrase in English, German and Polish.
        #[derive(Debug, Clone, Copy, PartialEq, Eq)]
        pub enum Phrase {
            $(#[doc = $en] $name),+
        }

        impl Phrase {
            /// Every phrase that can stand in a text.
            pub const ALL: &'static [Self] = &[$(Self::$name),+];

            /// What it says in a language.
            pub const fn said(self, lang: Lang) -> &'static str {
                match (lang, self) {
                    $(
                        (Lang::En, Self::$name) => $en,
                        (Lang::De, Self::$name) => $de,
                        (Lang::Pl, Self::$name) => $pl,
                    )+
                }
            }
        }
    };
}

phrases! {
    // What a value must be.
    PossibleValue: "one of the possible values", "einer der möglichen Werte", "jedna z możliwych wartości";
    OneOfTwo: "exactly one of the possible fields", "genau eine der möglichen Angaben",
        "dokładnie jedno z możliwych pól";
    AnInstant: "a point in time with its zone", "ein Zeitpunkt mit Zeitzone", "czas wraz ze strefą";
    ADay: "a day of the calendar", "ein Tag des Kalenders", "dzień kalendarzowy";
    NotInTheFuture: "a time that is not in the future", "ein Zeitpunkt, der nicht in der Zukunft liegt",
        "czas, który nie leży w przyszłości";
    NotInThePast: "a time that is not in the past", "ein Zeitpunkt, der nicht in der Vergangenheit liegt",
        "czas, który nie leży w przeszłości";
    Printable: "text without control characters", "Text ohne Steuerzeichen", "tekst bez znaków sterujących";
    NameWithLetter: "a name with a letter", "ein Name mit einem Buchstaben", "nazwa lub imię z literą";
    NameWithLetterOrDigit: "a name with a letter or digit", "ein Name mit einem Buchstaben oder einer Ziffer",
        "nazwa z literą lub cyfrą";
    Email: "an e-mail address", "eine E-Mail-Adresse", "adres e-mail";
    Country: "a country, by its two capital letters", "ein Land mit seinen zwei Großbuchstaben",
        "kraj oznaczony dwiema wielkimi literami";
    Once: "this only once", "diese Angabe nur einmal", "ta wartość tylko raz";
    WholeNumber: "a whole number", "eine ganze Zahl", "liczba całkowita";
    NotNegative: "a whole number, not negative", "eine ganze Zahl, nicht negativ", "liczba całkowita, nieujemna";
    Text: "a text", "ein Text", "tekst";
    YesOrNo: "yes or no", "ja oder nein", "tak albo nie";
    Object: "an object", "ein Objekt", "obiekt";
    Array: "a list", "eine Liste", "lista";
    FiveToTenDigits: "5 to 10 digits", "5 bis 10 Ziffern", "od 5 do 10 cyfr";
    ThreeTo254: "3 to 254 characters", "3 bis 254 Zeichen", "od 3 do 254 znaków";
    OneTo50: "1 to 50 characters", "1 bis 50 Zeichen", "od 1 do 50 znaków";
    LettersOfLogins: "letters a to z, digits and the signs of e-mail addresses",
        "Buchstaben a bis z, Ziffern und die Zeichen von E-Mail-Adressen",
        "litery od a do z, cyfry i znaki adresów e-mail";
    ShortName: "a name of small letters, digits and underscores that is not taken",
        "ein noch freier Name aus kleinen Buchstaben, Ziffern und Unterstrichen",
        "wolna nazwa z małych liter, cyfr i podkreśleń";
    CustomerNumber: "a customer number", "eine Kundennummer", "numer klienta";
    DigitsCapitalsDashes: "1 to 20 digits, capital letters and dashes",
        "1 bis 20 Ziffern, Großbuchstaben und Bindestriche",
        "od 1 do 20 cyfr, wielkich liter i łączników";
    MicrosoftId: "8, 4, 4, 4 and 12 hexadecimal digits with dashes between",
        "8, 4, 4, 4 und 12 hexadezimale Ziffern mit Bindestrichen dazwischen",
        "8, 4, 4, 4 i 12 cyfr szesnastkowych oddzielonych łącznikami";
    Iban: "an IBAN", "eine IBAN", "numer IBAN";
    Bic: "a BIC", "ein BIC", "kod BIC";
    KeyOrPosition: "a key or a position", "ein Schlüssel oder eine Position", "klucz albo pozycja";
    ListForEverybody: "a list for everybody", "eine Liste für alle", "cennik dla wszystkich";
    SecureAddress: "a web address that starts with https", "eine Webadresse, die mit https beginnt",
        "adres internetowy zaczynający się od https";
    RegistersBuyers: "a customer or a reseller", "ein Kunde oder ein Reseller", "klient albo reseller";
    RegistersReseller: "a reseller, where a customer number lets people in",
        "ein Reseller, wo eine Kundennummer Zugang gibt", "reseller, jeśli dostęp daje numer klienta";
    AdministratorsAmong: "among others the administrators of provider and customers",
        "unter anderem die Administratoren von Anbieter und Kunden",
        "między innymi administratorzy dostawcy i klientów";
    AreasWhereByArea: "areas exactly where the role goes by area",
        "Bereiche genau dort, wo die Rolle nach Bereichen geht",
        "obszary dokładnie tam, gdzie rola zależy od obszarów";
    SomeDaysAfterEnd: "some days that the service is kept after its end",
        "einige Tage, die der Dienst nach seinem Ende aufbewahrt wird", "kilka dni zachowania usługi po jej końcu";
    CycleWithinTerm: "a billing cycle that is no longer than the term",
        "ein Abrechnungszeitraum, der nicht länger als die Laufzeit ist",
        "okres rozliczeniowy nie dłuższy niż okres umowy";
    LanguagesOffered: "languages that the marketplace offers, each once",
        "Sprachen, die der Marktplatz anbietet, jede einmal",
        "języki oferowane przez platformę, każdy raz";

    // Classes of characters that a password lacks.
    Letter: "a letter", "ein Buchstabe", "litera";
    Capital: "a capital letter", "ein Großbuchstabe", "wielka litera";
    Small: "a small letter", "ein Kleinbuchstabe", "mała litera";
    Digit: "a digit", "eine Ziffer", "cyfra";
    Special: "a special character", "ein Sonderzeichen", "znak specjalny";

    // Segments of customers.
    Commercial: "business", "Wirtschaft", "biznes";
    Education: "education", "Bildung", "edukacja";
    Government: "government", "Behörden", "administracja publiczna";
    Nonprofit: "charity", "Gemeinnützigkeit", "organizacje non-profit";

    // What people agree to.
    Terms: "terms and licence conditions", "Geschäfts- und Lizenzbedingungen", "regulamin i warunki licencji";
    Privacy: "privacy notice", "Datenschutzhinweise", "informacja o prywatności";
    VendorTerms: "the vendor's supplementary terms of use", "ergänzende Nutzungsbedingungen des Herstellers",
        "uzupełniające warunki korzystania producenta";
    MicrosoftAccount: "a Microsoft account in my name", "ein Microsoft-Konto in meinem Namen",
        "konto Microsoft w moim imieniu";
    TermsAndPrivacy: "general terms and privacy notice", "Allgemeine Geschäftsbedingungen und Datenschutzhinweise",
        "regulamin i informacja o prywatności";
    GeneralTerms: "general terms", "Allgemeine Geschäftsbedingungen", "regulamin";
    DataProtection: "data-protection guideline", "Datenschutzrichtlinie", "zasady ochrony danych";

    // What a reseller needs before it buys.
    ItsIds: "its ids at Microsoft", "seine Kennungen bei Microsoft", "identyfikatory w firmie Microsoft";
    PartnerAgreement: "the signed Microsoft Partner Agreement", "die unterzeichnete Microsoft-Partnervereinbarung",
        "podpisana umowa Microsoft Partner Agreement";
    Relationship: "the relationship with the provider", "die Beziehung zum Anbieter", "relacja z dostawcą";

    // Parts of a reseller's work.
    GeneralAccess: "general access", "allgemeiner Zugang", "dostęp ogólny";
    Dashboard: "dashboard", "Übersicht", "pulpit";
    CustomerManagement: "customer management", "Kundenverwaltung", "zarządzanie klientami";
    Csp: "licence sales", "Lizenzvertrieb", "sprzedaż licencji";

    // Kinds of organisations.
    Provider: "provider", "Anbieter", "dostawca";
    Reseller: "reseller", "Reseller", "reseller";
    Customer: "customer", "Kunde", "klient";

    // What a product key does.
    Activate: "begin a subscription", "ein Abonnement beginnen", "rozpoczęcie subskrypcji";
    AddUsers: "add licences", "Lizenzen hinzufügen", "dodanie licencji";
    Renew: "renew", "verlängern", "przedłużenie";

    // Where a job stands.
    Queued: "waiting", "in der Warteschlange", "w kolejce";
    Running: "under way", "in Arbeit", "w toku";
    Done: "done", "erledigt", "wykonane";
    Failed: "failed", "gescheitert", "nieudane";
    Canceled: "canceled", "abgebrochen", "anulowane";

    // Why a sheet cannot be read.
    SheetEmpty: "it is empty", "sie ist leer", "jest pusty";
    SheetNoRows: "it has no rows", "sie enthält keine Zeilen", "nie zawiera wierszy";
    SheetOther: "its first line names none of the columns", "ihre erste Zeile nennt keine der Spalten",
        "pierwszy wiersz nie zawiera żadnej z kolumn";
    SheetColumns: "columns are missing", "Spalten fehlen", "brakuje kolumn";
    SheetColumnTwice: "a column is there twice", "eine Spalte kommt zweimal vor", "kolumna występuje dwa razy";
    SheetHeader: "its first line is too long", "ihre erste Zeile ist zu lang", "pierwszy wiersz jest za długi";
    SheetArchive: "the archive is damaged, encrypted, or has not exactly one CSV file",
        "das Archiv ist beschädigt, verschlüsselt oder enthält nicht genau eine CSV-Datei",
        "archiwum jest uszkodzone, zaszyfrowane albo nie zawiera dokładnie jednego pliku CSV";
    SheetTooLarge: "it is too large", "sie ist zu groß", "jest za duży";
    SheetBrokenOff: "it ends too early", "sie bricht ab", "jest niekompletny";
    SheetNotPacked: "it is not packed with gzip, though it is said to be",
        "sie ist nicht mit gzip gepackt, obwohl das angegeben ist",
        "nie jest spakowany programem gzip, choć tak podano";

    // What else there can be.
    ThisName: "this name", "dieser Name", "ta nazwa";
    ThisEntry: "this entry", "dieser Eintrag", "ten wpis";
    AProduct: "a product that is no longer sold", "ein Produkt, das nicht mehr verkauft wird",
        "produkt, który nie jest już sprzedawany";
    YourCompany: "your company", "Ihr Unternehmen", "Państwa firma";
    NoneGiven: "none", "keine", "brak";
    TheSupport: "the support", "den Support", "pomoc techniczną";
}

impl Phrase {
    /// The phrase of what a rule of the domain expects, which it says in English and with names of its rules.
    pub fn of_expectation(expected: &str) -> Self {
        match expected {
            "customer or reseller" => Self::RegistersBuyers,
            "reseller, where a customer number lets people in" => Self::RegistersReseller,
            "provider_admin and customer_admin among them" => Self::AdministratorsAmong,
            "areas exactly where the role goes by area" => Self::AreasWhereByArea,
            "an address that starts with https://" => Self::SecureAddress,
            "grace_days or disabled_days above 0" => Self::SomeDaysAfterEnd,
            "a billing_cycle that is no longer than the term" => Self::CycleWithinTerm,
            "1 to 50 characters" => Self::OneTo50,
            "languages that are offered, each once" => Self::LanguagesOffered,
            _ => Self::PossibleValue,
        }
    }
}

macro_rules! phrase_of {
    ($($domain:ty { $($variant:ident => $phrase:ident),+ $(,)? })+) => {
        $(impl From<$domain> for Phrase {
            fn from(value: $domain) -> Self {
                match value { $(<$domain>::$variant => Self::$phrase),+ }
            }
        })+
    };
}

phrase_of! {
    Segment { Commercial => Commercial, Education => Education, Government => Government, Nonprofit => Nonprofit }
    ConsentKind {
        Terms => Terms, Privacy => Privacy, VendorTerms => VendorTerms, MicrosoftAccount => MicrosoftAccount,
    }
    AccountConsentKind {
        TermsAndPrivacy => TermsAndPrivacy, GeneralTerms => GeneralTerms, DataProtection => DataProtection,
    }
    ResellerNeed { Ids => ItsIds, PartnerAgreement => PartnerAgreement, Relationship => Relationship }
    Area {
        GeneralAccess => GeneralAccess, Dashboard => Dashboard, CustomerManagement => CustomerManagement, Csp => Csp,
    }
    OrganizationKind { Provider => Provider, Reseller => Reseller, Customer => Customer }
    KeyAction { Activate => Activate, AddUsers => AddUsers, Renew => Renew }
    PasswordClass { Letter => Letter, Upper => Capital, Lower => Small, Digit => Digit, Special => Special }
    JobState { Queued => Queued, Running => Running, Done => Done, Failed => Failed, Canceled => Canceled }
}

impl From<&SheetError> for Phrase {
    fn from(error: &SheetError) -> Self {
        match error {
            SheetError::Empty => Self::SheetEmpty,
            SheetError::NoRows => Self::SheetNoRows,
            SheetError::NoSuchSheet => Self::SheetOther,
            SheetError::MissingColumns(_) => Self::SheetColumns,
            SheetError::DuplicateColumn(_) => Self::SheetColumnTwice,
            SheetError::HeaderTooLong => Self::SheetHeader,
            SheetError::Archive(_) => Self::SheetArchive,
            SheetError::TooLarge => Self::SheetTooLarge,
            SheetError::Io(_) => Self::SheetBrokenOff,
        }
    }
}
