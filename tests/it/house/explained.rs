//! U-112: what every list asks its database with each filter, order, page and scope, explained by both databases. A
//! list reads what it shows and little more, however many rows there are: it walks an index in the order of the list,
//! or finds few rows by what they have in common.
//!
//! The lists and their filters are those of the OpenAPI document, the statements those that were sent: a new filter
//! without an index fails here.

use crate::contract::world::World;
use api::http::wire::list::{cursor_in, place_in};
use api::openapi::{Operation, operations};
use diesel::connection::{Instrumentation, InstrumentationEvent, SimpleConnection, set_default_instrumentation};
use diesel::prelude::*;
use diesel::sql_types::{Integer, Json, Text};
use regex::Regex;
use serde_json::Value;
use std::cell::RefCell;
use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::sync::{LazyLock, Mutex};
use store::page::{Place, SortValue};
use tests::schema::{DOCUMENT, example, operation};
use tests::{Client, START, TestApp};

/// Columns of which few rows of a marketplace have the same value: one thing, what one customer or person has.
const FEW: &[&str] = &[
    "id",
    "customer_id",
    "user_id",
    "responsible_user_id",
    "subscription_id",
    "order_id",
    "redemption_id",
    "batch_id",
    "client_id",
    "digest",
    "hash",
    "login",
    "external_ref",
    "vat_id",
    "number",
    "subject",
];

/// What is of a reseller's organisation and its customers': people, their clients.
const FEW_OF: &[(&str, &str)] =
    &[("users", "seen_by_reseller_id"), ("users", "reseller_id"), ("users", "email_domain")];

/// Conditions that nearly all rows of the index meet: who was deleted, whose lock has ended.
const USUAL: &[(&str, &str)] = &[("users", "deleted_at"), ("users", "locked_at"), ("users", "locked_until")];

/// Ranges. No index is in the order of the list and of a range at once: the planner walks the list where much is in the
/// range, and sorts what is in it where little is.
const RANGES: &[(&str, &str)] = &[("customers", "name_folded"), ("subscriptions", "term_last")];

/// What a search finds, or what has one of several values, is looked up and sorted, or found along the list: as much as
/// is meant.
const MEANT: &[&str] = &["search_words", "`product_id` IN (", "\"product_id\" = ANY("];

/// Tables that stay small: what an installation or a marketplace is set up with.
const SMALL: &[&str] = &["marketplaces", "policies", "policy_overrides", "roles", "categories"];

/// What each database was asked, by its address without settings.
static ASKED: Mutex<BTreeMap<String, Vec<String>>> = Mutex::new(BTreeMap::new());

thread_local! {
    /// Where the last connection of this thread was made to: what listens to it first is told, the store's own listener
    /// and whoever comes behind that are not.
    static LAST: RefCell<String> = const { RefCell::new(String::new()) };
}

/// Notes what a connection is asked, where somebody wants to know of its database.
struct Watch {
    url: String,
}

impl Instrumentation for Watch {
    fn on_connection_event(&mut self, event: InstrumentationEvent<'_>) {
        match event {
            InstrumentationEvent::StartEstablishConnection { url, .. } => {
                LAST.with_borrow_mut(|last| url.clone_into(last));
            }
            InstrumentationEvent::StartQuery { query, .. } => {
                let mut asked = ASKED.lock().expect("nobody panics while it is held");
                if let Some(asked) =
                    self.url.trim_start_matches("file:").split('?').next().and_then(|database| asked.get_mut(database))
                {
                    asked.push(query.to_string());
                }
            }
            _ => {}
        }
    }
}

/// From now on new connections can be watched.
fn watch() {
    set_default_instrumentation(|| Some(Box::new(Watch { url: LAST.with_borrow(String::clone) })))
        .expect("nobody else sets it");
}

/// What was asked while something was done.
fn asked(database: &str, work: impl FnOnce()) -> Vec<String> {
    ASKED.lock().expect("held for a moment").insert(database.to_owned(), vec![]);
    work();
    ASKED.lock().expect("held for a moment").remove(database).unwrap_or_default()
}

/// The values that a filter takes which tell statements apart.
fn values(world: &World, parameter: &Value) -> Vec<String> {
    let name = parameter["name"].as_str().unwrap_or_default();
    if let Some(id) = world.ids.get(if name == "responsible_user" { "user_id" } else { name }) {
        return vec![id.clone()];
    }
    let mut codes = vec![];
    codes_of(parameter["schema"].clone(), &mut codes);
    match (codes.is_empty(), name) {
        (false, _) => codes,
        (true, "auto_renew" | "noted") => vec!["true".to_owned()],
        (true, _) => vec![example(parameter).unwrap_or_else(|| "Kunde".to_owned())],
    }
}

/// The codes of a closed set.
fn codes_of(schema: Value, found: &mut Vec<String>) {
    let schema = match schema["$ref"].as_str() {
        Some(reference) => DOCUMENT.pointer(reference.trim_start_matches('#')).cloned(),
        None => Some(schema),
    };
    let schema = schema.expect("the reference leads somewhere");
    found.extend(schema["enum"].as_array().into_iter().flatten().filter_map(Value::as_str).map(str::to_owned));
    for choice in schema["oneOf"].as_array().into_iter().flatten().chain(schema.get("items")) {
        codes_of(choice.clone(), found);
    }
}

/// Every list with every filter, in both orders, from its beginning and from a cursor.
fn calls(world: &World) -> Vec<(Operation, String)> {
    let mut found = vec![];
    for one in operations().into_iter().filter(|one| one.id.starts_with("list_") && one.method == "GET") {
        let parameters: Vec<&Value> = operation(&one.id)["parameters"].as_array().into_iter().flatten().collect();
        let takes = |name: &str| parameters.iter().any(|parameter| parameter["name"] == name);
        let walks = ["limit", "cursor", "sort"];
        let filters = parameters.iter().filter(|parameter| {
            parameter["in"] == "query" && !walks.contains(&parameter["name"].as_str().unwrap_or_default())
        });
        let mut queries = vec![String::new()];
        for filter in filters {
            let name = filter["name"].as_str().unwrap_or_default();
            queries.extend(values(world, filter).iter().map(|value| format!("&{name}={}", escaped(value))));
        }
        let path = world.ids.iter().fold(one.path.clone(), |path, (name, id)| path.replace(&format!("{{{name}}}"), id));
        let sort = parameters.iter().find(|parameter| parameter["name"] == "sort");
        for query in &queries {
            for order in orders(sort.copied(), query) {
                let query = format!("?limit={LIMIT}{query}{order}");
                if takes("sort") {
                    let list = format!("{path}{query}").parse().expect("a path");
                    let cursor = match sorted_by(&query) {
                        None => cursor_in(&list, SOME_ROW),
                        value => place_in(&list, &Place { value, id: SOME_ROW }),
                    };
                    found.push((one.clone(), format!("{query}&cursor={cursor}")));
                }
                found.push((one.clone(), query));
            }
        }
    }
    found
}

/// The orders in which a query is asked: what is filtered in that of creation, what is polled in that of changes, and
/// all of the list in each that it has.
fn orders(sort: Option<&Value>, query: &str) -> Vec<String> {
    let Some(sort) = sort else { return vec![String::new()] };
    if query.contains("updated_since") {
        return vec![String::new(), "&sort=-updated_at".to_owned()];
    }
    let mut keys = vec![];
    codes_of(sort["schema"].clone(), &mut keys);
    let asked = keys.iter().filter(|key| *key == "created_at" || query.is_empty() && *key != "-created_at");
    [String::new()].into_iter().chain(asked.map(|key| format!("&sort={key}"))).collect()
}

/// What the rows of a query are sorted by besides their ids.
fn sorted_by(query: &str) -> Option<SortValue> {
    let has = |names: &[&str]| names.iter().any(|name| query.contains(name));
    if has(&["sort=name", "sort=-name"]) {
        return Some(SortValue::Text("kunde".to_owned()));
    }
    if has(&["term_ends_on"]) {
        return Some(SortValue::Day("2027-09-30".parse().expect("a day")));
    }
    has(&["updated_", "&created_from", "&created_to", "&from=", "&to="]).then_some(SortValue::At(START))
}

/// After which row a page begins, whether it is there or not.
const SOME_ROW: u128 = 0x019a_91cd_c2a7_71d3_8d33_d94a_c792_5e6c;

/// How many rows are asked for.
const LIMIT: usize = 50;

fn escaped(value: &str) -> String {
    let byte = |byte: u8| match byte {
        b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'-' | b'_' | b'.' => char::from(byte).to_string(),
        _ => format!("%{byte:02X}"),
    };
    value.bytes().map(byte).collect()
}

/// The statements of all lists, each with the first call that sent it.
fn statements(app: &TestApp, world: &World) -> BTreeMap<String, String> {
    let customer = world.provider.get(&format!("/v1/customers/{}", world.ids["customer_id"])).expect(200);
    let people = [
        ("provider", world.provider.clone()),
        ("operator", app.operator()),
        ("reseller", app.reseller(1)),
        ("customer", app.client(customer.text_at("/contact/email"))),
    ];
    let mut found = BTreeMap::new();
    let mut answered = BTreeSet::new();
    for (who, client) in &people {
        // From here on the service knows who that is.
        client.get("/v1/me").expect(200);
        for (one, query) in calls(world) {
            let path = Operation { path: format!("{}{query}", one.path), id: "any".to_owned(), ..one.clone() };
            let sent = asked(&app.database_url(), || called(world, client, &path, &mut answered));
            for sql in sent.iter().filter_map(|sql| sql.split(" -- binds").next()) {
                // A list of nothing is no question; and what looks for jobs that are due does so beside any request.
                let bare = sql.replace(['`', '"'], "");
                if sql.contains("1=0") || bare.starts_with("SELECT jobs.id FROM jobs WHERE") {
                    continue;
                }
                if sql.starts_with("SELECT") && sql.contains(" FROM ") || sql.starts_with("WITH") {
                    found
                        .entry(sql.to_owned())
                        .or_insert_with(|| format!("{} {}{query} for a {who}", one.id, one.path));
                }
            }
        }
    }
    let lists: BTreeSet<_> = calls(world).into_iter().map(|(one, _)| one.path).collect();
    let silent: Vec<_> = lists.difference(&answered).collect();
    assert!(silent.is_empty(), "nobody is answered: {silent:?}");
    found
}

fn called(world: &World, client: &Client, one: &Operation, answered: &mut BTreeSet<String>) {
    let answer =
        world.call(client, "GET", one).unwrap_or_else(|| panic!("{}: the world has not what it is about", one.path));
    match answer.status {
        200 => {
            answered.insert(one.path.split('?').next().unwrap_or_default().to_owned());
        }
        403 | 404 => {}
        422 if answer.code() == "not_found" => {}
        _ => panic!("{}: say above which value the filter takes: {}", one.path, answer.text),
    }
}

/// How a table is read.
#[derive(Debug, Default)]
struct Access {
    table: String,
    /// The index; none where all of the table is read.
    index: Option<String>,
    /// Its columns that must have a certain value.
    fixed: BTreeSet<String>,
    /// All its columns that the condition is about.
    bound: BTreeSet<String>,
    /// Columns that are looked at row by row.
    filtered: BTreeSet<String>,
    /// Whether what is found is sorted.
    sorted: bool,
}

impl Access {
    /// What is wrong with it; nothing where it reads little more than it shows.
    fn fault(&self) -> Option<String> {
        let of = |list: &[(&str, &str)], column: &str| list.contains(&(self.table.as_str(), column));
        let few = |column: &String| FEW.contains(&column.as_str()) || of(FEW_OF, column);
        if SMALL.contains(&self.table.as_str()) || self.fixed.iter().any(few) {
            return None;
        }
        let Some(index) = &self.index else { return Some(format!("all of {} is read", self.table)) };
        // Where the page begins may be looked at row by row in what little is found.
        let loose = |column: &&String| {
            *column != "id" && !self.fixed.contains(*column) && !of(USUAL, column) && !of(RANGES, column)
        };
        let loose: Vec<_> = self.filtered.iter().filter(loose).collect();
        if !loose.is_empty() {
            return Some(format!("{loose:?} looked at row by row along {index}"));
        }
        let ranged = self.bound.iter().any(|column| of(RANGES, column));
        (self.sorted && !ranged).then(|| format!("all that {index} finds is sorted"))
    }
}

static NAMES: LazyLock<Regex> = LazyLock::new(|| Regex::new(r"\w+").expect("a pattern"));
static FIXED: LazyLock<Regex> = LazyLock::new(|| Regex::new(r"(\w+)(?: = |=\?)").expect("a pattern"));

fn named(text: &str, columns: &BTreeSet<String>) -> BTreeSet<String> {
    NAMES.find_iter(text).map(|name| name.as_str().to_owned()).filter(|name| columns.contains(name)).collect()
}

fn fixed(condition: &str) -> BTreeSet<String> {
    FIXED.captures_iter(condition).map(|found| found[1].to_owned()).collect()
}

type Columns = HashMap<String, BTreeSet<String>>;

/// `table.column`, one a row.
fn columns(rows: Vec<String>) -> Columns {
    let mut found = Columns::new();
    for row in rows {
        let (table, column) = row.split_once('.').expect("a table and a column");
        found.entry(table.to_owned()).or_default().insert(column.to_owned());
    }
    found
}

/// PostgreSQL's plan of a statement whatever its values are.
fn of_postgres(c: &mut PgConnection, known: &Columns, sql: &str) -> Vec<Access> {
    // The number of rows is the last value; a statement that is not diesel's says it several times.
    let limit = Regex::new(r"LIMIT \$\d+$").expect("a pattern");
    let limited = format!("LIMIT {}", LIMIT + 1);
    let sql = if sql.starts_with("WITH") { sql.into() } else { limit.replace(sql, limited) };
    let last = Regex::new(r"\$(\d+)").expect("a pattern");
    let values = last.captures_iter(&sql).filter_map(|found| found[1].parse::<usize>().ok()).max().unwrap_or(0);
    c.batch_execute(&format!("PREPARE list AS {sql}")).unwrap_or_else(|error| panic!("{sql}: {error}"));
    let arguments = if values == 0 { String::new() } else { format!("({})", vec!["NULL"; values].join(", ")) };
    let plan: Value = diesel::dsl::sql::<Json>(&format!("EXPLAIN (FORMAT JSON) EXECUTE list{arguments}"))
        .get_result(c)
        .unwrap_or_else(|error| panic!("{sql}: {error}"));
    c.batch_execute("DEALLOCATE list").expect("it was prepared");
    let mut found = vec![];
    nodes(&plan[0]["Plan"], false, known, &mut found);
    found
}

fn nodes(node: &Value, sorted: bool, known: &Columns, found: &mut Vec<Access>) {
    let text = |key: &str| node[key].as_str().unwrap_or_default();
    let kind = text("Node Type");
    let sorted = sorted || kind.ends_with("Sort");
    if let Some(table) = node["Relation Name"].as_str() {
        let all = known.get(table).cloned().unwrap_or_default();
        // The index of a bitmap is a node below.
        let mut below = vec![node];
        let mut conditions = String::new();
        let mut index = None;
        while let Some(node) = below.pop() {
            if let Some(name) = node["Index Name"].as_str() {
                index = Some(name.to_owned());
                conditions += node["Index Cond"].as_str().unwrap_or_default();
            }
            if node["Node Type"] != kind && !node["Node Type"].as_str().unwrap_or_default().starts_with("Bitmap") {
                continue;
            }
            below.extend(node["Plans"].as_array().into_iter().flatten());
        }
        found.push(Access {
            table: table.to_owned(),
            index,
            fixed: fixed(&conditions),
            bound: named(&conditions, &all),
            filtered: named(text("Filter"), &all),
            sorted: sorted || kind.starts_with("Bitmap"),
        });
    }
    for below in node["Plans"].as_array().into_iter().flatten() {
        nodes(below, sorted, known, found);
    }
}

/// SQLite's plan of a statement whatever its values are.
fn of_sqlite(
    c: &mut SqliteConnection,
    known: &Columns,
    predicates: &HashMap<String, String>,
    sql: &str,
) -> Vec<Access> {
    let steps: Vec<(i32, i32, i32, String)> =
        diesel::dsl::sql::<(Integer, Integer, Integer, Text)>(&format!("EXPLAIN QUERY PLAN {sql}"))
            .load(c)
            .unwrap_or_else(|error| panic!("{sql}: {error}"));
    let steps: Vec<String> = steps.into_iter().map(|(.., step)| step).collect();
    let sorted = steps.iter().any(|step| step.contains("TEMP B-TREE"));
    let asked = sql.split_once(" WHERE ").map_or("", |(_, rest)| rest).split(" ORDER BY ").next().unwrap_or_default();
    let asked = asked.replace('`', "");
    let shape = Regex::new(r"^(SEARCH|SCAN) (\w+)(?: USING (?:COVERING )?(?:INDEX )?(PRIMARY KEY|\w+))?(?: \((.*)\))?")
        .expect("a pattern");
    let mut found = vec![];
    for step in steps {
        let Some(read) = shape.captures(&step) else { continue };
        // A statement may call a table otherwise; what it only calls so is made of others.
        let alias = Regex::new(&format!(r"\b(\w+) AS {}\b", &read[2])).expect("a pattern");
        let table = alias.captures(sql).map_or_else(|| read[2].to_owned(), |found| found[1].to_owned());
        let Some(all) = known.get(&table) else { continue };
        let condition = read.get(4).map_or("", |found| found.as_str());
        let index = read.get(3).map(|found| found.as_str().to_owned()).filter(|_| &read[1] == "SEARCH");
        let bound = named(condition, all);
        let held = index.as_ref().and_then(|index| predicates.get(index)).map_or("", String::as_str);
        let of_table = Regex::new(&format!(r"\b{table}\.(\w+)")).expect("a pattern");
        let wanted = of_table.captures_iter(&asked).map(|found| found[1].to_owned());
        let filtered = wanted.filter(|column| !bound.contains(column) && !named(held, all).contains(column)).collect();
        found.push(Access { fixed: fixed(condition), table, index, bound, filtered, sorted });
    }
    found
}

fn judge(statements: &BTreeMap<String, String>, mut explain: impl FnMut(&str) -> Vec<Access>) {
    let mut faults = vec![];
    for (sql, call) in statements {
        let meant = MEANT.iter().any(|words| sql.contains(words));
        for access in explain(sql).into_iter().filter(|access| !meant || access.index.is_none()) {
            if let Some(fault) = access.fault() {
                faults.push(format!("{call}: {fault}\n    {sql}"));
            }
        }
    }
    assert!(faults.is_empty(), "{} faults:\n{}", faults.len(), faults.join("\n"));
    assert!(statements.len() > 150, "{} statements", statements.len());
}

#[test]
fn u112_every_list_with_every_filter_walks_an_index_on_sqlite() {
    watch();
    let app = TestApp::sqlite();
    let world = World::new(&app, "terra", "Kunde 1 GmbH");
    let statements = statements(&app, &world);
    let mut c = SqliteConnection::establish(&app.database_url()).expect("the database opens");
    let known = "SELECT t.name || '.' || c.name FROM pragma_table_list AS t, pragma_table_info(t.name) AS c";
    let known = columns(diesel::dsl::sql::<Text>(known).load(&mut c).expect("its columns"));
    // The text of an index may be on several lines.
    let partial = "SELECT name || ' ' || substr(sql, instr(sql, 'WHERE ')) FROM sqlite_master \
                   WHERE type = 'index' AND sql LIKE '%WHERE %'";
    let partial: Vec<String> = diesel::dsl::sql::<Text>(partial).load(&mut c).expect("its indexes");
    let partial = partial.iter().filter_map(|line| line.split_once(' '));
    let predicates = partial.map(|(name, predicate)| (name.to_owned(), predicate.to_owned())).collect();
    judge(&statements, |sql| of_sqlite(&mut c, &known, &predicates, sql));
}

#[test]
fn u112_every_list_with_every_filter_walks_an_index_on_postgres() {
    watch();
    let Some(mut app) = TestApp::postgres() else { return };
    let world = World::new(&app, "terra", "Kunde 1 GmbH");
    world.give_license();
    // Among the many rows are tasks that nobody does.
    app.leave_work();
    let statements = statements(&app, &world);
    let mut c = PgConnection::establish(&app.database_url()).expect("the database opens");
    let known = "SELECT table_name || '.' || column_name FROM information_schema.columns WHERE table_schema = 'public'";
    let known = columns(diesel::dsl::sql::<Text>(known).load(&mut c).expect("its columns"));
    many::fill(&mut c, &known);
    c.batch_execute("SET plan_cache_mode = force_generic_plan; SET enable_seqscan = off").expect("a setting");
    judge(&statements, |sql| of_postgres(&mut c, &known, sql));
}

/// Rows enough that PostgreSQL plans as for a large installation: copies of those that are there, told apart by what
/// lists filter by.
mod many {
    use super::Columns;
    use diesel::PgConnection;
    use diesel::connection::SimpleConnection;

    /// How many rows a table gets.
    const ROWS: u32 = 10_000;

    /// A table, and its columns whose values differ, as SQL of the number `n`.
    type Table = (&'static str, &'static [(&'static str, &'static str)]);

    const ID: (&str, &str) = ("id", "gen_random_uuid()");
    const CUSTOMER: (&str, &str) = ("customer_id", "md5('customer' || n / 10)::uuid");
    const RESELLER: (&str, &str) =
        ("reseller_id", "CASE n % 3 WHEN 0 THEN NULL ELSE md5('reseller' || n % 40)::uuid END");
    const MINUTES_AGO: &str = "now() - n * interval '1 minute'";
    const REFERENCE: (&str, &str) = ("external_ref", "'ref' || n");

    const TABLES: &[Table] = &[
        ("resellers", &[ID, REFERENCE, ("customer_number", "'number' || n")]),
        (
            "customers",
            &[
                ID,
                RESELLER,
                REFERENCE,
                ("created_at", MINUTES_AGO),
                ("updated_at", MINUTES_AGO),
                ("name_folded", "'kunde ' || n"),
                ("vat_id", "'DE' || n"),
            ],
        ),
        ("tenants", &[("customer_id", "gen_random_uuid()"), ("domain", "'firma' || n || '.onmicrosoft.com'")]),
        ("customer_numbers", &[ID, ("number", "'number' || n")]),
        ("branches", &[ID, CUSTOMER, ("name", "'Werk ' || n")]),
        (
            "users",
            &[
                ID,
                CUSTOMER,
                REFERENCE,
                ("updated_at", MINUTES_AGO),
                ("login", "'user' || n"),
                ("email_domain", "'firma' || n / 10 || '.example'"),
                ("role", "(ARRAY['customer_admin', 'customer_user', 'customer_billing'])[n % 3 + 1]"),
                ("disabled", "n % 20 = 0"),
                ("activated_at", "CASE WHEN n % 10 > 0 THEN now() END"),
                ("locked_at", "CASE WHEN n % 30 = 1 THEN now() END"),
                ("locked_until", "CASE WHEN n % 30 = 1 THEN now() END"),
                ("seen_by_reseller_id", "md5('reseller' || n % 40)::uuid"),
            ],
        ),
        ("sessions", &[ID, ("user_id", "md5('user' || n / 5)::uuid")]),
        (
            "one_time_tokens",
            &[
                ID,
                ("hash", "sha256(n::text::bytea)"),
                ("user_id", "md5('user' || n / 5)::uuid"),
                ("registration_id", "NULL::uuid"),
            ],
        ),
        ("login_attempts", &[ID, ("user_id", "md5('user' || n / 5)::uuid")]),
        ("api_clients", &[ID, RESELLER, ("customer_id", "CASE n % 3 WHEN 0 THEN md5('customer' || n)::uuid END")]),
        (
            "orders",
            &[
                ID,
                CUSTOMER,
                RESELLER,
                REFERENCE,
                ("cart_id", "gen_random_uuid()"),
                ("placed_at", MINUTES_AGO),
                ("updated_at", MINUTES_AGO),
                ("status", "(ARRAY['placed', 'provisioning', 'completed', 'partially_failed', 'failed'])[n % 5 + 1]"),
            ],
        ),
        (
            "subscriptions",
            &[
                ID,
                CUSTOMER,
                RESELLER,
                ("status", "(ARRAY['pending', 'active', 'suspended', 'expired', 'disabled', 'canceled'])[n % 6 + 1]"),
                ("kind", "(ARRAY['licensed', 'trial', 'perpetual', 'add_on'])[n % 4 + 1]"),
                ("auto_renew", "n % 5 > 0"),
                ("offer_id", "md5('offer' || n % 200)::uuid"),
                ("product_id", "md5('product' || n % 50)::uuid"),
                ("created_at", MINUTES_AGO),
                ("updated_at", MINUTES_AGO),
                ("term_last", "date '2026-01-01' + n % 700"),
                ("last_day", "date '2026-01-01' + n % 700"),
                ("responsible_user_id", "CASE WHEN n % 10 = 0 THEN md5('user' || n / 5)::uuid END"),
            ],
        ),
        ("carts", &[ID, CUSTOMER, RESELLER, ("ordered_as", "CASE n % 5 WHEN 0 THEN NULL ELSE gen_random_uuid() END")]),
        ("cart_lines", &[("cart_id", "gen_random_uuid()"), ID]),
        ("order_lines", &[("order_id", "gen_random_uuid()"), ID]),
        ("subscription_changes", &[ID, CUSTOMER, RESELLER, ("subscription_id", "md5('subscription' || n / 5)::uuid")]),
        (
            "license_assignments",
            &[
                ID,
                CUSTOMER,
                RESELLER,
                ("user_id", "gen_random_uuid()"),
                ("subscription_id", "md5('subscription' || n / 5)::uuid"),
            ],
        ),
        (
            "redemptions",
            &[
                ID,
                CUSTOMER,
                RESELLER,
                ("created_at", MINUTES_AGO),
                ("status", "CASE n % 2 WHEN 0 THEN 'open' ELSE 'completed' END"),
                ("completed_at", "CASE n % 2 WHEN 1 THEN now() END"),
            ],
        ),
        ("redemption_keys", &[("redemption_id", "gen_random_uuid()")]),
        ("product_key_batches", &[ID, RESELLER, ("sold_at", "CASE WHEN n % 3 > 0 THEN now() END")]),
        (
            "key_charges",
            &[ID, ("reseller_id", "md5('reseller' || n % 40)::uuid"), ("batch_id", "md5('batch' || n)::uuid")],
        ),
        (
            "product_keys",
            &[("digest", "sha256(n::text::bytea)"), ("batch_id", "md5('batch' || n / 5)::uuid"), ("position", "n % 5")],
        ),
        (
            "notifications",
            &[
                ID,
                CUSTOMER,
                RESELLER,
                ("event_id", "gen_random_uuid()"),
                ("user_id", "md5('user' || n / 5)::uuid"),
                ("subject", "'subject' || n"),
                ("kind", "(ARRAY['order_ready', 'order_failed', 'activation', 'term_ending'])[n % 4 + 1]"),
                ("status", "CASE n % 3 WHEN 0 THEN 'failed' ELSE 'sent' END"),
                ("sent_at", "CASE WHEN n % 3 > 0 THEN now() END"),
            ],
        ),
        (
            "registrations",
            &[
                ID,
                ("email", "'mail' || n"),
                ("created_at", MINUTES_AGO),
                ("status", "(ARRAY['received', 'requested', 'active', 'rejected'])[n % 4 + 1]"),
            ],
        ),
        ("events", &[ID, CUSTOMER, ("subject", "'subject' || n")]),
        (
            "tasks",
            &[
                ID,
                ("event_id", "gen_random_uuid()"),
                ("status", "(ARRAY['pending', 'done', 'parked'])[n % 3 + 1]"),
                ("due_at", "CASE n % 3 WHEN 0 THEN now() END"),
            ],
        ),
        (
            "audit_entries",
            &[
                ID,
                CUSTOMER,
                RESELLER,
                ("at", MINUTES_AGO),
                ("action", "'action' || n % 100"),
                ("subject", "'subject' || n"),
                ("actor", "'actor' || n % 100"),
                ("impersonator", "CASE WHEN n % 50 = 0 THEN 'actor' || n % 100 END"),
            ],
        ),
        (
            "price_list_rows",
            &[
                // The list that is asked for is the marketplace's first.
                ("marketplace_id", "(SELECT id FROM marketplaces WHERE slug = 'terra')"),
                (
                    "price_list_id",
                    "(SELECT l.id FROM price_lists AS l JOIN marketplaces AS m ON m.id = l.marketplace_id
                        WHERE m.slug = 'terra' ORDER BY l.id LIMIT 1)",
                ),
                ("line", "1000000 + n"),
                ("change", "(ARRAY['added', 'changed', 'unchanged'])[n % 3 + 1]"),
                ("notes", "CASE WHEN n % 50 = 0 THEN 1 ELSE 0 END"),
            ],
        ),
        ("search_words", &[("word", "'word' || n"), ("subject_id", "gen_random_uuid()")]),
        ("price_lists", &[ID]),
        ("price_list_failures", &[("line", "1000000 + n")]),
        ("offer_matrices", &[ID]),
        ("offer_matrix_rows", &[("line", "1000000 + n")]),
        ("offer_matrix_failures", &[("line", "1000000 + n")]),
    ];

    /// Copies a row of each table.
    pub(super) fn fill(c: &mut PgConnection, known: &Columns) {
        let mut run = |sql: &str| c.batch_execute(sql).unwrap_or_else(|error| panic!("{sql}: {error}"));
        // Copies refer to what is not there.
        run("SET session_replication_role = replica");
        for (table, differing) in TABLES {
            let columns: Vec<_> = known[*table].iter().filter(|column| *column != "seq").map(String::as_str).collect();
            let value = |column: &&str| {
                let found = differing.iter().find(|(name, _)| name == column);
                found.map_or_else(|| format!("one.{column}"), |(_, sql)| (*sql).to_owned())
            };
            let values: Vec<_> = columns.iter().map(value).collect();
            run(&format!(
                "INSERT INTO {table} ({}) SELECT {} FROM (SELECT * FROM {table} LIMIT 1) AS one, \
                 generate_series(1, {ROWS}) AS n",
                columns.join(", "),
                values.join(", ")
            ));
        }
        run("ANALYZE");
    }
}
