//! [003] Microsoft product keys, in the words of its rows: what is bought runs its term and expires.

use serde_json::{Value, json};
use tests::people::PASSWORD;
use tests::shop::{
    self, Cart, MONTH, Plan, YEAR_ANNUAL, YEAR_MONTHLY, cart_with, column, customer, edition, euros, offer, order_now,
    rows, set_clock, subscriptions, text, told, wrong,
};
use tests::{Answer, Client, TestApp, both};

const REDEMPTIONS: &str = "/v1/product-keys/redemptions";

/// Makes keys for twelve months of an edition.
#[track_caller]
fn batch(provider: &Client, title: &str, quantity: u32, count: u32) -> Answer {
    let offer = offer(provider, title, YEAR_ANNUAL);
    let wanted = json!({"offer_id": offer, "quantity": quantity, "count": count});
    provider.post("/v1/product-keys/batches", wanted).expect(201)
}

/// The same; only the keys.
#[track_caller]
fn keys(provider: &Client, title: &str, quantity: u32, count: u32) -> Vec<String> {
    let batch = batch(provider, title, quantity, count);
    batch.body["keys"].as_array().expect("keys").iter().map(text).collect()
}

/// Enters keys, whatever the answer.
fn try_enter(client: &Client, keys: &[String]) -> Answer {
    client.post(REDEMPTIONS, json!({"keys": keys, "responsible": true}))
}

/// Enters keys; says the redemption's path.
#[track_caller]
fn enter(client: &Client, keys: &[String]) -> String {
    format!("{REDEMPTIONS}/{}", try_enter(client, keys).expect(201).text_at("/id"))
}

/// Has the first key of a redemption do something.
#[track_caller]
fn wants(client: &Client, redemption: &str, what: &Value) -> Answer {
    let mut entry = what.clone();
    entry["position"] = json!(0);
    client.patch(redemption, json!({"keys": [entry]})).expect(200)
}

fn complete(client: &Client, redemption: &str) -> Answer {
    client.post(&format!("{redemption}/complete"), json!({}))
}

/// Redeems keys to the end; says the subscription that the first has to do with.
#[track_caller]
fn redeem(app: &TestApp, client: &Client, keys: &[String]) -> Value {
    let done = complete(client, &enter(client, keys)).expect(200);
    app.drain();
    shown(client, &done.body["keys"][0]["subscription_id"])
}

#[track_caller]
fn shown(client: &Client, subscription: &Value) -> Value {
    client.get(&format!("/v1/subscriptions/{}", text(subscription))).expect(200).body
}

/// Every charge of a subscription as `kind net`.
#[track_caller]
fn charges(client: &Client, subscription: &Value) -> Vec<String> {
    let history = client.get(&format!("/v1/subscriptions/{}/history?limit=200", text(&subscription["id"]))).expect(200);
    let charges = rows(&history).into_iter().filter_map(|entry| entry.get("charge").cloned());
    charges.map(|charge| format!("{} {}", text(&charge["kind"]), text(&charge["money"]["net"]))).collect()
}

/// The kinds of what happened to a subscription, with the days of its reminders.
#[track_caller]
fn events(client: &Client, subscription: &Value) -> Vec<String> {
    let history = client.get(&format!("/v1/subscriptions/{}/history?limit=200", text(&subscription["id"]))).expect(200);
    let events = rows(&history).into_iter().filter_map(|entry| entry.get("event").cloned());
    events
        .map(|event| match &event["details"]["days"] {
            Value::Null => text(&event["kind"]),
            days => format!("{} {days}", text(&event["kind"])),
        })
        .collect()
}

both! {
    /// K-02, K-17: a subscription of a year is paid once, and ends with its year unless it is renewed.
    a_year_is_paid_once_and_expires(app) {
        let buyer = app.admin("mskeys");
        let offers = edition(&buyer, "Office 365 E1")["offers"].as_array().cloned().expect("offers");
        assert_eq!((&offers[0]["preselected"], &offers[0]["billing_cycle"]), (&json!(true), &json!("annual")));
        assert!(offers.iter().all(|offer| offer["policy_key"] == "ms_product_key"));
        let preview = cart_with(&buyer, "Office 365 E1", YEAR_ANNUAL, 5).preview();
        assert_eq!(preview.body["due_now"], euros("564.00", "107.16", "671.16"));
        assert_eq!((&preview.body["recurring"], &preview.body["lines"][0]["recurring"]), (&json!([]), &json!(null)));
        let subscription = shop::buy(&app, &buyer, "Office 365 E1", YEAR_ANNUAL, 5);
        assert_eq!((&subscription["status"], &subscription["auto_renew"]), (&json!("active"), &json!(false)));
        assert_eq!((&subscription["term_end"], &subscription["next_charge_on"]), (&json!("2027-09-05"), &json!(null)));
        assert_eq!(subscription["cancel_until"], json!(null));
    }
}

both! {
    /// without renewal a charge recurs only within the term.
    a_charge_recurs_within_the_term_only(app) {
        let buyer = app.admin("mskeys");
        let shown = |plan: Plan| {
            let preview = cart_with(&buyer, "Office 365 E1", plan, 5).preview();
            (
                text(&preview.body["due_now"]["net"]),
                preview.body["recurring"].clone(),
                text(&preview.body["lines"][0]["next_charge_on"]),
            )
        };
        let monthly = json!([{"billing_cycle": "monthly", "money": euros("47.00", "8.93", "55.93")}]);
        assert_eq!(shown(YEAR_MONTHLY), ("47.00".into(), monthly, "2026-10-06".into()));
        assert_eq!(shown(MONTH), ("56.40".into(), json!([]), "null".into()));
        let words = buyer.get(&format!("/v1/offers/{}", offer(&buyer, "Office 365 E1", YEAR_ANNUAL))).expect(200);
        let words = column(words.body["policy"]["words"].as_array().expect("words"), "/text");
        assert!(words.contains(&"Ends with the term.".to_owned()), "{words:?}");
    }
}

both! {
    /// K-06: a review page asks whether everything is right: what is ordered is what was shown, to the letter.
    what_is_ordered_is_what_was_reviewed(app) {
        let buyer = app.admin("mskeys");
        let cart = cart_with(&buyer, "Office 365 E1", YEAR_ANNUAL, 5);
        let reviewed = cart.request();
        cart.add(&offer(&buyer, "Office 365 E3", YEAR_ANNUAL), 1);
        let stale = buyer.post("/v1/orders", reviewed).refused(409, "preview_stale");
        assert_eq!(stale.body["preview"]["due_now"]["net"], "865.20");
        let order = cart.order();
        assert_eq!(order["due_now"], euros("865.20", "164.39", "1029.59"));
        app.drain();
        assert_eq!(order_now(&buyer, &order)["status"], "completed");
    }
}

both! {
    /// K-08: an account needs the customer's admin person: country, organization, name; what is missing is named.
    an_account_needs_country_organization_and_admin(app) {
        let provider = app.provider("mskeys");
        let missing = |body: serde_json::Value| told(&provider.post("/v1/customers", body).expect(422));
        assert_eq!(missing(json!({})), wrong(["/name", "/contact", "/address"].map(|at| (at, "missing_field"))));
        let nobody = json!({
            "name": "Neu GmbH",
            "contact": {"first_name": "", "last_name": " ", "email": ""},
            "address": {"street": "Hauptstraße 1", "postal_code": "51063", "city": "Köln", "country": "Germany"},
        });
        assert_eq!(
            missing(nobody),
            wrong([
                ("/contact/first_name", "required"),
                ("/contact/last_name", "required"),
                ("/contact/email", "required"),
                ("/address/country", "invalid_value"),
            ])
        );
        let whole = json!({
            "name": "Neu GmbH",
            "contact": {"first_name": "Erika", "last_name": "Muster", "email": "Erika@Neu.example"},
            "address": {"street": "Hauptstraße 1", "postal_code": "51063", "city": "Köln", "country": "DE"},
        });
        let created = provider.post("/v1/customers", whole).expect(201);
        assert_eq!(created.text_at("/contact/email"), "erika@neu.example");
        assert_eq!(created.body["contact"]["phone"], json!(null));
    }
}

/// Adds the first administrator of a customer, who comes in and accepts its partner.
fn accepted_by_the_first(app: &TestApp, customer: &str) {
    let provider = app.provider("mskeys");
    let admin = json!({
        "email": "admin@neukunde.mskeys.example", "first_name": "Erika", "last_name": "Muster",
        "role": "customer_admin", "customer_id": customer,
    });
    app.joined(&provider, admin);
    let offer = format!("/v1/customers/{customer}/delegated-administration");
    provider.post(&offer, json!({})).expect(201);
    app.drain();
    let admin = app.logged_in("admin@neukunde.mskeys.example", PASSWORD);
    admin.post(&format!("{offer}/accept"), json!({})).expect(200);
    let second = json!({"emails": ["max@neukunde.mskeys.example"], "customer_id": customer});
    provider.post("/v1/invitations", second).expect(201);
    app.drain();
}

both! {
    /// K-08, K-10: the new account's admin person gets the first log-in, and the first subscription runs.
    a_new_account_gets_its_admin_and_its_subscription(app) {
        let provider = app.provider("mskeys");
        let id = customer(&provider, "Neukunde GmbH");
        let tenant = format!("/v1/customers/{id}/tenant");
        // As long as nobody is there who could accept, somebody is added who can; and nothing else is done.
        provider.put(&tenant, json!({"mode": "create", "prefix": "neukundekeys"})).refused(409, "delegation_required");
        accepted_by_the_first(&app, &id);
        provider.put(&tenant, json!({"mode": "create", "prefix": "neukundekeys"})).expect(202);
        app.drain();
        let admin = provider.post(&format!("{tenant}/credentials"), json!({})).expect(200);
        assert_eq!(admin.text_at("/user_name"), "admin@neukundekeys.onmicrosoft.com");
        let agreed = json!({"first_name": "Erika", "last_name": "Muster", "email": "admin@neukunde.mskeys.example"});
        provider.post(&format!("/v1/customers/{id}/agreements"), agreed).expect(201);
        let cart = Cart::of(&provider, &id);
        cart.add(&offer(&provider, "Office 365 E1", YEAR_ANNUAL), 5);
        let order = cart.order();
        app.drain();
        assert_eq!(order_now(&provider, &order)["status"], "completed");
        assert_eq!(subscriptions(&provider, &order)[0]["status"], "active");
    }
}

both! {
    /// K-13: the customer must accept the partner before anything is done on its behalf; and its tenant us.
    nothing_is_done_before_the_customer_accepts(app) {
        let provider = app.provider("mskeys");
        let id = customer(&provider, "Neukunde GmbH");
        accepted_by_the_first(&app, &id);
        let tenant = format!("/v1/customers/{id}/tenant");
        let agreed = json!({"first_name": "Erika", "last_name": "Muster", "email": "admin@neukunde.mskeys.example"});
        provider.post(&format!("/v1/customers/{id}/agreements"), agreed).expect(201);
        provider.put(&tenant, json!({"mode": "link", "domain": "unconfirmed-neukunde.example"})).expect(202);
        app.drain();
        let offered = provider.get(&tenant).expect(200);
        assert_eq!(offered.text_at("/status"), "awaiting_confirmation");
        let cart = Cart::of(&provider, &id);
        cart.add(&offer(&provider, "Office 365 E1", YEAR_ANNUAL), 5);
        assert_eq!(
            told(&cart.try_order().refused(409, "tenant_required")),
            wrong([("/customer_id", "tenant_required")])
        );
        assert_eq!(app.mock.effects(), provisioning::mock::Effects::default());
    }
}

both! {
    /// K-01, G-26: 25 letters and digits, with or without dashes; whatever else is entered is no key, and each is
    /// named.
    a_key_is_25_letters_and_digits(app) {
        let buyer = app.admin("mskeys");
        let key = keys(&app.provider("mskeys"), "Office 365 E1", 5, 1).remove(0);
        assert_eq!((key.len(), key.matches('-').count()), (29, 4));
        let plain = key.replace('-', "");
        for valid in [key.clone(), plain.clone(), plain.to_lowercase(), format!(" {} ", key.to_lowercase())] {
            let entered = try_enter(&buyer, &[valid]).expect(201);
            assert_eq!((told(&entered), entered.text_at("/keys/0/last_five")), (wrong([]), &key[24..]));
        }
        let invalid = [plain[1..].to_owned(), format!("{plain}A"), format!("{}!", &plain[1..])];
        let refused = try_enter(&buyer, &invalid).refused(422, "validation_failed");
        let each = ["/keys/0", "/keys/1", "/keys/2"].map(|pointer| (pointer, "product_key_invalid"));
        assert_eq!(told(&refused), wrong(each));
        assert_eq!(
            told(&try_enter(&buyer, &[plain.replace(&plain[..1], "0")]).expect(201)),
            wrong([("/keys/0", "product_key_unknown")])
        );
    }
}

both! {
    /// G-26: the same key twice is used already, within one redemption and in two.
    the_same_key_twice_is_used_already(app) {
        let buyer = app.admin("mskeys");
        let key = keys(&app.provider("mskeys"), "Office 365 E1", 5, 1).remove(0);
        let used = wrong([("/keys/1", "key_already_used")]);
        let twice = try_enter(&buyer, &[key.clone(), key.to_lowercase()]).expect(201);
        assert_eq!(told(&twice), used);
        let twice = format!("{REDEMPTIONS}/{}", twice.text_at("/id"));
        assert_eq!(told(&complete(&buyer, &twice).refused(409, "key_already_used")), used);
        redeem(&app, &buyer, std::slice::from_ref(&key));
        let again = enter(&buyer, &[key]);
        assert_eq!(told(&buyer.get(&again).expect(200)), wrong([("/keys/0", "key_already_used")]));
        complete(&buyer, &again).refused(409, "key_already_used");
        assert_eq!(rows(&buyer.get("/v1/subscriptions").expect(200)).len(), 1);
    }
}

both! {
    /// K-04: redemption starts with an explicit confirmation of being responsible.
    who_redeems_confirms_being_responsible(app) {
        let buyer = app.admin("mskeys");
        let keys = keys(&app.provider("mskeys"), "Office 365 E1", 5, 1);
        let refused = buyer.post(REDEMPTIONS, json!({"keys": keys, "responsible": false}));
        assert_eq!(
            told(&refused.refused(422, "responsibility_required")),
            wrong([("/responsible", "responsibility_required")])
        );
        let silent = buyer.post(REDEMPTIONS, json!({"keys": keys})).refused(422, "missing_field");
        assert_eq!(told(&silent), wrong([("/responsible", "missing_field")]));
        let me = buyer.get("/v1/me").expect(200);
        assert_eq!(try_enter(&buyer, &keys).expect(201).body["confirmed_by"], me.body["id"]);
    }
}

both! {
    /// K-05, K-06, K-07: three keys are entered, the browser is closed, and another day they are all still there; the
    /// review says what will be, nothing is consumed before, and completing it does just that. Nothing is charged
    /// (K-10: and the administrator gets a licence).
    a_redemption_is_resumed_and_completed(app) {
        let made = batch(&app.provider("mskeys"), "Office 365 E1", 5, 2);
        let path = format!("/v1/product-keys/batches/{}", made.text_at("/id"));
        let mut entered: Vec<String> = made.body["keys"].as_array().expect("keys").iter().map(text).collect();
        entered.extend(keys(&app.provider("mskeys"), "Office 365 E3", 1, 1));
        let redemption = enter(&app.admin("mskeys"), &entered);
        let app = app.restart();
        app.advance(time::Duration::days(1));
        let (buyer, provider) = (app.admin("mskeys"), app.provider("mskeys"));
        let review = buyer.get(&redemption).expect(200);
        assert_eq!((review.text_at("/status"), told(&review)), ("open", wrong([])));
        let actions = column(review.body["keys"].as_array().expect("keys"), "/action");
        assert_eq!(actions, ["activate", "activate", "activate"]);
        let effects = review.body["effects"].as_array().expect("effects");
        assert_eq!(
            effects.iter().map(|effect| (&effect["keys"], &effect["quantity"])).collect::<Vec<_>>(),
            [(&json!([0, 1]), &json!(10)), (&json!([2]), &json!(1)),]
        );
        assert_eq!((&effects[0]["term_start"], &effects[0]["term_end"]), (&json!("2026-09-07"), &json!("2027-09-06")));
        assert_eq!(provider.get(&path).expect(200).body["used"], 0, "nothing is consumed before");
        let done = complete(&buyer, &redemption).expect(200);
        assert_eq!(provider.get(&path).expect(200).body["used"], 2);
        let order = buyer.get(&format!("/v1/orders/{}", done.text_at("/order_id"))).expect(200).body;
        assert_eq!((&order["due_now"], &order["recurring"]), (&euros("0.00", "0.00", "0.00"), &json!([])));
        assert_eq!(order["payment_method"], "product_key");
        app.drain();
        assert_eq!(order_now(&buyer, &order)["status"], "completed");
        let [e1, e3] = &subscriptions(&buyer, &order)[..] else { panic!("two subscriptions in {order}") };
        assert_eq!((&e1["status"], &e1["quantity"], &e1["auto_renew"]), (&json!("active"), &json!(10), &json!(false)));
        assert_eq!((&e1["next_charge_on"], charges(&buyer, e1)), (&json!(null), vec![]));
        assert_eq!(e3["quantity"], 1);
        // K-10, X-29: the administrator has a licence of each by itself.
        assert_eq!((&e1["assigned"], &e3["assigned"]), (&json!(1), &json!(1)));
        let did = column(done.body["keys"].as_array().expect("keys"), "/subscription_id");
        assert_eq!(did, [text(&e1["id"]), text(&e1["id"]), text(&e3["id"])]);
        assert_eq!(buyer.get(&redemption).expect(200).body, done.body);
        // Done is done.
        complete(&buyer, &redemption).refused(409, "redemption_completed");
        buyer.patch(&redemption, json!({"partner_of_record": "1"})).refused(409, "redemption_completed");
        buyer.delete(&redemption).refused(409, "redemption_completed");
    }
}

both! {
    /// A key is never used twice, however many complete at the same time: one redemption, or two with the same key.
    a_key_is_used_once_by_many_at_once(app) {
        let (buyer, provider) = (app.admin("mskeys"), app.provider("mskeys"));
        let made = batch(&provider, "Office 365 E1", 5, 2);
        let keys: Vec<String> = made.body["keys"].as_array().expect("keys").iter().map(text).collect();
        let both = [enter(&buyer, &keys), enter(&buyer, &[keys[1].clone(), keys[0].clone()])];
        let attempts = [&both[0], &both[1], &both[0], &both[1]];
        let answers: Vec<Answer> = std::thread::scope(|scope| {
            let threads: Vec<_> = attempts.map(|path| scope.spawn(|| complete(&buyer, path))).into_iter().collect();
            threads.into_iter().map(|thread| thread.join().expect("an answer")).collect()
        });
        let done = answers.iter().filter(|answer| answer.status == 200).count();
        assert_eq!(done, 1, "{:?}", answers.iter().map(|answer| &answer.text).collect::<Vec<_>>());
        for refused in answers.iter().filter(|answer| answer.status != 200) {
            let known = ["key_already_used", "redemption_completed"].contains(&refused.code());
            assert!(refused.status == 409 && known, "{}", refused.text);
        }
        app.drain();
        assert_eq!(
            provider.get(&format!("/v1/product-keys/batches/{}", made.text_at("/id"))).expect(200).body["used"],
            2
        );
        assert_eq!(column(&rows(&buyer.get("/v1/subscriptions").expect(200)), "/quantity"), ["10"]);
    }
}

both! {
    /// All or nothing: where one key of three was used meanwhile, none of the others is consumed.
    where_one_key_is_gone_none_is_consumed(app) {
        let (buyer, provider) = (app.admin("mskeys"), app.provider("mskeys"));
        let made = batch(&provider, "Office 365 E1", 5, 3);
        let keys: Vec<String> = made.body["keys"].as_array().expect("keys").iter().map(text).collect();
        let redemption = enter(&buyer, &keys);
        redeem(&app, &buyer, &keys[1..2]);
        let refused = complete(&buyer, &redemption).refused(409, "key_already_used");
        assert_eq!(told(&refused), wrong([("/keys/1", "key_already_used")]));
        let used = || {
            provider.get(&format!("/v1/product-keys/batches/{}", made.text_at("/id"))).expect(200).body["used"].clone()
        };
        assert_eq!(used(), 1);
        // Without it the others add to what it has begun.
        let kept = buyer.patch(&redemption, json!({"keys": [{"position": 0}, {"position": 2}]})).expect(200);
        assert_eq!((told(&kept), &kept.body["keys"][0]["action"]), (wrong([]), &json!("add_users")));
        complete(&buyer, &redemption).expect(200);
        app.drain();
        assert_eq!(
            (used(), column(&rows(&buyer.get("/v1/subscriptions").expect(200)), "/quantity")),
            (json!(3), vec!["15".to_owned()])
        );
    }
}

both! {
    /// K-09: a country that is not listed has no service; the error is clear, and the key is not lost.
    a_country_without_service_is_refused(app) {
        let provider = app.provider("mskeys");
        let made = batch(&provider, "Office 365 E1", 5, 1);
        let keys: Vec<String> = made.body["keys"].as_array().expect("keys").iter().map(text).collect();
        let whole = json!({
            "name": "Taedong GmbH",
            "contact": {"first_name": "Erika", "last_name": "Muster", "email": "erika@taedong.example"},
            "address": {"street": "Hauptstraße 1", "postal_code": "51063", "city": "Pjöngjang", "country": "KP"},
        });
        let id = text(&provider.post("/v1/customers", whole).expect(201).body["id"]);
        accepted_by_the_first(&app, &id);
        let entered = json!({"customer_id": id, "keys": keys, "responsible": true});
        let review = provider.with("Accept-Language", "de").post(REDEMPTIONS, entered).expect(201);
        assert_eq!(
            told(&review),
            wrong([
                ("/customer_id", "tenant_required"),
                ("/customer_id", "agreement_required"),
                ("/keys/0", "offer_not_in_market"),
            ])
        );
        assert!(text(&review.body["problems"][2]["hint"]).contains("KP"), "{}", review.text);
        let address = json!({"address": {"country": "AT", "postal_code": "1010"}});
        provider.patch(&format!("/v1/customers/{id}"), address).expect(200);
        let review = provider.get(&format!("{REDEMPTIONS}/{}", review.text_at("/id"))).expect(200);
        assert_eq!(told(&review).len(), 2, "{}", review.text);
        assert_eq!(
            provider.get(&format!("/v1/product-keys/batches/{}", made.text_at("/id"))).expect(200).body["used"],
            0
        );
    }
}

both! {
    /// K-02: a key adds users to what runs; the term stays as it is, and nothing is charged.
    a_key_adds_users(app) {
        let (buyer, provider) = (app.admin("mskeys"), app.provider("mskeys"));
        let running = shop::buy(&app, &buyer, "Office 365 E1", YEAR_ANNUAL, 10);
        let redemption = enter(&buyer, &keys(&provider, "Office 365 E1", 5, 1));
        let review = buyer.get(&redemption).expect(200);
        assert_eq!(review.body["keys"][0]["possible_actions"], json!(["add_users", "renew"]));
        assert_eq!(
            review.body["effects"],
            json!([{
                "keys": [0], "action": "add_users", "offer_id": running["offer_id"], "subscription_id": running["id"],
                "quantity": 15, "term_start": "2026-09-06", "term_end": "2027-09-05", "starts": null, "days_lost": 0,
            }])
        );
        complete(&buyer, &redemption).expect(200);
        app.drain();
        let after = shown(&buyer, &running["id"]);
        assert_eq!(
            (&after["quantity"], &after["term_end"], &after["status"]),
            (&json!(15), &running["term_end"], &json!("active"))
        );
        assert_eq!(charges(&buyer, &running), ["new 1128.00"], "what was bought, and nothing more");
        let other = enter(&buyer, &keys(&provider, "Office 365 E1", 5, 1));
        let review = wants(&buyer, &other, &json!({"action": "activate"}));
        assert_eq!(told(&review), wrong([("/keys/0/action", "key_action_not_possible")]));
    }
}

both! {
    /// K-17: renewed with a key the next term follows at the old one's end, and the partner bills it: nothing is
    /// charged here, neither now nor then.
    a_key_renews_with_the_terms_end(app) {
        let (buyer, provider) = (app.admin("mskeys"), app.provider("mskeys"));
        let running = redeem(&app, &buyer, &keys(&provider, "Office 365 E1", 5, 1));
        let redemption = enter(&buyer, &keys(&provider, "Office 365 E1", 3, 2));
        let entries = json!({"keys": [{"position": 0, "action": "renew"}]});
        let few = buyer.patch(&redemption, entries).expect(200);
        assert_eq!(told(&few), wrong([("/keys/0", "renewal_not_covered")]));
        buyer.delete(&redemption).expect(204);
        buyer.get(&redemption).refused(404, "not_found");
        let redemption = enter(&buyer, &keys(&provider, "Office 365 E1", 5, 1));
        let review = wants(&buyer, &redemption, &json!({"action": "renew"}));
        assert_eq!((told(&review), &review.body["keys"][0]["starts"]), (wrong([]), &json!("at_term_end")));
        let effect = &review.body["effects"][0];
        assert_eq!((&effect["term_start"], &effect["term_end"]), (&json!("2027-09-06"), &json!("2028-09-05")));
        complete(&buyer, &redemption).expect(200);
        app.drain();
        assert_eq!(shown(&buyer, &running["id"])["auto_renew"], true);
        let again = wants(&buyer, &enter(&buyer, &keys(&provider, "Office 365 E1", 5, 1)), &json!({"action": "renew"}));
        assert_eq!(told(&again), wrong([("/keys/0", "next_term_prepaid")]));
        set_clock(&provider, "2027-09-06T08:00:00Z");
        app.drain();
        let after = shown(&buyer, &running["id"]);
        assert_eq!(
            (&after["status"], &after["term_start"], &after["term_end"]),
            (&json!("active"), &json!("2027-09-06"), &json!("2028-09-05"))
        );
        assert_eq!((&after["auto_renew"], charges(&buyer, &running)), (&json!(false), vec![]));
    }
}

both! {
    /// K-18, X-30, G-27: a renewal that starts at once loses the days that are left, with a key and without.
    /// Without a key it is billed directly, at the list price.
    a_renewal_at_once_loses_the_days_that_are_left(app) {
        let (buyer, provider) = (app.admin("mskeys"), app.provider("mskeys"));
        let by_key = redeem(&app, &buyer, &keys(&provider, "Office 365 E1", 5, 1));
        let direct = redeem(&app, &buyer, &keys(&provider, "Office 365 E3", 5, 1));
        set_clock(&provider, "2027-07-28T08:00:00Z");
        let redemption = enter(&buyer, &keys(&provider, "Office 365 E1", 5, 1));
        let review = wants(&buyer, &redemption, &json!({"action": "renew", "starts": "immediately"}));
        let effect = &review.body["effects"][0];
        assert_eq!(
            (&effect["days_lost"], &effect["term_start"], &effect["term_end"]),
            (&json!(40), &json!("2027-07-28"), &json!("2028-07-27"))
        );
        complete(&buyer, &redemption).expect(200);
        let changes = format!("/v1/subscriptions/{}/changes", text(&direct["id"]));
        let renew = json!({"type": "renew", "starts": "immediately"});
        let preview = buyer.post(&format!("{changes}/preview"), renew.clone()).expect(200);
        assert_eq!(preview.body["outcome"]["days_lost"], 40);
        // Nothing was agreed to with the keys, which were paid: with what costs money it is.
        let mut agreed = renew;
        agreed["consents"] = preview.body["consents_required"].clone();
        buyer.post(&changes, agreed).expect(201);
        app.drain();
        for renewed in [&by_key, &direct] {
            let after = shown(&buyer, &renewed["id"]);
            assert_eq!((&after["term_start"], &after["term_end"]), (&json!("2027-07-28"), &json!("2028-07-27")));
        }
        assert_eq!(charges(&buyer, &by_key), Vec::<String>::new());
        assert_eq!(charges(&buyer, &direct).len(), 1, "a year at the list price");
    }
}

both! {
    /// K-13, K-14: the partner offers to administer, the customer accepts, and only then something is done on its
    /// behalf; nobody accepts for it.
    a_partner_acts_once_the_customer_has_accepted(app) {
        let (buyer, provider) = (app.admin("mskeys"), app.provider("mskeys"));
        let id = customer(&provider, "Musterfirma GmbH");
        let path = format!("/v1/customers/{id}/delegated-administration");
        let entered = json!({"customer_id": id, "keys": keys(&provider, "Office 365 E1", 5, 1), "responsible": true});
        let redemption = format!("{REDEMPTIONS}/{}", provider.post(REDEMPTIONS, entered).expect(201).text_at("/id"));
        let early = complete(&provider, &redemption).refused(409, "delegation_required");
        assert_eq!(early.text_at("/rule"), "delegated_administration");
        assert_eq!(provider.get(&path).expect(200).text_at("/status"), "none");
        buyer.post(&format!("{path}/accept"), json!({})).refused(409, "delegation_not_offered");
        buyer.post(&path, json!({})).refused(403, "forbidden");
        provider.post(&path, json!({"message": "Wir helfen gern."})).expect(201);
        complete(&provider, &redemption).refused(409, "delegation_required");
        provider.post(&format!("{path}/accept"), json!({})).refused(403, "forbidden");
        assert_eq!(buyer.post(&format!("{path}/decline"), json!({})).expect(200).text_at("/status"), "declined");
        complete(&provider, &redemption).refused(409, "delegation_required");
        provider.post(&path, json!({})).expect(201);
        let accepted = buyer.post(&format!("{path}/accept"), json!({})).expect(200);
        assert_eq!(accepted.text_at("/status"), "accepted");
        assert_eq!(provider.get(&path).expect(200).body, accepted.body);
        provider.post(&path, json!({})).refused(409, "delegation_exists");
        let done = complete(&provider, &redemption).expect(200);
        app.drain();
        assert_eq!(shown(&provider, &done.body["keys"][0]["subscription_id"])["status"], "active");
    }
}

both! {
    /// K-13: a partner that was not accepted changes no subscription, and is told so before it tries.
    a_partner_that_was_not_accepted_changes_nothing(app) {
        let (buyer, provider) = (app.admin("mskeys"), app.provider("mskeys"));
        let running = text(&redeem(&app, &buyer, &keys(&provider, "Office 365 E1", 5, 1))["id"]);
        let more = json!({"type": "set_quantity", "quantity": 6});
        for below in ["/changes/preview", "/changes"] {
            let path = format!("/v1/subscriptions/{running}{below}");
            provider.post(&path, more.clone()).refused(409, "delegation_required");
        }
        let user = app.user("mskeys").id();
        let assignments = format!("/v1/subscriptions/{running}/assignments");
        let assign = json!({"user_id": user});
        provider.post(&assignments, assign.clone()).refused(409, "delegation_required");
        provider.delete(&format!("{assignments}/{user}")).refused(409, "delegation_required");
        buyer.post(&assignments, assign).expect(201);
        let allowed = format!("/v1/subscriptions/{running}/allowed-actions");
        let reasons = |client: &Client| {
            let actions = client.get(&allowed).expect(200);
            column(
                actions.body["actions"].as_array().or(actions.body["data"].as_array()).expect("actions"),
                "/reason_code",
            )
        };
        assert!(reasons(&provider).iter().all(|code| code == "delegation_required"));
        assert!(reasons(&buyer).iter().any(|code| code == "null"));
        // Nobody has agreed to the terms yet: the keys were paid already.
        let mut agreed = more;
        agreed["consents"] = json!([{"kind": "terms", "version": "2026-01"}]);
        buyer.post(&format!("/v1/subscriptions/{running}/changes"), agreed).expect(201);
        app.drain();
    }
}

both! {
    /// K-14: offering needs registration in a partner programme: the reseller's partner id.
    a_reseller_offers_with_its_partner_id(app) {
        let provider = app.provider("terra");
        let id = customer(&provider, "Kunde 1 GmbH");
        let reseller = app.reseller(1);
        let path = format!("/v1/customers/{id}/delegated-administration");
        let newcomer = provider.post("/v1/resellers", json!({"name": "Systemhaus West GmbH"})).expect(201);
        let whole = json!({
            "name": "Neu GmbH", "reseller_id": newcomer.body["id"],
            "contact": {
                "first_name": "Erika", "last_name": "Muster", "email": "erika@neu.example", "phone": "+49 221 1",
            },
            "address": {
                "street": "Hauptstraße 1", "postal_code": "51063", "city": "Köln", "region": "NW", "country": "DE",
            },
        });
        let of_newcomer = provider.post("/v1/customers", whole).expect(201).text_at("/id").to_owned();
        let offered = format!("/v1/customers/{of_newcomer}/delegated-administration");
        provider.post(&offered, json!({})).refused(409, "partner_id_required");
        let ids = json!({"partner_id": "5357565", "microsoft_id": "2b3c9d3e-6f0a-4b1c-8d2e-3f4a5b6c7d8e"});
        provider.put(&format!("/v1/resellers/{}/microsoft-ids", newcomer.text_at("/id")), ids).expect(200);
        provider.post(&offered, json!({})).expect(201);
        app.drain();
        assert_eq!(reseller.post(&path, json!({})).expect(201).text_at("/status"), "offered");
        app.reseller(2).post(&path, json!({})).refused(404, "not_found");
        app.drain();
    }
}

both! {
    /// K-15: the customer names its partner of record, then or later.
    a_customer_names_its_partner_of_record(app) {
        let buyer = app.admin("mskeys");
        let keys = keys(&app.provider("mskeys"), "Office 365 E1", 5, 1);
        let entered = json!({"keys": keys, "responsible": true, "partner_of_record": " 5357564 "});
        let entered = buyer.post(REDEMPTIONS, entered).expect(201);
        assert_eq!(entered.body["partner_of_record"], "5357564");
        let path = format!("{REDEMPTIONS}/{}", entered.text_at("/id"));
        assert_eq!(
            buyer.patch(&path, json!({"partner_of_record": null})).expect(200).body["partner_of_record"],
            json!(null)
        );
        buyer.patch(&path, json!({"partner_of_record": "4847383"})).expect(200);
        assert_eq!(complete(&buyer, &path).expect(200).body["partner_of_record"], "4847383");
        app.drain();
    }
}

both! {
    /// K-03: the provider makes keys of what is paid once a term, sees them once, and can take back what is unused.
    keys_are_shown_once_and_can_be_revoked(app) {
        let (buyer, provider) = (app.admin("mskeys"), app.provider("mskeys"));
        let made = batch(&provider, "Office 365 E1", 5, 2);
        let path = format!("/v1/product-keys/batches/{}", made.text_at("/id"));
        assert_eq!((made.header("location"), made.header("cache-control")), (path.as_str(), "no-store"));
        let all: Vec<String> = made.body["keys"].as_array().expect("keys").iter().map(text).collect();
        let used = enter(&buyer, &all[..1]);
        complete(&buyer, &used).expect(200);
        let unused = enter(&buyer, &all[1..]);
        let revoked = provider.post(&format!("{path}/revoke"), json!({})).expect(200);
        assert_eq!((&revoked.body["used"], &revoked.body["count"]), (&json!(1), &json!(2)));
        assert_ne!(revoked.body["revoked_at"], json!(null));
        assert_eq!(provider.post(&format!("{path}/revoke"), json!({})).expect(200).body, revoked.body);
        assert_eq!(told(&complete(&buyer, &unused).refused(409, "key_revoked")), wrong([("/keys/0", "key_revoked")]));
        app.drain();
        // Nobody finds a key again, whole, anywhere.
        let everywhere = [
            (&provider, path.clone()),
            (&provider, "/v1/product-keys/batches".to_owned()),
            (&provider, "/v1/audit-log?limit=200".to_owned()),
            (&buyer, used),
            (&buyer, unused),
            (&buyer, REDEMPTIONS.to_owned()),
        ];
        for (client, path) in everywhere {
            let answer = client.get(&path).expect(200);
            for key in &all {
                assert!(!answer.text.contains(key) && !answer.text.contains(&key.replace('-', "")), "{path}");
            }
        }
        let refused = |offer: String, quantity: u32, count: u32| {
            told(
                &provider
                    .post("/v1/product-keys/batches", json!({"offer_id": offer, "quantity": quantity, "count": count}))
                    .expect(422),
            )
        };
        let annual = offer(&provider, "Office 365 E1", YEAR_ANNUAL);
        assert_eq!(
            refused(offer(&provider, "Office 365 E1", YEAR_MONTHLY), 5, 1),
            wrong([("/offer_id", "offer_not_prepayable")])
        );
        assert_eq!(refused(annual.clone(), 0, 1), wrong([("/quantity", "quantity_out_of_range")]));
        assert_eq!(refused(annual.clone(), 5, 1001), wrong([("/count", "out_of_range")]));
        assert_eq!(refused(annual, 5, 0), wrong([("/count", "out_of_range")]));
    }
}

both! {
    /// K-16, K-19, K-20: reminders 60, 30, 7 and 1 days before, each once; then 30 days of use, and the data are kept
    /// to the 120th day. Until then a key brings it back.
    what_is_not_renewed_expires_and_comes_back(app) {
        let (buyer, provider) = (app.admin("mskeys"), app.provider("mskeys"));
        let running = redeem(&app, &buyer, &keys(&provider, "Office 365 E1", 5, 1));
        let lost = redeem(&app, &buyer, &keys(&provider, "Office 365 E3", 5, 1));
        let status = |at: &str| {
            set_clock(&provider, at);
            text(&shown(&buyer, &running["id"])["status"])
        };
        assert_eq!(status("2027-09-05T23:59:59Z"), "active");
        let reminded: Vec<_> = events(&buyer, &running).into_iter().filter(|kind| kind.contains("reminded")).collect();
        assert_eq!(reminded, [60, 30, 7, 1].map(|days| format!("subscription.reminded {days}")));
        assert_eq!(status("2027-09-06T00:00:00Z"), "expired");
        assert_eq!(status("2027-10-05T23:59:59Z"), "expired");
        assert_eq!(status("2027-10-06T00:00:00Z"), "disabled");
        let redemption = enter(&buyer, &keys(&provider, "Office 365 E1", 5, 1));
        let review = buyer.get(&redemption).expect(200);
        assert_eq!(review.body["keys"][0]["possible_actions"], json!(["renew", "activate"]));
        assert_eq!(
            (&review.body["effects"][0]["action"], &review.body["effects"][0]["starts"]),
            (&json!("renew"), &json!("immediately"))
        );
        complete(&buyer, &redemption).expect(200);
        app.drain();
        assert_eq!(status("2027-10-06T00:00:01Z"), "active");
        assert_eq!(
            (shown(&buyer, &running["id"])["term_end"].clone(), charges(&buyer, &running)),
            (json!("2028-10-05"), vec![])
        );
        set_clock(&provider, "2028-01-03T23:59:59Z");
        assert_eq!(shown(&buyer, &lost["id"])["status"], "disabled");
        set_clock(&provider, "2028-01-04T00:00:00Z");
        assert_eq!(shown(&buyer, &lost["id"])["status"], "canceled");
    }
}

both! {
    /// What Microsoft refuses afterwards is not lost: its keys are given back and can be redeemed again.
    a_key_that_microsoft_refuses_is_given_back(app) {
        let (buyer, provider) = (app.admin("mskeys"), app.provider("mskeys"));
        let refused = |keys: &[String]| {
            let path = enter(&buyer, keys);
            let done = complete(&buyer, &path).expect(200);
            assert_eq!(done.body["keys"][0]["consumed"], true);
            app.drain();
            assert_eq!(buyer.get(&path).expect(200).body["keys"][0]["consumed"], false);
            assert_eq!(told(&try_enter(&buyer, keys).expect(201)), wrong([]), "it can be redeemed again");
            done.body["keys"][0]["subscription_id"].clone()
        };
        // Magic: Microsoft refuses a quantity of 4242.
        let begun = refused(&keys(&provider, "Office 365 E1", 4242, 1));
        assert_eq!(shown(&buyer, &begun)["status"], "canceled");
        let running = redeem(&app, &buyer, &keys(&provider, "Office 365 E1", 242, 1));
        assert_eq!(refused(&keys(&provider, "Office 365 E1", 4000, 1)), running["id"]);
        assert_eq!(shown(&buyer, &running["id"])["quantity"], 242);
        assert_eq!(charges(&buyer, &running), Vec::<String>::new());
    }
}
