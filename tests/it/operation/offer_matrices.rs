//! Offer matrices: what Microsoft says of its SKUs comes in as a draft, is published, and holds; and what is set by
//! hand instead.

use crate::operation::price_lists::new_product;
use serde_json::{Value, json};
use tests::running::Running;
use tests::shop::{
    self, Cart, RETAIL, YEAR_MONTHLY, cart_with, column, edition, followed, offer, publish, rows, text, told, wrong,
};
use tests::{Answer, Client, both};

const HEADER: &str = "\"ProductTitle\",\"ProductId\",\"SkuId\",\"SkuTitle\",\"ProvisioningId\",\"ProvisioningString\",\
    \"MinLicenses\",\"MaxLicenses\",\"AssetOwnershipLimit\",\"AssetOwnershipLimitType\",\"ProductSkuPreRequisites\",\
    \"ProductSkuConversion\",\"Description\",\"AllowedCountries\"";

/// A SKU as a matrix tells of it.
#[derive(Clone)]
pub(crate) struct Sku {
    product_title: &'static str,
    product: &'static str,
    title: &'static str,
    min: &'static str,
    max: &'static str,
    subscriptions: (&'static str, &'static str),
    needs: &'static str,
    becomes: &'static str,
    countries: &'static str,
}

const fn of(product_title: &'static str, product: &'static str, title: &'static str) -> Sku {
    let (min, max, needs, countries) = ("1", "", "", "AT;DE;CH");
    Sku { product_title, product, title, min, max, subscriptions: ("", ""), needs, becomes: "", countries }
}

/// With the upgrades that the demo has.
const BASIC: Sku = Sku {
    becomes: "CFQ7TTC0LDPB/0001,CFQ7TTC0LCHC/0001",
    ..of("Microsoft 365 Business Basic", "CFQ7TTC0LH18", "Microsoft 365 Business Basic")
};
const EXCHANGE: Sku = of("Exchange Online", "CFQ7TTC0LH16", "Exchange Online (Plan 1)");
const DEFENDER: Sku = of("Microsoft Defender for Business", "CFQ7TTC0JZM1", "Microsoft Defender for Business");
const ARCHIVE: Sku = of("Exchange Online Archiving", "CFQ7TTC0LH0Z", "Exchange Online Archiving for Exchange Online");

/// An offer matrix; each SKU is the first of its product.
pub(crate) fn matrix(skus: &[Sku]) -> String {
    let line = |sku: &Sku| {
        let cells = [
            sku.product_title,
            sku.product,
            "0001",
            sku.title,
            "3b555118-da6a-4418-894f-7df1e2096870",
            "O365",
            sku.min,
            sku.max,
            sku.subscriptions.0,
            sku.subscriptions.1,
            sku.needs,
            sku.becomes,
            "Best for …",
            sku.countries,
        ];
        format!("{}\n", cells.map(|cell| format!("\"{cell}\"")).join(","))
    };
    format!("{HEADER}\n{}", skus.iter().map(line).collect::<String>())
}

/// What changes nothing of the demo.
pub(crate) const SAMPLE: [Sku; 1] = [EXCHANGE];

fn ask_import(provider: &Client, parameters: &str, file: impl Into<Vec<u8>>) -> Answer {
    provider.send_raw("POST", &format!("/v1/offer-matrices?name=Dezember{parameters}"), "text/csv", file.into())
}

fn below(matrix: &Value, part: &str) -> String {
    format!("/v1/offer-matrices/{}{part}", text(&matrix["id"]))
}

#[track_caller]
fn done(provider: &Client, accepted: &Answer) -> Value {
    let job = followed(provider, accepted);
    assert_eq!((&job["state"], &job["problem"]), (&json!("done"), &json!(null)), "{job}");
    provider.get(&format!("/v1/offer-matrices/{}", text(&job["result"]["offer_matrix_id"]))).expect(200).body
}

/// Imports a matrix; says the draft.
#[track_caller]
pub(crate) fn imported(provider: &Client, parameters: &str, skus: &[Sku]) -> Value {
    done(provider, &ask_import(provider, parameters, matrix(skus)).expect(202))
}

fn ask_publish(provider: &Client, matrix: &Value) -> Answer {
    provider.post(&below(matrix, "/publish"), json!({}))
}

/// Imports a matrix and publishes it; says what it is then.
#[track_caller]
fn published(provider: &Client, skus: &[Sku]) -> Value {
    let draft = imported(provider, "", skus);
    done(provider, &ask_publish(provider, &draft).expect(202))
}

/// How many rows do what.
fn effects(matrix: &Value) -> Vec<(String, i64)> {
    let counts = matrix["effects"].as_array().expect("effects");
    counts.iter().map(|one| (text(&one["effect"]), one["rows"].as_i64().expect("a number"))).collect()
}

fn counted<const N: usize>(effects: [(&str, i64); N]) -> Vec<(String, i64)> {
    effects.map(|(effect, rows)| (effect.to_owned(), rows)).to_vec()
}

/// The rows of a draft that do something.
fn doing(provider: &Client, matrix: &Value, effect: &str) -> Vec<Value> {
    rows(&provider.get(&below(matrix, &format!("/rows?effect={effect}"))).expect(200))
}

/// The provider's record of a SKU, by what it is called.
fn sku_path(client: &Client, title: &str) -> String {
    format!("/v1/skus/{}", text(&edition(client, title)["id"]))
}

both! {
    /// U-33: a matrix becomes a draft that says all that its publication does, and it holds once it is published.
    u33_a_matrix_is_compared_and_published(app) {
        let (provider, buyer) = (app.provider("cancom"), app.admin("cancom"));
        let skus = [
            Sku { max: "400", ..BASIC },
            Sku { max: "50", min: "5", title: "Exchange Online Plan 1", countries: "AT", ..EXCHANGE },
            DEFENDER,
            Sku { needs: "CFQ7TTC0LH16/0001,CFQ7TTC0LCHC/0001,CFQ7TTC0XXXX/0001", ..ARCHIVE },
            Sku { max: "10", needs: "CFQ7TTC0XXXX/0001", ..of("Woanders", "CFQ7TTC0YYYY", "Woanders") },
        ];
        let file = format!("{}{}", matrix(&skus), "\"Kaputt\",\"CFQ7TTC0ZZZZ\",\"1\",\"x\",,,,viele,,,,,,\n");
        let draft = done(&provider, &ask_import(&provider, "", file).expect(202));
        let counts = ["rows", "errors", "unchanged"].map(|name| draft[name].as_i64().expect("a count"));
        assert_eq!((&draft["status"], counts), (&json!("draft"), [5, 1, 0]));
        let does = counted([
            ("limit_set", 2),
            ("limit_changed", 1),
            ("limit_removed", 1),
            ("minimum_changed", 1),
            ("prerequisites_added", 2),
            ("prerequisites_removed", 1),
            ("renamed", 1),
            ("market_not_allowed", 1),
            ("not_sold", 1),
        ]);
        assert_eq!(effects(&draft), does);
        let changed = doing(&provider, &draft, "limit_changed").remove(0);
        assert_eq!((&changed["line"], &changed["external_id"]), (&json!(2), &json!("CFQ7TTC0LH18:0001")));
        let limits = [&changed["previous"], &changed["rules"]].map(|rules| rules["customer_limit"].clone());
        assert_eq!(limits, [json!(300), json!(400)]);
        let needs = doing(&provider, &draft, "prerequisites_removed").remove(0);
        assert_eq!(needs["previous"]["prerequisites"], json!(["CFQ7TTC0LH16:0001", "CFQ7TTC0LF8Q:0001"]));
        assert_eq!(needs["not_sold"], json!(["CFQ7TTC0XXXX:0001"]));
        let renamed = doing(&provider, &draft, "renamed").remove(0);
        assert_eq!(
            (&renamed["previous_title"], &renamed["sku_title"], &renamed["previous_product_title"]),
            (&json!("Exchange Online (Plan 1)"), &json!("Exchange Online Plan 1"), &json!(null))
        );
        let failed = rows(&provider.get(&below(&draft, "/errors")).expect(200)).remove(0);
        let why = ["column", "value", "reason"].map(|name| text(&failed[name]));
        assert_eq!((&failed["line"], why), (&json!(7), ["MaxLicenses", "viele", "malformed"].map(str::to_owned)));
        let all = column(&rows(&provider.get(&below(&draft, "/rows?limit=2")).expect(200)), "/line");
        assert_eq!(all, ["2", "3"]);
        // Nothing holds by a draft.
        assert_eq!(edition(&buyer, BASIC.title)["customer_limit"], json!(300));
        let in_force = done(&provider, &ask_publish(&provider, &draft).expect(202));
        let stands = ["status", "published_at"].map(|name| text(&in_force[name]));
        assert_eq!(stands, ["published", "2026-09-06T10:15:00Z"].map(str::to_owned));
        let limit = |title: &str| edition(&buyer, title)["customer_limit"].clone();
        assert_eq!((limit(BASIC.title), limit(DEFENDER.title)), (json!(400), json!(null)));
        let exchange = edition(&buyer, "Exchange Online Plan 1");
        assert_eq!((&exchange["customer_limit"], &exchange["offers"][0]["limits"]["min"]), (&json!(50), &json!(5)));
        let cart = Cart::new(&buyer);
        let line = |offer: &Value, quantity: u32| json!({"offer_id": offer["id"], "quantity": quantity});
        let few = line(&shop::plan_of(&exchange, YEAR_MONTHLY), 4);
        cart.try_add(few).refused(422, "quantity_out_of_range");
        let basic = shop::plan_of(&edition(&buyer, BASIC.title), YEAR_MONTHLY);
        cart.try_add(line(&basic, 401)).refused(422, "quantity_out_of_range");
        cart.add(&text(&basic["id"]), 400);
        assert_eq!(told(&cart.preview()), wrong([]));
        // The same again changes nothing.
        let again = imported(&provider, "", &skus);
        assert_eq!((&again["unchanged"], &again["rows"]), (&json!(5), &json!(5)));
        assert_eq!(effects(&again), counted([("market_not_allowed", 1), ("not_sold", 1)]));
        let entries = rows(&provider.get("/v1/audit-log?limit=200").expect(200));
        let actions = column(&entries, "/action");
        for (action, times) in [("offer_matrix.imported", 2), ("offer_matrix.published", 1)] {
            assert_eq!(actions.iter().filter(|one| *one == action).count(), times, "{action}");
        }
    }
}

both! {
    /// U-33: what a matrix says that an add-on needs is what its orders are held against, also of offers and bases that
    /// a price list brings later; and none can be ordered whose bases are not sold here.
    u33_prerequisites_of_a_matrix_are_those_that_are_checked(app) {
        let (provider, buyer) = (app.provider("cancom"), app.admin("cancom"));
        let base = new_product();
        let needs = "DZH318Z0AAAA/0001";
        let draft = imported(&provider, "", &[Sku { max: "300", needs, ..DEFENDER }]);
        assert_eq!(effects(&draft), counted([("prerequisites_added", 1), ("no_base_sold", 1)]));
        let cart = cart_with(&buyer, DEFENDER.title, YEAR_MONTHLY, 2);
        assert_eq!(told(&cart.preview()), wrong([]));
        done(&provider, &ask_publish(&provider, &draft).expect(202));
        assert_eq!(told(&cart.preview()), wrong([("/lines/0/offer_id", "prerequisite_missing")]));
        cart.try_order().refused(422, "prerequisite_missing");
        let kind = |title: &str| shop::plan_of(&edition(&buyer, title), YEAR_MONTHLY)["kind"].clone();
        assert_eq!(kind(DEFENDER.title), json!("add_on"));
        // The base is sold now, and so is another offer of the add-on.
        let other = shop::Row::of(DEFENDER.product_title, DEFENDER.product, "0001", DEFENDER.title);
        publish(&provider, RETAIL, &[base.clone(), other.planned("P3Y", "Annual").priced("90", "108")]);
        let defender = edition(&buyer, DEFENDER.title);
        let offers = defender["offers"].as_array().expect("offers");
        let base_id = edition(&buyer, "Zeiterfassung Basis")["id"].clone();
        assert!(offers.len() > 3, "{defender}");
        for one in offers {
            assert_eq!((&one["kind"], &one["prerequisites"]), (&json!("add_on"), &json!([base_id])), "{one}");
        }
        assert_eq!(told(&cart.preview()), wrong([("/lines/0/offer_id", "prerequisite_missing")]));
        cart.add(&offer(&buyer, "Zeiterfassung Basis", YEAR_MONTHLY), 1);
        assert_eq!(told(&cart.preview()), wrong([]));
        cart.order();
        app.drain();
        let alone = Cart::new(&buyer);
        alone.add(&text(&offers.iter().find(|one| one["term"] == "P3Y").expect("three years")["id"]), 1);
        let problems = told(&alone.preview());
        assert!(problems.iter().all(|(_, code)| code != "prerequisite_missing"), "owned: {problems:?}");
        published(&provider, &[Sku { max: "300", ..DEFENDER }]);
        assert_eq!(kind(DEFENDER.title), json!("licensed"));
    }
}

both! {
    /// U-17: a limit of a SKU that is not sold here yet holds once it is; and titles stay where that is asked for.
    u17_a_limit_holds_for_what_is_sold_later(app) {
        let (provider, buyer) = (app.provider("cancom"), app.admin("cancom"));
        let later = Sku { max: "3", ..of("Zeiterfassung Süd", "DZH318Z0AAAA", "Zeiterfassung Basis") };
        published(&provider, &[later]);
        publish(&provider, RETAIL, &[new_product()]);
        assert_eq!(edition(&buyer, "Zeiterfassung Basis")["customer_limit"], json!(3));
        let cart = cart_with(&buyer, "Zeiterfassung Basis", YEAR_MONTHLY, 2);
        let again = cart_with(&buyer, "Zeiterfassung Basis", YEAR_MONTHLY, 2);
        cart.order();
        app.drain();
        assert_eq!(told(&again.preview()), wrong([("/lines/0/quantity", "customer_limit")]));
        let other = [Sku { product_title: "Defender", title: "Defender", max: "300", ..DEFENDER }];
        assert_eq!(effects(&imported(&provider, "", &other)), counted([("renamed", 1)]));
        let kept = imported(&provider, "&keep_titles=true", &other);
        assert_eq!((effects(&kept), &kept["unchanged"]), (vec![], &json!(1)));
        done(&provider, &ask_publish(&provider, &kept).expect(202));
        assert_eq!(edition(&buyer, DEFENDER.title)["customer_limit"], json!(300));
        published(&provider, &other);
        assert_eq!(shop::product(&buyer, "Defender", "")["aliases"], json!([DEFENDER.title]));
    }
}

both! {
    /// U-17: so many subscriptions of a SKU, those that the customer has now, or all that it ever had.
    u17_so_many_subscriptions_and_no_more(app) {
        let (provider, buyer) = (app.provider("terra"), app.admin("terra"));
        let title = "Zeiterfassung Basis";
        publish(&provider, RETAIL, &[new_product()]);
        let limited = |counted: &'static str| Sku {
            subscriptions: ("1", counted),
            ..of("Zeiterfassung Süd", "DZH318Z0AAAA", "Zeiterfassung Basis")
        };
        published(&provider, &[limited("ConcurrentCount")]);
        let limit = edition(&buyer, title)["subscription_limit"].clone();
        assert_eq!(limit, json!({"most": 1, "counted": "at_once"}));
        let codes = || {
            let problems = told(&cart_with(&buyer, title, YEAR_MONTHLY, 1).preview());
            problems.into_iter().map(|(_, code)| code).filter(|code| code == "subscription_limit").count()
        };
        assert_eq!(codes(), 0);
        let running = shop::buy(&app, &buyer, title, YEAR_MONTHLY, 1);
        assert_eq!(codes(), 1);
        let refused = cart_with(&buyer, title, YEAR_MONTHLY, 1).try_order();
        let limit = ("/lines/0/offer_id".to_owned(), "subscription_limit".to_owned());
        assert!(told(&refused).contains(&limit), "{}", refused.text);
        let changes = format!("/v1/subscriptions/{}/changes", text(&running["id"]));
        buyer.post(&changes, json!({"type": "cancel"})).expect(201);
        app.drain();
        let ended = buyer.get(&format!("/v1/subscriptions/{}", text(&running["id"]))).expect(200).body;
        assert_eq!(ended["status"], json!("canceled"));
        assert_eq!(codes(), 0);
        published(&provider, &[limited("LifetimeCount")]);
        assert_eq!(codes(), 1);
    }
}

both! {
    /// U-33: what waits to become an edition with its renewal counts against the limits of that edition, with its
    /// licences and as a subscription; for an order, and for a change of another subscription.
    u33_what_waits_to_become_an_edition_counts_for_it(app) {
        let (provider, buyer) = (app.provider("terra"), app.admin("terra"));
        let e1 = |max, most| Sku {
            max,
            subscriptions: (most, "ConcurrentCount"),
            ..of("Office 365 Enterprise (NCE)", "CFQ7TTC0LF8Q", "Office 365 E1")
        };
        published(&provider, &[e1("10", "2")]);
        let offer_id = offer(&buyer, "Office 365 E1", YEAR_MONTHLY);
        let running = |quantity| text(&shop::buy(&app, &buyer, "Office 365 E3", YEAR_MONTHLY, quantity)["id"]);
        let [one, other] = [running(8), running(3)];
        let down = json!({"type": "transition", "offer_id": offer_id});
        let changes = |id: &str| format!("/v1/subscriptions/{id}/changes");
        let five = cart_with(&buyer, "Office 365 E1", YEAR_MONTHLY, 5);
        assert_eq!(told(&five.preview()), wrong([]));
        let waits = buyer.post(&changes(&one), down.clone()).expect(201);
        assert_eq!(waits.text_at("/status"), "scheduled");
        app.drain();
        assert_eq!(told(&five.preview()), wrong([("/lines/0/quantity", "customer_limit")]));
        let refused = buyer.post(&changes(&other), down.clone()).refused(422, "customer_limit");
        assert_eq!(told(&refused), wrong([("/offer_id", "customer_limit")]));
        published(&provider, &[e1("300", "1")]);
        assert_eq!(told(&five.preview()), wrong([("/lines/0/offer_id", "subscription_limit")]));
        buyer.post(&changes(&other), down.clone()).refused(422, "subscription_limit");
        // Taken back it counts no more.
        buyer.delete(&format!("{}/{}", changes(&one), waits.text_at("/id"))).expect(204);
        app.drain();
        assert_eq!(told(&five.preview()), wrong([]));
        buyer.post(&changes(&other), down).expect(201);
        app.drain();
    }
}

both! {
    /// U-84: a matrix says what an edition can be upgraded to, also of other products; it holds once it is published.
    u84_a_matrix_names_the_upgrades(app) {
        let provider = app.provider("cancom");
        let running = Running::buy(&app, "cancom", BASIC.title, YEAR_MONTHLY, 5);
        let titles = || {
            let targets = edition(&running.buyer, BASIC.title)["upgrade_targets"].clone();
            column(targets.as_array().expect("some"), "/title")
        };
        let standard = offer(&running.buyer, "Microsoft 365 Business Standard", YEAR_MONTHLY);
        let up = json!({"type": "transition", "offer_id": standard});
        assert_eq!(titles(), ["Microsoft 365 Business Standard", "Microsoft 365 Business Premium"]);
        running.preview(up.clone()).expect(200);
        let other = Sku { max: "300", becomes: "CFQ7TTC0LCHC:0001;CFQ7TTC0YYYY:0001", ..BASIC };
        let draft = imported(&provider, "", &[other]);
        assert_eq!(effects(&draft), counted([("upgrade_targets_added", 1), ("upgrade_targets_removed", 1)]));
        let row = doing(&provider, &draft, "upgrade_targets_added").remove(0);
        assert_eq!(row["previous"]["upgrade_targets"], json!(["CFQ7TTC0LDPB:0001", "CFQ7TTC0LCHC:0001"]));
        assert_eq!(row["rules"]["upgrade_targets"], json!(["CFQ7TTC0LCHC:0001", "CFQ7TTC0YYYY:0001"]));
        done(&provider, &ask_publish(&provider, &draft).expect(202));
        assert_eq!(titles(), ["Microsoft 365 Business Premium"]);
        let refused = running.ask(up).refused(422, "transition_not_offered");
        assert_eq!(told(&refused), wrong([("/offer_id", "transition_not_offered")]));
    }
}

both! {
    /// U-17: a limit is set by hand, holds instead of the matrix's, and is given back to it.
    u17_a_limit_is_set_by_hand(app) {
        let (provider, buyer) = (app.provider("cancom"), app.admin("cancom"));
        let path = sku_path(&provider, BASIC.title);
        let before = provider.get(&path).expect(200);
        assert_eq!(
            (&before.body["external_id"], &before.body["customer_limit"], &before.body["own_limit"]),
            (&json!("CFQ7TTC0LH18:0001"), &json!(300), &json!(null))
        );
        assert_eq!(before.body["matrix"]["customer_limit"], json!(300));
        let cart = cart_with(&buyer, BASIC.title, YEAR_MONTHLY, 6);
        cart.add(&offer(&buyer, BASIC.title, shop::MONTH), 5);
        assert_eq!(told(&cart.preview()), wrong([]));
        let seen = provider.with("If-Match", before.header("etag"));
        let set = seen.patch(&path, json!({"own_limit": 10})).expect(200);
        assert_eq!((&set.body["own_limit"], &set.body["customer_limit"]), (&json!(10), &json!(10)));
        seen.patch(&path, json!({"own_limit": 12})).refused(412, "precondition_failed");
        assert_eq!(provider.get(&path).expect(200).header("etag"), set.header("etag"));
        assert_eq!(told(&cart.preview()), wrong([("/lines/1/quantity", "customer_limit")]));
        let basic = edition(&buyer, BASIC.title);
        assert_eq!((&basic["customer_limit"], &basic["offers"][0]["limits"]["max"]), (&json!(10), &json!(10)));
        // Nothing said is nothing changed.
        assert_eq!(provider.patch(&path, json!({})).expect(200).body["own_limit"], json!(10));
        for wrong_limit in [json!(0), json!(10_000_001)] {
            let refused = provider.patch(&path, json!({"own_limit": wrong_limit})).refused(422, "out_of_range");
            assert_eq!(told(&refused), wrong([("/own_limit", "out_of_range")]));
        }
        buyer.patch(&path, json!({"own_limit": 10})).refused(403, "forbidden");
        app.provider("terra").patch(&path, json!({"own_limit": 10})).refused(404, "not_found");
        let draft = imported(&provider, "", &[Sku { max: "400", ..BASIC }]);
        assert_eq!(effects(&draft), counted([("limit_changed", 1), ("set_by_hand", 1)]));
        done(&provider, &ask_publish(&provider, &draft).expect(202));
        let after = provider.get(&path).expect(200).body;
        assert_eq!((&after["customer_limit"], &after["matrix"]["customer_limit"]), (&json!(10), &json!(400)));
        let given_back = provider.patch(&path, json!({"own_limit": null})).expect(200).body;
        assert_eq!((&given_back["customer_limit"], &given_back["own_limit"]), (&json!(400), &json!(null)));
        assert_eq!(told(&cart.preview()), wrong([]));
        let entries = rows(&provider.get("/v1/audit-log?limit=200").expect(200));
        let first = entries.iter().rfind(|one| one["action"] == "sku.changed").expect("an entry");
        let limits = [&first["before"], &first["after"]].map(|of| of["own_limit"].clone());
        assert_eq!(limits, [json!(null), json!(10)]);
    }
}

both! {
    /// U-33: what is no matrix is refused at once; one without rows fails and says why; a stale draft is not published.
    u33_what_is_no_matrix_or_stale_changes_nothing(app) {
        let provider = app.provider("cancom");
        let prices = ask_import(&provider, "", shop::sheet(&[shop::Row::e1()])).refused(422, "sheet_columns_missing");
        assert!(prices.text.contains("MaxLicenses"), "{}", prices.text);
        ask_import(&provider, "", "a,b\n1,2\n").refused(422, "sheet_unreadable");
        ask_import(&provider, "", format!("{HEADER}\n")).refused(422, "sheet_unreadable");
        provider.post("/v1/offer-matrices?name=x", json!({})).refused(415, "unsupported_media_type");
        app.admin("cancom").post("/v1/offer-matrices?name=x", json!({})).refused(403, "forbidden");
        let bad = ask_import(&provider, "", matrix(&[Sku { max: "-1", ..BASIC }])).expect(202);
        let job = followed(&provider, &bad);
        assert_eq!(job["problem"]["code"], "offer_matrix_without_rows", "{job}");
        let none = json!({"id": job["problem"]["offer_matrix_id"]});
        assert_eq!(provider.get(&below(&none, "")).expect(200).body["status"], "discarded");
        assert_eq!(column(&rows(&provider.get(&below(&none, "/errors")).expect(200)), "/reason"), ["malformed"]);
        ask_publish(&provider, &none).refused(409, "offer_matrix_not_draft");
        // Of two rows of a SKU the first holds.
        let twice = imported(&provider, "", &[Sku { max: "7", ..BASIC }, Sku { max: "8", ..BASIC }]);
        assert_eq!((&twice["rows"], &twice["errors"]), (&json!(1), &json!(1)));
        assert_eq!(column(&rows(&provider.get(&below(&twice, "/errors")).expect(200)), "/reason"), ["repeated"]);
        let other = imported(&provider, "", &[Sku { max: "9", ..BASIC }]);
        done(&provider, &ask_publish(&provider, &other).expect(202));
        ask_publish(&provider, &twice).refused(409, "offer_matrix_stale");
        assert_eq!(edition(&provider, BASIC.title)["customer_limit"], json!(9));
        provider.delete(&below(&twice, "")).expect(204);
        provider.delete(&below(&twice, "")).refused(409, "offer_matrix_not_draft");
        // A price list that was compared before the limit was set by hand is stale, too.
        let list = shop::import(&provider, RETAIL, shop::sheet(&[new_product()]));
        provider.patch(&sku_path(&provider, BASIC.title), json!({"own_limit": 9_999})).expect(200);
        shop::try_publish(&provider, &list).refused(409, "price_list_stale");
    }
}
