//! What mails say of a change of a subscription.

use crate::http::problem::Problem;
use crate::mail::templates::{self, Values};
use crate::memory::catalogs::catalog::Catalog;
use crate::texts::lang::Lang;
use crate::worker::notify::pages::title;
use domain::subscription::change::Change;
use domain::subscription::{AtTermEnd, Subscription};
use store::changes::{RequestedChange, Status};

/// What was asked for, and what became of it by now.
pub fn lines(
    lang: Lang,
    change: &RequestedChange,
    of: &Subscription,
    catalog: &Catalog,
) -> Result<Vec<String>, Problem> {
    let day = templates::day(lang, of.day(change.effective_at));
    let (key, values) = what(change, catalog);
    let fate = match change.status {
        Status::Applying | Status::Done => "fate.done",
        Status::Scheduled => "fate.scheduled",
        Status::Failed => "fate.failed",
        Status::Replaced | Status::Withdrawn => "fate.withdrawn",
    };
    let what = templates::word(lang, key, &values.line("day", &day))?;
    Ok(vec![what, templates::word(lang, fate, &Values::new().line("day", day))?])
}

fn what(change: &RequestedChange, catalog: &Catalog) -> (&'static str, Values) {
    let none = Values::new();
    match change.change {
        Change::SetQuantity(quantity) => ("what.quantity", none.line("quantity", quantity.to_string())),
        Change::Cancel => ("what.cancel", none),
        Change::SetAutoRenew(true) | Change::SetAtTermEnd(AtTermEnd::Renew) => ("what.renews", none),
        Change::SetAutoRenew(false) | Change::SetAtTermEnd(AtTermEnd::End) => ("what.ends", none),
        Change::SetAtTermEnd(AtTermEnd::Extend) => ("what.extends", none),
        Change::Transition { offer, quantity: None } => ("what.edition", none.line("title", title(catalog, offer))),
        Change::Transition { offer, quantity: Some(quantity) } => {
            let values = none.line("title", title(catalog, offer)).line("quantity", quantity.to_string());
            ("what.edition_of_some", values)
        }
        Change::ChangeOffer(_) => ("what.term", none),
        Change::AlignTermEnd(_) => ("what.aligned", none),
        Change::Suspend => ("what.suspended", none),
        Change::Resume => ("what.resumed", none),
        Change::Reactivate => ("what.reactivated", none),
        Change::Renew(_) => ("what.renewed", none),
        Change::TakeOver(_) => ("what.responsible", none),
    }
}
