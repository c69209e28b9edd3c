//! Who ordered, as mails say it: the customer, its partner by name, or a system of either.

use crate::App;
use crate::http::problem::Problem;
use crate::mail::templates::{self, Sentence, Values, Word};
use crate::texts::place::Place;
use crate::worker::outcome::Trouble;
use domain::access::{Organization, Scope};
use domain::event::EventKind;
use domain::id::{ApiClientId, UserId};
use domain::order::Order;
use store::page::PageRequest;
use store::{Conn, StoreError};

/// For whom somebody works that ordered.
enum By {
    Customer,
    Partner(String),
    /// Somebody who is here no longer.
    Somebody,
}

/// Who placed an order.
pub struct Ordered {
    by: By,
    /// Whether it was a script or a portal.
    system: bool,
    /// The person who did it, in its own name.
    person: Option<UserId>,
}

impl Ordered {
    /// Reads who placed it. What was done in somebody's name was done by whoever acted.
    pub fn of(app: &App, conn: &mut Conn, order: &Order) -> Result<Self, Trouble> {
        let scope = Scope::Marketplace(order.marketplace_id);
        let acted = acted(conn, &scope, order)?;
        let person = order.placed_by.parse::<UserId>().ok();
        let (at, system) = match acted.or(person) {
            Some(id) => {
                let user = store::users::of_ids_unscoped(conn, order.marketplace_id, &[id])?.pop();
                (user.map(|user| user.organization), false)
            }
            None => (of_client(conn, order)?, true),
        };
        let by = match at {
            Some(Organization::Customer(id)) if id == order.customer_id => By::Customer,
            Some(Organization::Reseller(id)) => By::Partner(store::resellers::get(conn, &scope, id)?.value.name),
            Some(Organization::Provider) => {
                By::Partner(app.marketplaces.get(order.marketplace_id)?.marketplace.name.clone())
            }
            Some(Organization::Customer(_) | Organization::Platform) | None => By::Somebody,
        };
        Ok(Self { by, system, person: person.filter(|_| acted.is_none()) })
    }

    /// Fills what mails of an order say: to who ordered that it is theirs, to others who did. Its name and its customer
    /// are filled already. Which partner ordered is told to who finds the order.
    pub fn fill(&self, values: Values, customer: &str, reader: Option<UserId>, finds: bool) -> Result<Values, Problem> {
        let word = templates::word;
        let placed = self.placed(values.clone().line("customer", Place::text(customer)), finds)?;
        let values = values.sentence("placed", &placed);
        let own = reader.is_some() && reader == self.person;
        let [ready, ready_subject, failed, failed_subject] = if own {
            [Word::ReadyYours, Word::ReadySubjectYours, Word::FailedYours, Word::FailedSubjectYours]
        } else {
            [Word::ReadyPlaced, Word::ReadySubject, Word::FailedPlaced, Word::FailedSubject]
        };
        let filled = values.clone().sentence("ready", &word(ready, &values)?);
        let filled = filled.sentence("ready_subject", &word(ready_subject, &values)?);
        let filled = filled.sentence("failed", &word(failed, &values)?);
        Ok(filled.sentence("failed_subject", &word(failed_subject, &values)?))
    }

    fn placed(&self, values: Values, finds: bool) -> Result<Sentence, Problem> {
        let (key, values) = match (&self.by, self.system) {
            (By::Customer, false) => (Word::OrderedByCustomer, values),
            (By::Customer, true) => (Word::OrderedBySystem, values),
            (By::Partner(name), system) if finds => {
                let key = if system { Word::OrderedByPartnerSystem } else { Word::OrderedByPartner };
                (key, values.line("partner", Place::text(name)))
            }
            (By::Partner(_) | By::Somebody, _) => (Word::OrderedBySomebody, values),
        };
        templates::word(key, &values)
    }
}

/// Who acted in the name of who ordered, as the audit log says; none where nobody did.
fn acted(conn: &mut Conn, scope: &Scope, order: &Order) -> Result<Option<UserId>, Trouble> {
    let (subject, actions) = (order.id.to_string(), [EventKind::OrderPlaced.code().to_owned()]);
    let filter = store::audit::Filter { subject: Some(&subject), actions: &actions, ..store::audit::Filter::default() };
    let first = PageRequest { limit: 1, after: None, descending: false };
    let entry = store::audit::list(conn, scope, &filter, &first.into())?.items.pop();
    Ok(entry.and_then(|entry| entry.impersonator).and_then(|id| id.parse().ok()))
}

/// For whom an API client works.
fn of_client(conn: &mut Conn, order: &Order) -> Result<Option<Organization>, Trouble> {
    let Ok(id) = order.placed_by.parse::<ApiClientId>() else { return Ok(None) };
    match store::api_clients::by_id_unscoped(conn, id) {
        Ok(client) => Ok((client.marketplace_id == order.marketplace_id).then_some(client.organization)),
        Err(StoreError::NotFound) => Ok(None),
        Err(error) => Err(error.into()),
    }
}
