//! The closed loop: each client does its unit of work again and again until the round is over.

use crate::Result;
use std::time::{Duration, Instant};

/// How many clients there are, each on its own connection and thread.
pub(crate) const CLIENTS: usize = 16;

/// What a round brought.
pub(crate) struct Round {
    /// Units that ended within it.
    pub(crate) units: usize,
    /// How long it was.
    pub(crate) length: Duration,
}

impl Round {
    /// Units per second.
    pub(crate) fn rate(&self) -> f64 {
        self.units as f64 / self.length.as_secs_f64()
    }
}

/// Runs all clients for the length of a round. A unit under way at its end is finished and not counted.
pub(crate) fn round<W: FnMut() -> Result<()> + Send>(clients: Vec<W>, length: Duration) -> Result<Round> {
    let end = Instant::now() + length;
    let repeat = |mut work: W| {
        let mut units = 0;
        loop {
            work()?;
            if Instant::now() > end {
                return Ok(units);
            }
            units += 1;
        }
    };
    let counts: Vec<Result<usize>> = std::thread::scope(|scope| {
        let threads: Vec<_> = clients.into_iter().map(|work| scope.spawn(move || repeat(work))).collect();
        threads.into_iter().map(|thread| thread.join().unwrap_or_else(|_| Err("a client panicked".into()))).collect()
    });
    Ok(Round { units: counts.into_iter().sum::<Result<usize>>()?, length })
}

/// The middle one; of an even number the upper of the two.
pub(crate) fn median(mut values: Vec<f64>) -> f64 {
    values.sort_by(f64::total_cmp);
    values.get(values.len() / 2).copied().unwrap_or(f64::NAN)
}
