//! Who sees amounts: what a caller without `money.read` is answered holds none, whichever operation answers, and
//! whatever the caller might when an answer was kept for it.

use crate::auth::standing::Identity;
use crate::http::amounts;
use crate::http::problem::Problem;
use crate::http::reply;
use actix_web::body::{self, BoxBody, MessageBody};
use actix_web::dev::{ServiceRequest, ServiceResponse};
use actix_web::http::header::{CONTENT_TYPE, ETAG, HeaderValue};
use actix_web::middleware::Next;
use actix_web::{HttpMessage as _, HttpRequest, HttpResponse};
use domain::access::Permission;
use serde_json::Value;

/// A layer around the handlers: by what the caller might when it was asked for, as the handler itself.
pub async fn withhold(
    request: ServiceRequest,
    next: Next<impl MessageBody + 'static>,
) -> Result<ServiceResponse<BoxBody>, actix_web::Error> {
    let mut response = next.call(request).await?.map_into_boxed_body();
    let known = response.request().extensions().get::<Identity>().map(|caller| caller.may(Permission::MoneyRead));
    if known != Some(false) {
        return Ok(response);
    }
    if let Some(problem) = response.response_mut().extensions_mut().get_mut::<Problem>() {
        problem.withhold_amounts();
    }
    let is_json = |media: &HeaderValue| media.as_bytes().starts_with(b"application/json");
    if !response.headers().get(CONTENT_TYPE).is_some_and(is_json) {
        return Ok(response);
    }
    let (request, response) = response.into_parts();
    let response = without_amounts(&request, response).await?;
    Ok(ServiceResponse::new(request, response))
}

/// The same answer without amounts. Its entity tag is of what is left, so that it is never taken for the whole one.
async fn without_amounts(request: &HttpRequest, response: HttpResponse) -> Result<HttpResponse, Problem> {
    let (mut head, whole) = response.into_parts();
    let whole = body::to_bytes(whole).await.map_err(|_| Problem::internal("an answer that cannot be read"))?;
    let mut value: Value = serde_json::from_slice(&whole).map_err(Problem::internal)?;
    if !amounts::withhold(&mut value) {
        return Ok(head.set_body(BoxBody::new(whole)));
    }
    let left = serde_json::to_vec(&value).map_err(Problem::internal)?;
    if let Some(tag) = head.headers().get(ETAG).and_then(|tag| tag.to_str().ok()) {
        let tag = reply::tag_of_part(tag, &left);
        let header = HeaderValue::from_str(&tag).map_err(Problem::internal)?;
        if reply::not_modified(request, &tag) && request.method().is_safe() {
            return Ok(HttpResponse::NotModified().insert_header((ETAG, header)).finish());
        }
        head.headers_mut().insert(ETAG, header);
    }
    Ok(head.set_body(BoxBody::new(left)))
}
