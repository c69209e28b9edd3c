//! What who sees only its own licences is not told of those of others (C-62, U-40).

use domain::access::Scope;
use serde_json::Value;

/// Members that count licences of everybody.
const COUNTS: [&str; 2] = ["assigned", "must_give_up"];
/// Members that name those who have one.
const PEOPLE: [&str; 2] = ["user_ids", "must_give_up"];

/// Takes out of what happened or was decided what is about the licences of others. Says whether it was about nobody
/// else's alone.
pub fn hide(scope: &Scope, told: &mut Value) -> bool {
    let (Scope::Assigned(_, _, user), Some(members)) = (scope, told.as_object_mut()) else { return true };
    let own = Value::from(user.to_string());
    for name in COUNTS {
        if members.get(name).is_some_and(Value::is_number) {
            members.remove(name);
        }
    }
    let mut concerned = true;
    for name in PEOPLE {
        if let Some(people) = members.get_mut(name).and_then(Value::as_array_mut) {
            people.retain(|id| *id == own);
            concerned &= name != "user_ids" || !people.is_empty();
        }
    }
    concerned
}

#[cfg(test)]
mod tests {
    use super::*;
    use domain::id::{CustomerId, MarketplaceId, UserId};
    use serde_json::json;

    #[test]
    fn u40_who_sees_its_own_licences_is_told_of_no_others() {
        let [own, other] = [1, 2].map(UserId::from_u128);
        let (marketplace, customer) = (MarketplaceId::from_u128(3), CustomerId::from_u128(4));
        let hidden = |scope: Scope, mut told: Value| (hide(&scope, &mut told), told);
        let one = Scope::Assigned(marketplace, customer, own);
        let change = json!({"quantity": 2, "must_give_up": [other, own]});
        assert_eq!(hidden(one, change), (true, json!({"quantity": 2, "must_give_up": [own]})));
        let reminded = json!({"days": 30, "assigned": 4, "must_give_up": 2});
        assert_eq!(hidden(one, reminded.clone()), (true, json!({"days": 30})));
        assert_eq!(hidden(one, json!({"user_ids": [other]})), (false, json!({"user_ids": []})));
        assert_eq!(hidden(Scope::Customer(marketplace, customer), reminded.clone()), (true, reminded));
    }
}
