//! The guard: a handler that takes a [`Caller`] runs only for callers that hold its permission, and in somebody else's
//! name only where that may be.

use crate::App;
use crate::auth::on_behalf;
use crate::auth::permits::Permit;
use crate::auth::standing::Identity;
use crate::auth::token::{Refused, Speaker};
use crate::http::held;
use crate::http::problem::{Code, Problem};
use crate::threads;
use actix_web::http::header::AUTHORIZATION;
use actix_web::{FromRequest, HttpMessage as _, HttpRequest, dev::Payload, web};
use domain::access::{Permission, Scope};
use domain::id::{SessionId, UserId};
use futures_util::future::LocalBoxFuture;
use std::marker::PhantomData;
use std::ops::Deref;

/// A caller that was checked to hold the permission `P`.
pub struct Caller<P> {
    identity: Identity,
    permit: PhantomData<P>,
}

impl<P> Caller<P> {
    /// Whose data it sees.
    pub const fn scope(&self) -> Scope {
        self.identity.scope
    }

    /// Who it is.
    pub fn identity(&self) -> Identity {
        self.identity.clone()
    }
}

impl<P> Deref for Caller<P> {
    type Target = Identity;
    fn deref(&self) -> &Identity {
        &self.identity
    }
}

impl<P: Permit> FromRequest for Caller<P> {
    type Error = Problem;
    type Future = LocalBoxFuture<'static, Result<Self, Problem>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        let request = request.clone();
        Box::pin(async move {
            let identity = permitted(&request, P::PERMISSION).await.inspect_err(|_| held::turn_away())?;
            Ok(Self { identity, permit: PhantomData })
        })
    }
}

async fn permitted(request: &HttpRequest, permission: Option<Permission>) -> Result<Identity, Problem> {
    let identity = authenticate(request).await?;
    // The edge says in the audit log who was refused.
    request.extensions_mut().insert(identity.clone());
    if permission.is_some_and(|permission| !identity.may(permission)) {
        return Err(Problem::new(Code::Forbidden));
    }
    if identity.impersonator.is_some() && !on_behalf::allowed(request) {
        return Err(Problem::new(Code::NotWhileImpersonating));
    }
    Ok(identity)
}

/// A person who acts in its own name: no machine, and nobody who acts in the person's name (L-13). For what only that
/// person may: passwords, consents, log-ins.
pub struct InPerson<P> {
    caller: Caller<P>,
    /// The person that calls.
    pub user: UserId,
    /// The log-in that its token is of.
    pub session: SessionId,
}

impl<P> Deref for InPerson<P> {
    type Target = Caller<P>;
    fn deref(&self) -> &Caller<P> {
        &self.caller
    }
}

impl<P: Permit> FromRequest for InPerson<P> {
    type Error = Problem;
    type Future = LocalBoxFuture<'static, Result<Self, Problem>>;

    fn from_request(request: &HttpRequest, payload: &mut Payload) -> Self::Future {
        let caller = Caller::<P>::from_request(request, payload);
        Box::pin(async move {
            let caller = caller.await?;
            let refused = match (caller.impersonator, caller.actor.parse(), caller.session) {
                (Some(_), ..) => Code::NotWhileImpersonating,
                (None, Ok(user), Some(session)) => return Ok(Self { caller, user, session }),
                (None, ..) => Code::OnlyInPerson,
            };
            held::turn_away();
            Err(Problem::new(refused))
        })
    }
}

async fn authenticate(request: &HttpRequest) -> Result<Identity, Problem> {
    let app = request.app_data::<web::Data<App>>().ok_or_else(|| Problem::internal("no application state"))?;
    // Known where it was verified at the door.
    let known = request.extensions().get::<Speaker>().copied();
    let speaker = known.map_or_else(|| speaker(app, request), Ok)?;
    let identity = match app.standings.recall(&speaker, app.clock.now()) {
        Some(known) => known,
        None => threads::reading(app, move |app| app.standings.look_up(&app.store, &speaker, app.clock.now())).await?,
    };
    identity.ok_or_else(|| Problem::new(Code::Unauthorized))
}

/// Whom the token of a request speaks for.
pub fn speaker(app: &App, request: &HttpRequest) -> Result<Speaker, Problem> {
    let mut headers = request.headers().get_all(AUTHORIZATION);
    let token = match (headers.next(), headers.next()) {
        (Some(header), None) => header.to_str().ok().and_then(bearer),
        _ => None,
    };
    let token = token.ok_or_else(|| Problem::new(Code::Unauthorized))?;
    // Tokens live by real time: a sandbox's clock must not log everybody out.
    match app.tokens.verify(token, app.clock.now()) {
        Ok(known) => Ok(known.0),
        Err(Refused::Expired) => Err(Problem::new(Code::TokenExpired)),
        Err(Refused::Invalid) => Err(Problem::new(Code::Unauthorized)),
    }
}

fn bearer(header: &str) -> Option<&str> {
    let (scheme, token) = header.split_once(' ')?;
    scheme.eq_ignore_ascii_case("bearer").then(|| token.trim())
}
