//! What all pages of ours have in common: head, menu and foot around their text.

use crate::pages::assets;
use std::fmt::Write as _;

/// The menu: where it leads, and what it says.
pub const MENU: [(&str, &str); 7] = [
    ("/", "Kontor"),
    ("/guide", "Guide"),
    ("/reference", "Reference"),
    ("/docs/", "Try it out"),
    ("/problems", "Problems"),
    ("/access", "Who may what"),
    ("/changelog", "Changes"),
];

/// A heading that can be linked to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Heading {
    /// 2 for a chapter, 3 for what is under it.
    pub level: u8,
    /// Its id on the page.
    pub id: String,
    /// What it says, as text.
    pub title: String,
}

/// A page of ours.
#[derive(Debug)]
pub struct Page<'a> {
    /// The path that it is served at, as in [`MENU`].
    pub path: &'a str,
    /// What it is called, as text.
    pub title: &'a str,
    /// What it is about, as text, for who finds a link to it.
    pub about: &'a str,
    /// What is on it, to jump to; empty where it is short.
    pub contents: &'a [Heading],
    /// What it says, in HTML, without its title.
    pub body: &'a str,
    /// Whether it is a table that needs the whole width.
    pub wide: bool,
}

impl Page<'_> {
    /// The page in HTML.
    pub fn html(&self) -> String {
        let (title, about) = (escaped(self.title), escaped(self.about));
        let name = if self.path == "/" { title.clone() } else { format!("{title} · Kontor") };
        let mut html = head(&name, &about);
        let _ = write!(html, "<body>\n{}<main class=\"{}\">\n", menu(self.path), self.class());
        html.push_str(&contents(self.contents));
        let _ = write!(html, "<article>\n<h1>{title}</h1>\n{}</article>\n</main>\n", self.body);
        let _ = write!(html, "<footer>Kontor {}</footer>\n</body>\n</html>\n", env!("CARGO_PKG_VERSION"));
        html
    }

    const fn class(&self) -> &'static str {
        match (self.wide, self.contents.is_empty()) {
            (true, _) => "wide",
            (false, true) => "plain",
            (false, false) => "long",
        }
    }
}

/// The head of a page, up to its body; title and description are HTML.
pub fn head(title: &str, about: &str) -> String {
    let (style, icon) = (assets::link("style.css"), assets::link("icon.svg"));
    format!(
        "<!doctype html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n\
         <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n\
         <meta name=\"color-scheme\" content=\"light dark\">\n<title>{title}</title>\n\
         <meta name=\"description\" content=\"{about}\">\n<link rel=\"icon\" href=\"{icon}\">\n\
         <link rel=\"stylesheet\" href=\"{style}\">\n</head>\n"
    )
}

/// The menu on the page at a path.
pub fn menu(path: &str) -> String {
    let mut html = "<header><nav aria-label=\"Pages\">\n".to_owned();
    for (to, name) in MENU {
        let current = if to == path { " aria-current=\"page\"" } else { "" };
        let _ = writeln!(html, "<a href=\"{to}\"{current}>{name}</a>");
    }
    html + "</nav></header>\n"
}

/// A table of contents twice: folded above the text on a phone, beside it where there is room.
fn contents(headings: &[Heading]) -> String {
    if headings.is_empty() {
        return String::new();
    }
    let mut list = "<ul>\n".to_owned();
    for Heading { level, id, title } in headings {
        let _ = writeln!(list, "<li class=\"of{level}\"><a href=\"#{id}\">{}</a></li>", escaped(title));
    }
    list.push_str("</ul>\n");
    format!(
        "<details class=\"contents\"><summary>On this page</summary>\n{list}</details>\n\
         <nav class=\"contents\" aria-label=\"On this page\">\n{list}</nav>\n"
    )
}

/// Text as HTML, also between quotation marks.
pub fn escaped(text: &str) -> String {
    let mut html = String::with_capacity(text.len());
    for letter in text.chars() {
        match letter {
            '&' => html.push_str("&amp;"),
            '<' => html.push_str("&lt;"),
            '>' => html.push_str("&gt;"),
            '"' => html.push_str("&quot;"),
            '\'' => html.push_str("&#39;"),
            _ => html.push(letter),
        }
    }
    html
}

/// Text as HTML, where `…` between backticks is code.
pub fn with_code(text: &str) -> String {
    let parts = escaped(text);
    let closed = parts.matches('`').count() / 2 * 2;
    let mut html = String::new();
    for (place, part) in parts.split('`').enumerate() {
        match place {
            0 => {}
            _ if place > closed => html.push('`'),
            _ if place % 2 == 1 => html.push_str("<code>"),
            _ => html.push_str("</code>"),
        }
        html.push_str(part);
    }
    html
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_of_a_text_is_taken_for_html() {
        assert_eq!(escaped("a < b & \"c\" > 'd'"), "a &lt; b &amp; &quot;c&quot; &gt; &#39;d&#39;");
        assert_eq!(with_code("send `If-Match`, or `<tag>`"), "send <code>If-Match</code>, or <code>&lt;tag&gt;</code>");
        assert_eq!(with_code("one ` alone"), "one ` alone");
    }
}
