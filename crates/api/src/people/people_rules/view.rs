//! The rules for people as answers show them.

use crate::http::problem::Problem;
use domain::people::PeopleRules as Rules;
use serde::Serialize;
use serde_json::Value;
use utoipa::ToSchema;

/// What holds for people at a marketplace.
#[derive(Debug, Serialize, ToSchema)]
pub struct PeopleRules {
    /// The rules by name: registration, activation, passwords, lock-out, log-ins, consents, roles, who is told of what.
    #[schema(
        value_type = Object,
        example = json!({
            "registration_mode": "approval",
            "activation": {"optional": false, "ttl_hours": 48},
            "lockout": {
                "max_attempts": 5,
                "window_minutes": 15,
                "duration_minutes": 15,
                "unlock": "auto",
                "max_per_address": 100
            },
        }),
    )]
    pub rules: Value,
}

/// The rules on the wire.
pub fn view(rules: &Rules) -> Result<PeopleRules, Problem> {
    Ok(PeopleRules { rules: serde_json::to_value(rules).map_err(Problem::internal)? })
}
