//! What only the service sets is refused in every body, whoever sends it: who somebody is, what it may, whose it is.

use crate::contract::world::World;
use api::openapi::operations;
use serde_json::{Value, json};
use std::collections::BTreeSet;
use tests::TestApp;
use tests::schema::{operation, resolve};

/// Fields that would change who may what, if they were taken where they do not belong.
const FIELDS: [&str; 12] = [
    "id",
    "role",
    "marketplace_id",
    "customer_id",
    "reseller_id",
    "permissions",
    "status",
    "password_hash",
    "created_at",
    "created_by",
    "version",
    "disabled",
];

/// The fields that the document names for an operation's body.
fn documented(id: &str) -> BTreeSet<String> {
    let schema = resolve(&operation(id)["requestBody"]["content"]["application/json"]["schema"]);
    schema["properties"].as_object().map(|members| members.keys().cloned().collect()).unwrap_or_default()
}

#[test]
fn a_field_that_is_not_the_callers_to_set_is_refused_everywhere() {
    let app = TestApp::sqlite();
    let mut world = World::new(&app, "terra", "Kunde 1 GmbH");
    let (provider, operator) = (app.provider("terra"), app.operator());
    let (mut seen, mut wrong) = (0, vec![]);
    for one in operations() {
        let client = if one.permission.as_deref() == Some("marketplaces.manage") { &operator } else { &provider };
        world.freshen(&one.id);
        let Some(("application/json", body)) = world.sample(&one.id) else { continue };
        let known = documented(&one.id);
        for field in FIELDS.into_iter().filter(|field| !known.contains(*field)) {
            let mut body: Value = serde_json::from_str(&body).expect("JSON");
            body[field] = json!("provider_admin");
            let Some(answer) = world.call_with(client, &one.method, &one, "application/json", body.to_string()) else {
                continue;
            };
            let pointer = format!("/{field}");
            let told = answer.body["errors"].as_array().into_iter().flatten().any(|error| error["pointer"] == pointer);
            if answer.status != 422 || !told {
                wrong.push(format!("{} takes {field}: {} {}", one.id, answer.status, answer.text));
            }
            seen += 1;
        }
    }
    app.drain();
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    assert!(seen > 400, "{seen} tried");
}
