//! Words: a doc comment says something that the name does not, and what the API document shows is written for a
//! stranger.

use crate::house::architecture::{Source, sources};
use serde_json::Value;

/// A comment of fewer words repeats the name.
const FEWEST_WORDS: usize = 3;

/// A description of fewer characters tells a stranger nothing.
const FEWEST_CHARACTERS: usize = 16;

/// The doc comments of a file, each with its first line's number; lines that stand together are one.
fn doc_comments(source: &Source) -> Vec<(usize, String)> {
    let mut found: Vec<(usize, String)> = vec![];
    let mut open = false;
    for (number, line) in source.text.lines().zip(1..).map(|(line, number)| (number, line.trim_start())) {
        let text = line.strip_prefix("///").or(line.strip_prefix("//!"));
        match (text, open, found.last_mut()) {
            (Some(text), true, Some((_, last))) => last.push_str(text),
            (Some(text), ..) => found.push((number, text.to_owned())),
            _ => {}
        }
        open = text.is_some();
    }
    found
}

fn is_short(text: &str) -> bool {
    text.split_whitespace().count() < FEWEST_WORDS
}

#[test]
fn a_doc_comment_says_more_than_the_name() {
    let mut short = vec![];
    for name in ["domain", "store", "provisioning", "api"] {
        for source in sources(&format!("crates/{name}/src")).iter().filter(|source| !source.is_test()) {
            let comments = doc_comments(source).into_iter().filter(|(_, text)| is_short(text));
            short.extend(comments.map(|(number, text)| format!("{}:{number}:{text}", source.path)));
        }
    }
    assert_eq!(short, Vec::<String>::new(), "{} doc comments of fewer than {FEWEST_WORDS} words", short.len());
}

#[test]
fn a_planted_short_comment_is_found() {
    let text = "/// The id.\npub id: u8,\n/// What it\n/// costs a buyer.\npub price: u8,\n".to_owned();
    let found = doc_comments(&Source { path: "planted.rs".to_owned(), text });
    assert_eq!(found, [(1, " The id.".to_owned()), (3, " What it costs a buyer.".to_owned())]);
    assert_eq!(found.iter().map(|(_, text)| is_short(text)).collect::<Vec<_>>(), [true, false]);
}

/// Every description of the document, with where it stands.
fn descriptions(at: &str, value: &Value, into: &mut Vec<(String, String)>) {
    match value {
        Value::Object(members) => {
            for (name, member) in members {
                match (name.as_str(), member) {
                    ("description", Value::String(text)) => into.push((at.to_owned(), text.clone())),
                    // What stands in an example is data.
                    ("example" | "examples", _) => {}
                    _ => descriptions(&format!("{at}/{name}"), member, into),
                }
            }
        }
        Value::Array(items) => {
            for (n, item) in items.iter().enumerate() {
                descriptions(&format!("{at}/{n}"), item, into);
            }
        }
        _ => {}
    }
}

/// What a stranger cannot read in a description, if anything.
fn flaw(text: &str) -> Option<&'static str> {
    let is_row = |word: &str| {
        let word = word.trim_matches(|letter: char| !letter.is_ascii_alphanumeric());
        let Some((letters, number)) = word.split_once('-') else { return false };
        (1..=2).contains(&letters.len())
            && letters.bytes().all(|letter| letter.is_ascii_uppercase())
            && (2..=3).contains(&number.len())
            && number.bytes().all(|digit| digit.is_ascii_digit())
    };
    let words = text.split(|letter: char| letter.is_whitespace() || matches!(letter, '…' | '/' | ','));
    if text.chars().count() < FEWEST_CHARACTERS {
        Some("too short")
    } else if words.into_iter().any(is_row) {
        Some("a row id")
    } else if text.contains(".md") {
        Some("a document that a stranger has not")
    } else {
        None
    }
}

#[test]
fn what_the_api_document_shows_is_written_for_a_stranger() {
    let mut found = vec![];
    descriptions("", &api::openapi::document(), &mut found);
    assert!(found.len() > 1_000, "{}", found.len());
    let flaws: Vec<_> = found.iter().filter_map(|(at, text)| Some(format!("{at}: {}: {text}", flaw(text)?))).collect();
    assert_eq!(flaws, Vec::<String>::new(), "{} descriptions", flaws.len());
}

#[test]
fn planted_descriptions_that_tell_nothing_are_found() {
    assert_eq!(flaw("When."), Some("too short"));
    assert_eq!(flaw("The label of the button that orders (T-36)."), Some("a row id"));
    assert_eq!(flaw("What holds, see api.md, for every operation."), Some("a document that a stranger has not"));
    assert_eq!(flaw("ISO 3166-2 without the country, such as DE-NW."), None);
}
