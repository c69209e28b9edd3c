//! What serde says of what it cannot read, as a problem that names the field.

use crate::http::problem::{Code, FieldProblem};
use crate::texts::phrases::Phrase;
use crate::texts::place::Place;

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
                Self::deserialize($crate::http::reading::OnlyObject(deserializer))
            }
        }

        impl serde::Serialize for $name {
            fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                Self::serialize(self, serializer)
            }
        }
    };
}

/// A member's name as a step of a pointer.
pub fn escaped(name: &str) -> String {
    name.replace('~', "~0").replace('/', "~1")
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

/// What is wrong with a field at a pointer, from serde's sentence: it says it only in words, and these are the
/// beginnings that it uses.
pub fn field_problem(at: String, message: &str) -> FieldProblem {
    let quoted = || message.split('`').nth(1).unwrap_or_default().to_owned();
    let below = |name: &str| match (at.as_str(), escaped(name)) {
        (QUERY, _) => name.to_owned(),
        (known, step) if known == step || known.ends_with(&format!("/{step}")) => at.clone(),
        (_, step) => format!("{at}/{step}"),
    };
    let expected = || {
        let words = message.split("expected ").nth(1).unwrap_or("another value");
        plain(words.split(" at line").next().unwrap_or(words))
    };
    let (pointer, code, argument) = if message.starts_with("unknown field") {
        (below(&quoted()), Code::UnknownField, ("field", Place::wire(quoted())))
    } else if message.starts_with("missing field") {
        (below(&quoted()), Code::MissingField, ("field", Place::wire(quoted())))
    } else if message.starts_with("duplicate field") {
        let pointer = if message.contains('`') { below(&quoted()) } else { at };
        (pointer, Code::InvalidValue, ("expected", Phrase::Once.into()))
    } else if message.starts_with("invalid digit") || message.starts_with("number too") {
        (at, Code::InvalidType, ("expected", Phrase::NotNegative.into()))
    } else if message.starts_with("invalid type") {
        (at, Code::InvalidType, ("expected", expected()))
    } else {
        (at, Code::InvalidValue, ("expected", expected()))
    };
    FieldProblem { pointer, code, arguments: vec![argument] }
}

/// serde's expectation without Rust's names.
fn plain(expected: &str) -> Place {
    let phrase = match expected {
        "u8" | "u16" | "u32" | "u64" | "usize" => Phrase::NotNegative,
        "i32" | "i64" => Phrase::WholeNumber,
        other if other.starts_with("struct ") || other.starts_with("a map") => Phrase::Object,
        "a sequence" => Phrase::Array,
        "a string" | "a borrowed string" | "string or map" => Phrase::Text,
        "a boolean" => Phrase::YesOrNo,
        "another value" => Phrase::PossibleValue,
        other => return Place::wire(other.replace('`', "\"")),
    };
    phrase.into()
}
