//! The first administrator of an organisation that comes into being: nobody is there yet who could add it.

use crate::http::problem::{Code, Problem};
use crate::ids::New as _;
use crate::people::users::{links, view};
use crate::transaction::Write;
use domain::access::Organization;
use domain::event::EventKind;
use domain::id::{CustomerId, MarketplaceId, UserId};
use domain::party::Contact;
use domain::people::UserState;
use store::users::{self, StoredUser};
use time::{Duration, OffsetDateTime};

/// Adds the first administrator of a customer that this write has created (K-08, K-10), and has the link mailed by
/// which it activates its account. It may more than a partner who adds it, and that only it will.
pub fn first_administrator(
    write: &mut Write<'_>,
    customer: CustomerId,
    person: &Contact,
    language: Option<&str>,
) -> Result<StoredUser, Problem> {
    let ttl = write.app.marketplaces.people(write.identity.scope.marketplace())?.activation.ttl();
    administrator(write, Organization::Customer(customer), person, language, ttl)
}

/// The same of a provider whose marketplace this write makes, or of a customer, by rules that say how long the link
/// works.
pub fn administrator(
    write: &mut Write<'_>,
    organization: Organization,
    person: &Contact,
    language: Option<&str>,
    ttl: Duration,
) -> Result<StoredUser, Problem> {
    let marketplace = write.identity.scope.marketplace();
    let user = newcomer(marketplace, organization, person, language, write.now);
    added(write, &user)?;
    links::invite_for(write, &user, ttl)?;
    Ok(user)
}

/// Writes down somebody whom nobody there could have added.
pub fn added(write: &mut Write<'_>, user: &StoredUser) -> Result<(), Problem> {
    users::insert(write.tx, user)?;
    let after = view::view(user, &view::Links::new(), write.app.clock.now());
    let after = serde_json::to_value(after).map_err(Problem::internal)?;
    write.record(EventKind::UserCreated, user.organization.customer(), user.id.to_string(), after)
}

/// The first administrator of an organisation, without a password yet.
pub fn newcomer(
    marketplace: MarketplaceId,
    organization: Organization,
    person: &Contact,
    language: Option<&str>,
    now: OffsetDateTime,
) -> StoredUser {
    StoredUser {
        id: UserId::new(),
        marketplace_id: marketplace,
        organization,
        login: person.email.clone(),
        email: person.email.clone(),
        notification_email: None,
        first_name: person.first_name.clone(),
        last_name: person.last_name.clone(),
        phone: person.phone.clone(),
        address: None,
        language: language.map(str::to_owned),
        role: organization.kind().administrator().into(),
        areas: None,
        external_ref: None,
        password_hash: None,
        state: UserState { disabled: false, activated_at: None, lock: None },
        deleted_at: None,
        created_at: now,
        updated_at: now,
        version: 1,
    }
}

/// Refuses the e-mail address of somebody who logs in by it already; whose it is, is nobody's business.
pub fn is_free(write: &mut Write<'_>, pointer: &str, email: &str) -> Result<(), Problem> {
    let marketplace = write.identity.scope.marketplace();
    let known = users::by_logins_unscoped(write.tx, marketplace, &[email])?;
    if known.is_empty() { Ok(()) } else { Err(Problem::field(pointer, Code::LoginTaken)) }
}
