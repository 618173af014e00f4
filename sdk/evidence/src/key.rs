//! The device's public key.

use ring::signature::{ECDSA_P256_SHA256_FIXED, UnparsedPublicKey};
use thiserror::Error;

use crate::digest;

/// A P-256 public key as an uncompressed point (SEC 1 §2.3.3): 0x04, x, y.
///
/// Whether the point lies on the curve is checked by every verification, not on construction.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct PublicKey([u8; 65]);

/// Not an uncompressed P-256 point.
#[derive(Clone, Copy, Debug, Error, PartialEq, Eq)]
#[error("a public key is 65 bytes: 0x04 and the two coordinates of a P-256 point")]
pub struct PublicKeyError;

impl PublicKeyError {
    /// Stable code, as listed in `CODES.md`.
    pub fn code(&self) -> &'static str {
        "public_key_malformed"
    }
}

impl PublicKey {
    /// Takes the 65 bytes of an uncompressed point.
    pub fn from_bytes(bytes: &[u8]) -> Result<Self, PublicKeyError> {
        match <[u8; 65]>::try_from(bytes) {
            Ok(point) if point.first() == Some(&4) => Ok(Self(point)),
            _ => Err(PublicKeyError),
        }
    }

    /// The uncompressed point.
    pub fn as_bytes(&self) -> &[u8; 65] {
        &self.0
    }

    /// The key's id: SHA-256 of the uncompressed point.
    pub fn id(&self) -> [u8; 32] {
        digest::sha256(&self.0)
    }

    /// Whether `signature` (r ‖ s, 64 bytes) is this key's over `message` (ES256, RFC 9053 §2.1).
    pub fn verifies(&self, message: &[u8], signature: &[u8]) -> bool {
        UnparsedPublicKey::new(&ECDSA_P256_SHA256_FIXED, &self.0).verify(message, signature).is_ok()
    }
}
