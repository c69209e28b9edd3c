//! U-26: who registers by manual 000's form has no address yet; the first order asks for it, and nothing guesses it.

use crate::people::registrations::{account_form, approved, complete};
use serde_json::{Value, json};
use tests::shop::{self, Cart, YEAR_ANNUAL, YEAR_MONTHLY, euros, offer, subscriptions, text, told, wrong};
use tests::{Client, TestApp, both};

const ERIKA: &str = "erika@mueller.example";

/// Erika's company, as the account form of cancom made it, and its path; the VAT id as it was typed.
fn registered(app: &TestApp, vat_id: &str) -> (Client, String) {
    let mut form = account_form(&approved(app, ERIKA));
    form["company"]["vat_id"] = json!(vat_id);
    complete(app, form).expect(200);
    let erika = app.logged_in(ERIKA, "Mueller-2026");
    let customer = format!("/v1/customers/{}", erika.get("/v1/me").expect(200).text_at("/customer_id"));
    (erika, customer)
}

/// A tenant that existed, and Microsoft's agreement: what else an order needs.
fn linked(app: &TestApp, client: &Client, customer: &str) {
    client.put(&format!("{customer}/tenant"), json!({"mode": "link", "domain": "mueller.example"})).expect(202);
    app.drain();
    let person = json!({"first_name": "Erika", "last_name": "Müller", "email": ERIKA});
    client.post(&format!("{customer}/agreements"), person).expect(201);
}

fn cologne() -> Value {
    json!({"street": "Kalker Hauptstraße 1", "postal_code": "51063", "city": "Köln", "region": "NW", "country": "DE"})
}

fn untaxed(net: &str) -> Value {
    json!({"net": net, "tax": null, "gross": null, "currency": "EUR"})
}

both! {
    /// C-07, C-08, C-09, C-37, C-38: the manual's form in its order, then the first order asks for the address: in the
    /// preview, which knows no tax, and in the order; what it is given becomes the customer's.
    u26_c07_c08_c09_the_manuals_form_asks_for_no_address_and_the_first_order_does(app) {
        let shop = app.anonymous().get("/v1/marketplaces/cancom").expect(200).body;
        let forms = shop["form_rules"]["forms"].as_array().expect("forms");
        let form = forms.iter().find(|form| form["key"] == "account").expect("the account form");
        let fields = form["fields"].as_array().expect("fields").iter();
        let shown: Vec<_> = fields.map(|field| (text(&field["pointer"]), text(&field["required"]))).collect();
        let manual = [
            ("/first_name", "always"),
            ("/last_name", "always"),
            ("/password", "always"),
            ("/company/name", "always"),
            ("/company/size", "never"),
            ("/company/phone", "never"),
            ("/company/vat_id", "never"),
            ("/company/invoice_email", "always"),
            ("/consents", "always"),
        ];
        assert_eq!(shown, wrong(manual));
        let (erika, customer) = registered(&app, "DE136695976");
        assert_eq!(erika.get(&customer).expect(200).body["address"], Value::Null);
        linked(&app, &erika, &customer);
        // C-14: the shop shows what is sold at home.
        let cart = Cart::new(&erika);
        cart.add(&offer(&erika, "Office 365 E1", YEAR_MONTHLY), 5);
        let preview = cart.preview();
        assert_eq!(told(&preview), wrong([("/billing_address", "invoice_address_required")]));
        assert_eq!(preview.body["due_now"], untaxed("39.17"));
        let recurring = json!([{"billing_cycle": "monthly", "money": untaxed("47.00")}]);
        assert_eq!((&preview.body["recurring"], &preview.body["tax"]), (&recurring, &Value::Null));
        assert_eq!(preview.body["lines"][0]["tax"], Value::Null);
        for (language, word) in [("de", "Rechnungsadresse"), ("en", "invoice address"), ("pl", "adresu do faktury")] {
            let preview = erika.with("Accept-Language", language).post(&cart.path("/preview"), json!({})).expect(200);
            let problem = &preview.body["problems"][0];
            let (detail, hint) = (text(&problem["detail"]), text(&problem["hint"]));
            assert!(detail.contains(word) && hint.contains("billing_address"), "{problem}");
        }
        cart.try_order().refused(409, "invoice_address_required");
        // The billing step: with the cart's address it is known what is due.
        erika.patch(&cart.path(""), json!({"billing_address": cologne()})).expect(200);
        let preview = cart.preview();
        assert_eq!((told(&preview), &preview.body["due_now"]), (wrong([]), &euros("39.17", "7.44", "46.61")));
        assert_eq!(preview.body["tax"], json!({"category": "S", "percent": "19", "country": "DE"}));
        assert_eq!(erika.get(&customer).expect(200).body["address"], Value::Null);
        let order = cart.order();
        app.drain();
        assert_eq!((&order["due_now"], &order["billing_address"]["city"]), (&preview.body["due_now"], &json!("Köln")));
        assert_eq!(erika.get(&customer).expect(200).text_at("/address/city"), "Köln");
        let running = subscriptions(&erika, &order).remove(0);
        assert_eq!((&running["status"], &running["billed_to"]["address"]), (&json!("active"), &json!("customer")));
    }
}

both! {
    /// The address comes with the order itself, or with the customer; a VAT id that was typed without its country's
    /// letters gets them with it.
    u26_the_address_may_come_with_the_order_or_the_customer(app) {
        let (erika, customer) = registered(&app, "U13585627");
        linked(&app, &erika, &customer);
        assert_eq!(erika.get(&customer).expect(200).text_at("/vat_id"), "U13585627");
        let cart = Cart::new(&erika);
        cart.add(&offer(&erika, "Office 365 E1", YEAR_ANNUAL), 1);
        let mut request = cart.request();
        request["preview_token"] = Value::Null;
        request["billing_address"] =
            json!({"street": "Kärntner Ring 1", "postal_code": "1010", "city": "Wien", "country": "AT"});
        let order = erika.post("/v1/orders", request).expect(201).body;
        app.drain();
        // A business in Austria: its id counts now.
        assert_eq!(order["due_now"], euros("112.80", "0.00", "112.80"));
        let known = erika.get(&customer).expect(200);
        assert_eq!((known.text_at("/vat_id"), known.text_at("/address/city")), ("ATU13585627", "Wien"));
        assert_eq!(known.text_at("/vat_check/status"), "valid");
        // C-37: a part of it can be changed as any other's.
        erika.patch(&customer, json!({"address": {"street": "Kärntner Ring 2"}})).expect(200);
        assert_eq!(erika.get(&customer).expect(200).text_at("/address/street"), "Kärntner Ring 2");
    }
}

both! {
    /// U-21: the preview completes the VAT id by the cart's address, as the order does: both say the same.
    u26_the_preview_taxes_as_the_order_where_the_vat_id_came_before_the_address(app) {
        let (erika, customer) = registered(&app, "U13585627");
        linked(&app, &erika, &customer);
        let cart = Cart::new(&erika);
        cart.add(&offer(&erika, "Office 365 E1", YEAR_ANNUAL), 1);
        let vienna = json!({"street": "Kärntner Ring 1", "postal_code": "1010", "city": "Wien", "country": "AT"});
        erika.patch(&cart.path(""), json!({"billing_address": vienna})).expect(200);
        let preview = cart.preview();
        assert_eq!(preview.body["due_now"], euros("112.80", "0.00", "112.80"));
        assert_eq!(preview.text_at("/tax/category"), "AE");
        let mut request = cart.request();
        request["preview_token"] = preview.body["preview_token"].clone();
        let order = erika.post("/v1/orders", request).expect(201).body;
        assert_eq!(order["due_now"], preview.body["due_now"]);
        app.drain();
    }
}

both! {
    /// Where no address is known nothing that needs one is done, and everybody who sees the customer sees that.
    u26_every_reader_of_an_address_does_without_one(app) {
        let (erika, customer) = registered(&app, "DE136695976");
        let provider = app.provider("cancom");
        let seen = provider.get("/v1/customers?name=M%C3%BCller+GmbH").expect(200);
        assert_eq!(shop::rows(&seen)[0]["address"], Value::Null);
        // Microsoft bills nobody without an address; a tenant that exists can be linked.
        let tenant = format!("{customer}/tenant");
        erika.put(&tenant, json!({"mode": "create", "prefix": "muellerneu"})).refused(409, "invoice_address_required");
        let part = erika.patch(&customer, json!({"address": {"city": "Köln"}}));
        assert_eq!(part.status, 422, "{}", part.text);
        let missing = [("/address/street", "missing_field"), ("/address/country", "missing_field")];
        assert_eq!(told(&part), wrong(missing));
        erika.patch(&customer, json!({"address": null})).refused(422, "invalid_type");
        // Other changes do not ask for it, and a VAT id is kept as it was typed.
        erika.patch(&customer, json!({"size": "50+", "vat_id": "136695976"})).expect(200);
        // C-34: a line of a branch is taxed there; the order still has no address of its own.
        let vienna = json!({"street": "Ring 1", "postal_code": "1010", "city": "Wien", "country": "AT"});
        provider.post(&format!("{customer}/branches"), json!({"name": "Wien", "address": vienna})).expect(201);
        let cart = Cart::new(&erika);
        let e1 = offer(&erika, "Office 365 E1", YEAR_ANNUAL);
        cart.try_add(json!({"offer_id": e1, "quantity": 1, "branch": "Wien"})).expect(201);
        let preview = cart.preview();
        assert_eq!(preview.body["due_now"], euros("112.80", "22.56", "135.36"));
        assert_eq!((&preview.body["tax"], preview.text_at("/lines/0/tax/country")), (&Value::Null, "AT"));
        let needed = ["tenant_required", "agreement_required", "invoice_address_required"];
        let codes: Vec<_> = told(&preview).into_iter().map(|(_, code)| code).collect();
        assert_eq!(codes, needed);
        erika.patch(&customer, json!({"address": cologne()})).expect(200);
        assert_eq!(told(&cart.preview()).len(), 2);
        assert_eq!(erika.get(&customer).expect(200).text_at("/vat_id"), "DE136695976");
        erika.put(&tenant, json!({"mode": "create", "prefix": "muellerneu"})).expect(202);
        app.drain();
        assert_eq!(erika.get(&tenant).expect(200).text_at("/status"), "linked");
    }
}

both! {
    /// K-06: keys begin nothing for a customer that has no address: what begins is taxed by it one day.
    u26_keys_begin_nothing_without_an_address(app) {
        let (provider, buyer) = (app.provider("mskeys"), app.admin("mskeys"));
        let id = shop::customer(&provider, "Musterfirma GmbH");
        app.execute("UPDATE customers SET address = NULL, country = NULL WHERE name = 'Musterfirma GmbH'");
        let e1 = offer(&provider, "Office 365 E1", YEAR_ANNUAL);
        let batch = provider.post("/v1/product-keys/batches", json!({"offer_id": e1, "quantity": 1, "count": 1}));
        let keys = batch.expect(201).body["keys"].clone();
        let entered = json!({"keys": keys, "responsible": true});
        let review = buyer.post("/v1/product-keys/redemptions", entered).expect(201);
        assert_eq!(told(&review), wrong([("/customer_id", "invoice_address_required")]));
        let complete = format!("/v1/product-keys/redemptions/{}/complete", review.text_at("/id"));
        buyer.post(&complete, json!({})).refused(409, "invoice_address_required");
        buyer.patch(&format!("/v1/customers/{id}"), json!({"address": cologne()})).expect(200);
        buyer.post(&complete, json!({})).expect(200);
        app.drain();
    }
}
