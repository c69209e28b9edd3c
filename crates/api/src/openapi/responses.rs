//! Answers that many operations have alike stand in the document once.

use serde_json::{Map, Value, json};
use std::collections::BTreeMap;

/// How many operations must answer alike for the answer to be shared.
const SHARED: usize = 3;

/// Puts refusals that many operations answer alike into the components.
pub fn share(document: &mut Value) {
    let mut counts: BTreeMap<(String, String), usize> = BTreeMap::new();
    each(document, |status, response| *counts.entry((status.to_owned(), response.to_string())).or_default() += 1);
    let mut names: BTreeMap<(String, String), String> = BTreeMap::new();
    let mut last = BTreeMap::<&str, usize>::new();
    for (key, _) in counts.iter().filter(|(_, count)| **count >= SHARED) {
        let nth = last.entry(key.0.as_str()).or_default();
        *nth += 1;
        let number = if *nth == 1 { String::new() } else { nth.to_string() };
        names.insert(key.clone(), format!("{}{number}", name(&key.0)));
    }
    let mut shared = Map::new();
    each(document, |status, response| {
        if let Some(name) = names.get(&(status.to_owned(), response.to_string())) {
            shared.insert(name.clone(), response.take());
            *response = json!({"$ref": format!("#/components/responses/{name}")});
        }
    });
    document["components"]["responses"] = shared.into();
}

fn each(document: &mut Value, mut work: impl FnMut(&str, &mut Value)) {
    let items = document["paths"].as_object_mut().into_iter().flat_map(|paths| paths.values_mut());
    for operation in items.filter_map(Value::as_object_mut).flat_map(|item| item.values_mut()) {
        let responses = operation["responses"].as_object_mut().into_iter().flatten();
        responses.filter(|(status, _)| status.as_str() >= "400").for_each(|(status, response)| work(status, response));
    }
}

fn name(status: &str) -> &'static str {
    match status {
        "400" => "BadRequest",
        "401" => "Unauthorized",
        "403" => "Forbidden",
        "404" => "NotFound",
        "408" => "RequestTimeout",
        "409" => "Conflict",
        "412" => "PreconditionFailed",
        "413" => "PayloadTooLarge",
        "415" => "UnsupportedMediaType",
        "422" => "UnprocessableContent",
        "429" => "TooManyRequests",
        "500" => "InternalServerError",
        "503" => "ServiceUnavailable",
        _ => "Refused",
    }
}

/// The answers of an operation, where they stand.
pub fn of<'a>(document: &'a Value, operation: &'a Value) -> impl Iterator<Item = &'a Value> {
    let all = operation["responses"].as_object().into_iter().flat_map(|all| all.values());
    all.map(|response| match response["$ref"].as_str() {
        Some(path) => document.pointer(path.trim_start_matches('#')).unwrap_or(response),
        None => response,
    })
}

/// The problem codes of an answer.
pub fn codes(response: &Value) -> Vec<String> {
    let all = response["x-problem-codes"].as_array().into_iter().flatten();
    all.filter_map(Value::as_str).map(str::to_owned).collect()
}
