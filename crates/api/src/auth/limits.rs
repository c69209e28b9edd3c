//! The limits at the door: who sends too many requests is told to come again, before anything is done for it. A caller
//! is counted by itself, wherever it calls from; who shows no token by its network. Tries to log in are counted where
//! the name is known, so that of many people at one network address nobody answers for another.

use crate::App;
use crate::auth::caller;
use crate::auth::limiter::{Class, Left};
use crate::auth::token::{Speaker, Who};
use crate::http::origin::Origin;
use crate::http::problem::{Code, Problem};
use actix_web::body::{BoxBody, MessageBody};
use actix_web::dev::{ServiceRequest, ServiceResponse};
use actix_web::http::Method;
use actix_web::http::header::{HeaderMap, HeaderName, HeaderValue};
use actix_web::middleware::Next;
use actix_web::{HttpMessage as _, HttpRequest, web};
use domain::people::LoginName;

const POLICY: HeaderName = HeaderName::from_static("ratelimit-policy");
const LEFT: HeaderName = HeaderName::from_static("ratelimit");

/// A layer above the handlers: counts what is asked for, and says in every answer what is left.
pub async fn hold(
    request: ServiceRequest,
    next: Next<impl MessageBody + 'static>,
) -> Result<ServiceResponse<BoxBody>, actix_web::Error> {
    let counted = match (class(request.method(), request.path()), request.app_data::<web::Data<App>>()) {
        (Some(class), Some(app)) => count(app, request.request(), class, sender(app, request.request())),
        _ => Ok(()),
    };
    let mut response = match counted {
        Ok(()) => next.call(request).await?.map_into_boxed_body(),
        Err(problem) => request.error_response(problem),
    };
    let left = response.request().extensions().get::<Left>().copied();
    if let Some(left) = left {
        say(response.headers_mut(), &left);
    }
    Ok(response)
}

/// By what a request is counted at the door; nothing where its handler does, or nobody.
fn class(method: &Method, path: &str) -> Option<Class> {
    match path {
        "/openapi.json" => return Some(Class::Export),
        "/.well-known/jwks.json" | "/problems" => return Some(Class::Read),
        _ if path.starts_with("/problems/") => return Some(Class::Read),
        _ => {}
    }
    // What is left are health, metrics and the pages of the documentation.
    let path = path.strip_prefix("/v1/")?;
    let is_walked = path == "audit-log"
        || ["price-lists/", "offer-matrices/"]
            .iter()
            .any(|of| path.strip_prefix(of).is_some_and(|rest| rest.ends_with("/rows") || rest.ends_with("/errors")));
    match path {
        "auth/login" | "oauth/token" => None,
        _ if !method.is_safe() => Some(Class::Write),
        _ if is_walked => Some(Class::Export),
        _ => Some(Class::Read),
    }
}

/// Under what the requests of a caller are counted; of who is not known, those of its network.
fn sender(app: &App, request: &HttpRequest) -> u128 {
    match caller::speaker(app, request) {
        Ok(speaker) => {
            // The guard behind need not verify it again.
            request.extensions_mut().insert::<Speaker>(speaker);
            match speaker.who {
                Who::Person { user, impersonator, .. } => impersonator.unwrap_or(user).as_u128(),
                Who::Machine { client, .. } => client.as_u128(),
            }
        }
        Err(_) => app.keys.counted_under(&Origin::of(request).network()),
    }
}

/// Counts a try to log in by the name that is tried and the network that it comes from.
pub fn count_log_in(app: &App, request: &HttpRequest, name: &str) -> Result<(), Problem> {
    let (network, name) = (Origin::of(request).network(), LoginName::meant(name));
    count(app, request, Class::LogIn, app.keys.counted_under(&format!("{network} {name}")))
}

fn count(app: &App, request: &HttpRequest, class: Class, who: u128) -> Result<(), Problem> {
    let Some(left) = app.limiter.count(class, who) else { return Ok(()) };
    request.extensions_mut().insert(left);
    if left.refused {
        app.metrics.limited(class.name());
        return Err(Problem::new(Code::TooManyRequests).retry_after(left.resets));
    }
    Ok(())
}

/// `RateLimit` and `RateLimit-Policy`, as the IETF's draft-ietf-httpapi-ratelimit-headers writes them.
fn say(headers: &mut HeaderMap, left: &Left) {
    let (name, limit) = (left.class.name(), left.limit);
    let policy = format!("\"{name}\";q={};w={}", limit.requests, limit.seconds);
    let now = format!("\"{name}\";r={};t={}", left.requests, left.resets);
    for (header, text) in [(POLICY, policy), (LEFT, now)] {
        if let Ok(value) = HeaderValue::from_str(&text) {
            headers.insert(header, value);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_path_has_its_class_and_who_watches_over_us_is_never_kept_waiting() {
        let of = |method: Method, path| class(&method, path).map(Class::name);
        for path in ["/healthz", "/readyz", "/metrics", "/", "/docs/", "/assets/style.css", "/nowhere"] {
            assert_eq!(of(Method::GET, path), None, "{path}");
        }
        assert_eq!(of(Method::POST, "/v1/auth/login"), None);
        assert_eq!(of(Method::POST, "/v1/oauth/token"), None);
        assert_eq!(of(Method::POST, "/v1/auth/refresh"), Some("write"));
        assert_eq!(of(Method::DELETE, "/v1/carts/crt_1"), Some("write"));
        assert_eq!(of(Method::POST, "/v1/price-lists"), Some("write"));
        let served = ["/problems", "/problems/forbidden", "/.well-known/jwks.json", "/v1/nowhere"];
        for path in ["/v1/products", "/v1/price-lists", "/v1/price-lists/prl_1"].into_iter().chain(served) {
            assert_eq!(of(Method::GET, path), Some("read"), "{path}");
        }
        for path in [
            "/v1/audit-log",
            "/v1/price-lists/prl_1/rows",
            "/v1/price-lists/prl_1/errors",
            "/v1/offer-matrices/mtx_1/rows",
            "/openapi.json",
        ] {
            assert_eq!(of(Method::GET, path), Some("export"), "{path}");
        }
    }
}
