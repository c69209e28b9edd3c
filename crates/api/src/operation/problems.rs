//! The codes of problems explained: what the `type` of a problem leads to. Browsers get pages, everybody else JSON.

use crate::http::problem::{Code, Problem};
use crate::http::routes::Routes;
use crate::http::served::Served;
use crate::http::wire::body::Query;
use crate::http::wire::list::ShortQuery;
use crate::http::{reply, security};
use crate::pages::shell::{Heading, Page, escaped, with_code};
use crate::texts::lang::{Lang, weighed};
use crate::texts::problems::{self, Told};
use actix_web::http::header::{self, HeaderValue};
use actix_web::{HttpRequest, HttpResponse, get, web};
use domain::zone::Zone;
use serde::Serialize;
use std::fmt::Write as _;
use utoipa::ToSchema;

/// What a problem code means.
#[derive(Debug, Serialize, ToSchema)]
pub struct ProblemMeaning {
    /// The code that is explained.
    pub code: Code,
    /// The HTTP status of its answers.
    #[schema(example = 409)]
    pub status: u16,
    /// What is wrong, in a few words.
    #[schema(example = "Microsoft tenant required")]
    pub title: String,
    /// What is wrong and the way out, for people; … stands for what an occurrence says there.
    #[schema(
        example = "The customer has no linked Microsoft tenant. Create or link one, and order once it is linked."
    )]
    pub detail: String,
    /// What whoever writes a client can do about it, in English; `<name>` stands for what an occurrence says there.
    /// Null where people are told all.
    #[schema(required, example = "PUT /v1/customers/{id}/tenant creates or links one; wait for the status `linked`.")]
    pub hint: Option<String>,
}

/// A page of problem codes, in the order of the table: by what they are about.
#[derive(Debug, Serialize, ToSchema)]
pub struct ProblemMeaningPage {
    /// The codes of this page.
    pub data: Vec<ProblemMeaning>,
    /// What to pass as `cursor` for the next page; null at the end.
    #[schema(required, example = "bm90X2ZvdW5k")]
    pub next_cursor: Option<String>,
}

fn meaning(code: Code, lang: Lang) -> ProblemMeaning {
    let Told { title, detail, .. } = problems::of(code, lang, &[], &Zone::UTC);
    ProblemMeaning { code, status: code.status().as_u16(), title, detail, hint: problems::hint(code) }
}

/// List the problem codes
///
/// Every code that a refusal may carry, with its status and what to do about it, in the language of the request.
/// Browsers are shown a page.
#[utoipa::path(
    tag = "operation",
    params(ShortQuery),
    responses((
        status = 200,
        content((ProblemMeaningPage = "application/json"), (String = "text/html")),
    )),
)]
#[get("/problems")]
pub async fn list_problems(request: HttpRequest, query: Query<ShortQuery>) -> Result<HttpResponse, Problem> {
    let lang = crate::http::meta::language(request.headers());
    let all: Vec<_> = Code::ALL.iter().map(|code| meaning(*code, lang)).collect();
    if wants_page(&request) {
        return Ok(told(Served::written(catalogue(&all, lang), security::PAGE).answer(&request), lang));
    }
    let (data, next_cursor) = query.0.page(all, |one| one.code.as_str())?;
    Ok(told(reply::ok(&ProblemMeaningPage { data, next_cursor })?, lang))
}

/// Explain a problem code
///
/// What the `type` of a problem leads to, in the language of the request. Browsers are shown a page.
#[utoipa::path(
    tag = "operation",
    params(("code" = String, Path, description = "The problem's code", example = "tenant_required", max_length = 50)),
    responses((
        status = 200,
        content((ProblemMeaning = "application/json"), (String = "text/html")),
    )),
)]
#[get("/problems/{code}")]
pub async fn show_problem(request: HttpRequest, code: web::Path<String>) -> Result<HttpResponse, Problem> {
    let code = Code::from_text(&code).ok_or_else(|| Problem::new(Code::NotFound))?;
    let lang = crate::http::meta::language(request.headers());
    let meaning = meaning(code, lang);
    if wants_page(&request) {
        return Ok(told(Served::written(explained(&meaning, lang), security::PAGE).answer(&request), lang));
    }
    Ok(told(reply::ok(&meaning)?, lang))
}

/// Says in which language an answer is, and that it depends on what the reader takes.
fn told(response: HttpResponse, lang: Lang) -> HttpResponse {
    let mut response = reply::in_language(response, lang);
    response.headers_mut().insert(header::VARY, HeaderValue::from_static("Accept, Accept-Language"));
    response
}

/// Whether the reader names HTML and prefers it to JSON, as browsers do; who takes anything gets JSON.
fn wants_page(request: &HttpRequest) -> bool {
    let headers = request.headers().get_all(header::ACCEPT).filter_map(|value| value.to_str().ok());
    let accepted: Vec<_> = headers.flat_map(weighed).collect();
    let weight = |media: &str| accepted.iter().find(|(known, _)| known == media).map_or(0, |(_, weight)| *weight);
    let html = weight("text/html");
    html > 0 && html >= weight("application/json").max(weight("application/problem+json"))
}

/// All codes on one page, by their status.
fn catalogue(all: &[ProblemMeaning], lang: Lang) -> String {
    let mut statuses: Vec<_> = all.iter().map(|one| one.status).collect();
    statuses.sort_unstable();
    statuses.dedup();
    let mut body =
        "<p>Every refusal is a problem document (RFC 9457). Clients branch on its <code>code</code>, people \
                    read its title and detail, and its <code>type</code> leads here.</p>\n"
            .to_owned();
    let mut contents = vec![];
    for status in statuses {
        let title = named(status);
        let _ = writeln!(
            body,
            "<h2 id=\"{status}\">{title} <a class=\"anchor\" href=\"#{status}\">#</a></h2>\n<dl class=\"codes\">"
        );
        contents.push(Heading { level: 2, id: status.to_string(), title });
        for one in all.iter().filter(|one| one.status == status) {
            let (code, title, lang) = (one.code.as_str(), escaped(&one.title), lang.code());
            let _ = writeln!(
                body,
                "<dt id=\"{code}\"><a href=\"/problems/{code}\"><code>{code}</code></a></dt>\
                 <dd lang=\"{lang}\">{title}</dd>"
            );
        }
        body.push_str("</dl>\n");
    }
    let about = "Why a request may be refused: every problem code with its status";
    Page { path: "/problems", title: "Problems", about, contents: &contents, body: &body, wide: false }.html()
}

/// One code on a page of its own.
fn explained(one: &ProblemMeaning, lang: Lang) -> String {
    let (lang, title, status) = (lang.code(), escaped(&one.title), named(one.status));
    let mut body = format!(
        "<p class=\"lead\" lang=\"{lang}\">{title}</p>\n<p lang=\"{lang}\">{}</p>\n\
         <dl>\n<dt>Status</dt><dd>{status}</dd>\n",
        with_code(&one.detail)
    );
    if let Some(hint) = &one.hint {
        let _ = writeln!(body, "<dt>For who writes a client</dt><dd>{}</dd>", with_code(hint));
    }
    body.push_str("</dl>\n<p><a href=\"/problems\">All problems</a></p>\n");
    let code = one.code.as_str();
    Page { path: "/problems/", title: code, about: &one.title, contents: &[], body: &body, wide: false }.html()
}

/// A status with its words, such as `409 Conflict`.
fn named(status: u16) -> String {
    let known = actix_web::http::StatusCode::from_u16(status).ok().and_then(|known| known.canonical_reason());
    format!("{status} {}", known.unwrap_or_default())
}

/// The routes of this noun.
pub fn routes(config: &mut Routes<'_, '_>) {
    config.service(list_problems).service(show_problem);
}

#[cfg(test)]
mod tests {
    use super::*;
    use actix_web::test::TestRequest;

    #[test]
    fn a_page_is_for_who_asks_for_one() {
        let wants = |accept: &str| wants_page(&TestRequest::get().insert_header(("Accept", accept)).to_http_request());
        assert!(wants("text/html,application/xhtml+xml,application/xml;q=0.9,image/avif,*/*;q=0.8"));
        assert!(wants("application/json;q=0.5, TEXT/HTML;q=0.75"));
        for other in ["*/*", "application/json", "text/html;q=0", "application/json, text/html;q=0.9", ""] {
            assert!(!wants(other), "{other}");
        }
    }
}
