//! The guard: a handler that takes a [`Caller`] runs only for callers that hold its permission.

use super::permits::Permit;
use super::token::{Identity, Refused};
use crate::App;
use crate::problem::{Code, Problem};
use actix_web::http::header::AUTHORIZATION;
use actix_web::{FromRequest, HttpRequest, dev::Payload, web};
use domain::access::Scope;
use std::future::{Ready, ready};
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
    type Future = Ready<Result<Self, Problem>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        ready(authenticate(request).and_then(|identity| {
            if identity.role.may(P::PERMISSION) {
                Ok(Self { identity, permit: PhantomData })
            } else {
                Err(Problem::new(Code::Forbidden))
            }
        }))
    }
}

fn authenticate(request: &HttpRequest) -> Result<Identity, Problem> {
    let app = request.app_data::<web::Data<App>>().ok_or_else(|| Problem::internal("no application state"))?;
    let mut headers = request.headers().get_all(AUTHORIZATION);
    let token = match (headers.next(), headers.next()) {
        (Some(header), None) => header.to_str().ok().and_then(bearer),
        _ => None,
    };
    let token = token.ok_or_else(|| Problem::new(Code::Unauthorized))?;
    // Tokens live by real time: a sandbox's clock must not log everybody out.
    match app.tokens.verify(token, app.clock.now()) {
        Ok(known) => Ok(known.0.clone()),
        Err(Refused::Expired) => Err(Problem::new(Code::TokenExpired)),
        Err(Refused::Invalid) => Err(Problem::new(Code::Unauthorized)),
    }
}

fn bearer(header: &str) -> Option<&str> {
    let (scheme, token) = header.split_once(' ')?;
    scheme.eq_ignore_ascii_case("bearer").then(|| token.trim())
}
