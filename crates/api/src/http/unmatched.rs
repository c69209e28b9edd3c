//! What no route matches: 405 where the path is known under another method, else 404.

use crate::http::problem::{Code, Problem};
use crate::texts::place::Place;
use actix_web::{HttpRequest, HttpResponse, web};
use std::collections::BTreeMap;

/// Which methods each path knows: for 405.
pub struct Methods(Vec<(Vec<String>, String)>);

impl Methods {
    /// Of pairs of method and path, such as `("GET", "/v1/orders/{order_id}")`.
    pub fn of(operations: impl IntoIterator<Item = (String, String)>) -> Self {
        let mut by_path: BTreeMap<String, Vec<String>> = BTreeMap::new();
        for (method, path) in operations {
            let methods = by_path.entry(path).or_default();
            if method == "GET" {
                methods.push("HEAD".to_owned());
            }
            methods.push(method);
        }
        let split = |path: &str| path.split('/').map(str::to_owned).collect();
        Self(by_path.iter().map(|(path, methods)| (split(path), methods.join(", "))).collect())
    }

    /// Whether the path is known as it stands.
    fn is_literal(&self, path: &str) -> bool {
        self.0.iter().any(|(known, _)| path.split('/').eq(known.iter().map(String::as_str)))
    }

    /// The methods of the path, where it is known; as it stands before any other that it fits.
    pub fn allowed(&self, path: &str) -> Option<String> {
        let asked: Vec<_> = path.split('/').collect();
        let matches = |known: &Vec<String>| {
            known.len() == asked.len()
                && known
                    .iter()
                    .zip(&asked)
                    .all(|(known, asked)| known == asked || (known.starts_with('{') && !asked.is_empty()))
        };
        self.0.iter().find(|(known, _)| matches(known)).map(|(_, methods)| methods.clone())
    }
}

/// The problem of a path whose id is none of the kind: nothing is there, or it is the path of something else that takes
/// other methods.
pub fn no_such_id(request: &HttpRequest) -> Problem {
    let methods = request.app_data::<web::Data<Methods>>();
    let literal = methods.filter(|methods| methods.is_literal(request.path()));
    let allowed = literal.and_then(|methods| methods.allowed(request.path()));
    refused(request, allowed)
}

/// Answers 405 with `Allow` where the path is known under another method, else 404.
pub async fn unmatched(request: HttpRequest, methods: web::Data<Methods>) -> Result<HttpResponse, Problem> {
    Err(refused(&request, methods.allowed(request.path())))
}

fn refused(request: &HttpRequest, allowed: Option<String>) -> Problem {
    match allowed {
        None => Problem::new(Code::NotFound),
        // The path would be known, but for its id, which is none.
        Some(allow) if allow.split(", ").any(|method| request.method() == method) => Problem::new(Code::NotFound),
        Some(allow) => Problem::new(Code::MethodNotAllowed).with("allowed", Place::wire(&allow)).allowing(allow),
    }
}
