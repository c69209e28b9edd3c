//! What a marketplace says of itself: its document as it is kept, and the same with its forms as everybody is shown it.

use crate::http::wire::codes::{
    AccountConsentKind, BillingCycle, BranchSetUp, ConsentKind, FormFieldKind, FormFieldRequired, Language,
    PasswordClass, PaymentMethod, Term,
};
use domain::organization::{self, OrganizationRules};
use domain::people::{self, PeopleRules};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// What a marketplace says of itself besides its name: a document of its own, kept as it is.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct MarketplaceProfile {
    /// Its own language: in which people are written to who have chosen none, where their country has none either.
    #[schema(example = "de")]
    pub locale: String,
    /// The languages that people and organisations can choose, its own first.
    #[serde(default)]
    #[schema(required)]
    pub languages: Vec<Language>,
    /// Whom to reach, by concern.
    pub support: Vec<SupportContact>,
    /// How one gets a log-in here.
    pub registration_mode: RegistrationMode,
    /// What forms must hold to.
    pub form_rules: FormRules,
}

/// The profile as it is kept: what everybody may know, and how imported offers are ruled.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct StoredProfile {
    /// What everybody may know.
    pub public: MarketplaceProfile,
    /// What holds for people; a marketplace without has the shipped rules of its name.
    #[serde(default)]
    pub people: Option<PeopleRules>,
    /// What holds for organisations; a marketplace without has the shipped rules of its name.
    #[serde(default)]
    pub organizations: Option<OrganizationRules>,
    /// Which policy rules an offer of a term and billing cycle; `default_nce` where none is named, and
    /// `ms_trial` for trials.
    pub offer_policies: Vec<OfferPolicy>,
}

/// Which policy rules new offers of a term and billing cycle.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct OfferPolicy {
    /// The term of the offers.
    pub term: Term,
    /// The billing cycle of the offers.
    pub billing_cycle: BillingCycle,
    /// The key of the policy that rules them.
    pub policy_key: String,
    /// Preselected among the offers of a SKU.
    pub preselected: bool,
}

/// Whom to reach for a concern.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct SupportContact {
    /// What one gets help with there, as a code: `orders`, `support`.
    #[schema(example = "orders")]
    pub concern: String,
    /// The e-mail address to write to.
    #[schema(example = "support@cancom.example")]
    pub email: String,
    /// The phone number to call; null where there is none.
    #[schema(required, example = "+49 89 1234567")]
    pub phone: Option<String>,
}

/// How one gets a log-in at a marketplace.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum RegistrationMode {
    /// By a request that the provider reviews.
    Approval,
    /// By a customer number that the provider knows.
    CustomerNumber,
    /// Log-ins are given out by the provider alone.
    InviteOnly,
}

impl From<people::RegistrationMode> for RegistrationMode {
    fn from(mode: people::RegistrationMode) -> Self {
        match mode {
            people::RegistrationMode::Approval => Self::Approval,
            people::RegistrationMode::CustomerNumber => Self::CustomerNumber,
            people::RegistrationMode::InviteOnly => Self::InviteOnly,
        }
    }
}

/// The rules that a frontend's forms follow, so that it holds none of its own. Consents and payment methods are kept
/// as they are; the rest follows from the rules that requests are checked by.
#[derive(Debug, Clone, Default, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct FormRules {
    /// What a password must be.
    #[serde(default)]
    #[schema(required)]
    pub password: PasswordRules,
    /// Fields that an address must have in every country.
    #[serde(default)]
    #[schema(required, example = json!(["street", "city", "country"]))]
    pub required_address_fields: Vec<String>,
    /// The forms of postal codes, by country; a country without an entry has no fixed form.
    #[serde(default)]
    #[schema(required)]
    pub postal_codes: Vec<PostalCodeRule>,
    /// Consents that an order needs; the cart's preview says which of them its lines ask for.
    pub consents: Vec<ConsentRule>,
    /// The ways in which an order can be paid.
    pub payment_methods: Vec<PaymentMethod>,
    /// The label of the button that places an order, in each language that can be chosen.
    #[serde(default)]
    #[schema(required)]
    pub order_button: Vec<LocalizedText>,
    /// Every country that can be chosen: two capital letters of ISO 3166-1. Another one has no service.
    #[serde(default)]
    #[schema(required, example = json!(["AT", "DE", "PL"]))]
    pub countries: Vec<String>,
    /// What each country asks of an address.
    #[serde(default)]
    #[schema(required)]
    pub addresses: Vec<AddressRule>,
    /// Consents that an account needs.
    #[serde(default)]
    #[schema(required)]
    pub account_consents: Vec<AccountConsentRule>,
    /// Who sets up branches, the further invoice addresses of customers, in words for people, too.
    #[serde(default)]
    #[schema(required)]
    pub branches: BranchRule,
    /// The forms of this marketplace, each with the operation that takes it.
    #[serde(default)]
    #[schema(required)]
    pub forms: Vec<Form>,
}

/// Who sets up branches.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct BranchRule {
    /// Who sets them up, on whose request.
    pub set_up_by: BranchSetUp,
    /// The same in words, by language.
    pub words: Vec<LocalizedText>,
}

impl Default for BranchRule {
    fn default() -> Self {
        Self { set_up_by: BranchSetUp(organization::BranchSetUp::default()), words: vec![] }
    }
}

/// What a password must be.
#[derive(Debug, Clone, Default, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct PasswordRules {
    /// The fewest characters that it has.
    #[schema(example = 8)]
    pub min_length: u32,
    /// The most characters that it has.
    #[serde(default)]
    #[schema(required, example = 128)]
    pub max_length: u32,
    /// Classes of which it must have one character each.
    #[serde(default)]
    #[schema(required)]
    pub all_of: Vec<PasswordClass>,
    /// Classes of which one must be there; none asks for nothing.
    #[serde(default)]
    #[schema(required)]
    pub any_of: Vec<PasswordClass>,
    /// The special characters that are accepted; all where null.
    #[serde(default)]
    #[schema(required, example = "!$%&/()=?+*#-_.,:;@")]
    pub allowed_specials: Option<String>,
    /// The same as a regular expression of ECMAScript, in Unicode mode.
    #[schema(example = r"^(?=[\s\S]*\p{Alphabetic})(?=[\s\S]*(?:[0-9]))[\s\S]{8,128}$")]
    pub pattern: String,
    /// Whether it must differ from the log-in name.
    pub not_login: bool,
}

/// A country's form of postal codes.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct PostalCodeRule {
    /// The country: two capital letters of ISO 3166-1.
    #[schema(example = "PL")]
    pub country: String,
    /// A regular expression of ECMAScript that postal codes match.
    #[schema(example = "^[0-9]{2}-[0-9]{3}$")]
    pub pattern: String,
}

/// A consent and the version of its text that is in force.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ConsentRule {
    /// What is agreed to.
    pub kind: ConsentKind,
    /// Which text of it is in force.
    #[schema(example = "2026-01")]
    pub version: String,
    /// Where the text can be read; null where the marketplace has not said it yet.
    #[serde(default)]
    #[schema(required, example = "https://shop.cancom.example/legal/terms")]
    pub url: Option<String>,
}

/// A text in one language.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct LocalizedText {
    /// The language of the text: `de`, `en` or `pl`.
    #[schema(example = "de")]
    pub language: String,
    /// What is shown to people.
    #[schema(example = "Zahlungspflichtig bestellen")]
    pub text: String,
}

/// A form, and the operation that takes it.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
pub struct Form {
    /// What the form is called, the same at every marketplace.
    #[schema(example = "customer")]
    pub key: String,
    /// The method and path that it is sent to.
    #[schema(example = "POST /v1/customers")]
    pub operation: String,
    /// The countries whose customers it is for, where it is not for all: elsewhere there is no service, and what is
    /// sent for a customer there is refused.
    #[schema(example = json!(["AT", "DE", "PL"]))]
    pub countries: Vec<String>,
    /// Its fields, in the order in which they are asked for. Texts are taken without blanks around them; an empty one
    /// counts as left out.
    pub fields: Vec<FormField>,
}

/// A field of a form.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
pub struct FormField {
    /// Where its value goes in the request, and where a problem with it points to.
    #[schema(example = "/address/postal_code")]
    pub pointer: String,
    /// What kind of value it holds.
    pub kind: FormFieldKind,
    /// When it must be filled in.
    pub required: FormFieldRequired,
    /// The most characters; null where there is no limit of its own.
    #[schema(required, example = 20)]
    pub max_length: Option<u16>,
    /// A regular expression of ECMAScript, in Unicode mode, that it must match; null where any text will do.
    #[schema(required, example = "^[0-9A-Z-]{1,20}$")]
    pub pattern: Option<String>,
    /// What can be chosen; empty where it is free.
    #[schema(example = json!(["1-9", "10-49", "50+"]))]
    pub options: Vec<String>,
    /// The pointer of the country whose rules hold for it; null where none do.
    #[schema(required, example = "/address/country")]
    pub country: Option<String>,
    /// The pointer of the optional part that it is in: `always` means where the part is filled in.
    #[schema(required, example = "/bank_data")]
    pub within: Option<String>,
    /// The pointer of the part that it can be replaced by: one of the two, never both.
    #[schema(required, example = json!(null))]
    pub instead_of: Option<String>,
    /// The options of another field with which alone it is filled in; null where it is no matter what another one has.
    #[serde(default)]
    #[schema(required)]
    pub with: Option<FormFieldWith>,
}

/// Options of another field of a form.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
pub struct FormFieldWith {
    /// The other field's pointer.
    #[schema(example = "/role")]
    pub pointer: String,
    /// Some of its options.
    #[schema(example = json!(["reseller_employee"]))]
    pub options: Vec<String>,
}

/// What a country asks of an address. A country without an entry leaves postal code and region free.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
pub struct AddressRule {
    /// The country: two capital letters of ISO 3166-1.
    #[schema(example = "PL")]
    pub country: String,
    /// Whether a postal code is needed.
    pub postal_code_required: bool,
    /// A regular expression that the postal code must match; null where it is free.
    #[schema(required, example = "^[0-9]{2}-[0-9]{3}$")]
    pub postal_code_pattern: Option<String>,
    /// Its forms, for people: 9 stands for a digit, A for a letter, * for either; a blank may be left out.
    #[schema(example = json!(["99-999"]))]
    pub postal_code_forms: Vec<String>,
    /// Whether a region is needed.
    pub region_required: bool,
    /// The regions to choose from; empty where the region is free.
    pub regions: Vec<RegionOption>,
}

/// A region of a country.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
pub struct RegionOption {
    /// Its code (ISO 3166-2 without the country): what an address carries.
    #[schema(example = "14")]
    pub code: String,
    /// Its name in the language of the country.
    #[schema(example = "Mazowieckie")]
    pub name: String,
}

/// A consent that an account needs, and the version of its text in force.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
pub struct AccountConsentRule {
    /// What is agreed to.
    pub kind: AccountConsentKind,
    /// Which text of it is in force.
    #[schema(example = "2026-01")]
    pub version: String,
    /// Where the text can be read.
    #[schema(example = "https://shop.cancom.example/legal/terms")]
    pub url: String,
}
