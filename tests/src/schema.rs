//! Whether an answer is what the OpenAPI document says: status, content type, headers, problem code, every member of
//! the body. [`crate::Client`] holds every answer of the suite against it.

use crate::Answer;
use regex::Regex;
use serde_json::{Map, Value};
use std::collections::HashMap;
use std::io::Write as _;
use std::sync::{LazyLock, Mutex, PoisonError};
use time::OffsetDateTime;
use time::format_description::well_known::Rfc3339;

/// The document.
pub static DOCUMENT: LazyLock<Value> = LazyLock::new(api::openapi::document);

/// Where to write down codes that an operation answers and does not list, a line each, instead of failing.
const CODES: &str = "KONTOR_TEST_CODES";

/// Headers that mean something to a client: none is sent that the document does not declare.
const HEADERS: [&str; 12] = [
    "Allow",
    "Content-Disposition",
    "Content-Language",
    "ETag",
    "Idempotent-Replayed",
    "Location",
    "RateLimit",
    "RateLimit-Policy",
    "Retry-After",
    "Vary",
    "WWW-Authenticate",
    "X-Request-Id",
];

/// The document's operation of an id.
pub fn operation(id: &str) -> &'static Value {
    let items = DOCUMENT["paths"].as_object().into_iter().flatten();
    let mut all = items.flat_map(|(_, item)| item.as_object().into_iter().flatten());
    all.find(|(_, operation)| operation["operationId"] == id).map(|(_, operation)| operation).expect("it is documented")
}

/// The document's operation that a request is for; the path may have a query. None where there is no such operation.
pub fn operation_of(method: &str, path: &str) -> Option<&'static Value> {
    let path = path.split(['?', '#']).next().unwrap_or_default();
    let asked: Vec<_> = path.split('/').collect();
    let parts = |template: &'static str| template.split('/').collect::<Vec<_>>();
    let fits = |template: &[&str]| {
        let part = |(part, given): (&&str, &&str)| part == given || (part.starts_with('{') && !given.is_empty());
        template.len() == asked.len() && template.iter().zip(&asked).all(part)
    };
    let all = DOCUMENT["paths"].as_object()?.iter().filter(|(template, _)| fits(&parts(template)));
    // What stands there word for word goes before what takes any text.
    let (_, item) =
        all.min_by_key(|(template, _)| parts(template).iter().filter(|part| part.starts_with('{')).count())?;
    item.get(method.to_lowercase())
}

/// What a reference leads to; a schema without one is itself.
pub fn resolve(schema: &'static Value) -> &'static Value {
    match schema["$ref"].as_str() {
        None => schema,
        Some(reference) => {
            resolve(DOCUMENT.pointer(reference.trim_start_matches('#')).expect("the reference leads somewhere"))
        }
    }
}

/// The example of a parameter; of one that may be left out it stands in its description.
pub fn example(parameter: &Value) -> Option<String> {
    let described = || parameter["description"].as_str()?.split_once("For example `")?.1.split_once('`');
    let described = || described().map(|(example, _)| example.to_owned());
    let text = |value: &Value| value.as_str().map_or_else(|| value.to_string(), str::to_owned);
    parameter.get("example").map(text).or_else(described)
}

/// What the document says differently of a problem; nothing where it is one of its family.
pub fn differences_of_problem(problem: &Value) -> Vec<String> {
    let mut found = vec![];
    compare(&PROBLEMS, problem, &mut String::new(), &mut found);
    found
}

/// What the document says differently of the answer to an operation; nothing where the answer is as documented.
pub fn differences(id: &str, answer: &Answer) -> Vec<String> {
    held(operation(id), true, answer)
}

/// The same of the answer to a request, which may be for nothing that there is.
pub fn differences_of(method: &str, path: &str, answer: &Answer) -> Vec<String> {
    let body = method != "HEAD";
    match operation_of(if body { method } else { "GET" }, path) {
        Some(operation) => held(operation, body, answer),
        None if answer.header("content-type") == PROBLEM && body => {
            let named = |wrong: String| format!("{method} {path} {} {wrong}", answer.status);
            differences_of_problem(&answer.body).into_iter().map(named).collect()
        }
        None => vec![],
    }
}

const PROBLEM: &str = "application/problem+json";

/// The family of problems.
static PROBLEMS: LazyLock<Value> = LazyLock::new(|| serde_json::json!({"$ref": "#/components/schemas/Problem"}));

fn held(operation: &'static Value, body: bool, answer: &Answer) -> Vec<String> {
    let (mut found, id) = (vec![], operation["operationId"].as_str().unwrap_or_default());
    let Some(response) = operation["responses"].get(answer.status.to_string()).map(resolve) else {
        if answer.header("content-type") == PROBLEM && unlisted(id, answer.code()) {
            return vec![];
        }
        return vec![format!("{id}: {} is not documented: {}", answer.status, answer.text)];
    };
    headers(id, response, answer, &mut found);
    // What is packed cannot be read here; who asked for that looks at it.
    if !body || !answer.header("content-encoding").is_empty() {
        return found;
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
    if media == PROBLEM {
        let listed = response["x-problem-codes"].as_array().is_some_and(|codes| codes.contains(&answer.body["code"]));
        if !listed && !unlisted(id, answer.code()) {
            found.push(format!("{id} does not list `{}` (refusals.txt)", answer.code()));
        }
    }
    found
}

/// Whether a code that an operation does not list was only to be written down.
#[allow(clippy::disallowed_methods, reason = "where to write is asked of whoever starts the tests")]
fn unlisted(id: &str, code: &str) -> bool {
    let Ok(path) = std::env::var(CODES) else { return false };
    let file = std::fs::OpenOptions::new().append(true).create(true).open(path);
    file.and_then(|mut file| file.write_all(format!("{id} {code}\n").as_bytes())).is_ok()
}

fn headers(id: &str, response: &'static Value, answer: &Answer, found: &mut Vec<String>) {
    for name in HEADERS {
        let declared = response["headers"].get(name).map(resolve);
        let sent = answer.header(name);
        let must = declared.is_some_and(|header| header["required"] == true);
        if must && sent.is_empty() {
            found.push(format!("{id} {}: {name} is not sent, see api/http/reply.rs", answer.status));
        }
        if !sent.is_empty() {
            match declared {
                None => found.push(format!("{id} {}: {name} is sent and not documented", answer.status)),
                Some(header) => {
                    let value = match header["schema"]["type"].as_str() {
                        Some("integer") => sent.parse::<u64>().map_or_else(|_| sent.into(), Value::from),
                        Some("boolean") => sent.parse::<bool>().map_or_else(|_| sent.into(), Value::from),
                        _ => sent.into(),
                    };
                    compare(&header["schema"], &value, &mut format!("{id} {} {name} ", answer.status), found);
                }
            }
        }
    }
}

fn compare(schema: &'static Value, value: &Value, at: &mut String, found: &mut Vec<String>) {
    let schema = resolve(schema);
    if let Some(choices) = schema["oneOf"].as_array() {
        return one_of(schema, choices, value, at, found);
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
        Value::Number(number) => {
            let (least, most) = (schema["minimum"].as_f64(), schema["maximum"].as_f64());
            let number = number.as_f64().unwrap_or_default();
            if least.is_some_and(|least| number < least) || most.is_some_and(|most| number > most) {
                found.push(format!("{at}: {number} is out of its range"));
            }
        }
        Value::Array(rows) => {
            let (least, most) = (schema["minItems"].as_u64(), schema["maxItems"].as_u64());
            let count = rows.len() as u64;
            if least.is_some_and(|least| count < least) || most.is_some_and(|most| count > most) {
                found.push(format!("{at}: {count} rows are out of its range"));
            }
            for (n, row) in rows.iter().enumerate() {
                below(at, &n.to_string(), |at| compare(&schema["items"], row, at, found));
            }
        }
        Value::Object(members) => members_of(schema, members, at, found),
        Value::Null | Value::Bool(_) => {}
    }
}

/// Exactly one of the choices; the one that the discriminator names where there is one.
fn one_of(schema: &'static Value, all: &'static [Value], value: &Value, at: &mut String, found: &mut Vec<String>) {
    if let Some(by) = schema["discriminator"]["propertyName"].as_str() {
        let named = value[by].as_str().and_then(|name| schema["discriminator"]["mapping"].get(name));
        let choice = named.and_then(|named| all.iter().find(|choice| choice["$ref"] == *named));
        match choice {
            Some(choice) => compare(choice, value, at, found),
            None => found.push(format!("{at}: {by} {} is none of the choices", value[by])),
        }
        return;
    }
    let fits = |choice: &&'static Value| {
        let mut wrong = vec![];
        compare(choice, value, &mut at.clone(), &mut wrong);
        wrong.is_empty()
    };
    let count = all.iter().filter(fits).count();
    if count != 1 {
        found.push(format!("{at}: {value} is {count} of the choices"));
    }
}

fn of_type(schema: &Value, value: &Value) -> bool {
    let is = |kind: &Value| match kind.as_str().unwrap_or_default() {
        "object" => value.is_object(),
        "array" => value.is_array(),
        "string" => value.is_string(),
        "integer" => value.is_i64() || value.is_u64(),
        "number" => value.is_number(),
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

fn of_format(schema: &'static Value, text: &str, at: &str, found: &mut Vec<String>) {
    let right = match schema["format"].as_str().unwrap_or_default() {
        "date-time" => text.ends_with('Z') && OffsetDateTime::parse(text, &Rfc3339).is_ok(),
        "date" => text.len() == 10 && OffsetDateTime::parse(&format!("{text}T00:00:00Z"), &Rfc3339).is_ok(),
        _ => true,
    };
    if !right {
        found.push(format!("{at}: {text} is no {}", schema["format"]));
    }
    let (least, most) = (schema["minLength"].as_u64(), schema["maxLength"].as_u64());
    let length = text.chars().count() as u64;
    if least.is_some_and(|least| length < least) || most.is_some_and(|most| length > most) {
        found.push(format!("{at}: {text} is too short or too long"));
    }
    if schema["pattern"].as_str().is_some_and(|pattern| !is_like(pattern, text)) {
        found.push(format!("{at}: {text} is not like {}", schema["pattern"]));
    }
}

fn is_like(pattern: &'static str, text: &str) -> bool {
    static KNOWN: LazyLock<Mutex<HashMap<&'static str, Regex>>> = LazyLock::new(Mutex::default);
    let mut known = KNOWN.lock().unwrap_or_else(PoisonError::into_inner);
    known.entry(pattern).or_insert_with(|| Regex::new(pattern).expect("a pattern")).is_match(text)
}

fn members_of(schema: &'static Value, members: &Map<String, Value>, at: &mut String, found: &mut Vec<String>) {
    let rest = schema.get("additionalProperties").filter(|rest| rest.is_object());
    if schema.get("properties").is_none() && rest.is_none() {
        return;
    }
    for (name, value) in members {
        match schema["properties"].get(name).or(rest) {
            Some(schema) => below(at, name, |at| compare(schema, value, at, found)),
            None => found.push(format!("{at}: {name} is not documented")),
        }
    }
    let required = schema["required"].as_array().into_iter().flatten();
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
