//! Customers as forms and scripts keep them: every field, branches, duplicates, references, the provider's records.

use serde_json::{Value, json};
use tests::company::polish_company;
use tests::shop::{self, Cart, YEAR_MONTHLY, column, rows, told, wrong};
use tests::{Client, both};

fn with(mut body: Value, changes: Value) -> Value {
    for (name, value) in changes.as_object().expect("an object") {
        body[name.as_str()] = value.clone();
    }
    body
}

fn made(client: &Client, body: Value) -> Value {
    client.post("/v1/customers", body).expect(201).body
}

both! {
    /// C-08: size, VAT id and the invoices' recipient are kept, and can be changed and cleared.
    a_customer_has_size_and_invoice_recipient(app) {
        let provider = app.provider("cancom");
        let given = json!({"size": "10-49", "invoice_email": "Rechnung@Nowak.example ", "vat_id": "pl 526-000-12-46"});
        let customer = made(&provider, with(polish_company("Nowak S.A."), given));
        let kept = (&customer["size"], &customer["invoice_email"], &customer["vat_id"], &customer["vat_id_valid"]);
        let expected = (json!("10-49"), json!("rechnung@nowak.example"), json!("PL5260001246"), json!(true));
        assert_eq!(kept, (&expected.0, &expected.1, &expected.2, &expected.3));
        let path = format!("/v1/customers/{}", shop::text(&customer["id"]));
        let cleared = provider.patch(&path, json!({"size": null, "invoice_email": null})).expect(200).body;
        assert_eq!((&cleared["size"], &cleared["invoice_email"]), (&Value::Null, &Value::Null));
        provider.patch(&path, json!({"size": "20"})).refused(422, "invalid_value");
        let mistyped = provider.patch(&path, json!({"vat_id": "PL5260001247"})).refused(422, "vat_id_mistyped");
        assert_eq!(told(&mistyped), wrong([("/vat_id", "vat_id_mistyped")]));
        app.drain();
    }
}

both! {
    /// X-31, T-18, K-09: an address is refused in the form of its country, which is named in the reader's language.
    an_address_holds_to_its_country(app) {
        let cancom = app.provider("cancom");
        for (country, postal_code, region, expected) in [
            ("DE", "5106", "NW", wrong([("/address/postal_code", "postal_code_invalid")])),
            ("PL", "0083", "14", wrong([("/address/postal_code", "postal_code_invalid")])),
            ("PL", "00-838", "", wrong([("/address/region", "required")])),
            ("PL", "00-838", "Mazowieckie", wrong([("/address/region", "region_unknown")])),
            ("SK", "8110", "BL", wrong([("/address/postal_code", "postal_code_invalid")])),
            ("XX", "1", "", wrong([("/address/country", "country_unknown")])),
        ] {
            let address = json!({
                "street": "Ring 1", "postal_code": postal_code, "city": "Ort", "region": region, "country": country,
            });
            let refused =
                cancom.post("/v1/customers", with(polish_company("Nowak"), json!({"address": address}))).expect(422);
            assert_eq!(told(&refused), expected, "{country} {postal_code} {region}");
        }
        let dash = with(
            polish_company("Nowak"),
            json!({
                "address": {
                    "street": "Prosta 1", "postal_code": "0838", "city": "Warszawa", "region": "14", "country": "PL",
                },
            }),
        );
        let words =
            cancom.with("Accept-Language", "pl").post("/v1/customers", dash).refused(422, "postal_code_invalid");
        assert!(words.text_at("/detail").contains("99-999"), "{}", words.text);
        // The same everywhere an address is given, and kept in one writing.
        let bratislava = json!({
            "street": "Hlavná 1", "postal_code": "81101", "city": "Bratislava", "region": "BL", "country": "SK",
        });
        let cart = cancom.post(
            "/v1/carts",
            json!({"customer_id": shop::customer(&cancom, "Musterfirma GmbH"), "billing_address": bratislava}),
        );
        assert_eq!(cart.expect(201).text_at("/billing_address/postal_code"), "811 01");
        // T-18: one marketplace needs more.
        let terra = app.provider("terra");
        let short = json!({
            "contact": {"first_name": "Erika", "last_name": "Muster", "email": "erika@kunde.example"},
            "address": {"street": "Ring 1", "postal_code": "51063", "city": "Köln", "country": "DE"},
        });
        made(&cancom, with(polish_company("Kurz GmbH"), short.clone()));
        let refused =
            terra.post("/v1/customers", with(polish_company("Kurz GmbH"), short)).refused(422, "validation_failed");
        assert_eq!(told(&refused), wrong([("/contact/phone", "required"), ("/address/region", "required")]));
    }
}

both! {
    /// A script's reference is unique for its owner, and finds what it stands for: running it again changes nothing.
    a_reference_makes_scripts_converge(app) {
        let (first, second) = (app.reseller(1), app.reseller(2));
        let provider = app.provider("terra");
        let body = with(polish_company("Nowak S.A."), json!({"external_ref": "crm-1"}));
        let id = made(&first, body.clone())["id"].clone();
        for owner in [&second, &provider] {
            assert_ne!(made(owner, body.clone())["id"], id);
        }
        for owner in [&first, &second, &provider] {
            let again = owner.post("/v1/customers", body.clone()).refused(409, "external_ref_taken");
            assert_eq!(told(&again), wrong([("/external_ref", "external_ref_taken")]));
        }
        let found = |client: &Client| column(&rows(&client.get("/v1/customers?external_ref=crm-1").expect(200)), "/id");
        assert_eq!((found(&first), found(&second).len(), found(&provider).len()), (vec![shop::text(&id)], 1, 3));
        let other = made(&first, polish_company("Kowalski S.A."));
        let path = format!("/v1/customers/{}", shop::text(&other["id"]));
        first.patch(&path, json!({"external_ref": "crm-1"})).refused(409, "external_ref_taken");
        first.patch(&path, json!({"external_ref": "crm-2"})).expect(200);
    }
}

both! {
    /// Who is created twice is noticed, not refused: same VAT id, or same name; only among one's own.
    duplicates_are_noticed(app) {
        let (first, second) = (app.reseller(1), app.reseller(2));
        let one = made(&first, with(polish_company("Nowak S.A."), json!({"vat_id": "PL5260001246"})));
        assert_eq!(one.get("possible_duplicates"), None);
        let same_name = made(&first, polish_company("NOWAK s.a."));
        assert_eq!(same_name["possible_duplicates"], json!([{"id": one["id"], "reason": "same_name"}]));
        let same_vat_id = with(polish_company("Nowak Polska"), json!({"vat_id": "PL 526 000 12 46"}));
        assert_eq!(
            made(&first, same_vat_id.clone())["possible_duplicates"],
            json!([{"id": one["id"], "reason": "same_vat_id"}])
        );
        assert_eq!(made(&second, same_vat_id).get("possible_duplicates"), None);
        let found = rows(&first.get("/v1/customers?vat_id=PL5260001246").expect(200));
        assert_eq!(found.len(), 2);
        app.drain();
    }
}

both! {
    /// C-34: branches are further invoice addresses; a line names one of its customer's.
    a_line_names_a_branch_of_its_customer(app) {
        let buyer = app.admin("cancom");
        let provider = app.provider("cancom");
        let customer = buyer.customer();
        let branches = format!("/v1/customers/{customer}/branches");
        let address = json!({"street": "Werkstraße 1", "postal_code": "1010", "city": "Wien", "country": "AT"});
        // Set up by the operator on request.
        let north = provider.post(&branches, json!({"name": "Werk Nord", "address": address})).expect(201);
        let path = north.header("location").to_owned();
        assert_eq!(buyer.get(&path).expect(200).body, north.body);
        provider.post(&branches, json!({"name": "Werk Nord", "address": address})).refused(409, "already_exists");
        provider.post(&branches, json!({"name": "Werk Süd", "address": address})).expect(201);
        assert_eq!(column(&rows(&buyer.get(&branches).expect(200)), "/name"), ["Werk Süd", "Werk Nord"]);
        let offer = shop::offer(&buyer, "Office 365 E1", YEAR_MONTHLY);
        let cart = Cart::new(&buyer);
        let line = |branch: &str| json!({"offer_id": offer, "quantity": 5, "branch": branch});
        let refused = cart.try_add(line("Werk West")).refused(422, "branch_unknown");
        assert_eq!(told(&refused), wrong([("/branch", "branch_unknown")]));
        cart.try_add(line("Werk Nord")).expect(201);
        let moved = buyer.patch(&path, json!({"address": {"city": "Graz"}})).expect(200);
        assert_eq!((moved.text_at("/address/city"), moved.text_at("/address/street")), ("Graz", "Werkstraße 1"));
        // Gone meanwhile: the preview says so, and nothing is ordered.
        buyer.delete(&path).expect(204);
        buyer.get(&path).refused(404, "not_found");
        assert_eq!(told(&cart.preview()), wrong([("/lines/0/branch", "branch_unknown")]));
        cart.try_order().refused(422, "branch_unknown");
        provider.post(&branches, json!({"name": "Werk Nord", "address": address})).expect(201);
        assert_eq!(cart.order()["lines"][0]["branch"], "Werk Nord");
        app.drain();
    }
}

both! {
    /// U-50, C-34: an order keeps its branch's address. A branch that something is billed to is retired: nobody orders
    /// for it any more, its name is free, and what runs is billed to it as before.
    u50_a_branch_that_is_used_is_retired(app) {
        let buyer = app.admin("terra");
        let customer = buyer.customer();
        let branches = format!("/v1/customers/{customer}/branches");
        let address = |street: &str| {
            json!({"street": street, "postal_code": "51063", "city": "Köln", "region": "NW", "country": "DE"})
        };
        let set_up =
            |street: &str| buyer.post(&branches, json!({"name": "Werk Nord", "address": address(street)})).expect(201);
        let north = set_up("Nordstraße 1");
        assert_eq!(north.body["retired_at"], json!(null));
        let path = north.header("location").to_owned();
        let ordered = || {
            let cart = Cart::new(&buyer);
            let offer = shop::offer(&buyer, "Office 365 E1", YEAR_MONTHLY);
            cart.try_add(json!({"offer_id": offer, "quantity": 1, "branch": "Werk Nord"})).expect(201);
            let order = cart.order();
            app.drain();
            order
        };
        let order = ordered();
        assert_eq!(order["lines"][0]["branch_address"]["street"], "Nordstraße 1");
        buyer.patch(&path, json!({"address": address("Nordstraße 2")})).expect(200);
        buyer.delete(&path).expect(204);
        let retired = buyer.get(&path).expect(200);
        assert!(retired.text_at("/retired_at").starts_with("2026-09-06T10:15:0"), "{}", retired.text);
        assert_eq!(retired.text_at("/address/street"), "Nordstraße 2");
        assert_eq!(rows(&buyer.get(&branches).expect(200)), Vec::<Value>::new());
        let runs = shop::subscriptions(&buyer, &order).remove(0);
        assert_eq!(runs["billed_to"]["branch_id"], north.body["id"]);
        assert_eq!(shop::order_now(&buyer, &order)["lines"][0]["branch_address"]["street"], "Nordstraße 1");
        // What is billed to it moves with it still; twice retired it is as it was.
        buyer.patch(&path, json!({"address": address("Nordstraße 3")})).expect(200);
        buyer.delete(&path).expect(204);
        assert_eq!(buyer.get(&path).expect(200).body["retired_at"], retired.body["retired_at"]);
        // Its name can be another's, which is another.
        let second = set_up("Südstraße 1");
        assert_ne!(second.body["id"], north.body["id"]);
        let again = ordered();
        assert_eq!(again["lines"][0]["branch_address"]["street"], "Südstraße 1");
        assert_eq!(shop::subscriptions(&buyer, &again)[0]["billed_to"]["branch_id"], second.body["id"]);
        // One that nothing is billed to goes.
        let unused = buyer.post(&branches, json!({"name": "Werk West", "address": address("Weg 1")})).expect(201);
        buyer.delete(unused.header("location")).expect(204);
        buyer.get(unused.header("location")).refused(404, "not_found");
    }
}

both! {
    /// U-50, C-34: who sets branches up is said by the marketplace, in words, and held to.
    u50_c34_whether_customers_set_branches_up_is_a_value(app) {
        for (slug, by) in [("cancom", "provider"), ("ahd", "customer"), ("terra", "customer")] {
            let shown = app.anonymous().get(&format!("/v1/marketplaces/{slug}")).expect(200);
            assert_eq!(shown.text_at("/form_rules/branches/set_up_by"), by, "{slug}");
            let words = shown.body["form_rules"]["branches"]["words"].as_array().cloned().expect("words");
            assert_eq!(column(&words, "/language"), ["de", "en", "pl"]);
            let buyer = app.admin(slug);
            let customer = buyer.customer();
            let branch = json!({"name": "Werk Nord", "address": {
                "street": "Weg 1", "postal_code": "51063", "city": "Köln", "region": "NW", "country": "DE",
            }});
            let made = buyer.post(&format!("/v1/customers/{customer}/branches"), branch.clone());
            if by == "customer" {
                made.expect(201);
                continue;
            }
            made.refused(403, "branches_by_provider");
            let provider = app.provider(slug);
            let made = provider.post(&format!("/v1/customers/{customer}/branches"), branch).expect(201);
            buyer.patch(made.header("location"), json!({"name": "Werk Ost"})).expect(200);
        }
    }
}

both! {
    /// An order's reference is unique for its customer, and finds it.
    an_order_has_a_reference(app) {
        let buyer = app.admin("cancom");
        let order = |edition: &str| {
            let cart = Cart::new(&buyer);
            cart.add(&shop::offer(&buyer, edition, YEAR_MONTHLY), 1);
            buyer.post("/v1/orders", with(cart.request(), json!({"external_ref": "erp-1"})))
        };
        let placed = order("Office 365 E1").expect(201);
        assert_eq!(placed.text_at("/external_ref"), "erp-1");
        assert_eq!(
            told(&order("Office 365 E3").refused(409, "external_ref_taken")),
            wrong([("/external_ref", "external_ref_taken")])
        );
        let found = rows(&buyer.get("/v1/orders?external_ref=erp-1").expect(200));
        assert_eq!(column(&found, "/id"), [placed.text_at("/id")]);
        assert!(rows(&buyer.get("/v1/orders?external_ref=erp-2").expect(200)).is_empty());
        app.drain();
    }
}

both! {
    /// T-01: the provider keeps the records of its customer numbers; nobody else sees them.
    the_provider_keeps_customer_numbers(app) {
        let provider = app.provider("terra");
        let record = json!({"company": "Nowak Sp. z o.o.", "postal_code": "00-838", "country": "PL", "region": "14"});
        let path = "/v1/customer-numbers/K-4711";
        let put = provider.put(path, record.clone()).expect(201);
        assert_eq!(
            (put.header("location"), &put.body["reseller_id"], &put.body["customer_id"]),
            (path, &Value::Null, &Value::Null)
        );
        let corrected = with(record.clone(), json!({"company": "Nowak S.A."}));
        provider.with("If-Match", "\"7\"").put(path, corrected.clone()).refused(412, "precondition_failed");
        assert_eq!(provider.put(path, corrected).expect(200).text_at("/company"), "Nowak S.A.");
        assert_eq!(provider.get(path).expect(200).text_at("/company"), "Nowak S.A.");
        // Newest first; the others are the demo's.
        let numbers = column(&rows(&provider.get("/v1/customer-numbers").expect(200)), "/number");
        assert_eq!(numbers, ["K-4711", "20003", "20002", "20001", "10002", "10001"]);
        let bad = json!({"company": "", "postal_code": "0838", "country": "PL", "region": "Mazowieckie"});
        assert_eq!(
            told(&provider.put("/v1/customer-numbers/k47", bad).refused(422, "validation_failed")),
            wrong([
                ("number", "invalid_value"),
                ("/company", "required"),
                ("/postal_code", "postal_code_invalid"),
                ("/region", "region_unknown"),
            ])
        );
        app.provider("cancom").get(path).refused(404, "not_found");
        app.reseller(1).get(path).refused(403, "forbidden");
        provider.delete(path).expect(204);
        provider.get(path).refused(404, "not_found");
    }
}
