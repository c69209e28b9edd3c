//! Lists: pages, cursors, order, filters; walking one while rows are added.

use crate::contract::world::World;
use crate::people::registrations;
use api::openapi::{Operation, operations};
use serde_json::{Value, json};
use std::collections::BTreeSet;
use tests::schema::{operation, resolve};
use tests::shop::{self, Cart, YEAR_MONTHLY, text};
use tests::{Client, TestApp, both};

/// Every list with its path, for a client that may see all of them.
fn lists(client: &Client) -> Vec<(Operation, String)> {
    let list = text(&shop::rows(&client.get("/v1/price-lists").expect(200))[0]["id"]);
    let customer = shop::customer(client, "Kunde 1 GmbH");
    let subscription = shop::rows(&client.get("/v1/subscriptions").expect(200)).first().map(|first| text(&first["id"]));
    let of = |one: Operation| {
        let path = one.path.replace("{price_list_id}", &list).replace("{customer_id}", &customer);
        let path = match &subscription {
            Some(id) => path.replace("{subscription_id}", id),
            None => path,
        };
        (one.id.starts_with("list_") && !path.contains('{')).then_some((one, path))
    };
    operations().into_iter().filter_map(of).collect()
}

fn takes(one: &Operation, name: &str) -> bool {
    operation(&one.id)["parameters"].as_array().is_some_and(|all| all.iter().any(|parameter| parameter["name"] == name))
}

/// All rows of a list, page by page, with something that happens after each page.
pub fn walk(client: &Client, path: &str, limit: usize, mut meanwhile: impl FnMut(usize)) -> Vec<String> {
    let (mut found, mut cursor, mut pages) = (vec![], String::new(), 0);
    let sign = if path.contains('?') { '&' } else { '?' };
    loop {
        let page = client.get(&format!("{path}{sign}limit={limit}{cursor}")).expect(200);
        let rows = shop::rows(&page);
        assert!(rows.len() <= limit && (rows.len() == limit || page.body["next_cursor"].is_null()), "{}", page.text);
        found.extend(rows.iter().map(name));
        pages += 1;
        assert!(pages < 2_000, "{path} has no end");
        meanwhile(pages);
        match page.body["next_cursor"].as_str() {
            Some(next) => cursor = format!("&cursor={next}"),
            None => return found,
        }
    }
}

/// What tells a row from the others.
fn name(row: &Value) -> String {
    let id = ["id", "slug", "key", "line", "sku_id", "user_id", "number", "code"].iter().find_map(|key| row.get(*key));
    let others = ["request_id", "action", "subject", "kind", "version"];
    id.map_or_else(|| others.map(|key| row[key].to_string()).join(" "), text)
}

pub fn whole(client: &Client, path: &str) -> Vec<Value> {
    let sign = if path.contains('?') { '&' } else { '?' };
    let first = client.get(&format!("{path}{sign}limit=200")).expect(200);
    let mut rows = shop::rows(&first);
    if let Some(cursor) = first.body["next_cursor"].as_str() {
        let second = client.get(&format!("{path}{sign}limit=200&cursor={cursor}")).expect(200);
        assert_eq!(second.body["next_cursor"], Value::Null, "{path} fits on two pages here");
        rows.extend(shop::rows(&second));
    }
    rows
}

/// What the row of a list lacks, or says otherwise than the same alone, and why.
const ALONE: &[(&str, &str, &str)] = &[
    ("list_orders", "timeline", "the history of each would be read"),
    ("list_redemptions", "effects", "the review is of the moment at which it is looked at"),
    ("list_redemptions", "problems", "the review"),
    ("list_redemptions", "keys", "what they would do is the review's"),
];

both! {
    /// U-52: the row of a list says what the same says alone, but for what is named in [`ALONE`].
    u52_the_row_of_a_list_says_what_the_same_says_alone(app) {
        let world = World::new(&app, "terra", "Kunde 1 GmbH");
        // An open registration whose address says where its person may belong.
        registrations::requested(&app, "terra", "neu@kunde1.terra.example");
        let client = app.provider("terra");
        let (mut compared, mut others) = (BTreeSet::new(), BTreeSet::new());
        for (list, path) in lists(&client) {
            let alone = |one: &Operation| one.method == "GET" && one.path.starts_with(&format!("{}/{{", list.path));
            let alone = operations().into_iter().find(|one| alone(one) && one.path.ends_with('}'));
            let Some(alone) = alone else { continue };
            for row in whole(&client, &path).into_iter().take(5) {
                let single = client.get(&format!("{path}/{}", name(&row)));
                if single.status == 404 {
                    continue;
                }
                let single = single.expect(200).body;
                compared.insert(list.id.clone());
                let of = |one: &Value| one.as_object().expect("an object").keys().cloned().collect::<BTreeSet<_>>();
                let fields: BTreeSet<_> = &of(&row) | &of(&single);
                let differs = fields.into_iter().filter(|field| row.get(field.as_str()) != single.get(field.as_str()));
                others.extend(differs.map(|field| (list.id.clone(), field.clone(), alone.id.clone())));
            }
        }
        drop(world);
        app.drain();
        let known = ALONE.iter().map(|(list, field, _)| ((*list).to_owned(), (*field).to_owned()));
        let known: BTreeSet<_> = known.collect();
        let found: BTreeSet<_> = others.into_iter().map(|(list, field, _)| (list, field)).collect();
        assert_eq!(found, known);
        assert!(compared.len() >= 15, "{compared:?}");
    }
}

#[test]
fn every_list_has_pages_of_1_to_200_rows_and_refuses_what_it_does_not_know() {
    let app = TestApp::sqlite();
    let client = app.provider("terra");
    let lists = lists(&client);
    assert!(lists.len() >= 13, "{}", lists.len());
    for (one, path) in lists {
        let client = app.reader(&path, &client);
        for limit in [1, 50, 200] {
            let page = client.get(&format!("{path}?limit={limit}")).expect(200);
            assert!(
                shop::rows(&page).len() <= limit && page.body.get("next_cursor").is_some(),
                "{path}: {}",
                page.text
            );
        }
        let mut refusals = vec![
            ("limit=0", "limit", "out_of_range"),
            ("limit=201", "limit", "out_of_range"),
            ("limit=4294967296", "limit", "invalid_type"),
            ("limit=-1", "limit", "invalid_type"),
            ("limit=abc", "limit", "invalid_type"),
            ("limit=1.5", "limit", "invalid_type"),
            ("cursor=abc", "cursor", "invalid_cursor"),
            ("cursor=%00", "cursor", "invalid_value"),
            ("cursor=AAAAAAAAAAAAAAAAAAAAAAAA", "cursor", "invalid_cursor"),
            ("colour=red", "colour", "unknown_field"),
            ("limit=1&limit=2", "limit", "invalid_value"),
        ];
        if takes(&one, "sort") {
            refusals.extend([("sort=size", "sort", "invalid_value"), ("sort=-CREATED_AT", "sort", "invalid_value")]);
        } else {
            refusals.push(("sort=created_at", "sort", "unknown_field"));
        }
        for (query, pointer, code) in refusals {
            let problem = client.get(&format!("{path}?{query}")).refused(422, code);
            assert_eq!(shop::told(&problem), shop::wrong([(pointer, code)]), "{path}?{query}");
        }
    }
}

/// What the document says of a parameter holds: its length, and the values it may have.
#[test]
fn every_parameter_is_held_to_its_documented_bounds() {
    let app = TestApp::sqlite();
    let client = app.provider("terra");
    let world = World::new(&app, "terra", "Kunde 1 GmbH");
    let mut seen = 0;
    for one in operations() {
        let parameters = operation(&one.id)["parameters"].as_array().into_iter().flatten();
        for parameter in parameters.filter(|parameter| parameter["in"] == "query" && parameter["name"] != "limit") {
            let schema = resolve(&parameter["schema"]);
            let closed = schema.get("enum").is_some() || schema.get("oneOf").is_some();
            let value = match schema["maxLength"].as_u64() {
                Some(most) => "x".repeat(usize::try_from(most).expect("a length") + 1),
                None if closed => "nonsense".to_owned(),
                None => "12.x".to_owned(), // a pattern of digits
            };
            let name = parameter["name"].as_str().expect("a name");
            let more = match (one.id.as_str(), name) {
                ("import_price_list", "name") => "&percent_off_retail=0",
                ("import_price_list", "percent_on_cost" | "percent_off_retail") => "&name=x",
                ("import_price_list", _) => "&name=x&percent_off_retail=0",
                ("import_offer_matrix", "keep_titles") => "&name=x",
                _ => "",
            };
            // Under another name the call adds no parameters of its own.
            let path = format!("{}?{name}={value}{more}", one.path);
            let path = Operation { path, id: "any".to_owned(), ..one.clone() };
            let client = app.reader(&one.path, &client);
            let answer = world.call(&client, &one.method, &path).expect("an answer");
            assert_eq!(answer.status, 422, "{}?{name}: {}", one.path, answer.text);
            assert_eq!(answer.body["errors"][0]["pointer"], name, "{}: {}", one.path, answer.text);
            seen += 1;
        }
    }
    assert!(seen > 40, "{seen} parameters");
}

both! {
    /// Newest first, unless asked otherwise.
    a_list_is_sorted_by_creation_both_ways(app) {
        let client = app.provider("terra");
        World::new(&app, "terra", "Kunde 1 GmbH");
        World::new(&app, "terra", "Kunde 2 GmbH");
        for (one, path) in lists(&client).into_iter().filter(|(one, _)| takes(one, "sort")) {
            let of = |sort: &str| whole(&client, &format!("{path}{sort}")).iter().map(name).collect::<Vec<_>>();
            let (usual, newest, mut oldest) = (of(""), of("?sort=-created_at"), of("?sort=created_at"));
            // What belongs to one thing may be little.
            let few = ["list_price_lists", "list_offer_matrices"].contains(&one.id.as_str());
            assert!(usual.len() >= 2 || few || one.path.contains('{'), "{path}: {usual:?}");
            assert_eq!(usual, newest, "{path}");
            oldest.reverse();
            assert_eq!(newest, oldest, "{path}");
        }
        let named = |sort: &str| shop::column(&whole(&client, &format!("/v1/customers?sort={sort}")), "/name");
        assert_eq!(named("created_at")[0], "Musterfirma GmbH");
        client.post("/v1/resellers", json!({"name": "Systemhaus West GmbH"})).expect(201);
        assert_eq!(whole(&client, "/v1/resellers")[0]["name"], "Systemhaus West GmbH");
    }
}

/// Adds a row to every list that grows.
fn grow(app: &TestApp, client: &Client, n: usize) {
    let contact =
        json!({"first_name": "Erika", "last_name": "Muster", "email": "erika@kunde.example", "phone": "+49 221 1"});
    let address = json!({
        "street": "Kalker Hauptstraße 1", "postal_code": "51063", "city": "Köln", "region": "NW", "country": "DE",
    });
    let reseller = client.post("/v1/resellers", json!({"name": "Systemhaus West GmbH"})).expect(201);
    let customer =
        json!({"name": "Müller GmbH", "contact": contact, "address": address, "reseller_id": reseller.body["id"]});
    client.post("/v1/customers", customer).expect(201);
    let cart = Cart::of(client, &shop::customer(client, "Musterfirma GmbH"));
    cart.add(&shop::offer(client, "Office 365 E1", YEAR_MONTHLY), 1);
    cart.order();
    app.drain();
    // Half of the new products stand before all others by title, half behind.
    let title = format!("{} {n}", if n.is_multiple_of(2) { "AAA" } else { "zzz" });
    shop::publish(client, shop::RETAIL, &[shop::Row::of(&title, &format!("CFQ7TTC0{n:04}"), "0001", &title)]);
}

both! {
    /// Walking all pages while rows are added yields every row that was there at the start exactly once.
    a_walk_sees_every_row_once_while_others_are_added(app) {
        let client = app.provider("terra");
        let mut added = 0;
        for n in 0..4 {
            grow(&app, &client, n);
            added += 1;
        }
        for (one, path) in lists(&client) {
            let sorts: &[&str] = if takes(&one, "sort") { &["?sort=-created_at", "?sort=created_at"] } else { &[""] };
            for (limit, sort) in sorts.iter().enumerate().map(|(n, sort)| (n + 1, sort)).chain([(3, &sorts[0])]) {
                let path = format!("{path}{sort}");
                let reader = app.reader(&path, &client);
                let start: Vec<_> = whole(&reader, &path).iter().map(name).collect();
                let seen = walk(&reader, &path, limit, |page| {
                    if page <= 2 {
                        grow(&app, &client, added);
                        added += 1;
                    }
                });
                let once: BTreeSet<_> = seen.iter().collect();
                assert_eq!(once.len(), seen.len(), "{path}: a row twice");
                let missed: Vec<_> = start.iter().filter(|row| !once.contains(row)).collect();
                assert!(missed.is_empty(), "{path} with limit {limit} misses {missed:?}");
            }
        }
    }
}

/// The rows that a filter finds must be those of the whole list that fit.
#[track_caller]
fn filters(client: &Client, path: &str, filter: &str, fits: impl Fn(&Value) -> bool) {
    let found = whole(client, &format!("{path}?{filter}"));
    let expected: Vec<_> = whole(client, path).into_iter().filter(fits).collect();
    assert_eq!(found, expected, "{path}?{filter}");
}

both! {
    /// U-72: a cursor is of one list, with one filter, in one order.
    u72_a_cursor_of_another_list_filter_or_order_is_refused(app) {
        let client = app.provider("terra");
        let next = |path: &str| text(&client.get(path).expect(200).body["next_cursor"]);
        let (all, named) = (next("/v1/customers?limit=1"), next("/v1/customers?name=K&limit=1&sort=created_at"));
        let (policies, categories) = (next("/v1/policies?limit=1"), next("/v1/products?limit=1"));
        for path in [
            format!("/v1/resellers?cursor={all}"),
            format!("/v1/customers?sort=created_at&cursor={all}"),
            format!("/v1/customers?name=K&cursor={all}"),
            format!("/v1/customers?name=Ku&sort=created_at&cursor={named}"),
            format!("/v1/customers?name=K&sort=-created_at&cursor={named}"),
            format!("/v1/customers?cursor={named}"),
            format!("/v1/audit-log?cursor={all}"),
            format!("/v1/roles?cursor={policies}"),
            format!("/v1/products?kind=trial&cursor={categories}"),
        ] {
            let problem = client.get(&path).refused(422, "invalid_cursor");
            assert_eq!(shop::told(&problem), shop::wrong([("cursor", "invalid_cursor")]), "{path}");
        }
        // However many rows are asked for, and in whatever order the parameters stand.
        let rest = client.get(&format!("/v1/customers?limit=200&cursor={all}")).expect(200);
        assert_eq!(shop::rows(&rest).len() + 1, whole(&client, "/v1/customers").len());
        let rest = client.get(&format!("/v1/customers?cursor={named}&sort=created_at&name=%4B")).expect(200);
        assert_eq!(shop::rows(&rest).len() + 1, whole(&client, "/v1/customers?name=K").len());
        client.get(&format!("/v1/policies?cursor={policies}")).expect(200);
    }
}

both! {
    a_filter_finds_what_fits_and_nothing_else(app) {
        let client = app.provider("terra");
        World::new(&app, "terra", "Kunde 1 GmbH");
        World::new(&app, "terra", "Musterfirma GmbH");
        Cart::of(&client, &shop::customer(&client, "Kunde 2 GmbH"))
            .add(&shop::offer(&client, "Office 365 E3", shop::MONTH), 1);
        let customers = whole(&client, "/v1/customers");
        let first = customers.iter().find(|one| one["name"] == "Kunde 1 GmbH").expect("a customer").clone();
        let (customer, reseller) = (text(&first["id"]), text(&first["reseller_id"]));
        let subscription = whole(&client, "/v1/subscriptions").remove(0);
        let me = client.get("/v1/me").expect(200).body["id"].clone();

        filters(&client, "/v1/customers", &format!("reseller_id={reseller}"), |one| {
            one["reseller_id"] == reseller.as_str()
        });
        filters(&client, "/v1/customers", "name=Kunde", |one| text(&one["name"]).starts_with("Kunde"));
        filters(&client, "/v1/customers", "name=%25", |_| false);
        for path in ["/v1/orders", "/v1/subscriptions"] {
            filters(&client, path, &format!("customer_id={customer}"), |one| one["customer_id"] == customer.as_str());
        }
        filters(&client, "/v1/orders", "status=completed", |one| one["status"] == "completed");
        filters(&client, "/v1/orders", "status=failed", |_| false);
        for (name, value) in [
            ("offer_id", &subscription["offer_id"]),
            ("product_id", &subscription["product_id"]),
            ("status", &json!("active")),
        ] {
            filters(&client, "/v1/subscriptions", &format!("{name}={}", text(value)), |one| one[name] == *value);
        }
        filters(&client, "/v1/subscriptions", "status=suspended", |_| false);
        filters(&client, "/v1/tasks", "status=done", |one| one["status"] == "done");
        filters(&client, "/v1/tasks", "status=parked", |_| false);
        let order = text(&subscription["order_id"]);
        filters(&client, "/v1/audit-log", &format!("subject={order}"), |one| one["subject"] == order.as_str());
        filters(&client, "/v1/audit-log", &format!("actor={}", text(&me)), |one| one["actor"] == me);
        let both = format!("customer_id={customer}&status=completed");
        filters(&client, "/v1/orders", &both, |one| {
            one["customer_id"] == customer.as_str() && one["status"] == "completed"
        });
    }
}

both! {
    /// A foreign id is a 404 in a query, too.
    a_filter_opens_nobody_elses_data(app) {
        let provider = app.provider("terra");
        World::new(&app, "terra", "Kunde 1 GmbH");
        let customer = shop::customer(&provider, "Kunde 1 GmbH");
        let reseller = text(&provider.get(&format!("/v1/customers/{customer}")).expect(200).body["reseller_id"]);
        for email in ["admin@reseller2.terra.example", "admin@kunde.terra.example", "provider@cancom.example"] {
            let stranger = app.client(email);
            for path in ["/v1/orders", "/v1/subscriptions"] {
                stranger.get(&format!("{path}?customer_id={customer}")).refused(422, "not_found");
            }
            let by_reseller = stranger.get(&format!("/v1/customers?reseller_id={reseller}"));
            if email == "admin@kunde.terra.example" {
                assert_eq!(by_reseller.expect(200).body["data"], json!([]), "it sees itself only");
            } else {
                by_reseller.refused(422, "not_found");
            }
            assert_eq!(whole(&stranger, "/v1/customers?name=Kunde%201"), Vec::<Value>::new(), "{email}");
            assert_eq!(whole(&stranger, &format!("/v1/audit-log?subject={customer}")), Vec::<Value>::new(), "{email}");
            // Prices of another's customer are not shown at all.
            let offer = shop::offer(&stranger, "Office 365 E1", YEAR_MONTHLY);
            let product = text(&shop::product(&stranger, "Office 365 Enterprise (NCE)", "")["id"]);
            for path in ["/v1/products".to_owned(), format!("/v1/products/{product}"), format!("/v1/offers/{offer}")] {
                stranger.get(&format!("{path}?customer_id={customer}")).refused(422, "not_found");
            }
        }
        let other = app.provider("cancom");
        for owner in [format!("customer_id={customer}"), format!("reseller_id={reseller}")] {
            let sheet = shop::sheet(&[shop::Row::e1()]);
            shop::try_import(&other, &format!("{}&{owner}", shop::RETAIL), sheet).refused(422, "not_found");
        }
    }
}
