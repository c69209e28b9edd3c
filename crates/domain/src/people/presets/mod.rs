//! The rules of the five manuals (X-18…X-23), each a document.

use crate::people::rules::PeopleRules;

const DOCUMENTS: [(&str, &str); 5] = [
    ("cancom", include_str!("cancom.json")),
    ("ahd", include_str!("ahd.json")),
    ("colt", include_str!("colt.json")),
    ("mskeys", include_str!("mskeys.json")),
    ("terra", include_str!("terra.json")),
];

/// The rules of no manual: people are let in by review, and nothing is asked of them that need not be.
pub fn plain() -> Option<PeopleRules> {
    serde_json::from_str(include_str!("plain.json")).ok()
}

/// The names of the shipped documents.
pub fn names() -> impl Iterator<Item = &'static str> {
    DOCUMENTS.into_iter().map(|(name, _)| name)
}

/// The rules of a name; none where no document ships under it.
pub fn of(name: &str) -> Option<PeopleRules> {
    let document = DOCUMENTS.into_iter().find(|(known, _)| *known == name)?.1;
    serde_json::from_str(document).ok()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::access::{Area, OrganizationKind, Role};
    use crate::people::rules::{AccountConsentKind as Kind, BankData, LoginKind, RegistrationMode};

    fn preset(name: &str) -> PeopleRules {
        of(name).unwrap()
    }

    #[test]
    fn every_document_can_be_read_and_is_written_as_it_was() {
        for name in names() {
            let written = serde_json::to_string(&preset(name)).unwrap();
            assert_eq!(serde_json::from_str::<PeopleRules>(&written).unwrap(), preset(name), "{name}");
        }
    }

    #[test]
    fn n15_the_rules_of_no_manual_hold_once_there_is_a_shop() {
        let rules = plain().unwrap();
        assert_eq!(rules.check().unwrap_err().len(), 1);
        assert_eq!(rules.with_shop_at("https://shop.nord.example").check(), Ok(()));
    }

    #[test]
    fn c27_texts_lie_at_the_same_places_of_another_shop() {
        let rules = preset("cancom").with_shop_at("https://shop.nord.example");
        assert_eq!(rules.consents[0].url, "https://shop.nord.example/legal/terms-and-privacy");
        assert_eq!(rules.with_shop_at("").consents[0].url, "");
        let own = preset("cancom").shop_url;
        assert_eq!(preset("cancom").with_shop_at(&own), preset("cancom"));
    }

    #[test]
    fn x18_each_manual_lets_people_in_its_own_way() {
        let mode = |name| (preset(name).registration_mode, preset(name).registers);
        assert_eq!(mode("cancom"), (RegistrationMode::Approval, OrganizationKind::Customer));
        assert_eq!(mode("terra"), (RegistrationMode::CustomerNumber, OrganizationKind::Reseller));
        for name in ["ahd", "colt", "mskeys"] {
            assert_eq!(mode(name), (RegistrationMode::InviteOnly, OrganizationKind::Customer), "{name}");
        }
        assert_eq!(preset("terra").bank_data, BankData::WithoutCustomerNumber);
    }

    #[test]
    fn x19_x21_activation_can_be_left_out_and_logins_are_free_only_at_colt() {
        for name in names() {
            assert_eq!(preset(name).activation.optional, name == "colt", "{name}");
            assert_eq!(preset(name).login_kind == LoginKind::Free, name == "colt", "{name}");
            assert_eq!(preset(name).activation.ttl_hours, 48, "{name}");
        }
    }

    #[test]
    fn x22_each_manual_has_its_own_roles() {
        let roles = |name| preset(name).roles.iter().map(|offer| offer.role).collect::<Vec<_>>();
        assert!(roles("cancom").starts_with(&[Role::CustomerUser, Role::CustomerBilling, Role::CustomerAdmin]));
        assert!(roles("colt").starts_with(&[Role::CustomerUser, Role::CustomerAdmin]));
        assert_eq!(preset("terra").offer(Role::ResellerEmployee).unwrap().areas, Area::ALL);
    }

    #[test]
    fn x27_one_checkbox_here_and_two_there() {
        let kinds = |name| preset(name).consents.iter().map(|consent| consent.kind).collect::<Vec<_>>();
        assert_eq!(kinds("cancom"), [Kind::TermsAndPrivacy]);
        assert_eq!(kinds("terra"), [Kind::GeneralTerms, Kind::DataProtection]);
    }
}
