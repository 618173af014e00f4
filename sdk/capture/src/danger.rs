//! A key in ordinary memory, for desktops and the demo. Never for a phone: anybody who reads the
//! memory has it, and a server gives it the lowest grade or none.

use bailing_evidence::key::PublicKey;
use ring::rand::SystemRandom;
use ring::signature::{ECDSA_P256_SHA256_FIXED_SIGNING, EcdsaKeyPair, KeyPair};

use crate::{DeviceKey, KeyError};

/// A script looks for these bytes in what is released for phones.
const MARKER: &str = "BAILING-DANGER-SOFTWARE-KEY";

/// A P-256 key in ordinary memory.
pub struct SoftwareKey {
    pair: EcdsaKeyPair,
    pkcs8: Vec<u8>,
    random: SystemRandom,
}

impl SoftwareKey {
    /// A new key.
    pub fn generate(random: SystemRandom) -> Result<Self, KeyError> {
        let document = EcdsaKeyPair::generate_pkcs8(&ECDSA_P256_SHA256_FIXED_SIGNING, &random)
            .map_err(|_| failed("no randomness"))?;
        Self::from_pkcs8(document.as_ref(), random)
    }

    /// A key from the bytes that [`Self::pkcs8`] gave.
    pub fn from_pkcs8(pkcs8: &[u8], random: SystemRandom) -> Result<Self, KeyError> {
        let pair = EcdsaKeyPair::from_pkcs8(&ECDSA_P256_SHA256_FIXED_SIGNING, pkcs8, &random)
            .map_err(|_| failed("not a P-256 key in PKCS #8"))?;
        Ok(Self { pair, pkcs8: pkcs8.to_vec(), random })
    }

    /// The secret key, PKCS #8 v1 (RFC 5208).
    pub fn pkcs8(&self) -> &[u8] {
        &self.pkcs8
    }
}

impl DeviceKey for SoftwareKey {
    #[expect(clippy::expect_used, reason = "ring gives every P-256 key as an uncompressed point")]
    fn public_key(&self) -> PublicKey {
        PublicKey::from_bytes(self.pair.public_key().as_ref()).expect("an uncompressed point")
    }

    fn sign(&self, message: &[u8]) -> Result<Vec<u8>, KeyError> {
        self.pair
            .sign(&self.random, message)
            .map(|signature| signature.as_ref().to_vec())
            .map_err(|_| failed("no randomness"))
    }
}

impl std::fmt::Debug for SoftwareKey {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.debug_struct("SoftwareKey").finish_non_exhaustive()
    }
}

fn failed(reason: &str) -> KeyError {
    // Every failure carries the marker, so that no optimiser can leave it out of a binary.
    KeyError { reason: format!("{reason} ({MARKER})") }
}
