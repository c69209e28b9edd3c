//! U-90: whoever gives, resets, changes or removes what another can do holds as much itself. U-91: in somebody else's
//! name one does what is on a closed list. Both are tried on every operation there is.
//!
//! A new operation of the room `people` that changes anything is named in [`POWER`] or in [`NO_POWER`].

use crate::contract::world::World;
use crate::house::architecture::sources;
use crate::people::access::IN_PERSON;
use api::auth::on_behalf::{ON_BEHALF, listed};
use api::openapi::{ANY_LOG_IN, Operation, operations};
use serde_json::{Value, json};
use std::collections::{BTreeMap, BTreeSet};
use tests::people::PASSWORD;
use tests::{Client, TestApp, both};

/// Operations that touch what another can do, and whose power the caller needs.
const POWER: &[(&str, &str)] = &[
    ("create_user", "new_user"),
    ("create_users", "new_user"),
    ("invite_users", "new_user"),
    ("update_user", "user"),
    ("delete_user", "user"),
    ("enable_user", "user"),
    ("disable_user", "user"),
    ("unlock_user", "user"),
    ("activate_user", "user"),
    ("send_activation_mail", "user"),
    ("reset_user_password", "user"),
    ("set_user_password", "user"),
    ("end_user_sessions", "user"),
    ("withdraw_invitation", "user"),
    ("impersonate_user", "user"),
    ("create_api_client", "api_client"),
    ("update_api_client", "api_client"),
    ("revoke_api_client", "api_client"),
    ("add_api_client_secret", "api_client"),
    ("revoke_api_client_secret", "api_client"),
    ("put_role", "role"),
    ("remove_role", "role"),
    ("put_people_rules", "everybody"),
    ("approve_registration", "administrator"),
    ("resend_registration", "administrator"),
];

/// Changes of the room `people` that touch nobody else's power, and why.
const NO_POWER: &[(&str, &str)] = &[
    ("activate_account", "the link was sent to whose account it is"),
    ("show_activation", "changes nothing"),
    ("request_password_reset", "the link goes to whose account it is"),
    ("confirm_password_reset", "the link was sent to whose account it is"),
    ("log_in", "one's own"),
    ("log_out", "one's own"),
    ("refresh_login", "one's own"),
    ("issue_token", "shows the client's own secret"),
    ("change_password", "one's own, in person"),
    ("update_me", "one's own, in person"),
    ("end_own_session", "one's own, in person"),
    ("end_own_sessions", "one's own, in person"),
    ("give_own_consents", "one's own, in person"),
    ("request_registration", "asks"),
    ("show_registration_link", "changes nothing"),
    ("complete_registration", "by a link that somebody had sent who holds as much"),
    ("confirm_registration", "the provider's records let in, as the rules of the marketplace say"),
    ("reject_registration", "who is not let in holds nothing"),
    ("refer_registration", "another one is asked to let in"),
];

/// Whose power an operation touches, as the access table shows it.
pub fn touched(operation: &str) -> &'static str {
    POWER.iter().find(|(id, _)| *id == operation).map_or("-", |(_, of)| of)
}

/// Whether an operation may be done in somebody else's name, as the access table shows it.
pub fn on_behalf(operation: &Operation) -> &'static str {
    match (changes(operation), listed(&operation.method, &operation.path)) {
        (false, _) => "-",
        (true, true) => "yes",
        (true, false) => "no",
    }
}

/// Whether somebody that is known changes something by it, or asks what a change would do.
pub fn changes(operation: &Operation) -> bool {
    operation.method != "GET" && operation.permission.is_some()
}

/// What the room's handlers of changes are called.
fn changes_of_people() -> BTreeSet<String> {
    let methods = ["#[post(", "#[put(", "#[patch(", "#[delete("];
    let mut found = BTreeSet::new();
    for source in sources("crates/api/src/people") {
        let mut is_change = false;
        for (_, line) in source.code() {
            is_change |= methods.iter().any(|method| line.starts_with(method));
            if let Some(name) = line.strip_prefix("pub async fn ").filter(|_| is_change) {
                found.insert(name.split('(').next().unwrap_or_default().to_owned());
                is_change = false;
            }
        }
    }
    found
}

#[test]
fn u90_every_change_of_people_says_whose_power_it_touches() {
    let named: Vec<_> = POWER.iter().chain(NO_POWER).map(|(id, _)| (*id).to_owned()).collect();
    let unique: BTreeSet<_> = named.iter().cloned().collect();
    assert_eq!(unique.len(), named.len(), "each once");
    let changes = changes_of_people();
    let differ: Vec<_> = unique.symmetric_difference(&changes).collect();
    assert_eq!(differ, Vec::<&String>::new(), "name in POWER or in NO_POWER the room's changes, and only those");
}

/// What writes to the store what somebody can do, or gets in by.
const WRITES: [&str; 11] = [
    "users::insert(",
    "users::insert_all(",
    "users::update(",
    "api_clients::insert(",
    "api_clients::update(",
    "api_clients::insert_secret(",
    "roles::insert(",
    "roles::update(",
    "roles::remove(",
    "marketplaces::set_profile(",
    "marketplaces::update(",
];

/// Who writes it without having asked for the power of what it is about, and why.
const UNASKED: &[(&str, &str)] = &[
    ("crates/api/src/people/activations/activate.rs", "the link was sent to whose account it is"),
    ("crates/api/src/people/me/change.rs", "one's own, in person: name, number, language"),
    ("crates/api/src/people/passwords/put.rs", "one's own, by the link, or of who was asked for before"),
    ("crates/api/src/people/sessions/try_password.rs", "counts wrong passwords, and locks"),
    ("crates/api/src/people/users/first.rs", "the first of an organisation that comes into being: nobody has it yet"),
    ("crates/api/src/platform/marketplaces/moves.rs", "how it stands, and nothing of what holds for its people"),
];

#[test]
fn u90_what_somebody_can_do_is_written_where_it_is_held_against_the_callers_power() {
    let asks = ["Covered<", "managed(write,", "owned(write,", ".covers("];
    let (mut unasked, mut writers) = (vec![], 0);
    for source in sources("crates/api/src").iter().filter(|source| !source.path.contains("/src/demo/")) {
        let has = |words: &[&str]| source.code().any(|(_, line)| words.iter().any(|word| line.contains(word)));
        if has(&WRITES) {
            writers += 1;
            unasked.extend((!has(&asks)).then(|| source.path.clone()));
        }
    }
    assert!(writers > 10, "this test looks for the right words");
    assert_eq!(unasked, UNASKED.iter().map(|(path, _)| (*path).to_owned()).collect::<Vec<_>>());
}

#[test]
fn u91_what_may_be_done_in_somebodys_name_are_operations() {
    let all = operations();
    let known = |(method, path): &&(&str, &str)| all.iter().any(|one| one.method == *method && one.path == *path);
    assert_eq!(ON_BEHALF.iter().filter(known).collect::<Vec<_>>(), ON_BEHALF.iter().collect::<Vec<_>>());
    let unique: BTreeSet<_> = ON_BEHALF.iter().collect();
    assert_eq!(unique.len(), ON_BEHALF.len(), "each once");
}

/// What nobody of a marketplace may.
const OF_OPERATORS: &str = "marketplaces.manage";

/// Callers that hold one permission each, at the provider: scripts, and people for what is done in person only.
struct Lone<'a> {
    app: &'a TestApp,
    provider: Client,
    known: BTreeMap<(String, bool), Client>,
}

impl Lone<'_> {
    fn holds(&mut self, permission: &str, in_person: bool) -> Client {
        if permission == OF_OPERATORS {
            return self.app.operator();
        }
        let key = (permission.to_owned(), in_person);
        if let Some(client) = self.known.get(&key) {
            return client.clone();
        }
        let client = if in_person { self.person(permission) } else { self.script(permission) };
        self.known.insert(key, client.clone());
        client
    }

    fn script(&self, permission: &str) -> Client {
        let client = self.provider.new_api_client(&[permission]);
        self.app.script(&client, &client)
    }

    fn person(&self, permission: &str) -> Client {
        let role = permission.replace('.', "_");
        let title = json!({"de": "Eins", "en": "One", "pl": "Jeden"});
        let body = json!({"organization": "provider", "title": title, "permissions": [permission]});
        self.provider.put(&format!("/v1/roles/{role}"), body).expect(201);
        let email = format!("{role}@terra.example");
        let person = json!({"email": email, "first_name": "Erika", "last_name": "Muster", "role": role});
        self.app.joined(&self.provider, person);
        self.app.logged_in(&email, PASSWORD)
    }
}

/// Something of every kind, in terra.
fn world(app: &TestApp) -> World {
    let mut world = World::new(app, "terra", "Musterfirma GmbH");
    let reseller = app.reseller(1).get("/v1/me").expect(200);
    world.ids.insert("reseller_id", reseller.text_at("/reseller_id").to_owned());
    world
}

both! {
    /// U-90: with the one permission that an operation wants nobody touches what may more than that; and where the
    /// table says of an operation that it touches no power, nobody is refused for it.
    u90_one_permission_alone_touches_nobodys_power(app) {
        let mut world = world(&app);
        let mut lone = Lone { app: &app, provider: app.provider("terra"), known: BTreeMap::new() };
        let (mut wrong, mut refused) = (vec![], BTreeSet::new());
        for operation in operations() {
            let permission = operation.permission.as_deref().filter(|permission| *permission != ANY_LOG_IN);
            let Some(permission) = permission else { continue };
            let client = lone.holds(permission, IN_PERSON.contains(&operation.id.as_str()));
            if touched(&operation.id) == "-" {
                world.freshen(&operation.id);
            }
            let Some(answer) = world.call(&client, &operation.method, &operation) else { continue };
            if operation.id == "suspend_marketplace" {
                client.post("/v1/marketplaces/terra/open", Value::Null).expect(200);
            }
            if answer.code() != "role_exceeds_own" {
                continue;
            }
            let missing = answer.body["missing"].as_array().map_or(0, Vec::len);
            if answer.status != 403 || missing == 0 || !answer.text_at("/detail").contains('.') {
                wrong.push(format!("{}: {}", operation.id, answer.text));
            }
            refused.insert(operation.id);
        }
        app.drain();
        assert_eq!(wrong, Vec::<String>::new());
        assert_eq!(refused, POWER.iter().map(|(id, _)| (*id).to_owned()).collect::<BTreeSet<_>>());
    }
}

both! {
    /// U-91: in the name of somebody who may everything every change is refused that is not on the list, for this
    /// reason and before anything is looked at; what is on the list is not refused for it.
    u91_in_somebodys_name_only_what_is_listed_is_done(app) {
        let mut world = world(&app);
        let provider = app.provider("terra");
        let second = json!({
            "email": "second@terra.example", "first_name": "Erika", "last_name": "Muster", "role": "provider_admin",
        });
        let second = app.joined(&provider, second);
        let token = provider.post(&format!("/v1/users/{second}/impersonation"), Value::Null).expect(200);
        let acting = app.anonymous().with_token(token.text_at("/access_token"));
        let (mut refused, mut tried) = (BTreeSet::new(), BTreeSet::new());
        let of_marketplaces = |one: &Operation| changes(one) && one.permission.as_deref() != Some(OF_OPERATORS);
        for operation in operations().into_iter().filter(of_marketplaces) {
            if on_behalf(&operation) == "yes" {
                world.freshen(&operation.id);
            }
            let Some(answer) = world.call(&acting, &operation.method, &operation) else { continue };
            let key = (operation.method.clone(), operation.path.clone());
            if answer.code() == "not_while_impersonating" {
                refused.insert(key.clone());
            }
            tried.insert(key);
        }
        app.drain();
        assert_eq!(tried.len(), operations().iter().filter(|one| of_marketplaces(one)).count(), "every one");
        let allowed: BTreeSet<_> = tried.difference(&refused).cloned().collect();
        let listed = ON_BEHALF.iter().map(|(method, path)| ((*method).to_owned(), (*path).to_owned()));
        assert_eq!(allowed, listed.collect::<BTreeSet<_>>());
    }
}
