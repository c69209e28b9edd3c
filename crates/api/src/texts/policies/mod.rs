//! Policies in words: a sentence for each rule that a buyer notices. Which one is chosen here; what it says stands in
//! `texts/*/policies.ftl`.

mod changes;
mod charges;
mod ending;
mod words;

use crate::texts::lang::Lang;
use domain::policy::Rules;
pub use words::Sentence;
use words::Words;

/// The sentences of a policy: what it costs, what may be changed, how it ends.
pub fn of(rules: &Rules, lang: Lang) -> Vec<Sentence> {
    let mut words = Words::new(lang);
    charges::tell(rules, &mut words);
    changes::tell(rules, &mut words);
    ending::tell(rules, &mut words);
    words.sentences
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::texts::flaws::flaw;
    use domain::policy::presets;
    use serde_json::{Value, json};
    use std::collections::BTreeSet;

    fn texts(rules: &Rules, lang: Lang) -> Vec<String> {
        of(rules, lang).into_iter().map(|sentence| sentence.text).collect()
    }

    const LANGS: [Lang; 3] = [Lang::En, Lang::De, Lang::Pl];

    #[test]
    fn every_preset_is_told_in_whole_sentences() {
        for (key, rules) in presets::all().unwrap() {
            let told = LANGS.map(|lang| texts(&rules, lang));
            assert!(told.iter().all(|words| words.len() == told[0].len()), "{key}");
            for words in &told {
                assert!(words.iter().all(|one| one.ends_with('.') && !one.contains('{')), "{key}: {words:#?}");
                assert_eq!(words.iter().collect::<BTreeSet<_>>().len(), words.len(), "{key}: {words:#?}");
            }
        }
    }

    /// U-65: a client can say of each sentence which rule it is about.
    #[test]
    fn u65_every_sentence_has_a_key_of_its_own() {
        for (preset, rules) in presets::all().unwrap() {
            let keys = LANGS.map(|lang| of(&rules, lang).into_iter().map(|one| one.key).collect::<Vec<_>>());
            assert!(keys.iter().all(|other| *other == keys[0]), "{preset}");
            assert_eq!(keys[0].iter().collect::<BTreeSet<_>>().len(), keys[0].len(), "{preset}: {:#?}", keys[0]);
            for key in &keys[0] {
                let rule = key.split('/').next().unwrap();
                assert!(domain::policy::RuleKey::from_code(rule).is_some(), "{preset}: {key}");
            }
        }
    }

    /// The other values of a rule: serde names those of a closed set, numbers are tried.
    fn others(rules: &Value, key: &str) -> Vec<Value> {
        let mut wrong = rules.clone();
        wrong[key] = json!("no such value");
        let named = serde_json::from_value::<Rules>(wrong).err().map(|error| error.to_string()).unwrap_or_default();
        let codes = named.split("expected").nth(1).unwrap_or_default().split('`').skip(1).step_by(2);
        let mut all: Vec<_> = codes.map(Value::from).collect();
        all.extend([0, 1, 2, 5, 22, 168, 1_200].map(Value::from));
        let numbers = all.iter().filter_map(Value::as_str).map(str::to_owned).collect::<Vec<_>>();
        all.extend(numbers.iter().flat_map(|code| [1, 3].map(|number| json!({ code: number }))));
        all.extend([json!(null), json!(true), json!(false), json!([]), json!([1]), json!([30, 7])]);
        for kind in ["full", "prorated", "none"] {
            for unit in ["day_included", "calendar_day", "block24h", "hour"] {
                all.push(json!([{"until_hours": 1, "kind": kind, "unit": unit}]));
            }
        }
        for anchors in [json!(["term_start"]), json!(["renewal"]), json!(["seat_batch"])] {
            all.push(anchors);
        }
        all
    }

    /// U-62: every sentence of every rule with every value that it can take.
    #[test]
    fn u62_no_policy_shows_a_code_or_an_empty_place() {
        let (mut told, mut sentences) = (0, BTreeSet::new());
        for (preset, rules) in presets::all().unwrap() {
            let whole = serde_json::to_value(&rules).unwrap();
            for key in domain::policy::RuleKey::ALL {
                for value in others(&whole, key.code()) {
                    let mut changed = whole.clone();
                    changed[key.code()] = value;
                    let Ok(changed) = serde_json::from_value::<Rules>(changed) else { continue };
                    for lang in LANGS {
                        for one in of(&changed, lang) {
                            assert_eq!(flaw(&one.text), None, "{preset} {}: {}", key.code(), one.text);
                            assert!(!one.text.contains('…'), "{preset} {}: {}", key.code(), one.text);
                            told += 1;
                            sentences.insert(one.text);
                        }
                    }
                }
            }
        }
        assert!(told > 10_000 && sentences.len() > 400, "{told}, {}", sentences.len());
    }

    #[test]
    fn presets_that_differ_for_a_buyer_are_told_differently() {
        let presets = presets::all().unwrap();
        let told = |wanted: &str| texts(&presets.iter().find(|(key, _)| *key == wanted).unwrap().1, Lang::En);
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
            texts(rules, Lang::En),
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
                "At most 1,200 changes.",
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
