//! What people wish for the end of a term, over HTTP: one wish, one state; no fee that nobody asked for; the price of
//! the day; licences and add-ons that end with it.

use serde_json::{Value, json};
use tests::both;
use tests::running::{E1, Running, auto_renew, cancel, cancel_at_renewal, quantity};
use tests::shop::{self, MONTH, Row, YEAR_MONTHLY, cart_with, price, text};

const CANCOM: &str = "cancom";
const AUDIO: &str = "Audio Conferencing";
const ARCHIVE: &str = "Exchange Online Archiving for Exchange Online";

both! {
    /// U-14: without `when` nothing is charged that is not owed; an end for a fee needs its preview's token.
    u14_a_fee_must_be_asked_for(app) {
        let running = Running::buy(&app, CANCOM, E1, YEAR_MONTHLY, 5);
        app.go_to(CANCOM, "2026-10-15T10:00:00Z");
        let now = json!({"type": "cancel", "when": "now"});
        let refused = running.ask(now.clone()).refused(422, "preview_required");
        let outcome = &refused.body["preview"]["outcome"];
        assert_eq!(outcome["due_now"]["net"], "477.83");
        assert!(refused.body["preview"]["preview_token"].is_string());
        assert_eq!(running.fields(["ends_at"]), ["null"]);
        let free = running.ask(cancel()).expect(201).body;
        assert_eq!(free["effective_at"], "2027-09-05T22:00:00Z");
        assert_eq!(free["outcome"]["due_now"]["net"], "0.00");
        app.drain();
        assert_eq!(running.fields(["status", "auto_renew", "ends_at"]), ["active", "false", "2027-09-05T22:00:00Z"]);
        // With the token it ends for the fee after all.
        let ended = running.change(now);
        assert_eq!(ended["outcome"]["due_now"]["net"], "477.83");
        app.drain();
    }
}

both! {
    /// U-15, C-51: however the end is wished for, it is one state, and the last change replaces it and says so.
    u15_one_wish_is_one_state(app) {
        let end = json!({"type": "set_at_term_end", "at_term_end": "end"});
        let wishes = [cancel_at_renewal(), auto_renew(false), end];
        for wish in &wishes {
            let running = Running::buy(&app, CANCOM, E1, YEAR_MONTHLY, 5);
            let wished = running.change_done(&app, wish.clone());
            assert_eq!(
                running.fields(["auto_renew", "at_term_end", "pending_change/ends", "ends_at", "access_ends_at"]),
                ["false", "end", "true", "2027-09-05T22:00:00Z", "2027-10-05T22:00:00Z"]
            );
            assert_eq!(running.changes()[0]["status"], "scheduled");
            for again in &wishes {
                running.ask(again.clone()).refused(409, "nothing_changes");
            }
            let fewer = running.change_done(&app, quantity(3));
            assert_eq!(fewer["outcome"]["replaced"]["change_id"], wished["id"]);
            assert_eq!(fewer["outcome"]["replaced_at_term_end"], "end");
            assert_eq!(running.fields(["auto_renew", "pending_change/quantity", "ends_at"]), ["true", "3", "null"]);
            // An increase at once replaces it as well, and Microsoft renews again.
            running.change_done(&app, wish.clone());
            let more = running.change_done(&app, quantity(7));
            assert_eq!(more["outcome"]["replaced_at_term_end"], "end");
            assert_eq!(running.fields(["auto_renew", "quantity", "ends_at"]), ["true", "7", "null"]);
            // And it can be taken back.
            let last = running.change_done(&app, wish.clone());
            running.buyer.delete(&running.path(&format!("/changes/{}", text(&last["id"])))).expect(204);
            app.drain();
            assert_eq!(running.fields(["auto_renew", "pending_change", "ends_at"]), ["true", "null", "null"]);
            let changes = running.changes();
            let withdrawn = changes.iter().find(|change| change["id"] == last["id"]);
            assert_eq!(withdrawn.expect("the change")["status"], "withdrawn");
        }
    }
}

both! {
    /// U-16: a reduction for a later renewal is taken though its licences are given; who must give them up is said.
    u16_a_reduction_for_a_later_renewal_is_taken_though_its_licences_are_given(app) {
        let running = Running::buy(&app, CANCOM, E1, YEAR_MONTHLY, 3);
        let users = ["admin", "billing", "user"].map(|name| app.client(&format!("{name}@kunde.cancom.example")).id());
        running.buyer.post(&running.path("/assignments"), json!({"user_ids": users})).expect(201);
        let fewer = running.change(quantity(2));
        assert_eq!((&fewer["status"], &fewer["outcome"]["must_give_up"]), (&json!("scheduled"), &json!([users[2]])));
        app.go_to(CANCOM, "2027-09-05T22:00:00Z");
        assert_eq!(running.fields(["quantity", "assigned"]), ["2", "2"]);
        let reminded = running.history().into_iter().filter_map(|entry| entry.get("event").cloned());
        let mut reminded = reminded.filter(|event| event["kind"] == "subscription.reminded");
        let told = &reminded.next_back().expect("a reminder")["details"];
        assert_eq!((&told["must_give_up"], &told["takes_back"]), (&json!(1), &json!(true)));
    }
}

both! {
    /// U-16: where the policy takes nothing back the reduction fails, nobody loses a licence, and the owner is told.
    u16_where_nothing_is_taken_back_the_reduction_fails_at_the_renewal(app) {
        let provider = app.provider("cancom");
        let mut rules = provider.get("/v1/policies/cancom_monthly12").expect(200).body["rules"].clone();
        rules["assigned_at_renewal"] = json!("refuse");
        provider.post("/v1/policies", json!({"key": "cancom_monthly12", "rules": rules})).expect(201);
        let running = Running::buy(&app, CANCOM, E1, YEAR_MONTHLY, 2);
        let users = ["admin", "billing"].map(|name| app.client(&format!("{name}@kunde.cancom.example")).id());
        running.buyer.post(&running.path("/assignments"), json!({"user_ids": users})).expect(201);
        running.change(quantity(1));
        app.go_to(CANCOM, "2027-09-05T22:00:00Z");
        assert_eq!(running.fields(["quantity", "assigned", "status"]), ["2", "2", "active"]);
        let change = &running.changes()[0];
        assert_eq!((&change["status"], &change["failure"]), (&json!("failed"), &json!("licenses_assigned")));
        let told = shop::rows(&provider.get("/v1/notifications?kind=reduction_refused").expect(200));
        assert_eq!(shop::column(&told, "/recipient"), ["admin@kunde.cancom.example"]);
    }
}

both! {
    /// U-09: what waits for the renewal is priced as that day is published by now, and says when that has changed.
    u09_what_waits_has_the_price_of_its_day(app) {
        let provider = app.provider("cancom");
        let running = Running::buy(&app, CANCOM, E1, YEAR_MONTHLY, 5);
        let publish = |yearly: &str, from: &str| {
            shop::publish(&provider, shop::RETAIL, &[Row::e1().priced("100.80", yearly).from(from)]);
        };
        publish("125.16", "2027-09-01T00:00:00Z");
        let fewer = running.change(quantity(3));
        let then = &fewer["outcome"]["then"];
        assert_eq!((&then["unit_price"], &then["price_valid_from"]), (&price("10.43"), &json!("2027-09-01T00:00:00Z")));
        assert_eq!((&then["due"]["net"], &then["repriced"]), (&json!("26.08"), &Value::Null));
        publish("132.00", "2027-09-02T00:00:00Z");
        let stored = running.buyer.get(&running.path(&format!("/changes/{}", text(&fewer["id"])))).expect(200).body;
        assert_eq!(
            stored["outcome"]["then"]["repriced"],
            json!({"unit_price": price("11.00"), "price_valid_from": "2027-09-02T00:00:00Z"})
        );
        app.go_to(CANCOM, "2027-09-05T22:00:00Z");
        let charges = running.charges();
        assert_eq!(charges.last().expect("charges"), "renew 2027-09-06…2027-09-30 3 * 11.00 * 25 / 30 = 27.50");
    }
}

both! {
    /// U-05: an add-on is bought until its base ends, with a warning; the end of the base names its add-ons.
    u05_an_add_on_ends_with_its_base(app) {
        let base = Running::buy(&app, "ahd", E1, MONTH, 18);
        let first = Running::buy(&app, "ahd", AUDIO, MONTH, 3);
        let stopped = base.change_done(&app, auto_renew(false));
        assert_eq!(stopped["outcome"]["add_ons"][0]["subscription_id"], json!(first.id));
        let preview = cart_with(&base.buyer, ARCHIVE, MONTH, 18).preview();
        // Its own term ends on that day, too, and nothing follows.
        let told = &preview.body["warnings"][0];
        assert_eq!((&told["code"], &told["date"]), (&json!("ends_with_base"), &json!("2026-09-30")));
    }
}
