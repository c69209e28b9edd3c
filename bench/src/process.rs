//! A server as a child process: started, watched through `/proc`, stopped.

use crate::http::{Connection, request};
use crate::{Error, Result, Settings};
use std::io::{BufRead as _, BufReader};
use std::net::SocketAddr;
use std::path::Path;
use std::process::{Child, ChildStdout, Command, Stdio};
use std::time::{Duration, Instant};

/// The longest that a server may take to stop.
const PATIENCE: Duration = Duration::from_secs(35);

/// A running server; killed where it is not stopped.
pub(crate) struct Server {
    child: Child,
    /// Kept open, or the child's next line would end it.
    _stdout: BufReader<ChildStdout>,
    /// Where it listens.
    pub(crate) address: SocketAddr,
    /// From its start to the first good answer of its readiness check.
    pub(crate) ready_after: Duration,
}

impl Server {
    /// Kontor on a database. Nothing of the caller's environment reaches it.
    pub(crate) fn kontor(settings: &Settings, url: &str, arguments: &[&str]) -> Result<Self> {
        let workers = crate::machine::cores().to_string();
        let mut command = Command::new(&settings.kontor);
        command.env_clear().arg("serve").args(arguments);
        command.envs([
            ("KONTOR_DATABASE_URL", url),
            ("KONTOR_BIND", "127.0.0.1:0"),
            ("KONTOR_SECRET_KEY", "a29udG9yLWJlbmNobWFyay1ub3QtYS1zZWNyZXQtISE="),
            ("KONTOR_LOG_LEVEL", "warn"),
            ("KONTOR_HTTP_WORKERS", &workers),
            // A benchmark is one caller, as fast as it can.
            ("KONTOR_LIMIT_READ", "off"),
            ("KONTOR_LIMIT_WRITE", "off"),
            ("KONTOR_LIMIT_LOGIN", "off"),
            ("KONTOR_LIMIT_EXPORT", "off"),
            ("KONTOR_OPEN_CARTS", "1000000"),
        ]);
        Self::start(command, "/readyz")
    }

    /// The yardstick: this program, serving a file's bytes with as many threads.
    pub(crate) fn yardstick(file: &Path) -> Result<Self> {
        let mut command = Command::new(std::env::current_exe()?);
        command.arg("serve-bytes").arg(file).arg(crate::machine::cores().to_string());
        Self::start(command, "/")
    }

    fn start(mut command: Command, readiness: &str) -> Result<Self> {
        let started = Instant::now();
        let mut child = command.stdin(Stdio::null()).stdout(Stdio::piped()).spawn()?;
        let mut stdout = BufReader::new(child.stdout.take().ok_or("no standard output")?);
        let address = read_address(&mut stdout);
        let mut server = match address {
            Ok(address) => Self { child, _stdout: stdout, address, ready_after: Duration::ZERO },
            Err(error) => {
                child.kill()?;
                child.wait()?;
                return Err(error);
            }
        };
        let status = Connection::open(server.address)?.exchange(&request("GET", readiness, "", "", b""))?.status;
        server.ready_after = started.elapsed();
        if status == 200 { Ok(server) } else { Err(format!("{readiness} answers {status}").into()) }
    }

    /// A figure of `/proc/PID/status` in bytes: `VmRSS` now, `VmHWM` at most since the start.
    pub(crate) fn memory(&self, field: &str) -> Result<f64> {
        let status = std::fs::read_to_string(format!("/proc/{}/status", self.child.id()))?;
        let line = status.lines().find_map(|line| line.strip_prefix(field)?.strip_prefix(':'));
        let kibibytes: f64 = line.and_then(|line| line.split_whitespace().next()).ok_or("no such figure")?.parse()?;
        Ok(kibibytes * 1024.0)
    }

    /// Its process.
    pub(crate) fn id(&self) -> u32 {
        self.child.id()
    }

    /// Stops it as a service manager would, and waits until it is gone.
    pub(crate) fn stop(mut self) -> Result<()> {
        Command::new("kill").arg("-TERM").arg(self.child.id().to_string()).status()?;
        let asked = Instant::now();
        while self.child.try_wait()?.is_none() {
            if asked.elapsed() > PATIENCE {
                return Err("the server does not stop".into());
            }
            std::thread::sleep(Duration::from_millis(5));
        }
        Ok(())
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        // Only its own child, and only where `stop` has not waited for it yet.
        if matches!(self.child.try_wait(), Ok(None)) {
            let _ = self.child.kill();
            let _ = self.child.wait();
        }
    }
}

/// The address in the line that says that the server is ready.
fn read_address(stdout: &mut BufReader<ChildStdout>) -> Result<SocketAddr> {
    for line in stdout.lines() {
        let line = line?;
        if line.contains(" is ready: ") {
            let (_, rest) = line.split_once("http://").ok_or("no address in the ready line")?;
            return rest.split('/').next().unwrap_or(rest).parse().map_err(Error::from);
        }
    }
    Err("the server ended before it was ready".into())
}
