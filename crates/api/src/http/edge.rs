//! The edge of the service: what every request and answer passes, whatever handles it.
//!
//! Request id, HEAD as GET, deadlines, panics, problem documents in the reader's language, security
//! headers, the end of connections, the access log and the metrics.

use crate::App;
use crate::http::arrival;
use crate::http::bounds::Bounds;
use crate::http::meta::{RequestId, language};
use crate::http::problem::{Code, Problem};
use crate::http::security;
use crate::texts::lang::Lang;
use crate::texts::place::Place;
use actix_web::body::{BoxBody, MessageBody};
use actix_web::dev::{ServiceRequest, ServiceResponse};
use actix_web::http::header::{self, HeaderMap, HeaderName, HeaderValue};
use actix_web::http::{ConnectionType, Method, StatusCode};
use actix_web::middleware::Next;
use actix_web::{HttpMessage as _, HttpRequest, HttpResponse, ResponseError as _, web};
use futures_util::FutureExt as _;
use std::panic::AssertUnwindSafe;
use std::time::{Duration, Instant};

/// The longest that a request may take; uploads are streamed within it.
pub const DEADLINE: Duration = Duration::from_secs(120);
const REQUEST_ID: HeaderName = HeaderName::from_static("x-request-id");

/// The outermost layer.
pub async fn edge(
    mut request: ServiceRequest,
    next: Next<impl MessageBody + 'static>,
) -> Result<ServiceResponse<BoxBody>, actix_web::Error> {
    let started = Instant::now();
    let request_id = request_id(request.headers());
    let lang = language(request.headers());
    request.extensions_mut().insert(RequestId(request_id.clone()));
    let method = request.method().clone();
    if method == Method::HEAD {
        // actix has no HEAD beside GET; the connection leaves the body out by itself.
        request.head_mut().method = Method::GET;
    }
    let app = request.app_data::<web::Data<App>>().cloned();
    let bounds = app.as_ref().map_or_else(Bounds::default, |app| app.bounds);
    let late = arrival::within(&mut request, bounds.body);
    let broken_off = |problem: Problem| {
        if let Some(app) = &app {
            app.metrics.request(&method, "broken off", problem.status().as_u16(), started.elapsed());
        }
        broken_off(&problem, lang, &request_id, app.as_deref().map(|app| &**app))
    };
    // actix wants the request for itself until it is answered: what breaks off is answered without one.
    let mut response = match tokio::time::timeout(DEADLINE, AssertUnwindSafe(next.call(request)).catch_unwind()).await {
        Ok(Ok(Ok(response))) => response.map_into_boxed_body(),
        Ok(Ok(Err(error))) => {
            return Err(broken_off(of_status(error.as_response_error().status_code())));
        }
        Ok(Err(_panic)) => {
            tracing::error!(request_id, "a handler panicked");
            return Err(broken_off(Problem::new(Code::Internal)));
        }
        Err(_elapsed) => return Err(broken_off(Problem::new(Code::RequestTimeout))),
    };
    if late.get() {
        // Whatever was made of a body that broke off; the rest of it is not waited for.
        *response.response_mut() = Problem::new(Code::RequestTimeout).error_response();
        response.response_mut().head_mut().set_connection_type(ConnectionType::Close);
    }
    let code = render_problem(&mut response, lang, &request_id);
    finish(response.response_mut(), &request_id, app.as_deref().map(|app| &**app));
    log(&response, &method, started.elapsed(), code);
    Ok(response)
}

/// The answer to a request that no handler finished.
fn broken_off(problem: &Problem, lang: Lang, request_id: &str, app: Option<&App>) -> actix_web::Error {
    let mut response = HttpResponse::new(problem.status());
    finish(&mut response, request_id, app);
    let response = with_body(response, problem, lang, request_id);
    tracing::warn!(target: "access", request_id, status = problem.status().as_u16(), code = problem.code.as_str());
    actix_web::error::InternalError::from_response(problem.code.as_str(), response).into()
}

/// The answer to what was no request, by the parser's status.
pub fn unparsed(status: StatusCode) -> HttpResponse {
    let (problem, request_id) = (of_status(status), fresh_id());
    let mut response = HttpResponse::new(status);
    finish(&mut response, &request_id, None);
    let (status, code) = (status.as_u16(), problem.code.as_str());
    tracing::info!(target: "access", request_id, route = "unparsed", status, code);
    with_body(response, &problem, Lang::default(), &request_id)
}

fn request_id(headers: &HeaderMap) -> String {
    let given = headers.get(&REQUEST_ID).and_then(|value| value.to_str().ok());
    let sane = |id: &&str| (1..=128).contains(&id.len()) && id.bytes().all(|byte| byte.is_ascii_graphic());
    given.filter(sane).map_or_else(fresh_id, str::to_owned)
}

fn fresh_id() -> String {
    format!("req_{:032x}", crate::ids::fresh())
}

/// Writes the problem's body; an error that came from the framework without one gets its status' problem.
fn render_problem(response: &mut ServiceResponse, lang: Lang, request_id: &str) -> Option<Code> {
    let status = response.status();
    if !status.is_client_error() && !status.is_server_error() {
        return None;
    }
    let ours = response.response_mut().extensions_mut().remove::<Problem>();
    if ours.is_none()
        && response
            .headers()
            .get(header::CONTENT_TYPE)
            .is_some_and(|media| media.as_bytes().starts_with(b"application/json"))
    {
        // The token endpoint answers in OAuth's own words (RFC 6749 5.2).
        return None;
    }
    let problem = ours.unwrap_or_else(|| of_framework(response.request(), status));
    let mut bare = std::mem::replace(response.response_mut(), HttpResponse::new(status));
    *bare.status_mut() = problem.status();
    *response.response_mut() = with_body(bare, &problem, lang, request_id);
    Some(problem.code)
}

fn with_body(mut response: HttpResponse, problem: &Problem, lang: Lang, request_id: &str) -> HttpResponse {
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static("application/problem+json"));
    headers.insert(header::VARY, HeaderValue::from_static("Accept-Language"));
    headers.insert(header::CONTENT_LANGUAGE, HeaderValue::from_static(lang.code()));
    // Whoever is told to come back is told when, also where the framework has said so.
    let later = (problem.code.status() == StatusCode::SERVICE_UNAVAILABLE).then_some(2);
    set(headers, header::RETRY_AFTER, problem.retry_after.or(later).map(|seconds| seconds.to_string()));
    set(headers, header::ALLOW, problem.allow.clone());
    if problem.status() == StatusCode::UNAUTHORIZED {
        headers.insert(header::WWW_AUTHENTICATE, HeaderValue::from_static("Bearer realm=\"kontor\""));
    }
    response.set_body(BoxBody::new(problem.body(lang, request_id).to_string()))
}

fn set(headers: &mut HeaderMap, name: HeaderName, value: Option<String>) {
    if let Some(value) = value.and_then(|value| HeaderValue::from_str(&value).ok()) {
        headers.insert(name, value);
    }
}

/// An error that the framework made of a request, as one of ours.
fn of_framework(request: &HttpRequest, status: StatusCode) -> Problem {
    let header = |name: HeaderName| request.headers().get(name).and_then(|value| value.to_str().ok());
    let allowed = |origin| request.app_data::<web::Data<App>>().is_some_and(|app| app.allows_origin(origin));
    match header(header::ORIGIN) {
        // A browser asks whether its page may call, and tells its programmer what the answer says.
        Some(origin) if request.method() == Method::OPTIONS && !allowed(origin) => {
            Problem::new(Code::OriginNotAllowed).with("origin", Place::text(origin))
        }
        _ => of_status(status),
    }
}

/// An error that the framework made, by its status.
fn of_status(status: StatusCode) -> Problem {
    match status.as_u16() {
        404 => Problem::new(Code::NotFound),
        405 => Problem::new(Code::MethodNotAllowed),
        408 => Problem::new(Code::RequestTimeout),
        413 => Problem::new(Code::PayloadTooLarge)
            .with("limit", Place::text(format!("{} KiB", crate::http::wire::body::MAX_BODY / 1024))),
        415 => Problem::new(Code::UnsupportedMediaType).with("expected", Place::wire("application/json")),
        431 => Problem::new(Code::HeadersTooLarge),
        400..=499 => Problem::new(Code::MalformedRequest),
        503 => Problem::new(Code::Unavailable),
        _ => Problem::new(Code::Internal),
    }
}

/// What every answer carries, and whether its connection stays.
fn finish(response: &mut HttpResponse, request_id: &str, app: Option<&App>) {
    let headers = response.headers_mut();
    set(headers, REQUEST_ID, Some(request_id.to_owned()));
    security::headers(headers, app.is_some_and(App::is_https));
    if !headers.contains_key(header::CACHE_CONTROL) {
        headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("private, no-cache"));
    }
    if app.is_some_and(|app| app.draining() || app.is_crowded()) {
        response.head_mut().set_connection_type(ConnectionType::Close);
    }
}

/// One line per request, with the route's pattern, never its values.
fn log(response: &ServiceResponse, method: &Method, elapsed: Duration, code: Option<Code>) {
    let route = response.request().match_pattern().unwrap_or_else(|| "unmatched".to_owned());
    let status = response.status().as_u16();
    if let Some(app) = response.request().app_data::<web::Data<App>>() {
        app.metrics.request(method, &route, status, elapsed);
    }
    let request_id = response.request().extensions().get::<RequestId>().map(|id| id.0.clone()).unwrap_or_default();
    let duration_us = u64::try_from(elapsed.as_micros()).unwrap_or(u64::MAX);
    let code = code.map_or("", Code::as_str);
    tracing::info!(target: "access", request_id, method = %method, route, status, duration_us, code);
}

#[cfg(test)]
mod tests {
    use super::*;
    use actix_web::middleware::from_fn;
    use actix_web::test::{TestRequest, init_service, try_call_service};
    use serde_json::Value;

    async fn panics() -> HttpResponse {
        panic!("a secret")
    }

    async fn fails() -> Result<HttpResponse, actix_web::Error> {
        Err(actix_web::error::ErrorBadGateway("a secret"))
    }

    /// What a handler that goes wrong is answered by: status, content type, request id, body.
    async fn broken(path: &str) -> (u16, String, String, Value) {
        let routed = actix_web::App::new()
            .route("/panic", web::get().to(panics))
            .route("/error", web::get().to(fails))
            .wrap(from_fn(edge));
        let service = init_service(routed).await;
        let request = TestRequest::get().uri(path).insert_header(("X-Request-Id", "req-1")).to_request();
        let response = match try_call_service(&service, request).await {
            Ok(response) => response.into_parts().1,
            Err(error) => error.error_response(),
        };
        let header = |name: &HeaderName| {
            response.headers().get(name).and_then(|value| value.to_str().ok()).unwrap_or_default().to_owned()
        };
        let (status, media, id) = (response.status().as_u16(), header(&header::CONTENT_TYPE), header(&REQUEST_ID));
        let body = actix_web::body::to_bytes(response.into_body()).await.unwrap_or_default();
        (status, media, id, serde_json::from_slice(&body).unwrap_or_default())
    }

    #[actix_web::test]
    async fn what_breaks_in_a_handler_is_a_problem_that_tells_the_request_id_and_nothing_else() {
        for path in ["/panic", "/error"] {
            let (status, media, id, body) = broken(path).await;
            assert_eq!((status, media.as_str(), id.as_str()), (500, "application/problem+json", "req-1"), "{path}");
            assert_eq!((&body["code"], &body["request_id"]), (&"internal".into(), &"req-1".into()));
            assert!(!body.to_string().contains("secret"), "{body}");
        }
    }
}
