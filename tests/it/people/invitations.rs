//! Several people at once: added, or invited by their addresses (L-04, C-61).

use crate::people::users::person;
use serde_json::{Value, json};
use tests::shop::{column, rows, told, wrong};
use tests::{Client, both};

const INVITATIONS: &str = "/v1/invitations";
const BULK: &str = "/v1/users/bulk";

fn invited(emails: &[&str]) -> Value {
    json!({"emails": emails, "role": "customer_user"})
}

both! {
    c61_several_addresses_are_invited_and_each_gets_its_mail(app) {
        let admin = app.admin("cancom");
        let made = admin.post(INVITATIONS, invited(&["erika@kunde.example", "Max@kunde.example"])).expect(201);
        let people = rows(&made);
        assert_eq!(column(&people, "/login"), ["erika@kunde.example", "max@kunde.example"]);
        assert_eq!(column(&people, "/status"), ["not_activated", "not_activated"]);
        app.drain();
        assert_eq!((app.mails_to("erika@kunde.example").len(), app.mails_to("max@kunde.example").len()), (1, 1));
        let open = admin.get(&format!("{INVITATIONS}?sort=created_at")).expect(200);
        assert_eq!(column(&rows(&open), "/id"), column(&people, "/id"));
        assert_eq!(open.text_at("/data/0/activation_expires_at"), "2026-09-08T10:15:00Z");
        let token = app.mails_to("erika@kunde.example")[0].token();
        let form = json!({
            "token": token, "password": "Kontor-demo-2!", "first_name": "Erika", "last_name": "Muster",
            "consents": [{"kind": "terms_and_privacy", "version": "2026-01"}],
        });
        app.anonymous().post("/v1/activations", form).expect(200);
        assert_eq!(rows(&admin.get(INVITATIONS).expect(200)).len(), 1);
        let user = admin.get(&format!("/v1/users/{}", people[0]["id"].as_str().expect("an id"))).expect(200);
        assert_eq!((user.text_at("/status"), user.text_at("/first_name")), ("ready", "Erika"));
        app.drain();
    }
}

both! {
    /// U-52, C-61: an invitation names only addresses; who names no role gives the one that may least.
    u52_an_invitation_needs_no_role(app) {
        let of = |client: &Client, body: Value| {
            let made = client.post(INVITATIONS, body).expect(201);
            (made.text_at("/data/0/role").to_owned(), made.body["data"][0]["areas"].clone())
        };
        let alone = |email: &str| json!({"emails": [email]});
        assert_eq!(of(&app.admin("cancom"), alone("erika@kunde.example")), ("customer_user".to_owned(), Value::Null));
        let provider = app.provider("terra");
        assert_eq!(of(&provider, alone("erika@terra.example")), ("provider_support".to_owned(), Value::Null));
        let reseller = app.reseller(1);
        let employee = ("reseller_employee".to_owned(), json!(["general_access"]));
        assert_eq!(of(&reseller, alone("erika@reseller.example")), employee);
        let customer = tests::shop::customer(&reseller, "Kunde 1 GmbH");
        let of_customer = json!({"emails": ["max@kunde1.example"], "customer_id": customer});
        assert_eq!(of(&reseller, of_customer).0, "customer_user");
        // A role that is named is held to as before; none is none.
        let empty = json!({"emails": ["max@kunde.example"], "role": ""});
        assert_eq!(told(&app.admin("cancom").post(INVITATIONS, empty)), wrong([("/role", "role_not_offered")]));
        app.drain();
    }
}

both! {
    an_invitation_is_withdrawn(app) {
        let admin = app.admin("cancom");
        let made = admin.post(INVITATIONS, invited(&["erika@kunde.example"])).expect(201);
        app.drain();
        let token = app.mails_to("erika@kunde.example")[0].token();
        let path = format!("{INVITATIONS}/{}", made.text_at("/data/0/id"));
        admin.delete(&path).expect(204);
        admin.delete(&path).refused(404, "not_found");
        let form = json!({
            "token": token, "password": "Kontor-demo-2!",
            "consents": [{"kind": "terms_and_privacy", "version": "2026-01"}],
        });
        app.anonymous().post("/v1/activations", form).refused(409, "link_used");
        assert!(rows(&admin.get(INVITATIONS).expect(200)).is_empty());
        let user = app.user("cancom").get("/v1/me").expect(200);
        admin.delete(&format!("{INVITATIONS}/{}", user.text_at("/id"))).refused(409, "user_activated");
        // The address is free again.
        admin.post(INVITATIONS, invited(&["erika@kunde.example"])).expect(201);
        app.drain();
    }
}

both! {
    who_is_there_is_named_and_who_is_elsewhere_is_not(app) {
        let admin = app.admin("cancom");
        let user = app.user("cancom").get("/v1/me").expect(200);
        let own = admin.post(INVITATIONS, invited(&["user@kunde.cancom.example"])).refused(409, "already_exists");
        assert_eq!(own.text_at("/user_id"), user.text_at("/id"));
        admin.post(INVITATIONS, invited(&["provider@cancom.example"])).refused(422, "login_taken");
        let emails = ["neu@kunde.example", "keine-adresse", "NEU@kunde.example"];
        let wrong_ones = admin.post(INVITATIONS, invited(&emails)).refused(422, "invalid_value");
        assert_eq!(told(&wrong_ones), wrong([("/emails/1", "invalid_value")]));
        let emails = ["neu@kunde.example", "provider@cancom.example", "NEU@kunde.example", "user@kunde.cancom.example"];
        let taken = admin.post(INVITATIONS, invited(&emails)).refused(422, "validation_failed");
        assert_eq!(
            told(&taken),
            wrong([("/emails/1", "login_taken"), ("/emails/2", "repeated"), ("/emails/3", "already_exists")])
        );
        let above = json!({"emails": ["neu@kunde.example", "neu2@kunde.example"], "role": "provider_admin"});
        assert_eq!(told(&admin.post(INVITATIONS, above)), wrong([("/role", "role_not_offered")]));
        assert!(rows(&admin.get(INVITATIONS).expect(200)).is_empty(), "all or none");
    }
}

both! {
    l04_several_people_are_added_at_once_or_nobody(app) {
        let admin = app.admin("cancom");
        let many: Vec<_> = (0..100).map(|n| person(&format!("p{n}@kunde.example"))).collect();
        let made = admin.post(BULK, json!({ "users": many })).expect(201);
        assert_eq!(column(&rows(&made), "/login")[99], "p99@kunde.example");
        app.drain();
        assert_eq!(app.mails().len(), 100);
        let mut some: Vec<_> = (0..5).map(|n| person(&format!("q{n}@kunde.example"))).collect();
        some[1]["email"] = json!("p7@kunde.example");
        some[2]["role"] = json!("provider_admin");
        some[3]["email"] = json!("q0@kunde.example");
        some[4]["external_ref"] = json!("hr-1");
        some[0]["external_ref"] = json!("hr-1");
        let refused = admin.post(BULK, json!({ "users": some })).refused(422, "validation_failed");
        let expected = [
            ("/users/2/role", "role_not_offered"),
            ("/users/1/email", "already_exists"),
            ("/users/3/email", "repeated"),
            ("/users/4/external_ref", "repeated"),
        ];
        assert_eq!(told(&refused), wrong(expected));
        assert_eq!(refused.body["user_id"], rows(&made)[7]["id"]);
        some[3]["email"] = json!("keine-adresse");
        some[4]["password"] = json!("Kontor-demo-2!");
        let refused = admin.post(BULK, json!({ "users": some })).refused(422, "validation_failed");
        assert_eq!(
            told(&refused),
            wrong([("/users/4/password", "unknown_field"), ("/users/3/email", "invalid_value")])
        );
        assert!(rows(&admin.get("/v1/users?login=q0@kunde.example").expect(200)).is_empty(), "all or nobody");
    }
}

both! {
    ten_thousand_at_once_are_refused_with_the_limit(app) {
        let admin = app.admin("cancom");
        let row = |n: u32| {
            json!({
                "email": format!("p{n}@k.example"), "first_name": "A", "last_name": "B", "role": "customer_user",
            })
        };
        let many: Vec<_> = (0..10_000).map(row).collect();
        let refused = admin.post(BULK, json!({ "users": many })).refused(422, "out_of_range");
        assert!(refused.text_at("/detail").contains("1 to 100"), "{}", refused.text);
        admin.post(BULK, json!({"users": []})).refused(422, "out_of_range");
        admin.post(INVITATIONS, invited(&[])).refused(422, "out_of_range");
    }
}
