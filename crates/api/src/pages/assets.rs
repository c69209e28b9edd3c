//! The files that pages are made of: the style sheet, the icon, and the script that shows the reference.

use crate::http::served::Served;
use std::sync::LazyLock;

/// Redoc 2.5.4 as npm has it (`package/bundles/redoc.standalone.js`), but for the address of its maker's logo, which
/// would be asked for elsewhere, and the name of its source map. MIT; what it holds of others says the file beside it.
const REDOC: &str = include_str!("../../pages/redoc-2.5.4.js");

static FILES: LazyLock<Vec<(&'static str, Served)>> = LazyLock::new(|| {
    let script = "text/javascript; charset=utf-8";
    vec![
        ("style.css", Served::file("text/css; charset=utf-8", include_str!("../../pages/style.css"))),
        ("icon.svg", Served::file("image/svg+xml", include_str!("../../pages/icon.svg"))),
        ("reference.js", Served::file(script, include_str!("../../pages/reference.js"))),
        ("colours.js", Served::file(script, include_str!("../../pages/colours.js"))),
        ("redoc-2.5.4.js", Served::file(script, REDOC)),
        (
            "redoc-2.5.4.LICENSE.txt",
            Served::file("text/plain; charset=utf-8", include_str!("../../pages/redoc-2.5.4.LICENSE.txt")),
        ),
    ]
});

/// The file of a name, if there is one.
pub fn find(name: &str) -> Option<&'static Served> {
    FILES.iter().find(|(known, _)| *known == name).map(|(_, file)| file)
}

/// The path of a file, another one for each content: whoever keeps a file never shows an old one with a new page.
pub fn link(name: &str) -> String {
    format!("/assets/{name}?{}", find(name).map_or("", Served::digest))
}
