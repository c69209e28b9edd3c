//! SKUs as the provider keeps them: what Microsoft says of them, and what is set by hand.

pub mod change;
pub mod view;

use crate::auth::caller::Caller;
use crate::auth::permits::PriceListsManage;
use crate::catalog::skus::change::{SkuChange, change};
use crate::catalog::skus::view::{DefaultPlan, SkuDetails};
use crate::http::meta::Meta;
use crate::http::problem::{Problem, found};
use crate::http::reply::{self, Reply};
use crate::http::routes::Routes;
use crate::http::wire::body::{Body, PathId, present};
use crate::{App, threads, transaction};
use actix_web::{HttpRequest, HttpResponse, get, patch, web};
use domain::catalog::TermPlan;
use domain::id::SkuId;
use serde::Deserialize;
use utoipa::ToSchema;

/// What changes about a SKU; a field left out stays.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct SkuUpdate {
    /// The most that one customer may have of it, over all of its subscriptions. It holds instead of what Microsoft's
    /// offer matrix says, whatever that says later, and is not less than the fewest licences of one subscription; null
    /// leaves it to the matrix.
    #[serde(default, deserialize_with = "present")]
    #[schema(value_type = Option<u32>, required = false, minimum = 1, maximum = 10_000_000, example = 250)]
    own_limit: Option<Option<u32>>,
    /// The plan that a frontend selects first among its offers, one that it is sold in; null leaves it to the
    /// marketplace.
    #[serde(default, deserialize_with = "present")]
    #[schema(value_type = Option<DefaultPlan>, required = false)]
    default_plan: Option<Option<DefaultPlan>>,
}

/// Show a SKU
///
/// How many of it a customer may have, what it must own first and what it can be upgraded to: by Microsoft's offer
/// matrix, and as it was set by hand.
#[utoipa::path(
    tag = "catalog",
    params(("sku_id" = String, Path, description = "The id of the edition")),
    responses((status = 200, body = SkuDetails)),
    security(("bearer" = ["price_lists.manage"])),
)]
#[get("/skus/{sku_id}")]
pub async fn show_sku(
    app: web::Data<App>,
    caller: Caller<PriceListsManage>,
    request: HttpRequest,
    id: PathId<SkuId>,
) -> Result<HttpResponse, Problem> {
    let catalog = app.catalogs.of(caller.scope().marketplace());
    let (product, node) = found(catalog.sku(id.0))?;
    reply::by_content(&request, &SkuDetails::of(product, &node.sku))
}

/// Change a SKU
///
/// Sets the most that one customer may have of it, and the plan that is selected first among its offers. Carts, orders
/// and changes are held against it from now on; who has more keeps what it has. Drafts of price lists and of offer
/// matrices are stale afterwards: import them again.
#[utoipa::path(
    tag = "catalog",
    params(("sku_id" = String, Path, description = "The id of the edition")),
    request_body = SkuUpdate,
    responses((status = 200, body = SkuDetails)),
    security(("bearer" = ["price_lists.manage"])),
)]
#[patch("/skus/{sku_id}")]
pub async fn update_sku(
    app: web::Data<App>,
    caller: Caller<PriceListsManage>,
    meta: Meta,
    id: PathId<SkuId>,
    body: Body<SkuUpdate>,
) -> Result<HttpResponse, Problem> {
    let SkuUpdate { own_limit, default_plan } = body.value;
    let wanted = SkuChange { own_limit, default_plan: default_plan.map(|plan| plan.map(TermPlan::from)) };
    let answer = transaction::write(&app, caller.identity(), meta, body.digest, move |write| {
        let catalog = write.app.catalog_in(write.tx, write.identity.scope.marketplace())?;
        let (product, node) = found(catalog.sku(id.0))?;
        let before = SkuDetails::of(product, &node.sku);
        write.expect_content(&before)?;
        let after = SkuDetails::of(product, &change(write, node, wanted)?);
        write.audit(
            "sku.changed",
            None,
            id.0.to_string(),
            Some(serde_json::to_value(&before).map_err(Problem::internal)?),
            Some(serde_json::to_value(&after).map_err(Problem::internal)?),
        )?;
        Ok(Reply::json(200, &after)?.by_content())
    })
    .await?;
    threads::reading(&app, App::refresh).await?;
    Ok(answer)
}

/// The routes of this noun.
pub fn routes(config: &mut Routes<'_, '_>) {
    config.service(show_sku).service(update_sku);
}
