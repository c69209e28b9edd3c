//! The worked examples (G- in `docs/rules.md`) about a running subscription: what a change does, what time does.
//!
//! The rows stand in `golden/changes/*.json`, one object a scenario: what was ordered, then step by step what is
//! asked for and what comes of it. Expected values are copied from the sources or computed by hand, never by the code.
//! Where a step names no charges there are none. Each explanation is computed again by the [`evaluator`] (N-02).

#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

mod evaluator;
mod lifecycle;

use domain::billing::Charge;
use domain::calendar::{Day, Term};
use domain::id::{OfferId, SubscriptionId, UserId};
use domain::refusal::Refusal;
use domain::subscription::change::{AlignTo, Change, Decision, Neighbor, Starts, Timing, When};
use domain::subscription::renewal::Happened;
use domain::subscription::{AtTermEnd, Effect, ScheduledChange, Subscription, alignment};
use domain::zone::Zone;
use lifecycle::{Ordered, Played, World};
use serde::Deserialize;
use std::collections::BTreeMap;
use std::fmt::Debug;
use std::path::{Path, PathBuf};
use time::OffsetDateTime;
use time::format_description::well_known::Rfc3339;

/// A worked example, or one of its cases.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Scenario {
    id: String,
    /// Which of the row's cases.
    case: Option<String>,
    /// What is not obvious in how the source came to its numbers.
    note: Option<String>,
    /// The preset, the zone of its marketplace, and the rules that differ.
    policy: String,
    #[serde(default)]
    zone: Zone,
    #[serde(default)]
    rules: serde_json::Map<String, serde_json::Value>,
    /// Prices by offer, `E1 P1Y monthly`: SKU, term and billing cycle.
    offers: BTreeMap<String, String>,
    /// Later prices by offer, each from an instant on, in order.
    #[serde(default)]
    prices: BTreeMap<String, BTreeMap<String, String>>,
    #[serde(default)]
    neighbors: Vec<Other>,
    order: Order,
    #[serde(default)]
    add_ons: Vec<Order>,
    /// Who has a licence, by number.
    #[serde(default)]
    assigned: u32,
    steps: Vec<Step>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Order {
    offer: String,
    quantity: u32,
    #[serde(with = "time::serde::rfc3339")]
    at: OffsetDateTime,
    /// The days that its term may end on, and the one it is to end on.
    end_dates: Option<Vec<String>>,
    aligned_to: Option<Day>,
    expect: Option<Expect>,
}

/// Another subscription of the customer; its number is its place, from 1.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Other {
    term: Term,
    last: Day,
    renews: bool,
}

/// Time goes on to an instant; then something is asked for, or is different from then on.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Step {
    #[serde(with = "time::serde::rfc3339")]
    at: OffsetDateTime,
    /// The change that is asked for, in words: see [`change`].
    ask: Option<String>,
    #[serde(default = "earliest")]
    when: When,
    /// Only asked what would come of it.
    #[serde(default)]
    preview: bool,
    /// Prices from now on.
    #[serde(default)]
    prices: BTreeMap<String, String>,
    /// Microsoft is being asked for a change, or has answered.
    applying: Option<bool>,
    /// The end dates of the next term, each with its first charge.
    end_dates: Option<Vec<String>>,
    #[serde(default)]
    expect: Expect,
}

const fn earliest() -> When {
    When::Earliest
}

/// What comes of a step; what is not named is not looked at, but charges, what is replaced, days lost, a refusal and
/// an instant later than now.
#[derive(Deserialize, Default)]
#[serde(deny_unknown_fields, default)]
struct Expect {
    refused: Option<String>,
    effective: Option<String>,
    charges: Vec<String>,
    /// Of the charges; alone where there are many.
    sum: Option<String>,
    /// Of everything that was charged so far.
    balance: Option<String>,
    replaced: Option<String>,
    days_lost: i64,
    happened: Option<Vec<String>>,
    status: Option<String>,
    quantity: Option<u32>,
    lots: Option<String>,
    price: Option<String>,
    offer: Option<String>,
    term: Option<String>,
    next_charge_on: Option<Day>,
    at_term_end: Option<String>,
    pending: Option<String>,
    cancel_until: Option<String>,
    ending: Option<String>,
    responsible: Option<u128>,
    add_ons: Vec<Expect>,
    split: Option<Box<Expect>>,
}

/// The scenario as it runs.
struct Run<'a> {
    scenario: &'a Scenario,
    names: Vec<&'a String>,
    world: World,
    findings: Vec<String>,
    place: String,
}

impl<'a> Run<'a> {
    fn new(scenario: &'a Scenario) -> Self {
        let policy = lifecycle::overridden(&lifecycle::preset(&scenario.policy), &scenario.rules);
        let policy = policy.at_marketplace(&scenario.zone);
        let names: Vec<&String> = scenario.offers.keys().collect();
        let prices: Vec<_> = scenario.offers.iter().map(|(name, price)| (name.as_str(), price.as_str())).collect();
        let ordered = |order: &Order| Ordered {
            offer: OfferId::from_u128(names.iter().position(|name| **name == order.offer).unwrap() as u128),
            quantity: order.quantity,
            at: order.at,
            aligned_to: order.aligned_to,
        };
        let mut world = World::new(lifecycle::catalog(&prices, &policy), &ordered(&scenario.order));
        for add_on in &scenario.add_ons {
            world.add(&ordered(add_on));
        }
        for (name, later) in &scenario.prices {
            let listed = &mut world.offers[names.iter().position(|known| *known == name).unwrap()];
            let priced = |(from, price): (&String, &String)| {
                (OffsetDateTime::parse(from, &Rfc3339).unwrap(), Some(lifecycle::price(price)))
            };
            listed.prices.extend(later.iter().map(priced));
        }
        world.neighbors = (1..).zip(&scenario.neighbors).map(|(place, other)| neighbor(place, other)).collect();
        world.assigned = (1..=u128::from(scenario.assigned)).map(UserId::from_u128).collect();
        Self { scenario, names, world, findings: Vec::new(), place: "order".to_owned() }
    }

    /// What is not as expected.
    fn findings(mut self) -> Vec<String> {
        self.ordered(&self.scenario.order);
        for step in &self.scenario.steps {
            self.place = format!("{} {}", instant(step.at), step.ask.as_deref().unwrap_or("…"));
            self.step(step);
        }
        let accounts = [&self.world.main].into_iter().chain(&self.world.add_ons).chain(&self.world.splits);
        let ledgers: Vec<Charge> =
            accounts.flat_map(|account| &account.ledger).map(|(_, charge)| charge.clone()).collect();
        for charge in &ledgers {
            let again = evaluator::cents(&charge.explain, domain::money::Rounding::HalfUp);
            self.equal(&charge.explain, &charge.net.minor, &again);
        }
        self.findings
    }

    fn ordered(&mut self, order: &Order) {
        let subscription = self.world.main.subscription.clone();
        if let Some(dates) = &order.end_dates {
            let full = lifecycle::whole_term(&subscription, subscription.day(order.at));
            let found = alignment::end_dates(subscription.term, full, &self.world.neighbors);
            let found = found.iter().map(|date| date.day.to_string()).collect();
            self.equal("end dates", dates, &found);
        }
        if let Some(expected) = &order.expect {
            let first: Vec<Charge> = self.world.main.ledger.iter().map(|(_, charge)| charge.clone()).collect();
            self.outcome(expected, &subscription, &first);
        }
    }

    fn step(&mut self, step: &Step) {
        let played = self.world.advance(step.at);
        for (name, price) in &step.prices {
            let offer = self.offer(name);
            self.world.reprice(offer, (price != "not sold").then(|| lifecycle::price(price)));
        }
        if let Some(applying) = step.applying {
            self.world.main.subscription.applying = applying.then_some(domain::id::ChangeId::from_u128(9));
        }
        if let Some(dates) = &step.end_dates {
            let found = alignment::options(&self.world.facts()).unwrap();
            let found = found.iter().map(|quoted| format!("{} {}", quoted.date.day, quoted.first_charge)).collect();
            self.equal("end dates", dates, &found);
        }
        let Some(ask) = &step.ask else { return self.played(step, &played) };
        match self.world.decide(self.change(ask), step.when) {
            Ok(decision) => {
                self.decided(&step.expect, &decision);
                if !step.preview {
                    self.world.take(decision);
                    self.balance(&step.expect);
                }
            }
            Err(refusal) => {
                self.equal("refusal", step.expect.refused.as_ref().unwrap_or(&String::new()), &told(&refusal))
            }
        }
    }

    fn played(&mut self, step: &Step, played: &[Played]) {
        let zone = self.world.main.subscription.policy.zone.clone();
        let happened: Vec<String> = played
            .iter()
            .flat_map(|played| {
                played.happened.iter().map(|happened| format!("{} {}", zone.day(played.at), word(*happened)))
            })
            .collect();
        if let Some(expected) = &step.expect.happened {
            self.equal("happened", expected, &happened);
        }
        let charges: Vec<Charge> = played.iter().flat_map(|played| played.charges.clone()).collect();
        let subscription = self.world.main.subscription.clone();
        self.outcome(&step.expect, &subscription, &charges);
        let add_ons = self.world.add_ons.clone();
        for (expected, add_on) in step.expect.add_ons.iter().zip(&add_ons) {
            self.state(expected, &add_on.subscription);
        }
        self.balance(&step.expect);
    }

    fn balance(&mut self, expect: &Expect) {
        if let Some(expected) = &expect.balance {
            let found = self.world.main.balance().to_string();
            self.equal("balance", expected, &found);
        }
    }

    fn decided(&mut self, expect: &Expect, decision: &Decision) {
        self.equal("refusal", &expect.refused, &None);
        let effective = match decision.timing {
            Timing::Now => None,
            Timing::At(at) => Some(instant(at)),
        };
        self.equal("effective", &expect.effective, &effective);
        self.equal("replaced", &expect.replaced, &decision.replaced.as_ref().map(|pending| self.waiting(pending)));
        self.equal("days lost", &expect.days_lost, &decision.days_lost);
        self.outcome(expect, &decision.after, &decision.charges);
        self.equal("add-ons that change", &expect.add_ons.len(), &decision.add_ons.len());
        for (expected, add_on) in expect.add_ons.iter().zip(&decision.add_ons) {
            self.outcome(expected, &add_on.after, &add_on.charges);
        }
        self.equal("a split", &expect.split.is_some(), &decision.split.is_some());
        if let (Some(expected), Some(split)) = (&expect.split, &decision.split) {
            self.outcome(expected, &split.subscription, &split.charges);
        }
    }

    fn outcome(&mut self, expect: &Expect, subscription: &Subscription, charges: &[Charge]) {
        let written: Vec<String> = charges.iter().map(lifecycle::charged).collect();
        if expect.sum.is_none() || !expect.charges.is_empty() {
            self.equal("charges", &expect.charges, &written);
        }
        if let Some(sum) = &expect.sum {
            let found =
                domain::money::Money::sum(subscription.unit_price.currency, charges.iter().map(|charge| charge.net));
            self.equal("sum", sum, &found.unwrap().to_string());
        }
        self.state(expect, subscription);
    }

    fn state(&mut self, expect: &Expect, subscription: &Subscription) {
        let offer = self.name(subscription.offer_id);
        let pending = subscription.pending.as_ref().map_or("none".to_owned(), |pending| self.waiting(pending));
        let term = subscription.term_span.map_or("endless".to_owned(), |term| format!("{}…{}", term.first, term.last));
        let window = subscription.cancel_until.map_or("none".to_owned(), instant);
        let responsible = subscription.responsible_user.map(UserId::as_u128);
        self.named("status", expect.status.as_deref(), subscription.status.code());
        self.named("quantity", expect.quantity.as_ref(), &subscription.quantity);
        self.named("lots", expect.lots.as_ref(), &lots(subscription));
        self.named("price", expect.price.as_ref(), &subscription.unit_price.to_string());
        self.named("offer", expect.offer.as_ref(), &offer);
        self.named("term", expect.term.as_ref(), &term);
        self.named(
            "next charge",
            expect.next_charge_on.as_ref().map(Some).as_ref(),
            &subscription.next_charge_on.as_ref(),
        );
        self.named("what follows", expect.at_term_end.as_deref(), subscription.at_term_end.code());
        self.named("pending", expect.pending.as_ref(), &pending);
        self.named("window", expect.cancel_until.as_ref(), &window);
        self.named("ending", expect.ending.as_ref(), &ending(subscription));
        self.named("responsible", expect.responsible.as_ref().map(Some).as_ref(), &responsible.as_ref());
    }

    fn named<T: PartialEq + Debug + ?Sized>(&mut self, what: &str, expected: Option<&T>, found: &T) {
        if let Some(expected) = expected {
            self.equal(what, expected, found);
        }
    }

    fn equal<T: PartialEq + Debug + ?Sized>(&mut self, what: &str, expected: &T, found: &T) {
        if expected != found {
            self.findings.push(format!("{}: {what} is\n    {found:?}, not\n    {expected:?}", self.place));
        }
    }

    /// A change in words.
    fn change(&self, words: &str) -> Change {
        let (verb, rest) = words.split_once(' ').unwrap_or((words, ""));
        match (verb, rest) {
            ("quantity", quantity) => Change::SetQuantity(quantity.parse().unwrap()),
            ("cancel", "") => Change::Cancel,
            ("auto_renew", on) => Change::SetAutoRenew(on == "on"),
            ("at_term_end", then) => Change::SetAtTermEnd(AtTermEnd::from_code(then).unwrap()),
            ("transition", offer) => match offer.split_once(" to ") {
                Some((quantity, offer)) => {
                    Change::Transition { offer: self.offer(offer), quantity: Some(quantity.parse().unwrap()) }
                }
                None => Change::Transition { offer: self.offer(offer), quantity: None },
            },
            ("change_offer", offer) => Change::ChangeOffer(self.offer(offer)),
            ("align", to) => Change::AlignTermEnd(match to.parse() {
                Ok(day) => AlignTo::Date(day),
                Err(_) => AlignTo::Subscription(SubscriptionId::from_u128(to.parse().unwrap())),
            }),
            ("suspend", "") => Change::Suspend,
            ("resume", "") => Change::Resume,
            ("reactivate", "") => Change::Reactivate,
            ("renew", starts) => Change::Renew(Starts::from_code(starts).unwrap()),
            ("take_over", user) => Change::TakeOver(UserId::from_u128(user.parse().unwrap())),
            _ => panic!("{words} is no change"),
        }
    }

    fn offer(&self, name: &str) -> OfferId {
        let place = self.names.iter().position(|known| *known == name);
        OfferId::from_u128(place.unwrap_or_else(|| panic!("no offer {name}")) as u128)
    }

    fn name(&self, id: OfferId) -> String {
        self.names[usize::try_from(id.as_u128()).unwrap()].clone()
    }

    fn waiting(&self, pending: &ScheduledChange) -> String {
        let effect = match pending.effect {
            Effect::Quantity(quantity) => format!("quantity {quantity}"),
            Effect::Offer(offer) => format!("offer {}", self.name(offer)),
            Effect::TermEnd(day) => format!("term end {day}"),
            Effect::End => "end".to_owned(),
        };
        format!("{effect} at {}", instant(pending.effective_at))
    }
}

fn neighbor(place: u128, other: &Other) -> Neighbor {
    Neighbor { id: SubscriptionId::from_u128(place), term: other.term, last: other.last, renews: other.renews }
}

fn instant(at: OffsetDateTime) -> String {
    at.format(&Rfc3339).unwrap()
}

fn lots(subscription: &Subscription) -> String {
    let lots = subscription.lots.iter().map(|lot| match lot.reducible_until {
        Some(until) => format!("{} until {}", lot.quantity, instant(until)),
        None => lot.quantity.to_string(),
    });
    lots.collect::<Vec<_>>().join(", ")
}

fn ending(subscription: &Subscription) -> String {
    subscription.ending.map_or("none".to_owned(), |ending| {
        let [ends, access, data] = [ending.ends_at, ending.access_ends_at, ending.data_deleted_at].map(instant);
        format!("ends {ends}, access {access}, data {data}")
    })
}

fn word(happened: Happened) -> String {
    match happened {
        Happened::Reminded(days) => format!("reminded {days}"),
        other => format!("{other:?}").to_lowercase(),
    }
}

/// A refusal with everything that it says.
fn told(refusal: &Refusal) -> String {
    let bounds = refusal.bounds();
    let parts = [
        Some(refusal.code().to_owned()),
        refusal.rule().map(|rule| format!("by {}", rule.code())),
        bounds.allowed_until.map(|at| format!("until {}", instant(at))),
        bounds.next_allowed_at.map(|at| format!("next {}", instant(at))),
        bounds.quantity_now.map(|quantity| format!("{quantity} now")),
        bounds.billed_until.map(|day| format!("billed until {day}")),
        match refusal {
            Refusal::BeyondTerm(day) => Some(format!("after {day}")),
            Refusal::LicensesAssigned { must_give_up } => Some(format!("{} to give up", must_give_up.len())),
            _ => None,
        },
    ];
    parts.into_iter().flatten().collect::<Vec<_>>().join(", ")
}

fn scenarios() -> Vec<Scenario> {
    let folder = Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/golden/changes"));
    let mut files: Vec<PathBuf> = std::fs::read_dir(folder).unwrap().map(|file| file.unwrap().path()).collect();
    files.sort();
    let read = |path: PathBuf| -> Vec<Scenario> {
        serde_json::from_str(&std::fs::read_to_string(&path).unwrap())
            .unwrap_or_else(|error| panic!("{}: {error}", path.display()))
    };
    files.into_iter().flat_map(read).collect()
}

#[test]
fn golden_changes_come_out_as_printed() {
    let mut failed = Vec::new();
    let scenarios = scenarios();
    for scenario in &scenarios {
        let findings = Run::new(scenario).findings();
        if !findings.is_empty() {
            let case = scenario.case.as_deref().unwrap_or_default();
            let note = scenario.note.as_deref().unwrap_or_default();
            failed.push(format!("{} {case} {note}\n  {}", scenario.id, findings.join("\n  ")));
        }
    }
    assert!(failed.is_empty(), "{} of {} scenarios:\n{}\n", failed.len(), scenarios.len(), failed.join("\n"));
}
