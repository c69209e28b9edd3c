//! VAT ids: the form of each country's, its check digits, and the one writing in which they are kept.
//!
//! Only what a text says about itself; whether the id was given to anybody is for a register to say.

mod digits;
mod letters;

use crate::party::Country;
use crate::spelling;
use crate::tax::place;

/// How a country writes its VAT ids.
struct Scheme {
    /// The letters in front.
    prefix: &'static str,
    /// The country, where its code is another.
    country: &'static str,
    /// What may follow: `#` a digit, `%` one but zero, `@` a letter, `?` digit or letter, anything else itself.
    forms: &'static [&'static str],
    /// Whether digits and letters are right among themselves.
    check: Check,
}

/// What a check looks at.
#[derive(Clone, Copy)]
enum Check {
    /// At the digits alone.
    Digits(fn(&[u32]) -> bool),
    /// At letters, too, or at where the digits stand.
    Text(fn(&str) -> bool),
}

const fn scheme(prefix: &'static str, forms: &'static [&'static str], check: fn(&[u32]) -> bool) -> Scheme {
    Scheme { prefix, country: prefix, forms, check: Check::Digits(check) }
}

const fn lettered(prefix: &'static str, forms: &'static [&'static str], check: fn(&str) -> bool) -> Scheme {
    Scheme { prefix, country: prefix, forms, check: Check::Text(check) }
}

/// The United Kingdom's forms, which Northern Ireland has, too.
const BRITISH: &[&str] = &["#########", "############", "GD###", "HA###"];

/// The EU's members and Northern Ireland; then those outside it whose ids have a form of their own.
static SCHEMES: [Scheme; 31] = [
    scheme("AT", &["U########"], digits::austria),
    scheme("BE", &["0#########", "1#########"], digits::belgium),
    scheme("BG", &["#########", "##########"], digits::bulgaria),
    lettered("CY", &["########@"], letters::cyprus),
    scheme("CZ", &["########", "#########", "##########"], digits::czechia),
    scheme("DE", &["%########"], digits::iso_7064_mod_11_10),
    scheme("DK", &["%#######"], digits::denmark),
    scheme("EE", &["#########"], digits::estonia),
    Scheme { prefix: "EL", country: "GR", forms: &["#########"], check: Check::Digits(digits::greece) },
    lettered("ES", &["@########", "########@", "@#######@"], letters::spain),
    scheme("FI", &["########"], digits::finland),
    lettered("FR", &["??#########"], letters::france),
    scheme("HR", &["###########"], digits::iso_7064_mod_11_10),
    scheme("HU", &["########"], digits::hungary),
    lettered("IE", &["#######@", "#######@@", "#@#####@", "#+#####@", "#*#####@"], letters::ireland),
    scheme("IT", &["###########"], digits::luhn),
    scheme("LT", &["#########", "############"], digits::lithuania),
    scheme("LU", &["########"], digits::luxembourg),
    scheme("LV", &["###########"], digits::latvia),
    scheme("MT", &["%#######"], digits::malta),
    scheme("NL", &["#########B##"], digits::netherlands),
    scheme("PL", &["##########"], digits::poland),
    scheme("PT", &["%########"], digits::portugal),
    scheme(
        "RO",
        &["%#", "%##", "%###", "%####", "%#####", "%######", "%#######", "%########", "%#########"],
        digits::romania,
    ),
    scheme("SE", &["############"], digits::sweden),
    scheme("SI", &["%#######"], digits::slovenia),
    scheme("SK", &["%#########"], digits::slovakia),
    Scheme { prefix: "CHE", country: "CH", forms: SWISS, check: Check::Digits(digits::switzerland) },
    lettered("GB", BRITISH, letters::united_kingdom),
    scheme("NO", &["#########", "#########MVA"], digits::norway),
    // Northern Ireland, for goods; its country is the United Kingdom.
    Scheme { prefix: "XI", country: "GB", forms: BRITISH, check: Check::Text(letters::united_kingdom) },
];

/// With what Swiss companies put behind: the word for VAT in one of their languages.
const SWISS: &[&str] = &["#########", "#########MWST", "#########TVA", "#########IVA"];

impl Scheme {
    /// The form that a number has; none is another country's or nobody's.
    fn form_of(&self, number: &str) -> Option<&'static str> {
        self.forms.iter().copied().find(|form| has_form(number, form))
    }

    fn is_right(&self, number: &str) -> bool {
        let checked = || match self.check {
            Check::Digits(check) => check(&digits::of(number)),
            Check::Text(check) => check(number),
        };
        self.form_of(number).is_some() && checked()
    }
}

/// The country whose VAT id a text is, where it is one.
pub fn country_of(text: &str) -> Option<Country> {
    let id = normalized(text);
    let (scheme, number) = scheme_of(&id)?;
    if scheme.is_right(number) { Country::from_code(scheme.country) } else { None }
}

/// The letters in front and the number of an id that the EU's register can be asked about: written rightly, of a member
/// or of Northern Ireland.
pub fn askable(id: &str) -> Option<(String, String)> {
    let id = normalized(id);
    let (scheme, number) = scheme_of(&id)?;
    let outside = ["CHE", "GB", "NO"].contains(&scheme.prefix);
    (!outside && scheme.is_right(number)).then(|| (scheme.prefix.to_owned(), number.to_owned()))
}

/// The text as it is compared: in capitals, without separators and characters that nobody sees. Others stay: what is no
/// part of any id does not become one.
pub fn normalized(text: &str) -> String {
    text.chars().filter(|letter| !is_separator(*letter)).map(narrow).map(|letter| letter.to_ascii_uppercase()).collect()
}

/// The text as it is kept for an address in a country: as [`normalized`], and with the letters of the country in front
/// where only they are missing, or are those of ISO 3166 (`GR`, `CH`) instead of the id's own.
pub fn written(text: &str, country: Option<Country>) -> String {
    let id = normalized(text);
    if country_of(&id).is_some() {
        return id;
    }
    let bare = SCHEMES.iter().filter(|scheme| scheme.country != scheme.prefix);
    let bare = bare.filter_map(|scheme| Some((scheme, id.strip_prefix(scheme.country)?)));
    let home = country.map(place::vat_country);
    let home = SCHEMES.iter().filter(|scheme| home.is_some_and(|home| home.code() == scheme.country));
    let at_home = home.flat_map(|scheme| {
        let after = id.strip_prefix(scheme.prefix).unwrap_or(&id);
        [(scheme, id.as_str()), (scheme, after)]
    });
    let completed = |(scheme, number): (&Scheme, &str)| {
        // Belgian numbers of before 2005 have nine digits: a zero is missing in front.
        let numbers = [number.to_owned(), format!("0{number}")];
        let of = numbers.into_iter().take(if scheme.prefix == "BE" { 2 } else { 1 });
        of.into_iter().find(|number| scheme.is_right(number)).map(|number| format!("{}{number}", scheme.prefix))
    };
    let found = bare.chain(at_home).find_map(completed);
    found.unwrap_or(id)
}

/// The form that is expected of a text that is written as its country does, but whose check digits are wrong: a typing
/// error for certain. None where it may be right, or has a form that is not known here.
pub fn mistyped(text: &str) -> Option<String> {
    let id = normalized(text);
    let (scheme, number) = scheme_of(&id)?;
    let form = scheme.form_of(number)?;
    if scheme.is_right(number) {
        return None;
    }
    let shown = |place: char| match place {
        '#' | '%' => '9',
        '@' => 'A',
        '?' => 'X',
        other => other,
    };
    Some(scheme.prefix.chars().chain(form.chars().map(shown)).collect())
}

fn scheme_of(id: &str) -> Option<(&'static Scheme, &str)> {
    SCHEMES.iter().find_map(|scheme| Some((scheme, id.strip_prefix(scheme.prefix)?)))
}

/// What people put between the parts of a number, and what comes along unseen when it is copied.
fn is_separator(letter: char) -> bool {
    let mark = matches!(letter, '.' | ',' | '/' | '_' | ':' | '\'' | '\u{b7}' | '\u{2019}');
    letter.is_whitespace() || mark || spelling::is_dash(letter) || spelling::is_invisible(letter)
}

/// Letters and digits as wide as a Chinese character are the same letters and digits.
fn narrow(letter: char) -> char {
    match letter {
        '\u{ff01}'..='\u{ff5e}' => char::from_u32(u32::from(letter) - 0xfee0).unwrap_or(letter),
        other => other,
    }
}

fn has_form(number: &str, form: &str) -> bool {
    let fits = |(letter, place): (u8, u8)| match place {
        b'#' => letter.is_ascii_digit(),
        b'%' => matches!(letter, b'1'..=b'9'),
        b'@' => letter.is_ascii_uppercase(),
        b'?' => letter.is_ascii_digit() || letter.is_ascii_uppercase(),
        _ => letter == place,
    };
    number.len() == form.len() && number.bytes().zip(form.bytes()).all(fits)
}

#[cfg(test)]
mod tests;
