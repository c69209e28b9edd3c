//! What merging leaves behind and no compiler says: things that stand twice, lines that nobody can read, and what is
//! public for nobody.

use crate::house::architecture::{Source, sources};
use api::openapi::operations;
use std::collections::{BTreeMap, BTreeSet};
use tests::schema::DOCUMENT;

/// The widest that a line may get, as in `rustfmt.toml`: rustfmt itself says nothing of lines that it could not break.
const COLUMNS: usize = 120;

/// What stands more than once.
fn twice<T: Ord + Clone>(all: impl IntoIterator<Item = T>) -> Vec<T> {
    let mut seen = BTreeSet::new();
    all.into_iter().filter(|one| !seen.insert(one.clone())).collect()
}

#[test]
fn nothing_is_routed_twice() {
    let api = sources("crates/api/src");
    let router = api.iter().find(|source| source.path.ends_with("/src/router.rs")).expect("a router");
    assert!(router.text.matches(".configure(").count() > 20, "this test looks for the right words");
    let mut wrong = vec![];
    for source in api.iter().filter(|source| !source.is_test()) {
        let calls = source.code().map(|(_, line)| line.trim().trim_end_matches([',', ';']));
        let routes = calls.filter(|line| [".configure(", ".service("].iter().any(|call| line.starts_with(call)));
        wrong.extend(twice(routes).into_iter().map(|route| format!("{}: {route}", source.path)));
    }
    assert_eq!(wrong, Vec::<String>::new());
}

/// A module with children is `name/mod.rs`.
#[test]
fn no_module_is_a_file_beside_its_folder() {
    let all = ["domain", "store", "provisioning", "api"].map(|name| sources(&format!("crates/{name}/src")));
    let all: Vec<_> = all.iter().flatten().map(|source| source.path.as_str()).collect();
    let folder_of = |path: &str| path.rsplit_once('/').map(|(folder, _)| folder.to_owned());
    let folders: BTreeSet<_> = all.iter().filter_map(|path| folder_of(path)).collect();
    let beside = |path: &&str| path.strip_suffix(".rs").is_some_and(|module| folders.contains(module));
    assert!(folders.len() > 50, "{folders:?}");
    assert_eq!(all.iter().copied().filter(beside).collect::<Vec<_>>(), Vec::<&str>::new());
}

/// Generators of clients make a class of each tag.
#[test]
fn every_tag_is_described_once_and_used() {
    let name = |tag: &serde_json::Value| tag["name"].as_str().expect("a name").to_owned();
    let described: Vec<_> = DOCUMENT["tags"].as_array().expect("tags").iter().map(name).collect();
    assert_eq!(twice(described.clone()), Vec::<String>::new());
    let all = DOCUMENT["paths"].as_object().expect("paths").values();
    let all = all.flat_map(|item| item.as_object().expect("operations").values());
    let used = all.flat_map(|operation| operation["tags"].as_array().expect("tags"));
    let used: BTreeSet<_> = used.map(|tag| tag.as_str().expect("a name").to_owned()).collect();
    assert_eq!(described.into_iter().collect::<BTreeSet<_>>(), used);
    assert!(operations().len() > used.len());
}

/// The attributes of each item, one text each, with the line on which the item begins.
fn attributes(source: &Source) -> Vec<(usize, Vec<String>)> {
    let (mut items, mut of_item, mut open) = (vec![], vec![], String::new());
    for (line, number) in source.text.lines().zip(1..) {
        let line = line.trim();
        if line.starts_with("//") {
            continue;
        }
        if open.is_empty() && !line.starts_with("#[") {
            items.push((number, std::mem::take(&mut of_item)));
            continue;
        }
        open.push_str(line);
        if open.matches('[').count() == open.matches(']').count() {
            of_item.push(std::mem::take(&mut open));
        }
    }
    items
}

#[test]
fn no_lint_is_switched_off_twice_for_one_item() {
    let (mut wrong, mut seen) = (vec![], 0);
    for source in ["crates", "tests", "bench"].iter().flat_map(|folder| sources(folder)) {
        for (line, attributes) in attributes(&source) {
            let lints = attributes.iter().filter_map(|one| {
                let inner = one.strip_prefix("#[allow(").or_else(|| one.strip_prefix("#[expect("))?;
                Some(inner.split([',', ')']).map(str::trim).take_while(|lint| lint.chars().all(is_of_path)))
            });
            let lints: Vec<_> = lints.flatten().filter(|lint| !lint.is_empty()).collect();
            seen += lints.len();
            wrong.extend(twice(lints).into_iter().map(|lint| format!("{}:{line}: {lint}", source.path)));
        }
    }
    assert_eq!(wrong, Vec::<String>::new());
    assert!(seen > 15, "this test looks for the right words");
}

fn is_of_path(letter: char) -> bool {
    letter.is_alphanumeric() || "_:".contains(letter)
}

#[test]
fn no_line_is_wider_than_the_page() {
    let mut wrong = vec![];
    for source in ["crates", "tests", "bench"].iter().flat_map(|folder| sources(folder)) {
        let lines = source.text.lines().zip(1..).map(|(line, number)| (line.chars().count(), number));
        wrong.extend(
            lines
                .filter(|(columns, _)| *columns > COLUMNS)
                .map(|(columns, line)| format!("{}:{line}: {columns}", source.path)),
        );
    }
    assert!(wrong.is_empty(), "{} lines are over {COLUMNS} columns:\n{}", wrong.len(), wrong.join("\n"));
}

/// What only tests call, on purpose.
const FOR_TESTS: [(&str, &str); 4] = [
    ("fail_next", "the in-memory Partner Center is told to fail"),
    ("in_memory", "an in-memory Partner Center that is forgotten with its test"),
    ("set_behavior", "the in-memory Partner Center is told how to take things"),
    ("with_timeout", "a mail server that does not answer is not waited for as long as a real one"),
];

/// What only tests read, on purpose.
const READ_BY_TESTS: [(&str, &str, &str); 1] =
    [("Backlog", "oldest_due", "a test lets time pass until nothing is due any more")];

/// What is compiled for users: no tests, no comments.
fn shipped() -> Vec<(String, String)> {
    let folders = ["crates/domain/src", "crates/store/src", "crates/provisioning/src", "crates/api/src", "bench/src"];
    let all = folders.iter().flat_map(|folder| sources(folder)).filter(|source| !source.is_test());
    let code = |source: &Source| source.code().map(|(_, line)| format!("{line}\n")).collect();
    all.map(|source| (source.path.clone(), code(&source))).collect()
}

/// The words of a text, each with what stands before and behind it.
fn words(text: &str) -> impl Iterator<Item = (&str, &str, &str)> {
    let is_word = |letter: char| letter.is_alphanumeric() || letter == '_';
    let mut rest = 0;
    std::iter::from_fn(move || {
        let begin = rest + text[rest..].find(is_word)?;
        let end = text[begin..].find(|letter| !is_word(letter)).map_or(text.len(), |length| begin + length);
        rest = end;
        Some((&text[..begin], &text[begin..end], &text[end..]))
    })
}

/// A function that nobody calls is warned of by the compiler, unless it is public: so its name must occur elsewhere.
#[test]
fn every_public_function_is_called_outside_of_tests() {
    let (mut declared, mut called) = (BTreeMap::new(), BTreeSet::new());
    let code = shipped();
    for (path, text) in &code {
        for (before, word, _) in words(text) {
            let line = before.rsplit('\n').next().unwrap_or_default();
            if !before.ends_with("fn ") {
                called.insert(word);
            } else if line.trim_start().starts_with("pub ") && !path.starts_with("bench/") {
                declared.insert(word, path);
            }
        }
    }
    assert!(declared.len() > 500, "this test looks for the right words");
    let unused: BTreeMap<_, _> = declared.into_iter().filter(|(name, _)| !called.contains(name)).collect();
    let excused: BTreeSet<_> = FOR_TESTS.iter().map(|(name, _)| *name).collect();
    let wrong = unused.iter().filter(|(name, _)| !excused.contains(*name));
    let wrong: Vec<_> = wrong.map(|(name, path)| format!("{path}: {name}")).collect();
    assert_eq!(wrong, Vec::<String>::new(), "remove it, or say in FOR_TESTS why it is there");
    let called: Vec<_> = excused.iter().filter(|name| !unused.contains_key(*name)).collect();
    assert_eq!(called, Vec::<&&str>::new(), "it needs no excuse any more");
}

/// The public fields of a text's structs. Those that are written to a client or read from one are used by that.
fn public_fields(text: &str) -> Vec<(String, String)> {
    let (mut fields, mut derived, mut of) = (vec![], String::new(), None);
    for line in text.lines() {
        let line = line.trim();
        if let Some(name) = &of {
            let field = line.strip_prefix("pub ").and_then(|rest| rest.split_once(':'));
            if line == "}" {
                of = None;
            } else if let Some((field, _)) = field {
                fields.push((String::clone(name), field.to_owned()));
            }
        } else if line.starts_with("#[") {
            derived.push_str(line);
        } else {
            let is_wire =
                ["Serialize", "Deserialize", "ToSchema", "IntoParams"].iter().any(|one| derived.contains(one));
            let name = line.strip_prefix("pub struct ").filter(|rest| rest.ends_with('{') && !is_wire);
            of = name.and_then(|rest| rest.split([' ', '<']).next()).map(str::to_owned);
            derived.clear();
        }
    }
    fields
}

/// Whether a word's place takes a field out of something: `one.field`, or a pattern `One { field, .. } =`.
fn reads(before: &str, after: &str) -> bool {
    if before.ends_with('.') {
        return !before.ends_with("..") && !after.starts_with('(');
    }
    let behind = after.find(['{', '}']).filter(|at| after[*at..].starts_with('}')).map(|at| &after[at + 1..]);
    let behind = behind.map(|rest| rest.trim_start_matches(')').trim_start());
    behind.is_some_and(|rest| ["= ", "=> ", "| ", "if ", ": ", "in "].iter().any(|sign| rest.starts_with(sign)))
}

/// A field that is written and never read is no use to anybody, and no compiler says so where it is public.
#[test]
fn every_public_field_is_read_outside_of_tests() {
    let code = shipped();
    let mut read = BTreeSet::new();
    for (_, text) in &code {
        read.extend(words(text).filter(|(before, _, after)| reads(before, after)).map(|(_, word, _)| word));
    }
    let ours = code.iter().filter(|(path, _)| !path.starts_with("bench/"));
    let all: Vec<_> =
        ours.flat_map(|(path, text)| public_fields(text).into_iter().map(move |one| (path, one))).collect();
    assert!(all.len() > 500, "this test looks for the right words");
    let excused = |name: &str, field: &str| READ_BY_TESTS.iter().any(|one| (one.0, one.1) == (name, field));
    let wrong = all.iter().filter(|(_, (name, field))| read.contains(field.as_str()) == excused(name, field));
    let wrong: Vec<_> = wrong.map(|(path, (name, field))| format!("{path}: {name}.{field}")).collect();
    assert_eq!(wrong, Vec::<String>::new(), "remove it, or say in READ_BY_TESTS why it is there; or take it out there");
}

/// The lint for this, `match_same_arms`, also speaks of the arms of decision tables, which stand apart to be read as
/// rows; arms over texts are no such rows.
#[test]
fn texts_that_mean_the_same_share_an_arm() {
    let (mut wrong, mut seen) = (vec![], 0);
    for (path, text) in shipped() {
        let (mut arms, mut indent) = (BTreeSet::new(), 0);
        let lines: Vec<_> = text.lines().collect();
        for (at, line) in lines.iter().enumerate().filter(|(_, line)| !line.trim().is_empty()) {
            let depth = line.len() - line.trim_start().len();
            let arm = line.trim().split_once(" => ").filter(|(pattern, _)| pattern.starts_with('"'));
            if depth < indent || (arm.is_some() && depth != indent) {
                arms.clear();
                indent = depth;
            }
            let Some((_, body)) = arm.filter(|(pattern, _)| !pattern.contains(" if ")) else { continue };
            let body = if body == "{" { lines.get(at + 1).map_or("", |next| next.trim()) } else { body };
            seen += 1;
            if !arms.insert(body.trim_end_matches(',')) {
                wrong.push(format!("{path}: {}", line.trim()));
            }
        }
    }
    assert_eq!(wrong, Vec::<String>::new());
    assert!(seen > 10, "this test looks for the right words");
}

/// The keys of texts, as `Set::Key`.
fn keys_of_texts(code: &str) -> Vec<String> {
    let (mut keys, mut set) = (vec![], "");
    for line in code.lines().map(str::trim) {
        match (line.strip_suffix(" {"), line.split_once(" = \"")) {
            (Some(name), _) if name.chars().all(char::is_alphanumeric) => set = name,
            (_, Some((key, _))) => keys.push(format!("{set}::{key}")),
            _ => {}
        }
    }
    keys
}

/// Every text has a key and every key a text, or the program does not start. That somebody says it is found here.
#[test]
fn every_text_is_said_somewhere() {
    let (keys, code): (Vec<_>, Vec<_>) =
        shipped().into_iter().partition(|(path, _)| path.starts_with("crates/api/src/texts/keys/"));
    let keys: Vec<_> = keys.iter().flat_map(|(_, text)| keys_of_texts(text)).collect();
    assert!(keys.len() > 200, "{}", keys.len());
    let mut said = BTreeSet::new();
    for (path, text) in &code {
        for (before, word, _) in words(text) {
            // What phrases stand for is said there by their names alone.
            let phrase = path.ends_with("/texts/phrases.rs") && (before.ends_with("=> ") || before.ends_with("Self::"));
            let set = before.strip_suffix("::").and_then(|rest| rest.rsplit(|one: char| !one.is_alphanumeric()).next());
            said.extend(set.map(|set| format!("{set}::{word}")));
            said.extend(phrase.then(|| format!("Phrase::{word}")));
        }
    }
    let unsaid: Vec<_> = keys.iter().filter(|key| !said.contains(*key)).collect();
    assert_eq!(unsaid, Vec::<&String>::new());
}

#[test]
fn planted_keys_are_found() {
    let code = "keys! {\n    Word {\n        Days = \"days\",\n    }\n}\nkeys! {\n    Point {\n        A1 = \"a_1\",\n";
    assert_eq!(keys_of_texts(code), ["Word::Days", "Point::A1"]);
}
