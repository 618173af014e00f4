//! What a device key is worth: the verdict on the proof that came with it.
//!
//! No IO; policy and challenge are the caller's. So far one kind of proof is known, the software
//! key's proof of possession (grade D); the hardware roots of Android and Apple come beside it as
//! further [`Statement`]s.
#![forbid(unsafe_code)]
#![cfg_attr(
    not(test),
    deny(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing)
)]

pub mod software;

use serde::{Deserialize, Serialize};

/// Every code this crate can produce, as listed in `CODES.md`.
pub const CODES: &[&str] = &["possession_not_proved", "software_key_refused"];

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
    },
}

/// What a server accepts.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Policy {
    /// Whether software keys (grade D) are accepted: in demos only.
    pub allow_software: bool,
}

/// The outcome for one key. Not an error: a refused key is an answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[allow(clippy::exhaustive_enums, reason = "sealed on purpose: a caller must handle every outcome")]
pub enum Verdict {
    /// The key may sign evidence of this grade.
    Accepted {
        /// How well the hardware vouches for it.
        grade: Grade,
    },
    /// The key may not sign evidence.
    Rejected {
        /// Stable code, as listed in `CODES.md`.
        code: &'static str,
    },
}

/// Judges one key: was it made for `challenge` and `app_id`, and does `policy` accept its kind.
pub fn verify(
    statement: &Statement<'_>,
    challenge: &[u8],
    app_id: &str,
    policy: &Policy,
) -> Verdict {
    match *statement {
        Statement::Software { .. } if !policy.allow_software => {
            Verdict::Rejected { code: "software_key_refused" }
        }
        Statement::Software { public_key, proof } => {
            if software::proves_possession(public_key, proof, challenge, app_id) {
                Verdict::Accepted { grade: Grade::D }
            } else {
                Verdict::Rejected { code: "possession_not_proved" }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use ring::rand::SystemRandom;
    use ring::signature::{ECDSA_P256_SHA256_FIXED_SIGNING, EcdsaKeyPair, KeyPair};

    use super::*;

    const ALLOWED: Policy = Policy { allow_software: true };

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
        let statement = Statement::Software { public_key: &public_key, proof: &proof };
        assert_eq!(
            verify(&statement, b"challenge", "app", &ALLOWED),
            Verdict::Accepted { grade: Grade::D }
        );
        assert_eq!(
            verify(&statement, b"challenge", "app", &Policy::default()),
            Verdict::Rejected { code: "software_key_refused" }
        );
    }

    #[test]
    fn another_challenge_app_or_key_is_refused() {
        let (public_key, proof) = signed(b"challenge", "app");
        let (other_key, _) = signed(b"challenge", "app");
        let refused = Verdict::Rejected { code: "possession_not_proved" };
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
            let statement = Statement::Software { public_key, proof };
            assert_eq!(verify(&statement, challenge, app_id, &ALLOWED), refused);
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
