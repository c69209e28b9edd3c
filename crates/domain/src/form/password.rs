//! The password rules as one regular expression, for frontends that want one (X-20).

use crate::people::{PasswordClass, PasswordRules};

/// What a password must match, in ECMAScript's Unicode mode; that it differs from the log-in name is not in it.
pub fn pattern(rules: &PasswordRules) -> String {
    let class = |class: &PasswordClass| class_of(*class, rules.allowed_specials.as_deref());
    let mut pattern = String::from("^");
    for needed in &rules.all_of {
        pattern += &format!(r"(?=[\s\S]*{})", class(needed));
    }
    if !rules.any_of.is_empty() {
        let any: Vec<_> = rules.any_of.iter().map(class).collect();
        pattern += &format!(r"(?=[\s\S]*(?:{}))", any.join("|"));
    }
    let accepted = match &rules.allowed_specials {
        Some(specials) => format!(r"[\p{{Alphabetic}}\p{{N}}{}]", escaped(specials)),
        None => r"[\s\S]".to_owned(),
    };
    pattern + &format!("{accepted}{{{},{}}}$", rules.min_length, rules.max_length)
}

fn class_of(class: PasswordClass, specials: Option<&str>) -> String {
    match (class, specials) {
        (PasswordClass::Letter, _) => r"\p{Alphabetic}".to_owned(),
        (PasswordClass::Upper, _) => r"\p{Uppercase}".to_owned(),
        (PasswordClass::Lower, _) => r"\p{Lowercase}".to_owned(),
        (PasswordClass::Digit, _) => "[0-9]".to_owned(),
        (PasswordClass::Special, Some(specials)) => format!("[{}]", escaped(specials)),
        (PasswordClass::Special, None) => r"[^\p{Alphabetic}\p{N}\s\p{Cc}]".to_owned(),
    }
}

/// Characters as they stand in a class.
fn escaped(specials: &str) -> String {
    let escape = |letter: char| match letter {
        '\\' | ']' | '[' | '^' | '-' | '$' | '.' | '*' | '+' | '?' | '(' | ')' | '{' | '}' | '|' | '/' => {
            format!("\\{letter}")
        }
        other => other.to_string(),
    };
    specials.chars().map(escape).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::people::presets;

    #[test]
    fn x20_the_pattern_comes_from_the_classes() {
        let of = |slug: &str| pattern(&presets::of(slug).unwrap().password);
        let cancom = r"^(?=[\s\S]*\p{Alphabetic})(?=[\s\S]*(?:[0-9]|[^\p{Alphabetic}\p{N}\s\p{Cc}]))[\s\S]{8,128}$";
        assert_eq!(of("cancom"), cancom);
        assert!(of("terra").ends_with(r"[\p{Alphabetic}\p{N}!\$%&\/\(\)=\?\+\*#\-_\.,:;@]{8,128}$"), "{}", of("terra"));
    }
}
