//! What a buyer agrees to (U-85, C-41, A-06, X-27): each vendor's terms with title and address in the reader's
//! language, asked for and kept alike with orders and with changes of subscriptions; and what changes take beside them.

use serde_json::{Value, json};
use tests::running::{E1, Running, cancel, quantity};
use tests::shop::{self, Cart, Row, YEAR_MONTHLY, column, euros, offer, order_now, rows, text, told, wrong};
use tests::{Client, TestApp, both};

const OTHER: &str = "Musterfirma Software GmbH";

/// A product of another vendor than Microsoft.
fn sell_of_other_vendor(app: &TestApp) {
    let row = Row {
        publisher: OTHER.to_owned(),
        ..Row::of("Zeiterfassung", "DZH318Z0AAAA", "0001", "Zeiterfassung Basis").priced("36.00", "48.00")
    };
    shop::publish(&app.provider("cancom"), shop::RETAIL, &[row]);
}

/// Microsoft's terms in another version than those that the shipped policies ask for.
fn new_terms(app: &TestApp) {
    let provider = app.provider("cancom");
    let mut rules = provider.get("/v1/policies/cancom_monthly12").expect(200).body["rules"].clone();
    rules["consents"] = json!([{
        "kind": "vendor_terms", "version": "2026-10", "vendor": "Microsoft Corporation",
        "title": {"de": "Bedingungen", "pl": "Warunki"},
        "url": {"de": "https://microsoft.example/de", "pl": "https://microsoft.example/pl"},
    }]);
    provider.post("/v1/policies", json!({"key": "cancom_monthly12", "rules": rules})).expect(201);
}

/// Vendor, version, title and address of each consent.
fn texts(consents: &Value) -> Vec<[String; 4]> {
    let all = consents.as_array().expect("consents").iter();
    all.map(|one| ["vendor", "version", "title", "url"].map(|name| text(&one[name]))).collect()
}

fn told_of(of: [&str; 4]) -> [String; 4] {
    of.map(str::to_owned)
}

/// The address of a branch of the first customer's in Vienna.
fn vienna(app: &TestApp, buyer: &Client) -> String {
    let customer = buyer.customer();
    let address = json!({"street": "Ring 1", "postal_code": "1010", "city": "Wien", "country": "AT"});
    let branch = json!({"name": "Werk Wien", "address": address});
    let made = app.provider("cancom").post(&format!("/v1/customers/{customer}/branches"), branch).expect(201);
    made.text_at("/id").to_owned()
}

both! {
    /// A cart of two vendors asks for both vendors' terms, each with its title and address in the reader's language; a
    /// consent names whose it is; and the order keeps which texts were agreed to, by whom and when.
    u85_a_cart_of_two_vendors_asks_for_the_terms_of_both(app) {
        sell_of_other_vendor(&app);
        let buyer = app.admin("cancom");
        let cart = Cart::new(&buyer);
        cart.add(&offer(&buyer, "Zeiterfassung Basis", YEAR_MONTHLY), 3);
        cart.add(&offer(&buyer, E1, YEAR_MONTHLY), 5);
        let german = buyer.with("Accept-Language", "de");
        let asked = german.post(&cart.path("/preview"), json!({})).expect(200).body["consents_required"].clone();
        let microsofts = told_of([
            "Microsoft Corporation",
            "2026-01",
            "Ergänzende Nutzungsbedingungen von Microsoft",
            "https://www.microsoft.com/licensing/terms",
        ]);
        let others = told_of([
            OTHER,
            "2026-01",
            "ergänzende Nutzungsbedingungen des Herstellers (Musterfirma Software GmbH)",
            "null",
        ]);
        assert_eq!(texts(&asked), [microsofts.clone(), others.clone()]);
        let mut request = cart.request();
        // Whose it is must be said, for each of both.
        let consent = |vendor: Value| json!({"kind": "vendor_terms", "version": "2026-01", "vendor": vendor});
        request["consents"] = json!([{"kind": "vendor_terms", "version": "2026-01"}]);
        let refused = german.post("/v1/orders", request.clone()).refused(422, "consent_required");
        assert_eq!(told(&refused), wrong([("/consents", "consent_required"), ("/consents", "consent_required")]));
        request["consents"] = json!([consent(json!("Microsoft Corporation"))]);
        let refused = german.post("/v1/orders", request.clone()).refused(422, "consent_required");
        let detail = text(&refused.body["errors"][0]["detail"]);
        assert!(detail.contains(OTHER) && detail.contains("2026-01"), "{detail}");
        request["consents"] = json!([consent(json!("Microsoft Corporation")), consent(json!(OTHER))]);
        let order = german.post("/v1/orders", request).expect(201).body;
        assert_eq!(texts(&order["consents"]), [microsofts, others]);
        for agreed in order["consents"].as_array().expect("consents") {
            assert_eq!((&agreed["agreed_at"], &agreed["agreed_by"]), (&order["placed_at"], &order["placed_by"]));
        }
        app.drain();
        // To others in their language, and in the words of then whatever is asked for since.
        new_terms(&app);
        let polish = texts(&order_now(&buyer.with("Accept-Language", "pl"), &order)["consents"]);
        assert_eq!(polish[0][2], "Uzupełniające warunki korzystania firmy Microsoft");
        assert_eq!(polish[0][1], "2026-01");
    }
}

both! {
    /// A change asks for what an order of the same would, but for what was agreed to before; its preview says so, and
    /// the change keeps it.
    u85_a_change_asks_for_what_an_order_would(app) {
        let running = Running::buy(&app, "cancom", E1, YEAR_MONTHLY, 5);
        let preview = running.preview(quantity(6)).expect(200).body;
        assert_eq!((&preview["consents_required"], &preview["payment_methods"]), (&json!([]), &json!(["invoice"])));
        new_terms(&app);
        let german = running.by(&running.buyer.with("Accept-Language", "de"));
        let preview = german.preview(quantity(6)).expect(200).body;
        let terms = told_of(["Microsoft Corporation", "2026-10", "Bedingungen", "https://microsoft.example/de"]);
        assert_eq!(texts(&preview["consents_required"]), std::slice::from_ref(&terms));
        let refused = running.ask(quantity(6)).refused(422, "consent_required");
        assert_eq!(told(&refused), wrong([("/consents", "consent_required")]));
        let with = |consents: Value| {
            let mut change = quantity(6);
            change["consents"] = consents;
            change
        };
        let old = json!([{"kind": "vendor_terms", "version": "2026-01"}]);
        running.ask(with(old)).refused(422, "consent_outdated");
        let mut paid = with(preview["consents_required"].clone());
        paid["payment_method"] = json!("product_key");
        let refused = running.ask(paid.clone()).refused(422, "payment_method_not_offered");
        assert_eq!(told(&refused), wrong([("/payment_method", "payment_method_not_offered")]));
        paid["payment_method"] = json!("invoice");
        paid["preview_token"] = preview["preview_token"].clone();
        let made = german.ask(paid).expect(201).body;
        assert_eq!(texts(&made["consents"]), std::slice::from_ref(&terms));
        let agreed = &made["consents"][0];
        assert_eq!((&agreed["agreed_at"], &agreed["agreed_by"]), (&made["requested_at"], &made["requested_by"]));
        let asked = ["payment_method", "consents"].map(|name| made["request"][name].clone());
        assert_eq!(asked, [json!("invoice"), Value::Null]);
        app.drain();
        // The same text is not asked for again, and whoever gives something back is asked for nothing.
        running.change_done(&app, quantity(7));
        let shown = german.buyer.get(&running.path(&format!("/changes/{}", text(&made["id"])))).expect(200);
        assert_eq!((shown.header("content-language"), texts(&shown.body["consents"])), ("de", vec![terms.clone()]));
        let history = german.history();
        let kept = history.iter().find_map(|entry| entry.get("change").filter(|change| change["id"] == made["id"]));
        assert_eq!(texts(&kept.expect("the change")["consents"]), [terms]);
        let polish = running.buyer.with("Accept-Language", "pl").get(&running.path("/changes")).expect(200);
        assert_eq!(text(&rows(&polish)[1]["consents"][0]["url"]), "https://microsoft.example/pl");
    }
}

both! {
    /// Whoever ends or reduces something agrees to nothing for that.
    u85_to_buy_less_needs_no_consent(app) {
        let running = Running::buy(&app, "cancom", E1, YEAR_MONTHLY, 5);
        new_terms(&app);
        for change in [quantity(4), cancel()] {
            assert_eq!(running.preview(change).expect(200).body["consents_required"], json!([]));
        }
        running.ask(quantity(4)).expect(201);
        app.drain();
    }
}

both! {
    /// A subscription shows its order's reference, takes a new one, and with a change another one and another branch,
    /// which decides the tax; what Microsoft refuses leaves both as they were.
    u85_a_change_takes_a_reference_and_a_branch(app) {
        let buyer = app.admin("cancom");
        let branch = vienna(&app, &buyer);
        let cart = Cart::new(&buyer);
        let line = json!({"offer_id": offer(&buyer, E1, YEAR_MONTHLY), "quantity": 5, "reference": "Kostenstelle 1"});
        cart.try_add(line).expect(201);
        let order = cart.order();
        app.drain();
        let running = Running::of(&buyer, &shop::subscriptions(&buyer, &order).remove(0));
        let fields = || running.fields(["reference", "billed_to/address", "recurring/gross"]);
        assert_eq!(fields(), ["Kostenstelle 1", "customer", "55.93"]);
        buyer.patch(&running.path(""), json!({"reference": " Kostenstelle 2 "})).expect(200);
        assert_eq!(fields()[0], "Kostenstelle 2");
        buyer.patch(&running.path(""), json!({"reference": "x".repeat(201)})).refused(422, "too_long");
        // What Microsoft refuses.
        let said = |to: u32| {
            let mut change = quantity(to);
            (change["reference"], change["branch"]) = (json!("Kostenstelle 3"), json!("Werk Wien"));
            change
        };
        running.ask(said(4_242)).expect(201);
        assert_eq!(fields()[..2], ["Kostenstelle 3", "branch"]);
        app.drain();
        assert_eq!(running.changes()[0]["status"], "failed");
        assert_eq!(fields(), ["Kostenstelle 2", "customer", "55.93"]);
        // One more for 25 of 30 days: 9.40 * 25 / 30 = 7.83, with 20 % of it in Vienna.
        let preview = running.preview(said(6)).expect(200).body;
        assert_eq!(preview["outcome"]["due_now"], euros("7.83", "1.57", "9.40"));
        let request = &preview["request"];
        assert_eq!((&request["reference"], &request["branch"]), (&json!("Kostenstelle 3"), &json!("Werk Wien")));
        let made = running.change_done(&app, said(6));
        assert_eq!(made["request"]["branch"], "Werk Wien");
        assert_eq!(fields(), ["Kostenstelle 3", "branch", "67.68"]);
        assert_eq!(running.fields(["billed_to/branch_id"]), [branch]);
        let refused = running.ask(json!({"type": "suspend", "branch": "Werk Süd"})).refused(422, "branch_unknown");
        assert_eq!(told(&refused), wrong([("/branch", "branch_unknown")]));
        buyer.patch(&running.path(""), json!({"reference": null})).expect(200);
        assert_eq!(fields()[0], "null");
    }
}

both! {
    /// What was agreed to before consents named vendors is shown and counts as it was given.
    u85_consents_of_before_are_read(app) {
        let running = Running::buy(&app, "cancom", E1, YEAR_MONTHLY, 5);
        let order = running.show()["order_id"].clone();
        let old = r#"[{"kind":"vendor_terms","version":"2026-01"}]"#;
        app.execute(&format!("UPDATE orders SET consents = '{old}'"));
        let shown = order_now(&running.buyer, &json!({"id": order}));
        let title = "the vendor's supplementary terms of use";
        assert_eq!(texts(&shown["consents"]), [told_of(["null", "2026-01", title, "null"])]);
        assert_eq!(column(shown["consents"].as_array().expect("consents"), "/agreed_at"), ["2026-09-06T10:15:00Z"]);
        running.change_done(&app, quantity(6));
    }
}
