//! Whether an answer is what the OpenAPI document says: status, content type, headers, every member of the body.

use crate::Answer;
use serde_json::{Map, Value};
use std::sync::LazyLock;
use time::OffsetDateTime;
use time::format_description::well_known::Rfc3339;

/// The document.
pub static DOCUMENT: LazyLock<Value> = LazyLock::new(api::openapi::document);

/// The document's operation of an id.
pub fn operation(id: &str) -> &'static Value {
    let items = DOCUMENT["paths"].as_object().into_iter().flatten();
    let mut all = items.flat_map(|(_, item)| item.as_object().into_iter().flatten());
    all.find(|(_, operation)| operation["operationId"] == id).map(|(_, operation)| operation).expect("it is documented")
}

/// What a reference leads to; a schema without one is itself.
pub fn resolve(schema: &'static Value) -> &'static Value {
    match schema["$ref"].as_str() {
        None => schema,
        Some(reference) => DOCUMENT.pointer(reference.trim_start_matches('#')).expect("the reference leads somewhere"),
    }
}

/// The example of a parameter; of one that may be left out it stands in its description.
pub fn example(parameter: &Value) -> Option<String> {
    let described = || parameter["description"].as_str()?.split_once("For example `")?.1.split_once('`');
    let described = || described().map(|(example, _)| example.to_owned());
    let text = |value: &Value| value.as_str().map_or_else(|| value.to_string(), str::to_owned);
    parameter.get("example").map(text).or_else(described)
}

/// What the document says differently; nothing where the answer is as documented.
pub fn differences(id: &str, answer: &Answer) -> Vec<String> {
    let mut found = vec![];
    let Some(response) = operation(id)["responses"].get(answer.status.to_string()) else {
        return vec![format!("{id}: {} is not documented: {}", answer.status, answer.text)];
    };
    for name in ["ETag", "Location"] {
        let (documented, sent) = (response["headers"].get(name).is_some(), !answer.header(name).is_empty());
        if documented != sent && (name == "ETag" || answer.status == 201) {
            found.push(format!("{id} {}: {name} documented {documented}, sent {sent}", answer.status));
        }
    }
    let media = answer.header("content-type").split(';').next().unwrap_or_default();
    match response["content"].get(media) {
        Some(content) if media.ends_with("json") => {
            let mut at = format!("{id} {} ", answer.status);
            compare(&content["schema"], &answer.body, &mut at, &mut found);
        }
        Some(_) => {}
        None if response.get("content").is_none() && answer.text.is_empty() => {}
        None => found.push(format!("{id} {}: content type {media:?} is not documented", answer.status)),
    }
    found
}

fn compare(schema: &'static Value, value: &Value, at: &mut String, found: &mut Vec<String>) {
    let schema = resolve(schema);
    if let Some(choices) = schema["oneOf"].as_array() {
        let fits = |choice: &'static Value| {
            let mut wrong = vec![];
            compare(choice, value, &mut at.clone(), &mut wrong);
            wrong.is_empty()
        };
        if !choices.iter().any(fits) {
            found.push(format!("{at}: {value} is none of the choices"));
        }
        return;
    }
    if !of_type(schema, value) {
        found.push(format!("{at}: {value} is no {}", schema["type"]));
        return;
    }
    if schema["enum"].as_array().is_some_and(|codes| !codes.contains(value)) {
        found.push(format!("{at}: {value} is not in the enum"));
    }
    match value {
        Value::String(text) => of_format(schema, text, at, found),
        Value::Array(rows) => {
            for (n, row) in rows.iter().enumerate() {
                below(at, &n.to_string(), |at| compare(&schema["items"], row, at, found));
            }
        }
        Value::Object(members) => members_of(schema, members, at, found),
        Value::Null | Value::Bool(_) | Value::Number(_) => {}
    }
}

fn of_type(schema: &Value, value: &Value) -> bool {
    let is = |kind: &Value| match kind.as_str().unwrap_or_default() {
        "object" => value.is_object(),
        "array" => value.is_array(),
        "string" => value.is_string(),
        "integer" => value.is_i64() || value.is_u64(),
        "boolean" => value.is_boolean(),
        "null" => value.is_null(),
        _ => false,
    };
    match &schema["type"] {
        Value::Array(kinds) => kinds.iter().any(is),
        Value::Null => true,
        kind => is(kind),
    }
}

fn of_format(schema: &Value, text: &str, at: &str, found: &mut Vec<String>) {
    let right = match schema["format"].as_str().unwrap_or_default() {
        "date-time" => text.ends_with('Z') && OffsetDateTime::parse(text, &Rfc3339).is_ok(),
        "date" => text.len() == 10 && OffsetDateTime::parse(&format!("{text}T00:00:00Z"), &Rfc3339).is_ok(),
        _ => true,
    };
    if !right {
        found.push(format!("{at}: {text} is no {}", schema["format"]));
    }
}

fn members_of(schema: &'static Value, members: &Map<String, Value>, at: &mut String, found: &mut Vec<String>) {
    // A flattened member makes `allOf` of the parts.
    let parts: Vec<_> = match schema["allOf"].as_array() {
        Some(parts) => parts.iter().map(resolve).collect(),
        None => vec![schema],
    };
    if parts.iter().all(|part| part.get("properties").is_none()) {
        return;
    }
    let property = |name: &str| parts.iter().find_map(|part| part["properties"].get(name));
    for (name, value) in members {
        match property(name) {
            Some(schema) => below(at, name, |at| compare(schema, value, at, found)),
            // Some codes bring members of their own, such as the new preview.
            None if property("request_id").is_some() && property("code").is_some() => {}
            None => found.push(format!("{at}: {name} is not documented")),
        }
    }
    let required = parts.iter().flat_map(|part| part["required"].as_array().into_iter().flatten());
    for name in required.filter_map(Value::as_str).filter(|name| !members.contains_key(*name)) {
        found.push(format!("{at}: {name} is missing"));
    }
}

fn below(at: &mut String, name: &str, work: impl FnOnce(&mut String)) {
    let length = at.len();
    at.push('/');
    at.push_str(name);
    work(at);
    at.truncate(length);
}
