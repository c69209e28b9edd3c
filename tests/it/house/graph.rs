//! The graph of the files: who uses whom inside each crate, drawn from the `use` lines and the paths in the code. No
//! circle anywhere, and in `api` no arrow against the order of its rooms (`docs/architecture.md`).

use crate::house::architecture::{Source, sources};
use std::collections::{BTreeMap, BTreeSet};

/// The rooms of `api`, lowest first: each may use those before it. What is no room is the ground below all of them.
pub const ROOMS: [&str; 13] = [
    "organizations",
    "people",
    // An offer is shown with the policy that rules it.
    "policies",
    "catalog",
    "pricing",
    "ordering",
    "subscriptions",
    "product_keys",
    // A marketplace is made with its first person, and opens with something to buy.
    "platform",
    "operation",
    "worker",
    // Moving a sandbox's clock runs the worker.
    "operation/sandbox",
    "demo",
];

/// What puts the rooms together stands above them.
const ROOF: [&str; 4] = ["main.rs", "openapi/", "router.rs", "server.rs"];

/// Files by their module path (`["ordering", "carts"]`; empty is the root), and the modules that each uses.
struct Graph {
    files: BTreeMap<Vec<String>, String>,
    uses: BTreeMap<Vec<String>, BTreeSet<Vec<String>>>,
    /// Files that answer requests.
    handlers: BTreeSet<String>,
}

impl Graph {
    /// The graph of the files of a crate; `root` is its source folder.
    fn of(root: &str, sources: &[Source]) -> Self {
        let module = |source: &Source| module_of(source.path.strip_prefix(root)?.strip_prefix('/')?);
        let files: BTreeMap<_, _> = sources
            .iter()
            .filter(|source| !source.is_test())
            .filter_map(|source| Some((module(source)?, source.path.clone())))
            .collect();
        let (mut uses, mut handlers) = (BTreeMap::new(), BTreeSet::new());
        for source in sources.iter().filter(|source| !source.is_test()) {
            if let Some(from) = module(source) {
                let code = code_of(source);
                let mut to = used(&files, &from, &code);
                to.remove(&from);
                if code.contains("pub fn routes(") {
                    handlers.insert(source.path.clone());
                }
                uses.insert(from, to);
            }
        }
        Self { files, uses, handlers }
    }

    fn arrows(&self) -> impl Iterator<Item = (&String, &String)> {
        let pairs = self.uses.iter().flat_map(|(from, to)| to.iter().map(move |to| (from, to)));
        pairs.map(|(from, to)| (&self.files[from], &self.files[to]))
    }

    /// What is reached from a module in one step or more.
    fn reached(&self, from: &Vec<String>) -> BTreeSet<Vec<String>> {
        let (mut seen, mut open) = (BTreeSet::new(), vec![from]);
        while let Some(module) = open.pop() {
            for next in self.uses.get(module).into_iter().flatten() {
                if seen.insert(next.clone()) {
                    open.push(next);
                }
            }
        }
        seen
    }

    /// The files that stand in a circle with others, each circle once.
    fn circles(&self) -> BTreeSet<Vec<String>> {
        let reached: BTreeMap<_, _> = self.uses.keys().map(|module| (module, self.reached(module))).collect();
        let circle = |module: &Vec<String>| -> Option<Vec<String>> {
            reached[module].contains(module).then_some(())?;
            let with = |other: &&Vec<String>| reached[module].contains(*other) && reached[*other].contains(module);
            Some(self.uses.keys().filter(with).map(|module| self.files[module].clone()).collect())
        };
        self.uses.keys().filter_map(circle).collect()
    }
}

fn module_of(path: &str) -> Option<Vec<String>> {
    let mut parts: Vec<_> = path.strip_suffix(".rs")?.split('/').map(str::to_owned).collect();
    match parts.last().map(String::as_str) {
        Some("mod") => _ = parts.pop(),
        Some("lib") if parts.len() == 1 => parts.clear(),
        _ => {}
    }
    Some(parts)
}

/// The code without comments and without what is compiled for tests only.
fn code_of(source: &Source) -> String {
    source.code().map(|(_, line)| line.split(" // ").next().unwrap_or_default()).collect::<Vec<_>>().join("\n")
}

/// The modules that some code names: in `use` lines, and in paths that begin at the root, above, or with a module that
/// the file declares.
fn used(files: &BTreeMap<Vec<String>, String>, from: &[String], code: &str) -> BTreeSet<Vec<String>> {
    let declared: BTreeSet<&str> = code.lines().filter_map(declaration).collect();
    let mut paths = vec![];
    let mut rest = String::new();
    for statement in code.split_inclusive(';') {
        match statement.rfind("use ").filter(|at| is_use(&statement[..*at])) {
            Some(at) => {
                rest.push_str(&statement[..at]);
                expand("", statement[at + 4..].trim_end_matches(';'), &mut paths);
            }
            None => rest.push_str(statement),
        }
    }
    paths.extend(inline(&rest));
    paths.iter().filter_map(|path| resolve(files, from, &declared, path)).collect()
}

fn declaration(line: &str) -> Option<&str> {
    let line = line.trim();
    let line = line.strip_prefix("pub(crate) ").or(line.strip_prefix("pub ")).unwrap_or(line);
    line.strip_prefix("mod ")?.strip_suffix(';')
}

/// Whether a statement begins where `use` stands: only attributes, visibility and the end of a block come before.
fn is_use(before: &str) -> bool {
    let line = before.rsplit('\n').next().unwrap_or_default().trim();
    matches!(line, "" | "pub" | "pub(crate)" | "pub(super)")
}

/// `crate::a::{b, c::{d, e}}` as four paths.
fn expand(before: &str, tree: &str, into: &mut Vec<String>) {
    let tree = tree.trim();
    let Some((path, group)) = tree.split_once('{') else {
        let name = tree.split(" as ").next().unwrap_or_default().trim();
        into.push(format!("{before}{name}").replace(char::is_whitespace, "").trim_end_matches("::self").to_owned());
        return;
    };
    let (before, group) = (format!("{before}{}", path.trim()), group.trim_end().trim_end_matches('}'));
    let (mut depth, mut start) = (0_i32, 0);
    for (at, letter) in group.char_indices() {
        match letter {
            '{' => depth += 1,
            '}' => depth -= 1,
            ',' if depth == 0 => {
                expand(&before, &group[start..at], into);
                start = at + 1;
            }
            _ => {}
        }
    }
    if !group[start..].trim().is_empty() {
        // The closing brace of an inner group may have been taken off with the outer one.
        let last = group[start..].trim();
        let open = last.matches('{').count().saturating_sub(last.matches('}').count());
        expand(&before, &format!("{last}{}", "}".repeat(open)), into);
    }
}

/// Every path of two segments or more in some code.
fn inline(code: &str) -> Vec<String> {
    let is_path = |letter: char| letter.is_alphanumeric() || letter == '_' || letter == ':';
    let words = code.split(|letter: char| !is_path(letter));
    words.filter(|word| word.contains("::")).map(|word| word.trim_matches(':').to_owned()).collect()
}

/// The file that a path leads into.
fn resolve(
    files: &BTreeMap<Vec<String>, String>,
    from: &[String],
    declared: &BTreeSet<&str>,
    path: &str,
) -> Option<Vec<String>> {
    let mut parts: Vec<&str> = path.split("::").collect();
    let mut at: Vec<String> = match *parts.first()? {
        "crate" => vec![],
        "self" => from.to_vec(),
        "super" => from.to_vec(),
        first if declared.contains(first) => {
            parts.insert(0, "self");
            from.to_vec()
        }
        _ => return None,
    };
    let mut parts = parts.into_iter().peekable();
    while let Some(up) = parts.next_if(|part| matches!(*part, "crate" | "self" | "super")) {
        if up == "super" {
            at.pop();
        }
    }
    for part in parts {
        let mut deeper = at.clone();
        deeper.push(part.to_owned());
        if !files.contains_key(&deeper) {
            break;
        }
        at = deeper;
    }
    files.contains_key(&at).then_some(at)
}

/// The place of a file of `api` in the order: its room's, none for the ground.
fn room(path: &str) -> Option<usize> {
    let within = path.strip_prefix("crates/api/src/")?;
    ROOMS.iter().enumerate().filter(|(_, room)| within.starts_with(&format!("{room}/"))).map(|(place, _)| place).max()
}

fn is_roof(path: &str) -> bool {
    ROOF.iter().any(|file| path.starts_with(&format!("crates/api/src/{file}")))
}

/// What is wrong with an arrow of `api`, if anything.
fn against_the_order(graph: &Graph, from: &str, to: &str) -> Option<&'static str> {
    match (room(from), room(to)) {
        _ if is_roof(from) => None,
        _ if is_roof(to) => Some("what puts the rooms together is used by nobody"),
        (_, None) => None,
        (None, Some(_)) => Some("the ground knows no room"),
        (Some(from), Some(to)) if to > from => Some("a room uses only those before it"),
        _ if graph.handlers.contains(to) && !stands_over(from, to) => {
            Some("writes and views are used by others, handlers by the router alone")
        }
        _ => None,
    }
}

/// Whether a file is the `mod.rs` of the folder that another is in: it passes on the other's routes.
fn stands_over(from: &str, to: &str) -> bool {
    from.strip_suffix("mod.rs").is_some_and(|folder| to.starts_with(folder))
}

fn wrong_arrows(graph: &Graph) -> Vec<String> {
    let wrong =
        |(from, to): (&String, &String)| against_the_order(graph, from, to).map(|why| format!("{from} -> {to}: {why}"));
    graph.arrows().filter_map(wrong).collect()
}

fn planted(files: &[(&str, &str)]) -> Graph {
    let source =
        |(path, text): &(&str, &str)| Source { path: format!("crates/api/src/{path}"), text: (*text).to_owned() };
    Graph::of("crates/api/src", &files.iter().map(source).collect::<Vec<_>>())
}

#[test]
fn no_crate_has_a_circle_of_files() {
    for name in ["domain", "store", "provisioning", "api"] {
        let root = format!("crates/{name}/src");
        let graph = Graph::of(&root, &sources(&root));
        assert!(graph.arrows().count() > graph.files.len() / 2, "{name}: the arrows are seen");
        assert_eq!(graph.circles(), BTreeSet::new(), "{name}");
    }
}

#[test]
fn no_arrow_of_api_runs_against_the_order_of_its_rooms() {
    let graph = Graph::of("crates/api/src", &sources("crates/api/src"));
    assert_eq!(wrong_arrows(&graph), Vec::<String>::new());
}

#[test]
fn a_planted_circle_is_found() {
    let straight = [("ids.rs", "pub fn fresh() {}"), ("keys.rs", "use crate::ids;"), ("lib.rs", "pub mod ids;")];
    assert_eq!(planted(&straight).circles(), BTreeSet::new());
    let used = ["use crate::keys::Keys;", "use crate::{\n    keys::{Keys, sha256},\n};", "fn f() { crate::keys::f() }"];
    for back in used.into_iter().chain(["use super::keys;", "pub use crate::keys::Keys as K;"]) {
        let files = [("ids.rs", back), ("keys.rs", "use crate::ids;")];
        assert_eq!(planted(&files).circles().len(), 1, "{back}");
    }
    let child = [("carts/mod.rs", "mod view;\nfn show() { view::view() }"), ("carts/view.rs", "use super::Cart;")];
    assert_eq!(planted(&child).circles().len(), 1, "a file and the one above it");
}

#[test]
fn a_planted_arrow_against_the_order_is_found() {
    let wrong = |from: &'static str, line: &'static str| {
        let files = [
            (from, line),
            ("people/mod.rs", ""),
            ("people/users/add.rs", ""),
            ("people/users/mod.rs", "pub fn routes(config: &mut Config) {}"),
            ("worker/mod.rs", ""),
            ("router.rs", ""),
        ];
        wrong_arrows(&planted(&files)).len()
    };
    assert_eq!(wrong("transaction.rs", "use crate::people::users::add;"), 1, "the ground uses a room");
    assert_eq!(wrong("organizations/customers/add.rs", "use crate::people::users::add;"), 1, "a later room");
    assert_eq!(wrong("ordering/orders/place.rs", "use crate::people::users::add;"), 0);
    assert_eq!(wrong("ordering/orders/place.rs", "use crate::people::users::User;"), 1, "handlers of another room");
    assert_eq!(wrong("operation/tasks.rs", "use crate::worker;"), 1);
    assert_eq!(wrong("operation/sandbox/move_clock.rs", "use crate::worker;"), 0, "it stands above the worker");
    assert_eq!(wrong("people/users/edit.rs", "use crate::router;"), 1);
    assert_eq!(wrong("server.rs", "use crate::router;"), 0);
}
