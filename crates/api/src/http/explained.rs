//! How the API document explains a closed set of values: each on a line of a Markdown list.

/// The description of a set: what it is, then each value with what it means.
pub fn explained<M: AsRef<str>>(what: &str, values: impl Iterator<Item = (String, M)>) -> String {
    values.fold(format!("{what}\n"), |text, (value, meaning)| text + "\n- " + &value + ": " + meaning.as_ref())
}
