//! Adding an operator, with a password or with a link by which it sets one.

use crate::auth::one_time;
use crate::http::problem::{Code, Problem};
use crate::mail::shop::page;
use crate::people::users::first;
use crate::transaction::Write;
use domain::id::MarketplaceId;
use store::one_time_tokens::{Owner, Purpose};
use store::users::{self, StoredUser};

/// Adds an operator; the link by which it sets its password, where it has none yet.
pub fn create(write: &mut Write<'_>, user: &StoredUser) -> Result<Option<String>, Problem> {
    let (app, marketplace) = (write.app, MarketplaceId::PLATFORM);
    if !users::by_logins_unscoped(write.tx, marketplace, &[&user.login])?.is_empty() {
        return Err(Problem::field("--email", Code::LoginTaken));
    }
    first::added(write, user)?;
    if user.password_hash.is_some() {
        return Ok(None);
    }
    let (owner, ttl) = (Owner::User(user.id), app.marketplaces.people(marketplace)?.activation.ttl());
    let id = one_time::issue(app, write.tx, marketplace, owner, Purpose::Activation, ttl, write.now)?;
    let [token, ..] = app.keys.one_time_texts(id);
    Ok(Some(page(app, marketplace, &format!("activation/{token}"))?))
}
