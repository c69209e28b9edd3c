//! Marketplaces: what a frontend must know before anybody logs in. Public.

mod forms;

use crate::App;
use crate::http::problem::{Code, Problem};
use crate::http::reply;
use crate::http::wire::body::Query;
use crate::http::wire::codes::{ConsentKind, PasswordClass, PaymentMethod};
use crate::http::wire::list::ShortQuery;
use actix_web::{HttpRequest, HttpResponse, get, web};
use arc_swap::ArcSwap;
use domain::id::MarketplaceId;
use domain::organization::OrganizationRules;
use domain::people::{self, PeopleRules, presets};
pub use forms::{AccountConsentRule, AddressRule, Form};
use serde::{Deserialize, Serialize};
use std::collections::HashMap;
use std::sync::Arc;
use store::marketplaces::Record;
use utoipa::ToSchema;
use utoipa_actix_web::service_config::ServiceConfig;

/// The marketplaces of this installation, held in memory, and what holds for their people.
#[derive(Default)]
pub struct Marketplaces(
    ArcSwap<HashMap<MarketplaceId, Arc<Record>>>,
    ArcSwap<HashMap<MarketplaceId, Arc<PeopleRules>>>,
    ArcSwap<HashMap<MarketplaceId, Arc<OrganizationRules>>>,
);

impl Marketplaces {
    /// Takes over what the database says.
    pub fn replace(&self, records: Vec<Record>) {
        let (known, rules) = (self.0.load(), self.1.load());
        let of = |record: &Record| {
            let id = record.marketplace.id;
            let same = known.get(&id).is_some_and(|known| known.profile == record.profile);
            let held = rules.get(&id).filter(|_| same).cloned();
            (id, held.unwrap_or_else(|| Arc::new(people_rules(record))))
        };
        self.1.store(Arc::new(records.iter().map(of).collect()));
        let of = |record: &Record| (record.marketplace.id, Arc::new(organization_rules(record)));
        self.2.store(Arc::new(records.iter().map(of).collect()));
        self.0.store(Arc::new(records.into_iter().map(|record| (record.marketplace.id, Arc::new(record))).collect()));
    }

    /// What holds for people at a marketplace.
    pub fn people(&self, id: MarketplaceId) -> Result<Arc<PeopleRules>, Problem> {
        self.1.load().get(&id).cloned().ok_or_else(|| Problem::new(Code::NotFound))
    }

    /// What holds for organisations at a marketplace.
    pub fn organizations(&self, id: MarketplaceId) -> Result<Arc<OrganizationRules>, Problem> {
        self.2.load().get(&id).cloned().ok_or_else(|| Problem::new(Code::NotFound))
    }

    /// One marketplace.
    pub fn get(&self, id: MarketplaceId) -> Result<Arc<Record>, Problem> {
        self.0.load().get(&id).cloned().ok_or_else(|| Problem::new(Code::NotFound))
    }

    /// One marketplace by its slug.
    pub fn by_slug(&self, slug: &str) -> Option<Arc<Record>> {
        self.0.load().values().find(|record| record.marketplace.slug == slug).cloned()
    }

    /// How far its clock is from real time.
    pub fn clock_offset(&self, id: MarketplaceId) -> time::Duration {
        self.0
            .load()
            .get(&id)
            .map_or(time::Duration::ZERO, |record| time::Duration::microseconds(record.clock_offset_us))
    }

    /// All, by slug.
    pub fn all(&self) -> Vec<Arc<Record>> {
        let mut all: Vec<_> = self.0.load().values().cloned().collect();
        all.sort_by(|one, other| one.marketplace.slug.cmp(&other.marketplace.slug));
        all
    }
}

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
    pub term: crate::http::wire::codes::Term,
    /// The billing cycle.
    pub billing_cycle: crate::http::wire::codes::BillingCycle,
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

/// A marketplace.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct Marketplace {
    /// Its id.
    #[schema(example = "mkt_01kagy2qk8e3vrc6h1x0m4t7ws")]
    pub id: String,
    /// Its name in log-ins.
    #[schema(example = "cancom")]
    pub slug: String,
    /// Its name for people.
    #[schema(example = "CANCOM Marketplace")]
    pub name: String,
    /// The seller's country.
    #[schema(example = "DE")]
    pub country: String,
    /// What it sells in.
    #[schema(example = "EUR")]
    pub currency: String,
    /// Whether it has its own clock and no real Partner Center behind it.
    pub sandbox: bool,
    /// The rest.
    #[serde(flatten)]
    pub profile: MarketplaceProfile,
}

/// The marketplaces of this installation.
#[derive(Debug, Serialize, ToSchema)]
pub struct MarketplacePage {
    /// The rows.
    pub data: Vec<Marketplace>,
    /// What to pass as `cursor` for the next page; null at the end.
    #[schema(required, example = "Y2FuY29t")]
    pub next_cursor: Option<String>,
}

/// The rules of a marketplace's document; where it has none those that ship under its name, else the strictest: nobody
/// comes in but by invitation.
pub fn people_rules(record: &Record) -> PeopleRules {
    let stored =
        serde_json::from_value::<StoredProfile>(record.profile.clone()).ok().and_then(|profile| profile.people);
    let shipped = || presets::of(&record.marketplace.slug);
    stored.or_else(shipped).unwrap_or_else(PeopleRules::strictest)
}

/// The same for organisations; where none ship under the name, nothing is asked for beyond what countries do.
fn organization_rules(record: &Record) -> OrganizationRules {
    let stored =
        serde_json::from_value::<StoredProfile>(record.profile.clone()).ok().and_then(|profile| profile.organizations);
    stored.unwrap_or_else(|| OrganizationRules::shipped(&record.marketplace.slug))
}

fn view(app: &App, record: &Record) -> Result<Marketplace, Problem> {
    let marketplace = &record.marketplace;
    let (people, organizations) =
        (app.marketplaces.people(marketplace.id)?, app.marketplaces.organizations(marketplace.id)?);
    let stored = serde_json::from_value::<StoredProfile>(record.profile.clone()).map_err(Problem::internal)?.public;
    let profile = MarketplaceProfile {
        registration_mode: people.registration_mode.into(),
        form_rules: forms::filled(stored.form_rules, &people, &organizations),
        ..stored
    };
    Ok(Marketplace {
        id: marketplace.id.to_string(),
        slug: marketplace.slug.clone(),
        name: marketplace.name.clone(),
        country: marketplace.country.to_string(),
        currency: marketplace.currency.code().to_owned(),
        sandbox: marketplace.sandbox,
        profile,
    })
}

/// List the marketplaces
///
/// Public: a frontend chooses the marketplace to log in to.
#[utoipa::path(tag = "marketplaces", params(ShortQuery), responses((status = 200, body = MarketplacePage)))]
#[get("/marketplaces")]
pub async fn list_marketplaces(app: web::Data<App>, query: Query<ShortQuery>) -> Result<HttpResponse, Problem> {
    let (records, next_cursor) = query.0.page(app.marketplaces.all(), |record| &record.marketplace.slug)?;
    let data = records.iter().map(|record| view(&app, record)).collect::<Result<_, _>>()?;
    reply::ok(&MarketplacePage { data, next_cursor })
}

/// Show a marketplace
///
/// Public: name, currency, support contacts, registration mode and the form rules, so that a frontend holds no rule of its own.
#[utoipa::path(tag = "marketplaces", params(("slug" = String, Path, description = "The marketplace's slug", example = "cancom", max_length = 50)), responses((status = 200, body = Marketplace)))]
#[get("/marketplaces/{slug}")]
pub async fn show_marketplace(
    app: web::Data<App>,
    request: HttpRequest,
    slug: web::Path<String>,
) -> Result<HttpResponse, Problem> {
    let record = app.marketplaces.by_slug(&slug).ok_or_else(|| Problem::new(Code::NotFound))?;
    reply::by_content(&request, &view(&app, &record)?)
}

/// The routes of this noun.
pub fn routes(config: &mut ServiceConfig<'_>) {
    config.service(list_marketplaces).service(show_marketplace);
}
