//! A key that the server knows.

use serde::{Deserialize, Serialize};

use super::hexadecimal;

/// The key that signs here, as the server knows it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Enrolment {
    /// SHA-256 of the public key.
    #[serde(with = "hexadecimal::hash")]
    pub key_id: [u8; 32],
    /// What its proof was worth to the server, `A` to `D`; `None` where the answer that said so was lost.
    pub grade: Option<String>,
    /// The bank's id of the merchant.
    pub merchant_id: String,
    /// SHA-256 of the attestation, for [`DeviceKey::attestation`](crate::DeviceKey::attestation); `None` for
    /// a key that nothing attests.
    #[serde(with = "hexadecimal::optional_hash")]
    pub attestation: Option<[u8; 32]>,
}
