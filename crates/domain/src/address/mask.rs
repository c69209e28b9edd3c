//! The form of a postal code: one mask, from which the check, the served regular expression and the example come.

use crate::spelling::is_invisible;
use std::fmt::Write as _;

/// What people write between the parts of a code, or leave out: blanks that may be broken or not, and dashes.
const SEPARATORS: &str = " \u{a0}\u{2007}\u{2009}\u{202f}\u{2010}\u{2011}\u{2012}\u{2013}-";

/// A form: `9` is a digit, `A` a letter, `*` a letter or digit, a blank or dash may be left out or be the other,
/// anything else is itself.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Mask(pub &'static str);

impl Mask {
    /// The text as the mask writes it, with its blanks and dashes and in capitals; none where it has another form.
    pub fn normalize(self, text: &str) -> Option<String> {
        let mut letters = text.chars().filter(|letter| !is_invisible(*letter)).peekable();
        let mut written = String::with_capacity(self.0.len());
        for place in self.0.chars() {
            if matches!(place, ' ' | '-') {
                while letters.next_if(|letter| SEPARATORS.contains(*letter)).is_some() {}
                written.push(place);
                continue;
            }
            let letter = letters.next()?;
            let fits = match place {
                '9' => letter.is_ascii_digit(),
                'A' => letter.is_ascii_alphabetic(),
                '*' => letter.is_ascii_alphanumeric(),
                other => letter.eq_ignore_ascii_case(&other),
            };
            if !fits {
                return None;
            }
            written.push(letter.to_ascii_uppercase());
        }
        letters.next().is_none().then_some(written)
    }

    /// The same as a regular expression, without `^` and `$`.
    pub fn expression(self) -> String {
        let mut expression = String::new();
        let mut places = self.0.chars().peekable();
        while let Some(place) = places.next() {
            let class = match place {
                '9' => "[0-9]",
                'A' => "[A-Za-z]",
                '*' => "[0-9A-Za-z]",
                ' ' | '-' => {
                    // Writing to a text cannot fail.
                    let _ = write!(expression, "[{SEPARATORS}]*");
                    continue;
                }
                other => {
                    let _ = write!(expression, "[{other}{}]", other.to_ascii_lowercase());
                    continue;
                }
            };
            let mut times = 1;
            while places.next_if_eq(&place).is_some() {
                times += 1;
            }
            expression.push_str(class);
            if times > 1 {
                let _ = write!(expression, "{{{times}}}");
            }
        }
        expression
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn x31_a_mask_takes_its_form_and_writes_it_one_way() {
        for (mask, text, written) in [
            ("99999", "51063", Some("51063")),
            ("99999", "5106", None),
            ("99999", "510633", None),
            ("99-999", "00-838", Some("00-838")),
            ("99-999", "00838", Some("00-838")),
            ("99-999", "00 838", Some("00-838")),
            ("99-999", "00\u{2013}838", Some("00-838")),
            ("99-999", "0-0838", None),
            ("LV-9999", "lv1010", Some("LV-1010")),
            ("999 99", "81101", Some("811 01")),
            ("999 99", "811 01", Some("811 01")),
            ("999 99", "811\u{a0}01", Some("811 01")),
            ("999 99", "811-01\u{200b}", Some("811 01")),
            ("999 99", "8110 1", None),
            ("9999 AA", "1012ab", Some("1012 AB")),
            ("A99 ****", "d02 x285", Some("D02 X285")),
            ("99999", "٥١٠٦٣", None),
        ] {
            assert_eq!(Mask(mask).normalize(text).as_deref(), written, "{mask} {text}");
        }
    }

    #[test]
    fn x31_the_regular_expression_comes_from_the_mask() {
        let separated = |first: &str, second: &str| format!("{first}[{SEPARATORS}]*{second}");
        assert_eq!(Mask("99-999").expression(), separated("[0-9]{2}", "[0-9]{3}"));
        assert_eq!(Mask("999 99").expression(), separated("[0-9]{3}", "[0-9]{2}"));
        assert_eq!(Mask("A9A 9AA").expression(), separated("[A-Za-z][0-9][A-Za-z]", "[0-9][A-Za-z]{2}"));
        assert_eq!(Mask("MD-9999").expression(), format!("[Mm][Dd]{}", separated("", "[0-9]{4}")));
    }
}
