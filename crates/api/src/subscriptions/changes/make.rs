//! Making a change: the subscription is locked, the change decided as its preview was, and written.

use crate::http::problem::{Code, Problem};
use crate::subscriptions::changes::commit::commit;
use crate::subscriptions::changes::decide::{Asked, decide};
use crate::subscriptions::changes::view;
use crate::transaction::Write;
use domain::id::SubscriptionId;
use domain::subscription::Subscription;
use store::changes::RequestedChange;

/// Makes a change; the subscription and the change as they then stand. One that would now do something else than its
/// preview said is refused with the new preview.
pub fn make(
    write: &mut Write<'_>,
    id: SubscriptionId,
    asked: &Asked,
) -> Result<(Subscription, RequestedChange), Problem> {
    let scope = write.identity.scope;
    let found = store::subscriptions::get(write.tx, &scope, id)?;
    // The customer first, as orders do: what is decided on must not change meanwhile.
    store::customers::lock(write.tx, &scope, found.customer_id)?;
    let subscription = store::subscriptions::lock(write.tx, &scope, id)?;
    write.expect_version(subscription.version)?;
    let decided = decide(write.app, write.tx, &scope, subscription, asked, write.now)?;
    let lang = write.meta.lang;
    if let Some(token) = &asked.preview_token {
        let preview = view::preview(write.app, &decided, lang)?;
        if *token != preview.preview_token {
            return Err(Problem::new(Code::PreviewStale).with_extra("preview", preview));
        }
    } else if decided.decision.ends_for_a_fee() {
        let preview = view::preview(write.app, &decided, lang)?;
        return Err(Problem::new(Code::PreviewRequired).with_extra("preview", preview));
    }
    let refused = decided.purchase.refused();
    if !refused.is_empty() {
        return Err(Problem::refusals(refused));
    }
    let change = commit(write, &decided)?;
    Ok((decided.decision.after, change))
}
