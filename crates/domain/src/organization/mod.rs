//! What a marketplace asks of organisations beyond what their countries do: rules as data.

use crate::address::AddressField;
use crate::onboarding::ResellerNeed;
use serde::{Deserialize, Serialize};

/// The documents that ship, by the marketplace's name.
const DOCUMENTS: [(&str, &str); 1] = [("terra", include_str!("terra.json"))];

/// The rules of a marketplace for its organisations. A field left out asks for nothing.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct OrganizationRules {
    /// Fields that an address must have, whatever its country (T-18).
    pub address_fields: Vec<AddressField>,
    /// Whether a customer's contact must have a phone (T-18).
    pub contact_phone: bool,
    /// What a reseller must have before its first purchase.
    pub reseller_needs: Vec<ResellerNeed>,
}

impl OrganizationRules {
    /// The rules that ship for a marketplace of this name; none of its own for others.
    pub fn shipped(slug: &str) -> Self {
        let document = DOCUMENTS.iter().find(|(name, _)| *name == slug).map(|(_, document)| *document);
        document.and_then(|document| serde_json::from_str(document).ok()).unwrap_or_default()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn t18_one_marketplace_asks_for_more_and_the_others_for_nothing() {
        assert_eq!(OrganizationRules::shipped("cancom"), OrganizationRules::default());
        let terra = OrganizationRules {
            address_fields: vec![AddressField::Region],
            contact_phone: true,
            reseller_needs: ResellerNeed::ALL.to_vec(),
        };
        assert_eq!(OrganizationRules::shipped("terra"), terra);
    }
}
