//! Links in the mails of registrations.

use crate::auth::one_time;
use crate::http::problem::{Code, Problem};
use crate::transaction::Write;
use domain::id::RegistrationId;
use store::Conn;
use store::one_time_tokens::{OneTimeToken, Owner, Purpose};
use store::registrations::{self, StoredRegistration};

/// The registration that a link leads to, whatever has become of the link.
pub fn led_to(conn: &mut Conn, text: &str) -> Result<(OneTimeToken, StoredRegistration), Problem> {
    let invalid = || Problem::field("/token", Code::LinkInvalid);
    let token = match store::one_time_tokens::by_hash_unscoped(conn, &crate::keys::sha256(text.as_bytes())) {
        Ok(token) => token,
        Err(store::StoreError::NotFound) => return Err(invalid()),
        Err(error) => return Err(error.into()),
    };
    let Owner::Registration(id) = token.owner else { return Err(invalid()) };
    let record = registrations::by_id_unscoped(conn, token.marketplace_id, RegistrationId::from_u128(id));
    // One that was replaced by a newer form is gone.
    record.map(|record| (token, record)).map_err(|_| invalid())
}

/// The registration of a link that is used up by this.
pub fn used(write: &mut Write<'_>, text: &str, purpose: Purpose) -> Result<StoredRegistration, Problem> {
    let token = one_time::open(write.app, write.tx, text, purpose)?;
    let (_, record) = led_to(write.tx, text)?;
    registrations::lock(write.tx, record.marketplace_id, record.id)?;
    one_time::use_up(write.tx, &token, write.now)?;
    Ok(record)
}

/// Makes a link in the place of those before; the id of its token, as events name it.
pub fn issue(write: &mut Write<'_>, record: &StoredRegistration, purpose: Purpose) -> Result<String, Problem> {
    let (marketplace, owner) = (record.marketplace_id, Owner::Registration(record.id.as_u128()));
    let ttl = write.app.marketplaces.people(marketplace)?.activation.ttl();
    let token = one_time::issue(write.app, write.tx, marketplace, owner, purpose, ttl, write.now)?;
    Ok(token.to_string())
}
