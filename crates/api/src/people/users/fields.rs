//! Fields of requests that name people: each checked, each problem with its pointer.

use crate::http::problem::{Code, Problem};
use crate::http::wire::checks::Checks;
use crate::http::wire::codes::Area;
use crate::texts::phrases::Phrase;
use crate::texts::place::Place;
use domain::access::RoleName;
use domain::id::{CustomerId, ResellerId};
use domain::people::manage::{MAX_AT_ONCE, sorted};
use domain::people::{Languages, LoginFlaw, LoginKind, LoginName, PeopleRules};

/// Holds a password that an administrator sets to the marketplace's rules, and to whether administrators set any.
pub fn set_password(password: &str, login: &str, rules: &PeopleRules, checks: &mut Checks) {
    if rules.admin_sets_passwords {
        checks.password("/password", password, &rules.password, login);
    } else {
        checks.note("/password", Code::PasswordNotSettable, vec![]);
    }
}

/// Refuses a list that names nobody, or more people than are added at once.
pub fn at_most(pointer: &str, number: usize) -> Result<(), Problem> {
    if (1..=MAX_AT_ONCE).contains(&number) {
        return Ok(());
    }
    Err(Problem::field(pointer, Code::OutOfRange).with("limit", Place::Range(1, MAX_AT_ONCE as u64)))
}

/// The name that somebody logs in by: the one that was asked for, else the e-mail address. `at` is the pointer
/// of the person in the request.
pub fn login(at: &str, wanted: Option<&str>, email: &str, kind: LoginKind, checks: &mut Checks) -> String {
    let Some(wanted) = wanted else { return name(&format!("{at}/email"), email, kind, checks) };
    let pointer = format!("{at}/login");
    let login = name(&pointer, wanted, kind, checks);
    if kind == LoginKind::Email && login != email && !checks.is_wrong(&pointer) {
        checks.note(&pointer, Code::LoginIsEmail, vec![]);
    }
    login
}

/// A log-in name as it is kept, of the kind that the marketplace has; empty where it is wrong, which is noted.
pub fn name(pointer: &str, text: &str, kind: LoginKind, checks: &mut Checks) -> String {
    let expected = match LoginName::new(text, kind) {
        Ok(login) => return login.to_string(),
        Err(LoginFlaw::NotAnAddress) => Phrase::Email,
        Err(LoginFlaw::Length) => Phrase::ThreeTo254,
        Err(LoginFlaw::Character) => Phrase::LettersOfLogins,
    };
    if !checks.is_wrong(pointer) {
        checks.note(pointer, Code::InvalidValue, vec![("expected", expected.into())]);
    }
    String::new()
}

/// The language that mails are written in, where one is named: one that the marketplace offers.
pub fn language(pointer: &str, text: Option<&str>, languages: &Languages, checks: &mut Checks) -> Option<String> {
    let known = |text: &str| languages.offered.iter().find(|language| language.code() == text);
    let offered = languages.offered.iter().map(|language| language.code()).collect::<Vec<_>>().join(", ");
    let language = text.and_then(|text| checks.code(pointer, text, known, Place::wire(offered)))?;
    Some(language.code().to_owned())
}

/// The role of a name; that it is offered here is for the write to say.
pub fn role(pointer: &str, text: &str, checks: &mut Checks) -> Option<RoleName> {
    let role = RoleName::from_code(text);
    if role.is_none() {
        checks.note(pointer, Code::RoleNotOffered, vec![]);
    }
    role
}

/// The areas of a reseller's work that were chosen, in their order and each once.
pub fn areas(chosen: &[Area]) -> Vec<domain::access::Area> {
    sorted(&chosen.iter().map(|area| area.0).collect::<Vec<_>>())
}

/// Which organisation a request names; none is the caller's own.
pub fn organization(
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
        checks.note(&reseller_at, Code::InvalidValue, vec![("expected", Place::wire("reseller_id or customer_id"))]);
    }
    customer.map(Customer).or(reseller.map(Reseller))
}
