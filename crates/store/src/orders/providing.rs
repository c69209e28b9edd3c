//! What provisioning needs to know of an order, in one query.

use crate::connection::Conn;
use crate::error::{Result, StoreError};
use crate::orders::rows::{LineRow, Row};
use crate::provisionings::ProvisioningProgress;
use crate::schema::{agreements, order_lines, orders, provisionings, resellers, subscriptions, tenants};
use crate::types::{At, Id};
use diesel::prelude::*;
use domain::id::{LineId, MarketplaceId, OrderId};
use domain::order::{Order, OrderLine};
use std::collections::HashMap;
use time::OffsetDateTime;

/// An order, and what stands elsewhere about it.
#[derive(Debug, Clone)]
pub struct ToProvide {
    /// The order with its lines.
    pub order: Order,
    /// Microsoft's ids of the subscriptions of lines that are ordered there.
    pub external_ids: HashMap<LineId, String>,
    /// The customer's tenant; none where it is not linked.
    pub entra_tenant_id: Option<String>,
    /// Who accepted Microsoft's agreement, and when.
    pub accepted: Option<Accepted>,
    /// The reseller's partner id.
    pub partner_id: Option<String>,
    /// How far it has come, where it has begun.
    pub progress: Option<ProvisioningProgress>,
}

/// Who accepted an agreement.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Accepted {
    /// The first name.
    pub first_name: String,
    /// The last name.
    pub last_name: String,
    /// The e-mail address.
    pub email: String,
    /// When it was.
    pub agreed_at: OffsetDateTime,
}

type Agreement = (String, String, String, At);
type Progress = (Option<String>, i32);
type Found = (Row, LineRow, Option<String>, Option<String>, Option<Agreement>, Option<String>, Option<Progress>);

/// `found!(marketplace, order)`: a row for each line, with all that is the same for the whole order in each of them.
macro_rules! found {
    ($marketplace:expr, $order:expr) => {
        orders::table
            .inner_join(
                order_lines::table.on(order_lines::marketplace_id
                    .eq(orders::marketplace_id)
                    .and(order_lines::order_id.eq(orders::id))),
            )
            .inner_join(
                subscriptions::table.on(subscriptions::marketplace_id
                    .eq(orders::marketplace_id)
                    .and(subscriptions::id.eq(order_lines::subscription_id))),
            )
            .left_join(tenants::table.on(
                tenants::marketplace_id.eq(orders::marketplace_id).and(tenants::customer_id.eq(orders::customer_id)),
            ))
            .left_join(
                agreements::table.on(agreements::marketplace_id
                    .eq(orders::marketplace_id)
                    .and(agreements::customer_id.eq(orders::customer_id))),
            )
            .left_join(
                resellers::table.on(resellers::marketplace_id
                    .eq(orders::marketplace_id)
                    .and(resellers::id.nullable().eq(orders::reseller_id))),
            )
            .left_join(provisionings::table.on(
                provisionings::marketplace_id.eq(orders::marketplace_id).and(provisionings::order_id.eq(orders::id)),
            ))
            .filter(orders::marketplace_id.eq(Id($marketplace)))
            .filter(orders::id.eq(Id($order)))
            .order(order_lines::position)
            .select((
                Row::as_select(),
                LineRow::as_select(),
                subscriptions::external_id,
                tenants::entra_tenant_id.nullable(),
                (agreements::first_name, agreements::last_name, agreements::email, agreements::agreed_at).nullable(),
                resellers::partner_id.nullable(),
                (provisionings::remote_cart_id, provisionings::attempt).nullable(),
            ))
    };
}

/// An order that is to be provided.
pub fn to_provide_unscoped(c: &mut Conn, marketplace: MarketplaceId, order: OrderId) -> Result<ToProvide> {
    let rows: Vec<Found> = on!(c, c => found!(marketplace, order).load(c))?;
    let (mut lines, mut external_ids, mut whole) = (vec![], HashMap::new(), None);
    for (row, line, external_id, tenant, agreement, partner_id, progress) in rows {
        let line = OrderLine::try_from(line)?;
        external_ids.extend(external_id.map(|external_id| (line.id, external_id)));
        lines.push(line);
        whole = Some((row, tenant, agreement, partner_id, progress));
    }
    let (row, entra_tenant_id, agreement, partner_id, progress) = whole.ok_or(StoreError::NotFound)?;
    let accepted =
        agreement.map(|(first_name, last_name, email, at)| Accepted { first_name, last_name, email, agreed_at: at.0 });
    let progress = progress.map(|(remote_cart_id, attempt)| ProvisioningProgress {
        order_id: order,
        marketplace_id: marketplace,
        remote_cart_id,
        attempt,
    });
    Ok(ToProvide { order: row.with(lines), external_ids, entra_tenant_id, accepted, partner_id, progress })
}
