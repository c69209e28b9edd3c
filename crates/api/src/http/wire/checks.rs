//! Checking fields: every problem of a request at once, each with its pointer.

use crate::http::problem::{Arguments, Code, FieldProblem, Problem};
use crate::http::screen::is_unprintable;
use crate::texts::phrases::Phrase;
use crate::texts::place::Place;
use domain::form::limits;
use domain::language::Language;
use domain::mail_address;
use domain::onboarding;
use domain::party::Country;
use domain::people::{Languages, PasswordClass, PasswordFlaw, PasswordRules};
use domain::spelling;
use domain::tax::vat_id;
use std::str::FromStr;

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
    pub fn note(&mut self, pointer: &str, code: Code, arguments: Arguments) {
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
            self.note(pointer, Code::TooLong, vec![("limit", max.into())]);
        }
        if value.chars().any(is_unprintable) {
            self.note(pointer, Code::InvalidValue, vec![("expected", Phrase::Printable.into())]);
        }
    }

    /// An e-mail address as it is kept: in small letters, its domain by its A-labels.
    pub fn email(&mut self, pointer: &str, value: &str) -> String {
        let address = mail_address::normalized(value);
        if value.trim().is_empty() {
            self.note(pointer, Code::Required, vec![]);
        } else if address.is_none() {
            self.note(pointer, Code::InvalidValue, vec![("expected", Phrase::Email.into())]);
        }
        address.unwrap_or_else(|| value.trim().to_owned())
    }

    /// The same where it may be missing.
    pub fn optional_email(&mut self, pointer: &str, value: Option<&str>) -> Option<String> {
        let value = value.map(str::trim).filter(|value| !value.is_empty())?;
        Some(self.email(pointer, value))
    }

    /// A partner's number that may be missing: 5 to 10 digits.
    pub fn partner_id(&mut self, pointer: &str, value: Option<&str>) -> Option<String> {
        let value = self.optional(pointer, value, limits::PARTNER_ID.into())?;
        if !onboarding::is_partner_id(&value) && !self.is_wrong(pointer) {
            self.note(pointer, Code::InvalidValue, vec![("expected", Phrase::FiveToTenDigits.into())]);
        }
        Some(value)
    }

    /// A VAT id that may be missing, in one writing, with the letters of the address's country where only they are
    /// missing. One that is mistyped for certain is refused; others may be right.
    pub fn vat_id(&mut self, pointer: &str, value: Option<&str>, country: Option<Country>) -> Option<String> {
        let seen: String = value?.chars().filter(|letter| !spelling::is_invisible(*letter)).collect();
        let value = self.optional(pointer, Some(&seen), limits::VAT_ID.into())?;
        let id = vat_id::written(&value, country);
        if let Some(expected) = vat_id::mistyped(&id) {
            self.note(pointer, Code::VatIdMistyped, vec![("expected", Place::text(expected))]);
        }
        Some(id)
    }

    /// The name of a company, a city or whatever else has one: it has a letter or a digit.
    pub fn organization(&mut self, pointer: &str, value: &str) -> String {
        self.named(pointer, value, limits::COMPANY.into(), spelling::names_something, Phrase::NameWithLetterOrDigit)
    }

    /// The name of a person or of a place: it has a letter.
    pub fn name(&mut self, pointer: &str, value: &str, max: usize) -> String {
        self.named(pointer, value, max, spelling::has_letter, Phrase::NameWithLetter)
    }

    fn named(&mut self, pointer: &str, value: &str, max: usize, is_name: fn(&str) -> bool, expected: Phrase) -> String {
        let text = self.text(pointer, value, max);
        if !text.is_empty() && !is_name(&text) && !self.is_wrong(pointer) {
            self.note(pointer, Code::InvalidValue, vec![("expected", expected.into())]);
        }
        text
    }

    /// A password by the rules of a marketplace, for somebody of a log-in name: everything that is wrong with
    /// it.
    pub fn password(&mut self, pointer: &str, value: &str, rules: &PasswordRules, login: &str) {
        let words = |classes: &[PasswordClass]| Place::Phrases(classes.iter().map(|class| (*class).into()).collect());
        for flaw in rules.check(value, login) {
            let (code, arguments) = match flaw {
                PasswordFlaw::TooShort => (Code::PasswordTooShort, vec![("limit", rules.min_length.into())]),
                PasswordFlaw::TooLong => (Code::PasswordTooLong, vec![("limit", rules.max_length.into())]),
                PasswordFlaw::Missing(class) => (Code::PasswordClassMissing, vec![("class", words(&[class]))]),
                PasswordFlaw::MissingAny => (Code::PasswordClassMissingAny, vec![("classes", words(&rules.any_of))]),
                PasswordFlaw::SpecialNotAllowed => {
                    let apart = |signs: &String| signs.chars().map(String::from).collect::<Vec<_>>().join(" ");
                    let allowed = Place::text_or(rules.allowed_specials.as_ref().map(apart), Phrase::NoneGiven);
                    (Code::PasswordCharacterNotAllowed, vec![("allowed", allowed)])
                }
                PasswordFlaw::IsLogin => (Code::PasswordIsLogin, vec![]),
            };
            self.note(pointer, code, arguments);
        }
    }

    /// An id of a kind.
    pub fn id<T: FromStr<Err = domain::id::InvalidId>>(&mut self, pointer: &str, value: &str) -> Option<T> {
        value
            .parse()
            .map_err(|error: domain::id::InvalidId| {
                self.note(pointer, Code::InvalidId, vec![("expected", Place::wire(error.prefix))])
            })
            .ok()
    }

    /// The value of a code, one of a closed set.
    pub fn code<T>(
        &mut self,
        pointer: &str,
        value: &str,
        from_code: impl Fn(&str) -> Option<T>,
        expected: impl Into<Place>,
    ) -> Option<T> {
        let found = from_code(value);
        if found.is_none() {
            self.note(pointer, Code::InvalidValue, vec![("expected", expected.into())]);
        }
        found
    }

    /// The values of codes with commas between them, each one of a closed set; none where nothing is said.
    pub fn codes<T: PartialEq>(
        &mut self,
        pointer: &str,
        values: Option<&str>,
        from_code: impl Fn(&str) -> Option<T>,
        expected: &'static str,
    ) -> Vec<T> {
        let mut all = vec![];
        for value in values.into_iter().flat_map(|values| values.split(',')) {
            match from_code(value) {
                Some(one) if !all.contains(&one) => all.push(one),
                Some(_) => {}
                None if self.is_wrong(pointer) => {}
                None => self.note(pointer, Code::InvalidValue, vec![("expected", Place::wire(expected))]),
            }
        }
        all
    }

    /// A language that the marketplace offers, where one is chosen.
    pub fn language(
        &mut self,
        pointer: &str,
        chosen: Option<crate::http::wire::codes::Language>,
        languages: &Languages,
    ) -> Option<Language> {
        let chosen = chosen?.0;
        if !languages.offers(chosen) {
            let offered: Vec<_> = languages.offered.iter().map(|language| language.code()).collect();
            self.note(pointer, Code::InvalidValue, vec![("expected", Place::wire(offered.join(", ")))]);
        }
        Some(chosen)
    }

    /// An instant of RFC 3339; what is none is noted, and none comes back.
    pub fn instant(&mut self, pointer: &str, value: &str) -> Option<time::OffsetDateTime> {
        let found = crate::clock::parse_instant(value);
        if found.is_none() {
            self.note(pointer, Code::InvalidValue, vec![("expected", Phrase::AnInstant.into())]);
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::texts::lang::Lang;
    use domain::people::presets;

    fn refused(slug: &str, password: &str, lang: Lang) -> serde_json::Value {
        let mut checks = Checks::new();
        checks.password("/password", password, &presets::of(slug).unwrap().password, "erika1@kunde.example");
        checks.done().unwrap_err().body(lang, "req-1")
    }

    #[test]
    fn x20_everything_wrong_with_a_password_is_said_at_once_with_the_way_out() {
        let problem = refused("terra", "abc§", Lang::En);
        let codes: Vec<_> = problem["errors"].as_array().unwrap().iter().map(|error| &error["code"]).collect();
        let expected = [
            "password_too_short",
            "password_class_missing",
            "password_class_missing",
            "password_character_not_allowed",
        ];
        assert_eq!(codes, expected, "{problem}");
    }

    #[test]
    fn c10_the_classes_of_which_one_is_needed_are_named_in_the_readers_language() {
        let detail = |lang| refused("cancom", "abcdefgh", lang)["detail"].as_str().unwrap().to_owned();
        assert!(detail(Lang::En).contains("a digit, a special character"), "{}", detail(Lang::En));
        assert!(detail(Lang::De).contains("eine Ziffer, ein Sonderzeichen"), "{}", detail(Lang::De));
        assert!(detail(Lang::Pl).contains("cyfra, znak specjalny"), "{}", detail(Lang::Pl));
        assert_eq!(refused("cancom", "erika1@kunde.example", Lang::En)["code"], "password_is_login");
    }
}
