//! Money is a permission of its own (U-40): whoever has not `money.read` is answered no amount, whichever operation
//! answers. Every operation of the document is asked as each role that may see none, and as those that may.

use crate::contract::world::World;
use api::http::amounts::MEMBERS;
use api::openapi::{Operation, operations};
use domain::access::{OrganizationKind, Permission};
use regex::Regex;
use serde_json::{Value, json};
use std::collections::{BTreeMap, BTreeSet};
use std::sync::LazyLock;
use std::sync::atomic::{AtomicBool, AtomicU32, Ordering};
use tests::people::PASSWORD;
use tests::running::{Running, quantity};
use tests::schema::{DOCUMENT, differences};
use tests::shop::{YEAR_MONTHLY, rows};
use tests::{Answer, Client, TestApp, both};

/// An amount, or arithmetic with one: no other text of the API is written so.
static AMOUNT: LazyLock<Regex> =
    LazyLock::new(|| Regex::new(r"^-?\d+\.\d{2,6}$|\d \* \d|\d[.,]\d\d ?€").expect("a regex"));

/// An amount and nothing else.
static BARE: LazyLock<Regex> = LazyLock::new(|| Regex::new(r"^-?\d+\.\d{2,6}$").expect("a regex"));

/// The pointers of the amounts in an answer.
fn amounts(at: &str, value: &Value, found: &mut BTreeSet<String>) {
    match value {
        Value::Object(members) => {
            for (name, member) in members {
                let of_member = format!("{at}/{name}");
                if MEMBERS.contains(&name.as_str()) {
                    found.insert(of_member.clone());
                }
                amounts(&of_member, member, found);
            }
        }
        Value::Array(items) => items.iter().for_each(|item| amounts(&format!("{at}/*"), item, found)),
        Value::String(text) if AMOUNT.is_match(text) => {
            found.insert(at.to_owned());
        }
        _ => {}
    }
}

/// A role of a marketplace's own that may all that its organisation may, but for amounts.
fn moneyless(provider: &Client, kind: OrganizationKind) -> String {
    let permissions = kind.ceiling().iter().filter(|permission| *permission != Permission::MoneyRead);
    let permissions: Vec<_> = permissions.map(Permission::code).collect();
    let title = json!({"de": "Ohne Geld", "en": "Without money", "pl": "Bez kwot"});
    let role = json!({"organization": kind.code(), "title": title, "permissions": permissions});
    let key = format!("moneyless_{}", kind.code());
    provider.put(&format!("/v1/roles/{key}"), role).expect(201);
    key
}

/// Somebody who asks, of which of the worlds, and whether it may see amounts.
struct Reader {
    name: String,
    client: Client,
    world: usize,
    sees: bool,
}

fn readers(app: &TestApp, worlds: &[World]) -> Vec<Reader> {
    let provider = app.provider("terra");
    let reader = |name: &str, client, world, sees| Reader { name: name.to_owned(), client, world, sees };
    let mut readers = vec![
        reader("provider_admin", provider.clone(), 0, true),
        reader("reseller_admin", app.reseller(1), 1, true),
        reader("customer_admin", app.admin("terra"), 0, true),
        reader("customer_user", app.user("terra"), 0, false),
    ];
    for (kind, by, world) in [
        (OrganizationKind::Provider, "provider@terra.example", 0),
        (OrganizationKind::Reseller, "admin@reseller1.terra.example", 1),
        (OrganizationKind::Customer, "admin@kunde.terra.example", 0),
    ] {
        let role = moneyless(&provider, kind);
        let email = format!("{role}@kunde.example");
        app.joined(
            &app.client(by),
            json!({"email": email, "first_name": "Erika", "last_name": "Muster", "role": role}),
        );
        readers.push(reader(&role, app.logged_in(&email, PASSWORD), world, false));
    }
    let user = app.user("terra").id();
    worlds[0].give_license_to(&user);
    readers
}

/// Calls an operation; changes of a subscription are such as cost something.
fn ask(world: &World, reader: &Reader, operation: &Operation) -> Option<Answer> {
    static NEXT: AtomicU32 = AtomicU32::new(10);
    if matches!(operation.id.as_str(), "preview_change" | "change_subscription") {
        let more = quantity(NEXT.fetch_add(1, Ordering::Relaxed)).to_string();
        return world.call_with(&reader.client, &operation.method, operation, "application/json", more);
    }
    world.call(&reader.client, &operation.method, operation)
}

both! {
    /// Role × operation × field: no amount where none may be; and where they may be, they are.
    u40_no_operation_answers_an_amount_to_who_may_see_none(app) {
        let mut worlds = ["Musterfirma GmbH", "Kunde 1 GmbH"].map(|name| World::new(&app, "terra", name));
        let readers = readers(&app, &worlds);
        let (mut wrong, mut seen) = (vec![], BTreeMap::<bool, BTreeSet<String>>::new());
        for operation in operations() {
            // What ends a log-in is asked by whoever needs it no more.
            if matches!(operation.id.as_str(), "end_own_sessions" | "change_password" | "log_out") {
                continue;
            }
            for reader in &readers {
                let world = &mut worlds[reader.world];
                let kept = world.ids.clone();
                world.freshen(&operation.id);
                let answer = ask(world, reader, &operation);
                world.ids = kept;
                let Some(answer) = answer else { continue };
                if operation.id == "change_subscription" {
                    // Microsoft is asked for one change at a time.
                    app.drain();
                }
                wrong.extend(differences(&operation.id, &answer));
                let mut found = BTreeSet::new();
                amounts("", &answer.body, &mut found);
                if !reader.sees {
                    wrong.extend(found.iter().map(|at| format!("{} to {}: {at}", operation.id, reader.name)));
                }
                if (200..300).contains(&answer.status) {
                    let of = if reader.sees && found.is_empty() { continue } else { reader.sees };
                    seen.entry(of).or_default().insert(operation.id.clone());
                }
            }
        }
        app.drain();
        wrong.sort();
        wrong.dedup();
        assert!(wrong.is_empty(), "{} amounts: {}", wrong.len(), wrong.join("\n"));
        // What has amounts for some was answered without them to others.
        let (with, without) = (&seen[&true], &seen[&false]);
        assert!(with.is_subset(without), "{:?}", with.difference(without).collect::<Vec<_>>());
        let named = [
            "list_products",
            "show_product",
            "show_offer",
            "preview_cart",
            "preview_cart_lines",
            "place_order",
            "show_order",
            "list_orders",
            "list_subscriptions",
            "show_subscription",
            "show_allowed_actions",
            "list_history",
            "list_changes",
            "show_change",
            "preview_change",
            "change_subscription",
            "list_price_list_rows",
            "list_audit_log",
            "show_product_key_batch",
        ];
        let missing: Vec<_> = named.iter().filter(|id| !with.contains(**id)).collect();
        assert!(missing.is_empty(), "nobody was answered an amount: {missing:?}");
    }
}

both! {
    /// Amounts come by mail to nobody at all.
    u40_no_mail_holds_an_amount(app) {
        let world = World::new(&app, "terra", "Musterfirma GmbH");
        let changes = format!("/v1/subscriptions/{}/changes", world.ids["subscription_id"]);
        world.provider.post(&changes, quantity(9)).expect(201);
        app.drain();
        assert!(!app.mails().is_empty());
        let amount = Regex::new(r"\d[.,]\d\d\b ?(EUR|€|zł|PLN)?").expect("a regex");
        for mail in app.mails() {
            let text = format!("{mail:?}");
            let found = amount.find_iter(&text).find(|found| found.as_str().ends_with(['€', 'R', 'N', 'ł']));
            assert!(found.is_none(), "{text}");
        }
    }
}

/// The role of a person at a customer that a marketplace defines anew.
fn put(provider: &Client, permissions: &[&str]) -> Answer {
    let title = json!({"de": "Einkauf", "en": "Purchasing", "pl": "Zakupy"});
    provider.put("/v1/roles/buyer", json!({"organization": "customer", "title": title, "permissions": permissions}))
}

const LOOKS: &[&str] = &["subscriptions.read", "subscriptions.read_all", "subscriptions.change", "orders.read"];

fn with_money() -> Vec<&'static str> {
    LOOKS.iter().copied().chain(["money.read"]).collect()
}

/// Somebody of that role, and a subscription of its company.
fn buyer(app: &TestApp) -> (Client, Client, Running) {
    let provider = app.provider("cancom");
    put(&provider, &with_money()).expect(201);
    let running = Running::buy(app, "cancom", "Office 365 E1", YEAR_MONTHLY, 5);
    let email = "einkauf@kunde.example";
    let person = json!({"email": email, "first_name": "Erika", "last_name": "Muster", "role": "buyer"});
    app.joined(&app.admin("cancom"), person);
    (provider, app.logged_in(email, PASSWORD), running)
}

fn found(answer: &Answer) -> BTreeSet<String> {
    let mut found = BTreeSet::new();
    amounts("", &answer.body, &mut found);
    found
}

both! {
    /// A role that is edited while somebody asks: each answer is by what the caller might when it asked, whole or
    /// without any amount; after the edit is answered, no other is. What was kept for a key is given again without
    /// them, too.
    u40_a_role_is_edited_under_a_running_request(app) {
        let (provider, buyer, running) = buyer(&app);
        let keyed = buyer.with("Idempotency-Key", "more-licences");
        let more = || keyed.post(&running.path("/changes"), quantity(6));
        assert!(found(&more().expect(201)).contains("/outcome/due_now"));
        let shown = buyer.get(&running.path("")).expect(200);
        let whole = found(&shown);
        assert!(whole.contains("/unit_price") && whole.contains("/recurring"), "{whole:?}");
        let done = AtomicBool::new(false);
        std::thread::scope(|scope| {
            let reads = scope.spawn(|| {
                let mut seen = BTreeSet::new();
                while !done.load(Ordering::Relaxed) {
                    seen.insert(found(&buyer.get(&running.path("")).expect(200)));
                }
                seen
            });
            for _ in 0..10 {
                put(&provider, LOOKS).expect(200);
                assert_eq!(found(&buyer.get(&running.path("")).expect(200)), BTreeSet::new());
                put(&provider, &with_money()).expect(200);
                assert_eq!(found(&buyer.get(&running.path("")).expect(200)), whole);
            }
            done.store(true, Ordering::Relaxed);
            let seen = reads.join().expect("it reads");
            assert!(seen.iter().all(|one| one.is_empty() || *one == whole), "{seen:?}");
        });
        put(&provider, LOOKS).expect(200);
        let again = more().expect(201);
        assert_eq!((again.header("idempotent-replayed"), found(&again)), ("true", BTreeSet::new()));
        app.drain();
    }
}

both! {
    /// What was seen without amounts has another entity tag than what was seen with them, of the same version.
    u40_an_answer_without_amounts_is_not_taken_for_the_whole_one(app) {
        let (provider, buyer, running) = buyer(&app);
        let path = running.path("");
        let whole = buyer.get(&path).expect(200);
        put(&provider, LOOKS).expect(200);
        let part = buyer.get(&path).expect(200);
        assert_ne!(part.header("etag"), whole.header("etag"));
        let known = buyer.with("If-None-Match", part.header("etag")).get(&path).expect(304);
        assert_eq!((known.header("etag"), known.text.as_str()), (part.header("etag"), ""));
        let none = json!({"partner_of_record": null});
        buyer.with("If-Match", part.header("etag")).patch(&path, none.clone()).expect(200);
        buyer.with("If-Match", "\"99-0123456789abcdef\"").patch(&path, none).refused(412, "precondition_failed");
        put(&provider, &with_money()).expect(200);
        let again = buyer.with("If-None-Match", part.header("etag")).get(&path).expect(200);
        assert!(again.body["unit_price"].is_object(), "{}", again.text);
    }
}

both! {
    /// A refusal says no amounts either: the preview that is stale.
    u40_a_refusal_holds_no_amount_either(app) {
        let (provider, buyer, running) = buyer(&app);
        let preview = running.by(&buyer).preview(quantity(9)).expect(200);
        running.change(quantity(7));
        app.drain();
        put(&provider, LOOKS).expect(200);
        let mut stale = quantity(9);
        stale["preview_token"] = preview.body["preview_token"].clone();
        let refused = running.by(&buyer).ask(stale).refused(409, "preview_stale");
        assert!(refused.body["preview"]["outcome"].is_object(), "{}", refused.text);
        assert_eq!(found(&refused), BTreeSet::new());
        app.drain();
    }
}

both! {
    /// The customer's user finds its product, and no price of it, alone or in a list (C-62).
    u40_products_are_shown_without_prices(app) {
        let user = app.user("cancom");
        let page = user.get("/v1/products?limit=200").expect(200);
        assert_eq!(found(&page), BTreeSet::new());
        let products = rows(&page);
        assert!(products.len() > 10);
        let offer = &products[0]["skus"][0]["offers"][0];
        assert!(offer["term"].is_string() && offer["limits"].is_object() && offer.get("price").is_none(), "{offer}");
        let known = user.with("If-None-Match", page.header("etag")).get("/v1/products?limit=200").expect(304);
        assert_eq!(known.header("etag"), page.header("etag"));
        let admin = app.admin("cancom").get("/v1/products?limit=200").expect(200);
        assert_ne!(admin.header("etag"), page.header("etag"));
        assert!(found(&admin).contains("/data/*/from_price"));
    }
}

/// Whether a schema of the document is one of amounts.
fn is_amount(schema: &Value) -> bool {
    let has = |name: &str| schema["properties"].get(name).is_some();
    has("currency") && (has("amount") || has("net"))
}

fn refers(schema: &Value, names: &BTreeSet<&String>) -> bool {
    match schema {
        Value::Object(members) => members.iter().any(|(name, value)| {
            let of = value.as_str().and_then(|path| path.rsplit('/').next()).filter(|_| name == "$ref");
            of.is_some_and(|of| names.iter().any(|name| *name == of)) || refers(value, names)
        }),
        Value::Array(items) => items.iter().any(|item| refers(item, names)),
        _ => false,
    }
}

/// What one licence costs is a price without tax, and nothing else is: whatever is paid or given back says net, tax and
/// gross (U-66, C-46).
#[test]
fn u66_only_the_price_of_one_licence_is_a_price() {
    const OF_ONE: [&str; 6] = ["cost", "from_price", "previous", "previous_cost", "price", "unit_price"];
    let schemas = DOCUMENT["components"]["schemas"].as_object().expect("schemas");
    let (price, money) = ("Price".to_owned(), ["Money", "Payable", "Price"].map(str::to_owned));
    let (prices, amounts) = (BTreeSet::from([&price]), money.iter().collect::<BTreeSet<_>>());
    let (mut wrong, mut seen) = (vec![], BTreeSet::new());
    for (name, schema) in schemas {
        let parts = schema["allOf"].as_array().into_iter().flatten().chain([schema]);
        let members = parts.filter_map(|part| part["properties"].as_object()).flatten();
        for (member, value) in members {
            let whole = amounts.iter().any(|amount| *amount == name);
            if refers(value, &prices) {
                seen.insert(member.as_str());
                if !OF_ONE.contains(&member.as_str()) {
                    wrong.push(format!("{name}.{member} is a price"));
                }
            }
            // A text that is an amount by itself says neither its tax nor its currency.
            let bare = value["example"].as_str().is_some_and(|example| BARE.is_match(example));
            if bare && !whole {
                wrong.push(format!("{name}.{member} is a bare amount"));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    assert_eq!(seen, BTreeSet::from(OF_ONE));
    assert_eq!(schemas["Money"]["required"], json!(["net", "tax", "gross", "currency"]));
    assert_eq!(schemas["Payable"]["required"], json!(["net", "tax", "gross", "currency"]));
}

/// The document says of every member that holds amounts that it need not be there; and there is no other kind of
/// amount: what a new operation answers of money is such a member.
#[test]
fn u40_the_document_names_every_member_that_holds_amounts() {
    let schemas = DOCUMENT["components"]["schemas"].as_object().expect("schemas");
    let own: BTreeSet<_> = schemas.iter().filter(|(_, schema)| is_amount(schema)).map(|(name, _)| name).collect();
    assert_eq!(own.len(), 3, "{own:?}");
    let (mut wrong, mut names) = (vec![], BTreeSet::new());
    for (name, schema) in schemas.iter().filter(|(name, _)| !own.contains(name)) {
        let parts = schema["allOf"].as_array().into_iter().flatten().chain([schema]);
        for (member, of) in parts
            .filter_map(|part| part["properties"].as_object().map(|of| (of, part)))
            .flat_map(|(members, part)| members.iter().map(move |(member, _)| (member, part)))
        {
            let value = &of["properties"][member];
            let example = value["example"].as_str().unwrap_or_default();
            let holds = refers(value, &own) || AMOUNT.is_match(example);
            let required = of["required"].as_array().is_some_and(|all| all.iter().any(|one| one == member));
            let listed = MEMBERS.contains(&member.as_str());
            if holds && (required || !value.to_string().contains("money.read")) {
                wrong.push(format!("{name}.{member} is always there, or does not say for whom"));
            }
            // An object that is an amount is known by its shape, whatever the member is called.
            if listed {
                names.insert(member.as_str());
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    // These are of amounts themselves, and of events only; `net` alone is of events of before amounts had their tax.
    let elsewhere = ["gross", "net", "next_unit_price"];
    let unknown: Vec<_> = MEMBERS.iter().filter(|name| !names.contains(**name) && !elsewhere.contains(name)).collect();
    assert!(unknown.is_empty(), "no answer has these: {unknown:?}");
}
