//! Amounts in answers: which members hold them, and how an answer is without them.
//!
//! By name, and by what an amount looks like: an operation that is added tomorrow has its amounts in the same shapes,
//! and `tests/it/money.rs` holds the document to it.

use serde_json::Value;

/// Members that hold amounts or arithmetic with amounts, wherever they stand: in answers, in what is told of events, in
/// the audit log.
pub const MEMBERS: [&str; 17] = [
    "charge",
    "charges",
    "cost",
    "credits_at_end",
    "due",
    "due_now",
    "explain",
    "first_charge",
    "from_price",
    "gross",
    "money",
    "net",
    "previous_cost",
    "price",
    "recurring",
    "unit_price",
    "whole_term",
];

/// Takes every amount out; whether there was any.
pub fn withhold(value: &mut Value) -> bool {
    match value {
        Value::Object(members) => {
            let before = members.len();
            members.retain(|name, member| !MEMBERS.contains(&name.as_str()) && !is_amount(member));
            let fewer = members.len() < before;
            members.values_mut().fold(fewer, |any, member| withhold(member) || any)
        }
        Value::Array(items) => {
            let before = items.len();
            items.retain(|item| !is_amount(item));
            let fewer = items.len() < before;
            items.iter_mut().fold(fewer, |any, item| withhold(item) || any)
        }
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => false,
    }
}

/// Whether a value is an amount: one in a currency, or net, tax and gross.
pub fn is_amount(value: &Value) -> bool {
    let has = |name: &str| value.get(name).is_some();
    has("currency") && (has("amount") || has("net"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn u40_an_answer_without_amounts_holds_all_else() {
        let price = json!({"amount": "9.40", "currency": "EUR"});
        let mut answer = json!({
            "id": "sub_1", "quantity": 5, "unit_price": price, "currency": "EUR", "previous": price, "recurring": null,
            "lines": [{"id": "lin_1", "charges": [{"net": price, "explain": "5 * 9.40"}], "price_list_id": "prl_1"}],
            "before": {"unit_price": "9.40", "status": "active"},
            "all": [price, "text", {"reverses": null, "explain": "5 * 9.40"}],
        });
        assert!(withhold(&mut answer));
        let expected = json!({
            "id": "sub_1", "quantity": 5, "currency": "EUR",
            "lines": [{"id": "lin_1", "price_list_id": "prl_1"}],
            "before": {"status": "active"},
            "all": ["text", {"reverses": null}],
        });
        assert_eq!(answer, expected);
        assert!(!withhold(&mut answer), "nothing is left to take");
        assert_eq!(answer, expected);
    }

    #[test]
    fn u40_what_says_how_much_without_an_amount_stays() {
        let rule = json!({"tax": {"percent": "19"}, "currency": "EUR"});
        for mut answer in [rule, json!([1, "9.40", null]), json!("5.00")] {
            let before = answer.clone();
            assert!(!withhold(&mut answer));
            assert_eq!(answer, before);
        }
    }
}
