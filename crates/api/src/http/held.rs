//! What cannot be read of a request, held until its handler has said what else is wrong: all of it is answered at once.
//!
//! What a body or a query string says wrongly is mended as far as it takes to read the rest ([`crate::http::mending`]),
//! and held here. The handler then checks what it was given, as it always does. Nothing that it does stays: what writes
//! ends with [`sound`]; and whatever it answers, the answer is what is held, with the fields that it found wrong.
//!
//! Beside it stands what the request asks for, wherever it is worked on: see [`asked`].

use crate::http::problem::{Code, FieldProblem, Problem};
use actix_web::ResponseError as _;
use actix_web::body::{BoxBody, MessageBody};
use actix_web::dev::{ServiceRequest, ServiceResponse};
use actix_web::http::{StatusCode, Uri};
use actix_web::middleware::Next;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

tokio::task_local! {
    static HELD: Held;
}

/// What is wrong with one request.
#[derive(Clone, Default)]
struct Wrong {
    fields: Vec<FieldProblem>,
    /// Whether the handler sees a code that was chosen for it.
    guessed: bool,
}

/// What is held of one request, wherever it is worked on.
#[derive(Clone)]
struct Held {
    /// Nothing any more of a request that was turned away.
    wrong: Arc<Mutex<Option<Wrong>>>,
    asked: Uri,
}

impl Held {
    fn of(asked: Uri) -> Self {
        Self { wrong: Arc::new(Mutex::new(Some(Wrong::default()))), asked }
    }

    fn held(&self) -> MutexGuard<'_, Option<Wrong>> {
        self.wrong.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn wrong(&self) -> Wrong {
        self.held().clone().unwrap_or_default()
    }

    fn add(&self, fields: Vec<FieldProblem>, guessed: bool) {
        if let Some(held) = self.held().as_mut() {
            held.guessed |= guessed;
            // A transaction that is tried again reads again.
            let new: Vec<_> = fields.into_iter().filter(|field| !held.fields.contains(field)).collect();
            held.fields.extend(new);
        }
    }
}

/// Holds what is wrong with a request that is being read; a refusal where no request is. `guessed` says that a code was
/// chosen for the handler, so that what it misses or does not know may go with the right one.
pub fn hold(fields: Vec<FieldProblem>, guessed: bool) -> Result<(), Problem> {
    match HELD.try_with(Clone::clone) {
        Ok(held) => {
            held.add(fields, guessed);
            Ok(())
        }
        Err(_) => Err(Problem::fields(fields)),
    }
}

/// Refuses where something is held: before what cannot be taken back, and as the end of a transaction.
pub fn sound() -> Result<(), Problem> {
    let held = HELD.try_with(Held::wrong).unwrap_or_default().fields;
    if held.is_empty() { Ok(()) } else { Err(Problem::fields(held)) }
}

/// Says that whoever asks may not: what is wrong with the question is then nobody's business.
pub fn turn_away() {
    let _ = HELD.try_with(|held| *held.held() = None);
}

/// The path and the query string that are worked on; empty outside of a request.
pub fn asked() -> Uri {
    HELD.try_with(|held| held.asked.clone()).unwrap_or_default()
}

/// Work that goes to another thread, and takes along what it adds to.
pub fn along<T>(work: impl FnOnce() -> T) -> impl FnOnce() -> T {
    let held = HELD.try_with(Clone::clone).ok();
    move || match held {
        Some(held) => HELD.sync_scope(held, work),
        None => work(),
    }
}

/// The innermost layer: what was held is the answer, with what the handler found.
pub async fn answer(
    request: ServiceRequest,
    next: Next<impl MessageBody + 'static>,
) -> Result<ServiceResponse<BoxBody>, actix_web::Error> {
    let held = Held::of(request.uri().clone());
    let mut response = HELD.scope(held.clone(), next.call(request)).await?.map_into_boxed_body();
    let said = response.response().extensions().get::<Problem>().cloned();
    if let Some(problem) = together(held.wrong(), said.as_ref(), response.status()) {
        *response.response_mut() = problem.error_response();
    }
    Ok(response)
}

/// The whole answer; none where that of the handler stands: nothing is held, or it was not for what the request says.
fn together(held: Wrong, said: Option<&Problem>, status: StatusCode) -> Option<Problem> {
    const NOT_NOW: [StatusCode; 4] = [
        StatusCode::REQUEST_TIMEOUT,
        StatusCode::PAYLOAD_TOO_LARGE,
        StatusCode::TOO_MANY_REQUESTS,
        StatusCode::SERVICE_UNAVAILABLE,
    ];
    let found = said.map(|problem| problem.fields.as_slice()).unwrap_or_default();
    let stands = found.is_empty() && NOT_NOW.contains(&status);
    if held.fields.is_empty() || stands {
        return None;
    }
    let of_guess = |field: &FieldProblem| {
        held.guessed && matches!(field.code, Code::MissingField | Code::Required | Code::UnknownField)
    };
    // What was put in a wrong field's place is not what was sent.
    let own = |field: &&FieldProblem| !of_guess(field) && !held.fields.iter().any(|held| is_of(held, field));
    let found: Vec<_> = found.iter().filter(own).cloned().collect();
    Some(Problem::fields([held.fields, found].concat()))
}

/// Whether two problems are about one field, or about a field and a part of it.
fn is_of(one: &FieldProblem, other: &FieldProblem) -> bool {
    within(&one.pointer, &other.pointer) || within(&other.pointer, &one.pointer)
}

/// Whether a pointer is another one, or points into what that points to.
pub fn within(pointer: &str, whole: &str) -> bool {
    pointer.strip_prefix(whole).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn field(pointer: &str, code: Code) -> FieldProblem {
        FieldProblem { pointer: pointer.to_owned(), code, arguments: vec![] }
    }

    fn told(said: &Problem) -> Option<Vec<(String, Code)>> {
        told_with(false, said)
    }

    fn told_with(guessed: bool, said: &Problem) -> Option<Vec<(String, Code)>> {
        let fields = vec![field("/company/size", Code::InvalidValue), field("/lines/1", Code::InvalidType)];
        let whole = together(Wrong { fields, guessed }, Some(said), said.code.status())?;
        Some(whole.fields.iter().map(|field| (field.pointer.clone(), field.code)).collect())
    }

    #[test]
    fn u26_what_the_handler_found_is_told_beside_what_could_not_be_read() {
        let said = Problem::fields(vec![
            field("/company/invoice_email", Code::Required),
            // These are of what was put in the place of what was sent.
            field("/company/size", Code::Required),
            field("/lines/1/quantity", Code::Required),
            field("/lines", Code::Required),
            field("/lines/10", Code::Required),
        ]);
        let own = [("/company/size".to_owned(), Code::InvalidValue), ("/lines/1".to_owned(), Code::InvalidType)];
        let found = [("/company/invoice_email".to_owned(), Code::Required), ("/lines/10".to_owned(), Code::Required)];
        assert_eq!(told(&said), Some([own.clone(), found].concat()));
        assert_eq!(told(&Problem::new(Code::NotFound)), Some(own.to_vec()));
        // By a code that was chosen nobody knows what is missing; what is wrong with what is there stays so.
        let said = Problem::fields(vec![field("/quantity", Code::MissingField), field("/when", Code::InvalidValue)]);
        let when = [("/when".to_owned(), Code::InvalidValue)];
        assert_eq!(told_with(true, &said), Some([&own[..], &when[..]].concat()));
    }

    #[test]
    fn u26_who_may_not_ask_is_not_told_what_is_wrong_with_it() {
        let held = Held::of(Uri::default());
        HELD.sync_scope(held.clone(), || {
            hold(vec![field("/a", Code::Required)], false).unwrap();
            turn_away();
            hold(vec![field("/b", Code::Required)], false).unwrap();
        });
        assert_eq!(held.wrong().fields, []);
        assert_eq!(told(&Problem::new(Code::TooManyRequests)), None);
        assert!(told(&Problem::field("/save", Code::Forbidden)).is_some());
        assert_eq!(together(Wrong::default(), Some(&Problem::new(Code::NotFound)), StatusCode::NOT_FOUND), None);
    }

    #[test]
    fn u26_outside_of_a_request_nothing_is_held() {
        assert!(hold(vec![field("/a", Code::Required)], false).is_err());
        assert_eq!(sound(), Ok(()));
        assert!(along(|| hold(vec![field("/a", Code::Required)], false))().is_err());
    }

    #[tokio::test]
    async fn u26_what_another_thread_adds_is_held_too() {
        let work = async {
            hold(vec![field("/a", Code::Required)], false).unwrap();
            let on_thread = along(|| hold(vec![field("/b", Code::Required), field("/a", Code::Required)], false));
            std::thread::spawn(on_thread).join().unwrap().unwrap();
            sound().unwrap_err()
        };
        let problem = HELD.scope(Held::of(Uri::default()), work).await;
        let pointers: Vec<_> = problem.fields.iter().map(|field| field.pointer.as_str()).collect();
        assert_eq!(pointers, ["/a", "/b"]);
    }
}
