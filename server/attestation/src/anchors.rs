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

    /// Walks a chain, leaf first, to one of Google's keys: see [`walk`].
    pub(crate) fn google_issued(&self, chain: &[Certificate<'_>]) -> Result<bool, Rejection> {
        walk(chain, &self.google)
    }

    /// Walks a chain, leaf first, to Apple's key: see [`walk`].
    pub(crate) fn apple_issued(&self, chain: &[Certificate<'_>]) -> Result<bool, Rejection> {
        walk(chain, &self.apple)
    }
}

/// Names and signatures from the leaf up to a pinned key. Says whether the root's certificate is the last
/// one; it may be missing, since the anchor is the verifier's.
fn walk(chain: &[Certificate<'_>], anchors: &[Vec<u8>]) -> Result<bool, Rejection> {
    for (index, pair) in chain.windows(2).enumerate() {
        let [subject, issuer] = pair else { continue };
        if subject.issuer != issuer.subject || !subject.is_signed_by(&issuer.key) {
            return Err(Rejection::ChainBroken(index));
        }
    }
    let last = chain.last().ok_or(Rejection::ChainShape(0))?;
    let with_root = anchors.iter().any(|anchor| anchor == last.key.spki);
    if with_root || keys(anchors).any(|anchor| last.is_signed_by(&anchor)) {
        Ok(with_root)
    } else {
        Err(Rejection::AnchorUnknown)
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
        let found: Vec<(KeyKind, String)> = keys(&anchors.google)
            .chain(keys(&anchors.apple))
            .map(|key| (key.kind, hex::encode(key.sha256())))
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
