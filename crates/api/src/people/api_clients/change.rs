//! What an API client is called and may do, and keeping it out.

use crate::http::problem::{Code, Problem};
use crate::people::api_clients::owned::{facts, owned};
use crate::transaction::Write;
use domain::access::{Covered, Permissions};
use domain::event::EventKind;
use domain::id::ApiClientId;
use store::api_clients::{self, StoredApiClient};

/// Changes a client's name or permissions; none stays as it is.
pub fn change(
    write: &mut Write<'_>,
    id: ApiClientId,
    name: Option<&str>,
    permissions: Option<&Covered<Permissions>>,
) -> Result<StoredApiClient, Problem> {
    let mut client = owned(write, id)?.into_inner();
    let before = facts(&client);
    if client.revoked {
        return Err(Problem::new(Code::ApiClientRevoked));
    }
    if let Some(name) = name {
        name.clone_into(&mut client.name);
    }
    if let Some(permissions) = permissions {
        client.permissions = Some(**permissions);
        write.access_changed()?;
    }
    client.version = api_clients::update(write.tx, &client, write.meta.expected(client.version))?;
    write.changed(EventKind::ApiClientChanged, None, id.to_string(), before, facts(&client))?;
    Ok(client)
}

/// Keeps a client out for good. Again is fine.
pub fn revoke(write: &mut Write<'_>, id: ApiClientId) -> Result<(), Problem> {
    let mut client = owned(write, id)?.into_inner();
    if client.revoked {
        return Ok(());
    }
    let before = facts(&client);
    client.revoked = true;
    api_clients::update(write.tx, &client, write.meta.expected(client.version))?;
    write.access_changed()?;
    write.changed(EventKind::ApiClientRevoked, None, id.to_string(), before, facts(&client))
}
