//! A person on the wire.

use crate::http::problem::Problem;
use crate::http::wire::codes::{Area, UserStatus};
use crate::http::wire::instant;
use crate::http::wire::party::Address;
use crate::page;
use serde::Serialize;
use std::collections::HashMap;
use store::one_time_tokens::{self, Purpose};
use store::users::StoredUser;
use store::{Conn, page::Page};
use time::OffsetDateTime;
use utoipa::ToSchema;

/// A person who can log in.
#[derive(Debug, Serialize, ToSchema)]
pub struct User {
    /// Its id.
    #[schema(example = "usr_01kagy2qk8e3vrc6h1x0m4t7ws")]
    pub id: String,
    /// What it logs in by.
    #[schema(example = "erika@kunde.example")]
    pub login: String,
    /// E-mail address.
    #[schema(format = Email, example = "erika@kunde.example")]
    pub email: String,
    /// Another address for notifications.
    #[schema(required, format = Email, example = "post@kunde.example")]
    pub notification_email: Option<String>,
    /// First name; empty until an invitation is accepted.
    #[schema(example = "Erika")]
    pub first_name: String,
    /// Last name; empty until an invitation is accepted.
    #[schema(example = "Muster")]
    pub last_name: String,
    /// Phone.
    #[schema(required, example = "+49 221 1234567")]
    pub phone: Option<String>,
    /// Postal address.
    #[schema(required)]
    pub address: Option<Address>,
    /// The language of its mails: `de`, `en`, `pl`; null is the marketplace's.
    #[schema(required, example = "de")]
    pub language: Option<String>,
    /// A shipped role, or one of the marketplace's own.
    #[schema(example = "customer_user")]
    pub role: String,
    /// The areas it is let into, where its role goes by area.
    #[schema(required)]
    pub areas: Option<Vec<Area>>,
    /// Where its log-in stands.
    pub status: UserStatus,
    /// When the lock ends by itself; null where there is none, or only an administrator ends it.
    #[schema(required, format = DateTime, example = "2026-11-20T10:30:00Z")]
    pub locked_until: Option<String>,
    /// Until when the link of the last activation mail works; null where none is open.
    #[schema(required, format = DateTime, example = "2026-11-22T10:15:00Z")]
    pub activation_expires_at: Option<String>,
    /// What the owner's scripts call it.
    #[schema(required, example = "hr-17")]
    pub external_ref: Option<String>,
    /// The customer it belongs to.
    #[schema(required, example = "cus_01kagy2qk8e3vrc6h1x0m4t7ws")]
    pub customer_id: Option<String>,
    /// The reseller it belongs to.
    #[schema(required, example = "rsl_01kagy2qk8e3vrc6h1x0m4t7ws")]
    pub reseller_id: Option<String>,
    /// When it was added.
    #[schema(format = DateTime, example = "2026-11-20T10:15:00Z")]
    pub created_at: String,
}

page!(
    /// A page of people, newest first.
    UserPage of User
);

/// People who were added at once.
#[derive(Debug, Serialize, ToSchema)]
pub struct UserBatch {
    /// They, in the order of the request.
    pub data: Vec<User>,
}

/// Until when people's activation links work.
pub type Links = HashMap<domain::id::UserId, OffsetDateTime>;

/// The open activation links of people.
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
    }
}

/// A page of people.
pub fn page(found: Page<StoredUser>, links: &Links, now: OffsetDateTime) -> UserPage {
    UserPage::of(found, |user| view(&user, links, now))
}
