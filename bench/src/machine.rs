//! What the figures were measured on.

use crate::Result;
use crate::load::median;
use std::io::Write as _;
use std::time::Instant;

/// Cores that may be used.
pub(crate) fn cores() -> usize {
    std::thread::available_parallelism().map_or(1, std::num::NonZero::get)
}

/// The machine in lines of a list.
pub(crate) fn describe() -> Result<Vec<String>> {
    let cpu = field("/proc/cpuinfo", "model name")?;
    let memory: f64 = field("/proc/meminfo", "MemTotal")?.trim_end_matches(" kB").parse()?;
    let kernel = std::fs::read_to_string("/proc/sys/kernel/osrelease")?;
    let load = std::fs::read_to_string("/proc/loadavg")?;
    Ok(vec![
        format!("{} cores of {cpu}, {:.0} GB memory, Linux {}", cores(), memory * 1024.0 / 1e9, kernel.trim()),
        format!("one 4 KiB write to disk (`fdatasync`): {:.2} ms, median of 200", disk_write()?),
        format!("load average before the run: {}", load.split(' ').take(3).collect::<Vec<_>>().join(" ")),
    ])
}

fn field(file: &str, name: &str) -> Result<String> {
    let text = std::fs::read_to_string(file)?;
    let line = text.lines().find(|line| line.starts_with(name)).and_then(|line| line.split_once(':'));
    Ok(line.ok_or_else(|| format!("{file} has no {name}"))?.1.trim().to_owned())
}

/// Milliseconds of a durable write: what every commit waits for at least once.
fn disk_write() -> Result<f64> {
    let mut file = tempfile::tempfile()?;
    let mut write = || {
        let begun = Instant::now();
        file.write_all(&[7; 4096])?;
        file.sync_data()?;
        Ok(begun.elapsed().as_secs_f64() * 1e3)
    };
    Ok(median((0..200).map(|_| write()).collect::<Result<_>>()?))
}
