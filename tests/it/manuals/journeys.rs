//! From the first contact to the first order, in each of the five marketplaces and in the order of its manual.

use crate::people::registrations::{account_form, request};
use domain::onboarding::Standing;
use serde_json::{Value, json};
use tests::company::company;
use tests::people::PASSWORD;
use tests::shop::{self, Cart, MONTH, Plan, YEAR_MONTHLY, offer, order_now, subscriptions, text, told};
use tests::{Client, TestApp, both};

/// The token in the newest mail to an address.
fn token(app: &TestApp, address: &str) -> String {
    app.drain();
    app.last_mail(address).token()
}

/// Follows the link of the activation mail: a password, and the consents that are asked for.
fn activate(app: &TestApp, address: &str) -> Client {
    app.drain();
    let login = app.activate(address);
    app.logged_in(&login, PASSWORD)
}

/// The Microsoft tenant, the agreement, and the first licences of a customer; its subscription.
pub fn first_order(app: &TestApp, buyer: &Client, customer: &str, prefix: &str, plan: Plan) -> Value {
    let tenant = format!("/v1/customers/{customer}/tenant");
    buyer.put(&tenant, json!({"mode": "create", "prefix": prefix})).expect(202);
    app.drain();
    assert_eq!(buyer.get(&tenant).expect(200).text_at("/status"), "linked");
    let person = json!({"first_name": "Erika", "last_name": "Müller", "email": "erika@mueller.example"});
    buyer.post(&format!("/v1/customers/{customer}/agreements"), person).expect(201);
    let cart = Cart::of(buyer, customer);
    cart.add(&offer(buyer, "Office 365 E1", plan), 5);
    let order = cart.order();
    app.drain();
    assert_eq!(order_now(buyer, &order)["status"], "completed");
    let subscription = subscriptions(buyer, &order).remove(0);
    assert_eq!((&subscription["status"], &subscription["quantity"]), (&json!("active"), &json!(5)));
    subscription
}

/// A customer that the provider adds, and its administrator, who comes in by a mail.
fn invited(app: &TestApp, slug: &str, email: &str) -> (Client, String) {
    let provider = app.provider(slug);
    let customer = provider.post("/v1/customers", company("Müller GmbH")).expect(201).text_at("/id").to_owned();
    let invitation = json!({"emails": [email], "role": "customer_admin", "customer_id": customer});
    provider.post("/v1/invitations", invitation).expect(201);
    (activate(app, email), customer)
}

both! {
    /// [000] C-03 to C-11, C-61 to C-64, C-23 to C-46: one field, review, account form, colleagues, order.
    cancom_leads_from_an_address_to_an_order(app) {
        let email = "erika@mueller.example";
        app.anonymous().post("/v1/registrations", request("cancom", email)).expect(202);
        app.drain();
        let provider = app.provider("cancom");
        let waiting = shop::rows(&provider.get("/v1/registrations?status=requested").expect(200)).remove(0);
        provider.post(&format!("/v1/registrations/{}/approve", text(&waiting["id"])), json!({})).expect(200);
        let form = account_form(&token(&app, email));
        app.anonymous().post("/v1/registrations/complete", form.clone()).expect(200);
        let admin = app.logged_in(email, form["password"].as_str().expect("a password"));
        assert_eq!(admin.get("/v1/me").expect(200).text_at("/role"), "customer_admin");
        // C-08 has no address: the first order needs it.
        let address = company("Müller GmbH")["address"].clone();
        admin.patch(&format!("/v1/customers/{}", admin.customer()), json!({"address": address})).expect(200);
        let colleagues =
            json!({"emails": ["otto@mueller.example", "anna@mueller.example"], "role": "customer_billing"});
        admin.post("/v1/invitations", colleagues).expect(201);
        // C-63: the billing administrator orders; the tenant is the company administrator's.
        let billing = activate(&app, "otto@mueller.example");
        assert_eq!(billing.customer(), admin.customer());
        first_order(&app, &admin, &admin.customer(), "muellercancom", YEAR_MONTHLY);
        let cart = Cart::of(&billing, &billing.customer());
        cart.add(&offer(&billing, "Office 365 E3", YEAR_MONTHLY), 1);
        cart.order();
        app.drain();
    }
}

both! {
    /// [001] The provider knows its customers: one of them is let in and rents licences by the month.
    ahd_leads_from_an_invitation_to_an_order(app) {
        let (admin, customer) = invited(&app, "ahd", "erika@mueller.example");
        first_order(&app, &admin, &customer, "muellerahd", MONTH);
    }
}

both! {
    /// [002] L-01 to L-08: log-ins come from the provider; an administrator adds several people without any mail, and
    /// gives one of them a licence of what it buys.
    colt_leads_from_a_log_in_to_an_order_and_a_licence(app) {
        let provider = app.provider("colt");
        let customer = provider.post("/v1/customers", company("Müller GmbH")).expect(201).text_at("/id").to_owned();
        let mut person = json!({
            "email": "erika@mueller.example", "first_name": "Erika", "last_name": "Müller", "role": "customer_admin",
            "customer_id": customer, "login": "mueller-admin", "send_activation_mail": false, "password": PASSWORD,
        });
        provider.post("/v1/users", person.clone()).expect(201);
        let admin = app.logged_in("mueller-admin", PASSWORD);
        person["login"] = json!("otto");
        person.as_object_mut().expect("an object").remove("password");
        person["role"] = json!("customer_user");
        let mut other = person.clone();
        other["login"] = json!("anna");
        let added = admin.post("/v1/users/bulk", json!({"users": [person, other]})).expect(201);
        app.drain();
        assert!(app.mails_to("erika@mueller.example").is_empty(), "G-22: no mail at all");
        let subscription = first_order(&app, &admin, &customer, "muellercolt", YEAR_MONTHLY);
        let assignments = format!("/v1/subscriptions/{}/assignments", text(&subscription["id"]));
        admin.post(&assignments, json!({"user_id": added.text_at("/data/0/id")})).expect(201);
        // L-08: who was added without a mail is ready; the password is given by the administrator (L-11).
        let otto = format!("/v1/users/{}", added.text_at("/data/0/id"));
        assert_eq!(admin.get(&otto).expect(200).text_at("/status"), "ready");
        admin.put(&format!("{otto}/password"), json!({"password": PASSWORD})).expect(204);
        app.logged_in("otto", PASSWORD).get("/v1/products?limit=1").expect(200);
        app.drain();
    }
}

both! {
    /// [003] K-08 to K-10: country, organisation and administrator first; the administrator gets a licence by itself.
    mskeys_leads_from_an_account_to_an_order(app) {
        let (admin, customer) = invited(&app, "mskeys", "erika@mueller.example");
        let subscription = first_order(&app, &admin, &customer, "muellerkeys", YEAR_MONTHLY);
        let given = admin.get(&format!("/v1/subscriptions/{}/assignments", text(&subscription["id"]))).expect(200);
        assert_eq!(given.text_at("/data/0/user_id"), admin.get("/v1/me").expect(200).text_at("/id"), "K-10");
    }
}

both! {
    /// [004] T-01 to T-37: customer number, confirmation, ids at Microsoft and access, an employee, an end customer and
    /// its first licences.
    terra_leads_from_a_customer_number_to_an_order(app) {
        let (email, mut form) = ("jan@wschod.example", request("terra", "jan@wschod.example"));
        let members = form.as_object_mut().expect("an object");
        members.remove("bank_data");
        members.insert("customer_number".to_owned(), json!("20002"));
        app.anonymous().post("/v1/registrations", form.clone()).expect(202);
        let confirmed = app.anonymous().post("/v1/registrations/confirm", json!({"token": token(&app, email)}));
        assert_eq!(confirmed.expect(200).text_at("/status"), "active");
        let admin = app.logged_in(email, form["password"].as_str().expect("a password"));
        let reseller = admin.get("/v1/me").expect(200).text_at("/reseller_id").to_owned();
        // T-10, T-11: an employee who may sell.
        let employee = json!({
            "email": "anna@wschod.example", "first_name": "Anna", "last_name": "Nowak", "role": "reseller_employee",
            "areas": ["general_access", "dashboard", "customer_management", "csp"],
        });
        admin.post("/v1/users", employee).expect(201);
        let employee = activate(&app, "anna@wschod.example");
        let customer = employee.post("/v1/customers", company("Müller GmbH")).expect(201).text_at("/id").to_owned();
        // T-12 to T-16: nothing is bought before Microsoft knows the reseller.
        let cart = Cart::of(&employee, &customer);
        cart.add(&offer(&employee, "Office 365 E1", YEAR_MONTHLY), 1);
        let refused = cart.try_order().refused(409, "tenant_required");
        assert!(told(&refused).iter().any(|(_, code)| code == "reseller_not_ready"), "{}", refused.text);
        let standing = Standing { known: true, agreement_signed: true, related: true };
        app.mock.set_reseller("6300001", standing).expect("the mock");
        let ids = json!({"partner_id": "6300001", "microsoft_id": "2b3c9d3e-6f0a-4b1c-8d2e-3f4a5b6c7d8e"});
        admin.put(&format!("/v1/resellers/{reseller}/microsoft-ids"), ids).expect(200);
        app.drain();
        admin.post(&format!("/v1/resellers/{reseller}/onboarding/verify"), Value::Null).expect(200);
        first_order(&app, &employee, &customer, "muellerterra", YEAR_MONTHLY);
    }
}
