//! [000] CANCOM Marketplace, everything after the order, in the words of its rows.

use serde_json::{Value, json};
use tests::people::PASSWORD;
use tests::running::{E1, Running, auto_renew, cancel, cancel_at_renewal, lines, quantity};
use tests::shop::{
    self, MONTH, RETAIL, Row, YEAR_ANNUAL, YEAR_MONTHLY, column, euros, import, price, publish, rows, sheet, text,
    told, try_publish, wrong,
};
use tests::{TestApp, both};

/// The marketplace.
pub const CANCOM: &str = "cancom";
const EXCHANGE: &str = "Exchange Online (Plan 1)";

/// Microsoft 365 E3 by the month, at 47.16.
fn m365_e3() -> Row {
    let row = Row::of("Microsoft 365 Enterprise (NCE)", "CFQ7TTC0LFLX", "0001", "Microsoft 365 E3");
    row.planned("P1M", "Monthly").priced("37.728", "47.16")
}

/// Publishes prices for the customer alone, so many percent below the suggested ones.
pub fn publish_own(app: &TestApp, percent: u8, offered: &[Row]) {
    let provider = app.provider(CANCOM);
    let customer = shop::customer(&provider, "Musterfirma GmbH");
    let parameters = format!("percent_off_retail={percent}&customer_id={customer}");
    try_publish(&provider, &import(&provider, &parameters, sheet(offered))).expect(200);
}

/// Another price of E1 for a year, from a day on.
fn e1_from(day: &str, retail: &str) -> Row {
    Row::e1().priced("1.00", retail).from(day)
}

both! {
    /// C-42…C-46, C-60, G-08…G-10: the service list: licences, product, edition, the fee with its tax, who is
    /// responsible, what the reader may do, and the contract.
    the_service_list_shows_what_runs_and_its_fee(app) {
        let (provider, buyer) = (app.provider(CANCOM), app.admin("cancom"));
        publish_own(&app, 5, &[m365_e3()]);
        let devices = Row::of("Device Management", "DZH318Z0AAAB", "0001", "Windows 10 Devices");
        let support = Row::of("Office 365 Premium Support", "DZH318Z0AAAC", "0001", "Flat support fee");
        let import_in = |category: &str, row: Row| {
            let list = import(&provider, &format!("{RETAIL}&category={category}"), sheet(&[row]));
            try_publish(&provider, &list).expect(200);
        };
        import_in("business", devices.priced("288.00", "360.00"));
        import_in("other", support.priced("4800.00", "5988.00"));
        let devices = Running::of(&buyer, &shop::buy(&app, &buyer, "Windows 10 Devices", YEAR_MONTHLY, 90));
        let suite = Running::of(&buyer, &shop::buy(&app, &buyer, "Microsoft 365 E3", MONTH, 92));
        shop::buy(&app, &buyer, "Flat support fee", YEAR_MONTHLY, 1);
        // C-60: users are assigned on its page; so many licences are used.
        let id_of = |name: &str| {
            app.client(&format!("{name}@kunde.cancom.example")).get("/v1/me").expect(200).body["id"].clone()
        };
        let [admin, user] = ["admin", "user"].map(id_of);
        buyer.post(&devices.path("/assignments"), json!({"user_ids": [user]})).expect(201);
        buyer.post(&suite.path("/assignments"), json!({"user_ids": [admin, user]})).expect(201);
        app.drain();
        let list = rows(&buyer.get("/v1/subscriptions?sort=created_at").expect(200));
        let row = |row: &Value| {
            let names = [
                "/offer/category",
                "/offer/product_title",
                "/offer/sku_title",
                "/assigned",
                "/quantity",
                "/term_end",
                "/follow_up_term",
            ];
            names.map(|name| row.pointer(name).map(text).expect("a value")).join(" | ")
        };
        assert_eq!(
            list.iter().map(row).collect::<Vec<_>>(),
            [
                "business | Device Management | Windows 10 Devices | 1 | 90 | 2027-09-05 | P1Y",
                "productivity | Microsoft 365 Enterprise (NCE) | Microsoft 365 E3 | 2 | 92 | 2026-10-05 | P1M",
                "other | Office 365 Premium Support | Flat support fee | 0 | 1 | 2027-09-05 | P1Y",
            ]
        );
        // 90 × 30.00; 92 × 44.802 and not 92 × 44.80; 499.00: each named net, tax and gross.
        let fees: Vec<_> = list.iter().map(|row| row["recurring"].clone()).collect();
        let expected = [
            euros("2700.00", "513.00", "3213.00"),
            euros("4121.78", "783.14", "4904.92"),
            euros("499.00", "94.81", "593.81"),
        ];
        assert_eq!(fees, expected);
        assert_eq!(list[1]["unit_price"], price("44.802"));
        let me = text(&admin);
        assert!(
            list.iter().all(|row| row["responsible_user"]["id"] == me && row["permission"] == "view_and_edit"),
            "{list:?}"
        );
        let email = "support@cancom.example";
        let person = json!({"email": email, "first_name": "Erika", "last_name": "Muster", "role": "provider_support"});
        app.joined(&provider, person);
        let support = app.logged_in(email, PASSWORD);
        let seen = rows(&support.get(&format!("/v1/subscriptions?responsible_user={me}")).expect(200));
        assert_eq!(column(&seen, "/permission"), ["view"; 3]);
    }
}

both! {
    /// C-47, C-27: the fee of what runs comes from its own price and discount; the catalogue goes on without it.
    a_running_contract_keeps_its_own_price_and_discount(app) {
        publish_own(&app, 5, &[Row::e1()]);
        let running = Running::buy(&app, CANCOM, E1, YEAR_MONTHLY, 10);
        assert_eq!(running.show()["recurring"], euros("89.30", "16.97", "106.27"));
        app.go_to(CANCOM, "2026-11-16T09:00:00Z");
        publish(&app.provider(CANCOM), RETAIL, &[Row::e1().priced("100.00", "125.16").from("2026-11-01")]);
        publish_own(&app, 10, &[Row::e1().priced("100.00", "125.16").from("2026-11-01")]);
        assert_eq!(shop::price_of(&running.buyer, E1, YEAR_MONTHLY), "9.387");
        assert_eq!(running.fields(["unit_price/amount", "recurring/net"]), ["8.93", "89.30"]);
        // More licences cost what those cost that run.
        running.change_done(&app, quantity(12));
        app.go_to(CANCOM, "2026-11-30T23:00:00Z");
        assert_eq!(
            running.charges(),
            [
                "new 2026-09-06…2026-09-30 10 * 8.93 * 25 / 30 = 74.42",
                "cycle 2026-10-01…2026-10-31 10 * 8.93 = 89.30",
                "cycle 2026-11-01…2026-11-30 10 * 8.93 = 89.30",
                "add_quantity 2026-11-16…2026-11-30 2 * 8.93 * 15 / 30 = 8.93",
                "cycle 2026-12-01…2026-12-31 12 * 8.93 = 107.16",
            ]
        );
        // What is bought now has today's price.
        assert_eq!(shop::buy(&app, &running.buyer, E1, YEAR_MONTHLY, 1)["unit_price"], price("9.387"));
    }
}

both! {
    /// C-26: by the month the price is protected for the month: the next one has its own day's.
    a_month_alone_is_protected_for_the_month(app) {
        let running = Running::buy(&app, CANCOM, E1, MONTH, 5);
        let dearer = Row::e1().planned("P1M", "Monthly").priced("10.00", "12.52").from("2026-09-20");
        publish(&app.provider(CANCOM), RETAIL, &[dearer]);
        app.go_to(CANCOM, "2026-10-05T22:00:00Z");
        assert_eq!(
            running.charges(),
            [
                "new 2026-09-06…2026-09-30 5 * 11.28 * 25 / 30 = 47.00",
                // The rest of the term is charged with its calendar month (C-26), at what is protected.
                "cycle 2026-10-01…2026-10-05 5 * 11.28 * 5 / 31 = 9.10",
                "renew 2026-10-06…2026-10-31 5 * 12.52 * 26 / 31 = 52.50",
            ]
        );
    }
}

both! {
    /// C-48, C-30, C-31, G-11: three contracts, each with its end and its follow-up term, and the last day to stop it.
    a_contract_says_its_end_and_its_follow_up_term(app) {
        app.go_to(CANCOM, "2027-01-04T09:00:00Z");
        let suite = Running::buy(&app, CANCOM, "Microsoft 365 E3", YEAR_MONTHLY, 3);
        app.go_to(CANCOM, "2027-04-02T09:00:00Z");
        let mail = Running::buy(&app, CANCOM, EXCHANGE, YEAR_MONTHLY, 1);
        app.go_to(CANCOM, "2027-04-03T09:00:00Z");
        let month = Running::buy(&app, CANCOM, E1, MONTH, 5);
        let sentence = ["term_end", "follow_up_term", "renews_at", "renewal_can_be_stopped_until"];
        assert_eq!(month.fields(sentence), ["2027-05-02", "P1M", "2027-05-02T22:00:00Z", "2027-04-25T21:59:59Z"]);
        assert_eq!(suite.fields(sentence), ["2028-01-03", "P1Y", "2028-01-03T23:00:00Z", "2027-12-27T22:59:59Z"]);
        assert_eq!(mail.fields(sentence), ["2028-04-01", "P1Y", "2028-04-01T22:00:00Z", "2028-03-25T22:59:59Z"]);
        // On the last day everything stops the renewal; a second later nothing does.
        let missed = |running: &Running, until: &str, next: &str, last: &str| {
            for change in [auto_renew(false), cancel_at_renewal()] {
                let refused = running.ask(change).refused(422, "notice_missed");
                let told =
                    ["rule", "allowed_until", "next_allowed_at", "billed_until"].map(|name| text(&refused.body[name]));
                assert_eq!(told, ["notice_days", until, next, last]);
            }
            assert_eq!(running.fields(["auto_renew", "pending_change"]), ["true", "null"]);
        };
        let possible = |running: &Running| {
            running.preview(auto_renew(false)).expect(200);
            running.preview(cancel_at_renewal()).expect(200);
        };
        app.go_to(CANCOM, "2027-04-25T21:59:59Z");
        possible(&month);
        app.go_to(CANCOM, "2027-04-25T22:00:00Z");
        missed(&month, "2027-04-25T21:59:59Z", "2027-05-02T22:00:00Z", "2027-05-02");
        app.go_to(CANCOM, "2027-05-02T22:00:00Z");
        assert_eq!(month.fields(["term_start", "term_end", "follow_up_term"]), ["2027-05-03", "2027-06-02", "P1M"]);
        app.go_to(CANCOM, "2027-12-27T22:59:59Z");
        possible(&suite);
        app.go_to(CANCOM, "2027-12-27T23:00:00Z");
        missed(&suite, "2027-12-27T22:59:59Z", "2028-01-03T23:00:00Z", "2028-01-03");
        app.go_to(CANCOM, "2028-01-03T23:00:00Z");
        assert_eq!(suite.fields(["term_start", "term_end", "follow_up_term"]), ["2028-01-04", "2029-01-03", "P1Y"]);
        app.go_to(CANCOM, "2028-03-25T22:59:59.999999Z");
        let stopped = mail.change_done(&app, auto_renew(false));
        assert_eq!(stopped["outcome"]["ends_at"], "2028-04-01T22:00:00Z");
        assert_eq!(mail.fields(["follow_up_term", "renews_at", "auto_renew"]), ["null", "null", "false"]);
        app.go_to(CANCOM, "2028-04-01T22:00:00Z");
        assert_eq!(mail.fields(["status", "ends_at"]), ["expired", "2028-04-01T22:00:00Z"]);
        assert_eq!(mail.charges().last().expect("charges"), "cycle 2028-04-01…2028-04-01 1 * 3.70 * 1 / 30 = 0.12");
    }
}

both! {
    /// C-49, C-50, C-28, G-100: on a year paid at once more licences cost the days that are left; fewer wait for its
    /// end.
    a_year_paid_at_once_grows_any_time_and_shrinks_at_its_end(app) {
        let running = Running::buy(&app, CANCOM, E1, YEAR_ANNUAL, 10);
        app.go_to(CANCOM, "2027-02-18T09:00:00Z");
        // The new total is entered, not the difference; 200 of 365 days are left.
        let more = running.change_done(&app, quantity(13));
        assert_eq!(lines(&more), ["add_quantity 2027-02-18…2027-09-05 3 * 112.80 * 200 / 365 = 185.42"]);
        assert_eq!(more["outcome"]["due_now"], euros("185.42", "35.23", "220.65"));
        let refused = running.ask(json!({"type": "set_quantity", "quantity": 8, "when": "now"}));
        let refused = refused.refused(422, "only_later");
        assert_eq!(
            (&refused.body["rule"], &refused.body["next_allowed_at"]),
            (&json!("decrease"), &json!("2027-09-05T22:00:00Z"))
        );
        let fewer = running.change(quantity(8));
        assert_eq!((&fewer["status"], &fewer["effective_at"]), (&json!("scheduled"), &json!("2027-09-05T22:00:00Z")));
        app.go_to(CANCOM, "2027-09-05T21:59:59Z");
        assert_eq!(running.fields(["quantity", "pending_change/quantity"]), ["13", "8"]);
        app.go_to(CANCOM, "2027-09-05T22:00:00Z");
        assert_eq!(running.fields(["quantity", "pending_change", "term_end"]), ["8", "null", "2028-09-05"]);
        assert_eq!(running.charges().last().expect("charges"), "renew 2027-09-06…2028-09-05 8 * 112.80 = 902.40");
    }
}

both! {
    /// C-51, X-15: the latest change replaces what waited: reductions and cancellations alike.
    the_latest_change_wins_over_reductions_and_cancellations(app) {
        let running = Running::buy(&app, CANCOM, E1, YEAR_MONTHLY, 10);
        app.go_to(CANCOM, "2026-09-20T10:00:00Z");
        let waits = || running.fields(["quantity", "ends_at", "renews_at"]);
        let fewer = running.change_done(&app, quantity(7));
        assert_eq!(waits(), ["10", "null", "2027-09-05T22:00:00Z"]);
        let canceled = running.change_done(&app, cancel_at_renewal());
        assert_eq!(canceled["outcome"]["replaced"]["change_id"], fewer["id"]);
        assert_eq!(waits(), ["10", "2027-09-05T22:00:00Z", "null"]);
        assert_eq!(running.fields(["cancel_requested_at", "pending_change/ends"]), ["2026-09-20T10:00:00Z", "true"]);
        let other = running.change_done(&app, quantity(8));
        assert_eq!(other["outcome"]["replaced"]["change_id"], canceled["id"]);
        assert_eq!(waits(), ["10", "null", "2027-09-05T22:00:00Z"]);
        let again = running.change_done(&app, cancel_at_renewal());
        // The quantity that runs is the wish that all stays as it is.
        let stays = running.change_done(&app, quantity(10));
        assert_eq!(stays["outcome"]["replaced"]["change_id"], again["id"]);
        assert_eq!(running.fields(["pending_change", "cancel_requested_at"]), ["null", "null"]);
        running.ask(quantity(10)).refused(409, "nothing_changes");
        let last = running.change_done(&app, quantity(9));
        let statuses = column(&running.changes(), "/status");
        assert_eq!(statuses, ["scheduled", "done", "replaced", "replaced", "replaced", "replaced"]);
        // It can also just be taken back.
        running.buyer.delete(&running.path(&format!("/changes/{}", text(&last["id"])))).expect(204);
        running.change_done(&app, cancel_at_renewal());
        running.change_done(&app, quantity(9));
        app.go_to(CANCOM, "2027-09-05T22:00:00Z");
        assert_eq!(running.fields(["status", "quantity"]), ["active", "9"]);
        assert_eq!(
            running.charges().last().expect("charges"),
            "renew 2027-09-06…2027-09-30 9 * 9.40 * 25 / 30 = 70.50"
        );
        assert_eq!(app.mock.effects().subscriptions_changed.len(), 7);
    }
}

both! {
    /// C-56: a reduction runs through the same steps: what is due today, then "complete purchase".
    a_reduction_is_previewed_and_completed_as_a_purchase(app) {
        let running = Running::buy(&app, CANCOM, E1, YEAR_MONTHLY, 10);
        let preview = running.preview(quantity(7)).expect(200).body;
        assert_eq!(
            (&preview["outcome"]["charges"], &preview["outcome"]["due_now"]),
            (&json!([]), &euros("0.00", "0.00", "0.00"))
        );
        assert_eq!(preview["outcome"]["effective_at"], "2027-09-05T22:00:00Z");
        assert_eq!(running.changes(), [] as [Value; 0], "a preview changes nothing");
        // What is completed is what was reviewed.
        let with_token =
            |to: u32| json!({"type": "set_quantity", "quantity": to, "preview_token": preview["preview_token"]});
        let stale = running.ask(with_token(6)).refused(409, "preview_stale");
        assert_eq!(stale.body["preview"]["request"]["quantity"], 6);
        let made = running.ask(with_token(7)).expect(201);
        assert_eq!((made.text_at("/status"), &made.body["outcome"]), ("scheduled", &preview["outcome"]));
        app.drain();
    }
}

both! {
    /// C-58, R-25, G-116: "synchronise term after renewal": the days that are offered, what the stub costs, and that
    /// the renewal charges exactly that; the term after it is whole.
    the_next_term_ends_with_another_subscription(app) {
        let running = Running::buy(&app, CANCOM, E1, YEAR_MONTHLY, 10);
        app.go_to(CANCOM, "2026-11-17T09:00:00Z");
        let mail = Running::buy(&app, CANCOM, EXCHANGE, YEAR_MONTHLY, 5);
        let options = rows(&running.buyer.get(&running.path("/coterm-options")).expect(200));
        let option = |option: &Value| {
            let money =
                ["/first_charge/net", "/whole_term/net"].map(|pointer| text(option.pointer(pointer).expect("money")));
            (text(&option["date"]), option["with_subscriptions"].clone(), text(&option["term_start"]), money)
        };
        let money = |first: &str, whole: &str| [first.to_owned(), whole.to_owned()];
        // 94.00 × 25/30 + 94.00 + 94.00 × 16/30; 94.00 × 25/30 + 11 × 94.00.
        assert_eq!(
            options.iter().map(option).collect::<Vec<_>>(),
            [
                ("2027-11-16".into(), json!([mail.id]), "2027-09-06".into(), money("78.33", "222.46")),
                ("2028-08-31".into(), json!([]), "2027-09-06".into(), money("78.33", "1112.33")),
            ]
        );
        let align = |day: &str| json!({"type": "align_term_end", "date": day});
        for day in ["2027-09-06", "2027-11-15", "2027-11-17", "2028-09-05"] {
            let refused = running.ask(align(day)).refused(422, "date_not_offered");
            assert_eq!(told(&refused), wrong([("/date", "date_not_offered")]), "{day}");
        }
        running.ask(align("2028-09-06")).refused(422, "beyond_term");
        running.ask(json!({"type": "align_term_end", "date": "2027-11-16", "when": "now"})).refused(422, "only_later");
        let aligned = running.change(json!({"type": "align_term_end", "subscription_id": mail.id}));
        assert_eq!(
            (&aligned["status"], &aligned["effective_at"]),
            (&json!("scheduled"), &json!("2027-09-05T22:00:00Z"))
        );
        // The running term is not touched.
        assert_eq!(running.fields(["term_end", "pending_change/term_end"]), ["2027-09-05", "2027-11-16"]);
        app.go_to(CANCOM, "2027-11-16T22:59:59Z");
        assert_eq!(running.fields(["term_start", "term_end"]), ["2027-09-06", "2027-11-16"]);
        let charges = running.charges();
        assert_eq!(
            charges[charges.len() - 3..],
            [
                "renew 2027-09-06…2027-09-30 10 * 9.40 * 25 / 30 = 78.33",
                "cycle 2027-10-01…2027-10-31 10 * 9.40 = 94.00",
                "cycle 2027-11-01…2027-11-16 10 * 9.40 * 16 / 30 = 50.13",
            ]
        );
        app.go_to(CANCOM, "2027-11-16T23:00:00Z");
        assert_eq!(running.fields(["term_start", "term_end"]), ["2027-11-17", "2028-11-16"]);
        assert_eq!(mail.fields(["term_start", "term_end"]), ["2027-11-17", "2028-11-16"]);
        assert_eq!(
            running.charges().last().expect("charges"),
            "renew 2027-11-17…2027-11-30 10 * 9.40 * 14 / 30 = 43.87"
        );
    }
}

both! {
    /// C-58, C-59, G-16: take-over is done by who is to be responsible; nothing is charged, nothing else changes.
    a_colleague_takes_over(app) {
        let running = Running::buy(&app, CANCOM, E1, YEAR_MONTHLY, 10);
        running.change(quantity(7));
        let (before, charged) = (running.show(), running.charges());
        running.ask(json!({"type": "take_over"})).refused(409, "nothing_changes");
        let colleague = app.billing("cancom");
        let who = colleague.get("/v1/me").expect(200).body;
        let me = text(&who["id"]);
        let taken = running.by(&colleague).change(json!({"type": "take_over"}));
        assert_eq!((&taken["status"], &taken["requested_by"]), (&json!("done"), &json!(me)));
        assert_eq!((&taken["outcome"]["charges"], &taken["outcome"]["due_now"]["gross"]), (&json!([]), &json!("0.00")));
        let mut expected = before.clone();
        expected["responsible_user"] = json!({"id": me, "name": who["name"]});
        assert_eq!((running.show(), running.charges()), (expected, charged));
        let log = rows(&running.buyer.get(&format!("/v1/audit-log?subject={}", running.id)).expect(200));
        assert_eq!(
            (&log[0]["actor"], &log[0]["before"]["responsible_user"], &log[0]["after"]["responsible_user"]),
            (&json!(me), &before["responsible_user"]["id"], &json!(me))
        );
        // Who only sees takes nothing over, and the operator may.
        let user = app.user("cancom");
        running.by(&user).ask(json!({"type": "take_over"})).refused(403, "forbidden");
        running.by(&app.provider(CANCOM)).change(json!({"type": "take_over"}));
        app.drain();
        assert_eq!(app.mock.effects().subscriptions_changed.len(), 0, "it is none of Microsoft's business");
    }
}

both! {
    /// C-29, G-12: an early end costs all that is not charged yet: eight months of 47.00; the service runs to the end.
    an_early_end_costs_what_is_left(app) {
        app.go_to(CANCOM, "2026-10-01T08:00:00Z");
        let running = Running::buy(&app, CANCOM, E1, YEAR_MONTHLY, 5);
        app.go_to(CANCOM, "2027-01-15T08:00:00Z");
        let canceled = running.change_done(&app, json!({"type": "cancel", "when": "now"}));
        assert_eq!(lines(&canceled), ["cancel 2027-02-01…2027-09-30 376.00 * 100 / 100 = 376.00"]);
        assert_eq!(canceled["outcome"]["due_now"], euros("376.00", "71.44", "447.44"));
        assert_eq!(
            (&canceled["outcome"]["ends_at"], &canceled["outcome"]["recurring"]),
            (&json!("2027-09-30T22:00:00Z"), &Value::Null)
        );
        assert_eq!(
            running.fields([
                "status",
                "cancel_requested_at",
                "ends_at",
                "access_ends_at",
                "renews_at",
                "next_charge_on"
            ]),
            ["active", "2027-01-15T08:00:00Z", "2027-09-30T22:00:00Z", "2027-09-30T22:00:00Z", "null", "null"]
        );
        // What was paid for is not taken back.
        for change in [quantity(6), auto_renew(true), cancel()] {
            running.ask(change).refused(409, "subscription_ended");
        }
        app.go_to(CANCOM, "2027-09-30T21:59:59Z");
        assert_eq!(running.fields(["status"]), ["active"]);
        app.go_to(CANCOM, "2027-09-30T22:00:00Z");
        assert_eq!(running.fields(["status", "data_deleted_at"]), ["canceled", "2027-10-07T22:00:00Z"]);
        app.go_to(CANCOM, "2028-09-30T22:00:00Z");
        assert_eq!(running.charges().len(), 5, "four months and the fee: {:#?}", running.charges());
    }
}

both! {
    /// C-27, C-30, T-55: three years with two price rises: protected in each term, the renewal has its own day's price.
    a_renewal_has_its_own_days_price_through_three_years_and_two_rises(app) {
        let running = Running::buy(&app, CANCOM, E1, YEAR_MONTHLY, 5);
        app.go_to(CANCOM, "2027-02-01T08:00:00Z");
        publish(&app.provider(CANCOM), RETAIL, &[e1_from("2027-04-01", "125.16"), e1_from("2028-09-06", "138.96")]);
        app.go_to(CANCOM, "2029-09-06T12:00:00Z");
        let months = |year: u16, price: &str, net: &str| {
            let month = |after: u16| (year + after / 12, after % 12 + 1);
            let cycle = move |(year, month): (u16, u16)| {
                let last = match month {
                    2 if year % 4 == 0 => 29,
                    2 => 28,
                    4 | 6 | 9 | 11 => 30,
                    _ => 31,
                };
                format!("cycle {year}-{month:02}-01…{year}-{month:02}-{last} 5 * {price} = {net}")
            };
            (9..20).map(month).map(cycle).collect::<Vec<_>>()
        };
        let mut expected = vec!["new 2026-09-06…2026-09-30 5 * 9.40 * 25 / 30 = 39.17".to_owned()];
        expected.extend(months(2026, "9.40", "47.00"));
        expected.push("cycle 2027-09-01…2027-09-05 5 * 9.40 * 5 / 30 = 7.83".to_owned());
        expected.push("renew 2027-09-06…2027-09-30 5 * 10.43 * 25 / 30 = 43.46".to_owned());
        expected.extend(months(2027, "10.43", "52.15"));
        expected.push("cycle 2028-09-01…2028-09-05 5 * 10.43 * 5 / 30 = 8.69".to_owned());
        expected.push("renew 2028-09-06…2028-09-30 5 * 11.58 * 25 / 30 = 48.25".to_owned());
        expected.extend(months(2028, "11.58", "57.90"));
        expected.push("cycle 2029-09-01…2029-09-05 5 * 11.58 * 5 / 30 = 9.65".to_owned());
        expected.push("renew 2029-09-06…2029-09-30 5 * 11.58 * 25 / 30 = 48.25".to_owned());
        assert_eq!(running.charges(), expected);
        let renewed = ["2027-09-05T22:00:00Z", "2028-09-05T22:00:00Z", "2029-09-05T22:00:00Z"];
        assert_eq!(running.when("subscription.renewed"), renewed);
        assert_eq!(running.fields(["status", "term_end", "policy_key"]), ["active", "2030-09-05", "cancom_monthly12"]);
    }
}
