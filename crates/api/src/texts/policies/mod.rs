//! Policies in words: a sentence for each rule that a buyer notices, in English, German and Polish.

mod changes;
mod charges;
mod ending;
mod words;

use crate::texts::lang::Lang;
use domain::policy::Rules;
use words::Words;

/// The sentences of a policy: what it costs, what may be changed, how it ends.
pub fn of(rules: &Rules, lang: Lang) -> Vec<String> {
    let mut words = Words::new(lang);
    charges::tell(rules, &mut words);
    changes::tell(rules, &mut words);
    ending::tell(rules, &mut words);
    words.sentences
}

#[cfg(test)]
mod tests {
    use super::*;
    use domain::policy::presets;
    use std::collections::BTreeSet;

    const LANGS: [Lang; 3] = [Lang::En, Lang::De, Lang::Pl];

    #[test]
    fn every_preset_is_told_in_whole_sentences() {
        for (key, rules) in presets::all().unwrap() {
            let told = LANGS.map(|lang| of(&rules, lang));
            assert!(told.iter().all(|words| words.len() == told[0].len()), "{key}");
            for words in &told {
                assert!(words.iter().all(|one| one.ends_with('.') && !one.contains('{')), "{key}: {words:#?}");
                assert_eq!(words.iter().collect::<BTreeSet<_>>().len(), words.len(), "{key}: {words:#?}");
            }
        }
    }

    #[test]
    fn presets_that_differ_for_a_buyer_are_told_differently() {
        let presets = presets::all().unwrap();
        let told = |wanted: &str| of(&presets.iter().find(|(key, _)| *key == wanted).unwrap().1, Lang::En);
        for [one, other] in [
            ["cancom_monthly1", "cancom_monthly12"],
            ["colt_nce", "default_nce"],
            ["ms_nce_2026", "default_nce"],
            ["ms_trial", "default_nce"],
            ["ms_software", "ms_perpetual"],
            ["terra_nce_p1m_m", "terra_legacy_m"],
        ] {
            assert_ne!(told(one), told(other), "{one}, {other}");
        }
    }

    #[test]
    fn microsofts_rules_of_2026_are_told() {
        let presets = presets::all().unwrap();
        let rules = &presets.iter().find(|(key, _)| *key == "ms_nce_2026").unwrap().1;
        assert_eq!(
            of(rules, Lang::En),
            [
                "Charged from the day of the order.",
                "Days begin at midnight UTC.",
                "The first period is charged in full.",
                "Parts of a period are charged by its actual days.",
                "The price holds to the end of the term.",
                "More licences: at once, charged in proportion to the end of the period.",
                "Fewer licences: in the window at once, else from the end of the term.",
                "A reduction that waited takes back the licences that were given last.",
                "Window: 168 hours from the start of each term.",
                "Window: 168 hours from each increase, for the licences that it added.",
                "Given back within 24 hours: everything.",
                "Given back within 168 hours: what was not used, by completed blocks of 24 hours.",
                "Another edition: on the same subscription, at once.",
                "A longer term: at once; a shorter one: from the end of the running term.",
                "One change can wait: a new one takes its place.",
                "A change that takes effect at once deletes the one that waits.",
                "At most 1200 changes.",
                "Can be canceled in the window only, with loss of the service at once.",
                "Goes on month by month at the price of the extended service term.",
                "Extended service term: 3 % on the price of the month, or 23 % on that of a longer term.",
                "What is no longer sold renews at its last price.",
                "An add-on whose subscription ends first is charged for the days until then.",
                "What an add-on was charged for days after the end of its subscription is given back.",
                "Reminders before the end, in days: 60, 30, 7, 1.",
                "What renews by itself is not reminded of.",
                "The service is off when it ends.",
                "The data are deleted then.",
                "What is suspended when it ends is kept for 120 days, but cannot be used.",
                "What has ended cannot be brought back: order anew.",
            ]
        );
    }
}
