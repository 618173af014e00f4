//! What was analysed, signed at that moment by a key of the session's own.
//!
//! The device's key signs once a bundle and may ask for a fingerprint; the session's key lives in memory
//! for minutes and signs every analysed picture as it is analysed. Its public half is among the claims
//! that the device's key signs.

use ring::signature::{ED25519, Ed25519KeyPair, KeyPair, UnparsedPublicKey};

/// Protocol name, first in the signed message.
const PROTOCOL: &[u8] = b"bailing-frame-v1";

/// One analysed picture, as the session's key signs it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct FrameRecord<'a> {
    /// Random for each boot of the phone.
    pub boot_id: &'a [u8; 16],
    /// Monotonic clock at capture, nanoseconds.
    pub monotonic_ns: u64,
    /// SHA-256 of the pixels that were analysed.
    pub pixels_sha256: &'a [u8; 32],
    /// SHA-256 of the encoded picture.
    pub blob_sha256: &'a [u8; 32],
}

impl FrameRecord<'_> {
    /// Protocol name and the four fields one after another; the clock is a big-endian `u64`.
    fn message(&self) -> Vec<u8> {
        let clock = self.monotonic_ns.to_be_bytes();
        [PROTOCOL, self.boot_id, &clock, self.pixels_sha256, self.blob_sha256].concat()
    }

    /// Whether the session's key signed this.
    pub fn is_signed(&self, session_key: &[u8; 32], signature: &[u8; 64]) -> bool {
        UnparsedPublicKey::new(&ED25519, session_key).verify(&self.message(), signature).is_ok()
    }
}

/// A session's key: Ed25519 (RFC 8032), so that signing needs no randomness.
#[derive(Debug)]
pub struct SessionKey {
    pair: Option<Ed25519KeyPair>,
}

impl SessionKey {
    /// The key of 32 random bytes.
    pub fn from_seed(seed: &[u8; 32]) -> Self {
        // Only a seed of another length than 32 bytes is refused.
        Self { pair: Ed25519KeyPair::from_seed_unchecked(seed).ok() }
    }

    /// The public half.
    pub fn public_key(&self) -> [u8; 32] {
        let bytes = self.pair.as_ref().map(|pair| pair.public_key().as_ref());
        bytes.and_then(|bytes| bytes.try_into().ok()).unwrap_or_default()
    }

    /// Signs one record.
    pub fn sign(&self, record: &FrameRecord<'_>) -> [u8; 64] {
        let signature = self.pair.as_ref().map(|pair| pair.sign(&record.message()));
        signature.and_then(|signature| signature.as_ref().try_into().ok()).unwrap_or([0; 64])
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_record_is_one_sessions_and_of_one_picture() {
        let record = FrameRecord {
            boot_id: &[1; 16],
            monotonic_ns: 2,
            pixels_sha256: &[3; 32],
            blob_sha256: &[4; 32],
        };
        let key = SessionKey::from_seed(&[5; 32]);
        let signature = key.sign(&record);
        assert!(record.is_signed(&key.public_key(), &signature));
        let other = SessionKey::from_seed(&[6; 32]).public_key();
        assert!(!record.is_signed(&other, &signature));
        for changed in [
            FrameRecord { boot_id: &[0; 16], ..record },
            FrameRecord { monotonic_ns: 3, ..record },
            FrameRecord { pixels_sha256: &[0; 32], ..record },
            FrameRecord { blob_sha256: &[0; 32], ..record },
        ] {
            assert!(!changed.is_signed(&key.public_key(), &signature), "{changed:?}");
        }
    }
}
