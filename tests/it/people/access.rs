//! Who may call what: every operation × every kind of caller × one's own data, that of those below, above and beside
//! one, and another marketplace's.
//!
//! The answers make a table that must equal the committed `openapi/access.txt`; `make openapi` writes it anew
//! (by `KONTOR_TEST_WRITE=1`). A new operation needs a place in [`whose`], and in `tests/it/contract/world.rs` where it
//! takes a body.

use crate::contract::world::World;
use crate::people::power;
use api::openapi::{ANY_LOG_IN, Operation, operations};
use domain::access::{Permission, Role};
use serde_json::{Value, json};
use std::collections::{BTreeSet, HashMap};
use std::fmt::Write as _;
use tests::people::PASSWORD;
use tests::schema::differences;
use tests::{Client, TestApp, both};

/// Whose data an operation's ids lead to.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Of {
    /// Nobody's, or whoever asks.
    Nobody,
    /// A marketplace's.
    Marketplace,
    /// A reseller's.
    Reseller,
    /// A customer's.
    Customer,
    /// An organisation's itself: not even seen from above.
    Organization,
}

/// Operations about nobody's data, or about that of whoever asks.
const OF_NOBODY: &[&str] = &[
    "list_product_key_batches",
    "list_redemptions",
    "show_jwks",
    "show_authorization_server",
    "show_health",
    "show_metrics",
    "show_readiness",
    "list_problems",
    "show_problem",
    "log_in",
    "log_out",
    "refresh_login",
    "issue_token",
    "show_activation",
    "activate_account",
    "change_password",
    "request_password_reset",
    "confirm_password_reset",
    "list_own_logins",
    "list_own_sessions",
    "end_own_session",
    "end_own_sessions",
    "list_own_consents",
    "give_own_consents",
    "show_me",
    "update_me",
    "list_marketplaces",
    "list_all_marketplaces",
    "create_marketplace",
    "show_marketplace",
    "list_audit_log",
    "list_api_clients",
    "create_api_client",
    "list_categories",
    "create_category",
    "list_customers",
    "create_customer",
    "list_customer_numbers",
    "put_customer_number",
    "list_jobs",
    "list_tasks",
    "list_notifications",
    "list_registrations",
    "request_registration",
    "show_registration_link",
    "complete_registration",
    "confirm_registration",
    "list_carts",
    "list_orders",
    "list_policies",
    "list_roles",
    "list_users",
    "list_invitations",
    "put_role",
    "show_people_rules",
    "put_people_rules",
    "show_policy",
    "publish_policy",
    "list_policy_versions",
    "show_policy_version",
    "list_price_lists",
    "import_price_list",
    "list_offer_matrices",
    "import_offer_matrix",
    "list_products",
    "list_resellers",
    "create_reseller",
    "show_sandbox_clock",
    "move_sandbox_clock",
    "list_subscriptions",
    "suggest_tenant_domain",
    "check_tenant_domain",
];

/// Operations that only a person does, in its own name.
pub const IN_PERSON: &[&str] =
    &["change_password", "update_me", "end_own_session", "end_own_sessions", "give_own_consents", "impersonate_user"];

/// Operations about what is a person's own, and no script's.
const OF_PERSONS: &[&str] = &["list_own_logins", "list_own_sessions", "list_own_consents"];

/// Operations about a customer's people.
const OF_PEOPLE: &[&str] =
    &["create_user", "create_users", "invite_users", "show_user", "list_user_logins", "list_user_sessions"];

/// Those of them that are also about people of the provider and of resellers.
const OF_COLLEAGUES: &[&str] = &["show_user", "list_user_logins", "list_user_sessions", "impersonate_user"];

/// Those that change somebody who may not more than whoever calls.
pub const CHANGES_SOMEBODY: &[&str] = &[
    "update_user",
    "delete_user",
    "enable_user",
    "disable_user",
    "unlock_user",
    "activate_user",
    "send_activation_mail",
    "reset_user_password",
    "set_user_password",
    "end_user_sessions",
    "withdraw_invitation",
];

/// Operations about what is an organisation's alone, not even seen from above.
const OF_ORGANIZATION: &[&str] =
    &["show_api_client", "update_api_client", "revoke_api_client", "add_api_client_secret", "revoke_api_client_secret"];

/// Operations about a marketplace's data.
const OF_MARKETPLACE: &[&str] = &[
    "show_role",
    "remove_role",
    "show_job",
    "cancel_job",
    "show_task",
    "replay_task",
    "show_offer",
    "change_sale",
    "show_sku",
    "show_category",
    "update_category",
    "remove_category",
    "show_catalog_texts",
    "put_catalog_texts",
    "update_sku",
    "discard_offer_matrix",
    "show_offer_matrix",
    "list_offer_matrix_errors",
    "publish_offer_matrix",
    "list_offer_matrix_rows",
    "discard_price_list",
    "show_price_list",
    "list_price_list_errors",
    "publish_price_list",
    "list_price_list_rows",
    "show_product",
    "show_customer_number",
    "delete_customer_number",
    "show_registration",
    "approve_registration",
    "reject_registration",
    "refer_registration",
    "resend_registration",
    "create_product_key_batch",
    "sell_product_key_batch",
    "preview_product_key_sale",
    "preview_product_key_revocation",
    "revoke_product_key_batch",
];

/// Operations about a marketplace itself: the platform's operators do them to any.
const OF_INSTALLATION: &[&str] =
    &["update_marketplace", "open_marketplace", "suspend_marketplace", "close_marketplace"];

/// Operations about a reseller.
const OF_RESELLER: &[&str] = &[
    "show_reseller",
    "update_reseller",
    "put_microsoft_ids",
    "show_onboarding",
    "verify_onboarding",
    "show_product_key_batch",
    "list_batch_keys",
];

/// Operations about a customer's data.
const OF_CUSTOMER: &[&str] = &[
    "create_cart",
    "delete_cart",
    "show_cart",
    "show_cart_line",
    "update_cart",
    "add_cart_line",
    "remove_cart_line",
    "update_cart_line",
    "preview_cart",
    "preview_cart_lines",
    "show_customer",
    "update_customer",
    "update_invoice_data",
    "create_branch",
    "list_branches",
    "show_branch",
    "update_branch",
    "delete_branch",
    "list_vat_checks",
    "request_vat_check",
    "show_agreement",
    "accept_agreement",
    "show_tenant",
    "put_tenant",
    "withdraw_tenant",
    "take_tenant_credentials",
    "verify_tenant",
    "place_order",
    "show_order",
    "show_subscription",
    "update_subscription",
    "list_history",
    "show_allowed_actions",
    "show_coterm_options",
    "preview_change",
    "change_subscription",
    "list_changes",
    "show_change",
    "withdraw_change",
    "list_assignments",
    "assign_licenses",
    "take_license_back",
    "impersonate_user",
    "list_license_summary",
    "create_redemption",
    "show_redemption",
    "update_redemption",
    "abandon_redemption",
    "complete_redemption",
    "offer_delegation",
    "show_delegation",
    "accept_delegation",
    "decline_delegation",
];

fn whose(operation: &str) -> Of {
    let tables = [
        (OF_NOBODY, Of::Nobody),
        (OF_ORGANIZATION, Of::Organization),
        (OF_MARKETPLACE, Of::Marketplace),
        (OF_INSTALLATION, Of::Marketplace),
        (OF_RESELLER, Of::Reseller),
        (OF_CUSTOMER, Of::Customer),
        (OF_PEOPLE, Of::Customer),
        (CHANGES_SOMEBODY, Of::Customer),
    ];
    let found = tables.into_iter().find(|(operations, _)| operations.contains(&operation));
    found.map_or_else(
        || panic!("say whose data {operation} is about, here and in tests/it/contract/world.rs"),
        |(_, of)| of,
    )
}

/// Refusals that only those get to who may: the demo's customers are linked and have agreed, and no task is parked.
fn reached(operation: &str) -> &'static str {
    match operation {
        "close_marketplace" => "marketplace_in_use",
        "accept_agreement" => "agreement_exists",
        "withdraw_tenant" => "tenant_exists",
        "take_tenant_credentials" => "credentials_not_ready",
        "replay_task" => "task_not_parked",
        "cancel_job" => "job_over",
        // Whoever comes second adds to what the first has begun.
        "complete_redemption" => "subscription_not_ready",
        "offer_delegation" => "delegation_exists",
        "accept_delegation" | "decline_delegation" => "delegation_not_offered",
        "preview_change" | "change_subscription" => "nothing_changes",
        "withdraw_change" => "change_not_waiting",
        "impersonate_user" => "impersonation_not_allowed",
        "show_activation" | "activate_account" | "confirm_password_reset" => "link_invalid",
        "change_password" => "validation_failed",
        "end_own_session" => "not_found",
        // Another marketplace needs other consents.
        "give_own_consents" => "invalid_value",
        // Somebody new has not activated the account, and administrators set no passwords there.
        "reset_user_password" => "user_not_ready",
        "set_user_password" => "password_not_settable",
        "assign_licenses" => "license_assigned",
        // Whoever decides first has decided.
        "approve_registration" | "reject_registration" | "refer_registration" | "resend_registration" => {
            "registration_not_waiting"
        }
        "show_registration_link" | "complete_registration" | "confirm_registration" => "link_invalid",
        _ => "",
    }
}

/// Where somebody or something belongs: a marketplace, a reseller of it, a customer; without a reseller's number a
/// customer is the provider's own.
#[derive(Clone, Copy, PartialEq, Eq)]
struct Place {
    marketplace: &'static str,
    reseller: Option<u8>,
    customer: Option<u8>,
}

/// How the owner of something stands to whoever calls, in the order of the table.
const RELATIONS: [&str; 5] = ["own", "child", "parent", "sibling", "other"];

impl Place {
    const fn new(marketplace: &'static str, reseller: Option<u8>, customer: Option<u8>) -> Self {
        Self { marketplace, reseller, customer }
    }

    /// Whether everything there is also this one's.
    fn covers(self, other: Self) -> bool {
        let all = self.reseller.is_none() && self.customer.is_none();
        let below = self.customer.is_none() && self.reseller == other.reseller;
        self.marketplace == other.marketplace && (all || below || self == other)
    }

    /// How the owner of something stands to this one.
    fn relation(self, owner: Self) -> usize {
        match (self == owner, self.covers(owner), owner.covers(self)) {
            (true, ..) => 0,
            (_, true, _) => 1,
            (.., true) => 2,
            _ if self.marketplace == owner.marketplace => 3,
            _ => 4,
        }
    }
}

const PLATFORM: Place = Place::new("platform", None, None);
const PROVIDER: Place = Place::new("terra", None, None);
const RESELLER: Place = Place::new("terra", Some(1), None);
const CUSTOMER: Place = Place::new("terra", None, Some(0));

/// Whose each world is: customers of the provider, of one reseller and of the other, and of another marketplace.
const WORLDS: [(Place, &str); 4] = [
    (CUSTOMER, "Musterfirma GmbH"),
    (Place::new("terra", Some(1), Some(1)), "Kunde 1 GmbH"),
    (Place::new("terra", Some(2), Some(2)), "Kunde 2 GmbH"),
    (Place::new("cancom", None, Some(3)), "Musterfirma GmbH"),
];

/// Somebody who calls.
struct Actor {
    name: &'static str,
    client: Client,
    /// None is nobody that we know.
    role: Option<Role>,
    place: Place,
}

/// Somebody more at the provider, and somebody more at a reseller.
fn colleagues(app: &TestApp) -> [World; 2] {
    let provider = app.provider("terra");
    let reseller = app.reseller(1);
    let person =
        |email: &str, role: &str| json!({"email": email, "first_name": "Erika", "last_name": "Muster", "role": role});
    let support = app.joined(&provider, person("support@terra.example", "provider_support"));
    let mut employee = person("employee@reseller1.terra.example", "reseller_employee");
    employee["areas"] = json!(["general_access", "dashboard", "customer_management", "csp"]);
    let employee = app.joined(&reseller, employee);
    let reseller_id = reseller.get("/v1/me").expect(200).text_at("/reseller_id").to_owned();
    let world = |id: String, reseller_id: Option<String>| {
        let ids = HashMap::from([("user_id", id)]).into_iter().chain(reseller_id.map(|id| ("reseller_id", id)));
        World { slug: "terra", provider: provider.clone(), ids: ids.collect() }
    };
    [world(support, None), world(employee, Some(reseller_id))]
}

fn actors(app: &TestApp) -> Vec<Actor> {
    let expired = app.provider("terra");
    app.advance(time::Duration::minutes(16));
    let form = format!(
        "grant_type=client_credentials&client_id={}&client_secret={}",
        api::demo::logins::client_id("terra"),
        api::demo::logins::CLIENT_SECRET
    );
    let anonymous = app.anonymous();
    let grant = anonymous.send_raw("POST", "/v1/oauth/token", "application/x-www-form-urlencoded", form.into());
    let script = anonymous.with_token(grant.expect(200).text_at("/access_token"));
    let joined = |email: &str| app.logged_in(email, PASSWORD);
    let actor = |name, client, role, place| Actor { name, client, role: Some(role), place };
    let person = |name, email, role, place| actor(name, app.client(email), role, place);
    let nobody = |name, client| Actor { name, client, role: None, place: PROVIDER };
    vec![
        nobody("anonymous", anonymous),
        nobody("expired", expired),
        person("platform_operator", "operator@kontor.example", Role::PlatformOperator, PLATFORM),
        person("provider_admin", "provider@terra.example", Role::ProviderAdmin, PROVIDER),
        actor("provider_support", joined("support@terra.example"), Role::ProviderSupport, PROVIDER),
        actor("api_client", script, Role::ProviderAdmin, PROVIDER),
        person("reseller_admin", "admin@reseller1.terra.example", Role::ResellerAdmin, RESELLER),
        actor("reseller_employee", joined("employee@reseller1.terra.example"), Role::ResellerEmployee, RESELLER),
        person("customer_admin", "admin@kunde.terra.example", Role::CustomerAdmin, CUSTOMER),
        person("customer_billing", "billing@kunde.terra.example", Role::CustomerBilling, CUSTOMER),
        person("customer_user", "user@kunde.terra.example", Role::CustomerUser, CUSTOMER),
        actor("impersonating", app.provider("terra"), Role::CustomerAdmin, CUSTOMER),
    ]
}

impl Actor {
    /// Somebody who acts as the customer's administrator does so anew: its log-in may have been ended.
    fn refresh(&mut self, app: &TestApp, worlds: &[World]) {
        if self.name == "impersonating" {
            let path = format!("/v1/users/{}/impersonation", worlds[0].ids["user_id"]);
            let token = app.provider("terra").post(&path, Value::Null).expect(200);
            self.client = app.anonymous().with_token(token.text_at("/access_token"));
        }
    }

    /// What the role table and the ownership of data say.
    fn expected(&self, operation: &Operation, relation: usize) -> &'static str {
        let id = operation.id.as_str();
        let Some(permission) = operation.permission.as_deref() else {
            // There an `Authorization` header is the client's own log-in, and only `Basic` is one (RFC 6749 2.3.1).
            return if id == "issue_token" && self.name != "anonymous" { "401" } else { "ok" };
        };
        let Some(role) = self.role else { return "401" };
        // Whoever runs the installation may not what scripts of marketplaces do.
        if id == "create_api_client" && role == Role::PlatformOperator {
            return "403";
        }
        let of_a_person = IN_PERSON.contains(&id) || OF_PERSONS.contains(&id);
        let may = permission == ANY_LOG_IN || role.may(Permission::from_code(permission).expect("a permission"));
        if !may
            || (self.name == "api_client" && of_a_person)
            || (self.name == "impersonating" && power::on_behalf(operation) == "no")
        {
            return "403";
        }
        let seen = match whose(id) {
            Of::Nobody => true,
            Of::Marketplace if OF_INSTALLATION.contains(&id) && role == Role::PlatformOperator => true,
            Of::Marketplace => relation != 4,
            Of::Reseller | Of::Customer => relation < 2,
            Of::Organization => relation == 0,
        };
        // K-13: nobody accepts or declines for a customer; K-15: nor names its partner.
        let of_customer = role.organization() == domain::access::OrganizationKind::Customer;
        let answers = matches!(id, "accept_delegation" | "decline_delegation" | "update_subscription");
        // Which includes that it acts as one who does.
        let above = id == "impersonate_user" && role == Role::ResellerAdmin && relation == 1;
        match seen {
            true if above => "403",
            true if answers && !of_customer => "403",
            true => "ok",
            false => "404",
        }
    }

    /// What is answered, by how the owner of what it is about stands to the caller.
    fn cell(&self, operation: &Operation, worlds: &mut [World], wrong: &mut Vec<String>) -> String {
        let mut answers: [BTreeSet<String>; 5] = Default::default();
        for (n, world) in worlds.iter_mut().enumerate() {
            let Some(owner) = owner(&operation.id, n) else { continue };
            let relation = if whose(&operation.id) == Of::Nobody { 0 } else { self.place.relation(owner) };
            let expected = self.expected(operation, relation);
            let kept = world.ids.clone();
            if expected == "ok" {
                world.freshen(&operation.id);
            }
            let answer = world.call(&self.client, &operation.method, operation);
            world.ids = kept;
            if operation.id == "suspend_marketplace" && expected == "ok" {
                self.client.post(&format!("/v1/marketplaces/{}/open", world.slug), Value::Null).expect(200);
            }
            let Some(answer) = answer else { continue };
            wrong.extend(differences(&operation.id, &answer));
            let given = match answer.status {
                200..300 => "ok".to_owned(),
                _ if !answer.code().is_empty() && answer.code() == reached(&operation.id) => "ok".to_owned(),
                // Whoever comes second offers it again.
                _ if answer.code() == "delegation_waits" => "ok".to_owned(),
                // An offer of another marketplace is none; an id in a body that is not seen is a wrong field (U-77).
                _ if ["offer_unknown", "not_found"].contains(&answer.code()) => "404".to_owned(),
                status => status.to_string(),
            };
            if given != expected {
                let Self { name, .. } = self;
                let relation = RELATIONS[relation];
                wrong.push(format!(
                    "{} by {name}, {relation} world {n}: {expected} expected: {}",
                    operation.id, answer.text
                ));
            }
            answers[relation].insert(given);
        }
        let all: BTreeSet<_> = answers.iter().flatten().cloned().collect();
        if self.role.is_none() || all.len() == 1 {
            return all.into_iter().collect::<Vec<_>>().join("+");
        }
        let list = |answers: &BTreeSet<String>| match answers.len() {
            0 => "-".to_owned(),
            _ => answers.iter().cloned().collect::<Vec<_>>().join("+"),
        };
        answers.iter().map(list).collect::<Vec<_>>().join("/")
    }
}

/// Whose it is what an operation is about in a world; none where the world has nothing of the kind.
fn owner(operation: &str, n: usize) -> Option<Place> {
    let customer = WORLDS.get(n).map(|(place, _)| *place);
    let provider = |place: Place| Place::new(place.marketplace, None, None);
    match (whose(operation), customer) {
        (Of::Nobody, _) => (n == 0).then_some(PROVIDER),
        (Of::Marketplace | Of::Organization, place) => place.map(provider),
        (Of::Reseller, place) => place.map(|place| Place { customer: None, ..place }),
        (Of::Customer, Some(place)) => Some(place),
        (Of::Customer, None) if OF_COLLEAGUES.contains(&operation) || CHANGES_SOMEBODY.contains(&operation) => {
            Some([PROVIDER, RESELLER][n - WORLDS.len()])
        }
        (Of::Customer, None) => None,
    }
}

const HEAD: &str = "\
# Who may call what, as the tests have seen it (tests/it/people/access.rs; written by `make openapi`).
# One answer is the answer to all; five are those to what is one's own / of those below / of those above / of others of
# the marketplace / of another marketplace, - where there is nothing of the kind. `api_client` is the provider's, with
# all permissions; `impersonating` is a provider's administrator in the name of a customer's. Of its customer's
# subscriptions those are a `customer_user`'s own that it has a licence of; it is answered no amounts.
# `power`: whose it is that the operation gives, resets, changes or removes: a user's, that of who is added (new_user),
# an API client's, a role's, that of the administrator who is let in, or everybody's. Whoever calls holds as much, else
# it is refused (403 `role_exceeds_own`). `on_behalf`: whether a change may be made in somebody else's name, else it is
# refused (403 `not_while_impersonating`).
";

both! {
    /// Every operation answers everybody as `domain::access` says, and nobody finds what is not his.
    the_access_table_is_the_committed_one(app) {
        let mut worlds: Vec<_> =
            WORLDS.iter().map(|(place, customer)| World::new(&app, place.marketplace, customer)).collect();
        let foreign = worlds[3].provider.post("/v1/resellers", json!({"name": "Systemhaus Ost GmbH"})).expect(201);
        worlds[3].ids.insert("reseller_id", foreign.text_at("/id").to_owned());
        worlds.extend(colleagues(&app));
        let mut actors = actors(&app);
        for world in &mut worlds {
            world.provider = app.client(&format!("provider@{}.example", world.slug));
        }
        // L-21: of its company's subscriptions those are a plain user's own that it has a licence of.
        let user = actors.iter().find(|actor| actor.name == "customer_user").expect("a user");
        worlds[0].give_license_to(&user.client.id());
        let (mut table, mut wrong) = (HEAD.to_owned(), vec![]);
        let _ = write!(table, "{:<26}", "operation");
        for actor in &actors {
            let _ = write!(table, " {:>19}", actor.name);
        }
        let _ = write!(table, " {:>13} {:>9}", "power", "on_behalf");
        for operation in operations() {
            let _ = write!(table, "\n{:<26}", operation.id);
            for actor in &mut actors {
                actor.refresh(&app, &worlds);
                let _ = write!(table, " {:>19}", actor.cell(&operation, &mut worlds, &mut wrong));
            }
            let (power, on_behalf) = (power::touched(&operation.id), power::on_behalf(&operation));
            let _ = write!(table, " {power:>13} {on_behalf:>9}");
        }
        table.push('\n');
        app.drain();
        wrong.sort();
        wrong.dedup();
        assert!(wrong.is_empty(), "{}", wrong.join("\n"));
        equals_committed("access.txt", &table);
    }
}

/// Compares with a file under `openapi/`, and writes it first where that is asked for.
#[allow(clippy::disallowed_methods, reason = "how `make openapi` asks for the file")]
fn equals_committed(name: &str, text: &str) {
    let path = format!("{}/../openapi/{name}", env!("CARGO_MANIFEST_DIR"));
    if std::env::var("KONTOR_TEST_WRITE").is_ok() {
        std::fs::write(&path, text).expect("the file is written");
    }
    crate::contract::openapi::same_as_committed(name, text);
}
