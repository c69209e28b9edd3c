//! What holds for people, as data that the provider changes (X-18…X-23).

use serde_json::{Value, json};
use tests::{Client, both};

const RULES: &str = "/v1/people-rules";

/// The rules in force with one of them changed, put in force.
fn with(provider: &Client, pointer: &str, value: Value) -> Value {
    let mut rules = provider.get(RULES).expect(200).body;
    *rules["rules"].pointer_mut(pointer).expect("a rule") = value;
    rules
}

both! {
    the_provider_changes_the_rules_and_they_hold_at_once(app) {
        let provider = app.provider("cancom");
        let before = provider.get(RULES).expect(200);
        assert_eq!(before.body["rules"]["registration_mode"], "approval");
        let changed = with(&provider, "/lockout/max_attempts", json!(3));
        let tag = before.header("etag");
        let put = provider.with("If-Match", tag).put(RULES, changed.clone()).expect(200);
        assert_eq!((&put.body, put.header("etag")), (&changed, provider.get(RULES).expect(200).header("etag")));
        provider.with("If-Match", tag).put(RULES, changed).refused(412, "precondition_failed");
        let log = provider.get("/v1/audit-log?limit=1").expect(200);
        assert_eq!(log.text_at("/data/0/outcome"), "precondition_failed");
        let me = provider.get("/v1/me").expect(200);
        let log = provider.get(&format!("/v1/audit-log?subject={}", me.text_at("/marketplace_id"))).expect(200);
        assert_eq!(log.text_at("/data/0/action"), "people_rules.changed");
        assert_eq!(log.body["data"][0]["before"]["lockout"]["max_attempts"], 5);
        assert_eq!(log.body["data"][0]["after"]["lockout"]["max_attempts"], 3);
    }
}

both! {
    rules_that_do_not_fit_are_refused_by_their_place(app) {
        let provider = app.provider("cancom");
        let wrong = [
            ("/password/min_length", json!(7), "/rules/password/min_length", "out_of_range"),
            ("/lockout/max_attempts", json!(0), "/rules/lockout/max_attempts", "out_of_range"),
            ("/shop_url", json!("http://shop.example"), "/rules/shop_url", "invalid_value"),
            ("/registration_mode", json!("open"), "/rules/registration_mode", "invalid_value"),
            ("/lockout", json!({"max_attempt": 5}), "/rules/lockout/max_attempt", "unknown_field"),
        ];
        for (rule, value, pointer, code) in wrong {
            let refused = provider.put(RULES, with(&provider, rule, value));
            assert_eq!((refused.status, refused.text_at("/errors/0/pointer")), (422, pointer), "{}", refused.text);
            assert_eq!(refused.text_at("/errors/0/code"), code);
        }
        let none = provider.put(RULES, json!({"rules": {}})).refused(422, "validation_failed");
        let first = (none.text_at("/errors/0/code"), none.text_at("/errors/0/pointer"));
        assert_eq!(first, ("missing_field", "/rules/registration_mode"));
        let customer = app.admin("cancom");
        let rules = customer.get(RULES).expect(200).body;
        customer.put(RULES, rules).refused(403, "forbidden");
    }
}

both! {
    /// U-90: the rules guard everybody's log-in, and let administrators set passwords: `policies.publish` alone is not
    /// enough to change them.
    u90_the_rules_are_changed_by_who_may_what_everybody_may(app) {
        let provider = app.provider("cancom");
        let publisher = provider.new_api_client(&["policies.read", "policies.publish"]);
        let publisher = app.script(&publisher, &publisher);
        let weak = with(&provider, "/lockout/max_attempts", json!(100));
        let refused = publisher.put(RULES, weak).refused(403, "role_exceeds_own");
        let missing = refused.body["missing"].as_array().expect("permissions");
        assert!(missing.contains(&json!("users.manage")) && !missing.contains(&json!("policies.publish")));
        assert_eq!(provider.get(RULES).expect(200).body["rules"]["lockout"]["max_attempts"], 5);
    }
}
