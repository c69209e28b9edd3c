//! `openapi/access.txt`, who may call what, as a table in HTML.

use crate::pages::shell::{escaped, with_code};
use std::fmt::Write as _;

/// What stands above the table, and the table.
pub fn table(text: &str) -> String {
    let (notes, rows): (Vec<_>, Vec<_>) = text.lines().partition(|line| line.starts_with('#'));
    // The first note says how the file is made.
    let notes: Vec<_> = notes.iter().skip(1).map(|line| line.trim_start_matches('#').trim()).collect();
    let mut html =
        format!("<p>{}</p>\n<div class=\"scrolled\" tabindex=\"0\">\n<table>\n", with_code(&notes.join(" ")));
    let mut rows = rows.into_iter().filter(|row| !row.trim().is_empty());
    let names: Vec<_> = rows.next().unwrap_or_default().split_whitespace().map(escaped).collect();
    let _ = writeln!(
        html,
        "<thead><tr>{}</tr></thead>\n<tbody>",
        cells(&names, |name| format!("<th scope=\"col\">{name}"))
    );
    for row in rows {
        let row: Vec<_> = row.split_whitespace().map(escaped).collect();
        let Some((operation, answers)) = row.split_first() else { continue };
        let answers = cells(answers, |answer| format!("<td class=\"{}\">{answer}", class(answer)));
        let _ = writeln!(html, "<tr id=\"{operation}\"><th scope=\"row\"><code>{operation}</code></th>{answers}</tr>");
    }
    html + "</tbody>\n</table>\n</div>\n"
}

fn cells(texts: &[String], cell: impl Fn(&str) -> String) -> String {
    texts.iter().map(|text| cell(text)).collect::<Vec<_>>().join("")
}

/// Whether somebody is let in everywhere, somewhere or nowhere.
fn class(answer: &str) -> &'static str {
    let mut parts = answer.split('/').filter(|part| *part != "-");
    match answer.split('/').any(|part| part == "ok") {
        true if parts.all(|part| part == "ok") => "all",
        true => "some",
        false => "none",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_table_shows_each_operation_with_its_answers() {
        let html = table(
            "# Made by hand.\n# Who may `call`\n# what.\noperation   anonymous  admin\n\
             log_in  ok  -/ok/-/-/404\nshow 401 -\n",
        );
        assert!(html.starts_with("<p>Who may <code>call</code> what.</p>\n"), "{html}");
        let rows = "<tr id=\"log_in\"><th scope=\"row\"><code>log_in</code></th>\
                    <td class=\"all\">ok<td class=\"some\">-/ok/-/-/404</tr>\n\
                    <tr id=\"show\"><th scope=\"row\"><code>show</code></th>\
                    <td class=\"none\">401<td class=\"none\">-</tr>\n";
        assert!(html.contains(rows), "{html}");
    }
}
