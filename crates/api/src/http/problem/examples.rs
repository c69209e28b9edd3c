//! What a problem looks like at each status, for the API document: as the edge writes it, of a code that is usual
//! there.

use crate::http::problem::{Code, FieldProblem, Problem};
use crate::texts::lang::Lang;
use crate::texts::place::Place;
use serde_json::{Map, Value, json};

const MEDIA: &str = "application/problem+json";
/// The request that the examples answer.
const REQUEST: &str = "req_0199b1c8e0f57d3cbb7a1f2e3d4c5b6a";

/// A usual problem of each status; of several with one status the first is it.
fn usual() -> Vec<Problem> {
    let field = |pointer: &str, code, arguments| FieldProblem { pointer: pointer.to_owned(), code, arguments };
    let limits = vec![("min", Place::Count(1)), ("max", Place::Count(300)), ("step", Place::Count(1))];
    let wrong = vec![field("/name", Code::MissingField, vec![]), field("/quantity", Code::QuantityOutOfRange, limits)];
    vec![
        Problem::new(Code::MalformedJson),
        Problem::new(Code::Unauthorized),
        Problem::new(Code::InvalidCredentials),
        Problem::new(Code::Forbidden),
        Problem::new(Code::NotFound),
        Problem::new(Code::RequestTimeout),
        Problem::new(Code::TenantRequired),
        Problem::new(Code::PreconditionFailed),
        Problem::new(Code::PayloadTooLarge).with("limit", Place::text("256 KiB")),
        Problem::new(Code::UnsupportedMediaType).with("expected", Place::wire("application/json")),
        Problem::fields(wrong),
        Problem::new(Code::TooManyRequests),
        Problem::new(Code::Internal),
        Problem::new(Code::Unavailable),
    ]
}

/// Shows under each status a problem that has it.
pub fn complete(document: &mut Value) {
    let usual = usual();
    let example = |problem: &Problem| {
        let body = problem.body(Lang::En, REQUEST);
        (problem.code.as_str().to_owned(), json!({"summary": body["title"], "value": body}))
    };
    document["components"]["examples"] = usual.iter().map(example).collect::<Map<_, _>>().into();
    let paths = document["paths"].as_object_mut().into_iter().flatten();
    for operation in paths.filter_map(|(_, item)| item.as_object_mut()).flatten().map(|(_, operation)| operation) {
        let public = operation["security"].as_array().is_some_and(Vec::is_empty);
        for (status, response) in operation["responses"].as_object_mut().into_iter().flatten() {
            let Some(content) = response.get_mut("content").and_then(|all| all.get_mut(MEDIA)) else { continue };
            // Where no token is asked for, none can be missing.
            let is_it = |problem: &&Problem| {
                problem.code.status().as_str() == status && !(public && problem.code == Code::Unauthorized)
            };
            if let Some(problem) = usual.iter().find(is_it) {
                let name = problem.code.as_str();
                content["examples"] = json!({name: {"$ref": format!("#/components/examples/{name}")}});
            }
        }
    }
}
