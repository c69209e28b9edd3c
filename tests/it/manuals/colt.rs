//! [002] Colt CIC licence portal, in the words of its rows.

use provisioning::mock::{Behavior, Provisioning};
use serde_json::json;
use tests::both;
use tests::shop::{
    self, Cart, MONTH, YEAR_ANNUAL, YEAR_MONTHLY, cart_with, column, edition, euros, offer, order_now, product, rows,
    subscriptions, text, told, wrong,
};

both! {
    /// L-01: log-in name and password are issued by the provider.
    log_ins_are_given_out_by_the_provider(app) {
        let shop = app.anonymous().get("/v1/marketplaces/colt").expect(200);
        assert_eq!(shop.text_at("/registration_mode"), "invite_only");
        let me = app.admin("colt").get("/v1/me").expect(200);
        assert_eq!((me.text_at("/marketplace"), me.text_at("/email")), ("colt", "admin@kunde.colt.example"));
        let wrong = json!({"email": "admin@kunde.colt.example", "password": "Kontor-demo-2!"});
        app.anonymous().post("/v1/auth/login", wrong).refused(401, "invalid_credentials");
    }
}

both! {
    /// L-02: a customer buys new licences and sees the inventory of what it has.
    licences_are_bought_and_stand_in_the_inventory(app) {
        let buyer = app.admin("colt");
        shop::buy(&app, &buyer, "Office 365 E1", YEAR_MONTHLY, 5);
        shop::buy(&app, &buyer, "Exchange Online (Plan 1)", MONTH, 2);
        let inventory = rows(&buyer.get("/v1/subscriptions?sort=created_at").expect(200));
        assert_eq!(column(&inventory, "/offer/sku_title"), ["Office 365 E1", "Exchange Online (Plan 1)"]);
        assert_eq!(column(&inventory, "/quantity"), ["5", "2"]);
        assert_eq!(rows(&buyer.get("/v1/subscriptions?status=active").expect(200)).len(), 2);
        assert_eq!(rows(&buyer.get("/v1/subscriptions?status=canceled").expect(200)).len(), 0);
        assert_eq!(product(&buyer, "Exchange Online", "")["owned_quantity"], 2);
    }
}

both! {
    /// L-05, L-21: an administrator gives licences to others; who only uses them does not order.
    roles_are_user_and_administrator(app) {
        let role = |email: &str| app.client(email).get("/v1/me").expect(200).body;
        let (admin, user) = (role("admin@kunde.colt.example"), role("user@kunde.colt.example"));
        assert_eq!((&admin["role"], &user["role"]), (&json!("customer_admin"), &json!("customer_user")));
        let may = |who: &serde_json::Value| {
            who["permissions"].as_array().expect("permissions").contains(&json!("orders.place"))
        };
        assert!(may(&admin) && !may(&user));
    }
}

both! {
    /// L-23: search by name, or browse all services; add to cart.
    services_are_searched_or_browsed(app) {
        let buyer = app.admin("colt");
        assert_eq!(column(&rows(&buyer.get("/v1/products?q=visio").expect(200)), "/title"), ["Visio"]);
        let (mut cursor, mut seen) = (String::new(), vec![]);
        loop {
            let page = buyer.get(&format!("/v1/products?limit=10{cursor}")).expect(200);
            seen.extend(column(&rows(&page), "/title"));
            match page.body["next_cursor"].as_str() {
                Some(next) => cursor = format!("&cursor={next}"),
                None => break,
            }
        }
        let mut sorted = seen.clone();
        sorted.sort();
        assert_eq!((seen.len(), &seen), (36, &sorted));
        assert_eq!(told(&cart_with(&buyer, "Visio Plan 1", MONTH, 1).preview()), wrong([]));
    }
}

both! {
    /// L-24: annual billing of a year, monthly billing of a month, monthly billing of a year.
    billing_and_term_come_in_three_combinations(app) {
        let buyer = app.admin("colt");
        let offers = edition(&buyer, "Office 365 E1")["offers"].as_array().cloned().expect("offers");
        let plans: Vec<_> = offers
            .iter()
            .map(|offer| [&offer["billing_cycle"], &offer["term"], &offer["price"]["amount"]].map(text).join(" "))
            .collect();
        assert_eq!(plans, ["monthly P1Y 9.40", "monthly P1M 11.28", "annual P1Y 112.80"]);
        assert!(offers.iter().all(|offer| offer["policy_key"] == "colt_nce"));
        let cart = Cart::new(&buyer);
        for plan in [YEAR_ANNUAL, MONTH, YEAR_MONTHLY] {
            cart.add(&offer(&buyer, "Office 365 E1", plan), 5);
        }
        let preview = cart.preview();
        let lines = preview.body["lines"].as_array().expect("lines");
        // from the day of the order, the first period whole.
        assert_eq!(column(lines, "/charges/0/explain"), ["5 * 112.80", "5 * 11.28", "5 * 9.40"]);
        assert_eq!(column(lines, "/charges/0/service_end"), ["2027-09-05", "2026-10-05", "2026-10-05"]);
        assert_eq!(column(lines, "/term_end"), ["2027-09-05", "2026-10-05", "2027-09-05"]);
        assert_eq!(preview.body["due_now"], euros("667.40", "126.81", "794.21"));
    }
}

both! {
    /// L-25, L-26, L-29: cart, options, new end-customer account, details, payment method, buy, track.
    the_wizard_takes_a_company_without_a_tenant_from_cart_to_order(app) {
        let provider = app.provider("colt");
        let customer = shop::customer(&provider, "Neukunde GmbH");
        let cart = Cart::of(&provider, &customer);
        cart.add(&offer(&provider, "Office 365 E1", YEAR_MONTHLY), 5);
        let missing = [("/customer_id", "tenant_required"), ("/customer_id", "agreement_required")];
        assert_eq!(told(&cart.preview()), wrong(missing));
        let tenant = format!("/v1/customers/{customer}/tenant");
        provider.get("/v1/tenant-domains/contoso").expect(200);
        provider.put(&tenant, json!({"mode": "create", "prefix": "contoso"})).refused(409, "tenant_domain_taken");
        let asked = provider.put(&tenant, json!({"mode": "create", "prefix": "NeukundeColt"})).expect(202);
        assert_eq!((asked.text_at("/status"), asked.text_at("/domain")), ("creating", "neukundecolt.onmicrosoft.com"));
        app.drain();
        assert_eq!(told(&cart.preview()), wrong([("/customer_id", "agreement_required")]));
        let agreed = json!({"first_name": "Erika", "last_name": "Muster", "email": "admin@neukunde.colt.example"});
        provider.post(&format!("/v1/customers/{customer}/agreements"), agreed).expect(201);
        assert_eq!(cart.preview().body["payment_methods"], json!(["invoice"]));
        let order = cart.order();
        assert_eq!((&order["status"], &order["payment_method"]), (&json!("placed"), &json!("invoice")));
        app.drain();
        assert_eq!(order_now(&provider, &order)["status"], "completed");
        assert_eq!(subscriptions(&provider, &order)[0]["status"], "active");
    }
}

both! {
    /// L-27: with an existing tenant its `.onmicrosoft.com` domain name is entered.
    a_company_with_a_tenant_enters_its_domain_in_the_wizard(app) {
        let provider = app.provider("colt");
        let customer = shop::customer(&provider, "Neukunde GmbH");
        let tenant = format!("/v1/customers/{customer}/tenant");
        provider.put(&tenant, json!({"mode": "link", "domain": "bestandskunde.onmicrosoft.com"})).expect(202);
        app.drain();
        let linked = provider.get(&tenant).expect(200);
        assert_eq!((linked.text_at("/status"), linked.text_at("/domain")), ("linked", "bestandskunde.onmicrosoft.com"));
        // Nobody hands out credentials of a tenant that was there before.
        assert_eq!(linked.body["credentials_available"], false);
        provider.post(&format!("{tenant}/credentials"), json!({})).refused(409, "credentials_not_ready");
    }
}

both! {
    /// L-28: a payment method is chosen, of those that are offered.
    a_payment_method_is_chosen(app) {
        let buyer = app.admin("colt");
        let cart = cart_with(&buyer, "Office 365 E1", YEAR_MONTHLY, 5);
        let mut request = cart.request();
        request.as_object_mut().expect("an object").remove("payment_method");
        let refused = buyer.post("/v1/orders", request.clone()).refused(422, "missing_field");
        assert_eq!(told(&refused), wrong([("/payment_method", "missing_field")]));
        request["payment_method"] = json!("barter");
        let refused = buyer.post("/v1/orders", request).refused(422, "invalid_value");
        assert_eq!(told(&refused), wrong([("/payment_method", "invalid_value")]));
        cart.order();
        app.drain();
    }
}

both! {
    /// L-29: the order can be tracked; it takes some minutes and does not need the session.
    an_order_is_tracked_from_anywhere(app) {
        app.mock.set_behavior(Behavior { provisioning: Provisioning::AfterPolls(3), ..Behavior::default() });
        let buyer = app.admin("colt");
        let order = cart_with(&buyer, "Office 365 E1", YEAR_MONTHLY, 5).order();
        assert_eq!(subscriptions(&buyer, &order)[0]["status"], "pending");
        assert_eq!(column(order["timeline"].as_array().expect("a timeline"), "/kind"), ["order.placed"]);
        // Who ordered logs out, and the service is started anew meanwhile.
        let app = app.restart();
        app.drain();
        let colleague = app.billing("colt");
        let order = order_now(&colleague, &order);
        let timeline = order["timeline"].as_array().expect("a timeline").clone();
        assert_eq!(column(&timeline, "/kind"), ["order.placed", "order_line.ordered", "order.completed"]);
        assert_eq!(timeline[0]["at"], order["placed_at"]);
        let moments = column(&timeline, "/at");
        assert!(moments.is_sorted() && moments[0] < moments[2], "{moments:?}");
        assert_eq!((&order["status"], &order["lines"][0]["status"]), (&json!("completed"), &json!("active")));
        assert_eq!(timeline[1]["details"]["line_id"], order["lines"][0]["id"]);
    }
}

both! {
    /// L-33, L-36: subscriptions renew by themselves; for 7 days from the purchase they may be canceled.
    a_subscription_renews_and_says_how_long_it_may_be_canceled(app) {
        let buyer = app.admin("colt");
        let subscription = shop::buy(&app, &buyer, "Office 365 E1", YEAR_MONTHLY, 5);
        assert_eq!(subscription["auto_renew"], true);
        assert_eq!(
            (&subscription["created_at"], &subscription["cancel_until"]),
            (&json!("2026-09-06T10:15:00Z"), &json!("2026-09-13T10:15:00Z"))
        );
        assert_eq!((&subscription["policy_key"], &subscription["policy_version"]), (&json!("colt_nce"), &json!(1)));
        assert_eq!(
            (&subscription["term_end"], &subscription["next_charge_on"]),
            (&json!("2027-09-05"), &json!("2026-10-06"))
        );
    }
}
