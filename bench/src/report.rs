//! The figures, as a table on the page and on the screen.

use crate::Result;
use crate::database::Engine;
use crate::load::median;
use crate::processor::DISTURBED;
use std::path::Path;

const BEGIN: &str = "<!-- figures: written by `make bench` -->";
const END: &str = "<!-- end of figures -->";

/// Fractions of the yardstick, round by round.
#[derive(Clone, Copy)]
pub(crate) struct Ratios {
    /// The middle one.
    pub(crate) median: f64,
    least: f64,
    most: f64,
}

impl Ratios {
    /// Of rounds that alternated.
    pub(crate) fn of(ours: &[f64], yardstick: &[f64]) -> Self {
        let ratios: Vec<f64> = ours.iter().zip(yardstick).map(|(ours, most)| ours / most).collect();
        let (least, most) =
            ratios.iter().fold((f64::MAX, f64::MIN), |(least, most), ratio| (least.min(*ratio), most.max(*ratio)));
        Self { median: median(ratios), least, most }
    }
}

/// One line of the table.
pub(crate) struct Figure {
    subject: String,
    engine: &'static str,
    value: String,
    yardstick: String,
    ratios: Option<Ratios>,
    aim: Option<(&'static str, bool)>,
    others: Option<f64>,
    note: String,
}

impl Figure {
    /// Of a subject on an engine.
    pub(crate) fn new(subject: &str, engine: Engine, value: String) -> Self {
        Self::unnamed(value).named(subject, engine)
    }

    /// Whose subject is not said yet.
    pub(crate) fn unnamed(value: String) -> Self {
        Self {
            subject: String::new(),
            engine: "",
            value,
            yardstick: String::new(),
            ratios: None,
            aim: None,
            others: None,
            note: String::new(),
        }
    }

    /// The same with its subject.
    pub(crate) fn named(self, subject: &str, engine: Engine) -> Self {
        Self { subject: subject.to_owned(), engine: engine.name(), ..self }
    }

    /// What it is a fraction of.
    pub(crate) fn against(self, yardstick: String, ratios: Ratios) -> Self {
        Self { yardstick, ratios: Some(ratios), ..self }
    }

    /// What is wanted, and whether it is so.
    pub(crate) fn aim(self, aim: &'static str, met: bool) -> Self {
        Self { aim: Some((aim, met)), ..self }
    }

    /// What part of the machine others used meanwhile.
    pub(crate) fn others(self, part: f64) -> Self {
        Self { others: Some(part), ..self }
    }

    /// What else to know.
    pub(crate) fn note(self, note: String) -> Self {
        Self { note, ..self }
    }

    fn line(&self) -> String {
        let ratio = self.ratios.map_or_else(String::new, |Ratios { median, least, most }| {
            format!("**{median:.2}** ({least:.2}–{most:.2})")
        });
        let disturbed = self.others.is_some_and(|part| part > DISTURBED);
        let aim = match self.aim {
            // A disturbed round may flatter as well as slander: it decides nothing.
            Some((aim, _)) if disturbed => format!("{aim} not judged"),
            Some((aim, true)) => format!("{aim} ✔"),
            Some((aim, false)) => format!("{aim} **missed**"),
            None => String::new(),
        };
        let others = self.others.map_or_else(String::new, |part| {
            let mark = if disturbed { " **disturbed**" } else { "" };
            format!("{:.0} %{mark}", part * 100.0)
        });
        let Self { subject, engine, value, yardstick, note, .. } = self;
        format!("| {subject} | {engine} | {value} | {yardstick} | {ratio} | {aim} | {others} | {note} |")
    }
}

/// All figures of a run.
pub(crate) struct Report {
    head: Vec<String>,
    figures: Vec<Figure>,
}

impl Report {
    /// Without a figure yet.
    pub(crate) fn new(date: &str, machine: Vec<String>) -> Self {
        let head = std::iter::once(format!("run of {date}, release build (profile `dist`)")).chain(machine).collect();
        Self { head, figures: vec![] }
    }

    /// Adds a figure, and shows it at once: a run takes minutes.
    pub(crate) fn add(&mut self, figure: Figure) {
        eprintln!("{}", figure.line());
        self.figures.push(figure);
    }

    /// The table with its head.
    pub(crate) fn table(&self) -> String {
        let head = self.head.iter().map(|line| format!("- {line}\n"));
        let titles = "\n| What | Database | Kontor | Yardstick | Ratio | Aim | Others | Notes |\n\
             |---|---|---|---|---|---|---|---|\n"
            .to_owned();
        let lines = self.figures.iter().map(|figure| figure.line() + "\n");
        head.chain(std::iter::once(titles)).chain(lines).collect()
    }

    /// Puts the table between the marks of a page; what stands around it is people's.
    pub(crate) fn write_into(&self, page: &Path) -> Result<()> {
        let text = std::fs::read_to_string(page)?;
        let parts = text.split_once(BEGIN).and_then(|(before, rest)| Some((before, rest.split_once(END)?.1)));
        let (before, after) = parts.ok_or_else(|| format!("{} has no place for the figures", page.display()))?;
        Ok(std::fs::write(page, format!("{before}{BEGIN}\n{}{END}{after}", self.table()))?)
    }
}
