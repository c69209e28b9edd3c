//! Changes that cannot be: of what is not one's own or not there any more, two at once, stale, out of bounds; and a
//! clock that goes wrong.

use provisioning::mock::{Call, Fault};
use serde_json::{Value, json};
use tests::client::at_once;
use tests::running::{E1, E3, Running, auto_renew, cancel, quantity};
use tests::shop::{
    self, Cart, MONTH, RETAIL, Row, YEAR_MONTHLY, cart_with, column, import, plan_of, rows, set_clock, sheet, text,
    told, try_publish, wrong,
};
use tests::{Client, TestApp, both};

/// One change of each type.
fn every_type() -> Vec<Value> {
    let offer = "ofr_01kagy2qk8e3vrc6h1x0m4t7ws";
    vec![
        quantity(6),
        cancel(),
        auto_renew(false),
        json!({"type": "set_at_term_end", "at_term_end": "end"}),
        json!({"type": "transition", "offer_id": offer}),
        json!({"type": "change_offer", "offer_id": offer}),
        json!({"type": "align_term_end", "date": "2028-08-31"}),
        json!({"type": "suspend"}),
        json!({"type": "resume"}),
        json!({"type": "reactivate"}),
        json!({"type": "renew", "starts": "immediately"}),
    ]
}

/// Whoever asks is refused every type of change, previewed or made, with the same code.
#[track_caller]
fn refuses(running: &Running, changes: Vec<Value>, status: u16, code: &str) {
    for change in changes {
        running.preview(change.clone()).refused(status, code);
        running.ask(change).refused(status, code);
    }
}

/// The second reseller's customer's subscription.
fn of_reseller_two(app: &TestApp) -> Running {
    let reseller = app.reseller(2);
    let cart = Cart::of(&reseller, &shop::customer(&reseller, "Kunde 2 GmbH"));
    cart.add(&shop::offer(&reseller, E1, YEAR_MONTHLY), 5);
    let order = cart.order();
    app.drain();
    Running::of(&reseller, &shop::subscriptions(&reseller, &order)[0])
}

both! {
    /// A foreign subscription is not there: for the other reseller, another customer, another marketplace.
    a_foreign_subscription_is_not_there(app) {
        let running = of_reseller_two(&app);
        let change = running.change(auto_renew(false));
        app.drain();
        for stranger in ["admin@reseller1.terra.example", "admin@kunde.terra.example", "provider@cancom.example"] {
            let theirs = running.by(&app.client(stranger));
            let mut all = every_type();
            all.push(json!({"type": "take_over"}));
            refuses(&theirs, all, 404, "not_found");
            for below in ["", "/changes", "/history", "/allowed-actions", "/coterm-options"] {
                theirs.buyer.get(&theirs.path(below)).refused(404, "not_found");
            }
            let path = theirs.path(&format!("/changes/{}", text(&change["id"])));
            theirs.buyer.get(&path).refused(404, "not_found");
            theirs.buyer.delete(&path).refused(404, "not_found");
        }
        // Its own provider may; a stranger cannot be aligned with.
        running.by(&app.provider("terra")).change(auto_renew(true));
        app.drain();
        let own = Running::buy(&app, "terra", E1, YEAR_MONTHLY, 5);
        own.ask(json!({"type": "align_term_end", "subscription_id": running.id})).refused(422, "date_not_offered");
    }
}

both! {
    /// What is ordered but not provided takes no change; nor does what is canceled, expired or suspended.
    what_does_not_run_takes_no_change(app) {
        let buyer = app.admin("terra");
        let order = cart_with(&buyer, E1, MONTH, 5).order();
        let running = Running { buyer, id: text(&order["lines"][0]["subscription_id"]) };
        refuses(&running, every_type(), 409, "subscription_not_ready");
        app.drain();
        running.change_done(&app, json!({"type": "suspend"}));
        let but = |types: &[&str]| {
            let mut left = every_type();
            left.retain(|change| types.iter().all(|but| change["type"] != *but));
            left
        };
        refuses(&running, but(&["suspend", "resume", "cancel"]), 409, "subscription_suspended");
        app.go_to("terra", "2026-10-06T00:00:00Z");
        assert_eq!(running.fields(["status"]), ["disabled"]);
        refuses(&running, but(&["reactivate", "renew"]), 409, "subscription_ended");
        let expired = Running::buy(&app, "terra", E1, MONTH, 5);
        expired.change_done(&app, auto_renew(false));
        app.go_to("terra", "2026-11-06T00:00:00Z");
        assert_eq!(expired.fields(["status"]), ["expired"]);
        refuses(&expired, but(&["reactivate", "renew"]), 409, "subscription_ended");
        for running in [&running, &expired] {
            refuses(
                running,
                vec![json!({"type": "reactivate"}), json!({"type": "renew", "starts": "immediately"})],
                422,
                "not_offered",
            );
        }
        let canceled = Running::buy(&app, "terra", E1, MONTH, 5);
        canceled.change_done(&app, cancel());
        refuses(&canceled, every_type(), 409, "subscription_ended");
        assert!(canceled.allowed("set_quantity").iter().all(|action| action["allowed"] == false));
    }
}

both! {
    /// While the renewal's change is with Microsoft nothing else is taken; what Microsoft then refuses is as if it had
    /// not been asked for.
    a_renewing_subscription_takes_no_change(app) {
        let running = Running::buy(&app, "cancom", E1, MONTH, 5);
        running.change(json!({"type": "set_quantity", "quantity": 4242, "when": "at_renewal"}));
        app.mock.fail_next(Call::ChangeSubscription, Fault::TransientBefore);
        set_clock(&app.provider("cancom"), "2026-10-05T22:00:00Z");
        assert_eq!(running.fields(["quantity"]), ["4242"]);
        refuses(&running, vec![quantity(6), cancel(), auto_renew(false)], 409, "change_in_progress");
        app.drain();
        assert_eq!(running.fields(["quantity", "applying_change_id", "status"]), ["5", "null", "active"]);
        assert_eq!(running.changes()[0]["status"], "failed");
        assert_eq!(
            running.charges()[2..],
            [
                "renew 2026-10-06…2026-10-31 4242 * 11.28 * 26 / 31 = 40132.06",
                "adjustment 2026-10-06…2026-10-31 -1 * (4242 * 11.28 * 26 / 31) = -40132.06",
                "renew 2026-10-06…2026-10-31 5 * 11.28 * 26 / 31 = 47.30",
            ]
        );
        running.change_done(&app, quantity(6));
        assert_eq!(running.fields(["quantity"]), ["6"]);
    }
}

/// The only one of the answers that is 201; all others are refused so.
#[track_caller]
fn one_wins(answers: Vec<tests::Answer>, status: u16, code: &str) -> Value {
    let (mut won, lost): (Vec<_>, Vec<_>) = answers.into_iter().partition(|answer| answer.status == 201);
    assert_eq!(won.len(), 1);
    for answer in lost {
        answer.refused(status, code);
    }
    won.remove(0).body
}

both! {
    /// Two people change at the same instant: one wins, the others are told that a change is under way, and nothing is
    /// charged twice.
    of_many_changes_at_once_one_wins(app) {
        let running = Running::buy(&app, "cancom", E1, YEAR_MONTHLY, 10);
        let clients: Vec<Client> =
            ["admin", "billing"].map(|name| app.client(&format!("{name}@kunde.cancom.example"))).to_vec();
        let requests: Vec<_> = (0..12).map(|n| (&clients[n % 2], 11 + u32::try_from(n).expect("small"))).collect();
        let ask = |(client, to): &(&Client, u32)| running.by(client).ask(quantity(*to));
        let won = one_wins(at_once(&requests, ask), 409, "change_in_progress");
        app.drain();
        assert_eq!(running.show()["quantity"], won["request"]["quantity"]);
        assert_eq!((running.charges().len(), running.changes().len()), (2, 1));
        // With the version that was seen, or the preview, all but one are stale.
        let etag = running.buyer.get(&running.path("")).expect(200).header("etag").to_owned();
        let seen = |(client, to): &(&Client, u32)| running.by(&client.with("If-Match", &etag)).ask(quantity(*to));
        let fewer: Vec<_> = (0..6).map(|n| (&clients[n % 2], 1 + u32::try_from(n).expect("small"))).collect();
        let won = one_wins(at_once(&fewer, seen), 412, "precondition_failed");
        assert_eq!(running.show()["pending_change"]["id"], won["id"]);
        let previews: Vec<_> = fewer
            .iter()
            .map(|(client, to)| {
                let (client, mut change) = (running.by(client), quantity(*to + 1));
                change["preview_token"] = client.preview(change.clone()).expect(200).body["preview_token"].clone();
                (client, change)
            })
            .collect();
        let won = one_wins(at_once(&previews, |(client, change)| client.ask(change.clone())), 409, "preview_stale");
        assert_eq!(running.show()["pending_change"]["id"], won["id"]);
        // Without either the last one wins the place for what waits (C-51).
        let all = at_once(&fewer, |(client, to)| running.by(client).ask(quantity(*to)));
        assert!(all.iter().all(|answer| answer.status == 201));
        let statuses = column(&running.changes(), "/status");
        assert_eq!(statuses.iter().filter(|status| *status == "scheduled").count(), 1, "{statuses:?}");
        app.drain();
    }
}

both! {
    /// A retry with the same key changes once.
    a_retry_changes_once(app) {
        let running = Running::buy(&app, "cancom", E1, YEAR_MONTHLY, 10);
        let keyed = running.by(&running.buyer.with("Idempotency-Key", "more-1"));
        let answers = at_once(&[(); 8], |()| keyed.ask(quantity(12)));
        let first = &answers[0];
        assert!(answers.iter().all(|answer| answer.status == 201 && answer.text == first.text));
        app.drain();
        assert_eq!(keyed.ask(quantity(12)).expect(201).header("idempotent-replayed"), "true");
        keyed.ask(quantity(13)).refused(422, "idempotency_key_reused");
        assert_eq!((running.changes().len(), running.charges().len()), (1, 2));
    }
}

both! {
    /// A preview binds to the state that was seen: whoever else changed it meanwhile, it is shown anew.
    a_preview_of_another_state_is_stale(app) {
        let running = Running::buy(&app, "cancom", E1, YEAR_MONTHLY, 10);
        let mut change = quantity(12);
        change["preview_token"] = running.preview(change.clone()).expect(200).body["preview_token"].clone();
        running.by(&app.billing("cancom")).change_done(&app, quantity(11));
        let stale = running.ask(change.clone()).refused(409, "preview_stale");
        assert_eq!(stale.body["preview"]["outcome"]["due_now"]["net"], "7.83");
        change["preview_token"] = stale.body["preview"]["preview_token"].clone();
        running.ask(change).expect(201);
        app.drain();
        // A token is of one change of one subscription.
        let other = Running::buy(&app, "cancom", E1, YEAR_MONTHLY, 10);
        let token = other.preview(quantity(13)).expect(200).body["preview_token"].clone();
        let foreign = json!({"type": "set_quantity", "quantity": 13, "preview_token": token});
        running.ask(foreign).refused(409, "preview_stale");
    }
}

both! {
    /// neither more nor fewer than are sold, and no more moved than there are.
    a_quantity_is_within_the_offers_limits(app) {
        let running = Running::buy(&app, "cancom", "Microsoft 365 Business Basic", YEAR_MONTHLY, 10);
        for to in [301, 1_000_000, u32::MAX] {
            let refused = running.ask(quantity(to)).refused(422, "quantity_out_of_range");
            assert_eq!(told(&refused), wrong([("/quantity", "quantity_out_of_range")]), "{to}");
        }
        running.ask(json!({"type": "set_quantity", "quantity": -1})).expect(422);
        running.ask(json!({"type": "set_quantity", "quantity": 4_294_967_296_u64})).expect(422);
        running.ask(json!({"type": "set_quantity", "quantity": "12"})).expect(422);
        running.ask(json!({"type": "set_quantity", "quantity": 12.5})).expect(422);
        running.change_done(&app, quantity(300));
        let office = Running::buy(&app, "cancom", E1, YEAR_MONTHLY, 5);
        let e3 = shop::offer(&office.buyer, E3, YEAR_MONTHLY);
        for part in [0, 6] {
            let refused = office.ask(json!({"type": "transition", "offer_id": e3, "quantity": part}));
            assert_eq!(
                told(&refused.refused(422, "quantity_out_of_range")),
                wrong([("/quantity", "quantity_out_of_range")])
            );
        }
    }
}

both! {
    /// Another product, market, segment or currency is no target; nor is an offer that is not there, or one's own.
    a_target_is_of_the_same_product_market_segment_and_currency(app) {
        let running = Running::buy(&app, "terra", E1, MONTH, 5);
        let provider = app.provider("terra");
        let year = Row::of("Office 365 Enterprise (NCE)", "CFQ7TTC0LF8Q", "0001", E1)
            .planned("P3Y", "Annual")
            .priced("270.72", "338.40");
        let plain = sheet(&[year]);
        let in_dollars = plain.replace("\"EUR\"", "\"USD\"");
        for sheet in [plain.replace("\"DE\"", "\"AT\""), plain.replace("Commercial", "Education"), in_dollars] {
            try_publish(&provider, &import(&provider, RETAIL, sheet)).expect(200);
        }
        let offers = shop::edition(&provider, E1)["offers"].as_array().cloned().expect("offers");
        let target = |key: &str, value: &str| {
            let found = offers
                .iter()
                .find(|offer| offer["term"] == "P3Y" && offer.pointer(key).is_some_and(|found| found == value));
            text(&found.unwrap_or_else(|| panic!("no {value} in {offers:?}"))["id"])
        };
        let refused = |change: Value, code: &str| {
            assert_eq!(told(&running.ask(change).refused(422, code)), wrong([("/offer_id", code)]));
        };
        let to = |offer: &str| json!({"type": "change_offer", "offer_id": offer});
        refused(to(&target("/country", "AT")), "offer_not_in_market");
        refused(to(&target("/segment", "education")), "segment_required");
        refused(to(&target("/price/currency", "USD")), "mixed_currencies");
        let suite = shop::offer(&running.buyer, "Microsoft 365 E3", MONTH);
        refused(to(&suite), "transition_not_offered");
        refused(json!({"type": "transition", "offer_id": suite}), "transition_not_offered");
        let add_on = shop::offer(&running.buyer, "Audio Conferencing", MONTH);
        refused(json!({"type": "transition", "offer_id": add_on}), "transition_not_offered");
        refused(to(&shop::offer(&running.buyer, E3, MONTH)), "transition_not_offered");
        refused(to("ofr_01kagy2qk8e3vrc6h1x0m4t7ws"), "offer_unknown");
        refused(to(&shop::offer(&app.admin("ahd"), E1, MONTH)), "offer_unknown");
        refused(to("ofr_1"), "invalid_id");
        let own = plan_of(&shop::edition(&running.buyer, E1), MONTH);
        running.ask(to(&text(&own["id"]))).refused(409, "nothing_changes");
        assert_eq!(running.changes(), [] as [Value; 0]);
    }
}

both! {
    /// A sandbox's clock goes neither backwards nor a hundred years ahead, and nothing happens by trying.
    a_clock_goes_forward_and_not_too_far(app) {
        let running = Running::buy(&app, "cancom", E1, MONTH, 5);
        app.go_to("cancom", "2026-09-20T10:00:00Z");
        let provider = app.provider("cancom");
        let clock = || text(&provider.get("/v1/sandbox/clock").expect(200).body["now"]);
        for (now, code) in [
            ("2026-09-20T09:59:59Z", "clock_backwards"),
            ("2020-01-01T00:00:00Z", "clock_backwards"),
            ("2126-09-20T10:00:00Z", "out_of_range"),
            ("9999-12-31T23:59:59Z", "out_of_range"),
            ("2026-02-30T00:00:00Z", "invalid_value"),
            ("tomorrow", "invalid_value"),
        ] {
            let refused = provider.put("/v1/sandbox/clock", json!({ "now": now })).refused(422, code);
            assert_eq!(told(&refused), wrong([("/now", code)]), "{now}");
        }
        assert_eq!((clock().as_str(), running.charges().len()), ("2026-09-20T10:00:00Z", 1));
        // To where it is it can be set.
        set_clock(&provider, "2026-09-20T10:00:00Z");
        running.buyer.put("/v1/sandbox/clock", json!({"now": "2027-01-01T00:00:00Z"})).refused(403, "forbidden");
        assert_eq!(rows(&running.buyer.get("/v1/subscriptions").expect(200))[0]["status"], "active");
    }
}

both! {
    /// a jump of years gives the history of going day by day.
    a_jump_gives_the_history_of_going_step_by_step(app) {
        let slugs = ["terra", "colt"];
        let [jumps, steps] = slugs.map(|slug| Running::buy(&app, slug, E1, MONTH, 5));
        for running in [&jumps, &steps] {
            running.change(json!({"type": "set_quantity", "quantity": 7, "when": "at_renewal"}));
        }
        app.go_to("terra", "2027-03-15T10:00:00Z");
        for day in [
            "2026-09-30",
            "2026-10-05",
            "2026-10-06",
            "2026-10-07",
            "2026-11-30",
            "2026-12-06",
            "2027-02-28",
            "2027-03-15",
        ] {
            app.go_to("colt", &format!("{day}T10:00:00Z"));
        }
        assert_eq!(jumps.charges(), steps.charges());
        assert_eq!(jumps.events(), steps.events());
        assert_eq!(jumps.when("subscription.renewed"), steps.when("subscription.renewed"));
        assert_eq!(
            jumps.fields(["term_end", "quantity", "cancel_until"]),
            steps.fields(["term_end", "quantity", "cancel_until"])
        );
    }
}
