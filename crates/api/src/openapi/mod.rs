//! The OpenAPI document: generated from the handlers, completed with what every operation shares.
//!
//! What holds for every operation is added here in one place, so that no handler can forget it:
//! protocol headers, the closed error set of each operation, the security schemes.

mod headers;
mod ids;
mod links;
mod operation;
mod problems;
mod refusals;
mod responses;
mod rules;
mod shapes;

use crate::demo::examples as demo;
use crate::http::amounts;
use crate::http::explained::leave_out_what_may_be;
use crate::http::heeded::Read;
use crate::http::problem::schema::{FieldError, Problem};
use crate::http::problem::{Code, examples};
use crate::http::routes::Routes;
use crate::http::served::Served;
use crate::http::wire::codes::Permission;
use actix_web::{App, HttpRequest, HttpResponse};
use ids::ID_PARAMETERS;
use operation::{is_afresh, tells_secret};
use problems::KnownUser;
use serde_json::{Value, json};
use shapes::reference;
use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::sync::LazyLock;
use utoipa::OpenApi as _;
use utoipa_actix_web::AppExt as _;
use utoipa_actix_web::service_config::ServiceConfig;

#[derive(utoipa::OpenApi)]
#[openapi(
    info(
        title = "Kontor",
        description = "The open backend for selling cloud licences: catalogue, cart, order, tenant, provisioning, \
                       subscription. What holds for every operation is said in [the guide](/guide).",
        contact(name = "Whoever runs this installation"),
        license(name = "Apache-2.0", identifier = "Apache-2.0")
    ),
    servers((url = "/", description = "The installation that serves this document")),
    components(schemas(Problem, FieldError, Code, KnownUser)),
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
    let described = |config: &mut ServiceConfig<'_>| crate::router::routes(&mut Routes::Described(config));
    let app = App::new().into_utoipa_app().openapi(Document::openapi()).configure(described);
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
    /// The codes of the problems that it can answer.
    pub codes: Vec<String>,
}

/// In the place of a permission where every log-in will do.
pub const ANY_LOG_IN: &str = "any log-in";

/// Every operation, in the document's order.
pub fn operations() -> Vec<Operation> {
    static ALL: LazyLock<Vec<Operation>> = LazyLock::new(found);
    ALL.clone()
}

fn found() -> Vec<Operation> {
    let mut all = vec![];
    let document = document();
    for (path, item) in document["paths"].as_object().into_iter().flatten() {
        for (method, operation) in item.as_object().into_iter().flatten() {
            all.push(Operation {
                id: operation["operationId"].as_str().unwrap_or_default().to_owned(),
                method: method.to_uppercase(),
                path: path.clone(),
                permission: permission(operation),
                reads: Read {
                    query: parameters(operation).any(|one| one["in"] == "query"),
                    body: operation.get("requestBody").is_some(),
                },
                codes: responses::of(&document, operation).flat_map(responses::codes).collect(),
            });
        }
    }
    all
}

fn permission(operation: &Value) -> Option<String> {
    let secured = operation["security"].as_array().is_some_and(|all| !all.is_empty());
    secured.then(|| operation["x-permission"].as_str().unwrap_or(ANY_LOG_IN).to_owned())
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
            "description": "An access token: for people of `POST /v1/auth/login`, for scripts and portals of \
                            `POST /v1/oauth/token`. Which permission an operation needs says its `x-permission`",
        },
    });
    document["components"]["headers"] = headers::components();
    if let Some(schemas) = document["components"]["schemas"].as_object_mut() {
        problems::family(schemas);
        rules::shape(schemas);
    }
    let answered = shapes::answered(document);
    let schemas = document["components"]["schemas"].as_object_mut().into_iter().flatten();
    schemas.filter(|(name, _)| answered.contains(*name)).for_each(|(_, schema)| mark_amounts(schema));
    for (path, item) in document["paths"].as_object_mut().into_iter().flatten() {
        for (method, operation) in item.as_object_mut().into_iter().flatten() {
            complete_operation(path, method, operation);
        }
    }
    examples::complete(document);
    shapes::complete(document);
    links::link(document);
    responses::share(document);
}

/// The document as the page for trying out needs it: there an API client may log in by itself.
fn with_log_in(mut document: Value) -> Value {
    document["components"]["securitySchemes"]["oauth2"] = json!({
        "type": "oauth2",
        "description": "For scripts and portals: id and secret of an API client give an access token",
        "flows": {"clientCredentials": {"tokenUrl": "/v1/oauth/token", "scopes": scopes()}},
    });
    let items = document["paths"].as_object_mut().into_iter().flat_map(|paths| paths.values_mut());
    for operation in items.filter_map(Value::as_object_mut).flat_map(|item| item.values_mut()) {
        if permission(operation).is_some() {
            let scopes: Vec<_> = operation.get("x-permission").cloned().into_iter().collect();
            operation["security"] = json!([{"bearer": []}, {"oauth2": scopes}]);
        }
    }
    document
}

/// Serves the document for the page for trying out.
pub async fn show_document_with_log_in() -> HttpResponse {
    static TEXT: LazyLock<actix_web::web::Bytes> = LazyLock::new(|| with_log_in(document()).to_string().into());
    HttpResponse::Ok().content_type("application/json").body(TEXT.clone())
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

fn scopes() -> Value {
    domain::access::Permission::ALL
        .iter()
        .map(|permission| (permission.code().to_owned(), json!(Permission(*permission).meaning())))
        .collect::<serde_json::Map<_, _>>()
        .into()
}

fn complete_operation(path: &str, method: &str, operation: &mut Value) {
    let permission = operation["security"][0]["bearer"][0].as_str().map(str::to_owned);
    let secured = operation.get("security").is_some();
    operation["security"] = if secured { json!([{"bearer": []}]) } else { json!([]) };
    if let Some(permission) = permission {
        operation["x-permission"] = permission.into();
    }
    bound_parameters(operation);
    file_bodies(operation);
    demo::fill_in(operation);
    leave_out_what_may_be(operation);
    let id = operation["operationId"].as_str().unwrap_or_default().to_owned();
    let form = operation::Operation::read(path, method, &id, operation);
    add_parameters(path, method, operation);
    let mut refused: BTreeMap<String, Vec<&str>> = BTreeMap::new();
    for code in refusals::of(&form) {
        refused.entry(code.status().as_u16().to_string()).or_default().push(code.as_str());
    }
    if form.refers {
        // What names nothing that is seen is a wrong field where it is no part of the path.
        refused.entry("422".to_owned()).or_default().push(Code::NotFound.as_str());
    }
    for (status, codes) in refused {
        let response = &mut operation["responses"][&status];
        let own =
            response["description"].as_str().filter(|text| !text.is_empty()).unwrap_or(meaning(&status)).to_owned();
        response["description"] = own.into();
        response["x-problem-codes"] = json!(codes);
        response["headers"] = headers::of_problem(&form, &status);
        response["content"]["application/problem+json"] = json!({"schema": {"$ref": reference("Problem")}});
    }
    add_response_headers(&form, operation);
}

/// What a status says that a request was not done with.
fn meaning(status: &str) -> &'static str {
    match status {
        "400" => "The request cannot be read: its headers or its JSON",
        "401" => "No access token was sent, or no valid one",
        "403" => "The caller may not do this",
        "404" => "Nothing has this id, or it is not the caller's to see",
        "408" => "The request took too long to arrive or to be answered",
        "409" => "Not possible in the state that the resource is in",
        "412" => "The resource is no longer the version of `If-Match`",
        "413" => "The body is larger than the operation takes",
        "415" => "The body has not the content type of the operation, is compressed, or not in UTF-8",
        "422" => "Well-formed, but refused by a rule or a check of a field",
        "429" => "Too many requests; `Retry-After` says when to try again",
        "503" => "Away for the moment; `Retry-After` says when to try again",
        _ => "Something is broken on the server's side; the request can be sent again",
    }
}

/// What ids, cursors and sort orders look like is the same everywhere.
fn bound_parameters(operation: &mut Value) {
    let mut cursors = 100;
    for parameter in operation.get_mut("parameters").and_then(Value::as_array_mut).into_iter().flatten() {
        let name = parameter["name"].as_str().unwrap_or_default().to_owned();
        if let Some((_, prefix)) = ID_PARAMETERS.iter().find(|(known, _)| *known == name) {
            let example = format!("{prefix}01kagy2qk8e3vrc6h1x0m4t7ws");
            parameter["schema"]["maxLength"] = 30.into();
            parameter["schema"]["pattern"] = shapes::pattern_of(&example).into();
            parameter["example"] = example.into();
        } else if name == "sort" {
            // A list with several orders says their keys as a pattern.
            let pattern = parameter["schema"]["pattern"].take();
            let keys = pattern.as_str().unwrap_or("created_at").trim_start_matches("^-?(").trim_end_matches(")$");
            let both: Vec<_> = keys.split('|').flat_map(|key| [key.to_owned(), format!("-{key}")]).collect();
            if both.iter().any(|key| key == "name") {
                // In it is the name of the last row.
                cursors = 1_200;
            }
            parameter["schema"]["enum"] = both.into();
            if let Some(schema) = parameter["schema"].as_object_mut() {
                schema.remove("pattern");
            }
        }
    }
    for parameter in operation.get_mut("parameters").and_then(Value::as_array_mut).into_iter().flatten() {
        if parameter["name"] == "cursor" {
            parameter["schema"]["maxLength"] = cursors.into();
        }
        shapes::printable(&mut parameter["schema"]);
    }
}

/// A body that is a file, whatever it is packed in, is bytes and no text.
fn file_bodies(operation: &mut Value) {
    let contents = operation.pointer_mut("/requestBody/content").and_then(Value::as_object_mut);
    for (_, content) in contents.into_iter().flatten().filter(|(_, content)| content["schema"]["type"] == "string") {
        content["schema"] = json!({"type": "string", "format": "binary"});
    }
}

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
    // What cannot be read is as if it was not there.
    let any = || json!({"type": "string"});
    let tags = || json!({"type": "string", "format": "entity-tags", "pattern": headers::TAGS});
    let mut added = vec![
        parameter("X-Request-Id", "Taken where it is 1 to 128 visible characters, else made; echoed and logged", any()),
        parameter("Accept-Language", "Language of titles and details: en, de, pl", any()),
    ];
    if method == "post" && path.starts_with("/v1") {
        added.push(parameter(
            "Idempotency-Key",
            if is_afresh(path) {
                "Accepted like everywhere, but not needed: each request is answered afresh"
            } else if tells_secret(path) {
                "The same key and body is done once. Its answer tells a secret, which is not kept: the same request \
                 again is 409 `secret_told_before`, and names what the first one made in `first`; known for 30 days"
            } else {
                "The same key and body is done once and answered alike; kept 30 days"
            },
            json!({"type": "string", "minLength": 1, "maxLength": 255, "pattern": headers::KEY}),
        ));
    }
    if matches!(method, "put" | "patch" | "delete") {
        added.push(parameter(
            "If-Match",
            "Only where the resource is still one of these versions: `*` or a list of quoted tags. Left out, the \
             change is taken whatever the version",
            tags(),
        ));
    }
    if method == "get" {
        added.push(parameter("If-None-Match", "304 where the resource is still this version", tags()));
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
    "Activated",
    "ActivationForm",
    "AuthorizationServer",
    "CartPreview",
    "ChangePreview",
    "Health",
    "Impersonation",
    "JsonWebKeySet",
    "ProblemMeaning",
    "ProductKeyPreview",
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

fn add_response_headers(form: &operation::Operation<'_>, operation: &mut Value) {
    let Some(responses) = operation["responses"].as_object_mut() else { return };
    let (mut versioned, mut page) = (false, false);
    for (status, response) in responses.iter_mut().filter(|(status, _)| status.starts_with('2')) {
        let job = response["content"]["application/json"]["schema"]["$ref"] == reference("Job");
        let (tag, place) = (has_version(response), status == "201" || (status == "202" && job));
        versioned |= tag;
        response["headers"] = headers::of_answer(form, tag, place);
        if response["content"].get("text/html").is_some() {
            response["headers"]["ETag"] = headers::of_page();
            page = true;
        }
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
    if form.method == "get" && versioned && form.path != "/v1/sandbox/clock" {
        let still = json!({
            "description": "Still the version of `If-None-Match`",
            "headers": headers::of_answer(form, true, false),
        });
        responses.insert("304".to_owned(), still);
    }
    if page {
        let mut headers = headers::of_answer(form, false, false);
        headers["ETag"] = headers::of_page();
        let still = json!({"description": "Still the page of `If-None-Match`", "headers": headers});
        responses.insert("304".to_owned(), still);
    }
}
