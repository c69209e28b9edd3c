//! The server takes exactly what the served rules take (N-15): forms filled by a frontend that holds no rule of its
//! own, each field made wrong in turn, and random values both ways.

use crate::contract::renderer::{Dice, Rules, Values, body};
use crate::people::registrations::requested;
use serde_json::{Value, json};
use std::collections::BTreeSet;
use tests::shop;
use tests::{Answer, TestApp, both};
use time::Duration;

const MARKETPLACES: [&str; 5] = ["cancom", "ahd", "colt", "mskeys", "terra"];

fn rules(app: &TestApp, slug: &str) -> Rules {
    Rules::of(&app.anonymous().get(&format!("/v1/marketplaces/{slug}")).expect(200).body)
}

/// What the server says is wrong, each entry of a list as the list. That another one has the same reference is no rule
/// of the form.
fn refused(answer: &Answer) -> BTreeSet<String> {
    assert_eq!(answer.status, 422, "{}", answer.text);
    let errors = answer.body["errors"].as_array().unwrap_or_else(|| panic!("{}", answer.text)).iter();
    let pointer = |error: &Value| {
        shop::text(&error["pointer"])
            .trim_end_matches(|letter: char| letter.is_ascii_digit() || letter == '/')
            .to_owned()
    };
    errors.filter(|error| error["code"] != "external_ref_taken").map(pointer).collect()
}

/// Whether it is taken. That another one has the same name or reference is no rule of the form, nor that somebody
/// elsewhere logs in by it.
fn taken(answer: &Answer) -> bool {
    answer.status < 300 || answer.status == 409 || answer.code() == "login_taken"
}

/// Wrong values for a field that is right: each by another of its rules.
fn mutations(field: &Value, value: &Value) -> Vec<Value> {
    let mut wrong = vec![];
    if let Some(most) = field["max_length"].as_u64() {
        wrong.push(json!("7".repeat(usize::try_from(most).expect("a length") + 1)));
    }
    match field["kind"].as_str().expect("a kind") {
        "consents" => {
            let mut outdated = value.clone();
            outdated[0]["version"] = json!("1999-01");
            let mut incomplete = value.as_array().expect("consents").clone();
            incomplete.pop();
            return vec![outdated, json!(incomplete)];
        }
        "choice" => return vec![json!("nonsense")],
        "choices" => return vec![json!(["nonsense"]), json!("nonsense"), json!([7])],
        "flag" => return vec![json!(true), json!(false)],
        "country" => wrong.extend([json!("XX"), json!("de"), json!("Germany")]),
        "password" => wrong.extend(["aaaaaaaaaaaa", "AAAAAAAA1", "a1!", "Abcdef1 §"].map(|text| json!(text))),
        "iban" => wrong.push(json!("DE89370400440532013001")),
        "vat_id" => return vec![json!("DE136695975"), wrong.remove(0)],
        _ => {}
    }
    wrong.extend(["a\u{7}b", "?!", "x\u{202e}y", "Nirgendwo"].map(|text| json!(text)));
    // Left out.
    wrong.push(json!(""));
    wrong
}

/// Values of all kinds, right and wrong.
fn random(dice: &mut Dice) -> Value {
    const POOL: [&str; 26] = [
        "",
        " ",
        "x",
        "Zażółć",
        " 51063 ",
        "51063",
        "00-838",
        "1010",
        "81101",
        "811 01",
        "NW",
        "14",
        "PL",
        "DE",
        "ZZ",
        "US",
        "a@b.example",
        "max@müller.de",
        "müller@b.example",
        "a@b",
        "@",
        "K-4711",
        "k-4711",
        "x\u{85}y",
        "5357564",
        "+49 221 1",
    ];
    let text = (*dice.one_of(&POOL)).to_owned();
    json!(if dice.below(6) == 0 { text.repeat(dice.below(60)) } else { text })
}

/// Fills, makes wrong, and throws dice; `send` sends a form to the server.
fn both_ways(rules: &Rules, key: &str, seed: u64, counts: (usize, usize), mut send: impl FnMut(&Values) -> Answer) {
    let fields = rules.form(key).unwrap_or_else(|| panic!("no form {key}"));
    let mut dice = Dice::new(seed);
    for n in 0..counts.0 {
        let values = rules.fill(&fields, &mut dice, n % 2 == 0);
        assert_eq!(rules.wrong(&fields, &values), BTreeSet::new(), "{key} {values:?}");
        let answer = send(&values);
        assert!(taken(&answer), "{key} {values:?}: {}", answer.text);
    }
    let mut seen = BTreeSet::new();
    for _ in 0..5 {
        let right = rules.fill(&fields, &mut dice, true);
        for field in fields.iter().filter(|field| right.contains_key(field["pointer"].as_str().expect("a pointer"))) {
            let pointer = shop::text(&field["pointer"]);
            for value in mutations(field, &right[&pointer]) {
                let mut values = right.clone();
                values.insert(pointer.clone(), value.clone());
                let expected = rules.wrong(&fields, &values);
                // A VAT id's check digits are not in the rules; of a random password they may be kept.
                let mistyped = field["kind"] == "vat_id" && expected.is_empty();
                if expected.is_empty() && !mistyped {
                    continue;
                }
                seen.insert(pointer.clone());
                assert!(mistyped || expected.contains(&pointer), "{key} {pointer} {value}: {expected:?}");
                let answer = send(&values);
                let expected = if mistyped { BTreeSet::from([pointer.clone()]) } else { expected };
                assert_eq!(refused(&answer), expected, "{key} {pointer} {value}: {}", answer.text);
            }
        }
    }
    let all: BTreeSet<_> = fields.iter().map(|field| shop::text(&field["pointer"])).collect();
    let never: BTreeSet<_> = all.difference(&seen).cloned().collect();
    // Where both are offered, neither is wrong.
    let free = |pointer: &String| {
        fields.iter().any(|field| field["pointer"] == pointer.as_str() && field["options"] == json!(["true", "false"]))
    };
    assert!(never.iter().all(free), "{key}: never made wrong: {never:?}");
    for _ in 0..counts.1 {
        let mut values = rules.fill(&fields, &mut dice, false);
        for _ in 0..=dice.below(2) {
            let field = dice.one_of(&fields);
            match field["kind"].as_str() {
                Some("consents" | "vat_id" | "flag") => continue,
                // It hides nothing of the rest; a role decides on the rest.
                Some("choice") if field["pointer"] == "/role" => continue,
                Some("choice") => values.insert(shop::text(&field["pointer"]), json!("nonsense")),
                Some("choices") => values.insert(shop::text(&field["pointer"]), json!(["nonsense"])),
                _ => values.insert(shop::text(&field["pointer"]), random(&mut dice)),
            };
        }
        let wrong = rules.wrong(&fields, &values);
        let answer = send(&values);
        if wrong.is_empty() {
            assert!(taken(&answer), "{key}: the rules take {values:?}: {}", answer.text);
        } else {
            let told = refused(&answer);
            assert!(told.is_subset(&wrong), "{key} {values:?}: {wrong:?} expected: {}", answer.text);
        }
    }
}

both! {
    /// T-18, C-08, X-31: a customer, in all five marketplaces.
    a_customer_is_taken_exactly_as_the_rules_say(app) {
        for (seed, slug) in (1..).zip(MARKETPLACES) {
            let (rules, provider) = (rules(&app, slug), app.provider(slug));
            both_ways(&rules, "customer", seed, (20, 150), |values| provider.post("/v1/customers", body(values)));
        }
        app.drain();
    }
}

both! {
    /// C-34: a branch.
    a_branch_is_taken_exactly_as_the_rules_say(app) {
        for slug in ["cancom", "terra"] {
            let (rules, provider) = (rules(&app, slug), app.provider(slug));
            let path = format!("/v1/customers/{}/branches", shop::customer(&provider, "Musterfirma GmbH"));
            both_ways(&rules, "branch", 7, (20, 150), |values| provider.post(&path, body(values)));
        }
    }
}

both! {
    /// T-01, T-12: a reseller, and its locked ids.
    a_reseller_and_its_ids_are_taken_exactly_as_the_rules_say(app) {
        let (rules, provider) = (rules(&app, "cancom"), app.provider("cancom"));
        both_ways(&rules, "reseller", 8, (20, 150), |values| provider.post("/v1/resellers", body(values)));
        let reseller = provider.post("/v1/resellers", json!({"name": "Systemhaus West GmbH"})).expect(201);
        let path = format!("/v1/resellers/{}/microsoft-ids", reseller.text_at("/id"));
        both_ways(&rules, "microsoft_ids", 9, (10, 100), |values| {
            // A request must have both members; what is left out is empty in it.
            let whole =
                |name: &str| (format!("/{name}"), values.get(&format!("/{name}")).cloned().unwrap_or(json!("")));
            provider.put(&path, body(&["partner_id", "microsoft_id"].map(whole).into_iter().collect()))
        });
        app.drain();
    }
}

/// Sends a registration as often as it takes: a network address may ask sixty times an hour.
fn register(app: &TestApp, slug: &str, values: &Values) -> Answer {
    let mut request = body(values);
    request["marketplace"] = json!(slug);
    let answer = app.anonymous().post("/v1/registrations", request.clone());
    if answer.status != 429 {
        return answer;
    }
    app.advance(Duration::hours(1));
    app.anonymous().post("/v1/registrations", request)
}

both! {
    /// C-03, T-01…T-06: who asks to be let in; nobody where only invitations count (L-01).
    a_registration_is_taken_exactly_as_the_rules_say(app) {
        both_ways(&rules(&app, "cancom"), "registration", 10, (5, 40), |values| register(&app, "cancom", values));
        both_ways(&rules(&app, "terra"), "registration", 11, (8, 60), |values| register(&app, "terra", values));
        for slug in ["ahd", "colt", "mskeys"] {
            assert!(rules(&app, slug).form("registration").is_none(), "{slug}");
        }
        app.drain();
    }
}

/// The token of the mail to somebody who was approved.
fn approved(app: &TestApp, n: usize) -> String {
    let email = format!("erika{n}@neu{n}.example");
    let id = requested(app, "cancom", &email);
    app.provider("cancom").post(&format!("/v1/registrations/{id}/approve"), json!({})).expect(200);
    app.drain();
    app.last_mail(&email).token()
}

both! {
    /// C-07…C-10: the account form.
    an_account_is_taken_exactly_as_the_rules_say(app) {
        let (mut n, mut token) = (0, approved(&app, 0));
        both_ways(&rules(&app, "cancom"), "account", 12, (5, 60), |values| {
            let mut request = body(values);
            request["token"] = json!(token);
            let answer = app.anonymous().post("/v1/registrations/complete", request);
            if answer.status == 200 {
                n += 1;
                token = approved(&app, n);
            }
            answer
        });
        app.drain();
    }
}

both! {
    /// L-21, L-22, T-10: somebody is added at a customer, where the log-in is the address and where it is any name.
    a_person_is_taken_exactly_as_the_rules_say(app) {
        for (seed, slug) in (20..).zip(["cancom", "ahd", "terra"]) {
            let (rules, provider) = (rules(&app, slug), app.provider(slug));
            let customer = shop::customer(&provider, "Musterfirma GmbH");
            both_ways(&rules, "customer_user", seed, (10, 100), |values| {
                let mut request = body(values);
                request["customer_id"] = json!(customer);
                provider.post("/v1/users", request)
            });
        }
        app.drain();
    }
}

both! {
    /// U-55, T-10, T-11: the same of people of resellers and of the provider, with the areas of their roles.
    u55_people_of_resellers_and_of_the_provider_are_taken_exactly_as_the_rules_say(app) {
        for (seed, slug) in (40..).zip(["mskeys", "terra"]) {
            let (rules, provider) = (rules(&app, slug), app.provider(slug));
            let made = provider.post("/v1/resellers", json!({"name": "Systemhaus West GmbH"})).expect(201);
            both_ways(&rules, "provider_user", seed, (10, 100), |values| provider.post("/v1/users", body(values)));
            both_ways(&rules, "reseller_user", seed + 2, (10, 100), |values| {
                let mut request = body(values);
                request["reseller_id"] = made.body["id"].clone();
                provider.post("/v1/users", request)
            });
        }
        app.drain();
    }
}

/// The token of the activation mail of somebody who is added.
fn added(app: &TestApp, slug: &str, n: usize) -> String {
    let provider = app.provider(slug);
    let email = format!("neu{n}@kunde.{slug}.example");
    let user = json!({
        "email": email, "first_name": "Erika", "last_name": "Neu", "role": "customer_user",
        "customer_id": shop::customer(&provider, "Musterfirma GmbH"),
    });
    provider.post("/v1/users", user).expect(201);
    app.drain();
    app.last_mail(&email).token()
}

both! {
    /// L-09, X-20, X-27: the form that an activation mail leads to, by both presets of passwords.
    an_activation_is_taken_exactly_as_the_rules_say(app) {
        for (seed, slug) in (30..).zip(["cancom", "terra"]) {
            let (mut n, mut token) = (0, added(&app, slug, 0));
            both_ways(&rules(&app, slug), "activation", seed, (4, 50), |values| {
                // What is left out is not sent: an empty name would be one.
                let filled =
                    values.iter().filter(|(_, value)| value.as_str().is_none_or(|text| !text.trim().is_empty()));
                let mut request = body(&filled.map(|(pointer, value)| (pointer.clone(), value.clone())).collect());
                request["token"] = json!(token);
                let answer = app.anonymous().post("/v1/activations", request);
                if answer.status == 200 {
                    n += 1;
                    token = added(&app, slug, n);
                }
                answer
            });
        }
        app.drain();
    }
}

#[test]
fn n15_a_frontend_needs_no_rule_of_its_own() {
    let app = TestApp::sqlite();
    for slug in MARKETPLACES {
        let shop = app.anonymous().get(&format!("/v1/marketplaces/{slug}")).expect(200).body;
        let rules = &shop["form_rules"];
        // T-36: the label that the law wants, in three languages.
        let languages: BTreeSet<_> =
            rules["order_button"].as_array().expect("labels").iter().map(|one| shop::text(&one["language"])).collect();
        assert_eq!(languages, ["de", "en", "pl"].map(str::to_owned).into());
        assert_eq!(rules["countries"].as_array().expect("countries").len(), 249);
        let of = |country: &str| {
            rules["addresses"].as_array().expect("rules").iter().find(|rule| rule["country"] == country).cloned()
        };
        assert_eq!(of("PL").expect("a rule")["postal_code_forms"], json!(["99-999"]));
        assert_eq!(of("DE").expect("a rule")["regions"].as_array().expect("regions").len(), 16);
        let pattern = shop::text(&rules["password"]["pattern"]);
        assert!(pattern.starts_with("^(?=") && pattern.ends_with(",128}$"), "{pattern}");
    }
    // C-09, T-06: one consent here, two there.
    let consents = |slug: &str| {
        let shop = app.anonymous().get(&format!("/v1/marketplaces/{slug}")).expect(200).body;
        shop::column(shop["form_rules"]["account_consents"].as_array().expect("consents"), "/kind")
    };
    assert_eq!(consents("cancom"), ["terms_and_privacy"]);
    assert_eq!(consents("terra"), ["general_terms", "data_protection"]);
}
