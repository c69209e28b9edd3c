//! `tenant.requested`: creates the tenant, or finds the one to link.

use crate::App;
use crate::http::problem::Problem;
use crate::organizations::tenants::seal::seal_context;
use crate::worker::outcome::{Outcome, Trouble};
use crate::worker::report::Report;
use domain::access::Scope;
use domain::event::EventKind;
use domain::id::CustomerId;
use domain::refusal::Refusal;
use domain::tenant::TenantStatus;
use provisioning::{CreatedTenant, NewTenant, ProvisioningError, RequestId};
use serde_json::{Value, json};
use store::outbox::Task;
use store::tenants::StoredTenant;

/// Does it, unless it is done.
pub fn handle(app: &App, task: &Task) -> Result<Outcome, Trouble> {
    let scope = Scope::Marketplace(task.marketplace_id);
    let customer: CustomerId = task.event.subject.parse().map_err(Problem::internal)?;
    let record = app.store.read(|conn| Ok::<_, Trouble>(store::tenants::get(conn, &scope, customer)?))?;
    let Some(record) = record.filter(|record| record.tenant.domain == task.event.payload["domain"]) else {
        // Another domain was chosen since: that request has a task of its own.
        return finish(app, task, None, None);
    };
    match (record.tenant.status, record.mode.as_str()) {
        (TenantStatus::Creating, _) => create(app, task, record),
        (TenantStatus::AwaitingConfirmation, _) => link(app, task, record),
        (TenantStatus::Linked | TenantStatus::Failed, _) => finish(app, task, None, None),
    }
}

fn create(app: &App, task: &Task, record: StoredTenant) -> Result<Outcome, Trouble> {
    let scope = Scope::Marketplace(task.marketplace_id);
    let (customer, reseller) = app.store.read(|conn| {
        let customer = store::customers::get(conn, &scope, record.customer_id)?.value;
        let reseller = customer.reseller_id.map(|id| store::resellers::get(conn, &scope, id)).transpose()?;
        Ok::<_, Trouble>((customer, reseller))
    })?;
    // Asked for only where there is one, and nobody can take it away again.
    let Some(address) = customer.address else {
        return failed(app, task, record, Refusal::InvoiceAddressRequired.code().to_owned());
    };
    let tenant = NewTenant {
        domain: record.tenant.domain.clone(),
        company: customer.name,
        contact: customer.contact,
        address,
        partner_id: reseller.and_then(|reseller| reseller.value.partner_id),
    };
    // The event's id: Microsoft answers a repeated request as it did the first, credentials included.
    match app.partner_center.create_tenant(&RequestId(task.event.id.to_string()), &tenant) {
        Ok(created) => linked(app, task, record, created),
        Err(ProvisioningError::Refused { code, .. }) => failed(app, task, record, code),
        Err(other) => Err(other.into()),
    }
}

fn linked(app: &App, task: &Task, mut record: StoredTenant, created: CreatedTenant) -> Result<Outcome, Trouble> {
    let plain =
        serde_json::to_vec(&(&created.admin_user_name, created.admin_password.expose())).map_err(Problem::internal)?;
    record.credentials = Some(app.keys.seal(&seal_context(record.customer_id), &plain).map_err(Problem::internal)?);
    record.tenant.status = TenantStatus::Linked;
    record.tenant.entra_tenant_id = Some(created.entra_tenant_id.clone());
    let payload = json!({"domain": record.tenant.domain, "entra_tenant_id": created.entra_tenant_id});
    finish(app, task, Some(record), Some((EventKind::TenantLinked, payload)))
}

fn failed(app: &App, task: &Task, mut record: StoredTenant, code: String) -> Result<Outcome, Trouble> {
    let payload = json!({"domain": record.tenant.domain, "code": code});
    record.tenant.status = TenantStatus::Failed;
    record.tenant.failure = Some(code);
    finish(app, task, Some(record), Some((EventKind::TenantFailed, payload)))
}

/// A tenant to link exists or not; whether its administrator confirms is asked by "check assignment".
fn link(app: &App, task: &Task, mut record: StoredTenant) -> Result<Outcome, Trouble> {
    match app.partner_center.find_tenant(&record.tenant.domain)? {
        None => failed(app, task, record, "tenant_unknown".to_owned()),
        // One tenant has one customer: another's confirmation is not this one's.
        Some(relation) if holder(app, &relation.entra_tenant_id)?.is_some() => {
            failed(app, task, record, "tenant_taken".to_owned())
        }
        Some(relation) if relation.confirmed => {
            record.tenant.status = TenantStatus::Linked;
            record.tenant.entra_tenant_id = Some(relation.entra_tenant_id.clone());
            let payload = json!({"domain": record.tenant.domain, "entra_tenant_id": relation.entra_tenant_id});
            finish(app, task, Some(record), Some((EventKind::TenantLinked, payload)))
        }
        Some(_) => finish(app, task, None, None),
    }
}

fn holder(app: &App, entra_tenant_id: &str) -> Result<Option<CustomerId>, Trouble> {
    app.store.read(|conn| Ok(store::tenants::holder_unscoped(conn, entra_tenant_id)?))
}

/// The result and the end of the task, in one transaction.
fn finish(
    app: &App,
    task: &Task,
    record: Option<StoredTenant>,
    event: Option<(EventKind, Value)>,
) -> Result<Outcome, Trouble> {
    let scope = Scope::Marketplace(task.marketplace_id);
    app.store.write(|tx| {
        let mut report = Report::begin(app, tx, task)?;
        if let Some(record) = &record {
            // Somebody may have checked the assignment meanwhile: then the tenant is looked at again.
            store::customers::lock(report.tx, &scope, record.customer_id)?;
            let current = store::tenants::get(report.tx, &scope, record.customer_id)?;
            // Another one may have been asked for, or this one taken back and asked for again.
            let same = |current: &StoredTenant| {
                (current.version, &current.tenant.domain, current.requested_at)
                    == (record.version, &record.tenant.domain, record.requested_at)
            };
            if !current.as_ref().is_some_and(same) {
                return Ok(Outcome::Next);
            }
        }
        report.finish()?;
        if let Some(record) = &record {
            let record = StoredTenant { version: record.version + 1, updated_at: report.now, ..record.clone() };
            store::tenants::put(report.tx, &record)?;
        }
        if let Some((kind, payload)) = &event {
            report.remember(*kind, task.event.subject.clone(), payload.clone())?;
        }
        Ok(Outcome::Done)
    })
}
