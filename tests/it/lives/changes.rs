//! Changes of a running subscription over HTTP: previewed, made, scheduled, refused, undone.

use provisioning::mock::{Call, Fault};
use serde_json::{Value, json};
use tests::both;
use tests::running::Running;
use tests::shop::{self, MONTH, YEAR_MONTHLY, rows, set_clock, text};

both! {
    /// C-49, C-50, C-51, G-15: more at once and in proportion; fewer with the term's end; the last change wins.
    more_licences_come_at_once_and_fewer_with_the_terms_end(app) {
        let running = Running::buy(&app, "cancom", "Office 365 E1", YEAR_MONTHLY, 10);
        let fewer = running.change(json!({"type": "set_quantity", "quantity": 7}));
        assert_eq!(fewer["status"], "scheduled");
        assert_eq!(fewer["effective_at"], "2027-09-05T22:00:00Z");
        assert_eq!(running.show()["quantity"], 10);
        assert_eq!(running.show()["pending_change"]["quantity"], 7);
        let more = running.change(json!({"type": "set_quantity", "quantity": 12}));
        assert_eq!(more["outcome"]["replaced"]["change_id"], fewer["id"]);
        assert_eq!((&more["outcome"]["quantity"], &more["outcome"]["due_now"]["net"]), (&json!(12), &json!("15.67")));
        app.drain();
        let now = running.show();
        assert_eq!((&now["quantity"], &now["pending_change"]), (&json!(12), &Value::Null));
        let changes = rows(&running.buyer.get(&running.path("/changes")).expect(200));
        let stand: Vec<_> = changes.iter().map(|change| text(&change["status"])).collect();
        assert_eq!(stand, ["done", "replaced"]);
        assert_eq!(
            running.charges(),
            [
                "new 2026-09-06…2026-09-30 10 * 9.40 * 25 / 30 = 78.33",
                "add_quantity 2026-09-06…2026-09-30 2 * 9.40 * 25 / 30 = 15.67",
            ]
        );
        assert_eq!(app.mock.effects().subscriptions_changed.len(), 1);
    }
}

both! {
    /// U-87: what waits says what it is; a row of the history names the change that it is of, and an amount in it says
    /// its currency.
    u87_what_waits_has_a_type_and_history_names_its_change(app) {
        let running = Running::buy(&app, "cancom", "Office 365 E1", YEAR_MONTHLY, 10);
        let more = running.change_done(&app, json!({"type": "set_quantity", "quantity": 12}));
        for (wish, kind) in [
            (json!({"type": "set_quantity", "quantity": 7}), "set_quantity"),
            (json!({"type": "set_auto_renew", "auto_renew": false}), "set_auto_renew"),
        ] {
            let waits = running.change(wish);
            let pending = running.show()["pending_change"].clone();
            assert_eq!((&pending["type"], &pending["id"]), (&json!(kind), &waits["id"]));
            let list = rows(&running.buyer.get("/v1/subscriptions").expect(200));
            assert_eq!(list[0]["pending_change"], pending);
        }
        app.drain();
        let history = running.history();
        let of_more: Vec<_> = history.iter().filter(|entry| entry["change_id"] == more["id"]).collect();
        for part in ["change", "charge", "event"] {
            assert!(of_more.iter().any(|entry| entry.get(part).is_some()), "{part}: {of_more:#?}");
        }
        let first = history.iter().find(|entry| entry.get("charge").is_some()).expect("a charge");
        assert_eq!((&first["charge"]["kind"], &first["change_id"]), (&json!("new"), &Value::Null));
        let log = app.provider("cancom").get(&format!("/v1/audit-log?subject={}", running.id)).expect(200);
        let told: Vec<_> = rows(&log).iter().filter_map(|entry| entry.pointer("/after/unit_price").cloned()).collect();
        assert!(!told.is_empty() && told.iter().all(|told| *told == shop::price("9.40")), "{told:?}");
    }
}

both! {
    /// a reduction that waits takes effect by the clock alone, and the renewal charges the new quantity.
    a_scheduled_reduction_takes_effect_with_the_renewal(app) {
        let running = Running::buy(&app, "cancom", "Office 365 E1", YEAR_MONTHLY, 10);
        let fewer = running.change(json!({"type": "set_quantity", "quantity": 7}));
        let then = &fewer["outcome"]["then"];
        assert_eq!((&then["quantity"], &then["term_end"]), (&json!(7), &json!("2028-09-05")));
        assert_eq!(then["due"], shop::euros("54.83", "10.42", "65.25"));
        set_clock(&app.provider("cancom"), "2027-09-06T08:00:00Z");
        app.drain();
        let now = running.show();
        assert_eq!((&now["quantity"], &now["status"]), (&json!(7), &json!("active")));
        assert_eq!((&now["term_start"], &now["term_end"]), (&json!("2027-09-06"), &json!("2028-09-05")));
        let charges = running.charges();
        assert_eq!(charges.len(), 1 + 12 + 1, "the first, twelve cycles, the renewal: {charges:#?}");
        assert_eq!(charges[12], "cycle 2027-09-01…2027-09-05 10 * 9.40 * 5 / 30 = 15.67");
        assert_eq!(charges[13], "renew 2027-09-06…2027-09-30 7 * 9.40 * 25 / 30 = 54.83");
        let changes = rows(&running.buyer.get(&running.path("/changes")).expect(200));
        assert_eq!(changes[0]["status"], "done");
    }
}

both! {
    /// L-36, T-41, G-23: after the window a cancellation is refused with the rule and the instants, and nothing
    /// changes.
    after_the_window_a_cancellation_is_refused(app) {
        let running = Running::buy(&app, "colt", "Office 365 E1", YEAR_MONTHLY, 5);
        let before = running.show();
        assert_eq!(before["cancel_until"], "2026-09-13T10:15:00Z");
        set_clock(&app.provider("colt"), "2026-09-13T10:15:01Z");
        let refused = running.ask(json!({"type": "cancel"})).refused(422, "window_closed");
        assert_eq!(refused.body["rule"], "cancel");
        assert_eq!(refused.body["allowed_until"], "2026-09-13T10:15:00Z");
        assert_eq!(refused.body["next_allowed_at"], "2027-09-06T00:00:00Z");
        assert_eq!(refused.body["billed_until"], "2027-09-05");
        assert_eq!(running.show()["auto_renew"], true);
    }
}

both! {
    /// T-46, G-120: in the window it ends at once and what was not used is given back.
    what_is_cancelled_in_the_window_ends_at_once(app) {
        let running = Running::buy(&app, "terra", "Office 365 E1", MONTH, 5);
        set_clock(&app.provider("terra"), "2026-09-08T10:00:00Z");
        let canceled = running.change(json!({"type": "cancel"}));
        assert_eq!(canceled["outcome"]["due_now"]["net"], "-52.64");
        app.drain();
        let now = running.show();
        assert_eq!((&now["status"], &now["ends_at"]), (&json!("canceled"), &now["access_ends_at"]));
        assert_eq!(now["data_deleted_at"], "2026-09-15T10:00:00Z");
        running.ask(json!({"type": "set_quantity", "quantity": 6})).refused(409, "subscription_ended");
    }
}

both! {
    /// What Microsoft refuses is undone visibly: the subscription as before, a compensating charge, an event.
    what_microsoft_refuses_is_undone_visibly(app) {
        let running = Running::buy(&app, "cancom", "Office 365 E1", YEAR_MONTHLY, 5);
        let before = running.show();
        let change = running.change(json!({"type": "set_quantity", "quantity": 4242}));
        assert_eq!(change["status"], "applying");
        running.ask(json!({"type": "set_quantity", "quantity": 6})).refused(409, "change_in_progress");
        app.drain();
        let now = running.show();
        assert_eq!((&now["quantity"], &now["quantity_lots"]), (&before["quantity"], &before["quantity_lots"]));
        assert_eq!(now["applying_change_id"], Value::Null);
        let failed = running.buyer.get(&running.path(&format!("/changes/{}", text(&change["id"])))).expect(200).body;
        assert_eq!((&failed["status"], &failed["failure"]), (&json!("failed"), &json!("800069")));
        assert_eq!(
            running.charges()[1..],
            [
                "add_quantity 2026-09-06…2026-09-30 4237 * 9.40 * 25 / 30 = 33189.83",
                "adjustment 2026-09-06…2026-09-30 -1 * (4237 * 9.40 * 25 / 30) = -33189.83",
            ]
        );
        assert!(running.events().contains(&"subscription.change_failed".to_owned()));
    }
}

both! {
    /// A lost answer is asked for again: Microsoft changes once.
    a_lost_answer_changes_once(app) {
        let running = Running::buy(&app, "cancom", "Office 365 E1", YEAR_MONTHLY, 5);
        for fault in [Fault::TimeoutAfterEffect, Fault::TransientBefore] {
            app.mock.fail_next(Call::ChangeSubscription, fault);
        }
        running.change(json!({"type": "set_quantity", "quantity": 8}));
        app.drain();
        assert_eq!(running.show()["quantity"], 8);
        assert_eq!(app.mock.effects().subscriptions_changed.len(), 1);
    }
}

both! {
    /// N-01: a preview that would now cost something else binds nobody.
    a_stale_preview_is_409_with_the_new_one(app) {
        let running = Running::buy(&app, "cancom", "Office 365 E1", YEAR_MONTHLY, 5);
        let mut change = json!({"type": "set_quantity", "quantity": 8});
        let preview = running.buyer.post(&running.path("/changes/preview"), change.clone()).expect(200).body;
        change["preview_token"] = preview["preview_token"].clone();
        set_clock(&app.provider("cancom"), "2026-09-07T10:15:00Z");
        let stale = running.ask(change.clone()).refused(409, "preview_stale");
        assert_eq!(stale.body["preview"]["outcome"]["due_now"]["net"], "22.56");
        change["preview_token"] = stale.body["preview"]["preview_token"].clone();
        running.ask(change).expect(201);
        app.drain();
    }
}

both! {
    /// what is allowed succeeds in the same second, everything else is refused with the same code.
    allowed_actions_are_what_a_change_does(app) {
        for (slug, plan) in [("cancom", YEAR_MONTHLY), ("ahd", MONTH), ("colt", YEAR_MONTHLY), ("terra", MONTH)] {
            let running = Running::buy(&app, slug, "Office 365 E1", plan, 5);
            let allowed = running.buyer.get(&running.path("/allowed-actions")).expect(200).body;
            let actions = allowed["actions"].as_array().expect("actions");
            assert!(actions.len() > 10, "{slug}: {}", actions.len());
            for action in actions {
                let answer = running.buyer.post(&running.path("/changes/preview"), action["request"].clone());
                if action["allowed"] == true {
                    assert_eq!(answer.status, 200, "{slug} {action}: {}", answer.text);
                    assert_eq!(answer.body["outcome"]["due_now"], action["money"], "{slug} {action}");
                } else {
                    assert_eq!(answer.code(), text(&action["reason_code"]), "{slug} {action}");
                }
            }
        }
    }
}

both! {
    /// Whose it is not finds nothing; what is no change is refused by field.
    bad_changes_name_the_field(app) {
        let running = Running::buy(&app, "cancom", "Office 365 E1", YEAR_MONTHLY, 5);
        let stranger = app.admin("terra");
        stranger.post(&running.path("/changes"), json!({"type": "cancel"})).refused(404, "not_found");
        stranger.get(&running.path("/allowed-actions")).refused(404, "not_found");
        let user = app.user("cancom");
        user.post(&running.path("/changes"), json!({"type": "cancel"})).refused(403, "forbidden");
        let pointer = |change: Value, status: u16, code: &str| {
            text(&running.ask(change).refused(status, code).body["errors"][0]["pointer"])
        };
        assert_eq!(pointer(json!({"type": "set_quantity"}), 422, "missing_field"), "/quantity");
        assert_eq!(pointer(json!({"type": "cancel", "quantity": 1}), 422, "unknown_field"), "/quantity");
        assert_eq!(pointer(json!({"type": "set_quantity", "quantity": 0}), 422, "use_cancel"), "/quantity");
        assert_eq!(
            pointer(json!({"type": "set_quantity", "quantity": 1_000_000}), 422, "quantity_out_of_range"),
            "/quantity"
        );
        assert_eq!(pointer(json!({"type": "suspense"}), 422, "invalid_value"), "/type");
        assert_eq!(pointer(json!({"type": "align_term_end", "date": "2027-02-31"}), 422, "invalid_value"), "/date");
        assert_eq!(pointer(json!({"type": "align_term_end", "date": "2028-06-29"}), 422, "date_not_offered"), "/date");
        assert_eq!(pointer(json!({"type": "align_term_end", "date": "2030-01-31"}), 422, "beyond_term"), "/date");
        let other = shop::offer(&running.buyer, "Microsoft 365 E3", YEAR_MONTHLY);
        assert_eq!(
            pointer(json!({"type": "transition", "offer_id": other}), 422, "transition_not_offered"),
            "/offer_id"
        );
    }
}
