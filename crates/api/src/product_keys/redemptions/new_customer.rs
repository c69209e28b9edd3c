//! The customer that comes into being with a redemption: country, organisation and administrator (K-08).

use crate::App;
use crate::http::problem::{Code, Problem};
use crate::http::wire::body::patched;
use crate::http::wire::checks::Checks;
use crate::http::wire::party::{Address, AddressUpdate, Contact, ContactUpdate};
use crate::people::users::fields;
use crate::texts::place::Place;
use domain::id::MarketplaceId;
use domain::party::Country;
use domain::product_key;
use domain::tenant;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use utoipa::ToSchema;

/// What stands behind the prefix of each new tenant's domain.
const ONMICROSOFT: &str = ".onmicrosoft.com";

/// A customer that comes into being with the redemption.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
#[serde(remote = "Self", deny_unknown_fields)]
pub struct NewCustomer {
    /// What the company is called on invoices.
    #[schema(max_length = 200, example = "Müller GmbH")]
    pub name: String,
    /// Where the company is: its invoice address. In a country that the form `redemption` of the marketplace does not
    /// list there is no service.
    pub address: Address,
    /// The VAT id; null where there is none.
    #[serde(default)]
    #[schema(max_length = 20, example = "DE136695976")]
    pub vat_id: Option<String>,
    /// The first administrator: gets admin rights, one licence, and a mail to activate the account.
    pub administrator: Contact,
    /// The language of the administrator's mails: `de`, `en`, `pl`; null for the marketplace's.
    #[serde(default)]
    #[schema(pattern = "^(de|en|pl)$", example = "de")]
    pub language: Option<String>,
    /// What stands before `.onmicrosoft.com` in the domain of the tenant that is created; where it is null or left out
    /// it is made of the company's name.
    #[serde(default)]
    #[schema(max_length = 27, example = "muellergmbh")]
    pub domain_prefix: Option<String>,
    /// That the administrator has accepted Microsoft's customer agreement for the company: recorded in that name.
    #[serde(default)]
    #[schema(required = false, example = true)]
    pub agreement_accepted: bool,
}

crate::only_object!(NewCustomer);

/// What changes about a customer that comes into being; a field left out stays, null clears.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[allow(dead_code, reason = "the shape of a merge patch of a new customer")]
pub struct NewCustomerUpdate {
    /// What the company is called on invoices.
    #[schema(value_type = String, required = false, max_length = 200, example = "Müller GmbH")]
    name: Option<String>,
    /// What changes about where the company is; parts left out stay.
    #[schema(value_type = AddressUpdate, required = false)]
    address: Option<Value>,
    /// The VAT id; null clears it.
    #[schema(max_length = 20, example = "DE136695976")]
    vat_id: Option<String>,
    /// What changes about the first administrator; parts left out stay.
    #[schema(value_type = ContactUpdate, required = false)]
    administrator: Option<Value>,
    /// The language of the administrator's mails: `de`, `en`, `pl`; null takes the marketplace's.
    #[schema(pattern = "^(de|en|pl)$", example = "de")]
    language: Option<String>,
    /// What stands before `.onmicrosoft.com` in the domain of the tenant; null makes it of the company's name.
    #[schema(max_length = 27, example = "muellergmbh")]
    domain_prefix: Option<String>,
    /// That the administrator has accepted Microsoft's customer agreement for the company.
    #[schema(value_type = bool, required = false, example = true)]
    agreement_accepted: Option<bool>,
}

impl NewCustomer {
    /// The customer as it is kept, where everything is right.
    pub fn check(
        &self,
        app: &App,
        marketplace: MarketplaceId,
        checks: &mut Checks,
    ) -> Result<Option<product_key::NewCustomer>, Problem> {
        const AT: &str = "/new_customer";
        let (people, rules) = (app.marketplaces.people(marketplace)?, app.marketplaces.organizations(marketplace)?);
        let at = |field: &str| format!("{AT}/{field}");
        let name = checks.organization(&at("name"), &self.name);
        let address = self.address.check(&at("address"), checks, &rules.address_fields);
        let country = address.as_ref().map(|address| address.country);
        if let Some(country) = country.filter(|country| !is_served(app, marketplace, *country)) {
            checks.note(&at("address/country"), Code::CountryNotServed, vec![("country", Place::text(country.code()))]);
        }
        let vat_id = checks.vat_id(&at("vat_id"), self.vat_id.as_deref(), country);
        let administrator = self.administrator.check_with(&at("administrator"), checks, rules.contact_phone);
        let email = at("administrator/email");
        fields::name(&email, &administrator.email, people.login_kind, checks);
        let language = fields::language(&at("language"), self.language.as_deref(), &people.languages, checks);
        let prefix = self.domain_prefix.clone().unwrap_or_else(|| tenant::suggest_prefix(&name));
        let domain = tenant::domain_of_prefix(&prefix).ok();
        if domain.is_none() && !checks.is_wrong(&at("name")) {
            checks.note(&at("domain_prefix"), Code::TenantPrefixInvalid, vec![]);
        }
        let agreement_accepted = self.agreement_accepted;
        let whole = address.zip(domain).map(|(address, domain)| product_key::NewCustomer {
            name,
            address,
            vat_id,
            administrator,
            language,
            domain,
            agreement_accepted,
        });
        Ok(whole)
    }
}

/// What a merge patch makes of the new customer of a redemption; of a redemption for one that there is none is made.
pub fn another(app: &App, of: &product_key::Redemption, patch: &Value) -> Result<product_key::NewCustomer, Problem> {
    let current = of.new_customer.as_ref().map(NewCustomer::from);
    let new: NewCustomer = patched("/new_customer", current.as_ref(), patch)?;
    let mut checks = Checks::new();
    let checked = new.check(app, of.marketplace_id, &mut checks)?;
    if current.is_none() {
        let expected = "nothing: the redemption is for a customer that there is";
        checks.note("/new_customer", Code::InvalidValue, vec![("expected", Place::wire(expected))]);
    }
    checks.finish(checked)
}

/// K-09: whether product keys have service in a country.
fn is_served(app: &App, marketplace: MarketplaceId, country: Country) -> bool {
    let Ok(record) = app.marketplaces.get(marketplace) else { return false };
    let served = app.catalogs.of(marketplace).countries_of_keys(record.marketplace.country, app.now(marketplace));
    served.is_none_or(|served| served.contains(&country))
}

impl From<&product_key::NewCustomer> for NewCustomer {
    fn from(new: &product_key::NewCustomer) -> Self {
        Self {
            name: new.name.clone(),
            address: (&new.address).into(),
            vat_id: new.vat_id.clone(),
            administrator: (&new.administrator).into(),
            language: new.language.clone(),
            domain_prefix: Some(new.domain.trim_end_matches(ONMICROSOFT).to_owned()),
            agreement_accepted: new.agreement_accepted,
        }
    }
}
