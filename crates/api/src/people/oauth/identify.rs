//! Which client calls: by its id and one of its live secrets.

use crate::App;
use crate::auth::standing::{self, Identity};
use crate::auth::token::{Speaker, Who};
use crate::http::problem::{Problem, there};
use domain::id::ApiClientId;
use store::Conn;

/// Who a client with one of its live secrets is; remembers that the secret was used.
pub fn identify(
    app: &App,
    tx: &mut Conn,
    id: ApiClientId,
    digest: &[u8; 32],
) -> Result<Option<(Speaker, Identity)>, Problem> {
    let Some(client) = there(store::api_clients::by_id_unscoped(tx, id))? else { return Ok(None) };
    let secrets = store::api_clients::secrets_unscoped(tx, &[id])?;
    let same = |hash: &[u8]| aws_lc_rs::constant_time::verify_slices_are_equal(hash, digest).is_ok();
    let Some(secret) = secrets.iter().find(|secret| same(&secret.hash)).filter(|_| !client.revoked) else {
        return Ok(None);
    };
    store::api_clients::secret_used(tx, secret.id, app.clock.now())?;
    let who = Who::Machine { client: id, secret: secret.id };
    let speaker = Speaker { marketplace: client.marketplace_id, who };
    Ok(Some((speaker, standing::of_client(tx, &client)?)))
}
