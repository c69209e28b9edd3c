//! U-18: one trial a customer and product; what follows is said when it is ordered, previewed, and what then happens.

use serde_json::{Value, json};
use tests::client::at_once;
use tests::running::{E1, E3, Running, auto_renew, lines, quantity};
use tests::shop::{
    self, Cart, MONTH, Plan, RETAIL, Row, YEAR_ANNUAL, YEAR_MONTHLY, column, edition, euros, plan_of, price, publish,
    text, told, wrong,
};
use tests::{Client, TestApp, both};

const TERRA: &str = "terra";
/// Free for a month.
const TRIAL: Plan = ("P1M", "none");

/// A month of E1 for nothing, and who may have it.
fn sell_trials(app: &TestApp) -> Client {
    let free = Row::e1().planned("P1M", "None").priced("0", "0");
    publish(&app.provider(TERRA), RETAIL, &[Row { tags: "License;Trial".to_owned(), ..free }]);
    app.admin("terra")
}

/// A cart with a trial of E1, and what is said of what follows.
fn cart(buyer: &Client, then: &Value) -> Cart {
    let cart = Cart::new(buyer);
    let offer = shop::offer(buyer, E1, TRIAL);
    cart.try_add(json!({"offer_id": offer, "quantity": 25, "trial_then": then})).expect(201);
    cart
}

/// A trial of E1 that runs.
fn running(app: &TestApp, then: impl Fn(&Client) -> String) -> Running {
    let buyer = sell_trials(app);
    let order = cart(&buyer, &json!(then(&buyer))).order();
    app.drain();
    Running::of(&buyer, &shop::subscriptions(&buyer, &order)[0])
}

both! {
    u18_what_follows_a_trial_is_asked_for_and_previewed(app) {
        let buyer = sell_trials(&app);
        let sold = plan_of(&edition(&buyer, E1), TRIAL);
        assert_eq!(
            (&sold["kind"], &sold["limits"]["max"], &sold["policy_key"]),
            (&json!("trial"), &json!(25), &json!("ms_trial"))
        );
        let [month, monthly, annual] = [MONTH, YEAR_MONTHLY, YEAR_ANNUAL].map(|plan| shop::offer(&buyer, E1, plan));
        let unsaid = cart(&buyer, &Value::Null);
        let preview = unsaid.preview();
        assert_eq!(told(&preview), wrong([("/lines/0/trial_then", "trial_then_required")]));
        let trial = &preview.body["lines"][0]["trial"];
        assert_eq!((&trial["then"], &trial["following"]), (&Value::Null, &Value::Null));
        let plans = trial["plans"].as_array().expect("plans");
        let mut listed: Vec<_> = column(plans, "/offer_id").into_iter().zip(column(plans, "/proposed")).collect();
        listed.sort();
        let expected = [(month, "true"), (monthly.clone(), "false"), (annual, "false")];
        let mut expected = expected.map(|(id, proposed)| (id, proposed.to_owned()));
        expected.sort();
        assert_eq!(listed, expected);
        unsaid.try_order().refused(422, "trial_then_required");
        // Another edition cannot follow, and what is no trial is followed by nothing.
        let line = text(&buyer.get(&unsaid.path("")).expect(200).body["lines"][0]["id"]);
        let other = shop::offer(&buyer, E3, YEAR_MONTHLY);
        unsaid.change(&line, json!({"trial_then": other})).expect(200);
        assert_eq!(told(&unsaid.preview()), wrong([("/lines/0/trial_then", "trial_then_required")]));
        let refused = unsaid.try_add(json!({"offer_id": other, "quantity": 5, "trial_then": "end"}));
        refused.refused(422, "not_a_trial");
        unsaid.change(&line, json!({"trial_then": "never"})).refused(422, "invalid_id");
        unsaid.change(&line, json!({"trial_then": monthly})).expect(200);
        let preview = unsaid.preview();
        assert_eq!((told(&preview), &preview.body["due_now"]["gross"]), (vec![], &json!("0.00")));
        let trial = &preview.body["lines"][0]["trial"];
        assert_eq!(trial["then"], json!(monthly));
        let following = &trial["following"];
        assert_eq!(
            (&following["term_start"], &following["term_end"], &following["unit_price"], &following["recurring"]),
            (&json!("2026-10-06"), &json!("2027-10-05"), &price("9.40"), &euros("235.00", "44.65", "279.65"))
        );
        let charge = &following["charge"];
        assert_eq!((&charge["kind"], &charge["money"]), (&json!("convert"), &euros("235.00", "44.65", "279.65")));
        // The token holds what follows, too.
        let token = preview.body["preview_token"].clone();
        unsaid.change(&line, json!({"trial_then": "end"})).expect(200);
        let request = unsaid.request();
        assert_ne!(request["preview_token"], token);
    }
}

both! {
    u18_a_trial_becomes_what_its_order_says_and_there_is_no_other(app) {
        let goes_on = running(&app, |buyer| shop::offer(buyer, E1, YEAR_MONTHLY));
        let then = shop::offer(&goes_on.buyer, E1, YEAR_MONTHLY);
        assert_eq!(
            goes_on.fields(["kind", "status", "policy_key", "recurring", "term_end", "trial_then", "follow_up_term"]),
            ["trial", "active", "ms_trial", "null", "2026-10-05", then.as_str(), "P1Y"]
        );
        for change in [quantity(24), quantity(20)] {
            goes_on.ask(change).refused(422, "trial_fixed");
        }
        goes_on.ask(quantity(26)).refused(422, "quantity_out_of_range");
        let again = cart(&goes_on.buyer, &json!("end"));
        assert_eq!(told(&again.preview()), wrong([("/lines/0/offer_id", "trial_had")]));
        app.go_to(TERRA, "2026-10-06T00:00:00Z");
        assert_eq!(goes_on.charges(), ["convert 2026-10-06…2026-11-05 25 * 9.40 = 235.00"]);
        assert_eq!(goes_on.when("subscription.converted"), ["2026-10-06T00:00:00Z"]);
        assert_eq!(
            goes_on.fields(["kind", "policy_key", "term_start", "term_end", "cancel_until", "trial_then"]),
            ["licensed", "terra_nce_p1y_m", "2026-10-06", "2027-10-05", "2026-10-13T00:00:00Z", "null"]
        );
        again.try_order().refused(409, "trial_had");
    }
}

both! {
    u18_a_trial_that_ends_says_so_until_something_else_is_said(app) {
        let ends = running(&app, |_| "end".to_owned());
        let shown = || ends.fields(["auto_renew", "at_term_end", "renews_at", "ends_at", "trial_then"]);
        assert_eq!(shown(), ["false", "end", "null", "2026-10-06T00:00:00Z", "end"]);
        ends.ask(auto_renew(true)).refused(422, "trial_then_required");
        let month = shop::offer(&ends.buyer, E1, MONTH);
        let paid = json!({"type": "change_offer", "offer_id": month, "when": "at_renewal"});
        let waits = ends.change_done(&app, paid.clone());
        let then = &waits["outcome"]["then"]["unit_price"];
        assert_eq!((&ends.changes()[0]["status"], then), (&json!("scheduled"), &price("11.28")));
        assert_eq!(shown(), ["true", "renew", "2026-10-06T00:00:00Z", "null", "end"]);
        ends.buyer.delete(&ends.path(&format!("/changes/{}", text(&waits["id"])))).expect(204);
        app.drain();
        assert_eq!(shown(), ["false", "end", "null", "2026-10-06T00:00:00Z", "end"], "taken back, it ends again");
        ends.change_done(&app, paid);
        app.go_to(TERRA, "2026-10-06T00:00:00Z");
        assert_eq!(ends.charges(), ["convert 2026-10-06…2026-11-05 25 * 11.28 = 282.00"]);
    }
}

both! {
    u18_a_trial_is_stopped_or_paid_at_once(app) {
        let trial = running(&app, |buyer| shop::offer(buyer, E1, MONTH));
        trial.change_done(&app, auto_renew(false));
        assert_eq!(trial.fields(["at_term_end", "ends_at"]), ["end", "2026-10-06T00:00:00Z"]);
        trial.change_done(&app, auto_renew(true));
        assert_eq!(trial.fields(["at_term_end", "ends_at"]), ["renew", "null"]);
        app.go_to(TERRA, "2026-09-16T09:00:00Z");
        let year = shop::offer(&trial.buyer, E1, YEAR_ANNUAL);
        let converted = trial.change_done(&app, json!({"type": "change_offer", "offer_id": year}));
        assert_eq!(lines(&converted), ["convert 2026-09-16…2027-09-15 25 * 112.80 = 2820.00"]);
        assert_eq!(trial.fields(["kind", "policy_key", "term_end"]), ["licensed", "terra_nce_p1y_y", "2027-09-15"]);
    }
}

both! {
    /// Nothing needs to be said where nothing paid is sold.
    u18_a_trial_without_a_paid_plan_ends(app) {
        let free = Row::of("Probe", "CFQ7TTC0PRBE", "0001", "Probe").planned("P1M", "None").priced("0", "0");
        publish(&app.provider(TERRA), RETAIL, &[Row { tags: "License;Trial".to_owned(), ..free }]);
        let buyer = app.admin("terra");
        let cart = shop::cart_with(&buyer, "Probe", TRIAL, 5);
        let preview = cart.preview();
        let trial = &preview.body["lines"][0]["trial"];
        assert_eq!((told(&preview), &trial["then"], &trial["plans"]), (vec![], &json!("end"), &json!([])));
        let order = cart.order();
        assert_eq!(order["lines"][0]["trial_then"], "end");
        app.drain();
        let alone = Running::of(&buyer, &shop::subscriptions(&buyer, &order)[0]);
        assert_eq!(alone.fields(["at_term_end", "auto_renew", "ends_at"]), ["end", "false", "2026-10-06T00:00:00Z"]);
        app.go_to(TERRA, "2026-10-06T00:00:00Z");
        assert_eq!((alone.fields(["status"]), alone.charges()), (["expired".to_owned()], vec![]));
    }
}

both! {
    /// However many carts are ordered at the same moment, one trial comes of them.
    u18_carts_ordered_at_once_give_one_trial(app) {
        let buyer = sell_trials(&app);
        let requests: Vec<_> = (0..6).map(|_| cart(&buyer, &json!("end")).request()).collect();
        let answers = at_once(&requests, |request| buyer.post("/v1/orders", request.clone()));
        let (made, refused): (Vec<_>, Vec<_>) = answers.into_iter().partition(|answer| answer.status == 201);
        assert_eq!((made.len(), refused.len()), (1, 5));
        for answer in refused {
            answer.refused(409, "trial_had");
        }
        app.drain();
        let owned = shop::rows(&buyer.get("/v1/subscriptions?kind=trial").expect(200));
        assert_eq!(owned.len(), 1);
    }
}
