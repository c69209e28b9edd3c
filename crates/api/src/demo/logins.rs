//! What everybody logs in with at the demo's marketplaces.

use crate::demo::stable::stable;
use domain::id::ApiClientId;

/// The password of every demo log-in.
pub const PASSWORD: &str = "Kontor-demo-1!";
/// Who runs the demo's installation.
pub const OPERATOR: &str = "operator@kontor.example";
/// The secret of every demo API client.
pub const CLIENT_SECRET: &str = "kontor-demo-secret";
/// A product key that waits to be entered.
pub const KEY: &str = "KNTRD-EMKEY-2345A-BCDEF-GHJKL";

/// The demo API client of a marketplace: the same in every installation, so that it can be printed.
pub fn client_id(slug: &str) -> ApiClientId {
    ApiClientId::from_u128(stable(&format!("client {slug}")))
}
