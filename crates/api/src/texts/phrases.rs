//! Phrases that stand in the places of a text: a closed set in every language (`texts/*/phrases.ftl`), so that no code
//! of ours can stand there. With them what is said in one place alone.

pub use crate::texts::keys::phrase::{Phrase, Wording};
use crate::texts::lang::Lang;
use crate::texts::library;
use crate::texts::reading::Said;
use domain::access::{Area, OrganizationKind};
use domain::catalog::Segment;
use domain::marketplace::Concern;
use domain::onboarding::ResellerNeed;
use domain::party::MarketplaceStatus;
use domain::people::{AccountConsentKind, PasswordClass};
use domain::policy::ConsentKind;
use domain::product_key::action::KeyAction;
use provisioning::price_sheet::SheetError;
use store::jobs::JobState;

impl Wording {
    /// What it says in a language, its places filled.
    pub fn said(self, lang: Lang, places: &[(&str, Said)]) -> String {
        library::of(lang).wording(self).filled(places)
    }
}

impl Phrase {
    /// What it says in a language.
    pub fn said(self, lang: Lang) -> String {
        library::of(lang).phrase(self).filled(&[])
    }

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
            "days before the end on which a policy reminds" => Self::DaysReminded,
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
    OrganizationKind { Platform => Platform, Provider => Provider, Reseller => Reseller, Customer => Customer }
    MarketplaceStatus {
        Draft => MarketplaceDraft, Open => MarketplaceOpen, Suspended => MarketplaceSuspended,
        Closed => MarketplaceClosed,
    }
    Concern { Orders => AboutOrders, Support => AboutSupport }
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
