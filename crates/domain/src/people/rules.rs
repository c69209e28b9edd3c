//! The rules of a marketplace for its people, one field a key.

use crate::access::{Area, OrganizationKind, Role};
use crate::coded::coded_enum;
use crate::language::Language;
use crate::notification::NotificationKind;
use crate::people::languages::Languages;
use crate::people::told::{self, Recipients, Told};
use serde::{Deserialize, Serialize};
use time::Duration;

coded_enum! {
    /// How one gets in.
    RegistrationMode {
        /// A request that the provider reviews (C-05).
        Approval = "approval",
        /// A customer number that the provider knows (T-01).
        CustomerNumber = "customer_number",
        /// Log-ins are given out by the provider and by those who have one (L-01).
        InviteOnly = "invite_only",
    }
}

coded_enum! {
    /// What a log-in name is.
    LoginKind {
        /// The e-mail address, always (C-03, T-02).
        Email = "email",
        /// Any name; at first the e-mail address, and editable (L-22).
        Free = "free",
    }
}

coded_enum! {
    /// Who ends a lock after too many failed log-ins.
    Unlock {
        /// Time, or an administrator before.
        Auto = "auto",
        /// Only an administrator.
        Admin = "admin",
    }
}

coded_enum! {
    /// What a person agrees to for the account (X-27, scope account).
    AccountConsentKind {
        /// General terms, and the privacy notice was read: one checkbox (C-09).
        TermsAndPrivacy = "terms_and_privacy",
        /// General terms (T-06).
        GeneralTerms = "general_terms",
        /// Data-protection guideline (T-06).
        DataProtection = "data_protection",
    }
}

coded_enum! {
    /// When bank data are asked for at registration.
    BankData {
        /// Nobody is asked for any.
        Never = "never",
        /// Where no customer number is given (T-05).
        WithoutCustomerNumber = "without_customer_number",
    }
}

coded_enum! {
    /// A class of characters.
    PasswordClass {
        /// A letter of any alphabet.
        Letter = "letter",
        /// A capital letter.
        Upper = "upper",
        /// A small letter.
        Lower = "lower",
        /// 0 to 9.
        Digit = "digit",
        /// What is neither letter nor digit nor blank; of the allowed ones where these are listed.
        Special = "special",
    }
}

/// What a password must be. Characters are Unicode's; a password is taken exactly as typed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PasswordRules {
    /// Characters, at least.
    pub min_length: u16,
    /// Characters, at most.
    #[serde(default = "default_max_length")]
    pub max_length: u16,
    /// Classes of which it must have one character each.
    #[serde(default)]
    pub all_of: Vec<PasswordClass>,
    /// Classes of which one must be there; none asks for nothing.
    #[serde(default)]
    pub any_of: Vec<PasswordClass>,
    /// Whether it must differ from the log-in name (C-10).
    #[serde(default)]
    pub not_login: bool,
    /// The special characters that are accepted (T-03); all where nothing is listed.
    #[serde(default)]
    pub allowed_specials: Option<String>,
}

const fn default_max_length() -> u16 {
    128
}

impl PasswordRules {
    /// Twelve characters of four classes.
    pub fn strictest() -> Self {
        use PasswordClass::{Digit, Lower, Special, Upper};
        Self {
            min_length: 12,
            max_length: default_max_length(),
            all_of: vec![Upper, Lower, Digit, Special],
            any_of: Vec::new(),
            not_login: true,
            allowed_specials: None,
        }
    }
}

/// What holds for people at a marketplace. A field left out of a document takes its default.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PeopleRules {
    /// how one gets in.
    pub registration_mode: RegistrationMode,
    /// What somebody who registers becomes: a customer (C-08), or a reseller (T-01).
    pub registers: OrganizationKind,
    /// whether an account must be activated by a link, and how long the link works.
    #[serde(default)]
    pub activation: Activation,
    /// what a password must be.
    pub password: PasswordRules,
    /// L-11: whether an administrator may set somebody's password, not only have it reset.
    #[serde(default)]
    pub admin_sets_passwords: bool,
    /// what a log-in name is.
    pub login_kind: LoginKind,
    /// what too many failed log-ins do.
    #[serde(default)]
    pub lockout: Lockout,
    /// How long a log-in lasts.
    #[serde(default)]
    pub sessions: Sessions,
    /// what a person agrees to for the account, each in the version now in force.
    #[serde(default)]
    pub consents: Vec<AccountConsent>,
    /// when bank data are asked for.
    #[serde(default = "BankData::default_value")]
    pub bank_data: BankData,
    /// the roles that administrators give here; the manual's words for them.
    pub roles: Vec<RoleOffer>,
    /// T-36: what the button says that places an order.
    #[serde(default = "Title::order_button")]
    pub order_button: Title,
    /// Which languages can be chosen here, and who is written to in which.
    #[serde(default)]
    pub languages: Languages,
    /// T-09: minutes after which access that has not followed by itself is escalated.
    #[serde(default = "default_access_minutes")]
    pub access_minutes: u32,
    /// Who is told of what happens to orders, subscriptions and keys.
    #[serde(default = "told::unless_said")]
    pub told: Vec<Told>,
    /// The hour of the day, in the marketplace's time zone, at which reminders go out, to each person in one mail.
    #[serde(default = "default_digest_hour")]
    pub digest_hour: u8,
    /// Where links in mails lead: the shop's own address, without a slash at its end (C-06).
    pub shop_url: String,
}

impl PeopleRules {
    /// Where no rules are known: nobody comes in but by invitation.
    pub fn strictest() -> Self {
        Self {
            registration_mode: RegistrationMode::InviteOnly,
            registers: OrganizationKind::Customer,
            activation: Activation::default(),
            password: PasswordRules::strictest(),
            admin_sets_passwords: false,
            login_kind: LoginKind::Email,
            lockout: Lockout::default(),
            sessions: Sessions::default(),
            consents: Vec::new(),
            bank_data: BankData::Never,
            roles: Vec::new(),
            order_button: Title::order_button(),
            languages: Languages::default(),
            access_minutes: default_access_minutes(),
            told: told::unless_said(),
            digest_hour: default_digest_hour(),
            shop_url: String::new(),
        }
    }

    /// The same for a shop at another address: the texts that people agree to lie at the same places of it. Without an
    /// address these lie nowhere.
    pub fn with_shop_at(mut self, shop_url: &str) -> Self {
        for consent in &mut self.consents {
            let place = consent.url.strip_prefix(&self.shop_url).unwrap_or_default();
            consent.url = if shop_url.is_empty() { String::new() } else { format!("{shop_url}{place}") };
        }
        shop_url.clone_into(&mut self.shop_url);
        self
    }

    /// For those who run the installation: each is invited by another one.
    pub fn of_the_platform() -> Self {
        let title = Title { de: "Betreiber".to_owned(), en: "Operator".to_owned(), pl: "Operator".to_owned() };
        let operator = RoleOffer { role: Role::PlatformOperator, areas: Vec::new(), title };
        Self { roles: vec![operator], ..Self::strictest() }
    }

    /// The offer of a shipped role here; none where administrators do not give it.
    pub fn offer(&self, role: Role) -> Option<&RoleOffer> {
        self.roles.iter().find(|offer| offer.role == role)
    }

    /// Who is told of a kind of thing.
    pub fn told(&self, kind: NotificationKind) -> &[Recipients] {
        self.told.iter().find(|told| told.kind == kind).map_or(&[], |told| &told.to)
    }
}

impl BankData {
    const fn default_value() -> Self {
        Self::Never
    }
}

const fn default_access_minutes() -> u32 {
    60
}

const fn default_digest_hour() -> u8 {
    6
}

/// activation by a link in a mail.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Activation {
    /// Whether it may be left out (L-08).
    #[serde(default)]
    pub optional: bool,
    /// Hours that a link works (L-09).
    #[serde(default = "default_ttl_hours")]
    pub ttl_hours: u16,
}

const fn default_ttl_hours() -> u16 {
    48
}

impl Default for Activation {
    fn default() -> Self {
        Self { optional: false, ttl_hours: default_ttl_hours() }
    }
}

impl Activation {
    /// How long a link works; at its last instant it does not (G-21).
    pub const fn ttl(&self) -> Duration {
        Duration::hours(self.ttl_hours as i64)
    }
}

/// what too many failed log-ins do. The defaults are our choice: no manual gives a number.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Lockout {
    /// Failures of one account within the window that lock it.
    pub max_attempts: u32,
    /// Minutes in which they are counted.
    pub window_minutes: u32,
    /// Minutes that a lock lasts where time ends it.
    pub duration_minutes: u32,
    /// Who lets somebody in again.
    pub unlock: Unlock,
    /// Failures from one network within an hour, whatever the accounts, after which who fails there is answered late.
    /// After a tenth of them, but five at least, a single name has to wait there.
    pub max_per_address: u32,
}

impl Default for Lockout {
    fn default() -> Self {
        Self { max_attempts: 5, window_minutes: 15, duration_minutes: 15, unlock: Unlock::Auto, max_per_address: 100 }
    }
}

/// How long a log-in lasts without logging in again.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Sessions {
    /// Days after which one that was not used ends.
    pub idle_days: u16,
    /// Days after which every one ends.
    pub absolute_days: u16,
}

impl Default for Sessions {
    fn default() -> Self {
        Self { idle_days: 7, absolute_days: 30 }
    }
}

impl Sessions {
    /// The time without use after which it ends.
    pub const fn idle(&self) -> Duration {
        Duration::days(self.idle_days as i64)
    }

    /// The time after which it ends in any case.
    pub const fn absolute(&self) -> Duration {
        Duration::days(self.absolute_days as i64)
    }
}

/// A consent that an account needs, and the version of its text in force.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct AccountConsent {
    /// To which kind of text.
    pub kind: AccountConsentKind,
    /// Which text of it.
    pub version: String,
    /// Where the text is.
    pub url: String,
}

/// A consent that somebody gives, to one text. Events and stored registrations keep it in this shape.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct GivenConsent {
    /// What is agreed to.
    pub kind: AccountConsentKind,
    /// The version of the text that was shown.
    pub version: String,
}

/// A role that administrators give here.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RoleOffer {
    /// The shipped role that is given.
    pub role: Role,
    /// The areas that can be chosen for it (T-11); empty where the role itself says what it may.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub areas: Vec<Area>,
    /// What the marketplace calls it.
    pub title: Title,
}

/// A text in the three languages.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Title {
    /// The text in German.
    pub de: String,
    /// The text in English.
    pub en: String,
    /// The text in Polish.
    pub pl: String,
}

impl Title {
    /// The text in a language.
    pub fn in_language(&self, language: Language) -> &str {
        match language {
            Language::De => &self.de,
            Language::En => &self.en,
            Language::Pl => &self.pl,
        }
    }

    /// What the law wants a button to say that obliges to pay (Directive 2011/83/EU, article 8).
    pub fn order_button() -> Self {
        Self {
            de: "Zahlungspflichtig bestellen".to_owned(),
            en: "Order with obligation to pay".to_owned(),
            pl: "Zamów z obowiązkiem zapłaty".to_owned(),
        }
    }
}
