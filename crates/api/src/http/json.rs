//! JSON into types: what does not fit is a problem that names each field.

use crate::http::mending::Mended;
use crate::http::problem::{Code, Problem};
use crate::http::reading::OnlyObject;
use crate::http::{held, mending};
use crate::keys::sha256;
use domain::text;
use serde::de::DeserializeOwned;
use serde_json::Value;
use std::borrow::Cow;

/// Parses the body of a request; what is wrong with it is told with what its handler finds.
pub fn parse<T: DeserializeOwned>(bytes: &[u8]) -> Result<T, Problem> {
    let bytes = &*composed(bytes);
    if has_control(bytes) { mended("", bytes) } else { parse_at("", bytes) }
}

/// SHA-256 of what a body says, however it is written: its white space, the order of its members, how its texts are
/// escaped. Of the bytes where it says nothing that can be read.
pub fn content_digest(bytes: &[u8]) -> [u8; 32] {
    let bytes = &*composed(bytes);
    // Members are kept in the order of their names.
    let content = serde_json::from_slice::<Value>(bytes).map(|content| content.to_string());
    sha256(content.as_ref().map_or(bytes, |content| content.as_bytes()))
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

/// Whether a text of a body has a control character: none belongs in any.
fn has_control(bytes: &[u8]) -> bool {
    // JSON has them behind a backslash only, but for the last one. What is no JSON is refused for that.
    bytes.iter().any(|byte| matches!(byte, b'\\' | 0x7f))
        && mending::walk("", bytes).is_ok_and(|walked| !walked.unprintable.is_empty())
}

/// Reads a part of a request, or what was made of it; `at` is where the part stands.
pub fn parse_at<T: DeserializeOwned>(at: &str, bytes: &[u8]) -> Result<T, Problem> {
    let mut deserializer = serde_json::Deserializer::from_slice(bytes);
    match T::deserialize(OnlyObject(&mut deserializer)) {
        Ok(value) => deserializer.end().map(|()| value).map_err(|_| Problem::new(Code::MalformedJson)),
        // What serde calls bad syntax may be a code that is no text.
        Err(_) => mended(at, bytes),
    }
}

/// The same of what cannot be read as it stands: mended for the checks that follow, and what is wrong is held; a
/// refusal where nothing can be made of it.
fn mended<T: DeserializeOwned>(at: &str, bytes: &[u8]) -> Result<T, Problem> {
    let Mended { value, wrong, guessed } = mending::read(at, bytes).map_err(|_| Problem::new(Code::MalformedJson))?;
    match value {
        Some(value) => held::hold(wrong, guessed).map(|()| value),
        None => Err(Problem::fields(wrong)),
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

    /// U-74: a retry is known by what it says.
    #[test]
    fn u74_bodies_that_say_the_same_have_the_same_digest() {
        let digest = |body: &str| content_digest(body.as_bytes());
        let sent = digest("{\"name\":\"M\u{fc}ller\",\"lines\":[{\"quantity\":1,\"id\":\"a/b\"}]}");
        for alike in [
            "{ \"lines\": [ {\"id\": \"a/b\", \"quantity\": 1} ],\n\t\"name\": \"M\u{fc}ller\" }",
            r#"{"name":"M\u00fcller","lines":[{"quantity":1,"id":"a\/b"}]}"#,
            "{\"name\":\"Mu\u{308}ller\",\"lines\":[{\"quantity\":1,\"id\":\"a/b\"}]}",
        ] {
            assert_eq!(digest(alike), sent, "{alike}");
        }
        for other in [
            "{\"name\":\"M\u{fc}ller\",\"lines\":[{\"quantity\":2,\"id\":\"a/b\"}]}",
            "{\"name\":\"M\u{fc}ller\",\"lines\":[{\"quantity\":1,\"id\":\"a/b\",\"note\":null}]}",
        ] {
            assert_ne!(digest(other), sent, "{other}");
        }
        assert_ne!(digest("[1,2]"), digest("[2,1]"));
        assert_ne!(digest("{"), digest("{ "));
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
