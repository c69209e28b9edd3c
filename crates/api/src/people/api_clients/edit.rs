//! Letting scripts and portals in, and keeping them out again.

use crate::http::problem::{Code, Problem};
use crate::http::reply::Reply;
use crate::ids::New as _;
use crate::keys::{random_secret, sha256};
use crate::people::api_clients::{self, hint};
use crate::transaction::Write;
use domain::access::{Organization, Permissions};
use domain::event::EventKind;
use domain::id::{ApiClientId, ClientSecretId};
use serde_json::{Value, json};
use store::api_clients::{Secret, StoredApiClient};

/// Live secrets of a client at most: the old one and the new one.
const MOST_SECRETS: usize = 2;

/// Creates a client of the caller's own organisation, with its first secret.
pub fn create(write: &mut Write<'_>, name: &str, permissions: Permissions) -> Result<Reply, Problem> {
    let organization = Organization::from(write.identity.scope);
    let client = StoredApiClient {
        id: ApiClientId::new(),
        marketplace_id: write.identity.scope.marketplace(),
        name: name.to_owned(),
        role: organization.kind().administrator(),
        permissions: Some(permissions),
        organization,
        revoked: false,
        created_by: write.identity.actor.clone(),
        created_at: write.now,
        version: 1,
    };
    store::api_clients::insert(write.tx, &client)?;
    let text = put_secret(write, client.id)?;
    write.record(EventKind::ApiClientCreated, None, client.id.to_string(), facts(&client))?;
    let location = format!("/v1/api-clients/{}", client.id);
    Ok(shown(write, &client, 201, Some(text))?.location(location))
}

/// Changes a client's name or permissions.
pub fn update(
    write: &mut Write<'_>,
    id: ApiClientId,
    name: Option<&str>,
    permissions: Option<Permissions>,
) -> Result<Reply, Problem> {
    let mut client = owned(write, id)?;
    let before = facts(&client);
    if client.revoked {
        return Err(Problem::new(Code::ApiClientRevoked));
    }
    if let Some(name) = name {
        name.clone_into(&mut client.name);
    }
    if permissions.is_some() {
        client.permissions = permissions;
        write.access_changed()?;
    }
    client.version = store::api_clients::update(write.tx, &client, write.meta.if_match)?;
    write.changed(EventKind::ApiClientChanged, None, id.to_string(), before, facts(&client))?;
    shown(write, &client, 200, None)
}

/// Keeps a client out for good.
pub fn revoke(write: &mut Write<'_>, id: ApiClientId) -> Result<Reply, Problem> {
    let mut client = owned(write, id)?;
    if client.revoked {
        return Ok(Reply::empty());
    }
    let before = facts(&client);
    client.revoked = true;
    store::api_clients::update(write.tx, &client, write.meta.if_match)?;
    write.access_changed()?;
    write.changed(EventKind::ApiClientRevoked, None, id.to_string(), before, facts(&client))?;
    Ok(Reply::empty())
}

/// Adds a second secret.
pub fn add_secret(write: &mut Write<'_>, id: ApiClientId) -> Result<Reply, Problem> {
    let mut client = owned(write, id)?;
    if client.revoked {
        return Err(Problem::new(Code::ApiClientRevoked));
    }
    if store::api_clients::secrets_unscoped(write.tx, &[id])?.len() >= MOST_SECRETS {
        return Err(Problem::new(Code::TooManySecrets).with("limit", MOST_SECRETS));
    }
    let text = put_secret(write, id)?;
    client.version = store::api_clients::update(write.tx, &client, write.meta.if_match)?;
    write.record(EventKind::ApiClientChanged, None, id.to_string(), json!({"secret_added": hint(&text)}))?;
    Ok(shown(write, &client, 201, Some(text))?.location(format!("/v1/api-clients/{id}")))
}

/// Revokes a secret. Again is fine.
pub fn revoke_secret(write: &mut Write<'_>, id: ApiClientId, secret: ClientSecretId) -> Result<Reply, Problem> {
    let client = owned(write, id)?;
    let secret = store::api_clients::secret_unscoped(write.tx, id, secret)?;
    if secret.revoked_at.is_some() {
        return Ok(Reply::empty());
    }
    store::api_clients::revoke_secret(write.tx, secret.id, write.app.clock.now())?;
    store::api_clients::update(write.tx, &client, write.meta.if_match)?;
    write.access_changed()?;
    write.record(EventKind::ApiClientChanged, None, id.to_string(), json!({"secret_revoked": secret.hint}))?;
    Ok(Reply::empty())
}

/// A client of the caller's own organisation, locked.
fn owned(write: &mut Write<'_>, id: ApiClientId) -> Result<StoredApiClient, Problem> {
    let scope = write.identity.scope;
    store::api_clients::get(write.tx, &scope, id)?;
    store::api_clients::lock(write.tx, id)?;
    Ok(store::api_clients::get(write.tx, &scope, id)?)
}

/// A new secret of a client; only its hash stays.
fn put_secret(write: &mut Write<'_>, client: ApiClientId) -> Result<String, Problem> {
    let text = random_secret().map_err(Problem::internal)?;
    let secret = Secret {
        id: ClientSecretId::new(),
        marketplace_id: write.identity.scope.marketplace(),
        client_id: client,
        hash: sha256(text.as_bytes()).to_vec(),
        hint: hint(&text),
        created_at: write.app.clock.now(),
        last_used_at: None,
        revoked_at: None,
    };
    store::api_clients::insert_secret(write.tx, &secret)?;
    Ok(text)
}

fn shown(
    write: &mut Write<'_>,
    client: &StoredApiClient,
    status: u16,
    secret: Option<String>,
) -> Result<Reply, Problem> {
    let secrets = store::api_clients::secrets_unscoped(write.tx, &[client.id])?;
    Ok(Reply::json(status, &api_clients::view(client, &secrets, secret))?.reviewed(client.version))
}

/// What the audit log keeps of a client.
fn facts(client: &StoredApiClient) -> Value {
    json!({"name": client.name, "permissions": client.permissions, "revoked": client.revoked})
}
