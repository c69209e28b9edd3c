//! What is refused whatever it asks for: control characters in its address, and bodies in an encoding that is not read.
//! Only files may come packed with gzip: what takes none of them refuses their media type.

use crate::http::problem::{Code, FieldProblem, Problem};
use crate::texts::phrases::Phrase;
use actix_web::body::{BoxBody, MessageBody};
use actix_web::dev::{ServiceRequest, ServiceResponse};
use actix_web::http::header::{CONTENT_ENCODING, CONTENT_TYPE, HeaderMap, HeaderName};
use actix_web::middleware::Next;

/// Media types of files, whose bodies may come packed.
const FILES: [&str; 4] = ["text/csv", "application/csv", "application/vnd.ms-excel", "application/octet-stream"];

/// A layer below the edge.
pub async fn screen(
    request: ServiceRequest,
    next: Next<impl MessageBody + 'static>,
) -> Result<ServiceResponse<BoxBody>, actix_web::Error> {
    match pass(&request) {
        Ok(()) => Ok(next.call(request).await?.map_into_boxed_body()),
        Err(problem) => Ok(request.error_response(problem)),
    }
}

fn pass(request: &ServiceRequest) -> Result<(), Problem> {
    encoding(request.headers())?;
    let mut wrong = vec![];
    if has_escaped_control(request.uri().path()) {
        wrong.push(unprintable("path".to_owned()));
    }
    let query = request.query_string();
    if has_escaped_control(query) {
        let parameters = form_urlencoded::parse(query.as_bytes());
        let hit = parameters.filter(|(name, value)| name.chars().chain(value.chars()).any(is_unprintable));
        wrong.extend(hit.map(|(name, _)| unprintable(name.into_owned())));
    }
    if wrong.is_empty() { Ok(()) } else { Err(Problem::fields(wrong)) }
}

/// Whether a character is a control character of ASCII: none belongs in any text of a request, and no database keeps
/// all of them.
pub const fn is_control(letter: char) -> bool {
    letter.is_ascii_control()
}

/// Whether a character is a control character, or turns the direction of the text around it: what is shown would not be
/// what is said.
pub fn is_unprintable(letter: char) -> bool {
    letter.is_control() || matches!(letter, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
}

/// What is wrong with a field that has one.
pub fn unprintable(pointer: String) -> FieldProblem {
    FieldProblem { pointer, code: Code::InvalidValue, arguments: vec![("expected", Phrase::Printable.into())] }
}

/// Whether a percent-encoded text has one; it cannot stand there as it is.
fn has_escaped_control(text: &str) -> bool {
    let mut read = form_urlencoded::parse(text.as_bytes());
    text.contains('%') && read.any(|(name, value)| name.chars().chain(value.chars()).any(is_unprintable))
}

/// A body that is compressed, or in other characters than UTF-8, would be read as something else.
fn encoding(headers: &HeaderMap) -> Result<(), Problem> {
    let text = |name: HeaderName| headers.get(name).map(|value| value.to_str().unwrap_or("?").to_lowercase());
    let plain = |codings: String| codings.split(',').all(|coding| matches!(coding.trim(), "" | "identity"));
    let media = text(CONTENT_TYPE).unwrap_or_default();
    let media = media.split(';').next().unwrap_or_default().trim().to_owned();
    let file = FILES.contains(&media.as_str());
    let packed = |codings: &String| file && codings.trim() == "gzip";
    let charset = |media: String| {
        let named = media.split(';').skip(1).filter_map(|parameter| parameter.split_once('='));
        let mut charsets = named.filter(|(name, _)| name.trim() == "charset").map(|(_, value)| value.trim().to_owned());
        charsets.all(|charset| matches!(charset.trim_matches('"'), "utf-8" | "utf8" | "us-ascii"))
    };
    if text(CONTENT_ENCODING).filter(|codings| !packed(codings)).is_none_or(plain)
        && text(CONTENT_TYPE).is_none_or(charset)
    {
        return Ok(());
    }
    Err(Problem::new(Code::UnsupportedEncoding))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn control_characters_are_seen_in_every_writing() {
        for text in ["%00", "a%1fb", "%1F", "%7f", "%7F", "x=%0d%0A", "%c2%85", "x=%E2%80%AE"] {
            assert!(has_escaped_control(text), "{text}");
        }
        for text in ["", "%", "%2", "%20", "%2500", "%70", "%c3%84", "7f", "%0"] {
            assert!(!has_escaped_control(text), "{text}");
        }
    }

    #[test]
    fn only_plain_utf_8_is_read() {
        let read = |name: HeaderName, value: &str| {
            let mut headers = HeaderMap::new();
            headers.insert(name, value.parse().unwrap());
            encoding(&headers).is_ok()
        };
        for media in [
            "application/json",
            "application/json;charset=UTF-8",
            "text/csv; charset=\"utf-8\"",
            "text/csv; header=present; charset=us-ascii",
            "multipart/form-data; boundary=charset",
        ] {
            assert!(read(CONTENT_TYPE, media), "{media}");
        }
        for media in ["application/json; charset=utf-16", "text/csv;Charset=windows-1252", "text/csv; charset="] {
            assert!(!read(CONTENT_TYPE, media), "{media}");
        }
        assert!(read(CONTENT_ENCODING, "identity") && read(CONTENT_ENCODING, ""));
        for coding in ["gzip", "deflate", "identity, br", "x"] {
            assert!(!read(CONTENT_ENCODING, coding), "{coding}");
        }
        let packed = |media: &str, coding: &str| {
            let mut headers = HeaderMap::new();
            headers.insert(CONTENT_TYPE, media.parse().unwrap());
            headers.insert(CONTENT_ENCODING, coding.parse().unwrap());
            encoding(&headers).is_ok()
        };
        assert!(packed("text/csv; charset=utf-8", "gzip") && packed("application/octet-stream", "GZIP"));
        assert!(!packed("application/json", "gzip") && !packed("text/csv", "br") && !packed("text/csv", "gzip, gzip"));
    }
}
