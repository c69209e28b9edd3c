//! Secrets of API clients: made and revoked; only their hashes stay.

use crate::http::problem::{Code, Problem};
use crate::ids::New as _;
use crate::keys::{random_secret, sha256};
use crate::people::api_clients::owned::owned;
use crate::transaction::Write;
use domain::access::Covered;
use domain::event::EventKind;
use domain::id::{ApiClientId, ClientSecretId};
use serde_json::json;
use store::api_clients::{self, Secret, StoredApiClient};

/// Live secrets of a client at most: the old one and the new one.
const MOST_SECRETS: usize = 2;

/// Adds a second secret; the client, and the text of the secret, which nobody can read later.
pub fn add(write: &mut Write<'_>, id: ApiClientId) -> Result<(StoredApiClient, String), Problem> {
    let client = owned(write, id)?;
    if client.revoked {
        return Err(Problem::new(Code::ApiClientRevoked));
    }
    if api_clients::secrets_unscoped(write.tx, &[id])?.len() >= MOST_SECRETS {
        return Err(Problem::new(Code::TooManySecrets).with("limit", MOST_SECRETS));
    }
    let text = put(write, &client)?;
    let mut client = client.into_inner();
    client.version = api_clients::update(write.tx, &client, write.meta.expected(client.version))?;
    write.record(EventKind::ApiClientChanged, None, id.to_string(), json!({"secret_added": hint(&text)}))?;
    Ok((client, text))
}

/// Revokes a secret. Again is fine.
pub fn revoke(write: &mut Write<'_>, id: ApiClientId, secret: ClientSecretId) -> Result<(), Problem> {
    let client = owned(write, id)?;
    let secret = api_clients::secret_unscoped(write.tx, id, secret)?;
    if secret.revoked_at.is_some() {
        return Ok(());
    }
    api_clients::revoke_secret(write.tx, secret.id, write.app.clock.now())?;
    api_clients::update(write.tx, &client, write.meta.expected(client.version))?;
    write.access_changed()?;
    write.record(EventKind::ApiClientChanged, None, id.to_string(), json!({"secret_revoked": secret.hint}))
}

/// Makes a new secret of a client, and answers its text: whoever gets that may all that the client may.
pub fn put(write: &mut Write<'_>, client: &Covered<StoredApiClient>) -> Result<String, Problem> {
    let text = random_secret().map_err(Problem::internal)?;
    let secret = Secret {
        id: ClientSecretId::new(),
        marketplace_id: write.identity.scope.marketplace(),
        client_id: client.id,
        hash: sha256(text.as_bytes()).to_vec(),
        hint: hint(&text),
        created_at: write.app.clock.now(),
        last_used_at: None,
        revoked_at: None,
    };
    api_clients::insert_secret(write.tx, &secret)?;
    Ok(text)
}

/// The last characters of a secret, to tell it from others.
pub fn hint(secret: &str) -> String {
    let mut last: Vec<char> = secret.chars().rev().take(4).collect();
    last.reverse();
    last.into_iter().collect()
}
