//! Adding people to an organisation, one or several, all or nobody (L-04, C-61).

use crate::http::problem::{Arguments, Code, FieldProblem, Problem, named};
use crate::ids::New as _;
use crate::people::users::give_role::Giver;
use crate::people::users::{links, view};
use crate::texts::place::Place;
use crate::transaction::Write;
use domain::access::{Area, Covered, Organization, RoleName};
use domain::event::EventKind;
use domain::id::UserId;
use domain::party::Address;
use domain::people::UserState;
use domain::people::manage::{NotGiven, WantedRole};
use domain::refusal::Refusal;
use serde_json::json;
use std::collections::HashSet;
use store::users::{self, StoredUser};

/// A person who is to be added.
pub struct NewUser {
    /// Where the request names it: a JSON pointer, empty for the whole body.
    pub at: String,
    /// The field below that which says what it logs in by.
    pub login_field: &'static str,
    /// The name it logs in by.
    pub login: String,
    /// The e-mail address that its mails go to.
    pub email: String,
    /// Another address for notifications.
    pub notification_email: Option<String>,
    /// First name; empty where it is invited by its address only.
    pub first_name: String,
    /// Last name; empty like the first.
    pub last_name: String,
    /// Phone number, as it was typed.
    pub phone: Option<String>,
    /// Postal address, checked by its country.
    pub address: Option<Address>,
    /// The language of its mails.
    pub language: Option<String>,
    /// What the owner's scripts call it.
    pub external_ref: Option<String>,
    /// The areas it is let into.
    pub areas: Option<Vec<Area>>,
    /// Where it will belong; none is the caller's own organisation.
    pub organization: Option<Organization>,
    /// The role it is to have there.
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

    /// Who is invited by an address only belongs where all do that the request names.
    fn organization_pointer(&self, field: &str) -> String {
        if self.login_field.is_empty() { format!("/{field}") } else { self.pointer(field) }
    }
}

/// Adds people, or nobody: every problem of every one is told at once.
pub fn add(write: &mut Write<'_>, new: &[NewUser]) -> Result<Vec<StoredUser>, Problem> {
    let organizations = organizations(write, new)?;
    let mut problems = Problems::default();
    let giver = Giver::read(write, new.iter().map(|new| &new.role), &organizations)?;
    let roles = roles(&giver, new, &organizations, &mut problems)?;
    check_names(write, new, &organizations, &mut problems)?;
    problems.done()?;
    let rows = new.iter().zip(&organizations).zip(roles);
    let users: Vec<_> = rows.map(|((new, of), role)| record(write, new, *of, &role)).collect();
    users::insert_all(write.tx, &users)?;
    let now = write.app.clock.now();
    for (user, new) in users.iter().zip(new) {
        let after = view::view(user, &view::Links::new(), now);
        let after = serde_json::to_value(after).map_err(Problem::internal)?;
        write.record(EventKind::UserCreated, user.organization.customer(), user.id.to_string(), after)?;
        if new.send_activation_mail {
            links::invite(write, user)?;
        }
    }
    Ok(users)
}

/// Where each will belong: to the caller's own organisation, or to one that it sees.
fn organizations(write: &mut Write<'_>, new: &[NewUser]) -> Result<Vec<Organization>, Problem> {
    let scope = write.identity.scope;
    let own = Organization::from(scope);
    let mut seen = vec![own];
    let mut all = vec![];
    for new in new {
        let organization = new.organization.unwrap_or(own);
        if !seen.contains(&organization) {
            match organization {
                Organization::Customer(id) => {
                    named(&new.organization_pointer("customer_id"), store::customers::get(write.tx, &scope, id))?;
                    write.manages_people(id)?;
                }
                Organization::Reseller(id) => {
                    named(&new.organization_pointer("reseller_id"), store::resellers::get(write.tx, &scope, id))?;
                }
                Organization::Platform | Organization::Provider => {}
            }
            seen.push(organization);
        }
        all.push(organization);
    }
    Ok(all)
}

/// The role of each, where all are given. More power than the caller's is no mistake in a form, and told alone.
fn roles<'a>(
    giver: &'a Giver,
    new: &'a [NewUser],
    organizations: &[Organization],
    problems: &mut Problems,
) -> Result<Vec<Covered<WantedRole<'a>>>, Problem> {
    let (mut given, mut beyond) = (vec![], vec![]);
    for (new, organization) in new.iter().zip(organizations) {
        // One role for all stands beside the addresses of an invitation.
        let at = |field: &str| if new.login_field.is_empty() { format!("/{field}") } else { new.pointer(field) };
        match giver.gives(*organization, &new.role, new.areas.as_deref()) {
            Ok(role) => given.push(role),
            Err(NotGiven::Role(refusal @ Refusal::RoleExceedsOwn(_))) => beyond.push((at("role"), refusal)),
            Err(NotGiven::Role(refusal)) => problems.refuse(at("role"), &refusal),
            Err(NotGiven::Areas(refusal)) => problems.refuse(at("areas"), &refusal),
        }
    }
    // One role for all is beyond the caller once.
    beyond.dedup_by(|one, other| one.0 == other.0);
    if beyond.is_empty() { Ok(given) } else { Err(Problem::refusals(beyond)) }
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
                problems.exists(&pointer, Code::AlreadyExists, vec![("what", Place::text(&new.login))], known.id);
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

fn record(write: &Write<'_>, new: &NewUser, organization: Organization, role: &Covered<WantedRole<'_>>) -> StoredUser {
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
        role: role.role.clone(),
        areas: role.areas.map(<[Area]>::to_vec),
        external_ref: new.external_ref.clone(),
        password_hash: new.password_hash.clone(),
        state: UserState { disabled: false, activated_at, lock: None },
        deleted_at: None,
        created_at: write.now,
        updated_at: write.now,
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
    fn note(&mut self, pointer: &str, code: Code, arguments: Arguments) {
        // One role for all is wrong once.
        if !self.fields.iter().any(|field| field.pointer == pointer && field.code == code) {
            self.fields.push(FieldProblem { pointer: pointer.to_owned(), code, arguments });
        }
    }

    fn exists(&mut self, pointer: &str, code: Code, arguments: Arguments, id: UserId) {
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
