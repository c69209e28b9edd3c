//! Rules that cannot be put in force, as problems of the fields that they came in.

use crate::http::problem::{Code, FieldProblem, Problem};
use crate::texts::phrases::Phrase;
use crate::texts::place::Place;
use domain::policy::{Fault, Flaw};

/// The problem of a document of rules that a request carries under `/rules`: every fault is a wrong field.
pub fn of_rules(faults: &[Fault]) -> Problem {
    Problem::fields(faults.iter().map(field).collect())
}

fn field(fault: &Fault) -> FieldProblem {
    let (code, arguments) = match &fault.flaw {
        Flaw::OutOfRange(min, max) => (Code::OutOfRange, vec![("limit", Place::Range((*min).into(), (*max).into()))]),
        Flaw::NeededBy(rule) => (Code::RuleNeeded, vec![("rule", Place::wire(*rule))]),
        Flaw::NotAscending => (Code::NotAscending, vec![]),
        Flaw::NotDescending => (Code::NotDescending, vec![]),
        Flaw::Repeated => (Code::Repeated, vec![]),
        Flaw::Empty => (Code::Required, vec![]),
        Flaw::Mismatch(expected) => (Code::InvalidValue, vec![("expected", Phrase::of_expectation(expected).into())]),
    };
    FieldProblem { pointer: format!("/rules{}", fault.pointer), code, arguments }
}
