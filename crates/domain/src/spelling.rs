//! How people write, and what a copied text brings along: blanks of every width, characters that nobody sees, dashes.

/// A character that nobody sees and that says nothing: zero-width ones, soft hyphens, marks of direction.
pub const fn is_invisible(letter: char) -> bool {
    matches!(
        letter,
        '\u{ad}' | '\u{34f}' | '\u{61c}' | '\u{180e}' | '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}'
            | '\u{2060}'..='\u{206f}' | '\u{feff}'
    )
}

/// A hyphen, dash or minus, however long and wherever it may be broken.
pub const fn is_dash(letter: char) -> bool {
    matches!(letter, '-' | '\u{2010}'..='\u{2015}' | '\u{2212}' | '\u{fe58}' | '\u{fe63}' | '\u{ff0d}')
}

/// The text with single blanks between its words, of whatever width they were, and without what nobody sees.
pub fn single_blanks(text: &str) -> String {
    let seen: String = text.chars().filter(|letter| !is_invisible(*letter)).collect();
    seen.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// Whether a text could name somebody or something: it has a letter or a digit of some script.
pub fn names_something(text: &str) -> bool {
    text.chars().any(char::is_alphanumeric)
}

/// Whether a text could name a person: it has a letter of some script.
pub fn has_letter(text: &str) -> bool {
    text.chars().any(char::is_alphabetic)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn u25_blanks_of_every_width_are_one_and_what_nobody_sees_goes() {
        for text in ["811 01", "811\u{a0}01", " 811 \u{2009} 01\u{200b}", "\u{feff}811\u{202f}01", "8\u{ad}11\t01"] {
            assert_eq!(single_blanks(text), "811 01", "{text:?}");
        }
    }

    #[test]
    fn u25_a_name_has_a_letter_of_some_script() {
        for (text, letter, something) in
            [("-", false, false), ("· ·", false, false), ("7", false, true), ("Ł", true, true), ("株", true, true)]
        {
            assert_eq!((has_letter(text), names_something(text)), (letter, something), "{text}");
        }
    }
}
