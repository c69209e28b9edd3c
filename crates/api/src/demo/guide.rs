//! What `make run` prints: log-ins, and commands that place a first order as they stand.

use crate::demo::logins::{CLIENT_SECRET, OPERATOR, PASSWORD, client_id};
use crate::demo::marketplaces;

/// The text for a server at an address.
pub fn guide(url: &str) -> String {
    let mut logins = String::new();
    for definition in marketplaces::all() {
        let slug = definition.slug;
        logins += &format!(
            "  {slug:<7} provider@{slug}.example  admin@kunde.{slug}.example  \
             billing@kunde.{slug}.example  user@kunde.{slug}.example\n"
        );
    }
    let client = client_id("cancom");
    format!(
        r#"
Demo log-ins, password {PASSWORD} for all:
{logins}  terra   admin@reseller1.terra.example  admin@reseller2.terra.example
  {OPERATOR} runs the installation
API client of cancom: {client} with the secret {CLIENT_SECRET}

A first order (copy as it stands): five Office 365 E1 for Musterfirma GmbH.

  API={url}/v1; json='Content-Type: application/json'
  field() {{ sed -E "s/.*\"$1\":\"([^\"]*)\".*/\1/"; }}
  login() {{ curl -s $API/auth/login -H "$json" \
    -d "{{\"email\":\"$1\",\"password\":\"{PASSWORD}\"}}" | field access_token; }}
  AUTH="Authorization: Bearer $(login admin@kunde.cancom.example)"
  OFFER=$(curl -s "$API/products?q=office+365+e1" -H "$AUTH" | grep -o '"title":"Office 365 E1".*' |
    sed -E 's/.*"offers":\[\{{"id":"([^"]*)".*"title":"Office 365 E3".*/\1/')
  CART=$(curl -s $API/carts -H "$AUTH" -H "$json" -d '{{"name":"First order"}}' | sed -E 's/^\{{"id":"([^"]*)".*/\1/')
  curl -s $API/carts/$CART/lines -H "$AUTH" -H "$json" -d "{{\"offer_id\":\"$OFFER\",\"quantity\":5}}"; echo
  curl -s -X POST $API/carts/$CART/preview -H "$AUTH"; echo
  curl -s $API/orders -H "$AUTH" -H "$json" -H "Idempotency-Key: first-order" \
    -d "{{\"cart_id\":\"$CART\",\"payment_method\":\"invoice\",
      \"consents\":[{{\"kind\":\"vendor_terms\",\"version\":\"2026-01\"}}]}}"; echo
  sleep 3; curl -s $API/subscriptions -H "$AUTH"; echo
"#
    )
}
