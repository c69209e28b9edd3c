//! What decides how an operation is completed: its path, its method, and what it takes.

use serde_json::Value;

/// An operation of the document on its way to be complete.
#[derive(Debug, Clone, Copy)]
pub struct Operation<'a> {
    /// Its `operationId`.
    pub id: &'a str,
    /// The path with its placeholders.
    pub path: &'a str,
    /// The HTTP method in small letters.
    pub method: &'a str,
    /// Whether it needs a token.
    pub secured: bool,
    /// Whether it reads a body.
    pub body: bool,
    /// Whether that is JSON.
    pub json: bool,
    /// Whether it takes parameters in the query.
    pub query: bool,
    /// Whether it pages by a cursor.
    pub cursor: bool,
    /// Whether it names something by an id, which may be nobody's.
    pub names: bool,
}

impl<'a> Operation<'a> {
    /// Reads it off the document.
    pub fn read(path: &'a str, method: &'a str, id: &'a str, operation: &Value) -> Self {
        let body = operation.get("requestBody");
        let secured = operation["security"].as_array().is_some_and(|all| !all.is_empty());
        let parameters = || operation["parameters"].as_array().into_iter().flatten();
        let query = || parameters().filter(|one| one["in"] == "query").filter_map(|one| one["name"].as_str());
        let json = body.is_some_and(|body| body["content"].get("application/json").is_some());
        Self {
            id,
            path,
            method,
            secured,
            body: body.is_some(),
            json,
            query: query().next().is_some(),
            cursor: query().any(|name| name == "cursor"),
            // A foreign id is a 404 wherever it stands: in the path, the query or the body.
            names: path.contains('{')
                || (body.is_some() && secured && path != "/v1/sandbox/clock")
                || query().any(|name| name.ends_with("_id")),
        }
    }

    /// Whether it may change something.
    pub fn writes(&self) -> bool {
        self.method != "get"
    }
}

/// Secrets are not kept to be given again, and a preview has no effect: a key of theirs means nothing.
pub fn is_afresh(path: &str) -> bool {
    ["/v1/auth/", "/v1/oauth/", "/preview", "/credentials"].iter().any(|part| path.contains(part))
        || path.ends_with("/product-keys/batches")
}
