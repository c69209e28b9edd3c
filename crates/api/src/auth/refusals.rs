//! Refused attempts in the audit log: who tried what, and by which code it was refused. Written once the attempt is
//! rolled back, before it is answered.

use crate::auth::standing::Identity;
use crate::http::meta::RequestId;
use crate::http::problem::{Code, Problem};
use crate::threads;
use crate::{App, ids};
use actix_web::body::MessageBody;
use actix_web::dev::{ServiceRequest, ServiceResponse};
use actix_web::middleware::Next;
use actix_web::{HttpMessage as _, HttpRequest, web};
use store::audit::Entry;
use time::OffsetDateTime;

/// The most characters of a path that are kept.
const LONGEST: usize = 200;

/// A layer below the edge: says in the audit log that somebody known was refused a change, or anything that needs more
/// permissions.
pub async fn record(
    request: ServiceRequest,
    next: Next<impl MessageBody + 'static>,
) -> Result<ServiceResponse<impl MessageBody>, actix_web::Error> {
    let response = next.call(request).await?;
    let code = response.response().extensions().get::<Problem>().map(|problem| problem.code);
    if let Some(code) = code.filter(|code| code.status().is_client_error()) {
        write_down(response.request(), code).await;
    }
    Ok(response)
}

async fn write_down(request: &HttpRequest, code: Code) {
    let method = request.method();
    let Some(identity) = request.extensions().get::<Identity>().cloned() else { return };
    let pattern = request.match_pattern().unwrap_or_default();
    // A preview changes nothing: that it would be refused is its answer.
    let change = !method.is_safe() && !pattern.ends_with("/preview");
    if !change && code.status().as_u16() != 403 {
        return;
    }
    let Some(app) = request.app_data::<web::Data<App>>().cloned() else { return };
    let request_id = request.extensions().get::<RequestId>().map(|id| id.0.clone()).unwrap_or_default();
    let subject: String = request.path().chars().take(LONGEST).collect();
    let action = format!("{method} {pattern}");
    let written = threads::writing(&app, move |app| {
        app.store.write(|tx| {
            let now = app.now_in(tx, identity.scope.marketplace())?;
            let entry = entry(&identity, action.clone(), subject.clone(), request_id.clone(), code, now);
            Ok::<_, Problem>(store::audit::insert(tx, &entry)?)
        })
    });
    match written.await {
        Ok(()) => {}
        Err(problem) => tracing::warn!(%problem, "a refused attempt could not be written down"),
    }
}

fn entry(
    identity: &Identity,
    action: String,
    subject: String,
    request_id: String,
    code: Code,
    at: OffsetDateTime,
) -> Entry {
    Entry {
        id: ids::fresh(),
        marketplace_id: identity.scope.marketplace(),
        customer_id: identity.scope.customer(),
        reseller_id: identity.scope.reseller(),
        actor: identity.actor.clone(),
        impersonator: identity.impersonator.map(|id| id.to_string()),
        actor_kind: if identity.machine { "api_client" } else { "user" }.to_owned(),
        action,
        subject,
        before: None,
        after: None,
        request_id,
        outcome: code.as_str().to_owned(),
        at,
    }
}
