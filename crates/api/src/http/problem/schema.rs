//! The shapes of a problem and its code in the API document; [`crate::http::problem::Problem::body`] writes a problem.

use crate::http::explained::explained;
use crate::http::problem::code::Code;
use crate::http::wire::base::AddOnBase;
use crate::texts::lang::Lang;
use crate::texts::problems;
use std::borrow::Cow;
use utoipa::openapi::RefOr;
use utoipa::openapi::schema::{ObjectBuilder, Schema, Type};
use utoipa::{PartialSchema, ToSchema};

/// Why a request was not done, as problem details (RFC 9457, `application/problem+json`).
#[derive(serde::Serialize, utoipa::ToSchema)]
#[allow(dead_code, reason = "the shape that problem::Problem::body writes")]
pub struct Problem {
    /// The path of a page that explains the code.
    #[schema(rename = "type", example = "/problems/tenant_required")]
    r#type: String,
    /// The problem in a few words: the same for every occurrence, in the language of `Accept-Language`.
    #[schema(example = "Microsoft tenant required")]
    title: String,
    /// The HTTP status of the answer, once more.
    #[schema(example = 409)]
    status: u16,
    /// This occurrence in words for people, with the way out, in the language of `Accept-Language`.
    #[schema(
        example = "The customer has no linked Microsoft tenant. Create or link one, and order once it is linked."
    )]
    detail: String,
    /// What whoever writes a client can do about it, in English: operations, fields and codes of this API, which
    /// `detail` leaves out. Not there where people are told all.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(example = "PUT /v1/customers/{id}/tenant creates or links one; wait for the status `linked`.")]
    hint: Option<String>,
    /// What a client branches on: a code never changes its meaning.
    code: Code,
    /// The request's id, as in the header `X-Request-Id`: to quote when asking for help.
    #[schema(example = "req_0199b1c8e0f57d3cbb7a1f2e3d4c5b6a")]
    request_id: String,
    /// Every wrong field of the request at once; left out where no single field is wrong.
    #[serde(skip_serializing_if = "Option::is_none")]
    errors: Option<Vec<FieldError>>,
    /// The rule of the marketplace's policy that decided; left out where none did.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(example = "one_active_per")]
    rule: Option<String>,
    /// What an add-on can be added to, where one of `errors` is `base_required`; left out everywhere else.
    #[serde(skip_serializing_if = "Option::is_none")]
    bases: Option<Vec<AddOnBase>>,
}

/// A field of the request that is wrong, and why.
#[derive(serde::Serialize, utoipa::ToSchema)]
#[allow(dead_code, reason = "the shape that problem::FieldProblem::body writes")]
pub struct FieldError {
    /// Where it stands: a JSON pointer (RFC 6901) into the body, or the name of a parameter or header.
    #[schema(example = "/lines/0/quantity")]
    pointer: String,
    /// The name of the query parameter that is wrong; left out where it is no parameter.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(example = "customer_id")]
    parameter: Option<String>,
    /// What is wrong with the field, to branch on.
    code: Code,
    /// What is wrong in words for people, in the language of `Accept-Language`.
    #[schema(example = "The quantity must be between 1 and 300 in steps of 1.")]
    detail: String,
    /// The same for whoever writes a client, in English; not there where people are told all.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(example = "Expected: created_at, -created_at.")]
    hint: Option<String>,
}

/// What the list of the codes in the API document begins with.
const WHAT: &str = "Why a request was not done: each code with its HTTP status and its title. A client branches on \
                    the code, which never changes its meaning, and takes one that it does not know by the HTTP \
                    status: more codes may come.";

impl PartialSchema for Code {
    fn schema() -> RefOr<Schema> {
        let titles = Self::ALL.iter().map(|code| {
            let title = problems::title(*code, Lang::En);
            (format!("`{}` ({})", code.as_str(), code.status().as_u16()), title)
        });
        let codes = Self::ALL.iter().map(|code| code.as_str());
        let schema = ObjectBuilder::new().schema_type(Type::String).enum_values(Some(codes));
        schema.description(Some(explained(WHAT, titles))).build().into()
    }
}

impl ToSchema for Code {
    fn name() -> Cow<'static, str> {
        "ProblemCode".into()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_api_document_says_what_each_code_means() {
        let RefOr::T(Schema::Object(schema)) = Code::schema() else { panic!("the schema is not inline") };
        let description = schema.description.unwrap_or_default();
        for code in Code::ALL {
            let line = format!("- `{}` ({}): ", code.as_str(), code.status().as_u16());
            let title = description.lines().find_map(|one| one.strip_prefix(&line)).unwrap_or_default();
            assert!(!title.is_empty() && title != code.as_str(), "{line}{title}");
        }
        assert_eq!(description.lines().filter(|line| line.starts_with("- ")).count(), Code::ALL.len());
    }
}
