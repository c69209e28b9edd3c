//! The worked examples (G- in `docs/rules.md`) that are about prices, first charges, tax and rounding.
//!
//! The rows stand in `golden/*.json`, one object a row; their expected values are copied from the sources,
//! never computed. Those about a running subscription stand in `golden/changes/*.json` (see `golden_changes.rs`).
//! `golden/rows.txt` lists every example; one that is tested in neither says why.
//! Of each amount the explanation is computed a second time by the [`evaluator`] (N-02).

#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

mod evaluator;

use domain::billing;
use domain::calendar::{BillingCycle, Day, DaySpan, Term};
use domain::cycles::Calendar;
use domain::money::{Currency, Money, Rounding, UnitPrice};
use domain::party::Country;
use domain::policy::{MonthEnd, PeriodAnchor, ProrationBasis, RoundingRule, RoundingScope, presets};
use domain::pricing::{self, Margin};
use domain::proration::{Explained, Part, prorate, whole};
use domain::tax;
use domain::tax::place::TaxPlace;
use domain::tenant;
use rust_decimal::Decimal;
use serde::Deserialize;
use serde::de::DeserializeOwned;
use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Display;
use std::path::{Path, PathBuf};

/// One worked example.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Row {
    id: String,
    /// What is not obvious in how the source came to its numbers.
    note: Option<String>,
    checks: Vec<Check>,
    #[serde(default)]
    sums: Vec<Sum>,
}

/// What some checks' amounts come to together; places count from 0.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Sum {
    plus: Vec<usize>,
    #[serde(default)]
    minus: Vec<usize>,
    is: String,
}

/// What is computed.
#[derive(Deserialize)]
#[serde(rename_all = "snake_case")]
enum Kind {
    /// A part of a billing cycle, by a profile (P- in `docs/rules.md`).
    Part,
    /// Whole cycles only, without parts.
    Whole,
    /// A price after a rise (percent above zero) or discount (below), then its line.
    Percent,
    /// What begins with an order under a preset.
    Begin,
    /// Days of a span and of its cycle.
    Days,
    /// The last day of a term.
    Term,
    /// The tax of a net amount.
    Tax,
    /// A tenant's domain.
    Prefix,
}

/// One computation: what goes in, and what must come out.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Check {
    kind: Kind,
    #[serde(default = "p_line")]
    profile: String,
    #[serde(default = "one")]
    quantity: u32,
    #[serde(default = "euro")]
    currency: Currency,
    price: Option<String>,
    percent: Option<Decimal>,
    /// Days of the part, and of its cycle, where the source gives no dates.
    days: Option<i64>,
    of: Option<i64>,
    service: Option<[Day; 2]>,
    cycle: Option<[Day; 2]>,
    preset: Option<String>,
    term: Option<Term>,
    billing_cycle: Option<BillingCycle>,
    day: Option<Day>,
    /// Seller's and buyer's country, where tax is computed.
    sale: Option<[Country; 2]>,
    company: Option<String>,
    /// The amount goes back to the buyer.
    #[serde(default)]
    credit: bool,
    #[serde(default)]
    expect: Expect,
}

#[derive(Deserialize, Default, PartialEq)]
#[serde(deny_unknown_fields)]
struct Expect {
    net: Option<String>,
    not_net: Option<String>,
    tax: Option<String>,
    gross: Option<String>,
    not_gross: Option<String>,
    unit: Option<String>,
    recurring: Option<String>,
    service: Option<String>,
    term: Option<String>,
    next_charge_on: Option<String>,
    days: Option<i64>,
    of: Option<i64>,
    last: Option<String>,
    domain: Option<String>,
}

fn p_line() -> String {
    "P-LINE".to_owned()
}

const fn one() -> u32 {
    1
}

const fn euro() -> Currency {
    Currency::Eur
}

/// The profiles of rounding (P- in `docs/rules.md`) as policy values.
fn profile(name: &str) -> (ProrationBasis, RoundingRule) {
    use ProrationBasis::{ActualDays, DailyRateRounded, Fixed30, Fixed365, RatioRounded};
    let (basis, scope, mode) = match name {
        "P-LINE" => (ActualDays, RoundingScope::Line, Rounding::HalfUp),
        "P-UNIT" => (ActualDays, RoundingScope::Unit, Rounding::HalfUp),
        "P-DOWN" => (ActualDays, RoundingScope::Line, Rounding::Down),
        "P-DAY2" => (DailyRateRounded(2), RoundingScope::Line, Rounding::HalfUp),
        "P-DAY3" => (DailyRateRounded(3), RoundingScope::Line, Rounding::HalfUp),
        "P-DAY3, P-UNIT" => (DailyRateRounded(3), RoundingScope::Unit, Rounding::HalfUp),
        "P-RATIO2" => (RatioRounded(2), RoundingScope::Line, Rounding::HalfUp),
        "P-RATIO4" => (RatioRounded(4), RoundingScope::Line, Rounding::HalfUp),
        "P-30" => (Fixed30, RoundingScope::Line, Rounding::HalfUp),
        "P-365" => (Fixed365, RoundingScope::Line, Rounding::HalfUp),
        other => panic!("{other} is no profile"),
    };
    (basis, RoundingRule { scope, mode })
}

/// A cycle of so many days that has the months such a cycle has.
fn cycle_of(days: i64) -> DaySpan {
    let (year, month) = match days {
        28 => (2025, 2),
        29 => (2024, 2),
        30 | 91 => (2025, 4),
        31 | 365 => (2025, 1),
        366 => (2024, 1),
        other => panic!("no cycle has {other} days"),
    };
    let first = Day::from_ymd(year, month, 1).unwrap();
    DaySpan::new(first, first.plus_days(days - 1))
}

/// Collects what is not as expected.
struct Findings(Vec<String>);

impl Findings {
    fn equal(&mut self, what: &str, expected: Option<&impl Display>, found: &impl Display) {
        if let Some(expected) = expected.map(ToString::to_string).filter(|expected| *expected != found.to_string()) {
            self.0.push(format!("{what} is {found}, not {expected}"));
        }
    }

    fn differs(&mut self, what: &str, unwanted: Option<&String>, found: &impl Display) {
        if unwanted.is_some_and(|unwanted| *unwanted == found.to_string()) {
            self.0.push(format!("{what} must not be {found}"));
        }
    }
}

impl Check {
    /// Computes and compares; the amount, where there is one, for the sums of the row.
    fn run(&self, findings: &mut Findings) -> Option<Money> {
        let explained = match self.kind {
            Kind::Part => self.part(),
            Kind::Whole => whole(self.unit_price(), self.quantity, self.rounding()).unwrap(),
            Kind::Percent => self.percent(findings),
            Kind::Begin => self.begin(findings),
            Kind::Days => {
                findings.equal("days", self.expect.days.as_ref(), &span(self.service).days());
                findings.equal("days of the cycle", self.expect.of.as_ref(), &span(self.cycle).days());
                return None;
            }
            Kind::Term => {
                let (term, term_start) = (self.term.unwrap(), self.day.unwrap());
                let (anchor, month_end) = (PeriodAnchor::Anniversary, MonthEnd::Microsoft);
                let anchor_day = term_start.of_month();
                let calendar = Calendar { anchor, month_end, term_start, anchor_day, term };
                let last = calendar.term_span().unwrap().last;
                findings.equal("last day", self.expect.last.as_ref(), &last);
                return None;
            }
            Kind::Tax => {
                let net = whole(self.unit_price(), self.quantity, self.rounding()).unwrap();
                self.amount(net.money, findings);
                return None;
            }
            Kind::Prefix => {
                let prefix = tenant::suggest_prefix(self.company.as_ref().unwrap());
                findings.equal("domain", self.expect.domain.as_ref(), &tenant::domain_of_prefix(&prefix).unwrap());
                return None;
            }
        };
        let again = evaluator::cents(&explained.formula, self.rounding().mode);
        findings.equal(&explained.formula, Some(&explained.money.minor), &again);
        Some(self.amount(explained.money, findings))
    }

    /// Compares an amount and its tax.
    fn amount(&self, money: Money, findings: &mut Findings) -> Money {
        let net = Money::new(if self.credit { -money.minor } else { money.minor }, money.currency);
        findings.equal("net", self.expect.net.as_ref(), &net);
        findings.differs("net", self.expect.not_net.as_ref(), &net);
        if let Some([seller, buyer]) = self.sale {
            let rule = tax::rule(seller, &TaxPlace::of_country(buyer), None);
            let taxed = tax::document(rule, self.currency, [net], Rounding::HalfUp).unwrap();
            findings.equal("tax", self.expect.tax.as_ref(), &taxed.tax);
            findings.equal("gross", self.expect.gross.as_ref(), &taxed.gross);
            findings.differs("gross", self.expect.not_gross.as_ref(), &taxed.gross);
        }
        net
    }

    fn part(&self) -> Explained {
        let (basis, rounding) = profile(&self.profile);
        let part = match (self.days, self.of) {
            (Some(days), Some(of)) => {
                let cycle = cycle_of(of);
                Part { service: DaySpan::new(cycle.last.plus_days(1 - days), cycle.last), cycle }
            }
            _ => Part { service: span(self.service), cycle: span(self.cycle) },
        };
        prorate(self.unit_price(), self.quantity, part, basis, rounding).unwrap()
    }

    fn percent(&self, findings: &mut Findings) -> Explained {
        let (before, percent) = (self.unit_price(), self.percent.unwrap());
        let after = if percent.is_sign_negative() {
            pricing::raised(before, percent).unwrap()
        } else {
            let (margin, cycle) = (Margin::PercentOnCost(percent), BillingCycle::Monthly);
            pricing::from_sheet(before.decimal(), None, margin, Term::P1M, cycle, self.currency).unwrap().1
        };
        findings.equal("unit price", self.expect.unit.as_ref(), &after);
        whole(after, self.quantity, self.rounding()).unwrap()
    }

    fn begin(&self, findings: &mut Findings) -> Explained {
        let key = self.preset.as_ref().unwrap();
        let (_, rules) = presets::all().unwrap().into_iter().find(|(known, _)| known == key).unwrap();
        let (term, cycle) = (self.term.unwrap(), self.billing_cycle.unwrap());
        let begins = billing::begin(&rules, term, cycle, self.unit_price(), self.quantity, self.day.unwrap()).unwrap();
        let charge = begins.charge.unwrap();
        let written = |span: DaySpan| format!("{}/{}", span.first, span.last);
        findings.equal("recurring", self.expect.recurring.as_ref(), &begins.recurring.unwrap());
        findings.equal("service", self.expect.service.as_ref(), &written(charge.service_span));
        findings.equal("term", self.expect.term.as_ref(), &written(begins.term_span.unwrap()));
        if let Some(expected) = &self.expect.next_charge_on {
            findings.equal("next charge", Some(expected), &begins.next_charge_on.unwrap());
        }
        Explained { money: charge.net, formula: charge.explain }
    }

    fn unit_price(&self) -> UnitPrice {
        UnitPrice::from_decimal(self.price.as_ref().unwrap().parse().unwrap(), self.currency).unwrap()
    }

    fn rounding(&self) -> RoundingRule {
        profile(&self.profile).1
    }
}

fn span(ends: Option<[Day; 2]>) -> DaySpan {
    let [first, last] = ends.unwrap();
    DaySpan::new(first, last)
}

impl Row {
    /// What is not as expected, each with the row's id.
    fn run(&self) -> Vec<String> {
        let mut findings = Findings(Vec::new());
        let amounts: Vec<_> = self.checks.iter().map(|check| check.run(&mut findings)).collect();
        for sum in &self.sums {
            let of = |places: &[usize]| -> i64 { places.iter().map(|place| amounts[*place].unwrap().minor).sum() };
            let total = Money::new(of(&sum.plus) - of(&sum.minus), Currency::Eur);
            findings.equal("sum", Some(&sum.is), &total);
        }
        let note = self.note.as_ref().map_or(String::new(), |note| format!(" ({note})"));
        findings.0.iter().map(|finding| format!("{} … FAILED: {finding}{note}", self.id)).collect()
    }
}

fn folder() -> &'static Path {
    Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/golden"))
}

/// The rows of all files.
fn rows() -> Vec<Row> {
    read(folder())
}

/// What stands in the files of a folder.
fn read<T: DeserializeOwned>(folder: &Path) -> Vec<T> {
    let files = std::fs::read_dir(folder).unwrap().map(|file| file.unwrap().path());
    let mut files: Vec<_> = files.filter(|path| path.extension().is_some_and(|end| end == "json")).collect();
    files.sort();
    let read = |path: PathBuf| -> Vec<T> {
        serde_json::from_str(&std::fs::read_to_string(&path).unwrap())
            .unwrap_or_else(|error| panic!("{}: {error}", path.display()))
    };
    files.into_iter().flat_map(read).collect()
}

/// The id of a row of changes.
#[derive(Deserialize)]
struct ChangeRow {
    id: String,
}

/// Every worked example, with the reason where it is not tested.
fn listed() -> BTreeMap<String, String> {
    let text = std::fs::read_to_string(folder().join("rows.txt")).unwrap();
    let row = |line: &str| {
        let (id, reason) = line.split_once(' ').unwrap_or((line, ""));
        (id.to_owned(), reason.trim().to_owned())
    };
    text.lines().map(row).collect()
}

#[test]
fn golden_rows_come_out_as_printed() {
    let rows = rows();
    let findings: Vec<_> = rows.iter().flat_map(Row::run).collect();
    assert!(findings.is_empty(), "{} of {} rows:\n{}\n", findings.len(), rows.len(), findings.join("\n"));
}

#[test]
fn every_golden_row_is_tested_once_or_says_why_not() {
    let (listed, mut tested) = (listed(), BTreeSet::new());
    for row in rows() {
        assert!(tested.insert(row.id.clone()), "{} appears twice", row.id);
        assert_eq!(listed.get(&row.id).map(String::as_str), Some(""), "{} is no row to be tested here", row.id);
    }
    for ChangeRow { id } in read(&folder().join("changes")) {
        assert_eq!(listed.get(&id).map(String::as_str), Some(""), "{id} is no row to be tested");
        tested.insert(id);
    }
    let untested = |(id, reason): &(&String, &String)| reason.is_empty() && !tested.contains(*id);
    let untested: Vec<_> = listed.iter().filter(untested).map(|(id, _)| id).collect();
    assert!(untested.is_empty(), "neither tested nor explained: {untested:?}");
}

#[test]
fn every_check_expects_something() {
    for row in rows() {
        let summed: BTreeSet<_> = row.sums.iter().flat_map(|sum| sum.plus.iter().chain(&sum.minus)).collect();
        let empty = |check: &Check| check.expect == Expect::default();
        for (place, _) in row.checks.iter().enumerate().filter(|(_, check)| empty(check)) {
            assert!(summed.contains(&place), "{} check {place} expects nothing", row.id);
        }
    }
}
