//! Roles: the manuals' words for the shipped ones, and a marketplace's own, which hold at once.

use serde_json::{Value, json};
use tests::{Client, both};

fn purchaser(permissions: &[&str]) -> Value {
    let title = json!({"de": "Einkauf", "en": "Purchasing", "pl": "Zakupy"});
    json!({"organization": "customer", "title": title, "permissions": permissions})
}

fn names(client: &Client, query: &str) -> Vec<String> {
    let roles = client.get(&format!("/v1/roles{query}")).expect(200);
    let rows = roles.body["data"].as_array().expect("roles").iter();
    rows.map(|role| role["key"].as_str().expect("a name").to_owned()).collect()
}

both! {
    /// C-62…C-64, L-21, T-10, T-11: each marketplace gives its own, in its own words.
    each_marketplace_gives_the_roles_of_its_manual(app) {
        assert_eq!(names(&app.admin("cancom"), ""), ["customer_admin", "customer_billing", "customer_user"]);
        let colt = app.admin("colt");
        assert_eq!(names(&colt, ""), ["customer_admin", "customer_user"]);
        assert_eq!(colt.get("/v1/roles/customer_admin").expect(200).text_at("/title/en"), "Assign staff roles");
        let reseller = app.reseller(1);
        assert_eq!(names(&reseller, "?organization=reseller"), ["reseller_admin", "reseller_employee"]);
        let employee = reseller.get("/v1/roles/reseller_employee").expect(200);
        let areas: Vec<_> =
            employee.body["areas"].as_array().expect("areas").iter().map(|area| area["area"].clone()).collect();
        assert_eq!(areas, ["general_access", "dashboard", "customer_management", "csp"]);
        app.admin("terra").get("/v1/roles/reseller_employee").refused(404, "not_found");
    }
}

both! {
    a_marketplace_defines_a_role_of_its_own(app) {
        let provider = app.provider("cancom");
        let made = provider.put("/v1/roles/purchaser", purchaser(&["catalog.read", "orders.place"])).expect(201);
        assert_eq!(made.header("location"), "/v1/roles/purchaser");
        assert_eq!(made.body["permissions"], json!(["me.read", "me.write", "catalog.read", "orders.place"]));
        // Who has seen an older one overwrites and removes nothing.
        let seen = provider.get("/v1/roles/purchaser").expect(200).header("etag").to_owned();
        provider
            .with("If-Match", &seen)
            .put("/v1/roles/purchaser", purchaser(&["catalog.read", "orders.place"]))
            .expect(200);
        provider.put("/v1/roles/purchaser", purchaser(&["orders.place"])).expect(200);
        provider
            .with("If-Match", &seen)
            .put("/v1/roles/purchaser", purchaser(&["orders.read"]))
            .refused(412, "precondition_failed");
        provider.with("If-Match", &seen).delete("/v1/roles/purchaser").refused(412, "precondition_failed");
        assert_eq!(names(&app.admin("cancom"), "").last().map(String::as_str), Some("purchaser"));
        provider.put("/v1/roles/purchaser", purchaser(&["orders.read"])).expect(200);
        assert_eq!(names(&app.admin("colt"), ""), ["customer_admin", "customer_user"], "nobody else's");
        provider.delete("/v1/roles/purchaser").expect(204);
        provider.delete("/v1/roles/purchaser").refused(404, "not_found");
    }
}

both! {
    a_role_that_cannot_be_is_refused(app) {
        let provider = app.provider("cancom");
        let refused = provider.put("/v1/roles/purchaser", purchaser(&["orders.read", "policies.publish"]));
        let refused = refused.refused(422, "permission_beyond_role");
        assert_eq!(refused.text_at("/errors/0/pointer"), "/permissions/1");
        assert_eq!(refused.text_at("/errors/0/code"), "permission_beyond_role");
        for name in ["customer_admin", "Purchaser", "1a", "ein%20kauf"] {
            let refused = provider.put(&format!("/v1/roles/{name}"), purchaser(&["orders.read"]));
            assert_eq!(
                (refused.status, refused.text_at("/errors/0/pointer")),
                (422, "role"),
                "{name}: {}",
                refused.text
            );
        }
        provider.put("/v1/roles/purchaser", purchaser(&[])).refused(422, "required");
        provider.put("/v1/roles/purchaser", purchaser(&["orders.read"])).expect(201);
        let mut other = purchaser(&["orders.read"]);
        other["organization"] = json!("reseller");
        assert_eq!(provider.put("/v1/roles/purchaser", other).status, 422);
        app.admin("cancom").put("/v1/roles/mine", purchaser(&["orders.read"])).refused(403, "forbidden");
    }
}

both! {
    /// U-90: with `roles.manage` alone one overwrote and removed roles that may more.
    u90_a_role_is_changed_and_removed_by_who_may_what_it_may(app) {
        let provider = app.provider("cancom");
        provider.put("/v1/roles/purchaser", purchaser(&["orders.read", "orders.place"])).expect(201);
        let keeper = provider.new_api_client(&["roles.manage", "users.read", "orders.read"]);
        let keeper = app.script(&keeper, &keeper);
        let before = provider.get("/v1/roles/purchaser").expect(200).body;
        // Neither what it may nor what it is to may may be more.
        let refused = keeper.put("/v1/roles/purchaser", purchaser(&["orders.read"])).refused(403, "role_exceeds_own");
        assert_eq!(refused.body["missing"], json!(["orders.place"]));
        keeper.delete("/v1/roles/purchaser").refused(403, "role_exceeds_own");
        assert_eq!(provider.get("/v1/roles/purchaser").expect(200).body, before);
        let refused = keeper.put("/v1/roles/mine", purchaser(&["orders.read", "orders.place", "carts.write"]));
        let refused = refused.refused(403, "role_exceeds_own");
        let errors = refused.body["errors"].as_array().expect("errors").iter();
        let pointers: Vec<_> = errors.map(|one| &one["pointer"]).collect();
        assert_eq!(pointers, ["/permissions/1", "/permissions/2"]);
        assert_eq!(refused.body["missing"], json!(["carts.write", "orders.place"]));
        keeper.put("/v1/roles/mine", purchaser(&["orders.read"])).expect(201);
        keeper.put("/v1/roles/mine", purchaser(&["orders.read"])).expect(200);
        keeper.delete("/v1/roles/mine").expect(204);
        provider.delete("/v1/roles/purchaser").expect(204);
    }
}
