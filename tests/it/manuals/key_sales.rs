//! K-03, K-09: product keys that are sold to a reseller, whose customers redeem them.

use serde_json::{Value, json};
use tests::shop::{self, Row, YEAR_ANNUAL, column, customer, offer, price, publish, rows, text, told, wrong};
use tests::{Answer, Client, TestApp, both};

const BATCHES: &str = "/v1/product-keys/batches";
const REDEMPTIONS: &str = "/v1/product-keys/redemptions";

#[track_caller]
fn id_of(reseller: &Client) -> String {
    text(&rows(&reseller.get("/v1/resellers").expect(200))[0]["id"])
}

/// Makes keys of twelve months of E1; says their batch's path, and the keys.
#[track_caller]
fn batch(provider: &Client, quantity: u32, count: u32) -> (String, Vec<String>) {
    let wanted =
        json!({"offer_id": offer(provider, "Office 365 E1", YEAR_ANNUAL), "quantity": quantity, "count": count});
    let made = provider.post(BATCHES, wanted).expect(201);
    assert_eq!((&made.body["reseller_id"], &made.body["charges"]), (&Value::Null, &json!([])));
    let keys = made.body["keys"].as_array().expect("keys").iter().map(text).collect();
    (format!("{BATCHES}/{}", made.text_at("/id")), keys)
}

fn sell(provider: &Client, batch: &str, to: &str) -> Answer {
    provider.post(&format!("{batch}/sell"), json!({"reseller_id": to}))
}

/// Redeems keys to the end; says the redemption's id.
#[track_caller]
fn redeem(app: &TestApp, client: &Client, keys: &[String]) -> String {
    let entered = client.post(REDEMPTIONS, json!({"keys": keys, "responsible": true})).expect(201);
    let id = entered.text_at("/id").to_owned();
    client.post(&format!("{REDEMPTIONS}/{id}/complete"), json!({})).expect(200);
    app.drain();
    id
}

fn what(charges: &Value) -> Vec<String> {
    let charges = charges.as_array().expect("charges").iter();
    charges
        .map(|one| format!("{} {} = {}", text(&one["kind"]), text(&one["explain"]), text(&one["money"]["net"])))
        .collect()
}

both! {
    /// U-36, K-03: a batch is sold to a reseller and charged at its own price; from then on the reseller lists its
    /// keys: the last five of each, what became of it, and for which of its customers it was redeemed.
    u36_a_batch_is_sold_to_a_reseller_who_lists_its_keys(app) {
        let (provider, buyer) = (app.provider("terra"), app.customer_of_reseller(1));
        let (one, other) = (app.reseller(1), app.reseller(2));
        let own = format!("percent_off_retail=10&reseller_id={}", id_of(&one));
        publish(&provider, &own, &[Row::e1().planned("P1Y", "Annual").priced("90.24", "112.80")]);
        let (path, keys) = batch(&provider, 5, 3);
        one.get(&path).refused(404, "not_found");
        one.get(&format!("{path}/keys")).refused(404, "not_found");
        assert_eq!(rows(&one.get(BATCHES).expect(200)), [] as [Value; 0]);
        let sold = sell(&provider, &path, &id_of(&one)).expect(200);
        assert_eq!(what(&sold.body["charges"]), ["new 3 * 5 * 101.52 = 1522.80"]);
        assert_eq!(sold.body["charges"][0]["unit_price"], price("101.52"));
        assert_eq!((sold.text_at("/reseller_id"), sold.body["keys"].as_array()), (id_of(&one).as_str(), None));
        assert_eq!(one.get(&path).expect(200).body, provider.get(&path).expect(200).body);
        assert_eq!(column(&rows(&one.get(BATCHES).expect(200)), "/id"), [sold.text_at("/id")]);
        assert_eq!(rows(&other.get(BATCHES).expect(200)), [] as [Value; 0]);
        other.get(&path).refused(404, "not_found");
        other.get(&format!("{path}/keys")).refused(404, "not_found");
        buyer.get(BATCHES).refused(403, "forbidden");
        buyer.get(&format!("{path}/keys")).refused(403, "forbidden");
        for client in [&one, &other] {
            client.post(&format!("{path}/sell"), json!({"reseller_id": id_of(&one)})).refused(403, "forbidden");
            client.post(&format!("{path}/revoke"), json!({})).refused(403, "forbidden");
        }
        // Its own customer redeems the second key, another reseller's the third.
        let redemption = redeem(&app, &buyer, &keys[1..2]);
        redeem(&app, &app.customer_of_reseller(2), &keys[2..]);
        let listed = one.get(&format!("{path}/keys?limit=2")).expect(200);
        let cursor = listed.text_at("/next_cursor").to_owned();
        let mut all = rows(&listed);
        let rest = one.get(&format!("{path}/keys?cursor={cursor}")).expect(200);
        all.extend(rows(&rest));
        assert_eq!(rest.body["next_cursor"], Value::Null);
        assert_eq!(column(&all, "/last_five"), keys.iter().map(|key| key[24..].to_owned()).collect::<Vec<_>>());
        assert_eq!(column(&all, "/state"), ["unused", "redeemed", "redeemed"]);
        let own_customer = customer(&one, "Kunde 1 GmbH");
        assert_eq!(column(&all, "/redemption_id"), ["null", redemption.as_str(), "null"]);
        assert_eq!(column(&all, "/customer_id"), ["null", own_customer.as_str(), "null"]);
        assert!(all[0]["redeemed_at"].is_null() && all[2]["redeemed_at"].is_string(), "{all:?}");
        let known = rows(&provider.get(&format!("{path}/keys")).expect(200));
        assert_eq!(text(&known[2]["customer_id"]), customer(&provider, "Kunde 2 GmbH"));
        assert!(!listed.text.contains(&keys[0]), "no key is shown again");
        assert_eq!(one.get(&path).expect(200).body["used"], 2);
    }
}

both! {
    /// U-36: what was sold is not sold again, nor what was redeemed or revoked; where a batch that was sold is revoked,
    /// what its unused keys cost is given back, once.
    u36_a_batch_is_sold_once_and_given_back_once(app) {
        let (provider, buyer) = (app.provider("terra"), app.customer_of_reseller(1));
        let (one, other) = (id_of(&app.reseller(1)), id_of(&app.reseller(2)));
        let (path, keys) = batch(&provider, 5, 4);
        // What it will cost is what it costs; before it is sold nothing would be given back.
        let preview = |what: &str, body: Value| provider.post(&format!("{path}/{what}/preview"), body);
        let charge = |answer: &Answer| what(&json!([answer.body["charge"]]));
        assert_eq!(preview("revoke", json!({})).expect(200).body, json!({"charge": null}));
        let previewed = preview("sell", json!({"reseller_id": &one})).expect(200);
        assert_eq!(charge(&previewed), ["new 4 * 5 * 112.80 = 2256.00"]);
        let sold = sell(&provider, &path, &one).expect(200);
        let mut member = sold.body["charges"][0].clone();
        for kept in ["id", "reverses", "created_at"] {
            member.as_object_mut().expect("a charge").remove(kept);
        }
        assert_eq!(previewed.body["charge"], member);
        preview("sell", json!({"reseller_id": &one})).refused(409, "keys_already_sold");
        for again in [&one, &other] {
            sell(&provider, &path, again).refused(409, "keys_already_sold");
        }
        redeem(&app, &buyer, &keys[..1]);
        // A key that was sold is redeemed once, whoever has it.
        let used = json!({"keys": keys[..1], "responsible": true});
        let twice = app.customer_of_reseller(2).post(REDEMPTIONS, used);
        assert_eq!(told(&twice.expect(201)), wrong([("/keys/0", "key_already_used")]));
        assert_eq!(charge(&preview("revoke", json!({})).expect(200)), ["cancel -2256.00 * 3 / 4 = -1692.00"]);
        let revoked = provider.post(&format!("{path}/revoke"), json!({})).expect(200);
        assert_eq!(preview("revoke", json!({})).expect(200).body, json!({"charge": null}));
        let charged = ["new 4 * 5 * 112.80 = 2256.00", "cancel -2256.00 * 3 / 4 = -1692.00"];
        assert_eq!(what(&revoked.body["charges"]), charged);
        assert_eq!(revoked.body["charges"][1]["reverses"], revoked.body["charges"][0]["id"]);
        assert_eq!(provider.post(&format!("{path}/revoke"), json!({})).expect(200).body, revoked.body);
        assert_eq!(app.reseller(1).get(&path).expect(200).body, revoked.body);
        let states = column(&rows(&app.reseller(1).get(&format!("{path}/keys")).expect(200)), "/state");
        assert_eq!(states, ["redeemed", "revoked", "revoked", "revoked"]);
        sell(&provider, &path, &other).refused(409, "keys_already_sold");
        let (unsold, _) = batch(&provider, 5, 1);
        provider.post(&format!("{unsold}/revoke"), json!({})).expect(200);
        sell(&provider, &unsold, &one).refused(409, "keys_not_sellable");
        let (begun, keys) = batch(&provider, 5, 2);
        redeem(&app, &buyer, &keys[..1]);
        sell(&provider, &begun, &one).refused(409, "keys_not_sellable");
        let nobody = json!({"reseller_id": "rsl_00000000000000000000000000"});
        provider.post(&format!("{begun}/sell"), nobody).refused(422, "not_found");
        assert_eq!(told(&sell(&provider, &begun, "x").expect(422)), wrong([("/reseller_id", "invalid_id")]));
    }
}

both! {
    /// U-36: however many sell the same batch at the same time, one does, and it is charged once.
    u36_a_batch_is_sold_once_by_many_at_once(app) {
        let provider = app.provider("terra");
        let resellers = [1, 2].map(|number| id_of(&app.reseller(number)));
        let (path, _) = batch(&provider, 1, 2);
        let answers: Vec<Answer> = std::thread::scope(|scope| {
            let threads: Vec<_> = (0..4)
                .map(|n| {
                    scope.spawn({
                        let (provider, path, to) = (&provider, &path, &resellers[n % 2]);
                        move || sell(provider, path, to)
                    })
                })
                .collect();
            threads.into_iter().map(|thread| thread.join().expect("an answer")).collect()
        });
        assert_eq!(answers.iter().filter(|answer| answer.status == 200).count(), 1);
        for refused in answers.iter().filter(|answer| answer.status != 200) {
            assert!(["keys_already_sold", "unavailable"].contains(&refused.code()), "{}", refused.text);
        }
        assert_eq!(what(&provider.get(&path).expect(200).body["charges"]), ["new 2 * 1 * 112.80 = 225.60"]);
    }
}

both! {
    /// U-36: a reseller that may not buy yet buys no keys either, and what has no price for it is not free.
    u36_a_reseller_buys_keys_once_it_may_buy(app) {
        let provider = app.provider("terra");
        let (path, _) = batch(&provider, 1, 1);
        let newcomer = provider.post("/v1/resellers", json!({"name": "Systemhaus West GmbH"})).expect(201);
        let refused = sell(&provider, &path, newcomer.text_at("/id")).refused(409, "reseller_not_ready");
        assert_eq!(told(&refused), wrong([("/reseller_id", "reseller_not_ready")]));
        assert_eq!(provider.get(&path).expect(200).body["charges"], json!([]));
    }
}

both! {
    /// U-36, K-02…K-07: a customer redeems its own key by itself: nobody is named, nothing is asked of a partner, and
    /// it is responsible for itself alone. For others it redeems nothing.
    u36_a_customer_redeems_its_own_key(app) {
        let provider = app.provider("mskeys");
        let buyer = app.admin("mskeys");
        let (_, keys) = batch(&provider, 5, 1);
        let own = text(&rows(&buyer.get("/v1/customers").expect(200))[0]["id"]);
        let other = customer(&provider, "Neukunde GmbH");
        let for_others = json!({"keys": keys, "responsible": true, "customer_id": other});
        buyer.post(REDEMPTIONS, for_others).refused(422, "not_found");
        let pasted = keys[0].replace('-', " \u{2013} ");
        let entered = buyer.post(REDEMPTIONS, json!({"keys": [pasted], "responsible": true})).expect(201);
        assert_eq!((entered.text_at("/customer_id"), told(&entered)), (own.as_str(), wrong([])));
        assert_eq!(entered.body["confirmed_by"], buyer.get("/v1/me").expect(200).body["id"]);
        let path = format!("{REDEMPTIONS}/{}", entered.text_at("/id"));
        let done = buyer.post(&format!("{path}/complete"), json!({})).expect(200);
        app.drain();
        let subscription = buyer.get(&format!("/v1/subscriptions/{}", done.text_at("/keys/0/subscription_id")));
        let subscription = subscription.expect(200).body;
        assert_eq!((&subscription["status"], &subscription["quantity"]), (&json!("active"), &json!(5)));
        assert_eq!(subscription["customer_id"], json!(own));
    }
}

both! {
    /// U-35, G-26: whatever a mail, a spreadsheet or a scan puts between the characters is taken off.
    u35_separators_of_any_kind_are_taken_off_a_pasted_key(app) {
        let buyer = app.admin("mskeys");
        let (_, keys) = batch(&app.provider("mskeys"), 5, 1);
        let letters = keys[0].replace('-', "");
        let grouped = |with: &str| keys[0].replace('-', with);
        let pasted = [
            grouped(" "),
            grouped(" - "),
            grouped("\u{2011}"),
            grouped("\u{2013}"),
            grouped("\u{200b}"),
            grouped("\u{a0}"),
            grouped("."),
            format!("\u{feff}{letters}\u{200b}"),
            format!("{} {}", &letters[..7], &letters[7..]),
        ];
        for text in pasted {
            let entered = buyer.post(REDEMPTIONS, json!({"keys": [text], "responsible": true}));
            assert_eq!((entered.status, told(&entered)), (201, wrong([])), "{text:?}: {}", entered.text);
            assert_eq!(entered.text_at("/keys/0/last_five"), &keys[0][24..]);
            let path = format!("{REDEMPTIONS}/{}", entered.text_at("/id"));
            let more = buyer.patch(&path, json!({"keys": [{"key": text}]})).expect(200);
            assert_eq!((told(&more), more.text_at("/keys/0/last_five")), (wrong([]), &keys[0][24..]));
        }
        for wrong_one in [grouped("!"), grouped("O"), letters[1..].to_owned()] {
            let entered = json!({"keys": [wrong_one], "responsible": true});
            buyer.post(REDEMPTIONS, entered).refused(422, "product_key_invalid");
        }
    }
}

both! {
    /// U-36, K-09: the form that takes keys lists the countries that have service, and no other; as the policy says
    /// now.
    u36_the_redemptions_form_lists_countries_with_service(app) {
        let form = |slug: &str| {
            let shop = app.anonymous().get(&format!("/v1/marketplaces/{slug}")).expect(200).body;
            let forms = shop["form_rules"]["forms"].as_array().expect("forms").clone();
            forms.into_iter().find(|form| form["key"] == "redemption").expect("a form")
        };
        let served = form("mskeys");
        let countries = served["countries"].as_array().expect("countries").iter().map(text).collect::<Vec<_>>();
        assert_eq!((countries.len(), countries[0].as_str(), countries[33].as_str()), (34, "AT", "US"));
        assert!(!countries.contains(&"KP".to_owned()) && countries.is_sorted());
        assert_eq!(served["operation"], "POST /v1/product-keys/redemptions");
        let fields = served["fields"].as_array().expect("fields");
        assert_eq!(column(fields, "/pointer"), ["/customer_id", "/keys", "/responsible", "/partner_of_record"]);
        assert_eq!(column(fields, "/required"), ["never", "always", "always", "never"]);
        // Where no policy of what keys pay names any, they have service everywhere.
        assert_eq!(form("terra")["countries"].as_array().expect("countries").len(), 249);
        let provider = app.provider("mskeys");
        let mut rules = provider.get("/v1/policies/ms_product_key").expect(200).body["rules"].clone();
        rules["served_countries"] = json!(["DE", "CH"]);
        shop::idle(&provider);
        provider.post("/v1/policies", json!({"key": "ms_product_key", "rules": rules})).expect(201);
        assert_eq!(form("mskeys")["countries"], json!(["CH", "DE"]));
    }
}
