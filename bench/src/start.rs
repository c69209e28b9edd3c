//! Start-up on an existing database, and memory at rest.

use crate::database::Database;
use crate::load::median;
use crate::process::Server;
use crate::report::Figure;
use crate::{Bench, Result};
use std::time::Duration;

const STARTS: usize = 20;
const MOST_MILLISECONDS: f64 = 300.0;
const MOST_MEGABYTES: f64 = 40.0;

/// Starts and stops the server again and again.
pub(crate) fn measure(bench: &mut Bench<'_>, demo: &Database) -> Result<()> {
    let settings = bench.settings;
    let database = demo.copy()?;
    let start = || {
        let server = Server::kontor(settings, &database.url(), &[])?;
        let milliseconds = server.ready_after.as_secs_f64() * 1e3;
        server.stop()?;
        Ok(milliseconds)
    };
    let starts = || (0..STARTS).map(|_| start()).collect::<Result<_>>();
    let (milliseconds, others) = bench.quiet.once(starts)?;
    let milliseconds = median(milliseconds);
    let engine = database.engine();
    bench.report.add(
        Figure::new("start to ready", engine, format!("{milliseconds:.0} ms"))
            .aim("< 300 ms", milliseconds < MOST_MILLISECONDS)
            .others(others)
            .note(format!("existing database with the demo data; median of {STARTS}")),
    );

    let server = Server::kontor(settings, &database.url(), &[])?;
    std::thread::sleep(Duration::from_secs(1));
    let (all, own) = (server.memory("VmRSS")? / 1e6, server.memory("RssAnon")? / 1e6);
    server.stop()?;
    bench.report.add(
        Figure::new("memory at rest", engine, format!("{all:.1} MB")).aim("< 40 MB", all < MOST_MEGABYTES).note(
            format!("resident, one second after ready; {own:.1} MB of it its own, the rest is the program's file"),
        ),
    );
    Ok(())
}
