//! The key that the phone's hardware holds.

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

    /// What [`Self::algorithm`] says, over `message`. ES256 (SHA-256 is the key's to compute): r ‖ s, 64
    /// bytes; a platform that gives DER converts it. App Attest: the assertion whose client data is
    /// `message`.
    fn sign(&self, message: &[u8]) -> Result<Vec<u8>, KeyError>;
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
