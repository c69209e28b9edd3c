//! What decides how an operation is completed: its path, its method, and what it takes.

use serde_json::Value;

/// An operation of the document on its way to be complete.
#[derive(Debug, Clone, Copy)]
pub struct Operation<'a> {
    /// The `operationId` in the document.
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
    /// Whether it pages by a cursor.
    pub cursor: bool,
    /// Whether its path names something by an id, which may be nobody's.
    pub names: bool,
    /// Whether its query or its body does.
    pub refers: bool,
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
            cursor: query().any(|name| name == "cursor"),
            names: path.contains('{'),
            refers: (body.is_some() && (secured || path == "/v1/registrations"))
                || query().any(|name| name.ends_with("_id") || name == "assigned_to"),
        }
    }

    /// Whether it may change something.
    pub fn writes(&self) -> bool {
        self.method != "get"
    }
}

/// How the paths end of what has no effect: a key is taken there and not needed.
const WITHOUT_EFFECT: &[&str] =
    &["/preview", "/show", "/auth/login", "/auth/refresh", "/auth/logout", "/auth/password-reset", "/oauth/token"];

/// How the paths end of what makes a secret and tells it once.
const TELLS_SECRET: &[&str] =
    &["/api-clients", "/secrets", "/product-keys/batches", "/tenant/credentials", "/impersonation"];

/// Whether each request is answered afresh, whatever key it has.
pub fn is_afresh(path: &str) -> bool {
    WITHOUT_EFFECT.iter().any(|end| path.ends_with(end))
}

/// Whether a secret is told, which is not kept to be told again.
pub fn tells_secret(path: &str) -> bool {
    TELLS_SECRET.iter().any(|end| path.ends_with(end))
}
