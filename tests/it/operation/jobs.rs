//! Long work that somebody asked for (U-92, U-94, U-104, U-113): followed, canceled, and done by whoever is there.

use crate::faults::crash::Installation;
use serde_json::{Value, json};
use std::time::{Duration, Instant};
use tests::database::Database;
use tests::program::Program;
use tests::shop::{
    self, HEADER, RETAIL, Row, YEAR_MONTHLY, ask_import, ask_publish, column, followed, import, price_of, publish,
    rows, sheet, text,
};
use tests::{Answer, Client, TestApp, both};

/// A sheet of so many offers, each of a SKU of its own.
fn large(count: usize) -> String {
    let row = |n: usize| {
        let (product, sku) = (format!("DZH318Z{:05}", n / 10), format!("{:04}", n % 10));
        Row::of(&format!("Lagerhaus {}", n / 10), &product, &sku, &format!("Lager {n}")).priced("36.00", "48.00").line()
    };
    let lines: String = (0..count).map(|n| row(n) + "\n").collect();
    format!("{HEADER}\n{lines}")
}

fn job(client: &Client, accepted: &Answer) -> Value {
    client.get(accepted.header("location")).expect(200).body
}

/// Waits until a job is some way on its way.
fn under_way(client: &Client, accepted: &Answer) -> Value {
    let begun = Instant::now();
    loop {
        let job = job(client, accepted);
        let done = job["progress"]["done"].as_i64().expect("a number");
        if job["state"] != "queued" && done > 0 {
            return job;
        }
        assert!(begun.elapsed() < Duration::from_secs(60), "it does not begin: {job}");
        std::thread::sleep(Duration::from_millis(1));
    }
}

/// From here on nobody takes up jobs; who is asked for one keeps it.
fn stand_still(app: &TestApp) {
    app.app.drain();
    app.app.wake_jobs();
    std::thread::sleep(Duration::from_millis(100));
}

fn states(provider: &Client) -> Vec<String> {
    column(&rows(&provider.get("/v1/jobs").expect(200)), "/state")
}

both! {
    /// U-94: who asks for long work is answered at once, and can ask how far it is and what came of it.
    long_work_is_a_job_that_can_be_asked_about(app) {
        let provider = app.provider("cancom");
        let accepted = ask_import(&provider, RETAIL, sheet(&[Row::e1().priced("96.00", "120.00")])).expect(202);
        let location = accepted.header("location").to_owned();
        assert_eq!(location, format!("/v1/jobs/{}", accepted.text_at("/id")));
        assert_eq!((accepted.text_at("/kind"), accepted.text_at("/state")), ("price_list_import", "queued"));
        let done = followed(&provider, &accepted);
        assert_eq!((&done["state"], &done["result"]["price_list_id"]), (&json!("done"), &accepted.body["subject"]));
        assert_eq!((&done["problem"], &done["cancel_requested"]), (&json!(null), &json!(false)));
        assert_eq!(done["progress"]["done"], done["progress"]["total"]);
        assert_eq!(done["progress"]["unit"], "bytes");
        assert_eq!(done["requested_by"], provider.get("/v1/me").expect(200).body["id"]);
        for instant in ["created_at", "started_at", "finished_at"] {
            assert_eq!(done[instant], "2026-09-06T10:15:00Z", "{instant}");
        }
        let list = json!({"id": done["result"]["price_list_id"]});
        let published = followed(&provider, &ask_publish(&provider, &list).expect(202));
        assert_eq!((&published["kind"], &published["state"]), (&json!("price_list_publication"), &json!("done")));
        assert_eq!(published["progress"], json!({"done": 1, "total": 1, "unit": "rows"}));
        assert_eq!(price_of(&provider, "Office 365 E1", YEAR_MONTHLY), "10.00");
        assert_eq!(states(&provider), ["done", "done"]);
        assert_eq!(rows(&provider.get("/v1/jobs?state=running").expect(200)), Vec::<Value>::new());
    }
}

both! {
    /// U-94: another marketplace's job is not there, and nobody without the permission sees any.
    a_foreign_job_is_not_there(app) {
        let own = app.provider("cancom");
        let accepted = ask_import(&own, RETAIL, sheet(&[Row::e1()])).expect(202);
        followed(&own, &accepted);
        let foreign = app.provider("terra");
        foreign.get(accepted.header("location")).refused(404, "not_found");
        foreign.post(&format!("{}/cancel", accepted.header("location")), json!({})).refused(404, "not_found");
        assert_eq!(states(&foreign), Vec::<String>::new());
        app.admin("cancom").get("/v1/jobs").refused(403, "forbidden");
        own.get("/v1/jobs/job_01kagy2qk8e3vrc6h1x0m4t7ws").refused(404, "not_found");
        own.post(&format!("{}/cancel", accepted.header("location")), json!({})).refused(409, "job_over");
    }
}

both! {
    /// U-94: progress goes up, never down, and ends where all is done.
    progress_goes_up(app) {
        let provider = app.provider("cancom");
        let accepted = ask_import(&provider, RETAIL, large(5_000)).expect(202);
        let total = under_way(&provider, &accepted)["progress"]["total"].as_i64().expect("a total");
        let mut seen = vec![];
        loop {
            let job = job(&provider, &accepted);
            seen.push(job["progress"]["done"].as_i64().expect("a number"));
            if job["state"] != "running" {
                assert_eq!(job["state"], "done", "{job}");
                break;
            }
            std::thread::sleep(Duration::from_millis(2));
        }
        assert!(seen.is_sorted(), "{seen:?}");
        assert!(seen.iter().any(|done| (1..total).contains(done)), "something in between: {seen:?}");
        assert_eq!(seen.last(), Some(&total));
    }
}

both! {
    /// U-94: a running import is canceled; it leaves a discarded list without rows, and the sheet can come again.
    an_import_is_canceled(app) {
        let provider = app.provider("cancom");
        let accepted = ask_import(&provider, RETAIL, large(12_000)).expect(202);
        under_way(&provider, &accepted);
        let cancel = format!("{}/cancel", accepted.header("location"));
        let asked = provider.post(&cancel, json!({})).expect(200);
        assert_eq!(asked.body["cancel_requested"], true);
        let over = followed(&provider, &accepted);
        assert_eq!((&over["state"], &over["result"]), (&json!("canceled"), &json!(null)), "{over}");
        provider.post(&cancel, json!({})).refused(409, "job_over");
        let list = format!("/v1/price-lists/{}", text(&over["subject"]));
        assert_eq!(provider.get(&list).expect(200).text_at("/status"), "discarded");
        assert_eq!(rows(&provider.get(&format!("{list}/rows")).expect(200)), Vec::<Value>::new());
        let again = import(&provider, RETAIL, large(50));
        assert_eq!((&again["rows"], &again["added"]), (&json!(50), &json!(50)));
    }
}

both! {
    /// U-94: what waits is canceled at once, what waits survives a restart, and of two publications that were asked for
    /// at once the second fails: it leaves its draft, and the prices of the first.
    queued_work_survives_a_restart_and_a_failed_publication_changes_nothing(app) {
        let provider = app.provider("cancom");
        let [first, second] =
            ["120.00", "132.00"].map(|price| import(&provider, RETAIL, sheet(&[Row::e1().priced("96.00", price)])));
        stand_still(&app);
        let unwanted = ask_import(&provider, RETAIL, sheet(&[Row::e1()])).expect(202);
        let canceled = provider.post(&format!("{}/cancel", unwanted.header("location")), json!({})).expect(200);
        assert_eq!(canceled.text_at("/state"), "canceled");
        let asked = [&first, &second].map(|list| ask_publish(&provider, list).expect(202));
        ask_publish(&provider, &first).refused(409, "job_under_way");
        assert_eq!(states(&provider)[..3], ["queued", "queued", "canceled"]);
        let app = app.restart();
        let provider = provider.at(&app.url);
        let ended = asked.map(|asked| followed(&provider, &asked));
        let mut states = ended.each_ref().map(|job| text(&job["state"]));
        states.sort();
        assert_eq!(states, ["done", "failed"], "{ended:?}");
        let failed = usize::from(ended[1]["state"] == "failed");
        assert_eq!(ended[failed]["problem"]["code"], "price_list_stale");
        assert_eq!(ended[failed]["result"], json!(null));
        let expected = ["11.00", "10.00"][failed];
        assert_eq!(price_of(&provider, "Office 365 E1", YEAR_MONTHLY), expected);
        let status = |list: &Value| {
            provider.get(&format!("/v1/price-lists/{}", text(&list["id"]))).expect(200).text_at("/status").to_owned()
        };
        assert_eq!(status([&first, &second][failed]), "draft");
        assert_eq!(status([&second, &first][failed]), "published");
        let german = provider.with("Accept-Language", "de").get(&format!("/v1/jobs/{}", text(&ended[failed]["id"])));
        assert_ne!(german.body["problem"]["title"], ended[failed]["problem"]["title"]);
    }
}

both! {
    /// U-104: one clock is moved by one at a time. The same move is joined, another one is told where the clock stands.
    a_clock_move_that_comes_second_is_told_where_the_clock_stands(app) {
        let provider = app.provider("cancom");
        let put = |now: &str| provider.put("/v1/sandbox/clock", json!({ "now": now }));
        stand_still(&app);
        std::thread::scope(|threads| {
            // Answered by nobody: the process ends before.
            let waiting = threads
                .spawn(|| provider.try_send("PUT", "/v1/sandbox/clock", Some(json!({"now": "2026-10-01T00:00:00Z"}))));
            let begun = Instant::now();
            while states(&provider) != ["queued"] {
                assert!(begun.elapsed() < Duration::from_secs(20), "it is not asked for");
            }
            let refused = put("2026-11-01T00:00:00Z").refused(409, "job_under_way");
            assert_eq!(refused.body["now"], "2026-09-06T10:15:00Z");
            let app = app.restart();
            drop(waiting.join());
            let provider = provider.at(&app.url);
            let again = provider.put("/v1/sandbox/clock", json!({"now": "2026-10-01T00:00:00Z"}));
            assert_eq!(again.expect(200).text_at("/now"), "2026-10-01T00:00:00Z", "joined");
            shop::idle(&provider);
            assert_eq!(provider.get("/v1/sandbox/clock").expect(200).text_at("/now"), "2026-10-01T00:00:00Z");
            let actions = column(&rows(&provider.get("/v1/audit-log?limit=200").expect(200)), "/action");
            let moves = actions.iter().filter(|action| *action == "sandbox.clock_moved").count();
            assert!((1..=2).contains(&moves), "{actions:?}");
            provider.put("/v1/sandbox/clock", json!({"now": "2026-09-30T00:00:00Z"})).refused(422, "clock_backwards");
        });
    }
}

both! {
    /// U-113: what a publication supersedes is not held in memory any more.
    superseded_prices_leave_memory(app) {
        let provider = app.provider("cancom");
        let held = || {
            let metrics = app.anonymous().get("/metrics").text;
            let line = metrics.lines().find(|line| line.starts_with("catalog_prices ")).expect("the figure").to_owned();
            line["catalog_prices ".len()..].parse::<u64>().expect("a number")
        };
        let before = held();
        publish(&provider, RETAIL, &[Row::e1().priced("96.00", "120.00")]);
        let with_one = held();
        assert!(with_one <= before + 1, "{before} {with_one}");
        for price in ["132.00", "144.00"] {
            publish(&provider, RETAIL, &[Row::e1().priced("96.00", price)]);
            assert_eq!(held(), with_one, "it took the place of the one before");
        }
        assert_eq!(price_of(&provider, "Office 365 E1", YEAR_MONTHLY), "12.00");
        // One that begins later is beside it until it does.
        publish(&provider, RETAIL, &[Row::e1().priced("96.00", "156.00").from("2026-10-01")]);
        assert_eq!(held(), with_one + 1);
    }
}

/// Rows of the sheet that the program is killed over.
const ROWS: usize = 20_000;

fn log_in(program: &Program) -> Client {
    Client::log_in(&program.url, "provider@cancom.example")
}

/// U-94: killed in the middle of an import and of its publication, the program goes on with them when it is back; two
/// processes share the work, and nothing is lost or doubled.
fn killed_on_the_way(database: std::sync::Arc<Database>) {
    let installation = Installation::new(database);
    let program = installation.start();
    let provider = log_in(&program);
    let accepted = ask_import(&provider, RETAIL, large(ROWS)).expect(202);
    under_way(&provider, &accepted);
    program.kill();
    let (program, beside) = (installation.start(), installation.start());
    let provider = provider.at(&program.url);
    let imported = followed(&provider, &accepted);
    assert_eq!(imported["state"], "done", "{imported}");
    let list = provider.get(&format!("/v1/price-lists/{}", text(&imported["subject"]))).expect(200).body;
    assert_eq!((&list["status"], &list["rows"], &list["added"]), (&json!("draft"), &json!(ROWS), &json!(ROWS)));
    let asked = ask_publish(&provider, &list).expect(202);
    while job(&provider, &asked)["state"] == "queued" {
        std::thread::sleep(Duration::from_millis(1));
    }
    // Whichever of the two has it.
    program.kill();
    beside.kill();
    let program = installation.start();
    let provider = provider.at(&program.url);
    let published = followed(&provider, &asked);
    assert_eq!((&published["state"], &published["progress"]["done"]), (&json!("done"), &json!(ROWS)), "{published}");
    let events = rows(&provider.get(&format!("/v1/audit-log?subject={}", text(&list["id"]))).expect(200));
    let mut actions = column(&events, "/action");
    actions.sort();
    assert_eq!(actions, ["price_list.imported", "price_list.published"], "each once");
    let last = shop::product(&provider, &format!("Lagerhaus {}", ROWS / 10 - 1), "");
    assert_eq!(last["skus"].as_array().map(Vec::len), Some(10));
    assert_eq!(price_of(&provider, &format!("Lager {}", ROWS - 1), YEAR_MONTHLY), "4.00");
    let again = import(&provider, RETAIL, large(ROWS));
    assert_eq!((&again["added"], &again["unchanged"]), (&json!(0), &json!(ROWS)), "every price is there, once");
    program.kill();
}

#[test]
fn long_work_survives_kills_on_sqlite() {
    killed_on_the_way(Database::sqlite());
}

#[test]
fn long_work_survives_kills_on_postgres() {
    if let Some(database) = Database::postgres() {
        killed_on_the_way(database);
    }
}
