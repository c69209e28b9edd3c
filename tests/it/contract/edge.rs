//! What every request and answer passes: request ids, headers, origins, connections; health and documentation beside
//! the API.

use serde_json::json;
use std::io::{Read as _, Write as _};
use std::net::TcpStream;
use tests::TestApp;
use tests::shop;

const BUYER: &str = "admin@kunde.cancom.example";

#[test]
fn a_request_id_is_taken_made_or_replaced() {
    let app = TestApp::sqlite();
    let client = app.anonymous();
    for sane in ["x", "4bf92f35-77b3", &"x".repeat(128), "{}<>&'\"/;"] {
        let problem = client.with("X-Request-Id", sane).get("/v1/me").refused(401, "unauthorized");
        assert_eq!(problem.header("x-request-id"), sane);
        assert_eq!(client.with("X-Request-Id", sane).get("/healthz").expect(200).header("x-request-id"), sane);
    }
    for insane in ["", &"x".repeat(129), "two words", "tab\there", "Straße"] {
        let problem = client.with("X-Request-Id", insane).get("/v1/me").refused(401, "unauthorized");
        let made = problem.header("x-request-id").to_owned();
        assert!(made.starts_with("req_") && made.len() == 36, "{made}");
        assert_ne!(client.get("/v1/me").header("x-request-id"), made);
    }
}

#[test]
fn every_answer_is_safe_to_hand_to_a_browser() {
    let app = TestApp::sqlite();
    let client = app.admin("cancom");
    let me = client.get("/v1/me").expect(200);
    let answers = [
        client.with("If-None-Match", me.header("etag")).get("/v1/me").expect(304),
        me,
        client.get("/v1/nothing").expect(404),
        client.post("/healthz", json!({})).expect(405),
        client.delete(&shop::Cart::new(&client).path("")).expect(204),
        app.anonymous().get("/docs/").expect(200),
    ];
    for answer in answers {
        assert_eq!(answer.header("x-content-type-options"), "nosniff", "{}", answer.status);
        let kept = answer.header("cache-control");
        assert_eq!(
            kept,
            if answer.text.starts_with('<') { "no-cache" } else { "private, no-cache" },
            "{}",
            answer.status
        );
        assert_eq!(answer.header("server"), "");
        let policy = answer.header("content-security-policy");
        assert!(policy.starts_with("default-src 'none'; ") && policy.contains("frame-ancestors 'none'"), "{policy}");
        // Only where clients call by https.
        assert_eq!(answer.header("strict-transport-security"), "", "{}", answer.status);
    }
    let secret =
        client.post("/v1/auth/login", json!({"email": BUYER, "password": api::demo::logins::PASSWORD})).expect(200);
    assert_eq!(secret.header("cache-control"), "no-store");
    let keys = client.get("/.well-known/jwks.json").expect(200);
    assert_eq!(keys.header("cache-control"), "public, max-age=300");
}

/// The test's configuration allows `https://shop.example`.
#[test]
fn a_browser_of_another_origin_is_let_in_only_where_configured() {
    let app = TestApp::sqlite();
    let preflight = |origin: &str| {
        let client = app.anonymous().with("Origin", origin).with("Access-Control-Request-Method", "POST");
        client.with("Access-Control-Request-Headers", "authorization,content-type,idempotency-key").send(
            "OPTIONS",
            "/v1/orders",
            None,
        )
    };
    let allowed = preflight("https://shop.example").expect(200);
    assert_eq!(allowed.header("access-control-allow-origin"), "https://shop.example");
    for method in ["GET", "POST", "PUT", "PATCH", "DELETE"] {
        assert!(allowed.header("access-control-allow-methods").contains(method), "{method}");
    }
    for header in ["authorization", "content-type", "idempotency-key"] {
        assert!(allowed.header("access-control-allow-headers").to_lowercase().contains(header), "{header}");
    }
    for origin in ["https://attacker.example", "http://shop.example", "https://shop.example.attacker.example", "null"] {
        let refused = preflight(origin).refused(403, "origin_not_allowed");
        assert_eq!(refused.header("access-control-allow-origin"), "", "{origin}");
        let (detail, hint) = (refused.text_at("/detail"), refused.text_at("/hint"));
        assert!(detail.contains(origin) && hint.contains("KONTOR_CORS_ORIGINS"), "{}", refused.text);
        assert_eq!(
            app.anonymous().with("Origin", origin).get("/v1/marketplaces").header("access-control-allow-origin"),
            ""
        );
    }
    let simple = app.anonymous().with("Origin", "https://shop.example");
    for answer in [simple.get("/v1/marketplaces").expect(200), simple.get("/v1/me").expect(401)] {
        assert_eq!(answer.header("access-control-allow-origin"), "https://shop.example");
        for header in ["etag", "location", "retry-after", "x-request-id", "idempotent-replayed"] {
            assert!(answer.header("access-control-expose-headers").to_lowercase().contains(header), "{header}");
        }
    }
}

/// Sends requests over one connection, each after the answer before; says the statuses.
fn on_one_connection(app: &TestApp, requests: &[&str]) -> Vec<String> {
    let mut stream = TcpStream::connect(app.url.trim_start_matches("http://")).expect("a connection");
    let mut ask = |request: &&str| {
        stream.write_all(format!("{request}\r\nHost: x\r\n\r\n").as_bytes()).expect("sent");
        let (mut answer, mut piece) = (String::new(), [0; 4_096]);
        while !complete(&answer) {
            let length = stream.read(&mut piece).expect("an answer");
            assert_ne!(length, 0, "the connection was closed after {answer:?}");
            answer += std::str::from_utf8(&piece[..length]).expect("text");
        }
        answer.split(' ').nth(1).unwrap_or_default().to_owned()
    };
    requests.iter().map(&mut ask).collect()
}

fn complete(answer: &str) -> bool {
    let Some((head, body)) = answer.split_once("\r\n\r\n") else { return false };
    let length = head.lines().find_map(|line| line.to_lowercase().strip_prefix("content-length: ")?.parse().ok());
    head.starts_with("HTTP/1.1 304") || body.len() >= length.unwrap_or(0)
}

#[test]
fn a_connection_is_used_again() {
    let app = TestApp::sqlite();
    let requests = [
        "GET /healthz HTTP/1.1",
        "GET /v1/me HTTP/1.1",
        "DELETE /healthz HTTP/1.1",
        "GET /v1/x HTTP/1.1",
        "GET /readyz HTTP/1.1",
    ];
    assert_eq!(on_one_connection(&app, &requests), ["200", "401", "405", "404", "200"]);
}

#[test]
fn operators_find_health_readiness_and_metrics() {
    let app = TestApp::sqlite();
    let client = app.anonymous();
    let ok = json!({"status": "ok", "version": env!("CARGO_PKG_VERSION")});
    assert_eq!(client.get("/healthz").expect(200).body, ok);
    assert_eq!(client.get("/readyz").expect(200).body, ok);
    client.get("/v1/orders/ord_01kagy2qk8e3vrc6h1x0m4t7ws").expect(401);
    let metrics = client.get("/metrics").expect(200);
    assert!(metrics.header("content-type").starts_with("application/openmetrics-text"));
    let line = "http_requests_total{method=\"GET\",route=\"/v1/orders/{order_id}\",status_class=\"4xx\"} 1\n";
    assert!(metrics.text.contains(line), "{}", metrics.text);
    assert!(metrics.text.contains("outbox_pending 0\n") && metrics.text.ends_with("# EOF\n"));
    app.app.drain();
    let stopping = client.get("/readyz").refused(503, "unavailable");
    assert!(stopping.header("retry-after").parse::<u32>().is_ok_and(|seconds| seconds > 0));
    assert_eq!(client.get("/healthz").expect(200).body, ok, "it lives until it ends");
}

/// Everything the page needs comes from here: it works behind a firewall, and nobody else learns who reads it.
#[test]
fn the_documentation_is_served_without_strangers() {
    let app = TestApp::sqlite();
    let client = app.anonymous();
    assert_eq!(client.get("/openapi.json").expect(200).body, api::openapi::document());
    let page = client.get("/docs/").expect(200);
    assert!(page.header("content-type").starts_with("text/html"));
    let attribute = |name: &str| {
        page.text
            .split(&format!("{name}=\""))
            .skip(1)
            .filter_map(|rest| rest.split('"').next())
            .map(str::to_owned)
            .collect::<Vec<_>>()
    };
    let links: Vec<_> = attribute("src").into_iter().chain(attribute("href")).collect();
    assert!(links.len() >= 4, "{}", page.text);
    for link in links {
        assert!(!link.contains("//"), "{link} is elsewhere");
        client.get(&link).expect(200);
    }
    // U-108: what the page needs is allowed, and nothing else; nothing of it is written into the page.
    let policy = page.header("content-security-policy");
    for allowed in
        ["script-src 'self';", "style-src 'self' 'unsafe-inline';", "img-src 'self' data:;", "connect-src 'self';"]
    {
        assert!(policy.contains(allowed), "{allowed} is not in {policy}");
    }
    for script in page.text.split("<script").skip(1) {
        assert!(
            script.starts_with(" src=\"/")
                && script.split_once('>').is_some_and(|(_, rest)| rest.trim_start().starts_with("</script>"))
        );
    }
    assert!(!page.text.contains("javascript:") && !page.text.contains(" on"), "{}", page.text);
    let initializer = client.get("/docs/swagger-initializer.js").expect(200);
    assert!(
        initializer.text.contains("/openapi.json") && !initializer.text.contains("//petstore"),
        "{}",
        initializer.text
    );
}
