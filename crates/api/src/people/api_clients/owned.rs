//! An API client of the caller's own organisation, and what the audit log keeps of it.

use crate::http::problem::Problem;
use crate::transaction::Write;
use domain::id::ApiClientId;
use serde_json::{Value, json};
use store::api_clients::{self, StoredApiClient};

/// A client of the caller's own organisation, locked.
pub fn owned(write: &mut Write<'_>, id: ApiClientId) -> Result<StoredApiClient, Problem> {
    let scope = write.identity.scope;
    api_clients::get(write.tx, &scope, id)?;
    api_clients::lock(write.tx, id)?;
    Ok(api_clients::get(write.tx, &scope, id)?)
}

/// What events and the audit log keep of a client.
pub fn facts(client: &StoredApiClient) -> Value {
    json!({"name": client.name, "permissions": client.permissions, "revoked": client.revoked})
}
