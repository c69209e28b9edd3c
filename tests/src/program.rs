//! The real program as a process of its own: started, killed, stopped in order, and read.
//!
//! `make test` builds it first. A test that is run alone finds what was built last: `cargo build --bin kontor`.

use crate::Client;
use std::io::{BufRead as _, BufReader, Read};
use std::net::TcpListener;
use std::path::PathBuf;
use std::process::{Child, Command, ExitStatus, Output, Stdio};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Condvar, Mutex, PoisonError};
use std::time::{Duration, Instant};

/// Far longer than a start, a stop or a recovery takes: a test that waits as long has failed.
const PATIENCE: Duration = Duration::from_secs(60);

/// So much of what a program wrote is shown where a test fails.
const LAST_LINES: usize = 40;

/// The settings that limit how fast somebody may ask.
const LIMITS: [&str; 4] = ["KONTOR_LIMIT_READ", "KONTOR_LIMIT_WRITE", "KONTOR_LIMIT_LOGIN", "KONTOR_LIMIT_EXPORT"];

/// A setting of a program: name and value.
pub type Setting = (&'static str, String);

/// A running `kontor serve`.
pub struct Program {
    child: Child,
    output: Arc<Transcript>,
    /// Where it listens: `http://127.0.0.1:…`.
    pub url: String,
}

/// What a program has written so far, on standard output and standard error.
#[derive(Default)]
struct Transcript {
    text: Mutex<String>,
    grown: Condvar,
    /// Outputs that may still say something.
    open: AtomicUsize,
}

impl Program {
    /// Starts `kontor serve` on a free port and waits until it says that it is ready.
    pub fn serve(settings: &[Setting], more: &[&str]) -> Self {
        let mut program = Self::begin(settings, more);
        program.url = program.output.wait_for("kontor is ready: API ", "/v1");
        program
    }

    /// Starts `kontor serve` and waits for nothing.
    pub fn begin(settings: &[Setting], more: &[&str]) -> Self {
        Self::spawn(command(settings), settings, more)
    }

    /// Starts `kontor serve` where a file that may not grow is an error of its writer, and not its end: the tests set
    /// such a limit with [`Program::limit_files`] where they mean a disk that is full.
    pub fn serve_on_a_small_disk(settings: &[Setting], more: &[&str]) -> Self {
        let mut shell = Command::new("sh");
        shell.args(["-c", "trap '' XFSZ; exec \"$0\" \"$@\""]).arg(path()).env_clear().stdin(Stdio::null());
        shell.envs(settings.iter().map(|(name, value)| (name, value)));
        let mut program = Self::spawn(shell, settings, more);
        program.url = program.output.wait_for("kontor is ready: API ", "/v1");
        program
    }

    /// The most bytes that any file of the program may have from now on: a number or `unlimited`.
    pub fn limit_files(&self, most: &str) {
        let mut prlimit = Command::new("prlimit");
        prlimit.args(["--pid", &self.child.id().to_string(), &format!("--fsize={most}:unlimited")]);
        assert!(prlimit.status().expect("prlimit of util-linux").success());
    }

    fn spawn(mut command: Command, settings: &[Setting], more: &[&str]) -> Self {
        // What a test does not ask for is not found beside it afterwards.
        let mails = std::env::temp_dir().join(format!("kontor-test-mails-{}", std::process::id()));
        let unset = |name: &&str| !settings.iter().any(|(set, _)| set == name);
        let mut child = command
            // The suite asks faster than any shop.
            .envs(LIMITS.into_iter().filter(unset).map(|name| (name, "off")))
            .envs(unless_set(settings, "KONTOR_MAIL", format!("file:{}", mails.display())))
            // Nobody needs to notice that it stops.
            .envs(unless_set(settings, "KONTOR_STOP_NOTICE", "0".to_owned()))
            .arg("serve")
            .args(more)
            .env("KONTOR_BIND", "127.0.0.1:0")
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .expect("the program starts");
        let output = Arc::new(Transcript::default());
        let pipes: [Option<Box<dyn Read + Send>>; 2] =
            [child.stdout.take().map(|pipe| Box::new(pipe) as _), child.stderr.take().map(|pipe| Box::new(pipe) as _)];
        for pipe in pipes.into_iter().flatten() {
            let output = Arc::clone(&output);
            output.open.fetch_add(1, Ordering::SeqCst);
            std::thread::spawn(move || output.follow(pipe));
        }
        Self { child, output, url: String::new() }
    }

    /// Starts `kontor serve` with outputs of its own, standard output and standard error, and waits until it says over
    /// HTTP that it is ready.
    pub fn serve_unheard(settings: &[Setting], outputs: [Stdio; 2]) -> Self {
        // A port that was free a moment ago.
        let free = TcpListener::bind("127.0.0.1:0").and_then(|listener| listener.local_addr()).expect("a port");
        let [stdout, stderr] = outputs;
        let mut command = command(settings);
        command.envs(unless_set(settings, "KONTOR_STOP_NOTICE", "0".to_owned())).env("KONTOR_BIND", free.to_string());
        let child = command.arg("serve").stdout(stdout).stderr(stderr).spawn().expect("the program starts");
        let mut program = Self { child, output: Arc::default(), url: format!("http://{free}") };
        let begun = Instant::now();
        while program.anonymous().try_send("GET", "/readyz", None).map_or(0, |answer| answer.status) != 200 {
            let ended = program.child.try_wait().expect("the program is ours");
            assert!(ended.is_none() && begun.elapsed() < PATIENCE, "the program does not get ready: {ended:?}");
            std::thread::sleep(Duration::from_millis(20));
        }
        program
    }

    /// Everything it has written.
    pub fn output(&self) -> String {
        self.output.lock().clone()
    }

    /// Somebody without a token.
    pub fn anonymous(&self) -> Client {
        Client::anonymous(&self.url)
    }

    /// The memory that it has of the machine now, in KiB.
    pub fn resident(&self) -> u64 {
        let status = std::fs::read_to_string(format!("/proc/{}/status", self.child.id())).expect("it runs");
        let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:")).expect("its memory");
        line.split_whitespace().next().expect("a number").parse().expect("a number")
    }

    /// Ends it at once, wherever it is: SIGKILL.
    pub fn kill(mut self) {
        self.child.kill().expect("the program runs");
        self.child.wait().expect("the program ends");
    }

    /// Asks it to stop: SIGTERM.
    pub fn terminate(&self) {
        let kill = Command::new("sh").arg("-c").arg(format!("kill -TERM {}", self.child.id())).status();
        assert!(kill.expect("a shell").success());
    }

    /// Waits for its end; what it has written is complete then.
    pub fn wait(mut self) -> (ExitStatus, String) {
        let begun = Instant::now();
        let status = loop {
            if let Some(status) = self.child.try_wait().expect("the program is ours") {
                break status;
            }
            assert!(begun.elapsed() < PATIENCE, "the program does not stop:\n{}", self.output());
            std::thread::sleep(Duration::from_millis(10));
        };
        self.output.wait_for_end();
        (status, self.output())
    }
}

impl Drop for Program {
    fn drop(&mut self) {
        // A test that failed leaves no process behind; one that has ended is fine.
        let _ = self.child.kill();
        let _ = self.child.wait();
        if std::thread::panicking() {
            let output = self.output();
            let last: Vec<_> = output.lines().rev().take(LAST_LINES).collect();
            eprintln!("what the program wrote last:\n{}", last.into_iter().rev().collect::<Vec<_>>().join("\n"));
        }
    }
}

impl Transcript {
    fn lock(&self) -> std::sync::MutexGuard<'_, String> {
        self.text.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn follow(&self, pipe: impl Read) {
        for line in BufReader::new(pipe).split(b'\n') {
            let Ok(line) = line else { break };
            let mut text = self.lock();
            text.push_str(&String::from_utf8_lossy(&line));
            text.push('\n');
            self.grown.notify_all();
        }
        self.open.fetch_sub(1, Ordering::SeqCst);
    }

    /// Waits until everything is read that was written.
    fn wait_for_end(&self) {
        let begun = Instant::now();
        while self.open.load(Ordering::SeqCst) > 0 && begun.elapsed() < PATIENCE {
            std::thread::sleep(Duration::from_millis(1));
        }
    }

    /// What stands between two texts on a line, once it is there.
    fn wait_for(&self, before: &str, after: &str) -> String {
        let begun = Instant::now();
        let mut text = self.lock();
        loop {
            let found = text.split_once(before).and_then(|(_, rest)| rest.split_once(after));
            if let Some((found, _)) = found {
                return found.to_owned();
            }
            assert!(begun.elapsed() < PATIENCE, "the program does not get ready:\n{text}");
            text = self.grown.wait_timeout(text, Duration::from_millis(100)).unwrap_or_else(PoisonError::into_inner).0;
        }
    }
}

/// A setting, where a test does not say otherwise.
fn unless_set(settings: &[Setting], name: &'static str, value: String) -> Option<Setting> {
    (!settings.iter().any(|(set, _)| *set == name)).then_some((name, value))
}

/// Runs the program to its end.
pub fn run(settings: &[Setting], arguments: &[&str]) -> Output {
    command(settings).args(arguments).output().expect("the program runs")
}

/// The program with these settings and no others, whatever the suite itself was started with.
pub fn command(settings: &[Setting]) -> Command {
    let mut command = Command::new(path());
    command.env_clear().stdin(Stdio::null());
    for (name, value) in settings {
        command.env(name, value);
    }
    command
}

/// `target/debug/kontor`, two above the suite's own `target/debug/deps/it-…`.
fn path() -> PathBuf {
    let own = std::env::current_exe().expect("the suite is a file");
    let path = own.ancestors().nth(2).expect("it lies in target/debug/deps").join("kontor");
    assert!(path.exists(), "{} is not there: `make test` builds it, or `cargo build --bin kontor`", path.display());
    path
}
