//! What goes on at the marketplace of the examples: an order whose subscription runs, a licence that somebody has,
//! product keys, a redemption that waits, people who want to be let in. Their ids are the same in every
//! installation, so that whatever is done with them can be tried out as it stands.

use crate::App;
use crate::auth::standing::Identity;
use crate::demo::examples::{
    self, BATCH, CUSTOMER, ORDER, ORDERED_CART, REDEMPTION, REGISTRATION, SLUG, SUBSCRIPTION, UNCONFIRMED, USER,
};
use crate::demo::logins::{KEY, PASSWORD};
use crate::demo::marketplaces::germany;
use crate::demo::products::offer_id;
use crate::demo::stable::numbered;
use crate::http::problem::Problem;
use crate::ordering::carts::quote;
use crate::ordering::orders::place::place_quoted;
use crate::product_keys::batches::make::{self, KeysToMake};
use crate::product_keys::redemptions::open::entered;
use crate::subscriptions::licenses::facts::record;
use crate::transaction::{Write, by_program};
use domain::consent::Consent;
use domain::id::{CustomerId, KeyBatchId, RedemptionId, RegistrationId, UserId};
use domain::order::PlaceOrder;
use domain::party::Address;
use domain::people::RegistrationMode;
use domain::policy::PaymentMethod;
use domain::product_key::{ProductKey, Redemption, RedemptionStatus};
use domain::registration::{Applicant, Company, RegistrationStatus};
use serde_json::json;
use store::registrations::StoredRegistration;

/// A key that was entered already.
const ENTERED: &str = "KNTRD-EMKEY-2345A-BCDEF-GHJKM";

/// Lets it begin, once: not where the customer has ordered anything, which it may not have twice.
pub fn begin(app: &App) -> Result<(), Problem> {
    let Some(known) = app.marketplaces.by_slug(SLUG) else { return Ok(()) };
    let identity = Identity::of_program("demo", known.marketplace.id);
    by_program(app, &identity, |write| {
        if store::orders::are_any_of(write.tx, &identity.scope, customer())? {
            return Ok(());
        }
        order(write)?;
        keys(write)?;
        registration(write, REGISTRATION, "Systemhaus Küste GmbH", RegistrationStatus::Requested)?;
        registration(write, UNCONFIRMED, "Systemhaus Förde GmbH", RegistrationStatus::AwaitingConfirmation)
    })
}

fn customer() -> CustomerId {
    CustomerId::from_u128(numbered(SLUG, CUSTOMER))
}

/// Five licences, of which somebody has one.
fn order(write: &mut Write<'_>) -> Result<(), Problem> {
    let scope = write.identity.scope;
    let cart = examples::cart(ORDERED_CART, scope.marketplace(), "Vertrieb", write.now);
    store::carts::insert(write.tx, &cart)?;
    let buying = store::customers::buying(write.tx, &scope, cart.customer_id)?;
    let quoted = quote::price(write.app, write.tx, &scope, cart, buying, write.now)?;
    let consents = quoted.quotation.consents_required.iter().map(Consent::from).collect();
    let request = PlaceOrder { payment_method: PaymentMethod::Invoice, consents, external_ref: None };
    let mut numbers = [ORDER, SUBSCRIPTION].into_iter();
    let ids = || numbers.next().map_or_else(crate::ids::fresh, |number| numbered(SLUG, number));
    let placed = place_quoted(write, quoted, &request, ids)?;
    let holder = UserId::from_u128(numbered(SLUG, USER));
    let held = placed.subscriptions.iter().map(|one| record(one, holder, Some("demo".to_owned()), write.now));
    Ok(store::assignments::insert_all(write.tx, &held.collect::<Vec<_>>())?)
}

/// Two keys, of which one was entered and not redeemed.
fn keys(write: &mut Write<'_>) -> Result<(), Problem> {
    let (id, offer_id) = (KeyBatchId::from_u128(numbered(SLUG, BATCH)), offer_id(SLUG, 0, 0, 1));
    let keys = [ProductKey::parse(KEY)?, ProductKey::parse(ENTERED)?];
    make::keep(write, id, &KeysToMake { offer_id, quantity: 5, count: 2 }, &keys)?;
    let redemption = Redemption {
        id: RedemptionId::from_u128(numbered(SLUG, REDEMPTION)),
        marketplace_id: write.identity.scope.marketplace(),
        customer_id: Some(customer()),
        new_customer: None,
        administrator_id: None,
        reseller_id: None,
        status: RedemptionStatus::Open,
        keys: vec![entered(write, &keys[1])?],
        partner_of_record: None,
        confirmed_by: write.identity.actor.clone(),
        created_at: write.now,
        completed_at: None,
        order_id: None,
        version: 1,
    };
    Ok(store::redemptions::insert(write.tx, &redemption)?)
}

/// Somebody of a company without a customer number who wants to be let in.
fn registration(write: &mut Write<'_>, number: u32, company: &str, status: RegistrationStatus) -> Result<(), Problem> {
    let address = Address {
        company: None,
        street: "Hafenstraße 7".to_owned(),
        postal_code: "24103".to_owned(),
        city: "Kiel".to_owned(),
        region: Some("SH".to_owned()),
        country: germany()?,
        phone: None,
    };
    let company = Company {
        name: company.to_owned(),
        size: None,
        phone: Some("+49 431 123456".to_owned()),
        vat_id: None,
        invoice_email: None,
        address: Some(address),
    };
    let applicant = Applicant { first_name: "Jan".to_owned(), last_name: "Petersen".to_owned(), company };
    let record = StoredRegistration {
        marketplace_id: write.identity.scope.marketplace(),
        id: RegistrationId::from_u128(numbered(SLUG, number)),
        mode: RegistrationMode::CustomerNumber,
        status,
        email: format!("jan{number}@systemhaus.example"),
        language: None,
        form: Some(serde_json::to_value(&applicant).map_err(Problem::internal)?),
        password_hash: Some(write.app.passwords.hash(PASSWORD)?),
        bank_data: None,
        iban_last_four: None,
        customer_number: None,
        mismatches: None,
        consents: Some(json!([])),
        address: "127.0.0.1".to_owned(),
        reason: None,
        referred_to: None,
        decided_by: None,
        decided_at: None,
        customer_id: None,
        reseller_id: None,
        user_id: None,
        created_at: write.now,
        updated_at: write.now,
        version: 1,
    };
    Ok(store::registrations::insert(write.tx, &record)?)
}
