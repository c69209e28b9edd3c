//! What a marketplace says of itself: its document as it is kept, and the same with its forms as everybody is shown it.

use crate::http::wire::codes::{
    AccountConsentKind, BillingCycle, ConsentKind, FormFieldKind, FormFieldRequired, PasswordClass, PaymentMethod, Term,
};
use domain::organization::OrganizationRules;
use domain::people::{self, PeopleRules};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// What a marketplace says of itself besides its name: a document of its own, kept as it is.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct MarketplaceProfile {
    /// The language its texts are written in.
    #[schema(example = "de")]
    pub locale: String,
    /// Whom to reach, by concern (C-65, T-67).
    pub support: Vec<SupportContact>,
    /// How one gets in.
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
    /// Which policy rules an offer of a term and billing cycle; `default_nce` where none is named.
    pub offer_policies: Vec<OfferPolicy>,
}

/// Which policy rules new offers of a term and billing cycle.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct OfferPolicy {
    /// The term.
    pub term: Term,
    /// The billing cycle.
    pub billing_cycle: BillingCycle,
    /// The policy's key.
    pub policy_key: String,
    /// Preselected among its SKU's offers (C-25).
    pub preselected: bool,
}

/// Whom to reach for a concern.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct SupportContact {
    /// For what.
    #[schema(example = "orders")]
    pub concern: String,
    /// E-mail address.
    #[schema(example = "support@cancom.example")]
    pub email: String,
    /// Phone.
    #[schema(required, example = "+49 89 1234567")]
    pub phone: Option<String>,
}

/// How one gets in (X-18).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum RegistrationMode {
    /// A request that the provider reviews (C-05).
    Approval,
    /// A customer number that the provider knows (T-01).
    CustomerNumber,
    /// Log-ins are given out by the provider (L-01).
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

/// The rules that a frontend's forms follow, so that it holds none of its own (N-15). Consents, payment methods and the
/// button's label are kept as they are; the rest follows from the rules that requests are checked by.
#[derive(Debug, Clone, Default, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct FormRules {
    /// What a password must be (X-20).
    #[serde(default)]
    #[schema(required)]
    pub password: PasswordRules,
    /// Fields that an address must have in every country.
    #[serde(default)]
    #[schema(required, example = json!(["street", "city", "country"]))]
    pub required_address_fields: Vec<String>,
    /// Postal codes by country (X-31).
    #[serde(default)]
    #[schema(required)]
    pub postal_codes: Vec<PostalCodeRule>,
    /// Consents that an order needs; the cart's preview says which of them its lines ask for (X-27).
    pub consents: Vec<ConsentRule>,
    /// How may be paid (X-25).
    pub payment_methods: Vec<PaymentMethod>,
    /// The label of the button that places an order, by language (T-36).
    pub order_button: Vec<LocalizedText>,
    /// Every country there is; another one has no service (K-09).
    #[serde(default)]
    #[schema(required, example = json!(["AT", "DE", "PL"]))]
    pub countries: Vec<String>,
    /// What countries ask of an address.
    #[serde(default)]
    #[schema(required)]
    pub addresses: Vec<AddressRule>,
    /// Consents that an account needs (X-27).
    #[serde(default)]
    #[schema(required)]
    pub account_consents: Vec<AccountConsentRule>,
    /// The forms.
    #[serde(default)]
    #[schema(required)]
    pub forms: Vec<Form>,
}

/// What a password must be.
#[derive(Debug, Clone, Default, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct PasswordRules {
    /// Characters, at least.
    #[schema(example = 8)]
    pub min_length: u32,
    /// Characters, at most.
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
    /// Whether it must differ from the log-in name (C-10).
    pub not_login: bool,
}

/// A country's form of postal codes.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct PostalCodeRule {
    /// Country.
    #[schema(example = "PL")]
    pub country: String,
    /// A regular expression.
    #[schema(example = "^[0-9]{2}-[0-9]{3}$")]
    pub pattern: String,
}

/// A consent and the version of its text that is in force.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ConsentRule {
    /// To what.
    pub kind: ConsentKind,
    /// Which text of it.
    #[schema(example = "2026-01")]
    pub version: String,
}

/// A text in a language.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct LocalizedText {
    /// The language.
    #[schema(example = "de")]
    pub language: String,
    /// The text.
    #[schema(example = "Zahlungspflichtig bestellen")]
    pub text: String,
}

/// A form, and the operation that takes it.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
pub struct Form {
    /// Its name.
    #[schema(example = "customer")]
    pub key: String,
    /// What it is sent to.
    #[schema(example = "POST /v1/customers")]
    pub operation: String,
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
    /// What it holds.
    pub kind: FormFieldKind,
    /// When it must be filled in.
    pub required: FormFieldRequired,
    /// Characters, at most.
    #[schema(required, example = 20)]
    pub max_length: Option<u16>,
    /// A regular expression of ECMAScript, in Unicode mode, that it must match.
    #[schema(required, example = "^[0-9A-Z-]{1,20}$")]
    pub pattern: Option<String>,
    /// What can be chosen.
    #[schema(example = json!(["1-9", "10-49", "50+"]))]
    pub options: Vec<String>,
    /// The pointer of the country whose rules hold for it.
    #[schema(required, example = "/address/country")]
    pub country: Option<String>,
    /// The pointer of the optional part that it is in: `always` means where the part is filled in.
    #[schema(required, example = "/bank_data")]
    pub within: Option<String>,
    /// The pointer of the part that it can be replaced by: one of the two, never both.
    #[schema(required, example = json!(null))]
    pub instead_of: Option<String>,
}

/// What a country asks of an address. A country without an entry leaves postal code and region free.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
pub struct AddressRule {
    /// The country.
    #[schema(example = "PL")]
    pub country: String,
    /// Whether a postal code is needed.
    pub postal_code_required: bool,
    /// A regular expression that it must match.
    #[schema(required, example = "^[0-9]{2}-[0-9]{3}$")]
    pub postal_code_pattern: Option<String>,
    /// Its forms, for people: 9 stands for a digit, A for a letter, * for either; a blank may be left out.
    #[schema(example = json!(["99-999"]))]
    pub postal_code_forms: Vec<String>,
    /// Whether a region is needed.
    pub region_required: bool,
    /// Its regions; none: free.
    pub regions: Vec<RegionOption>,
}

/// A region of a country.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
pub struct RegionOption {
    /// Its code (ISO 3166-2 without the country): what an address carries.
    #[schema(example = "14")]
    pub code: String,
    /// Its name there.
    #[schema(example = "Mazowieckie")]
    pub name: String,
}

/// A consent that an account needs, and the version of its text in force.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
pub struct AccountConsentRule {
    /// To what.
    pub kind: AccountConsentKind,
    /// Which text of it.
    #[schema(example = "2026-01")]
    pub version: String,
    /// Where the text is.
    #[schema(example = "https://shop.cancom.example/legal/terms")]
    pub url: String,
}
