//! What the program says, to its log and to who started it: queued, and written by a thread of its own. A disk that is
//! full or a reader that is gone costs lines, which are counted, and never an answer, a start or a stop.

use prometheus_client::metrics::counter::Counter;
use std::fs::File;
use std::io::{self, Write};
use std::os::fd::AsFd;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::mpsc::{self, Receiver, SyncSender, TrySendError};
use std::sync::{Arc, LazyLock};
use std::time::{Duration, Instant};
use tracing_subscriber::EnvFilter;
use tracing_subscriber::fmt::MakeWriter;

/// Lines that wait at most, and the bytes that they have altogether.
const MOST: (usize, usize) = (8_192, 8 * 1024 * 1024);
/// How long the end of the program waits for what is still to be written.
const PATIENCE: Duration = Duration::from_secs(1);
/// What is left out at every level: the parser calls a client's fault an error of ours. The edge says it once more, as
/// a request that was answered.
const LEFT_OUT: &str = "actix_http::h1::dispatcher=off";

/// Lines that were not written: too many waited, or their output failed.
pub static DROPPED: LazyLock<Counter> = LazyLock::new(Counter::default);

/// Where the process writes: its log on standard error, what people read on standard output.
pub struct Output {
    log: Lines,
    told: Lines,
}

impl Output {
    /// Starts a thread for each of the two.
    pub fn start() -> Self {
        Self { log: Lines::to(unbuffered(io::stderr())), told: Lines::to(unbuffered(io::stdout())) }
    }

    /// Sends what the program traces to the log, panics with it; `filter` is a level or a filter.
    pub fn trace(&self, filter: &str, json: bool) {
        let filter = EnvFilter::try_new(format!("{LEFT_OUT},{filter}")).unwrap_or_else(|_| EnvFilter::new("info"));
        let builder = tracing_subscriber::fmt().with_env_filter(filter).with_writer(self.log.clone());
        if json {
            builder.json().flatten_event(true).init()
        } else {
            builder.init()
        }
        std::panic::set_hook(Box::new(|panic| {
            let at = panic.location().map(ToString::to_string).unwrap_or_default();
            tracing::error!(at, said = panic.payload_as_str().unwrap_or_default(), "panicked");
        }));
    }

    /// Tells the person who started the program.
    pub fn say(&self, text: &str) {
        self.told.put(format!("{text}\n").into_bytes());
    }

    /// Waits until everything is written, but no longer than a moment.
    pub fn finish(&self) {
        let until = Instant::now() + PATIENCE;
        self.told.finish(until);
        self.log.finish(until);
    }
}

/// The stream itself: what is written is not kept back in the process, and nobody else's lock is waited for.
fn unbuffered(stream: impl AsFd + Write + Send + 'static) -> Box<dyn Write + Send> {
    match stream.as_fd().try_clone_to_owned() {
        Ok(descriptor) => Box::new(File::from(descriptor)),
        Err(_) => Box::new(stream),
    }
}

/// What the thread of an output is given.
enum Said {
    Line(Vec<u8>),
    /// Everything before it is written.
    End(SyncSender<()>),
}

/// The queue before an output.
#[derive(Clone)]
struct Lines {
    queue: SyncSender<Said>,
    /// Bytes of the lines in the queue.
    waiting: Arc<AtomicUsize>,
}

impl Lines {
    fn to(output: Box<dyn Write + Send>) -> Self {
        let (queue, said) = mpsc::sync_channel(MOST.0);
        let waiting = Arc::new(AtomicUsize::new(0));
        let written = Arc::clone(&waiting);
        // Without its thread the queue is closed: every line is dropped and counted.
        drop(std::thread::Builder::new().name("log".to_owned()).spawn(move || write_all(output, &said, &written)));
        Self { queue, waiting }
    }

    fn put(&self, line: Vec<u8>) {
        let length = line.len();
        let fits = self.waiting.fetch_add(length, Ordering::Relaxed) + length <= MOST.1;
        if !fits || self.queue.try_send(Said::Line(line)).is_err() {
            self.waiting.fetch_sub(length, Ordering::Relaxed);
            DROPPED.inc();
        }
    }

    fn finish(&self, until: Instant) {
        let (end, reached) = mpsc::sync_channel(1);
        let mut last = Said::End(end);
        while let Err(TrySendError::Full(again)) = self.queue.try_send(last) {
            if Instant::now() >= until {
                return;
            }
            last = again;
            std::thread::sleep(Duration::from_millis(10));
        }
        // Whether it is reached or not: the program ends now.
        let _ = reached.recv_timeout(until.saturating_duration_since(Instant::now()));
    }
}

fn write_all(mut output: Box<dyn Write + Send>, said: &Receiver<Said>, waiting: &AtomicUsize) {
    for one in said {
        match one {
            Said::Line(line) => {
                let written = output.write_all(&line).and_then(|()| output.flush());
                waiting.fetch_sub(line.len(), Ordering::Relaxed);
                if written.is_err() {
                    DROPPED.inc();
                }
            }
            // Nobody may be waiting any more.
            Said::End(reached) => _ = reached.send(()),
        }
    }
}

impl Write for &Lines {
    fn write(&mut self, line: &[u8]) -> io::Result<usize> {
        self.put(line.to_vec());
        Ok(line.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

impl<'a> MakeWriter<'a> for Lines {
    type Writer = &'a Self;

    fn make_writer(&'a self) -> Self::Writer {
        self
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::io::Read as _;

    /// U-93: an output that nobody reads holds nobody up, and what does not fit is counted.
    #[test]
    fn a_full_pipe_holds_nobody_up() {
        let (mut reader, writer) = io::pipe().unwrap();
        let lines = Lines::to(Box::new(writer));
        let (begun, before) = (Instant::now(), DROPPED.get());
        for _ in 0..3 * MOST.0 {
            lines.put(vec![b'x'; 1_024]);
        }
        lines.finish(Instant::now() + Duration::from_millis(200));
        assert!(begun.elapsed() < Duration::from_secs(5), "{:?}", begun.elapsed());
        let dropped = DROPPED.get() - before;
        assert!(dropped >= 2 * MOST.0 as u64 - 100, "{dropped} dropped");
        assert!(lines.waiting.load(Ordering::Relaxed) <= MOST.1);
        // Whoever reads again gets what waited, and what is said then.
        let reading = std::thread::spawn(move || {
            let mut all = String::new();
            reader.read_to_string(&mut all).unwrap();
            all
        });
        lines.finish(Instant::now() + Duration::from_secs(20));
        lines.put(b"last".to_vec());
        drop(lines);
        assert!(reading.join().unwrap().ends_with("xlast"));
    }

    /// U-93: a line that cannot be written is counted, and the next is tried.
    #[test]
    fn a_full_disk_costs_lines() {
        let lines = Lines::to(Box::new(File::options().write(true).open("/dev/full").unwrap()));
        let before = DROPPED.get();
        (0..10).for_each(|_| lines.put(b"line\n".to_vec()));
        lines.finish(Instant::now() + Duration::from_secs(20));
        assert!(DROPPED.get() >= before + 10);
    }
}
