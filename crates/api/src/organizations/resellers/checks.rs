//! Checking the ids and numbers that a reseller is known by.

use crate::http::problem::Code;
use crate::http::wire::checks::Checks;
use crate::texts::phrases::Phrase;
use domain::customer_number::is_number;
use domain::form::limits;
use domain::onboarding;

/// A partner id that may be missing.
pub fn partner_id(pointer: &str, text: Option<&str>, checks: &mut Checks) -> Option<String> {
    checks.partner_id(pointer, text)
}

/// A Microsoft id that may be missing, in small letters.
pub fn microsoft_id(pointer: &str, text: Option<&str>, checks: &mut Checks) -> Option<String> {
    let text = text.map(str::to_ascii_lowercase);
    let expected = Phrase::MicrosoftId;
    formed(pointer, text.as_deref(), limits::MICROSOFT_ID, onboarding::is_microsoft_id, expected, checks)
}

/// A customer number that may be missing.
pub fn customer_number(pointer: &str, text: Option<&str>, checks: &mut Checks) -> Option<String> {
    formed(pointer, text, limits::CUSTOMER_NUMBER, is_number, Phrase::DigitsCapitalsDashes, checks)
}

fn formed(
    pointer: &str,
    text: Option<&str>,
    max: u16,
    right: fn(&str) -> bool,
    expected: Phrase,
    checks: &mut Checks,
) -> Option<String> {
    let text = checks.optional(pointer, text, max.into())?;
    if !right(&text) && !checks.is_wrong(pointer) {
        checks.note(pointer, Code::InvalidValue, vec![("expected", expected.into())]);
    }
    Some(text)
}
