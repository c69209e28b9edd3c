//! Sales: until when an offer can be ordered. What runs goes on, whatever the sale does.

pub mod change;
pub mod view;

use crate::auth::caller::Caller;
use crate::auth::permits::PriceListsManage;
use crate::catalog::sales::change::change;
use crate::catalog::sales::view::{OfferSale, view};
use crate::http::meta::Meta;
use crate::http::problem::Problem;
use crate::http::reply::Reply;
use crate::http::routes::Routes;
use crate::http::wire::body::{Body, PathId};
use crate::http::wire::checks::Checks;
use crate::{App, threads, transaction};
use actix_web::{HttpResponse, put, web};
use domain::id::OfferId;
use serde::{Deserialize, Deserializer};
use time::OffsetDateTime;
use utoipa::ToSchema;

/// Until when an offer is to be sold.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct SaleChange {
    /// From this instant on the offer is closed for new orders: at once, where it is past. Null: it is sold without an
    /// end, and again where its sale had ended.
    #[serde(deserialize_with = "said")]
    #[schema(required, format = DateTime, example = "2026-12-31T23:00:00Z")]
    end_of_sale: Option<String>,
}

/// End or resume the sale of an offer
///
/// Closes it for new orders, and for changes to it, from an instant on, or opens it again. What runs of it goes on,
/// with its renewals. A price list resumes what a price list has ended, never what was ended here. Drafts of price
/// lists are stale afterwards: import them again. Refused with `sale_ends_before_start` where its first price begins
/// later.
#[utoipa::path(
    tag = "catalog",
    params(("offer_id" = String, Path, description = "The id of the offer")),
    request_body = SaleChange,
    responses((status = 200, body = OfferSale)),
    security(("bearer" = ["price_lists.manage"])),
)]
#[put("/offers/{offer_id}/sale")]
pub async fn change_sale(
    app: web::Data<App>,
    caller: Caller<PriceListsManage>,
    meta: Meta,
    id: PathId<OfferId>,
    body: Body<SaleChange>,
) -> Result<HttpResponse, Problem> {
    let end = body.value.check()?;
    let answer = transaction::write(&app, caller.identity(), meta, body.digest, move |write| {
        Ok(Reply::json(200, &view(id.0, change(write, id.0, end)?, write.now))?.by_content())
    })
    .await?;
    threads::reading(&app, App::refresh).await?;
    Ok(answer)
}

/// The routes of this noun.
pub fn routes(config: &mut Routes<'_, '_>) {
    config.service(change_sale);
}

impl SaleChange {
    fn check(self) -> Result<Option<OffsetDateTime>, Problem> {
        let mut checks = Checks::new();
        let end = self.end_of_sale.as_deref().map(|end| checks.instant("/end_of_sale", end));
        checks.done()?;
        Ok(end.flatten())
    }
}

/// Null must be said: nothing at all is no change.
fn said<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<String>, D::Error> {
    Deserialize::deserialize(deserializer)
}
