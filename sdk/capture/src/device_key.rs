//! The key that the phone's hardware holds, and what vouches for it.

use bailing_evidence::digest;
use bailing_evidence::key::PublicKey;
use bailing_evidence::signature::Algorithm;
use thiserror::Error;

/// A P-256 key that signs and never leaves where it is.
pub trait DeviceKey {
    /// The key's public half.
    fn public_key(&self) -> PublicKey;

    /// How it signs. App Attest's keys make assertions only.
    fn algorithm(&self) -> Algorithm {
        Algorithm::Es256
    }

    /// SHA-256 of the attestation that the key was enrolled with ([`Attestation::sha256`]); `None` for a
    /// key that nothing attests.
    fn attestation(&self) -> Option<[u8; 32]> {
        None
    }

    /// What [`Self::algorithm`] says, over `message`. ES256 (SHA-256 is the key's to compute): r ‖ s, 64
    /// bytes; a platform that gives DER converts it. App Attest: the assertion whose client data is
    /// `message`.
    fn sign(&self, message: &[u8]) -> Result<Vec<u8>, KeyError>;
}

/// What the platform says of a new key, as it travels.
#[derive(Clone, Debug, PartialEq, Eq)]
#[allow(clippy::exhaustive_enums, reason = "whoever judges one must know each of them")]
pub enum Attestation {
    /// Android Key Attestation: the certificates in DER, leaf first.
    Android(Vec<Vec<u8>>),
    /// Apple App Attest: the attestation object.
    AppAttest(Vec<u8>),
}

impl Attestation {
    /// The bytes that are sent; Android's certificates one after another.
    pub fn bytes(&self) -> Vec<u8> {
        match self {
            Self::Android(certificates) => certificates.concat(),
            Self::AppAttest(object) => object.clone(),
        }
    }

    /// How a manifest refers to it: keep it beside the key, for [`DeviceKey::attestation`].
    pub fn sha256(&self) -> [u8; 32] {
        digest::sha256(&self.bytes())
    }
}

/// The key did not do what was asked.
#[derive(Clone, Debug, Error, PartialEq, Eq)]
#[error("the device key failed: {reason}")]
pub struct KeyError {
    /// The platform's own word for it; no user data.
    pub reason: String,
}

impl KeyError {
    /// Stable code, as listed in `CODES.md`.
    pub fn code(&self) -> &'static str {
        "key_failed"
    }
}
