//! What is secret stays secret (G25): not a password, token or key in what the program writes at its most
//! talkative, in its metrics, its problems, its audit log, or on the disk in clear.

use serde_json::json;
use std::collections::BTreeMap;
use std::fs::File;
use std::io::{PipeReader, Write as _};
use std::path::Path;
use std::process::Stdio;
use std::sync::Arc;
use std::time::{Duration, Instant};
use tests::database::Database;
use tests::program::{Program, Setting, command};
use tests::shop;
use tests::{Answer, Client};

const KEY: &str = "BwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwc=";
const PREVIOUS_KEY: &str = "CQkJCQkJCQkJCQkJCQkJCQkJCQkJCQkJCQkJCQkJCQk=";
const DATABASE_PASSWORD: &str = "canary-database-password";

/// The secrets of a run by name, and everything that was answered and may not tell them.
#[derive(Default)]
struct Canaries {
    secrets: BTreeMap<&'static str, String>,
    told: Vec<String>,
}

impl Canaries {
    fn plant(&mut self, name: &'static str, secret: &str) -> String {
        assert!(secret.len() >= 12, "{name} is long enough to be found");
        self.secrets.insert(name, secret.to_owned());
        secret.to_owned()
    }

    /// Keeps an answer that is no secret itself.
    #[track_caller]
    fn hear(&mut self, answer: &Answer, status: u16) {
        assert_eq!(answer.status, status, "{}", answer.text);
        self.told.push(answer.text.clone());
    }

    /// Holds that none of the secrets is in a text; says where it came from.
    fn absent_from(&self, place: &str, text: &[u8]) {
        for (name, secret) in &self.secrets {
            let found = text.windows(secret.len()).any(|window| window == secret.as_bytes());
            assert!(!found, "{name} is in {place}");
        }
    }
}

/// Everything that carries a secret, going well and going wrong.
fn talk(program: &Program, canaries: &mut Canaries) {
    let anonymous = program.anonymous();
    sessions(&anonymous, canaries);
    machines(&anonymous, canaries);
    let provider = Client::log_in(&program.url, "provider@cancom.example");
    canaries.plant("access token", provider.token());
    tenants(&provider, canaries);
    malformed(&provider, canaries);
    let customer = Client::log_in(&program.url, "admin@kunde.cancom.example");
    canaries.plant("customer's access token", customer.token());
    canaries.hear(&customer.get("/v1/tasks"), 403);
    canaries.hear(&customer.post("/v1/orders", json!({"cart_id": "crt_00000000000000000000000000"})), 422);
    canaries.hear(&provider.get("/v1/audit-log?limit=200"), 200);
    canaries.hear(&provider.get("/v1/tasks?limit=200"), 200);
    canaries.hear(&anonymous.get("/metrics"), 200);
}

fn sessions(anonymous: &Client, canaries: &mut Canaries) {
    let email = "billing@kunde.cancom.example";
    let right = canaries.plant("password", api::demo::logins::PASSWORD);
    let wrong = canaries.plant("wrong password", "canary-wrong-password");
    let login =
        |email: &str, password: &str| anonymous.post("/v1/auth/login", json!({"email": email, "password": password}));
    canaries.hear(&login(email, &wrong), 401);
    canaries.hear(&login("nobody@kunde.cancom.example", &wrong), 401);
    canaries.hear(&login(email, &wrong.repeat(100)), 401);
    canaries.hear(&anonymous.post("/v1/auth/login", json!({"email": email, "pasword": wrong})), 422);
    canaries.hear(&anonymous.post("/v1/auth/login", json!({"email": email, "password": [wrong]})), 422);
    canaries.hear(&anonymous.post("/v1/auth/login", json!([email, wrong])), 422);
    let pair = login(email, &right).expect(200);
    let first = canaries.plant("refresh token", pair.text_at("/refresh_token"));
    let access = canaries.plant("first access token", pair.text_at("/access_token"));
    canaries.plant("device token", pair.text_at("/device_token"));
    let refresh = |token: &str| anonymous.post("/v1/auth/refresh", json!({ "refresh_token": token }));
    let pair = refresh(&first).expect(200);
    let second = canaries.plant("second refresh token", pair.text_at("/refresh_token"));
    canaries.plant("second access token", pair.text_at("/access_token"));
    // Used twice, by another program: the log-in is ended, and the log says whose it was.
    let thief = anonymous.with("User-Agent", "thief/1");
    canaries.hear(&thief.post("/v1/auth/refresh", json!({ "refresh_token": first })), 401);
    canaries.hear(&refresh(&second), 401);
    canaries.hear(&refresh("canary-unknown-refresh-token"), 401);
    canaries.plant("unknown refresh token", "canary-unknown-refresh-token");
    assert_eq!(anonymous.post("/v1/auth/logout", json!({"refresh_token": second})).status, 204);
    let forged = canaries.plant("forged token", &format!("{access}canary"));
    canaries.hear(&anonymous.with_token(&forged).get("/v1/me"), 401);
    canaries.hear(&anonymous.with("Authorization", &format!("Basic {access}")).get("/v1/me"), 401);
    canaries.hear(&anonymous.get(&format!("/v1/orders?access_token={access}")), 401);
    canaries.hear(&anonymous.get(&format!("/v1/{access}")), 404);
}

fn machines(anonymous: &Client, canaries: &mut Canaries) {
    let id = api::demo::logins::client_id("cancom").to_string();
    let right = canaries.plant("client secret", api::demo::logins::CLIENT_SECRET);
    let wrong = canaries.plant("wrong client secret", "canary-client-secret");
    let form = |body: String| {
        anonymous.send_raw("POST", "/v1/oauth/token", "application/x-www-form-urlencoded", body.into_bytes())
    };
    let request = |secret: &str| form(format!("grant_type=client_credentials&client_id={id}&client_secret={secret}"));
    canaries.hear(&request(&wrong), 401);
    canaries.hear(&form(format!("grant_type=password&password={wrong}")), 400);
    let granted = request(&right).expect(200);
    let token = canaries.plant("machine's token", granted.text_at("/access_token"));
    let machine = anonymous.with_token(&token);
    canaries.hear(&machine.get("/v1/me"), 200);
    let basic = |credentials: &str| {
        let header = anonymous.with("Authorization", &format!("Basic {credentials}"));
        let body = b"grant_type=client_credentials".to_vec();
        header.send_raw("POST", "/v1/oauth/token", "application/x-www-form-urlencoded", body)
    };
    let garbage = canaries.plant("garbage in a Basic header", "Y2FuYXJ5LWJhc2ljLWhlYWRlcg==");
    canaries.hear(&basic(&garbage), 401);
}

fn tenants(provider: &Client, canaries: &mut Canaries) {
    let customer = shop::customer(provider, "Neukunde GmbH");
    let path = format!("/v1/customers/{customer}/tenant");
    canaries.hear(&provider.put(&path, json!({"mode": "create", "prefix": "canary"})), 202);
    let begun = Instant::now();
    while provider.get(&path).expect(200).body["status"] != "linked" {
        assert!(begun.elapsed() < Duration::from_secs(60), "the tenant is not created");
        std::thread::sleep(Duration::from_millis(20));
    }
    canaries.hear(&provider.get(&path), 200);
    let keyed = provider.with("Idempotency-Key", "canary-key");
    let credentials = keyed.post(&format!("{path}/credentials"), json!({})).expect(200);
    canaries.plant("tenant password", credentials.text_at("/password"));
    // Not even to whoever retries with the same key.
    canaries.hear(&keyed.post(&format!("{path}/credentials"), json!({})), 409);
}

fn malformed(provider: &Client, canaries: &mut Canaries) {
    let secret = canaries.plant("secret in a broken body", "canary-in-a-broken-body");
    canaries.hear(&provider.post("/v1/carts", json!({"name": {"first": secret}})), 422);
    canaries.hear(&provider.put("/v1/sandbox/clock", json!({"now": secret})), 422);
    canaries.hear(&provider.put("/v1/sandbox/clock", json!([secret])), 422);
    for body in [format!("{{\"name\": \"{secret}"), secret.clone()] {
        canaries.hear(&provider.send_raw("POST", "/v1/carts", "application/json", body.into_bytes()), 400);
    }
    let xml = format!("<password>{secret}</password>");
    canaries.hear(&provider.send_raw("POST", "/v1/carts", "application/xml", xml.into_bytes()), 415);
    let large = secret.repeat(100_000);
    canaries.hear(&provider.send_raw("POST", "/v1/carts", "application/json", large.into_bytes()), 413);
    for (tag, status) in [(secret.clone(), 400), (format!("\"{secret}\""), 404)] {
        let nobody = "/v1/customers/cus_00000000000000000000000000";
        canaries.hear(&provider.with("If-Match", &tag).patch(nobody, json!({})), status);
    }
}

fn keeps_secrets(database: &Arc<Database>, url: String, format: &str, output: fn(&str) -> bool) {
    let journal = tempfile::NamedTempFile::new().expect("a temporary file");
    let settings: Vec<Setting> = vec![
        ("KONTOR_DATABASE_URL", url),
        ("KONTOR_SECRET_KEY", KEY.to_owned()),
        ("KONTOR_SECRET_KEY_PREVIOUS", PREVIOUS_KEY.to_owned()),
        ("KONTOR_PARTNER_CENTER_JOURNAL", journal.path().display().to_string()),
        ("KONTOR_LOG_LEVEL", "trace".to_owned()),
        ("KONTOR_LOG_FORMAT", format.to_owned()),
    ];
    let mut canaries = Canaries::default();
    canaries.plant("secret key", KEY);
    canaries.plant("previous secret key", PREVIOUS_KEY);
    canaries.plant("database password", DATABASE_PASSWORD);
    let program = Program::serve(&settings, &[]);
    talk(&program, &mut canaries);
    program.terminate();
    let (status, written) = program.wait();
    assert_eq!(status.code(), Some(0), "{written}");
    let requests = written.lines().filter(|line| line.contains("access") && line.contains("duration_us")).count();
    assert!(requests > 30 && written.lines().any(output), "the log was as talkative as it gets: {written}");
    canaries.absent_from("the log", written.as_bytes());
    for told in &canaries.told {
        canaries.absent_from(&format!("the answer {}", &told[..told.len().min(300)]), told.as_bytes());
    }
    canaries.absent_from("Partner Center's journal", &std::fs::read(journal.path()).expect("the journal"));
    if let Some(path) = database.url().strip_prefix("sqlite:") {
        for name in [path.to_owned(), format!("{path}-wal")].iter().filter(|name| Path::new(name).exists()) {
            canaries.absent_from(name, &std::fs::read(name).expect("the file"));
        }
    }
    assert!(canaries.secrets.len() >= 18, "{:?}", canaries.secrets.keys());
}

#[test]
fn sqlite_keeps_secrets_as_text() {
    let database = Database::sqlite();
    keeps_secrets(&database, database.url().to_owned(), "text", |line| {
        line.contains(" TRACE ") || line.contains(" DEBUG ")
    });
}

#[test]
fn postgres_keeps_secrets_as_json() {
    let Some(database) = Database::postgres() else { return };
    let url = database.url().replace("//kontor@", &format!("//kontor:{DATABASE_PASSWORD}@"));
    assert!(url.contains(DATABASE_PASSWORD), "{url}");
    keeps_secrets(&database, url, "json", |line| serde_json::from_str::<serde_json::Value>(line).is_ok());
}

#[test]
fn a_database_password_is_not_told_when_the_server_is_away() {
    let settings: Vec<Setting> = vec![
        ("KONTOR_DATABASE_URL", format!("postgres://kontor:{DATABASE_PASSWORD}@127.0.0.1:1/kontor")),
        ("KONTOR_SECRET_KEY", KEY.to_owned()),
        ("KONTOR_LOG_LEVEL", "trace".to_owned()),
    ];
    let output = tests::program::run(&settings, &["serve"]);
    let said = [output.stdout, output.stderr].concat();
    let mut canaries = Canaries::default();
    canaries.plant("database password", DATABASE_PASSWORD);
    canaries.plant("secret key", KEY);
    canaries.absent_from("the log", &said);
    assert_eq!(output.status.code(), Some(4), "{}", String::from_utf8_lossy(&said));
}

/// A standard output or error that cannot be written to.
#[derive(Clone, Copy, Debug)]
enum Unheard {
    FullDisk,
    ReaderGone,
    NobodyReads,
}

impl Unheard {
    /// The output, and whoever holds its other end.
    fn output(self) -> (Stdio, Option<PipeReader>) {
        if let Self::FullDisk = self {
            return (File::options().write(true).open("/dev/full").expect("the device").into(), None);
        }
        let (reader, writer) = std::io::pipe().expect("a pipe");
        if let Self::ReaderGone = self {
            return (writer.into(), None);
        }
        let mut filling = writer.try_clone().expect("a descriptor");
        // Ends with the reader.
        std::thread::spawn(move || while filling.write_all(&[b'x'; 4_096]).is_ok() {});
        std::thread::sleep(Duration::from_millis(200));
        (writer.into(), Some(reader))
    }
}

fn dropped_lines(client: &Client) -> u64 {
    let metrics = client.get("/metrics").expect(200).text;
    let line = metrics.lines().find_map(|line| line.strip_prefix("log_lines_dropped_total "));
    line.expect("it is counted").parse().expect("a number")
}

/// Starts, answers, writes, counts what it could not say, and stops.
fn works_unheard(database: &Database, kind: Unheard) {
    let directory = tempfile::TempDir::new().expect("a temporary directory");
    let beside = |name: &str| directory.path().join(name).display().to_string();
    let settings: Vec<Setting> = vec![
        ("KONTOR_DATABASE_URL", database.url().to_owned()),
        ("KONTOR_SECRET_KEY", KEY.to_owned()),
        ("KONTOR_PARTNER_CENTER_JOURNAL", beside("partner-center")),
        ("KONTOR_MAIL", format!("file:{}", beside("mails"))),
        ("KONTOR_LOG_LEVEL", "trace".to_owned()),
    ];
    let ((stdout, _out), (stderr, _err)) = (kind.output(), kind.output());
    let program = Program::serve_unheard(&settings, [stdout, stderr]);
    let buyer = Client::log_in(&program.url, "admin@kunde.cancom.example");
    let made = buyer.post("/v1/carts", json!({"name": "Unerhört"})).expect(201);
    let path = format!("/v1/carts/{}", made.text_at("/id"));
    let begun = Instant::now();
    while dropped_lines(&buyer) == 0 {
        assert!(begun.elapsed() < Duration::from_secs(60), "{kind:?}: nothing is dropped");
        for _ in 0..100 {
            buyer.get("/healthz").expect(200);
        }
    }
    assert_eq!(buyer.get(&path).expect(200).body["name"], "Unerhört");
    buyer.patch(&path, json!({"name": "Noch immer"})).expect(200);
    buyer.get("/v1/carts/crt_00000000000000000000000000").refused(404, "not_found");
    buyer.get("/readyz").expect(200);
    let begun = Instant::now();
    program.terminate();
    let (status, _) = program.wait();
    assert_eq!(status.code(), Some(0), "{kind:?}");
    assert!(begun.elapsed() < Duration::from_secs(15), "{kind:?} stopped after {:?}", begun.elapsed());
}

/// U-93: what the log is written to decides about no start, no answer, no effect and no stop.
#[test]
fn u93_a_log_that_cannot_be_written_costs_lines_and_nothing_else() {
    for kind in [Unheard::FullDisk, Unheard::ReaderGone, Unheard::NobodyReads] {
        works_unheard(&Database::sqlite(), kind);
    }
}

#[test]
fn u93_a_log_that_cannot_be_written_costs_lines_and_nothing_else_on_postgres() {
    let Some(database) = Database::postgres() else { return };
    works_unheard(&database, Unheard::NobodyReads);
}

/// U-93: nor does it change how a command ends.
#[test]
fn u93_a_command_ends_as_it_would_whoever_listens() {
    let directory = tempfile::TempDir::new().expect("a temporary directory");
    let url = ("KONTOR_DATABASE_URL", format!("sqlite:{}", directory.path().join("kontor.db").display()));
    let wrong = ("KONTOR_POOL_SIZE", "0".to_owned());
    for kind in [Unheard::FullDisk, Unheard::ReaderGone, Unheard::NobodyReads] {
        for (arguments, settings, code) in [
            (["check-config"].as_slice(), vec![url.clone()], 0),
            (["migrate"].as_slice(), vec![url.clone()], 0),
            (["serve"].as_slice(), vec![url.clone(), wrong.clone()], 3),
            (["sevre"].as_slice(), vec![], 2),
        ] {
            // What is wrong with the command line is said by its reader, who waits for whoever reads.
            if code == 2 && matches!(kind, Unheard::NobodyReads) {
                continue;
            }
            let ((stdout, _out), (stderr, _err)) = (kind.output(), kind.output());
            let ended = command(&settings).args(arguments).stdout(stdout).stderr(stderr).status();
            assert_eq!(ended.expect("it runs").code(), Some(code), "{kind:?} {arguments:?}");
        }
    }
}
