//! The migrations of both databases against `schema.rs`.

use super::TestStore;
use crate::connection::{Conn, Engine};
use crate::error::Result;
use crate::migrate;
use diesel::QueryableByName;
use diesel::prelude::*;
use diesel::sql_query;
use diesel::sql_types::{Bool, Text};
use std::collections::BTreeMap;

/// Table, column → type, nullable.
type Columns = BTreeMap<(String, String), (String, bool)>;

#[derive(QueryableByName)]
struct ColumnRow {
    #[diesel(sql_type = Text)]
    table_name: String,
    #[diesel(sql_type = Text)]
    column_name: String,
    #[diesel(sql_type = Text)]
    type_name: String,
    #[diesel(sql_type = Bool)]
    nullable: bool,
}

const OF_SQLITE: &str =
    "SELECT t.name AS table_name, c.name AS column_name, c.type AS type_name, c.\"notnull\" = 0 AS nullable
    FROM pragma_table_list AS t, pragma_table_info(t.name) AS c
    WHERE t.schema = 'main' AND t.name NOT LIKE 'sqlite_%' AND t.name NOT LIKE '\\_\\_diesel%' ESCAPE '\\'";

const OF_POSTGRES: &str = "SELECT table_name::text, column_name::text, data_type::text AS type_name,
        is_nullable = 'YES' AS nullable
    FROM information_schema.columns WHERE table_schema = 'public' AND table_name NOT LIKE '\\_\\_diesel%'";

fn columns_of(test: &TestStore) -> Columns {
    let rows: Vec<ColumnRow> = test
        .read(|conn| {
            Ok(match conn {
                Conn::Postgres(c) => sql_query(OF_POSTGRES).load(c),
                Conn::Sqlite(c) => sql_query(OF_SQLITE).load(c),
            }?)
        })
        .unwrap();
    rows.into_iter().map(|row| ((row.table_name, row.column_name), (row.type_name, row.nullable))).collect()
}

/// What `schema.rs` says, in a database's own words for the types.
fn declared(engine: Engine) -> Columns {
    let texts = [
        include_str!("../schema/mod.rs"),
        include_str!("../schema/catalog.rs"),
        include_str!("../schema/jobs.rs"),
        include_str!("../schema/keys.rs"),
        include_str!("../schema/mail.rs"),
        include_str!("../schema/organizations.rs"),
        include_str!("../schema/people.rs"),
        include_str!("../schema/registrations.rs"),
    ];
    let mut table = String::new();
    let mut columns = Columns::new();
    for line in texts.iter().flat_map(|text| text.lines().skip_while(|line| *line != "tables! {")) {
        let line = line.trim();
        if let Some((name, _)) = line.strip_suffix(") {").and_then(|line| line.split_once(" (")) {
            name.clone_into(&mut table);
        } else if let Some((column, kind)) = line.strip_suffix(',').and_then(|line| line.split_once(" -> ")) {
            let inner = kind.strip_prefix("Nullable<").and_then(|kind| kind.strip_suffix('>'));
            let native = native(inner.unwrap_or(kind), engine).to_owned();
            columns.insert((table.clone(), column.to_owned()), (native, inner.is_some()));
        }
    }
    columns
}

fn native(kind: &str, engine: Engine) -> &'static str {
    let (postgres, sqlite) = match kind {
        "Uid" => ("uuid", "BLOB"),
        "Binary" => ("bytea", "BLOB"),
        "Instant" => ("timestamp with time zone", "INTEGER"),
        "Document" => ("jsonb", "TEXT"),
        "Code" | "Text" => ("text", "TEXT"),
        "Date" => ("date", "TEXT"),
        "BigInt" => ("bigint", "INTEGER"),
        "Integer" => ("integer", "INTEGER"),
        "Bool" => ("boolean", "INTEGER"),
        other => panic!("a column of type {other}"),
    };
    match engine {
        Engine::Postgres => postgres,
        Engine::Sqlite => sqlite,
    }
}

fn up_down_up(test: &TestStore) {
    let declared = declared(test.store.engine());
    assert!(declared.len() > 250, "schema.rs was not read");
    assert_eq!(test.store.write(migrate::is_pending), Ok(true));
    test.store.migrate().unwrap();
    assert_eq!(test.store.write(migrate::is_pending), Ok(false));
    assert_eq!(columns_of(test), declared);
    test.write(migrate::revert_all).unwrap();
    assert_eq!(columns_of(test), Columns::new());
    test.store.migrate().unwrap();
    assert_eq!(columns_of(test), declared);
}

#[test]
fn sqlite_up_down_up() {
    up_down_up(&TestStore::empty_sqlite());
}

#[test]
fn postgres_up_down_up() {
    if let Some(test) = TestStore::empty_postgres() {
        up_down_up(&test);
    }
}

#[test]
fn both_trees_have_the_same_names() {
    let names = |tree: &str| {
        let path = format!("{}/../../migrations/{tree}", env!("CARGO_MANIFEST_DIR"));
        let mut names: Vec<_> = std::fs::read_dir(path).unwrap().map(|entry| entry.unwrap().file_name()).collect();
        names.sort();
        names
    };
    assert_eq!(names("postgres"), names("sqlite"));
}

fn at_once(test: &TestStore) {
    let done: Vec<Result<()>> = std::thread::scope(|scope| {
        let start = |_| {
            let store = crate::Store::open(&test.options).unwrap();
            scope.spawn(move || store.migrate())
        };
        let threads: Vec<_> = (0..4).map(start).collect();
        threads.into_iter().map(|thread| thread.join().unwrap()).collect()
    });
    assert_eq!(done, vec![Ok(()); 4]);
    assert_eq!(test.store.write(migrate::is_pending), Ok(false));
}

#[test]
fn sqlite_processes_that_start_at_once() {
    at_once(&TestStore::empty_sqlite());
}

#[test]
fn postgres_servers_that_start_at_once() {
    if let Some(test) = TestStore::empty_postgres() {
        at_once(&test);
    }
}
