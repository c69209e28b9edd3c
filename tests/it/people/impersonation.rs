//! L-13: acting in somebody else's name, never as one who may more, and always named in the audit log.

use serde_json::{Value, json};
use tests::shop;
use tests::{Client, TestApp, both};

const PROVIDER: &str = "provider@cancom.example";
const ADMIN: &str = "admin@kunde.cancom.example";
const USER: &str = "user@kunde.cancom.example";

fn path(app: &TestApp, login: &str) -> String {
    format!("/v1/users/{}/impersonation", app.client(login).id())
}

/// Somebody in the name of somebody else.
fn acting(app: &TestApp, who: &Client, login: &str) -> Client {
    let token = who.post(&path(app, login), Value::Null).expect(200);
    assert_eq!((token.header("cache-control"), &token.body["expires_in"]), ("no-store", &json!(900)));
    assert_eq!(token.body.get("refresh_token"), None);
    app.anonymous().with_token(token.text_at("/access_token"))
}

both! {
    an_administrator_acts_as_a_user_and_both_are_named(app) {
        let admin = app.admin("cancom");
        let acting = acting(&app, &admin, USER);
        let me = acting.get("/v1/me").expect(200);
        assert_eq!(
            (me.text_at("/id"), me.text_at("/impersonator")),
            (app.user("cancom").id().as_str(), app.admin("cancom").id().as_str())
        );
        assert_eq!(me.text_at("/role"), "customer_user");
        acting.get("/v1/products?limit=1").expect(200);
        acting.with("X-Request-Id", "as-user").post("/v1/carts", json!({})).refused(403, "forbidden");
        let about = admin.get(&format!("/v1/audit-log?subject={}", app.user("cancom").id())).expect(200);
        assert_eq!(
            (about.text_at("/data/0/action"), about.text_at("/data/0/actor")),
            ("user.impersonated", app.admin("cancom").id().as_str())
        );
        // What was tried in the user's name is found under both.
        for name in [USER, ADMIN] {
            let by = admin.get(&format!("/v1/audit-log?actor={}", app.client(name).id())).expect(200);
            let tried = by.body["data"]
                .as_array()
                .expect("entries")
                .iter()
                .find(|entry| entry["request_id"] == "as-user")
                .expect("an entry")
                .clone();
            assert_eq!(
                (&tried["actor"], &tried["impersonator"]),
                (&json!(app.user("cancom").id()), &json!(app.admin("cancom").id()))
            );
            assert_eq!(tried["outcome"], "forbidden");
        }
    }
}

both! {
    what_is_done_in_somebodys_name_is_recorded_with_both(app) {
        let acting = acting(&app, &app.provider("cancom"), ADMIN);
        let cart = acting.post("/v1/carts", json!({"name": "Für Sie"})).expect(201);
        assert_eq!(cart.text_at("/name"), "Für Sie");
        let customer = acting.customer();
        acting.patch(&format!("/v1/customers/{customer}"), json!({"name": "Musterfirma AG"})).expect(200);
        let log = app.admin("cancom").get(&format!("/v1/audit-log?subject={customer}")).expect(200);
        assert_eq!(log.text_at("/data/0/action"), "customer.changed");
        assert_eq!(
            (log.text_at("/data/0/actor"), log.text_at("/data/0/impersonator")),
            (app.admin("cancom").id().as_str(), app.provider("cancom").id().as_str())
        );
    }
}

both! {
    nobody_acts_as_one_who_may_more_nor_as_oneself_nor_twice_removed(app) {
        let (provider, admin) = (app.provider("cancom"), app.admin("cancom"));
        admin.post(&path(&app, ADMIN), Value::Null).refused(403, "impersonation_not_allowed");
        // Whom one does not see is not there.
        admin.post(&path(&app, PROVIDER), Value::Null).refused(404, "not_found");
        admin.post(&path(&app, "user@kunde.ahd.example"), Value::Null).refused(404, "not_found");
        app.billing("cancom").post(&path(&app, USER), Value::Null).refused(403, "forbidden");
        let acting = acting(&app, &provider, ADMIN);
        acting.post(&path(&app, USER), Value::Null).refused(403, "not_while_impersonating");
        let form = format!(
            "grant_type=client_credentials&client_id={}&client_secret={}",
            api::demo::logins::client_id("cancom"),
            api::demo::logins::CLIENT_SECRET
        );
        let token = app
            .anonymous()
            .send_raw("POST", "/v1/oauth/token", "application/x-www-form-urlencoded", form.into_bytes())
            .expect(200);
        let script = app.anonymous().with_token(token.text_at("/access_token"));
        script.post(&path(&app, USER), Value::Null).refused(403, "only_in_person");
    }
}

both! {
    acting_as_somebody_ends_with_its_token(app) {
        let acting = acting(&app, &app.admin("cancom"), USER);
        app.advance(time::Duration::minutes(15));
        acting.get("/v1/me").refused(401, "token_expired");
    }
}

both! {
    /// U-91: an address that was changed in somebody's name let in again "in person"; administrators and scripts that
    /// were made by it outlived it.
    u91_nothing_outlives_acting_in_somebodys_name_nor_lets_in_again(app) {
        let (provider, admin) = (app.provider("cancom"), app.admin("cancom"));
        let (own, other) =
            (format!("/v1/users/{}", app.admin("cancom").id()), format!("/v1/users/{}", app.user("cancom").id()));
        let script = json!({"name": "ERP", "permissions": ["orders.read"]});
        let client = admin.post("/v1/api-clients", script.clone()).expect(201).text_at("/id").to_owned();
        let lists = ["/v1/users", "/v1/api-clients", "/v1/invitations"];
        let before = lists.map(|list| admin.get(list).expect(200).body);
        let acting = acting(&app, &provider, ADMIN);
        let customer = acting.customer();
        let person = json!({
            "email": "mine@elsewhere.example", "first_name": "Erika", "last_name": "Muster", "role": "customer_admin",
        });
        let attempts = [
            acting.patch(&own, json!({"email": "mine@elsewhere.example"})),
            acting.patch(&own, json!({"notification_email": "mine@elsewhere.example"})),
            acting.patch(&other, json!({"role": "customer_admin"})),
            acting.post("/v1/users", person),
            acting.post("/v1/invitations", json!({"emails": ["mine@elsewhere.example"], "role": "customer_user"})),
            acting.post(&format!("{other}/password-reset"), Value::Null),
            acting.post(&format!("{other}/enable"), Value::Null),
            acting.delete(&other),
            acting.delete(&format!("{other}/sessions")),
            acting.delete("/v1/me/sessions"),
            acting.post("/v1/api-clients", script),
            acting.post(&format!("/v1/api-clients/{client}/secrets"), Value::Null),
            acting.patch(&format!("/v1/api-clients/{client}"), json!({"permissions": ["users.manage"]})),
            acting.post(&format!("/v1/customers/{customer}/delegated-administration/accept"), Value::Null),
            acting.post(&format!("/v1/customers/{customer}/tenant/credentials"), Value::Null),
        ];
        for refused in attempts {
            refused.refused(403, "not_while_impersonating");
        }
        assert_eq!(lists.map(|list| admin.get(list).expect(200).body), before);
        // So a link to reset the password goes where it went.
        let asked = json!({"email": ADMIN, "marketplace": "cancom"});
        app.anonymous().post("/v1/auth/password-reset", asked).expect(202);
        app.drain();
        assert_eq!(app.mails().last().expect("a mail").to, ADMIN);
        // What it is for goes on.
        let offer = shop::plan_of(&shop::edition(&acting, "Office 365 E1"), shop::MONTH);
        let cart = shop::Cart::of(&acting, &customer);
        cart.add(&shop::text(&offer["id"]), 1);
        cart.order();
        app.drain();
    }
}

both! {
    /// U-90: what one lacks is said where somebody may more than oneself.
    u90_who_may_more_is_not_acted_for_and_what_is_missing_is_named(app) {
        let reseller = app.reseller(1);
        let above = reseller.get("/v1/users?role=customer_admin").expect(200).text_at("/data/0/id").to_owned();
        let refused = reseller.post(&format!("/v1/users/{above}/impersonation"), Value::Null);
        let refused = refused.refused(403, "role_exceeds_own");
        assert_eq!(refused.body["missing"], json!(["delegations.answer"]));
    }
}
