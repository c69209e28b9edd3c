//! Whose days are counted, and what a day, a block and a part of a cycle cost (U-02…U-04, U-06…U-08, U-39).

use provisioning::mock::{Call, Fault};
use serde_json::{Value, json};
use tests::client::at_once;
use tests::running::{E1, E3, Running, auto_renew, cancel, lines, quantity};
use tests::shop::{MONTH, RETAIL, Row, YEAR_ANNUAL, YEAR_MONTHLY, column, offer, publish, text, told, wrong};
use tests::{TestApp, both};

/// Puts rules over everything that a product sells.
#[track_caller]
fn put_over(app: &TestApp, slug: &str, running: &Running, rules: Value) {
    let publication = json!({"product_id": running.show()["product_id"], "rules": rules});
    app.provider(slug).post("/v1/policies", publication).expect(201);
}

/// What was charged less what was given back, in cents.
fn balance(running: &Running) -> i64 {
    let nets = running.history().into_iter().filter_map(|entry| entry.pointer("/charge/money/net").map(text));
    nets.map(|net| net.replace('.', "").parse::<i64>().expect("an amount")).sum()
}

both! {
    /// U-08: the marketplace says its zone, a policy whose days it counts, in its rules and in words.
    u08_a_marketplace_and_its_policies_say_whose_days_they_count(app) {
        for (slug, key, day_zone, zone) in [
            ("cancom", "cancom_monthly12", "marketplace", "Europe/Berlin"),
            ("ahd", "ahd_rental", "marketplace", "Europe/Berlin"),
            ("colt", "colt_nce", "utc", "UTC"),
            ("terra", "ms_nce_2026", "utc", "UTC"),
        ] {
            let provider = app.provider(slug);
            let marketplace = provider.get(&format!("/v1/marketplaces/{slug}")).expect(200);
            assert_eq!(marketplace.body["time_zone"], "Europe/Berlin");
            let policy = provider.get(&format!("/v1/policies/{key}")).expect(200).body;
            assert_eq!((&policy["rules"]["day_zone"], &policy["time_zone"]), (&json!(day_zone), &json!(zone)), "{key}");
            let midnight = "Days begin at midnight of the marketplace's time zone.";
            let words = column(policy["words"].as_array().expect("words"), "/text");
            assert_eq!(words.iter().any(|word| word == midnight), day_zone == "marketplace", "{words:?}");
        }
    }
}

both! {
    /// U-08: half past midnight of 1 November in Berlin is charged for November there, and for October by UTC's days.
    u08_an_order_is_charged_for_the_day_of_its_zone(app) {
        let mut first = vec![];
        for (slug, plan) in [("cancom", YEAR_MONTHLY), ("ahd", MONTH), ("colt", YEAR_MONTHLY)] {
            app.go_to(slug, "2026-10-31T23:30:00Z");
            let running = Running::buy(&app, slug, E1, plan, 5);
            first.push((running.charges().remove(0), text(&running.show()["renews_at"])));
        }
        assert_eq!(
            first,
            [
                ("new 2026-11-01…2026-11-30 5 * 9.40 = 47.00", "2027-10-31T23:00:00Z"),
                ("new 2026-11-01…2026-11-30 5 * 11.28 = 56.40", "2026-11-30T23:00:00Z"),
                ("new 2026-10-31…2026-11-29 5 * 9.40 = 47.00", "2027-10-31T00:00:00Z"),
            ]
            .map(|(charge, renews)| (charge.to_owned(), renews.to_owned()))
        );
    }
}

both! {
    /// U-08: both orders in the hour that comes twice are of one day, and the next month begins at midnight there.
    u08_an_order_in_the_hour_that_comes_twice_is_of_its_day(app) {
        let mut all = vec![];
        for now in ["2026-10-25T00:30:00Z", "2026-10-25T01:30:00Z"] {
            app.go_to("cancom", now);
            all.push(Running::buy(&app, "cancom", E1, YEAR_MONTHLY, 5));
        }
        app.go_to("cancom", "2026-10-31T22:59:59Z");
        for running in &all {
            assert_eq!(running.charges(), ["new 2026-10-25…2026-10-31 5 * 9.40 * 7 / 31 = 10.61"]);
        }
        app.go_to("cancom", "2026-10-31T23:00:00Z");
        for running in &all {
            assert_eq!(running.charges()[1..], ["cycle 2026-11-01…2026-11-30 5 * 9.40 = 47.00"]);
            assert_eq!(running.fields(["renews_at"]), ["2027-10-24T22:00:00Z"]);
        }
    }
}

both! {
    /// U-08: a policy names its own marketplace's days or UTC's; any other zone is refused.
    u08_a_policy_cannot_name_another_zone(app) {
        let provider = app.provider("cancom");
        let mut rules = provider.get("/v1/policies/cancom_monthly12").expect(200).body["rules"].clone();
        rules["day_zone"] = json!("Europe/Berlni");
        let refused = provider.post("/v1/policies", json!({"key": "cancom_monthly12", "rules": rules}));
        let refused = refused.refused(422, "invalid_value");
        assert_eq!(told(&refused), wrong([("/rules/day_zone", "invalid_value")]));
        let detail = text(&refused.body["errors"][0]["hint"]);
        assert!(detail.contains("\"utc\"") && detail.contains("\"marketplace\""), "{detail}");
    }
}

both! {
    /// U-08: what runs keeps its days to the end of its term; the next term goes on with the day after it.
    u08_what_runs_keeps_its_days_to_the_end_of_its_term(app) {
        let running = Running::buy(&app, "cancom", E1, YEAR_MONTHLY, 5);
        let provider = app.provider("cancom");
        let mut rules = provider.get("/v1/policies/cancom_monthly12").expect(200).body["rules"].clone();
        rules["day_zone"] = json!("utc");
        provider.post("/v1/policies", json!({"key": "cancom_monthly12", "rules": rules})).expect(201);
        assert_eq!(running.fields(["renews_at"]), ["2027-09-05T22:00:00Z"]);
        app.go_to("cancom", "2027-09-05T22:00:00Z");
        assert_eq!(running.fields(["term_start", "renews_at"]), ["2027-09-06", "2028-09-06T00:00:00Z"]);
        app.go_to("cancom", "2027-09-30T22:00:00Z");
        let renewed = "renew 2027-09-06…2027-09-30 5 * 9.40 * 25 / 30 = 39.17";
        assert_eq!(running.charges().last().expect("charges"), renewed);
        app.go_to("cancom", "2027-10-01T00:00:00Z");
        assert_eq!(running.charges().last().expect("charges"), "cycle 2027-10-01…2027-10-31 5 * 9.40 = 47.00");
    }
}

both! {
    /// U-02: a block of 24 hours counts once it is complete.
    u02_a_block_counts_once_it_is_complete(app) {
        let first = Running::buy(&app, "terra", E1, YEAR_ANNUAL, 1);
        let refund = json!([
            {"until_hours": 24, "kind": "full"},
            {"until_hours": 168, "kind": "prorated", "unit": "block24h"},
        ]);
        put_over(&app, "terra", &first, json!({"window_hours": 168, "refund": refund}));
        let running = Running::buy(&app, "terra", E1, YEAR_ANNUAL, 5);
        let given = |now: &str| {
            app.go_to("terra", now);
            lines(&running.preview(cancel()).expect(200).body)
        };
        assert_eq!(given("2026-09-07T09:00:00Z"), ["cancel 2026-09-06…2027-09-05 -1 * 564.00 = -564.00"]);
        assert_eq!(
            given("2026-09-08T22:00:00Z"),
            ["cancel 2026-09-08…2027-09-05 -1 * 5 * 112.80 * 363 / 365 = -560.91"]
        );
    }
}

both! {
    /// U-03: within the hours of a full refund everything comes back that the licences have cost, an upgrade or not.
    u03_everything_that_the_batch_has_cost_comes_back(app) {
        let first = Running::buy(&app, "terra", E1, MONTH, 1);
        put_over(&app, "terra", &first, json!({"window_hours": 168, "refund": [{"until_hours": 24, "kind": "full"}]}));
        app.go_to("terra", "2026-09-10T18:00:00Z");
        let running = Running::buy(&app, "terra", E1, MONTH, 1);
        app.go_to("terra", "2026-09-11T10:00:00Z");
        let e3 = offer(&running.buyer, E3, MONTH);
        running.change_done(&app, json!({"type": "transition", "offer_id": e3}));
        assert!(balance(&running) > 1_128, "{:?}", running.charges());
        app.go_to("terra", "2026-09-11T12:00:00Z");
        running.change_done(&app, cancel());
        assert_eq!((running.fields(["status"]), balance(&running)), (["canceled".to_owned()], 0));
        let last = running.charges().pop().expect("charges");
        assert_eq!(last, "cancel 2026-09-10…2026-09-10 -1 * 0.38 = -0.38");
    }
}

both! {
    /// U-04: the two parts of the month in which the contract has its anniversary sum to the month.
    u04_parts_of_a_cycle_sum_to_the_cycle(app) {
        app.go_to("cancom", "2026-09-16T10:00:00Z");
        publish(&app.provider("cancom"), RETAIL, &[Row::e1().priced("100.00", "125.16")]);
        let running = Running::buy(&app, "cancom", E1, YEAR_MONTHLY, 1);
        app.go_to("cancom", "2027-09-16T10:00:00Z");
        let charges = running.charges();
        assert_eq!(
            charges[charges.len() - 2..],
            [
                "cycle 2027-09-01…2027-09-15 1 * 10.43 * 15 / 30 = 5.22",
                "renew 2027-09-16…2027-09-30 10.43 - 5.22 = 5.21",
            ]
        );
    }
}

/// The changes of a history and what came of them, without what tells two of them apart: the ids.
fn plain(running: &Running) -> Vec<String> {
    let later = |entry: &Value| entry.get("change").is_some() || text(&entry["at"]).as_str() > "2026-09-30";
    let written = running.history().into_iter().filter(later).map(|entry| entry.to_string());
    let without_ids = |text: String| {
        text.split('"').map(|part| if part.len() == 30 && part.as_bytes()[3] == b'_' { "id" } else { part }).collect()
    };
    written.map(without_ids).collect()
}

both! {
    /// U-06: however late Microsoft answers while a sandbox jumps, a change that waited took effect at its instant; and
    /// the history is that of going step by step, in every field.
    u06_a_change_took_effect_at_its_instant(app) {
        let [jumps, steps] = ["ahd", "cancom"].map(|slug| Running::buy(&app, slug, E1, MONTH, 5));
        for running in [&jumps, &steps] {
            running.change(json!({"type": "set_quantity", "quantity": 7, "when": "at_renewal"}));
        }
        app.mock.fail_next(Call::ChangeSubscription, Fault::TransientBefore);
        app.go_to("ahd", "2026-12-15T10:00:00Z");
        for day in ["2026-09-30", "2026-10-06", "2026-10-20", "2026-11-30", "2026-12-15"] {
            app.go_to("cancom", &format!("{day}T10:00:00Z"));
        }
        for (running, at) in [(&jumps, "2026-09-30T22:00:00Z"), (&steps, "2026-10-05T22:00:00Z")] {
            let change = running.changes().remove(0);
            let told = ["status", "effective_at", "applied_at"].map(|name| text(&change[name]));
            assert_eq!(told, ["done", at, at]);
            assert_eq!(running.when("subscription.change_confirmed"), [at]);
        }
    }
}

both! {
    /// U-06: a jump and steps give the same history, in every field.
    u06_a_jump_and_steps_give_one_history_in_every_field(app) {
        let [jumps, steps] = ["mskeys", "terra"].map(|slug| {
            let running = Running::buy(&app, slug, E1, YEAR_MONTHLY, 5);
            let policy = running.show()["policy_key"].clone();
            let rules = app.provider("colt").get("/v1/policies/colt_nce").expect(200).body["rules"].clone();
            app.provider(slug).post("/v1/policies", json!({"key": policy, "rules": rules})).expect(201);
            Running::buy(&app, slug, E1, YEAR_MONTHLY, 5)
        });
        for running in [&jumps, &steps] {
            running.change(json!({"type": "set_quantity", "quantity": 7, "when": "at_renewal"}));
        }
        app.mock.fail_next(Call::ChangeSubscription, Fault::TransientBefore);
        app.go_to("mskeys", "2027-12-15T10:00:00Z");
        for day in ["2026-09-30", "2027-03-06", "2027-09-05", "2027-09-06", "2027-10-20", "2027-12-15"] {
            app.go_to("terra", &format!("{day}T10:00:00Z"));
        }
        let same = |running: &Running, slug: &str| -> Vec<String> {
            let key = text(&running.show()["policy_key"]);
            plain(running).iter().map(|entry| entry.replace(&key, "policy").replace(slug, "slug")).collect()
        };
        assert_eq!(same(&jumps, "mskeys"), same(&steps, "terra"));
    }
}

both! {
    /// U-07: whoever moved its clock sees it there, however many clocks move at once.
    u07_a_clock_that_was_moved_is_seen_where_it_was_moved_to(app) {
        let slugs = ["ahd", "cancom", "colt", "mskeys", "terra"];
        for round in 1..=12 {
            let now = format!("2026-09-{:02}T12:00:00Z", 6 + round);
            let moved = at_once(&slugs, |slug| {
                let provider = app.provider(slug);
                provider.put("/v1/sandbox/clock", json!({"now": now})).expect(200);
                provider.get("/v1/sandbox/clock")
            });
            for shown in moved {
                assert_eq!(shown.expect(200).text_at("/now"), now);
            }
        }
    }
}

both! {
    /// U-39, G-119: what is suspended at its term's end under Microsoft's rules of 2026 is kept for 30 and 90 days.
    u39_what_is_suspended_at_its_terms_end_is_kept(app) {
        let first = Running::buy(&app, "terra", E1, MONTH, 1);
        let rules = app.provider("terra").get("/v1/policies/ms_nce_2026").expect(200).body["rules"].clone();
        let key = first.show()["policy_key"].clone();
        app.provider("terra").post("/v1/policies", json!({"key": key, "rules": rules})).expect(201);
        let running = Running::buy(&app, "terra", E1, MONTH, 5);
        running.change_done(&app, json!({"type": "suspend"}));
        assert_eq!(running.fields(["ends_at", "data_deleted_at"]), ["2026-10-06T00:00:00Z", "2027-02-03T00:00:00Z"]);
        app.go_to("terra", "2026-10-06T00:00:00Z");
        assert_eq!(running.fields(["status", "access_ends_at"]), ["disabled", "2026-10-06T00:00:00Z"]);
        app.go_to("terra", "2027-02-02T23:59:59Z");
        assert_eq!(running.fields(["status"]), ["disabled"]);
        app.go_to("terra", "2027-02-03T00:00:00Z");
        assert_eq!(running.fields(["status"]), ["canceled"]);
    }
}

both! {
    /// U-39: after a resume, the renewal of what runs takes the add-ons along that were suspended with it, and names
    /// them; one that was to end anyway still does.
    u39_the_renewal_takes_the_add_ons_along(app) {
        let base = Running::buy(&app, "terra", E1, YEAR_MONTHLY, 5);
        let [ends, goes_on] =
            [2, 5].map(|count| Running::buy(&app, "terra", "Audio Conferencing", YEAR_MONTHLY, count));
        ends.change_done(&app, auto_renew(false));
        base.change_done(&app, json!({"type": "suspend"}));
        base.change_done(&app, json!({"type": "resume"}));
        assert_eq!(goes_on.fields(["status", "auto_renew"]), ["active", "false"]);
        let on = base.change_done(&app, auto_renew(true));
        let named = column(on["outcome"]["add_ons"].as_array().expect("add-ons"), "/subscription_id");
        assert_eq!(named, std::slice::from_ref(&goes_on.id));
        assert_eq!(goes_on.fields(["auto_renew", "renews_at"]), ["true", "2027-09-06T00:00:00Z"]);
        app.go_to("terra", "2027-09-06T00:00:00Z");
        let status = [&base, &goes_on, &ends].map(|running| text(&running.show()["status"]));
        assert_eq!(status, ["active", "active", "expired"]);
        base.change_done(&app, quantity(6));
    }
}
