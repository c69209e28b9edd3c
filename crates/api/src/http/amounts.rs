//! Amounts in answers: which members hold them, and how an answer is without them.
//!
//! By name, and by what an amount looks like: an operation that is added tomorrow has its amounts in the same shapes,
//! and `tests/it/contract/money.rs` holds the document to it.

use memchr::memmem;
use serde_json::Value;

/// Members that hold amounts or arithmetic with amounts, wherever they stand: in answers, in what is told of events, in
/// the audit log.
pub const MEMBERS: [&str; 18] = [
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
    "next_unit_price",
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

/// Who may not be told which amounts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Untold {
    /// No amount at all.
    All,
    /// What a reseller pays: none of whatever says that it is the payer (U-42).
    PaidByReseller,
}

impl Untold {
    /// Takes out what is not told; whether there was any.
    pub fn withhold(self, value: &mut Value) -> bool {
        match self {
            Self::All => withhold(value),
            Self::PaidByReseller => match value {
                Value::Object(members) if members.get("payer").is_some_and(|payer| payer == RESELLER) => {
                    withhold(value)
                }
                Value::Object(members) => {
                    members.values_mut().filter_map(|one| self.withhold(one).then_some(())).count() > 0
                }
                Value::Array(items) => items.iter_mut().filter_map(|one| self.withhold(one).then_some(())).count() > 0,
                Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => false,
            },
        }
    }

    /// Whether an answer may hold what is not told: most do not, and need not be read. Every answer to a customer is
    /// asked, so that it must cost next to nothing.
    pub fn may_be_in(self, answer: &[u8]) -> bool {
        self == Self::All || memmem::find(answer, RESELLER.as_bytes()).is_some()
    }
}

/// As whom `payer` names a reseller.
const RESELLER: &str = "reseller";

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
    fn u42_what_a_reseller_pays_is_not_told_and_all_else_is() {
        let price = json!({"amount": "9.40", "currency": "EUR"});
        let of = |payer: &str| json!({"id": "sub_1", "payer": payer, "unit_price": price, "then": {"due": price}});
        let told = json!({"id": "sub_1", "payer": "reseller", "then": {}});
        let mut page = json!({"data": [of("reseller"), of("customer")], "price": price});
        let bytes = |value: &Value| serde_json::to_vec(value).expect("JSON");
        assert!(Untold::PaidByReseller.may_be_in(&bytes(&page)) && !Untold::PaidByReseller.may_be_in(&bytes(&price)));
        assert!(Untold::All.may_be_in(&bytes(&price)));
        assert!(Untold::PaidByReseller.withhold(&mut page));
        assert_eq!(page, json!({"data": [told, of("customer")], "price": price}));
        assert!(!Untold::PaidByReseller.withhold(&mut page));
        assert!(Untold::All.withhold(&mut page));
        assert_eq!(page["data"][1], json!({"id": "sub_1", "payer": "customer", "then": {}}));
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
