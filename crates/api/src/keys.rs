//! What is derived from the secret key: token signing, sealed credentials, preview tokens, one-time tokens, what
//! product keys are known by.
//!
//! One secret, one key per purpose (HKDF-SHA-256). The key before a rotation still verifies and opens.

use aws_lc_rs::aead::{AES_256_GCM, Aad, Nonce, RandomizedNonceKey};
use aws_lc_rs::signature::{Ed25519KeyPair, KeyPair as _};
use aws_lc_rs::{digest, hkdf, hmac};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use domain::id::OneTimeTokenId;
use domain::product_key::ProductKey;

/// Why keys could not be made or used; tells nothing about the secret.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("cryptographic failure")]
pub struct KeyError;

/// The keys of a process.
pub struct Keys {
    current: KeySet,
    previous: Option<KeySet>,
}

struct KeySet {
    signing: Ed25519KeyPair,
    key_id: String,
    seal: RandomizedNonceKey,
    binding: hmac::Key,
    product_keys: hmac::Key,
    one_time: hmac::Key,
    devices: hmac::Key,
    names: hmac::Key,
}

impl Keys {
    /// Derives everything from the secret keys.
    pub fn derive(current: &[u8; 32], previous: Option<&[u8; 32]>) -> Result<Self, KeyError> {
        Ok(Self { current: KeySet::derive(current)?, previous: previous.map(KeySet::derive).transpose()? })
    }

    /// The private key that signs new tokens (PKCS#8) and its id.
    pub fn signing(&self) -> Result<(Vec<u8>, &str), KeyError> {
        let document = self.current.signing.to_pkcs8().map_err(|_| KeyError)?;
        Ok((document.as_ref().to_vec(), &self.current.key_id))
    }

    /// The public keys that tokens may be signed with: id and 32 raw bytes.
    pub fn verifying(&self) -> Vec<(String, Vec<u8>)> {
        let sets = std::iter::once(&self.current).chain(&self.previous);
        sets.map(|set| (set.key_id.clone(), set.signing.public_key().as_ref().to_vec())).collect()
    }

    /// Encrypts a secret that must be read again; `context` must be the same when it is opened.
    pub fn seal(&self, context: &str, plain: &[u8]) -> Result<Vec<u8>, KeyError> {
        let mut data = plain.to_vec();
        let nonce = self
            .current
            .seal
            .seal_in_place_append_tag(Aad::from(context.as_bytes()), &mut data)
            .map_err(|_| KeyError)?;
        Ok([nonce.as_ref().as_slice(), &data].concat())
    }

    /// Opens what [`Keys::seal`] made.
    pub fn open(&self, context: &str, sealed: &[u8]) -> Result<Vec<u8>, KeyError> {
        let (nonce, data) = sealed.split_at_checked(12).ok_or(KeyError)?;
        let sets = std::iter::once(&self.current).chain(&self.previous);
        sets.filter_map(|set| {
            let nonce = Nonce::try_assume_unique_for_key(nonce).ok()?;
            let mut data = data.to_vec();
            let plain = set.seal.open_in_place(nonce, Aad::from(context.as_bytes()), &mut data).ok()?;
            Some(plain.to_vec())
        })
        .next()
        .ok_or(KeyError)
    }

    /// A short text that only this installation can make for a content: preview tokens.
    pub fn bind(&self, context: &str, content: &[u8]) -> String {
        let mut signer = hmac::Context::with_key(&self.current.binding);
        signer.update(context.as_bytes());
        signer.update(&[0]);
        signer.update(content);
        URL_SAFE_NO_PAD.encode(&signer.sign().as_ref()[..24])
    }

    /// The text of a one-time token under each secret key, the current one first, or the current one twice.
    pub fn one_time_texts(&self, id: OneTimeTokenId) -> [String; 2] {
        let text = |set: &KeySet| URL_SAFE_NO_PAD.encode(hmac::sign(&set.one_time, &id.as_u128().to_be_bytes()));
        [text(&self.current), text(self.previous.as_ref().unwrap_or(&self.current))]
    }

    /// The signature of a device token's content.
    pub fn sign_device(&self, content: &[u8]) -> Vec<u8> {
        hmac::sign(&self.current.devices, content).as_ref().to_vec()
    }

    /// Whether a content was signed under one of the secret keys.
    pub fn is_device(&self, content: &[u8], signature: &[u8]) -> bool {
        let mut sets = std::iter::once(&self.current).chain(&self.previous).map(|set| &set.devices);
        sets.any(|key| hmac::verify(key, content, signature).is_ok())
    }

    /// What tries of a name, or from an address, are counted under: people type passwords where names belong, so none
    /// of it is kept as it came.
    pub fn counted_under(&self, text: &str) -> u128 {
        let digest = hmac::sign(&self.current.names, text.as_bytes());
        digest.as_ref().iter().take(16).fold(0, |number, byte| number << 8 | u128::from(*byte))
    }

    /// What a product key is known by: its keyed hash. Whoever reads the database can neither redeem keys nor try some
    /// out.
    pub fn product_key_digest(&self, key: &ProductKey) -> [u8; 32] {
        self.current.product_key_digest(key)
    }

    /// The same under each secret key, the current one first: a key may have been made before a rotation.
    pub fn product_key_digests(&self, key: &ProductKey) -> Vec<[u8; 32]> {
        let sets = std::iter::once(&self.current).chain(&self.previous);
        sets.map(|set| set.product_key_digest(key)).collect()
    }
}

impl KeySet {
    fn derive(secret: &[u8; 32]) -> Result<Self, KeyError> {
        let seed = expand(secret, b"kontor token signing")?;
        let signing = Ed25519KeyPair::from_seed_unchecked(&seed).map_err(|_| KeyError)?;
        let key_id = URL_SAFE_NO_PAD.encode(&sha256(signing.public_key().as_ref())[..9]);
        let seal = RandomizedNonceKey::new(&AES_256_GCM, &expand(secret, b"kontor sealed credentials")?)
            .map_err(|_| KeyError)?;
        let binding = hmac::Key::new(hmac::HMAC_SHA256, &expand(secret, b"kontor preview binding")?);
        let product_keys = hmac::Key::new(hmac::HMAC_SHA256, &expand(secret, b"kontor product keys")?);
        let one_time = hmac::Key::new(hmac::HMAC_SHA256, &expand(secret, b"kontor one-time tokens")?);
        let devices = hmac::Key::new(hmac::HMAC_SHA256, &expand(secret, b"kontor device tokens")?);
        let names = hmac::Key::new(hmac::HMAC_SHA256, &expand(secret, b"kontor counted names")?);
        Ok(Self { signing, key_id, seal, binding, product_keys, one_time, devices, names })
    }

    fn product_key_digest(&self, key: &ProductKey) -> [u8; 32] {
        let mut digest = [0_u8; 32];
        digest.copy_from_slice(hmac::sign(&self.product_keys, key.as_bytes()).as_ref());
        digest
    }
}

struct Length;

impl hkdf::KeyType for Length {
    fn len(&self) -> usize {
        32
    }
}

fn expand(secret: &[u8; 32], purpose: &[u8]) -> Result<[u8; 32], KeyError> {
    let mut key = [0_u8; 32];
    let prk = hkdf::Salt::new(hkdf::HKDF_SHA256, b"kontor").extract(secret);
    prk.expand(&[purpose], Length).and_then(|okm| okm.fill(&mut key)).map_err(|_| KeyError)?;
    Ok(key)
}

/// SHA-256 of some bytes.
pub fn sha256(bytes: &[u8]) -> [u8; 32] {
    let mut whole = Sha256::new();
    whole.update(bytes);
    whole.finish()
}

/// SHA-256 of bytes that come in pieces, whatever the pieces.
pub struct Sha256(digest::Context);

impl Sha256 {
    /// Of nothing yet.
    pub fn new() -> Self {
        Self(digest::Context::new(&digest::SHA256))
    }

    /// Takes the next piece.
    pub fn update(&mut self, bytes: &[u8]) {
        self.0.update(bytes);
    }

    /// The digest of all of them.
    pub fn finish(self) -> [u8; 32] {
        let mut hash = [0_u8; 32];
        hash.copy_from_slice(self.0.finish().as_ref());
        hash
    }
}

impl Default for Sha256 {
    fn default() -> Self {
        Self::new()
    }
}

/// A product key that nobody can guess.
pub fn random_product_key() -> Result<ProductKey, KeyError> {
    let mut bytes = [0_u8; 25];
    aws_lc_rs::rand::fill(&mut bytes).map_err(|_| KeyError)?;
    Ok(ProductKey::of_random(&bytes))
}

/// A secret of 256 random bits as text: refresh tokens, client secrets.
pub fn random_secret() -> Result<String, KeyError> {
    let mut bytes = [0_u8; 32];
    aws_lc_rs::rand::fill(&mut bytes).map_err(|_| KeyError)?;
    Ok(URL_SAFE_NO_PAD.encode(bytes))
}
