//! Checking fields: every problem of a request at once, each with its pointer.

use crate::problem::{Code, FieldProblem, Problem};
use domain::form::limits;
use domain::tax::vat_id;
use std::str::FromStr;

/// A control character, or one that turns the direction of the text around it: what is shown would not be what is said.
fn is_unprintable(letter: char) -> bool {
    letter.is_control() || matches!(letter, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
}

/// Collects what is wrong with a request's fields.
#[derive(Default)]
pub struct Checks {
    fields: Vec<FieldProblem>,
}

impl Checks {
    /// Nothing wrong yet.
    pub fn new() -> Self {
        Self::default()
    }

    /// Whether something is wrong with a field already.
    pub fn is_wrong(&self, pointer: &str) -> bool {
        self.fields.iter().any(|field| field.pointer == pointer)
    }

    /// Notes a wrong field.
    pub fn note(&mut self, pointer: &str, code: Code, arguments: Vec<(&'static str, String)>) {
        self.fields.push(FieldProblem { pointer: pointer.to_owned(), code, arguments });
    }

    /// A text of 1 to `max` characters without control characters, trimmed.
    pub fn text(&mut self, pointer: &str, value: &str, max: usize) -> String {
        let value = value.trim();
        if value.is_empty() {
            self.note(pointer, Code::Required, vec![]);
        }
        self.printable(pointer, value, max);
        value.to_owned()
    }

    /// The same where the text may be missing; an empty one counts as missing.
    pub fn optional(&mut self, pointer: &str, value: Option<&str>, max: usize) -> Option<String> {
        let value = value.map(str::trim).filter(|value| !value.is_empty())?;
        self.printable(pointer, value, max);
        Some(value.to_owned())
    }

    fn printable(&mut self, pointer: &str, value: &str, max: usize) {
        if value.chars().count() > max {
            self.note(pointer, Code::TooLong, vec![("limit", max.to_string())]);
        }
        if value.chars().any(is_unprintable) {
            self.note(pointer, Code::InvalidValue, vec![("expected", "text without control characters".to_owned())]);
        }
    }

    /// An e-mail address, lower-cased.
    pub fn email(&mut self, pointer: &str, value: &str) -> String {
        use validator::ValidateEmail as _;
        let value = value.trim().to_lowercase();
        if value.is_empty() {
            self.note(pointer, Code::Required, vec![]);
        } else if value.len() > usize::from(limits::EMAIL) || !value.validate_email() {
            self.note(pointer, Code::InvalidValue, vec![("expected", "an e-mail address".to_owned())]);
        }
        value
    }

    /// The same where it may be missing.
    pub fn optional_email(&mut self, pointer: &str, value: Option<&str>) -> Option<String> {
        let value = value.map(str::trim).filter(|value| !value.is_empty())?;
        Some(self.email(pointer, value))
    }

    /// A VAT id that may be missing, in one writing. One that is mistyped for certain is refused; others may be right.
    pub fn vat_id(&mut self, pointer: &str, value: Option<&str>) -> Option<String> {
        let value = self.optional(pointer, value, limits::VAT_ID.into())?;
        if let Some(expected) = vat_id::mistyped(&value) {
            self.note(pointer, Code::VatIdMistyped, vec![("expected", expected)]);
        }
        Some(vat_id::normalized(&value))
    }

    /// An id of a kind.
    pub fn id<T: FromStr<Err = domain::id::InvalidId>>(&mut self, pointer: &str, value: &str) -> Option<T> {
        value
            .parse()
            .map_err(|error: domain::id::InvalidId| {
                self.note(pointer, Code::InvalidId, vec![("expected", error.prefix.to_owned())])
            })
            .ok()
    }

    /// The value of a code, one of a closed set.
    pub fn code<T>(
        &mut self,
        pointer: &str,
        value: &str,
        from_code: impl Fn(&str) -> Option<T>,
        expected: &str,
    ) -> Option<T> {
        let found = from_code(value);
        if found.is_none() {
            self.note(pointer, Code::InvalidValue, vec![("expected", expected.to_owned())]);
        }
        found
    }

    /// An instant.
    pub fn instant(&mut self, pointer: &str, value: &str) -> Option<time::OffsetDateTime> {
        let found = super::parse_instant(value);
        if found.is_none() {
            self.note(
                pointer,
                Code::InvalidValue,
                vec![("expected", "an instant like 2026-11-20T10:15:00Z".to_owned())],
            );
        }
        found
    }

    /// Ends the checks: a problem with every wrong field, or nothing.
    pub fn done(self) -> Result<(), Problem> {
        if self.fields.is_empty() { Ok(()) } else { Err(Problem::fields(self.fields)) }
    }

    /// Ends the checks with a value that only exists when nothing is wrong.
    pub fn finish<T>(self, value: Option<T>) -> Result<T, Problem> {
        self.done()?;
        value.ok_or_else(|| Problem::new(Code::ValidationFailed))
    }
}
