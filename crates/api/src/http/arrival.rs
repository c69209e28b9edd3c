//! How long a body may take to arrive: its sender is waited for, but not for ever.

use actix_web::HttpMessage as _;
use actix_web::dev::{Payload, ServiceRequest};
use actix_web::error::PayloadError;
use actix_web::web::Bytes;
use futures_util::Stream;
use std::cell::Cell;
use std::io::{Error, ErrorKind};
use std::pin::Pin;
use std::rc::Rc;
use std::task::{Context, Poll, ready};
use std::time::Duration;
use tokio::time::{Instant, Sleep};

/// A sender that brings so many bytes a second is waited for until it has brought all.
const PER_SECOND: u64 = 64 * 1024;

/// Gives the body a deadline: a time for all, and what it takes on top at the slowest speed that is waited for. Says
/// whether it has passed, after which the body is broken off.
pub fn within(request: &mut ServiceRequest, time: Duration) -> Rc<Cell<bool>> {
    let late = Rc::new(Cell::new(false));
    let inner = request.take_payload();
    if !matches!(inner, Payload::None) {
        let begun = Instant::now();
        let deadline = Box::pin(tokio::time::sleep_until(begun + time));
        let arrival = Arrival { inner, begun, time, received: 0, deadline, late: Rc::clone(&late) };
        request.set_payload(Payload::Stream { payload: Box::pin(arrival) });
    }
    late
}

/// A body on its way.
struct Arrival {
    inner: Payload,
    begun: Instant,
    time: Duration,
    received: u64,
    deadline: Pin<Box<Sleep>>,
    late: Rc<Cell<bool>>,
}

impl Stream for Arrival {
    type Item = Result<Bytes, PayloadError>;

    fn poll_next(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        if let Poll::Ready(next) = Pin::new(&mut self.inner).poll_next(cx) {
            if let Some(Ok(bytes)) = &next {
                self.received += bytes.len() as u64;
                let more = Duration::from_secs(self.received / PER_SECOND);
                let deadline = self.begun + self.time + more;
                self.deadline.as_mut().reset(deadline);
            }
            return Poll::Ready(next);
        }
        ready!(self.deadline.as_mut().poll(cx));
        self.late.set(true);
        Poll::Ready(Some(Err(PayloadError::Io(Error::from(ErrorKind::TimedOut)))))
    }
}
