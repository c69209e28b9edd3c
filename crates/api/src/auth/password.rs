//! Passwords: argon2id, bounded in number and length, and equally slow for accounts that do not exist.

use crate::http::problem::{Code, Problem};
use actix_web::web;
use argon2::password_hash::{PasswordHasher as _, PasswordVerifier as _, phc::PasswordHash};
use argon2::{Algorithm, Argon2, Params, Version};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use tokio::sync::Semaphore;

/// A longer password is refused before it is hashed.
pub const MAX_LENGTH: usize = 1_024;
/// Log-ins that may wait for a hash; more are told to come again.
const WAITING: usize = 64;

/// Hashes computed at once: half of the processors, so that the other half stays for other requests.
fn at_once() -> usize {
    std::thread::available_parallelism().map_or(1, |processors| (processors.get() / 2).max(1))
}

/// Hashes and checks passwords.
#[derive(Clone)]
pub struct Passwords {
    argon: Argon2<'static>,
    /// A hash of nothing, checked where there is no account.
    nobody: Arc<str>,
    running: Arc<Semaphore>,
    computed: Arc<AtomicU64>,
    queue: Arc<Semaphore>,
}

impl Passwords {
    /// With OWASP's minimum for argon2id (19 MiB, 2 passes), or as cheap as the algorithm goes: for tests.
    pub fn new(cheap: bool) -> Result<Self, Problem> {
        let params = if cheap { Params::new(8, 1, 1, None) } else { Params::new(19 * 1024, 2, 1, None) };
        let argon = Argon2::new(Algorithm::Argon2id, Version::V0x13, params.map_err(Problem::internal)?);
        let nobody = argon.hash_password(b"nobody").map_err(Problem::internal)?.to_string().into();
        let at_once = at_once();
        Ok(Self {
            argon,
            nobody,
            running: Arc::new(Semaphore::new(at_once)),
            computed: Arc::default(),
            queue: Arc::new(Semaphore::new(at_once + WAITING)),
        })
    }

    /// How many hashes were computed: for tests.
    pub fn computed(&self) -> u64 {
        self.computed.load(Ordering::Relaxed)
    }

    /// The hash of a password, as a PHC string.
    pub fn hash(&self, password: &str) -> Result<String, Problem> {
        Ok(self.argon.hash_password(password.as_bytes()).map_err(Problem::internal)?.to_string())
    }

    /// The same, in turn with the others that are hashed or checked.
    pub async fn hash_in_turn(&self, password: String) -> Result<String, Problem> {
        let busy = || Problem::new(Code::TooManyRequests).retry_after(1);
        let _place = self.queue.try_acquire().map_err(|_| busy())?;
        let _turn = self.running.acquire().await.map_err(Problem::internal)?;
        let this = self.clone();
        web::block(move || this.hash(&password)).await.map_err(Problem::internal)?
    }

    /// Whether a password is the one of a hash. Without a hash it takes as long and is not.
    pub async fn check(&self, password: String, hash: Option<String>) -> Result<bool, Problem> {
        if password.len() > MAX_LENGTH {
            return Ok(false);
        }
        let busy = || Problem::new(Code::TooManyRequests).retry_after(1);
        let _place = self.queue.try_acquire().map_err(|_| busy())?;
        let _turn = self.running.acquire().await.map_err(Problem::internal)?;
        let this = self.clone();
        web::block(move || this.verify(&password, hash.as_deref())).await.map_err(Problem::internal)
    }

    fn verify(&self, password: &str, hash: Option<&str>) -> bool {
        self.computed.fetch_add(1, Ordering::Relaxed);
        let Ok(parsed) = PasswordHash::new(hash.unwrap_or(&self.nobody)) else { return false };
        self.argon.verify_password(password.as_bytes(), &parsed).is_ok() && hash.is_some()
    }
}
