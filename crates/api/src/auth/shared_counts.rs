//! How often strangers of one network may ask for something within an hour, counted for all processes together.

use crate::App;
use crate::http::origin::Origin;
use crate::http::problem::{Code, Problem};
use crate::threads;
use actix_web::web;
use store::request_counts::{self, RequestKind};
use time::Duration;

/// So long requests are counted together.
pub const WINDOW: Duration = Duration::HOUR;

/// Counts a request, whatever becomes of it; refused where it is one too many.
pub async fn count(app: &web::Data<App>, kind: RequestKind, origin: &Origin) -> Result<(), Problem> {
    let network = app.keys.counted_under(&origin.network());
    // Which slot a network has, nobody can know who has not the key.
    let slot = u16::try_from(network >> 112).unwrap_or_default();
    let most = i64::from(app.limits.links);
    let now = app.clock.now();
    let (number, since) = threads::trying(app, move |app| {
        Ok(app.store.write(|tx| request_counts::count(tx, kind, slot, now, now - WINDOW))?)
    })
    .await?;
    if number <= most {
        return Ok(());
    }
    let left = (since + WINDOW - now).whole_seconds();
    Err(Problem::new(Code::TooManyRequests).retry_after(u64::try_from(left).unwrap_or_default().max(1)))
}
