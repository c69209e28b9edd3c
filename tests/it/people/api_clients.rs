//! Scripts and portals: let in for one's own organisation, with some of one's own permissions, by secrets that can be
//! changed without a pause; and what a change of theirs does to tokens that are out.

use provisioning::PartnerCenter;
use serde_json::{Value, json};
use std::sync::Arc;
use tests::both;

const CLIENTS: &str = "/v1/api-clients";

both! {
    a_client_may_what_it_was_given_for_its_own_organization(app) {
        let admin = app.admin("cancom");
        let client = admin.new_api_client(&["me.read", "customers.read"]);
        assert_eq!(client.header("cache-control"), "no-store");
        assert_eq!(client.body["secrets"].as_array().map(Vec::len), Some(1));
        let script = app.script(&client, &client);
        let me = script.get("/v1/me").expect(200);
        assert_eq!(
            (&me.body["machine"], &me.body["permissions"]),
            (&json!(true), &json!(["me.read", "customers.read"]))
        );
        assert_eq!(me.body["customer_id"], admin.get("/v1/me").expect(200).body["customer_id"]);
        let seen = script.get("/v1/customers").expect(200);
        assert_eq!(seen.body["data"].as_array().map(Vec::len), Some(1), "its own");
        script.get("/v1/orders").refused(403, "forbidden");
        script.get(CLIENTS).refused(403, "forbidden");
    }
}

both! {
    /// Nobody gives what it has not: an administrator of a customer lets no script change policies.
    a_client_gets_some_of_its_creators_permissions(app) {
        let wanted =
            json!({"name": "ERP", "permissions": ["orders.read", "policies.publish", "users.manage", "tasks.manage"]});
        let refused = app.admin("cancom").post(CLIENTS, wanted).refused(403, "role_exceeds_own");
        let pointers: Vec<_> =
            refused.body["errors"].as_array().expect("errors").iter().map(|error| error["pointer"].clone()).collect();
        assert_eq!(pointers, ["/permissions/1", "/permissions/3"]);
        app.admin("cancom").post(CLIENTS, json!({"name": "ERP", "permissions": []})).refused(422, "required");
        app.admin("cancom")
            .post(CLIENTS, json!({"name": "ERP", "permissions": ["orders.eat"]}))
            .refused(422, "invalid_value");
        for field in ["id", "role", "marketplace_id", "customer_id", "created_by"] {
            let body = json!({"name": "ERP", "permissions": ["orders.read"], field: "x"});
            app.admin("cancom").post(CLIENTS, body).refused(422, "unknown_field");
        }
    }
}

both! {
    /// U-90: `api_clients.manage` alone was a way to everything that any client of the organisation may.
    u90_a_secret_is_given_and_taken_by_who_may_what_the_client_may(app) {
        let admin = app.admin("cancom");
        let erp = admin.new_api_client(&["me.read", "orders.read", "orders.place"]);
        let keeper = admin.new_api_client(&["me.read", "api_clients.manage", "orders.read"]);
        let keeper = app.script(&keeper, &keeper);
        let path = format!("{CLIENTS}/{}", erp.text_at("/id"));
        let before = admin.get(&path).expect(200).body;
        let secret = format!("{path}/secrets/{}", erp.text_at("/secrets/0/id"));
        let attempts = [
            keeper.post(&format!("{path}/secrets"), Value::Null),
            keeper.delete(&secret),
            keeper.patch(&path, json!({"name": "x"})),
            keeper.patch(&path, json!({"permissions": ["orders.read"]})),
            keeper.delete(&path),
        ];
        for refused in attempts {
            let refused = refused.refused(403, "role_exceeds_own");
            assert_eq!(refused.body["missing"], json!(["orders.place"]));
            assert!(refused.text_at("/hint").contains("orders.place"), "{}", refused.text);
        }
        assert_eq!(admin.get(&path).expect(200).body, before);
        // What it gives is its own.
        let own = json!({"name": "x", "permissions": ["me.read", "orders.place"]});
        let refused = keeper.post(CLIENTS, own).refused(403, "role_exceeds_own");
        assert_eq!(refused.text_at("/errors/0/pointer"), "/permissions/1");
        let small = keeper.new_api_client(&["me.read", "orders.read"]);
        let small = format!("{CLIENTS}/{}", small.text_at("/id"));
        keeper.patch(&small, json!({"permissions": ["orders.place"]})).refused(403, "role_exceeds_own");
        keeper.patch(&small, json!({"permissions": ["api_clients.manage"]})).expect(200);
        keeper.post(&format!("{small}/secrets"), Value::Null).expect(201);
        keeper.delete(&small).expect(204);
        // Whoever runs the organisation may all of it, and goes on.
        admin.post(&format!("{path}/secrets"), Value::Null).expect(201);
        admin.delete(&secret).expect(204);
        admin.delete(&path).expect(204);
    }
}

both! {
    /// Rotation: the new secret works before the old one is revoked, and a third there is not.
    two_secrets_live_at_once_and_each_is_revoked_at_once(app) {
        let admin = app.admin("cancom");
        let client = admin.new_api_client(&["me.read"]);
        let path = format!("{CLIENTS}/{}", client.text_at("/id"));
        let second = admin.post(&format!("{path}/secrets"), Value::Null).expect(201);
        assert_ne!(second.body["secret"], client.body["secret"]);
        admin.post(&format!("{path}/secrets"), Value::Null).refused(409, "too_many_secrets");
        let (old, new) = (app.script(&client, &client), app.script(&client, &second));
        let shown = admin.get(&path).expect(200);
        assert_eq!(shown.body["secret"], Value::Null);
        assert!(!shown.text.contains(client.text_at("/secret")), "shown once");
        assert!(shown.text_at("/secrets/0/last_used_at") == "2026-09-06T10:15:00Z", "{}", shown.text);
        admin.delete(&format!("{path}/secrets/{}", client.text_at("/secrets/0/id"))).expect(204);
        old.get("/v1/me").refused(401, "unauthorized");
        assert_eq!(app.grant(&client, &client).status, 401);
        new.get("/v1/me").expect(200);
        app.script(&client, &second).get("/v1/me").expect(200);
    }
}

both! {
    a_revoked_client_is_out_at_its_next_request(app) {
        let admin = app.admin("cancom");
        let client = admin.new_api_client(&["me.read"]);
        let path = format!("{CLIENTS}/{}", client.text_at("/id"));
        let script = app.script(&client, &client);
        script.get("/v1/me").expect(200);
        admin.delete(&path).expect(204);
        script.get("/v1/me").refused(401, "unauthorized");
        assert_eq!(app.grant(&client, &client).status, 401);
        assert_eq!(admin.get(&path).expect(200).body["revoked"], json!(true));
        admin.delete(&path).expect(204);
        admin.patch(&path, json!({"name": "x"})).refused(409, "api_client_revoked");
        admin.post(&format!("{path}/secrets"), Value::Null).refused(409, "api_client_revoked");
    }
}

both! {
    /// Another process knows of it once it has looked what others changed, as each does twice a second.
    another_process_hears_of_it(app) {
        let admin = app.admin("cancom");
        let client = admin.new_api_client(&["me.read"]);
        let token = app.grant(&client, &client).expect(200).text_at("/access_token").to_owned();
        let other = app.beside(Arc::clone(&app.mock) as Arc<dyn PartnerCenter>);
        let speaker = other.tokens.verify(&token, app.now()).expect("a token").0;
        assert!(other.standings.look_up(&other.store, &speaker, app.now()).expect("a read").is_some());
        admin.delete(&format!("{CLIENTS}/{}", client.text_at("/id"))).expect(204);
        assert!(other.standings.recall(&speaker, app.now()).is_some(), "it has not looked yet");
        other.refresh().expect("it looks");
        assert_eq!(other.standings.recall(&speaker, app.now()), None, "asked anew");
        assert_eq!(other.standings.look_up(&other.store, &speaker, app.now()).expect("a read"), None, "and refused");
    }
}

both! {
    other_permissions_hold_at_the_next_request(app) {
        let admin = app.admin("cancom");
        let client = admin.new_api_client(&["me.read", "orders.read"]);
        let script = app.script(&client, &client);
        script.get("/v1/orders").expect(200);
        let path = format!("{CLIENTS}/{}", client.text_at("/id"));
        admin.patch(&path, json!({"permissions": ["me.read"]})).expect(200);
        script.get("/v1/orders").refused(403, "forbidden");
    }
}

both! {
    /// Other organisations' clients do not exist, not even those of one's own customers.
    clients_are_their_organizations_alone(app) {
        let client = app.admin("terra").new_api_client(&["me.read"]);
        let path = format!("{CLIENTS}/{}", client.text_at("/id"));
        for stranger in ["provider@terra.example", "admin@reseller1.terra.example", "admin@kunde.cancom.example"] {
            let stranger = app.client(stranger);
            stranger.get(&path).refused(404, "not_found");
            stranger.delete(&path).refused(404, "not_found");
            stranger.post(&format!("{path}/secrets"), Value::Null).refused(404, "not_found");
        }
    }
}

both! {
    /// Every change and every refused attempt: who, what, before and after, in which request.
    the_audit_log_says_what_was_done_and_what_was_refused(app) {
        let admin = app.admin("cancom");
        let client = admin.new_api_client(&["me.read", "orders.read"]);
        let id = client.text_at("/id");
        admin.patch(&format!("{CLIENTS}/{id}"), json!({"permissions": ["me.read"]})).expect(200);
        let script = app.script(&client, &client);
        script.with("X-Request-Id", "attempt-1").post("/v1/carts", json!({})).refused(403, "forbidden");
        script.with("X-Request-Id", "attempt-2").get("/v1/orders").refused(403, "forbidden");
        let about = admin.get(&format!("/v1/audit-log?subject={id}")).expect(200);
        let entries = about.body["data"].as_array().expect("entries").clone();
        let actions: Vec<_> = entries.iter().map(|entry| entry["action"].as_str().expect("an action")).collect();
        assert_eq!(actions, ["api_client.changed", "api_client.created"]);
        assert_eq!(entries[0]["before"]["permissions"], json!(["me.read", "orders.read"]));
        assert_eq!(entries[0]["after"]["permissions"], json!(["me.read"]));
        assert!(!about.text.contains(client.text_at("/secret")));
        let by = admin.get(&format!("/v1/audit-log?actor={id}")).expect(200);
        let facts = |n: usize| {
            let entry = &by.body["data"][n];
            ["action", "subject", "outcome", "request_id", "actor_kind"]
                .map(|name| entry[name].as_str().expect("a text").to_owned())
        };
        assert_eq!(facts(0), ["GET /v1/orders", "/v1/orders", "forbidden", "attempt-2", "api_client"]);
        assert_eq!(facts(1), ["POST /v1/carts", "/v1/carts", "forbidden", "attempt-1", "api_client"]);
        // A neighbour reads nothing of it.
        let neighbour = app.admin("ahd").get(&format!("/v1/audit-log?actor={id}")).expect(200);
        assert_eq!(neighbour.body["data"], json!([]));
    }
}
