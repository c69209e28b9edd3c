//! Letting a script or portal in.

use crate::auth::power;
use crate::http::problem::Problem;
use crate::ids::New as _;
use crate::people::api_clients::owned::facts;
use crate::people::api_clients::secrets;
use crate::transaction::Write;
use domain::access::{Covered, Organization, Permissions};
use domain::event::EventKind;
use domain::id::ApiClientId;
use store::api_clients::{self, StoredApiClient};

/// Creates a client of the caller's own organisation; with it the text of its first secret.
pub fn create(
    write: &mut Write<'_>,
    name: &str,
    permissions: &Covered<Permissions>,
) -> Result<(StoredApiClient, String), Problem> {
    let organization = Organization::from(write.identity.scope);
    let client = StoredApiClient {
        id: ApiClientId::new(),
        marketplace_id: write.identity.scope.marketplace(),
        name: name.to_owned(),
        role: organization.kind().administrator(),
        permissions: Some(**permissions),
        organization,
        revoked: false,
        created_by: write.identity.actor.clone(),
        created_at: write.now,
        version: 1,
    };
    let client = write.identity.covers(power::of_client(&client), client)?;
    api_clients::insert(write.tx, &client)?;
    let text = secrets::put(write, &client)?;
    write.record(EventKind::ApiClientCreated, None, client.id.to_string(), facts(&client))?;
    Ok((client.into_inner(), text))
}
