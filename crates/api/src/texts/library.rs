//! All texts of all languages: `texts/{en,de,pl}/*.ftl`, built into the program. They are read once and held against
//! the keys that the program says and against each other: the program does not start with a text that is missing, that
//! nobody says, that cannot be read, or that has other places than in English. So no look-up can miss.

use crate::http::problem::code::Code;
use crate::texts::keys::mail::Word;
use crate::texts::keys::phrase::{Phrase, Wording};
use crate::texts::keys::policy::Point;
use crate::texts::lang::Lang;
use crate::texts::reading::{Flaw, Keyed, Text, read};
use domain::notification::NotificationKind;
use std::collections::BTreeSet;
use std::sync::LazyLock;

/// A file of texts of a language.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum File {
    Problems,
    Policies,
    Mails,
    Phrases,
    /// In English alone: `texts/en/hints.ftl` says why.
    Hints,
}

macro_rules! embedded {
    ($language:literal, $file:expr) => {
        match $file {
            File::Problems => include_str!(concat!("../../texts/", $language, "/problems.ftl")),
            File::Policies => include_str!(concat!("../../texts/", $language, "/policies.ftl")),
            File::Mails => include_str!(concat!("../../texts/", $language, "/mails.ftl")),
            File::Phrases => include_str!(concat!("../../texts/", $language, "/phrases.ftl")),
            File::Hints => include_str!("../../texts/en/hints.ftl"),
        }
    };
}

/// A file as it was when the program was built.
fn embedded(lang: Lang, file: File) -> String {
    let text = match lang {
        Lang::De => embedded!("de", file),
        Lang::En => embedded!("en", file),
        Lang::Pl => embedded!("pl", file),
    };
    text.to_owned()
}

static LIBRARY: LazyLock<Result<Library, Flaw>> = LazyLock::new(|| Library::read(&embedded));

struct Library {
    de: Language,
    en: Language,
    pl: Language,
    /// By the number of their code.
    hints: Vec<Option<Text>>,
}

/// All texts of a language, each kind by the numbers of its keys.
pub struct Language {
    problems: Vec<ProblemText>,
    points: Vec<Text>,
    mails: Vec<MailText>,
    words: Vec<Text>,
    phrases: Vec<Text>,
    wordings: Vec<Text>,
}

/// What a code says.
pub struct ProblemText {
    /// The same for every occurrence.
    pub title: Text,
    /// This occurrence, with its numbers and the way out.
    pub detail: Text,
    /// Sentences behind it, each only where the place of its name is filled.
    pub further: Vec<(&'static str, Text)>,
}

/// What a kind of mail says.
pub struct MailText {
    /// Its subject, on one line.
    pub subject: Text,
    /// Everything above the footer.
    pub body: Text,
}

/// Reads and checks all texts; a program that says this before anything else has all texts that it can ask for.
pub fn check() -> Result<(), Flaw> {
    LIBRARY.as_ref().map(|_| ()).map_err(Clone::clone)
}

fn library() -> &'static Library {
    match &*LIBRARY {
        Ok(library) => library,
        Err(flaw) => panic!("the program started without a check of its texts: {flaw}"),
    }
}

/// The texts of a language.
pub fn of(lang: Lang) -> &'static Language {
    match lang {
        Lang::De => &library().de,
        Lang::En => &library().en,
        Lang::Pl => &library().pl,
    }
}

/// What whoever writes a client can do about a problem, where there is more to say than people are told.
pub fn hint(code: Code) -> Option<&'static Text> {
    library().hints[code as usize].as_ref()
}

impl Language {
    /// What is said of a problem.
    pub fn problem(&self, code: Code) -> &ProblemText {
        &self.problems[code as usize]
    }

    /// What is told of a policy.
    pub fn point(&self, point: Point) -> &Text {
        &self.points[point as usize]
    }

    /// What a mail says.
    pub fn mail(&self, kind: NotificationKind) -> &MailText {
        &self.mails[kind as usize]
    }

    /// Words in the places of mails.
    pub fn word(&self, word: Word) -> &Text {
        &self.words[word as usize]
    }

    /// A phrase in the places of texts.
    pub fn phrase(&self, phrase: Phrase) -> &Text {
        &self.phrases[phrase as usize]
    }

    /// What is said in one place alone.
    pub fn wording(&self, wording: Wording) -> &Text {
        &self.wordings[wording as usize]
    }
}

/// The files of a language, read.
struct Files {
    lang: Lang,
    problems: Vec<Keyed>,
    policies: Vec<Keyed>,
    mails: Vec<Keyed>,
    phrases: Vec<Keyed>,
}

impl File {
    const fn name(self) -> &'static str {
        match self {
            Self::Problems => "problems",
            Self::Policies => "policies",
            Self::Mails => "mails",
            Self::Phrases => "phrases",
            Self::Hints => "hints",
        }
    }

    fn flaw(self, lang: Lang, key: &str, what: impl Into<String>) -> Flaw {
        Flaw { lang, file: self.name(), key: key.to_owned(), what: what.into() }
    }

    /// The keys that it has in every language.
    fn keys(self) -> Vec<&'static str> {
        let codes = || Code::ALL.iter().map(|code| code.as_str());
        match self {
            Self::Problems | Self::Hints => codes().collect(),
            Self::Policies => Point::ALL.iter().map(|point| point.key()).collect(),
            Self::Mails => {
                let kinds = NotificationKind::ALL.iter().map(|kind| kind.code());
                kinds.chain(Word::ALL.iter().map(|word| word.key())).collect()
            }
            Self::Phrases => {
                let phrases = Phrase::ALL.iter().map(|phrase| phrase.key());
                phrases.chain(Wording::ALL.iter().map(|wording| wording.key())).collect()
            }
        }
    }
}

impl Library {
    fn read(source: &dyn Fn(Lang, File) -> String) -> Result<Self, Flaw> {
        let (en, de, pl) =
            (Files::read(Lang::En, source)?, Files::read(Lang::De, source)?, Files::read(Lang::Pl, source)?);
        de.says_the_same_as(&en)?;
        pl.says_the_same_as(&en)?;
        let hints = read(Lang::En, File::Hints.name(), source(Lang::En, File::Hints))?;
        Ok(Self { de: Language::of(de)?, en: Language::of(en)?, pl: Language::of(pl)?, hints: of_codes(hints)? })
    }
}

/// Hints by code: not every problem has one.
fn of_codes(hints: Vec<Keyed>) -> Result<Vec<Option<Text>>, Flaw> {
    let mut hints = hints.into_iter().peekable();
    let all = Code::ALL.iter().map(|code| match hints.next_if(|hint| hint.key == code.as_str()) {
        Some(hint) => plain(Lang::En, File::Hints, hint).map(Some),
        None => Ok(None),
    });
    let all = all.collect::<Result<_, _>>()?;
    match hints.next() {
        Some(left) => {
            Err(File::Hints.flaw(Lang::En, left.key, "no problem has this code, or it is not in their order"))
        }
        None => Ok(all),
    }
}

impl Files {
    fn read(lang: Lang, source: &dyn Fn(Lang, File) -> String) -> Result<Self, Flaw> {
        let of = |file: File| {
            let found = read(lang, file.name(), source(lang, file))?;
            has_the_keys(lang, file, &found)?;
            Ok::<_, Flaw>(found)
        };
        let (problems, policies) = (of(File::Problems)?, of(File::Policies)?);
        Ok(Self { lang, problems, policies, mails: of(File::Mails)?, phrases: of(File::Phrases)? })
    }

    fn says_the_same_as(&self, english: &Self) -> Result<(), Flaw> {
        for (file, ours, theirs) in [
            (File::Problems, &self.problems, &english.problems),
            (File::Policies, &self.policies, &english.policies),
            (File::Mails, &self.mails, &english.mails),
            (File::Phrases, &self.phrases, &english.phrases),
        ] {
            for (one, other) in ours.iter().zip(theirs) {
                let what = differs(one, other);
                what.map_or(Ok(()), |what| Err(file.flaw(self.lang, one.key, what)))?;
            }
        }
        Ok(())
    }
}

/// Whether a file has the keys that it is to have, in their order.
fn has_the_keys(lang: Lang, file: File, found: &[Keyed]) -> Result<(), Flaw> {
    let (keys, found) = (file.keys(), found.iter().map(|one| one.key).collect::<Vec<_>>());
    if let Some(missing) = keys.iter().find(|key| !found.contains(key)) {
        return Err(file.flaw(lang, missing, "it is missing"));
    }
    if let Some(unused) = found.iter().find(|key| !keys.contains(key)) {
        return Err(file.flaw(lang, unused, "nobody says it"));
    }
    match found.iter().zip(&keys).find(|(one, other)| one != other) {
        Some((one, other)) => Err(file.flaw(lang, one, format!("it stands where {other} is to stand"))),
        None => Ok(()),
    }
}

/// What a text has that the same text in English has not, or the other way round.
fn differs(one: &Keyed, english: &Keyed) -> Option<String> {
    let names = |one: &Keyed| one.attributes.iter().map(|(name, _)| *name).collect::<Vec<_>>();
    if names(one) != names(english) {
        return Some(format!("it has the attributes {:?}, in English {:?}", names(one), names(english)));
    }
    let texts = |one: &Keyed| {
        let all = [&one.text].into_iter().chain(one.attributes.iter().map(|(_, text)| text));
        all.map(|text| text.places().clone()).collect::<Vec<_>>()
    };
    let mut both = texts(one).into_iter().zip(texts(english));
    let (ours, theirs) = both.find(|(one, other)| one != other)?;
    let left: Vec<_> = ours.symmetric_difference(&theirs).copied().collect();
    Some(format!("it has other places than in English: {}", left.join(", ")))
}

impl Language {
    fn of(files: Files) -> Result<Self, Flaw> {
        let lang = files.lang;
        let all = |file: File, keyed: Vec<Keyed>| keyed.into_iter().map(move |one| plain(lang, file, one));
        let (mut mails, mut phrases) = (files.mails, files.phrases);
        let words = mails.split_off(NotificationKind::ALL.len());
        let wordings = phrases.split_off(Phrase::ALL.len());
        let filled = phrases.iter().find(|phrase| !phrase.text.places().is_empty());
        filled.map_or(Ok(()), |one| Err(File::Phrases.flaw(lang, one.key, "a phrase has no places")))?;
        Ok(Self {
            problems: files.problems.into_iter().map(|one| problem(lang, one)).collect::<Result<_, _>>()?,
            points: all(File::Policies, files.policies).collect::<Result<_, _>>()?,
            mails: mails.into_iter().map(|one| mail(lang, one)).collect::<Result<_, _>>()?,
            words: all(File::Mails, words).collect::<Result<_, _>>()?,
            phrases: all(File::Phrases, phrases).collect::<Result<_, _>>()?,
            wordings: all(File::Phrases, wordings).collect::<Result<_, _>>()?,
        })
    }
}

fn plain(lang: Lang, file: File, keyed: Keyed) -> Result<Text, Flaw> {
    match keyed.attributes.first() {
        Some((name, _)) => Err(file.flaw(lang, keyed.key, format!("it has an attribute that nobody says: .{name}"))),
        None => Ok(keyed.text),
    }
}

fn problem(lang: Lang, keyed: Keyed) -> Result<ProblemText, Flaw> {
    let flaw = |what: String| Err(File::Problems.flaw(lang, keyed.key, what));
    let mut attributes = keyed.attributes.into_iter();
    let title = match attributes.next() {
        Some(("title", title)) if title.places().is_empty() => title,
        _ => return flaw("it has no .title without places behind its text".to_owned()),
    };
    let further: Vec<_> = attributes.collect();
    let wrong = further.iter().find(|(name, text)| *text.places() != BTreeSet::from([*name]));
    match wrong {
        Some((name, _)) => flaw(format!(".{name} has another place than that of its name")),
        None => Ok(ProblemText { title, detail: keyed.text, further }),
    }
}

fn mail(lang: Lang, keyed: Keyed) -> Result<MailText, Flaw> {
    let mut attributes = keyed.attributes.into_iter();
    match (attributes.next(), attributes.next()) {
        (Some(("subject", subject)), None) => Ok(MailText { subject, body: keyed.text }),
        _ => Err(File::Mails.flaw(lang, keyed.key, "it has not one .subject and nothing else behind its text")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What is found where a file of a language is another one.
    #[track_caller]
    fn found(at: Lang, of: File, change: impl Fn(&str) -> String) -> String {
        let planted = |lang, file| {
            let text = embedded(lang, file);
            if (lang, file) == (at, of) {
                let changed = change(&text);
                assert_ne!(changed, text, "something is planted");
                return changed;
            }
            text
        };
        Library::read(&planted).err().map_or_else(|| "nothing".to_owned(), |flaw| flaw.to_string())
    }

    /// The text of a key, as far as the next key.
    fn without(text: &str, key: &str) -> String {
        let begin = text.find(&format!("\n{key} =")).unwrap() + 1;
        let line = |at: usize| text[at..].find('\n').map(|end| at + end + 1);
        let mut end = line(begin).unwrap();
        while text[end..].starts_with(' ') {
            end = line(end).unwrap();
        }
        format!("{}{}", &text[..begin], &text[end..])
    }

    #[test]
    fn every_language_has_all_texts_and_says_the_same() {
        assert_eq!(check(), Ok(()));
        let hints = library().hints.iter().flatten().count();
        assert!(hints > 50, "{hints}");
    }

    /// Keys are looked up by their numbers.
    #[test]
    fn keys_are_numbered_in_their_order() {
        assert!(Code::ALL.iter().enumerate().all(|(n, code)| *code as usize == n));
        assert!(NotificationKind::ALL.iter().enumerate().all(|(n, kind)| *kind as usize == n));
        for lang in Lang::ALL {
            assert_eq!(of(lang).problems.len(), Code::ALL.len());
            assert_eq!(of(lang).points.len(), Point::ALL.len());
            assert_eq!(of(lang).mails.len(), NotificationKind::ALL.len());
            assert_eq!(of(lang).words.len(), Word::ALL.len());
            assert_eq!(of(lang).phrases.len(), Phrase::ALL.len());
            assert_eq!(of(lang).wordings.len(), Wording::ALL.len());
        }
    }

    #[test]
    fn a_file_that_cannot_be_read_is_found() {
        let text = |text: &str| text.replace("\ncart_empty = ", "\ncart_empty ");
        let flaw = found(Lang::De, File::Problems, text);
        assert!(flaw.starts_with("texts/de/problems.ftl, cart_empty"), "{flaw}");
        let line = |text: &str| text.replace("\n    Z poważaniem\n", "\nZ poważaniem\n");
        let flaw = found(Lang::Pl, File::Mails, line);
        assert!(flaw.starts_with("texts/pl/mails.ftl, "), "{flaw}");
        let open = |text: &str| text.replace("{ $first }", "{ $first ");
        let flaw = found(Lang::En, File::Phrases, open);
        assert!(flaw.starts_with("texts/en/phrases.ftl, bounds: "), "{flaw}");
    }

    #[test]
    fn a_text_that_is_missing_is_found() {
        for (file, key) in [
            (File::Problems, "cart_empty"),
            (File::Policies, "grace_days"),
            (File::Mails, "order_ready"),
            (File::Mails, "footer"),
            (File::Phrases, "none_given"),
            (File::Phrases, "instant"),
        ] {
            for lang in Lang::ALL {
                let flaw = found(lang, file, |text| without(text, key));
                assert_eq!(flaw, format!("texts/{}/{}.ftl, {key}: it is missing", lang.code(), file.name()));
            }
        }
    }

    #[test]
    fn a_text_that_nobody_says_is_found() {
        for file in [File::Problems, File::Policies, File::Mails, File::Phrases] {
            let flaw = found(Lang::Pl, file, |text| format!("{text}nobody_says_this = Nikt.\n"));
            assert_eq!(flaw, format!("texts/pl/{}.ftl, nobody_says_this: nobody says it", file.name()));
        }
        let hint = found(Lang::En, File::Hints, |text| format!("{text}no_code = Do this.\n"));
        assert_eq!(hint, "texts/en/hints.ftl, no_code: no problem has this code, or it is not in their order");
        let twice = found(Lang::En, File::Phrases, |text| format!("{text}iban = an IBAN\n"));
        assert!(twice.starts_with("texts/en/phrases.ftl, "), "{twice}");
        let term = found(Lang::En, File::Phrases, |text| format!("{text}-term = A word\n"));
        assert_eq!(term, "texts/en/phrases.ftl, term: a term, which no text refers to");
        let attribute = found(Lang::En, File::Phrases, |text| format!("{text}    .title = A title\n"));
        assert!(attribute.ends_with(": it has the attributes [], in English [\"title\"]"), "{attribute}");
    }

    #[test]
    fn texts_in_another_order_are_found() {
        let moved = found(Lang::De, File::Phrases, |text| {
            text.replace("\niban = eine IBAN\nbic = ein BIC\n", "\nbic = ein BIC\niban = eine IBAN\n")
        });
        assert_eq!(moved, "texts/de/phrases.ftl, bic: it stands where iban is to stand");
    }

    #[test]
    fn another_place_than_in_english_is_found() {
        let lacks = found(Lang::De, File::Mails, |text| {
            text.replacen("    .subject = Ihr Zugang zu { $marketplace }", "    .subject = Ihr Zugang", 1)
        });
        assert_eq!(lacks, "texts/de/mails.ftl, activation: it has other places than in English: marketplace");
        let more =
            found(Lang::Pl, File::Policies, |text| text.replace("price_lock_none = ", "price_lock_none = { $n } "));
        assert_eq!(more, "texts/pl/policies.ftl, price_lock_none: it has other places than in English: n");
        let planted = |lang, file| embedded(lang, file).replace("\niban = ", "\niban = { $n } ");
        let flaw = Library::read(&planted).err().map(|flaw| flaw.to_string());
        assert_eq!(flaw.as_deref(), Some("texts/de/phrases.ftl, iban: a phrase has no places"));
    }

    #[test]
    fn a_title_or_subject_that_is_missing_is_found() {
        let title = found(Lang::De, File::Problems, |text| text.replacen("\n    .title = ", "\n    .titel = ", 1));
        assert!(title.contains("malformed_request: it has the attributes [\"titel\"]"), "{title}");
        let subject = found(Lang::Pl, File::Mails, |text| text.replacen("\n    .subject = ", "\n    .temat = ", 1));
        assert!(subject.contains("activation: it has the attributes [\"temat\"]"), "{subject}");
    }

    #[test]
    fn a_form_that_a_language_needs_is_found() {
        let few = found(Lang::Pl, File::Mails, |text| text.replacen("        [few] { $n } dni\n", "", 1));
        assert_eq!(few, "texts/pl/mails.ftl, days: it has the forms one, many, and needs one, few, many");
        let mistyped = found(Lang::De, File::Mails, |text| text.replacen("[one] { $n } Tag", "[onne] { $n } Tag", 1));
        assert_eq!(mistyped, "texts/de/mails.ftl, days: it has the forms onne, other, and needs one, other");
    }

    #[test]
    fn a_text_that_refers_to_another_is_found() {
        let refers = found(Lang::En, File::Phrases, |text| text.replace("\nbic = a BIC", "\nbic = { iban }"));
        assert_eq!(refers, "texts/en/phrases.ftl, bic: braces hold something else than a place");
    }
}
