//! Requests that the demo answers as they stand, for the API document: whoever is logged in as the provider of
//! [`SLUG`] tries an operation out with what is filled in. Their ids are the same in every installation.

use crate::demo::logins::{KEY, client_id};
use crate::demo::marketplaces::germany;
use crate::demo::products::{offer_id, price_list_id, product_id, sku_id};
use crate::demo::stable::numbered;
use crate::http::problem::Problem;
use domain::cart::{Cart, CartLine};
use domain::id::{
    BranchId, CartId, CustomerId, KeyBatchId, LineId, MarketplaceId, OrderId, RedemptionId, RegistrationId, ResellerId,
    SubscriptionId, UserId,
};
use domain::party::{Address, Branch};
use serde::Deserialize;
use serde_json::Value;
use std::collections::HashMap;
use std::sync::LazyLock;
use store::Conn;
use time::OffsetDateTime;

/// The marketplace whose data the examples name: it has resellers, too.
pub const SLUG: &str = "terra";

// In the order in which `People` brings them: the provider's administrator is the first.
pub(super) const CUSTOMER: u32 = 2;
const BILLING_USER: u32 = 4;
pub(super) const USER: u32 = 5;
const NEW_CUSTOMER: u32 = 6;
const RESELLER: u32 = 7;
const CART: u32 = 900;
const BRANCH: u32 = 901;
pub(super) const ORDER: u32 = 902;
pub(super) const SUBSCRIPTION: u32 = 903;
pub(super) const ORDERED_CART: u32 = 904;
pub(super) const BATCH: u32 = 905;
pub(super) const REDEMPTION: u32 = 906;
pub(super) const REGISTRATION: u32 = 907;
pub(super) const UNCONFIRMED: u32 = 908;

/// What an operation is tried out with.
#[derive(Debug, Deserialize)]
struct Example {
    /// Values of its path, where they are not the usual ones.
    #[serde(default)]
    path: HashMap<String, String>,
    body: Option<Value>,
}

// A test sends them all, so that a broken file cannot ship.
static EXAMPLES: LazyLock<HashMap<String, Example>> = LazyLock::new(|| {
    let named = include_str!("examples.json").split('"').map(|part| match part.strip_prefix('$') {
        Some(name) => usual(name).unwrap_or_default(),
        None => part.to_owned(),
    });
    serde_json::from_str(&named.collect::<Vec<_>>().join("\"")).unwrap_or_default()
});

/// What the demo has of a name, for any operation.
fn usual(name: &str) -> Option<String> {
    let customer = |number| CustomerId::from_u128(numbered(SLUG, number)).to_string();
    Some(match name {
        "customer_id" => customer(CUSTOMER),
        "new_customer_id" => customer(NEW_CUSTOMER),
        "user_id" => UserId::from_u128(numbered(SLUG, USER)).to_string(),
        "billing_user_id" => UserId::from_u128(numbered(SLUG, BILLING_USER)).to_string(),
        "reseller_id" => ResellerId::from_u128(numbered(SLUG, RESELLER)).to_string(),
        "client_id" => client_id(SLUG).to_string(),
        "product_id" => product_id(SLUG, 0).to_string(),
        "sku_id" => sku_id(SLUG, 0, 0).to_string(),
        "offer_id" => offer_id(SLUG, 0, 0, 0).to_string(),
        "yearly_offer_id" => offer_id(SLUG, 0, 0, 1).to_string(),
        "other_offer_id" => offer_id(SLUG, 0, 1, 0).to_string(),
        "price_list_id" => price_list_id(SLUG).to_string(),
        "branch_id" => BranchId::from_u128(numbered(SLUG, BRANCH)).to_string(),
        "cart_id" => CartId::from_u128(numbered(SLUG, CART)).to_string(),
        "line_id" => LineId::from_u128(numbered(SLUG, CART)).to_string(),
        "order_id" => OrderId::from_u128(numbered(SLUG, ORDER)).to_string(),
        "subscription_id" => SubscriptionId::from_u128(numbered(SLUG, SUBSCRIPTION)).to_string(),
        "batch_id" => KeyBatchId::from_u128(numbered(SLUG, BATCH)).to_string(),
        "redemption_id" => RedemptionId::from_u128(numbered(SLUG, REDEMPTION)).to_string(),
        "registration_id" => RegistrationId::from_u128(numbered(SLUG, REGISTRATION)).to_string(),
        "unconfirmed_id" => RegistrationId::from_u128(numbered(SLUG, UNCONFIRMED)).to_string(),
        "product_key" => KEY.to_owned(),
        _ => return None,
    })
}

/// What stands in a place of an operation's path.
fn in_path(operation: &str, name: &str) -> Option<String> {
    let own = EXAMPLES.get(operation).and_then(|example| example.path.get(name).cloned());
    own.or_else(|| usual(name))
}

/// The body that an operation is sent.
fn body(operation: &str) -> Option<&'static Value> {
    EXAMPLES.get(operation)?.body.as_ref()
}

/// Fills an operation of the API document in.
pub fn fill_in(operation: &mut Value) {
    let id = operation["operationId"].as_str().unwrap_or_default().to_owned();
    let all = operation.get_mut("parameters").and_then(Value::as_array_mut).into_iter().flatten();
    for parameter in all.filter(|parameter| parameter["in"] == "path") {
        if let Some(value) = in_path(&id, parameter["name"].as_str().unwrap_or_default()) {
            let is_number = parameter["schema"]["type"] == "integer";
            let number = value.parse::<u64>().ok().filter(|_| is_number).map(Value::from);
            parameter["example"] = number.unwrap_or_else(|| value.into());
        }
    }
    let content = operation.pointer_mut("/requestBody/content").and_then(Value::as_object_mut);
    if let (Some(content), Some(body)) = (content, body(&id)) {
        content.values_mut().for_each(|media| media["example"] = body.clone());
    }
}

/// A cart that waits to be ordered.
pub fn fill_cart(tx: &mut Conn, marketplace: MarketplaceId, now: OffsetDateTime) -> Result<(), Problem> {
    Ok(store::carts::insert(tx, &cart(CART, marketplace, "Büro Köln", now))?)
}

/// A cart of the customer with five licences.
pub(super) fn cart(number: u32, marketplace: MarketplaceId, name: &str, now: OffsetDateTime) -> Cart {
    let line = CartLine {
        id: LineId::from_u128(numbered(SLUG, number)),
        offer_id: offer_id(SLUG, 0, 0, 0),
        quantity: 5,
        reference: None,
        branch: None,
        trial_then: None,
        base: None,
    };
    Cart {
        id: CartId::from_u128(numbered(SLUG, number)),
        marketplace_id: marketplace,
        customer_id: CustomerId::from_u128(numbered(SLUG, CUSTOMER)),
        reseller_id: None,
        name: Some(name.to_owned()),
        billing_address: None,
        lines: vec![line],
        ordered_as: None,
        created_at: now,
        version: 1,
    }
}

/// A branch of the customer that has nothing else yet.
pub fn set_up_branch(tx: &mut Conn, marketplace: MarketplaceId, now: OffsetDateTime) -> Result<(), Problem> {
    let address = Address {
        company: None,
        street: "Deutzer Freiheit 12".to_owned(),
        postal_code: "50679".to_owned(),
        city: "Köln".to_owned(),
        region: Some("NW".to_owned()),
        country: germany()?,
        phone: None,
    };
    let branch = Branch {
        id: BranchId::from_u128(numbered(SLUG, BRANCH)),
        marketplace_id: marketplace,
        customer_id: CustomerId::from_u128(numbered(SLUG, NEW_CUSTOMER)),
        name: "Lager Deutz".to_owned(),
        address,
        retired_at: None,
    };
    Ok(store::branches::insert(tx, &branch, now)?)
}
