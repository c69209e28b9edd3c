//! A file of texts, read by Project Fluent: what each of its keys says, ready to be filled.
//!
//! A text consists of words and places, and may choose among forms by what stands in a place. It refers to no other
//! text, so that who reads it has all of it before the eyes. What is filled in is a value of Fluent's: it is never read
//! as a text.

use crate::texts::lang::Lang;
use crate::texts::numbers;
use fluent_bundle::concurrent::FluentBundle;
use fluent_bundle::{FluentArgs, FluentResource, FluentValue};
use fluent_syntax::ast::{Entry, Expression, InlineExpression, Message, Pattern, PatternElement, Variant, VariantKey};
use std::collections::BTreeSet;
use unic_langid::LanguageIdentifier;

type Bundle = FluentBundle<&'static FluentResource>;
type Words = Pattern<&'static str>;

/// The greatest number that Fluent holds exactly.
const EXACT: u64 = 1 << 53;

/// What stands in a place that nothing is known for: the meaning of a text, of no occurrence.
const UNKNOWN: &str = "…";

/// What is wrong with a file of texts.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("texts/{}/{file}.ftl, {key}: {what}", lang.code())]
pub struct Flaw {
    /// The language of the file.
    pub lang: Lang,
    /// The file without its ending.
    pub file: &'static str,
    /// The key that it is about; `-` where it is about none.
    pub key: String,
    /// What does not hold.
    pub what: String,
}

/// What stands in a place of a text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Said {
    /// What is written already.
    Text(String),
    /// Written as the language writes numbers; the text may choose the form of a word by it.
    Number(u64),
}

/// A text in a language, with places to fill.
pub struct Text {
    lang: Lang,
    bundle: &'static Bundle,
    words: &'static Words,
    places: BTreeSet<&'static str>,
}

/// What a key says.
pub struct Keyed {
    /// The key that it stands under.
    pub key: &'static str,
    /// The text itself.
    pub text: Text,
    /// Further texts under names, in the order of the file.
    pub attributes: Vec<(&'static str, Text)>,
}

impl Text {
    /// The names of its places.
    pub const fn places(&self) -> &BTreeSet<&'static str> {
        &self.places
    }

    /// The text with its places filled.
    pub fn filled(&self, places: &[(&str, Said)]) -> String {
        let mut arguments = FluentArgs::with_capacity(self.places.len());
        for name in &self.places {
            let said = places.iter().find(|(known, _)| known == name).map(|(_, said)| said);
            arguments.set(*name, said.map_or_else(|| UNKNOWN.into(), |said| said.value(self.lang)));
        }
        // Every place is filled, and the file was refused if this text could not be.
        self.bundle.format_pattern(self.words, Some(&arguments), &mut vec![]).into_owned()
    }
}

impl Said {
    fn value(&self, lang: Lang) -> FluentValue<'static> {
        match self {
            Self::Text(text) => text.clone().into(),
            Self::Number(number) if *number <= EXACT => (*number).into(),
            Self::Number(number) => numbers::number(lang, *number).into(),
        }
    }
}

/// Reads a file. It is kept for as long as the program runs.
pub fn read(lang: Lang, file: &'static str, source: String) -> Result<Vec<Keyed>, Flaw> {
    let flaw = |key: &str, what: String| Flaw { lang, file, key: key.to_owned(), what };
    let resource = FluentResource::try_new(source).map_err(|(resource, errors)| {
        let error = errors.first();
        let broken = error.and_then(|error| error.slice.clone()).and_then(|range| resource.source().get(range));
        let key = broken.and_then(|broken| broken.split(['=', '\n']).next()).unwrap_or("-");
        flaw(key.trim(), error.map_or_else(|| "it cannot be read".to_owned(), ToString::to_string))
    })?;
    let resource: &'static FluentResource = Box::leak(Box::new(resource));
    let bundle = bundle(lang, resource).map_err(|what| flaw("-", what))?;
    let bundle: &'static Bundle = Box::leak(Box::new(bundle));
    let mut all = vec![];
    for entry in resource.entries() {
        match entry {
            Entry::Message(message) => {
                all.push(keyed(lang, bundle, message).map_err(|what| flaw(message.id.name, what))?);
            }
            Entry::Term(term) => return Err(flaw(term.id.name, "a term, which no text refers to".to_owned())),
            Entry::Junk { content } => return Err(flaw("-", format!("it cannot be read: {content}"))),
            Entry::Comment(_) | Entry::GroupComment(_) | Entry::ResourceComment(_) => {}
        }
    }
    Ok(all)
}

fn bundle(lang: Lang, resource: &'static FluentResource) -> Result<Bundle, String> {
    let id: LanguageIdentifier = lang.code().parse().map_err(|error| format!("{error:?}"))?;
    let mut bundle = FluentBundle::new_concurrent(vec![id]);
    // No marks of direction around what is filled in: our languages have one, and mails are plain.
    bundle.set_use_isolating(false);
    bundle.set_formatter(Some(match lang {
        Lang::De => |value, _| written(Lang::De, value),
        Lang::En => |value, _| written(Lang::En, value),
        Lang::Pl => |value, _| written(Lang::Pl, value),
    }));
    let twice =
        |errors: Vec<fluent_bundle::FluentError>| errors.iter().map(ToString::to_string).collect::<Vec<_>>().join(", ");
    bundle.add_resource(resource).map_err(twice)?;
    Ok(bundle)
}

/// A number as the language writes it; everything else is written already.
fn written(lang: Lang, value: &FluentValue<'_>) -> Option<String> {
    match value {
        FluentValue::Number(number) => number.as_string().parse().ok().map(|number| numbers::number(lang, number)),
        _ => None,
    }
}

fn keyed(lang: Lang, bundle: &'static Bundle, message: &'static Message<&'static str>) -> Result<Keyed, String> {
    let value = message.value.as_ref().ok_or("there is no text before its attributes")?;
    let attribute = |(name, words)| Ok::<_, String>((name, text(lang, bundle, words)?));
    let attributes = message.attributes.iter().map(|one| attribute((one.id.name, &one.value)));
    Ok(Keyed {
        key: message.id.name,
        text: text(lang, bundle, value)?,
        attributes: attributes.collect::<Result<_, _>>()?,
    })
}

fn text(lang: Lang, bundle: &'static Bundle, words: &'static Words) -> Result<Text, String> {
    let mut places = BTreeSet::new();
    find_places(lang, words, &mut places)?;
    let text = Text { lang, bundle, words, places };
    let mut arguments = FluentArgs::new();
    for name in &text.places {
        arguments.set(*name, UNKNOWN);
    }
    let mut errors = vec![];
    bundle.format_pattern(words, Some(&arguments), &mut errors);
    errors.first().map_or(Ok(text), |error| Err(error.to_string()))
}

fn find_places(lang: Lang, words: &'static Words, into: &mut BTreeSet<&'static str>) -> Result<(), String> {
    for element in &words.elements {
        let PatternElement::Placeable { expression } = element else { continue };
        match expression {
            Expression::Inline(InlineExpression::VariableReference { id }) => {
                into.insert(id.name);
            }
            // Braces that stand in the text.
            Expression::Inline(InlineExpression::StringLiteral { .. }) => {}
            Expression::Select { selector: InlineExpression::VariableReference { id }, variants } => {
                into.insert(id.name);
                check_forms(lang, variants)?;
                variants.iter().try_for_each(|one| find_places(lang, &one.value, into))?;
            }
            Expression::Inline(_) | Expression::Select { .. } => {
                return Err("braces hold something else than a place".to_owned());
            }
        }
    }
    Ok(())
}

/// Forms of a word are all there: those that the language has, by what Unicode calls them. Names with a capital and
/// numbers are values, no forms.
fn check_forms(lang: Lang, variants: &[Variant<&'static str>]) -> Result<(), String> {
    let wanted: &[&str] = match lang {
        Lang::En | Lang::De => &["one", "other"],
        Lang::Pl => &["one", "few", "many"],
    };
    let names = variants.iter().filter_map(|variant| match variant.key {
        VariantKey::Identifier { name } => Some(name),
        VariantKey::NumberLiteral { .. } => None,
    });
    let names: Vec<_> = names.filter(|name| name.starts_with(|first: char| first.is_ascii_lowercase())).collect();
    if names == wanted || names.is_empty() || (names == ["other"] && variants.len() > 1) {
        return Ok(());
    }
    Err(format!("it has the forms {}, and needs {}", names.join(", "), wanted.join(", ")))
}
