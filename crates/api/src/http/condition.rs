//! Conditions of requests: what `If-Match` and `If-None-Match` name (RFC 9110 8.8.3 and 13.1).

use crate::http::problem::{Code, Problem};
use crate::texts::place::Place;
use actix_web::http::header::{HeaderMap, HeaderName, IF_MATCH, IF_NONE_MATCH};

/// Which states of a resource a condition names.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Condition {
    /// `*`: any that there is.
    Any,
    /// Those with these entity tags, without their quotes.
    Tags(Vec<String>),
}

/// What compressing proxies put behind a tag inside of its quotes; others make it weak, which is the same here: what a
/// tag of ours names is one state, however its bytes are packed.
const PACKED: [&str; 3] = ["-gzip", "-br", "-zstd"];

impl Condition {
    /// The condition in a header; none where there is none. 400 where it is no list of quoted tags.
    pub fn read(headers: &HeaderMap, name: &HeaderName) -> Result<Option<Self>, Problem> {
        let mut lines = headers.get_all(name).peekable();
        if lines.peek().is_none() {
            return Ok(None);
        }
        let lines: Option<Vec<_>> = lines.map(|line| line.to_str().ok()).collect();
        let read = lines.and_then(|lines| Self::of(&lines.join(",")));
        read.map(Some).ok_or_else(|| {
            let name = if *name == IF_MATCH { "If-Match" } else { "If-None-Match" };
            Problem::field(name, Code::InvalidHeader).with("header", Place::wire(name))
        })
    }

    fn of(list: &str) -> Option<Self> {
        if list.trim() == "*" {
            return Some(Self::Any);
        }
        let (mut rest, mut tags) = (list, vec![]);
        loop {
            rest = rest.trim_start_matches([' ', '\t', ',']);
            if rest.is_empty() {
                return (!tags.is_empty()).then_some(Self::Tags(tags));
            }
            let quoted = rest.strip_prefix("W/").unwrap_or(rest).strip_prefix('"')?;
            let (tag, behind) = quoted.split_once('"')?;
            if tag.contains(|letter: char| !letter.is_ascii_graphic()) {
                return None;
            }
            tags.push(PACKED.iter().find_map(|packed| tag.strip_suffix(packed)).unwrap_or(tag).to_owned());
            rest = behind.trim_start();
            if !(rest.is_empty() || rest.starts_with(',')) {
                return None;
            }
        }
    }

    /// Whether it names the state that has this entity tag, quotes and all.
    pub fn names(&self, tag: &str) -> bool {
        let tag = tag.strip_prefix("W/").unwrap_or(tag).trim_matches('"');
        match self {
            Self::Any => true,
            Self::Tags(tags) => tags.iter().any(|named| named == tag),
        }
    }

    /// Whether it names a version: behind the version of a tag may stand a digest of what was shown.
    pub fn names_version(&self, version: i64) -> bool {
        match self {
            Self::Any => true,
            Self::Tags(tags) => tags.iter().any(|tag| version_of(tag) == Some(version)),
        }
    }
}

fn version_of(tag: &str) -> Option<i64> {
    tag.split('-').next()?.parse().ok()
}

/// Whether whoever asks has the state with this entity tag already. What is no condition asks for nothing: it was
/// refused before, where it could be.
pub fn not_modified(headers: &HeaderMap, tag: &str) -> bool {
    Condition::read(headers, &IF_NONE_MATCH).is_ok_and(|known| known.is_some_and(|known| known.names(tag)))
}

#[cfg(test)]
mod tests {
    use super::*;
    use actix_web::http::header::HeaderValue;

    fn read(lines: &[&str]) -> Result<Option<Condition>, Code> {
        let mut headers = HeaderMap::new();
        for line in lines {
            headers.append(IF_MATCH, HeaderValue::from_str(line).unwrap());
        }
        Condition::read(&headers, &IF_MATCH).map_err(|problem| problem.code)
    }

    #[test]
    fn u78_a_condition_is_a_star_or_a_list_of_quoted_tags() {
        let tags = |tags: &[&str]| Ok(Some(Condition::Tags(tags.iter().map(|&tag| tag.to_owned()).collect())));
        assert_eq!(read(&[]), Ok(None));
        assert_eq!(read(&["*"]), Ok(Some(Condition::Any)));
        for (lines, expected) in [
            (vec!["\"7\""], vec!["7"]),
            (vec!["W/\"7\""], vec!["7"]),
            (vec!["\"7-gzip\""], vec!["7"]),
            (vec!["W/\"7-0f\"", "\"x\""], vec!["7-0f", "x"]),
            (vec![" \"7\" ,\t, W/\"a,b\",\"\""], vec!["7", "a,b", ""]),
        ] {
            assert_eq!(read(&lines), tags(&expected), "{lines:?}");
        }
        for wrong in ["", "7", "garbage", "\"7", "7\"", "w/\"7\"", "\"7\" \"8\"", "\"7\", 8", "*, \"7\"", "\"a b\""] {
            assert_eq!(read(&[wrong]), Err(Code::InvalidHeader), "{wrong}");
        }
    }

    #[test]
    fn u78_a_tag_of_ours_names_its_version_however_it_was_packed() {
        let condition = read(&["\"9\", W/\"7-0f\""]).unwrap().unwrap();
        assert!(condition.names_version(7) && condition.names_version(9) && !condition.names_version(8));
        assert!(condition.names("\"7-0f\"") && condition.names("W/\"9\"") && !condition.names("\"7\""));
        let others = read(&["\"x\""]).unwrap().unwrap();
        assert!(!others.names_version(-1) && Condition::Any.names_version(1) && Condition::Any.names("\"y\""));
    }
}
