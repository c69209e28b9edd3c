//! Access tokens: JWT signed with EdDSA (RFC 9068), verified once and then remembered until they expire.

use crate::keys::{KeyError, Keys, sha256};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use domain::access::{Permission, Permissions};
use domain::id::{ApiClientId, ClientSecretId, MarketplaceId, SessionId, UserId};
use jsonwebtoken::{Algorithm, DecodingKey, EncodingKey, Header, Validation};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use std::collections::HashMap;
use std::sync::Arc;
use time::OffsetDateTime;

/// Seconds that an access token lives.
pub const LIFETIME: i64 = 15 * 60;
const TYPE: &str = "at+jwt";
/// Seconds that the clocks of our processes may differ.
const SKEW: i64 = 60;
/// Tokens kept as verified; an entry is some 400 bytes.
const REMEMBERED: u64 = 10_000;
/// A longer text is no token of ours.
const MAX_LENGTH: usize = 4 * 1024;

/// Whom a token speaks for. What that one may is asked anew whenever it may have changed; a machine's token also says
/// the most that it may itself (RFC 6749 3.3).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Speaker {
    /// In which marketplace.
    pub marketplace: MarketplaceId,
    /// The person or the client.
    pub who: Who,
}

/// A person or a machine.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Who {
    /// A person who is logged in.
    Person {
        /// The person that is logged in.
        user: UserId,
        /// By which log-in.
        session: SessionId,
        /// Who acts in the person's name (RFC 8693 `act`).
        impersonator: Option<UserId>,
    },
    /// A script or portal.
    Machine {
        /// The API client that got the token.
        client: ApiClientId,
        /// By which of its secrets.
        secret: ClientSecretId,
        /// The most that this token may, whatever the client may by now.
        granted: Permissions,
    },
}

impl Who {
    /// The user's or API client's id.
    pub fn actor(self) -> String {
        match self {
            Self::Person { user, .. } => user.to_string(),
            Self::Machine { client, .. } => client.to_string(),
        }
    }
}

#[derive(Debug, Serialize, Deserialize)]
struct Claims {
    iss: String,
    aud: String,
    sub: String,
    iat: i64,
    exp: i64,
    /// We issue none, but hold to it.
    #[serde(skip_serializing_if = "Option::is_none")]
    nbf: Option<i64>,
    jti: String,
    /// The log-in of a person, or the secret of a machine.
    sid: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    client_id: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    act: Option<Act>,
    /// What a machine's token may (RFC 9068 2.2.3).
    #[serde(skip_serializing_if = "Option::is_none")]
    scope: Option<String>,
    marketplace_id: MarketplaceId,
}

/// Who really acts (RFC 8693 4.1).
#[derive(Debug, Serialize, Deserialize)]
struct Act {
    sub: UserId,
}

/// Why a token is refused.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Refused {
    /// It was ours, and is over.
    Expired,
    /// It is nothing that we issued.
    Invalid,
}

/// Permissions as OAuth writes them: their codes, one blank between them.
pub fn scope_of(permissions: Permissions) -> String {
    permissions.iter().map(Permission::code).collect::<Vec<_>>().join(" ")
}

/// The permissions that a scope names; what it names besides is nobody's.
pub fn granted_by(scope: &str) -> Permissions {
    scope.split(' ').filter_map(Permission::from_code).collect()
}

/// Issues and verifies access tokens.
pub struct Tokens {
    issuer: String,
    signing: EncodingKey,
    key_id: String,
    verifying: HashMap<String, DecodingKey>,
    jwks: Value,
    remembered: moka::sync::Cache<[u8; 32], Arc<(Speaker, i64)>>,
}

impl Tokens {
    /// Tokens of an issuer, signed with its keys.
    pub fn new(issuer: &str, keys: &Keys) -> Result<Self, KeyError> {
        let (private, key_id) = keys.signing()?;
        let public = keys.verifying();
        let jwk = |(id, key): &(String, Vec<u8>)| {
            let x = URL_SAFE_NO_PAD.encode(key);
            json!({"kty": "OKP", "crv": "Ed25519", "alg": "EdDSA", "use": "sig", "kid": id, "x": x})
        };
        Ok(Self {
            issuer: issuer.to_owned(),
            signing: EncodingKey::from_ed_der(&private),
            key_id: key_id.to_owned(),
            jwks: json!({ "keys": public.iter().map(jwk).collect::<Vec<_>>() }),
            verifying: public.into_iter().map(|(id, key)| (id, DecodingKey::from_ed_der(&key))).collect(),
            remembered: moka::sync::Cache::new(REMEMBERED),
        })
    }

    /// The public keys (RFC 7517).
    pub const fn jwks(&self) -> &Value {
        &self.jwks
    }

    /// A token for somebody, with its lifetime in seconds.
    pub fn issue(&self, speaker: &Speaker, now: OffsetDateTime) -> Result<(String, i64), KeyError> {
        let mut header = Header::new(Algorithm::EdDSA);
        header.typ = Some(TYPE.to_owned());
        header.kid = Some(self.key_id.clone());
        let (sid, client_id, act, scope) = match speaker.who {
            Who::Person { session, impersonator, .. } => {
                (session.to_string(), None, impersonator.map(|sub| Act { sub }), None)
            }
            Who::Machine { client, secret, granted } => {
                (secret.to_string(), Some(client.to_string()), None, Some(scope_of(granted)))
            }
        };
        let claims = Claims {
            iss: self.issuer.clone(),
            aud: self.issuer.clone(),
            sub: speaker.who.actor(),
            iat: now.unix_timestamp(),
            exp: now.unix_timestamp() + LIFETIME,
            nbf: None,
            jti: format!("{:032x}", crate::ids::fresh()),
            sid,
            client_id,
            act,
            scope,
            marketplace_id: speaker.marketplace,
        };
        let token = jsonwebtoken::encode(&header, &claims, &self.signing).map_err(|_| KeyError)?;
        Ok((token, LIFETIME))
    }

    /// Who a token speaks for.
    pub fn verify(&self, token: &str, now: OffsetDateTime) -> Result<Arc<(Speaker, i64)>, Refused> {
        if token.len() > MAX_LENGTH {
            return Err(Refused::Invalid);
        }
        let key = sha256(token.as_bytes());
        let known = match self.remembered.get(&key) {
            Some(known) => known,
            None => {
                let fresh = Arc::new(self.check(token, now)?);
                self.remembered.insert(key, Arc::clone(&fresh));
                fresh
            }
        };
        if now.unix_timestamp() < known.1 { Ok(known) } else { Err(Refused::Expired) }
    }

    /// Who issues them: the address of the installation.
    pub fn issuer(&self) -> &str {
        &self.issuer
    }

    /// Signature, type, issuer and audience; the time is checked each time, by our own clock.
    fn check(&self, token: &str, now: OffsetDateTime) -> Result<(Speaker, i64), Refused> {
        let header = jsonwebtoken::decode_header(token).map_err(|_| Refused::Invalid)?;
        if header.typ.as_deref() != Some(TYPE) || header.alg != Algorithm::EdDSA {
            return Err(Refused::Invalid);
        }
        let key = header.kid.and_then(|id| self.verifying.get(&id)).ok_or(Refused::Invalid)?;
        let mut validation = Validation::new(Algorithm::EdDSA);
        validation.set_issuer(&[&self.issuer]);
        validation.set_audience(&[&self.issuer]);
        validation.set_required_spec_claims(&["exp", "iss", "aud", "sub"]);
        validation.validate_exp = false;
        let claims = jsonwebtoken::decode::<Claims>(token, key, &validation).map_err(|_| Refused::Invalid)?.claims;
        if !claims.plausible(now.unix_timestamp()) {
            return Err(Refused::Invalid);
        }
        let who = claims.who().ok_or(Refused::Invalid)?;
        Ok((Speaker { marketplace: claims.marketplace_id, who }, claims.exp))
    }
}

impl Claims {
    /// Whether its instants are such as we issue: it has begun, give or take the clocks of our processes, and is not
    /// for longer than any token of ours.
    fn plausible(&self, now: i64) -> bool {
        let begun = self.nbf.is_none_or(|begin| begin <= now) && self.iat <= now + SKEW;
        begun && self.exp.saturating_sub(self.iat) <= LIFETIME
    }

    fn who(&self) -> Option<Who> {
        Some(match &self.client_id {
            None => Who::Person {
                user: self.sub.parse().ok()?,
                session: self.sid.parse().ok()?,
                impersonator: self.act.as_ref().map(|act| act.sub),
            },
            Some(client) if *client == self.sub && self.act.is_none() => Who::Machine {
                client: client.parse().ok()?,
                secret: self.sid.parse().ok()?,
                granted: self.scope.as_deref().map(granted_by)?,
            },
            Some(_) => return None,
        })
    }
}
