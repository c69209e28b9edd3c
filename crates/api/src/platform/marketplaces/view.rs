//! A marketplace on the wire: its document, filled in with what follows from its rules (N-15).

use crate::App;
use crate::http::problem::Problem;
use crate::http::wire::codes::{
    AccountConsentKind, BranchSetUp, FormFieldKind, FormFieldRequired, Language, MarketplaceStatus, PasswordClass,
};
use crate::memory::marketplaces::{organization_rules, people_rules};
use crate::memory::profile::{
    AccountConsentRule, AddressRule, BranchRule, Form, FormField, FormFieldWith, FormRules, LocalizedText,
    MarketplaceProfile, PasswordRules, PostalCodeRule, RegionOption, StoredProfile,
};
use crate::texts::lang::Lang;
use crate::texts::phrases::Wording;
use domain::address::{self, AddressField};
use domain::form;
use domain::organization::{self, OrganizationRules};
use domain::people::{self, PeopleRules};
use serde::Serialize;
use store::marketplaces::StoredMarketplace;
use utoipa::ToSchema;

/// A marketplace: a provider's shop, with what its frontend must know before anybody logs in.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct Marketplace {
    /// The marketplace's id.
    #[schema(example = "mkt_01kagy2qk8e3vrc6h1x0m4t7ws")]
    pub id: String,
    /// What log-ins and paths call it.
    #[schema(example = "cancom")]
    pub slug: String,
    /// What people call it.
    #[schema(example = "CANCOM Marketplace")]
    pub name: String,
    /// The seller's country: two capital letters of ISO 3166-1.
    #[schema(example = "DE")]
    pub country: String,
    /// The currency it sells in (ISO 4217).
    #[schema(example = "EUR")]
    pub currency: String,
    /// The time zone of its days (IANA): a policy whose `day_zone` is `marketplace` counts these.
    #[schema(example = "Europe/Berlin")]
    pub time_zone: String,
    /// Whether it has its own clock and no real Partner Center behind it.
    pub sandbox: bool,
    /// What it lets happen at the moment.
    pub status: MarketplaceStatus,
    /// Its document, with what follows from its rules.
    #[serde(flatten)]
    pub profile: MarketplaceProfile,
}

/// The marketplaces of this installation.
#[derive(Debug, Serialize, ToSchema)]
pub struct MarketplacePage {
    /// The marketplaces of the page, by slug.
    pub data: Vec<Marketplace>,
    /// What to pass as `cursor` for the next page; null at the end.
    #[schema(required, example = "Y2FuY29t")]
    pub next_cursor: Option<String>,
}

/// A marketplace as it is shown.
pub fn view(app: &App, record: &StoredMarketplace) -> Result<Marketplace, Problem> {
    let id = record.marketplace.id;
    let (people, organizations) = (app.marketplaces.people(id)?, app.marketplaces.organizations(id)?);
    shown(app, record, &people, &organizations)
}

/// The same of one that a write has just made or changed: what is held in memory is older.
pub fn fresh(app: &App, record: &StoredMarketplace) -> Result<Marketplace, Problem> {
    shown(app, record, &people_rules(record), &organization_rules(record))
}

fn shown(
    app: &App,
    record: &StoredMarketplace,
    people: &PeopleRules,
    organizations: &OrganizationRules,
) -> Result<Marketplace, Problem> {
    let marketplace = &record.marketplace;
    let stored = serde_json::from_value::<StoredProfile>(record.profile.clone()).map_err(Problem::internal)?.public;
    let profile = MarketplaceProfile {
        locale: people.languages.own().code().to_owned(),
        languages: people.languages.offered.iter().copied().map(Language).collect(),
        registration_mode: people.registration_mode.into(),
        form_rules: filled(stored.form_rules, people, organizations, &countries_of_keys(app, record)),
        ..stored
    };
    Ok(Marketplace {
        id: marketplace.id.to_string(),
        slug: marketplace.slug.clone(),
        name: marketplace.name.clone(),
        country: marketplace.country.to_string(),
        currency: marketplace.currency.code().to_owned(),
        time_zone: marketplace.time_zone.to_string(),
        sandbox: marketplace.sandbox,
        status: MarketplaceStatus(marketplace.status),
        profile,
    })
}

/// The form of product keys that are entered.
const REDEMPTION: &str = "redemption";

/// K-09: the countries in which product keys have service, in the order of their letters.
fn countries_of_keys(app: &App, record: &StoredMarketplace) -> Vec<String> {
    let catalog = app.catalogs.of(record.marketplace.id);
    let served = catalog.countries_of_keys(record.marketplace.country, app.now_ahead(record.clock_offset_us));
    served.map_or_else(
        || address::countries().map(str::to_owned).collect(),
        |served| served.iter().map(ToString::to_string).collect(),
    )
}

/// The rules as they are served: what follows from other rules of the marketplace is filled in from these.
fn filled(
    stored: FormRules,
    people: &PeopleRules,
    organizations: &OrganizationRules,
    countries_of_keys: &[String],
) -> FormRules {
    let form = |form: &form::Form| Form {
        countries: if form.key == REDEMPTION { countries_of_keys.to_vec() } else { vec![] },
        ..Form::from(form)
    };
    let needed = AddressField::ALL.iter().filter(|field| {
        let always = [AddressField::Street, AddressField::City, AddressField::Country];
        always.contains(field) || organizations.address_fields.contains(field)
    });
    FormRules {
        password: password(&people.password),
        required_address_fields: needed.map(|field| field.code().to_owned()).collect(),
        postal_codes: address::all().iter().filter_map(postal_code).collect(),
        countries: address::countries().map(str::to_owned).collect(),
        addresses: address::all().iter().map(address_rule).collect(),
        order_button: order_button(people),
        account_consents: people.consents.iter().map(consent).collect(),
        branches: branches(organizations.branches),
        forms: form::all(people, organizations).iter().map(form).collect(),
        ..stored
    }
}

fn order_button(people: &PeopleRules) -> Vec<LocalizedText> {
    let label = |language: &domain::language::Language| LocalizedText {
        language: language.code().to_owned(),
        text: people.order_button.in_language(*language).to_owned(),
    };
    people.languages.offered.iter().map(label).collect()
}

/// C-34: who sets up branches.
fn branches(rule: organization::BranchSetUp) -> BranchRule {
    let words = match rule {
        organization::BranchSetUp::Customer => Wording::BranchesByCustomer,
        organization::BranchSetUp::Provider => Wording::BranchesByProvider,
    };
    let text = |lang: Lang| LocalizedText { language: lang.code().to_owned(), text: words.said(lang, &[]) };
    BranchRule { set_up_by: BranchSetUp(rule), words: Lang::ALL.map(text).to_vec() }
}

fn password(rules: &people::PasswordRules) -> PasswordRules {
    let classes = |classes: &[people::PasswordClass]| classes.iter().copied().map(PasswordClass).collect();
    PasswordRules {
        min_length: rules.min_length.into(),
        max_length: rules.max_length.into(),
        all_of: classes(&rules.all_of),
        any_of: classes(&rules.any_of),
        allowed_specials: rules.allowed_specials.clone(),
        pattern: form::password::pattern(rules),
        not_login: rules.not_login,
    }
}

fn postal_code(rules: &address::CountryRules) -> Option<PostalCodeRule> {
    Some(PostalCodeRule { country: rules.country.to_owned(), pattern: rules.postal_code_pattern()? })
}

fn address_rule(rules: &address::CountryRules) -> AddressRule {
    let region = |region: &address::Region| RegionOption { code: region.code.to_owned(), name: region.name.to_owned() };
    AddressRule {
        country: rules.country.to_owned(),
        postal_code_required: rules.postal_code_required,
        postal_code_pattern: rules.postal_code_pattern(),
        postal_code_forms: rules.postal_codes.iter().map(|mask| mask.0.to_owned()).collect(),
        region_required: rules.region_required,
        regions: rules.regions.iter().map(region).collect(),
    }
}

fn consent(consent: &people::AccountConsent) -> AccountConsentRule {
    AccountConsentRule {
        kind: AccountConsentKind(consent.kind),
        version: consent.version.clone(),
        url: consent.url.clone(),
    }
}

impl From<&form::Form> for Form {
    fn from(form: &form::Form) -> Self {
        Self {
            key: form.key.to_owned(),
            operation: form.operation.to_owned(),
            countries: vec![],
            fields: form.fields.iter().map(FormField::from).collect(),
        }
    }
}

impl From<&form::Field> for FormField {
    fn from(field: &form::Field) -> Self {
        Self {
            pointer: field.pointer.clone(),
            kind: FormFieldKind(field.kind),
            required: FormFieldRequired(field.required),
            max_length: field.max_length,
            pattern: field.pattern.clone(),
            options: field.options.clone(),
            country: field.country.clone(),
            within: field.within.clone(),
            instead_of: field.instead_of.clone(),
            with: field
                .with
                .as_ref()
                .map(|with| FormFieldWith { pointer: with.pointer.clone(), options: with.options.clone() }),
        }
    }
}
