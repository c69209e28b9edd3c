//! The OpenAPI document: generated from the handlers, completed with what every operation shares.
//!
//! What holds for every operation is added here in one place, so that no handler can forget it:
//! protocol headers, the closed error set of each operation, the security schemes.

use crate::demo::examples as demo;
use crate::http::amounts;
use crate::http::explained::leave_out_what_may_be;
use crate::http::heeded::Read;
use crate::http::problem::schema::{FieldError, Problem};
use crate::http::problem::{Code, examples};
use crate::http::served::Served;
use crate::http::wire::codes::Permission;
use actix_web::{App, HttpRequest, HttpResponse};
use domain::id::{
    ApiClientId, BranchId, CartId, ClientSecretId, CustomerId, JobId, KeyBatchId, LineId, OfferId, OfferMatrixId,
    OrderId, PriceListId, ProductId, RedemptionId, RegistrationId, ResellerId, SessionId, SkuId, SubscriptionId,
    TaskId, UserId,
};
use serde_json::{Value, json};
use std::collections::BTreeSet;
use std::fmt::Write as _;
use std::sync::LazyLock;
use utoipa::OpenApi as _;
use utoipa_actix_web::AppExt as _;

#[derive(utoipa::OpenApi)]
#[openapi(
    info(
        title = "Kontor",
        description = "The open backend for selling cloud licences: catalogue, cart, order, tenant, provisioning, \
                       subscription.",
        license(name = "Apache-2.0", identifier = "Apache-2.0")
    ),
    servers((url = "/", description = "The installation that serves this document")),
    external_docs(url = "/guide", description = "The guide: what holds for every operation"),
    components(schemas(Problem, FieldError, Code)),
    tags(
        (name = "auth", description = "Logging in, staying in and logging out: tokens, passwords, invitations"),
        (name = "marketplaces", description = "What a frontend must know of a marketplace before anybody logs in"),
        (name = "catalog", description = "Categories, products and offers that can be bought, at the caller's prices"),
        (name = "policies", description = "The rules of the marketplace as data, and in words"),
        (name = "carts", description = "What is about to be ordered: filled, previewed with prices and dates, ordered"),
        (name = "orders", description = "What was ordered, and what became of each line of it"),
        (name = "subscriptions", description = "What runs: subscriptions with their terms and charges"),
        (
            name = "changes",
            description = "Changes of a subscription: previewed, made, withdrawn, and what could be changed now"
        ),
        (name = "licenses", description = "Which people may use the licences of a subscription"),
        (name = "product_keys", description = "Licences that were paid before and are redeemed later, by a key"),
        (name = "registrations", description = "How people without a log-in ask for one, and how the provider decides"),
        (name = "resellers", description = "Organisations that sell to customers of their own"),
        (name = "customers", description = "Organisations that buy for their own people"),
        (name = "users", description = "People who may log in, their roles and what they may do"),
        (name = "tenants", description = "Customers' Microsoft tenants: created or linked, and their agreement"),
        (
            name = "offer_matrices",
            description = "What Microsoft says of its SKUs: limits and prerequisites, imported, compared, and published"
        ),
        (name = "price_lists", description = "Price lists: imported from a sheet, compared, and published"),
        (name = "api_clients", description = "Scripts and portals that are let in, with their secrets"),
        (name = "jobs", description = "Long work that was asked for: how far it is, and what came of it"),
        (name = "tasks", description = "Work under way in the background; what failed can be replayed"),
        (name = "notifications", description = "Who was told what by mail"),
        (name = "audit", description = "The audit log: who did what, and when"),
        (name = "sandbox", description = "The clock of a sandbox, which can be moved to see terms end"),
        (name = "operation", description = "Health and metrics, for load balancers and monitoring"),
    )
)]
struct Document;

/// The document, made anew each time: a server needs it once, and its memory not at all.
pub fn document() -> Value {
    let app = App::new().into_utoipa_app().openapi(Document::openapi()).configure(crate::router::routes);
    let mut document = serde_json::to_value(app.split_for_parts().1).unwrap_or_default();
    complete(&mut document);
    document
}

/// The document as text, as it is served and committed.
pub fn text() -> String {
    serde_json::to_string_pretty(&document()).unwrap_or_default() + "\n"
}

/// The table beside it: operation, method, path, permission.
pub fn operations_table() -> String {
    let mut table = String::new();
    for Operation { id, method, path, permission, .. } in operations() {
        let _ = writeln!(table, "{id:<26} {method:<6} {path:<52} {}", permission.as_deref().unwrap_or("public"));
    }
    table
}

/// One operation of the document.
#[derive(Debug, Clone)]
pub struct Operation {
    /// Its `operationId`, such as `place_order`.
    pub id: String,
    /// The HTTP method in capitals, such as `POST`.
    pub method: String,
    /// The path with its placeholders, such as `/v1/orders/{order_id}`.
    pub path: String,
    /// `orders.place`, or [`ANY_LOG_IN`]; none is public.
    pub permission: Option<String>,
    /// What it reads beside its path and its headers.
    pub reads: Read,
}

/// In the place of a permission where every log-in will do.
pub const ANY_LOG_IN: &str = "any log-in";

/// Every operation, in the document's order.
pub fn operations() -> Vec<Operation> {
    let mut all = vec![];
    for (path, item) in document()["paths"].as_object().into_iter().flatten() {
        for (method, operation) in item.as_object().into_iter().flatten() {
            all.push(Operation {
                id: operation["operationId"].as_str().unwrap_or_default().to_owned(),
                method: method.to_uppercase(),
                path: path.clone(),
                permission: permission(&operation["security"]),
                reads: Read {
                    query: parameters(operation).any(|one| one["in"] == "query"),
                    body: operation.get("requestBody").is_some(),
                },
            });
        }
    }
    all
}

fn permission(security: &Value) -> Option<String> {
    let scopes = security[1]["oauth2"].as_array()?;
    Some(scopes.first().and_then(Value::as_str).unwrap_or(ANY_LOG_IN).to_owned())
}

fn parameters(operation: &Value) -> impl Iterator<Item = &Value> {
    operation["parameters"].as_array().into_iter().flatten()
}

/// Serves the document.
pub async fn show_document(request: HttpRequest) -> HttpResponse {
    static DOCUMENT: LazyLock<Served> = LazyLock::new(|| Served::document(document().to_string()));
    DOCUMENT.answer(&request)
}

fn complete(document: &mut Value) {
    document["components"]["securitySchemes"] = json!({
        "bearer": {
            "type": "http",
            "scheme": "bearer",
            "bearerFormat": "JWT",
            "description": "For people: the access token that `POST /v1/auth/login` answers",
        },
        "oauth2": {
            "type": "oauth2",
            "description": "For scripts and portals: id and secret of an API client give an access token",
            "flows": {"clientCredentials": {"tokenUrl": "/v1/oauth/token", "scopes": scopes()}},
        },
    });
    document["components"]["headers"] = json!({
        "ETag": header("The version of the resource, to send back in `If-Match` or `If-None-Match`", "\"1\""),
        "Location": header("The path of the new resource", "/v1/orders/ord_01kagy2qk8e3vrc6h1x0m4t7ws"),
        "RateLimit": header(
            "By which limit the request was counted, with the requests left (`r`) and the seconds until all of them \
             are back (`t`); after a 429 until one is",
            "\"write\";r=299;t=1",
        ),
        "RateLimit-Policy": header(
            "What the limit is: `q` requests within `w` seconds, of one caller or, without a token, one network",
            "\"write\";q=300;w=10",
        ),
        "Retry-After": header("Seconds after which to send the request again", "1"),
        "X-Request-Id": header("The request's id, to quote for help", "req_0199b1c8e0f57d3cbb7a1f2e3d4c5b6a"),
    });
    let answered = answered(document);
    let schemas = document["components"]["schemas"].as_object_mut().into_iter().flatten();
    schemas.filter(|(name, _)| answered.contains(*name)).for_each(|(_, schema)| mark_amounts(schema));
    let Some(paths) = document["paths"].as_object_mut() else { return };
    for (path, item) in paths {
        for (method, operation) in item.as_object_mut().into_iter().flatten() {
            complete_operation(path, method, operation);
        }
    }
    examples::complete(document);
}

/// The schemas that answers are made of.
fn answered(document: &Value) -> BTreeSet<String> {
    let operations =
        document["paths"].as_object().into_iter().flat_map(|paths| paths.values()).filter_map(Value::as_object);
    let mut found = BTreeSet::new();
    for operation in operations.flat_map(|item| item.values()) {
        refer(document, &operation["responses"], &mut found);
    }
    found
}

/// Adds the schemas that something refers to, and those that they refer to.
fn refer(document: &Value, value: &Value, found: &mut BTreeSet<String>) {
    match value {
        Value::Object(members) => members.values().for_each(|member| refer(document, member, found)),
        Value::Array(items) => items.iter().for_each(|item| refer(document, item, found)),
        Value::String(text) => {
            if let Some(name) = text.strip_prefix("#/components/schemas/")
                && found.insert(name.to_owned())
            {
                refer(document, &document["components"]["schemas"][name], found);
            }
        }
        Value::Null | Value::Bool(_) | Value::Number(_) => {}
    }
}

/// Members that hold amounts are not in every answer: only where the caller may see amounts.
fn mark_amounts(schema: &mut Value) {
    for part in schema.get_mut("allOf").and_then(Value::as_array_mut).into_iter().flatten() {
        mark_amounts(part);
    }
    let Some(members) = schema.get_mut("properties").and_then(Value::as_object_mut) else { return };
    if amounts::is_amount(&Value::Object(members.clone())) {
        return;
    }
    let mut held = vec![];
    for (name, member) in members.iter_mut().filter(|(name, member)| holds_amounts(name, member)) {
        // What may be null is described where it is not.
        let described = if member["description"].is_null() { "/oneOf/0/description" } else { "/description" };
        if let Some(description) = member.pointer_mut(described) {
            let meaning = description.as_str().unwrap_or_default().trim_end_matches('.');
            *description = format!("{meaning}. Only in answers to who has `money.read`.").into();
        }
        held.push(name.clone());
    }
    if let Some(required) = schema.get_mut("required").and_then(Value::as_array_mut) {
        required.retain(|name| !held.iter().any(|held| name == held.as_str()));
    }
}

/// Whether a member is taken out where no amount may be seen: by its name, or because it is one.
fn holds_amounts(name: &str, member: &Value) -> bool {
    let is = |schema: &Value| ["Money", "Payable", "Price"].iter().any(|one| schema["$ref"] == reference(one));
    let or_null = member["oneOf"].as_array().is_some_and(|all| all.iter().any(is));
    amounts::MEMBERS.contains(&name) || is(member) || or_null
}

fn reference(schema: &str) -> String {
    format!("#/components/schemas/{schema}")
}

fn header(description: &str, example: &str) -> Value {
    json!({"description": description, "schema": {"type": "string"}, "example": example})
}

fn scopes() -> Value {
    domain::access::Permission::ALL
        .iter()
        .map(|permission| (permission.code().to_owned(), json!(Permission(*permission).meaning())))
        .collect::<serde_json::Map<_, _>>()
        .into()
}

fn complete_operation(path: &str, method: &str, operation: &mut Value) {
    let secured = operation.get("security").is_some();
    if secured {
        let scopes = operation["security"][0]["bearer"].clone();
        operation["security"] = json!([{ "bearer": [] }, { "oauth2": scopes }]);
    } else {
        operation["security"] = json!([]);
    }
    bound_parameters(operation);
    demo::fill_in(operation);
    leave_out_what_may_be(operation);
    add_parameters(path, method, operation);
    let has_body = operation.get("requestBody").is_some();
    // A foreign id is a 404 in the path; in a query or a body it is a wrong field.
    let id = path.contains('{');
    let mut statuses: Vec<(&str, &str)> = vec![
        ("500", "Something is broken on the server's side; the request can be sent again"),
        ("503", "Away for the moment; `Retry-After` says when to try again"),
        ("408", "The request took too long to arrive or to be answered"),
    ];
    if secured {
        statuses.extend([("401", "No access token was sent, or no valid one"), ("403", "The caller may not do this")]);
    } else {
        statuses.push(("401", "The credentials are wrong"));
    }
    if !UNLIMITED.contains(&path) {
        statuses.push(("429", "Too many requests; `Retry-After` says when to try again"));
    }
    if path == "/v1/registrations" && method == "post" {
        statuses.push(("403", "Log-ins are given out by the provider"));
    }
    if id {
        statuses.push(("404", "Nothing has this id, or it is not the caller's to see"));
    }
    if has_body {
        statuses.extend([
            ("400", "The request cannot be read: its headers or its JSON"),
            ("413", "The body is larger than the operation takes"),
            ("415", "The body has not the content type of the operation, is compressed, or not in UTF-8"),
        ]);
    }
    if path.starts_with("/v1") {
        statuses.extend([
            ("422", "Well-formed, but refused by a rule or a check of a field"),
            ("400", "The request cannot be read: its headers or its JSON"),
        ]);
    }
    if method != "get" && path.starts_with("/v1") {
        statuses.push(("409", "Not possible in the state that the resource is in"));
    }
    if matches!(method, "put" | "patch" | "delete") {
        statuses.push(("412", "The resource is no longer the version of `If-Match`"));
    }
    for (status, description) in statuses {
        if operation["responses"].get(status).is_none() {
            let more: &[&str] = if matches!(status, "429" | "503") { &["Retry-After"] } else { &[] };
            operation["responses"][status] = json!({
                "description": description,
                "headers": headers(path, more),
                "content": {"application/problem+json": {"schema": {"$ref": "#/components/schemas/Problem"}}},
            });
        }
    }
    add_response_headers(path, method, operation);
}

/// What is asked by who watches over the service, as often as it likes.
const UNLIMITED: &[&str] = &["/healthz", "/readyz", "/metrics"];

/// The headers of every answer to an operation, and some more.
fn headers(path: &str, more: &[&str]) -> Value {
    let limited: &[&str] = if UNLIMITED.contains(&path) { &[] } else { &["RateLimit", "RateLimit-Policy"] };
    let names = [more, limited, &["X-Request-Id"]].concat();
    let of = |name: &str| (name.to_owned(), json!({"$ref": format!("#/components/headers/{name}")}));
    names.into_iter().map(of).collect::<serde_json::Map<_, _>>().into()
}

/// The ids' prefixes by the parameter that takes them.
const ID_PARAMETERS: &[(&str, &str)] = &[
    ("batch_id", KeyBatchId::PREFIX),
    ("branch_id", BranchId::PREFIX),
    ("cart_id", CartId::PREFIX),
    ("line_id", LineId::PREFIX),
    ("customer_id", CustomerId::PREFIX),
    ("reseller_id", ResellerId::PREFIX),
    ("job_id", JobId::PREFIX),
    ("task_id", TaskId::PREFIX),
    ("offer_id", OfferId::PREFIX),
    ("product_id", ProductId::PREFIX),
    ("order_id", OrderId::PREFIX),
    ("offer_matrix_id", OfferMatrixId::PREFIX),
    ("price_list_id", PriceListId::PREFIX),
    ("sku_id", SkuId::PREFIX),
    ("redemption_id", RedemptionId::PREFIX),
    ("subscription_id", SubscriptionId::PREFIX),
    ("user_id", UserId::PREFIX),
    ("client_id", ApiClientId::PREFIX),
    ("registration_id", RegistrationId::PREFIX),
    ("secret_id", ClientSecretId::PREFIX),
    ("session_id", SessionId::PREFIX),
];

/// What ids, cursors and sort orders look like is the same everywhere.
fn bound_parameters(operation: &mut Value) {
    for parameter in operation.get_mut("parameters").and_then(Value::as_array_mut).into_iter().flatten() {
        let name = parameter["name"].as_str().unwrap_or_default().to_owned();
        if let Some((_, prefix)) = ID_PARAMETERS.iter().find(|(known, _)| *known == name) {
            parameter["schema"]["maxLength"] = 30.into();
            parameter["example"] = format!("{prefix}01kagy2qk8e3vrc6h1x0m4t7ws").into();
        } else if name == "cursor" {
            parameter["schema"]["maxLength"] = 100.into();
        } else if name == "sort" {
            parameter["schema"]["enum"] = json!(["created_at", "-created_at"]);
        }
    }
}

/// How the paths end of what is answered afresh each time: what changes nothing, log-ins, and what a person asks a mail
/// for.
const WITHOUT_EFFECT: &[&str] =
    &["/preview", "/show", "/auth/login", "/auth/refresh", "/auth/logout", "/auth/password-reset", "/oauth/token"];

/// How the paths end of what makes a secret and tells it once.
const TELLS_SECRET: &[&str] =
    &["/api-clients", "/secrets", "/product-keys/batches", "/tenant/credentials", "/impersonation"];

fn add_parameters(path: &str, method: &str, operation: &mut Value) {
    let parameter = |name: &str, description: &str, schema: Value| {
        json!({
            "name": name,
            "in": "header",
            "required": false,
            "description": description,
            "schema": schema,
        })
    };
    let text = |max: u32| json!({"type": "string", "maxLength": max});
    let mut added = vec![
        parameter(
            "X-Request-Id",
            "Taken where it is 1 to 128 visible characters, else made; echoed and logged",
            text(128),
        ),
        parameter("Accept-Language", "Language of titles and details: en, de, pl", text(200)),
    ];
    if method == "post" && path.starts_with("/v1") {
        added.push(parameter(
            "Idempotency-Key",
            if WITHOUT_EFFECT.iter().any(|end| path.ends_with(end)) {
                "Accepted like everywhere, but not needed: each request is answered afresh"
            } else if TELLS_SECRET.iter().any(|end| path.ends_with(end)) {
                "The same key and body is done once. Its answer tells a secret, which is not kept: the same request \
                 again is 409 `secret_told_before`, and names what the first one made in `first`; known for 30 days"
            } else {
                "The same key and body is done once and answered alike; kept 30 days"
            },
            json!({"type": "string", "minLength": 1, "maxLength": 255}),
        ));
    }
    if matches!(method, "put" | "patch" | "delete") {
        added.push(parameter(
            "If-Match",
            "Only where the resource is still one of these versions: `*` or a list of quoted tags. Left out, the \
             change is taken whatever the version",
            text(1_000),
        ));
    }
    if method == "get" {
        added.push(parameter("If-None-Match", "304 where the resource is still this version", text(1_000)));
    }
    if operation.get("parameters").is_none() {
        operation["parameters"] = json!([]);
    }
    if let Some(parameters) = operation["parameters"].as_array_mut() {
        parameters.extend(added);
    }
}

/// Answers that are no resource with a version: `ETag` and 304 are not for them.
const WITHOUT_VERSION: &[&str] = &[
    "AccessToken",
    "AuthorizationServer",
    "CartPreview",
    "ChangePreview",
    "Health",
    "Impersonation",
    "JsonWebKeySet",
    "ProblemMeaning",
    "RegistrationForm",
    "RegistrationOutcome",
    "RegistrationReceipt",
    "TenantCredentials",
    "TenantDomain",
    "TokenError",
    "TokenPair",
    "UserBatch",
];

fn has_version(response: &Value) -> bool {
    let schema = response["content"]["application/json"]["schema"]["$ref"].as_str().unwrap_or_default();
    let name = schema.rsplit('/').next().unwrap_or_default();
    let list = name.ends_with("Page") && name != "ProductPage";
    !name.is_empty() && !list && !WITHOUT_VERSION.contains(&name)
}

fn add_response_headers(path: &str, method: &str, operation: &mut Value) {
    let Some(responses) = operation["responses"].as_object_mut() else { return };
    let mut versioned = false;
    for (status, response) in responses.iter_mut().filter(|(status, _)| status.starts_with('2')) {
        let job = response["content"]["application/json"]["schema"]["$ref"] == "#/components/schemas/Job";
        let (tag, place) = (has_version(response), status == "201" || (status == "202" && job));
        versioned |= tag;
        let more = [("ETag", tag), ("Location", place)];
        let more: Vec<_> = more.into_iter().filter(|(_, has)| *has).map(|(name, _)| name).collect();
        response["headers"] = headers(path, &more);
        if response["description"].as_str().is_none_or(str::is_empty) {
            response["description"] = match status.as_str() {
                "201" => "Created; `Location` is the path of what is new",
                "204" => "Done; the answer has no body",
                _ => "Done: the body is the answer",
            }
            .into();
        }
    }
    // A clock's version is its setting; what it shows is never the same twice.
    if method == "get" && versioned && path != "/v1/sandbox/clock" {
        responses.insert(
            "304".to_owned(),
            json!({"description": "Still the version of `If-None-Match`", "headers": headers(path, &["ETag"])}),
        );
    }
}
