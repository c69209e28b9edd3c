//! [002] Colt CIC licence portal, everything after the order, in the words of its rows.

use serde_json::{Value, json};
use tests::both;
use tests::running::{E1, Running, auto_renew, cancel, lines, quantity};
use tests::shop::{MONTH, YEAR_ANNUAL, YEAR_MONTHLY, euros, text};

const COLT: &str = "colt";

both! {
    /// L-32: a change of size is an order of its own: confirmed, waited for, and then it is there.
    a_change_of_size_is_processed_meanwhile(app) {
        let running = Running::buy(&app, COLT, E1, YEAR_MONTHLY, 5);
        app.go_to(COLT, "2026-09-16T10:00:00Z");
        let change = running.change(quantity(8));
        assert_eq!((&change["status"], &change["applied_at"]), (&json!("applying"), &Value::Null));
        // 20 of 30 days, from the day of the change to the cycle's end.
        assert_eq!(lines(&change), ["add_quantity 2026-09-16…2026-10-05 3 * 9.40 * 20 / 30 = 18.80"]);
        assert_eq!(change["outcome"]["due_now"], euros("18.80", "3.57", "22.37"));
        assert_eq!(running.fields(["applying_change_id"]), [text(&change["id"])]);
        let path = running.path(&format!("/changes/{}", text(&change["id"])));
        assert_eq!(running.buyer.get(&path).expect(200).text_at("/status"), "applying");
        // Meanwhile nothing else is taken.
        for other in [quantity(9), auto_renew(false), cancel()] {
            running.ask(other).refused(409, "change_in_progress");
        }
        let app = app.restart();
        let running = running.by(&app.admin("colt"));
        app.drain();
        let done = running.buyer.get(&path).expect(200).body;
        assert_eq!((&done["status"], &done["request"]["quantity"]), (&json!("done"), &json!(8)));
        assert_eq!(running.fields(["quantity", "applying_change_id", "recurring/net"]), ["8", "null", "75.20"]);
        assert_eq!(
            running.events()[1..],
            ["subscription.changed", "subscription.change_confirmed"],
            "after it was activated"
        );
        assert_eq!(app.mock.effects().subscriptions_changed.len(), 1);
    }
}

both! {
    /// L-33, L-34, K-19, K-20: it renews by itself until that is switched off; then it expires with its period: in use
    /// for 30 days, disabled for 90, and never brought back.
    what_is_switched_off_expires_with_its_period(app) {
        let running = Running::buy(&app, COLT, E1, YEAR_MONTHLY, 5);
        assert_eq!(
            running.fields(["auto_renew", "at_term_end", "renews_at"]),
            ["true", "renew", "2027-09-06T00:00:00Z"]
        );
        app.go_to(COLT, "2027-09-06T00:00:00Z");
        assert_eq!(running.fields(["status", "term_start", "term_end"]), ["active", "2027-09-06", "2028-09-05"]);
        let off = running.change_done(&app, auto_renew(false));
        assert_eq!(
            (&off["outcome"]["at_term_end"], &off["outcome"]["due_now"]["net"]),
            (&json!("end"), &json!("0.00"))
        );
        assert_eq!(
            running.fields(["auto_renew", "at_term_end", "renews_at", "ends_at", "access_ends_at", "data_deleted_at"]),
            ["false", "end", "null", "2028-09-06T00:00:00Z", "2028-10-06T00:00:00Z", "2029-01-04T00:00:00Z"]
        );
        running.change_done(&app, auto_renew(true));
        assert_eq!(running.fields(["auto_renew", "ends_at"]), ["true", "null"]);
        running.change_done(&app, auto_renew(false));
        running.ask(auto_renew(false)).refused(409, "nothing_changes");
        let stands = |now: &str| {
            app.go_to(COLT, now);
            text(&running.show()["status"])
        };
        assert_eq!(stands("2028-09-05T23:59:59Z"), "active");
        assert_eq!(stands("2028-09-06T00:00:00Z"), "expired");
        let never_back = || {
            let refused = running.ask(json!({"type": "reactivate"})).refused(422, "not_offered");
            assert_eq!(refused.body["rule"], "reactivate_until");
            running.ask(json!({"type": "renew", "starts": "immediately"})).refused(422, "not_offered");
            for change in [auto_renew(true), quantity(6), cancel()] {
                running.ask(change).refused(409, "subscription_ended");
            }
        };
        never_back();
        assert_eq!(stands("2028-10-05T23:59:59Z"), "expired");
        assert_eq!(stands("2028-10-06T00:00:00Z"), "disabled");
        never_back();
        assert_eq!(stands("2029-01-03T23:59:59Z"), "disabled");
        assert_eq!(stands("2029-01-04T00:00:00Z"), "canceled");
        running.ask(json!({"type": "reactivate"})).refused(409, "subscription_ended");
        let ends = ["expired", "disabled", "canceled"].map(|end| running.when(&format!("subscription.{end}")));
        assert_eq!(ends, [["2028-09-06T00:00:00Z"], ["2028-10-06T00:00:00Z"], ["2029-01-04T00:00:00Z"]]);
        assert_eq!(running.charges().len(), 24, "two years of months and nothing after");
    }
}

both! {
    /// L-34: also a subscription of a month ends with its month.
    a_month_ends_with_its_month(app) {
        let running = Running::buy(&app, COLT, E1, MONTH, 5);
        running.change_done(&app, auto_renew(false));
        app.go_to(COLT, "2026-10-06T00:00:00Z");
        assert_eq!(running.fields(["status", "ends_at"]), ["expired", "2026-10-06T00:00:00Z"]);
        assert_eq!(running.charges(), ["new 2026-09-06…2026-10-05 5 * 11.28 = 56.40"]);
    }
}

both! {
    /// L-35, L-36, G-23: the product's policy says it: 167:59:59 hours after the purchase it can be canceled, a second
    /// after 168 hours it is kept and billed for the full term.
    a_subscription_is_kept_and_billed_seven_days_after_its_purchase(app) {
        let early = Running::buy(&app, COLT, E1, YEAR_MONTHLY, 5);
        let late = Running::buy(&app, COLT, E1, YEAR_MONTHLY, 5);
        let year = Running::buy(&app, COLT, E1, YEAR_ANNUAL, 5);
        let policy = early.buyer.get("/v1/policies/colt_nce").expect(200).body;
        assert_eq!(
            (&policy["rules"]["cancel"], &policy["rules"]["window_hours"]),
            (&json!("reject_billed_to_term_end"), &json!(168))
        );
        // The second one was bought a moment later: its window is counted from its own instant.
        let bought = late.fields(["created_at", "cancel_until"]);
        assert_eq!(bought, ["2026-09-06T10:15:01Z", "2026-09-13T10:15:01Z"]);
        assert_eq!(early.fields(["created_at", "cancel_until"]), ["2026-09-06T10:15:00Z", "2026-09-13T10:15:00Z"]);
        app.go_to(COLT, "2026-09-13T10:14:59Z");
        let canceled = early.change(cancel());
        // The 13th to the 5th of October: 23 of 30 days.
        assert_eq!(lines(&canceled), ["cancel 2026-09-13…2026-10-05 -1 * 5 * 9.40 * 23 / 30 = -36.03"]);
        app.drain();
        assert_eq!(early.fields(["status", "ends_at"]), ["canceled", "2026-09-13T10:14:59Z"]);
        app.go_to(COLT, "2026-09-13T10:15:03Z");
        for running in [&late, &year] {
            let refused = running.ask(cancel()).refused(422, "window_closed");
            assert_eq!(["rule", "billed_until"].map(|name| text(&refused.body[name])), ["cancel", "2027-09-05"]);
            let fewer = running.ask(quantity(4)).refused(422, "window_closed");
            assert_eq!((&fewer.body["rule"], &fewer.body["quantity_now"]), (&json!("decrease"), &json!(0)));
            assert_eq!(running.fields(["status", "auto_renew", "pending_change"]), ["active", "true", "null"]);
        }
        late.change_done(&app, auto_renew(false));
        app.go_to(COLT, "2027-09-06T00:00:00Z");
        let charges = late.charges();
        assert_eq!(charges.len(), 12);
        assert!(charges.iter().all(|charge| charge.ends_with(" 5 * 9.40 = 47.00")), "{charges:#?}");
        assert_eq!(charges[11], "cycle 2027-08-06…2027-09-05 5 * 9.40 = 47.00");
        // The renewal opens seven days again, from its own instant.
        assert_eq!(year.fields(["cancel_until", "term_end"]), ["2027-09-13T00:00:00Z", "2028-09-05"]);
        app.go_to(COLT, "2027-09-13T00:00:00Z");
        // 2028 has a 29th of February: 359 of 366 days.
        assert_eq!(
            lines(&year.change(cancel())),
            ["cancel 2027-09-13…2028-09-05 -1 * 5 * 112.80 * 359 / 366 = -553.21"]
        );
        app.drain();
    }
}

both! {
    /// L-36: fewer licences in the window: at once, with what they had cost; after it not at all.
    licences_are_given_back_in_the_window(app) {
        let running = Running::buy(&app, COLT, E1, YEAR_MONTHLY, 5);
        app.go_to(COLT, "2026-09-08T10:00:00Z");
        let fewer = running.change_done(&app, quantity(3));
        // From the 8th: 28 of 30 days.
        assert_eq!(lines(&fewer), ["remove_quantity 2026-09-08…2026-10-05 -1 * 2 * 9.40 * 28 / 30 = -17.55"]);
        assert_eq!(running.fields(["quantity", "recurring/net"]), ["3", "28.20"]);
        let more = running.change_done(&app, quantity(4));
        assert_eq!(lines(&more), ["add_quantity 2026-09-08…2026-10-05 1 * 9.40 * 28 / 30 = 8.77"]);
        app.go_to(COLT, "2026-09-14T00:00:00Z");
        running.ask(quantity(3)).refused(422, "window_closed");
        app.go_to(COLT, "2026-10-06T00:00:00Z");
        assert_eq!(running.charges().last().expect("charges"), "cycle 2026-10-06…2026-11-05 4 * 9.40 = 37.60");
    }
}
