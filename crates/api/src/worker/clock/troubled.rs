//! Marketplaces whose clock could not go on, such as those whose catalogue cannot be read: left alone for a while, so
//! that the others go on.

use crate::http::problem::Problem;
use crate::worker::back_off::back_off;
use domain::id::MarketplaceId;
use std::collections::HashMap;
use std::time::Instant;

/// Which ones are left alone, how often they failed in a row, and until when. By the machine's uptime, which nobody
/// sets back.
#[derive(Default)]
pub struct Troubled {
    of: HashMap<MarketplaceId, (i32, Instant)>,
    last: Option<Problem>,
}

impl Troubled {
    /// Whether a marketplace is not left alone.
    pub fn may_go_on(&self, id: MarketplaceId) -> bool {
        self.of.get(&id).is_none_or(|(_, until)| *until <= Instant::now())
    }

    /// How many steps a marketplace went on; none where it failed, which leaves it alone.
    pub fn heed(&mut self, id: MarketplaceId, went: Result<usize, Problem>) -> usize {
        match went {
            Ok(steps) => {
                self.of.remove(&id);
                steps
            }
            Err(problem) => {
                let failures = self.of.get(&id).map_or(0, |(failures, _)| *failures) + 1;
                let wait = std::time::Duration::try_from(back_off(failures)).unwrap_or_default();
                tracing::error!(marketplace = %id, %problem, failures, "the clock of a marketplace cannot go on");
                self.of.insert(id, (failures, Instant::now() + wait));
                self.last = Some(problem);
                0
            }
        }
    }

    /// What last went wrong in any of them.
    pub fn over(self) -> Option<Problem> {
        self.last
    }
}
