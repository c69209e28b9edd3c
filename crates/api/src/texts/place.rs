//! What stands in the places of a text. Each has a kind, and each kind says how it is written for people: a code, an id
//! or an instant as the API writes it has no kind that a text shows.

use crate::texts::dates;
use crate::texts::lang::Lang;
use crate::texts::numbers;
use crate::texts::phrases::{Phrase, Wording};
use crate::texts::reading::Said;
use domain::calendar::Day;
use domain::money::UnitPrice;
use domain::zone::Zone;
use rust_decimal::Decimal;
use time::OffsetDateTime;

/// The longest that a text of somebody else may be.
const LONGEST: usize = 300;

/// A value in a place of a text.
#[derive(Debug, Clone, PartialEq)]
pub enum Place {
    /// A number of things.
    Count(u64),
    /// The least and the most of a number, both included.
    Range(u64, u64),
    /// A day of the calendar.
    Day(Day),
    /// An instant, written in the zone whose days count.
    Instant(OffsetDateTime),
    /// The first and the last of the instants that are possible.
    Span(OffsetDateTime, OffsetDateTime),
    /// What one licence costs.
    Price(UnitPrice),
    /// So many of a hundred, with decimals where it has some.
    Percent(Decimal),
    /// What people named or wrote: a company, a title, an address, a version.
    Text(String),
    /// Phrases of ours, listed.
    Phrases(Vec<Phrase>),
    /// A phrase of ours, and whose what it names is.
    Of(Phrase, String),
    /// What only a client of the API reads: a field, a code, an id. People are told that there are possible values.
    Wire(String),
}

impl Place {
    /// What people named or wrote.
    pub fn text(text: impl Into<String>) -> Self {
        Self::Text(text.into())
    }

    /// What only a client of the API reads.
    pub fn wire(text: impl Into<String>) -> Self {
        Self::Wire(text.into())
    }

    /// What people wrote, or a phrase where they wrote nothing.
    pub fn text_or(text: Option<String>, phrase: Phrase) -> Self {
        text.filter(|text| !one_line(text).is_empty()).map_or_else(|| phrase.into(), Self::Text)
    }

    /// As people read it.
    pub fn said(&self, lang: Lang, zone: &Zone) -> Said {
        Said::Text(match self {
            Self::Count(number) => return Said::Number(*number),
            Self::Range(least, most) => bounds(lang, Said::Number(*least), Said::Number(*most)),
            Self::Day(day) => dates::day(lang, *day),
            Self::Instant(at) => dates::instant(lang, *at, zone),
            Self::Span(first, last) => {
                let [first, last] = [first, last].map(|at| Said::Text(dates::instant(lang, *at, zone)));
                bounds(lang, first, last)
            }
            Self::Price(price) => numbers::price(lang, *price),
            Self::Percent(percent) => numbers::decimal(lang, *percent),
            Self::Text(text) => one_line(text),
            Self::Phrases(phrases) => phrases.iter().map(|one| one.said(lang)).collect::<Vec<_>>().join(", "),
            Self::Of(phrase, whose) => format!("{} ({})", phrase.said(lang), one_line(whose)),
            Self::Wire(_) => Phrase::PossibleValue.said(lang),
        })
    }

    /// As a client of the API reads it, where it is told something that people are not.
    pub fn hinted(&self) -> Option<&str> {
        match self {
            Self::Wire(text) => Some(text),
            _ => None,
        }
    }
}

impl From<Phrase> for Place {
    fn from(phrase: Phrase) -> Self {
        Self::Phrases(vec![phrase])
    }
}

impl From<Day> for Place {
    fn from(day: Day) -> Self {
        Self::Day(day)
    }
}

impl From<UnitPrice> for Place {
    fn from(price: UnitPrice) -> Self {
        Self::Price(price)
    }
}

impl From<OffsetDateTime> for Place {
    fn from(at: OffsetDateTime) -> Self {
        Self::Instant(at)
    }
}

macro_rules! counts {
    ($($number:ty),+) => {
        $(impl From<$number> for Place {
            fn from(number: $number) -> Self {
                Self::Count(number.try_into().unwrap_or_default())
            }
        })+
    };
}

counts!(u8, u16, u32, u64, usize, i32, i64);

fn bounds(lang: Lang, first: Said, last: Said) -> String {
    Wording::Bounds.said(lang, &[("first", first), ("last", last)])
}

/// A text that stays on its line: control characters, line separators and characters that turn the direction of what
/// stands around them are blanks, and several blanks are one.
pub fn one_line(value: &str) -> String {
    let printable = |letter: char| match letter {
        '\u{2028}' | '\u{2029}' => false,
        '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' => false,
        _ => !letter.is_control(),
    };
    let blank: String = value.chars().map(|letter| if printable(letter) { letter } else { ' ' }).collect();
    let words: Vec<_> = blank.split_whitespace().collect();
    words.join(" ").chars().take(LONGEST).collect()
}
