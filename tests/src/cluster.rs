//! A PostgreSQL server of a test's own, which it may stop and start: the suite's is everybody's.

use std::ffi::OsString;
use std::path::PathBuf;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};
use tempfile::TempDir;

const PATIENCE: Duration = Duration::from_secs(60);

/// A server on a port of its own.
pub struct Cluster {
    directory: TempDir,
    bin: PathBuf,
    port: u16,
    /// Who it runs as: PostgreSQL refuses to run as root.
    user: Option<(String, String)>,
    server: Option<Child>,
}

impl Cluster {
    /// Makes a server and starts it; none, said aloud, where PostgreSQL's programs are not installed.
    pub fn start() -> Option<Self> {
        let Some(bin) = newest_binaries() else {
            eprintln!("\n##  LEFT OUT: no PostgreSQL server (initdb, postgres) in /usr/lib/postgresql or PATH\n");
            return None;
        };
        let directory = TempDir::new_in("/tmp").expect("a temporary directory");
        let free = std::net::TcpListener::bind("127.0.0.1:0").and_then(|listener| listener.local_addr());
        let mut cluster =
            Self { user: unprivileged(), directory, bin, port: free.expect("a port").port(), server: None };
        if let Some((user, group)) = &cluster.user {
            run(Command::new("chown").arg(format!("{user}:{group}")).arg(cluster.directory.path()));
        }
        let initdb = "-D data -U kontor -A trust -E UTF8 --locale=C.UTF-8 --no-sync";
        run(cluster.command("initdb").args(initdb.split(' ')).stdout(Stdio::null()));
        cluster.resume();
        Some(cluster)
    }

    /// Its address.
    pub fn url(&self) -> String {
        format!("postgres://kontor@127.0.0.1:{}/postgres", self.port)
    }

    /// Where it listens.
    pub fn address(&self) -> std::net::SocketAddr {
        ([127, 0, 0, 1], self.port).into()
    }

    /// Starts it again where it was stopped.
    pub fn resume(&mut self) {
        let settings = ["listen_addresses=127.0.0.1", "unix_socket_directories=", "fsync=off", "ssl=off"];
        let mut command = self.command("postgres");
        command.args(["-D", "data", "-p", &self.port.to_string()]).stdout(Stdio::null()).stderr(Stdio::null());
        command.args(settings.iter().flat_map(|setting| ["-c", setting]));
        self.server = Some(command.spawn().expect("the server starts"));
        let (begun, state) = (Instant::now(), self.directory.path().join("data/postmaster.pid"));
        while !std::fs::read_to_string(&state).is_ok_and(|text| text.lines().any(|line| line.starts_with("ready"))) {
            assert!(begun.elapsed() < PATIENCE, "the server does not get ready");
            std::thread::sleep(Duration::from_millis(10));
        }
    }

    /// Stops it: `fast` tells everybody who is connected, `immediate` is a crash.
    pub fn stop(&mut self, mode: &str) {
        run(self.command("pg_ctl").args(["stop", "-D", "data", "-s", "-w", "-m", mode]));
        self.server.take().expect("it runs").wait().expect("it ends");
    }

    fn command(&self, program: &str) -> Command {
        let program = self.bin.join(program);
        let mut command = match &self.user {
            None => Command::new(program),
            Some((user, group)) => {
                let mut command = Command::new("setpriv");
                command.args([format!("--reuid={user}"), format!("--regid={group}")]);
                command.arg("--clear-groups").arg("--").arg(program);
                command
            }
        };
        command.current_dir(self.directory.path()).stdin(Stdio::null());
        command
    }
}

impl Drop for Cluster {
    fn drop(&mut self) {
        if self.server.is_some() {
            self.stop("immediate");
        }
    }
}

fn run(command: &mut Command) {
    assert!(command.status().unwrap_or_else(|error| panic!("{command:?}: {error}")).success(), "{command:?}");
}

/// The newest complete set of server binaries, as `scripts/postgres.sh` finds it; PATH goes first.
fn newest_binaries() -> Option<PathBuf> {
    let complete = |bin: &PathBuf| ["initdb", "postgres", "pg_ctl"].iter().all(|name| bin.join(name).is_file());
    let path: OsString = std::env::vars_os().find(|(name, _)| name == "PATH").map(|(_, value)| value)?;
    let mut versions: Vec<(u32, PathBuf)> = std::fs::read_dir("/usr/lib/postgresql")
        .into_iter()
        .flatten()
        .filter_map(|entry| Some(entry.ok()?.path()))
        .filter_map(|path| Some((path.file_name()?.to_str()?.parse().ok()?, path.join("bin"))))
        .collect();
    versions.sort();
    std::env::split_paths(&path)
        .find(complete)
        .or_else(|| versions.into_iter().rev().map(|(_, bin)| bin).find(complete))
}

/// User and group to run the server as, where we are root.
fn unprivileged() -> Option<(String, String)> {
    let id = |arguments: &[&str]| {
        let output = Command::new("id").args(arguments).output().ok().filter(|output| output.status.success())?;
        Some(String::from_utf8_lossy(&output.stdout).trim().to_owned())
    };
    if id(&["-u"])? != "0" {
        return None;
    }
    let of = |user: &str| Some((id(&["-u", user])?, id(&["-g", user])?));
    of("postgres").or_else(|| of("nobody"))
}
