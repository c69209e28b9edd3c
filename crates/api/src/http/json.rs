//! JSON and query strings into types: what does not fit is a problem that names the field.

use crate::http::problem::{Code, FieldProblem, Problem};
use crate::http::screen::{is_control, unprintable};
use domain::text;
use serde::de::DeserializeOwned;
use serde_json::Value;
use std::borrow::Cow;

/// Parses the body of a request; the problem names the field.
pub fn parse<T: DeserializeOwned>(bytes: &[u8]) -> Result<T, Problem> {
    let bytes = &*composed(bytes);
    printable(bytes)?;
    parse_at("", bytes)
}

/// A body whose texts are all in their composed form (NFC): here, once for whatever comes in. All else stays as it was
/// sent, so that what is wrong with it is said of that.
fn composed(bytes: &[u8]) -> Cow<'_, [u8]> {
    let escapes = || bytes.windows(2).any(|pair| pair == br"\u");
    let Ok(whole) = std::str::from_utf8(bytes) else { return Cow::Borrowed(bytes) };
    // A part of a composed text is composed.
    if text::is_nfc(whole) && !escapes() {
        return Cow::Borrowed(bytes);
    }
    let (mut out, mut rest) = (String::with_capacity(whole.len()), whole);
    while let Some(begin) = rest.find('"') {
        let length = end_of_text(&rest[begin..]);
        let (before, string) = (&rest[..begin], &rest[begin..begin + length]);
        out.push_str(before);
        let read = serde_json::from_str::<String>(string).ok().filter(|read| !text::is_nfc(read));
        let written = read.and_then(|read| serde_json::to_string(&text::nfc(&read)).ok());
        out.push_str(written.as_deref().unwrap_or(string));
        rest = &rest[begin + length..];
    }
    out.push_str(rest);
    Cow::Owned(out.into_bytes())
}

/// How long a text of JSON is that begins with its quote, both quotes counted; all that is left where it has no end.
fn end_of_text(json: &str) -> usize {
    let mut escaped = false;
    for (at, byte) in json.bytes().enumerate().skip(1) {
        match byte {
            _ if escaped => escaped = false,
            b'\\' => escaped = true,
            b'"' => return at + 1,
            _ => {}
        }
    }
    json.len()
}

/// No text of a body has a control character: the problem names each field where one has.
fn printable(bytes: &[u8]) -> Result<(), Problem> {
    // JSON has them behind a backslash only, but for the last one.
    if !bytes.iter().any(|byte| matches!(byte, b'\\' | 0x7f)) {
        return Ok(());
    }
    // What is no JSON is refused for that.
    let Ok(body) = serde_json::from_slice::<Value>(bytes) else { return Ok(()) };
    let mut wrong = vec![];
    unprintable_in(&body, &mut String::new(), &mut wrong);
    if wrong.is_empty() { Ok(()) } else { Err(Problem::fields(wrong)) }
}

fn unprintable_in(value: &Value, at: &mut String, wrong: &mut Vec<FieldProblem>) {
    let length = at.len();
    let mut below = |step: &str, value: &Value, wrong: &mut Vec<FieldProblem>| {
        at.push('/');
        at.push_str(step);
        if step.chars().any(is_control) {
            wrong.push(unprintable(at.clone()));
        }
        unprintable_in(value, at, wrong);
        at.truncate(length);
    };
    match value {
        Value::Object(members) => members.iter().for_each(|(name, member)| below(&escaped(name), member, wrong)),
        Value::Array(rows) => rows.iter().enumerate().for_each(|(n, row)| below(&n.to_string(), row, wrong)),
        Value::String(text) if text.chars().any(is_control) => wrong.push(unprintable(at.clone())),
        Value::String(_) | Value::Number(_) | Value::Bool(_) | Value::Null => {}
    }
}

/// A member's name as a step of a pointer.
fn escaped(name: &str) -> String {
    name.replace('~', "~0").replace('/', "~1")
}

/// Reads a part of a request, or what was made of it; `at` is where the part stands.
pub fn parse_at<T: DeserializeOwned>(at: &str, bytes: &[u8]) -> Result<T, Problem> {
    let mut deserializer = serde_json::Deserializer::from_slice(bytes);
    let value = serde_path_to_error::deserialize(OnlyObject(&mut deserializer)).map_err(|error| {
        let pointer = format!("{at}{}", pointer(error.path()));
        let inner = error.into_inner();
        if inner.is_data() { field(pointer, &inner.to_string()) } else { Problem::new(Code::MalformedJson) }
    })?;
    deserializer.end().map_err(|_| Problem::new(Code::MalformedJson))?;
    Ok(value)
}

/// Reads a struct from an object only: serde would also take an array, as its fields in their order.
pub struct OnlyObject<D>(pub D);

impl<'de, D: serde::Deserializer<'de>> serde::Deserializer<'de> for OnlyObject<D> {
    type Error = D::Error;

    fn deserialize_any<V: serde::de::Visitor<'de>>(self, visitor: V) -> Result<V::Value, D::Error> {
        self.0.deserialize_map(visitor)
    }

    serde::forward_to_deserialize_any! {
        bool i8 i16 i32 i64 i128 u8 u16 u32 u64 u128 f32 f64 char str string bytes byte_buf option unit unit_struct
        newtype_struct seq tuple tuple_struct map struct enum identifier ignored_any
    }
}

/// `only_object!(Contact)`: reads a part of requests by [`OnlyObject`]; the struct says `#[serde(remote = "Self")]`.
#[macro_export]
macro_rules! only_object {
    ($name:ident) => {
        impl<'de> serde::Deserialize<'de> for $name {
            fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                Self::deserialize($crate::http::json::OnlyObject(deserializer))
            }
        }

        impl serde::Serialize for $name {
            fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                Self::serialize(self, serializer)
            }
        }
    };
}

/// The JSON pointer of a path that serde walked.
pub fn pointer(path: &serde_path_to_error::Path) -> String {
    use serde_path_to_error::Segment;
    let segments = path.iter().map(|segment| match segment {
        Segment::Seq { index } => index.to_string(),
        Segment::Map { key } => escaped(key),
        Segment::Enum { variant } => variant.clone(),
        Segment::Unknown => "?".to_owned(),
    });
    segments.fold(String::new(), |pointer, segment| pointer + "/" + &segment)
}

/// Stands for the pointer where the fields are parameters of a query string: their names are enough.
pub const QUERY: &str = "?";

/// The problem of a field at a pointer, from serde's sentence: it says what is wrong only in words, and these are the
/// beginnings that it uses.
pub fn field(at: String, message: &str) -> Problem {
    let quoted = || message.split('`').nth(1).unwrap_or_default().to_owned();
    let below = |name: &str| match at.as_str() {
        QUERY => name.to_owned(),
        known if known == name || known.ends_with(&format!("/{name}")) => at.clone(),
        _ => format!("{at}/{name}"),
    };
    let expected = || {
        let words = message.split("expected ").nth(1).unwrap_or("another value");
        words.split(" at line").next().unwrap_or(words).to_owned()
    };
    if message.starts_with("unknown field") {
        Problem::field(below(&quoted()), Code::UnknownField).with("field", quoted())
    } else if message.starts_with("missing field") {
        Problem::field(below(&quoted()), Code::MissingField).with("field", quoted())
    } else if message.starts_with("duplicate field") {
        Problem::field(below(&quoted()), Code::InvalidValue).with("expected", "the field only once")
    } else if message.starts_with("invalid digit") || message.starts_with("number too") {
        Problem::field(at, Code::InvalidType).with("expected", plain("u32"))
    } else if message.starts_with("invalid type") {
        Problem::field(at, Code::InvalidType).with("expected", plain(&expected()))
    } else {
        Problem::field(at, Code::InvalidValue).with("expected", plain(&expected()))
    }
}

/// serde's expectation without Rust's names.
fn plain(expected: &str) -> String {
    match expected {
        "u8" | "u16" | "u32" | "u64" | "usize" => "a whole number, not negative".to_owned(),
        "i32" | "i64" => "a whole number".to_owned(),
        other if other.starts_with("struct ") || other.starts_with("a map") => "an object".to_owned(),
        "a sequence" => "an array".to_owned(),
        other => other.replace('`', "\""),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde::Deserialize;

    #[derive(Debug, Deserialize)]
    #[serde(deny_unknown_fields)]
    #[allow(dead_code, reason = "only the refusals are looked at")]
    struct Line {
        quantity: u32,
    }

    #[derive(Debug, Deserialize)]
    #[serde(deny_unknown_fields)]
    #[allow(dead_code, reason = "only the refusals are looked at")]
    struct Lines {
        lines: Vec<Line>,
    }

    /// U-97: all of them at once, however they are written.
    #[test]
    fn every_text_with_a_control_character_is_named() {
        let refused = |body: &str| {
            let problem = parse::<Value>(body.as_bytes()).unwrap_err();
            problem.fields.iter().map(|field| field.pointer.clone()).collect::<Vec<_>>()
        };
        let body = r#"{"a":"\u0000","b":["x","\u001F"],"c/d":{"e":"\n"},"f\t":1,"g":"\\u0000 \"ä\" \/"}"#;
        assert_eq!(refused(body), ["/a", "/b/1", "/c~1d/e", "/f\t"]);
        assert_eq!(refused("\"\u{7f}\""), [""]);
        assert!(parse::<Value>(br#"{"g":"\\u0000 \"\u00e4\u0080\" \/"}"#).is_ok());
    }

    /// U-24: however a text is written, it comes in composed; nothing else of the body changes.
    #[test]
    fn every_text_comes_in_composed() {
        let read = |body: &str| String::from_utf8(composed(body.as_bytes()).into_owned()).unwrap();
        for (sent, taken) in [
            ("{\"n\":\"Mu\u{308}ller\"}", "{\"n\":\"M\u{fc}ller\"}"),
            (r#"{"n":"Mu\u0308ller"}"#, "{\"n\":\"M\u{fc}ller\"}"),
            ("{\"a\\n\u{301}\":1.50}", "{\"a\\n\u{301}\":1.50}"),
            (r#"{"a":1e400,"a":"\\\"e\u0301"}"#, "{\"a\":1e400,\"a\":\"\\\\\\\"\u{e9}\"}"),
            (r#"{"n":"\u00fc \u0041 \ud83d\ude00"}"#, r#"{"n":"\u00fc \u0041 \ud83d\ude00"}"#),
            ("{\"n\":\"u\u{308}", "{\"n\":\"u\u{308}"),
            ("[\"u\u{308}\",\"\\ud800\"]", "[\"\u{fc}\",\"\\ud800\"]"),
        ] {
            assert_eq!(read(sent), taken, "{sent}");
        }
        assert_eq!(composed(b"\"\xff\""), b"\"\xff\"".as_slice());
    }

    fn refused(body: &str) -> (Code, String) {
        let problem = parse::<Lines>(body.as_bytes()).unwrap_err();
        (problem.code, problem.fields.first().map(|field| field.pointer.clone()).unwrap_or_default())
    }

    #[test]
    fn a_wrong_field_is_named_by_its_json_pointer() {
        assert_eq!(refused(r#"{"lines":[{"quantity":1.5}]}"#), (Code::InvalidType, "/lines/0/quantity".to_owned()));
        assert_eq!(refused(r#"{"lines":[{"quantity":-1}]}"#), (Code::InvalidValue, "/lines/0/quantity".to_owned()));
        assert_eq!(
            refused(r#"{"lines":[{"quantity":1,"role":"x"}]}"#),
            (Code::UnknownField, "/lines/0/role".to_owned())
        );
        assert_eq!(refused(r#"{"lines":[{}]}"#), (Code::MissingField, "/lines/0/quantity".to_owned()));
        assert_eq!(refused(r#"{"lines":"#), (Code::MalformedJson, String::new()));
        assert_eq!(refused(r#"{"lines":[]} x"#), (Code::MalformedJson, String::new()));
    }
}
