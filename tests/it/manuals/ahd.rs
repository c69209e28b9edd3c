//! [001] my.ahd Marketplace, in the words of its rows: Microsoft licences by the month.

use serde_json::json;
use tests::both;
use tests::shop::{
    self, Cart, MONTH, RETAIL, Row, YEAR_MONTHLY, cart_with, column, edition, euros, offer, order_now, plan_of, price,
    product, rows, set_clock, subscriptions, text, told, wrong,
};

both! {
    /// the product overview lists all available products, each rented by the month.
    everything_is_rented_by_the_month(app) {
        let buyer = app.admin("ahd");
        let products = rows(&buyer.get("/v1/products?limit=200").expect(200));
        assert_eq!(products.len(), 36);
        for product in &products {
            for edition in product["skus"].as_array().expect("editions") {
                let sold: Vec<_> = edition["offers"]
                    .as_array()
                    .expect("offers")
                    .iter()
                    .filter(|offer| !offer["price"].is_null())
                    .map(|offer| [&offer["term"], &offer["billing_cycle"], &offer["policy_key"]].map(text).join(" "))
                    .collect();
                assert_eq!(sold, ["P1M monthly ahd_rental"], "{edition}");
            }
        }
    }
}

both! {
    /// "all details" of a product opens its order form with further information.
    all_details_of_a_product_open_its_order_form(app) {
        let buyer = app.admin("ahd");
        let office = product(&buyer, "Office 365 Enterprise (NCE)", "");
        let details = buyer.get(&format!("/v1/products/{}", text(&office["id"]))).expect(200);
        assert_eq!(details.text_at("/description"), "Office apps, e-mail and teamwork for larger organisations.");
        let offer = offer(&buyer, "Office 365 E1", MONTH);
        let german = buyer.with("Accept-Language", "de").get(&format!("/v1/offers/{offer}")).expect(200);
        assert_eq!(german.body["limits"], json!({"min": 1, "max": 100_000, "step": 1}));
        assert_eq!(
            column(german.body["policy"]["words"].as_array().expect("words"), "/text"),
            [
                "Abrechnung je Kalendermonat.",
                "Tage beginnen um Mitternacht der Zeitzone des Marktplatzes.",
                "Beginnt am Ersten des laufenden Monats, der voll berechnet wird.",
                "Ein Zeitraum wird nie anteilig berechnet.",
                "Der Preis gilt für den Abrechnungszeitraum.",
                "Mehr Lizenzen: sofort, berechnet für den ganzen Zeitraum.",
                "Weniger Lizenzen: jederzeit, zum Monatsende.",
                "Eine vorgemerkte Reduzierung nimmt die zuletzt vergebenen Lizenzen zurück.",
                "Andere Edition: im selben Abonnement, zum Ende der Laufzeit.",
                "Andere Laufzeit: zum Ende der laufenden.",
                "Eine Änderung kann vorgemerkt sein: eine neue ersetzt sie.",
                "Eine sofort wirksame Änderung löscht die vorgemerkte.",
                "Eine aktive Bestellung je Edition.",
                "Kündbar zum Monatsende.",
                "Verlängert sich um dieselbe Laufzeit.",
                "Was nicht mehr verkauft wird, verlängert sich zum letzten Preis.",
                "Eine Erweiterung, deren Abonnement vorher endet, wird für die Tage bis dahin berechnet.",
                "Was für eine Erweiterung nach dem Ende ihres Abonnements berechnet wurde, wird erstattet.",
                "Erinnerungen vor dem Ende, in Tagen: 60, 30, 7, 1.",
                "An das, was sich von selbst verlängert, wird nicht erinnert.",
                "Mit dem Ende ist der Dienst aus.",
                "Die Daten werden dann gelöscht.",
                "Ein beendetes Abonnement kann nicht zurückgeholt werden: Bestellen Sie neu.",
            ]
        );
    }
}

both! {
    /// the price shown is the price that this company pays.
    a_company_sees_its_own_price(app) {
        let (provider, buyer) = (app.provider("ahd"), app.admin("ahd"));
        let own = shop::customer(&provider, "Musterfirma GmbH");
        let other = shop::customer(&provider, "Neukunde GmbH");
        let row = Row::e1().planned("P1M", "Monthly").priced("9.02", "10.80");
        let list = shop::import(&provider, &format!("{RETAIL}&customer_id={own}"), shop::sheet(&[row]));
        assert_eq!((&list["customer_id"], &list["added"]), (&json!(own), &json!(1)));
        assert_eq!(shop::price_of(&buyer, "Office 365 E1", MONTH), "11.28");
        shop::try_publish(&provider, &list).expect(200);
        let mine = edition(&buyer, "Office 365 E1");
        assert_eq!((&mine["from_price"], &plan_of(&mine, MONTH)["price"]), (&price("10.80"), &price("10.80")));
        assert_eq!(cart_with(&buyer, "Office 365 E1", MONTH, 18).preview().body["due_now"]["net"], "194.40");
        // Nobody else does; the provider sees each company's.
        let seen = |more: &str| {
            let edition = shop::edition_for(&provider, "Office 365 E1", more);
            text(&plan_of(&edition, MONTH)["price"]["amount"])
        };
        assert_eq!(seen(""), "11.28");
        assert_eq!(
            (seen(&format!("&customer_id={own}")), seen(&format!("&customer_id={other}"))),
            ("10.80".into(), "11.28".into())
        );
        // Who sells sees the cost; who buys never.
        assert_eq!(plan_of(&shop::edition_for(&provider, "Office 365 E1", ""), MONTH)["cost"], price("9.024"));
        assert!(plan_of(&mine, MONTH).get("cost").is_none());
    }
}

both! {
    /// entering the quantity shows the monthly total of all licences and the price per user.
    the_quantity_shows_the_total_and_the_price_per_user(app) {
        let buyer = app.admin("ahd");
        let cart = Cart::new(&buyer);
        let line = cart.add(&offer(&buyer, "Office 365 E1", MONTH), 18);
        let shown = |preview: tests::Answer| {
            let line = &preview.body["lines"][0];
            (line["unit_price"].clone(), line["recurring"].clone(), preview.body["recurring"][0]["money"].clone())
        };
        let total = euros("203.04", "38.58", "241.62");
        assert_eq!(shown(cart.preview()), (price("11.28"), total.clone(), total));
        // G-19: 40 in all cost 451.20; the 22 more are 248.16.
        cart.change(&line, json!({"quantity": 40})).expect(200);
        let total = euros("451.20", "85.73", "536.93");
        assert_eq!(shown(cart.preview()), (price("11.28"), total.clone(), total));
        cart.change(&line, json!({"quantity": 22})).expect(200);
        assert_eq!(shown(cart.preview()).1, euros("248.16", "47.15", "295.31"));
    }
}

both! {
    /// the terms, and that a Microsoft account is created in my name: two consents, kept with the order.
    two_consents_are_kept_with_the_order(app) {
        let buyer = app.admin("ahd");
        let cart = cart_with(&buyer, "Office 365 E1", MONTH, 18);
        let both = json!([
            {"kind": "terms", "version": "2026-01"},
            {"kind": "microsoft_account", "version": "2026-01"},
        ]);
        let asked = cart.preview().body["consents_required"].clone();
        let titles = column(asked.as_array().expect("consents"), "/title");
        assert_eq!(titles, ["Terms and licence conditions", "A Microsoft account is created in my name"]);
        let mut request = cart.request();
        request["consents"] = json!([]);
        let refused = buyer.post("/v1/orders", request.clone()).refused(422, "consent_required");
        assert_eq!(told(&refused), wrong([("/consents", "consent_required"), ("/consents", "consent_required")]));
        request["consents"] = json!([both[0]]);
        let refused = buyer.post("/v1/orders", request.clone()).refused(422, "consent_required");
        assert_eq!(told(&refused), wrong([("/consents", "consent_required")]));
        request["consents"] = both.clone();
        let order = buyer.post("/v1/orders", request).expect(201).body;
        app.drain();
        let kept = order_now(&buyer, &order)["consents"].clone();
        let (kept, asked) = (kept.as_array().expect("consents"), asked.as_array().expect("consents"));
        for name in ["/kind", "/version", "/title", "/url"] {
            assert_eq!(column(kept, name), column(asked, name));
        }
    }
}

both! {
    /// G-17: "my orders" show quantity, provisioning date, start and end; the start is the 1st.
    an_order_of_the_17th_starts_on_the_1st_and_the_whole_month_is_charged(app) {
        let (provider, buyer) = (app.provider("ahd"), app.admin("ahd"));
        set_clock(&provider, "2026-09-17T14:30:00Z");
        let cart = cart_with(&buyer, "Office 365 E1", MONTH, 18);
        let preview = cart.preview();
        let charge = &preview.body["lines"][0]["charges"][0];
        assert_eq!((&charge["service_start"], &charge["service_end"]), (&json!("2026-09-01"), &json!("2026-09-30")));
        assert_eq!(preview.body["due_now"], euros("203.04", "38.58", "241.62"));
        let order = cart.order();
        app.drain();
        let subscription = subscriptions(&buyer, &order).remove(0);
        assert_eq!(subscription["quantity"], 18);
        assert_eq!(
            (&subscription["term_start"], &subscription["term_end"]),
            (&json!("2026-09-01"), &json!("2026-09-30"))
        );
        assert_eq!(subscription["created_at"], "2026-09-17T14:30:00Z");
        assert!(text(&subscription["activated_at"]).starts_with("2026-09-17T14:30:"), "{subscription}");
        assert_eq!(subscription["auto_renew"], true);
    }
}

both! {
    /// on the last day of February the whole of February is charged.
    the_start_is_the_1st_whatever_the_day(app) {
        let (provider, buyer) = (app.provider("ahd"), app.admin("ahd"));
        set_clock(&provider, "2028-02-29T22:59:59Z");
        let preview = cart_with(&buyer, "Office 365 E1", MONTH, 18).preview();
        let charge = &preview.body["lines"][0]["charges"][0];
        assert_eq!((&charge["service_start"], &charge["service_end"]), (&json!("2028-02-01"), &json!("2028-02-29")));
        assert_eq!(preview.body["due_now"]["net"], "203.04");
        set_clock(&provider, "2028-02-29T23:00:00Z");
        let preview = cart_with(&buyer, "Office 365 E1", MONTH, 18).preview();
        assert_eq!(preview.body["lines"][0]["charges"][0]["service_end"], "2028-03-31");
    }
}

both! {
    /// A-11, G-20: a second order of an edition is refused and told the 18 that there are; the product page shows them.
    who_orders_an_edition_again_is_told_the_18_that_there_are(app) {
        let buyer = app.admin("ahd");
        let late = cart_with(&buyer, "Office 365 E1", MONTH, 40);
        assert_eq!(told(&late.preview()), wrong([]));
        let subscription = shop::buy(&app, &buyer, "Office 365 E1", MONTH, 18);
        let office = product(&buyer, "Office 365 Enterprise (NCE)", "");
        assert_eq!(office["owned_quantity"], 18);
        assert_eq!(told(&late.preview()), wrong([("/lines/0/offer_id", "active_order_exists")]));
        let refused = late.try_order().refused(409, "active_order_exists");
        assert_eq!((&refused.body["quantity"], &refused.body["subscription_id"]), (&json!(18), &subscription["id"]));
        assert_eq!(refused.body["rule"], "one_active_per");
        // Another edition is ordered beside it, and another product (U-48).
        shop::buy(&app, &buyer, "Office 365 E3", MONTH, 1);
        shop::buy(&app, &buyer, "Exchange Online (Plan 1)", MONTH, 2);
        // Nor is another company's.
        assert_eq!(rows(&buyer.get("/v1/orders").expect(200)).len(), 3);
    }
}

both! {
    /// an order that is still being provided counts already.
    an_order_under_way_counts_already(app) {
        let buyer = app.admin("ahd");
        let first = cart_with(&buyer, "Office 365 E1", MONTH, 18);
        let second = cart_with(&buyer, "Office 365 E1", MONTH, 40);
        first.order();
        second.try_order().refused(409, "active_order_exists");
        app.drain();
        assert_eq!(rows(&buyer.get("/v1/subscriptions").expect(200)).len(), 1);
    }
}

both! {
    /// nor does an edition stand twice in one cart.
    an_edition_stands_once_in_a_cart(app) {
        let buyer = app.admin("ahd");
        let cart = cart_with(&buyer, "Office 365 E1", MONTH, 18);
        cart.add(&offer(&buyer, "Office 365 E1", MONTH), 2);
        assert_eq!(told(&cart.preview()), wrong([("/lines/1/offer_id", "product_twice_in_cart")]));
        cart.try_order().refused(422, "product_twice_in_cart");
    }
}

both! {
    /// an add-on is booked to an order that is provided; which, depends on the product.
    an_add_on_is_booked_to_what_it_adds_to(app) {
        let buyer = app.admin("ahd");
        let alone = cart_with(&buyer, "Audio Conferencing", MONTH, 3);
        assert_eq!(told(&alone.preview()), wrong([("/lines/0/offer_id", "prerequisite_missing")]));
        alone.try_order().refused(422, "prerequisite_missing");
        shop::buy(&app, &buyer, "Exchange Online (Plan 1)", MONTH, 2);
        // Exchange Online has an archive for its add-on, and no dial-in numbers.
        alone.try_order().refused(422, "prerequisite_missing");
        shop::buy(&app, &buyer, "Exchange Online Archiving for Exchange Online", MONTH, 2);
        shop::buy(&app, &buyer, "Office 365 E1", MONTH, 18);
        let order = alone.order();
        app.drain();
        assert_eq!(order_now(&buyer, &order)["status"], "completed");
        assert_eq!(rows(&buyer.get("/v1/products?kind=add_on&limit=200").expect(200)).len(), 7);
    }
}

both! {
    /// an add-on and what it adds to in one cart are one order.
    an_add_on_comes_with_its_product_in_one_cart(app) {
        let buyer = app.admin("ahd");
        let cart = cart_with(&buyer, "Audio Conferencing", MONTH, 18);
        cart.add(&offer(&buyer, "Office 365 E1", MONTH), 18);
        let order = cart.order();
        // 18 × 4.44 and 18 × 11.28.
        assert_eq!(order["due_now"], euros("282.96", "53.76", "336.72"));
        app.drain();
        assert_eq!(column(&subscriptions(&buyer, &order), "/status"), ["active", "active"]);
    }
}

both! {
    /// a new company: its Microsoft account is created in its name, then its first rental runs.
    a_new_company_rents_its_first_licences(app) {
        let provider = app.provider("ahd");
        let customer = shop::customer(&provider, "Neukunde GmbH");
        let tenant = format!("/v1/customers/{customer}/tenant");
        provider.put(&tenant, json!({"mode": "create", "prefix": "neukunde"})).expect(202);
        app.drain();
        assert_eq!(provider.get(&tenant).expect(200).text_at("/status"), "linked");
        let agreed = json!({"first_name": "Erika", "last_name": "Muster", "email": "admin@neukunde.ahd.example"});
        provider.post(&format!("/v1/customers/{customer}/agreements"), agreed).expect(201);
        let cart = Cart::of(&provider, &customer);
        cart.add(&offer(&provider, "Office 365 E1", MONTH), 18);
        let order = cart.order();
        app.drain();
        assert_eq!(order_now(&provider, &order)["status"], "completed");
        let subscription = subscriptions(&provider, &order).remove(0);
        assert_eq!((&subscription["status"], &subscription["term_start"]), (&json!("active"), &json!("2026-09-01")));
    }
}

both! {
    /// other terms are not sold here, even if a price sheet brings them.
    a_sheet_may_bring_terms_that_are_ruled_otherwise(app) {
        let (provider, buyer) = (app.provider("ahd"), app.admin("ahd"));
        shop::publish(&provider, RETAIL, &[Row::e1()]);
        let year = plan_of(&edition(&buyer, "Office 365 E1"), YEAR_MONTHLY);
        assert_eq!((&year["policy_key"], &year["preselected"]), (&json!("default_nce"), &json!(false)));
    }
}
