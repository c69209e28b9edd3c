//! Texts as people type them: one writing of each. The same `ü` is one character on one keyboard and two on another;
//! what is kept, compared, searched or hashed is in the composed form (NFC, UAX 15).

use icu_normalizer::{ComposingNormalizer, ComposingNormalizerBorrowed};
use std::borrow::Cow;

const NFC: ComposingNormalizerBorrowed<'static> = ComposingNormalizer::new_nfc();

/// A text in its composed form.
pub fn nfc(text: &str) -> Cow<'_, str> {
    NFC.normalize(text)
}

/// Whether a text is in its composed form.
pub fn is_nfc(text: &str) -> bool {
    text.is_ascii() || NFC.is_normalized(text)
}

/// A password as it is hashed: the mappings of RFC 8265's `OpaqueString`. Every blank of Unicode is the one of ASCII,
/// and the rest is composed; capitals, widths and what cannot be seen stay. One of ASCII is as it was typed.
pub fn opaque(password: &str) -> Cow<'_, str> {
    if password.is_ascii() {
        return Cow::Borrowed(password);
    }
    let blanks: String = password.chars().map(|letter| if is_blank(letter) { ' ' } else { letter }).collect();
    Cow::Owned(nfc(&blanks).into_owned())
}

/// What Unicode calls a separator of words (Zs).
const fn is_blank(letter: char) -> bool {
    matches!(letter, ' ' | '\u{a0}' | '\u{1680}' | '\u{2000}'..='\u{200a}' | '\u{202f}' | '\u{205f}' | '\u{3000}')
}

/// Lower-case words of letters and digits, umlauts as they are typed without them.
pub fn words(text: &str) -> Vec<String> {
    let folded: String = nfc(&text.to_lowercase()).chars().flat_map(fold).collect();
    folded.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty()).map(str::to_owned).collect()
}

fn fold(c: char) -> impl Iterator<Item = char> {
    let text = match c {
        'ä' => "ae",
        'ö' => "oe",
        'ü' => "ue",
        'ß' => "ss",
        'ł' => "l",
        'é' | 'è' | 'ê' | 'ę' => "e",
        'á' | 'à' | 'ą' => "a",
        'ó' => "o",
        'ś' => "s",
        'ć' => "c",
        'ń' => "n",
        'ż' | 'ź' => "z",
        _ => "",
    };
    text.chars().chain(text.is_empty().then_some(c))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn u24_what_two_keyboards_write_is_the_same_text() {
        for (composed, decomposed) in [
            ("M\u{fc}ller", "Mu\u{308}ller"),
            ("\u{1ec7}", "e\u{323}\u{302}"),
            ("\u{1ec7}", "e\u{302}\u{323}"),
            ("\u{e5}", "\u{212b}".to_lowercase().as_str()),
            ("\u{ac00}", "\u{1100}\u{1161}"),
        ] {
            assert_eq!(nfc(decomposed), composed);
            assert!(is_nfc(composed), "{composed}");
        }
        assert!(!is_nfc("Mu\u{308}ller") && is_nfc("Muller"));
        // Compatible is not the same.
        assert_eq!(nfc("\u{fb01}\u{2460}\u{ff21}"), "\u{fb01}\u{2460}\u{ff21}");
    }

    /// The examples of RFC 8265, section 4.3, and the second part of its table.
    #[test]
    fn u24_a_password_is_an_opaque_string() {
        for (typed, hashed) in [
            ("correct horse battery staple", "correct horse battery staple"),
            ("Correct Horse Battery Staple", "Correct Horse Battery Staple"),
            ("\u{3c0}\u{df}\u{e5}", "\u{3c0}\u{df}\u{e5}"),
            ("Jack of \u{2666}s", "Jack of \u{2666}s"),
            ("foo\u{1680}bar", "foo bar"),
            ("Kontor-demo\u{a0}1!", "Kontor-demo 1!"),
            ("Pa\u{308}sse-1!", "P\u{e4}sse-1!"),
            ("\u{ff21}\u{ff22}1!", "\u{ff21}\u{ff22}1!"),
        ] {
            assert_eq!(opaque(typed), hashed);
        }
    }

    proptest! {
        #[test]
        fn u24_one_writing_is_one_writing(text in "\\PC{0,20}") {
            let composed = nfc(&text).into_owned();
            prop_assert!(is_nfc(&composed));
            prop_assert_eq!(nfc(&composed), composed.as_str());
            let password = opaque(&text).into_owned();
            prop_assert_eq!(opaque(&password), password.as_str());
            prop_assert_eq!(opaque(&composed), password.as_str());
            if text.is_ascii() {
                prop_assert_eq!(password, text);
            }
        }
    }
}
