//! The customer's Microsoft tenant and agreement, with everything that may go wrong.

use api::worker::rounds;
use domain::access::Scope;
use provisioning::mock::{Call, Fault};
use serde_json::{Value, json};
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;
use tests::partner_center::Watched;
use tests::shop::{YEAR_MONTHLY, cart_with, column, customer, encoded, offer, rows, text, told, wrong};
use tests::{Answer, Client, TestApp, both};

/// Neukunde GmbH, which has neither tenant nor agreement, and the paths of these.
struct Newcomer {
    provider: Client,
    id: String,
}

impl Newcomer {
    fn of(app: &TestApp) -> Self {
        let provider = app.provider("cancom");
        Self { id: customer(&provider, "Neukunde GmbH"), provider }
    }

    fn path(&self, below: &str) -> String {
        format!("/v1/customers/{}{below}", self.id)
    }

    fn create(&self, prefix: &str) -> Answer {
        self.provider.put(&self.path("/tenant"), json!({"mode": "create", "prefix": prefix}))
    }

    fn link(&self, domain: &str) -> Answer {
        self.provider.put(&self.path("/tenant"), json!({"mode": "link", "domain": domain}))
    }

    #[track_caller]
    fn tenant(&self) -> Value {
        self.provider.get(&self.path("/tenant")).expect(200).body
    }

    fn verify(&self) -> Answer {
        self.provider.post(&self.path("/tenant/verify"), json!({}))
    }

    fn credentials(&self) -> Answer {
        self.provider.post(&self.path("/tenant/credentials"), json!({}))
    }

    fn agree(&self, more: Value) -> Answer {
        let mut who = json!({"first_name": "Erika", "last_name": "Muster", "email": "Erika@Neukunde.example"});
        who.as_object_mut().expect("an object").extend(more.as_object().cloned().unwrap_or_default());
        self.provider.post(&self.path("/agreements"), who)
    }
}

both! {
    /// T-23, G-28: a prefix is suggested for a company: umlauts spelt out, blanks removed, lower case.
    a_prefix_is_suggested(app) {
        let provider = app.provider("cancom");
        let suggest = |company: &str| provider.get(&format!("/v1/tenant-domains?company={}", encoded(company)));
        for (company, prefix) in [
            ("Müller GmbH", "muellergmbh"),
            ("Zażółć Gęślą Sp. z o.o.", "zazolcgeslaspzoo"),
            ("Donaudampfschifffahrtsgesellschaft mbH", "donaudampfschifffahrtsgesel"),
        ] {
            let suggested = suggest(company).expect(200).body;
            assert_eq!(
                suggested,
                json!({"prefix": prefix, "domain": format!("{prefix}.onmicrosoft.com"), "available": true})
            );
        }
        assert_eq!(suggest("Contoso").expect(200).body["available"], false);
        // A name without a letter that Microsoft takes suggests nothing.
        assert_eq!(
            told(&suggest("北京").refused(422, "tenant_prefix_invalid")),
            wrong([("company", "tenant_prefix_invalid")])
        );
        assert_eq!(told(&suggest(" ").refused(422, "required")), wrong([("company", "required")]));
        provider.get("/v1/tenant-domains").refused(422, "missing_field");
    }
}

both! {
    /// T-22: whether a prefix is free; asking reserves nothing.
    a_prefix_is_free_or_taken(app) {
        let newcomer = Newcomer::of(&app);
        let ask = |prefix: &str| newcomer.provider.get(&format!("/v1/tenant-domains/{prefix}"));
        assert_eq!(
            ask("Neukunde1").expect(200).body,
            json!({"prefix": "neukunde1", "domain": "neukunde1.onmicrosoft.com", "available": true})
        );
        assert_eq!(ask("neukunde1").expect(200).body["available"], true);
        for taken in ["contoso", "fabrikam", "cancomkunde"] {
            assert_eq!(ask(taken).expect(200).body["available"], false, "{taken}");
            newcomer.create(taken).refused(409, "tenant_domain_taken");
        }
        assert_eq!(newcomer.tenant()["status"], "none");
        for wrong in ["neu-kunde", "neu.kunde", "m%C3%BCller", "a%20b", &"a".repeat(28)] {
            ask(wrong).refused(422, "tenant_prefix_invalid");
        }
        for prefix in ["", " ", "neu-kunde", "neu.kunde", "müller", &"a".repeat(28), "a\u{202e}b"] {
            assert_eq!(
                told(&newcomer.create(prefix).refused(422, "tenant_prefix_invalid")),
                wrong([("/prefix", "tenant_prefix_invalid")])
            );
        }
        newcomer.create(&"a".repeat(27)).expect(202);
        app.drain();
        assert_eq!(ask(&"a".repeat(27)).expect(200).body["available"], false);
    }
}

both! {
    /// T-19, T-22: what is asked for again is answered the same; another tenant is refused.
    the_same_request_again_answers_the_state(app) {
        let newcomer = Newcomer::of(&app);
        let first = newcomer.create("neukunde").expect(202);
        assert_eq!(
            first.body,
            json!({
                "customer_id": newcomer.id,
                "status": "creating",
                "domain": "neukunde.onmicrosoft.com",
                "entra_tenant_id": null,
                "invitation_url": null,
                "reseller_id": null,
                "credentials_available": false,
                "failure": null,
                "requested_at": "2026-09-06T10:15:00Z",
            })
        );
        let again = newcomer.create(" NeuKunde ").expect(202);
        assert_eq!((&again.body, again.header("etag")), (&first.body, first.header("etag")));
        newcomer.create("andere").refused(409, "tenant_exists");
        newcomer.link("neukunde.onmicrosoft.com").refused(409, "tenant_exists");
        newcomer.verify().refused(409, "tenant_not_linking");
        newcomer.credentials().refused(409, "credentials_not_ready");
        app.drain();
        let linked = newcomer.tenant();
        assert_eq!((&linked["status"], &linked["credentials_available"]), (&json!("linked"), &json!(true)));
        assert_eq!(newcomer.create("neukunde").expect(202).body, linked);
        newcomer.create("andere").refused(409, "tenant_exists");
        assert_eq!(newcomer.verify().expect(200).body, linked);
        assert_eq!(app.mock.effects().tenants_created, ["neukunde.onmicrosoft.com"]);
    }
}

both! {
    /// T-28: what Microsoft refuses stands as failed with its code; then another prefix works.
    a_refused_tenant_can_be_tried_again(app) {
        let newcomer = Newcomer::of(&app);
        newcomer.create("refusedneukunde").expect(202);
        app.drain();
        let failed = newcomer.tenant();
        assert_eq!((&failed["status"], &failed["failure"]), (&json!("failed"), &json!("800002")));
        newcomer.credentials().refused(409, "credentials_not_ready");
        newcomer.verify().refused(409, "tenant_not_linking");
        // The same once more is a new try, and fails again.
        assert_eq!(newcomer.create("refusedneukunde").expect(202).body["status"], "creating");
        app.drain();
        assert_eq!(newcomer.tenant()["status"], "failed");
        let other = newcomer.create("neukunde").expect(202);
        assert_eq!((&other.body["status"], &other.body["failure"]), (&json!("creating"), &json!(null)));
        app.drain();
        assert_eq!(newcomer.tenant()["status"], "linked");
        assert_eq!(newcomer.credentials().expect(200).text_at("/user_name"), "admin@neukunde.onmicrosoft.com");
        assert_eq!(app.mock.effects().tenants_created, ["neukunde.onmicrosoft.com"]);
    }
}

both! {
    /// T-22: two ask for the same prefix: one customer of the marketplace at once, one of another at Microsoft.
    a_prefix_is_given_to_one(app) {
        let (newcomer, colt) = (Newcomer::of(&app), app.provider("colt"));
        let company = json!({
            "name": "Zweite GmbH",
            "contact": {"first_name": "Max", "last_name": "Muster", "email": "max@zweite.example"},
            "address": {"street": "Hauptstraße 1", "postal_code": "51063", "city": "Köln", "country": "DE"},
        });
        let second = newcomer.provider.post("/v1/customers", company).expect(201).header("location").to_owned();
        let elsewhere = format!("/v1/customers/{}/tenant", customer(&colt, "Neukunde GmbH"));
        let wanted = json!({"mode": "create", "prefix": "begehrt"});
        newcomer.create("begehrt").expect(202);
        newcomer.provider.put(&format!("{second}/tenant"), wanted.clone()).refused(409, "tenant_domain_taken");
        colt.put(&elsewhere, wanted).expect(202);
        app.drain();
        let (one, other) = (newcomer.tenant(), colt.get(&elsewhere).expect(200).body);
        let mut stand = [text(&one["status"]), text(&other["status"])];
        stand.sort();
        assert_eq!(stand, ["failed", "linked"]);
        let failed = if one["status"] == "failed" { one } else { other };
        assert_eq!(failed["failure"], "3000");
        assert_eq!(app.mock.effects().tenants_created, ["begehrt.onmicrosoft.com"]);
    }
}

both! {
    /// T-25…T-27: a tenant that exists is linked by its default domain, once its administrator confirmed.
    an_existing_tenant_is_linked(app) {
        let newcomer = Newcomer::of(&app);
        let asked = newcomer.link(" Neukunde.Example. ").expect(202);
        assert_eq!((asked.text_at("/status"), asked.text_at("/domain")), ("awaiting_confirmation", "neukunde.example"));
        assert!(asked.text_at("/invitation_url").starts_with("https://admin.microsoft.com/"));
        assert_eq!(newcomer.link("neukunde.example").expect(202).body, asked.body);
        app.drain();
        newcomer.create("neukunde").refused(409, "tenant_exists");
        let linked = newcomer.tenant();
        assert_eq!((&linked["status"], &linked["invitation_url"]), (&json!("linked"), &json!(null)));
        assert_eq!(text(&linked["entra_tenant_id"]).len(), 36);
        newcomer.credentials().refused(409, "credentials_not_ready");
    }
}

both! {
    /// U-86: a customer without a tenant is told so, and a frontend goes on from there; nobody else is told anything.
    u86_no_tenant_yet_is_an_answer(app) {
        let newcomer = Newcomer::of(&app);
        let path = newcomer.path("/tenant");
        let none = newcomer.provider.get(&path).expect(200);
        assert_eq!(
            none.body,
            json!({
                "customer_id": newcomer.id, "status": "none", "domain": null, "entra_tenant_id": null,
                "invitation_url": null, "reseller_id": null, "credentials_available": false, "failure": null,
                "requested_at": null,
            })
        );
        newcomer.provider.with("If-None-Match", none.header("etag")).get(&path).expect(304);
        newcomer.credentials().refused(409, "credentials_not_ready");
        newcomer.verify().refused(409, "tenant_not_linking");
        let stranger = app.provider("terra");
        stranger.get(&path).refused(404, "not_found");
        stranger.get(&newcomer.path("/agreements")).refused(404, "not_found");
        stranger.delete(&path).refused(404, "not_found");
        // What was seen can be what is replaced.
        let request = json!({"mode": "create", "prefix": "neukunde"});
        let seen = newcomer.provider.with("If-Match", none.header("etag"));
        seen.put(&path, request.clone()).expect(202);
        seen.put(&path, request).refused(412, "precondition_failed");
        app.drain();
    }
}

both! {
    /// T-27: "check assignment" finishes a link without waiting for the worker, and again changes nothing.
    check_assignment_finishes_a_link(app) {
        let newcomer = Newcomer::of(&app);
        newcomer.verify().refused(409, "tenant_not_linking");
        newcomer.link("neukunde.example").expect(202);
        let checked = newcomer.verify().expect(200);
        assert_eq!(checked.text_at("/status"), "linked");
        let again = newcomer.verify().expect(200);
        assert_eq!((&again.body, again.header("etag")), (&checked.body, checked.header("etag")));
        app.drain();
        assert_eq!(newcomer.tenant(), checked.body);
        let log = rows(&newcomer.provider.get(&format!("/v1/audit-log?subject={}", newcomer.id)).expect(200));
        assert_eq!(column(&log, "/action"), ["tenant.linked", "tenant.requested"]);
    }
}

both! {
    /// T-28: a tenant that never confirms stays awaited, an unknown one has failed; a corrected domain is linked.
    a_link_that_fails_can_be_corrected(app) {
        let newcomer = Newcomer::of(&app);
        newcomer.link("unknown.example").expect(202);
        app.drain();
        assert_eq!(
            (&newcomer.tenant()["status"], &newcomer.tenant()["failure"]),
            (&json!("failed"), &json!("tenant_unknown"))
        );
        newcomer.link("unconfirmed.example").expect(202);
        app.drain();
        let waiting = newcomer.tenant();
        assert_eq!((&waiting["status"], &waiting["failure"]), (&json!("awaiting_confirmation"), &json!(null)));
        assert_eq!(newcomer.verify().expect(200).body, waiting);
        for domain in ["", "contoso", "a b.de", "müller.de", "10.0.0.1", "-a.de", "https://neukunde.example"] {
            assert_eq!(
                told(&newcomer.link(domain).refused(422, "tenant_domain_invalid")),
                wrong([("/domain", "tenant_domain_invalid")]),
                "{domain}"
            );
        }
    }
}

both! {
    /// U-45, T-28: a link that waits is replaced, or taken back, as long as nobody has confirmed it; what is linked
    /// stays.
    u45_a_link_that_waits_is_corrected_or_withdrawn(app) {
        let newcomer = Newcomer::of(&app);
        let withdraw = || newcomer.provider.delete(&newcomer.path("/tenant"));
        withdraw().expect(204);
        newcomer.link("unconfirmed.example").expect(202);
        app.drain();
        let corrected = newcomer.link("unconfirmed2.example").expect(202);
        assert_eq!(corrected.text_at("/domain"), "unconfirmed2.example");
        app.drain();
        // Its own domain does not keep it from another way.
        newcomer.create("neukunde").expect(202);
        withdraw().refused(409, "tenant_exists");
        newcomer.link("neukunde.example").refused(409, "tenant_exists");
        app.drain();
        assert_eq!(newcomer.tenant()["status"], "linked");
        withdraw().refused(409, "tenant_exists");
        // Of another one: taken back, it is as if it had never been asked for, and can be asked for anew.
        let other = newcomer.provider.post(
            "/v1/customers",
            json!({
                "name": "Zweite GmbH",
                "contact": {"first_name": "Max", "last_name": "Muster", "email": "max@zweite.example"},
                "address": {"street": "Hauptstraße 1", "postal_code": "51063", "city": "Köln", "country": "DE"},
            }),
        );
        let path = format!("{}/tenant", other.expect(201).header("location"));
        let link = json!({"mode": "link", "domain": "unconfirmed2.example"});
        newcomer.provider.put(&path, link.clone()).expect(202);
        newcomer.provider.with("If-Match", "\"7\"").delete(&path).refused(412, "precondition_failed");
        newcomer.provider.delete(&path).expect(204);
        assert_eq!(newcomer.provider.get(&path).expect(200).body["status"], "none");
        newcomer.provider.put(&path, link).expect(202);
        app.drain();
        // As often as it was asked for; of a domain that is no more nobody is asked to confirm anything.
        assert_eq!(app.mails_to("max@zweite.example").len(), 2);
        let failed = newcomer.provider.put(&path, json!({"mode": "link", "domain": "unknown.example"})).expect(202);
        assert_eq!(failed.text_at("/status"), "awaiting_confirmation");
        app.drain();
        newcomer.provider.delete(&path).expect(204);
        app.drain();
    }
}

both! {
    /// U-45: Microsoft confirms the old domain while it is corrected: the new one is not linked by it, neither by
    /// "check assignment" nor by the worker.
    u45_a_confirmation_of_the_old_domain_links_nothing(app) {
        let newcomer = Newcomer::of(&app);
        for by_worker in [false, true] {
            newcomer.link("neukunde.example").expect(202);
            let (client, path) = (newcomer.provider.clone(), newcomer.path("/tenant"));
            let corrected = AtomicBool::new(false);
            let watched = Watched::new(&app.mock, move |call| {
                if call == Call::FindTenant && !corrected.swap(true, Ordering::SeqCst) {
                    client.put(&path, json!({"mode": "link", "domain": "unconfirmed.example"})).expect(202);
                }
            });
            if by_worker {
                rounds::drain(&app.beside(watched), None).expect("what is due is done");
            } else {
                let beside = app.serve_beside_by(watched);
                let checked = newcomer.provider.at(&beside.url).post(&newcomer.path("/tenant/verify"), json!({}));
                assert_eq!(checked.expect(200).text_at("/domain"), "unconfirmed.example");
            }
            app.drain();
            let stands = newcomer.tenant();
            assert_eq!(stands["domain"], "unconfirmed.example", "by the worker: {by_worker}");
            assert_eq!(
                (&stands["status"], &stands["entra_tenant_id"]),
                (&json!("awaiting_confirmation"), &json!(null))
            );
            newcomer.provider.delete(&newcomer.path("/tenant")).expect(204);
        }
        newcomer.link("neukunde.example").expect(202);
        app.drain();
        assert_eq!(newcomer.tenant()["status"], "linked");
    }
}

both! {
    /// U-45, T-27: the link names the reseller beside the provider, in the answer and in the mail; a customer of the
    /// provider's own confirms the provider alone.
    u45_t27_the_invitation_names_the_reseller(app) {
        let reseller = app.reseller(1);
        let own = reseller.get("/v1/me").expect(200).text_at("/reseller_id").to_owned();
        let made = reseller.post(
            "/v1/customers",
            json!({
                "name": "Zweite GmbH",
                "contact": {
                    "first_name": "Max", "last_name": "Muster", "email": "max@zweite.example", "phone": "+49 221 1",
                },
                "address": {
                    "street": "Hauptstraße 1", "postal_code": "51063", "city": "Köln", "region": "NW", "country": "DE",
                },
            }),
        );
        let path = format!("{}/tenant", made.expect(201).header("location"));
        let asked = reseller.put(&path, json!({"mode": "link", "domain": "unconfirmed.example"})).expect(202);
        assert_eq!(asked.text_at("/reseller_id"), own);
        let ids = app.provider("terra").get(&format!("/v1/resellers/{own}")).expect(200);
        let (number, guid) = (ids.text_at("/partner_id"), ids.text_at("/microsoft_id"));
        let url = asked.text_at("/invitation_url");
        for part in ["invType=IndirectResellerRelationship", &format!("msppId={number}"), &format!("CSPId={guid}")] {
            assert!(url.contains(part), "{part} in {url}");
        }
        app.drain();
        assert!(app.mails_to("max@zweite.example")[0].text.contains(url));
        let newcomer = Newcomer::of(&app);
        let direct = newcomer.link("unconfirmed.example").expect(202);
        assert_eq!(direct.body["reseller_id"], json!(null));
        assert!(direct.text_at("/invitation_url").contains("invType=ResellerRelationship"));
        app.drain();
    }
}

both! {
    /// T-19: a domain that another customer of the marketplace has is not linked twice.
    a_domain_has_one_customer(app) {
        let newcomer = Newcomer::of(&app);
        newcomer.link("cancomkunde.onmicrosoft.com").refused(409, "tenant_domain_taken");
        assert_eq!(newcomer.tenant()["status"], "none");
    }
}

both! {
    /// A request that is not understood names its field.
    a_wrong_request_names_its_field(app) {
        let newcomer = Newcomer::of(&app);
        let put = |body: Value| told(&newcomer.provider.put(&newcomer.path("/tenant"), body).expect(422));
        assert_eq!(put(json!({})), wrong([("/mode", "missing_field")]));
        assert_eq!(put(json!({"mode": "create"})), wrong([("/prefix", "missing_field")]));
        assert_eq!(
            put(json!({"mode": "create", "prefix": "a", "domain": "a.de"})),
            wrong([("/domain", "unknown_field")])
        );
        assert_eq!(put(json!({"mode": "steal", "prefix": "a"}))[0].1, "invalid_value");
        assert_eq!(put(json!({"mode": "create", "prefix": 7}))[0].1, "invalid_type");
    }
}

both! {
    /// Microsoft is away while somebody waits: told so, and nothing is half done.
    while_microsoft_is_away_who_waits_is_told_and_nothing_is_half_done(app) {
        let newcomer = Newcomer::of(&app);
        app.mock.fail_next(Call::DomainAvailable, Fault::TransientBefore);
        let away = newcomer.create("neukunde").refused(503, "partner_center_unavailable");
        assert!(away.header("retry-after").parse::<u32>().is_ok_and(|seconds| seconds > 0));
        assert!(!away.text.contains("injected"), "{}", away.text);
        assert_eq!(newcomer.tenant()["status"], "none");
        newcomer.link("neukunde.example").expect(202);
        app.mock.fail_next(Call::FindTenant, Fault::TransientBefore);
        newcomer.verify().refused(503, "partner_center_unavailable");
        assert_eq!(newcomer.tenant()["status"], "awaiting_confirmation");
        // The worker tries again by itself.
        app.mock.fail_next(Call::FindTenant, Fault::TransientBefore);
        app.drain();
        assert_eq!(newcomer.tenant()["status"], "linked");
    }
}

both! {
    /// T-23: the first administrator's credentials are handed out once, then forgotten.
    credentials_are_handed_out_once(app) {
        let newcomer = Newcomer::of(&app);
        newcomer.create("neukunde").expect(202);
        app.drain();
        assert_eq!(newcomer.tenant()["credentials_available"], true);
        let keyed = newcomer.provider.with("Idempotency-Key", "credentials-1");
        let taken = keyed.post(&newcomer.path("/tenant/credentials"), json!({})).expect(200);
        assert_eq!(taken.text_at("/user_name"), "admin@neukunde.onmicrosoft.com");
        assert_eq!((taken.text_at("/password").len(), taken.header("cache-control")), (16, "no-store"));
        // A secret is not kept under a key either.
        let twin = keyed.post(&newcomer.path("/tenant/credentials"), json!({})).refused(409, "secret_told_before");
        assert_eq!(twin.text_at("/first"), newcomer.path("/tenant"));
        newcomer.credentials().refused(409, "credentials_taken");
        assert_eq!(newcomer.tenant()["credentials_available"], false);
        newcomer.create("neukunde").expect(202);
        let app = app.restart();
        Newcomer::of(&app).credentials().refused(409, "credentials_taken");
    }
}

both! {
    /// Of two who take them at once one gets them.
    credentials_are_handed_to_one(app) {
        let newcomer = Newcomer::of(&app);
        newcomer.create("neukunde").expect(202);
        app.drain();
        let mut answers: Vec<u16> = thread::scope(|scope| {
            let takers: Vec<_> = (0..4).map(|_| scope.spawn(|| newcomer.credentials().status)).collect();
            takers.into_iter().map(|taker| taker.join().expect("an answer")).collect()
        });
        answers.sort_unstable();
        assert_eq!(answers, [200, 409, 409, 409]);
    }
}

both! {
    /// The password stands nowhere else: not in the log of who did what, not in tasks, not in any other answer.
    the_password_is_told_nowhere_else(app) {
        let newcomer = Newcomer::of(&app);
        newcomer.create("neukunde").expect(202);
        app.drain();
        let before = everything(&newcomer);
        let password = newcomer.credentials().expect(200).text_at("/password").to_owned();
        let after = everything(&newcomer);
        assert!(!before.contains(&password) && !after.contains(&password));
        assert!(!before.to_lowercase().contains("password") && !after.to_lowercase().contains("password"));
        // That they were taken, and by whom, does.
        let me = newcomer.provider.get("/v1/me").expect(200).body;
        let log = rows(&newcomer.provider.get("/v1/audit-log").expect(200));
        assert_eq!(
            (&log[0]["action"], &log[0]["actor"], &log[0]["subject"]),
            (&json!("tenant.credentials_taken"), &me["id"], &json!(newcomer.id))
        );
        assert_eq!((&log[0]["before"], &log[0]["after"]), (&json!(null), &json!(null)));
    }
}

/// Whatever the provider can read of a customer and of what was done.
fn everything(newcomer: &Newcomer) -> String {
    let paths = ["/v1/audit-log?limit=200", "/v1/tasks?limit=200", "/v1/customers", "/v1/orders", "/v1/subscriptions"];
    let own = ["", "/tenant"].map(|below| newcomer.path(below));
    let all = paths.into_iter().map(str::to_owned).chain(own);
    all.map(|path| newcomer.provider.get(&path).expect(200).text).collect()
}

both! {
    /// They are stored sealed until they are taken, and not at all afterwards.
    credentials_are_sealed_at_rest(app) {
        let newcomer = Newcomer::of(&app);
        newcomer.create("neukunde").expect(202);
        app.drain();
        let sealed = stored(&app, &newcomer).expect("credentials that wait to be taken");
        let taken = newcomer.credentials().expect(200);
        let holds = |text: &str| sealed.windows(text.len()).any(|part| part == text.as_bytes());
        assert!(!holds(taken.text_at("/password")) && !holds(taken.text_at("/user_name")));
        assert_eq!(stored(&app, &newcomer), None);
    }
}

/// A tenant's credentials as the database has them.
fn stored(app: &TestApp, newcomer: &Newcomer) -> Option<Vec<u8>> {
    let marketplace = app.marketplace("cancom");
    let (scope, customer) = (Scope::Marketplace(marketplace), newcomer.id.parse().expect("an id"));
    let record = app.app.store.read(|conn| store::tenants::get(conn, &scope, customer)).expect("the tenant is read");
    record.expect("a tenant").credentials
}

both! {
    /// C-62, C-64: the company's administrator takes the credentials; others of the company do not.
    only_the_administrator_manages_the_tenant(app) {
        let admin = app.admin("cancom");
        let own = format!("/v1/customers/{}/tenant", admin.customer());
        admin.post(&format!("{own}/credentials"), json!({})).refused(409, "credentials_not_ready");
        assert_eq!(admin.get(&own).expect(200).text_at("/status"), "linked");
        let billing = app.billing("cancom");
        billing.get(&own).expect(200);
        billing.post(&format!("{own}/credentials"), json!({})).refused(403, "forbidden");
        billing.put(&own, json!({"mode": "create", "prefix": "anders"})).refused(403, "forbidden");
        let user = app.user("cancom");
        user.get(&own).refused(403, "forbidden");
        // Another company's tenant is not there.
        let foreign = Newcomer::of(&app).path("/tenant");
        admin.get(&foreign).refused(404, "not_found");
        admin.put(&foreign, json!({"mode": "create", "prefix": "anders"})).refused(404, "not_found");
        admin.post(&format!("{foreign}/credentials"), json!({})).refused(404, "not_found");
        admin.post(&format!("{foreign}/verify"), json!({})).refused(404, "not_found");
    }
}

both! {
    /// T-20: the agreement is recorded once: who accepted, and when.
    the_agreement_is_recorded_once(app) {
        let newcomer = Newcomer::of(&app);
        // U-86: nobody yet is an answer, and no wrong path.
        let none = newcomer.provider.get(&newcomer.path("/agreements")).expect(200);
        assert_eq!(
            none.body,
            json!({
                "customer_id": newcomer.id, "status": "none", "kind": "microsoft_customer_agreement",
                "first_name": null, "last_name": null, "email": null, "agreed_at": null,
            })
        );
        let recorded = newcomer.agree(json!({"agreed_at": "2026-09-01T08:30:00Z"})).expect(201);
        assert_eq!(
            recorded.body,
            json!({
                "customer_id": newcomer.id,
                "status": "accepted",
                "kind": "microsoft_customer_agreement",
                "first_name": "Erika",
                "last_name": "Muster",
                "email": "erika@neukunde.example",
                "agreed_at": "2026-09-01T08:30:00Z",
            })
        );
        newcomer.agree(json!({})).refused(409, "agreement_exists");
        assert_eq!(newcomer.provider.get(&newcomer.path("/agreements")).expect(200).body, recorded.body);
        let log = rows(&newcomer.provider.get(&format!("/v1/audit-log?subject={}", newcomer.id)).expect(200));
        assert_eq!(column(&log, "/action"), ["agreement.accepted"]);
    }
}

both! {
    /// T-20: nobody has accepted in the future, and nobody is without a name.
    an_agreement_names_who_and_when(app) {
        let newcomer = Newcomer::of(&app);
        let refused = |more: Value| told(&newcomer.agree(more).expect(422));
        assert_eq!(refused(json!({"agreed_at": "2026-09-06T10:15:01Z"})), wrong([("/agreed_at", "invalid_value")]));
        assert_eq!(refused(json!({"agreed_at": "yesterday"})), wrong([("/agreed_at", "invalid_value")]));
        assert_eq!(
            refused(json!({"first_name": "", "last_name": "x".repeat(51), "email": "nobody"})),
            wrong([("/first_name", "required"), ("/last_name", "too_long"), ("/email", "invalid_value")])
        );
        assert_eq!(refused(json!({"phone": "1"})), wrong([("/phone", "unknown_field")]));
        let now = newcomer.agree(json!({"agreed_at": "2026-09-06T12:15:00+02:00"})).expect(201);
        assert_eq!(now.text_at("/agreed_at"), "2026-09-06T10:15:00Z");
    }
}

both! {
    /// T-20: Microsoft is told of the agreement before the first order, and no order goes without it.
    microsoft_is_told_of_the_agreement(app) {
        let newcomer = Newcomer::of(&app);
        newcomer.create("neukunde").expect(202);
        app.drain();
        newcomer.agree(json!({})).expect(201);
        let cart = tests::shop::Cart::of(&newcomer.provider, &newcomer.id);
        cart.add(&offer(&newcomer.provider, "Office 365 E1", YEAR_MONTHLY), 5);
        cart.order();
        app.drain();
        assert_eq!(app.mock.effects().agreements_confirmed, [text(&newcomer.tenant()["entra_tenant_id"])]);
        // A linked customer's neighbor needed none of it.
        cart_with(&app.admin("cancom"), "Office 365 E1", YEAR_MONTHLY, 1).order();
        app.drain();
    }
}

both! {
    /// A stale `If-Match` changes nothing.
    a_stale_version_changes_nothing(app) {
        let newcomer = Newcomer::of(&app);
        newcomer.create("refusedneukunde").expect(202);
        let version = newcomer.provider.get(&newcomer.path("/tenant")).expect(200).header("etag").to_owned();
        app.drain();
        let stale = newcomer.provider.with("If-Match", &version);
        stale
            .put(&newcomer.path("/tenant"), json!({"mode": "create", "prefix": "neukunde"}))
            .refused(412, "precondition_failed");
        assert_eq!(newcomer.tenant()["status"], "failed");
        let version = newcomer.provider.get(&newcomer.path("/tenant")).expect(200).header("etag").to_owned();
        let fresh = newcomer.provider.with("If-Match", &version);
        fresh.put(&newcomer.path("/tenant"), json!({"mode": "create", "prefix": "neukunde"})).expect(202);
        app.drain();
    }
}
