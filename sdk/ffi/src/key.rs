//! The device key, which the platform holds.

use std::sync::Arc;

use bailing_capture::{Algorithm, DeviceKey, KeyError, PublicKey};

use crate::SdkError;

/// A P-256 key in the Android Keystore or the Secure Enclave.
#[uniffi::export(with_foreign)]
pub trait SigningKey: Send + Sync {
    /// The uncompressed point, 65 bytes.
    fn public_key(&self) -> Result<Vec<u8>, SdkError>;

    /// How it signs.
    fn algorithm(&self) -> Result<KeyAlgorithm, SdkError>;

    /// SHA-256 of the attestation that it was enrolled with: of Android's certificates in DER, one after
    /// another, leaf first; of App Attest's object. None for a key that nothing attests.
    fn attestation(&self) -> Result<Option<Vec<u8>>, SdkError>;

    /// Over `message`. ES256: r ‖ s, 64 bytes. App Attest: the assertion whose client data is `message`.
    fn sign(&self, message: Vec<u8>) -> Result<Vec<u8>, SdkError>;
}

/// How a key signs.
#[derive(Clone, Copy, Debug, PartialEq, Eq, uniffi::Enum)]
pub enum KeyAlgorithm {
    /// ECDSA with P-256 and SHA-256.
    Es256,
    /// Apple's keys make assertions only.
    AppAttest,
}

/// A foreign key of which all but its signatures was read once.
pub(crate) struct PlatformKey {
    public_key: PublicKey,
    algorithm: Algorithm,
    attestation: Option<[u8; 32]>,
    foreign: Arc<dyn SigningKey>,
}

impl PlatformKey {
    pub(crate) fn new(foreign: Arc<dyn SigningKey>) -> Result<Self, SdkError> {
        let bytes = foreign.public_key()?;
        let public_key =
            PublicKey::from_bytes(&bytes).map_err(|error| SdkError::new(error.code(), error))?;
        let algorithm = match foreign.algorithm()? {
            KeyAlgorithm::Es256 => Algorithm::Es256,
            KeyAlgorithm::AppAttest => Algorithm::AppAttest,
        };
        let attestation = foreign.attestation()?.map(<[u8; 32]>::try_from).transpose();
        let attestation = attestation
            .map_err(|_| SdkError::new("request_malformed", "a SHA-256 has 32 bytes"))?;
        Ok(Self { public_key, algorithm, attestation, foreign })
    }
}

impl DeviceKey for PlatformKey {
    fn public_key(&self) -> PublicKey {
        self.public_key
    }

    fn algorithm(&self) -> Algorithm {
        self.algorithm
    }

    fn attestation(&self) -> Option<[u8; 32]> {
        self.attestation
    }

    fn sign(&self, message: &[u8]) -> Result<Vec<u8>, KeyError> {
        self.foreign.sign(message.to_vec()).map_err(|error| KeyError { reason: error.to_string() })
    }
}
