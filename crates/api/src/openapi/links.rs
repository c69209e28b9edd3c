//! Links: which operation shows what another has made.

use serde_json::{Map, Value, json};

/// Links whoever made something to the operation that shows it, where its path is that of the maker with one more id.
pub fn link(document: &mut Value) {
    let paths = document["paths"].as_object().cloned().unwrap_or_default();
    let schemas = document["components"]["schemas"].clone();
    for (path, item) in document["paths"].as_object_mut().into_iter().flatten() {
        let Some(responses) = item.get_mut("post").and_then(|post| post["responses"].as_object_mut()) else { continue };
        for (status, response) in responses.iter_mut().filter(|(status, _)| ["201", "202"].contains(&status.as_str())) {
            let shape = response["content"]["application/json"]["schema"]["$ref"].as_str();
            let name = shape.and_then(|shape| shape.rsplit('/').next()).unwrap_or_default();
            if schemas[name]["properties"]["id"].is_null() {
                continue;
            }
            let base = if name == "Job" { "/v1/jobs" } else { path.as_str() };
            let shows = paths.iter().find_map(|(other, item)| {
                let id = other.strip_prefix(base)?.strip_prefix("/{")?.strip_suffix('}')?;
                Some((id, item.get("get")?["operationId"].as_str()?))
            });
            let Some((id, shows)) = shows else { continue };
            let mut parameters = Map::new();
            for given in base.split('/').filter_map(|part| part.strip_prefix('{')?.strip_suffix('}')) {
                parameters.insert(given.to_owned(), format!("$request.path.{given}").into());
            }
            parameters.insert(id.to_owned(), "$response.body#/id".into());
            let what =
                if status == "202" { "How far the work is by now" } else { "What was made, as it is from now on" };
            response["links"] = json!({
                shows: {"operationId": shows, "parameters": parameters, "description": what},
            });
        }
    }
}
