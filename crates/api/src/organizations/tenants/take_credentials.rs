//! Handing out the first administrator's credentials of a new tenant.

use crate::http::problem::{Code, Problem};
use crate::organizations::customers::lock::lock;
use crate::organizations::tenants::seal::seal_context;
use crate::transaction::Write;
use domain::id::CustomerId;

/// The first administrator of a new tenant.
pub struct FirstCredentials {
    /// What it logs in with at Microsoft.
    pub user_name: String,
    /// The initial password.
    pub password: String,
}

/// Hands out the first administrator's credentials, once.
pub fn take_credentials(write: &mut Write<'_>, id: CustomerId) -> Result<FirstCredentials, Problem> {
    let scope = write.identity.scope;
    lock(write, id)?;
    write.administers(id)?;
    let known = store::tenants::get(write.tx, &scope, id)?;
    let tenant = known.ok_or_else(|| Problem::new(Code::CredentialsNotReady))?;
    if tenant.credentials_taken_at.is_some() {
        return Err(Problem::new(Code::CredentialsTaken));
    }
    let Some(sealed) = store::tenants::take_credentials(write.tx, &scope, id, write.now)? else {
        return Err(Problem::new(Code::CredentialsNotReady));
    };
    let plain = write.app.keys.open(&seal_context(id), &sealed).map_err(Problem::internal)?;
    let (user_name, password) = serde_json::from_slice(&plain).map_err(Problem::internal)?;
    write.audit("tenant.credentials_taken", Some(id), id.to_string(), None, None)?;
    Ok(FirstCredentials { user_name, password })
}
