//! U-82: what people search and sort tables by, and what integrators poll by.

use crate::contract::lists::{walk, whole};
use crate::contract::world::World;
use api::clock::instant;
use serde_json::{Value, json};
use tests::company::company;
use tests::shop::{self, Cart, YEAR_MONTHLY, rows, text};
use tests::{Client, TestApp, both};
use time::Duration;

/// Makes customers of these names, one a minute; their ids.
fn customers(app: &TestApp, client: &Client, names: &[&str]) -> Vec<String> {
    let mut made = vec![];
    for name in names {
        app.advance(Duration::minutes(1));
        made.push(client.post("/v1/customers", company(name)).expect(201).text_at("/id").to_owned());
    }
    made
}

/// An order of the first customer of reseller 1, done.
fn ordered(app: &TestApp, client: &Client, more: Value) -> Value {
    let cart = Cart::of(client, &shop::customer(client, "Kunde 1 GmbH"));
    cart.add(&shop::offer(client, "Office 365 E1", YEAR_MONTHLY), 1);
    let mut order = cart.request();
    order.as_object_mut().expect("an object").extend(more.as_object().cloned().unwrap_or_default());
    let order = client.post("/v1/orders", order).expect(201).body;
    app.drain();
    shop::order_now(client, &order)
}

fn ids(client: &Client, path: &str) -> Vec<String> {
    shop::column(&whole(client, path), "/id")
}

fn since(app: &TestApp, path: &str) -> String {
    format!("{path}?updated_since={}", instant(app.now()))
}

both! {
    /// Whoever polls is told each thing whose row says something else than before, in the order of the changes.
    u82_what_was_changed_since_an_instant_is_listed_in_the_order_of_its_changes(app) {
        let provider = app.provider("terra");
        let made = customers(&app, &provider, &["Erste GmbH", "Zweite GmbH", "Dritte GmbH"]);
        let order = ordered(&app, &provider, json!({}));
        let subscription = text(&order["lines"][0]["subscription_id"]);
        let admin = app.customer_of_reseller(1).id();
        let paths = ["/v1/customers", "/v1/users", "/v1/orders", "/v1/subscriptions"];
        app.advance(Duration::minutes(1));
        let polls = paths.map(|path| since(&app, path));
        assert!(polls.iter().all(|poll| whole(&provider, poll).is_empty()), "nothing has changed since");

        let changed = provider.patch(&format!("/v1/customers/{}", made[2]), json!({"external_ref": "crm-3"}));
        assert_eq!(changed.expect(200).text_at("/updated_at"), instant(app.now()));
        app.advance(Duration::minutes(1));
        provider.patch(&format!("/v1/customers/{}", made[0]), json!({"external_ref": "crm-1"})).expect(200);
        assert_eq!(ids(&provider, &polls[0]), [made[2].clone(), made[0].clone()]);
        assert_eq!(ids(&provider, &format!("{}&sort=-updated_at", polls[0])), [made[0].clone(), made[2].clone()]);
        // The instant itself belongs to it, and what comes a microsecond later begins behind it.
        assert_eq!(ids(&provider, &since(&app, paths[0])), [made[0].clone()]);
        app.advance(Duration::microseconds(1));
        assert!(ids(&provider, &since(&app, paths[0])).is_empty());

        provider.patch(&format!("/v1/users/{admin}"), json!({"phone": "+49 221 99"})).expect(200);
        assert_eq!(ids(&provider, &polls[1]), std::slice::from_ref(&admin));
        assert_eq!(ids(&provider, &format!("{}&customer_id={}", polls[1], made[0])), Vec::<String>::new());

        // A licence that somebody gets is shown by its subscription.
        let given = format!("/v1/subscriptions/{subscription}/assignments");
        if rows(&provider.get(&given).expect(200)).is_empty() {
            provider.post(&given, json!({"user_id": admin})).expect(201);
        } else {
            provider.delete(&format!("{given}/{admin}")).expect(204);
        }
        assert_eq!(ids(&provider, &polls[3]), std::slice::from_ref(&subscription));
        let shown = provider.get(&format!("/v1/subscriptions/{subscription}")).expect(200);
        assert_eq!(shown.text_at("/updated_at"), instant(app.now()));
        app.advance(Duration::minutes(1));
        let more = json!({"type": "set_quantity", "quantity": 2});
        provider.post(&format!("/v1/subscriptions/{subscription}/changes"), more).expect(201);
        app.drain();
        assert_eq!(ids(&provider, &since(&app, paths[3])), std::slice::from_ref(&subscription));

        // The order was not touched; another goes on when Microsoft has answered.
        assert!(whole(&provider, &polls[2]).is_empty());
        let next = ordered(&app, &provider, json!({}));
        assert_eq!(ids(&provider, &polls[2]), [text(&next["id"])]);
        assert_eq!(next["updated_at"], instant(app.now()));
        // Others are told of theirs only.
        assert!(whole(&app.reseller(2), &polls[3]).is_empty());
    }
}

both! {
    /// The subscription that is answered by a change of it is the one that is shown then.
    u82_an_answer_to_a_change_says_when_it_was(app) {
        let provider = app.provider("terra");
        let order = ordered(&app, &provider, json!({}));
        let own = app.customer_of_reseller(1);
        let path = format!("/v1/subscriptions/{}", text(&order["lines"][0]["subscription_id"]));
        app.advance(Duration::minutes(1));
        let changed = own.patch(&path, json!({"partner_of_record": "5357564"})).expect(200);
        assert_eq!(changed.text_at("/updated_at"), instant(app.now()));
        assert_eq!(own.get(&path).expect(200).header("etag"), changed.header("etag"));
        let user = own.id();
        let changed = provider.patch(&format!("/v1/users/{user}"), json!({"first_name": "Emma"})).expect(200);
        assert_eq!(changed.text_at("/updated_at"), instant(app.now()));
        assert_eq!(provider.get(&format!("/v1/users/{user}")).expect(200).header("etag"), changed.header("etag"));
    }
}

both! {
    /// However many rows are alike, a walk in any order yields each once.
    u82_a_walk_in_any_order_yields_rows_that_are_alike_once(app) {
        let provider = app.provider("terra");
        let at = instant(app.now());
        let names = ["Gleich AG", "gleich ag", "Ähnlich AG", "Gleich AG", "GLEICH AG", "Zuletzt AG", "gleich ag"];
        for name in names {
            provider.post("/v1/customers", company(name)).expect(201);
        }
        let cart = Cart::of(&provider, &shop::customer(&provider, "Kunde 1 GmbH"));
        for _ in 0..5 {
            cart.add(&shop::offer(&provider, "Office 365 E1", YEAR_MONTHLY), 1);
        }
        cart.order();
        app.drain();
        let key = |path: &str, name: &str, row: &Value| match name {
            "name" => text(&row["name"]).to_lowercase(),
            "term_ends_on" => row["term_end"].as_str().unwrap_or("9999-12-31").to_owned(),
            "created_at" if path.contains("orders") => text(&row["placed_at"]),
            other => text(&row[other]),
        };
        for (path, names) in [
            ("/v1/customers", &["created_at", "updated_at", "name"][..]),
            ("/v1/users", &["created_at", "updated_at"]),
            ("/v1/orders", &["created_at", "updated_at"]),
            ("/v1/subscriptions", &["created_at", "updated_at", "term_ends_on"]),
        ] {
            for name in names {
                let mut expected = whole(&provider, path);
                expected.sort_by_key(|row| (key(path, name, row), text(&row["id"])));
                let mut expected = shop::column(&expected, "/id");
                for (sort, limit) in [(format!("?sort={name}"), 2), (format!("?sort=-{name}"), 3)] {
                    let seen = walk(&provider, &format!("{path}{sort}"), limit, |_| {});
                    assert_eq!(seen, expected, "{path}{sort}");
                    expected.reverse();
                }
            }
        }
        // In the order of instants, too, where these are asked for: those of one instant each once.
        let path = format!("/v1/customers?created_from={at}&sort=created_at");
        assert_eq!(walk(&provider, &path, 2, |_| {}), ids(&provider, &path));
        assert!(ids(&provider, &path).len() >= 7);
        let path = format!("/v1/customers?updated_since={at}");
        let (all, mut seen) = (ids(&provider, &path), walk(&provider, &path, 2, |_| {}));
        assert_eq!(seen, all);
        // Who is changed meanwhile comes again, and nobody is missed.
        let first = all[0].clone();
        seen = walk(&provider, &path, 3, |page| {
            if page == 1 {
                app.advance(Duration::minutes(1));
                provider.patch(&format!("/v1/customers/{first}"), json!({"name": "Umbenannt GmbH"})).expect(200);
            }
        });
        assert_eq!((&seen[..all.len()], &seen[all.len()..]), (&all[..], &[first][..]));
    }
}

both! {
    /// Without a term a subscription is sorted as if its term never ended.
    u82_what_has_no_term_is_sorted_as_well_as_any(app) {
        let [early, late] = [(), ()].map(|()| {
            let order = ordered(&app, &app.provider("terra"), json!({}));
            app.advance(Duration::days(1));
            text(&order["lines"][0]["subscription_id"])
        });
        let provider = app.provider("terra");
        let listed = |sort: &str| -> Vec<String> {
            let all = walk(&provider, &format!("/v1/subscriptions?sort={sort}"), 1, |_| {});
            all.into_iter().filter(|id| [&early, &late].contains(&id)).collect()
        };
        assert_eq!(listed("term_ends_on"), [early.clone(), late.clone()]);
        app.execute(
            "UPDATE subscriptions SET term_first = NULL, term_last = NULL, last_day = '9999-12-31' \
             WHERE created_at = (SELECT max(created_at) FROM subscriptions)",
        );
        assert_eq!(listed("term_ends_on"), [early.clone(), late.clone()]);
        assert_eq!(listed("-term_ends_on"), [late.clone(), early.clone()]);
        let last = rows(&provider.get("/v1/subscriptions?sort=-term_ends_on&limit=1").expect(200));
        assert_eq!((&last[0]["id"], &last[0]["term_end"]), (&json!(late), &Value::Null));
    }
}

both! {
    /// From one instant on, and before another: two spans that meet share no row and leave none out.
    u82_lists_are_narrowed_by_when_their_rows_were_made(app) {
        let world = World::new(&app, "terra", "Kunde 1 GmbH");
        let provider = world.provider.clone();
        customers(&app, &provider, &["Erste GmbH", "Zweite GmbH", "Dritte GmbH"]);
        ordered(&app, &provider, json!({}));
        app.advance(Duration::minutes(1));
        let last = ordered(&app, &provider, json!({}));
        for (path, made, from, to) in [
            ("/v1/customers", "created_at", "created_from", "created_to"),
            ("/v1/orders", "placed_at", "created_from", "created_to"),
            ("/v1/subscriptions", "created_at", "created_from", "created_to"),
            ("/v1/registrations", "created_at", "created_from", "created_to"),
            ("/v1/product-keys/redemptions", "created_at", "created_from", "created_to"),
            ("/v1/audit-log", "at", "from", "to"),
        ] {
            let all = whole(&provider, path);
            let at = text(&all[all.len() / 2][made]);
            let (later, before): (Vec<_>, Vec<_>) = all.iter().cloned().partition(|row| text(&row[made]) >= at);
            assert_eq!(whole(&provider, &format!("{path}?{from}={at}")), later, "{path} from {at}");
            assert_eq!(whole(&provider, &format!("{path}?{to}={at}")), before, "{path} before {at}");
            assert!(whole(&provider, &format!("{path}?{from}={at}&{to}={at}")).is_empty(), "{path}");
            let mut oldest = whole(&provider, &format!("{path}?{from}={at}&sort=created_at"));
            oldest.reverse();
            assert_eq!(oldest, later, "{path}");
        }
        // Also within what else is asked for, and what is seen.
        let at = text(&last["placed_at"]);
        let path = format!("/v1/orders?created_from={at}&status=completed");
        assert_eq!(ids(&provider, &path), [text(&last["id"])]);
        assert_eq!(ids(&app.reseller(1), &path), [text(&last["id"])]);
        assert!(ids(&app.reseller(2), &path).is_empty());
        // Any zone will do.
        let other = shop::encoded(&at.replace('Z', "+00:00"));
        assert_eq!(ids(&provider, &format!("/v1/orders?created_from={other}")), [text(&last["id"])]);
    }
}

#[test]
fn u82_a_wrong_value_names_its_parameter() {
    let app = TestApp::sqlite();
    let provider = app.provider("terra");
    for (query, parameter, code) in [
        ("customers?updated_since=yesterday", "updated_since", "invalid_value"),
        ("customers?created_from=2026-11-20", "created_from", "invalid_value"),
        ("customers?created_to=2026-11-20T10:15:00", "created_to", "invalid_value"),
        ("customers?q=---", "q", "invalid_value"),
        ("customers?sort=term_ends_on", "sort", "invalid_value"),
        ("customers?sort=--name", "sort", "invalid_value"),
        ("customers?updated_since=2026-11-20T10:15:00Z&sort=name", "sort", "invalid_value"),
        ("customers?updated_since=2026-11-20T10:15:00Z&sort=-created_at", "sort", "invalid_value"),
        ("users?updated_since=1", "updated_since", "invalid_value"),
        ("users?created_from=2026-11-20T10:15:00Z", "created_from", "unknown_field"),
        ("users?sort=name", "sort", "invalid_value"),
        ("orders?created_from=x", "created_from", "invalid_value"),
        ("orders?sort=name", "sort", "invalid_value"),
        ("subscriptions?kind=licensed,free", "kind", "invalid_value"),
        ("subscriptions?q=%20.", "q", "invalid_value"),
        ("subscriptions?sort=name", "sort", "invalid_value"),
        ("resellers?q=!", "q", "invalid_value"),
        ("resellers?updated_since=2026-11-20T10:15:00Z", "updated_since", "unknown_field"),
        ("registrations?created_to=now", "created_to", "invalid_value"),
        ("product-keys/redemptions?created_from=now", "created_from", "invalid_value"),
        ("audit-log?from=now", "from", "invalid_value"),
        ("audit-log?to=2026", "to", "invalid_value"),
        ("audit-log?action=Order%20placed", "action", "invalid_value"),
        ("audit-log?created_from=2026-11-20T10:15:00Z", "created_from", "unknown_field"),
        ("products?include_facets=often", "include_facets", "invalid_value"),
    ] {
        let problem = provider.get(&format!("/v1/{query}")).refused(422, code);
        assert_eq!(shop::told(&problem), shop::wrong([(parameter, code)]), "{query}");
    }
    // All of it at once.
    let problem = provider.get("/v1/customers?q=-&limit=0&sort=size&created_to=x").refused(422, "validation_failed");
    assert_eq!(shop::told(&problem).len(), 4, "{}", problem.text);
    // A cursor is of its order.
    let next = |path: &str| text(&provider.get(path).expect(200).body["next_cursor"]);
    let named = next("/v1/customers?limit=1&sort=name");
    for other in ["sort=-name", "sort=updated_at", "sort=created_at", "sort=name&q=kunde"] {
        provider.get(&format!("/v1/customers?{other}&cursor={named}")).refused(422, "invalid_cursor");
    }
    provider.get(&format!("/v1/customers?limit=2&sort=name&cursor={named}")).expect(200);
}

both! {
    /// Every word of a search begins a word of what is found; nobody finds what it does not see.
    u82_a_search_finds_by_the_beginnings_of_words(app) {
        let provider = app.provider("terra");
        let mut new = company("Müller-Lüdenscheidt & Söhne GmbH");
        new["vat_id"] = json!("DE136695976");
        new["external_ref"] = json!("CRM-4711");
        let made = provider.post("/v1/customers", new).expect(201).text_at("/id").to_owned();
        let found = |path: &str| ids(&provider, path);
        for q in ["müller", "MUELLER", "söh", "soehne lüden", "gmbh mül", "crm-4711", "4711"] {
            assert_eq!(found(&format!("/v1/customers?q={}", shop::encoded(q))), std::slice::from_ref(&made), "{q}");
        }
        for q in ["üller", "müller kg", "471", "oehne"] {
            let all = found(&format!("/v1/customers?q={}", shop::encoded(q)));
            assert_eq!(all, if q == "471" { vec![made.clone()] } else { vec![] }, "{q}");
        }
        assert!(found("/v1/customers?q=de136695976").contains(&made));
        let path = format!("/v1/customers/{made}");
        provider.patch(&path, json!({"name": "Nachfolger AG", "external_ref": null})).expect(200);
        assert_eq!((found("/v1/customers?q=mueller"), found("/v1/customers?q=crm")), (vec![], vec![]));
        assert_eq!(found("/v1/customers?q=nachf"), [made]);
        // A reseller finds its own only.
        let kunde = shop::customer(&provider, "Kunde 1 GmbH");
        assert!(found("/v1/customers?q=kunde").contains(&shop::customer(&provider, "Kunde 2 GmbH")));
        assert_eq!(ids(&app.reseller(1), "/v1/customers?q=kunde"), [kunde]);
        // The register of VAT ids was asked.
        app.drain();
    }
}

both! {
    u82_people_are_searched_by_name_and_address_until_they_are_deleted(app) {
        let provider = app.provider("terra");
        let kunde = shop::customer(&provider, "Kunde 1 GmbH");
        let person = json!({
            "email": "zoe.oezdemir@kunde.example", "login": "zoe.oezdemir@kunde.example", "first_name": "Zoë",
            "last_name": "Özdemir", "role": "customer_user", "customer_id": kunde,
        });
        let made = provider.post("/v1/users", person).expect(201).text_at("/id").to_owned();
        let found = |q: &str| ids(&provider, &format!("/v1/users?q={}", shop::encoded(q)));
        for q in ["özd", "oezdemir", "zoë ö", "zoe.oezdemir@kunde.example"] {
            assert_eq!(found(q), std::slice::from_ref(&made), "{q}");
        }
        assert_eq!(ids(&app.reseller(1), "/v1/users?q=oezdemir"), std::slice::from_ref(&made));
        assert!(ids(&app.reseller(2), "/v1/users?q=oezdemir").is_empty());
        provider.patch(&format!("/v1/users/{made}"), json!({"last_name": "Krüger"})).expect(200);
        assert_eq!((found("zoe krue"), found("özdemir krüger")), (vec![made.clone()], vec![made.clone()]));
        provider.delete(&format!("/v1/users/{made}")).expect(204);
        assert!(found("krueger").is_empty());
        app.drain();
    }
}

both! {
    u82_orders_subscriptions_and_resellers_are_searched(app) {
        let provider = app.provider("terra");
        let order = ordered(&app, &provider, json!({"external_ref": "ERP-2026/17"}));
        let (order, subscription) = (text(&order["id"]), text(&order["lines"][0]["subscription_id"]));
        let reseller = app.reseller(1);
        let others = app.reseller(2);
        for q in ["erp-2026", "17", "kunde 1", "kun"] {
            let path = format!("/v1/orders?q={}", shop::encoded(q));
            assert!(ids(&provider, &path).contains(&order), "{q}");
            assert_eq!(ids(&reseller, &path), std::slice::from_ref(&order), "{q}");
            assert!(!ids(&others, &path).contains(&order), "{q}");
        }
        assert!(ids(&provider, "/v1/orders?q=erp%20kunde").is_empty(), "of either, not of both together");
        for q in ["kunde 1", "office 365", "e1"] {
            let path = format!("/v1/subscriptions?q={}", shop::encoded(q));
            assert_eq!(ids(&reseller, &path), std::slice::from_ref(&subscription), "{q}");
            assert!(!ids(&others, &path).contains(&subscription), "{q}");
            let found = ids(&app.customer_of_reseller(1), &path);
            assert_eq!(found, std::slice::from_ref(&subscription), "{q}");
        }
        assert!(ids(&provider, "/v1/subscriptions?q=visio").is_empty());
        let new = json!({"name": "Systemhaus Lüneburg AG", "customer_number": "LUEN-9"});
        let made = provider.post("/v1/resellers", new);
        let made = made.expect(201).text_at("/id").to_owned();
        for q in ["lüne", "systemhaus luen", "luen-9"] {
            let found = ids(&provider, &format!("/v1/resellers?q={}", shop::encoded(q)));
            assert_eq!(found, std::slice::from_ref(&made), "{q}");
        }
        assert!(ids(&reseller, "/v1/resellers?q=lueneburg").is_empty());
    }
}

both! {
    u82_subscriptions_by_category_and_kinds_and_the_audit_log_by_action(app) {
        let provider = app.provider("terra");
        let order = ordered(&app, &provider, json!({}));
        let all = ids(&provider, "/v1/subscriptions");
        assert!(all.contains(&text(&order["lines"][0]["subscription_id"])));
        assert_eq!(ids(&provider, "/v1/subscriptions?category=productivity"), all);
        assert!(ids(&provider, "/v1/subscriptions?category=email").is_empty());
        assert!(ids(&provider, "/v1/subscriptions?category=nowhere").is_empty());
        assert_eq!(ids(&provider, "/v1/subscriptions?kind=licensed,trial"), all);
        assert!(ids(&provider, "/v1/subscriptions?kind=trial,perpetual").is_empty());

        let log = whole(&provider, "/v1/audit-log");
        let of = |actions: &[&str]| -> Vec<Value> {
            let is = |entry: &&Value| actions.contains(&entry["action"].as_str().unwrap_or_default());
            log.iter().filter(is).cloned().collect()
        };
        assert!(!of(&["order.placed"]).is_empty());
        assert_eq!(whole(&provider, "/v1/audit-log?action=order.placed"), of(&["order.placed"]));
        let both = ["order.placed", "cart.created"];
        assert_eq!(whole(&provider, &format!("/v1/audit-log?action={}", both.join(","))), of(&both));
        assert!(whole(&provider, "/v1/audit-log?action=order").is_empty(), "whole codes only");
    }
}

both! {
    /// Each facet is counted as if its own filter were not there, over all pages.
    u82_facets_count_the_whole_result(app) {
        let provider = app.provider("terra");
        let mut foreign = shop::Row::of("Fremdes Büro", "CFQ7TTC0X001", "0001", "Fremdes Büro");
        foreign.publisher = "Fremdfirma AG".to_owned();
        shop::publish(&provider, shop::RETAIL, &[foreign]);
        let facets = |query: &str| provider.get(&format!("/v1/products?include_facets=true{query}")).expect(200);
        let count = |query: &str| whole(&provider, &format!("/v1/products?{query}")).len();
        let of_foreign = "&publisher=Fremdfirma%20AG";
        for filters in ["", "&q=office", "&kind=licensed", "&q=fremd", "&category=productivity", of_foreign] {
            let page = facets(&format!("&limit=1{filters}"));
            assert!(rows(&page).len() <= 1);
            let without = |name: &str| -> String {
                filters.split('&').filter(|one| !one.starts_with(name)).collect::<Vec<_>>().join("&")
            };
            let publishers = page.body["facets"]["publishers"].as_array().expect("publishers");
            for one in publishers {
                let publisher = shop::encoded(one["publisher"].as_str().expect("a name"));
                assert_eq!(one["count"], count(&format!("publisher={publisher}{}", without("publisher"))), "{filters}");
            }
            let counted: u64 = publishers.iter().filter_map(|one| one["count"].as_u64()).sum();
            assert_eq!(counted as usize, count(&without("publisher")), "{filters}");
            let categories = page.body["facets"]["categories"].as_array().expect("categories");
            for one in categories {
                let category = text(&one["category"]);
                assert_eq!(one["count"], count(&format!("category={category}{}", without("category"))), "{filters}");
            }
            assert!(!categories.is_empty(), "{filters}");
        }
        assert_eq!(provider.get("/v1/products?limit=1").expect(200).body.get("facets"), None);
        // A page may be walked on without them.
        let next = text(&facets("&limit=1").body["next_cursor"]);
        provider.get(&format!("/v1/products?limit=1&cursor={next}")).expect(200);
    }
}
