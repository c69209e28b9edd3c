//! Rules: what comments and the names of tests point to stands in `docs/rules.md`, or in another document of the
//! project; and whatever stands there is pointed to.

use crate::house::architecture::{Source, is_made, root};
use regex::Regex;
use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::sync::LazyLock;

/// Where each rule has its line.
const RULES: &str = "docs/rules.md";

/// Worked examples: data that name the rules they are of.
const EXAMPLES: &str = "crates/domain/tests/golden/";

/// Where texts are, besides the root.
const FOLDERS: [&str; 7] = ["bench", "crates", "docs", "migrations", "openapi", "scripts", "tests"];

static LINE: LazyLock<Regex> = LazyLock::new(|| regex(r"(?m)^\| ([A-Z]-[A-Z0-9]+) \| \S"));
static ID: LazyLock<Regex> = LazyLock::new(|| regex(r"\b(?:[ACGKLNRTUX]-\d{2,3}|P-(?:\d+|[A-Z]+\d*))\b"));
static SPAN: LazyLock<Regex> =
    LazyLock::new(|| regex(r"\b([ACGKLNRTUX])-(\d{2,3})(?:…| to | TO )([ACGKLNRTUX])-(\d{2,3})\b"));
static BEGIN_OF_NAME: LazyLock<Regex> = LazyLock::new(|| regex(r"\b(?:[acgklnrtux]\d{2,3}_(?:to_)?)+"));
static ID_OF_NAME: LazyLock<Regex> = LazyLock::new(|| regex(r"([a-z])(\d{2,3})_"));
static DOCUMENT: LazyLock<Regex> = LazyLock::new(|| regex(r"[\w./-]+\.md\b"));
static SECTION: LazyLock<Regex> = LazyLock::new(|| regex(r"\([1-9]\.(?:1\d|[1-9])(?:[,;)]| to )"));

fn regex(pattern: &str) -> Regex {
    Regex::new(pattern).expect("a regex")
}

/// What begins a comment in such a file: nothing where all of it is for people, none where it is not looked at.
fn mark(path: &str) -> Option<&'static str> {
    match path.rsplit_once('.')?.1 {
        "rs" => Some("//"),
        "sql" => Some("--"),
        "sh" | "toml" => Some("#"),
        "md" => Some(""),
        "json" | "txt" if path.starts_with(EXAMPLES) => Some(""),
        _ => None,
    }
}

/// What is in a folder.
fn entries(folder: &Path) -> Vec<PathBuf> {
    let all = std::fs::read_dir(folder).unwrap_or_else(|error| panic!("{}: {error}", folder.display()));
    all.map(|entry| entry.expect("an entry").path()).collect()
}

/// Every text of the project in which rules may be named.
fn texts() -> Vec<Source> {
    let mut open: Vec<_> = FOLDERS.iter().map(|folder| root().join(folder)).collect();
    let mut files: Vec<_> = entries(&root()).into_iter().filter(|path| path.is_file()).collect();
    while let Some(folder) = open.pop() {
        let (folders, others): (Vec<_>, Vec<_>) = entries(&folder).into_iter().partition(|path| path.is_dir());
        open.extend(folders.into_iter().filter(|path| !is_made(path)));
        files.extend(others);
    }
    let of_root = |path: &PathBuf| path.strip_prefix(root()).expect("it is below the root").display().to_string();
    let read = files.iter().map(|file| (file, of_root(file))).filter(|(_, path)| mark(path).is_some());
    read.map(|(file, path)| Source { path, text: std::fs::read_to_string(file).expect("it is text") }).collect()
}

/// The ids with which a test's name begins, as a comment writes them: `c63_c64_` are `C-63 C-64`, and `l17_to_l20_`
/// is a span.
fn of_name(begin: &str) -> String {
    ID_OF_NAME.replace_all(begin, "$1-$2 ").replace("to_", "to ").to_uppercase()
}

/// What a file says to people, line by line: its comments, and of its tests what their names begin with.
fn said(source: &Source) -> Vec<(usize, String)> {
    let Some(mark) = mark(&source.path) else { return vec![] };
    let said = |line: &str| {
        let comment = line.split_once(mark).map_or("", |(_, behind)| behind);
        let names = BEGIN_OF_NAME.find_iter(line).filter(|_| mark == "//").map(|begin| of_name(begin.as_str()));
        std::iter::once(comment.to_owned()).chain(names).collect::<Vec<_>>().join("; ")
    };
    source.text.lines().zip(1..).map(|(line, number)| (number, said(line))).collect()
}

/// The rules between the ends of a text's spans: a number among them that no rule has is none.
fn between(text: &str) -> BTreeSet<String> {
    let spans = SPAN.captures_iter(text).filter(|span| span[1] == span[3]);
    let ids = spans.flat_map(|span| {
        let (letter, number) = (span[1].to_owned(), |n: usize| span[n].parse::<u16>().expect("digits"));
        (number(2)..=number(4)).map(|n| format!("{letter}-{n:02}")).collect::<Vec<_>>()
    });
    ids.collect()
}

/// What a file points to and nobody can look up: rules, documents, and sections of who knows what.
fn flaws(source: &Source, rules: &BTreeSet<String>, documents: &BTreeSet<String>) -> Vec<String> {
    let is_there = |name: &str| {
        let name = name.trim_start_matches(['.', '/']);
        documents.iter().any(|path| path == name || path.ends_with(&format!("/{name}")))
    };
    let is_code = mark(&source.path).is_some_and(|mark| !mark.is_empty());
    let mut flaws = vec![];
    for (number, text) in said(source) {
        let ids = ID.find_iter(&text).map(|id| id.as_str()).filter(|id| !rules.contains(*id));
        let names = DOCUMENT.find_iter(&text).map(|name| name.as_str()).filter(|name| !is_there(name));
        let sections = SECTION.find_iter(&text).map(|section| section.as_str()).filter(|_| is_code);
        flaws.extend(ids.chain(names).chain(sections).map(|what| format!("{}:{number}: {what}", source.path)));
    }
    flaws
}

/// The ids of the rules, in the order of their lines.
fn listed(all: &[Source]) -> Vec<String> {
    let rules = all.iter().find(|source| source.path == RULES).expect("the rules");
    LINE.captures_iter(&rules.text).map(|line| line[1].to_owned()).collect()
}

#[test]
fn every_rule_and_document_that_is_named_can_be_looked_up() {
    let all = texts();
    assert!(all.len() > 800, "this test looks for the right words: {}", all.len());
    let rules: BTreeSet<_> = listed(&all).into_iter().collect();
    let documents = all.iter().filter(|source| mark(&source.path) == Some("")).map(|source| source.path.clone());
    let documents: BTreeSet<_> = documents.collect();
    let flaws: Vec<_> = all.iter().flat_map(|source| flaws(source, &rules, &documents)).collect();
    assert_eq!(flaws, Vec::<String>::new(), "give it a line in {RULES}, or name what a stranger can look up");
}

#[test]
fn every_line_of_the_rules_is_one_that_is_named() {
    let all = texts();
    let listed = listed(&all);
    assert!(listed.len() > 400, "this test looks for the right words: {}", listed.len());
    let mut named = BTreeSet::new();
    for (_, text) in all.iter().filter(|source| source.path != RULES).flat_map(said) {
        named.extend(ID.find_iter(&text).map(|id| id.as_str().to_owned()));
        named.extend(between(&text));
    }
    let unused: Vec<_> = listed.iter().filter(|id| !named.contains(*id)).collect();
    assert_eq!(unused, Vec::<&String>::new(), "nobody names it: take its line out of {RULES}");
    let once: BTreeSet<_> = listed.iter().collect();
    assert_eq!(once.len(), listed.len(), "a rule has one line");
}

#[test]
fn a_planted_rule_or_document_that_is_not_there_is_found() {
    let (rules, documents) = (BTreeSet::from(["C-39".to_owned()]), BTreeSet::from([RULES.to_owned()]));
    let found = |comment: &str, name: &str| {
        let text = format!("{0}{0} {comment}\nfn {name}() {{\n", '/');
        flaws(&Source { path: "planted.rs".to_owned(), text }, &rules, &documents)
    };
    let known = found("As C-39 and rules.md say, ../docs/rules.md too (RFC 6749, 3.1; 0.19 or 1.2).", "c39_holds");
    assert_eq!(known, Vec::<String>::new());
    assert_eq!(found("As C-40 says.", "holds"), ["planted.rs:1: C-40"]);
    assert_eq!(found("As is known.", "c39_c40_holds"), ["planted.rs:2: C-40"]);
    assert_eq!(found("As the wiki.md says (4.1).", "holds"), ["planted.rs:1: wiki.md", "planted.rs:1: (4.1)"]);
    let code = Source { path: "planted.rs".to_owned(), text: "let number = \"C-40\";\n".to_owned() };
    assert_eq!(flaws(&code, &rules, &documents), Vec::<String>::new());
    assert_eq!(between("C-03…C-05, T-01 to T-02, C-09…T-12"), between(&of_name("c03_to_c05_t01_to_t02_")));
    assert_eq!(between("C-09…C-10"), BTreeSet::from(["C-09".to_owned(), "C-10".to_owned()]));
}
