//! What mails say of a change of a subscription.

use crate::http::problem::Problem;
use crate::mail::templates::{self, Sentence, Values, Word};
use crate::memory::catalogs::catalog::Catalog;
use crate::texts::lang::Lang;
use crate::worker::notify::titles::title;
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
        Status::Applying | Status::Done => Word::FateDone,
        Status::Scheduled => Word::FateScheduled,
        Status::Failed => Word::FateFailed,
        Status::Replaced | Status::Withdrawn => Word::FateWithdrawn,
    };
    let what = templates::word(key, &values.line("day", day))?;
    Ok(vec![what, templates::word(fate, &none().line("day", day))?])
}

fn what(change: &RequestedChange, catalog: &Catalog, lang: Lang, none: Values) -> (Word, Values) {
    match change.change {
        Change::SetQuantity(quantity) => (Word::WhatQuantity, none.line("quantity", quantity)),
        Change::Cancel => (Word::WhatCancel, none),
        Change::SetAutoRenew(true) | Change::SetAtTermEnd(AtTermEnd::Renew) => (Word::WhatRenews, none),
        Change::SetAutoRenew(false) | Change::SetAtTermEnd(AtTermEnd::End) => (Word::WhatEnds, none),
        Change::SetAtTermEnd(AtTermEnd::Extend) => (Word::WhatExtends, none),
        Change::Transition { offer, quantity: None } => {
            (Word::WhatEdition, none.line("title", title(catalog, offer, lang)))
        }
        Change::Transition { offer, quantity: Some(quantity) } => {
            let values = none.line("title", title(catalog, offer, lang)).line("quantity", quantity);
            (Word::WhatEditionOfSome, values)
        }
        Change::ChangeOffer(_) => (Word::WhatTerm, none),
        Change::AlignTermEnd(_) => (Word::WhatAligned, none),
        Change::Suspend => (Word::WhatSuspended, none),
        Change::Resume => (Word::WhatResumed, none),
        Change::Reactivate => (Word::WhatReactivated, none),
        Change::Renew(_) => (Word::WhatRenewed, none),
        Change::TakeOver(_) => (Word::WhatResponsible, none),
    }
}
