//! Who can log in at a demo marketplace.

use crate::demo::logins::{CLIENT_SECRET, client_id};
use crate::demo::stable::numbered;
use crate::http::problem::Problem;
use crate::ids::New as _;
use crate::keys::sha256;
use domain::access::{Organization, Role};
use domain::id::{ClientSecretId, MarketplaceId, UserId};
use domain::people::UserState;
use std::cell::Cell;
use store::{Conn, api_clients, users};
use time::OffsetDateTime;

/// Who is at a marketplace.
pub struct People<'a> {
    /// The marketplace's id.
    pub marketplace: MarketplaceId,
    /// Its slug: part of the addresses.
    pub slug: &'a str,
    /// The hash of the one password.
    pub hash: &'a str,
    /// When everybody comes.
    pub now: OffsetDateTime,
    /// How many of them there are already.
    pub count: Cell<u32>,
}

/// What somebody of a role is called.
fn named(role: Role) -> (String, String) {
    let (first_name, last_name) = match role {
        Role::PlatformOperator => ("Olga", "Peters"),
        Role::ProviderAdmin => ("Petra", "Vogt"),
        Role::ProviderSupport => ("Stefan", "Keller"),
        Role::ResellerAdmin => ("Renate", "Brandt"),
        Role::ResellerEmployee => ("Robert", "Lang"),
        Role::CustomerAdmin => ("Erika", "Muster"),
        Role::CustomerBilling => ("Bernd", "Beispiel"),
        Role::CustomerUser => ("Ulrike", "Probst"),
    };
    (first_name.to_owned(), last_name.to_owned())
}

impl People<'_> {
    /// The id of the next organisation or person: the same in every installation.
    pub fn next(&self) -> u128 {
        self.count.set(self.count.get() + 1);
        numbered(self.slug, self.count.get())
    }

    /// Somebody who can log in at once.
    pub fn user(&self, tx: &mut Conn, email: &str, role: Role, organization: Organization) -> Result<(), Problem> {
        let (first_name, last_name) = named(role);
        Ok(users::insert(
            tx,
            &users::StoredUser {
                id: UserId::from_u128(self.next()),
                marketplace_id: self.marketplace,
                organization,
                login: email.to_owned(),
                email: email.to_owned(),
                notification_email: None,
                first_name,
                last_name,
                phone: None,
                address: None,
                language: None,
                role: role.into(),
                areas: None,
                external_ref: None,
                password_hash: Some(self.hash.to_owned()),
                state: UserState { disabled: false, activated_at: Some(self.now), lock: None },
                deleted_at: None,
                created_at: self.now,
                updated_at: self.now,
                version: 1,
            },
        )?)
    }

    /// The API client that the guide prints.
    pub fn client(&self, tx: &mut Conn) -> Result<(), Problem> {
        let id = client_id(self.slug);
        let client = api_clients::StoredApiClient {
            id,
            marketplace_id: self.marketplace,
            name: "Demo script".to_owned(),
            role: Role::ProviderAdmin,
            permissions: None,
            organization: Organization::Provider,
            revoked: false,
            created_by: "demo".to_owned(),
            created_at: self.now,
            version: 1,
        };
        api_clients::insert(tx, &client)?;
        let secret = api_clients::Secret {
            id: ClientSecretId::new(),
            marketplace_id: self.marketplace,
            client_id: id,
            hash: sha256(CLIENT_SECRET.as_bytes()).to_vec(),
            hint: crate::people::api_clients::secrets::hint(CLIENT_SECRET),
            created_at: self.now,
            last_used_at: None,
            revoked_at: None,
        };
        Ok(api_clients::insert_secret(tx, &secret)?)
    }
}
