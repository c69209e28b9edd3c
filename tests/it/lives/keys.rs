//! [003] Microsoft product keys, everything after the order, in the words of its rows: what is not renewed ends.

use provisioning::RemoteChange;
use serde_json::{Value, json};
use tests::running::{E1, Running, auto_renew, lines};
use tests::shop::{RETAIL, Row, YEAR_ANNUAL, euros, publish, text};
use tests::{TestApp, both};

const KEYS: &str = "mskeys";

/// Five E1 for the year from the 6th of September 2026.
fn a_year(app: &TestApp) -> Running {
    Running::buy(app, KEYS, E1, YEAR_ANNUAL, 5)
}

fn renew(starts: &str) -> Value {
    json!({"type": "renew", "starts": starts})
}

/// The reminders so far: when, and how many days before.
fn reminders(running: &Running) -> Vec<String> {
    let of_kind = |entry: &Value| entry.pointer("/event/kind").is_some_and(|kind| kind == "subscription.reminded");
    let history = running.history();
    let all = history.iter().filter(|entry| of_kind(entry));
    all.map(|entry| format!("{} {}", text(&entry["at"]), entry["event"]["details"]["days"])).collect()
}

both! {
    /// K-16: its people are told 60, 30, 7 and 1 days before, each once, also after a restart and after a jump.
    the_people_of_what_expires_are_told_four_times(app) {
        let running = a_year(&app);
        app.go_to(KEYS, "2027-07-06T23:59:59Z");
        assert_eq!(reminders(&running), [] as [&str; 0]);
        app.go_to(KEYS, "2027-07-07T00:00:00Z");
        assert_eq!(reminders(&running), ["2027-07-07T00:00:00Z 60"]);
        let app = app.restart();
        let running = running.by(&app.admin("mskeys"));
        app.go_to(KEYS, "2027-07-07T12:00:00Z");
        assert_eq!(reminders(&running).len(), 1);
        app.go_to(KEYS, "2027-09-05T23:59:59Z");
        let all =
            ["2027-07-07T00:00:00Z 60", "2027-08-06T00:00:00Z 30", "2027-08-29T00:00:00Z 7", "2027-09-04T00:00:00Z 1"];
        assert_eq!(reminders(&running), all);
        let app = app.restart();
        let running = running.by(&app.admin("mskeys"));
        app.go_to(KEYS, "2029-01-01T00:00:00Z");
        assert_eq!(reminders(&running), all);
        // What it says is what one needs to decide.
        let history = running.history();
        let told = history.iter().find(|entry| entry["event"]["kind"] == "subscription.reminded").expect("a reminder");
        let details = ["term_end", "at_term_end", "quantity"];
        assert_eq!(details.map(|name| text(&told["event"]["details"][name])), ["2027-09-05", "end", "5"]);
        for price in ["unit_price", "next_unit_price"] {
            assert_eq!(told["event"]["details"][price], json!({"amount": "112.80", "currency": "EUR"}));
        }
    }
}

both! {
    /// K-19, K-20, X-11: 30 days of use, then the data only, and gone on day 120: by instants.
    what_has_expired_is_used_for_30_days_and_its_data_are_kept_for_120(app) {
        let running = a_year(&app);
        let instants = ["ends_at", "access_ends_at", "data_deleted_at"];
        assert_eq!(running.fields(instants), ["2027-09-06T00:00:00Z", "2027-10-06T00:00:00Z", "2028-01-04T00:00:00Z"]);
        for (now, status) in [
            ("2027-09-05T23:59:59Z", "active"),
            ("2027-09-06T00:00:00Z", "expired"),
            ("2027-10-05T23:59:59Z", "expired"),
            ("2027-10-06T00:00:00Z", "disabled"),
            ("2028-01-03T23:59:59Z", "disabled"),
            ("2028-01-04T00:00:00Z", "canceled"),
        ] {
            app.go_to(KEYS, now);
            assert_eq!(running.fields(["status"]), [status], "{now}");
        }
        assert_eq!(running.charges(), ["new 2026-09-06…2027-09-05 5 * 112.80 = 564.00"]);
        running.ask(json!({"type": "reactivate"})).refused(409, "subscription_ended");
        running.ask(renew("immediately")).refused(409, "subscription_ended");
        // K-17: nothing renews it but a renewal.
        let other = a_year(&app);
        assert_eq!(other.ask(auto_renew(true)).refused(422, "not_offered").body["rule"], "end_of_term");
    }
}

both! {
    /// K-20, X-33: until the last second of day 120 it is brought back, for a new term from that day at its price.
    what_has_expired_is_brought_back_until_day_120(app) {
        let (soon, late) = (a_year(&app), a_year(&app));
        app.go_to(KEYS, "2027-08-01T00:00:00Z");
        publish(
            &app.provider(KEYS),
            RETAIL,
            &[Row::e1().planned("P1Y", "Annual").priced("100.00", "125.16").from("2027-09-01")],
        );
        soon.ask(json!({"type": "reactivate"})).refused(409, "nothing_changes");
        app.go_to(KEYS, "2027-09-16T09:00:00Z");
        assert_eq!(soon.fields(["status"]), ["expired"]);
        let until = soon.allowed("reactivate").remove(0);
        assert_eq!((&until["allowed"], &until["until"]), (&json!(true), &json!("2028-01-04T00:00:00Z")));
        let back = soon.change_done(&app, json!({"type": "reactivate"}));
        assert_eq!(lines(&back), ["renew 2027-09-16…2028-09-15 5 * 125.16 = 625.80"]);
        assert_eq!(back["outcome"]["due_now"], euros("625.80", "118.90", "744.70"));
        assert_eq!(
            soon.fields(["status", "term_end", "auto_renew", "ends_at"]),
            ["active", "2028-09-15", "false", "2028-09-16T00:00:00Z"]
        );
        app.go_to(KEYS, "2028-01-03T23:59:59Z");
        assert_eq!(late.fields(["status"]), ["disabled"]);
        let back = late.change_done(&app, json!({"type": "reactivate"}));
        assert_eq!(lines(&back), ["renew 2028-01-03…2029-01-02 5 * 125.16 = 625.80"]);
        assert_eq!(late.fields(["status", "term_start", "term_end"]), ["active", "2028-01-03", "2029-01-02"]);
        // Its people are told of the new term's end, too.
        app.go_to(KEYS, "2028-09-15T00:00:00Z");
        assert_eq!(reminders(&soon).len(), 8);
        assert_eq!(reminders(&soon)[7], "2028-09-14T00:00:00Z 1");
    }
}

both! {
    /// K-17: renewed with a key before it ends, another year follows at the price of its day, and ends again.
    what_is_renewed_in_time_runs_another_year(app) {
        let running = a_year(&app);
        publish(
            &app.provider(KEYS),
            RETAIL,
            &[Row::e1().planned("P1Y", "Annual").priced("100.00", "125.16").from("2027-09-06")],
        );
        app.go_to(KEYS, "2027-08-06T09:00:00Z");
        let renewed = running.change_done(&app, renew("at_term_end"));
        assert_eq!((&renewed["outcome"]["charges"], &renewed["outcome"]["days_lost"]), (&json!([]), &json!(0)));
        assert_eq!(running.fields(["auto_renew", "renews_at", "ends_at"]), ["true", "2027-09-06T00:00:00Z", "null"]);
        running.ask(renew("at_term_end")).refused(409, "nothing_changes");
        app.go_to(KEYS, "2027-09-06T00:00:00Z");
        assert_eq!(running.charges()[1..], ["renew 2027-09-06…2028-09-05 5 * 125.16 = 625.80"]);
        assert_eq!(running.fields(["status", "auto_renew", "ends_at"]), ["active", "false", "2028-09-06T00:00:00Z"]);
    }
}

both! {
    /// K-18, G-27, X-30: renewed at once the new term starts today: 40 days are lost, and the preview says so.
    who_renews_at_once_loses_40_days(app) {
        let running = a_year(&app);
        app.go_to(KEYS, "2027-07-28T09:00:00Z");
        let preview = running.preview(renew("immediately")).expect(200).body;
        assert_eq!(preview["outcome"]["days_lost"], 40);
        assert_eq!(
            (&preview["outcome"]["term_start"], &preview["outcome"]["term_end"]),
            (&json!("2027-07-28"), &json!("2028-07-27"))
        );
        let renewed = running.change_done(&app, renew("immediately"));
        assert_eq!(lines(&renewed), ["renew 2027-07-28…2028-07-27 5 * 112.80 = 564.00"]);
        assert_eq!(
            (&renewed["outcome"]["days_lost"], &renewed["outcome"]["due_now"]),
            (&json!(40), &euros("564.00", "107.16", "671.16"))
        );
        assert_eq!(running.fields(["term_start", "term_end", "status"]), ["2027-07-28", "2028-07-27", "active"]);
        let told = app.mock.effects().subscriptions_changed;
        assert!(matches!(&told[..], [(_, RemoteChange::Renew(plan))] if plan.quantity == 5), "{told:?}");
        // Hence only shortly before: on the last day it is that day alone.
        app.go_to(KEYS, "2028-07-27T23:59:59Z");
        assert_eq!(running.preview(renew("immediately")).expect(200).body["outcome"]["days_lost"], 1);
    }
}
