//! Passwords: argon2id, bounded in number and length, and equally slow for accounts that do not exist. However one is
//! typed it is hashed in one writing ([`domain::text::opaque`]).

use crate::auth::hashing::{Hashing, Memory};
use crate::http::problem::Problem;
use argon2::password_hash::phc::{Output, ParamsString, PasswordHash, Salt};
use argon2::{Algorithm, Argon2, Params, Version};
use domain::text;
use std::fmt::Display;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

/// A longer password is refused before it is hashed.
pub const MAX_LENGTH: usize = 1_024;
/// Passwords that may wait for their turn; who brings more is told to come again.
const WAITING: usize = 64;

/// Hashes computed at once: half of the processors, so that the other half stays for other requests.
fn at_once() -> usize {
    std::thread::available_parallelism().map_or(1, |processors| (processors.get() / 2).max(1))
}

/// Hashes and checks passwords, each in its turn.
pub struct Passwords {
    params: Params,
    /// A hash that no password has, checked where there is no account.
    nobody: Arc<str>,
    hashing: Hashing,
    computed: Arc<AtomicU64>,
}

impl Passwords {
    /// With OWASP's minimum for argon2id (19 MiB, 2 passes), or as cheap as the algorithm goes: for tests.
    pub fn new(cheap: bool) -> Result<Self, Problem> {
        let params = if cheap { Params::new(8, 1, 1, None) } else { Params::new(19 * 1024, 2, 1, None) };
        let params = params.map_err(Problem::internal)?;
        // Nothing has this hash, and to find that out takes as long as with any other.
        let mut random = [0_u8; Params::DEFAULT_OUTPUT_LEN];
        aws_lc_rs::rand::fill(&mut random).map_err(Problem::internal)?;
        let nobody = phc(&params, salt()?, Output::new(&random).map_err(Problem::internal)?)?.into();
        Ok(Self { params, nobody, hashing: Hashing::start(at_once(), WAITING)?, computed: Arc::default() })
    }

    /// How many hashes were computed to check a password: for tests.
    pub fn computed(&self) -> u64 {
        self.computed.load(Ordering::Relaxed)
    }

    /// The hash of a password, as a PHC string; for callers that are no request.
    pub fn hash(&self, password: &str) -> Result<String, Problem> {
        let (params, password) = (self.params.clone(), text::opaque(password).into_owned());
        self.hashing.run_here(move |memory| hash(&params, password.as_bytes(), memory))?
    }

    /// The same, in turn with the others that are hashed or checked.
    pub async fn hash_in_turn(&self, password: String) -> Result<String, Problem> {
        let (params, password) = (self.params.clone(), text::opaque(&password).into_owned());
        self.hashing.run(move |memory| hash(&params, password.as_bytes(), memory)).await?
    }

    /// Whether a password is the one of a hash. Without a hash it takes as long and is not.
    pub async fn check(&self, password: String, hash: Option<String>) -> Result<bool, Problem> {
        if password.len() > MAX_LENGTH {
            return Ok(false);
        }
        let password = text::opaque(&password).into_owned();
        let (computed, nobody) = (Arc::clone(&self.computed), Arc::clone(&self.nobody));
        let check = move |memory: &mut Memory| {
            computed.fetch_add(1, Ordering::Relaxed);
            verify(password.as_bytes(), hash.as_deref().unwrap_or(&nobody), memory) && hash.is_some()
        };
        self.hashing.run(check).await
    }
}

fn hash(params: &Params, password: &[u8], memory: &mut Memory) -> Result<String, Problem> {
    let salt = salt()?;
    let hash = output(Algorithm::Argon2id, Version::V0x13, params, password, &salt, memory);
    phc(params, salt, hash.map_err(Problem::internal)?)
}

fn salt() -> Result<Salt, Problem> {
    let mut random = [0_u8; 16];
    aws_lc_rs::rand::fill(&mut random).map_err(Problem::internal)?;
    Salt::new(&random).map_err(Problem::internal)
}

fn phc(params: &Params, salt: Salt, hash: Output) -> Result<String, Problem> {
    Ok(PasswordHash {
        algorithm: Algorithm::Argon2id.ident(),
        version: Some(Version::V0x13.into()),
        params: ParamsString::try_from(params).map_err(Problem::internal)?,
        salt: Some(salt),
        hash: Some(hash),
    }
    .to_string())
}

/// Whether a password has a hash, which says itself how it was made. What cannot be read is nobody's.
fn verify(password: &[u8], hash: &str, memory: &mut Memory) -> bool {
    let mut matches = || -> Option<bool> {
        let parsed = PasswordHash::new(hash).ok()?;
        let algorithm = Algorithm::try_from(parsed.algorithm.as_str()).ok()?;
        let version = parsed.version.map_or(Some(Version::default()), |version| Version::try_from(version).ok())?;
        let params = Params::try_from(&parsed).ok()?;
        let computed = output(algorithm, version, &params, password, parsed.salt.as_ref()?, memory).ok()?;
        // Compared in constant time.
        Some(parsed.hash? == computed)
    };
    matches().unwrap_or(false)
}

fn output(
    algorithm: Algorithm,
    version: Version,
    params: &Params,
    password: &[u8],
    salt: &[u8],
    memory: &mut Memory,
) -> Result<Output, String> {
    let argon = Argon2::new(algorithm, version, params.clone());
    let mut bytes = [0_u8; Output::MAX_LENGTH];
    let length = params.output_len().unwrap_or(Params::DEFAULT_OUTPUT_LEN);
    let bytes = bytes.get_mut(..length).ok_or("a hash of a length that there is not")?;
    let said = |error: &dyn Display| error.to_string();
    argon
        .hash_password_into_with_memory(password, salt, bytes, memory.blocks(params.block_count()))
        .map_err(|error| said(&error))?;
    Output::new(bytes).map_err(|error| said(&error))
}

#[cfg(test)]
mod tests {
    use super::*;
    use argon2::{PasswordHasher as _, PasswordVerifier as _};

    #[test]
    fn hashes_are_those_of_the_library_whatever_was_in_the_memory_before() {
        let params = Params::new(64, 2, 1, None).unwrap();
        let argon = Argon2::new(Algorithm::Argon2id, Version::V0x13, params.clone());
        let mut memory = Memory::default();
        for password in ["Kontor-demo-1!", "", "ä"] {
            let ours = hash(&params, password.as_bytes(), &mut memory).unwrap();
            let theirs = argon.hash_password(password.as_bytes()).unwrap().to_string();
            assert!(argon.verify_password(password.as_bytes(), &PasswordHash::new(&ours).unwrap()).is_ok());
            for hash in [&ours, &theirs] {
                assert!(verify(password.as_bytes(), hash, &mut memory), "{hash}");
                assert!(!verify(b"another", hash, &mut memory), "{hash}");
            }
        }
        // One that was made with other parameters says so itself.
        let other = hash(&Params::new(8, 1, 1, None).unwrap(), b"secret", &mut memory).unwrap();
        assert!(verify(b"secret", &other, &mut memory) && !verify(b"secret", "none", &mut memory));
    }
}
