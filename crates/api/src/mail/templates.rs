//! Mails in words (`texts/*/mails.ftl`): each kind with its subject and its text, their places filled.
//!
//! What is filled in comes from people: it cannot add a line, a header or a place.

use crate::http::problem::Problem;
pub use crate::texts::keys::mail::Word;
use crate::texts::lang::Lang;
use crate::texts::library;
use crate::texts::place::{Place, one_line};
use crate::texts::reading::{Said, Text};
use domain::notification::NotificationKind;
use domain::zone::Zone;

/// The longest line of a paragraph that somebody else wrote.
const WIDTH: usize = 76;

/// A mail's subject and text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Written {
    /// The subject, on one line.
    pub subject: String,
    /// The text, its lines ended by `\n`.
    pub text: String,
}

/// What is filled in, by place: each value as the mail's language writes it.
#[derive(Debug, Clone)]
pub struct Values {
    lang: Lang,
    zone: Zone,
    filled: Vec<(&'static str, Said)>,
}

/// Words that stand in the place of a mail, filled.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Sentence(String);

impl Sentence {
    /// The address of a page, on a line of its own.
    pub const fn address(page: String) -> Self {
        Self(page)
    }
}

impl Values {
    /// Values of no place yet, for a mail in a language; instants as the clocks of a zone show them.
    pub const fn new(lang: Lang, zone: Zone) -> Self {
        Self { lang, zone, filled: Vec::new() }
    }

    /// What stands in a place, on one line.
    pub fn line(self, name: &'static str, place: impl Into<Place>) -> Self {
        let said = place.into().said(self.lang, &self.zone);
        self.with(name, said)
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

    fn filled(self, name: &'static str, said: String) -> Self {
        self.with(name, Said::Text(said))
    }

    fn with(mut self, name: &'static str, said: Said) -> Self {
        self.filled.push((name, said));
        self
    }

    /// Whether there is something to say in a place.
    fn fills(&self, name: &str) -> bool {
        let said = self.filled.iter().find(|(known, _)| *known == name).map(|(_, said)| said);
        said.is_some_and(|said| MAY_BE_EMPTY.contains(&name) || *said != Said::Text(String::new()))
    }
}

/// The places that may be empty: a greeting can do without the name, and of these paragraphs there may be nothing to
/// say.
const MAY_BE_EMPTY: [&str; 4] = ["person", "letter", "see", "more"];

/// Writes a mail. One with another empty place is not written.
pub fn write(kind: NotificationKind, values: &Values) -> Result<Written, Problem> {
    let texts = library::of(values.lang);
    let mail = texts.mail(kind);
    let (body, footer) = (fill(&mail.body, values)?, fill(texts.word(Word::Footer), values)?);
    Ok(Written { subject: fill(&mail.subject, values)?, text: closed_up(&format!("{body}\n\n{footer}\n")) })
}

/// A text without the gap that a paragraph leaves of which there is nothing to say.
fn closed_up(text: &str) -> String {
    let mut closed = text.to_owned();
    while closed.contains("\n\n\n") {
        closed = closed.replace("\n\n\n", "\n\n");
    }
    closed
}

/// Fills each place; what is filled in is not looked at again.
fn fill(text: &Text, values: &Values) -> Result<String, Problem> {
    match text.places().iter().find(|name| !values.fills(name)) {
        Some(hole) => Err(Problem::internal(format!("nothing to fill {hole} with"))),
        None => Ok(text.filled(&values.filled)),
    }
}

/// Words in the values' language, filled.
pub fn word(word: Word, values: &Values) -> Result<Sentence, Problem> {
    fill(library::of(values.lang).word(word), values).map(Sentence)
}

/// A number of days.
pub fn days(number: u64, values: &Values) -> Result<Sentence, Problem> {
    word(Word::Days, &values.clone().line("n", number))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::texts::flaws::flaw;
    use crate::texts::phrases::Phrase;
    use domain::money::{Currency, UnitPrice};
    use time::macros::datetime;

    fn berlin() -> Zone {
        "Europe/Berlin".parse().unwrap()
    }

    /// Who can have ordered, as mails say it.
    const ORDERED: [Word; 5] = [
        Word::OrderedByCustomer,
        Word::OrderedByPartner,
        Word::OrderedBySystem,
        Word::OrderedByPartnerSystem,
        Word::OrderedBySomebody,
    ];

    /// Everything that can stand in any place of any mail, the n-th way.
    fn samples(lang: Lang, n: usize) -> Values {
        let at = datetime!(2026-11-30 23:05 UTC);
        let empty = || Values::new(lang, berlin());
        let names = ["Müller & Söhne GmbH", "Zażółć Sp. z o.o.", "東京システム株式会社"];
        let name = || Place::text(names[n % names.len()]);
        let counts = [0_u64, 1, 5, 1_200];
        let count = counts[n % counts.len()];
        let sentence = |key: Word| {
            let values = empty().line("n", count).line("quantity", count).line("title", name()).line("at", at);
            let values = values.line("after", name()).line("reason", name()).line("day", Place::Day(day()));
            let values = values.line("subscription", name()).line("customer", name()).line("term_end", day());
            let values = values.line("assigned", count).line("partner", name()).line("key", Place::text("7K2QX"));
            let values = values.line("price", UnitPrice::from_micros(9_400_000, Currency::Eur));
            let cycles = [Word::CycleMonthly, Word::CycleNone].map(|key| word(key, &empty()).unwrap());
            let values =
                values.sentence("cycle", &cycles[n % 2]).sentence("days", &days(count.max(1), &empty()).unwrap());
            let values = values.link("link", "https://shop.example/orders/ord_01k4a3v1z2f0q8h7m6n5p4r3s2");
            let order = word(Word::OrderNamed, &empty().line("name", name())).unwrap();
            let placed = word(ORDERED[n % ORDERED.len()], &values).unwrap();
            let values = values.line("base", name()).sentence("order", &order).sentence("placed", &placed);
            word(key, &values.line("name", name())).unwrap()
        };
        let of = |prefix: &str| {
            let all = Word::ALL.iter().filter(|word| **word != Word::Footer && word.key().starts_with(prefix));
            all.map(|word| sentence(*word)).collect()
        };
        let (all, orders): (Vec<_>, Vec<_>) = (of(""), of("order_"));
        let locks: Vec<_> = of("unlocked_");
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
            .sentence("placed", &sentence(ORDERED[n % ORDERED.len()]))
            .sentence("ready", &sentence([Word::ReadyYours, Word::ReadyPlaced][n % 2]))
            .sentence("ready_subject", &sentence([Word::ReadySubjectYours, Word::ReadySubject][n % 2]))
            .sentence("failed", &sentence([Word::FailedYours, Word::FailedPlaced][n % 2]))
            .sentence("failed_subject", &sentence([Word::FailedSubjectYours, Word::FailedSubject][n % 2]))
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
            .sentence("subject", &sentence(Word::EndSubject))
            .sentence("intro", &sentence(Word::EndIntro))
            .blocks("terms", &[of("end_"), of("choice_")])
            .paragraph("more", n.is_multiple_of(2).then(|| sentence(Word::EndMore)))
            .paragraph("see", n.is_multiple_of(2).then(|| sentence(Word::SeeOrder)))
            .line("partner", name())
            .letter("letter", &sentence(Word::LetterOf), ["Wir helfen Ihren Leuten.", ""].get(n % 2).copied())
            .line("reseller", name())
            .line("customer_number", [text("K-4711"), Phrase::NoneGiven.into()][n % 2].clone())
            .line("domain", text("musterfirma.onmicrosoft.com"))
    }

    fn day() -> domain::calendar::Day {
        domain::calendar::Day::from_ymd(2026, 11, 30).unwrap()
    }

    #[test]
    fn a_subject_has_one_line() {
        for (kind, lang) in NotificationKind::ALL.iter().flat_map(|kind| Lang::ALL.map(|lang| (*kind, lang))) {
            let mail = write(kind, &samples(lang, 0)).unwrap();
            assert!(!mail.subject.contains('\n') && !mail.subject.is_empty(), "{} in {}", kind.code(), lang.code());
            assert!(mail.text.ends_with('\n') && !mail.text.contains('\r'), "{} in {}", kind.code(), lang.code());
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
        let evil = "Evil\r\nBcc: all@world.example\u{2028}\u{202e}{ $link }\0 GmbH";
        let named = word(Word::OrderNamed, &Values::new(Lang::En, Zone::UTC).line("name", Place::text(evil))).unwrap();
        let values = samples(Lang::En, 0);
        let values = Values { filled: vec![], ..values }
            .person(evil)
            .sentence("order", &named)
            .line("customer", Place::text(evil));
        let [ready, subject] = [Word::ReadyYours, Word::ReadySubjectYours].map(|key| word(key, &values).unwrap());
        let values = values
            .sentence("ready", &ready)
            .sentence("ready_subject", &subject)
            .lines("lines", &[named.clone(), named.clone()])
            .link("link", "https://shop.example/x")
            .line("marketplace", Place::text("M"))
            .line("support", Place::text("S"));
        let written = write(NotificationKind::OrderReady, &values).unwrap();
        let tame = "Evil Bcc: all@world.example { $link } GmbH";
        assert_eq!(written.subject, format!("Your order “{tame}” is ready"));
        assert!(written.text.starts_with(&format!("Hello {tame},\n\n")), "{}", written.text);
        assert!(written.text.contains(&format!("\n  “{tame}”\n  “{tame}”\n")), "{}", written.text);
        assert!(!written.text.contains('\r'));
    }

    #[test]
    fn a_paragraph_of_which_there_is_nothing_to_say_leaves_no_gap() {
        let named =
            word(Word::OrderNamed, &Values::new(Lang::En, Zone::UTC).line("name", Place::text("Herbst"))).unwrap();
        let values = Values::new(Lang::En, Zone::UTC)
            .person("")
            .sentence("order", &named)
            .sentence("placed", &named)
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
        assert_eq!(values.filled, [("terms", Said::Text("  a\n    b\n\n  c".to_owned()))]);
    }

    #[test]
    fn nothing_is_sent_with_a_hole_in_it() {
        let none = Values::new(Lang::En, Zone::UTC);
        assert!(write(NotificationKind::OrderReady, &none).is_err());
        let mut empty = samples(Lang::En, 0);
        empty.filled.retain(|(name, _)| *name != "customer");
        assert!(write(NotificationKind::ChangeFailed, &empty.line("customer", Place::text(" "))).is_err());
    }

    #[test]
    fn days_are_counted_as_people_do() {
        let said = |number: u64| Lang::ALL.map(|lang| days(number, &Values::new(lang, Zone::UTC)).unwrap().0);
        assert_eq!(said(1), ["1 Tag", "1 day", "1 dzień"]);
        assert_eq!(said(30), ["30 Tagen", "30 days", "30 dni"]);
    }
}
