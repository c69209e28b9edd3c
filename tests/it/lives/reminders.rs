//! Reminders (U-60, U-64, K-16): who gets how many, what they say, and what becomes of them after a stop, a kill, a
//! change of mind.

use api::ids::New as _;
use api::mail::{Mail, SendError, Transport};
use api::worker::rounds;
use domain::access::{Organization, Scope};
use domain::calendar::{Day, DaySpan};
use domain::id::{SubscriptionId, UserId};
use domain::subscription::{AtTermEnd, Subscription};
use serde_json::json;
use std::collections::HashSet;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use store::users::StoredUser;
use tests::running::{E1, E3, Running, auto_renew, quantity};
use tests::shop::{MONTH, YEAR_ANNUAL, YEAR_MONTHLY, column, customer, rows, text};
use tests::smtp::NoMailServer;
use tests::{SentMail, TestApp, both};

const KEYS: &str = "mskeys";
const TERRA: &str = "terra";
const RULES: &str = "/v1/people-rules";
const AUDIO: &str = "Audio Conferencing";

/// The reminders that somebody got.
fn reminders(app: &TestApp, address: &str) -> Vec<SentMail> {
    app.mails_to(address).into_iter().filter(|mail| mail.kind == "term_ending").collect()
}

fn stored(app: &TestApp, slug: &str, running: &Running) -> Subscription {
    let (scope, id) = (Scope::Marketplace(app.marketplace(slug)), running.id.parse().expect("an id"));
    app.app.store.read(|conn| store::subscriptions::get(conn, &scope, id)).expect("a subscription")
}

/// Another like it whose term began so many days later; nothing follows it, where that is said.
fn like(one: &Subscription, later: i64, ends: bool) -> Subscription {
    let by = |day: Day| day.plus_days(later);
    let span = one.term_span.expect("a term");
    let span = DaySpan::new(by(span.first), by(span.last));
    let at_term_end = if ends { AtTermEnd::End } else { one.at_term_end };
    let other = Subscription {
        id: SubscriptionId::new(),
        term_span: Some(span),
        anchor_day: span.first.of_month(),
        next_charge_on: one.next_charge_on.map(by),
        at_term_end,
        ..one.clone()
    };
    Subscription { next_reminder_on: other.reminder_after(span.first), ..other }
}

fn add(app: &TestApp, all: &[Subscription]) {
    app.app.store.write(|tx| store::subscriptions::insert_all(tx, all)).expect("they are added");
}

/// Keeps what it is handed, and is killed before some of the mails.
struct Killed {
    kept: Mutex<Vec<Mail>>,
    handed: AtomicUsize,
    before: Vec<usize>,
}

impl Transport for Killed {
    fn send(&self, mail: &Mail) -> Result<(), SendError> {
        let place = self.handed.fetch_add(1, Ordering::Relaxed);
        assert!(!self.before.contains(&place), "killed before mail {place}");
        self.kept.lock().expect("mails").push(mail.clone());
        Ok(())
    }
}

both! {
    /// U-60: a hundred subscriptions for a year and nineteen days: seventy by the month, of which ten end, and thirty
    /// by the year, of which ten end. Whoever is responsible for all of them, and the partner that the customer names,
    /// got 1 580 mails each: one for each reminder of each term. They get 46, and none about what renews by itself.
    u60_in_a_year_of_a_hundred_subscriptions_whoever_answers_for_all_gets_46_mails(app) {
        let buyer = app.admin("terra");
        let own = format!("/v1/customers/{}", customer(&app.provider(TERRA), "Musterfirma GmbH"));
        buyer.patch(&own, json!({"partner_of_record": "5357564"})).expect(200);
        let monthly = stored(&app, TERRA, &Running::buy(&app, TERRA, E1, MONTH, 1));
        let yearly = stored(&app, TERRA, &Running::buy(&app, TERRA, E3, YEAR_ANNUAL, 1));
        let all = (0..100).map(|n| {
            let (one, ends) = match n % 10 {
                0..=5 => (&monthly, false),
                6 => (&monthly, true),
                7 | 8 => (&yearly, false),
                _ => (&yearly, true),
            };
            like(one, n / 10 * 2, ends)
        });
        // The two that were bought are the first of their kind.
        add(&app, &all.enumerate().filter(|(n, _)| ![0, 7].contains(n)).map(|(_, one)| one).collect::<Vec<_>>());
        app.go_to(TERRA, "2027-09-25T12:00:00Z");
        let people = ["admin@kunde.terra.example", "admin@reseller1.terra.example"];
        assert_eq!(people.map(|person| reminders(&app, person).len()), [46, 46]);
        // Every reminder of what ends is in one of them: two of each month that ends, four of each such year.
        let named: usize = reminders(&app, people[0]).iter().map(|mail| mail.text.matches(": endet in ").count()).sum();
        assert_eq!(named, 10 * 2 + 10 * 4);
        assert_eq!(app.mails().iter().filter(|mail| mail.kind == "term_ending").count(), 92);
    }
}

both! {
    /// U-60, U-64, R-03: one mail a day names each subscription with licences in use, prices, and the last day of each
    /// choice; the partner that the customer names is told without prices and without a link to what it cannot see.
    u64_a_reminder_says_what_one_needs_to_decide(app) {
        let buyer = app.admin("mskeys");
        let partner = json!({"name": "Systemhaus Nord GmbH", "partner_id": "5357564"});
        let partner = app.provider(KEYS).post("/v1/resellers", partner).expect(201).text_at("/id").to_owned();
        let petra = json!({
            "email": "petra@nord.example", "first_name": "Petra", "last_name": "Partner", "role": "reseller_admin",
            "reseller_id": partner, "send_activation_mail": true,
        });
        app.provider(KEYS).post("/v1/users", petra).expect(201);
        let own = format!("/v1/customers/{}", customer(&app.provider(KEYS), "Musterfirma GmbH"));
        buyer.patch(&own, json!({"partner_of_record": "5357564"})).expect(200);
        let (first, second) =
            (Running::buy(&app, KEYS, E1, YEAR_ANNUAL, 5), Running::buy(&app, KEYS, E3, YEAR_ANNUAL, 2));
        let user = app.user("mskeys").id();
        buyer.post(&first.path("/assignments"), json!({"user_ids": [user]})).expect(201);
        app.go_to(KEYS, "2027-08-06T03:59:59Z");
        assert_eq!(reminders(&app, "admin@kunde.mskeys.example").len(), 1, "the one of 60 days before");
        app.go_to(KEYS, "2027-08-06T04:00:00Z");
        let mail = reminders(&app, "admin@kunde.mskeys.example").pop().expect("a mail");
        assert_eq!(mail.subject, "2 Laufzeiten enden, die erste am 5. September 2027");
        let said = [
            "  Office 365 E1 für Musterfirma GmbH: endet in 30 Tagen, am 5. September 2027\n",
            "    Lizenzen: 5, davon vergeben: 2\n",
            "    Preis je Lizenz: 112,80 EUR im Jahr\n",
            "    Preis je Lizenz in der nächsten Laufzeit: 112,80 EUR im Jahr\n",
            "    Danach endet das Abonnement.\n",
            "    Verlängern: bis 5. September 2027\n",
            "    Nach dem Ende zurückholen: bis 3. Januar 2028\n",
        ];
        let link = format!("    https://shop.mskeys.example/subscriptions/{}\n", first.id);
        for part in said.iter().copied().chain([link.as_str()]) {
            assert!(mail.text.contains(part), "{part} in {}", mail.text);
        }
        assert!(mail.text.contains("  Office 365 E3 für Musterfirma GmbH: endet in 30 Tagen"), "{}", mail.text);
        let told = reminders(&app, "petra@nord.example").pop().expect("a mail");
        assert!(told.text.contains(said[0]) && told.text.contains(said[1]), "{}", told.text);
        assert!(!told.text.contains("EUR") && !told.text.contains("https://"), "{}", told.text);
        // Each at its day, and each once.
        app.go_to(KEYS, "2027-09-10T09:00:00Z");
        for person in ["admin@kunde.mskeys.example", "petra@nord.example"] {
            let days: Vec<_> = reminders(&app, person)
                .iter()
                .map(|mail| ["60 Tagen", "30 Tagen", "7 Tagen", "1 Tag,"].map(|days| mail.text.contains(days)))
                .collect();
            let each = [0, 1, 2, 3].map(|place| [0, 1, 2, 3].map(|other| place == other));
            assert_eq!(days, each, "{person}");
        }
        assert_eq!(second.fields(["status"]), ["expired"]);
    }
}

both! {
    /// U-63: who may not see prices reads none: a plain user who is responsible gets the reminder without them.
    u64_prices_are_for_who_may_see_them(app) {
        let running = Running::buy(&app, KEYS, E1, YEAR_ANNUAL, 5);
        let one = stored(&app, KEYS, &running);
        let plain = app.user("mskeys").id();
        let plain: UserId = plain.parse().expect("an id");
        add(&app, &[Subscription { responsible_user: Some(plain), ..like(&one, 0, true) }]);
        app.go_to(KEYS, "2027-07-07T09:00:00Z");
        let prices = ["admin", "user"].map(|name| {
            let mails = reminders(&app, &format!("{name}@kunde.mskeys.example"));
            assert_eq!(mails.len(), 1, "{name}: {mails:#?}");
            mails[0].text.matches("112,80 EUR").count()
        });
        assert_eq!(prices, [2, 0]);
    }
}

both! {
    /// U-64: after a stop of almost a year everybody gets one mail, with the reminder of each term that then holds; of
    /// those that are over none.
    u64_after_a_stop_only_the_latest_holds(app) {
        let running = Running::buy(&app, KEYS, E1, YEAR_ANNUAL, 5);
        let one = stored(&app, KEYS, &running);
        // The last days: two are over by the 8th of September, the others end in 1 to 13 days.
        add(&app, &[1, 3, 4, 6, 9, 10, 15].map(|later| like(&one, later, true)));
        app.advance(time::Duration::days(367));
        app.drain();
        let mails = reminders(&app, "admin@kunde.mskeys.example");
        assert_eq!(mails.len(), 1, "{mails:#?}");
        let ends = ["heute", "1 Tag,", "3 Tagen,", "6 Tagen,", "7 Tagen,", "12 Tagen,"];
        let heads: Vec<_> = mails[0].text.lines().filter(|line| line.starts_with("  Office 365 E1 für")).collect();
        assert_eq!(heads.len(), ends.len(), "{heads:#?}");
        for (head, left) in heads.iter().zip(ends) {
            assert!(head.contains(left), "{left} in {head}");
        }
        app.advance(time::Duration::hours(12));
        app.drain();
        assert_eq!(reminders(&app, "admin@kunde.mskeys.example").len(), 1);
    }
}

both! {
    /// U-60: what is decided between the reminder and the mail of the day is heeded; so is what is decided while the
    /// mail waits for its server.
    u60_who_has_decided_is_reminded_no_more(app) {
        let running = [E1, E3].map(|edition| Running::buy(&app, TERRA, edition, YEAR_ANNUAL, 5));
        for one in &running {
            one.change_done(&app, auto_renew(false));
        }
        app.go_to(TERRA, "2027-07-07T00:00:00Z");
        running[0].change_done(&app, auto_renew(true));
        app.advance(time::Duration::hours(7));
        app.work_by_mail(Arc::new(NoMailServer), 3, time::Duration::seconds(2));
        let told = || {
            let all = app.provider(TERRA).get("/v1/notifications?kind=term_ending").expect(200);
            let all = rows(&all);
            (column(&all, "/recipient"), column(&all, "/status"), column(&all, "/failure"))
        };
        let (recipients, status, _) = told();
        assert_eq!((recipients, status), (vec!["admin@kunde.terra.example".to_owned()], vec!["pending".to_owned()]));
        let renews = running[1].by(&app.admin("terra"));
        renews.ask(auto_renew(true)).expect(201);
        app.advance(time::Duration::HOUR);
        app.drain();
        assert_eq!(reminders(&app, "admin@kunde.terra.example"), []);
        let (_, status, failure) = told();
        assert_eq!((status[0].as_str(), failure[0].as_str()), ("failed", "no term ends of which it was to tell"));
    }
}

/// Users of the customer who each are responsible for a subscription of their own.
fn crowd(app: &TestApp, number: usize) -> HashSet<String> {
    let one = stored(app, KEYS, &Running::buy(app, KEYS, E1, YEAR_ANNUAL, 1));
    let marketplace = app.marketplace(KEYS);
    let login = |conn: &mut store::Conn| {
        store::users::by_login_unscoped(conn, "billing@kunde.mskeys.example", Some(marketplace))
    };
    let billing = app.app.store.read(login).expect("a read").remove(0);
    assert_eq!(billing.organization, Organization::Customer(one.customer_id));
    let person = |n: usize| {
        let email = format!("person{n}of{number}@kunde.mskeys.example");
        StoredUser { id: UserId::new(), login: email.clone(), email, external_ref: None, ..billing.clone() }
    };
    let people: Vec<_> = (0..number).map(person).collect();
    let all = people.iter().map(|user| Subscription { responsible_user: Some(user.id), ..like(&one, 0, true) });
    let all: Vec<_> = all.collect();
    app.app
        .store
        .write(|tx| {
            store::users::insert_all(tx, &people)?;
            store::subscriptions::insert_all(tx, &all)
        })
        .expect("they are added");
    people.into_iter().map(|user| user.email).collect()
}

both! {
    /// U-60: five hundred people are told on one day, each once, though the process is killed three times meanwhile;
    /// what that takes of the database does not grow with what they are told of.
    u60_five_hundred_people_of_one_day_are_each_told_once(app) {
        let mut people = crowd(&app, 500);
        people.insert("admin@kunde.mskeys.example".to_owned());
        app.go_to(KEYS, "2027-07-07T00:00:00Z");
        app.advance(time::Duration::hours(7));
        let (kept, handed) = (Mutex::default(), AtomicUsize::new(0));
        let killed = Arc::new(Killed { kept, handed, before: vec![0, 120, 333] });
        app.work_by_mail(Arc::clone(&killed) as Arc<dyn Transport>, 12, time::Duration::MINUTE);
        let mails = killed.kept.lock().expect("mails");
        let told: HashSet<_> = mails.iter().map(|mail| mail.to.clone()).collect();
        assert_eq!((mails.len(), told == people), (people.len(), true));
        drop(mails);
        app.drain();
        assert_eq!(app.mails().iter().filter(|mail| mail.kind == "term_ending").count(), 0, "all are sent");
    }
}

both! {
    /// U-60: deciding who is told takes as many statements for three hundred reminders as for ten.
    u60_who_is_told_is_decided_in_few_statements(app) {
        let decided = |number: usize, now: &str| {
            crowd(&app, number);
            app.go_to(KEYS, now);
            app.advance(time::Duration::hours(7));
            let beside = app.beside_with_mail(Arc::new(NoMailServer));
            rounds::drain(&beside, None).expect("the worker works");
            let asked = beside.store.asked().statements;
            app.drain();
            asked
        };
        let (few, many) = (decided(10, "2027-07-07T00:00:00Z"), decided(300, "2028-05-07T00:00:00Z"));
        // In this process rows are written one by one: a mail and its line each.
        let rows = if app.app.store.engine() == store::Engine::Sqlite { 2 * 290 } else { 0 };
        assert!(many < few + rows + 10, "{few} {many}");
    }
}

both! {
    /// U-60, U-63: who is told at once gets a mail of its own for each subscription, and on the days that are asked
    /// for.
    u60_a_digest_and_its_days_are_data(app) {
        let provider = app.provider(KEYS);
        let mut rules = provider.get(RULES).expect(200).body;
        let told = rules["rules"]["told"].as_array_mut().expect("who is told");
        let ending = told.iter_mut().find(|told| told["kind"] == "term_ending").expect("reminders");
        ending["to"] = json!([{"who": "customer_admins", "digest": false, "days": [30]}]);
        provider.put(RULES, rules).expect(200);
        let _running = [E1, E3].map(|edition| Running::buy(&app, KEYS, edition, YEAR_ANNUAL, 5));
        app.go_to(KEYS, "2027-09-10T09:00:00Z");
        let subjects: Vec<_> =
            reminders(&app, "admin@kunde.mskeys.example").into_iter().map(|mail| mail.subject).collect();
        let mut expected = [E1, E3].map(|title| format!("{title}: Die Laufzeit endet am 5. September 2027")).to_vec();
        let mut found = subjects.clone();
        found.sort();
        expected.sort();
        assert_eq!(found, expected);
        let log = text(&provider.get("/v1/notifications?kind=term_ending").expect(200).body["data"][0]["subject"]);
        assert!(log.starts_with("sub_"), "told at once it is about the subscription: {log}");
    }
}

both! {
    /// an add-on that was bought for a base which ends says so wherever one asks, and its people are reminded of
    /// both; once the base renews, it does, too.
    a16_what_ends_with_its_base_says_so_everywhere(app) {
        let base = Running::buy(&app, TERRA, E1, YEAR_MONTHLY, 5);
        let before = Running::buy(&app, TERRA, AUDIO, YEAR_MONTHLY, 2);
        let stopped = base.change_done(&app, auto_renew(false));
        let named = &stopped["outcome"]["add_ons"][0];
        let end = json!("2027-09-06T00:00:00Z");
        let ends = (&json!(before.id), &json!("end"), &end);
        assert_eq!((&named["subscription_id"], &named["at_term_end"], &named["ends_at"]), ends);
        let after = Running::buy(&app, TERRA, AUDIO, YEAR_MONTHLY, 3);
        let all = [&base, &before, &after];
        let told = ["at_term_end", "auto_renew", "ends_at", "renews_at", "follow_up_term"];
        for running in all {
            assert_eq!(running.fields(told), ["end", "false", "2027-09-06T00:00:00Z", "null", "null"]);
        }
        let listed = |renews: bool| {
            let listed = base.buyer.get(&format!("/v1/subscriptions?auto_renew={renews}")).expect(200);
            let mut ids = column(&rows(&listed), "/id");
            ids.sort();
            ids
        };
        let mut ids = all.map(|running| running.id.clone());
        ids.sort();
        assert_eq!((listed(false), listed(true)), (ids.to_vec(), vec![]));
        // A change of its own does not keep it alive.
        let more = after.change_done(&app, quantity(4));
        assert_eq!((&more["outcome"]["at_term_end"], &more["outcome"]["ends_at"]), (&json!("end"), &end));
        assert_eq!((listed(false), listed(true)), (ids.to_vec(), vec![]));
        app.go_to(TERRA, "2027-08-06T07:00:00Z");
        let mail = reminders(&app, "admin@kunde.terra.example").pop().expect("a mail");
        assert_eq!(mail.subject, "3 Laufzeiten enden, die erste am 5. September 2027");
        let with_base = "    Es endet zusammen mit Office 365 E1, wozu es gehört.\n";
        assert_eq!(mail.text.matches(with_base).count(), 2, "{}", mail.text);
        assert_eq!(mail.text.matches("    Verlängern: bis").count(), 1, "the base's: {}", mail.text);
        let reminded = after.history().into_iter().filter_map(|entry| entry.get("event").cloned());
        let mut reminded = reminded.filter(|event| event["kind"] == "subscription.reminded");
        assert_eq!(reminded.next().expect("a reminder")["details"]["at_term_end"], "end");
        base.change_done(&app, auto_renew(true));
        for running in all {
            assert_eq!(running.fields(["at_term_end", "auto_renew", "ends_at"]), ["renew", "true", "null"]);
        }
        assert_eq!((listed(false), listed(true)), (vec![], ids.to_vec()));
    }
}
