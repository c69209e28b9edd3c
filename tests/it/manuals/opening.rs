//! Opening for business: from an empty database to a marketplace that sells, by those who run the installation.

use crate::manuals::journeys::first_order;
use serde_json::{Value, json};
use std::io::Write as _;
use std::process::Stdio;
use tests::company::company;
use tests::people::PASSWORD;
use tests::program::{self, Program, Setting};
use tests::shop::{self, Cart, MONTH, RETAIL, Row, YEAR_MONTHLY, offer, text};
use tests::{Answer, Client, TestApp, both};

/// A marketplace as an operator asks for it.
fn nord(slug: &str, template: &str, sandbox: bool) -> Value {
    let contact =
        |concern: &str| json!({"concern": concern, "email": format!("{concern}@{slug}.example"), "phone": null});
    json!({
        "slug": slug,
        "name": "Nord Cloud",
        "template": template,
        "country": "DE",
        "currency": "EUR",
        "time_zone": "Europe/Berlin",
        "sandbox": sandbox,
        "administrator": {"email": format!("ada@{slug}.example"), "first_name": "Ada", "last_name": "Nord"},
        "support": [contact("orders"), contact("support")],
        "shop_url": format!("https://shop.{slug}.example"),
    })
}

/// The codes of what is wrong, by pointer.
fn wrong(answer: &Answer) -> Vec<(String, String)> {
    let errors = answer.body["errors"].as_array().cloned().unwrap_or_default();
    errors.iter().map(|error| (text(&error["pointer"]), text(&error["code"]))).collect()
}

fn pairs(expected: &[(&str, &str)]) -> Vec<(String, String)> {
    expected.iter().map(|(pointer, code)| ((*pointer).to_owned(), (*code).to_owned())).collect()
}

/// Its administrator follows the link of the invitation.
fn administrator(app: &TestApp, slug: &str) -> Client {
    app.drain();
    let login = app.activate(&format!("ada@{slug}.example"));
    app.logged_in(&login, PASSWORD)
}

fn found(app: &TestApp) -> Vec<String> {
    let all = app.anonymous().get("/v1/marketplaces").expect(200);
    shop::rows(&all).iter().map(|row| text(&row["slug"])).collect()
}

both! {
    /// C-02: a sixth marketplace, made through the API alone, from its operator to its first subscription.
    c02_an_operator_makes_a_marketplace_and_it_sells(app) {
        let operator = app.operator();
        let made = operator.post("/v1/marketplaces", nord("nord", "plain", true)).expect(201);
        assert_eq!(made.text_at("/status"), "draft");
        assert_eq!(made.header("location"), "/v1/marketplaces/nord");
        assert!(!found(&app).contains(&"nord".to_owned()), "a draft is not listed");
        assert_eq!(app.anonymous().get("/v1/marketplaces/nord").expect(200).text_at("/status"), "draft");
        let all = operator.get("/v1/platform/marketplaces?limit=200").expect(200);
        assert!(shop::rows(&all).iter().any(|row| row["slug"] == "nord"));

        // All that is missing is said at once.
        let refused = operator.post("/v1/marketplaces/nord/open", Value::Null).refused(409, "marketplace_not_ready");
        let missing = [("/administrator", "no_administrator"), ("/offers", "nothing_for_sale")];
        assert_eq!(wrong(&refused), pairs(&missing));
        let registration = json!({"marketplace": "nord", "email": "erika@mueller.example"});
        app.anonymous().post("/v1/registrations", registration.clone()).refused(409, "marketplace_not_open");

        let provider = administrator(&app, "nord");
        shop::publish(&provider, RETAIL, &[Row::e1()]);
        provider.post("/v1/marketplaces/nord/open", Value::Null).refused(403, "forbidden");
        let opened = operator.post("/v1/marketplaces/nord/open", Value::Null).expect(200);
        assert_eq!(opened.text_at("/status"), "open");
        assert!(found(&app).contains(&"nord".to_owned()));
        app.anonymous().post("/v1/registrations", registration).expect(202);

        let customer = provider.post("/v1/customers", company("Müller GmbH")).expect(201).text_at("/id").to_owned();
        let subscription = first_order(&app, &provider, &customer, "muellernord", YEAR_MONTHLY);
        assert_eq!(subscription["status"], "active");

        // Who runs the installation sees nothing of it.
        for path in ["/v1/customers", "/v1/orders", "/v1/subscriptions", "/v1/products"] {
            operator.get(path).refused(403, "forbidden");
        }
        let log = provider.get("/v1/audit-log?action=marketplace.opened").expect(200);
        assert_eq!(shop::rows(&log).len(), 1, "the provider is told who opened it");
    }
}

both! {
    /// C-02: what is suspended sells nothing new, what runs goes on; what is owned keeps a marketplace from closing.
    c02_a_marketplace_is_suspended_and_closed(app) {
        let operator = app.operator();
        let path = |wanted: &str| format!("/v1/marketplaces/cancom/{wanted}");
        let buyer = app.admin("cancom");
        let order = Cart::of(&buyer, &buyer.customer());
        order.add(&offer(&buyer, "Office 365 E1", YEAR_MONTHLY), 5);
        let bought = order.order();
        app.drain();
        let subscription = text(&bought["lines"][0]["subscription_id"]);

        assert_eq!(operator.post(&path("suspend"), Value::Null).expect(200).text_at("/status"), "suspended");
        let cart = Cart::of(&buyer, &buyer.customer());
        cart.add(&offer(&buyer, "Office 365 E3", YEAR_MONTHLY), 1);
        cart.try_order().refused(409, "marketplace_not_open");
        let more = json!({"type": "set_quantity", "quantity": 6});
        buyer.post(&format!("/v1/subscriptions/{subscription}/changes"), more).expect(201);

        let refused = operator.post(&path("close"), Value::Null).refused(409, "marketplace_in_use");
        assert_eq!(refused.body["subscriptions"], 1);
        assert_eq!(operator.post(&path("open"), Value::Null).expect(200).text_at("/status"), "open");
        cart.order();

        let made = operator.post("/v1/marketplaces", nord("nord", "plain", true)).expect(201);
        assert_eq!(made.text_at("/status"), "draft");
        operator.post("/v1/marketplaces/nord/suspend", Value::Null).refused(409, "marketplace_moved_on");
        assert_eq!(operator.post("/v1/marketplaces/nord/close", Value::Null).expect(200).text_at("/status"), "closed");
        operator.post("/v1/marketplaces/nord/open", Value::Null).refused(409, "marketplace_moved_on");
        assert!(!found(&app).contains(&"nord".to_owned()));
        app.drain();
    }
}

both! {
    /// C-02: nor are product keys sold there, and the preview says so, too.
    c02_a_suspended_marketplace_sells_no_keys(app) {
        let provider = app.provider("terra");
        let month = shop::plan_of(&shop::edition(&provider, "Office 365 E1"), MONTH);
        let batch = json!({"offer_id": month["id"], "quantity": 1, "count": 1});
        let batch = provider.post("/v1/product-keys/batches", batch).expect(201).text_at("/id").to_owned();
        let sale = json!({"reseller_id": app.reseller(1).get("/v1/me").expect(200).body["reseller_id"]});
        let sell = |what: &str| provider.post(&format!("/v1/product-keys/batches/{batch}/{what}"), sale.clone());
        app.operator().post("/v1/marketplaces/terra/suspend", Value::Null).expect(200);
        sell("sell/preview").refused(409, "marketplace_not_open");
        sell("sell").refused(409, "marketplace_not_open");
        app.operator().post("/v1/marketplaces/terra/open", Value::Null).expect(200);
        sell("sell").expect(200);
    }
}

both! {
    /// N-15: the demo's five are what their templates make, field by field.
    n15_the_demos_marketplaces_are_their_templates(app) {
        let operator = app.operator();
        for slug in ["cancom", "ahd", "colt", "mskeys", "terra"] {
            let demo = app.anonymous().get(&format!("/v1/marketplaces/{slug}")).expect(200).body;
            let mut wanted = nord(&format!("{slug}-2"), slug, true);
            wanted["name"] = demo["name"].clone();
            wanted["support"] = demo["support"].clone();
            wanted["shop_url"] = json!(format!("https://shop.{slug}.example"));
            let mut made = operator.post("/v1/marketplaces", wanted).expect(201).body;
            assert_eq!(made["status"], "draft");
            for own in ["id", "slug", "status"] {
                made[own] = demo[own].clone();
            }
            // Until it sells anything, keys have service wherever a customer can be.
            for form in made["form_rules"]["forms"].as_array_mut().expect("forms") {
                if form["key"] == "redemption" {
                    let forms = demo["form_rules"]["forms"].as_array().expect("forms");
                    let same = forms.iter().find(|one| one["key"] == "redemption").expect("the same form");
                    form["countries"] = same["countries"].clone();
                }
            }
            assert_eq!(made, demo, "{slug}");
        }
        app.drain();
    }
}

both! {
    /// What is wrong with a marketplace is said by field, and nothing of it is kept.
    c02_a_marketplace_that_cannot_be_is_refused(app) {
        let operator = app.operator();
        let post = |change: &dyn Fn(&mut Value)| {
            let mut wanted = nord("nord", "plain", true);
            change(&mut wanted);
            operator.post("/v1/marketplaces", wanted)
        };
        post(&|wanted| wanted["slug"] = json!("terra")).refused(409, "slug_taken");
        post(&|wanted| wanted["slug"] = json!("platform")).refused(409, "slug_taken");
        post(&|wanted| wanted["template"] = json!("amazon")).refused(422, "invalid_value");
        let refused = post(&|wanted| {
            wanted["slug"] = json!("Nord Cloud");
            wanted["country"] = json!("XX");
            wanted["currency"] = json!("EURO");
            wanted["time_zone"] = json!("Europe/Berlni");
            wanted["administrator"]["email"] = json!("ada");
            wanted["support"][1]["concern"] = json!("orders");
            wanted["shop_url"] = json!("http://shop.nord.example");
        });
        let expected = [
            ("/slug", "invalid_value"),
            ("/country", "invalid_value"),
            ("/currency", "invalid_value"),
            ("/time_zone", "invalid_value"),
            ("/administrator/email", "invalid_value"),
            ("/support/1/concern", "repeated"),
            ("/shop_url", "invalid_value"),
        ];
        assert_eq!(wrong(&refused.refused(422, "validation_failed")), pairs(&expected));
        app.anonymous().get("/v1/marketplaces/nord").refused(404, "not_found");
        app.anonymous().get("/v1/marketplaces/platform").refused(404, "not_found");
        operator.post("/v1/marketplaces/platform/close", Value::Null).refused(404, "not_found");
    }
}

both! {
    /// A provider changes what its own marketplace says, and no other's; an operator any.
    c02_a_provider_changes_what_its_marketplace_says(app) {
        let provider = app.provider("cancom");
        let contacts = json!([
            {"concern": "orders", "email": "bestellung@cancom.example", "phone": null},
            {"concern": "support", "email": "hilfe@cancom.example", "phone": "+49 89 1234"},
            {"concern": "access", "email": "zugang@cancom.example", "phone": null},
        ]);
        let consents = json!([
            {"kind": "vendor_terms", "version": "2027-01", "url": "https://shop.cancom.example/legal/vendor-terms"}
        ]);
        let changes = json!({"name": "CANCOM", "support": contacts, "consents": consents});
        let changed = provider.patch("/v1/marketplaces/cancom", changes).expect(200).body;
        assert_eq!((&changed["name"], &changed["support"]), (&json!("CANCOM"), &contacts));
        assert_eq!(changed["form_rules"]["consents"], consents);
        assert_eq!(app.anonymous().get("/v1/marketplaces/cancom").expect(200).body, changed);
        provider.patch("/v1/marketplaces/terra", json!({"name": "Meins"})).refused(404, "not_found");
        app.admin("cancom").patch("/v1/marketplaces/cancom", json!({"name": "Meins"})).refused(403, "forbidden");
        let renamed = app.operator().patch("/v1/marketplaces/terra", json!({"name": "TERRA"})).expect(200);
        assert_eq!(renamed.text_at("/name"), "TERRA");
        // Where links lead by which passwords are set, not even who runs the installation decides.
        let elsewhere = json!({"shop_url": "https://shop.evil.example"});
        app.operator().patch("/v1/marketplaces/terra", elsewhere.clone()).refused(403, "role_exceeds_own");
        provider.patch("/v1/marketplaces/cancom", elsewhere).expect(200);
    }
}

both! {
    /// For real money more has to be there; and nothing of Microsoft's is sold by an installation that only pretends.
    c02_a_real_marketplace_never_sells_on_the_mock(app) {
        let operator = app.operator();
        let mut wanted = nord("echt", "cancom", false);
        wanted["shop_url"] = Value::Null;
        wanted["support"] = json!([]);
        operator.post("/v1/marketplaces", wanted).expect(201);
        let provider = administrator(&app, "echt");
        let open = || operator.post("/v1/marketplaces/echt/open", Value::Null).refused(409, "marketplace_not_ready");
        let first = [
            ("/offers", "nothing_for_sale"),
            ("/support", "contact_missing"),
            ("/support", "contact_missing"),
            ("/shop_url", "required"),
            ("/consents/0/url", "required"),
            ("/account_consents/0/url", "required"),
            ("/sandbox", "only_pretends"),
        ];
        assert_eq!(wrong(&open()), pairs(&first));
        shop::publish(&provider, RETAIL, &[Row::e1()]);
        let contacts = nord("echt", "cancom", false)["support"].clone();
        let terms = json!([{"kind": "vendor_terms", "version": "2026-01", "url": "https://shop.echt.example/terms"}]);
        let changes = json!({"support": contacts, "shop_url": "https://shop.echt.example", "consents": terms});
        provider.patch("/v1/marketplaces/echt", changes).expect(200);
        assert_eq!(wrong(&open()), pairs(&[("/account_consents/0/url", "required"), ("/sandbox", "only_pretends")]));
    }
}

both! {
    /// C-02: where a database says that real money is paid, nothing is said to be ordered that is only pretended.
    c02_what_is_paid_for_real_is_never_only_pretended(app) {
        let buyer = app.admin("cancom");
        app.execute("UPDATE marketplaces SET sandbox = false, version = version + 1 WHERE slug = 'cancom'");
        app.app.refresh().expect("the database answers");
        let cart = Cart::of(&buyer, &buyer.customer());
        cart.add(&offer(&buyer, "Office 365 E1", YEAR_MONTHLY), 5);
        let order = cart.order();
        app.drain();
        assert_eq!(shop::order_now(&buyer, &order)["status"], "placed");
        let parked = app.provider("cancom").get("/v1/tasks?status=parked").expect(200);
        let parked = shop::rows(&parked);
        assert_eq!((parked.len(), &parked[0]["consumer"]), (1, &json!("provision")));
        assert!(text(&parked[0]["last_error"]).contains("only pretends"), "{parked:?}");
    }
}

both! {
    /// T-32: the provider arranges what its shop is divided into; nothing lies in itself, and nothing is lost with it.
    t32_a_provider_arranges_its_categories(app) {
        let provider = app.provider("cancom");
        let backup = json!({"slug": "backup", "title": "Datensicherung", "parent": "main", "position": 3});
        let made = provider.post("/v1/categories", backup.clone()).expect(201).body;
        assert_eq!(made, backup);
        provider.post("/v1/categories", backup).refused(409, "already_exists");
        assert_eq!(provider.get("/v1/categories/backup").expect(200).body, made);
        let slugs = || shop::column(&shop::rows(&provider.get("/v1/categories?limit=200").expect(200)), "/slug");
        assert!(slugs().contains(&"backup".to_owned()));

        let nowhere = json!({"slug": "x", "title": "X", "parent": "nowhere"});
        provider.post("/v1/categories", nowhere).refused(422, "not_found");
        let inside = json!({"slug": "archive", "title": "Archiv", "parent": "backup"});
        provider.post("/v1/categories", inside).expect(201);
        let under_itself = json!({"parent": "archive"});
        let refused = provider.patch("/v1/categories/backup", under_itself).refused(422, "category_within_itself");
        assert_eq!(wrong(&refused), pairs(&[("/parent", "category_within_itself")]));
        let moved = provider.patch("/v1/categories/backup", json!({"parent": null, "title": "Backup"})).expect(200);
        assert_eq!(moved.body, json!({"slug": "backup", "title": "Backup", "parent": null, "position": 3}));

        let refused = provider.delete("/v1/categories/backup").refused(409, "category_in_use");
        assert_eq!((&refused.body["products"], &refused.body["categories"]), (&json!(0), &json!(1)));
        let refused = provider.delete("/v1/categories/productivity").refused(409, "category_in_use");
        assert!(refused.body["products"].as_u64() > Some(0), "{}", refused.text);
        provider.delete("/v1/categories/archive").expect(204);
        provider.delete("/v1/categories/backup").expect(204);
        provider.delete("/v1/categories/backup").refused(404, "not_found");
        assert!(!slugs().contains(&"backup".to_owned()));

        // What a sheet brings goes into a category that there is.
        let list = format!("{RETAIL}&category=backup");
        shop::try_import(&provider, &list, shop::sheet(&[Row::e1()])).refused(422, "invalid_value");
        app.admin("cancom").post("/v1/categories", json!({"slug": "x", "title": "X"})).refused(403, "forbidden");
    }
}

/// Runs `kontor admin create-operator` with a line of input.
fn create_operator(settings: &[Setting], email: &str, more: &[&str], input: &str) -> (bool, String) {
    let person = ["create-operator", "--email", email, "--first-name", "Olga", "--last-name", "Peters"];
    admin(settings, &[&person, more].concat(), input)
}

/// Runs `kontor admin` with an input; whether it went well, and what it said.
fn admin(settings: &[Setting], arguments: &[&str], input: &str) -> (bool, String) {
    let mut command = program::command(settings);
    command.arg("admin").args(arguments).stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
    let mut running = command.spawn().expect("the program starts");
    running.stdin.take().expect("its input").write_all(input.as_bytes()).expect("it reads");
    let output = running.wait_with_output().expect("it ends");
    let said = [output.stdout, output.stderr].map(|bytes| String::from_utf8_lossy(&bytes).into_owned()).concat();
    (output.status.success(), said)
}

#[test]
fn the_first_operator_comes_in_by_the_command_line() {
    let folder = tempfile::tempdir().expect("a folder");
    let settings = [("KONTOR_DATABASE_URL", format!("sqlite:{}", folder.path().join("kontor.db").display()))];
    let (done, said) = create_operator(&settings, "olga@kontor.example", &[], "");
    assert!(done, "{said}");
    let link = said.lines().find(|line| line.contains("/activation/")).expect("a link").trim().to_owned();
    let token = link.rsplit('/').next().expect("its token").to_owned();
    let (done, said) = create_operator(&settings, "otto@kontor.example", &[], "");
    assert!(!done && said.contains("somebody runs this installation already"), "{said}");
    let (done, said) = create_operator(&settings, "otto@kontor.example", &["--another", "--password-stdin"], "kurz\n");
    assert!(!done && said.contains("--password-stdin: ") && said.contains("12 characters"), "{said}");
    let input = "Lang-genug-2026!\n";
    let (done, said) = create_operator(&settings, "otto@kontor.example", &["--another", "--password-stdin"], input);
    assert!(done, "{said}");

    let program = Program::serve(&settings, &[]);
    let anonymous = program.anonymous();
    let form = json!({"token": token, "password": "Auch-lang-genug-1!", "consents": []});
    anonymous.post("/v1/activations", form.clone()).expect(200);
    anonymous.post("/v1/activations", form).refused(409, "link_used");
    for (email, password) in
        [("olga@kontor.example", "Auch-lang-genug-1!"), ("otto@kontor.example", "Lang-genug-2026!")]
    {
        let log_in = json!({"email": email, "password": password, "marketplace": "platform"});
        let pair = anonymous.post("/v1/auth/login", log_in).expect(200);
        let operator = anonymous.with_token(pair.text_at("/access_token"));
        assert_eq!(operator.get("/v1/me").expect(200).text_at("/role"), "platform_operator");
        let slug = email.split('@').next().expect("a name");
        operator.post("/v1/marketplaces", nord(slug, "plain", true)).expect(201);
    }
}

#[test]
fn the_command_line_does_what_operators_do() {
    let folder = tempfile::tempdir().expect("a folder");
    let settings = [("KONTOR_DATABASE_URL", format!("sqlite:{}", folder.path().join("kontor.db").display()))];
    let run = |arguments: &[&str], input: &str| admin(&settings, arguments, input);
    let document = nord("nord", "plain", true).to_string();
    let (done, said) = run(&["create-marketplace", "-"], &document);
    assert!(done && said.contains("nord") && said.contains("draft"), "{said}");
    let (done, said) = run(&["create-marketplace", "-"], &document);
    assert!(!done && said.contains("/slug: Another marketplace has this short name"), "{said}");
    let (done, said) = run(&["create-marketplace", "-"], r#"{"slug": "x", "colour": "blue"}"#);
    assert!(!done && said.contains("/colour") && said.contains("/template"), "{said}");
    let (done, said) = run(&["open-marketplace", "nord"], "");
    assert!(!done && said.contains("/administrator: Nobody who runs") && said.contains("/offers: There is"), "{said}");
    let (done, said) = run(&["close-marketplace", "nord"], "");
    assert!(done && said.contains("closed"), "{said}");
    let (done, said) = run(&["list-marketplaces"], "");
    assert_eq!((done, said.trim_end()), (true, "nord                 closed    sandbox  Nord Cloud"));
    let (done, said) = run(&["open-marketplace", "sued"], "");
    assert!(!done && !said.is_empty(), "{said}");
}

#[test]
fn demo_data_come_only_where_nobody_else_is() {
    let settings_of = |folder: &tempfile::TempDir| {
        [("KONTOR_DATABASE_URL", format!("sqlite:{}", folder.path().join("kontor.db").display()))]
    };
    let (somebodys, demo) = (tempfile::tempdir().expect("a folder"), tempfile::tempdir().expect("a folder"));
    let settings = settings_of(&somebodys);
    let (done, said) = create_operator(&settings, "olga@kontor.example", &[], "");
    assert!(done, "{said}");
    assert!(!program::run(&settings, &["demo"]).status.success(), "somebody runs it");
    let (done, said) = admin(&settings, &["list-marketplaces"], "");
    assert_eq!((done, said.trim()), (true, ""), "and nothing of the demo is there");

    // What was made beside the demo is no reason not to start it again.
    let settings = settings_of(&demo);
    assert!(program::run(&settings, &["demo"]).status.success());
    let (done, said) = admin(&settings, &["create-marketplace", "-"], &nord("nord", "plain", true).to_string());
    assert!(done, "{said}");
    assert!(program::run(&settings, &["demo"]).status.success());
    let (_, said) = admin(&settings, &["list-marketplaces"], "");
    assert_eq!(said.lines().filter(|line| line.contains(" open ")).count(), 5, "{said}");
}
