//! Licences: assigned to people and taken back (C-57, C-60, L-07, L-20, K-10, R-13).

use provisioning::mock::{Call, Fault};
use serde_json::{Value, json};
use std::collections::BTreeMap;
use tests::client::at_once;
use tests::running::E1;
use tests::running::E3;
use tests::shop::{self, MONTH, Plan, YEAR_ANNUAL, YEAR_MONTHLY, cart_with, column, rows, text, told, wrong};
use tests::{Answer, Client, TestApp, both};

/// The administrator, the billing administrator and the user of a marketplace's first customer.
fn people(app: &TestApp, slug: &str) -> [String; 3] {
    ["admin", "billing", "user"].map(|name| app.client(&format!("{name}@kunde.{slug}.example")).id())
}

/// A subscription that runs.
fn bought(app: &TestApp, client: &Client, title: &str, plan: Plan, quantity: u32) -> String {
    text(&shop::buy(app, client, title, plan, quantity)["id"])
}

fn path(subscription: &str) -> String {
    format!("/v1/subscriptions/{subscription}/assignments")
}

fn give(client: &Client, subscription: &str, users: &[&String]) -> Answer {
    client.post(&path(subscription), json!({ "user_ids": users }))
}

fn take(client: &Client, subscription: &str, user: &str) -> Answer {
    client.delete(&format!("{}/{user}", path(subscription)))
}

/// Who has a licence, the oldest first.
fn holders(client: &Client, subscription: &str) -> Vec<String> {
    column(&rows(&client.get(&format!("{}?sort=created_at", path(subscription))).expect(200)), "/user_id")
}

fn show(client: &Client, subscription: &str) -> Value {
    client.get(&format!("/v1/subscriptions/{subscription}")).expect(200).body
}

fn change(client: &Client, subscription: &str, change: Value) -> Answer {
    client.post(&format!("/v1/subscriptions/{subscription}/changes"), change)
}

/// The people that each event of a kind names, in the order in which they happened.
fn told_of(client: &Client, subscription: &str, kind: &str) -> Vec<Vec<String>> {
    let history = rows(&client.get(&format!("/v1/subscriptions/{subscription}/history?limit=200")).expect(200));
    let events = history.iter().map(|entry| &entry["event"]).filter(|event| event["kind"] == kind);
    events.map(|event| column(event["details"]["user_ids"].as_array().expect("people"), "")).collect()
}

both! {
    /// C-60, L-07: a licence is given, seen, taken back, and given to somebody else.
    a_licence_goes_from_one_to_another(app) {
        let client = app.admin("cancom");
        let [me, _, user] = people(&app, "cancom");
        let subscription = bought(&app, &client, E1, YEAR_MONTHLY, 5);
        let before = client.get(&format!("/v1/subscriptions/{subscription}")).expect(200);
        assert_eq!(before.body["assigned"], 0);
        let given = client.post(&path(&subscription), json!({"user_id": user})).expect(201);
        let counts = (&given.body["subscription_id"], &given.body["quantity"], &given.body["assigned"]);
        assert_eq!(counts, (&json!(subscription), &json!(5), &json!(1)));
        assert_eq!(given.header("location"), path(&subscription));
        let row = json!({
            "user_id": user,
            "email": "user@kunde.cancom.example",
            "name": "Ulrike Probst",
            "in_use": true,
            "assigned_at": given.body["data"][0]["assigned_at"],
            "assigned_by": me,
        });
        assert_eq!(given.body["data"], json!([row]));
        assert_eq!(client.get(&path(&subscription)).expect(200).body, json!({"data": [row], "next_cursor": null}));
        // What is shown with the subscription is a version of it.
        let shown = client.get(&format!("/v1/subscriptions/{subscription}")).expect(200);
        let version = |answer: &Answer| answer.header("etag").trim_matches('"').split('-').next().map(str::to_owned);
        assert_eq!((&shown.body["assigned"], version(&shown)), (&json!(1), version(&given)));
        assert_ne!(shown.header("etag"), before.header("etag"));

        take(&client.with("If-Match", before.header("etag")), &subscription, &user).refused(412, "precondition_failed");
        assert_eq!(take(&client.with("If-Match", shown.header("etag")), &subscription, &user).expect(204).text, "");
        take(&client, &subscription, &user).refused(404, "not_found");
        assert_eq!(show(&client, &subscription)["assigned"], 0);
        give(&client, &subscription, &[&me]).expect(201);
        assert_eq!(holders(&client, &subscription), [me.as_str()]);

        assert_eq!(told_of(&client, &subscription, "license.assigned"), [[user.clone()], [me.clone()]]);
        assert_eq!(told_of(&client, &subscription, "license.taken_back"), [[user]]);
        let log = rows(&client.get(&format!("/v1/audit-log?subject={subscription}&actor={me}")).expect(200));
        assert_eq!(column(&log, "/action"), ["license.assigned", "license.taken_back", "license.assigned"]);
    }
}

both! {
    /// C-60: used ≤ total; of several who are named at once all get a licence or nobody does.
    never_more_licences_than_there_are(app) {
        let client = app.admin("cancom");
        let [one, two, three] = people(&app, "cancom");
        let subscription = bought(&app, &client, E1, YEAR_MONTHLY, 2);
        let none = |assigned: u32, users: &[&String]| {
            let refused = give(&client, &subscription, users).refused(409, "no_license_free");
            assert_eq!((&refused.body["quantity"], &refused.body["assigned"]), (&json!(2), &json!(assigned)));
        };
        none(0, &[&one, &two, &three]);
        assert_eq!(holders(&client, &subscription), [""; 0]);
        give(&client, &subscription, &[&two, &one]).expect(201);
        none(2, &[&three]);
        assert_eq!(holders(&client, &subscription), [two.clone(), one.clone()]);
        // A retry with its key gives nothing twice.
        take(&client, &subscription, &two).expect(204);
        let keyed = client.with("Idempotency-Key", "again");
        let first = give(&keyed, &subscription, &[&three]).expect(201);
        let again = give(&keyed, &subscription, &[&three]).expect(201);
        assert_eq!((first.body, again.header("idempotent-replayed")), (again.body.clone(), "true"));
        assert_eq!(holders(&client, &subscription), [one, three]);
    }
}

both! {
    /// L-07: people of the customer, each once; everything that is wrong is told at once, and nobody gets one.
    only_people_of_the_customer_get_one(app) {
        let provider = app.provider("terra");
        let [one, two, three] = people(&app, "terra");
        let subscription = bought(&app, &app.admin("terra"), E1, MONTH, 10);
        let strangers = [
            app.provider("terra").id(),
            app.reseller(1).id(),
            app.customer_of_reseller(1).id(),
            app.admin("cancom").id(),
            "usr_01kagy2qk8e3vrc6h1x0m4t7ws".to_owned(),
        ];
        for stranger in &strangers {
            let refused = provider.post(&path(&subscription), json!({"user_id": stranger}));
            let refused = refused.refused(422, "user_not_of_customer");
            assert_eq!(told(&refused), wrong([("/user_id", "user_not_of_customer")]));
        }
        give(&provider, &subscription, &[&one]).expect(201);
        let twice = provider.post(&path(&subscription), json!({"user_id": one})).refused(409, "license_assigned");
        assert_eq!(told(&twice), wrong([("/user_id", "license_assigned")]));
        let refused = give(&provider, &subscription, &[&two, &strangers[2], &one, &three, &three]);
        let expected = wrong([
            ("/user_ids/1", "user_not_of_customer"),
            ("/user_ids/2", "license_assigned"),
            ("/user_ids/4", "license_assigned"),
        ]);
        assert_eq!(told(&refused.refused(422, "user_not_of_customer")), expected);
        assert_eq!(holders(&provider, &subscription), [one]);
    }
}

both! {
    /// A request names one user or up to a hundred.
    a_request_names_one_user_or_several(app) {
        let client = app.admin("cancom");
        let subscription = bought(&app, &client, E1, YEAR_MONTHLY, 1);
        let id = "usr_01kagy2qk8e3vrc6h1x0m4t7ws";
        for (body, pointer, code) in [
            (json!({}), "/user_id", "missing_field"),
            (json!({"user_id": id, "user_ids": [id]}), "/user_ids", "invalid_value"),
            (json!({"user_id": null}), "/user_id", "invalid_type"),
            (json!({"user_id": [id]}), "/user_id", "invalid_type"),
            (json!({"user_id": "usr_1"}), "/user_id", "invalid_id"),
            (json!({"user_ids": id}), "/user_ids", "invalid_type"),
            (json!({"user_ids": []}), "/user_ids", "out_of_range"),
            (json!({"user_ids": vec![id; 101]}), "/user_ids", "out_of_range"),
            (json!({"user_ids": [id, "cus_01kagy2qk8e3vrc6h1x0m4t7ws"]}), "/user_ids/1", "invalid_id"),
            (json!({"user_ids": [1]}), "/user_ids/0", "invalid_type"),
        ] {
            let refused = client.post(&path(&subscription), body.clone()).refused(422, code);
            assert_eq!(told(&refused), wrong([(pointer, code)]), "{body}");
        }
        let by_email = client.post(&path(&subscription), json!({"email": "user@kunde.cancom.example"}));
        assert_eq!(told(&by_email), wrong([("/email", "unknown_field"), ("/user_id", "missing_field")]));
    }
}

both! {
    /// What is not yours does not exist, and who only looks gives nothing.
    licences_are_the_customers_own(app) {
        let owner = app.customer_of_reseller(1);
        let user = app.customer_of_reseller(1).id();
        let subscription = bought(&app, &owner, E1, MONTH, 2);
        give(&app.reseller(1), &subscription, &[&user]).expect(201);
        let customer = text(&show(&owner, &subscription)["customer_id"]);
        for stranger in ["admin@reseller2.terra.example", "admin@kunde.terra.example", "provider@cancom.example"] {
            let stranger = app.client(stranger);
            stranger.get(&path(&subscription)).refused(404, "not_found");
            give(&stranger, &subscription, &[&user]).refused(404, "not_found");
            take(&stranger, &subscription, &user).refused(404, "not_found");
            stranger.get(&format!("/v1/customers/{customer}/license-summary")).refused(404, "not_found");
        }
        let reader = app.user("terra");
        let own = bought(&app, &app.admin("terra"), E1, MONTH, 2);
        let [me, ..] = people(&app, "terra");
        give(&reader, &own, &[&me]).refused(403, "forbidden");
        take(&reader, &own, &me).refused(403, "forbidden");
        // L-21: what it has no licence of is not there for it.
        reader.get(&path(&own)).refused(404, "not_found");
        assert_eq!(holders(&owner, &subscription), [user]);
    }
}

both! {
    /// A licence is given while the service is on; suspended, its people keep theirs and use nothing.
    licences_are_given_while_the_subscription_serves(app) {
        let client = app.admin("terra");
        let [one, two, three] = people(&app, "terra");
        let order = cart_with(&client, E1, MONTH, 3).order();
        let subscription = text(&order["lines"][0]["subscription_id"]);
        give(&client, &subscription, &[&one]).refused(409, "subscription_not_ready");
        app.drain();
        give(&client, &subscription, &[&one, &two]).expect(201);
        change(&client, &subscription, json!({"type": "suspend"})).expect(201);
        app.drain();
        give(&client, &subscription, &[&three]).refused(409, "subscription_suspended");
        let listed = rows(&client.get(&path(&subscription)).expect(200));
        assert_eq!(column(&listed, "/in_use"), ["false", "false"]);
        // Somebody may lose a licence at any time.
        take(&client, &subscription, &two).expect(204);
        change(&client, &subscription, json!({"type": "resume"})).expect(201);
        app.drain();
        assert_eq!(column(&rows(&client.get(&path(&subscription)).expect(200)), "/in_use"), ["true"]);
        // Canceled for good, nobody has a licence any more.
        change(&client, &subscription, json!({"type": "cancel"})).expect(201);
        assert_eq!(holders(&client, &subscription), [""; 0]);
        app.drain();
        give(&client, &subscription, &[&three]).refused(409, "subscription_ended");
        assert_eq!(told_of(&client, &subscription, "license.taken_back"), [[two], [one]]);
    }
}

both! {
    /// Two who take the last licence at the same moment: one gets it.
    the_last_licence_goes_to_one(app) {
        let client = app.admin("cancom");
        let all = people(&app, "cancom");
        let subscription = bought(&app, &client, E1, YEAR_MONTHLY, 2);
        for _ in 0..6 {
            let answers = at_once(&all, |user| client.post(&path(&subscription), json!({"user_id": user})));
            let (given, refused): (Vec<_>, Vec<_>) = answers.into_iter().partition(|answer| answer.status == 201);
            assert_eq!((given.len(), refused.len()), (2, 1));
            for answer in refused {
                let answer = answer.refused(409, "no_license_free");
                assert_eq!((&answer.body["quantity"], &answer.body["assigned"]), (&json!(2), &json!(2)));
            }
            let winners = holders(&client, &subscription);
            assert_eq!((winners.len(), &show(&client, &subscription)["assigned"]), (2, &json!(2)));
            // The same licence taken back by two at the same moment is taken back once.
            for winner in winners {
                let answers = at_once(&[(); 2], |()| take(&client, &subscription, &winner));
                let mut statuses: Vec<_> = answers.iter().map(|answer| answer.status).collect();
                statuses.sort_unstable();
                assert_eq!(statuses, [204, 404]);
            }
        }
    }
}

both! {
    /// Fewer licences than people: the refusal names who got theirs last; once they have given them up it is done.
    a_reduction_names_who_must_give_up(app) {
        let client = app.admin("terra");
        let [one, two, three] = people(&app, "terra");
        let subscription = bought(&app, &client, E1, MONTH, 5);
        for user in [&two, &three, &one] {
            give(&client, &subscription, &[user]).expect(201);
        }
        let fewer = json!({"type": "set_quantity", "quantity": 1});
        let refused = change(&client, &subscription, fewer.clone()).refused(409, "licenses_assigned");
        assert_eq!(refused.body["must_give_up"], json!([three, one]));
        take(&client, &subscription, &three).expect(204);
        take(&client, &subscription, &one).expect(204);
        change(&client, &subscription, fewer).expect(201);
        app.drain();
        assert_eq!(
            (holders(&client, &subscription), &show(&client, &subscription)["quantity"]),
            (vec![two], &json!(1))
        );
    }
}

/// Moves a marketplace's clock; waits for what is due.
fn advance_to(app: &TestApp, slug: &str, now: &str) {
    shop::set_clock(&app.provider(slug), now);
    app.drain();
}

both! {
    /// Licences that are no more when a scheduled reduction takes effect are taken back from who got theirs last.
    a_scheduled_reduction_takes_back_the_newest(app) {
        let client = app.admin("cancom");
        let [one, two, three] = people(&app, "cancom");
        let subscription = bought(&app, &client, E1, YEAR_MONTHLY, 3);
        give(&client, &subscription, &[&two]).expect(201);
        let fewer = json!({"type": "set_quantity", "quantity": 1, "when": "at_renewal"});
        change(&client, &subscription, fewer).expect(201);
        // Until then there are three.
        give(&client, &subscription, &[&one, &three]).expect(201);
        advance_to(&app, "cancom", "2027-10-01T00:00:00Z");
        let shown = show(&client, &subscription);
        assert_eq!((&shown["quantity"], &shown["assigned"]), (&json!(1), &json!(1)), "{shown}");
        assert_eq!(holders(&client, &subscription), [two]);
        assert_eq!(told_of(&client, &subscription, "license.taken_back"), [[three, one]]);
    }
}

both! {
    /// K-19, K-20: what was not renewed serves for some days, then nobody uses it, and in the end nobody has it.
    licences_end_with_the_subscription(app) {
        let client = app.admin("mskeys");
        let [one, two, _] = people(&app, "mskeys");
        let subscription = bought(&app, &client, E1, YEAR_ANNUAL, 3);
        assert_eq!(holders(&client, &subscription), [one.as_str()]);
        give(&client, &subscription, &[&two]).expect(201);
        let stands = |now: &str| {
            advance_to(&app, "mskeys", now);
            let client = app.admin("mskeys");
            let listed = rows(&client.get(&path(&subscription)).expect(200));
            (text(&show(&client, &subscription)["status"]), column(&listed, "/in_use").join(" "))
        };
        assert_eq!(stands("2027-09-10T00:00:00Z"), ("expired".into(), "true true".into()));
        assert_eq!(stands("2027-10-10T00:00:00Z"), ("disabled".into(), "false false".into()));
        assert_eq!(stands("2028-03-01T00:00:00Z"), ("canceled".into(), String::new()));
        let client = app.admin("mskeys");
        assert_eq!(told_of(&client, &subscription, "license.taken_back"), [[two, one]]);
    }
}

both! {
    /// Where Microsoft refuses a change, who lost a licence by it gets it again, and who got one of it loses it.
    a_refused_change_gives_and_takes_nothing(app) {
        let client = app.admin("terra");
        let [one, two, three] = people(&app, "terra");
        let subscription = bought(&app, &client, E1, MONTH, 2);
        give(&client, &subscription, &[&two, &one]).expect(201);
        let refuse = || app.mock.fail_next(Call::ChangeSubscription, Fault::RefusedWith("800069".to_owned()));
        refuse();
        change(&client, &subscription, json!({"type": "cancel"})).expect(201);
        assert_eq!(holders(&client, &subscription), [""; 0]);
        app.drain();
        let shown = show(&client, &subscription);
        assert_eq!((&shown["status"], &shown["assigned"]), (&json!("active"), &json!(2)));
        assert_eq!(holders(&client, &subscription), [two.clone(), one.clone()]);

        refuse();
        change(&client, &subscription, json!({"type": "set_quantity", "quantity": 3})).expect(201);
        give(&client, &subscription, &[&three]).expect(201);
        app.drain();
        let shown = show(&client, &subscription);
        assert_eq!((&shown["quantity"], &shown["assigned"]), (&json!(2), &json!(2)));
        assert_eq!(holders(&client, &subscription), [two, one]);
    }
}

both! {
    /// K-10, X-29: with a product key the administrator gets one licence by itself, and no second of the same SKU.
    the_administrator_gets_a_licence_where_the_policy_gives_one(app) {
        let client = app.admin("mskeys");
        let [me, ..] = people(&app, "mskeys");
        let first = bought(&app, &client, E1, YEAR_ANNUAL, 1);
        let listed = rows(&client.get(&path(&first)).expect(200));
        assert_eq!((column(&listed, "/user_id"), &listed[0]["assigned_by"]), (vec![me.clone()], &Value::Null));
        let shown = client.get(&format!("/v1/subscriptions/{first}")).expect(200);
        assert_eq!((&shown.body["assigned"], &shown.body["quantity"]), (&json!(1), &json!(1)));
        assert_eq!(told_of(&client, &first, "license.assigned"), [[me.clone()]]);
        let second = bought(&app, &client, E1, MONTH, 5);
        assert_eq!(holders(&client, &second), [""; 0]);
        let other = bought(&app, &client, E3, YEAR_ANNUAL, 5);
        assert_eq!(holders(&client, &other), [me]);
        let elsewhere = app.admin("cancom");
        let subscription = bought(&app, &elsewhere, E1, YEAR_MONTHLY, 5);
        assert_eq!(holders(&elsewhere, &subscription), [""; 0]);
    }
}

/// Owned and assigned by SKU, counted from the list of subscriptions.
fn recount(client: &Client) -> BTreeMap<String, (u64, u64)> {
    let mut counted = BTreeMap::new();
    for one in rows(&client.get("/v1/subscriptions?limit=200").expect(200)) {
        if ["pending", "active", "suspended", "extended"].contains(&one["status"].as_str().expect("a status")) {
            let sum: &mut (u64, u64) = counted.entry(text(&one["sku_id"])).or_default();
            sum.0 += one["quantity"].as_u64().expect("a quantity");
            sum.1 += holders(client, &text(&one["id"])).len() as u64;
        }
    }
    counted
}

both! {
    /// what is owned of a SKU over all its terms, what is given, what is free, by the end of the terms; a recount
    /// of the ledger at any instant.
    the_summary_is_a_recount(app) {
        let client = app.admin("terra");
        let [one, two, three] = people(&app, "terra");
        let customer = client.customer();
        let summary = format!("/v1/customers/{customer}/license-summary");
        let check = |client: &Client| {
            let found = rows(&client.get(&summary).expect(200));
            let number = |row: &Value, name: &str| row[name].as_u64().expect("a number");
            for row in &found {
                let parts = row["by_term_end"].as_array().expect("parts");
                let sum = |name: &str| parts.iter().map(|part| number(part, name)).sum::<u64>();
                assert_eq!((sum("quantity"), sum("assigned")), (number(row, "owned"), number(row, "assigned")));
                assert_eq!(number(row, "owned") - number(row, "assigned"), number(row, "free"));
                let ends = column(parts, "/term_end");
                assert!(ends.is_sorted(), "{ends:?}");
            }
            let counts = |row: &Value| (text(&row["sku_id"]), (number(row, "owned"), number(row, "assigned")));
            assert_eq!(found.iter().map(counts).collect::<BTreeMap<_, _>>(), recount(client));
            found
        };
        assert_eq!(check(&client), [] as [Value; 0]);
        let year = bought(&app, &client, E1, YEAR_MONTHLY, 10);
        let month = bought(&app, &client, E1, MONTH, 5);
        let other = bought(&app, &client, E3, YEAR_ANNUAL, 2);
        give(&client, &year, &[&one, &two, &three]).expect(201);
        give(&client, &month, &[&two]).expect(201);
        give(&client, &other, &[&one]).expect(201);
        let found = check(&client);
        let e1 = found.iter().find(|row| row["sku_title"] == E1).expect("the SKU");
        assert_eq!((&e1["owned"], &e1["assigned"], &e1["free"]), (&json!(15), &json!(4), &json!(11)));
        let part = |id: &str, quantity: u32, assigned: u32| {
            let end = show(&client, id)["term_end"].clone();
            json!({
                "term_end": end, "subscription_id": id, "status": "active", "quantity": quantity,
                "assigned": assigned,
            })
        };
        assert_eq!(e1["by_term_end"], json!([part(&month, 5, 1), part(&year, 10, 3)]));
        // Page by page.
        let first = client.get(&format!("{summary}?limit=1")).expect(200);
        let next = client.get(&format!("{summary}?limit=1&cursor={}", first.text_at("/next_cursor"))).expect(200);
        assert_eq!([rows(&first), rows(&next)].concat(), found);
        // What is ordered is owned; what is canceled is not.
        cart_with(&client, E1, MONTH, 7).order();
        check(&client);
        app.drain();
        change(&client, &month, json!({"type": "cancel"})).expect(201);
        check(&client);
        app.drain();
        let found = check(&client);
        let e1 = found.iter().find(|row| row["sku_title"] == E1).expect("the SKU");
        assert_eq!((&e1["owned"], &e1["assigned"], &e1["free"]), (&json!(17), &json!(3), &json!(14)));
        // The list of services says the same without asking for each.
        let listed = rows(&client.get("/v1/subscriptions").expect(200));
        for row in listed {
            assert_eq!(row["assigned"], holders(&client, &text(&row["id"])).len());
        }
    }
}
