//! How the API document explains a closed set of values: each on a line of a Markdown list; and what may be left out.

use serde_json::Value;

/// The description of a set: what it is, then each value with what it means.
pub fn explained<M: AsRef<str>>(what: &str, values: impl Iterator<Item = (String, M)>) -> String {
    values.fold(format!("{what}\n"), |text, (value, meaning)| text + "\n- " + &value + ": " + meaning.as_ref())
}

/// What may be left out is not filled in where an operation is tried out: its example stands in its description.
pub fn leave_out_what_may_be(operation: &mut Value) {
    let all = operation.get_mut("parameters").and_then(Value::as_array_mut).into_iter().flatten();
    for parameter in all.filter(|parameter| parameter["required"] != true) {
        let Some(parameter) = parameter.as_object_mut() else { continue };
        let example = parameter.remove("example");
        let in_schema = parameter.get_mut("schema").and_then(Value::as_object_mut);
        let Some(example) = example.or(in_schema.and_then(|schema| schema.remove("example"))) else { continue };
        let text = example.as_str().map_or_else(|| example.to_string(), str::to_owned);
        let meaning = parameter.get("description").and_then(Value::as_str).unwrap_or_default().trim_end_matches('.');
        parameter.insert("description".to_owned(), format!("{meaning}. For example `{text}`.").into());
    }
}
