//! The words of the mails: `mails/{de,en,pl}/KIND.txt`, the subject in the first line, `{name}` for what is filled in.
//!
//! What is filled in comes from people: it cannot add a line, a header or a placeholder.

use crate::http::problem::Problem;
use crate::texts::lang::Lang;
use crate::texts::place::{Place, one_line};
use domain::notification::NotificationKind;
use domain::zone::Zone;

/// The longest line of a paragraph that somebody else wrote.
const WIDTH: usize = 76;

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
        CustomerOrder "customer_order",
        TermEnding "term_ending",
        SubscriptionChanged "subscription_changed",
        ChangeFailed "change_failed",
        KeysRedeemed "keys_redeemed",
        SubscriptionNotRenewed "subscription_not_renewed",
        ReductionRefused "reduction_refused",
        UpdatesLow "updates_low",
        PriceMissing "price_missing",
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

/// What is filled in, by placeholder: each value as the mail's language writes it.
#[derive(Debug, Clone)]
pub struct Values {
    lang: Lang,
    zone: Zone,
    filled: Vec<(&'static str, String)>,
}

/// A phrase of `words.txt`, filled.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Sentence(String);

impl Sentence {
    /// The address of a page, on a line of its own.
    pub const fn address(page: String) -> Self {
        Self(page)
    }
}

impl Values {
    /// Values of no placeholder yet, for a mail in a language; instants as the clocks of a zone show them.
    pub const fn new(lang: Lang, zone: Zone) -> Self {
        Self { lang, zone, filled: Vec::new() }
    }

    /// What stands in a place, on one line.
    pub fn line(self, name: &'static str, place: impl Into<Place>) -> Self {
        let said = place.into().said(self.lang, &self.zone);
        self.filled(name, said)
    }

    /// The address of a page: it alone may hold an id.
    pub fn link(self, name: &'static str, address: &str) -> Self {
        self.filled(name, address.to_owned())
    }

    /// A sentence within a sentence.
    pub fn sentence(self, name: &'static str, sentence: &Sentence) -> Self {
        let said = sentence.0.clone();
        self.filled(name, said)
    }

    /// Several sentences, each on a line of its own and indented.
    pub fn lines(self, name: &'static str, lines: &[Sentence]) -> Self {
        let lines: Vec<_> = lines.iter().map(|line| format!("  {}", line.0)).collect();
        self.filled(name, lines.join("\n"))
    }

    /// Paragraphs, indented: of each the first line less than the others.
    pub fn blocks(self, name: &'static str, blocks: &[Vec<Sentence>]) -> Self {
        let block = |lines: &Vec<Sentence>| {
            let indented = lines.iter().enumerate().map(|(n, line)| {
                let indent = if n == 0 { "  " } else { "    " };
                format!("{indent}{}", line.0)
            });
            indented.collect::<Vec<_>>().join("\n")
        };
        let blocks: Vec<_> = blocks.iter().map(block).collect();
        self.filled(name, blocks.join("\n\n"))
    }

    /// A paragraph of its own, where there is something to say in it.
    pub fn paragraph(self, name: &'static str, sentence: Option<Sentence>) -> Self {
        self.filled(name, sentence.map(|sentence| sentence.0).unwrap_or_default())
    }

    /// These and others.
    pub fn and(mut self, others: Self) -> Self {
        self.filled.extend(others.filled);
        self
    }

    /// What somebody writes, as a paragraph of its own under the words that introduce it, its lines no longer than
    /// people read; nothing where nothing was written.
    pub fn letter(self, name: &'static str, introduction: &Sentence, text: Option<&str>) -> Self {
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
        let letter =
            if lines.is_empty() { String::new() } else { format!("\n\n{}\n\n{}", introduction.0, lines.join("\n")) };
        self.filled(name, letter)
    }

    /// Whom a mail greets: nobody by name where the name is not known.
    pub fn person(self, name: &str) -> Self {
        let name = one_line(name);
        let person = if name.is_empty() { name } else { format!(" {name}") };
        self.filled("person", person)
    }

    fn filled(mut self, name: &'static str, said: String) -> Self {
        self.filled.push((name, said));
        self
    }

    fn get(&self, name: &str) -> Option<&str> {
        self.filled.iter().find(|(known, _)| *known == name).map(|(_, value)| value.as_str())
    }
}

/// The places that may be empty: a greeting can do without the name, and of these paragraphs there may be nothing to
/// say.
const MAY_BE_EMPTY: [&str; 4] = ["person", "letter", "see", "more"];

/// Writes a mail. One with another empty place is not written.
pub fn write(kind: NotificationKind, values: &Values) -> Result<Written, Problem> {
    let lang = values.lang;
    let (subject, text) = template(kind, lang).split_once("\n\n").unwrap_or_default();
    let text = format!("{}\n\n{}", text.trim_end(), footer(lang));
    Ok(Written { subject: fill(subject, values)?, text: closed_up(&fill(&text, values)?) })
}

/// A text without the gap that a paragraph leaves of which there is nothing to say.
fn closed_up(text: &str) -> String {
    let mut closed = text.to_owned();
    while closed.contains("\n\n\n") {
        closed = closed.replace("\n\n\n", "\n\n");
    }
    closed
}

/// Fills each placeholder once: what is filled in is not looked at again.
fn fill(template: &str, values: &Values) -> Result<String, Problem> {
    let mut filled = String::with_capacity(template.len());
    let mut rest = template;
    while let Some((before, after)) = rest.split_once('{') {
        let (name, behind) = after.split_once('}').ok_or_else(|| Problem::internal("an open placeholder"))?;
        let value = values.get(name).filter(|value| !value.is_empty() || MAY_BE_EMPTY.contains(&name));
        let value = value.ok_or_else(|| Problem::internal(format!("nothing to fill {{{name}}} with")))?;
        filled.push_str(before);
        filled.push_str(value);
        rest = behind;
    }
    filled.push_str(rest);
    Ok(filled)
}

/// A phrase of the values' language, filled.
pub fn word(key: &str, values: &Values) -> Result<Sentence, Problem> {
    let phrase = words(values.lang).lines().filter_map(|line| line.split_once(" = ")).find(|(known, _)| *known == key);
    let (_, phrase) = phrase.ok_or_else(|| Problem::internal(format!("no word for {key}")))?;
    fill(phrase, values).map(Sentence)
}

/// A number of days.
pub fn days(number: u64, values: &Values) -> Result<Sentence, Problem> {
    let key = if number == 1 { "day.one" } else { "day.many" };
    word(key, &values.clone().line("n", number))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::texts::flaws::{flaw, placeholders};
    use crate::texts::phrases::Phrase;
    use domain::money::{Currency, UnitPrice};
    use std::collections::BTreeSet;
    use time::macros::datetime;

    fn berlin() -> Zone {
        "Europe/Berlin".parse().unwrap()
    }

    /// Everything that can stand in any place of any mail, the n-th way.
    fn samples(lang: Lang, n: usize) -> Values {
        let at = datetime!(2026-11-30 23:05 UTC);
        let empty = || Values::new(lang, berlin());
        let names = ["Müller & Söhne GmbH", "Zażółć Sp. z o.o.", "東京システム株式会社"];
        let name = || Place::text(names[n % names.len()]);
        let counts = [0_u64, 1, 5, 1_200];
        let count = counts[n % counts.len()];
        let keys: Vec<_> = words(lang).lines().map(|line| line.split_once(" = ").unwrap().0).collect();
        let sentence = |key: &str| {
            let values = empty().line("n", count).line("quantity", count).line("title", name()).line("at", at);
            let values = values.line("after", name()).line("reason", name()).line("day", Place::Day(day()));
            let values = values.line("subscription", name()).line("customer", name()).line("term_end", day());
            let values = values.line("assigned", count).line("partner", name()).line("key", Place::text("7K2QX"));
            let values = values.line("price", UnitPrice::from_micros(9_400_000, Currency::Eur));
            let cycles = ["cycle.monthly", "cycle.none"].map(|key| word(key, &empty()).unwrap());
            let values =
                values.sentence("cycle", &cycles[n % 2]).sentence("days", &days(count.max(1), &empty()).unwrap());
            let values = values.link("link", "https://shop.example/orders/ord_01k4a3v1z2f0q8h7m6n5p4r3s2");
            word(key, &values.line("name", name())).unwrap()
        };
        let of = |prefix: &str| keys.iter().filter(|key| key.starts_with(prefix)).map(|key| sentence(key)).collect();
        let (all, orders): (Vec<_>, Vec<_>) = (of(""), of("order."));
        let locks: Vec<_> = of("unlocked.");
        let page = "https://shop.example/orders/ord_01k4a3v1z2f0q8h7m6n5p4r3s2";
        let text = |text: &str| Place::text(text);
        empty()
            .person(["Erika Muster", ""][n % 2])
            .line("marketplace", text("CANCOM Marketplace"))
            .line("support", [text("support@cancom.example, +49 800 1234567"), Phrase::NoneGiven.into()][n % 2].clone())
            .line("login", text("erika@kunde.example"))
            .line("email", text("erika@kunde.example"))
            .link("link", page)
            .link("login_link", "https://shop.example/login")
            .link("reset_link", "https://shop.example/passwordReset")
            .line("until", at)
            .line("at", at)
            .line("since", at)
            .sentence("unlocked", &locks[n % locks.len()])
            .line("reason", text("Zu dieser Adresse fanden wir kein Unternehmen."))
            .line("organization", [name(), Phrase::YourCompany.into()][n % 2].clone())
            .sentence("order", &orders[n % orders.len()])
            .line("customer", name())
            .lines("lines", &all)
            .lines("changes", &all)
            .line("subscription", [text("Office 365 E1"), Phrase::AProduct.into()][n % 2].clone())
            .line("quantity", count)
            .line("wanted", count)
            .line("must_give_up", count)
            .line("left", count)
            .line("most", count)
            .line("offer", name())
            .sentence("subject", &sentence(["end.subject.one", "end.subject.many"][n % 2]))
            .sentence("intro", &sentence(["end.intro.one", "end.intro.many"][n % 2]))
            .blocks("terms", &[of("end."), of("choice.")])
            .paragraph("more", n.is_multiple_of(2).then(|| sentence("end.more")))
            .paragraph("see", n.is_multiple_of(2).then(|| sentence("see.order")))
            .line("partner", name())
            .letter("letter", &sentence("letter.of"), ["Wir helfen Ihren Leuten.", ""].get(n % 2).copied())
            .line("reseller", name())
            .line("customer_number", [text("K-4711"), Phrase::NoneGiven.into()][n % 2].clone())
            .line("domain", text("musterfirma.onmicrosoft.com"))
    }

    fn day() -> domain::calendar::Day {
        domain::calendar::Day::from_ymd(2026, 11, 30).unwrap()
    }

    #[test]
    fn every_kind_says_the_same_in_three_languages() {
        for kind in NotificationKind::ALL {
            let german = placeholders(template(*kind, Lang::De));
            for lang in Lang::ALL {
                assert_eq!(placeholders(template(*kind, lang)), german, "{} in {}", kind.code(), lang.code());
                let text = template(*kind, lang);
                let (subject, body) = text.split_once("\n\n").unwrap();
                assert!(!subject.contains('\n') && !body.trim().is_empty(), "{} in {}", kind.code(), lang.code());
                assert!(text.ends_with('\n') && !text.contains('\r'));
            }
        }
        let keys = |lang| words(lang).lines().map(|line| line.split_once(" = ").unwrap().0).collect::<Vec<_>>();
        let holes = |lang| words(lang).lines().map(placeholders).collect::<Vec<_>>();
        for lang in Lang::ALL {
            assert_eq!((keys(lang), holes(lang)), (keys(Lang::De), holes(Lang::De)));
            assert_eq!(placeholders(footer(lang)), BTreeSet::from(["marketplace", "support"]));
        }
    }

    /// U-62: every mail with every value that its places can take.
    #[test]
    fn u62_no_mail_shows_a_code_an_id_a_raw_instant_or_an_empty_place() {
        for lang in Lang::ALL {
            for n in 0..12 {
                for kind in NotificationKind::ALL {
                    let mail = write(*kind, &samples(lang, n)).unwrap();
                    let lines = mail.text.lines().map(str::trim).filter(|line| !line.is_empty());
                    for line in lines.chain([mail.subject.as_str()]) {
                        assert_eq!(flaw(line), None, "{} in {}: {line}", kind.code(), lang.code());
                    }
                }
            }
        }
    }

    #[test]
    fn a_name_cannot_add_a_line_or_be_filled_itself() {
        let evil = "Evil\r\nBcc: all@world.example\u{2028}\u{202e}{link}\0 GmbH";
        let named = word("order.named", &Values::new(Lang::En, Zone::UTC).line("name", Place::text(evil))).unwrap();
        let values = samples(Lang::En, 0);
        let values = Values { filled: vec![], ..values }
            .person(evil)
            .sentence("order", &named)
            .line("customer", Place::text(evil))
            .lines("lines", &[named.clone(), named.clone()])
            .link("link", "https://shop.example/x")
            .line("marketplace", Place::text("M"))
            .line("support", Place::text("S"));
        let written = write(NotificationKind::OrderReady, &values).unwrap();
        let tame = "Evil Bcc: all@world.example {link} GmbH";
        assert_eq!(written.subject, format!("Your order “{tame}” is ready"));
        assert!(written.text.starts_with(&format!("Hello {tame},\n\n")), "{}", written.text);
        assert!(written.text.contains(&format!("\n  “{tame}”\n  “{tame}”\n")), "{}", written.text);
        assert!(!written.text.contains('\r'));
    }

    #[test]
    fn a_paragraph_of_which_there_is_nothing_to_say_leaves_no_gap() {
        let named = word("order.named", &Values::new(Lang::En, Zone::UTC).line("name", Place::text("Herbst"))).unwrap();
        let values = Values::new(Lang::En, Zone::UTC)
            .person("")
            .sentence("order", &named)
            .line("customer", Place::text("C"))
            .lines("lines", &[Sentence("one".to_owned())])
            .paragraph("see", None)
            .line("marketplace", Place::text("M"))
            .line("support", Place::text("S"));
        let written = write(NotificationKind::CustomerOrder, &values).unwrap();
        assert!(written.text.contains("\n  one\n\nKind regards\n"), "{}", written.text);
    }

    #[test]
    fn blocks_are_apart_and_their_lines_stay_on_theirs() {
        let [a, b, c] = ["a", "b", "c"].map(|text| Sentence(text.to_owned()));
        let values = Values::new(Lang::En, Zone::UTC).blocks("terms", &[vec![a, b], vec![c]]);
        assert_eq!(values.get("terms"), Some("  a\n    b\n\n  c"));
    }

    #[test]
    fn nothing_is_sent_with_a_hole_in_it() {
        let none = Values::new(Lang::En, Zone::UTC);
        assert!(write(NotificationKind::OrderReady, &none).is_err());
        let mut empty = samples(Lang::En, 0);
        empty.filled.retain(|(name, _)| *name != "customer");
        assert!(write(NotificationKind::OrderReady, &empty.line("customer", Place::text(" "))).is_err());
    }

    #[test]
    fn days_are_counted_as_people_do() {
        let said = |number: u64| Lang::ALL.map(|lang| days(number, &Values::new(lang, Zone::UTC)).unwrap().0);
        assert_eq!(said(1), ["1 Tag", "1 day", "1 dzień"]);
        assert_eq!(said(30), ["30 Tagen", "30 days", "30 dni"]);
    }
}
