"""What is asked of each answer beside schemathesis's own checks."""

import schemathesis
from hypothesis import strategies as st

# What a request is refused with that has not the shape of the document: one that has it never is.
SHAPES = {
    "invalid_id",
    "invalid_type",
    "invalid_value",
    "malformed_json",
    "malformed_request",
    "missing_field",
    "out_of_range",
    "required",
    "too_long",
    "unknown_field",
}

# Where such a code says something that no schema can: operations, the beginning of pointers, and why.
EITHER = "either of two members, never both or none"
RULES = [
    ("assign_licenses", "/user_ids", EITHER),
    ("change_subscription", "/date", EITHER),
    ("preview_change", "/date", EITHER),
    ("import_price_list", "percent_on_cost", EITHER),
    ("invite_users", "/reseller_id", EITHER),
    ("create_user", "/reseller_id", EITHER),
    ("create_users", "/users/0/reseller_id", EITHER),
    ("publish_policy", "/key", EITHER),
    ("publish_policy", "/valid_from", "a policy begins to hold later than the one in force"),
    ("create_users", "/users/0/password", "whether the marketplace lets administrators set passwords"),
    ("request_registration", "/", "which fields a form has is what the marketplace asks for"),
    ("update_user", "/login", "whether log-ins are addresses is a rule of the marketplace"),
    ("update_redemption", "/keys/", "only keys of the redemption have a place in it"),
    ("put_people_rules", "/rules/", "rules fit to each other"),
    ("publish_policy", "/rules/", "rules fit to each other"),
]

# A condition is no word of letters and digits, as headers are else made up.
schemathesis.openapi.format("entity-tags", st.sampled_from(["*", '"1"', 'W/"1-0f"', '"1", "2"']))


def is_ruled(operation: str, pointer: str) -> bool:
    return any(operation == of and pointer.startswith(begin) for of, begin, _ in RULES)


@schemathesis.check
def allowed_shapes_are_taken(ctx, response, case):
    if case.meta is None or not case.meta.generation.mode.is_positive or response.status_code != 422:
        return
    operation = case.operation.definition.raw["operationId"]
    # A list of what has changed since is in the order of changes.
    by_change = "updated_since" in (case.query or {})
    wrong = [
        (error["pointer"], error["code"], error.get("hint", ""))
        for error in response.json().get("errors", [])
        if error["code"] in SHAPES
        and not is_ruled(operation, error["pointer"])
        and not (by_change and error["pointer"] == "sort")
    ]
    assert not wrong, f"{operation} refuses what the document allows: {wrong}"
