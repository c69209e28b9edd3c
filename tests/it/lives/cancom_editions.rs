//! [000] CANCOM Marketplace: "update subscription" with another edition or term (C-52…C-55).

use crate::lives::cancom::{CANCOM, publish_own};
use serde_json::{Value, json};
use tests::both;
use tests::running::{E1, E3, Running, lines};
use tests::shop::{self, MONTH, Row, YEAR_ANNUAL, YEAR_MONTHLY, column, edition, euros, plan_of, rows, text};

const BASIC: &str = "Microsoft 365 Business Basic";
const STANDARD: &str = "Microsoft 365 Business Standard";
const PREMIUM: &str = "Microsoft 365 Business Premium";
const COPILOT: &str = "Microsoft 365 Copilot";

both! {
    /// C-52…C-54, X-17: an edition is changed at once and on the same subscription; a year of what is left is priced
    /// anew.
    an_edition_is_changed_at_once(app) {
        let running = Running::buy(&app, CANCOM, E1, YEAR_MONTHLY, 5);
        let (e3, e1) = (shop::offer(&running.buyer, E3, YEAR_MONTHLY), shop::offer(&running.buyer, E1, YEAR_MONTHLY));
        assert_eq!(running.show()["offer_id"], e1, "preselected is what runs");
        app.go_to(CANCOM, "2026-09-16T09:00:00Z");
        // C-53: the screen names the editions to go to, and what each would cost today.
        let to = |action: &Value| (text(&action["request"]["offer_id"]), text(&action["money"]["net"]));
        let at_once = |action: &&Value| action["allowed"] == true;
        let choices: Vec<_> = running.allowed("transition").iter().filter(at_once).map(to).collect();
        let e5 = shop::offer(&running.buyer, "Office 365 E5", YEAR_MONTHLY);
        // 15 of 30 days: −23.50 and 62.75 or 103.75.
        assert_eq!(choices, [(e3.clone(), "39.25".to_owned()), (e5, "80.25".to_owned())]);
        // The two other plans of each come with the next term.
        let later = running.allowed("transition").into_iter().filter(|action| action["allowed"] == false);
        assert_eq!(column(&later.collect::<Vec<_>>(), "/else_effective_at"), ["2027-09-05T22:00:00Z"; 4]);
        let changed = running.change_done(&app, json!({"type": "transition", "offer_id": e3}));
        assert_eq!(
            lines(&changed),
            [
                "transition 2026-09-16…2026-09-30 -1 * 5 * 9.40 * 15 / 30 = -23.50",
                "transition 2026-09-16…2026-09-30 5 * 25.10 * 15 / 30 = 62.75",
            ]
        );
        assert_eq!(changed["outcome"]["due_now"], euros("39.25", "7.46", "46.71"));
        assert_eq!(changed["outcome"]["recurring"], euros("125.50", "23.85", "149.35"));
        assert_eq!(
            running.fields(["offer/sku_title", "unit_price/amount", "term_start", "term_end", "quantity"]),
            [E3, "25.10", "2026-09-06", "2027-09-05", "5"]
        );
        assert_eq!(rows(&running.buyer.get("/v1/subscriptions").expect(200)).len(), 1);
        app.go_to(CANCOM, "2026-09-30T22:00:00Z");
        assert_eq!(running.charges().last().expect("charges"), "cycle 2026-10-01…2026-10-31 5 * 25.10 = 125.50");
        // Down Microsoft lets nobody go before the term's end.
        let refused =
            running.ask(json!({"type": "transition", "offer_id": e1, "when": "now"})).refused(422, "only_later");
        assert_eq!(refused.body["next_allowed_at"], "2027-09-05T22:00:00Z");
        let down = running.change(json!({"type": "transition", "offer_id": e1}));
        assert_eq!((&down["status"], &down["outcome"]["due_now"]["net"]), (&json!("scheduled"), &json!("0.00")));
        app.go_to(CANCOM, "2027-09-05T22:00:00Z");
        assert_eq!(running.fields(["offer/sku_title", "unit_price/amount"]), [E1, "9.40"]);
        assert_eq!(
            running.charges().last().expect("charges"),
            "renew 2027-09-06…2027-09-30 5 * 9.40 * 25 / 30 = 39.17"
        );
    }
}

both! {
    /// U-84, C-53: what Microsoft names as an upgrade is one, though it is another product; back it goes with the next
    /// term, unless an add-on would be left alone.
    u84_an_upgrade_leads_to_another_product(app) {
        let running = Running::buy(&app, CANCOM, BASIC, YEAR_MONTHLY, 5);
        let offers = [BASIC, STANDARD, PREMIUM].map(|title| shop::offer(&running.buyer, title, YEAR_MONTHLY));
        let [basic, standard, premium] = &offers;
        app.go_to(CANCOM, "2026-09-16T09:00:00Z");
        let to = |action: &Value| (text(&action["request"]["offer_id"]), text(&action["money"]["net"]));
        let at_once = |action: &&Value| action["allowed"] == true;
        let choices: Vec<_> = running.allowed("transition").iter().filter(at_once).map(to).collect();
        // 15 of 30 days: −14.00, and 29.25 or 51.50.
        assert_eq!(choices, [(standard.clone(), "15.25".to_owned()), (premium.clone(), "37.50".to_owned())]);
        let changed = running.change_done(&app, json!({"type": "transition", "offer_id": standard}));
        assert_eq!(
            lines(&changed),
            [
                "transition 2026-09-16…2026-09-30 -1 * 5 * 5.60 * 15 / 30 = -14.00",
                "transition 2026-09-16…2026-09-30 5 * 11.70 * 15 / 30 = 29.25",
            ]
        );
        let product = |title: &str| text(&edition(&running.buyer, title)["offers"][0]["product_id"]);
        assert_eq!(
            running.fields(["product_id", "offer/sku_title", "unit_price/amount", "term_end"]),
            [product(STANDARD).as_str(), STANDARD, "11.70", "2027-09-05"]
        );
        let of_basic = format!("/v1/subscriptions?product_id={}", product(BASIC));
        assert_eq!(rows(&running.buyer.get(&of_basic).expect(200)), [] as [Value; 0]);
        // Copilot goes with Standard, not with Basic.
        let add_on = Running::buy(&app, CANCOM, COPILOT, YEAR_MONTHLY, 5);
        let down = json!({"type": "transition", "offer_id": basic});
        let refused = running.ask(down.clone()).refused(409, "add_ons_not_carried");
        assert_eq!(refused.body["add_ons"], json!([add_on.id]));
        running.preview(json!({"type": "transition", "offer_id": premium})).expect(200);
        add_on.change_done(&app, json!({"type": "cancel"}));
        let mut now = down.clone();
        now["when"] = json!("now");
        running.ask(now).refused(422, "only_later");
        running.change(down);
        app.go_to(CANCOM, "2027-09-05T22:00:00Z");
        assert_eq!(running.fields(["product_id", "offer/sku_title"]), [product(BASIC).as_str(), BASIC]);
        assert_eq!(
            running.charges().last().expect("charges"),
            "renew 2027-09-06…2027-09-30 5 * 5.60 * 25 / 30 = 23.33"
        );
    }
}

both! {
    /// C-52: a longer term starts on the day of the change, on the same subscription; what is not used is given back.
    a_longer_term_starts_today(app) {
        let running = Running::buy(&app, CANCOM, E1, MONTH, 5);
        app.go_to(CANCOM, "2026-09-16T09:00:00Z");
        let year = shop::offer(&running.buyer, E1, YEAR_MONTHLY);
        let changed = running.change_done(&app, json!({"type": "change_offer", "offer_id": year}));
        assert_eq!(
            lines(&changed),
            [
                "transition 2026-09-16…2026-09-30 -1 * 5 * 11.28 * 15 / 30 = -28.20",
                "transition 2026-09-16…2026-09-30 5 * 9.40 * 15 / 30 = 23.50",
            ]
        );
        assert_eq!(changed["outcome"]["due_now"], euros("-4.70", "-0.89", "-5.59"));
        assert_eq!(
            running.fields(["term", "term_start", "term_end", "policy_key", "follow_up_term"]),
            ["P1Y", "2026-09-16", "2027-09-15", "cancom_monthly12", "P1Y"]
        );
        // Another billing cycle comes with the next term.
        let annual = shop::offer(&running.buyer, E1, YEAR_ANNUAL);
        let change = json!({"type": "change_offer", "offer_id": annual});
        let mut now = change.clone();
        now["when"] = json!("now");
        assert_eq!(running.ask(now).refused(422, "only_later").body["rule"], "term_change");
        running.change(change);
        assert_eq!(running.fields(["pending_change/offer_id", "follow_up_term"]), [annual.as_str(), "P1Y"]);
        app.go_to(CANCOM, "2027-09-15T22:00:00Z");
        assert_eq!(running.charges().last().expect("charges"), "renew 2027-09-16…2028-09-15 5 * 112.80 = 564.00");
        assert_eq!(running.fields(["policy_key", "next_charge_on"]), ["cancom_annual12", "null"]);
    }
}

both! {
    /// C-52: some of the licences change their edition: they become a subscription of their own that ends with this
    /// one.
    some_licences_change_their_edition(app) {
        let running = Running::buy(&app, CANCOM, E1, YEAR_MONTHLY, 5);
        app.go_to(CANCOM, "2026-09-16T09:00:00Z");
        let e3 = shop::offer(&running.buyer, E3, YEAR_MONTHLY);
        let split = running.change_done(&app, json!({"type": "transition", "offer_id": e3, "quantity": 2}));
        assert_eq!(lines(&split), ["transition 2026-09-16…2026-09-30 -1 * 2 * 9.40 * 15 / 30 = -9.40"]);
        assert_eq!(split["outcome"]["due_now"]["net"], "15.70");
        let id = text(&split["outcome"]["new_subscription"]["subscription_id"]);
        let new = Running { buyer: running.buyer.clone(), id };
        assert_eq!(new.charges(), ["transition 2026-09-16…2026-09-30 2 * 25.10 * 15 / 30 = 25.10"]);
        let shown = ["status", "offer/sku_title", "quantity", "term_end"];
        assert_eq!(new.fields(shown), ["active", E3, "2", "2027-09-05"]);
        assert_eq!(running.fields(shown), ["active", E1, "3", "2027-09-05"]);
        app.go_to(CANCOM, "2026-09-30T22:00:00Z");
        assert_eq!(running.charges().last().expect("charges"), "cycle 2026-10-01…2026-10-31 3 * 9.40 = 28.20");
        assert_eq!(new.charges().last().expect("charges"), "cycle 2026-10-01…2026-10-31 2 * 25.10 = 50.20");
    }
}

both! {
    /// C-53, C-55: the screen shows each edition's three plan prices as this company pays them, discount included.
    the_update_screen_shows_three_prices_of_each_edition(app) {
        let e1 = [
            Row::e1(),
            Row::e1().planned("P1Y", "Annual"),
            Row::e1().planned("P1M", "Monthly").priced("9.024", "11.28"),
        ];
        publish_own(&app, 5, &e1);
        let running = Running::buy(&app, CANCOM, E1, YEAR_MONTHLY, 5);
        let prices = |title: &str| {
            let edition = edition(&running.buyer, title);
            [YEAR_MONTHLY, YEAR_ANNUAL, MONTH].map(|plan| text(&plan_of(&edition, plan)["price"]["amount"]))
        };
        assert_eq!(prices(E1), ["8.93", "107.16", "10.716"]);
        assert_eq!(prices(E3), ["25.10", "301.20", "30.12"]);
        assert_eq!(running.show()["sku_id"], edition(&running.buyer, E1)["id"], "the current one");
    }
}
