//! `kontor` on the command line: what it says and how it ends when something is wrong with its surroundings.

use diesel::{Connection as _, QueryableByName, RunQueryDsl as _};
use std::os::unix::fs::PermissionsExt as _;
use std::path::Path;
use std::process::Output;
use std::time::Duration;
use tempfile::TempDir;
use tests::database::Database;
use tests::program::{Program, Setting, command, run};

const KEY: &str = "BwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwc=";

fn directory() -> TempDir {
    TempDir::new().expect("a temporary directory")
}

fn sqlite(directory: &Path) -> Setting {
    ("KONTOR_DATABASE_URL", format!("sqlite:{}", directory.join("kontor.db").display()))
}

fn key() -> Setting {
    ("KONTOR_SECRET_KEY", KEY.to_owned())
}

/// Exit code and everything that was said.
fn ending(output: &Output) -> (Option<i32>, String) {
    let said = [output.stdout.as_slice(), output.stderr.as_slice()].concat();
    (output.status.code(), String::from_utf8_lossy(&said).into_owned())
}

/// Runs `kontor serve` with these settings, which are wrong: the exit code, and what it must say.
#[track_caller]
fn refuses(settings: &[Setting], code: i32, says: &[&str]) -> String {
    let (ended, said) = ending(&run(settings, &["serve"]));
    assert_eq!(ended, Some(code), "{said}");
    for text in says {
        assert!(said.contains(text), "{text:?} is not in {said}");
    }
    assert!(!said.contains("panicked"), "{said}");
    said
}

#[test]
fn a_sqlite_file_that_cannot_be_written_is_exit_4() {
    let directory = directory();
    // A folder in its place: nobody can write to that, not even root.
    std::fs::create_dir(directory.path().join("kontor.db")).expect("a folder");
    let path = directory.path().join("kontor.db").display().to_string();
    refuses(&[sqlite(directory.path()), key()], 4, &["database: ", &path, "cannot be written"]);
}

#[test]
fn a_directory_that_is_not_there_is_said() {
    let directory = directory();
    let missing = directory.path().join("missing");
    let path = missing.display().to_string();
    refuses(&[sqlite(&missing), key()], 4, &["database: ", &path, "cannot be written", "No such file"]);
    // Without a key in the environment the key's file is what cannot be made.
    refuses(&[sqlite(&missing)], 3, &["configuration: ", &path, "No such file"]);
    assert!(!missing.exists());
}

#[test]
fn an_address_of_no_database_is_exit_3_and_not_repeated() {
    for address in ["postgres_typo://kontor:geheim@db/kontor", "sqlit:geheim.db", "geheim.db", "mysql://u:geheim@h/d"] {
        let said = refuses(
            &[("KONTOR_DATABASE_URL", address.to_owned())],
            3,
            &["KONTOR_DATABASE_URL", "sqlite:FILE or postgres://"],
        );
        assert!(!said.contains("geheim"), "{said}");
    }
    // A database in memory would be another one for each connection.
    refuses(&[("KONTOR_DATABASE_URL", "sqlite::memory:".to_owned()), key()], 4, &["database: "]);
}

#[test]
fn a_server_that_does_not_answer_is_exit_4() {
    // A port that was free a moment ago.
    let free = std::net::TcpListener::bind("127.0.0.1:0").and_then(|listener| listener.local_addr()).expect("a port");
    let url = format!("postgres://kontor:geheim@{free}/kontor");
    let said = refuses(&[("KONTOR_DATABASE_URL", url), key()], 4, &["database: ", "cannot be reached", "refused"]);
    assert!(!said.contains("geheim"), "{said}");
}

#[test]
fn wrong_settings_are_exit_3_and_named() {
    let directory = directory();
    let sqlite = || sqlite(directory.path());
    refuses(&[sqlite(), ("KONTOR_DATABSE_URL", "x".to_owned())], 3, &["KONTOR_DATABSE_URL is not a setting"]);
    refuses(&[sqlite(), ("KONTOR_POOL_SIZE", "0".to_owned())], 3, &["KONTOR_POOL_SIZE", "from 1 to 200"]);
    refuses(&[sqlite(), ("KONTOR_LOG_FORMAT", "xml".to_owned())], 3, &["KONTOR_LOG_FORMAT", "text, json"]);
    refuses(&[sqlite(), ("KONTOR_LOG_LEVEL", "api=loud".to_owned())], 3, &["KONTOR_LOG_LEVEL", "api=loud"]);
    refuses(&[sqlite(), ("KONTOR_PUBLIC_URL", "kontor.example".to_owned())], 3, &["KONTOR_PUBLIC_URL", "https://"]);
    for url in ["https://", "http:// x", "https://kontor.example/?a=b", "https:kontor.example"] {
        refuses(&[sqlite(), ("KONTOR_PUBLIC_URL", url.to_owned())], 3, &["KONTOR_PUBLIC_URL", "https://"]);
    }
    for bind in ["8080", "127.0.0.1", ":8080", "127.0.0.1:80800", "127.0.0.1:http"] {
        refuses(&[sqlite(), ("KONTOR_BIND", bind.to_owned())], 3, &["KONTOR_BIND", bind, "0.0.0.0:8080"]);
    }
    for origins in [
        "*",
        "https://*.example",
        "shop.example",
        "https://shop.example/",
        "https://shop.example/a",
        "https://Shop.example",
        "null",
        "https://good.example,ftp://bad.example",
    ] {
        let named = origins.rsplit(',').next().unwrap_or_default();
        refuses(
            &[sqlite(), ("KONTOR_CORS_ORIGINS", origins.to_owned())],
            3,
            &["KONTOR_CORS_ORIGINS", named, "https://shop.example"],
        );
    }
    for (name, value, range) in [
        ("KONTOR_MAX_CONNECTIONS", "1", "from 16 to 1000000"),
        ("KONTOR_KEEP_ALIVE", "0", "from 1 to 3600"),
        ("KONTOR_BODY_TIMEOUT", "121", "from 1 to 120"),
        ("KONTOR_STOP_NOTICE", "-1", "from 0 to 300"),
    ] {
        refuses(&[sqlite(), (name, value.to_owned())], 3, &[name, range]);
    }
    let previous = ("KONTOR_SECRET_KEY_PREVIOUS", "geheim".to_owned());
    refuses(&[sqlite(), key(), previous], 3, &["KONTOR_SECRET_KEY_PREVIOUS is not", "32 bytes"]);
    refuses(&[sqlite(), ("KONTOR_PARTNER_CENTER", "live".to_owned())], 3, &["KONTOR_PARTNER_CENTER", "mock"]);
    refuses(&[sqlite(), ("KONTOR_JOB_LEASE", "1".to_owned())], 3, &["KONTOR_JOB_LEASE", "from 5 to 3600"]);
    refuses(
        &[sqlite(), ("KONTOR_MAIL", "mail.example".to_owned())],
        3,
        &["KONTOR_MAIL", "smtp://USER:PASSWORD@HOST:587"],
    );
    let smtp = || ("KONTOR_MAIL", "smtp://kontor:geheim@mail.example".to_owned());
    refuses(&[sqlite(), smtp()], 3, &["KONTOR_MAIL_FROM is missing"]);
    let said = refuses(
        &[sqlite(), smtp(), ("KONTOR_MAIL_FROM", "kontor".to_owned())],
        3,
        &["KONTOR_MAIL_FROM", "Name <address>"],
    );
    assert!(!said.contains("geheim"), "{said}");
    let typo = ("KONTOR_MAIL", "smtp://kontor:geheim%zz@mail.example".to_owned());
    assert!(!refuses(&[sqlite(), typo], 3, &["KONTOR_MAIL", "percent-encoded"]).contains("geheim"));
    refuses(&[sqlite(), ("KONTOR_SHOP_URL", "shop.example".to_owned())], 3, &["KONTOR_SHOP_URL", "https://"]);
    let missing = directory.path().join("no-such-key").display().to_string();
    refuses(&[sqlite(), ("KONTOR_SECRET_KEY_FILE", missing.clone())], 3, &["KONTOR_SECRET_KEY_FILE", &missing]);
    let said = refuses(&[sqlite(), ("KONTOR_SECRET_KEY", "geheim".to_owned())], 3, &["KONTOR_SECRET_KEY", "32 bytes"]);
    assert!(!said.contains("geheim"), "{said}");
    let url = ("KONTOR_DATABASE_URL", "postgres://kontor@127.0.0.1/kontor".to_owned());
    refuses(&[url], 3, &["KONTOR_SECRET_KEY is missing", "openssl rand -base64 32"]);
    assert!(!directory.path().join("kontor.db").exists(), "nothing was begun");
}

#[test]
fn what_is_no_text_in_the_environment_hurts_only_if_it_is_ours() {
    use std::os::unix::ffi::OsStrExt as _;
    let directory = directory();
    let garbage = std::ffi::OsStr::from_bytes(b"\xff");
    let check = |name: &str| {
        let output = command(&[sqlite(directory.path())]).env(name, garbage).arg("check-config").output();
        ending(&output.expect("the program runs"))
    };
    assert_eq!(check("LS_COLORS").0, Some(0));
    let (code, said) = check("KONTOR_BIND");
    assert_eq!((code, said.as_str()), (Some(3), "kontor: configuration: KONTOR_BIND is not text (UTF-8)\n"));
}

#[test]
fn a_port_that_is_taken_is_said() {
    let directory = directory();
    let taken = std::net::TcpListener::bind("127.0.0.1:0").expect("a port");
    let address = taken.local_addr().expect("an address").to_string();
    refuses(&[sqlite(directory.path()), ("KONTOR_BIND", address.clone())], 70, &["cannot listen on", &address]);
}

#[test]
fn a_command_that_is_not_there_is_exit_2() {
    let (code, said) = ending(&run(&[], &["sevre"]));
    assert_eq!(code, Some(2), "{said}");
    assert!(said.contains("serve"), "{said}");
}

#[test]
fn check_config_shows_every_setting_and_no_secret() {
    let directory = directory();
    let file = directory.path().join("previous");
    std::fs::write(&file, "CQkJCQkJCQkJCQkJCQkJCQkJCQkJCQkJCQkJCQkJCQk=\n").expect("a file");
    for url in [
        "postgres://kontor:geheim@db.example:5433/kontor?sslmode=require",
        "postgres://kontor:ge@heim@db.example:5433/kontor?sslmode=require",
        "postgres://db.example:5433/kontor?user=kontor&password=geheim&sslmode=require",
        "postgresql://kontor@db.example:5433/kontor?sslpassword=geheim&sslmode=require",
    ] {
        let settings = [
            ("KONTOR_DATABASE_URL", url.to_owned()),
            key(),
            ("KONTOR_SECRET_KEY_PREVIOUS_FILE", file.display().to_string()),
            ("KONTOR_LOG_LEVEL", "api=debug".to_owned()),
            ("KONTOR_MAIL", "smtps://kontor:geheim@mail.example".to_owned()),
            ("KONTOR_MAIL_FROM", "Kontor <no-reply@kontor.example>".to_owned()),
        ];
        let (code, said) = ending(&run(&settings, &["check-config"]));
        assert_eq!(code, Some(0), "{said}");
        for shown in [
            "KONTOR_MAIL=smtps://kontor:***@mail.example:465",
            "db.example:5433",
            "sslmode=require",
            "KONTOR_LOG_LEVEL=api=debug",
            "KONTOR_SECRET_KEY=***",
        ] {
            assert!(said.contains(shown), "{shown} is not in {said}");
        }
        for secret in ["geheim", "heim@", KEY, "CQkJ"] {
            assert!(!said.contains(secret), "{secret} is in {said}");
        }
        for (name, ..) in api::config::VARIABLES {
            assert!(said.contains(&format!("  {name} ")), "{name} is not explained in {said}");
        }
    }
}

#[test]
fn readme_lists_every_setting() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).parent().expect("the workspace");
    let readme = std::fs::read_to_string(root.join("README.md")).expect("README.md");
    for (name, ..) in api::config::VARIABLES {
        assert!(readme.contains(&format!("| `{name}` |")), "{name}");
    }
}

/// A journal is read where the program serves: the database is there by then.
#[test]
fn a_journal_that_cannot_be_written_is_exit_3_and_named() {
    let directory = directory();
    let path = directory.path().join("missing").join("journal").display().to_string();
    let journal = ("KONTOR_PARTNER_CENTER_JOURNAL", path.clone());
    refuses(&[sqlite(directory.path()), key(), journal], 3, &["KONTOR_PARTNER_CENTER_JOURNAL", &path, "No such file"]);
}

/// U-108: a database with everything that lies beside it, and the mails, which let people in.
#[test]
fn u108_files_are_their_owners_alone() {
    let directory = directory();
    let mails = ("KONTOR_MAIL", format!("file:{}", directory.path().join("mails").display()));
    let program = Program::serve(&[sqlite(directory.path()), mails], &["--demo"]);
    let reset = serde_json::json!({"email": "admin@kunde.cancom.example"});
    program.anonymous().post("/v1/auth/password-reset", reset).expect(202);
    let begun = std::time::Instant::now();
    let files = |folder: &Path| -> Vec<_> { std::fs::read_dir(folder).into_iter().flatten().flatten().collect() };
    while !files(&directory.path().join("mails"))
        .iter()
        .any(|file| file.file_name().to_string_lossy().ends_with(".eml"))
    {
        assert!(begun.elapsed() < Duration::from_secs(60), "no mail is sent");
        std::thread::sleep(Duration::from_millis(50));
    }
    let mut all = files(directory.path());
    all.extend(files(&directory.path().join("mails")));
    for name in ["kontor.db", "kontor.db-wal", "kontor.db-shm", "kontor.db.key", "kontor.db.partner-center", "mails"] {
        assert!(directory.path().join(name).exists(), "{name} is not there");
    }
    for file in all {
        // A draft of a mail may be gone by now.
        let Ok(known) = file.metadata() else { continue };
        let mode = known.permissions().mode() & 0o777;
        let right = if file.path().is_dir() { 0o700 } else { 0o600 };
        assert_eq!(mode, right, "{} is {mode:o}", file.path().display());
    }
}

/// U-108: browsers call by nothing else from then on.
#[test]
fn u108_an_https_address_is_kept() {
    let directory = directory();
    let https = ("KONTOR_PUBLIC_URL", "https://kontor.example".to_owned());
    let program = Program::serve(&[sqlite(directory.path()), https], &[]);
    for (path, status) in [("/healthz", 200), ("/docs/", 200), ("/v1/me", 401)] {
        let answer = program.anonymous().get(path).expect(status);
        assert_eq!(answer.header("strict-transport-security"), "max-age=31536000", "{path}");
    }
}

#[test]
fn the_key_is_made_once_and_for_the_owner_only() {
    let directory = directory();
    let path = directory.path().join("kontor.db.key");
    // Several start at the same moment on an empty disk: one key, and all have it.
    let starting: Vec<_> = (0..6).map(|_| command(&[sqlite(directory.path())]).arg("migrate").output_later()).collect();
    for child in starting {
        let output = child.wait_with_output().expect("it ends");
        assert_eq!(ending(&output), (Some(0), String::new()));
    }
    let made = std::fs::read_to_string(&path).expect("a key");
    assert_eq!(std::fs::metadata(&path).expect("a file").permissions().mode() & 0o777, 0o600);
    assert_eq!(run(&[sqlite(directory.path())], &["migrate"]).status.code(), Some(0), "again is fine");
    assert_eq!(std::fs::read_to_string(&path).expect("a key"), made);
    let beside = std::fs::read_dir(directory.path()).expect("a folder").count();
    let files = ["kontor.db", "kontor.db.key"].map(|name| directory.path().join(name).exists());
    assert_eq!((files, beside <= 4), ([true, true], true), "no drafts are left behind");
    std::fs::write(&path, "").expect("a file");
    refuses(&[sqlite(directory.path())], 3, &["secret key file", "kontor.db.key"]);
}

/// Begins a program and reads what it says later.
trait Later {
    fn output_later(&mut self) -> std::process::Child;
}

impl Later for std::process::Command {
    fn output_later(&mut self) -> std::process::Child {
        use std::process::Stdio;
        self.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().expect("the program starts")
    }
}

#[test]
fn postgres_is_migrated_once_by_whoever_comes_first() {
    let Some(database) = Database::empty_postgres() else { return };
    let settings = [("KONTOR_DATABASE_URL", database.url().to_owned()), key()];
    let starting: Vec<_> = (0..4).map(|_| command(&settings).arg("migrate").output_later()).collect();
    for child in starting {
        let output = child.wait_with_output().expect("it ends");
        assert_eq!(ending(&output), (Some(0), String::new()));
    }
    assert_eq!(run(&settings, &["migrate"]).status.code(), Some(0), "again is fine");
}

#[derive(QueryableByName)]
struct Count {
    #[diesel(sql_type = diesel::sql_types::Text)]
    name: String,
    #[diesel(sql_type = diesel::sql_types::BigInt)]
    rows: i64,
}

fn count(path: &Path, query: &str) -> i64 {
    let mut connection = diesel::SqliteConnection::establish(&path.display().to_string()).expect("the file opens");
    let found: Vec<Count> = diesel::sql_query(query).load(&mut connection).expect("a count");
    found[0].rows
}

/// How many rows each table of a SQLite file has.
fn counts(path: &Path) -> Vec<(String, i64)> {
    let mut connection = diesel::SqliteConnection::establish(&path.display().to_string()).expect("the file opens");
    let tables = diesel::sql_query("SELECT name, 0 AS rows FROM sqlite_schema WHERE type = 'table' ORDER BY name");
    let tables: Vec<Count> = tables.load(&mut connection).expect("tables");
    let mut count = |name: &str| {
        let query = format!("SELECT '{name}' AS name, count(*) AS rows FROM \"{name}\"");
        let found: Vec<Count> = diesel::sql_query(query).load(&mut connection).expect("a count");
        (found[0].name.clone(), found[0].rows)
    };
    tables.iter().map(|table| count(&table.name)).collect()
}

#[test]
fn demo_data_are_loaded_once_also_where_it_was_interrupted() {
    let (whole, broken) = (directory(), directory());
    let load = |directory: &TempDir| run(&[sqlite(directory.path())], &["demo"]);
    let first = load(&whole);
    assert_eq!(first.status.code(), Some(0), "{:?}", ending(&first));
    let loaded = counts(&whole.path().join("kontor.db"));
    // The five, and the platform, which is none.
    assert!(loaded.contains(&("marketplaces".to_owned(), 6)), "{loaded:?}");
    assert_eq!(load(&whole).status.code(), Some(0));
    assert_eq!(counts(&whole.path().join("kontor.db")), loaded, "twice adds nothing");
    // Killed at many points on the way, each time a little further.
    for wait in [100, 150, 200, 150, 200, 250, 200, 300] {
        let mut child = command(&[sqlite(broken.path())]).arg("demo").output_later();
        std::thread::sleep(Duration::from_millis(wait));
        child.kill().expect("it may have ended");
        child.wait().expect("it ends");
    }
    let last = load(&broken);
    assert_eq!(last.status.code(), Some(0), "{:?}", ending(&last));
    // An import that broke off stands as discarded, with the rows it had.
    let but_lists = |counts: Vec<(String, i64)>| -> Vec<_> {
        counts.into_iter().filter(|(table, _)| !table.starts_with("price_list") && table != "audit_entries").collect()
    };
    let repaired = counts(&broken.path().join("kontor.db"));
    assert_eq!(but_lists(repaired), but_lists(loaded), "what was left out is added, and nothing else");
    let lists = |status: &str| {
        let query = format!("SELECT '{status}' AS name, count(*) AS rows FROM price_lists WHERE status = '{status}'");
        count(&broken.path().join("kontor.db"), &query)
    };
    assert_eq!(
        (lists("published"), lists("draft")),
        (7, 0),
        "one for each marketplace and each resold customer, and none forgotten"
    );
}

#[test]
fn port_0_picks_one_and_the_ready_line_names_it() {
    let directory = directory();
    let program = Program::serve(&[sqlite(directory.path())], &[]);
    assert!(!program.url.ends_with(":0"), "{}", program.url);
    for path in ["/healthz", "/readyz", "/docs/", "/openapi.json", "/v1/marketplaces"] {
        assert_eq!(program.anonymous().get(path).status, 200, "{path}");
    }
    let (url, said) = (program.url.clone(), program.output());
    assert!(said.contains(&format!("kontor is ready: API {url}/v1  documentation {url}/docs/\n")), "{said}");
}
