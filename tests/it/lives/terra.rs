//! [004] TERRA CLOUD, everything after the order, in the words of its rows: windows, renewals, price rises, legacy.

use serde_json::{Value, json};
use tests::running::{E1, E3, Running, auto_renew, cancel, lines, quantity};
use tests::shop::{
    self, Cart, MONTH, Plan, RETAIL, Row, YEAR_ANNUAL, YEAR_MONTHLY, column, euros, price, publish, text, told, wrong,
};
use tests::{TestApp, both};

const TERRA: &str = "terra";
const AUDIO: &str = "Audio Conferencing";

fn buy(app: &TestApp, plan: Plan) -> Running {
    Running::buy(app, TERRA, E1, plan, 5)
}

fn last(running: &Running) -> String {
    running.charges().pop().expect("charges")
}

/// The instants that a refused change names: until when it was possible, and from when on it is again.
fn bounds(refused: &tests::Answer) -> [String; 2] {
    ["allowed_until", "next_allowed_at"].map(|name| text(&refused.body[name]))
}

both! {
    /// T-33, T-40, T-41, T-61: by the month: fewer or none only in the seven days that open with each renewal.
    each_renewal_of_a_month_opens_seven_days(app) {
        let running = buy(&app, MONTH);
        assert_eq!(running.fields(["term_end", "cancel_until"]), ["2026-10-05", "2026-09-13T10:15:00Z"]);
        app.go_to(TERRA, "2026-09-20T10:00:00Z");
        let missed = ["2026-09-13T10:15:00Z".to_owned(), "2026-10-06T00:00:00Z".to_owned()];
        let refused = running.ask(cancel()).refused(422, "window_closed");
        assert_eq!((&refused.body["rule"], bounds(&refused)), (&json!("cancel"), missed.clone()));
        let at_once = json!({"type": "set_quantity", "quantity": 3, "when": "now"});
        let refused = running.ask(at_once).refused(422, "window_closed");
        assert_eq!((&refused.body["rule"], bounds(&refused)), (&json!("decrease"), missed));
        // A missed window means waiting for the next: the reduction can wait by itself.
        let waits = running.change(quantity(4));
        assert_eq!((&waits["status"], &waits["effective_at"]), (&json!("scheduled"), &json!("2026-10-06T00:00:00Z")));
        app.go_to(TERRA, "2026-10-06T00:00:00Z");
        assert_eq!(
            running.fields(["quantity", "term_end", "cancel_until"]),
            ["4", "2026-11-05", "2026-10-13T00:00:00Z"]
        );
        assert_eq!(last(&running), "renew 2026-10-06…2026-11-05 4 * 11.28 = 45.12");
        app.go_to(TERRA, "2026-10-13T00:00:00Z");
        // In its last instant the window is open: 24 of 31 days.
        let fewer = running.change_done(&app, quantity(3));
        assert_eq!(lines(&fewer), ["remove_quantity 2026-10-13…2026-11-05 -1 * 1 * 11.28 * 24 / 31 = -8.73"]);
        app.go_to(TERRA, "2026-10-13T00:00:05Z");
        running.ask(cancel()).refused(422, "window_closed");
        app.go_to(TERRA, "2026-11-07T09:00:00Z");
        let canceled = running.change_done(&app, cancel());
        // 29 of 30 days.
        assert_eq!(lines(&canceled), ["cancel 2026-11-07…2026-12-05 -1 * 3 * 11.28 * 29 / 30 = -32.71"]);
        assert_eq!(running.fields(["status"]), ["canceled"]);
        app.go_to(TERRA, "2027-11-07T09:00:00Z");
        assert_eq!(running.charges().len(), 5, "no month after it: {:#?}", running.charges());
    }
}

both! {
    /// T-34, T-39, T-40: a year by months: more at any time, billed by the month from then on; fewer at the year's end.
    a_year_paid_by_months_grows_at_any_time(app) {
        let running = buy(&app, YEAR_MONTHLY);
        app.go_to(TERRA, "2026-09-16T09:00:00Z");
        let more = running.change_done(&app, quantity(8));
        assert_eq!(lines(&more), ["add_quantity 2026-09-16…2026-10-05 3 * 9.40 * 20 / 30 = 18.80"]);
        let fewer = running.change(quantity(6));
        assert_eq!(fewer["effective_at"], "2027-09-06T00:00:00Z");
        assert_eq!(running.ask(cancel()).refused(422, "window_closed").body["next_allowed_at"], "2027-09-06T00:00:00Z");
        app.go_to(TERRA, "2027-09-06T00:00:00Z");
        let charges = running.charges();
        assert_eq!(charges.len(), 2 + 11 + 1);
        assert!(charges[2..13].iter().all(|charge| charge.ends_with(" 8 * 9.40 = 75.20")), "{charges:#?}");
        assert_eq!(charges[13], "renew 2027-09-06…2027-10-05 6 * 9.40 = 56.40");
        assert_eq!(running.fields(["term_end", "cancel_until"]), ["2028-09-05", "2027-09-13T00:00:00Z"]);
    }
}

both! {
    /// T-35, T-41, G-100: a year at once: more is billed for the rest of the term; at its start and each renewal seven
    /// days to adjust or cancel completely.
    a_year_paid_at_once_grows_for_the_rest_of_its_term(app) {
        let running = buy(&app, YEAR_ANNUAL);
        app.go_to(TERRA, "2026-09-08T09:00:00Z");
        let adjusted = running.change_done(&app, quantity(4));
        // From the 8th: 363 of 365 days.
        assert_eq!(lines(&adjusted), ["remove_quantity 2026-09-08…2027-09-05 -1 * 1 * 112.80 * 363 / 365 = -112.18"]);
        app.go_to(TERRA, "2027-02-18T09:00:00Z");
        let more = running.change_done(&app, quantity(7));
        assert_eq!(lines(&more), ["add_quantity 2027-02-18…2027-09-05 3 * 112.80 * 200 / 365 = 185.42"]);
        // What was added has no window of its own here (T-60).
        assert_eq!(
            running
                .ask(json!({"type": "set_quantity", "quantity": 6, "when": "now"}))
                .refused(422, "window_closed")
                .body["quantity_now"],
            0
        );
        app.go_to(TERRA, "2027-09-07T09:00:00Z");
        assert_eq!(last(&running), "renew 2027-09-06…2028-09-05 7 * 112.80 = 789.60");
        let canceled = running.change_done(&app, cancel());
        // 2027-09-07…2028-09-05 are 365 of 366 days.
        assert_eq!(lines(&canceled), ["cancel 2027-09-07…2028-09-05 -1 * 7 * 112.80 * 365 / 366 = -787.44"]);
        assert_eq!(canceled["outcome"]["due_now"], euros("-787.44", "-149.61", "-937.05"));
        assert_eq!(running.fields(["status"]), ["canceled"]);
    }
}

both! {
    /// T-45, G-36: the quantity 0 is no cancellation: the answer points to it.
    a_quantity_of_zero_points_to_the_cancellation(app) {
        let running = buy(&app, YEAR_MONTHLY);
        let refused = running.ask(quantity(0)).refused(422, "use_cancel");
        assert_eq!(
            (told(&refused), &refused.body["rule"]),
            (wrong([("/quantity", "use_cancel")]), &json!("zero_quantity"))
        );
        assert_eq!(running.preview(quantity(0)).code(), "use_cancel");
        assert_eq!(running.fields(["quantity", "status"]), ["5", "active"]);
    }
}

both! {
    /// T-44, T-46, G-120: a cancelled licence cannot be used any more, with immediate effect; the data can be saved a
    /// week.
    a_cancelled_licence_is_off_at_once(app) {
        let running = buy(&app, YEAR_MONTHLY);
        let add_on = Running::buy(&app, TERRA, AUDIO, YEAR_MONTHLY, 5);
        app.go_to(TERRA, "2026-09-10T08:00:00Z");
        let canceled = running.change_done(&app, cancel());
        // 26 of 30 days, of both.
        assert_eq!(lines(&canceled), ["cancel 2026-09-10…2026-10-05 -1 * 5 * 9.40 * 26 / 30 = -40.73"]);
        assert_eq!(canceled["outcome"]["due_now"]["net"], "-56.76");
        for running in [&running, &add_on] {
            let instants = running.fields(["status", "ends_at", "access_ends_at", "data_deleted_at"]);
            assert_eq!(instants, ["canceled", "2026-09-10T08:00:00Z", "2026-09-10T08:00:00Z", "2026-09-17T08:00:00Z"]);
            running.ask(quantity(6)).refused(409, "subscription_ended");
        }
        assert_eq!(last(&add_on), "cancel 2026-09-10…2026-10-05 -1 * 5 * 3.70 * 26 / 30 = -16.03");
    }
}

both! {
    /// T-53…T-55, G-29: 11 % from the 1st of April: who renews the day before keeps the old price for another term, who
    /// renews on the day has the new one; whatever the plan.
    a_price_rise_counts_from_the_renewals_day(app) {
        app.go_to(TERRA, "2027-03-31T09:00:00Z");
        let before = buy(&app, YEAR_MONTHLY);
        app.go_to(TERRA, "2027-04-01T09:00:00Z");
        let (months, annual) = (buy(&app, YEAR_MONTHLY), buy(&app, YEAR_ANNUAL));
        app.go_to(TERRA, "2028-01-05T09:00:00Z");
        let risen = [
            Row::e1().priced("100.00", "125.16"),
            Row::e1().planned("P1Y", "Annual").priced("100.00", "125.21"),
            Row::e1().planned("P1M", "Monthly").priced("10.00", "12.52"),
        ];
        publish(&app.provider(TERRA), RETAIL, &risen.map(|row| row.from("2028-04-01")));
        app.go_to(TERRA, "2028-02-15T09:00:00Z");
        let month = buy(&app, MONTH);
        app.go_to(TERRA, "2028-04-15T09:00:00Z");
        assert_eq!(last(&before), "renew 2028-03-31…2028-04-29 5 * 9.40 = 47.00");
        assert_eq!(last(&months), "renew 2028-04-01…2028-04-30 5 * 10.43 = 52.15");
        assert_eq!(last(&annual), "renew 2028-04-01…2029-03-31 5 * 125.21 = 626.05");
        assert_eq!(
            month.charges(),
            [
                "new 2028-02-15…2028-03-14 5 * 11.28 = 56.40",
                "renew 2028-03-15…2028-04-14 5 * 11.28 = 56.40",
                "renew 2028-04-15…2028-05-14 5 * 12.52 = 62.60",
            ]
        );
        // Protected for a year from its (re)start: its months stay, and what is added costs the same.
        app.go_to(TERRA, "2029-03-30T09:00:00Z");
        assert_eq!(last(&before), "cycle 2029-02-28…2029-03-30 5 * 9.40 = 47.00");
        before.change_done(&app, quantity(6));
        assert_eq!(last(&before), "add_quantity 2029-03-30…2029-03-30 1 * 9.40 * 1 / 31 = 0.30");
        app.go_to(TERRA, "2029-03-31T00:00:00Z");
        assert_eq!(last(&before), "renew 2029-03-31…2029-04-29 6 * 10.43 = 62.58");
        assert_eq!(before.show()["unit_price"], price("10.43"));
    }
}

both! {
    /// T-63: a month costs 20 % more than the month of a year, also of what runs.
    a_month_costs_a_fifth_more(app) {
        let fee = |plan: Plan| text(&buy(&app, plan).show()["recurring"]["net"]);
        // 47.00 × 1.2 = 56.40 and 564.00 / 12 = 47.00.
        assert_eq!([YEAR_MONTHLY, MONTH, YEAR_ANNUAL].map(fee), ["47.00", "56.40", "564.00"]);
    }
}

/// Puts the legacy rules over E1's year by months, with some of them replaced.
fn legacy(app: &TestApp, plan: Plan, replaced: &Value) {
    let provider = app.provider(TERRA);
    let offer = shop::offer(&provider, E1, plan);
    let mut rules = provider.get("/v1/policies/terra_legacy_m").expect(200).body["rules"].clone();
    for (name, value) in replaced.as_object().expect("rules") {
        rules[name] = value.clone();
    }
    provider.post("/v1/policies", json!({"offer_id": offer, "rules": rules})).expect(201);
}

both! {
    /// T-58, T-59, X-28: legacy by the month: down at any time, but the calendar month that was begun costs its peak.
    a_legacy_month_costs_its_peak(app) {
        legacy(&app, YEAR_MONTHLY, &json!({"decrease": "any_time"}));
        let running = Running::buy(&app, TERRA, E1, YEAR_MONTHLY, 10);
        app.go_to(TERRA, "2026-10-05T09:00:00Z");
        assert_eq!(
            lines(&running.change_done(&app, quantity(20))),
            ["add_quantity 2026-10-01…2026-10-31 10 * 9.40 = 94.00"]
        );
        // Down at once, and nothing comes back; up again to the peak costs nothing more.
        assert_eq!(lines(&running.change_done(&app, quantity(8))), [] as [&str; 0]);
        assert_eq!(running.fields(["quantity"]), ["8"]);
        assert_eq!(lines(&running.change_done(&app, quantity(18))), [] as [&str; 0]);
        assert_eq!(
            lines(&running.change_done(&app, quantity(21))),
            ["add_quantity 2026-10-01…2026-10-31 1 * 9.40 = 9.40"]
        );
        running.change_done(&app, quantity(12));
        app.go_to(TERRA, "2026-11-24T09:00:00Z");
        // Hence switched in a month's last week: what was begun is paid, and no month after it.
        let canceled = running.change(cancel());
        assert_eq!(
            (&canceled["effective_at"], &canceled["outcome"]["due_now"]["net"]),
            (&json!("2026-12-01T00:00:00Z"), &json!("0.00"))
        );
        app.go_to(TERRA, "2027-03-01T00:00:00Z");
        assert_eq!(
            running.charges(),
            [
                "new 2026-09-06…2026-09-30 10 * 9.40 * 25 / 30 = 78.33",
                "cycle 2026-10-01…2026-10-31 10 * 9.40 = 94.00",
                "add_quantity 2026-10-01…2026-10-31 10 * 9.40 = 94.00",
                "add_quantity 2026-10-01…2026-10-31 1 * 9.40 = 9.40",
                "cycle 2026-11-01…2026-11-30 12 * 9.40 = 112.80",
            ]
        );
        assert_eq!(running.fields(["status", "ends_at"]), ["canceled", "2026-12-01T00:00:00Z"]);
    }
}

both! {
    /// T-58: the shipped legacy rules: fewer wait for the month's end.
    a_legacy_reduction_waits_for_the_months_end(app) {
        legacy(&app, YEAR_MONTHLY, &json!({}));
        let running = Running::buy(&app, TERRA, E1, YEAR_MONTHLY, 10);
        app.go_to(TERRA, "2026-10-05T09:00:00Z");
        assert_eq!(running.change(quantity(7))["effective_at"], "2026-11-01T00:00:00Z");
        app.go_to(TERRA, "2026-11-01T00:00:00Z");
        assert_eq!(running.fields(["quantity", "term_end"]), ["7", "2027-09-05"]);
        assert_eq!(last(&running), "cycle 2026-11-01…2026-11-30 7 * 9.40 = 65.80");
        assert_eq!(running.changes()[0]["status"], "done");
    }
}

both! {
    /// T-57: legacy paid for the year and replaced before April: the rest of the term is credited.
    a_legacy_year_is_credited_for_its_rest(app) {
        let annual = json!({
            "period_anchor": "anniversary", "first_period": "full", "quantity_basis": "running", "cancel": "any_time",
        });
        legacy(&app, YEAR_ANNUAL, &annual);
        let running = buy(&app, YEAR_ANNUAL);
        app.go_to(TERRA, "2027-03-31T09:00:00Z");
        let canceled = running.change_done(&app, cancel());
        // The 31st of March to the 5th of September: 159 days.
        assert_eq!(lines(&canceled), ["cancel 2027-03-31…2027-09-05 -1 * 5 * 112.80 * 159 / 365 = -245.69"]);
    }
}

both! {
    /// T-62, G-107, G-119, G-121: the end customer is insolvent in month five: the reseller is billed for the seven
    /// months that are left; suspended at its end, nobody uses it any more, and its data are kept for 120 days.
    an_insolvent_customers_year_is_billed_to_its_end(app) {
        let reseller = app.reseller(1);
        let cart = Cart::of(&reseller, &shop::customer(&reseller, "Kunde 1 GmbH"));
        cart.add(&shop::offer(&reseller, E1, YEAR_MONTHLY), 5);
        let order = cart.order();
        app.drain();
        let running = Running::of(&reseller, &shop::subscriptions(&reseller, &order)[0]);
        app.go_to(TERRA, "2027-01-20T09:00:00Z");
        assert_eq!(running.charges().len(), 5);
        assert_eq!(running.ask(cancel()).refused(422, "window_closed").body["billed_until"], "2027-09-05");
        let off = running.change_done(&app, json!({"type": "suspend"}));
        assert_eq!(lines(&off), [] as [&str; 0]);
        assert_eq!(
            running.fields(["status", "auto_renew", "renews_at", "ends_at", "access_ends_at", "data_deleted_at"]),
            ["suspended", "false", "null", "2027-09-06T00:00:00Z", "2027-09-06T00:00:00Z", "2028-01-04T00:00:00Z"]
        );
        app.go_to(TERRA, "2027-09-05T23:59:59Z");
        assert_eq!(running.fields(["status"]), ["suspended"]);
        let rest = running.charges().split_off(5);
        assert_eq!(rest.len(), 7);
        assert!(rest.iter().all(|charge| charge.ends_with(" 5 * 9.40 = 47.00")), "7 × 47.00 = 329.00: {rest:#?}");
        assert_eq!(rest[6], "cycle 2027-08-06…2027-09-05 5 * 9.40 = 47.00");
        app.go_to(TERRA, "2027-09-06T00:00:00Z");
        assert_eq!(running.fields(["status"]), ["disabled"]);
        running.ask(json!({"type": "resume"})).refused(409, "subscription_ended");
        app.go_to(TERRA, "2028-01-03T23:59:59Z");
        assert_eq!(running.fields(["status"]), ["disabled"]);
        app.go_to(TERRA, "2028-01-04T00:00:00Z");
        assert_eq!(running.fields(["status"]), ["canceled"]);
        assert_eq!(running.charges().len(), 12);
    }
}

both! {
    /// G-121: suspended, billing goes on and what was scheduled is gone; resumed, the renewal stays off until it is
    /// turned on.
    a_suspension_turns_the_renewal_off(app) {
        let running = buy(&app, YEAR_MONTHLY);
        let add_on = Running::buy(&app, TERRA, AUDIO, YEAR_MONTHLY, 5);
        app.go_to(TERRA, "2026-10-01T09:00:00Z");
        let waits = running.change(quantity(3));
        let off = running.change_done(&app, json!({"type": "suspend"}));
        assert_eq!(off["outcome"]["replaced"]["change_id"], waits["id"]);
        for running in [&running, &add_on] {
            assert_eq!(running.fields(["status", "auto_renew", "pending_change"]), ["suspended", "false", "null"]);
        }
        running.ask(json!({"type": "suspend"})).refused(409, "nothing_changes");
        for change in [quantity(6), auto_renew(true), json!({"type": "renew", "starts": "at_term_end"})] {
            running.ask(change).refused(409, "subscription_suspended");
        }
        add_on.ask(json!({"type": "resume"})).refused(422, "prerequisite_missing");
        app.go_to(TERRA, "2026-10-06T00:00:00Z");
        assert_eq!(last(&running), "cycle 2026-10-06…2026-11-05 5 * 9.40 = 47.00");
        assert_eq!(last(&add_on), "cycle 2026-10-06…2026-11-05 5 * 3.70 = 18.50");
        running.change_done(&app, json!({"type": "resume"}));
        for running in [&running, &add_on] {
            assert_eq!(
                running.fields(["status", "auto_renew", "ends_at"]),
                ["active", "false", "2027-09-06T00:00:00Z"]
            );
        }
        running.ask(json!({"type": "resume"})).refused(409, "nothing_changes");
        let told = running.ask(json!({"type": "set_quantity", "quantity": 3, "when": "at_renewal"}));
        told.refused(409, "not_renewing");
        running.change_done(&app, auto_renew(true));
        assert_eq!(running.fields(["auto_renew", "renews_at"]), ["true", "2027-09-06T00:00:00Z"]);
        // U-39: the add-on, which was suspended with it, goes on with it.
        app.go_to(TERRA, "2027-09-06T00:00:00Z");
        for running in [&running, &add_on] {
            assert_eq!(running.fields(["status", "term_end"]), ["active", "2028-09-05"]);
        }
    }
}

both! {
    /// G-104, G-122, G-123: what waits for the renewal is deleted by what is done at once, and the answer says so.
    what_is_done_at_once_deletes_what_waits(app) {
        let running = buy(&app, YEAR_MONTHLY);
        let e3 = shop::offer(&running.buyer, E3, YEAR_MONTHLY);
        let later = || running.change(json!({"type": "set_quantity", "quantity": 8, "when": "at_renewal"}));
        for change in [quantity(6), json!({"type": "transition", "offer_id": e3}), auto_renew(false)] {
            let waits = later();
            let done = running.change_done(&app, change.clone());
            assert_eq!(done["outcome"]["replaced"]["change_id"], waits["id"], "{change}");
            assert_eq!(done["outcome"]["replaced"]["effective_at"], "2027-09-06T00:00:00Z");
            // The end of the renewal waits itself.
            let waits = if change["type"] == "set_auto_renew" { json!(true) } else { Value::Null };
            assert_eq!(running.show()["pending_change"]["ends"], waits);
        }
        // U-15: what is then asked for the renewal brings it back.
        let waits = later();
        assert_eq!(waits["outcome"]["replaced_at_term_end"], "end");
        app.drain();
        let canceled = running.change_done(&app, cancel());
        assert_eq!(canceled["outcome"]["replaced"]["change_id"], waits["id"]);
        assert_eq!(column(&running.changes(), "/status")[..2], ["done", "replaced"]);
    }
}
