//! The shape of a problem in the API document; [`crate::http::problem::Problem::body`] writes it.

use crate::http::problem::code::Code;

/// A problem (RFC 9457).
#[derive(serde::Serialize, utoipa::ToSchema)]
#[allow(dead_code, reason = "the shape that problem::Problem::body writes")]
pub struct Problem {
    /// A page about the code.
    #[schema(rename = "type", example = "/problems/tenant_required")]
    r#type: String,
    /// The same for every occurrence, in the language of the request.
    #[schema(example = "Microsoft tenant required")]
    title: String,
    /// The HTTP status.
    #[schema(example = 409)]
    status: u16,
    /// This occurrence and the way out.
    #[schema(example = "The customer has no linked Microsoft tenant. Create or link one first.")]
    detail: String,
    /// What to branch on; never changes its meaning.
    code: Code,
    /// To quote when asking for help.
    #[schema(example = "req_0199b1c8e0f57d3cbb7a1f2e3d4c5b6a")]
    request_id: String,
    /// Every wrong field.
    #[serde(skip_serializing_if = "Option::is_none")]
    errors: Option<Vec<FieldError>>,
    /// The policy key that decided.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(example = "one_active_per_product")]
    rule: Option<String>,
}

/// A wrong field.
#[derive(serde::Serialize, utoipa::ToSchema)]
#[allow(dead_code, reason = "the shape that problem::FieldProblem::body writes")]
pub struct FieldError {
    /// JSON pointer into the body, or the name of a parameter or header.
    #[schema(example = "/lines/0/quantity")]
    pointer: String,
    /// What is wrong.
    code: Code,
    /// In words.
    #[schema(example = "The quantity must be between 1 and 300 in steps of 1.")]
    detail: String,
}
