//! What people look at (U-88): the start page, the guide, the reference, the catalogue of problems and what else there
//! is to read. Each page leads on, asks nobody else for anything, and may do in a browser only what it needs.

use serde_json::{Value, json};
use std::collections::{BTreeMap, BTreeSet};
use tests::schema::DOCUMENT;
use tests::{Answer, Client, TestApp, both};

const BROWSER: &str = "text/html,application/xhtml+xml,application/xml;q=0.9,image/avif,*/*;q=0.8";
/// A page that shows itself.
const STILL: &str = "default-src 'none'; style-src 'self'; img-src 'self'; base-uri 'none'; form-action 'none'; \
                     frame-ancestors 'none'";
/// The pages whose text is ours.
const WRITTEN: [&str; 5] = ["/", "/guide", "/access", "/changelog", "/problems"];

fn browser(app: &TestApp) -> Client {
    app.anonymous().with("Accept", BROWSER)
}

/// The values of an attribute, in the order of the page.
fn attribute<'a>(html: &'a str, name: &str) -> Vec<&'a str> {
    let behind = format!(" {name}=\"");
    html.split(behind.as_str()).skip(1).filter_map(|rest| rest.split('"').next()).collect()
}

/// What stands between the first of some words and the next of others.
fn between<'a>(text: &'a str, from: &str, to: &str) -> &'a str {
    text.split_once(from).and_then(|(_, rest)| rest.split_once(to)).map_or("", |(found, _)| found)
}

fn page(client: &Client, path: &str) -> Answer {
    let page = client.get(path).expect(200);
    assert_eq!(page.header("content-type"), "text/html; charset=utf-8", "{path}");
    assert_eq!(page.header("cache-control"), "no-cache", "{path}");
    assert_eq!(page.header("x-content-type-options"), "nosniff", "{path}");
    assert_eq!(page.header("referrer-policy"), "no-referrer", "{path}");
    assert!(page.text.starts_with("<!doctype html>\n<html lang=\"en\">"), "{path}: {}", page.text);
    assert!(page.text.contains("<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">"), "{path}");
    page
}

/// What a page leads to or is made of, each with where on it; a link to the page itself is one, too.
fn links(path: &str, html: &str) -> BTreeSet<(String, String)> {
    let all = attribute(html, "href").into_iter().chain(attribute(html, "src"));
    let parted = all.map(|link| link.split_once('#').unwrap_or((link, "")));
    parted.map(|(to, at)| (if to.is_empty() { path } else { to }.to_owned(), at.to_owned())).collect()
}

#[test]
fn u88_every_page_leads_to_all_others_and_nowhere_else() {
    let app = TestApp::sqlite();
    let client = browser(&app);
    let (mut to_do, mut seen, mut wrong) = (vec!["/".to_owned()], BTreeMap::new(), vec![]);
    while let Some(path) = to_do.pop() {
        let answer = client.get(&path).expect(200);
        let is_page = answer.header("content-type").starts_with("text/html");
        let found = if is_page { links(&path, &answer.text) } else { BTreeSet::new() };
        seen.insert(path.clone(), answer);
        for (to, at) in found {
            if !to.starts_with('/') || to.starts_with("//") {
                wrong.push(format!("{path}: {to} is elsewhere"));
            } else if !seen.contains_key(&to) && !to_do.contains(&to) {
                to_do.push(to.clone());
            }
            if !at.is_empty() && to == path && !attribute(&seen[&path].text, "id").contains(&at.as_str()) {
                wrong.push(format!("{path}: nothing is #{at}"));
            }
        }
    }
    assert_eq!(wrong, Vec::<String>::new());
    for path in WRITTEN.into_iter().chain(["/reference", "/docs/", "/openapi.json", "/healthz", "/readyz"]) {
        assert!(seen.contains_key(path), "nothing leads to {path}");
    }
    for script in ["/docs/swagger-ui-bundle.js", "/docs/swagger-initializer.js"] {
        assert!(seen.contains_key(script), "{script}");
    }
    let explained = seen.keys().filter(|path| path.starts_with("/problems/")).count();
    assert_eq!(explained, api::http::problem::Code::ALL.len());
}

#[test]
fn u88_a_page_shows_itself_and_does_nothing() {
    let app = TestApp::sqlite();
    let client = browser(&app);
    for path in WRITTEN.into_iter().chain(["/problems/tenant_required"]) {
        let page = page(&client, path);
        assert_eq!(page.header("content-security-policy"), STILL, "{path}");
        for active in ["<script", "<style", " style=", "<iframe", "<form", "javascript:", " onclick"] {
            assert!(!page.text.contains(active), "{path}: {active}");
        }
        // A small text for a phone, too: the largest are the guide and the table.
        assert!(page.text.len() < 160_000, "{path}: {} bytes", page.text.len());
    }
}

#[test]
fn u88_what_a_reader_has_already_is_not_sent_again() {
    let app = TestApp::sqlite();
    let client = browser(&app);
    let start = page(&client, "/");
    let style = attribute(&start.text, "href").into_iter().find(|link| link.contains("/style.css?")).expect("a style");
    for (path, kept) in [
        ("/", "no-cache"),
        ("/docs/", "no-cache"),
        (style, "public, max-age=86400"),
        ("/docs/swagger-ui.css", "public, max-age=86400"),
    ] {
        let whole = client.get(path).expect(200);
        assert_eq!(whole.header("cache-control"), kept, "{path}");
        let again = client.with("If-None-Match", whole.header("etag")).get(path).expect(304);
        assert_eq!(again.text, "", "{path}");
        // What a browser keeps takes the headers of this answer.
        for header in ["etag", "cache-control", "content-security-policy"] {
            assert_eq!(again.header(header), whole.header(header), "{path}: {header}");
        }
    }
    for path in ["/", "/guide", "/reference", "/problems", "/docs/", style] {
        let refused = client.post(path, json!({})).refused(405, "method_not_allowed");
        assert_eq!(refused.header("allow"), "HEAD, GET", "{path}");
    }
    client.get("/assets/nothing.js").refused(404, "not_found");
    client.get("/docs/nothing.js").refused(404, "not_found");
    // Both lead on.
    assert_eq!(client.get("/docs").expect(200).text, client.get("/docs/").expect(200).text);
    assert_eq!(client.get("/problems/").expect(200).text, client.get("/problems").expect(200).text);
}

/// The guide's sections, by what they are called.
fn sections() -> Vec<String> {
    let guide = include_str!("../../../openapi/guide.md");
    let chapter = |line: &str| line.strip_prefix("## ").map(str::to_owned);
    let section = |line: &str| {
        let (bold, _) = line.strip_prefix("**")?.split_once("**")?;
        Some(bold.trim_end_matches('.').to_owned())
    };
    guide.lines().filter_map(|line| chapter(line).or_else(|| section(line))).collect()
}

#[test]
fn u88_the_guide_has_a_heading_and_an_entry_in_its_contents_for_each_section() {
    let app = TestApp::sqlite();
    let guide = page(&browser(&app), "/guide");
    let contents = between(&guide.text, "<nav class=\"contents\" aria-label=\"On this page\">", "</nav>");
    let entries: Vec<_> = attribute(contents, "href").into_iter().map(|link| link.trim_start_matches('#')).collect();
    let headings = guide.text.split("<h2 ").skip(1).flat_map(|chapter| chapter.split("<h3 "));
    let headings: Vec<_> = headings.map(|heading| between(heading, "id=\"", "\"")).collect();
    assert_eq!(entries, headings);
    let titles = contents.split("<a href=").skip(1).map(|entry| between(entry, "\">", "<").replace("&#39;", "'"));
    assert_eq!(titles.collect::<Vec<_>>(), sections());
    assert!(entries.len() >= 45 && entries.contains(&"wrong-passwords"), "{entries:?}");
    // A code of a problem leads to what it means.
    assert!(guide.text.contains("<a href=\"/problems/job_under_way\"><code>job_under_way</code></a>"));
    let changes = page(&browser(&app), "/changelog").text;
    assert!(changes.contains("<h1>Changelog</h1>") && changes.contains("<h2 id=\"unreleased\">Unreleased "));
}

#[test]
fn u88_the_table_of_who_may_what_has_a_row_for_each_line_of_the_file() {
    let app = TestApp::sqlite();
    let table = page(&browser(&app), "/access").text;
    let text = include_str!("../../../openapi/access.txt");
    let mut lines = text.lines().filter(|line| !line.starts_with('#'));
    let columns = lines.next().expect("a head").split_whitespace().count();
    let rows: Vec<_> = table.split("<tr id=\"").skip(1).collect();
    for (row, line) in rows.iter().zip(lines.clone()) {
        let cells: Vec<_> = line.split_whitespace().collect();
        assert!(row.starts_with(&format!("{}\">", cells[0])), "{row}");
        assert_eq!(row.matches("<td class=\"").count() + 1, columns, "{line}");
        assert!(row.contains(&format!("\">{}<", cells[cells.len() - 1])), "{row}");
    }
    assert_eq!(rows.len(), lines.count());
}

#[test]
fn u88_the_reference_is_laid_out_by_a_script_of_ours_from_the_document() {
    let app = TestApp::sqlite();
    let client = browser(&app);
    let reference = page(&client, "/reference");
    let policy = reference.header("content-security-policy");
    for part in ["default-src 'none'", "script-src 'self'", "connect-src 'self'", "frame-ancestors 'none'"] {
        assert!(policy.split("; ").any(|one| one == part), "{part} is not in {policy}");
    }
    assert!(!policy.contains("unsafe-eval") && !policy.contains("http"), "{policy}");
    let scripts = attribute(&reference.text, "src");
    assert_eq!(scripts.len(), 2, "{scripts:?}");
    assert_eq!(reference.text.matches("<script").count(), 2);
    let redoc = client.get(scripts[0]).expect(200);
    assert_eq!(redoc.header("content-type"), "text/javascript; charset=utf-8");
    // Its maker's logo would be asked for elsewhere.
    assert!(redoc.text.contains("2.5.4"));
    assert!(!redoc.text.contains("cdn.redoc"));
    assert!(redoc.text.len() < 1_200_000, "{}", redoc.text.len());
    let ours = client.get(scripts[1]).expect(200).text;
    assert!(ours.contains("fetch(\"/openapi.json\")") && ours.contains("Redoc.init("), "{ours}");
    let licence = client.get("/assets/redoc-2.5.4.LICENSE.txt").expect(200).text;
    assert!(licence.starts_with("The MIT License (MIT)"), "{licence}");
    assert!(DOCUMENT["info"]["description"].as_str().expect("a text").contains("(/guide)"));
}

both! {
    /// What a problem's `type` leads to is a page for people, and data for programs.
    u88_a_problem_is_explained_to_who_asks_in_what_they_read(app) {
        let data = json!({
            "code": "tenant_required",
            "status": 409,
            "title": "Tenant required",
            "detail": "The customer has no linked Microsoft tenant. Create or link one, and order once it is linked.",
            "hint": "PUT /v1/customers/{id}/tenant creates or links one; wait for the status `linked`.",
        });
        for accept in ["*/*", "application/json", "application/problem+json", "application/json, text/html;q=0.5"] {
            let answer = app.anonymous().with("Accept", accept).get("/problems/tenant_required").expect(200);
            assert_eq!(answer.header("content-type"), "application/json", "{accept}");
            let vary = answer.header("vary");
            assert!(vary.starts_with("Accept, Accept-Language"), "{accept}: {vary}");
            assert_eq!(answer.body, data, "{accept}");
        }
        let english = page(&browser(&app), "/problems/tenant_required");
        for part in ["<h1>tenant_required</h1>", "<dd>409 Conflict</dd>", "<code>linked</code>", "lang=\"en\""] {
            assert!(english.text.contains(part), "{part}: {}", english.text);
        }
        let german = page(&browser(&app).with("Accept-Language", "de-DE"), "/problems/tenant_required");
        assert_eq!(german.header("content-language"), "de");
        assert!(german.text.contains("<p class=\"lead\" lang=\"de\">Tenant erforderlich</p>"), "{}", german.text);
        assert_ne!(german.header("etag"), english.header("etag"));
        browser(&app).get("/problems/nothing").refused(404, "not_found");
    }
}

both! {
    /// All codes, in the order of the table, by pages; on the page they stand under their status.
    u88_the_catalogue_of_problems_is_complete(app) {
        let client = app.anonymous();
        let (mut codes, mut cursor) = (vec![], String::new());
        loop {
            let list = client.get(&format!("/problems?limit=200{cursor}")).expect(200);
            let rows = list.body["data"].as_array().expect("rows");
            codes.extend(rows.iter().map(|row| row["code"].as_str().expect("a code").to_owned()));
            match list.body["next_cursor"].as_str() {
                Some(next) => cursor = format!("&cursor={next}"),
                None => break,
            }
        }
        let all: Vec<_> = DOCUMENT["components"]["schemas"]["ProblemCode"]["enum"].as_array().expect("codes").clone();
        assert_eq!(codes.iter().map(|code| Value::from(code.as_str())).collect::<Vec<_>>(), all);
        let page = page(&browser(&app), "/problems");
        let ids = attribute(&page.text, "id").into_iter();
        let shown: BTreeSet<_> = ids.filter(|id| id.parse::<u16>().is_err()).collect();
        assert_eq!(shown, codes.iter().map(String::as_str).collect());
        let conflicts = between(&page.text, "<h2 id=\"409\">409 Conflict ", "<h2 ");
        assert!(conflicts.contains("<dt id=\"tenant_required\">") && !conflicts.contains("id=\"not_found\""));
    }
}
