//! U-51: of the plans of an edition exactly one is selected first. U-54: how often a subscription may be changed.

use serde_json::{Value, json};
use tests::running::E1;
use tests::running::{Running, quantity};
use tests::shop::{
    self, MONTH, RETAIL, Row, YEAR_ANNUAL, YEAR_MONTHLY, edition, plan_of, publish, rows, text, told, wrong,
};
use tests::{Client, both};

/// Term and billing cycle of the offers of an edition that are selected first, by market.
fn selected(edition: &Value) -> Vec<String> {
    let offers = edition["offers"].as_array().expect("offers");
    let first = offers.iter().filter(|offer| offer["preselected"] == true);
    first.map(|offer| ["country", "term", "billing_cycle"].map(|name| text(&offer[name])).join(" ")).collect()
}

both! {
    /// In every edition of the demo, for who buys and for who sells; in the offer by itself, too.
    u51_exactly_one_plan_of_each_edition_is_selected(app) {
        for slug in ["cancom", "ahd", "colt", "mskeys", "terra"] {
            for who in ["admin@kunde", "provider"] {
                let domain = if who == "provider" { format!("@{slug}") } else { format!(".{slug}") };
                let client = app.client(&format!("{who}{domain}.example"));
                let products = rows(&client.get("/v1/products?limit=200").expect(200));
                for edition in products.iter().flat_map(|one| one["skus"].as_array().expect("editions")) {
                    assert_eq!(selected(edition).len(), 1, "{slug}: {edition}");
                    assert_eq!(edition["offers"][0]["preselected"], true, "the first");
                }
                let first = &products[0]["skus"][0]["offers"];
                for offer in first.as_array().expect("offers") {
                    let alone = client.get(&format!("/v1/offers/{}", text(&offer["id"]))).expect(200);
                    assert_eq!(alone.body["preselected"], offer["preselected"]);
                }
            }
        }
    }
}

both! {
    /// Where twelve months charged monthly are not sold, the next plan by the rule is; a trial never while anything
    /// paid is; and each market has its own.
    u51_where_the_usual_plan_is_missing_another_is_selected(app) {
        let (provider, buyer) = (app.provider("cancom"), app.admin("cancom"));
        let of = |title: &str, sku: &str, term: &str, plan: &str| {
            Row::of("Zauberwerk", "CFQ7TTC0ZZZZ", sku, title).planned(term, plan).priced("90", "120")
        };
        publish(
            &provider,
            RETAIL,
            &[
                of("Zauber A", "0001", "P1M", "Monthly"),
                of("Zauber A", "0001", "P1Y", "Annual"),
                of("Zauber B", "0002", "P3Y", "Annual"),
                of("Zauber B", "0002", "P1M", "Monthly"),
                Row { tags: "License;Trial".to_owned(), ..of("Zauber C", "0003", "P1M", "None").priced("0", "0") },
                of("Zauber C", "0003", "P3Y", "Triennial"),
                Row { market: "AT".to_owned(), ..of("Zauber A", "0001", "P1M", "Monthly") },
            ],
        );
        let seen = |client: &Client, title: &str| selected(&edition(client, title));
        assert_eq!(seen(&buyer, "Zauber A"), ["DE P1Y annual"]);
        assert_eq!(seen(&buyer, "Zauber B"), ["DE P1M monthly"]);
        assert_eq!(seen(&buyer, "Zauber C"), ["DE P3Y triennial"]);
        let mut both = seen(&provider, "Zauber A");
        both.sort();
        assert_eq!(both, ["AT P1M monthly", "DE P1Y annual"]);
        // What is closed for new orders is not selected, not even for who still sees it.
        let annual = text(&plan_of(&edition(&buyer, "Zauber A"), YEAR_ANNUAL)["id"]);
        let ended = json!({"end_of_sale": "2026-09-02T00:00:00Z"});
        provider.put(&format!("/v1/offers/{annual}/sale"), ended).expect(200);
        assert_eq!(seen(&buyer, "Zauber A"), ["DE P1M monthly"]);
        assert!(seen(&provider, "Zauber A").contains(&"DE P1M monthly".to_owned()));
    }
}

both! {
    /// It is set for an edition, one of the plans that it is sold in; null leaves it to the marketplace again.
    u51_the_plan_of_an_edition_is_set_by_hand(app) {
        let (provider, buyer) = (app.provider("cancom"), app.admin("cancom"));
        let shown = edition(&buyer, E1);
        let path = format!("/v1/skus/{}", text(&shown["id"]));
        let seen = || selected(&edition(&buyer, E1));
        assert_eq!(seen(), ["DE P1Y monthly"]);
        assert_eq!(provider.get(&path).expect(200).body["default_plan"], json!(null));
        let set = |plan: Value| provider.patch(&path, json!({"default_plan": plan}));
        let month = json!({"term": "P1M", "billing_cycle": "monthly"});
        let answer = set(month.clone()).expect(200);
        assert_eq!((&answer.body["default_plan"], &answer.body["own_limit"]), (&month, &json!(null)));
        assert_eq!(seen(), ["DE P1M monthly"]);
        assert_eq!(plan_of(&edition(&buyer, E1), MONTH)["preselected"], true);
        let other = edition(&buyer, "Office 365 E3");
        assert_eq!(selected(&other), ["DE P1Y monthly"], "another edition has its own");
        let refused = set(json!({"term": "P3Y", "billing_cycle": "monthly"})).refused(422, "invalid_value");
        assert_eq!(told(&refused), wrong([("/default_plan", "invalid_value")]));
        let hint = refused.text_at("/errors/0/hint");
        assert!(hint.contains("P1Y monthly"), "the way out: {hint}");
        set(json!({"term": "P1Y"})).refused(422, "missing_field");
        buyer.patch(&path, json!({"default_plan": month})).refused(403, "forbidden");
        // With a limit of the same operation, and alone.
        provider.patch(&path, json!({"own_limit": 250})).expect(200);
        assert_eq!(provider.get(&path).expect(200).body["default_plan"], month);
        set(json!(null)).expect(200);
        assert_eq!(seen(), ["DE P1Y monthly"]);
    }
}

both! {
    /// so many changes are left; its people are told once four fifths are made, and then there are no more.
    u54_the_changes_of_a_subscription_are_counted_down(app) {
        let provider = app.provider("cancom");
        let rules = json!({"max_changes": 5});
        let product = text(&shop::product(&provider, "Office 365 Enterprise (NCE)", "")["id"]);
        provider.post("/v1/policies", json!({"product_id": product, "rules": rules})).expect(201);
        let running = Running::buy(&app, "cancom", E1, YEAR_MONTHLY, 5);
        let left = || running.fields(["updates_left", "few_updates_left", "changes"]);
        assert_eq!(left(), ["5", "false", "0"]);
        let warned = || app.mails().into_iter().filter(|mail| mail.kind == "updates_low").collect::<Vec<_>>();
        for made in 1..=5_u32 {
            let preview = running.buyer.post(&running.path("/changes/preview"), quantity(5 + made)).expect(200);
            assert_eq!(preview.body["outcome"]["updates_left"], 5 - made);
            let done = running.change_done(&app, quantity(5 + made));
            assert_eq!(done["outcome"]["few_updates_left"], made >= 4);
            assert_eq!(left(), [(5 - made).to_string(), (made >= 4).to_string(), made.to_string()]);
            assert_eq!(warned().len(), usize::from(made >= 4), "told once");
        }
        let mail = warned().remove(0);
        assert!(mail.text.contains("höchstens 5") && mail.text.contains("übrig: 1"), "{}", mail.text);
        running.buyer.post(&running.path("/changes"), quantity(20)).refused(409, "too_many_changes");
        // Who is responsible is no change of it; without a limit nothing is counted down.
        let free = Running::buy(&app, "cancom", "Exchange Online (Plan 1)", YEAR_MONTHLY, 2);
        assert_eq!(free.fields(["updates_left", "few_updates_left"]), ["null", "false"]);
    }
}
