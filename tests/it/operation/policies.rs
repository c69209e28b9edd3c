//! Policies as data: published by the provider, valid from a day, put over products and offers; what runs keeps its
//! own.

use domain::policy::presets;
use serde_json::{Value, json};
use std::collections::BTreeSet;
use tests::shop::{
    self, MONTH, RETAIL, Row, YEAR_MONTHLY, buy, cart_with, column, edition, import, offer, plan_of, rows, set_clock,
    sheet, text, told, try_publish, wrong,
};
use tests::{Answer, Client, both};

fn publish(provider: &Client, publication: Value) -> Answer {
    provider.post("/v1/policies", publication)
}

/// The whole document of a policy in force with some rules replaced.
fn rules(client: &Client, key: &str, replaced: &Value) -> Value {
    let mut rules = client.get(&format!("/v1/policies/{key}")).expect(200).body["rules"].clone();
    for (name, value) in replaced.as_object().expect("rules") {
        rules[name] = value.clone();
    }
    rules
}

/// Version and notice of a policy as it is listed.
fn listed(client: &Client, key: &str, more: &str) -> (i64, i64) {
    let found = rows(&client.get(&format!("/v1/policies?key={key}{more}")).expect(200));
    assert_eq!(found.len(), 1, "one {key}");
    (found[0]["version"].as_i64().expect("a version"), found[0]["rules"]["notice_days"].as_i64().unwrap_or_default())
}

/// The rules that an offer is sold by, and the overrides in them.
fn ruled(client: &Client, offer: &str) -> (Value, Value) {
    let policy = client.get(&format!("/v1/offers/{offer}")).expect(200).body["policy"].clone();
    (policy["rules"].clone(), policy["overrides"].clone())
}

fn now(client: &Client, subscription: &Value) -> Value {
    client.get(&format!("/v1/subscriptions/{}", text(&subscription["id"]))).expect(200).body
}

fn change(client: &Client, subscription: &Value, change: Value) -> Answer {
    client.post(&format!("/v1/subscriptions/{}/changes", text(&subscription["id"])), change)
}

/// What a wholly new portal may say: whole periods, any change at once, no renewal.
fn sixth_portal() -> Value {
    json!({
        "period_anchor": "anniversary",
        "first_period": "full",
        "decrease": "any_time",
        "cancel": "any_time",
        "end_of_term": "expire",
        "price_lock": "none",
        "notice_days": null,
        "consents": [{"kind": "privacy", "version": "2026-09"}],
    })
}

both! {
    /// X-01…X-33: every shipped preset is in force in each marketplace, as data and in the reader's language.
    every_shipped_preset_is_listed(app) {
        let shipped: BTreeSet<_> =
            presets::all().expect("presets").into_iter().map(|(key, _)| key.to_owned()).collect();
        for slug in ["cancom", "ahd", "colt", "mskeys", "terra"] {
            let provider = app.provider(slug);
            let listed = |lang: &str| rows(&provider.with("Accept-Language", lang).get("/v1/policies").expect(200));
            let (english, polish) = (listed("en"), listed("pl"));
            assert_eq!(column(&english, "/key").into_iter().collect::<BTreeSet<_>>(), shipped, "{slug}");
            for (one, other) in english.iter().zip(&polish) {
                assert_eq!(one["rules"], other["rules"]);
                let words = |policy: &Value| policy["words"].as_array().cloned().expect("words");
                let (words, others) = (words(one), words(other));
                assert_eq!(column(&words, "/key"), column(&others, "/key"));
                assert!(words != others && column(&words, "/text").iter().all(|text| !text.contains('{')), "{one}");
            }
        }
    }
}

both! {
    /// X-07, N-04: a version that is valid from a day is in force from that day on, for whoever asks, without more.
    a_version_is_in_force_from_its_day_on(app) {
        let (provider, buyer) = (app.provider("cancom"), app.admin("cancom"));
        let longer = rules(&provider, "cancom_monthly12", &json!({"notice_days": 14}));
        let publication = json!({"key": "cancom_monthly12", "valid_from": "2026-10-01T00:00:00Z", "rules": longer});
        let published = publish(&provider, publication).expect(201);
        // The words are in the reader's language: what they say is part of the tag.
        assert!(published.header("etag").starts_with("\"2-"), "{}", published.header("etag"));
        assert_eq!(published.body["version"], 2);
        assert_eq!(published.body["valid_from"], "2026-10-01T00:00:00Z");
        let again = provider.get(published.header("location")).expect(200);
        assert!(again.header("etag").starts_with("\"2-"), "{}", again.header("etag"));
        assert_eq!(again.body["rules"], published.body["rules"]);
        assert_eq!(listed(&buyer, "cancom_monthly12", ""), (1, 7));
        assert_eq!(listed(&buyer, "cancom_monthly12", "&at=2026-10-01T00:00:00Z"), (2, 14));
        let offer = offer(&buyer, "Office 365 E1", YEAR_MONTHLY);
        assert_eq!(ruled(&buyer, &offer).0["notice_days"], 7);
        set_clock(&provider, "2026-09-30T23:59:59Z");
        assert_eq!(listed(&buyer, "cancom_monthly12", ""), (1, 7));
        set_clock(&provider, "2026-10-01T00:00:00Z");
        assert_eq!(listed(&buyer, "cancom_monthly12", ""), (2, 14));
        assert_eq!(ruled(&buyer, &offer).0["notice_days"], 14);
        let versions = rows(&buyer.get("/v1/policies/cancom_monthly12/versions").expect(200));
        assert_eq!(column(&versions, "/version"), ["1", "2"]);
        assert_eq!(column(&versions, "/rules/notice_days"), ["7", "14"]);
    }
}

both! {
    /// X-07: a running term keeps the notice that it started with; the term after it has the new one.
    a_running_term_keeps_its_rules(app) {
        let (provider, buyer) = (app.provider("cancom"), app.admin("cancom"));
        let running = buy(&app, &buyer, "Office 365 E1", YEAR_MONTHLY, 5);
        assert_eq!((&running["policy_version"], &running["term_end"]), (&json!(1), &json!("2027-09-05")));
        let longer = rules(&provider, "cancom_monthly12", &json!({"notice_days": 14}));
        let publication = json!({"key": "cancom_monthly12", "valid_from": "2026-10-01T00:00:00Z", "rules": longer});
        let published = publish(&provider, publication).expect(201).body;
        assert_eq!(published["running_subscriptions"], 1);
        assert_eq!(published["first_renewal_on"], "2027-09-06");

        let stop = || change(&buyer, &running, json!({"type": "set_auto_renew", "auto_renew": false}));
        let until = text(&now(&buyer, &running)["renewal_can_be_stopped_until"]);
        assert_eq!(until, text(&running["renewal_can_be_stopped_until"]), "seven days, as ever");
        set_clock(&provider, "2027-08-31T10:00:00Z");
        let refused = stop().refused(422, "notice_missed");
        assert_eq!((&refused.body["rule"], &refused.body["allowed_until"]), (&json!("notice_days"), &json!(until)));

        set_clock(&provider, "2027-09-06T08:00:00Z");
        app.drain();
        let renewed = now(&buyer, &running);
        assert_eq!((&renewed["policy_version"], &renewed["term_end"]), (&json!(2), &json!("2028-09-05")));
        // Ten days before the end: in time by the old rule, too late by the new one.
        set_clock(&provider, "2028-08-27T10:00:00Z");
        assert_eq!(stop().refused(422, "notice_missed").body["rule"], "notice_days");
    }
}

both! {
    /// X-01…X-17: a portal that nobody knew is a document: published, put over a product, and its rules act.
    a_sixth_portal_is_a_document(app) {
        let (provider, buyer) = (app.provider("cancom"), app.admin("cancom"));
        let whole = publish(&provider, json!({"key": "sixth_portal", "rules": sixth_portal()})).expect(201);
        assert_eq!((&whole.body["version"], &whole.body["running_subscriptions"]), (&json!(1), &json!(0)));
        assert_eq!(listed(&buyer, "sixth_portal", ""), (1, 0));
        let plan = plan_of(&edition(&buyer, "Office 365 E1"), YEAR_MONTHLY);
        let (product, offer) = (text(&plan["product_id"]), text(&plan["id"]));
        assert_eq!(cart_with(&buyer, "Office 365 E1", YEAR_MONTHLY, 5).preview().body["due_now"]["net"], "39.17");

        publish(&provider, json!({"product_id": product, "rules": whole.body["rules"]})).expect(201);
        let (rules, overrides) = ruled(&buyer, &offer);
        assert_eq!((&rules, &overrides), (&whole.body["rules"], &json!([{"subject": product, "version": 1}])));
        let cart = cart_with(&buyer, "Office 365 E1", YEAR_MONTHLY, 5);
        let preview = cart.preview().body;
        assert_eq!(preview["due_now"]["net"], "47.00", "the first period in full");
        let privacy = json!({
            "kind": "privacy", "version": "2026-09", "vendor": null, "title": "privacy notice", "url": null,
        });
        assert_eq!(preview["consents_required"], json!([privacy]));
        let order = cart.order();
        app.drain();
        let running = shop::subscriptions(&buyer, &order).remove(0);
        assert_eq!((&running["policy_key"], &running["auto_renew"]), (&json!("cancom_monthly12"), &json!(false)));
        assert_eq!(running["policy_overrides"], overrides);
        let fewer = change(&buyer, &running, json!({"type": "set_quantity", "quantity": 3})).expect(201);
        assert_eq!(fewer.body["outcome"]["quantity"], 3, "at once: {}", fewer.text);
        app.drain();
        assert_eq!(now(&buyer, &running)["quantity"], 3);

        let other = shop::offer(&buyer, "Exchange Online (Plan 1)", YEAR_MONTHLY);
        assert_eq!(ruled(&buyer, &other).1, json!([]), "another product is not ruled by it");
    }
}

both! {
    /// The most specific rule wins: marketplace, then product, then offer; and comes off again.
    what_is_put_over_an_offer_goes_before_its_product(app) {
        let (provider, buyer) = (app.provider("cancom"), app.admin("cancom"));
        let edition = edition(&buyer, "Office 365 E1");
        let (year, month) = (plan_of(&edition, YEAR_MONTHLY), plan_of(&edition, MONTH));
        let (product, year, month) = (text(&year["product_id"]), text(&year["id"]), text(&month["id"]));
        let seen = |offer: &str| {
            let (rules, overrides) = ruled(&buyer, offer);
            let overrides = overrides.as_array().expect("overrides").len();
            (rules["notice_days"].clone(), rules["grace_days"].clone(), overrides)
        };
        let over = json!({"product_id": product, "rules": {"notice_days": 10, "grace_days": 15}});
        publish(&provider, over).expect(201);
        publish(&provider, json!({"offer_id": year, "rules": {"notice_days": 20}})).expect(201);
        assert_eq!(seen(&year), (json!(20), json!(15), 2));
        assert_eq!(seen(&month), (json!(10), json!(15), 1));
        // A new version of the policy is under them.
        let rules = rules(&provider, "cancom_monthly12", &json!({"notice_days": 5, "disabled_days": 60}));
        publish(&provider, json!({"key": "cancom_monthly12", "rules": rules})).expect(201);
        assert_eq!(seen(&year), (json!(20), json!(15), 2));
        assert_eq!(ruled(&buyer, &year).0["disabled_days"], 60);
        let off = json!({"offer_id": year, "valid_from": "2026-10-01T00:00:00Z", "rules": {}});
        let published = publish(&provider, off).expect(201);
        assert_eq!((&published.body["version"], &published.body["offer_id"]), (&json!(2), &json!(year)));
        assert_eq!(seen(&year), (json!(20), json!(15), 2));
        set_clock(&provider, "2026-10-01T00:00:00Z");
        assert_eq!(seen(&year), (json!(10), json!(15), 1));
        let versions = rows(&provider.get(&format!("/v1/policies/{year}/versions")).expect(200));
        assert_eq!(column(&versions, "/rules"), ["{\"notice_days\":20}", "{}"]);
    }
}

both! {
    /// Rules that do not fit together are refused with every fault, wherever the publication is met; nothing is stored.
    rules_are_checked_as_a_whole(app) {
        let (provider, buyer) = (app.provider("cancom"), app.admin("cancom"));
        let refused = |replaced: Value| {
            let rules = rules(&provider, "cancom_monthly12", &replaced);
            told(&publish(&provider, json!({"key": "cancom_monthly12", "rules": rules})))
        };
        assert_eq!(refused(json!({"decrease": "sometimes"})), wrong([("/rules/decrease", "invalid_value")]));
        assert_eq!(refused(json!({"decreese": "never"})), wrong([("/rules/decreese", "unknown_field")]));
        assert_eq!(refused(json!({"notice_days": "7"})), wrong([("/rules/notice_days", "invalid_type")]));
        assert_eq!(refused(json!({"cancel": "window_only"})), wrong([("/rules/window_hours", "rule_needed")]));
        assert_eq!(
            refused(json!({"notice_days": 365, "reminders": [7, 30], "payment_methods": []})),
            wrong([
                ("/rules/notice_days", "out_of_range"),
                ("/rules/reminders/1", "not_descending"),
                ("/rules/payment_methods", "required"),
            ])
        );
        let missing = publish(&provider, json!({"key": "half", "rules": {"cancel": "month_end"}}));
        let needed = ["period_anchor", "first_period", "decrease", "end_of_term", "price_lock"];
        let needed: Vec<_> = needed.iter().map(|rule| format!("/rules/{rule}")).collect();
        assert_eq!(told(&missing), needed.into_iter().map(|at| (at, "missing_field".to_owned())).collect::<Vec<_>>());
        // 30 days are fine for the year, but the product is sold by the month, too.
        let edition = edition(&buyer, "Office 365 E1");
        let (year, month) = (plan_of(&edition, YEAR_MONTHLY), plan_of(&edition, MONTH));
        let over = |field: &str, plan: &Value| {
            let over = json!({field: plan["product_id"], "rules": {"notice_days": 30}});
            let over = if field == "offer_id" { json!({field: plan["id"], "rules": over["rules"]}) } else { over };
            publish(&provider, over)
        };
        assert_eq!(told(&over("product_id", &year)), wrong([("/rules/notice_days", "out_of_range")]));
        assert_eq!(told(&over("offer_id", &month)), wrong([("/rules/notice_days", "out_of_range")]));
        over("offer_id", &year).expect(201);
        // A policy must also fit what is put over an offer that it rules.
        let unused = json!({"offer_id": month["id"], "rules": {"refund": [], "window_hours": null}});
        publish(&provider, unused).expect(201);
        let window = rules(&provider, "cancom_monthly1", &json!({"cancel": "window_only", "window_hours": 24}));
        let answer = publish(&provider, json!({"key": "cancom_monthly1", "rules": window}));
        assert_eq!(told(&answer), wrong([("/rules/window_hours", "rule_needed")]));
        assert_eq!(listed(&buyer, "cancom_monthly12", "").0, 1);
        assert_eq!(listed(&buyer, "cancom_monthly1", "").0, 1);
    }
}

both! {
    /// What a publication is about is said once, and is the provider's own; a repeated request publishes once.
    a_publication_names_one_thing_of_ones_own(app) {
        let (provider, buyer) = (app.provider("cancom"), app.admin("cancom"));
        let rules = rules(&provider, "cancom_monthly12", &json!({}));
        let with = |members: Value| {
            let mut publication = members;
            publication["rules"] = rules.clone();
            publish(&provider, publication)
        };
        let offer = offer(&buyer, "Office 365 E1", YEAR_MONTHLY);
        for members in [json!({}), json!({"key": "a", "offer_id": offer})] {
            assert_eq!(told(&with(members)), wrong([("/key", "invalid_value")]));
        }
        for key in ["", "1a", "Sechs", "a b", offer.as_str()] {
            assert_eq!(told(&with(json!({"key": key}))), wrong([("/key", "invalid_value")]), "{key}");
        }
        let early = with(json!({"key": "early", "valid_from": "2026-09-01T00:00:00Z"}));
        assert_eq!(told(&early), wrong([("/valid_from", "invalid_value")]));
        let twice = br#"{"key":"twice","rules":{"decrease":"never","decrease":"any_time"}}"#;
        let twice = provider.send_raw("POST", "/v1/policies", "application/json", twice.to_vec());
        assert_eq!(told(&twice)[0], wrong([("/rules/decrease", "invalid_value")])[0]);
        let foreign = shop::offer(&app.admin("terra"), "Office 365 E1", YEAR_MONTHLY);
        publish(&provider, json!({"offer_id": foreign, "rules": {}})).refused(422, "not_found");
        provider.get(&format!("/v1/policies/{foreign}/versions")).refused(404, "not_found");
        provider.get("/v1/policies/cancom_monthly12/versions/9").refused(404, "not_found");
        publish(&buyer, json!({"key": "mine", "rules": rules})).refused(403, "forbidden");

        let once = provider.with("Idempotency-Key", "policy-1");
        let first = publish(&once, json!({"key": "seventh", "rules": rules})).expect(201);
        let second = publish(&once, json!({"key": "seventh", "rules": rules})).expect(201);
        assert_eq!((&second.body, second.header("idempotent-replayed")), (&first.body, "true"));
        assert_eq!(rows(&provider.get("/v1/policies/seventh/versions").expect(200)).len(), 1);
    }
}

both! {
    /// R-04: a preview is of the rules, too: where they change in between, the order says so.
    a_preview_is_stale_when_its_rules_change(app) {
        let (provider, buyer) = (app.provider("cancom"), app.admin("cancom"));
        let cart = cart_with(&buyer, "Office 365 E1", YEAR_MONTHLY, 5);
        let offer = offer(&buyer, "Office 365 E1", YEAR_MONTHLY);
        let request = cart.request();
        publish(&provider, json!({"offer_id": offer, "rules": {"notice_days": 30}})).expect(201);
        buyer.post("/v1/orders", request).refused(409, "preview_stale");
        let order = cart.order();
        app.drain();
        let running = shop::subscriptions(&buyer, &order).remove(0);
        assert_eq!(running["policy_overrides"], json!([{"subject": offer, "version": 1}]));
        assert_eq!(running["renewal_can_be_stopped_until"], "2027-08-06T21:59:59Z");
    }
}

both! {
    /// A policy changes no price: a price list that was compared before can still be published.
    a_draft_stays_true(app) {
        let provider = app.provider("cancom");
        let draft = import(&provider, RETAIL, sheet(&[Row::e1()]));
        let rules = rules(&provider, "cancom_monthly12", &json!({}));
        publish(&provider, json!({"key": "eighth", "rules": rules})).expect(201);
        try_publish(&provider, &draft).expect(200);
    }
}

both! {
    /// The audit log says who published what.
    a_publication_is_in_the_audit_log(app) {
        let provider = app.provider("cancom");
        let rules = rules(&provider, "cancom_monthly12", &json!({"notice_days": 9}));
        publish(&provider, json!({"key": "ninth", "rules": rules})).expect(201);
        let entry = rows(&provider.get("/v1/audit-log?limit=1").expect(200)).remove(0);
        assert_eq!((&entry["action"], &entry["subject"]), (&json!("policy.published"), &json!("ninth")));
        assert_eq!(entry["after"]["rules"]["notice_days"], 9);
    }
}
