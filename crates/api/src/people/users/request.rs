//! What is asked for when people are added or changed: every field checked, each problem with its pointer.

use crate::http::problem::{Code, Problem};
use crate::http::wire::body::{given, patched, present};
use crate::http::wire::checks::Checks;
use crate::http::wire::codes::Area;
use crate::http::wire::party::{Address, AddressUpdate};
use crate::people::users::add::NewUser;
use crate::people::users::fields::{areas, at_most, language, login, organization, role, set_password};
use crate::texts::place::Place;
use domain::form::limits;
use domain::people::{LoginKind, PeopleRules};
use serde::Deserialize;
use serde_json::Value;
use store::users::StoredUser;
use utoipa::ToSchema;

/// A person who is to be added to an organisation.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct UserCreate {
    /// The e-mail address that its mails go to, in any case; kept in lower case.
    #[schema(format = Email, max_length = 254, example = "erika@kunde.example")]
    email: String,
    /// What it logs in by, where the marketplace leaves that free; else, and by default, the e-mail address.
    #[schema(min_length = 3, max_length = 254, example = "erika@kunde.example")]
    login: Option<String>,
    /// Another address for notifications about orders and subscriptions; left out, they go to `email`.
    #[schema(format = Email, max_length = 254, example = "post@kunde.example")]
    notification_email: Option<String>,
    /// First name, at most 50 characters.
    #[schema(max_length = 50, example = "Erika")]
    first_name: String,
    /// Last name, at most 50 characters.
    #[schema(max_length = 50, example = "Muster")]
    last_name: String,
    /// Phone number, written in any way.
    #[schema(max_length = 50, example = "+49 221 1234567")]
    phone: Option<String>,
    /// Postal address, by the rules of its country.
    address: Option<Address>,
    /// The language of its mails: `de`, `en`, `pl`; by default its organisation's.
    #[schema(pattern = "^(de|en|pl)$", example = "de")]
    language: Option<String>,
    /// The key of one of the roles that `GET /v1/roles` lists; never one that may more than the caller.
    #[schema(max_length = 40, example = "customer_user")]
    role: String,
    /// The areas it is let into: with a role that goes by area, and with no other.
    #[schema(max_items = 4, example = json!(["general_access", "csp"]))]
    areas: Option<Vec<Area>>,
    /// What its organisation's scripts call it; no two people of an organisation have the same.
    #[schema(max_length = 100, example = "hr-17")]
    external_ref: Option<String>,
    /// The customer it belongs to; one's own organisation is implied.
    #[schema(max_length = 30, example = "cus_01kagy2qk8e3vrc6h1x0m4t7ws")]
    customer_id: Option<String>,
    /// The reseller it belongs to; one's own organisation is implied.
    #[schema(max_length = 30, example = "rsl_01kagy2qk8e3vrc6h1x0m4t7ws")]
    reseller_id: Option<String>,
    /// Whether it activates its account by the link in a mail; may be false only where the marketplace lets activation
    /// be left out: then it is ready at once, and nothing is sent.
    #[schema(default = true, example = true)]
    send_activation_mail: Option<bool>,
    /// Its first password, by the rules of the marketplace: only where administrators set passwords and no activation
    /// mail is sent, and not for several people at once.
    #[schema(max_length = 128, example = "Kontor-demo-1!")]
    password: Option<String>,
}

/// A password that an administrator sets for somebody.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct PasswordPut {
    /// The password, by the `password` rules that `GET /v1/marketplaces/{slug}` shows.
    #[schema(max_length = 128, example = "Kontor-demo-1!")]
    pub password: String,
}

/// People who are to be added, all or nobody.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct UserBatchCreate {
    /// The people, each as it is added alone; a password may not be among it.
    #[schema(min_items = 1, max_items = 100)]
    users: Vec<UserCreate>,
}

/// What changes about a person, as a JSON merge patch (RFC 7396): a field left out stays.
#[derive(Default, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct UserUpdate {
    /// E-mail address. Links in mails that went to the one before work no longer.
    #[serde(default, deserialize_with = "given")]
    #[schema(value_type = String, required = false, format = Email, max_length = 254, example = "erika@kunde.example")]
    email: Option<String>,
    /// What it logs in by, where the marketplace leaves that free.
    #[serde(default, deserialize_with = "given")]
    #[schema(value_type = String, required = false, min_length = 3, max_length = 254, example = "e.muster")]
    login: Option<String>,
    /// Another address for notifications; null has them go to `email` again.
    #[serde(default, deserialize_with = "present")]
    #[schema(value_type = Option<String>, format = Email, max_length = 254, example = "post@kunde.example")]
    notification_email: Option<Option<String>>,
    /// First name, at most 50 characters.
    #[serde(default, deserialize_with = "given")]
    #[schema(value_type = String, required = false, max_length = 50, example = "Erika")]
    first_name: Option<String>,
    /// Last name, at most 50 characters.
    #[serde(default, deserialize_with = "given")]
    #[schema(value_type = String, required = false, max_length = 50, example = "Muster")]
    last_name: Option<String>,
    /// Phone number, written in any way; null clears it.
    #[serde(default, deserialize_with = "present")]
    #[schema(value_type = Option<String>, max_length = 50, example = "+49 221 1234567")]
    phone: Option<Option<String>>,
    /// Postal address, of which parts may be left out and stay; null clears it.
    #[serde(default, deserialize_with = "present")]
    #[schema(value_type = Option<AddressUpdate>)]
    address: Option<Option<Value>>,
    /// The language of its mails: `de`, `en` or `pl`; null is its organisation's.
    #[serde(default, deserialize_with = "present")]
    #[schema(value_type = Option<String>, pattern = "^(de|en|pl)$", example = "pl")]
    language: Option<Option<String>>,
    /// The key of one of the roles that `GET /v1/roles` lists; never one that may more than the caller.
    #[serde(default, deserialize_with = "given")]
    #[schema(value_type = String, required = false, max_length = 40, example = "customer_billing")]
    role: Option<String>,
    /// All areas it is let into from now on; null with a role that does not go by area.
    #[serde(default, deserialize_with = "present")]
    #[schema(value_type = Option<Vec<Area>>, max_items = 4, example = json!(["general_access", "csp"]))]
    areas: Option<Option<Vec<Area>>>,
    /// What its organisation's scripts call it; null clears it.
    #[serde(default, deserialize_with = "present")]
    #[schema(value_type = Option<String>, max_length = 100, example = "hr-17")]
    external_ref: Option<Option<String>>,
}

impl UserCreate {
    /// The person, where every field is right, and its first password, where one is given.
    pub fn check(&self, rules: &PeopleRules) -> Result<(NewUser, Option<String>), Problem> {
        let mut checks = Checks::new();
        let user = self.read("", rules, &mut checks);
        if let Some(password) = &self.password {
            if self.send_activation_mail == Some(false) {
                let login = user.as_ref().map_or("", |user| &user.login);
                set_password(password, login, rules, &mut checks);
            } else {
                checks.note("/password", Code::PasswordNotSettable, vec![]);
            }
        }
        Ok((checks.finish(user)?, self.password.clone()))
    }

    /// The same of a part of a request that stands at `at`.
    fn read(&self, at: &str, rules: &PeopleRules, checks: &mut Checks) -> Option<NewUser> {
        let pointer = |name: &str| format!("{at}/{name}");
        let email = checks.email(&pointer("email"), &self.email);
        let login = login(at, self.login.as_deref(), &email, rules.login_kind, checks);
        let address = self.address.as_ref().and_then(|address| address.check(&pointer("address"), checks, &[]));
        let send = self.send_activation_mail.unwrap_or(true);
        if !send && !rules.activation.optional {
            checks.note(&pointer("send_activation_mail"), Code::ActivationNotOptional, vec![]);
        }
        Some(NewUser {
            at: at.to_owned(),
            login_field: if self.login.is_some() { "login" } else { "email" },
            email,
            login,
            notification_email: checks
                .optional_email(&pointer("notification_email"), self.notification_email.as_deref()),
            first_name: checks.name(&pointer("first_name"), &self.first_name, limits::NAME.into()),
            last_name: checks.name(&pointer("last_name"), &self.last_name, limits::NAME.into()),
            phone: checks.optional(&pointer("phone"), self.phone.as_deref(), limits::PHONE.into()),
            address,
            language: language(&pointer("language"), self.language.as_deref(), &rules.languages, checks),
            external_ref: checks.optional(
                &pointer("external_ref"),
                self.external_ref.as_deref(),
                limits::EXTERNAL_REF.into(),
            ),
            areas: self.areas.as_deref().map(areas),
            organization: organization(at, self.customer_id.as_deref(), self.reseller_id.as_deref(), checks),
            role: role(&pointer("role"), &self.role, checks)?,
            send_activation_mail: send,
            password_hash: None,
        })
    }
}

impl UserBatchCreate {
    /// The people, where every field of every one is right.
    pub fn check(&self, rules: &PeopleRules) -> Result<Vec<NewUser>, Problem> {
        at_most("/users", self.users.len())?;
        let mut checks = Checks::new();
        for (n, _) in self.users.iter().enumerate().filter(|(_, user)| user.password.is_some()) {
            let field = vec![("field", Place::wire("password"))];
            checks.note(&format!("/users/{n}/password"), Code::UnknownField, field);
        }
        let rows = self.users.iter().enumerate();
        let users: Vec<_> = rows.map(|(n, user)| user.read(&format!("/users/{n}"), rules, &mut checks)).collect();
        checks.finish(users.into_iter().collect())
    }
}

impl UserUpdate {
    /// What people change about themselves, and nothing else.
    pub fn own(
        first_name: Option<String>,
        last_name: Option<String>,
        phone: Option<Option<String>>,
        language: Option<Option<String>>,
    ) -> Self {
        Self { first_name, last_name, phone, language, ..Self::default() }
    }

    /// Changes a person's data; whether its role and areas are given is for the operation to say.
    pub fn apply(&self, user: &mut StoredUser, rules: &PeopleRules) -> Result<(), Problem> {
        let current = user.address.as_ref().map(Address::from);
        let address = match &self.address {
            Some(Some(patch)) => Some(Some(patched("/address", current.as_ref(), patch)?)),
            Some(None) => Some(None),
            None => None,
        };
        let mut checks = Checks::new();
        if let Some(address) = address {
            user.address = address.and_then(|address: Address| address.check("/address", &mut checks, &[]));
        }
        self.apply_login(user, rules, &mut checks);
        if let Some(text) = &self.first_name {
            user.first_name = checks.name("/first_name", text, limits::NAME.into());
        }
        if let Some(text) = &self.last_name {
            user.last_name = checks.name("/last_name", text, limits::NAME.into());
        }
        if let Some(text) = &self.phone {
            user.phone = checks.optional("/phone", text.as_deref(), limits::PHONE.into());
        }
        if let Some(text) = &self.language {
            user.language = language("/language", text.as_deref(), &rules.languages, &mut checks);
        }
        if let Some(text) = &self.external_ref {
            user.external_ref = checks.optional("/external_ref", text.as_deref(), limits::EXTERNAL_REF.into());
        }
        if let Some(role) = self.role.as_deref().and_then(|text| role("/role", text, &mut checks)) {
            // Areas are of the role that goes by them.
            user.areas = user.areas.take().filter(|_| user.role == role);
            user.role = role;
        }
        if let Some(chosen) = &self.areas {
            user.areas = chosen.as_deref().map(areas);
        }
        checks.done()
    }

    fn apply_login(&self, user: &mut StoredUser, rules: &PeopleRules, checks: &mut Checks) {
        if let Some(email) = &self.email {
            user.email = checks.email("/email", email);
        }
        if let Some(text) = &self.notification_email {
            user.notification_email = checks.optional_email("/notification_email", text.as_deref());
        }
        let by_email = rules.login_kind == LoginKind::Email && self.email.is_some();
        if self.login.is_some() || by_email {
            user.login = login("", self.login.as_deref(), &user.email, rules.login_kind, checks);
        }
    }

    /// The field that says what somebody logs in by from now on.
    pub const fn login_field(&self) -> &'static str {
        if self.login.is_some() { "/login" } else { "/email" }
    }
}

impl PasswordPut {
    /// Whether an administrator may set this password for somebody who logs in by that.
    pub fn check(&self, login: &str, rules: &PeopleRules) -> Result<(), Problem> {
        let mut checks = Checks::new();
        set_password(&self.password, login, rules, &mut checks);
        checks.done()
    }
}
