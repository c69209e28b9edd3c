//! U-22: a register is asked about VAT ids outside of requests; its answers are evidence, and the newest one decides.

use api::vat::mock::MockRegistry;
use api::vat::vies::Vies;
use api::vat::{RegistryError, VatRegistry};
use domain::tax::standing::VatAnswer;
use serde_json::{Value, json};
use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::TcpListener;
use std::sync::{Arc, Mutex};
use tests::shop::{self, Cart, YEAR_ANNUAL, offer};
use tests::{Client, both};
use time::Duration;

const AUSTRIAN: &str = "ATU13585627";

/// A customer in Vienna with a VAT id; says its path.
fn customer(provider: &Client) -> String {
    let made = provider.post(
        "/v1/customers",
        json!({
            "name": "Muster GmbH",
            "contact": {"first_name": "Anna", "last_name": "Nowak", "email": "anna@nowak.example"},
            "address": {"street": "Ring 1", "postal_code": "1010", "city": "Wien", "country": "AT"},
            "vat_id": AUSTRIAN,
        }),
    );
    format!("/v1/customers/{}", made.expect(201).text_at("/id"))
}

/// The category of the tax that a cart of the customer has.
fn category(provider: &Client, customer: &str) -> String {
    let cart = Cart::of(provider, customer.trim_start_matches("/v1/customers/"));
    cart.add(&offer(provider, "Office 365 E1", YEAR_ANNUAL), 1);
    cart.preview().text_at("/tax/category").to_owned()
}

fn stands(provider: &Client, customer: &str) -> Value {
    provider.get(customer).expect(200).body["vat_check"].clone()
}

fn says(valid: bool, number: &str) -> Result<VatAnswer, RegistryError> {
    let name = valid.then(|| "Muster GmbH".to_owned());
    Ok(VatAnswer { valid, name, address: None, consultation_number: Some(number.to_owned()) })
}

both! {
    /// U-22: pending until the register answers; away is no answer and is asked again; every answer is kept with its
    /// number; one that contradicts tomorrow decides from then on, for carts and for what runs.
    u22_the_newest_answer_of_the_register_decides_and_all_are_kept(app) {
        let provider = app.provider("cancom");
        let register = Arc::new(MockRegistry::default());
        let ask = || app.ask_register(Arc::clone(&register) as Arc<dyn VatRegistry>);
        register.tell(AUSTRIAN, Err(RegistryError::Away("MS_UNAVAILABLE".to_owned())));
        let customer = customer(&provider);
        let checks = format!("{customer}/vat-checks");
        ask();
        let pending = json!({"status": "pending", "checked_at": null, "consultation_number": null});
        assert_eq!((stands(&provider, &customer), category(&provider, &customer).as_str()), (pending, "AE"));
        assert_eq!(provider.get(&checks).expect(200).body["data"], json!([]));
        // It is back: nothing is asked before its rest is over.
        register.tell(AUSTRIAN, says(true, "WAPI-1"));
        ask();
        assert_eq!(stands(&provider, &customer)["status"], "pending");
        app.advance(Duration::minutes(6));
        ask();
        let valid = stands(&provider, &customer);
        assert_eq!((&valid["status"], &valid["consultation_number"]), (&json!("valid"), &json!("WAPI-1")));
        assert_eq!(category(&provider, &customer), "AE");
        // The next day it says something else.
        register.tell(AUSTRIAN, says(false, "WAPI-2"));
        app.advance(Duration::days(1));
        let provider = app.provider("cancom");
        provider.post(&checks, json!({})).expect(202);
        assert_eq!(category(&provider, &customer), "AE", "the last answer holds until there is another");
        ask();
        assert_eq!(stands(&provider, &customer)["status"], "invalid");
        assert_eq!(category(&provider, &customer), "S");
        let kept = provider.get(&checks).expect(200).body["data"].clone();
        let told = |n: usize| ["status", "consultation_number", "name"].map(|field| kept[n][field].clone());
        assert_eq!(told(0), [json!("invalid"), json!("WAPI-2"), Value::Null]);
        assert_eq!(told(1), [json!("valid"), json!("WAPI-1"), json!("Muster GmbH")]);
        assert_eq!((&kept[0]["vat_id"], &kept[0]["registry"]), (&json!(AUSTRIAN), &json!("mock")));
        // Taken off and given again, or behind another one, it is the same id.
        for other in [Value::Null, json!("CHE-123.456.788")] {
            provider.patch(&customer, json!({"vat_id": other})).expect(200);
            provider.patch(&customer, json!({"vat_id": AUSTRIAN})).expect(200);
            assert_eq!(stands(&provider, &customer)["consultation_number"], "WAPI-2");
            assert_eq!(category(&provider, &customer), "S");
        }
        // Another id begins anew; one that no register can be asked about is refused.
        provider.patch(&customer, json!({"vat_id": "CHE-123.456.788"})).expect(200);
        assert_eq!(stands(&provider, &customer)["status"], "pending");
        provider.post(&checks, json!({})).refused(422, "vat_id_not_checkable");
        app.drain();
    }
}

both! {
    /// U-22: a register that talks nonsense is asked again and again, then left to the operator; nothing is decided.
    u22_nonsense_of_the_register_decides_nothing(app) {
        let provider = app.provider("cancom");
        let register = Arc::new(MockRegistry::default());
        register.tell(AUSTRIAN, Err(RegistryError::Garbled("<html>".to_owned())));
        let customer = customer(&provider);
        for _ in 0..15 {
            app.ask_register(Arc::clone(&register) as Arc<dyn VatRegistry>);
            app.advance(Duration::hours(2));
        }
        let provider = app.provider("cancom");
        assert_eq!(stands(&provider, &customer)["status"], "pending");
        let parked = provider.get("/v1/tasks?status=parked").expect(200);
        assert_eq!(parked.body["data"][0]["consumer"], "check_vat_id", "{}", parked.text);
    }
}

both! {
    /// U-22: the policy says what is charged while no register has answered.
    u22_the_policy_says_what_is_charged_meanwhile(app) {
        let provider = app.provider("cancom");
        let customer = customer(&provider);
        assert_eq!(category(&provider, &customer), "AE");
        let plan = shop::plan_of(&shop::edition(&provider, "Office 365 E1"), YEAR_ANNUAL);
        let cart = Cart::of(&provider, customer.trim_start_matches("/v1/customers/"));
        cart.add(&shop::text(&plan["id"]), 1);
        let key = cart.preview().body["lines"][0]["policy_key"].clone();
        let path = format!("/v1/policies/{}", shop::text(&key));
        let mut rules = provider.get(&path).expect(200).body["rules"].clone();
        rules["unconfirmed_vat_id"] = json!("charge_vat");
        provider.post("/v1/policies", json!({"key": key, "rules": rules})).expect(201);
        assert_eq!(category(&provider, &customer), "S");
        app.ask_register(Arc::new(MockRegistry::default()));
        assert_eq!(category(&provider, &customer), "AE");
    }
}

/// A server that answers each request with the next of some answers; what it was asked.
fn vies(answers: Vec<(&'static str, String)>) -> (String, Arc<Mutex<Vec<Value>>>) {
    let listener = TcpListener::bind("127.0.0.1:0").expect("a port is free");
    let url = format!("http://{}", listener.local_addr().expect("an address"));
    let asked = Arc::new(Mutex::new(vec![]));
    let seen = Arc::clone(&asked);
    std::thread::spawn(move || {
        for (status, body) in answers {
            let (stream, _) = listener.accept().expect("a question");
            let mut reader = BufReader::new(stream);
            let (mut length, mut head) = (0, String::new());
            loop {
                let mut line = String::new();
                reader.read_line(&mut line).expect("a header");
                if let Some(bytes) = line.to_lowercase().strip_prefix("content-length:") {
                    length = bytes.trim().parse().expect("a length");
                }
                if line.trim().is_empty() {
                    break;
                }
                head.push_str(&line);
            }
            assert!(head.starts_with("POST /check-vat-number "), "{head}");
            let mut question = vec![0; length];
            reader.read_exact(&mut question).expect("a body");
            seen.lock().expect("no panic").push(serde_json::from_slice(&question).expect("JSON"));
            let answer =
                format!("HTTP/1.1 {status}\r\nContent-Length: {}\r\nConnection: close\r\n\r\n{body}", body.len());
            reader.get_mut().write_all(answer.as_bytes()).expect("the answer is taken");
        }
    });
    (url, asked)
}

/// U-22: VIES as its published description says it answers; the real one is never called.
#[test]
fn u22_vies_is_asked_with_our_own_id_and_its_answer_kept() {
    let valid = json!({
        "countryCode": "AT", "vatNumber": "U13585627", "valid": true, "requestIdentifier": "WAPIAAAAY1",
        "name": "Muster GmbH", "address": "Ring 1\n1010 Wien",
    });
    let away = json!({"actionSucceed": false, "errorWrappers": [{"error": "MS_MAX_CONCURRENT_REQ"}]});
    let (url, asked) = vies(vec![
        ("200 OK", valid.to_string()),
        ("400 Bad Request", away.to_string()),
        ("503 Service Unavailable", "<html>".to_owned()),
        ("200 OK", "<html>".to_owned()),
    ]);
    let vies = Vies::new(&url, Some(("DE".to_owned(), "136695976".to_owned())));
    let answer = vies.check("AT", "U13585627").expect("an answer");
    assert_eq!((answer.valid, answer.consultation_number.as_deref()), (true, Some("WAPIAAAAY1")));
    assert_eq!(answer.address.as_deref(), Some("Ring 1\n1010 Wien"));
    assert_eq!(
        asked.lock().expect("no panic")[0],
        json!({
            "countryCode": "AT", "vatNumber": "U13585627",
            "requesterMemberStateCode": "DE", "requesterNumber": "136695976",
        })
    );
    let away = RegistryError::Away("MS_MAX_CONCURRENT_REQ".to_owned());
    assert_eq!(vies.check("AT", "U13585627"), Err(away));
    assert!(matches!(vies.check("AT", "U13585627"), Err(RegistryError::Away(_))));
    assert!(matches!(vies.check("AT", "U13585627"), Err(RegistryError::Garbled(_))));
    // Nobody listens any more.
    assert!(matches!(vies.check("AT", "U13585627"), Err(RegistryError::Away(_))));
}
