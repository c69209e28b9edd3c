//! What is asked for a marketplace, read and checked.

use crate::http::problem::{Code, Problem};
use crate::http::wire::body::given;
use crate::http::wire::checks::Checks;
use crate::http::wire::codes::MarketplaceTemplate;
use crate::memory::profile::{ConsentRule, SupportContact};
use crate::platform::marketplaces::change::Changes;
use crate::platform::marketplaces::create::NewMarketplace;
use crate::texts::phrases::Phrase;
use crate::texts::place::Place;
use domain::address;
use domain::form::limits;
use domain::money::Currency;
use domain::party::{Contact, Country};
use domain::zone::Zone;
use serde::Deserialize;
use utoipa::ToSchema;

/// A marketplace to make.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct MarketplaceCreate {
    /// What log-ins and paths will call it, for ever: small letters, digits and dashes, a letter first.
    #[schema(max_length = 50, pattern = "^[a-z][a-z0-9-]{1,49}$", example = "nord")]
    slug: String,
    /// What people call it.
    #[schema(max_length = 200, example = "Nord Cloud")]
    name: String,
    /// The rules that it begins with; each can be changed afterwards.
    template: MarketplaceTemplate,
    /// The seller's country: two capital letters of ISO 3166-1.
    #[schema(max_length = 2, example = "DE")]
    country: String,
    /// The currency it sells in (ISO 4217).
    #[schema(max_length = 3, example = "EUR")]
    currency: String,
    /// The time zone of its days (IANA).
    #[schema(max_length = 50, example = "Europe/Berlin")]
    time_zone: String,
    /// Whether it is for trying: with a clock of its own, and no money in it. That never changes.
    sandbox: bool,
    /// Who is invited to run it.
    administrator: MarketplaceAdministrator,
    /// Whom customers reach, by concern: at least `orders` and `support` before it opens.
    #[serde(default)]
    #[schema(max_items = 20)]
    support: Vec<SupportContact>,
    /// Where links in its mails lead: its shop's address, without a slash at its end.
    #[schema(max_length = 200, example = "https://shop.nord.example")]
    shop_url: Option<String>,
}

/// Who is to run a new marketplace: gets a link by mail, and is its first administrator.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct MarketplaceAdministrator {
    /// The e-mail address of the invitation, and the log-in name.
    #[schema(max_length = 254, example = "ada@nord.example")]
    email: String,
    /// First name, as people write it.
    #[schema(max_length = 50, example = "Ada")]
    first_name: String,
    /// Last name, as people write it.
    #[schema(max_length = 50, example = "Nord")]
    last_name: String,
}

/// What changes about a marketplace; a field left out stays.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct MarketplaceUpdate {
    /// What people call it.
    #[serde(default, deserialize_with = "given")]
    #[schema(value_type = String, required = false, max_length = 200, example = "Nord Cloud")]
    name: Option<String>,
    /// Whom customers reach, by concern: the whole list.
    #[serde(default, deserialize_with = "given")]
    #[schema(value_type = Vec<SupportContact>, required = false, max_items = 20)]
    support: Option<Vec<SupportContact>>,
    /// Where links in its mails lead: its shop's address, without a slash at its end.
    #[serde(default, deserialize_with = "given")]
    #[schema(value_type = String, required = false, max_length = 200, example = "https://shop.nord.example")]
    shop_url: Option<String>,
    /// What an order asks to be agreed to: the whole list, each kind once. Who agreed to an older version is asked
    /// again.
    #[serde(default, deserialize_with = "given")]
    #[schema(value_type = Vec<ConsentRule>, required = false, max_items = 20)]
    consents: Option<Vec<ConsentRule>>,
}

/// Most characters of an address of a page.
const URL: usize = 200;
/// Most rows of a list of contacts or of consents.
const LIST: usize = 20;
/// What no marketplace is called: where the platform's operators log in.
const RESERVED: &str = "platform";

impl MarketplaceCreate {
    /// The marketplace that is asked for.
    pub fn check(self) -> Result<NewMarketplace, Problem> {
        let mut checks = Checks::new();
        let slug = slug(&mut checks, &self.slug);
        let name = checks.organization("/name", &self.name);
        let country = country(&mut checks, &self.country);
        let currency = checks.code("/currency", &self.currency, Currency::from_code, Place::wire("EUR"));
        let zone = |name: &str| name.parse::<Zone>().ok();
        let time_zone = checks.code("/time_zone", &self.time_zone, zone, Place::wire("Europe/Berlin"));
        let administrator = self.administrator.check(&mut checks);
        let support = support(&mut checks, self.support);
        let shop_url = self.shop_url.map(|url| address_of("/shop_url", &mut checks, &url)).unwrap_or_default();
        let known = country.zip(currency).zip(time_zone);
        let ((country, currency), time_zone) = checks.finish(known)?;
        Ok(NewMarketplace {
            slug,
            name,
            template: self.template.0,
            country,
            currency,
            time_zone,
            sandbox: self.sandbox,
            shop_url,
            support,
            administrator: Some(administrator),
        })
    }
}

impl MarketplaceAdministrator {
    fn check(&self, checks: &mut Checks) -> Contact {
        Contact {
            first_name: checks.name("/administrator/first_name", &self.first_name, limits::NAME.into()),
            last_name: checks.name("/administrator/last_name", &self.last_name, limits::NAME.into()),
            email: checks.email("/administrator/email", &self.email),
            phone: None,
        }
    }
}

impl MarketplaceUpdate {
    /// The changes that are asked for.
    pub fn check(self) -> Result<Changes, Problem> {
        let mut checks = Checks::new();
        let changes = Changes {
            name: self.name.map(|name| checks.organization("/name", &name)),
            support: self.support.map(|contacts| support(&mut checks, contacts)),
            shop_url: self.shop_url.map(|url| address_of("/shop_url", &mut checks, &url)),
            consents: self.consents.map(|rules| consents(&mut checks, rules)),
        };
        checks.done()?;
        Ok(changes)
    }
}

fn slug(checks: &mut Checks, text: &str) -> String {
    let slug = checks.text("/slug", text, 50);
    let letters = slug.bytes().all(|byte| matches!(byte, b'a'..=b'z' | b'0'..=b'9' | b'-'));
    let named = slug.starts_with(|first: char| first.is_ascii_lowercase()) && letters && slug.len() > 1;
    if slug == RESERVED {
        checks.note("/slug", Code::SlugTaken, vec![]);
    } else if !named && !checks.is_wrong("/slug") {
        checks.note("/slug", Code::InvalidValue, vec![("expected", Phrase::ShortName.into())]);
    }
    slug
}

fn country(checks: &mut Checks, code: &str) -> Option<Country> {
    let country = Country::from_code(code).filter(|country| address::exists(*country));
    if country.is_none() {
        checks.note("/country", Code::InvalidValue, vec![("expected", Phrase::Country.into())]);
    }
    country
}

fn support(checks: &mut Checks, contacts: Vec<SupportContact>) -> Vec<SupportContact> {
    at_most(checks, "/support", contacts.len());
    let mut seen: Vec<String> = vec![];
    let contact = |(n, contact): (usize, SupportContact)| {
        let at = |field: &str| format!("/support/{n}/{field}");
        let concern = checks.text(&at("concern"), &contact.concern, 40);
        if seen.contains(&concern) {
            checks.note(&at("concern"), Code::Repeated, vec![]);
        }
        seen.push(concern.clone());
        let email = checks.email(&at("email"), &contact.email);
        SupportContact { concern, email, phone: checks.optional(&at("phone"), contact.phone.as_deref(), 50) }
    };
    contacts.into_iter().take(LIST).enumerate().map(contact).collect()
}

fn consents(checks: &mut Checks, rules: Vec<ConsentRule>) -> Vec<ConsentRule> {
    at_most(checks, "/consents", rules.len());
    let mut seen = vec![];
    let rule = |(n, rule): (usize, ConsentRule)| {
        let at = |field: &str| format!("/consents/{n}/{field}");
        if seen.contains(&rule.kind) {
            checks.note(&at("kind"), Code::Repeated, vec![]);
        }
        seen.push(rule.kind);
        let version = checks.text(&at("version"), &rule.version, 50);
        ConsentRule { kind: rule.kind, version, url: rule.url.map(|url| address_of(&at("url"), checks, &url)) }
    };
    rules.into_iter().take(LIST).enumerate().map(rule).collect()
}

fn at_most(checks: &mut Checks, pointer: &str, length: usize) {
    if length > LIST {
        checks.note(pointer, Code::TooLong, vec![("limit", LIST.into())]);
    }
}

/// The address of a page, without a slash at its end.
fn address_of(pointer: &str, checks: &mut Checks, url: &str) -> String {
    let url = checks.text(pointer, url, URL);
    let secure = url.strip_prefix("https://").is_some_and(|rest| !rest.is_empty());
    if !checks.is_wrong(pointer) && (!secure || url.contains(char::is_whitespace)) {
        checks.note(pointer, Code::InvalidValue, vec![("expected", Phrase::SecureAddress.into())]);
    }
    url.trim_end_matches('/').to_owned()
}
