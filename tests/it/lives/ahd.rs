//! [001] my.ahd Marketplace, everything after the order, in the words of its rows: rented by the month.

use serde_json::{Value, json};
use tests::running::{E1, Running, auto_renew, cancel, lines, quantity};
use tests::shop::{
    MONTH, RETAIL, Row, cart_with, column, euros, product, publish, rows, subscriptions, text, told, wrong,
};
use tests::{TestApp, both};

const AHD: &str = "ahd";
const AUDIO: &str = "Audio Conferencing";
const ARCHIVE: &str = "Exchange Online Archiving for Exchange Online";

/// Eighteen E1, rented on the 17th of September.
fn eighteen(app: &TestApp) -> Running {
    app.go_to(AHD, "2026-09-17T14:30:00Z");
    Running::buy(app, AHD, E1, MONTH, 18)
}

both! {
    /// G-18: "my orders" show quantity, provisioning date, start and end; the end is the month's last day.
    my_orders_show_quantity_provisioning_start_and_end(app) {
        let running = eighteen(&app);
        let shown = ["quantity", "term_start", "term_end", "ends_at", "auto_renew"];
        assert_eq!(running.fields(shown), ["18", "2026-09-01", "2026-09-30", "null", "true"]);
        assert!(running.fields(["activated_at"])[0].starts_with("2026-09-17T14:30:"), "{}", running.show());
        let canceled = running.change_done(&app, cancel());
        assert_eq!(
            (&running.changes()[0]["status"], &canceled["effective_at"]),
            (&json!("scheduled"), &json!("2026-09-30T22:00:00Z"))
        );
        assert_eq!(canceled["outcome"]["due_now"], euros("0.00", "0.00", "0.00"));
        assert_eq!(
            running.fields(["status", "term_end", "ends_at", "access_ends_at", "renews_at", "follow_up_term"]),
            ["active", "2026-09-30", "2026-09-30T22:00:00Z", "2026-09-30T22:00:00Z", "null", "null"]
        );
        running.ask(cancel()).refused(409, "nothing_changes");
        app.go_to(AHD, "2026-09-30T21:59:59Z");
        assert_eq!(running.fields(["status"]), ["active"]);
        app.go_to(AHD, "2026-09-30T22:00:00Z");
        assert_eq!(running.fields(["status", "ends_at"]), ["canceled", "2026-09-30T22:00:00Z"]);
        assert_eq!(running.when("subscription.canceled"), ["2026-09-30T22:00:00Z"]);
        app.go_to(AHD, "2027-09-30T22:00:00Z");
        assert_eq!(running.charges(), ["new 2026-09-01…2026-09-30 18 * 11.28 = 203.04"]);
    }
}

both! {
    /// A-10, G-18: in a leap year's February the end is the 29th.
    the_end_is_the_29th_of_february(app) {
        app.go_to(AHD, "2028-02-10T09:00:00Z");
        let running = Running::buy(&app, AHD, E1, MONTH, 18);
        running.change_done(&app, cancel());
        assert_eq!(running.fields(["term_end", "ends_at"]), ["2028-02-29", "2028-02-29T23:00:00Z"]);
        app.go_to(AHD, "2028-02-29T22:59:59Z");
        assert_eq!(running.fields(["status"]), ["active"]);
        app.go_to(AHD, "2028-02-29T23:00:00Z");
        assert_eq!(running.fields(["status"]), ["canceled"]);
    }
}

both! {
    /// change the quantity, cancel: both are offered; product page and order list lead to the same.
    an_order_offers_its_actions(app) {
        let running = eighteen(&app);
        assert_eq!(product(&running.buyer, "Office 365 Enterprise (NCE)", "")["owned_quantity"], 18);
        let told = |action: &Value| ["allowed", "else_effective_at"].map(|name| text(&action[name]));
        let all = |kind: &str| running.allowed(kind).iter().map(told).collect::<Vec<_>>();
        assert_eq!(all("set_quantity"), [["true", "null"], ["false", "2026-09-30T22:00:00Z"]]);
        assert_eq!(all("cancel"), [["false", "2026-09-30T22:00:00Z"]]);
        // At once there is no cancellation.
        let refused = running.ask(json!({"type": "cancel", "when": "now"})).refused(422, "only_later");
        assert_eq!(
            (&refused.body["rule"], &refused.body["next_allowed_at"]),
            (&json!("cancel"), &json!("2026-09-30T22:00:00Z"))
        );
    }
}

both! {
    /// A-13, G-19: 18 → 40 at once for the whole month, and down again with the month's end, on any day.
    eighteen_become_forty_and_eighteen_again(app) {
        let running = eighteen(&app);
        assert_eq!(running.fields(["recurring/net"]), ["203.04"]);
        let more = running.change_done(&app, quantity(40));
        assert_eq!(lines(&more), ["add_quantity 2026-09-01…2026-09-30 22 * 11.28 = 248.16"]);
        assert_eq!(more["outcome"]["due_now"], euros("248.16", "47.15", "295.31"));
        assert_eq!(running.fields(["quantity", "recurring/net"]), ["40", "451.20"]);
        let fewer = running.change(quantity(18));
        assert_eq!((&fewer["status"], &fewer["effective_at"]), (&json!("scheduled"), &json!("2026-09-30T22:00:00Z")));
        assert_eq!(running.fields(["quantity", "pending_change/quantity"]), ["40", "18"]);
        app.go_to(AHD, "2026-10-15T09:00:00Z");
        assert_eq!(running.fields(["quantity", "recurring/net", "term_end"]), ["18", "203.04", "2026-10-31"]);
        // Both ways in every month: what was paid for the month is used, whatever is scheduled meanwhile.
        running.change_done(&app, quantity(30));
        running.change(quantity(12));
        let again = running.change_done(&app, quantity(33));
        assert_eq!(lines(&again), ["add_quantity 2026-10-01…2026-10-31 3 * 11.28 = 33.84"], "30 of them are paid for");
        running.change(quantity(20));
        app.go_to(AHD, "2026-10-31T23:00:00Z");
        assert_eq!(
            running.charges(),
            [
                "new 2026-09-01…2026-09-30 18 * 11.28 = 203.04",
                "add_quantity 2026-09-01…2026-09-30 22 * 11.28 = 248.16",
                "renew 2026-10-01…2026-10-31 18 * 11.28 = 203.04",
                "add_quantity 2026-10-01…2026-10-31 12 * 11.28 = 135.36",
                "add_quantity 2026-10-01…2026-10-31 3 * 11.28 = 33.84",
                "renew 2026-11-01…2026-11-30 20 * 11.28 = 225.60",
            ]
        );
    }
}

both! {
    /// the price holds for the month; the next month has its own first day's.
    the_price_holds_for_the_month(app) {
        let running = eighteen(&app);
        let dearer = Row::e1().planned("P1M", "Monthly").priced("10.00", "12.52").from("2026-09-20");
        publish(&app.provider(AHD), RETAIL, &[dearer]);
        app.go_to(AHD, "2026-09-25T09:00:00Z");
        let more = running.change_done(&app, quantity(20));
        assert_eq!(lines(&more), ["add_quantity 2026-09-01…2026-09-30 2 * 11.28 = 22.56"]);
        app.go_to(AHD, "2026-09-30T22:00:00Z");
        assert_eq!(running.charges().last().expect("charges"), "renew 2026-10-01…2026-10-31 20 * 12.52 = 250.40");
    }
}

both! {
    /// add-ons only to an order that is provisioned.
    an_add_on_waits_until_the_order_is_provisioned(app) {
        let buyer = app.admin("ahd");
        let order = cart_with(&buyer, E1, MONTH, 18).order();
        let add_on = cart_with(&buyer, AUDIO, MONTH, 3);
        assert_eq!(subscriptions(&buyer, &order)[0]["status"], "pending");
        assert_eq!(
            told(&add_on.try_order().refused(422, "prerequisite_missing")),
            wrong([("/lines/0/offer_id", "prerequisite_missing")])
        );
        app.drain();
        let booked = add_on.order();
        app.drain();
        let booked = subscriptions(&buyer, &booked).remove(0);
        assert_eq!((&booked["status"], &booked["base_id"]), (&json!("active"), &order["lines"][0]["subscription_id"]));
        assert_eq!((&booked["kind"], &booked["term_start"]), (&json!("add_on"), &json!("2026-09-01")));
    }
}

/// Eighteen E1 with an archive and three conference numbers.
fn with_add_ons(app: &TestApp) -> [Running; 3] {
    let base = eighteen(app);
    let add_ons = [(ARCHIVE, 18), (AUDIO, 3)].map(|(title, count)| Running::buy(app, AHD, title, MONTH, count));
    let [archive, audio] = add_ons;
    [base, archive, audio]
}

both! {
    /// A-16, G-18: canceling a product cancels its licences and its add-ons, with the same end.
    add_ons_end_with_what_they_add_to(app) {
        let all = with_add_ons(&app);
        let canceled = all[0].change(cancel());
        let add_ons = canceled["outcome"]["add_ons"].as_array().expect("add-ons").clone();
        assert_eq!(column(&add_ons, "/ends_at"), ["2026-09-30T22:00:00Z"; 2]);
        let mut named = column(&add_ons, "/subscription_id");
        let mut expected = [all[1].id.clone(), all[2].id.clone()];
        named.sort();
        expected.sort();
        assert_eq!(named, expected);
        for running in &all {
            assert_eq!(
                running.fields(["status", "ends_at", "pending_change/ends"]),
                ["active", "2026-09-30T22:00:00Z", "true"]
            );
        }
        app.go_to(AHD, "2026-11-14T23:00:00Z");
        for running in &all {
            assert_eq!(running.fields(["status", "ends_at"]), ["canceled", "2026-09-30T22:00:00Z"]);
            assert_eq!(running.charges().len(), 1, "{:#?}", running.charges());
        }
        assert_eq!(rows(&all[0].buyer.get("/v1/subscriptions?status=active").expect(200)).len(), 0);
    }
}

both! {
    /// A-16, C-51: a cancellation that is replaced by a new quantity, or taken back, brings the add-ons back.
    a_replaced_cancellation_brings_the_add_ons_back(app) {
        let all = with_add_ons(&app);
        let waits = || all.each_ref().map(|running| text(&running.show()["ends_at"]));
        all[0].change_done(&app, cancel());
        assert_eq!(waits(), ["2026-09-30T22:00:00Z"; 3]);
        let more = all[0].change_done(&app, quantity(20));
        assert_eq!(more["outcome"]["add_ons"].as_array().map(Vec::len), Some(2));
        assert_eq!(waits(), ["null"; 3]);
        all[0].change_done(&app, cancel());
        all[0].change_done(&app, quantity(10));
        assert_eq!(waits(), ["null"; 3], "fewer replace it, too");
        let canceled = all[0].change_done(&app, cancel());
        all[0].buyer.delete(&all[0].path(&format!("/changes/{}", text(&canceled["id"])))).expect(204);
        app.drain();
        assert_eq!(waits(), ["null"; 3], "and so does nothing at all");
        // An add-on that is canceled by itself stays so.
        all[2].change_done(&app, cancel());
        all[0].change_done(&app, cancel());
        all[0].change_done(&app, quantity(16));
        assert_eq!(waits(), ["null", "null", "2026-09-30T22:00:00Z"]);
        app.go_to(AHD, "2026-09-30T22:00:00Z");
        assert_eq!(all.each_ref().map(|running| text(&running.show()["status"])), ["active", "active", "canceled"]);
        assert_eq!(all[0].charges().last().expect("charges"), "renew 2026-10-01…2026-10-31 16 * 11.28 = 180.48");
        assert_eq!(all[1].charges().last().expect("charges"), "renew 2026-10-01…2026-10-31 18 * 3.36 = 60.48");
    }
}

both! {
    /// nor does an add-on outlive a product that is just not renewed, or one that was canceled before it came.
    an_add_on_does_not_outlive_its_product(app) {
        let base = eighteen(&app);
        let before = Running::buy(&app, AHD, AUDIO, MONTH, 3);
        base.change_done(&app, auto_renew(false));
        let after = Running::buy(&app, AHD, ARCHIVE, MONTH, 18);
        app.go_to(AHD, "2026-09-30T22:00:00Z");
        for running in [&base, &before, &after] {
            assert_eq!(running.fields(["status", "ends_at"]), ["canceled", "2026-09-30T22:00:00Z"]);
            assert_eq!(running.charges().len(), 1, "{:#?}", running.charges());
        }
    }
}

both! {
    /// until its last day a canceled order is the active one; from then on there can be another.
    a_canceled_order_makes_room_on_its_last_day(app) {
        let running = eighteen(&app);
        running.change_done(&app, cancel());
        let next = cart_with(&running.buyer, E1, MONTH, 5);
        next.try_order().refused(409, "active_order_exists");
        app.go_to(AHD, "2026-09-30T22:00:00Z");
        let order = next.order();
        app.drain();
        assert_eq!(order["due_now"]["net"], "56.40");
        assert_eq!(subscriptions(&running.buyer, &order)[0]["term_start"], "2026-10-01");
        let titles = rows(&running.buyer.get("/v1/subscriptions?sort=created_at").expect(200));
        assert_eq!(column(&titles, "/status"), ["canceled", "active"]);
    }
}
