//! [000] CANCOM Marketplace, in the words of its rows.

use serde_json::{Value, json};
use tests::both;
use tests::shop::{
    self, Cart, MONTH, Row, YEAR_ANNUAL, YEAR_MONTHLY, cart_with, column, edition, euros, offer, order_now, plan_of,
    price, product, rows, set_clock, subscriptions, text, told, wrong,
};

/// The five editions with their prices a month in a year's contract, a year, and a month alone (C-17…C-21).
const EDITIONS: [(&str, &str, &str, &str); 5] = [
    ("Office 365 E1", "9.40", "112.80", "11.28"),
    ("Office 365 E3", "25.10", "301.20", "30.12"),
    ("Office 365 E5", "41.50", "498.00", "49.80"),
    ("Microsoft 365 E5", "59.70", "716.40", "71.64"),
    ("Microsoft 365 E3", "39.30", "471.60", "47.16"),
];

const AUSTRIA: &str = "AT";

fn address(country: &str) -> serde_json::Value {
    json!({"street": "Kärntner Ring 1", "postal_code": "1010", "city": "Wien", "country": country})
}

fn cents(amount: &str) -> i64 {
    amount.replace('.', "").parse().expect("an amount with two decimals")
}

both! {
    /// C-32, C-38, C-39, G-01…G-03: five E1 on the 6th of a 30-day month.
    five_e1_on_the_6th_cost_46_61_today_and_47_00_a_month(app) {
        let buyer = app.admin("cancom");
        let cart = Cart::with(&buyer, json!({"name": "Neue Arbeitsplätze"}));
        cart.add(&offer(&buyer, "Office 365 E1", YEAR_MONTHLY), 5);
        let preview = cart.preview();
        assert_eq!(told(&preview), wrong([]));
        assert_eq!(preview.body["due_now"], euros("39.17", "7.44", "46.61"));
        assert_eq!(
            preview.body["recurring"],
            json!([{"billing_cycle": "monthly", "money": euros("47.00", "8.93", "55.93")}])
        );
        let charge = &preview.body["lines"][0]["charges"][0];
        assert_eq!((&charge["service_start"], &charge["service_end"]), (&json!("2026-09-06"), &json!("2026-09-30")));
        assert_eq!(charge["explain"], "5 * 9.40 * 25 / 30");
        // C-41: "complete purchase" shows the amount due today once more.
        let order = cart.order();
        assert_eq!(order["due_now"], preview.body["due_now"]);
        assert_eq!(order["recurring"], preview.body["recurring"]);
        assert_eq!(order["name"], "Neue Arbeitsplätze");
        app.drain();
        let order = order_now(&buyer, &order);
        assert_eq!(order["status"], "completed", "{order}");
        let kinds = column(order["timeline"].as_array().expect("a timeline"), "/kind");
        assert_eq!(kinds, ["order.placed", "order_line.ordered", "order.completed"]);
        let subscription = &rows(&buyer.get("/v1/subscriptions").expect(200))[0];
        assert_eq!(subscription["status"], "active");
        assert_eq!(subscription["quantity"], 5);
        assert_eq!(subscription["unit_price"], price("9.40"));
        assert_eq!(
            (&subscription["term_start"], &subscription["term_end"]),
            (&json!("2026-09-06"), &json!("2027-09-05"))
        );
        assert_eq!(subscription["next_charge_on"], "2026-10-01");
        assert_eq!(subscription["auto_renew"], true);
    }
}

both! {
    /// C-39, G-04: rounding the unit first would give 39.15.
    the_line_is_rounded_and_not_the_unit(app) {
        let buyer = app.admin("cancom");
        let preview = cart_with(&buyer, "Office 365 E1", YEAR_MONTHLY, 5).preview();
        assert_eq!(preview.body["lines"][0]["charges"][0]["money"], euros("39.17", "7.44", "46.61"));
        let one = cart_with(&buyer, "Office 365 E1", YEAR_MONTHLY, 1).preview();
        assert_eq!(one.body["due_now"]["net"], "7.83");
        // A line of five and five lines of one are not the same.
        let five = Cart::new(&buyer);
        (0..5).for_each(|_| drop(five.add(&offer(&buyer, "Office 365 E1", YEAR_MONTHLY), 1)));
        assert_eq!(five.preview().body["due_now"], euros("39.15", "7.44", "46.59"));
    }
}

both! {
    /// G-13: on the 1st a whole month is due, on the last of 30 days one of them.
    the_day_of_the_order_counts(app) {
        let (provider, buyer) = (app.provider("cancom"), app.admin("cancom"));
        let cart = cart_with(&buyer, "Office 365 E1", YEAR_MONTHLY, 5);
        set_clock(&provider, "2026-09-30T21:59:59Z");
        assert_eq!(cart.preview().body["due_now"], euros("1.57", "0.30", "1.87"));
        set_clock(&provider, "2026-10-31T23:00:00Z");
        assert_eq!(cart.preview().body["due_now"], euros("47.00", "8.93", "55.93"));
        set_clock(&provider, "2026-11-30T12:00:00Z");
        assert_eq!(cart.preview().body["lines"][0]["charges"][0]["explain"], "5 * 9.40 * 1 / 30");
        let order = cart.order();
        assert_eq!(order["due_now"], euros("1.57", "0.30", "1.87"));
        assert_eq!(order["placed_at"], "2026-11-30T12:00:00Z");
        app.drain();
        let subscription = subscriptions(&buyer, &order).remove(0);
        assert_eq!(
            (&subscription["term_start"], &subscription["term_end"]),
            (&json!("2026-11-30"), &json!("2027-11-29"))
        );
        assert_eq!(subscription["next_charge_on"], "2026-12-01");
    }
}

both! {
    /// C-01: one shop sells many vendors, bookable at once.
    one_shop_sells_many_vendors(app) {
        let (provider, buyer) = (app.provider("cancom"), app.admin("cancom"));
        let row = Row {
            publisher: "Musterfirma Software GmbH".to_owned(),
            ..Row::of("Zeiterfassung", "DZH318Z0AAAA", "0001", "Zeiterfassung Basis").priced("36.00", "48.00")
        };
        shop::publish(&provider, shop::RETAIL, &[row]);
        let found = buyer.get("/v1/products?publisher=Musterfirma+Software+GmbH").expect(200);
        assert_eq!(column(&rows(&found), "/title"), ["Zeiterfassung"]);
        let cart = cart_with(&buyer, "Zeiterfassung Basis", YEAR_MONTHLY, 3);
        cart.add(&offer(&buyer, "Office 365 E1", YEAR_MONTHLY), 5);
        // 3 × 4.00 × 25/30 and G-01's 39.17, taxed once.
        assert_eq!(cart.preview().body["due_now"], euros("49.17", "9.34", "58.51"));
        let order = cart.order();
        app.drain();
        assert_eq!(order_now(&buyer, &order)["status"], "completed");
        assert_eq!(column(&subscriptions(&buyer, &order), "/status"), ["active", "active"]);
    }
}

both! {
    /// C-02, C-65: a storefront names its country's currency, its language and its support contacts.
    a_storefront_says_whom_to_reach(app) {
        let shop = app.anonymous().get("/v1/marketplaces/cancom").expect(200).body;
        assert_eq!(
            (&shop["name"], &shop["currency"], &shop["locale"]),
            (&json!("CANCOM Marketplace"), &json!("EUR"), &json!("de"))
        );
        assert_eq!(column(shop["support"].as_array().expect("contacts"), "/concern"), ["orders", "support"]);
        assert_eq!(shop["support"][1]["email"], "support@cancom.example");
        // C-05, C-10: how one gets in, and what a password must be.
        assert_eq!(shop["registration_mode"], "approval");
        assert_eq!(
            (&shop["form_rules"]["password"]["min_length"], &shop["form_rules"]["password"]["not_login"]),
            (&json!(8), &json!(true))
        );
        let terms = "https://shop.cancom.example/legal/vendor-terms";
        let consents = json!([{"kind": "vendor_terms", "version": "2026-01", "url": terms}]);
        assert_eq!(shop["form_rules"]["consents"], consents);
        assert_eq!(shop["form_rules"]["payment_methods"], json!(["invoice"]));
    }
}

both! {
    /// C-14: products are found by a search bar or by categories.
    products_are_found_by_words_and_by_categories(app) {
        let buyer = app.admin("cancom");
        let titles = |query: &str| column(&rows(&buyer.get(&format!("/v1/products?{query}")).expect(200)), "/title");
        assert_eq!(titles("q=nce+office"), ["Office 365 Enterprise (NCE)", "Microsoft 365 Enterprise (NCE)"]);
        assert_eq!(
            titles("q=E5+Microsoft+365"),
            ["Microsoft 365 Enterprise (NCE)", "Microsoft Purview", "Office 365 Enterprise (NCE)"]
        );
        assert_eq!(titles("q=exchange&category=email"), ["Exchange Online"]);
        assert_eq!(titles("category=email"), ["Exchange Online"]);
        assert_eq!(titles("q=nothing+of+the+kind"), [] as [&str; 0]);
        let categories = rows(&buyer.get("/v1/categories").expect(200));
        let email = json!({"slug": "email", "title": "E-mail", "parent": "main", "position": 2});
        assert!(categories.contains(&email), "{categories:?}");
        // A category holds what its parts hold.
        assert!(titles("category=main&limit=200").contains(&"Exchange Online".to_owned()));
        assert!(!titles("category=main&limit=200").contains(&"Audio Conferencing".to_owned()));
    }
}

both! {
    /// C-15, C-16, C-23: product, editions, plans; E3 costs from 25.10 a user and month.
    a_product_has_editions_and_each_its_plans(app) {
        let buyer = app.admin("cancom");
        let office = product(&buyer, "Office 365 Enterprise (NCE)", "");
        assert_eq!(office["from_price"], price("9.40"));
        let editions = office["skus"].as_array().expect("editions");
        assert_eq!(column(editions, "/title"), ["Office 365 E1", "Office 365 E3", "Office 365 E5"]);
        assert_eq!(editions[1]["from_price"], price("25.10"));
        for edition in editions {
            assert_eq!(edition["offers"].as_array().map(Vec::len), Some(3), "{edition}");
        }
        let single = buyer.get(&format!("/v1/products/{}", text(&office["id"]))).expect(200);
        assert_eq!(single.body, office);
        let details = buyer.get(&format!("/v1/offers/{}", text(&editions[1]["offers"][0]["id"]))).expect(200);
        assert_eq!(
            (details.text_at("/product_title"), details.text_at("/sku_title")),
            ("Office 365 Enterprise (NCE)", "Office 365 E3")
        );
        assert_eq!(details.text_at("/policy/key"), "cancom_monthly12");
    }
}

both! {
    /// C-17…C-22, G-05, G-06: a year costs twelve of its months, a month alone 20 % more.
    the_five_editions_cost_what_the_manual_prints(app) {
        let buyer = app.admin("cancom");
        for (title, month, year, alone) in EDITIONS {
            let edition = edition(&buyer, title);
            let amount = |plan| text(&plan_of(&edition, plan)["price"]["amount"]);
            assert_eq!(
                (amount(YEAR_MONTHLY), amount(YEAR_ANNUAL), amount(MONTH)),
                (month.into(), year.into(), alone.into()),
                "{title}"
            );
            assert_eq!(cents(&amount(YEAR_ANNUAL)), 12 * cents(&amount(YEAR_MONTHLY)), "{title}");
            assert_eq!(10 * cents(&amount(MONTH)), 12 * cents(&amount(YEAR_MONTHLY)), "{title}");
        }
    }
}

both! {
    /// C-25: of the three plans "monthly: 12-month contract" is preselected.
    monthly_in_a_years_contract_is_preselected(app) {
        let buyer = app.admin("cancom");
        for (title, ..) in EDITIONS {
            let offers = edition(&buyer, title)["offers"].as_array().cloned().expect("offers");
            assert_eq!(column(&offers, "/preselected"), ["true", "false", "false"], "{title}");
            assert_eq!((&offers[0]["term"], &offers[0]["billing_cycle"]), (&json!("P1Y"), &json!("monthly")));
        }
    }
}

both! {
    /// C-26…C-28: a month alone and a year's months are invoiced from the calendar month's beginning, a year up front.
    each_plan_is_invoiced_in_its_own_way(app) {
        let buyer = app.admin("cancom");
        let cart = Cart::new(&buyer);
        for plan in [MONTH, YEAR_MONTHLY, YEAR_ANNUAL] {
            cart.add(&offer(&buyer, "Office 365 E1", plan), 5);
        }
        let preview = cart.preview();
        let told: Vec<_> = preview.body["lines"]
            .as_array()
            .expect("lines")
            .iter()
            .map(|line| {
                let charge = &line["charges"][0];
                [
                    &charge["explain"],
                    &charge["money"]["net"],
                    &charge["service_start"],
                    &charge["service_end"],
                    &line["next_charge_on"],
                ]
                .map(text)
                .join(" ")
            })
            .collect();
        assert_eq!(
            told,
            [
                "5 * 11.28 * 25 / 30 47.00 2026-09-06 2026-09-30 2026-10-01",
                "5 * 9.40 * 25 / 30 39.17 2026-09-06 2026-09-30 2026-10-01",
                "5 * 112.80 564.00 2026-09-06 2027-09-05 null",
            ]
        );
        assert_eq!(preview.body["due_now"], euros("650.17", "123.53", "773.70"));
        assert_eq!(
            preview.body["recurring"],
            json!([
                {"billing_cycle": "monthly", "money": euros("103.40", "19.65", "123.05")},
                {"billing_cycle": "annual", "money": euros("564.00", "107.16", "671.16")},
            ])
        );
        // The plan's own words say how long the price is protected.
        let words = |plan| {
            let german = buyer.with("Accept-Language", "de");
            let details = german.get(&format!("/v1/offers/{}", offer(&buyer, "Office 365 E1", plan))).expect(200);
            text(&details.body["policy"]["words"])
        };
        assert!(words(MONTH) != words(YEAR_MONTHLY) && words(YEAR_MONTHLY) != words(YEAR_ANNUAL));
        assert!(
            words(YEAR_MONTHLY).contains("Vorzeitige Kündigung kostet 100 % der Restlaufzeit."),
            "{}",
            words(YEAR_MONTHLY)
        );
    }
}

both! {
    /// C-24, C-25, C-32: a line is changed to another plan and a new total, and removed.
    a_line_is_changed_and_removed(app) {
        let buyer = app.admin("cancom");
        let cart = Cart::new(&buyer);
        let first = cart.add(&offer(&buyer, "Office 365 E1", YEAR_MONTHLY), 5);
        let second = cart.add(&offer(&buyer, "Office 365 E3", YEAR_MONTHLY), 2);
        // The field means the users in all, not how many more.
        let changed = cart.change(&first, json!({"quantity": 7})).expect(200);
        assert_eq!(changed.body["lines"][0]["quantity"], 7);
        let annual = offer(&buyer, "Office 365 E1", YEAR_ANNUAL);
        let changed = cart.change(&first, json!({"offer_id": annual})).expect(200);
        assert_eq!(
            (&changed.body["lines"][0]["offer_id"], &changed.body["lines"][0]["quantity"]),
            (&json!(annual), &json!(7))
        );
        let left = buyer.delete(&cart.path(&format!("/lines/{second}"))).expect(200);
        assert_eq!(column(left.body["lines"].as_array().expect("lines"), "/id"), [first.as_str()]);
        assert_eq!(cart.preview().body["due_now"]["net"], "789.60");
        buyer.delete(&cart.path(&format!("/lines/{second}"))).refused(404, "not_found");
        cart.change(&second, json!({"quantity": 1})).refused(404, "not_found");
    }
}

both! {
    /// C-33, C-34: a line carries a free text for the invoice position, and a branch.
    a_line_carries_its_reference_and_branch_into_the_order(app) {
        let buyer = app.admin("cancom");
        let branches = format!("/v1/customers/{}/branches", buyer.customer());
        for name in ["Werk Nord", "Werk Süd"] {
            let branch = json!({"name": name, "address": address(AUSTRIA)});
            app.provider("cancom").post(&branches, branch).expect(201);
        }
        let cart = Cart::new(&buyer);
        let line = json!({
            "offer_id": offer(&buyer, "Office 365 E1", YEAR_MONTHLY), "quantity": 5,
            "reference": "Kostenstelle 4711 – Vertrieb", "branch": "Werk Nord",
        });
        let added = cart.try_add(line).expect(201);
        let second = cart.add(&offer(&buyer, "Office 365 E3", YEAR_MONTHLY), 1);
        assert_eq!(added.body["lines"][0]["reference"], "Kostenstelle 4711 – Vertrieb");
        cart.change(&second, json!({"reference": "Bestellung 12", "branch": "Werk Süd"})).expect(200);
        // Only what is named changes; null clears.
        let cleared = cart.change(&second, json!({"branch": null})).expect(200);
        assert_eq!(
            (&cleared.body["lines"][1]["reference"], &cleared.body["lines"][1]["branch"]),
            (&json!("Bestellung 12"), &json!(null))
        );
        let order = cart.order();
        assert_eq!(
            column(order["lines"].as_array().expect("lines"), "/reference"),
            ["Kostenstelle 4711 – Vertrieb", "Bestellung 12"]
        );
        assert_eq!(column(order["lines"].as_array().expect("lines"), "/branch"), ["Werk Nord", "null"]);
        app.drain();
        assert_eq!(order_now(&buyer, &order)["lines"][0]["branch"], "Werk Nord");
    }
}

both! {
    /// C-36: several products in one cart; "continue shopping" keeps it, and it is reachable from everywhere.
    continue_shopping_keeps_the_cart(app) {
        let buyer = app.admin("cancom");
        let cart = cart_with(&buyer, "Office 365 E1", YEAR_MONTHLY, 5);
        buyer.get("/v1/products?q=exchange").expect(200);
        cart.add(&offer(&buyer, "Exchange Online (Plan 1)", YEAR_MONTHLY), 2);
        let app = app.restart();
        let later = app.billing("cancom");
        let kept = later.get(&cart.path("")).expect(200);
        assert_eq!(column(kept.body["lines"].as_array().expect("lines"), "/quantity"), ["5", "2"]);
        assert_eq!((&kept.body["order_id"], &kept.body["name"]), (&json!(null), &json!(null)));
    }
}

both! {
    /// C-37, C-40: VAT follows the invoice address and not the storefront's country.
    vat_follows_the_invoice_address(app) {
        let buyer = app.admin("cancom");
        let cart = cart_with(&buyer, "Office 365 E1", YEAR_MONTHLY, 5);
        assert_eq!(cart.preview().body["tax"], json!({"category": "S", "percent": "19", "country": "DE"}));
        buyer.patch(&cart.path(""), json!({"billing_address": address(AUSTRIA)})).expect(200);
        // The customer's VAT id is German: an Austrian address without an Austrian one pays Austrian VAT.
        let preview = cart.preview();
        assert_eq!(preview.body["tax"], json!({"category": "S", "percent": "20", "country": "AT"}));
        assert_eq!(preview.body["due_now"], euros("39.17", "7.83", "47.00"));
        buyer.patch(&cart.path(""), json!({"billing_address": null})).expect(200);
        assert_eq!(cart.preview().body["due_now"], euros("39.17", "7.44", "46.61"));
        // The billing step may name another address once more: what was previewed no longer holds.
        let mut request = cart.request();
        request["billing_address"] = address(AUSTRIA);
        let stale = buyer.post("/v1/orders", request.clone()).refused(409, "preview_stale");
        assert_eq!(stale.body["preview"]["due_now"], euros("39.17", "7.83", "47.00"));
        request["preview_token"] = stale.body["preview"]["preview_token"].clone();
        let order = buyer.post("/v1/orders", request).expect(201);
        assert_eq!((order.text_at("/billing_address/city"), order.text_at("/due_now/gross")), ("Wien", "47.00"));
        app.drain();
    }
}

both! {
    /// C-41: the vendor's supplementary terms must be ticked before the purchase.
    the_vendors_terms_must_be_ticked(app) {
        let buyer = app.admin("cancom");
        let cart = cart_with(&buyer, "Office 365 E1", YEAR_MONTHLY, 5);
        let asked = cart.preview().body["consents_required"].clone();
        assert_eq!(
            asked,
            json!([{
                "kind": "vendor_terms",
                "version": "2026-01",
                "vendor": "Microsoft Corporation",
                "title": "Microsoft's supplementary terms of use",
                "url": "https://www.microsoft.com/licensing/terms",
            }])
        );
        let mut request = cart.request();
        request["consents"] = json!([]);
        let refused = buyer.post("/v1/orders", request.clone()).refused(422, "consent_required");
        assert_eq!(told(&refused), wrong([("/consents", "consent_required")]));
        request["consents"] = json!([{"kind": "vendor_terms", "version": "2026-01"}]);
        let order = buyer.post("/v1/orders", request.clone()).expect(201);
        let agreed = &order.body["consents"][0];
        for name in ["kind", "version", "vendor", "title", "url"] {
            assert_eq!(agreed[name], asked[0][name]);
        }
        assert_eq!((&agreed["agreed_at"], &agreed["agreed_by"]), (&order.body["placed_at"], &order.body["placed_by"]));
        assert_eq!(order.body["payment_method"], "invoice");
        app.drain();
    }
}

both! {
    /// C-62: a user logs in and sees what is sold and what is assigned to it, without money; ordering is not theirs.
    a_user_orders_nothing(app) {
        let user = app.user("cancom");
        assert_eq!(user.get("/v1/me").expect(200).text_at("/role"), "customer_user");
        product(&user, "Office 365 Enterprise (NCE)", "");
        let id = text(&shop::buy(&app, &app.admin("cancom"), "Office 365 E1", YEAR_MONTHLY, 5)["id"]);
        assert_eq!(rows(&user.get("/v1/subscriptions").expect(200)), Vec::<Value>::new());
        let me = user.get("/v1/me").expect(200).body;
        let path = format!("/v1/subscriptions/{id}");
        app.admin("cancom").post(&format!("{path}/assignments"), json!({"user_id": me["id"]})).expect(201);
        // C-43: what the buyer may edit, the user only sees.
        let mut seen = app.admin("cancom").get(&path).expect(200).body;
        seen["permission"] = json!("view");
        for amount in ["unit_price", "recurring"] {
            assert!(seen.as_object_mut().expect("members").remove(amount).is_some(), "{amount}");
        }
        assert_eq!(rows(&user.get("/v1/subscriptions").expect(200)), [seen]);
        user.post("/v1/carts", json!({})).refused(403, "forbidden");
        user.get("/v1/orders").refused(403, "forbidden");
        let own = format!("/v1/customers/{}", text(&me["customer_id"]));
        user.patch(&own, json!({"name": "Andere GmbH"})).refused(403, "forbidden");
    }
}

both! {
    /// C-63: a billing administrator orders and sees the billing information.
    a_billing_administrator_orders(app) {
        let billing = app.billing("cancom");
        let order = cart_with(&billing, "Office 365 E1", YEAR_MONTHLY, 5).order();
        let me = billing.get("/v1/me").expect(200).body;
        assert_eq!((&me["role"], &order["placed_by"]), (&json!("customer_billing"), &me["id"]));
        app.drain();
        assert_eq!(rows(&billing.get("/v1/orders").expect(200))[0]["status"], "completed");
        let customer = billing.get(&format!("/v1/customers/{}", text(&me["customer_id"]))).expect(200);
        assert_eq!(customer.text_at("/address/city"), "Köln");
        // The responsible user of what was bought is who bought it (C-43).
        let responsible = json!({"id": me["id"], "name": me["name"]});
        assert_eq!(subscriptions(&billing, &order)[0]["responsible_user"], responsible);
    }
}

both! {
    /// C-64: a company administrator orders and maintains the company's data.
    a_company_administrator_orders_and_maintains_the_company(app) {
        let admin = app.admin("cancom");
        shop::buy(&app, &admin, "Office 365 E1", YEAR_MONTHLY, 5);
        let me = admin.get("/v1/me").expect(200).body;
        assert_eq!(me["role"], "customer_admin");
        let own = format!("/v1/customers/{}", text(&me["customer_id"]));
        let changed = admin
            .patch(
                &own,
                json!({"contact": {
                    "first_name": "Max", "last_name": "Muster", "email": "rechnung@kunde.cancom.example", "phone": null,
                }}),
            )
            .expect(200);
        assert_eq!(
            (changed.text_at("/contact/email"), changed.text_at("/name")),
            ("rechnung@kunde.cancom.example", "Musterfirma GmbH")
        );
        // Selling is not a customer's: neither prices nor other companies.
        admin.get("/v1/price-lists").refused(403, "forbidden");
        admin.post("/v1/customers", json!({})).refused(403, "forbidden");
        admin.get("/v1/sandbox/clock").refused(403, "forbidden");
    }
}

both! {
    /// C-36, C-38: a second purchase of the same product is a subscription of its own.
    a_second_purchase_is_a_subscription_of_its_own(app) {
        let buyer = app.admin("cancom");
        let first = shop::buy(&app, &buyer, "Office 365 E1", YEAR_MONTHLY, 5);
        let second = shop::buy(&app, &buyer, "Office 365 E1", MONTH, 2);
        assert_ne!(first["id"], second["id"]);
        let all = rows(&buyer.get("/v1/subscriptions").expect(200));
        assert_eq!(column(&all, "/quantity"), ["2", "5"]);
        assert_eq!(column(&all, "/status"), ["active", "active"]);
        assert_eq!(product(&buyer, "Office 365 Enterprise (NCE)", "")["owned_quantity"], 7);
    }
}

both! {
    /// A new company: the operator makes its tenant, takes the credentials, notes the agreement, orders.
    a_new_company_gets_its_tenant_and_its_first_subscription(app) {
        let provider = app.provider("cancom");
        let customer = shop::customer(&provider, "Neukunde GmbH");
        let tenant = format!("/v1/customers/{customer}/tenant");
        let suggested = provider.get("/v1/tenant-domains?company=Neukunde+GmbH").expect(200);
        assert_eq!(
            suggested.body,
            json!({"prefix": "neukundegmbh", "domain": "neukundegmbh.onmicrosoft.com", "available": true})
        );
        provider.put(&tenant, json!({"mode": "create", "prefix": "neukundegmbh"})).expect(202);
        app.drain();
        let credentials = provider.post(&format!("{tenant}/credentials"), json!({})).expect(200);
        assert_eq!(credentials.text_at("/user_name"), "admin@neukundegmbh.onmicrosoft.com");
        let agreed = json!({"first_name": "Erika", "last_name": "Muster", "email": "admin@neukunde.cancom.example"});
        provider.post(&format!("/v1/customers/{customer}/agreements"), agreed).expect(201);
        let cart = Cart::of(&provider, &customer);
        cart.add(&offer(&provider, "Office 365 E1", YEAR_MONTHLY), 5);
        let order = cart.order();
        assert_eq!((&order["customer_id"], &order["due_now"]), (&json!(customer), &euros("39.17", "7.44", "46.61")));
        app.drain();
        assert_eq!(order_now(&provider, &order)["status"], "completed");
        assert_eq!(subscriptions(&provider, &order)[0]["status"], "active");
        // Musterfirma does not see its neighbor.
        assert_eq!(rows(&app.admin("cancom").get("/v1/subscriptions").expect(200)).len(), 0);
    }
}
