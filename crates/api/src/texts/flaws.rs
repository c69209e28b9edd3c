//! What no text for people may show; for tests.

/// What a speaker of the language would stumble over: codes, ids, instants as the API writes them, empty places.
/// Addresses of pages are looked past.
pub(crate) fn flaw(text: &str) -> Option<String> {
    let found = |what: &str, word: &str| Some(format!("{what}: {word:?}"));
    for hole in ["{", "}", "`", "()", "„“", "“”", "„”", ": .", ": ,", " .", " ,", "  ", "- .", " -."] {
        if text.contains(hole) {
            return found("an empty place", hole);
        }
    }
    if text.trim() != text || text.is_empty() {
        return found("a blank at its ends", text);
    }
    let plain = |word: &&str| !word.contains("://") && !word.contains('@');
    for word in text.split_whitespace().filter(plain) {
        let word = word.trim_matches(|letter: char| !letter.is_alphanumeric());
        if is_code(word) {
            return found("a code", word);
        }
        if is_id(word) {
            return found("an id", word);
        }
        if is_instant(word) {
            return found("a raw instant", word);
        }
        if ["GET", "POST", "PUT", "PATCH", "DELETE"].contains(&word) || word.contains("/v1/") {
            return found("an operation", word);
        }
    }
    None
}

/// Whether it is written like a code: `snake_case`.
fn is_code(word: &str) -> bool {
    let letter = |letter: u8| letter.is_ascii_lowercase() || letter.is_ascii_digit();
    word.bytes().all(|byte| letter(byte) || byte == b'_') && word.trim_matches('_').contains('_')
}

/// Three letters, an underscore and the rest of an id of ours; or what looks like its rest.
fn is_id(word: &str) -> bool {
    let rest = word.split_once('_').map_or(word, |(_, rest)| rest);
    rest.len() == 26
        && rest.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit())
        && rest.bytes().any(|byte| byte.is_ascii_digit())
}

/// `2026-11-30T23:05:00Z`, also without its time.
fn is_instant(word: &str) -> bool {
    let day = word.as_bytes();
    let digits = |range: std::ops::Range<usize>| day[range].iter().all(u8::is_ascii_digit);
    day.len() >= 10 && digits(0..4) && day[4] == b'-' && digits(5..7) && day[7] == b'-' && digits(8..10)
}

#[test]
fn u62_what_may_not_be_shown_is_found() {
    for shown in [
        "Dem Reseller fehlt noch: ids, partner_agreement.",
        "It opens again at -.",
        "Ihre Bestellung ord_01k4a3v1z2f0q8h7m6n5p4r3s2 ist da.",
        "Bis 2026-11-30T23:05:00Z.",
        "Am 2026-11-30.",
        "Guten Tag  Erika,",
        "Das Feld `x` fehlt.",
        "Der Grund ().",
        "GET /v1/me",
    ] {
        assert!(flaw(shown).is_some(), "{shown}");
    }
    for right in
        ["Am 30. November 2026, 14:05 Uhr (MEZ).", "Version 2026-01 gilt.", "https://shop.example/a_b/c", "M365 E3"]
    {
        assert_eq!(flaw(right), None, "{right}");
    }
}
