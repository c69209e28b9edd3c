//! The drawings in `docs/drawings.md` show what is: their states are the codes of the enums, a registration's arrows
//! the table of its steps, the rooms those that the graph of the files is held to.

use crate::house::architecture::root;
use crate::house::graph::ROOMS;
use domain::order::OrderStatus;
use domain::registration::{RegistrationStatus, Step, step};
use domain::subscription::SubscriptionStatus;
use domain::tenant::TenantState;
use std::collections::BTreeSet;
use store::outbox::TaskStatus;

/// The lines of the drawing under a heading.
fn drawing(heading: &str) -> Vec<String> {
    let all = std::fs::read_to_string(root().join("docs/drawings.md")).expect("the drawings");
    let (_, section) = all.split_once(&format!("\n## {heading}\n")).unwrap_or_else(|| panic!("no {heading}"));
    let (_, drawing) = section.split_once("```mermaid\n").expect("a drawing");
    let (drawing, _) = drawing.split_once("\n```").expect("its end");
    drawing.lines().map(|line| line.trim().to_owned()).collect()
}

/// The arrows between states, without those from where something begins and to where it ends.
fn arrows(lines: &[String]) -> BTreeSet<(String, String)> {
    let arrow = |line: &String| {
        let (from, rest) = line.split_once(" --> ")?;
        let to = rest.split_once(':').map_or(rest, |(to, _)| to);
        Some((from.to_owned(), to.to_owned())).filter(|(from, to)| from != "[*]" && to != "[*]")
    };
    lines.iter().filter_map(arrow).collect()
}

fn states(heading: &str) -> BTreeSet<String> {
    arrows(&drawing(heading)).into_iter().flat_map(|(from, to)| [from, to]).collect()
}

fn codes(all: impl IntoIterator<Item = &'static str>) -> BTreeSet<String> {
    all.into_iter().map(str::to_owned).collect()
}

#[test]
fn the_states_that_are_drawn_are_those_that_there_are() {
    assert_eq!(states("An order"), codes(OrderStatus::ALL.iter().map(|status| status.code())));
    assert_eq!(states("A subscription"), codes(SubscriptionStatus::ALL.iter().map(|status| status.code())));
    assert_eq!(states("A registration"), codes(RegistrationStatus::ALL.iter().map(|status| status.code())));
    assert_eq!(states("A tenant"), codes(TenantState::ALL.iter().map(|status| status.code())));
    let tasks = [TaskStatus::Pending, TaskStatus::Done, TaskStatus::Parked];
    assert_eq!(states("A task"), codes(tasks.map(TaskStatus::code)));
}

#[test]
fn the_arrows_of_a_registration_are_its_steps() {
    let steps = [
        Step::Ask,
        Step::AskToConfirm,
        Step::Confirm { fits: true },
        Step::Confirm { fits: false },
        Step::Approve,
        Step::GiveNumber,
        Step::Reject,
        Step::Refer,
        Step::Resend,
        Step::Complete,
    ];
    let from = |status: RegistrationStatus| {
        let to = steps.iter().filter_map(move |next| step(status, *next).ok());
        to.map(move |to| (status.code().to_owned(), to.code().to_owned())).collect::<Vec<_>>()
    };
    let taken: BTreeSet<_> = RegistrationStatus::ALL.iter().flat_map(|status| from(*status)).collect();
    assert_eq!(arrows(&drawing("A registration")), taken);
}

#[test]
fn the_rooms_are_drawn_in_their_order_the_highest_first() {
    let lines = drawing("The rooms of api");
    let named = lines.iter().filter_map(|line| line.split_once("[\"")?.1.split_once("<br>"));
    let named: Vec<_> = named.map(|(name, _)| name).filter(|name| !name.starts_with("the ")).collect();
    let from_above: Vec<_> = ROOMS.iter().rev().copied().collect();
    assert_eq!(named, from_above);
    let order = lines.iter().filter(|line| line.contains(" --> ")).flat_map(|line| line.split(" --> "));
    let mut order: Vec<_> = order.filter(|room| *room != "ground" && *room != "roof").collect();
    order.dedup();
    let called = from_above.iter().map(|room| room.rsplit('/').next().unwrap_or_default());
    assert_eq!(order, called.collect::<Vec<_>>());
}
