//! U-79: what is filled in where an operation is tried out works on the demo as it stands. Each example is sent to a
//! demo of its own, by the provider of the marketplace that the examples are of.

use api::demo::examples::SLUG;
use api::demo::living;
use api::openapi::{Operation, operations};
use serde_json::{Value, json};
use std::collections::BTreeSet;
use tests::TestApp;
use tests::schema::{differences, operation};
use tests::shop::{self, YEAR_MONTHLY};

const BY_MAIL: &str = "its token comes by mail, and works once";
const OF_CHANGE: &str = "changes are made by change_subscription";
const OF_JOB: &str = "jobs and tasks come with work that was asked for";
const OF_FILE: &str = "it takes a file of Microsoft's, or what came of one";
const OF_OPERATOR: &str = "only the platform's operators do it";
const OF_CUSTOMER: &str = "only a customer's administrator answers a partner's offer";

/// Operations without an example that works as it stands, and why.
const WITHOUT: &[(&str, &str)] = &[
    ("show_activation", BY_MAIL),
    ("activate_account", BY_MAIL),
    ("confirm_password_reset", BY_MAIL),
    ("complete_registration", BY_MAIL),
    ("confirm_registration", BY_MAIL),
    ("show_registration_link", BY_MAIL),
    ("log_out", "a refresh token comes with a log-in, and works once"),
    ("refresh_login", "a refresh token comes with a log-in, and works once"),
    ("end_own_session", "sessions come with a log-in"),
    ("revoke_api_client_secret", "further secrets are made by add_api_client_secret"),
    ("publish_price_list", "the demo's are published already"),
    ("discard_price_list", "the demo's are published already"),
    ("create_marketplace", OF_OPERATOR),
    ("list_all_marketplaces", OF_OPERATOR),
    ("open_marketplace", OF_OPERATOR),
    ("suspend_marketplace", OF_OPERATOR),
    ("close_marketplace", OF_OPERATOR),
    ("put_people_rules", "the whole document: show_people_rules answers the one to change"),
    ("remove_category", "what the demo's categories hold would be found nowhere"),
    ("remove_role", "roles of the marketplace's own are made by put_role"),
    ("accept_delegation", OF_CUSTOMER),
    ("decline_delegation", OF_CUSTOMER),
    ("withdraw_tenant", "nothing waits: the demo's tenants are linked"),
    ("take_tenant_credentials", "they are those of a tenant that was created, shown once"),
    ("show_change", OF_CHANGE),
    ("withdraw_change", OF_CHANGE),
    ("withdraw_invitation", "invitations are made by invite_users"),
    ("set_user_password", "where people are mailed a link they set their passwords themselves"),
    ("send_activation_mail", "the demo's people are active already"),
];

/// Why an operation has no example, if it has none.
fn without(one: &Operation) -> Option<&'static str> {
    let listed = WITHOUT.iter().find(|(id, _)| *id == one.id).map(|(_, why)| *why);
    let of = |parts: &[&str]| parts.iter().any(|part| one.path.contains(part));
    listed.or_else(|| match one.id.as_str() {
        _ if of(&["{job_id}", "{task_id}"]) => Some(OF_JOB),
        _ if of(&["{offer_matrix_id}"]) || one.id.starts_with("import_") => Some(OF_FILE),
        _ => None,
    })
}

/// The demo as the program starts it, once it has had its first moments.
fn demo() -> TestApp {
    let app = TestApp::sqlite();
    living::begin(&app.app).expect("the demo lives");
    app.drain();
    app
}

fn text(value: &Value) -> String {
    value.as_str().map_or_else(|| value.to_string(), str::to_owned)
}

/// Path and query with the examples of what must be there.
fn path(one: &Operation) -> String {
    let (mut path, mut query) = (one.path.clone(), vec![]);
    for parameter in operation(&one.id)["parameters"].as_array().into_iter().flatten() {
        let name = text(&parameter["name"]);
        match parameter["in"].as_str() {
            Some("path") => path = path.replace(&format!("{{{name}}}"), &text(&parameter["example"])),
            Some("query") if parameter["required"] == true => {
                query.push((name, text(&parameter["example"])));
            }
            _ => {}
        }
    }
    let query: Vec<_> = query.iter().map(|(name, value)| format!("{name}={}", encoded(value))).collect();
    if query.is_empty() { path } else { format!("{path}?{}", query.join("&")) }
}

#[test]
fn u79_every_example_works_on_the_demo_as_it_stands() {
    let reading = demo();
    let (mut wrong, mut sent) = (vec![], BTreeSet::new());
    for one in operations().into_iter().filter(|one| without(one).is_none()) {
        let fresh = (one.method != "GET").then(demo);
        let app = fresh.as_ref().unwrap_or(&reading);
        let client = if operation(&one.id)["security"] == json!([]) { app.anonymous() } else { app.provider(SLUG) };
        let content = operation(&one.id).pointer("/requestBody/content").and_then(Value::as_object);
        let media = content.and_then(|content| content.iter().next());
        let answer = match media {
            None => client.send(&one.method, &path(&one), None),
            Some((kind, media)) => {
                let example = &media["example"];
                let body = if kind.ends_with("json") { example.to_string() } else { form(example) };
                client.send_raw(&one.method, &path(&one), kind, body.into_bytes())
            }
        };
        if !(200..300).contains(&answer.status) {
            wrong.push(format!("{} {} {}: {} {}", one.id, one.method, path(&one), answer.status, answer.text));
        } else {
            wrong.extend(differences(&one.id, &answer));
        }
        // What it caused is done, too.
        if let Some(fresh) = fresh {
            fresh.drain();
        }
        sent.insert(one.id);
    }
    assert_eq!(wrong, Vec::<String>::new());
    // What is left out is there, and is not sent.
    let all: BTreeSet<_> = operations().into_iter().map(|one| one.id).collect();
    let unknown: Vec<_> = WITHOUT.iter().map(|(id, _)| *id).filter(|id| !all.contains(*id)).collect();
    assert_eq!(unknown, Vec::<&str>::new());
    assert!(sent.len() >= 120, "{}", sent.len());
}

/// What lives begins once, and not beside what somebody has ordered before: the program starts in any case.
#[test]
fn the_demo_begins_to_live_once_and_only_where_nothing_was_ordered() {
    let orders = |app: &TestApp| app.provider(SLUG).get("/v1/orders").expect(200).body["data"].as_array().map(Vec::len);
    let app = demo();
    living::begin(&app.app).expect("again");
    assert_eq!(orders(&app), Some(1));
    let used = TestApp::sqlite();
    shop::buy(&used, &used.admin(SLUG), "Office 365 E1", YEAR_MONTHLY, 1);
    living::begin(&used.app).expect("beside an order");
    assert_eq!(orders(&used), Some(1));
}

/// A value of a query string.
fn encoded(value: &str) -> String {
    let byte = |byte: u8| match byte {
        b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'-' | b'.' | b'_' | b'~' => char::from(byte).to_string(),
        _ => format!("%{byte:02X}"),
    };
    value.bytes().map(byte).collect()
}

/// A body as forms are sent.
fn form(example: &Value) -> String {
    let members = example.as_object().into_iter().flatten();
    members.map(|(name, value)| format!("{name}={}", text(value))).collect::<Vec<_>>().join("&")
}
