//! Adding people to an organisation, one or several, all or nobody (L-04, C-61).

use crate::auth::one_time;
use crate::http::problem::{Code, FieldProblem, Problem};
use crate::http::reply::Reply;
use crate::ids::New as _;
use crate::people::users::view::{self, UserBatch};
use crate::transaction::Write;
use domain::access::{Area, Organization, RoleName};
use domain::event::EventKind;
use domain::id::UserId;
use domain::party::Address;
use domain::people::UserState;
use domain::people::manage::{self, NotGiven, Wanted};
use domain::refusal::Refusal;
use serde_json::json;
use std::collections::HashSet;
use store::one_time_tokens::{Owner, Purpose};
use store::users::{self, StoredUser};

/// A person who is to be added.
pub struct NewUser {
    /// Where the request says so.
    pub at: String,
    /// The field below that which says what it logs in by.
    pub login_field: &'static str,
    /// What it logs in by.
    pub login: String,
    /// E-mail address.
    pub email: String,
    /// Another address for notifications.
    pub notification_email: Option<String>,
    /// First name.
    pub first_name: String,
    /// Last name.
    pub last_name: String,
    /// Phone.
    pub phone: Option<String>,
    /// Postal address.
    pub address: Option<Address>,
    /// The language of its mails.
    pub language: Option<String>,
    /// What the owner's scripts call it.
    pub external_ref: Option<String>,
    /// The areas it is let into.
    pub areas: Option<Vec<Area>>,
    /// Where it will belong; none is the caller's own organisation.
    pub organization: Option<Organization>,
    /// Its role.
    pub role: RoleName,
    /// Whether it activates its account by a link in a mail.
    pub send_activation_mail: bool,
    /// The hash of its first password.
    pub password_hash: Option<String>,
}

impl NewUser {
    fn pointer(&self, field: &str) -> String {
        if field.is_empty() { self.at.clone() } else { format!("{}/{field}", self.at) }
    }
}

/// Adds one person.
pub fn create(write: &mut Write<'_>, new: &NewUser) -> Result<Reply, Problem> {
    let user = add(write, std::slice::from_ref(new))?.remove(0);
    let links = view::links(write.tx, std::iter::once(&user))?;
    let body = view::view(&user, &links, write.app.clock.now());
    Ok(Reply::json(201, &body)?.reviewed(user.version).location(format!("/v1/users/{}", user.id)))
}

/// Adds several.
pub fn create_all(write: &mut Write<'_>, new: &[NewUser], location: &str) -> Result<Reply, Problem> {
    let users = add(write, new)?;
    let links = view::links(write.tx, users.iter())?;
    let now = write.app.clock.now();
    let data = users.iter().map(|user| view::view(user, &links, now)).collect();
    Ok(Reply::json(201, &UserBatch { data })?.location(location.to_owned()))
}

/// Adds people, or nobody: every problem of every one is told at once.
fn add(write: &mut Write<'_>, new: &[NewUser]) -> Result<Vec<StoredUser>, Problem> {
    let organizations = organizations(write, new)?;
    let mut problems = Problems::default();
    check_roles(write, new, &organizations, &mut problems)?;
    check_names(write, new, &organizations, &mut problems)?;
    problems.done()?;
    let users: Vec<_> = new.iter().zip(&organizations).map(|(new, of)| record(write, new, *of)).collect();
    users::insert_all(write.tx, &users)?;
    let now = write.app.clock.now();
    for (user, new) in users.iter().zip(new) {
        let after = view::view(user, &view::Links::new(), now);
        let after = serde_json::to_value(after).map_err(Problem::internal)?;
        write.record(EventKind::UserCreated, user.organization.customer(), user.id.to_string(), after)?;
        if new.send_activation_mail {
            invite(write, user)?;
        }
    }
    Ok(users)
}

/// Has an activation mail sent; the link in the one before works no longer.
pub fn invite(write: &mut Write<'_>, user: &StoredUser) -> Result<(), Problem> {
    let ttl = write.app.marketplaces.people(user.marketplace_id)?.activation.ttl();
    let owner = Owner::User(user.id);
    let token = one_time::issue(write.app, write.tx, user.marketplace_id, owner, Purpose::Activation, ttl, write.now)?;
    let payload = json!({"token_id": token, "user_id": user.id});
    write.record(EventKind::UserInvited, user.organization.customer(), user.id.to_string(), payload)
}

/// Where each will belong: to the caller's own organisation, or to one that it sees.
fn organizations(write: &mut Write<'_>, new: &[NewUser]) -> Result<Vec<Organization>, Problem> {
    let scope = write.identity.scope;
    let own = Organization::from(scope);
    let mut seen = vec![own];
    let mut all = vec![];
    for organization in new.iter().map(|new| new.organization.unwrap_or(own)) {
        if !seen.contains(&organization) {
            match organization {
                Organization::Customer(id) => drop(store::customers::get(write.tx, &scope, id)?),
                Organization::Reseller(id) => drop(store::resellers::get(write.tx, &scope, id)?),
                Organization::Provider => {}
            }
            seen.push(organization);
        }
        all.push(organization);
    }
    Ok(all)
}

fn check_roles(
    write: &mut Write<'_>,
    new: &[NewUser],
    organizations: &[Organization],
    problems: &mut Problems,
) -> Result<(), Problem> {
    let marketplace = write.identity.scope.marketplace();
    let rules = write.app.marketplaces.people(marketplace)?;
    if new.iter().any(|new| matches!(new.role, RoleName::Own(_))) {
        // Nobody removes the role meanwhile.
        store::marketplaces::lock(write.tx, marketplace)?;
    }
    let known = store::roles::all(write.tx, &write.identity.scope)?;
    for (new, organization) in new.iter().zip(organizations) {
        let own = known.iter().map(|known| &known.value.role).find(|own| own.key.as_str() == new.role.code());
        let wanted = Wanted { organization: organization.kind(), role: &new.role, areas: new.areas.as_deref(), own };
        // One role for all stands beside the addresses of an invitation.
        let at = |field: &str| if new.login_field.is_empty() { format!("/{field}") } else { new.pointer(field) };
        match manage::give(&rules, write.identity.permissions, &wanted) {
            Ok(()) => {}
            Err(NotGiven::Role(refusal)) => problems.refuse(at("role"), &refusal),
            Err(NotGiven::Areas(refusal)) => problems.refuse(at("areas"), &refusal),
        }
    }
    Ok(())
}

/// Names and references that are taken, in the request itself too.
fn check_names(
    write: &mut Write<'_>,
    new: &[NewUser],
    organizations: &[Organization],
    problems: &mut Problems,
) -> Result<(), Problem> {
    let marketplace = write.identity.scope.marketplace();
    let logins: Vec<_> = new.iter().map(|new| new.login.as_str()).collect();
    let references: Vec<_> = new.iter().filter_map(|new| new.external_ref.as_deref()).collect();
    let by_login = users::by_logins_unscoped(write.tx, marketplace, &logins)?;
    let by_reference = users::by_external_refs_unscoped(write.tx, marketplace, &references)?;
    let (mut names, mut marks) = (HashSet::new(), HashSet::new());
    for (new, of) in new.iter().zip(organizations) {
        let pointer = new.pointer(new.login_field);
        if !names.insert(new.login.as_str()) {
            problems.note(&pointer, Code::Repeated, vec![]);
        } else if let Some(known) = by_login.iter().find(|known| known.login == new.login) {
            // Whose it is elsewhere is nobody's business.
            if known.organization == *of {
                problems.exists(&pointer, Code::AlreadyExists, vec![("what", new.login.clone())], known.id);
            } else {
                problems.note(&pointer, Code::LoginTaken, vec![]);
            }
        }
        let Some(reference) = &new.external_ref else { continue };
        let pointer = new.pointer("external_ref");
        let same = |known: &&StoredUser| known.organization == *of && known.external_ref.as_ref() == Some(reference);
        if !marks.insert((*of, reference.as_str())) {
            problems.note(&pointer, Code::Repeated, vec![]);
        } else if let Some(known) = by_reference.iter().find(same) {
            problems.exists(&pointer, Code::ExternalRefTaken, vec![], known.id);
        }
    }
    Ok(())
}

fn record(write: &Write<'_>, new: &NewUser, organization: Organization) -> StoredUser {
    let activated_at = (!new.send_activation_mail).then_some(write.now);
    StoredUser {
        id: UserId::new(),
        marketplace_id: write.identity.scope.marketplace(),
        organization,
        login: new.login.clone(),
        email: new.email.clone(),
        notification_email: new.notification_email.clone(),
        first_name: new.first_name.clone(),
        last_name: new.last_name.clone(),
        phone: new.phone.clone(),
        address: new.address.clone(),
        language: new.language.clone(),
        role: new.role.clone(),
        areas: new.areas.clone(),
        external_ref: new.external_ref.clone(),
        password_hash: new.password_hash.clone(),
        state: UserState { disabled: false, activated_at, lock: None },
        deleted_at: None,
        created_at: write.now,
        version: 1,
    }
}

/// What is wrong with people who are to be added, and which there are already.
#[derive(Default)]
struct Problems {
    fields: Vec<FieldProblem>,
    known: Vec<(String, UserId)>,
}

impl Problems {
    fn note(&mut self, pointer: &str, code: Code, arguments: Vec<(&'static str, String)>) {
        // One role for all is wrong once.
        if !self.fields.iter().any(|field| field.pointer == pointer && field.code == code) {
            self.fields.push(FieldProblem { pointer: pointer.to_owned(), code, arguments });
        }
    }

    fn exists(&mut self, pointer: &str, code: Code, arguments: Vec<(&'static str, String)>, id: UserId) {
        self.note(pointer, code, arguments);
        self.known.push((pointer.to_owned(), id));
    }

    fn refuse(&mut self, pointer: String, refusal: &Refusal) {
        for field in &Problem::refusals(vec![(pointer, refusal.clone())]).fields {
            self.note(&field.pointer, field.code, field.arguments.clone());
        }
    }

    /// A problem with every wrong field, or nothing. It names the people whom there are already, so that a script goes
    /// on with them.
    fn done(self) -> Result<(), Problem> {
        if self.fields.is_empty() {
            return Ok(());
        }
        let problem = Problem::fields(self.fields);
        Err(match self.known.as_slice() {
            [] => problem,
            [(_, id)] => problem.with_extra("user_id", id),
            all => {
                let named = |(pointer, id): &(String, UserId)| json!({"pointer": pointer, "user_id": id});
                problem.with_extra("existing", all.iter().map(named).collect::<Vec<_>>())
            }
        })
    }
}
