//! What a marketplace asks of organisations beyond what their countries do: rules as data.

use crate::access::Scope;
use crate::address::AddressField;
use crate::coded::coded_enum;
use crate::onboarding::ResellerNeed;
use crate::refusal::Refusal;
use serde::{Deserialize, Serialize};

/// The documents that ship, by the marketplace's name.
const DOCUMENTS: [(&str, &str); 2] = [("cancom", include_str!("cancom.json")), ("terra", include_str!("terra.json"))];

coded_enum! {
    /// Whether a form has a field.
    Asked {
        /// It has not: what is sent for it is refused.
        No = "no",
        /// It may be left empty.
        Optional = "optional",
        /// It must be filled in.
        Required = "required",
    }
}

coded_enum! {
    /// Who sets up other invoice addresses of a customer (C-34).
    BranchSetUp {
        /// The customer's own people, and the provider and reseller for it.
        Customer = "customer",
        /// The provider or reseller, on the customer's request.
        Provider = "provider",
    }
}

/// Whether a caller may set up a branch (C-34).
pub fn may_set_up_branches(by: Scope, rule: BranchSetUp) -> Result<(), Refusal> {
    match (by, rule) {
        (Scope::Customer(..) | Scope::Assigned(..), BranchSetUp::Provider) => Err(Refusal::BranchesByProvider),
        (Scope::Customer(..) | Scope::Assigned(..), BranchSetUp::Customer)
        | (Scope::Platform | Scope::Marketplace(_) | Scope::Reseller(..), _) => Ok(()),
    }
}

/// What a company that registers is asked for beside its name, which it always is. Left out, a field is asked for as
/// in the account form of C-08: no address, which the first order asks for (C-37).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct RegistrationFields {
    /// How many people work there.
    pub size: Asked,
    /// A phone number to reach it at.
    pub phone: Asked,
    /// Its VAT id.
    pub vat_id: Asked,
    /// The e-mail address that invoices go to.
    pub invoice_email: Asked,
    /// Where it is: its primary invoice address.
    pub address: Asked,
}

impl Default for RegistrationFields {
    fn default() -> Self {
        Self {
            size: Asked::Optional,
            phone: Asked::Optional,
            vat_id: Asked::Optional,
            invoice_email: Asked::Required,
            address: Asked::No,
        }
    }
}

/// The rules of a marketplace for its organisations. Of a field left out nothing is asked beyond the usual.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct OrganizationRules {
    /// Fields that an address must have, whatever its country (T-18).
    pub address_fields: Vec<AddressField>,
    /// Whether a customer's contact must have a phone (T-18).
    pub contact_phone: bool,
    /// What a company that registers is asked for (C-08, T-01).
    pub registration: RegistrationFields,
    /// What a reseller must have before its first purchase.
    pub reseller_needs: Vec<ResellerNeed>,
    /// Who sets up branches (C-34).
    pub branches: BranchSetUp,
}

/// Customers set them up themselves unless a marketplace says otherwise.
impl Default for BranchSetUp {
    fn default() -> Self {
        Self::Customer
    }
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
    use crate::id::{CustomerId, MarketplaceId, ResellerId};

    #[test]
    fn t18_one_marketplace_asks_for_more_and_the_others_for_nothing() {
        let cancom = OrganizationRules { branches: BranchSetUp::Provider, ..OrganizationRules::default() };
        assert_eq!(OrganizationRules::shipped("cancom"), cancom);
        assert_eq!(OrganizationRules::shipped("ahd"), OrganizationRules::default());
        let terra = OrganizationRules {
            address_fields: vec![AddressField::Region],
            contact_phone: true,
            registration: RegistrationFields {
                phone: Asked::Required,
                invoice_email: Asked::Optional,
                address: Asked::Required,
                ..RegistrationFields::default()
            },
            reseller_needs: ResellerNeed::ALL.to_vec(),
            ..OrganizationRules::default()
        };
        assert_eq!(OrganizationRules::shipped("terra"), terra);
    }

    #[test]
    fn u50_c34_a_customer_sets_branches_up_where_its_marketplace_lets_it() {
        let marketplace = MarketplaceId::from_u128(1);
        let customer = Scope::Customer(marketplace, CustomerId::from_u128(2));
        let reseller = Scope::Reseller(marketplace, ResellerId::from_u128(3));
        for rule in BranchSetUp::ALL {
            assert_eq!(may_set_up_branches(Scope::Marketplace(marketplace), *rule), Ok(()));
            assert_eq!(may_set_up_branches(reseller, *rule), Ok(()));
        }
        assert_eq!(may_set_up_branches(customer, BranchSetUp::Customer), Ok(()));
        assert_eq!(may_set_up_branches(customer, BranchSetUp::Provider), Err(Refusal::BranchesByProvider));
    }

    #[test]
    fn u26_c08_the_form_of_manual_000_has_no_address_and_a_field_left_out_is_as_there() {
        let asked =
            |of: &RegistrationFields| [of.size, of.phone, of.vat_id, of.invoice_email, of.address].map(Asked::code);
        let cancom = OrganizationRules::shipped("cancom").registration;
        assert_eq!(asked(&cancom), ["optional", "optional", "optional", "required", "no"]);
        assert_eq!(serde_json::from_str::<RegistrationFields>("{}").unwrap(), cancom);
        let terra = OrganizationRules::shipped("terra").registration;
        assert_eq!(asked(&terra), ["optional", "required", "optional", "optional", "required"]);
        assert!(serde_json::from_str::<RegistrationFields>(r#"{"address": "perhaps"}"#).is_err());
    }
}
