//! The keys that hardware attestations must lead to.

use crate::certificate::{Certificate, SubjectKey};
use crate::reject::Rejection;

/// Google's first attestation root, RSA-4096 (`serialNumber=f92009e853b6b045`); SPKI SHA-256
/// feb2ea7551ee316ed4bb443c8293b884dbfdea40b603ee3e4f4a897e4580fbae. Four certificates of it exist.
const GOOGLE_RSA: &[u8] = include_bytes!("../anchors/google-rsa-4096.spki");

/// Google's second, P-384 (`CN=Key Attestation CA1`), of remotely provisioned keys since 2026; SPKI
/// SHA-256 3ee44512a1af2beb39c889490c60ea3f82e43f5d5a5532f5ab9419f676cd07ec.
const GOOGLE_P384: &[u8] = include_bytes!("../anchors/google-p384.spki");

/// Apple App Attestation Root CA, P-384; SPKI SHA-256
/// 1ae751fd29896d0f1f13fe226c063f445d40d8938acc6245c251ecc0679330bd.
const APPLE: &[u8] = include_bytes!("../anchors/apple-p384.spki");

/// Pinned root keys: keys, not certificates, since roots are re-issued and expire under the same key.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Anchors {
    google: Vec<Vec<u8>>,
    apple: Vec<Vec<u8>>,
}

impl Default for Anchors {
    /// Google's two keys and Apple's.
    fn default() -> Self {
        Self {
            google: vec![GOOGLE_RSA.to_vec(), GOOGLE_P384.to_vec()],
            apple: vec![APPLE.to_vec()],
        }
    }
}

impl Anchors {
    /// Trusts the key of this certificate (DER) as well, for both platforms: for tests only. Whoever
    /// holds its secret can attest anything.
    pub fn danger_trust(&mut self, certificate: &[u8]) -> Result<(), Rejection> {
        let root = Certificate::parse(certificate)
            .map_err(|malformed| Rejection::ChainMalformed(malformed.0))?;
        self.google.push(root.key.spki.to_vec());
        self.apple.push(root.key.spki.to_vec());
        Ok(())
    }

    pub(crate) fn google(&self) -> impl Iterator<Item = SubjectKey<'_>> {
        keys(&self.google)
    }

    pub(crate) fn apple(&self) -> impl Iterator<Item = SubjectKey<'_>> {
        keys(&self.apple)
    }
}

fn keys(spkis: &[Vec<u8>]) -> impl Iterator<Item = SubjectKey<'_>> {
    spkis.iter().filter_map(|spki| SubjectKey::parse(spki).ok())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::certificate::KeyKind;

    #[test]
    fn the_pinned_keys_are_the_published_ones() {
        let anchors = Anchors::default();
        let found: Vec<(KeyKind, String)> = anchors
            .google()
            .chain(anchors.apple())
            .map(|key| (key.kind, key.sha256().iter().map(|byte| format!("{byte:02x}")).collect()))
            .collect();
        let expected = [
            (
                KeyKind::Rsa(4_096),
                "feb2ea7551ee316ed4bb443c8293b884dbfdea40b603ee3e4f4a897e4580fbae",
            ),
            (KeyKind::P384, "3ee44512a1af2beb39c889490c60ea3f82e43f5d5a5532f5ab9419f676cd07ec"),
            (KeyKind::P384, "1ae751fd29896d0f1f13fe226c063f445d40d8938acc6245c251ecc0679330bd"),
        ];
        assert_eq!(found.len(), expected.len());
        for ((kind, hash), (expected_kind, expected)) in found.iter().zip(expected) {
            assert_eq!((*kind, hash.as_str()), (expected_kind, expected));
        }
    }
}
