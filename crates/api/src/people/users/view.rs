//! People as answers show them.

use crate::clock::instant;
use crate::http::problem::Problem;
use crate::http::wire::codes::{Area, UserStatus};
use crate::http::wire::party::Address;
use crate::page;
use serde::Serialize;
use std::collections::HashMap;
use store::Conn;
use store::one_time_tokens::{self, Purpose};
use store::page::{Page, Place};
use store::users::StoredUser;
use time::OffsetDateTime;
use utoipa::ToSchema;

/// A person of an organisation, who can log in once its account is activated.
#[derive(Debug, Serialize, ToSchema)]
pub struct User {
    /// The id of the person, for as long as it is there.
    #[schema(example = "usr_01kagy2qk8e3vrc6h1x0m4t7ws")]
    pub id: String,
    /// The name it logs in by: its e-mail address, unless the marketplace leaves log-in names free.
    #[schema(example = "erika@kunde.example")]
    pub login: String,
    /// The e-mail address that its mails go to, in lower case.
    #[schema(format = Email, example = "erika@kunde.example")]
    pub email: String,
    /// Another address for notifications; null where they go to `email`.
    #[schema(required, format = Email, example = "post@kunde.example")]
    pub notification_email: Option<String>,
    /// First name; empty until an invitation is accepted.
    #[schema(example = "Erika")]
    pub first_name: String,
    /// Last name; empty until an invitation is accepted.
    #[schema(example = "Muster")]
    pub last_name: String,
    /// Phone number as it was written; null where none is known.
    #[schema(required, example = "+49 221 1234567")]
    pub phone: Option<String>,
    /// Postal address; null where none is known.
    #[schema(required)]
    pub address: Option<Address>,
    /// The language of its mails: `de`, `en`, `pl`; null is its organisation's.
    #[schema(required, example = "de")]
    pub language: Option<String>,
    /// The key of its role, as `GET /v1/roles` lists them: a shipped one, or one of the marketplace's own.
    #[schema(example = "customer_user")]
    pub role: String,
    /// The areas of a reseller's work it is let into; null where its role does not go by area.
    #[schema(required)]
    pub areas: Option<Vec<Area>>,
    /// Where its log-in stands now.
    pub status: UserStatus,
    /// When the lock ends by itself; null where there is none, or only an administrator ends it.
    #[schema(required, format = DateTime, example = "2026-11-20T10:30:00Z")]
    pub locked_until: Option<String>,
    /// Until when the link of the last activation mail works; null where none is open.
    #[schema(required, format = DateTime, example = "2026-11-22T10:15:00Z")]
    pub activation_expires_at: Option<String>,
    /// What its organisation's scripts call it; null where they do not.
    #[schema(required, example = "hr-17")]
    pub external_ref: Option<String>,
    /// The customer it belongs to; null for people of resellers and of the provider.
    #[schema(required, example = "cus_01kagy2qk8e3vrc6h1x0m4t7ws")]
    pub customer_id: Option<String>,
    /// The reseller it belongs to; null for people of customers and of the provider.
    #[schema(required, example = "rsl_01kagy2qk8e3vrc6h1x0m4t7ws")]
    pub reseller_id: Option<String>,
    /// When it was added, by the marketplace's clock.
    #[schema(format = DateTime, example = "2026-11-20T10:15:00Z")]
    pub created_at: String,
    /// When it was changed last, by the marketplace's clock. What time alone does is no change: a lock or a link ends.
    #[schema(format = DateTime, example = "2026-11-20T10:15:00Z")]
    pub updated_at: String,
}

page!(
    /// A page of people, newest first.
    UserPage of User
);

/// People who were added at once.
#[derive(Debug, Serialize, ToSchema)]
pub struct UserBatch {
    /// The people, in the order of the request.
    pub data: Vec<User>,
}

/// Until when people's activation links work.
pub type Links = HashMap<domain::id::UserId, OffsetDateTime>;

/// The open activation links of people, as far as they still need one.
pub fn links<'a>(conn: &mut Conn, users: impl Iterator<Item = &'a StoredUser>) -> Result<Links, Problem> {
    let waiting = users.filter(|user| user.state.activated_at.is_none() || user.password_hash.is_none());
    let waiting: Vec<_> = waiting.map(|user| (user.marketplace_id, user.id)).collect();
    let Some((marketplace, _)) = waiting.first().copied() else { return Ok(Links::new()) };
    let ids: Vec<_> = waiting.into_iter().map(|(_, id)| id).collect();
    Ok(one_time_tokens::open_of_unscoped(conn, marketplace, Purpose::Activation, &ids)?.into_iter().collect())
}

/// A person on the wire; `now` is real time, by which locks end.
pub fn view(user: &StoredUser, links: &Links, now: OffsetDateTime) -> User {
    let lock = user.state.lock.filter(|lock| lock.holds(now));
    User {
        id: user.id.to_string(),
        login: user.login.clone(),
        email: user.email.clone(),
        notification_email: user.notification_email.clone(),
        first_name: user.first_name.clone(),
        last_name: user.last_name.clone(),
        phone: user.phone.clone(),
        address: user.address.as_ref().map(Address::from),
        language: user.language.clone(),
        role: user.role.to_string(),
        areas: user.areas.as_ref().map(|areas| areas.iter().copied().map(Area).collect()),
        status: UserStatus(user.state.status(now)),
        locked_until: lock.and_then(|lock| lock.until).map(instant),
        activation_expires_at: links.get(&user.id).copied().map(instant),
        external_ref: user.external_ref.clone(),
        customer_id: user.organization.customer().map(|id| id.to_string()),
        reseller_id: user.organization.reseller().map(|id| id.to_string()),
        created_at: instant(user.created_at),
        updated_at: instant(user.updated_at),
    }
}

/// Somebody with the link that is open, as far as a transaction sees; `now` is real time.
pub fn with_link(conn: &mut Conn, user: &StoredUser, now: OffsetDateTime) -> Result<User, Problem> {
    let links = links(conn, std::iter::once(user))?;
    Ok(view(user, &links, now))
}

/// People who were added at once, each with its link; `now` is real time.
pub fn batch(conn: &mut Conn, users: &[StoredUser], now: OffsetDateTime) -> Result<UserBatch, Problem> {
    let links = links(conn, users.iter())?;
    Ok(UserBatch { data: users.iter().map(|user| view(user, &links, now)).collect() })
}

/// A page of people with their links; `now` is real time.
pub fn page(found: Page<StoredUser, Place>, links: &Links, now: OffsetDateTime) -> UserPage {
    UserPage::of(found, |user| view(&user, links, now))
}
