//! An API client of the caller's own organisation whose power the caller holds, too; what the audit log keeps of it.

use crate::auth::power;
use crate::http::problem::Problem;
use crate::transaction::Write;
use domain::access::Covered;
use domain::id::ApiClientId;
use serde_json::{Value, json};
use store::api_clients::{self, StoredApiClient};

/// A client of the caller's own organisation, locked. Its secrets, its permissions and its end are for who may all that
/// it may.
pub fn owned(write: &mut Write<'_>, id: ApiClientId) -> Result<Covered<StoredApiClient>, Problem> {
    let scope = write.identity.scope;
    api_clients::get(write.tx, &scope, id)?;
    api_clients::lock(write.tx, id)?;
    let client = api_clients::get(write.tx, &scope, id)?;
    write.identity.covers(power::of_client(&client), client)
}

/// What events and the audit log keep of a client.
pub fn facts(client: &StoredApiClient) -> Value {
    json!({"name": client.name, "permissions": client.permissions, "revoked": client.revoked})
}
