//! The mock beyond the contract: magic values, limits, time, faults, journal.

mod bench;

use bench::{Bench, DEMO, START, code, line, open, subscription};
use domain::calendar::{BillingCycle, Term};
use domain::party::{Address, Contact, Country};
use provisioning::mock::{Behavior, Call, Fault, MockPartnerCenter, Provisioning, RepeatedCheckOut};
use provisioning::{
    AgreementConfirmation, LineOutcome, NewTenant, PartnerCenter, ProvisioningError, RemoteLine, RequestId,
};
use std::sync::Arc;
use std::{fs, io};
use time::Duration;

fn new_tenant(domain: &str) -> NewTenant {
    NewTenant {
        domain: domain.to_owned(),
        company: "Müller GmbH".to_owned(),
        contact: Contact {
            first_name: "Jana".to_owned(),
            last_name: "Müller".to_owned(),
            email: "jana@mueller.example".to_owned(),
            phone: None,
        },
        address: Address {
            company: None,
            street: "Ringstraße 5".to_owned(),
            postal_code: "50667".to_owned(),
            city: "Köln".to_owned(),
            region: None,
            country: Country::from_code("DE").expect("country"),
            phone: None,
        },
        partner_id: None,
    }
}

fn agreement() -> AgreementConfirmation {
    AgreementConfirmation {
        first_name: "Jana".to_owned(),
        last_name: "Müller".to_owned(),
        email: "jana@mueller.example".to_owned(),
        agreed_at: START,
    }
}

fn refused(outcome: &LineOutcome) -> Option<(&str, &str)> {
    match outcome {
        LineOutcome::Refused { code, message } => Some((code, message)),
        LineOutcome::Ordered { .. } => None,
    }
}

#[test]
fn magic_domains_are_taken_whatever_their_case() {
    let bench = Bench::new();
    for domain in ["contoso.onmicrosoft.com", "Fabrikam.OnMicrosoft.com", "demo.example"] {
        assert!(!bench.pc.domain_available(domain).unwrap(), "{domain}");
    }
    assert!(bench.pc.domain_available("muellergmbh.onmicrosoft.com").unwrap());
    let taken = bench.pc.create_tenant(&bench.request(), &new_tenant("contoso.onmicrosoft.com"));
    assert_eq!(code(taken), "3000");
}

#[test]
fn a_tenant_is_refused_for_its_address_or_its_domain() {
    let bench = Bench::new();
    let create = |tenant: &NewTenant| bench.pc.create_tenant(&bench.request(), tenant);
    assert_eq!(code(create(&new_tenant("refused1.onmicrosoft.com"))), "800002");
    let mut tenant = new_tenant("mueller.onmicrosoft.com");
    tenant.address.city = " ".to_owned();
    assert_eq!(code(create(&tenant)), "800002");
    for domain in ["mueller.example", "mül.onmicrosoft.com", ".onmicrosoft.com", "a.b.onmicrosoft.com"] {
        assert_eq!(code(create(&new_tenant(domain))), "3000", "{domain}");
    }
    assert_eq!(bench.pc.effects().tenants_created, [""; 0]);
}

#[test]
fn a_request_id_is_for_one_request() {
    let bench = Bench::new();
    let request = bench.request();
    bench.pc.create_tenant(&request, &new_tenant("mueller.onmicrosoft.com")).unwrap();
    assert_eq!(code(bench.pc.create_tenant(&request, &new_tenant("other.onmicrosoft.com"))), "800002");
    bench.pc.create_cart(&request, DEMO, &[line(1, 1)]).unwrap();
    assert_eq!(code(bench.pc.create_cart(&request, DEMO, &[line(1, 2)])), "800002");
    let (one, two) = (bench.cart(&[line(1, 1)]), bench.cart(&[line(1, 1)]));
    bench.pc.check_out(&request, DEMO, &one).unwrap();
    assert_eq!(code(bench.pc.check_out(&request, DEMO, &two)), "800002");
}

#[test]
fn linking_follows_the_magic_values() {
    let bench = Bench::new();
    assert_eq!(bench.pc.find_tenant("unknown7.example").unwrap(), None);
    assert_eq!(bench.pc.find_tenant("nodot").unwrap(), None);
    for _ in 0..3 {
        let relation = bench.pc.find_tenant("unconfirmed.example").unwrap().unwrap();
        assert!(!relation.confirmed);
        let sold = bench.pc.create_cart(&bench.request(), &relation.entra_tenant_id, &[line(1, 1)]);
        assert_eq!(code(sold), "20002", "nothing is sold before the relationship is confirmed");
    }
    let relation = bench.pc.find_tenant("Kunde.example").unwrap().unwrap();
    assert!(relation.confirmed);
    assert_eq!(bench.pc.find_tenant("kunde.example ").unwrap(), Some(relation.clone()));
    assert!(!bench.pc.domain_available("kunde.example").unwrap());
    let cart = bench.pc.create_cart(&bench.request(), &relation.entra_tenant_id, &[line(1, 1)]).unwrap();
    let check_out = || bench.pc.check_out(&bench.request(), &relation.entra_tenant_id, &cart.id);
    assert_eq!(code(check_out()), "13605");
    bench.pc.confirm_agreement(&relation.entra_tenant_id, &agreement()).unwrap();
    assert!(check_out().is_ok());
}

#[test]
fn an_adopted_tenant_buys_at_once_and_is_adopted_once() {
    let bench = Bench::new();
    bench.pc.adopt_tenant("Demo.example", DEMO).unwrap();
    let relation = bench.pc.find_tenant("demo.example").unwrap().unwrap();
    assert_eq!((relation.entra_tenant_id.as_str(), relation.confirmed), (DEMO, true));
    assert!(refused(&bench.buy(&[line(1, 1)])[0]).is_none());
}

#[test]
fn an_agreement_needs_a_whole_contact_and_is_kept_once_per_content() {
    let bench = Bench::new();
    let nameless = AgreementConfirmation { last_name: String::new(), ..agreement() };
    assert_eq!(code(bench.pc.confirm_agreement(DEMO, &nameless)), "800002");
    assert_eq!(code(bench.pc.confirm_agreement("stranger", &agreement())), "20002");
    bench.pc.confirm_agreement(DEMO, &agreement()).unwrap();
    bench.pc.confirm_agreement(DEMO, &agreement()).unwrap();
    bench.pc.confirm_agreement(DEMO, &AgreementConfirmation { first_name: "Max".to_owned(), ..agreement() }).unwrap();
    assert_eq!(bench.pc.effects().agreements_confirmed, [DEMO, DEMO]);
}

#[test]
fn a_cart_names_the_error_of_each_line() {
    let bench = Bench::new();
    let lines = [
        line(1, 1),
        line(2, 0),
        RemoteLine { sku_external_id: "1".to_owned(), ..line(3, 1) },
        RemoteLine { product_external_id: "cfq7ttc0lf8q".to_owned(), ..line(4, 1) },
        RemoteLine { billing_cycle: BillingCycle::Triennial, ..line(5, 1) },
        RemoteLine { partner_of_record: Some(" ".to_owned()), ..line(6, 1) },
        RemoteLine { partner_of_record: Some("517285".to_owned()), ..line(7, 1) },
    ];
    let cart = bench.pc.create_cart(&bench.request(), DEMO, &lines).unwrap();
    let errors: Vec<_> = cart.line_errors.iter().map(|(line, code)| (line.as_u128(), code.as_str())).collect();
    assert_eq!(errors, [(2, "10010"), (3, "10001"), (4, "10001"), (5, "10013"), (6, "10010")]);
    let bought = bench.check_out(&cart.id).unwrap();
    let codes: Vec<_> = bought.lines.iter().map(|(_, outcome)| refused(outcome).map(|(code, _)| code)).collect();
    let error = Some("800009");
    assert_eq!(codes, [None, error, error, error, error, error, None]);
}

#[test]
fn a_cart_has_lines_and_each_once() {
    let bench = Bench::new();
    assert_eq!(code(bench.pc.create_cart(&bench.request(), DEMO, &[])), "800002");
    assert_eq!(code(bench.pc.create_cart(&bench.request(), DEMO, &[line(1, 1), line(1, 2)])), "800002");
}

#[test]
fn the_magic_quantity_is_refused_alone() {
    let outcomes = Bench::new().buy(&[line(1, 1), line(2, 4_242), line(3, 4_241)]);
    let codes: Vec<_> = outcomes.iter().map(|outcome| refused(outcome).map(|(code, _)| code)).collect();
    assert_eq!(codes, [None, Some("800069"), None]);
}

#[test]
fn seats_are_counted_over_all_orders_of_a_tenant() {
    let bench = Bench::new();
    let outcomes = bench.buy(&[line(1, 60_000), line(2, 40_001), line(3, 40_000), line(4, 1)]);
    let codes: Vec<_> = outcomes.iter().map(|outcome| refused(outcome).map(|(code, _)| code)).collect();
    assert_eq!(codes, [None, Some("800088"), None, Some("800088")]);

    let small = |id, quantity| RemoteLine { product_external_id: "CFQ7TTC0LCHC".to_owned(), ..line(id, quantity) };
    assert!(refused(&bench.buy(&[small(1, 200)])[0]).is_none());
    let outcomes = bench.buy(&[small(2, 101)]);
    let (code, message) = refused(&outcomes[0]).unwrap();
    assert_eq!(code, "800088");
    assert!(message.contains("101 seats exceeds the remaining limit of 100"), "{message}");
    assert!(refused(&bench.buy(&[small(3, 100)])[0]).is_none());
}

#[test]
fn a_cart_lives_seven_days_unless_it_was_bought() {
    let bench = Bench::new();
    let (bought, left) = (bench.cart(&[line(1, 1)]), bench.cart(&[line(2, 1)]));
    bench.check_out(&bought).unwrap();
    bench.advance(Duration::days(7) - Duration::SECOND);
    assert!(bench.pc.cart(DEMO, &left).unwrap().is_some());
    bench.advance(Duration::SECOND);
    assert_eq!(bench.pc.cart(DEMO, &left).unwrap(), None);
    assert_eq!(code(bench.check_out(&left)), "800008");
    assert!(bench.pc.cart(DEMO, &bought).unwrap().unwrap().ordered);
    assert!(bench.pc.orders_of_cart(DEMO, &bought).unwrap().is_some());
}

#[test]
fn carts_and_subscriptions_belong_to_their_tenant() {
    let bench = Bench::new();
    let other = "22222222-2222-4222-8222-222222222222";
    bench.pc.adopt_tenant("other.example", other).unwrap();
    let cart = bench.cart(&[line(1, 1)]);
    assert_eq!(bench.pc.cart(other, &cart).unwrap(), None);
    assert_eq!(code(bench.pc.check_out(&bench.request(), other, &cart)), "800008");
    let outcomes = bench.buy(&[line(1, 1)]);
    assert_eq!(bench.pc.subscription(other, subscription(&outcomes[0])).unwrap(), None);
    assert!(bench.pc.subscription(DEMO, subscription(&outcomes[0])).unwrap().is_some());
}

#[test]
fn a_subscription_is_provided_on_the_second_poll() {
    let bench = Bench::new();
    let outcomes = bench.buy(&[line(1, 8)]);
    let poll = || bench.pc.subscription(DEMO, subscription(&outcomes[0])).unwrap().unwrap();
    assert_eq!([poll().provided, poll().provided, poll().provided], [false, true, true]);
    assert_eq!(poll().quantity, 8);
}

#[test]
fn a_subscription_is_provided_in_time() {
    let bench = Bench::new();
    let provisioning = Provisioning::After(Duration::minutes(5));
    bench.pc.set_behavior(Behavior { provisioning, ..Behavior::default() });
    let outcomes = bench.buy(&[line(1, 1)]);
    let provided = || bench.pc.subscription(DEMO, subscription(&outcomes[0])).unwrap().unwrap().provided;
    assert!(!provided());
    assert!(!provided());
    bench.advance(Duration::minutes(5));
    assert!(provided());
}

#[test]
fn a_perpetual_licence_is_provided_under_its_order_line() {
    let bench = Bench::new();
    let perpetual = RemoteLine { term: Term::None, billing_cycle: BillingCycle::OneTime, ..line(1, 2) };
    let outcomes = bench.buy(&[perpetual]);
    let LineOutcome::Ordered { order_id, subscription_id } = &outcomes[0] else { panic!("{outcomes:?}") };
    assert_eq!(order_id.len(), 12);
    assert_eq!(*subscription_id, format!("{order_id}/0"));
    assert!(bench.pc.subscription(DEMO, subscription_id).unwrap().is_some());
}

#[test]
fn orders_are_listed_late_where_asked_for() {
    let bench = Bench::new();
    bench.pc.set_behavior(Behavior { order_lag: Duration::minutes(15), ..Behavior::default() });
    let cart = bench.cart(&[line(1, 1)]);
    let bought = bench.check_out(&cart).unwrap();
    assert!(bench.pc.cart(DEMO, &cart).unwrap().unwrap().ordered, "the cart says so at once");
    assert_eq!(bench.pc.orders_of_cart(DEMO, &cart).unwrap(), None);
    bench.advance(Duration::minutes(15));
    assert_eq!(bench.pc.orders_of_cart(DEMO, &cart).unwrap(), Some(bought));
}

#[test]
fn a_second_check_out_is_refused_or_repeats_the_first() {
    let bench = Bench::new();
    let (request, cart) = (bench.request(), bench.cart(&[line(1, 1)]));
    let again = || bench.pc.check_out(&request, DEMO, &cart);
    let bought = again().unwrap();
    let behave = |repeated_check_out| bench.pc.set_behavior(Behavior { repeated_check_out, ..Behavior::default() });
    assert_eq!((again(), code(bench.check_out(&cart))), (Ok(bought.clone()), "800065".to_owned()));
    behave(RepeatedCheckOut::AlwaysRefused);
    assert_eq!((code(again()), code(bench.check_out(&cart))), ("800065".to_owned(), "800065".to_owned()));
    behave(RepeatedCheckOut::SameAnswer);
    assert_eq!((again(), bench.check_out(&cart)), (Ok(bought.clone()), Ok(bought)));
    assert_eq!(bench.pc.effects().carts_checked_out, [cart]);
}

#[test]
fn faults_come_in_their_order_and_only_to_their_call() {
    let bench = Bench::new();
    bench.pc.fail_next(Call::DomainAvailable, Fault::TransientBefore);
    bench.pc.fail_next(Call::DomainAvailable, Fault::ThrottledFor(std::time::Duration::from_secs(57)));
    bench.pc.fail_next(Call::DomainAvailable, Fault::RefusedWith("900150".to_owned()));
    assert!(bench.pc.invitation_url(None).unwrap().contains("invType=ResellerRelationship"));
    let ask = || bench.pc.domain_available("new.onmicrosoft.com");
    assert!(matches!(ask(), Err(ProvisioningError::Transient(_))));
    assert_eq!(ask(), Err(ProvisioningError::Throttled { after: std::time::Duration::from_secs(57) }));
    assert_eq!(code(ask()), "900150");
    assert_eq!(ask(), Ok(true));
    assert_eq!((bench.pc.calls(Call::DomainAvailable), bench.pc.calls(Call::InvitationUrl)), (4, 1));
}

#[test]
fn nothing_happens_before_a_transient_fault() {
    let bench = Bench::new();
    bench.pc.fail_next(Call::CreateTenant, Fault::TransientBefore);
    let (request, tenant) = (bench.request(), new_tenant("mueller.onmicrosoft.com"));
    assert!(bench.pc.create_tenant(&request, &tenant).is_err());
    assert!(bench.pc.domain_available(&tenant.domain).unwrap());
    assert!(bench.pc.create_tenant(&request, &tenant).is_ok());
}

#[test]
fn a_tenant_lost_to_a_timeout_is_got_by_the_same_request() {
    let bench = Bench::new();
    bench.pc.fail_next(Call::CreateTenant, Fault::TimeoutAfterEffect);
    let (request, tenant) = (bench.request(), new_tenant("mueller.onmicrosoft.com"));
    let lost = bench.pc.create_tenant(&request, &tenant);
    assert!(matches!(lost, Err(ProvisioningError::Unknown(_))));
    let created = bench.pc.create_tenant(&request, &tenant).unwrap();
    assert_eq!(created.admin_user_name, "admin@mueller.onmicrosoft.com");
    assert_eq!(bench.pc.effects().tenants_created, ["mueller.onmicrosoft.com"]);
}

#[test]
fn a_check_out_lost_to_a_timeout_is_seen_in_cart_and_orders() {
    let bench = Bench::new();
    let cart = bench.cart(&[line(1, 1)]);
    bench.pc.fail_next(Call::CheckOut, Fault::TimeoutAfterEffect);
    assert!(matches!(bench.check_out(&cart), Err(ProvisioningError::Unknown(_))));
    assert!(bench.pc.cart(DEMO, &cart).unwrap().unwrap().ordered);
    let bought = bench.pc.orders_of_cart(DEMO, &cart).unwrap().unwrap();
    assert!(bench.pc.subscription(DEMO, subscription(&bought.lines[0].1)).unwrap().is_some());
    assert_eq!(bench.pc.effects().carts_checked_out, [cart]);
}

#[test]
fn ids_and_passwords_follow_from_the_seed() {
    let create = |seed| {
        let pc = MockPartnerCenter::in_memory(Arc::new(|| START), seed);
        pc.create_tenant(&RequestId("r".to_owned()), &new_tenant("mueller.onmicrosoft.com")).unwrap()
    };
    assert_eq!(create(1), create(1));
    assert_ne!(create(1).entra_tenant_id, create(2).entra_tenant_id);
    assert_ne!(create(1).admin_password, create(2).admin_password);
    assert_eq!(create(1).entra_tenant_id.len(), 36);
}

#[test]
fn a_journal_survives_the_process() {
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path().join("partner-center.jsonl");
    let (request, tenant) = (RequestId("r1".to_owned()), new_tenant("mueller.onmicrosoft.com"));
    let pc = open(&path).unwrap();
    let created = pc.create_tenant(&request, &tenant).unwrap();
    let id = created.entra_tenant_id.as_str();
    pc.confirm_agreement(id, &agreement()).unwrap();
    pc.adopt_tenant("demo.example", DEMO).unwrap();
    pc.find_tenant("linked.example").unwrap();
    let cart = pc.create_cart(&request, id, &[line(1, 4_242), line(2, 2)]).unwrap();
    let bought = pc.check_out(&request, id, &cart.id).unwrap();
    let ordered = subscription(&bought.lines[1].1);
    assert!(!pc.subscription(id, ordered).unwrap().unwrap().provided);
    let effects = pc.effects();
    drop(pc);

    let pc = open(&path).unwrap();
    assert_eq!(pc.effects(), effects);
    assert_eq!(pc.create_tenant(&request, &tenant).unwrap(), created);
    assert_eq!(pc.create_cart(&request, id, &[line(1, 4_242), line(2, 2)]).unwrap().id, cart.id);
    assert_eq!(pc.check_out(&request, id, &cart.id).unwrap(), bought);
    assert_eq!(pc.orders_of_cart(id, &cart.id).unwrap(), Some(bought.clone()));
    assert!(pc.subscription(id, ordered).unwrap().unwrap().provided, "the second poll, whoever asked first");
    for domain in ["demo.example", "linked.example", "mueller.onmicrosoft.com"] {
        assert!(!pc.domain_available(domain).unwrap(), "{domain}");
    }
    pc.adopt_tenant("demo.example", DEMO).unwrap();
    pc.confirm_agreement(id, &agreement()).unwrap();
    assert_eq!(pc.effects(), effects);
    let journal = fs::read_to_string(&path).unwrap();
    assert_eq!(journal.lines().count(), 8);
    assert!(!journal.contains(created.admin_password.expose()), "no password gets on disk");
    assert!(!journal.contains("Ringstraße"), "no address does");
}

#[test]
fn a_torn_last_line_never_happened() {
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path().join("partner-center.jsonl");
    open(&path).unwrap().adopt_tenant("demo.example", DEMO).unwrap();
    let whole = fs::read(&path).unwrap();
    open(&path).unwrap().adopt_tenant("torn.example", "torn").unwrap();
    let both = fs::read(&path).unwrap();
    for length in whole.len()..both.len() {
        fs::write(&path, &both[..length]).unwrap();
        let pc = open(&path).unwrap();
        assert!(pc.domain_available("torn.example").unwrap());
        pc.adopt_tenant("next.example", "next").unwrap();
        drop(pc);
        let pc = open(&path).unwrap();
        assert!(!pc.domain_available("demo.example").unwrap());
        assert!(!pc.domain_available("next.example").unwrap());
    }
}

#[test]
fn a_broken_line_inside_a_journal_is_an_error() {
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path().join("partner-center.jsonl");
    open(&path).unwrap().adopt_tenant("demo.example", DEMO).unwrap();
    let whole = fs::read_to_string(&path).unwrap();
    fs::write(&path, format!("{{\"fact\":\"\n{whole}")).unwrap();
    assert_eq!(open(&path).unwrap_err().kind(), io::ErrorKind::InvalidData);
}

#[test]
fn two_processes_share_a_journal() {
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path().join("partner-center.jsonl");
    let (server, worker) = (open(&path).unwrap(), open(&path).unwrap());
    server.adopt_tenant("demo.example", DEMO).unwrap();
    assert!(!worker.domain_available("demo.example").unwrap());
    let request = RequestId("r".to_owned());
    let cart = worker.create_cart(&request, DEMO, &[line(1, 1)]).unwrap();
    let buy = |pc: &MockPartnerCenter, request: &str| pc.check_out(&RequestId(request.to_owned()), DEMO, &cart.id);
    std::thread::scope(|scope| {
        let buyers = [scope.spawn(|| buy(&server, "s")), scope.spawn(|| buy(&worker, "w"))];
        let answers = buyers.map(|buyer| buyer.join().unwrap());
        assert_eq!(answers.iter().filter(|answer| answer.is_ok()).count(), 1, "{answers:?}");
    });
    assert_eq!(server.orders_of_cart(DEMO, &cart.id), worker.orders_of_cart(DEMO, &cart.id));
}
