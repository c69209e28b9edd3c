//! Who sees amounts: what a caller without `money.read` is answered holds none, and what a customer is answered none
//! that its reseller pays, whichever operation answers, and whatever the caller might when an answer was kept for it.

use crate::auth::standing::Identity;
use crate::http::amounts::Untold;
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
    let Some(untold) = response.request().extensions().get::<Identity>().and_then(untold) else {
        return Ok(response);
    };
    if let Some(problem) = response.response_mut().extensions_mut().get_mut::<Problem>() {
        problem.withhold_amounts(untold);
    }
    let is_json = |media: &HeaderValue| media.as_bytes().starts_with(b"application/json");
    if !response.headers().get(CONTENT_TYPE).is_some_and(is_json) {
        return Ok(response);
    }
    let (request, response) = response.into_parts();
    let response = without_amounts(&request, response, untold).await?;
    Ok(ServiceResponse::new(request, response))
}

/// Which amounts a caller is not told.
fn untold(caller: &Identity) -> Option<Untold> {
    match (caller.may(Permission::MoneyRead), caller.scope.customer()) {
        (false, _) => Some(Untold::All),
        (true, Some(_)) => Some(Untold::PaidByReseller),
        (true, None) => None,
    }
}

/// The same answer without amounts. Its entity tag is of what is left, so that it is never taken for the whole one.
async fn without_amounts(
    request: &HttpRequest,
    response: HttpResponse,
    untold: Untold,
) -> Result<HttpResponse, Problem> {
    let (mut head, whole) = response.into_parts();
    let whole = match whole.try_into_bytes() {
        Ok(bytes) => bytes,
        Err(parts) => body::to_bytes(parts).await.map_err(|_| Problem::internal("an answer that cannot be read"))?,
    };
    if !untold.may_be_in(&whole) {
        return Ok(head.set_body(BoxBody::new(whole)));
    }
    let mut value: Value = serde_json::from_slice(&whole).map_err(Problem::internal)?;
    if !untold.withhold(&mut value) {
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
