//! The problem codes that an operation can answer: what follows from its form, and from `refusals.txt` what its work
//! can be refused for. The suite holds every answer against it.

use crate::http::problem::Code;
use crate::openapi::operation::{Operation, is_afresh, tells_secret};
use std::collections::BTreeSet;

/// A line an operation: its id, then codes and groups; a group is a line that begins with `@`.
const TABLE: &str = include_str!("refusals.txt");

/// What the checks of fields find.
const FIELDS: &[Code] = &[
    Code::ValidationFailed,
    Code::UnknownField,
    Code::MissingField,
    Code::InvalidType,
    Code::InvalidValue,
    Code::InvalidId,
    Code::TooLong,
    Code::OutOfRange,
    Code::Required,
];

/// Every code that an operation can answer.
pub fn of(operation: &Operation<'_>) -> BTreeSet<Code> {
    let mut codes: BTreeSet<_> = [Code::Internal, Code::Unavailable, Code::RequestTimeout].into();
    let mut add = |when: bool, more: &[Code]| codes.extend(more.iter().filter(|_| when));
    let versioned = operation.path.starts_with("/v1");
    add(versioned, &[Code::TooManyRequests, Code::InvalidValue, Code::UnsupportedEncoding]);
    add(true, &[Code::Unauthorized]);
    add(operation.secured, &[Code::TokenExpired, Code::Forbidden]);
    add(operation.names, &[Code::NotFound]);
    // What an operation does not read is refused, too.
    add(versioned, FIELDS);
    add(operation.cursor, &[Code::InvalidCursor]);
    add(operation.body, &[Code::MalformedRequest, Code::PayloadTooLarge, Code::UnsupportedMediaType]);
    add(operation.json, &[Code::MalformedJson]);
    add(true, &[Code::InvalidHeader]);
    add(versioned, &[Code::MalformedRequest]);
    add(operation.writes() && versioned && operation.secured, &[Code::NotWhileImpersonating, Code::DelegationRequired]);
    add(operation.writes() && versioned && !is_afresh(operation.path), &[Code::IdempotencyKeyReused]);
    add(operation.method == "post" && tells_secret(operation.path), &[Code::SecretToldBefore]);
    add(matches!(operation.method, "put" | "patch" | "delete"), &[Code::PreconditionFailed]);
    for word in words_of(operation.id) {
        codes.extend(Code::from_text(word));
    }
    codes
}

/// The codes of a line, those of its groups too.
fn words_of(name: &str) -> Vec<&'static str> {
    let line = TABLE.lines().find_map(|line| line.strip_prefix(name)?.strip_prefix(':'));
    let words = line.unwrap_or_default().split_whitespace();
    words.flat_map(|word| if word.starts_with('@') { words_of(word) } else { vec![word] }).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::openapi;

    #[test]
    fn the_table_names_operations_and_codes_that_there_are() {
        let operations: BTreeSet<_> = openapi::operations().into_iter().map(|operation| operation.id).collect();
        let mut seen = BTreeSet::new();
        for line in TABLE.lines() {
            let (name, codes) = line.split_once(':').unwrap();
            assert!(name.starts_with('@') || operations.contains(name), "{name} is no operation");
            assert!(seen.insert(name), "{name} stands there twice");
            for code in codes.split_whitespace() {
                let known = code.starts_with('@') && TABLE.lines().any(|line| line.starts_with(&format!("{code}:")));
                assert!(known || Code::from_text(code).is_some(), "{name}: {code} is no code");
            }
        }
    }

    /// A code that no operation answers is none, but for what is answered before there is an operation.
    #[test]
    fn every_code_is_one_of_an_operation() {
        let before = [Code::MethodNotAllowed, Code::HeadersTooLarge, Code::OriginNotAllowed, Code::Conflict];
        let listed: BTreeSet<_> = openapi::operations().iter().flat_map(|one| one.codes.clone()).collect();
        let unused = Code::ALL.iter().filter(|code| !before.contains(code) && !listed.contains(code.as_str()));
        assert_eq!(unused.map(|code| code.as_str()).collect::<Vec<_>>(), Vec::<&str>::new());
    }
}
