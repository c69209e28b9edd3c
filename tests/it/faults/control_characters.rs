//! U-97: a control character in any text of a request, wherever it stands, is refused with its place, and reaches
//! neither database.

use crate::contract::world::World;
use api::openapi::{Operation, operations};
use serde_json::{Map, Value, json};
use tests::schema::{operation, resolve};
use tests::shop::{self, wrong};
use tests::{Answer, Client, both};

/// How deep into a body the texts are looked for.
const DEPTH: usize = 6;

/// Where an operation's body has texts, as pointers; an array's by its first row.
fn texts(schema: &'static Value, at: &str, found: &mut Vec<String>) {
    if at.matches('/').count() > DEPTH {
        return;
    }
    let schema = resolve(schema);
    for parts in ["allOf", "oneOf", "anyOf"] {
        schema[parts].as_array().into_iter().flatten().for_each(|part| texts(part, at, found));
    }
    let is =
        |kind: &str| schema["type"] == kind || schema["type"].as_array().is_some_and(|all| all.contains(&json!(kind)));
    if is("string") && !found.iter().any(|known| known == at) {
        found.push(at.to_owned());
    }
    for (name, property) in schema["properties"].as_object().into_iter().flatten() {
        texts(property, &format!("{at}/{name}"), found);
    }
    if schema.get("items").is_some() {
        texts(&schema["items"], &format!("{at}/0"), found);
    }
    if schema["additionalProperties"].is_object() {
        texts(&schema["additionalProperties"], &format!("{at}/any"), found);
    }
}

/// Puts a value at a pointer, with whatever must be around it.
fn put(body: &mut Value, pointer: &str, value: &Value) {
    let Some((step, rest)) =
        pointer.trim_start_matches('/').split_once('/').or_else(|| pointer.strip_prefix('/').map(|step| (step, "")))
    else {
        *body = value.clone();
        return;
    };
    let rest = if rest.is_empty() { String::new() } else { format!("/{rest}") };
    if step == "0" {
        if !body.is_array() {
            *body = json!([]);
        }
        let rows = body.as_array_mut().expect("an array");
        if rows.is_empty() {
            rows.push(Value::Null);
        }
        return put(&mut rows[0], &rest, value);
    }
    if !body.is_object() {
        *body = Value::Object(Map::new());
    }
    put(&mut body[step], &rest, value);
}

/// Whether a caller was turned away before anybody read what it sent.
fn is_turned_away(answer: &Answer) -> bool {
    [401, 403].contains(&answer.status)
}

/// Sends a control character in each text of a body; what was taken, broke, or was not named.
fn in_bodies(world: &World, client: &Client, one: &Operation, seen: &mut usize) -> Vec<String> {
    let content = &operation(&one.id)["requestBody"]["content"];
    let Some(schema) = content.get("application/json").map(|json| &json["schema"]) else { return vec![] };
    let (mut pointers, mut failed) = (vec![], vec![]);
    texts(schema, "", &mut pointers);
    let sample =
        world.sample(&one.id).map_or_else(|| json!({}), |(_, body)| serde_json::from_str(&body).expect("JSON"));
    for (n, pointer) in pointers.iter().enumerate() {
        let letter = ["\u{0}", "\u{1f}", "\u{7f}", "\n"][n % 4];
        let mut body = sample.clone();
        put(&mut body, pointer, &json!(format!("a{letter}b")));
        let sent = world.call_with(client, &one.method, one, "application/json", body.to_string());
        let Some(answer) = sent else { continue };
        *seen += 1;
        // What the sample lacks beside it is told, too.
        let here = (pointer.clone(), "invalid_value".to_owned());
        let named = answer.status == 422 && shop::told(&answer).first() == Some(&here);
        if !named && !is_turned_away(&answer) {
            failed.push(format!("{} {pointer} {letter:?}: {} {}", one.id, answer.status, answer.text));
        }
    }
    failed
}

/// Sends one in each parameter of the path and of the query.
fn in_addresses(world: &World, client: &Client, one: &Operation, seen: &mut usize) -> Vec<String> {
    let mut failed = vec![];
    for parameter in operation(&one.id)["parameters"].as_array().into_iter().flatten() {
        let (name, place) = (parameter["name"].as_str().expect("a name"), parameter["in"].as_str().expect("a place"));
        let mut path = one.path.clone();
        for (other, id) in &world.ids {
            let id = if *other == name { "a%00b" } else { id };
            path = path.replace(&format!("{{{other}}}"), id);
        }
        path = path.replace(&format!("{{{name}}}"), "a%1Fb");
        let named = match place {
            "path" => "path",
            "query" => {
                path += &format!("?{name}=a%C2%85b");
                name
            }
            _ => continue,
        };
        let (media, body) = world.sample(&one.id).unwrap_or_default();
        let answer = client.send_raw(&one.method, &path, media, body.into_bytes());
        *seen += 1;
        if answer.status != 422 || shop::told(&answer) != wrong([(named, "invalid_value")]) {
            failed.push(format!("{} {path}: {} {}", one.id, answer.status, answer.text));
        }
    }
    failed
}

both! {
    /// U-97, over every operation of the document.
    u97_no_operation_takes_a_control_character(app) {
        let mut world = World::new(&app, "terra", "Kunde 1 GmbH");
        let client = app.provider("terra");
        let (mut bodies, mut addresses, mut failed) = (0, 0, vec![]);
        for one in operations() {
            world.freshen(&one.id);
            failed.extend(in_bodies(&world, &client, &one, &mut bodies));
            failed.extend(in_addresses(&world, &client, &one, &mut addresses));
        }
        app.drain();
        assert!(failed.is_empty(), "{}", failed.join("\n"));
        assert!(bodies > 150 && addresses > 150, "{bodies} in bodies, {addresses} in addresses");
    }
}

both! {
    /// U-97: what is read without JSON: a form, a price sheet, the header of a client.
    u97_what_is_no_json_takes_no_control_character_either(app) {
        let form = |body: &str| {
            let media = "application/x-www-form-urlencoded";
            app.anonymous().send_raw("POST", "/v1/oauth/token", media, body.as_bytes().to_vec())
        };
        form("grant_type=client_credentials&client_id=a%00b&client_secret=a%00b").expect(401);
        form("grant_type=client%00credentials").expect(400);
        let basic = app.anonymous().with("Authorization", "Basic YQBiOmMAZA==");
        let media = "application/x-www-form-urlencoded";
        basic.send_raw("POST", "/v1/oauth/token", media, b"grant_type=client_credentials".to_vec()).expect(401);
        let provider = app.provider("cancom");
        for letter in ["\0", "\u{1}", "\u{7f}"] {
            let title = format!("Office{letter}365 E1");
            let rows = [shop::Row::e1(), shop::Row::e1().planned("P1M", "Monthly")];
            let sheet = shop::sheet(&rows).replacen("Office 365 E1", &title, 1);
            assert!(sheet.contains(&title), "{sheet}");
            let list = shop::import(&provider, shop::RETAIL, sheet);
            assert_eq!((&list["rows"], &list["errors"]), (&json!(1), &json!(1)), "{letter:?}");
        }
    }
}
