//! Bringing a matrix into force: what it says of SKUs, and what they are called, each by one statement over all of its
//! rows.

use crate::connection::Conn;
use crate::error::Result;
use crate::offer_matrices::rows::bit;
use crate::raw::{self, Value, former_title};
use domain::id::{MarketplaceId, OfferMatrixId};
use domain::offer_matrix::MatrixEffect;

/// Remembers what a matrix says of SKUs, sold here or not; of SKUs that it does not have stays what is known. Where
/// `renames`, products and SKUs are called as it says.
pub fn publish(tx: &mut Conn, marketplace: MarketplaceId, matrix: OfferMatrixId, renames: bool) -> Result<()> {
    let keys = [Value::Id(marketplace.as_u128()), Value::Id(matrix.as_u128())];
    raw::run(tx, RULES, &keys)?;
    if renames {
        let products = product_names(former_title(tx));
        raw::run(tx, &products, &keys)?;
        raw::run(tx, &sku_names(), &keys)?;
    }
    Ok(())
}

const RULES: &str = "
    INSERT INTO sku_rules (marketplace_id, product_external_id, sku_external_id, rules, offer_matrix_id)
    SELECT r.marketplace_id, r.product_external_id, r.sku_external_id, r.rules, r.offer_matrix_id
    FROM offer_matrix_rows AS r
    WHERE r.marketplace_id = $1 AND r.offer_matrix_id = $2
    ON CONFLICT (marketplace_id, product_external_id, sku_external_id)
    DO UPDATE SET rules = excluded.rules, offer_matrix_id = excluded.offer_matrix_id";

fn renamed() -> String {
    let bit = bit(MatrixEffect::Renamed);
    format!("marketplace_id = $1 AND offer_matrix_id = $2 AND (effects & {bit}) > 0")
}

/// A product's new title, which all of its rows agree on; by the one that it had it is still found.
fn product_names(aliases: &str) -> String {
    let renamed = renamed();
    format!(
        "UPDATE products SET title = r.product_title, aliases = {aliases}
        FROM offer_matrix_rows AS r
        WHERE r.marketplace_id = $1 AND r.offer_matrix_id = $2 AND r.line IN (SELECT min(line) FROM offer_matrix_rows
                WHERE {renamed} GROUP BY product_external_id)
            AND products.marketplace_id = $1 AND products.external_id = r.product_external_id
            AND products.title <> r.product_title"
    )
}

fn sku_names() -> String {
    let renamed = renamed();
    format!(
        "UPDATE skus SET title = r.sku_title
        FROM (SELECT product_external_id, sku_external_id, sku_title FROM offer_matrix_rows WHERE {renamed}) AS r,
            products AS p
        WHERE p.marketplace_id = $1 AND p.external_id = r.product_external_id
            AND skus.marketplace_id = $1 AND skus.product_id = p.id AND skus.external_id = r.sku_external_id"
    )
}
