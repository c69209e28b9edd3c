//! What mails say of a change of a subscription.

use crate::http::problem::Problem;
use crate::mail::templates::{self, Sentence, Values};
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
) -> Result<Vec<Sentence>, Problem> {
    let none = || Values::new(lang, of.policy.zone.clone());
    let day = of.day(change.effective_at);
    let (key, values) = what(change, catalog, lang, none());
    let fate = match change.status {
        Status::Applying | Status::Done => "fate.done",
        Status::Scheduled => "fate.scheduled",
        Status::Failed => "fate.failed",
        Status::Replaced | Status::Withdrawn => "fate.withdrawn",
    };
    let what = templates::word(key, &values.line("day", day))?;
    Ok(vec![what, templates::word(fate, &none().line("day", day))?])
}

fn what(change: &RequestedChange, catalog: &Catalog, lang: Lang, none: Values) -> (&'static str, Values) {
    match change.change {
        Change::SetQuantity(quantity) => ("what.quantity", none.line("quantity", quantity)),
        Change::Cancel => ("what.cancel", none),
        Change::SetAutoRenew(true) | Change::SetAtTermEnd(AtTermEnd::Renew) => ("what.renews", none),
        Change::SetAutoRenew(false) | Change::SetAtTermEnd(AtTermEnd::End) => ("what.ends", none),
        Change::SetAtTermEnd(AtTermEnd::Extend) => ("what.extends", none),
        Change::Transition { offer, quantity: None } => {
            ("what.edition", none.line("title", title(catalog, offer, lang)))
        }
        Change::Transition { offer, quantity: Some(quantity) } => {
            let values = none.line("title", title(catalog, offer, lang)).line("quantity", quantity);
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
