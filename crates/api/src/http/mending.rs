//! Reading JSON of which some members are wrong: serde says the first of them only. That one is left out, or something
//! that can be read is put in its place, and the rest is read again, until all is known that is wrong.
//!
//! What comes of it is for checks to run on and for nothing else: see [`crate::http::held`].

use crate::http::held::within;
use crate::http::problem::FieldProblem;
use crate::http::reading::{OnlyObject, escaped, field_problem, pointer};
use crate::http::screen::{is_control, unprintable};
use serde::Deserializer;
use serde::de::{DeserializeOwned, DeserializeSeed, MapAccess, SeqAccess, Visitor};
use serde_json::{Map, Value};
use std::collections::HashMap;
use std::fmt;

/// The most wrong members that are told of at once.
const MOST: usize = 20;
/// Bytes that are read again in all, at most: a long body is not read a hundred times.
const READ_AGAIN: usize = 8 * 1024 * 1024;
/// How often a short one is, at most.
const ROUNDS: usize = 200;

/// What serde expects of a member that says of which kind the whole is: what else it must have depends on that.
const KIND: &str = "expected variant identifier";

/// What was made of something that is wrong.
pub struct Mended<T> {
    /// What it reads as; nothing where nothing can be made of it.
    pub value: Option<T>,
    /// Everything that is wrong with it.
    pub wrong: Vec<FieldProblem>,
    /// Whether one of several codes was chosen for a member that must have one: others may go with other members.
    pub guessed: bool,
}

/// Reads what can be read, and says everything that is wrong with it. An error where the bytes are no JSON at all.
pub fn read<T: DeserializeOwned>(at: &str, bytes: &[u8]) -> Result<Mended<T>, serde_json::Error> {
    let Walked { body, mut unprintable, twice } = walk(at, bytes)?;
    unprintable.extend(twice);
    let mending = Mending { at, body, wrong: unprintable, guessed: false, tried: HashMap::new() };
    Ok(mending.read((READ_AGAIN / bytes.len().max(1)).clamp(1, ROUNDS)))
}

struct Mending<'a> {
    /// Where the part of the request stands that is read.
    at: &'a str,
    body: Value,
    wrong: Vec<FieldProblem>,
    guessed: bool,
    /// How often something was done about a pointer.
    tried: HashMap<String, usize>,
}

impl Mending<'_> {
    fn read<T: DeserializeOwned>(mut self, rounds: usize) -> Mended<T> {
        for _ in 0..rounds {
            let error = match serde_path_to_error::deserialize(OnlyObject(&self.body)) {
                Ok(value) => return Mended { value: Some(value), wrong: self.wrong, guessed: self.guessed },
                Err(error) => error,
            };
            let (at, message) = (format!("{}{}", self.at, pointer(error.path())), error.into_inner().to_string());
            let problem = field_problem(at, &message);
            let told = problem.pointer.strip_prefix(self.at).unwrap_or_default().to_owned();
            // What comes of something that was put there is not wrong with what was sent.
            let known = self.tried.keys().any(|tried| within(&told, tried) || within(tried, &told))
                || self.wrong.iter().any(|wrong| within(&problem.pointer, &wrong.pointer));
            if !known {
                self.wrong.push(problem);
            }
            if self.wrong.len() >= MOST || !self.mend(&told, &message) {
                break;
            }
        }
        Mended { value: None, wrong: self.wrong, guessed: self.guessed }
    }

    /// Does something about a wrong member that was not tried yet; where nothing is left, about the member that it is
    /// in. Says whether there was anything to do.
    fn mend(&mut self, told: &str, message: &str) -> bool {
        let Some((parent, step)) = told.rsplit_once('/') else { return false };
        if message.ends_with(KIND) {
            return false;
        }
        let tried = self.tried.entry(told.to_owned()).or_default();
        *tried += 1;
        let (tried, step) = (*tried, step.replace("~1", "/").replace("~0", "~"));
        let missing = message.starts_with("missing field");
        match self.body.pointer_mut(parent) {
            // A value of another type is still there for those who look for it; else what may be left out is read then.
            Some(Value::Object(members)) if tried <= 2 && !missing => {
                match of_kind(message).filter(|_| tried == 1 && message.starts_with("invalid type")) {
                    Some(value) => members.insert(step, value),
                    None => members.remove(&step),
                };
                return true;
            }
            Some(Value::Object(members)) => {
                if let Some(value) = stand_in(message, tried) {
                    self.guessed |= message.starts_with("unknown variant");
                    members.insert(step, value);
                    return true;
                }
            }
            Some(Value::Array(rows)) => {
                let row = step.parse().ok().and_then(|place: usize| rows.get_mut(place));
                if let Some((row, value)) = row.zip(stand_in(message, tried)) {
                    *row = value;
                    return true;
                }
            }
            // A part of what was read as a whole, such as one of several kinds.
            _ => {}
        }
        self.mend(parent, message)
    }
}

/// Something to read in a member's place: by what is expected there, else one kind of value after the other.
fn stand_in(message: &str, tried: usize) -> Option<Value> {
    // After so many times that has been of no use.
    let by_kind = of_kind(message).filter(|_| tried <= 5);
    by_kind.or_else(|| match tried {
        1..=3 => Some(Value::Null),
        4 => Some("".into()),
        5 => Some(1.into()),
        6 => Some(false.into()),
        7 => Some(Value::Array(vec![])),
        8 => Some(Value::Object(Map::new())),
        _ => None,
    })
}

/// What is expected, as far as serde's sentence says it.
fn of_kind(message: &str) -> Option<Value> {
    let expected = message.rsplit_once("expected ").map_or("", |(_, expected)| expected);
    match expected.split(' ').next().unwrap_or_default() {
        _ if expected.contains('`') => expected.split('`').nth(1).map(Value::from),
        "u8" | "u16" | "u32" | "u64" | "usize" | "i8" | "i16" | "i32" | "i64" | "f64" => Some(1.into()),
        "struct" => Some(Value::Object(Map::new())),
        _ => match expected {
            "a string" | "a borrowed string" | "string or map" => Some("".into()),
            "a boolean" => Some(false.into()),
            "a sequence" => Some(Value::Array(vec![])),
            "a map" => Some(Value::Object(Map::new())),
            _ => None,
        },
    }
}

/// JSON as it was read, with what no type says of it.
pub struct Walked {
    /// The whole, without control characters in its texts; of a member that stands there twice, the last.
    body: Value,
    /// Texts with a control character.
    pub unprintable: Vec<FieldProblem>,
    /// Members that stand in their object more than once.
    twice: Vec<FieldProblem>,
}

/// Reads any JSON; `at` is where it stands.
pub fn walk(at: &str, bytes: &[u8]) -> Result<Walked, serde_json::Error> {
    let (mut at, mut unprintable, mut twice) = (at.to_owned(), vec![], vec![]);
    let mut deserializer = serde_json::Deserializer::from_slice(bytes);
    let walk = Walk { at: &mut at, unprintable: &mut unprintable, twice: &mut twice };
    let body = walk.deserialize(&mut deserializer)?;
    deserializer.end()?;
    Ok(Walked { body, unprintable, twice })
}

struct Walk<'a> {
    at: &'a mut String,
    unprintable: &'a mut Vec<FieldProblem>,
    twice: &'a mut Vec<FieldProblem>,
}

impl Walk<'_> {
    /// The same one step further down.
    fn below<T>(&mut self, step: &str, read: impl FnOnce(Walk<'_>) -> T) -> T {
        let length = self.at.len();
        self.at.push('/');
        self.at.push_str(step);
        let done = read(Walk { at: self.at, unprintable: self.unprintable, twice: self.twice });
        self.at.truncate(length);
        done
    }
}

impl<'de> DeserializeSeed<'de> for Walk<'_> {
    type Value = Value;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Value, D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for Walk<'_> {
    type Value = Value;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("any JSON")
    }

    fn visit_unit<E>(self) -> Result<Value, E> {
        Ok(Value::Null)
    }

    fn visit_bool<E>(self, value: bool) -> Result<Value, E> {
        Ok(value.into())
    }

    fn visit_i64<E>(self, value: i64) -> Result<Value, E> {
        Ok(value.into())
    }

    fn visit_u64<E>(self, value: u64) -> Result<Value, E> {
        Ok(value.into())
    }

    fn visit_f64<E>(self, value: f64) -> Result<Value, E> {
        Ok(value.into())
    }

    fn visit_str<E>(self, text: &str) -> Result<Value, E> {
        if !text.chars().any(is_control) {
            return Ok(text.into());
        }
        self.unprintable.push(unprintable(self.at.clone()));
        Ok(text.chars().filter(|letter| !is_control(*letter)).collect::<String>().into())
    }

    fn visit_seq<A: SeqAccess<'de>>(mut self, mut rows: A) -> Result<Value, A::Error> {
        let mut all = vec![];
        while let Some(row) = self.below(&all.len().to_string(), |walk| rows.next_element_seed(walk))? {
            all.push(row);
        }
        Ok(Value::Array(all))
    }

    fn visit_map<A: MapAccess<'de>>(mut self, mut members: A) -> Result<Value, A::Error> {
        let mut all = Map::new();
        while let Some(name) = members.next_key::<String>()? {
            let value = self.below(&escaped(&name), |walk| {
                if name.chars().any(is_control) {
                    walk.unprintable.push(unprintable(walk.at.clone()));
                }
                if all.contains_key(&name) {
                    walk.twice.push(field_problem(walk.at.clone(), "duplicate field"));
                }
                members.next_value_seed(walk)
            })?;
            all.insert(name, value);
        }
        Ok(Value::Object(all))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::http::problem::Code;
    use crate::texts::phrases::Phrase;
    use serde::Deserialize;

    #[derive(Debug, PartialEq, Deserialize)]
    #[serde(rename_all = "snake_case")]
    enum Size {
        Small,
        Large,
    }

    #[derive(Debug, PartialEq, Deserialize)]
    #[serde(deny_unknown_fields)]
    struct Line {
        quantity: u32,
        note: Option<String>,
    }

    #[derive(Debug, PartialEq, Deserialize)]
    #[serde(deny_unknown_fields)]
    struct Company {
        name: String,
        size: Size,
        open: bool,
        lines: Vec<Line>,
        tags: Option<Vec<String>>,
    }

    fn read_company(body: &str) -> (Option<Company>, Vec<(String, &'static str)>) {
        let Mended { value, wrong, .. } = read::<Company>("", body.as_bytes()).unwrap();
        (value, wrong.into_iter().map(|field| (field.pointer, field.code.as_str())).collect())
    }

    fn wrong(body: &str) -> Vec<(String, &'static str)> {
        let (value, wrong) = read_company(body);
        assert!(value.is_some(), "{body}: {wrong:?}");
        wrong
    }

    fn expected<const N: usize>(told: [(&str, &'static str); N]) -> Vec<(String, &'static str)> {
        told.map(|(pointer, code)| (pointer.to_owned(), code)).to_vec()
    }

    #[test]
    fn u26_everything_that_cannot_be_read_is_told_each_once_with_its_pointer() {
        let body = r#"{"name": 7, "size": "huge", "open": "yes", "tags": ["a", 1, null], "colour": "red",
            "lines": [{"quantity": 1}, {"quantity": -1, "n": 1}, "line", {"note": 5}]}"#;
        let mut told = wrong(body);
        told.sort();
        let all = [
            ("/colour", "unknown_field"),
            ("/lines/1/n", "unknown_field"),
            ("/lines/1/quantity", "invalid_value"),
            ("/lines/2", "invalid_type"),
            ("/lines/3/note", "invalid_type"),
            ("/lines/3/quantity", "missing_field"),
            ("/name", "invalid_type"),
            ("/open", "invalid_type"),
            ("/size", "invalid_value"),
            ("/tags/1", "invalid_type"),
            ("/tags/2", "invalid_type"),
        ];
        assert_eq!(told, expected(all));
        let all = ["/lines", "/name", "/open", "/size"].map(|pointer| (pointer, "missing_field"));
        let mut told = wrong("{}");
        told.sort();
        assert_eq!(told, expected(all));
    }

    #[test]
    fn u26_what_was_right_stays_as_it_was_sent() {
        let (value, wrong) =
            read_company(r#"{"name": "Müller", "size": "large", "open": 1, "lines": [{"quantity": 3}], "tags": {}}"#);
        let lines = vec![Line { quantity: 3, note: None }];
        let right = Company { name: "Müller".to_owned(), size: Size::Large, open: false, lines, tags: Some(vec![]) };
        assert_eq!((value, wrong.len()), (Some(right), 2));
    }

    #[test]
    fn u26_a_member_that_stands_there_twice_and_a_control_character_are_told_beside_the_rest() {
        let body = r#"{"name": "a\u0000b", "size": "huge", "open": true, "open": true, "lines": [{"quantity": 1,
            "quantity": "x"}]}"#;
        let all = [
            ("/name", "invalid_value"),
            ("/open", "invalid_value"),
            ("/lines/0/quantity", "invalid_value"),
            ("/size", "invalid_value"),
        ];
        let (value, told) = read_company(body);
        assert_eq!((value.map(|value| value.name), told), (Some("ab".to_owned()), expected(all)));
    }

    #[test]
    fn u26_a_code_that_is_no_text_is_one_of_several_wrong_members() {
        let told = wrong(r#"{"name": "a", "size": 7, "open": 1, "lines": []}"#);
        assert_eq!(told, expected([("/open", "invalid_type"), ("/size", "invalid_type")]));
        let told = read::<Company>("", br#"{"name": "a", "size": null, "open": true, "lines": []}"#).unwrap().wrong;
        assert_eq!(told[0].arguments, [("expected", Phrase::Text.into())]);
    }

    #[test]
    fn u26_a_code_that_had_to_be_chosen_is_known_to_be_a_guess() {
        let guessed = |body: &str| read::<Company>("", body.as_bytes()).unwrap().guessed;
        assert!(guessed(r#"{"name": "a", "size": "huge", "open": true, "lines": []}"#));
        assert!(!guessed(r#"{"name": 1, "size": "large", "open": 1, "lines": [], "tags": {}}"#));
    }

    #[test]
    fn u26_where_nothing_can_be_made_of_it_what_is_known_is_told() {
        #[derive(Debug, Deserialize)]
        #[serde(tag = "mode", rename_all = "snake_case", deny_unknown_fields)]
        #[allow(dead_code, reason = "only the refusals are looked at")]
        enum Kind {
            One { count: u32 },
        }
        let told = |body: &str| {
            let Mended { value, wrong, .. } = read::<Kind>("/kind", body.as_bytes()).unwrap();
            (value.is_some(), wrong.into_iter().map(|field| (field.pointer, field.code)).collect::<Vec<_>>())
        };
        assert_eq!(told("[1]"), (false, vec![("/kind".to_owned(), Code::InvalidType)]));
        assert_eq!(told(r#"{"count": 1}"#).1, [("/kind/mode".to_owned(), Code::MissingField)]);
        assert!(read::<Kind>("", b"{\"mode\":").is_err());
    }

    #[test]
    fn u26_it_is_told_of_at_most_twenty_and_a_long_body_is_read_only_so_often() {
        let many: Vec<_> = (0..30).map(|n| format!("\"f{n}\": 1")).collect();
        let (value, told) = read_company(&format!("{{{}}}", many.join(",")));
        assert_eq!((value, told.len()), (None, MOST));
        let long = format!(
            r#"{{"name": "{}", "size": 1, "open": 1, "lines": 1, "a": 1, "b": 1, "c": 1}}"#,
            "x".repeat(3 * 1024 * 1024)
        );
        let (value, told) = read_company(&long);
        assert_eq!((value, told.len()), (None, 2));
    }
}
