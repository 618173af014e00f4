//! The device key, which the platform holds.

use std::sync::Arc;

use bailing_capture::{DeviceKey, KeyError, PublicKey};

use crate::SdkError;

/// A P-256 key in the Android Keystore or the Secure Enclave.
#[uniffi::export(with_foreign)]
pub trait ForeignDeviceKey: Send + Sync {
    /// The uncompressed point, 65 bytes.
    fn public_key(&self) -> Result<Vec<u8>, SdkError>;

    /// ES256 over `message`: r ‖ s, 64 bytes.
    fn sign(&self, message: Vec<u8>) -> Result<Vec<u8>, SdkError>;
}

/// A foreign key whose public half was read once.
pub(crate) struct PlatformKey {
    public_key: PublicKey,
    foreign: Arc<dyn ForeignDeviceKey>,
}

impl PlatformKey {
    pub(crate) fn new(foreign: Arc<dyn ForeignDeviceKey>) -> Result<Self, SdkError> {
        let bytes = foreign.public_key()?;
        let public_key =
            PublicKey::from_bytes(&bytes).map_err(|error| SdkError::new(error.code(), error))?;
        Ok(Self { public_key, foreign })
    }
}

impl DeviceKey for PlatformKey {
    fn public_key(&self) -> PublicKey {
        self.public_key
    }

    fn sign(&self, message: &[u8]) -> Result<Vec<u8>, KeyError> {
        self.foreign.sign(message.to_vec()).map_err(|error| KeyError { reason: error.to_string() })
    }
}
