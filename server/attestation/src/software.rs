//! A software key's proof of possession.

use ring::signature::{ECDSA_P256_SHA256_FIXED, UnparsedPublicKey};

/// Protocol name, first in the signed message.
const PROTOCOL: &[u8] = b"bailing-enrolment-v1";

/// What the key signs: protocol name, challenge, app id and uncompressed point, each preceded by its
/// length as a big-endian `u32`. The phone makes the same bytes from its own code; an end-to-end test
/// holds the two together.
pub fn message(challenge: &[u8], app_id: &str, public_key: &[u8]) -> Vec<u8> {
    let mut message = Vec::new();
    for part in [PROTOCOL, challenge, app_id.as_bytes(), public_key] {
        message.extend_from_slice(&u32::try_from(part.len()).unwrap_or(u32::MAX).to_be_bytes());
        message.extend_from_slice(part);
    }
    message
}

/// Whether `proof` is the key's ES256 signature over [`message`].
pub(crate) fn proves_possession(
    public_key: &[u8],
    proof: &[u8],
    challenge: &[u8],
    app_id: &str,
) -> bool {
    let message = message(challenge, app_id, public_key);
    UnparsedPublicKey::new(&ECDSA_P256_SHA256_FIXED, public_key).verify(&message, proof).is_ok()
}
