//! What is asked for when people are added or changed: every field checked, each problem with its pointer.

use crate::http::problem::{Code, Problem};
use crate::http::wire::body::{given, patched, present};
use crate::http::wire::checks::Checks;
use crate::http::wire::codes::Area;
use crate::http::wire::party::{Address, AddressUpdate};
use crate::people::users::add::NewUser;
use crate::texts::lang::Lang;
use domain::access::RoleName;
use domain::form::limits;
use domain::id::{CustomerId, ResellerId};
use domain::people::manage::{MAX_AT_ONCE, sorted};
use domain::people::{LoginFlaw, LoginKind, LoginName, PeopleRules};
use serde::Deserialize;
use serde_json::Value;
use store::users::StoredUser;
use utoipa::ToSchema;

/// A person who is to be added.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct UserCreate {
    /// E-mail address.
    #[schema(format = Email, max_length = 254, example = "erika@kunde.example")]
    email: String,
    /// What it logs in by, where the marketplace leaves that free; else, and by default, the e-mail address.
    #[schema(min_length = 3, max_length = 254, example = "erika@kunde.example")]
    login: Option<String>,
    /// Another address for notifications.
    #[schema(format = Email, max_length = 254, example = "post@kunde.example")]
    notification_email: Option<String>,
    /// First name.
    #[schema(max_length = 50, example = "Erika")]
    first_name: String,
    /// Last name.
    #[schema(max_length = 50, example = "Muster")]
    last_name: String,
    /// Phone.
    #[schema(max_length = 50, example = "+49 221 1234567")]
    phone: Option<String>,
    /// Postal address.
    address: Option<Address>,
    /// The language of its mails: `de`, `en`, `pl`; by default the marketplace's.
    #[schema(pattern = "^(de|en|pl)$", example = "de")]
    language: Option<String>,
    /// One of the roles that `GET /v1/roles` lists.
    #[schema(max_length = 40, example = "customer_user")]
    role: String,
    /// The areas it is let into: with a role that goes by area, and with no other.
    #[schema(max_items = 4, example = json!(["general_access", "csp"]))]
    areas: Option<Vec<Area>>,
    /// What the owner's scripts call it; only one of the organisation's people has it.
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

/// A password that an administrator sets.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct PasswordPut {
    /// The password, by the rules of the marketplace.
    #[schema(max_length = 128, example = "Kontor-demo-1!")]
    pub password: String,
}

/// People who are to be added, all or nobody.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct UserBatchCreate {
    /// They.
    #[schema(min_items = 1, max_items = 100)]
    users: Vec<UserCreate>,
}

/// Addresses that are to be invited, all or none.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct InvitationCreate {
    /// E-mail addresses.
    #[schema(min_items = 1, max_items = 100, example = json!(["erika@kunde.example", "max@kunde.example"]))]
    emails: Vec<String>,
    /// One of the roles that `GET /v1/roles` lists.
    #[schema(max_length = 40, example = "customer_user")]
    role: String,
    /// The areas they are let into: with a role that goes by area, and with no other.
    #[schema(max_items = 4, example = json!(["general_access", "csp"]))]
    areas: Option<Vec<Area>>,
    /// The language of their mails: `de`, `en`, `pl`; by default the marketplace's.
    #[schema(pattern = "^(de|en|pl)$", example = "de")]
    language: Option<String>,
    /// The customer they will belong to; one's own organisation is implied.
    #[schema(max_length = 30, example = "cus_01kagy2qk8e3vrc6h1x0m4t7ws")]
    customer_id: Option<String>,
    /// The reseller they will belong to; one's own organisation is implied.
    #[schema(max_length = 30, example = "rsl_01kagy2qk8e3vrc6h1x0m4t7ws")]
    reseller_id: Option<String>,
}

/// What changes about a person (RFC 7396); a field left out stays.
#[derive(Deserialize, ToSchema)]
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
    /// Another address for notifications; null clears.
    #[serde(default, deserialize_with = "present")]
    #[schema(value_type = Option<String>, format = Email, max_length = 254, example = "post@kunde.example")]
    notification_email: Option<Option<String>>,
    /// First name.
    #[serde(default, deserialize_with = "given")]
    #[schema(value_type = String, required = false, max_length = 50, example = "Erika")]
    first_name: Option<String>,
    /// Last name.
    #[serde(default, deserialize_with = "given")]
    #[schema(value_type = String, required = false, max_length = 50, example = "Muster")]
    last_name: Option<String>,
    /// Phone; null clears.
    #[serde(default, deserialize_with = "present")]
    #[schema(value_type = Option<String>, max_length = 50, example = "+49 221 1234567")]
    phone: Option<Option<String>>,
    /// Postal address; null clears.
    #[serde(default, deserialize_with = "present")]
    #[schema(value_type = Option<AddressUpdate>)]
    address: Option<Option<Value>>,
    /// The language of its mails; null is the marketplace's.
    #[serde(default, deserialize_with = "present")]
    #[schema(value_type = Option<String>, pattern = "^(de|en|pl)$", example = "pl")]
    language: Option<Option<String>>,
    /// One of the roles that `GET /v1/roles` lists.
    #[serde(default, deserialize_with = "given")]
    #[schema(value_type = String, required = false, max_length = 40, example = "customer_billing")]
    role: Option<String>,
    /// All areas it is let into from now on; null with a role that does not go by area.
    #[serde(default, deserialize_with = "present")]
    #[schema(value_type = Option<Vec<Area>>, max_items = 4, example = json!(["general_access", "csp"]))]
    areas: Option<Option<Vec<Area>>>,
    /// What the owner's scripts call it; null clears.
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
            first_name: checks.text(&pointer("first_name"), &self.first_name, limits::NAME.into()),
            last_name: checks.text(&pointer("last_name"), &self.last_name, limits::NAME.into()),
            phone: checks.optional(&pointer("phone"), self.phone.as_deref(), limits::PHONE.into()),
            address,
            language: language(&pointer("language"), self.language.as_deref(), checks),
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
            let field = vec![("field", "password".to_owned())];
            checks.note(&format!("/users/{n}/password"), Code::UnknownField, field);
        }
        let rows = self.users.iter().enumerate();
        let users: Vec<_> = rows.map(|(n, user)| user.read(&format!("/users/{n}"), rules, &mut checks)).collect();
        checks.finish(users.into_iter().collect())
    }
}

impl InvitationCreate {
    /// The people, where every address is right.
    pub fn check(&self, rules: &PeopleRules) -> Result<Vec<NewUser>, Problem> {
        at_most("/emails", self.emails.len())?;
        let mut checks = Checks::new();
        let role = role("/role", &self.role, &mut checks);
        let language = language("/language", self.language.as_deref(), &mut checks);
        let organization = organization("", self.customer_id.as_deref(), self.reseller_id.as_deref(), &mut checks);
        let mut users = vec![];
        for (n, email) in self.emails.iter().enumerate() {
            let at = format!("/emails/{n}");
            let email = checks.email(&at, email);
            users.push(NewUser {
                login: name(&at, &email, rules.login_kind, &mut checks),
                at,
                login_field: "",
                email,
                notification_email: None,
                first_name: String::new(),
                last_name: String::new(),
                phone: None,
                address: None,
                language: language.clone(),
                external_ref: None,
                areas: self.areas.as_deref().map(areas),
                organization,
                // Where it is none, this is not used.
                role: role.clone().unwrap_or(domain::access::Role::CustomerUser.into()),
                send_activation_mail: true,
                password_hash: None,
            });
        }
        checks.finish(Some(users))
    }
}

impl UserUpdate {
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
            user.first_name = checks.text("/first_name", text, limits::NAME.into());
        }
        if let Some(text) = &self.last_name {
            user.last_name = checks.text("/last_name", text, limits::NAME.into());
        }
        if let Some(text) = &self.phone {
            user.phone = checks.optional("/phone", text.as_deref(), limits::PHONE.into());
        }
        if let Some(text) = &self.language {
            user.language = language("/language", text.as_deref(), &mut checks);
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

fn set_password(password: &str, login: &str, rules: &PeopleRules, checks: &mut Checks) {
    if rules.admin_sets_passwords {
        checks.password("/password", password, &rules.password, login);
    } else {
        checks.note("/password", Code::PasswordNotSettable, vec![]);
    }
}

fn at_most(pointer: &str, number: usize) -> Result<(), Problem> {
    if (1..=MAX_AT_ONCE).contains(&number) {
        return Ok(());
    }
    Err(Problem::field(pointer, Code::OutOfRange).with("limit", format!("1-{MAX_AT_ONCE}")))
}

/// What somebody logs in by.
fn login(at: &str, wanted: Option<&str>, email: &str, kind: LoginKind, checks: &mut Checks) -> String {
    let Some(wanted) = wanted else { return name(&format!("{at}/email"), email, kind, checks) };
    let pointer = format!("{at}/login");
    let login = name(&pointer, wanted, kind, checks);
    if kind == LoginKind::Email && login != email && !checks.is_wrong(&pointer) {
        checks.note(&pointer, Code::LoginIsEmail, vec![]);
    }
    login
}

fn name(pointer: &str, text: &str, kind: LoginKind, checks: &mut Checks) -> String {
    let expected = match LoginName::new(text, kind) {
        Ok(login) => return login.to_string(),
        Err(LoginFlaw::NotAnAddress) => "an e-mail address",
        Err(LoginFlaw::Length) => "3 to 254 characters",
        Err(LoginFlaw::Character) => "letters a to z, digits and the signs of e-mail addresses",
    };
    if !checks.is_wrong(pointer) {
        checks.note(pointer, Code::InvalidValue, vec![("expected", expected.to_owned())]);
    }
    String::new()
}

fn language(pointer: &str, text: Option<&str>, checks: &mut Checks) -> Option<String> {
    let known = |text: &str| Lang::ALL.into_iter().find(|lang| lang.code() == text);
    let lang = text.and_then(|text| checks.code(pointer, text, known, "de, en, pl"))?;
    Some(lang.code().to_owned())
}

fn role(pointer: &str, text: &str, checks: &mut Checks) -> Option<RoleName> {
    let role = RoleName::from_code(text);
    if role.is_none() {
        checks.note(pointer, Code::RoleNotOffered, vec![]);
    }
    role
}

fn areas(chosen: &[Area]) -> Vec<domain::access::Area> {
    sorted(&chosen.iter().map(|area| area.0).collect::<Vec<_>>())
}

/// Which organisation a request names; none is the caller's own.
fn organization(
    at: &str,
    customer: Option<&str>,
    reseller: Option<&str>,
    checks: &mut Checks,
) -> Option<domain::access::Organization> {
    use domain::access::Organization::{Customer, Reseller};
    let (customer_at, reseller_at) = (format!("{at}/customer_id"), format!("{at}/reseller_id"));
    let customer = customer.and_then(|id| checks.id::<CustomerId>(&customer_at, id));
    let reseller = reseller.and_then(|id| checks.id::<ResellerId>(&reseller_at, id));
    if customer.is_some() && reseller.is_some() {
        checks.note(&reseller_at, Code::InvalidValue, vec![("expected", "reseller_id or customer_id".to_owned())]);
    }
    customer.map(Customer).or(reseller.map(Reseller))
}
