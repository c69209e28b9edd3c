//! Processor time: what a measurement used, and what others used of the machine meanwhile.
//!
//! On a machine that others keep busy a thread that wakes up waits for its turn, up to a tick of the scheduler for
//! each commit. That hits one thread harder than many, so that not even the ratio of two rounds is to be trusted.

use crate::database::{Database, Engine};
use crate::{Result, Settings};
use std::collections::HashMap;
use std::time::{Duration, Instant};

/// Ticks of `/proc` in a second: fixed in Linux' interface.
const TICKS: f64 = 100.0;
/// A round in which others used more of the machine is disturbed.
pub(crate) const DISTURBED: f64 = 0.10;
/// How long the machine is looked at before a round.
const GLANCE: Duration = Duration::from_millis(500);

/// Seconds that processes, and all that they started, have been on a processor.
pub(crate) fn seconds(roots: &[u32]) -> Result<f64> {
    let mut processes = HashMap::new();
    for entry in std::fs::read_dir("/proc")? {
        let Some(id) = entry?.file_name().to_str().and_then(|name| name.parse::<u32>().ok()) else { continue };
        // A process may have ended since the directory was read.
        if let Some(process) = std::fs::read_to_string(format!("/proc/{id}/stat")).ok().and_then(|stat| parse(&stat)) {
            processes.insert(id, process);
        }
    }
    let is_ours = |id: &u32| {
        let parents = std::iter::successors(Some(*id), |id| processes.get(id).map(|(parent, _)| *parent));
        parents.take(32).any(|id| roots.contains(&id))
    };
    Ok(processes.iter().filter(|(id, _)| is_ours(id)).map(|(_, (_, ticks))| ticks / TICKS).sum())
}

/// Parent and ticks of a line of `/proc/PID/stat`; children that have ended count to their parent.
fn parse(stat: &str) -> Option<(u32, f64)> {
    // The name in brackets may hold blanks. Behind it: state, parent, …, and from the 12th on four times.
    let fields: Vec<_> = stat.rsplit_once(')')?.1.split_whitespace().collect();
    let ticks: Vec<f64> = fields.get(11..15)?.iter().filter_map(|field| field.parse().ok()).collect();
    Some((fields.get(1)?.parse().ok()?, ticks.iter().sum()))
}

/// Seconds that all processors were busy, and that they had.
fn machine() -> Result<(f64, f64)> {
    let stat = std::fs::read_to_string("/proc/stat")?;
    let fields = stat.lines().next().unwrap_or_default().split_whitespace().skip(1).take(8);
    let ticks: Vec<f64> = fields.map(str::parse).collect::<std::result::Result<_, _>>()?;
    let idle: f64 = ticks.iter().skip(3).take(2).sum();
    let all: f64 = ticks.iter().sum();
    Ok(((all - idle) / TICKS, all / TICKS))
}

/// Waits for the machine to be quiet, and tells how quiet it was.
pub(crate) struct Quiet {
    /// This program, and the PostgreSQL server that it measures on.
    ours: Vec<u32>,
    /// How long may still be waited in all.
    patience: Duration,
}

impl Quiet {
    /// With the patience of the settings.
    pub(crate) fn new(settings: &Settings, databases: &[Database]) -> Result<Self> {
        let mut ours = vec![std::process::id()];
        for database in databases {
            ours.extend(postmaster(database)?);
        }
        Ok(Self { ours, patience: Duration::from_secs(settings.patience) })
    }

    /// Does something once the machine is quiet; the part of the machine that others used meanwhile.
    pub(crate) fn once<T>(&mut self, work: impl FnOnce() -> Result<T>) -> Result<(T, f64)> {
        let begun = Instant::now();
        let glance = || {
            std::thread::sleep(GLANCE);
            Ok(())
        };
        while begun.elapsed() < self.patience && self.others(glance)?.1 > DISTURBED {}
        self.patience = self.patience.saturating_sub(begun.elapsed().saturating_sub(GLANCE));
        self.others(work)
    }

    /// Repeats a round until enough of them were undisturbed, or thrice as many as wanted; the quietest, and the
    /// part of the machine that others had at most.
    pub(crate) fn rounds<T>(&mut self, wanted: usize, mut round: impl FnMut() -> Result<T>) -> Result<(Vec<T>, f64)> {
        let mut all: Vec<(T, f64)> = vec![];
        while all.iter().filter(|(_, others)| *others <= DISTURBED).count() < wanted && all.len() < 3 * wanted {
            all.push(self.once(&mut round)?);
        }
        all.sort_by(|one, other| one.1.total_cmp(&other.1));
        all.truncate(wanted);
        let most = all.last().map_or(0.0, |(_, others)| *others);
        Ok((all.into_iter().map(|(result, _)| result).collect(), most))
    }

    fn others<T>(&self, work: impl FnOnce() -> Result<T>) -> Result<(T, f64)> {
        let ((busy, all), ours) = (machine()?, seconds(&self.ours)?);
        let result = work()?;
        let ((busy_then, all_then), ours_then) = (machine()?, seconds(&self.ours)?);
        let others = (busy_then - busy) - (ours_then - ours);
        Ok((result, (others / (all_then - all)).max(0.0)))
    }
}

/// The first process of a PostgreSQL server on this machine; the others are its children.
pub(crate) fn postmaster(database: &Database) -> Result<Option<u32>> {
    if database.engine() == Engine::Sqlite {
        return Ok(None);
    }
    let directory = database.query("SHOW data_directory")?.concat();
    let file = std::fs::read_to_string(format!("{directory}/postmaster.pid"))?;
    Ok(Some(file.lines().next().unwrap_or_default().trim().parse()?))
}
