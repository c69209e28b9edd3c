//! Asks the register of VAT ids about one that a customer has given, and keeps the answer with its proof.

use crate::App;
use crate::ids::New as _;
use crate::vat::RegistryError;
use crate::worker::outcome::{Outcome, Trouble};
use crate::worker::report::{self, Report};
use domain::access::Scope;
use domain::event::EventKind;
use domain::id::{CustomerId, VatCheckId};
use domain::tax::standing::{VatAnswer, VatCheck};
use domain::tax::vat_id::askable;
use serde_json::json;
use store::Versioned;
use store::outbox::Task;
use store::vat_checks::KeptAnswer;
use time::Duration;

/// How long a register that is away is left alone, for each time it was found away, and at most.
const REST: Duration = Duration::minutes(5);
const LONGEST_REST: i32 = 24;

/// After a VAT id was given, or is to be asked about anew: asks until there is an answer.
pub fn handle(app: &App, task: &Task) -> Result<Outcome, Trouble> {
    let scope = Scope::Marketplace(task.event.marketplace_id);
    let Ok(id) = task.event.subject.parse::<CustomerId>() else { return report::finish(app, task) };
    let customer = app.store.read(|conn| Ok::<_, Trouble>(store::customers::get(conn, &scope, id)?))?.value;
    let asked = customer.vat_id.as_deref().filter(|vat_id| task.event.payload["vat_id"] == **vat_id);
    // Another id has its own event.
    let Some((vat_id, (country, number))) = asked.and_then(|id| Some((id, askable(id)?))) else {
        return report::finish(app, task);
    };
    let registry = app.vat_registry.as_ref();
    match registry.check(&country, &number) {
        Ok(answer) => keep(app, task, (id, vat_id), registry.name(), &answer),
        Err(RegistryError::Away(why)) => {
            let rest = REST * (task.waits + 1).clamp(1, LONGEST_REST);
            Ok(Outcome::Hold(rest, format!("the register of VAT ids is away: {why}")))
        }
        Err(error @ RegistryError::Garbled(_)) => Err(Trouble::Garbled(error.to_string())),
    }
}

/// Writes what was answered; the newest answer about the id that the customer has decides.
fn keep(
    app: &App,
    task: &Task,
    (id, vat_id): (CustomerId, &str),
    registry: &str,
    answer: &VatAnswer,
) -> Result<Outcome, Trouble> {
    let scope = Scope::Marketplace(task.event.marketplace_id);
    app.store.write(|tx| {
        let mut report = Report::begin(app, tx, task)?;
        store::customers::lock(report.tx, &scope, id)?;
        let Versioned { value: mut customer, .. } = store::customers::get(report.tx, &scope, id)?;
        let kept = KeptAnswer {
            id: VatCheckId::new(),
            marketplace_id: task.event.marketplace_id,
            customer_id: id,
            vat_id: vat_id.to_owned(),
            registry: registry.to_owned(),
            answer: answer.clone(),
            answered_at: report.now,
        };
        store::vat_checks::insert(report.tx, &kept)?;
        if customer.vat_id.as_deref() == Some(vat_id) {
            let before = customer.vat.standing;
            customer.vat = VatCheck::answered(&kept.answer, report.now);
            store::customers::update(report.tx, &scope, &customer, None, report.now)?;
            let payload = json!({
                "vat_id": vat_id,
                "before": before,
                "status": customer.vat.standing,
                "registry": registry,
                "consultation_number": kept.answer.consultation_number,
            });
            report.remember(EventKind::VatIdChecked, id.to_string(), payload)?;
        }
        report.finish()?;
        Ok(Outcome::Done)
    })
}
