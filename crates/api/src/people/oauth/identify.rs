//! Which client calls: by its id and one of its live secrets.

use crate::App;
use crate::auth::power;
use crate::http::problem::{Problem, there};
use domain::access::Permissions;
use domain::id::{ApiClientId, ClientSecretId, MarketplaceId};
use store::Conn;

/// A client that has shown one of its live secrets.
pub struct KnownClient {
    /// In which marketplace.
    pub marketplace: MarketplaceId,
    /// The client itself.
    pub id: ApiClientId,
    /// The secret that it has shown.
    pub secret: ClientSecretId,
    /// All that it may.
    pub permissions: Permissions,
}

/// The client of an id with one of its live secrets; remembers that the secret was used.
pub fn identify(app: &App, tx: &mut Conn, id: ApiClientId, digest: &[u8; 32]) -> Result<Option<KnownClient>, Problem> {
    let Some(client) = there(store::api_clients::by_id_unscoped(tx, id))? else { return Ok(None) };
    let secrets = store::api_clients::secrets_unscoped(tx, &[id])?;
    let same = |hash: &[u8]| aws_lc_rs::constant_time::verify_slices_are_equal(hash, digest).is_ok();
    let Some(secret) = secrets.iter().find(|secret| same(&secret.hash)).filter(|_| !client.revoked) else {
        return Ok(None);
    };
    store::api_clients::secret_used(tx, secret.id, app.clock.now())?;
    let permissions = power::of_client(&client).permissions();
    Ok(Some(KnownClient { marketplace: client.marketplace_id, id, secret: secret.id, permissions }))
}
