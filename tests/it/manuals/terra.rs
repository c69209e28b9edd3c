//! [004] TERRA CLOUD, in the words of its rows: an indirect provider and its resellers.

use provisioning::mock::Call;
use serde_json::json;
use tests::company::polish_company;
use tests::shop::{
    self, Cart, MONTH, Plan, RETAIL, Row, YEAR_ANNUAL, YEAR_MONTHLY, column, customer, edition, euros, offer,
    order_now, plan_of, price, product, publish, rows, set_clock, sheet, subscriptions, text, told, wrong,
};
use tests::{Client, both};

fn agree(client: &Client, customer: &str) {
    let who = json!({"first_name": "Anna", "last_name": "Nowak", "email": "anna@zazolc.example"});
    client.post(&format!("/v1/customers/{customer}/agreements"), who).expect(201);
}

fn cart_for(client: &Client, customer: &str, title: &str, plan: Plan, quantity: u32) -> Cart {
    let cart = Cart::of(client, customer);
    cart.add(&offer(client, title, plan), quantity);
    cart
}

both! {
    /// T-03, T-06, T-36, T-67: what a frontend must ask for: password, consents, the order button's words, contacts.
    the_marketplace_says_what_its_forms_ask_for(app) {
        let shop = app.anonymous().get("/v1/marketplaces/terra").expect(200).body;
        assert_eq!(shop["registration_mode"], "customer_number");
        assert_eq!(
            (&shop["form_rules"]["password"]["min_length"], &shop["form_rules"]["password"]["not_login"]),
            (&json!(8), &json!(false))
        );
        let button = shop["form_rules"]["order_button"].as_array().expect("labels").clone();
        assert!(button.contains(&json!({"language": "pl", "text": "Zamów z obowiązkiem zapłaty"})), "{button:?}");
        // X-31, U-25: a Polish postal code has a dash, which may be left out.
        let codes = shop["form_rules"]["postal_codes"].as_array().expect("rules").clone();
        let polish = "^[0-9]{2}[ \u{a0}\u{2007}\u{2009}\u{202f}\u{2010}\u{2011}\u{2012}\u{2013}-]*[0-9]{3}$";
        assert!(codes.contains(&json!({"country": "PL", "pattern": polish})), "{codes:?}");
        assert_eq!(
            column(shop["support"].as_array().expect("contacts"), "/email"),
            ["orders@terra.example", "support@terra.example"]
        );
    }
}

both! {
    /// T-11, T-12: a reseller sees itself, and stores its Microsoft partner id before it sells.
    a_reseller_keeps_its_partner_id(app) {
        let reseller = app.reseller(1);
        let own = rows(&reseller.get("/v1/resellers").expect(200));
        assert_eq!(column(&own, "/name"), ["Systemhaus Nord GmbH"]);
        let path = format!("/v1/resellers/{}", text(&own[0]["id"]));
        // Locked: not with the other data, only by an operation of its own.
        reseller.patch(&path, json!({"partner_id": "5100001"})).refused(422, "unknown_field");
        let ids = json!({"partner_id": "5100001", "microsoft_id": own[0]["microsoft_id"]});
        let changed = reseller.put(&format!("{path}/microsoft-ids"), ids.clone()).expect(200);
        assert_eq!((changed.text_at("/partner_id"), changed.text_at("/name")), ("5100001", "Systemhaus Nord GmbH"));
        // A change is announced to the operator: it stands in the log with what was before.
        let log =
            rows(&app.provider("terra").get(&format!("/v1/audit-log?subject={}", text(&own[0]["id"]))).expect(200));
        assert_eq!(
            (&log[0]["action"], &log[0]["before"]["partner_id"], &log[0]["after"]["partner_id"]),
            (&json!("reseller.ids_changed"), &json!("5357564"), &json!("5100001"))
        );
        let other = app.reseller(2);
        other.put(&format!("{path}/microsoft-ids"), ids).refused(404, "not_found");
        app.drain();
    }
}

both! {
    /// T-17, T-18: a reseller creates its end customers; every field is mandatory, and all can be changed later.
    an_end_customer_is_created_and_changed(app) {
        let reseller = app.reseller(1);
        let missing = reseller
            .post(
                "/v1/customers",
                json!({
                    "name": " ",
                    "contact": {"first_name": "", "last_name": "", "email": "anna", "phone": null},
                    "address": {"street": "", "postal_code": "", "city": "", "country": "Polska"},
                }),
            )
            .refused(422, "validation_failed");
        assert_eq!(
            told(&missing),
            wrong([
                ("/name", "required"),
                ("/contact/first_name", "required"),
                ("/contact/last_name", "required"),
                ("/contact/email", "invalid_value"),
                ("/contact/phone", "required"),
                ("/address/country", "invalid_value"),
                ("/address/street", "required"),
                ("/address/city", "required"),
                ("/address/region", "required"),
            ])
        );
        let created = reseller.post("/v1/customers", polish_company("Zażółć Gęślą Sp. z o.o.")).expect(201);
        let own = text(&rows(&reseller.get("/v1/resellers").expect(200))[0]["id"]);
        assert_eq!(
            (created.text_at("/reseller_id"), created.text_at("/address/postal_code")),
            (own.as_str(), "00-838")
        );
        let path = created.header("location").to_owned();
        let mut address = created.body["address"].clone();
        address["city"] = json!("Kraków");
        let changed = reseller
            .patch(&path, json!({"name": "Gęślą S.A.", "address": address, "vat_id": "PL5260001246"}))
            .expect(200);
        assert_eq!((changed.text_at("/name"), changed.text_at("/address/city")), ("Gęślą S.A.", "Kraków"));
        assert_eq!((&changed.body["vat_id_valid"], &changed.body["contact"]), (&json!(true), &created.body["contact"]));
        assert_eq!(reseller.get(&path).expect(200).body, changed.body);
        app.drain();
    }
}

both! {
    /// T-17…T-24, T-36, T-37, G-28, G-37: an end customer, its new tenant, the agreement once, and the first booking.
    an_end_customer_gets_its_tenant_and_its_first_licences(app) {
        let reseller = app.reseller(1);
        let mut company = polish_company("Zażółć Gęślą Sp. z o.o.");
        company["name"] = json!("Müller GmbH");
        company["address"] =
            json!({"street": "Hauptstraße 1", "postal_code": "51063", "city": "Köln", "region": "NW", "country": "DE"});
        let id = text(&reseller.post("/v1/customers", company).expect(201).body["id"]);
        let tenant = format!("/v1/customers/{id}/tenant");
        assert_eq!(reseller.get(&tenant).expect(200).text_at("/status"), "none");
        let cart = cart_for(&reseller, &id, "Office 365 E1", YEAR_MONTHLY, 5);
        reseller.patch(&cart.path(""), json!({"name": "Erstausstattung"})).expect(200);
        // T-20, T-21: no booking without tenant and agreement.
        let both = [("/customer_id", "tenant_required"), ("/customer_id", "agreement_required")];
        assert_eq!(told(&cart.preview()), wrong(both));
        assert_eq!(told(&cart.try_order().refused(409, "tenant_required")), wrong(both));
        let suggested = reseller.get("/v1/tenant-domains?company=M%C3%BCller+GmbH").expect(200);
        assert_eq!(
            suggested.body,
            json!({"prefix": "muellergmbh", "domain": "muellergmbh.onmicrosoft.com", "available": true})
        );
        // T-22: taken means choosing another.
        assert_eq!(reseller.get("/v1/tenant-domains/contoso").expect(200).body["available"], false);
        reseller.put(&tenant, json!({"mode": "create", "prefix": "contoso"})).refused(409, "tenant_domain_taken");
        reseller.put(&tenant, json!({"mode": "create", "prefix": "muellergmbh"})).expect(202);
        app.drain();
        assert_eq!(reseller.get(&tenant).expect(200).text_at("/status"), "linked");
        assert_eq!(reseller.get("/v1/tenant-domains/muellergmbh").expect(200).body["available"], false);
        // T-23, T-24: with these credentials the admin center can be opened at once.
        let credentials = reseller.post(&format!("{tenant}/credentials"), json!({})).expect(200);
        assert_eq!(credentials.text_at("/user_name"), "admin@muellergmbh.onmicrosoft.com");
        assert_eq!(
            told(&cart.try_order().refused(409, "agreement_required")),
            wrong([("/customer_id", "agreement_required")])
        );
        agree(&reseller, &id);
        let order = cart.order();
        assert_eq!((&order["name"], &order["customer_id"]), (&json!("Erstausstattung"), &json!(id)));
        assert_eq!(order["due_now"], euros("47.00", "8.93", "55.93"));
        app.drain();
        assert_eq!(order_now(&reseller, &order)["status"], "completed");
        let subscription = subscriptions(&reseller, &order).remove(0);
        assert_eq!((&subscription["status"], &subscription["quantity"]), (&json!("active"), &json!(5)));
        assert_eq!(subscription["reseller_id"], reseller.get("/v1/me").expect(200).body["reseller_id"]);
        assert_eq!(app.mock.effects().tenants_created, ["muellergmbh.onmicrosoft.com"]);
    }
}

both! {
    /// T-19: exactly one Microsoft 365 account per end customer.
    a_customer_has_one_tenant(app) {
        let reseller = app.reseller(1);
        let tenant = format!("/v1/customers/{}/tenant", customer(&reseller, "Kunde 1 GmbH"));
        reseller.put(&tenant, json!({"mode": "create", "prefix": "kundeeins"})).refused(409, "tenant_exists");
        reseller.put(&tenant, json!({"mode": "link", "domain": "kundeeins.example"})).refused(409, "tenant_exists");
        assert_eq!(reseller.get(&tenant).expect(200).text_at("/domain"), "terrakunde1.onmicrosoft.com");
        assert_eq!(app.mock.calls(Call::CreateTenant), 0);
    }
}

both! {
    /// T-25…T-29: linking by the default domain, the link for the tenant's administrator, "check assignment".
    an_existing_tenant_is_linked_by_its_default_domain(app) {
        let reseller = app.reseller(1);
        let id =
            text(&reseller.post("/v1/customers", polish_company("Zażółć Gęślą Sp. z o.o.")).expect(201).body["id"]);
        let tenant = format!("/v1/customers/{id}/tenant");
        let asked = reseller.put(&tenant, json!({"mode": "link", "domain": "Zazolc.example"})).expect(202);
        assert_eq!((asked.text_at("/status"), asked.text_at("/domain")), ("awaiting_confirmation", "zazolc.example"));
        // T-26: what the tenant's administrator opens.
        assert!(asked.text_at("/invitation_url").starts_with("https://admin.microsoft.com/"), "{}", asked.text);
        let checked = reseller.post(&format!("{tenant}/verify"), json!({})).expect(200);
        assert_eq!((checked.text_at("/status"), &checked.body["invitation_url"]), ("linked", &json!(null)));
        app.drain();
        agree(&reseller, &id);
        let order = cart_for(&reseller, &id, "Office 365 E1", YEAR_MONTHLY, 5).order();
        app.drain();
        assert_eq!(order_now(&reseller, &order)["status"], "completed");
        // T-29: nothing was made there but the order.
        assert_eq!((app.mock.calls(Call::CreateTenant), app.mock.effects().carts_checked_out.len()), (0, 1));
    }
}

both! {
    /// T-27, T-28: without confirmation the check fails and nothing can be booked; the domain can be corrected.
    a_link_that_is_not_confirmed_books_nothing(app) {
        let reseller = app.reseller(1);
        let id =
            text(&reseller.post("/v1/customers", polish_company("Zażółć Gęślą Sp. z o.o.")).expect(201).body["id"]);
        let tenant = format!("/v1/customers/{id}/tenant");
        agree(&reseller, &id);
        reseller.put(&tenant, json!({"mode": "link", "domain": "unknown.example"})).expect(202);
        app.drain();
        let failed = reseller.get(&tenant).expect(200);
        assert_eq!((failed.text_at("/status"), failed.text_at("/failure")), ("failed", "tenant_unknown"));
        reseller.post(&format!("{tenant}/verify"), json!({})).refused(409, "tenant_not_linking");
        reseller.put(&tenant, json!({"mode": "link", "domain": "unconfirmed.example"})).expect(202);
        app.drain();
        let checked = reseller.post(&format!("{tenant}/verify"), json!({})).expect(200);
        assert_eq!(checked.text_at("/status"), "awaiting_confirmation");
        assert!(checked.text_at("/invitation_url").starts_with("https://"));
        let cart = cart_for(&reseller, &id, "Office 365 E1", YEAR_MONTHLY, 5);
        cart.try_order().refused(409, "tenant_required");
    }
}

both! {
    /// T-32: main products and add-ons are categories of their own.
    main_products_and_add_ons_are_apart(app) {
        let buyer = app.admin("terra");
        let titles = |category: &str| {
            column(&rows(&buyer.get(&format!("/v1/products?category={category}&limit=200")).expect(200)), "/title")
        };
        let (main, add_ons) = (titles("main"), titles("add-ons"));
        assert_eq!((main.len(), add_ons.len()), (29, 7));
        assert!(add_ons.contains(&"Microsoft Teams Premium".to_owned()) && main.contains(&"Visio".to_owned()));
        let top: Vec<_> =
            rows(&buyer.get("/v1/categories").expect(200)).into_iter().filter(|one| one["parent"].is_null()).collect();
        assert_eq!(column(&top, "/slug"), ["main", "add-ons", "other"]);
    }
}

both! {
    /// T-33…T-35, T-63: a month, a year by months, a year at once; the month alone costs 20 % more.
    three_plans_begin_on_the_day_of_the_order(app) {
        let buyer = app.admin("terra");
        let edition = edition(&buyer, "Office 365 E1");
        let shown = |plan| {
            let offer = plan_of(&edition, plan);
            (text(&offer["price"]["amount"]), text(&offer["policy_key"]))
        };
        assert_eq!(shown(MONTH), ("11.28".into(), "terra_nce_p1m_m".into()));
        assert_eq!(shown(YEAR_MONTHLY), ("9.40".into(), "terra_nce_p1y_m".into()));
        assert_eq!(shown(YEAR_ANNUAL), ("112.80".into(), "terra_nce_p1y_y".into()));
        let cart = Cart::new(&buyer);
        for plan in [MONTH, YEAR_MONTHLY, YEAR_ANNUAL] {
            cart.add(&offer(&buyer, "Office 365 E1", plan), 5);
        }
        let preview = cart.preview();
        let lines = preview.body["lines"].as_array().expect("lines");
        assert_eq!(column(lines, "/charges/0/money/net"), ["56.40", "47.00", "564.00"]);
        assert_eq!(column(lines, "/charges/0/service_end"), ["2026-10-05", "2026-10-05", "2027-09-05"]);
        assert_eq!(column(lines, "/next_charge_on"), ["null", "2026-10-06", "null"]);
        assert_eq!(preview.body["due_now"], euros("667.40", "126.81", "794.21"));
        assert_eq!(
            preview.body["recurring"],
            json!([
                {"billing_cycle": "monthly", "money": euros("103.40", "19.65", "123.05")},
                {"billing_cycle": "annual", "money": euros("564.00", "107.16", "671.16")},
            ])
        );
    }
}

both! {
    /// T-34, T-40, T-41: 7 days from the start to adjust or cancel; then it renews by itself.
    a_subscription_says_how_long_it_may_be_canceled(app) {
        set_clock(&app.provider("terra"), "2027-01-31T08:00:00Z");
        let subscription = shop::buy(&app, &app.admin("terra"), "Office 365 E1", YEAR_MONTHLY, 5);
        assert_eq!(
            (&subscription["cancel_until"], &subscription["auto_renew"]),
            (&json!("2027-02-07T08:00:00Z"), &json!(true))
        );
        assert_eq!(
            (&subscription["term_start"], &subscription["term_end"]),
            (&json!("2027-01-31"), &json!("2028-01-30"))
        );
        // G-61: an anniversary on the 31st falls on the month's last day.
        assert_eq!(subscription["next_charge_on"], "2027-02-28");
    }
}

both! {
    /// T-36: the binding order carries its name, end customer and quantity; the terms must be accepted.
    an_order_has_its_name_customer_and_quantity(app) {
        let reseller = app.reseller(1);
        let id = customer(&reseller, "Kunde 1 GmbH");
        let cart = Cart::with(&reseller, json!({"customer_id": id, "name": "Wiosna 2027 – Łódź"}));
        cart.add(&offer(&reseller, "Office 365 E1", YEAR_MONTHLY), 5);
        let terms = json!({
            "kind": "terms", "version": "2026-01", "vendor": null, "title": "Terms and licence conditions",
            "url": "https://shop.terra.example/legal/terms",
        });
        assert_eq!(cart.preview().body["consents_required"], json!([terms]));
        let order = cart.order();
        assert_eq!(
            (&order["name"], &order["customer_id"], &order["lines"][0]["quantity"]),
            (&json!("Wiosna 2027 – Łódź"), &json!(id), &json!(5))
        );
        assert_eq!(order["reseller_id"], reseller.get("/v1/me").expect(200).body["reseller_id"]);
        app.drain();
        assert_eq!(order_now(&app.provider("terra"), &order)["status"], "completed");
        // A reseller that names no customer has no cart.
        assert_eq!(
            told(&reseller.post("/v1/carts", json!({})).refused(422, "required")),
            wrong([("/customer_id", "required")])
        );
    }
}

both! {
    /// T-45, G-36: setting the quantity to 0 is not a cancellation.
    a_quantity_of_zero_is_no_cancellation(app) {
        let buyer = app.admin("terra");
        let cart = Cart::new(&buyer);
        let line = cart.add(&offer(&buyer, "Office 365 E1", YEAR_MONTHLY), 5);
        cart.change(&line, json!({"quantity": 0})).expect(200);
        assert_eq!(told(&cart.preview()), wrong([("/lines/0/quantity", "use_cancel")]));
        let refused = cart.try_order().refused(422, "use_cancel");
        assert_eq!(
            (told(&refused), &refused.body["rule"]),
            (wrong([("/lines/0/quantity", "use_cancel")]), &json!("zero_quantity"))
        );
    }
}

both! {
    /// T-47: products that were renamed are found by their old names.
    old_names_are_found(app) {
        let buyer = app.admin("terra");
        for (old, today) in [
            ("Office 365 ProPlus", "Microsoft 365 Apps for enterprise"),
            ("office 365 business essentials", "Microsoft 365 Business Basic"),
            ("Office 365 Business Premium", "Microsoft 365 Business Standard"),
            ("Azure Active Directory", "Microsoft Entra ID"),
            ("SkyDrive", "OneDrive for Business"),
            ("Windows Intune", "Microsoft Intune"),
            ("flow", "Power Automate"),
        ] {
            let found =
                column(&rows(&buyer.get(&format!("/v1/products?q={}", shop::encoded(old))).expect(200)), "/title");
            assert!(found.contains(&today.to_owned()), "{old}: {found:?}");
        }
        let office = product(&buyer, "Microsoft 365 Apps for enterprise", "");
        assert_eq!(office["aliases"], json!(["Office 365 ProPlus"]));
    }
}

both! {
    /// T-51: different licences can be mixed within one customer.
    licences_can_be_mixed(app) {
        let reseller = app.reseller(2);
        let id = customer(&reseller, "Kunde 2 GmbH");
        let cart = Cart::of(&reseller, &id);
        for (title, quantity) in [("Office 365 E1", 20), ("Microsoft 365 E5", 2), ("Exchange Online (Plan 1)", 7)] {
            cart.add(&offer(&reseller, title, YEAR_MONTHLY), quantity);
        }
        let order = cart.order();
        // 20 × 9.40 + 2 × 59.70 + 7 × 3.70.
        assert_eq!(order["due_now"], euros("333.30", "63.33", "396.63"));
        app.drain();
        let mixed = subscriptions(&reseller, &order);
        assert_eq!(
            (column(&mixed, "/status"), column(&mixed, "/quantity")),
            (vec!["active".to_owned(); 3], vec!["20".into(), "2".into(), "7".into()])
        );
        assert_eq!(app.mock.effects().carts_checked_out.len(), 1);
    }
}

both! {
    /// T-38, T-42: a perpetual licence is charged once.
    a_perpetual_licence_is_charged_once(app) {
        let reseller = app.reseller(1);
        let row = Row {
            tags: "License;Perpetual".to_owned(),
            ..Row::of("Windows Server 2025 Standard", "DG7GMGF0PWHC", "0001", "Windows Server 2025 Standard")
        };
        publish(&app.provider("terra"), RETAIL, &[row.planned("OneTime", "OneTime").priced("700.00", "880.00")]);
        let sold = product(&reseller, "Windows Server 2025 Standard", "&kind=perpetual");
        let cart = Cart::of(&reseller, &customer(&reseller, "Kunde 1 GmbH"));
        cart.add(&text(&sold["skus"][0]["offers"][0]["id"]), 2);
        let order = cart.order();
        assert_eq!((&order["due_now"], &order["recurring"]), (&euros("1760.00", "334.40", "2094.40"), &json!([])));
        app.drain();
        let licence = subscriptions(&reseller, &order).remove(0);
        assert_eq!(
            (&licence["status"], &licence["term"], &licence["term_end"]),
            (&json!("active"), &json!("none"), &json!(null))
        );
    }
}

both! {
    /// A-04, T-08: a reseller's own price list is its customers' and nobody else's.
    a_reseller_has_prices_of_its_own(app) {
        let (provider, one, two) = (app.provider("terra"), app.reseller(1), app.reseller(2));
        let own = text(&rows(&one.get("/v1/resellers").expect(200))[0]["id"]);
        // Cost 7.52 plus 8 % is 8.1216.
        let list = shop::import(&provider, &format!("percent_on_cost=8&reseller_id={own}"), sheet(&[Row::e1()]));
        assert_eq!((&list["reseller_id"], &list["added"]), (&json!(own), &json!(1)));
        shop::try_publish(&provider, &list).expect(200);
        assert_eq!(shop::price_of(&one, "Office 365 E1", YEAR_MONTHLY), "8.1216");
        assert_eq!(shop::price_of(&two, "Office 365 E1", YEAR_MONTHLY), "9.40");
        assert_eq!(shop::price_of(&app.admin("terra"), "Office 365 E1", YEAR_MONTHLY), "9.40");
        let first = customer(&one, "Kunde 1 GmbH");
        let order = cart_for(&one, &first, "Office 365 E1", YEAR_MONTHLY, 5).order();
        // G-106: 5 × 8.1216.
        assert_eq!((&order["due_now"]["net"], &order["lines"][0]["unit_price"]), (&json!("40.61"), &price("8.1216")));
        let order = cart_for(&two, &customer(&two, "Kunde 2 GmbH"), "Office 365 E1", YEAR_MONTHLY, 5).order();
        assert_eq!(order["due_now"]["net"], "47.00");
        app.drain();
        // A customer's own price is what the customer pays, its reseller buys at its own (U-42).
        let list = shop::import(
            &provider,
            &format!("{RETAIL}&customer_id={first}"),
            sheet(&[Row::e1().priced("90.24", "108.00")]),
        );
        shop::try_publish(&provider, &list).expect(200);
        let seen = |more: &str| {
            text(&plan_of(&shop::edition_for(&one, "Office 365 E1", more), YEAR_MONTHLY)["price"]["amount"])
        };
        assert_eq!((seen(&format!("&customer_id={first}")), seen("")), ("8.1216".into(), "8.1216".into()));
        // What the provider pays is no reseller's to see.
        assert!(plan_of(&edition(&one, "Office 365 E1"), YEAR_MONTHLY).get("cost").is_none());
    }
}

both! {
    /// A reseller sees its own customers, carts, orders and subscriptions; the other's are not there.
    resellers_do_not_see_each_other(app) {
        let (one, two) = (app.reseller(1), app.reseller(2));
        let theirs = customer(&two, "Kunde 2 GmbH");
        let cart = cart_for(&two, &theirs, "Office 365 E1", YEAR_MONTHLY, 5);
        let order = cart.order();
        app.drain();
        let open = cart_for(&two, &theirs, "Office 365 E1", YEAR_MONTHLY, 5);
        let subscription = text(&order["lines"][0]["subscription_id"]);
        for path in ["/v1/customers", "/v1/orders", "/v1/subscriptions", "/v1/resellers", "/v1/audit-log"] {
            let (own, foreign) = (one.get(path).expect(200), two.get(path).expect(200));
            assert!(!rows(&foreign).is_empty() && rows(&foreign).iter().all(|row| !rows(&own).contains(row)), "{path}");
        }
        assert_eq!(column(&rows(&one.get("/v1/customers").expect(200)), "/name"), ["Kunde 1 GmbH"]);
        for path in ["/v1/orders", "/v1/subscriptions", "/v1/products"] {
            one.get(&format!("{path}?customer_id={theirs}")).refused(422, "not_found");
        }
        let reads = [
            format!("/v1/customers/{theirs}"),
            format!("/v1/customers/{theirs}/tenant"),
            format!("/v1/customers/{theirs}/agreements"),
            open.path(""),
            format!("/v1/orders/{}", text(&order["id"])),
            format!("/v1/subscriptions/{subscription}"),
            format!("/v1/resellers/{}", text(&order["reseller_id"])),
        ];
        for path in &reads {
            two.get(path).expect(200);
            one.get(path).refused(404, "not_found");
        }
        one.post("/v1/carts", json!({"customer_id": theirs})).refused(422, "not_found");
        one.post(&open.path("/preview"), json!({})).refused(404, "not_found");
        one.patch(&open.path(""), json!({"name": "meins"})).refused(404, "not_found");
        one.delete(&open.path("")).refused(404, "not_found");
        one.post("/v1/orders", open.request()).refused(422, "not_found");
        one.patch(&format!("/v1/customers/{theirs}"), json!({"name": "meins"})).refused(404, "not_found");
        let tenant = format!("/v1/customers/{theirs}/tenant");
        one.put(&tenant, json!({"mode": "create", "prefix": "meins"})).refused(404, "not_found");
        one.post(&format!("{tenant}/credentials"), json!({})).refused(404, "not_found");
        let mut company = polish_company("Zażółć Gęślą Sp. z o.o.");
        company["reseller_id"] = order["reseller_id"].clone();
        one.post("/v1/customers", company).refused(422, "not_found");
        // Nor does anybody see the provider's direct customers, and a customer not its neighbor.
        assert_eq!(rows(&one.get("/v1/customers?name=Musterfirma").expect(200)).len(), 0);
        assert_eq!(rows(&app.admin("terra").get("/v1/subscriptions").expect(200)).len(), 0);
        assert_eq!(rows(&app.provider("terra").get("/v1/customers").expect(200)).len(), 4);
    }
}

both! {
    /// The provider creates a customer for one of its resellers, who then serves it.
    the_provider_creates_a_customer_for_a_reseller(app) {
        let (provider, one) = (app.provider("terra"), app.reseller(1));
        let own = text(&one.get("/v1/me").expect(200).body["reseller_id"]);
        let mut company = polish_company("Zażółć Gęślą Sp. z o.o.");
        company["reseller_id"] = json!(own);
        let created = provider.post("/v1/customers", company).expect(201);
        assert_eq!(one.get(created.header("location")).expect(200).body, created.body);
        let direct = provider.post("/v1/customers", polish_company("Zażółć Gęślą Sp. z o.o.")).expect(201);
        assert_eq!(direct.body["reseller_id"], json!(null));
        one.get(direct.header("location")).refused(404, "not_found");
        assert_eq!(rows(&provider.get(&format!("/v1/customers?reseller_id={own}")).expect(200)).len(), 2);
    }
}
