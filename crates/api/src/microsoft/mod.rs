//! What a request may ask of Microsoft while somebody waits for the answer. Nothing is changed there.

use crate::App;
use crate::http::problem::{Code, Problem};
use crate::threads;
use actix_web::web;
use domain::onboarding::Standing;
use provisioning::{IndirectReseller, PartnerCenter, ProvisioningError, TenantRelation};

/// Whether what is ordered at this Partner Center is only pretended.
pub fn pretends(app: &App) -> bool {
    app.partner_center.pretends()
}

/// Whether a domain is free.
pub async fn domain_available(app: &web::Data<App>, domain: String) -> Result<bool, Problem> {
    ask(app, move |partner_center| partner_center.domain_available(&domain)).await
}

/// The tenant that has a domain, and whether it confirmed the relationship.
pub async fn find_tenant(app: &web::Data<App>, domain: String) -> Result<Option<TenantRelation>, Problem> {
    ask(app, move |partner_center| partner_center.find_tenant(&domain)).await
}

/// What a tenant's administrator opens to confirm the relationship, with the reseller where it buys through one.
pub async fn invitation_url(app: &web::Data<App>, reseller: Option<IndirectReseller>) -> Result<String, Problem> {
    ask(app, move |partner_center| partner_center.invitation_url(reseller.as_ref())).await
}

/// What Microsoft says of a reseller.
pub async fn reseller_standing(app: &web::Data<App>, partner_id: String) -> Result<Standing, Problem> {
    ask(app, move |partner_center| partner_center.reseller_standing(&partner_id)).await
}

/// What a reseller opens to become an indirect reseller of ours.
pub async fn relationship_url(app: &web::Data<App>) -> Result<String, Problem> {
    ask(app, |partner_center| partner_center.relationship_url()).await
}

async fn ask<T: Send + 'static>(
    app: &web::Data<App>,
    question: impl FnOnce(&dyn PartnerCenter) -> Result<T, ProvisioningError> + Send + 'static,
) -> Result<T, Problem> {
    threads::asking(app, move |app| {
        question(app.partner_center.as_ref())
            .map_err(|error| Problem::unavailable(Code::PartnerCenterUnavailable, error))
    })
    .await
}
