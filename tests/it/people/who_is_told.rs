//! U-63: who is told of orders, changes and keys is data; nobody reads what it may not see.

use provisioning::mock::{Call, Fault};
use serde_json::{Value, json};
use tests::running::{E1, Running, auto_renew, quantity};
use tests::shop::{Cart, YEAR_ANNUAL, YEAR_MONTHLY, customer, offer};
use tests::{SentMail, TestApp, both};

const RULES: &str = "/v1/people-rules";
const ADMIN: &str = "admin@kunde1.terra.example";
const RESELLER: &str = "admin@reseller1.terra.example";
const PARTNER: &str = "admin@reseller2.terra.example";

/// The kinds of the mails that somebody got.
fn kinds(app: &TestApp, address: &str) -> Vec<String> {
    app.mails_to(address).into_iter().map(|mail| mail.kind).collect()
}

#[track_caller]
fn says(mail: &SentMail, parts: &[&str]) {
    for part in parts {
        assert!(mail.text.contains(part), "{part} in {}", mail.text);
    }
}

/// A customer's administrator orders, and the customer has named another partner than the reseller it buys through.
fn order(app: &TestApp) -> Running {
    let buyer = app.customer_of_reseller(1);
    let own = format!("/v1/customers/{}", customer(&app.provider("terra"), "Kunde 1 GmbH"));
    buyer.patch(&own, json!({"partner_of_record": "4847383"})).expect(200);
    let cart = Cart::with(&buyer, json!({"name": "Herbst 2026"}));
    cart.add(&offer(&buyer, E1, YEAR_MONTHLY), 5);
    let order = cart.order();
    app.drain();
    let id = order["lines"][0]["subscription_id"].as_str().expect("a subscription").to_owned();
    Running { buyer, id }
}

/// Has a kind be told to others.
fn tell(app: &TestApp, slug: &str, kind: &str, to: Value) {
    let provider = app.provider(slug);
    let mut rules = provider.get(RULES).expect(200).body;
    let told = rules["rules"]["told"].as_array_mut().expect("who is told");
    told.retain(|told| told["kind"] != kind);
    told.push(json!({"kind": kind, "to": to}));
    provider.put(RULES, rules).expect(200);
}

/// A reseller orders for its customer, and pays for it.
fn resold(app: &TestApp) -> Running {
    let buyer = app.reseller(1);
    let cart = Cart::of(&buyer, &customer(&buyer, "Kunde 1 GmbH"));
    cart.add(&offer(&buyer, E1, YEAR_MONTHLY), 5);
    let order = cart.order();
    app.drain();
    assert_eq!(order["payer"], "reseller");
    let id = order["lines"][0]["subscription_id"].as_str().expect("a subscription").to_owned();
    Running { buyer, id }
}

both! {
    /// The reseller and the partner that the customer names learn of an order; the partner without a link to what it
    /// cannot see, and nobody of a price.
    u63_of_an_order_the_reseller_and_the_partner_are_told(app) {
        order(&app);
        assert_eq!(kinds(&app, ADMIN), ["order_ready"]);
        assert_eq!([kinds(&app, RESELLER), kinds(&app, PARTNER)], [["customer_order"], ["customer_order"]]);
        let mail = app.last_mail(RESELLER);
        assert_eq!(mail.subject, "Bestellung „Herbst 2026“ für Kunde 1 GmbH");
        says(&mail, &["Kunde 1 GmbH hat bestellt", "  5 × Office 365 E1: bereitgestellt\n"]);
        says(&mail, &["Die Bestellung finden Sie hier: https://"]);
        let mail = app.last_mail(PARTNER);
        says(&mail, &["Kunde 1 GmbH hat bestellt", "  5 × Office 365 E1: bereitgestellt\n"]);
        assert!(!mail.text.contains("https://"), "{}", mail.text);
        assert!(app.mails().iter().all(|mail| !mail.text.contains("EUR")), "no prices");
    }
}

/// Orders for the customer, and says what the mails to its administrator, the reseller and the partner that it names
/// then say first, with the subject of the first.
fn told_of(app: &TestApp, buyer: &tests::Client) -> [String; 4] {
    let cart = Cart::of(buyer, &customer(&app.provider("terra"), "Kunde 1 GmbH"));
    cart.add(&offer(buyer, E1, YEAR_MONTHLY), 5);
    cart.order();
    app.drain();
    let said = |mail: &SentMail| mail.text.lines().nth(2).expect("what is said").to_owned();
    let subject = app.last_mail(ADMIN).subject;
    let subject = subject.split(" vom ").next().expect("what it is about").to_owned();
    [subject, said(&app.last_mail(ADMIN)), said(&app.last_mail(RESELLER)), said(&app.last_mail(PARTNER))]
}

both! {
    /// A mail says who ordered: the customer, its partner by name, or a system of either; whose order it is not is not
    /// told that it is. The partner that the customer names reads of no other.
    u63_mails_say_who_ordered(app) {
        tell(&app, "terra", "order_ready", json!([{"who": "actor"}, {"who": "customer_admins"}]));
        let (buyer, reseller, provider) = (app.customer_of_reseller(1), app.reseller(1), app.provider("terra"));
        let own = format!("/v1/customers/{}", customer(&provider, "Kunde 1 GmbH"));
        buyer.patch(&own, json!({"partner_of_record": "4847383"})).expect(200);
        let rights = ["catalog.read", "money.read", "carts.write", "orders.read", "orders.place", "customers.read"];
        let script = |by: &tests::Client| {
            let client = by.new_api_client(&rights);
            app.script(&client, &client)
        };
        let in_its_name = provider.post(&format!("/v1/users/{}/impersonation", buyer.id()), Value::Null).expect(200);
        let in_its_name = app.anonymous().with_token(in_its_name.text_at("/access_token"));
        let (day, so) = ("vom 6. September 2026 (Office 365 E1)", "So steht es um die Bestellung");
        let of_others = |who: &str, partner: &str| {
            [
                "Die Bestellung".to_owned(),
                format!("{who} Die Bestellung {day} ist bereitgestellt:"),
                format!("{who} {so} {day}:"),
                format!("{partner} {so} {day}:"),
            ]
        };
        let somebody = "für Kunde 1 GmbH wurde bestellt.";
        let by_system = "ein System von Kunde 1 GmbH hat automatisch bestellt.";
        assert_eq!(told_of(&app, &script(&buyer)), of_others(by_system, by_system));
        let nord = "ein System von Systemhaus Nord GmbH hat automatisch für Kunde 1 GmbH bestellt.";
        assert_eq!(told_of(&app, &script(&reseller)), of_others(nord, somebody));
        let name = provider.get("/v1/marketplaces/terra").expect(200).text_at("/name").to_owned();
        assert_eq!(told_of(&app, &in_its_name), of_others(&format!("{name} hat für Kunde 1 GmbH bestellt."), somebody));
        let [subject, to_admin, to_reseller, _] = told_of(&app, &buyer);
        let yours = format!("die Bestellung {day} für Kunde 1 GmbH ist bereitgestellt:");
        assert_eq!((subject.as_str(), to_admin.as_str()), ("Ihre Bestellung", yours.as_str()));
        assert_eq!(to_reseller, format!("Kunde 1 GmbH hat bestellt. {so} {day}:"));
        // Who ordered in its own name is told that it is its order, and its customer who ordered.
        let [_, to_admin, to_reseller, _] = told_of(&app, &reseller);
        assert_eq!(to_admin, of_others("Systemhaus Nord GmbH hat für Kunde 1 GmbH bestellt.", somebody)[1]);
        assert_eq!(to_reseller, yours);
        assert!(app.last_mail(RESELLER).subject.starts_with("Ihre Bestellung"));
    }
}

both! {
    /// What Microsoft refused is told to them as well.
    u63_of_a_refused_order_they_are_told_too(app) {
        app.mock.fail_next(Call::CheckOut, Fault::RefusedWith("800002".to_owned()));
        order(&app);
        assert_eq!(kinds(&app, ADMIN), ["order_failed"]);
        says(&app.last_mail(RESELLER), &["5 × Office 365 E1: abgelehnt"]);
    }
}

both! {
    /// A change is told once, when Microsoft has made it, and not to who made it; one that failed also to who made it.
    u63_of_a_change_they_are_told_once(app) {
        let running = order(&app);
        running.change_done(&app, quantity(8));
        assert_eq!(kinds(&app, RESELLER), ["customer_order", "subscription_changed"]);
        assert_eq!(kinds(&app, PARTNER), ["customer_order", "subscription_changed"]);
        assert_eq!(kinds(&app, ADMIN), ["order_ready"]);
        let mail = app.last_mail(RESELLER);
        assert_eq!(mail.subject, "Office 365 E1 für Kunde 1 GmbH: Änderung");
        says(&mail, &["  Lizenzen: 8\n", "  Wirksam seit: 6. September 2026\n"]);
        says(&mail, &["Das Abonnement finden Sie hier: https://"]);
        app.mock.fail_next(Call::ChangeSubscription, Fault::RefusedWith("800002".to_owned()));
        running.change(quantity(9));
        app.drain();
        for person in [ADMIN, RESELLER, PARTNER] {
            assert_eq!(app.last_mail(person).kind, "change_failed", "{person}");
        }
        let mail = app.last_mail(ADMIN);
        says(&mail, &["Alles ist, wie es vorher war", "  Lizenzen: 9\n", "  Abgelehnt am: 6. September 2026\n"]);
    }
}

both! {
    /// A change that Microsoft refused is told to the reseller that pays for it, whoever made it and whenever it was
    /// refused: at once, or on the day that it waited for.
    u63_a_refused_change_is_told_to_the_reseller_that_made_it_or_pays(app) {
        let running = resold(&app);
        let refused = || kinds(&app, RESELLER).iter().filter(|kind| *kind == "change_failed").count();
        let refuse = || app.mock.fail_next(Call::ChangeSubscription, Fault::RefusedWith("800002".to_owned()));
        refuse();
        running.change(quantity(9));
        app.drain();
        assert_eq!(refused(), 1, "the reseller itself");
        let fewer = json!({"type": "set_quantity", "quantity": 4, "when": "at_renewal"});
        let waits = running.by(&app.customer_of_reseller(1)).change(fewer);
        assert_eq!(waits["status"], "scheduled");
        app.drain();
        refuse();
        app.go_to("terra", "2027-09-07T09:00:00Z");
        assert_eq!((refused(), running.fields(["quantity"])), (2, ["5".to_owned()]), "its customer");
        says(&app.last_mail(RESELLER), &["  Lizenzen: 4\n", "  Abgelehnt am: 6. September 2027\n"]);
    }
}

both! {
    /// U-42: of a term's end a customer is shown what it may do itself; what its reseller pays is the reseller's to
    /// decide, and shown to it.
    u42_what_the_reseller_decides_is_shown_to_the_reseller_alone(app) {
        tell(&app, "terra", "term_ending", json!([{"who": "customer_admins"}, {"who": "reseller"}]));
        resold(&app).change_done(&app, auto_renew(false));
        let bought = order(&app);
        bought.change_done(&app, auto_renew(false));
        app.go_to("terra", "2027-08-06T07:00:00Z");
        let renew = "    Verlängern: bis 5. September 2027\n";
        for (person, choices) in [(RESELLER, 2), (ADMIN, 1)] {
            let mail = app.last_mail(person);
            assert_eq!(mail.subject, "2 Laufzeiten enden, die erste am 5. September 2027");
            assert_eq!(mail.text.matches(renew).count(), choices, "{person}: {}", mail.text);
        }
        bought.change_done(&app, auto_renew(true));
        app.go_to("terra", "2027-08-29T07:00:00Z");
        let left = app.last_mail(ADMIN);
        says(&left, &["    Danach endet das Abonnement.\n"]);
        assert!(!left.text.contains("Verlängern") && !left.text.contains("zurückholen"), "{}", left.text);
    }
}

both! {
    /// K-13: a reseller whose offer to administer is declined is told by whom and when, and nobody else is.
    u63_a_declined_offer_is_told_to_who_offered(app) {
        let path = format!("/v1/customers/{}/delegated-administration", customer(&app.reseller(1), "Kunde 1 GmbH"));
        app.reseller(1).post(&path, json!({})).expect(201);
        app.customer_of_reseller(1).post(&format!("{path}/decline"), json!({})).expect(200);
        app.drain();
        let told: Vec<_> = app.mails().into_iter().filter(|mail| mail.kind == "delegation_declined").collect();
        assert_eq!((told.len(), told[0].to.as_str()), (1, RESELLER), "{told:#?}");
        assert_eq!(told[0].subject, "Kunde 1 GmbH hat Ihr Angebot zur Verwaltung abgelehnt");
        says(&told[0], &["am 6. September 2026, 12:15 Uhr (MESZ) abgelehnt", "/customers/cus_"]);
        // By the rules, like all else.
        tell(&app, "terra", "delegation_declined", json!([]));
        app.reseller(1).post(&path, json!({})).expect(201);
        app.customer_of_reseller(1).post(&format!("{path}/decline"), json!({})).expect(200);
        app.drain();
        assert_eq!(kinds(&app, RESELLER).len(), 1);
    }
}

both! {
    /// What was not done is told to the partner too, and where to see it only to who finds it there.
    u63_a_link_is_for_who_finds_something_behind_it(app) {
        let policy = "terra_nce_p1y_m";
        let provider = app.provider("terra");
        let mut rules = provider.get(&format!("/v1/policies/{policy}")).expect(200).body["rules"].clone();
        rules["assigned_at_renewal"] = json!("refuse");
        provider.post("/v1/policies", json!({"key": policy, "rules": rules})).expect(201);
        let late = order(&app);
        let user = json!({
            "email": "lea@kunde1.terra.example", "first_name": "Lea", "last_name": "Brandt", "role": "customer_user",
            "send_activation_mail": true,
        });
        let lea = late.buyer.post("/v1/users", user).expect(201).text_at("/id").to_owned();
        let me = late.buyer.id();
        late.buyer.post(&late.path("/assignments"), json!({"user_ids": [me, lea]})).expect(201);
        late.change(json!({"type": "set_quantity", "quantity": 1, "when": "at_renewal"}));
        app.drain();
        app.go_to("terra", "2027-09-07T09:00:00Z");
        let refused = |address: &str| {
            let mails = app.mails_to(address);
            mails.into_iter().find(|mail| mail.kind == "reduction_refused").unwrap_or_else(|| panic!("to {address}"))
        };
        says(&refused(RESELLER), &["Noch zurückzunehmen: 1\n", "Das Abonnement finden Sie hier: https://"]);
        let told = refused(PARTNER);
        says(&told, &["Noch zurückzunehmen: 1\n"]);
        assert!(!told.text.contains("https://"), "{}", told.text);
    }
}

both! {
    /// A change that waits is told when it is asked for, and when it is taken back.
    u63_of_a_change_that_waits_they_are_told_too(app) {
        let running = order(&app);
        let waits = running.change(json!({"type": "set_quantity", "quantity": 3, "when": "at_renewal"}));
        app.drain();
        assert_eq!(waits["status"], "scheduled");
        says(&app.last_mail(RESELLER), &["  Lizenzen: 3\n", "  Wirksam ab: 6. September 2027\n"]);
        let id = waits["id"].as_str().expect("an id");
        running.buyer.delete(&running.path(&format!("/changes/{id}"))).expect(204);
        app.drain();
        assert_eq!(kinds(&app, RESELLER), ["customer_order", "subscription_changed", "subscription_changed"]);
        says(&app.last_mail(RESELLER), &["  Geplant für: 6. September 2027; zurückgenommen\n"]);
    }
}

both! {
    /// Who is told is the marketplace's to say, kind by kind, and holds at once.
    u63_who_is_told_is_data(app) {
        tell(&app, "terra", "customer_order", json!([]));
        tell(&app, "terra", "subscription_changed", json!([{"who": "customer_billing"}, {"who": "partner_of_record"}]));
        let running = order(&app);
        running.change_done(&app, quantity(8));
        assert_eq!((kinds(&app, RESELLER), kinds(&app, PARTNER)), (vec![], vec!["subscription_changed".to_owned()]));
        let provider = app.provider("terra");
        let mut rules = provider.get(RULES).expect(200).body;
        rules["rules"]["told"] = json!([
            {"kind": "activation", "to": []},
            {"kind": "order_ready", "to": [{"who": "actor"}, {"who": "actor"}]},
            {"kind": "term_ending", "to": [{"who": "reseller", "days": [0]}]},
        ]);
        rules["rules"]["digest_hour"] = json!(24);
        let refused = provider.put(RULES, rules.clone()).expect(422);
        let wrong = [
            ("/rules/told/0/kind", "invalid_value"),
            ("/rules/told/1/to/1/who", "repeated"),
            ("/rules/told/2/to/0/days/0", "out_of_range"),
            ("/rules/digest_hour", "out_of_range"),
        ];
        assert_eq!(tests::shop::told(&refused), tests::shop::wrong(wrong));
        rules["rules"]["told"] = json!([{"kind": "order_ready", "to": [{"who": "everybody"}]}]);
        assert_eq!(provider.put(RULES, rules).expect(422).text_at("/errors/0/pointer"), "/rules/told/0/to/0/who");
    }
}

both! {
    /// Days on which no policy reminds would tell nobody: they are refused by their place. Those of a policy that was
    /// replaced are known, since what runs keeps it.
    u63_days_on_which_no_policy_reminds_are_refused(app) {
        let provider = app.provider("terra");
        let ending = |days: Value| {
            let mut rules = provider.get(RULES).expect(200).body;
            rules["rules"]["told"] = json!([{"kind": "term_ending", "to": [{"who": "reseller", "days": days}]}]);
            provider.put(RULES, rules)
        };
        let refused = ending(json!([30, 45, 7, 90])).expect(422);
        let wrong = [("/rules/told/0/to/0/days/1", "invalid_value"), ("/rules/told/0/to/0/days/3", "invalid_value")];
        assert_eq!(tests::shop::told(&refused), tests::shop::wrong(wrong));
        let detail = refused.text_at("/errors/0/detail");
        assert!(detail.contains("one of your policies reminds"), "{detail}");
        let publish = |days: Value| {
            let mut rules = provider.get("/v1/policies/terra_nce_p1y_m").expect(200).body["rules"].clone();
            rules["reminders"] = days;
            tests::shop::idle(&provider);
            provider.post("/v1/policies", json!({"key": "terra_nce_p1y_m", "rules": rules})).expect(201);
            tests::shop::idle(&provider);
        };
        publish(json!([90, 45, 30]));
        ending(json!([30, 45, 7, 90])).expect(200);
        publish(json!([30]));
        ending(json!([45])).expect(200);
    }
}

both! {
    /// Who entered keys and the partner that is named with them are told of what was redeemed.
    u63_of_keys_the_named_partner_is_told(app) {
        let (slug, buyer) = ("mskeys", app.admin("mskeys"));
        let provider = app.provider(slug);
        let partner = json!({"name": "Systemhaus Nord GmbH", "partner_id": "5357564"});
        let partner = provider.post("/v1/resellers", partner).expect(201).text_at("/id").to_owned();
        let petra = json!({
            "email": "petra@nord.example", "first_name": "Petra", "last_name": "Partner", "role": "reseller_admin",
            "reseller_id": partner, "send_activation_mail": true,
        });
        provider.post("/v1/users", petra).expect(201);
        app.drain();
        let wanted = json!({"offer_id": offer(&provider, E1, YEAR_ANNUAL), "quantity": 5, "count": 1});
        let key = provider.post("/v1/product-keys/batches", wanted).expect(201).body["keys"][0].clone();
        let entered = json!({"keys": [key], "responsible": true, "partner_of_record": "5357564"});
        let entered = buyer.post("/v1/product-keys/redemptions", entered).expect(201);
        let path = format!("/v1/product-keys/redemptions/{}/complete", entered.text_at("/id"));
        buyer.post(&path, json!({})).expect(200);
        app.drain();
        let key = key.as_str().expect("a key");
        let five = &key[key.len() - 5..];
        for person in ["petra@nord.example", "admin@kunde.mskeys.example"] {
            let mails = app.mails_to(person);
            let told: Vec<_> = mails.iter().filter(|mail| mail.kind == "keys_redeemed").collect();
            assert_eq!(told.len(), 1, "{person}: {mails:#?}");
            says(told[0], &[&format!("  5 × Office 365 E1, Schlüssel mit der Endung {five}\n")]);
            assert!(!told[0].text.contains(key), "the key itself is nobody's to mail");
        }
    }
}
