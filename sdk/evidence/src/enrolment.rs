//! What a new key is enrolled with: an attestation by the phone's hardware, or, where nothing attests it, a
//! signature that proves that the phone holds it.
//!
//! An attestation travels as bytes: Android's certificates in DER, one after another, leaf first; App
//! Attest's object as it is. A manifest refers to it by its [`crate::digest::sha256`].

/// Protocol name, first in the signed message.
const PROTOCOL: &[u8] = b"bailing-enrolment-v1";

/// The message whose signature proves possession of `public_key`: protocol name, challenge, app id
/// and uncompressed point, each preceded by its length as a big-endian `u32`.
pub fn possession_message(challenge: &[u8], app_id: &str, public_key: &[u8; 65]) -> Vec<u8> {
    let mut message = Vec::new();
    for part in [PROTOCOL, challenge, app_id.as_bytes(), public_key] {
        // No part comes near 4 GiB; a saturated length could not be signed for anything else.
        message.extend_from_slice(&u32::try_from(part.len()).unwrap_or(u32::MAX).to_be_bytes());
        message.extend_from_slice(part);
    }
    message
}
