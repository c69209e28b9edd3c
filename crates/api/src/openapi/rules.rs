//! The shapes of rules, which come and go as whole documents: of policies, and of what holds for people.

use crate::openapi::shapes::reference;
use serde_json::{Map, Value};

/// A schema each: what `domain::policy::Rules` and `domain::people::PeopleRules` are as JSON.
const SHAPES: &str = include_str!("rules.json");

/// Gives members that hold rules their shape.
pub fn shape(schemas: &mut Map<String, Value>) {
    schemas.extend(serde_json::from_str::<Map<String, Value>>(SHAPES).unwrap_or_default());
    let held = [
        ("Policy", "PolicyRules"),
        ("PolicyVersion", "PolicyRules"),
        ("PublishPolicy", "PolicyRules"),
        ("PeopleRules", "PeopleRuleSet"),
        ("PutPeopleRules", "PeopleRuleSet"),
    ];
    for (holder, rules) in held {
        let Some(member) = schemas.get_mut(holder).and_then(|schema| schema.pointer_mut("/properties/rules")) else {
            continue;
        };
        if let Some(member) = member.as_object_mut() {
            member.remove("type");
            member.insert("$ref".to_owned(), reference(rules).into());
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use domain::policy::RuleKey;
    use std::collections::BTreeSet;

    #[test]
    fn every_rule_has_a_shape() {
        let shapes: Map<String, Value> = serde_json::from_str(SHAPES).unwrap();
        let members: BTreeSet<_> = shapes["PolicyRules"]["properties"].as_object().unwrap().keys().cloned().collect();
        let keys: BTreeSet<_> = RuleKey::ALL.iter().map(|key| key.code().to_owned()).collect();
        assert_eq!(members, keys, "the properties of PolicyRules in rules.json");
        let rules = serde_json::to_value(domain::people::PeopleRules::strictest()).unwrap();
        let members = shapes["PeopleRuleSet"]["properties"].as_object().unwrap().keys();
        assert!(members.eq(rules.as_object().unwrap().keys()));
    }
}
