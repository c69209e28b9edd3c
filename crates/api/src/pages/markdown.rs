//! Markdown of ours as HTML: its headings can be linked to, and what is code leads to where it is explained.

use crate::pages::shell::{Heading, escaped};
use pulldown_cmark::{CowStr, Event, HeadingLevel, Parser, Tag, TagEnd, html};

/// A text that was written in Markdown.
#[derive(Debug)]
pub struct Written {
    /// What its first line calls it.
    pub title: String,
    /// Its chapters and sections.
    pub headings: Vec<Heading>,
    /// The rest of it, in HTML.
    pub html: String,
}

/// Reads a text. A paragraph that begins with bold words is a section with these as its heading; words that end with a
/// full stop are nothing but that. `leads` says where a piece of code is explained.
pub fn read(text: &str, leads: impl Fn(&str) -> Option<String>) -> Written {
    let events: Vec<_> = Parser::new(text).collect();
    let (mut title, mut headings, mut out) = (String::new(), vec![], vec![]);
    // Sections stand under chapters where there are any.
    let (mut rest, mut section) = (&events[..], 2);
    while let Some((first, behind)) = rest.split_first() {
        rest = behind;
        match first {
            Event::Start(Tag::Heading { level, .. }) => {
                let words = until(behind, |event| matches!(event, Event::End(TagEnd::Heading(_))));
                rest = &behind[words.len() + 1..];
                match level {
                    HeadingLevel::H1 => title = said(words),
                    HeadingLevel::H2 => {
                        section = 3;
                        out.push(heading(&mut headings, 2, said(words)));
                    }
                    _ => out.push(heading(&mut headings, 3, said(words))),
                }
            }
            Event::Start(Tag::Paragraph) => {
                let bold = bold(behind);
                if let Some(words) = bold {
                    out.push(heading(&mut headings, section, said(words).trim_end_matches('.').to_owned()));
                }
                out.push(first.clone());
                if let Some(words) = bold.filter(|words| said(words).ends_with('.')) {
                    // The space that parted them from the rest goes with them, or is not shown.
                    rest = &behind[words.len() + 2..];
                }
            }
            Event::Code(code) => out.push(match leads(code) {
                Some(to) => {
                    Event::Html(format!("<a href=\"{}\"><code>{}</code></a>", escaped(&to), escaped(code)).into())
                }
                None => first.clone(),
            }),
            _ => out.push(first.clone()),
        }
    }
    let mut written = Written { title, headings, html: String::new() };
    html::push_html(&mut written.html, out.into_iter());
    written
}

fn until<'a, 'b>(events: &'b [Event<'a>], ends: impl Fn(&Event<'a>) -> bool) -> &'b [Event<'a>] {
    &events[..events.iter().position(ends).unwrap_or(events.len().saturating_sub(1))]
}

/// The bold words that a paragraph begins with.
fn bold<'a, 'b>(paragraph: &'b [Event<'a>]) -> Option<&'b [Event<'a>]> {
    let behind = paragraph.strip_prefix(&[Event::Start(Tag::Strong)])?;
    Some(until(behind, |event| matches!(event, Event::End(TagEnd::Strong))))
}

/// What events say, as text.
fn said(events: &[Event<'_>]) -> String {
    let said = |event: &Event<'_>| match event {
        Event::Text(text) | Event::Code(text) => text.to_string(),
        Event::SoftBreak | Event::HardBreak => " ".to_owned(),
        _ => String::new(),
    };
    events.iter().map(said).collect()
}

fn heading(headings: &mut Vec<Heading>, level: u8, title: String) -> Event<'static> {
    let id = id(&title, headings);
    let text = escaped(&title);
    headings.push(Heading { level, id: id.clone(), title });
    let html = format!("<h{level} id=\"{id}\">{text} <a class=\"anchor\" href=\"#{id}\">#</a></h{level}>\n");
    Event::Html(CowStr::from(html))
}

/// An id made of a title, that no heading before it has.
fn id(title: &str, taken: &[Heading]) -> String {
    let letters = title.to_lowercase().replace(|letter: char| !letter.is_alphanumeric(), " ");
    let plain = letters.split_whitespace().collect::<Vec<_>>().join("-");
    let numbered = (2_u32..).map(|number| format!("{plain}-{number}"));
    let mut all = std::iter::once(plain.clone()).chain(numbered);
    all.find(|id| taken.iter().all(|heading| heading.id != *id)).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn leads(code: &str) -> Option<String> {
        (code == "not_found").then(|| "/problems/not_found".to_owned())
    }

    #[test]
    fn bold_words_at_the_beginning_are_a_heading_with_an_anchor() {
        let written = read("# Using it\n\n**Wrong & late.** Are `not_found`.\n\n**Lists** answer `data`.\n", leads);
        assert_eq!(written.title, "Using it");
        let heading = |id: &str, title: &str| Heading { level: 2, id: id.to_owned(), title: title.to_owned() };
        assert_eq!(written.headings, [heading("wrong-late", "Wrong & late"), heading("lists", "Lists")]);
        assert_eq!(
            written.html,
            "<h2 id=\"wrong-late\">Wrong &amp; late <a class=\"anchor\" href=\"#wrong-late\">#</a></h2>\n\
             <p> Are <a href=\"/problems/not_found\"><code>not_found</code></a>.</p>\n\
             <h2 id=\"lists\">Lists <a class=\"anchor\" href=\"#lists\">#</a></h2>\n\
             <p><strong>Lists</strong> answer <code>data</code>.</p>\n"
        );
    }

    #[test]
    fn sections_stand_under_their_chapter_and_no_two_have_one_id() {
        let written = read("## Days\n\n**Days.** One.\n\n### Days\n\n- two\n", leads);
        let ids: Vec<_> = written.headings.iter().map(|one| (one.level, one.id.as_str())).collect();
        assert_eq!(ids, [(2, "days"), (3, "days-2"), (3, "days-3")]);
    }
}
