//! Who speaks: a token (JWT, RFC 7519) of the host app for a merchant, of the bank's own login for its staff.
//!
//! `sub` is the bank's id of the merchant, or who of the staff it is, with `roles`; `iss`, `aud` and `exp` must be there and
//! fit. ES256, RS256 and EdDSA are taken, each only with a key of its kind.

use jsonwebtoken::crypto::{CryptoProvider, JwtVerifier, KeyUtils};
use jsonwebtoken::errors::ErrorKind;
use jsonwebtoken::jwk::JwkSet;
use jsonwebtoken::signature::{Error as SignatureError, Verifier};
use jsonwebtoken::{Algorithm, AlgorithmFamily, DecodingKey, DecodingKeyKind, Validation};
use ring::signature::{self, UnparsedPublicKey, VerificationAlgorithm};
use serde::Deserialize;
use thiserror::Error;

use crate::config::TokenConfig;
use crate::key_set::KeySet;

/// Longest token, bytes.
const LONGEST: usize = 4 * 1024;

/// Longest life of a token from now on, seconds: one that is stolen is worth no more than a day.
const LONGEST_LIFE: u64 = 24 * 3_600;

/// How far clocks may differ, seconds.
const LEEWAY: u64 = 60;

/// Why a token speaks for nobody.
#[derive(Debug, Error)]
pub(crate) enum TokenError {
    #[error("send a token: authorization: Bearer …")]
    Missing,
    #[error("the token has expired: ask whoever gave it for another")]
    Expired,
    #[error("the token is not one for this server")]
    Invalid,
    #[error("the keys of tokens cannot be read: {0}")]
    Keys(String),
    #[error("the server has not got the keys of tokens yet: try again in a few seconds")]
    NoKeys,
}

/// What tokens of one issuer are held against.
pub(crate) struct Tokens {
    issuer: String,
    audience: String,
    keys: KeySet,
}

/// Whom a token speaks for.
#[derive(Debug, Deserialize)]
pub(crate) struct Bearer {
    /// The bank's id of a merchant, or who of the staff it is.
    pub(crate) sub: String,
    /// What staff may do.
    #[serde(default)]
    pub(crate) roles: Vec<String>,
    exp: u64,
}

impl Bearer {
    /// When the token ends, seconds since 1970.
    pub(crate) fn expires_at(&self) -> u64 {
        self.exp
    }
}

impl Tokens {
    /// A file of keys is read at once, so that a server with a wrong one does not start.
    pub(crate) fn new(config: &TokenConfig, origin: &str) -> Result<Self, TokenError> {
        // Whoever runs two servers in a process has installed it already.
        let _ = PROVIDER.install_default();
        Ok(Self {
            issuer: config.issuer.clone(),
            audience: config.audience.clone().unwrap_or_else(|| origin.to_owned()),
            keys: KeySet::open(config)?,
        })
    }

    /// Looks for the keys before anybody needs them. An issuer that does not answer yet is asked again.
    pub(crate) async fn prepare(&self) {
        let _ = self.keys.current().await;
    }

    /// Whom a token speaks for. `authorization` is the request's header, `now` seconds since 1970.
    pub(crate) async fn bearer(
        &self,
        authorization: Option<&str>,
        now: u64,
    ) -> Result<Bearer, TokenError> {
        let (scheme, token) =
            authorization.and_then(|text| text.split_once(' ')).ok_or(TokenError::Missing)?;
        if !scheme.eq_ignore_ascii_case("bearer") {
            return Err(TokenError::Missing);
        }
        if token.len() > LONGEST {
            return Err(TokenError::Invalid);
        }
        let header = jsonwebtoken::decode_header(token).map_err(|_| TokenError::Invalid)?;
        let family = family(header.alg).ok_or(TokenError::Invalid)?;
        let mut validation = Validation::new(header.alg);
        validation.leeway = LEEWAY;
        validation.validate_nbf = true;
        validation.set_audience(&[&self.audience]);
        validation.set_issuer(&[&self.issuer]);
        validation.set_required_spec_claims(&["exp", "iss", "aud", "sub"]);
        let known = self.keys.current().await?;
        let mut keys = candidates(&known, header.kid.as_deref(), family);
        if keys.is_empty() {
            let newer = self.keys.newer(&known).await?;
            keys = candidates(&newer, header.kid.as_deref(), family);
        }
        let mut failed = TokenError::Invalid;
        for key in keys {
            match jsonwebtoken::decode::<Bearer>(token, &key, &validation) {
                Ok(token) => {
                    let is_short = token.claims.exp <= now.saturating_add(LONGEST_LIFE + LEEWAY);
                    // Nobody is called so: PostgreSQL does not store it.
                    let is_named = !token.claims.sub.contains('\0');
                    let counts = is_short && is_named;
                    return if counts { Ok(token.claims) } else { Err(TokenError::Invalid) };
                }
                Err(error) if matches!(error.kind(), ErrorKind::ExpiredSignature) => {
                    failed = TokenError::Expired;
                }
                Err(_) => {}
            }
        }
        Err(failed)
    }
}

/// The keys that may have signed: the named one, or every one of that kind where none is named.
fn candidates(keys: &JwkSet, kid: Option<&str>, family: AlgorithmFamily) -> Vec<DecodingKey> {
    keys.keys
        .iter()
        .filter(|key| kid.is_none_or(|kid| key.common.key_id.as_deref() == Some(kid)))
        .filter_map(|key| DecodingKey::from_jwk(key).ok())
        .filter(|key| key.family() == family)
        .collect()
}

fn family(algorithm: Algorithm) -> Option<AlgorithmFamily> {
    match algorithm {
        Algorithm::ES256 => Some(AlgorithmFamily::Ec),
        Algorithm::RS256 => Some(AlgorithmFamily::Rsa),
        Algorithm::EdDSA => Some(AlgorithmFamily::Ed),
        _ => None,
    }
}

/// Verifies by ring, which is here anyway; nothing is signed.
static PROVIDER: CryptoProvider = CryptoProvider {
    signer_factory: |_, _| Err(ErrorKind::InvalidAlgorithm.into()),
    verifier_factory: |algorithm, key| match algorithm {
        Algorithm::ES256 | Algorithm::RS256 | Algorithm::EdDSA => {
            Ok(Box::new(ByRing { algorithm: *algorithm, key: key.clone() }))
        }
        _ => Err(ErrorKind::InvalidAlgorithm.into()),
    },
    key_utils: KeyUtils::new_unimplemented(),
};

struct ByRing {
    algorithm: Algorithm,
    key: DecodingKey,
}

impl JwtVerifier for ByRing {
    fn algorithm(&self) -> Algorithm {
        self.algorithm
    }
}

impl Verifier<Vec<u8>> for ByRing {
    fn verify(&self, message: &[u8], found: &Vec<u8>) -> Result<(), SignatureError> {
        let holds = match (self.algorithm, self.key.kind()) {
            (Algorithm::RS256, DecodingKeyKind::RsaModulusExponent { n, e }) => {
                signature::RsaPublicKeyComponents { n, e }.verify(
                    &signature::RSA_PKCS1_2048_8192_SHA256,
                    message,
                    found,
                )
            }
            (algorithm, DecodingKeyKind::SecretOrDer(key)) => {
                let by: &'static dyn VerificationAlgorithm = match algorithm {
                    Algorithm::ES256 => &signature::ECDSA_P256_SHA256_FIXED,
                    Algorithm::EdDSA => &signature::ED25519,
                    _ => return Err(SignatureError::new()),
                };
                UnparsedPublicKey::new(by, key).verify(message, found)
            }
            _ => return Err(SignatureError::new()),
        };
        holds.map_err(|_| SignatureError::new())
    }
}
