//! Schemas as generators of clients can use them: objects in one piece, choices with names and a discriminator, ids
//! with their pattern, and what comes in apart from what goes out where these differ.

use crate::http::wire::codes::ChangeType;
use crate::openapi::ids::ID_PARAMETERS;
use crate::subscriptions::changes::request;
use domain::subscription::change::ChangeKind;
use serde_json::{Map, Value, json};
use std::collections::BTreeSet;

/// Where a schema stands in the document.
pub fn reference(schema: &str) -> String {
    format!("#/components/schemas/{schema}")
}

/// Brings all schemas into their form.
pub fn complete(document: &mut Value) {
    if let Some(schemas) = schemas(document) {
        flatten(schemas);
        name_choices(schemas);
        name_changes(schemas);
        schemas.iter_mut().for_each(|(name, schema)| bound(name, schema));
    }
    part_inputs(document);
    let asked = asked(document);
    for (name, schema) in schemas(document).into_iter().flatten() {
        if asked.contains(name) {
            fill(schema);
            members(schema).for_each(|(_, member)| printable(member));
        } else if let Some(schema) = schema.as_object_mut() {
            // An answer may grow: whoever reads one ignores what it does not know.
            schema.remove("additionalProperties");
        }
    }
    prune(document);
}

fn schemas(document: &mut Value) -> Option<&mut Map<String, Value>> {
    document["components"]["schemas"].as_object_mut()
}

fn members(schema: &mut Value) -> impl Iterator<Item = (&String, &mut Value)> {
    schema.get_mut("properties").and_then(Value::as_object_mut).into_iter().flatten()
}

/// The schemas that answers are made of.
pub fn answered(document: &Value) -> BTreeSet<String> {
    reached(document, "responses")
}

/// The schemas that requests are made of.
fn asked(document: &Value) -> BTreeSet<String> {
    reached(document, "requestBody")
}

fn reached(document: &Value, part: &str) -> BTreeSet<String> {
    let operations =
        document["paths"].as_object().into_iter().flat_map(|paths| paths.values()).filter_map(Value::as_object);
    let mut found = BTreeSet::new();
    for operation in operations.flat_map(|item| item.values()) {
        refer(document, &operation[part], &mut found);
    }
    found
}

/// Adds the schemas that something refers to, and those that they refer to.
fn refer(document: &Value, value: &Value, found: &mut BTreeSet<String>) {
    match value {
        Value::Object(members) => members.values().for_each(|member| refer(document, member, found)),
        Value::Array(items) => items.iter().for_each(|item| refer(document, item, found)),
        Value::String(text) => {
            if let Some(name) = text.strip_prefix("#/components/schemas/")
                && found.insert(name.to_owned())
            {
                refer(document, &document["components"]["schemas"][name], found);
            }
        }
        Value::Null | Value::Bool(_) | Value::Number(_) => {}
    }
}

/// Puts the members of a schema into another.
pub fn merge(into: &mut Value, own: Value) {
    let Value::Object(own) = own else { return };
    for (key, value) in own {
        match (into.get_mut(&key), value) {
            (Some(Value::Object(known)), Value::Object(more)) => known.extend(more),
            (Some(Value::Array(known)), Value::Array(more)) if key == "required" => known.extend(more),
            (_, value) => into[&key] = value,
        }
    }
}

/// A flattened member makes `allOf` of the parts, and a closed part takes none of the others' members: one object.
fn flatten(schemas: &mut Map<String, Value>) {
    let all = schemas.clone();
    for (_, schema) in schemas.iter_mut().filter(|(_, schema)| schema["allOf"].is_array()) {
        let Value::Array(parts) = schema["allOf"].take() else { continue };
        let mut whole = json!({"type": "object", "properties": {}, "required": []});
        for part in parts {
            let named = part["$ref"].as_str().and_then(|path| path.rsplit('/').next());
            merge(&mut whole, named.and_then(|name| all.get(name)).unwrap_or(&part).clone());
        }
        if let Some(whole) = whole.as_object_mut() {
            whole.remove("additionalProperties");
        }
        whole["description"] = schema["description"].clone();
        *schema = whole;
    }
}

/// Gives each of the objects of a choice a name of its own, by the value that tells it from the others.
fn name_choices(schemas: &mut Map<String, Value>) {
    let (mut named, mut found) = (vec![], vec![]);
    for (name, schema) in schemas.iter() {
        let choices = schema["oneOf"].as_array().filter(|all| all.iter().all(|one| one["properties"].is_object()));
        if let Some(choices) = choices.filter(|choices| !choices.is_empty()) {
            found.push((name.clone(), choices.clone()));
        }
    }
    for (name, choices) in found {
        let tag = |choice: &Value| {
            let mut members = choice["properties"].as_object().into_iter().flatten();
            let single = |member: &Value| member["enum"].as_array().is_some_and(|codes| codes.len() == 1);
            members.find(|(_, member)| single(member)).map(|(tag, member)| (tag.clone(), member["enum"][0].clone()))
        };
        let Some((by, _)) = choices.first().and_then(tag) else { continue };
        let choices = choices.into_iter().filter_map(|choice| {
            let code = tag(&choice)?.1.as_str()?.to_owned();
            Some((code.clone(), pascal(&code) + &name, choice))
        });
        let choices: Vec<_> = choices.collect();
        schemas[&name] = choice(&schemas[&name]["description"], &by, &choices);
        named.extend(choices);
    }
    for (_, name, mut schema) in named {
        schema["title"] = name.as_str().into();
        schema["additionalProperties"] = false.into();
        schemas.insert(name, schema);
    }
}

/// One of several objects, told apart by a member.
fn choice(description: &Value, by: &str, choices: &[(String, String, Value)]) -> Value {
    let all: Vec<_> = choices.iter().map(|(_, name, _)| json!({"$ref": reference(name)})).collect();
    let mapping: Map<_, _> = choices.iter().map(|(code, name, _)| (code.clone(), reference(name).into())).collect();
    json!({
        "description": description,
        "oneOf": all,
        "discriminator": {"propertyName": by, "mapping": mapping},
    })
}

fn pascal(code: &str) -> String {
    let capital = |word: &str| word[..1].to_uppercase() + &word[1..];
    code.split('_').map(capital).collect()
}

/// What is asked for is read as one flat object; each type of change takes only some of its members.
fn name_changes(schemas: &mut Map<String, Value>) {
    let Some(flat) = schemas.remove("ChangeRequest") else { return };
    let mut choices = vec![];
    for kind in ChangeKind::ALL {
        let (needed, taken) = request::fields(*kind);
        let mut members = json!({"type": {
            "type": "string",
            "enum": [kind.code()],
            "description": flat["properties"]["type"]["description"],
        }});
        for name in needed.iter().chain(taken).chain(request::ALWAYS) {
            members[*name] = flat["properties"][*name].clone();
            set(&mut members[*name]);
        }
        let required: Vec<_> = ["type"].iter().chain(needed).collect();
        let name = pascal(kind.code()) + "Change";
        let schema = json!({
            "title": name,
            "description": ChangeType(*kind).meaning(),
            "type": "object",
            "properties": members,
            "required": required,
            "additionalProperties": false,
        });
        choices.push((kind.code().to_owned(), name, schema));
    }
    schemas.insert("ChangeRequest".to_owned(), choice(&flat["description"], "type", &choices));
    schemas.extend(choices.into_iter().map(|(_, name, schema)| (name, schema)));
}

/// What is left out where there is nothing is not null.
fn set(member: &mut Value) {
    let of_type = member["type"].as_array().and_then(|kinds| kinds.iter().find(|kind| **kind != "null").cloned());
    if let Some(kind) = of_type {
        member["type"] = kind;
    }
    let described = member["oneOf"].as_array().and_then(|all| all.iter().find(|one| one["$ref"].is_string()).cloned());
    if let Some(described) = described {
        *member = described;
    }
}

/// The first letters of the digits of ids are those of Crockford's base32.
const DIGITS: &str = "[0-9a-hjkmnp-tv-z]";

/// The pattern of the ids like one; none where it is no id.
pub fn pattern_of(example: &str) -> Option<String> {
    let (prefix, digits) = example.split_once('_')?;
    let is_id = prefix.len() == 3
        && digits.len() == 26
        && example.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_');
    is_id.then(|| pattern(&format!("{prefix}_")))
}

/// The pattern of the ids with a prefix, its underscore counted.
fn pattern(prefix: &str) -> String {
    format!("^{prefix}[0-7]{DIGITS}{{25}}$")
}

/// Ids look like their examples, or as their names say, but for those of `ANY_KIND`.
fn bound(schema_name: &str, schema: &mut Value) {
    for (name, member) in members(schema) {
        let any = ANY_KIND.iter().any(|(of, member)| member == name && (of.is_empty() || *of == schema_name));
        let one = (name == "id" || name.ends_with("_id")) && !any;
        let by_name = || ID_PARAMETERS.iter().find(|(known, _)| known == name).map(|(_, prefix)| pattern(prefix));
        if one && let Some(pattern) = member["example"].as_str().and_then(pattern_of).or_else(by_name) {
            member["pattern"] = pattern.into();
        }
        if let Some(pattern) = member["example"][0].as_str().filter(|_| name.ends_with("_ids")).and_then(pattern_of) {
            member["items"]["pattern"] = pattern.into();
        }
    }
}

/// Members with ids of several kinds, of one schema or of all.
const ANY_KIND: &[(&str, &str)] = &[("", "base_id"), ("AddOnBase", "id"), ("HistoryEntry", "id"), ("Me", "id")];

/// What answers always say, as null where there is nothing, requests may leave out: these have shapes of their own.
fn part_inputs(document: &mut Value) {
    let (asked, answered) = (asked(document), answered(document));
    let Some(schemas) = schemas(document) else { return };
    let all = schemas.clone();
    let mut parted: BTreeSet<&String> = BTreeSet::new();
    loop {
        let differs = |(name, schema): &(&String, &Value)| {
            let leads = |name: &String| mentions(schema, &reference(name));
            asked.contains(*name)
                && answered.contains(*name)
                && (required_nulls(schema).next().is_some() || parted.iter().any(|name| leads(name)))
        };
        let found: BTreeSet<_> = all.iter().filter(differs).map(|(name, _)| name).collect();
        if found.len() == parted.len() {
            break;
        }
        parted = found;
    }
    let inputs: Vec<_> = parted.iter().map(|name| (reference(name), reference(&input(name)))).collect();
    for name in &parted {
        let mut schema = all[*name].clone();
        let left_out: BTreeSet<_> = required_nulls(&schema).map(str::to_owned).collect();
        if let Some(required) = schema.get_mut("required").and_then(Value::as_array_mut) {
            required.retain(|name| name.as_str().is_none_or(|name| !left_out.contains(name)));
        }
        let description = schema["description"].as_str().unwrap_or_default().trim_end_matches('.');
        schema["description"] = format!("{description}, as a request says it.").into();
        schemas.insert(input(name), schema);
    }
    for (name, schema) in schemas.iter_mut() {
        if name.ends_with("Input") || (asked.contains(name) && !answered.contains(name)) {
            rename(schema, &inputs);
        }
    }
    let items = document["paths"].as_object_mut().into_iter().flat_map(|paths| paths.values_mut());
    for operation in items.filter_map(Value::as_object_mut).flat_map(|item| item.values_mut()) {
        if let Some(body) = operation.get_mut("requestBody") {
            rename(body, &inputs);
        }
    }
}

fn input(name: &str) -> String {
    format!("{name}Input")
}

/// Members that must be there and may be null.
fn required_nulls(schema: &Value) -> impl Iterator<Item = &str> {
    let required = schema["required"].as_array().into_iter().flatten().filter_map(Value::as_str);
    required.filter(|name| {
        let member = &schema["properties"][*name];
        let null = |kinds: &Value| kinds.as_array().is_some_and(|kinds| kinds.iter().any(|kind| kind == "null"));
        let choices = member["oneOf"].as_array();
        null(&member["type"]) || choices.is_some_and(|all| all.iter().any(|one| one["type"] == "null"))
    })
}

fn mentions(value: &Value, text: &str) -> bool {
    match value {
        Value::Object(members) => members.values().any(|member| mentions(member, text)),
        Value::Array(items) => items.iter().any(|item| mentions(item, text)),
        Value::String(own) => own == text,
        Value::Null | Value::Bool(_) | Value::Number(_) => false,
    }
}

fn rename(value: &mut Value, names: &[(String, String)]) {
    match value {
        Value::Object(members) => members.values_mut().for_each(|member| rename(member, names)),
        Value::Array(items) => items.iter_mut().for_each(|item| rename(item, names)),
        Value::String(text) => {
            if let Some((_, new)) = names.iter().find(|(old, _)| old == text) {
                text.clone_from(new);
            }
        }
        Value::Null | Value::Bool(_) | Value::Number(_) => {}
    }
}

/// Texts that may be empty although they must be there.
const MAY_BE_EMPTY: &[&str] = &["postal_code"];

/// A text that must be there must say something.
fn fill(schema: &mut Value) {
    let required = schema["required"].clone();
    let must = |name: &str| required.as_array().is_some_and(|all| all.iter().any(|one| one == name));
    for (member, shape) in members(schema) {
        let told = ["enum", "pattern", "format", "minLength"].iter().any(|key| shape.get(*key).is_some());
        let text = shape["type"] == "string" && !told && must(member) && !MAY_BE_EMPTY.contains(&member.as_str());
        if text {
            shape["minLength"] = 1.into();
        }
    }
}

/// No text of a request has a control character, or one that turns the direction of the text around it.
const PRINTABLE: &str = r"^[^\u0000-\u001f\u007f-\u009f\u202a-\u202e\u2066-\u2069]*$";

/// Says of a text, or of the texts of a list, that they are printable, where nothing more is said of them.
pub fn printable(shape: &mut Value) {
    if let Some(items) = shape.get_mut("items") {
        return printable(items);
    }
    let told = ["enum", "pattern", "format", "contentMediaType"].iter().any(|key| shape.get(*key).is_some());
    let kinds = &shape["type"];
    if !told && (kinds == "string" || kinds.as_array().is_some_and(|kinds| kinds.iter().any(|kind| kind == "string"))) {
        shape["pattern"] = PRINTABLE.into();
    }
}

/// Takes out what nothing refers to.
fn prune(document: &mut Value) {
    let mut used = BTreeSet::new();
    refer(document, &document["paths"], &mut used);
    if let Some(schemas) = schemas(document) {
        schemas.retain(|name, _| used.contains(name));
    }
}
