//! Demo data: five marketplaces after the five manuals, with people, customers and the same catalogue.
//!
//! Loaded once; what an interrupted start left out is added by the next.

mod consents;
pub mod guide;
mod marketplaces;
mod organizations;

pub use guide::guide;

use crate::App;
use crate::auth::standing::Identity;
use crate::http::meta::Meta;
use crate::http::problem::Problem;
use crate::ids::New as _;
use crate::keys::sha256;
use crate::platform::marketplaces::profile::StoredProfile;
use crate::pricing::price_lists::{import, publish};
use crate::transaction::Write;
use domain::access::{Organization, Role, Scope};
use domain::calendar::{BillingCycle, Term};
use domain::catalog::{Offer, OfferKind, PriceOwner, Product, QuantityLimits, Segment, Sku};
use domain::id::{
    ApiClientId, ClientSecretId, CustomerId, MarketplaceId, OfferId, PriceListId, ProductId, ResellerId, SkuId, UserId,
};
use domain::money::Currency;
use domain::party::{Country, Customer, Market, Marketplace};
use domain::people::UserState;
use domain::policy::{Version, presets};
use domain::pricing::Margin;
use domain::tenant::{Tenant, TenantStatus};
use marketplaces::Definition;
use provisioning::mock::MockPartnerCenter;
use rust_decimal::Decimal;
use serde::Deserialize;
use std::collections::HashMap;
use store::page::PageRequest;
use store::{Conn, agreements, api_clients, catalog, customers, price_lists, resellers, tenants, users};
use time::OffsetDateTime;

/// The password of every demo log-in.
pub const PASSWORD: &str = "Kontor-demo-1!";
/// The secret of every demo API client.
pub const CLIENT_SECRET: &str = "kontor-demo-secret";

const PRICE_SHEET: &[u8] = include_bytes!("price-sheet.csv");
const PRODUCTS: &str = include_str!("products.json");

/// Loads what is missing.
pub fn load(app: &App) -> Result<(), Problem> {
    app.refresh()?;
    refuse_beside_others(app)?;
    let hash = app.passwords.hash(PASSWORD)?;
    for definition in marketplaces::all() {
        let known = app.marketplaces.by_slug(definition.slug);
        let id = match &known {
            Some(record) => record.marketplace.id,
            None => app.store.write(|tx| create(tx, &definition, &hash, app.clock.now()))?,
        };
        app.refresh()?;
        if app.catalogs.of(id).version == 0 {
            publish(app, id, &definition)?;
        }
    }
    app.refresh()
}

/// Demo log-ins are known to everybody: they must not come into an installation that sells.
fn refuse_beside_others(app: &App) -> Result<(), Problem> {
    for record in app.marketplaces.all() {
        let slug = &record.marketplace.slug;
        let ours = app.store.read(|conn| match api_clients::by_id_unscoped(conn, client_id(slug)) {
            Ok(client) => Ok(client.marketplace_id == record.marketplace.id),
            Err(store::StoreError::NotFound) => Ok(false),
            Err(error) => Err(Problem::from(error)),
        })?;
        if !ours {
            return Err(Problem::internal(format!(
                "the database holds {slug}, which is not of the demo: it gets no demo data"
            )));
        }
    }
    Ok(())
}

/// Tells the mock which tenants exist already: it must not give their domains away.
pub fn adopt_tenants(app: &App, mock: &MockPartnerCenter) -> Result<(), Problem> {
    for record in app.marketplaces.all() {
        let linked = app.store.read(|conn| Ok::<_, Problem>(tenants::linked_unscoped(conn, record.marketplace.id)?))?;
        for (domain, entra_tenant_id) in linked {
            mock.adopt_tenant(&domain, &entra_tenant_id).map_err(Problem::internal)?;
        }
    }
    Ok(())
}

/// The demo API client of a marketplace: the same in every installation, so that it can be printed.
pub fn client_id(slug: &str) -> ApiClientId {
    ApiClientId::from_u128(stable(&format!("client {slug}")))
}

/// 128 bits that look like a UUIDv7, the same for the same name.
fn stable(name: &str) -> u128 {
    let digest = sha256(name.as_bytes());
    let value = u128::from_be_bytes(digest[..16].try_into().unwrap_or_default());
    (value & 0x0fff_ffff_ffff_0fff_3fff_ffff_ffff_ffff) >> 16 | 0x0000_0000_0000_7000_8000_0000_0000_0000
}

fn create(tx: &mut Conn, definition: &Definition, hash: &str, now: OffsetDateTime) -> Result<MarketplaceId, Problem> {
    let id = MarketplaceId::new();
    let marketplace = Marketplace {
        id,
        slug: definition.slug.to_owned(),
        name: definition.name.to_owned(),
        country: germany()?,
        currency: Currency::Eur,
        sandbox: true,
    };
    let profile = serde_json::to_value(definition.profile()).map_err(Problem::internal)?;
    store::marketplaces::insert(
        tx,
        &store::marketplaces::StoredMarketplace {
            marketplace,
            profile,
            clock_offset_us: 0,
            catalog_version: 0,
            access_version: 0,
        },
    )?;
    for (key, rules) in presets::all().map_err(Problem::internal)? {
        store::policies::insert(tx, id, key, &Version { version: 1, valid_from: now, content: rules })?;
    }
    let people = People { marketplace: id, slug: definition.slug, hash, now };
    people.user(tx, &format!("provider@{}.example", definition.slug), Role::ProviderAdmin, Organization::Provider)?;
    people.client(tx)?;
    people.customers(tx)?;
    if definition.slug == "terra" {
        people.resellers(tx)?;
        people.customer_numbers(tx)?;
    }
    consents::give(tx, id, definition.slug, now)?;
    introduce_products(tx, id, &definition.profile())?;
    Ok(id)
}

fn germany() -> Result<Country, Problem> {
    Country::from_code("DE").ok_or_else(|| Problem::internal("no country"))
}

/// Who is at a marketplace.
struct People<'a> {
    marketplace: MarketplaceId,
    slug: &'a str,
    hash: &'a str,
    now: OffsetDateTime,
}

impl People<'_> {
    fn user(&self, tx: &mut Conn, email: &str, role: Role, organization: Organization) -> Result<(), Problem> {
        let (first_name, last_name) = ("Erika".to_owned(), role.code().to_owned());
        Ok(users::insert(
            tx,
            &users::StoredUser {
                id: UserId::new(),
                marketplace_id: self.marketplace,
                organization,
                login: email.to_owned(),
                email: email.to_owned(),
                notification_email: None,
                first_name,
                last_name,
                phone: None,
                address: None,
                language: None,
                role: role.into(),
                areas: None,
                external_ref: None,
                password_hash: Some(self.hash.to_owned()),
                state: UserState { disabled: false, activated_at: Some(self.now), lock: None },
                deleted_at: None,
                created_at: self.now,
                version: 1,
            },
        )?)
    }

    fn client(&self, tx: &mut Conn) -> Result<(), Problem> {
        let id = client_id(self.slug);
        let client = api_clients::StoredApiClient {
            id,
            marketplace_id: self.marketplace,
            name: "Demo script".to_owned(),
            role: Role::ProviderAdmin,
            permissions: None,
            organization: Organization::Provider,
            revoked: false,
            created_by: "demo".to_owned(),
            created_at: self.now,
            version: 1,
        };
        api_clients::insert(tx, &client)?;
        let secret = api_clients::Secret {
            id: ClientSecretId::new(),
            marketplace_id: self.marketplace,
            client_id: id,
            hash: sha256(CLIENT_SECRET.as_bytes()).to_vec(),
            hint: crate::people::api_clients::secrets::hint(CLIENT_SECRET),
            created_at: self.now,
            last_used_at: None,
            revoked_at: None,
        };
        Ok(api_clients::insert_secret(tx, &secret)?)
    }

    fn customers(&self, tx: &mut Conn) -> Result<(), Problem> {
        let first = self.customer(tx, "Musterfirma GmbH", "kunde", None, true)?;
        for (name, role) in
            [("admin", Role::CustomerAdmin), ("billing", Role::CustomerBilling), ("user", Role::CustomerUser)]
        {
            self.user(tx, &format!("{name}@kunde.{}.example", self.slug), role, Organization::Customer(first))?;
        }
        self.customer(tx, "Neukunde GmbH", "neukunde", None, false)?;
        Ok(())
    }

    fn resellers(&self, tx: &mut Conn) -> Result<(), Problem> {
        for (n, name, partner_id) in [(1, "Systemhaus Nord GmbH", "5357564"), (2, "Systemhaus Süd GmbH", "4847383")] {
            let reseller = self.reseller(n, name, partner_id)?;
            resellers::insert(tx, &reseller, self.now)?;
            self.number_of(tx, &reseller)?;
            self.user(
                tx,
                &format!("admin@reseller{n}.{}.example", self.slug),
                Role::ResellerAdmin,
                Organization::Reseller(reseller.id),
            )?;
            let short = format!("kunde{n}");
            let customer = self.customer(tx, &format!("Kunde {n} GmbH"), &short, Some(reseller.id), true)?;
            let admin = format!("admin@{short}.{}.example", self.slug);
            self.user(tx, &admin, Role::CustomerAdmin, Organization::Customer(customer))?;
        }
        Ok(())
    }

    fn customer(
        &self,
        tx: &mut Conn,
        name: &str,
        short: &str,
        reseller: Option<ResellerId>,
        linked: bool,
    ) -> Result<CustomerId, Problem> {
        let (contact, address) = self.reached_at(short)?;
        let id = CustomerId::new();
        let customer = Customer {
            id,
            marketplace_id: self.marketplace,
            reseller_id: reseller,
            name: name.to_owned(),
            contact,
            address,
            vat_id: organizations::vat_id(name).map(str::to_owned),
            size: None,
            invoice_email: None,
            external_ref: None,
        };
        customers::insert(tx, &customer, self.now)?;
        if linked {
            self.linked(tx, &customer, short)?;
        }
        Ok(id)
    }

    /// A customer that has its tenant and has accepted the agreement.
    fn linked(&self, tx: &mut Conn, customer: &Customer, short: &str) -> Result<(), Problem> {
        let domain = format!("{}{short}.onmicrosoft.com", self.slug);
        let entra_tenant_id = guid(stable(&domain));
        tenants::put(
            tx,
            &tenants::StoredTenant {
                customer_id: customer.id,
                marketplace_id: self.marketplace,
                tenant: Tenant {
                    status: TenantStatus::Linked,
                    domain,
                    entra_tenant_id: Some(entra_tenant_id),
                    failure: None,
                },
                mode: "link".to_owned(),
                credentials: None,
                credentials_taken_at: None,
                version: 1,
                requested_at: self.now,
                updated_at: self.now,
            },
        )?;
        Ok(agreements::insert(
            tx,
            &agreements::StoredAgreement {
                customer_id: customer.id,
                marketplace_id: self.marketplace,
                kind: crate::organizations::agreements::KIND.to_owned(),
                first_name: customer.contact.first_name.clone(),
                last_name: customer.contact.last_name.clone(),
                email: customer.contact.email.clone(),
                agreed_at: self.now,
                recorded_by: "demo".to_owned(),
                recorded_at: self.now,
            },
        )?)
    }
}

fn guid(value: u128) -> String {
    let hex = format!("{value:032x}");
    format!("{}-{}-{}-{}-{}", &hex[..8], &hex[8..12], &hex[12..16], &hex[16..20], &hex[20..])
}

/// The catalogue comes in as any provider's does: a price sheet, imported and published.
fn publish(app: &App, marketplace: MarketplaceId, definition: &Definition) -> Result<(), Problem> {
    let identity = Identity::of_program("demo", marketplace);
    let meta = Meta {
        request_id: "demo".to_owned(),
        idempotency_key: None,
        if_match: None,
        if_match_tag: None,
        target: "demo".to_owned(),
    };
    let request = import::Request {
        name: "Demo".to_owned(),
        margin: Margin::PercentOffRetail(Decimal::ZERO),
        owner: PriceOwner::Everybody,
        category: "other".to_owned(),
    };
    let id = match unpublished(app, &identity.scope)? {
        Some(id) => id,
        None => {
            let sheet = std::io::Cursor::new(definition.sheet(PRICE_SHEET));
            import::import_sheet(app, &identity, &meta, &request, sheet)?
        }
    };
    app.store.write(|tx| {
        let now = app.now(marketplace);
        publish::publish(&mut Write { app, tx, identity: &identity, meta: &meta, now, forget: false }, id)
    })?;
    Ok(())
}

/// The draft that an interrupted load has left: a list is one only once all of its rows are there.
fn unpublished(app: &App, scope: &Scope) -> Result<Option<PriceListId>, Problem> {
    let first = PageRequest { limit: 200, after: None, descending: false };
    let lists = app.store.read(|conn| Ok::<_, Problem>(price_lists::list(conn, scope, &first)?))?.items;
    Ok(lists.into_iter().find(|list| list.status == price_lists::Status::Draft).map(|list| list.id))
}

/// What a price sheet does not say: categories, former names, limits, which SKU needs which.
#[derive(Deserialize)]
struct ProductData {
    external_id: String,
    title: String,
    category: String,
    aliases: Vec<String>,
    description: String,
    skus: Vec<SkuData>,
    prerequisites: Vec<String>,
    /// The most licences of it that Microsoft sells to one customer.
    max_quantity: Option<u32>,
}

#[derive(Deserialize)]
struct SkuData {
    external_id: String,
    title: String,
}

fn introduce_products(tx: &mut Conn, marketplace: MarketplaceId, profile: &StoredProfile) -> Result<(), Problem> {
    let data: Vec<ProductData> = serde_json::from_str(PRODUCTS).map_err(Problem::internal)?;
    catalog::insert_categories(tx, marketplace, &marketplaces::categories(marketplace))?;
    let products: Vec<_> = data.iter().map(product).collect();
    catalog::insert_products(tx, marketplace, &products)?;
    // Prerequisites name SKUs, so these exist before the price sheet brings them.
    let skus: HashMap<String, Sku> =
        data.iter().zip(&products).flat_map(|(data, product)| skus_of(data, product)).collect();
    catalog::insert_skus(tx, marketplace, &skus.values().cloned().collect::<Vec<_>>())?;
    let special = data.iter().filter(|data| !data.prerequisites.is_empty() || data.max_quantity.is_some());
    let offers = special.map(|data| special_offers(data, &skus, profile)).collect::<Result<Vec<_>, _>>()?.concat();
    Ok(catalog::insert_offers(tx, marketplace, &offers)?)
}

fn product(data: &ProductData) -> Product {
    Product {
        id: ProductId::new(),
        external_id: data.external_id.clone(),
        title: data.title.clone(),
        publisher: "Microsoft Corporation".to_owned(),
        description: data.description.clone(),
        category: data.category.clone(),
        aliases: data.aliases.clone(),
    }
}

fn skus_of(data: &ProductData, product: &Product) -> Vec<(String, Sku)> {
    let sku = |one: &SkuData| {
        let (external_id, title) = (one.external_id.clone(), one.title.clone());
        let sku =
            Sku { id: SkuId::new(), product_id: product.id, external_id, title, description: data.description.clone() };
        (format!("{}:{}", data.external_id, one.external_id), sku)
    };
    data.skus.iter().map(sku).collect()
}

/// Offers that differ from what a price sheet makes of itself: add-ons, and those with a limit.
fn special_offers(
    data: &ProductData,
    skus: &HashMap<String, Sku>,
    profile: &StoredProfile,
) -> Result<Vec<Offer>, Problem> {
    // One that is missing must not make the add-on free for all.
    let sku_id =
        |key: &String| skus.get(key).map(|sku| sku.id).ok_or_else(|| Problem::internal(format!("no SKU {key}")));
    let prerequisites = data.prerequisites.iter().map(sku_id).collect::<Result<Vec<_>, _>>()?;
    let plans =
        [(Term::P1Y, BillingCycle::Monthly), (Term::P1Y, BillingCycle::Annual), (Term::P1M, BillingCycle::Monthly)];
    let own = data.skus.iter().filter_map(|one| skus.get(&format!("{}:{}", data.external_id, one.external_id)));
    let market = Country::from_code("DE").map(|country| Market { country, currency: Currency::Eur });
    let offers = own.flat_map(|sku| plans.iter().map(move |plan| (sku, plan))).zip(std::iter::repeat(market));
    let offer = |((sku, (term, billing_cycle)), market): ((&Sku, &(Term, BillingCycle)), Option<Market>)| {
        let rule = profile
            .offer_policies
            .iter()
            .find(|rule| rule.term.0 == *term && rule.billing_cycle.0 == *billing_cycle)?;
        Some(Offer {
            id: OfferId::new(),
            sku_id: sku.id,
            term: *term,
            billing_cycle: *billing_cycle,
            segment: Segment::Commercial,
            market: market?,
            kind: if prerequisites.is_empty() { OfferKind::Licensed } else { OfferKind::AddOn },
            limits: QuantityLimits { max: data.max_quantity.unwrap_or(QuantityLimits::ANY.max), ..QuantityLimits::ANY },
            prerequisites: prerequisites.clone(),
            policy_key: rule.policy_key.clone(),
            preselected: rule.preselected,
        })
    };
    Ok(offers.filter_map(offer).collect())
}
