//! The OpenAPI document: committed as generated, complete enough for generators of clients, and true about the routes.

use crate::contract::world::World;
use api::openapi::operations;
use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet};
use tests::schema::{DOCUMENT, differences_of_problem, example, operation, resolve};
use tests::{TestApp, both};

/// Free-form values: whatever an event or a change of any noun says.
const FREE_FORM: [&str; 4] = ["AuditEntry/after", "AuditEntry/before", "HistoryEvent/details", "TimelineEntry/details"];

/// A file under `openapi/` must be the generated text.
#[track_caller]
pub fn same_as_committed(name: &str, generated: &str) {
    let path = format!("{}/../openapi/{name}", env!("CARGO_MANIFEST_DIR"));
    let committed = std::fs::read_to_string(path).unwrap_or_default();
    let first = committed.lines().zip(generated.lines()).find(|(old, new)| old != new);
    assert_eq!(first, None, "openapi/{name}: run `make openapi`, and look at what it changes");
    assert!(committed == generated, "openapi/{name} ends early or late: run `make openapi`");
}

/// Fails with everything that is wrong, not only the first.
#[track_caller]
fn none(wrong: Vec<String>) {
    assert!(wrong.is_empty(), "{} are wrong:\n{}", wrong.len(), wrong.join("\n"));
}

/// Every operation with its path, method and id.
fn all() -> Vec<(String, String, String, &'static Value)> {
    let paths = DOCUMENT["paths"].as_object().expect("paths");
    let of = |(path, item): (&String, &'static Value)| {
        let path = path.clone();
        let operations = item.as_object().expect("operations").iter();
        operations
            .map(move |(method, operation)| {
                let id = operation["operationId"].as_str().expect("an id").to_owned();
                (path.clone(), method.clone(), id, operation)
            })
            .collect::<Vec<_>>()
    };
    paths.iter().flat_map(of).collect()
}

fn schemas() -> impl Iterator<Item = (&'static String, &'static Value)> {
    DOCUMENT["components"]["schemas"].as_object().expect("schemas").iter()
}

/// The members of a component, its own and those of its parts.
fn properties(schema: &'static Value) -> Vec<(&'static String, &'static Value)> {
    let parts = ["allOf", "oneOf"].iter().flat_map(|of| schema[*of].as_array().into_iter().flatten());
    let own = std::iter::once(schema).chain(parts.filter(|part| part.get("$ref").is_none()));
    own.flat_map(|part| part["properties"].as_object().into_iter().flatten()).collect()
}

fn is(schema: &Value, kind: &str) -> bool {
    match &schema["type"] {
        Value::Array(kinds) => kinds.iter().any(|one| one == kind),
        one => one == kind,
    }
}

/// The names of the components that a value refers to, and what these refer to.
fn reached(value: &'static Value, found: &mut BTreeSet<String>) {
    match value {
        Value::Object(members) => {
            let name = members.get("$ref").and_then(Value::as_str).and_then(|path| path.rsplit('/').next());
            if name.is_some_and(|name| found.insert(name.to_owned())) {
                let path = members["$ref"].as_str().unwrap_or_default().trim_start_matches('#');
                reached(DOCUMENT.pointer(path).expect("the reference leads somewhere"), found);
            }
            members.values().for_each(|member| reached(member, found));
        }
        Value::Array(rows) => rows.iter().for_each(|row| reached(row, found)),
        _ => {}
    }
}

/// The components that requests are made of.
fn inputs() -> BTreeSet<String> {
    let mut found = BTreeSet::new();
    all()
        .into_iter()
        .filter_map(|(.., operation)| operation.get("requestBody"))
        .for_each(|body| reached(body, &mut found));
    found
}

fn snake(text: &str) -> bool {
    text.starts_with(|first: char| first.is_ascii_lowercase())
        && text.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'_')
}

fn has_parameter(operation: &Value, name: &str) -> bool {
    operation["parameters"].as_array().is_some_and(|all| all.iter().any(|one| one["name"] == name))
}

#[test]
fn the_committed_document_is_the_one_of_the_handlers() {
    same_as_committed("openapi.json", &api::openapi::text());
    same_as_committed("operations.txt", &api::openapi::operations_table());
}

#[test]
fn every_operation_says_what_it_does_under_one_tag_and_a_name_of_its_own() {
    let tags: BTreeSet<_> =
        DOCUMENT["tags"].as_array().expect("tags").iter().filter_map(|tag| tag["name"].as_str()).collect();
    let (mut wrong, mut names, mut used) = (vec![], BTreeSet::new(), BTreeSet::new());
    for (path, method, id, operation) in all() {
        for text in ["summary", "description"] {
            if operation[text].as_str().is_none_or(|text| text.trim().len() < 4) {
                wrong.push(format!("{id}: no {text}"));
            }
        }
        let tag = operation["tags"].as_array().filter(|tags| tags.len() == 1).and_then(|tags| tags[0].as_str());
        if !tag.is_some_and(|tag| tags.contains(tag)) {
            wrong.push(format!("{id}: not one of the document's tags"));
        }
        used.extend(tag);
        if !snake(&id) || !id.contains('_') || id.ends_with('_') || !names.insert(id.clone()) {
            wrong.push(format!("{id}: not <verb>_<noun>, or not unique"));
        }
        let plain = |part: &str| {
            part.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || b"-.".contains(&byte))
        };
        let parameter = |part: &str| part.strip_prefix('{').and_then(|part| part.strip_suffix('}')).is_some_and(snake);
        if !path.split('/').skip(1).all(|part| !part.is_empty() && (plain(part) || parameter(part))) {
            wrong.push(format!("{method} {path}: not in kebab case"));
        }
    }
    assert_eq!(used, tags, "a tag without an operation");
    none(wrong);
}

#[test]
fn protocol_headers_are_documented_wherever_they_work() {
    let mut wrong = vec![];
    for (path, method, id, operation) in all() {
        let mut headers = vec!["X-Request-Id", "Accept-Language"];
        match method.as_str() {
            "get" => headers.push("If-None-Match"),
            "post" if path.starts_with("/v1") => headers.push("Idempotency-Key"),
            "put" | "patch" | "delete" => headers.push("If-Match"),
            _ => {}
        }
        wrong.extend(
            headers.iter().filter(|name| !has_parameter(operation, name)).map(|name| format!("{id}: no {name}")),
        );
        for part in path.split('/').filter_map(|part| part.strip_prefix('{')) {
            if !has_parameter(operation, part.trim_end_matches('}')) {
                wrong.push(format!("{id}: {part} of the path is not documented"));
            }
        }
    }
    none(wrong);
}

#[test]
fn every_operation_answers_within_a_closed_set_of_statuses() {
    let known = [
        "200", "201", "202", "204", "304", "400", "401", "403", "404", "408", "409", "412", "413", "415", "422", "429",
        "500", "503",
    ];
    let mut wrong = vec![];
    for (path, method, id, operation) in all() {
        let responses = operation["responses"].as_object().expect("responses");
        let mut expected = vec!["401", "500", "503"];
        if operation["security"].as_array().is_none_or(|all| !all.is_empty()) {
            expected.push("403");
        }
        if path.contains('{') {
            expected.push("404");
        }
        if operation.get("requestBody").is_some() {
            expected.extend(["400", "413", "415", "422"]);
        }
        if ["put", "patch", "delete"].contains(&method.as_str()) {
            expected.push("412");
        }
        wrong.extend(
            expected
                .iter()
                .filter(|status| !responses.contains_key(**status))
                .map(|status| format!("{id}: no {status}")),
        );
        wrong.extend(
            responses.keys().filter(|status| !known.contains(&status.as_str())).map(|status| format!("{id}: {status}")),
        );
        for (status, response) in responses {
            if resolve(response)["description"].as_str().is_none_or(str::is_empty) {
                wrong.push(format!("{id} {status}: no description"));
            }
            let problem = &resolve(response)["content"]["application/problem+json"]["schema"]["$ref"];
            if status.as_str() >= "400" && problem != "#/components/schemas/Problem" {
                wrong.push(format!("{id} {status}: not a problem"));
            }
        }
    }
    none(wrong);
}

#[test]
fn every_value_of_a_request_or_answer_has_an_example() {
    let mut wrong = vec![];
    for (name, schema) in schemas() {
        if schema["description"].as_str().is_none_or(str::is_empty) {
            wrong.push(format!("{name}: no description"));
        }
        for (member, schema) in properties(schema) {
            let leaf = schema["items"].as_object().map_or(schema, |_| &schema["items"]);
            let known = ["$ref", "oneOf", "enum"].iter().any(|key| leaf.get(*key).is_some())
                || leaf["format"] == "date-time"
                || is(leaf, "boolean");
            let path = format!("{name}/{member}");
            if !known && schema.get("example").is_none() && !FREE_FORM.contains(&path.as_str()) {
                wrong.push(format!("{path}: no example"));
            }
        }
    }
    for (.., id, operation) in all() {
        let bodies =
            operation["responses"].as_object().expect("responses").values().chain(operation.get("requestBody"));
        for (media, content) in bodies.filter_map(|body| body["content"].as_object()).flatten() {
            if media.ends_with("json") && content["schema"].get("$ref").is_none() {
                wrong.push(format!("{id}: {media} without a named schema"));
            }
        }
        for parameter in operation["parameters"].as_array().into_iter().flatten().filter(|one| one["in"] != "header") {
            let schema = resolve(&parameter["schema"]);
            let leaf = schema.get("items").map_or(schema, resolve);
            let known = ["enum", "default", "oneOf"].iter().any(|key| leaf.get(*key).is_some());
            let (required, name) = (parameter["required"] == true, &parameter["name"]);
            let shown = parameter.get("example").is_some() == required || parameter["in"] == "path";
            if !known && name != "cursor" && (example(parameter).is_none() || !shown) {
                wrong.push(format!("{id}: no example of {name}"));
            }
            // U-79: what may be left out is not filled in where somebody tries it out.
            if !required && (parameter.get("example").is_some() || schema.get("example").is_some()) {
                wrong.push(format!("{id}: {name} is filled in"));
            }
        }
    }
    none(wrong);
}

/// U-79: under each status a problem that has it, as it is really answered.
#[test]
fn u79_the_example_of_a_problem_has_its_status() {
    let mut wrong = vec![];
    for (.., id, operation) in all() {
        for (status, response) in operation["responses"].as_object().expect("responses") {
            let Some(content) = response["content"].get("application/problem+json") else { continue };
            let examples: Vec<_> = content["examples"].as_object().into_iter().flatten().collect();
            let [(code, example)] = examples[..] else {
                wrong.push(format!("{id} {status}: {} examples", examples.len()));
                continue;
            };
            let value = &resolve(example)["value"];
            if value["status"].as_u64() != status.parse().ok() || value["code"] != **code {
                wrong.push(format!("{id} {status}: {value}"));
            }
            let unlike = differences_of_problem(value).into_iter();
            wrong.extend(unlike.map(|one| format!("{id} {status}: {one}")));
        }
    }
    none(wrong);
    let conflict = &DOCUMENT["components"]["examples"]["tenant_required"]["value"];
    assert_eq!(conflict["title"], "Tenant required");
    assert_eq!(DOCUMENT["components"]["examples"]["validation_failed"]["value"]["errors"][0]["code"], "missing_field");
}

#[test]
fn everything_that_comes_in_is_bounded() {
    let bounded = |schema: &Value| {
        let text = !is(schema, "string")
            || ["maxLength", "pattern", "enum", "format"].iter().any(|key| schema.get(*key).is_some());
        let rows = !is(schema, "array") || schema.get("maxItems").is_some();
        text && rows
    };
    let mut wrong = vec![];
    for (name, schema) in schemas().filter(|(name, _)| inputs().contains(*name)) {
        let open = properties(schema).into_iter().filter(|(_, schema)| !bounded(schema));
        wrong.extend(open.map(|(member, _)| format!("{name}/{member}: unbounded")));
    }
    for (.., id, operation) in all() {
        for parameter in operation["parameters"].as_array().into_iter().flatten() {
            // What is no name is passed over; the length of all headers is bounded for every request.
            let passed_over = ["X-Request-Id", "Accept-Language"].contains(&parameter["name"].as_str().unwrap_or(""));
            if !passed_over && !bounded(resolve(&parameter["schema"])) {
                wrong.push(format!("{id}: {} unbounded", parameter["name"]));
            }
        }
    }
    none(wrong);
}

/// Every object of an answer has a name that generated clients can call it by.
#[test]
fn objects_are_components_in_snake_case_and_each_is_used() {
    let mut wrong = vec![];
    for (name, schema) in schemas() {
        for (member, schema) in properties(schema) {
            if !snake(member) {
                wrong.push(format!("{name}/{member}: not in snake case"));
            }
            let inline = [schema, &schema["items"]].iter().any(|one| one.get("properties").is_some());
            let map = schema["additionalProperties"].get("$ref").is_some();
            let free = is(schema, "object") && !map && !FREE_FORM.contains(&format!("{name}/{member}").as_str());
            if inline || free || is(&schema["items"], "object") {
                wrong.push(format!("{name}/{member}: an object without a name"));
            }
        }
    }
    let mut used = BTreeSet::new();
    reached(&DOCUMENT["paths"], &mut used); // also: every reference leads somewhere
    let known: BTreeSet<_> = schemas().map(|(name, _)| name.clone()).collect();
    wrong.extend(known.difference(&used).map(|name| format!("{name}: not used")));
    none(wrong);
}

/// A path as it is asked for, with the documented examples.
fn example_path(path: &str, item: &Value) -> String {
    let operations = item.as_object().expect("operations").values();
    let mut filled = path.to_owned();
    for parameter in operations.flat_map(|operation| operation["parameters"].as_array().into_iter().flatten()) {
        let (name, example) = (parameter["name"].as_str().unwrap_or_default(), parameter["example"].as_str());
        filled = filled.replace(&format!("{{{name}}}"), example.unwrap_or("x"));
    }
    filled
}

/// RFC 9110 15.5.6: what a path does not know is refused with what it knows.
#[test]
fn a_method_that_is_not_documented_is_405_with_allow() {
    let app = TestApp::sqlite();
    let client = app.provider("cancom");
    let mut wrong = vec![];
    for (path, item) in DOCUMENT["paths"].as_object().expect("paths") {
        let known: Vec<_> = item.as_object().expect("operations").keys().map(|method| method.to_uppercase()).collect();
        let mut allowed: Vec<_> = known.iter().map(String::as_str).collect();
        if allowed.contains(&"GET") {
            allowed.push("HEAD");
        }
        allowed.sort_unstable();
        for method in ["DELETE", "GET", "HEAD", "OPTIONS", "PATCH", "POST", "PUT", "TRACE", "PURGE"] {
            if allowed.contains(&method) {
                continue;
            }
            let answer = client.send(method, &example_path(path, item), None);
            let mut told: Vec<_> = answer.header("allow").split(", ").collect();
            told.sort_unstable();
            let problem = method == "HEAD" || answer.code() == "method_not_allowed";
            if answer.status != 405 || told != allowed || !problem {
                wrong.push(format!("{method} {path}: {} {told:?} {}", answer.status, answer.code()));
            }
        }
    }
    none(wrong);
}

both! {
    /// RFC 9110 9.3.2: HEAD is GET without the body, for load balancers and monitors.
    head_answers_as_get_does_without_a_body(app) {
        let world = World::new(&app, "terra", "Kunde 1 GmbH");
        let client = app.provider("terra");
        let headers = |answer: &tests::Answer| -> BTreeMap<_, _> {
            let own = ["date", "x-request-id"];
            answer.headers().into_iter().filter(|(name, _)| !own.contains(&name.as_str())).collect()
        };
        let mut seen = 0;
        for operation in
            operations().iter().filter(|operation| operation.method == "GET" && operation.id != "show_metrics")
        {
            let client = app.reader(&operation.path, &client);
            let get = world.call(&client, "GET", operation).expect("an answer").expect(200);
            let head = world.call(&client, "HEAD", operation).expect("an answer").expect(200);
            assert_eq!(head.text, "", "{}", operation.id);
            assert_eq!(headers(&head), headers(&get), "{}", operation.id);
            assert_eq!(get.header("content-length"), get.text.len().to_string(), "{}", operation.id);
            seen += 1;
        }
        assert!(seen > 30, "{seen} operations read");
    }
}

/// U-70: which members a refusal has is told by its code, and each code belongs to one shape.
#[test]
fn u70_problems_are_a_family_told_apart_by_their_code() {
    let family = &DOCUMENT["components"]["schemas"]["Problem"];
    assert_eq!(family["discriminator"]["propertyName"], "code");
    let mapping = family["discriminator"]["mapping"].as_object().expect("a mapping");
    let codes = DOCUMENT["components"]["schemas"]["ProblemCode"]["enum"].as_array().expect("codes");
    assert_eq!(
        codes.iter().filter_map(Value::as_str).collect::<BTreeSet<_>>(),
        mapping.keys().map(String::as_str).collect()
    );
    let mut listed = BTreeSet::new();
    for member in family["oneOf"].as_array().expect("members") {
        let shape = resolve(member);
        for code in shape["properties"]["code"]["enum"].as_array().expect("codes") {
            let code = code.as_str().expect("a code");
            assert_eq!(mapping[code], member["$ref"], "{code}");
            assert!(listed.insert(code), "{code} is in two shapes");
        }
    }
    assert_eq!(listed.len(), codes.len());
    let members = |code: &str| {
        let shape = DOCUMENT.pointer(mapping[code].as_str().expect("a reference").trim_start_matches('#'));
        shape.expect("a shape")["properties"].as_object().expect("members").keys().cloned().collect::<BTreeSet<_>>()
    };
    let common = members("not_found");
    let own = |code: &str| members(code).difference(&common).cloned().collect::<Vec<_>>();
    assert_eq!(own("only_later"), ["allowed_until", "billed_until", "next_allowed_at", "quantity_now"]);
    assert_eq!(own("licenses_assigned"), ["must_give_up"]);
    assert_eq!(own("preview_stale"), ["preview"]);
    assert_eq!(own("role_exceeds_own"), ["missing"]);
}

/// U-70: under each status stand the codes that an operation answers with it, and the headers that come with them.
#[test]
fn u70_every_refusal_lists_its_codes_and_headers() {
    let mut wrong = vec![];
    for (.., id, operation) in all() {
        for (status, response) in operation["responses"].as_object().expect("responses") {
            let response = resolve(response);
            let codes = response["x-problem-codes"].as_array();
            if (status.as_str() >= "400") != codes.is_some_and(|codes| !codes.is_empty()) {
                wrong.push(format!("{id} {status}: {codes:?}"));
            }
            for code in codes.into_iter().flatten().filter_map(Value::as_str) {
                let known = api::http::problem::Code::from_text(code).expect("a code");
                // What is named and is not seen is a wrong field, but for the path.
                let refers = (code, status.as_str()) == ("not_found", "422");
                if known.status().as_str() != status && !refers {
                    wrong.push(format!("{id}: {code} under {status}"));
                }
            }
            let more: &[&str] = match status.as_str() {
                "429" | "503" => &["Retry-After", "Content-Language"],
                "201" => &["Location"],
                refused if refused >= "400" => &["Content-Language"],
                _ => &[],
            };
            let missing = ["X-Request-Id"].iter().chain(more).filter(|name| response["headers"].get(**name).is_none());
            wrong.extend(missing.map(|name| format!("{id} {status}: no {name}")));
        }
    }
    none(wrong);
}

/// U-76: each type of change, and each way to a tenant, is an object of its own with a name.
#[test]
fn u76_choices_are_told_apart_by_a_member() {
    let choices = |name: &str, by: &str| {
        let schema = &DOCUMENT["components"]["schemas"][name];
        assert_eq!(schema["discriminator"]["propertyName"], by);
        let mut members = BTreeMap::new();
        for choice in schema["oneOf"].as_array().expect("choices") {
            let title = resolve(choice)["title"].as_str().expect("a title");
            assert_eq!(choice["$ref"], format!("#/components/schemas/{title}"));
            let own = resolve(choice)["properties"].as_object().expect("members").keys();
            members.insert(title, own.filter(|name| *name != by).cloned().collect::<Vec<_>>());
        }
        members
    };
    let changes = choices("ChangeRequest", "type");
    assert_eq!(changes.len(), 12);
    let with_order = ["branch", "consents", "payment_method", "preview_token", "quantity", "reference", "when"];
    assert_eq!(changes["SetQuantityChange"], with_order);
    assert_eq!(changes["SuspendChange"], with_order.into_iter().filter(|name| *name != "quantity").collect::<Vec<_>>());
    let tenants = choices("TenantRequest", "mode");
    assert_eq!(
        tenants.into_iter().collect::<Vec<_>>(),
        [("CreateTenantRequest", vec!["prefix".to_owned()]), ("LinkTenantRequest", vec!["domain".to_owned()]),]
    );
    // The name stays where other kinds of moments join: generators make nothing of a mere alias.
    assert_eq!(DOCUMENT["components"]["schemas"]["When"]["enum"], serde_json::json!(["earliest", "now", "at_renewal"]));
}

/// U-75: a closed part takes no other part's members, so that nothing could be both.
#[test]
fn u75_every_object_is_in_one_piece() {
    let parted: Vec<_> = schemas().filter(|(_, schema)| schema.get("allOf").is_some()).map(|(name, _)| name).collect();
    assert_eq!(parted, Vec::<&String>::new());
    let required = |name: &str| DOCUMENT["components"]["schemas"][name]["required"].clone();
    assert_eq!(required("Address").as_array().map(Vec::len), Some(7));
    assert_eq!(required("AddressInput"), serde_json::json!(["street", "postal_code", "city", "country"]));
    assert!(required("AddressUpdate").is_null());
}

/// U-68: ids look like ids, and who calls is said in one way.
#[test]
fn u68_ids_have_a_pattern_and_there_is_one_way_in() {
    let mut wrong = vec![];
    for (name, schema) in schemas() {
        for (member, schema) in properties(schema).into_iter().filter(|(member, _)| *member == "id") {
            // What may be of several kinds.
            let any = ["AddOnBase", "HistoryEntry", "Me"].contains(&name.as_str());
            if !any
                && schema.get("pattern").is_none()
                && schema["example"].as_str().is_some_and(|text| text.len() == 30)
            {
                wrong.push(format!("{name}/{member}"));
            }
        }
    }
    for (.., id, operation) in all() {
        if operation["security"].as_array().is_none_or(|all| all.len() > 1) {
            wrong.push(id);
        }
    }
    assert!(DOCUMENT["components"]["schemas"].get("ApiClient").is_none(), "generators have a class of this name");
    assert!(operation("place_order")["responses"]["201"]["links"]["show_order"].is_object());
    none(wrong);
}

/// Operations that answer charges and have their preview elsewhere, or charge nothing.
const PREVIEWED: &[(&str, Option<&str>, &str)] = &[
    ("place_order", Some("preview_cart"), "the cart is what is ordered"),
    ("create_product_key_batch", None, "keys cost nobody anything before they are sold or redeemed"),
];

/// Whether an answer can hold a charge; what comes of long work is asked for later, at its job.
fn holds_charge(value: &Value, seen: &mut BTreeSet<String>) -> bool {
    match value {
        Value::Object(members) => {
            let named = members.get("$ref").and_then(Value::as_str).and_then(|path| path.rsplit('/').next());
            let of_component = named.is_some_and(|name| {
                name.ends_with("Charge")
                    || (name != "Job"
                        && seen.insert(name.to_owned())
                        && holds_charge(&DOCUMENT["components"]["schemas"][name], seen))
            });
            of_component || members.values().any(|member| holds_charge(member, seen))
        }
        Value::Array(items) => items.iter().any(|item| holds_charge(item, seen)),
        _ => false,
    }
}

/// Nobody is charged or given back anything that could not be looked at first.
#[test]
fn every_operation_that_moves_money_has_its_preview() {
    let mut moving = vec![];
    for (path, _, id, operation) in
        all().into_iter().filter(|(path, method, ..)| method != "get" && !path.ends_with("/preview"))
    {
        let answers = operation["responses"].as_object().expect("responses").iter();
        if answers.filter(|(status, _)| status.starts_with('2')).any(|(_, one)| holds_charge(one, &mut BTreeSet::new()))
        {
            moving.push((path, id));
        }
    }
    let previewed = |path: &str, id: &str| match PREVIEWED.iter().find(|(known, ..)| *known == id) {
        Some((_, twin, _)) => twin.is_none_or(|twin| all().iter().any(|(.., id, _)| id == twin)),
        None => DOCUMENT["paths"].get(format!("{path}/preview")).is_some(),
    };
    none(moving.iter().filter(|(path, id)| !previewed(path, id)).map(|(_, id)| id.clone()).collect());
    let ids: Vec<_> = moving.iter().map(|(_, id)| id.as_str()).collect();
    for known in ["change_subscription", "place_order", "revoke_product_key_batch", "sell_product_key_batch"] {
        assert!(ids.contains(&known), "{known} is known to charge: {ids:?}");
    }
    none(PREVIEWED.iter().map(|(id, ..)| *id).filter(|id| !ids.contains(id)).map(str::to_owned).collect());
}
