//! Reads and writes off the request threads: one transaction each, an effect at most once per idempotency key.

use crate::App;
use crate::auth::delegated::{self, Passed};
use crate::auth::standing::Identity;
use crate::events;
use crate::http::held;
use crate::http::meta::Meta;
use crate::http::problem::{Code, Problem};
use crate::http::reply::Reply;
use crate::ids;
use crate::texts::place::Place;
use crate::threads;
use actix_web::{HttpResponse, web};
use domain::access::Scope;
use domain::delegation::{Act, Unbound};
use domain::event::EventKind;
use domain::id::{CustomerId, MarketplaceId};
use domain::marketplace::Doing;
use domain::policy::DelegatedAdministration;
use serde_json::Value;
use store::idempotency::{Begun, StoredAnswer};
use store::{Conn, Failure};
use time::OffsetDateTime;

/// The digest of a request without a body.
pub const NO_BODY: [u8; 32] = [0; 32];

/// Runs a read on a thread that may wait for the database.
pub async fn read<T: Send + 'static>(
    app: &web::Data<App>,
    mut work: impl FnMut(&App, &mut Conn) -> Result<T, Problem> + Send + 'static,
) -> Result<T, Problem> {
    threads::reading(app, move |app| app.store.read(|conn| work(app, conn))).await
}

/// The same without a transaction: for what is one query, or does not mind that another comes between.
pub async fn read_one<T: Send + 'static>(
    app: &web::Data<App>,
    mut work: impl FnMut(&App, &mut Conn) -> Result<T, Problem> + Send + 'static,
) -> Result<T, Problem> {
    threads::reading(app, move |app| app.store.read_one(|conn| work(app, conn))).await
}

/// What a write works with: the transaction, who asks, and when it is in its marketplace.
pub struct Write<'a> {
    /// What all requests share: catalogues, keys, clock.
    pub app: &'a App,
    /// The open transaction; rolled back where the work is refused.
    pub tx: &'a mut Conn,
    /// Who asks, and what that person or API client may do.
    pub identity: &'a Identity,
    /// What the request says besides its body: id, idempotency key, expected version.
    pub meta: &'a Meta,
    /// The marketplace's now: the one instant of everything that this write does.
    pub now: OffsetDateTime,
    /// Whether somebody may have lost something whose token is still out; said by [`Write::access_changed`].
    pub forget: bool,
    /// For which customers the caller was let through, and for what.
    pub passed: Passed,
}

/// Runs a write in one transaction. With an `Idempotency-Key` its answer is stored in that same
/// transaction and given again for the same request, but for one that tells a secret: of that it is only known what it
/// was about. A refusal has no effect and stores nothing. For a request that
/// could not be read as it was sent it finds what else is wrong with it, and is taken back.
pub async fn write(
    app: &web::Data<App>,
    identity: Identity,
    meta: Meta,
    digest: [u8; 32],
    mut work: impl FnMut(&mut Write<'_>) -> Result<Reply, Problem> + Send + 'static,
) -> Result<HttpResponse, Problem> {
    let (reply, replayed) = threads::trying(app, move |app| {
        let mut forget = false;
        let before = app.caused();
        let done = app.store.write(|tx| {
            let now = app.now_in(tx, identity.scope.marketplace())?;
            let mut write =
                Write { app, tx, identity: &identity, meta: &meta, now, forget: false, passed: Passed::default() };
            let done = once(&mut write, digest, &mut work);
            forget = write.forget;
            let zone = app.marketplaces.zone(identity.scope.marketplace());
            done.and_then(|done| held::sound().map(|()| done)).map_err(|problem| problem.in_zone(&zone))
        });
        // Once it is committed, and before anybody is answered.
        if forget {
            app.standings.forget();
        }
        app.wake_caused(before);
        done
    })
    .await?;
    Ok(respond(app, reply, replayed))
}

/// Runs a write that no request asks for: of the program itself, or of whoever is at its command line.
pub fn by_program<T, E: Failure + From<Problem>>(
    app: &App,
    identity: &Identity,
    mut work: impl FnMut(&mut Write<'_>) -> Result<T, E>,
) -> Result<T, E> {
    let meta = Meta::of_work(&identity.actor);
    app.store.write(|tx| {
        let (meta, now) = (&meta, app.now_in(tx, identity.scope.marketplace())?);
        work(&mut Write { app, tx, identity, meta, now, forget: false, passed: Passed::default() })
    })
}

/// The HTTP answer to a write: marked where it is an earlier one.
fn respond(app: &App, reply: Reply, replayed: bool) -> HttpResponse {
    let mut response = reply.respond();
    if replayed {
        app.metrics.replayed();
        response.headers_mut().insert(IDEMPOTENT_REPLAYED, actix_web::http::header::HeaderValue::from_static("true"));
    }
    response
}

const IDEMPOTENT_REPLAYED: actix_web::http::header::HeaderName =
    actix_web::http::header::HeaderName::from_static("idempotent-replayed");

/// Does the work unless its key is known; says whether the answer is an earlier one.
fn once(
    write: &mut Write<'_>,
    digest: [u8; 32],
    work: &mut impl FnMut(&mut Write<'_>) -> Result<Reply, Problem>,
) -> Result<(Reply, bool), Problem> {
    let Some(key) = write.meta.idempotency_key.clone() else { return Ok((work(write)?, false)) };
    let fingerprint = crate::keys::sha256(&[write.meta.target.as_bytes(), &digest].concat());
    // Keys live by real time: a sandbox that jumps a year must not forget a retry.
    let begun = store::idempotency::begin(write.tx, &write.identity.actor, &key, &fingerprint, write.app.clock.now())?;
    match begun {
        Begun::Replay(StoredAnswer { status: TOLD_ONCE, body, .. }) => Err(told_once(&body)),
        Begun::Replay(StoredAnswer { status, body, headers }) => {
            Ok((Reply { status, body, headers, secret_of: None }, true))
        }
        Begun::Reused => Err(Problem::field("Idempotency-Key", Code::IdempotencyKeyReused)),
        Begun::Fresh => {
            let reply = work(write)?;
            let stored = match &reply.secret_of {
                Some(path) => StoredAnswer { status: TOLD_ONCE, body: path.clone().into_bytes(), headers: vec![] },
                None => StoredAnswer { status: reply.status, body: reply.body.clone(), headers: reply.headers.clone() },
            };
            store::idempotency::finish(write.tx, &write.identity.actor, &key, &stored)?;
            Ok((reply, false))
        }
    }
}

/// As which status an answer is stored that told a secret: in its place stands the path of what the secret is of.
const TOLD_ONCE: u16 = 409;

fn told_once(path: &[u8]) -> Problem {
    let path = String::from_utf8_lossy(path).into_owned();
    Problem::new(Code::SecretToldBefore).with("first", Place::wire(&path)).with_extra("first", path)
}

impl Write<'_> {
    /// Does a part of the write within a marketplace: what the platform's operators do there is recorded there, under
    /// their name. They may there what they may anywhere, no more.
    pub fn within<T>(
        &mut self,
        marketplace: MarketplaceId,
        work: impl FnOnce(&mut Write<'_>) -> Result<T, Problem>,
    ) -> Result<T, Problem> {
        let identity = Identity { scope: Scope::Marketplace(marketplace), ..self.identity.clone() };
        let (app, meta, now) = (self.app, self.meta, self.app.now_in(self.tx, marketplace)?);
        let passed = Passed::default();
        let mut within = Write { app, tx: self.tx, identity: &identity, meta, now, forget: false, passed };
        let done = work(&mut within)?;
        self.forget |= within.forget;
        Ok(done)
    }

    /// Refuses what the marketplace does not let happen as it stands.
    pub fn lets(&self, doing: Doing) -> Result<(), Problem> {
        self.app.marketplaces.lets(self.identity.scope.marketplace(), doing)
    }

    /// Says that somebody may have lost something whose token is still out: from the next request on it is refused.
    pub fn access_changed(&mut self) -> Result<(), Problem> {
        store::marketplaces::bump_access_version(self.tx, self.identity.scope.marketplace())?;
        self.forget = true;
        Ok(())
    }

    /// Lets the caller order, change or redeem for a customer, as the policies of what it is about say; whoever is not
    /// of the customer may need its acceptance (K-13).
    pub fn acts_for(
        &mut self,
        customer: CustomerId,
        act: Act,
        rules: impl IntoIterator<Item = DelegatedAdministration>,
    ) -> Result<(), Problem> {
        delegated::may_act(self.tx, &self.identity.scope, customer, act, rules)??;
        self.passed.add(customer, act);
        Ok(())
    }

    /// The same for what is administered.
    pub fn administers(&mut self, customer: CustomerId) -> Result<(), Problem> {
        self.looks_after(customer, Act::Administer)
    }

    /// The same for what a new customer is set up with: its tenant.
    pub fn sets_up(&mut self, customer: CustomerId) -> Result<(), Problem> {
        self.looks_after(customer, Act::SetUp)
    }

    /// The same for the customer's people.
    pub fn manages_people(&mut self, customer: CustomerId) -> Result<(), Problem> {
        self.looks_after(customer, Act::People)
    }

    fn looks_after(&mut self, customer: CustomerId, act: Act) -> Result<(), Problem> {
        if self.passed.has(customer, act) || self.identity.scope.customer() == Some(customer) {
            return Ok(());
        }
        delegated::may_administer(self.app, self.tx, &self.identity.scope, customer, act, self.now)??;
        self.passed.add(customer, act);
        Ok(())
    }

    /// Who forgot to ask asks where it records: what was written before is taken back.
    fn has_passed(&mut self, customer: Option<CustomerId>) -> Result<(), Problem> {
        customer.filter(|id| !self.passed.has_any(*id)).map_or(Ok(()), |id| self.administers(id))
    }

    /// Does something for a customer that is of a kind which needs no acceptance.
    pub fn needs_no_acceptance(&mut self, customer: CustomerId, kind: Unbound) {
        self.passed.unbound(customer, kind);
    }

    /// Remembers a fact with the work it causes, and says in the audit log who did it.
    pub fn record(
        &mut self,
        kind: EventKind,
        customer: Option<CustomerId>,
        subject: String,
        payload: Value,
    ) -> Result<(), Problem> {
        self.append(kind, customer, subject.clone(), payload.clone())?;
        self.audit(kind.code(), customer, subject, None, Some(payload))
    }

    /// The same for a change: the audit log keeps what was before.
    pub fn changed(
        &mut self,
        kind: EventKind,
        customer: Option<CustomerId>,
        subject: String,
        before: Value,
        after: Value,
    ) -> Result<(), Problem> {
        self.append(kind, customer, subject.clone(), after.clone())?;
        self.audit(kind.code(), customer, subject, Some(before), Some(after))
    }

    fn append(
        &mut self,
        kind: EventKind,
        customer: Option<CustomerId>,
        subject: String,
        payload: Value,
    ) -> Result<(), Problem> {
        self.has_passed(customer)?;
        let event = events::event(self.identity.scope.marketplace(), customer, kind, subject, self.now, payload);
        events::append(self.app, self.tx, &event)
    }

    /// Holds `If-Match` against the version of what is about to be changed; none where there is nothing yet.
    pub fn expect_version(&self, current: impl Into<Option<i64>>) -> Result<(), Problem> {
        self.meta.expect_version(current)
    }

    /// Holds `If-Match` against what something without a version says now; its entity tag is made of that.
    pub fn expect_content(&self, now: &impl serde::Serialize) -> Result<(), Problem> {
        let Some(expected) = &self.meta.if_match else { return Ok(()) };
        let current = crate::http::reply::content_tag(&serde_json::to_vec(now).map_err(Problem::internal)?);
        if expected.names(&current) { Ok(()) } else { Err(Problem::new(Code::PreconditionFailed)) }
    }

    /// Says in the audit log who did what, with what was before and after.
    pub fn audit(
        &mut self,
        action: &str,
        customer: Option<CustomerId>,
        subject: String,
        before: Option<Value>,
        after: Option<Value>,
    ) -> Result<(), Problem> {
        self.has_passed(customer)?;
        let entry = store::audit::Entry {
            id: ids::fresh(),
            marketplace_id: self.identity.scope.marketplace(),
            customer_id: customer.or(self.identity.scope.customer()),
            reseller_id: self.identity.scope.reseller(),
            actor: self.identity.actor.clone(),
            impersonator: self.identity.impersonator.map(|id| id.to_string()),
            actor_kind: if self.identity.machine { "api_client" } else { "user" }.to_owned(),
            action: action.to_owned(),
            subject,
            before,
            after,
            request_id: self.meta.request_id.clone(),
            outcome: "done".to_owned(),
            at: self.now,
        };
        Ok(store::audit::insert(self.tx, &entry)?)
    }
}
