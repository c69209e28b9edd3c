//! What the source must hold to, whoever writes in it: who may import whom, and where a thing is done.

use api::http::problem::Code;
use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use std::process::Command;

/// The longest that a file may get: then it holds two things.
const LINES: usize = 500;

pub fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().expect("the workspace").to_owned()
}

/// A file of the workspace, and its path from the root.
pub struct Source {
    pub path: String,
    pub text: String,
}

impl Source {
    pub fn is_test(&self) -> bool {
        self.path.contains("/tests/") || self.path.ends_with("/tests.rs")
    }

    /// The lines with their numbers, without what is compiled for tests only and without comments.
    pub fn code(&self) -> impl Iterator<Item = (usize, &str)> {
        let tests = self.text.find("#[cfg(test)]\nmod tests {").unwrap_or(self.text.len());
        let lines = self.text[..tests].lines().zip(1..).map(|(line, number)| (number, line));
        lines.filter(|(_, line)| !line.trim_start().starts_with("//"))
    }

    /// Where a text stands in the code, as `path:line`.
    fn finds(&self, pattern: &str) -> Vec<String> {
        self.code()
            .filter(|(_, line)| line.contains(pattern))
            .map(|(number, _)| format!("{}:{number}", self.path))
            .collect()
    }
}

/// Folders that tools make anew; so are those whose names begin with a dot.
const MADE: [&str; 4] = ["built", "generated", "node_modules", "target"];

/// Whether what is in a folder is nobody's work.
pub fn is_made(folder: &Path) -> bool {
    let name = folder.file_name().map_or("".into(), |name| name.to_string_lossy());
    name.starts_with('.') || MADE.contains(&&*name)
}

/// Every Rust file below a folder.
pub fn sources(folder: &str) -> Vec<Source> {
    let mut found = vec![];
    let mut open = vec![root().join(folder)];
    while let Some(folder) = open.pop() {
        for entry in std::fs::read_dir(&folder).unwrap_or_else(|error| panic!("{}: {error}", folder.display())) {
            let path = entry.expect("an entry").path();
            if path.is_dir() {
                if !is_made(&path) {
                    open.push(path);
                }
            } else if path.extension().is_some_and(|extension| extension == "rs") {
                let text = std::fs::read_to_string(&path).expect("a source is text");
                let path = path.strip_prefix(root()).expect("it is below the root").display().to_string();
                found.push(Source { path, text });
            }
        }
    }
    assert!(found.len() > 3, "{folder} has sources");
    found.sort_by(|one, other| one.path.cmp(&other.path));
    found
}

/// Everywhere that a text stands in the code of some files.
fn found<'a>(sources: impl IntoIterator<Item = &'a Source>, pattern: &str) -> Vec<String> {
    sources.into_iter().flat_map(|source| source.finds(pattern)).collect()
}

/// The direct dependencies of each crate of the workspace, tests and build scripts left out.
fn dependencies() -> BTreeMap<String, BTreeSet<String>> {
    let output = Command::new(env!("CARGO"))
        .args(["metadata", "--format-version", "1", "--no-deps", "--offline", "--locked"])
        .current_dir(root())
        .output()
        .expect("cargo runs");
    let metadata: Value = serde_json::from_slice(&output.stdout)
        .unwrap_or_else(|error| panic!("{error}: {}", String::from_utf8_lossy(&output.stderr)));
    let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
    let packages = metadata["packages"].as_array().expect("packages");
    let normal = |package: &Value| {
        let all = package["dependencies"].as_array().expect("dependencies");
        all.iter().filter(|one| one["kind"].is_null()).map(|one| text(&one["name"])).collect()
    };
    packages.iter().map(|package| (text(&package["name"]), normal(package))).collect()
}

#[test]
fn domain_knows_no_database_no_web_and_no_clock() {
    let expected = ["icu_normalizer", "idna", "jiff", "rust_decimal", "serde", "serde_json", "thiserror", "time"];
    let expected = expected.map(str::to_owned);
    assert_eq!(dependencies()["domain"], BTreeSet::from(expected));
}

#[test]
fn only_api_speaks_http_and_signs_tokens() {
    let all = dependencies();
    for (name, dependencies) in all.iter().filter(|(name, _)| !["api", "tests", "bench"].contains(&name.as_str())) {
        let web = |one: &&String| ["actix", "utoipa", "jsonwebtoken"].iter().any(|prefix| one.starts_with(prefix));
        assert_eq!(dependencies.iter().filter(web).collect::<Vec<_>>(), Vec::<&String>::new(), "{name}");
    }
    assert!(all["api"].contains("actix-web") && all["api"].contains("jsonwebtoken"));
}

#[test]
fn store_and_provisioning_do_not_know_each_other() {
    let all = dependencies();
    let ours = |name: &str| -> Vec<&str> {
        let ours = all[name].iter().filter(|one| all.contains_key(*one)).map(String::as_str);
        ours.collect()
    };
    assert_eq!(ours("domain"), Vec::<&str>::new());
    assert_eq!(ours("store"), ["domain"]);
    assert_eq!(ours("provisioning"), ["domain"]);
    assert_eq!(ours("api"), ["domain", "provisioning", "store"]);
    let knows_api: Vec<_> =
        all.iter().filter(|(_, list)| list.contains("api")).map(|(name, _)| name.as_str()).collect();
    assert_eq!(knows_api, ["tests"]);
    for name in ["diesel", "diesel_migrations"] {
        let users: Vec<_> = all.iter().filter(|(_, list)| list.contains(name)).map(|(user, _)| user.as_str()).collect();
        assert!(users.iter().all(|user| ["store", "tests", "bench"].contains(user)), "{name}: {users:?}");
    }
}

#[test]
fn only_the_worker_changes_anything_at_microsoft() {
    let api = sources("crates/api/src");
    let (worker, others): (Vec<_>, Vec<_>) = api.iter().partition(|source| source.path.contains("/src/worker/"));
    // What may be asked inside a request.
    let (questions, others): (Vec<_>, Vec<_>) =
        others.into_iter().partition(|source| source.path == "crates/api/src/microsoft/mod.rs");
    for call in [".partner_center.", "partner_center()"] {
        assert_eq!(found(others.iter().copied(), call), Vec::<String>::new(), "{call}");
    }
    for change in [".create_cart(", ".check_out(", ".create_tenant(", ".confirm_agreement(", ".change_subscription("] {
        assert!(!found(worker.iter().copied(), change).is_empty(), "the worker calls {change}");
        assert_eq!(found(questions.iter().copied(), change), Vec::<String>::new(), "{change} is no question");
    }
    assert!(!found(questions, ".partner_center.").is_empty(), "this test looks for the right words");
}

#[test]
fn a_transaction_is_opened_in_one_place() {
    // Who else opens transactions: the worker, what loads demo data, and these.
    let exceptions = [
        ("crates/api/src/auth/refusals.rs", "a refused attempt is written down once it is rolled back"),
        ("crates/api/src/auth/shared_counts.rs", "what strangers ask for is counted whatever becomes of it"),
        ("crates/api/src/auth/standing.rs", "who calls is asked before there is a caller"),
        ("crates/api/src/jobs.rs", "long work is done without a request, each step a transaction"),
        ("crates/api/src/lib.rs", "the catalogues are read without a request"),
        ("crates/api/src/operation/health.rs", "metrics are read without a caller"),
        ("crates/api/src/people/oauth/mod.rs", "who asks for a token is nobody yet"),
        ("crates/api/src/people/passwords/mod.rs", "who has forgotten its password is nobody yet"),
        ("crates/api/src/people/sessions/mod.rs", "a refused refresh token is a committed fact"),
        ("crates/api/src/people/sessions/try_password.rs", "the hash is computed between two transactions"),
        ("crates/api/src/pricing/offer_matrices/import.rs", "a sheet of any length is read in batches"),
        ("crates/api/src/pricing/price_lists/import.rs", "a sheet of any length is read in batches"),
        ("crates/api/src/transaction.rs", "this is the way"),
    ];
    let api = sources("crates/api/src");
    let elsewhere = ["/src/worker/", "/src/demo/"];
    let mut open = BTreeSet::new();
    for source in api.iter().filter(|source| !elsewhere.iter().any(|folder| source.path.contains(folder))) {
        if ["store.read(", "store.read_one(", "store.write("].iter().any(|call| !source.finds(call).is_empty()) {
            open.insert(source.path.as_str());
        }
    }
    assert_eq!(open, exceptions.map(|(path, _)| path).into(), "as listed, each with its reason");
}

/// U-96: a thread that waits is one of a bounded number, and those that wait for each other are not those that read.
#[test]
fn whoever_waits_on_a_thread_passes_a_gate() {
    let exceptions = [
        ("crates/api/src/gates.rs", "this is the way"),
        ("crates/api/src/http/packing.rs", "packing a long answer takes milliseconds and waits for nobody"),
        ("crates/api/src/operation/health.rs", "whether it is well is asked when everybody waits"),
        ("crates/api/src/pricing/price_lists/receive.rs", "the upload is written to a file, and looked at as one"),
    ];
    let mut waiting = BTreeSet::new();
    let api = sources("crates/api/src");
    for source in api.iter().filter(|source| !source.path.contains("/src/worker/")) {
        if ["web::block(", "spawn_blocking("].iter().any(|call| !source.finds(call).is_empty()) {
            waiting.insert(source.path.as_str());
        }
    }
    assert_eq!(waiting, exceptions.map(|(path, _)| path).into(), "as listed, each with its reason");
}

#[test]
fn the_clock_in_memory_dates_nothing() {
    // Another process may have moved a sandbox's clock: what is written, or must agree with it, asks `now_in`.
    let exceptions = [
        ("catalog/products/mod.rs", "a page of prices is read from memory, the clock with it"),
        ("demo/products.rs", "nobody else is there yet"),
        ("operation/sandbox/mod.rs", "shown as this process holds it, with the tag that belongs to it"),
        ("organizations/onboarding/mod.rs", "how far a reseller is, shown"),
        ("policies/mod.rs", "the policies in force, shown from memory"),
        ("pricing/offer_matrices/import.rs", "the clock is looked up anew just before"),
        ("pricing/price_lists/import.rs", "the clock is looked up anew just before"),
        ("product_keys/redemptions/new_customer.rs", "where keys have no service is told early; the review asks again"),
        ("worker/clock/mod.rs", "what is due by a clock that is behind is done a look later"),
        ("worker/rounds.rs", "what is due by a clock that is behind is done a look later"),
    ];
    let found: BTreeSet<_> = found(&sources("crates/api/src"), "app.now(")
        .iter()
        .filter_map(|place| place.strip_prefix("crates/api/src/")?.split(':').next().map(str::to_owned))
        .collect();
    assert_eq!(found, exceptions.map(|(path, _)| path.to_owned()).into(), "as listed, each with its reason");
}

#[test]
fn a_write_knows_no_wire_type() {
    // Beside the handlers, which make the answer of what a write answers, and the views, which show it.
    let is_write = |source: &&Source| {
        let spoken = source.path.ends_with("/view.rs") || source.text.contains("pub fn routes(");
        source.text.contains("Write<'_>") && !spoken && !source.path.ends_with("/src/transaction.rs")
    };
    let api = sources("crates/api/src");
    let writes: Vec<_> = api.iter().filter(is_write).collect();
    assert!(writes.len() > 50, "{}", writes.len());
    for word in ["http::wire", "http::reply", "actix_web", "ToSchema"] {
        assert_eq!(found(writes.iter().copied(), word), Vec::<String>::new(), "{word}");
    }
}

#[test]
fn the_environment_is_read_once() {
    let all = sources("crates");
    let readers: BTreeSet<_> = ["std::env::var", "env::vars", "env!(\"KONTOR", "option_env!"]
        .iter()
        .flat_map(|pattern| found(all.iter().filter(|source| !source.is_test()), pattern))
        .filter_map(|place| place.split(':').next().map(str::to_owned))
        .collect();
    assert_eq!(readers, BTreeSet::from(["crates/api/src/config.rs".to_owned()]));
}

#[test]
fn no_file_is_longer_than_five_hundred_lines() {
    let long: Vec<_> =
        sources("crates").iter().map(|source| (source.text.lines().count(), source.path.clone())).collect();
    let long: Vec<_> = long.into_iter().filter(|(lines, _)| *lines > LINES).collect();
    assert_eq!(long, vec![], "over {LINES} lines: it holds two things, make two files of it");
}

#[test]
fn nothing_is_left_to_be_done_and_nothing_is_unwrapped() {
    let all = sources("crates");
    for pattern in [".unwrap()", ".expect(", "todo!", "unimplemented!", "dbg!(", "TODO", "FIXME", "XXX"] {
        let places = found(all.iter().filter(|source| !source.is_test() && !is_contract(source)), pattern);
        assert_eq!(places, Vec::<String>::new(), "{pattern}");
    }
}

/// The checks that any Partner Center must pass are a library, but their failures are panics by design.
fn is_contract(source: &Source) -> bool {
    source.path == "crates/provisioning/src/contract.rs"
}

#[test]
fn every_refusal_is_in_the_table_of_problems_and_is_made_somewhere() {
    let refusal = std::fs::read_to_string(root().join("crates/domain/src/refusal.rs")).expect("refusals");
    let arms = refusal.lines().filter_map(|line| line.trim().strip_prefix("Self::")?.split_once(" => \""));
    let codes: Vec<(String, String)> = arms
        .map(|(variant, rest)| {
            let variant = variant.split(['(', ' ']).next().unwrap_or_default();
            (variant.to_owned(), rest.trim_end_matches("\",").to_owned())
        })
        .collect();
    assert!(codes.len() > 20, "{codes:?}");
    let (domain, api) = (sources("crates/domain/src"), sources("crates/api/src"));
    let elsewhere: Vec<_> = domain.iter().chain(&api).filter(|source| !source.path.ends_with("/refusal.rs")).collect();
    for (variant, code) in codes {
        assert!(Code::from_text(&code).is_some(), "{code} is not in the table");
        let made = found(
            elsewhere.iter().copied().filter(|source| !source.path.contains("/problem/")),
            &format!("Refusal::{variant}"),
        );
        assert!(!made.is_empty(), "nobody refuses with {variant}");
    }
}

#[test]
fn every_code_of_the_table_is_used() {
    let table = std::fs::read_to_string(root().join("crates/api/src/http/problem/code.rs")).expect("the table");
    let variant = |line: &str| {
        let (name, code) = line.trim().split_once(" = \"")?;
        let is_variant = name.chars().all(char::is_alphanumeric);
        Some((name.to_owned(), code.split('"').next()?.to_owned())).filter(|_| is_variant)
    };
    let table: Vec<_> = table.lines().filter_map(variant).collect();
    assert_eq!(table.len(), Code::ALL.len(), "every line of the table is read");
    let refusals = std::fs::read_to_string(root().join("crates/domain/src/refusal.rs")).expect("refusals");
    let api = sources("crates/api/src");
    let outside: Vec<_> = api.iter().filter(|source| !source.path.ends_with("/http/problem/code.rs")).collect();
    let is_used = |name: &str, code: &str| {
        let places = outside.iter().flat_map(|source| source.code()).any(|(_, line)| {
            line.match_indices(&format!("Code::{name}")).any(|(at, found)| {
                // `Code::NotFound` is not `Code::NotFoundAtAll`.
                !line[at + found.len()..].starts_with(|next: char| next.is_alphanumeric())
            })
        });
        places || refusals.contains(&format!("=> \"{code}\""))
    };
    let unused: Vec<_> = table.iter().filter(|(name, code)| !is_used(name, code)).collect();
    assert_eq!(unused, Vec::<&(String, String)>::new());
}

/// The columns of each table, as the migrations of a database make them.
fn tables(database: &str) -> BTreeMap<String, Vec<String>> {
    let mut tables = BTreeMap::new();
    for entry in std::fs::read_dir(root().join("migrations").join(database)).expect("migrations") {
        let text = std::fs::read_to_string(entry.expect("an entry").path().join("up.sql")).expect("a migration");
        for made in text.split("\nCREATE TABLE ").skip(1) {
            let (name, rest) = made.split_once(" (\n").expect("a table");
            let (body, _) = rest.split_once("\n)").expect("its end");
            let column =
                |line: &str| line.trim().split(' ').next().filter(|word| word.chars().all(is_small)).map(str::to_owned);
            tables.insert(name.to_owned(), body.lines().filter_map(column).filter(|name| !name.is_empty()).collect());
        }
    }
    tables
}

fn is_small(letter: char) -> bool {
    letter.is_ascii_lowercase() || letter.is_ascii_digit() || letter == '_'
}

#[test]
fn every_table_says_whose_marketplace_it_is() {
    let (sqlite, postgres) = (tables("sqlite"), tables("postgres"));
    assert!(sqlite.len() > 20, "{:?}", sqlite.keys());
    assert_eq!(sqlite, postgres, "both databases have the same tables with the same columns");
    // A marketplace itself, answers that belong to whoever asked, contents that are known by what they say, and what
    // strangers ask for, wherever.
    let global = ["idempotency_keys", "marketplaces", "policy_snapshots", "request_counts"];
    let without: Vec<_> = sqlite
        .iter()
        .filter(|(_, columns)| !columns.contains(&"marketplace_id".to_owned()))
        .map(|(name, _)| name.as_str())
        .collect();
    assert_eq!(without, global);
}
