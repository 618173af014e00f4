//! What a device key is worth: the verdict on the proof that came with it.
//!
//! No IO: the anchors, the revocation list, the time and the policy are the caller's, and `ring` does
//! all cryptography. Start at [`Verifier`].
//!
//! | statement | proves | grade |
//! |---|---|---|
//! | [`Statement::Android`] | Android Key Attestation | A in StrongBox, B in a TEE |
//! | [`Statement::AppAttest`] | Apple App Attest | A in production, C in development |
//! | [`Statement::Software`] | that somebody holds the key | D |
//!
//! HarmonyOS's HUKS has a root of its own that is not verified here: [`Rejection::HuksUnsupported`].
#![forbid(unsafe_code)]
#![cfg_attr(
    not(test),
    deny(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing)
)]

mod anchors;
pub mod android;
pub mod apple;
mod cbor;
mod certificate;
mod der;
mod policy;
mod reject;
mod revocation;
pub mod software;
mod time;

use ring::digest::{SHA256, digest};
use serde::{Deserialize, Serialize};

pub use anchors::Anchors;
use android::AndroidFacts;
use apple::AppleFacts;
pub use policy::{AndroidPolicy, Environment, IosPolicy, Policy};
pub use reject::Rejection;
pub use revocation::{RevocationList, RevocationListError};

/// Every code this crate can produce, as listed in `CODES.md`.
pub const CODES: &[&str] = &[
    "anchor_unknown",
    "app_attest_malformed",
    "app_mismatch",
    "app_signer_mismatch",
    "assertion_signature_invalid",
    "boot_not_verified",
    "bootloader_unlocked",
    "certificate_expired",
    "certificate_revoked",
    "chain_broken",
    "chain_malformed",
    "chain_shape",
    "challenge_mismatch",
    "counter_not_increasing",
    "environment_mismatch",
    "huks_unsupported",
    "key_description_above_leaf",
    "key_description_differs",
    "key_description_malformed",
    "key_description_missing",
    "key_for_all_apps",
    "key_id_mismatch",
    "key_in_software",
    "key_not_generated",
    "key_purpose_not_allowed",
    "nonce_mismatch",
    "patch_level_too_old",
    "possession_not_proved",
    "revocation_list_missing",
    "revocation_list_stale",
    "root_of_trust_missing",
    "software_key_refused",
    "strongbox_not_in_chain",
];

/// How well the hardware vouches for a key, best first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[allow(clippy::exhaustive_enums, reason = "the grades are part of the evidence format")]
pub enum Grade {
    /// StrongBox, or App Attest in production.
    A,
    /// A trusted execution environment.
    B,
    /// Another hardware root.
    C,
    /// Software: for desktops and demos.
    D,
}

/// The proof that came with a key, as the phone sent it.
#[derive(Clone, Copy, Debug)]
#[non_exhaustive]
pub enum Statement<'a> {
    /// A key in ordinary memory: it can only prove that somebody holds it.
    Software {
        /// Uncompressed P-256 point, 65 bytes.
        public_key: &'a [u8],
        /// ES256 over [`software::message`], r ‖ s, 64 bytes.
        proof: &'a [u8],
        /// The app that the key is for.
        app_id: &'a str,
    },
    /// Android Key Attestation.
    Android {
        /// Certificates, DER, leaf first; the root may be missing.
        chain: &'a [&'a [u8]],
    },
    /// Apple App Attest.
    AppAttest {
        /// The attestation object, CBOR.
        object: &'a [u8],
    },
}

/// What the server gave, and the key must answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[allow(clippy::exhaustive_enums, reason = "it was hashed or it was not")]
pub enum Challenge<'a> {
    /// The challenge itself; App Attest's client data before hashing.
    Plain(&'a [u8]),
    /// App Attest's `clientDataHash`, where the app passed something as it is.
    ClientDataHash(&'a [u8]),
}

/// Judges keys.
#[derive(Clone, Copy, Debug)]
pub struct Verifier<'a> {
    /// Which roots are believed.
    pub anchors: &'a Anchors,
    /// Google's list of revoked certificates, where there is one.
    pub revocation: Option<&'a RevocationList>,
    /// The time at which certificates must be valid, seconds since 1970.
    pub now: i64,
    /// What is asked of a key.
    pub policy: &'a Policy,
}

/// The outcome for one key. Not an error: a refused key is an answer.
#[derive(Clone, Debug, PartialEq, Eq)]
#[allow(clippy::exhaustive_enums, reason = "sealed on purpose: a caller must handle every outcome")]
pub enum Verdict {
    /// The key may sign evidence.
    Accepted(AttestedKey),
    /// The key may not sign evidence.
    Rejected(Rejection),
}

/// A key that was judged. Only a [`Verifier`] makes one.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct AttestedKey {
    /// How well the hardware vouches for it.
    pub grade: Grade,
    /// Its uncompressed P-256 point; `None` for a key of another kind, which cannot sign evidence.
    pub public_key: Option<[u8; 65]>,
    /// What is known of the device.
    pub facts: Facts,
}

/// What an attestation told of the device, by platform.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(tag = "platform", rename_all = "snake_case")]
#[non_exhaustive]
pub enum Facts {
    /// Nothing: a software key.
    Software,
    /// An Android phone.
    Android(Box<AndroidFacts>),
    /// An iPhone or iPad.
    Ios(AppleFacts),
}

impl Verifier<'_> {
    /// Judges one key: does its proof answer `challenge`, and does the policy take it.
    pub fn verify(&self, statement: &Statement<'_>, challenge: &Challenge<'_>) -> Verdict {
        match self.judge(statement, challenge) {
            Ok(key) => Verdict::Accepted(key),
            Err(rejection) => Verdict::Rejected(rejection),
        }
    }

    /// Asks the revocation list again about a key that was accepted: at every use, since a certificate may be
    /// revoked after the enrolment. Only Android has such a list.
    pub fn check_revocation(&self, statement: &Statement<'_>) -> Result<(), Rejection> {
        match statement {
            Statement::Android { chain } => {
                android::recheck(chain, self.now, self.revocation, &self.policy.android)
            }
            Statement::Software { .. } | Statement::AppAttest { .. } => Ok(()),
        }
    }

    /// Judges an App Attest assertion over `client_data` by an attested key. Gives the new counter,
    /// to be stored: each must be higher than the last.
    pub fn verify_assertion(
        &self,
        assertion: &[u8],
        client_data: &[u8],
        public_key: &[u8; 65],
        stored_counter: u32,
    ) -> Result<u32, Rejection> {
        let policy = &self.policy.ios;
        apple::verify_assertion(assertion, client_data, public_key, stored_counter, policy)
    }

    fn judge(
        &self,
        statement: &Statement<'_>,
        challenge: &Challenge<'_>,
    ) -> Result<AttestedKey, Rejection> {
        let Self { anchors, revocation, now, policy } = *self;
        match (*statement, *challenge) {
            (Statement::Software { .. }, _) if !policy.allow_software => {
                Err(Rejection::SoftwareKey)
            }
            (Statement::Software { public_key, proof, app_id }, Challenge::Plain(challenge)) => {
                if !software::proves_possession(public_key, proof, challenge, app_id) {
                    return Err(Rejection::Possession);
                }
                let public_key = public_key.try_into().ok();
                Ok(AttestedKey { grade: Grade::D, public_key, facts: Facts::Software })
            }
            (Statement::Android { chain }, Challenge::Plain(challenge)) => {
                let policy = &policy.android;
                let (grade, facts, public_key) =
                    android::verify(chain, challenge, now, anchors, revocation, policy)?;
                let facts = Facts::Android(Box::new(facts));
                Ok(AttestedKey { grade, public_key, facts })
            }
            (Statement::AppAttest { object }, challenge) => {
                let hashed;
                let client_data_hash = match challenge {
                    Challenge::Plain(client_data) => {
                        hashed = digest(&SHA256, client_data);
                        hashed.as_ref()
                    }
                    Challenge::ClientDataHash(hash) => hash,
                };
                let (grade, facts, public_key) =
                    apple::verify(object, client_data_hash, now, anchors, &policy.ios)?;
                Ok(AttestedKey { grade, public_key, facts: Facts::Ios(facts) })
            }
            // Only App Attest knows a client data hash.
            (_, Challenge::ClientDataHash(_)) => Err(Rejection::Challenge),
        }
    }
}

#[cfg(test)]
mod tests {
    use ring::rand::SystemRandom;
    use ring::signature::{ECDSA_P256_SHA256_FIXED_SIGNING, EcdsaKeyPair, KeyPair};

    use super::*;

    fn verify(statement: &Statement<'_>, challenge: &[u8], allow_software: bool) -> Verdict {
        let policy = Policy { allow_software, ..Policy::default() };
        let verifier =
            Verifier { anchors: &Anchors::default(), revocation: None, now: 0, policy: &policy };
        verifier.verify(statement, &Challenge::Plain(challenge))
    }

    #[expect(clippy::disallowed_methods, reason = "a test makes its own keys")]
    fn signed(challenge: &[u8], app_id: &str) -> (Vec<u8>, Vec<u8>) {
        let random = SystemRandom::new();
        let algorithm = &ECDSA_P256_SHA256_FIXED_SIGNING;
        let document = EcdsaKeyPair::generate_pkcs8(algorithm, &random).expect("a key");
        let key =
            EcdsaKeyPair::from_pkcs8(algorithm, document.as_ref(), &random).expect("the same key");
        let public_key = key.public_key().as_ref().to_vec();
        let message = software::message(challenge, app_id, &public_key);
        let proof = key.sign(&random, &message).expect("a signature").as_ref().to_vec();
        (public_key, proof)
    }

    #[test]
    fn a_software_key_is_worth_grade_d_where_allowed() {
        let (public_key, proof) = signed(b"challenge", "app");
        let statement =
            Statement::Software { public_key: &public_key, proof: &proof, app_id: "app" };
        let Verdict::Accepted(key) = verify(&statement, b"challenge", true) else {
            unreachable!("to be accepted")
        };
        assert_eq!((key.grade, key.facts), (Grade::D, Facts::Software));
        assert_eq!(key.public_key.map(|point| point.to_vec()), Some(public_key.clone()));
        assert_eq!(
            verify(&statement, b"challenge", false),
            Verdict::Rejected(Rejection::SoftwareKey)
        );
    }

    #[test]
    fn another_challenge_app_or_key_is_refused() {
        let (public_key, proof) = signed(b"challenge", "app");
        let (other_key, _) = signed(b"challenge", "app");
        let refused = Verdict::Rejected(Rejection::Possession);
        for (public_key, proof, challenge, app_id) in [
            (&public_key[..], &proof[..], &b"another"[..], "app"),
            (&public_key, &proof, b"challenge", "another"),
            (&other_key, &proof, b"challenge", "app"),
            (&public_key[1..], &proof, b"challenge", "app"),
            (&public_key, &proof[1..], b"challenge", "app"),
            (&[], &[], b"challenge", "app"),
            // The parts are length-prefixed: bytes cannot move from one to the next.
            (&public_key, &proof, b"challengea", "pp"),
        ] {
            let statement = Statement::Software { public_key, proof, app_id };
            assert_eq!(verify(&statement, challenge, true), refused);
        }
    }

    #[test]
    fn grades_order_best_first() {
        assert!(Grade::A < Grade::B && Grade::B < Grade::C && Grade::C < Grade::D);
        insta::assert_json_snapshot!([Grade::A, Grade::B, Grade::C, Grade::D], @r#"
        [
          "A",
          "B",
          "C",
          "D"
        ]
        "#);
    }
}
