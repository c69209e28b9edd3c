//! The words of the mails: `mails/{de,en,pl}/KIND.txt`, the subject in the first line, `{name}` for what is filled in.
//!
//! What is filled in comes from people: it cannot add a line, a header or a placeholder.

use crate::http::problem::Problem;
use crate::texts::lang::Lang;
use domain::calendar::Day;
use domain::notification::NotificationKind;
use std::fmt::Write as _;
use time::{Month, OffsetDateTime};

/// The longest line of a paragraph that somebody else wrote.
const WIDTH: usize = 76;
/// The longest that a value on one line may be.
const LONGEST: usize = 300;

macro_rules! texts {
    ($lang:expr, $kind:expr, $($variant:ident $name:literal),+ $(,)?) => {
        match ($lang, $kind) {
            $(
                (Lang::De, NotificationKind::$variant) => include_str!(concat!("../../mails/de/", $name, ".txt")),
                (Lang::En, NotificationKind::$variant) => include_str!(concat!("../../mails/en/", $name, ".txt")),
                (Lang::Pl, NotificationKind::$variant) => include_str!(concat!("../../mails/pl/", $name, ".txt")),
            )+
        }
    };
}

/// The text of a kind of mail as it stands in its file.
pub const fn template(kind: NotificationKind, lang: Lang) -> &'static str {
    texts!(
        lang,
        kind,
        Activation "activation",
        RegistrationApproved "registration_approved",
        RegistrationConfirm "registration_confirm",
        RegistrationRejected "registration_rejected",
        RegistrationKnown "registration_known",
        RegistrationReferred "registration_referred",
        RegistrationReferral "registration_referral",
        RegistrationActive "registration_active",
        PasswordReset "password_reset",
        PasswordChanged "password_changed",
        UserLocked "user_locked",
        SessionReused "session_reused",
        OrderReady "order_ready",
        OrderFailed "order_failed",
        TermEnding "term_ending",
        SubscriptionNotRenewed "subscription_not_renewed",
        ReductionRefused "reduction_refused",
        ResellerIdsChanged "reseller_ids_changed",
        ResellerAccessOverdue "reseller_access_overdue",
        TenantConfirmation "tenant_confirmation",
        DelegationOffered "delegation_offered",
    )
}

const fn footer(lang: Lang) -> &'static str {
    match lang {
        Lang::De => include_str!("../../mails/de/footer.txt"),
        Lang::En => include_str!("../../mails/en/footer.txt"),
        Lang::Pl => include_str!("../../mails/pl/footer.txt"),
    }
}

const fn words(lang: Lang) -> &'static str {
    match lang {
        Lang::De => include_str!("../../mails/de/words.txt"),
        Lang::En => include_str!("../../mails/en/words.txt"),
        Lang::Pl => include_str!("../../mails/pl/words.txt"),
    }
}

/// A mail's subject and text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Written {
    /// The subject, on one line.
    pub subject: String,
    /// The text, its lines ended by `\n`.
    pub text: String,
}

/// What is filled in, by placeholder.
#[derive(Debug, Clone, Default)]
pub struct Values(Vec<(&'static str, String)>);

impl Values {
    /// Values of no placeholder yet.
    pub const fn new() -> Self {
        Self(Vec::new())
    }

    /// A text on one line; what would break the line is a blank.
    pub fn line(mut self, name: &'static str, value: impl AsRef<str>) -> Self {
        self.0.push((name, one_line(value.as_ref())));
        self
    }

    /// Several lines, each indented.
    pub fn lines(mut self, name: &'static str, lines: &[String]) -> Self {
        let lines: Vec<_> = lines.iter().map(|line| format!("  {}", one_line(line))).collect();
        self.0.push((name, lines.join("\n")));
        self
    }

    /// What somebody writes, as a paragraph of its own under the words that introduce it, its lines no longer than
    /// people read; nothing where nothing was written.
    pub fn letter(mut self, name: &'static str, introduction: &str, text: Option<&str>) -> Self {
        let mut lines: Vec<String> = vec![];
        for word in text.unwrap_or_default().split_whitespace().map(one_line).filter(|word| !word.is_empty()) {
            match lines.last_mut() {
                Some(line) if line.chars().count() + 1 + word.chars().count() <= WIDTH => {
                    line.push(' ');
                    line.push_str(&word);
                }
                _ => lines.push(word),
            }
        }
        let lines: Vec<_> = lines.iter().map(|line| format!("  {line}")).collect();
        let introduction = one_line(introduction);
        let letter =
            if lines.is_empty() { String::new() } else { format!("\n\n{introduction}\n\n{}", lines.join("\n")) };
        self.0.push((name, letter));
        self
    }

    /// Whom a mail greets: nobody by name where the name is not known.
    pub fn person(self, name: &str) -> Self {
        let name = one_line(name);
        let person = if name.is_empty() { name } else { format!(" {name}") };
        Self([self.0, vec![("person", person)]].concat())
    }

    fn get(&self, name: &str) -> Option<&str> {
        self.0.iter().find(|(known, _)| *known == name).map(|(_, value)| value.as_str())
    }
}

/// A value that stays on its line: control characters, line separators and characters that turn the direction of what
/// stands around them are blanks.
fn one_line(value: &str) -> String {
    let printable = |letter: char| match letter {
        '\u{2028}' | '\u{2029}' => false,
        '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' => false,
        _ => !letter.is_control(),
    };
    let blank: String = value.chars().map(|letter| if printable(letter) { letter } else { ' ' }).collect();
    let words: Vec<_> = blank.split_whitespace().collect();
    words.join(" ").chars().take(LONGEST).collect()
}

/// Writes a mail.
pub fn write(kind: NotificationKind, lang: Lang, values: &Values) -> Result<Written, Problem> {
    let (subject, text) = template(kind, lang).split_once("\n\n").unwrap_or_default();
    let text = format!("{}\n\n{}", text.trim_end(), footer(lang));
    Ok(Written { subject: fill(subject, values)?, text: fill(&text, values)? })
}

/// Fills each placeholder once: what is filled in is not looked at again.
fn fill(template: &str, values: &Values) -> Result<String, Problem> {
    let mut filled = String::with_capacity(template.len());
    let mut rest = template;
    while let Some((before, after)) = rest.split_once('{') {
        let (name, behind) = after.split_once('}').ok_or_else(|| Problem::internal("an open placeholder"))?;
        let value = values.get(name).ok_or_else(|| Problem::internal(format!("nothing to fill {{{name}}} with")))?;
        filled.push_str(before);
        filled.push_str(value);
        rest = behind;
    }
    filled.push_str(rest);
    Ok(filled)
}

/// A phrase of a language, filled.
pub fn word(lang: Lang, key: &str, values: &Values) -> Result<String, Problem> {
    let phrase = words(lang).lines().filter_map(|line| line.split_once(" = ")).find(|(known, _)| *known == key);
    let (_, phrase) = phrase.ok_or_else(|| Problem::internal(format!("no word for {key}")))?;
    fill(phrase, values)
}

/// A number of days.
pub fn days(lang: Lang, number: i64) -> Result<String, Problem> {
    let key = if number == 1 { "day.one" } else { "day.many" };
    word(lang, key, &Values::new().line("n", number.to_string()))
}

/// A day as people write it.
pub fn day(lang: Lang, day: Day) -> String {
    date(lang, day.date())
}

/// An instant as people write it, in UTC.
pub fn instant(lang: Lang, at: OffsetDateTime) -> String {
    let at = at.to_offset(time::UtcOffset::UTC);
    let mut text = date(lang, at.date());
    let _ = write!(text, ", {:02}:{:02} UTC", at.hour(), at.minute());
    text
}

fn date(lang: Lang, date: time::Date) -> String {
    match lang {
        Lang::De | Lang::Pl => format!("{:02}.{:02}.{}", date.day(), u8::from(date.month()), date.year()),
        Lang::En => format!("{} {} {}", date.day(), month(date.month()), date.year()),
    }
}

const fn month(month: Month) -> &'static str {
    match month {
        Month::January => "January",
        Month::February => "February",
        Month::March => "March",
        Month::April => "April",
        Month::May => "May",
        Month::June => "June",
        Month::July => "July",
        Month::August => "August",
        Month::September => "September",
        Month::October => "October",
        Month::November => "November",
        Month::December => "December",
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeSet;

    /// What there is to fill in, in any mail.
    const KNOWN: &[&str] = &[
        "at",
        "changes",
        "code",
        "customer",
        "customer_number",
        "days",
        "domain",
        "email",
        "letter",
        "lines",
        "link",
        "login",
        "login_link",
        "marketplace",
        "must_give_up",
        "order",
        "organization",
        "partner",
        "person",
        "quantity",
        "reason",
        "reseller",
        "reset_link",
        "since",
        "subscription",
        "support",
        "term_end",
        "then",
        "unlocked",
        "until",
        "wanted",
    ];

    /// The placeholders of a template, in order.
    fn placeholders(template: &str) -> Vec<&str> {
        template.split('{').skip(1).filter_map(|piece| piece.split_once('}')).map(|(name, _)| name).collect()
    }

    #[test]
    fn every_kind_says_the_same_in_three_languages() {
        for kind in NotificationKind::ALL {
            let set = |lang| placeholders(template(*kind, lang)).into_iter().collect::<BTreeSet<_>>();
            let german = set(Lang::De);
            for lang in Lang::ALL {
                assert_eq!(set(lang), german, "{} in {}", kind.code(), lang.code());
                let text = template(*kind, lang);
                let (subject, body) = text.split_once("\n\n").unwrap();
                assert!(!subject.contains('\n') && !body.trim().is_empty(), "{} in {}", kind.code(), lang.code());
                assert!(text.ends_with('\n') && !text.contains('\r'));
            }
            assert!(german.iter().all(|name| KNOWN.contains(name)), "{german:?}");
        }
        let keys = |lang| words(lang).lines().map(|line| line.split_once(" = ").unwrap().0).collect::<Vec<_>>();
        let holes = |lang| words(lang).lines().map(placeholders).map(BTreeSet::from_iter).collect::<Vec<_>>();
        for lang in Lang::ALL {
            assert_eq!((keys(lang), holes(lang)), (keys(Lang::De), holes(Lang::De)));
            assert_eq!(placeholders(footer(lang)), ["marketplace", "support"]);
        }
    }

    #[test]
    fn a_name_cannot_add_a_line_or_be_filled_itself() {
        let evil = "Evil\r\nBcc: all@world.example\u{2028}\u{202e}{link}\0 GmbH";
        let values = Values::new()
            .person(evil)
            .line("order", evil)
            .line("customer", evil)
            .lines("lines", &[evil.to_owned(), "two".to_owned()])
            .line("link", "https://shop.example/x")
            .line("marketplace", "M")
            .line("support", "S");
        let written = write(NotificationKind::OrderReady, Lang::En, &values).unwrap();
        let tame = "Evil Bcc: all@world.example {link} GmbH";
        assert_eq!(written.subject, format!("Your order {tame} is ready"));
        assert!(written.text.starts_with(&format!("Hello {tame},\n\n")), "{}", written.text);
        assert!(written.text.contains(&format!("\n  {tame}\n  two\n")));
        assert!(!written.text.contains('\r'));
    }

    #[test]
    fn u43_a_partners_words_are_a_paragraph_that_stays_one() {
        let words = "Wir richten Ihre Postfächer ein. ".repeat(20) + "\r\n{link}\u{2028}Bcc: x\0";
        let letter = |text| Values::new().letter("letter", "Nord schreibt:", text).get("letter").unwrap().to_owned();
        let written = letter(Some(&words));
        assert!(written.starts_with("\n\nNord schreibt:\n\n  Wir richten Ihre"), "{written}");
        let lines: Vec<_> = written.lines().skip(4).collect();
        assert!(lines.iter().all(|line| line.starts_with("  ") && line.chars().count() <= WIDTH + 2), "{written}");
        assert_eq!(
            written.split_whitespace().skip(2).collect::<Vec<_>>(),
            words.split_whitespace().map(|word| word.trim_matches('\0')).collect::<Vec<_>>()
        );
        assert!(!written.contains('\r') && !written.contains('\0'));
        assert_eq!((letter(None), letter(Some("  "))), (String::new(), String::new()));
    }

    #[test]
    fn nothing_is_sent_with_a_hole_in_it() {
        assert!(write(NotificationKind::OrderReady, Lang::En, &Values::new()).is_err());
    }

    #[test]
    fn days_and_instants_are_as_people_write_them() {
        let at = time::macros::datetime!(2026-09-06 08:05:00 UTC);
        assert_eq!(
            Lang::ALL.map(|lang| instant(lang, at)),
            ["06.09.2026, 08:05 UTC", "6 September 2026, 08:05 UTC", "06.09.2026, 08:05 UTC"]
        );
        assert_eq!(Lang::ALL.map(|lang| days(lang, 1).unwrap()), ["1 Tag", "1 day", "1 dzień"]);
        assert_eq!(Lang::ALL.map(|lang| days(lang, 30).unwrap()), ["30 Tagen", "30 days", "30 dni"]);
    }
}
