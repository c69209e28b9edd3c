//! What people look at: a start page, the guide, the reference and what else there is to read. Nothing of it asks for
//! anything elsewhere, and only the reference and the pages to try things out run scripts.

pub mod access;
pub mod assets;
pub mod markdown;
pub mod shell;

use crate::http::problem::{Code, Problem};
use crate::http::served::Served;
use crate::http::{security, unmatched};
use actix_web::{HttpRequest, HttpResponse, web};
use markdown::Written;
use shell::Page;
use std::sync::{Arc, LazyLock};
use utoipa_swagger_ui::Config;

/// The paths of the pages, for answers to who calls them by another method.
pub const PATHS: [&str; 10] = [
    "/",
    "/guide",
    "/reference",
    "/access",
    "/changelog",
    "/problems/",
    "/docs",
    "/docs/",
    "/docs/{file}",
    "/assets/{name}",
];

static START: LazyLock<Served> = LazyLock::new(|| {
    shown(&Page {
        path: "/",
        title: "Kontor",
        about: "The open backend for selling cloud licences: start here",
        contents: &[],
        body: include_str!("../../pages/start.html"),
        wide: false,
    })
});

static GUIDE: LazyLock<Served> = LazyLock::new(|| {
    let Written { title, headings, html } = markdown::read(include_str!("../../../../openapi/guide.md"), explained_at);
    let about = "What holds for every operation of Kontor's API";
    shown(&Page { path: "/guide", title: &title, about, contents: &headings, body: &html, wide: false })
});

static CHANGELOG: LazyLock<Served> = LazyLock::new(|| {
    let Written { title, headings, html } = markdown::read(include_str!("../../../../CHANGELOG.md"), explained_at);
    let about = "What clients of the API and operators notice, newest first";
    shown(&Page { path: "/changelog", title: &title, about, contents: &headings, body: &html, wide: false })
});

static ACCESS: LazyLock<Served> = LazyLock::new(|| {
    shown(&Page {
        path: "/access",
        title: "Who may call what",
        about: "Every operation and how each kind of caller is answered",
        contents: &[],
        body: &access::table(include_str!("../../../../openapi/access.txt")),
        wide: true,
    })
});

static REFERENCE: LazyLock<Served> = LazyLock::new(|| {
    let head = shell::head("Reference · Kontor", "Every operation of the API with its parameters and answers");
    let (menu, redoc, script) =
        (shell::menu("/reference"), assets::link("redoc-2.5.4.js"), assets::link("reference.js"));
    let html = format!(
        "{head}<body>\n{menu}<div id=\"reference\"><p class=\"waits\">A moment …</p></div>\n\
         <noscript><p class=\"waits\">The reference is laid out by a script; \
         <a href=\"/openapi.json\">openapi.json</a> is what it shows.</p></noscript>\n\
         <script src=\"{redoc}\"></script>\n<script src=\"{script}\"></script>\n</body>\n</html>\n"
    );
    Served::page(html, security::REFERENCE)
});

fn shown(page: &Page<'_>) -> Served {
    Served::page(page.html(), security::PAGE)
}

/// Where a piece of code is explained: codes of problems, and what is served beside the API.
fn explained_at(code: &str) -> Option<String> {
    match code {
        "openapi.json" | "/openapi.json" => Some("/openapi.json".to_owned()),
        "access.txt" => Some("/access".to_owned()),
        "ProblemCode" => Some("/problems".to_owned()),
        "/docs/" | "/reference" | "/problems" => Some(code.to_owned()),
        _ => Code::from_text(code).map(|code| format!("/problems/{}", code.as_str())),
    }
}

/// The routes of the pages; they are no operations of the API.
pub fn routes(config: &mut web::ServiceConfig) {
    let pages: [(&str, &'static LazyLock<Served>); 5] = [
        ("/", &START),
        ("/guide", &GUIDE),
        ("/changelog", &CHANGELOG),
        ("/access", &ACCESS),
        ("/reference", &REFERENCE),
    ];
    for (path, page) in pages {
        config.service(
            resource(path).route(web::get().to(move |request: HttpRequest| async move { page.answer(&request) })),
        );
    }
    config
        .service(resource("/assets/{name}").route(web::get().to(show_asset)))
        .service(resource("/docs/{file:.*}").route(web::get().to(show_swagger)))
        .service(resource("/docs").route(web::get().to(|| moved("/docs/"))))
        .service(resource("/problems/").route(web::get().to(|| moved("/problems"))));
}

fn resource(path: &str) -> actix_web::Resource {
    web::resource(path.to_owned()).default_service(web::to(unmatched::unmatched))
}

async fn moved(to: &'static str) -> HttpResponse {
    HttpResponse::PermanentRedirect().insert_header(("Location", to)).finish()
}

async fn show_asset(request: HttpRequest, name: web::Path<String>) -> Result<HttpResponse, Problem> {
    let file = assets::find(&name).ok_or_else(|| Problem::new(Code::NotFound))?;
    Ok(file.answer(&request))
}

static TRY_OUT: LazyLock<Served> = LazyLock::new(|| {
    let head =
        shell::head("Try it out · Kontor", "Every operation of Kontor&#39;s API, to send requests from the browser");
    let (head, menu) = (
        head.replace("</head>", "<link rel=\"stylesheet\" href=\"/docs/swagger-ui.css\">\n</head>"),
        shell::menu("/docs/"),
    );
    let html = format!(
        "{head}<body>\n{menu}<div id=\"swagger-ui\"><p class=\"waits\">A moment …</p></div>\n\
         <script src=\"{}\"></script>\n<script src=\"/docs/swagger-ui-bundle.js\"></script>\n\
         <script src=\"/docs/swagger-ui-standalone-preset.js\"></script>\n\
         <script src=\"/docs/swagger-initializer.js\"></script>\n</body>\n</html>\n",
        assets::link("colours.js")
    );
    Served::page(html, security::TRY_OUT)
});

/// Swagger UI: its files as its crate brings them, in a page of ours.
async fn show_swagger(request: HttpRequest, file: web::Path<String>) -> Result<HttpResponse, Problem> {
    if file.is_empty() {
        return Ok(TRY_OUT.answer(&request));
    }
    let config = Config::from("/docs/openapi.json")
        .use_base_layout()
        .doc_expansion("none")
        .filter(true)
        .try_it_out_enabled(true)
        .persist_authorization(true);
    let found = utoipa_swagger_ui::serve(&file, Arc::new(config)).ok().flatten();
    // Its own page would be one without our head.
    let found = found.filter(|found| !found.content_type.starts_with("text/html"));
    let found = found.ok_or_else(|| Problem::new(Code::NotFound))?;
    Ok(Served::file(&found.content_type, found.bytes.into_owned()).answer(&request))
}
