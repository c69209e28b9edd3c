//! Who may only manage assigned services (C-62, L-21, U-40): what it has a licence of is there for it, and nothing else
//! of its company; and the user page of manual 002 in its own order.

use serde_json::{Value, json};
use std::sync::atomic::{AtomicBool, Ordering};
use tests::people::PASSWORD;
use tests::running::E1;
use tests::running::E3;
use tests::shop::{self, MONTH, YEAR_MONTHLY, column, rows, text};
use tests::{Answer, Client, TestApp, both};

fn of(subscription: &str, below: &str) -> String {
    format!("/v1/subscriptions/{subscription}{below}")
}

fn give(by: &Client, subscription: &str, to: &str) -> Answer {
    by.post(&of(subscription, "/assignments"), json!({"user_id": to})).expect(201)
}

fn take(by: &Client, subscription: &str, from: &str) -> Answer {
    by.delete(&of(subscription, &format!("/assignments/{from}"))).expect(204)
}

fn ids(client: &Client, query: &str) -> Vec<String> {
    column(&rows(&client.get(&format!("/v1/subscriptions{query}")).expect(200)), "/id")
}

/// Everything that is read of one subscription.
const PARTS: [&str; 6] = ["", "/history", "/allowed-actions", "/coterm-options", "/changes", "/assignments"];

/// Two subscriptions of a marketplace's first customer, each with a licence of its administrator's.
fn two(app: &TestApp, slug: &str) -> [String; 2] {
    let admin = app.admin(slug);
    let me = admin.id();
    [E1, E3].map(|title| {
        let subscription = text(&shop::buy(app, &admin, title, YEAR_MONTHLY, 5)["id"]);
        give(&admin, &subscription, &me);
        subscription
    })
}

both! {
    /// What a plain user has no licence of does not exist for it, whatever it asks; what it has one of is whole but for
    /// money and colleagues.
    u40_a_user_sees_what_is_assigned_to_it_and_nothing_else(app) {
        let [mine, other] = two(&app, "cancom");
        let (admin, user) = (app.admin("cancom"), app.user("cancom"));
        let (me, boss) = (user.id(), admin.id());
        assert_eq!(ids(&user, ""), [""; 0]);
        give(&admin, &mine, &me);
        let change = admin.post(&of(&mine, "/changes"), json!({"type": "set_quantity", "quantity": 6})).expect(201);
        app.drain();
        assert_eq!(ids(&user, ""), [mine.as_str()]);
        for filter in ["?status=active", "?sort=created_at", &format!("?responsible_user={boss}"), "?assigned_to=me"] {
            assert_eq!(ids(&user, filter), [mine.as_str()], "{filter}");
        }
        assert_eq!(ids(&user, &format!("?assigned_to={boss}")), [mine.as_str()], "of the two only its own");
        let change = format!("/changes/{}", change.text_at("/id"));
        for part in PARTS.into_iter().chain([change.as_str()]) {
            let seen = user.get(&of(&mine, part)).expect(200);
            assert!(!seen.text.contains(&other), "{part}: {}", seen.text);
            assert!(!seen.text.contains("admin@"), "{part}: {}", seen.text);
            user.get(&of(&other, part)).refused(404, "not_found");
            admin.get(&of(&mine, part)).expect(200);
        }
        // Who else has a licence is not told, nor how many have one.
        assert_eq!(column(&rows(&user.get(&of(&mine, "/assignments")).expect(200)), "/user_id"), [me.as_str()]);
        let shown = user.get(&of(&mine, "")).expect(200).body;
        let numbers = (&shown["quantity"], &shown["assigned"], &shown["permission"]);
        assert_eq!(numbers, (&json!(6), &json!(1), &json!("view")));
        // Who is responsible can be asked: by name, not by address.
        let name = &admin.get("/v1/me").expect(200).body["name"];
        assert_eq!(shown["responsible_user"], json!({"id": boss, "name": name}));
        let told = user.get(&of(&mine, "/history?limit=200")).expect(200);
        let licences = rows(&told).into_iter().filter(|one| one["event"]["kind"] == "license.assigned");
        let people: Vec<_> = licences.map(|one| one["event"]["details"]["user_ids"].clone()).collect();
        assert_eq!(people, [json!([me])]);
        assert!(rows(&told).iter().all(|one| one.get("charge").is_none()), "{}", told.text);
        assert!(rows(&told).iter().any(|one| one.get("change").is_some()), "{}", told.text);
        // The company's customer number opens no other way.
        let customer = text(&shown["customer_id"]);
        let summary = rows(&user.get(&format!("/v1/customers/{customer}/license-summary")).expect(200));
        assert_eq!(column(&summary, "/owned"), ["6"]);
        assert_eq!(column(&summary[0]["by_term_end"].as_array().expect("a list").clone(), "/subscription_id"), [mine]);
        let listed = shop::product(&user, "Office 365 Enterprise (NCE)", "");
        assert_eq!(listed["owned_quantity"], 6);
        assert_eq!(shop::product(&admin, "Office 365 Enterprise (NCE)", "")["owned_quantity"], 11);
        for path in ["/v1/orders", "/v1/users", "/v1/audit-log", "/v1/customers", "/v1/notifications"] {
            user.get(path).refused(403, "forbidden");
        }
        app.drain();
    }
}

both! {
    /// Everybody else lists what it has a licence of by a filter; a script has none.
    u40_whoever_sees_all_lists_what_is_assigned_to_it(app) {
        let [one, two] = two(&app, "cancom");
        let (admin, billing) = (app.admin("cancom"), app.billing("cancom"));
        give(&admin, &two, &billing.id());
        assert_eq!(ids(&billing, "?sort=created_at"), [one.clone(), two.clone()]);
        assert_eq!(ids(&billing, "?assigned_to=me"), [two.as_str()]);
        assert_eq!(ids(&admin, "?assigned_to=me&sort=created_at"), [one, two.clone()]);
        assert_eq!(ids(&admin, &format!("?assigned_to={}", billing.id())), [two.as_str()]);
        assert_eq!(ids(&admin, &format!("?assigned_to={}&status=suspended", billing.id())), [""; 0]);
        assert_eq!(ids(&app.provider("cancom"), "?assigned_to=me"), [""; 0]);
        let script = admin.new_api_client(&["subscriptions.read"]);
        let script = app.script(&script, &script);
        assert_eq!(ids(&script, "").len(), 2, "its organisation's");
        let refused = script.get("/v1/subscriptions?assigned_to=me").refused(422, "invalid_value");
        assert_eq!(refused.text_at("/errors/0/pointer"), "assigned_to");
        admin.get("/v1/subscriptions?assigned_to=erika").refused(422, "invalid_value");
        app.drain();
    }
}

both! {
    /// A role of the marketplace's own sees all where it says so, or where it acts on what it sees.
    u40_a_role_says_whether_it_sees_all(app) {
        let [mine, other] = two(&app, "cancom");
        let (provider, admin) = (app.provider("cancom"), app.admin("cancom"));
        let put = |permissions: &[&str]| {
            let title = json!({"de": "Prüfung", "en": "Review", "pl": "Kontrola"});
            let role = json!({"organization": "customer", "title": title, "permissions": permissions});
            provider.put("/v1/roles/reviewer", role)
        };
        put(&["subscriptions.read", "money.read"]).expect(201);
        let person = json!({
            "email": "pruefung@kunde.example", "first_name": "Erika", "last_name": "Muster", "role": "reviewer",
        });
        let id = app.joined(&admin, person);
        let reviewer = app.logged_in("pruefung@kunde.example", PASSWORD);
        give(&admin, &mine, &id);
        assert_eq!(ids(&reviewer, ""), [mine.as_str()]);
        assert!(reviewer.get(&of(&mine, "")).expect(200).body["unit_price"].is_object(), "with money");
        put(&["subscriptions.read", "subscriptions.read_all"]).expect(200);
        assert_eq!(ids(&reviewer, "?sort=created_at"), [mine.clone(), other.clone()]);
        assert!(reviewer.get(&of(&other, "")).expect(200).body.get("unit_price").is_none());
        // Whoever changes what it sees decides by all that there is.
        let acting = put(&["subscriptions.read", "subscriptions.change"]).expect(200);
        assert!(acting.body["permissions"].as_array().expect("a list").contains(&json!("subscriptions.read_all")));
        let more = json!({"type": "set_quantity", "quantity": 7});
        let made = reviewer.post(&of(&other, "/changes"), more).expect(201);
        assert!(made.body["outcome"].get("due_now").is_none(), "{}", made.text);
        put(&["subscriptions.read"]).expect(200);
        reviewer.get(&of(&other, "")).refused(404, "not_found");
        app.drain();
    }
}

both! {
    /// An add-on is assigned without its base, and what could be changed is decided by all that there is.
    u40_what_is_assigned_is_decided_by_all_that_the_company_has(app) {
        let admin = app.admin("ahd");
        let base = text(&shop::buy(&app, &admin, E1, MONTH, 5)["id"]);
        let add_on = text(&shop::buy(&app, &admin, "Audio Conferencing", MONTH, 5)["id"]);
        let people = [admin.id(), app.billing("ahd").id(), app.user("ahd").id()];
        people.iter().for_each(|person| drop(give(&admin, &add_on, person)));
        let reader = app.user("ahd");
        reader.get(&of(&base, "")).refused(404, "not_found");
        let whole = admin.get(&of(&add_on, "/allowed-actions")).expect(200).body;
        let part = reader.get(&of(&add_on, "/allowed-actions")).expect(200).body;
        let facts = |body: &Value| column(body["actions"].as_array().expect("actions"), "/request/type");
        assert_eq!(facts(&part), facts(&whole));
        // Nothing of it is the reader's to do, and nothing says what it would cost.
        let reasons = column(part["actions"].as_array().expect("actions"), "/reason_code");
        assert!(reasons.iter().all(|code| code == "forbidden"), "{reasons:?}");
        assert!(part["actions"].as_array().expect("actions").iter().all(|one| one.get("money").is_none()), "{part}");
        app.drain();
    }
}

both! {
    /// A licence that is taken while its holder reads: each answer is whole or not found, and after it was taken none
    /// is whole.
    u40_a_licence_is_taken_while_its_holder_reads(app) {
        let [mine, _] = two(&app, "cancom");
        let (admin, reader) = (app.admin("cancom"), app.user("cancom"));
        let me = reader.id();
        let done = AtomicBool::new(false);
        let seen = std::thread::scope(|scope| {
            let reads = scope.spawn(|| {
                let mut seen = vec![];
                while !done.load(Ordering::Relaxed) {
                    seen.push(reader.get("/v1/subscriptions").expect(200).status);
                    seen.extend(PARTS.map(|part| reader.get(&of(&mine, part)).status));
                    seen.push(reader.get("/v1/products").expect(200).status);
                }
                seen
            });
            for _ in 0..10 {
                give(&admin, &mine, &me);
                reader.get(&of(&mine, "")).expect(200);
                take(&admin, &mine, &me);
                reader.get(&of(&mine, "")).refused(404, "not_found");
                assert_eq!(ids(&reader, ""), [""; 0]);
            }
            done.store(true, Ordering::Relaxed);
            reads.join().expect("it reads")
        });
        assert!(seen.iter().all(|status| [200, 404].contains(status)), "{seen:?}");
        app.drain();
    }
}

both! {
    /// L-03…L-09, L-20…L-22: manual 002's user page in its own order, by the company's administrator alone.
    l21_the_user_page_of_manual_002_works_from_its_first_field_to_its_last(app) {
        let admin = app.admin("colt");
        let [service, other] = [(E1, YEAR_MONTHLY), ("Exchange Online (Plan 1)", MONTH)]
            .map(|(title, plan)| text(&shop::buy(&app, &admin, title, plan, 5)["id"]));
        // The form: two permissions in the manual's words, a checkbox for the mail.
        let roles = rows(&admin.get("/v1/roles").expect(200));
        assert_eq!(column(&roles, "/title/en"), ["Assign staff roles", "May only manage assigned services"]);
        let rules = app.anonymous().get("/v1/marketplaces/colt").expect(200).body;
        let forms = rules["form_rules"]["forms"].as_array().expect("forms");
        let form = forms.iter().find(|one| one["key"] == "customer_user").expect("a form");
        let fields = form["fields"].as_array().expect("fields");
        let checkbox = fields.iter().find(|one| one["pointer"] == "/send_activation_mail").expect("a checkbox");
        assert_eq!(checkbox["options"], json!(["true", "false"]));
        let add = |email: &str, role: &str, mail: bool| {
            let mut person = json!({"email": email, "first_name": "Erika", "last_name": "Muster", "role": role});
            person["send_activation_mail"] = json!(mail);
            if !mail {
                person["password"] = json!(PASSWORD);
            }
            admin.post("/v1/users", person).expect(201).body
        };
        // With the mail: not activated until its link is followed.
        let plain = add("plain@kunde.example", "customer_user", true);
        assert_eq!(plain["status"], "not_activated");
        app.drain();
        app.activate("plain@kunde.example");
        // Without: ready at once, and no mail at all.
        let staff = add("staff@kunde.example", "customer_admin", false);
        assert_eq!(staff["status"], "ready");
        app.drain();
        assert_eq!(app.mails_to("staff@kunde.example").len(), 0);
        let status = |id: &Value| admin.get(&format!("/v1/users/{}", text(id))).expect(200).body["status"].clone();
        assert_eq!((status(&plain["id"]), status(&staff["id"])), (json!("ready"), json!("ready")));
        // Who may assign staff roles gives the colleague a licence.
        let staff = app.logged_in("staff@kunde.example", PASSWORD);
        let reader = app.logged_in("plain@kunde.example", PASSWORD);
        assert_eq!(ids(&reader, ""), [""; 0]);
        give(&staff, &service, &text(&plain["id"]));
        // Who may only manage assigned services sees that one and nothing else.
        assert_eq!(ids(&reader, ""), [service.as_str()]);
        reader.get(&of(&other, "")).refused(404, "not_found");
        let shown = reader.get(&of(&service, "")).expect(200);
        assert!(shown.body.get("unit_price").is_none() && shown.body.get("recurring").is_none(), "{}", shown.text);
        for path in ["/v1/users", "/v1/orders", "/v1/audit-log", "/v1/notifications", "/v1/api-clients"] {
            reader.get(path).refused(403, "forbidden");
        }
        reader.post("/v1/carts", json!({})).refused(403, "forbidden");
        give_refused(&reader, &service, &text(&plain["id"]));
        // L-22: the login name is edited afterwards, apart from the address.
        let path = format!("/v1/users/{}", text(&plain["id"]));
        staff.patch(&path, json!({"login": "erika.muster"})).expect(200);
        let reader = app.logged_in("erika.muster", PASSWORD);
        assert_eq!(ids(&reader, ""), [service.as_str()]);
        // L-20: disabled, neither in nor with a service that can be used.
        staff.post(&format!("{path}/disable"), Value::Null).expect(200);
        reader.get("/v1/subscriptions").refused(401, "unauthorized");
        let held = rows(&staff.get(&of(&service, "/assignments")).expect(200));
        assert_eq!((held.len(), &held[0]["in_use"]), (1, &json!(false)));
        app.drain();
    }
}

/// Who may not give licences.
fn give_refused(by: &Client, subscription: &str, to: &str) {
    by.post(&of(subscription, "/assignments"), json!({"user_id": to})).refused(403, "forbidden");
}
