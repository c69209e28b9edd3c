//! The policies that ship, each a document.

use crate::policy::rules::Rules;

/// The key and the document of each.
const DOCUMENTS: [(&str, &str); 16] = [
    ("cancom_monthly1", include_str!("cancom_monthly1.json")),
    ("cancom_monthly12", include_str!("cancom_monthly12.json")),
    ("cancom_annual12", include_str!("cancom_annual12.json")),
    ("ahd_rental", include_str!("ahd_rental.json")),
    ("colt_nce", include_str!("colt_nce.json")),
    ("ms_product_key", include_str!("ms_product_key.json")),
    ("terra_nce_p1m_m", include_str!("terra_nce_p1m_m.json")),
    ("terra_nce_p1y_m", include_str!("terra_nce_p1y_m.json")),
    ("terra_nce_p1y_y", include_str!("terra_nce_p1y_y.json")),
    ("terra_legacy_m", include_str!("terra_legacy_m.json")),
    ("ms_nce_2026", include_str!("ms_nce_2026.json")),
    ("ms_perpetual", include_str!("ms_perpetual.json")),
    ("ms_software", include_str!("ms_software.json")),
    ("ms_saas_monthly", include_str!("ms_saas_monthly.json")),
    // Trials, where the marketplace names no policy for them.
    ("ms_trial", include_str!("ms_trial.json")),
    // Whatever is imported from a price sheet and named by no marketplace's own policy.
    ("default_nce", include_str!("default_nce.json")),
];

/// The keys of the shipped presets with their rules.
pub fn all() -> Result<Vec<(&'static str, Rules)>, serde_json::Error> {
    DOCUMENTS.into_iter().map(|(key, document)| Ok((key, serde_json::from_str(document)?))).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::policy::values::{
        Cancel, ConsentKind, FirstPeriod, OneActivePer, PeriodAnchor, ProrationBasis, RoundingRule, ZeroQuantity,
    };
    use std::collections::BTreeSet;

    fn preset(key: &str) -> Rules {
        all().unwrap().into_iter().find(|(known, _)| *known == key).unwrap().1
    }

    fn consents(key: &str) -> Vec<ConsentKind> {
        preset(key).consents.iter().map(|consent| consent.kind).collect()
    }

    #[test]
    fn every_document_is_included_and_can_be_read() {
        let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/src/policy/presets");
        let files = std::fs::read_dir(folder).unwrap().map(|file| file.unwrap().path());
        let files: BTreeSet<_> = files.filter(|file| file.extension().is_some_and(|kind| kind == "json")).collect();
        let keys: BTreeSet<_> =
            all().unwrap().into_iter().map(|(key, _)| format!("{folder}/{key}.json").into()).collect();
        assert_eq!(files, keys);
    }

    #[test]
    fn n04_rules_survive_being_frozen() {
        for (key, rules) in all().unwrap() {
            let frozen = serde_json::to_string(&rules).unwrap();
            assert_eq!(serde_json::from_str::<Rules>(&frozen).unwrap(), rules, "{key}");
        }
    }

    #[test]
    fn a_document_with_an_unknown_key_is_refused() {
        let mut document = serde_json::to_value(preset("colt_nce")).unwrap();
        document["perod_anchor"] = "anniversary".into();
        assert!(serde_json::from_value::<Rules>(document).is_err());
    }

    #[test]
    fn what_a_document_leaves_out_takes_the_default() {
        let rules = preset("terra_nce_p1y_m");
        assert_eq!(rules.proration_basis, ProrationBasis::ActualDays);
        assert_eq!(rules.rounding, RoundingRule::default_value());
        assert_eq!(rules.zero_quantity, ZeroQuantity::Reject);
        assert_eq!(rules.notice_days, None);
    }

    #[test]
    fn x01_x02_x09_presets_differ_where_the_manuals_do() {
        let begins = |key| (preset(key).period_anchor, preset(key).first_period);
        assert_eq!(begins("cancom_monthly12"), (PeriodAnchor::CalendarMonth, FirstPeriod::Prorate));
        assert_eq!(begins("cancom_annual12"), (PeriodAnchor::Anniversary, FirstPeriod::Full));
        assert_eq!(begins("ahd_rental"), (PeriodAnchor::CalendarMonth, FirstPeriod::FullBackdated));
        assert_eq!(begins("terra_nce_p1m_m"), (PeriodAnchor::Anniversary, FirstPeriod::Full));
        assert_eq!(preset("cancom_monthly12").cancel, Cancel::FeePercent(100));
        assert_eq!(preset("ahd_rental").cancel, Cancel::MonthEnd);
        assert_eq!(preset("colt_nce").cancel, Cancel::RejectBilledToTermEnd);
    }

    #[test]
    fn x27_each_manual_asks_for_its_own_consents() {
        // Microsoft's, and those of whoever else publishes what is sold.
        assert_eq!(consents("cancom_monthly12"), [ConsentKind::VendorTerms, ConsentKind::VendorTerms]);
        assert_eq!(consents("ahd_rental"), [ConsentKind::Terms, ConsentKind::MicrosoftAccount]);
        for key in ["colt_nce", "ms_product_key", "terra_nce_p1y_y", "default_nce"] {
            assert_eq!(consents(key), [ConsentKind::Terms], "{key}");
        }
    }

    #[test]
    fn a11_u48_only_ahd_allows_one_active_order_of_an_edition() {
        for (key, rules) in all().unwrap() {
            let unit = if key == "ahd_rental" { OneActivePer::Sku } else { OneActivePer::None };
            assert_eq!(rules.one_active_per, unit, "{key}");
        }
    }
}
