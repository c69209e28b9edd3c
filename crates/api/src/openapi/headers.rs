//! The headers of answers, each declared where it comes.

use crate::openapi::operation::{Operation, is_afresh, tells_secret};
use serde_json::{Map, Value, json};

/// What is asked by who watches over the service, as often as it likes.
pub const UNLIMITED: &[&str] = &["/healthz", "/readyz", "/metrics"];

/// What a condition looks like: `*`, or entity tags in their quotes (RFC 9110 13.1).
pub const TAGS: &str = r#"^(\*|(W/)?"[!#-~]*"(, ?(W/)?"[!#-~]*")*)$"#;

/// What an idempotency key looks like: blanks around it are no part of it.
pub const KEY: &str = "^[!-~]([ -~]*[!-~])?$";

/// Every header, to be referred to.
pub fn components() -> Value {
    let must = |mut header: Value| {
        header["required"] = true.into();
        header
    };
    json!({
        "ContentLanguage": must(text("The language of the texts", "en")),
        "ETag": must(text("The version of the resource, to send back in `If-Match` or `If-None-Match`", "\"1\"")),
        "IdempotentReplayed": json!({
            "description": "There where the answer is an earlier one to the same `Idempotency-Key`: `true`",
            "schema": {"type": "boolean"},
            "example": true,
        }),
        "Location": must(text("The path of the new resource", "/v1/orders/ord_01kagy2qk8e3vrc6h1x0m4t7ws")),
        "PageTag": text("What the page says, where the answer is one, to send back in `If-None-Match`", "\"5f2b\""),
        "Place": text("The path of the resource, where the answer is one", "/v1/carts/crt_01kagy2qk8e3vrc6h1x0m4t7ws"),
        "RateLimit": text(
            "By which limit the request was counted, with the requests left (`r`) and the seconds until all of them \
             are back (`t`); after a 429 until one is",
            "\"write\";r=299;t=1",
        ),
        "RateLimitPolicy": text(
            "What the limit is: `q` requests within `w` seconds, of one caller or, without a token, one network",
            "\"write\";q=300;w=10",
        ),
        "RetryAfter": must(json!({
            "description": "Seconds after which to send the request again",
            "schema": {"type": "integer", "format": "int32", "minimum": 0},
            "example": 1,
        })),
        "TextLanguage": text("The language of the texts, where the answer has texts in one", "en"),
        "Vary": text("By which headers of the request the answer differs", "Accept-Language"),
        "WWWAuthenticate": must(text("How to prove who calls", "Bearer realm=\"kontor\"")),
        "XRequestId": must(text("The request's id, to quote for help", "req_0199b1c8e0f57d3cbb7a1f2e3d4c5b6a")),
    })
}

fn text(description: &str, example: &str) -> Value {
    json!({"description": description, "schema": {"type": "string"}, "example": example})
}

fn all(operation: &Operation<'_>, more: &[(&str, &str)]) -> Value {
    let limited: &[_] = if UNLIMITED.contains(&operation.path) {
        &[]
    } else {
        &[("RateLimit", "RateLimit"), ("RateLimit-Policy", "RateLimitPolicy")]
    };
    let names = [more, limited, &[("Vary", "Vary"), ("X-Request-Id", "XRequestId")]].concat();
    let of = |(name, key): (&str, &str)| (name.to_owned(), json!({"$ref": format!("#/components/headers/{key}")}));
    names.into_iter().map(of).collect::<Map<_, _>>().into()
}

/// The tag of what is a page or, for programs, JSON without one.
pub fn of_page() -> Value {
    json!({"$ref": "#/components/headers/PageTag"})
}

/// The headers of a problem.
pub fn of_problem(operation: &Operation<'_>, status: &str) -> Value {
    let more: &[_] = match status {
        "401" => &[("WWW-Authenticate", "WWWAuthenticate")],
        "429" | "503" => &[("Retry-After", "RetryAfter")],
        _ => &[],
    };
    // The token endpoint answers some of them in OAuth's own words, which are English.
    let language = if operation.id == "issue_token" { "TextLanguage" } else { "ContentLanguage" };
    all(operation, &[more, &[("Content-Language", language)]].concat())
}

/// The headers of an answer that is none.
pub fn of_answer(operation: &Operation<'_>, tag: bool, place: bool) -> Value {
    let replayed = operation.method == "post"
        && operation.path.starts_with("/v1")
        && !is_afresh(operation.path)
        && !tells_secret(operation.path);
    let more = [
        (tag, ("ETag", "ETag")),
        (place, ("Location", "Location")),
        (!place && operation.writes(), ("Location", "Place")),
        (replayed, ("Idempotent-Replayed", "IdempotentReplayed")),
        (true, ("Content-Language", "TextLanguage")),
    ];
    all(operation, &more.into_iter().filter(|(has, _)| *has).map(|(_, header)| header).collect::<Vec<_>>())
}
